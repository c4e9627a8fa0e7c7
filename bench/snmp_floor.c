/* SPDX-License-Identifier: ISC */
/*
 * snmp_floor: what BGP sessions cost through libnetsnmp at the least: a linked
 * library, its single session interface, no initialisation, no check of what
 * is answered, no error handling.
 *
 *	snmp_floor PORT get A.B.C.D      one GET of five columns
 *	snmp_floor PORT walk REPETITIONS the state column by GETBULK
 *	snmp_floor PORT none             only opens the session
 */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const oid state[] = { 1, 3, 6, 1, 2, 1, 15, 3, 1, 2 };
#define STATE_LEN (sizeof(state) / sizeof(state[0]))

static netsnmp_pdu *
ask(void *session, netsnmp_pdu *request)
{
	netsnmp_pdu *answer = NULL;

	if (snmp_sess_synch_response(session, request, &answer) !=
		STAT_SUCCESS ||
	    !answer)
		exit(3);
	return answer;
}

static long
get(void *session, const char *address)
{
	static const oid columns[] = { 2, 3, 9, 14, 16 };
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);
	oid name[STATE_LEN + 4];
	unsigned a, b, c, d;

	if (sscanf(address, "%u.%u.%u.%u", &a, &b, &c, &d) != 4)
		return 0;
	memcpy(name, state, sizeof(state));
	name[10] = a, name[11] = b, name[12] = c, name[13] = d;
	for (size_t i = 0; i < 5; i++) {
		name[9] = columns[i];
		snmp_add_null_var(pdu, name, STATE_LEN + 4);
	}
	pdu = ask(session, pdu);
	return *pdu->variables->val.integer == 6;
}

static long
walk(void *session, long repetitions)
{
	oid at[MAX_OID_LEN];
	size_t len = STATE_LEN;
	long count = 0;

	memcpy(at, state, sizeof(state));
	for (;;) {
		netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GETBULK);

		pdu->non_repeaters = 0;
		pdu->max_repetitions = repetitions;
		snmp_add_null_var(pdu, at, len);
		pdu = ask(session, pdu);
		for (netsnmp_variable_list *v = pdu->variables; v;
		     v = v->next_variable) {
			if (v->name_length <= STATE_LEN ||
			    memcmp(v->name, state, sizeof(state)) != 0)
				return count;
			len = v->name_length;
			memcpy(at, v->name, len * sizeof(oid));
			count += *v->val.integer == 6;
		}
		snmp_free_pdu(pdu);
	}
}

int
main(int argc, char **argv)
{
	netsnmp_session session;
	u_char community[] = "public";
	char peer[64];
	void *opened;
	long count = 0;

	if (argc < 3)
		return 3;
	snmp_sess_init(&session);
	snprintf(peer, sizeof(peer), "udp:127.0.0.1:%s", argv[1]);
	session.version = SNMP_VERSION_2c;
	session.peername = peer;
	session.community = community;
	session.community_len = 6;
	opened = snmp_sess_open(&session);
	if (!opened)
		return 3;
	if (argc > 3 && !strcmp(argv[2], "get"))
		count = get(opened, argv[3]);
	else if (argc > 3 && !strcmp(argv[2], "walk"))
		count = walk(opened, strtol(argv[3], NULL, 10));
	snmp_sess_close(opened);
	printf("%ld established\n", count);
	return 0;
}
