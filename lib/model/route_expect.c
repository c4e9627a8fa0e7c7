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
	if (!ip_net_parse(string, prefix, err))
		return false;
	return prefix->address.zone == 0 ||
	    err_set(err, ERR_USAGE,
		"%.100s: a route has no zone: --device says where it leads",
		string);
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

static bool
set_absent(struct route_expect *entry, const char *value, struct arena *arena,
    struct err *err)
{
	(void)value;
	(void)arena;
	(void)err;
	entry->absent = true;
	return true;
}

static const struct setting {
	const char *key;
	bool bare;    /* without a value */
	bool repeats; /* further ones are added */
	bool (*set)(struct route_expect *entry, const char *value,
	    struct arena *arena, struct err *err);
} settings[] = {
	{ "absent", .bare = true, .set = set_absent },
	{ "next-hop", .repeats = true, .set = set_hops },
	{ "next-hops", .set = set_least },
	{ "origin-as", .set = set_origin },
	{ "source", .set = set_source },
	{ "proto", .set = set_protocol },
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

/* *given: which of them stood before. */
static bool
parse_setting(struct route_expect *entry, char *word, unsigned *given,
    struct arena *arena, struct err *err)
{
	char *value = strchr(word, '=');
	size_t i = 0;

	if (value != NULL)
		*value++ = '\0';
	while (i < SETTINGS &&
	    (strcmp(settings[i].key, word) != 0 ||
		settings[i].bare != (value == NULL)))
		i++;
	if (i == SETTINGS)
		return err_set(err, ERR_USAGE,
		    "%.60s is not absent, next-hop=ADDRESS, next-hops=N, "
		    "origin-as=AS, proto=NAME or source=NAME",
		    word);
	if ((*given & 1u << i) != 0 && !settings[i].repeats)
		return err_set(err, ERR_USAGE, "%s stands there twice", word);
	*given |= 1u << i;
	return settings[i].set(entry, value, arena, err) ||
	    err_context(err, "%s", word);
}

/* --- entries -------------------------------------------------------------- */

static bool
parse_words(struct span rest, struct route_expect *entry, struct arena *arena,
    struct span *piece, struct err *err)
{
	char word[WORD_BYTES];
	unsigned given = 0;

	for (bool first = true; span_word(&rest, piece) && piece->at[0] != '#';
	     first = false) {
		if (memchr(piece->at, '\0', piece->len) != NULL)
			return err_set(err, ERR_USAGE, "a NUL byte");
		if (!span_copy(*piece, word, sizeof(word)))
			return err_set(err, ERR_USAGE,
			    "a word that is too long");
		if (first ? !route_prefix_parse(word, &entry->prefix, err)
			  : !parse_setting(entry, word, &given, arena, err))
			return false;
	}
	/* Of what is not there nothing else can hold. */
	return !entry->absent ||
	    (entry->hop_count == 0 && entry->least_hops == 0 &&
		entry->protocol == NULL && !entry->has_origin) ||
	    err_set(err, ERR_USAGE,
		"absent goes with source= alone: what is not there has no "
		"next hop, origin or protocol");
}

bool
route_expect_parse(const char *bytes, size_t len, struct route_expects *expects,
    struct arena *arena, struct err *err)
{
	struct route_expect entry = { .absent = false }, *added;
	struct span piece = { bytes, 0 };

	if (!parse_words((struct span){ bytes, len }, &entry, arena, &piece,
		err))
		return err_context(err, "column %zu",
		    (size_t)(piece.at - bytes) + 1);
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

	span_skip(&rest, "\xef\xbb\xbf"); /* what some editors put first */
	for (; span_line(&rest, &line); number++)
		if (!is_blank(line) &&
		    !route_expect_parse(line.at, line.len, expects, arena, err))
			return err_context(err, "line %u", number);
	return true;
}
