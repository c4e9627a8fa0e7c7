/* SPDX-License-Identifier: ISC */
#include "model/icmp_fault.h"

#include <errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <string.h>

#include "model/icmp.h"

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

/* What our own system means by an error, where its own words mislead. */
static const struct {
	int error;
	const char *meaning;
} own_errors[] = {
	/* net/ipv4/fib_semantics.c, ip_route_output_key_hash, net/ipv6/ping.c
	 */
	{ EINVAL,
	    "blackhole route of this host, or a source or interface that "
	    "does not lead there" },
	{ EDESTADDRREQ, "on every link, and no interface was named" },
	{ EACCES, "prohibit route of this host, or a broadcast address" },
	{ EPERM, "dropped by the firewall of this host" },
	{ ENETUNREACH, "this host has no route to it" },
	{ EHOSTUNREACH, "this host cannot reach it" },
	{ EADDRNOTAVAIL, "this host has no address to send from" },
	{ EMSGSIZE, "too long for the interface of this host" },
};

static const char *
own_error(int error)
{
	for (size_t i = 0; i < sizeof(own_errors) / sizeof(own_errors[0]); i++)
		if (own_errors[i].error == error)
			return own_errors[i].meaning;
	return strerror(error);
}

void
icmp_fault_tell(struct text *text, const struct icmp_fault *fault)
{
	if (fault->error != 0)
		text_add(text, own_error(fault->error));
	else
		text_add(text, fault_name(fault));
	if (fault->info > 0)
		text_addf(text, ", MTU %u", (unsigned)fault->info);
	if (fault->from.family == IP_NONE)
		return;
	text_add(text, " from ");
	ip_format(text, &fault->from);
}

const struct icmp_fault *
icmp_fault_of(const struct icmp_echoes *echoes,
    const struct icmp_target *target)
{
	const struct icmp_fault *faults = echoes->faults.items;

	return target->fault > 0 ? &faults[target->fault - 1] : NULL;
}
