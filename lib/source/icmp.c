/* SPDX-License-Identifier: ISC */
#include "source/icmp.h"

#include <errno.h>
#include <stdalign.h>
#include <time.h>

/* errqueue.h stands on time.h. */
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "source/icmp_pace.h"

#define BATCH 64			/* messages of one system call */
#define BATCH_BYTES ((size_t)256 << 10) /* of their packets, at most */
#define ANSWER_BYTES 2048 /* room for the headers before the mark */
#define CONTROL_BYTES 128
#define PROGRESS_NS CLOCK_SECOND
#define BUSY_NS (2 * CLOCK_MILLI) /* until a full send queue has moved */
#define PATIENCE 500		  /* such waits in a sweep */
#define STALE_TRIES 3 /* sends that may fail for an earlier packet's error */
#define REPAIRS 3     /* times that what we lost ourselves is sent again */
#define REPAIR_SLOWER 2
#define REPAIR_FEWER 8

/* A packet that was sent and is waited for; beside those of icmp_stats.h. */
#define WAITING (-4)

/* Messages of one family on their way out. */
struct outbox {
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_in6 to[BATCH]; /* or a sockaddr_in */
	uint64_t packets[BATCH];
	uint8_t *bytes;
	size_t count;
};

struct inbox {
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_in6 from[BATCH];
	alignas(struct cmsghdr) char control[BATCH][CONTROL_BYTES];
	uint8_t *bytes;
};

/* Packet g is number g / targets of target g % targets. */
struct sweep {
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
	struct outbox *out[IP_V6 + 1];
	struct inbox *in;
	uint32_t drops[IP_V6 + 1]; /* of the queue, as last read */
	unsigned patience;	   /* with a full send queue */
	uint32_t mtu;		   /* as our own system told it last */
	int64_t progress_ns;
	struct icmp_report *report;
};

static struct icmp_target *
target_of(const struct sweep *sweep, uint64_t packet)
{
	return &sweep->targets[packet % sweep->count];
}

static int64_t *
rtt_of(const struct sweep *sweep, uint64_t packet)
{
	return &target_of(sweep, packet)->rtt_ns[packet / sweep->count];
}

static const struct icmp_socket *
socket_of(const struct sweep *sweep, const struct icmp_target *target)
{
	return &sweep->sockets->of[target->address.family];
}

static enum icmp_form
form_of(const struct icmp_socket *socket)
{
	return socket->raw ? ICMP_FORM_RAW : ICMP_FORM_PING;
}

/* --- what becomes of a packet --------------------------------------------- */

/* Once enough is known of a target, it is not waited for any more. */
static void
settle(struct sweep *sweep, struct icmp_target *target)
{
	const struct icmp_plan *plan = sweep->plan;

	if (plan->settled == NULL || target->settled ||
	    !plan->settled(target, plan->context))
		return;
	target->settled = true;
	for (unsigned i = 0; i < plan->count; i++) {
		if (target->rtt_ns[i] != WAITING)
			continue;
		target->rtt_ns[i] = ICMP_UNSENT;
		sweep->waiting--;
	}
}

static void
lose(struct sweep *sweep, uint64_t packet)
{
	int64_t *rtt_ns = rtt_of(sweep, packet);

	if (*rtt_ns == WAITING)
		sweep->waiting--;
	*rtt_ns = ICMP_LOST;
	settle(sweep, target_of(sweep, packet));
}

static void
blame(struct sweep *sweep, uint64_t packet, const struct icmp_fault *fault)
{
	struct icmp_target *target = target_of(sweep, packet);

	target->errors++;
	target->fault = *fault;
	lose(sweep, packet);
}

static void
expire(struct sweep *sweep, int64_t now_ns)
{
	while (sweep->oldest < sweep->next) {
		const int64_t *rtt_ns = rtt_of(sweep, sweep->oldest);

		if (*rtt_ns == WAITING &&
		    sweep->sent_ns[sweep->oldest] + sweep->plan->wait_ns >
			now_ns)
			return;
		if (*rtt_ns == WAITING)
			lose(sweep, sweep->oldest);
		sweep->oldest++;
	}
}

/* --- what was quoted or answered ------------------------------------------ */

static bool
same_address(const struct ip *address, const struct sockaddr_in6 *other)
{
	struct sockaddr_in v4;

	if (address->family == IP_V4) {
		memcpy(&v4, other, sizeof(v4));
		return v4.sin_family == AF_INET &&
		    memcmp(&v4.sin_addr, address->bytes, 4) == 0;
	}
	return other->sin6_family == AF_INET6 &&
	    memcmp(&other->sin6_addr, address->bytes, 16) == 0 &&
	    (address->zone == 0 || address->zone == other->sin6_scope_id);
}

static bool
is_ours(const struct sweep *sweep, const struct icmp_seen *seen)
{
	return seen->marked && seen->mark.cookie == sweep->cookie &&
	    seen->mark.target < sweep->count &&
	    seen->mark.number < sweep->plan->count;
}

static uint64_t
packet_of(const struct sweep *sweep, const struct icmp_mark *mark)
{
	return (uint64_t)mark->number * sweep->count + mark->target;
}

static void
take_reply(struct sweep *sweep, const struct icmp_seen *seen,
    const struct sockaddr_in6 *from, int64_t at_ns, uint8_t ttl)
{
	const uint64_t packet = packet_of(sweep, &seen->mark);
	struct icmp_target *target;
	int64_t *rtt_ns, took_ns;

	if (!is_ours(sweep, seen) || (uint16_t)packet != seen->sequence)
		return;
	target = target_of(sweep, packet);
	rtt_ns = rtt_of(sweep, packet);
	if (!same_address(&target->address, from)) {
		sweep->report->strangers++;
		return;
	}
	target->duplicates += *rtt_ns >= 0;
	if (*rtt_ns != WAITING && *rtt_ns != ICMP_LOST)
		return;
	took_ns = at_ns - sweep->sent_ns[packet];
	if (took_ns > sweep->plan->wait_ns)
		return; /* too late, whenever we came to read it */
	sweep->waiting -= *rtt_ns == WAITING;
	*rtt_ns = took_ns > 0 ? took_ns : 0;
	target->ttl = ttl;
	sweep->report->received++;
	for (unsigned i = seen->mark.number + 1; i < sweep->plan->count; i++)
		if (target->rtt_ns[i] >= 0) {
			target->reordered++;
			break;
		}
	settle(sweep, target);
}

/* A quote may be too short for the mark: then the sequence number tells which
 * of the packets to that address it was. */
static bool
find_quoted(const struct sweep *sweep, const struct icmp_seen *seen,
    const struct sockaddr_in6 *to, uint64_t *packet)
{
	if (seen->marked) {
		*packet = packet_of(sweep, &seen->mark);
		return is_ours(sweep, seen) &&
		    (uint16_t)*packet == seen->sequence &&
		    same_address(&target_of(sweep, *packet)->address, to);
	}
	for (*packet = seen->sequence; *packet < sweep->next;
	     *packet += UINT16_MAX + 1)
		if (*rtt_of(sweep, *packet) == WAITING &&
		    same_address(&target_of(sweep, *packet)->address, to))
			return true;
	return false;
}

/* --- the error queue ------------------------------------------------------ */

static struct ip
offender(const struct sock_extended_err *error, size_t len)
{
	struct sockaddr_in6 address = { 0 };
	struct sockaddr_in v4;

	len -= sizeof(*error);
	memcpy(&address, error + 1,
	    len < sizeof(address) ? len : sizeof(address));
	if (address.sin6_family == AF_INET6)
		return ip_from_v6(address.sin6_addr.s6_addr,
		    address.sin6_scope_id);
	memcpy(&v4, &address, sizeof(v4));
	return v4.sin_family == AF_INET
	    ? ip_from_v4((const uint8_t *)&v4.sin_addr)
	    : (struct ip){ .family = IP_NONE };
}

/* The kernel's record of an error, with what follows it; NULL: none. */
static const struct sock_extended_err *
find_record(const struct msghdr *message, size_t *len)
{
	const struct cmsghdr *at;

	for (at = CMSG_FIRSTHDR(message); at != NULL;
	     at = CMSG_NXTHDR((struct msghdr *)(uintptr_t)message,
		 (struct cmsghdr *)(uintptr_t)at)) {
		const bool v4 =
		    at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_RECVERR;
		const bool v6 = at->cmsg_level == IPPROTO_IPV6 &&
		    at->cmsg_type == IPV6_RECVERR;

		*len = at->cmsg_len - CMSG_LEN(0);
		if ((v4 || v6) && *len >= sizeof(struct sock_extended_err))
			return (const void *)CMSG_DATA(at);
	}
	return NULL;
}

static void
take_error(struct sweep *sweep, enum ip_family family,
    const struct msghdr *message, size_t len)
{
	const bool v4 = family == IP_V4;
	const struct icmp_socket *socket = &sweep->sockets->of[family];
	const struct sock_extended_err *record;
	struct icmp_fault fault = { .family = (uint8_t)family };
	struct icmp_seen seen;
	uint64_t packet;
	size_t record_len;

	record = find_record(message, &record_len);
	if (record == NULL)
		return;
	if (record->ee_origin == SO_EE_ORIGIN_LOCAL)
		sweep->mtu = record->ee_info;
	if (record->ee_origin !=
		(v4 ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6) ||
	    !icmp_packet_parse(message->msg_iov->iov_base, len, family,
		ICMP_FORM_QUOTE, false, &seen) ||
	    (socket->raw && seen.id != socket->id) ||
	    !find_quoted(sweep, &seen, message->msg_name, &packet))
		return;
	fault.type = record->ee_type;
	fault.code = record->ee_code;
	fault.info = record->ee_errno == EMSGSIZE ? record->ee_info : 0;
	fault.from = offender(record, record_len);
	if (*rtt_of(sweep, packet) == WAITING)
		blame(sweep, packet, &fault);
}

/* True when there was anything: an error of an earlier packet may have been
 * what a call failed for. */
static bool
drain_errors(struct sweep *sweep, enum ip_family family)
{
	const int fd = sweep->sockets->of[family].fd;
	bool any = false;

	for (;;) {
		alignas(struct cmsghdr) char control[512];
		uint8_t bytes[ANSWER_BYTES];
		struct sockaddr_in6 to = { 0 };
		struct iovec part = { bytes, sizeof(bytes) };
		struct msghdr message = {
			.msg_name = &to,
			.msg_namelen = sizeof(to),
			.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};
		const ssize_t len =
		    recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);

		if (len < 0)
			return any;
		take_error(sweep, family, &message, (size_t)len);
		any = true;
	}
}

/* --- receiving ------------------------------------------------------------ */

static int64_t
to_ns(const struct timespec *time)
{
	return time->tv_sec * CLOCK_SECOND + time->tv_nsec;
}

/*
 * The kernel stamps with the wall clock.  The difference to our clock is read
 * at the same time as the stamp, so that a jump of the wall clock falsifies
 * what arrives in that instant, and nothing else.
 */
static void
read_control(const struct msghdr *message, int64_t wall_offset_ns,
    int64_t *at_ns, uint8_t *ttl)
{
	struct msghdr copy = *message;
	struct timespec stamp;
	int number;

	for (struct cmsghdr *at = CMSG_FIRSTHDR(&copy); at != NULL;
	     at = CMSG_NXTHDR(&copy, at)) {
		if (at->cmsg_level == SOL_SOCKET &&
		    at->cmsg_type == SCM_TIMESTAMPNS &&
		    at->cmsg_len >= CMSG_LEN(sizeof(stamp))) {
			memcpy(&stamp, CMSG_DATA(at), sizeof(stamp));
			*at_ns = to_ns(&stamp) - wall_offset_ns;
		} else if (((at->cmsg_level == IPPROTO_IP &&
				at->cmsg_type == IP_TTL) ||
			       (at->cmsg_level == IPPROTO_IPV6 &&
				   at->cmsg_type == IPV6_HOPLIMIT)) &&
		    at->cmsg_len >= CMSG_LEN(sizeof(number))) {
			memcpy(&number, CMSG_DATA(at), sizeof(number));
			*ttl = (uint8_t)number;
		}
	}
}

static void
take_message(struct sweep *sweep, enum ip_family family, size_t i,
    int64_t wall_offset_ns, int64_t now_ns)
{
	const struct inbox *in = sweep->in;
	const struct msghdr *header = &in->messages[i].msg_hdr;
	const struct icmp_socket *socket = &sweep->sockets->of[family];
	struct icmp_seen seen;
	int64_t at_ns = now_ns;
	uint8_t ttl = 0;

	if (!icmp_packet_parse(in->parts[i].iov_base, in->messages[i].msg_len,
		family, form_of(socket), (header->msg_flags & MSG_TRUNC) == 0,
		&seen) ||
	    (socket->raw && seen.id != socket->id))
		return;
	read_control(header, wall_offset_ns, &at_ns, &ttl);
	take_reply(sweep, &seen, &in->from[i], at_ns, ttl);
}

static void
drain(struct sweep *sweep, enum ip_family family)
{
	const int fd = sweep->sockets->of[family].fd;
	struct inbox *in = sweep->in;
	int n;

	do {
		for (size_t i = 0; i < sweep->batch; i++)
			in->messages[i].msg_hdr = (struct msghdr){
				.msg_name = &in->from[i],
				.msg_namelen = sizeof(in->from[i]),
				.msg_iov = &in->parts[i],
				.msg_iovlen = 1,
				.msg_control = in->control[i],
				.msg_controllen = sizeof(in->control[i]),
			};
		n = recvmmsg(fd, in->messages, (unsigned)sweep->batch,
		    MSG_DONTWAIT, NULL);

		const int64_t now_ns = clock_monotonic_ns();
		const int64_t offset_ns = clock_wall_ns() - now_ns;

		for (int i = 0; i < n; i++)
			take_message(sweep, family, (size_t)i, offset_ns,
			    now_ns);
		/* An error of an earlier packet is reported here, once. */
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			n = drain_errors(sweep, family) ? (int)sweep->batch : 0;
	} while (n == (int)sweep->batch);
}

static void
drain_all(struct sweep *sweep)
{
	for (int family = IP_V4; family <= IP_V6; family++)
		if (sweep->out[family] != NULL)
			drain(sweep, (enum ip_family)family);
}

/* --- sending -------------------------------------------------------------- */

static void
address_message(struct outbox *out, const struct ip *to)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_scope_id = to->zone };
	struct msghdr *header = &out->messages[out->count].msg_hdr;

	if (to->family == IP_V4) {
		memcpy(&v4.sin_addr, to->bytes, sizeof(v4.sin_addr));
		memcpy(&out->to[out->count], &v4, sizeof(v4));
		header->msg_namelen = sizeof(v4);
	} else {
		memcpy(&v6.sin6_addr, to->bytes, sizeof(v6.sin6_addr));
		out->to[out->count] = v6;
		header->msg_namelen = sizeof(v6);
	}
}

static void
put_packet(struct sweep *sweep, uint64_t packet)
{
	const struct icmp_target *target = target_of(sweep, packet);
	struct outbox *out = sweep->out[target->address.family];
	const struct icmp_mark mark = {
		.cookie = sweep->cookie,
		.target = (uint32_t)(packet % sweep->count),
		.number = (uint32_t)(packet / sweep->count),
	};

	icmp_packet_build(out->parts[out->count].iov_base,
	    target->address.family, socket_of(sweep, target)->id,
	    (uint16_t)packet, &mark, sweep->plan->data_len);
	address_message(out, &target->address);
	out->packets[out->count++] = packet;
}

/* They left one after the other between the two times. */
static void
note_sent(struct sweep *sweep, const struct outbox *out, size_t from,
    size_t count, int64_t start_ns, int64_t end_ns)
{
	for (size_t i = 0; i < count; i++) {
		const uint64_t packet = out->packets[from + i];

		sweep->sent_ns[packet] = start_ns +
		    (end_ns - start_ns) * (int64_t)i / (int64_t)count;
		*rtt_of(sweep, packet) = WAITING;
		sweep->waiting++;
		sweep->report->sent++;
		sweep->report->resent += sweep->repairing;
	}
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

/* The first message of the rest would not leave; true: try again. */
static bool
try_again(struct sweep *sweep, enum ip_family family, uint64_t packet,
    unsigned *tries)
{
	const int error = errno;
	const bool busy = is_ours_to_bear(error);
	struct icmp_fault fault = { .error = error };

	sweep->mtu = 0;
	if (error == EINTR)
		return true;
	if (drain_errors(sweep, family) && !busy && ++*tries < STALE_TRIES)
		return true;
	if (busy && sweep->patience > 0 &&
	    !deadline_past(&sweep->plan->deadline)) {
		sweep->patience--;
		wait_for_room(sweep->sockets->of[family].fd, error);
		drain(sweep, family);
		return true;
	}
	*tries = 0;
	fault.info = error == EMSGSIZE ? sweep->mtu : 0;
	if (busy) {
		target_of(sweep, packet)->fault = fault;
		*rtt_of(sweep, packet) = ICMP_UNMEASURED;
	} else {
		blame(sweep, packet, &fault);
	}
	return false;
}

static void
flush(struct sweep *sweep, enum ip_family family)
{
	struct outbox *out = sweep->out[family];
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
		} else if (!try_again(sweep, family, out->packets[done],
			       &tries)) {
			done++;
		}
	}
	out->count = 0;
}

/* Still to be sent? */
static bool
is_open(const struct sweep *sweep, uint64_t packet)
{
	const struct icmp_target *target = target_of(sweep, packet);

	return *rtt_of(sweep, packet) == ICMP_UNSENT && !target->settled &&
	    sweep->out[target->address.family] != NULL;
}

/* What is due goes out, a batch at most. */
static void
send_due(struct sweep *sweep, int64_t now_ns)
{
	size_t batch = 0;

	icmp_pace_catch_up(&sweep->pace, now_ns);
	while (sweep->next < sweep->packets && batch < sweep->batch &&
	    icmp_pace_ready(&sweep->pace, now_ns)) {
		const bool open = is_open(sweep, sweep->next);

		if (open) {
			put_packet(sweep, sweep->next);
			batch++;
		}
		/* A repair has holes that take no time. */
		if (open || !sweep->repairing)
			icmp_pace_turn(&sweep->pace);
		sweep->next++;
	}
	for (int family = IP_V4; family <= IP_V6; family++)
		if (sweep->out[family] != NULL && sweep->out[family]->count > 0)
			flush(sweep, (enum ip_family)family);
}

/* --- the sweep ------------------------------------------------------------ */

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When there is something to do even if no answer comes. */
static int64_t
next_event_ns(const struct sweep *sweep)
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
await(struct sweep *sweep, int64_t now_ns)
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
report_progress(struct sweep *sweep, int64_t now_ns)
{
	if (sweep->plan->progress == NULL || now_ns < sweep->progress_ns)
		return;
	sweep->plan->progress(sweep->plan->context);
	sweep->progress_ns = now_ns + PROGRESS_NS;
}

/* Until nothing is to be sent or waited for; false at the deadline. */
static bool
sweep_once(struct sweep *sweep)
{
	while (sweep->next < sweep->packets || sweep->waiting > 0) {
		int64_t now_ns = clock_monotonic_ns();

		if (now_ns >= sweep->plan->deadline.at_ns)
			return false;
		send_due(sweep, now_ns);
		drain_all(sweep);
		now_ns = clock_monotonic_ns();
		expire(sweep, now_ns);
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
count_drops(struct sweep *sweep)
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
mark_doubtful(struct sweep *sweep, int64_t as)
{
	uint64_t marked = 0;

	for (uint64_t packet = 0; packet < sweep->packets; packet++) {
		int64_t *rtt_ns = rtt_of(sweep, packet);

		if (*rtt_ns != ICMP_LOST ||
		    target_of(sweep, packet)->errors > 0)
			continue;
		*rtt_ns = as;
		marked++;
	}
	return marked;
}

static bool
has_time_for(const struct sweep *sweep, uint64_t packets)
{
	const int64_t send_ns = (int64_t)packets * sweep->pace.gap_ns;

	return deadline_left_ns(&sweep->plan->deadline) >
	    send_ns + sweep->plan->wait_ns;
}

/* More slowly, and in smaller bursts, since we could not keep up. */
static void
begin_repair(struct sweep *sweep)
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
sweep_and_repair(struct sweep *sweep)
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
				if (is_open(sweep, i))
					*rtt_of(sweep, i) = ICMP_UNMEASURED;
			return true;
		}
		begin_repair(sweep);
	}
	mark_doubtful(sweep, ICMP_UNMEASURED);
	return true;
}

/* What is still under way when the time is up is not known to be lost. */
static void
give_up(struct sweep *sweep)
{
	sweep->report->cut_short = true;
	for (uint64_t packet = 0; packet < sweep->packets; packet++)
		if (*rtt_of(sweep, packet) == WAITING)
			*rtt_of(sweep, packet) = ICMP_UNMEASURED;
}

/* --- room ----------------------------------------------------------------- */

static bool
make_outbox(struct sweep *sweep, enum ip_family family, struct arena *arena)
{
	struct outbox *out = arena_alloc(arena, sizeof(*out));

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
make_inbox(struct sweep *sweep, struct arena *arena)
{
	struct inbox *in = arena_alloc(arena, sizeof(*in));

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
make_targets(struct sweep *sweep, struct arena *arena)
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
has_family(const struct sweep *sweep, enum ip_family family)
{
	for (size_t i = 0; i < sweep->count; i++)
		if (sweep->targets[i].address.family == family)
			return true;
	return false;
}

static bool
prepare(struct sweep *sweep, struct arena *arena)
{
	const struct icmp_plan *plan = sweep->plan;

	sweep->packets = (uint64_t)sweep->count * plan->count;
	sweep->packet_len = ICMP_PACKET_HEADER + plan->data_len;
	/* IPv4 options before it; an answer is as long as its question. */
	sweep->answer_len = sweep->packet_len + 60;
	sweep->batch = BATCH_BYTES / sweep->answer_len;
	if (sweep->batch > BATCH)
		sweep->batch = BATCH;
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
	struct sweep sweep = {
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
