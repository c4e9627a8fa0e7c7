/* SPDX-License-Identifier: ISC */
/* GoBGP: the paths of a prefix, and the summary. */
#include <stdint.h>

#include "source/route_gobgp.h"
#include "source/route_part.h"
#include "tests/fuzz/route_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct route_answer found = { 0 };
	struct route_view view;
	struct err err = { 0 };
	bool ok;

	fresh_view(&view);
	ok = route_gobgp_parse(bytes, size, &view, &found, &err);
	route_part_settle(&view, route_view_at(&view, 0), &found, true);
	check_view(&view, ok, &err);
	found = (struct route_answer){
		.prefix = { .address = { .family = IP_V4, .bytes = { 10, 1 } },
		    .length = 16 }
	};
	ok = route_gobgp_parse_vrf(bytes, size, &view, &found, &err);
	check_view(&view, ok, &err);
	ok = route_gobgp_parse_summary(bytes, size, IP_V6, &view, &err);
	check_view(&view, ok, &err);
	return 0;
}
