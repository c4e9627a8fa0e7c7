/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/exabgp_proc.h"
#include "tests/suite.h"

/* Words are separated by blanks here. */
static const struct {
	const char *line;
	bool daemon;
} lines[] = {
	{ "/usr/bin/python3 /usr/sbin/exabgp /etc/exabgp/a.conf", true },
	{ "/usr/bin/python3 /usr/sbin/exabgp -e /e.env /etc/exabgp/a.conf",
	    true },
	{ "/usr/bin/python3.11 -u -m exabgp server /etc/exabgp/a.conf", true },
	{ "exabgp -d /x.conf /etc/exabgp/a.conf", true },
	{ "/opt/exabgp/bin/exabgp server /etc/exabgp/a.conf", true },
	{ "/opt/bin/python3 /opt/bin/exabgp server -v /etc/exabgp/a.conf",
	    true },
	{ "/opt/bin/exabgp --env-file /e.env server /etc/exabgp/a.conf", true },
	{ "/usr/bin/pypy3 /usr/sbin/exabgp /etc/exabgp/a.conf", true },
	{ "python3-dbg -OO /usr/sbin/exabgp /etc/exabgp/a.conf", true },
	{ "python3.13t -m exabgp.application.main /etc/exabgp/a.conf", true },
	{ "python3 /src/exabgp/application/main.py server /etc/exabgp/a.conf",
	    true },
	{ "python3 /lib/exabgp/application/bgp.py /etc/exabgp/a.conf", true },
	/* its own client */
	{ "/usr/bin/python3 /usr/sbin/exabgp", false },
	{ "/usr/bin/python3 /usr/sbin/exabgp -e /etc/exabgp/a.conf", false },
	{ "/usr/bin/python3 /usr/sbin/exabgp server", false },
	/* helpers and other verbs */
	{ "/usr/bin/python3 -m exabgp healthcheck /etc/exabgp/a.conf", false },
	{ "/usr/bin/python3 -m exabgp.application.healthcheck "
	  "/etc/exabgp/a.conf",
	    false },
	{ "exabgp --test /etc/exabgp/a.conf", false },
	{ "exabgp --version /etc/exabgp/a.conf", false },
	{ "exabgp validate /etc/exabgp/a.conf", false },
	{ "exabgp --env-file /e.env validate /etc/exabgp/a.conf", false },
	{ "exabgp -v", false },
	{ "python3 /srv/main.py server /etc/exabgp/a.conf", false },
	{ "python3-config /usr/sbin/exabgp /etc/exabgp/a.conf", false },
	/* who only carries the name */
	{ "/usr/bin/exabgpcli show /etc/exabgp/a.conf", false },
	{ "/usr/bin/python3 /usr/bin/exabgpcli /etc/exabgp/a.conf", false },
	{ "vi /etc/exabgp/a.conf", false },
	{ "tail -f exabgp /etc/exabgp/a.conf", false },
	{ "sh -c exabgp /etc/exabgp/a.conf", false },
	{ "python3 -c x exabgp /etc/exabgp/a.conf", false },
	{ "pythonista exabgp /etc/exabgp/a.conf", false },
	{ "check_exabgp --config /etc/exabgp/a.conf", false },
	{ "python3", false },
	{ "", false },
};

static size_t
cut(const char *line, char *words)
{
	const size_t len = strlen(line);

	memcpy(words, line, len + 1);
	for (char *at = words; (at = strchr(at, ' ')) != NULL; at++)
		*at = '\0';
	return len + 1;
}

START_TEST(tells_the_daemon)
{
	char words[200];
	const size_t len = cut(lines[_i].line, words);

	ck_assert_int_eq(exabgp_is_daemon(words, len, NULL), lines[_i].daemon);
	ck_assert_int_eq(exabgp_is_daemon(words, len, "/etc/exabgp/a.conf"),
	    lines[_i].daemon);
	ck_assert(!exabgp_is_daemon(words, len, "/etc/exabgp/b.conf"));
	ck_assert_int_eq(exabgp_config(words, len) != NULL, lines[_i].daemon);
}
END_TEST

START_TEST(tells_its_configuration)
{
	char words[200];

	ck_assert_str_eq(
	    exabgp_config(words,
		cut("exabgp -e /e.env server a.conf b.conf", words)),
	    "a.conf");
}
END_TEST

START_TEST(tells_its_own_client)
{
	char words[200];

	ck_assert(exabgp_is_client(words,
	    cut("/usr/bin/python3 /usr/sbin/exabgp", words)));
	ck_assert(!exabgp_is_client(words,
	    cut("/usr/bin/python3 /usr/sbin/exabgp a.conf", words)));
	ck_assert(!exabgp_is_client(words,
	    cut("python3 -m exabgp healthcheck", words)));
	ck_assert(!exabgp_is_client(words, cut("python3", words)));
}
END_TEST

static const struct {
	const char *line;
	bool rival;
} clients[] = {
	{ "/usr/bin/python3 /usr/sbin/exabgpcli show neighbor summary", true },
	{ "exabgpcli --root / version", true },
	{ "/usr/bin/python3 -m exabgp cli version", true },
	{ "/opt/bin/exabgp cli version", true },
	{ "/opt/bin/python3 /opt/bin/exabgp-cli version", true },
	{ "cat /run/exabgp/exabgp.out", true },
	{ "/usr/bin/python3 /usr/sbin/exabgp", false },
	{ "/usr/bin/python3 /usr/sbin/exabgp /etc/exabgp/a.conf", false },
	{ "exabgp server cli", false },
	{ "vi /usr/sbin/exabgpcli", false },
	{ "cat /run/exabgp/exabgp.in", false },
	{ "check_exabgp --pipe /run/exabgp/exabgp", false },
	{ "python3 -c exabgpcli", false },
	{ "", false },
};

START_TEST(tells_who_may_read_answers)
{
	char words[200];

	ck_assert_int_eq(exabgp_is_rival(words, cut(clients[_i].line, words),
			     "/run/exabgp/exabgp.out"),
	    clients[_i].rival);
}
END_TEST

START_TEST(finds_the_one_among_many)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct err err;
	size_t count;
	pid_t pid;

	ck_assert(exabgp_find("tests/fixtures/procfs/proc", NULL, &pid, &count,
	    &deadline, &err));
	ck_assert_uint_eq(count, 1);
	ck_assert_int_eq(pid, 14200);
	ck_assert(exabgp_find("tests/fixtures/procfs/proc", "/other.conf", &pid,
	    &count, &deadline, &err));
	ck_assert_uint_eq(count, 0);
}
END_TEST

/* A child of ours that has ended, until we take note of it. */
/* Of this machine's zombies of that name the lowest is found: ours, unless some
 * other test leaves one as well. */
static bool
is_zombie(pid_t pid)
{
	char path[64], line[200];
	FILE *file;
	bool zombie;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (file == NULL)
		return false;
	zombie = fgets(line, sizeof(line), file) != NULL &&
	    strstr(line, " (exabgp) Z ") != NULL;
	fclose(file);
	return zombie;
}

START_TEST(a_zombie)
{
	const struct deadline deadline = deadline_in(30 * CLOCK_SECOND);
	const pid_t child = fork();
	siginfo_t info;
	struct err err;
	pid_t pid;

	if (child == 0) {
		prctl(PR_SET_NAME, "exabgp");
		_exit(0);
	}
	ck_assert_int_eq(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT),
	    0);
	ck_assert(exabgp_find_zombie("/proc", &pid, &deadline, &err));
	ck_assert(pid == child || (pid != 0 && is_zombie(pid)));
	waitpid(child, NULL, 0);
	ck_assert(exabgp_find_zombie("tests/fixtures/procfs/proc", &pid,
	    &deadline, &err));
	ck_assert_int_eq(pid, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("exabgp_proc");
	TCase *tcase = tcase_create("exabgp_proc");

	tcase_add_loop_test(tcase, tells_the_daemon, 0, COUNT(lines));
	tcase_add_test(tcase, tells_its_configuration);
	tcase_add_test(tcase, tells_its_own_client);
	tcase_add_loop_test(tcase, tells_who_may_read_answers, 0,
	    COUNT(clients));
	tcase_add_test(tcase, finds_the_one_among_many);
	tcase_add_test(tcase, a_zombie);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
