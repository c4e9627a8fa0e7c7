/* SPDX-License-Identifier: ISC */
#include "source/snmp_look.h"

#include "source/snmp.h"

static struct snmp_agent *
open_agent(const struct snmp_options *options, const char *replay,
    const struct deadline *deadline, struct err *err)
{
	return replay != NULL ? snmprec_open(replay, err)
			      : snmp_agent_open(options, deadline, err);
}

bool
snmp_look_open(struct snmp_look *look, const struct snmp_options *options,
    const char *replay, bool record, const struct deadline *deadline,
    struct err *err)
{
	*look = (struct snmp_look){
		.agent = open_agent(options, replay, deadline, err),
	};
	if (look->agent == NULL)
		return false;
	if (!record)
		return true;
	look->writer = snmprec_record(look->agent, err);
	if (look->writer != NULL)
		return true;
	snmp_agent_close(look->agent);
	return false;
}

bool
snmp_look_close(struct snmp_look *look, const char *record, struct err *err)
{
	const bool written =
	    look->writer == NULL || snmprec_write(look->writer, record, err);

	snmprec_free(look->writer);
	snmp_agent_close(look->agent);
	*look = (struct snmp_look){ 0 };
	return written;
}
