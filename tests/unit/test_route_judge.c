/* SPDX-License-Identifier: ISC */
/* Every rule over made up views; no source is asked. */
#include <stdio.h>
#include <string.h>

#include "model/route_judge.h"
#include "tests/suite.h"

static struct arena arena;
static struct route_rules rules;
static struct route_look look;
static struct route_view views[ROUTE_SOURCES];
static struct result_tree tree;
static struct ip_net prefixes[8];
static struct route_question question;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	rules = (struct route_rules){
		.absent_state = VERDICT_CRITICAL,
		.mismatch_state = VERDICT_CRITICAL,
	};
	look = (struct route_look){ .views = views };
	question = (struct route_question){ .prefixes = prefixes };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static struct ip_net
net(const char *string)
{
	struct ip_net prefix;
	struct err err;

	ck_assert(route_prefix_parse(string, &prefix, &err));
	return prefix;
}

static void
expect(const char *line)
{
	struct err err;

	if (!route_expect_parse(line, strlen(line), &rules.expects, &arena,
		&err))
		ck_abort_msg("%s: %s", line, err.text);
	prefixes[question.count] =
	    route_expects_at(&rules.expects, question.count)->prefix;
	question.count++;
}

/* After the expectations. */
static struct route_view *
view(const char *source, unsigned tells)
{
	struct route_view *added = &views[look.view_count++];

	ck_assert(route_view_init(added, source, &question, &arena));
	added->tells = tells;
	added->tells_protocol = true;
	return added;
}

static struct route_view *
kernel(void)
{
	return view("kernel", ROUTE_INSTALLED);
}

static struct route_view *
bird(void)
{
	return view("bird", ROUTE_RECEIVED | ROUTE_BEST);
}

static void
hop(struct route_view *of, struct route_path *path, const char *gateway,
    const char *device)
{
	struct ip ip = { .family = IP_NONE };
	struct err err;
	struct route_hop *added;

	if (gateway != NULL)
		ck_assert(ip_parse(gateway, &ip, &err));
	added = route_hop(of, path, &ip);
	added->device = device;
}

/* With one next hop. */
static struct route_path *
give(struct route_view *to, size_t index, unsigned reached, const char *gateway)
{
	struct route_path *path = route_add(to, route_view_at(to, index),
	    &route_view_at(to, index)->prefix);

	path->reached = reached;
	path->protocol = "bgp";
	path->metric = 20;
	path->has = ROUTE_HAS_METRIC | ROUTE_HAS_HOPS;
	hop(to, path, gateway, "eth0");
	return path;
}

static void
lack(struct route_view *of, size_t index, const char *cover)
{
	struct route_answer *answer = route_view_at(of, index);

	answer->presence = ROUTE_ABSENT;
	answer->cover_known = true;
	if (cover != NULL) {
		const struct ip_net prefix = net(cover);
		struct route_path *path = route_cover(of, answer, &prefix);

		hop(of, path, "192.0.2.1", "eth0");
	}
}

/* What the first line says: the findings, the worst first, then the summary. */
static const char *
judged(enum verdict verdict)
{
	static const enum verdict order[] = { VERDICT_CRITICAL, VERDICT_WARNING,
		VERDICT_UNKNOWN };
	static char room[4000];
	struct text said = TEXT_OVER(room);
	struct result *root = result_init(&tree, &arena, route_metrics, NULL);

	route_judge(&rules, &look, root);
	for (size_t i = 0; i < 3; i++)
		for (const struct result *node = root; node;
		     node = result_next(node))
			for (const struct result_finding *f = node->findings; f;
			     f = f->next)
				if (f->verdict == order[i])
					text_addf(&said, "%s; ", f->text);
	text_add(&said, root->summary);
	ck_assert_msg(result_verdict(root) == verdict, "%s: %s",
	    verdict_name(result_verdict(root)), said.data);
	return said.data;
}

static double
number(const char *child, size_t metric)
{
	for (const struct result *node = tree.root; node;
	     node = result_next(node))
		for (const struct result_metric *m = node->metrics;
		     m && strcmp(node->name, child) == 0; m = m->next)
			if (m->def == &route_metrics[metric])
				return m->value;
	return -1;
}

/* --- present and absent --------------------------------------------------- */

START_TEST(present)
{
	expect("192.0.2.0/24");
	give(kernel(), 0, ROUTE_INSTALLED, "198.51.100.1");
	ck_assert_str_eq(judged(VERDICT_OK),
	    "192.0.2.0/24 via 198.51.100.1 dev eth0 proto bgp metric 20");
	ck_assert_double_eq(number("192.0.2.0/24", ROUTE_M_PRESENT), 1);
	ck_assert_double_eq(number("192.0.2.0/24", ROUTE_M_HOPS), 1);
	ck_assert_double_eq(number("192.0.2.0/24", ROUTE_M_METRIC), 20);
}
END_TEST

START_TEST(absent_names_the_cover)
{
	expect("10.0.0.0/24");
	lack(kernel(), 0, "default");
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 absent, covered by 0.0.0.0/0 via 192.0.2.1 dev "
	    "eth0; ");
	ck_assert_double_eq(number("10.0.0.0/24", ROUTE_M_PRESENT), 0);
	ck_assert_double_eq(number("", ROUTE_M_MISSING), 1);
}
END_TEST

START_TEST(absent_without_cover)
{
	expect("10.0.0.0/24");
	lack(kernel(), 0, NULL);
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 absent, and no other route covers it; ");
}
END_TEST

START_TEST(absent_where_covers_are_not_told)
{
	expect("10.0.0.0/24");
	lack(kernel(), 0, NULL);
	route_view_at(&views[0], 0)->cover_known = false;
	ck_assert_str_eq(judged(VERDICT_CRITICAL), "10.0.0.0/24 absent; ");
}
END_TEST

START_TEST(another_state_for_absent)
{
	expect("10.0.0.0/24");
	rules.absent_state = VERDICT_WARNING;
	lack(kernel(), 0, NULL);
	judged(VERDICT_WARNING);
}
END_TEST

/* "Cannot know" is never absent, and never OK. */
START_TEST(unseen_is_unknown)
{
	expect("10.0.0.0/24");
	expect("10.0.1.0/24 absent");
	kernel();
	route_view_at(&views[0], 0)->why = "the agent loads its table";
	ck_assert_str_eq(judged(VERDICT_UNKNOWN),
	    "10.0.0.0/24 not known: the agent loads its table; "
	    "10.0.1.0/24 not known: no answer; "
	    "0 of 2 prefixes as they should be");
	ck_assert_double_eq(number("10.0.0.0/24", ROUTE_M_PRESENT), -1);
	ck_assert_double_eq(number("", ROUTE_M_MISSING), 0);
}
END_TEST

START_TEST(should_be_absent)
{
	expect("10.0.0.0/24");
	expect("10.0.1.0/24");
	rules.absent = true;
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1");
	lack(&views[0], 1, "default");
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 should be absent, and is there: 10.0.0.0/24 via "
	    "192.0.2.1 dev eth0 proto bgp metric 20; 1 of 2 prefixes absent");
}
END_TEST

START_TEST(is_absent_as_it_should_be)
{
	expect("10.0.0.0/24 absent");
	lack(kernel(), 0, "default");
	ck_assert_str_eq(judged(VERDICT_OK),
	    "10.0.0.0/24 absent, as it should be");
}
END_TEST

START_TEST(a_file_with_both)
{
	expect("10.0.0.0/24 absent");
	expect("10.0.1.0/24");
	lack(kernel(), 0, "default");
	give(&views[0], 1, ROUTE_INSTALLED, "192.0.2.1");
	ck_assert_str_eq(judged(VERDICT_OK),
	    "2 of 2 prefixes as they should be");
}
END_TEST

/* --- kinds ---------------------------------------------------------------- */

static const struct {
	enum route_kind is;
	enum route_wanted_kind wanted;
	enum verdict verdict;
	const char *said;
} kinds[] = {
	{ ROUTE_UNICAST, ROUTE_WANT_REACHABLE, VERDICT_OK, "via" },
	{ ROUTE_LOCAL, ROUTE_WANT_REACHABLE, VERDICT_OK, " local" },
	{ ROUTE_BLACKHOLE, ROUTE_WANT_REACHABLE, VERDICT_CRITICAL,
	    "is a blackhole (proto bgp)" },
	{ ROUTE_UNREACHABLE, ROUTE_WANT_REACHABLE, VERDICT_CRITICAL,
	    "is an unreachable route" },
	{ ROUTE_PROHIBIT, ROUTE_WANT_REACHABLE, VERDICT_CRITICAL,
	    "is a prohibit route" },
	{ ROUTE_THROW, ROUTE_WANT_REACHABLE, VERDICT_CRITICAL,
	    "is a throw route" },
	{ ROUTE_BLACKHOLE, ROUTE_WANT_ANY, VERDICT_OK, "blackhole" },
	{ ROUTE_UNICAST, ROUTE_WANT_ANY, VERDICT_OK, "via" },
	{ ROUTE_BLACKHOLE, ROUTE_WANT_BLACKHOLE, VERDICT_OK, "blackhole" },
	{ ROUTE_UNICAST, ROUTE_WANT_BLACKHOLE, VERDICT_CRITICAL, "carries" },
	{ ROUTE_UNREACHABLE, ROUTE_WANT_UNREACHABLE, VERDICT_OK, "unreach" },
	{ ROUTE_PROHIBIT, ROUTE_WANT_PROHIBIT, VERDICT_OK, "prohibit" },
	{ ROUTE_PROHIBIT, ROUTE_WANT_BLACKHOLE, VERDICT_CRITICAL, "prohibit" },
};

START_TEST(kind_of_route)
{
	const char *said;

	expect("10.0.0.0/24");
	rules.want.kind = kinds[_i].wanted;
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1")->kind = kinds[_i].is;
	said = judged(kinds[_i].verdict);
	ck_assert_msg(strstr(said, kinds[_i].said) != NULL, "%s", said);
}
END_TEST

/* Whatever stands behind it: the first is the one in use. */
START_TEST(a_blackhole_that_is_preferred)
{
	expect("10.0.0.0/24");
	give(kernel(), 0, ROUTE_INSTALLED, NULL)->kind = ROUTE_BLACKHOLE;
	give(&views[0], 0, ROUTE_INSTALLED, "192.0.2.1");
	judged(VERDICT_CRITICAL);
}
END_TEST

START_TEST(all_next_hops_down)
{
	struct route_path *path;

	expect("10.0.0.0/24");
	path = give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1");
	path->hops->down = true;
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 has no next hop that is up: via "
	    "192.0.2.1 dev eth0 down (proto bgp); ");
	hop(&views[0], path, "192.0.2.2", "eth1");
	judged(VERDICT_OK);
	ck_assert_double_eq(number("10.0.0.0/24", ROUTE_M_HOPS), 1);
}
END_TEST

/* As a lookup that passes over links that are down. */
START_TEST(a_route_that_is_not_used)
{
	struct route_path *path;

	expect("10.0.0.0/24");
	path = give(kernel(), 0, 0, "192.0.2.1");
	path->unused = "link down";
	path->hops->device = "eth0";
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 present, not used: link down on eth0 (proto bgp); ");
	ck_assert_double_eq(number("10.0.0.0/24", ROUTE_M_PRESENT), 0);
	rules.absent = true;
	ck_assert_str_eq(judged(VERDICT_OK),
	    "10.0.0.0/24 absent, as it should be; there is one, not used: link "
	    "down on eth0 (proto bgp)");
	rules.absent = false;
	give(&views[0], 0, ROUTE_INSTALLED, "192.0.2.2");
	judged(VERDICT_OK);
}
END_TEST

START_TEST(a_route_for_some_packets)
{
	struct route_answer *answer;

	expect("2001:db8:1::/48");
	answer = route_view_at(kernel(), 0);
	answer->presence = ROUTE_ABSENT;
	answer->cover_known = true;
	answer->apart = "packets from 2001:db8::/40";
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "2001:db8:1::/48 absent (but for packets from 2001:db8::/40), and "
	    "no other route covers it; ");
	rules.longest = true;
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "2001:db8:1::/48 has no route (but for packets from "
	    "2001:db8::/40); ");
	rules.longest = false;
	answer->apart_cover = answer->apart;
	answer->apart = NULL;
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "2001:db8:1::/48 absent, and no other route covers it (but for "
	    "packets from 2001:db8::/40); ");
	rules.absent = true;
	ck_assert_str_eq(judged(VERDICT_OK),
	    "2001:db8:1::/48 absent, as it should be");
}
END_TEST

/* --- next hops and the like ----------------------------------------------- */

static struct ip_net wanted_hops[2];
static const char *const words[] = { "eth0", "eth1" };
static const char *const protocols[] = { "static", "bgp" };
static const uint32_t origins[] = { 65001, 65002 };

START_TEST(next_hop_in_a_set)
{
	struct route_path *path;

	expect("10.0.0.0/24");
	wanted_hops[0] = net("192.0.2.1");
	wanted_hops[1] = net("198.51.100.0/24");
	rules.want.hops = wanted_hops;
	rules.want.hop_count = 2;
	path = give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1");
	hop(&views[0], path, "198.51.100.77", "eth0");
	judged(VERDICT_OK);
	/* Each of them: traffic takes every one. */
	hop(&views[0], path, "192.0.2.9", "eth0");
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24: next hop 192.0.2.9 (expected: 192.0.2.1 or "
	    "198.51.100.0/24); 10.0.0.0/24 via 192.0.2.1 dev eth0 and 2 more"));
	rules.mismatch_state = VERDICT_WARNING;
	judged(VERDICT_WARNING);
}
END_TEST

START_TEST(a_link_local_next_hop)
{
	struct route_path *path;

	expect("2001:db8::/32");
	wanted_hops[0] = net("fe80::1");
	rules.want.hops = wanted_hops;
	rules.want.hop_count = 1;
	path = give(kernel(), 0, ROUTE_INSTALLED, "fe80::1");
	path->hops->gateway.zone = 3;
	judged(VERDICT_OK);
}
END_TEST

START_TEST(directly_connected)
{
	expect("10.0.0.0/24");
	wanted_hops[0] = net("192.0.2.1");
	rules.want.hops = wanted_hops;
	rules.want.hop_count = 1;
	give(kernel(), 0, ROUTE_INSTALLED, NULL);
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_CRITICAL), "directly connected (expected"));
}
END_TEST

static void
want_device(void)
{
	rules.want.devices = words;
	rules.want.device_count = 1;
}
static void
want_protocol(void)
{
	rules.want.protocols = protocols;
	rules.want.protocol_count = 2;
}
static void
want_origin(void)
{
	rules.want.origins = origins;
	rules.want.origin_count = 2;
}
static void
good(struct route_path *path)
{
	path->as_path = "64500 65001";
}
static void
other_device(struct route_path *path)
{
	path->hops->device = "eth9";
}
static void
other_protocol(struct route_path *path)
{
	path->protocol = "ospf";
}
static void
other_origin(struct route_path *path)
{
	path->as_path = "65001 64999";
}
static void
local_origin(struct route_path *path)
{
	path->as_path = "";
}
static void
no_device(struct route_path *path)
{
	path->hops->device = NULL;
}
static void
no_protocol(struct route_path *path)
{
	path->protocol = NULL;
}
static void
no_origin(struct route_path *path)
{
	path->as_path = NULL;
}
static void
as_set(struct route_path *path)
{
	path->as_path = "64500 {65001,65002}";
}

static const struct {
	void (*want)(void);
	void (*make)(struct route_path *path);
	enum verdict verdict;
	const char *said;
} traits[] = {
	{ want_device, good, VERDICT_OK, "metric 20" },
	{ want_device, other_device, VERDICT_CRITICAL,
	    "device eth9 (expected: eth0)" },
	{ want_device, no_device, VERDICT_OK,
	    "; device not available from kernel" },
	{ want_protocol, good, VERDICT_OK, "metric 20" },
	{ want_protocol, other_protocol, VERDICT_CRITICAL,
	    "protocol ospf (expected: static or bgp)" },
	{ want_protocol, no_protocol, VERDICT_OK,
	    "; protocol not available from kernel" },
	{ want_origin, good, VERDICT_OK, "metric 20" },
	{ want_origin, other_origin, VERDICT_CRITICAL,
	    "origin AS 64999 (expected: 65001 or 65002)" },
	{ want_origin, local_origin, VERDICT_CRITICAL, "no origin AS" },
	{ want_origin, no_origin, VERDICT_OK,
	    "; origin AS not available from kernel" },
	{ want_origin, as_set, VERDICT_OK,
	    "; origin AS not available from kernel" },
};

START_TEST(trait)
{
	const char *said;

	expect("10.0.0.0/24");
	traits[_i].want();
	traits[_i].make(give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1"));
	said = judged(traits[_i].verdict);
	ck_assert_msg(strstr(said, traits[_i].said) != NULL, "%s", said);
}
END_TEST

START_TEST(as_path_matches)
{
	struct regex *patterns[1];
	struct route_path *path;
	struct err err;

	expect("10.0.0.0/24");
	patterns[0] = regex_new("^64500 ", &err);
	ck_assert_ptr_nonnull(patterns[0]);
	rules.want.as_paths = patterns;
	rules.want.as_path_count = 1;
	path = give(bird(), 0, ROUTE_RECEIVED | ROUTE_BEST, "192.0.2.1");
	path->as_path = "64500 65001";
	judged(VERDICT_OK);
	path->as_path = "65001 64500";
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "AS path 65001 64500 does not match"));
	path->as_path = "";
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_CRITICAL), "an empty AS path"));
	path->as_path = NULL;
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_OK), "AS path not available from bird"));
	regex_free(patterns[0]);
}
END_TEST

START_TEST(an_entry_wins_over_the_options)
{
	expect("10.0.0.0/24 next-hop=192.0.2.1 proto=bgp origin-as=65001 "
	       "next-hops=2");
	wanted_hops[0] = net("203.0.113.9");
	rules.want.hops = wanted_hops;
	rules.want.hop_count = 1;
	want_device();
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1")->as_path = "65001";
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24: 1 next hop up (expected: at least 2); 10.0.0.0/24 "
	    "via 192.0.2.1 dev eth0 proto bgp metric 20");
}
END_TEST

START_TEST(ranges)
{
	struct route_path *path;
	struct err err;

	expect("10.0.0.0/24");
	ck_assert(range_parse("10", &rules.metric.warning, &err));
	ck_assert(range_parse("2:", &rules.hops.critical, &err));
	path = give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1");
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "next_hops 1 (critical: below 2); metric 20 (warning: above 10)"));
	path->metric = 10;
	hop(&views[0], path, "192.0.2.2", "eth0");
	judged(VERDICT_OK);
	path->has = 0;
	path->hops = NULL;
	path->hop_count = 0;
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_OK),
	    "metric and number of next hops not available from kernel"));
}
END_TEST

/* Of several paths in use one that is as wanted is enough. */
START_TEST(several_paths)
{
	expect("10.0.0.0/24");
	want_protocol();
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1")->protocol = "ospf";
	give(&views[0], 0, ROUTE_INSTALLED, "192.0.2.2");
	judged(VERDICT_OK);
}
END_TEST

/* --- the longest match ---------------------------------------------------- */

START_TEST(longest_match)
{
	struct ip_net match;

	expect("192.0.2.7");
	rules.longest = true;
	lack(kernel(), 0, "192.0.0.0/16");
	ck_assert_str_eq(judged(VERDICT_OK),
	    "192.0.2.7 by 192.0.0.0/16 via 192.0.2.1 dev eth0");
	rules.match_length = 17;
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "192.0.2.7: the longest match is 192.0.0.0/16 via 192.0.2.1 dev "
	    "eth0 (expected: at least /17); ");
	rules.match_length = 16;
	judged(VERDICT_OK);
	match = net("192.0.0.0/16");
	rules.matches = &match;
	rules.match_count = 1;
	judged(VERDICT_OK);
	match = net("192.0.0.0/15");
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_CRITICAL), "(expected: 192.0.0.0/15)"));
}
END_TEST

START_TEST(no_longest_match)
{
	expect("192.0.2.7");
	rules.longest = true;
	lack(kernel(), 0, NULL);
	ck_assert_str_eq(judged(VERDICT_CRITICAL), "192.0.2.7 has no route; ");
	lack(&views[0], 0, "192.0.0.0/16");
	route_view_at(&views[0], 0)->cover->kind = ROUTE_BLACKHOLE;
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "192.0.2.7 has no way: 192.0.0.0/16 blackhole"));
	route_view_at(&views[0], 0)->cover_known = false;
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_UNKNOWN), "192.0.2.7 not known: "));
}
END_TEST

/* --- several sources ------------------------------------------------------ */

START_TEST(all_agree)
{
	expect("10.0.0.0/24");
	give(bird(), 0, ROUTE_RECEIVED | ROUTE_BEST, "192.0.2.1");
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1");
	ck_assert_str_eq(judged(VERDICT_OK),
	    "10.0.0.0/24 via 192.0.2.1 dev eth0 proto bgp metric 20 in bird "
	    "and kernel");
	ck_assert_double_eq(number("kernel", ROUTE_M_PRESENT), 1);
	ck_assert_double_eq(number("10.0.0.0/24", ROUTE_M_PRESENT), -1);
	ck_assert_double_eq(number("", ROUTE_M_FOUND), 1);
}
END_TEST

START_TEST(next_hops_differ)
{
	struct route_path *path;

	expect("10.0.0.0/24");
	path = give(view("bird", ROUTE_BEST | ROUTE_INSTALLED), 0,
	    ROUTE_BEST | ROUTE_INSTALLED, "192.0.2.1");
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.9");
	/* And nothing of one that both have. */
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24: next hops differ: 192.0.2.1 in bird, 192.0.2.9 in "
	    "kernel; ");
	/* One more that is down carries nothing. */
	path->hops->gateway = route_view_at(&views[1], 0)->paths->hops->gateway;
	judged(VERDICT_OK);
	hop(&views[0], path, "192.0.2.1", "eth0");
	judged(VERDICT_CRITICAL);
	path->hops->next->down = true;
	judged(VERDICT_OK);
	/* The next hop of BGP need not be the one that is installed. */
	path->reached = ROUTE_BEST;
	path->hops->next->down = false;
	judged(VERDICT_OK);
}
END_TEST

START_TEST(lost_before_the_kernel)
{
	expect("10.0.0.0/24");
	/* The order in which they were asked does not matter. */
	lack(kernel(), 0, "default");
	give(bird(), 0, ROUTE_RECEIVED | ROUTE_BEST, "192.0.2.1");
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 lost: best in bird, not installed in kernel, covered "
	    "by 0.0.0.0/0 via 192.0.2.1 dev eth0; 10.0.0.0/24 via 192.0.2.1 "
	    "dev eth0 proto bgp metric 20 in bird");
	ck_assert_double_eq(number("kernel", ROUTE_M_PRESENT), 0);
	ck_assert_double_eq(number("bird", ROUTE_M_PRESENT), 1);
	ck_assert_double_eq(number("", ROUTE_M_MISSING), 1);
}
END_TEST

/* As of BIRD, whose filter keeps it from the kernel: it is no fault of the
 * route itself. */
START_TEST(lost_on_the_way_into_the_kernel)
{
	expect("10.0.0.0/24");
	give(view("bird", ROUTE_BEST | ROUTE_INSTALLED), 0, ROUTE_BEST,
	    "192.0.2.1");
	lack(kernel(), 0, NULL);
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 lost: best in bird, not installed in bird; "
	    "10.0.0.0/24 via 192.0.2.1 dev eth0 proto bgp metric 20 in bird");
}
END_TEST

START_TEST(received_and_not_best)
{
	expect("10.0.0.0/24");
	give(bird(), 0, ROUTE_RECEIVED, "192.0.2.1");
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 lost: received, not best; ");
}
END_TEST

/* As zebra has a route that still waits for its turn. */
START_TEST(known_and_not_used)
{
	expect("10.0.0.0/24");
	give(view("frr", ROUTE_BEST | ROUTE_INSTALLED), 0, 0, "192.0.2.1")
	    ->hops->down = true;
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 known, but not best; ");
}
END_TEST

START_TEST(as_far_as_is_asked)
{
	expect("10.0.0.0/24");
	give(view("frr", ROUTE_RECEIVED | ROUTE_BEST | ROUTE_INSTALLED), 0,
	    ROUTE_RECEIVED | ROUTE_BEST, "192.0.2.1");
	judged(VERDICT_OK);
	rules.stage = ROUTE_INSTALLED;
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 lost: best, not installed; ");
	/* Nobody tells that much: that it is best proves nothing. */
	views[0].tells = ROUTE_RECEIVED | ROUTE_BEST;
	ck_assert_str_eq(judged(VERDICT_UNKNOWN),
	    "10.0.0.0/24 not known: this source does not tell what is "
	    "installed; ");
	rules.stage = ROUTE_RECEIVED;
	route_view_at(&views[0], 0)->paths->reached = ROUTE_RECEIVED;
	judged(VERDICT_OK);
}
END_TEST

START_TEST(a_part_of_the_next_hops_proves_nothing)
{
	const char *device = "eth0", *other = "eth9";
	struct route_path *path;
	struct route_view *of;

	expect("10.0.0.0/24 next-hop=192.0.2.1 next-hops=2");
	of = kernel();
	path = give(of, 0, ROUTE_INSTALLED, "192.0.2.1");
	hop(of, path, "192.0.2.1", NULL);
	rules.want.devices = &device;
	rules.want.device_count = 1;
	ck_assert(strstr(judged(VERDICT_OK), "device not available") != NULL);
	/* One that is told and wrong is wrong, wherever it stands. */
	path->hops->device = NULL;
	path->hops->next->device = other;
	judged(VERDICT_CRITICAL);
	path->hops->next->device = device;
	path->has &= ~(unsigned)ROUTE_HAS_HOPS;
	ck_assert(strstr(judged(VERDICT_OK),
		      "next hop, device and number of next hops not available "
		      "from kernel") != NULL);
}
END_TEST

START_TEST(of_a_stage_one_source_must_tell)
{
	struct route_view *exabgp;

	/* As of exabgp that keeps no Adj-RIB-In. */
	expect("10.0.0.0/24");
	exabgp = view("exabgp", ROUTE_ANNOUNCED);
	lack(exabgp, 0, NULL);
	rules.stage = ROUTE_RECEIVED;
	rules.absent = true;
	ck_assert_str_eq(judged(VERDICT_UNKNOWN),
	    "10.0.0.0/24 not known: this source does not tell what was "
	    "received; ");
	rules.absent = false;
	/* Of a peer whose routes are kept it is there. */
	give(exabgp, 0, ROUTE_ANNOUNCED | ROUTE_RECEIVED, "192.0.2.1");
	judged(VERDICT_OK);
	/* The others are asked for what they tell. */
	route_view_at(exabgp, 0)->paths->reached = ROUTE_ANNOUNCED;
	give(bird(), 0, ROUTE_RECEIVED | ROUTE_BEST, "192.0.2.1");
	judged(VERDICT_OK);
}
END_TEST

START_TEST(not_announced)
{
	expect("10.0.0.0/24");
	lack(view("exabgp", ROUTE_ANNOUNCED), 0, NULL);
	lack(bird(), 0, NULL);
	lack(kernel(), 0, "default");
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 absent in exabgp, bird and kernel, "));
	give(&views[0], 0, ROUTE_ANNOUNCED, "192.0.2.1");
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 lost: announced in exabgp, not received in bird"));
}
END_TEST

START_TEST(not_from_where_it_should_come)
{
	expect("10.0.0.0/24");
	lack(bird(), 0, NULL);
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1");
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 not received in bird, yet installed in kernel"));
}
END_TEST

START_TEST(a_blackhole_in_the_kernel)
{
	struct route_path *path;

	expect("10.0.0.0/24");
	give(bird(), 0, ROUTE_RECEIVED | ROUTE_BEST, "192.0.2.1");
	path = give(kernel(), 0, ROUTE_INSTALLED, NULL);
	path->kind = ROUTE_BLACKHOLE;
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 is a blackhole (proto bgp) in kernel"));
}
END_TEST

/* The other one still counts. */
START_TEST(one_source_is_silent)
{
	struct err err;

	expect("10.0.0.0/24");
	bird();
	err_set(&err, ERR_PERMISSION, "no permission");
	route_view_fail(&views[0], &err);
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1");
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_UNKNOWN),
	    "10.0.0.0/24 not known in bird: no permission; "));
	route_view_at(&views[1], 0)->paths = NULL;
	lack(&views[1], 0, NULL);
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "10.0.0.0/24 absent in kernel, and no other route covers it; "
	    "10.0.0.0/24 not known in bird"));
}
END_TEST

START_TEST(an_entry_for_one_source)
{
	expect("10.0.0.0/24 source=bird");
	give(bird(), 0, ROUTE_RECEIVED | ROUTE_BEST, "192.0.2.1");
	lack(kernel(), 0, NULL);
	judged(VERDICT_OK);
}
END_TEST

START_TEST(untold_by_one_of_two)
{
	expect("10.0.0.0/24");
	want_protocol();
	give(bird(), 0, ROUTE_RECEIVED | ROUTE_BEST, "192.0.2.1");
	give(view("snmp", ROUTE_INSTALLED), 0, ROUTE_INSTALLED, "192.0.2.1")
	    ->protocol = NULL;
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_OK),
	    "in bird and snmp; protocol not available from snmp"));
}
END_TEST

/* --- numbers -------------------------------------------------------------- */

static struct route_tally tallies[4];

static struct limits *
tally(const char *words_of)
{
	struct route_tally *added = &tallies[rules.tally_count++];
	struct err err;

	ck_assert(
	    route_tally_parse(words_of, strlen(words_of), added, &arena, &err));
	rules.tallies = tallies;
	return &added->limits;
}

static struct route_view *
counting(void)
{
	struct route_view *view_of = kernel();

	view_of->counted = true;
	view_of->tells_tables = true;
	ck_assert(route_count(view_of, IP_V4, "", "bgp", 90));
	ck_assert(route_count(view_of, IP_V4, "", "kernel", 10));
	ck_assert(route_count(view_of, IP_V6, "", "bgp", 7));
	return view_of;
}

START_TEST(counts)
{
	struct err err;

	ck_assert(range_parse("100:", &tally("ipv4,bgp")->critical, &err));
	ck_assert(range_parse("100:", &tally("")->critical, &err));
	tally("ospf");
	counting();
	ck_assert_str_eq(judged(VERDICT_CRITICAL),
	    "routes 90 (critical: below 100); 90 ipv4 bgp routes, 107 routes, "
	    "0 ospf routes");
	ck_assert_double_eq(number("ipv4 bgp", ROUTE_M_ROUTES), 90);
}
END_TEST

START_TEST(counts_of_tables)
{
	struct route_count *rows;

	tally("table:100");
	tally("");
	counting();
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_UNKNOWN),
	    "routes of kernel not counted: there is no such table"));
	ck_assert(route_count(&views[0], IP_V4, "100", "", 0));
	rows = views[0].counts.items;
	rows[views[0].counts.count - 1].apart = true;
	ck_assert_str_eq(judged(VERDICT_OK),
	    "0 routes in table 100, 107 routes");
}
END_TEST

START_TEST(not_counted)
{
	tally("");
	kernel();
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_UNKNOWN),
	    "routes of kernel not counted: it does not tell how many"));
	views[0].count_why = "the table changed";
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_UNKNOWN), "not counted: the table changed"));
	views[0].counted = true;
	views[0].tells_protocol = false;
	tally("bgp");
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_UNKNOWN),
	    "its routes do not tell their protocol"));
}
END_TEST

/* --- history -------------------------------------------------------------- */

static struct route_history then, now;
static const struct route_spans spans = { .flap_window_s = 3600 };

static void
remember(struct route_history *history, int64_t at_s,
    const struct route_history *before)
{
	const struct moment moment = { "boot", at_s };

	look.before = before;
	look.after = history;
	route_history_init(history, &arena, &moment);
	ck_assert(route_remember(&rules, &look, &spans, history));
}

START_TEST(flaps)
{
	struct err err;

	expect("10.0.0.0/24");
	ck_assert(range_parse("0", &rules.flaps.warning, &err));
	give(kernel(), 0, ROUTE_INSTALLED, "192.0.2.1");
	remember(&then, 1000, NULL);
	judged(VERDICT_OK);
	route_view_at(&views[0], 0)->paths = NULL;
	lack(&views[0], 0, NULL);
	remember(&now, 1060, &then);
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_CRITICAL), "flaps 1 (warning: not 0)"));
	then = now;
	give(&views[0], 0, ROUTE_INSTALLED, "192.0.2.1");
	remember(&now, 1120, &then);
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_WARNING), "flaps 2 (warning: not 0)"));
}
END_TEST

START_TEST(drops_and_changes)
{
	struct route_count *rows;
	struct err err;

	tally("ipv4");
	rules.drop.critical = 20;
	ck_assert(range_parse("10", &rules.changes.warning, &err));
	counting();
	remember(&then, 1000, NULL);
	judged(VERDICT_OK);
	rows = views[0].counts.items;
	rows[0].routes = 70; /* 100 were there, now 80 */
	remember(&now, 1120, &then);
	ck_assert_ptr_nonnull(strstr(judged(VERDICT_CRITICAL),
	    "fell from 100 to 80 routes, by 20 % (critical: 20 %)"));
	ck_assert_double_eq(number("ipv4", ROUTE_M_CHANGES), 10);
	rows[0].routes = 71;
	remember(&now, 1060, &then);
	ck_assert_ptr_nonnull(
	    strstr(judged(VERDICT_WARNING), "changes 19 (warning: above 10)"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("route_judge");
	TCase *tcase = tcase_create("route_judge");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, present);
	tcase_add_test(tcase, absent_names_the_cover);
	tcase_add_test(tcase, absent_without_cover);
	tcase_add_test(tcase, absent_where_covers_are_not_told);
	tcase_add_test(tcase, another_state_for_absent);
	tcase_add_test(tcase, unseen_is_unknown);
	tcase_add_test(tcase, should_be_absent);
	tcase_add_test(tcase, is_absent_as_it_should_be);
	tcase_add_test(tcase, a_file_with_both);
	tcase_add_loop_test(tcase, kind_of_route, 0, COUNT(kinds));
	tcase_add_test(tcase, a_blackhole_that_is_preferred);
	tcase_add_test(tcase, all_next_hops_down);
	tcase_add_test(tcase, a_route_that_is_not_used);
	tcase_add_test(tcase, a_route_for_some_packets);
	tcase_add_test(tcase, next_hop_in_a_set);
	tcase_add_test(tcase, a_link_local_next_hop);
	tcase_add_test(tcase, directly_connected);
	tcase_add_loop_test(tcase, trait, 0, COUNT(traits));
	tcase_add_test(tcase, as_path_matches);
	tcase_add_test(tcase, an_entry_wins_over_the_options);
	tcase_add_test(tcase, ranges);
	tcase_add_test(tcase, several_paths);
	tcase_add_test(tcase, longest_match);
	tcase_add_test(tcase, no_longest_match);
	tcase_add_test(tcase, all_agree);
	tcase_add_test(tcase, next_hops_differ);
	tcase_add_test(tcase, lost_before_the_kernel);
	tcase_add_test(tcase, lost_on_the_way_into_the_kernel);
	tcase_add_test(tcase, received_and_not_best);
	tcase_add_test(tcase, known_and_not_used);
	tcase_add_test(tcase, as_far_as_is_asked);
	tcase_add_test(tcase, a_part_of_the_next_hops_proves_nothing);
	tcase_add_test(tcase, of_a_stage_one_source_must_tell);
	tcase_add_test(tcase, not_announced);
	tcase_add_test(tcase, not_from_where_it_should_come);
	tcase_add_test(tcase, a_blackhole_in_the_kernel);
	tcase_add_test(tcase, one_source_is_silent);
	tcase_add_test(tcase, an_entry_for_one_source);
	tcase_add_test(tcase, untold_by_one_of_two);
	tcase_add_test(tcase, counts);
	tcase_add_test(tcase, counts_of_tables);
	tcase_add_test(tcase, not_counted);
	tcase_add_test(tcase, flaps);
	tcase_add_test(tcase, drops_and_changes);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
