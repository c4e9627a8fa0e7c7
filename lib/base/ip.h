/* SPDX-License-Identifier: ISC */
/*
 * ip: IPv4 and IPv6 addresses, networks and hosts as values.
 *
 * An IPv4-mapped IPv6 address (::ffff:0:0/96, RFC 4291 2.5.5.2) is normalised
 * to IPv4 by every constructor here: it is IPv4 on the wire.
 */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum ip_family {
	IP_NONE, /* no address */
	IP_V4,
	IP_V6,
};

struct ip {
	uint8_t family;	   /* enum ip_family */
	uint8_t bytes[16]; /* network order; IPv4 in the first four, rest 0 */
	uint32_t zone; /* interface index, link-local addresses only, or 0 */
};

struct ip_net {
	struct ip address; /* host bits are 0 */
	uint8_t length;	   /* prefix length: 0 to 32 or 128 */
};

struct ip ip_from_v4(const uint8_t bytes[4]);
struct ip ip_from_v6(const uint8_t bytes[16], uint32_t zone);

/* Is it the same on every link, and nobody says on which? */
bool ip_lacks_zone(const struct ip *ip);
/* 192.0.2.1, 2001:db8::1, [2001:db8::1], fe80::1%eth0 (or %2). */
bool ip_parse(const char *string, struct ip *ip, struct err *err);
/* ADDRESS or ADDRESS/LENGTH; host bits that are set are an error that names
 * the network meant ("10.0.0.1/8 has host bits set: use 10.0.0.0/8"). */
bool ip_net_parse(const char *string, struct ip_net *net, struct err *err);

/* RFC 5952 text, with %zone when there is one; "none" for IP_NONE. */
void ip_format(struct text *text, const struct ip *ip);
void ip_net_format(struct text *text, const struct ip_net *net);
/* For metric labels: like ip_format, but IPv6 with all eight groups and _zone,
 * since engines give "::" and "%" in a label a meaning. */
void ip_format_label(struct text *text, const struct ip *ip);

const char *ip_family_name(enum ip_family family); /* "ipv4", "ipv6" */
unsigned ip_bits(enum ip_family family);	   /* 32, 128, or 0 */
/* By family, then address, then zone: <0, 0, >0 as for qsort(3). */
int ip_compare(const struct ip *a, const struct ip *b);
bool ip_net_equal(const struct ip_net *a, const struct ip_net *b);
bool ip_in_net(const struct ip *ip, const struct ip_net *net);

/* What a user calls a host: a name, or an address in any of the forms above. */
struct ip_host {
	const char *name;  /* as typed, brackets included; not owned */
	struct ip address; /* family IP_NONE when name must be resolved */
};

/* Refuses what cannot be a host name (RFC 1123, underscores allowed), and a
 * leading '-'.  `string` is borrowed by *host, or copied by the caller. */
bool ip_host_parse(const char *string, struct ip_host *host, struct err *err);

#endif
