/* SPDX-License-Identifier: ISC */
#include "source/http_easy.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source/http_ca.h"
#include "source/sockaddr.h"

#define MICROSECOND 1000 /* ns */

static void
add_address(struct text *out, const struct ip *address)
{
	struct ip plain = *address;

	plain.zone = 0;
	text_add(out, plain.family == IP_V6 ? "[" : "");
	ip_format(out, &plain);
	text_add(out, plain.family == IP_V6 ? "]" : "");
}

void
http_easy_pin(struct http_transfer *transfer, const struct ip *address)
{
	char room[80];
	struct text line = TEXT_OVER(room);

	text_add(&line, "::");
	add_address(&line, address);
	text_add(&line, ":");
	http_add_line(transfer, &transfer->pins, room);
	http_set_pointer(transfer, CURLOPT_CONNECT_TO, transfer->pins);
	http_set_long(transfer, CURLOPT_IPRESOLVE,
	    address->family == IP_V4 ? CURL_IPRESOLVE_V4 : CURL_IPRESOLVE_V6);
	if (address->zone != 0)
		http_set_long(transfer, CURLOPT_ADDRESS_SCOPE,
		    (long)address->zone);
}

/* "HOST:PORT:ADDRESS,ADDRESS": libcurl races the families in this order. */
bool
http_easy_offer(struct http_transfer *transfer, const struct http_url *url)
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
	http_add_line(transfer, &transfer->pins, room);
	http_set_pointer(transfer, CURLOPT_RESOLVE, transfer->pins);
	free(room);
	return true;
}

static void
set_trust(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	const char *ca_dir = request->ca_dir;

	if (request->verify == HTTP_VERIFY_NONE) {
		http_set_long(transfer, CURLOPT_SSL_VERIFYPEER, 0);
		http_set_long(transfer, CURLOPT_SSL_VERIFYHOST, 0);
	}
	if (request->ca_file == NULL && ca_dir == NULL)
		ca_dir = transfer->session->ca_dir;
	if (request->ca_file != NULL || ca_dir != NULL) {
		http_set_text(transfer, CURLOPT_CAINFO, request->ca_file);
		http_set_text(transfer, CURLOPT_CAPATH, ca_dir);
	}
	if (http_has_tls_proxy(request) &&
	    (request->ca_file != NULL || ca_dir != NULL)) {
		http_set_text(transfer, CURLOPT_PROXY_CAINFO, request->ca_file);
		http_set_text(transfer, CURLOPT_PROXY_CAPATH, ca_dir);
	}
	/* A resumed session would show no certificate. */
	http_set_long(transfer, CURLOPT_SSL_SESSIONID_CACHE, 0);
}

/* A proxy with TLS comes first, and is none of the server's affairs. */
static CURLcode
watch_tls(CURL *easy, void *context, void *arg)
{
	struct http_transfer *transfer = arg;

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
	struct http_transfer *transfer = arg;
	struct curl_tlssessioninfo *tls = NULL;
	struct err ignored;

	(void)from;
	(void)to_port;
	(void)from_port;
	ip_parse(to, &transfer->probe->response.address, &ignored);
	if (transfer->watch.library != NULL &&
	    transfer->probe->response.tls.used &&
	    http_api_of(transfer)->curl_easy_getinfo(transfer->easy,
		CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK &&
	    tls != NULL && tls->backend == CURLSSLBACKEND_OPENSSL &&
	    tls->internals != NULL)
		http_tls_connected(&transfer->watch, tls->internals);
	return CURL_PREREQFUNC_OK;
}

static size_t
take_header(char *data, size_t size, size_t count, void *arg)
{
	struct http_transfer *transfer = arg;

	return http_intake_header(&transfer->intake, data, size * count);
}

static size_t
take_body(char *data, size_t size, size_t count, void *arg)
{
	struct http_transfer *transfer = arg;

	return http_intake_body(&transfer->intake, data, size * count,
	    &transfer->probe->response);
}

static void
set_callbacks(struct http_transfer *transfer)
{
	const struct http_api *api = http_api_of(transfer);
	CURL *easy = transfer->easy;

	api->curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	api->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	api->curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, note_connection);
	http_set_pointer(transfer, CURLOPT_HEADERDATA, transfer);
	http_set_pointer(transfer, CURLOPT_WRITEDATA, transfer);
	http_set_pointer(transfer, CURLOPT_PREREQDATA, transfer);
	http_set_pointer(transfer, CURLOPT_PRIVATE, transfer);
	http_set_pointer(transfer, CURLOPT_ERRORBUFFER, transfer->error);
	if (transfer->watch.library != NULL) {
		api->curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION,
		    watch_tls);
		http_set_pointer(transfer, CURLOPT_SSL_CTX_DATA, transfer);
	}
}

/* A name without a colon would remove a field of libcurl's, one with a colon
 * and nothing behind it too: a semicolon sends it empty. */
static void
add_header(struct http_transfer *transfer, const char *line)
{
	const size_t colon = strcspn(line, ":");
	char room[1024];
	struct text empty = TEXT_OVER(room);

	if (line[colon + strspn(line + colon, ": \t")] != '\0') {
		http_add_line(transfer, &transfer->headers, line);
		return;
	}
	text_add_bytes(&empty, line, colon);
	text_add(&empty, ";");
	http_add_line(transfer, &transfer->headers, room);
}

static void
set_body(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;

	if (request->method != NULL && strcmp(request->method, "HEAD") == 0)
		http_set_long(transfer, CURLOPT_NOBODY, 1);
	else if (request->method != NULL)
		http_set_text(transfer, CURLOPT_CUSTOMREQUEST, request->method);
	if (!request->has_body)
		return;
	http_note_refusal(transfer,
	    http_api_of(transfer)->curl_easy_setopt(transfer->easy,
		CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len));
	http_set_text(transfer, CURLOPT_POSTFIELDS, request->body.at);
}

/* Without being asked, libcurl would send a long body only after a second, or
 * when the server says that it may (RFC 9110 10.1.1): many never do, and the
 * second would be taken for theirs. */
static void
add_expectation(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;

	for (size_t i = 0; i < request->header_count; i++)
		if (strncasecmp(request->headers[i], "expect:", 7) == 0)
			return;
	http_add_line(transfer, &transfer->headers, "Expect:");
}

/* All that is not for the eyes of another server than the first. */
static void
set_secrets(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;

	for (size_t i = 0; i < request->header_count; i++)
		add_header(transfer, request->headers[i]);
	if (request->has_body)
		add_expectation(transfer);
	http_set_pointer(transfer, CURLOPT_HTTPHEADER, transfer->headers);
	http_set_text(transfer, CURLOPT_USERPWD, request->user_password);
	http_set_text(transfer, CURLOPT_XOAUTH2_BEARER, request->bearer);
	http_set_long(transfer, CURLOPT_HTTPAUTH,
	    request->bearer != NULL ? CURLAUTH_BEARER
		: request->digest   ? CURLAUTH_DIGEST
				    : CURLAUTH_BASIC);
	http_set_text(transfer, CURLOPT_SSLCERT, request->client_cert);
	http_set_text(transfer, CURLOPT_SSLKEY, request->client_key);
	http_set_text(transfer, CURLOPT_KEYPASSWD, request->key_password);
}

void
http_easy_drop_secrets(struct http_transfer *transfer)
{
	static const CURLoption texts[] = {
		CURLOPT_USERPWD,
		CURLOPT_XOAUTH2_BEARER,
		CURLOPT_SSLCERT,
		CURLOPT_SSLKEY,
		CURLOPT_KEYPASSWD,
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		http_set_text(transfer, texts[i], NULL);
	http_set_pointer(transfer, CURLOPT_HTTPHEADER, NULL);
	http_set_long(transfer, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
}

static void
set_version(struct http_transfer *transfer)
{
	static const long versions[] = {
		[HTTP_VERSION_AUTO] = CURL_HTTP_VERSION_2TLS,
		[HTTP_VERSION_1_0] = CURL_HTTP_VERSION_1_0,
		[HTTP_VERSION_1_1] = CURL_HTTP_VERSION_1_1,
		[HTTP_VERSION_2] = CURL_HTTP_VERSION_2_0,
		[HTTP_VERSION_2_PRIOR] = CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE,
		[HTTP_VERSION_3] = CURL_HTTP_VERSION_3,
	};

	http_set_long(transfer, CURLOPT_HTTP_VERSION,
	    versions[transfer->probe->request->version]);
}

static bool
bind_to(int fd, const struct ip *source)
{
	const struct sockaddr_ip from = sockaddr_of(source, 0);

	return bind(fd, &from.any, from.len) == 0;
}

/* libcurl's own way (CURLOPT_INTERFACE) knows one address, whatever the family
 * of the connection, and no zone. */
static curl_socket_t
open_from_source(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct http_transfer *transfer = arg;
	const enum ip_family family = to->family == AF_INET ? IP_V4 : IP_V6;
	const struct ip *source = &transfer->probe->request->source[family];
	const int fd =
	    socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);

	(void)purpose;
	if (fd < 0 || source->family == IP_NONE || bind_to(fd, source))
		return fd;
	transfer->no_source = family;
	close(fd);
	return CURL_SOCKET_BAD;
}

static void
set_source(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	char room[64];
	struct text device = TEXT_OVER(room);

	if (request->interface != NULL) {
		text_addf(&device, "if!%s", request->interface);
		http_set_text(transfer, CURLOPT_INTERFACE, room);
	}
	if (request->source[IP_V4].family == IP_NONE &&
	    request->source[IP_V6].family == IP_NONE)
		return;
	http_api_of(transfer)->curl_easy_setopt(transfer->easy,
	    CURLOPT_OPENSOCKETFUNCTION, open_from_source);
	http_set_pointer(transfer, CURLOPT_OPENSOCKETDATA, transfer);
}

void
http_easy_set(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;

	set_callbacks(transfer);
	http_set_long(transfer, CURLOPT_NOSIGNAL, 1);
	http_set_long(transfer, CURLOPT_QUICK_EXIT, 1);
	http_set_text(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
	http_set_long(transfer, CURLOPT_FOLLOWLOCATION, 0);
	http_set_long(transfer, CURLOPT_FRESH_CONNECT, 1);
	http_set_long(transfer, CURLOPT_FORBID_REUSE, 1);
	http_set_long(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	/* "": the environment's proxy is not what was asked about. */
	http_set_text(transfer, CURLOPT_PROXY,
	    request->proxy != NULL ? request->proxy : "");
	http_set_text(transfer, CURLOPT_NOPROXY, "");
	http_set_text(transfer, CURLOPT_PROXYUSERPWD,
	    request->proxy_user_password);
	http_set_text(transfer, CURLOPT_USERAGENT, request->user_agent);
	if (request->compressed)
		http_set_text(transfer, CURLOPT_ACCEPT_ENCODING, "");
	set_version(transfer);
	set_source(transfer);
	set_trust(transfer);
	set_body(transfer);
	set_secrets(transfer);
}
