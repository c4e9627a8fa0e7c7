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
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/snmp.h"
#include "source/snmp_agent.h"

/*
 * Resolves, loads the library, opens a session, and for v3 finds out the
 * agent's engine.  NULL on failure, with *err: ERR_USAGE (options that
 * contradict each other), ERR_UNSUPPORTED (the library, or an algorithm it does
 * not have), ERR_TIMEOUT (silence), ERR_PERMISSION (unknown user, ...),
 * ERR_SYSTEM.  Close with snmp_agent_close.
 */
struct snmp_agent *snmp_agent_open(const struct snmp_options *options,
    const struct deadline *deadline, struct err *err);

#endif
