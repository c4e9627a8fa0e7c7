/* SPDX-License-Identifier: ISC */
#include "model/family.h"

static const enum ip_family families[] = { IP_V4, IP_V6 };

#define FAMILIES (sizeof(families) / sizeof(families[0]))

static unsigned
count(const enum family_status seen[static IP_V6 + 1],
    enum family_status status)
{
	unsigned n = 0;

	for (size_t i = 0; i < FAMILIES; i++)
		n += seen[families[i]] == status;
	return n;
}

static enum verdict
missing_state(const struct family_rules *rules, enum verdict otherwise)
{
	return rules->missing == FAMILY_MISSING_AUTO
	    ? otherwise
	    : (enum verdict)rules->missing;
}

/* Of the one family that must work. */
static enum verdict
judge_only(const struct family_rules *rules, enum family_status seen)
{
	switch (seen) {
	case FAMILY_WORKS:
		return VERDICT_OK;
	case FAMILY_UNSEEN:
		return VERDICT_UNKNOWN;
	case FAMILY_DEAD:
		return rules->all_dead;
	case FAMILY_UNASKED:
	case FAMILY_MISSING:
		break;
	}
	return missing_state(rules, rules->all_dead);
}

static enum verdict
judge_any(const struct family_rules *rules,
    const enum family_status seen[static IP_V6 + 1])
{
	if (count(seen, FAMILY_WORKS) > 0)
		return VERDICT_OK;
	return count(seen, FAMILY_UNSEEN) > 0 ? VERDICT_UNKNOWN
					      : rules->all_dead;
}

static enum verdict
judge_all(const struct family_rules *rules,
    const enum family_status seen[static IP_V6 + 1])
{
	const bool works = count(seen, FAMILY_WORKS) > 0;
	enum verdict verdict = works ? VERDICT_OK : VERDICT_UNKNOWN;

	if (count(seen, FAMILY_DEAD) > 0)
		verdict = works || count(seen, FAMILY_UNSEEN) > 0
		    ? rules->one_dead
		    : rules->all_dead;
	if (count(seen, FAMILY_UNSEEN) > 0)
		verdict = verdict_worse(verdict, VERDICT_UNKNOWN);
	if (count(seen, FAMILY_MISSING) > 0)
		verdict = verdict_worse(verdict,
		    missing_state(rules,
			rules->policy == FAMILY_BOTH ? rules->one_dead
						     : VERDICT_OK));
	return count(seen, FAMILY_MISSING) == FAMILIES
	    ? verdict_worse(verdict, rules->all_dead)
	    : verdict;
}

bool
family_counts(int policy, enum ip_family family)
{
	return !(policy == FAMILY_ONLY_V4 && family == IP_V6) &&
	    !(policy == FAMILY_ONLY_V6 && family == IP_V4);
}

struct family_verdict
family_judge(const struct family_rules *rules,
    const enum family_status seen[static IP_V6 + 1])
{
	struct family_verdict out = { 0 };

	switch (rules->policy) {
	case FAMILY_ONLY_V4:
		out.verdict = judge_only(rules, seen[IP_V4]);
		break;
	case FAMILY_ONLY_V6:
		out.verdict = judge_only(rules, seen[IP_V6]);
		break;
	case FAMILY_ANY:
		out.verdict = judge_any(rules, seen);
		break;
	default:
		out.verdict = judge_all(rules, seen);
		break;
	}
	for (size_t i = 0; i < FAMILIES; i++) {
		const enum ip_family family = families[i];

		out.dead_address[family] = !family_counts(rules->policy, family)
		    ? VERDICT_OK
		    : seen[family] == FAMILY_DEAD ? out.verdict
						  : VERDICT_CRITICAL;
	}
	return out;
}

/* --- in words ------------------------------------------------------------- */

static const char *const people_name[] = {
	[IP_V4] = "IPv4",
	[IP_V6] = "IPv6",
};

/* What is said of a family besides those that work. */
static void
tell_fault(struct text *text, enum ip_family family, enum family_status seen)
{
	static const char *const after[] = {
		[FAMILY_MISSING] = " address",
		[FAMILY_UNSEEN] = " not known",
		[FAMILY_DEAD] = " dead",
	};

	if (seen == FAMILY_UNASKED || seen == FAMILY_WORKS)
		return;
	if (text->len > 0)
		text_add(text, ", ");
	text_addf(text, "%s%s%s", seen == FAMILY_MISSING ? "no " : "",
	    people_name[family], after[seen]);
}

void
family_tell(struct text *text, const enum family_status seen[static IP_V6 + 1])
{
	char room[80];
	struct text out;

	text_init(&out, room, sizeof(room));
	if (count(seen, FAMILY_DEAD) == FAMILIES) {
		text_add(&out, "dead over IPv4 and IPv6");
	} else if (count(seen, FAMILY_WORKS) == FAMILIES) {
		text_add(&out, "works over IPv4 and IPv6");
	} else {
		for (size_t i = 0; i < FAMILIES; i++)
			if (seen[families[i]] == FAMILY_WORKS)
				text_addf(&out, "works over %s",
				    people_name[families[i]]);
		for (size_t i = 0; i < FAMILIES; i++)
			tell_fault(&out, families[i], seen[families[i]]);
	}
	text_add(text, room);
}
