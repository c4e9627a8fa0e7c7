/* SPDX-License-Identifier: ISC */
#include "source/route_frr.h"

#include <stdio.h>
#include <string.h>

#include "base/span.h"
#include "source/frr.h"
#include "source/json_doc.h"
#include "source/route_part.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define COMMAND 512
#define VRF_MAX 64
#define LIST_MAX ((size_t)4 << 20) /* bytes of one answer */
#define MAIN_TABLE 254

#define FIRST_CAREFUL_MAJOR 10 /* see the header */
#define FIRST_CAREFUL_MINOR 4

static bool
yes(const struct json_value *object, const char *key)
{
	bool value = false;

	return json_doc_bool(object, key, &value) && value;
}

static const char *
keep(struct route_view *view, const char *string)
{
	return string != NULL ? route_string(view, string, strlen(string))
			      : NULL;
}

static bool
no_room(struct err *err)
{
	return err_set(err, ERR_PROTOCOL, "FRR lists too many paths");
}

/* --- zebra ---------------------------------------------------------------- */

static const struct {
	const char *key;
	enum route_kind kind;
} kinds[] = {
	{ "blackhole", ROUTE_BLACKHOLE },
	{ "reject", ROUTE_UNREACHABLE },
	{ "adminProhibited", ROUTE_PROHIBIT },
	/* Each of those says this, too. */
	{ "unreachable", ROUTE_UNREACHABLE },
};

static bool
read_no_hop(struct route_path *path, const struct json_value *from)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (yes(from, kinds[i].key)) {
			path->kind = kinds[i].kind;
			return true;
		}
	return false;
}

static const char *
labels_of(struct route_view *view, const struct json_value *list)
{
	char bytes[ROUTE_TEXT];
	struct text text = TEXT_OVER(bytes);

	for (size_t i = 0; i < json_doc_count(list); i++) {
		const struct json_value *label = json_doc_at(list, i);
		const char *word = json_doc_text(label);
		int64_t number;

		if (i > 0)
			text_add_char(&text, '/');
		if (word != NULL)
			text_add(&text, word);
		else if (json_doc_number(label, &number))
			text_addf(&text, "%lld", (long long)number);
	}
	return text.len > 0
	    ? route_part_mpls(view, (struct span){ text.data, text.len })
	    : NULL;
}

static bool
read_hop(struct route_view *view, struct route_path *path,
    const struct json_value *from)
{
	const char *address = json_doc_string(from, "ip");
	struct ip gateway = { 0 };
	struct route_hop *hop;

	/* What a recursive one resolves to follows it. */
	if (yes(from, "recursive") || yes(from, "duplicate") ||
	    read_no_hop(path, from))
		return true;
	if (address != NULL && !route_part_ip(span_of(address), &gateway))
		return false;
	hop = route_hop(view, path, &gateway);
	if (hop == NULL)
		return false;
	hop->device = keep(view, json_doc_string(from, "interfaceName"));
	hop->encap = labels_of(view, json_doc_get(from, "labels"));
	hop->down = !yes(from, "active");
	json_doc_u32(from, "weight", &hop->weight);
	return true;
}

static void
read_table(struct route_view *view, struct route_path *path,
    const struct json_value *from)
{
	char number[16];
	uint32_t table;

	if (!json_doc_u32(from, "table", &table))
		return;
	snprintf(number, sizeof(number), "%u", table);
	path->table = table == MAIN_TABLE ? "main" : keep(view, number);
}

static bool
read_route(struct route_view *view, struct route_answer *answer,
    const struct ip_net *prefix, const struct json_value *from)
{
	const struct json_value *hops = json_doc_get(from, "nexthops");
	struct route_path *path = route_add(view, answer, prefix);

	if (path == NULL)
		return false;
	path->reached = ROUTE_RECEIVED |
	    (yes(from, "selected") ? ROUTE_BEST : 0u) |
	    (yes(from, "installed") ? ROUTE_INSTALLED : 0u);
	path->protocol = keep(view, json_doc_string(from, "protocol"));
	read_table(view, path, from);
	if (json_doc_u32(from, "metric", &path->metric))
		path->has |= ROUTE_HAS_METRIC;
	path->has |= ROUTE_HAS_HOPS;
	for (size_t i = 0; i < json_doc_count(hops); i++)
		if (!read_hop(view, path, json_doc_at(hops, i)))
			path->has &= ~(unsigned)ROUTE_HAS_HOPS;
	return true;
}

/* What a daemon says instead of an answer: text, or {"warning": ...}. */
static bool
complaint(const char *who, const char *bytes, size_t len,
    const struct json_value *root, struct err *err)
{
	const char *warning = json_doc_string(root, "warning");
	struct span rest = { bytes, len }, line = { 0 };

	if (warning != NULL)
		return err_set(err, ERR_UNSUPPORTED, "%s says: %.100s", who,
		    warning);
	while (span_line(&rest, &line) && span_trim(line).len == 0)
		;
	line = span_trim(line);
	span_skip(&line, "% ");
	if (line.len == 0)
		return err_set(err, ERR_PROTOCOL, "%s answers nothing", who);
	return err_set(err, ERR_UNSUPPORTED, "%s says: %.*s", who,
	    (int)(line.len < 100 ? line.len : 100), line.at);
}

static struct json_doc *
parse(const char *who, const char *bytes, size_t len, int status,
    struct err *err)
{
	const struct span text = span_trim((struct span){ bytes, len });
	struct json_doc *doc = NULL;

	if (text.len > 0 && *text.at == '{')
		doc = json_doc_parse(bytes, len, err);
	if (doc == NULL && text.len > 0 && *text.at == '{') {
		err_context(err, "the answer of %s", who);
		return NULL;
	}
	/* zebra warns of an absent route, too: that is an empty object. */
	if (doc == NULL || status > FRR_WARNING ||
	    json_doc_string(json_doc_root(doc), "warning") != NULL) {
		complaint(who, bytes, len, json_doc_root(doc), err);
		json_doc_free(doc);
		return NULL;
	}
	return doc;
}

bool
route_frr_parse_zebra(const char *bytes, size_t len, int status,
    struct route_view *view, struct route_answer *answer, struct err *err)
{
	struct json_doc *doc = parse("zebra", bytes, len, status, err);
	const struct json_value *list;
	const void *at = NULL;
	const char *name;
	bool ok = doc != NULL;

	while (ok && json_doc_next(json_doc_root(doc), &at, &name, &list)) {
		struct ip_net prefix;

		if (!json_doc_is_array(list) ||
		    !route_part_net(span_of(name), &prefix))
			ok = err_set(err, ERR_PROTOCOL,
			    "zebra answers with what is no route");
		for (size_t i = 0; ok && i < json_doc_count(list); i++)
			if (!read_route(view, answer, &prefix,
				json_doc_at(list, i)))
				ok = no_room(err);
	}
	json_doc_free(doc);
	if (ok)
		route_part_best_first(answer);
	return ok;
}

bool
route_frr_parse_summary(const char *bytes, size_t len, enum ip_family family,
    const char *table, struct route_view *view, struct err *err)
{
	struct json_doc *doc = parse("zebra", bytes, len, FRR_OK, err);
	const struct json_value *list =
	    json_doc_get(json_doc_root(doc), "routes");
	bool ok = doc != NULL;

	if (ok && !json_doc_is_array(list))
		ok = err_set(err, ERR_PROTOCOL,
		    "the summary of zebra has no list of routes");
	for (size_t i = 0; ok && i < json_doc_count(list); i++) {
		const struct json_value *row = json_doc_at(list, i);
		const char *type = json_doc_string(row, "type");
		uint32_t fib;

		if (type == NULL || !json_doc_u32(row, "fib", &fib))
			continue;
		if (!strcmp(type, "ebgp") || !strcmp(type, "ibgp"))
			type = "bgp";
		if (!route_count(view, family, table, type, fib))
			ok = err_set(err, ERR_SYSTEM,
			    "no room for the counts of zebra");
	}
	json_doc_free(doc);
	return ok;
}

/* --- bgpd ----------------------------------------------------------------- */

/* The two views differ in where they have what. */
static bool
is_best(const struct json_value *from)
{
	return yes(from, "bestpath") || yes(from, "multipath") ||
	    yes(json_doc_get(from, "bestpath"), "overall");
}

static const char *
as_path_of(const struct json_value *from)
{
	const char *text = json_doc_string(from, "path");

	if (text == NULL)
		text = json_doc_string(json_doc_get(from, "aspath"), "string");
	return text != NULL && !strcmp(text, "Local") ? "" : text;
}

/* NULL for a route of its own. */
static const char *
peer_of(const struct json_value *from)
{
	const char *peer = json_doc_string(from, "peerId");

	if (peer == NULL)
		peer = json_doc_string(json_doc_get(from, "peer"), "peerId");
	if (peer == NULL || !strcmp(peer, "(unspec)") ||
	    !strcmp(peer, "0.0.0.0") || !strcmp(peer, "::"))
		return NULL;
	return peer;
}

/* zebra's route of protocol bgp, unless another path of bgpd's has it. */
static struct route_path *
bgp_route_of(const struct route_answer *answer)
{
	for (struct route_path *path = answer->paths; path != NULL;
	     path = path->next)
		if (path->protocol != NULL && !strcmp(path->protocol, "bgp") &&
		    path->as_path == NULL)
			return path;
	return NULL;
}

/* A global address and a link-local one may both be there; the first that is
 * used, else the first. */
static void
read_bgp_hop(struct route_view *view, struct route_path *path,
    const struct json_value *hops)
{
	const struct json_value *chosen = json_doc_at(hops, 0);

	for (size_t i = 0; i < json_doc_count(hops); i++)
		if (yes(json_doc_at(hops, i), "used")) {
			chosen = json_doc_at(hops, i);
			break;
		}
	route_part_hop(view, path, json_doc_string(chosen, "ip"));
}

static bool
read_path(struct route_view *view, struct route_answer *answer,
    const struct json_value *from)
{
	const char *as_path = as_path_of(from);
	const bool best = is_best(from);
	struct route_path *path = best ? bgp_route_of(answer) : NULL;

	if (path == NULL) {
		path = route_add(view, answer, &answer->prefix);
		if (path == NULL)
			return false;
		path->protocol = "bgp";
		read_bgp_hop(view, path, json_doc_get(from, "nexthops"));
	}
	path->reached |= ROUTE_RECEIVED | (best ? ROUTE_BEST : 0u);
	path->from = keep(view, peer_of(from));
	if (as_path != NULL)
		route_part_as_path(view, path, span_of(as_path));
	return true;
}

/* The list of our prefix, from either view; NULL when there is none. */
static const struct json_value *
paths_of(const struct json_value *root, const struct ip_net *prefix)
{
	const char *name = json_doc_string(root, "prefix");
	const struct json_value *found = json_doc_get(root, "paths"), *list;
	const void *at = NULL;
	struct ip_net named;

	if (found != NULL)
		return name != NULL && route_part_net(span_of(name), &named) &&
			ip_net_equal(&named, prefix)
		    ? found
		    : NULL;
	found = NULL;
	while (json_doc_next(json_doc_get(root, "routes"), &at, &name, &list))
		if (route_part_net(span_of(name), &named) &&
		    ip_net_equal(&named, prefix))
			found = list;
	return found;
}

bool
route_frr_parse_bgpd(const char *bytes, size_t len, int status,
    struct route_view *view, struct route_answer *answer, struct err *err)
{
	struct json_doc *doc = parse("bgpd", bytes, len, status, err);
	const struct json_value *list =
	    paths_of(json_doc_root(doc), &answer->prefix);
	bool ok = doc != NULL;

	for (size_t i = 0; ok && i < json_doc_count(list); i++)
		if (!read_path(view, answer, json_doc_at(list, i)))
			ok = no_room(err);
	json_doc_free(doc);
	if (ok)
		route_part_best_first(answer);
	return ok;
}

/* --- the conversations ---------------------------------------------------- */

struct talk {
	const struct route_frr *frr;
	const struct route_question *question;
	struct route_view *view;
	struct reply reply;
	int status;
	char vrf[VRF_MAX + 8]; /* " vrf NAME", or "" */
	bool careful;	       /* this bgpd is not to be asked for details */
	const struct deadline *deadline;
};

static bool
ask(struct talk *talk, int fd, const char *command, struct err *err)
{
	talk->view->requests++;
	return frr_ask(fd, command, &talk->reply, &talk->status, talk->deadline,
	    err);
}

static const char *
ip_word(enum ip_family family)
{
	return family == IP_V6 ? "ipv6" : "ip";
}

/* A prefix, or without its length an address: then the longest match. */
static bool
ask_zebra(struct talk *talk, const struct ip_net *prefix, bool longest_match,
    struct route_answer *found, struct err *err)
{
	char buffer[COMMAND];
	struct text command = TEXT_OVER(buffer);

	*found = (struct route_answer){ .prefix = *prefix };
	text_addf(&command, "show %s route%s ",
	    ip_word((enum ip_family)prefix->address.family), talk->vrf);
	if (longest_match)
		ip_format(&command, &prefix->address);
	else
		ip_net_format(&command, prefix);
	text_add(&command, " json");
	return ask(talk, talk->frr->zebra, buffer, err) &&
	    route_frr_parse_zebra(talk->reply.bytes, talk->reply.len,
		talk->status, talk->view, found, err);
}

static bool
is_short(const struct ip_net *prefix)
{
	return prefix->length < (prefix->address.family == IP_V6
					? ROUTE_FRR_SHORT_V6
					: ROUTE_FRR_SHORT_V4);
}

static bool
ask_bgpd(struct talk *talk, struct route_answer *answer, struct err *err)
{
	const struct ip_net *prefix = &answer->prefix;
	char buffer[COMMAND];
	struct text command = TEXT_OVER(buffer);

	if (talk->careful && is_short(prefix))
		return err_set(err, ERR_UNSUPPORTED,
		    "this release of bgpd lists short prefixes at a price "
		    "only");
	text_addf(&command, "show bgp%s %s unicast ", talk->vrf,
	    ip_family_name((enum ip_family)prefix->address.family));
	ip_net_format(&command, prefix);
	text_add(&command, talk->careful ? " longer-prefixes json" : " json");
	return ask(talk, talk->frr->bgpd, buffer, err) &&
	    route_frr_parse_bgpd(talk->reply.bytes, talk->reply.len,
		talk->status, talk->view, answer, err);
}

static struct route_path *
selected(const struct route_answer *answer)
{
	return answer->paths != NULL && (answer->paths->reached & ROUTE_BEST)
	    ? answer->paths
	    : NULL;
}

/*
 * The longest match of the network address may be a longer prefix that begins
 * there as well, or one that nothing was selected for: then each shorter prefix
 * is asked for.
 */
static bool
ask_cover(struct talk *talk, struct route_answer *answer, struct err *err)
{
	struct ip_net at = answer->prefix;
	struct route_answer found;

	if (selected(answer) != NULL) {
		route_part_cover(talk->view, answer, selected(answer));
		return true;
	}
	if (!ask_zebra(talk, &answer->prefix, true, &found, err))
		return false;
	while (selected(&found) == NULL ||
	    found.paths->prefix.length > answer->prefix.length) {
		if (found.paths == NULL && at.length == answer->prefix.length)
			break;
		if (found.paths != NULL &&
		    found.paths->prefix.length < at.length)
			at = found.paths->prefix;
		if (at.length == 0)
			break;
		route_part_shorten(&at);
		if (!ask_zebra(talk, &at, false, &found, err))
			return false;
	}
	route_part_cover(talk->view, answer,
	    selected(&found) != NULL &&
		    found.paths->prefix.length <= answer->prefix.length
		? selected(&found)
		: NULL);
	return true;
}

/* Is there still someone to talk to?  What a daemon refuses to tell is the
 * answer's own matter. */
static bool
is_fatal(const struct err *err)
{
	return err->kind != ERR_UNSUPPORTED;
}

static void
note(struct route_view *view, const char *who, const char *why)
{
	char bytes[ROUTE_TEXT];
	struct text text = TEXT_OVER(bytes);

	text_addf(&text, "%s did not tell: %s", who, why);
	view->note = arena_string(view->arena, text.data, text.len);
}

/* bgpd has no say in whether a route is there, so it may fail. */
static bool
add_bgpd(struct talk *talk, struct route_answer *answer, struct err *err)
{
	if (talk->frr->bgpd < 0 || ask_bgpd(talk, answer, err))
		return true;
	if (is_fatal(err))
		return false;
	talk->view->tells &= ~(unsigned)ROUTE_RECEIVED;
	note(talk->view, "bgpd", err->text);
	return true;
}

static bool
ask_both(struct talk *talk, struct route_answer *answer, struct err *err)
{
	struct route_answer found;

	if (!ask_zebra(talk, &answer->prefix, false, &found, err)) {
		route_part_unseen(talk->view, answer, err);
		return !is_fatal(err);
	}
	answer->paths = found.paths;
	if (!add_bgpd(talk, answer, err))
		return false;
	answer->presence = answer->paths != NULL ? ROUTE_PRESENT : ROUTE_ABSENT;
	if (!talk->question->cover || ask_cover(talk, answer, err))
		return true;
	return !is_fatal(err);
}

static bool
ask_bgpd_alone(struct talk *talk, struct route_answer *answer, struct err *err)
{
	if (!ask_bgpd(talk, answer, err)) {
		route_part_unseen(talk->view, answer, err);
		return !is_fatal(err);
	}
	if (answer->paths != NULL)
		answer->presence = ROUTE_PRESENT;
	else if (talk->frr->lack->kind == ERR_NONE)
		answer->presence = ROUTE_ABSENT;
	else
		route_part_unseen(talk->view, answer, talk->frr->lack);
	return true;
}

static bool
count_family(struct talk *talk, enum ip_family family, struct err *err)
{
	const char *vrf = talk->question->vrf;
	char command[COMMAND];

	snprintf(command, sizeof(command), "show %s route%s summary json",
	    ip_word(family), talk->vrf);
	return ask(talk, talk->frr->zebra, command, err) &&
	    route_frr_parse_summary(talk->reply.bytes, talk->reply.len, family,
		vrf != NULL ? vrf : "", talk->view, err);
}

static bool
count(struct talk *talk, struct err *err)
{
	static const enum ip_family families[] = { IP_V4, IP_V6 };
	struct route_view *view = talk->view;

	if (talk->frr->zebra < 0) {
		view->count_why = "zebra, which counts, was not asked";
		return true;
	}
	for (size_t i = 0; i < COUNT(families); i++) {
		if (!(talk->question->families & 1U << families[i]) ||
		    count_family(talk, families[i], err))
			continue;
		view->count_why =
		    arena_string(view->arena, err->text, strlen(err->text));
		return !is_fatal(err);
	}
	view->counted = true;
	return true;
}

/* --- who they are --------------------------------------------------------- */

/* The digits at the front, and the point behind them. */
static uint32_t
take_number(struct span *span)
{
	uint32_t number = 0;

	while (span->len > 0 && *span->at >= '0' && *span->at <= '9' &&
	    number < 1000) {
		number = number * 10 + (uint32_t)(*span->at - '0');
		*span = (struct span){ span->at + 1, span->len - 1 };
	}
	span_skip(span, ".");
	return number;
}

/* "FRRouting 8.4.4 (frr) on ..." */
static void
read_version(struct talk *talk)
{
	struct span name = { talk->reply.bytes, talk->reply.len }, after;
	uint32_t major, minor;

	if (!span_cut(name, '(', &name, &after))
		return;
	name = span_trim(name);
	talk->view->daemon = route_string(talk->view, name.at, name.len);
	if (!span_skip(&name, "FRRouting "))
		return;
	major = take_number(&name);
	minor = take_number(&name);
	talk->careful = major == 0 || major > FIRST_CAREFUL_MAJOR ||
	    (major == FIRST_CAREFUL_MAJOR && minor >= FIRST_CAREFUL_MINOR);
}

/* A word of a command of FRR's. */
static bool
is_name(const char *name)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_.-:@";

	return *name != '\0' && strlen(name) <= VRF_MAX &&
	    name[strspn(name, plain)] == '\0';
}

static bool
prepare(struct talk *talk, struct err *err)
{
	const struct route_question *question = talk->question;
	const char *table = question->table, *vrf = question->vrf;

	if (table != NULL && strcmp(table, "main") != 0 &&
	    strcmp(table, "254") != 0)
		return err_set(err, ERR_UNSUPPORTED,
		    "zebra shows a prefix by VRF, not of table %.60s", table);
	if (vrf == NULL)
		return true;
	if (!is_name(vrf) || !strcmp(vrf, "all"))
		return err_set(err, ERR_USAGE, "%.60s is no name of a VRF",
		    vrf);
	snprintf(talk->vrf, sizeof(talk->vrf), " vrf %s", vrf);
	return true;
}

static void
say_what_is_told(struct talk *talk)
{
	const struct route_frr *frr = talk->frr;
	struct route_view *view = talk->view;

	view->tells = ROUTE_BEST | (frr->zebra >= 0 ? ROUTE_INSTALLED : 0u) |
	    (frr->bgpd >= 0 ? ROUTE_RECEIVED : 0u);
	view->tells_protocol = true;
	if (frr->lack->kind != ERR_NONE)
		note(view, frr->zebra < 0 ? "zebra" : "bgpd", frr->lack->text);
}

bool
route_frr_read(const struct route_frr *frr,
    const struct route_question *question, struct route_view *view,
    const struct deadline *deadline, struct err *err)
{
	struct talk talk = {
		.frr = frr,
		.question = question,
		.view = view,
		.careful = true,
		.deadline = deadline,
	};
	bool ok = prepare(&talk, err) && reply_init(&talk.reply, LIST_MAX, err);

	say_what_is_told(&talk);
	ok = ok &&
	    ask(&talk, frr->bgpd >= 0 ? frr->bgpd : frr->zebra, "show version",
		err);
	if (ok)
		read_version(&talk);
	for (size_t i = 0; ok && i < question->count; i++)
		ok = (frr->zebra >= 0 ? ask_both : ask_bgpd_alone)(&talk,
		    route_view_at(view, i), err);
	if (ok && question->counts)
		ok = count(&talk, err);
	reply_free(&talk.reply);
	return ok;
}
