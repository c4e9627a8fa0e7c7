/* SPDX-License-Identifier: ISC */
#include "model/bgp_scene.h"

#include <stdlib.h>

const struct bgp_peer *
bgp_scene_peer(const struct bgp_scene *scene, size_t i)
{
	return bgp_table_at(scene->look->table, scene->chosen[i]);
}

/* --- wishes --------------------------------------------------------------- */

static int
compare_wishes(const void *a, const void *b)
{
	return bgp_expect_compare(((const struct bgp_wish *)a)->expect,
	    ((const struct bgp_wish *)b)->expect);
}

static void
add_wishes(struct bgp_scene *scene, const struct bgp_expects *expects,
    bool named)
{
	for (size_t i = 0; i < bgp_expects_count(expects); i++) {
		const struct bgp_expect *expect = bgp_expects_at(expects, i);

		scene->wishes[scene->wish_count++] =
		    (struct bgp_wish){ .expect = expect, .named = named };
		scene->with_address += expect->address.family != IP_NONE;
	}
}

/* The first wish for an address that is not lower. */
size_t
bgp_scene_first_wish(const struct bgp_scene *scene, const struct ip *address)
{
	size_t low = 0, high = scene->with_address;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (ip_compare(&scene->wishes[middle].expect->address,
			address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The next wish from *at on that means the peer, or NULL. */
struct bgp_wish *
bgp_scene_next_wish(const struct bgp_scene *scene, const struct bgp_peer *peer,
    size_t *at)
{
	while (*at < scene->wish_count) {
		struct bgp_wish *wish = &scene->wishes[(*at)++];

		if (*at <= scene->with_address &&
		    ip_compare(&wish->expect->address, &peer->address) != 0)
			*at = scene->with_address;
		else if (bgp_expect_means(wish->expect, peer))
			return wish;
	}
	return NULL;
}

/* --- choosing ------------------------------------------------------------- */

/* Does the user ask for it: by name, or in a file? */
static bool
is_wished(const struct bgp_scene *scene, const struct bgp_peer *peer,
    bool *named)
{
	bool wished = false;
	struct bgp_wish *wish;

	*named = false;
	BGP_SCENE_EACH_WISH(scene, peer, wish)
	{
		*named |= wish->named;
		wished = true;
	}
	return wished;
}

/* Peers that were named are judged whatever is selected; without any selection
 * they alone are, and those of a file. */
static bool
is_chosen(const struct bgp_scene *scene, const struct bgp_peer *peer)
{
	const struct bgp_rules *rules = scene->rules;
	const bool all = bgp_expects_count(&rules->named) == 0;
	bool named;
	const bool wished = is_wished(scene, peer, &named);

	return named ||
	    ((all || wished || bgp_criteria_given(&rules->select.only)) &&
		bgp_select_takes(&rules->select, peer));
}

bool
bgp_scene_choose(struct bgp_scene *scene)
{
	struct arena *arena = scene->root->tree->arena;
	const size_t peers = bgp_table_count(scene->look->table);
	const size_t wishes = bgp_expects_count(&scene->rules->named) +
	    bgp_expects_count(&scene->rules->expected);

	scene->wishes =
	    arena_alloc(arena, (wishes + 1) * sizeof(*scene->wishes));
	scene->chosen =
	    arena_alloc(arena, (peers + 1) * sizeof(*scene->chosen));
	if (scene->wishes == NULL || scene->chosen == NULL)
		return false;
	add_wishes(scene, &scene->rules->named, true);
	add_wishes(scene, &scene->rules->expected, false);
	qsort(scene->wishes, scene->wish_count, sizeof(*scene->wishes),
	    compare_wishes);
	for (size_t i = 0; i < peers; i++)
		if (is_chosen(scene, bgp_table_at(scene->look->table, i)))
			scene->chosen[scene->chosen_count++] = i;
	return true;
}
