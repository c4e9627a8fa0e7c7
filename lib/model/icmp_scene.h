/* SPDX-License-Identifier: ISC */
/*
 * icmp_scene: one judgement of icmp_judge.h from the inside; for its own
 * sources only.
 *
 * icmp_judge.c makes findings, icmp_tell.c words, icmp_scene.c looks at what
 * was measured.
 */
#ifndef MODEL_ICMP_SCENE_H
#define MODEL_ICMP_SCENE_H

#include "base/text.h"
#include "model/icmp_judge.h"
#include "model/icmp_stats.h"

/* Rows of icmp_metrics. */
enum {
	ICMP_METRIC_SUCCESS,
	ICMP_METRIC_RTA,
	ICMP_METRIC_LOSS,
	ICMP_METRIC_RTMIN,
	ICMP_METRIC_RTMAX,
	ICMP_METRIC_MEDIAN,
	ICMP_METRIC_DEVIATION,
	ICMP_METRIC_JITTER,
	ICMP_METRIC_DUPLICATES,
	ICMP_METRIC_REORDERED,
	ICMP_METRIC_HOPS,
	ICMP_METRIC_SCORE,
	ICMP_METRIC_ALIVE,
	ICMP_METRIC_TARGETS,
	ICMP_METRIC_SENT,
	ICMP_METRIC_RECEIVED,
	ICMP_METRIC_LOOKUP,
};

/* What is found over all hosts. */
struct icmp_sums {
	size_t alive;		    /* hosts */
	size_t unseen;		    /* that may be alive all the same */
	size_t dead;		    /* that are, and should not be */
	size_t one_dead[IP_V6 + 1]; /* over this family alone, likewise */
	enum verdict dead_verdict;  /* the worst of both */
	size_t addresses;	    /* that answered */
	double rta, longest;
	uint64_t sent, received;
};

struct icmp_scene {
	const struct icmp_rules *rules;
	const struct icmp_look *look;
	struct result *root;
	bool brief;	/* too many addresses: only the bad ones are told */
	bool plain;	/* rta and loss are all that limits are set for */
	bool half_well; /* a name has a fault of its families */
	bool counted;	/* how many are dead stands first */
	struct icmp_sums sums;
};

/* What is made of one host. */
struct icmp_host_view {
	const struct icmp_host *host;
	struct icmp_stats first; /* brief ones, of its first address */
	enum family_status seen[IP_V6 + 1];
	struct family_verdict families;
	bool spared[IP_V6 + 1]; /* shown and not judged: another is enough */
};

/* Limits for what only icmp_stats_make tells, or no packet alone? */
bool icmp_rules_more_than_usual(const struct icmp_rules *rules);

const struct icmp_target *icmp_scene_address(const struct icmp_scene *scene,
    const struct icmp_host *host, size_t i);
struct icmp_stats icmp_scene_brief(const struct icmp_scene *scene,
    const struct icmp_target *target);
struct icmp_stats icmp_scene_full(const struct icmp_scene *scene,
    const struct icmp_target *target);
/* The verdict without a node for it: is there nothing to say? */
bool icmp_scene_is_fine(const struct icmp_scene *scene,
    const struct icmp_target *target, const struct icmp_stats *brief);
/* An address that was given as such speaks for itself, whatever family is asked
 * for. */
struct icmp_host_view icmp_scene_view(const struct icmp_scene *scene,
    const struct icmp_host *host);
/* What it counts for that an address of the family is dead. */
enum verdict icmp_scene_dead_counts(const struct icmp_host_view *view,
    enum ip_family family);

void icmp_tell_times(struct text *text, const struct icmp_stats *stats);
/* Who said why packets were lost; nothing when nobody did. */
void icmp_tell_fault(struct text *text, const struct icmp_scene *scene,
    const struct icmp_target *target);
/* Why nothing is known of the address. */
void icmp_tell_unmeasured(struct text *text, const struct icmp_scene *scene,
    const struct icmp_target *target);
/* "www.example.net works over IPv4, IPv6 dead", as findings. */
void icmp_tell_families(const struct icmp_scene *scene);
/* What the first line ends with, of many targets or of the only one. */
void icmp_tell_many(const struct icmp_scene *scene, struct text *text);
void icmp_tell_one(const struct icmp_scene *scene, struct text *text);

#endif
