/* SPDX-License-Identifier: ISC */
#include "source/audit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/suite.h"

static char directory[64], path[100];
static struct err err;

static void
setup(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(directory, sizeof(directory), "%s/rv-audit-XXXXXX",
	    base && strlen(base) < 40 ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/audit", directory);
	err = (struct err){ 0 };
	umask(0);
}

static void
teardown(void)
{
	unlink(path);
	rmdir(directory);
}

static bool
append(const char *line)
{
	return audit_file(path, line, strlen(line), &err);
}

static const char *
content(void)
{
	static char bytes[100];
	const int fd = open(path, O_RDONLY);
	const ssize_t len = read(fd, bytes, sizeof(bytes) - 1);

	ck_assert_int_ge(len, 0);
	bytes[len] = '\0';
	close(fd);
	return bytes;
}

START_TEST(lines_are_appended)
{
	struct stat st;

	ck_assert(append("{\"a\":1}"));
	ck_assert(append("{\"a\":2}"));
	ck_assert_str_eq(content(), "{\"a\":1}\n{\"a\":2}\n");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
}
END_TEST

START_TEST(a_link_is_not_followed)
{
	char target[120];

	snprintf(target, sizeof(target), "%s/target", directory);
	ck_assert_int_eq(symlink(target, path), 0);
	ck_assert(!append("x"));
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_int_ne(access(target, F_OK), 0);
}
END_TEST

START_TEST(a_file_of_two_names_is_not_written)
{
	char other[120];

	ck_assert(append("x"));
	snprintf(other, sizeof(other), "%s/other", directory);
	ck_assert_int_eq(link(path, other), 0);
	ck_assert(!append("y"));
	unlink(other);
	ck_assert_str_eq(content(), "x\n");
}
END_TEST

START_TEST(a_fifo_holds_nobody_up)
{
	const int number = mkfifo(path, 0600);
	int reader;

	ck_assert_int_eq(number, 0);
	ck_assert(!append("x"));
	reader = open(path, O_RDONLY | O_NONBLOCK);
	ck_assert(!append("x"));
	close(reader);
}
END_TEST

static int
journal(int type)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	memcpy(at.sun_path, path, strlen(path) + 1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

START_TEST(the_journal_gets_fields)
{
	const int fd = journal(SOCK_DGRAM);
	char bytes[200];
	ssize_t len;

	ck_assert(audit_journal(path, "vigil-x", 4, "{}rest", 2, &err));
	len = recv(fd, bytes, sizeof(bytes) - 1, MSG_DONTWAIT);
	ck_assert_int_gt(len, 0);
	bytes[len] = '\0';
	ck_assert_str_eq(bytes,
	    "PRIORITY=4\nSYSLOG_IDENTIFIER=vigil-x\nMESSAGE={}\n");
	close(fd);
}
END_TEST

START_TEST(a_journal_that_is_stopped_holds_nobody_up)
{
	const int fd = journal(SOCK_DGRAM);
	unsigned sent = 0;

	while (
	    sent < 100000 && audit_journal(path, "vigil-x", 4, "{}", 2, &err))
		sent++;
	ck_assert_uint_lt(sent, 100000);
	ck_assert_ptr_nonnull(strstr(err.text, path));
	close(fd);
}
END_TEST

START_TEST(without_a_journal_it_is_said)
{
	char line[AUDIT_MAX + 200];

	ck_assert(!audit_journal(path, "vigil-x", 4, "{}", 2, &err));
	memset(line, 'x', sizeof(line));
	ck_assert(!audit_journal(path, "vigil-x", 4, line, sizeof(line), &err));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("audit");
	TCase *tcase = tcase_create("audit");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, lines_are_appended);
	tcase_add_test(tcase, a_link_is_not_followed);
	tcase_add_test(tcase, a_file_of_two_names_is_not_written);
	tcase_add_test(tcase, a_fifo_holds_nobody_up);
	tcase_add_test(tcase, the_journal_gets_fields);
	tcase_add_test(tcase, a_journal_that_is_stopped_holds_nobody_up);
	tcase_add_test(tcase, without_a_journal_it_is_said);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
