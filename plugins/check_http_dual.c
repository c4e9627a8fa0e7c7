/* SPDX-License-Identifier: ISC */
/*
 * check_http_dual: do URLs answer as they should, over IPv4 and over IPv6, from
 * each address of their names?
 *
 * Source: libcurl, each probe pinned to one address.  A browser falls back from
 * a broken family in silence, so nobody notices until the other one breaks too.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "frame/family_opt.h"
#include "frame/opt_file.h"
#include "frame/plugin.h"
#include "model/bounds.h"
#include "source/http_survey.h"

#define DAY 86400.0 /* seconds */

struct patterns {
	size_t count;
	struct http_pattern *items;
	size_t capacity;
};

struct file {
	bool given;
	struct span bytes;
};

enum compare {
	COMPARE_NOTHING,
	COMPARE_STATUS,
	COMPARE_BODY,
	COMPARE_ETAG,
};

struct opts {
	struct http_targets targets;
	struct opt_hosts resolve;
	struct family_rules rules;
	int only; /* enum ip_family */
	int addresses;
	const char *method;
	struct opt_strings headers;
	struct opt_secret header_file;
	struct file body;
	struct opt_secret auth, bearer, proxy_auth, key_password;
	int digest;
	const char *user_agent, *proxy, *interface;
	int http_version;
	int follow;
	bool compressed;
	struct opt_hosts source;
	int verify;
	const char *ca_file, *ca_dir, *client_cert, *client_key;
	int min_tls;
	struct http_statuses status;
	struct patterns patterns;
	int compare;
	enum verdict compare_state;
	uint64_t body_max;
	uint64_t parallel;
	int64_t probe_timeout; /* ns */
	struct limits duration, resolve_s, connect, tls, processing, transfer;
	struct limits size, certificate;
};

struct sample {
	struct http_survey survey;
};

/* --- values of options ---------------------------------------------------- */

static bool
copy_text(const struct opt_value *value, const char **copy, struct err *err)
{
	*copy = arena_string(value->arena, value->text, strlen(value->text));
	return *copy != NULL ||
	    err_set(err, ERR_SYSTEM, "no memory left for options");
}

static bool
parse_url(const struct opt_value *value, void *field, struct err *err)
{
	struct http_target *target;
	const char *url;

	if (!http_url_check(value->text, err) || !copy_text(value, &url, err))
		return false;
	target = opt_list_add(value->arena, field, sizeof(*target));
	if (target == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	target->url = url;
	return true;
}

/* The argv of a proxy's password is wiped too, hence the copy. */
static bool
parse_proxy(const struct opt_value *value, void *field, struct err *err)
{
	const char **proxy = field;

	if (value->text[0] == '\0')
		return err_set(err, ERR_USAGE, "must not be empty");
	return copy_text(value, proxy, err);
}

static bool
check_pattern(const char *pattern, struct err *err)
{
	struct regex *regex = regex_new(pattern, err);

	regex_free(regex);
	return regex != NULL;
}

static bool
parse_urls(const struct opt_value *value, void *field, struct err *err)
{
	struct http_targets *targets = field;
	const size_t before = targets->count;
	struct span bytes;

	if (!opt_file_load(value->text, value->arena, &bytes.at, &bytes.len,
		err) ||
	    !http_targets_parse(bytes, targets, value->arena, err))
		return false;
	for (size_t i = before; i < targets->count; i++)
		if (targets->items[i].regex != NULL &&
		    !check_pattern(targets->items[i].regex, err))
			return err_context(err, "regex=%s",
			    targets->items[i].regex);
	return targets->count > before ||
	    err_set(err, ERR_USAGE, "there is no URL in it");
}

static bool
parse_body(const struct opt_value *value, void *field, struct err *err)
{
	struct file *file = field;

	file->given = true;
	return opt_file_load(value->text, value->arena, &file->bytes.at,
	    &file->bytes.len, err);
}

static bool
parse_header(const struct opt_value *value, void *field, struct err *err)
{
	const char **item, *line;

	if (!http_header_check(value->text, err) ||
	    !copy_text(value, &line, err))
		return false;
	item = opt_list_add(value->arena, field, sizeof(*item));
	if (item == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	*item = line;
	return true;
}

static bool
parse_status(const struct opt_value *value, void *field, struct err *err)
{
	struct http_statuses *statuses = field;

	*statuses = (struct http_statuses){ 0 };
	return http_statuses_parse(value->text, statuses, err);
}

/* RFC 9110 9.1: a token; letters are all that is registered. */
static bool
parse_method(const struct opt_value *value, void *field, struct err *err)
{
	const char **method = field;
	const size_t len = strspn(value->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");

	if (len == 0 || value->text[len] != '\0')
		return num_unexpected(err, value->text, len,
		    "capital letters, such as GET");
	if (strcmp(value->text, "CONNECT") == 0)
		return err_set(err, ERR_USAGE, "is not for a URL");
	*method = value->text;
	return true;
}

static bool
add_pattern(const struct opt_value *value, void *field,
    const struct http_pattern *like, struct err *err)
{
	struct http_pattern *pattern;

	if (value->text[0] == '\0')
		return err_set(err, ERR_USAGE, "must not be empty");
	if (!like->literal && !check_pattern(value->text, err))
		return false;
	pattern = opt_list_add(value->arena, field, sizeof(*pattern));
	if (pattern == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	*pattern = *like;
	pattern->text = value->text;
	return true;
}

#define PATTERN_TYPE(name, ...)                                                \
	static bool parse_##name(const struct opt_value *value, void *field,   \
	    struct err *err)                                                   \
	{                                                                      \
		const struct http_pattern like = { __VA_ARGS__ };              \
                                                                               \
		return add_pattern(value, field, &like, err);                  \
	}                                                                      \
	static const struct opt_type type_##name = { .metavar = "PATTERN",     \
		.repeats = true,                                               \
		.parse = parse_##name }

PATTERN_TYPE(string, .literal = true);
PATTERN_TYPE(regex, .literal = false);
PATTERN_TYPE(no_regex, .absent = true);
PATTERN_TYPE(header_regex, .in_header = true);
PATTERN_TYPE(no_header_regex, .in_header = true, .absent = true);

static const struct opt_type type_url = { .metavar = "URL",
	.repeats = true,
	.host_like = true,
	.veiled = http_url_has_user,
	.parse = parse_url };
static const struct opt_type type_urls = { .metavar = "FILE",
	.repeats = true,
	.parse = parse_urls };
static const struct opt_type type_proxy = { .metavar = "URL",
	.host_like = true,
	.veiled = http_url_has_user,
	.parse = parse_proxy };
static const struct opt_type type_body = { .metavar = "FILE",
	.parse = parse_body };
static const struct opt_type type_header = { .metavar = "LINE",
	.repeats = true,
	.parse = parse_header };
static const struct opt_type type_status = { .metavar = "PATTERNS",
	.parse = parse_status };
static const struct opt_type type_method = { .metavar = "METHOD",
	.parse = parse_method };

static const struct opt_word addresses_words[] = {
	{ "all", HTTP_ADDRESSES_ALL, "each that the name resolves to" },
	{ "first", HTTP_ADDRESSES_FIRST, "of each family" },
	{ "happy-eyeballs", HTTP_ADDRESSES_RACE,
	    "as first, and what a browser would get" },
	{ NULL, 0, NULL },
};
static const struct opt_word auth_words[] = {
	{ "basic", 0, NULL },
	{ "digest", 1, NULL },
	{ NULL, 0, NULL },
};
static const struct opt_word version_words[] = {
	{ "auto", HTTP_VERSION_AUTO, "2 where TLS agrees on it, else 1.1" },
	{ "1.0", HTTP_VERSION_1_0, NULL },
	{ "1.1", HTTP_VERSION_1_1, NULL },
	{ "2", HTTP_VERSION_2, "without TLS by an upgrade" },
	{ "2-prior", HTTP_VERSION_2_PRIOR, "without asking" },
	{ "3", HTTP_VERSION_3, "if libcurl has it" },
	{ NULL, 0, NULL },
};
static const struct opt_word follow_words[] = {
	{ "any", HTTP_FOLLOW_ANY, "wherever it leads" },
	{ "host", HTTP_FOLLOW_HOST, "one to another host is a fault" },
	{ "none", HTTP_FOLLOW_NONE, "the redirect is the answer" },
	{ NULL, 0, NULL },
};
static const struct opt_word verify_words[] = {
	{ "full", HTTP_VERIFY_FULL, NULL },
	{ "self-signed", HTTP_VERIFY_SELF_SIGNED,
	    "a server may vouch for itself; name and dates count" },
	{ "none", HTTP_VERIFY_NONE, "anybody may be the server" },
	{ NULL, 0, NULL },
};
static const struct opt_word tls_words[] = {
	{ "1.0", 10, NULL },
	{ "1.1", 11, NULL },
	{ "1.2", 12, NULL },
	{ "1.3", 13, NULL },
	{ NULL, 0, NULL },
};
static const struct opt_word compare_words[] = {
	{ "status", COMPARE_STATUS, NULL },
	{ "body", COMPARE_BODY, NULL },
	{ "etag", COMPARE_ETAG, NULL },
	{ NULL, 0, NULL },
};

static const struct opt options[] = {
	OPT_OTHER('u', "url", type_url, struct opts, targets,
	    "what to ask for"),
	OPT_OTHER(0, "urls", type_urls, struct opts, targets,
	    "file of URLs, one a line"),
	OPT_HOSTS('I', "resolve", struct opts, resolve,
	    "connect to this address, whatever the name resolves to",
	    .metavar = "ADDRESS"),
	FAMILY_OPT_ROWS(struct opts, rules, only),
	OPT_WORD(0, "addresses", struct opts, addresses,
	    "which addresses of a name to ask", .preset = "all",
	    .words = addresses_words),
	OPT_LIMITS("", struct opts, duration,
	    "seconds from the name to the last byte"),
	OPT_LIMITS("resolve", struct opts, resolve_s,
	    "seconds until the name is resolved"),
	OPT_LIMITS("connect", struct opts, connect,
	    "seconds until the connection stands"),
	OPT_LIMITS("tls", struct opts, tls, "seconds of the TLS handshake"),
	OPT_LIMITS("processing", struct opts, processing,
	    "seconds from the request to the first byte"),
	OPT_LIMITS("transfer", struct opts, transfer,
	    "seconds from the first byte to the last"),
	OPT_OTHER('e', "status", type_status, struct opts, status,
	    "status codes that are well: 200,301,2xx,500-503",
	    .preset = "2xx,3xx"),
	OPT_OTHER('s', "string", type_string, struct opts, patterns,
	    "text that the body must hold", .metavar = "TEXT"),
	OPT_OTHER('r', "regex", type_regex, struct opts, patterns,
	    "regular expression that the body must match"),
	OPT_OTHER(0, "no-regex", type_no_regex, struct opts, patterns,
	    "one that the body must not match"),
	OPT_OTHER(0, "header-regex", type_header_regex, struct opts, patterns,
	    "one that the header must match"),
	OPT_OTHER(0, "no-header-regex", type_no_header_regex, struct opts,
	    patterns, "one that the header must not match"),
	OPT_LIMITS("size", struct opts, size, "bytes of the body"),
	OPT_WORD(0, "compare", struct opts, compare,
	    "what must be the same from all addresses", .words = compare_words),
	OPT_VERDICT(0, "compare-state", struct opts, compare_state,
	    "state when it is not", .preset = "critical"),
	OPT_LIMITS("certificate", struct opts, certificate,
	    "days until the first certificate of the chain ends"),
	OPT_WORD(0, "min-tls", struct opts, min_tls,
	    "oldest TLS version that is well", .words = tls_words),
	OPT_WORD(0, "verify", struct opts, verify,
	    "how far a certificate is checked", .preset = "full",
	    .words = verify_words),
	OPT_FILE(0, "ca-file", struct opts, ca_file,
	    "CA certificates to trust, PEM"),
	OPT_FILE(0, "ca-dir", struct opts, ca_dir, "directory of them, hashed",
	    .metavar = "DIRECTORY"),
	OPT_FILE('J', "client-cert", struct opts, client_cert,
	    "certificate to show, PEM"),
	OPT_FILE('K', "client-key", struct opts, client_key,
	    "its private key, PEM"),
	OPT_SECRET_FILE(0, "key-pass-file", struct opts, key_password,
	    "file with the pass phrase of that key"),
	OPT_OTHER('j', "method", type_method, struct opts, method,
	    "instead of GET, or POST with a body"),
	OPT_OTHER('k', "header", type_header, struct opts, headers,
	    "field to send, NAME: VALUE"),
	OPT_SECRET_FILE(0, "header-file", struct opts, header_file,
	    "file with secret fields to send, one a line"),
	OPT_OTHER(0, "body", type_body, struct opts, body,
	    "file to send as the body"),
	OPT_SECRET_FILE('a', "auth-file", struct opts, auth,
	    "file with USER:PASSWORD"),
	OPT_WORD(0, "auth", struct opts, digest, "how to use them",
	    .preset = "basic", .words = auth_words),
	OPT_SECRET_FILE(0, "bearer-file", struct opts, bearer,
	    "file with a bearer token"),
	OPT_STRING('A', "user-agent", struct opts, user_agent,
	    "what to call ourselves", .preset = "check_http_dual",
	    .metavar = "TEXT"),
	OPT_WORD(0, "http-version", struct opts, http_version,
	    "version of HTTP to ask for", .preset = "auto",
	    .words = version_words),
	OPT_FLAG(0, "compressed", struct opts, compressed,
	    "ask for compression"),
	OPT_WORD('f', "follow", struct opts, follow,
	    "which redirects to follow, 5 at most", .preset = "none",
	    .words = follow_words),
	OPT_OTHER(0, "proxy", type_proxy, struct opts, proxy,
	    "ask through this proxy, which resolves the name"),
	OPT_SECRET_FILE(0, "proxy-auth-file", struct opts, proxy_auth,
	    "file with USER:PASSWORD for it"),
	OPT_HOSTS(0, "source", struct opts, source,
	    "address to connect from, one of each family",
	    .metavar = "ADDRESS"),
	OPT_STRING(0, "interface", struct opts, interface,
	    "interface to connect through", .metavar = "NAME"),
	OPT_SIZE(0, "body-max", struct opts, body_max,
	    "bytes of a body to read", .preset = "1Mi", .min = 1,
	    .max = 16 << 20),
	OPT_COUNT(0, "parallel", struct opts, parallel, "requests at a time",
	    .preset = "64", .min = 1, .max = 256),
	OPT_DURATION(0, "probe-timeout", struct opts, probe_timeout,
	    "time of one address; otherwise all that --timeout leaves",
	    .min = CLOCK_MILLI),
	OPT_END,
};

/* --- metrics -------------------------------------------------------------- */

enum {
	SUCCESS,
	DURATION,
	STATUS,
	RESOLVE, /* the phases, in the order of enum http_phase */
	CONNECT,
	TLS,
	PROCESSING,
	TRANSFER,
	SIZE,
	REDIRECTS,
	CERTIFICATE,
	EXPIRY,
	TLS_VERSION,
	WELL,
	ADDRESSES,
};

#define LIMITS_OF(field) .limits = offsetof(struct opts, field)
#define NO_LIMITS .limits = METRIC_NO_LIMITS
#define PHASE(word, field, text)                                               \
	{                                                                      \
		word, "probe_http_duration_seconds", text,                     \
		    .unit = METRIC_SECONDS, LIMITS_OF(field),                  \
		    .label = "phase", .label_value = word                      \
	}

static const struct metric_def metrics[] = {
	[SUCCESS] = { "success", "probe_success",
	    "1 if the address answers as it should, else 0", NO_LIMITS,
	    .max = "1" },
	[DURATION] = { "duration", "probe_duration_seconds",
	    "time from the name to the last byte", .unit = METRIC_SECONDS,
	    LIMITS_OF(duration) },
	[STATUS] = { "status", "probe_http_status_code",
	    "status code of the last response", NO_LIMITS },
	[RESOLVE] = PHASE("resolve", resolve_s,
	    "duration of a phase of the request: name resolution"),
	[CONNECT] = PHASE("connect", connect, "time of connecting"),
	[TLS] = PHASE("tls", tls, "time of the TLS handshake"),
	[PROCESSING] = PHASE("processing", processing,
	    "time from the request to the first byte"),
	[TRANSFER] =
	    PHASE("transfer", transfer, "time from the first byte to the last"),
	[SIZE] = { "size", "probe_http_uncompressed_body_length",
	    "size of the body, as far as it was read", .unit = METRIC_BYTES,
	    LIMITS_OF(size) },
	[REDIRECTS] = { "redirects", "probe_http_redirects",
	    "redirects that were followed", NO_LIMITS },
	[CERTIFICATE] = { "certificate", NULL,
	    "days until the first certificate of the chain ends",
	    LIMITS_OF(certificate), .signed_ = true },
	[EXPIRY] = { "expiry", "probe_ssl_earliest_cert_expiry",
	    "end of the first certificate of the chain, since 1970 in seconds",
	    NO_LIMITS },
	[TLS_VERSION] = { "tls_version", "probe_tls_version",
	    "TLS version in use", .kind = METRIC_INFO, NO_LIMITS,
	    .label = "version" },
	[WELL] = { "well", "http_addresses_well",
	    "addresses that answer as they should", NO_LIMITS },
	[ADDRESSES] = { "addresses", "http_addresses",
	    "addresses that were asked", NO_LIMITS },
	{ .name = NULL },
};

/* --- collect -------------------------------------------------------------- */

static bool
only_addresses(const struct opt_hosts *hosts, const char *option,
    struct err *err)
{
	for (size_t i = 0; i < hosts->count; i++)
		if (hosts->items[i].address.family == IP_NONE)
			return err_set(err, ERR_USAGE,
			    "--%s %s is a name and must be an address", option,
			    hosts->items[i].name);
	return true;
}

static bool
validate(void *o, struct err *err)
{
	struct opts *opts = o;

	if (opts->targets.count == 0)
		return err_set(err, ERR_USAGE, "--url or --urls is needed");
	if (!only_addresses(&opts->resolve, "resolve", err) ||
	    !only_addresses(&opts->source, "source", err))
		return false;
	if (opts->source.count > 0 && opts->interface != NULL)
		return err_set(err, ERR_USAGE,
		    "--source and --interface are alternatives");
	if (opts->proxy != NULL &&
	    (opts->only != IP_NONE || opts->resolve.count > 0))
		return err_set(err, ERR_USAGE,
		    "with --proxy the proxy resolves the name: no --resolve, "
		    "-4 or -6");
	if (opts->auth.bytes != NULL && opts->bearer.bytes != NULL)
		return err_set(err, ERR_USAGE,
		    "--auth-file and --bearer-file are alternatives");
	return true;
}

/* The plan's headers: those of the command line and those of the file. */
static bool
add_headers(const struct opts *opts, struct http_request *request,
    struct arena *arena, struct err *err)
{
	struct span rest = { opts->header_file.bytes, opts->header_file.len };
	const size_t most = opts->headers.count + opts->header_file.len + 1;
	const char **lines = arena_alloc(arena, most * sizeof(*lines));
	struct span line;

	if (lines == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for headers");
	for (size_t i = 0; i < opts->headers.count; i++)
		lines[request->header_count++] = opts->headers.items[i];
	while (rest.at != NULL && span_line(&rest, &line)) {
		const char *copy;

		if (span_trim(line).len == 0)
			continue;
		copy = arena_string(arena, line.at, line.len);
		if (copy == NULL)
			return err_set(err, ERR_SYSTEM,
			    "no memory for headers");
		if (!http_header_check(copy, err))
			return err_context(err, "--header-file");
		lines[request->header_count++] = copy;
	}
	request->headers = lines;
	return true;
}

static bool
add_addresses(const struct opts *opts, struct http_plan *plan,
    struct arena *arena, struct err *err)
{
	struct ip *overrides =
	    arena_alloc(arena, (opts->resolve.count + 1) * sizeof(*overrides));

	if (overrides == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for addresses");
	for (int family = IP_V4; family <= IP_V6; family++)
		for (size_t i = 0; i < opts->resolve.count; i++)
			if (opts->resolve.items[i].address.family == family)
				overrides[plan->override_count++] =
				    opts->resolve.items[i].address;
	plan->overrides = overrides;
	for (size_t i = 0; i < opts->source.count; i++) {
		const struct ip *source = &opts->source.items[i].address;

		plan->request.source[source->family] = *source;
	}
	return true;
}

/* Patterns in a body need it whole. */
static bool
reads_bodies(const struct opts *opts)
{
	for (size_t i = 0; i < opts->patterns.count; i++)
		if (!opts->patterns.items[i].in_header)
			return true;
	for (size_t i = 0; i < opts->targets.count; i++)
		if (opts->targets.items[i].regex != NULL)
			return true;
	return false;
}

static bool
make_plan(const struct opts *opts, struct http_plan *plan, struct run *run,
    struct err *err)
{
	*plan = (struct http_plan){
		.request = {
			.method = opts->method,
			.has_body = opts->body.given,
			.body = opts->body.bytes,
			.user_password = opts->auth.bytes,
			.digest = opts->digest != 0,
			.bearer = opts->bearer.bytes,
			.user_agent = opts->user_agent,
			.version = (enum http_version)opts->http_version,
			.follow = (enum http_follow)opts->follow,
			.compressed = opts->compressed,
			.proxy = opts->proxy,
			.proxy_user_password = opts->proxy_auth.bytes,
			.interface = opts->interface,
			.verify = (enum http_verify)opts->verify,
			.ca_file = opts->ca_file,
			.ca_dir = opts->ca_dir,
			.client_cert = opts->client_cert,
			.client_key = opts->client_key,
			.key_password = opts->key_password.bytes,
			.body_max = opts->body_max,
			.keep_body = reads_bodies(opts),
		},
		.targets = opts->targets.items,
		.target_count = opts->targets.count,
		.patterns = opts->patterns.items,
		.pattern_count = opts->patterns.count,
		.only = (enum ip_family)opts->only,
		.addresses = (enum http_addresses)opts->addresses,
		.parallel = opts->parallel,
		.each_ns = opts->probe_timeout,
	};
	return add_headers(opts, &plan->request, run->arena, err) &&
	    add_addresses(opts, plan, run->arena, err);
}

/* The last moments of the run are for the verdict: a timeout that was measured
 * must not become our own. */
static struct deadline
deadline_of_probes(const struct deadline *deadline)
{
	const int64_t left = deadline_left_ns(deadline);
	const int64_t share = left / 20;
	const int64_t most = 250 * CLOCK_MILLI;

	return deadline_in(left - (share < most ? share : most));
}

struct watcher {
	const struct http_survey *survey;
	struct run *run;
};

static void
progress(void *context)
{
	const struct watcher *watcher = context;

	run_waiting(watcher->run, "asking %zu more of %zu addresses",
	    watcher->survey->probes - watcher->survey->finished,
	    watcher->survey->probes);
	run_checkpoint(watcher->run);
}

static bool
collect(const void *o, void *s, struct run *run, struct err *err)
{
	struct sample *sample = s;
	const struct deadline deadline = deadline_of_probes(&run->deadline);
	struct watcher watcher = { &sample->survey, run };
	struct http_plan plan;

	if (!make_plan(o, &plan, run, err))
		return false;
	run_waiting(run, "resolving names and asking their addresses");
	return http_survey_run(&sample->survey, &plan, run->arena, &deadline,
	    progress, &watcher, err);
}

/* --- judging one address -------------------------------------------------- */

/* What the status of a target must be. */
static struct http_statuses
statuses_of(const struct opts *opts, const struct http_site *site)
{
	struct http_statuses statuses = { 0 };
	struct err err;

	if (site->target->status == NULL ||
	    !http_statuses_parse(site->target->status, &statuses, &err))
		return opts->status;
	return statuses;
}

static void
tell_match(const struct http_seen *seen, struct text *reason)
{
	static const char *const texts[] = {
		[HTTP_MATCH_MISSING] = "no match of",
		[HTTP_MATCH_FOUND] = "a match of",
		[HTTP_MATCH_UNKNOWN] = "too much work to search for",
	};

	text_addf(reason, "%s %s", texts[seen->match], seen->pattern);
	if (seen->match == HTTP_MATCH_MISSING && seen->response.body_cut) {
		text_add(reason, " in the first ");
		num_format_size(reason, (double)seen->response.body_bytes);
	}
}

/* Whether an address works; if not, *reason says why. */
static enum family_status
judge_answer(const struct opts *opts, const struct http_site *site,
    const struct http_seen *seen, struct text *reason)
{
	const struct http_response *response = &seen->response;
	const struct http_statuses well = statuses_of(opts, site);
	const unsigned least = (unsigned)opts->min_tls;

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
	if (response->tls.staple == HTTP_STAPLE_REVOKED)
		text_add(reason, "certificate revoked, says its issuer");
	else if (response->tls.used && response->tls.version > 0 &&
	    response->tls.version < least)
		text_addf(reason, "%s, older than %s",
		    http_tls_name(response->tls.version), http_tls_name(least));
	else if (!http_statuses_have(&well, response->status))
		text_addf(reason, "status %u %s", response->status,
		    http_status_phrase(response->status));
	else if (seen->match != HTTP_MATCH_FINE)
		tell_match(seen, reason);
	if (seen->match == HTTP_MATCH_UNKNOWN)
		return FAMILY_UNSEEN;
	return reason->len == 0 ? FAMILY_WORKS : FAMILY_DEAD;
}

static void
check_size(const struct opts *opts, const struct http_response *response,
    struct result *child)
{
	const struct bounds size = { (double)response->body_bytes,
		response->body_cut ? INFINITY : (double)response->body_bytes };
	enum verdict verdict;

	if (bounds_verdict(&size, &opts->size, &verdict)) {
		result_check(child, SIZE, size.low);
		return;
	}
	result_metric(child, SIZE, size.low);
	result_judge(child, VERDICT_UNKNOWN,
	    "size not known beyond --body-max");
}

static void
check_certificate(const struct opts *opts, const struct http_tls *tls,
    int64_t now_s, struct result *child)
{
	const double days =
	    tls->has_expiry ? floor((double)(tls->expires_s - now_s) / DAY) : 0;
	const enum verdict verdict = limits_verdict(&opts->certificate, days);
	char room[40];
	struct text left = TEXT_OVER(room);

	if (!tls->has_expiry) {
		if (opts->certificate.warning.set ||
		    opts->certificate.critical.set)
			result_judge(child, VERDICT_UNKNOWN,
			    "this libcurl does not show certificates");
		return;
	}
	num_format_duration(&left, fabs((double)(tls->expires_s - now_s)));
	if (verdict != VERDICT_OK)
		result_judge(child, verdict,
		    tls->expires_s > now_s ? "certificate of %s ends in %s"
					   : "certificate of %s ended %s ago",
		    tls->expires_subject, room);
	result_check(child, CERTIFICATE, days);
	result_metric(child, EXPIRY, (double)tls->expires_s);
}

static void
check_phases(const struct http_site *site, const struct http_response *response,
    struct result *child)
{
	const double resolved = (double)site->answer.took_ns / CLOCK_SECOND;

	result_check(child, DURATION, resolved + response->total_s);
	result_check(child, RESOLVE,
	    resolved + response->phase_s[HTTP_RESOLVE]);
	result_check(child, CONNECT, response->phase_s[HTTP_CONNECT]);
	if (response->tls.used)
		result_check(child, TLS, response->phase_s[HTTP_TLS]);
	result_check(child, PROCESSING, response->phase_s[HTTP_PROCESSING]);
	result_check(child, TRANSFER, response->phase_s[HTTP_TRANSFER]);
}

static void
check_tls(const struct opts *opts, const struct http_tls *tls, int64_t now_s,
    struct result *child)
{
	if (!tls->used)
		return;
	check_certificate(opts, tls, now_s, child);
	if (tls->version > 0) {
		result_attribute(child, RESULT_EXPLAINS, "version",
		    http_tls_name(tls->version));
		result_metric(child, TLS_VERSION, 1);
	}
	if (tls->staple != HTTP_STAPLE_NONE)
		result_attribute(child, RESULT_EXPLAINS, "ocsp_staple",
		    http_staple_name(tls->staple));
}

/* "200 OK in 12.3 ms, 4 KiB, TLS 1.3, certificate for 80d" */
static void
tell_answer(const struct http_site *site, const struct http_response *response,
    int64_t now_s, struct text *text)
{
	const struct http_tls *tls = &response->tls;

	if (response->status > 0)
		text_addf(text, "%u %s in ", response->status,
		    http_status_phrase(response->status));
	num_format_duration(text,
	    (double)site->answer.took_ns / CLOCK_SECOND + response->total_s);
	text_add(text, response->body_cut ? ", more than " : ", ");
	num_format_size(text, (double)response->body_bytes);
	if (tls->version > 0)
		text_addf(text, ", %s", http_tls_name(tls->version));
	if (tls->has_expiry && tls->expires_s > now_s) {
		text_add(text, ", certificate for ");
		num_format_duration(text, (double)(tls->expires_s - now_s));
	}
	if (response->redirects > 0)
		text_addf(text, ", %u redirect%s to %s", response->redirects,
		    response->redirects == 1 ? "" : "s", response->location);
	else if (response->location[0] != '\0')
		text_addf(text, ", redirects to %s", response->location);
}

static struct result *
add_child(const struct http_seen *seen, struct result *parent)
{
	const struct ip *address = seen->asked.family != IP_NONE
	    ? &seen->asked
	    : &seen->response.address;
	char room[80];
	struct text name = TEXT_OVER(room);
	struct result *child;

	if (seen->race || seen->proxied) {
		const char *mode = seen->race ? "happy-eyeballs" : "proxy";

		child = result_child(parent, mode);
		result_label(child, "mode", mode);
		return child;
	}
	ip_format(&name, address);
	child = result_child(parent, room);
	result_label(child, "family", ip_family_name(address->family));
	result_label(child, "address", room);
	return child;
}

/* `dead` is what it counts for that the address does not work. */
static void
judge_seen(const struct opts *opts, const struct http_site *site,
    const struct http_seen *seen, int64_t now_s, enum verdict dead,
    struct result *child)
{
	const struct http_response *response = &seen->response;
	char room[600], reason_room[400];
	struct text text = TEXT_OVER(room), reason = TEXT_OVER(reason_room);
	const enum family_status status =
	    judge_answer(opts, site, seen, &reason);

	if (status == FAMILY_WORKS)
		result_ok(child);
	else
		result_judge(child,
		    status == FAMILY_DEAD ? dead : VERDICT_UNKNOWN, "%s",
		    reason_room);
	if (status != FAMILY_UNSEEN)
		result_metric(child, SUCCESS, status == FAMILY_WORKS);
	if (response->status > 0)
		result_metric(child, STATUS, response->status);
	check_tls(opts, &response->tls, now_s, child);
	if (response->end != HTTP_ANSWERED)
		return;
	check_phases(site, response, child);
	check_size(opts, response, child);
	if (opts->follow != HTTP_FOLLOW_NONE)
		result_metric(child, REDIRECTS, response->redirects);
	tell_answer(site, response, now_s, &text);
	result_summary(child, "%s", room);
}

/* --- judging one URL ------------------------------------------------------ */

struct count {
	size_t works, asked;
	double slowest_s;
};

static void
see_families(const struct opts *opts, const struct http_site *site,
    enum family_status seen[static IP_V6 + 1], struct count *count)
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
		seen[family] = without[site->answer.status[family]];
	for (size_t i = 0; i < site->count; i++) {
		const struct http_seen *one = &site->seen[i];
		const enum ip_family family = one->asked.family;
		char room[400];
		struct text reason = TEXT_OVER(room);
		const enum family_status status =
		    judge_answer(opts, site, one, &reason);
		const double took = one->response.total_s;

		count->asked++;
		count->works += status == FAMILY_WORKS;
		if (status == FAMILY_WORKS && took > count->slowest_s)
			count->slowest_s = took;
		if (seen[family] != FAMILY_WORKS && status != FAMILY_DEAD)
			seen[family] = status;
	}
}

static const char *
compared(const struct opts *opts, const struct http_response *response,
    struct text *text)
{
	switch ((enum compare)opts->compare) {
	case COMPARE_STATUS:
		text_addf(text, "%u", response->status);
		return "status";
	case COMPARE_ETAG:
		text_add(text,
		    response->etag[0] != '\0' ? response->etag : "none");
		return "etag";
	case COMPARE_BODY:
		text_addf(text, "%llu bytes of hash %016llx",
		    (unsigned long long)response->body_bytes,
		    (unsigned long long)response->body_hash);
		return "body";
	case COMPARE_NOTHING:
		break;
	}
	return "";
}

/* The first address that differs from the first is named with it. */
static void
compare_answers(const struct opts *opts, const struct http_site *site,
    struct result *node)
{
	char first_room[400], other_room[400], from_room[80], at_room[80];
	struct text first = TEXT_OVER(first_room), from = TEXT_OVER(from_room);
	const char *what = "";
	bool any = false;

	for (size_t i = 0; opts->compare != COMPARE_NOTHING && i < site->count;
	     i++) {
		const struct http_seen *seen = &site->seen[i];
		struct text other = TEXT_OVER(other_room);
		struct text at = TEXT_OVER(at_room);

		if (seen->response.end != HTTP_ANSWERED || seen->race)
			continue;
		what = compared(opts, &seen->response, any ? &other : &first);
		ip_format(any ? &at : &from, &seen->response.address);
		if (any && strcmp(first_room, other_room) != 0) {
			result_judge(node, opts->compare_state,
			    "%s differs: %s from %s, %s from %s", what,
			    first_room, from_room, other_room, at_room);
			return;
		}
		any = true;
	}
}

/* A browser prefers IPv6 (RFC 6724); whatever else it got was its fallback. */
static void
judge_race(const struct opts *opts, const struct http_site *site,
    const struct http_seen *seen, int64_t now_s, struct result *child)
{
	judge_seen(opts, site, seen, now_s, opts->rules.all_dead, child);
	if (seen->response.end == HTTP_ANSWERED &&
	    seen->response.address.family == IP_V4)
		result_judge(child, opts->rules.one_dead,
		    "a browser falls back to IPv4");
	else if (seen->response.end == HTTP_ANSWERED)
		result_attribute(child, RESULT_EXPLAINS, "used", "ipv6");
}

static void
judge_unresolved(const struct opts *opts, const struct http_site *site,
    struct result *node)
{
	const enum resolve_status status = resolve_overall(&site->answer);
	const bool unseen =
	    status == RESOLVE_SILENT || status == RESOLVE_BROKEN;

	result_judge(node, unseen ? VERDICT_UNKNOWN : opts->rules.all_dead,
	    "%s: %s", site->url.host, resolve_status_text(status));
}

static bool
is_racing(const struct http_site *site)
{
	return site->count > 0 && site->seen[site->count - 1].race;
}

/* How families count: with a race, the race does, and they are only shown. */
static struct family_verdict
weigh(const struct opts *opts, const struct http_site *site,
    const enum family_status seen[static IP_V6 + 1])
{
	static const struct family_verdict shown_only = { 0 };
	struct family_verdict verdict;

	if (is_racing(site))
		return shown_only;
	if (opts->proxy != NULL) {
		verdict = shown_only;
		verdict.dead_address[IP_NONE] = opts->rules.all_dead;
		return verdict;
	}
	return family_judge(&opts->rules, seen);
}

/* Is there more to say than that the addresses which were asked are dead? */
static bool
says_more(const struct http_site *site,
    const enum family_status seen[static IP_V6 + 1])
{
	for (int family = IP_V4; family <= IP_V6; family++)
		if (seen[family] == FAMILY_WORKS ||
		    seen[family] == FAMILY_MISSING ||
		    (seen[family] == FAMILY_UNSEEN &&
			site->answer.status[family] != RESOLVE_FOUND))
			return true;
	return false;
}

static void
judge_site(const struct opts *opts, const struct http_site *site, int64_t now_s,
    struct result *node, struct count *total)
{
	enum family_status seen[IP_V6 + 1];
	struct count count = { 0 };
	struct family_verdict verdict;
	char room[120];
	struct text text = TEXT_OVER(room);

	if (site->count == 0) {
		judge_unresolved(opts, site, node);
		return;
	}
	see_families(opts, site, seen, &count);
	verdict = weigh(opts, site, seen);
	result_ok(node);
	family_tell(&text, seen);
	if (verdict.verdict != VERDICT_OK && says_more(site, seen))
		result_judge(node, verdict.verdict, "%s", room);
	for (size_t i = 0; i < site->count; i++) {
		const struct http_seen *one = &site->seen[i];
		struct result *child = add_child(one, node);

		if (one->race)
			judge_race(opts, site, one, now_s, child);
		else
			judge_seen(opts, site, one, now_s,
			    verdict.dead_address[one->asked.family], child);
	}
	/* The family that must work may be one that was not asked. */
	if (verdict_compare(verdict.verdict, result_verdict(node)) > 0)
		result_judge(node, verdict.verdict, "%s", room);
	compare_answers(opts, site, node);
	text_clear(&text);
	text_addf(&text, "%zu of %zu answer well", count.works, count.asked);
	if (count.works > 0) {
		text_add(&text, ", slowest ");
		num_format_duration(&text, count.slowest_s);
	}
	result_summary(node, "%s", room);
	total->works += count.works;
	total->asked += count.asked;
}

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

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;
	const struct http_survey *survey = &sample->survey;
	const bool alone = survey->count == 1;
	struct count total = { 0 };

	for (size_t i = 0; i < survey->count; i++)
		judge_site(opts, &survey->sites[i], survey->now_s,
		    add_site(&survey->sites[i], alone, root), &total);
	if (survey->count > 0)
		result_ok(root);
	result_metric(root, WELL, (double)total.works);
	result_metric(root, ADDRESSES, (double)total.asked);
	if (alone)
		result_summary(root, "%s: %zu of %zu addresses answer well",
		    survey->sites[0].shown, total.works, total.asked);
	else
		result_summary(root,
		    "%zu URLs: %zu of %zu addresses answer well", survey->count,
		    total.works, total.asked);
}

static const char *const examples[] = {
	"-u https://www.example.net/",
	"does the site answer over IPv4 and IPv6, from every address?",
	"-u https://www.example.net/ -w 0.5 -c 2 --certificate-critical 14:",
	"and soon enough, with a certificate that lasts two weeks?",
	("-u https://www.example.net/health -e 200 -r 'status: ok' "
	 "--compare body"),
	"is it healthy, and the same whoever answers?",
	"-u https://www.example.net/ --addresses happy-eyeballs",
	"what would a browser get, and would it have to fall back?",
	NULL,
};

const struct plugin plugin = {
	.name = "check_http_dual",
	.title = "HTTP",
	.purpose = "asks for URLs over IPv4 and IPv6, from every address of "
		   "their names",
	.examples = examples,
	.options = options,
	.metrics = metrics,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.validate = validate,
	.collect = collect,
	.judge = judge,
};
