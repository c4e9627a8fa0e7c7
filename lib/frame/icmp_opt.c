/* SPDX-License-Identifier: ISC */
#include "frame/icmp_opt.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "frame/opt_file.h"
#include "frame/opt_lines.h"

/* --- targets -------------------------------------------------------------- */

/* Its name without brackets. */
static bool
strip_brackets(const char **name, struct arena *arena)
{
	if (*name[0] == '[')
		*name = arena_string(arena, *name + 1, strlen(*name) - 2);
	return *name != NULL;
}

static bool
add_target(struct icmp_targets *targets, const char *string, const char *label,
    struct arena *arena, struct err *err)
{
	struct icmp_named target = { .label = label };
	struct icmp_named *added;

	if (!ip_host_parse(string, &target.host, err))
		return false;
	if (targets->count == ICMP_TARGETS)
		return err_set(err, ERR_USAGE, "more than %d targets",
		    ICMP_TARGETS);
	added = opt_list_add(arena, targets, sizeof(*added));
	if (added == NULL || !strip_brackets(&target.host.name, arena))
		return err_set(err, ERR_SYSTEM, "no memory left for targets");
	if (label == NULL)
		target.label = target.host.name;
	*added = target;
	return true;
}

static bool
parse_target(const struct opt_value *value, void *field, struct err *err)
{
	return add_target(field, value->text, NULL, value->arena, err);
}

/* Room for so many more at once: a list that grows leaves its old self behind,
 * and there may be thousands. */
static bool
make_room(struct icmp_targets *targets, size_t more, struct arena *arena)
{
	struct icmp_named *items =
	    arena_alloc(arena, (targets->count + more) * sizeof(*items));

	if (items == NULL)
		return false;
	if (targets->count > 0)
		memcpy(items, targets->items, targets->count * sizeof(*items));
	targets->items = items;
	targets->capacity = targets->count + more;
	return true;
}

/* "HOST" or "HOST any name". */
static bool
parse_targets_file(const struct opt_value *value, void *field, struct err *err)
{
	struct opt_lines lines;

	if (!opt_lines_read(value->text, value->arena, &lines, err) ||
	    !opt_file_identify(value, opt_lines_hash(&lines), err))
		return false;
	if (!make_room(field, lines.count, value->arena))
		return err_set(err, ERR_SYSTEM, "no memory left for targets");
	for (size_t i = 0; i < lines.count; i++) {
		char *text = lines.items[i].text;
		const size_t len = strcspn(text, " \t");
		char *label = text + len + strspn(text + len, " \t");

		text[len] = '\0';
		if (!add_target(field, text, label[0] != '\0' ? label : NULL,
			value->arena, err))
			return err_context(err, "line %u",
			    lines.items[i].number);
	}
	return lines.count > 0 || err_set(err, ERR_USAGE, "names no target");
}

/* --- source addresses ----------------------------------------------------- */

static bool
parse_source(const struct opt_value *value, void *field, struct err *err)
{
	struct icmp_sources *sources = field;
	struct ip ip;

	if (!ip_parse(value->text, &ip, err))
		return false;
	sources->of[ip.family] = ip;
	return true;
}

/* --- addresses that cannot be --------------------------------------------- */

/* Not of one host, but of a group or of every host of a network. */
static bool
is_group(const struct ip *ip)
{
	static const uint8_t all[4] = { 255, 255, 255, 255 };

	return ip->family == IP_V4 ? (ip->bytes[0] & 0xf0) == 0xe0 ||
		memcmp(ip->bytes, all, sizeof(all)) == 0
				   : ip->bytes[0] == 0xff;
}

static bool
is_any(const struct ip *ip)
{
	static const struct ip none = { 0 };

	return memcmp(ip->bytes, none.bytes, sizeof(none.bytes)) == 0;
}

static bool
check_host(const struct ip_host *host, enum ip_family family, bool on_device,
    struct err *err)
{
	if (host->address.family == IP_NONE)
		return true;
	if (family != IP_NONE && host->address.family != family)
		return err_set(err, ERR_USAGE,
		    "%s is no %s address, and %s was asked for", host->name,
		    ip_family_name(family), ip_family_name(family));
	/* Others answer in its place, if anybody does. */
	if (is_group(&host->address) || is_any(&host->address))
		return err_set(err, ERR_USAGE,
		    "%s is not the address of one host", host->name);
	if (!on_device && ip_lacks_zone(&host->address))
		return err_set(err, ERR_USAGE,
		    "%s is on every link: write %s%%INTERFACE, or give -I",
		    host->name, host->name);
	return true;
}

static bool
check_source(const struct ip *source, bool on_device, struct err *err)
{
	char room[64];
	struct text text = TEXT_OVER(room);

	if (source->family == IP_NONE)
		return true;
	ip_format(&text, source);
	if (is_group(source))
		return err_set(err, ERR_USAGE,
		    "--source %s is not the address of one host", text.data);
	if (!on_device && ip_lacks_zone(source))
		return err_set(err, ERR_USAGE,
		    "--source %s is on every link: write %s%%INTERFACE, or "
		    "give -I",
		    text.data, text.data);
	return true;
}

bool
icmp_opt_check_addresses(const struct icmp_targets *targets,
    const struct icmp_sources *sources, enum ip_family family, bool on_device,
    struct err *err)
{
	for (size_t i = 0; i < targets->count; i++)
		if (!check_host(&targets->items[i].host, family, on_device,
			err))
			return false;
	return check_source(&sources->of[IP_V4], on_device, err) &&
	    check_source(&sources->of[IP_V6], on_device, err);
}

/* --- times and limits ----------------------------------------------------- */

/* Alerts from the value up, as check_icmp and check_ping do; but no loss is no
 * loss to alert for. */
static struct range
from_up(double value)
{
	const struct range from = { true, true, value, INFINITY };
	const struct range above = { true, false, -INFINITY, 0 };

	return value > 0 ? from : above;
}

/* Units as check_icmp takes them; none is milliseconds there.  Its m is
 * milliseconds, too, but minutes everywhere else. */
static const struct {
	const char *typed, *unit;
} time_units[] = {
	{ "", "ms" },
	{ "ms", "ms" },
	{ "us", "us" },
	{ "u", "us" },
	{ "s", "s" },
};

#define TIME_MAX (NUM_DECIMAL_MAX + 3) /* with its unit */

/* Writes the time that the first len characters are as num_duration wants it.
 */
static bool
complete_time(const char *string, size_t len, char out[TIME_MAX],
    struct err *err)
{
	const size_t span = num_decimal_span(string);
	const char *unit = NULL;

	if (string[0] == '-')
		return err_set(err, ERR_USAGE, "a time is not negative");
	if (span == len - 1 && string[span] == 'm')
		return err_set(err, ERR_USAGE,
		    "write ms for milliseconds: m is milliseconds for "
		    "check_icmp and minutes elsewhere");
	for (size_t i = 0; i < sizeof(time_units) / sizeof(time_units[0]); i++)
		if (span < len ? strlen(time_units[i].typed) == len - span &&
			    memcmp(time_units[i].typed, string + span,
				len - span) == 0
			       : i == 0)
			unit = time_units[i].unit;
	if (span == 0 || span > NUM_DECIMAL_MAX || unit == NULL)
		return err_set(err, ERR_USAGE,
		    "a time is a number of milliseconds, or one with us, ms "
		    "or s");
	memcpy(out, string, span);
	memcpy(out + span, unit, strlen(unit) + 1);
	return true;
}

/* "200,40%": milliseconds and percent. */
static bool
parse_usual(const struct opt_value *value, void *field, struct err *err)
{
	struct icmp_usual *usual = field;
	const size_t span = strcspn(value->text, ",");
	struct range *rta_range, *loss_range;
	char time[TIME_MAX];
	int64_t rta_ns;
	double loss;

	if (span == 0 || value->text[span] != ',')
		return err_set(err, ERR_USAGE,
		    "must be RTA,LOSS%%, such as 200,40%% for 200 ms and 40 "
		    "percent");
	if (!complete_time(value->text, span, time, err) ||
	    !num_duration(time, &rta_ns, err) ||
	    !num_percent(value->text + span + 1, &loss, err))
		return false;
	rta_range =
	    value->critical ? &usual->rta.critical : &usual->rta.warning;
	loss_range =
	    value->critical ? &usual->loss.critical : &usual->loss.warning;
	*rta_range = from_up((double)rta_ns / CLOCK_SECOND);
	*loss_range = from_up(loss);
	usual->paired[value->critical] = true;
	return true;
}

void
icmp_opt_usual_complete(struct icmp_usual *usual)
{
	struct limits *rta = &usual->rta, *loss = &usual->loss;
	const bool warns = rta->warning.set || loss->warning.set;
	const bool alarms = rta->critical.set || loss->critical.set;

	if (!warns && (!alarms || usual->paired[true])) {
		rta->warning = from_up(0.2);
		loss->warning = from_up(40);
	}
	if (!alarms && (!warns || usual->paired[false])) {
		rta->critical = from_up(0.5);
		loss->critical = from_up(80);
	}
}

static bool
parse_interval(const struct opt_value *value, void *field, struct err *err)
{
	struct opt_value complete = *value;
	char time[TIME_MAX];

	complete.text = time;
	return complete_time(value->text, strlen(value->text), time, err) &&
	    opt_type_duration.parse(&complete, field, err);
}

bool
icmp_opt_is_interval(const char *string)
{
	const size_t len = strlen(string);
	char time[TIME_MAX];
	struct err refused;

	return num_decimal_span(string) + 1 == len ||
	    complete_time(string, len, time, &refused);
}

/* --- types ---------------------------------------------------------------- */

const struct opt_type icmp_opt_target = { .metavar = "HOST",
	.host_like = true,
	.repeats = true,
	.parse = parse_target };
const struct opt_type icmp_opt_targets_file = { .metavar = "FILE",
	.repeats = true,
	.parse = parse_targets_file };
const struct opt_type icmp_opt_sources = { .metavar = "ADDRESS",
	.host_like = true,
	.repeats = true,
	.parse = parse_source };
const struct opt_type icmp_opt_usual = { .metavar = "RTA,LOSS%",
	.pair = true,
	.parse = parse_usual };
const struct opt_type icmp_opt_interval = { .metavar = "MS",
	.parse = parse_interval };
