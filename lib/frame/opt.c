/* SPDX-License-Identifier: ISC */
/*
 * The parser proper: what to do with presets, files and argv, in which order,
 * and how to say what is wrong.
 */
#include "frame/opt.h"

#include <string.h>

#include "frame/opt_extra.h"
#include "frame/opt_rows.h"
#include "frame/opt_walk.h"

#define VALUE_CHARS 60 /* of a wrong value in a message */

const struct opt opt_requests[] = {
	OPT_SET('h', "help", struct opt_parsed, request,
	    "print this help and exit", .value = OPT_HELP),
	OPT_SET('V', "version", struct opt_parsed, request,
	    "print the version and exit", .value = OPT_VERSION),
	OPT_STRING(0, "describe", struct opt_parsed, describe,
	    "print this program as mdoc, mdoc-metrics, bash, icinga2 or json "
	    "and exit",
	    .metavar = "FORMAT", .value = OPT_DESCRIBE),
	OPT_END,
};

/* One value that was set, kept for the identity. */
struct setting {
	const struct opt_row *row;
	bool critical;
	const char *text; /* NULL: none */
};

struct parser {
	const char *program;
	const struct opt_target *targets;
	struct opt_rows rows;
	struct arena *arena;
	struct arena_list settings; /* of struct setting */
};

/* Where a value came from, and what the user called the option. */
struct origin {
	const char *file; /* NULL: argv */
	unsigned at;	  /* line, or index in argv */
	bool joined;	  /* --name=value rather than -n value */
	const char *label;
};

static struct opt_walk
walk_over(const struct opt_rows *rows, int argc, char **argv)
{
	return (struct opt_walk){ .rows = rows,
		.argc = argc,
		.argv = argv,
		.next = 1 };
}

/* --- what is wrong -------------------------------------------------------- */

/* Puts "argument 3: " or "FILE line 7: " before the error.  Always false. */
static bool
blame_place(const struct origin *origin, struct err *err)
{
	if (origin->file)
		return err_context(err, "%s line %u", origin->file, origin->at);
	return err_context(err, "argument %u", origin->at);
}

/* A type's message may quote the value as it came. */
static void
clean(struct err *err)
{
	const struct err raw = *err;
	struct text text;

	text_init(&text, err->text, sizeof(err->text));
	text_foreign(&text, raw.text, strlen(raw.text), sizeof(raw.text));
}

static bool
is_secret(const struct opt_type *type, const char *value)
{
	return type->secret || (type->veiled && value && type->veiled(value));
}

/* Puts place, option and value before the error.  Always false. */
static bool
blame(const struct origin *origin, const struct opt_type *type,
    const char *value, struct err *err)
{
	char buffer[4 * VALUE_CHARS + 128];
	struct text what = TEXT_OVER(buffer);

	clean(err);
	text_add(&what, origin->label);
	if (value && *origin->label)
		text_add_char(&what, origin->joined ? '=' : ' ');
	if (value && is_secret(type, value))
		text_add(&what, "(not shown)");
	else if (value)
		text_foreign(&what, value, strlen(value), VALUE_CHARS);
	err_context(err, "%s", what.data);
	return blame_place(origin, err);
}

/* What is written here for an option of another program, or NULL. */
static const char *
habit(const struct parser *parser, const char *label)
{
	for (const struct opt_target *t = parser->targets; t->table; t++)
		for (const char *const *pair = t->habits; pair && *pair;
		     pair += 2)
			if (strcmp(*pair, label) == 0)
				return pair[1];
	return NULL;
}

static bool
unknown_option(const struct parser *parser, const struct origin *origin,
    const char *name, size_t len, struct err *err)
{
	const char *here = habit(parser, origin->label);
	char buffer[OPT_NAME_SIZE];
	struct text nearest = TEXT_OVER(buffer);

	if (here) {
		err_set(err, ERR_USAGE, "unknown option %s, here it is %s",
		    origin->label, here);
		return blame_place(origin, err);
	}
	if (origin->joined)
		opt_rows_nearest(&parser->rows, name, len, &nearest);
	if (nearest.len)
		err_set(err, ERR_USAGE,
		    "unknown option %s, the nearest is --%s", origin->label,
		    nearest.data);
	else
		err_set(err, ERR_USAGE, "unknown option %s", origin->label);
	return blame_place(origin, err);
}

/* --- one value ------------------------------------------------------------ */

static bool
remember(struct parser *parser, const struct setting *setting, struct err *err)
{
	struct setting *kept;

	if (setting->row->opt->type->secret)
		return true;
	kept = arena_push(parser->arena, &parser->settings, sizeof(*kept));
	if (!kept)
		return opt_no_memory(err);
	*kept = *setting;
	return true;
}

static bool
parse_value(const struct opt_value *value, void *field, struct err *err)
{
	if (value->opt->type->host_like && value->text && *value->text == '-')
		return err_set(err, ERR_USAGE, "must not begin with a dash");
	return value->opt->type->parse(value, field, err);
}

static bool
apply(struct parser *parser, const struct opt_match *match, const char *text,
    const struct origin *origin, struct err *err)
{
	struct opt_row *row = match->row;
	struct setting setting = { row, match->critical, text };
	const struct opt_value value = {
		.opt = row->opt,
		.text = text,
		.critical = match->critical,
		.from_argv = !origin->file,
		.arena = parser->arena,
		.identity = &setting.text,
	};

	if (!parse_value(&value, row->field, err))
		return blame(origin, row->opt->type, text, err);
	row->given = true;
	return remember(parser, &setting, err);
}

/* --- presets -------------------------------------------------------------- */

static bool
preset_half(const struct parser *parser, const struct opt_row *row,
    const char *text, size_t len, bool critical, struct err *err)
{
	const struct opt_value value = {
		.opt = row->opt,
		.text = arena_string(parser->arena, text, len),
		.critical = critical,
		.arena = parser->arena,
	};

	if (!value.text)
		return opt_no_memory(err);
	if (len == 0 && row->opt->type->pair)
		return true;
	if (!parse_value(&value, row->field, err))
		return err_context(err, "preset of %s", row->opt->name);
	return true;
}

static bool
preset(const struct parser *parser, const struct opt_row *row, struct err *err)
{
	const char *text = row->opt->preset;
	const size_t first =
	    row->opt->type->pair ? strcspn(text, ",") : strlen(text);

	if (!preset_half(parser, row, text, first, false, err))
		return false;
	if (!text[first])
		return true;
	text += first + 1;
	return preset_half(parser, row, text, strlen(text), true, err);
}

/* The user's first value replaces a preset list rather than adding to it, so
 * the presets of lists come last, where nothing was given. */
static bool
presets(const struct parser *parser, bool lists, struct err *err)
{
	for (size_t i = 0; i < parser->rows.count; i++) {
		const struct opt_row *row = &parser->rows.items[i];

		if (!row->opt->preset || row->opt->type->repeats != lists ||
		    (lists && row->given))
			continue;
		if (!preset(parser, row, err))
			return false;
	}
	return true;
}

/* --- the command line ----------------------------------------------------- */

/* Names the option that was most probably left out. */
static bool
unexpected_word(const struct parser *parser, const char *word,
    const struct origin *origin, struct err *err)
{
	const struct opt_row *guess =
	    opt_rows_flagged(&parser->rows, OPT_GUESS);
	char buffer[4 * VALUE_CHARS + OPT_NAME_SIZE + 32];
	struct text what = TEXT_OVER(buffer);

	text_foreign(&what, word, strlen(word), VALUE_CHARS);
	if (guess)
		text_addf(&what, ": is --%s missing before it?",
		    guess->opt->name);
	else if (opt_rows_flagged(&parser->rows, OPT_REST))
		text_add(&what, ": is -- missing before it?");
	err_set(err, ERR_USAGE, "unexpected word %s", what.data);
	return blame_place(origin, err);
}

static bool
apply_word(struct parser *parser, const struct opt_item *item, struct err *err)
{
	struct origin origin = { .at = (unsigned)item->at, .label = "" };
	struct opt_match match = { 0 };

	if (item->after)
		match.row = opt_rows_flagged(&parser->rows, OPT_REST);
	if (!match.row) {
		/* Engines pass the arguments that nobody set as empty words. */
		if (!*item->value)
			return true;
		match.row = opt_rows_flagged(&parser->rows, OPT_POSITIONAL);
	}
	if (match.row && (match.row->opt->type->repeats || !match.row->given))
		return apply(parser, &match, item->value, &origin, err);
	return unexpected_word(parser, item->value, &origin, err);
}

static bool
apply_item(struct parser *parser, const struct opt_item *item, struct err *err)
{
	char buffer[256];
	struct text label = TEXT_OVER(buffer);
	const struct origin origin = {
		.at = (unsigned)item->at,
		.joined = item->is_long,
		.label = buffer,
	};

	if (item->kind == OPT_ITEM_WORD)
		return apply_word(parser, item, err);
	opt_item_label(item, &label);
	switch (item->kind) {
	case OPT_ITEM_UNKNOWN:
		return unknown_option(parser, &origin, item->name,
		    item->name_len, err);
	case OPT_ITEM_NO_VALUE:
		err_set(err, ERR_USAGE, "%s needs a value", label.data);
		return blame_place(&origin, err);
	case OPT_ITEM_UNWANTED:
		err_set(err, ERR_USAGE, "%s takes no value", label.data);
		return blame_place(&origin, err);
	default:
		return apply(parser, &item->match, item->value, &origin, err);
	}
}

static bool
apply_argv(struct parser *parser, int argc, char **argv, struct err *err)
{
	struct opt_walk walk = walk_over(&parser->rows, argc, argv);
	struct opt_item item;

	while (opt_walk_next(&walk, &item))
		if (!apply_item(parser, &item, err))
			return false;
	return true;
}

/* What the option asks for instead of a run; OPT_RUN: nothing. */
static enum opt_request
request_of(const struct opt *opt)
{
	for (size_t i = 0; opt_requests[i].name; i++)
		if (opt == &opt_requests[i])
			return (enum opt_request)opt->value;
	return OPT_RUN;
}

/* Looks for requests alone, past everything that is wrong: whoever asks for
 * help gets it.  Help before version before description. */
static void
find_request(const struct parser *parser, int argc, char **argv,
    struct opt_parsed *parsed)
{
	struct opt_walk walk = walk_over(&parser->rows, argc, argv);
	struct opt_item item;

	while (opt_walk_next(&walk, &item)) {
		enum opt_request request;

		if (item.kind != OPT_ITEM_OPTION)
			continue;
		request = request_of(item.match.row->opt);
		if (request == OPT_DESCRIBE)
			parsed->describe = item.value;
		if (request != OPT_RUN &&
		    (!parsed->request || request < parsed->request))
			parsed->request = request;
	}
}

/* The copies in argv can be seen by every user of the machine in ps(1). */
static void
hide_secrets(const struct parser *parser, int argc, char **argv)
{
	struct opt_walk walk = walk_over(&parser->rows, argc, argv);
	struct opt_item item;

	while (opt_walk_next(&walk, &item))
		if (item.kind == OPT_ITEM_OPTION && item.value &&
		    is_secret(item.match.row->opt->type, item.value))
			memset(item.value, '*', strlen(item.value));
}

/* --- --extra-opts --------------------------------------------------------- */

static struct opt_match
match_key(const struct opt_rows *rows, const char *key)
{
	if (key[0] && !key[1])
		return opt_rows_letter(rows, key[0]);
	return opt_rows_name(rows, key, strlen(key));
}

/* Why this row has no place in a file; NULL: it has. */
static const char *
unfit_for_file(const struct opt_row *row, const struct opt_extra_setting *from,
    bool for_anyone)
{
	const struct opt_type *type = row->opt->type;

	if (request_of(row->opt) || type == &opt_type_extra)
		return "belongs on the command line";
	if (!type->metavar && *from->value)
		return "takes no value";
	if (type->metavar && !*from->value)
		return "needs a value";
	if (is_secret(type, from->value) && for_anyone)
		return "is secret, but everybody may read this file: chmod o-r";
	return NULL;
}

static bool
apply_setting(struct parser *parser, const struct opt_extra *extra,
    const struct opt_extra_setting *from, struct err *err)
{
	const struct opt_match match = match_key(&parser->rows, from->key);
	const char *reason;
	char buffer[4 * VALUE_CHARS + 8];
	struct text label = TEXT_OVER(buffer);
	const struct origin origin = {
		.file = extra->path,
		.at = from->line,
		.joined = from->key[0] && from->key[1],
		.label = buffer,
	};

	text_add(&label, origin.joined ? "--" : "-");
	text_foreign(&label, from->key, strlen(from->key), VALUE_CHARS);
	if (!match.row)
		return unknown_option(parser, &origin, from->key,
		    strlen(from->key), err);
	reason = unfit_for_file(match.row, from, extra->for_anyone);
	if (reason) {
		err_set(err, ERR_USAGE, "%s %s", label.data, reason);
		return blame_place(&origin, err);
	}
	if (!apply(parser, &match, *from->value ? from->value : NULL, &origin,
		err))
		return false;
	if (match.row->opt->type->secret)
		explicit_bzero(from->value, strlen(from->value));
	return true;
}

static bool
apply_extra(struct parser *parser, const struct opt_item *item, struct err *err)
{
	const struct origin origin = { .at = (unsigned)item->at,
		.joined = true,
		.label = "--extra-opts" };
	struct opt_extra extra = { 0 };

	if (!opt_extra_load(&extra, parser->program,
		item->value ? item->value : "", &opt_extra_places,
		parser->arena, err))
		return blame(&origin, &opt_type_extra, item->value, err);
	for (size_t i = 0; i < extra.count; i++)
		if (!apply_setting(parser, &extra, &extra.items[i], err))
			return false;
	return true;
}

static bool
apply_extras(struct parser *parser, int argc, char **argv, struct err *err)
{
	struct opt_walk walk = walk_over(&parser->rows, argc, argv);
	struct opt_item item;

	while (opt_walk_next(&walk, &item))
		if (item.kind == OPT_ITEM_OPTION &&
		    item.match.row->opt->type == &opt_type_extra &&
		    !apply_extra(parser, &item, err))
			return false;
	return true;
}

/* --- after all of them ---------------------------------------------------- */

static void
form_words(const struct opt_form *form, struct text *out)
{
	if (form->letter)
		text_addf(out, "-%c or ", form->letter);
	text_addf(out, "--%s", form->name);
}

static bool
missing(const struct opt *opt, struct err *err)
{
	char buffer[4 * OPT_NAME_SIZE];
	struct text names = TEXT_OVER(buffer);
	struct opt_form forms[2];
	const size_t n = opt_forms(opt, forms);

	for (size_t i = 0; i < n; i++) {
		text_add(&names, i ? " or " : "");
		form_words(&forms[i], &names);
	}
	if (opt->flags & OPT_REST)
		text_addf(&names, "-- %s", opt->name);
	else if (n == 0)
		text_add(&names, opt->name);
	return err_set(err, ERR_USAGE, "%s is required", names.data);
}

static bool
check_required(const struct opt_rows *rows, struct err *err)
{
	for (size_t i = 0; i < rows->count; i++)
		if ((rows->items[i].opt->flags & OPT_REQUIRED) &&
		    !rows->items[i].given)
			return missing(rows->items[i].opt, err);
	return true;
}

/* The last value wins, also over other rows that fill the same field. */
static bool
superseded(const struct arena_list *settings, size_t index)
{
	const struct setting *all = settings->items, *one = &all[index];

	if (one->row->opt->type->repeats)
		return false;
	for (size_t i = index + 1; i < settings->count; i++)
		if (all[i].row->field == one->row->field &&
		    all[i].critical == one->critical)
			return true;
	return false;
}

static void
add_escaped(struct text *out, const char *string)
{
	for (const char *at = string; *at; at++) {
		const unsigned char c = (unsigned char)*at;

		if (c < 0x20 || c == 0x7f || c == '\\')
			text_addf(out, "\\x%02x", (unsigned)c);
		else
			text_add_char(out, *at);
	}
}

/* A URL without user and password, because an identity is stored; what is no
 * such URL, and holds a secret all the same, is left out. */
static void
add_veiled(struct text *out, const char *url)
{
	const char *colon = strchr(url, ':');
	const char *from, *at;

	/* Not any "//": what is before it may be the secret. */
	if (!colon || strncmp(colon, "://", 3) != 0)
		return;
	from = colon + 3;
	at = memrchr(from, '@', strcspn(from, "/?#"));
	if (!at)
		return;
	text_add_bytes(out, url, (size_t)(from - url));
	add_escaped(out, at);
}

static bool
is_veiled(const struct opt *opt, const char *string)
{
	return opt->type->veiled && opt->type->veiled(string);
}

void
opt_identity_line(struct text *out, const char *name, const char *value)
{
	text_addf(out, "%s=", name);
	if (value)
		add_escaped(out, value);
	text_add_char(out, '\n');
}

static void
add_setting(struct text *out, const struct setting *setting)
{
	const struct opt *opt = setting->row->opt;
	struct opt_form forms[2];
	const size_t n = opt_forms(opt, forms);
	const char *name = n ? forms[setting->critical].name : opt->name;

	if (!setting->text || !is_veiled(opt, setting->text)) {
		opt_identity_line(out, name, setting->text);
		return;
	}
	text_addf(out, "%s=", name);
	add_veiled(out, setting->text);
	text_add_char(out, '\n');
}

static void
add_identity(const struct parser *parser, struct text *out)
{
	const struct setting *all = parser->settings.items;

	text_clear(out);
	for (size_t r = 0; r < parser->rows.count; r++) {
		const struct opt_row *row = &parser->rows.items[r];

		if (!row->given || !(row->opt->flags & OPT_IDENTITY))
			continue;
		for (size_t i = 0; i < parser->settings.count; i++)
			if (all[i].row == row &&
			    !superseded(&parser->settings, i))
				add_setting(out, &all[i]);
	}
}

/* A cut identity could be that of another run: it moves to the arena when it
 * outgrows its buffer. */
static bool
make_identity(const struct parser *parser, struct opt_parsed *parsed,
    struct err *err)
{
	size_t size = sizeof(parsed->identity_bytes);
	char *bytes = parsed->identity_bytes;

	do {
		if (!bytes)
			return opt_no_memory(err);
		text_init(&parsed->identity, bytes, size);
		add_identity(parser, &parsed->identity);
		size *= 8;
		bytes = parsed->identity.cut ? arena_alloc(parser->arena, size)
					     : NULL;
	} while (parsed->identity.cut);
	return true;
}

bool
opt_parse(const char *program, const struct opt_target *targets, int argc,
    char **argv, struct arena *arena, struct opt_parsed *parsed,
    struct err *err)
{
	struct parser parser = {
		.program = program,
		.targets = targets,
		.arena = arena,
	};
	bool ok = true;

	parsed->request = OPT_RUN;
	parsed->describe = NULL;
	text_init(&parsed->identity, parsed->identity_bytes,
	    sizeof(parsed->identity_bytes));
	if (!opt_rows_make(&parser.rows, targets, parsed, arena, err))
		return false;
	find_request(&parser, argc, argv, parsed);
	if (parsed->request == OPT_RUN)
		ok = presets(&parser, false, err) &&
		    apply_extras(&parser, argc, argv, err) &&
		    apply_argv(&parser, argc, argv, err) &&
		    presets(&parser, true, err) &&
		    check_required(&parser.rows, err) &&
		    make_identity(&parser, parsed, err);
	hide_secrets(&parser, argc, argv);
	return ok;
}

void
opt_wipe(const struct opt_target *targets)
{
	for (const struct opt_target *t = targets; t->table; t++)
		for (const struct opt *opt = t->table; opt->name; opt++) {
			struct opt_secret *secret =
			    (void *)((char *)t->fields + opt->offset);

			if (opt->type != &opt_type_secret &&
			    opt->type != &opt_type_secret_file)
				continue;
			if (secret->bytes)
				explicit_bzero(secret->bytes, secret->len);
			*secret = (struct opt_secret){ .path = secret->path };
		}
}
