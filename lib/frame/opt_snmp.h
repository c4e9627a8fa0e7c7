/* SPDX-License-Identifier: ISC */
/*
 * opt_snmp: the options of every program that asks an SNMP agent.
 *
 * A program has a struct opt_snmp among its options and OPT_SNMP_ROWS in its
 * table; opt_snmp_options makes of them what a session needs.
 */
#ifndef FRAME_OPT_SNMP_H
#define FRAME_OPT_SNMP_H

#include <stdbool.h>
#include <stdint.h>

#include "frame/opt.h"
#include "frame/plugin.h"
#include "model/snmp.h"

struct opt_snmp {
	struct ip_host host;
	uint16_t port;
	int family;    /* enum ip_family; IP_NONE: either */
	int transport; /* enum snmp_transport */
	int version;   /* opt_snmp_versions; 0: as the other options tell */
	struct opt_secret community;
	int level; /* opt_snmp_levels; 0: as the other options tell */
	const char *user;
	int auth; /* enum snmp_auth */
	struct opt_secret auth_pass;
	int priv; /* enum snmp_priv */
	struct opt_secret priv_pass;
	struct opt_strings contexts;
	uint64_t retries;
	int64_t timeout; /* ns, of one try */
	uint64_t max_repetitions;
	uint64_t max_rows;
	uint64_t max_bytes;
	const char *config;
	const char *record, *replay;
};

extern const struct opt_word opt_snmp_versions[];
extern const struct opt_word opt_snmp_transports[];
extern const struct opt_word opt_snmp_levels[];
extern const struct opt_word opt_snmp_auths[];
extern const struct opt_word opt_snmp_privs[];

#define OPT_SNMP_ROWS(s, f)                                                    \
	OPT_HOST('H', "hostname", s, f.host,                                   \
	    "router: name, IPv4 or IPv6 address",                              \
	    .flags = OPT_IDENTITY | OPT_GUESS),                                \
	    OPT_PORT('p', "port", s, f.port, "port of its SNMP agent",         \
		.preset = "161", .flags = OPT_IDENTITY),                       \
	    OPT_SET('4', "ipv4", s, f.family, "reach it over IPv4 only",       \
		.value = IP_V4),                                               \
	    OPT_SET('6', "ipv6", s, f.family, "reach it over IPv6 only",       \
		.value = IP_V6),                                               \
	    OPT_WORD(0, "transport", s, f.transport, "transport of SNMP",      \
		.preset = "udp", .words = opt_snmp_transports),                \
	    OPT_WORD('P', "protocol", s, f.version,                            \
		"version of SNMP; 3 when a user is given, else 2c",            \
		.metavar = "VERSION", .words = opt_snmp_versions),             \
	    OPT_SECRET('C', "community", s, f.community,                       \
		"community of versions 1 and 2c; public unless given",         \
		.metavar = "COMMUNITY"),                                       \
	    OPT_SECRET_FILE(0, "community-file", s, f.community,               \
		"file that holds the community, readable by nobody else"),     \
	    OPT_WORD('l', "security-level", s, f.level,                        \
		"level of version 3; as the passwords tell unless given",      \
		.metavar = "LEVEL", .words = opt_snmp_levels),                 \
	    OPT_STRING('u', "user", s, f.user, "user of version 3",            \
		.metavar = "USER"),                                            \
	    OPT_WORD('a', "auth-protocol", s, f.auth, "authentication",        \
		.preset = "SHA", .metavar = "NAME", .words = opt_snmp_auths),  \
	    OPT_SECRET('A', "auth-pass", s, f.auth_pass,                       \
		"authentication password", .metavar = "PASSWORD"),             \
	    OPT_SECRET_FILE(0, "auth-pass-file", s, f.auth_pass,               \
		"file with the authentication password, readable by nobody "   \
		"else"),                                                       \
	    OPT_WORD('x', "priv-protocol", s, f.priv, "encryption",            \
		.preset = "AES", .metavar = "NAME", .words = opt_snmp_privs),  \
	    OPT_SECRET('X', "priv-pass", s, f.priv_pass,                       \
		"encryption password", .metavar = "PASSWORD"),                 \
	    OPT_SECRET_FILE(0, "priv-pass-file", s, f.priv_pass,               \
		"file with the encryption password, readable by nobody else"), \
	    OPT_STRINGS(0, "context", s, f.contexts,                           \
		"context of version 3, such as a VRF; each is read",           \
		.metavar = "NAME", .flags = OPT_IDENTITY),                     \
	    OPT_COUNT(0, "retries", s, f.retries, "tries after the first one", \
		.preset = "3", .max = 20),                                     \
	    OPT_DURATION(0, "snmp-timeout", s, f.timeout, "time for one try",  \
		.preset = "1s", .min = 10 * (uint64_t)CLOCK_MILLI,             \
		.max = 60 * (uint64_t)CLOCK_SECOND),                           \
	    OPT_COUNT(0, "max-repetitions", s, f.max_repetitions,              \
		"rows asked for at once; fewer when the agent cannot",         \
		.preset = "60", .min = 1, .max = 1000),                        \
	    OPT_COUNT(0, "max-rows", s, f.max_rows,                            \
		"rows of a table that are read at most", .preset = "20000",    \
		.min = 1, .max = 1000000),                                     \
	    OPT_SIZE(0, "max-bytes", s, f.max_bytes,                           \
		"bytes of answers that are read at most", .preset = "64MiB",   \
		.min = 1024),                                                  \
	    OPT_FILE(0, "snmp-conf", s, f.config,                              \
		"an snmp.conf of net-snmp to read; none unless given"),        \
	    OPT_FILE(0, "record", s, f.record,                                 \
		"write what the agent answers to FILE, without any secret"),   \
	    OPT_FILE(0, "replay", s, f.replay,                                 \
		"judge a FILE of --record, and ask no agent")

/* A line of -v, if anything of it is secret and was to be seen on the command
 * line. */
void opt_snmp_tell_exposed(const struct opt_snmp *snmp, struct run *run);
/* Says that the agent is waited for, unless it is a recording. */
void opt_snmp_tell_waiting(const struct opt_snmp *snmp, struct run *run);
/* Borrows from *snmp. */
void opt_snmp_options(const struct opt_snmp *snmp,
    struct snmp_options *options);
/* Is there anybody to ask, and do the options go together? */
bool opt_snmp_check(const struct opt_snmp *snmp, struct err *err);

#endif
