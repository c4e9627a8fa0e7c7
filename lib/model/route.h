/* SPDX-License-Identifier: ISC */
/*
 * route: what the sources know of a prefix, as data.
 *
 * A source looks a prefix up and fills one struct route_view; a check judges
 * the views of all sources together.  "Absent" is a fact that a source has
 * established, never the lack of an answer: what could not be looked at is
 * ROUTE_UNSEEN and says why.
 *
 * Of a path only its prefix and kind are sure; every other field counts only
 * when its ROUTE_HAS_ bit is set, or its pointer is not NULL.  A value that a
 * source does not serve is absent, never 0: a rule about it is then "not
 * available from this source", never "not met".
 *
 * Texts come from outside and are stored as they came, NUL-terminated and cut:
 * clean them before they are shown (a result does).
 *
 * Sources: rtnetlink(7), linux/rtnetlink.h (types, protocols), RFC 4292
 * (inetCidrRouteTable), RFC 4271 (AS path), RFC 5549 (IPv6 next hop of IPv4).
 */
#ifndef MODEL_ROUTE_H
#define MODEL_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/text.h"

#define ROUTE_TEXT 255	       /* bytes of one text from outside, at most */
#define ROUTE_HOPS_MAX 512     /* next hops of one path */
#define ROUTE_PATHS_MAX 1024   /* paths of one prefix in one source */
#define ROUTE_AS_PATH_MAX 4096 /* bytes of an AS path's text */

/* What happens to a packet. */
enum route_kind {
	ROUTE_UNICAST,
	ROUTE_LOCAL, /* an address of the host itself, or broadcast, anycast */
	ROUTE_BLACKHOLE,   /* dropped in silence */
	ROUTE_UNREACHABLE, /* dropped, "host unreachable" */
	ROUTE_PROHIBIT,	   /* dropped, "administratively prohibited" */
	ROUTE_THROW,	   /* this table says: look in the next one */
	ROUTE_OTHER,
};

/* The way of a prefix into a router.  A source tells some of these places. */
enum route_stage {
	ROUTE_ANNOUNCED = 1 << 0, /* in an Adj-RIB-Out */
	ROUTE_RECEIVED = 1 << 1,  /* in an Adj-RIB-In, or a path of the table */
	ROUTE_BEST = 1 << 2,	  /* selected in the Loc-RIB */
	ROUTE_INSTALLED = 1 << 3, /* in the FIB */
};

enum route_has {
	ROUTE_HAS_METRIC = 1 << 0,
	ROUTE_HAS_TABLE = 1 << 1,
	ROUTE_HAS_ORIGIN_AS = 1 << 2, /* 0: local, an empty AS path */
	ROUTE_HAS_HOPS = 1 << 3,      /* `hops` are all there are */
};

struct route_hop {
	struct ip gateway;  /* IP_NONE: directly connected */
	const char *device; /* or NULL */
	const char *encap;  /* "mpls 100/200", or NULL */
	uint32_t weight;    /* 1 unless the source tells */
	bool down;	    /* dead or linkdown: carries nothing */
	struct route_hop *next;
};

struct route_path {
	struct ip_net prefix;
	enum route_kind kind;
	unsigned reached; /* enum route_stage bits, see the view's `tells` */
	unsigned has;	  /* enum route_has */
	const char *protocol; /* "bgp", "static", "kernel", ...; NULL: the
				 source does not tell */
	const char *from;    /* peer, or the daemon's own protocol name; NULL */
	const char *table;   /* name or number; NULL */
	const char *as_path; /* "65001 65002 {65003,65004}"; NULL: not told */
	const char *unused;  /* why the source has it and passes it over ("link
				down"); NULL: it does not, or does not tell */
	uint32_t metric;
	uint32_t origin_as;
	uint32_t hop_count;
	struct route_hop *hops; /* in the source's order */
	struct route_path *next;
};

/* What a source knows of one prefix that was asked for. */
enum route_presence {
	ROUTE_UNSEEN,  /* could not look: `why` */
	ROUTE_ABSENT,  /* no path of exactly this prefix */
	ROUTE_PRESENT, /* `paths`, maybe none that reaches anything: judge */
};

struct route_answer {
	struct ip_net prefix; /* as asked */
	enum route_presence presence;
	const char *why;	  /* ROUTE_UNSEEN: a clause; else NULL */
	struct route_path *paths; /* of exactly this prefix; the best first */
	/* The longest match of the prefix's network address that is not longer
	 * than the prefix: the prefix itself, or what would carry its traffic.
	 * Its first path; NULL with `cover_known`: there is none. */
	struct route_path *cover;
	bool cover_known;
	/* "packets from 2001:db8:1::/48", "table local, ...": what has a route
	 * of its own to the prefix, or to one around it, which is no path here;
	 * or NULL. */
	const char *apart;
	const char *apart_cover;
};

/* Routes of one family, table and protocol. */
struct route_count {
	uint8_t family;	      /* enum ip_family; IP_NONE: all of them */
	const char *table;    /* "" when the source has one or does not tell */
	const char *protocol; /* "" likewise */
	uint64_t routes;
	bool apart; /* of one of the question's `tables`: counts only where that
		       table is named */
};

/* What one source answered. */
struct route_view {
	const char *source; /* "kernel", "bird", ...: static */
	const char *daemon; /* "BIRD 2.0.12", or NULL */
	unsigned tells;	    /* enum route_stage bits that it can tell */
	bool tells_protocol;
	bool tells_tables; /* what it counted has a row, maybe of 0 routes; a
			      table without one is not there */
	/* Nothing was answered at all: why, with the kind of error.  Answers
	 * are then ROUTE_UNSEEN, too. */
	bool failed;
	struct err err;
	struct arena *arena;
	struct arena_list answers; /* struct route_answer, one a question, in
				      the order asked */
	struct arena_list counts;  /* struct route_count */
	bool counted;		   /* `counts` are whole */
	const char *count_why;	   /* why not, or NULL: not asked */
	uint64_t requests;	   /* what the look cost: questions sent */
	/* What the look lacked though it succeeded, a clause for people ("bgpd
	 * was not asked: ..."), or NULL.  `tells` has it as data. */
	const char *note;
};

/* What every source is asked. */
struct route_question {
	const struct ip_net *prefixes;
	size_t count;
	bool cover; /* the covering route is wanted, too */
	/* A source that needs another question to tell what is installed may
	 * take it for granted of a unicast route that is best. */
	bool best_suffices;
	bool counts; /* routes by protocol, table, family are wanted, too */
	unsigned families; /* 1 << enum ip_family: for counts */
	/* Tables that are counted besides, for sources that know more than one.
	 * Each that was looked at has a row, maybe of 0 routes, with its name
	 * from here and `apart`. */
	const char *const *tables;
	size_t table_count;
	const char *table; /* --table, or NULL: the main one */
	const char *vrf;   /* --vrf, or NULL */
};

/* Makes one ROUTE_UNSEEN answer for each prefix, with no reason yet.  False
 * when there is no room.  The arena must outlive the view. */
bool route_view_init(struct route_view *view, const char *source,
    const struct route_question *question, struct arena *arena);
/* A pointer is good as long as the view. */
struct route_answer *route_view_at(const struct route_view *view, size_t index);
/* Every answer that is still unseen gets the reason, and the view has failed.
 */
void route_view_fail(struct route_view *view, const struct err *err);

/* A new last path of the answer, unicast, without any more; the answer is
 * ROUTE_PRESENT then.  NULL when there are too many or no room. */
struct route_path *route_add(struct route_view *view,
    struct route_answer *answer, const struct ip_net *prefix);
/* A path that is the cover alone, and belongs to no list. */
struct route_path *route_cover(struct route_view *view,
    struct route_answer *answer, const struct ip_net *prefix);
/* A new last hop, weight 1.  NULL when there are too many or no room. */
struct route_hop *route_hop(struct route_view *view, struct route_path *path,
    const struct ip *gateway);
/* Adds to the row of that family, table and protocol, made when there is none.
 * False when there is no room. */
bool route_count(struct route_view *view, enum ip_family family,
    const char *table, const char *protocol, uint64_t routes);
/* A copy cut to ROUTE_TEXT bytes and at a NUL; NULL when empty or no room. */
const char *route_string(struct route_view *view, const void *bytes,
    size_t len);

/* --- words --------------------------------------------------------------- */

const char *route_stage_name(enum route_stage stage); /* "installed" */
/* "192.0.2.0/24 via 192.0.2.1 dev eth0 proto bgp metric 20", as ip-route(8)
 * has it; two next hops are both named, more are counted. */
void route_tell(struct text *text, const struct route_path *path);
/* Of this its next hops alone: " via 192.0.2.1 dev eth0" */
void route_tell_hops(struct text *text, const struct route_path *path);
/* The last AS of a path's text, 0 when it is empty; false for an AS set or
 * what is no AS. */
bool route_origin_as(const char *as_path, uint32_t *as);

#endif
