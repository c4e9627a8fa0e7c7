/* SPDX-License-Identifier: ISC */
/*
 * snmp_agent: whoever answers SNMP requests: a router (snmp.h), a recording
 * (snmprec.h), a test.
 *
 * Requests are asynchronous: several may be in flight, each has a function
 * that gets its answer, and snmp_run waits for them all.  Every answer is
 * checked here before anybody sees it: the number of variable bindings, their
 * types, the names against what was asked (GET: the same; GETNEXT and GETBULK:
 * strictly increasing), so that no reader of answers can loop or be lied to
 * about a name.
 *
 * Protocol: RFC 3416, 1157 (SNMPv1).
 */
#ifndef SOURCE_SNMP_AGENT_H
#define SOURCE_SNMP_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/snmp_oid.h"

#define SNMP_REQUEST_OIDS 128 /* in one request, at most */
#define SNMP_REPLY_MAX 2048   /* variable bindings of one answer, at most */
#define SNMP_IN_FLIGHT 16     /* requests at once, at most */

enum snmp_type {
	SNMP_INTEGER = 0x02,
	SNMP_OCTETS = 0x04,
	SNMP_NULL = 0x05,
	SNMP_OID = 0x06,
	SNMP_IPADDRESS = 0x40,
	SNMP_COUNTER32 = 0x41,
	SNMP_GAUGE32 = 0x42,
	SNMP_TIMETICKS = 0x43,
	SNMP_OPAQUE = 0x44,
	SNMP_COUNTER64 = 0x46,
	/* "There is no such thing", in an answer */
	SNMP_NO_OBJECT = 0x80,
	SNMP_NO_INSTANCE = 0x81,
	SNMP_END_OF_MIB = 0x82,
};

struct snmp_value {
	uint8_t type;	      /* enum snmp_type */
	int64_t number;	      /* INTEGER signed, the others as unsigned; a
				 COUNTER64 above INT64_MAX is negative */
	const uint8_t *bytes; /* of OCTETS, OPAQUE and IPADDRESS (4); of an OID:
				 its text (1.3.6) */
	size_t len;
};

/* Good until the function that got it returns. */
struct snmp_varbind {
	struct snmp_oid oid;
	struct snmp_value value;
};

enum snmp_op {
	SNMP_GET,
	SNMP_GETNEXT,
	SNMP_GETBULK, /* not in SNMPv1 */
};

/* RFC 3416 3, error-status. */
enum snmp_status {
	SNMP_NO_ERROR = 0,
	SNMP_TOO_BIG = 1,
	SNMP_NO_SUCH_NAME = 2, /* SNMPv1: what v2 says for one binding */
	SNMP_BAD_VALUE = 3,
	SNMP_READ_ONLY = 4,
	SNMP_GEN_ERR = 5,
	SNMP_AUTHORIZATION_ERROR = 16,
};

struct snmp_reply {
	enum snmp_status status;
	size_t error_index; /* 1 is the first binding, 0 none of them */
	size_t count;	    /* 0 with an error status */
	const struct snmp_varbind *varbinds;
};

/* A false answer ends snmp_run with *err. */
typedef bool snmp_done(void *user, const struct snmp_reply *reply,
    struct err *err);

struct snmp_request {
	enum snmp_op op;
	size_t non_repeaters, max_repetitions; /* GETBULK */
	size_t count;
	const struct snmp_oid *oids; /* copied by snmp_ask */
	snmp_done *done;
	void *user;
};

struct snmp_counters {
	uint64_t requests; /* without repetitions */
	uint64_t replies;
	uint64_t varbinds; /* received: what the agent had to look up */
	uint64_t oids;	   /* asked for */
};

struct snmp_agent;

/* What an implementation does.  poll waits for at least one answer or a
 * failure, and hands each to snmp_agent_answer. */
struct snmp_backend {
	bool (*send)(struct snmp_agent *agent, size_t slot, struct err *err);
	bool (*poll)(struct snmp_agent *agent, const struct deadline *deadline,
	    struct err *err);
	void (*close)(struct snmp_agent *agent);
};

/* A request in flight. */
struct snmp_slot {
	bool busy;
	enum snmp_op op;
	size_t non_repeaters, max_repetitions;
	size_t count, capacity;
	struct snmp_oid *oids;
	snmp_done *done;
	void *user;
};

struct snmp_agent {
	const struct snmp_backend *backend;
	bool v1;	  /* no GETBULK, noSuchName */
	const char *name; /* for sentences: "192.0.2.1", a file */
	struct snmp_counters counters;
	size_t in_flight;
	struct snmp_slot slots[SNMP_IN_FLIGHT];
	const char *context; /* of the requests to come (SNMPv3), or NULL */
	uint64_t max_bytes;  /* of all answers, estimated; 0: no limit */
	uint64_t bytes;
	/* Sees every binding that passed the checks (snmprec.h); may be NULL.
	 */
	void (*observe)(void *observer, const struct snmp_varbind *varbind);
	void *observer;
	/* The rest is scratch. */
	struct snmp_varbind *varbinds;
	size_t capacity;
};

/* Sends a request.  False when the request makes no sense (ERR_USAGE), when
 * SNMP_IN_FLIGHT are under way, or when it cannot be sent. */
bool snmp_ask(struct snmp_agent *agent, const struct snmp_request *request,
    struct err *err);
/* Until nothing is in flight any more.  False when an answer does not come or
 * breaks the protocol, or when a done function said so. */
bool snmp_run(struct snmp_agent *agent, const struct deadline *deadline,
    struct err *err);
/* Forgets what is in flight: after a failure. */
void snmp_abandon(struct snmp_agent *agent);

/* One request and its answer, handed to `done`. */
bool snmp_ask_wait(struct snmp_agent *agent, const struct snmp_request *request,
    const struct deadline *deadline, struct err *err);

/* NULL is fine. */
void snmp_agent_close(struct snmp_agent *agent);

/* Says what an error status means for whoever asked. */
bool snmp_status_err(const struct snmp_agent *agent, enum snmp_status status,
    struct err *err);
/* No such object, no such instance, or the end of what the agent has. */
bool snmp_is_absent(const struct snmp_value *value);

/* --- for implementations -------------------------------------------------- */

/* Prepares a zeroed agent. */
void snmp_agent_init(struct snmp_agent *agent,
    const struct snmp_backend *backend, const char *name);
/* Frees what snmp_agent_init and snmp_ask took. */
void snmp_agent_done(struct snmp_agent *agent);
/* Room for `count` bindings; NULL when there are too many or no memory. */
struct snmp_varbind *snmp_agent_varbinds(struct snmp_agent *agent,
    size_t count);
/* The answer to the slot's request: checked, recorded, handed on. */
bool snmp_agent_answer(struct snmp_agent *agent, size_t slot,
    const struct snmp_reply *reply, struct err *err);

#endif
