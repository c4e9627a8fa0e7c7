/* SPDX-License-Identifier: ISC */
#include "source/service.h"

#include <signal.h>
#include <unistd.h>

#include "source/pidfile.h"

/* One look, on its way. */
struct search {
	const char *root;
	const struct service *service;
	struct procid *process;
	struct watch_look *look;
	char *words;
};

static void
found(const struct search *search, const struct procid *id)
{
	struct watch_look *look = search->look;
	struct text text;

	/* It is there and does nothing, by somebody's wish or mishap: neither
	 * well nor absent. */
	if (id->state == 'T') {
		watch_say(search->words,
		    "process %d of user %u is stopped, as by kill -STOP",
		    (int)id->pid, (unsigned)id->uid);
		return;
	}
	*search->process = *id;
	look->sight = WATCH_UP;
	look->age_ns = clock_boottime_ns() - id->started_ns;
	text_init(&text, look->identity, sizeof(look->identity));
	procid_format(&text, id);
	watch_say(search->words, "process %d of user %u runs", (int)id->pid,
	    (unsigned)id->uid);
}

/* `stale`: there is a pid file, and it does not lead to a process. */
static void
alive(const struct search *search, const struct procid *id, size_t count,
    bool stale)
{
	const char *exe = search->service->want.exe;

	/* A second copy is the classic damage of a stale file. */
	if (stale) {
		watch_say(search->words,
		    "process %d of %s runs, and the pid file does not say so",
		    (int)id->pid, exe);
	} else if (count == 1) {
		found(search, id);
	} else {
		search->look->sight = WATCH_UP;
		watch_say(search->words, "%zu processes of %s run", count, exe);
	}
}

static void
search_all(const struct search *search, bool stale)
{
	const struct procid_want *want = &search->service->want;
	struct procid id;
	struct err err = { 0 };
	size_t count;

	switch (procid_find(search->root, want, &id, &count, &err)) {
	case PROCID_ERROR:
		watch_say(search->words, "%s", err.text);
		break;
	case PROCID_GONE:
		search->look->sight = WATCH_ABSENT;
		watch_say(search->words, "no process of %s", want->exe);
		break;
	case PROCID_ALIVE:
		alive(search, &id, count, stale);
		break;
	}
}

static enum procid_found
read_number(const char *root, pid_t pid, struct procid *id, struct err *err)
{
	const int pidfd = procid_open(pid, err);
	enum procid_found read;

	if (pidfd < 0)
		return err->kind == ERR_NONE ? PROCID_GONE : PROCID_ERROR;
	read = procid_read(root, pid, pidfd, id, err);
	close(pidfd);
	return read;
}

static void
look_at_number(const struct search *search, pid_t pid)
{
	struct procid id;
	struct err err = { 0 };

	switch (read_number(search->root, pid, &id, &err)) {
	case PROCID_GONE:
		search_all(search, true);
		break;
	case PROCID_ERROR:
		watch_say(search->words, "%s", err.text);
		break;
	case PROCID_ALIVE:
		if (procid_matches(&id, &search->service->want))
			found(search, &id);
		else
			watch_say(search->words,
			    "the pid file names process %d, which is %s of "
			    "user %u",
			    (int)pid, id.exe, (unsigned)id.uid);
		break;
	}
}

static void
look_at_pid_file(const struct search *search)
{
	struct err err = { 0 };
	pid_t pid = 0;

	switch (pidfile_read(search->service->pid_file, 0, &pid, &err)) {
	case PIDFILE_ERROR:
		watch_say(search->words, "pid file not believed: %s", err.text);
		break;
	case PIDFILE_ABSENT:
		search_all(search, true);
		break;
	case PIDFILE_NUMBER:
		look_at_number(search, pid);
		break;
	}
}

void
service_look(const char *root, const struct service *service,
    struct procid *process, struct watch_look *look,
    char words[static WATCH_WORDS])
{
	const struct search search = { root, service, process, look, words };

	process->pid = 0;
	if (service->pid_file)
		look_at_pid_file(&search);
	else
		search_all(&search, false);
}

/* Asked, and killed if that is wanted. */
static bool
ask_to_end(int pidfd, const struct service_patience *patience, struct err *err)
{
	return procid_signal(pidfd, SIGTERM, err) &&
	    (procid_await_end(pidfd, &patience->asked) ||
		(patience->force && procid_signal(pidfd, SIGKILL, err) &&
		    procid_await_end(pidfd, &patience->all)));
}

bool
service_end(const char *root, const struct service *service, pid_t pid,
    const char *identity, const struct service_patience *patience,
    struct err *err)
{
	const int pidfd = procid_open(pid, err);
	enum procid_found verified;
	bool ended;

	if (pidfd < 0)
		return err->kind == ERR_NONE; /* gone by itself */
	verified =
	    procid_verify(root, pid, pidfd, &service->want, identity, err);
	ended = verified == PROCID_GONE ||
	    (verified == PROCID_ALIVE && ask_to_end(pidfd, patience, err));
	close(pidfd);
	if (!ended && err->kind == ERR_NONE)
		err_set(err, ERR_TIMEOUT,
		    "process %d did not end when asked to%s", (int)pid,
		    patience->force ? "" : " (--force would kill it)");
	return ended;
}
