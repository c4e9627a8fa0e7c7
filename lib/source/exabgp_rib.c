/* SPDX-License-Identifier: ISC */
#include "source/exabgp_rib.h"

#include <string.h>

static bool
address(struct span word, struct ip *ip)
{
	char text[80];
	struct err err;

	return span_copy(word, text, sizeof(text)) && ip_parse(text, ip, &err);
}

static bool
prefix(struct span word, struct ip_net *net)
{
	char text[80];
	struct err err;

	return span_copy(word, text, sizeof(text)) && strchr(text, '/') &&
	    ip_net_parse(text, net, &err);
}

static bool
parse_line(struct span line, struct exabgp_route *route)
{
	struct span rest = line, word, safi;

	if (!span_word(&rest, &word) ||
	    (span_is(word, "neighbor") && !span_word(&rest, &word)) ||
	    !address(word, &route->peer) || !span_word(&rest, &route->family) ||
	    !span_word(&rest, &safi))
		return false;
	route->family.len = (size_t)(safi.at + safi.len - route->family.at);
	route->has_prefix =
	    span_word(&rest, &word) && prefix(word, &route->prefix);
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
