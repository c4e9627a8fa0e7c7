/* SPDX-License-Identifier: ISC */
#include "model/exabgp_compare.h"

#include <string.h>

#include "base/clock.h"

const struct exabgp_history *
exabgp_before_history(const struct exabgp_before *before)
{
	return before->known ? &before->history : NULL;
}

/* --- the process ---------------------------------------------------------- */

void
exabgp_compare_process(struct exabgp_look *look,
    const struct exabgp_before *before, double ticks_per_s)
{
	struct exabgp_process *process = &look->process;

	look->now.has_unit_restarts = process->has_unit_restarts;
	look->now.unit_restarts = process->unit_restarts;
	if (process->seen != EXABGP_RUNS)
		return;
	look->now.daemon = (struct exabgp_identity){ (uint64_t)process->pid,
		process->start_ticks, process->exe_inode };
	look->now.cpu_ticks = process->cpu_ticks;
	process->has_cpu = exabgp_history_cpu(&look->now,
	    exabgp_before_history(before), ticks_per_s, &process->cpu_percent);
}

/* --- sessions ------------------------------------------------------------- */

static bool
time_downs(struct exabgp_look *look, const struct exabgp_before *before,
    struct arena *arena)
{
	const size_t count = bgp_table_count(&look->table);

	look->down_since =
	    arena_alloc(arena, (count + 1) * sizeof(*look->down_since));
	if (look->down_since == NULL)
		return err_set(&look->sessions_err, ERR_SYSTEM,
		    "no memory for sessions");
	for (size_t i = 0; i < count; i++) {
		const struct bgp_peer *peer = bgp_table_at(&look->table, i);
		char room[128];
		struct text name = TEXT_OVER(room);

		bgp_peer_name(&name, peer);
		if (!bgp_peer_is_up(peer))
			look->down_since[i] = exabgp_history_down(&look->now,
			    exabgp_before_history(before), room);
	}
	return true;
}

bool
exabgp_compare_sessions(struct exabgp_look *look,
    const struct exabgp_before *before, int64_t window_ns, struct arena *arena)
{
	const struct bgp_spans spans = {
		.flap_window_s = window_ns / CLOCK_SECOND,
	};
	struct moment moment = { .at_s = look->now.at_ns / CLOCK_SECOND };

	if (!time_downs(look, before, arena))
		return false;
	memcpy(moment.boot_id, look->now.boot_id, sizeof(moment.boot_id));
	bgp_history_init(&look->peers, arena, &moment);
	look->flaps_known = bgp_history_next(&look->peers,
	    before->peers_known ? &before->peers : NULL, &look->table, &spans);
	return true;
}

/* --- routes --------------------------------------------------------------- */

/* A reboot ends what was known of times. */
void
exabgp_compare_begin(struct exabgp_look *look,
    const struct exabgp_before *before, struct arena *arena)
{
	const bool useful =
	    exabgp_history_same_boot(&look->now, exabgp_before_history(before));

	exabgp_track_init(&look->track, useful ? &before->track : NULL, arena);
}

/* The log's words are in the track already; now what there is. */
static void
compare_routes(struct exabgp_look *look, const struct exabgp_before *before,
    int64_t window_ns)
{
	const uint64_t *keys = look->keys.items;
	struct exabgp_track *track = &look->track;
	const int64_t now_ns = look->now.at_ns;

	for (size_t i = 0; look->routes_known && i < look->keys.count; i++)
		exabgp_track_see(track, keys[i], now_ns);
	if (look->routes_known)
		exabgp_track_finish(track, now_ns, window_ns);
	look->changes_known = track->baseline && !track->full &&
	    !look->too_many_keys && (look->routes_known || look->log.known);
	look->changes_s =
	    (double)(now_ns - before->history.at_ns) / CLOCK_SECOND;
	look->flapping = exabgp_track_flapping(track, now_ns, window_ns);
}

/* The counters that never begin anew. */
static void
count_changes(struct exabgp_look *look)
{
	const struct exabgp_hits *hits = look->log.hits;

	if (look->log.known) {
		look->now.added += hits[EXABGP_LINE_ADDED].count;
		look->now.removed += hits[EXABGP_LINE_REMOVED].count;
	} else if (look->changes_known) {
		look->now.added += look->track.announced;
		look->now.removed += look->track.withdrawn;
	}
}

void
exabgp_compare_end(struct exabgp_look *look, const struct exabgp_before *before,
    int64_t window_ns)
{
	const struct exabgp_history *history = exabgp_before_history(before);

	if (!look->sessions_known)
		exabgp_history_keep_down(&look->now, history);
	compare_routes(look, before, window_ns);
	exabgp_history_next(&look->now, history, window_ns);
	count_changes(look);
}

/* --- text ----------------------------------------------------------------- */

/* What was not looked at now is remembered as it was. */
void
exabgp_before_encode(const struct exabgp_look *look,
    const struct exabgp_before *before, struct text *out)
{
	const bool routes = look->routes_known || look->log.known;

	exabgp_history_encode(&look->now, out);
	exabgp_track_encode(routes ? &look->track : &before->track, out);
	if (look->flaps_known)
		bgp_history_encode(&look->peers, out);
	else if (before->peers_known)
		bgp_history_encode(&before->peers, out);
}

bool
exabgp_before_decode(struct exabgp_before *before, const char *bytes,
    size_t len, struct arena *arena, struct err *err)
{
	struct span rest = { bytes, len };

	before->known = before->peers_known = false;
	before->track = (struct exabgp_track){ 0 };
	if (!exabgp_history_decode(&before->history, &rest, err) ||
	    !exabgp_track_decode(&before->track, &rest, arena, err) ||
	    (rest.len > 0 &&
		!bgp_history_decode(&before->peers, rest.at, rest.len, arena,
		    err)))
		return false;
	before->known = true;
	before->peers_known = rest.len > 0;
	return true;
}
