/* SPDX-License-Identifier: ISC */
/*
 * bgp_read: the reader of BGP sessions by itself, without options, verdict,
 * state or a second process.
 *
 *	bgp_read PORT one A.B.C.D   a session whose place is known
 *	bgp_read PORT states        the table is known; states only
 *	bgp_read PORT five          state, admin, AS, error and time
 *	bgp_read PORT all           nothing is known; everything
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/bgp_snmp.h"
#include "source/snmp.h"

static const unsigned five =
    BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_ERROR | BGP_WANT_TIME;

static const struct {
	const char *name;
	unsigned wants;
	bool hint;
} modes[] = {
	{ "one",
	    BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_ERROR |
		BGP_WANT_TIME,
	    true },
	{ "states", 0, true },
	{ "five",
	    BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_ERROR |
		BGP_WANT_TIME,
	    true },
	{ "all", BGP_WANT_ALL, false },
};

static int
fail(const struct err *err)
{
	printf("%s\n", err->text);
	return 3;
}

static bool
make_hint(struct bgp_snmp_hint *hint, struct arena *arena, const char *address,
    struct err *err)
{
	char bytes[256];
	const int len = snprintf(bytes, sizeof(bytes),
	    "uses\t1\nwants\t%u\ntable\tbgpPeerTable\n%s%s%s%s%s", five,
	    address ? "row\t0\t" : "", address ? address : "",
	    address ? "\t" : "", address ? address : "",
	    address ? "\t\t\n" : "");

	return bgp_snmp_hint_parse(bytes, (size_t)len, hint, arena, err);
}

int
main(int argc, char **argv)
{
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	struct snmp_options options = { .community = { "public", 6 } };
	struct bgp_snmp_query query = { 0 };
	struct bgp_snmp_peer peer = { 0 };
	struct bgp_snmp_hint hint = { 0 };
	struct bgp_table table;
	struct snmp_agent *agent;
	struct arena arena;
	struct err err;
	size_t up = 0;

	if (argc < 3)
		return 3;
	options.port = (uint16_t)strtoul(argv[1], NULL, 10);
	ip_host_parse("127.0.0.1", &options.host, &err);
	if (!arena_reserve(&arena, 64u << 20, &err))
		return fail(&err);
	hint.arena = &arena;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[2], modes[i].name) != 0)
			continue;
		query.wants = modes[i].wants;
		if (modes[i].hint &&
		    !make_hint(&hint, &arena, argc > 3 ? argv[3] : NULL, &err))
			return fail(&err);
	}
	if (argc > 3) {
		if (!ip_parse(argv[3], &peer.address, &err))
			return fail(&err);
		query.peers = &peer;
		query.peer_count = 1;
	}
	bgp_table_init(&table, &arena, 0);
	agent = snmp_agent_open(&options, &deadline, &err);
	if (!agent ||
	    !bgp_snmp_read(agent, &query, &hint, &table, NULL, &deadline, &err))
		return fail(&err);
	for (size_t i = 0; i < bgp_table_count(&table); i++)
		up += bgp_peer_is_up(bgp_table_at(&table, i));
	printf("%zu established, %lu requests, %lu values\n", up,
	    (unsigned long)agent->counters.requests,
	    (unsigned long)agent->counters.varbinds);
	snmp_agent_close(agent);
	return 0;
}
