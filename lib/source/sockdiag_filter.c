/* SPDX-License-Identifier: ISC */
/*
 * Shape of a program: a row of lists, each of alternatives, each of tests.
 * A test that holds always falls through to the next operation ("yes" is the
 * operation's own size: eight bits, and the audit demands that every jump
 * lands on this chain); a test that fails jumps by "no", which has 16 bits.
 *
 *	any of	A1: test, test, JMP done	none of	B1: test, JMP reject
 *		A2: test, test				B2: test, JMP reject
 *	done:					next:
 *
 * Accepting is to arrive exactly at the end; rejecting, 4 bytes behind it.
 */
#include "source/sockdiag_filter.h"

#include <linux/inet_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define OP_SIZE sizeof(struct inet_diag_bc_op)

/* --- the meaning, as a function ------------------------------------------ */

static bool
port_in(const struct sockdiag_ports *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->count; i++) {
		if (port >= ports->items[i].first &&
		    port <= ports->items[i].last)
			return true;
	}
	return false;
}

static bool
address_in(const struct sockdiag_nets *nets, const struct ip *address)
{
	for (size_t i = 0; i < nets->count; i++) {
		if (ip_in_net(address, &nets->items[i]))
			return true;
	}
	return false;
}

static bool
side_matches(const struct sockdiag_side *side, const struct ip *address,
    uint16_t port)
{
	return (side->ports.count == 0 || port_in(&side->ports, port)) &&
	    (side->nets.count == 0 || address_in(&side->nets, address)) &&
	    !port_in(&side->not_ports, port) &&
	    !address_in(&side->not_nets, address);
}

static int
by_id(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
cgroup_matches(const struct sockdiag_query *query, uint64_t cgroup)
{
	return query->cgroup_count > 0 &&
	    bsearch(&cgroup, query->cgroups, query->cgroup_count,
		sizeof(cgroup), by_id) != NULL;
}

bool
sockdiag_filter_match(const struct sockdiag_query *query,
    const struct tcp_socket *socket)
{
	return (query->states & TCP_STATE_BIT(socket->state)) != 0 &&
	    (query->family == IP_NONE ||
		query->family == socket->local.family) &&
	    side_matches(&query->local, &socket->local, socket->local_port) &&
	    side_matches(&query->remote, &socket->remote,
		socket->remote_port) &&
	    (!query->by_uid || query->uid == socket->uid) &&
	    (!query->by_cgroup || cgroup_matches(query, socket->cgroup));
}

/* --- the meaning, as code ------------------------------------------------- */

/* Where a failing test goes, until the place is known: no offset is odd or
 * half a word, so these cannot be mistaken for one. */
enum target {
	TO_NEXT = 1,   /* the next alternative of the list */
	TO_DONE = 2,   /* behind the list */
	TO_REJECT = 3, /* behind the program */
};

/* The operations of one end. */
struct side_ops {
	unsigned char port_ge, port_le, host;
};

static const struct side_ops local_ops = { INET_DIAG_BC_S_GE, INET_DIAG_BC_S_LE,
	INET_DIAG_BC_S_COND };
static const struct side_ops remote_ops = { INET_DIAG_BC_D_GE,
	INET_DIAG_BC_D_LE, INET_DIAG_BC_D_COND };

struct code {
	unsigned char *bytes;
	size_t len;
	bool full;
};

static void
put(struct code *code, const void *bytes, size_t len)
{
	if (code->full || len > SOCKDIAG_CODE_SIZE - code->len) {
		code->full = true;
		return;
	}
	memcpy(code->bytes + code->len, bytes, len);
	code->len += len;
}

/* An operation whose arguments take `arguments` more bytes. */
static void
put_op(struct code *code, unsigned char op, size_t arguments, unsigned no)
{
	const struct inet_diag_bc_op header = {
		.code = op,
		.yes = (unsigned char)(OP_SIZE + arguments),
		.no = (unsigned short)no,
	};

	put(code, &header, sizeof(header));
}

static void
put_jump(struct code *code, enum target target)
{
	put_op(code, INET_DIAG_BC_JMP, 0, target);
}

static void
put_port_test(struct code *code, unsigned char op, uint16_t port)
{
	const struct inet_diag_bc_op value = { .no = port };

	put_op(code, op, sizeof(value), TO_NEXT);
	put(code, &value, sizeof(value));
}

static void
put_ports(struct code *code, const struct side_ops *ops,
    const struct sockdiag_port_range *range)
{
	if (range->first > 0)
		put_port_test(code, ops->port_ge, range->first);
	if (range->last < UINT16_MAX)
		put_port_test(code, ops->port_le, range->last);
}

static void
put_host(struct code *code, unsigned char op, enum ip_family family,
    const uint8_t *bytes, uint8_t length, unsigned no)
{
	const struct inet_diag_hostcond cond = {
		.family = family == IP_V4 ? AF_INET : AF_INET6,
		.prefix_len = length,
		.port = -1,
	};
	const size_t address_len = ip_bits(family) / 8;

	put_op(code, op, sizeof(cond) + address_len, no);
	put(code, &cond, sizeof(cond));
	put(code, bytes, address_len);
}

/* Holds for IPv4, also IPv4 through an IPv6 socket: the kernel compares a
 * mapped address as the IPv4 address that it is. */
static void
put_is_v4(struct code *code, unsigned char op, unsigned no)
{
	static const uint8_t any[4];

	put_host(code, op, IP_V4, any, 0, no);
}

/* Size of put_is_v4's operation: "no" may have to jump over it and a JMP. */
#define IS_V4_SIZE (OP_SIZE + sizeof(struct inet_diag_hostcond) + 4)

static bool
covers_mapped(const struct ip_net *net)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };
	const unsigned whole = net->length / 8, rest = net->length % 8;

	if (net->length >= 96 || memcmp(net->address.bytes, prefix, whole) != 0)
		return false;
	return ((net->address.bytes[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

static void
put_net(struct code *code, const struct side_ops *ops, const struct ip_net *net)
{
	const bool v6 = net->address.family == IP_V6;

	/* ::/0 must not take in what is IPv4 behind ::ffff:0:0/96. */
	if (v6 && covers_mapped(net)) {
		put_is_v4(code, ops->host, IS_V4_SIZE + OP_SIZE);
		put_jump(code, TO_NEXT);
	}
	put_host(code, ops->host, net->address.family, net->address.bytes,
	    net->length, TO_NEXT);
}

/* Gives the operations since `from` that jump to `old` a new target: an offset
 * in the program, which becomes relative, or another enum target. */
static void
retarget(struct code *code, size_t from, enum target old, size_t new,
    bool relative)
{
	struct inet_diag_bc_op op;

	for (size_t at = from; at < code->len; at += op.yes) {
		memcpy(&op, code->bytes + at, sizeof(op));
		if (op.no != old)
			continue;
		op.no = (unsigned short)(relative ? new - at : new);
		memcpy(code->bytes + at, &op, sizeof(op));
	}
}

/* `target` is known now: it is `place`. */
static void
resolve(struct code *code, size_t from, enum target target, size_t place)
{
	retarget(code, from, target, place, true);
}

/* One list, of ports or of networks. */
struct list {
	const struct side_ops *ops;
	const struct sockdiag_port_range *ports;
	const struct ip_net *nets;
	size_t count;
	bool excluded;
};

static void
put_alternative(struct code *code, const struct list *list, size_t i)
{
	const bool last = i + 1 == list->count;
	const size_t start = code->len;

	if (list->ports != NULL)
		put_ports(code, list->ops, &list->ports[i]);
	else if (list->nets != NULL)
		put_net(code, list->ops, &list->nets[i]);
	if (list->excluded)
		put_jump(code, TO_REJECT);
	else if (!last)
		put_jump(code, TO_DONE);
	if (code->full)
		return;
	/* The last alternative of a list that must match has no next one. */
	if (last && !list->excluded)
		retarget(code, start, TO_NEXT, TO_REJECT, false);
	else
		resolve(code, start, TO_NEXT, code->len);
}

static void
put_list(struct code *code, const struct list *list)
{
	const size_t start = code->len;

	for (size_t i = 0; i < list->count; i++)
		put_alternative(code, list, i);
	if (code->full) { /* leave it to the matcher */
		code->len = start;
		code->full = false;
		return;
	}
	resolve(code, start, TO_DONE, code->len);
}

static void
put_side(struct code *code, const struct side_ops *ops,
    const struct sockdiag_side *side, bool ports_done)
{
	const struct list lists[] = {
		{ ops, side->ports.items, NULL,
		    ports_done ? 0 : side->ports.count, false },
		{ ops, side->not_ports.items, NULL, side->not_ports.count,
		    true },
		{ ops, NULL, side->nets.items, side->nets.count, false },
		{ ops, NULL, side->not_nets.items, side->not_nets.count, true },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		put_list(code, &lists[i]);
}

static void
put_family(struct code *code, enum ip_family family)
{
	if (family == IP_V4)
		put_is_v4(code, INET_DIAG_BC_S_COND, TO_REJECT);
	if (family == IP_V6) {
		put_is_v4(code, INET_DIAG_BC_S_COND, IS_V4_SIZE + OP_SIZE);
		put_jump(code, TO_REJECT);
	}
}

static uint16_t
single_port(const struct sockdiag_ports *ports)
{
	if (ports->count != 1 || ports->items[0].first != ports->items[0].last)
		return 0;
	return ports->items[0].first;
}

void
sockdiag_filter_compile(const struct sockdiag_query *query,
    struct sockdiag_filter *filter)
{
	struct code code = { .bytes = filter->code };

	filter->local_port = single_port(&query->local.ports);
	filter->remote_port = single_port(&query->remote.ports);
	put_family(&code, query->family);
	put_side(&code, &local_ops, &query->local, filter->local_port != 0);
	put_side(&code, &remote_ops, &query->remote, filter->remote_port != 0);
	resolve(&code, 0, TO_REJECT, code.len + OP_SIZE);
	filter->len = code.len;
}
