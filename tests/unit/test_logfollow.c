/* SPDX-License-Identifier: ISC */
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "lib/source/logfollow.c"
#include "tests/suite.h"

static char dir[64], log_path[96];
static struct err err;
static struct logfollow_mark mark;
static struct logfollow_seen seen;
static bool has_mark;

/* What the sink got: "0:line|1:line|" */
static char got_room[4096];
static struct text got = { .data = got_room, .size = sizeof(got_room) };

static void
take(size_t pattern, const char *line, size_t len, void *context)
{
	(void)context;
	text_addf(&got, "%zu:", pattern);
	text_add_bytes(&got, line, len < 40 ? len : 40);
	text_add(&got, "|");
}

static const struct logfollow_pattern two[] = {
	{ .literal = "bad", .literal_len = 3 },
	{ .literal = "worse", .literal_len = 5 },
};

static struct logfollow_job
job_now(void)
{
	return (struct logfollow_job){ .path = log_path,
		.from = has_mark ? &mark : NULL,
		.patterns = two,
		.pattern_count = 2,
		.sink = take };
}

static const char *
look(void)
{
	const struct deadline deadline = deadline_in(10 * CLOCK_SECOND);
	const struct logfollow_job job = job_now();

	text_clear(&got);
	ck_assert_msg(logfollow_read(&job, &seen, &deadline, &err), "%s",
	    err.text);
	mark = seen.mark;
	has_mark = true;
	return got_room;
}

static void
write_to(const char *path, const char *mode, const char *string)
{
	FILE *file = fopen(path, mode);

	ck_assert_ptr_nonnull(file);
	fputs(string, file);
	fclose(file);
}

static void
append(const char *string)
{
	write_to(log_path, "a", string);
}

static char *
beside(const char *ending)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s%s", log_path, ending);
	return path;
}

static void
setup(void)
{
	strcpy(dir, "/tmp/logfollow.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(log_path, sizeof(log_path), "%s/log", dir);
	has_mark = false;
	append("an old bad line\n");
}

static void
teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(only_what_is_new)
{
	ck_assert_str_eq(look(), "");
	ck_assert(seen.first);
	ck_assert_str_eq(look(), "");
	ck_assert(!seen.first);
	append("fine\none bad\nworse and bad\n");
	ck_assert_str_eq(look(), "0:one bad|0:worse and bad|1:worse and bad|");
	ck_assert_uint_eq(seen.bytes, 27);
	ck_assert_str_eq(look(), "");
	ck_assert_uint_eq(seen.bytes, 0);
}
END_TEST

START_TEST(an_unfinished_line_waits)
{
	look();
	append("half a ba");
	ck_assert_str_eq(look(), "");
	append("d line\n");
	ck_assert_str_eq(look(), "0:half a bad line|");
}
END_TEST

START_TEST(rotation_by_rename)
{
	look();
	append("before bad\nunfinished bad");
	ck_assert_int_eq(rename(log_path, beside(".1")), 0);
	append("after bad\n");
	ck_assert_str_eq(look(), "0:before bad|0:unfinished bad|0:after bad|");
	ck_assert(seen.rotated && !seen.lost);
	ck_assert_str_eq(look(), "");
	ck_assert(!seen.rotated);
}
END_TEST

START_TEST(rotated_twice)
{
	look();
	append("one bad\n");
	ck_assert_int_eq(rename(log_path, beside(".2")), 0);
	write_to(beside(".1"), "w", "two bad\n");
	append("three bad\n");
	ck_assert_str_eq(look(), "0:one bad|0:two bad|0:three bad|");
}
END_TEST

START_TEST(rotation_by_copy_and_truncate)
{
	look();
	append("one bad\n");
	write_to(beside(".1"), "w", "an old bad line\none bad\n");
	write_to(log_path, "w", "two bad\n");
	ck_assert_str_eq(look(), "0:one bad|0:two bad|");
	ck_assert(seen.rotated && !seen.lost);
}
END_TEST

/* As long as before, and longer: the bytes before the mark tell. */
START_TEST(truncated_and_grown_again)
{
	look();
	write_to(log_path, "w", "this is something else, and bad\n");
	ck_assert_str_eq(look(), "0:this is something else, and bad|");
	ck_assert(seen.rotated && seen.lost);
}
END_TEST

START_TEST(compressed_predecessors_are_told)
{
	look();
	append("lost bad\n");
	ck_assert_int_eq(rename(log_path, beside(".1.gz")), 0);
	append("new bad\n");
	ck_assert_str_eq(look(), "0:new bad|");
	ck_assert(seen.lost);
	ck_assert_uint_eq(seen.compressed, 1);
}
END_TEST

START_TEST(what_only_begins_alike_is_no_predecessor)
{
	look();
	write_to(beside("ger"), "w", "an old bad line\nnot bad\n");
	write_to(log_path, "w", "");
	ck_assert_str_eq(look(), "");
	ck_assert(seen.lost);
}
END_TEST

/* 100 MiB in one line; its head is looked at, and what follows it. */
START_TEST(a_line_of_any_length)
{
	struct rusage before, after;
	FILE *file;

	look();
	file = fopen(log_path, "a");
	ck_assert_ptr_nonnull(file);
	fputs("long bad", file);
	for (int i = 0; i < 100; i++)
		fprintf(file, "%*s", 1 << 20, "x");
	fputs(" worse", file);
	fclose(file);
	getrusage(RUSAGE_SELF, &before);
	ck_assert_ptr_nonnull(strstr(look(), "0:long bad"));
	getrusage(RUSAGE_SELF, &after);
#ifndef __SANITIZE_ADDRESS__
	ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 1024); /* KiB */
#endif
	ck_assert_uint_eq(seen.cut_lines, 1);
	ck_assert(seen.mark.inside);
	ck_assert_ptr_null(strstr(got_room, "worse"));
	append(" still bad\nnext bad\n");
	ck_assert_str_eq(look(), "0:next bad|");
}
END_TEST

START_TEST(lines_across_blocks)
{
	FILE *file;

	look();
	file = fopen(log_path, "a");
	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < 3000; i++)
		fprintf(file, "%*s\n", 997, "good");
	fputs("then bad\n", file);
	fclose(file);
	ck_assert_str_eq(look(), "0:then bad|");
	ck_assert_uint_eq(seen.cut_lines, 0);
}
END_TEST

START_TEST(a_deadline_leaves_the_rest)
{
	const struct deadline past = { 0 };
	struct logfollow_job job;

	look();
	append("one bad\n");
	ck_assert_int_eq(rename(log_path, beside(".1")), 0);
	append("two bad\n");
	job = job_now();
	ck_assert(logfollow_read(&job, &seen, &past, &err));
	ck_assert(seen.behind);
	mark = seen.mark;
	ck_assert_str_eq(look(), "0:one bad|0:two bad|");
}
END_TEST

START_TEST(what_is_no_log)
{
	const struct deadline deadline = deadline_in(CLOCK_SECOND);
	struct logfollow_job job = job_now();

	job.path = "/nonexistent/log";
	ck_assert(!logfollow_read(&job, &seen, &deadline, &err));
	job.path = "/tmp";
	ck_assert(!logfollow_read(&job, &seen, &deadline, &err));
	job.path = "/dev/null";
	ck_assert(!logfollow_read(&job, &seen, &deadline, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "no regular file"));
}
END_TEST

START_TEST(binary_junk)
{
	char junk[4096];

	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = (char)(i * 167 >> 3);
	write_to(log_path, "w", "");
	look();
	FILE *file = fopen(log_path, "a");
	fwrite(junk, 1, sizeof(junk), file);
	fwrite("\nbad\0\n", 1, 6, file);
	fclose(file);
	look();
	ck_assert_ptr_nonnull(strstr(got_room, "0:bad"));
}
END_TEST

START_TEST(a_mark_as_text)
{
	char room[200];
	struct text out = TEXT_OVER(room);
	struct logfollow_mark back;
	struct stat status;

	look();
	logfollow_mark_encode(&mark, &out);
	ck_assert(logfollow_mark_decode(&back, span_of(room)));
	ck_assert_mem_eq(&back, &mark, sizeof(mark));
	ck_assert_int_eq(stat(log_path, &status), 0);
	ck_assert_uint_eq(mark.inode, status.st_ino);
	ck_assert_uint_eq(mark.offset, 16);
	ck_assert(!logfollow_mark_decode(&back, span_of("1 2 3")));
	ck_assert(!logfollow_mark_decode(&back, span_of("1 0 3 0 5 0")));
	ck_assert(!logfollow_mark_decode(&back, span_of("1 2 3 4 5 0")));
	ck_assert(!logfollow_mark_decode(&back, span_of("1 2 999 0 5 0")));
	ck_assert(!logfollow_mark_decode(&back, span_of("1 2 3 0 5 2")));
	ck_assert(!logfollow_mark_decode(&back, span_of("1 2 3 0 5 0 x")));
}
END_TEST

static const struct {
	const char *pattern, *literal;
} literals[] = {
	{ "Too many death", "Too many death" },
	{ "^error: .*time-out$", "time-out" },
	{ "abc?de", "ab" },
	{ "abcd+ef", "abcd" },
	{ "a\\.b\\[c", "a.b[c" },
	{ "foo(bar|baz)longer", "longer" },
	{ "foo(?:b)ar", "foo" },
	{ "x[abc]yz", "yz" },
	{ "x[]abc]yz", "yz" },
	{ "ab{2}cde", "cde" },
	{ "ab{2,}cde", "cde" },
	{ "abc{d|e}f", NULL },
	{ "abc{2", NULL },
	{ "one|two", NULL },
	{ "(?i)error", NULL },
	{ "(one|two)", NULL },
	{ "a.b.c", NULL },
	{ "\\Qa\\E", NULL },
	{ "\\x41bcd", NULL },
	{ "caf\xc3\xa9?xyz", NULL },
	{ "[[:alpha:]]abc", NULL },
	{ "[abc", NULL },
	{ "(abc", NULL },
	{ "", NULL },
};

START_TEST(literals_of_patterns)
{
	char literal[64];
	const bool found =
	    logfollow_literal(literals[_i].pattern, literal, sizeof(literal));

	ck_assert_int_eq(found, literals[_i].literal != NULL);
	if (found)
		ck_assert_str_eq(literal, literals[_i].literal);
}
END_TEST

START_TEST(patterns_beside_literals)
{
	struct regex *regex = regex_new("bad [0-9]+$", &err);
	const struct logfollow_pattern patterns[] = {
		{ .literal = "bad ", .literal_len = 4, .regex = regex },
		{ .regex = regex },
	};
	struct logfollow_job job = { .patterns = patterns,
		.pattern_count = 2,
		.sink = take };
	static const char lines[] = "bad x\nbad 1\n\nbad bad 2\n";

	ck_assert_ptr_nonnull(regex);
	text_clear(&got);
	logfollow_scan(&job, lines, sizeof(lines) - 1);
	ck_assert_str_eq(got_room, "0:bad 1|0:bad bad 2|1:bad 1|1:bad bad 2|");
	regex_free(regex);
}
END_TEST

/* What to change, for a user without rights. */
START_TEST(not_for_everybody)
{
	struct logfollow_files files;
	pid_t child;
	int status;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(chown(log_path, 0, 4), 0);
	ck_assert_int_eq(chmod(log_path, 0640), 0);
	child = fork();
	if (child == 0) {
		const bool refused = setresgid(65534, 65534, 65534) == 0 &&
		    setgroups(0, NULL) == 0 &&
		    setresuid(65534, 65534, 65534) == 0 &&
		    !logfollow_open(log_path, &files, &err) &&
		    err.kind == ERR_PERMISSION &&
		    strstr(err.text, "add user nobody to group adm") != NULL;

		_exit(refused ? 0 : 1);
	}
	waitpid(child, &status, 0);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* Nearly all of it is a hole: it takes no room, and time only when it is read.
 */
START_TEST(ten_gigabytes)
{
	const off_t size = (off_t)10 << 30;
	const struct deadline soon = deadline_in(CLOCK_SECOND / 5);
	struct rusage before, after;
	struct logfollow_job job;

	look();
	ck_assert_int_eq(truncate(log_path, size), 0);
	append("\none bad\n");
	job = job_now();
	getrusage(RUSAGE_SELF, &before);
	ck_assert(logfollow_read(&job, &seen, &soon, &err));
	getrusage(RUSAGE_SELF, &after);
#ifndef __SANITIZE_ADDRESS__
	ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 1024); /* KiB */
#endif
	/* One line of that length: it is passed over, and the rest is for the
	 * next look. */
	ck_assert(seen.behind);
	ck_assert_uint_gt(seen.mark.offset, 1 << 20);
	ck_assert_uint_lt(seen.mark.offset, (uint64_t)size);
	/* Whoever begins here begins at its end. */
	has_mark = false;
	look();
	ck_assert_uint_eq(seen.mark.offset, (uint64_t)size + 9);
	append("two bad\n");
	ck_assert_str_eq(look(), "0:two bad|");
}
END_TEST

/* Each pattern once for a line, whatever is searched for together. */
START_TEST(many_literals_in_one_pass)
{
	static const struct logfollow_pattern many[] = {
		{ "internal issue", 14, NULL },
		{ "bad", 3, NULL },
		{ "neighbor", 8, NULL },
		{ "route added to ", 15, NULL },
	};
	static const char text[] = "route added to neighbor, neighbor\n"
				   "nothing\n"
				   "a bad internal issue internal issue";
	struct logfollow_job job = { .patterns = many,
		.pattern_count = 4,
		.sink = take };

	text_clear(&got);
	logfollow_scan(&job, text, sizeof(text) - 1);
	ck_assert_str_eq(got_room,
	    "3:route added to neighbor, neighbor|"
	    "2:route added to neighbor, neighbor|"
	    "0:a bad internal issue internal issue|"
	    "1:a bad internal issue internal issue|");
}
END_TEST

/* Patterns of which one hides behind another at every place: alike in their
 * literals, which is all that is searched for, or longer. */
START_TEST(literals_that_begin_alike)
{
	static const struct logfollow_pattern alike[] = {
		{ "neighbor 10", 11, NULL },
		{ "neighbor", 8, NULL },
		{ "neighbor 10", 11, NULL },
		{ "neighbor 10.0", 13, NULL },
		{ "neighbor 11", 11, NULL },
	};
	static const char text[] = "a neighbor 10.0\nneighbor\nneighbor 10\n";
	static const char *const wanted[] = { "0:a neighbor 10.0|",
		"1:a neighbor 10.0|", "2:a neighbor 10.0|",
		"3:a neighbor 10.0|", "1:neighbor|", "0:neighbor 10|",
		"1:neighbor 10|", "2:neighbor 10|" };
	const struct logfollow_job job = { .patterns = alike,
		.pattern_count = COUNT(alike),
		.sink = take };
	size_t len = 0;

	text_clear(&got);
	logfollow_scan(&job, text, sizeof(text) - 1);
	for (size_t i = 0; i < COUNT(wanted); i++) {
		ck_assert_msg(strstr(got_room, wanted[i]) != NULL,
		    "no %s in %s", wanted[i], got_room);
		len += strlen(wanted[i]);
	}
	ck_assert_uint_eq(got.len, len);
}
END_TEST

/* More than is searched at once, of lines that are longer and shorter than its
 * parts: each line once, and one after the other. */
struct order {
	size_t count;
	unsigned long next;
};

static void
take_numbered(size_t pattern, const char *line, size_t len, void *context)
{
	struct order *order = context;
	char number[16];

	(void)len;
	ck_assert_uint_eq(pattern, order->next % 2);
	snprintf(number, sizeof(number), "%07lu ", order->next);
	ck_assert(memcmp(line, number, 8) == 0);
	order->next++;
	order->count++;
}

START_TEST(many_lines_in_their_order)
{
	static const struct logfollow_pattern pair[] = {
		{ .literal = "even number", .literal_len = 11 },
		{ .literal = "odd number", .literal_len = 10 },
	};
	static char text[400000];
	static const size_t lengths[] = { 40, 300, 20000, 70000 };
	struct text lines = TEXT_OVER(text);
	struct order order = { 0, 0 };
	const struct logfollow_job job = { .patterns = pair,
		.pattern_count = 2,
		.sink = take_numbered,
		.context = &order };
	unsigned long count = 0;

	while (lines.len + lengths[_i] + 2 < sizeof(text)) {
		const char *word = count % 2 == 0 ? "even" : "odd";

		/* Twice is no more than once. */
		text_addf(&lines, "%07lu %s number, %s number %*s\n", count++,
		    word, word, (int)lengths[_i] - 32, ".");
	}
	logfollow_scan(&job, text, lines.len);
	ck_assert_uint_eq(order.count, count);
	ck_assert_uint_gt(count, 4);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("logfollow");
	TCase *tcase = tcase_create("logfollow");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, only_what_is_new);
	tcase_add_test(tcase, an_unfinished_line_waits);
	tcase_add_test(tcase, rotation_by_rename);
	tcase_add_test(tcase, rotated_twice);
	tcase_add_test(tcase, rotation_by_copy_and_truncate);
	tcase_add_test(tcase, truncated_and_grown_again);
	tcase_add_test(tcase, compressed_predecessors_are_told);
	tcase_add_test(tcase, what_only_begins_alike_is_no_predecessor);
	tcase_add_test(tcase, a_line_of_any_length);
	tcase_add_test(tcase, lines_across_blocks);
	tcase_add_test(tcase, a_deadline_leaves_the_rest);
	tcase_add_test(tcase, what_is_no_log);
	tcase_add_test(tcase, binary_junk);
	tcase_add_test(tcase, a_mark_as_text);
	tcase_add_loop_test(tcase, literals_of_patterns, 0, COUNT(literals));
	tcase_add_test(tcase, patterns_beside_literals);
	tcase_add_test(tcase, not_for_everybody);
	tcase_add_test(tcase, ten_gigabytes);
	tcase_add_test(tcase, many_literals_in_one_pass);
	tcase_add_test(tcase, literals_that_begin_alike);
	tcase_add_loop_test(tcase, many_lines_in_their_order, 0, 4);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
