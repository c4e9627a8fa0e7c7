/* SPDX-License-Identifier: ISC */
#include "model/bgp_expect.h"

#include <string.h>

#include "base/num.h"

#define BLANKS " \t\r"
#define WORD_BYTES 256

size_t
bgp_expects_count(const struct bgp_expects *expects)
{
	return expects->list.count;
}

const struct bgp_expect *
bgp_expects_at(const struct bgp_expects *expects, size_t index)
{
	return (const struct bgp_expect *)expects->list.items + index;
}

/* --- one entry ------------------------------------------------------------ */

struct scan {
	const char *at, *end;
	const char *separators;
	struct arena *arena;
	struct bgp_expect *entry;
};

static bool
is_separator(const struct scan *scan, char c)
{
	return c != '\0' && strchr(scan->separators, c) != NULL;
}

/* The next word, NUL-terminated; false at the end, and at a comment. */
static bool
next_word(struct scan *scan, char word[static WORD_BYTES])
{
	size_t len = 0;

	while (scan->at < scan->end && is_separator(scan, *scan->at))
		scan->at++;
	if (scan->at == scan->end || *scan->at == '#')
		return false;
	while (scan->at < scan->end && !is_separator(scan, *scan->at)) {
		if (len < WORD_BYTES - 1)
			word[len++] = *scan->at;
		scan->at++;
	}
	word[len] = '\0';
	return true;
}

static const char *
keep(struct scan *scan, const char *string, struct err *err)
{
	const char *copy = arena_string(scan->arena, string, strlen(string));

	if (copy == NULL)
		err_set(err, ERR_SYSTEM, "no memory left for expected peers");
	return copy;
}

/* The interface behind % is the router's, which this host does not know. */
static bool
parse_whom(struct scan *scan, char *word, struct err *err)
{
	struct bgp_expect *entry = scan->entry;
	char *percent = strchr(word, '%');
	struct err ignored;

	if (percent != NULL)
		*percent = '\0';
	if (ip_parse(word, &entry->address, &ignored)) {
		if (percent != NULL)
			entry->name = keep(scan, percent + 1, err);
		return percent == NULL || entry->name != NULL;
	}
	if (percent != NULL || strchr(word, '=') != NULL ||
	    strchr(word, '/') != NULL)
		return err_set(err, ERR_USAGE,
		    "%.60s is no address and no name of an interface", word);
	entry->name = keep(scan, word, err);
	return entry->name != NULL;
}

static bool
parse_least(const char *value, uint32_t *least, struct err *err)
{
	uint64_t number;

	if (!num_u64(value, &number, err))
		return false;
	if (number > UINT32_MAX)
		return err_set(err, ERR_USAGE, "must be 0 to 4294967295");
	*least = (uint32_t)number;
	return true;
}

static bool
parse_family(struct bgp_expect *entry, const char *key, const char *value,
    struct err *err)
{
	struct bgp_expect_family family;

	if (!bgp_family_parse(key, strlen(key), &family.afi, &family.safi))
		return err_set(err, ERR_USAGE,
		    "%.60s is not as, vrf, prefixes or an address family "
		    "such as ipv6-unicast",
		    key);
	if (entry->family_count == BGP_EXPECT_FAMILIES)
		return err_set(err, ERR_USAGE, "more than %d families",
		    BGP_EXPECT_FAMILIES);
	if (!parse_least(value, &family.least, err))
		return err_context(err, "%s", key);
	entry->families[entry->family_count++] = family;
	return true;
}

static bool
parse_setting(struct scan *scan, char *word, struct err *err)
{
	struct bgp_expect *entry = scan->entry;
	char *value = strchr(word, '=');

	if (value == NULL)
		return err_set(err, ERR_USAGE,
		    "%.60s is not of the form as=AS, vrf=NAME, prefixes=N "
		    "or FAMILY=N",
		    word);
	*value++ = '\0';
	if (strcmp(word, "as") == 0) {
		entry->has_as = true;
		return bgp_as_parse(value, &entry->as, err);
	}
	if (strcmp(word, "vrf") == 0) {
		entry->vrf = keep(scan, value, err);
		return entry->vrf != NULL;
	}
	if (strcmp(word, "prefixes") == 0) {
		entry->has_prefixes = true;
		return parse_least(value, &entry->prefixes, err) ||
		    err_context(err, "prefixes");
	}
	return parse_family(entry, word, value, err);
}

bool
bgp_expect_parse(const char *bytes, size_t len, const char *separators,
    struct bgp_expects *expects, struct arena *arena, struct err *err)
{
	struct bgp_expect entry = { .has_as = false }, *added;
	struct scan scan = { bytes, bytes + len, separators, arena, &entry };
	char word[WORD_BYTES];

	if (memchr(bytes, '\0', len) != NULL)
		return err_set(err, ERR_USAGE, "a NUL byte");
	if (!next_word(&scan, word))
		return err_set(err, ERR_USAGE, "must not be empty");
	if (!parse_whom(&scan, word, err))
		return false;
	while (next_word(&scan, word))
		if (!parse_setting(&scan, word, err))
			return false;
	added = arena_push(arena, &expects->list, sizeof(*added));
	if (added == NULL)
		return err_set(err, ERR_SYSTEM,
		    "no memory left for expected peers");
	*added = entry;
	return true;
}

/* --- a file --------------------------------------------------------------- */

static bool
is_blank(const char *line, size_t len)
{
	size_t i = 0;

	while (i < len && line[i] != '\0' && strchr(BLANKS, line[i]) != NULL)
		i++;
	return i == len || line[i] == '#';
}

bool
bgp_expect_parse_file(const char *bytes, size_t len,
    struct bgp_expects *expects, struct arena *arena, struct err *err)
{
	const char *const end = bytes + len;
	const size_t before = bgp_expects_count(expects);
	unsigned number = 1;

	for (const char *line = bytes; line < end; number++) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const size_t line_len =
		    (size_t)((newline != NULL ? newline : end) - line);

		if (!is_blank(line, line_len) &&
		    !bgp_expect_parse(line, line_len, BLANKS, expects, arena,
			err))
			return err_context(err, "line %u", number);
		line += line_len + 1;
	}
	return bgp_expects_count(expects) > before ||
	    err_set(err, ERR_USAGE, "names no peer");
}

/* --- comparing ------------------------------------------------------------ */

static bool
is_named(const struct bgp_peer *peer, const char *name)
{
	return strcmp(peer->interface, name) == 0 ||
	    (peer->name != NULL && strcmp(peer->name, name) == 0);
}

bool
bgp_expect_means(const struct bgp_expect *expect, const struct bgp_peer *peer)
{
	if (expect->vrf != NULL && strcmp(expect->vrf, peer->vrf) != 0 &&
	    !(peer->vrf[0] == '\0' && strcmp(expect->vrf, "default") == 0))
		return false;
	if (expect->address.family != IP_NONE &&
	    ip_compare(&expect->address, &peer->address) != 0)
		return false;
	return expect->name == NULL || is_named(peer, expect->name);
}

int
bgp_expect_compare(const struct bgp_expect *a, const struct bgp_expect *b)
{
	const bool a_none = a->address.family == IP_NONE;
	const bool b_none = b->address.family == IP_NONE;

	if (a_none != b_none)
		return a_none ? 1 : -1;
	return ip_compare(&a->address, &b->address);
}

void
bgp_expect_name(struct text *text, const struct bgp_expect *expect)
{
	if (expect->address.family != IP_NONE)
		ip_format(text, &expect->address);
	if (expect->name != NULL)
		text_addf(text, "%s%s",
		    expect->address.family != IP_NONE ? "%" : "", expect->name);
	if (expect->vrf != NULL && expect->vrf[0] != '\0')
		text_addf(text, " vrf %s", expect->vrf);
}
