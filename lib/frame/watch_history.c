/* SPDX-License-Identifier: ISC */
#include "frame/watch_history.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"

#define ARENA ((size_t)1 << 20)

bool
watch_history_open(struct watch_history *history, const char *program,
    const char *directory, const char *key, bool dry, struct err *err)
{
	const char *systemd = getenv("STATE_DIRECTORY");

	if (!history->arena.base && !arena_reserve(&history->arena, ARENA, err))
		return false;
	/* A dry run must not make a directory that is missing. */
	if (dry && !directory && !(systemd && *systemd))
		directory = "/var/lib/routevigil";
	if (!state_open(&history->state, directory, program, key,
		WATCH_STATE_MAX, err))
		return false;
	history->state.lock_ns = 0;
	return true;
}

void
watch_history_close(struct watch_history *history)
{
	state_close(&history->state);
}

bool
watch_history_lock(struct watch_history *history,
    const struct deadline *deadline, struct err *err)
{
	if (!state_lock(&history->state, deadline, err))
		return false;
	futimens(history->state.lock_fd, NULL);
	return true;
}

/* Who holds the lock has touched the file. */
int64_t
watch_history_held_ns(const struct watch_history *history)
{
	const struct state *state = &history->state;
	char name[sizeof(state->name) + 8];
	struct stat st;

	snprintf(name, sizeof(name), "%s.lock", state->name);
	if (fstatat(state->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	return clock_wall_ns() -
	    ((int64_t)st.st_mtim.tv_sec * CLOCK_SECOND + st.st_mtim.tv_nsec);
}

bool
watch_history_load(struct watch_history *history, struct watch *watch,
    bool *remembered, struct err *err)
{
	const struct state *state = &history->state;

	if (!state_load(&history->state, &history->arena, err))
		return false;
	*remembered = state->body != NULL;
	return !state->body ||
	    watch_decode(watch, state->body, state->body_len, err);
}

bool
watch_history_keep(struct watch_history *history, const struct watch *watch,
    const struct deadline *deadline, struct err *err)
{
	char bytes[WATCH_STATE_MAX];
	struct text text;

	text_init(&text, bytes, sizeof(bytes));
	watch_encode(&text, watch);
	if (text.cut)
		return err_set(err, ERR_SYSTEM, "the history is too long");
	return state_save(&history->state, STATE_DURABLE, bytes, text.len,
	    deadline, err);
}
