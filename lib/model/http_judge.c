/* SPDX-License-Identifier: ISC */
#include "model/http_judge.h"

#include <math.h>

#include "base/num.h"
#include "model/http_address.h"
#include "model/http_compare.h"
#include "model/http_demand.h"

/* --- one URL -------------------------------------------------------------- */

struct count {
	size_t works, asked;
	size_t single; /* that were to be compared, and had no other */
	double slowest_s;
};

/* What became of each family, from its addresses and from the resolver. */
static void
see_families(const struct http_look *look,
    enum family_status seen[static IP_V6 + 1], struct count *count)
{
	static const enum family_status without[] = {
		[RESOLVE_UNASKED] = FAMILY_UNASKED,
		[RESOLVE_FOUND] = FAMILY_DEAD,
		[RESOLVE_NO_ADDRESS] = FAMILY_MISSING,
		[RESOLVE_NO_NAME] = FAMILY_MISSING,
		[RESOLVE_NOT_FOUND] = FAMILY_MISSING,
		[RESOLVE_SILENT] = FAMILY_UNSEEN,
		[RESOLVE_BROKEN] = FAMILY_UNSEEN,
	};

	for (int family = IP_V4; family <= IP_V6; family++)
		seen[family] = without[look->site->answer.status[family]];
	for (size_t i = 0; i < look->site->count; i++) {
		const struct http_seen *one = &look->site->seen[i];
		const enum ip_family family = one->asked.family;
		char room[HTTP_REASON_SIZE];
		struct text reason = TEXT_OVER(room);
		const enum family_status status =
		    http_demands_met(look, one, &reason);

		if (one->race)
			continue;
		count->asked++;
		count->works += status == FAMILY_WORKS;
		if (status == FAMILY_WORKS)
			count->slowest_s = fmax(count->slowest_s,
			    http_resolved_s(look) + one->response.total_s);
		if (seen[family] != FAMILY_WORKS && status != FAMILY_DEAD)
			seen[family] = status;
	}
	/* Whoever wants both wants one that was not even to be asked. */
	for (int family = IP_V4; family <= IP_V6; family++)
		if (look->rules->families.policy == FAMILY_BOTH &&
		    seen[family] == FAMILY_UNASKED)
			seen[family] = FAMILY_MISSING;
}

static bool
is_racing(const struct http_site *site)
{
	return site->count > 0 && site->seen[site->count - 1].race;
}

/* How families count: with a race, the race does, and they are only shown; a
 * proxy keeps them to itself. */
static struct family_verdict
weigh_families(const struct http_look *look,
    const enum family_status seen[static IP_V6 + 1])
{
	const struct http_site *site = look->site;
	struct family_verdict verdict = { 0 };

	if (is_racing(site))
		return verdict;
	if (site->seen[0].proxied) {
		verdict.dead_address[IP_NONE] = look->rules->families.all_dead;
		return verdict;
	}
	return family_judge(&look->rules->families, seen);
}

static struct http_weight
weigh_address(const struct http_look *look,
    const struct family_verdict *families,
    const enum family_status seen[static IP_V6 + 1], enum ip_family family)
{
	const bool counts =
	    family_counts(look->rules->families.policy, family) &&
	    !is_racing(look->site);
	/* One that works is enough: another that was not seen changes it
	 * not. */
	const bool spared = family != IP_NONE &&
	    look->rules->families.policy == FAMILY_ANY &&
	    families->verdict == VERDICT_OK && seen[family] == FAMILY_UNSEEN;

	return (struct http_weight){
		.counts = counts,
		.dead = families->dead_address[family],
		.unseen = counts && !spared ? VERDICT_UNKNOWN : VERDICT_OK,
	};
}

/* Is there more to say than that the addresses which were asked are dead?  Each
 * of those says better why. */
static bool
says_more(const struct http_site *site,
    const enum family_status seen[static IP_V6 + 1])
{
	for (int family = IP_V4; family <= IP_V6; family++)
		if (seen[family] == FAMILY_WORKS ||
		    (seen[family] == FAMILY_UNSEEN &&
			site->answer.status[family] != RESOLVE_FOUND))
			return true;
	return false;
}

static void
judge_unresolved(const struct http_look *look, struct result *node)
{
	const enum resolve_status status = resolve_overall(&look->site->answer);
	const bool absent = status == RESOLVE_NO_ADDRESS ||
	    status == RESOLVE_NO_NAME || status == RESOLVE_NOT_FOUND;
	const bool other = status == RESOLVE_FOUND || status == RESOLVE_UNASKED;

	result_judge(node,
	    absent ? look->rules->families.all_dead : VERDICT_UNKNOWN, "%s: %s",
	    look->site->url.host,
	    other ? "no address of the family that is to be asked"
		  : resolve_status_text(status));
}

static void
judge_addresses(const struct http_look *look,
    const struct family_verdict *families,
    const enum family_status seen[static IP_V6 + 1], struct result *node)
{
	for (size_t i = 0; i < look->site->count; i++) {
		const struct http_seen *one = &look->site->seen[i];
		struct result *child = http_address_child(one, node);
		const struct http_weight weight =
		    weigh_address(look, families, seen, one->asked.family);

		if (one->race)
			http_address_race(look, one, child);
		else
			http_address_judge(look, one, &weight, child);
	}
}

static void
tell_count(const struct count *count, struct result *node)
{
	char room[120];
	struct text text = TEXT_OVER(room);

	text_addf(&text, "%zu of %zu answer well", count->works, count->asked);
	if (count->works > 0) {
		text_add(&text, ", slowest ");
		num_format_duration(&text, count->slowest_s);
	}
	if (count->single > 0)
		text_add(&text, ", nothing to compare");
	result_summary(node, "%s", room);
}

static void
judge_site(const struct http_look *look, struct result *node,
    struct count *total)
{
	enum family_status seen[IP_V6 + 1] = { 0 };
	struct count count = { 0 };
	struct family_verdict families;
	char room[120];
	struct text clause = TEXT_OVER(room);

	if (look->site->count == 0) {
		judge_unresolved(look, node);
		return;
	}
	see_families(look, seen, &count);
	families = weigh_families(look, seen);
	family_tell(&clause, seen);
	result_ok(node);
	if (families.verdict != VERDICT_OK && says_more(look->site, seen))
		result_judge(node, families.verdict, "%s", room);
	judge_addresses(look, &families, seen, node);
	/* The family that must work may be one that has no address. */
	if (verdict_compare(families.verdict, result_verdict(node)) > 0)
		result_judge(node, families.verdict, "%s", room);
	count.single = !http_compare_answers(look, node);
	tell_count(&count, node);
	total->works += count.works;
	total->asked += count.asked;
	total->single += count.single;
}

/* --- all of them ---------------------------------------------------------- */

/* A URL has a node of its own, which names it where there are several. */
static struct result *
add_site(const struct http_site *site, bool alone, struct result *root)
{
	struct result *node = result_child(root, alone ? "" : site->name);

	result_attribute(node, alone ? RESULT_DESCRIBES : RESULT_IDENTIFIES,
	    "url", site->name);
	return node;
}

void
http_judge(const struct http_rules *rules, const struct http_survey *survey,
    struct result *root)
{
	const bool alone = survey->count == 1;
	struct count total = { 0 };
	char room[60];
	struct text single = TEXT_OVER(room);

	for (size_t i = 0; i < survey->count; i++) {
		const struct http_look look = { rules, &survey->sites[i],
			survey->now_s };

		judge_site(&look, add_site(look.site, alone, root), &total);
	}
	if (survey->count > 0)
		result_ok(root);
	result_metric(root, HTTP_M_WELL, (double)total.works);
	result_metric(root, HTTP_M_ADDRESSES, (double)total.asked);
	if (total.single > 0 && !alone)
		text_addf(&single, ", %zu with nothing to compare",
		    total.single);
	else if (total.single > 0)
		text_add(&single, ", nothing to compare");
	if (alone)
		result_summary(root, "%s: %zu of %zu addresses answer well%s",
		    survey->sites[0].name, total.works, total.asked,
		    single.data);
	else
		result_summary(root,
		    "%zu URLs: %zu of %zu addresses answer well%s",
		    survey->count, total.works, total.asked, single.data);
}
