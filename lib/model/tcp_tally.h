/* SPDX-License-Identifier: ISC */
/*
 * tcp_tally: connections counted, as the sockets come by.
 *
 * With an age asked for, a connection is one of three: old enough for certain,
 * too young for certain, or of an age not known yet.  The third kind is counted
 * apart and never guessed into one of the others.
 *
 * Memory is bounded whatever comes by: distinct addresses by `distinct`,
 * groups by TCP_TALLY_GROUPS, ages by TCP_HISTORY_MAX.
 */
#ifndef MODEL_TCP_TALLY_H
#define MODEL_TCP_TALLY_H

#include "model/distinct.h"
#include "model/tcp.h"
#include "model/tcp_history.h"

enum tcp_by { /* what groups are made of */
	TCP_BY_PORT = 1 << 0,
	TCP_BY_FAMILY = 1 << 1,
	TCP_BY_REMOTE = 1 << 2,
};

#define TCP_TALLY_GROUPS 16384

struct tcp_group {
	uint16_t port;	/* 0 unless TCP_BY_PORT */
	uint8_t family; /* IP_NONE unless TCP_BY_FAMILY */
	struct ip remote;
	uint64_t connections;
	uint64_t unknown; /* of an age not known yet */
};

enum tcp_ages { /* what ages are known from */
	TCP_AGES_NONE,
	TCP_AGES_FIRST,	  /* nothing to compare with yet */
	TCP_AGES_HISTORY, /* earlier runs */
	TCP_AGES_SETTLED, /* two looks in this run, and what was known before */
};

/* How to count. */
struct tcp_tally_plan {
	unsigned by;	  /* enum tcp_by, or 0 */
	bool ages;	  /* the rest counts only then */
	int64_t least_ns; /* age below which a connection does not count */
	int64_t at_ns;	  /* CLOCK_BOOTTIME for which ages are told */
	int64_t look_ns;  /* of this look; not before at_ns */
	const struct tcp_history *before; /* usable and sorted, or NULL */
	struct tcp_history *after;	  /* empty; filled with what comes */
	uint64_t seed[2];		  /* secret */
};

struct tcp_tally {
	struct tcp_tally_plan plan;
	struct arena *arena;
	uint64_t connections; /* that count */
	uint64_t in_state[TCP_STATES];
	uint64_t younger;	  /* too young to count */
	uint64_t unknown;	  /* of an age not known yet */
	struct distinct clients;  /* remote addresses of those that count */
	struct distinct possible; /* the same and those of unknown age */
	int64_t oldest_ns;	  /* age of the oldest: at least this */
	int64_t oldest_most_ns;	  /* and at most this */
	struct tcp_group *groups; /* sorted by tcp_tally_finish */
	size_t group_count;
	uint64_t ungrouped; /* connections for whose group there was no room */
	/* The rest is its own. */
	uint32_t *index; /* of groups, open addressing, 0 is free */
	size_t fresh;	 /* the span of those not seen before */
};

/* The arena is borrowed.  False when it is full. */
bool tcp_tally_init(struct tcp_tally *tally, const struct tcp_tally_plan *plan,
    struct arena *arena);
/* Makes a group that is there even if it stays empty. */
void tcp_tally_expect(struct tcp_tally *tally, uint16_t port,
    enum ip_family family);
/* A tcp_sink: the context is a struct tcp_tally. */
void tcp_tally_add(const struct tcp_socket *socket, void *context);
/* Sorts the groups: most connections first, then by port, family, address. */
void tcp_tally_finish(struct tcp_tally *tally);

/* --- sockets that listen -------------------------------------------------- */

struct tcp_listeners {
	uint64_t count;
	uint64_t port_bits[65536 / 64];
	/* The fullest accept queue: */
	struct ip address;
	uint16_t port;
	uint32_t waiting, room;
	double percent; /* at most 100 */
};

/* A tcp_sink: the context is a struct tcp_listeners, zeroed at first. */
void tcp_listeners_add(const struct tcp_socket *socket, void *context);
bool tcp_listeners_have(const struct tcp_listeners *listeners, uint16_t port);

#endif
