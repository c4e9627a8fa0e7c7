/* SPDX-License-Identifier: ISC */
#include "source/exabgp_rib.h"

#include <string.h>

#include "source/route_part.h"

static bool
prefix(struct span word, struct ip_net *net)
{
	char text[80];
	struct err err;

	return span_copy(word, text, sizeof(text)) && strchr(text, '/') &&
	    ip_net_parse(text, net, &err);
}

/* "192.0.2.1", or the range of neighbors that may come in. */
static bool
neighbor(struct span word, struct ip *ip)
{
	struct ip_net range;

	*ip = (struct ip){ .family = IP_NONE };
	return route_part_ip(word, ip) || prefix(word, &range);
}

/* The pairs of "extensive", and then the first word of the family. */
static bool
skip_pairs(struct span *rest, struct span *word, struct ip *local)
{
	static const char *const keys[] = { "local-ip", "local-as", "peer-as",
		"router-id", "family-allowed" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct span value;

		if (!span_is(*word, keys[i]))
			continue;
		if (!span_word(rest, &value) || !span_word(rest, word))
			return false;
		if (i == 0 && !route_part_ip(value, local))
			local->family = IP_NONE; /* "auto" */
	}
	return true;
}

static bool
parse_line(struct span line, struct exabgp_route *route)
{
	struct span rest = line, word, safi;

	if (!span_word(&rest, &word) ||
	    (span_is(word, "neighbor") && !span_word(&rest, &word)) ||
	    !neighbor(word, &route->peer) || !span_word(&rest, &word) ||
	    !skip_pairs(&rest, &word, &route->local) ||
	    !span_word(&rest, &safi))
		return false;
	route->family =
	    (struct span){ word.at, (size_t)(safi.at + safi.len - word.at) };
	route->has_prefix =
	    span_word(&rest, &word) && prefix(word, &route->prefix);
	route->more = rest;
	return true;
}

bool
exabgp_route_is_of(const struct exabgp_route *route,
    const struct bgp_peer *peer)
{
	struct ip local;

	return ip_compare(&peer->address, &route->peer) == 0 &&
	    (route->local.family == IP_NONE || peer->local == NULL ||
		!route_part_ip(span_of(peer->local), &local) ||
		ip_compare(&local, &route->local) == 0);
}

bool
exabgp_rib_parse(const char *bytes, size_t len, exabgp_rib_sink *sink,
    void *context, struct err *err)
{
	struct span rest = { bytes, len }, line;

	while (span_line(&rest, &line)) {
		struct exabgp_route route = { 0 };

		if (!span_trim(line).len)
			continue;
		if (!parse_line(line, &route))
			return err_set(err, ERR_PROTOCOL,
			    "exabgp answers with a line that is no route");
		if (!sink(&route, context))
			break;
	}
	return true;
}
