/* SPDX-License-Identifier: ISC */
/* Verdicts on measurements that were made up. */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "frame/common.h"
#include "frame/plugin.h"
#include "frame/render.h"
#include "lib/model/icmp_judge.c"
#include "tests/suite.h"

#define MS (1000000 / ICMP_TICK_NS)
#define PACKETS 5
#define HOSTS 8
#define ADDRESSES 100

static struct arena arena;
static struct result_tree tree;
static struct icmp_rules rules;
static struct icmp_look look;
static struct icmp_echoes echoes;
static struct icmp_host hosts[HOSTS];
static struct icmp_target targets[ADDRESSES];
static int32_t rtts[ADDRESSES * PACKETS];

static struct range
above(double value)
{
	return (struct range){ true, false, -INFINITY, value };
}

static struct range
below(double value)
{
	return (struct range){ true, false, value, INFINITY };
}

static struct range
from(double value)
{
	return (struct range){ true, true, value, INFINITY };
}

static struct range
within(double low, double high)
{
	return (struct range){ true, true, low, high };
}

/* The rules of a run without options. */
static void
setup(void)
{
	struct err err;

	ck_assert(arena_reserve(&arena, 32 << 20, &err));
	memset(hosts, 0, sizeof(hosts));
	memset(targets, 0, sizeof(targets));
	echoes = (struct icmp_echoes){ .targets = targets,
		.count = PACKETS,
		.rtts = rtts };
	look = (struct icmp_look){ .hosts = hosts,
		.echoes = &echoes,
		.lookup_s = -1 };
	rules = (struct icmp_rules){
		.usual = { .rta = { from(0.2), from(0.5) },
		    .loss = { from(40), from(80) } },
		.family = { .one_dead = VERDICT_WARNING,
		    .all_dead = VERDICT_CRITICAL,
		    .missing = FAMILY_MISSING_AUTO },
		.unresolved = VERDICT_CRITICAL,
		.each = 64,
	};
}

static void
teardown(void)
{
	arena_free(&arena);
}

/* The next host: a name of which nothing is known yet. */
static struct icmp_host *
name(const char *label)
{
	struct icmp_host *host = &hosts[look.host_count++];

	*host = (struct icmp_host){ .label = label,
		.first = (uint32_t)echoes.target_count,
		.without = { 0, FAMILY_MISSING, FAMILY_MISSING } };
	return host;
}

/* An address of it, with times in ms or what stands in their place. */
static struct icmp_target *
address(struct icmp_host *of, const char *string, const int ms[PACKETS])
{
	struct icmp_target *target = &targets[echoes.target_count];
	int32_t *times = rtts + echoes.target_count++ * PACKETS;
	struct err err;

	ck_assert(ip_parse(string, &target->address, &err));
	for (int i = 0; i < PACKETS; i++)
		times[i] = ms[i] < 0 ? ms[i] : ms[i] * MS;
	of->without[target->address.family] = FAMILY_UNSEEN;
	of->count++;
	return target;
}

static struct icmp_host *
literal(const char *string, const int ms[PACKETS])
{
	struct icmp_host *host = name(string);
	const struct icmp_target *target = address(host, string, ms);

	host->literal = true;
	memset(host->without, 0, sizeof(host->without));
	(void)target;
	return host;
}

static const int good[] = { 1, 1, 1, 1, 1 };
static const int dead[] = { -1, -1, -1, -1, -1 };
static const int refused[] = { -2, -2, -2, -2, -2 };
static const int half[] = { 1, -1, 1, -1, 1 };
static const int unsent[] = { -3, -3, -3, -3, -3 };
static const int unknown[] = { -4, -4, -4, -4, -4 };

static enum verdict
judged(void)
{
	struct result *root = result_init(&tree, &arena, icmp_metrics, &rules);

	icmp_judge(&rules, &look, root);
	return result_verdict(root);
}

static bool
says(const char *words)
{
	for (const struct result *node = tree.root; node != NULL;
	     node = result_next(node)) {
		if (strstr(node->summary, words) != NULL)
			return true;
		for (const struct result_finding *finding = node->findings;
		     finding != NULL; finding = finding->next)
			if (strstr(finding->text, words) != NULL)
				return true;
	}
	return false;
}

/* --- one address ---------------------------------------------------------- */

static void
no_change(void)
{
}

static void
critical_loss_40(void)
{
	rules.usual.loss.critical = from(40);
}

static void
loss_unlimited(void)
{
	rules.usual.loss = (struct limits){ 0 };
}

static void
rta_warning_1ms(void)
{
	rules.usual.rta.warning = from(0.001);
}

static void
rtmin_above_half(void)
{
	rules.rtmin.critical = above(0.0005);
}

static void
rtmax_above_half(void)
{
	rules.rtmax.warning = above(0.0005);
}

static void
median_above_half(void)
{
	rules.median.warning = above(0.0005);
}

static void
deviation_below(void)
{
	rules.deviation.warning = below(0.1);
}

static void
jitter_below(void)
{
	rules.jitter.critical = below(0.1);
}

static void
duplicates_above_0(void)
{
	rules.duplicates.warning = above(0);
}

static void
reordered_above_1(void)
{
	rules.reordered.critical = above(1);
}

static void
score_below(void)
{
	rules.score.critical = below(4.5);
}

static void
dead_is_warning(void)
{
	rules.family.all_dead = VERDICT_WARNING;
}

static void
brief(void)
{
	rules.each = 0;
}

static void
brief_and_jitter(void)
{
	rules.each = 0;
	jitter_below();
}

static void
brief_and_duplicates(void)
{
	rules.each = 0;
	duplicates_above_0();
}

static const struct {
	void (*change)(void);
	const int *ms;
	enum verdict verdict;
	const char *words;
} addresses[] = {
	{ no_change, good, VERDICT_OK, "192.0.2.1 rta 1 ms, loss 0 %" },
	{ no_change, dead, VERDICT_CRITICAL, "no answer" },
	{ no_change, refused, VERDICT_CRITICAL, "no answer" },
	{ no_change, half, VERDICT_WARNING, "loss 40 % (warning" },
	{ critical_loss_40, half, VERDICT_CRITICAL, "loss 40 %" },
	{ loss_unlimited, half, VERDICT_OK, "loss 40 %" },
	{ rta_warning_1ms, good, VERDICT_WARNING, "rta 1 ms" },
	{ rtmin_above_half, good, VERDICT_CRITICAL, "rtmin" },
	{ rtmax_above_half, good, VERDICT_WARNING, "rtmax" },
	{ median_above_half, good, VERDICT_WARNING, "median" },
	{ deviation_below, good, VERDICT_WARNING, "stddev" },
	{ jitter_below, good, VERDICT_CRITICAL, "jitter" },
	{ duplicates_above_0, good, VERDICT_WARNING, "duplicates 2" },
	{ reordered_above_1, good, VERDICT_OK, "loss 0 %" },
	{ score_below, good, VERDICT_CRITICAL, "mos" },
	{ dead_is_warning, dead, VERDICT_WARNING, "no answer" },
	{ no_change, unknown, VERDICT_UNKNOWN, "not measured in time" },
	{ no_change, unsent, VERDICT_UNKNOWN, "not measured in time" },
	/* And without a node for what is fine. */
	{ brief, good, VERDICT_OK, "rta 1 ms" },
	{ brief, dead, VERDICT_CRITICAL, "no answer" },
	{ brief, half, VERDICT_WARNING, "loss 40 %" },
	{ brief, unknown, VERDICT_UNKNOWN, "not measured in time" },
	{ brief_and_jitter, good, VERDICT_CRITICAL, "jitter" },
	{ brief_and_duplicates, good, VERDICT_WARNING, "duplicates 2" },
};

START_TEST(judges_an_address)
{
	literal("192.0.2.1", addresses[_i].ms);
	targets[0].duplicates = 2;
	targets[0].reordered = 1;
	addresses[_i].change();
	ck_assert_msg(judged() == addresses[_i].verdict, "row %d: %s", _i,
	    verdict_name(result_verdict(tree.root)));
	ck_assert_msg(says(addresses[_i].words), "row %d", _i);
}
END_TEST

START_TEST(who_said_what)
{
	struct icmp_fault faults[] = {
		{ .family = IP_V4,
		    .type = 3,
		    .code = 1,
		    .from = { IP_V4, { 10, 0, 0, 1 }, 0 } },
		{ .error = ENETUNREACH },
	};

	echoes.faults = (struct arena_list){ faults, 2, 2 };
	literal("192.0.2.1", refused);
	targets[0].fault = 1;
	ck_assert_int_eq(judged(), VERDICT_CRITICAL);
	ck_assert(says("no answer, host unreachable from 10.0.0.1"));
	targets[0].fault = 2;
	judged();
	ck_assert(says("no answer, this host has no route to it"));
}
END_TEST

START_TEST(some_loss_has_its_reason_too)
{
	struct icmp_fault fault = { .family = IP_V4,
		.type = 3,
		.code = 1,
		.from = { IP_V4, { 10, 0, 0, 1 }, 0 } };
	static const int some[] = { 1, -2, 1, 1, 1 };

	echoes.faults = (struct arena_list){ &fault, 1, 1 };
	literal("192.0.2.1", some);
	targets[0].fault = 1;
	ck_assert_int_eq(judged(), VERDICT_OK);
	ck_assert_str_eq(tree.root->summary,
	    "192.0.2.1 rta 1 ms, loss 20 %, host unreachable from 10.0.0.1");
	ck_assert_str_eq(result_next(tree.root)->summary,
	    "rta 1 ms, loss 20 %, host unreachable from 10.0.0.1");
	/* It was answered in the end. */
	rtts[1] = MS;
	judged();
	ck_assert(!says("unreachable"));
}
END_TEST

START_TEST(what_our_queue_lost_is_no_loss)
{
	literal("192.0.2.1", (const int[]){ 1, 1, -4, -4, -4 });
	ck_assert_int_eq(judged(), VERDICT_OK);
	rtts[0] = rtts[1] = ICMP_UNMEASURED;
	look.overflowed = true;
	ck_assert_int_eq(judged(), VERDICT_UNKNOWN);
	ck_assert(says("lost in our own receive queue"));
}
END_TEST

START_TEST(a_family_that_this_host_lacks_is_not_known)
{
	literal("2001:db8::1", unsent);
	look.refused[IP_V6] = "this host has no ipv6";
	ck_assert_int_eq(judged(), VERDICT_UNKNOWN);
	ck_assert(says("this host has no ipv6"));
}
END_TEST

START_TEST(nothing_asked_is_not_ok)
{
	ck_assert_int_eq(judged(), VERDICT_UNKNOWN);
}
END_TEST

START_TEST(before_the_first_packet_nothing_is_ok)
{
	literal("192.0.2.1", good);
	echoes.rtts = NULL;
	ck_assert_int_eq(judged(), VERDICT_UNKNOWN);
}
END_TEST

/* An address is judged whatever family is asked for: shown, dead and OK would
 * be a lie. */
START_TEST(an_address_speaks_for_itself)
{
	for (int policy = FAMILY_AUTO; policy <= FAMILY_ONLY_V6; policy++) {
		rules.family.policy = policy;
		look.host_count = echoes.target_count = 0;
		literal("192.0.2.1", dead);
		ck_assert_int_eq(judged(), VERDICT_CRITICAL);
		look.host_count = echoes.target_count = 0;
		literal("192.0.2.1", good);
		ck_assert_int_eq(judged(), VERDICT_OK);
	}
}
END_TEST

/* --- both families -------------------------------------------------------- */

#define AUTO FAMILY_AUTO
#define BOTH FAMILY_BOTH
#define ANY FAMILY_ANY
#define V4 FAMILY_ONLY_V4
#define V6 FAMILY_ONLY_V6

static const struct {
	int policy;
	const int *v4, *v6; /* NULL: the name has none */
	enum verdict verdict;
	const char *words;
} names[] = {
	{ AUTO, good, good, VERDICT_OK, "www works over IPv4 and IPv6" },
	{ AUTO, good, dead, VERDICT_WARNING, "www works over IPv4, IPv6 dead" },
	{ AUTO, dead, good, VERDICT_WARNING, "www works over IPv6, IPv4 dead" },
	{ AUTO, dead, dead, VERDICT_CRITICAL, "www dead over IPv4 and IPv6" },
	{ AUTO, good, NULL, VERDICT_OK, "works over IPv4, no IPv6 address" },
	{ AUTO, dead, NULL, VERDICT_CRITICAL, "IPv4 dead, no IPv6 address" },
	{ AUTO, good, half, VERDICT_WARNING, "loss 40 % (warning" },
	{ AUTO, good, unknown, VERDICT_UNKNOWN, "IPv6 not known" },
	{ AUTO, dead, unknown, VERDICT_WARNING, "IPv4 dead, IPv6 not known" },
	{ BOTH, good, good, VERDICT_OK, "www works over IPv4 and IPv6" },
	{ BOTH, good, NULL, VERDICT_WARNING, "no IPv6 address" },
	{ BOTH, good, dead, VERDICT_WARNING, "IPv6 dead" },
	{ BOTH, dead, NULL, VERDICT_CRITICAL, "IPv4 dead" },
	{ ANY, good, dead, VERDICT_OK, "IPv6 dead" },
	{ ANY, dead, dead, VERDICT_CRITICAL, "dead over" },
	{ ANY, dead, unknown, VERDICT_UNKNOWN, "IPv4 dead" },
	/* One that is well is enough, whatever the other is. */
	{ ANY, good, unknown, VERDICT_OK, "IPv6 not known" },
	{ ANY, good, half, VERDICT_OK, "works over IPv4 and IPv6" },
	{ ANY, half, good, VERDICT_OK, "works over IPv4 and IPv6" },
	{ ANY, half, half, VERDICT_WARNING, "loss 40 % (warning" },
	{ ANY, half, dead, VERDICT_WARNING, "loss 40 % (warning" },
	{ V4, good, dead, VERDICT_OK, "IPv6 dead" },
	{ V4, good, unknown, VERDICT_OK, "IPv6 not known" },
	{ V4, dead, good, VERDICT_CRITICAL, "IPv4 dead" },
	{ V6, good, dead, VERDICT_CRITICAL, "IPv6 dead" },
	{ V6, good, NULL, VERDICT_CRITICAL, "no IPv6 address" },
	{ V6, good, unknown, VERDICT_UNKNOWN, "IPv6 not known" },
	/* A family that nobody needs may be as slow as it likes. */
	{ V4, good, half, VERDICT_OK, "works over" },
};

static void
dual(const int *v4, const int *v6)
{
	struct icmp_host *host = name("www");

	if (v4 != NULL)
		address(host, "192.0.2.1", v4);
	if (v6 != NULL)
		address(host, "2001:db8::1", v6);
}

START_TEST(judges_both_families)
{
	rules.family.policy = names[_i].policy;
	dual(names[_i].v4, names[_i].v6);
	ck_assert_msg(judged() == names[_i].verdict, "row %d: %s", _i,
	    verdict_name(result_verdict(tree.root)));
	ck_assert_msg(says(names[_i].words), "row %d: %s", _i, names[_i].words);
	/* Many addresses, and hence few nodes, are no other verdict. */
	rules.each = 0;
	ck_assert_msg(judged() == names[_i].verdict, "row %d, brief", _i);
}
END_TEST

START_TEST(states_can_be_chosen)
{
	dual(good, dead);
	rules.family.one_dead = VERDICT_CRITICAL;
	ck_assert_int_eq(judged(), VERDICT_CRITICAL);
	look.host_count = echoes.target_count = 0;
	dual(good, NULL);
	rules.family.missing = VERDICT_CRITICAL;
	ck_assert_int_eq(judged(), VERDICT_CRITICAL);
	rules.family.missing = VERDICT_UNKNOWN;
	ck_assert_int_eq(judged(), VERDICT_UNKNOWN);
	rules.family.missing = VERDICT_OK;
	rules.family.policy = FAMILY_BOTH;
	ck_assert_int_eq(judged(), VERDICT_OK);
}
END_TEST

START_TEST(one_dead_address_of_a_living_family_is_critical)
{
	struct icmp_host *host = name("www");

	address(host, "192.0.2.1", good);
	address(host, "192.0.2.2", dead);
	ck_assert_int_eq(judged(), VERDICT_CRITICAL);
}
END_TEST

START_TEST(any_needs_one_family_that_is_well_as_a_whole)
{
	struct icmp_host *host = name("www");

	rules.family.policy = FAMILY_ANY;
	address(host, "192.0.2.1", good);
	address(host, "192.0.2.2", dead);
	address(host, "2001:db8::1", half);
	ck_assert_int_eq(judged(), VERDICT_CRITICAL);
	for (int i = 0; i < PACKETS; i++)
		rtts[2 * PACKETS + i] = MS;
	ck_assert_int_eq(judged(), VERDICT_OK);
}
END_TEST

static const struct {
	const char *why;
	bool unseen;
	enum verdict chosen, verdict;
} unfound[] = {
	{ "no such name", false, VERDICT_CRITICAL, VERDICT_CRITICAL },
	{ "no such name", false, VERDICT_WARNING, VERDICT_WARNING },
	{ "no address", false, VERDICT_CRITICAL, VERDICT_CRITICAL },
	{ "no resolver answered", true, VERDICT_CRITICAL, VERDICT_UNKNOWN },
	{ "the resolver failed", true, VERDICT_OK, VERDICT_UNKNOWN },
};

START_TEST(judges_names_without_address)
{
	struct icmp_host *host = name("www");

	rules.unresolved = unfound[_i].chosen;
	host->unfound = unfound[_i].why;
	host->unseen = unfound[_i].unseen;
	ck_assert_int_eq(judged(), unfound[_i].verdict);
	ck_assert(says(unfound[_i].why));
}
END_TEST

/* --- groups --------------------------------------------------------------- */

static const struct {
	bool limited; /* --alive-warning 3: --alive-critical 2: */
	unsigned alive, unseen;
	enum verdict verdict;
} groups[] = {
	{ false, 3, 0, VERDICT_OK },
	{ false, 2, 0, VERDICT_CRITICAL },
	{ true, 3, 0, VERDICT_OK },
	{ true, 2, 0, VERDICT_WARNING },
	{ true, 1, 0, VERDICT_CRITICAL },
	/* What we could not see is neither alive nor dead. */
	{ true, 2, 1, VERDICT_UNKNOWN },
	{ true, 1, 1, VERDICT_WARNING },
	{ true, 1, 2, VERDICT_UNKNOWN },
	{ true, 0, 3, VERDICT_UNKNOWN },
	{ true, 0, 1, VERDICT_CRITICAL },
	{ true, 3, 2, VERDICT_OK },
};

START_TEST(counts_the_living)
{
	if (groups[_i].limited)
		rules.alive = (struct limits){ below(3), below(2) };
	for (unsigned i = 0; i < groups[_i].alive; i++)
		address(name("alive"), "192.0.2.1", good);
	for (unsigned i = 0; i < groups[_i].unseen; i++) {
		struct icmp_host *host = name("unseen");

		host->unfound = "no resolver answered";
		host->unseen = true;
	}
	while (look.host_count < 3)
		literal("192.0.2.99", dead);
	ck_assert_msg(judged() == groups[_i].verdict, "row %d: %s", _i,
	    verdict_name(result_verdict(tree.root)));
}
END_TEST

/* Answers over a family that nobody asked for keep no target alive. */
START_TEST(alive_is_what_answers_over_the_family_that_must_work)
{
	rules.alive.critical = below(1);
	dual(good, dead);
	ck_assert_int_eq(judged(), VERDICT_OK);
	rules.family.policy = FAMILY_ONLY_V6;
	ck_assert_int_eq(judged(), VERDICT_CRITICAL);
	ck_assert(says("alive 0 (critical"));
	rules.family.policy = FAMILY_ONLY_V4;
	ck_assert_int_eq(judged(), VERDICT_OK);
}
END_TEST

START_TEST(beyond_each_only_what_is_bad_is_listed)
{
	rules.each = 2;
	literal("192.0.2.1", good);
	literal("192.0.2.2", dead);
	literal("192.0.2.3", good);
	judged();
	ck_assert_uint_eq(tree.nodes, 1);
	ck_assert_str_eq(tree.root->children->name, "192.0.2.2");
	ck_assert(says("2 of 3 targets alive"));
}
END_TEST

START_TEST(labels_name_target_family_and_address)
{
	const struct result *node;

	dual(NULL, good);
	judged();
	node = tree.root->children;
	ck_assert_uint_eq(node->label_count, 3);
	ck_assert_str_eq(node->labels[0].value, "www");
	ck_assert_str_eq(node->labels[1].value, "ipv6");
	ck_assert_str_eq(node->labels[2].value, "2001:db8::1");
}
END_TEST

/* --- early end ------------------------------------------------------------ */

static void
any_loss_warns(void)
{
	rules.usual.loss.warning = from(1);
}

static void
almost_no_limits(void)
{
	rules.usual = (struct icmp_usual){
		.rta = { .warning = from(9) },
		.loss = { .warning = from(90) },
	};
}

static void
jitter_unlikely(void)
{
	rules.jitter.warning = above(1);
}

static void
one_alive(void)
{
	rules.alive.critical = below(1);
}

static const struct {
	void (*change)(void);
	double wait_s;
	int ms[PACKETS];
	bool enough;
} early[] = {
	/* Two of five may still be lost: 40 % is a warning. */
	{ no_change, 1, { 1, 1, 1, -3, -3 }, false },
	/* The last may take a second. */
	{ no_change, 1, { 1, 1, 1, 1, -3 }, false },
	{ no_change, 0.1, { 1, 1, 1, 1, -3 }, true },
	{ no_change, 0.1, { 1, 1, 1, 1, -5 }, true },
	{ any_loss_warns, 0.1, { 1, 1, 1, 1, -3 }, false },
	{ almost_no_limits, 0.1, { 1, -3, -3, -3, -3 }, true },
	{ no_change, 1, { -1, -1, -1, -1, 1 }, true }, /* critical for sure */
	{ no_change, 1, { -2, -2, -2, -2, 1 }, true },
	{ no_change, 1, { -4, -4, -4, -4, 1 }, false },
	{ no_change, 1, { -1, -1, -1, -3, -3 }, false }, /* no answer yet */
	{ jitter_unlikely, 0.1, { 1, 1, 1, 1, -3 }, false },
	{ one_alive, 1, { 1, -3, -3, -3, -3 }, true },
	{ one_alive, 1, { -1, -3, -3, -3, -3 }, false },
};

START_TEST(knows_when_it_has_seen_enough)
{
	literal("192.0.2.1", early[_i].ms);
	early[_i].change();
	ck_assert_msg(icmp_judge_settled(&rules, rtts, PACKETS,
			  early[_i].wait_s) == early[_i].enough,
	    "row %d", _i);
}
END_TEST

/* A small generator, so that a failure can be repeated. */
static unsigned
dice(uint64_t *seed, unsigned sides)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1;
	return (unsigned)(*seed >> 33) % sides;
}

static struct range
any_range(uint64_t *seed, double scale)
{
	const double a = scale * dice(seed, 11) / 10;
	const double b = a + scale * dice(seed, 11) / 10;

	switch (dice(seed, 5)) {
	case 0:
		return from(a);
	case 1:
		return above(a);
	case 2:
		return below(a);
	case 3:
		return within(a, b);
	default:
		return (struct range){ 0 };
	}
}

/* Whatever the limits and the times are: who stops early says the same as who
 * sends all packets. */
START_TEST(an_early_end_never_changes_the_verdict)
{
	const double wait_s = 0.1;
	uint64_t seed = 1;
	unsigned stopped = 0;

	literal("192.0.2.1", good);
	for (int run = 0; run < 20000; run++) {
		int32_t all[PACKETS];
		unsigned seen = 1 + dice(&seed, PACKETS);
		enum verdict whole;

		rules.usual = (struct icmp_usual){
			.rta = { any_range(&seed, wait_s),
			    any_range(&seed, wait_s) },
			.loss = { any_range(&seed, 100),
			    any_range(&seed, 100) },
		};
		for (int i = 0; i < PACKETS; i++)
			all[i] = dice(&seed, 3) == 0
			    ? ICMP_LOST
			    : (int32_t)dice(&seed, 101) * MS;
		memcpy(rtts, all, sizeof(all));
		whole = judged();
		arena_reset(&arena);
		for (unsigned i = seen; i < PACKETS; i++)
			rtts[i] = ICMP_UNSENT;
		if (!icmp_judge_settled(&rules, rtts, PACKETS, wait_s))
			continue;
		stopped++;
		ck_assert_msg(judged() == whole, "run %d after %u packets", run,
		    seen);
		arena_reset(&arena);
	}
	ck_assert_uint_gt(stopped, 2000);
}
END_TEST

/* --- the first line ------------------------------------------------------- */

static struct icmp_host *
called(const char *label, const char *string, const int ms[PACKETS])
{
	struct icmp_host *host = literal(string, ms);

	host->label = label;
	host->called = true;
	return host;
}

static struct icmp_host *
two(const char *label, const int *v4, const int *v6)
{
	struct icmp_host *host = name(label);

	if (v4 != NULL)
		address(host, "192.0.2.1", v4);
	if (v6 != NULL)
		address(host, "2001:db8::1", v6);
	return host;
}

static struct icmp_host *
nowhere(const char *label)
{
	struct icmp_host *host = name(label);

	host->unfound = "no such name";
	return host;
}

static void
one_well(void)
{
	two("www", good, good);
}

static void
one_without_v6(void)
{
	two("www", good, NULL);
}

static void
one_v6_dead(void)
{
	two("www", good, dead);
}

static void
one_v6_dead_unneeded(void)
{
	rules.family.policy = FAMILY_ONLY_V4;
	two("www", good, dead);
}

static void
one_v6_not_had_unneeded(void)
{
	rules.family.policy = FAMILY_ONLY_V4;
	look.refused[IP_V6] = "this host has no ipv6";
	two("www", good, unsent);
}

static void
one_all_dead_half_needed(void)
{
	rules.family.policy = FAMILY_ONLY_V4;
	two("www", dead, dead);
}

static void
one_all_dead(void)
{
	two("www", dead, dead);
}

static void
one_of_two_dead(void)
{
	address(two("www", good, NULL), "192.0.2.2", dead);
}

static void
one_blamed(void)
{
	static struct icmp_fault fault = { IP_V6, 1, 0, 0, 0,
		{ IP_V6, { 0xfd, [15] = 1 }, 0 } };

	echoes.faults = (struct arena_list){ &fault, 1, 1 };
	two("www", good, refused);
	targets[1].fault = 1;
}

static void
one_address_dead(void)
{
	called("core-a", "192.0.2.1", dead);
}

static void
one_address_lossy(void)
{
	literal("192.0.2.1", half);
}

static void
few_dead(void)
{
	literal("192.0.2.1", good);
	called("core-b", "192.0.2.2", dead);
	literal("2001:db8::3", dead);
}

static void
many_dead(void)
{
	few_dead();
	two("www", dead, dead);
	nowhere("nix");
	two("v4", dead, good);
	two("v6", good, dead);
}

static void
all_dead(void)
{
	for (int i = 0; i < 4; i++)
		literal("192.0.2.1", dead);
}

static void
all_without_v6(void)
{
	for (int i = 0; i < 4; i++)
		two("www", good, dead);
}

/* One finding a name, so that three names fit. */
static void
names_dead(void)
{
	two("www", dead, dead);
	two("ftp", dead, NULL);
	nowhere("nix");
}

static void
alive_first(void)
{
	rules.alive.critical = below(6);
	many_dead();
}

static const struct {
	void (*make)(void);
	const char *line;
} lines[] = {
	{ one_well,
	    "ICMP OK - www works over IPv4 and IPv6: 192.0.2.1 rta 1 ms, "
	    "loss 0 %, 2001:db8::1 rta 1 ms, loss 0 %" },
	{ one_without_v6,
	    "ICMP OK - www works over IPv4, no IPv6 address: 192.0.2.1 rta "
	    "1 ms, loss 0 %" },
	{ one_v6_dead,
	    "ICMP WARNING - www works over IPv4, IPv6 dead; 2001:db8::1: no "
	    "answer; 192.0.2.1 rta 1 ms, loss 0 %" },
	{ one_v6_dead_unneeded,
	    "ICMP OK - www works over IPv4, IPv6 dead: 192.0.2.1 rta 1 ms, "
	    "loss 0 %, 2001:db8::1 loss 100 %" },
	{ one_v6_not_had_unneeded,
	    "ICMP OK - www works over IPv4, IPv6 not known: 192.0.2.1 rta 1 "
	    "ms, loss 0 %, 2001:db8::1 this host has no ipv6" },
	{ one_all_dead,
	    "ICMP CRITICAL - www dead over IPv4 and IPv6; 192.0.2.1: no "
	    "answer; 2001:db8::1: no answer; loss 100 %" },
	{ one_all_dead_half_needed,
	    "ICMP CRITICAL - www dead over IPv4 and IPv6; 192.0.2.1: no "
	    "answer; 2001:db8::1 loss 100 %" },
	{ one_of_two_dead,
	    "ICMP CRITICAL - 192.0.2.2: no answer; www works over IPv4, no "
	    "IPv6 address: 192.0.2.1 rta 1 ms, loss 0 %" },
	{ one_blamed,
	    "ICMP WARNING - www works over IPv4, IPv6 dead; 2001:db8::1: no "
	    "answer, no route to destination from fd00::1; 192.0.2.1 rta 1 "
	    "ms, loss 0 %" },
	{ one_address_dead,
	    "ICMP CRITICAL - core-a 192.0.2.1: no answer; loss 100 %" },
	{ one_address_lossy,
	    "ICMP WARNING - 192.0.2.1: loss 40 % (warning: at least 40 %); "
	    "192.0.2.1 rta 1 ms, loss 40 %" },
	{ few_dead,
	    "ICMP CRITICAL - core-b 192.0.2.2: no answer; 2001:db8::3: no "
	    "answer; 1 of 3 targets alive, rta 1 ms, longest 1 ms, loss "
	    "66.7 %" },
	{ many_dead,
	    "ICMP CRITICAL - 4 of 7 targets dead, 1 over IPv4 only, 1 over "
	    "IPv6 only; www dead over IPv4 and IPv6; core-b 192.0.2.2: no "
	    "answer (+4 more); rta 1 ms, longest 1 ms, loss 66.7 %" },
	{ all_dead,
	    "ICMP CRITICAL - 4 of 4 targets dead; 192.0.2.1: no answer; "
	    "192.0.2.1: no answer (+2 more); loss 100 %" },
	{ all_without_v6,
	    "ICMP WARNING - 4 of 4 targets dead over IPv6 only; www works "
	    "over IPv4, IPv6 dead; www works over IPv4, IPv6 dead (+2 more); "
	    "rta 1 ms, longest 1 ms, loss 50 %" },
	{ names_dead,
	    "ICMP CRITICAL - www dead over IPv4 and IPv6; ftp IPv4 dead, no "
	    "IPv6 address; nix: no such name; 0 of 3 targets alive, loss "
	    "100 %" },
	{ alive_first,
	    "ICMP CRITICAL - alive 3 (critical: below 6); www dead over IPv4 "
	    "and IPv6; core-b 192.0.2.2: no answer (+4 more); 3 of 7 targets "
	    "alive, rta 1 ms, longest 1 ms, loss 66.7 %" },
};

START_TEST(the_first_line_is_to_the_point)
{
	static const struct plugin plugin = { .name = "check_icmp_dual",
		.title = "ICMP",
		.metrics = icmp_metrics };
	const struct common_opts common = { 0 };
	char room[16000];
	struct text out = TEXT_OVER(room);
	struct report report = { .plugin = &plugin, .common = &common };
	char *bar;

	lines[_i].make();
	report.verdict = report.raw = judged();
	report.root = tree.root;
	render_nagios(&report, &out);
	bar = strchr(room, '|');
	ck_assert_ptr_nonnull(bar);
	*bar = '\0';
	ck_assert_str_eq(room, lines[_i].line);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("icmp_judge");
	TCase *tcase = tcase_create("icmp_judge");

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, judges_an_address, 0, COUNT(addresses));
	tcase_add_test(tcase, who_said_what);
	tcase_add_test(tcase, some_loss_has_its_reason_too);
	tcase_add_test(tcase, what_our_queue_lost_is_no_loss);
	tcase_add_test(tcase, a_family_that_this_host_lacks_is_not_known);
	tcase_add_test(tcase, nothing_asked_is_not_ok);
	tcase_add_test(tcase, before_the_first_packet_nothing_is_ok);
	tcase_add_test(tcase, an_address_speaks_for_itself);
	tcase_add_loop_test(tcase, judges_both_families, 0, COUNT(names));
	tcase_add_test(tcase, states_can_be_chosen);
	tcase_add_test(tcase, one_dead_address_of_a_living_family_is_critical);
	tcase_add_test(tcase, any_needs_one_family_that_is_well_as_a_whole);
	tcase_add_loop_test(tcase, judges_names_without_address, 0,
	    COUNT(unfound));
	tcase_add_loop_test(tcase, counts_the_living, 0, COUNT(groups));
	tcase_add_test(tcase,
	    alive_is_what_answers_over_the_family_that_must_work);
	tcase_add_test(tcase, beyond_each_only_what_is_bad_is_listed);
	tcase_add_test(tcase, labels_name_target_family_and_address);
	tcase_add_loop_test(tcase, knows_when_it_has_seen_enough, 0,
	    COUNT(early));
	tcase_add_test(tcase, an_early_end_never_changes_the_verdict);
	tcase_add_loop_test(tcase, the_first_line_is_to_the_point, 0,
	    COUNT(lines));
	return suite_run(suite);
}
