/* SPDX-License-Identifier: ISC */
/*
 * check_http_dual: do URLs answer as they should, over IPv4 and over IPv6, from
 * each address of their names?
 *
 * Source: libcurl, each probe pinned to one address.  A browser falls back from
 * a broken family in silence, so nobody notices until the other one breaks too.
 */
#include <string.h>

#include "frame/http_dual_opt.h"
#include "frame/plugin.h"
#include "model/http_judge.h"
#include "source/http_survey.h"

struct sample {
	struct http_survey survey;
};

static bool
validate(void *o, struct err *err)
{
	return http_dual_opts_check(o, err);
}

/* --- collect -------------------------------------------------------------- */

/* The plan's headers: those of the command line and those of the file. */
static bool
add_headers(const struct http_dual_opts *opts, struct http_request *request,
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
add_addresses(const struct http_dual_opts *opts, struct http_plan *plan,
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
make_plan(const struct http_dual_opts *opts, struct http_plan *plan,
    struct run *run, struct err *err)
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
			.keep_body = http_dual_opts_read_bodies(opts),
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
	const struct http_dual_opts *opts = o;
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
	const struct http_dual_opts *opts = o;
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
	.options = http_dual_options,
	.metrics = http_metrics,
	.opts_size = sizeof(struct http_dual_opts),
	.sample_size = sizeof(struct sample),
	.validate = validate,
	.collect = collect,
	.judge = judge,
};
