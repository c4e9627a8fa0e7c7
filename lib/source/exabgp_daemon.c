/* SPDX-License-Identifier: ISC */
#include "source/exabgp_daemon.h"

#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/text.h"
#include "source/cgroup.h"
#include "source/exabgp_pipe.h"
#include "source/exabgp_proc.h"
#include "source/pidfile.h"
#include "source/procfs.h"
#include "source/systemd.h"

#define UNIT_PROCESSES 512 /* of one unit */

/* --- which one ------------------------------------------------------------ */

static void
take_stat(struct exabgp_process *process, const struct procfs_stat *stat)
{
	process->pid = stat->pid;
	process->parent = stat->parent;
	process->state = stat->state;
	process->start_ticks = stat->start_ticks;
	process->cpu_ticks = stat->cpu_ticks;
	process->threads = stat->threads;
	process->rss = (double)stat->rss_pages * (double)getauxval(AT_PAGESZ);
}

/* Cannot be told, for that reason. */
static void
untold(struct exabgp_process *process, const struct err *err)
{
	process->err = *err;
	process->seen = EXABGP_UNTOLD;
}

/* Nobody is to be seen, which proves something only where all are shown. */
static void
missing(const struct exabgp_select *select, struct exabgp_process *process)
{
	process->seen = EXABGP_ABSENT;
	if (!procfs_hides(select->root))
		return;
	process->seen = EXABGP_UNTOLD;
	err_set(&process->err, ERR_PERMISSION,
	    "%s hides the processes of others (hidepid): run the check as "
	    "root, or in the group that its mount option gid names",
	    select->root);
}

static bool
has_ended(char state)
{
	return state == 'Z' || state == 'X';
}

static void
settle(const struct exabgp_select *select, pid_t pid,
    struct exabgp_process *process)
{
	struct procfs_stat stat;

	switch (procfs_stat_read(select->root, pid, &stat, &process->err)) {
	case PROCFS_ERROR:
		process->seen = EXABGP_UNTOLD;
		return;
	case PROCFS_GONE:
		missing(select, process);
		return;
	case PROCFS_FOUND:
		break;
	}
	take_stat(process, &stat);
	process->exe_inode = procfs_exe_inode(select->root, pid);
	process->seen = has_ended(stat.state) ? EXABGP_ZOMBIE : EXABGP_RUNS;
}

static bool
is_known(const struct exabgp_identity *known,
    const struct exabgp_process *process)
{
	return known != NULL && known->pid == (uint64_t)process->pid &&
	    known->start_ticks == process->start_ticks;
}

/* A zombie has no command line any more.  Its name is all that is left, and
 * children of the daemon have it too, and daemons of long ago where process 1
 * takes no note: only the one that was seen before is told for certain. */
static void
seek_zombie(const struct exabgp_select *select, struct exabgp_process *process,
    const struct deadline *deadline)
{
	struct text why = TEXT_OVER(process->why);
	pid_t pid = select->known != NULL ? (pid_t)select->known->pid : 0;

	if (pid != 0)
		settle(select, pid, process);
	if (process->seen == EXABGP_ZOMBIE && is_known(select->known, process))
		return;
	process->seen = EXABGP_ABSENT;
	if (!exabgp_find_zombie(select->root, &pid, deadline, &process->err))
		process->seen = EXABGP_UNTOLD;
	else if (pid != 0)
		text_addf(&why,
		    "process %d of that name has ended and is a zombie",
		    (int)pid);
}

/* A configuration is compared as it was typed, so show what was. */
static void
tell_of_others(const struct exabgp_select *select,
    struct exabgp_process *process, const struct deadline *deadline)
{
	struct text why = TEXT_OVER(process->why);
	char words[PROCFS_CMDLINE];
	const char *config;
	struct err ignored;
	size_t count, len;
	pid_t pid;

	if (select->config == NULL ||
	    !exabgp_find(select->root, NULL, &pid, &count, deadline,
		&ignored) ||
	    count == 0 ||
	    procfs_cmdline(select->root, pid, words, &len, &ignored) !=
		PROCFS_FOUND ||
	    (config = exabgp_config(words, len)) == NULL)
		return;
	if (count > 1)
		text_addf(&why, "%zu others run, process %d with %s", count,
		    (int)pid, config);
	else
		text_addf(&why, "process %d runs with %s instead", (int)pid,
		    config);
}

static void
find_by_argv(const struct exabgp_select *select, struct exabgp_process *process,
    const struct deadline *deadline)
{
	pid_t pid;

	if (!exabgp_find(select->root, select->config, &pid, &process->daemons,
		deadline, &process->err)) {
		process->seen = EXABGP_UNTOLD;
	} else if (process->daemons > 1) {
		process->seen = EXABGP_SEVERAL;
	} else if (process->daemons == 1) {
		settle(select, pid, process);
	} else {
		missing(select, process);
		if (process->seen == EXABGP_ABSENT)
			seek_zombie(select, process, deadline);
		if (process->seen == EXABGP_ABSENT && *process->why == '\0')
			tell_of_others(select, process, deadline);
	}
}

/* --- what names a process ------------------------------------------------- */

/* Is the process that `who` names the daemon?  If not, process->why. */
static void
verify(const struct exabgp_select *select, pid_t pid, const char *who,
    struct exabgp_process *process)
{
	struct text why = TEXT_OVER(process->why);
	char words[PROCFS_CMDLINE];
	struct procfs_stat stat = { 0 };
	size_t len = 0;

	settle(select, pid, process);
	if (process->seen == EXABGP_ABSENT)
		text_addf(&why, "%s names process %d, which has ended", who,
		    (int)pid);
	if (process->seen != EXABGP_RUNS)
		return;
	if (procfs_cmdline(select->root, pid, words, &len, &process->err) ==
		PROCFS_FOUND &&
	    exabgp_is_daemon(words, len, select->config))
		return;
	process->seen = EXABGP_ABSENT;
	procfs_stat_read(select->root, pid, &stat, &process->err);
	text_addf(&why, "%s names process %d, which is %s", who, (int)pid,
	    exabgp_is_daemon(words, len, NULL)
		? "ExaBGP with another configuration"
		: stat.name);
}

/* Of some processes, the one that is the daemon; 0: none. */
static pid_t
daemon_among(const struct exabgp_select *select, const pid_t *pids,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char words[PROCFS_CMDLINE];
		struct err ignored;
		size_t len;

		if (procfs_cmdline(select->root, pids[i], words, &len,
			&ignored) == PROCFS_FOUND &&
		    exabgp_is_daemon(words, len, select->config))
			return pids[i];
	}
	return 0;
}

/* --- by its unit ---------------------------------------------------------- */

/* systemd's main process, or one of its control group: a shell may be the main
 * process.  False when there is none. */
static bool
find_in_unit(const struct exabgp_select *select, const char *cgroup,
    struct exabgp_process *process)
{
	pid_t pids[UNIT_PROCESSES], pid;
	size_t count = 0;

	if (*cgroup == '\0' ||
	    !cgroup_processes(select->cgroup, cgroup, pids, UNIT_PROCESSES,
		&count, &process->err))
		return false;
	pid = daemon_among(select, pids,
	    count < UNIT_PROCESSES ? count : UNIT_PROCESSES);
	if (pid != 0)
		verify(select, pid, select->name, process);
	return pid != 0;
}

/* Without a bus there still are the control groups, at their usual place. */
static void
find_without_bus(const struct exabgp_select *select, const struct err *err,
    struct exabgp_process *process)
{
	char room[UNIT_NAME_MAX + 32];
	struct text cgroup = TEXT_OVER(room);

	text_addf(&cgroup, "/system.slice/%s", select->name);
	if (find_in_unit(select, room, process)) {
		process->unit_err = *err;
		return;
	}
	untold(process, err);
	err_set(&process->err, err->kind,
	    "%s; without systemd name the process by --pid-file, --pipe-owner "
	    "or --config instead of --unit",
	    err->text);
}

/* What systemd says of a unit without a process. */
static void
tell_of_unit(const struct exabgp_select *select, const struct unit *unit,
    struct exabgp_process *process)
{
	struct text why = TEXT_OVER(process->why);

	if (strcmp(unit->load_state, "loaded") != 0) {
		process->seen = EXABGP_UNTOLD;
		err_set(&process->err, ERR_USAGE,
		    "systemd has no unit %s (%s): see systemctl status",
		    select->name, unit->load_state);
		return;
	}
	process->seen = EXABGP_ABSENT;
	text_addf(&why, "%s is %s (%s, %s)", select->name, unit->active_state,
	    unit->sub_state, unit->result);
	if (strcmp(unit->active_state, "inactive") == 0 &&
	    strcmp(unit->result, "success") == 0)
		text_add(&why,
		    ": stopped on purpose, or given up, which ExaBGP does with "
		    "code 0");
}

static void
find_by_unit(const struct exabgp_select *select, struct exabgp_process *process,
    const struct deadline *deadline)
{
	struct unit unit;
	struct err err;

	if (!systemd_look(select->name, &unit, deadline, &err)) {
		find_without_bus(select, &err, process);
		return;
	}
	process->has_unit_restarts = true;
	process->unit_restarts = unit.restarts;
	if (unit.main_pid > 0) {
		verify(select, (pid_t)unit.main_pid, select->name, process);
		if (process->seen != EXABGP_ABSENT)
			return;
	}
	if (find_in_unit(select, unit.cgroup, process))
		process->why[0] = '\0';
	else if (unit.main_pid == 0)
		tell_of_unit(select, &unit, process);
}

/* --- by its pid file ------------------------------------------------------ */

/* A file that somebody else could have written may name any process. */
static bool
can_be_believed(const struct exabgp_select *select,
    const struct pidfile_note *note, struct err *err)
{
	uid_t user = 0;

	if (note->shared)
		return err_set(err, ERR_PERMISSION,
		    "%s can be written by everybody or a group: chmod 0644",
		    select->name);
	if (note->owner == 0 || note->owner == geteuid())
		return true;
	if (procfs_user(select->root, note->pid, &user, err) == PROCFS_ERROR)
		return false;
	return note->owner == user ||
	    err_set(err, ERR_PERMISSION,
		"%s belongs to user %u, which is neither root nor the user of "
		"process %d",
		select->name, (unsigned)note->owner, (int)note->pid);
}

static void
find_by_pid_file(const struct exabgp_select *select,
    const struct exabgp_door *door, struct exabgp_process *process)
{
	struct text why = TEXT_OVER(process->why);
	struct pidfile_note note;
	struct err err;

	if (door->err.kind != ERR_NONE) {
		untold(process, &door->err);
	} else if (door->pid_file < 0) {
		process->seen = EXABGP_ABSENT;
		text_addf(&why,
		    "there is no %s (ExaBGP writes one when daemon.pid names "
		    "it)",
		    select->name);
	} else if (!pidfile_note(door->pid_file, select->name, &note, &err)) {
		untold(process, &err);
	} else {
		verify(select, note.pid, select->name, process);
		/* Of a process that has ended nobody can tell the user. */
		if ((process->seen == EXABGP_RUNS ||
			process->seen == EXABGP_ZOMBIE) &&
		    !can_be_believed(select, &note, &err))
			untold(process, &err);
	}
}

/* --- by its pipes --------------------------------------------------------- */

/* The daemon's own client reads the pipe: its parent is the daemon. */
static void
find_by_pipe(const struct exabgp_select *select, const struct exabgp_door *door,
    struct exabgp_process *process)
{
	struct text why = TEXT_OVER(process->why);
	pid_t candidates[2 * EXABGP_READERS], pid;
	size_t count = 0;

	for (size_t i = 0; i < door->reader_count; i++) {
		struct procfs_stat stat;
		struct err ignored;

		if (procfs_stat_read(select->root, door->readers[i], &stat,
			&ignored) != PROCFS_FOUND)
			continue;
		candidates[count++] = stat.pid;
		candidates[count++] = stat.parent;
	}
	pid = daemon_among(select, candidates, count);
	if (pid != 0) {
		verify(select, pid, select->name, process);
	} else if (door->err.kind != ERR_NONE) {
		untold(process, &door->err);
	} else if (door->hidden) {
		process->seen = EXABGP_UNTOLD;
		err_set(&process->err, ERR_PERMISSION,
		    "who reads %s.in is not to be seen by user %u: run the "
		    "check as root",
		    select->name, (unsigned)geteuid());
	} else {
		process->seen = EXABGP_ABSENT;
		text_addf(&why, "no ExaBGP reads %s.in", select->name);
	}
}

/* --- all of them ---------------------------------------------------------- */

void
exabgp_daemon_open(const struct exabgp_select *select, struct exabgp_door *door,
    const struct deadline *deadline)
{
	char fifo[EXABGP_PIPE_NAME];

	*door = (struct exabgp_door){ .pid_file = -1 };
	if (select->by == EXABGP_BY_PID_FILE) {
		door->pid_file = pidfile_open(select->name, &door->err);
	} else if (select->by == EXABGP_BY_PIPE) {
		struct err ignored;
		bool hidden;

		exabgp_pipe_name(fifo, select->name, "in");
		exabgp_find_readers(select->root, fifo, door->readers,
		    EXABGP_READERS, &door->reader_count, &door->hidden,
		    deadline, &door->err);
		/* Confined, we could not see them when we need to. */
		exabgp_pipe_name(fifo, select->name, "out");
		exabgp_find_readers(select->root, fifo, door->rivals,
		    EXABGP_READERS, &door->rival_count, &hidden, deadline,
		    &ignored);
	}
}

void
exabgp_daemon_close(struct exabgp_door *door)
{
	if (door->pid_file >= 0)
		close(door->pid_file);
	door->pid_file = -1;
}

void
exabgp_daemon_find(const struct exabgp_select *select,
    const struct exabgp_door *door, struct exabgp_process *process,
    const struct deadline *deadline)
{
	switch (select->by) {
	case EXABGP_BY_ARGV:
		find_by_argv(select, process, deadline);
		break;
	case EXABGP_BY_UNIT:
		find_by_unit(select, process, deadline);
		break;
	case EXABGP_BY_PID_FILE:
		find_by_pid_file(select, door, process);
		break;
	case EXABGP_BY_PIPE:
		find_by_pipe(select, door, process);
		break;
	}
	process->daemons +=
	    select->by != EXABGP_BY_ARGV && process->seen == EXABGP_RUNS;
}

/* --- its age -------------------------------------------------------------- */

static double
seconds_since(uint64_t start_ticks)
{
	const double ticks = (double)getauxval(AT_CLKTCK);
	const double seconds = (double)clock_boottime_ns() / CLOCK_SECOND -
	    (double)start_ticks / ticks;

	return seconds > 0 ? seconds : 0;
}

struct young {
	const struct exabgp_select *select;
	double most_s;
	bool found;
};

static bool
look_at_age(pid_t pid, const char *words, size_t len, void *context)
{
	struct young *young = context;
	const struct exabgp_select *select = young->select;
	struct procfs_stat stat;
	struct err ignored;

	young->found = exabgp_is_daemon(words, len, select->config) &&
	    procfs_stat_read(select->root, pid, &stat, &ignored) ==
		PROCFS_FOUND &&
	    seconds_since(stat.start_ticks) < young->most_s;
	return !young->found;
}

bool
exabgp_daemon_is_young(const struct exabgp_select *select, int64_t age_ns,
    const struct deadline *deadline)
{
	struct young young = { select, (double)age_ns / CLOCK_SECOND, false };
	struct err ignored;

	return procfs_each(select->root, look_at_age, &young, deadline,
		   &ignored) &&
	    young.found;
}

/* --- what it uses --------------------------------------------------------- */

bool
exabgp_daemon_measure(const char *root, struct exabgp_process *process)
{
	uint64_t memory;

	if (!procfs_memory_total(root, &memory, &process->err)) {
		process->seen = EXABGP_UNTOLD;
		return false;
	}
	process->uptime_s = seconds_since(process->start_ticks);
	process->memory_percent =
	    memory > 0 ? 100 * process->rss / (double)memory : 0;
	process->has_descriptors =
	    procfs_descriptors(root, process->pid, &process->descriptors,
		&process->descriptors_limit, &process->descriptors_err);
	return true;
}
