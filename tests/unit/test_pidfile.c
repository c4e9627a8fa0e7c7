/* SPDX-License-Identifier: ISC */
/* Which pid files are believed, and which paths only one user can have made. */
#include "source/pidfile.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/trusted.h"
#include "tests/suite.h"

static const struct {
	const char *bytes;
	pid_t pid; /* 0: refused */
} pid_files[] = {
	{ "1234\n", 1234 },
	{ "1234", 1234 },
	{ " 1234 \n", 1234 },
	{ "", 0 },
	{ "\n", 0 },
	{ "0\n", 0 },
	{ "1\n", 0 },
	{ "-1\n", 0 },
	{ "+12\n", 0 },
	{ "12 13\n", 0 },
	{ "12\n13\n", 0 },
	{ "0x12\n", 0 },
	{ "4294967297\n", 0 },
	{ "2147483648\n", 0 },
	{ "12                              \n", 0 },
};

START_TEST(pid_file_bytes)
{
	const char *bytes = pid_files[_i].bytes;
	struct err err = { 0 };
	pid_t pid = 0;

	ck_assert_int_eq(pidfile_parse(bytes, strlen(bytes), &pid, &err),
	    pid_files[_i].pid != 0);
	ck_assert_int_eq(pid, pid_files[_i].pid);
}
END_TEST

/* A directory that only its owner can write to, below which all is tried. */
static char trusted_dir[32];

static bool
set_up(void)
{
	strcpy(trusted_dir, "/run/rv-test-XXXXXX");
	if (geteuid() == 0 && mkdtemp(trusted_dir))
		return true;
	printf("skipped: the rules for files of root need root\n");
	return false;
}

static const char *
make_file(const char *name, mode_t mode, const char *bytes)
{
	static char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", trusted_dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, strlen(bytes)), strlen(bytes));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

START_TEST(pid_file_rules)
{
	char other[PATH_MAX];
	struct err err = { 0 };
	const char *path;
	pid_t pid = 0;

	if (!set_up())
		return;
	path = make_file("good", 0644, "77\n");
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_NUMBER);
	ck_assert_int_eq(pid, 77);
	/* a second name */
	snprintf(other, sizeof(other), "%s/linked", trusted_dir);
	ck_assert_int_eq(link(path, other), 0);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	unlink(other);
	/* another owner, other writers, a longer file, another kind */
	ck_assert_int_eq(chown(path, 65534, 0), 0);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	unlink(path);
	path = make_file("good", 0666, "77\n");
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	unlink(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	unlink(path);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ABSENT);
	/* a link of root counts as where it leads */
	ck_assert_int_eq(symlink(make_file("to", 0600, "78"), other), 0);
	ck_assert_int_eq(pidfile_read(other, 0, &pid, &err), PIDFILE_NUMBER);
	ck_assert_int_eq(pid, 78);
	ck_assert_int_eq(lchown(other, 65534, 0), 0);
	ck_assert_int_eq(pidfile_read(other, 0, &pid, &err), PIDFILE_ERROR);
	unlink(other);
	make_file("to", 0600, "");
	snprintf(other, sizeof(other), "%s/to", trusted_dir);
	unlink(other);
	rmdir(trusted_dir);
}
END_TEST

START_TEST(paths_of_one_user)
{
	char resolved[PATH_MAX], link_to[PATH_MAX];
	struct err err = { 0 };
	const char *path;
	bool absent;
	pid_t pid = 0;

	if (!set_up())
		return;
	/* a directory on the way that others can write to */
	path = make_file("good", 0644, "77\n");
	ck_assert_int_eq(chmod(trusted_dir, 01777), 0);
	ck_assert_int_eq(pidfile_read(path, 0, &pid, &err), PIDFILE_ERROR);
	ck_assert(strstr(err.text, trusted_dir));
	ck_assert_int_eq(chmod(trusted_dir, 0755), 0);
	ck_assert_int_eq(chown(trusted_dir, 65534, 0), 0);
	ck_assert(!trusted_path(path, 0, resolved, &absent, &err));
	ck_assert_int_eq(chown(trusted_dir, 0, 0), 0);
	ck_assert(trusted_path(path, 0, resolved, &absent, &err));
	ck_assert_str_eq(resolved, path);
	ck_assert(!trusted_path("relative", 0, resolved, &absent, &err));
	ck_assert(!absent);
	/* through a link of root, to where it leads */
	snprintf(link_to, sizeof(link_to), "%s/link", trusted_dir);
	ck_assert_int_eq(symlink(path, link_to), 0);
	ck_assert(trusted_path(link_to, 0, resolved, &absent, &err));
	ck_assert_str_eq(resolved, path);
	/* a link into nothing, and no link */
	unlink(path);
	ck_assert(!trusted_path(link_to, 0, resolved, &absent, &err));
	ck_assert(absent);
	unlink(link_to);
	ck_assert(!trusted_path(link_to, 0, resolved, &absent, &err));
	ck_assert(absent);
	/* what a link leads through counts as well */
	ck_assert_int_eq(symlink("/tmp/../tmp", link_to), 0);
	if (access("/tmp", W_OK) == 0)
		ck_assert(!trusted_path(link_to, 0, resolved, &absent, &err));
	unlink(link_to);
	rmdir(trusted_dir);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("pidfile");
	TCase *tcase = tcase_create("pidfile");

	tcase_add_loop_test(tcase, pid_file_bytes, 0, COUNT(pid_files));
	tcase_add_test(tcase, pid_file_rules);
	tcase_add_test(tcase, paths_of_one_user);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
