/* SPDX-License-Identifier: ISC */
#include "source/http_hop.h"

#include <string.h>
#include <strings.h>

bool
http_hop_is_redirect(unsigned status)
{
	return status == 301 || status == 302 || status == 303 ||
	    status == 307 || status == 308;
}

/* The new request's method: 303 asks for a GET (RFC 9110 15.4.4), and after a
 * POST everybody takes 301 and 302 for that too. */
static bool
becomes_get(const struct http_probe *probe)
{
	const struct http_request *request = probe->request;
	const unsigned status = probe->response.status;
	const bool post = request->method != NULL
	    ? strcmp(request->method, "POST") == 0
	    : request->has_body;

	if (request->method != NULL && strcmp(request->method, "HEAD") == 0)
		return false;
	return status == 303 || (post && (status == 301 || status == 302));
}

/* What is asked over one family must not go on over the other: a literal that
 * leads there is a dead end to whoever has only the one. */
static bool
leaves_family(const struct http_probe *probe, const struct http_url *to)
{
	return probe->count == 1 && to->address.family != IP_NONE &&
	    to->address.family != probe->addresses[0].family;
}

static bool
refuse(struct text *why, const char *reason, const char *detail)
{
	text_addf(why, "%s%s", reason, detail);
	return false;
}

bool
http_hop_plan(const struct http_hop *hop, struct http_next *next,
    struct text *why)
{
	const struct http_request *request = hop->probe->request;
	const struct http_url *from = hop->from, *to = hop->to;

	next->same_host = strcasecmp(from->host, to->host) == 0;
	next->same_origin =
	    next->same_host && from->port == to->port && from->tls == to->tls;
	next->becomes_get = becomes_get(hop->probe);
	if (!next->same_host && request->follow == HTTP_FOLLOW_HOST)
		return refuse(why, "redirected to another host: ", to->host);
	if (leaves_family(hop->probe, to))
		return refuse(why,
		    "redirected to an address of the other family: ", to->host);
	if (!next->becomes_get && !next->same_origin && request->has_body &&
	    !hop->body_dropped)
		return refuse(why,
		    "the redirect asks for the body to be sent elsewhere", "");
	return true;
}
