/* SPDX-License-Identifier: ISC */
/*
 * icmp_sweep: one run of icmp.h from the inside; for its own sources only.
 *
 * icmp.c decides when, icmp_send.c and icmp_receive.c talk to the sockets,
 * icmp_sweep.c notes what becomes of each packet.
 *
 * A packet has a slot, target * count + number, in the order of the results;
 * its low 16 bits are the sequence number.  Packets leave in another order:
 * number 0 to every target, then number 1.
 */
#ifndef SOURCE_ICMP_SWEEP_H
#define SOURCE_ICMP_SWEEP_H

#include <netinet/in.h>
#include <stdalign.h>
#include <sys/socket.h>

#include "source/icmp.h"
#include "source/icmp_pace.h"

#define ICMP_BATCH 64	      /* messages of one system call */
#define ICMP_CONTROL_BYTES 64 /* a stamp and a hop limit */

/* An address as the socket calls speak of it. */
union icmp_name {
	sa_family_t family;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Messages of one family on their way out: room for a batch, no more, because
 * each page of it costs a small sweep more than a packet does. */
struct icmp_outbox {
	struct mmsghdr *messages;
	struct iovec *parts;
	union icmp_name *to;
	uint32_t *slots;
	uint8_t *bytes;
	size_t count;
};

struct icmp_control {
	alignas(struct cmsghdr) char bytes[ICMP_CONTROL_BYTES];
};

struct icmp_inbox {
	struct mmsghdr *messages;
	struct iovec *parts;
	union icmp_name *from; /* unless the message itself tells */
	struct icmp_control *control;
	uint8_t *bytes;
};

/* A place in the order of sending. */
struct icmp_cursor {
	uint32_t target, number;
};

struct icmp_sweep {
	const struct icmp_plan *plan;
	struct icmp_sockets *sockets;
	struct icmp_echoes *echoes;
	struct arena *arena; /* for the faults */
	uint32_t count;	     /* targets */
	uint32_t slots;
	struct icmp_cursor next;   /* to be sent, if it still must be */
	struct icmp_cursor oldest; /* no packet before it is waited for */
	uint64_t waiting;	   /* packets that are */
	bool repairing;
	int64_t start_ns;
	uint32_t *sent; /* ticks after the start, by slot; they wrap */
	uint64_t cookie;
	struct icmp_pace pace;
	size_t batch;	/* packets sent at once, at most */
	size_t answers; /* and read at once */
	size_t packet_len;
	size_t answer_len;
	struct icmp_outbox *out[IP_V6 + 1];
	struct icmp_inbox *in[IP_V6 + 1];
	uint32_t drops[IP_V6 + 1]; /* of the queue, as last read */
	uint32_t fills[IP_V6 + 1]; /* so few messages may fill the queue */
	uint32_t burst[IP_V6 + 1]; /* most that were read in a row, since */
	unsigned patience;	   /* with a full send queue */
	uint32_t mtu;		   /* as our own system told it last */
	int64_t progress_ns;
	struct icmp_report *report;
};

static inline uint32_t
icmp_sweep_slot(const struct icmp_sweep *sweep, struct icmp_cursor at)
{
	return at.target * sweep->plan->count + at.number;
}

static inline struct icmp_target *
icmp_sweep_target(const struct icmp_sweep *sweep, uint32_t slot)
{
	return &sweep->echoes->targets[slot / sweep->plan->count];
}

/* Is there a packet at the cursor? */
static inline bool
icmp_sweep_within(const struct icmp_sweep *sweep, struct icmp_cursor at)
{
	return at.number < sweep->plan->count;
}

static inline bool
icmp_cursor_before(struct icmp_cursor a, struct icmp_cursor b)
{
	return a.number < b.number ||
	    (a.number == b.number && a.target < b.target);
}

static inline void
icmp_sweep_step(const struct icmp_sweep *sweep, struct icmp_cursor *at)
{
	if (++at->target < sweep->count)
		return;
	at->target = 0;
	at->number++;
}

/* Ticks of the sweep's clock. */
static inline uint32_t
icmp_sweep_ticks(const struct icmp_sweep *sweep, int64_t at_ns)
{
	return (uint32_t)((at_ns - sweep->start_ns) / ICMP_TICK_NS);
}

/* Ticks since the packet was sent; below 0 for a moment before.  Right for
 * three minutes, and nothing is waited for longer than one. */
static inline int32_t
icmp_sweep_age(const struct icmp_sweep *sweep, uint32_t slot, int64_t at_ns)
{
	return (int32_t)(icmp_sweep_ticks(sweep, at_ns) - sweep->sent[slot]);
}

static inline int32_t
icmp_sweep_wait(const struct icmp_sweep *sweep)
{
	return (int32_t)(sweep->plan->wait_ns / ICMP_TICK_NS);
}

/* The answer to a packet came so many ticks after it. */
void icmp_sweep_answer(struct icmp_sweep *sweep, uint32_t slot, int32_t took,
    uint8_t ttl);
/* The packet is lost, with or without anybody who says why. */
void icmp_sweep_lose(struct icmp_sweep *sweep, uint32_t slot);
void icmp_sweep_blame(struct icmp_sweep *sweep, uint32_t slot,
    const struct icmp_fault *fault);
/* Notes the fault, and nothing else. */
void icmp_sweep_fault(struct icmp_sweep *sweep, struct icmp_target *target,
    const struct icmp_fault *fault);
/* What was waited for too long is lost: all that arrived before must have been
 * read. */
void icmp_sweep_expire(struct icmp_sweep *sweep, int64_t now_ns);

/* Reads what has arrived: all of it, or a good part of a flood. */
void icmp_sweep_receive(struct icmp_sweep *sweep, enum ip_family family);
/* Reads the error queue.  True when there was anything: an error of an earlier
 * packet may have been what a call failed for. */
bool icmp_sweep_errors(struct icmp_sweep *sweep, enum ip_family family);

/* Still to be sent? */
static inline bool
icmp_sweep_is_open(const struct icmp_sweep *sweep, struct icmp_cursor at)
{
	const struct icmp_target *target = &sweep->echoes->targets[at.target];

	return sweep->echoes->rtts[icmp_sweep_slot(sweep, at)] == ICMP_UNSENT &&
	    !target->settled && sweep->out[target->address.family] != NULL;
}

/* What is due goes out, a batch at most. */
void icmp_sweep_send(struct icmp_sweep *sweep, int64_t now_ns);

#endif
