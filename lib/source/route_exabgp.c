/* SPDX-License-Identifier: ISC */
#include "source/route_exabgp.h"

#include <string.h>

#include "base/span.h"
#include "source/bgp_exabgp.h"
#include "source/exabgp_rib.h"
#include "source/route_part.h"

#define TRIES 2

/* --- a list --------------------------------------------------------------- */

struct listing {
	struct route_view *view;
	const struct route_question *question;
	const struct bgp_table *peers;
	enum route_stage stage;
	bool full;
};

static bool
is_established(const struct bgp_table *peers, const struct exabgp_route *route)
{
	for (size_t i = 0; i < bgp_table_count(peers); i++) {
		const struct bgp_peer *peer = bgp_table_at(peers, i);

		if (bgp_peer_is_up(peer) && exabgp_route_is_of(route, peer))
			return true;
	}
	return false;
}

static bool
is_unicast(const struct exabgp_route *route)
{
	return route->has_prefix &&
	    (span_is(route->family, "ipv4 unicast") ||
		span_is(route->family, "ipv6 unicast"));
}

/* "next-hop ADDRESS"; "self" is our end of the session. */
static void
read_hop(struct route_view *view, struct route_path *path,
    const struct exabgp_route *route)
{
	struct span rest = route->more, word;
	struct ip gateway = route->local;

	while (span_word(&rest, &word))
		if (span_is(word, "next-hop"))
			break;
	if (!span_word(&rest, &word) ||
	    (!span_is(word, "self") && !route_part_ip(word, &gateway)) ||
	    gateway.family == IP_NONE || !route_hop(view, path, &gateway))
		return;
	path->has |= ROUTE_HAS_HOPS;
}

/*
 * 4.2 has "[ 65001 65002 ( 7 8 ) ]", where round brackets are a set; 5.0 has
 * "( 65001 65002 ) [ 7 8 ]", where square ones are, and {( )} and {[ ]} those
 * of confederations.
 */
struct segment {
	const char *open, *close, *before, *between, *after;
};

static const struct segment segments_4[] = {
	{ "[", "]", "", " ", "" },
	{ "(", ")", "{", ",", "}" },
	{ NULL },
};
static const struct segment segments_5[] = {
	{ "(", ")", "", " ", "" },
	{ "[", "]", "{", ",", "}" },
	{ "{(", ")}", "(", " ", ")" },
	{ "{[", "]}", "[", ",", "]" },
	{ NULL },
};

static const struct segment *
opened_by(const struct segment *segments, struct span word)
{
	while (segments->open != NULL && !span_is(word, segments->open))
		segments++;
	return segments->open != NULL ? segments : NULL;
}

/* The numbers of a segment up to its end, and of those inside.  False for what
 * has no end. */
static bool
add_segment(struct text *text, struct span *rest,
    const struct segment *segments, const struct segment *segment)
{
	const struct segment *inner = NULL;
	const char *between = "";
	struct span word;
	uint32_t as;

	text_add(text, text->len > 0 ? " " : "");
	text_add(text, segment->before);
	while (span_word(rest, &word)) {
		if (inner != NULL && span_is(word, inner->close)) {
			text_add(text, inner->after);
			inner = NULL;
		} else if (span_is(word, segment->close)) {
			text_add(text, segment->after);
			return true;
		} else if (span_u32(word, &as)) {
			text_addf(text, "%s%u", between, as);
			between = (inner != NULL ? inner : segment)->between;
		} else {
			inner = opened_by(segments, word);
			if (inner == NULL)
				return false;
			text_addf(text, "%s%s", between, inner->before);
			between = "";
		}
	}
	return false;
}

static void
read_as_path(struct route_view *view, struct route_path *path,
    const struct exabgp_route *route, const struct segment *segments)
{
	char bytes[ROUTE_AS_PATH_MAX];
	struct text text = TEXT_OVER(bytes);
	struct span rest = route->more, word = { 0 }, next;
	const struct segment *segment;

	while (span_word(&rest, &word) && !span_is(word, "as-path"))
		;
	if (!span_is(word, "as-path"))
		return;
	for (next = rest; span_word(&next, &word); rest = next) {
		segment = opened_by(segments, word);
		if (segment == NULL)
			break;
		if (!add_segment(&text, &next, segments, segment))
			return;
	}
	if (!text.cut)
		route_part_as_path(view, path,
		    (struct span){ text.data, text.len });
}

static bool
is_4(const struct bgp_table *peers)
{
	return peers->daemon != NULL && !strncmp(peers->daemon, "exabgp 4", 8);
}

static bool
read_path(struct listing *listing, struct route_answer *answer,
    const struct exabgp_route *route)
{
	char peer[64];
	struct text text = TEXT_OVER(peer);
	struct route_path *path =
	    route_add(listing->view, answer, &route->prefix);

	if (path == NULL)
		return false;
	ip_format(&text, &route->peer);
	path->reached = listing->stage;
	path->protocol = "bgp";
	path->from = route_string(listing->view, text.data, text.len);
	read_hop(listing->view, path, route);
	read_as_path(listing->view, path, route,
	    is_4(listing->peers) ? segments_4 : segments_5);
	return true;
}

static bool
count(struct listing *listing, const struct exabgp_route *route)
{
	const enum ip_family family =
	    (enum ip_family)route->prefix.address.family;

	return listing->stage != ROUTE_ANNOUNCED ||
	    !listing->question->counts ||
	    !(listing->question->families & 1U << family) ||
	    route_count(listing->view, family, "", "bgp", 1);
}

static bool
take(const struct exabgp_route *route, void *context)
{
	struct listing *listing = context;

	if (!is_unicast(route) || !is_established(listing->peers, route))
		return true;
	listing->full |= !count(listing, route);
	for (size_t i = 0; i < listing->view->answers.count; i++) {
		struct route_answer *answer = route_view_at(listing->view, i);

		if (ip_net_equal(&answer->prefix, &route->prefix))
			listing->full |= !read_path(listing, answer, route);
	}
	return !listing->full;
}

bool
route_exabgp_parse(const char *bytes, size_t len, enum route_stage stage,
    const struct bgp_table *peers, const struct route_question *question,
    struct route_view *view, struct err *err)
{
	struct listing listing = { view, question, peers, stage, false };

	if (!exabgp_rib_parse(bytes, len, take, &listing, err))
		return false;
	return !listing.full ||
	    err_set(err, ERR_SYSTEM, "no room for the routes of exabgp");
}

/* --- what cannot be told -------------------------------------------------- */

static bool
mark(const struct exabgp_route *route, void *context)
{
	struct bgp_table *peers = context;

	for (size_t i = 0; i < bgp_table_count(peers); i++) {
		struct bgp_peer *peer = bgp_table_at(peers, i);

		if (exabgp_route_is_of(route, peer))
			peer->has |= BGP_HAS_RECEIVED;
	}
	return true;
}

/* Is there an established peer that gave us nothing, or nothing that was kept?
 */
static const char *
silent_peer(struct bgp_table *peers, const struct reply *in,
    struct route_view *view)
{
	struct err ignored;

	exabgp_rib_parse(in->bytes, in->len, mark, peers, &ignored);
	for (size_t i = 0; i < bgp_table_count(peers); i++) {
		const struct bgp_peer *peer = bgp_table_at(peers, i);
		char bytes[ROUTE_TEXT];
		struct text text = TEXT_OVER(bytes);

		if (!bgp_peer_is_up(peer) || (peer->has & BGP_HAS_RECEIVED))
			continue;
		text_add(&text, "no route of ");
		bgp_peer_name(&text, peer);
		text_add(&text, " is kept: adj-rib-in may be off");
		return arena_string(view->arena, text.data, text.len);
	}
	return NULL;
}

static bool
any_established(const struct bgp_table *peers)
{
	for (size_t i = 0; i < bgp_table_count(peers); i++)
		if (bgp_peer_is_up(bgp_table_at(peers, i)))
			return true;
	return false;
}

/* --- the conversation ----------------------------------------------------- */

/* An answer without lines may be what another client has left behind: only the
 * second one counts. */
static bool
ask_list(const struct exabgp_pipe *pipe, const char *command,
    struct reply *reply, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	for (int tries = 0; tries < TRIES; tries++) {
		view->requests++;
		if (!exabgp_pipe_ask(pipe, command, "", reply, deadline, err))
			return false;
		if (reply->len > 0)
			return true;
	}
	return true;
}

static bool
ask_lists(const struct exabgp_pipe *pipe, struct bgp_table *peers,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	struct reply reply = { 0 };
	bool ok = reply_init(&reply, REPLY_MAX, err) &&
	    ask_list(pipe, "show adj-rib out extensive", &reply, view, deadline,
		err) &&
	    route_exabgp_parse(reply.bytes, reply.len, ROUTE_ANNOUNCED, peers,
		question, view, err) &&
	    ask_list(pipe, "show adj-rib in extensive", &reply, view, deadline,
		err) &&
	    route_exabgp_parse(reply.bytes, reply.len, ROUTE_RECEIVED, peers,
		question, view, err);

	if (ok)
		view->note = silent_peer(peers, &reply, view);
	reply_free(&reply);
	return ok;
}

static void
settle(struct route_view *view, const struct route_question *question)
{
	for (size_t i = 0; i < view->answers.count; i++) {
		struct route_answer *answer = route_view_at(view, i);

		if (answer->paths == NULL)
			answer->presence = ROUTE_ABSENT;
	}
	view->counted = question->counts;
}

bool
route_exabgp_read(const struct exabgp_pipe *pipe,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	struct bgp_table peers;

	view->tells = ROUTE_ANNOUNCED | ROUTE_RECEIVED;
	view->tells_protocol = true;
	if (question->table != NULL || question->vrf != NULL)
		return err_set(err, ERR_UNSUPPORTED,
		    "exabgp has no tables and no VRFs");
	bgp_table_init(&peers, view->arena, 0);
	view->requests += 2;
	if (!bgp_exabgp_read(pipe, &peers, deadline, err) ||
	    !ask_lists(pipe, &peers, question, view, deadline, err))
		return false;
	view->daemon = peers.daemon;
	if (!any_established(&peers))
		view->note = "no peer of exabgp is established";
	else if (view->note != NULL)
		view->tells &= ~(unsigned)ROUTE_RECEIVED;
	settle(view, question);
	return true;
}
