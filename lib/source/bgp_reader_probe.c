/* SPDX-License-Identifier: ISC */
/* Which tables the device has. */
#include <string.h>

#include "source/bgp_reader.h"

#define PROBES 12	   /* tables in one request: its answer may be long */
#define MAX_MIBS 64	   /* bits of a set of tables */
#define LOCAL_AS_PROBE 255 /* instead of a table's number */

static const char local_as_oid[] = "1.3.6.1.2.1.15.2"; /* bgpLocalAs */

struct probe {
	struct bgp_reader *reader;
	size_t count;
	uint8_t mibs[PROBES]; /* their numbers, or LOCAL_AS_PROBE */
};

static bool send_probe(const struct probe *probe, struct err *err);

static bool
probe_oid(uint8_t number, struct snmp_oid *oid)
{
	const struct bgp_mib *mib = &bgp_mibs[number];

	if (number == LOCAL_AS_PROBE)
		return snmp_oid_parse(local_as_oid, strlen(local_as_oid), oid);
	return bgp_mib_column(mib, mib->columns, oid);
}

static void
take_local_as(struct bgp_reader *r, const struct snmp_value *value)
{
	static const struct bgp_column column = { .field = BGP_F_LOCAL_AS };
	struct bgp_row row = { 0 };

	if (!bgp_row_cell(&column, value, &row, r->table) ||
	    r->table->has_local_as)
		return;
	r->table->has_local_as = true;
	r->table->local_as = row.local_as;
}

static void
take_probe(struct bgp_reader *r, uint8_t number,
    const struct snmp_varbind *varbind)
{
	struct snmp_oid root;

	if (snmp_is_absent(&varbind->value) || !probe_oid(number, &root) ||
	    !snmp_oid_below(&varbind->oid, &root))
		return;
	if (number == LOCAL_AS_PROBE)
		take_local_as(r, &varbind->value);
	else
		r->present |= UINT64_C(1) << number;
}

/* noSuchName is how SNMPv1 says that nothing follows; all else hides a table
 * that may be there. */
static void
note_refusal(struct bgp_reader *r, uint8_t number, enum snmp_status status)
{
	if (r->agent->v1 && status == SNMP_NO_SUCH_NAME)
		return;
	r->refused = status;
	if (number != LOCAL_AS_PROBE &&
	    (bgp_mibs[number].role == BGP_PEERS_ALL ||
		bgp_mibs[number].role == BGP_PEERS_MORE))
		r->report->tables_refused++;
}

/* An agent that cannot answer for one of them is asked for the others. */
static bool
retry_probe(const struct probe *probe, const struct snmp_reply *reply,
    struct err *err)
{
	const struct snmp_agent *agent = probe->reader->agent;
	struct probe rest = *probe;

	if (reply->status != SNMP_NO_SUCH_NAME &&
	    reply->status != SNMP_GEN_ERR && reply->status != SNMP_TOO_BIG)
		return snmp_status_err(agent, reply->status, err);
	if (probe->count == 1) {
		note_refusal(probe->reader, probe->mibs[0], reply->status);
		return true;
	}
	if (reply->error_index > 0 && reply->status != SNMP_TOO_BIG) {
		const size_t at = reply->error_index - 1;

		note_refusal(probe->reader, probe->mibs[at], reply->status);
		memmove(rest.mibs + at, rest.mibs + at + 1,
		    rest.count - at - 1);
		rest.count--;
		return send_probe(&rest, err);
	}
	rest.count = probe->count / 2;
	if (!send_probe(&rest, err))
		return false;
	memcpy(rest.mibs, probe->mibs + rest.count, probe->count - rest.count);
	rest.count = probe->count - rest.count;
	return send_probe(&rest, err);
}

static bool
probe_answered(void *user, const struct snmp_reply *reply, struct err *err)
{
	struct probe *probe = user;
	bool ok = true;

	if (reply->status != SNMP_NO_ERROR)
		ok = retry_probe(probe, reply, err);
	for (size_t i = 0; i < reply->count; i++)
		take_probe(probe->reader, probe->mibs[i], &reply->varbinds[i]);
	return ok;
}

static bool
send_probe(const struct probe *probe, struct err *err)
{
	struct arena *arena = probe->reader->table->arena;
	struct snmp_oid oids[PROBES];
	const struct snmp_request request = {
		.op = SNMP_GETNEXT,
		.count = probe->count,
		.oids = oids,
		.done = probe_answered,
		.user = arena_copy(arena, probe, sizeof(*probe)),
	};

	if (!request.user)
		return bgp_reader_no_room(err);
	for (size_t i = 0; i < probe->count; i++)
		if (!probe_oid(probe->mibs[i], &oids[i]))
			return err_set(err, ERR_USAGE, "a bad table");
	return snmp_ask(probe->reader->agent, &request, err);
}

/* GETNEXT of the first column of every table that would be read. */
bool
bgp_reader_discover(struct bgp_reader *r, struct err *err)
{
	struct probe probe = {
		.reader = r,
		.count = 1,
		.mibs = { LOCAL_AS_PROBE },
	};

	r->present = 0;
	r->refused = SNMP_NO_ERROR;
	for (uint8_t i = 0; i < MAX_MIBS && bgp_mibs[i].name; i++) {
		if (!bgp_reader_wants_table(r, &bgp_mibs[i]))
			continue;
		if (probe.count == PROBES) {
			if (!send_probe(&probe, err))
				return false;
			probe.count = 0;
		}
		probe.mibs[probe.count++] = i;
	}
	if (probe.count && !send_probe(&probe, err))
		return false;
	if (!snmp_run(r->agent, r->deadline, err))
		return err_context(err, "discovery of the BGP tables");
	/* An agent that cannot say what it has does not have nothing. */
	if (!r->present && r->refused != SNMP_NO_ERROR)
		return snmp_status_err(r->agent, r->refused, err);
	return true;
}
