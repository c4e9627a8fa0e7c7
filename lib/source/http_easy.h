/* SPDX-License-Identifier: ISC */
/* http_easy: what libcurl is told of a request: all of it, then what a redirect
 * changes. */
#ifndef SOURCE_HTTP_EASY_H
#define SOURCE_HTTP_EASY_H

#include "source/http_curl.h"

/* Everything but the URL and where to connect to. */
void http_easy_set(struct http_transfer *transfer);

/* Whatever host and port the URL names, the connection goes to this address;
 * the port stays the URL's. */
void http_easy_pin(struct http_transfer *transfer, const struct ip *address);
/* libcurl races the addresses of the probe.  False without memory. */
bool http_easy_offer(struct http_transfer *transfer,
    const struct http_url *url);

/* All that is not for the eyes of another server than the first. */
void http_easy_drop_secrets(struct http_transfer *transfer);

#endif
