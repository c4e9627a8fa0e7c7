/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/num.h"
#include "frame/watch_run.h"

#define SECOND_LOOK_NS CLOCK_SECOND

static void
look_at_unit(struct watch_run *run, struct watch_look *look,
    char words[WATCH_WORDS])
{
	char room[WATCH_WORDS];
	struct text text = TEXT_OVER(room);
	struct watch_answer answer;

	if (run->nameless.kind != ERR_NONE) {
		watch_say(words, "%s", run->nameless.text);
		return;
	}
	if (!watch_ask(run->worker, WATCH_ASK_UNIT, &run->deadline, &answer)) {
		watch_say(words, "%s", answer.err.text);
		return;
	}
	unit_look(&answer.unit, clock_boottime_ns(), look);
	/* Another command than RestartUnit may know a way. */
	if (run->opts->restart.count > 0)
		look->refused_ns = look->limited_ns = 0;
	unit_tell(&answer.unit, &text);
	watch_say(words, "%s", text.data);
}

static void
look_by_probe(struct watch_run *run, struct watch_look *look,
    char words[WATCH_WORDS])
{
	struct watch_answer answer;

	look->sight = WATCH_UNSURE;
	if (watch_ask(run->worker, WATCH_ASK_PROBE, &run->deadline, &answer))
		watch_answer_probe(&answer, look, words);
	else
		watch_say(words, "the test failed to tell: %s",
		    answer.err.text);
}

/* Is that file there, or may it be?  A forgotten one is told by its age. */
static bool
is_maintained(const char *path, struct watch_look *look,
    char words[WATCH_WORDS])
{
	char room[64];
	struct text age = TEXT_OVER(room);
	struct stat st;
	int64_t age_s;

	if (lstat(path, &st) != 0) {
		if (errno != ENOENT)
			watch_say(words, "%s cannot be looked for: %s", path,
			    strerror(errno));
		return errno != ENOENT;
	}
	look->sight = WATCH_STOPPED;
	age_s = clock_wall_ns() / CLOCK_SECOND - st.st_mtim.tv_sec;
	num_format_duration(&age, (double)(age_s > 0 ? age_s : 0));
	watch_say(words, "maintenance: %s exists and is %s old", path, room);
	return true;
}

/* Maintenance, then the service. */
static struct watch_look
look_at_service(struct watch_run *run, char words[WATCH_WORDS])
{
	const struct watch_opts *opts = run->opts;
	struct watch_look look = { .sight = WATCH_UNSURE, .age_ns = -1 };

	if (opts->maintenance && is_maintained(opts->maintenance, &look, words))
		return look;
	if (opts->unit)
		look_at_unit(run, &look, words);
	else if (opts->exe)
		run->hands->look(run, &look, words);
	else
		look.sight = WATCH_UP;
	return look;
}

/* One look, with the test when it is there.  A test takes its time: whoever has
 * stopped the service meanwhile has made it fail. */
static struct watch_look
look_once(struct watch_run *run, char words[WATCH_WORDS])
{
	struct watch_look look = look_at_service(run, words), after;
	char now[WATCH_WORDS];

	if (look.sight != WATCH_UP || run->opts->probe.count == 0)
		return look;
	look_by_probe(run, &look, words);
	if (look.sight != WATCH_FAILED)
		return look;
	after = look_at_service(run, now);
	if (after.sight == WATCH_UP &&
	    strcmp(after.identity, look.identity) == 0)
		return look;
	if (after.sight == WATCH_UP) {
		after.sight = WATCH_UNSURE;
		watch_say(now, "another process came while the test failed");
	}
	memcpy(words, now, sizeof(now));
	return after;
}

void
watch_run_sleep(int64_t ns)
{
	const struct timespec wait = {
		.tv_sec = (time_t)(ns / CLOCK_SECOND),
		.tv_nsec = (long)(ns % CLOCK_SECOND),
	};

	if (ns > 0)
		nanosleep(&wait, NULL);
}

/* Absent is what two looks say, a second apart. */
void
watch_run_look(struct watch_run *run)
{
	struct watch_report *report = &run->report;

	report->look = look_once(run, report->words);
	if (report->look.sight != WATCH_ABSENT)
		return;
	if (deadline_left_ns(&run->deadline) <
	    SECOND_LOOK_NS + WATCH_ACT_LEAST_NS) {
		report->look.sight = WATCH_UNSURE;
		watch_say(report->words, "no time for a second look");
		return;
	}
	watch_run_sleep(SECOND_LOOK_NS);
	report->look = look_once(run, report->words);
}
