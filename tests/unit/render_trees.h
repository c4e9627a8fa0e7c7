/* SPDX-License-Identifier: ISC */
/*
 * render_trees: fabricated reports for the tests of the renderers.
 *
 * A scene is everything that a report refers to.  Included by each test, so
 * that every one has its own.
 */
#ifndef RENDER_TREES_H
#define RENDER_TREES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame/render.h"

enum {
	ESTABLISHED,
	CLIENTS,
	OLDEST,
	LOSS,
	ACCEPTED,
	MEMORY,
	OFFSET,
	SOFTWARE,
	PRIVATE,
	SHARED,
};

static const struct metric_def scene_defs[] = {
	[ESTABLISHED] = { "established", "tcp_established_connections",
	    "Established TCP connections", METRIC_GAUGE, METRIC_PLAIN,
	    METRIC_NO_LIMITS, NULL, false },
	[CLIENTS] = { "clients", "tcp_clients", "Distinct remote addresses",
	    METRIC_GAUGE, METRIC_PLAIN, METRIC_NO_LIMITS, NULL, false },
	[OLDEST] = { "oldest", "tcp_oldest_connection_age_seconds",
	    "Age of the oldest connection", METRIC_GAUGE, METRIC_SECONDS,
	    METRIC_NO_LIMITS, NULL, false },
	[LOSS] = { "loss", "probe_loss_ratio", "Lost share of the probes",
	    METRIC_GAUGE, METRIC_PERCENT, METRIC_NO_LIMITS, "100", false },
	[ACCEPTED] = { "accepted", "tcp_accepted", "Connections since boot",
	    METRIC_COUNTER, METRIC_PLAIN, METRIC_NO_LIMITS, NULL, false },
	[MEMORY] = { "memory", "tcp_memory_bytes", "Memory of the sockets",
	    METRIC_GAUGE, METRIC_BYTES, METRIC_NO_LIMITS, NULL, false },
	[OFFSET] = { "offset", "clock_offset_seconds", "Offset of the clock",
	    METRIC_GAUGE, METRIC_SECONDS, METRIC_NO_LIMITS, NULL, true },
	[SOFTWARE] = { "software", "peer_software", "What the peer runs",
	    METRIC_INFO, METRIC_PLAIN, METRIC_NO_LIMITS, NULL, false },
	[PRIVATE] = { "private", NULL, "Not exported", METRIC_GAUGE,
	    METRIC_PLAIN, METRIC_NO_LIMITS, NULL, false },
	[SHARED] = { "shared", "route_paths", "Paths of the routes",
	    METRIC_GAUGE, METRIC_PLAIN, METRIC_NO_LIMITS, NULL, false,
	    .parts = "route_peer_paths" },
	{ .name = NULL },
};

static const struct plugin scene_plugin = {
	.name = "check_scene",
	.title = "SCENE",
	.metrics = scene_defs,
};

struct scene {
	struct arena arena;
	struct result_tree tree;
	struct common_opts common;
	struct report report;
	struct report_line lines[8];
	size_t line_count;
	struct text out;
};

static inline void
scene_init(struct scene *scene)
{
	struct err err;

	memset(scene, 0, sizeof(*scene));
	if (!arena_reserve(&scene->arena, (size_t)256 << 20, &err))
		abort();

	struct result *root =
	    result_init(&scene->tree, &scene->arena, scene_defs, NULL);
	const size_t size = (size_t)32 << 20;

	text_init(&scene->out, arena_alloc(&scene->arena, size), size);
	scene->report = (struct report){
		.plugin = &scene_plugin,
		.common = &scene->common,
		.root = root,
		.started_wall_ns = INT64_C(1767323045678901234),
		.took_ns = INT64_C(12345678),
	};
}

/* Whom it is for, which passive results must say. */
static inline void
scene_named(struct scene *scene)
{
	scene->common.host_name = "edge1";
	scene->common.service_name = "bgp";
}

static inline void
scene_free(struct scene *scene)
{
	arena_free(&scene->arena);
}

static inline struct result *
scene_root(struct scene *scene)
{
	return scene->tree.root;
}

static inline void
scene_line(struct scene *scene, struct report_line **list, const char *string)
{
	struct report_line *line = &scene->lines[scene->line_count++];

	line->text = string;
	while (*list != NULL)
		list = &(*list)->next;
	*list = line;
}

static inline void
scene_error(struct scene *scene, enum err_kind kind, enum verdict verdict,
    const char *string)
{
	err_set(&scene->report.error, kind, "%s", string);
	result_judge(scene_root(scene), verdict, "%s", string);
	scene->report.partial = true;
}

/* Three failures of late: flapping, held CRITICAL. */
static inline struct damped
scene_flapping(const struct damped_opts *opts)
{
	return (struct damped){
		.opts = opts,
		.outcome = {
			.raw = VERDICT_OK,
			.reported = VERDICT_CRITICAL,
			.why = DAMPEN_FLAPPING,
			.penalty = 2500250000,
		},
		.clears_wall_ns = INT64_C(1767325745678901234),
		.words = "flapping: 3 failures in 9 min, held CRITICAL",
	};
}

/* The frame's verdict is the tree's unless a test says otherwise. */
static inline const char *
scene_print(struct scene *scene,
    void (*print)(const struct report *report, struct text *out))
{
	scene->report.raw = result_verdict(scene->report.root);
	scene->report.verdict = scene->report.raw;
	text_clear(&scene->out);
	print(&scene->report, &scene->out);
	return scene->out.data;
}

/* A child a peer, with what its address and family are. */
static inline struct result *
scene_peer(struct result *parent, const char *address, const char *family)
{
	struct result *peer = result_child(parent, address);

	result_label(peer, "address", address);
	result_label(peer, "family", family);
	return peer;
}

/* --- hostile trees -----------------------------------------------------------
 */

/* xorshift64*: the same trees on every machine. */
struct dice {
	uint64_t state;
};

static inline uint64_t
dice_roll(struct dice *dice, uint64_t sides)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (dice->state * UINT64_C(2685821657736338717) >> 33) % sides;
}

/* What a peer would send to break a parser behind us, and plain noise. */
static inline const char *
dice_string(struct dice *dice, char *bytes, size_t size)
{
	static const char *const nasty[] = {
		"",
		"|",
		"||a=1",
		"a=b",
		"'quoted' \"twice\"",
		"\n# EOF\n",
		"a\nb",
		"::",
		"2001:db8::7",
		"fe80::1%eth0",
		"2001:db8::/32",
		"192.0.2.1",
		"\xc3\xa9t\xc3\xa9",
		"\xe2\x80\xae/txt",
		"\xff\xfe",
		"{}",
		"\\",
		"\\n",
		"%n%s",
		"a b c",
		"[OK] fine",
		"$(reboot)",
		"`id`",
		"<b>",
		"\x1b[31m",
		"; 1;2;3",
		"1e9",
	};
	size_t len;

	if (dice_roll(dice, 3) > 0) {
		snprintf(bytes, size, "%s",
		    nasty[dice_roll(dice, sizeof(nasty) / sizeof(*nasty))]);
		return bytes;
	}
	len = dice_roll(dice, 4) == 0 ? size - 1 : dice_roll(dice, 12);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(1 + dice_roll(dice, 255));
	bytes[len] = '\0';
	return bytes;
}

static inline double
dice_number(struct dice *dice)
{
	static const double numbers[] = { 0, 1, 5, 0.5, 1e-9, 0.000001,
		123456.789012, 1e15, 1e18, 33.333333333, -0.0, 99.9999999 };

	return numbers[dice_roll(dice, sizeof(numbers) / sizeof(*numbers))];
}

static inline struct limits
dice_limits(struct dice *dice)
{
	static const char *const ranges[] = { "10", "~:10", "10:", "5:10",
		"@5:10", "@~:3", "0:", "~:", "0.5", "-5:-1" };
	struct limits limits = { 0 };
	struct err err;

	if (dice_roll(dice, 2) == 0)
		range_parse(ranges[dice_roll(dice, 10)], &limits.warning, &err);
	if (dice_roll(dice, 2) == 0)
		range_parse(ranges[dice_roll(dice, 10)], &limits.critical,
		    &err);
	return limits;
}

static inline void
dice_fill(struct dice *dice, struct result *node)
{
	static const char *const names[] = { "peer", "family", "vrf" };
	char bytes[700];

	for (uint64_t n = dice_roll(dice, 3); n > 0; n--)
		result_label(node, names[dice_roll(dice, 3)],
		    dice_string(dice, bytes, sizeof(bytes)));
	for (uint64_t n = dice_roll(dice, 3); n > 0; n--) {
		const struct limits limits = dice_limits(dice);

		result_check_limits(node, dice_roll(dice, PRIVATE + 1),
		    dice_number(dice), &limits);
	}
	for (uint64_t n = dice_roll(dice, 3); n > 0; n--)
		result_judge(node, (enum verdict)dice_roll(dice, 4), "%s",
		    dice_string(dice, bytes, sizeof(bytes)));
	if (dice_roll(dice, 2) == 0)
		result_summary(node, "%s",
		    dice_string(dice, bytes, sizeof(bytes)));
	if (dice_roll(dice, 8) == 0)
		result_settle(node, (enum verdict)dice_roll(dice, 4));
	if (dice_roll(dice, 4) == 0)
		result_ok(node);
}

/* A random tree under random options. */
static inline void
dice_scene(struct scene *scene, struct dice *dice)
{
	struct result *nodes[40] = { scene_root(scene) };
	const uint64_t count = 1 + dice_roll(dice, 39);
	char bytes[700];

	dice_fill(dice, nodes[0]);
	for (uint64_t i = 1; i < count; i++) {
		nodes[i] = result_child(nodes[dice_roll(dice, i)],
		    dice_string(dice, bytes, sizeof(bytes)));
		dice_fill(dice, nodes[i]);
	}
	scene->common.detail = dice_roll(dice, 2) == 0;
	scene->common.verbose = (int)dice_roll(dice, 4);
	scene->common.perfdata_thresholds = (int)dice_roll(dice, 3);
	if (dice_roll(dice, 4) == 0)
		scene_error(scene, ERR_TIMEOUT,
		    (enum verdict)dice_roll(dice, 4), "timed out asking");
	if (dice_roll(dice, 3) == 0)
		scene_line(scene, &scene->report.caveats, "first seen now");
	if (dice_roll(dice, 3) == 0)
		scene_line(scene, &scene->report.notes, "socket opened");
}

#endif
