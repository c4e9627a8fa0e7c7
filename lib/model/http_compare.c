/* SPDX-License-Identifier: ISC */
#include "model/http_compare.h"

#include <string.h>

#include "base/num.h"
#include "model/http_demand.h"

static const char *const compared_names[] = {
	[HTTP_COMPARE_NOTHING] = "",
	[HTTP_COMPARE_STATUS] = "status",
	[HTTP_COMPARE_BODY] = "body",
	[HTTP_COMPARE_ETAG] = "etag",
};

static bool
same(enum http_compare what, const struct http_response *a,
    const struct http_response *b)
{
	switch (what) {
	case HTTP_COMPARE_STATUS:
		return a->status == b->status;
	case HTTP_COMPARE_BODY:
		return a->body_bytes == b->body_bytes &&
		    a->body_hash == b->body_hash && a->body_cut == b->body_cut;
	case HTTP_COMPARE_ETAG:
		return a->etag_hash == b->etag_hash &&
		    strcmp(a->etag, b->etag) == 0;
	case HTTP_COMPARE_NOTHING:
		break;
	}
	return true;
}

/* "26 bytes of hash df1b128bd6c74712 from ::1"; of a body that was cut, the
 * first so many. */
static void
tell_compared(enum http_compare what, const struct http_response *response,
    struct text *text)
{
	if (what == HTTP_COMPARE_STATUS)
		text_addf(text, "%u", response->status);
	else if (what == HTTP_COMPARE_ETAG)
		text_add(text,
		    response->etag[0] != '\0' ? response->etag : "none");
	else
		text_addf(text, "%s%llu bytes of hash %016llx",
		    response->body_cut ? "first " : "",
		    (unsigned long long)response->body_bytes,
		    (unsigned long long)response->body_hash);
	text_add(text, " from ");
	ip_format(text, &response->address);
}

static void
tell_difference(const struct http_look *look, const struct http_response *first,
    const struct http_response *other, struct result *node)
{
	const enum http_compare what = (enum http_compare)look->rules->compare;
	char first_room[HTTP_REASON_SIZE], other_room[HTTP_REASON_SIZE];
	struct text a = TEXT_OVER(first_room), b = TEXT_OVER(other_room);

	tell_compared(what, first, &a);
	tell_compared(what, other, &b);
	result_judge(node, look->rules->compare_state, "%s differs: %s, %s",
	    compared_names[what], first_room, other_room);
}

/* Two that have no ETag are not the same, there is nothing to compare; nor are
 * two bodies that went on where nobody read. */
static void
tell_unknown(enum http_compare what, const struct http_response *first,
    size_t compared, struct result *node)
{
	char room[40];
	struct text part = TEXT_OVER(room);

	if (what == HTTP_COMPARE_ETAG && compared > 0 && first->etag[0] == '\0')
		result_judge(node, VERDICT_UNKNOWN,
		    "no ETag to compare: the server sends none");
	if (what != HTTP_COMPARE_BODY || compared < 2 || !first->body_cut)
		return;
	num_format_size(&part, (double)first->body_bytes);
	result_judge(node, VERDICT_UNKNOWN,
	    "body is the same in the first %s, and not known beyond "
	    "--body-max",
	    room);
}

static bool
is_compared(const struct http_look *look, const struct http_seen *seen)
{
	return seen->response.end == HTTP_ANSWERED && !seen->race &&
	    family_counts(look->rules->families.policy, seen->asked.family);
}

/* The first address that differs from the first is named with it. */
bool
http_compare_answers(const struct http_look *look, struct result *node)
{
	const enum http_compare what = (enum http_compare)look->rules->compare;
	const struct http_response *first = NULL;
	size_t compared = 0;

	for (size_t i = 0;
	     what != HTTP_COMPARE_NOTHING && i < look->site->count; i++) {
		const struct http_seen *seen = &look->site->seen[i];

		if (!is_compared(look, seen))
			continue;
		if (compared++ == 0) {
			first = &seen->response;
		} else if (!same(what, first, &seen->response)) {
			tell_difference(look, first, &seen->response, node);
			return true;
		}
	}
	tell_unknown(what, first, compared, node);
	return compared != 1;
}
