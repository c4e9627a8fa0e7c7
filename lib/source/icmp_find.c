/* SPDX-License-Identifier: ISC */
#include "source/icmp_find.h"

#include "model/family.h"
#include "source/resolve.h"

static bool
is_name(const struct icmp_named *target)
{
	return target->host.address.family == IP_NONE;
}

size_t
icmp_find_names(const struct icmp_find *find)
{
	size_t names = 0;

	for (size_t i = 0; i < find->count; i++)
		names += is_name(&find->targets[i]);
	return names;
}

/* --- one target ----------------------------------------------------------- */

/* Is this one of the addresses to ask? */
static bool
is_wanted(const struct icmp_find *find, const struct resolve_answer *answer,
    size_t i)
{
	if (!find->first)
		return true;
	for (size_t before = 0; before < i; before++)
		if (answer->addresses[before].family ==
		    answer->addresses[i].family)
			return false;
	return true;
}

/* What is known of a family without looking at an address of it. */
static const enum family_status without[] = {
	[RESOLVE_UNASKED] = FAMILY_UNASKED,
	[RESOLVE_FOUND] = FAMILY_UNSEEN,
	[RESOLVE_NO_ADDRESS] = FAMILY_MISSING,
	[RESOLVE_NO_NAME] = FAMILY_MISSING,
	[RESOLVE_NOT_FOUND] = FAMILY_MISSING,
	[RESOLVE_SILENT] = FAMILY_UNSEEN,
	[RESOLVE_BROKEN] = FAMILY_UNSEEN,
};

static void
add_address(struct icmp_echoes *echoes, struct icmp_host *host,
    const struct ip *ip)
{
	echoes->targets[echoes->target_count++].address = *ip;
	host->count++;
}

static struct icmp_host
found_host(const struct icmp_find *find, const struct icmp_named *target,
    const struct resolve_answer *answer, struct icmp_echoes *echoes)
{
	const enum resolve_status overall = resolve_overall(answer);
	struct icmp_host host = {
		.label = target->label,
		.first = (uint32_t)echoes->target_count,
		.unfound =
		    answer->count == 0 ? resolve_status_text(overall) : NULL,
		.unseen =
		    overall == RESOLVE_SILENT || overall == RESOLVE_BROKEN,
	};

	for (int family = IP_V4; family <= IP_V6; family++)
		host.without[family] = (uint8_t)without[answer->status[family]];
	for (size_t i = 0; i < answer->count; i++)
		if (is_wanted(find, answer, i))
			add_address(echoes, &host, &answer->addresses[i]);
	return host;
}

static struct icmp_host
literal_host(const struct icmp_named *target, struct icmp_echoes *echoes)
{
	struct icmp_host host = {
		.label = target->label,
		.first = (uint32_t)echoes->target_count,
		.literal = true,
		.called = target->label != target->host.name,
	};

	add_address(echoes, &host, &target->host.address);
	return host;
}

/* --- all of them ---------------------------------------------------------- */

/* Answers are in the order of the targets that are names. */
static bool
make_hosts(const struct icmp_find *find, const struct resolve_answer *answers,
    size_t names, struct icmp_host **hosts, struct icmp_echoes *echoes,
    struct arena *arena)
{
	size_t total = find->count - names;
	struct icmp_host *made;

	for (size_t i = 0; i < names; i++)
		total += answers[i].count;
	made = arena_alloc(arena, find->count * sizeof(*made));
	echoes->targets = arena_alloc(arena, total * sizeof(*echoes->targets));
	if (made == NULL || echoes->targets == NULL)
		return false;
	for (size_t i = 0; i < find->count; i++) {
		const struct icmp_named *target = &find->targets[i];

		made[i] = is_name(target)
		    ? found_host(find, target, answers++, echoes)
		    : literal_host(target, echoes);
	}
	*hosts = made;
	return true;
}

static bool
look_up(const struct icmp_find *find, struct resolve_answer *answers,
    size_t count, struct arena *arena, struct err *err)
{
	struct ip_host *names = arena_alloc(arena, count * sizeof(*names));
	size_t n = 0;

	if (names == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for the targets");
	for (size_t i = 0; i < find->count; i++)
		if (is_name(&find->targets[i]))
			names[n++] = find->targets[i].host;
	return resolve_all(names, count, find->only, answers, arena,
	    &find->deadline, err);
}

bool
icmp_find_run(const struct icmp_find *find, struct icmp_host **hosts,
    struct icmp_echoes *echoes, double *took_s, struct arena *arena,
    struct err *err)
{
	const size_t names = icmp_find_names(find);
	const int64_t start_ns = names > 0 ? clock_monotonic_ns() : 0;
	struct resolve_answer *answers =
	    arena_alloc(arena, names * sizeof(*answers));

	*took_s = -1;
	if (answers == NULL)
		return err_set(err, ERR_SYSTEM, "no memory for the targets");
	if (names > 0 && !look_up(find, answers, names, arena, err))
		return false;
	if (names > 0)
		*took_s =
		    (double)(clock_monotonic_ns() - start_ns) / CLOCK_SECOND;
	return make_hosts(find, answers, names, hosts, echoes, arena) ||
	    err_set(err, ERR_SYSTEM, "no memory for the addresses");
}
