/* SPDX-License-Identifier: ISC */
/*
 * A journal of our own, made by systemd-journal-remote(8) of entries as
 * journalctl --output=export writes them.
 *
 * pkg-config: libsystemd
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "source/journal.h"
#include "tests/suite.h"

#define REMOTE "/lib/systemd/systemd-journal-remote"

static char dir[64], cursor[JOURNAL_CURSOR];
static struct journal_seen seen;
static struct err err;
static unsigned number;

static char got_room[4096];
static struct text got = { .data = got_room, .size = sizeof(got_room) };

static void
take(const char *message, size_t len, void *context)
{
	(void)context;
	text_add_bytes(&got, message, len);
	text_add(&got, "|");
}

static const char *
look(const char *unit)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	const struct journal_job job = { .directory = dir,
		.unit = unit,
		.cursor = cursor,
		.sink = take };

	text_clear(&got);
	if (!journal_read(&job, &seen, &deadline, &err))
		return NULL;
	strcpy(cursor, seen.cursor);
	return got_room;
}

/* One more file with these messages, of a second each. */
static void
write_entries(const char *unit, const char *const *messages, size_t count)
{
	char command[300];
	FILE *pipe;

	snprintf(command, sizeof(command),
	    REMOTE " -o %s/%u.journal - >/dev/null 2>&1", dir, number);
	pipe = popen(command, "w");
	ck_assert_ptr_nonnull(pipe);
	for (size_t i = 0; i < count; i++)
		fprintf(pipe,
		    "__REALTIME_TIMESTAMP=%llu\n"
		    "__MONOTONIC_TIMESTAMP=%llu\n"
		    "_BOOT_ID=0123456789abcdef0123456789abcdef\n"
		    "_SYSTEMD_UNIT=%s\nMESSAGE=%s\n\n",
		    1700000000000000ULL + (number * 100 + i) * 1000000ULL,
		    (number * 100 + i) * 1000000ULL, unit, messages[i]);
	ck_assert_int_eq(pclose(pipe), 0);
	number++;
}

static void
write_one(const char *unit, const char *message)
{
	write_entries(unit, &message, 1);
}

static void
setup(void)
{
	strcpy(dir, "/tmp/journal.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	cursor[0] = '\0';
	number = 0;
}

static void
teardown(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(only_what_is_new)
{
	static const char *const more[] = { "two", "three" };

	write_one("exabgp.service", "one");
	ck_assert_str_eq(look("exabgp.service"), "");
	ck_assert(seen.first);
	ck_assert_str_eq(look("exabgp.service"), "");
	ck_assert(!seen.first && !seen.lost);
	write_entries("exabgp.service", more, 2);
	write_one("other.service", "not mine");
	ck_assert_str_eq(look("exabgp.service"), "two|three|");
	ck_assert_uint_eq(seen.entries, 2);
	ck_assert_uint_eq(seen.bytes, 8);
	ck_assert_str_eq(look("exabgp.service"), "");
	ck_assert_uint_eq(seen.entries, 0);
	ck_assert(!seen.lost);
}
END_TEST

/* A unit that has said nothing yet is followed from its first word on. */
START_TEST(from_the_first_word)
{
	write_one("other.service", "not mine");
	ck_assert_str_eq(look("exabgp.service"), "");
	ck_assert_str_eq(cursor, JOURNAL_BEGINNING);
	ck_assert_str_eq(look("exabgp.service"), "");
	write_one("exabgp.service", "first");
	ck_assert_str_eq(look("exabgp.service"), "first|");
}
END_TEST

/* The file with the entry of the cursor was thrown away. */
START_TEST(vacuumed)
{
	char path[100];

	write_one("exabgp.service", "one");
	ck_assert_ptr_nonnull(look("exabgp.service"));
	write_one("exabgp.service", "two");
	snprintf(path, sizeof(path), "%s/0.journal", dir);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_str_eq(look("exabgp.service"), "two|");
	ck_assert(seen.lost);
}
END_TEST

START_TEST(no_journal)
{
	ck_assert_ptr_null(look("exabgp.service"));
	ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(err.text, "there is no journal in"));
	strcat(dir, "/nowhere");
	ck_assert_ptr_null(look("exabgp.service"));
	dir[strlen(dir) - strlen("/nowhere")] = '\0';
}
END_TEST

START_TEST(damaged)
{
	char path[100];
	FILE *file;

	write_one("exabgp.service", "one");
	ck_assert_ptr_nonnull(look("exabgp.service"));
	write_one("exabgp.service", "two");
	snprintf(path, sizeof(path), "%s/1.journal", dir);
	file = fopen(path, "r+");
	fputs("this is no journal", file);
	fclose(file);
	/* What is left is read, or it is an error; never a crash. */
	if (look("exabgp.service") != NULL)
		ck_assert_str_eq(got_room, "");
	/* A cursor that makes no sense. */
	strcpy(cursor, "nonsense");
	ck_assert_ptr_null(look("exabgp.service"));
	ck_assert_ptr_nonnull(strstr(err.text, "journal"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("journal");
	TCase *tcase = tcase_create("journal");

	if (access(REMOTE, X_OK) != 0) {
		puts("skipped: no " REMOTE " (systemd-journal-remote)");
		return 77;
	}
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, only_what_is_new);
	tcase_add_test(tcase, from_the_first_word);
	tcase_add_test(tcase, vacuumed);
	tcase_add_test(tcase, no_journal);
	tcase_add_test(tcase, damaged);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
