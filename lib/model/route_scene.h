/* SPDX-License-Identifier: ISC */
/*
 * route_scene: one judging of routes, for the parts of route_judge.h alone:
 * what each source knows of a prefix, a prefix that is absent, one that is
 * there, numbers of routes.
 */
#ifndef MODEL_ROUTE_SCENE_H
#define MODEL_ROUTE_SCENE_H

#include "model/route_judge.h"

struct route_scene {
	const struct route_rules *rules;
	const struct route_look *look;
	struct result *root;
	size_t found, missing, unknown;
	size_t right;			/* as they should be */
	size_t unwanted;		/* that should be absent */
	unsigned untold[ROUTE_SOURCES]; /* enum route_trait, by view */
};

struct route_fact {
	const struct route_view *view;
	const struct route_answer *answer;
	enum route_presence presence;  /* of what was asked for */
	const char *why;	       /* ROUTE_UNSEEN */
	const struct route_path *path; /* ROUTE_PRESENT: the one in use */
	const struct route_path *poor; /* ROUTE_ABSENT: what is there and does
					  not count, or NULL */
};

/* --- facts ---------------------------------------------------------------- */

/* Those of the expected prefix with that index, of each source that is asked
 * for it. */
size_t route_facts_list(const struct route_rules *rules,
    const struct route_look *look, size_t index,
    struct route_fact facts[static ROUTE_SOURCES]);
/* The first of that presence, or NULL. */
const struct route_fact *route_facts_first(const struct route_fact *facts,
    size_t count, enum route_presence presence);
/* Of all sources together: absent somewhere is absent, or is it everywhere when
 * that is what is wanted? */
enum route_presence route_facts_presence(const struct route_rules *rules,
    const struct route_expect *expect, const struct route_fact *facts,
    size_t count);
bool route_rules_want_absent(const struct route_rules *rules,
    const struct route_expect *expect);
/* Does the path count in that view? */
bool route_rules_use(const struct route_rules *rules,
    const struct route_view *view, const struct route_path *path);
/* Has any path of the answer got there? */
bool route_fact_has_reached(const struct route_fact *fact,
    enum route_stage stage);
/* Is there a path that the source says it does not use? */
bool route_fact_is_unused(const struct route_fact *fact);

/* --- words ---------------------------------------------------------------- */

bool route_scene_has_several(const struct route_scene *scene); /* sources */
/* " in bird", where there is more than one source. */
void route_scene_add_where(const struct route_scene *scene, struct text *text,
    const struct route_view *view);
/* " (but for packets from 2001:db8:1::/48)"; NULL: nothing */
void route_scene_add_apart(struct text *text, const char *packets);
/* "protocol and metric not available from snmp"; enum route_trait bits */
void route_scene_add_untold(struct text *text, unsigned untold,
    const struct route_view *view);
/* "not used: link down on eth0 (proto static)" */
void route_fact_add_unused(struct text *text, const struct route_fact *fact);
/* "kernel", "bird and kernel": those of that presence */
void route_facts_add_sources(struct text *text, const struct route_fact *facts,
    size_t count, enum route_presence presence);

/* --- verdicts; `name` is what the prefix is called ------------------------ */

void route_judge_unseen(const struct route_scene *scene,
    const struct route_fact *facts, size_t count, const char *name,
    struct result *child);
void route_judge_missing(const struct route_scene *scene,
    const struct route_fact *facts, size_t count, const char *name,
    struct result *child);
void route_judge_unwanted(const struct route_scene *scene,
    const struct route_fact *facts, size_t count, const char *name,
    struct result *child);
/* True when its finding has said all about the route. */
bool route_judge_path(struct route_scene *scene,
    const struct route_expect *expect, const struct route_fact *fact,
    const char *name, struct result *node);
/* Do several sources send packets the same way?  True when its finding has said
 * how they differ. */
bool route_judge_agreement(const struct route_scene *scene,
    const struct route_fact *facts, size_t count, const char *name,
    struct result *child);
/* Makes a child of the root for a number of routes of one source. */
void route_judge_tally(const struct route_scene *scene,
    const struct route_view *view, const struct route_tally *tally);
/* What is remembered of it.  False: no room. */
bool route_remember_tally(const struct route_look *look,
    const struct route_view *view, const struct route_tally *tally,
    const struct route_spans *spans, struct route_history *after);

#endif
