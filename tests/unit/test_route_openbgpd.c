/* SPDX-License-Identifier: ISC */
/* Captured output of bgpctl: tests/fixtures/openbgpd/README. */
#include "lib/source/route_openbgpd.c"
#undef COUNT
#include "tests/tools/route_case.h"

#define FIXTURES "tests/fixtures/openbgpd/"

static bool
feed(struct case_bytes bytes, bool cover)
{
	struct route_answer *answer = route_view_at(&case_view, 0);
	struct route_answer found = { .prefix = answer->prefix };
	const bool ok = route_openbgpd_parse(bytes.bytes, bytes.len, &case_view,
	    &found, &case_err);

	if (ok)
		route_part_settle(&case_view, answer, &found, cover);
	free(bytes.bytes);
	return ok;
}

static bool
load(const char *file, bool cover)
{
	char path[200];

	snprintf(path, sizeof(path), FIXTURES "%s", file);
	return feed(case_load(path), cover);
}

static const struct {
	const char *file, *prefix;
	bool cover;
	const char *lines;
} captured[] = {
	{ "rib.json", "10.4.0.0/24", true,
	    "10.4.0.0/24 present\n"
	    "+ 10.4.0.0/24 via 203.0.113.2 proto bgp [received best] "
	    "from=198.18.5.1 path=\"65001\" origin=65001\n"
	    "cover 10.4.0.0/24 via 203.0.113.2 proto bgp [received best] "
	    "from=198.18.5.1 path=\"65001\" origin=65001" },
	{ "rib-as-path.json", "10.2.0.0/24", false,
	    "10.2.0.0/24 present\n"
	    "+ 10.2.0.0/24 via 198.18.5.1 proto bgp [received best] "
	    "from=198.18.5.1 path=\"65001 65002\" origin=65002" },
	{ "rib-absent.json", "10.99.0.0/24", true,
	    "10.99.0.0/24 absent\ncover none" },
	{ "rib-cover.json", "10.2.2.0/24", true,
	    "10.2.2.0/24 absent\n"
	    "cover 10.2.2.0/23 via 198.18.5.1 proto bgp [received best] "
	    "from=198.18.5.1 path=\"65001 65002\" origin=65002" },
	{ "rib-in.json", "10.4.0.0/24", false,
	    "10.4.0.0/24 present\n"
	    "+ 10.4.0.0/24 via 203.0.113.2 proto bgp [received] "
	    "from=198.18.5.1 path=\"65001\" origin=65001" },
};

START_TEST(an_answer_is_read)
{
	CASE_ASK("openbgpd", captured[_i].prefix);
	ck_assert_msg(load(captured[_i].file, captured[_i].cover), "%s",
	    case_err.text);
	case_expect(0, captured[_i].lines);
}
END_TEST

START_TEST(a_refusal_is_no_absence)
{
	CASE_ASK("openbgpd", "10.4.0.0/24");
	ck_assert(!load("rib-no-table.json", false));
	ck_assert_int_eq(case_err.kind, ERR_UNSUPPORTED);
	ck_assert_str_eq(case_err.text, "bgpctl says: no such RIB");
	ck_assert(!load("fib.json", false));
	ck_assert_int_eq(case_err.kind, ERR_PERMISSION);
}
END_TEST

static const char *const broken[] = { "", "[]", "null", "panic: oops",
	"{\"rib\":7}", "{\"rob\":[]}", "{\"rib\":[{}]}",
	"{\"rib\":[{\"prefix\":\"nowhere\"}]}", "{\"status\":\"OK\"}",
	"{\"neighbors\":[]}" };

START_TEST(a_broken_answer_is_no_absence)
{
	CASE_ASK("openbgpd", "10.0.0.0/8");
	ck_assert(!feed(case_copy(broken[_i], strlen(broken[_i])), false));
	ck_assert_int_ne(case_err.kind, ERR_NONE);
	ck_assert_ptr_nonnull(strstr(case_err.text, "bgpctl"));
	ck_assert_int_eq(route_view_at(&case_view, 0)->presence, ROUTE_UNSEEN);
}
END_TEST

START_TEST(a_route_of_its_own_has_no_next_hop)
{
	static const char json[] =
	    "{\"rib\":[{\"prefix\":\"10.0.0.0/8\",\"aspath\":\"\","
	    "\"exit_nexthop\":\"0.0.0.0\",\"best\":true}]}";

	CASE_ASK("openbgpd", "10.0.0.0/8");
	ck_assert(feed(case_copy(json, sizeof(json) - 1), false));
	case_expect(0,
	    "10.0.0.0/8 present\n"
	    "+ 10.0.0.0/8 proto bgp [received best] path=\"\" origin=0 hops?");
}
END_TEST

START_TEST(the_memory_counts_prefixes)
{
	struct case_bytes bytes = case_load(FIXTURES "memory.json");

	CASE_ASK("openbgpd", "10.0.0.0/8");
	ck_assert(route_openbgpd_parse_memory(bytes.bytes, bytes.len,
	    &case_question, &case_view, &case_err));
	free(bytes.bytes);
	case_expect_counts("ipv4 table= proto=bgp 8\n"
			   "ipv6 table= proto=bgp 0");
	ck_assert(!route_openbgpd_parse_memory("{}", 2, &case_question,
	    &case_view, &case_err));
}
END_TEST

START_TEST(what_cannot_be_asked_is_not_asked)
{
	const struct deadline deadline = deadline_in(CLOCK_SECOND);

	CASE_ASK("openbgpd", "10.0.0.0/8");
	case_question.table = "-j";
	ck_assert(!route_openbgpd_read(NULL, &case_question, &case_view,
	    &deadline, &case_err));
	ck_assert_int_eq(case_err.kind, ERR_USAGE);
	case_question.table = NULL;
	case_question.vrf = "red";
	ck_assert(!route_openbgpd_read(NULL, &case_question, &case_view,
	    &deadline, &case_err));
	ck_assert_int_eq(case_err.kind, ERR_UNSUPPORTED);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_openbgpd");
	TCase *tcase = tcase_create("route_openbgpd");

	tcase_add_checked_fixture(tcase, case_setup, case_teardown);
	tcase_add_loop_test(tcase, an_answer_is_read, 0, COUNT(captured));
	tcase_add_test(tcase, a_refusal_is_no_absence);
	tcase_add_loop_test(tcase, a_broken_answer_is_no_absence, 0,
	    COUNT(broken));
	tcase_add_test(tcase, a_route_of_its_own_has_no_next_hop);
	tcase_add_test(tcase, the_memory_counts_prefixes);
	tcase_add_test(tcase, what_cannot_be_asked_is_not_asked);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
