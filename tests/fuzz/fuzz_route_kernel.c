/* SPDX-License-Identifier: ISC */
/* What rtnetlink may answer to each question: the first byte is the question,
 * and the family that was asked about. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/route_kernel_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What passed the parser holds together. */
static void
must_be_sane(const struct route_answer *answer, uint8_t family)
{
	for (const struct route_path *p = answer->paths; p; p = p->next) {
		uint32_t hops = 0;

		for (const struct route_hop *h = p->hops; h; h = h->next)
			hops++;
		if (hops != p->hop_count ||
		    p->prefix.address.family != family ||
		    p->prefix.length != answer->prefix.length)
			abort();
	}
	if (answer->cover != NULL &&
	    (answer->cover->prefix.length > answer->prefix.length ||
		!ip_in_net(&answer->prefix.address, &answer->cover->prefix)))
		abort();
}

static void
read_it(struct arena *arena, enum rtnl_job job, uint8_t family,
    const void *bytes, size_t len)
{
	const struct ip_net prefix = {
		.address = { .family = family,
		    .bytes = { family == IP_V4 ? 10 : 0x20, 1 } },
		.length = 16,
	};
	const struct route_question question = { .prefixes = &prefix,
		.count = 1 };
	struct arena_list loose = { 0 }, list = { 0 };
	struct route_path path = { .kind = ROUTE_UNICAST };
	struct route_view view;
	struct err err;

	if (!route_view_init(&view, "kernel", &question, arena))
		return;
	struct rtnl_reader reader = {
		.job = job,
		.sequence = 1,
		.family = family,
		.table = 254,
		.view = &view,
		.answer = route_view_at(&view, 0),
		.loose = &loose,
		.path = &path,
		.list = &list,
		.weight = 1,
	};

	if (!rtnl_parse(&reader, bytes, len, &err) && err.kind != ERR_PROTOCOL)
		abort();
	if (job == RTNL_LOOKUP && reader.got) {
		char room[64];
		struct text text = TEXT_OVER(room);

		ip_net_format(&text, &reader.route.prefix);
		rtnl_note_apart(&reader, &reader.route);
		rtnl_keep(&reader, &reader.route, true);
	} else {
		must_be_sane(reader.answer, family);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct err err;
	void *aligned;

	if (size < 1 || !arena_reserve(&arena, (size_t)4 << 20, &err))
		return 0;
	aligned = malloc(size);
	if (aligned != NULL) {
		memcpy(aligned, data + 1, size - 1);
		read_it(&arena, (enum rtnl_job)(data[0] % (RTNL_THROWS + 1)),
		    data[0] >= 128 ? IP_V6 : IP_V4, aligned, size - 1);
	}
	free(aligned);
	arena_free(&arena);
	return 0;
}
