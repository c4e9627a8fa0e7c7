/* SPDX-License-Identifier: ISC */
/* Captured /proc files: tests/fixtures/sockdiag/README.md. */
#include <string.h>
#include <unistd.h>

#include "lib/source/proctcp.c"
#include "tests/suite.h"

#define ROOT "tests/fixtures/sockdiag/proc"

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

static const struct sockdiag_query everything = { .states = UINT32_MAX };

static struct seen
read_fixture(const struct sockdiag_query *query)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct seen seen = { 0 };
	struct proctcp files;
	struct err err;

	ck_assert(proctcp_open(&files, PROCTCP_SOCKETS, ROOT, &err));
	ck_assert_msg(proctcp_read(&files, query, keep, &seen, &deadline, &err),
	    "%s", err.text);
	proctcp_close(&files);
	return seen;
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

/* The same numbers as by sock_diag at the same time. */
START_TEST(reads_both_files)
{
	const struct seen seen = read_fixture(&everything);

	ck_assert_uint_eq(seen.count, 15);
	ck_assert_uint_eq(count(&seen, TCP_LISTEN, IP_V4), 1);
	ck_assert_uint_eq(count(&seen, TCP_LISTEN, IP_V6), 2);
	ck_assert_uint_eq(count(&seen, TCP_ESTABLISHED, IP_V4), 8);
	ck_assert_uint_eq(count(&seen, TCP_ESTABLISHED, IP_V6), 4);
}
END_TEST

START_TEST(reads_all_of_a_socket)
{
	const struct sockdiag_port_range port = { 8080, 8080 };
	const struct sockdiag_query query = {
		.states = TCP_STATE_BIT(TCP_LISTEN),
		.family = IP_V4,
		.local.ports = { &port, 1 },
	};
	const struct seen seen = read_fixture(&query);
	const struct tcp_socket *socket = &seen.items[0];

	ck_assert_uint_eq(seen.count, 1);
	ck_assert_mem_eq(socket->local.bytes, "\177\0\0\1", 4);
	ck_assert_uint_eq(socket->local_port, 8080);
	ck_assert_uint_eq(socket->receive_queue, 1);
	ck_assert_uint_eq(socket->inode, 560753);
}
END_TEST

/* One that no process holds has no cookie; the others have different ones. */
START_TEST(cookies_tell_sockets_apart)
{
	const struct seen seen = read_fixture(&everything);
	size_t without = 0;

	for (size_t i = 0; i < seen.count; i++) {
		without += seen.items[i].cookie == 0;
		for (size_t j = 0; j < i; j++)
			ck_assert(seen.items[i].cookie == 0 ||
			    seen.items[i].cookie != seen.items[j].cookie);
	}
	ck_assert_uint_eq(without, 1);
}
END_TEST

/* --- pieces --------------------------------------------------------------- */

static const char heading[] = "  sl  local_address rem_address   st\n";

static bool
parse(const char *text, size_t piece, struct seen *seen, struct err *err)
{
	struct proctcp_reader reader = { .query = &everything,
		.sink = keep,
		.context = seen };
	const size_t len = strlen(text);

	for (size_t at = 0; at < len; at += piece) {
		const size_t left = len - at;

		if (!proctcp_parse(&reader, text + at,
			left < piece ? left : piece, err))
			return false;
	}
	return proctcp_parse_end(&reader, err);
}

#define TAIL " 00000000:00000000 00:00000000 00000000     0        0 5 1 0\n"
#define GOOD "   0: 0100007F:1F90 0100007F:A89D 01" TAIL

START_TEST(pieces_may_be_cut_anywhere)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s%s%s", heading, GOOD, GOOD);
	for (size_t piece = 1; piece <= strlen(text); piece++) {
		struct seen seen = { 0 };
		struct err err;

		ck_assert(parse(text, piece, &seen, &err));
		ck_assert_uint_eq(seen.count, 2);
		ck_assert_uint_eq(seen.items[1].remote_port, 0xa89d);
	}
}
END_TEST

static const char *const bad_lines[] = {
	"\n",
	"x\n",
	"   0: 0100007F:1F90 0100007F:A89D 00" TAIL, /* no state */
	"   0: 0100007F:1F90 0100007F:A89D 0D" TAIL, /* beyond them */
	"   0: 0100007:1F90 0100007F:A89D 01" TAIL,  /* 7 digits */
	"   0: 0100007F0:1F90 0100007F:A89D 01" TAIL,
	"   0: 0100007F:1F90x 0100007F:A89D 01" TAIL,
	"   0: 0100007f:1F90 0100007F:A89D 01" TAIL, /* lower case */
	"   0: 0100007F:1F90 0100007F:A89D 01 00000000\n",
	"   0: 0100007F:1F90 0100007F:A89D 01 00000000:00000000 00:0 0 0 0\n",
	"   0: 0100007F:1F90 0100007F:A89D 01" TAIL "half", /* ends within */
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"0123456789012345678901234567890123456789012345678901234567890123456789"
	"012345678901234567890123456789012345678901234567890123456789012345678"
	"9",
};

START_TEST(refuses_what_is_no_socket)
{
	struct seen seen = { 0 };
	struct err err;
	char text[1024];

	snprintf(text, sizeof(text), "%s%s", heading, bad_lines[_i]);
	ck_assert(!parse(text, 37, &seen, &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

START_TEST(an_empty_file_is_no_zero)
{
	struct seen seen = { 0 };
	struct err err;

	ck_assert(!parse("", 1, &seen, &err));
	ck_assert(parse(heading, 1, &seen, &err));
	ck_assert_uint_eq(seen.count, 0);
}
END_TEST

/* --- the kernel's own count ----------------------------------------------- */

START_TEST(reads_the_current_count)
{
	struct proctcp files;
	uint64_t current = 0;
	struct err err;

	ck_assert(proctcp_open(&files, PROCTCP_CURRENT, ROOT, &err));
	ck_assert(proctcp_current(&files, &current, &err));
	ck_assert_uint_eq(current, 12);
	proctcp_close(&files);
}
END_TEST

static const struct {
	const char *text;
	long current; /* -1: refused */
} counts[] = {
	{ "Ip: a b\nIp: 1 2\nTcp: x CurrEstab y\nTcp: 1 23 4\n", 23 },
	{ "Tcp: CurrEstab\nTcp: 0", 0 },
	{ "Tcp: x CurrEstab\nTcp: 1\n", -1 },
	{ "Tcp: x CurrEstab\n", -1 },
	{ "Tcp: x\nTcp: 1\n", -1 },
	{ "Tcp: CurrEstab\nTcp: 1x\n", -1 },
	{ "Tcp: CurrEstab\nTcp: -1\n", -1 },
	{ "TcpExt: CurrEstab\nTcpExt: 1\n", -1 },
	{ "", -1 },
};

START_TEST(finds_the_current_count)
{
	uint64_t current = 77;
	struct err err;

	if (counts[_i].current < 0) {
		ck_assert(!proctcp_parse_snmp(counts[_i].text,
		    strlen(counts[_i].text), &current, &err));
		ck_assert_int_eq(err.kind, ERR_PROTOCOL);
		return;
	}
	ck_assert(proctcp_parse_snmp(counts[_i].text, strlen(counts[_i].text),
	    &current, &err));
	ck_assert_uint_eq(current, (uint64_t)counts[_i].current);
}
END_TEST

START_TEST(missing_files_are_named)
{
	struct proctcp files;
	struct err err;

	ck_assert(!proctcp_open(&files, PROCTCP_SOCKETS, "/nonexistent", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent"));
	ck_assert_int_eq(files.tcp_fd, -1);
	ck_assert(!proctcp_open(&files, PROCTCP_CURRENT, "/nonexistent", &err));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("proctcp");
	TCase *tcase = tcase_create("proctcp");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, reads_both_files);
	tcase_add_test(tcase, reads_all_of_a_socket);
	tcase_add_test(tcase, cookies_tell_sockets_apart);
	tcase_add_test(tcase, pieces_may_be_cut_anywhere);
	tcase_add_loop_test(tcase, refuses_what_is_no_socket, 0,
	    COUNT(bad_lines));
	tcase_add_test(tcase, an_empty_file_is_no_zero);
	tcase_add_test(tcase, reads_the_current_count);
	tcase_add_loop_test(tcase, finds_the_current_count, 0, COUNT(counts));
	tcase_add_test(tcase, missing_files_are_named);
	return suite_run(suite);
}
