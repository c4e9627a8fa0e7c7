/* SPDX-License-Identifier: ISC */
#include "source/snmp_oid.h"

#include <inttypes.h>
#include <string.h>

/* One number at *string, which moves behind it. */
static bool
parse_sub(const char **string, const char *end, uint32_t *sub)
{
	const char *at = *string;
	uint64_t value = 0;

	for (; at < end && *at >= '0' && *at <= '9'; at++) {
		value = 10 * value + (uint64_t)(*at - '0');
		if (value > UINT32_MAX)
			return false;
	}
	if (at == *string)
		return false;
	*string = at;
	*sub = (uint32_t)value;
	return true;
}

bool
snmp_oid_parse(const char *string, size_t len, struct snmp_oid *oid)
{
	const char *at = string, *const end = string + len;
	uint32_t sub;

	oid->len = 0;
	if (at < end && *at == '.')
		at++;
	for (;;) {
		if (!parse_sub(&at, end, &sub) ||
		    !snmp_oid_append(oid, &sub, 1))
			return false;
		if (at == end)
			return true;
		if (*at++ != '.')
			return false;
	}
}

void
snmp_oid_format(struct text *text, const struct snmp_oid *oid)
{
	for (size_t i = 0; i < oid->len; i++)
		text_addf(text, i ? ".%" PRIu32 : "%" PRIu32, oid->sub[i]);
}

void
snmp_oid_copy(struct snmp_oid *to, const struct snmp_oid *from)
{
	to->len = from->len;
	memcpy(to->sub, from->sub, from->len * sizeof(to->sub[0]));
}

bool
snmp_oid_append(struct snmp_oid *oid, const uint32_t *sub, size_t count)
{
	if (count > (size_t)(SNMP_OID_MAX - oid->len))
		return false;
	memcpy(oid->sub + oid->len, sub, count * sizeof(*sub));
	oid->len = (uint8_t)(oid->len + count);
	return true;
}

bool
snmp_oid_append_text(struct snmp_oid *oid, const char *string)
{
	struct snmp_oid tail;

	return snmp_oid_parse(string, strlen(string), &tail) &&
	    snmp_oid_append(oid, tail.sub, tail.len);
}

int
snmp_oid_order(const struct snmp_oid *a, const struct snmp_oid *b)
{
	const size_t common = a->len < b->len ? a->len : b->len;

	for (size_t i = 0; i < common; i++)
		if (a->sub[i] != b->sub[i])
			return a->sub[i] < b->sub[i] ? -1 : 1;
	return (int)a->len - (int)b->len;
}

bool
snmp_oid_below(const struct snmp_oid *oid, const struct snmp_oid *root)
{
	return oid->len >= root->len &&
	    !memcmp(oid->sub, root->sub, root->len * sizeof(root->sub[0]));
}

void
snmp_oid_predecessor(struct snmp_oid *oid)
{
	if (oid->len == 0)
		return;
	if (oid->sub[oid->len - 1] > 0)
		oid->sub[oid->len - 1]--;
	else
		oid->len--;
}

size_t
snmp_oid_size(const struct snmp_oid *oid)
{
	size_t size = 1;

	/* The first two share a byte. */
	for (size_t i = 2; i < oid->len; i++)
		for (uint32_t sub = oid->sub[i];; sub >>= 7) {
			size++;
			if (sub < 128)
				break;
		}
	return size;
}
