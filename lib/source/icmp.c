/* SPDX-License-Identifier: ISC */
#include "source/icmp.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <sys/random.h>
#include <time.h>

#include "source/icmp_sweep.h"

#define BATCH_BYTES ((size_t)256 << 10) /* of their packets, at most */
#define PROGRESS_NS CLOCK_SECOND
#define PATIENCE 500 /* such waits in a sweep */
#define REPAIRS 3    /* times that what we lost ourselves is sent again */
#define REPAIR_SLOWER 2
#define REPAIR_FEWER 8

static void
drain_all(struct icmp_sweep *sweep)
{
	for (int family = IP_V4; family <= IP_V6; family++)
		if (sweep->out[family] != NULL)
			icmp_sweep_receive(sweep, (enum ip_family)family);
}

/* --- the sweep ------------------------------------------------------------ */

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When there is something to do even if no answer comes. */
static int64_t
next_event_ns(const struct icmp_sweep *sweep, int64_t now_ns)
{
	int64_t at_ns = sweep->plan->deadline.at_ns;

	if (icmp_sweep_within(sweep, sweep->next))
		at_ns = least(at_ns, sweep->pace.due_ns);
	if (sweep->waiting > 0) {
		const uint32_t slot = icmp_sweep_slot(sweep, sweep->oldest);
		const int32_t left = icmp_sweep_wait(sweep) -
		    icmp_sweep_age(sweep, slot, now_ns);

		at_ns = least(at_ns, now_ns + (int64_t)left * ICMP_TICK_NS);
	}
	return sweep->plan->progress != NULL ? least(at_ns, sweep->progress_ns)
					     : at_ns;
}

/* Errors alone wake us up, too, and would for ever if nobody read them. */
static void
await(struct icmp_sweep *sweep, int64_t now_ns)
{
	const int64_t left_ns = next_event_ns(sweep, now_ns) - now_ns;
	const struct timespec wait = {
		.tv_sec = left_ns / CLOCK_SECOND,
		.tv_nsec = left_ns % CLOCK_SECOND,
	};
	struct pollfd ready[IP_V6 + 1];

	if (left_ns <= 0)
		return;
	for (int family = IP_NONE; family <= IP_V6; family++)
		ready[family] = (struct pollfd){
			.fd = sweep->out[family] != NULL
			    ? sweep->sockets->of[family].fd
			    : -1,
			.events = POLLIN,
		};
	if (ppoll(ready, IP_V6 + 1, &wait, NULL) <= 0)
		return;
	for (int family = IP_V4; family <= IP_V6; family++)
		if ((ready[family].revents & POLLERR) != 0)
			icmp_sweep_errors(sweep, (enum ip_family)family);
}

static void
report_progress(struct icmp_sweep *sweep, int64_t now_ns)
{
	if (sweep->plan->progress == NULL || now_ns < sweep->progress_ns)
		return;
	sweep->plan->progress(sweep->plan->context);
	sweep->progress_ns = now_ns + PROGRESS_NS;
}

static bool
is_over(const struct icmp_sweep *sweep)
{
	return !icmp_sweep_within(sweep, sweep->next) && sweep->waiting == 0;
}

/* Until nothing is to be sent or waited for; false at the deadline. */
static bool
sweep_once(struct icmp_sweep *sweep)
{
	while (!is_over(sweep)) {
		int64_t now_ns = clock_monotonic_ns();

		if (now_ns >= sweep->plan->deadline.at_ns)
			return false;
		icmp_sweep_send(sweep, now_ns);
		now_ns = clock_monotonic_ns();
		drain_all(sweep);
		icmp_sweep_expire(sweep, now_ns);
		report_progress(sweep, now_ns);
		if (is_over(sweep))
			break;
		if (sweep->waiting == 0)
			icmp_pace_idle(&sweep->pace, now_ns);
		await(sweep, now_ns);
	}
	return true;
}

/* --- what we lost ourselves ----------------------------------------------- */

static uint32_t
drops_of(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) != 0)
		return 0;
	return info[SK_MEMINFO_DROPS];
}

/* What a message takes of the queue, with the pages of a careless driver. */
static size_t
most_of_queue(size_t len)
{
	return (1 + len / 1024) * ((size_t)16 << 10);
}

static uint32_t
fills_of(int fd, size_t answer_len)
{
	int room = 0;
	socklen_t len = sizeof(room);

	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, &len) != 0)
		return 0;
	return (uint32_t)((size_t)room / most_of_queue(answer_len));
}

/*
 * Messages that our queues had no room for, since it was last asked.  The
 * kernel counts those with a wrong checksum, too, on a raw socket of IPv6, and
 * they are the network's: a queue that never was nearly full lost nothing.
 */
static uint64_t
count_drops(struct icmp_sweep *sweep)
{
	uint64_t fresh = 0;

	for (int family = IP_V4; family <= IP_V6; family++) {
		uint32_t now;

		if (sweep->out[family] == NULL)
			continue;
		now = drops_of(sweep->sockets->of[family].fd);
		if (sweep->burst[family] >= sweep->fills[family])
			fresh += now - sweep->drops[family];
		sweep->drops[family] = now;
		sweep->burst[family] = 0;
	}
	return fresh;
}

/* Whatever has no answer, and no error that tells why, may be what we lost;
 * then more must be known of its target after all. */
static uint64_t
mark_doubtful(struct icmp_sweep *sweep, int32_t as)
{
	int32_t *rtts = sweep->echoes->rtts;
	uint64_t marked = 0;

	for (uint32_t slot = 0; slot < sweep->slots; slot++) {
		if (rtts[slot] != ICMP_LOST)
			continue;
		rtts[slot] = as;
		icmp_sweep_target(sweep, slot)->settled = false;
		marked++;
	}
	return marked;
}

/* What was given up for want of time is not known to be lost. */
static void
leave_unmeasured(struct icmp_sweep *sweep)
{
	for (struct icmp_cursor at = { 0 }; icmp_sweep_within(sweep, at);
	     icmp_sweep_step(sweep, &at))
		if (icmp_sweep_is_open(sweep, at))
			sweep->echoes->rtts[icmp_sweep_slot(sweep, at)] =
			    ICMP_UNMEASURED;
}

static bool
has_time_for(const struct icmp_sweep *sweep, uint64_t packets)
{
	const int64_t send_ns = (int64_t)packets * sweep->pace.gap_ns;

	return deadline_left_ns(&sweep->plan->deadline) >
	    send_ns + sweep->plan->wait_ns;
}

/* More slowly, and in smaller bursts, since we could not keep up.  An answer to
 * the first try must not pass for one to the second: another cookie. */
static void
begin_repair(struct icmp_sweep *sweep)
{
	sweep->repairing = true;
	sweep->cookie++;
	sweep->next = sweep->oldest = (struct icmp_cursor){ 0 };
	sweep->pace.gap_ns *= REPAIR_SLOWER;
	sweep->batch =
	    sweep->batch > REPAIR_FEWER ? sweep->batch / REPAIR_FEWER : 1;
	sweep->pace.interval_ns = 0;
	icmp_pace_start(&sweep->pace, clock_monotonic_ns());
}

static bool
sweep_and_repair(struct icmp_sweep *sweep)
{
	for (int repairs = 0;; repairs++) {
		const bool whole = sweep_once(sweep);
		const uint64_t drops = count_drops(sweep);
		uint64_t doubtful;

		sweep->report->overflowed += drops;
		if (drops == 0 || !whole)
			return whole;
		if (repairs == REPAIRS)
			break;
		doubtful = mark_doubtful(sweep, ICMP_UNSENT);
		if (doubtful == 0)
			return true;
		if (!has_time_for(sweep, doubtful)) {
			leave_unmeasured(sweep);
			return true;
		}
		begin_repair(sweep);
	}
	mark_doubtful(sweep, ICMP_UNMEASURED);
	return true;
}

/* What is still under way when the time is up is not known to be lost. */
static void
give_up(struct icmp_sweep *sweep)
{
	sweep->report->cut_short = true;
	for (uint32_t slot = 0; slot < sweep->slots; slot++)
		if (sweep->echoes->rtts[slot] == ICMP_WAITING)
			sweep->echoes->rtts[slot] = ICMP_UNMEASURED;
}

/* --- room ----------------------------------------------------------------- */

static struct msghdr
message_of(union icmp_name *name, enum ip_family family, struct iovec *part)
{
	return (struct msghdr){
		.msg_name = name,
		.msg_namelen =
		    family == IP_V4 ? sizeof(name->v4) : sizeof(name->v6),
		.msg_iov = part,
		.msg_iovlen = 1,
	};
}

static bool
make_outbox(struct icmp_sweep *sweep, enum ip_family family,
    struct arena *arena)
{
	const size_t n = sweep->batch;
	struct icmp_outbox *out = arena_alloc(arena, sizeof(*out));

	if (out == NULL)
		return false;
	out->messages = arena_alloc(arena, n * sizeof(*out->messages));
	out->parts = arena_alloc(arena, n * sizeof(*out->parts));
	out->to = arena_alloc(arena, n * sizeof(*out->to));
	out->slots = arena_alloc(arena, n * sizeof(*out->slots));
	out->bytes = arena_alloc(arena, n * sweep->packet_len);
	if (out->messages == NULL || out->parts == NULL || out->to == NULL ||
	    out->slots == NULL || out->bytes == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		out->to[i].family = family == IP_V4 ? AF_INET : AF_INET6;
		out->parts[i] = (struct iovec){
			.iov_base = out->bytes + i * sweep->packet_len,
			.iov_len = sweep->packet_len,
		};
		out->messages[i].msg_hdr =
		    message_of(&out->to[i], family, &out->parts[i]);
	}
	sweep->out[family] = out;
	return true;
}

/* A raw message of IPv4 brings its header, hence its sender: then the kernel
 * need not copy the name. */
static bool
make_inbox(struct icmp_sweep *sweep, enum ip_family family, struct arena *arena)
{
	const size_t n = sweep->answers;
	const bool named = family != IP_V4 || !sweep->sockets->of[family].raw;
	struct icmp_inbox *in = arena_alloc(arena, sizeof(*in));

	if (in == NULL)
		return false;
	in->messages = arena_alloc(arena, n * sizeof(*in->messages));
	in->parts = arena_alloc(arena, n * sizeof(*in->parts));
	in->from = arena_alloc(arena, named ? n * sizeof(*in->from) : 0);
	in->control = arena_alloc(arena, n * sizeof(*in->control));
	in->bytes = arena_alloc(arena, n * sweep->answer_len);
	if (in->messages == NULL || in->parts == NULL || in->from == NULL ||
	    in->control == NULL || in->bytes == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		in->parts[i] = (struct iovec){
			.iov_base = in->bytes + i * sweep->answer_len,
			.iov_len = sweep->answer_len,
		};
		in->messages[i].msg_hdr =
		    message_of(&in->from[i], family, &in->parts[i]);
		if (!named)
			in->messages[i].msg_hdr.msg_name = NULL;
		in->messages[i].msg_hdr.msg_control = in->control[i].bytes;
		in->messages[i].msg_hdr.msg_controllen =
		    sizeof(in->control[i].bytes);
	}
	sweep->in[family] = in;
	return true;
}

static bool
make_slots(struct icmp_sweep *sweep, struct arena *arena)
{
	struct icmp_echoes *echoes = sweep->echoes;

	echoes->rtts = arena_alloc(arena, sweep->slots * sizeof(*echoes->rtts));
	sweep->sent = arena_alloc(arena, sweep->slots * sizeof(*sweep->sent));
	if (echoes->rtts == NULL || sweep->sent == NULL)
		return false;
	echoes->count = sweep->plan->count;
	for (uint32_t slot = 0; slot < sweep->slots; slot++)
		echoes->rtts[slot] = ICMP_UNSENT;
	return true;
}

static bool
has_family(const struct icmp_sweep *sweep, enum ip_family family)
{
	for (size_t i = 0; i < sweep->count; i++)
		if (sweep->echoes->targets[i].address.family == family)
			return true;
	return false;
}

static size_t
batch_of(const struct icmp_sweep *sweep)
{
	const size_t fitting = BATCH_BYTES / sweep->answer_len;
	const size_t most = fitting < ICMP_BATCH ? fitting : ICMP_BATCH;

	return most == 0 ? 1 : sweep->slots < most ? sweep->slots : most;
}

static bool
prepare(struct icmp_sweep *sweep, struct arena *arena)
{
	const struct icmp_plan *plan = sweep->plan;

	sweep->slots = sweep->count * plan->count;
	sweep->packet_len = ICMP_PACKET_HEADER + plan->data_len;
	/* IPv4 options before it; an answer is as long as its question. */
	sweep->answer_len = sweep->packet_len + 60;
	sweep->batch = sweep->answers = batch_of(sweep);
	for (int family = IP_V4; family <= IP_V6; family++) {
		const int fd = sweep->sockets->of[family].fd;

		if (fd < 0 || !has_family(sweep, (enum ip_family)family))
			continue;
		if (!make_outbox(sweep, (enum ip_family)family, arena) ||
		    !make_inbox(sweep, (enum ip_family)family, arena))
			return false;
		sweep->drops[family] = drops_of(fd);
		sweep->fills[family] = fills_of(fd, sweep->answer_len);
	}
	return make_slots(sweep, arena);
}

static struct icmp_pace
pace_of(const struct icmp_plan *plan, size_t targets)
{
	return (struct icmp_pace){
		.gap_ns =
		    CLOCK_SECOND / (plan->rate > 0 ? plan->rate : ICMP_RATE),
		.interval_ns = plan->interval_ns >= 0 ? plan->interval_ns
						      : ICMP_INTERVAL_NS,
		.keep_gap = plan->rate > 0,
		.keep_interval = plan->interval_ns >= 0,
		.targets = targets,
	};
}

int64_t
icmp_duration_ns(const struct icmp_plan *plan, size_t targets)
{
	const struct icmp_pace pace = pace_of(plan, targets);

	return icmp_pace_duration_ns(&pace, plan->count);
}

bool
icmp_run(struct icmp_sockets *sockets, const struct icmp_plan *plan,
    struct icmp_echoes *echoes, struct icmp_report *report, struct arena *arena,
    struct err *err)
{
	const size_t count = echoes->target_count;
	struct icmp_sweep sweep = {
		.plan = plan,
		.sockets = sockets,
		.echoes = echoes,
		.arena = arena,
		.count = (uint32_t)count,
		.patience = PATIENCE,
		.start_ns = clock_monotonic_ns(),
		.report = report,
	};

	*report = (struct icmp_report){ 0 };
	if (count == 0)
		return true;
	if (count > ICMP_TARGETS || plan->count > ICMP_COUNT ||
	    (uint64_t)count * plan->count > ICMP_FIELDS)
		return err_set(err, ERR_USAGE,
		    "%zu addresses with %u packets each are too many", count,
		    plan->count);
	if (getrandom(&sweep.cookie, sizeof(sweep.cookie), 0) !=
	    (ssize_t)sizeof(sweep.cookie))
		return err_sys(err, errno, "getrandom");
	if (!prepare(&sweep, arena))
		return err_set(err, ERR_SYSTEM, "no memory for %zu addresses",
		    count);
	sweep.pace = pace_of(plan, count);
	icmp_pace_start(&sweep.pace, sweep.start_ns);
	sweep.progress_ns = sweep.start_ns + PROGRESS_NS;
	if (!sweep_and_repair(&sweep))
		give_up(&sweep);
	return true;
}
