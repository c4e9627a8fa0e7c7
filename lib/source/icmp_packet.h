/* SPDX-License-Identifier: ISC */
/*
 * icmp_packet: ICMP echo as bytes: requests that are built, and what may come
 * back.  Pure: no socket, no clock.
 *
 * Protocol: RFC 792 (ICMP), RFC 4443 (ICMPv6).  The first bytes of the echoed
 * data are a mark: a cookie that only this run knows, and which packet it is.
 */
#ifndef SOURCE_ICMP_PACKET_H
#define SOURCE_ICMP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

#define ICMP_PACKET_HEADER 8	   /* bytes before the data */
#define ICMP_PACKET_MARK 16	   /* bytes of the mark: least data */
#define ICMP_PACKET_DATA_MAX 65467 /* 65535 - 60 - 8: any IPv4 header fits */

struct icmp_mark {
	uint64_t cookie;
	uint32_t target;
	uint32_t number;
};

/* Writes a request: header and mark.  The data behind them must be 0, of
 * whatever length.  The IPv4 checksum is filled in, that of ICMPv6 is the
 * kernel's. */
void icmp_packet_build(
    uint8_t out[static ICMP_PACKET_HEADER + ICMP_PACKET_MARK],
    enum ip_family family, uint16_t id, uint16_t sequence,
    const struct icmp_mark *mark);

/* What an answer, or an error that quotes one of our requests, tells. */
struct icmp_seen {
	const uint8_t *ip; /* the IPv4 header of a raw message, within its
			      bytes; NULL: it has none */
	uint16_t id, sequence;
	bool marked; /* false: a quote that is too short for a mark */
	struct icmp_mark mark;
};

/* How a socket delivers a message. */
enum icmp_form {
	ICMP_FORM_PING,	 /* from the ICMP header on, checked by the kernel */
	ICMP_FORM_RAW,	 /* IPv4: with its header, checksum not checked */
	ICMP_FORM_QUOTE, /* of the error queue: our own request, as quoted */
};

/* False for all that is no echo reply with room for a mark, or no quoted echo
 * request.  `whole` is false when the message was longer than len: no checksum
 * then. */
bool icmp_packet_parse(const uint8_t *bytes, size_t len, enum ip_family family,
    enum icmp_form form, bool whole, struct icmp_seen *seen);

#endif
