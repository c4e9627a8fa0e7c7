/* SPDX-License-Identifier: ISC */
/* What may arrive on an ICMP socket of either family and form, or stand in its
 * error queue.  The first byte chooses. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/icmp_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_have_room_for(const struct icmp_seen *seen, size_t len, size_t header)
{
	const size_t mark = seen->marked ? ICMP_PACKET_MARK : 0;

	if (len < header + ICMP_PACKET_HEADER + mark)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum ip_family family;
	enum icmp_form form;
	struct icmp_seen seen;
	bool whole;

	if (size == 0)
		return 0;
	family = data[0] & 1 ? IP_V6 : IP_V4;
	form = (enum icmp_form)((data[0] >> 1) % 3);
	whole = (data[0] & 0x80) != 0;
	if (icmp_packet_parse(data + 1, size - 1, family, form, whole, &seen)) {
		must_have_room_for(&seen, size - 1,
		    family == IP_V4 && form == ICMP_FORM_RAW ? 20 : 0);
		if (form != ICMP_FORM_QUOTE && !seen.marked)
			abort();
	}
	return 0;
}
