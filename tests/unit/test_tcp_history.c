/* SPDX-License-Identifier: ISC */
/* What is remembered of connections: written, read back, refused. */
#include <stdio.h>
#include <string.h>

#include "lib/model/tcp_history.c"
#include "tests/suite.h"

static struct arena arena;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
}

static void
teardown(void)
{
	arena_free(&arena);
}

static const struct tcp_origin here = { "diag",
	"6f1e1d5c-7a53-4c5b-9d0c-2f6d1f9a0b11", 0xf0000151 };

#define HEAD "1 diag 6f1e1d5c-7a53-4c5b-9d0c-2f6d1f9a0b11 f0000151 c8\n"

static struct tcp_history
example(void)
{
	struct tcp_history history;
	const struct tcp_span old = { TCP_NEVER, 100 }, none = { 100, 150 },
			      fresh = { 150, 200 };
	size_t spans[3];

	tcp_history_init(&history, &arena, &here, 200);
	spans[0] = tcp_history_span(&history, &old);
	spans[1] = tcp_history_span(&history, &none); /* all are gone */
	spans[2] = tcp_history_span(&history, &fresh);
	tcp_history_add(&history, 0x33, spans[2]);
	tcp_history_add(&history, 0x12, spans[0]);
	tcp_history_add(&history, UINT64_MAX, spans[0]);
	tcp_history_add(&history, 0x10, spans[0]);
	tcp_history_add(&history, 0x12, spans[0]); /* seen twice */
	(void)spans[1];
	return history;
}

START_TEST(writes_what_the_header_says)
{
	struct tcp_history history = example();
	char room[256];
	struct text text = TEXT_OVER(room);

	tcp_history_arrange(&history);
	tcp_history_encode(&history, &text);
	ck_assert_str_eq(room,
	    HEAD "- 64 10 2 ffffffffffffffed\n"
		 "96 c8 33\n");
}
END_TEST

START_TEST(reads_what_it_wrote)
{
	static const char text[] =
	    HEAD "- 64 10 2 ffffffffffffffed\n96 c8 33\n";
	struct tcp_history history;
	struct tcp_span span;
	struct err err;

	ck_assert_msg(
	    tcp_history_decode(&history, text, strlen(text), &arena, &err),
	    "%s", err.text);
	ck_assert_int_eq(history.last_ns, 200);
	ck_assert_str_eq(history.origin.boot_id, here.boot_id);
	span = tcp_history_at(&history, tcp_history_find(&history, 0x33));
	ck_assert_int_eq(span.absent_ns, 150);
	ck_assert_int_eq(span.seen_ns, 200);
	span = tcp_history_at(&history, tcp_history_find(&history, UINT64_MAX));
	ck_assert_int_eq(span.absent_ns, TCP_NEVER);
	ck_assert_int_eq(span.seen_ns, 100);
	ck_assert_uint_eq(tcp_history_find(&history, 0x11), SIZE_MAX);
}
END_TEST

START_TEST(a_look_without_connections_is_history)
{
	struct tcp_history history;
	struct err err;

	ck_assert(
	    tcp_history_decode(&history, HEAD, strlen(HEAD), &arena, &err));
	ck_assert_int_eq(history.last_ns, 200);
	ck_assert_uint_eq(tcp_history_find(&history, 1), SIZE_MAX);
}
END_TEST

static const char *const nonsense[] = {
	"",
	"1",
	"2 diag b f 1\n",
	"1 diag b\n",
	"1 longsource b f0 c8\n",
	"1 diag b F0 c8\n",
	"1 diag b f0 c8",
	HEAD "- 64\n",
	HEAD "- 64 \n",
	HEAD "- 64 0\n",
	HEAD "- 64 1 0\n",
	HEAD "- 64 01\n",
	HEAD "- 64 1",
	HEAD "- c9 1\n",  /* seen after the last look */
	HEAD "64 64 1\n", /* absent when it was seen */
	HEAD "64 - 1\n",  /* never seen */
	HEAD "- 64 ffffffffffffffff 1\n",
	HEAD "- 10000000000000064 1\n",
	HEAD "- 64 1\n64 c8 1\n", /* two ages */
	HEAD "- 64 1\nx",
	HEAD "\n",
};

START_TEST(refuses_nonsense)
{
	struct tcp_history history;
	struct err err = { 0 };

	ck_assert(!tcp_history_decode(&history, nonsense[_i],
	    strlen(nonsense[_i]), &arena, &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

START_TEST(refuses_every_cut)
{
	static const char text[] = HEAD "- 64 10 2 7\n96 c8 33\n";
	const size_t whole = strlen(text);
	size_t good = 0;

	for (size_t len = 0; len < whole; len++) {
		struct tcp_history history;
		struct err err;

		good += tcp_history_decode(&history, text, len, &arena, &err);
	}
	/* Only where a line ends: the store's checksum finds those. */
	ck_assert_uint_eq(good, 2);
}
END_TEST

/* --- where it may be used ------------------------------------------------- */

static const struct {
	struct tcp_origin origin;
	int64_t now;
	bool usable;
} places[] = {
	{ { "diag", "b", 1 }, 200, true },
	{ { "diag", "b", 1 }, 199, false },
	{ { "diag", "c", 1 }, 200, false },
	{ { "diag", "b", 2 }, 200, false },
	{ { "proc", "b", 1 }, 200, false },
};

START_TEST(nothing_survives_a_reboot_or_a_move)
{
	const struct tcp_origin old = { "diag", "b", 1 };
	struct tcp_history history;
	struct err err = { 0 };

	tcp_history_init(&history, &arena, &old, 200);
	ck_assert_int_eq(tcp_history_usable(&history, &places[_i].origin,
			     places[_i].now, &err),
	    places[_i].usable);
	ck_assert_int_eq(err.text[0] == '\0', places[_i].usable);
}
END_TEST

/* --- size ----------------------------------------------------------------- */

START_TEST(a_hundred_thousand_are_small)
{
	const struct tcp_span span = { TCP_NEVER, 1 };
	struct tcp_history history, again;
	struct text text;
	char *room = malloc(1 << 20);
	struct err err;

	ck_assert_ptr_nonnull(room);
	text_init(&text, room, 1 << 20);
	tcp_history_init(&history, &arena, &here, 1);
	tcp_history_span(&history, &span);
	for (uint64_t cookie = 100000; cookie > 0; cookie--)
		tcp_history_add(&history, 3 * cookie, 0);
	tcp_history_arrange(&history);
	tcp_history_encode(&history, &text);
	ck_assert(!text.cut);
	ck_assert_uint_lt(text.len, 250000);
	ck_assert(tcp_history_decode(&again, room, text.len, &arena, &err));
	ck_assert_uint_eq(tcp_history_find(&again, 300000), 0);
	free(room);
}
END_TEST

START_TEST(more_than_it_holds_is_told)
{
	const struct tcp_span span = { TCP_NEVER, 1 };
	struct tcp_history history;

	tcp_history_init(&history, &arena, &here, 1);
	tcp_history_span(&history, &span);
	for (uint64_t cookie = 1; cookie <= TCP_HISTORY_MAX; cookie++)
		tcp_history_add(&history, cookie, 0);
	ck_assert(!history.full);
	tcp_history_add(&history, 1, 0);
	ck_assert(history.full);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("tcp_history");
	TCase *tcase = tcase_create("tcp_history");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, writes_what_the_header_says);
	tcase_add_test(tcase, reads_what_it_wrote);
	tcase_add_test(tcase, a_look_without_connections_is_history);
	tcase_add_loop_test(tcase, refuses_nonsense, 0, COUNT(nonsense));
	tcase_add_test(tcase, refuses_every_cut);
	tcase_add_loop_test(tcase, nothing_survives_a_reboot_or_a_move, 0,
	    COUNT(places));
	tcase_add_test(tcase, a_hundred_thousand_are_small);
	tcase_add_test(tcase, more_than_it_holds_is_told);
	return suite_run(suite);
}
