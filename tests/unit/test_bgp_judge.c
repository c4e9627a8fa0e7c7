/* SPDX-License-Identifier: ISC */
/* Every rule over made up tables of peers; no daemon is asked. */
#include <stdio.h>
#include <string.h>

#include "model/bgp_judge.h"
#include "tests/suite.h"

static struct arena arena;
static struct bgp_table table;
static struct bgp_rules rules;
static struct bgp_look look;
static struct result_tree tree;

static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 64 << 20, &err));
	bgp_table_init(&table, &arena, 0);
	rules = (struct bgp_rules){
		.down = VERDICT_CRITICAL,
		.admin_down = VERDICT_WARNING,
		.no_peers = VERDICT_UNKNOWN,
	};
	look = (struct bgp_look){ .table = &table };
}

static void
teardown(void)
{
	arena_free(&arena);
}

static struct bgp_peer *
add(const char *address, const char *vrf, enum bgp_state state, uint32_t as)
{
	struct ip ip;
	struct err err;
	struct bgp_peer *peer;

	ck_assert(ip_parse(address, &ip, &err));
	peer = bgp_table_peer(&table, vrf, &ip, NULL);
	peer->state = (uint8_t)state;
	peer->admin = BGP_ADMIN_RUNNING;
	peer->remote_as = as;
	peer->has = BGP_HAS_REMOTE_AS | BGP_HAS_TIME;
	peer->time_s = 7500;
	return peer;
}

static struct bgp_family *
give(struct bgp_peer *peer, uint16_t afi, uint32_t accepted, uint32_t limit)
{
	struct bgp_family *family = bgp_peer_family(&table, peer, afi, 1);

	family->has = BGP_HAS_ACCEPTED;
	family->accepted = accepted;
	family->limit = limit;
	if (limit > 0)
		family->has |= BGP_HAS_LIMIT;
	return family;
}

static void
name_peer(struct bgp_expects *list, const char *text)
{
	struct err err;

	ck_assert_msg(
	    bgp_expect_parse(text, strlen(text), ",", list, &arena, &err), "%s",
	    err.text);
}

static struct limits
limits(const char *warning, const char *critical)
{
	struct limits both = { 0 };
	struct err err;

	if (warning != NULL)
		ck_assert(range_parse(warning, &both.warning, &err));
	if (critical != NULL)
		ck_assert(range_parse(critical, &both.critical, &err));
	return both;
}

static const struct result *
judged(bool brief)
{
	struct result *root = result_init(&tree, &arena, bgp_metrics, &rules);

	tree.brief = brief;
	bgp_table_sort(&table);
	bgp_judge(&rules, &look, root);
	return root;
}

/* The first finding with that verdict, of the tree. */
static const char *
finding(const struct result *root, enum verdict verdict)
{
	for (const struct result *node = root; node; node = result_next(node))
		for (const struct result_finding *f = node->findings; f;
		     f = f->next)
			if (f->verdict == verdict)
				return f->text;
	return "(none)";
}

static void
expect(enum verdict verdict, const char *text)
{
	for (int brief = 0; brief < 2; brief++) {
		const struct result *root = judged(brief);

		ck_assert_msg(result_verdict(root) == verdict, "%s, not %s: %s",
		    verdict_name(result_verdict(root)), verdict_name(verdict),
		    finding(root, result_verdict(root)));
		if (text != NULL)
			ck_assert_str_eq(verdict == VERDICT_OK
				? root->summary
				: finding(root, verdict),
			    text);
	}
}

static double
metric(const struct result *root, size_t which)
{
	for (const struct result *node = root; node; node = result_next(node))
		for (const struct result_metric *m = node->metrics; m;
		     m = m->next)
			if (m->def == &bgp_metrics[which])
				return m->value;
	return -1;
}

/* --- states --------------------------------------------------------------- */

START_TEST(all_up_is_ok)
{
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	add("2001:db8::1", "red", BGP_ESTABLISHED, 65001);
	expect(VERDICT_OK, "2 of 2 peers established");
	ck_assert_ptr_null(judged(true)->children);
	ck_assert_double_eq(metric(judged(true), BGP_M_PEERS), 2);
	ck_assert_double_eq(metric(judged(true), BGP_M_ESTABLISHED), 2);
	ck_assert_double_eq(metric(judged(true), BGP_M_ADMIN_DOWN), 0);
}
END_TEST

START_TEST(down_says_who_and_since_when_and_why)
{
	struct bgp_peer *peer = add("192.0.2.1", "red", BGP_IDLE, 65001);

	peer->description = "transit | <b>";
	peer->has |= BGP_HAS_ERROR;
	peer->error_code = 6;
	peer->error_subcode = 2;
	peer->error_direction = BGP_RECEIVED;
	add("192.0.2.2", "", BGP_ESTABLISHED, 65001);
	expect(VERDICT_CRITICAL,
	    "192.0.2.1 vrf red AS65001 (transit / (b)) Idle for 2h 5m, last "
	    "error received: Cease: Administrative Shutdown");
	ck_assert_str_eq(judged(true)->summary, "1 of 2 peers established");
}
END_TEST

START_TEST(an_old_error_is_history)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);

	peer->has |= BGP_HAS_ERROR;
	peer->error_code = 4;
	expect(VERDICT_OK,
	    "192.0.2.1 AS65001 Established for 2h 5m, earlier error: Hold "
	    "Timer Expired");
}
END_TEST

static const struct {
	enum bgp_state state;
	enum bgp_admin admin;
	enum verdict verdict;
} states[] = {
	{ BGP_ESTABLISHED, BGP_ADMIN_RUNNING, VERDICT_OK },
	/* Dell OS10 calls a working peer halted. */
	{ BGP_ESTABLISHED, BGP_ADMIN_DOWN, VERDICT_OK },
	{ BGP_ESTABLISHED, BGP_ADMIN_UNKNOWN, VERDICT_OK },
	{ BGP_IDLE, BGP_ADMIN_DOWN, VERDICT_WARNING },
	{ BGP_IDLE, BGP_ADMIN_RUNNING, VERDICT_CRITICAL },
	{ BGP_IDLE, BGP_ADMIN_UNKNOWN, VERDICT_CRITICAL },
	{ BGP_CONNECT, BGP_ADMIN_UNKNOWN, VERDICT_CRITICAL },
	{ BGP_ACTIVE, BGP_ADMIN_RUNNING, VERDICT_CRITICAL },
	{ BGP_OPENSENT, BGP_ADMIN_RUNNING, VERDICT_CRITICAL },
	{ BGP_OPENCONFIRM, BGP_ADMIN_RUNNING, VERDICT_CRITICAL },
	{ BGP_CLEARING, BGP_ADMIN_RUNNING, VERDICT_CRITICAL },
	{ BGP_DELETED, BGP_ADMIN_RUNNING, VERDICT_CRITICAL },
	{ BGP_STATE_UNKNOWN, BGP_ADMIN_RUNNING, VERDICT_UNKNOWN },
	{ BGP_STATE_UNKNOWN, BGP_ADMIN_DOWN, VERDICT_UNKNOWN },
};

START_TEST(a_state_has_its_verdict)
{
	add("192.0.2.1", "", states[_i].state, 65001)->admin =
	    (uint8_t)states[_i].admin;
	expect(states[_i].verdict, NULL);
}
END_TEST

START_TEST(verdicts_can_be_chosen)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_IDLE, 65001);

	rules.down = VERDICT_WARNING;
	expect(VERDICT_WARNING, NULL);
	peer->admin = BGP_ADMIN_DOWN;
	rules.admin_down = VERDICT_OK;
	expect(VERDICT_OK, NULL);
	ck_assert_double_eq(metric(judged(true), BGP_M_ADMIN_DOWN), 1);
	ck_assert_double_eq(metric(judged(true), BGP_M_UP), 2);
}
END_TEST

START_TEST(a_prefix_limit_is_said)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_IDLE, 65001);

	peer->state_text = "Idle (PfxCt)";
	peer->limit_hit = true;
	expect(VERDICT_CRITICAL,
	    "192.0.2.1 AS65001 Idle (PfxCt) for 2h 5m, stopped by its prefix "
	    "limit");
}
END_TEST

/* --- who must be there ---------------------------------------------------- */

START_TEST(no_peer_is_unknown_with_a_hint)
{
	look.hint = "is there a view?";
	expect(VERDICT_UNKNOWN, "no BGP peer found: is there a view?");
	rules.no_peers = VERDICT_OK;
	expect(VERDICT_OK, NULL);
	rules.no_peers = VERDICT_CRITICAL;
	expect(VERDICT_CRITICAL, NULL);
}
END_TEST

START_TEST(an_empty_selection_is_no_peer)
{
	static const uint32_t as[] = { 65009 };

	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	rules.select.only.as = as;
	rules.select.only.as_count = 1;
	expect(VERDICT_UNKNOWN, "none of the 1 peers is selected");
}
END_TEST

START_TEST(a_named_peer_alone_is_judged)
{
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	add("192.0.2.2", "", BGP_IDLE, 65001);
	name_peer(&rules.named, "192.0.2.1,as=65001");
	expect(VERDICT_OK, "192.0.2.1 AS65001 Established for 2h 5m");
	ck_assert_double_eq(metric(judged(true), BGP_M_UP), 1);
}
END_TEST

START_TEST(a_named_peer_joins_a_selection)
{
	static const uint32_t as[] = { 65002 };

	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	add("192.0.2.2", "", BGP_ESTABLISHED, 65002);
	add("192.0.2.3", "", BGP_IDLE, 65003);
	name_peer(&rules.named, "192.0.2.1");
	rules.select.only.as = as;
	rules.select.only.as_count = 1;
	expect(VERDICT_OK, "2 of 2 peers established");
}
END_TEST

START_TEST(an_absent_peer_is_critical)
{
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	name_peer(&rules.expected, "192.0.2.1");
	name_peer(&rules.expected, "192.0.2.9,as=65009,vrf=red");
	expect(VERDICT_CRITICAL,
	    "192.0.2.9 vrf red AS65009 is absent: the router has no such peer");
	ck_assert_str_eq(judged(true)->summary,
	    "1 of 2 peers established, 1 absent");
	/* Of half a table it cannot be said. */
	look.partial = true;
	expect(VERDICT_OK, NULL);
}
END_TEST

START_TEST(all_of_many_names_are_found)
{
	for (unsigned i = 0; i < 2000; i++) {
		char text[40];

		snprintf(text, sizeof(text), "10.%u.%u.1",
		    (i * 7919) % 2000 / 200, (i * 7919) % 200);
		add(text, i % 3 ? "red" : "", BGP_ESTABLISHED, 65001);
		name_peer(&rules.expected, text);
	}
	rules.closed = true;
	rules.unexpected = VERDICT_WARNING;
	expect(VERDICT_OK, NULL);
	name_peer(&rules.expected, "10.3.3.3");
	expect(VERDICT_CRITICAL, NULL);
}
END_TEST

START_TEST(the_same_address_in_two_vrfs_is_two_peers)
{
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	add("192.0.2.1", "red", BGP_ACTIVE, 65002);
	name_peer(&rules.named, "192.0.2.1,vrf=default");
	expect(VERDICT_OK, NULL);
	rules.named = (struct bgp_expects){ 0 };
	name_peer(&rules.named, "192.0.2.1");
	expect(VERDICT_CRITICAL, "192.0.2.1 vrf red AS65002 Active for 2h 5m");
}
END_TEST

START_TEST(an_expected_peer_outside_the_selection_is_not_missed)
{
	struct ip_net net;
	struct err err;

	ck_assert(ip_net_parse("192.0.2.0/24", &net, &err));
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	name_peer(&rules.expected, "192.0.2.1");
	name_peer(&rules.expected, "198.51.100.1");
	rules.select.only.nets = &net;
	rules.select.only.net_count = 1;
	expect(VERDICT_OK, NULL);
	name_peer(&rules.expected, "192.0.2.7");
	expect(VERDICT_CRITICAL, NULL);
}
END_TEST

/* One is named, and another stands in a file: both must be there, and are. */
START_TEST(an_expected_peer_beside_a_named_one_is_judged)
{
	struct bgp_peer *expected;

	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	expected = add("192.0.2.2", "", BGP_ESTABLISHED, 65002);
	add("192.0.2.3", "", BGP_IDLE, 65003); /* nobody asked for it */
	name_peer(&rules.named, "192.0.2.1");
	name_peer(&rules.expected, "192.0.2.2,as=65002");
	expect(VERDICT_OK, "2 of 2 peers established");
	expected->state = BGP_ACTIVE;
	expect(VERDICT_CRITICAL, "192.0.2.2 AS65002 Active for 2h 5m");
	name_peer(&rules.expected, "192.0.2.9");
	expected->state = BGP_ESTABLISHED;
	expect(VERDICT_CRITICAL,
	    "192.0.2.9 is absent: the router has no such peer");
}
END_TEST

START_TEST(an_unexpected_peer_is_told)
{
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	add("192.0.2.2", "", BGP_ESTABLISHED, 65002);
	name_peer(&rules.expected, "192.0.2.1");
	expect(VERDICT_OK, NULL);
	rules.closed = true;
	rules.unexpected = VERDICT_WARNING;
	expect(VERDICT_WARNING,
	    "192.0.2.2 AS65002 is not among the expected peers");
}
END_TEST

static const struct {
	uint32_t said; /* 0: not told */
	const char *wanted;
	enum verdict verdict;
} numbers[] = {
	{ 65001, "192.0.2.1,as=65001", VERDICT_OK },
	{ 65001, "192.0.2.1,as=65002", VERDICT_CRITICAL },
	{ 23456, "192.0.2.1,as=4200000001", VERDICT_OK },
	{ 23456, "192.0.2.1,as=65001", VERDICT_CRITICAL },
	{ 0, "192.0.2.1,as=65001", VERDICT_UNKNOWN },
};

START_TEST(the_as_must_be_right)
{
	struct bgp_peer *peer =
	    add("192.0.2.1", "", BGP_ESTABLISHED, numbers[_i].said);

	if (numbers[_i].said == 0)
		peer->has = 0;
	name_peer(&rules.expected, numbers[_i].wanted);
	expect(numbers[_i].verdict,
	    numbers[_i].verdict == VERDICT_CRITICAL && numbers[_i].said == 65001
		? "192.0.2.1 AS65001 has the wrong AS: 65001 instead of 65002"
		: NULL);
}
END_TEST

START_TEST(least_prefixes)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);

	name_peer(&rules.expected, "192.0.2.1,prefixes=10");
	expect(VERDICT_UNKNOWN,
	    "192.0.2.1 AS65001 does not tell its prefixes (expected: at least "
	    "10)");
	give(peer, 1, 6, 0);
	expect(VERDICT_CRITICAL,
	    "192.0.2.1 AS65001 has 6 prefixes (critical: below 10)");
	give(peer, 2, 4, 0);
	expect(VERDICT_OK, NULL);
	name_peer(&rules.expected, "192.0.2.1,ipv6-unicast=5");
	expect(VERDICT_CRITICAL,
	    "192.0.2.1 AS65001 has 4 ipv6-unicast prefixes (critical: below "
	    "5)");
}
END_TEST

/* --- rules of time -------------------------------------------------------- */

START_TEST(a_young_session_is_a_warning)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);

	rules.uptime_s = 7501;
	expect(VERDICT_WARNING,
	    "192.0.2.1 AS65001 up for only 2h 5m (warning: below 2h 5m)");
	peer->time_s = 7501;
	expect(VERDICT_OK, NULL);
	peer->has = 0;
	expect(VERDICT_UNKNOWN, "192.0.2.1 does not tell how long it is up");
}
END_TEST

START_TEST(flaps_are_judged_by_history)
{
	const struct moment moments[2] = { { "b", 10 }, { "b", 20 } };
	const struct bgp_spans spans = { .flap_window_s = 100 };
	struct bgp_history before, after;
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);

	peer->has |= BGP_HAS_TRANSITIONS;
	peer->transitions = 1;
	bgp_history_init(&before, &arena, &moments[0]);
	ck_assert(bgp_history_next(&before, NULL, &table, &spans));
	peer->transitions = 4;
	bgp_history_init(&after, &arena, &moments[1]);
	ck_assert(bgp_history_next(&after, &before, &table, &spans));
	look.before = &before;
	look.history = &after;
	rules.flaps = limits("2", "3");
	expect(VERDICT_WARNING, "flaps 3 (warning: above 2)");
	rules.flaps = limits(NULL, "2");
	expect(VERDICT_CRITICAL, NULL);
	rules.flaps = limits("3", NULL);
	expect(VERDICT_OK, NULL);
}
END_TEST

START_TEST(a_drop_is_judged_by_history)
{
	const struct moment moment = { "b", 10 };
	const struct bgp_spans spans = { .drop_percent = 50 };
	struct bgp_history before;
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	struct bgp_family *family = give(peer, 1, 300, 0);

	bgp_history_init(&before, &arena, &moment);
	ck_assert(bgp_history_next(&before, NULL, &table, &spans));
	look.before = &before;
	rules.drop.warning = 50;
	rules.drop.critical = 90;
	family->accepted = 151;
	expect(VERDICT_OK, NULL);
	family->accepted = 150;
	expect(VERDICT_WARNING,
	    "fell from 300 to 150 prefixes, by 50 % (warning: 50 %)");
	family->accepted = 30;
	expect(VERDICT_CRITICAL, NULL);
	peer->state = BGP_IDLE; /* that is what is wrong, then */
	expect(VERDICT_CRITICAL, "192.0.2.1 AS65001 Idle for 2h 5m");
}
END_TEST

/* A family that was there and is not told any more has lost all of it. */
START_TEST(a_family_that_vanishes_is_a_drop)
{
	const struct moment moment = { "b", 10 };
	const struct bgp_spans spans = { .drop_percent = 50 };
	struct bgp_history before;
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);

	give(peer, 1, 300, 0);
	give(peer, 2, 200, 0);
	bgp_history_init(&before, &arena, &moment);
	ck_assert(bgp_history_next(&before, NULL, &table, &spans));
	look.before = &before;
	rules.drop.critical = 90;
	peer->families->next = NULL; /* ipv6-unicast is gone */
	expect(VERDICT_CRITICAL,
	    "fell from 200 to 0 prefixes, by 100 % (critical: 90 %)");
	/* Where nothing at all is told, that is what is known. */
	peer->families = NULL;
	expect(VERDICT_UNKNOWN, "192.0.2.1 AS65001 does not tell its prefixes");
	peer->state = BGP_IDLE;
	expect(VERDICT_CRITICAL, "192.0.2.1 AS65001 Idle for 2h 5m");
}
END_TEST

/* --- prefixes ------------------------------------------------------------- */

static void
add_limits(struct arena_list *list, uint16_t afi, const char *critical)
{
	struct bgp_family_limits *added =
	    arena_push(&arena, list, sizeof(*added));

	added->afi = afi;
	added->safi = afi ? 1 : 0;
	added->limits = limits(NULL, critical);
}

START_TEST(prefixes_have_ranges_by_family)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	struct bgp_family *v4 = give(peer, 1, 5, 0), *v6 = give(peer, 2, 50, 0);

	add_limits(&rules.prefixes, 0, "10:");
	expect(VERDICT_CRITICAL, "accepted 5 (critical: below 10)");
	add_limits(&rules.prefixes, 1, "5:");
	expect(VERDICT_OK, NULL);
	v6->accepted = 9;
	expect(VERDICT_CRITICAL, "accepted 9 (critical: below 10)");
	v6->accepted = 10;
	/* Where only what was received is told, that counts. */
	v4->has = BGP_HAS_RECEIVED;
	v4->received = 4;
	expect(VERDICT_CRITICAL, "received 4 (critical: below 5)");
	v4->has = 0;
	expect(VERDICT_UNKNOWN, "its prefixes are not told");
	v4->activity = BGP_INACTIVE_FAMILY;
	expect(VERDICT_CRITICAL, "accepted 0 (critical: below 5)");
}
END_TEST

START_TEST(a_range_that_meets_no_family_is_unknown)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);

	add_limits(&rules.prefixes, 2, "1:");
	expect(VERDICT_UNKNOWN, NULL);
	give(peer, 1, 5, 0);
	expect(VERDICT_UNKNOWN, "no peer tells its prefixes of ipv6-unicast");
	give(add("2001:db8::1", "", BGP_ESTABLISHED, 65001), 2, 1, 0);
	expect(VERDICT_OK, NULL);
}
END_TEST

START_TEST(what_is_sent_has_ranges_too)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	struct bgp_family *family = give(peer, 1, 5, 0);

	add_limits(&rules.advertised, 0, "1:");
	expect(VERDICT_UNKNOWN, "its advertised prefixes are not told");
	family->has |= BGP_HAS_ADVERTISED;
	expect(VERDICT_CRITICAL, "advertised 0 (critical: below 1)");
	family->advertised = 1;
	expect(VERDICT_OK, NULL);
}
END_TEST

START_TEST(a_share_of_a_limit)
{
	struct bgp_peer *peer = add("192.0.2.1", "", BGP_ESTABLISHED, 65001);

	rules.limit_used = limits("80", "95");
	give(peer, 2, 5, 0); /* no limit, nothing to judge */
	expect(VERDICT_OK, NULL);
	give(peer, 1, 81, 100);
	expect(VERDICT_WARNING, "limit_used 81 % (warning: above 80 %)");
	give(peer, 1, 96, 100);
	expect(VERDICT_CRITICAL, NULL);
}
END_TEST

/* --- groups --------------------------------------------------------------- */

static const struct {
	struct bgp_share warning, critical;
	size_t up, all;
	enum verdict verdict;
} shares[] = {
	{ { true, false, 2 }, { 0 }, 2, 4, VERDICT_OK },
	{ { true, false, 2 }, { 0 }, 1, 4, VERDICT_WARNING },
	{ { 0 }, { true, false, 2 }, 1, 4, VERDICT_CRITICAL },
	{ { true, true, 100 }, { true, true, 50 }, 4, 4, VERDICT_OK },
	{ { true, true, 100 }, { true, true, 50 }, 3, 4, VERDICT_WARNING },
	{ { true, true, 100 }, { true, true, 50 }, 2, 4, VERDICT_WARNING },
	{ { true, true, 100 }, { true, true, 50 }, 1, 4, VERDICT_CRITICAL },
	{ { 0 }, { true, true, 33.4 }, 1, 3, VERDICT_CRITICAL },
	{ { 0 }, { true, true, 33.3 }, 1, 3, VERDICT_OK },
	{ { 0 }, { true, false, 5 }, 4, 4, VERDICT_CRITICAL },
	{ { 0 }, { true, true, 0 }, 0, 4, VERDICT_OK },
};

START_TEST(a_share_is_exact)
{
	const struct bgp_group_rule rule = { shares[_i].warning,
		shares[_i].critical };

	ck_assert_int_eq(
	    bgp_group_verdict(&rule, shares[_i].up, shares[_i].all),
	    shares[_i].verdict);
}
END_TEST

START_TEST(one_of_a_group_may_be_down)
{
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	add("192.0.2.2", "", BGP_IDLE, 65001);
	add("192.0.2.3", "", BGP_IDLE, 65002);
	rules.down = VERDICT_OK;
	rules.up.critical = (struct bgp_share){ true, false, 1 };
	expect(VERDICT_OK, "1 of 3 peers established");
	rules.up.critical.least = 2;
	expect(VERDICT_CRITICAL, "only 1 of 3 established (critical: below 2)");
	rules.up.critical.least = 1;
	rules.by_as = true;
	expect(VERDICT_CRITICAL, "none of 1 established (critical: below 1)");
	ck_assert_str_eq(judged(true)->last->name, "AS65002");
	ck_assert_double_eq(metric(judged(true), BGP_M_GROUP_PEERS), 2);
}
END_TEST

/* --- what was not understood ---------------------------------------------- */

START_TEST(gaps_are_never_ok)
{
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	look.skipped = 1;
	expect(VERDICT_UNKNOWN, "1 row of the table made no sense");
	look.skipped = 0;
	table.full = true;
	table.max_peers = 1;
	expect(VERDICT_UNKNOWN, "more than 1 peers: some were left out");
}
END_TEST

START_TEST(perfdata_of_many_only_when_asked)
{
	add("192.0.2.1", "", BGP_ESTABLISHED, 65001);
	add("192.0.2.2", "", BGP_IDLE, 65001);
	for (const struct result *n = judged(false)->children; n; n = n->next)
		ck_assert(n->quiet);
	rules.per_peer = true;
	for (const struct result *n = judged(true)->children; n; n = n->next)
		ck_assert(!n->quiet);
	ck_assert_ptr_nonnull(judged(true)->children->next);
}
END_TEST

START_TEST(a_description_is_no_label_of_numbers)
{
	struct bgp_peer *peer = add("192.0.2.1", "red", BGP_ESTABLISHED, 65001);
	const struct result *child;

	peer->description = "transit";
	child = judged(false)->children;
	for (size_t i = 0; i < child->label_count; i++) {
		const struct result_label *label = &child->labels[i];
		const bool identifies = strcmp(label->name, "peer") == 0 ||
		    strcmp(label->name, "vrf") == 0;

		ck_assert((label->reach == RESULT_IDENTIFIES) == identifies);
	}
	ck_assert_str_eq(result_find_label(child, "description"), "transit");
	ck_assert_str_eq(result_find_label(child, "vrf"), "red");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_judge");
	TCase *tcase = tcase_create("bgp_judge");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, all_up_is_ok);
	tcase_add_test(tcase, down_says_who_and_since_when_and_why);
	tcase_add_test(tcase, an_old_error_is_history);
	tcase_add_loop_test(tcase, a_state_has_its_verdict, 0, COUNT(states));
	tcase_add_test(tcase, verdicts_can_be_chosen);
	tcase_add_test(tcase, a_prefix_limit_is_said);
	tcase_add_test(tcase, no_peer_is_unknown_with_a_hint);
	tcase_add_test(tcase, an_empty_selection_is_no_peer);
	tcase_add_test(tcase, a_named_peer_alone_is_judged);
	tcase_add_test(tcase, a_named_peer_joins_a_selection);
	tcase_add_test(tcase, an_absent_peer_is_critical);
	tcase_add_test(tcase, all_of_many_names_are_found);
	tcase_add_test(tcase, the_same_address_in_two_vrfs_is_two_peers);
	tcase_add_test(tcase,
	    an_expected_peer_outside_the_selection_is_not_missed);
	tcase_add_test(tcase, an_expected_peer_beside_a_named_one_is_judged);
	tcase_add_test(tcase, an_unexpected_peer_is_told);
	tcase_add_loop_test(tcase, the_as_must_be_right, 0, COUNT(numbers));
	tcase_add_test(tcase, least_prefixes);
	tcase_add_test(tcase, a_young_session_is_a_warning);
	tcase_add_test(tcase, flaps_are_judged_by_history);
	tcase_add_test(tcase, a_drop_is_judged_by_history);
	tcase_add_test(tcase, a_family_that_vanishes_is_a_drop);
	tcase_add_test(tcase, prefixes_have_ranges_by_family);
	tcase_add_test(tcase, a_range_that_meets_no_family_is_unknown);
	tcase_add_test(tcase, what_is_sent_has_ranges_too);
	tcase_add_test(tcase, a_share_of_a_limit);
	tcase_add_loop_test(tcase, a_share_is_exact, 0, COUNT(shares));
	tcase_add_test(tcase, one_of_a_group_may_be_down);
	tcase_add_test(tcase, gaps_are_never_ok);
	tcase_add_test(tcase, perfdata_of_many_only_when_asked);
	tcase_add_test(tcase, a_description_is_no_label_of_numbers);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
