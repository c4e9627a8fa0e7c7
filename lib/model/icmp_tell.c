/* SPDX-License-Identifier: ISC */
#include "base/num.h"
#include "model/icmp_scene.h"

/* --- one address ---------------------------------------------------------- */

void
icmp_tell_times(struct text *text, const struct icmp_stats *stats)
{
	if (stats->received > 0) {
		text_add(text, "rta ");
		num_format_duration(text, stats->average);
		text_add(text, ", ");
	}
	text_add(text, "loss ");
	num_format_short(text, stats->loss);
	text_add(text, " %");
}

void
icmp_tell_fault(struct text *text, const struct icmp_scene *scene,
    const struct icmp_target *target)
{
	const struct icmp_fault *fault =
	    icmp_fault_of(scene->look->echoes, target);

	if (fault == NULL)
		return;
	text_add(text, ", ");
	icmp_fault_tell(text, fault);
}

void
icmp_tell_unmeasured(struct text *text, const struct icmp_scene *scene,
    const struct icmp_target *target)
{
	const struct icmp_look *look = scene->look;
	const struct icmp_fault *fault = icmp_fault_of(look->echoes, target);

	if (look->refused[target->address.family] != NULL)
		text_add(text, look->refused[target->address.family]);
	else if (fault != NULL)
		icmp_fault_tell(text, fault);
	else if (look->overflowed)
		text_add(text, "answers were lost in our own receive queue");
	else
		text_add(text, "not measured in time");
}

/* --- the first line ------------------------------------------------------- */

void
icmp_tell_families(const struct icmp_scene *scene)
{
	for (size_t i = 0; i < scene->look->host_count; i++) {
		const struct icmp_host *host = &scene->look->hosts[i];
		char room[120];
		struct text text = TEXT_OVER(room);
		struct icmp_host_view view;

		if (host->literal || host->unfound != NULL)
			continue;
		view = icmp_scene_view(scene, host);
		if (view.families.verdict == VERDICT_OK)
			continue;
		family_tell(&text, view.seen);
		result_judge(scene->root, view.families.verdict, "%s %s",
		    host->label, text.data);
	}
}

void
icmp_tell_many(const struct icmp_scene *scene, struct text *text)
{
	const struct icmp_sums *sums = &scene->sums;

	if (!scene->counted)
		text_addf(text, "%zu of %zu targets alive", sums->alive,
		    scene->look->host_count);
	if (sums->addresses > 0) {
		text_add(text, text->len > 0 ? ", rta " : "rta ");
		num_format_duration(text, sums->rta / (double)sums->addresses);
		text_add(text, ", longest ");
		num_format_duration(text, sums->longest);
	}
	if (sums->sent > 0) {
		text_add(text, text->len > 0 ? ", loss " : "loss ");
		num_format_short(text,
		    100 * (double)(sums->sent - sums->received) /
			(double)sums->sent);
		text_add(text, " %");
	}
}

#define TELL_ADDRESSES 4 /* of one target on the first line */

/* "192.0.2.7 rta 41 us, loss 0 %, 192.0.2.8 ..."; those whose silence is a
 * finding are named there. */
static void
tell_addresses(const struct icmp_scene *scene,
    const struct icmp_host_view *view, struct text *text)
{
	const struct icmp_host *host = view->host;
	size_t told = 0, more = 0;

	for (size_t i = 0; i < host->count; i++) {
		const struct icmp_target *target =
		    icmp_scene_address(scene, host, i);
		const enum ip_family family = target->address.family;
		const struct icmp_stats stats = icmp_scene_brief(scene, target);

		if (stats.received == 0 &&
		    icmp_scene_dead_counts(view, family) != VERDICT_OK)
			continue;
		if (told == TELL_ADDRESSES) {
			more++;
			continue;
		}
		text_add(text, told++ > 0 ? ", " : "");
		ip_format(text, &target->address);
		text_add_char(text, ' ');
		if (stats.sent > 0)
			icmp_tell_times(text, &stats);
		else
			icmp_tell_unmeasured(text, scene, target);
		if (stats.sent > 0 && stats.loss > 0)
			icmp_tell_fault(text, scene, target);
	}
	if (more > 0)
		text_addf(text, ", %zu more", more);
}

/* "www.example.net works over IPv4 and IPv6: 192.0.2.7 rta 41 us, loss 0 %"; a
 * fault of the families is a finding, and said before. */
void
icmp_tell_one(const struct icmp_scene *scene, struct text *text)
{
	const struct icmp_host_view view =
	    icmp_scene_view(scene, &scene->look->hosts[0]);
	const struct icmp_host *host = view.host;
	size_t before;

	if (!host->literal && host->count > 0 &&
	    view.families.verdict == VERDICT_OK) {
		text_addf(text, "%s ", host->label);
		family_tell(text, view.seen);
		text_add(text, ": ");
	}
	before = text->len;
	tell_addresses(scene, &view, text);
	if (text->len == before && scene->sums.sent > 0)
		text_add(text, "loss 100 %");
}
