/* SPDX-License-Identifier: ISC */
#include "source/bgp_snmp_hint.h"

#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "source/bgp_mib.h"
#include "source/snmp_oid.h"

/* --- what is in it -------------------------------------------------------- */

static const char *
copy_string(struct arena *arena, const char *string)
{
	return arena_string(arena, string, strlen(string));
}

size_t
bgp_snmp_hint_table(struct bgp_snmp_hint *hint, const char *name)
{
	size_t i = 0;

	while (i < hint->table_count && strcmp(hint->tables[i], name) != 0)
		i++;
	if (i == hint->table_count && i < BGP_SNMP_HINT_TABLES)
		hint->tables[hint->table_count++] = name;
	return i;
}

void
bgp_snmp_hint_add(struct bgp_snmp_hint *hint, const char *table,
    const struct bgp_peer *peer, const uint32_t *index, size_t index_len)
{
	const size_t number = bgp_snmp_hint_table(hint, table);
	struct bgp_snmp_hint_row *to = number < BGP_SNMP_HINT_TABLES
	    ? arena_push(hint->arena, &hint->rows, sizeof(*to))
	    : NULL;

	if (to == NULL)
		return;
	to->table = (uint8_t)number;
	to->peer.vrf = copy_string(hint->arena, peer->vrf);
	to->peer.address = peer->address;
	to->interface = copy_string(hint->arena, peer->interface);
	to->index = arena_copy(hint->arena, index, index_len * sizeof(*index));
	to->index_len = to->index != NULL ? (uint32_t)index_len : 0;
}

void
bgp_snmp_hint_clear(struct bgp_snmp_hint *hint, uint32_t uses, uint64_t made_s)
{
	struct arena *arena = hint->arena;

	*hint = (struct bgp_snmp_hint){ .arena = arena,
		.uses = uses,
		.made_s = made_s };
}

bool
bgp_snmp_hint_is_fresh(const struct bgp_snmp_hint *hint, uint64_t now_s)
{
	return hint->uses < BGP_SNMP_HINT_USES &&
	    (hint->made_s == 0 || now_s - hint->made_s < BGP_SNMP_HINT_S);
}

/* --- as text -------------------------------------------------------------- */

static bool
is_plain(const char *string)
{
	for (; *string; string++)
		if ((unsigned char)*string < ' ')
			return false;
	return true;
}

static void
write_row(const struct bgp_snmp_hint_row *row, struct text *out)
{
	struct snmp_oid index = { 0 };

	if (!is_plain(row->interface) || !is_plain(row->peer.vrf) ||
	    !snmp_oid_append(&index, row->index, row->index_len))
		return;
	text_addf(out, "row\t%u\t", row->table);
	if (row->peer.address.family != IP_NONE)
		ip_format(out, &row->peer.address);
	text_add(out, "\t");
	snmp_oid_format(out, &index);
	text_addf(out, "\t%s\t%s\n", row->interface, row->peer.vrf);
}

void
bgp_snmp_hint_write(const struct bgp_snmp_hint *hint, struct text *out)
{
	const struct bgp_snmp_hint_row *rows = hint->rows.items;

	text_addf(out, "uses\t%" PRIu32 "\nwants\t%u\n", hint->uses,
	    hint->wants);
	if (hint->made_s)
		text_addf(out, "made\t%" PRIu64 "\n", hint->made_s);
	if (hint->has_local_as)
		text_addf(out, "local-as\t%" PRIu32 "\n", hint->local_as);
	if (hint->peer_rows)
		text_addf(out, "peers\t%" PRIu32 "\n", hint->peer_rows);
	for (size_t i = 0; i < hint->table_count; i++)
		text_addf(out, "table\t%s\n", hint->tables[i]);
	for (size_t i = 0; i < hint->rows.count; i++)
		write_row(&rows[i], out);
}

/* The words of a line, cut in place at its tabs. */
static size_t
cut_words(char *line, char **words, size_t most)
{
	size_t count = 0;

	while (count < most) {
		char *tab = strchr(line, '\t');

		words[count++] = line;
		if (!tab)
			break;
		*tab = '\0';
		line = tab + 1;
	}
	return count;
}

static bool
parse_u32(const char *word, uint32_t *number)
{
	struct err ignored;
	uint64_t wide;

	if (!num_u64(word, &wide, &ignored) || wide > UINT32_MAX)
		return false;
	*number = (uint32_t)wide;
	return true;
}

#define ROW_WORDS 6

static bool
parse_row(char **words, struct bgp_snmp_hint *hint)
{
	struct bgp_snmp_hint_row row = { 0 };
	struct bgp_snmp_hint_row *to;
	struct snmp_oid index;
	struct err ignored;
	uint32_t table;

	if (!parse_u32(words[1], &table) || table >= hint->table_count ||
	    (*words[2] && !ip_parse(words[2], &row.peer.address, &ignored)) ||
	    !snmp_oid_parse(words[3], strlen(words[3]), &index))
		return false;
	row.table = (uint8_t)table;
	row.interface = copy_string(hint->arena, words[4]);
	row.peer.vrf = copy_string(hint->arena, words[5]);
	row.index = arena_copy(hint->arena, index.sub,
	    index.len * sizeof(index.sub[0]));
	row.index_len = index.len;
	to = arena_push(hint->arena, &hint->rows, sizeof(*to));
	if (!row.interface || !row.peer.vrf || !row.index || !to)
		return false;
	*to = row;
	return true;
}

static bool
parse_line(char *line, struct bgp_snmp_hint *hint)
{
	char *words[ROW_WORDS];
	const size_t count = cut_words(line, words, ROW_WORDS);
	const struct bgp_mib *mib;
	struct err ignored;

	if (count == ROW_WORDS && !strcmp(words[0], "row"))
		return parse_row(words, hint);
	if (count != 2)
		return false;
	if (!strcmp(words[0], "uses"))
		return parse_u32(words[1], &hint->uses);
	if (!strcmp(words[0], "wants"))
		return parse_u32(words[1], &hint->wants);
	if (!strcmp(words[0], "made"))
		return num_u64(words[1], &hint->made_s, &ignored);
	if (!strcmp(words[0], "peers"))
		return parse_u32(words[1], &hint->peer_rows);
	if (!strcmp(words[0], "local-as"))
		return hint->has_local_as =
			   parse_u32(words[1], &hint->local_as);
	mib = bgp_mib_find(words[1]);
	if (strcmp(words[0], "table") != 0 || !mib ||
	    hint->table_count == BGP_SNMP_HINT_TABLES)
		return false;
	hint->tables[hint->table_count++] = mib->name;
	return true;
}

bool
bgp_snmp_hint_parse(const char *bytes, size_t len, struct bgp_snmp_hint *hint,
    struct arena *arena, struct err *err)
{
	char *copy = arena_string(arena, bytes, len);

	*hint = (struct bgp_snmp_hint){ .arena = arena };
	if (!copy)
		return err_set(err, ERR_SYSTEM, "no room for the BGP hint");
	for (size_t line = 1; *copy; line++) {
		char *end = strchr(copy, '\n');

		if (end)
			*end = '\0';
		if (!parse_line(copy, hint)) {
			*hint = (struct bgp_snmp_hint){ .arena = arena };
			return err_set(err, ERR_PROTOCOL,
			    "line %zu of the BGP hint makes no sense", line);
		}
		copy = end ? end + 1 : copy + strlen(copy);
	}
	return true;
}
