/* SPDX-License-Identifier: ISC */
/*
 * check_http_dual: do URLs answer as they should, over IPv4 and over IPv6, from
 * each address of their names?
 *
 * Source: libcurl, each probe pinned to one address.  A browser falls back from
 * a broken family in silence, so nobody notices until the other one breaks too.
 */
#include <string.h>

#include "frame/family_opt.h"
#include "frame/http_opt.h"
#include "frame/plugin.h"
#include "model/http_judge.h"
#include "source/http_survey.h"

struct opts {
	struct http_targets targets;
	struct opt_hosts resolve;
	struct http_rules rules;
	int only; /* enum ip_family */
	int addresses;
	const char *method;
	struct opt_strings headers;
	struct opt_secret header_file;
	struct http_opt_file body;
	struct opt_secret auth, bearer, proxy_auth, key_password;
	int digest;
	const char *user_agent, *proxy, *interface;
	int http_version;
	int follow;
	bool compressed;
	struct opt_hosts source;
	int verify;
	const char *ca_file, *ca_dir, *client_cert, *client_key;
	struct http_opt_patterns patterns;
	uint64_t body_max;
	uint64_t parallel;
	int64_t probe_timeout; /* ns */
};

struct sample {
	struct http_survey survey;
};

/* --- words of options ----------------------------------------------------- */

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
	{ "status", HTTP_COMPARE_STATUS, NULL },
	{ "body", HTTP_COMPARE_BODY, NULL },
	{ "etag", HTTP_COMPARE_ETAG, NULL },
	{ NULL, 0, NULL },
};

#define SELECT .flags = OPT_IDENTITY

static const struct opt options[] = {
	OPT_OTHER('u', "url", http_opt_url, struct opts, targets,
	    "what to ask for", SELECT),
	OPT_OTHER(0, "URL", http_opt_url, struct opts, targets,
	    "URLs may also stand without -u",
	    .flags = OPT_POSITIONAL | OPT_IDENTITY),
	OPT_OTHER(0, "urls", http_opt_urls, struct opts, targets,
	    "file of URLs, one a line; - is standard input", SELECT),
	OPT_HOSTS('I', "resolve", struct opts, resolve,
	    "connect to this address, whatever the name resolves to",
	    .metavar = "ADDRESS", SELECT),
	FAMILY_OPT_ROWS(struct opts, rules.families, only),
	OPT_WORD(0, "addresses", struct opts, addresses,
	    "which addresses of a name to ask", .preset = "all",
	    .words = addresses_words, SELECT),
	OPT_LIMITS("", struct opts, rules.duration,
	    "seconds from the name to the last byte"),
	OPT_LIMITS("resolve", struct opts, rules.phases[HTTP_RESOLVE],
	    "seconds until the name is resolved"),
	OPT_LIMITS("connect", struct opts, rules.phases[HTTP_CONNECT],
	    "seconds until the connection stands"),
	OPT_LIMITS("tls", struct opts, rules.phases[HTTP_TLS],
	    "seconds of the TLS handshake"),
	OPT_LIMITS("processing", struct opts, rules.phases[HTTP_PROCESSING],
	    "seconds from the request to the first byte"),
	OPT_LIMITS("transfer", struct opts, rules.phases[HTTP_TRANSFER],
	    "seconds from the first byte to the last"),
	OPT_OTHER('e', "status", http_opt_status, struct opts, rules.status,
	    "status codes that are well: 200,301,2xx,500-503",
	    .preset = "2xx,3xx", SELECT),
	OPT_OTHER('s', "string", http_opt_string, struct opts, patterns,
	    "text that the body must hold", .metavar = "TEXT", SELECT),
	OPT_OTHER('r', "regex", http_opt_regex, struct opts, patterns,
	    "regular expression that the body must match", SELECT),
	OPT_OTHER(0, "no-regex", http_opt_no_regex, struct opts, patterns,
	    "one that the body must not match", SELECT),
	OPT_OTHER(0, "header-regex", http_opt_header_regex, struct opts,
	    patterns, "one that the header must match", SELECT),
	OPT_OTHER(0, "no-header-regex", http_opt_no_header_regex, struct opts,
	    patterns, "one that the header must not match", SELECT),
	OPT_LIMITS("size", struct opts, rules.size, "bytes of the body"),
	OPT_WORD(0, "compare", struct opts, rules.compare,
	    "what must be the same from all addresses", .words = compare_words,
	    SELECT),
	OPT_VERDICT(0, "compare-state", struct opts, rules.compare_state,
	    "state when it is not", .preset = "critical"),
	OPT_LIMITS("certificate", struct opts, rules.certificate,
	    "days until the first certificate of the chain ends"),
	OPT_WORD(0, "min-tls", struct opts, rules.min_tls,
	    "oldest TLS version that is well", .words = tls_words, SELECT),
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
	OPT_OTHER('j', "method", http_opt_method, struct opts, method,
	    "instead of GET, or POST with a body", SELECT),
	OPT_OTHER('k', "header", http_opt_header, struct opts, headers,
	    "field to send, NAME: VALUE", SELECT),
	OPT_SECRET_FILE(0, "header-file", struct opts, header_file,
	    "file with secret fields to send, one a line"),
	OPT_OTHER(0, "body", http_opt_body, struct opts, body,
	    "file to send as the body", SELECT),
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
	    .words = version_words, SELECT),
	OPT_FLAG(0, "compressed", struct opts, compressed,
	    "ask for compression"),
	OPT_WORD('f', "follow", struct opts, follow,
	    "which redirects to follow, 5 at most", .preset = "none",
	    .words = follow_words, SELECT),
	OPT_OTHER(0, "proxy", http_opt_proxy, struct opts, proxy,
	    "ask through this proxy, which resolves the name", SELECT),
	OPT_SECRET_FILE(0, "proxy-auth-file", struct opts, proxy_auth,
	    "file with USER:PASSWORD for it"),
	OPT_HOSTS(0, "source", struct opts, source,
	    "address to connect from, one of each family", .metavar = "ADDRESS",
	    SELECT),
	OPT_STRING(0, "interface", struct opts, interface,
	    "interface to connect through", .metavar = "NAME", SELECT),
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
has_secure_url(const struct opts *opts)
{
	for (size_t i = 0; i < opts->targets.count; i++)
		if (http_url_is_tls(opts->targets.items[i].url))
			return true;
	return false;
}

/* It would end the field, and begin another. */
static bool
breaks_line(const char *text)
{
	return text != NULL && strpbrk(text, "\r\n") != NULL;
}

static bool
has_url_with_user(const struct opts *opts)
{
	for (size_t i = 0; i < opts->targets.count; i++)
		if (http_url_has_user(opts->targets.items[i].url))
			return true;
	return false;
}

static bool
judges_tls(const struct opts *opts)
{
	return opts->rules.min_tls > 0 ||
	    limits_given(&opts->rules.certificate);
}

static bool
one_of_each(const struct opt_hosts *hosts)
{
	return hosts->count < 2 ||
	    (hosts->count == 2 &&
		hosts->items[0].address.family !=
		    hosts->items[1].address.family);
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
is_head(const struct opts *opts)
{
	return opts->method != NULL && strcmp(opts->method, "HEAD") == 0;
}

static bool
judges_bodies(const struct opts *opts)
{
	return reads_bodies(opts) || limits_given(&opts->rules.size) ||
	    opts->rules.compare == HTTP_COMPARE_BODY;
}

/* What cannot be meant, and would be left out in silence. */
static bool
validate_together(const struct opts *opts, struct err *err)
{
	const bool racing = opts->addresses == HTTP_ADDRESSES_RACE;
	const struct opt_clash clashes[] = {
		{ opts->source.count > 0 && opts->interface != NULL,
		    "--source and --interface are alternatives" },
		{ opts->proxy != NULL &&
			(opts->only != IP_NONE || opts->resolve.count > 0),
		    "with --proxy the proxy resolves the name: no --resolve, "
		    "-4 or -6" },
		{ opts->proxy != NULL &&
			(opts->addresses != HTTP_ADDRESSES_ALL ||
			    opts->rules.families.policy != FAMILY_AUTO ||
			    opts->rules.compare != HTTP_COMPARE_NOTHING),
		    "with --proxy there is one request: no --addresses, "
		    "--family or --compare" },
		{ opts->proxy == NULL && opts->proxy_auth.bytes != NULL,
		    "--proxy-auth-file needs --proxy" },
		{ opts->client_cert == NULL &&
			(opts->client_key != NULL ||
			    opts->key_password.bytes != NULL),
		    "--client-key and --key-pass-file need --client-cert" },
		{ racing && opts->rules.families.policy != FAMILY_AUTO,
		    "with --addresses=happy-eyeballs the race is judged, and "
		    "no --family" },
		{ !one_of_each(&opts->source),
		    "--source is given once for each family" },
		{ opts->auth.bytes != NULL && opts->bearer.bytes != NULL,
		    "--auth-file and --bearer-file are alternatives" },
		{ opts->bearer.bytes != NULL && has_url_with_user(opts),
		    "a user in a URL and --bearer-file are alternatives" },
		{ breaks_line(opts->user_agent), "--user-agent is one line" },
		{ breaks_line(opts->bearer.bytes),
		    "--bearer-file holds one line" },
		{ breaks_line(opts->auth.bytes) ||
			breaks_line(opts->proxy_auth.bytes),
		    "--auth-file and --proxy-auth-file hold one line" },
		{ opts->auth.bytes != NULL &&
			strchr(opts->auth.bytes, ':') == NULL,
		    "--auth-file holds USER:PASSWORD, with a colon" },
		{ is_head(opts) && opts->body.given,
		    "--method=HEAD sends no --body" },
		{ is_head(opts) && judges_bodies(opts),
		    "--method=HEAD brings no body: no --string, --regex, "
		    "--no-regex, regex=, limits of --size or --compare=body" },
		{ judges_tls(opts) && !has_secure_url(opts) &&
			opts->follow == HTTP_FOLLOW_NONE,
		    "limits on certificates and TLS need an https URL" },
	};

	return opt_clash_check(clashes, sizeof(clashes) / sizeof(clashes[0]),
	    err);
}

/* A version that is asked for and not spoken is a fault; 1.0 and 1.1 are
 * answered in either (RFC 9110 2.5). */
static const char *
wanted_version(const struct opts *opts)
{
	static const char *const names[] = {
		[HTTP_VERSION_AUTO] = NULL,
		[HTTP_VERSION_1_0] = NULL,
		[HTTP_VERSION_1_1] = NULL,
		[HTTP_VERSION_2] = "2",
		[HTTP_VERSION_2_PRIOR] = "2",
		[HTTP_VERSION_3] = "3",
	};

	return names[opts->http_version];
}

static bool
validate(void *o, struct err *err)
{
	struct opts *opts = o;

	if (opts->targets.count == 0)
		return err_set(err, ERR_USAGE, "--url or --urls is needed");
	opts->rules.follows = opts->follow != HTTP_FOLLOW_NONE;
	opts->rules.version = wanted_version(opts);
	return family_opt_check(&opts->rules.families, opts->only, err) &&
	    only_addresses(&opts->resolve, "resolve", err) &&
	    only_addresses(&opts->source, "source", err) &&
	    validate_together(opts, err);
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
has_address(const struct ip *addresses, size_t count, const struct ip *address)
{
	for (size_t i = 0; i < count; i++)
		if (ip_compare(&addresses[i], address) == 0)
			return true;
	return false;
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
		for (size_t i = 0; i < opts->resolve.count; i++) {
			const struct ip *ip = &opts->resolve.items[i].address;

			if (ip->family == family &&
			    !has_address(overrides, plan->override_count, ip))
				overrides[plan->override_count++] = *ip;
		}
	plan->overrides = overrides;
	for (size_t i = 0; i < opts->source.count; i++) {
		const struct ip *source = &opts->source.items[i].address;

		plan->request.source[source->family] = *source;
	}
	return true;
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
	const struct opts *opts = o;
	struct sample *sample = s;
	const struct deadline deadline = deadline_of_probes(&run->deadline);
	struct watcher watcher = { &sample->survey, run };
	struct http_plan plan;

	if (!make_plan(opts, &plan, run, err))
		return false;
	run_waiting(run, "resolving names and asking their addresses");
	if (http_survey_run(&sample->survey, &plan, run->arena, &deadline,
		progress, &watcher, err))
		return true;
	return err->kind == ERR_UNSUPPORTED && opts->rules.version != NULL
	    ? err_context(err, "--http-version %s", opts->rules.version)
	    : false;
}

static void
judge(const void *o, const void *s, struct result *root)
{
	const struct opts *opts = o;
	const struct sample *sample = s;

	http_judge(&opts->rules, &sample->survey, root);
}

/* What check_http and check_curl are called with; man page, COMPATIBILITY. */
static const char *const habits[] = {
	"-H",
	"-u http://HOST/PATH",
	"--hostname",
	"-u http://HOST/PATH",
	"-p",
	"-u http://HOST:PORT/PATH",
	"--port",
	"-u http://HOST:PORT/PATH",
	"-S",
	"-u https://HOST/PATH",
	"--ssl",
	"-u https://HOST/PATH",
	"-m",
	"--size-warning MIN:MAX",
	"-d",
	"--header-regex REGEX",
	"-R",
	"-r (?i)REGEX",
	"-P",
	"--body FILE",
	"-b",
	"--proxy-auth-file FILE",
	"-C",
	"--certificate-warning DAYS: --certificate-critical DAYS:",
	"--certificate",
	"--certificate-warning DAYS: --certificate-critical DAYS:",
	NULL,
};

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
	.habits = habits,
	.options = options,
	.metrics = http_metrics,
	.opts_size = sizeof(struct opts),
	.sample_size = sizeof(struct sample),
	.validate = validate,
	.collect = collect,
	.judge = judge,
};
