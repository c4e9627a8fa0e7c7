/* SPDX-License-Identifier: ISC */
/* FRR: the routes of zebra, the paths of bgpd, and counts.  The first byte is
 * the status of the answer. */
#include <stdint.h>

#include "source/route_frr.h"
#include "tests/fuzz/route_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + (size > 0);
	const size_t len = size - (size > 0);
	const int status = size > 0 ? data[0] % 4 : 0;
	struct route_view view;
	struct err err = { 0 };
	bool ok;

	fresh_view(&view);
	ok = route_frr_parse_zebra(bytes, len, status, &view,
	    route_view_at(&view, 0), &err);
	ok = route_frr_parse_bgpd(bytes, len, status, &view,
		 route_view_at(&view, 0), &err) &&
	    ok;
	check_view(&view, ok, &err);
	ok = route_frr_parse_summary(bytes, len, IP_V4, "", &view, &err);
	check_view(&view, ok, &err);
	return 0;
}
