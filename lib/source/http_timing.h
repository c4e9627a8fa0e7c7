/* SPDX-License-Identifier: ISC */
/* http_timing: the moments of a request, as phases. */
#ifndef SOURCE_HTTP_TIMING_H
#define SOURCE_HTTP_TIMING_H

#include "model/http.h"

/* Microseconds since the request began; 0: it was not reached. */
struct http_timers {
	int64_t looked_up, connected, secured, sending, first_byte, total;
};

/* Adds a request to the phases of its probe, whose tls.used says whether there
 * was a handshake.  A phase that was not reached is 0, and what it was cut off
 * in lasts to the end. */
void http_timing_add(const struct http_timers *t,
    struct http_response *response);
/* When a request was cut off: "while connecting". */
const char *http_timing_cut(const struct http_timers *t, bool tls);

#endif
