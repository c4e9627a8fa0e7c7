/* SPDX-License-Identifier: ISC */
#include "frame/bgp_list.h"

#include <string.h>

#include "base/num.h"
#include "frame/json.h"
#include "model/bgp_judge.h"

#define ARGUMENTS 24 /* of one definition, at most */
#define WORD_BYTES 600

const struct opt_word bgp_list_words[] = {
	{ "table", BGP_LIST_TABLE, "a table for a person" },
	{ "icinga2", BGP_LIST_ICINGA2, "a Service object for each peer" },
	{ "nagios", BGP_LIST_NAGIOS, "a service definition for each peer" },
	{ "json", BGP_LIST_JSON, "one object, with the arguments of each" },
	{ NULL, BGP_LIST_NONE, NULL },
};

/* --- what a node says ----------------------------------------------------- */

static const char *
label(const struct result *node, const char *name)
{
	const char *value = result_find_label(node, name);

	return value != NULL ? value : "";
}

/* The next node that is a peer, from `node` on. */
static const struct result *
peer_from(const struct result *node)
{
	while (node != NULL && label(node, "peer")[0] == '\0')
		node = node->next;
	return node;
}

#define EACH_PEER(root, node)                                                  \
	for (const struct result *node = peer_from((root)->children);          \
	     node != NULL; node = peer_from(node->next))

static bool
find_metric(const struct result *node, size_t metric, double *value)
{
	for (const struct result_metric *m = node->metrics; m != NULL;
	     m = m->next)
		if (m->def == &node->tree->defs[metric]) {
			*value = m->value;
			return true;
		}
	return false;
}

static bool
has_vrfs(const struct result *root)
{
	EACH_PEER(root, node)
	if (label(node, "vrf")[0] != '\0')
		return true;
	return false;
}

/* --- a table -------------------------------------------------------------- */

static void
add_label(const struct result *node, const char *name, struct text *out)
{
	const char *value = label(node, name);

	text_add(out, value[0] != '\0' ? value : "-");
}

static void
add_vrf(const struct result *node, struct text *out)
{
	add_label(node, "vrf", out);
}

static void
add_peer(const struct result *node, struct text *out)
{
	add_label(node, "peer", out);
}

static void
add_as(const struct result *node, struct text *out)
{
	add_label(node, "as", out);
}

static void
add_state(const struct result *node, struct text *out)
{
	text_add(out,
	    label(node, "state")[0] != '\0' ? label(node, "state") : "absent");
}

static void
add_since(const struct result *node, struct text *out)
{
	double seconds, up;

	/* RFC 4273: 0 is also what a router says of a peer never up. */
	if (find_metric(node, BGP_M_STATE_AGE, &seconds) &&
	    (seconds > 0 || (find_metric(node, BGP_M_UP, &up) && up == 1)))
		num_format_duration(out, seconds);
	else
		text_add_char(out, '-');
}

/* Those that count, of all families. */
static void
add_prefixes(const struct result *node, struct text *out)
{
	double all = 0, value;
	bool known = false;

	for (const struct result *part = node->children; part != NULL;
	     part = part->next)
		if (find_metric(part, BGP_M_ACCEPTED, &value) ||
		    find_metric(part, BGP_M_RECEIVED, &value)) {
			all += value;
			known = true;
		}
	if (known)
		num_format(out, all);
	else
		text_add_char(out, '-');
}

static void
add_description(const struct result *node, struct text *out)
{
	add_label(node,
	    label(node, "description")[0] != '\0' ? "description" : "name",
	    out);
}

static const struct column {
	const char *head;
	void (*add)(const struct result *node, struct text *out);
} columns[] = {
	{ "VRF", add_vrf },
	{ "PEER", add_peer },
	{ "AS", add_as },
	{ "STATE", add_state },
	{ "FOR", add_since },
	{ "PREFIXES", add_prefixes },
	{ "DESCRIPTION", add_description },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Characters, not bytes. */
static size_t
width(const char *string)
{
	size_t count = 0;

	for (; *string != '\0'; string++)
		count += ((unsigned char)*string & 0xc0) != 0x80;
	return count;
}

static void
add_cell(struct text *out, const char *string, size_t wide, bool last)
{
	size_t used = width(string);

	text_add(out, string);
	for (; !last && used < wide + 2; used++)
		text_add_char(out, ' ');
}

static void
measure(const struct result *root, size_t widths[static COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		widths[i] = strlen(columns[i].head);
		EACH_PEER(root, node)
		{
			char room[WORD_BYTES];
			struct text cell = TEXT_OVER(room);

			columns[i].add(node, &cell);
			if (width(cell.data) > widths[i])
				widths[i] = width(cell.data);
		}
	}
}

static void
print_row(const struct result *node, const size_t widths[static COLUMNS],
    size_t first, struct text *out)
{
	for (size_t i = first; i < COLUMNS; i++) {
		char room[WORD_BYTES];
		struct text cell = TEXT_OVER(room);

		if (node != NULL)
			columns[i].add(node, &cell);
		else
			text_add(&cell, columns[i].head);
		add_cell(out, cell.data, widths[i], i + 1 == COLUMNS);
	}
	text_add_char(out, '\n');
}

static void
print_table(const struct bgp_list_asked *asked, const struct result *root,
    struct text *out)
{
	const size_t first = has_vrfs(root) ? 0 : 1;
	size_t widths[COLUMNS];

	(void)asked;
	measure(root, widths);
	print_row(NULL, widths, first, out);
	EACH_PEER(root, node)
	print_row(node, widths, first, out);
}

/* --- how to ask again ----------------------------------------------------- */

struct argument {
	const char *name; /* of the option */
	const char *value;
};

struct arguments {
	size_t count;
	struct argument items[ARGUMENTS];
	char port[8];
};

static void
add_argument(struct arguments *all, const char *name, const char *value)
{
	if (value != NULL && all->count < ARGUMENTS)
		all->items[all->count++] = (struct argument){ name, value };
}

static const char *
word_of(const struct opt_word *words, int value)
{
	for (; words->word != NULL; words++)
		if (words->value == value)
			return words->word;
	return NULL;
}

static void
add_user(struct arguments *all, const struct opt_snmp *snmp)
{
	add_argument(all, "user", snmp->user);
	add_argument(all, "security-level",
	    word_of(opt_snmp_levels, snmp->level));
	/* The secrets are wiped by now; what is preset need not be said. */
	if (snmp->auth != SNMP_AUTH_SHA)
		add_argument(all, "auth-protocol",
		    word_of(opt_snmp_auths, snmp->auth));
	add_argument(all, "auth-pass-file", snmp->auth_pass.path);
	if (snmp->priv != SNMP_PRIV_AES)
		add_argument(all, "priv-protocol",
		    word_of(opt_snmp_privs, snmp->priv));
	add_argument(all, "priv-pass-file", snmp->priv_pass.path);
	for (size_t i = 0; i < snmp->contexts.count; i++)
		add_argument(all, "context", snmp->contexts.items[i]);
}

static void
make_arguments(const struct bgp_list_asked *asked, struct arguments *all)
{
	const struct opt_snmp *snmp = asked->snmp;
	struct text port = TEXT_OVER(all->port);

	all->count = 0;
	add_argument(all, "source", asked->source);
	add_argument(all, "socket", asked->socket);
	if (asked->source != NULL)
		return;
	if (snmp->port != SNMP_PORT && snmp->port != 0) {
		text_addf(&port, "%u", snmp->port);
		add_argument(all, "port", port.data);
	}
	if (snmp->transport != SNMP_UDP)
		add_argument(all, "transport",
		    word_of(opt_snmp_transports, snmp->transport));
	add_argument(all, "protocol",
	    word_of(opt_snmp_versions, snmp->version));
	add_argument(all, "community-file", snmp->community.path);
	if (snmp->user != NULL)
		add_user(all, snmp);
}

/* "192.0.2.1,as=65001,vrf=red" */
static void
add_spec(struct text *out, const struct result *node, bool with_vrf)
{
	text_add(out, label(node, "peer"));
	if (label(node, "as")[0] != '\0')
		text_addf(out, ",as=%s", label(node, "as"));
	if (with_vrf)
		text_addf(out, ",vrf=%s",
		    label(node, "vrf")[0] != '\0' ? label(node, "vrf")
						  : "default");
}

static const char *
host_of(const struct bgp_list_asked *asked)
{
	return asked->source == NULL && asked->snmp->host.name != NULL
	    ? asked->snmp->host.name
	    : "localhost";
}

/* "BGP 192.0.2.1 vrf red", for engines that dislike some characters. */
static void
add_service_name(struct text *out, const struct result *node)
{
	text_add(out, "BGP ");
	for (const char *c = node->name; *c != '\0'; c++)
		text_add_char(out,
		    strchr("!%*,=?~^();", *c) != NULL ? '_' : *c);
}

/* --- Icinga 2 ------------------------------------------------------------- */

/* A string literal in which no macro is resolved. */
static void
add_icinga(struct text *out, const char *string)
{
	text_add_char(out, '"');
	for (; *string != '\0'; string++) {
		if (*string == '"' || *string == '\\')
			text_add_char(out, '\\');
		if (*string == '$')
			text_add_char(out, '$');
		text_add_char(out, *string);
	}
	text_add_char(out, '"');
}

static void
add_variable(struct text *out, const char *name)
{
	text_add(out, "\tvars.bgp_session_");
	for (; *name != '\0'; name++)
		text_add_char(out, *name == '-' ? '_' : *name);
	text_add(out, " = ");
}

/* Options that are given more than once become one array. */
static void
add_icinga_arguments(struct text *out, const struct arguments *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const char *name = all->items[i].name;
		const bool repeated = i + 1 < all->count &&
		    strcmp(all->items[i + 1].name, name) == 0;

		add_variable(out, name);
		text_add(out, repeated ? "[ " : "");
		add_icinga(out, all->items[i].value);
		while (i + 1 < all->count &&
		    strcmp(all->items[i + 1].name, name) == 0) {
			text_add(out, ", ");
			add_icinga(out, all->items[++i].value);
		}
		text_add(out, repeated ? " ]\n" : "\n");
	}
}

static void
print_icinga2(const struct bgp_list_asked *asked, const struct result *root,
    struct text *out)
{
	const bool vrfs = has_vrfs(root);
	struct arguments all;

	make_arguments(asked, &all);
	EACH_PEER(root, node)
	{
		char name_room[WORD_BYTES], spec_room[WORD_BYTES];
		struct text name = TEXT_OVER(name_room);
		struct text spec = TEXT_OVER(spec_room);

		add_service_name(&name, node);
		add_spec(&spec, node, vrfs);
		text_add(out, "object Service ");
		add_icinga(out, name.data);
		text_add(out,
		    " {\n\timport \"generic-service\"\n"
		    "\thost_name = ");
		add_icinga(out, host_of(asked));
		text_add(out, "\n\tcheck_command = \"bgp_session\"\n");
		add_variable(out, "peer");
		add_icinga(out, spec.data);
		text_add_char(out, '\n');
		add_icinga_arguments(out, &all);
		if (label(node, "description")[0] != '\0') {
			text_add(out, "\tnotes = ");
			add_icinga(out, label(node, "description"));
			text_add_char(out, '\n');
		}
		text_add(out, "}\n\n");
	}
}

/* --- Nagios --------------------------------------------------------------- */

/* A word for the shell that the engine starts, inside of check_command: there !
 * separates arguments, $ begins a macro and ; a comment. */
static void
add_shell(struct text *out, const char *word)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_.,:/=@%+-";
	const bool quote = word[strspn(word, plain)] != '\0' || word[0] == '\0';

	text_add(out, quote ? "'" : "");
	for (; *word != '\0'; word++)
		if (*word == '\'')
			text_add(out, "'\\''");
		else if (*word == '!')
			text_add(out, "\\!");
		else if (*word == '$')
			text_add(out, "$$");
		else if (*word == ';')
			text_add(out, "\\;");
		else
			text_add_char(out, *word);
	text_add(out, quote ? "'" : "");
}

static void
add_note(struct text *out, const char *string)
{
	for (; *string != '\0'; string++)
		text_add_char(out, *string == ';' ? ',' : *string);
}

static void
print_nagios(const struct bgp_list_asked *asked, const struct result *root,
    struct text *out)
{
	const bool vrfs = has_vrfs(root);
	struct arguments all;

	make_arguments(asked, &all);
	EACH_PEER(root, node)
	{
		char room[WORD_BYTES];
		struct text spec = TEXT_OVER(room);

		add_spec(&spec, node, vrfs);
		text_add(out, "define service {\n\tuse\t\t\tgeneric-service\n");
		text_addf(out, "\thost_name\t\t%s\n\tservice_description\t",
		    host_of(asked));
		add_service_name(out, node);
		text_addf(out, "\n\tcheck_command\t\t%s!--peer ",
		    asked->source == NULL ? "check_bgp_session"
					  : "check_bgp_session_local");
		add_shell(out, spec.data);
		for (size_t i = 0; i < all.count; i++) {
			text_addf(out, " --%s ", all.items[i].name);
			add_shell(out, all.items[i].value);
		}
		if (label(node, "description")[0] != '\0') {
			text_add(out, "\n\tnotes\t\t\t");
			add_note(out, label(node, "description"));
		}
		text_add(out, "\n}\n\n");
	}
}

/* --- JSON ----------------------------------------------------------------- */

static void
print_json_peer(struct json *json, const struct arguments *all,
    const struct bgp_list_asked *asked, const struct result *node, bool vrfs)
{
	static const char *const labels[] = { "peer", "vrf", "as", "state",
		"description", "name" };
	char name_room[WORD_BYTES], spec_room[WORD_BYTES], room[64];
	struct text name = TEXT_OVER(name_room);
	struct text spec = TEXT_OVER(spec_room);

	add_service_name(&name, node);
	add_spec(&spec, node, vrfs);
	json_object(json, NULL);
	json_string(json, "service", name.data);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		json_string(json, labels[i],
		    result_find_label(node, labels[i]));
	json_array(json, "arguments");
	if (asked->source == NULL && asked->snmp->host.name != NULL) {
		json_string(json, NULL, "--hostname");
		json_string(json, NULL, asked->snmp->host.name);
	}
	for (size_t i = 0; i < all->count; i++) {
		struct text option = TEXT_OVER(room);

		text_addf(&option, "--%s", all->items[i].name);
		json_string(json, NULL, option.data);
		json_string(json, NULL, all->items[i].value);
	}
	json_string(json, NULL, "--peer");
	json_string(json, NULL, spec.data);
	json_close(json);
	json_close(json);
}

static void
print_json(const struct bgp_list_asked *asked, const struct result *root,
    struct text *out)
{
	const bool vrfs = has_vrfs(root);
	struct arguments all;
	struct json json;

	make_arguments(asked, &all);
	json_init(&json, out);
	json_object(&json, NULL);
	json_string(&json, "host", host_of(asked));
	json_array(&json, "services");
	EACH_PEER(root, node)
	print_json_peer(&json, &all, asked, node, vrfs);
	json_close(&json);
	json_close(&json);
	text_add_char(out, '\n');
}

void
bgp_list_print(enum bgp_list list, const struct bgp_list_asked *asked,
    const struct result *root, struct text *out)
{
	static void (*const printers[])(const struct bgp_list_asked *asked,
	    const struct result *root, struct text *out) = {
		[BGP_LIST_TABLE] = print_table,
		[BGP_LIST_ICINGA2] = print_icinga2,
		[BGP_LIST_NAGIOS] = print_nagios,
		[BGP_LIST_JSON] = print_json,
	};

	if (list != BGP_LIST_NONE)
		printers[list](asked, root, out);
}
