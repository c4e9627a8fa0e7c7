/* SPDX-License-Identifier: ISC */
/*
 * icmp: what echo requests to many addresses measured.  Small records, because
 * there may be tens of thousands: 36 bytes an address and 4 bytes a packet.
 */
#ifndef MODEL_ICMP_H
#define MODEL_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/ip.h"
#include "model/icmp_fault.h"

#define ICMP_COUNT 1000	    /* packets a target, at most */
#define ICMP_TARGETS 100000 /* at most */

/* Round trips are counted in ticks: 31 bits of them are three minutes. */
#define ICMP_TICK_NS 100
#define ICMP_TICKS_PER_SECOND 1e7

/* What stands in place of the time of a packet without one. */
enum {
	ICMP_LOST = -1,
	ICMP_REFUSED = -2,    /* lost, and somebody said why */
	ICMP_UNSENT = -3,     /* not needed, or there was no time */
	ICMP_UNMEASURED = -4, /* sent, but whether an answer came is not known:
				 our own queue overflowed, or the run ended */
	ICMP_WAITING = -5,    /* sent, and waited for */
};

/* A target as the user gave it. */
struct icmp_named {
	struct ip_host host;
	const char *label; /* the host's name, when it is called nothing else */
};

/* And as it was found. */
struct icmp_host {
	const char *label;
	const char *unfound;   /* why there is no address; NULL: there is one */
	uint32_t first, count; /* its addresses, among all targets */
	/* enum family_status of a family without address here, by enum
	 * ip_family. */
	uint8_t without[IP_V6 + 1];
	bool literal; /* it is an address */
	bool called;  /* and has a name here all the same: the label */
	bool unseen;  /* with `unfound`: we could not look */
};

struct icmp_target {
	struct ip address;
	uint32_t fault;	     /* the last one: its number in the list, from 1; 0:
				there was none */
	uint16_t duplicates; /* at most UINT16_MAX */
	uint16_t reordered;  /* answers to packets sent before one that was
				answered already; RFC 4737 3.3 */
	uint16_t expected;   /* the number after the latest packet that was
				answered: NextExp of RFC 4737 */
	uint8_t ttl;	     /* of the last answer when it came; 0: not told */
	bool settled;	     /* no more packets were needed */
};

struct icmp_echoes {
	struct icmp_target *targets;
	size_t target_count;
	unsigned count; /* packets a target */
	/* In ticks, or ICMP_LOST, ...; those of target i in the order in which
	 * they were sent, from rtts[i * count] on.  NULL: not begun. */
	int32_t *rtts;
	struct arena_list faults; /* struct icmp_fault */
};

/* The last fault of the target, or NULL. */
const struct icmp_fault *icmp_fault_of(const struct icmp_echoes *echoes,
    const struct icmp_target *target);

#endif
