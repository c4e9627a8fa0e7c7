/* SPDX-License-Identifier: ISC */
/* The values that an option may have. */
#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "frame/opt.h"
#include "model/verdict.h"

/* --- helpers -------------------------------------------------------------- */

bool
opt_no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "no memory left for options");
}

/* All the lists of opt.h begin with these three. */
struct any_list {
	size_t count;
	void *items;
	size_t capacity;
};

void *
opt_list_add(struct arena *arena, void *list, size_t item_size)
{
	struct any_list any;
	struct arena_list grown;
	void *item;

	/* Copied, since C lets nobody read a `const char **` as a `void *`. */
	memcpy(&any, list, sizeof(any));
	grown = (struct arena_list){
		.items = any.items,
		.count = any.count,
		.capacity = any.capacity,
	};
	item = arena_push(arena, &grown, item_size);
	any = (struct any_list){
		.items = grown.items,
		.count = grown.count,
		.capacity = grown.capacity,
	};
	memcpy(list, &any, sizeof(any));
	return item;
}

bool
opt_list_put(struct arena *arena, void *list, const void *item,
    size_t item_size, struct err *err)
{
	void *room = opt_list_add(arena, list, item_size);

	if (!room)
		return opt_no_memory(err);
	memcpy(room, item, item_size);
	return true;
}

static bool
need_text(const struct opt_value *value, struct err *err)
{
	if (value->text && *value->text)
		return true;
	return err_set(err, ERR_USAGE, "must not be empty");
}

/* --- numbers with bounds -------------------------------------------------- */

struct unit {
	const char *name;
	uint64_t size;
};

static const struct unit plain_units[] = { { "", 1 } };
static const struct unit duration_units[] = {
	{ "d", UINT64_C(86400) * CLOCK_SECOND },
	{ "h", UINT64_C(3600) * CLOCK_SECOND },
	{ "m", UINT64_C(60) * CLOCK_SECOND },
	{ "s", CLOCK_SECOND },
	{ "ms", CLOCK_MILLI },
	{ "us", 1000 },
	{ "ns", 1 },
};
static const struct unit size_units[] = {
	{ "Ti", UINT64_C(1) << 40 },
	{ "Gi", UINT64_C(1) << 30 },
	{ "Mi", UINT64_C(1) << 20 },
	{ "Ki", UINT64_C(1) << 10 },
	{ "B", 1 },
};

/* A bound as a user would type it: in the largest unit that is exact. */
static void
add_bound(struct text *out, const struct unit *units, uint64_t value)
{
	const struct unit *unit = units;

	while (unit->size > 1 && (value == 0 || value % unit->size != 0))
		unit++;
	text_addf(out, "%" PRIu64 "%s", value / unit->size,
	    value ? unit->name : "");
}

static bool
within(uint64_t value, const struct opt *opt, const struct unit *units,
    struct err *err)
{
	const uint64_t max = opt->max ? opt->max : UINT64_MAX;
	char buffer[80];
	struct text bounds = TEXT_OVER(buffer);

	if (value >= opt->min && value <= max)
		return true;
	add_bound(&bounds, units, opt->min);
	if (!opt->max)
		return err_set(err, ERR_USAGE, "must be at least %s",
		    bounds.data);
	text_add(&bounds, " to ");
	add_bound(&bounds, units, opt->max);
	return err_set(err, ERR_USAGE, "must be %s", bounds.data);
}

static bool
parse_count(const struct opt_value *value, void *field, struct err *err)
{
	uint64_t count;

	if (!num_u64(value->text, &count, err) ||
	    !within(count, value->opt, plain_units, err))
		return false;
	*(uint64_t *)field = count;
	return true;
}

static bool
parse_duration(const struct opt_value *value, void *field, struct err *err)
{
	int64_t ns;

	if (!num_duration(value->text, &ns, err) ||
	    !within((uint64_t)ns, value->opt, duration_units, err))
		return false;
	*(int64_t *)field = ns;
	return true;
}

static bool
parse_size(const struct opt_value *value, void *field, struct err *err)
{
	uint64_t bytes;

	if (!num_size(value->text, &bytes, err) ||
	    !within(bytes, value->opt, size_units, err))
		return false;
	*(uint64_t *)field = bytes;
	return true;
}

static bool
parse_percent(const struct opt_value *value, void *field, struct err *err)
{
	return num_percent(value->text, field, err);
}

static bool
parse_limits(const struct opt_value *value, void *field, struct err *err)
{
	struct limits *limits = field;

	return range_parse(value->text,
	    value->critical ? &limits->critical : &limits->warning, err);
}

const struct opt_type opt_type_count = { .metavar = "N", .parse = parse_count };
const struct opt_type opt_type_duration = { .metavar = "DURATION",
	.parse = parse_duration };
const struct opt_type opt_type_size = { .metavar = "SIZE",
	.parse = parse_size };
const struct opt_type opt_type_percent = { .metavar = "PERCENT",
	.parse = parse_percent };
const struct opt_type opt_type_limits = { .metavar = "RANGE",
	.pair = true,
	.parse = parse_limits };

/* --- switches and words --------------------------------------------------- */

static bool
parse_flag(const struct opt_value *value, void *field, struct err *err)
{
	(void)value;
	(void)err;
	*(bool *)field = true;
	return true;
}

static bool
parse_set(const struct opt_value *value, void *field, struct err *err)
{
	(void)err;
	*(int *)field = value->opt->value;
	return true;
}

static bool
parse_tally(const struct opt_value *value, void *field, struct err *err)
{
	(void)value;
	(void)err;
	++*(int *)field;
	return true;
}

static bool
parse_word(const struct opt_value *value, void *field, struct err *err)
{
	char buffer[240];
	struct text words = TEXT_OVER(buffer);

	for (const struct opt_word *w = value->opt->words; w->word; w++) {
		if (strcmp(w->word, value->text) == 0) {
			*(int *)field = w->value;
			return true;
		}
		text_addf(&words, "%s%s", words.len ? ", " : "", w->word);
	}
	return err_set(err, ERR_USAGE, "must be one of %s", words.data);
}

static bool
parse_choice(const struct opt_value *value, void *field, struct err *err)
{
	if (value->text)
		return parse_word(value, field, err);
	*(int *)field = value->opt->words[0].value;
	return true;
}

static bool
parse_verdict(const struct opt_value *value, void *field, struct err *err)
{
	enum verdict verdict;

	if (!verdict_parse(value->text, &verdict))
		return err_set(err, ERR_USAGE,
		    "must be ok, warning, critical, unknown or 0 to 3");
	*(enum verdict *)field = verdict;
	return true;
}

const struct opt_type opt_type_flag = { .parse = parse_flag };
const struct opt_type opt_type_set = { .parse = parse_set };
const struct opt_type opt_type_tally = { .repeats = true,
	.parse = parse_tally };
const struct opt_type opt_type_word = { .metavar = "WORD",
	.parse = parse_word };
const struct opt_type opt_type_choice = { .metavar = "WORD",
	.optional = true,
	.parse = parse_choice };
const struct opt_type opt_type_verdict = { .metavar = "STATE",
	.parse = parse_verdict };

/* --- texts ---------------------------------------------------------------- */

static bool
parse_string(const struct opt_value *value, void *field, struct err *err)
{
	(void)err;
	*(const char **)field = value->text;
	return true;
}

static bool
parse_strings(const struct opt_value *value, void *field, struct err *err)
{
	const char *string = value->text ? value->text : "";

	return opt_list_put(value->arena, field, &string, sizeof(string), err);
}

static bool
parse_file(const struct opt_value *value, void *field, struct err *err)
{
	if (!need_text(value, err))
		return false;
	*(const char **)field = value->text;
	return true;
}

static bool
parse_secret(const struct opt_value *value, void *field, struct err *err)
{
	const size_t len = strlen(value->text);
	char *bytes;

	if (!need_text(value, err))
		return false;
	bytes = arena_string(value->arena, value->text, len);
	if (!bytes)
		return opt_no_memory(err);
	*(struct opt_secret *)field = (struct opt_secret){ .len = len,
		.bytes = bytes,
		.from_argv = value->from_argv };
	return true;
}

static bool
parse_secret_file(const struct opt_value *value, void *field, struct err *err)
{
	struct opt_secret *secret = field;

	if (!need_text(value, err) ||
	    !opt_secret_read(value->text, value->arena, secret, err))
		return false;
	secret->path = value->text;
	return true;
}

const struct opt_type opt_type_string = { .metavar = "TEXT",
	.parse = parse_string };
const struct opt_type opt_type_strings = { .metavar = "TEXT",
	.repeats = true,
	.parse = parse_strings };
const struct opt_type opt_type_extra = {
	.metavar = "[SECTION][@FILE]",
	.repeats = true,
	.optional = true,
	.parse = parse_strings,
};
const struct opt_type opt_type_file = { .metavar = "FILE",
	.parse = parse_file };
const struct opt_type opt_type_secret = { .metavar = "SECRET",
	.secret = true,
	.parse = parse_secret };
const struct opt_type opt_type_secret_file = { .metavar = "FILE",
	.parse = parse_secret_file };

/* --- hosts ---------------------------------------------------------------- */

static bool
parse_host(const struct opt_value *value, void *field, struct err *err)
{
	const size_t len = strlen(value->text);
	char *copy = arena_string(value->arena, value->text, len);
	struct ip_host *host = field;

	if (!copy)
		return opt_no_memory(err);
	if (!ip_host_parse(copy, host, err))
		return false;
	if (copy[0] == '[') { /* only the name of an address has them */
		copy[len - 1] = '\0';
		host->name = copy + 1;
	}
	return true;
}

static bool
parse_hosts(const struct opt_value *value, void *field, struct err *err)
{
	struct ip_host host = { 0 };

	return parse_host(value, &host, err) &&
	    opt_list_put(value->arena, field, &host, sizeof(host), err);
}

const struct opt_type opt_type_host = { .metavar = "HOST",
	.host_like = true,
	.parse = parse_host };
const struct opt_type opt_type_hosts = {
	.metavar = "HOST",
	.host_like = true,
	.repeats = true,
	.parse = parse_hosts,
};
