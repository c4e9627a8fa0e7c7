/* SPDX-License-Identifier: ISC */
/*
 * bgp: BGP peers as data, and the words of the protocol.
 *
 * A source fills a table of peers; a check judges it.  Of a peer only the key
 * and the state are sure; every other field counts only when its BGP_HAS_ bit
 * is set, or its pointer is not NULL.  A value that a source does not serve is
 * absent, never 0.
 *
 * Texts come from outside (a description, a daemon's own words) and are stored
 * as they came, NUL-terminated and cut to BGP_TEXT bytes: clean them before
 * they are shown (a result does).
 *
 * Sources: RFC 4271 (states, errors), 4486, 5492, 6608, 7313, 8538, 9234, 9384,
 * 9687 (further errors), 5396 (AS numbers), IANA registries of AFI and SAFI.
 */
#ifndef MODEL_BGP_H
#define MODEL_BGP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/text.h"

#define BGP_TEXT 255	/* bytes of one text from outside, at most */
#define BGP_FAMILIES 32 /* address families of one peer, at most */
#define BGP_PEERS 20000 /* peers of one table, unless told otherwise */
#define BGP_AFI_ALL 0	/* with BGP_SAFI_ALL: of all families together */
#define BGP_SAFI_ALL 0
#define BGP_AS_TRANS 23456 /* RFC 6793: "a 4-byte AS that I cannot say" */

/* The numbers of RFC 4273 bgpPeerState; the last two are vendors' own. */
enum bgp_state {
	BGP_STATE_UNKNOWN = 0,
	BGP_IDLE = 1,
	BGP_CONNECT = 2,
	BGP_ACTIVE = 3,
	BGP_OPENSENT = 4,
	BGP_OPENCONFIRM = 5,
	BGP_ESTABLISHED = 6,
	BGP_CLEARING = 7,
	BGP_DELETED = 8,
};

enum bgp_admin {
	BGP_ADMIN_UNKNOWN, /* not served: treat it as running */
	BGP_ADMIN_RUNNING,
	BGP_ADMIN_DOWN, /* shut down on purpose */
};

enum bgp_direction {
	BGP_DIRECTION_UNKNOWN,
	BGP_RECEIVED, /* the peer said it */
	BGP_SENT,     /* we said it */
};

/* Does a family take part in the session? */
enum bgp_activity {
	BGP_ACTIVITY_UNKNOWN,
	BGP_ACTIVE_FAMILY,
	BGP_INACTIVE_FAMILY, /* configured here, not negotiated or closed */
};

enum bgp_has {
	/* of a peer */
	BGP_HAS_REMOTE_AS = 1 << 0,
	BGP_HAS_LOCAL_AS = 1 << 1,
	BGP_HAS_TIME = 1 << 2,
	BGP_HAS_TRANSITIONS = 1 << 3,
	BGP_HAS_ERROR = 1 << 4,
	/* of a family */
	BGP_HAS_RECEIVED = 1 << 8,
	BGP_HAS_ACCEPTED = 1 << 9,
	BGP_HAS_ADVERTISED = 1 << 10,
	BGP_HAS_LIMIT = 1 << 11,
	BGP_HAS_THRESHOLD = 1 << 12,
};

/* Prefixes are levels (now), not totals since some start. */
struct bgp_family {
	uint16_t afi;
	uint8_t safi;
	uint8_t activity;  /* enum bgp_activity */
	uint16_t has;	   /* enum bgp_has */
	uint8_t threshold; /* percent of the limit at which the router warns */
	uint32_t received; /* prefixes before our policy */
	uint32_t accepted; /* after it */
	uint32_t advertised; /* sent to the peer */
	uint32_t limit;	     /* a limit that is none has no BGP_HAS_LIMIT */
	struct bgp_family *next;
};

struct bgp_peer {
	/* The key.  An unnumbered peer has an interface and IP_NONE; a
	 * link-local address has both. */
	const char *vrf; /* or instance, view, table; "" is the default one */
	const char *interface; /* "" unless it belongs to the key */
	struct ip address;

	const char *name;  /* the source's own (a BIRD protocol), or NULL */
	const char *local; /* our address, where it is told (ExaBGP), or NULL */
	const char *description;     /* or NULL */
	const char *state_text;	     /* "Idle (PfxCt)", or NULL */
	const char *error_text;	     /* the source's words of its last error, or
					NULL */
	struct bgp_family *families; /* in the order of their making */

	uint32_t remote_as, local_as;
	uint32_t time_s;      /* in the current up or down state */
	uint32_t transitions; /* to Established, since the daemon's start */
	uint16_t has;	      /* enum bgp_has */
	uint8_t state;	      /* enum bgp_state */
	uint8_t admin;	      /* enum bgp_admin */

	/* The last NOTIFICATION: history once the session is up again. */
	uint8_t error_code, error_subcode; /* RFC 4271 4.5; 0: none */
	uint8_t error_direction;	   /* enum bgp_direction */
	bool limit_hit; /* down because of its prefix limit */
	uint8_t families_count;
};

struct bgp_table {
	struct arena *arena;
	struct arena_list peers; /* struct bgp_peer; see bgp_table_at */
	size_t max_peers;
	bool full; /* peers were left out */
	bool has_local_as;
	uint32_t local_as;  /* of the default instance */
	const char *daemon; /* "BIRD 2.0.12", "FRRouting 8.4.4", or NULL */
	/* The rest finds peers by key. */
	uint32_t *slots;
	size_t slot_count;
};

/* --- the table ----------------------------------------------------------- */

/* The arena must outlive the table.  max_peers 0 is BGP_PEERS. */
void bgp_table_init(struct bgp_table *table, struct arena *arena,
    size_t max_peers);
/* Room for so many more peers at once, which saves the copies of growing step
 * by step.  False when there is no room. */
bool bgp_table_reserve(struct bgp_table *table, size_t more);
size_t bgp_table_count(const struct bgp_table *table);
/* A pointer is good until the next peer is added. */
struct bgp_peer *bgp_table_at(const struct bgp_table *table, size_t index);

/*
 * The peer of that key, found in constant time; bgp_table_peer makes it, with
 * an unknown state, when there is none.  NULL (and `full` set) when there is
 * no room.  vrf and interface may be NULL for ""; they are copied.
 */
struct bgp_peer *bgp_table_find(const struct bgp_table *table, const char *vrf,
    const struct ip *address, const char *interface);
struct bgp_peer *bgp_table_peer(struct bgp_table *table, const char *vrf,
    const struct ip *address, const char *interface);
/* The peer's family, made when there is none; NULL when there is no room. */
struct bgp_family *bgp_peer_family(struct bgp_table *table,
    struct bgp_peer *peer, uint16_t afi, uint8_t safi);
const struct bgp_family *bgp_peer_find_family(const struct bgp_peer *peer,
    uint16_t afi, uint8_t safi);
/* A copy for one of the text fields: cut to BGP_TEXT bytes and at a NUL; NULL
 * when it is empty or there is no room. */
const char *bgp_table_string(struct bgp_table *table, const void *bytes,
    size_t len);
/* Likewise; NULL also for NULL. */
const char *bgp_table_text(struct bgp_table *table, const char *string);

/* By VRF (the default first), address, interface.  Pointers go stale. */
void bgp_table_sort(struct bgp_table *table);
int bgp_peer_compare(const struct bgp_peer *a, const struct bgp_peer *b);

/* --- questions ----------------------------------------------------------- */

/* "192.0.2.1", "fe80::1%eth0", "eth0", followed by " vrf red" if there is
 * one, or by " from 192.0.2.8" where our address stands in its place: what a
 * line calls the peer. */
void bgp_peer_name(struct text *text, const struct bgp_peer *peer);
/* Established, whatever any other field says. */
bool bgp_peer_is_up(const struct bgp_peer *peer);
/* Shut down on purpose, and not up. */
bool bgp_peer_is_admin_down(const struct bgp_peer *peer);
/* Prefixes that count against the limit: accepted, or received where accepted
 * is not served.  False when neither is. */
bool bgp_family_used(const struct bgp_family *family, uint32_t *used);
/* Their share of the limit in percent; false without both. */
bool bgp_family_percent(const struct bgp_family *family, double *percent);

/* --- words --------------------------------------------------------------- */

const char *bgp_state_name(enum bgp_state state); /* "OpenSent", "unknown" */
/* A state's name in any case, of len bytes; UNKNOWN when it is none. */
enum bgp_state bgp_state_parse(const char *name, size_t len);
const char *bgp_admin_name(enum bgp_admin admin); /* "running", "down" */

/* "Cease: Administrative Shutdown", "Hold Timer Expired", "error 9/1". */
void bgp_error_name(struct text *text, uint8_t code, uint8_t subcode);

/* The RFC's words of a code or a subcode, in any case, of len bytes. */
bool bgp_error_parse(const char *words, size_t len, uint8_t *code,
    uint8_t *subcode);

/* "all" (BGP_AFI_ALL), "ipv4-unicast", "l2vpn-evpn", "afi25-safi9": a name, a
 * label, a JSON key. */
void bgp_family_name(struct text *text, uint16_t afi, uint8_t safi);
/* These names in any case, also with a space or nothing between the two words
 * ("ipv4 unicast", "ipv4Unicast"), of len bytes. */
bool bgp_family_parse(const char *name, size_t len, uint16_t *afi,
    uint8_t *safi);

/* "65001", "AS65001" in any case, "65000.1" (RFC 5396 asdot); 1 to 2^32 - 1.
 * On false *err is ERR_USAGE. */
bool bgp_as_parse(const char *string, uint32_t *as, struct err *err);
void bgp_as_format(struct text *text, uint32_t as); /* asplain */

#endif
