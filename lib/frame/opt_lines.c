/* SPDX-License-Identifier: ISC */
#include "frame/opt_lines.h"

#include <string.h>

#include "base/hash.h"
#include "frame/opt_file.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Length of the line without its comment. */
static size_t
before_comment(const char *line, size_t len)
{
	const char *hash = memchr(line, '#', len);

	while (hash != NULL && hash > line && !is_blank(hash[-1]))
		hash = memchr(hash + 1, '#', len - (size_t)(hash + 1 - line));
	return hash != NULL ? (size_t)(hash - line) : len;
}

/* Ends the line before its comment and the blanks around the rest. */
static char *
strip(char *line, size_t len)
{
	size_t end = before_comment(line, len);

	while (end > 0 && is_blank(line[end - 1]))
		end--;
	line[end] = '\0';
	return line + strspn(line, " \t");
}

static size_t
count_lines(const char *bytes, size_t len)
{
	const char *const end = bytes + len;
	size_t count = 1;

	while ((bytes = memchr(bytes, '\n', (size_t)(end - bytes))) != NULL) {
		bytes++;
		count++;
	}
	return count;
}

static bool
split(char *bytes, size_t len, struct arena *arena, struct opt_lines *lines,
    struct err *err)
{
	char *at = bytes, *const end = bytes + len;

	if (memchr(bytes, '\0', len) != NULL)
		return err_set(err, ERR_USAGE, "is no text file");
	lines->count = 0;
	lines->items =
	    arena_alloc(arena, count_lines(bytes, len) * sizeof(*lines->items));
	if (lines->items == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for its lines");
	for (unsigned number = 1; at < end; number++) {
		char *newline = memchr(at, '\n', (size_t)(end - at));
		char *const stop = newline != NULL ? newline : end;
		char *text = strip(at, (size_t)(stop - at));

		if (text[0] != '\0')
			lines->items[lines->count++] =
			    (struct opt_line){ number, text };
		at = stop + 1;
	}
	return true;
}

bool
opt_lines_read(const char *path, struct arena *arena, struct opt_lines *lines,
    struct err *err)
{
	char *bytes;
	size_t len;

	return opt_file_stream(path, arena, &bytes, &len, err) &&
	    split(bytes, len, arena, lines, err);
}

uint64_t
opt_lines_hash(const struct opt_lines *lines)
{
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < lines->count; i++)
		hash = hash_add(hash, lines->items[i].text,
		    strlen(lines->items[i].text) + 1);
	return hash;
}
