/* SPDX-License-Identifier: ISC */
#include "source/http.h"

#include <limits.h>
#include <stdlib.h>

#include "source/http_ca.h"
#include "source/http_easy.h"
#include "source/http_end.h"
#include "source/http_hop.h"
#include "source/http_timing.h"

/* The sooner we look again, the better we know how long we stood still. */
#define WAIT_MS 100

/* --- redirects ------------------------------------------------------------ */

/* Sets what changes for the next request; false when it is not to be sent. */
static bool
change_request(struct http_transfer *transfer, const struct http_url *from,
    const struct http_url *to)
{
	const struct http_hop hop = { transfer->probe, from, to,
		transfer->body_dropped };
	struct http_next next;
	char room[HTTP_TEXT];
	struct text why = TEXT_OVER(room);

	if (!http_hop_plan(&hop, &next, &why)) {
		http_end(transfer, HTTP_FAILED, "%s", room);
		return false;
	}
	if (!next.same_origin)
		http_easy_drop_secrets(transfer);
	if (!next.same_host)
		http_set_pointer(transfer, CURLOPT_CONNECT_TO, NULL);
	else if (transfer->probe->count > 1 && !http_easy_offer(transfer, to))
		http_note_refusal(transfer, CURLE_OUT_OF_MEMORY);
	transfer->probe->response.tls = (struct http_tls){ .used = to->tls };
	if (next.becomes_get) {
		http_set_text(transfer, CURLOPT_CUSTOMREQUEST, NULL);
		http_set_long(transfer, CURLOPT_HTTPGET, 1);
		transfer->body_dropped = true;
	}
	return true;
}

static void
note_location(struct http_response *response, const char *url)
{
	struct text location;

	text_init(&location, response->location, sizeof(response->location));
	http_url_show(&location, url);
}

static void
end_bad_redirect(struct http_transfer *transfer, const char *url,
    const char *why)
{
	char room[HTTP_TEXT];
	struct text shown = TEXT_OVER(room);

	http_url_show(&shown, url);
	http_end(transfer, HTTP_FAILED, "bad redirect to %s: %s", room, why);
}

/* Where it leads, or NULL when the transfer ends here. */
static const char *
redirect_url(struct http_transfer *transfer)
{
	struct http_response *response = &transfer->probe->response;
	const bool follow =
	    transfer->probe->request->follow != HTTP_FOLLOW_NONE;
	char *url = NULL;

	if (!http_hop_is_redirect(response->status))
		return NULL;
	http_api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_REDIRECT_URL, &url);
	if (url == NULL && follow)
		http_end(transfer, HTTP_FAILED,
		    "a redirect that leads nowhere");
	if (url == NULL)
		return NULL;
	if (!follow) {
		note_location(response, url);
		return NULL;
	}
	if (response->redirects == HTTP_REDIRECTS_MAX) {
		http_end(transfer, HTTP_FAILED, "more than %d redirects",
		    HTTP_REDIRECTS_MAX);
		return NULL;
	}
	return url;
}

/* Does the transfer go on with another request? */
static bool
redirected(struct http_transfer *transfer)
{
	const struct http_client *client = transfer->session->client;
	struct http_response *response = &transfer->probe->response;
	const char *url = redirect_url(transfer);
	struct http_url from, to;
	struct err err;
	char *copy;

	if (url == NULL)
		return false;
	if (!http_url_split(client, transfer->url, &from, &err) ||
	    !http_url_split(client, url, &to, &err)) {
		end_bad_redirect(transfer, url, err.text);
		return false;
	}
	copy = strdup(url);
	if (copy == NULL) {
		http_end(transfer, HTTP_UNABLE, "no memory left");
		return false;
	}
	free(transfer->url);
	transfer->url = copy;
	if (!change_request(transfer, &from, &to))
		return false;
	note_location(response, transfer->url);
	response->redirects++;
	return true;
}

/* --- starting and ending -------------------------------------------------- */

static void
release(struct http_transfer *transfer)
{
	const struct http_api *api = http_api_of(transfer);

	if (transfer->easy != NULL)
		api->curl_easy_cleanup(transfer->easy);
	api->curl_slist_free_all(transfer->headers);
	api->curl_slist_free_all(transfer->pins);
	http_intake_free(&transfer->intake);
	free(transfer->url);
	*transfer = (struct http_transfer){ 0 };
}

static void
report(struct http_transfer *transfer)
{
	struct http_session *session = transfer->session;
	const struct span header = http_intake_header_span(&transfer->intake);
	const struct span body = { transfer->intake.body.data,
		transfer->intake.body.len };

	if (session->finished != NULL)
		session->finished(session->context, transfer->probe, header,
		    body);
	release(transfer);
}

/* A user in the URL is a secret like any other: it goes where those go. */
static bool
take_url(struct http_transfer *transfer, struct http_url *parts,
    struct err *err)
{
	const struct http_api *api = http_api_of(transfer);
	CURLU *parsed = http_parse_url(api, transfer->probe->url, err);
	char *user = NULL, *password = NULL, *plain = NULL;

	if (parsed == NULL)
		return false;
	user = http_url_part(api, parsed, CURLUPART_USER, CURLU_URLDECODE);
	password =
	    http_url_part(api, parsed, CURLUPART_PASSWORD, CURLU_URLDECODE);
	if (user != NULL) {
		http_set_text(transfer, CURLOPT_USERNAME, user);
		http_set_text(transfer, CURLOPT_PASSWORD, password);
		api->curl_url_set(parsed, CURLUPART_USER, NULL, 0);
		api->curl_url_set(parsed, CURLUPART_PASSWORD, NULL, 0);
	}
	plain = http_url_part(api, parsed, CURLUPART_URL, 0);
	transfer->url = plain != NULL ? strdup(plain) : NULL;
	api->curl_free(plain);
	api->curl_free(password);
	api->curl_free(user);
	api->curl_url_cleanup(parsed);
	return (transfer->url != NULL ||
		   err_set(err, ERR_SYSTEM, "no memory left")) &&
	    http_url_split(transfer->session->client, transfer->url, parts,
		err);
}

/* libcurl's timers would end a request before it looks whether the answer has
 * come: the end of its turn is ours to see.  But where there may be several
 * addresses, libcurl divides among them what it has for connecting. */
static void
set_timers(struct http_transfer *transfer)
{
	const struct http_probe *probe = transfer->probe;
	const int64_t left_ms =
	    (transfer->turn.until_ns - clock_monotonic_ns()) / CLOCK_MILLI;
	const bool pinned = probe->count == 1 && probe->response.redirects == 0;

	http_set_long(transfer, CURLOPT_CONNECTTIMEOUT_MS,
	    pinned	      ? INT_MAX
		: left_ms > 1 ? (long)left_ms
			      : 1);
}

/* Sends the request, the first or one after a redirect; false when it has come
 * to an end instead. */
static bool
send_request(struct http_transfer *transfer)
{
	http_set_text(transfer, CURLOPT_URL, transfer->url);
	set_timers(transfer);
	transfer->error[0] = '\0';
	http_intake_begin(&transfer->intake, &transfer->probe->response);
	transfer->proxy_tls = http_has_tls_proxy(transfer->probe->request);
	transfer->sent_ns = clock_monotonic_ns();
	transfer->secure_us = 0;
	if (transfer->refused != CURLE_OK) {
		http_end(transfer, HTTP_UNABLE, "libcurl: %s",
		    http_api_of(transfer)->curl_easy_strerror(
			transfer->refused));
		return false;
	}
	if (http_api_of(transfer)->curl_multi_add_handle(
		transfer->session->multi, transfer->easy) == CURLM_OK)
		return true;
	http_end(transfer, HTTP_UNABLE, "libcurl takes no more requests");
	return false;
}

static int64_t
end_of_turn(const struct http_session *session)
{
	const int64_t left = deadline_left_ns(session->deadline);

	return clock_monotonic_ns() +
	    (session->each_ns > 0 && session->each_ns < left ? session->each_ns
							     : left);
}

static bool
has_short_turn(const struct http_session *session)
{
	return session->next > session->parallel &&
	    http_turn_is_short(session->each_ns, session->whole_ns,
		deadline_left_ns(session->deadline));
}

static bool
start(struct http_transfer *transfer, struct http_session *session,
    struct http_probe *probe)
{
	struct http_url parts;
	struct err err;

	*transfer = (struct http_transfer){
		.session = session,
		.probe = probe,
		.easy = session->client->api.curl_easy_init(),
		.watch.library = session->client->tls,
		.watch.roots = probe->request == session->probes[0].request
		    ? &session->roots
		    : NULL,
		.watch.verify = probe->request->verify,
		.watch.tls = &probe->response.tls,
		.turn.begun_ns = clock_monotonic_ns(),
		.turn.until_ns = end_of_turn(session),
		.turn.cut = has_short_turn(session),
		.intake.body_max = probe->request->body_max,
		.intake.keep_body = probe->request->keep_body,
	};
	probe->response = (struct http_response){ 0 };
	if (transfer->easy == NULL) {
		http_end(transfer, HTTP_UNABLE, "no memory left");
		return false;
	}
	http_easy_set(transfer);
	if (!take_url(transfer, &parts, &err)) {
		http_end(transfer, HTTP_UNABLE, "%s", err.text);
		return false;
	}
	probe->response.tls.used = parts.tls;
	if (probe->count == 1)
		http_easy_pin(transfer, &probe->addresses[0]);
	else if (probe->count > 1 && !http_easy_offer(transfer, &parts))
		http_note_refusal(transfer, CURLE_OUT_OF_MEMORY);
	if (probe->count == 1)
		probe->response.address = probe->addresses[0];
	return send_request(transfer);
}

static void
finish(struct http_transfer *transfer, CURLcode code)
{
	struct http_session *session = transfer->session;
	struct http_response *response = &transfer->probe->response;
	struct http_timers timers = http_end_timers(transfer);
	const bool cut = code == CURLE_WRITE_ERROR && response->body_cut;
	const char *fault;

	session->client->api.curl_multi_remove_handle(session->multi,
	    transfer->easy);
	if (code == CURLE_OPERATION_TIMEDOUT) /* libcurl's is when it looked */
		timers.total =
		    (clock_monotonic_ns() - transfer->sent_ns) / 1000;
	http_timing_add(&timers, response);
	http_end_response(transfer);
	fault = http_intake_fault(&transfer->intake, response->status);
	if (code != CURLE_OK && !cut) {
		http_end_failure(transfer, code);
	} else if (fault != NULL) {
		http_end(transfer, HTTP_FAILED, "%s", fault);
	} else {
		response->end = HTTP_ANSWERED;
		if (redirected(transfer) && send_request(transfer))
			return;
	}
	session->running--;
	report(transfer);
}

static struct http_transfer *
free_transfer(struct http_session *session)
{
	for (size_t i = 0; i < session->parallel; i++)
		if (session->transfers[i].probe == NULL)
			return &session->transfers[i];
	return NULL;
}

static void
start_more(struct http_session *session)
{
	struct http_transfer *transfer;

	while (session->next < session->count &&
	    !deadline_past(session->deadline) &&
	    (transfer = free_transfer(session)) != NULL) {
		struct http_probe *probe = &session->probes[session->next++];

		if (start(transfer, session, probe))
			session->running++;
		else
			report(transfer);
	}
}

static void
finish_some(struct http_session *session)
{
	const struct http_api *api = &session->client->api;
	CURLMsg *message;
	int left;

	while ((message = api->curl_multi_info_read(session->multi, &left)) !=
	    NULL) {
		struct http_transfer *transfer = NULL;
		const CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		api->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
		    &transfer);
		finish(transfer, code);
	}
}

static void
give_up(struct http_session *session, CURLcode why)
{
	for (size_t i = 0; i < session->parallel; i++)
		if (session->transfers[i].probe != NULL)
			finish(&session->transfers[i], why);
}

/* --- time ----------------------------------------------------------------- */

/* Those whose turn was over when we last woke up: whatever had come by then,
 * has been read since. */
static void
end_overdue(struct http_session *session)
{
	for (size_t i = 0; i < session->parallel; i++) {
		struct http_transfer *transfer = &session->transfers[i];

		if (transfer->probe != NULL &&
		    transfer->turn.until_ns <= session->woke_ns)
			finish(transfer, CURLE_OPERATION_TIMEDOUT);
	}
}

static struct deadline
next_look(const struct http_session *session)
{
	struct deadline next = deadline_in(WAIT_MS * CLOCK_MILLI);

	if (session->deadline->at_ns < next.at_ns)
		next = *session->deadline;
	for (size_t i = 0; i < session->parallel; i++)
		if (session->transfers[i].probe != NULL &&
		    session->transfers[i].turn.until_ns < next.at_ns)
			next.at_ns = session->transfers[i].turn.until_ns;
	return next;
}

static void
await(struct http_session *session)
{
	const struct deadline next = next_look(session);
	const int wait_ms = deadline_left_ms(&next);
	const int64_t due_ns = session->woke_ns + wait_ms * CLOCK_MILLI;

	session->client->api.curl_multi_poll(session->multi, NULL, 0, wait_ms,
	    NULL);
	session->woke_ns = clock_monotonic_ns();
	for (size_t i = 0; i < session->parallel; i++)
		if (session->transfers[i].probe != NULL)
			http_turn_late(&session->transfers[i].turn,
			    session->woke_ns - due_ns, session->woke_ns);
}

static void
run(struct http_session *session)
{
	const struct http_api *api = &session->client->api;
	CURLcode why = CURLE_OPERATION_TIMEDOUT;
	int running;

	session->woke_ns = clock_monotonic_ns();
	start_more(session);
	while (session->running > 0) {
		const int left_ms = deadline_left_ms(session->deadline);

		if (api->curl_multi_perform(session->multi, &running) !=
		    CURLM_OK) {
			why = CURLE_FAILED_INIT;
			break;
		}
		finish_some(session);
		end_overdue(session);
		start_more(session);
		if (session->running == 0)
			break;
		if (left_ms == 0)
			break;
		await(session);
	}
	give_up(session, why);
}

static bool
can_do(const struct http_client *client, const struct http_request *request,
    struct err *err)
{
	static const struct {
		enum http_version version;
		int feature;
		const char *name;
	} needs[] = {
		{ HTTP_VERSION_2, CURL_VERSION_HTTP2, "HTTP/2" },
		{ HTTP_VERSION_2_PRIOR, CURL_VERSION_HTTP2, "HTTP/2" },
		{ HTTP_VERSION_3, CURL_VERSION_HTTP3, "HTTP/3" },
	};

	for (size_t i = 0; i < COUNT(needs); i++)
		if (needs[i].version == request->version &&
		    (client->version->features & needs[i].feature) == 0)
			return err_set(err, ERR_UNSUPPORTED,
			    "libcurl %s of this machine has no %s",
			    client->version->version, needs[i].name);
	return true;
}

/* OpenSSL takes a directory without certificates for one in which there is none
 * for this server. */
static bool
can_trust(const struct http_request *request, struct err *err)
{
	if (request->ca_dir == NULL || request->ca_file != NULL ||
	    request->verify == HTTP_VERIFY_NONE ||
	    http_ca_is_hashed(request->ca_dir))
		return true;
	return err_set(err, ERR_SYSTEM,
	    "%s: no certificates under their hashes are there: see openssl "
	    "rehash",
	    request->ca_dir);
}

bool
http_run(const struct http_client *client, struct http_probe *probes,
    size_t count, size_t parallel, int64_t each_ns,
    const struct deadline *deadline, http_finished *finished, void *context,
    struct err *err)
{
	struct http_session session = {
		.client = client,
		.probes = probes,
		.count = count,
		.parallel = parallel < count ? parallel : count,
		.each_ns = each_ns,
		.whole_ns = deadline_left_ns(deadline),
		.deadline = deadline,
		.finished = finished,
		.context = context,
	};
	bool ok = false;

	if (count == 0)
		return true;
	if (!can_do(client, probes[0].request, err) ||
	    !can_trust(probes[0].request, err))
		return false;
	session.ca_dir = http_ca_find();
	session.multi = client->api.curl_multi_init();
	session.transfers =
	    calloc(session.parallel, sizeof(*session.transfers));
	if (session.multi == NULL || session.transfers == NULL) {
		err_set(err, ERR_SYSTEM, "no memory for HTTP");
		goto out;
	}
	run(&session);
	ok = true;
out:
	if (session.multi != NULL)
		client->api.curl_multi_cleanup(session.multi);
	if (client->tls != NULL)
		http_tls_forget(client->tls, session.roots);
	free(session.transfers);
	return ok;
}
