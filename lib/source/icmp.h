/* SPDX-License-Identifier: ISC */
/*
 * icmp: echo requests to many addresses of both families from one process.
 *
 * One socket a family.  The unprivileged ping socket comes first, because there
 * the kernel tells the answers of one process from those of another; a raw
 * socket is the fallback.  An answer counts when it comes from the address that
 * was asked, with the sequence number of a packet that is outstanding and the
 * cookie of this run.  Times: sent is read here, received is the kernel's
 * stamp; nothing is taken from the answer itself.
 *
 * What overflowed our own receive queue is no loss of the network's: such
 * packets are sent again, and what cannot be made up is ICMP_UNMEASURED.
 */
#ifndef SOURCE_ICMP_H
#define SOURCE_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/ip.h"
#include "model/icmp.h"
#include "source/icmp_packet.h"

#define ICMP_INTERVAL_NS (80 * CLOCK_MILLI)
#define ICMP_RATE 20000
#define ICMP_FIELDS 3000000 /* targets times packets, at most */

/* What needs a socket option, for both families. */
struct icmp_setup {
	enum ip_family only;	     /* IP_NONE: both */
	struct ip source[IP_V6 + 1]; /* by family; IP_NONE: the kernel's */
	const char *device;	     /* interface or VRF; NULL: none */
	unsigned ttl;		     /* 0: the kernel's */
	unsigned dscp;		     /* 0 to 63 */
	bool dont_fragment;
};

struct icmp_socket {
	int fd; /* -1: none */
	bool raw;
	bool filtered;	    /* see icmp_filter */
	uint16_t id;	    /* of a raw socket; the kernel has its own else */
	struct err refused; /* why there is none */
};

struct icmp_sockets {
	struct icmp_socket of[IP_V6 + 1]; /* by enum ip_family */
};

/*
 * Opens what can be opened, and needs its privileges only meanwhile.  False
 * (with *err) when no family is left, or when an option cannot be obeyed.  A
 * single family that cannot be had says why in `refused`.
 */
bool icmp_open(struct icmp_sockets *sockets, const struct icmp_setup *setup,
    struct err *err);
void icmp_close(struct icmp_sockets *sockets);

/* Keeps the answers to other processes out of the queue of a raw socket from
 * now on.  Not from the first packet on: it is worth its price, which a run for
 * one target would notice, only where there are such answers. */
void icmp_filter(struct icmp_socket *socket, enum ip_family family);

struct icmp_plan {
	unsigned count; /* packets a target, at most ICMP_COUNT */
	int64_t
	    interval_ns; /* between two packets of a target; below 0: when
			    all is answered, at the latest ICMP_INTERVAL_NS */
	int64_t wait_ns; /* for an answer; then it is lost; a minute at most */
	unsigned rate;	 /* packets a second, at most; 0: ICMP_RATE, or when
			    all is answered */
	size_t data_len; /* ICMP_PACKET_MARK or more */
	struct deadline deadline;
	/* Has enough been seen of a target with these times?  NULL: all packets
	 * are sent. */
	bool (*settled)(const int32_t *rtts, void *context);
	/* Called about once a second; may be NULL. */
	void (*progress)(void *context);
	void *context;
};

struct icmp_report {
	uint64_t sent, received;
	uint64_t overflowed; /* answers that our own queue lost */
	uint64_t resent;     /* packets, because of that */
	uint64_t strangers;  /* answers with our cookie from elsewhere */
	bool cut_short;	     /* the deadline came first */
};

/* How long the packets of the plan take to be sent, without the last wait. */
int64_t icmp_duration_ns(const struct icmp_plan *plan, size_t targets);

/*
 * Fills all but the addresses and number of the targets; the rest is put into
 * the arena.  A target whose family has no socket stays unsent.  False (with
 * *err) when the sockets fail as a whole.
 */
bool icmp_run(struct icmp_sockets *sockets, const struct icmp_plan *plan,
    struct icmp_echoes *echoes, struct icmp_report *report, struct arena *arena,
    struct err *err);

#endif
