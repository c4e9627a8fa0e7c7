/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "source/exabgp_daemon.h"
#include "source/exabgp_proc.h"
#include "source/procfs.h"

#define CHILDREN 1024

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
			    stat->start_ticks, 0 };
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
	const struct procfs_stat daemon = { .pid = look->process.pid,
		.threads = look->process.threads };
	pid_t *children = arena_alloc(arena, CHILDREN * sizeof(*children));
	size_t count;

	look->helpers =
	    arena_alloc(arena, (wanted_count + 1) * sizeof(*look->helpers));
	if (children == NULL || look->helpers == NULL)
		return err_set(&look->helpers_err, ERR_SYSTEM,
		    "no memory for helpers");
	if (!procfs_children(root, &daemon, children, CHILDREN, &count,
		deadline, &look->helpers_err))
		return false;
	for (size_t i = 0; i < count && i < CHILDREN; i++)
		if (!take_child(root, look, children[i], wanted, wanted_count))
			return false;
	return true;
}
