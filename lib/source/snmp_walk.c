/* SPDX-License-Identifier: ISC */
#include "source/snmp_walk.h"

#include <stdlib.h>
#include <string.h>

/* What a binding takes in an answer beside its OID: tags and lengths, and a
 * value of the usual size. */
#define BINDING_OVERHEAD 12
#define FEW_ROWS 16 /* of one answer */

/* --- cells ---------------------------------------------------------------- */

struct snmp_batch {
	struct snmp_batch *next;  /* of its list, if it is not in flight */
	struct snmp_batch *older; /* of all batches */
	struct snmp_cells *cells;
	size_t count;
	size_t size; /* bytes, estimated */
	uint64_t tags[SNMP_CELLS_MAX];
	struct snmp_oid oids[SNMP_CELLS_MAX];
};

static bool walk_resume(struct snmp_walk *walk, struct err *err);
static bool cells_answered(void *user, const struct snmp_reply *reply,
    struct err *err);

static struct snmp_batch *
make_batch(struct snmp_cells *cells, struct err *err)
{
	struct snmp_batch *batch = malloc(sizeof(*batch));

	if (!batch) {
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	batch->cells = cells;
	batch->older = cells->all;
	cells->all = batch;
	return batch;
}

static struct snmp_batch *
new_batch(struct snmp_cells *cells, struct err *err)
{
	struct snmp_batch *batch = cells->idle;

	if (batch)
		cells->idle = batch->next;
	else
		batch = make_batch(cells, err);
	if (!batch)
		return NULL;
	batch->next = NULL;
	batch->count = batch->size = 0;
	return batch;
}

static void
put_idle(struct snmp_batch *batch)
{
	batch->next = batch->cells->idle;
	batch->cells->idle = batch;
}

/* At the end: batches go out in the order in which they were made. */
static void
put_ready(struct snmp_batch *batch)
{
	struct snmp_batch **end = &batch->cells->ready;

	while (*end)
		end = &(*end)->next;
	*end = batch;
}

void
snmp_cells_free(struct snmp_cells *cells)
{
	while (cells->all) {
		struct snmp_batch *batch = cells->all;

		cells->all = batch->older;
		free(batch);
	}
	cells->filling = cells->ready = cells->idle = NULL;
}

static bool
send_batch(struct snmp_batch *batch, struct err *err)
{
	const struct snmp_request request = {
		.op = batch->cells->next ? SNMP_GETNEXT : SNMP_GET,
		.count = batch->count,
		.oids = batch->oids,
		.done = cells_answered,
		.user = batch,
	};

	return snmp_ask(batch->cells->agent, &request, err);
}

/* Sends what may go out by now. */
static bool
send_ready(struct snmp_cells *cells, struct err *err)
{
	while (cells->ready && cells->agent->in_flight < cells->in_flight) {
		struct snmp_batch *batch = cells->ready;

		cells->ready = batch->next;
		batch->next = NULL;
		if (!send_batch(batch, err)) {
			put_idle(batch);
			return false;
		}
	}
	return true;
}

static void
batch_add(struct snmp_batch *batch, const struct snmp_oid *oid, uint64_t tag)
{
	snmp_oid_copy(&batch->oids[batch->count], oid);
	batch->tags[batch->count++] = tag;
	batch->size += snmp_oid_size(oid) + BINDING_OVERHEAD;
}

bool
snmp_cells_add(struct snmp_cells *cells, const struct snmp_oid *oid,
    uint64_t tag, struct err *err)
{
	struct snmp_oid asked;

	snmp_oid_copy(&asked, oid);
	if (cells->next)
		snmp_oid_predecessor(&asked);
	if (cells->filling &&
	    (cells->filling->count == SNMP_CELLS_MAX ||
		cells->filling->size + snmp_oid_size(&asked) +
			BINDING_OVERHEAD >
		    SNMP_CELLS_SIZE) &&
	    !snmp_cells_flush(cells, err))
		return false;
	if (!cells->filling)
		cells->filling = new_batch(cells, err);
	if (!cells->filling)
		return false;
	batch_add(cells->filling, &asked, tag);
	return true;
}

bool
snmp_cells_flush(struct snmp_cells *cells, struct err *err)
{
	if (cells->filling)
		put_ready(cells->filling);
	cells->filling = NULL;
	return send_ready(cells, err);
}

/* GETNEXT is asked one step before the cell; did it lead to the cell? */
static bool
is_next_cell(const struct snmp_varbind *varbind, const struct snmp_oid *asked)
{
	struct snmp_oid before;

	snmp_oid_copy(&before, &varbind->oid);
	snmp_oid_predecessor(&before);
	return snmp_oid_order(&before, asked) == 0;
}

static bool
hand_out(struct snmp_batch *batch, const struct snmp_reply *reply,
    struct err *err)
{
	const struct snmp_cells *cells = batch->cells;

	for (size_t i = 0; i < reply->count; i++) {
		const struct snmp_varbind *varbind = &reply->varbinds[i];
		const bool absent = snmp_is_absent(&varbind->value) ||
		    (cells->next && !is_next_cell(varbind, &batch->oids[i]));

		if (!cells->cell(cells->user, batch->tags[i],
			absent ? NULL : &varbind->value, err))
			return false;
	}
	return true;
}

/* Without its cell `at`, which the agent does not have, once more. */
static bool
drop_cell(struct snmp_batch *batch, size_t at, struct err *err)
{
	const uint64_t tag = batch->tags[at];

	batch->count--;
	for (size_t i = at; i < batch->count; i++) {
		snmp_oid_copy(&batch->oids[i], &batch->oids[i + 1]);
		batch->tags[i] = batch->tags[i + 1];
	}
	if (batch->count)
		put_ready(batch);
	else
		put_idle(batch);
	return batch->cells->cell(batch->cells->user, tag, NULL, err);
}

static bool
split_batch(struct snmp_batch *batch, struct err *err)
{
	const size_t keep = batch->count / 2;
	struct snmp_batch *rest = new_batch(batch->cells, err);

	if (!rest)
		return false;
	for (size_t i = keep; i < batch->count; i++)
		batch_add(rest, &batch->oids[i], batch->tags[i]);
	batch->count = keep;
	put_ready(batch);
	put_ready(rest);
	return true;
}

/* One cell that cannot be had must not cost the others. */
static bool
handle_error(struct snmp_batch *batch, const struct snmp_reply *reply,
    struct err *err)
{
	const struct snmp_agent *agent = batch->cells->agent;
	const bool absent =
	    reply->status == SNMP_GEN_ERR || reply->status == SNMP_NO_SUCH_NAME;

	if (absent && reply->error_index > 0)
		return drop_cell(batch, reply->error_index - 1, err);
	if ((absent || reply->status == SNMP_TOO_BIG) && batch->count > 1)
		return split_batch(batch, err);
	if (absent)
		return drop_cell(batch, 0, err);
	put_idle(batch);
	return snmp_status_err(agent, reply->status, err);
}

static bool
cells_answered(void *user, const struct snmp_reply *reply, struct err *err)
{
	struct snmp_batch *batch = user;
	struct snmp_cells *cells = batch->cells;
	bool ok;

	if (reply->status != SNMP_NO_ERROR) {
		ok = handle_error(batch, reply, err);
	} else {
		ok = hand_out(batch, reply, err);
		put_idle(batch);
	}
	return ok && send_ready(cells, err) &&
	    (!cells->walk || walk_resume(cells->walk, err));
}

/* --- a walk --------------------------------------------------------------- */

static bool walk_answered(void *user, const struct snmp_reply *reply,
    struct err *err);

static bool
is_bulk(const struct snmp_walk *walk)
{
	return !walk->no_bulk && !walk->agent->v1;
}

/* The rows that are still expected and the end behind them: an agent pays for
 * each value, also for those behind the table. */
static size_t
rows_to_ask(const struct snmp_walk *walk)
{
	const size_t left = walk->expected > walk->rows
	    ? walk->expected - walk->rows + 1
	    : walk->repetitions;

	return left < walk->repetitions ? left : walk->repetitions;
}

/* The first row once more, and the rows behind the last one. */
static bool
send_bulk(struct snmp_walk *walk, struct err *err)
{
	struct snmp_oid oids[2];
	const size_t again = walk->rows > 0;
	const struct snmp_request request = {
		.op = SNMP_GETBULK,
		.non_repeaters = again,
		.max_repetitions = rows_to_ask(walk),
		.count = 1 + again,
		.oids = oids,
		.done = walk_answered,
		.user = walk,
	};

	walk->asked = request.max_repetitions;
	snmp_oid_copy(&oids[0], &walk->column);
	snmp_oid_copy(&oids[again], &walk->at);
	return snmp_ask(walk->agent, &request, err);
}

static bool
send_next(struct snmp_walk *walk, const struct snmp_oid *from, struct err *err)
{
	const struct snmp_request request = {
		.op = SNMP_GETNEXT,
		.count = 1,
		.oids = from,
		.done = walk_answered,
		.user = walk,
	};

	return snmp_ask(walk->agent, &request, err);
}

static bool
send_step(struct snmp_walk *walk, struct err *err)
{
	return is_bulk(walk) ? send_bulk(walk, err)
			     : send_next(walk, &walk->at, err);
}

/* The next step, unless the cells have too much to do. */
static bool
walk_resume(struct snmp_walk *walk, struct err *err)
{
	if (!walk->waiting ||
	    (walk->cells &&
		(walk->cells->ready ||
		    walk->agent->in_flight >= walk->cells->in_flight)))
		return true;
	walk->waiting = false;
	return send_step(walk, err);
}

bool
snmp_walk_start(struct snmp_walk *walk, struct err *err)
{
	walk->rows = 0;
	walk->full = walk->changed = false;
	walk->waiting = walk->ended = walk->checking = false;
	walk->repetitions = walk->max_repetitions;
	snmp_oid_copy(&walk->at, &walk->column);
	return send_step(walk, err);
}

static bool
is_row(const struct snmp_walk *walk, const struct snmp_varbind *varbind)
{
	return !snmp_is_absent(&varbind->value) &&
	    varbind->oid.len > walk->column.len &&
	    snmp_oid_below(&varbind->oid, &walk->column);
}

/* Is the first row still what it was? */
static bool
check_first(struct snmp_walk *walk, const struct snmp_varbind *varbind,
    struct err *err)
{
	if (is_row(walk, varbind) &&
	    snmp_oid_order(&varbind->oid, &walk->first) == 0)
		return true;
	walk->changed = true;
	return err_set(err, ERR_PROTOCOL,
	    "the table of %s changed while it was read: did it restart?",
	    walk->agent->name);
}

static bool
take_row(struct snmp_walk *walk, const struct snmp_varbind *varbind,
    struct err *err)
{
	if (walk->rows == walk->max_rows) {
		walk->full = walk->ended = true;
		return true;
	}
	if (walk->rows++ == 0)
		snmp_oid_copy(&walk->first, &varbind->oid);
	snmp_oid_copy(&walk->at, &varbind->oid);
	return walk->row(walk->user, varbind, err);
}

static bool
take_rows(struct snmp_walk *walk, const struct snmp_varbind *varbinds,
    size_t count, struct err *err)
{
	for (size_t i = 0; i < count && !walk->ended; i++) {
		if (!is_row(walk, &varbinds[i]))
			walk->ended = true;
		else if (!take_row(walk, &varbinds[i], err))
			return false;
	}
	return true;
}

/* An answer that does not fit is asked for in smaller pieces. */
static bool
handle_walk_error(struct snmp_walk *walk, const struct snmp_reply *reply,
    struct err *err)
{
	if (reply->status == SNMP_NO_SUCH_NAME && walk->agent->v1) {
		walk->ended = true;
		return !walk->checking ||
		    check_first(walk, &(struct snmp_varbind){ .oid.len = 0 },
			err);
	}
	if (reply->status != SNMP_TOO_BIG || !is_bulk(walk))
		return snmp_status_err(walk->agent, reply->status, err);
	if (walk->repetitions == 1)
		walk->no_bulk = true;
	else
		walk->repetitions = walk->max_repetitions =
		    walk->repetitions / 2;
	return true;
}

/* A router that cuts its answers would cut the next one as well, and throw the
 * rest of its work away; but one small answer is not yet a rule. */
static void
adapt(struct snmp_walk *walk, size_t got)
{
	if (got == walk->asked && walk->asked < walk->repetitions)
		return;
	if (got == walk->repetitions && got < FEW_ROWS)
		got *= 2;
	walk->repetitions =
	    got < walk->max_repetitions ? got : walk->max_repetitions;
}

static bool
take_reply(struct snmp_walk *walk, const struct snmp_reply *reply,
    struct err *err)
{
	const size_t again = is_bulk(walk) && walk->rows > 0;

	if (reply->status != SNMP_NO_ERROR)
		return handle_walk_error(walk, reply, err);
	if ((walk->checking || again) &&
	    !check_first(walk, &reply->varbinds[0], err))
		return false;
	if (walk->checking)
		return true;
	if (is_bulk(walk))
		adapt(walk, reply->count - again);
	return take_rows(walk, reply->varbinds + again, reply->count - again,
	    err);
}

static bool
walk_answered(void *user, const struct snmp_reply *reply, struct err *err)
{
	struct snmp_walk *walk = user;

	if (!take_reply(walk, reply, err))
		return false;
	/* Cells of these rows go out before the next step, so both travel; but
	 * GETNEXT finds one row at a time, and requests want to be filled. */
	if (walk->cells && (is_bulk(walk) || walk->ended) &&
	    !snmp_cells_flush(walk->cells, err))
		return false;
	if (!walk->ended) {
		walk->waiting = true;
		return walk_resume(walk, err);
	}
	if (walk->checking || is_bulk(walk) || walk->full || walk->rows < 2)
		return true;
	walk->checking = true;
	return send_next(walk, &walk->column, err);
}
