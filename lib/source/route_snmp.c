/* SPDX-License-Identifier: ISC */
#include "source/route_snmp.h"

#include <stdlib.h>
#include <string.h>

#include "source/route_snmp_cover.h"
#include "source/route_snmp_lookup.h"

#define NAMES_MAX 64 /* interfaces whose names are asked for */

static const char if_name[] = "1.3.6.1.2.1.31.1.1.1.1";	  /* ifName */
static const char inet_number[] = "1.3.6.1.2.1.4.24.6.0"; /* ...Number */
static const char cidr_number[] = "1.3.6.1.2.1.4.24.3.0"; /* ...Number */
static const char vrf_number[] = "1.3.6.1.2.1.10.166.11.1.3.1.1.3";

/* --- which table tells ---------------------------------------------------- */

static const char *
say(struct rsnmp_reader *r, const char *what, const char *clause)
{
	char bytes[ROUTE_TEXT];
	struct text text = TEXT_OVER(bytes);

	text_add(&text, what);
	text_add(&text, clause);
	return arena_string(r->view->arena, text.data, text.len);
}

/* What the table says of an answer that it was asked for. */
static void
decide(struct rsnmp_lookup *lookup, struct route_answer *answer, size_t index,
    bool hidden)
{
	struct rsnmp_reader *r = lookup->reader;

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
is_hidden(const struct rsnmp_lookup *lookup, const struct route_answer *answer)
{
	for (size_t i = 0; i < lookup->count; i++)
		if (lookup->looks[i].answer == answer &&
		    lookup->looks[i].hidden)
			return true;
	return false;
}

/* Asks one table for all that is still open. */
static bool
try_table(struct rsnmp_reader *r, const struct route_mib *mib, struct err *err)
{
	const size_t answers = r->view->answers.count;
	struct rsnmp_lookup lookup = { .reader = r, .mib = mib };
	bool ok;

	lookup.looks = calloc(2 * answers + 1, sizeof(*lookup.looks));
	if (lookup.looks == NULL)
		return rsnmp_no_room(err);
	for (size_t i = 0; i < answers; i++)
		if (r->decided[i] == NULL)
			lookup.count +=
			    rsnmp_looks(mib, route_view_at(r->view, i),
				lookup.looks + lookup.count);
	ok = rsnmp_look_up(&lookup, err);
	for (size_t i = 0; ok && i < answers; i++) {
		struct route_answer *answer = route_view_at(r->view, i);

		if (r->decided[i] == NULL)
			decide(&lookup, answer, i, is_hidden(&lookup, answer));
	}
	free(lookup.looks);
	return ok;
}

static bool
all_decided(const struct rsnmp_reader *r)
{
	for (size_t i = 0; i < r->view->answers.count; i++)
		if (r->decided[i] == NULL)
			return false;
	return true;
}

static bool
any_decided(const struct rsnmp_reader *r)
{
	for (size_t i = 0; i < r->view->answers.count; i++)
		if (r->decided[i] != NULL)
			return true;
	return false;
}

static bool
by_vrf_table(const struct rsnmp_reader *r)
{
	return r->question->vrf != NULL && r->query->context == NULL;
}

static bool
ask_tables(struct rsnmp_reader *r, struct err *err)
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
all_v4(const struct rsnmp_reader *r)
{
	for (size_t i = 0; i < r->view->answers.count; i++)
		if (route_view_at(r->view, i)->prefix.address.family != IP_V4)
			return false;
	return true;
}

static void
settle_bgp(struct rsnmp_reader *r)
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
ask_bgp(struct rsnmp_reader *r, struct err *err)
{
	const size_t answers = r->view->answers.count;
	struct rsnmp_lookup lookup = { .reader = r, .mib = &route_mib_bgp };
	bool ok;

	if (by_vrf_table(r))
		return true;
	lookup.looks = calloc(answers + 1, sizeof(*lookup.looks));
	if (lookup.looks == NULL)
		return rsnmp_no_room(err);
	for (size_t i = 0; i < answers; i++)
		lookup.count += rsnmp_looks(&route_mib_bgp,
		    route_view_at(r->view, i), lookup.looks + lookup.count);
	ok = rsnmp_look_up(&lookup, err);
	if (ok && lookup.seen[IP_V4])
		settle_bgp(r);
	free(lookup.looks);
	return ok;
}

/* --- interfaces ----------------------------------------------------------- */

static bool
add_name_question(struct rsnmp_batch *batch, uint32_t index)
{
	struct snmp_oid *oid = rsnmp_batch_add(batch);

	if (oid == NULL || !snmp_oid_parse(if_name, strlen(if_name), oid) ||
	    !snmp_oid_append(oid, &index, 1))
		return false;
	snmp_oid_predecessor(oid);
	return true;
}

static const char *
name_of(struct rsnmp_reader *r, const struct rsnmp_batch *batch, uint32_t index)
{
	char number[16];
	struct text text = TEXT_OVER(number);

	for (size_t i = 0; i < batch->count; i++) {
		const struct rsnmp_cell *cell = &batch->cells[i];

		if (!cell->absent && cell->len > 0 &&
		    cell->oid.sub[cell->oid.len - 1] == index &&
		    cell->oid.len == batch->oids[i].len)
			return route_string(r->view, cell->bytes, cell->len);
	}
	text_addf(&text, "%u", index);
	return route_string(r->view, text.data, text.len);
}

static bool
is_asked(const struct rsnmp_name *names, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (names[i].index == names[before].index)
			return true;
	return false;
}

/* An interface whose name is not served keeps its number: a route is known
 * without it. */
static void
ask_names(struct rsnmp_reader *r)
{
	struct rsnmp_name *names = r->names.items;
	struct rsnmp_batch batch = { .bytes_each = RSNMP_ANSWER_V4 };
	struct err ignored;

	if (names == NULL)
		return;
	for (size_t i = 0; i < r->names.count && batch.count < NAMES_MAX; i++)
		if (!is_asked(names, i) &&
		    !add_name_question(&batch, names[i].index))
			break;
	if (!rsnmp_batch_ask(&batch, r, &ignored))
		batch.count = 0;
	for (size_t i = 0; i < r->names.count; i++)
		names[i].hop->device = name_of(r, &batch, names[i].index);
	rsnmp_batch_free(&batch);
}

/* --- counts --------------------------------------------------------------- */

static bool
make_number(const struct rsnmp_reader *r, const char **what,
    enum ip_family *family, struct snmp_oid *oid)
{
	const char *vrf = rsnmp_vrf(r);
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
ask_number(struct rsnmp_reader *r, struct rsnmp_batch *batch, struct err *err)
{
	struct snmp_oid *oid = rsnmp_batch_add(batch), wanted;
	const struct rsnmp_cell *cell;
	enum ip_family family;
	const char *what;

	if (oid == NULL)
		return rsnmp_no_room(err);
	if (!make_number(r, &what, &family, &wanted))
		return err_set(err, ERR_USAGE,
		    "the name of the VRF is too long");
	snmp_oid_copy(oid, &wanted);
	snmp_oid_predecessor(oid);
	if (!rsnmp_batch_ask(batch, r, err))
		return false;
	cell = &batch->cells[0];
	if (cell->absent || !cell->is_number || cell->number < 0 ||
	    snmp_oid_order(&cell->oid, &wanted) != 0)
		return err_set(err, ERR_UNSUPPORTED, "%s is not served", what);
	return route_count(r->view, family, rsnmp_vrf(r), "",
		   (uint64_t)cell->number) ||
	    rsnmp_no_room(err);
}

/* Agents count routes together, whatever their protocol, and some of them
 * wrongly. */
static void
ask_counts(struct rsnmp_reader *r)
{
	struct rsnmp_batch batch = { .bytes_each = RSNMP_ANSWER_V4 };
	struct err err = { 0 };

	if (r->question->families == 1U << IP_V6)
		err_set(&err, ERR_UNSUPPORTED,
		    "an agent does not count its IPv6 routes alone");
	else
		r->view->counted = ask_number(r, &batch, &err);
	if (!r->view->counted)
		r->view->count_why = say(r, err.text, "");
	rsnmp_batch_free(&batch);
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
explain(struct rsnmp_reader *r, struct route_answer *answer)
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
finish(struct rsnmp_reader *r)
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
ask_all(struct rsnmp_reader *r, struct err *err)
{
	if (!ask_tables(r, err) || (r->query->paths && !ask_bgp(r, err)) ||
	    (r->question->cover && !rsnmp_ask_covers(r, err)))
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
	struct rsnmp_reader r = {
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
	if (r.decided == NULL)
		rsnmp_no_room(err);
	ok = r.decided != NULL && ask_all(&r, err);
	if (ok) {
		finish(&r);
	} else {
		explain_silence(err);
		route_view_fail(view, err);
	}
	free(r.decided);
	return ok;
}
