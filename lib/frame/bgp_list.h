/* SPDX-License-Identifier: ISC */
/*
 * bgp_list: the peers of a result tree of bgp_judge as a table, or as service
 * definitions, so that a router with 400 peers is configured by one command.
 *
 * A definition asks again as this run asked, for one peer by address, VRF and
 * AS.  No secret is in it: a secret that came from a file is named by its file,
 * any other is left to whoever reads the definition.
 */
#ifndef FRAME_BGP_LIST_H
#define FRAME_BGP_LIST_H

#include "base/text.h"
#include "frame/opt.h"
#include "frame/opt_snmp.h"
#include "model/result.h"

enum bgp_list {
	BGP_LIST_NONE,
	BGP_LIST_TABLE,
	BGP_LIST_ICINGA2,
	BGP_LIST_NAGIOS,
	BGP_LIST_JSON,
};

extern const struct opt_word bgp_list_words[];

/* What this run was asked; borrowed. */
struct bgp_list_asked {
	const char *source; /* NULL: SNMP */
	const char *socket; /* or NULL */
	const struct opt_snmp *snmp;
};

void bgp_list_print(enum bgp_list list, const struct bgp_list_asked *asked,
    const struct result *root, struct text *out);

#endif
