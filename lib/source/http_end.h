/* SPDX-License-Identifier: ISC */
/* http_end: how a request ended, in words: those of the server where it is its
 * fault, ours where it is ours. */
#ifndef SOURCE_HTTP_END_H
#define SOURCE_HTTP_END_H

#include "source/http_curl.h"
#include "source/http_timing.h"

/* The probe ends like this; the reason is cleaned of what is foreign in it. */
void http_end(struct http_transfer *transfer, enum http_end how,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same, for what libcurl says. */
void http_end_failure(struct http_transfer *transfer, CURLcode code);

struct http_timers http_end_timers(const struct http_transfer *transfer);
/* Status, version and ETag of the last response. */
void http_end_response(struct http_transfer *transfer);

#endif
