/* SPDX-License-Identifier: ISC */
#include "source/route_snmp.h"

#include <stdlib.h>
#include <string.h>

#include "source/route_mib.h"
#include "source/route_part.h"

#define ANSWER_BYTES 1340 /* of bindings: what fits one packet of a router */
#define ANSWER_V4 40	  /* bytes of a binding of a row of IPv4 */
#define ANSWER_V6 75
#define NAMES_MAX 64 /* interfaces whose names are asked for */
#define AS_PATH_TEXT 1024

enum { /* inetCidrRouteType; the older tables have 1 to 4 */
	TYPE_OTHER = 1,
	TYPE_REJECT = 2, /* "invalid" in the oldest two */
	TYPE_LOCAL = 3,
	TYPE_REMOTE = 4,
	TYPE_BLACKHOLE = 5,
};
#define PROTOCOL_LOCAL 2
#define BGP_BEST 2 /* bgp4PathAttrBest: true(2) */

static const char if_name[] = "1.3.6.1.2.1.31.1.1.1.1";	  /* ifName */
static const char inet_number[] = "1.3.6.1.2.1.4.24.6.0"; /* ...Number */
static const char cidr_number[] = "1.3.6.1.2.1.4.24.3.0"; /* ...Number */
static const char vrf_number[] = "1.3.6.1.2.1.10.166.11.1.3.1.1.3";

struct cell {
	struct snmp_oid oid;
	bool absent;
	bool is_number;
	int64_t number;
	const uint8_t *bytes; /* of an IpAddress (4) or octets, or NULL */
	size_t len;
};

struct name_wanted {
	struct route_hop *hop;
	uint32_t index;
};

struct reader {
	struct snmp_agent *agent;
	const struct route_snmp_query *query;
	const struct route_question *question;
	struct route_view *view;
	const struct deadline *deadline;
	const struct route_mib **decided; /* by which table, per answer */
	struct arena_list names;	  /* struct name_wanted */
	bool lies;	   /* calls a route by a next hop "local" */
	bool any_protocol; /* some route's protocol is told */
};

static bool
no_room(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no memory for the routes");
}

/* --- asking --------------------------------------------------------------- */

struct asked {
	struct reader *reader;
	struct cell *cells;
	enum snmp_status status;
	size_t error_index;
};

static void
keep_value(struct reader *r, struct cell *cell, const struct snmp_value *value)
{
	cell->absent = snmp_is_absent(value);
	cell->is_number = value->type == SNMP_INTEGER ||
	    value->type == SNMP_GAUGE32 || value->type == SNMP_COUNTER32 ||
	    value->type == SNMP_TIMETICKS;
	cell->number = value->number;
	if (value->type != SNMP_IPADDRESS && value->type != SNMP_OCTETS)
		return;
	cell->bytes = arena_copy(r->view->arena, value->bytes, value->len);
	cell->len = cell->bytes != NULL ? value->len : 0;
}

static bool
take_reply(void *user, const struct snmp_reply *reply, struct err *err)
{
	struct asked *asked = user;

	(void)err;
	asked->status = reply->status;
	asked->error_index = reply->error_index;
	for (size_t i = 0; i < reply->count; i++) {
		snmp_oid_copy(&asked->cells[i].oid, &reply->varbinds[i].oid);
		keep_value(asked->reader, &asked->cells[i],
		    &reply->varbinds[i].value);
	}
	return true;
}

static bool ask_some(struct reader *r, const struct snmp_oid *oids,
    struct cell *cells, size_t count, struct err *err);

/* SNMPv1 has one error for all: the one that is meant has no successor. */
static bool
ask_around(struct reader *r, const struct snmp_oid *oids, struct cell *cells,
    size_t count, size_t hole, struct err *err)
{
	cells[hole].absent = true;
	return ask_some(r, oids, cells, hole, err) &&
	    ask_some(r, oids + hole + 1, cells + hole + 1, count - hole - 1,
		err);
}

static bool
ask_halves(struct reader *r, const struct snmp_oid *oids, struct cell *cells,
    size_t count, struct err *err)
{
	const size_t half = count / 2;

	return ask_some(r, oids, cells, half, err) &&
	    ask_some(r, oids + half, cells + half, count - half, err);
}

/* NOLINTNEXTLINE(misc-no-recursion): each step asks for less */
static bool
ask_some(struct reader *r, const struct snmp_oid *oids, struct cell *cells,
    size_t count, struct err *err)
{
	struct asked asked = { .reader = r, .cells = cells };
	const struct snmp_request request = {
		.op = SNMP_GETNEXT,
		.count = count,
		.oids = oids,
		.done = take_reply,
		.user = &asked,
	};

	if (count == 0)
		return true;
	r->view->requests++;
	if (!snmp_ask_wait(r->agent, &request, r->deadline, err)) {
		snmp_abandon(r->agent);
		return false;
	}
	if (asked.status == SNMP_NO_ERROR)
		return true;
	if (asked.status == SNMP_TOO_BIG && count > 1)
		return ask_halves(r, oids, cells, count, err);
	if (asked.status == SNMP_NO_SUCH_NAME && asked.error_index > 0 &&
	    asked.error_index <= count)
		return ask_around(r, oids, cells, count, asked.error_index - 1,
		    err);
	return snmp_status_err(r->agent, asked.status, err);
}

/* A list of questions that grows, and their answers. */
struct batch {
	struct snmp_oid *oids;
	struct cell *cells;
	size_t count, capacity;
	size_t bytes_each; /* of an answer */
};

static struct snmp_oid *
batch_add(struct batch *batch)
{
	if (batch->count == batch->capacity) {
		const size_t more = batch->capacity ? 2 * batch->capacity : 64;
		struct snmp_oid *grown =
		    realloc(batch->oids, more * sizeof(*grown));

		if (grown == NULL)
			return NULL;
		batch->oids = grown;
		batch->capacity = more;
	}
	return &batch->oids[batch->count++];
}

static bool
batch_ask(struct batch *batch, struct reader *r, struct err *err)
{
	size_t each = ANSWER_BYTES / batch->bytes_each;

	free(batch->cells);
	batch->cells = calloc(batch->count + 1, sizeof(*batch->cells));
	if (batch->cells == NULL)
		return no_room(err);
	if (each > SNMP_REQUEST_OIDS)
		each = SNMP_REQUEST_OIDS;
	for (size_t at = 0; at < batch->count; at += each)
		if (!ask_some(r, batch->oids + at, batch->cells + at,
			batch->count - at < each ? batch->count - at : each,
			err))
			return false;
	return true;
}

static void
batch_free(struct batch *batch)
{
	free(batch->oids);
	free(batch->cells);
}

/* --- a row ---------------------------------------------------------------- */

struct row {
	struct route_tail tail;
	bool has_type, has_protocol, has_metric, has_mask, has_device;
	int64_t type, protocol, metric, device;
	uint8_t length; /* of the mask */
	bool best;
	const uint8_t *as_path;
	size_t as_path_len;
};

static void
read_number(bool *has, int64_t *value, const struct cell *cell)
{
	*has = cell->is_number;
	*value = cell->number;
}

/* All zero: directly connected. */
static void
read_next_hop(struct row *row, const struct cell *cell)
{
	static const uint8_t none[16] = { 0 };

	row->tail.known = cell->len == 4 || cell->len == 16;
	if (!row->tail.known || memcmp(cell->bytes, none, cell->len) == 0)
		return;
	row->tail.next_hop = cell->len == 4 ? ip_from_v4(cell->bytes)
					    : ip_from_v6(cell->bytes, 0);
}

static void
read_field(struct row *row, const struct route_mib *mib, enum route_field field,
    const struct cell *cell)
{
	bool ignored;
	int64_t number;

	switch (field) {
	case ROUTE_FIELD_DEVICE:
		read_number(&row->has_device, &row->device, cell);
		break;
	case ROUTE_FIELD_TYPE:
		read_number(&row->has_type, &row->type, cell);
		row->type = route_mib_number(mib, field, row->type);
		break;
	case ROUTE_FIELD_PROTOCOL:
		read_number(&row->has_protocol, &row->protocol, cell);
		row->protocol = route_mib_number(mib, field, row->protocol);
		break;
	case ROUTE_FIELD_METRIC:
		read_number(&row->has_metric, &row->metric, cell);
		break;
	case ROUTE_FIELD_MASK:
		row->has_mask =
		    cell->len == 4 && route_mib_mask(cell->bytes, &row->length);
		break;
	case ROUTE_FIELD_NEXT_HOP:
		read_next_hop(row, cell);
		break;
	case ROUTE_FIELD_BEST:
		read_number(&ignored, &number, cell);
		row->best = ignored && number == BGP_BEST;
		break;
	case ROUTE_FIELD_AS_PATH:
		row->as_path = cell->bytes;
		row->as_path_len = cell->len;
		break;
	}
}

static bool
is_old(const struct route_mib *mib)
{
	return mib->shape == ROUTE_SHAPE_FORWARD ||
	    mib->shape == ROUTE_SHAPE_ADDRESS;
}

static enum route_kind
kind_of(const struct row *row)
{
	if (!row->has_type)
		return ROUTE_UNICAST;
	if (row->type == TYPE_BLACKHOLE)
		return ROUTE_BLACKHOLE;
	if (row->type == TYPE_REJECT)
		return ROUTE_UNREACHABLE;
	/* net-snmp has no type for what goes nowhere. */
	if (row->type == TYPE_LOCAL && row->tail.net_snmp && row->has_device &&
	    row->device == 0)
		return ROUTE_BLACKHOLE;
	return ROUTE_UNICAST;
}

static const char *
protocol_of(struct reader *r, const struct row *row, enum route_kind kind)
{
	const char *name = row->has_protocol && row->protocol > 0
	    ? route_mib_protocol((uint32_t)row->protocol)
	    : NULL;

	if (name == NULL || row->protocol != PROTOCOL_LOCAL) {
		r->any_protocol |= name != NULL;
		return name;
	}
	/* net-snmp says so of every route. */
	if (row->tail.net_snmp || kind != ROUTE_UNICAST ||
	    (row->has_type && row->type == TYPE_REMOTE)) {
		r->lies = true;
		return NULL;
	}
	return name;
}

static bool
has_hop(const struct route_path *path, const struct reader *r,
    const struct row *row)
{
	const struct name_wanted *names = r->names.items;

	for (size_t i = 0; i < r->names.count; i++)
		for (struct route_hop *hop = path->hops; hop; hop = hop->next)
			if (names[i].hop == hop && row->has_device &&
			    names[i].index == (uint32_t)row->device &&
			    ip_compare(&hop->gateway, &row->tail.next_hop) == 0)
				return true;
	return false;
}

/* Rows that differ in their next hop alone are one route. */
static bool
add_hop(struct reader *r, struct route_path *path, const struct row *row)
{
	struct route_hop *hop;
	struct name_wanted *wanted;

	if (!row->tail.known)
		path->has &= ~(unsigned)ROUTE_HAS_HOPS;
	if (!row->tail.known || path->kind != ROUTE_UNICAST ||
	    has_hop(path, r, row))
		return true;
	hop = route_hop(r->view, path, &row->tail.next_hop);
	if (hop == NULL)
		return false;
	if (!row->has_device || row->device <= 0 || row->device > INT32_MAX)
		return true;
	wanted = arena_push(r->view->arena, &r->names, sizeof(*wanted));
	if (wanted != NULL)
		*wanted = (struct name_wanted){ hop, (uint32_t)row->device };
	return wanted != NULL;
}

static struct route_path *
path_like(const struct route_answer *answer, enum route_kind kind,
    const char *protocol, const struct row *row)
{
	for (struct route_path *path = answer->paths; path; path = path->next)
		if (path->kind == kind && path->protocol == protocol &&
		    (!row->has_metric || !(path->has & ROUTE_HAS_METRIC) ||
			path->metric == (uint32_t)row->metric))
			return path;
	return NULL;
}

static bool
add_route(struct reader *r, struct route_answer *answer, const struct row *row)
{
	const enum route_kind kind = kind_of(row);
	const char *protocol = protocol_of(r, row, kind);
	struct route_path *path = path_like(answer, kind, protocol, row);

	if (path == NULL) {
		path = route_add(r->view, answer, &answer->prefix);
		if (path == NULL)
			return false;
		path->kind = kind;
		path->protocol = protocol;
		path->reached = ROUTE_INSTALLED;
		path->has = ROUTE_HAS_HOPS;
	}
	/* -1: not used */
	if (row->has_metric && row->metric >= 0) {
		path->metric = (uint32_t)row->metric;
		path->has |= ROUTE_HAS_METRIC;
	}
	return add_hop(r, path, row);
}

/* --- a path of BGP's ------------------------------------------------------ */

/* The installed route that this path made, as far as can be told. */
static struct route_path *
route_of_bgp(const struct route_answer *answer, const struct row *row)
{
	for (struct route_path *path = answer->paths; path; path = path->next)
		if (path->from == NULL && (path->reached & ROUTE_INSTALLED) &&
		    (path->protocol == NULL ||
			strcmp(path->protocol, "bgp") == 0) &&
		    path->hops != NULL &&
		    ip_compare(&path->hops->gateway, &row->tail.next_hop) == 0)
			return path;
	return NULL;
}

static bool
add_bgp(struct reader *r, struct route_answer *answer, const struct row *row,
    const struct ip *peer)
{
	char bytes[AS_PATH_TEXT], name[64];
	struct text as_path = TEXT_OVER(bytes), from = TEXT_OVER(name);
	struct route_path *path = row->best ? route_of_bgp(answer, row) : NULL;

	if (path == NULL) {
		path = route_add(r->view, answer, &answer->prefix);
		if (path == NULL)
			return false;
		path->protocol = "bgp";
		if (row->tail.known &&
		    !route_hop(r->view, path, &row->tail.next_hop))
			return false;
		path->has = row->tail.known ? ROUTE_HAS_HOPS : 0;
	}
	path->reached |= ROUTE_RECEIVED | (row->best ? ROUTE_BEST : 0u);
	if (peer->family != IP_NONE) {
		ip_format(&from, peer);
		path->from = route_string(r->view, from.data, from.len);
	}
	if (row->as_path != NULL &&
	    route_mib_as_path(row->as_path, row->as_path_len, &as_path))
		route_part_as_path(r->view, path,
		    (struct span){ as_path.data, as_path.len });
	return true;
}

/* --- looking a prefix up -------------------------------------------------- */

/* One prefix, in one of the ways to write it. */
struct look {
	struct route_answer *answer;
	unsigned variant;
	bool done;
	bool hidden; /* a row of another length stands in its place */
	size_t rows;
	struct snmp_oid last; /* the row, without its column; empty at first */
};

struct lookup {
	struct reader *reader;
	const struct route_mib *mib;
	struct look *looks;
	size_t count;
	bool seen[IP_V6 + 1]; /* there are rows of that family */
	struct batch batch;
	struct snmp_oid columns[ROUTE_MIB_COLUMNS];
	size_t probes; /* at the front of the batch */
	enum ip_family probed[2];
};

static const char *
vrf_of(const struct reader *r)
{
	return r->question->vrf != NULL ? r->question->vrf : "";
}

static bool
ask_families(struct lookup *lookup, struct err *err)
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
		oid = batch_add(&lookup->batch);
		if (oid == NULL)
			return no_room(err);
		if (!route_mib_family(lookup->mib, family,
			vrf_of(lookup->reader), oid))
			return err_set(err, ERR_USAGE,
			    "the name of the VRF is too long");
		lookup->probed[lookup->probes++] = family;
	}
	return true;
}

/* From the row that was found last, or the place before the first one. */
static bool
ask_columns(struct lookup *lookup, const struct look *look, struct err *err)
{
	for (size_t c = 0; c < lookup->mib->column_count; c++) {
		struct snmp_oid *oid = batch_add(&lookup->batch);

		if (oid == NULL)
			return no_room(err);
		snmp_oid_copy(oid, &lookup->columns[c]);
		if (look->rows > 0
			? !snmp_oid_append(oid, look->last.sub, look->last.len)
			: !route_mib_append(lookup->mib, &look->answer->prefix,
			      vrf_of(lookup->reader), look->variant, oid))
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
is_of_prefix(const struct lookup *lookup, const struct look *look, size_t c,
    const struct cell *cell, size_t *tail_at)
{
	struct snmp_oid root;

	if (cell->absent)
		return false;
	snmp_oid_copy(&root, &lookup->columns[c]);
	if (!route_mib_append(lookup->mib, &look->answer->prefix,
		vrf_of(lookup->reader), look->variant, &root))
		return false;
	*tail_at = root.len;
	return snmp_oid_below(&cell->oid, &root);
}

static void
index_of(const struct lookup *lookup, size_t c, const struct cell *cell,
    struct snmp_oid *index)
{
	const size_t from = lookup->columns[c].len;

	index->len = 0;
	snmp_oid_append(index, cell->oid.sub + from, cell->oid.len - from);
}

/* The first of the rows that the columns name: a column may have holes. */
static bool
first_row(const struct lookup *lookup, const struct look *look,
    const struct cell *cells, struct snmp_oid *first, size_t *tail_at)
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
read_row(const struct lookup *lookup, const struct look *look,
    const struct cell *cells, const struct snmp_oid *at, size_t tail_at,
    struct row *row, struct ip *peer)
{
	*row = (struct row){ .has_type = false };
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
			read_field(row, lookup->mib,
			    lookup->mib->columns[c].field, &cells[c]);
	}
}

/* Tables without the length in their index have it in a column. */
static bool
is_of_length(struct look *look, const struct route_mib *mib,
    const struct row *row)
{
	if (!is_old(mib) ||
	    (row->has_mask && row->length == look->answer->prefix.length))
		return true;
	look->hidden = true;
	return false;
}

static bool
take_row(struct lookup *lookup, struct look *look, const struct cell *cells,
    struct err *err)
{
	struct snmp_oid at;
	struct row row;
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
	    (is_old(lookup->mib) && row.has_type && row.type == TYPE_REJECT))
		return true;
	if (lookup->mib->shape == ROUTE_SHAPE_BGP
		? add_bgp(lookup->reader, look->answer, &row, &peer)
		: add_route(lookup->reader, look->answer, &row))
		return true;
	return err_set(err, ERR_SYSTEM,
	    "there are too many routes to a prefix");
}

static void
take_families(struct lookup *lookup)
{
	for (size_t i = 0; i < lookup->probes; i++) {
		const struct cell *cell = &lookup->batch.cells[i];

		lookup->seen[lookup->probed[i]] |= !cell->absent &&
		    snmp_oid_below(&cell->oid, &lookup->batch.oids[i]);
	}
}

static bool
one_round(struct lookup *lookup, bool *more, struct err *err)
{
	size_t at;

	for (size_t i = 0; i < lookup->count; i++)
		if (!lookup->looks[i].done &&
		    !ask_columns(lookup, &lookup->looks[i], err))
			return false;
	if (!batch_ask(&lookup->batch, lookup->reader, err))
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
bytes_of(const struct route_mib *mib, const struct look *looks, size_t count)
{
	(void)mib;
	for (size_t i = 0; i < count; i++)
		if (looks[i].answer->prefix.address.family == IP_V6)
			return ANSWER_V6;
	return ANSWER_V4;
}

/* Every prefix of the looks, with all its rows. */
static bool
look_up(struct lookup *lookup, struct err *err)
{
	bool more = lookup->count > 0, ok = true;

	lookup->batch = (struct batch){ .bytes_each = bytes_of(lookup->mib,
					    lookup->looks, lookup->count) };
	for (size_t c = 0; ok && c < lookup->mib->column_count; c++)
		ok = route_mib_column(lookup->mib, c, &lookup->columns[c]);
	ok = ok && ask_families(lookup, err);
	while (ok && more)
		ok = one_round(lookup, &more, err);
	batch_free(&lookup->batch);
	return ok;
}

/* --- which table tells ---------------------------------------------------- */

static size_t
add_looks(const struct route_mib *mib, struct route_answer *answer,
    struct look *looks)
{
	const unsigned variants = route_mib_variants(mib, &answer->prefix);

	if (!(mib->families & 1U << answer->prefix.address.family))
		return 0;
	for (unsigned v = 0; v < variants; v++)
		looks[v] = (struct look){ .answer = answer, .variant = v };
	return variants;
}

static const char *
say(struct reader *r, const char *what, const char *clause)
{
	char bytes[ROUTE_TEXT];
	struct text text = TEXT_OVER(bytes);

	text_add(&text, what);
	text_add(&text, clause);
	return arena_string(r->view->arena, text.data, text.len);
}

/* What the table says of an answer that it was asked for. */
static void
decide(struct lookup *lookup, struct route_answer *answer, size_t index,
    bool hidden)
{
	struct reader *r = lookup->reader;

	if (answer->paths != NULL) {
		answer->why = NULL;
		r->decided[index] = lookup->mib;
		return;
	}
	if (!lookup->seen[answer->prefix.address.family])
		return;
	if (hidden)
		answer->why = say(r, lookup->mib->name,
		    " has another prefix of the same address in its place");
	else if (lookup->mib->incomplete)
		answer->why = say(r, lookup->mib->name,
		    " does not have it, but may lack routes that are there");
	else
		answer->presence = ROUTE_ABSENT;
	if (answer->presence == ROUTE_ABSENT) {
		answer->why = NULL;
		r->decided[index] = lookup->mib;
	}
}

static bool
is_hidden(const struct lookup *lookup, const struct route_answer *answer)
{
	for (size_t i = 0; i < lookup->count; i++)
		if (lookup->looks[i].answer == answer &&
		    lookup->looks[i].hidden)
			return true;
	return false;
}

/* Asks one table for all that is still open. */
static bool
try_table(struct reader *r, const struct route_mib *mib, struct err *err)
{
	const size_t answers = r->view->answers.count;
	struct lookup lookup = { .reader = r, .mib = mib };
	bool ok;

	lookup.looks = calloc(2 * answers + 1, sizeof(*lookup.looks));
	if (lookup.looks == NULL)
		return no_room(err);
	for (size_t i = 0; i < answers; i++)
		if (r->decided[i] == NULL)
			lookup.count +=
			    add_looks(mib, route_view_at(r->view, i),
				lookup.looks + lookup.count);
	ok = look_up(&lookup, err);
	for (size_t i = 0; ok && i < answers; i++) {
		struct route_answer *answer = route_view_at(r->view, i);

		if (r->decided[i] == NULL)
			decide(&lookup, answer, i, is_hidden(&lookup, answer));
	}
	free(lookup.looks);
	return ok;
}

static bool
all_decided(const struct reader *r)
{
	for (size_t i = 0; i < r->view->answers.count; i++)
		if (r->decided[i] == NULL)
			return false;
	return true;
}

static bool
any_decided(const struct reader *r)
{
	for (size_t i = 0; i < r->view->answers.count; i++)
		if (r->decided[i] != NULL)
			return true;
	return false;
}

static bool
by_vrf_table(const struct reader *r)
{
	return r->question->vrf != NULL && r->query->context == NULL;
}

static bool
ask_tables(struct reader *r, struct err *err)
{
	if (by_vrf_table(r))
		return try_table(r, &route_mib_vrf, err);
	for (const struct route_mib *mib = route_mibs; mib->name != NULL; mib++)
		if (!all_decided(r) && !try_table(r, mib, err))
			return false;
	return true;
}

/* --- BGP's own table ------------------------------------------------------ */

static bool
all_v4(const struct reader *r)
{
	for (size_t i = 0; i < r->view->answers.count; i++)
		if (route_view_at(r->view, i)->prefix.address.family != IP_V4)
			return false;
	return true;
}

static void
settle_bgp(struct reader *r)
{
	const bool alone = !any_decided(r);

	/* A stage is told of all prefixes or of none. */
	if (all_v4(r))
		r->view->tells |= ROUTE_RECEIVED | ROUTE_BEST;
	if (!alone)
		return;
	r->view->note = "the agent serves the table of BGP alone";
	for (size_t i = 0; i < r->view->answers.count; i++) {
		struct route_answer *answer = route_view_at(r->view, i);

		if (answer->prefix.address.family == IP_V4 &&
		    answer->presence == ROUTE_UNSEEN && answer->why == NULL)
			answer->presence = ROUTE_ABSENT;
	}
}

static bool
ask_bgp(struct reader *r, struct err *err)
{
	const size_t answers = r->view->answers.count;
	struct lookup lookup = { .reader = r, .mib = &route_mib_bgp };
	bool ok;

	if (by_vrf_table(r))
		return true;
	lookup.looks = calloc(answers + 1, sizeof(*lookup.looks));
	if (lookup.looks == NULL)
		return no_room(err);
	for (size_t i = 0; i < answers; i++)
		lookup.count += add_looks(&route_mib_bgp,
		    route_view_at(r->view, i), lookup.looks + lookup.count);
	ok = look_up(&lookup, err);
	if (ok && lookup.seen[IP_V4])
		settle_bgp(r);
	free(lookup.looks);
	return ok;
}

/* --- the longest match ---------------------------------------------------- */

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
    struct reader *r, struct batch *batch, struct err *err)
{
	for (int length = prefix->length - 1; length >= 0; length--) {
		struct ip_net net;

		shorter(prefix, (uint8_t)length, &net);
		for (unsigned v = 0; v < route_mib_variants(mib, &net); v++) {
			struct snmp_oid *oid = batch_add(batch);

			if (oid == NULL)
				return no_room(err);
			if (!route_mib_column(mib, 0, oid) ||
			    !route_mib_append(mib, &net, vrf_of(r), v, oid))
				return err_set(err, ERR_USAGE,
				    "the prefix does not fit its table");
			if (mib->shape == ROUTE_SHAPE_ADDRESS)
				snmp_oid_predecessor(oid);
		}
	}
	return batch_ask(batch, r, err) || err_context(err, "%s", mib->name);
}

static bool
is_row_of(const struct route_mib *mib, const struct ip_net *net, unsigned v,
    const struct reader *r, const struct cell *cell, bool *hidden)
{
	struct snmp_oid root;
	uint8_t length;

	if (cell->absent || !route_mib_column(mib, 0, &root) ||
	    !route_mib_append(mib, net, vrf_of(r), v, &root) ||
	    !snmp_oid_below(&cell->oid, &root))
		return false;
	if (!is_old(mib))
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
    const struct reader *r, const struct batch *batch, struct ip_net *found,
    bool *hidden)
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
read_cover(struct reader *r, const struct route_mib *mib,
    struct route_answer *answer, const struct ip_net *prefix, struct err *err)
{
	struct route_answer found = { .prefix = *prefix };
	struct look looks[2];
	struct lookup lookup = { .reader = r, .mib = mib, .looks = looks };

	lookup.count = add_looks(mib, &found, looks);
	if (!look_up(&lookup, err))
		return false;
	if (found.paths != NULL)
		route_part_cover(r->view, answer, found.paths);
	return true;
}

static bool
ask_cover(struct reader *r, struct route_answer *answer,
    const struct route_mib *mib, struct err *err)
{
	struct batch batch = {
		.bytes_each = answer->prefix.address.family == IP_V6
		    ? ANSWER_V6
		    : ANSWER_V4,
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
	batch_free(&batch);
	return ok;
}

static bool
ask_covers(struct reader *r, struct err *err)
{
	for (size_t i = 0; i < r->view->answers.count; i++)
		if (!ask_cover(r, route_view_at(r->view, i), r->decided[i],
			err))
			return false;
	return true;
}

/* --- interfaces ----------------------------------------------------------- */

static bool
add_name_question(struct batch *batch, uint32_t index)
{
	struct snmp_oid *oid = batch_add(batch);

	if (oid == NULL || !snmp_oid_parse(if_name, strlen(if_name), oid) ||
	    !snmp_oid_append(oid, &index, 1))
		return false;
	snmp_oid_predecessor(oid);
	return true;
}

static const char *
name_of(struct reader *r, const struct batch *batch, uint32_t index)
{
	char number[16];
	struct text text = TEXT_OVER(number);

	for (size_t i = 0; i < batch->count; i++) {
		const struct cell *cell = &batch->cells[i];

		if (!cell->absent && cell->len > 0 &&
		    cell->oid.sub[cell->oid.len - 1] == index &&
		    cell->oid.len == batch->oids[i].len)
			return route_string(r->view, cell->bytes, cell->len);
	}
	text_addf(&text, "%u", index);
	return route_string(r->view, text.data, text.len);
}

static bool
is_asked(const struct name_wanted *names, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (names[i].index == names[before].index)
			return true;
	return false;
}

/* An interface whose name is not served keeps its number: a route is known
 * without it. */
static void
ask_names(struct reader *r)
{
	struct name_wanted *names = r->names.items;
	struct batch batch = { .bytes_each = ANSWER_V4 };
	struct err ignored;

	for (size_t i = 0; i < r->names.count && batch.count < NAMES_MAX; i++)
		if (!is_asked(names, i) &&
		    !add_name_question(&batch, names[i].index))
			break;
	if (!batch_ask(&batch, r, &ignored))
		batch.count = 0;
	for (size_t i = 0; i < r->names.count; i++)
		names[i].hop->device = name_of(r, &batch, names[i].index);
	batch_free(&batch);
}

/* --- counts --------------------------------------------------------------- */

static bool
make_number(const struct reader *r, const char **what, enum ip_family *family,
    struct snmp_oid *oid)
{
	const char *vrf = vrf_of(r);
	uint32_t sub[SNMP_OID_MAX];
	const size_t len = strlen(vrf);

	*family = r->question->families == 1U << IP_V4 ? IP_V4 : IP_NONE;
	if (!by_vrf_table(r)) {
		*what = *family == IP_V4 ? "ipCidrRouteNumber"
					 : "inetCidrRouteNumber";
		return snmp_oid_parse(*family == IP_V4 ? cidr_number
						       : inet_number,
		    strlen(inet_number), oid);
	}
	*what = "mplsL3VpnVrfPerfCurrNumRoutes";
	*family = IP_NONE;
	if (len + 1 > SNMP_OID_MAX)
		return false;
	sub[0] = (uint32_t)len;
	for (size_t i = 0; i < len; i++)
		sub[i + 1] = (unsigned char)vrf[i];
	return snmp_oid_parse(vrf_number, strlen(vrf_number), oid) &&
	    snmp_oid_append(oid, sub, len + 1);
}

static bool
ask_number(struct reader *r, struct batch *batch, struct err *err)
{
	struct snmp_oid *oid = batch_add(batch), wanted;
	const struct cell *cell;
	enum ip_family family;
	const char *what;

	if (oid == NULL)
		return no_room(err);
	if (!make_number(r, &what, &family, &wanted))
		return err_set(err, ERR_USAGE,
		    "the name of the VRF is too long");
	snmp_oid_copy(oid, &wanted);
	snmp_oid_predecessor(oid);
	if (!batch_ask(batch, r, err))
		return false;
	cell = &batch->cells[0];
	if (cell->absent || !cell->is_number || cell->number < 0 ||
	    snmp_oid_order(&cell->oid, &wanted) != 0)
		return err_set(err, ERR_UNSUPPORTED, "%s is not served", what);
	return route_count(r->view, family, vrf_of(r), "",
		   (uint64_t)cell->number) ||
	    no_room(err);
}

/* Agents count routes together, whatever their protocol, and some of them
 * wrongly. */
static void
ask_counts(struct reader *r)
{
	struct batch batch = { .bytes_each = ANSWER_V4 };
	struct err err = { 0 };

	if (r->question->families == 1U << IP_V6)
		err_set(&err, ERR_UNSUPPORTED,
		    "an agent does not count its IPv6 routes alone");
	else
		r->view->counted = ask_number(r, &batch, &err);
	if (!r->view->counted)
		r->view->count_why = say(r, err.text, "");
	batch_free(&batch);
}

/* --- the whole ------------------------------------------------------------ */

void
route_snmp_patience(struct snmp_options *options,
    const struct deadline *deadline)
{
	options->retries = 0;
	options->timeout_ns = deadline_left_ns(deadline);
}

static void
explain(struct reader *r, struct route_answer *answer)
{
	const struct ip_net *prefix = &answer->prefix;

	if (answer->presence != ROUTE_UNSEEN || answer->why != NULL)
		return;
	if (by_vrf_table(r))
		answer->why = say(r, route_mib_vrf.name,
		    " has no route of this VRF: is there one, or does it need "
		    "an SNMPv3 context?");
	else
		answer->why =
		    say(r, prefix->address.family == IP_V6 ? "IPv6" : "IPv4",
			" routes: the agent serves no table of them, or this "
			"community or user may not see it");
}

/* Of an agent that calls everything local nothing is. */
static void
forget_local(struct route_path *paths)
{
	for (; paths != NULL; paths = paths->next)
		if (paths->protocol != NULL &&
		    strcmp(paths->protocol, "local") == 0)
			paths->protocol = NULL;
}

static void
finish(struct reader *r)
{
	for (size_t i = 0; i < r->view->answers.count; i++) {
		struct route_answer *answer = route_view_at(r->view, i);

		explain(r, answer);
		if (r->lies) {
			forget_local(answer->paths);
			forget_local(answer->cover);
		}
	}
	if (any_decided(r))
		r->view->tells |= ROUTE_INSTALLED;
	r->view->tells_protocol = r->any_protocol || !r->lies;
}

static bool
ask_all(struct reader *r, struct err *err)
{
	if (!ask_tables(r, err) || (r->query->paths && !ask_bgp(r, err)) ||
	    (r->question->cover && !ask_covers(r, err)))
		return false;
	ask_names(r);
	if (r->question->counts)
		ask_counts(r);
	return true;
}

/* A silence has one likely reason, and it is no absence. */
static void
explain_silence(struct err *err)
{
	struct err said = *err;

	if (err->kind == ERR_TIMEOUT)
		err_set(err, ERR_TIMEOUT,
		    "%.300s (an agent that loads a large table of routes may "
		    "need minutes)",
		    said.text);
}

bool
route_snmp_read(struct snmp_agent *agent, const struct route_snmp_query *query,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	struct reader r = {
		.agent = agent,
		.query = query,
		.question = question,
		.view = view,
		.deadline = deadline,
	};
	bool ok;

	if (question->table != NULL) {
		err_set(err, ERR_UNSUPPORTED,
		    "SNMP has one table of routes: no table %.60s",
		    question->table);
		route_view_fail(view, err);
		return false;
	}
	r.decided = calloc(view->answers.count + 1, sizeof(*r.decided));
	agent->context = query->context;
	ok = r.decided != NULL ? ask_all(&r, err) : no_room(err);
	if (ok) {
		finish(&r);
	} else {
		explain_silence(err);
		route_view_fail(view, err);
	}
	free(r.decided);
	return ok;
}
