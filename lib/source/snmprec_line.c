/* SPDX-License-Identifier: ISC */
/* One line of a recording, OID|TYPE|VALUE, there and back. */
#include "source/snmprec.h"

#include <inttypes.h>
#include <string.h>

#include "base/ip.h"
#include "base/num.h"

static const struct {
	const char *tag;
	uint8_t type;
	bool hex;
} tags[] = {
	{ "2", SNMP_INTEGER, false },
	{ "4", SNMP_OCTETS, false },
	{ "4x", SNMP_OCTETS, true },
	{ "5", SNMP_NULL, false },
	{ "6", SNMP_OID, false },
	{ "64", SNMP_IPADDRESS, false },
	{ "64x", SNMP_IPADDRESS, true },
	{ "65", SNMP_COUNTER32, false },
	{ "66", SNMP_GAUGE32, false },
	{ "67", SNMP_TIMETICKS, false },
	{ "68", SNMP_OPAQUE, false },
	{ "68x", SNMP_OPAQUE, true },
	{ "70", SNMP_COUNTER64, false },
};
#define TAGS (sizeof(tags) / sizeof(tags[0]))

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* `out` may be where `hex` is: two characters give one byte. */
static bool
parse_hex(const char *hex, size_t len, unsigned char *out)
{
	if (len % 2)
		return false;
	for (size_t i = 0; i < len; i += 2) {
		const int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* A copy that ends with NUL, for the parsers of base. */
static bool
copy_word(const char *text, size_t len, char word[static NUM_DECIMAL_MAX])
{
	if (len == 0 || len >= NUM_DECIMAL_MAX || memchr(text, '\0', len))
		return false;
	memcpy(word, text, len);
	word[len] = '\0';
	return true;
}

static bool
parse_number(const char *text, size_t len, struct snmp_value *value)
{
	char word[NUM_DECIMAL_MAX];
	struct err ignored;
	uint64_t number;

	if (!copy_word(text, len, word))
		return false;
	if (value->type == SNMP_INTEGER)
		return num_i64(word, &value->number, &ignored);
	if (!num_u64(word, &number, &ignored) ||
	    (value->type != SNMP_COUNTER64 && number > UINT32_MAX))
		return false;
	value->number = (int64_t)number;
	return true;
}

static bool
parse_address(const char *text, size_t len, struct snmp_value *value,
    unsigned char *buffer)
{
	char word[NUM_DECIMAL_MAX];
	struct err ignored;
	struct ip ip;

	if (!copy_word(text, len, word) || !ip_parse(word, &ip, &ignored) ||
	    ip.family != IP_V4)
		return false;
	memcpy(buffer, ip.bytes, 4);
	value->bytes = buffer;
	value->len = 4;
	return true;
}

static bool
parse_oid_value(const char *text, size_t len, struct snmp_value *value,
    unsigned char *buffer)
{
	struct snmp_oid oid;

	if (!snmp_oid_parse(text, len, &oid))
		return false;
	memmove(buffer, text, len);
	value->bytes = buffer;
	value->len = len;
	return true;
}

static bool
parse_value(const char *text, size_t len, bool hex, struct snmp_value *value,
    unsigned char *buffer)
{
	switch (value->type) {
	case SNMP_NULL:
		return len == 0;
	case SNMP_OID:
		return parse_oid_value(text, len, value, buffer);
	case SNMP_IPADDRESS:
		if (!hex)
			return parse_address(text, len, value, buffer);
		break;
	case SNMP_OCTETS:
	case SNMP_OPAQUE:
		break;
	default:
		return parse_number(text, len, value);
	}
	value->bytes = buffer;
	value->len = hex ? len / 2 : len;
	if (hex)
		return parse_hex(text, len, buffer) &&
		    (value->type != SNMP_IPADDRESS || value->len == 4);
	memmove(buffer, text, len);
	return true;
}

static bool
find_tag(const char *text, size_t len, uint8_t *type, bool *hex)
{
	for (size_t i = 0; i < TAGS; i++)
		if (strlen(tags[i].tag) == len &&
		    !memcmp(tags[i].tag, text, len)) {
			*type = tags[i].type;
			*hex = tags[i].hex;
			return true;
		}
	return false;
}

bool
snmprec_parse_line(const char *line, size_t len, struct snmp_varbind *varbind,
    unsigned char *buffer, struct err *err)
{
	const char *const end = line + len;
	const char *tag = memchr(line, '|', len);
	const char *value =
	    tag ? memchr(tag + 1, '|', (size_t)(end - tag - 1)) : NULL;
	bool hex;

	if (!value)
		return err_set(err, ERR_USAGE, "not OID|TAG|VALUE");
	if (!snmp_oid_parse(line, (size_t)(tag - line), &varbind->oid) ||
	    varbind->oid.len < 2)
		return err_set(err, ERR_USAGE, "the OID makes no sense");
	varbind->value = (struct snmp_value){ 0 };
	if (!find_tag(tag + 1, (size_t)(value - tag - 1), &varbind->value.type,
		&hex))
		return err_set(err, ERR_USAGE, "the tag is not known");
	value++;
	if (!parse_value(value, (size_t)(end - value), hex, &varbind->value,
		buffer))
		return err_set(err, ERR_USAGE,
		    "the value is not what its tag says");
	return true;
}

static bool
is_plain(const struct snmp_value *value)
{
	for (size_t i = 0; value->bytes && i < value->len; i++)
		if (value->bytes[i] < 0x20 || value->bytes[i] > 0x7e)
			return false;
	return true;
}

void
snmprec_format_line(struct text *text, const struct snmp_varbind *varbind)
{
	const struct snmp_value *value = &varbind->value;

	snmp_oid_format(text, &varbind->oid);
	text_addf(text, "|%u", value->type);
	if (value->type == SNMP_INTEGER)
		text_addf(text, "|%" PRId64, value->number);
	else if (value->type == SNMP_NULL)
		text_add(text, "|");
	else if (!value->bytes && value->type != SNMP_OCTETS &&
	    value->type != SNMP_OPAQUE)
		text_addf(text, "|%" PRIu64, (uint64_t)value->number);
	else if (value->type == SNMP_OID ||
	    (value->type == SNMP_OCTETS && is_plain(value))) {
		text_add(text, "|");
		text_add_bytes(text, value->bytes, value->len);
	} else {
		text_add(text, "x|");
		for (size_t i = 0; value->bytes && i < value->len; i++)
			text_addf(text, "%02x", value->bytes[i]);
	}
}
