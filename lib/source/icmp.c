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
next_event_ns(const struct icmp_sweep *sweep)
{
	int64_t at_ns = sweep->plan->deadline.at_ns;

	if (sweep->next < sweep->packets)
		at_ns = least(at_ns, sweep->pace.due_ns);
	if (sweep->waiting > 0)
		at_ns = least(at_ns,
		    sweep->sent_ns[sweep->oldest] + sweep->plan->wait_ns);
	return sweep->plan->progress != NULL ? least(at_ns, sweep->progress_ns)
					     : at_ns;
}

static void
await(struct icmp_sweep *sweep, int64_t now_ns)
{
	const int64_t left_ns = next_event_ns(sweep) - now_ns;
	const struct timespec wait = {
		.tv_sec = left_ns / CLOCK_SECOND,
		.tv_nsec = left_ns % CLOCK_SECOND,
	};
	struct pollfd ready[2];
	size_t n = 0;

	if (left_ns <= 0)
		return;
	for (int family = IP_V4; family <= IP_V6; family++)
		if (sweep->out[family] != NULL)
			ready[n++] = (struct pollfd){
				.fd = sweep->sockets->of[family].fd,
				.events = POLLIN,
			};
	ppoll(ready, n, &wait, NULL);
}

static void
report_progress(struct icmp_sweep *sweep, int64_t now_ns)
{
	if (sweep->plan->progress == NULL || now_ns < sweep->progress_ns)
		return;
	sweep->plan->progress(sweep->plan->context);
	sweep->progress_ns = now_ns + PROGRESS_NS;
}

/* Until nothing is to be sent or waited for; false at the deadline. */
static bool
sweep_once(struct icmp_sweep *sweep)
{
	while (sweep->next < sweep->packets || sweep->waiting > 0) {
		int64_t now_ns = clock_monotonic_ns();

		if (now_ns >= sweep->plan->deadline.at_ns)
			return false;
		icmp_sweep_send(sweep, now_ns);
		drain_all(sweep);
		now_ns = clock_monotonic_ns();
		icmp_sweep_expire(sweep, now_ns);
		report_progress(sweep, now_ns);
		if (sweep->waiting == 0)
			icmp_pace_idle(&sweep->pace, now_ns);
		if (sweep->next < sweep->packets || sweep->waiting > 0)
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

/* Messages that our queues had no room for, since it was last asked. */
static uint64_t
count_drops(struct icmp_sweep *sweep)
{
	uint64_t fresh = 0;

	for (int family = IP_V4; family <= IP_V6; family++) {
		uint32_t now;

		if (sweep->out[family] == NULL)
			continue;
		now = drops_of(sweep->sockets->of[family].fd);
		fresh += now - sweep->drops[family];
		sweep->drops[family] = now;
	}
	return fresh;
}

/* Whatever has no answer, and no error that tells why, may be what we lost. */
static uint64_t
mark_doubtful(struct icmp_sweep *sweep, int64_t as)
{
	uint64_t marked = 0;

	for (uint64_t packet = 0; packet < sweep->packets; packet++) {
		int64_t *rtt_ns = icmp_sweep_rtt(sweep, packet);

		if (*rtt_ns != ICMP_LOST ||
		    icmp_sweep_target(sweep, packet)->errors > 0)
			continue;
		*rtt_ns = as;
		marked++;
	}
	return marked;
}

static bool
has_time_for(const struct icmp_sweep *sweep, uint64_t packets)
{
	const int64_t send_ns = (int64_t)packets * sweep->pace.gap_ns;

	return deadline_left_ns(&sweep->plan->deadline) >
	    send_ns + sweep->plan->wait_ns;
}

/* More slowly, and in smaller bursts, since we could not keep up. */
static void
begin_repair(struct icmp_sweep *sweep)
{
	sweep->repairing = true;
	sweep->next = sweep->oldest = 0;
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

		sweep->report->overflowed += drops;
		if (drops == 0 || !whole)
			return whole;
		if (repairs == REPAIRS)
			break;
		const uint64_t doubtful = mark_doubtful(sweep, ICMP_UNSENT);

		if (doubtful == 0)
			return true;
		if (!has_time_for(sweep, doubtful)) {
			for (uint64_t i = 0; i < sweep->packets; i++)
				if (icmp_sweep_is_open(sweep, i))
					*icmp_sweep_rtt(sweep, i) =
					    ICMP_UNMEASURED;
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
	for (uint64_t packet = 0; packet < sweep->packets; packet++)
		if (*icmp_sweep_rtt(sweep, packet) == ICMP_WAITING)
			*icmp_sweep_rtt(sweep, packet) = ICMP_UNMEASURED;
}

/* --- room ----------------------------------------------------------------- */

static bool
make_outbox(struct icmp_sweep *sweep, enum ip_family family,
    struct arena *arena)
{
	struct icmp_outbox *out = arena_alloc(arena, sizeof(*out));

	if (out == NULL)
		return false;
	out->bytes = arena_alloc(arena, sweep->batch * sweep->packet_len);
	if (out->bytes == NULL)
		return false;
	for (size_t i = 0; i < sweep->batch; i++) {
		out->parts[i] = (struct iovec){
			.iov_base = out->bytes + i * sweep->packet_len,
			.iov_len = sweep->packet_len,
		};
		out->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &out->to[i],
			.msg_iov = &out->parts[i],
			.msg_iovlen = 1,
		};
	}
	sweep->out[family] = out;
	return true;
}

static bool
make_inbox(struct icmp_sweep *sweep, struct arena *arena)
{
	struct icmp_inbox *in = arena_alloc(arena, sizeof(*in));

	if (in == NULL)
		return false;
	in->bytes = arena_alloc(arena, sweep->batch * sweep->answer_len);
	if (in->bytes == NULL)
		return false;
	for (size_t i = 0; i < sweep->batch; i++)
		in->parts[i] = (struct iovec){
			.iov_base = in->bytes + i * sweep->answer_len,
			.iov_len = sweep->answer_len,
		};
	sweep->in = in;
	return true;
}

static bool
make_targets(struct icmp_sweep *sweep, struct arena *arena)
{
	int64_t *rtt_ns = arena_alloc(arena, sweep->packets * sizeof(*rtt_ns));

	sweep->sent_ns =
	    arena_alloc(arena, sweep->packets * sizeof(*sweep->sent_ns));
	if (rtt_ns == NULL || sweep->sent_ns == NULL)
		return false;
	for (uint64_t i = 0; i < sweep->packets; i++)
		rtt_ns[i] = ICMP_UNSENT;
	for (size_t i = 0; i < sweep->count; i++)
		sweep->targets[i].rtt_ns = rtt_ns + i * sweep->plan->count;
	return true;
}

static bool
has_family(const struct icmp_sweep *sweep, enum ip_family family)
{
	for (size_t i = 0; i < sweep->count; i++)
		if (sweep->targets[i].address.family == family)
			return true;
	return false;
}

static bool
prepare(struct icmp_sweep *sweep, struct arena *arena)
{
	const struct icmp_plan *plan = sweep->plan;

	sweep->packets = (uint64_t)sweep->count * plan->count;
	sweep->packet_len = ICMP_PACKET_HEADER + plan->data_len;
	/* IPv4 options before it; an answer is as long as its question. */
	sweep->answer_len = sweep->packet_len + 60;
	sweep->batch = BATCH_BYTES / sweep->answer_len;
	if (sweep->batch > ICMP_BATCH)
		sweep->batch = ICMP_BATCH;
	if (sweep->packets < sweep->batch)
		sweep->batch = (size_t)sweep->packets;
	if (sweep->batch == 0)
		sweep->batch = 1;
	for (int family = IP_V4; family <= IP_V6; family++) {
		const int fd = sweep->sockets->of[family].fd;

		if (fd < 0 || !has_family(sweep, (enum ip_family)family))
			continue;
		if (!make_outbox(sweep, (enum ip_family)family, arena))
			return false;
		sweep->drops[family] = drops_of(fd);
	}
	return make_inbox(sweep, arena) && make_targets(sweep, arena);
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
    struct icmp_target *targets, size_t count, struct icmp_report *report,
    struct arena *arena, struct err *err)
{
	struct icmp_sweep sweep = {
		.plan = plan,
		.sockets = sockets,
		.targets = targets,
		.count = count,
		.patience = PATIENCE,
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
	icmp_pace_start(&sweep.pace, clock_monotonic_ns());
	sweep.progress_ns = clock_monotonic_ns() + PROGRESS_NS;
	if (!sweep_and_repair(&sweep))
		give_up(&sweep);
	return true;
}
