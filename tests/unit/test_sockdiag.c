/* SPDX-License-Identifier: ISC */
/* Captured answers of the kernel: tests/fixtures/sockdiag/README.md. */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "lib/source/sockdiag.c"
#include "tests/suite.h"

#define FIXTURES "tests/fixtures/sockdiag/"

struct seen {
	struct tcp_socket items[32];
	size_t count;
};

static void
keep(const struct tcp_socket *socket, void *context)
{
	struct seen *seen = context;

	ck_assert_uint_lt(seen->count, 32);
	seen->items[seen->count++] = *socket;
}

static const struct sockdiag_query everything = {
	.states = UINT32_MAX,
};

struct answer {
	_Alignas(struct nlmsghdr) unsigned char bytes[4096];
	size_t len;
};

static struct answer
captured(const char *path)
{
	struct answer answer;
	const int fd = open(path, O_RDONLY);
	const ssize_t len = read(fd, answer.bytes, sizeof(answer.bytes));

	ck_assert_int_gt(len, 0);
	close(fd);
	answer.len = (size_t)len;
	return answer;
}

static struct sockdiag_reader
reader_of(const struct sockdiag_query *query, struct seen *seen)
{
	return (struct sockdiag_reader){ .query = query,
		.sink = keep,
		.context = seen,
		.sequence = 1 };
}

static size_t
count(const struct seen *seen, unsigned state, enum ip_family family)
{
	size_t found = 0;

	for (size_t i = 0; i < seen->count; i++)
		found += seen->items[i].state == state &&
		    seen->items[i].local.family == family;
	return found;
}

START_TEST(reads_both_families_of_one_dump)
{
	const struct answer answer = captured(FIXTURES "both.bin");
	struct seen seen = { 0 };
	struct sockdiag_reader reader = reader_of(&everything, &seen);
	struct err err;

	ck_assert(sockdiag_parse(&reader, answer.bytes, answer.len, &err));
	ck_assert(reader.done);
	ck_assert(!reader.torn);
	ck_assert_int_eq(reader.error, 0);
	ck_assert_uint_eq(count(&seen, TCP_LISTEN, IP_V4), 1);
	ck_assert_uint_eq(count(&seen, TCP_LISTEN, IP_V6), 2);
	/* Three, and one through an IPv6 socket, with both ends each; both
	 * ends of the mapped one are IPv4. */
	ck_assert_uint_eq(count(&seen, TCP_ESTABLISHED, IP_V4), 8);
	ck_assert_uint_eq(count(&seen, TCP_ESTABLISHED, IP_V6), 4);
	ck_assert_uint_eq(reader.seen, 15);
}
END_TEST

START_TEST(reads_all_of_a_socket)
{
	const struct sockdiag_port_range port = { 8080, 8080 };
	const struct sockdiag_query listener = {
		.states = TCP_STATE_BIT(TCP_LISTEN),
		.family = IP_V4,
		.local.ports = { &port, 1 },
	};
	const struct answer answer = captured(FIXTURES "both.bin");
	struct seen seen = { 0 };
	struct sockdiag_reader reader = reader_of(&listener, &seen);
	const struct tcp_socket *socket = &seen.items[0];
	struct err err;

	ck_assert(sockdiag_parse(&reader, answer.bytes, answer.len, &err));
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_mem_eq(socket->local.bytes, "\177\0\0\1", 4);
	ck_assert_uint_eq(socket->local_port, 8080);
	ck_assert_uint_eq(socket->remote_port, 0);
	ck_assert_uint_eq(socket->receive_queue, 1); /* one waits */
	ck_assert_uint_eq(socket->send_queue, 16);   /* of so many */
	ck_assert_uint_eq(socket->inode, 560753);
	ck_assert_uint_eq(socket->uid, 0);
	ck_assert_uint_ne(socket->cookie, 0);
}
END_TEST

START_TEST(cookies_tell_sockets_apart)
{
	const struct answer answer = captured(FIXTURES "both.bin");
	struct seen seen = { 0 };
	struct sockdiag_reader reader = reader_of(&everything, &seen);
	struct err err;

	ck_assert(sockdiag_parse(&reader, answer.bytes, answer.len, &err));
	for (size_t i = 0; i < seen.count; i++) {
		for (size_t j = 0; j < i; j++)
			ck_assert_uint_ne(seen.items[i].cookie,
			    seen.items[j].cookie);
	}
}
END_TEST

static const struct {
	const char *file;
	size_t sockets;
	int error;
} ends[] = {
	{ FIXTURES "ipv6.bin", 7, 0 },
	{ FIXTURES "empty.bin", 0, 0 },
	{ FIXTURES "refused.bin", 0, EINVAL },
};

START_TEST(reads_the_end)
{
	const struct answer answer = captured(ends[_i].file);
	struct seen seen = { 0 };
	struct sockdiag_reader reader = reader_of(&everything, &seen);
	struct err err;

	ck_assert(sockdiag_parse(&reader, answer.bytes, answer.len, &err));
	ck_assert(reader.done);
	ck_assert_int_eq(reader.error, ends[_i].error);
	ck_assert_uint_eq(seen.count, ends[_i].sockets);
}
END_TEST

/* Cut anywhere but between messages it is refused, and never "done". */
START_TEST(refuses_every_cut)
{
	const struct answer answer = captured(FIXTURES "both.bin");
	size_t whole = 0;

	for (size_t len = 0; len < answer.len; len++) {
		struct seen seen = { 0 };
		struct sockdiag_reader reader = reader_of(&everything, &seen);
		struct err err;

		whole += sockdiag_parse(&reader, answer.bytes, len, &err);
		ck_assert(!reader.done);
	}
	ck_assert_uint_eq(whole, 16); /* before each of 15 and the end */
}
END_TEST

/* Changes to the first message. */
static void
as_interrupted(struct nlmsghdr *header)
{
	header->nlmsg_flags |= NLM_F_DUMP_INTR;
}
static void
as_unknown_type(struct nlmsghdr *header)
{
	header->nlmsg_type = 77;
}
static void
as_short(struct nlmsghdr *header)
{
	header->nlmsg_len = sizeof(*header) + 4;
}
static void
as_too_long(struct nlmsghdr *header)
{
	header->nlmsg_len = 60000;
}
static void
as_endless(struct nlmsghdr *header)
{
	header->nlmsg_len = 0xeaeaeaea;
}
static void
as_shorter_than_itself(struct nlmsghdr *header)
{
	header->nlmsg_len = 3;
}
static void
as_other_family(struct nlmsghdr *header)
{
	struct inet_diag_msg *msg = NLMSG_DATA(header);

	msg->idiag_family = AF_UNIX;
}
static void
as_no_state(struct nlmsghdr *header)
{
	struct inet_diag_msg *msg = NLMSG_DATA(header);

	msg->idiag_state = 200;
}
static void
as_old_answer(struct nlmsghdr *header)
{
	header->nlmsg_seq = 99;
}

static const struct {
	void (*change)(struct nlmsghdr *header);
	bool good, torn;
	uint64_t seen;
} changes[] = {
	{ as_interrupted, true, true, 15 },
	{ as_unknown_type, false, false, 0 },
	{ as_short, false, false, 0 },
	{ as_too_long, false, false, 0 },
	{ as_endless, false, false, 0 },
	{ as_shorter_than_itself, false, false, 0 },
	{ as_other_family, false, false, 0 },
	{ as_no_state, false, false, 0 },
	{ as_old_answer, true, false, 14 },
};

START_TEST(judges_messages)
{
	struct answer answer = captured(FIXTURES "both.bin");
	struct seen seen = { 0 };
	struct sockdiag_reader reader = reader_of(&everything, &seen);
	struct err err;

	changes[_i].change((struct nlmsghdr *)(void *)answer.bytes);
	ck_assert_int_eq(
	    sockdiag_parse(&reader, answer.bytes, answer.len, &err),
	    changes[_i].good);
	ck_assert_int_eq(reader.torn, changes[_i].torn);
	ck_assert_uint_eq(reader.seen, changes[_i].seen);
	if (!changes[_i].good)
		ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

/* The kernel under us: at least one walk, and the deadline holds. */
START_TEST(dumps_this_host)
{
	struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct seen seen = { 0 };
	/* Nobody is in SYN-SENT to port 1 from port 1. */
	const struct sockdiag_port_range port = { 1, 1 };
	const struct sockdiag_query query = {
		.states = TCP_STATE_BIT(TCP_SYN_SENT),
		.local.ports = { &port, 1 },
		.remote.ports = { &port, 1 },
	};
	struct err err;
	struct sockdiag diag;
	bool torn;

	ck_assert(sockdiag_open(&diag, &err));
	for (enum ip_family family = IP_NONE; family <= IP_V6; family++) {
		struct sockdiag_query one = query;

		one.family = family;
		ck_assert_msg(sockdiag_dump(&diag, &one, keep, &seen, &torn,
				  &deadline, &err),
		    "%s", err.text);
	}
	ck_assert_uint_eq(seen.count, 0);
	sockdiag_close(&diag);
	sockdiag_close(&diag); /* twice is fine */
}
END_TEST

static size_t
listeners_by(struct sockdiag *diag, const struct dialect *dialect)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct seen seen = { 0 };
	struct sockdiag_query query = { .states = TCP_STATE_BIT(TCP_LISTEN) };
	struct sockdiag_reader reader = reader_of(&query, &seen);
	struct err err;

	sockdiag_filter_compile(&query, &diag->filter);
	ck_assert_msg(dump_dialect(diag, dialect, &reader, &deadline, &err),
	    "%s", err.text);
	return seen.count;
}

static void
listen_on(int family)
{
	struct sockaddr_in6 address = { .sin6_family = (sa_family_t)family };
	const int fd = socket(family, SOCK_STREAM, 0);

	if (fd >= 0 &&
	    bind(fd, (const struct sockaddr *)&address,
		family == AF_INET6 ? sizeof(address)
				   : sizeof(struct sockaddr_in)) == 0)
		ck_assert_int_eq(listen(fd, 1), 0);
}

/* One walk for both families finds what one for each finds. */
START_TEST(dialects_agree)
{
	static const struct dialect both = { TCPDIAG_GETSOCK, AF_UNSPEC };
	static const struct dialect v4 = { SOCK_DIAG_BY_FAMILY, AF_INET };
	static const struct dialect v6 = { SOCK_DIAG_BY_FAMILY, AF_INET6 };
	struct err err;
	struct sockdiag diag;

	if (unshare(CLONE_NEWNET) != 0)
		return; /* needs root: others may listen meanwhile */
	listen_on(AF_INET);
	listen_on(AF_INET);
	listen_on(AF_INET6);
	ck_assert(sockdiag_open(&diag, &err));
	ck_assert_uint_eq(listeners_by(&diag, &v4), 2);
	ck_assert_uint_le(listeners_by(&diag, &v6), 1);
	ck_assert_uint_eq(listeners_by(&diag, &both),
	    listeners_by(&diag, &v4) + listeners_by(&diag, &v6));
	sockdiag_close(&diag);
}
END_TEST

/* A late answer is given up, and the rest of it not taken for the next. */
START_TEST(the_deadline_holds)
{
	const struct sockdiag_query query = { .states = UINT32_MAX };
	const struct deadline past = { 0 };
	struct seen seen = { 0 };
	struct err err;
	struct sockdiag diag;
	struct sockdiag_reader reader = reader_of(&query, &seen);

	ck_assert(sockdiag_open(&diag, &err));
	reader.sequence = 1;
	ck_assert(!read_answer(&diag, &reader, &past, &err)); /* not asked */
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	sockdiag_close(&diag);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sockdiag");
	TCase *tcase = tcase_create("sockdiag");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, reads_both_families_of_one_dump);
	tcase_add_test(tcase, reads_all_of_a_socket);
	tcase_add_test(tcase, cookies_tell_sockets_apart);
	tcase_add_loop_test(tcase, reads_the_end, 0, COUNT(ends));
	tcase_add_test(tcase, refuses_every_cut);
	tcase_add_loop_test(tcase, judges_messages, 0, COUNT(changes));
	tcase_add_test(tcase, dumps_this_host);
	tcase_add_test(tcase, dialects_agree);
	tcase_add_test(tcase, the_deadline_holds);
	return suite_run(suite);
}
