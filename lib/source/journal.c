/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: libsystemd
 */
#include "source/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/lazy.h"
#include "base/text.h"

#define FIELD "MESSAGE="
#define FIELD_LEN (sizeof(FIELD) - 1)

struct api {
	LAZY_FIELD(sd_journal_open);
	LAZY_FIELD(sd_journal_open_directory);
	LAZY_FIELD(sd_journal_close);
	LAZY_FIELD(sd_journal_add_match);
	LAZY_FIELD(sd_journal_seek_head);
	LAZY_FIELD(sd_journal_seek_tail);
	LAZY_FIELD(sd_journal_seek_cursor);
	LAZY_FIELD(sd_journal_test_cursor);
	LAZY_FIELD(sd_journal_get_cursor);
	LAZY_FIELD(sd_journal_next);
	LAZY_FIELD(sd_journal_previous);
	LAZY_FIELD(sd_journal_get_data);
};

static const struct lazy_symbol symbols[] = {
	LAZY_SYMBOL(struct api, sd_journal_open),
	LAZY_SYMBOL(struct api, sd_journal_open_directory),
	LAZY_SYMBOL(struct api, sd_journal_close),
	LAZY_SYMBOL(struct api, sd_journal_add_match),
	LAZY_SYMBOL(struct api, sd_journal_seek_head),
	LAZY_SYMBOL(struct api, sd_journal_seek_tail),
	LAZY_SYMBOL(struct api, sd_journal_seek_cursor),
	LAZY_SYMBOL(struct api, sd_journal_test_cursor),
	LAZY_SYMBOL(struct api, sd_journal_get_cursor),
	LAZY_SYMBOL(struct api, sd_journal_next),
	LAZY_SYMBOL(struct api, sd_journal_previous),
	LAZY_SYMBOL(struct api, sd_journal_get_data),
	{ NULL, 0 },
};

static const struct lazy_library library = {
	.file = "libsystemd.so.0",
	.package = "libsystemd0",
	.purpose = "the journal",
	.symbols = symbols,
};

struct reader {
	struct api api;
	sd_journal *journal;
	const struct journal_job *job;
	struct journal_seen *seen;
};

/* --- may we? -------------------------------------------------------------- */

/* The files of a machine are below a directory of its own. */
static bool
may_read_below(const char *directory, struct err *err)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	bool may = true;

	while (dir != NULL && may && (entry = readdir(dir)) != NULL) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s/system.journal", directory,
		    entry->d_name);
		may = *entry->d_name == '.' ||
		    faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 ||
		    errno == ENOENT || errno == ENOTDIR;
		if (!may)
			err_set(err, ERR_PERMISSION,
			    "%s: %s: add the user of the check to the group "
			    "systemd-journal",
			    path, strerror(errno));
	}
	if (dir != NULL)
		closedir(dir);
	return may;
}

/* sd_journal_open(3) leaves out in silence what may not be read. */
static bool
may_read(struct err *err)
{
	return may_read_below("/var/log/journal", err) &&
	    may_read_below("/run/log/journal", err);
}

/* --- opening -------------------------------------------------------------- */

static bool
fail(struct err *err, int number, const char *what)
{
	return err_sys(err, number < 0 ? -number : number, "the journal: %s",
	    what);
}

static bool
select_unit(const struct reader *reader, struct err *err)
{
	char room[300];
	struct text match = TEXT_OVER(room);
	int got;

	text_addf(&match, "_SYSTEMD_UNIT=%s", reader->job->unit);
	got =
	    reader->api.sd_journal_add_match(reader->journal, room, match.len);
	return got >= 0 || fail(err, got, "selecting the unit");
}

/* An empty journal is one that nobody keeps, or that we may not see. */
static bool
has_entries(const struct reader *reader, struct err *err)
{
	const struct api *api = &reader->api;

	if (api->sd_journal_seek_tail(reader->journal) >= 0 &&
	    api->sd_journal_previous(reader->journal) > 0)
		return true;
	return err_set(err, ERR_UNSUPPORTED,
	    "there is no journal%s%s: follow a file with --log, or see "
	    "journald.conf(5) and the group systemd-journal",
	    reader->job->directory != NULL ? " in " : "",
	    reader->job->directory != NULL ? reader->job->directory : "");
}

static bool
open_journal(struct reader *reader, struct err *err)
{
	const char *directory = reader->job->directory;
	int got;

	if (!lazy_load(&library, &reader->api, err) ||
	    (directory == NULL && !may_read(err)))
		return false;
	if (directory != NULL)
		got = reader->api.sd_journal_open_directory(&reader->journal,
		    directory, 0);
	else
		got = reader->api.sd_journal_open(&reader->journal,
		    SD_JOURNAL_LOCAL_ONLY);
	if (got < 0)
		return fail(err, got,
		    directory != NULL ? directory : "opening it");
	return has_entries(reader, err) && select_unit(reader, err);
}

/* --- reading -------------------------------------------------------------- */

static void
keep_cursor(const struct reader *reader)
{
	struct text cursor;
	char *name = NULL;

	if (reader->api.sd_journal_get_cursor(reader->journal, &name) < 0)
		return;
	text_init(&cursor, reader->seen->cursor, sizeof(reader->seen->cursor));
	text_add(&cursor, name);
	free(name);
}

/* The first look only notes where it stands. */
static bool
start(const struct reader *reader, struct err *err)
{
	const struct api *api = &reader->api;
	int got = api->sd_journal_seek_tail(reader->journal);

	reader->seen->first = true;
	strcpy(reader->seen->cursor, JOURNAL_BEGINNING);
	if (got >= 0)
		got = api->sd_journal_previous(reader->journal);
	if (got > 0)
		keep_cursor(reader);
	return got >= 0 || fail(err, got, "seeking its end");
}

/* To the first entry after the cursor: 1, or 0 when there is none. */
static int
seek(const struct reader *reader)
{
	const struct api *api = &reader->api;
	const char *cursor = reader->job->cursor;
	int got;

	if (strcmp(cursor, JOURNAL_BEGINNING) == 0) {
		got = api->sd_journal_seek_head(reader->journal);
		return got < 0 ? got : api->sd_journal_next(reader->journal);
	}
	got = api->sd_journal_seek_cursor(reader->journal, cursor);
	if (got >= 0)
		got = api->sd_journal_next(reader->journal);
	/* The unit has no entry at the cursor or after it any more. */
	if (got == 0)
		reader->seen->lost = true;
	if (got <= 0)
		return got;
	got = api->sd_journal_test_cursor(reader->journal, cursor);
	if (got > 0)
		return api->sd_journal_next(reader->journal);
	reader->seen->lost = got == 0;
	return got < 0 ? got : 1;
}

static void
take_entry(const struct reader *reader)
{
	const struct journal_job *job = reader->job;
	const void *data;
	size_t len;

	keep_cursor(reader);
	reader->seen->entries++;
	if (reader->api.sd_journal_get_data(reader->journal, "MESSAGE", &data,
		&len) < 0 ||
	    len < FIELD_LEN)
		return;
	reader->seen->bytes += len - FIELD_LEN;
	job->sink((const char *)data + FIELD_LEN, len - FIELD_LEN,
	    job->context);
}

static bool
follow(const struct reader *reader, const struct deadline *deadline,
    struct err *err)
{
	int got = seek(reader);

	while (got > 0 && !(reader->seen->behind = deadline_past(deadline))) {
		take_entry(reader);
		got = reader->api.sd_journal_next(reader->journal);
	}
	return got >= 0 || fail(err, got, "reading it");
}

bool
journal_read(const struct journal_job *job, struct journal_seen *seen,
    const struct deadline *deadline, struct err *err)
{
	struct reader reader = { .job = job, .seen = seen };
	struct text cursor = TEXT_OVER(seen->cursor);
	bool good;

	*seen = (struct journal_seen){ 0 };
	text_add(&cursor, job->cursor);
	good = open_journal(&reader, err) &&
	    (*job->cursor == '\0' ? start(&reader, err)
				  : follow(&reader, deadline, err));
	if (reader.journal != NULL)
		reader.api.sd_journal_close(reader.journal);
	return good;
}
