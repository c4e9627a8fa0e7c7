/* SPDX-License-Identifier: ISC */
/* The texts around HTTP that we parse ourselves: URLs, status patterns, header
 * fields, lists of URLs. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* What is shown holds no user, and the same again. */
static void
check_url(const char *url)
{
	char once_room[2 * HTTP_URL_MAX], twice_room[2 * HTTP_URL_MAX];
	struct text once = TEXT_OVER(once_room);
	struct text twice = TEXT_OVER(twice_room);
	struct err err = { 0 };

	must(http_url_check(url, &err) == (err.kind == ERR_NONE));
	if (err.kind != ERR_NONE)
		return;
	http_url_show(&once, url);
	must(!once.cut);
	must(!http_url_has_user(once_room));
	http_url_show(&twice, once_room);
	must(strcmp(once_room, twice_room) == 0);
}

static void
check_statuses(const char *patterns)
{
	struct http_statuses statuses = { 0 };
	struct err err = { 0 };
	bool any = false;

	if (!http_statuses_parse(patterns, &statuses, &err)) {
		must(err.kind == ERR_USAGE && err.text[0] != '\0');
		return;
	}
	for (unsigned status = 0; status < 1000; status++) {
		const bool have = http_statuses_have(&statuses, status);

		must(!have || (status >= 100 && status <= 599));
		any |= have;
	}
	must(any && strspn(patterns, "0123456789xX,-") == strlen(patterns));
}

static void
check_header(const char *line, struct span bytes)
{
	struct span value = { NULL, 0 };
	struct err err;

	if (http_header_check(line, &err)) {
		must(strpbrk(line, "\r\n") == NULL);
		must(line[0] != ':' && strchr(line, ':') != NULL);
	}
	if (http_header_find(bytes, "ETag", &value))
		must(value.at >= bytes.at &&
		    value.at + value.len <= bytes.at + bytes.len &&
		    memchr(value.at, '\n', value.len) == NULL);
}

static void
check_list(struct span bytes)
{
	struct http_targets targets = { 0 };
	struct arena arena;
	struct err err = { 0 };

	if (!arena_reserve(&arena, 1 << 20, &err))
		return;
	if (!http_targets_parse(bytes, &targets, &arena, &err))
		must(err.kind != ERR_NONE);
	for (size_t i = 0; i < targets.count; i++) {
		struct err ignored;

		must(http_url_check(targets.items[i].url, &ignored));
		must(targets.items[i].regex == NULL ||
		    targets.items[i].regex[0] != '\0');
	}
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *string = malloc(size + 1);
	const struct span bytes = { string, size };

	if (string == NULL)
		return 0;
	memcpy(string, data, size);
	string[size] = '\0';
	check_url(string);
	check_statuses(string);
	check_header(string, bytes);
	check_list(bytes);
	free(string);
	return 0;
}
