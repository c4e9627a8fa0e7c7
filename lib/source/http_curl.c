/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: libcurl
 */
#include "source/http_curl.h"

#include <stdlib.h>

#include "base/num.h"

#define SYMBOL(name) LAZY_SYMBOL(struct http_api, name)

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

struct http_client *
http_open(struct err *err)
{
	struct http_client *client = calloc(1, sizeof(*client));
	struct err ignored;

	if (client == NULL) {
		err_set(err, ERR_SYSTEM, "no memory for HTTP");
		return NULL;
	}
	lazy_preload(&library);
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
bad_url(const struct http_api *api, CURLUcode code, struct err *err)
{
	return err_set(err, ERR_USAGE, "the URL is not usable: %s",
	    api->curl_url_strerror(code));
}

/* Left to itself, libcurl takes ftp.example.net for an ftp URL. */
CURLU *
http_parse_url(const struct http_api *api, const char *url, struct err *err)
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

char *
http_url_part(const struct http_api *api, CURLU *parsed, CURLUPart part,
    unsigned flags)
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
	const struct http_api *api = &client->api;
	CURLU *parsed = http_parse_url(api, url, err);
	char *scheme = NULL, *host = NULL, *zone = NULL, *port = NULL;
	uint64_t number = 0;
	bool ok = false;

	if (parsed == NULL)
		return false;
	scheme = http_url_part(api, parsed, CURLUPART_SCHEME, 0);
	parts->tls = scheme != NULL && strcasecmp(scheme, "https") == 0;
	if (scheme == NULL ||
	    (!parts->tls && strcasecmp(scheme, "http") != 0)) {
		err_set(err, ERR_USAGE, "the URL is not http or https");
		goto out;
	}
	host = http_url_part(api, parsed, CURLUPART_HOST, 0);
	zone = http_url_part(api, parsed, CURLUPART_ZONEID, 0);
	port = http_url_part(api, parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (host == NULL || port == NULL || !num_u64(port, &number, err) ||
	    number > UINT16_MAX) {
		err_set(err, ERR_USAGE, "the URL has no host or port");
		goto out;
	}
	parts->port = (uint16_t)number;
	ok = take_host(host, zone, parts, err);
out:
	api->curl_free(port);
	api->curl_free(zone);
	api->curl_free(host);
	api->curl_free(scheme);
	api->curl_url_cleanup(parsed);
	return ok;
}

/* --- options -------------------------------------------------------------- */

void
http_note_refusal(struct http_transfer *transfer, CURLcode code)
{
	if (transfer->refused == CURLE_OK)
		transfer->refused = code;
}

void
http_set_long(struct http_transfer *transfer, CURLoption option, long value)
{
	http_note_refusal(transfer,
	    http_api_of(transfer)->curl_easy_setopt(transfer->easy, option,
		value));
}

void
http_set_text(struct http_transfer *transfer, CURLoption option,
    const char *value)
{
	http_note_refusal(transfer,
	    http_api_of(transfer)->curl_easy_setopt(transfer->easy, option,
		value));
}

void
http_set_pointer(struct http_transfer *transfer, CURLoption option, void *value)
{
	http_note_refusal(transfer,
	    http_api_of(transfer)->curl_easy_setopt(transfer->easy, option,
		value));
}

void
http_add_line(struct http_transfer *transfer, struct curl_slist **list,
    const char *line)
{
	struct curl_slist *longer =
	    http_api_of(transfer)->curl_slist_append(*list, line);

	if (longer == NULL)
		http_note_refusal(transfer, CURLE_OUT_OF_MEMORY);
	else
		*list = longer;
}
