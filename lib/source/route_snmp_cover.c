/* SPDX-License-Identifier: ISC */
#include "source/route_snmp_cover.h"

#include "source/route_part.h"
#include "source/route_snmp_lookup.h"
#include "source/route_snmp_row.h"

static bool
shorter(const struct ip_net *prefix, uint8_t length, struct ip_net *made)
{
	*made = *prefix;
	while (made->length > length)
		route_part_shorten(made);
	return made->length == length;
}

/* One question for each shorter prefix, in each way to write it. */
static bool
ask_lengths(const struct route_mib *mib, const struct ip_net *prefix,
    struct rsnmp_reader *r, struct rsnmp_batch *batch, struct err *err)
{
	for (int length = prefix->length - 1; length >= 0; length--) {
		struct ip_net net;

		shorter(prefix, (uint8_t)length, &net);
		for (unsigned v = 0; v < route_mib_variants(mib, &net); v++) {
			struct snmp_oid *oid = rsnmp_batch_add(batch);

			if (oid == NULL)
				return rsnmp_no_room(err);
			if (!route_mib_column(mib, 0, oid) ||
			    !route_mib_append(mib, &net, rsnmp_vrf(r), v, oid))
				return err_set(err, ERR_USAGE,
				    "the prefix does not fit its table");
			if (mib->shape == ROUTE_SHAPE_ADDRESS)
				snmp_oid_predecessor(oid);
		}
	}
	return rsnmp_batch_ask(batch, r, err) ||
	    err_context(err, "%s", mib->name);
}

static bool
is_row_of(const struct route_mib *mib, const struct ip_net *net, unsigned v,
    const struct rsnmp_reader *r, const struct rsnmp_cell *cell, bool *hidden)
{
	struct snmp_oid root;
	uint8_t length;

	if (cell->absent || !route_mib_column(mib, 0, &root) ||
	    !route_mib_append(mib, net, rsnmp_vrf(r), v, &root) ||
	    !snmp_oid_below(&cell->oid, &root))
		return false;
	if (!rsnmp_is_old(mib))
		return true;
	if (cell->len == 4 && route_mib_mask(cell->bytes, &length) &&
	    length == net->length)
		return true;
	*hidden = true;
	return false;
}

/* The longest that is there; false when none is. */
static bool
longest(const struct route_mib *mib, const struct ip_net *prefix,
    const struct rsnmp_reader *r, const struct rsnmp_batch *batch,
    struct ip_net *found, bool *hidden)
{
	size_t at = 0;

	for (int length = prefix->length - 1; length >= 0; length--) {
		shorter(prefix, (uint8_t)length, found);
		for (unsigned v = 0; v < route_mib_variants(mib, found); v++)
			if (is_row_of(mib, found, v, r, &batch->cells[at++],
				hidden))
				return true;
	}
	return false;
}

static bool
read_cover(struct rsnmp_reader *r, const struct route_mib *mib,
    struct route_answer *answer, const struct ip_net *prefix, struct err *err)
{
	struct route_answer found = { .prefix = *prefix };
	struct rsnmp_look looks[2];
	struct rsnmp_lookup lookup = { .reader = r,
		.mib = mib,
		.looks = looks };

	lookup.count = rsnmp_looks(mib, &found, looks);
	if (!rsnmp_look_up(&lookup, err))
		return false;
	if (found.paths != NULL)
		route_part_cover(r->view, answer, found.paths);
	return true;
}

static bool
ask_cover(struct rsnmp_reader *r, struct route_answer *answer,
    const struct route_mib *mib, struct err *err)
{
	struct rsnmp_batch batch = {
		.bytes_each = answer->prefix.address.family == IP_V6
		    ? RSNMP_ANSWER_V6
		    : RSNMP_ANSWER_V4,
	};
	struct ip_net found;
	bool hidden = false, ok;

	if (answer->paths != NULL &&
	    (answer->paths->reached & ROUTE_INSTALLED)) {
		route_part_cover(r->view, answer, answer->paths);
		return true;
	}
	if (mib == NULL)
		return true;
	ok = ask_lengths(mib, &answer->prefix, r, &batch, err);
	if (ok && longest(mib, &answer->prefix, r, &batch, &found, &hidden))
		ok = read_cover(r, mib, answer, &found, err);
	else if (ok && !hidden && !mib->incomplete)
		route_part_cover(r->view, answer, NULL);
	rsnmp_batch_free(&batch);
	return ok;
}

bool
rsnmp_ask_covers(struct rsnmp_reader *r, struct err *err)
{
	for (size_t i = 0; i < r->view->answers.count; i++)
		if (!ask_cover(r, route_view_at(r->view, i), r->decided[i],
			err))
			return false;
	return true;
}
