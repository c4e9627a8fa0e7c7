/* SPDX-License-Identifier: ISC */
/* ExaBGP: the lists of what is announced and received. */
#include <stdint.h>

#include "source/route_exabgp.h"
#include "tests/fuzz/route_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ip address = { .family = IP_V4,
		.bytes = { 198, 51, 100, 1 } };
	struct bgp_table peers;
	struct route_view view;
	struct err err = { 0 };
	struct bgp_peer *peer;
	bool ok;

	fresh_view(&view);
	bgp_table_init(&peers, view.arena, 0);
	peer = bgp_table_peer(&peers, NULL, &address, NULL);
	must(peer != NULL);
	peer->state = BGP_ESTABLISHED;
	ok = route_exabgp_parse((const char *)data, size, ROUTE_ANNOUNCED,
	    &peers, &fuzz_question, &view, &err);
	check_view(&view, ok, &err);
	return 0;
}
