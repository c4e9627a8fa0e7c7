/* SPDX-License-Identifier: ISC */
#include "source/bgp_snmp.h"

#include <string.h>

#include "source/bgp_reader.h"

/* --- all tables ----------------------------------------------------------- */

static bool
is_present(const struct bgp_reader *r, const struct bgp_mib *mib)
{
	return r->present >> (mib - bgp_mibs) & 1;
}

static const struct bgp_mib *
main_table(const struct bgp_reader *r)
{
	for (const struct bgp_mib *mib = bgp_mibs; mib->name; mib++)
		if (mib->role == BGP_PEERS_ALL && is_present(r, mib))
			return mib;
	return NULL;
}

static bool
belongs(const struct bgp_mib *mib, const struct bgp_mib *all)
{
	return !mib->goes_with || (all && !strcmp(mib->goes_with, all->name));
}

/* Every table of the role that there is and that belongs to the main one. */
static bool
read_role(struct bgp_reader *r, enum bgp_role role, const struct bgp_mib *all,
    struct err *err)
{
	for (const struct bgp_mib *mib = bgp_mibs; mib->name; mib++)
		if (mib->role == role && is_present(r, mib) &&
		    belongs(mib, all) && bgp_reader_wants_table(r, mib) &&
		    !bgp_reader_read_table(r, mib, err))
			return false;
	return true;
}

static bool
read_tables(struct bgp_reader *r, struct err *err)
{
	const struct bgp_mib *all = main_table(r);

	if (!read_role(r, BGP_NAMES, all, err) ||
	    (all && !bgp_reader_read_table(r, all, err)) ||
	    !read_role(r, BGP_PEERS_MORE, all, err) ||
	    !read_role(r, BGP_DETAILS, all, err))
		return false;
	if (all && all != bgp_mib_standard() &&
	    is_present(r, bgp_mib_standard()))
		return bgp_reader_fill(r, err);
	return true;
}

/* --- a run ---------------------------------------------------------------- */

static uint64_t
wall_s(void)
{
	return (uint64_t)(clock_wall_ns() / CLOCK_SECOND);
}

static bool
is_hint_usable(const struct bgp_reader *r)
{
	return r->hint && r->hint->table_count > 0 &&
	    bgp_snmp_hint_is_fresh(r->hint, wall_s()) &&
	    r->query->context_count <= 1;
}

static void
use_hint(struct bgp_reader *r)
{
	struct bgp_snmp_hint *hint = r->hint;

	r->present = 0;
	for (size_t i = 0; i < hint->table_count; i++) {
		const struct bgp_mib *mib = bgp_mib_find(hint->tables[i]);

		if (mib)
			r->present |= UINT64_C(1) << (mib - bgp_mibs);
	}
	if (hint->has_local_as && !r->table->has_local_as) {
		r->table->has_local_as = true;
		r->table->local_as = hint->local_as;
	}
	r->expected = hint->peer_rows;
	hint->uses++;
	r->report->hint_used = true;
}

static void
finish_hint(struct bgp_reader *r)
{
	r->hint->wants = bgp_reader_wants(r);
	r->hint->has_local_as = r->table->has_local_as;
	r->hint->local_as = r->table->local_as;
}

static bool
is_found(const struct bgp_reader *r, const struct bgp_snmp_peer *named)
{
	for (size_t i = 0; i < bgp_table_count(r->table); i++)
		if (bgp_reader_means(named, bgp_table_at(r->table, i)))
			return true;
	return false;
}

/* Who is missing may stand in a table that was empty at the last discovery. */
static bool
found_all(const struct bgp_reader *r)
{
	for (size_t i = 0; i < r->query->peer_count; i++)
		if (!is_found(r, &r->query->peers[i]))
			return false;
	return true;
}

/* Tables with rows that the details of a wider question would need are found
 * by a discovery, so a hint for less is none. */
static bool
read_with_hint(struct bgp_reader *r, bool *done, struct err *err)
{
	const size_t before = bgp_table_count(r->table);
	const uint32_t uses = r->hint->uses + 1;

	if (bgp_reader_wants(r) & ~r->hint->wants)
		return true;
	use_hint(r);
	if (bgp_reader_knows_rows(r)) {
		/* Its rows are no BGP_NO_GET tables: those are walked. */
		if (!bgp_reader_read_hinted(r, done, err) || *done)
			return *done;
	} else {
		r->remembers = true;
		bgp_snmp_hint_clear(r->hint, uses, r->hint->made_s);
		if (!read_tables(r, err))
			return false;
		*done = bgp_table_count(r->table) > before && found_all(r);
		finish_hint(r);
	}
	r->report->hint_failed = !*done;
	r->report->hint_used = *done;
	return true;
}

static bool
read_context(struct bgp_reader *r, struct err *err)
{
	bool done = false;

	r->names.count = r->numbers.count = 0;
	r->expected = 0;
	if (is_hint_usable(r) && !read_with_hint(r, &done, err))
		return false;
	if (done)
		return true;
	if (!bgp_reader_discover(r, err))
		return false;
	r->remembers = r->hint && r->query->context_count <= 1;
	if (r->remembers)
		bgp_snmp_hint_clear(r->hint, 0, wall_s());
	/* What was refused is asked for again in every run. */
	r->remembers &= r->report->tables_refused == 0;
	if (!read_tables(r, err))
		return false;
	if (r->remembers)
		finish_hint(r);
	return true;
}

bool
bgp_snmp_read(struct snmp_agent *agent, const struct bgp_snmp_query *query,
    struct bgp_snmp_hint *hint, struct bgp_table *table,
    struct bgp_snmp_report *report, const struct deadline *deadline,
    struct err *err)
{
	static const char *const no_context[] = { "" };
	struct bgp_snmp_report ignored;
	struct bgp_reader r = {
		.agent = agent,
		.query = query,
		.hint = hint,
		.table = table,
		.report = report ? report : &ignored,
		.deadline = deadline,
	};
	const char *const *contexts =
	    query->context_count ? query->contexts : no_context;
	const size_t count = query->context_count ? query->context_count : 1;

	*r.report = (struct bgp_snmp_report){ 0 };
	agent->max_bytes = query->max_bytes ? query->max_bytes : BGP_SNMP_BYTES;
	for (size_t i = 0; i < count; i++) {
		r.context = agent->context = contexts[i];
		r.remembers = false;
		if (!read_context(&r, err))
			return *contexts[i]
			    ? err_context(err, "context %s", contexts[i])
			    : false;
	}
	return true;
}

/* --- a query -------------------------------------------------------------- */

/* A table calls the default VRF by no name. */
static const char *
vrf_of(const struct bgp_expect *expect)
{
	return expect->vrf != NULL && strcmp(expect->vrf, "default") == 0
	    ? ""
	    : expect->vrf;
}

bool
bgp_snmp_query_name(struct bgp_snmp_query *query,
    const struct bgp_expects *expects, struct arena *arena)
{
	const size_t count = bgp_expects_count(expects);
	struct bgp_snmp_peer *peers =
	    arena_alloc(arena, (count + 1) * sizeof(*peers));

	for (size_t i = 0; peers != NULL && i < count; i++) {
		const struct bgp_expect *expect = bgp_expects_at(expects, i);

		if (expect->address.family == IP_NONE || expect->name != NULL)
			return true;
		peers[i] =
		    (struct bgp_snmp_peer){ vrf_of(expect), expect->address };
	}
	query->peers = peers;
	query->peer_count = peers != NULL ? count : 0;
	return peers != NULL;
}
