/* SPDX-License-Identifier: ISC */
/* Lines of a log; and the search for many literals against the plain one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/needles.h"
#include "source/exabgp_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Words of the input itself are looked for in the input. */
static void
search(const char *bytes, size_t len)
{
	static struct needles needles;
	const char *end = bytes + len, *found, *slow = NULL;
	const size_t half = len / 2, word = NEEDLES_SHORT + len % 7;
	size_t which = 0;

	needles_init(&needles);
	for (size_t at = 0; at + word <= half && at < 40 * word; at += word + 3)
		needles_add(&needles, bytes + at, word);
	needles_prepare(&needles);
	found = needles_find(&needles, bytes + half, end, &which);
	for (size_t i = 0; i < needles.count; i++) {
		const char *at = memmem(bytes + half, len - half,
		    needles.items[i].bytes, needles.items[i].len);

		if (at != NULL && (slow == NULL || at < slow))
			slow = at;
	}
	if (found != slow)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const versions[] = { "4.2.21", "5.0.15", "" };
	static struct exabgp_hits hits[EXABGP_LINES];
	const char *bytes = (const char *)data;

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		exabgp_log_scan(versions[i], bytes, size, hits);
	search(bytes, size);
	return 0;
}
