/* SPDX-License-Identifier: ISC */
#include "model/route_expect.h"

#include <string.h>

#include "base/num.h"
#include "base/span.h"
#include "model/bgp.h"

#define WORD_BYTES 1024

size_t
route_expects_count(const struct route_expects *expects)
{
	return expects->list.count;
}

const struct route_expect *
route_expects_at(const struct route_expects *expects, size_t index)
{
	return (const struct route_expect *)expects->list.items + index;
}

bool
route_prefix_parse(const char *string, struct ip_net *prefix, struct err *err)
{
	if (strcmp(string, "default") == 0)
		string = "0.0.0.0/0";
	else if (strcmp(string, "default6") == 0)
		string = "::/0";
	return ip_net_parse(string, prefix, err);
}

/* --- settings ------------------------------------------------------------- */

static bool
set_hops(struct route_expect *entry, const char *value, struct arena *arena,
    struct err *err)
{
	struct span rest = span_of(value), item;
	char word[128];

	(void)arena;
	for (bool more = true; more;) {
		item = rest;
		more = span_cut(rest, ',', &item, &rest);
		if (entry->hop_count == ROUTE_EXPECT_NETS)
			return err_set(err, ERR_USAGE, "more than %d of them",
			    ROUTE_EXPECT_NETS);
		if (!span_copy(item, word, sizeof(word)))
			return err_set(err, ERR_USAGE, "too long");
		if (!ip_net_parse(word, &entry->hops[entry->hop_count], err))
			return false;
		entry->hop_count++;
	}
	return true;
}

static bool
set_least(struct route_expect *entry, const char *value, struct arena *arena,
    struct err *err)
{
	uint64_t number;

	(void)arena;
	if (!num_u64(value, &number, err))
		return false;
	if (number == 0 || number > 65535)
		return err_set(err, ERR_USAGE, "must be 1 to 65535");
	entry->least_hops = (uint32_t)number;
	return true;
}

static bool
set_origin(struct route_expect *entry, const char *value, struct arena *arena,
    struct err *err)
{
	(void)arena;
	entry->has_origin = true;
	return bgp_as_parse(value, &entry->origin_as, err);
}

static bool
keep(const char **field, const char *value, struct arena *arena,
    struct err *err)
{
	if (value[0] == '\0')
		return err_set(err, ERR_USAGE, "must not be empty");
	*field = arena_string(arena, value, strlen(value));
	return *field != NULL ||
	    err_set(err, ERR_SYSTEM, "no memory left for expected prefixes");
}

static bool
set_source(struct route_expect *entry, const char *value, struct arena *arena,
    struct err *err)
{
	return keep(&entry->source, value, arena, err);
}

static bool
set_protocol(struct route_expect *entry, const char *value, struct arena *arena,
    struct err *err)
{
	return keep(&entry->protocol, value, arena, err);
}

static const struct setting {
	const char *key;
	bool (*set)(struct route_expect *entry, const char *value,
	    struct arena *arena, struct err *err);
} settings[] = {
	{ "next-hop", set_hops },
	{ "next-hops", set_least },
	{ "origin-as", set_origin },
	{ "source", set_source },
	{ "proto", set_protocol },
};

static bool
parse_setting(struct route_expect *entry, char *word, struct arena *arena,
    struct err *err)
{
	char *value = strchr(word, '=');

	if (strcmp(word, "absent") == 0) {
		entry->absent = true;
		return true;
	}
	if (value != NULL)
		*value++ = '\0';
	for (size_t i = 0;
	     value != NULL && i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcmp(settings[i].key, word) == 0)
			return settings[i].set(entry, value, arena, err) ||
			    err_context(err, "%s", word);
	return err_set(err, ERR_USAGE,
	    "%.60s is not absent, next-hop=ADDRESS, next-hops=N, "
	    "origin-as=AS, proto=NAME or source=NAME",
	    word);
}

/* --- entries -------------------------------------------------------------- */

/* The next word, NUL-terminated; false at the end, at a comment, and with *err
 * set when it is too long. */
static bool
next_word(struct span *rest, char word[static WORD_BYTES], struct err *err)
{
	struct span piece;

	err->kind = ERR_NONE;
	if (!span_word(rest, &piece) || piece.at[0] == '#')
		return false;
	if (!span_copy(piece, word, WORD_BYTES))
		return err_set(err, ERR_USAGE, "a word that is too long");
	return true;
}

bool
route_expect_parse(const char *bytes, size_t len, struct route_expects *expects,
    struct arena *arena, struct err *err)
{
	struct route_expect entry = { .absent = false }, *added;
	struct span rest = { bytes, len };
	char word[WORD_BYTES];

	if (!next_word(&rest, word, err))
		return err->kind == ERR_NONE
		    ? err_set(err, ERR_USAGE, "must not be empty")
		    : false;
	if (!route_prefix_parse(word, &entry.prefix, err))
		return false;
	while (next_word(&rest, word, err))
		if (!parse_setting(&entry, word, arena, err))
			return false;
	if (err->kind != ERR_NONE)
		return false;
	added = arena_push(arena, &expects->list, sizeof(*added));
	if (added == NULL)
		return err_set(err, ERR_SYSTEM,
		    "no memory left for expected prefixes");
	*added = entry;
	return true;
}

static bool
is_blank(struct span line)
{
	struct span word;

	return !span_word(&line, &word) || word.at[0] == '#';
}

bool
route_expect_parse_file(const char *bytes, size_t len,
    struct route_expects *expects, struct arena *arena, struct err *err)
{
	struct span rest = { bytes, len }, line;
	unsigned number = 1;

	for (; span_line(&rest, &line); number++)
		if (!is_blank(line) &&
		    !route_expect_parse(line.at, line.len, expects, arena, err))
			return err_context(err, "line %u", number);
	return true;
}
