/* SPDX-License-Identifier: ISC */
#include "frame/http_opt.h"

#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/num.h"
#include "base/regex.h"
#include "frame/opt_file.h"

static bool
copy_text(const struct opt_value *value, const char **copy, struct err *err)
{
	*copy = arena_string(value->arena, value->text, strlen(value->text));
	return *copy != NULL ||
	    err_set(err, ERR_SYSTEM, "no memory left for options");
}

static bool
parse_url(const struct opt_value *value, void *field, struct err *err)
{
	struct http_target *target;
	const char *url;

	if (!http_url_check(value->text, err) || !copy_text(value, &url, err))
		return false;
	target = opt_list_add(value->arena, field, sizeof(*target));
	if (target == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	target->url = url;
	return true;
}

/* The argv of a proxy's password is wiped too, hence the copy. */
static bool
parse_proxy(const struct opt_value *value, void *field, struct err *err)
{
	const char **proxy = field;

	return http_proxy_check(value->text, err) &&
	    copy_text(value, proxy, err);
}

static bool
check_pattern(const char *pattern, struct err *err)
{
	struct regex *regex = regex_new(pattern, err);

	regex_free(regex);
	return regex != NULL;
}

/* Of what is asked, without the secrets that a URL may hold. */
static uint64_t
hash_targets(const struct http_target *targets, size_t count)
{
	uint64_t hash = HASH_START;
	char room[HTTP_URL_MAX + 1];

	for (size_t i = 0; i < count; i++) {
		struct text text = TEXT_OVER(room);
		const char *const parts[] = { room, targets[i].name,
			targets[i].status, targets[i].regex };

		http_url_show(&text, targets[i].url);
		for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++)
			hash = parts[p] != NULL
			    ? hash_add(hash, parts[p], strlen(parts[p]) + 1)
			    : hash_add(hash, "", 1);
	}
	return hash;
}

static bool
parse_urls(const struct opt_value *value, void *field, struct err *err)
{
	struct http_targets *targets = field;
	const size_t before = targets->count;
	struct span bytes;
	char *at;

	if (!opt_file_stream(value->text, value->arena, &at, &bytes.len, err))
		return false;
	bytes.at = at;
	if (!http_targets_parse(bytes, targets, value->arena, err) ||
	    !opt_file_identify(value,
		hash_targets(targets->items + before, targets->count - before),
		err))
		return false;
	for (size_t i = before; i < targets->count; i++)
		if (targets->items[i].regex != NULL &&
		    !check_pattern(targets->items[i].regex, err))
			return err_context(err, "regex=%s",
			    targets->items[i].regex);
	return targets->count > before ||
	    err_set(err, ERR_USAGE, "there is no URL in it");
}

static bool
parse_body(const struct opt_value *value, void *field, struct err *err)
{
	struct http_opt_file *file = field;

	file->given = true;
	return opt_file_load(value->text, value->arena, &file->bytes.at,
	    &file->bytes.len, err);
}

/* Which site of an address is asked is part of the question; what else a field
 * says may be a secret, and an identity is stored. */
static bool
is_not_host(const char *line)
{
	return strncasecmp(line, "host:", 5) != 0;
}

static bool
parse_header(const struct opt_value *value, void *field, struct err *err)
{
	const char *line;

	return http_header_check(value->text, err) &&
	    copy_text(value, &line, err) &&
	    opt_list_put(value->arena, field, &line, sizeof(line), err);
}

static bool
parse_status(const struct opt_value *value, void *field, struct err *err)
{
	struct http_statuses *statuses = field;

	*statuses = (struct http_statuses){ 0 };
	return http_statuses_parse(value->text, statuses, err);
}

/* RFC 9110 9.1: a token; letters are all that is registered. */
static bool
parse_method(const struct opt_value *value, void *field, struct err *err)
{
	const char **method = field;
	const size_t len = strspn(value->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");

	if (len == 0 || value->text[len] != '\0')
		return num_unexpected(err, value->text, len,
		    "capital letters, such as GET");
	if (strcmp(value->text, "CONNECT") == 0)
		return err_set(err, ERR_USAGE, "is not for a URL");
	*method = value->text;
	return true;
}

static bool
add_pattern(const struct opt_value *value, void *field,
    const struct http_pattern *like, struct err *err)
{
	struct http_pattern *pattern;

	if (value->text[0] == '\0')
		return err_set(err, ERR_USAGE, "must not be empty");
	if (!like->literal && !check_pattern(value->text, err))
		return false;
	pattern = opt_list_add(value->arena, field, sizeof(*pattern));
	if (pattern == NULL)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	*pattern = *like;
	pattern->text = value->text;
	return true;
}

#define PATTERN_TYPE(name, ...)                                                \
	static bool parse_##name(const struct opt_value *value, void *field,   \
	    struct err *err)                                                   \
	{                                                                      \
		const struct http_pattern like = { __VA_ARGS__ };              \
                                                                               \
		return add_pattern(value, field, &like, err);                  \
	}                                                                      \
	const struct opt_type http_opt_##name = { .metavar = "PATTERN",        \
		.repeats = true,                                               \
		.parse = parse_##name }

PATTERN_TYPE(string, .literal = true);
PATTERN_TYPE(regex, .literal = false);
PATTERN_TYPE(no_regex, .absent = true);
PATTERN_TYPE(header_regex, .in_header = true);
PATTERN_TYPE(no_header_regex, .in_header = true, .absent = true);

const struct opt_type http_opt_url = { .metavar = "URL",
	.repeats = true,
	.host_like = true,
	.veiled = http_url_has_user,
	.parse = parse_url };
const struct opt_type http_opt_urls = { .metavar = "FILE",
	.repeats = true,
	.parse = parse_urls };
const struct opt_type http_opt_proxy = { .metavar = "URL",
	.host_like = true,
	.veiled = http_url_has_user,
	.parse = parse_proxy };
const struct opt_type http_opt_body = { .metavar = "FILE",
	.parse = parse_body };
const struct opt_type http_opt_header = { .metavar = "LINE",
	.repeats = true,
	.veiled = is_not_host,
	.parse = parse_header };
const struct opt_type http_opt_status = { .metavar = "PATTERNS",
	.parse = parse_status };
const struct opt_type http_opt_method = { .metavar = "METHOD",
	.parse = parse_method };
