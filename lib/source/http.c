/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: libcurl
 */
#include "source/http.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* Its type checks are macros that know no function pointers: see set_long. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/lazy.h"
#include "base/num.h"
#include "source/http_ca.h"
#include "source/http_hop.h"
#include "source/http_intake.h"
#include "source/http_timing.h"

#define MICROSECOND 1000 /* ns */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WAIT_MS 1000 /* libcurl's own timers end most waits sooner */

struct api {
	LAZY_FIELD(curl_global_init);
	LAZY_FIELD(curl_version_info);
	LAZY_FIELD(curl_easy_init);
	LAZY_FIELD(curl_easy_cleanup);
	LAZY_FIELD(curl_easy_setopt);
	LAZY_FIELD(curl_easy_getinfo);
	LAZY_FIELD(curl_easy_strerror);
	LAZY_FIELD(curl_multi_init);
	LAZY_FIELD(curl_multi_cleanup);
	LAZY_FIELD(curl_multi_add_handle);
	LAZY_FIELD(curl_multi_remove_handle);
	LAZY_FIELD(curl_multi_perform);
	LAZY_FIELD(curl_multi_poll);
	LAZY_FIELD(curl_multi_info_read);
	LAZY_FIELD(curl_slist_append);
	LAZY_FIELD(curl_slist_free_all);
	LAZY_FIELD(curl_url);
	LAZY_FIELD(curl_url_cleanup);
	LAZY_FIELD(curl_url_set);
	LAZY_FIELD(curl_url_get);
	LAZY_FIELD(curl_url_strerror);
	LAZY_FIELD(curl_free);
};

#define SYMBOL(name) LAZY_SYMBOL(struct api, name)

static const struct lazy_symbol symbols[] = {
	SYMBOL(curl_global_init),
	SYMBOL(curl_version_info),
	SYMBOL(curl_easy_init),
	SYMBOL(curl_easy_cleanup),
	SYMBOL(curl_easy_setopt),
	SYMBOL(curl_easy_getinfo),
	SYMBOL(curl_easy_strerror),
	SYMBOL(curl_multi_init),
	SYMBOL(curl_multi_cleanup),
	SYMBOL(curl_multi_add_handle),
	SYMBOL(curl_multi_remove_handle),
	SYMBOL(curl_multi_perform),
	SYMBOL(curl_multi_poll),
	SYMBOL(curl_multi_info_read),
	SYMBOL(curl_slist_append),
	SYMBOL(curl_slist_free_all),
	SYMBOL(curl_url),
	SYMBOL(curl_url_cleanup),
	SYMBOL(curl_url_set),
	SYMBOL(curl_url_get),
	SYMBOL(curl_url_strerror),
	SYMBOL(curl_free),
	{ NULL, 0 },
};

LAZY_LIBRARY(library, "libcurl.so.4", "libcurl4", "HTTP", LAZY_REQUIRED,
    symbols);

/* The largest of what Debian's libcurl needs, the deepest first. */
static const char *const needed[] = {
	"libcrypto.so.3",
	"libssl.so.3",
	"librtmp.so.1", /* with it, libgnutls */
	"libgssapi_krb5.so.2",
	"libldap-2.5.so.0",
	NULL,
};

LAZY_HINT(rtmp, "librtmp.so.1", "a faster start of libcurl");
LAZY_HINT(gssapi, "libgssapi_krb5.so.2", "a faster start of libcurl");
LAZY_HINT(ldap, "libldap-2.5.so.0", "a faster start of libcurl");

struct http_client {
	struct api api;
	const curl_version_info_data *version;
	struct http_tls_library *tls; /* NULL: another TLS library */
};

struct session;

/* A probe under way: one request after another, as it is redirected. */
struct transfer {
	struct session *session;
	struct http_probe *probe;
	CURL *easy;
	CURLcode refused; /* the first option that was not taken */
	struct curl_slist *headers, *pins;
	char error[CURL_ERROR_SIZE];
	char *url; /* of the request under way, without user; owned */
	struct http_tls_watch watch;
	struct http_intake intake;
	bool body_dropped; /* a redirect asked for a GET */
	bool proxy_tls;	   /* the next handshake is that with the proxy */
	bool no_source;	   /* the source address cannot be had */
	int64_t sent_ns;
	int64_t secure_us; /* until the handshake began; 0: it did not */
	int64_t until_ns;
};

struct session {
	const struct http_client *client;
	CURLM *multi;
	struct http_probe *probes;
	size_t count, next, running;
	size_t parallel;
	int64_t each_ns;
	const struct deadline *deadline;
	const char *ca_dir;
	void *roots; /* of all that make the first probe's request */
	http_finished *finished;
	void *context;
	struct transfer *transfers; /* `parallel` of them */
};

struct http_client *
http_open(struct err *err)
{
	struct http_client *client = calloc(1, sizeof(*client));
	struct err ignored;

	if (client == NULL) {
		err_set(err, ERR_SYSTEM, "no memory for HTTP");
		return NULL;
	}
	lazy_preload(needed);
	if (!lazy_load(&library, &client->api, err))
		goto out;
	if (client->api.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(err, ERR_SYSTEM, "libcurl does not start");
		goto out;
	}
	client->version = client->api.curl_version_info(CURLVERSION_NOW);
	if (client->version->ssl_version != NULL &&
	    strncmp(client->version->ssl_version, "OpenSSL/3", 9) == 0)
		client->tls = http_tls_load(&ignored);
	return client;
out:
	free(client);
	return NULL;
}

void
http_close(struct http_client *client)
{
	if (client == NULL)
		return;
	/* libcurl stays, as do all lazy libraries. */
	http_tls_free(client->tls);
	free(client);
}

/* --- URLs ----------------------------------------------------------------- */

static bool
bad_url(const struct api *api, CURLUcode code, struct err *err)
{
	return err_set(err, ERR_USAGE, "the URL is not usable: %s",
	    api->curl_url_strerror(code));
}

/* NULL (with *err) for what is no URL; free with curl_url_cleanup.  Left to
 * itself, libcurl takes ftp.example.net for an ftp URL. */
static CURLU *
parse_url(const struct api *api, const char *url, struct err *err)
{
	CURLU *parsed = api->curl_url();
	CURLUcode code = CURLUE_OUT_OF_MEMORY;
	char room[HTTP_URL_MAX + 8];
	struct text whole = TEXT_OVER(room);

	if (!http_url_has_scheme(url)) {
		text_addf(&whole, "http://%s", url);
		url = room;
	}
	if (parsed != NULL)
		code = api->curl_url_set(parsed, CURLUPART_URL, url, 0);
	if (code == CURLUE_OK)
		return parsed;
	api->curl_url_cleanup(parsed);
	bad_url(api, code, err);
	return NULL;
}

/* A part as text of its own, NULL when there is none; free with curl_free. */
static char *
url_part(const struct api *api, CURLU *parsed, CURLUPart part, unsigned flags)
{
	char *value = NULL;

	return api->curl_url_get(parsed, part, &value, flags) == CURLUE_OK
	    ? value
	    : NULL;
}

/* A literal comes in brackets, and its zone apart. */
static bool
take_literal(const char *host, const char *zone, struct http_url *parts,
    struct err *err)
{
	char room[128];
	struct text whole = TEXT_OVER(room), out = TEXT_OVER(parts->host);

	text_add_bytes(&whole, host + 1, strcspn(host + 1, "]"));
	if (zone != NULL)
		text_addf(&whole, "%%%s", zone);
	if (!ip_parse(room, &parts->address, err))
		return false;
	ip_format(&out, &parts->address);
	return true;
}

static bool
take_host(const char *host, const char *zone, struct http_url *parts,
    struct err *err)
{
	struct text out = TEXT_OVER(parts->host);
	struct err no_literal;

	if (host[0] == '[')
		return take_literal(host, zone, parts, err);
	if (ip_parse(host, &parts->address, &no_literal)) {
		ip_format(&out, &parts->address);
		return true;
	}
	parts->address = (struct ip){ 0 };
	text_add(&out, host);
	if (out.cut || out.len == 0)
		return err_set(err, ERR_USAGE, "the host name is too long");
	return true;
}

bool
http_url_split(const struct http_client *client, const char *url,
    struct http_url *parts, struct err *err)
{
	const struct api *api = &client->api;
	CURLU *parsed = parse_url(api, url, err);
	char *scheme = NULL, *host = NULL, *zone = NULL, *port = NULL;
	uint64_t number = 0;
	bool ok = false;

	if (parsed == NULL)
		return false;
	scheme = url_part(api, parsed, CURLUPART_SCHEME, 0);
	host = url_part(api, parsed, CURLUPART_HOST, 0);
	zone = url_part(api, parsed, CURLUPART_ZONEID, 0);
	port = url_part(api, parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (scheme == NULL || host == NULL || port == NULL ||
	    !num_u64(port, &number, err) || number > UINT16_MAX) {
		err_set(err, ERR_USAGE, "the URL has no host or port");
		goto out;
	}
	parts->tls = strcasecmp(scheme, "https") == 0;
	parts->port = (uint16_t)number;
	ok = (parts->tls || strcasecmp(scheme, "http") == 0) ||
	    err_set(err, ERR_USAGE, "the URL is not http or https");
	ok = ok && take_host(host, zone, parts, err);
out:
	api->curl_free(port);
	api->curl_free(zone);
	api->curl_free(host);
	api->curl_free(scheme);
	api->curl_url_cleanup(parsed);
	return ok;
}

/* --- options of a transfer ------------------------------------------------ */

static const struct api *
api_of(const struct transfer *transfer)
{
	return &transfer->session->client->api;
}

static void
note_refusal(struct transfer *transfer, CURLcode code)
{
	if (transfer->refused == CURLE_OK)
		transfer->refused = code;
}

static void
set_long(struct transfer *transfer, CURLoption option, long value)
{
	note_refusal(transfer,
	    api_of(transfer)->curl_easy_setopt(transfer->easy, option, value));
}

static void
set_text(struct transfer *transfer, CURLoption option, const char *value)
{
	note_refusal(transfer,
	    api_of(transfer)->curl_easy_setopt(transfer->easy, option, value));
}

static void
set_pointer(struct transfer *transfer, CURLoption option, void *value)
{
	note_refusal(transfer,
	    api_of(transfer)->curl_easy_setopt(transfer->easy, option, value));
}

static void
add_line(struct transfer *transfer, struct curl_slist **list, const char *line)
{
	struct curl_slist *longer =
	    api_of(transfer)->curl_slist_append(*list, line);

	if (longer == NULL)
		note_refusal(transfer, CURLE_OUT_OF_MEMORY);
	else
		*list = longer;
}

static void
add_address(struct text *out, const struct ip *address)
{
	struct ip plain = *address;

	plain.zone = 0;
	text_add(out, plain.family == IP_V6 ? "[" : "");
	ip_format(out, &plain);
	text_add(out, plain.family == IP_V6 ? "]" : "");
}

/* Whatever host and port the URL names, the connection goes to this address;
 * the port stays the URL's. */
static void
pin(struct transfer *transfer, const struct ip *address)
{
	char room[80];
	struct text line = TEXT_OVER(room);

	text_add(&line, "::");
	add_address(&line, address);
	text_add(&line, ":");
	add_line(transfer, &transfer->pins, room);
	set_pointer(transfer, CURLOPT_CONNECT_TO, transfer->pins);
	set_long(transfer, CURLOPT_IPRESOLVE,
	    address->family == IP_V4 ? CURL_IPRESOLVE_V4 : CURL_IPRESOLVE_V6);
	if (address->zone != 0)
		set_long(transfer, CURLOPT_ADDRESS_SCOPE, (long)address->zone);
}

/* "HOST:PORT:ADDRESS,ADDRESS": libcurl races the families in this order. */
static bool
offer(struct transfer *transfer, const struct http_url *url)
{
	const struct http_probe *probe = transfer->probe;
	const size_t size = sizeof(url->host) + 16 + probe->count * 64;
	char *room = malloc(size);
	struct text line;

	if (room == NULL)
		return false;
	text_init(&line, room, size);
	text_addf(&line, "%s:%u:", url->host, url->port);
	for (int family = IP_V6; family >= IP_V4; family--)
		for (size_t i = 0; i < probe->count; i++) {
			if (probe->addresses[i].family != family)
				continue;
			add_address(&line, &probe->addresses[i]);
			text_add(&line, ",");
		}
	line.data[line.len - 1] = '\0'; /* the last comma */
	add_line(transfer, &transfer->pins, room);
	set_pointer(transfer, CURLOPT_RESOLVE, transfer->pins);
	free(room);
	return true;
}

static bool
has_tls_proxy(const struct http_request *request)
{
	return request->proxy != NULL &&
	    strncasecmp(request->proxy, "https://", 8) == 0;
}

static void
set_trust(struct transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	const char *ca_dir = request->ca_dir;

	if (request->verify == HTTP_VERIFY_NONE) {
		set_long(transfer, CURLOPT_SSL_VERIFYPEER, 0);
		set_long(transfer, CURLOPT_SSL_VERIFYHOST, 0);
	}
	if (request->ca_file == NULL && ca_dir == NULL)
		ca_dir = transfer->session->ca_dir;
	if (request->ca_file != NULL || ca_dir != NULL) {
		set_text(transfer, CURLOPT_CAINFO, request->ca_file);
		set_text(transfer, CURLOPT_CAPATH, ca_dir);
	}
	if (has_tls_proxy(request) &&
	    (request->ca_file != NULL || ca_dir != NULL)) {
		set_text(transfer, CURLOPT_PROXY_CAINFO, request->ca_file);
		set_text(transfer, CURLOPT_PROXY_CAPATH, ca_dir);
	}
	/* A resumed session would show no certificate. */
	set_long(transfer, CURLOPT_SSL_SESSIONID_CACHE, 0);
}

/* A proxy with TLS comes first, and is none of the server's affairs. */
static CURLcode
watch_tls(CURL *easy, void *context, void *arg)
{
	struct transfer *transfer = arg;

	(void)easy;
	if (!transfer->proxy_tls) {
		http_tls_watch(&transfer->watch, context);
		transfer->secure_us =
		    (clock_monotonic_ns() - transfer->sent_ns) / MICROSECOND;
	}
	transfer->proxy_tls = false;
	return CURLE_OK;
}

/* The connection stands, and the request is not sent yet. */
static int
note_connection(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct transfer *transfer = arg;
	struct curl_tlssessioninfo *tls = NULL;
	struct err ignored;

	(void)from;
	(void)to_port;
	(void)from_port;
	ip_parse(to, &transfer->probe->response.address, &ignored);
	if (transfer->watch.library != NULL &&
	    transfer->probe->response.tls.used &&
	    api_of(transfer)->curl_easy_getinfo(transfer->easy,
		CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK &&
	    tls != NULL && tls->backend == CURLSSLBACKEND_OPENSSL &&
	    tls->internals != NULL)
		http_tls_connected(&transfer->watch, tls->internals);
	return CURL_PREREQFUNC_OK;
}

static size_t
take_header(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	return http_intake_header(&transfer->intake, data, size * count);
}

static size_t
take_body(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	return http_intake_body(&transfer->intake, data, size * count,
	    &transfer->probe->response);
}

static void
set_callbacks(struct transfer *transfer)
{
	const struct api *api = api_of(transfer);
	CURL *easy = transfer->easy;

	api->curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	api->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	api->curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, note_connection);
	set_pointer(transfer, CURLOPT_HEADERDATA, transfer);
	set_pointer(transfer, CURLOPT_WRITEDATA, transfer);
	set_pointer(transfer, CURLOPT_PREREQDATA, transfer);
	set_pointer(transfer, CURLOPT_PRIVATE, transfer);
	set_pointer(transfer, CURLOPT_ERRORBUFFER, transfer->error);
	if (transfer->watch.library != NULL) {
		api->curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION,
		    watch_tls);
		set_pointer(transfer, CURLOPT_SSL_CTX_DATA, transfer);
	}
}

/* A name without a colon would remove a field of libcurl's, one with a colon
 * and nothing behind it too: a semicolon sends it empty. */
static void
add_header(struct transfer *transfer, const char *line)
{
	const size_t colon = strcspn(line, ":");
	char room[1024];
	struct text empty = TEXT_OVER(room);

	if (line[colon + strspn(line + colon, ": \t")] != '\0') {
		add_line(transfer, &transfer->headers, line);
		return;
	}
	text_add_bytes(&empty, line, colon);
	text_add(&empty, ";");
	add_line(transfer, &transfer->headers, room);
}

static void
set_body(struct transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;

	if (request->method != NULL && strcmp(request->method, "HEAD") == 0)
		set_long(transfer, CURLOPT_NOBODY, 1);
	else if (request->method != NULL)
		set_text(transfer, CURLOPT_CUSTOMREQUEST, request->method);
	if (!request->has_body)
		return;
	note_refusal(transfer,
	    api_of(transfer)->curl_easy_setopt(transfer->easy,
		CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len));
	set_text(transfer, CURLOPT_POSTFIELDS, request->body.at);
}

/* All that is not for the eyes of another server than the first. */
static void
set_secrets(struct transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;

	for (size_t i = 0; i < request->header_count; i++)
		add_header(transfer, request->headers[i]);
	set_pointer(transfer, CURLOPT_HTTPHEADER, transfer->headers);
	set_text(transfer, CURLOPT_USERPWD, request->user_password);
	set_text(transfer, CURLOPT_XOAUTH2_BEARER, request->bearer);
	set_long(transfer, CURLOPT_HTTPAUTH,
	    request->bearer != NULL ? CURLAUTH_BEARER
		: request->digest   ? CURLAUTH_DIGEST
				    : CURLAUTH_BASIC);
	set_text(transfer, CURLOPT_SSLCERT, request->client_cert);
	set_text(transfer, CURLOPT_SSLKEY, request->client_key);
	set_text(transfer, CURLOPT_KEYPASSWD, request->key_password);
}

static void
drop_secrets(struct transfer *transfer)
{
	static const CURLoption texts[] = {
		CURLOPT_USERPWD,
		CURLOPT_XOAUTH2_BEARER,
		CURLOPT_SSLCERT,
		CURLOPT_SSLKEY,
		CURLOPT_KEYPASSWD,
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		set_text(transfer, texts[i], NULL);
	set_pointer(transfer, CURLOPT_HTTPHEADER, NULL);
	set_long(transfer, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
}

static void
set_version(struct transfer *transfer)
{
	static const long versions[] = {
		[HTTP_VERSION_AUTO] = CURL_HTTP_VERSION_2TLS,
		[HTTP_VERSION_1_0] = CURL_HTTP_VERSION_1_0,
		[HTTP_VERSION_1_1] = CURL_HTTP_VERSION_1_1,
		[HTTP_VERSION_2] = CURL_HTTP_VERSION_2_0,
		[HTTP_VERSION_2_PRIOR] = CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
		[HTTP_VERSION_3] = CURL_HTTP_VERSION_3,
	};

	set_long(transfer, CURLOPT_HTTP_VERSION,
	    versions[transfer->probe->request->version]);
}

static bool
bind_to(int fd, const struct ip *source)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_scope_id = source->zone };

	if (source->family == IP_V4) {
		memcpy(&v4.sin_addr, source->bytes, sizeof(v4.sin_addr));
		return bind(fd, (struct sockaddr *)&v4, sizeof(v4)) == 0;
	}
	memcpy(&v6.sin6_addr, source->bytes, sizeof(v6.sin6_addr));
	return bind(fd, (struct sockaddr *)&v6, sizeof(v6)) == 0;
}

/* libcurl's own way (CURLOPT_INTERFACE) knows one address, whatever the family
 * of the connection, and no zone. */
static curl_socket_t
open_from_source(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfer *transfer = arg;
	const struct ip *source =
	    &transfer->probe->request
		 ->source[to->family == AF_INET ? IP_V4 : IP_V6];
	const int fd =
	    socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);

	(void)purpose;
	if (fd < 0 || source->family == IP_NONE || bind_to(fd, source))
		return fd;
	transfer->no_source = true;
	close(fd);
	return CURL_SOCKET_BAD;
}

static void
set_source(struct transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	char room[64];
	struct text device = TEXT_OVER(room);

	if (request->interface != NULL) {
		text_addf(&device, "if!%s", request->interface);
		set_text(transfer, CURLOPT_INTERFACE, room);
	}
	if (request->source[IP_V4].family == IP_NONE &&
	    request->source[IP_V6].family == IP_NONE)
		return;
	api_of(transfer)->curl_easy_setopt(transfer->easy,
	    CURLOPT_OPENSOCKETFUNCTION, open_from_source);
	set_pointer(transfer, CURLOPT_OPENSOCKETDATA, transfer);
}

static void
set_options(struct transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;

	set_callbacks(transfer);
	set_long(transfer, CURLOPT_NOSIGNAL, 1);
	set_long(transfer, CURLOPT_QUICK_EXIT, 1);
	set_text(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
	set_long(transfer, CURLOPT_FOLLOWLOCATION, 0);
	set_long(transfer, CURLOPT_FRESH_CONNECT, 1);
	set_long(transfer, CURLOPT_FORBID_REUSE, 1);
	set_long(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	/* "": the environment's proxy is not what was asked about. */
	set_text(transfer, CURLOPT_PROXY,
	    request->proxy != NULL ? request->proxy : "");
	set_text(transfer, CURLOPT_NOPROXY, "");
	set_text(transfer, CURLOPT_PROXYUSERPWD, request->proxy_user_password);
	set_text(transfer, CURLOPT_USERAGENT, request->user_agent);
	if (request->compressed)
		set_text(transfer, CURLOPT_ACCEPT_ENCODING, "");
	set_version(transfer);
	set_source(transfer);
	set_trust(transfer);
	set_body(transfer);
	set_secrets(transfer);
}

/* --- a transfer's end ----------------------------------------------------- */

static void end(struct transfer *transfer, enum http_end how,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
static void
end(struct transfer *transfer, enum http_end how, const char *format, ...)
{
	struct http_response *response = &transfer->probe->response;
	char room[2 * HTTP_TEXT];
	struct text raw = TEXT_OVER(room), clean;
	va_list args;

	va_start(args, format);
	text_addv(&raw, format, args);
	va_end(args);
	response->end = how;
	text_init(&clean, response->reason, sizeof(response->reason));
	text_foreign(&clean, room, raw.len, HTTP_TEXT);
}

static int64_t
timer_us(const struct transfer *transfer, CURLINFO info)
{
	curl_off_t value = 0;

	if (api_of(transfer)->curl_easy_getinfo(transfer->easy, info, &value) !=
	    CURLE_OK)
		return 0;
	return (int64_t)value;
}

static struct http_timers
read_timers(const struct transfer *transfer)
{
	struct http_timers timers = {
		.looked_up = timer_us(transfer, CURLINFO_NAMELOOKUP_TIME_T),
		.connected = timer_us(transfer, CURLINFO_CONNECT_TIME_T),
		.secured = timer_us(transfer, CURLINFO_APPCONNECT_TIME_T),
		.sending = timer_us(transfer, CURLINFO_PRETRANSFER_TIME_T),
		.first_byte = timer_us(transfer, CURLINFO_STARTTRANSFER_TIME_T),
		.total = timer_us(transfer, CURLINFO_TOTAL_TIME_T),
	};

	/* libcurl calls a connection one when its handshake is over. */
	if (timers.connected == 0)
		timers.connected = transfer->secure_us;
	return timers;
}

static void
end_timeout(struct transfer *transfer)
{
	const struct http_timers timers = read_timers(transfer);
	char room[40];
	struct text after = TEXT_OVER(room);

	num_format_duration(&after, transfer->probe->response.total_s);
	end(transfer, HTTP_FAILED, "timeout after %s %s", room,
	    http_timing_cut(&timers, transfer->probe->response.tls.used));
}

/* Names of redirects are resolved by libcurl, in one family; one that has only
 * the other is also an address that cannot be connected to, without an errno.
 */
static void
end_unresolved(struct transfer *transfer)
{
	const struct http_probe *probe = transfer->probe;
	struct http_url url = { 0 };
	struct err ignored;

	http_url_split(transfer->session->client, transfer->url, &url,
	    &ignored);
	end(transfer, HTTP_FAILED,
	    "the redirect leads to %s, of which no %s "
	    "is known",
	    url.host,
	    probe->count != 1			      ? "address"
		: probe->addresses[0].family == IP_V4 ? "IPv4 address"
						      : "IPv6 address");
}

static void
end_no_connection(struct transfer *transfer)
{
	static const struct {
		int number;
		const char *text;
	} table[] = {
		{ ECONNREFUSED, "connection refused" },
		{ EHOSTUNREACH, "host unreachable" },
		{ ENETUNREACH, "network unreachable" },
		{ ECONNRESET, "connection reset" },
		{ ETIMEDOUT, "the kernel gave up connecting" },
		{ EACCES, "connecting is administratively prohibited" },
		{ EPERM, "connecting is forbidden by a filter" },
		{ ENOPROTOOPT, "protocol unreachable" },
	};
	long number = 0;

	api_of(transfer)->curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO,
	    &number);
	for (size_t i = 0; i < COUNT(table); i++)
		if (table[i].number == number) {
			end(transfer, HTTP_FAILED, "%s", table[i].text);
			return;
		}
	if (number == 0 && transfer->probe->response.redirects > 0) {
		end_unresolved(transfer);
		return;
	}
	/* Of a proxy that it does not like, libcurl would say all, with the
	 * password. */
	end(transfer, HTTP_FAILED, "no connection%s%s", number != 0 ? ": " : "",
	    number != 0 ? strerror((int)number) : "");
}

/* The chain may be fine and the name not: that is what libcurl then found. */
static void
end_untrusted(struct transfer *transfer)
{
	struct http_tls *tls = &transfer->probe->response.tls;

	if (transfer->watch.library == NULL || transfer->secure_us == 0) {
		end(transfer, HTTP_FAILED, "certificate%s not accepted: %s",
		    has_tls_proxy(transfer->probe->request) ? " of the proxy"
							    : "",
		    transfer->error);
		return;
	}
	if (tls->fault == HTTP_CERT_FINE) {
		struct text names;

		tls->fault = HTTP_CERT_WRONG_NAME;
		text_init(&names, tls->fault_text, sizeof(tls->fault_text));
		text_add(&names, transfer->watch.names);
	}
	end(transfer, HTTP_FAILED, "%s%s%s%s", http_cert_fault_name(tls->fault),
	    tls->fault_text[0] != '\0' ? " (" : "", tls->fault_text,
	    tls->fault_text[0] != '\0' ? ")" : "");
}

/* libcurl's "OpenSSL SSL_connect: REASON in connection to HOST:PORT", or
 * "OpenSSL/3.0.19: error:0A00010B:SSL routines::REASON". */
static void
end_handshake(struct transfer *transfer)
{
	static const char before[] = "OpenSSL SSL_connect: ";
	static const char behind[] = " in connection to ";
	const char *reason = transfer->error;
	const char *routine = strstr(transfer->error, " routines::");
	char *more = strstr(transfer->error, behind);

	if (more != NULL)
		*more = '\0';
	if (strncmp(reason, before, strlen(before)) == 0)
		reason += strlen(before);
	else if (routine != NULL)
		reason = routine + strlen(" routines::");
	if (reason[0] == '\0' || strcmp(reason, "SSL_ERROR_SYSCALL") == 0)
		reason = "connection closed";
	end(transfer, HTTP_FAILED, "TLS handshake failed: %s", reason);
}

/* libcurl says whether it was the certificate or its key. */
static void
end_client_certificate(struct transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	const bool is_key = strstr(transfer->error, "private key") != NULL;

	end(transfer, HTTP_UNABLE, "the %sclient certificate is not usable: %s",
	    is_key ? "key of the " : "",
	    is_key && request->client_key != NULL ? request->client_key
						  : request->client_cert);
}

static void
end_authorities(struct transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	const char *file =
	    request->ca_file != NULL ? request->ca_file : request->ca_dir;

	end(transfer, HTTP_UNABLE, "the CA certificates cannot be read%s%s",
	    file != NULL ? ": " : "", file != NULL ? file : "");
}

/* Said in the server's terms; the rest in libcurl's. */
static const struct {
	CURLcode code;
	enum http_end end;
	const char *text;
} ends[] = {
	{ CURLE_COULDNT_RESOLVE_PROXY, HTTP_FAILED,
	    "the proxy cannot be resolved" },
	{ CURLE_GOT_NOTHING, HTTP_FAILED,
	    "connection closed without a response" },
	{ CURLE_PARTIAL_FILE, HTTP_FAILED,
	    "connection closed in the middle of the body" },
	{ CURLE_WEIRD_SERVER_REPLY, HTTP_FAILED, "the answer is not HTTP" },
	{ CURLE_UNSUPPORTED_PROTOCOL, HTTP_FAILED, "the answer is not HTTP/1" },
	{ CURLE_BAD_CONTENT_ENCODING, HTTP_FAILED,
	    "the body is not encoded as it says" },
	{ CURLE_INTERFACE_FAILED, HTTP_UNABLE,
	    "the source address or interface is not usable" },
	{ CURLE_OUT_OF_MEMORY, HTTP_UNABLE, "no memory left" },
	{ CURLE_FAILED_INIT, HTTP_UNABLE, "libcurl cannot go on" },
};

/* What a SOCKS proxy said, of which libcurl tells little but the number. */
static const struct {
	CURLproxycode code;
	enum http_end end;
	const char *text;
} proxy_ends[] = {
	{ CURLPX_RESOLVE_HOST, HTTP_UNABLE,
	    "no address here that the proxy takes; socks4a:// and socks5h:// "
	    "give it the name" },
	{ CURLPX_LONG_HOSTNAME, HTTP_UNABLE,
	    "the name is too long for the proxy" },
	{ CURLPX_NO_AUTH, HTTP_FAILED, "the proxy takes no login of ours" },
	{ CURLPX_USER_REJECTED, HTTP_FAILED,
	    "the proxy rejects the user or the password" },
	{ CURLPX_IDENTD, HTTP_FAILED, "the proxy finds no identd here" },
	{ CURLPX_IDENTD_DIFFER, HTTP_FAILED, "the proxy wants another user" },
	{ CURLPX_GSSAPI, HTTP_FAILED, "the proxy wants GSSAPI" },
	{ CURLPX_GSSAPI_PERMSG, HTTP_FAILED, "the proxy wants GSSAPI" },
	{ CURLPX_GSSAPI_PROTECTION, HTTP_FAILED, "the proxy wants GSSAPI" },
	{ CURLPX_REQUEST_FAILED, HTTP_FAILED,
	    "rejected or failed, says the proxy" },
	{ CURLPX_REPLY_GENERAL_SERVER_FAILURE, HTTP_FAILED,
	    "the proxy says that it failed" },
	{ CURLPX_REPLY_NOT_ALLOWED, HTTP_FAILED,
	    "not allowed, says the proxy" },
	{ CURLPX_REPLY_NETWORK_UNREACHABLE, HTTP_FAILED,
	    "network unreachable, says the proxy" },
	{ CURLPX_REPLY_HOST_UNREACHABLE, HTTP_FAILED,
	    "host unreachable, says the proxy" },
	{ CURLPX_REPLY_CONNECTION_REFUSED, HTTP_FAILED,
	    "connection refused, says the proxy" },
	{ CURLPX_REPLY_TTL_EXPIRED, HTTP_FAILED,
	    "TTL expired, says the proxy" },
	{ CURLPX_REPLY_COMMAND_NOT_SUPPORTED, HTTP_FAILED,
	    "command not supported, says the proxy" },
	{ CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED, HTTP_FAILED,
	    "address type not supported, says the proxy" },
	{ CURLPX_REPLY_UNASSIGNED, HTTP_FAILED,
	    "failed, says the proxy, for a reason that RFC 1928 does not "
	    "know" },
	{ CURLPX_UNKNOWN_FAIL, HTTP_FAILED,
	    "failed, says the proxy, for a reason that nobody knows" },
	{ CURLPX_BAD_VERSION, HTTP_FAILED,
	    "the proxy does not speak this version of SOCKS" },
	{ CURLPX_UNKNOWN_MODE, HTTP_FAILED,
	    "the proxy does not speak SOCKS as it should" },
	{ CURLPX_BAD_ADDRESS_TYPE, HTTP_FAILED,
	    "the proxy does not speak SOCKS as it should" },
	{ CURLPX_CLOSED, HTTP_FAILED, "connection to the proxy lost" },
	{ CURLPX_RECV_ADDRESS, HTTP_FAILED, "connection to the proxy lost" },
	{ CURLPX_RECV_AUTH, HTTP_FAILED, "connection to the proxy lost" },
	{ CURLPX_RECV_CONNECT, HTTP_FAILED, "connection to the proxy lost" },
	{ CURLPX_RECV_REQACK, HTTP_FAILED, "connection to the proxy lost" },
	{ CURLPX_SEND_AUTH, HTTP_FAILED, "connection to the proxy lost" },
	{ CURLPX_SEND_CONNECT, HTTP_FAILED, "connection to the proxy lost" },
	{ CURLPX_SEND_REQUEST, HTTP_FAILED, "connection to the proxy lost" },
};

static void
end_proxy(struct transfer *transfer)
{
	long code = CURLPX_OK;

	api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_PROXY_ERROR, &code);
	for (size_t i = 0; i < COUNT(proxy_ends); i++)
		if ((long)proxy_ends[i].code == code) {
			end(transfer, proxy_ends[i].end, "%s",
			    proxy_ends[i].text);
			return;
		}
	end(transfer, HTTP_FAILED, "the proxy: %s", transfer->error);
}

static bool
end_by_table(struct transfer *transfer, CURLcode code)
{
	for (size_t i = 0; i < COUNT(ends); i++)
		if (ends[i].code == code) {
			end(transfer, ends[i].end, "%s", ends[i].text);
			return true;
		}
	return false;
}

/* What takes more than a row of text. */
static const struct {
	CURLcode code;
	void (*end)(struct transfer *transfer);
} special_ends[] = {
	{ CURLE_OPERATION_TIMEDOUT, end_timeout },
	{ CURLE_COULDNT_CONNECT, end_no_connection },
	{ CURLE_COULDNT_RESOLVE_HOST, end_unresolved },
	{ CURLE_PROXY, end_proxy },
	{ CURLE_PEER_FAILED_VERIFICATION, end_untrusted },
	{ CURLE_SSL_CONNECT_ERROR, end_handshake },
	{ CURLE_SSL_CERTPROBLEM, end_client_certificate },
	{ CURLE_SSL_CACERT_BADFILE, end_authorities },
};

static bool
end_specially(struct transfer *transfer, CURLcode code)
{
	for (size_t i = 0; i < COUNT(special_ends); i++)
		if (special_ends[i].code == code) {
			special_ends[i].end(transfer);
			return true;
		}
	return false;
}

static void
end_failure(struct transfer *transfer, CURLcode code)
{
	const bool untrusted =
	    transfer->probe->response.tls.fault != HTTP_CERT_FINE;

	if (transfer->intake.header_over)
		end(transfer, HTTP_FAILED, "more than %zu KiB of headers",
		    HTTP_HEADER_MAX >> 10);
	else if (transfer->intake.no_memory)
		end(transfer, HTTP_UNABLE, "no memory left");
	else if (transfer->no_source)
		end_by_table(transfer, CURLE_INTERFACE_FAILED);
	else if (code == CURLE_OUT_OF_MEMORY &&
	    read_timers(transfer).sending > 0)
		/* libcurl reads lines of up to 100 KiB and calls it memory. */
		end(transfer, HTTP_FAILED, "a header line too long to read");
	else if (code == CURLE_SSL_CONNECT_ERROR && untrusted)
		end_untrusted(transfer);
	else if (!end_specially(transfer, code) &&
	    !end_by_table(transfer, code))
		end(transfer, HTTP_FAILED, "%s",
		    transfer->error[0] != '\0'
			? transfer->error
			: api_of(transfer)->curl_easy_strerror(code));
}

static void
note_response(struct transfer *transfer)
{
	static const struct {
		long number;
		const char *name;
	} versions[] = {
		{ CURL_HTTP_VERSION_1_0, "1.0" },
		{ CURL_HTTP_VERSION_1_1, "1.1" },
		{ CURL_HTTP_VERSION_2_0, "2" },
		{ CURL_HTTP_VERSION_3, "3" },
	};
	struct http_response *response = &transfer->probe->response;
	long status = 0, version = 0;

	api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_RESPONSE_CODE, &status);
	api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_HTTP_VERSION, &version);
	response->status = status > 0 ? (unsigned)status : 0;
	for (size_t i = 0; i < COUNT(versions); i++)
		if (versions[i].number == version)
			strcpy(response->version, versions[i].name);
	http_intake_etag(&transfer->intake, response);
}

/* --- redirects ------------------------------------------------------------ */

/* Sets what changes for the next request; false when it is not to be sent. */
static bool
change_request(struct transfer *transfer, const struct http_url *from,
    const struct http_url *to)
{
	const struct http_hop hop = { transfer->probe, from, to,
		transfer->body_dropped };
	struct http_next next;
	char room[HTTP_TEXT];
	struct text why = TEXT_OVER(room);

	if (!http_hop_plan(&hop, &next, &why)) {
		end(transfer, HTTP_FAILED, "%s", room);
		return false;
	}
	if (!next.same_origin)
		drop_secrets(transfer);
	if (!next.same_host)
		set_pointer(transfer, CURLOPT_CONNECT_TO, NULL);
	else if (transfer->probe->count > 1 && !offer(transfer, to))
		note_refusal(transfer, CURLE_OUT_OF_MEMORY);
	transfer->probe->response.tls = (struct http_tls){ .used = to->tls };
	if (next.becomes_get) {
		set_text(transfer, CURLOPT_CUSTOMREQUEST, NULL);
		set_long(transfer, CURLOPT_HTTPGET, 1);
		transfer->body_dropped = true;
	}
	return true;
}

/* Where it leads, or NULL when the transfer ends here. */
static const char *
redirect_url(struct transfer *transfer)
{
	struct http_response *response = &transfer->probe->response;
	const bool follow =
	    transfer->probe->request->follow != HTTP_FOLLOW_NONE;
	struct text location;
	char *url = NULL;

	if (!http_hop_is_redirect(response->status))
		return NULL;
	api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_REDIRECT_URL, &url);
	if (url == NULL && follow)
		end(transfer, HTTP_FAILED, "a redirect that leads nowhere");
	if (url == NULL)
		return NULL;
	text_init(&location, response->location, sizeof(response->location));
	http_url_show(&location, url);
	if (!follow)
		return NULL;
	if (response->redirects == HTTP_REDIRECTS_MAX) {
		end(transfer, HTTP_FAILED, "more than %d redirects",
		    HTTP_REDIRECTS_MAX);
		return NULL;
	}
	return url;
}

/* Does the transfer go on with another request? */
static bool
redirected(struct transfer *transfer)
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
		end(transfer, HTTP_FAILED, "bad redirect: %s", err.text);
		return false;
	}
	copy = strdup(url);
	if (copy == NULL) {
		end(transfer, HTTP_UNABLE, "no memory left");
		return false;
	}
	free(transfer->url);
	transfer->url = copy;
	if (!change_request(transfer, &from, &to))
		return false;
	response->redirects++;
	return true;
}

/* --- starting and ending -------------------------------------------------- */

static void
release(struct transfer *transfer)
{
	const struct api *api = api_of(transfer);

	if (transfer->easy != NULL)
		api->curl_easy_cleanup(transfer->easy);
	api->curl_slist_free_all(transfer->headers);
	api->curl_slist_free_all(transfer->pins);
	http_intake_free(&transfer->intake);
	free(transfer->url);
	*transfer = (struct transfer){ 0 };
}

static void
report(struct transfer *transfer)
{
	struct session *session = transfer->session;
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
take_url(struct transfer *transfer, struct http_url *parts, struct err *err)
{
	const struct api *api = api_of(transfer);
	CURLU *parsed = parse_url(api, transfer->probe->url, err);
	char *user = NULL, *password = NULL, *plain = NULL;

	if (parsed == NULL)
		return false;
	user = url_part(api, parsed, CURLUPART_USER, CURLU_URLDECODE);
	password = url_part(api, parsed, CURLUPART_PASSWORD, CURLU_URLDECODE);
	if (user != NULL) {
		set_text(transfer, CURLOPT_USERNAME, user);
		set_text(transfer, CURLOPT_PASSWORD, password);
		api->curl_url_set(parsed, CURLUPART_USER, NULL, 0);
		api->curl_url_set(parsed, CURLUPART_PASSWORD, NULL, 0);
	}
	plain = url_part(api, parsed, CURLUPART_URL, 0);
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

/* Sends the request, the first or one after a redirect; false when it has come
 * to an end instead. */
static bool
send_request(struct transfer *transfer)
{
	const int64_t left_ms =
	    (transfer->until_ns - clock_monotonic_ns()) / CLOCK_MILLI;

	set_text(transfer, CURLOPT_URL, transfer->url);
	set_long(transfer, CURLOPT_TIMEOUT_MS, left_ms > 1 ? (long)left_ms : 1);
	set_long(transfer, CURLOPT_CONNECTTIMEOUT_MS,
	    left_ms > 1 ? (long)left_ms : 1);
	transfer->error[0] = '\0';
	http_intake_begin(&transfer->intake, &transfer->probe->response);
	transfer->proxy_tls = has_tls_proxy(transfer->probe->request);
	transfer->sent_ns = clock_monotonic_ns();
	transfer->secure_us = 0;
	if (transfer->refused != CURLE_OK) {
		end(transfer, HTTP_UNABLE, "libcurl: %s",
		    api_of(transfer)->curl_easy_strerror(transfer->refused));
		return false;
	}
	if (api_of(transfer)->curl_multi_add_handle(transfer->session->multi,
		transfer->easy) == CURLM_OK)
		return true;
	end(transfer, HTTP_UNABLE, "libcurl takes no more requests");
	return false;
}

static int64_t
end_of_turn(const struct session *session)
{
	const int64_t left = deadline_left_ns(session->deadline);

	return clock_monotonic_ns() +
	    (session->each_ns > 0 && session->each_ns < left ? session->each_ns
							     : left);
}

static bool
start(struct transfer *transfer, struct session *session,
    struct http_probe *probe)
{
	struct http_url parts;
	struct err err;

	*transfer = (struct transfer){
		.session = session,
		.probe = probe,
		.easy = session->client->api.curl_easy_init(),
		.watch.library = session->client->tls,
		.watch.roots = probe->request == session->probes[0].request
		    ? &session->roots
		    : NULL,
		.watch.verify = probe->request->verify,
		.watch.tls = &probe->response.tls,
		.until_ns = end_of_turn(session),
		.intake.body_max = probe->request->body_max,
		.intake.keep_body = probe->request->keep_body,
	};
	probe->response = (struct http_response){ 0 };
	if (transfer->easy == NULL) {
		end(transfer, HTTP_UNABLE, "no memory left");
		return false;
	}
	set_options(transfer);
	if (!take_url(transfer, &parts, &err)) {
		end(transfer, HTTP_UNABLE, "%s", err.text);
		return false;
	}
	probe->response.tls.used = parts.tls;
	if (probe->count == 1)
		pin(transfer, &probe->addresses[0]);
	else if (probe->count > 1 && !offer(transfer, &parts))
		note_refusal(transfer, CURLE_OUT_OF_MEMORY);
	if (probe->count == 1)
		probe->response.address = probe->addresses[0];
	return send_request(transfer);
}

static void
finish(struct transfer *transfer, CURLcode code)
{
	struct session *session = transfer->session;
	struct http_response *response = &transfer->probe->response;
	const struct http_timers timers = read_timers(transfer);
	const bool cut = code == CURLE_WRITE_ERROR && response->body_cut;
	const char *fault;

	session->client->api.curl_multi_remove_handle(session->multi,
	    transfer->easy);
	http_timing_add(&timers, response);
	note_response(transfer);
	fault = http_intake_fault(&transfer->intake, response->status);
	if (code != CURLE_OK && !cut) {
		end_failure(transfer, code);
	} else if (fault != NULL) {
		end(transfer, HTTP_FAILED, "%s", fault);
	} else {
		response->end = HTTP_ANSWERED;
		if (redirected(transfer) && send_request(transfer))
			return;
	}
	session->running--;
	report(transfer);
}

static struct transfer *
free_transfer(struct session *session)
{
	for (size_t i = 0; i < session->parallel; i++)
		if (session->transfers[i].probe == NULL)
			return &session->transfers[i];
	return NULL;
}

static void
start_more(struct session *session)
{
	struct transfer *transfer;

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
finish_some(struct session *session)
{
	const struct api *api = &session->client->api;
	CURLMsg *message;
	int left;

	while ((message = api->curl_multi_info_read(session->multi, &left)) !=
	    NULL) {
		struct transfer *transfer = NULL;
		const CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		api->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
		    &transfer);
		finish(transfer, code);
	}
}

/* libcurl's timers are as old as the deadline, so this is for a libcurl that
 * is stuck in one of its own calls, or at its end. */
static void
give_up(struct session *session, CURLcode why)
{
	for (size_t i = 0; i < session->parallel; i++)
		if (session->transfers[i].probe != NULL)
			finish(&session->transfers[i], why);
}

static void
run(struct session *session)
{
	const struct api *api = &session->client->api;
	CURLcode why = CURLE_OPERATION_TIMEDOUT;
	int running;

	start_more(session);
	while (session->running > 0) {
		const int left_ms = deadline_left_ms(session->deadline);

		if (api->curl_multi_perform(session->multi, &running) !=
		    CURLM_OK) {
			why = CURLE_FAILED_INIT;
			break;
		}
		finish_some(session);
		start_more(session);
		if (session->running == 0)
			break;
		if (left_ms == 0)
			break;
		api->curl_multi_poll(session->multi, NULL, 0,
		    left_ms < WAIT_MS ? left_ms : WAIT_MS, NULL);
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
	struct session session = {
		.client = client,
		.probes = probes,
		.count = count,
		.parallel = parallel < count ? parallel : count,
		.each_ns = each_ns,
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
