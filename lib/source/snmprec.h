/* SPDX-License-Identifier: ISC */
/*
 * snmprec: recordings of SNMP agents, read, replayed and written.
 *
 * A line is OID|TAG|VALUE: TAG is the ASN.1 type in decimal (2 INTEGER, 4 OCTET
 * STRING, 5 NULL, 6 OID, 64 IpAddress, 65 Counter32, 66 Gauge32, 67 TimeTicks,
 * 68 Opaque, 70 Counter64), followed by x when the value is in hexadecimal.
 * Lines are in the order of the OIDs.  Source: the file format of snmpsim.
 *
 * A recording holds answers only: no community, no user, no password.
 */
#ifndef SOURCE_SNMPREC_H
#define SOURCE_SNMPREC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "source/snmp_agent.h"

#define SNMPREC_BYTES (64u << 20) /* of a file, at most */

/* An agent that answers from a file; closed by snmp_agent_close.  `name` is
 * borrowed.  On NULL *err says which line is wrong. */
struct snmp_agent *snmprec_open(const char *path, struct err *err);
/* The same from bytes, which are borrowed while the agent is open. */
struct snmp_agent *snmprec_replay(const char *name, const char *bytes,
    size_t len, struct err *err);
/* GETBULK answers end at this many bytes of bindings, as a router's at the
 * size of a packet; 0 is no limit (the preset is 1400). */
void snmprec_limit(struct snmp_agent *agent, size_t bytes);

/* --- recording ------------------------------------------------------------ */

/* Collects what an agent answers, each binding once, and writes it sorted. */
struct snmprec_writer;

/* Observes the agent until it is closed.  NULL without memory. */
struct snmprec_writer *snmprec_record(struct snmp_agent *agent,
    struct err *err);
/* Writes the file (mode 0600: descriptions and addresses are a site's own). */
bool snmprec_write(const struct snmprec_writer *writer, const char *path,
    struct err *err);
void snmprec_free(struct snmprec_writer *writer); /* NULL is fine */

/* One line, without its newline, into a binding; the value's bytes are put
 * into `buffer`, which must hold at least len bytes. */
bool snmprec_parse_line(const char *line, size_t len,
    struct snmp_varbind *varbind, unsigned char *buffer, struct err *err);
void snmprec_format_line(struct text *text, const struct snmp_varbind *varbind);

#endif
