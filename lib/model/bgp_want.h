/* SPDX-License-Identifier: ISC */
/*
 * bgp_want: what must be known of a peer, besides its key and its state, for
 * rules about it to be judged.  A router pays for each value it is asked for.
 */
#ifndef MODEL_BGP_WANT_H
#define MODEL_BGP_WANT_H

enum bgp_want {
	BGP_WANT_ADMIN = 1 << 0,
	BGP_WANT_REMOTE_AS = 1 << 1,
	BGP_WANT_LOCAL_AS = 1 << 2, /* of each peer, where it is served */
	BGP_WANT_TIME = 1 << 3,
	BGP_WANT_TRANSITIONS = 1 << 4,
	BGP_WANT_ERROR = 1 << 5, /* code, subcode, direction, text */
	BGP_WANT_DESCRIPTION = 1 << 6,
	BGP_WANT_RECEIVED = 1 << 7,
	BGP_WANT_ACCEPTED = 1 << 8,
	BGP_WANT_ADVERTISED = 1 << 9,
	BGP_WANT_LIMIT = 1 << 10, /* and its threshold */
	BGP_WANT_PREFIXES = BGP_WANT_RECEIVED | BGP_WANT_ACCEPTED |
	    BGP_WANT_ADVERTISED | BGP_WANT_LIMIT,
	BGP_WANT_ALL = (1 << 11) - 1,
	/* Of a session that is down: why, since when, and whose it is. */
	BGP_WANT_DOWN = BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_TIME |
	    BGP_WANT_TRANSITIONS | BGP_WANT_ERROR | BGP_WANT_DESCRIPTION,
	/* All that a line of -v shows. */
	BGP_WANT_SHOWN = BGP_WANT_ALL & ~BGP_WANT_LOCAL_AS,
};

struct bgp_rules;

/* What these rules judge of every peer, enum bgp_want bits. */
unsigned bgp_rules_want(const struct bgp_rules *rules);

#endif
