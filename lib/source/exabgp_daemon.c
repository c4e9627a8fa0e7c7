/* SPDX-License-Identifier: ISC */
#include "source/exabgp_daemon.h"

#include <string.h>
#include <sys/auxv.h>

#include "base/text.h"
#include "source/exabgp_proc.h"
#include "source/procfs.h"

#define CHILDREN 1024

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
		process->seen = EXABGP_ABSENT;
		return;
	case PROCFS_FOUND:
		break;
	}
	take_stat(process, &stat);
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

void
exabgp_daemon_find(const struct exabgp_select *select,
    struct exabgp_process *process, const struct deadline *deadline)
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
		process->seen = EXABGP_ABSENT;
		seek_zombie(select, process, deadline);
	}
}

/* --- what it uses --------------------------------------------------------- */

bool
exabgp_daemon_measure(const char *root, struct exabgp_process *process)
{
	const double ticks = (double)getauxval(AT_CLKTCK);
	uint64_t memory;

	if (!procfs_memory_total(root, &memory, &process->err)) {
		process->seen = EXABGP_UNTOLD;
		return false;
	}
	process->uptime_s = (double)clock_boottime_ns() / CLOCK_SECOND -
	    (double)process->start_ticks / ticks;
	if (process->uptime_s < 0)
		process->uptime_s = 0;
	process->memory_percent =
	    memory > 0 ? 100 * process->rss / (double)memory : 0;
	process->has_descriptors =
	    procfs_descriptors(root, process->pid, &process->descriptors,
		&process->descriptors_limit, &process->descriptors_err);
	return true;
}

/* --- helpers -------------------------------------------------------------- */

/* The words of a command line as one text. */
static void
join(char words[static PROCFS_CMDLINE + 1], size_t len)
{
	while (len > 0 && words[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++)
		if (words[i] == '\0')
			words[i] = ' ';
	words[len] = '\0';
}

static void
count_helper(struct exabgp_look *look, const struct exabgp_want *wanted,
    size_t wanted_count, const char *words, const struct procfs_stat *stat)
{
	struct exabgp_history *now = &look->now;

	look->helpers_all++;
	for (size_t i = 0; i < wanted_count; i++)
		look->helpers[i] += strstr(words, wanted[i].pattern) != NULL;
	if (now->helper_count < EXABGP_HELPERS)
		now->helpers[now->helper_count++] =
		    (struct exabgp_identity){ (uint64_t)stat->pid,
			    stat->start_ticks };
}

static bool
take_child(const char *root, struct exabgp_look *look, pid_t pid,
    const struct exabgp_want *wanted, size_t wanted_count)
{
	char words[PROCFS_CMDLINE + 1];
	struct procfs_stat stat;
	size_t len;

	switch (procfs_cmdline(root, pid, words, &len, &look->helpers_err)) {
	case PROCFS_ERROR:
		return false;
	case PROCFS_GONE:
		return true;
	case PROCFS_FOUND:
		break;
	}
	/* A zombie has none, and the daemon's own client is no helper. */
	if (len == 0 || exabgp_is_client(words, len) ||
	    procfs_stat_read(root, pid, &stat, &look->helpers_err) !=
		PROCFS_FOUND)
		return true;
	join(words, len);
	count_helper(look, wanted, wanted_count, words, &stat);
	return true;
}

bool
exabgp_daemon_helpers(const char *root, struct exabgp_look *look,
    const struct exabgp_want *wanted, size_t wanted_count, struct arena *arena,
    const struct deadline *deadline)
{
	pid_t *children = arena_alloc(arena, CHILDREN * sizeof(*children));
	size_t count;

	look->helpers =
	    arena_alloc(arena, (wanted_count + 1) * sizeof(*look->helpers));
	if (children == NULL || look->helpers == NULL)
		return err_set(&look->helpers_err, ERR_SYSTEM,
		    "no memory for helpers");
	if (!procfs_children(root, look->process.pid, children, CHILDREN,
		&count, deadline, &look->helpers_err))
		return false;
	for (size_t i = 0; i < count && i < CHILDREN; i++)
		if (!take_child(root, look, children[i], wanted, wanted_count))
			return false;
	return true;
}
