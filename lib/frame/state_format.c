/* SPDX-License-Identifier: ISC */
#include "frame/state_format.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/hash.h"

#define MAGIC "routevigil-state "
#define HASH_DIGITS 16

struct head {
	size_t version, body_len;
	uint64_t checksum;
};

/* Both parts count for certain, since either alone changes the sum.  The body
 * by words: a state may hold a hundred thousand connections. */
static uint64_t
checksum_of(const char *key, size_t key_len, const char *body, size_t len)
{
	return hash_add(HASH_START, key, key_len) ^ hash_block(body, len);
}

void
state_format_head(struct text *out, const char *key, const char *body,
    size_t len)
{
	const size_t key_len = strlen(key);

	text_addf(out, MAGIC "%d %zu %0*" PRIx64 "\n%zu ", STATE_FORMAT_VERSION,
	    len, HASH_DIGITS, checksum_of(key, key_len, body, len), key_len);
}

void
state_encode(struct text *out, const char *key, const char *body, size_t len)
{
	state_format_head(out, key, body, len);
	text_add_bytes(out, key, strlen(key));
	text_add_char(out, '\n');
	text_add_bytes(out, body, len);
}

/* --- reading -------------------------------------------------------------- */

/* What is left to read. */
struct cursor {
	const char *at;
	size_t left;
};

static void
skip(struct cursor *cursor, size_t len)
{
	cursor->at += len;
	cursor->left -= len;
}

static bool
take(struct cursor *cursor, const char *bytes, size_t len)
{
	if (cursor->left < len || memcmp(cursor->at, bytes, len) != 0)
		return false;
	skip(cursor, len);
	return true;
}

static bool
take_number(struct cursor *cursor, size_t *value)
{
	const char *const start = cursor->at;
	size_t number = 0;

	while (cursor->left > 0 && *cursor->at >= '0' && *cursor->at <= '9') {
		const size_t digit = (size_t)(*cursor->at - '0');

		if (number > (SIZE_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
		skip(cursor, 1);
	}
	*value = number;
	return cursor->at > start && (*start != '0' || cursor->at == start + 1);
}

static bool
take_checksum(struct cursor *cursor, uint64_t *checksum)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t value = 0;

	if (cursor->left < HASH_DIGITS)
		return false;
	for (size_t i = 0; i < HASH_DIGITS; i++) {
		const char *digit =
		    memchr(digits, cursor->at[i], sizeof(digits) - 1);

		if (!digit)
			return false;
		value = value << 4 | (uint64_t)(digit - digits);
	}
	skip(cursor, HASH_DIGITS);
	*checksum = value;
	return true;
}

static bool
take_head(struct cursor *cursor, struct head *head, struct err *err)
{
	if (!take(cursor, MAGIC, strlen(MAGIC)) ||
	    !take_number(cursor, &head->version) || !take(cursor, " ", 1))
		return err_set(err, ERR_PROTOCOL, "is no state file");
	if (head->version > STATE_FORMAT_VERSION)
		return err_set(err, ERR_UNSUPPORTED,
		    "is of version %zu: written by a newer program",
		    head->version);
	if (head->version < STATE_FORMAT_VERSION ||
	    !take_number(cursor, &head->body_len) || !take(cursor, " ", 1) ||
	    !take_checksum(cursor, &head->checksum) || !take(cursor, "\n", 1))
		return err_set(err, ERR_PROTOCOL,
		    "is damaged: its first line makes no sense");
	return true;
}

/* Takes the key's line and checks that the body fills exactly the rest. */
static bool
take_key(struct cursor *cursor, const struct head *head, struct cursor *key,
    struct err *err)
{
	size_t len;

	if (!take_number(cursor, &len) || !take(cursor, " ", 1) ||
	    len >= cursor->left || cursor->at[len] != '\n')
		return err_set(err, ERR_PROTOCOL,
		    "is damaged: its key makes no sense");
	*key = (struct cursor){ .at = cursor->at, .left = len };
	skip(cursor, len + 1);
	if (cursor->left < head->body_len)
		return err_set(err, ERR_PROTOCOL,
		    "is cut short: %zu of %zu bytes", cursor->left,
		    head->body_len);
	if (cursor->left > head->body_len)
		return err_set(err, ERR_PROTOCOL,
		    "is damaged: %zu bytes follow its end",
		    cursor->left - head->body_len);
	return true;
}

bool
state_decode_any(const char *bytes, size_t len, struct state_parts *parts,
    struct err *err)
{
	struct cursor rest = { .at = bytes, .left = len };
	struct cursor found = { 0 }; /* the key */
	struct head head;

	if (len == 0)
		return err_set(err, ERR_PROTOCOL, "is empty");
	if (!take_head(&rest, &head, err) ||
	    !take_key(&rest, &head, &found, err))
		return false;
	if (checksum_of(found.at, found.left, rest.at, rest.left) !=
	    head.checksum)
		return err_set(err, ERR_PROTOCOL,
		    "is damaged: its checksum does not fit");
	*parts = (struct state_parts){
		.key = found.at,
		.key_len = found.left,
		.body = rest.at,
		.body_len = rest.left,
	};
	return true;
}

bool
state_decode(const char *bytes, size_t len, const char *key, const char **body,
    size_t *body_len, struct err *err)
{
	struct state_parts parts;

	if (!state_decode_any(bytes, len, &parts, err))
		return false;
	if (parts.key_len != strlen(key) ||
	    memcmp(parts.key, key, parts.key_len) != 0)
		return err_set(err, ERR_PROTOCOL, "belongs to something else");
	*body = parts.body;
	*body_len = parts.body_len;
	return true;
}
