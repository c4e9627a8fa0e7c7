/* SPDX-License-Identifier: ISC */
#include "model/exabgp.h"

bool
exabgp_is_running(const struct exabgp_look *look)
{
	return look->process.seen == EXABGP_RUNS;
}

size_t
exabgp_established(const struct exabgp_look *look)
{
	size_t up = 0;

	for (size_t i = 0; i < bgp_table_count(&look->table); i++)
		up += bgp_peer_is_up(bgp_table_at(&look->table, i));
	return up;
}

struct exabgp_counts
exabgp_total(const struct exabgp_look *look)
{
	struct exabgp_counts all = { 0 };

	for (size_t i = 0; i < bgp_table_count(&look->table); i++) {
		all.announced += look->counts[i].announced;
		all.received += look->counts[i].received;
	}
	return all;
}

bool
exabgp_is_down(const struct exabgp_look *look)
{
	const enum exabgp_seen seen = look->process.seen;

	return seen == EXABGP_ABSENT || seen == EXABGP_ZOMBIE;
}

void
exabgp_add_suspect(struct text *text, const struct exabgp_look *look)
{
	if (look->rival != 0)
		text_addf(text,
		    "; process %d (%s) may have taken the answer: end it",
		    look->rival, look->rival_name);
}
