/* SPDX-License-Identifier: ISC */
/*
 * exabgp: what one look at ExaBGP found, as data, part by part.
 *
 * Each part says whether it is known, and if not, why: the parts fail for
 * reasons of their own (no permission on the pipes, a log that is not there),
 * and one that could not be looked at takes no other with it.
 */
#ifndef MODEL_EXABGP_H
#define MODEL_EXABGP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/bgp.h"
#include "model/bgp_history.h"
#include "model/exabgp_history.h"
#include "model/exabgp_track.h"

#define EXABGP_LOG_TEXT 160 /* characters of a line that are shown */

/* --- the process ---------------------------------------------------------- */

enum exabgp_seen {
	EXABGP_NOT_LOOKED,
	EXABGP_UNTOLD,	/* err says why it cannot be told */
	EXABGP_ABSENT,	/* not running; why says what there is instead */
	EXABGP_SEVERAL, /* more than one may be meant */
	EXABGP_ZOMBIE,	/* it has ended, and nobody has taken note */
	EXABGP_RUNS,
};

struct exabgp_process {
	enum exabgp_seen seen;
	struct err err;
	char why[300]; /* foreign; "" without more to say */
	size_t daemons;
	int pid;
	int parent;	      /* of a zombie: who has to take note of it */
	char state;	      /* as in proc_pid_stat(5) */
	uint64_t start_ticks; /* since boot */
	uint64_t cpu_ticks;
	uint64_t exe_inode; /* 0: not to be seen by us */
	uint64_t threads;
	double uptime_s, rss, memory_percent;
	bool has_cpu;
	double cpu_percent; /* of one CPU, since the last look */
	bool has_descriptors;
	uint64_t descriptors, descriptors_limit;
	struct err descriptors_err;
	bool has_unit_restarts;
	uint32_t unit_restarts; /* by systemd itself, since it was started */
	struct err unit_err;	/* why it is not to be asked, or ERR_NONE */
};

/* A helper that must run. */
struct exabgp_want {
	const char *pattern; /* text of its command line */
	uint64_t count;
};

/* --- the log -------------------------------------------------------------- */

/* What ExaBGP writes at its default level; those of the user come behind. */
enum exabgp_line {
	EXABGP_LINE_ADDED,
	EXABGP_LINE_REMOVED,
	EXABGP_LINE_CLOSED,
	EXABGP_LINE_INTERNAL,
	EXABGP_LINE_CRASH,
	EXABGP_LINE_GIVEN_UP,
	EXABGP_LINE_NO_HELPER,
	EXABGP_LINE_NOT_UNDERSTOOD,
	EXABGP_LINE_NO_NEIGHBOR,
	EXABGP_LINE_NO_ROUTE,
	EXABGP_LINE_INVALID,
	EXABGP_LINE_NO_RELOAD,
	EXABGP_LINES,
};

struct exabgp_hits {
	uint64_t count;
	char last[EXABGP_LOG_TEXT * 4]; /* clean; "" of what is only counted */
};

struct exabgp_log {
	bool known;
	struct err err;
	uint64_t bytes;
	bool first, behind, lost;
	size_t compressed; /* predecessors that were not read */
	uint64_t cut_lines;
	struct exabgp_hits *hits; /* by enum exabgp_line, then the user's own:
				     critical, warning */
	size_t hit_count;
};

/* --- all of it ------------------------------------------------------------ */

/* Of one peer. */
struct exabgp_counts {
	uint64_t announced, received;
};

struct exabgp_look {
	struct exabgp_process process;

	bool helpers_known;
	struct err helpers_err;
	uint64_t *helpers; /* how many run of each that is wanted */
	uint64_t helpers_all;

	bool pipe_open;
	struct err pipe_err; /* why it could not be opened */
	bool unread;	     /* nobody is at the other end of the pipe */
	bool asked, answers;
	struct err answer_err;
	int64_t patience_ns; /* the answer was waited for at most so long ... */
	bool answer_cut;     /* ... because our own time ends */
	int rival; /* after silence: another process that takes answers, or 0 */
	bool rival_reads;    /* that is certain, and not only by its name */
	char rival_name[16]; /* foreign */
	char version[64];    /* "4.2.21", foreign */

	bool sessions_known;
	struct err sessions_err;
	struct bgp_table table;
	int64_t *down_since; /* of each peer that is down, CLOCK_BOOTTIME */
	bool flaps_known;
	struct bgp_history peers;

	bool routes_known;
	struct err routes_err;
	/* Of each peer; by family in the families of the table, too. */
	struct exabgp_counts *counts;
	bool *announced; /* each prefix that is expected */
	bool received_known;
	struct err received_err;
	/* exabgp_track_key of what should be announced to any neighbor, some of
	 * them several times. */
	struct arena_list keys; /* uint64_t */
	bool too_many_keys;
	bool changes_known;
	double changes_s; /* how long the changes took */
	struct exabgp_track track;
	size_t flapping; /* prefixes */

	struct exabgp_log log;
	struct exabgp_history now;
};

/* ExaBGP runs, as far as its process tells. */
bool exabgp_is_running(const struct exabgp_look *look);
/* It has ended: then its silence is no second finding. */
bool exabgp_is_down(const struct exabgp_look *look);
/* Who may have got what was for us; nothing when nobody is known. */
void exabgp_add_suspect(struct text *text, const struct exabgp_look *look);
size_t exabgp_established(const struct exabgp_look *look);
/* To and from established neighbors. */
struct exabgp_counts exabgp_total(const struct exabgp_look *look);

#endif
