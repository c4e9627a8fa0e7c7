/* SPDX-License-Identifier: ISC */
/*
 * snmp_look: one look at an SNMP agent: a router, or a recording of one; either
 * may be recorded while it is looked at.
 */
#ifndef SOURCE_SNMP_LOOK_H
#define SOURCE_SNMP_LOOK_H

#include "model/snmp.h"
#include "source/snmp_agent.h"
#include "source/snmprec.h"

struct snmp_look {
	struct snmp_agent *agent;      /* good until snmp_look_close */
	struct snmprec_writer *writer; /* NULL: not recorded */
};

/*
 * Opens the recording `replay`, or, where it is NULL, a session with the
 * options (not used otherwise); both are borrowed until it is closed.  On false
 * *err is that of snmprec_open or snmp_agent_open, and there is nothing to
 * close.
 */
bool snmp_look_open(struct snmp_look *look, const struct snmp_options *options,
    const char *replay, bool record, const struct deadline *deadline,
    struct err *err);
/*
 * Closes it, after writing what was recorded to `record`, even if the look
 * failed: what the agent answered before is the most interesting part.  False
 * when it could not be written.
 */
bool snmp_look_close(struct snmp_look *look, const char *record,
    struct err *err);

#endif
