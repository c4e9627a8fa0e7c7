/* SPDX-License-Identifier: ISC */
/* BIRD: the routes of an answer, and the counts of another. */
#include <stdint.h>

#include "source/route_bird.h"
#include "tests/fuzz/route_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct route_view view;
	struct err err = { 0 };
	bool ok;

	fresh_view(&view);
	ok = route_bird_parse((const char *)data, size, &view,
	    route_view_at(&view, 0), &err);
	check_view(&view, ok, &err);
	ok = route_bird_parse_counts((const char *)data, size, &fuzz_question,
	    &view, &err);
	check_view(&view, ok, &err);
	return 0;
}
