/* SPDX-License-Identifier: ISC */
/* The source is included for its statics and for a shorter patience. */
#include "frame/output.h"

#undef OUTPUT_STALL_MS
#define OUTPUT_STALL_MS 50

#include "lib/frame/output.c"

#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

static char dir[64];
static char path[128];
static struct err err;

static void
make_dir(void)
{
	snprintf(dir, sizeof(dir), "/tmp/test_output.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/out.prom", dir);
	umask(022);
}

static int
count_entries(bool remove_them)
{
	DIR *stream = opendir(dir);
	const struct dirent *entry;
	int count = 0;

	ck_assert_ptr_nonnull(stream);
	while ((entry = readdir(stream)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		count++;
		if (remove_them)
			unlinkat(dirfd(stream), entry->d_name,
			    entry->d_type == DT_DIR ? AT_REMOVEDIR : 0);
	}
	closedir(stream);
	return count;
}

static void
remove_dir(void)
{
	count_entries(true);
	rmdir(dir);
}

static void
assert_content(const char *file, const char *want)
{
	char found[64] = "";
	const int fd = open(file, O_RDONLY);
	const ssize_t n = read(fd, found, sizeof(found) - 1);

	close(fd);
	ck_assert_int_eq(n, (ssize_t)strlen(want));
	ck_assert_str_eq(found, want);
}

static void
put(const char *file, const char *bytes)
{
	const int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_eq(write(fd, bytes, strlen(bytes)), strlen(bytes));
	close(fd);
}

START_TEST(makes_a_file)
{
	struct stat made;

	ck_assert(output_file(path, "a 1\n", 4, &err));
	assert_content(path, "a 1\n");
	ck_assert_int_eq(stat(path, &made), 0);
	ck_assert_uint_eq(made.st_mode & 07777, 0644);
	ck_assert_int_eq(count_entries(false), 1);
}
END_TEST

START_TEST(obeys_the_umask)
{
	struct stat made;

	umask(077);
	ck_assert(output_file(path, "a 1\n", 4, &err));
	ck_assert_int_eq(stat(path, &made), 0);
	ck_assert_uint_eq(made.st_mode & 07777, 0600);
}
END_TEST

START_TEST(takes_a_relative_path)
{
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert(output_file("out.prom", "b 2\n", 4, &err));
	assert_content(path, "b 2\n");
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

/* A reader that has the old file open keeps the old bytes. */
START_TEST(replaces_and_does_not_overwrite)
{
	char found[16] = "";

	put(path, "old\n");

	const int reader = open(path, O_RDONLY);

	ck_assert(output_file(path, "new\n", 4, &err));
	ck_assert_int_eq(read(reader, found, sizeof(found) - 1), 4);
	close(reader);
	ck_assert_str_eq(found, "old\n");
	assert_content(path, "new\n");
}
END_TEST

START_TEST(replaces_a_link_and_does_not_follow_it)
{
	char target[128];
	struct stat made;

	snprintf(target, sizeof(target), "%s/precious", dir);
	put(target, "precious\n");
	ck_assert_int_eq(symlink("precious", path), 0);
	ck_assert(output_file(path, "new\n", 4, &err));
	assert_content(target, "precious\n");
	assert_content(path, "new\n");
	ck_assert_int_eq(lstat(path, &made), 0);
	ck_assert(S_ISREG(made.st_mode));
}
END_TEST

START_TEST(replaces_a_dangling_link)
{
	ck_assert_int_eq(symlink("nowhere", path), 0);
	ck_assert(output_file(path, "new\n", 4, &err));
	assert_content(path, "new\n");
}
END_TEST

/* Somebody who guesses the temporary name gains nothing by a link there. */
START_TEST(does_not_follow_a_link_at_the_temporary_name)
{
	char target[128];
	char temporary[192];

	snprintf(target, sizeof(target), "%s/precious", dir);
	put(target, "precious\n");
	snprintf(temporary, sizeof(temporary), "%s/.out.prom.%ld", dir,
	    (long)getpid());
	ck_assert_int_eq(symlink(target, temporary), 0);
	ck_assert(output_file(path, "new\n", 4, &err));
	assert_content(target, "precious\n");
	assert_content(path, "new\n");
	ck_assert_int_eq(count_entries(false), 2);
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
	ck_assert_int_eq(symlink("/dev/full", path), 0);
	ck_assert(!output_file(path, "x", 1, &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert(!output_file(path, "x", 1, &err));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert(!output_file(path, "x", 1, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "is no regular file"));
	ck_assert_int_eq(count_entries(false), 1);
	ck_assert(!output_file("/dev/null", "x", 1, &err));
	ck_assert(!output_file(dir, "x", 1, &err));
	ck_assert(!output_file("", "x", 1, &err));
	ck_assert(!output_file("/tmp/", "x", 1, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/tmp/ names no file"));
}
END_TEST

START_TEST(says_that_the_directory_is_missing)
{
	ck_assert(!output_file("/nonexistent/d/x", "x", 1, &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	ck_assert_str_eq(err.text,
	    "open directory /nonexistent/d: No such file or directory");
}
END_TEST

START_TEST(says_that_the_directory_is_not_writable)
{
	ck_assert_int_eq(chmod(dir, 0555), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert(!output_file(path, "x", 1, &err));
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	ck_assert_int_eq(count_entries(false), 0);
}
END_TEST

/* A full disk looks the same: the write fails in the middle. */
START_TEST(keeps_the_old_file_when_the_new_one_does_not_fit)
{
	const struct rlimit limit = { 4096, 4096 };
	char big[20000];

	put(path, "old\n");
	memset(big, 'x', sizeof(big));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert(!output_file(path, big, sizeof(big), &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	ck_assert_ptr_nonnull(strstr(err.text, "write "));
	ck_assert_ptr_nonnull(strstr(err.text, "File too large"));
	assert_content(path, "old\n");
	ck_assert_int_eq(count_entries(false), 1);
}
END_TEST

/* --- stdout ------------------------------------------------------------ */

/* Puts fd on stdout, writes, and puts stdout back. */
static bool
write_to(int fd, const char *bytes, size_t len)
{
	const int before = dup(STDOUT_FILENO);

	ck_assert_int_eq(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);

	const bool done = output_stdout(bytes, len);

	dup2(before, STDOUT_FILENO);
	close(before);
	return done;
}

/* In a child: reads slowly in odd pieces; exits 0 when the pattern is whole. */
static pid_t
slow_reader(const int ends[2], size_t want)
{
	const pid_t pid = fork();

	if (pid != 0)
		return pid;
	close(ends[1]);

	char piece[777];
	size_t got = 0;
	ssize_t n;

	while ((n = read(ends[0], piece, sizeof(piece))) > 0)
		for (ssize_t i = 0; i < n; i++, got++)
			if (piece[i] != (char)('a' + got % 23))
				_exit(1);
	_exit(got == want ? 0 : 2);
}

static void
assert_passes_a_pipe(int flags)
{
	static char bytes[300000];
	int ends[2];
	int status;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)('a' + i % 23);
	ck_assert_int_eq(pipe2(ends, flags), 0);

	/* The reader needs a blocking end. */
	ck_assert_int_eq(fcntl(ends[0], F_SETFL, 0), 0);

	const pid_t pid = slow_reader(ends, sizeof(bytes));

	ck_assert(write_to(ends[1], bytes, sizeof(bytes)));
	close(ends[1]);
	close(ends[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(writes_all_to_a_pipe)
{
	assert_passes_a_pipe(0);
}
END_TEST

START_TEST(writes_all_to_a_pipe_that_does_not_block)
{
	assert_passes_a_pipe(O_NONBLOCK);
}
END_TEST

START_TEST(survives_a_reader_that_is_gone)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	ck_assert(!write_to(ends[1], "x", 1));
	ck_assert_int_eq(errno, EPIPE);
	close(ends[1]);
}
END_TEST

START_TEST(gives_up_a_reader_that_takes_nothing)
{
	static const char bytes[200000];
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert(!write_to(ends[1], bytes, sizeof(bytes)));
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(reports_a_full_device_and_a_closed_stdout)
{
	const int full = open("/dev/full", O_WRONLY);
	const int before = dup(STDOUT_FILENO);

	ck_assert(!write_to(full, "x", 1));
	close(full);
	close(STDOUT_FILENO);

	const bool done = output_stdout("x", 1);

	dup2(before, STDOUT_FILENO);
	ck_assert(!done);
}
END_TEST

START_TEST(leaves_the_signals_as_they_were)
{
	struct sigaction now;

	ck_assert(output_file(path, "x", 1, &err));
	sigaction(SIGPIPE, NULL, &now);
	ck_assert(now.sa_handler == SIG_DFL);
	sigaction(SIGXFSZ, NULL, &now);
	ck_assert(now.sa_handler == SIG_DFL);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("output");
	TCase *files = tcase_create("file");
	TCase *streams = tcase_create("stdout");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, files);
	tcase_add_checked_fixture(files, make_dir, remove_dir);
	tcase_add_test(files, makes_a_file);
	tcase_add_test(files, obeys_the_umask);
	tcase_add_test(files, takes_a_relative_path);
	tcase_add_test(files, replaces_and_does_not_overwrite);
	tcase_add_test(files, replaces_a_link_and_does_not_follow_it);
	tcase_add_test(files, replaces_a_dangling_link);
	tcase_add_test(files, does_not_follow_a_link_at_the_temporary_name);
	tcase_add_test(files, refuses_what_is_no_file);
	tcase_add_test(files, says_that_the_directory_is_missing);
	tcase_add_test(files, says_that_the_directory_is_not_writable);
	tcase_add_test(files, keeps_the_old_file_when_the_new_one_does_not_fit);
	tcase_add_test(files, leaves_the_signals_as_they_were);

	suite_add_tcase(suite, streams);
	tcase_add_test(streams, writes_all_to_a_pipe);
	tcase_add_test(streams, writes_all_to_a_pipe_that_does_not_block);
	tcase_add_test(streams, survives_a_reader_that_is_gone);
	tcase_add_test(streams, gives_up_a_reader_that_takes_nothing);
	tcase_add_test(streams, reports_a_full_device_and_a_closed_stdout);
	srunner_run_all(runner, CK_NORMAL);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
