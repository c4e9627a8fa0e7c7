/* SPDX-License-Identifier: ISC */
#include "frame/http_dual_opt.h"

#include <string.h>

#include "frame/family_opt.h"
#include "model/http_ask.h"

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

const struct opt http_dual_options[] = {
	OPT_OTHER('u', "url", http_opt_url, struct http_dual_opts, targets,
	    "what to ask for", SELECT),
	OPT_OTHER(0, "URL", http_opt_url, struct http_dual_opts, targets,
	    "URLs may also stand without -u",
	    .flags = OPT_POSITIONAL | OPT_IDENTITY),
	OPT_OTHER(0, "urls", http_opt_urls, struct http_dual_opts, targets,
	    "file of URLs, one a line; - is standard input", SELECT),
	OPT_HOSTS('I', "resolve", struct http_dual_opts, resolve,
	    "connect to this address, whatever the name resolves to",
	    .metavar = "ADDRESS", SELECT),
	FAMILY_OPT_ROWS(struct http_dual_opts, rules.families, only),
	OPT_WORD(0, "addresses", struct http_dual_opts, addresses,
	    "which addresses of a name to ask", .preset = "all",
	    .words = addresses_words, SELECT),
	OPT_LIMITS("", struct http_dual_opts, rules.duration,
	    "seconds from the name to the last byte"),
	OPT_LIMITS("resolve", struct http_dual_opts, rules.phases[HTTP_RESOLVE],
	    "seconds until the name is resolved"),
	OPT_LIMITS("connect", struct http_dual_opts, rules.phases[HTTP_CONNECT],
	    "seconds until the connection stands"),
	OPT_LIMITS("tls", struct http_dual_opts, rules.phases[HTTP_TLS],
	    "seconds of the TLS handshake"),
	OPT_LIMITS("processing", struct http_dual_opts,
	    rules.phases[HTTP_PROCESSING],
	    "seconds from the request to the first byte"),
	OPT_LIMITS("transfer", struct http_dual_opts,
	    rules.phases[HTTP_TRANSFER],
	    "seconds from the first byte to the last"),
	OPT_OTHER('e', "status", http_opt_status, struct http_dual_opts,
	    rules.status, "status codes that are well: 200,301,2xx,500-503",
	    .preset = "2xx,3xx", SELECT),
	OPT_OTHER('s', "string", http_opt_string, struct http_dual_opts,
	    patterns, "text that the body must hold", .metavar = "TEXT",
	    SELECT),
	OPT_OTHER('r', "regex", http_opt_regex, struct http_dual_opts, patterns,
	    "regular expression that the body must match", SELECT),
	OPT_OTHER(0, "no-regex", http_opt_no_regex, struct http_dual_opts,
	    patterns, "regular expression that the body must not match",
	    SELECT),
	OPT_OTHER(0, "header-regex", http_opt_header_regex,
	    struct http_dual_opts, patterns,
	    "regular expression that the header must match", SELECT),
	OPT_OTHER(0, "no-header-regex", http_opt_no_header_regex,
	    struct http_dual_opts, patterns,
	    "regular expression that the header must not match", SELECT),
	OPT_LIMITS("size", struct http_dual_opts, rules.size,
	    "bytes of the body"),
	OPT_WORD(0, "compare", struct http_dual_opts, rules.compare,
	    "what must be the same from all addresses", .words = compare_words,
	    SELECT),
	OPT_VERDICT(0, "compare-state", struct http_dual_opts,
	    rules.compare_state, "state when --compare finds a difference",
	    .preset = "critical"),
	OPT_LIMITS("certificate", struct http_dual_opts, rules.certificate,
	    "days until the first certificate of the chain ends"),
	OPT_WORD(0, "min-tls", struct http_dual_opts, rules.min_tls,
	    "oldest TLS version that is well", .words = tls_words, SELECT),
	OPT_WORD(0, "verify", struct http_dual_opts, verify,
	    "how far a certificate is checked", .preset = "full",
	    .words = verify_words),
	OPT_FILE(0, "ca-file", struct http_dual_opts, ca_file,
	    "CA certificates to trust, PEM"),
	OPT_FILE(0, "ca-dir", struct http_dual_opts, ca_dir,
	    "directory of CA certificates to trust, hashed",
	    .metavar = "DIRECTORY"),
	OPT_FILE('J', "client-cert", struct http_dual_opts, client_cert,
	    "certificate to show, PEM"),
	OPT_FILE('K', "client-key", struct http_dual_opts, client_key,
	    "private key of --client-cert, PEM"),
	OPT_SECRET_FILE(0, "key-pass-file", struct http_dual_opts, key_password,
	    "file with the pass phrase of --client-key"),
	OPT_OTHER('j', "method", http_opt_method, struct http_dual_opts, method,
	    "method to use instead of GET, or of POST where there is a body",
	    SELECT),
	OPT_OTHER('k', "header", http_opt_header, struct http_dual_opts,
	    headers, "field to send, NAME: VALUE", SELECT),
	OPT_SECRET_FILE(0, "header-file", struct http_dual_opts, header_file,
	    "file with secret fields to send, one a line"),
	OPT_OTHER(0, "body", http_opt_body, struct http_dual_opts, body,
	    "file to send as the body", SELECT),
	OPT_SECRET_FILE('a', "auth-file", struct http_dual_opts, auth,
	    "file with USER:PASSWORD"),
	OPT_WORD(0, "auth", struct http_dual_opts, digest,
	    "how to use what --auth-file has", .preset = "basic",
	    .words = auth_words),
	OPT_SECRET_FILE(0, "bearer-file", struct http_dual_opts, bearer,
	    "file with a bearer token"),
	OPT_STRING('A', "user-agent", struct http_dual_opts, user_agent,
	    "what to call ourselves", .preset = "check_http_dual",
	    .metavar = "TEXT"),
	OPT_WORD(0, "http-version", struct http_dual_opts, http_version,
	    "version of HTTP to ask for", .preset = "auto",
	    .words = version_words, SELECT),
	OPT_FLAG(0, "compressed", struct http_dual_opts, compressed,
	    "ask for compression"),
	OPT_WORD('f', "follow", struct http_dual_opts, follow,
	    "which redirects to follow, 5 at most", .preset = "none",
	    .words = follow_words, SELECT),
	OPT_OTHER(0, "proxy", http_opt_proxy, struct http_dual_opts, proxy,
	    "ask through this proxy, which resolves the name", SELECT),
	OPT_SECRET_FILE(0, "proxy-auth-file", struct http_dual_opts, proxy_auth,
	    "file with USER:PASSWORD for the proxy"),
	OPT_HOSTS(0, "source", struct http_dual_opts, source,
	    "address to connect from, one of each family", .metavar = "ADDRESS",
	    SELECT),
	OPT_STRING(0, "interface", struct http_dual_opts, interface,
	    "interface to connect through", .metavar = "NAME", SELECT),
	OPT_SIZE(0, "body-max", struct http_dual_opts, body_max,
	    "bytes of a body to read", .preset = "1Mi", .min = 1,
	    .max = 16 << 20),
	OPT_COUNT(0, "parallel", struct http_dual_opts, parallel,
	    "requests at a time", .preset = "64", .min = 1, .max = 256),
	OPT_DURATION(0, "probe-timeout", struct http_dual_opts, probe_timeout,
	    "time of one address; otherwise all that --timeout leaves",
	    .min = CLOCK_MILLI),
	OPT_END,
};

/* --- together ------------------------------------------------------------- */

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
has_secure_url(const struct http_dual_opts *opts)
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
has_url_with_user(const struct http_dual_opts *opts)
{
	for (size_t i = 0; i < opts->targets.count; i++)
		if (http_url_has_user(opts->targets.items[i].url))
			return true;
	return false;
}

static bool
judges_tls(const struct http_dual_opts *opts)
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

bool
http_dual_opts_read_bodies(const struct http_dual_opts *opts)
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
is_head(const struct http_dual_opts *opts)
{
	return opts->method != NULL && strcmp(opts->method, "HEAD") == 0;
}

static bool
judges_bodies(const struct http_dual_opts *opts)
{
	return http_dual_opts_read_bodies(opts) ||
	    limits_given(&opts->rules.size) ||
	    opts->rules.compare == HTTP_COMPARE_BODY;
}

/* What cannot be meant, and would be left out in silence: of the ways to
 * addresses, and of what is asked there. */
static bool
check_ways(const struct http_dual_opts *opts, struct err *err)
{
	const struct opt_clash clashes[] = {
		{ opts->source.count > 0 && opts->interface != NULL,
		    "--source and --interface are alternatives" },
		{ !one_of_each(&opts->source),
		    "--source is given once for each family" },
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
		{ opts->addresses == HTTP_ADDRESSES_RACE &&
			opts->rules.families.policy != FAMILY_AUTO,
		    "with --addresses=happy-eyeballs the race is judged, and "
		    "no --family" },
	};

	return opt_clash_check(clashes, sizeof(clashes) / sizeof(clashes[0]),
	    err);
}

static bool
check_secrets(const struct http_dual_opts *opts, struct err *err)
{
	const struct opt_clash clashes[] = {
		{ opts->client_cert == NULL &&
			(opts->client_key != NULL ||
			    opts->key_password.bytes != NULL),
		    "--client-key and --key-pass-file need --client-cert" },
		{ opts->auth.bytes != NULL && opts->bearer.bytes != NULL,
		    "--auth-file and --bearer-file are alternatives" },
		{ opts->bearer.bytes != NULL && has_url_with_user(opts),
		    "a user in a URL and --bearer-file are alternatives" },
		{ breaks_line(opts->bearer.bytes),
		    "--bearer-file holds one line" },
		{ breaks_line(opts->auth.bytes) ||
			breaks_line(opts->proxy_auth.bytes),
		    "--auth-file and --proxy-auth-file hold one line" },
		{ opts->auth.bytes != NULL &&
			strchr(opts->auth.bytes, ':') == NULL,
		    "--auth-file holds USER:PASSWORD, with a colon" },
	};

	return opt_clash_check(clashes, sizeof(clashes) / sizeof(clashes[0]),
	    err);
}

static bool
check_request(const struct http_dual_opts *opts, struct err *err)
{
	const struct opt_clash clashes[] = {
		{ breaks_line(opts->user_agent), "--user-agent is one line" },
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
wanted_version(const struct http_dual_opts *opts)
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

bool
http_dual_opts_check(struct http_dual_opts *opts, struct err *err)
{
	if (opts->targets.count == 0)
		return err_set(err, ERR_USAGE, "--url or --urls is needed");
	opts->rules.follows = opts->follow != HTTP_FOLLOW_NONE;
	opts->rules.version = wanted_version(opts);
	return family_opt_check(&opts->rules.families, opts->only, err) &&
	    only_addresses(&opts->resolve, "resolve", err) &&
	    only_addresses(&opts->source, "source", err) &&
	    check_ways(opts, err) && check_secrets(opts, err) &&
	    check_request(opts, err);
}
