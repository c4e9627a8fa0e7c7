/* SPDX-License-Identifier: ISC */
#include "model/bgp_want.h"

#include "model/bgp_judge.h"

static unsigned
wants_of_selection(const struct bgp_rules *rules)
{
	const struct bgp_criteria *only = &rules->select.only;
	const struct bgp_criteria *except = &rules->select.except;
	unsigned wants = 0;

	if (rules->by_as || only->as_count > 0 || except->as_count > 0)
		wants |= BGP_WANT_REMOTE_AS;
	if (only->description_count > 0 || except->description_count > 0)
		wants |= BGP_WANT_DESCRIPTION;
	return wants;
}

static unsigned
wants_of_limits(const struct bgp_rules *rules)
{
	unsigned wants = 0;

	/* Why it came up anew is what is asked next. */
	if (rules->uptime_s > 0)
		wants |= BGP_WANT_TIME | BGP_WANT_ERROR;
	if (limits_given(&rules->flaps))
		wants |= BGP_WANT_TRANSITIONS | BGP_WANT_TIME | BGP_WANT_ERROR;
	if (rules->prefixes.count > 0 || drop_rule_set(&rules->drop))
		wants |= BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED;
	if (rules->advertised.count > 0)
		wants |= BGP_WANT_ADVERTISED;
	if (limits_given(&rules->limit_used))
		wants |= BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED | BGP_WANT_LIMIT;
	return wants;
}

static unsigned
wants_of_expects(const struct bgp_expects *expects)
{
	unsigned wants = 0;

	for (size_t i = 0; i < bgp_expects_count(expects); i++) {
		const struct bgp_expect *expect = bgp_expects_at(expects, i);

		if (expect->has_as)
			wants |= BGP_WANT_REMOTE_AS;
		if (expect->has_prefixes || expect->family_count > 0)
			wants |= BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED;
	}
	return wants;
}

unsigned
bgp_rules_want(const struct bgp_rules *rules)
{
	return wants_of_limits(rules) | wants_of_selection(rules) |
	    wants_of_expects(&rules->named) |
	    wants_of_expects(&rules->expected);
}
