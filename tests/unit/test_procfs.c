/* SPDX-License-Identifier: ISC */
/* Captured files of /proc: tests/fixtures/procfs/README. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/source/procfs.c"
#include "tests/suite.h"

#define ROOT "tests/fixtures/procfs/proc"

static struct err err;

static struct deadline
soon(void)
{
	return deadline_in(5 * CLOCK_SECOND);
}

START_TEST(reads_a_stat)
{
	struct procfs_stat stat;

	ck_assert_int_eq(procfs_stat_read(ROOT, 14200, &stat, &err),
	    PROCFS_FOUND);
	ck_assert_int_eq(stat.pid, 14200);
	ck_assert_int_eq(stat.parent, 14179);
	ck_assert_int_eq(stat.state, 'S');
	ck_assert_uint_eq(stat.cpu_ticks, 9);
	ck_assert_uint_eq(stat.start_ticks, 725507);
	ck_assert_uint_eq(stat.threads, 1);
	ck_assert_uint_eq(stat.rss_pages, 6160);
}
END_TEST

START_TEST(a_process_that_is_not_there_is_no_error)
{
	char words[PROCFS_CMDLINE];
	struct procfs_stat stat;
	size_t len;

	ck_assert_int_eq(procfs_stat_read(ROOT, 99, &stat, &err), PROCFS_GONE);
	ck_assert_int_eq(procfs_cmdline(ROOT, 99, words, &len, &err),
	    PROCFS_GONE);
}
END_TEST

static const struct {
	const char *line;
	bool fine;
} stats[] = {
	{ "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21",
	    true },
	{ "7 () S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21",
	    true },
	{ "7 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", false },
	{ "7 (a) SS 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21",
	    false },
	{ "7 (a) S -1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21",
	    false },
	{ "7 )a( S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21",
	    false },
	{ "x (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21",
	    false },
	{ "7 (a", false },
	{ "", false },
};

START_TEST(names_may_hold_anything)
{
	struct procfs_stat stat;

	ck_assert_int_eq(
	    procfs_parse_stat(stats[_i].line, strlen(stats[_i].line), &stat),
	    stats[_i].fine);
	if (stats[_i].fine) {
		ck_assert_int_eq(stat.parent, 1);
		ck_assert_uint_eq(stat.cpu_ticks, 11 + 12);
		ck_assert_uint_eq(stat.threads, 17);
		ck_assert_uint_eq(stat.start_ticks, 19);
		ck_assert_uint_eq(stat.rss_pages, 21);
	}
}
END_TEST

START_TEST(children_by_the_list_and_by_the_search)
{
	const struct deadline deadline = soon();
	struct procfs_stat parent = { .pid = 14200 };
	struct brood brood;
	pid_t children[2];
	size_t count;

	/* Its only thread, and all that it has. */
	for (parent.threads = 1; parent.threads < 3; parent.threads++) {
		ck_assert(procfs_children(ROOT, &parent, children, 2, &count,
		    &deadline, &err));
		ck_assert_uint_eq(count, 2);
		ck_assert_int_eq(children[0], 14318);
		ck_assert_int_eq(children[1], 14327);
	}
	/* It has no list here. */
	parent = (struct procfs_stat){ .pid = 14179, .threads = 1 };
	ck_assert(procfs_children(ROOT, &parent, children, 1, &count, &deadline,
	    &err));
	ck_assert_uint_eq(count, 4);
	brood = (struct brood){ 14200, children, 2, 0 };
	ck_assert(procfs_each_stat(ROOT, is_child, &brood, &deadline, &err));
	ck_assert_uint_eq(brood.count, 2);
	ck_assert_int_eq(children[0] + children[1], 14318 + 14327);
}
END_TEST

START_TEST(descriptors_and_memory)
{
	uint64_t open_now, limit, memory;

	ck_assert(procfs_descriptors(ROOT, 14200, &open_now, &limit, &err));
	ck_assert_uint_eq(open_now, 10);
	ck_assert_uint_gt(limit, 1000);
	ck_assert(procfs_memory_total(ROOT, &memory, &err));
	ck_assert_uint_gt(memory, UINT64_C(1) << 30);
	ck_assert(!procfs_descriptors(ROOT, 14201, &open_now, &limit, &err));
	ck_assert_ptr_nonnull(strstr(err.text, ROOT "/14201/fd"));
	ck_assert(
	    procfs_parse_limits("Max open files   unlimited", 26, &limit));
	ck_assert_uint_eq(limit, 0);
	ck_assert(!procfs_parse_limits("Max open file", 13, &limit));
	ck_assert(!procfs_parse_meminfo("MemTotal: x kB", 14, &memory));
	/* Our own, whichever way this kernel tells. */
	ck_assert(
	    procfs_descriptors("/proc", getpid(), &open_now, &limit, &err));
	ck_assert_uint_ge(open_now, 3);
	ck_assert_uint_lt(open_now, 100);
}
END_TEST

static bool
tally(pid_t pid, const char *words, size_t len, void *context)
{
	size_t *seen = context;

	ck_assert_int_ne(pid, 2); /* no command line */
	ck_assert_uint_gt(len, strlen(words));
	(*seen)++;
	return *seen < 5;
}

START_TEST(goes_through_all_until_told_to_stop)
{
	const struct deadline deadline = soon(), past = { 0 };
	size_t seen = 0;

	ck_assert(procfs_each(ROOT, tally, &seen, &deadline, &err));
	ck_assert_uint_eq(seen, 5);
	ck_assert(!procfs_each(ROOT, tally, &seen, &past, &err));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert(!procfs_each("/nonexistent", tally, &seen, &deadline, &err));
}
END_TEST

/* More than the kernel gives out at once. */
START_TEST(long_lists)
{
	enum { MANY = 1000 };
	const struct deadline deadline = soon();
	const struct procfs_stat us = { .pid = getpid(), .threads = 1 };
	static pid_t children[MANY];
	size_t count, bytes = 0;

	for (size_t i = 0; i < MANY; i++) {
		const pid_t child = fork();

		if (child == 0)
			_exit(0);
		ck_assert_int_gt(child, 0);
	}
	ck_assert(procfs_children(PROCFS_ROOT, &us, children, MANY, &count,
	    &deadline, &err));
	ck_assert_uint_eq(count, MANY);
	for (size_t i = 0; i < MANY; i++) {
		char number[16];

		bytes += (size_t)snprintf(number, sizeof(number), "%d ",
		    (int)children[i]);
		ck_assert_int_eq(waitpid(children[i], NULL, 0), children[i]);
	}
	ck_assert_uint_gt(bytes, 4096);
}
END_TEST

/* The real one: ourselves, and a child of ours that is a zombie. */
START_TEST(the_kernels_own)
{
	const struct deadline deadline = soon();
	const struct procfs_stat us = { .pid = getpid(), .threads = 1 };
	char words[PROCFS_CMDLINE];
	struct procfs_stat stat;
	pid_t children[8];
	siginfo_t info;
	size_t count, len;
	const pid_t child = fork();

	if (child == 0)
		_exit(0);
	ck_assert_int_eq(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT),
	    0);
	ck_assert_int_eq(procfs_stat_read(PROCFS_ROOT, child, &stat, &err),
	    PROCFS_FOUND);
	ck_assert_int_eq(stat.state, 'Z');
	ck_assert_int_eq(stat.parent, getpid());
	ck_assert(procfs_children(PROCFS_ROOT, &us, children, 8, &count,
	    &deadline, &err));
	ck_assert_uint_eq(count, 1);
	ck_assert_int_eq(children[0], child);
	ck_assert_int_eq(procfs_cmdline(PROCFS_ROOT, child, words, &len, &err),
	    PROCFS_FOUND);
	ck_assert_uint_eq(len, 0);
	waitpid(child, NULL, 0);
	ck_assert_int_eq(procfs_stat_read(PROCFS_ROOT, child, &stat, &err),
	    PROCFS_GONE);
}
END_TEST

START_TEST(words_of_a_command_line)
{
	const char *word;
	size_t at = 0;

	ck_assert(procfs_word("a\0\0bc", 5, &at, &word));
	ck_assert_str_eq(word, "a");
	ck_assert(procfs_word("a\0\0bc", 5, &at, &word));
	ck_assert_str_eq(word, "");
	ck_assert(!procfs_word("a\0\0bc", 5, &at, &word)); /* cut */
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("procfs");
	TCase *tcase = tcase_create("procfs");

	tcase_add_test(tcase, reads_a_stat);
	tcase_add_test(tcase, a_process_that_is_not_there_is_no_error);
	tcase_add_loop_test(tcase, names_may_hold_anything, 0, COUNT(stats));
	tcase_add_test(tcase, children_by_the_list_and_by_the_search);
	tcase_add_test(tcase, descriptors_and_memory);
	tcase_add_test(tcase, goes_through_all_until_told_to_stop);
	tcase_add_test(tcase, long_lists);
	tcase_add_test(tcase, the_kernels_own);
	tcase_add_test(tcase, words_of_a_command_line);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
