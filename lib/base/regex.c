/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: libpcre2-8
 */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/lazy.h"

#define MATCH_STEPS 100000 /* of one match; a description needs hundreds */
#define MATCH_DEPTH 1000
#define MATCH_HEAP_KIB 1024

struct api {
	LAZY_FIELD(pcre2_compile_8);
	LAZY_FIELD(pcre2_code_free_8);
	LAZY_FIELD(pcre2_match_8);
	LAZY_FIELD(pcre2_match_data_create_8);
	LAZY_FIELD(pcre2_match_data_free_8);
	LAZY_FIELD(pcre2_match_context_create_8);
	LAZY_FIELD(pcre2_match_context_free_8);
	LAZY_FIELD(pcre2_set_match_limit_8);
	LAZY_FIELD(pcre2_set_depth_limit_8);
	LAZY_FIELD(pcre2_set_heap_limit_8);
	LAZY_FIELD(pcre2_get_error_message_8);
};

static const struct lazy_symbol symbols[] = {
	LAZY_SYMBOL(struct api, pcre2_compile_8),
	LAZY_SYMBOL(struct api, pcre2_code_free_8),
	LAZY_SYMBOL(struct api, pcre2_match_8),
	LAZY_SYMBOL(struct api, pcre2_match_data_create_8),
	LAZY_SYMBOL(struct api, pcre2_match_data_free_8),
	LAZY_SYMBOL(struct api, pcre2_match_context_create_8),
	LAZY_SYMBOL(struct api, pcre2_match_context_free_8),
	LAZY_SYMBOL(struct api, pcre2_set_match_limit_8),
	LAZY_SYMBOL(struct api, pcre2_set_depth_limit_8),
	LAZY_SYMBOL(struct api, pcre2_set_heap_limit_8),
	LAZY_SYMBOL(struct api, pcre2_get_error_message_8),
	{ NULL, 0 },
};

LAZY_LIBRARY(library, "libpcre2-8.so.0", "libpcre2-8-0", "a pattern",
    LAZY_RECOMMENDED, symbols);

struct regex {
	struct api api;
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

static bool
compile(struct regex *regex, const char *pattern, struct err *err)
{
	const uint32_t options =
	    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_INVALID_UTF;
	PCRE2_UCHAR reason[160] = "";
	PCRE2_SIZE at = 0;
	int code = 0;

	regex->code = regex->api.pcre2_compile_8((PCRE2_SPTR)pattern,
	    PCRE2_ZERO_TERMINATED, options, &code, &at, NULL);
	if (regex->code)
		return true;
	regex->api.pcre2_get_error_message_8(code, reason, sizeof(reason));
	return err_set(err, ERR_USAGE, "%s, at character %zu of the pattern",
	    (const char *)reason, (size_t)at + 1);
}

static bool
prepare(struct regex *regex, const char *pattern, struct err *err)
{
	const struct api *api = &regex->api;

	if (!lazy_load(&library, &regex->api, err) ||
	    !compile(regex, pattern, err))
		return false;
	regex->data = api->pcre2_match_data_create_8(1, NULL);
	regex->context = api->pcre2_match_context_create_8(NULL);
	if (!regex->data || !regex->context)
		return err_set(err, ERR_SYSTEM, "no memory for a pattern");
	api->pcre2_set_match_limit_8(regex->context, MATCH_STEPS);
	api->pcre2_set_depth_limit_8(regex->context, MATCH_DEPTH);
	api->pcre2_set_heap_limit_8(regex->context, MATCH_HEAP_KIB);
	return true;
}

struct regex *
regex_new(const char *pattern, struct err *err)
{
	struct regex *regex = calloc(1, sizeof(*regex));

	if (!regex) {
		err_set(err, ERR_SYSTEM, "no memory for a pattern");
		return NULL;
	}
	if (prepare(regex, pattern, err))
		return regex;
	regex_free(regex);
	return NULL;
}

void
regex_free(struct regex *regex)
{
	if (!regex)
		return;
	if (regex->context)
		regex->api.pcre2_match_context_free_8(regex->context);
	if (regex->data)
		regex->api.pcre2_match_data_free_8(regex->data);
	if (regex->code)
		regex->api.pcre2_code_free_8(regex->code);
	free(regex);
}

enum regex_outcome
regex_search(const struct regex *regex, const char *text, size_t len)
{
	const int code = regex->api.pcre2_match_8(regex->code, (PCRE2_SPTR)text,
	    len, 0, 0, regex->data, regex->context);

	if (code >= 0)
		return REGEX_YES;
	return code == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_LIMIT;
}

bool
regex_matches(const struct regex *regex, const char *text, size_t len)
{
	return regex_search(regex, text, len) == REGEX_YES;
}
