/* SPDX-License-Identifier: ISC */
#include "source/sockdiag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* Looking at the clock costs little, but not nothing. */
#define CLOCK_EVERY 16

/* One way of asking. */
struct dialect {
	uint16_t type;	/* TCPDIAG_GETSOCK or SOCK_DIAG_BY_FAMILY */
	uint8_t family; /* AF_INET, AF_INET6; with TCPDIAG_GETSOCK both */
};

/* --- opening -------------------------------------------------------------- */

bool
sockdiag_open(struct sockdiag *diag, struct err *err)
{
	return netlink_open(&diag->link, NETLINK_SOCK_DIAG, "sock_diag", err);
}

void
sockdiag_close(struct sockdiag *diag)
{
	netlink_close(&diag->link);
}

/* --- asking --------------------------------------------------------------- */

static void
put_request(struct nlmsghdr *header, const struct dialect *dialect,
    uint32_t states, const struct inet_diag_sockid *id)
{
	if (dialect->type == TCPDIAG_GETSOCK) {
		struct inet_diag_req *old =
		    netlink_put_body(header, sizeof(*old));

		old->idiag_states = states;
		old->id = *id;
	} else {
		struct inet_diag_req_v2 *new =
		    netlink_put_body(header, sizeof(*new));

		new->sdiag_family = dialect->family;
		new->sdiag_protocol = IPPROTO_TCP;
		new->idiag_states = states;
		new->id = *id;
	}
}

static bool
ask(struct sockdiag *diag, const struct dialect *dialect, uint32_t states,
    bool with_code, struct err *err)
{
	const struct sockdiag_filter *filter = &diag->filter;
	const struct inet_diag_sockid id = {
		.idiag_sport = htons(filter->local_port),
		.idiag_dport = htons(filter->remote_port),
		.idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE },
	};
	struct nlmsghdr *header = netlink_request(&diag->link, diag->request,
	    dialect->type, NLM_F_DUMP);

	put_request(header, dialect, states, &id);
	if (with_code && filter->len > 0)
		netlink_put(header, INET_DIAG_REQ_BYTECODE, filter->code,
		    filter->len);
	return netlink_send(&diag->link, header, err);
}

/* --- reading -------------------------------------------------------------- */

static struct ip
address(const struct inet_diag_msg *msg, const __be32 words[4])
{
	uint8_t bytes[16];
	uint32_t zone = 0;

	memcpy(bytes, words, sizeof(bytes));
	if (msg->idiag_family == AF_INET)
		return ip_from_v4(bytes);
	/* Only link-local addresses (RFC 4291 2.5.6) need their interface. */
	if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80)
		zone = msg->id.idiag_if;
	return ip_from_v6(bytes, zone);
}

static uint64_t
cgroup_of(const struct nlmsghdr *header)
{
	struct netlink_attrs attrs =
	    netlink_attrs_of(header, sizeof(struct inet_diag_msg));
	struct netlink_attr attr;
	uint64_t id = 0;

	while (netlink_attr_next(&attrs, &attr))
		if (attr.type == INET_DIAG_CGROUP_ID && attr.len >= sizeof(id))
			memcpy(&id, attr.data, sizeof(id));
	return id;
}

static void
read_socket(struct sockdiag_reader *reader, const struct nlmsghdr *header)
{
	const struct inet_diag_msg *msg = netlink_body(header, sizeof(*msg));
	const struct tcp_socket socket = {
		.local = address(msg, msg->id.idiag_src),
		.remote = address(msg, msg->id.idiag_dst),
		.local_port = ntohs(msg->id.idiag_sport),
		.remote_port = ntohs(msg->id.idiag_dport),
		.state = msg->idiag_state,
		.uid = msg->idiag_uid,
		.inode = msg->idiag_inode,
		.receive_queue = msg->idiag_rqueue,
		.send_queue = msg->idiag_wqueue,
		.cookie = (uint64_t)msg->id.idiag_cookie[1] << 32 |
		    msg->id.idiag_cookie[0],
		.cgroup = reader->query->by_cgroup ? cgroup_of(header) : 0,
	};

	reader->seen++;
	if (sockdiag_filter_match(reader->query, &socket))
		reader->sink(&socket, reader->context);
}

static bool
read_end(struct sockdiag_reader *reader, const struct nlmsghdr *header,
    struct err *err)
{
	if (!netlink_error(header, &reader->error))
		return err_set(err, ERR_PROTOCOL,
		    "sock_diag: an end without an error number");
	reader->done = true;
	return true;
}

static bool
is_socket(const struct nlmsghdr *header)
{
	const struct inet_diag_msg *msg = netlink_body(header, sizeof(*msg));

	return msg != NULL &&
	    (msg->idiag_family == AF_INET || msg->idiag_family == AF_INET6) &&
	    msg->idiag_state > 0 && msg->idiag_state < TCP_STATES;
}

static bool
read_message(struct sockdiag_reader *reader, const struct nlmsghdr *header,
    struct err *err)
{
	if (header->nlmsg_seq != reader->sequence)
		return true; /* the rest of an answer that was given up */
	if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
		reader->torn = true;
	switch (header->nlmsg_type) {
	case NLMSG_NOOP:
		return true;
	case NLMSG_DONE:
	case NLMSG_ERROR:
		return read_end(reader, header, err);
	case TCPDIAG_GETSOCK:
	case SOCK_DIAG_BY_FAMILY:
		if (!is_socket(header))
			return err_set(err, ERR_PROTOCOL,
			    "sock_diag: a message that is no TCP socket");
		read_socket(reader, header);
		return true;
	default:
		return err_set(err, ERR_PROTOCOL,
		    "sock_diag: a message of type %u", header->nlmsg_type);
	}
}

bool
sockdiag_parse(struct sockdiag_reader *reader, const void *bytes, size_t len,
    struct err *err)
{
	struct netlink_messages messages = netlink_messages_of(bytes, len);
	const struct nlmsghdr *header;

	while (!reader->done && (header = netlink_next(&messages)) != NULL)
		if (!read_message(reader, header, err))
			return false;
	if (!reader->done && messages.left > 0)
		return err_set(err, ERR_PROTOCOL,
		    "sock_diag: %d bytes that are no message", messages.left);
	return true;
}

/* --- a dump --------------------------------------------------------------- */

static bool
read_answer(struct sockdiag *diag, struct sockdiag_reader *reader,
    const struct deadline *deadline, struct err *err)
{
	struct netlink_arrival arrival = { .lost = false };

	for (unsigned turn = 0; !reader->done; turn++) {
		const ssize_t len = netlink_receive(&diag->link, diag->received,
		    sizeof(diag->received), &arrival, deadline, err);

		reader->torn |= arrival.lost;
		if (len < 0 ||
		    !sockdiag_parse(reader, diag->received, (size_t)len, err))
			return false;
		if (!reader->done && (len == 0 || turn % CLOCK_EVERY == 0) &&
		    deadline_past(deadline))
			return err_set(err, ERR_TIMEOUT,
			    "sock_diag: not at the end after %llu sockets",
			    (unsigned long long)reader->seen);
	}
	return true;
}

static bool
refused(int error, struct err *err)
{
	switch (error) {
	case 0:
		return true;
	case ENOENT: /* no handler: inet_diag or tcp_diag is not there */
	case EOPNOTSUPP:
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
	case EINVAL:
		return err_set(err, ERR_UNSUPPORTED,
		    "sock_diag refuses TCP sockets: %s", strerror(error));
	default:
		return err_sys(err, error, "sock_diag");
	}
}

static bool
dump_once(struct sockdiag *diag, const struct dialect *dialect, bool with_code,
    struct sockdiag_reader *reader, const struct deadline *deadline,
    struct err *err)
{
	reader->done = false;
	reader->error = 0;
	if (!ask(diag, dialect, reader->query->states, with_code, err))
		return false;
	reader->sequence = diag->link.sequence;
	return read_answer(diag, reader, deadline, err) &&
	    refused(reader->error, err);
}

/* The kernel that refuses our code may still take the question without. */
static bool
dump_dialect(struct sockdiag *diag, const struct dialect *dialect,
    struct sockdiag_reader *reader, const struct deadline *deadline,
    struct err *err)
{
	if (dump_once(diag, dialect, true, reader, deadline, err))
		return true;
	if (err->kind != ERR_UNSUPPORTED || reader->seen > 0 ||
	    diag->filter.len == 0)
		return false;
	return dump_once(diag, dialect, false, reader, deadline, err);
}

static bool
dump_both(struct sockdiag *diag, struct sockdiag_reader *reader,
    const struct deadline *deadline, struct err *err)
{
	static const struct dialect both = { TCPDIAG_GETSOCK, AF_UNSPEC };
	static const struct dialect v4 = { SOCK_DIAG_BY_FAMILY, AF_INET };
	static const struct dialect v6 = { SOCK_DIAG_BY_FAMILY, AF_INET6 };

	if (dump_dialect(diag, &both, reader, deadline, err))
		return true;
	if (err->kind != ERR_UNSUPPORTED || reader->seen > 0)
		return false;
	/* IPv6 may be compiled out or switched off; IPv4 may not. */
	return dump_dialect(diag, &v4, reader, deadline, err) &&
	    (dump_dialect(diag, &v6, reader, deadline, err) ||
		(err->kind == ERR_UNSUPPORTED &&
		    reader->query->family != IP_V6));
}

bool
sockdiag_dump(struct sockdiag *diag, const struct sockdiag_query *query,
    tcp_sink *sink, void *context, bool *torn, const struct deadline *deadline,
    struct err *err)
{
	static const struct dialect v6 = { SOCK_DIAG_BY_FAMILY, AF_INET6 };
	struct sockdiag_reader reader = {
		.query = query,
		.sink = sink,
		.context = context,
	};
	bool ok;

	sockdiag_filter_compile(query, &diag->filter);
	/* IPv4 may come through IPv6 sockets, so it needs both. */
	if (query->family == IP_V6)
		ok = dump_dialect(diag, &v6, &reader, deadline, err);
	else
		ok = dump_both(diag, &reader, deadline, err);
	*torn = reader.torn;
	return ok;
}
