/* SPDX-License-Identifier: ISC */
/*
 * route_snmp_cover: the longest match of a prefix, by one question for each
 * shorter one.
 *
 * What the files of route_snmp share; for nobody else.
 */
#ifndef SOURCE_ROUTE_SNMP_COVER_H
#define SOURCE_ROUTE_SNMP_COVER_H

#include "source/route_snmp_ask.h"

/* Of each answer, in the table that decided about it. */
bool rsnmp_ask_covers(struct rsnmp_reader *r, struct err *err);

#endif
