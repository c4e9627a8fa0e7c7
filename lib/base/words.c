/* SPDX-License-Identifier: ISC */
#include "base/words.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes one word off *at, and writes it to `out`, which has room for all that
 * is left. */
static bool
take(const char **at, char *out, struct err *err)
{
	char quote = '\0';

	for (; **at != '\0' && (quote != '\0' || !is_blank(**at)); ++*at) {
		if (**at == '\\' && quote != '\'' && (*at)[1] != '\0')
			*out++ = *++*at;
		else if (**at == quote)
			quote = '\0';
		else if (quote == '\0' && (**at == '"' || **at == '\''))
			quote = **at;
		else
			*out++ = **at;
	}
	*out = '\0';
	return quote == '\0' ||
	    err_set(err, ERR_USAGE, "a %c without its end", quote);
}

const char *const *
words_split(const char *line, struct arena *arena, struct err *err)
{
	const char **words =
	    arena_alloc(arena, (WORDS_MAX + 1) * sizeof(*words));
	char *room = arena_alloc(arena, 2 * strlen(line) + 2);
	size_t count = 0;

	if (words == NULL || room == NULL) {
		err_set(err, ERR_SYSTEM, "no memory for the words");
		return NULL;
	}
	for (;;) {
		while (is_blank(*line))
			line++;
		if (*line == '\0')
			break;
		if (count == WORDS_MAX) {
			err_set(err, ERR_USAGE, "more than %d words",
			    WORDS_MAX);
			return NULL;
		}
		if (!take(&line, room, err))
			return NULL;
		words[count++] = room;
		room += strlen(room) + 1;
	}
	if (count > 0)
		return words;
	err_set(err, ERR_USAGE, "there is no word in it");
	return NULL;
}
