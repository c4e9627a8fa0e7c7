/* SPDX-License-Identifier: ISC */
#include "model/bgp_select.h"

#include <string.h>

static bool
in_nets(const struct bgp_criteria *criteria, const struct bgp_peer *peer)
{
	for (size_t i = 0; i < criteria->net_count; i++)
		if (ip_in_net(&peer->address, &criteria->nets[i]))
			return true;
	return false;
}

static bool
in_vrfs(const struct bgp_criteria *criteria, const struct bgp_peer *peer)
{
	for (size_t i = 0; i < criteria->vrf_count; i++)
		if (strcmp(criteria->vrfs[i], peer->vrf) == 0 ||
		    (peer->vrf[0] == '\0' &&
			strcmp(criteria->vrfs[i], "default") == 0))
			return true;
	return false;
}

static bool
in_as(const struct bgp_criteria *criteria, const struct bgp_peer *peer)
{
	for (size_t i = 0; i < criteria->as_count; i++)
		if ((peer->has & BGP_HAS_REMOTE_AS) != 0 &&
		    peer->remote_as == criteria->as[i])
			return true;
	return false;
}

static bool
says(const struct regex *pattern, const char *text)
{
	return regex_matches(pattern, text != NULL ? text : "",
	    text != NULL ? strlen(text) : 0);
}

static bool
is_described(const struct bgp_criteria *criteria, const struct bgp_peer *peer)
{
	for (size_t i = 0; i < criteria->description_count; i++)
		if (says(criteria->descriptions[i], peer->description) ||
		    (peer->name != NULL &&
			says(criteria->descriptions[i], peer->name)))
			return true;
	return false;
}

static bool
is_family(const struct bgp_criteria *criteria, const struct bgp_peer *peer)
{
	return peer->address.family == criteria->family;
}

/* A question of the criteria, and whether it was asked. */
struct question {
	bool asked;
	bool (*holds)(const struct bgp_criteria *criteria,
	    const struct bgp_peer *peer);
};

#define QUESTIONS 5

static void
ask(const struct bgp_criteria *criteria, struct question all[static QUESTIONS])
{
	all[0] = (struct question){ criteria->net_count > 0, in_nets };
	all[1] = (struct question){ criteria->vrf_count > 0, in_vrfs };
	all[2] = (struct question){ criteria->as_count > 0, in_as };
	all[3] =
	    (struct question){ criteria->description_count > 0, is_described };
	all[4] = (struct question){ criteria->family != IP_NONE, is_family };
}

bool
bgp_criteria_given(const struct bgp_criteria *criteria)
{
	struct question all[QUESTIONS];
	bool given = false;

	ask(criteria, all);
	for (size_t i = 0; i < QUESTIONS; i++)
		given |= all[i].asked;
	return given;
}

bool
bgp_select_takes(const struct bgp_select *select, const struct bgp_peer *peer)
{
	struct question only[QUESTIONS], except[QUESTIONS];

	ask(&select->only, only);
	ask(&select->except, except);
	for (size_t i = 0; i < QUESTIONS; i++) {
		if (only[i].asked && !only[i].holds(&select->only, peer))
			return false;
		if (except[i].asked && except[i].holds(&select->except, peer))
			return false;
	}
	return true;
}
