/* SPDX-License-Identifier: ISC */
/* The values that an option may have. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netdb.h>
#include <string.h>

#include "base/num.h"
#include "frame/opt.h"
#include "model/verdict.h"

/* --- helpers -------------------------------------------------------------- */

static bool
no_memory(struct err *err)
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
	const char **item =
	    opt_list_add(value->arena, field, sizeof(const char *));

	if (!item)
		return no_memory(err);
	*item = value->text ? value->text : "";
	return true;
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
		return no_memory(err);
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
		return no_memory(err);
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
	struct ip_host host = { 0 }, *item;

	if (!parse_host(value, &host, err))
		return false;
	item = opt_list_add(value->arena, field, sizeof(*item));
	if (!item)
		return no_memory(err);
	*item = host;
	return true;
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

/* --- lists with commas ---------------------------------------------------- */

typedef bool (*item_parser)(const char *item, struct arena *arena, void *list,
    struct err *err);

static bool
each_item(const struct opt_value *value, item_parser parse, void *list,
    struct err *err)
{
	const char *at = value->text;

	for (;;) {
		const size_t len = strcspn(at, ",");
		const char *item = arena_string(value->arena, at, len);

		if (!item)
			return no_memory(err);
		if (len == 0)
			return err_set(err, ERR_USAGE,
			    "nothing at character %zu",
			    (size_t)(at - value->text) + 1);
		if (!parse(item, value->arena, list, err))
			return false;
		if (!at[len])
			return true;
		at += len + 1;
	}
}

static bool
parse_net(const char *item, struct arena *arena, void *list, struct err *err)
{
	struct ip_net net, *added;

	if (!ip_net_parse(item, &net, err))
		return false;
	added = opt_list_add(arena, list, sizeof(*added));
	if (!added)
		return no_memory(err);
	*added = net;
	return true;
}

static bool
parse_nets(const struct opt_value *value, void *field, struct err *err)
{
	return each_item(value, parse_net, field, err);
}

const struct opt_type opt_type_nets = {
	.metavar = "NETWORK",
	.host_like = true,
	.repeats = true,
	.parse = parse_nets,
};

/* --- ports ---------------------------------------------------------------- */

static bool
port_by_name(const char *name, uint16_t *port)
{
	static const char *const protocols[] = { "tcp", "udp", "sctp" };
	struct servent entry, *found = NULL;
	char buffer[2048];

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (getservbyname_r(name, protocols[i], &entry, buffer,
			sizeof(buffer), &found) == 0 &&
		    found) {
			*port = ntohs((uint16_t)found->s_port);
			return true;
		}
	return false;
}

static bool
one_port(const char *string, uint16_t *port, struct err *err)
{
	uint64_t number;

	if (string[strspn(string, "0123456789")] || !*string) {
		if (port_by_name(string, port))
			return true;
		return err_set(err, ERR_USAGE,
		    "no port number, and no service of that name");
	}
	if (!num_u64(string, &number, err))
		return false;
	if (number < 1 || number > UINT16_MAX)
		return err_set(err, ERR_USAGE, "a port is 1 to 65535");
	*port = (uint16_t)number;
	return true;
}

static bool
parse_port(const struct opt_value *value, void *field, struct err *err)
{
	return one_port(value->text, field, err);
}

static bool
port_pair(const char *item, const char *dash, struct arena *arena,
    struct opt_port_range *range, struct err *err)
{
	const char *first = arena_string(arena, item, (size_t)(dash - item));

	if (!first)
		return no_memory(err);
	return one_port(first, &range->first, err) &&
	    one_port(dash + 1, &range->last, err);
}

/* A dash may be part of a service's name (http-alt): the whole is tried first,
 * then a range at each dash. */
static bool
port_range(const char *item, struct arena *arena, struct opt_port_range *range,
    struct err *err)
{
	if (one_port(item, &range->first, err)) {
		range->last = range->first;
		return true;
	}
	for (const char *dash = strchr(item, '-'); dash;
	     dash = strchr(dash + 1, '-')) {
		if (!port_pair(item, dash, arena, range, err))
			continue;
		if (range->first <= range->last)
			return true;
		return err_set(err, ERR_USAGE,
		    "range %u-%u is reversed: use %u-%u", range->first,
		    range->last, range->last, range->first);
	}
	return false;
}

static bool
parse_port_range(const char *item, struct arena *arena, void *list,
    struct err *err)
{
	struct opt_port_range range, *added;

	if (!port_range(item, arena, &range, err))
		return false;
	added = opt_list_add(arena, list, sizeof(*added));
	if (!added)
		return no_memory(err);
	*added = range;
	return true;
}

static bool
parse_ports(const struct opt_value *value, void *field, struct err *err)
{
	return each_item(value, parse_port_range, field, err);
}

const struct opt_type opt_type_port = { .metavar = "PORT",
	.host_like = true,
	.parse = parse_port };
const struct opt_type opt_type_ports = {
	.metavar = "PORTS",
	.host_like = true,
	.repeats = true,
	.parse = parse_ports,
};
