/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <time.h>

/* errqueue.h stands on time.h. */
#include <linux/errqueue.h>
#include <linux/icmp.h>

#include "source/icmp_sweep.h"

#define QUOTE_BYTES 2048 /* of a request, as quoted; the mark comes first */
/* Whoever floods us does not keep us from sending and from the time. */
#define ERRORS_AT_ONCE 4096
#define BATCHES_AT_ONCE 64

static enum icmp_form
form_of(const struct icmp_socket *socket)
{
	return socket->raw ? ICMP_FORM_RAW : ICMP_FORM_PING;
}

/* --- what was quoted or answered ------------------------------------------ */

/* Who answered, or was asked; the bytes are borrowed. */
struct peer {
	enum ip_family family; /* IP_NONE: not told */
	uint32_t zone;
	const uint8_t *bytes;
};

static struct peer
peer_of(const union icmp_name *name)
{
	if (name->family == AF_INET)
		return (struct peer){ IP_V4, 0,
			(const uint8_t *)&name->v4.sin_addr };
	if (name->family == AF_INET6)
		return (struct peer){ IP_V6, name->v6.sin6_scope_id,
			name->v6.sin6_addr.s6_addr };
	return (struct peer){ .family = IP_NONE };
}

static bool
is_from(const struct ip *address, const struct peer *peer)
{
	if (peer->bytes == NULL || address->family != peer->family)
		return false;
	if (peer->family == IP_V4)
		return memcmp(peer->bytes, address->bytes, 4) == 0;
	return memcmp(peer->bytes, address->bytes, 16) == 0 &&
	    (address->zone == 0 || address->zone == peer->zone);
}

static bool
is_ours(const struct icmp_sweep *sweep, const struct icmp_seen *seen)
{
	return seen->marked && seen->mark.cookie == sweep->cookie &&
	    seen->mark.target < sweep->count &&
	    seen->mark.number < sweep->plan->count;
}

static uint32_t
slot_of(const struct icmp_sweep *sweep, const struct icmp_mark *mark)
{
	return icmp_sweep_slot(sweep,
	    (struct icmp_cursor){ mark->target, mark->number });
}

static void
take_reply(struct icmp_sweep *sweep, const struct icmp_seen *seen,
    const struct peer *from, int64_t at_ns, uint8_t ttl)
{
	uint32_t slot;

	if (!is_ours(sweep, seen))
		return;
	slot = slot_of(sweep, &seen->mark);
	if ((uint16_t)slot != seen->sequence)
		return;
	if (is_from(&sweep->echoes->targets[seen->mark.target].address, from))
		icmp_sweep_answer(sweep, slot,
		    icmp_sweep_age(sweep, slot, at_ns), ttl);
	else
		sweep->report->strangers++;
}

/* A quote may be too short for the mark: then the sequence number tells which
 * of the packets to that address it was. */
static bool
find_quoted(const struct icmp_sweep *sweep, const struct icmp_seen *seen,
    const struct peer *to, uint32_t *slot)
{
	if (seen->marked) {
		if (!is_ours(sweep, seen))
			return false;
		*slot = slot_of(sweep, &seen->mark);
		return (uint16_t)*slot == seen->sequence &&
		    is_from(&sweep->echoes->targets[seen->mark.target].address,
			to);
	}
	for (*slot = seen->sequence; *slot < sweep->slots;
	     *slot += UINT16_MAX + 1)
		if (sweep->echoes->rtts[*slot] == ICMP_WAITING &&
		    is_from(&icmp_sweep_target(sweep, *slot)->address, to))
			return true;
	return false;
}

/* --- the error queue ------------------------------------------------------ */

static struct ip
offender(const struct sock_extended_err *error, size_t len)
{
	union icmp_name name = { .v6 = { 0 } };
	struct peer peer;

	len -= sizeof(*error);
	memcpy(&name, error + 1, len < sizeof(name) ? len : sizeof(name));
	peer = peer_of(&name);
	return peer.family == IP_V6 ? ip_from_v6(peer.bytes, peer.zone)
	    : peer.family == IP_V4  ? ip_from_v4(peer.bytes)
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

/* Words to the sender, while the packet went on: a ping socket is told of them,
 * too (net/ipv4/ping.c). */
static bool
is_advice(enum ip_family family, const struct sock_extended_err *record)
{
	return family == IP_V4 &&
	    (record->ee_type == ICMP_REDIRECT ||
		record->ee_type == ICMP_SOURCE_QUENCH);
}

static void
take_error(struct icmp_sweep *sweep, enum ip_family family,
    const struct msghdr *message, size_t len)
{
	const bool v4 = family == IP_V4;
	const struct icmp_socket *socket = &sweep->sockets->of[family];
	const struct peer to = peer_of(message->msg_name);
	const struct sock_extended_err *record;
	struct icmp_fault fault = { .family = (uint8_t)family };
	struct icmp_seen seen;
	uint32_t slot;
	size_t record_len;

	record = find_record(message, &record_len);
	if (record == NULL)
		return;
	if (record->ee_origin == SO_EE_ORIGIN_LOCAL)
		sweep->mtu = record->ee_info;
	if (record->ee_origin !=
		(v4 ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6) ||
	    is_advice(family, record) ||
	    !icmp_packet_parse(message->msg_iov->iov_base, len, family,
		ICMP_FORM_QUOTE, false, &seen) ||
	    (socket->raw && seen.id != socket->id) ||
	    !find_quoted(sweep, &seen, &to, &slot))
		return;
	fault.type = record->ee_type;
	fault.code = record->ee_code;
	fault.info = record->ee_errno == EMSGSIZE ? record->ee_info : 0;
	fault.from = offender(record, record_len);
	if (sweep->echoes->rtts[slot] == ICMP_WAITING)
		icmp_sweep_blame(sweep, slot, &fault);
}

bool
icmp_sweep_errors(struct icmp_sweep *sweep, enum ip_family family)
{
	const int fd = sweep->sockets->of[family].fd;
	bool any = false;

	for (int left = ERRORS_AT_ONCE; left > 0; left--) {
		alignas(struct cmsghdr) char control[512];
		uint8_t bytes[QUOTE_BYTES];
		union icmp_name to = { .v6 = { 0 } };
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
	return any;
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
read_control(struct msghdr *message, int64_t wall_offset_ns, int64_t *at_ns,
    uint8_t *ttl)
{
	struct timespec stamp;
	int number;

	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL;
	     at = CMSG_NXTHDR(message, at)) {
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

#define V4_TTL 8 /* in the header, RFC 791 3.1 */
#define V4_SOURCE 12

static void
take_message(struct icmp_sweep *sweep, enum ip_family family, size_t i,
    int64_t wall_offset_ns, int64_t now_ns)
{
	const struct icmp_inbox *in = sweep->in[family];
	struct msghdr *header = &in->messages[i].msg_hdr;
	struct icmp_socket *socket = &sweep->sockets->of[family];
	struct icmp_seen seen;
	struct peer from;
	int64_t at_ns = now_ns;
	uint8_t ttl = 0;

	if (!icmp_packet_parse(in->parts[i].iov_base, in->messages[i].msg_len,
		family, form_of(socket), (header->msg_flags & MSG_TRUNC) == 0,
		&seen) ||
	    (socket->raw && seen.id != socket->id)) {
		icmp_filter(socket, family);
		return;
	}
	read_control(header, wall_offset_ns, &at_ns, &ttl);
	if (seen.ip != NULL) {
		from = (struct peer){ IP_V4, 0, seen.ip + V4_SOURCE };
		ttl = seen.ip[V4_TTL];
	} else {
		from = peer_of(&in->from[i]);
	}
	take_reply(sweep, &seen, &from, at_ns, ttl);
}

/* What the kernel wrote into the heads of n messages. */
static void
reset_messages(const struct icmp_inbox *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct msghdr *header = &in->messages[i].msg_hdr;

		header->msg_namelen = sizeof(in->from[i]);
		header->msg_controllen = sizeof(in->control[i].bytes);
	}
}

/* Messages that were taken; below 0: none, errno says why. */
static int
receive_batch(struct icmp_sweep *sweep, enum ip_family family)
{
	const struct icmp_inbox *in = sweep->in[family];
	const int n = recvmmsg(sweep->sockets->of[family].fd, in->messages,
	    (unsigned)sweep->answers, MSG_DONTWAIT, NULL);
	int64_t now_ns, offset_ns;

	if (n <= 0)
		return n;
	now_ns = clock_monotonic_ns();
	offset_ns = clock_wall_ns() - now_ns;
	for (size_t i = 0; i < (size_t)n; i++)
		take_message(sweep, family, i, offset_ns, now_ns);
	reset_messages(in, (size_t)n);
	return n;
}

void
icmp_sweep_receive(struct icmp_sweep *sweep, enum ip_family family)
{
	uint32_t row = 0;

	for (int left = BATCHES_AT_ONCE; left > 0; left--) {
		const int n = receive_batch(sweep, family);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		/* An error of an earlier packet is reported here, once. */
		if (n < 0 && !icmp_sweep_errors(sweep, family))
			break;
		row += n > 0 ? (uint32_t)n : 0;
		if (n >= 0 && n < (int)sweep->answers)
			break;
	}
	if (row > sweep->burst[family])
		sweep->burst[family] = row;
}
