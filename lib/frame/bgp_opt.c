/* SPDX-License-Identifier: ISC */
#include "frame/bgp_opt.h"

#include <string.h>

#include "base/num.h"
#include "frame/opt_file.h"
#include "frame/pattern_opt.h"

const struct opt_word bgp_opt_families[] = {
	{ "ipv4", IP_V4, NULL },
	{ "ipv6", IP_V6, NULL },
	{ NULL, 0, NULL },
};

static bool
parse_peer(const struct opt_value *value, void *field, struct err *err)
{
	return bgp_expect_parse(value->text, strlen(value->text), ",", field,
	    value->arena, err);
}

static bool
parse_expect(const struct opt_value *value, void *field, struct err *err)
{
	const char *bytes;
	size_t len;

	return opt_file_load(value->text, value->arena, &bytes, &len, err) &&
	    bgp_expect_parse_file(bytes, len, field, value->arena, err);
}

static bool
parse_state(const struct opt_value *value, void *field, struct err *err)
{
	struct bgp_opt_down *down = field;

	down->given = true;
	if (verdict_parse(value->text, &down->verdict))
		return true;
	return err_set(err, ERR_USAGE,
	    "must be ok, warning, critical, unknown or 0 to 3");
}

static bool
parse_share(const struct opt_value *value, void *field, struct err *err)
{
	struct bgp_group_rule *rule = field;
	struct bgp_share *share =
	    value->critical ? &rule->critical : &rule->warning;
	const size_t len = strlen(value->text);
	uint64_t number;

	share->percent = len > 0 && value->text[len - 1] == '%';
	share->set = true;
	if (share->percent)
		return num_percent(value->text, &share->least, err);
	if (!num_u64(value->text, &number, err))
		return false;
	share->least = (double)number;
	return true;
}

/* --- limits of address families ------------------------------------------- */

static struct bgp_family_limits *
limits_for(struct arena_list *list, uint16_t afi, uint8_t safi,
    struct arena *arena)
{
	struct bgp_family_limits *items = list->items, *added;

	for (size_t i = 0; i < list->count; i++)
		if (items[i].afi == afi && items[i].safi == safi)
			return &items[i];
	added = arena_push(arena, list, sizeof(*added));
	if (added != NULL) {
		added->afi = afi;
		added->safi = safi;
	}
	return added;
}

static bool
parse_limits(const struct opt_value *value, void *field, struct err *err)
{
	const char *equals = strchr(value->text, '=');
	const char *range = equals != NULL ? equals + 1 : value->text;
	struct bgp_family_limits *limits;
	uint16_t afi = BGP_AFI_ALL;
	uint8_t safi = BGP_SAFI_ALL;

	if (equals != NULL &&
	    !bgp_family_parse(value->text, (size_t)(equals - value->text), &afi,
		&safi))
		return err_set(err, ERR_USAGE,
		    "before the =: no address family, such as ipv4-unicast");
	limits = limits_for(field, afi, safi, value->arena);
	if (limits == NULL)
		return opt_no_memory(err);
	return range_parse(range,
	    value->critical ? &limits->limits.critical
			    : &limits->limits.warning,
	    err);
}

const struct opt_type bgp_opt_peer = {
	.metavar = "PEER[,as=AS][,vrf=NAME][,prefixes=N][,FAMILY=N]",
	.host_like = true,
	.repeats = true,
	.parse = parse_peer,
};
const struct opt_type bgp_opt_expect = { .metavar = "FILE",
	.repeats = true,
	.parse = parse_expect };
const struct opt_type bgp_opt_state = { .metavar = "STATE",
	.parse = parse_state };
const struct opt_type bgp_opt_share = { .metavar = "N|N%",
	.pair = true,
	.parse = parse_share };
const struct opt_type bgp_opt_limits = { .metavar = "[FAMILY=]RANGE",
	.pair = true,
	.repeats = true,
	.parse = parse_limits };

/* --- what they select ----------------------------------------------------- */

bool
bgp_opt_criteria(const struct bgp_opt_choice *choice, const char *description,
    struct bgp_criteria *criteria, struct arena *arena, struct err *err)
{
	*criteria = (struct bgp_criteria){
		.nets = choice->nets.items,
		.net_count = choice->nets.count,
		.vrfs = choice->vrfs.items,
		.vrf_count = choice->vrfs.count,
		.as = choice->as.items,
		.as_count = choice->as.count,
		.description_count = choice->descriptions.count,
		.family = (enum ip_family)choice->family,
	};
	return pattern_opt_compile(&choice->descriptions, description,
	    &criteria->descriptions, arena, err);
}
