/* SPDX-License-Identifier: ISC */
#include "model/http_demand.h"

#include <string.h>

#include "base/num.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Each demand says FAMILY_WORKS when it is met, and else why not. */
typedef enum family_status demand(const struct http_look *look,
    const struct http_seen *seen, struct text *reason);

static enum family_status
be_valid(const struct http_look *look, const struct http_seen *seen,
    struct text *reason)
{
	(void)look;
	if (seen->response.tls.staple != HTTP_STAPLE_REVOKED)
		return FAMILY_WORKS;
	text_add(reason, "certificate revoked, says its issuer");
	return FAMILY_DEAD;
}

/* Whoever asks for a certificate or a TLS version wants no answer without: only
 * a plain URL beside others is excused. */
static enum family_status
be_secure(const struct http_look *look, const struct http_seen *seen,
    struct text *reason)
{
	const struct http_rules *rules = look->rules;

	if (seen->response.tls.used ||
	    (rules->min_tls == 0 && !limits_given(&rules->certificate)) ||
	    (!look->site->url.tls && !rules->follows))
		return FAMILY_WORKS;
	text_add(reason, "answered without TLS");
	return FAMILY_DEAD;
}

static enum family_status
be_recent(const struct http_look *look, const struct http_seen *seen,
    struct text *reason)
{
	const struct http_tls *tls = &seen->response.tls;
	const unsigned least = (unsigned)look->rules->min_tls;

	if (!tls->used || least == 0 || tls->version >= least)
		return FAMILY_WORKS;
	if (tls->version == 0) {
		text_add(reason, "this libcurl does not show the TLS version");
		return FAMILY_UNSEEN;
	}
	text_addf(reason, "%s, older than %s", http_tls_name(tls->version),
	    http_tls_name(least));
	return FAMILY_DEAD;
}

static enum family_status
speak_version(const struct http_look *look, const struct http_seen *seen,
    struct text *reason)
{
	const char *wanted = look->rules->version;
	const char *got = seen->response.version;

	if (wanted == NULL || strcmp(wanted, got) == 0)
		return FAMILY_WORKS;
	text_addf(reason, "answered in HTTP/%s, not HTTP/%s",
	    got[0] != '\0' ? got : "?", wanted);
	return FAMILY_DEAD;
}

static enum family_status
have_status(const struct http_look *look, const struct http_seen *seen,
    struct text *reason)
{
	const unsigned status = seen->response.status;
	const char *own = look->site->target->status;
	struct http_statuses well = { 0 };
	struct err err;

	if (own == NULL || !http_statuses_parse(own, &well, &err))
		well = look->rules->status;
	if (http_statuses_have(&well, status))
		return FAMILY_WORKS;
	text_addf(reason, "status %u %s", status, http_status_phrase(status));
	return FAMILY_DEAD;
}

static enum family_status
match_patterns(const struct http_look *look, const struct http_seen *seen,
    struct text *reason)
{
	static const struct {
		const char *text;
		enum family_status status;
		bool of_part; /* a body that was cut makes a difference */
	} matches[] = {
		[HTTP_MATCH_FINE] = { "", FAMILY_WORKS, false },
		[HTTP_MATCH_MISSING] = { "no match of", FAMILY_DEAD, true },
		[HTTP_MATCH_FOUND] = { "a match of", FAMILY_DEAD, false },
		[HTTP_MATCH_UNKNOWN] = { "too much work to search for",
		    FAMILY_UNSEEN, false },
		[HTTP_MATCH_UNREAD] = { "no match yet of", FAMILY_UNSEEN,
		    true },
	};
	const enum http_match match = seen->match;

	(void)look;
	if (match == HTTP_MATCH_FINE)
		return FAMILY_WORKS;
	text_addf(reason, "%s %s", matches[match].text, seen->pattern);
	if (matches[match].of_part && seen->response.body_cut) {
		text_add(reason, " in the first ");
		num_format_size(reason, (double)seen->response.body_bytes);
	}
	return matches[match].status;
}

static demand *const demands[] = {
	be_valid,
	be_secure,
	be_recent,
	speak_version,
	have_status,
	match_patterns,
};

static enum family_status
meet_demands(const struct http_look *look, const struct http_seen *seen,
    struct text *reason)
{
	const struct http_response *response = &seen->response;
	enum family_status status = FAMILY_WORKS;

	switch (response->end) {
	case HTTP_UNSTARTED:
		text_add(reason, "not asked before the time was over");
		return FAMILY_UNSEEN;
	case HTTP_UNABLE:
		text_add(reason, response->reason);
		return FAMILY_UNSEEN;
	case HTTP_FAILED:
		text_add(reason, response->reason);
		return FAMILY_DEAD;
	case HTTP_ANSWERED:
		break;
	}
	for (size_t i = 0; i < COUNT(demands) && status == FAMILY_WORKS; i++)
		status = demands[i](look, seen, reason);
	return status;
}

/* What is wrong behind a redirect is wrong elsewhere: at another port, often
 * another host than the address that the finding is about. */
enum family_status
http_demands_met(const struct http_look *look, const struct http_seen *seen,
    struct text *reason)
{
	const struct http_response *response = &seen->response;
	const enum family_status status = meet_demands(look, seen, reason);

	if (status != FAMILY_WORKS && response->redirects > 0)
		text_addf(reason, ", after %u redirect%s, at %s",
		    response->redirects, response->redirects == 1 ? "" : "s",
		    response->location);
	return status;
}
