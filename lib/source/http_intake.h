/* SPDX-License-Identifier: ISC */
/* http_intake: a response as its bytes come: the header kept, the body counted
 * and hashed and, where wanted, kept, both up to a limit. */
#ifndef SOURCE_HTTP_INTAKE_H
#define SOURCE_HTTP_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "model/http.h"

#define HTTP_HEADER_MAX ((size_t)256 << 10) /* bytes, of all responses */

struct http_bytes {
	char *data; /* owned */
	size_t len, size;
};

struct http_intake {
	struct http_bytes header, body; /* of the last response */
	size_t header_total;		/* of all */
	uint64_t body_max;
	bool keep_body;
	bool header_over, no_memory;
	bool header_whole; /* its empty line has come */
};

/* Another request: the last response is forgotten. */
void http_intake_begin(struct http_intake *intake,
    struct http_response *response);
/* A line of a header section, or a piece of a body.  Returns how much of it was
 * taken: with less than all, the transfer is to end. */
size_t http_intake_header(struct http_intake *intake, const char *data,
    size_t len);
size_t http_intake_body(struct http_intake *intake, const char *data,
    size_t len, struct http_response *response);
struct span http_intake_header_span(const struct http_intake *intake);
/* Why nobody has seen all of the response, or NULL. */
const char *http_intake_fault(const struct http_intake *intake,
    unsigned status);
void http_intake_etag(const struct http_intake *intake,
    struct http_response *response);
void http_intake_free(struct http_intake *intake);

#endif
