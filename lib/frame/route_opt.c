/* SPDX-License-Identifier: ISC */
#include "frame/route_opt.h"

#include <string.h>

#include "frame/opt_file.h"
#include "model/route_match.h"

const struct opt_word route_opt_kinds[] = {
	{ "reachable", ROUTE_WANT_REACHABLE, "one that carries packets" },
	{ "any", ROUTE_WANT_ANY, "blackholes and the like, too" },
	{ "blackhole", ROUTE_WANT_BLACKHOLE, "packets are dropped in silence" },
	{ "unreachable", ROUTE_WANT_UNREACHABLE,
	    "dropped, and the sender told" },
	{ "prohibit", ROUTE_WANT_PROHIBIT, "forbidden, and the sender told" },
	{ NULL, 0, NULL },
};

const struct opt_word route_opt_stages[] = {
	{ "announced", ROUTE_ANNOUNCED, "announced to a neighbor" },
	{ "received", ROUTE_RECEIVED, "received from one" },
	{ "best", ROUTE_BEST, "chosen" },
	{ "installed", ROUTE_INSTALLED, "in the forwarding table" },
	{ NULL, 0, NULL },
};

/* --- prefixes ------------------------------------------------------------- */

static bool
is_known(const struct route_expects *expects, const struct ip_net *prefix)
{
	for (size_t i = 0; i < route_expects_count(expects); i++) {
		const struct ip_net *known =
		    &route_expects_at(expects, i)->prefix;

		if (known->length == prefix->length &&
		    ip_compare(&known->address, &prefix->address) == 0)
			return true;
	}
	return false;
}

static bool
parse_prefix(const struct opt_value *value, void *field, struct err *err)
{
	struct route_expects *expects = field;
	struct ip_net prefix;
	struct route_expect *added;

	if (!route_prefix_parse(value->text, &prefix, err))
		return false;
	if (is_known(expects, &prefix))
		return true;
	added = arena_push(value->arena, &expects->list, sizeof(*added));
	if (added == NULL)
		return opt_no_memory(err);
	added->prefix = prefix;
	return true;
}

static bool
parse_expect(const struct opt_value *value, void *field, struct err *err)
{
	struct route_expects *expects = field;
	const size_t before = route_expects_count(expects);
	const char *bytes;
	size_t len;

	if (!opt_file_load(value->text, value->arena, &bytes, &len, err) ||
	    !route_expect_parse_file(bytes, len, expects, value->arena, err))
		return false;
	/* Whoever wrote it meant something. */
	return route_expects_count(expects) > before ||
	    err_set(err, ERR_USAGE, "there is no prefix in it");
}

/* --- numbers of routes ---------------------------------------------------- */

/* The tally with these words; a new one when there is none. */
static struct route_tally *
tally_for(struct route_opt_tallies *tallies, const char *words, size_t len,
    struct arena *arena, struct err *err)
{
	struct route_tally tally, *added;

	if (!route_tally_parse(words, len, &tally, arena, err))
		return NULL;
	for (size_t i = 0; i < tallies->count; i++)
		if (route_tally_same(&tallies->items[i], &tally))
			return &tallies->items[i];
	added = opt_list_add(arena, tallies, sizeof(*added));
	if (added == NULL)
		opt_no_memory(err);
	else
		*added = tally;
	return added;
}

static bool
parse_count(const struct opt_value *value, void *field, struct err *err)
{
	const char *equals = strchr(value->text, '=');
	struct route_tally *tally = tally_for(field, value->text,
	    equals != NULL ? (size_t)(equals - value->text) : 0, value->arena,
	    err);

	return tally != NULL &&
	    range_parse(equals != NULL ? equals + 1 : value->text,
		value->critical ? &tally->limits.critical
				: &tally->limits.warning,
		err);
}

const struct opt_type route_opt_prefix = { .metavar = "PREFIX",
	.repeats = true,
	.host_like = true,
	.parse = parse_prefix };
const struct opt_type route_opt_expect = { .metavar = "FILE",
	.repeats = true,
	.parse = parse_expect };
const struct opt_type route_opt_count = {
	.metavar = "[FAMILY,PROTOCOL,table:NAME=]RANGE",
	.pair = true,
	.repeats = true,
	.parse = parse_count,
};
