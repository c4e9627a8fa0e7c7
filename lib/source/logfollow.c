/* SPDX-License-Identifier: ISC */
#include "source/logfollow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/literal.h"
#include "base/needles.h"
#include "source/access.h"

/* --- searching ------------------------------------------------------------ */

static const char *
line_start(const char *from, const char *at)
{
	const char *newline = memrchr(from, '\n', (size_t)(at - from));

	return newline != NULL ? newline + 1 : from;
}

static const char *
line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline != NULL ? newline : end;
}

static void
try_line(const struct logfollow_job *job, size_t index, const char *line,
    const char *end)
{
	const struct regex *regex = job->patterns[index].regex;
	const size_t len = (size_t)(end - line);

	if (regex == NULL || regex_matches(regex, line, len))
		job->sink(index, line, len, job->context);
}

/* A pattern that is searched for by itself. */
struct single {
	size_t pattern;
	struct literal literal; /* empty: every line is searched */
};

/* Lines are made out around what was found, and nowhere else. */
static void
search_one(const struct logfollow_job *job, const struct single *single,
    const char *bytes, const char *end)
{
	while (bytes < end) {
		const char *hit = bytes, *stop;

		if (single->literal.len > 0)
			hit = literal_find(&single->literal, bytes, end);
		if (hit == NULL)
			return;
		stop = line_end(hit, end);
		try_line(job, single->pattern, line_start(bytes, hit), stop);
		bytes = stop + 1;
	}
}

/* Which patterns are searched for together. */
struct search {
	const struct logfollow_job *job;
	struct needles needles;
	size_t pattern[NEEDLES_MAX]; /* of each needle */
	struct single alone[LOGFOLLOW_PATTERNS];
	size_t alone_count;
};

static void
search_part(const struct search *search, const char *bytes, const char *at,
    const char *end)
{
	const char *seen[NEEDLES_MAX] = { NULL }; /* ends of lines */
	const char *stop = at;
	size_t which;

	while ((at = needles_find(&search->needles, at, end, &which)) != NULL) {
		if (at >= stop)
			stop = line_end(at, end);
		do {
			if (seen[which] == stop)
				continue;
			seen[which] = stop;
			try_line(search->job, search->pattern[which],
			    line_start(bytes, at), stop);
		} while (needles_also(&search->needles, at, end, &which));
		at++;
	}
}

static void
search_parts(const struct search *search, const struct needles_part *parts)
{
	struct needles_part rest[NEEDLES_PARTS];

	memcpy(rest, parts, sizeof(rest));
	needles_skip(&search->needles, rest);
	for (size_t i = 0; i < NEEDLES_PARTS; i++)
		search_part(search, parts[i].at, rest[i].at, rest[i].end);
}

#define PART ((size_t)16 << 10) /* bytes, and what its last line has more */

/* From *from on, which is then behind it. */
static struct needles_part
cut_part(const char **from, const char *end)
{
	const char *begin = *from, *stop = end;

	if ((size_t)(end - begin) > PART)
		stop = line_end(begin + PART, end);
	*from = stop < end ? stop + 1 : end;
	return (struct needles_part){ begin, stop };
}

/* What was found comes in the order of the text. */
static void
search_all(const struct search *search, const char *bytes, const char *end)
{
	struct needles_part parts[NEEDLES_PARTS];

	while ((size_t)(end - bytes) > NEEDLES_PARTS * PART) {
		for (size_t i = 0; i < NEEDLES_PARTS; i++)
			parts[i] = cut_part(&bytes, end);
		search_parts(search, parts);
	}
	search_part(search, bytes, bytes, end);
}

/* For a single literal nothing is as fast as its rarest byte. */
static bool
is_for_company(const struct logfollow_job *job)
{
	size_t long_ones = 0;

	for (size_t i = 0; i < job->pattern_count; i++)
		long_ones += job->patterns[i].literal != NULL &&
		    job->patterns[i].literal_len >= NEEDLES_SHORT;
	return long_ones > 1;
}

static void
search_alone(struct search *search, size_t index, const char *sample,
    size_t len)
{
	const struct logfollow_pattern *pattern = &search->job->patterns[index];
	struct single *single = &search->alone[search->alone_count];

	if (search->alone_count == LOGFOLLOW_PATTERNS)
		return;
	search->alone_count++;
	*single = (struct single){ .pattern = index };
	if (pattern->literal != NULL)
		literal_init(&single->literal, pattern->literal,
		    pattern->literal_len, sample, len);
}

/* The sample is the beginning of what is to be searched. */
static void
search_prepare(struct search *search, const struct logfollow_job *job,
    const char *sample, size_t len)
{
	const bool together = is_for_company(job);

	search->job = job;
	search->alone_count = 0;
	needles_init(&search->needles);
	for (size_t i = 0; i < job->pattern_count; i++) {
		const struct logfollow_pattern *pattern = &job->patterns[i];
		const size_t place = search->needles.count;

		if (together && pattern->literal != NULL &&
		    needles_add(&search->needles, pattern->literal,
			pattern->literal_len))
			search->pattern[place] = i;
		else
			search_alone(search, i, sample, len);
	}
	needles_prepare(&search->needles);
}

static void
search_run(const struct search *search, const char *bytes, size_t len)
{
	search_all(search, bytes, bytes + len);
	for (size_t i = 0; i < search->alone_count; i++)
		search_one(search->job, &search->alone[i], bytes, bytes + len);
}

void
logfollow_scan(const struct logfollow_job *job, const char *bytes, size_t len)
{
	struct search search;

	search_prepare(&search, job, bytes, len);
	search_run(&search, bytes, len);
}

/* --- literals of patterns ------------------------------------------------- */

/* Behind the bracket that closes what *at opens; NULL when none does. */
static const char *
skip_class(const char *at)
{
	at++;
	at += *at == '^';
	at += *at == ']';
	for (; *at != '\0' && *at != ']'; at++) {
		if (*at == '[') /* [:alpha:]: not worth the trouble */
			return NULL;
		if (*at == '\\' && *++at == '\0')
			return NULL;
	}
	return *at == ']' ? at + 1 : NULL;
}

static const char *
skip_group(const char *at)
{
	unsigned depth = 0;

	while (*at != '\0') {
		if (*at == '(') {
			/* Options, verbs, conditions change what follows. */
			if (at[1] == '*' || (at[1] == '?' && at[2] != ':'))
				return NULL;
			depth++;
		} else if (*at == ')' && --depth == 0) {
			return at + 1;
		} else if (*at == '\\') {
			at++;
			if (*at == '\0' || strchr("QE", *at) != NULL)
				return NULL;
		} else if (*at == '[') {
			at = skip_class(at);
			if (at == NULL)
				return NULL;
			continue;
		}
		at++;
	}
	return NULL;
}

struct run {
	char chars[128];
	size_t len;
};

/* What *at begins: a literal character in *c, or a piece (0) that only breaks
 * the run.  NULL: the pattern is beyond us. */
static const char *
piece(const char *at, char *c)
{
	*c = '\0';
	switch (*at) {
	case '|':
	case ')':
	case '{':
		return NULL;
	case '(':
		return skip_group(at);
	case '[':
		return skip_class(at);
	case '.':
	case '^':
	case '$':
		return at + 1;
	case '\\':
		if (at[1] != '\0' && strchr("dDwWsSbBAzZ", at[1]) != NULL)
			return at + 2;
		if (at[1] <= ' ' || at[1] > '~' ||
		    strchr("0123456789", at[1]) != NULL ||
		    (at[1] >= 'A' && at[1] <= 'Z') ||
		    (at[1] >= 'a' && at[1] <= 'z'))
			return NULL;
		*c = at[1];
		return at + 2;
	default:
		if ((unsigned char)*at >= 0x80)
			return NULL; /* a quantifier is for several bytes */
		*c = *at;
		return at + 1;
	}
}

/* ?, * and {0,} may leave out what stands before; {2} may not, but who cares.
 */
static const char *
skip_quantifier(const char *at, bool *optional, bool *any)
{
	*optional = *at == '?' || *at == '*' || *at == '{';
	*any = *optional || *at == '+';
	if (*at == '{') {
		at += 1 + strspn(at + 1, "0123456789,");
		if (*at != '}') /* no count: an alternative may be in it */
			return NULL;
	}
	at += *any;
	if (*any)
		at += *at == '?' || *at == '+'; /* lazy, possessive */
	return at;
}

static void
keep_longer(struct run *run, struct run *best)
{
	if (run->len > best->len)
		*best = *run;
	run->len = 0;
}

bool
logfollow_literal(const char *pattern, char *literal, size_t size)
{
	struct run run = { .len = 0 }, best = { .len = 0 };
	const char *at = pattern;

	while (*at != '\0') {
		bool optional, any;
		char c;

		at = piece(at, &c);
		if (at == NULL)
			return false;
		at = skip_quantifier(at, &optional, &any);
		if (at == NULL)
			return false;
		if (c != '\0' && !optional && run.len < sizeof(run.chars))
			run.chars[run.len++] = c;
		if (c == '\0' || any || run.len == sizeof(run.chars))
			keep_longer(&run, &best);
	}
	keep_longer(&run, &best);
	if (best.len < 2 || best.len >= size)
		return false;
	memcpy(literal, best.chars, best.len);
	literal[best.len] = '\0';
	return true;
}

/* --- marks ---------------------------------------------------------------- */

void
logfollow_mark_encode(const struct logfollow_mark *mark, struct text *out)
{
	text_addf(out,
	    "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %d",
	    mark->device, mark->inode, mark->offset, mark->print_from,
	    mark->print, mark->inside);
}

bool
logfollow_mark_decode(struct logfollow_mark *mark, struct span line)
{
	struct logfollow_mark read = { 0 };
	uint64_t inside;

	if (!span_take_u64(&line, &read.device) ||
	    !span_take_u64(&line, &read.inode) ||
	    !span_take_u64(&line, &read.offset) ||
	    !span_take_u64(&line, &read.print_from) ||
	    !span_take_u64(&line, &read.print) ||
	    !span_take_u64(&line, &inside) || span_trim(line).len != 0 ||
	    inside > 1 || read.inode == 0 || read.offset > INT64_MAX ||
	    read.print_from > read.offset ||
	    read.offset - read.print_from > LOGFOLLOW_PRINT)
		return false;
	read.inside = inside != 0;
	*mark = read;
	return true;
}

/* The hash of the bytes before the mark; false when they are not there. */
static bool
print_of(int fd, uint64_t from, uint64_t to, uint64_t *print)
{
	char bytes[LOGFOLLOW_PRINT];
	const size_t len = (size_t)(to - from);

	if (pread(fd, bytes, len, (off_t)from) != (ssize_t)len)
		return false;
	*print = hash_add(HASH_START, bytes, len);
	return true;
}

static bool
mark_at(int fd, uint64_t device, uint64_t inode, uint64_t offset, bool inside,
    struct logfollow_mark *mark)
{
	*mark = (struct logfollow_mark){
		.device = device,
		.inode = inode,
		.offset = offset,
		.print_from =
		    offset > LOGFOLLOW_PRINT ? offset - LOGFOLLOW_PRINT : 0,
		.inside = inside,
	};
	return print_of(fd, mark->print_from, offset, &mark->print);
}

/* Are the bytes before the mark in this file?  Nothing proves nothing. */
static bool
continues(int fd, const struct logfollow_mark *mark)
{
	uint64_t print;

	return print_of(fd, mark->print_from, mark->offset, &print) &&
	    print == mark->print;
}

/* --- one file ------------------------------------------------------------- */

/* On the heap, where pages that nobody writes to cost nothing. */
struct room {
	char buffer[LOGFOLLOW_LINE];
	struct search search;
};

struct reader {
	const struct logfollow_job *job;
	struct logfollow_seen *seen;
	const struct deadline *deadline;
	struct search *search; /* once there is something to search */
	bool prepared;
	char *buffer; /* LOGFOLLOW_LINE */
	size_t held;  /* the beginning of a line */
	bool inside;  /* passing over the rest of one */
};

/* Of what has just been read, drops the rest of a line that was looked at. */
static void
pass_over(struct reader *reader)
{
	const char *newline;
	size_t gone;

	if (!reader->inside)
		return;
	newline = memchr(reader->buffer, '\n', reader->held);
	gone = newline != NULL ? (size_t)(newline + 1 - reader->buffer)
			       : reader->held;
	reader->inside = newline == NULL;
	reader->held -= gone;
	memmove(reader->buffer, reader->buffer + gone, reader->held);
}

/* Searches the lines that are whole, and keeps the beginning of the last. */
static void
digest(struct reader *reader)
{
	const char *newline;
	size_t whole;

	if (!reader->prepared)
		search_prepare(reader->search, reader->job, reader->buffer,
		    reader->held);
	reader->prepared = true;
	pass_over(reader);
	newline = memrchr(reader->buffer, '\n', reader->held);
	if (newline != NULL) {
		whole = (size_t)(newline + 1 - reader->buffer);
	} else if (reader->held == LOGFOLLOW_LINE) {
		whole = reader->held;
		reader->inside = true;
		reader->seen->cut_lines++;
	} else {
		return;
	}
	search_run(reader->search, reader->buffer, whole);
	reader->held -= whole;
	memmove(reader->buffer, reader->buffer + whole, reader->held);
}

/* From *offset to the end; *offset is then behind the last whole line. */
static bool
read_on(struct reader *reader, int fd, uint64_t *offset, struct err *err)
{
	uint64_t at = *offset;
	ssize_t got;

	reader->held = 0;
	while (!(reader->seen->behind = deadline_past(reader->deadline))) {
		got = pread(fd, reader->buffer + reader->held,
		    LOGFOLLOW_LINE - reader->held, (off_t)at);
		if (got < 0)
			return err_sys(err, errno, "reading %s",
			    reader->job->path);
		if (got == 0)
			break;
		at += (uint64_t)got;
		reader->seen->bytes += (uint64_t)got;
		reader->held += (size_t)got;
		digest(reader);
	}
	*offset = at - reader->held;
	return true;
}

/* --- what was rotated ----------------------------------------------------- */

static bool
is_compressed(const char *name)
{
	static const char *const endings[] = { ".gz", ".xz", ".bz2", ".zst",
		".lz4", ".Z" };
	const size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		const size_t n = strlen(endings[i]);

		if (len > n && strcmp(name + len - n, endings[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_older(const struct logfollow_old *a, const struct logfollow_old *b)
{
	return a->changed_s != b->changed_s ? a->changed_s < b->changed_s
					    : a->changed_ns < b->changed_ns;
}

/* In its place by age; of too many the oldest goes. */
static void
insert(struct logfollow_files *files, const struct logfollow_old *old)
{
	size_t at = files->old_count;

	if (files->old_count == LOGFOLLOW_OLD) {
		if (is_older(old, &files->old[0])) {
			close(old->fd);
			return;
		}
		close(files->old[0].fd);
		memmove(files->old, files->old + 1,
		    (LOGFOLLOW_OLD - 1) * sizeof(files->old[0]));
		at = --files->old_count;
	}
	for (; at > 0 && is_older(old, &files->old[at - 1]); at--)
		files->old[at] = files->old[at - 1];
	files->old[at] = *old;
	files->old_count++;
}

static void
consider(struct logfollow_files *files, int dir, const char *name,
    const struct stat *log)
{
	struct stat status;
	struct logfollow_old old;

	if (fstatat(dir, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(status.st_mode) ||
	    (status.st_ino == log->st_ino && status.st_dev == log->st_dev))
		return;
	if (is_compressed(name)) {
		files->compressed++;
		return;
	}
	old = (struct logfollow_old){
		.fd = openat(dir, name,
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK),
		.device = status.st_dev,
		.inode = status.st_ino,
		.size = (uint64_t)status.st_size,
		.changed_s = status.st_mtim.tv_sec,
		.changed_ns = status.st_mtim.tv_nsec,
	};
	if (old.fd >= 0)
		insert(files, &old);
}

/* Opens the directory of the log; *base is its name there. */
static int
open_directory(const char *path, const char **base)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX] = ".";

	*base = slash != NULL ? slash + 1 : path;
	if (slash != NULL)
		snprintf(directory, sizeof(directory), "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	return open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* What logrotate(8) and newsyslog(8) add: ".1", "-20260131", ".0.gz", and what
 * people do: ".old".  "exabgp.log.debug" is another log. */
static bool
is_of_rotation(const char *ending)
{
	return (*ending == '.' || *ending == '-') &&
	    ((ending[1] >= '0' && ending[1] <= '9') ||
		strncmp(ending + 1, "old", 3) == 0);
}

/* Some entries of the directory, as getdents64(2) gives them. */
static void
consider_entries(struct logfollow_files *files, int dir, const char *base,
    const struct stat *log, const char *bytes, size_t len)
{
	const size_t base_len = strlen(base);

	while (len > 0) {
		const struct dirent64 *entry = (const void *)bytes;

		if (strncmp(entry->d_name, base, base_len) == 0 &&
		    is_of_rotation(entry->d_name + base_len))
			consider(files, dir, entry->d_name, log);
		bytes += entry->d_reclen;
		len -= entry->d_reclen;
	}
}

/* A directory that may not be listed hides them, and no more.  opendir(3) would
 * take a heap into use for each run, of which most find no rotation. */
static void
find_old_files(struct logfollow_files *files, const char *path,
    const struct stat *log)
{
	_Alignas(struct dirent64) char bytes[4096];
	const char *base;
	const int dir = open_directory(path, &base);
	ssize_t len;

	while (dir >= 0 && (len = getdents64(dir, bytes, sizeof(bytes))) > 0)
		consider_entries(files, dir, base, log, bytes, (size_t)len);
	if (dir >= 0)
		close(dir);
}

/* The old file itself, or a copy of it; old_count when it is not there. */
static size_t
find_old(const struct logfollow_files *files, const struct logfollow_mark *mark)
{
	size_t copy = files->old_count;

	for (size_t i = 0; i < files->old_count; i++) {
		const struct logfollow_old *old = &files->old[i];

		if (old->size < mark->offset || !continues(old->fd, mark))
			continue;
		if (old->inode == mark->inode && old->device == mark->device)
			return i;
		/* An empty beginning is in every file. */
		if (mark->offset > 0)
			copy = i;
	}
	return copy;
}

/* What has its last line unfinished will not finish it any more. */
static bool
read_old(struct reader *reader, const struct logfollow_old *old,
    uint64_t offset, bool inside, struct err *err)
{
	bool ok;

	reader->inside = inside;
	ok = read_on(reader, old->fd, &offset, err);
	if (ok && !reader->seen->behind && reader->held > 0)
		search_run(reader->search, reader->buffer, reader->held);
	if (ok && reader->seen->behind)
		mark_at(old->fd, old->device, old->inode, offset,
		    reader->inside, &reader->seen->mark);
	return ok;
}

/* The rest of the old file, then those that came after it. */
static bool
read_rotated(struct reader *reader, const struct logfollow_files *files,
    struct err *err)
{
	const struct logfollow_mark *mark = reader->job->from;
	const size_t old = find_old(files, mark);
	bool ok = true;

	reader->seen->lost = old == files->old_count;
	if (reader->seen->lost)
		reader->seen->compressed = files->compressed;
	for (size_t i = old;
	     ok && i < files->old_count && !reader->seen->behind; i++)
		ok = read_old(reader, &files->old[i],
		    i == old ? mark->offset : 0, i == old && mark->inside, err);
	return ok;
}

/* --- the log -------------------------------------------------------------- */

bool
logfollow_open(const char *path, struct logfollow_files *files, struct err *err)
{
	struct stat status;

	*files = (struct logfollow_files){
		.log = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
	};
	if (files->log < 0)
		return access_failed_read(err, path, errno,
		    "is there another log?");
	if (fstat(files->log, &status) == 0 && S_ISREG(status.st_mode)) {
		find_old_files(files, path, &status);
		return true;
	}
	logfollow_close(files);
	return err_set(err, ERR_SYSTEM, "%s is no regular file", path);
}

void
logfollow_close(struct logfollow_files *files)
{
	if (files->log >= 0)
		close(files->log);
	for (size_t i = 0; i < files->old_count; i++)
		close(files->old[i].fd);
	*files = (struct logfollow_files){ .log = -1 };
}

/* Where to begin in the log as it is now, after what was rotated. */
static bool
begin(struct reader *reader, const struct logfollow_files *files,
    const struct stat *status, uint64_t *offset, struct err *err)
{
	const struct logfollow_mark *mark = reader->job->from;

	*offset = 0;
	if (mark == NULL) {
		reader->seen->first = true;
		if (!reader->job->from_start)
			*offset = (uint64_t)status->st_size;
		return true;
	}
	if (mark->inode == status->st_ino && mark->device == status->st_dev &&
	    (uint64_t)status->st_size >= mark->offset &&
	    continues(files->log, mark)) {
		*offset = mark->offset;
		reader->inside = mark->inside;
		return true;
	}
	reader->seen->rotated = true;
	if (!read_rotated(reader, files, err))
		return false;
	reader->inside = false;
	return true;
}

static bool
read_log(struct reader *reader, const struct logfollow_files *files,
    struct err *err)
{
	struct logfollow_seen *seen = reader->seen;
	const struct logfollow_mark *from = reader->job->from;
	const char *path = reader->job->path;
	struct stat status;
	uint64_t offset;

	if (fstat(files->log, &status) != 0)
		return err_sys(err, errno, "%s", path);
	if (!begin(reader, files, &status, &offset, err))
		return false;
	if (seen->behind)
		return true;
	if (!seen->rotated && from != NULL &&
	    offset == (uint64_t)status.st_size) {
		seen->mark = *from; /* nothing new, as after most looks */
		return true;
	}
	return read_on(reader, files->log, &offset, err) &&
	    (mark_at(files->log, status.st_dev, status.st_ino, offset,
		 reader->inside, &seen->mark) ||
		err_set(err, ERR_SYSTEM, "%s shrank while it was read", path));
}

bool
logfollow_read(const struct logfollow_job *job, struct logfollow_seen *seen,
    const struct deadline *deadline, struct err *err)
{
	struct reader reader = { .job = job,
		.seen = seen,
		.deadline = deadline };
	struct room *room = NULL;
	struct logfollow_files own = { .log = -1 };
	bool ok = false;

	*seen = (struct logfollow_seen){ 0 };
	if (job->files == NULL && !logfollow_open(job->path, &own, err))
		return false;
	room = malloc(sizeof(*room));
	if (room == NULL) {
		err_set(err, ERR_SYSTEM, "no memory to read %s", job->path);
	} else {
		reader.buffer = room->buffer;
		reader.search = &room->search;
		ok = read_log(&reader, job->files != NULL ? job->files : &own,
		    err);
	}
	free(room);
	logfollow_close(&own);
	return ok;
}
