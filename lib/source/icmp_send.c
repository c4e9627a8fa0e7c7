/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "source/icmp_sweep.h"

#define BUSY_NS (2 * CLOCK_MILLI) /* until a full send queue has moved */
#define STALE_TRIES 3 /* sends that may fail for an earlier packet's error */

/* Family and length of the name stand there. */
static void
address_message(union icmp_name *name, const struct ip *to)
{
	if (to->family == IP_V4) {
		memcpy(&name->v4.sin_addr, to->bytes,
		    sizeof(name->v4.sin_addr));
	} else {
		memcpy(&name->v6.sin6_addr, to->bytes,
		    sizeof(name->v6.sin6_addr));
		name->v6.sin6_scope_id = to->zone;
	}
}

static void
put_packet(struct icmp_sweep *sweep, struct icmp_cursor at)
{
	const struct icmp_target *target = &sweep->echoes->targets[at.target];
	const enum ip_family family = target->address.family;
	struct icmp_outbox *out = sweep->out[family];
	const uint32_t slot = icmp_sweep_slot(sweep, at);
	const struct icmp_mark mark = {
		.cookie = sweep->cookie,
		.target = at.target,
		.number = at.number,
	};

	icmp_packet_build(out->parts[out->count].iov_base, family,
	    sweep->sockets->of[family].id, (uint16_t)slot, &mark);
	address_message(&out->to[out->count], &target->address);
	out->slots[out->count++] = slot;
}

/* They left one after the other between the two times. */
static void
note_sent(struct icmp_sweep *sweep, const struct icmp_outbox *out, size_t from,
    size_t count, int64_t start_ns, int64_t end_ns)
{
	const int64_t each_ns = (end_ns - start_ns) / (int64_t)count;
	int64_t at_ns = start_ns;

	for (size_t i = from; i < from + count; i++, at_ns += each_ns) {
		sweep->sent[out->slots[i]] = icmp_sweep_ticks(sweep, at_ns);
		sweep->echoes->rtts[out->slots[i]] = ICMP_WAITING;
	}
	sweep->waiting += count;
	sweep->report->sent += count;
	sweep->report->resent += sweep->repairing ? count : 0;
}

static void
wait_for_room(int fd, int error)
{
	const struct timespec pause = { .tv_nsec = BUSY_NS };
	struct pollfd full = { .fd = fd, .events = POLLOUT };

	/* A full device queue is no full socket: POLLOUT tells nothing. */
	if (error == EAGAIN)
		poll(&full, 1, (int)(BUSY_NS / CLOCK_MILLI));
	else
		nanosleep(&pause, NULL);
}

/* Our own system has no room for the packet: that is not the network's. */
static bool
is_ours_to_bear(int error)
{
	return error == EAGAIN || error == ENOBUFS || error == ENOMEM;
}

/* What the kernel calls an invalid argument is a zone that is missing: a name
 * may have such an address (net/ipv6/ping.c). */
static int
true_error(int error, const struct ip *to)
{
	return error == EINVAL && ip_lacks_zone(to) ? EDESTADDRREQ : error;
}

/* The first message of the rest would not leave; true: try again. */
static bool
try_again(struct icmp_sweep *sweep, enum ip_family family, uint32_t slot,
    unsigned *tries)
{
	const int error = errno;
	const bool busy = is_ours_to_bear(error);
	struct icmp_fault fault = { 0 };

	sweep->mtu = 0;
	if (error == EINTR)
		return true;
	if (icmp_sweep_errors(sweep, family) && !busy && ++*tries < STALE_TRIES)
		return true;
	if (busy && sweep->patience > 0 &&
	    !deadline_past(&sweep->plan->deadline)) {
		sweep->patience--;
		wait_for_room(sweep->sockets->of[family].fd, error);
		icmp_sweep_receive(sweep, family);
		return true;
	}
	*tries = 0;
	fault.error =
	    true_error(error, &icmp_sweep_target(sweep, slot)->address);
	fault.info = error == EMSGSIZE ? sweep->mtu : 0;
	if (busy) {
		icmp_sweep_fault(sweep, icmp_sweep_target(sweep, slot), &fault);
		sweep->echoes->rtts[slot] = ICMP_UNMEASURED;
	} else {
		icmp_sweep_blame(sweep, slot, &fault);
	}
	return false;
}

static void
flush(struct icmp_sweep *sweep, enum ip_family family)
{
	struct icmp_outbox *out = sweep->out[family];
	const int fd = sweep->sockets->of[family].fd;
	unsigned tries = 0;
	size_t done = 0;

	while (done < out->count) {
		const int64_t start_ns = clock_monotonic_ns();
		const int n = sendmmsg(fd, out->messages + done,
		    (unsigned)(out->count - done), 0);

		if (n > 0) {
			note_sent(sweep, out, done, (size_t)n, start_ns,
			    clock_monotonic_ns());
			done += (size_t)n;
			/* What stopped it is told nobody else: an error of an
			 * earlier packet, or it comes again with the next. */
			if (done < out->count)
				icmp_sweep_errors(sweep, family);
		} else if (!try_again(sweep, family, out->slots[done],
			       &tries)) {
			done++;
		}
	}
	out->count = 0;
}

void
icmp_sweep_send(struct icmp_sweep *sweep, int64_t now_ns)
{
	size_t batch = 0;

	icmp_pace_catch_up(&sweep->pace, now_ns);
	while (icmp_sweep_within(sweep, sweep->next) && batch < sweep->batch &&
	    icmp_pace_ready(&sweep->pace, now_ns)) {
		const bool open = icmp_sweep_is_open(sweep, sweep->next);

		if (open) {
			put_packet(sweep, sweep->next);
			batch++;
		}
		/* A repair has holes that take no time. */
		if (open || !sweep->repairing)
			icmp_pace_turn(&sweep->pace);
		icmp_sweep_step(sweep, &sweep->next);
	}
	for (int family = IP_V4; family <= IP_V6; family++)
		if (sweep->out[family] != NULL && sweep->out[family]->count > 0)
			flush(sweep, (enum ip_family)family);
}
