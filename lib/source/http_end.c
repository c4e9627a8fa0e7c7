/* SPDX-License-Identifier: ISC */
#include "source/http_end.h"

#include <errno.h>
#include <stdarg.h>

#include "base/num.h"

void
http_end(struct http_transfer *transfer, enum http_end how, const char *format,
    ...)
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
timer_us(const struct http_transfer *transfer, CURLINFO info)
{
	curl_off_t value = 0;

	if (http_api_of(transfer)->curl_easy_getinfo(transfer->easy, info,
		&value) != CURLE_OK)
		return 0;
	return (int64_t)value;
}

struct http_timers
http_end_timers(const struct http_transfer *transfer)
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
end_timeout(struct http_transfer *transfer)
{
	const struct http_timers timers = http_end_timers(transfer);
	const struct http_turn *turn = &transfer->turn;
	const int64_t now_ns = clock_monotonic_ns();
	char room[HTTP_TEXT];
	struct text text = TEXT_OVER(room);

	text_add(&text, "timeout after ");
	num_format_duration(&text, transfer->probe->response.total_s);
	text_addf(&text, " %s",
	    http_timing_cut(&timers, transfer->probe->response.tls.used));
	if (turn->cut)
		text_add(&text, ", no more was left for its turn");
	if (http_turn_is_held(turn, now_ns)) {
		text_add(&text, ", while this machine stood still for ");
		num_format_duration(&text,
		    (double)turn->held_ns / CLOCK_SECOND);
	}
	http_end(transfer,
	    http_turn_is_void(turn, now_ns) ? HTTP_UNABLE : HTTP_FAILED, "%s",
	    room);
}

/* Names of redirects are resolved by libcurl, in one family; one that has only
 * the other is also an address that cannot be connected to, without an errno.
 */
static void
end_unresolved(struct http_transfer *transfer)
{
	const struct http_probe *probe = transfer->probe;
	struct http_url url = { 0 };
	struct err ignored;

	http_url_split(transfer->session->client, transfer->url, &url,
	    &ignored);
	http_end(transfer, HTTP_FAILED, "no %s of %s is known",
	    probe->count != 1			      ? "address"
		: probe->addresses[0].family == IP_V4 ? "IPv4 address"
						      : "IPv6 address",
	    url.host);
}

static void
end_no_connection(struct http_transfer *transfer)
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
		/* net/ipv4/fib_semantics.c, net/ipv6/route.c */
		{ EINVAL,
		    "a blackhole route of this host, or a source that does not "
		    "lead there" },
	};
	long number = 0;

	http_api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_OS_ERRNO, &number);
	for (size_t i = 0; i < COUNT(table); i++)
		if (table[i].number == number) {
			http_end(transfer, HTTP_FAILED, "%s", table[i].text);
			return;
		}
	if (number == 0 && transfer->probe->response.redirects > 0) {
		end_unresolved(transfer);
		return;
	}
	/* Of a proxy that it does not like, libcurl would say all, with the
	 * password. */
	http_end(transfer, HTTP_FAILED, "no connection%s%s",
	    number != 0 ? ": " : "", number != 0 ? strerror((int)number) : "");
}

/* Does one of the names look as if it were meant for the host?  What libcurl
 * takes is RFC 6125 6.4.3, and no wildcard for all of a top level. */
static bool
has_wildcard_for(const char *names, const char *host)
{
	const size_t host_len = strlen(host);

	for (const char *at = names; (at = strstr(at, "*.")) != NULL; at++) {
		const size_t len = strcspn(at + 1, ",");

		if (len < host_len &&
		    strncasecmp(at + 1, host + host_len - len, len) == 0)
			return true;
	}
	return false;
}

static void
note_wrong_name(struct http_transfer *transfer)
{
	struct http_tls *tls = &transfer->probe->response.tls;
	struct http_url url = { 0 };
	struct text names;
	struct err ignored;

	tls->fault = HTTP_CERT_WRONG_NAME;
	text_init(&names, tls->fault_text, sizeof(tls->fault_text));
	text_add(&names, transfer->watch.names);
	http_url_split(transfer->session->client, transfer->url, &url,
	    &ignored);
	if (has_wildcard_for(transfer->watch.names, url.host))
		text_add(&names,
		    "; a wildcard is one label, with two behind it");
}

/* The chain may be fine and the name not: that is what libcurl then found. */
static void
end_untrusted(struct http_transfer *transfer)
{
	struct http_tls *tls = &transfer->probe->response.tls;

	if (transfer->watch.library == NULL || transfer->secure_us == 0) {
		http_end(transfer, HTTP_FAILED,
		    "certificate%s not accepted: %s",
		    http_has_tls_proxy(transfer->probe->request)
			? " of the proxy"
			: "",
		    transfer->error);
		return;
	}
	if (tls->fault == HTTP_CERT_FINE)
		note_wrong_name(transfer);
	http_end(transfer, HTTP_FAILED, "%s%s%s%s",
	    http_cert_fault_name(tls->fault),
	    tls->fault_text[0] != '\0' ? " (" : "", tls->fault_text,
	    tls->fault_text[0] != '\0' ? ")" : "");
}

static const char routines[] = " routines::";

static void
cut_at(char *text, const char *end)
{
	char *more = strstr(text, end);

	if (more != NULL)
		*more = '\0';
}

/* OpenSSL names an alert after the version that brought it first, which need
 * not be the one that is spoken: "sslv3 alert handshake failure", "tlsv1
 * unrecognized name". */
static void
end_tls(struct http_transfer *transfer, const char *what, const char *reason)
{
	static const char *const versions[] = { "sslv3 ", "tlsv1 ", "tlsv13 " };
	static const char alert[] = "alert ";
	const char *who = "";

	for (size_t i = 0; i < COUNT(versions); i++)
		if (strncmp(reason, versions[i], strlen(versions[i])) == 0) {
			reason += strlen(versions[i]);
			who = "the server says: ";
			break;
		}
	if (strncmp(reason, alert, strlen(alert)) == 0)
		reason += strlen(alert);
	http_end(transfer, HTTP_FAILED, "%s failed: %s%s", what, who, reason);
}

/* libcurl's "OpenSSL SSL_connect: REASON in connection to HOST:PORT", or
 * "OpenSSL/3.0.19: error:0A00010B:SSL routines::REASON". */
static void
end_handshake(struct http_transfer *transfer)
{
	static const char before[] = "OpenSSL SSL_connect: ";
	const char *reason = transfer->error;
	const char *routine = strstr(transfer->error, routines);

	cut_at(transfer->error, " in connection to ");
	if (strncmp(reason, before, strlen(before)) == 0)
		reason += strlen(before);
	else if (routine != NULL)
		reason = routine + strlen(routines);
	if (reason[0] == '\0' || strcmp(reason, "SSL_ERROR_SYSCALL") == 0)
		reason = "connection closed";
	end_tls(transfer, "TLS handshake", reason);
}

/* With TLS 1.3 a server that does not like our certificate says so when the
 * handshake is over here (RFC 8446 4.4.2.4): "OpenSSL SSL_read: OpenSSL/3.0.19:
 * error:0A00045C:SSL routines::REASON, errno 0". */
static void
end_broken(struct http_transfer *transfer)
{
	const char *routine = strstr(transfer->error, routines);

	if (routine == NULL) {
		http_end(transfer, HTTP_FAILED, "%s",
		    transfer->error[0] != '\0' ? transfer->error
					       : "connection lost");
		return;
	}
	cut_at(transfer->error, ", errno ");
	end_tls(transfer, "TLS", routine + strlen(routines));
}

/* What a redirect leads to was written by the server. */
static void
end_bad_url(struct http_transfer *transfer)
{
	http_end(transfer,
	    transfer->probe->response.redirects > 0 ? HTTP_FAILED : HTTP_UNABLE,
	    "the URL is not usable");
}

static void
end_no_source(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	char room[64];
	struct text address = TEXT_OVER(room);

	if (request->interface != NULL) {
		http_end(transfer, HTTP_UNABLE,
		    "the interface %s is not usable", request->interface);
		return;
	}
	ip_format(&address, &request->source[transfer->no_source]);
	http_end(transfer, HTTP_UNABLE,
	    "the source address %s is not usable here", room);
}

/* libcurl says whether it was the certificate or its key. */
static void
end_client_certificate(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	const bool is_key = strstr(transfer->error, "private key") != NULL;

	http_end(transfer, HTTP_UNABLE,
	    "the %sclient certificate is not usable: %s",
	    is_key ? "key of the " : "",
	    is_key && request->client_key != NULL ? request->client_key
						  : request->client_cert);
}

static void
end_authorities(struct http_transfer *transfer)
{
	const struct http_request *request = transfer->probe->request;
	const char *file =
	    request->ca_file != NULL ? request->ca_file : request->ca_dir;

	http_end(transfer, HTTP_UNABLE,
	    "the CA certificates cannot be read%s%s", file != NULL ? ": " : "",
	    file != NULL ? file : "");
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
	{ CURLE_HTTP2, HTTP_FAILED,
	    "the server ended or broke the HTTP/2 connection" },
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
end_proxy(struct http_transfer *transfer)
{
	long code = CURLPX_OK;

	http_api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_PROXY_ERROR, &code);
	for (size_t i = 0; i < COUNT(proxy_ends); i++)
		if ((long)proxy_ends[i].code == code) {
			http_end(transfer, proxy_ends[i].end, "%s",
			    proxy_ends[i].text);
			return;
		}
	http_end(transfer, HTTP_FAILED, "the proxy: %s", transfer->error);
}

static bool
end_by_table(struct http_transfer *transfer, CURLcode code)
{
	for (size_t i = 0; i < COUNT(ends); i++)
		if (ends[i].code == code) {
			http_end(transfer, ends[i].end, "%s", ends[i].text);
			return true;
		}
	return false;
}

/* What takes more than a row of text. */
static const struct {
	CURLcode code;
	void (*end)(struct http_transfer *transfer);
} special_ends[] = {
	{ CURLE_OPERATION_TIMEDOUT, end_timeout },
	{ CURLE_COULDNT_CONNECT, end_no_connection },
	{ CURLE_COULDNT_RESOLVE_HOST, end_unresolved },
	{ CURLE_PROXY, end_proxy },
	{ CURLE_PEER_FAILED_VERIFICATION, end_untrusted },
	{ CURLE_SSL_CONNECT_ERROR, end_handshake },
	{ CURLE_SSL_CERTPROBLEM, end_client_certificate },
	{ CURLE_SSL_CACERT_BADFILE, end_authorities },
	{ CURLE_INTERFACE_FAILED, end_no_source },
	{ CURLE_RECV_ERROR, end_broken },
	{ CURLE_SEND_ERROR, end_broken },
	{ CURLE_URL_MALFORMAT, end_bad_url },
};

static bool
end_specially(struct http_transfer *transfer, CURLcode code)
{
	for (size_t i = 0; i < COUNT(special_ends); i++)
		if (special_ends[i].code == code) {
			special_ends[i].end(transfer);
			return true;
		}
	return false;
}

void
http_end_failure(struct http_transfer *transfer, CURLcode code)
{
	const bool untrusted =
	    transfer->probe->response.tls.fault != HTTP_CERT_FINE;

	if (transfer->intake.header_over)
		http_end(transfer, HTTP_FAILED, "more than %zu KiB of headers",
		    HTTP_HEADER_MAX >> 10);
	else if (transfer->intake.no_memory)
		http_end(transfer, HTTP_UNABLE, "no memory left");
	else if (transfer->no_source != IP_NONE)
		end_no_source(transfer);
	else if (code == CURLE_OUT_OF_MEMORY &&
	    http_end_timers(transfer).sending > 0)
		/* libcurl reads lines of up to 100 KiB and calls it memory. */
		http_end(transfer, HTTP_FAILED,
		    "a header line too long to read");
	else if (code == CURLE_SSL_CONNECT_ERROR && untrusted)
		end_untrusted(transfer);
	else if (!end_specially(transfer, code) &&
	    !end_by_table(transfer, code))
		http_end(transfer, HTTP_FAILED, "%s",
		    transfer->error[0] != '\0'
			? transfer->error
			: http_api_of(transfer)->curl_easy_strerror(code));
}

void
http_end_response(struct http_transfer *transfer)
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

	http_api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_RESPONSE_CODE, &status);
	http_api_of(transfer)->curl_easy_getinfo(transfer->easy,
	    CURLINFO_HTTP_VERSION, &version);
	response->status = status > 0 ? (unsigned)status : 0;
	for (size_t i = 0; i < COUNT(versions); i++)
		if (versions[i].number == version)
			strcpy(response->version, versions[i].name);
	http_intake_etag(&transfer->intake, response);
}
