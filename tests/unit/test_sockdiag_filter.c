/* SPDX-License-Identifier: ISC */
/*
 * The bytecode and the matcher must mean the same.  A small interpreter stands
 * for the kernel in a property test over random queries and sockets; the audit
 * of net/ipv4/inet_diag.c is written down a second time; and with root the
 * kernel itself is asked.
 */
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/source/sockdiag_filter.c"
#include "source/sockdiag.h"
#include "tests/suite.h"

/* --- the kernel, as far as it matters ------------------------------------- */

static struct inet_diag_bc_op
op_at(const unsigned char *at)
{
	struct inet_diag_bc_op op;

	memcpy(&op, at, sizeof(op));
	return op;
}

static bool
bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	for (unsigned i = 0; i < bits; i++) {
		if ((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1)
			return false;
	}
	return true;
}

/* A socket as the kernel has it: mapped addresses are IPv6. */
struct raw_socket {
	bool v6;
	uint8_t local[16], remote[16];
	uint16_t local_port, remote_port;
};

static bool
host_holds(const unsigned char *at, bool v6, const uint8_t *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct inet_diag_hostcond cond;
	const uint8_t *wanted = at + OP_SIZE + sizeof(cond);

	memcpy(&cond, at + OP_SIZE, sizeof(cond));
	ck_assert_int_eq(cond.port, -1);
	if (cond.family == (v6 ? AF_INET6 : AF_INET))
		return bits_equal(address, wanted, cond.prefix_len);
	return v6 && cond.family == AF_INET &&
	    memcmp(address, mapped, sizeof(mapped)) == 0 &&
	    bits_equal(address + 12, wanted, cond.prefix_len);
}

static bool
op_holds(const unsigned char *at, const struct raw_socket *socket)
{
	const uint16_t value = op_at(at + OP_SIZE).no;

	switch (op_at(at).code) {
	case INET_DIAG_BC_JMP:
		return false;
	case INET_DIAG_BC_S_GE:
		return socket->local_port >= value;
	case INET_DIAG_BC_S_LE:
		return socket->local_port <= value;
	case INET_DIAG_BC_D_GE:
		return socket->remote_port >= value;
	case INET_DIAG_BC_D_LE:
		return socket->remote_port <= value;
	case INET_DIAG_BC_S_COND:
		return host_holds(at, socket->v6, socket->local);
	case INET_DIAG_BC_D_COND:
		return host_holds(at, socket->v6, socket->remote);
	default:
		ck_abort_msg("operation %u", op_at(at).code);
	}
}

static bool
accepts(const struct sockdiag_filter *filter, const struct raw_socket *socket)
{
	long left = (long)filter->len;
	const unsigned char *at = filter->code;

	if (filter->local_port != 0 && filter->local_port != socket->local_port)
		return false;
	if (filter->remote_port != 0 &&
	    filter->remote_port != socket->remote_port)
		return false;
	while (left > 0) {
		const struct inet_diag_bc_op op = op_at(at);
		const unsigned step = op_holds(at, socket) ? op.yes : op.no;

		at += step;
		left -= (long)step;
	}
	return left == 0;
}

/* inet_diag_bc_audit: is `place` on the chain of "yes" steps? */
static bool
on_chain(const struct sockdiag_filter *filter, size_t place)
{
	size_t at = 0;

	while (at < place)
		at += op_at(filter->code + at).yes;
	return at == place;
}

static void
audit(const struct sockdiag_filter *filter)
{
	size_t at = 0;

	ck_assert_uint_le(filter->len, SOCKDIAG_CODE_SIZE);
	while (at < filter->len) {
		const struct inet_diag_bc_op op = op_at(filter->code + at);

		ck_assert_uint_ge(op.yes, 4);
		ck_assert_uint_eq(op.yes % 4, 0);
		ck_assert_uint_eq(op.no % 4, 0);
		ck_assert_uint_ge(op.no,
		    op.code == INET_DIAG_BC_JMP ? 4 : op.yes);
		ck_assert_uint_le(at + op.no, filter->len + 4);
		if (at + op.no < filter->len)
			ck_assert(on_chain(filter, at + op.no));
		at += op.yes;
	}
	ck_assert_uint_eq(at, filter->len);
}

/* --- chance --------------------------------------------------------------- */

static uint64_t chance_state;

/* xorshift64 (G. Marsaglia): the same sequence in every run. */
static unsigned
chance(unsigned below)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return (unsigned)(chance_state >> 33) % below;
}

/* Few values, so that matches, borders and near misses are all common. */
static uint16_t
some_port(void)
{
	static const uint16_t ports[] = { 0, 1, 79, 80, 81, 443, 8079, 8080,
		8081, 65534, 65535 };

	return ports[chance(sizeof(ports) / sizeof(ports[0]))];
}

static void
some_v4(uint8_t bytes[4])
{
	bytes[0] = chance(2) ? 10 : 192;
	bytes[1] = (uint8_t)chance(2);
	bytes[2] = chance(4) == 0 ? 128 : 0;
	bytes[3] = (uint8_t)chance(3);
}

static void
some_v6(uint8_t bytes[16])
{
	memset(bytes, 0, 16);
	switch (chance(3)) {
	case 0: /* mapped */
		bytes[10] = bytes[11] = 0xff;
		some_v4(bytes + 12);
		return;
	case 1: /* just beside */
		bytes[10] = 0xff;
		bytes[11] = 0xfe;
		some_v4(bytes + 12);
		return;
	default:
		bytes[0] = 0x20;
		bytes[7] = (uint8_t)chance(2);
		bytes[15] = (uint8_t)chance(3);
	}
}

static struct raw_socket
some_socket(void)
{
	struct raw_socket socket = { .v6 = chance(2) };

	if (socket.v6) {
		some_v6(socket.local);
		some_v6(socket.remote);
		/* The kernel never mixes mapped and other addresses. */
		if (ip_from_v6(socket.local, 0).family !=
		    ip_from_v6(socket.remote, 0).family)
			memcpy(socket.remote, socket.local, 16);
	} else {
		some_v4(socket.local);
		some_v4(socket.remote);
	}
	socket.local_port = some_port();
	socket.remote_port = some_port();
	return socket;
}

static struct ip
ip_of(bool v6, const uint8_t *bytes)
{
	return v6 ? ip_from_v6(bytes, 0) : ip_from_v4(bytes);
}

static struct tcp_socket
cooked(const struct raw_socket *raw)
{
	return (struct tcp_socket){
		.local = ip_of(raw->v6, raw->local),
		.remote = ip_of(raw->v6, raw->remote),
		.local_port = raw->local_port,
		.remote_port = raw->remote_port,
		.state = TCP_ESTABLISHED,
	};
}

static struct ip_net
some_net(void)
{
	struct ip_net net = { 0 };
	unsigned bits;

	if (chance(2)) {
		net.address.family = IP_V4;
		some_v4(net.address.bytes);
	} else {
		net.address.family = IP_V6;
		some_v6(net.address.bytes);
		/* As ip_net_parse makes them: a mapped network is IPv4. */
		if (ip_from_v6(net.address.bytes, 0).family == IP_V4)
			net.address.bytes[11] = 0;
	}
	bits = ip_bits(net.address.family);
	net.length = (uint8_t)(chance(3) == 0 ? bits : chance(bits + 1));
	for (unsigned i = net.length; i < bits; i++)
		net.address.bytes[i / 8] &= (uint8_t) ~(0x80 >> i % 8);
	return net;
}

#define LIST_MAX 4

struct room {
	struct sockdiag_port_range ports[4][LIST_MAX];
	struct ip_net nets[4][LIST_MAX];
};

static struct sockdiag_ports
some_ports(struct sockdiag_port_range *room)
{
	const size_t count = chance(3) == 0 ? 1 + chance(LIST_MAX) : 0;

	for (size_t i = 0; i < count; i++) {
		const uint16_t a = some_port();
		const uint16_t b = chance(2) ? a : some_port();

		room[i].first = a < b ? a : b;
		room[i].last = a < b ? b : a;
	}
	return (struct sockdiag_ports){ room, count };
}

static struct sockdiag_nets
some_nets(struct ip_net *room)
{
	const size_t count = chance(3) == 0 ? 1 + chance(LIST_MAX) : 0;

	for (size_t i = 0; i < count; i++)
		room[i] = some_net();
	return (struct sockdiag_nets){ room, count };
}

static struct sockdiag_query
some_query(struct room *room)
{
	static const enum ip_family families[] = { IP_NONE, IP_NONE, IP_V4,
		IP_V6 };

	return (struct sockdiag_query){
		.states = TCP_STATE_BIT(TCP_ESTABLISHED),
		.family = families[chance(4)],
		.local.ports = some_ports(room->ports[0]),
		.local.not_ports = some_ports(room->ports[1]),
		.remote.ports = some_ports(room->ports[2]),
		.remote.not_ports = some_ports(room->ports[3]),
		.local.nets = some_nets(room->nets[0]),
		.local.not_nets = some_nets(room->nets[1]),
		.remote.nets = some_nets(room->nets[2]),
		.remote.not_nets = some_nets(room->nets[3]),
	};
}

/* --- tests ---------------------------------------------------------------- */

START_TEST(code_means_what_the_matcher_means)
{
	unsigned matched = 0;

	chance_state = UINT64_C(88172645463325252) + (unsigned)_i;
	for (int i = 0; i < 2000; i++) {
		struct room room;
		struct sockdiag_filter filter;
		const struct sockdiag_query query = some_query(&room);

		sockdiag_filter_compile(&query, &filter);
		audit(&filter);
		for (int j = 0; j < 50; j++) {
			const struct raw_socket raw = some_socket();
			const struct tcp_socket socket = cooked(&raw);
			const bool match =
			    sockdiag_filter_match(&query, &socket);

			ck_assert_int_eq(accepts(&filter, &raw), match);
			matched += match;
		}
	}
	/* Else it compares little but misses. */
	ck_assert_uint_gt(matched, 10000);
	ck_assert_uint_lt(matched, 90000);
}
END_TEST

START_TEST(no_selection_no_code)
{
	const struct sockdiag_query query = { .states = TCP_STATE_BIT(
						  TCP_ESTABLISHED) };
	struct sockdiag_filter filter;

	sockdiag_filter_compile(&query, &filter);
	ck_assert_uint_eq(filter.len, 0);
	ck_assert_uint_eq(filter.local_port, 0);
}
END_TEST

START_TEST(single_port_needs_no_code)
{
	const struct sockdiag_port_range port = { 443, 443 };
	const struct sockdiag_query query = {
		.states = TCP_STATE_BIT(TCP_ESTABLISHED),
		.local.ports = { &port, 1 },
		.remote.ports = { &port, 1 },
	};
	struct sockdiag_filter filter;

	sockdiag_filter_compile(&query, &filter);
	ck_assert_uint_eq(filter.len, 0);
	ck_assert_uint_eq(filter.local_port, 443);
	ck_assert_uint_eq(filter.remote_port, 443);
}
END_TEST

/* A list that does not fit is left out whole; what follows it is not. */
START_TEST(long_list_is_left_to_the_matcher)
{
	struct sockdiag_port_range ports[500];
	const struct sockdiag_port_range one[] = { { 7, 9 } };
	const struct sockdiag_query query = {
		.states = TCP_STATE_BIT(TCP_ESTABLISHED),
		.local.ports = { ports, 500 },
		.remote.ports = { one, 1 },
	};
	struct sockdiag_filter filter;
	struct raw_socket raw = { .local_port = 12345, .remote_port = 8 };

	for (unsigned i = 0; i < 500; i++)
		ports[i].first = ports[i].last = (uint16_t)(2 * i + 1);
	sockdiag_filter_compile(&query, &filter);
	audit(&filter);
	ck_assert_uint_gt(filter.len, 0);
	ck_assert(accepts(&filter, &raw)); /* wider than the query */
	raw.remote_port = 6;
	ck_assert(!accepts(&filter, &raw));
}
END_TEST

START_TEST(uid_and_cgroup_and_state)
{
	const uint64_t groups[] = { 3, 70, 900 };
	const struct sockdiag_query query = {
		.states = TCP_STATE_BIT(TCP_ESTABLISHED),
		.by_uid = true,
		.uid = 33,
		.by_cgroup = true,
		.cgroups = groups,
		.cgroup_count = 3,
	};
	struct tcp_socket socket = { .state = TCP_ESTABLISHED,
		.uid = 33,
		.cgroup = 70 };

	ck_assert(sockdiag_filter_match(&query, &socket));
	socket.cgroup = 71;
	ck_assert(!sockdiag_filter_match(&query, &socket));
	socket.cgroup = 900;
	socket.uid = 0;
	ck_assert(!sockdiag_filter_match(&query, &socket));
	socket.uid = 33;
	socket.state = TCP_CLOSE_WAIT;
	ck_assert(!sockdiag_filter_match(&query, &socket));
}
END_TEST

/* --- the kernel itself ---------------------------------------------------- */

static void
connect_pair(int family, const char *host, uint16_t port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		.sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	const bool v6 = family == AF_INET6;
	const struct sockaddr *address =
	    v6 ? (const void *)&six : (const void *)&four;
	const socklen_t len = v6 ? sizeof(six) : sizeof(four);
	const int server = socket(family, SOCK_STREAM, 0);
	const int client = socket(family, SOCK_STREAM, 0);

	ck_assert_int_eq(
	    inet_pton(family, host,
		v6 ? (void *)&six.sin6_addr : (void *)&four.sin_addr),
	    1);
	ck_assert_int_eq(bind(server, address, len), 0);
	ck_assert_int_eq(listen(server, 8), 0);
	ck_assert_int_eq(connect(client, address, len), 0);
	ck_assert_int_ge(accept(server, NULL, NULL), 0);
}

struct seen {
	struct tcp_socket items[64];
	size_t count;
};

static void
keep(const struct tcp_socket *socket, void *context)
{
	struct seen *seen = context;

	ck_assert_uint_lt(seen->count, 64);
	seen->items[seen->count++] = *socket;
}

static size_t
dump(struct sockdiag *diag, const struct sockdiag_query *query,
    struct seen *seen)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct err err;
	bool torn;

	seen->count = 0;
	ck_assert_msg(
	    sockdiag_dump(diag, query, keep, seen, &torn, &deadline, &err),
	    "%s", err.text);
	return seen->count;
}

static void
bring_lo_up(void)
{
	ck_assert_int_eq(system("ip link set lo up"), 0);
}

START_TEST(the_kernel_agrees)
{
	const struct sockdiag_query all = { .states = TCP_STATE_BIT(
						TCP_ESTABLISHED) };
	struct seen every, some;
	struct sockdiag diag;
	struct err err;
	unsigned matched = 0;

	if (unshare(CLONE_NEWNET) != 0)
		return; /* needs root */
	bring_lo_up();
	connect_pair(AF_INET, "127.0.0.1", 80);
	connect_pair(AF_INET, "127.1.0.2", 443);
	connect_pair(AF_INET6, "::1", 8080);
	connect_pair(AF_INET6, "::ffff:127.0.0.3", 8081);
	ck_assert(sockdiag_open(&diag, &err));
	ck_assert_uint_eq(dump(&diag, &all, &every), 8);
	chance_state = 4711;
	for (int i = 0; i < 500; i++) {
		struct room room;
		struct sockdiag_query query = some_query(&room);
		size_t expected = 0;

		/* Loopback addresses instead of the made up ones. */
		for (size_t n = 0; n < 4; n++) {
			for (size_t k = 0; k < LIST_MAX; k++) {
				struct ip_net *net = &room.nets[n][k];

				if (net->address.family == IP_V4) {
					net->address.bytes[0] = 127;
					net->length =
					    (uint8_t)(8 + net->length % 25);
					for (unsigned b = net->length; b < 32;
					     b++)
						net->address.bytes[b / 8] &=
						    (uint8_t) ~(0x80 >> b % 8);
				}
			}
		}
		for (size_t k = 0; k < every.count; k++)
			expected +=
			    sockdiag_filter_match(&query, &every.items[k]);
		ck_assert_uint_eq(dump(&diag, &query, &some), expected);
		matched += expected > 0;
	}
	ck_assert_uint_gt(matched, 50);
	sockdiag_close(&diag);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sockdiag_filter");
	TCase *tcase = tcase_create("sockdiag_filter");

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, code_means_what_the_matcher_means, 0, 4);
	tcase_add_test(tcase, no_selection_no_code);
	tcase_add_test(tcase, single_port_needs_no_code);
	tcase_add_test(tcase, long_list_is_left_to_the_matcher);
	tcase_add_test(tcase, uid_and_cgroup_and_state);
	tcase_add_test(tcase, the_kernel_agrees);
	return suite_run(suite);
}
