/* SPDX-License-Identifier: ISC */
/*
 * snmp_oid: object identifiers as values.
 *
 * Source: RFC 2578 3.5 (at most 128 sub-identifiers of 32 bits), RFC 3416
 * (lexicographic order), X.690 8.19 (encoding, of which only the size matters
 * here).
 */
#ifndef SOURCE_SNMP_OID_H
#define SOURCE_SNMP_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define SNMP_OID_MAX 128

struct snmp_oid {
	uint8_t len;
	uint32_t sub[SNMP_OID_MAX];
};

/* "1.3.6.1", with or without a leading dot; the whole string of len bytes. */
bool snmp_oid_parse(const char *string, size_t len, struct snmp_oid *oid);
void snmp_oid_format(struct text *text, const struct snmp_oid *oid);

/* Copies no more than is used, unlike an assignment. */
void snmp_oid_copy(struct snmp_oid *to, const struct snmp_oid *from);
/* False, with *oid unchanged, when there is no room. */
bool snmp_oid_append(struct snmp_oid *oid, const uint32_t *sub, size_t count);
/* Appends the text form ("2.1.13"); false when it is none or there is no room.
 */
bool snmp_oid_append_text(struct snmp_oid *oid, const char *string);

/* Lexicographic: <0, 0, >0. */
int snmp_oid_order(const struct snmp_oid *a, const struct snmp_oid *b);
/* Is oid below (or equal to) root? */
bool snmp_oid_below(const struct snmp_oid *oid, const struct snmp_oid *root);
/* The OID just before, as far as a table with indexes of one length can tell:
 * GETNEXT of it answers with *oid, when that exists. */
void snmp_oid_predecessor(struct snmp_oid *oid);
/* Bytes of its encoding, without tag and length. */
size_t snmp_oid_size(const struct snmp_oid *oid);

#endif
