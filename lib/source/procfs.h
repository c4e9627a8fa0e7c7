/* SPDX-License-Identifier: ISC */
/*
 * procfs: what the kernel tells of its processes, proc(5).
 *
 * Every call takes the root ("/proc", or a fixture), and a process that ends
 * meanwhile is one that is not there, never an error.  A command line is what
 * the process made of it: NUL-terminated words, which it may have overwritten.
 * A reading is a copy of one moment; who needs to know that a number still is
 * the same process compares start_ticks.
 */
#ifndef SOURCE_PROCFS_H
#define SOURCE_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"

#define PROCFS_ROOT "/proc"
#define PROCFS_CMDLINE 4096 /* bytes of a command line that are looked at */

struct procfs_stat {
	pid_t pid, parent;
	char name[16];	      /* foreign, may hold anything */
	char state;	      /* R, S, D, T, Z, ... */
	uint64_t cpu_ticks;   /* in user and kernel mode */
	uint64_t start_ticks; /* since boot */
	uint64_t threads;
	uint64_t rss_pages;
};

enum procfs_found {
	PROCFS_ERROR, /* *err says why it cannot be told */
	PROCFS_GONE,  /* no such process, or none for us: procfs_hides */
	PROCFS_FOUND,
};

enum procfs_found procfs_stat_read(const char *root, pid_t pid,
    struct procfs_stat *stat, struct err *err);
/* At most PROCFS_CMDLINE bytes; none for a kernel thread and a zombie. */
enum procfs_found procfs_cmdline(const char *root, pid_t pid,
    char words[static PROCFS_CMDLINE], size_t *len, struct err *err);

/* Are processes of others kept from us, hidepid in proc(5)?  Then one that is
 * gone may as well run. */
bool procfs_hides(const char *root);

/* Called for each process; false ends the walk. */
typedef bool procfs_visit(pid_t pid, const char *words, size_t len,
    void *context);

/* Every process that has a command line.  One reading each: 8 us. */
bool procfs_each(const char *root, procfs_visit *visit, void *context,
    const struct deadline *deadline, struct err *err);

/* The same for each process, and what the kernel calls it. */
typedef bool procfs_visit_stat(const struct procfs_stat *stat, void *context);
bool procfs_each_stat(const char *root, procfs_visit_stat *visit, void *context,
    const struct deadline *deadline, struct err *err);

/* The direct children, at most `room` of them: *count says how many there are.
 * Asks the kernel for them where it keeps a list, of each thread of `of`, else
 * goes through all. */
bool procfs_children(const char *root, const struct procfs_stat *of,
    pid_t *children, size_t room, size_t *count,
    const struct deadline *deadline, struct err *err);

/* Open descriptors and the soft limit (0: unlimited).  Of another user's
 * process both or the first are ERR_PERMISSION without CAP_SYS_PTRACE. */
bool procfs_descriptors(const char *root, pid_t pid, uint64_t *open_now,
    uint64_t *limit, struct err *err);

/* The inode of its program; 0 when it is not to be seen: that of another user's
 * process needs CAP_SYS_PTRACE. */
uint64_t procfs_exe_inode(const char *root, pid_t pid);
/* Its effective user. */
enum procfs_found procfs_user(const char *root, pid_t pid, uid_t *user,
    struct err *err);

bool procfs_memory_total(const char *root, uint64_t *bytes, struct err *err);

/* --- bytes, no I/O -------------------------------------------------------- */

/* The line of PID/stat; the name of a process may hold anything. */
bool procfs_parse_stat(const char *bytes, size_t len, struct procfs_stat *stat);
/* "Max open files" of PID/limits. */
bool procfs_parse_limits(const char *bytes, size_t len, uint64_t *open_files);
bool procfs_parse_meminfo(const char *bytes, size_t len, uint64_t *bytes_total);

/* The second of "Uid:" of PID/status. */
bool procfs_parse_user(const char *bytes, size_t len, uint64_t *user);

/* The next word of a command line; false at its end. */
bool procfs_word(const char *words, size_t len, size_t *at, const char **word);

#endif
