/* SPDX-License-Identifier: ISC */
#include "source/route_bird.h"

#include <ctype.h>
#include <string.h>

#include "base/span.h"
#include "source/bird.h"
#include "source/route_part.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define COMMAND 256
#define NAME 64		/* bytes of a symbol of BIRD's */
#define KERNELS_MAX 16	/* kernel protocols that are asked */
#define ROUTES_MAX 4096 /* rows of one answer that are looked at */
#define AT_ONCE 12	/* prefixes that are asked for at the beginning */

enum { ROW = 1002, DETAIL = 1006, ROUTE = 1007, ABSENT = 8001 };

/* --- one route ------------------------------------------------------------ */

struct rows {
	struct route_view *view;
	struct route_answer *answer;
	struct route_path *path; /* the one at hand */
	struct ip_net prefix;
	bool has_prefix;
	const char *table;
	size_t count;
};

static const struct {
	const char *word;
	enum route_kind kind;
} kinds[] = {
	{ "unicast", ROUTE_UNICAST },
	{ "blackhole", ROUTE_BLACKHOLE },
	{ "unreachable", ROUTE_UNREACHABLE },
	{ "prohibited", ROUTE_PROHIBIT },
};

static enum route_kind
kind_of(struct span word)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (span_is(word, kinds[i].word))
			return kinds[i].kind;
	return ROUTE_OTHER;
}

/* "[frr4 2026-11-21 12:27:01 from 192.0.2.9]": the protocol that has it. */
static bool
cut_brackets(struct span *rest, struct span *name)
{
	struct span before, inside, after;

	if (!span_cut(*rest, '[', &before, &after) || span_trim(before).len ||
	    !span_cut(after, ']', &inside, rest))
		return false;
	return span_word(&inside, name);
}

/* [PREFIX] KIND [NAME SINCE] [*|!] (PREFERENCE) [AS].  Without a prefix it is
 * another route of the one before. */
static bool
read_route(struct rows *rows, struct span line)
{
	struct span rest = line, word, name, mark = { 0 };

	if (!span_word(&rest, &word))
		return true;
	if (route_part_net(word, &rows->prefix)) {
		rows->has_prefix = true;
		if (!span_word(&rest, &word))
			return false;
	}
	if (!rows->has_prefix || !cut_brackets(&rest, &name) ||
	    ++rows->count > ROUTES_MAX)
		return false;
	rows->path = route_add(rows->view, rows->answer, &rows->prefix);
	if (rows->path == NULL)
		return false;
	rows->path->kind = kind_of(word);
	rows->path->reached = ROUTE_RECEIVED;
	rows->path->has = ROUTE_HAS_HOPS;
	rows->path->from = route_string(rows->view, name.at, name.len);
	rows->path->table = rows->table;
	span_word(&rest, &mark);
	if (span_is(mark, "*") || span_is(mark, "!"))
		rows->path->reached |= ROUTE_BEST;
	/* Primary, and refused by the kernel. */
	if (span_is(mark, "*"))
		rows->path->reached |= ROUTE_INSTALLED;
	return true;
}

/* "via 192.0.2.1 on eth0 mpls 100/200 onlink weight 3", "dev eth0" */
static void
read_hop(struct rows *rows, struct span line)
{
	struct ip gateway = { 0 };
	struct span word, value, rest = line;
	struct route_hop *hop;
	uint32_t weight;

	if (!span_word(&line, &word) ||
	    (!span_is(word, "via") && !span_is(word, "dev")))
		return;
	if (span_is(word, "via"))
		rest = line;
	if (span_is(word, "via") &&
	    (!span_word(&rest, &word) || !route_part_ip(word, &gateway)))
		hop = NULL;
	else
		hop = route_hop(rows->view, rows->path, &gateway);
	if (hop == NULL) {
		rows->path->has &= ~(unsigned)ROUTE_HAS_HOPS;
		return;
	}
	while (span_word(&rest, &word)) {
		if (!span_is(word, "on") && !span_is(word, "dev") &&
		    !span_is(word, "mpls") && !span_is(word, "weight"))
			continue;
		if (!span_word(&rest, &value))
			return;
		if (span_is(word, "mpls"))
			hop->encap = route_part_mpls(rows->view, value);
		else if (!span_is(word, "weight"))
			hop->device =
			    route_string(rows->view, value.at, value.len);
		else if (span_u32(value, &weight))
			hop->weight = weight;
	}
}

/* --- its attributes ------------------------------------------------------- */

/* "BGP univ", "OSPF-E1 univ", "device univ": the word in small letters, without
 * the kind of OSPF route. */
static void
read_type(struct rows *rows, struct span value)
{
	char name[NAME] = "";
	struct span word, kind, after;

	if (!span_word(&value, &word))
		return;
	if (span_cut(word, '-', &kind, &after))
		word = kind;
	if (!span_copy(word, name, sizeof(name)))
		return;
	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	/* From the kernel, where somebody else put it. */
	rows->path->protocol = !strcmp(name, "inherit")
	    ? "kernel"
	    : route_string(rows->view, name, strlen(name));
}

static void
read_as_path(struct rows *rows, struct span value)
{
	route_part_as_path(rows->view, rows->path, value);
}

static void
read_metric(struct rows *rows, struct span value)
{
	if (span_u32(value, &rows->path->metric))
		rows->path->has |= ROUTE_HAS_METRIC;
}

/* BIRD 3 has its names of filters instead. */
static const struct {
	const char *key;
	void (*read)(struct rows *rows, struct span value);
} attributes[] = {
	{ "Type", read_type },
	{ "source", read_type },
	{ "BGP.as_path", read_as_path },
	{ "bgp_path", read_as_path },
	{ "Kernel.metric", read_metric },
	{ "krt_metric", read_metric },
};

static bool
read_attribute(struct rows *rows, struct span line)
{
	struct span key, value;

	if (!span_cut(line, ':', &key, &value))
		return false;
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (span_is(key, attributes[i].key)) {
			attributes[i].read(rows, span_trim(value));
			return true;
		}
	return false;
}

static bool
read_table(struct rows *rows, struct span line)
{
	struct span name, after;

	if (!span_skip(&line, "Table ") || !span_cut(line, ':', &name, &after))
		return false;
	rows->table = route_string(rows->view, name.at, name.len);
	rows->has_prefix = false;
	rows->path = NULL;
	return true;
}

static bool
read_line(struct rows *rows, const struct bird_line *line)
{
	const struct span text = { line->text, line->len };
	const struct span trimmed = span_trim(text);

	if (trimmed.len == 0 || read_table(rows, text))
		return true;
	if (*text.at == '\t') {
		if (rows->path != NULL && !read_attribute(rows, trimmed))
			read_hop(rows, trimmed);
		return true;
	}
	return line->code != ROUTE || read_route(rows, text);
}

static bool
refused(const struct bird_line *line, struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED, "bird says: %.*s",
	    (int)(line->len < 100 ? line->len : 100), line->text);
}

bool
route_bird_parse(const char *bytes, size_t len, struct route_view *view,
    struct route_answer *answer, struct err *err)
{
	struct rows rows = { .view = view, .answer = answer };
	struct bird_line line = { 0 };
	size_t at = 0;

	while (bird_next(bytes, len, &at, &line)) {
		if (line.code == ABSENT)
			return true;
		if (line.code >= 8000)
			return refused(&line, err);
		if (!read_line(&rows, &line))
			return err_set(err, ERR_PROTOCOL,
			    rows.count > ROUTES_MAX
				? "bird lists too many routes"
				: "bird answers with a line that is no route");
		if (line.last)
			return true;
	}
	return err_set(err, ERR_PROTOCOL,
	    "the answer of bird is cut or not its own");
}

/* --- protocols and what they hold ----------------------------------------- */

struct kernel {
	char name[NAME];
	char table[NAME];
};

struct kernels {
	size_t count;
	struct kernel items[KERNELS_MAX];
};

/* NAME PROTO TABLE STATE ... */
static void
read_kernels(const char *bytes, size_t len, struct kernels *kernels)
{
	struct bird_line line = { 0 };
	size_t at = 0;

	while (bird_next(bytes, len, &at, &line)) {
		struct span rest = { line.text, line.len };
		struct span name, proto, table, state;
		struct kernel *kernel = &kernels->items[kernels->count];

		if (line.code != ROW || kernels->count == KERNELS_MAX ||
		    !span_word(&rest, &name) || !span_word(&rest, &proto) ||
		    !span_word(&rest, &table) || !span_word(&rest, &state) ||
		    !span_is(proto, "Kernel") || !span_is(state, "up"))
			continue;
		if (span_copy(name, kernel->name, NAME) &&
		    span_copy(table, kernel->table, NAME))
			kernels->count++;
	}
}

struct tally {
	const struct route_question *question;
	struct route_view *view;
	char protocol[NAME];
	enum ip_family family;
	char table[NAME];
};

/* "5 imported, 1 filtered, 3 exported, 2 preferred" */
static bool
read_preferred(const struct tally *tally, struct span value)
{
	struct span number, word;
	uint32_t count;

	while (span_word(&value, &number) && span_word(&value, &word))
		if (span_skip(&word, "preferred") && span_u32(number, &count))
			return route_count(tally->view, tally->family,
			    tally->table, tally->protocol, count);
	return true;
}

static bool
read_channel(struct tally *tally, struct span line)
{
	struct span key, value, word;

	if (span_skip(&line, "Channel ")) {
		span_word(&line, &word);
		tally->family = span_is(word, "ipv4") ? IP_V4
		    : span_is(word, "ipv6")	      ? IP_V6
						      : IP_NONE;
		tally->table[0] = '\0';
		return true;
	}
	if (!span_cut(line, ':', &key, &value))
		return true;
	value = span_trim(value);
	if (span_is(key, "Table"))
		span_copy(value, tally->table, NAME);
	if (!span_is(key, "Routes") || tally->family == IP_NONE ||
	    !(tally->question->families & 1U << tally->family))
		return true;
	return read_preferred(tally, value);
}

static void
read_protocol(struct tally *tally, struct span line)
{
	struct span name, proto;

	tally->family = IP_NONE;
	tally->protocol[0] = '\0';
	if (!span_word(&line, &name) || !span_word(&line, &proto) ||
	    !span_copy(proto, tally->protocol, NAME))
		return;
	for (char *c = tally->protocol; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
}

/* BIRD's own names of the tables that are used unless another is named. */
static bool
is_main(const struct route_question *question, const char *table)
{
	return question->table != NULL ? !strcmp(table, question->table)
				       : !strcmp(table, "master4") ||
		!strcmp(table, "master6") || !strcmp(table, "master");
}

/* The other tables count where they are asked for by name. */
static void
set_apart(const struct route_question *question, struct route_view *view)
{
	struct route_count *rows = view->counts.items;

	view->tells_tables = true;
	for (size_t i = 0; i < view->counts.count; i++)
		rows[i].apart = !is_main(question, rows[i].table);
}

bool
route_bird_parse_counts(const char *bytes, size_t len,
    const struct route_question *question, struct route_view *view,
    struct err *err)
{
	struct tally tally = { .question = question, .view = view };
	struct bird_line line = { 0 };
	size_t at = 0;

	while (bird_next(bytes, len, &at, &line)) {
		const struct span text = { line.text, line.len };

		if (line.code >= 8000)
			return refused(&line, err);
		if (line.code == ROW && !line.more)
			read_protocol(&tally, text);
		else if (line.code == DETAIL &&
		    !read_channel(&tally, span_trim(text)))
			return err_set(err, ERR_SYSTEM,
			    "no room for the counts of bird");
		if (line.last) {
			set_apart(question, view);
			return true;
		}
	}
	return err_set(err, ERR_PROTOCOL,
	    "the answer of bird is cut or not its own");
}

/* --- the conversation ----------------------------------------------------- */

struct talk {
	int fd;
	const struct route_question *question;
	struct route_view *view;
	struct reply reply;
	/* What was asked at once: the protocols, and the first prefixes. */
	struct reply first;
	size_t starts[AT_ONCE + 2];
	size_t at_once;
	struct kernels kernels;
	char of_table[NAME + 16]; /* " table 'T'", or "" */
	const struct deadline *deadline;
};

/* Between apostrophes a symbol may be what is a keyword elsewhere. */
static bool
is_symbol(const char *name)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_.:-";

	return *name != '\0' && strlen(name) < NAME &&
	    name[strspn(name, plain)] == '\0';
}

static bool
ask(struct talk *talk, const char *command, struct err *err)
{
	talk->view->requests++;
	return bird_ask(talk->fd, command, &talk->reply, talk->deadline, err);
}

static void
make_command(struct text *command, const char *what,
    const struct ip_net *prefix, const char *more)
{
	text_addf(command, "show route %s", what);
	ip_net_format(command, prefix);
	text_add(command, more);
}

/* The routes of "show route WHAT", where WHAT names PREFIX.  Two kinds of
 * failure: an answer that refuses is ERR_UNSUPPORTED. */
static bool
ask_routes(struct talk *talk, const char *what, const struct ip_net *prefix,
    const char *more, struct route_answer *found, struct err *err)
{
	char buffer[COMMAND];
	struct text command = TEXT_OVER(buffer);

	make_command(&command, what, prefix, more);
	*found = (struct route_answer){ .prefix = *prefix };
	return ask(talk, buffer, err) &&
	    route_bird_parse(talk->reply.bytes, talk->reply.len, talk->view,
		found, err);
}

/* " all", and the table: what is asked of each prefix first. */
static bool
first_routes(struct talk *talk, size_t index, const struct ip_net *prefix,
    struct route_answer *found, struct err *err)
{
	const size_t *start = &talk->starts[index + 1];
	char more[COMMAND];
	struct text text = TEXT_OVER(more);

	if (index >= talk->at_once) {
		text_addf(&text, " all%s", talk->of_table);
		return ask_routes(talk, "", prefix, more, found, err);
	}
	*found = (struct route_answer){ .prefix = *prefix };
	return route_bird_parse(talk->first.bytes + start[0],
	    start[1] - start[0], talk->view, found, err);
}

/* Was the primary route given to that kernel protocol? */
static bool
ask_kernel(struct talk *talk, const struct kernel *kernel,
    const struct ip_net *prefix, bool *exported, struct err *err)
{
	char more[COMMAND];
	struct text text = TEXT_OVER(more);
	struct route_answer found;

	text_addf(&text, " exported '%s'", kernel->name);
	if (!ask_routes(talk, "", prefix, more, &found, err))
		return false;
	*exported |= found.paths != NULL;
	return true;
}

static bool
is_plain_best(const struct route_path *path)
{
	return path != NULL && path->kind == ROUTE_UNICAST &&
	    (path->reached & ROUTE_BEST) != 0;
}

/* Only what went to a kernel may be installed, and only a table that one is
 * fed from can tell. */
static bool
settle_installed(struct talk *talk, struct route_path *paths, struct err *err)
{
	bool asked = false, exported = false;

	if (talk->question->best_suffices && is_plain_best(paths))
		return true;
	for (size_t k = 0; paths != NULL && k < talk->kernels.count; k++) {
		const struct kernel *kernel = &talk->kernels.items[k];

		if (paths->table == NULL ||
		    strcmp(paths->table, kernel->table) != 0)
			continue;
		if (ask_kernel(talk, kernel, &paths->prefix, &exported, err))
			asked = true;
		else if (err->kind != ERR_UNSUPPORTED)
			return false; /* BIRD before 2.0.8 cannot say */
	}
	if (paths != NULL && !asked)
		talk->view->tells &= ~(unsigned)ROUTE_INSTALLED;
	for (; paths != NULL; paths = paths->next)
		if (!exported)
			paths->reached &= ~(unsigned)ROUTE_INSTALLED;
	return true;
}

/* What an import filter refused was received, and no more. */
static bool
ask_filtered(struct talk *talk, struct route_answer *answer, struct err *err)
{
	struct route_answer found;
	char more[COMMAND];
	struct text text = TEXT_OVER(more);

	text_addf(&text, " all filtered%s", talk->of_table);
	if (!ask_routes(talk, "", &answer->prefix, more, &found, err))
		return err->kind == ERR_UNSUPPORTED;
	for (struct route_path *path = found.paths; path != NULL;
	     path = path->next)
		path->reached = ROUTE_RECEIVED;
	answer->presence =
	    found.presence == ROUTE_PRESENT ? ROUTE_PRESENT : ROUTE_ABSENT;
	answer->paths = found.paths;
	return true;
}

static bool
ask_cover(struct talk *talk, struct route_answer *answer, struct err *err)
{
	struct route_answer found;
	char more[COMMAND];
	struct text text = TEXT_OVER(more);

	if (answer->paths != NULL && (answer->paths->reached & ROUTE_BEST)) {
		route_part_cover(talk->view, answer, answer->paths);
		return true;
	}
	text_addf(&text, " primary all%s", talk->of_table);
	if (!ask_routes(talk, "for ", &answer->prefix, more, &found, err))
		return err->kind == ERR_UNSUPPORTED;
	if (!settle_installed(talk, found.paths, err))
		return false;
	route_part_cover(talk->view, answer, found.paths);
	return true;
}

/* False ends the conversation; what bird refuses is this answer's reason. */
static bool
ask_prefix(struct talk *talk, size_t index, struct err *err)
{
	struct route_answer *answer = route_view_at(talk->view, index);
	struct route_answer found;

	if (!first_routes(talk, index, &answer->prefix, &found, err)) {
		if (err->kind != ERR_UNSUPPORTED)
			return false;
		/* The words of its parser say less than we know. */
		if (talk->question->table != NULL &&
		    strstr(err->text, "CF_SYM_UNDEFINED") != NULL)
			err_set(err, ERR_UNSUPPORTED, "bird has no table %s",
			    talk->question->table);
		route_part_unseen(talk->view, answer, err);
		return true;
	}
	if (!settle_installed(talk, found.paths, err))
		return false;
	answer->paths = found.paths;
	answer->presence = found.presence;
	if (found.presence != ROUTE_PRESENT && !ask_filtered(talk, answer, err))
		return false;
	return !talk->question->cover || ask_cover(talk, answer, err);
}

/* The kernel protocols, and the counts with them. */
static bool
read_protocols(struct talk *talk, struct err *err)
{
	const char *bytes = talk->first.bytes + talk->starts[0];
	const size_t len = talk->starts[1] - talk->starts[0];

	read_kernels(bytes, len, &talk->kernels);
	if (!talk->question->counts)
		return true;
	if (!route_bird_parse_counts(bytes, len, talk->question, talk->view,
		err))
		return false;
	talk->view->counted = true;
	return true;
}

/* The protocols, and as many prefixes as one step bears. */
static bool
begin(struct talk *talk, struct err *err)
{
	const struct route_question *question = talk->question;
	char commands[AT_ONCE][COMMAND], more[COMMAND];
	const char *all[AT_ONCE + 1] = { question->counts ? "show protocols all"
							  : "show protocols" };
	struct text text = TEXT_OVER(more);

	text_addf(&text, " all%s", talk->of_table);
	while (talk->at_once < AT_ONCE && talk->at_once < question->count) {
		struct text command = TEXT_OVER(commands[talk->at_once]);

		make_command(&command, "", &question->prefixes[talk->at_once],
		    more);
		all[++talk->at_once] = command.data;
	}
	talk->view->requests += talk->at_once + 1;
	return bird_begin(talk->fd, all, talk->at_once + 1, talk->starts,
	    &talk->first, talk->deadline, err);
}

/* "BIRD 2.0.12 ready." */
static void
name_daemon(struct route_view *view, const struct reply *greeting)
{
	struct bird_line line = { 0 };
	struct span name;
	size_t at = 0;

	if (!bird_next(greeting->bytes, greeting->len, &at, &line))
		return;
	name = span_trim((struct span){ line.text, line.len });
	if (name.len > 7 && span_has(name, " ready."))
		name.len -= 7;
	view->daemon = route_string(view, name.at, name.len);
}

static bool
prepare(struct talk *talk, struct err *err)
{
	const struct route_question *question = talk->question;
	struct text text;

	text_init(&text, talk->of_table, sizeof(talk->of_table));
	if (question->vrf != NULL)
		return err_set(err, ERR_UNSUPPORTED,
		    "bird has tables, and does not tell of VRFs: use the "
		    "table of VRF %.60s",
		    question->vrf);
	if (question->table == NULL)
		return true;
	if (!is_symbol(question->table))
		return err_set(err, ERR_USAGE,
		    "%.60s is no name of a table of bird", question->table);
	text_addf(&text, " table '%s'", question->table);
	return true;
}

bool
route_bird_read(int fd, const struct route_question *question,
    struct route_view *view, const struct deadline *deadline, struct err *err)
{
	struct talk talk = {
		.fd = fd,
		.question = question,
		.view = view,
		.deadline = deadline,
	};
	bool ok = prepare(&talk, err) &&
	    reply_init(&talk.first, REPLY_MAX, err) &&
	    reply_init(&talk.reply, REPLY_MAX, err);

	view->tells = ROUTE_RECEIVED | ROUTE_BEST | ROUTE_INSTALLED;
	view->tells_protocol = true;
	ok = ok && begin(&talk, err);
	if (ok)
		name_daemon(view, &talk.first);
	ok = ok && read_protocols(&talk, err);
	for (size_t i = 0; ok && i < question->count; i++)
		ok = ask_prefix(&talk, i, err);
	reply_free(&talk.first);
	reply_free(&talk.reply);
	return ok;
}
