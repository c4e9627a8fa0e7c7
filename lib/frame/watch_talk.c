/* SPDX-License-Identifier: ISC */
#include "frame/watch_talk.h"

#include <signal.h>
#include <string.h>

/* For the way back of an answer that says "not in time". */
#define ANSWER_NS (100 * CLOCK_MILLI)

/* What a hostile worker may not do: leave out an end, or lie about a type. */
static void
sanitize(struct watch_answer *answer)
{
	answer->err.text[sizeof(answer->err.text) - 1] = '\0';
	answer->id[sizeof(answer->id) - 1] = '\0';
	answer->words[sizeof(answer->words) - 1] = '\0';
	unit_sanitize(&answer->unit);
}

bool
watch_ask(const struct aide *worker, enum watch_ask what,
    const struct deadline *deadline, struct watch_answer *answer)
{
	const int64_t part = deadline_left_ns(deadline) / 5;
	const struct watch_question question = {
		.ask = what,
		.until.at_ns =
		    deadline->at_ns - (part < ANSWER_NS ? part : ANSWER_NS),
	};
	struct err err = { 0 };

	if (!aide_send(worker, &question, sizeof(question), &err) ||
	    !aide_receive(worker, answer, sizeof(*answer), deadline, &err)) {
		*answer = (struct watch_answer){ .err = err };
		return false;
	}
	sanitize(answer);
	return answer->good != 0;
}

/* It ended in a way that no plugin has, or says that it cannot tell. */
static void
tell_unsure(const struct watch_answer *answer, char words[static WATCH_WORDS])
{
	const int32_t status = answer->status;
	const char *said =
	    answer->words[0] != '\0' ? answer->words : "it said nothing";
	const char *signal =
	    status < 0 && status > -NSIG ? sigdescr_np((int)-status) : NULL;

	if (status < 0)
		watch_say(words, "the test was ended by signal %u (%s)",
		    -(unsigned)status, signal ? signal : "unknown");
	else if (status == VERDICT_UNKNOWN)
		watch_say(words, "the test says UNKNOWN: %s", said);
	else
		watch_say(words,
		    "the test ends with code %d, which no plugin has: %s",
		    (int)status, said);
}

void
watch_answer_probe(const struct watch_answer *answer, struct watch_look *look,
    char words[static WATCH_WORDS])
{
	switch (answer->status) {
	case VERDICT_OK:
	case VERDICT_WARNING:
		look->sight = WATCH_UP;
		break;
	case VERDICT_CRITICAL:
		look->sight = WATCH_FAILED;
		break;
	default:
		look->sight = WATCH_UNSURE;
		break;
	}
	if (look->sight != WATCH_UNSURE && answer->words[0] == '\0')
		watch_say(words, "the test ends with code %d, without a word",
		    (int)answer->status);
	else if (look->sight != WATCH_UNSURE)
		watch_say(words, "%s", answer->words);
	else
		tell_unsure(answer, words);
}
