/* SPDX-License-Identifier: ISC */
#include "source/icmp_packet.h"

#include <errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <string.h>

#define V4_HEADER 20 /* bytes, without options */

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
static uint16_t
checksum(const uint8_t *bytes, size_t len)
{
	uint64_t sum = 0;
	uint32_t word;
	uint16_t half;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum += word;
		bytes += sizeof(word);
	}
	for (; len > 0; len -= len < 2 ? 1 : 2) {
		half = 0;
		memcpy(&half, bytes, len < 2 ? 1 : 2);
		sum += half;
		bytes += sizeof(half);
	}
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void
icmp_packet_build(uint8_t *out, enum ip_family family, uint16_t id,
    uint16_t sequence, const struct icmp_mark *mark, size_t data_len)
{
	uint16_t sum;

	memset(out, 0, ICMP_PACKET_HEADER + data_len);
	out[0] = echo[family].request;
	put16(out + 4, id);
	put16(out + 6, sequence);
	memcpy(out + ICMP_PACKET_HEADER, mark, ICMP_PACKET_MARK);
	if (family == IP_V4) { /* the rest of the data is 0 */
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

	*seen = (struct icmp_seen){ 0 };
	if (form == ICMP_FORM_QUOTE)
		return take_echo(rest, echo[family].request, seen);
	if (raw_v4 && (v4_header(&rest) == 0 || !skip(&rest, v4_header(&rest))))
		return false;
	if (raw_v4 && whole && checksum(rest.at, rest.left) != 0)
		return false;
	return take_echo(rest, echo[family].reply, seen) && seen->marked;
}

/* --- in words ------------------------------------------------------------- */

#define ANY_CODE (-1)

struct fault_name {
	uint8_t family, type;
	int code;
	const char *name;
};

/* RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7; RFC 4443 3. */
static const struct fault_name fault_names[] = {
	{ IP_V4, ICMP_DEST_UNREACH, 0, "network unreachable" },
	{ IP_V4, ICMP_DEST_UNREACH, 1, "host unreachable" },
	{ IP_V4, ICMP_DEST_UNREACH, 2, "protocol unreachable" },
	{ IP_V4, ICMP_DEST_UNREACH, 3, "port unreachable" },
	{ IP_V4, ICMP_DEST_UNREACH, 4, "too big" },
	{ IP_V4, ICMP_DEST_UNREACH, 5, "source route failed" },
	{ IP_V4, ICMP_DEST_UNREACH, 6, "network unknown" },
	{ IP_V4, ICMP_DEST_UNREACH, 7, "host unknown" },
	{ IP_V4, ICMP_DEST_UNREACH, 8, "source host isolated" },
	{ IP_V4, ICMP_DEST_UNREACH, 9, "network prohibited" },
	{ IP_V4, ICMP_DEST_UNREACH, 10, "host prohibited" },
	{ IP_V4, ICMP_DEST_UNREACH, 11,
	    "network unreachable for this type of service" },
	{ IP_V4, ICMP_DEST_UNREACH, 12,
	    "host unreachable for this type of service" },
	{ IP_V4, ICMP_DEST_UNREACH, 13, "administratively prohibited" },
	{ IP_V4, ICMP_DEST_UNREACH, 14, "host precedence violation" },
	{ IP_V4, ICMP_DEST_UNREACH, 15, "precedence cutoff" },
	{ IP_V4, ICMP_DEST_UNREACH, ANY_CODE, "unreachable" },
	{ IP_V4, ICMP_TIME_EXCEEDED, 0, "TTL exceeded" },
	{ IP_V4, ICMP_TIME_EXCEEDED, ANY_CODE, "reassembly time exceeded" },
	{ IP_V4, ICMP_PARAMETERPROB, ANY_CODE, "parameter problem" },
	{ IP_V6, ICMPV6_DEST_UNREACH, 0, "no route to destination" },
	{ IP_V6, ICMPV6_DEST_UNREACH, 1, "administratively prohibited" },
	{ IP_V6, ICMPV6_DEST_UNREACH, 2, "beyond the scope of the source" },
	{ IP_V6, ICMPV6_DEST_UNREACH, 3, "address unreachable" },
	{ IP_V6, ICMPV6_DEST_UNREACH, 4, "port unreachable" },
	{ IP_V6, ICMPV6_DEST_UNREACH, 5, "source address refused by policy" },
	{ IP_V6, ICMPV6_DEST_UNREACH, 6, "route rejected" },
	{ IP_V6, ICMPV6_DEST_UNREACH, ANY_CODE, "unreachable" },
	{ IP_V6, ICMPV6_PKT_TOOBIG, ANY_CODE, "too big" },
	{ IP_V6, ICMPV6_TIME_EXCEED, 0, "hop limit exceeded" },
	{ IP_V6, ICMPV6_TIME_EXCEED, ANY_CODE, "reassembly time exceeded" },
	{ IP_V6, ICMPV6_PARAMPROB, ANY_CODE, "parameter problem" },
};

static const char *
fault_name(const struct icmp_fault *fault)
{
	for (size_t i = 0; i < sizeof(fault_names) / sizeof(fault_names[0]);
	     i++) {
		const struct fault_name *row = &fault_names[i];

		if (row->family == fault->family && row->type == fault->type &&
		    (row->code == fault->code || row->code == ANY_CODE))
			return row->name;
	}
	return "ICMP error";
}

void
icmp_fault_tell(struct text *text, const struct icmp_fault *fault)
{
	if (fault->error == EINVAL)
		text_add(text,
		    "blackhole route, or a link-local address without zone");
	else if (fault->error != 0)
		text_add(text, strerror(fault->error));
	else
		text_add(text, fault_name(fault));
	if (fault->info > 0)
		text_addf(text, ", MTU %u", (unsigned)fault->info);
}
