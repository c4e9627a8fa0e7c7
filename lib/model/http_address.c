/* SPDX-License-Identifier: ISC */
#include "model/http_address.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "model/bounds.h"
#include "model/http_demand.h"
#include "model/http_metrics.h"

#define DAY 86400.0   /* seconds */
#define SECOND_NS 1e9 /* nanoseconds */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct result *
http_address_child(const struct http_seen *seen, struct result *parent)
{
	const char *mode = seen->race ? "happy-eyeballs" : "proxy";
	char room[80];
	struct text name = TEXT_OVER(room);
	struct result *child;

	if (seen->race || seen->proxied) {
		child = result_child(parent, mode);
		result_label(child, "mode", mode);
		return child;
	}
	ip_format(&name, &seen->asked);
	child = result_child(parent, room);
	result_label(child, "family", ip_family_name(seen->asked.family));
	result_label(child, "address", room);
	return child;
}

/* Records a number, and judges it where the address counts. */
static void
check(const struct http_weight *weight, struct result *child,
    enum http_metric metric, double value, const struct limits *limits)
{
	if (weight->counts)
		result_check_limits(child, metric, value, limits);
	else
		result_metric(child, metric, value);
}

static void
check_size(const struct http_look *look, const struct http_response *response,
    const struct http_weight *weight, struct result *child)
{
	const struct limits *limits = &look->rules->size;
	const struct bounds size = { (double)response->body_bytes,
		response->body_cut ? INFINITY : (double)response->body_bytes };
	enum verdict verdict;

	if (!weight->counts || bounds_verdict(&size, limits, &verdict)) {
		check(weight, child, HTTP_M_SIZE, size.low, limits);
		return;
	}
	result_metric(child, HTTP_M_SIZE, size.low);
	result_judge(child, VERDICT_UNKNOWN,
	    "size not known beyond --body-max");
}

static void
tell_expiry(const struct http_tls *tls, int64_t left_s, enum verdict verdict,
    struct result *child)
{
	char room[40];
	struct text left = TEXT_OVER(room);

	num_format_duration(&left, fabs((double)left_s));
	result_judge(child, verdict,
	    left_s > 0 ? "certificate of %s ends in %s"
		       : "certificate of %s ended %s ago",
	    tls->expires_subject, room);
}

/* A handshake that came to nothing has said why. */
static void
check_certificate(const struct http_look *look,
    const struct http_response *response, const struct http_weight *weight,
    struct result *child)
{
	const struct http_tls *tls = &response->tls;
	const struct limits *limits = &look->rules->certificate;
	const int64_t left_s = tls->expires_s - look->now_s;
	const double days = floor((double)left_s / DAY);
	enum verdict verdict;

	if (!tls->has_expiry) {
		if (weight->counts && limits_given(limits) &&
		    response->end == HTTP_ANSWERED)
			result_judge(child, VERDICT_UNKNOWN,
			    "this libcurl does not show certificates");
		return;
	}
	verdict = limits_verdict(limits, days);
	if (weight->counts && verdict != VERDICT_OK) {
		tell_expiry(tls, left_s, verdict, child);
		result_metric_limits(child, HTTP_M_CERTIFICATE, days, limits);
	} else {
		check(weight, child, HTTP_M_CERTIFICATE, days, limits);
	}
	result_metric(child, HTTP_M_EXPIRY, (double)tls->expires_s);
}

/* A client that is strict ends the handshake over these, others do not. */
static void
check_staple(enum http_staple staple, const struct http_weight *weight,
    struct result *child)
{
	static const char *const doubts[] = {
		[HTTP_STAPLE_NONE] = NULL,
		[HTTP_STAPLE_GOOD] = NULL,
		[HTTP_STAPLE_REVOKED] = NULL, /* be_valid has said it */
		[HTTP_STAPLE_UNKNOWN] = "the stapled OCSP response does not "
					"know the certificate",
		[HTTP_STAPLE_INVALID] = "the stapled OCSP response is stale, "
					"unreadable or not of the issuer",
	};

	if (staple != HTTP_STAPLE_NONE)
		result_attribute(child, RESULT_EXPLAINS, "ocsp_staple",
		    http_staple_name(staple));
	if (weight->counts && doubts[staple] != NULL)
		result_judge(child, VERDICT_WARNING, "%s", doubts[staple]);
}

static void
check_tls(const struct http_look *look, const struct http_response *response,
    const struct http_weight *weight, struct result *child)
{
	const struct http_tls *tls = &response->tls;

	if (!tls->used)
		return;
	check_certificate(look, response, weight, child);
	check_staple(tls->staple, weight, child);
	if (tls->version == 0)
		return;
	result_attribute(child, RESULT_EXPLAINS, "version",
	    http_tls_name(tls->version));
	result_metric(child, HTTP_M_TLS_VERSION, 1);
}

double
http_resolved_s(const struct http_look *look)
{
	return (double)look->site->answer.took_ns / SECOND_NS;
}

static void
check_times(const struct http_look *look, const struct http_response *response,
    const struct http_weight *weight, struct result *child)
{
	check(weight, child, HTTP_M_DURATION,
	    http_resolved_s(look) + response->total_s, &look->rules->duration);
	for (int phase = HTTP_RESOLVE; phase < HTTP_PHASES; phase++) {
		const double more =
		    phase == HTTP_RESOLVE ? http_resolved_s(look) : 0;

		if (phase != HTTP_TLS || response->tls.used)
			check(weight, child, HTTP_M_PHASE + phase,
			    more + response->phase_s[phase],
			    &look->rules->phases[phase]);
	}
}

static void
note_version(const struct http_response *response, struct result *child)
{
	static const struct {
		const char *name;
		double value;
	} versions[] = {
		{ "1.0", 1.0 },
		{ "1.1", 1.1 },
		{ "2", 2 },
		{ "3", 3 },
	};

	for (size_t i = 0; i < COUNT(versions); i++)
		if (strcmp(versions[i].name, response->version) == 0)
			result_metric(child, HTTP_M_VERSION, versions[i].value);
}

static void
tell_redirects(const struct http_response *response, struct text *text)
{
	if (response->redirects > 0)
		text_addf(text, ", %u redirect%s to %s", response->redirects,
		    response->redirects == 1 ? "" : "s", response->location);
	else if (response->location[0] != '\0')
		text_addf(text, ", redirects to %s", response->location);
}

/* "200 OK in 12.3 ms, 4 KiB, HTTP/2, TLS 1.3, certificate for 80d" */
static void
tell_answer(const struct http_look *look, const struct http_response *response,
    struct text *text)
{
	const struct http_tls *tls = &response->tls;

	if (response->status > 0)
		text_addf(text, "%u %s in ", response->status,
		    http_status_phrase(response->status));
	num_format_duration(text, http_resolved_s(look) + response->total_s);
	text_add(text, response->body_cut ? ", more than " : ", ");
	num_format_size(text, (double)response->body_bytes);
	if (response->version[0] != '\0' &&
	    strcmp(response->version, "1.1") != 0)
		text_addf(text, ", HTTP/%s", response->version);
	if (tls->used && tls->version > 0)
		text_addf(text, ", %s", http_tls_name(tls->version));
	if (tls->has_expiry && tls->expires_s > look->now_s) {
		text_add(text, ", certificate for ");
		num_format_duration(text,
		    (double)(tls->expires_s - look->now_s));
	}
	tell_redirects(response, text);
}

/* What an answer that came has to show. */
static void
judge_details(const struct http_look *look,
    const struct http_response *response, const struct http_weight *weight,
    struct result *child)
{
	char room[600];
	struct text text = TEXT_OVER(room);

	check_times(look, response, weight, child);
	check_size(look, response, weight, child);
	note_version(response, child);
	if (look->rules->follows)
		result_metric(child, HTTP_M_REDIRECTS, response->redirects);
	tell_answer(look, response, &text);
	result_summary(child, "%s", room);
}

void
http_address_judge(const struct http_look *look, const struct http_seen *seen,
    const struct http_weight *weight, struct result *child)
{
	const struct http_response *response = &seen->response;
	char room[HTTP_REASON_SIZE];
	struct text reason = TEXT_OVER(room);
	const enum family_status status = http_demands_met(look, seen, &reason);

	if (status == FAMILY_WORKS)
		result_ok(child);
	else
		result_judge(child,
		    status == FAMILY_DEAD ? weight->dead : weight->unseen, "%s",
		    room);
	if (status != FAMILY_UNSEEN)
		result_metric(child, HTTP_M_SUCCESS, status == FAMILY_WORKS);
	if (response->status > 0)
		result_metric(child, HTTP_M_STATUS, response->status);
	check_tls(look, response, weight, child);
	if (response->end == HTTP_ANSWERED)
		judge_details(look, response, weight, child);
}

/* Why a browser did not stay with IPv6, by the request that was made over it
 * alone. */
static void
tell_fallback(const struct http_look *look, struct text *why)
{
	const struct http_site *site = look->site;

	for (size_t i = 0; i < site->count; i++) {
		const struct http_seen *seen = &site->seen[i];

		if (seen->race || seen->asked.family != IP_V6)
			continue;
		ip_format(why, &seen->asked);
		text_add(why, ": ");
		if (http_demands_met(look, seen, why) == FAMILY_WORKS)
			text_add(why, "slower");
		return;
	}
}

/* IPv6 is preferred (RFC 6724); whatever else it got was its fallback. */
void
http_address_race(const struct http_look *look, const struct http_seen *seen,
    struct result *child)
{
	const struct family_rules *rules = &look->rules->families;
	const struct http_weight weight = { true, rules->all_dead,
		VERDICT_UNKNOWN };
	const enum ip_family used = seen->response.address.family;
	char room[HTTP_REASON_SIZE];
	struct text why = TEXT_OVER(room);

	http_address_judge(look, seen, &weight, child);
	if (seen->response.end != HTTP_ANSWERED)
		return;
	if (used == IP_V4) {
		tell_fallback(look, &why);
		result_judge(child, rules->one_dead,
		    "a browser falls back to IPv4 (%s)", room);
	} else if (used == IP_V6)
		result_attribute(child, RESULT_EXPLAINS, "used", "ipv6");
	else
		result_judge(child, VERDICT_UNKNOWN,
		    "it is not known which family a browser takes");
}
