/* SPDX-License-Identifier: ISC */
#include "source/route_openbgpd.h"

#include <string.h>

#include "base/span.h"
#include "source/bgpctl.h"
#include "source/json_doc.h"
#include "source/route_part.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LIST_MAX ((size_t)8 << 20) /* bytes of one answer */

/* --- answers -------------------------------------------------------------- */

static bool
read_path(struct route_view *view, struct route_answer *answer,
    const struct json_value *from, struct err *err)
{
	const char *name = json_doc_string(from, "prefix");
	const char *as_path = json_doc_string(from, "aspath");
	const char *peer =
	    json_doc_string(json_doc_get(from, "neighbor"), "remote_addr");
	struct route_path *path;
	struct ip_net prefix;
	bool best = false;

	if (name == NULL || !route_part_net(span_of(name), &prefix))
		return err_set(err, ERR_PROTOCOL,
		    "bgpctl lists what is no prefix");
	path = route_add(view, answer, &prefix);
	if (path == NULL)
		return err_set(err, ERR_PROTOCOL,
		    "bgpctl lists too many paths");
	json_doc_bool(from, "best", &best);
	path->reached = ROUTE_RECEIVED | (best ? ROUTE_BEST : 0u);
	path->protocol = "bgp";
	path->from = peer ? route_string(view, peer, strlen(peer)) : NULL;
	if (as_path != NULL)
		route_part_as_path(view, path, span_of(as_path));
	route_part_hop(view, path, json_doc_string(from, "exit_nexthop"));
	return true;
}

static struct json_doc *
parse(const char *bytes, size_t len, struct err *err)
{
	struct json_doc *doc = json_doc_parse(bytes, len, err);
	const struct json_value *root = json_doc_root(doc);
	const char *said = json_doc_string(root, "error");

	if (doc == NULL) {
		err_context(err, "the output of bgpctl");
		return NULL;
	}
	if (json_doc_is_object(root) &&
	    json_doc_string(root, "status") == NULL && said == NULL)
		return doc;
	if (said != NULL)
		err_set(err,
		    !strcmp(said, "permission denied") ? ERR_PERMISSION
						       : ERR_UNSUPPORTED,
		    "bgpctl says: %.100s", said);
	else
		err_set(err, ERR_PROTOCOL, "the output of bgpctl is no RIB");
	json_doc_free(doc);
	return NULL;
}

bool
route_openbgpd_parse(const char *bytes, size_t len, struct route_view *view,
    struct route_answer *answer, struct err *err)
{
	struct json_doc *doc = parse(bytes, len, err);
	const struct json_value *root = json_doc_root(doc);
	const struct json_value *list = json_doc_get(root, "rib");
	const void *at = NULL;
	const char *name;
	bool ok = doc != NULL;

	/* {} is "none"; anything else without a RIB is no answer. */
	if (ok && !json_doc_is_array(list) &&
	    json_doc_next(root, &at, &name, &list))
		ok = err_set(err, ERR_PROTOCOL,
		    "the output of bgpctl is no RIB");
	for (size_t i = 0; ok && i < json_doc_count(list); i++)
		ok = read_path(view, answer, json_doc_at(list, i), err);
	json_doc_free(doc);
	if (ok)
		route_part_best_first(answer);
	return ok;
}

bool
route_openbgpd_parse_memory(const char *bytes, size_t len,
    const struct route_question *question, struct route_view *view,
    struct err *err)
{
	static const struct {
		const char *name;
		enum ip_family family;
	} rows[] = { { "IPv4 unicast", IP_V4 }, { "IPv6 unicast", IP_V6 } };
	struct json_doc *doc = parse(bytes, len, err);
	const struct json_value *memory =
	    json_doc_get(json_doc_root(doc), "memory");
	bool ok = doc != NULL;

	if (ok && !json_doc_is_object(memory))
		ok = err_set(err, ERR_PROTOCOL,
		    "the output of bgpctl has no table of memory");
	for (size_t i = 0; ok && i < COUNT(rows); i++) {
		uint32_t count = 0; /* a family without prefixes is left out */

		if (!(question->families & 1U << rows[i].family))
			continue;
		json_doc_u32(json_doc_get(memory, rows[i].name), "count",
		    &count);
		if (!route_count(view, rows[i].family, "", "bgp", count))
			ok = err_set(err, ERR_SYSTEM, "no room for counts");
	}
	json_doc_free(doc);
	return ok;
}

/* --- asking --------------------------------------------------------------- */

struct talk {
	const char *socket;
	const struct route_question *question;
	struct route_view *view;
	struct reply output;
	const struct deadline *deadline;
};

/* "show rib [in] [table T] PREFIX [or-shorter]" */
static bool
ask_rib(struct talk *talk, bool in, bool or_shorter,
    const struct ip_net *prefix, struct route_answer *found, struct err *err)
{
	const char *args[BGPCTL_ARGS] = { "show", "rib" };
	char name[64];
	struct text text = TEXT_OVER(name);
	size_t count = 2;

	ip_net_format(&text, prefix);
	if (in) {
		args[count++] = "in";
	} else if (talk->question->table != NULL) {
		args[count++] = "table";
		args[count++] = talk->question->table;
	}
	args[count++] = name;
	if (or_shorter)
		args[count++] = "or-shorter";
	*found = (struct route_answer){ .prefix = *prefix };
	talk->view->requests++;
	return bgpctl_run(talk->socket, args, &talk->output, talk->deadline,
		   err) &&
	    route_openbgpd_parse(talk->output.bytes, talk->output.len,
		talk->view, found, err);
}

/* What a filter keeps from the Loc-RIB was received, and no more. */
static bool
ask_received(struct talk *talk, struct route_answer *answer, struct err *err)
{
	struct route_answer found;

	if (!ask_rib(talk, true, false, &answer->prefix, &found, err))
		return false;
	if (found.paths == NULL)
		return true;
	for (struct route_path *path = found.paths; path; path = path->next)
		path->reached = ROUTE_RECEIVED;
	answer->paths = found.paths;
	answer->presence = ROUTE_PRESENT;
	return true;
}

static bool
ask_prefix(struct talk *talk, struct route_answer *answer, struct err *err)
{
	const bool cover = talk->question->cover;
	struct route_answer found;

	if (!ask_rib(talk, false, cover, &answer->prefix, &found, err)) {
		route_part_unseen(talk->view, answer, err);
		return err->kind == ERR_UNSUPPORTED;
	}
	route_part_settle(talk->view, answer, &found, cover);
	if (answer->presence == ROUTE_PRESENT || talk->question->table != NULL)
		return true;
	return ask_received(talk, answer, err);
}

static bool
count(struct talk *talk, struct err *err)
{
	const char *const args[] = { "show", "rib", "memory", NULL };

	talk->view->requests++;
	if (!bgpctl_run(talk->socket, args, &talk->output, talk->deadline,
		err) ||
	    !route_openbgpd_parse_memory(talk->output.bytes, talk->output.len,
		talk->question, talk->view, err))
		return false;
	talk->view->counted = true;
	return true;
}

/* It goes into a command line, where it must not pass for another word. */
static bool
is_rib_name(const char *name)
{
	return *name != '\0' && *name != '-' && strlen(name) < 64;
}

bool
route_openbgpd_read(const char *socket, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err)
{
	struct talk talk = {
		.socket = socket,
		.question = question,
		.view = view,
		.deadline = deadline,
	};
	bool ok;

	view->tells = ROUTE_RECEIVED | ROUTE_BEST;
	/* There nothing is chosen yet (bgpd.conf(5)). */
	if (question->table != NULL &&
	    strcmp(question->table, "Adj-RIB-In") == 0)
		view->tells = ROUTE_RECEIVED;
	view->tells_protocol = true;
	if (question->vrf != NULL)
		return err_set(err, ERR_UNSUPPORTED,
		    "bgpctl shows RIBs, and not VRFs: use the name of a RIB as "
		    "the table");
	if (question->table != NULL && !is_rib_name(question->table))
		return err_set(err, ERR_USAGE, "%.60s is no name of a RIB",
		    question->table);
	ok = reply_init(&talk.output, LIST_MAX, err);
	for (size_t i = 0; ok && i < question->count; i++)
		ok = ask_prefix(&talk, route_view_at(view, i), err);
	if (ok && question->counts)
		ok = count(&talk, err);
	reply_free(&talk.output);
	return ok;
}
