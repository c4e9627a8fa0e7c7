/* SPDX-License-Identifier: ISC */
/*
 * snmp: how to speak to an SNMP agent, as data: what a command line says and
 * what a session needs.
 *
 * Sources: RFC 3414 (USM), 3826 (AES), 7860 (SHA-2), 3411 (security levels).
 */
#ifndef MODEL_SNMP_H
#define MODEL_SNMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"

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

/* Borrowed, with all its strings, until the session is closed. */
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

/* Checks what no network is needed for: is a user given, a password long
 * enough (RFC 3414 11.2: 8 characters), a community?  *err is ERR_USAGE. */
bool snmp_options_check(const struct snmp_options *options, struct err *err);
/* Host order. */
uint16_t snmp_options_port(const struct snmp_options *options);

#endif
