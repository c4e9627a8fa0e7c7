/* SPDX-License-Identifier: ISC */
#include "source/route_snmp_lookup.h"

#include "source/route_snmp_row.h"

size_t
rsnmp_looks(const struct route_mib *mib, struct route_answer *answer,
    struct rsnmp_look *looks)
{
	const unsigned variants = route_mib_variants(mib, &answer->prefix);

	if (!(mib->families & 1U << answer->prefix.address.family))
		return 0;
	for (unsigned v = 0; v < variants; v++)
		looks[v] =
		    (struct rsnmp_look){ .answer = answer, .variant = v };
	return variants;
}

static bool
ask_families(struct rsnmp_lookup *lookup, struct err *err)
{
	for (enum ip_family family = IP_V4; family <= IP_V6; family++) {
		struct snmp_oid *oid;
		bool needed = false;

		for (size_t i = 0; i < lookup->count; i++)
			needed |=
			    lookup->looks[i].answer->prefix.address.family ==
			    family;
		if (!needed)
			continue;
		oid = rsnmp_batch_add(&lookup->batch);
		if (oid == NULL)
			return rsnmp_no_room(err);
		if (!route_mib_family(lookup->mib, family,
			rsnmp_vrf(lookup->reader), oid))
			return err_set(err, ERR_USAGE,
			    "the name of the VRF is too long");
		lookup->probed[lookup->probes++] = family;
	}
	return true;
}

/* From the row that was found last, or the place before the first one. */
static bool
ask_columns(struct rsnmp_lookup *lookup, const struct rsnmp_look *look,
    struct err *err)
{
	for (size_t c = 0; c < lookup->mib->column_count; c++) {
		struct snmp_oid *oid = rsnmp_batch_add(&lookup->batch);

		if (oid == NULL)
			return rsnmp_no_room(err);
		snmp_oid_copy(oid, &lookup->columns[c]);
		if (look->rows > 0
			? !snmp_oid_append(oid, look->last.sub, look->last.len)
			: !route_mib_append(lookup->mib, &look->answer->prefix,
			      rsnmp_vrf(lookup->reader), look->variant, oid))
			return err_set(err, ERR_USAGE,
			    "the name of the VRF is too long");
		/* There the prefix is the whole index. */
		if (lookup->mib->shape == ROUTE_SHAPE_ADDRESS &&
		    look->rows == 0)
			snmp_oid_predecessor(oid);
	}
	return true;
}

/* Is the cell a row of the prefix in that column?  Then *tail_at is where its
 * index goes on behind the prefix. */
static bool
is_of_prefix(const struct rsnmp_lookup *lookup, const struct rsnmp_look *look,
    size_t c, const struct rsnmp_cell *cell, size_t *tail_at)
{
	struct snmp_oid root;

	if (cell->absent)
		return false;
	snmp_oid_copy(&root, &lookup->columns[c]);
	if (!route_mib_append(lookup->mib, &look->answer->prefix,
		rsnmp_vrf(lookup->reader), look->variant, &root))
		return false;
	*tail_at = root.len;
	return snmp_oid_below(&cell->oid, &root);
}

static void
index_of(const struct rsnmp_lookup *lookup, size_t c,
    const struct rsnmp_cell *cell, struct snmp_oid *index)
{
	const size_t from = lookup->columns[c].len;

	index->len = 0;
	snmp_oid_append(index, cell->oid.sub + from, cell->oid.len - from);
}

/* The first of the rows that the columns name: a column may have holes. */
static bool
first_row(const struct rsnmp_lookup *lookup, const struct rsnmp_look *look,
    const struct rsnmp_cell *cells, struct snmp_oid *first, size_t *tail_at)
{
	bool found = false;

	for (size_t c = 0; c < lookup->mib->column_count; c++) {
		struct snmp_oid index;
		size_t at;

		if (!is_of_prefix(lookup, look, c, &cells[c], &at))
			continue;
		index_of(lookup, c, &cells[c], &index);
		if (found && snmp_oid_order(&index, first) >= 0)
			continue;
		snmp_oid_copy(first, &index);
		*tail_at = at - lookup->columns[c].len;
		found = true;
	}
	return found;
}

static void
read_row(const struct rsnmp_lookup *lookup, const struct rsnmp_look *look,
    const struct rsnmp_cell *cells, const struct snmp_oid *at, size_t tail_at,
    struct rsnmp_row *row, struct ip *peer)
{
	*row = (struct rsnmp_row){ .has_type = false };
	route_mib_tail(lookup->mib, at->sub + tail_at, at->len - tail_at,
	    &row->tail);
	*peer = row->tail.next_hop;
	if (lookup->mib->shape == ROUTE_SHAPE_BGP)
		row->tail = (struct route_tail){ .known = false };
	for (size_t c = 0; c < lookup->mib->column_count; c++) {
		struct snmp_oid index;
		size_t ignored;

		if (!is_of_prefix(lookup, look, c, &cells[c], &ignored))
			continue;
		index_of(lookup, c, &cells[c], &index);
		if (snmp_oid_order(&index, at) == 0)
			rsnmp_row_read(row, lookup->mib,
			    lookup->mib->columns[c].field, &cells[c]);
	}
}

/* Tables without the length in their index have it in a column. */
static bool
is_of_length(struct rsnmp_look *look, const struct route_mib *mib,
    const struct rsnmp_row *row)
{
	if (!rsnmp_is_old(mib) ||
	    (row->has_mask && row->length == look->answer->prefix.length))
		return true;
	look->hidden = true;
	return false;
}

static bool
take_row(struct rsnmp_lookup *lookup, struct rsnmp_look *look,
    const struct rsnmp_cell *cells, struct err *err)
{
	struct snmp_oid at;
	struct rsnmp_row row;
	struct ip peer;
	size_t tail_at;

	look->done = true;
	if (!first_row(lookup, look, cells, &at, &tail_at))
		return true;
	snmp_oid_copy(&look->last, &at);
	read_row(lookup, look, cells, &at, tail_at, &row, &peer);
	/* There may be more rows, and so more next hops. */
	if (look->rows + 1 == ROUTE_SNMP_ROWS)
		for (struct route_path *path = look->answer->paths;
		     path != NULL; path = path->next)
			path->has &= ~(unsigned)ROUTE_HAS_HOPS;
	/* An address has one row. */
	look->done = ++look->rows == ROUTE_SNMP_ROWS ||
	    lookup->mib->shape == ROUTE_SHAPE_ADDRESS;
	if (!is_of_length(look, lookup->mib, &row) ||
	    rsnmp_is_invalid(lookup->mib, &row))
		return true;
	if (lookup->mib->shape == ROUTE_SHAPE_BGP
		? rsnmp_add_bgp(lookup->reader, look->answer, &row, &peer)
		: rsnmp_add_route(lookup->reader, look->answer, &row))
		return true;
	return err_set(err, ERR_SYSTEM,
	    "there are too many routes to a prefix");
}

static void
take_families(struct rsnmp_lookup *lookup)
{
	for (size_t i = 0; i < lookup->probes; i++) {
		const struct rsnmp_cell *cell = &lookup->batch.cells[i];

		lookup->seen[lookup->probed[i]] |= !cell->absent &&
		    snmp_oid_below(&cell->oid, &lookup->batch.oids[i]);
	}
}

static bool
one_round(struct rsnmp_lookup *lookup, bool *more, struct err *err)
{
	size_t at;

	for (size_t i = 0; i < lookup->count; i++)
		if (!lookup->looks[i].done &&
		    !ask_columns(lookup, &lookup->looks[i], err))
			return false;
	if (!rsnmp_batch_ask(&lookup->batch, lookup->reader, err))
		return err_context(err, "%s", lookup->mib->name);
	take_families(lookup);
	at = lookup->probes;
	*more = false;
	for (size_t i = 0; i < lookup->count; i++) {
		if (lookup->looks[i].done)
			continue;
		if (!take_row(lookup, &lookup->looks[i],
			lookup->batch.cells + at, err))
			return false;
		at += lookup->mib->column_count;
		*more |= !lookup->looks[i].done;
	}
	lookup->batch.count = lookup->probes = 0;
	return true;
}

static size_t
bytes_of(const struct route_mib *mib, const struct rsnmp_look *looks,
    size_t count)
{
	(void)mib;
	for (size_t i = 0; i < count; i++)
		if (looks[i].answer->prefix.address.family == IP_V6)
			return RSNMP_ANSWER_V6;
	return RSNMP_ANSWER_V4;
}

bool
rsnmp_look_up(struct rsnmp_lookup *lookup, struct err *err)
{
	bool more = lookup->count > 0, ok = true;

	lookup->batch =
	    (struct rsnmp_batch){ .bytes_each = bytes_of(lookup->mib,
				      lookup->looks, lookup->count) };
	for (size_t c = 0; ok && c < lookup->mib->column_count; c++)
		ok = route_mib_column(lookup->mib, c, &lookup->columns[c]);
	ok = ok && ask_families(lookup, err);
	while (ok && more)
		ok = one_round(lookup, &more, err);
	rsnmp_batch_free(&lookup->batch);
	return ok;
}
