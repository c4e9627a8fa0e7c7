/* SPDX-License-Identifier: ISC */
/*
 * An agent that lies, over a real socket, against the real session: whatever it
 * does, the reader ends in time, with the right kind of error or with the
 * truth, and never takes a lie for a peer that is up.
 */
#include <arpa/inet.h>
#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "source/bgp_snmp.h"
#include "source/snmp.h"
#include "tests/suite.h"
#include "tests/tools/snmp_ber.h"

#define PEERS 150 /* more than one answer holds */

/* What an answer, a late one and the whole may take.  A busy machine may hold
 * up both sides: what does not hold is tried again with more time for all. */
struct times {
	int64_t try_ns, late_ns, all_ns, margin_ns;
};

static const struct times patience[] = {
	{ 120 * CLOCK_MILLI, 150 * CLOCK_MILLI, 800 * CLOCK_MILLI,
	    100 * CLOCK_MILLI },
	{ 600 * CLOCK_MILLI, 750 * CLOCK_MILLI, 4 * CLOCK_SECOND,
	    CLOCK_SECOND },
	{ 3 * CLOCK_SECOND, 3750 * CLOCK_MILLI, 20 * CLOCK_SECOND,
	    5 * CLOCK_SECOND },
};

/* --- what can be wrong ---------------------------------------------------- */

enum names {
	NAME_RIGHT,
	NAME_SAME,     /* as asked: no step forward */
	NAME_BACK,     /* to the first row */
	NAME_SWAPPED,  /* the last number one less than asked */
	NAME_FOREIGN,  /* of another tree, before ours */
	NAME_LONG,     /* 128 numbers */
	NAME_TOO_LONG, /* more than an OID may have */
	NAME_SHORT,    /* the column itself */
	NAME_HUGE,     /* the index is 2^32 - 1 */
	NAME_EMPTY,
};

enum sends {
	SEND_ONCE,
	SEND_TWICE,
	SEND_LATE, /* after the first try is over */
	SEND_NOTHING,
	SEND_FIRST_HALF,
	SEND_GARBAGE,
	SEND_EMPTY,
	SEND_FROM_ELSEWHERE, /* another port */
	SEND_THEN_NOTHING,   /* falls silent after some answers */
	SEND_TRAILING,	     /* bytes behind the message */
	SEND_FLOOD,	     /* junk, and then the answer */
};

enum ends {
	END_OK,	   /* all peers, as they are */
	END_ERROR, /* of one of the kinds */
	END_FALSE, /* no peer is up, with or without an error */
};

#define KIND(kind) (1u << (kind))
#define SILENT KIND(ERR_TIMEOUT)
#define PROTOCOL KIND(ERR_PROTOCOL)
#define REFUSED KIND(ERR_PERMISSION)
#define UNKNOWN KIND(ERR_UNSUPPORTED)
#define SYSTEM KIND(ERR_SYSTEM)
#define ANY (SILENT | PROTOCOL | REFUSED | UNKNOWN | SYSTEM)

enum versions { V1 = 1, V2 = 2, V3 = 4, V12 = 3, V23 = 6, ALL = 7 };

struct lie {
	const char *what;
	unsigned versions;
	enum ends end;
	unsigned kinds; /* END_ERROR */
	enum names name;
	enum sends send;
	unsigned from;	    /* the request from which on it lies */
	unsigned only;	    /* lies once: this request */
	int64_t id;	    /* added to the request id */
	unsigned times;	    /* so many times the bindings */
	unsigned fewer;	    /* bindings left out */
	unsigned status;    /* error status, */
	unsigned index;	    /* and index */
	unsigned type;	    /* of the values */
	unsigned value_len; /* of the values, with `type` */
	const char *text;   /* the values */
	unsigned pdu;	    /* instead of a response */
	int version;	    /* + 1, instead of that asked */
	const char *community;
	bool no_exception; /* stays at the last row instead of going on */
	bool end_of_mib;   /* for everything */
	unsigned most;	   /* bindings in a GETBULK answer */
	bool reboot;	   /* the table is gone from `from` on */
	/* v3 */
	unsigned report[4]; /* below 1.3.6.1.6.3 */
	const char *engine;
	int64_t message; /* added to the message id */
	unsigned flags;	 /* claims to be authenticated, encrypted */
	const char *user;
};

static const struct lie lies[] = {
	{ .what = "the truth", .versions = ALL, .end = END_OK },
	/* silence and noise */
	{ .what = "silence",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = SILENT,
	    .send = SEND_NOTHING },
	{ .what = "silence later",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = SILENT,
	    .send = SEND_THEN_NOTHING,
	    .from = 5 },
	{ .what = "garbage",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .send = SEND_GARBAGE },
	{ .what = "garbage later",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .send = SEND_GARBAGE,
	    .from = 5 },
	{ .what = "empty datagrams",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .send = SEND_EMPTY },
	{ .what = "half an answer",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .send = SEND_FIRST_HALF,
	    .from = 2 },
	{ .what = "an answer from elsewhere",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = SILENT,
	    .send = SEND_FROM_ELSEWHERE },
	{ .what = "every answer twice",
	    .versions = ALL,
	    .end = END_OK,
	    .send = SEND_TWICE },
	{ .what = "one late answer",
	    .versions = V12,
	    .end = END_OK,
	    .send = SEND_LATE,
	    .only = 2 },
	{ .what = "bytes behind the answer",
	    .versions = V12,
	    .end = END_OK,
	    .send = SEND_TRAILING },
	{ .what = "junk before each answer",
	    .versions = V12,
	    .end = END_OK,
	    .send = SEND_FLOOD },
	/* ids */
	{ .what = "another request id",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .id = 1 },
	{ .what = "another request id later",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .id = -7,
	    .from = 5 },
	{ .what = "another version",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .version = 3 },
	{ .what = "another community",
	    .versions = V12,
	    .end = END_OK,
	    .community = "somebody" },
	{ .what = "a request for an answer",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .pdu = 0xa0,
	    .from = 2 },
	{ .what = "a trap for an answer",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .pdu = 0xa7 },
	/* numbers of bindings */
	{ .what = "ten times the bindings",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .times = 10 },
	{ .what = "ten times the bindings later",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .times = 10,
	    .from = 5 },
	{ .what = "one binding too few",
	    .versions = V23,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .fewer = 1,
	    .only = 1 },
	{ .what = "no bindings at all",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .fewer = 1000 },
	{ .what = "one row in each GETBULK",
	    .versions = V23,
	    .end = END_OK,
	    .most = 2 },
	{ .what = "GETBULK cut unevenly",
	    .versions = V23,
	    .end = END_OK,
	    .most = 7 },
	/* names */
	{ .what = "no step forward",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .name = NAME_SAME,
	    .from = 5 },
	{ .what = "back to the start",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .name = NAME_BACK,
	    .from = 5 },
	{ .what = "one step back",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .name = NAME_SWAPPED,
	    .from = 5 },
	{ .what = "another tree",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .name = NAME_FOREIGN,
	    .from = 5 },
	{ .what = "names of 128 numbers",
	    .versions = ALL,
	    .end = END_FALSE,
	    .name = NAME_LONG },
	{ .what = "names of 200 numbers",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .name = NAME_TOO_LONG },
	{ .what = "names without an index",
	    .versions = ALL,
	    .end = END_FALSE,
	    .name = NAME_SHORT },
	{ .what = "an index of 2^32 - 1",
	    .versions = ALL,
	    .end = END_FALSE,
	    .name = NAME_HUGE },
	{ .what = "empty names",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .name = NAME_EMPTY },
	/* values */
	{ .what = "strings for numbers",
	    .versions = ALL,
	    .end = END_FALSE,
	    .type = 0x04,
	    .value_len = 3,
	    .text = "6\0\033" },
	{ .what = "NUL and ANSI for numbers",
	    .versions = ALL,
	    .end = END_FALSE,
	    .type = 0x04,
	    .value_len = 10,
	    .text = "\033[31m\0|<x>" },
	{ .what = "an address of 5 bytes",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .type = 0x40,
	    .value_len = 5,
	    .text = "12345" },
	{ .what = "an address of no byte",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .type = 0x40,
	    .value_len = 0,
	    .text = "" },
	{ .what = "an integer of 9 bytes",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .type = 0x02,
	    .value_len = 9,
	    .text = "123456789" },
	{ .what = "an integer of no byte",
	    .versions = V2,
	    .end = END_FALSE,
	    .type = 0x02,
	    .value_len = 0,
	    .text = "" },
	{ .what = "a type that there is not",
	    .versions = V2,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .type = 0x5f,
	    .value_len = 1,
	    .text = "6" },
	{ .what = "null values",
	    .versions = ALL,
	    .end = END_FALSE,
	    .type = 0x05,
	    .value_len = 0,
	    .text = "" },
	{ .what = "noSuchObject values",
	    .versions = V23,
	    .end = END_FALSE,
	    .type = 0x80,
	    .value_len = 0,
	    .text = "" },
	{ .what = "a value of 1000 bytes",
	    .versions = V23,
	    .end = END_FALSE,
	    .type = 0x04,
	    .value_len = 1000,
	    .text = NULL },
	{ .what = "values that are OIDs",
	    .versions = ALL,
	    .end = END_FALSE,
	    .type = 0x06,
	    .value_len = 3,
	    .text = "\x2b\x06\x01" },
	{ .what = "endOfMib for everything",
	    .versions = V23,
	    .end = END_FALSE,
	    .end_of_mib = true },
	{ .what = "endOfMib twice",
	    .versions = V23,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .end_of_mib = true,
	    .from = 4 },
	/* errors */
	{ .what = "tooBig once",
	    .versions = ALL,
	    .end = END_OK,
	    .status = 1,
	    .only = 4 },
	{ .what = "tooBig always",
	    .versions = V23,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .status = 1,
	    .from = 4 },
	{ .what = "genErr always",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .status = 5 },
	{ .what = "genErr for one",
	    .versions = V23,
	    .end = END_OK,
	    .status = 5,
	    .index = 2,
	    .only = 1 },
	{ .what = "noSuchName always",
	    .versions = V1,
	    .end = END_FALSE,
	    .status = 2,
	    .index = 1 },
	{ .what = "noSuchName where there is none",
	    .versions = V23,
	    .end = END_ERROR,
	    .kinds = UNKNOWN,
	    .status = 2,
	    .index = 1 },
	{ .what = "authorizationError",
	    .versions = V23,
	    .end = END_ERROR,
	    .kinds = REFUSED,
	    .status = 16 },
	{ .what = "an error status that there is not",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .status = 77 },
	{ .what = "an error for the 100th of few",
	    .versions = ALL,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .status = 5,
	    .index = 100 },
	/* a restart */
	{ .what = "a restart in mid-walk",
	    .versions = V23,
	    .end = END_ERROR,
	    .kinds = PROTOCOL,
	    .reboot = true,
	    .from = 5 },
	/* v3 */
	{ .what = "report: security level",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = REFUSED,
	    .report = { 15, 1, 1, 1 } },
	{ .what = "report: time window",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .report = { 15, 1, 1, 2 } },
	{ .what = "report: user",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = REFUSED,
	    .report = { 15, 1, 1, 3 } },
	{ .what = "report: engine",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .report = { 15, 1, 1, 4 } },
	{ .what = "report: digest",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = REFUSED,
	    .report = { 15, 1, 1, 5 } },
	{ .what = "report: decryption",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = REFUSED,
	    .report = { 15, 1, 1, 6 } },
	{ .what = "report: security model",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .report = { 11, 2, 1, 1 } },
	{ .what = "report: context",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = UNKNOWN,
	    .report = { 12, 1, 5, 0 } },
	{ .what = "report: context not available",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = UNKNOWN,
	    .report = { 12, 1, 4, 0 } },
	{ .what = "report: of nothing known",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .report = { 99, 1, 1, 1 } },
	{ .what = "another engine in the answers",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .engine = "\x80\1\2\3\4ABCDEFG" },
	{ .what = "another message id",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = PROTOCOL | SILENT,
	    .message = 1 },
	{ .what = "answers that claim to be signed",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .flags = 1 },
	{ .what = "answers that claim to be secret",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .flags = 3 },
	{ .what = "answers to another user",
	    .versions = V3,
	    .end = END_ERROR,
	    .kinds = ANY,
	    .user = "mallory" },
};

/* --- the agent ------------------------------------------------------------ */

#define ENGINE "\x80\x00\x1f\x88\x04hostile"
#define ENGINE_LEN 12

struct agent {
	const struct lie *lie;
	int fd;
	int64_t late_ns;
	unsigned seen; /* requests, discovery of the engine not counted */
	struct ber out;
};

/* Rows of the columns 2, 3, 9 and 16 of BGP4-MIB, and something behind. */
static const uint32_t columns[] = { 2, 3, 9, 16 };
#define ROWS (4 * PEERS + 1)

static void
row_oid(size_t row, struct snmp_oid *oid)
{
	static const uint32_t base[] = { 1, 3, 6, 1, 2, 1, 15, 3, 1 };
	static const uint32_t behind[] = { 1, 3, 6, 1, 2, 1, 16, 1, 0 };
	const uint32_t index[] = { columns[row / PEERS % 4], 10, 0,
		(uint32_t)(row % PEERS / 100), (uint32_t)(row % PEERS % 100) };

	oid->len = 0;
	if (row >= 4 * PEERS) {
		snmp_oid_append(oid, behind, 9);
		return;
	}
	snmp_oid_append(oid, base, 9);
	snmp_oid_append(oid, index, 5);
}

static size_t
first_after(const struct snmp_oid *oid)
{
	struct snmp_oid at;
	size_t row = 0;

	for (; row < ROWS; row++) {
		row_oid(row, &at);
		if (snmp_oid_order(&at, oid) > 0)
			break;
	}
	return row;
}

static bool
is_lying(const struct agent *agent)
{
	const struct lie *lie = agent->lie;

	if (lie->only)
		return agent->seen == lie->only;
	return agent->seen >= (lie->from ? lie->from : 1);
}

static void
lie_about_name(const struct lie *lie, const struct snmp_oid *asked,
    struct snmp_oid *oid)
{
	static const uint32_t foreign[] = { 1, 3, 6, 1, 1, 1 };

	switch (lie->name) {
	case NAME_RIGHT:
		break;
	case NAME_SAME:
		snmp_oid_copy(oid, asked);
		break;
	case NAME_BACK:
		row_oid(0, oid);
		break;
	case NAME_SWAPPED:
		snmp_oid_copy(oid, asked);
		snmp_oid_predecessor(oid);
		break;
	case NAME_FOREIGN:
		oid->len = 0;
		snmp_oid_append(oid, foreign, 6);
		break;
	case NAME_LONG:
	case NAME_TOO_LONG:
		while (oid->len < SNMP_OID_MAX)
			oid->sub[oid->len++] = 1;
		break;
	case NAME_SHORT:
		oid->len = oid->len > 10 ? 10 : oid->len;
		break;
	case NAME_HUGE:
		oid->sub[oid->len - 1] = UINT32_MAX;
		break;
	case NAME_EMPTY:
		oid->len = 0;
		break;
	}
}

static void
put_name(struct agent *agent, const struct snmp_oid *oid, bool lying)
{
	const size_t end = agent->out.at;
	static const uint8_t many[100] = { 1 };

	if (!lying ||
	    (agent->lie->name != NAME_TOO_LONG &&
		agent->lie->name != NAME_EMPTY)) {
		ber_oid(&agent->out, oid);
		return;
	}
	if (agent->lie->name == NAME_TOO_LONG) {
		ber_bytes(&agent->out, many, sizeof(many));
		ber_bytes(&agent->out, many, sizeof(many));
		ber_byte(&agent->out, 0x2b);
	}
	ber_wrap(&agent->out, 0x06, end);
}

static void
put_value(struct agent *agent, size_t row, bool lying)
{
	static const int values[] = { 6, 2, 65001, 100 };
	static const char big[1000];
	const struct lie *lie = agent->lie;

	if (lying && lie->type)
		ber_octets(&agent->out, lie->type, lie->text ? lie->text : big,
		    lie->value_len);
	else
		ber_integer(&agent->out, 0x02, values[row / PEERS % 4]);
}

static void
put_varbind(struct agent *agent, const struct snmp_oid *asked, size_t row,
    unsigned exception)
{
	const bool lying = is_lying(agent);
	const size_t end = agent->out.at;
	struct snmp_oid oid;

	if (lying && agent->lie->end_of_mib)
		exception = 0x82;
	if (exception)
		ber_octets(&agent->out, exception, "", 0);
	else
		put_value(agent, row, lying);
	snmp_oid_copy(&oid, asked);
	if (!exception)
		row_oid(row, &oid);
	if (lying)
		lie_about_name(agent->lie, asked, &oid);
	put_name(agent, &oid, lying);
	ber_wrap(&agent->out, 0x30, end);
}

/* One binding of a GET or GETNEXT. */
static void
put_one(struct agent *agent, const struct ber_request *request, size_t i)
{
	const struct snmp_oid *asked = &request->oids[i];
	const size_t row = first_after(asked);
	struct snmp_oid before;

	if (is_lying(agent) && agent->lie->reboot) {
		put_varbind(agent, asked, ROWS - 1,
		    request->pdu == 0xa0 ? 0x81 : 0);
		return;
	}
	if (request->pdu != 0xa0) {
		put_varbind(agent, asked, row, row == ROWS ? 0x82 : 0);
		return;
	}
	snmp_oid_copy(&before, asked);
	snmp_oid_predecessor(&before);
	if (first_after(&before) < row)
		put_varbind(agent, asked, row - 1, 0);
	else
		put_varbind(agent, asked, 0, 0x81);
}

static size_t
bindings_of(const struct agent *agent, const struct ber_request *request)
{
	size_t count = request->count;

	if (request->pdu == 0xa5)
		count = (size_t)(request->first +
		    (int64_t)(request->count - (size_t)request->first) *
			request->second);
	if (request->pdu == 0xa5 && count > 61)
		count = 61;
	if (agent->lie->most && count > agent->lie->most &&
	    request->pdu == 0xa5)
		count = agent->lie->most;
	if (is_lying(agent) && agent->lie->times)
		count = count * agent->lie->times;
	if (is_lying(agent) && agent->lie->fewer)
		count =
		    count < agent->lie->fewer ? 0 : count - agent->lie->fewer;
	return count;
}

/* The last first, since a message is written backwards. */
static void
put_bindings(struct agent *agent, const struct ber_request *request)
{
	const size_t end = agent->out.at;
	const size_t fixed =
	    request->pdu == 0xa5 ? (size_t)request->first : request->count;

	for (size_t i = bindings_of(agent, request); i-- > 0;) {
		const struct snmp_oid *asked =
		    &request->oids[i < fixed ? i : request->count - 1];
		struct snmp_oid above;
		size_t row;

		if (request->pdu != 0xa5 || i < fixed) {
			put_one(agent, request, i % request->count);
			continue;
		}
		row = first_after(asked) + (i - fixed);
		if (is_lying(agent) && agent->lie->reboot)
			row = ROWS - 1 + (i > fixed);
		if (i > fixed && row - 1 < ROWS)
			row_oid(row - 1, &above);
		else
			snmp_oid_copy(&above, asked);
		put_varbind(agent, row < ROWS ? &above : asked, row,
		    row >= ROWS ? 0x82 : 0);
	}
	ber_wrap(&agent->out, 0x30, end);
}

static bool
is_v1_end(const struct agent *agent, const struct ber_request *request,
    size_t *index)
{
	(void)agent;
	for (size_t i = 0; request->version == 0 && i < request->count; i++)
		if (first_after(&request->oids[i]) == ROWS) {
			*index = i + 1;
			return true;
		}
	return false;
}

static void
put_pdu(struct agent *agent, const struct ber_request *request)
{
	const struct lie *lie = agent->lie;
	const bool lying = is_lying(agent);
	const size_t end = agent->out.at;
	unsigned status = lying ? lie->status : 0;
	size_t index = lie->index;

	if (!status && is_v1_end(agent, request, &index))
		status = 2;
	if (status)
		ber_octets(&agent->out, 0x30, "", 0);
	else
		put_bindings(agent, request);
	ber_integer(&agent->out, 0x02, status ? (int64_t)index : 0);
	ber_integer(&agent->out, 0x02, status);
	ber_integer(&agent->out, 0x02, request->id + (lying ? lie->id : 0));
	ber_wrap(&agent->out, lying && lie->pdu ? lie->pdu : 0xa2, end);
}

/* REPORT: RFC 3412 6.4, one binding that names a counter. */
static void
put_report(struct agent *agent, const unsigned report[4])
{
	static const uint32_t base[] = { 1, 3, 6, 1, 6, 3 };
	const uint32_t tail[] = { report[0], report[1], report[2], report[3],
		0 };
	const size_t end = agent->out.at;
	struct snmp_oid oid = { 0 };

	snmp_oid_append(&oid, base, 6);
	snmp_oid_append(&oid, tail, 5);
	ber_integer(&agent->out, 0x41, 1);
	ber_oid(&agent->out, &oid);
	ber_wrap(&agent->out, 0x30, end);
	ber_wrap(&agent->out, 0x30, end);
	ber_integer(&agent->out, 0x02, 0);
	ber_integer(&agent->out, 0x02, 0);
	ber_integer(&agent->out, 0x02, 0);
	ber_wrap(&agent->out, 0xa8, end);
}

static void
put_v3(struct agent *agent, const struct ber_request *request, bool lying,
    size_t body_end)
{
	const struct lie *lie = agent->lie;
	const char *engine = lying && lie->engine ? lie->engine : ENGINE;
	const char *user = lying ? lie->user : NULL;
	const uint8_t flags = lying ? (uint8_t)lie->flags : 0;
	struct ber *out = &agent->out;
	size_t end;

	ber_octets(out, 0x04, "", 0);
	ber_octets(out, 0x04, engine, ENGINE_LEN);
	ber_wrap(out, 0x30, body_end);
	end = out->at;
	ber_octets(out, 0x04, "", 0);
	ber_octets(out, 0x04, "", 0);
	ber_octets(out, 0x04, user ? user : (const char *)request->user.at,
	    user ? strlen(user) : request->user.left);
	ber_integer(out, 0x02, 1000);
	ber_integer(out, 0x02, 1);
	ber_octets(out, 0x04, engine, ENGINE_LEN);
	ber_wrap(out, 0x30, end);
	ber_wrap(out, 0x04, end);
	end = out->at;
	ber_integer(out, 0x02, 3);
	ber_octets(out, 0x04, &flags, 1);
	ber_integer(out, 0x02, 65507);
	ber_integer(out, 0x02,
	    request->message_id + (lying ? lie->message : 0));
	ber_wrap(out, 0x30, end);
	ber_integer(out, 0x02, 3);
	ber_wrap(out, 0x30, BER_SIZE);
}

static void
put_message(struct agent *agent, const struct ber_request *request)
{
	static const unsigned discovery[4] = { 15, 1, 1, 4 };
	const struct lie *lie = agent->lie;
	const bool discovers =
	    request->version == 3 && request->engine.left == 0;
	bool lying;

	agent->seen += !discovers;
	lying = !discovers && is_lying(agent);
	ber_start(&agent->out);
	if (discovers)
		put_report(agent, discovery);
	else if (lying && lie->report[0])
		put_report(agent, lie->report);
	else
		put_pdu(agent, request);
	if (request->version == 3) {
		put_v3(agent, request, lying, BER_SIZE);
		return;
	}
	if (lying && lie->community)
		ber_octets(&agent->out, 0x04, lie->community,
		    strlen(lie->community));
	else
		ber_octets(&agent->out, 0x04, request->community.at,
		    request->community.left);
	ber_integer(&agent->out, 0x02,
	    lying && lie->version ? lie->version - 1 : request->version);
	ber_wrap(&agent->out, 0x30, BER_SIZE);
}

static void
send_to(int fd, const void *bytes, size_t len, const struct sockaddr_in *to)
{
	sendto(fd, bytes, len, 0, (const struct sockaddr *)to, sizeof(*to));
}

static void
send_from_elsewhere(const struct agent *agent, const struct sockaddr_in *to)
{
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	send_to(fd, agent->out.bytes + agent->out.at, BER_SIZE - agent->out.at,
	    to);
	close(fd);
}

static void
send_answer(struct agent *agent, const struct sockaddr_in *to)
{
	static const char junk[] = "\x30\x82\xff\xff junk \0\1\2\3";
	const struct timespec late = {
		agent->late_ns / CLOCK_SECOND,
		agent->late_ns % CLOCK_SECOND,
	};
	uint8_t *bytes = agent->out.bytes + agent->out.at;
	size_t len = BER_SIZE - agent->out.at;

	switch (is_lying(agent) ? agent->lie->send : SEND_ONCE) {
	case SEND_NOTHING:
	case SEND_THEN_NOTHING:
		return;
	case SEND_GARBAGE:
		send_to(agent->fd, junk, sizeof(junk), to);
		return;
	case SEND_EMPTY:
		send_to(agent->fd, "", 0, to);
		return;
	case SEND_FROM_ELSEWHERE:
		send_from_elsewhere(agent, to);
		return;
	case SEND_FIRST_HALF:
		len /= 2;
		break;
	case SEND_LATE:
		nanosleep(&late, NULL);
		break;
	case SEND_FLOOD:
		for (int i = 0; i < 5; i++)
			send_to(agent->fd, junk, sizeof(junk), to);
		break;
	case SEND_TRAILING: {
		static uint8_t longer[BER_SIZE + 8];

		memcpy(longer, bytes, len);
		send_to(agent->fd, longer, len + 8, to);
		return;
	}
	case SEND_TWICE:
		send_to(agent->fd, bytes, len, to);
		break;
	case SEND_ONCE:
		break;
	}
	send_to(agent->fd, bytes, len, to);
}

static _Noreturn void
serve(const struct lie *lie, int fd, const struct times *times)
{
	static struct agent agent;
	static struct ber_request request;
	static uint8_t bytes[BER_SIZE];

	agent.lie = lie;
	agent.fd = fd;
	agent.late_ns = times->late_ns;
	alarm(60);
	for (;;) {
		struct sockaddr_in from;
		socklen_t from_len = sizeof(from);
		const ssize_t len = recvfrom(fd, bytes, sizeof(bytes), 0,
		    (struct sockaddr *)&from, &from_len);

		if (len > 0 && ber_read_request(bytes, (size_t)len, &request)) {
			put_message(&agent, &request);
			send_answer(&agent, &from);
		}
	}
}

/* --- the reader ----------------------------------------------------------- */

static struct arena arena;
static struct bgp_table table;
static char outcome[200]; /* of the last try, in words */

static int
bind_agent(uint16_t *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static bool
read_from(uint16_t port, enum snmp_version version, const struct times *times,
    struct err *err)
{
	struct snmp_options options = {
		.port = port,
		.version = version,
		.community = { "secret", 6 },
		.user = "nobody",
		.retries = 1,
		.timeout_ns = times->try_ns,
	};
	const struct bgp_snmp_query query = {
		.wants = BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_TIME,
	};
	const struct deadline deadline = deadline_in(times->all_ns);
	struct snmp_agent *agent;
	bool ok;

	ck_assert(ip_host_parse("127.0.0.1", &options.host, err));
	agent = snmp_agent_open(&options, &deadline, err);
	ok = agent &&
	    bgp_snmp_read(agent, &query, NULL, &table, NULL, &deadline, err);
	snmp_agent_close(agent);
	return ok;
}

static size_t
count_up(void)
{
	size_t up = 0;

	for (size_t i = 0; i < bgp_table_count(&table); i++)
		up += bgp_peer_is_up(bgp_table_at(&table, i));
	return up;
}

static bool
are_all_peers(void)
{
	for (size_t i = 0; i < bgp_table_count(&table); i++) {
		const struct bgp_peer *peer = bgp_table_at(&table, i);

		if (peer->remote_as != 65001 || peer->time_s != 100 ||
		    peer->admin != BGP_ADMIN_RUNNING)
			return false;
	}
	return count_up() == PEERS;
}

static bool
ends_so(const struct lie *lie, bool ok, const struct err *err)
{
	switch (lie->end) {
	case END_OK:
		return ok && are_all_peers();
	case END_FALSE:
		return count_up() == 0;
	case END_ERROR:
		break;
	}
	return !ok && lie->kinds & KIND(err->kind) &&
	    strstr(err->text, "127.0.0.1");
}

/* Is it met as it should be, in that time? */
static bool
try_lie(const struct lie *lie, enum snmp_version version,
    const struct times *times, struct err *err)
{
	uint16_t port;
	const int fd = bind_agent(&port);
	const pid_t pid = fork();
	const int64_t start = clock_monotonic_ns();
	int64_t took;
	bool ok;

	if (pid == 0)
		serve(lie, fd, times);
	close(fd);
	ck_assert(arena_reserve(&arena, 64u << 20, err));
	bgp_table_init(&table, &arena, 0);
	ok = read_from(port, version, times, err);
	took = clock_monotonic_ns() - start;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (getenv("SHOW"))
		printf("%-36s v%d %4d ms %s\n", lie->what, (int)version,
		    (int)(took / CLOCK_MILLI), ok ? "ok" : err->text);
	ck_assert_msg(ok || !strstr(err->text, "secret"), "%s", err->text);
	ok = ends_so(lie, ok, err) && took < times->all_ns + times->margin_ns;
	snprintf(outcome, sizeof(outcome), "%s: %zu of %d peers up, %d ms",
	    lie->what, count_up(), PEERS, (int)(took / CLOCK_MILLI));
	arena_free(&arena);
	return ok;
}

static void
run_lie(const struct lie *lie, enum snmp_version version)
{
	struct err err = { 0 };

	for (size_t i = 0; i < COUNT(patience); i++) {
		err = (struct err){ 0 };
		if (try_lie(lie, version, &patience[i], &err))
			return;
	}
	ck_abort_msg("%s; error of kind %s: %s", outcome,
	    err_kind_name(err.kind), err.text);
}

START_TEST(lie_v1)
{
	if (lies[_i].versions & V1)
		run_lie(&lies[_i], SNMP_VERSION_V1);
}
END_TEST

START_TEST(lie_v2c)
{
	if (lies[_i].versions & V2)
		run_lie(&lies[_i], SNMP_VERSION_V2C);
}
END_TEST

START_TEST(lie_v3)
{
	if (lies[_i].versions & V3)
		run_lie(&lies[_i], SNMP_VERSION_V3);
}
END_TEST

START_TEST(nobody_listens)
{
	struct err err = { 0 };
	uint16_t port;

	close(bind_agent(&port));
	ck_assert(arena_reserve(&arena, 1u << 20, &err));
	bgp_table_init(&table, &arena, 0);
	ck_assert(!read_from(port, (enum snmp_version)_i,
	    &patience[COUNT(patience) - 1], &err));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	ck_assert_msg(strstr(err.text, "refuses") != NULL, "%s", err.text);
	arena_free(&arena);
}
END_TEST

START_TEST(options)
{
	static const struct {
		struct snmp_options options;
		const char *says;
	} cases[] = {
		{ { .version = SNMP_VERSION_V2C }, "community" },
		{ { .version = SNMP_VERSION_V3 }, "user" },
		{ { .version = SNMP_VERSION_V3,
		      .user = "u",
		      .level = SNMP_AUTH_NO_PRIV },
		    "authentication password" },
		{ { .version = SNMP_VERSION_V3,
		      .user = "u",
		      .level = SNMP_AUTH_NO_PRIV,
		      .auth_pass = { "1234567", 7 } },
		    "shorter than 8" },
		{ { .version = SNMP_VERSION_V3,
		      .user = "u",
		      .level = SNMP_AUTH_PRIV,
		      .auth_pass = { "12345678", 8 } },
		    "privacy password" },
	};
	struct err err;

	for (int i = 0; i < COUNT(cases); i++) {
		ck_assert(!snmp_options_check(&cases[i].options, &err));
		ck_assert_int_eq(err.kind, ERR_USAGE);
		ck_assert_msg(strstr(err.text, cases[i].says) != NULL, "%s",
		    err.text);
	}
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("snmp_hostile");
	TCase *t = tcase_create("lies");

	tcase_set_timeout(t, 300);
	tcase_add_loop_test(t, lie_v1, 0, COUNT(lies));
	tcase_add_loop_test(t, lie_v2c, 0, COUNT(lies));
	tcase_add_loop_test(t, lie_v3, 0, COUNT(lies));
	tcase_add_loop_test(t, nobody_listens, 0, 3);
	tcase_add_test(t, options);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	return suite_run(suite());
}
