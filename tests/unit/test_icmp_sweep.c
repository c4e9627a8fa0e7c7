/* SPDX-License-Identifier: ISC */
/* What becomes of packets, without a socket. */
#include <errno.h>
#include <unistd.h>

#include "lib/source/icmp.c"
#include "lib/source/icmp_receive.c"
#include "lib/source/icmp_sweep.c"
#include "tests/suite.h"

#define TARGETS 2
#define PACKETS 4
#define MS (1000000 / ICMP_TICK_NS)

static struct arena arena;
static struct icmp_plan plan;
static struct icmp_target targets[TARGETS];
static int32_t rtts[TARGETS * PACKETS];
static uint32_t sent[TARGETS * PACKETS];
static struct icmp_echoes echoes;
static struct icmp_report report;
static struct icmp_sockets sockets;
static struct icmp_sweep sweep;
static struct icmp_outbox out;
static const struct icmp_cursor first = { 0, 0 };

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	plan = (struct icmp_plan){ .count = PACKETS, .wait_ns = CLOCK_SECOND };
	memset(targets, 0, sizeof(targets));
	for (int i = 0; i < TARGETS; i++)
		targets[i].address = (struct ip){ .family = IP_V4 };
	echoes = (struct icmp_echoes){ .targets = targets,
		.target_count = TARGETS,
		.count = PACKETS,
		.rtts = rtts };
	report = (struct icmp_report){ 0 };
	sweep = (struct icmp_sweep){ .plan = &plan,
		.sockets = &sockets,
		.echoes = &echoes,
		.arena = &arena,
		.count = TARGETS,
		.slots = TARGETS * PACKETS,
		.next = { 0, PACKETS }, /* all are sent */
		.sent = sent,
		.out = { NULL, &out, NULL },
		.batch = ICMP_BATCH,
		.waiting = TARGETS * PACKETS,
		.report = &report };
	for (int i = 0; i < TARGETS * PACKETS; i++) {
		rtts[i] = ICMP_WAITING;
		sent[i] = 0;
	}
}

static void
teardown(void)
{
	arena_free(&arena);
}

START_TEST(an_answer_counts_once)
{
	icmp_sweep_answer(&sweep, 1, 5 * MS, 60);
	ck_assert_int_eq(rtts[1], 5 * MS);
	ck_assert_uint_eq(targets[0].ttl, 60);
	ck_assert_uint_eq(sweep.waiting, TARGETS * PACKETS - 1);
	icmp_sweep_answer(&sweep, 1, 6 * MS, 60);
	ck_assert_int_eq(rtts[1], 5 * MS);
	ck_assert_uint_eq(targets[0].duplicates, 1);
	ck_assert_uint_eq(report.received, 1);
	targets[0].duplicates = UINT16_MAX;
	icmp_sweep_answer(&sweep, 1, 6 * MS, 60);
	ck_assert_uint_eq(targets[0].duplicates, UINT16_MAX);
}
END_TEST

START_TEST(an_answer_that_is_too_late_is_none)
{
	icmp_sweep_answer(&sweep, 0, 1000 * MS + 1, 60);
	ck_assert_int_eq(rtts[0], ICMP_WAITING);
	icmp_sweep_answer(&sweep, 0, 1000 * MS, 60);
	ck_assert_int_eq(rtts[0], 1000 * MS);
}
END_TEST

/* RFC 4737 3.3: NextExp is 3, 3, 3, 4. */
START_TEST(order_is_that_of_rfc_4737)
{
	const uint32_t order[] = { 2, 0, 1, 3 };

	for (size_t i = 0; i < COUNT(order); i++)
		icmp_sweep_answer(&sweep, order[i], MS, 0);
	ck_assert_uint_eq(targets[0].reordered, 2);
	ck_assert_uint_eq(targets[1].reordered, 0);
}
END_TEST

/* What we sent again ourselves was overtaken by nobody. */
START_TEST(a_repair_is_no_reordering)
{
	icmp_sweep_answer(&sweep, 3, MS, 0);
	sweep.repairing = true;
	icmp_sweep_answer(&sweep, 0, MS, 0);
	ck_assert_uint_eq(targets[0].reordered, 0);
}
END_TEST

START_TEST(an_answer_refutes_an_error)
{
	const struct icmp_fault fault = { .family = IP_V4, .type = 3 };

	icmp_sweep_blame(&sweep, 0, &fault);
	ck_assert_int_eq(rtts[0], ICMP_REFUSED);
	ck_assert_uint_eq(sweep.waiting, TARGETS * PACKETS - 1);
	icmp_sweep_answer(&sweep, 0, MS, 0);
	ck_assert_int_eq(rtts[0], MS);
	ck_assert_uint_eq(sweep.waiting, TARGETS * PACKETS - 1);
	icmp_sweep_answer(&sweep, 5, MS, 0);
	icmp_sweep_blame(&sweep, 5, &fault);
	ck_assert_int_eq(icmp_fault_of(&echoes, &targets[1])->type, 3);
	ck_assert_uint_eq(echoes.faults.count, 2);
}
END_TEST

START_TEST(time_wraps_and_is_right_all_the_same)
{
	/* 429 s and a bit after the start, when 32 bits begin anew. */
	const int64_t late_ns = (INT64_C(1) << 32) * ICMP_TICK_NS;

	sent[0] = icmp_sweep_ticks(&sweep, late_ns - 20 * CLOCK_MILLI);
	ck_assert_int_eq(icmp_sweep_age(&sweep, 0, late_ns + CLOCK_MILLI),
	    21 * MS);
	ck_assert_int_eq(icmp_sweep_age(&sweep, 0, late_ns - 21 * CLOCK_MILLI),
	    -MS);
}
END_TEST

START_TEST(what_is_waited_for_too_long_is_lost)
{
	for (uint32_t slot = 0; slot < PACKETS; slot++)
		sent[slot] = slot * 10 * MS; /* and target 1 at once */
	icmp_sweep_expire(&sweep, 999 * CLOCK_MILLI);
	ck_assert_uint_eq(sweep.waiting, TARGETS * PACKETS);
	icmp_sweep_expire(&sweep, 1015 * CLOCK_MILLI);
	ck_assert_int_eq(rtts[0], ICMP_LOST);
	ck_assert_int_eq(rtts[1], ICMP_LOST);
	ck_assert_int_eq(rtts[2], ICMP_WAITING);
	ck_assert_uint_eq(sweep.waiting, TARGETS * PACKETS - 4);
	icmp_sweep_expire(&sweep, 2000 * CLOCK_MILLI);
	ck_assert_uint_eq(sweep.waiting, 0);
}
END_TEST

static bool
at_once(const int32_t *times, void *context)
{
	(void)times;
	(void)context;
	return true;
}

START_TEST(who_is_settled_is_not_waited_for)
{
	plan.settled = at_once;
	icmp_sweep_answer(&sweep, 1, MS, 0);
	ck_assert(targets[0].settled);
	ck_assert_int_eq(rtts[0], ICMP_UNSENT);
	ck_assert_int_eq(rtts[1], MS);
	ck_assert_uint_eq(sweep.waiting, PACKETS);
	ck_assert(!icmp_sweep_is_open(&sweep, first));
}
END_TEST

/* Lost for sure, and so settled, and then it turns out that our own queue may
 * have lost it: it must be asked again, or the loss is forgotten. */
START_TEST(doubt_reopens_what_was_settled)
{
	plan.settled = at_once;
	icmp_sweep_lose(&sweep, 0);
	ck_assert(targets[0].settled);
	ck_assert_uint_eq(mark_doubtful(&sweep, ICMP_UNSENT), 1);
	ck_assert(icmp_sweep_is_open(&sweep, first));
}
END_TEST

/* A router spoke for packet 0 only. */
START_TEST(doubt_is_about_each_packet)
{
	const struct icmp_fault fault = { .family = IP_V4, .type = 3 };

	icmp_sweep_blame(&sweep, 0, &fault);
	icmp_sweep_lose(&sweep, 1);
	ck_assert_uint_eq(mark_doubtful(&sweep, ICMP_UNSENT), 1);
	ck_assert_int_eq(rtts[0], ICMP_REFUSED);
	ck_assert_int_eq(rtts[1], ICMP_UNSENT);
}
END_TEST

/* An answer to the first try that comes during the second is none to it. */
START_TEST(a_repair_has_a_cookie_of_its_own)
{
	const uint64_t before = sweep.cookie;

	begin_repair(&sweep);
	ck_assert(sweep.cookie != before);
}
END_TEST

START_TEST(what_is_under_way_at_the_end_is_not_known_to_be_lost)
{
	icmp_sweep_lose(&sweep, 0);
	give_up(&sweep);
	ck_assert_int_eq(rtts[0], ICMP_LOST);
	ck_assert_int_eq(rtts[1], ICMP_UNMEASURED);
	ck_assert(report.cut_short);
}
END_TEST

START_TEST(every_packet_has_its_turn)
{
	struct icmp_cursor at = { 0 };
	bool seen[TARGETS * PACKETS] = { false };
	uint32_t last = 0;

	for (int i = 0; icmp_sweep_within(&sweep, at); i++) {
		const uint32_t slot = icmp_sweep_slot(&sweep, at);

		ck_assert_uint_lt(slot, TARGETS * PACKETS);
		ck_assert(!seen[slot]);
		ck_assert_ptr_eq(icmp_sweep_target(&sweep, slot),
		    &targets[i % TARGETS]);
		seen[slot] = true;
		last = slot;
		icmp_sweep_step(&sweep, &at);
	}
	ck_assert_uint_eq(last, TARGETS * PACKETS - 1);
	for (int i = 0; i < TARGETS * PACKETS; i++)
		ck_assert(seen[i]);
}
END_TEST

/* --- errors that quote us ------------------------------------------------- */

#define COOKIE UINT64_C(0x1122334455667788)

/* What is wrong with a quoted request; all of it must be right. */
static const struct {
	uint8_t origin;
	uint64_t cookie;
	uint32_t target, number;
	uint16_t id, sequence;
	uint8_t last;  /* byte of the address that was asked */
	size_t quoted; /* bytes */
	bool counts;
} quotes[] = {
	{ SO_EE_ORIGIN_ICMP, COOKIE, 1, 2, 77, 6, 1, 64, true },
	{ SO_EE_ORIGIN_ICMP, COOKIE, 1, 2, 77, 6, 1, 24, true },
	/* Eight bytes of the request are all that RFC 792 promises. */
	{ SO_EE_ORIGIN_ICMP, 0, 0, 0, 77, 6, 1, 8, true },
	{ SO_EE_ORIGIN_ICMP, 0, 0, 0, 77, 6, 0, 8, false },
	{ SO_EE_ORIGIN_ICMP, 0, 0, 0, 76, 6, 1, 8, false },
	{ SO_EE_ORIGIN_ICMP, 0, 0, 0, 77, 8, 1, 8, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE, 1, 2, 77, 6, 1, 7, false },
	{ SO_EE_ORIGIN_ICMP6, COOKIE, 1, 2, 77, 6, 1, 64, false },
	{ SO_EE_ORIGIN_LOCAL, COOKIE, 1, 2, 77, 6, 1, 64, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE + 1, 1, 2, 77, 6, 1, 64, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE, 0, 2, 77, 6, 1, 64, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE, 2, 2, 77, 6, 1, 64, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE, UINT32_MAX, 2, 77, 6, 1, 64, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE, 1, 4, 77, 6, 1, 64, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE, 1, 2, 76, 6, 1, 64, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE, 1, 2, 77, 7, 1, 64, false },
	{ SO_EE_ORIGIN_ICMP, COOKIE, 1, 2, 77, 6, 2, 64, false },
};

START_TEST(an_error_counts_when_it_quotes_us)
{
	const struct icmp_mark mark = { quotes[_i].cookie, quotes[_i].target,
		quotes[_i].number };
	union icmp_name to = { .v4 = { .sin_family = AF_INET } };
	struct {
		struct sock_extended_err error;
		struct sockaddr_in from;
	} told = { .error = { .ee_errno = EHOSTUNREACH,
		       .ee_origin = quotes[_i].origin,
		       .ee_type = 3,
		       .ee_code = 1 },
		.from = { .sin_family = AF_INET } };
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(told))] = { 0 };
	uint8_t bytes[64] = { 0 };
	struct iovec part = { bytes, sizeof(bytes) };
	struct msghdr message = { .msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	for (uint8_t i = 0; i < TARGETS; i++)
		targets[i].address = ip_from_v4((uint8_t[]){ 10, 0, 0, i });
	sweep.cookie = COOKIE;
	sockets.of[IP_V4] = (struct icmp_socket){ .raw = true, .id = 77 };
	memcpy(&to.v4.sin_addr, (uint8_t[]){ 10, 0, 0, quotes[_i].last }, 4);
	memcpy(&told.from.sin_addr, (uint8_t[]){ 192, 0, 2, 9 }, 4);
	head->cmsg_level = IPPROTO_IP;
	head->cmsg_type = IP_RECVERR;
	head->cmsg_len = CMSG_LEN(sizeof(told));
	memcpy(CMSG_DATA(head), &told, sizeof(told));
	icmp_packet_build(bytes, IP_V4, quotes[_i].id, quotes[_i].sequence,
	    &mark);
	take_error(&sweep, IP_V4, &message, quotes[_i].quoted);
	ck_assert_int_eq(rtts[6],
	    quotes[_i].counts ? ICMP_REFUSED : ICMP_WAITING);
	ck_assert_uint_eq(sweep.waiting,
	    TARGETS * PACKETS - (quotes[_i].counts ? 1 : 0));
	ck_assert_uint_eq(targets[1].fault, quotes[_i].counts ? 1 : 0);
	if (quotes[_i].counts)
		ck_assert_uint_eq(
		    icmp_fault_of(&echoes, &targets[1])->from.bytes[3], 9);
}
END_TEST

/* --- who answered --------------------------------------------------------- */

/* Targets 0 and 1 are 10.0.0.0 and 10.0.0.1; packet 6 is number 2 to the
 * latter. */
static const struct {
	bool raw;
	uint8_t last;	 /* byte of the address in the message's header */
	uint8_t claimed; /* of the one that the kernel tells, if it is asked */
	bool counts;
} answers[] = {
	{ true, 1, 0, true },
	{ true, 0, 1, false },
	{ false, 0, 1, true },
	{ false, 1, 0, false },
};

START_TEST(an_answer_is_that_of_its_sender)
{
	const bool raw = answers[_i].raw;
	const size_t header = raw ? 20 : 0;
	const struct icmp_mark mark = { COOKIE, 1, 2 };
	struct icmp_inbox *in;
	uint8_t *bytes;

	for (uint8_t i = 0; i < TARGETS; i++)
		targets[i].address = ip_from_v4((uint8_t[]){ 10, 0, 0, i });
	sweep.cookie = COOKIE;
	sweep.answers = 1;
	sweep.answer_len = 100;
	sockets.of[IP_V4] = (struct icmp_socket){ .raw = raw, .id = 77 };
	ck_assert(make_inbox(&sweep, IP_V4, &arena));
	in = sweep.in[IP_V4];
	ck_assert_int_eq(in->messages[0].msg_hdr.msg_name == NULL, raw);
	bytes = in->bytes;
	if (raw) {
		bytes[0] = 0x45;
		bytes[8] = 61;
		memcpy(bytes + 12, (uint8_t[]){ 10, 0, 0, answers[_i].last },
		    4);
	} else {
		in->from[0].family = AF_INET;
		memcpy(&in->from[0].v4.sin_addr,
		    (uint8_t[]){ 10, 0, 0, answers[_i].claimed }, 4);
	}
	icmp_packet_build(bytes + header, IP_V4, 77, 6, &mark);
	/* A reply is a request with another type, so with another sum. */
	bytes[header] = 0;
	bytes[header + 2] += 8;
	in->messages[0].msg_len = (unsigned)header + 24;
	in->messages[0].msg_hdr.msg_controllen = 0;
	take_message(&sweep, IP_V4, 0, 0, 5 * CLOCK_MILLI);
	ck_assert_int_eq(rtts[6], answers[_i].counts ? 5 * MS : ICMP_WAITING);
	ck_assert_uint_eq(report.strangers, !answers[_i].counts);
	ck_assert_uint_eq(targets[1].ttl, raw && answers[_i].counts ? 61 : 0);
}
END_TEST

/* A filter counts its instructions; any socket takes one. */
static socklen_t
filter_of(int fd)
{
	socklen_t instructions = 0;

	ck_assert_int_eq(
	    getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &instructions), 0);
	return instructions;
}

static const struct {
	enum ip_family family;
	uint16_t id; /* of an answer; 77 is ours */
	bool raw, filtered;
} others[] = {
	{ IP_V4, 77, true, false },
	{ IP_V4, 78, true, true },
	{ IP_V4, 78, false, false },
	{ IP_V6, 77, true, false },
	{ IP_V6, 78, true, true },
	{ IP_V6, 78, false, false },
};

START_TEST(answers_to_others_are_kept_out_once_there_are_any)
{
	const enum ip_family family = others[_i].family;
	const size_t header = others[_i].raw && family == IP_V4 ? 20 : 0;
	struct icmp_socket *own = &sockets.of[family];
	const struct icmp_mark mark = { COOKIE, 1, 2 };
	struct icmp_inbox *in;

	sweep.cookie = COOKIE;
	sweep.answers = 1;
	sweep.answer_len = 100;
	*own = (struct icmp_socket){ .raw = others[_i].raw,
		.id = 77,
		.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
	ck_assert_int_ge(own->fd, 0);
	ck_assert(make_inbox(&sweep, family, &arena));
	in = sweep.in[family];
	in->bytes[0] = header > 0 ? 0x45 : 0;
	icmp_packet_build(in->bytes + header, family, others[_i].id, 6, &mark);
	in->bytes[header] = family == IP_V4 ? 0 : 129;
	in->bytes[header + 2] += family == IP_V4 ? 8 : 0;
	in->messages[0].msg_len = (unsigned)header + 24;
	in->messages[0].msg_hdr.msg_controllen = 0;
	take_message(&sweep, family, 0, 0, 0);
	ck_assert_int_eq(own->filtered, others[_i].filtered);
	ck_assert_int_eq(filter_of(own->fd) > 0, others[_i].filtered);
	close(own->fd);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("icmp_sweep");
	TCase *tcase = tcase_create("icmp_sweep");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_answer_counts_once);
	tcase_add_test(tcase, an_answer_that_is_too_late_is_none);
	tcase_add_test(tcase, order_is_that_of_rfc_4737);
	tcase_add_test(tcase, a_repair_is_no_reordering);
	tcase_add_test(tcase, an_answer_refutes_an_error);
	tcase_add_test(tcase, time_wraps_and_is_right_all_the_same);
	tcase_add_test(tcase, what_is_waited_for_too_long_is_lost);
	tcase_add_test(tcase, who_is_settled_is_not_waited_for);
	tcase_add_test(tcase, doubt_reopens_what_was_settled);
	tcase_add_test(tcase, doubt_is_about_each_packet);
	tcase_add_test(tcase, a_repair_has_a_cookie_of_its_own);
	tcase_add_test(tcase,
	    what_is_under_way_at_the_end_is_not_known_to_be_lost);
	tcase_add_test(tcase, every_packet_has_its_turn);
	tcase_add_loop_test(tcase, an_error_counts_when_it_quotes_us, 0,
	    COUNT(quotes));
	tcase_add_loop_test(tcase, an_answer_is_that_of_its_sender, 0,
	    COUNT(answers));
	tcase_add_loop_test(tcase,
	    answers_to_others_are_kept_out_once_there_are_any, 0,
	    COUNT(others));
	return suite_run(suite);
}
