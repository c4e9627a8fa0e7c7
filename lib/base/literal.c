/* SPDX-License-Identifier: ISC */
#include "base/literal.h"

#include <stdint.h>
#include <string.h>

#define SAMPLE 4096 /* bytes of a sample that are counted */
/* A wrong candidate costs about as much as memmem takes for so many bytes. */
#define BYTES_FOR_ONE 64
#define FREE 16 /* wrong ones that prove nothing yet */

void
literal_init(struct literal *literal, const char *bytes, size_t len,
    const char *sample, size_t sample_len)
{
	uint16_t count[UINT8_MAX + 1] = { 0 };

	*literal = (struct literal){ .bytes = bytes, .len = len };
	for (size_t i = 0; i < sample_len && i < SAMPLE; i++)
		count[(uint8_t)sample[i]]++;
	for (size_t i = 1; i < len; i++)
		if (count[(uint8_t)bytes[i]] <
		    count[(uint8_t)bytes[literal->rarest]])
			literal->rarest = i;
}

const char *
literal_find(const struct literal *literal, const char *at, const char *end)
{
	const char *const begin = at;
	size_t wrong = 0;

	while ((size_t)(end - at) >= literal->len) {
		const size_t room = (size_t)(end - at) - literal->len + 1;
		const char *rare = memchr(at + literal->rarest,
		    literal->bytes[literal->rarest], room);

		if (rare == NULL)
			return NULL;
		at = rare - literal->rarest;
		if (memcmp(at, literal->bytes, literal->len) == 0)
			return at;
		at++;
		if (++wrong > FREE + (size_t)(at - begin) / BYTES_FOR_ONE)
			return memmem(at, (size_t)(end - at), literal->bytes,
			    literal->len);
	}
	return NULL;
}
