/* SPDX-License-Identifier: ISC */
/*
 * Recordings of routers, replayed: what a correct reader must report.
 *
 * They are not part of the project: their folder is $ROUTEVIGIL_SNMPREC, or
 * ../shared/snmprec; without it these cases are skipped, and say so.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/bgp_snmp.h"
#include "source/snmprec.h"

static struct arena arena;
static struct bgp_table table;
static struct bgp_snmp_hint hint;
static struct bgp_snmp_report report;
static struct snmp_agent *agent;
static struct err err;

static void
setup(void)
{
	ck_assert(arena_reserve(&arena, 64u << 20, &err));
	bgp_table_init(&table, &arena, 0);
	hint = (struct bgp_snmp_hint){ .arena = &arena };
}

static void
teardown(void)
{
	snmp_agent_close(agent);
	agent = NULL;
	arena_free(&arena);
}

static bool
read_peers(const struct bgp_snmp_query *query)
{
	const struct deadline deadline = deadline_in(10 * CLOCK_SECOND);

	return bgp_snmp_read(agent, query, &hint, &table, &report, &deadline,
	    &err);
}

/* A second run, which knows the hint alone. */
static bool
read_again(const struct bgp_snmp_query *query)
{
	bgp_table_init(&table, &arena, 0);
	agent->counters = (struct snmp_counters){ 0 };
	return read_peers(query);
}

/* --- a peer as a line ----------------------------------------------------- */

static void
add_number(struct text *line, bool has, const char *name, uint32_t number)
{
	if (has)
		text_addf(line, " %s=%u", name, number);
}

static void
add_family(struct text *line, const struct bgp_family *f)
{
	text_addf(line, " [%u/%u", f->afi, f->safi);
	add_number(line, f->has & BGP_HAS_RECEIVED, "in", f->received);
	add_number(line, f->has & BGP_HAS_ACCEPTED, "ok", f->accepted);
	add_number(line, f->has & BGP_HAS_ADVERTISED, "out", f->advertised);
	add_number(line, f->has & BGP_HAS_LIMIT, "max", f->limit);
	add_number(line, f->has & BGP_HAS_THRESHOLD, "warn", f->threshold);
	text_add(line, "]");
}

static void
peer_line(struct text *line, const struct bgp_peer *peer)
{
	bgp_peer_name(line, peer);
	text_addf(line, " %s", bgp_state_name(peer->state));
	if (peer->admin != BGP_ADMIN_UNKNOWN)
		text_addf(line, " %s", bgp_admin_name(peer->admin));
	add_number(line, peer->has & BGP_HAS_REMOTE_AS, "as", peer->remote_as);
	add_number(line, peer->has & BGP_HAS_LOCAL_AS, "local", peer->local_as);
	add_number(line, peer->has & BGP_HAS_TIME, "s", peer->time_s);
	add_number(line, peer->has & BGP_HAS_TRANSITIONS, "flaps",
	    peer->transitions);
	if ((peer->has & BGP_HAS_ERROR) && peer->error_code)
		text_addf(line, " err=%u.%u%s", peer->error_code,
		    peer->error_subcode,
		    peer->error_direction == BGP_SENT ? "sent" : "");
	if (peer->error_text)
		text_addf(line, " \"%s\"", peer->error_text);
	if (peer->description)
		text_addf(line, " '%s'", peer->description);
	for (const struct bgp_family *f = peer->families; f; f = f->next)
		add_family(line, f);
}

static bool
has_line(const char *wanted)
{
	for (size_t i = 0; i < bgp_table_count(&table); i++) {
		char bytes[1024];
		struct text line = TEXT_OVER(bytes);

		peer_line(&line, bgp_table_at(&table, i));
		if (!strcmp(bytes, wanted))
			return true;
	}
	return false;
}

static void
print_lines(void)
{
	for (size_t i = 0; i < bgp_table_count(&table); i++) {
		char bytes[1024];
		struct text line = TEXT_OVER(bytes);

		peer_line(&line, bgp_table_at(&table, i));
		printf("  %s\n", bytes);
	}
}

/* --- the recordings ------------------------------------------------------- */

struct expected {
	const char *file;
	uint32_t local_as; /* 0: not served */
	size_t peers, established;
	const char *table;     /* the one that names the peers */
	const char *lines[10]; /* peers that must be there, just so */
};

static const struct expected recordings[] = {
	{ "ios_3560g", 64513, 2, 2, "bgpPeerTable",
	    { "192.168.99.20 Established running as=64513 s=893 "
	      "[1/1 ok=15 out=6] [1/2 ok=2 out=4]",
		"192.168.99.25 Established running as=64513 s=467 "
		"[1/1 ok=17 out=6] [1/2 ok=2 out=4]" } },
	{ "iosxr_asr9k", 65351, 34, 33, "cbgpPeer2Table",
	    { "192.168.13.214 Idle down as=65550 s=0 "
	      "[1/1 ok=0 out=0 max=1048576 warn=75]",
		"192.168.5.149 Established running as=65578 s=1308186 err=6.2 "
		"\"administrative shutdown\" [1/1 ok=18418 out=43 max=1048576 "
		"warn=75] [1/2 ok=2334 out=0 max=131072 warn=75]",
		/* what no router advertises is not said */
		"192.168.13.254 Established running as=65351 s=59350337 "
		"[1/1 ok=1 max=1048576 warn=75]",
		"192.168.27.145 Established running as=65578 s=1308161 "
		"[1/1 ok=297986 out=2 max=1048576 warn=75]",
		"192.168.13.162 Established running as=65537 s=1423427 "
		"[1/1 ok=18398 out=43 max=1048576 warn=75] "
		"[1/2 ok=2333 out=0 max=131072 warn=75]",
		"192.168.7.43 Established running as=65787 s=1308119 "
		"[1/1 ok=0 out=0 max=1048576 warn=75]",
		"fd13:42ed:aee2:d2d9::1 Established running as=65578 s=1308182 "
		"[2/1 ok=44942 out=1 max=524288 warn=75]" } },
	{ "iosxr_asr9001", 65056, 2, 1, "cbgpPeer2Table",
	    { "10.246.0.3 Established running as=65056 s=5399820 err=4.0 "
	      "\"hold time expired\" [1/128 ok=5 out=18 max=2097152 warn=75]",
		"10.246.0.4 Idle running as=65056 s=0 "
		"[1/128 ok=0 out=0 max=2097152 warn=75]" } },
	{ "junos_mx80", 64513, 3, 2, "jnxBgpM2PeerTable",
	    { "192.168.99.25 Established running as=64513 local=64513 s=361781 "
	      "[1/1 in=20 ok=20 out=0] [1/2 in=4 ok=4 out=0] "
	      "[1/5 in=0 ok=0 out=0] [1/128 in=0 ok=0 out=0] "
	      "[25/65 in=0 ok=0 out=0]",
		"192.168.99.34 Established running as=65000 local=64513 "
		"s=437296 [1/1 in=1 ok=0 out=0] [1/2 in=0 ok=0 out=0] "
		"[1/4 in=0 ok=0 out=0] [1/128 in=0 ok=0 out=0]",
		"fd00:28:1:1::1:5 Active running as=64513 local=64513 "
		"s=633976" } },
	{ "junos_vmx_instance", 64999, 2, 2, "jnxBgpM2PeerTable",
	    { "10.1.1.1 vrf 9 Established running as=62371 local=64999 s=12859 "
	      "[1/1 in=1 ok=1 out=2]",
		"10.1.1.5 vrf 9 Established running as=62371 local=64999 "
		"s=12855 [1/1 in=1 ok=1 out=2]" } },
	{ "arista_7050", 65000, 2, 2, "aristaBgp4V2PeerTable",
	    { "192.168.0.2 Established running as=65000 s=13090321 "
	      "\"Cease/administrative shutdown\" 'peer.example.com EBGP' "
	      "[1/1 in=540336 ok=540339]",
		"2001:550:2:2f::33:1 Established running as=65001 s=1551697 "
		"[2/1 in=41030 ok=40633]" } },
	{ "dell_os10", 0, 1, 1, "os10bgp4V2PeerTable",
	    { "169.254.247.1 Established as=64513 local=64514 s=280630 flaps=7 "
	      "err=6.5sent \"Reset by peer\" 'DIRECT CONNECT' "
	      "[1/1 in=27 ok=27 out=69]" } },
	{ "dell_os9_bgp4", 55832, 2, 2, "bgpPeerTable",
	    { "10.255.0.49 Established running as=7714 s=10310435 flaps=73 "
	      "err=4.0",
		"99.99.132.50 Established running as=65506 s=5088195 flaps=38 "
		"err=4.0" } },
	{ "huawei_ne8000", 26479, 23, 23, "hwBgpPeerTable",
	    { "198.18.202.5 Established running as=263237 s=916512 flaps=4 "
	      "err=4.0 [1/1 in=861217 ok=576788 out=18]",
		"204.199.0.169 Established running as=3549 s=3891732 flaps=1 "
		"[1/1 in=826404 ok=151878 out=18]",
		"2001:12f8::223:254 Established running as=26162 s=978024 "
		"flaps=5 err=4.0 [2/1 in=0 ok=0 out=0]" } },
	{ "nokia_7250ixr", 14224, 5, 5, "tBgpPeerNgTable",
	    { "10.4.1.30 Established running as=14224 flaps=1016 'BTR_SR_01' "
	      "[1/1 in=0 out=0] [1/128 in=25 out=5]",
		"10.4.2.30 Established running as=14224 flaps=128 'HOUW_SR_01' "
		"[1/1 in=0 out=0] [1/128 in=20 out=5]",
		"10.100.206.49 vrf vprn50002376 Established running as=64001 "
		"flaps=0 'TODFW2' [1/1 in=1 out=8]",
		"172.16.69.41 vrf vprn50002376 Established running as=64515 "
		"flaps=899 'HOUF_VOS_02' [1/1 in=0 out=1]",
		"172.19.69.106 vrf vprn55001424 Established running as=64515 "
		"flaps=1763 'HOUF_VOS_02' [1/1 in=1 out=1]" } },
	{ "comware_5700", 65504, 2, 2, "bgpPeerTable",
	    { "95.43.23.53 Established running as=65503 s=259280",
		"192.168.1.57 Established running as=65503 s=22497219" } },
	{ "extreme_slx9150", 23456, 1, 1, "bgpPeerTable",
	    { "192.168.20.2 Established running as=23456 s=27112040" } },
	{ "edgeos_usg", 65200, 1, 1, "bgpPeerTable",
	    { "172.16.200.1 Established running as=65000 s=164372" } },
	{ "pfsense_frr", 4200000002, 2, 2, "bgpPeerTable",
	    { "169.254.1.1 Established running as=4200000000 s=96951 err=4.0",
		"169.254.1.9 Established running as=4200000004 s=97193 "
		"err=2.2" } },
	{ "cumulus59_bgpvrf", 64611, 5, 5, "cumulusBgpVrfPeerTable",
	    { "fe80::9e05:91ff:fe45:4b44%swp57 Established running as=64651 "
	      "s=104633 flaps=1 'NA'",
		"fe80::9e05:91ff:fe45:4b46%swp58 Established running as=64651 "
		"s=104633 flaps=1 'NA'",
		"fe80::9e05:91ff:fe3c:d544%swp59 Established running as=64651 "
		"s=104634 flaps=1 'NA'",
		"fe80::9e05:91ff:fe3c:d546%swp60 Established running as=64651 "
		"s=104633 flaps=1 'NA'",
		"fe80::9e05:91ff:fef6:4728%peerlink.4094 Established running "
		"as=64616 s=103620 flaps=2 'NA'" } },
	{ "flexbng_bgp_rib", 15081, 1, 1, "bgpPeerTable",
	    { "96.43.223.194 Established running as=15081 s=4188886 flaps=6 "
	      "err=6.6" } },
	{ "lab_frr844", 65001, 7, 3, "bgpPeerTable",
	    { "192.0.2.2 Established running as=65002 s=864 flaps=1",
		"192.0.2.3 Idle running as=65002 s=0 flaps=0 err=2.2",
		"192.0.2.97 Connect running as=65097 s=0 flaps=0",
		"192.0.2.98 Idle down as=65098 s=0 flaps=0",
		"192.0.2.99 Connect running as=65099 s=0 flaps=0",
		"198.51.100.2 Established running as=4200000003 s=865 flaps=1",
		"203.0.113.2 Established running as=65001 s=864 flaps=1" } },
	{ "synth_frr90_bgp4v2", 65001, 3, 1, "bgp4V2PeerTable",
	    { "192.0.2.2 Established running as=65002 s=3000 'bird v4'",
		"192.0.2.98 Idle down as=65098 s=0 'admin down'",
		"2001:db8:12::2 Active running as=4200000003 s=120 "
		"'bird v6'" } },
	{ "synth_frr91_bgp4v2", 65001, 3, 1, "bgp4V2PeerTable",
	    { "192.0.2.2 Established running as=65002 s=3000 'bird v4'",
		"192.0.2.98 Idle down as=65098 s=0 'admin down'",
		"2001:db8:12::2 Active running as=4200000003 s=120 "
		"'bird v6'" } },
	{ "synth_cisco_peer3_vrf", 65000, 3, 2, "cbgpPeer3Table",
	    { "192.0.2.1 Established running as=65001 s=86400",
		"192.0.2.1 vrf RED Active running as=65002 s=60",
		"2001:db8::1 vrf RED Established running as=4200000001 "
		"s=3600" } },
	/* Recordings of routes: no peers, and no failure. */
	{ "arista_7150_routes", 0, 0, 0, NULL, { NULL } },
	{ "fortigate_60f_routes", 0, 0, 0, NULL, { NULL } },
	{ "huawei_s5720_routes", 0, 0, 0, NULL, { NULL } },
};
#define RECORDINGS (sizeof(recordings) / sizeof(recordings[0]))

static const char *
folder(void)
{
	const char *named = getenv("ROUTEVIGIL_SNMPREC");

	return named && *named ? named : "../shared/snmprec";
}

static bool
open_recording(const char *file)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s.snmprec", folder(), file);
	if (access(path, R_OK) != 0) {
		printf("skipped %s: there is no %s\n", file, path);
		return false;
	}
	agent = snmprec_open(path, &err);
	ck_assert_msg(agent != NULL, "%s", err.text);
	return true;
}

static size_t
count_up(void)
{
	size_t up = 0;

	for (size_t i = 0; i < bgp_table_count(&table); i++)
		up += bgp_peer_is_up(bgp_table_at(&table, i));
	return up;
}

static void
check_recording(const struct expected *e)
{
	ck_assert_uint_eq(table.has_local_as ? table.local_as : 0, e->local_as);
	ck_assert_uint_eq(bgp_table_count(&table), e->peers);
	ck_assert_uint_eq(count_up(), e->established);
	ck_assert_uint_eq(report.rows_skipped, 0);
	for (size_t i = 0; i < 10 && e->lines[i]; i++) {
		if (!has_line(e->lines[i]))
			print_lines();
		ck_assert_msg(has_line(e->lines[i]), "%s: no \"%s\"", e->file,
		    e->lines[i]);
	}
}

static bool
report_has(const char *name)
{
	for (size_t i = 0; i < report.table_count; i++)
		if (!strcmp(report.tables[i], name))
			return true;
	return name == NULL;
}

static const struct bgp_snmp_query all = { .wants = BGP_WANT_ALL };

START_TEST(recording)
{
	const struct expected *e = &recordings[_i];

	if (!open_recording(e->file))
		return;
	ck_assert_msg(read_peers(&all), "%s", err.text);
	check_recording(e);
	ck_assert(!e->table || report_has(e->table));
	/* With the hint of the first run: the same, without a discovery. */
	ck_assert_msg(read_again(&all), "%s", err.text);
	check_recording(e);
	ck_assert(e->peers == 0 || report.hint_used);
}
END_TEST

/* Answers that hold few rows, GETNEXT only, one repetition: the same peers. */
START_TEST(small_steps)
{
	const struct expected *e = &recordings[_i];
	const struct bgp_snmp_query small = {
		.wants = BGP_WANT_ALL,
		.max_repetitions = 1 + (size_t)_i % 3,
	};

	if (!open_recording(e->file))
		return;
	snmprec_limit(agent, 200);
	ck_assert_msg(read_peers(&small), "%s", err.text);
	check_recording(e);
}
END_TEST

START_TEST(v1)
{
	const struct expected *e = &recordings[_i];

	if (!open_recording(e->file))
		return;
	agent->v1 = true;
	ck_assert_msg(read_peers(&all), "%s", err.text);
	check_recording(e);
}
END_TEST

/* Every peer of a recording asked for by name: with the hint one request. */
START_TEST(named)
{
	const struct expected *e = &recordings[_i];
	struct bgp_snmp_peer peer;
	struct bgp_snmp_query query = {
		.wants = BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_TIME |
		    BGP_WANT_ERROR,
		.peers = &peer,
		.peer_count = 1,
	};
	char before[1024], after[1024];
	struct text line = TEXT_OVER(before), again = TEXT_OVER(after);

	if (e->peers == 0 || !open_recording(e->file))
		return;
	ck_assert(read_peers(&all));
	peer = (struct bgp_snmp_peer){ bgp_table_at(&table, 0)->vrf,
		bgp_table_at(&table, 0)->address };
	hint = (struct bgp_snmp_hint){ .arena = &arena };
	ck_assert(read_again(&query));
	ck_assert(!report.hint_used);
	peer_line(&line,
	    bgp_table_find(&table, peer.vrf, &peer.address,
		bgp_table_at(&table, 0)->interface));
	ck_assert_msg(read_again(&query), "%s", err.text);
	ck_assert(report.hint_used);
	ck_assert_uint_eq(agent->counters.requests, 1);
	ck_assert_uint_eq(bgp_table_count(&table), 1);
	peer_line(&again, bgp_table_at(&table, 0));
	ck_assert_str_eq(before, after);
}
END_TEST

/* --- synthetic agents ----------------------------------------------------- */

static void
open_bytes(const char *bytes)
{
	agent = snmprec_replay("the agent", bytes, strlen(bytes), &err);
	ck_assert_msg(agent != NULL, "%s", err.text);
}

static void
check_lines(const char *const *lines, size_t count)
{
	ck_assert_msg(read_peers(&all), "%s", err.text);
	ck_assert_uint_eq(bgp_table_count(&table), count);
	for (size_t i = 0; i < count; i++) {
		if (!has_line(lines[i]))
			print_lines();
		ck_assert_msg(has_line(lines[i]), "no \"%s\"", lines[i]);
	}
}

/* Our own recording of the lab (tests/fixtures/snmp/README.md). */
START_TEST(lab)
{
	static const char *const lines[] = {
		"192.0.2.2 Established running as=65002 s=4 flaps=1",
		"192.0.2.3 Idle running as=65002 s=0 flaps=0 err=2.2",
		"192.0.2.97 Active running as=65097 s=0 flaps=0",
		"192.0.2.98 Idle down as=65098 s=0 flaps=0",
		"192.0.2.99 Active running as=65099 s=0 flaps=0",
		"198.51.100.2 Established running as=4200000003 s=5 flaps=1",
		"203.0.113.2 Established running as=65001 s=4 flaps=1",
	};

	agent = snmprec_open("tests/fixtures/snmp/lab_frr.snmprec", &err);
	ck_assert_msg(agent != NULL, "%s", err.text);
	check_lines(lines, 7);
	ck_assert_uint_eq(table.local_as, 65001);
}
END_TEST

/* --- FRR must not be hurt ------------------------------------------------- */

/* Columns of BGP4V2-MIB that crash bgpd. */
static bool
is_deadly(const struct snmp_oid *oid)
{
	static const uint32_t errors[] = { 1, 3, 6, 1, 3, 5, 1, 1, 3, 1 };
	static const uint32_t routes[] = { 1, 3, 6, 1, 3, 5, 1, 1, 9 };

	if (oid->len > 10 && !memcmp(oid->sub, errors, sizeof(errors)))
		return oid->sub[10] == 4 || oid->sub[10] == 5 ||
		    oid->sub[10] == 9 || oid->sub[10] == 10;
	return oid->len >= 9 && !memcmp(oid->sub, routes, sizeof(routes));
}

static bool
is_frr_table(const struct snmp_oid *oid)
{
	static const uint32_t root[] = { 1, 3, 6, 1, 3, 5, 1, 1 };

	return oid->len >= 8 && !memcmp(oid->sub, root, sizeof(root));
}

static bool (*real_send)(struct snmp_agent *, size_t, struct err *);
static size_t frr_oids;

static bool
watching_send(struct snmp_agent *a, size_t index, struct err *e)
{
	const struct snmp_slot *slot = &a->slots[index];

	for (size_t i = 0; i < slot->count; i++) {
		const struct snmp_oid *oid = &slot->oids[i];

		ck_assert(!is_deadly(oid));
		if (!is_frr_table(oid))
			continue;
		frr_oids++;
		ck_assert_int_ne(slot->op, SNMP_GETBULK);
		/* GETNEXT: the state column only, its root or a whole index. */
		if (slot->op == SNMP_GETNEXT) {
			ck_assert_uint_eq(oid->sub[8], 2);
			ck_assert_uint_eq(oid->sub[10], 13);
		}
		ck_assert(oid->len == 11 || oid->len == 17 || oid->len == 29);
	}
	return real_send(a, index, e);
}

START_TEST(frr_is_read_gently)
{
	static struct snmp_backend watching;

	if (!open_recording(
		_i % 2 ? "synth_frr90_bgp4v2" : "synth_frr91_bgp4v2"))
		return;
	agent->v1 = _i > 1;
	watching = *agent->backend;
	real_send = watching.send;
	watching.send = watching_send;
	agent->backend = &watching;
	ck_assert_msg(read_peers(&all), "%s", err.text);
	ck_assert_uint_eq(bgp_table_count(&table), 3);
	ck_assert_uint_gt(frr_oids, 10);
}
END_TEST

/* FortiOS 7.2: the fifth number is the virtual domain, 1 is root; bgpLocalAs
 * has no instance .0. */
START_TEST(fortios)
{
	static const char *const lines[] = {
		"192.0.2.1 Established as=65001",
		"192.0.2.1 vrf 3 Active as=65002",
	};

	open_bytes("1.3.6.1.2.1.15.2.1|2|65000\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.1.1|2|6\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.1.3|2|3\n"
		   "1.3.6.1.2.1.15.3.1.9.192.0.2.1.1|2|65001\n"
		   "1.3.6.1.2.1.15.3.1.9.192.0.2.1.3|2|65002\n");
	check_lines(lines, 2);
	ck_assert_uint_eq(table.local_as, 65000);
}
END_TEST

/* SONiC serves the columns 2 and 3 only: the rest is unknown, not 0. */
START_TEST(missing_columns)
{
	static const char *const lines[] = { "192.0.2.1 OpenSent running" };

	open_bytes("1.3.6.1.2.1.15.3.1.2.192.0.2.1|2|4\n"
		   "1.3.6.1.2.1.15.3.1.3.192.0.2.1|2|2\n");
	check_lines(lines, 1);
	ck_assert_uint_eq(bgp_table_at(&table, 0)->has, 0);
}
END_TEST

/* Huawei has a row for each family: one peer, and down if one row is. */
START_TEST(huawei_families)
{
	static const char *const lines[] = {
		"192.0.2.1 Active as=65001 [1/1 in=5 max=100 warn=80] "
		"[2/1 in=7]",
		"192.0.2.1 vrf blue Established as=65002 [1/1]",
	};

	open_bytes("1.3.6.1.4.1.2011.5.25.177.1.1.1.1.6.0.1.1.1.4.192.0.2.1"
		   "|4|Public\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.1.1.6.2.1.1.1.4.192.0.2.1"
		   "|4|blue\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.2.0.1.1.1.4.192.0.2.1"
		   "|66|65001\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.2.2.1.1.1.4.192.0.2.1"
		   "|66|65002\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.5.0.1.1.1.4.192.0.2.1"
		   "|2|6\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.5.0.2.1.1.4.192.0.2.1"
		   "|2|3\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.5.2.1.1.1.4.192.0.2.1"
		   "|2|6\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.3.1.1.0.1.1.1.4.192.0.2.1"
		   "|65|5\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.3.1.1.0.2.1.1.4.192.0.2.1"
		   "|65|7\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.5.1.1.0.1.1.1.4.192.0.2.1"
		   "|66|100\n"
		   "1.3.6.1.4.1.2011.5.25.177.1.1.5.1.2.0.1.1.1.4.192.0.2.1"
		   "|66|80\n");
	check_lines(lines, 2);
}
END_TEST

/* What the vendor's table lacks comes from BGP4-MIB, for its peers only. */
START_TEST(gaps_are_filled)
{
	static const char *const lines[] = {
		"192.0.2.1 Established running as=65001 s=77 flaps=3",
		"192.0.2.1 vrf v2 Established as=65009",
	};

	open_bytes("1.3.6.1.2.1.15.3.1.2.192.0.2.1|2|3\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.9|2|3\n"
		   "1.3.6.1.2.1.15.3.1.3.192.0.2.1|2|2\n"
		   "1.3.6.1.2.1.15.3.1.15.192.0.2.1|65|3\n"
		   "1.3.6.1.2.1.15.3.1.16.192.0.2.1|66|77\n"
		   "1.3.6.1.4.1.6527.3.1.2.3.1.1.4.1|4|Base\n"
		   "1.3.6.1.4.1.6527.3.1.2.3.1.1.4.2|4|v2\n"
		   "1.3.6.1.4.1.6527.3.1.2.14.4.7.1.59.1.1.4.192.0.2.1|2|6\n"
		   "1.3.6.1.4.1.6527.3.1.2.14.4.7.1.59.2.1.4.192.0.2.1|2|6\n"
		   "1.3.6.1.4.1.6527.3.1.2.14.4.7.1.66.1.1.4.192.0.2.1"
		   "|66|65001\n"
		   "1.3.6.1.4.1.6527.3.1.2.14.4.7.1.66.2.1.4.192.0.2.1"
		   "|66|65009\n");
	check_lines(lines, 2);
}
END_TEST

/* An index or a state that makes no sense is no peer that is up. */
START_TEST(nonsense)
{
	static const char *const lines[] = {
		"192.0.2.1 unknown as=65001",
		"192.0.2.2 unknown",
	};

	open_bytes("1.3.6.1.2.1.15.3.1.2.192.0.2|2|6\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.1|4|6\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.2|2|99\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.256|2|6\n"
		   "1.3.6.1.2.1.15.3.1.9.192.0.2.1|2|65001\n"
		   "1.3.6.1.2.1.15.3.1.9.192.0.2.2|4|65001\n");
	check_lines(lines, 2);
	ck_assert_uint_eq(report.rows_skipped, 2);
	ck_assert_uint_eq(count_up(), 0);
}
END_TEST

/* A table that is larger than allowed is cut, and says so. */
START_TEST(budgets)
{
	const struct bgp_snmp_query few = { .max_rows = 2 };
	const struct bgp_snmp_query bytes = { .max_bytes = 100 };

	open_bytes("1.3.6.1.2.1.15.3.1.2.192.0.2.1|2|6\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.2|2|6\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.3|2|6\n");
	ck_assert(read_peers(&few));
	ck_assert_uint_eq(bgp_table_count(&table), 2);
	ck_assert(table.full);
	hint = (struct bgp_snmp_hint){ .arena = &arena };
	ck_assert(!read_again(&bytes));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
}
END_TEST

/* A hint that the device has outgrown is found out in the same run. */
START_TEST(wrong_hints)
{
	static const char bytes[] = "uses\t1\nwants\t2047\n"
				    "table\tcbgpPeer2Table\n"
				    "row\t0\t192.0.2.1\t1.4.192.0.2.1\t\t\n";
	const struct bgp_snmp_peer peer = {
		.address = { .family = IP_V4, .bytes = { 192, 0, 2, 1 } },
	};
	const struct bgp_snmp_query query = {
		.wants = BGP_WANT_REMOTE_AS,
		.peers = &peer,
		.peer_count = 1,
	};

	open_bytes("1.3.6.1.2.1.15.3.1.2.192.0.2.1|2|6\n"
		   "1.3.6.1.2.1.15.3.1.9.192.0.2.1|2|65001\n");
	ck_assert(
	    bgp_snmp_hint_parse(bytes, strlen(bytes), &hint, &arena, &err));
	ck_assert(_i ? read_peers(&query) : read_peers(&all));
	ck_assert(report.hint_failed);
	ck_assert(has_line("192.0.2.1 Established as=65001"));
	ck_assert_str_eq(hint.tables[0], "bgpPeerTable");
	ck_assert_uint_eq(hint.uses, 0);
}
END_TEST

/* Where runs are rare, a table that came since is not waited for 288 of them.
 */
START_TEST(old_hints)
{
	static const struct {
		int64_t age_s;
		bool used;
	} ages[] = { { 0, true }, { 86000, true }, { 86500, false },
		{ -3600, false } };
	char bytes[200];

	open_bytes("1.3.6.1.2.1.15.3.1.2.192.0.2.1|2|6\n");
	snprintf(bytes, sizeof(bytes),
	    "uses\t1\nwants\t2047\nmade\t%lld\ntable\tbgpPeerTable\n",
	    (long long)(clock_wall_ns() / CLOCK_SECOND - ages[_i].age_s));
	ck_assert(
	    bgp_snmp_hint_parse(bytes, strlen(bytes), &hint, &arena, &err));
	ck_assert(read_peers(&all));
	ck_assert_int_eq(report.hint_used, ages[_i].used);
	ck_assert_uint_gt(hint.made_s, 0);
	ck_assert_uint_eq(hint.uses, ages[_i].used ? 2 : 0);
}
END_TEST

/* A row that is numbered by the router may be another peer's by now: whoever
 * stands there is looked at, and not taken for the one that did. */
static const struct {
	const char *hint, *rows;
	unsigned wants;
	const char *line;
} moved[] = {
	/* Foundry: the address is a cell. */
	{ "wants\t2047\ntable\tsnBgp4NeighborSummaryTable\n"
	  "row\t0\t192.0.2.1\t1\t\t\n",
	    "1.3.6.1.4.1.1991.1.2.11.17.1.1.2.1|64x|c0000202\n"
	    "1.3.6.1.4.1.1991.1.2.11.17.1.1.2.2|64x|c0000201\n"
	    "1.3.6.1.4.1.1991.1.2.11.17.1.1.3.1|2|6\n"
	    "1.3.6.1.4.1.1991.1.2.11.17.1.1.3.2|2|3\n",
	    0, "192.0.2.1 Active" },
	/* Its address is not told any more. */
	{ "wants\t2047\ntable\tsnBgp4NeighborSummaryTable\n"
	  "row\t0\t192.0.2.1\t1\t\t\n",
	    "1.3.6.1.4.1.1991.1.2.11.17.1.1.2.2|64x|c0000201\n"
	    "1.3.6.1.4.1.1991.1.2.11.17.1.1.3.1|2|6\n"
	    "1.3.6.1.4.1.1991.1.2.11.17.1.1.3.2|2|3\n",
	    0, "192.0.2.1 Active" },
	/* Huawei: the VRF of an instance is a cell. */
	{ "wants\t2047\ntable\thwBgpPeerTable\n"
	  "row\t0\t192.0.2.1\t5.1.1.1.4.192.0.2.1\t\tred\n",
	    "1.3.6.1.4.1.2011.5.25.177.1.1.1.1.6.5.1.1.1.4.192.0.2.1|4|blue\n"
	    "1.3.6.1.4.1.2011.5.25.177.1.1.1.1.6.6.1.1.1.4.192.0.2.1|4|red\n"
	    "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.5.5.1.1.1.4.192.0.2.1|2|6\n"
	    "1.3.6.1.4.1.2011.5.25.177.1.1.2.1.5.6.1.1.1.4.192.0.2.1|2|3\n",
	    0, "192.0.2.1 vrf red Active [1/1]" },
	/* Junos: prefixes stand under the peer's own number. */
	{ "wants\t2047\ntable\tjnxBgpM2PeerTable\n"
	  "table\tjnxBgpM2PrefixCountersTable\n"
	  "row\t0\t192.0.2.1\t0.1.192.0.2.9.1.192.0.2.1\t\t\n"
	  "row\t1\t192.0.2.1\t4.1.1\t\t\n",
	    "1.3.6.1.4.1.2636.5.1.1.2.1.1.1.2.0.1.192.0.2.9.1.192.0.2.1|2|6\n"
	    "1.3.6.1.4.1.2636.5.1.1.2.1.1.1.14.0.1.192.0.2.9.1.192.0.2.1"
	    "|66|7\n"
	    "1.3.6.1.4.1.2636.5.1.1.2.6.2.1.7.4.1.1|66|901\n"
	    "1.3.6.1.4.1.2636.5.1.1.2.6.2.1.7.7.1.1|66|4\n"
	    "1.3.6.1.4.1.2636.5.1.1.2.6.2.1.8.4.1.1|66|900\n"
	    "1.3.6.1.4.1.2636.5.1.1.2.6.2.1.8.7.1.1|66|3\n",
	    BGP_WANT_ACCEPTED, "192.0.2.1 Established [1/1 in=4 ok=3]" },
};

START_TEST(rows_that_moved)
{
	struct bgp_snmp_peer peer = { .vrf = NULL };
	const struct bgp_snmp_query query = {
		.wants = moved[_i].wants,
		.peers = &peer,
		.peer_count = 1,
	};

	ck_assert(ip_parse("192.0.2.1", &peer.address, &err));
	if (strstr(moved[_i].hint, "red") != NULL)
		peer.vrf = "red";
	open_bytes(moved[_i].rows);
	ck_assert(bgp_snmp_hint_parse(moved[_i].hint, strlen(moved[_i].hint),
	    &hint, &arena, &err));
	ck_assert_msg(read_peers(&query), "%s", err.text);
	print_lines();
	ck_assert(has_line(moved[_i].line));
	ck_assert(report.hint_failed);
	/* And the new hint is right. */
	ck_assert_msg(read_again(&query), "%s", err.text);
	ck_assert(has_line(moved[_i].line));
	ck_assert(report.hint_used);
}
END_TEST

/* An agent that will not tell of Cisco's second table: what it has may be all,
 * and may be half of it. */
static bool (
    *real_poll)(struct snmp_agent *, const struct deadline *, struct err *);
static bool refuses_by_index;
static size_t refused[SNMP_IN_FLIGHT]; /* 0: not; else the binding */

static bool
refusing_send(struct snmp_agent *a, size_t index, struct err *e)
{
	static const uint32_t root[] = { 1, 3, 6, 1, 4, 1, 9, 9, 187, 1, 2, 5 };
	const struct snmp_slot *slot = &a->slots[index];

	refused[index] = 0;
	for (size_t i = 0; i < slot->count; i++)
		if (slot->op == SNMP_GETNEXT && slot->oids[i].len >= 12 &&
		    !memcmp(slot->oids[i].sub, root, sizeof(root)))
			refused[index] = i + 1;
	return refused[index] > 0 || real_send(a, index, e);
}

static bool
refusing_poll(struct snmp_agent *a, const struct deadline *d, struct err *e)
{
	for (size_t i = 0; i < SNMP_IN_FLIGHT; i++) {
		const struct snmp_reply reply = {
			.status = SNMP_GEN_ERR,
			.error_index = refuses_by_index ? refused[i] : 0,
		};

		if (refused[i] == 0)
			continue;
		refused[i] = 0;
		return snmp_agent_answer(a, i, &reply, e);
	}
	return real_poll(a, d, e);
}

START_TEST(a_table_that_is_refused)
{
	static struct snmp_backend refusing;

	open_bytes("1.3.6.1.2.1.15.3.1.2.192.0.2.1|2|6\n"
		   "1.3.6.1.4.1.9.9.187.1.2.5.1.3.2.16.32.1.13.184.0.0.0.0.0."
		   "0.0.0.0.0.0.1|2|3\n");
	refusing = *agent->backend;
	real_send = refusing.send;
	real_poll = refusing.poll;
	refusing.send = refusing_send;
	refusing.poll = refusing_poll;
	agent->backend = &refusing;
	refuses_by_index = _i;
	for (int run = 0; run < 2; run++) { /* and it is not forgotten */
		ck_assert_msg(read_again(&all), "%s", err.text);
		ck_assert_uint_eq(report.tables_refused, 1);
		ck_assert_uint_eq(bgp_table_count(&table), 1);
	}
	ck_assert_uint_eq(hint.table_count, 0);
}
END_TEST

/* A table that was empty at the last discovery is not in the hint; whoever is
 * asked for and not found may stand there by now. */
START_TEST(named_in_a_new_table)
{
	static const char bytes[] = "wants\t2047\ntable\tbgpPeerTable\n";
	struct bgp_snmp_peer peer = { .vrf = NULL };
	const struct bgp_snmp_query query = {
		.peers = &peer,
		.peer_count = 1,
	};

	ck_assert(ip_parse("2001:db8::1", &peer.address, &err));
	open_bytes("1.3.6.1.2.1.15.3.1.2.192.0.2.1|2|6\n"
		   "1.3.6.1.4.1.25506.2.183.1.1.1.3.32.1.13.184.0.0.0.0.0.0.0."
		   "0.0.0.0.1|2|6\n");
	ck_assert(
	    bgp_snmp_hint_parse(bytes, strlen(bytes), &hint, &arena, &err));
	ck_assert(read_peers(&query));
	ck_assert(report.hint_failed);
	ck_assert(has_line("2001:db8::1 Established"));
}
END_TEST

START_TEST(hints_as_text)
{
	const struct bgp_snmp_peer peer = {
		.address = { .family = IP_V4, .bytes = { 192, 0, 2, 1 } },
	};
	const struct bgp_snmp_query query = {
		.wants = BGP_WANT_TIME,
		.peers = &peer,
		.peer_count = 1,
	};
	char bytes[1024], again[1024], expected[1024];
	struct text text = TEXT_OVER(bytes), second = TEXT_OVER(again);
	struct bgp_snmp_hint copy;

	open_bytes("1.3.6.1.2.1.15.2.0|2|65000\n"
		   "1.3.6.1.2.1.15.3.1.2.192.0.2.1|2|6\n"
		   "1.3.6.1.2.1.15.3.1.16.192.0.2.1|2|12\n");
	ck_assert(read_peers(&query));
	bgp_snmp_hint_write(&hint, &text);
	snprintf(expected, sizeof(expected),
	    "uses\t0\nwants\t8\nmade\t%llu\nlocal-as\t65000\npeers\t1\n"
	    "table\tbgpPeerTable\nrow\t0\t192.0.2.1\t192.0.2.1\t\t\n",
	    (unsigned long long)hint.made_s);
	ck_assert_str_eq(bytes, expected);
	ck_assert_msg(bgp_snmp_hint_parse(bytes, text.len, &copy, &arena, &err),
	    "%s", err.text);
	bgp_snmp_hint_write(&copy, &second);
	ck_assert_str_eq(bytes, again);
	hint = copy;
	ck_assert(read_again(&query));
	ck_assert_uint_eq(agent->counters.requests, 1);
	ck_assert(has_line("192.0.2.1 Established s=12"));
}
END_TEST

START_TEST(damaged_hints)
{
	static const char *const bad[] = {
		"uses\tx\n",
		"table\tno_such_table\n",
		"row\t0\t192.0.2.1\t1.2\t\t\n", /* of no table */
		"table\tbgpPeerTable\nrow\t0\t192.0.2.1\t1..2\t\t\n",
		"table\tbgpPeerTable\nrow\t0\tnobody\t1.2\t\t\n",
		"garbage",
		"uses\t1\textra\n",
	};
	struct bgp_snmp_hint copy;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(!bgp_snmp_hint_parse(bad[i], strlen(bad[i]),
				  &copy, &arena, &err),
		    "%s", bad[i]);
		ck_assert_uint_eq(copy.table_count, 0);
	}
}
END_TEST

/* --- requests ------------------------------------------------------------- */

/* n IPv4 peers of BGP4-MIB, five columns. */
static void
open_many(size_t n)
{
	static const unsigned columns[] = { 2, 3, 9, 14, 16 };
	char *bytes = malloc(n * 5 * 64 + 1);
	struct text text;

	ck_assert(bytes != NULL);
	text_init(&text, bytes, n * 5 * 64 + 1);
	for (size_t c = 0; c < 5; c++)
		for (size_t i = 0; i < n; i++)
			text_addf(&text,
			    "1.3.6.1.2.1.15.3.1.%u.10.%zu.%zu.%zu|%s\n",
			    columns[c], i / 62500 + 1, i / 250 % 250,
			    i % 250 + 1, columns[c] == 14 ? "4x|0000" : "2|6");
	ck_assert(!text.cut);
	agent = snmprec_replay("the agent", bytes, text.len, &err);
	ck_assert_msg(agent != NULL, "%s", err.text);
	free(bytes);
}

/* As many as GETBULK of 50 by anybody else would take, or fewer. */
START_TEST(requests)
{
	static const size_t peers[] = { 10, 100, 1000, 10000 };
	static const size_t floors[] = { 1, 3, 21, 201 };
	const struct bgp_snmp_query states = { .wants = 0 };

	open_many(peers[_i]);
	ck_assert(read_peers(&states));
	ck_assert(read_again(&states));
	ck_assert_uint_eq(bgp_table_count(&table), peers[_i]);
	ck_assert_uint_le(agent->counters.requests, floors[_i]);
}
END_TEST

/* What lies behind the table is not asked for twice: the hint says how many
 * rows there are, and a table that has grown is still read whole. */
START_TEST(no_more_than_expected)
{
	const struct bgp_snmp_query states = { .wants = 0 };

	open_many(10);
	ck_assert(read_peers(&states));
	ck_assert(read_again(&states));
	ck_assert_uint_eq(agent->counters.requests, 1);
	ck_assert_uint_eq(agent->counters.varbinds, 11);
	hint.peer_rows = 3;
	ck_assert(read_again(&states));
	ck_assert_uint_eq(bgp_table_count(&table), 10);
	ck_assert_uint_eq(hint.peer_rows, 10);
}
END_TEST

/* A table of 10,000 peers, all wanted: 150 bytes for each beyond 5 MiB. */
START_TEST(memory)
{
	const struct bgp_snmp_query some = {
		.wants = BGP_WANT_ADMIN | BGP_WANT_REMOTE_AS | BGP_WANT_ERROR |
		    BGP_WANT_TIME,
	};

	open_many(10000);
	ck_assert_msg(read_peers(&some), "%s", err.text);
	ck_assert_uint_eq(bgp_table_count(&table), 10000);
	ck_assert_uint_le(arena.used, (5u << 20) + 150u * 10000);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("bgp_snmp");
	TCase *t = tcase_create("recordings");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 300);
	tcase_add_loop_test(t, recording, 0, RECORDINGS);
	tcase_add_loop_test(t, small_steps, 0, RECORDINGS);
	tcase_add_loop_test(t, v1, 0, RECORDINGS);
	tcase_add_loop_test(t, named, 0, RECORDINGS);
	tcase_add_loop_test(t, frr_is_read_gently, 0, 4);
	tcase_add_test(t, lab);
	tcase_add_test(t, fortios);
	tcase_add_test(t, missing_columns);
	tcase_add_test(t, huawei_families);
	tcase_add_test(t, gaps_are_filled);
	tcase_add_test(t, nonsense);
	tcase_add_test(t, budgets);
	tcase_add_loop_test(t, wrong_hints, 0, 2);
	tcase_add_loop_test(t, old_hints, 0, 4);
	tcase_add_loop_test(t, a_table_that_is_refused, 0, 2);
	tcase_add_loop_test(t, rows_that_moved, 0,
	    sizeof(moved) / sizeof(moved[0]));
	tcase_add_test(t, named_in_a_new_table);
	tcase_add_test(t, hints_as_text);
	tcase_add_test(t, damaged_hints);
	tcase_add_loop_test(t, requests, 0, 4);
	tcase_add_test(t, no_more_than_expected);
	tcase_add_test(t, memory);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
