/* SPDX-License-Identifier: ISC */
#include "model/argv_key.h"

#include <stdbool.h>
#include <string.h>

#include "base/hash.h"

/* --- what values look like ------------------------------------------------ */

/* "80", "5:", "~:90%", "100.0,20%", "10MB": numbers of ranges, each with up to
 * three letters of a unit. */
static bool
is_threshold(const char *value)
{
	bool number = false;

	while (*value) {
		const size_t signs = strspn(value, "@~:+-.,;%");
		const size_t digits = strspn(value + signs, "0123456789");
		const size_t letters = strspn(value + signs + digits,
		    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (signs + digits + letters == 0 ||
		    letters > (digits > 0 ? 3u : 0u))
			return false;
		number |= digits > 0;
		value += signs + digits + letters;
	}
	return number;
}

static bool
is_word(const char *value)
{
	return strpbrk(value, " /\t") == NULL;
}

static bool
has_colon(const char *value)
{
	return strchr(value, ':') != NULL;
}

static bool
is_no_port(const char *value)
{
	const size_t digits = strspn(value, "0123456789");

	return digits == 0 || digits > 5 || value[digits] != '\0';
}

static bool
is_anything(const char *value)
{
	(void)value;
	return true;
}

/* --- the rules ------------------------------------------------------------ */

static const struct rule {
	const char *option; /* without dashes; one character: a letter */
	const char *plugin; /* part of its name; NULL: all */
	bool (*fits)(const char *value); /* NULL: it takes none */
} rules[] = {
	{ "w", NULL, is_threshold },
	{ "c", NULL, is_threshold },
	{ "t", NULL, is_threshold },
	{ "timeout", NULL, is_anything },
	{ "v", NULL, NULL },
	{ "vv", NULL, NULL },
	{ "vvv", NULL, NULL },
	{ "verbose", NULL, NULL },
	{ "C", NULL, is_word },
	{ "a", NULL, has_colon },
	{ "p", NULL, is_no_port },
	{ "A", "snmp", is_anything },
	{ "X", "snmp", is_anything },
	{ "community", NULL, is_anything },
	{ "authentication", NULL, is_anything },
	{ "authorization", NULL, is_anything },
	{ "proxy-authorization", NULL, is_anything },
	{ "password", NULL, is_anything },
	{ "passwd", NULL, is_anything },
	{ "pass", NULL, is_anything },
	{ "authpasswd", NULL, is_anything },
	{ "authpassword", NULL, is_anything },
	{ "auth-pass", NULL, is_anything },
	{ "privpasswd", NULL, is_anything },
	{ "privpassword", NULL, is_anything },
	{ "priv-pass", NULL, is_anything },
	{ "secret", NULL, is_anything },
	{ "token", NULL, is_anything },
	{ "api-key", NULL, is_anything },
	{ "apikey", NULL, is_anything },
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

static bool
same(const char *name, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(name, word, len) == 0;
}

static bool
ends_with(const char *name, size_t len, const char *word)
{
	const size_t tail = strlen(word);

	return len >= tail && memcmp(name + len - tail, word, tail) == 0;
}

/* A threshold by its long name: --rta-warning, --critical-days. */
static bool
names_threshold(const char *name, size_t len)
{
	static const char *const words[] = { "warning", "critical" };

	for (size_t i = 0; i < 2; i++)
		if (ends_with(name, len, words[i]) ||
		    strncmp(name, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static const struct rule *
rule_of(const char *name, size_t len, const char *plugin)
{
	static const struct rule threshold = { "", NULL, is_anything };

	for (size_t i = 0; i < RULES; i++)
		if (same(name, len, rules[i].option) &&
		    (!rules[i].plugin || strstr(plugin, rules[i].plugin)))
			return &rules[i];
	return len > 1 && names_threshold(name, len) ? &threshold : NULL;
}

/* How many arguments from here on are left out: 0, 1 or 2. */
static size_t
left_out(const char *argument, const char *next, const char *plugin)
{
	const bool is_long = argument[0] == '-' && argument[1] == '-';
	const char *name = argument + 1 + is_long;
	const size_t len = is_long ? strcspn(name, "=") : 1;
	const struct rule *rule;

	if (argument[0] != '-' || !*name)
		return 0;
	/* A letter's value may follow it at once; so may more letters. */
	rule = rule_of(name, is_long ? len : strlen(name), plugin);
	if (!rule && !is_long)
		rule = rule_of(name, 1, plugin);
	if (!rule)
		return 0;
	if (!rule->fits)
		return is_long || strlen(name) == strlen(rule->option);
	if (is_long && name[len] == '=')
		return rule->fits(name + len + 1);
	if (!is_long && name[1])
		return rule->fits(name + 1);
	return next && rule->fits(next) ? 2 : 0;
}

static uint64_t
add(uint64_t hash, const char *argument)
{
	const uint64_t len = strlen(argument);
	unsigned char prefix[8];

	for (size_t i = 0; i < sizeof(prefix); i++)
		prefix[i] = (unsigned char)(len >> (8 * i));
	return hash_add(hash_add(hash, prefix, sizeof(prefix)), argument,
	    (size_t)len);
}

uint64_t
argv_key(size_t count, const char *const argv[])
{
	const char *slash = count > 0 ? strrchr(argv[0], '/') : NULL;
	const char *plugin = slash ? slash + 1 : count > 0 ? argv[0] : "";
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < count;) {
		const size_t skipped = i == 0
		    ? 0
		    : left_out(argv[i], i + 1 < count ? argv[i + 1] : NULL,
			  plugin);

		if (skipped == 0)
			hash = add(hash, argv[i]);
		i += skipped > 0 ? skipped : 1;
	}
	return hash;
}
