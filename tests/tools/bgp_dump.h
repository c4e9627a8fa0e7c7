/* SPDX-License-Identifier: ISC */
/*
 * bgp_dump: a peer as one line, every field that it has; what the tests of the
 * sources compare.
 *
 *	192.0.2.1 Established running as=65001/65002 time=5 ipv4-unicast:up
 *	accepted=5 advertised=3 limit=1000 name=frr4 descr="FRR over IPv4"
 */
#ifndef TESTS_TOOLS_BGP_DUMP_H
#define TESTS_TOOLS_BGP_DUMP_H

#include "model/bgp.h"

static inline void
bgp_dump_family(struct text *out, const struct bgp_family *family)
{
	static const char *const activity[] = { "", ":up", ":down" };

	text_add(out, " ");
	bgp_family_name(out, family->afi, family->safi);
	text_add(out, activity[family->activity]);
	if (family->has & BGP_HAS_RECEIVED)
		text_addf(out, " received=%u", family->received);
	if (family->has & BGP_HAS_ACCEPTED)
		text_addf(out, " accepted=%u", family->accepted);
	if (family->has & BGP_HAS_ADVERTISED)
		text_addf(out, " advertised=%u", family->advertised);
	if (family->has & BGP_HAS_LIMIT)
		text_addf(out, " limit=%u", family->limit);
	if (family->has & BGP_HAS_THRESHOLD)
		text_addf(out, " threshold=%u%%", family->threshold);
}

static inline void
bgp_dump_error(struct text *out, const struct bgp_peer *peer)
{
	static const char *const from[] = { "", " received", " sent" };

	if (peer->has & BGP_HAS_ERROR) {
		text_addf(out, " error=%u/%u%s", peer->error_code,
		    peer->error_subcode, from[peer->error_direction]);
	}
	if (peer->error_text)
		text_addf(out, " said=\"%s\"", peer->error_text);
	if (peer->limit_hit)
		text_add(out, " limit-hit");
}

static inline void
bgp_dump_as(struct text *out, const struct bgp_peer *peer)
{
	text_add(out, " as=");
	if (peer->has & BGP_HAS_REMOTE_AS)
		bgp_as_format(out, peer->remote_as);
	text_add(out, "/");
	if (peer->has & BGP_HAS_LOCAL_AS)
		bgp_as_format(out, peer->local_as);
}

static inline void
bgp_dump(struct text *out, const struct bgp_peer *peer)
{
	bgp_peer_name(out, peer);
	text_addf(out, " %s", bgp_state_name(peer->state));
	if (peer->state_text)
		text_addf(out, " (%s)", peer->state_text);
	text_addf(out, " %s", bgp_admin_name(peer->admin));
	bgp_dump_as(out, peer);
	if (peer->has & BGP_HAS_TIME)
		text_addf(out, " time=%u", peer->time_s);
	if (peer->has & BGP_HAS_TRANSITIONS)
		text_addf(out, " transitions=%u", peer->transitions);
	bgp_dump_error(out, peer);
	for (const struct bgp_family *f = peer->families; f; f = f->next)
		bgp_dump_family(out, f);
	if (peer->name)
		text_addf(out, " name=%s", peer->name);
	if (peer->description)
		text_addf(out, " descr=\"%s\"", peer->description);
}

#endif
