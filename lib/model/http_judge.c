/* SPDX-License-Identifier: ISC */
#include "model/http_judge.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "model/bounds.h"

#define DAY 86400.0	/* seconds */
#define SECOND_NS 1e9	/* nanoseconds */
#define REASON_SIZE 400 /* bytes */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- metrics -------------------------------------------------------------- */

#define PLAIN .limits = METRIC_NO_LIMITS
#define PHASE(phase, word, text)                                               \
	[HTTP_M_PHASE + (phase)] = { word, "probe_http_duration_seconds",      \
		text, .unit = METRIC_SECONDS, PLAIN, .label = "phase",         \
		.label_value = word }

/* Names of blackbox_exporter where the meaning is the same. */
const struct metric_def http_metrics[] = {
	[HTTP_M_SUCCESS] = { "success", "probe_success",
	    "1 when the address answers as it should, else 0", PLAIN,
	    .max = "1" },
	[HTTP_M_DURATION] = { "duration", "probe_duration_seconds",
	    "time from the name to the last byte", .unit = METRIC_SECONDS,
	    PLAIN },
	[HTTP_M_STATUS] = { "status", "probe_http_status_code",
	    "status code of the last response", PLAIN },
	[HTTP_M_VERSION] = { "http_version", "probe_http_version",
	    "version of HTTP of the last response", PLAIN },
	PHASE(HTTP_RESOLVE, "resolve",
	    "duration of a phase of the request: name resolution"),
	PHASE(HTTP_CONNECT, "connect", "time of connecting"),
	PHASE(HTTP_TLS, "tls", "time of the TLS handshake"),
	PHASE(HTTP_PROCESSING, "processing",
	    "time from the request to the first byte"),
	PHASE(HTTP_TRANSFER, "transfer",
	    "time from the first byte to the last"),
	[HTTP_M_SIZE] = { "size", "probe_http_uncompressed_body_length",
	    "size of the body, as far as it was read", .unit = METRIC_BYTES,
	    PLAIN },
	[HTTP_M_REDIRECTS] = { "redirects", "probe_http_redirects",
	    "redirects that were followed", PLAIN },
	[HTTP_M_CERTIFICATE] = { "certificate", NULL,
	    "days until the first certificate of the chain ends", PLAIN,
	    .signed_ = true },
	[HTTP_M_EXPIRY] = { "expiry", "probe_ssl_earliest_cert_expiry",
	    "end of the first certificate of the chain, since 1970 in seconds",
	    PLAIN },
	[HTTP_M_TLS_VERSION] = { "tls_version", "probe_tls_version",
	    "TLS version in use", .kind = METRIC_INFO, PLAIN,
	    .label = "version" },
	[HTTP_M_WELL] = { "well", "http_addresses_well",
	    "addresses that answer as they should", PLAIN },
	[HTTP_M_ADDRESSES] = { "addresses", "http_addresses",
	    "addresses that were asked", PLAIN },
	{ .name = NULL },
};

/* What is being judged. */
struct look {
	const struct http_rules *rules;
	const struct http_site *site;
	int64_t now_s;
};

/* --- does an address work? ------------------------------------------------ */

static bool
limited(const struct limits *limits)
{
	return limits->warning.set || limits->critical.set;
}

/* Each demand says FAMILY_WORKS when it is met, and else why not. */
typedef enum family_status demand(const struct look *look,
    const struct http_seen *seen, struct text *reason);

static enum family_status
be_valid(const struct look *look, const struct http_seen *seen,
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
be_secure(const struct look *look, const struct http_seen *seen,
    struct text *reason)
{
	const struct http_rules *rules = look->rules;

	if (seen->response.tls.used ||
	    (rules->min_tls == 0 && !limited(&rules->certificate)) ||
	    (!look->site->url.tls && !rules->follows))
		return FAMILY_WORKS;
	text_add(reason, "answered without TLS");
	return FAMILY_DEAD;
}

static enum family_status
be_recent(const struct look *look, const struct http_seen *seen,
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
speak_version(const struct look *look, const struct http_seen *seen,
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
have_status(const struct look *look, const struct http_seen *seen,
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
match_patterns(const struct look *look, const struct http_seen *seen,
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

/* Whether an address works; if not, *reason says why. */
static enum family_status
judge_answer(const struct look *look, const struct http_seen *seen,
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

/* --- what else is known of it --------------------------------------------- */

/* What an address counts for. */
struct weight {
	bool counts;	     /* false: it is only shown */
	enum verdict dead;   /* when it does not work */
	enum verdict unseen; /* when nobody could look */
};

/* Records a number, and judges it where the address counts. */
static void
check(const struct weight *weight, struct result *child,
    enum http_metric metric, double value, const struct limits *limits)
{
	if (weight->counts)
		result_check_limits(child, metric, value, limits);
	else
		result_metric(child, metric, value);
}

static void
check_size(const struct look *look, const struct http_response *response,
    const struct weight *weight, struct result *child)
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

static void
check_certificate(const struct look *look, const struct http_tls *tls,
    const struct weight *weight, struct result *child)
{
	const struct limits *limits = &look->rules->certificate;
	const int64_t left_s = tls->expires_s - look->now_s;
	const double days = floor((double)left_s / DAY);
	enum verdict verdict;

	if (!tls->has_expiry) {
		if (weight->counts && limited(limits))
			result_judge(child, VERDICT_UNKNOWN,
			    "this libcurl does not show certificates");
		return;
	}
	verdict = limits_verdict(limits, days);
	if (weight->counts && verdict != VERDICT_OK)
		tell_expiry(tls, left_s, verdict, child);
	check(weight, child, HTTP_M_CERTIFICATE, days, limits);
	result_metric(child, HTTP_M_EXPIRY, (double)tls->expires_s);
}

/* A client that is strict ends the handshake over these, others do not. */
static void
check_staple(enum http_staple staple, const struct weight *weight,
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
check_tls(const struct look *look, const struct http_tls *tls,
    const struct weight *weight, struct result *child)
{
	if (!tls->used)
		return;
	check_certificate(look, tls, weight, child);
	check_staple(tls->staple, weight, child);
	if (tls->version == 0)
		return;
	result_attribute(child, RESULT_EXPLAINS, "version",
	    http_tls_name(tls->version));
	result_metric(child, HTTP_M_TLS_VERSION, 1);
}

static double
resolved_s(const struct look *look)
{
	return (double)look->site->answer.took_ns / SECOND_NS;
}

static void
check_times(const struct look *look, const struct http_response *response,
    const struct weight *weight, struct result *child)
{
	check(weight, child, HTTP_M_DURATION,
	    resolved_s(look) + response->total_s, &look->rules->duration);
	for (int phase = HTTP_RESOLVE; phase < HTTP_PHASES; phase++) {
		const double more =
		    phase == HTTP_RESOLVE ? resolved_s(look) : 0;

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

/* --- one address in the tree ---------------------------------------------- */

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
tell_answer(const struct look *look, const struct http_response *response,
    struct text *text)
{
	const struct http_tls *tls = &response->tls;

	if (response->status > 0)
		text_addf(text, "%u %s in ", response->status,
		    http_status_phrase(response->status));
	num_format_duration(text, resolved_s(look) + response->total_s);
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

static struct result *
add_child(const struct http_seen *seen, struct result *parent)
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

/* What an answer that came has to show. */
static void
judge_details(const struct look *look, const struct http_response *response,
    const struct weight *weight, struct result *child)
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

static void
judge_seen(const struct look *look, const struct http_seen *seen,
    const struct weight *weight, struct result *child)
{
	const struct http_response *response = &seen->response;
	char room[REASON_SIZE];
	struct text reason = TEXT_OVER(room);
	const enum family_status status = judge_answer(look, seen, &reason);

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
	check_tls(look, &response->tls, weight, child);
	if (response->end == HTTP_ANSWERED)
		judge_details(look, response, weight, child);
}

/* A browser prefers IPv6 (RFC 6724); whatever else it got was its fallback. */
static void
judge_race(const struct look *look, const struct http_seen *seen,
    struct result *child)
{
	const struct family_rules *rules = &look->rules->families;
	const struct weight weight = { true, rules->all_dead, VERDICT_UNKNOWN };
	const enum ip_family used = seen->response.address.family;

	judge_seen(look, seen, &weight, child);
	if (seen->response.end != HTTP_ANSWERED)
		return;
	if (used == IP_V4)
		result_judge(child, rules->one_dead,
		    "a browser falls back to IPv4");
	else if (used == IP_V6)
		result_attribute(child, RESULT_EXPLAINS, "used", "ipv6");
	else
		result_judge(child, VERDICT_UNKNOWN,
		    "it is not known which family a browser takes");
}

/* --- the answers side by side --------------------------------------------- */

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

/* "26 bytes of hash df1b128bd6c74712 from ::1" */
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
		text_addf(text, "%llu bytes of hash %016llx",
		    (unsigned long long)response->body_bytes,
		    (unsigned long long)response->body_hash);
	text_add(text, " from ");
	ip_format(text, &response->address);
}

static void
tell_difference(const struct look *look, const struct http_response *first,
    const struct http_response *other, struct result *node)
{
	const enum http_compare what = (enum http_compare)look->rules->compare;
	char first_room[REASON_SIZE], other_room[REASON_SIZE];
	struct text a = TEXT_OVER(first_room), b = TEXT_OVER(other_room);

	tell_compared(what, first, &a);
	tell_compared(what, other, &b);
	result_judge(node, look->rules->compare_state, "%s differs: %s, %s",
	    compared_names[what], first_room, other_room);
}

/* The first address that differs from the first is named with it.  Two that
 * have no ETag are not the same: there is nothing to compare. */
static void
compare_answers(const struct look *look, struct result *node)
{
	const enum http_compare what = (enum http_compare)look->rules->compare;
	const struct http_response *first = NULL;

	for (size_t i = 0;
	     what != HTTP_COMPARE_NOTHING && i < look->site->count; i++) {
		const struct http_seen *seen = &look->site->seen[i];
		const struct http_response *response = &seen->response;

		if (response->end != HTTP_ANSWERED || seen->race)
			continue;
		if (first == NULL) {
			first = response;
		} else if (!same(what, first, response)) {
			tell_difference(look, first, response, node);
			return;
		}
	}
	if (what == HTTP_COMPARE_ETAG && first != NULL &&
	    first->etag[0] == '\0')
		result_judge(node, VERDICT_UNKNOWN,
		    "no ETag to compare: the server sends none");
}

/* --- one URL -------------------------------------------------------------- */

struct count {
	size_t works, asked;
	double slowest_s;
};

/* What became of each family, from its addresses and from the resolver. */
static void
see_families(const struct look *look, enum family_status seen[static IP_V6 + 1],
    struct count *count)
{
	static const enum family_status without[] = {
		[RESOLVE_UNASKED] = FAMILY_UNASKED,
		[RESOLVE_FOUND] = FAMILY_DEAD,
		[RESOLVE_NO_ADDRESS] = FAMILY_MISSING,
		[RESOLVE_NO_NAME] = FAMILY_MISSING,
		[RESOLVE_SILENT] = FAMILY_UNSEEN,
		[RESOLVE_BROKEN] = FAMILY_UNSEEN,
	};

	for (int family = IP_V4; family <= IP_V6; family++)
		seen[family] = without[look->site->answer.status[family]];
	for (size_t i = 0; i < look->site->count; i++) {
		const struct http_seen *one = &look->site->seen[i];
		const enum ip_family family = one->asked.family;
		char room[REASON_SIZE];
		struct text reason = TEXT_OVER(room);
		const enum family_status status =
		    judge_answer(look, one, &reason);

		if (one->race)
			continue;
		count->asked++;
		count->works += status == FAMILY_WORKS;
		if (status == FAMILY_WORKS)
			count->slowest_s =
			    fmax(count->slowest_s, one->response.total_s);
		if (seen[family] != FAMILY_WORKS && status != FAMILY_DEAD)
			seen[family] = status;
	}
	/* Whoever wants both wants one that was not even to be asked. */
	for (int family = IP_V4; family <= IP_V6; family++)
		if (look->rules->families.policy == FAMILY_BOTH &&
		    seen[family] == FAMILY_UNASKED)
			seen[family] = FAMILY_MISSING;
}

static bool
is_racing(const struct http_site *site)
{
	return site->count > 0 && site->seen[site->count - 1].race;
}

/* How families count: with a race, the race does, and they are only shown; a
 * proxy keeps them to itself. */
static struct family_verdict
weigh_families(const struct look *look,
    const enum family_status seen[static IP_V6 + 1])
{
	const struct http_site *site = look->site;
	struct family_verdict verdict = { 0 };

	if (is_racing(site))
		return verdict;
	if (site->seen[0].proxied) {
		verdict.dead_address[IP_NONE] = look->rules->families.all_dead;
		return verdict;
	}
	return family_judge(&look->rules->families, seen);
}

/* Does it matter for the verdict what an address of this family does? */
static bool
matters(const struct look *look, enum ip_family family)
{
	switch (look->rules->families.policy) {
	case FAMILY_ONLY_V4:
		return family != IP_V6;
	case FAMILY_ONLY_V6:
		return family != IP_V4;
	default:
		return !is_racing(look->site);
	}
}

static struct weight
weigh_address(const struct look *look, const struct family_verdict *families,
    const enum family_status seen[static IP_V6 + 1], enum ip_family family)
{
	const bool counts = matters(look, family);
	/* One that works is enough: another that was not seen changes it
	 * not. */
	const bool spared = family != IP_NONE &&
	    look->rules->families.policy == FAMILY_ANY &&
	    families->verdict == VERDICT_OK && seen[family] == FAMILY_UNSEEN;

	return (struct weight){
		.counts = counts,
		.dead = families->dead_address[family],
		.unseen = counts && !spared ? VERDICT_UNKNOWN : VERDICT_OK,
	};
}

/* Is there more to say than that the addresses which were asked are dead?  Each
 * of those says better why. */
static bool
says_more(const struct http_site *site,
    const enum family_status seen[static IP_V6 + 1])
{
	for (int family = IP_V4; family <= IP_V6; family++)
		if (seen[family] == FAMILY_WORKS ||
		    (seen[family] == FAMILY_UNSEEN &&
			site->answer.status[family] != RESOLVE_FOUND))
			return true;
	return false;
}

static void
judge_unresolved(const struct look *look, struct result *node)
{
	const enum resolve_status status = resolve_overall(&look->site->answer);
	const bool absent =
	    status == RESOLVE_NO_ADDRESS || status == RESOLVE_NO_NAME;
	const bool other = status == RESOLVE_FOUND || status == RESOLVE_UNASKED;

	result_judge(node,
	    absent ? look->rules->families.all_dead : VERDICT_UNKNOWN, "%s: %s",
	    look->site->url.host,
	    other ? "no address of the family that is to be asked"
		  : resolve_status_text(status));
}

static void
judge_addresses(const struct look *look, const struct family_verdict *families,
    const enum family_status seen[static IP_V6 + 1], struct result *node)
{
	for (size_t i = 0; i < look->site->count; i++) {
		const struct http_seen *one = &look->site->seen[i];
		struct result *child = add_child(one, node);
		const struct weight weight =
		    weigh_address(look, families, seen, one->asked.family);

		if (one->race)
			judge_race(look, one, child);
		else
			judge_seen(look, one, &weight, child);
	}
}

static void
tell_count(const struct count *count, struct result *node)
{
	char room[120];
	struct text text = TEXT_OVER(room);

	text_addf(&text, "%zu of %zu answer well", count->works, count->asked);
	if (count->works > 0) {
		text_add(&text, ", slowest ");
		num_format_duration(&text, count->slowest_s);
	}
	result_summary(node, "%s", room);
}

static void
judge_site(const struct look *look, struct result *node, struct count *total)
{
	enum family_status seen[IP_V6 + 1] = { 0 };
	struct count count = { 0 };
	struct family_verdict families;
	char room[120];
	struct text clause = TEXT_OVER(room);

	if (look->site->count == 0) {
		judge_unresolved(look, node);
		return;
	}
	see_families(look, seen, &count);
	families = weigh_families(look, seen);
	family_tell(&clause, seen);
	result_ok(node);
	if (families.verdict != VERDICT_OK && says_more(look->site, seen))
		result_judge(node, families.verdict, "%s", room);
	judge_addresses(look, &families, seen, node);
	/* The family that must work may be one that has no address. */
	if (verdict_compare(families.verdict, result_verdict(node)) > 0)
		result_judge(node, families.verdict, "%s", room);
	compare_answers(look, node);
	tell_count(&count, node);
	total->works += count.works;
	total->asked += count.asked;
}

/* --- all of them ---------------------------------------------------------- */

/* A URL has a node of its own, which names it where there are several. */
static struct result *
add_site(const struct http_site *site, bool alone, struct result *root)
{
	const char *name =
	    site->target->name != NULL ? site->target->name : site->shown;
	struct result *node = result_child(root, alone ? "" : name);

	result_attribute(node, alone ? RESULT_DESCRIBES : RESULT_IDENTIFIES,
	    "url", name);
	return node;
}

void
http_judge(const struct http_rules *rules, const struct http_survey *survey,
    struct result *root)
{
	const bool alone = survey->count == 1;
	struct count total = { 0 };

	for (size_t i = 0; i < survey->count; i++) {
		const struct look look = { rules, &survey->sites[i],
			survey->now_s };

		judge_site(&look, add_site(look.site, alone, root), &total);
	}
	if (survey->count > 0)
		result_ok(root);
	result_metric(root, HTTP_M_WELL, (double)total.works);
	result_metric(root, HTTP_M_ADDRESSES, (double)total.asked);
	if (alone)
		result_summary(root, "%s: %zu of %zu addresses answer well",
		    survey->sites[0].shown, total.works, total.asked);
	else
		result_summary(root,
		    "%zu URLs: %zu of %zu addresses answer well", survey->count,
		    total.works, total.asked);
}
