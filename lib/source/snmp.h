/* SPDX-License-Identifier: ISC */
/*
 * snmp: a session with an SNMP agent, over net-snmp, which is loaded when the
 * first session is opened.
 *
 * SNMPv1, v2c and v3 (USM) over UDP and TCP, IPv4 and IPv6.  No MIB file, no
 * configuration and no persistent file is read or written unless a path is
 * given.  A host name is resolved here, before the library sees an address.
 *
 * Protocol: RFC 3416, 3417, 3414 (USM), 3826 (AES), 7860 (SHA-2).
 */
#ifndef SOURCE_SNMP_H
#define SOURCE_SNMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/ip.h"
#include "source/snmp_agent.h"

#define SNMP_PORT 161

enum snmp_version {
	SNMP_VERSION_V2C, /* what a zeroed struct asks for */
	SNMP_VERSION_V1,
	SNMP_VERSION_V3,
};

enum snmp_transport {
	SNMP_UDP,
	SNMP_TCP,
};

enum snmp_level { /* SNMPv3 */
	SNMP_NO_AUTH_NO_PRIV,
	SNMP_AUTH_NO_PRIV,
	SNMP_AUTH_PRIV,
};

enum snmp_auth {
	SNMP_AUTH_SHA, /* SHA-1 */
	SNMP_AUTH_MD5,
	SNMP_AUTH_SHA224,
	SNMP_AUTH_SHA256,
	SNMP_AUTH_SHA384,
	SNMP_AUTH_SHA512,
};

enum snmp_priv {
	SNMP_PRIV_AES, /* AES-128 */
	SNMP_PRIV_DES,
	SNMP_PRIV_AES192,
	SNMP_PRIV_AES256,
};

/* Borrowed; never shown. */
struct snmp_secret {
	const char *bytes; /* NULL: not given */
	size_t len;
};

/* All strings are borrowed until snmp_close. */
struct snmp_options {
	struct ip_host host;
	enum ip_family family; /* a name's addresses of this family only */
	uint16_t port;	       /* host order; 0 is SNMP_PORT */
	enum snmp_transport transport;
	enum snmp_version version;
	struct snmp_secret community; /* v1, v2c */
	enum snmp_level level;	      /* v3, as the rest */
	const char *user;
	enum snmp_auth auth;
	struct snmp_secret auth_pass;
	enum snmp_priv priv;
	struct snmp_secret priv_pass;
	unsigned retries;   /* after the first try */
	int64_t timeout_ns; /* of one try; 0 is 1 s */
	const char *config; /* an snmp.conf to read, or NULL */
};

/*
 * Resolves, loads the library, opens a session, and for v3 finds out the
 * agent's engine.  NULL on failure, with *err: ERR_USAGE (options that
 * contradict each other), ERR_UNSUPPORTED (the library, or an algorithm it does
 * not have), ERR_TIMEOUT (silence), ERR_PERMISSION (unknown user, ...),
 * ERR_SYSTEM.  Close with snmp_agent_close.
 */
struct snmp_agent *snmp_open(const struct snmp_options *options,
    const struct deadline *deadline, struct err *err);

/* Checks what no network is needed for: is a user given, a password long
 * enough (RFC 3414 11.2: 8 characters), a community?  *err is ERR_USAGE. */
bool snmp_options_check(const struct snmp_options *options, struct err *err);

/* Tries that went out again for want of an answer. */
uint64_t snmp_retransmissions(const struct snmp_agent *agent);

#endif
