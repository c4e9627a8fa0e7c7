/* SPDX-License-Identifier: ISC */
/*
 * logfollow: what was added to a log file since the last look.
 *
 * A mark says where a look stopped: inode, offset, and a hash of the bytes just
 * before it, so that a file that was truncated and has grown again is not taken
 * for the old one.  After a rotation, by rename or by copy and truncate, the
 * rest of the old file is read first, then what was rotated in between, then
 * the new one: they are looked for beside the log, under names that begin with
 * its own.  Compressed ones are not read, and told.
 *
 * Memory does not depend on the file: a line is looked at up to LOGFOLLOW_LINE
 * bytes, and the rest of it is passed over.  A line without its newline is left
 * for the next look.
 */
#ifndef SOURCE_LOGFOLLOW_H
#define SOURCE_LOGFOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/regex.h"
#include "base/span.h"
#include "base/text.h"

#define LOGFOLLOW_LINE ((size_t)256 << 10) /* bytes */
#define LOGFOLLOW_PRINT 256 /* bytes before the mark that are hashed */

struct logfollow_mark {
	uint64_t device, inode; /* inode 0: none */
	uint64_t offset;
	uint64_t print;	     /* hash of the bytes before it */
	uint64_t print_from; /* where they begin */
	bool inside; /* in a line that was looked at, and is passed over */
};

#define LOGFOLLOW_PATTERNS 250

/* A line matches when it has the literal and the pattern. */
struct logfollow_pattern {
	const char *literal; /* NULL: every line is searched */
	size_t literal_len;
	const struct regex *regex; /* NULL: the literal is all */
};

/* A line that matches that pattern, foreign, without its newline.  Once for
 * each pattern and line; lines and patterns come in no certain order. */
typedef void logfollow_sink(size_t pattern, const char *line, size_t len,
    void *context);

/* The log and its predecessors, opened: that may need a privilege. */
#define LOGFOLLOW_OLD 16 /* predecessors, the youngest */

struct logfollow_old {
	int fd;
	uint64_t device, inode, size;
	int64_t changed_s;
	int64_t changed_ns; /* within the second */
};

struct logfollow_files {
	int log;				 /* -1: not open */
	struct logfollow_old old[LOGFOLLOW_OLD]; /* the oldest first */
	size_t old_count;
	size_t compressed; /* predecessors that are */
};

/* On false *err says why the log cannot be read.  Reads nothing of it. */
bool logfollow_open(const char *path, struct logfollow_files *files,
    struct err *err);
/* Also what was not opened, or is closed already; not what is all zero. */
void logfollow_close(struct logfollow_files *files);

struct logfollow_job {
	const char *path;
	const struct logfollow_files *files; /* NULL: opens them itself */
	const struct logfollow_mark *from;   /* NULL: the first look */
	bool from_start; /* the first look reads all instead of nothing */
	const struct logfollow_pattern *patterns;
	size_t pattern_count; /* at most LOGFOLLOW_PATTERNS */
	logfollow_sink *sink;
	void *context;
};

struct logfollow_seen {
	struct logfollow_mark mark; /* for the next look */
	uint64_t bytes;
	uint64_t cut_lines; /* longer than LOGFOLLOW_LINE */
	bool first;	    /* no mark was given */
	bool rotated;
	bool behind;	   /* the deadline came first: the rest is for the
			      next look */
	bool lost;	   /* the rest of the old file was not found */
	size_t compressed; /* younger predecessors that were not read */
};

/* On false *err says why the log cannot be read; *seen is not to be kept. */
bool logfollow_read(const struct logfollow_job *job,
    struct logfollow_seen *seen, const struct deadline *deadline,
    struct err *err);

/*
 * A literal that every match of the pattern must have, for the search; false
 * when there is none of two characters or more.
 */
bool logfollow_literal(const char *pattern, char *literal, size_t size);

/* One line of words, and back. */
void logfollow_mark_encode(const struct logfollow_mark *mark, struct text *out);
bool logfollow_mark_decode(struct logfollow_mark *mark, struct span line);

/* --- bytes, no I/O -------------------------------------------------------- */

/* Gives the lines that match to the sink.  The last line may lack its newline.
 * Searching for many literals takes one pass. */
void logfollow_scan(const struct logfollow_job *job, const char *bytes,
    size_t len);

#endif
