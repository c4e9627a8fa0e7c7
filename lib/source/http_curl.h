/* SPDX-License-Identifier: ISC */
/*
 * http_curl: libcurl as the sources of http know it: loaded at run time, its
 * functions in a table, a request under way and the requests of a run.
 *
 * private: http
 */
#ifndef SOURCE_HTTP_CURL_H
#define SOURCE_HTTP_CURL_H

#include <string.h>
#include <strings.h>

/* Its type checks are macros that know no function pointers: see
 * http_set_long. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "base/lazy.h"
#include "source/http.h"
#include "source/http_intake.h"
#include "source/http_turn.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct http_api {
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

struct http_client {
	struct http_api api;
	const curl_version_info_data *version;
	struct http_tls_library *tls; /* NULL: another TLS library */
};

struct http_session;

/* A probe under way: one request after another, as it is redirected. */
struct http_transfer {
	struct http_session *session;
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
	enum ip_family no_source; /* its source address cannot be had */
	int64_t sent_ns;
	int64_t secure_us; /* until the handshake began; 0: it did not */
	struct http_turn turn;
};

struct http_session {
	const struct http_client *client;
	CURLM *multi;
	struct http_probe *probes;
	size_t count, next, running;
	size_t parallel;
	int64_t each_ns, whole_ns;
	int64_t woke_ns; /* from the last wait */
	const struct deadline *deadline;
	const char *ca_dir;
	void *roots; /* of all that make the first probe's request */
	http_finished *finished;
	void *context;
	struct http_transfer *transfers; /* `parallel` of them */
};

static inline const struct http_api *
http_api_of(const struct http_transfer *transfer)
{
	return &transfer->session->client->api;
}

static inline bool
http_has_tls_proxy(const struct http_request *request)
{
	return request->proxy != NULL &&
	    strncasecmp(request->proxy, "https://", 8) == 0;
}

/* Options of the request.  The first that is not taken stays in
 * transfer->refused, for the moment at which it is to be sent. */
void http_note_refusal(struct http_transfer *transfer, CURLcode code);
void http_set_long(struct http_transfer *transfer, CURLoption option,
    long value);
void http_set_text(struct http_transfer *transfer, CURLoption option,
    const char *value);
void http_set_pointer(struct http_transfer *transfer, CURLoption option,
    void *value);
void http_add_line(struct http_transfer *transfer, struct curl_slist **list,
    const char *line);

/* NULL (with *err) for what is no URL; free with curl_url_cleanup. */
CURLU *http_parse_url(const struct http_api *api, const char *url,
    struct err *err);
/* A part as text of its own, NULL when there is none; free with curl_free. */
char *http_url_part(const struct http_api *api, CURLU *parsed, CURLUPart part,
    unsigned flags);

#endif
