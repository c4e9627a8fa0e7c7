/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: netsnmp
 *
 * Its headers only: the library is loaded when it is needed.
 */
#include "source/snmp.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/large_fd_set.h>

/* It calls two members of its PDU by these names, and ours with them. */
#undef non_repeaters
#undef max_repetitions

#include "base/lazy.h"
#include "base/num.h"
#include "source/snmp_endpoint.h"
#include "source/sockaddr.h"

#define TRY_NS CLOCK_SECOND /* one try, unless told otherwise */

/* --- the library ---------------------------------------------------------- */

/* Every function of it that is called, once as a field and once by name. */
#define FUNCTIONS(X)                                                           \
	X(snmp_sess_init)                                                      \
	X(snmp_sess_open)                                                      \
	X(snmp_sess_close)                                                     \
	X(snmp_sess_session)                                                   \
	X(snmp_sess_transport)                                                 \
	X(snmp_sess_async_send)                                                \
	X(snmp_sess_read2)                                                     \
	X(snmp_sess_timeout)                                                   \
	X(snmp_sess_select_info2)                                              \
	X(netsnmp_large_fd_set_init)                                           \
	X(netsnmp_large_fd_setfd)                                              \
	X(netsnmp_large_fd_set_cleanup)                                        \
	X(snmp_pdu_create)                                                     \
	X(snmp_free_pdu)                                                       \
	X(snmp_add_null_var)                                                   \
	X(snmp_api_errstring)                                                  \
	X(netsnmp_memdup)                                                      \
	X(netsnmp_register_loghandler)                                         \
	X(netsnmp_ds_set_boolean)                                              \
	X(netsnmp_ds_set_string)                                               \
	X(init_snmp)                                                           \
	X(init_usm)                                                            \
	X(setup_engineID)                                                      \
	X(snmp_call_callbacks)                                                 \
	X(generate_Ku)                                                         \
	X(usm_lookup_auth_type)                                                \
	X(usm_lookup_priv_type)                                                \
	X(sc_get_auth_oid)                                                     \
	X(sc_get_priv_oid)

struct api {
#define FIELD(name) LAZY_FIELD(name);
	FUNCTIONS(FIELD)
#undef FIELD
};

static const struct lazy_symbol symbols[] = {
#define SYMBOL(name) LAZY_SYMBOL(struct api, name),
	FUNCTIONS(SYMBOL)
#undef SYMBOL
	    { .name = NULL },
};

LAZY_LIBRARY(library, "libnetsnmp.so.40", "libsnmp40", "SNMP", LAZY_RECOMMENDED,
    symbols);

struct live {
	struct snmp_agent agent; /* first: a struct live is an agent */
	struct api api;
	const struct snmp_options *options;
	void *session;
	int sock;
	bool answered; /* since the last poll */
	bool failed;   /* *failure says why */
	struct err failure;
	unsigned nonsense; /* packets that were no usable answer */
	uintptr_t tickets[SNMP_IN_FLIGHT]; /* see ticket_slot */
	uintptr_t last_ticket;
	char name[320];
	char oid_text[2048]; /* of the OID values of one answer */
};

static struct live *
live_of(struct snmp_agent *agent)
{
	return (struct live *)(void *)agent;
}

/* --- what went wrong ------------------------------------------------------ */

static bool
fail_silent(const struct live *live, struct err *err)
{
	static const char *const also[] = {
		[SNMP_VERSION_V1] = "silence also means a wrong community",
		[SNMP_VERSION_V2C] = "silence also means a wrong community",
		[SNMP_VERSION_V3] = "silence also means an address that may "
				    "not ask, an unknown context, or a wrong "
				    "privacy password",
	};
	const int version = (int)live->options->version;

	if (live->nonsense)
		return err_set(err, ERR_PROTOCOL,
		    "%s sent %u packet%s, but no answer to what was asked",
		    live->name, live->nonsense, live->nonsense == 1 ? "" : "s");
	return err_set(err, ERR_TIMEOUT, "%s port %u does not answer (%s)",
	    live->name, snmp_options_port(live->options), also[version]);
}

static bool
fail_unreachable(const struct live *live, int number, struct err *err)
{
	if (number == ECONNREFUSED)
		return err_set(err, ERR_SYSTEM,
		    "%s port %u refuses SNMP (ICMP port unreachable): no agent "
		    "is listening there",
		    live->name, snmp_options_port(live->options));
	return err_sys(err, number, "SNMP to %s port %u", live->name,
	    snmp_options_port(live->options));
}

/* RFC 3414 5 (usmStats), RFC 3412 5 (snmpMPDStats), RFC 3413 4.1.2 (contexts):
 * the last numbers of what a REPORT names. */
static const struct {
	uint32_t mib[3]; /* below 1.3.6.1.6.3 */
	uint32_t number;
	enum err_kind kind;
	const char *says;
} reports[] = {
	{ { 15, 1, 1 }, 1, ERR_PERMISSION,
	    "does not support this security level for the user" },
	{ { 15, 1, 1 }, 2, ERR_PROTOCOL,
	    "refuses our time: its engine time does not fit its boots" },
	{ { 15, 1, 1 }, 3, ERR_PERMISSION, "does not know the SNMPv3 user" },
	{ { 15, 1, 1 }, 4, ERR_PROTOCOL,
	    "does not know the engine id that it told us itself" },
	{ { 15, 1, 1 }, 5, ERR_PERMISSION,
	    "refuses the digest: wrong authentication password or protocol" },
	{ { 15, 1, 1 }, 6, ERR_PERMISSION,
	    "cannot decrypt: wrong privacy password or protocol" },
	{ { 11, 2, 1 }, 1, ERR_UNSUPPORTED, "does not support USM" },
	{ { 11, 2, 1 }, 2, ERR_PROTOCOL, "finds our messages invalid" },
	{ { 11, 2, 1 }, 3, ERR_UNSUPPORTED, "has nobody who answers requests" },
	{ { 12, 1, 4 }, 0, ERR_UNSUPPORTED,
	    "has the SNMPv3 context, but it is not available now" },
	{ { 12, 1, 5 }, 0, ERR_UNSUPPORTED,
	    "does not know the SNMPv3 context" },
};

static bool
is_report(const struct variable_list *var, const uint32_t mib[3],
    uint32_t number)
{
	static const oid root[] = { 1, 3, 6, 1, 6, 3 };
	const size_t len = sizeof(root) / sizeof(root[0]);

	return var->name_length >= len + 4 &&
	    !memcmp(var->name, root, sizeof(root)) &&
	    var->name[len] == mib[0] && var->name[len + 1] == mib[1] &&
	    var->name[len + 2] == mib[2] && var->name[len + 3] == number;
}

static bool
fail_report(const struct live *live, const netsnmp_pdu *pdu, struct err *err)
{
	for (size_t i = 0;
	     pdu->variables && i < sizeof(reports) / sizeof(reports[0]); i++)
		if (is_report(pdu->variables, reports[i].mib,
			reports[i].number))
			return err_set(err, reports[i].kind, "%s %s",
			    live->name, reports[i].says);
	return err_set(err, ERR_PROTOCOL,
	    "%s sent an SNMPv3 report that is not known", live->name);
}

/* What the library says while it opens or sends; its texts name no secret. */
static bool
fail_library(const struct live *live, int number, const char *doing,
    struct err *err)
{
	static const struct {
		int number;
		uint32_t report; /* of usmStats */
	} same[] = {
		{ SNMPERR_UNSUPPORTED_SEC_LEVEL, 1 },
		{ SNMPERR_NOT_IN_TIME_WINDOW, 2 },
		{ SNMPERR_UNKNOWN_USER_NAME, 3 },
		{ SNMPERR_UNKNOWN_ENG_ID, 4 },
		{ SNMPERR_AUTHENTICATION_FAILURE, 5 },
		{ SNMPERR_DECRYPTION_ERR, 6 },
	};

	if (number == SNMPERR_TIMEOUT)
		return fail_silent(live, err);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (same[i].number == number)
			return err_set(err, reports[same[i].report - 1].kind,
			    "%s %s", live->name,
			    reports[same[i].report - 1].says);
	return err_set(err, ERR_PROTOCOL, "%s %s: %s", doing, live->name,
	    live->api.snmp_api_errstring(number));
}

static void
fail(struct live *live, const struct err *why)
{
	if (!live->failed)
		live->failure = *why;
	live->failed = true;
}

/* --- answers -------------------------------------------------------------- */

static void
convert_oid_value(struct live *live, const struct variable_list *var,
    struct snmp_value *value, size_t *used)
{
	struct text text;

	text_init(&text, live->oid_text + *used,
	    sizeof(live->oid_text) - *used);
	for (size_t i = 0; i < var->val_len / sizeof(oid); i++)
		text_addf(&text, i ? ".%lu" : "%lu",
		    (unsigned long)(var->val.objid[i] & UINT32_MAX));
	if (text.cut)
		text_clear(&text);
	value->bytes = (const uint8_t *)text.data;
	value->len = text.len;
	*used += text.len;
}

/* What is none of the types that a check reads is opaque, and empty. */
static void
convert_value(struct live *live, const struct variable_list *var,
    struct snmp_value *value, size_t *used)
{
	*value = (struct snmp_value){ .type = var->type };
	switch (var->type) {
	case ASN_INTEGER:
		value->number = (int32_t)*var->val.integer;
		break;
	case ASN_UINTEGER:
		value->type = SNMP_GAUGE32;
		__attribute__((fallthrough));
	case ASN_COUNTER:
	case ASN_GAUGE:
	case ASN_TIMETICKS:
		value->number = (uint32_t)*var->val.integer;
		break;
	case ASN_COUNTER64:
		value->number =
		    (int64_t)((uint64_t)(var->val.counter64->high & UINT32_MAX)
			    << 32 |
			(var->val.counter64->low & UINT32_MAX));
		break;
	case ASN_OCTET_STR:
	case ASN_IPADDRESS:
		value->bytes = var->val.string;
		value->len = var->val_len;
		break;
	case ASN_OBJECT_ID:
		convert_oid_value(live, var, value, used);
		break;
	case ASN_NULL:
	case SNMP_NO_OBJECT:
	case SNMP_NO_INSTANCE:
	case SNMP_END_OF_MIB:
		break;
	default:
		value->type = SNMP_OPAQUE;
		break;
	}
}

static bool
convert_varbind(struct live *live, const struct variable_list *var,
    struct snmp_varbind *varbind, size_t *used)
{
	if (var->name_length > SNMP_OID_MAX)
		return false;
	varbind->oid.len = (uint8_t)var->name_length;
	for (size_t i = 0; i < var->name_length; i++) {
		if (var->name[i] > UINT32_MAX)
			return false;
		varbind->oid.sub[i] = (uint32_t)var->name[i];
	}
	convert_value(live, var, &varbind->value, used);
	return true;
}

static bool
convert_reply(struct live *live, const netsnmp_pdu *pdu,
    struct snmp_reply *reply, struct err *err)
{
	struct snmp_varbind *varbinds;
	size_t count = 0, used = 0, i = 0;

	*reply = (struct snmp_reply){
		.status = (enum snmp_status)pdu->errstat,
		.error_index = pdu->errindex > 0 ? (size_t)pdu->errindex : 0,
	};
	if (reply->status != SNMP_NO_ERROR)
		return true;
	for (const struct variable_list *v = pdu->variables; v;
	     v = v->next_variable)
		count++;
	varbinds = snmp_agent_varbinds(&live->agent, count);
	if (!varbinds && count > 0)
		return err_set(err, ERR_PROTOCOL,
		    "%s answered %zu values at once", live->name, count);
	for (const struct variable_list *v = pdu->variables; v;
	     v = v->next_variable)
		if (!convert_varbind(live, v, &varbinds[i++], &used))
			return err_set(err, ERR_PROTOCOL,
			    "%s answered an OID that is none", live->name);
	reply->count = count;
	reply->varbinds = varbinds;
	return true;
}

static void
take_answer(struct live *live, size_t slot, const netsnmp_pdu *pdu)
{
	struct snmp_reply reply;
	struct err err;
	bool ok;

	live->answered = true;
	if (pdu->command == SNMP_MSG_REPORT)
		ok = fail_report(live, pdu, &err);
	else if (pdu->command != SNMP_MSG_RESPONSE)
		ok = err_set(&err, ERR_PROTOCOL,
		    "%s answered with a message of type 0x%02x", live->name,
		    (unsigned)pdu->command & 0xff);
	else
		ok = convert_reply(live, pdu, &reply, &err) &&
		    snmp_agent_answer(&live->agent, slot, &reply, &err);
	if (!ok)
		fail(live, &err);
}

/* The library hands a ticket back with an answer: the slot's number and a
 * serial number above it, since a slot may be in use again when a request that
 * was given up is answered after all. */
static bool
ticket_slot(const struct live *live, uintptr_t ticket, size_t *slot)
{
	*slot = ticket % SNMP_IN_FLIGHT;
	return live->tickets[*slot] == ticket;
}

static void
take_failure(struct live *live, int operation, int number)
{
	struct err err;

	if (operation == NETSNMP_CALLBACK_OP_TIMED_OUT)
		fail_silent(live, &err);
	else if (operation == NETSNMP_CALLBACK_OP_SEC_ERROR)
		fail_library(live, number, "an answer of", &err);
	else
		err_set(&err, ERR_SYSTEM, "the connection to %s broke",
		    live->name);
	fail(live, &err);
}

/* The library's callback: 1 means that it may forget the request. */
static int
answered(int operation, netsnmp_session *session, int request_id,
    netsnmp_pdu *pdu, void *magic)
{
	struct live *live = session->myvoid;
	size_t slot;

	(void)request_id;
	if (operation == NETSNMP_CALLBACK_OP_RESEND)
		return 1;
	if (!ticket_slot(live, (uintptr_t)magic, &slot))
		return 1;
	if (pdu &&
	    (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE ||
		pdu->command == SNMP_MSG_REPORT))
		take_answer(live, slot, pdu);
	else
		take_failure(live, operation, session->s_snmp_errno);
	return 1;
}

/* --- requests ------------------------------------------------------------- */

/* The request could not be sent, or the discovery of the engine before it
 * failed; what the socket said of that lies in the session. */
static bool
fail_send(const struct live *live, struct err *err)
{
	const netsnmp_session *session =
	    live->api.snmp_sess_session(live->session);
	const int number = session->s_errno;

	if (number == ECONNREFUSED || number == EHOSTUNREACH ||
	    number == ENETUNREACH)
		return fail_unreachable(live, number, err);
	return fail_library(live, session->s_snmp_errno, "request to", err);
}

static netsnmp_pdu *
build_pdu(const struct live *live, const struct snmp_slot *slot)
{
	static const int commands[] = {
		[SNMP_GET] = SNMP_MSG_GET,
		[SNMP_GETNEXT] = SNMP_MSG_GETNEXT,
		[SNMP_GETBULK] = SNMP_MSG_GETBULK,
	};
	netsnmp_pdu *pdu = live->api.snmp_pdu_create(commands[slot->op]);
	oid name[SNMP_OID_MAX];

	if (!pdu)
		return NULL;
	if (slot->op == SNMP_GETBULK) {
		/* RFC 3416 3: GETBULK has its numbers where answers
		 * have their error. */
		pdu->errstat = (long)slot->non_repeaters;
		pdu->errindex = (long)slot->max_repetitions;
	}
	for (size_t i = 0; i < slot->count; i++) {
		for (size_t k = 0; k < slot->oids[i].len; k++)
			name[k] = slot->oids[i].sub[k];
		if (!live->api.snmp_add_null_var(pdu, name, slot->oids[i].len))
			goto fail;
	}
	if (live->agent.context && *live->agent.context &&
	    live->options->version == SNMP_VERSION_V3) {
		/* The library frees it, so it allocates it. */
		pdu->contextNameLen = strlen(live->agent.context);
		pdu->contextName = live->api.netsnmp_memdup(live->agent.context,
		    pdu->contextNameLen + 1);
		if (!pdu->contextName)
			goto fail;
	}
	return pdu;
fail:
	live->api.snmp_free_pdu(pdu);
	return NULL;
}

static bool
live_send(struct snmp_agent *agent, size_t slot, struct err *err)
{
	struct live *live = live_of(agent);
	netsnmp_pdu *pdu = build_pdu(live, &agent->slots[slot]);

	if (!pdu)
		return err_set(err, ERR_SYSTEM, "out of memory");
	live->last_ticket += SNMP_IN_FLIGHT;
	live->tickets[slot] = live->last_ticket + slot;
	if (live->api.snmp_sess_async_send(live->session, pdu, answered,
		(void *)live->tickets[slot]) != 0)
		return true;
	live->api.snmp_free_pdu(pdu);
	return fail_send(live, err);
}

/* Until the library wants to send a request again, or the deadline. */
static int
wait_ms(struct live *live, const struct deadline *deadline)
{
	const int left = deadline_left_ms(deadline);
	struct timeval next = { .tv_sec = 3600 };
	netsnmp_large_fd_set unused;
	int count = 0, block = 0;
	long ms;

	live->api.netsnmp_large_fd_set_init(&unused, FD_SETSIZE);
	live->api.snmp_sess_select_info2(live->session, &count, &unused, &next,
	    &block);
	live->api.netsnmp_large_fd_set_cleanup(&unused);
	ms = (long)next.tv_sec * 1000 + next.tv_usec / 1000 + 1;
	return block || ms > left ? left : (int)ms;
}

static void
read_packets(struct live *live)
{
	netsnmp_large_fd_set ready;

	live->api.netsnmp_large_fd_set_init(&ready, live->sock + 1);
	live->api.netsnmp_large_fd_setfd(live->sock, &ready);
	if (live->api.snmp_sess_read2(live->session, &ready) != 0 ||
	    !live->answered)
		live->nonsense++;
	live->api.netsnmp_large_fd_set_cleanup(&ready);
}

/* The error that an ICMP message left at the socket. */
static int
socket_error(const struct live *live)
{
	socklen_t len = sizeof(int);
	int number = 0;

	getsockopt(live->sock, SOL_SOCKET, SO_ERROR, &number, &len);
	return number;
}

static bool
wait_once(struct live *live, const struct deadline *deadline, struct err *err)
{
	struct pollfd wait = { .fd = live->sock, .events = POLLIN };
	const int count = poll(&wait, 1, wait_ms(live, deadline));
	int number = 0;

	if (count < 0 && errno != EINTR)
		return err_sys(err, errno, "poll");
	if (count > 0 && (wait.revents & (POLLERR | POLLNVAL)))
		number = socket_error(live);
	if (number != 0)
		return fail_unreachable(live, number, err);
	if (count > 0)
		read_packets(live);
	else
		live->api.snmp_sess_timeout(live->session);
	return true;
}

static bool
live_poll(struct snmp_agent *agent, const struct deadline *deadline,
    struct err *err)
{
	struct live *live = live_of(agent);

	live->answered = false;
	while (!live->answered && !live->failed) {
		if (deadline_past(deadline))
			return fail_silent(live, err);
		if (!wait_once(live, deadline, err))
			return false;
	}
	if (live->failed) {
		*err = live->failure;
		live->failed = false;
		return false;
	}
	live->nonsense = 0;
	return true;
}

static void
live_close(struct snmp_agent *agent)
{
	struct live *live = live_of(agent);

	/* The library calls back for requests under way: for nobody. */
	memset(live->tickets, 0, sizeof(live->tickets));
	if (live->session)
		live->api.snmp_sess_close(live->session);
	snmp_agent_done(agent);
	free(live);
}

static const struct snmp_backend backend = {
	.send = live_send,
	.poll = live_poll,
	.close = live_close,
};

/* --- security ------------------------------------------------------------- */

/* What the library calls them. */
static const char *const auth_names[] = {
	[SNMP_AUTH_SHA] = "SHA",
	[SNMP_AUTH_MD5] = "MD5",
	[SNMP_AUTH_SHA224] = "SHA-224",
	[SNMP_AUTH_SHA256] = "SHA-256",
	[SNMP_AUTH_SHA384] = "SHA-384",
	[SNMP_AUTH_SHA512] = "SHA-512",
};

static const char *const priv_names[] = {
	[SNMP_PRIV_AES] = "AES",
	[SNMP_PRIV_DES] = "DES",
	[SNMP_PRIV_AES192] = "AES-192",
	[SNMP_PRIV_AES256] = "AES-256",
};

static bool
make_key(const struct live *live, const struct snmp_secret *pass, oid *protocol,
    size_t protocol_len, u_char *key, size_t *key_len, struct err *err)
{
	const int code = live->api.generate_Ku(protocol, (u_int)protocol_len,
	    (const u_char *)pass->bytes, pass->len, key, key_len);

	return code == SNMPERR_SUCCESS ||
	    err_set(err, ERR_UNSUPPORTED,
		"the library cannot make a key of the SNMPv3 password: %s",
		live->api.snmp_api_errstring(code));
}

static bool
fail_algorithm(const char *kind, const char *name, struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED,
	    "this net-snmp library does not offer the %s protocol %s", kind,
	    name);
}

static bool
set_auth(const struct live *live, netsnmp_session *session, struct err *err)
{
	const char *name = auth_names[live->options->auth];
	const int type = live->api.usm_lookup_auth_type(name);
	const oid *protocol = type < 0
	    ? NULL
	    : live->api.sc_get_auth_oid(type, &session->securityAuthProtoLen);

	if (!protocol)
		return fail_algorithm("authentication", name, err);
	session->securityAuthProto = (oid *)(uintptr_t)protocol;
	session->securityAuthKeyLen = USM_AUTH_KU_LEN;
	return make_key(live, &live->options->auth_pass,
	    session->securityAuthProto, session->securityAuthProtoLen,
	    session->securityAuthKey, &session->securityAuthKeyLen, err);
}

static bool
set_priv(const struct live *live, netsnmp_session *session, struct err *err)
{
	const char *name = priv_names[live->options->priv];
	const int type = live->api.usm_lookup_priv_type(name);
	const oid *protocol = type < 0
	    ? NULL
	    : live->api.sc_get_priv_oid(type, &session->securityPrivProtoLen);

	if (!protocol)
		return fail_algorithm("privacy", name, err);
	session->securityPrivProto = (oid *)(uintptr_t)protocol;
	session->securityPrivKeyLen = USM_PRIV_KU_LEN;
	return make_key(live, &live->options->priv_pass,
	    session->securityAuthProto, session->securityAuthProtoLen,
	    session->securityPrivKey, &session->securityPrivKeyLen, err);
}

static bool
set_user(const struct live *live, netsnmp_session *session, struct err *err)
{
	static const int levels[] = {
		[SNMP_NO_AUTH_NO_PRIV] = SNMP_SEC_LEVEL_NOAUTH,
		[SNMP_AUTH_NO_PRIV] = SNMP_SEC_LEVEL_AUTHNOPRIV,
		[SNMP_AUTH_PRIV] = SNMP_SEC_LEVEL_AUTHPRIV,
	};
	const enum snmp_level level = live->options->level;

	session->securityModel = SNMP_SEC_MODEL_USM;
	session->securityLevel = levels[level];
	session->securityName = (char *)(uintptr_t)live->options->user;
	session->securityNameLen = strlen(live->options->user);
	session->flags |= SNMP_FLAGS_DONT_PROBE; /* that comes later */
	if (level >= SNMP_AUTH_NO_PRIV && !set_auth(live, session, err))
		return false;
	return level < SNMP_AUTH_PRIV || set_priv(live, session, err);
}

/* --- opening -------------------------------------------------------------- */

/*
 * v1 and v2c need no initialisation: init_snmp costs 2 ms, most of it for
 * random numbers that only USM uses.  v3 needs USM, and its salts and the
 * nameless user of the discovery, which are made (with an engine id of our own)
 * when it hears that the configuration has been read.
 */
static void
init_library(const struct live *live)
{
	const struct snmp_options *options = live->options;

	live->api.netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE,
	    LOG_DEBUG);
	live->api.netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	live->api.netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
	live->api.netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
	live->api.netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	if (options->config) {
		live->api.netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID,
		    NETSNMP_DS_LIB_OPTIONALCONFIG, options->config);
		setenv("MIBS", "", 1);
		setenv("MIBDIRS", "", 1);
		live->api.init_snmp("routevigil");
	} else if (options->version == SNMP_VERSION_V3) {
		/* init_usm registers configuration words for this name. */
		live->api.netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID,
		    NETSNMP_DS_LIB_APPTYPE, "routevigil");
		live->api.init_usm();
		live->api.setup_engineID(NULL, NULL);
		live->api.snmp_call_callbacks(SNMP_CALLBACK_LIBRARY,
		    SNMP_CALLBACK_POST_PREMIB_READ_CONFIG, NULL);
	}
}

static int64_t
try_ns(const struct live *live, const struct deadline *deadline)
{
	const int64_t left = deadline_left_ns(deadline);
	const int64_t ns =
	    live->options->timeout_ns ? live->options->timeout_ns : TRY_NS;

	return ns < left ? ns : left;
}

static bool
open_session(struct live *live, const char *peer,
    const struct deadline *deadline, struct err *err)
{
	static const long versions[] = {
		[SNMP_VERSION_V1] = SNMP_VERSION_1,
		[SNMP_VERSION_V2C] = SNMP_VERSION_2c,
		[SNMP_VERSION_V3] = SNMP_VERSION_3,
	};
	const struct snmp_options *options = live->options;
	netsnmp_session session;
	bool ok;

	live->api.snmp_sess_init(&session);
	session.version = versions[options->version];
	session.myvoid = live;
	session.peername = (char *)(uintptr_t)peer;
	session.retries = (int)options->retries;
	session.timeout = (long)(try_ns(live, deadline) / 1000);
	session.community = (u_char *)(uintptr_t)options->community.bytes;
	session.community_len = options->community.len;
	ok = options->version != SNMP_VERSION_V3 ||
	    set_user(live, &session, err);
	if (ok) {
		live->session = live->api.snmp_sess_open(&session);
		ok = live->session ||
		    fail_library(live, session.s_snmp_errno, "session with",
			err);
	}
	explicit_bzero(session.securityAuthKey,
	    sizeof(session.securityAuthKey));
	explicit_bzero(session.securityPrivKey,
	    sizeof(session.securityPrivKey));
	return ok;
}

/* Only the address that was asked may answer, and its ICMP errors are heard. */
static bool
connect_socket(struct live *live, const struct ip *ip, struct err *err)
{
	const struct sockaddr_ip to =
	    sockaddr_of(ip, snmp_options_port(live->options));

	live->sock = live->api.snmp_sess_transport(live->session)->sock;
	fcntl(live->sock, F_SETFD, FD_CLOEXEC);
	if (live->options->transport != SNMP_UDP)
		return true;
	return connect(live->sock, &to.any, to.len) == 0 ||
	    fail_unreachable(live, errno, err);
}

/*
 * RFC 3414 4: the engine id first.  The library asks for it when the first
 * request is sent, and waits by itself, so all its tries together are given no
 * more than what is left.
 */
static void
allow_probe(struct live *live, const struct deadline *deadline)
{
	netsnmp_session *session = live->api.snmp_sess_session(live->session);
	const int64_t share =
	    deadline_left_ns(deadline) / (int64_t)(live->options->retries + 1);
	const int64_t ns = try_ns(live, deadline);

	session->flags &= ~(u_long)SNMP_FLAGS_DONT_PROBE;
	session->timeout = (long)((ns < share ? ns : share) / 1000);
}

static bool
open_live(struct live *live, const struct deadline *deadline, struct err *err)
{
	const struct snmp_options *options = live->options;
	char peer_bytes[128];
	struct text peer = TEXT_OVER(peer_bytes), name;
	struct ip ip;

	if (!snmp_options_check(options, err) ||
	    !snmp_endpoint_resolve(options, deadline, &ip, err))
		return false;
	text_init(&name, live->name, sizeof(live->name));
	snmp_endpoint_name(options, &ip, &name);
	snmp_endpoint_format(options, &ip, &peer);
	if (options->transport == SNMP_TCP &&
	    !snmp_endpoint_try_tcp(options, &ip, live->name, deadline, err))
		return false;
	if (!lazy_load(&library, &live->api, err))
		return false;
	init_library(live);
	if (!open_session(live, peer_bytes, deadline, err) ||
	    !connect_socket(live, &ip, err))
		return false;
	if (options->version == SNMP_VERSION_V3)
		allow_probe(live, deadline);
	return true;
}

struct snmp_agent *
snmp_agent_open(const struct snmp_options *options,
    const struct deadline *deadline, struct err *err)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live) {
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	snmp_agent_init(&live->agent, &backend, live->name);
	live->options = options;
	live->agent.v1 = options->version == SNMP_VERSION_V1;
	if (!open_live(live, deadline, err)) {
		live_close(&live->agent);
		return NULL;
	}
	return &live->agent;
}
