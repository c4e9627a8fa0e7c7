/* SPDX-License-Identifier: ISC */
/*
 * snmp_endpoint: where an SNMP agent is: its address found, and tried, before
 * the library that speaks with it sees any.
 */
#ifndef SOURCE_SNMP_ENDPOINT_H
#define SOURCE_SNMP_ENDPOINT_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/text.h"
#include "model/snmp.h"

/* The host's first address that there is a route to, else its first.  On false
 * *err is ERR_TIMEOUT or ERR_SYSTEM. */
bool snmp_endpoint_resolve(const struct snmp_options *options,
    const struct deadline *deadline, struct ip *ip, struct err *err);
/* Is there anybody who takes TCP connections?  `name` is for *err, which is
 * ERR_TIMEOUT or ERR_SYSTEM. */
bool snmp_endpoint_try_tcp(const struct snmp_options *options,
    const struct ip *ip, const char *name, const struct deadline *deadline,
    struct err *err);

/* "udp6:[fe80::1%eth0]:161": net-snmp's own form of an address. */
void snmp_endpoint_format(const struct snmp_options *options,
    const struct ip *ip, struct text *text);
/* "192.0.2.1", "router (192.0.2.1)": for people. */
void snmp_endpoint_name(const struct snmp_options *options, const struct ip *ip,
    struct text *text);

#endif
