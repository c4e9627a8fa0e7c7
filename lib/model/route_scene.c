/* SPDX-License-Identifier: ISC */
/* Words that several parts of the judge say. */
#include "model/route_scene.h"

bool
route_scene_has_several(const struct route_scene *scene)
{
	return scene->look->view_count > 1;
}

/* " in bird", where there is more than one source. */
void
route_scene_add_where(const struct route_scene *scene, struct text *text,
    const struct route_view *view)
{
	if (route_scene_has_several(scene))
		text_addf(text, " in %s", view->source);
}

/* " (but for packets from 2001:db8:1::/48)" */
void
route_scene_add_apart(struct text *text, const char *packets)
{
	if (packets != NULL)
		text_addf(text, " (but for %s)", packets);
}

bool
route_fact_is_unused(const struct route_fact *fact)
{
	return fact->poor != NULL && fact->poor->unused != NULL;
}

/* "present, not used: link down on eth0 (proto static)" */
void
route_fact_add_unused(struct text *text, const struct route_fact *fact)
{
	const struct route_path *poor = fact->poor;

	text_addf(text, "not used: %s", poor->unused);
	for (const struct route_hop *hop = poor->hops; hop; hop = hop->next)
		if (hop->device != NULL)
			text_addf(text, "%s%s",
			    hop == poor->hops ? " on " : ", ", hop->device);
	if (poor->protocol != NULL)
		text_addf(text, " (proto %s)", poor->protocol);
}

/* "kernel", "bird and kernel" */
void
route_facts_add_sources(struct text *text, const struct route_fact *facts,
    size_t count, enum route_presence presence)
{
	size_t left = 0, said = 0;

	for (size_t i = 0; i < count; i++)
		left += facts[i].presence == presence;
	for (size_t i = 0; i < count; i++) {
		if (facts[i].presence != presence)
			continue;
		if (said++ > 0)
			text_add(text, said == left ? " and " : ", ");
		text_add(text, facts[i].view->source);
	}
}

/* "protocol and metric not available from snmp" */
void
route_scene_add_untold(struct text *text, unsigned untold,
    const struct route_view *view)
{
	size_t left = 0, said = 0;

	for (unsigned trait = 1; trait <= ROUTE_TRAIT_HOPS; trait <<= 1)
		left += (untold & trait) != 0;
	for (unsigned trait = 1; trait <= ROUTE_TRAIT_HOPS; trait <<= 1) {
		if ((untold & trait) == 0)
			continue;
		if (said++ > 0)
			text_add(text, said == left ? " and " : ", ");
		text_add(text, route_trait_name((enum route_trait)trait));
	}
	text_addf(text, " not available from %s", view->source);
}
