/* SPDX-License-Identifier: ISC */
#include "source/snmp_agent.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	enum snmp_status status;
	const char *name;
	enum err_kind kind;
	const char *meaning;
} statuses[] = {
	{ SNMP_TOO_BIG, "tooBig", ERR_PROTOCOL,
	    "even one value does not fit into its answer" },
	{ SNMP_NO_SUCH_NAME, "noSuchName", ERR_UNSUPPORTED,
	    "it has no such object, or its view hides it" },
	{ SNMP_BAD_VALUE, "badValue", ERR_PROTOCOL, "it did not understand" },
	{ SNMP_READ_ONLY, "readOnly", ERR_PROTOCOL, "it did not understand" },
	{ SNMP_GEN_ERR, "genErr", ERR_PROTOCOL,
	    "it could not look the value up" },
	{ SNMP_AUTHORIZATION_ERROR, "authorizationError", ERR_PERMISSION,
	    "this community or user may not read it (view, access group)" },
};
#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

/* "noSuchName", "genErr", ... */
static const char *
status_name(enum snmp_status status)
{
	for (size_t i = 0; i < STATUSES; i++)
		if (statuses[i].status == status)
			return statuses[i].name;
	return status == SNMP_NO_ERROR ? "noError" : "an unknown error";
}

bool
snmp_status_err(const struct snmp_agent *agent, enum snmp_status status,
    struct err *err)
{
	for (size_t i = 0; i < STATUSES; i++)
		if (statuses[i].status == status)
			return err_set(err, statuses[i].kind,
			    "%s answered %s: %s", agent->name, statuses[i].name,
			    statuses[i].meaning);
	return err_set(err, ERR_PROTOCOL, "%s answered the error status %d",
	    agent->name, (int)status);
}

bool
snmp_is_absent(const struct snmp_value *value)
{
	return value->type == SNMP_NO_OBJECT ||
	    value->type == SNMP_NO_INSTANCE || value->type == SNMP_END_OF_MIB;
}

/* --- requests ------------------------------------------------------------- */

void
snmp_agent_init(struct snmp_agent *agent, const struct snmp_backend *backend,
    const char *name)
{
	agent->backend = backend;
	agent->name = name;
}

void
snmp_agent_done(struct snmp_agent *agent)
{
	for (size_t i = 0; i < SNMP_IN_FLIGHT; i++)
		free(agent->slots[i].oids);
	free(agent->varbinds);
	memset(agent->slots, 0, sizeof(agent->slots));
	agent->varbinds = NULL;
	agent->capacity = 0;
}

void
snmp_agent_close(struct snmp_agent *agent)
{
	if (agent)
		agent->backend->close(agent);
}

static bool
check_request(const struct snmp_agent *agent,
    const struct snmp_request *request, struct err *err)
{
	if (request->count == 0 || request->count > SNMP_REQUEST_OIDS)
		return err_set(err, ERR_USAGE, "an SNMP request for %zu OIDs",
		    request->count);
	if (request->op == SNMP_GETBULK &&
	    (agent->v1 || request->max_repetitions == 0 ||
		request->non_repeaters > request->count))
		return err_set(err, ERR_USAGE,
		    "a GETBULK request that SNMP does not have");
	for (size_t i = 0; i < request->count; i++)
		if (request->oids[i].len < 2)
			return err_set(err, ERR_USAGE,
			    "an SNMP request for an OID of %u numbers",
			    request->oids[i].len);
	return true;
}

static struct snmp_slot *
free_slot(struct snmp_agent *agent, size_t *index)
{
	for (*index = 0; *index < SNMP_IN_FLIGHT; ++*index)
		if (!agent->slots[*index].busy)
			return &agent->slots[*index];
	return NULL;
}

static bool
fill_slot(struct snmp_slot *slot, const struct snmp_request *request,
    struct err *err)
{
	if (slot->capacity < request->count) {
		struct snmp_oid *oids =
		    realloc(slot->oids, request->count * sizeof(*oids));

		if (!oids)
			return err_set(err, ERR_SYSTEM, "out of memory");
		slot->oids = oids;
		slot->capacity = request->count;
	}
	for (size_t i = 0; i < request->count; i++)
		snmp_oid_copy(&slot->oids[i], &request->oids[i]);
	slot->op = request->op;
	slot->count = request->count;
	slot->non_repeaters = request->non_repeaters;
	slot->max_repetitions = request->max_repetitions;
	slot->done = request->done;
	slot->user = request->user;
	return true;
}

bool
snmp_ask(struct snmp_agent *agent, const struct snmp_request *request,
    struct err *err)
{
	size_t index;
	struct snmp_slot *slot = free_slot(agent, &index);

	if (!slot)
		return err_set(err, ERR_USAGE, "more than %d SNMP requests",
		    SNMP_IN_FLIGHT);
	if (!check_request(agent, request, err) ||
	    !fill_slot(slot, request, err) ||
	    !agent->backend->send(agent, index, err))
		return false;
	slot->busy = true;
	agent->in_flight++;
	agent->counters.requests++;
	agent->counters.oids += request->count;
	return true;
}

bool
snmp_run(struct snmp_agent *agent, const struct deadline *deadline,
    struct err *err)
{
	while (agent->in_flight > 0)
		if (!agent->backend->poll(agent, deadline, err)) {
			snmp_abandon(agent);
			return false;
		}
	return true;
}

void
snmp_abandon(struct snmp_agent *agent)
{
	for (size_t i = 0; i < SNMP_IN_FLIGHT; i++)
		agent->slots[i].busy = false;
	agent->in_flight = 0;
}

bool
snmp_ask_wait(struct snmp_agent *agent, const struct snmp_request *request,
    const struct deadline *deadline, struct err *err)
{
	return snmp_ask(agent, request, err) && snmp_run(agent, deadline, err);
}

/* --- answers -------------------------------------------------------------- */

struct snmp_varbind *
snmp_agent_varbinds(struct snmp_agent *agent, size_t count)
{
	if (count > SNMP_REPLY_MAX)
		return NULL;
	if (agent->capacity < count) {
		struct snmp_varbind *varbinds =
		    realloc(agent->varbinds, count * sizeof(*varbinds));

		if (!varbinds)
			return NULL;
		agent->varbinds = varbinds;
		agent->capacity = count;
	}
	return agent->varbinds;
}

static const struct {
	uint8_t type;
	uint8_t fixed; /* bytes that it must have; 0: any number */
	bool has_bytes;
} types[] = {
	{ SNMP_INTEGER, 0, false },
	{ SNMP_OCTETS, 0, true },
	{ SNMP_NULL, 0, false },
	{ SNMP_OID, 0, true },
	{ SNMP_IPADDRESS, 4, true },
	{ SNMP_COUNTER32, 0, false },
	{ SNMP_GAUGE32, 0, false },
	{ SNMP_TIMETICKS, 0, false },
	{ SNMP_OPAQUE, 0, true },
	{ SNMP_COUNTER64, 0, false },
	{ SNMP_NO_OBJECT, 0, false },
	{ SNMP_NO_INSTANCE, 0, false },
	{ SNMP_END_OF_MIB, 0, false },
};

static bool
is_good_value(const struct snmp_value *value)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == value->type)
			return (!types[i].has_bytes || value->bytes ||
				   value->len == 0) &&
			    (!types[i].fixed || value->len == types[i].fixed);
	return false;
}

/* The OID that a binding answers: asked, or the binding one row up. */
static const struct snmp_oid *
answered_oid(const struct snmp_slot *slot, const struct snmp_reply *reply,
    size_t i, bool *repeated)
{
	const size_t columns = slot->count - slot->non_repeaters;

	*repeated = false;
	if (slot->op != SNMP_GETBULK || i < slot->non_repeaters + columns)
		return &slot->oids[i];
	*repeated = true;
	return &reply->varbinds[i - columns].oid;
}

static bool
refuse_oid(const struct snmp_agent *agent, const struct snmp_slot *slot,
    const struct snmp_oid *got, const struct snmp_oid *asked, struct err *err)
{
	char got_bytes[160], asked_bytes[160];
	struct text got_text = TEXT_OVER(got_bytes);
	struct text asked_text = TEXT_OVER(asked_bytes);

	snmp_oid_format(&got_text, got);
	snmp_oid_format(&asked_text, asked);
	return err_set(err, ERR_PROTOCOL,
	    slot->op == SNMP_GET ? "%s answered %s when asked for %s"
				 : "%s does not go forward: %s came after %s",
	    agent->name, got_bytes, asked_bytes);
}

/* RFC 3416 4.2.3: after endOfMibView the same binding may come again, and
 * again. */
static bool
is_end_repeated(const struct snmp_reply *reply, size_t i, size_t columns)
{
	return i >= columns &&
	    reply->varbinds[i - columns].value.type == SNMP_END_OF_MIB;
}

static bool
check_varbind(const struct snmp_agent *agent, const struct snmp_slot *slot,
    const struct snmp_reply *reply, size_t i, struct err *err)
{
	const struct snmp_varbind *varbind = &reply->varbinds[i];
	bool repeated;
	const struct snmp_oid *asked = answered_oid(slot, reply, i, &repeated);
	const int order = snmp_oid_order(&varbind->oid, asked);

	if (!is_good_value(&varbind->value))
		return err_set(err, ERR_PROTOCOL,
		    "%s answered a value of type 0x%02x and %zu bytes",
		    agent->name, varbind->value.type, varbind->value.len);
	if (slot->op == SNMP_GET)
		return order == 0 ||
		    refuse_oid(agent, slot, &varbind->oid, asked, err);
	if (varbind->value.type == SNMP_END_OF_MIB)
		return true;
	if (order > 0 &&
	    !(repeated &&
		is_end_repeated(reply, i, slot->count - slot->non_repeaters)))
		return true;
	return refuse_oid(agent, slot, &varbind->oid, asked, err);
}

static bool
check_count(const struct snmp_agent *agent, const struct snmp_slot *slot,
    size_t count, struct err *err)
{
	size_t least = slot->count, most = slot->count;

	if (slot->op == SNMP_GETBULK) {
		/* A router may cut a GETBULK answer anywhere, but one that
		 * holds nothing brings nobody further. */
		least = slot->non_repeaters + 1;
		most = slot->non_repeaters +
		    (slot->count - slot->non_repeaters) * slot->max_repetitions;
	}
	if (count >= least && count <= most)
		return true;
	return err_set(err, ERR_PROTOCOL,
	    "%s answered %zu values to a request for %s%zu", agent->name, count,
	    least == most ? "" : "at most ", most);
}

static bool
check_reply(const struct snmp_agent *agent, const struct snmp_slot *slot,
    const struct snmp_reply *reply, struct err *err)
{
	if (reply->status != SNMP_NO_ERROR)
		return reply->error_index <= slot->count ||
		    err_set(err, ERR_PROTOCOL,
			"%s answered %s for the value %zu of %zu", agent->name,
			status_name(reply->status), reply->error_index,
			slot->count);
	if (!check_count(agent, slot, reply->count, err))
		return false;
	for (size_t i = 0; i < reply->count; i++)
		if (!check_varbind(agent, slot, reply, i, err))
			return false;
	return true;
}

/* An agent without an end must not fill the memory. */
static bool
check_budget(struct snmp_agent *agent, const struct snmp_reply *reply,
    struct err *err)
{
	for (size_t i = 0; i < reply->count; i++)
		agent->bytes += reply->varbinds[i].value.len +
		    4u * reply->varbinds[i].oid.len;
	return agent->max_bytes == 0 || agent->bytes <= agent->max_bytes ||
	    err_set(err, ERR_PROTOCOL,
		"%s answered more than %" PRIu64 " bytes", agent->name,
		agent->max_bytes);
}

bool
snmp_agent_answer(struct snmp_agent *agent, size_t index,
    const struct snmp_reply *reply, struct err *err)
{
	struct snmp_slot *slot;

	if (index >= SNMP_IN_FLIGHT || !agent->slots[index].busy)
		return true; /* late or doubled: answered already */
	slot = &agent->slots[index];
	slot->busy = false;
	agent->in_flight--;
	agent->counters.replies++;
	agent->counters.varbinds += reply->count;
	if (!check_reply(agent, slot, reply, err) ||
	    !check_budget(agent, reply, err))
		return false;
	for (size_t i = 0; agent->observe && i < reply->count; i++)
		agent->observe(agent->observer, &reply->varbinds[i]);
	return slot->done(slot->user, reply, err);
}
