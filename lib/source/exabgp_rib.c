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
	    !route_part_ip(word, &route->peer) || !span_word(&rest, &word) ||
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
