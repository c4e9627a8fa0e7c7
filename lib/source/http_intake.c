/* SPDX-License-Identifier: ISC */
#include "source/http_intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/num.h"

void
http_intake_begin(struct http_intake *intake, struct http_response *response)
{
	intake->header_whole = false;
	intake->header.len = 0;
	intake->body.len = 0;
	response->body_bytes = 0;
	response->body_cut = false;
	response->body_hash = HASH_START;
}

static bool
grow(struct http_bytes *bytes, const char *data, size_t len)
{
	size_t size = bytes->size > 0 ? bytes->size : 4096;
	char *larger;

	while (size < bytes->len + len)
		size *= 2;
	if (size > bytes->size) {
		larger = realloc(bytes->data, size);
		if (larger == NULL)
			return false;
		bytes->data = larger;
		bytes->size = size;
	}
	memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
	return true;
}

size_t
http_intake_header(struct http_intake *intake, const char *data, size_t len)
{
	intake->header_total += len;
	intake->header_over |= intake->header_total > HTTP_HEADER_MAX;
	if (intake->header_over)
		return 0;
	if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
		intake->header.len = 0;
		intake->header_whole = false;
	}
	intake->header_whole |= len > 0 && (data[0] == '\r' || data[0] == '\n');
	intake->no_memory |= !grow(&intake->header, data, len);
	return intake->no_memory ? 0 : len;
}

size_t
http_intake_body(struct http_intake *intake, const char *data, size_t len,
    struct http_response *response)
{
	const uint64_t room = intake->body_max - response->body_bytes;
	const size_t taken = len < room ? len : (size_t)room;

	response->body_hash = hash_add(response->body_hash, data, taken);
	response->body_bytes += taken;
	response->body_cut |= taken < len;
	if (intake->keep_body)
		intake->no_memory |= !grow(&intake->body, data, taken);
	return intake->no_memory ? 0 : taken;
}

struct span
http_intake_header_span(const struct http_intake *intake)
{
	return (struct span){ intake->header.data, intake->header.len };
}

/* libcurl takes a header that ends with the connection for a whole one, a
 * length beyond 64 bits for none, and "HTTP/200 OK" for version 2 without a
 * status: nobody has seen all of such a response. */
const char *
http_intake_fault(const struct http_intake *intake, unsigned status)
{
	const struct span header = http_intake_header_span(intake);
	struct span value;
	char length[32];
	uint64_t number;
	struct err ignored;

	if (!intake->header_whole)
		return "connection closed in the middle of the header";
	if (status < HTTP_STATUS_MIN || status > 999)
		return "the answer has no status";
	if (http_header_find(header, "Content-Length", &value) &&
	    (!span_copy(value, length, sizeof(length)) ||
		!num_u64(length, &number, &ignored) || number > INT64_MAX))
		return "Content-Length is no number";
	return NULL;
}

/* Shown without its quotes, which the output cannot hold (RFC 9110 8.8.3); one
 * that has none says so, as it is another than that with them. */
void
http_intake_etag(const struct http_intake *intake,
    struct http_response *response)
{
	const struct span header = http_intake_header_span(intake);
	struct span etag, mark;
	struct text text;

	text_init(&text, response->etag, sizeof(response->etag));
	response->etag_hash = 0;
	if (header.at == NULL || !http_header_find(header, "ETag", &etag))
		return;
	response->etag_hash = hash_add(HASH_START, etag.at, etag.len);
	mark = etag;
	if (span_skip(&etag, "W/"))
		text_add(&text, "W/");
	if (etag.len >= 2 && etag.at[0] == '"' &&
	    etag.at[etag.len - 1] == '"') {
		text_foreign(&text, etag.at + 1, etag.len - 2, HTTP_TEXT);
		return;
	}
	text_clear(&text);
	text_foreign(&text, mark.at, mark.len, HTTP_TEXT);
	text_add(&text, " without quotes");
}

void
http_intake_free(struct http_intake *intake)
{
	free(intake->header.data);
	free(intake->body.data);
}
