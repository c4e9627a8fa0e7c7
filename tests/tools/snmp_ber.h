/* SPDX-License-Identifier: ISC */
/*
 * snmp_ber: SNMP messages written and read byte by byte, for an agent that
 * does what no library would: X.690, RFC 3416, RFC 3412 and 3414.
 *
 * A message is written from its end to its beginning, so that every length is
 * known when it is written.
 */
#ifndef TESTS_SNMP_BER_H
#define TESTS_SNMP_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "source/snmp_oid.h"

#define BER_SIZE 65000
#define BER_OIDS 128

struct ber {
	uint8_t bytes[BER_SIZE];
	size_t at; /* the first byte written so far */
	bool full;
};

static inline void
ber_start(struct ber *out)
{
	out->at = BER_SIZE;
	out->full = false;
}

static inline void
ber_bytes(struct ber *out, const void *bytes, size_t len)
{
	if (len > out->at) {
		out->full = true;
		return;
	}
	out->at -= len;
	if (len)
		memcpy(out->bytes + out->at, bytes, len);
}

static inline void
ber_byte(struct ber *out, unsigned byte)
{
	const uint8_t one = (uint8_t)byte;

	ber_bytes(out, &one, 1);
}

/* Tag and length before all that was written since `end`. */
static inline void
ber_wrap(struct ber *out, unsigned tag, size_t end)
{
	const size_t len = end - out->at;

	ber_byte(out, (unsigned)(len & 0xff));
	if (len > 0x7f) {
		ber_byte(out, (unsigned)(len >> 8));
		ber_byte(out, 0x82);
	}
	ber_byte(out, tag);
}

static inline void
ber_octets(struct ber *out, unsigned tag, const void *bytes, size_t len)
{
	const size_t end = out->at;

	ber_bytes(out, bytes, len);
	ber_wrap(out, tag, end);
}

static inline void
ber_integer(struct ber *out, unsigned tag, int64_t value)
{
	const size_t end = out->at;

	for (int i = 0; i < 8; i++) {
		ber_byte(out, (unsigned)value & 0xff);
		if (value >= -128 && value <= 127)
			break;
		/* >> of a negative number is not defined by C11. */
		value = value < 0 ? ~(~value >> 8) : value >> 8;
	}
	ber_wrap(out, tag, end);
}

static inline void
ber_oid(struct ber *out, const struct snmp_oid *oid)
{
	const size_t end = out->at;

	for (size_t i = oid->len; i-- > 2;) {
		uint32_t sub = oid->sub[i];

		ber_byte(out, sub & 0x7f);
		while (sub >>= 7)
			ber_byte(out, (sub & 0x7f) | 0x80);
	}
	ber_byte(out, oid->len > 1 ? oid->sub[0] * 40 + oid->sub[1] : 0x2b);
	ber_wrap(out, 0x06, end);
}

/* --- reading a request ---------------------------------------------------- */

struct ber_in {
	const uint8_t *at;
	size_t left;
	bool bad;
};

static inline struct ber_in
ber_open(struct ber_in *in, uint8_t *tag)
{
	struct ber_in inner = { .bad = true };
	size_t len, head = 2;

	*tag = 0;
	if (in->bad || in->left < 2)
		return inner;
	len = in->at[1];
	if (len & 0x80) {
		const size_t more = len & 0x7f;

		if (more > 3 || in->left < 2 + more)
			return inner;
		len = 0;
		for (size_t i = 0; i < more; i++)
			len = len << 8 | in->at[2 + i];
		head += more;
	}
	if (in->left < head + len)
		return inner;
	*tag = in->at[0];
	inner = (struct ber_in){ in->at + head, len, false };
	in->at += head + len;
	in->left -= head + len;
	return inner;
}

static inline int64_t
ber_read_integer(struct ber_in *in)
{
	uint8_t tag;
	struct ber_in value = ber_open(in, &tag);
	int64_t number = 0;

	for (; !value.bad && value.left; value.left--)
		number = number << 8 | *value.at++;
	return number;
}

static inline void
ber_read_oid(struct ber_in *in, struct snmp_oid *oid)
{
	uint8_t tag;
	struct ber_in value = ber_open(in, &tag);

	oid->len = 0;
	if (value.bad || value.left == 0)
		return;
	oid->sub[oid->len++] = value.at[0] / 40;
	oid->sub[oid->len++] = value.at[0] % 40;
	value.at++, value.left--;
	while (value.left && oid->len < SNMP_OID_MAX) {
		uint32_t sub = 0;

		do {
			sub = sub << 7 | (*value.at & 0x7f);
			value.left--;
		} while ((*value.at++ & 0x80) && value.left);
		oid->sub[oid->len++] = sub;
	}
}

struct ber_request {
	int64_t version; /* 0, 1, 3 */
	uint8_t pdu;	 /* 0xa0 GET, 0xa1 GETNEXT, 0xa5 GETBULK */
	int64_t id, first, second;
	struct ber_in community;
	/* v3 */
	int64_t message_id;
	struct ber_in engine, user;
	size_t count;
	struct snmp_oid oids[BER_OIDS];
};

static inline void
ber_read_v3(struct ber_in *message, struct ber_request *request,
    struct ber_in *body)
{
	uint8_t tag;
	struct ber_in header = ber_open(message, &tag), security, scoped;
	struct ber_in wrapped;

	request->message_id = ber_read_integer(&header);
	wrapped = ber_open(message, &tag);
	security = ber_open(&wrapped, &tag);
	request->engine = ber_open(&security, &tag);
	ber_read_integer(&security);
	ber_read_integer(&security);
	request->user = ber_open(&security, &tag);
	scoped = ber_open(message, &tag);
	ber_open(&scoped, &tag);
	ber_open(&scoped, &tag);
	*body = scoped;
}

static inline bool
ber_read_request(const uint8_t *bytes, size_t len, struct ber_request *request)
{
	struct ber_in in = { bytes, len, false }, message, body, list;
	uint8_t tag;

	message = ber_open(&in, &tag);
	request->version = ber_read_integer(&message);
	if (request->version == 3) {
		ber_read_v3(&message, request, &body);
	} else {
		request->community = ber_open(&message, &tag);
		body = message;
	}
	body = ber_open(&body, &request->pdu);
	request->id = ber_read_integer(&body);
	request->first = ber_read_integer(&body);
	request->second = ber_read_integer(&body);
	list = ber_open(&body, &tag);
	for (request->count = 0;
	     !list.bad && list.left && request->count < BER_OIDS;) {
		struct ber_in varbind = ber_open(&list, &tag);

		ber_read_oid(&varbind, &request->oids[request->count++]);
	}
	return !body.bad;
}

#endif
