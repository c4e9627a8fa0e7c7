/* SPDX-License-Identifier: ISC */
#include "source/route_gobgp.h"

#include <string.h>

#include "base/span.h"
#include "source/gobgp.h"
#include "source/json_doc.h"
#include "source/route_part.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LIST_MAX ((size_t)8 << 20) /* bytes of one answer */

enum attribute { /* RFC 4271 5.1, RFC 4760 3 */
	ATTR_AS_PATH = 2,
	ATTR_NEXT_HOP = 3,
	ATTR_MP_REACH = 14,
};

/* --- a path --------------------------------------------------------------- */

/* RFC 4271 4.3, RFC 5065 3: AS_SET, AS_SEQUENCE, and those of confederations.
 */
static const struct {
	const char *before, *between, *after;
} segments[] = {
	[1] = { "{", ",", "}" },
	[2] = { "", " ", "" },
	[3] = { "(", " ", ")" },
	[4] = { "[", ",", "]" },
};

static void
add_segment(struct text *text, const struct json_value *segment)
{
	const struct json_value *list = json_doc_get(segment, "asns");
	uint32_t type = 2;
	int64_t as;

	json_doc_u32(segment, "segment_type", &type);
	if (type == 0 || type >= COUNT(segments))
		type = 2;
	if (text->len > 0)
		text_add_char(text, ' ');
	text_add(text, segments[type].before);
	for (size_t i = 0; i < json_doc_count(list); i++)
		if (json_doc_number(json_doc_at(list, i), &as))
			text_addf(text, "%s%lld",
			    i > 0 ? segments[type].between : "", (long long)as);
	text_add(text, segments[type].after);
}

static void
read_as_path(struct route_view *view, struct route_path *path,
    const struct json_value *attribute)
{
	const struct json_value *list = json_doc_get(attribute, "as_paths");
	char bytes[ROUTE_AS_PATH_MAX];
	struct text text = TEXT_OVER(bytes);

	for (size_t i = 0; i < json_doc_count(list); i++)
		add_segment(&text, json_doc_at(list, i));
	if (!text.cut)
		route_part_as_path(view, path,
		    (struct span){ text.data, text.len });
}

static void
read_next_hop(struct route_view *view, struct route_path *path,
    const struct json_value *attribute)
{
	const char *address = json_doc_string(attribute, "nexthop");
	struct ip gateway;

	if (address != NULL && route_part_ip(span_of(address), &gateway) &&
	    route_hop(view, path, &gateway) != NULL)
		path->has |= ROUTE_HAS_HOPS;
}

static void
read_attributes(struct route_view *view, struct route_path *path,
    const struct json_value *list)
{
	/* A route of its own has no AS path. */
	bool has_as_path = false;
	uint32_t type;

	for (size_t i = 0; i < json_doc_count(list); i++) {
		const struct json_value *attribute = json_doc_at(list, i);

		if (!json_doc_u32(attribute, "type", &type))
			continue;
		if (type == ATTR_AS_PATH) {
			read_as_path(view, path, attribute);
			has_as_path = true;
		} else if (type == ATTR_NEXT_HOP || type == ATTR_MP_REACH) {
			read_next_hop(view, path, attribute);
		}
	}
	if (!has_as_path && json_doc_is_array(list))
		route_part_as_path(view, path, span_of(""));
}

static bool
read_path(struct route_view *view, struct route_answer *answer,
    const struct ip_net *prefix, const struct json_value *from)
{
	const char *peer = json_doc_string(from, "neighbor-ip");
	struct route_path *path = route_add(view, answer, prefix);
	bool best = false;

	if (path == NULL)
		return false;
	json_doc_bool(from, "best", &best);
	path->reached = ROUTE_RECEIVED | (best ? ROUTE_BEST : 0u);
	path->protocol = "bgp";
	path->from = peer ? route_string(view, peer, strlen(peer)) : NULL;
	read_attributes(view, path, json_doc_get(from, "attrs"));
	return true;
}

/* --- an answer ------------------------------------------------------------ */

static bool
says_absent(const char *bytes, size_t len)
{
	struct span rest = { bytes, len }, line;

	return span_line(&rest, &line) && span_is(line, "Network not in table");
}

static struct json_doc *
parse(const char *bytes, size_t len, struct err *err)
{
	struct json_doc *doc = json_doc_parse(bytes, len, err);
	const char *said = json_doc_string(json_doc_root(doc), "error");

	if (doc == NULL) {
		err_context(err, "the output of gobgp");
		return NULL;
	}
	if (said == NULL && json_doc_is_object(json_doc_root(doc)))
		return doc;
	if (said != NULL)
		err_set(err, ERR_SYSTEM, "gobgp says: %.150s", said);
	else
		err_set(err, ERR_PROTOCOL, "the output of gobgp is no table");
	json_doc_free(doc);
	return NULL;
}

/* One prefix and its paths. */
struct entry {
	struct route_view *view;
	struct route_answer *answer;
	const char *name;
	const struct json_value *list;
};

static bool
read_paths(const struct entry *entry, const struct ip_net *prefix,
    struct err *err)
{
	for (size_t i = 0; i < json_doc_count(entry->list); i++)
		if (!read_path(entry->view, entry->answer, prefix,
			json_doc_at(entry->list, i)))
			return err_set(err, ERR_PROTOCOL,
			    "gobgp lists too many paths");
	return true;
}

static bool
read_prefix(const struct entry *entry, struct err *err)
{
	struct ip_net prefix;

	if (!route_part_net(span_of(entry->name), &prefix))
		return err_set(err, ERR_PROTOCOL,
		    "gobgp lists what is no prefix");
	return read_paths(entry, &prefix, err);
}

/* Their names are RD:PREFIX, where an IPv6 prefix has colons, too: each path
 * has the prefix alone. */
static bool
read_vrf_prefix(const struct entry *entry, struct err *err)
{
	const char *name = json_doc_string(
	    json_doc_get(json_doc_at(entry->list, 0), "nlri"), "prefix");
	struct ip_net prefix;

	if (name == NULL || !route_part_net(span_of(name), &prefix))
		return err_set(err, ERR_PROTOCOL,
		    "gobgp lists what is no prefix");
	return !ip_net_equal(&prefix, &entry->answer->prefix) ||
	    read_paths(entry, &prefix, err);
}

static bool
read_list(const char *bytes, size_t len, struct entry *entry,
    bool (*read)(const struct entry *entry, struct err *err), struct err *err)
{
	struct json_doc *doc = parse(bytes, len, err);
	const void *at = NULL;
	bool ok = doc != NULL;

	while (ok &&
	    json_doc_next(json_doc_root(doc), &at, &entry->name, &entry->list))
		ok = json_doc_is_array(entry->list)
		    ? read(entry, err)
		    : err_set(err, ERR_PROTOCOL,
			  "gobgp lists what is no prefix");
	json_doc_free(doc);
	if (ok)
		route_part_best_first(entry->answer);
	return ok;
}

bool
route_gobgp_parse(const char *bytes, size_t len, struct route_view *view,
    struct route_answer *answer, struct err *err)
{
	struct entry entry = { .view = view, .answer = answer };

	return says_absent(bytes, len) ||
	    read_list(bytes, len, &entry, read_prefix, err);
}

bool
route_gobgp_parse_vrf(const char *bytes, size_t len, struct route_view *view,
    struct route_answer *answer, struct err *err)
{
	struct entry entry = { .view = view, .answer = answer };

	return read_list(bytes, len, &entry, read_vrf_prefix, err);
}

bool
route_gobgp_parse_summary(const char *bytes, size_t len, enum ip_family family,
    struct route_view *view, struct err *err)
{
	struct json_doc *doc = parse(bytes, len, err);
	uint32_t count = 0;
	bool ok = doc != NULL;

	/* An empty table has no number. */
	if (ok)
		json_doc_u32(json_doc_root(doc), "num_destination", &count);
	if (ok && !route_count(view, family, "", "bgp", count))
		ok = err_set(err, ERR_SYSTEM, "no room for counts");
	json_doc_free(doc);
	return ok;
}

/* --- asking --------------------------------------------------------------- */

struct talk {
	const char *target;
	const struct route_question *question;
	struct route_view *view;
	struct reply output;
	const struct deadline *deadline;
};

/* `what` and `more` may be NULL. */
static bool
ask(struct talk *talk, enum ip_family family, const char *what,
    const char *more, struct err *err)
{
	const char *const global[] = { "global", "rib", "-a",
		ip_family_name(family), what, more, NULL };
	const char *const vrf[] = { "vrf", talk->question->vrf, "rib", "-a",
		ip_family_name(family), what, more, NULL };

	talk->view->requests++;
	return gobgp_run(talk->target,
	    talk->question->vrf != NULL ? vrf : global, &talk->output,
	    talk->deadline, err);
}

/* One question has both: the prefix itself is one of those not longer. */
static bool
ask_prefix(struct talk *talk, struct route_answer *answer, struct err *err)
{
	char name[64];
	struct text text = TEXT_OVER(name);
	struct route_answer found = { .prefix = answer->prefix };

	ip_net_format(&text, &answer->prefix);
	if (!ask(talk, (enum ip_family)answer->prefix.address.family, name,
		talk->question->cover ? "shorter-prefixes" : NULL, err) ||
	    !route_gobgp_parse(talk->output.bytes, talk->output.len, talk->view,
		&found, err))
		return false;
	route_part_settle(talk->view, answer, &found, talk->question->cover);
	return true;
}

/* All answers of that family from one list. */
static bool
ask_vrf(struct talk *talk, enum ip_family family, struct err *err)
{
	bool listed = false;

	for (size_t i = 0; i < talk->question->count; i++) {
		struct route_answer *answer = route_view_at(talk->view, i);
		struct route_answer found = { .prefix = answer->prefix };

		if (answer->prefix.address.family != family)
			continue;
		if (!listed && !ask(talk, family, NULL, NULL, err))
			return false;
		listed = true;
		if (!route_gobgp_parse_vrf(talk->output.bytes, talk->output.len,
			talk->view, &found, err))
			return false;
		route_part_settle(talk->view, answer, &found, false);
	}
	return true;
}

static const enum ip_family families[] = { IP_V4, IP_V6 };

static bool
ask_all(struct talk *talk, struct err *err)
{
	bool ok = true;

	if (talk->question->vrf != NULL) {
		for (size_t i = 0; ok && i < COUNT(families); i++)
			ok = ask_vrf(talk, families[i], err);
		return ok;
	}
	for (size_t i = 0; ok && i < talk->question->count; i++)
		ok = ask_prefix(talk, route_view_at(talk->view, i), err);
	return ok;
}

static bool
count(struct talk *talk, enum ip_family family, struct err *err)
{
	return ask(talk, family, "summary", NULL, err) &&
	    route_gobgp_parse_summary(talk->output.bytes, talk->output.len,
		family, talk->view, err);
}

static bool
count_all(struct talk *talk, struct err *err)
{
	for (size_t i = 0; i < COUNT(families); i++)
		if ((talk->question->families & 1U << families[i]) &&
		    !count(talk, families[i], err))
			return false;
	talk->view->counted = true;
	return true;
}

static bool
can_ask(const struct route_question *question, struct err *err)
{
	if (question->table != NULL)
		return err_set(err, ERR_UNSUPPORTED,
		    "gobgp has one table, and VRFs: no table %.60s",
		    question->table);
	return question->vrf == NULL ||
	    (*question->vrf != '\0' && *question->vrf != '-') ||
	    err_set(err, ERR_USAGE, "'%.60s' is no name of a VRF of gobgp",
		question->vrf);
}

bool
route_gobgp_read(const char *target, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err)
{
	struct talk talk = {
		.target = target,
		.question = question,
		.view = view,
		.deadline = deadline,
	};
	bool ok;

	view->tells = question->vrf != NULL ? ROUTE_RECEIVED
					    : ROUTE_RECEIVED | ROUTE_BEST;
	view->tells_protocol = true;
	if (!can_ask(question, err) || !reply_init(&talk.output, LIST_MAX, err))
		return false;
	ok = ask_all(&talk, err);
	if (ok && question->counts)
		ok = count_all(&talk, err);
	reply_free(&talk.output);
	return ok;
}
