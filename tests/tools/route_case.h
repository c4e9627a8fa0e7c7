/* SPDX-License-Identifier: ISC */
/*
 * route_case: a view to fill, captured bytes to fill it from, and lines to
 * compare it with; for the tests of the sources of routes.
 */
#ifndef TESTS_TOOLS_ROUTE_CASE_H
#define TESTS_TOOLS_ROUTE_CASE_H

#include "tests/tools/case_bytes.h"
#include "tests/tools/route_dump.h"

#define CASE_PREFIXES 16

static struct arena case_arena;
static struct route_view case_view;
static struct ip_net case_prefixes[CASE_PREFIXES];
static struct route_question case_question;
static struct err case_err;

static inline void
case_setup(void)
{
	case_err = (struct err){ 0 };
	ck_assert(arena_reserve(&case_arena, 64 << 20, &case_err));
	case_question = (struct route_question){
		.prefixes = case_prefixes,
		.families = 1U << IP_V4 | 1U << IP_V6,
	};
}

static inline void
case_teardown(void)
{
	arena_free(&case_arena);
}

static inline struct ip_net
case_net(const char *string)
{
	struct ip_net net;
	struct err err;

	ck_assert_msg(ip_net_parse(string, &net, &err), "%s", err.text);
	return net;
}

/* Asks for a list of prefixes that ends with NULL. */
static inline void
case_ask(const char *source, const char *const prefixes[])
{
	case_question.count = 0;
	for (size_t i = 0; prefixes[i] != NULL; i++) {
		ck_assert_uint_lt(i, CASE_PREFIXES);
		case_prefixes[case_question.count++] = case_net(prefixes[i]);
	}
	ck_assert(
	    route_view_init(&case_view, source, &case_question, &case_arena));
}
#define CASE_ASK(source, ...)                                                  \
	case_ask(source, (const char *const[]){ __VA_ARGS__, NULL })

static inline const char *
case_answer(const struct route_answer *answer)
{
	static char buffer[1 << 16];
	struct text out = TEXT_OVER(buffer);

	route_dump(&out, answer);
	return buffer;
}

static inline void
case_expect(size_t index, const char *lines)
{
	ck_assert_str_eq(case_answer(route_view_at(&case_view, index)), lines);
}

static inline void
case_expect_counts(const char *lines)
{
	char buffer[4096];
	struct text out = TEXT_OVER(buffer);

	route_dump_counts(&out, &case_view);
	ck_assert_str_eq(buffer, lines);
}

#endif
