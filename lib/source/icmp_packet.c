/* SPDX-License-Identifier: ISC */
#include "source/icmp_packet.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <string.h>

#define V4_HEADER 20 /* bytes, without options */
#define WORDS 4	     /* that are summed up at once */

static const struct {
	uint8_t request, reply;
} echo[] = {
	[IP_V4] = { ICMP_ECHO, ICMP_ECHOREPLY },
	[IP_V6] = { ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY },
};

static uint16_t
get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void
put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* RFC 1071, in words of the machine's own order: the sum swaps with them. */
static inline uint16_t
checksum(const uint8_t *bytes, size_t len)
{
	uint64_t sum = 0;
	uint32_t words[WORDS];
	uint16_t half;

	for (; len >= sizeof(words); len -= sizeof(words)) {
		memcpy(words, bytes, sizeof(words));
		sum += (uint64_t)words[0] + words[1] + words[2] + words[3];
		bytes += sizeof(words);
	}
	for (; len >= sizeof(words[0]); len -= sizeof(words[0])) {
		memcpy(words, bytes, sizeof(words[0]));
		sum += words[0];
		bytes += sizeof(words[0]);
	}
	for (; len > 0; len -= len < 2 ? 1 : 2) {
		half = 0;
		memcpy(&half, bytes, len < 2 ? 1 : 2);
		sum += half;
		bytes += sizeof(half);
	}
	sum = (sum & UINT32_MAX) + (sum >> 32);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void
icmp_packet_build(uint8_t out[static ICMP_PACKET_HEADER + ICMP_PACKET_MARK],
    enum ip_family family, uint16_t id, uint16_t sequence,
    const struct icmp_mark *mark)
{
	uint16_t sum;

	out[0] = echo[family].request;
	out[1] = 0;
	put16(out + 2, 0);
	put16(out + 4, id);
	put16(out + 6, sequence);
	memcpy(out + ICMP_PACKET_HEADER, mark, ICMP_PACKET_MARK);
	if (family == IP_V4) {
		sum = checksum(out, ICMP_PACKET_HEADER + ICMP_PACKET_MARK);
		memcpy(out + 2, &sum, sizeof(sum));
	}
}

/* --- what comes back ------------------------------------------------------ */

/* Bytes that are left of a message. */
struct rest {
	const uint8_t *at;
	size_t left;
};

static bool
skip(struct rest *rest, size_t len)
{
	if (len > rest->left)
		return false;
	rest->at += len;
	rest->left -= len;
	return true;
}

/* Length of the IPv4 header there, or 0 when there is none. */
static size_t
v4_header(const struct rest *rest)
{
	size_t len;

	if (rest->left < V4_HEADER || rest->at[0] >> 4 != 4)
		return 0;
	len = (size_t)(rest->at[0] & 15) * 4;
	return len >= V4_HEADER && len <= rest->left ? len : 0;
}

static bool
take_echo(struct rest rest, uint8_t type, struct icmp_seen *seen)
{
	if (rest.left < ICMP_PACKET_HEADER || rest.at[0] != type ||
	    rest.at[1] != 0)
		return false;
	seen->id = get16(rest.at + 4);
	seen->sequence = get16(rest.at + 6);
	seen->marked = rest.left >= ICMP_PACKET_HEADER + ICMP_PACKET_MARK;
	if (seen->marked)
		memcpy(&seen->mark, rest.at + ICMP_PACKET_HEADER,
		    ICMP_PACKET_MARK);
	return true;
}

bool
icmp_packet_parse(const uint8_t *bytes, size_t len, enum ip_family family,
    enum icmp_form form, bool whole, struct icmp_seen *seen)
{
	struct rest rest = { .at = bytes, .left = len };
	const bool raw_v4 = form == ICMP_FORM_RAW && family == IP_V4;
	size_t header;

	*seen = (struct icmp_seen){ 0 };
	if (form == ICMP_FORM_QUOTE)
		return take_echo(rest, echo[family].request, seen);
	if (raw_v4) {
		header = v4_header(&rest);
		if (header == 0 || !skip(&rest, header) ||
		    (whole && checksum(rest.at, rest.left) != 0))
			return false;
		seen->ip = bytes;
	}
	return take_echo(rest, echo[family].reply, seen) && seen->marked;
}
