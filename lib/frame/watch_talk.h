/* SPDX-License-Identifier: ISC */
/*
 * watch_talk: what the watchdog's acting process and its worker say to each
 * other over the pipes of an aide: questions one way, answers the other.
 */
#ifndef FRAME_WATCH_TALK_H
#define FRAME_WATCH_TALK_H

#include "frame/aide.h"
#include "model/unit.h"
#include "model/watch_report.h"

enum watch_ask {
	WATCH_ASK_NAME, /* what systemd itself calls the unit */
	WATCH_ASK_UNIT,
	WATCH_ASK_PROBE,
	WATCH_ASK_NOTHING, /* `report` is the last word */
};

struct watch_question {
	enum watch_ask ask;
	struct deadline until; /* who answers later is not heard */
	struct watch_report report;
};

/* Hostile, as all that comes from the worker. */
struct watch_answer {
	int32_t good;
	int32_t
	    status; /* of the plugin; below 0: less the signal that ended it */
	struct err err;
	struct unit unit;
	char id[UNIT_NAME_MAX + 1];
	char words[WATCH_WORDS];
};

/* True when there is an answer that says `good`, safe to read; else
 * answer->err is why not. */
bool watch_ask(const struct aide *worker, enum watch_ask what,
    const struct deadline *deadline, struct watch_answer *answer);

/* What the plugin has said, as a sight and in words. */
void watch_answer_probe(const struct watch_answer *answer,
    struct watch_look *look, char words[static WATCH_WORDS]);

#endif
