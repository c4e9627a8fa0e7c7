/* SPDX-License-Identifier: ISC */
/*
 * icmp_sweep: one run of icmp.h from the inside; for its own sources only.
 *
 * icmp.c decides when, icmp_send.c and icmp_receive.c talk to the sockets,
 * icmp_sweep.c notes what becomes of each packet.
 */
#ifndef SOURCE_ICMP_SWEEP_H
#define SOURCE_ICMP_SWEEP_H

#include <netinet/in.h>
#include <stdalign.h>
#include <sys/socket.h>

#include "source/icmp.h"
#include "source/icmp_pace.h"

#define ICMP_BATCH 64 /* messages of one system call */
#define ICMP_CONTROL_BYTES 128

/* A packet that was sent and is waited for; beside those of icmp_stats.h. */
#define ICMP_WAITING (-4)

/* Messages of one family on their way out. */
struct icmp_outbox {
	struct mmsghdr messages[ICMP_BATCH];
	struct iovec parts[ICMP_BATCH];
	struct sockaddr_in6 to[ICMP_BATCH]; /* or a sockaddr_in */
	uint64_t packets[ICMP_BATCH];
	uint8_t *bytes;
	size_t count;
};

struct icmp_inbox {
	struct mmsghdr messages[ICMP_BATCH];
	struct iovec parts[ICMP_BATCH];
	struct sockaddr_in6 from[ICMP_BATCH];
	alignas(struct cmsghdr) char control[ICMP_BATCH][ICMP_CONTROL_BYTES];
	uint8_t *bytes;
};

/* Packet g is number g / targets of target g % targets. */
struct icmp_sweep {
	const struct icmp_plan *plan;
	struct icmp_sockets *sockets;
	struct icmp_target *targets;
	size_t count;
	uint64_t packets;
	uint64_t next;	  /* packet to be sent, if it still must be */
	uint64_t oldest;  /* no packet before it is waited for */
	uint64_t waiting; /* packets that are */
	bool repairing;
	int64_t *sent_ns; /* by packet */
	uint64_t cookie;
	struct icmp_pace pace;
	size_t batch; /* packets sent at once, at most */
	size_t packet_len;
	size_t answer_len;
	struct icmp_outbox *out[IP_V6 + 1];
	struct icmp_inbox *in;
	uint32_t drops[IP_V6 + 1]; /* of the queue, as last read */
	unsigned patience;	   /* with a full send queue */
	uint32_t mtu;		   /* as our own system told it last */
	int64_t progress_ns;
	struct icmp_report *report;
};

static inline struct icmp_target *
icmp_sweep_target(const struct icmp_sweep *sweep, uint64_t packet)
{
	return &sweep->targets[packet % sweep->count];
}

static inline int64_t *
icmp_sweep_rtt(const struct icmp_sweep *sweep, uint64_t packet)
{
	return &icmp_sweep_target(sweep, packet)->rtt_ns[packet / sweep->count];
}

static inline const struct icmp_socket *
icmp_sweep_socket(const struct icmp_sweep *sweep,
    const struct icmp_target *target)
{
	return &sweep->sockets->of[target->address.family];
}

/* No more packets are needed, if the plan says so. */
void icmp_sweep_settle(struct icmp_sweep *sweep, struct icmp_target *target);
/* The packet is lost, with or without anybody who says why. */
void icmp_sweep_lose(struct icmp_sweep *sweep, uint64_t packet);
void icmp_sweep_blame(struct icmp_sweep *sweep, uint64_t packet,
    const struct icmp_fault *fault);
/* What was waited for too long is lost. */
void icmp_sweep_expire(struct icmp_sweep *sweep, int64_t now_ns);

/* Reads all that has arrived. */
void icmp_sweep_receive(struct icmp_sweep *sweep, enum ip_family family);
/* Reads the error queue.  True when there was anything: an error of an earlier
 * packet may have been what a call failed for. */
bool icmp_sweep_errors(struct icmp_sweep *sweep, enum ip_family family);

/* Still to be sent? */
bool icmp_sweep_is_open(const struct icmp_sweep *sweep, uint64_t packet);
/* What is due goes out, a batch at most. */
void icmp_sweep_send(struct icmp_sweep *sweep, int64_t now_ns);

#endif
