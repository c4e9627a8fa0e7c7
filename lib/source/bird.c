/* SPDX-License-Identifier: ISC */
#include "source/bird.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "source/unixsock.h"

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "1006-" or "1006 ", at least five bytes. */
static bool
coded(const char *line, size_t len)
{
	return len >= 5 && digit(line[0]) && digit(line[1]) && digit(line[2]) &&
	    digit(line[3]) && (line[4] == '-' || line[4] == ' ');
}

static unsigned
code(const char *line)
{
	return (unsigned)((line[0] - '0') * 1000 + (line[1] - '0') * 100 +
	    (line[2] - '0') * 10 + (line[3] - '0'));
}

/* A code without separator, "0000", ends an answer as "0000 " does. */
static bool
bare_code(const char *line, size_t len)
{
	return len == 4 && digit(line[0]) && digit(line[1]) && digit(line[2]) &&
	    digit(line[3]);
}

bool
bird_next(const char *bytes, size_t len, size_t *at, struct bird_line *line)
{
	const unsigned before = *at ? line->code : 0;

	while (*at < len) {
		const char *start = bytes + *at;
		const char *end = memchr(start, '\n', len - *at);
		const size_t n = end ? (size_t)(end - start) : 0;

		if (!end)
			return false;
		*at += n + 1;
		if (coded(start, n))
			*line = (struct bird_line){ code(start), false,
				start[4] == ' ', start + 5, n - 5 };
		else if (bare_code(start, n))
			*line = (struct bird_line){ code(start), false, true,
				start + 4, 0 };
		else if (n > 0 && *start == ' ')
			*line = (struct bird_line){ before, true, false,
				start + 1, n - 1 };
		else if (n > 0 && *start == '+')
			continue; /* asynchronous, none of our answer */
		else
			return false;
		return true;
	}
	return false;
}

size_t
bird_whole(const char *bytes, size_t len)
{
	struct bird_line line;
	size_t at = 0;

	while (bird_next(bytes, len, &at, &line))
		if (line.last)
			return at;
	return 0;
}

/* --- the conversation ----------------------------------------------------- */

int
bird_open(const char *path, const struct deadline *deadline, struct err *err)
{
	return unixsock_connect(path, "bird", deadline, err);
}

/* Looks at each line once, however many reads they come in. */
struct progress {
	size_t at;
	struct bird_line line;
};

static bool
whole(const struct reply *reply, void *context)
{
	struct progress *progress = context;
	size_t at = progress->at;

	while (bird_next(reply->bytes, reply->len, &at, &progress->line)) {
		progress->at = at;
		if (progress->line.last)
			return true;
	}
	return false;
}

static bool
hear(int fd, struct reply *reply, const struct deadline *deadline,
    struct err *err)
{
	struct progress progress = { 0 };

	reply->len = 0;
	return reply_until(reply, fd, whole, &progress, deadline, "bird", err);
}

bool
bird_ask(int fd, const char *command, struct reply *reply,
    const struct deadline *deadline, struct err *err)
{
	char line[256];
	const int len = snprintf(line, sizeof(line), "%s\n", command);

	if (len < 0 || (size_t)len >= sizeof(line))
		return err_set(err, ERR_USAGE, "the command is too long");
	return unixsock_send(fd, line, (size_t)len, deadline, err) &&
	    hear(fd, reply, deadline, err);
}

/* Does the answer say no?  Then *line is what it says. */
static bool
refused(const struct reply *reply, struct bird_line *line)
{
	size_t at = 0;

	while (bird_next(reply->bytes, reply->len, &at, line))
		if (line->code >= 8000)
			return true;
	return false;
}

bool
bird_greet(int fd, struct reply *reply, const struct deadline *deadline,
    struct err *err)
{
	struct bird_line line = { 0 };
	struct reply answer = { 0 };
	size_t at = 0;
	bool ok;

	if (!hear(fd, reply, deadline, err))
		return false;
	if (!bird_next(reply->bytes, reply->len, &at, &line) || line.code != 1)
		return err_set(err, ERR_PROTOCOL,
		    "this is not the control socket of BIRD");
	ok = reply_init(&answer, 4096, err) &&
	    bird_ask(fd, "restrict", &answer, deadline, err);
	if (ok && refused(&answer, &line))
		ok = err_set(err, ERR_PROTOCOL, "bird refused \"restrict\"");
	reply_free(&answer);
	return ok;
}

/* Several answers, the greeting first; where each ends. */
struct answers {
	struct progress progress;
	size_t wanted, count;
	size_t *starts; /* of those behind the greeting and "restrict" */
};

static void
end_one(struct answers *answers)
{
	if (++answers->count >= 2)
		answers->starts[answers->count - 2] = answers->progress.at;
}

/* Lines that are none of BIRD's end it, too: nothing more will come. */
static bool
all_whole(const struct reply *reply, void *context)
{
	struct answers *answers = context;
	struct progress *progress = &answers->progress;
	size_t at = progress->at;

	while (answers->count < answers->wanted &&
	    bird_next(reply->bytes, reply->len, &at, &progress->line)) {
		progress->at = at;
		if (progress->line.last)
			end_one(answers);
	}
	return answers->count == answers->wanted ||
	    (answers->count == 0 &&
		memchr(reply->bytes, '\n', reply->len) != NULL &&
		progress->at == 0);
}

static bool
check_beginning(const struct reply *reply, size_t end, struct err *err)
{
	struct bird_line line = { 0 };
	size_t at = 0;

	if (!bird_next(reply->bytes, reply->len, &at, &line) || line.code != 1)
		return err_set(err, ERR_PROTOCOL,
		    "this is not the control socket of BIRD");
	while (at < end && bird_next(reply->bytes, end, &at, &line))
		if (line.code >= 8000)
			return err_set(err, ERR_PROTOCOL,
			    "bird refused \"restrict\"");
	return true;
}

bool
bird_begin(int fd, const char *const commands[], size_t count, size_t starts[],
    struct reply *reply, const struct deadline *deadline, struct err *err)
{
	struct answers answers = { .wanted = count + 2, .starts = starts };
	char bytes[BIRD_AT_ONCE + 16];
	struct text text = TEXT_OVER(bytes);

	text_add(&text, "restrict\n");
	for (size_t i = 0; i < count; i++)
		text_addf(&text, "%s\n", commands[i]);
	if (text.cut)
		return err_set(err, ERR_USAGE, "the commands are too long");
	reply->len = 0;
	return unixsock_send(fd, text.data, text.len, deadline, err) &&
	    reply_until(reply, fd, all_whole, &answers, deadline, "bird",
		err) &&
	    check_beginning(reply, starts[0], err);
}
