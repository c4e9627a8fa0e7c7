/* SPDX-License-Identifier: ISC */
#include "model/http.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- names ---------------------------------------------------------------- */

const char *
http_cert_fault_name(enum http_cert_fault fault)
{
	switch (fault) {
	case HTTP_CERT_FINE:
		return "certificate fine";
	case HTTP_CERT_EXPIRED:
		return "certificate expired";
	case HTTP_CERT_NOT_YET_VALID:
		return "certificate not yet valid";
	case HTTP_CERT_SELF_SIGNED:
		return "certificate self-signed";
	case HTTP_CERT_UNTRUSTED_ROOT:
		return "certificate chain ends in a root that is not trusted";
	case HTTP_CERT_NO_ISSUER:
		return "certificate chain incomplete or issuer not trusted";
	case HTTP_CERT_WRONG_NAME:
		return "certificate for another name";
	case HTTP_CERT_REVOKED:
		return "certificate revoked";
	case HTTP_CERT_OTHER:
		break;
	}
	return "certificate not accepted";
}

const char *
http_staple_name(enum http_staple staple)
{
	switch (staple) {
	case HTTP_STAPLE_NONE:
		return "none";
	case HTTP_STAPLE_GOOD:
		return "good";
	case HTTP_STAPLE_REVOKED:
		return "revoked";
	case HTTP_STAPLE_UNKNOWN:
		return "unknown";
	case HTTP_STAPLE_INVALID:
		break;
	}
	return "invalid";
}

const char *
http_tls_name(unsigned version)
{
	static const struct {
		unsigned version;
		const char *name;
	} names[] = {
		{ 3, "SSL 3" },
		{ 10, "TLS 1.0" },
		{ 11, "TLS 1.1" },
		{ 12, "TLS 1.2" },
		{ 13, "TLS 1.3" },
	};

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].version == version)
			return names[i].name;
	return "an unknown TLS version";
}

/* IANA, "Hypertext Transfer Protocol (HTTP) Status Code Registry". */
static const struct {
	unsigned status;
	const char *phrase;
} phrases[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 203, "Non-Authoritative Information" },
	{ 204, "No Content" },
	{ 205, "Reset Content" },
	{ 206, "Partial Content" },
	{ 300, "Multiple Choices" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 417, "Expectation Failed" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 425, "Too Early" },
	{ 426, "Upgrade Required" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
	{ 511, "Network Authentication Required" },
};

const char *
http_status_phrase(unsigned status)
{
	for (size_t i = 0; i < COUNT(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "";
}

/* --- URLs ----------------------------------------------------------------- */

/* What stands before "://", in bytes; 0: nothing.  A later "://" belongs to the
 * path or the query. */
static size_t
scheme_len(const char *url)
{
	const char *end = strstr(url, "://");
	const size_t len = end != NULL ? (size_t)(end - url) : 0;

	return strcspn(url, "/?#") <= len ? 0 : len;
}

/* Where the host, or the user before it, begins. */
static const char *
authority(const char *url)
{
	const size_t len = scheme_len(url);

	return len > 0 ? url + len + 3 : url;
}

/* Behind the user, or where there is none, at the host. */
static const char *
behind_user(const char *url)
{
	const char *host = authority(url);
	const size_t len = strcspn(host, "/?#");
	const char *behind = host;

	for (size_t i = 0; i < len; i++)
		if (host[i] == '@')
			behind = &host[i + 1];
	return behind;
}

static bool
is_http(const char *url, size_t len)
{
	return (len == 4 && strncasecmp(url, "http", 4) == 0) ||
	    (len == 5 && strncasecmp(url, "https", 5) == 0);
}

/* RFC 3986 2: these stand for nothing in a URL. */
static bool
check_characters(const char *url, struct err *err)
{
	if (strlen(url) > HTTP_URL_MAX)
		return err_set(err, ERR_USAGE,
		    "a URL has at most %d characters", HTTP_URL_MAX);
	for (size_t i = 0; url[i] != '\0'; i++) {
		const unsigned char c = (unsigned char)url[i];

		if (c <= ' ' || c == 0x7f || strchr("\"<>\\^`|", c) != NULL)
			return err_set(err, ERR_USAGE,
			    "a character that must be written as %%%02X at "
			    "character %zu",
			    c, i + 1);
	}
	return true;
}

/* The C library would ask a resolver for the bytes as they are. */
static bool
check_host(const char *url, struct err *err)
{
	const char *host = behind_user(url);
	const size_t len = strcspn(host, "/?#");

	if (strcspn(host, ":/?#") == 0)
		return err_set(err, ERR_USAGE,
		    "a host is missing at character %td", host - url + 1);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)host[i] >= 0x80)
			return err_set(err, ERR_USAGE,
			    "an international name is written as xn--..., at "
			    "character %td",
			    host - url + (ptrdiff_t)i + 1);
	return true;
}

bool
http_url_check(const char *url, struct err *err)
{
	const size_t len = scheme_len(url), colon = strcspn(url, ":");

	if (!check_characters(url, err))
		return false;
	if (len > 0 && !is_http(url, len))
		return err_set(err, ERR_USAGE,
		    "a URL begins with http:// or https://");
	if (url[0] == '-')
		return err_set(err, ERR_USAGE, "no URL begins with -");
	if (is_http(url, colon) && strncmp(url + colon, ":/", 2) == 0 &&
	    len == 0)
		return err_set(err, ERR_USAGE, "behind the colon belongs //");
	return check_host(url, err);
}

bool
http_proxy_check(const char *url, struct err *err)
{
	static const char *const schemes[] = { "http", "https", "socks4",
		"socks4a", "socks5", "socks5h" };
	const size_t len = scheme_len(url);
	bool known = len == 0;

	for (size_t i = 0; i < COUNT(schemes); i++)
		known |= len == strlen(schemes[i]) &&
		    strncasecmp(url, schemes[i], len) == 0;
	if (!check_characters(url, err))
		return false;
	if (!known)
		return err_set(err, ERR_USAGE,
		    "a proxy begins with http://, https://, socks4://, "
		    "socks4a://, socks5:// or socks5h://");
	return check_host(url, err);
}

bool
http_url_has_scheme(const char *url)
{
	return scheme_len(url) > 0;
}

bool
http_url_is_tls(const char *url)
{
	return scheme_len(url) == 5 && is_http(url, 5);
}

bool
http_url_has_user(const char *url)
{
	return behind_user(url) != authority(url);
}

void
http_url_show(struct text *text, const char *url)
{
	const char *host = behind_user(url);

	text_foreign(text, url, (size_t)(authority(url) - url), HTTP_URL_MAX);
	text_foreign(text, host, strcspn(host, "#"), HTTP_URL_MAX);
}

/* --- status patterns ------------------------------------------------------ */

static void
add_statuses(struct http_statuses *statuses, unsigned first, unsigned last)
{
	for (unsigned status = first; status <= last; status++)
		statuses->bits[status / 8] |= (uint8_t)(1u << status % 8);
	statuses->set = true;
}

/* Three characters at `at`: a code, or a class such as 2xx. */
static bool
read_status(const char *at, unsigned *first, unsigned *last)
{
	if (at[0] < '1' || at[0] > '5')
		return false;
	if ((at[1] == 'x' || at[1] == 'X') && (at[2] == 'x' || at[2] == 'X')) {
		*first = (unsigned)(at[0] - '0') * 100;
		*last = *first + 99;
		return true;
	}
	if (!isdigit((unsigned char)at[1]) || !isdigit((unsigned char)at[2]))
		return false;
	*first = *last = (unsigned)(at[0] - '0') * 100 +
	    (unsigned)(at[1] - '0') * 10 + (unsigned)(at[2] - '0');
	return true;
}

bool
http_statuses_parse(const char *string, struct http_statuses *statuses,
    struct err *err)
{
	static const char expected[] =
	    "a status of 100 to 599 or a class such as 2xx";
	const char *at = string;
	unsigned first, last, other;

	for (;;) {
		if (!read_status(at, &first, &last))
			return num_unexpected(err, string,
			    (size_t)(at - string), expected);
		at += 3;
		if (*at == '-') {
			if (!read_status(++at, &other, &last) || other < first)
				return num_unexpected(err, string,
				    (size_t)(at - string), expected);
			at += 3;
		}
		add_statuses(statuses, first, last);
		if (*at == '\0')
			return true;
		if (*at != ',')
			return num_unexpected(err, string,
			    (size_t)(at - string), "a comma");
		at++;
	}
}

bool
http_statuses_have(const struct http_statuses *statuses, unsigned status)
{
	return status >= HTTP_STATUS_MIN && status <= HTTP_STATUS_MAX &&
	    (statuses->bits[status / 8] >> status % 8 & 1) != 0;
}

/* --- header fields -------------------------------------------------------- */

/* RFC 9110 5.6.2 */
static bool
is_token(char c)
{
	return isalnum((unsigned char)c) ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool
http_header_check(const char *line, struct err *err)
{
	size_t i = 0;

	while (is_token(line[i]))
		i++;
	if (i == 0 || line[i] != ':')
		return err_set(err, ERR_USAGE,
		    "a header is NAME: VALUE, but at character %zu is no %s",
		    i + 1, i == 0 ? "name" : "colon");
	for (; line[i] != '\0'; i++)
		if (((unsigned char)line[i] < ' ' && line[i] != '\t') ||
		    line[i] == 0x7f)
			return err_set(err, ERR_USAGE,
			    "a control character at character %zu of a header",
			    i + 1);
	return true;
}

bool
http_header_find(struct span header, const char *name, struct span *value)
{
	const size_t len = strlen(name);
	struct span line, before, after;

	while (span_line(&header, &line)) {
		if (!span_cut(line, ':', &before, &after) ||
		    before.len != len || strncasecmp(before.at, name, len) != 0)
			continue;
		*value = span_trim(after);
		return true;
	}
	return false;
}

/* --- lists of URLs -------------------------------------------------------- */

static bool
copy_part(const char **part, struct span value, struct arena *arena,
    struct err *err)
{
	if (value.len == 0)
		return err_set(err, ERR_USAGE, "an empty value");
	if (memchr(value.at, '\0', value.len) != NULL)
		return err_set(err, ERR_USAGE, "a NUL character");
	*part = arena_string(arena, value.at, value.len);
	return *part != NULL || err_set(err, ERR_SYSTEM, "no memory for URLs");
}

/* What follows the URL. */
static bool
parse_parts(struct span rest, struct http_target *target, struct arena *arena,
    struct err *err)
{
	struct http_statuses statuses = { 0 };
	struct span word, all;

	for (;;) {
		all = span_trim(rest);
		if (span_skip(&all, "regex="))
			return copy_part(&target->regex, all, arena, err);
		if (!span_word(&rest, &word))
			return true;
		if (span_skip(&word, "name=")) {
			if (!copy_part(&target->name, word, arena, err))
				return false;
		} else if (span_skip(&word, "status=")) {
			if (!copy_part(&target->status, word, arena, err) ||
			    !http_statuses_parse(target->status, &statuses,
				err))
				return false;
		} else {
			return err_set(err, ERR_USAGE,
			    "name=, status= or regex= may follow the URL");
		}
	}
}

static bool
parse_target(struct span line, struct http_target *target, struct arena *arena,
    struct err *err)
{
	struct span url;

	return span_word(&line, &url) &&
	    copy_part(&target->url, url, arena, err) &&
	    http_url_check(target->url, err) &&
	    parse_parts(line, target, arena, err);
}

/* arena_push on a struct of typed members. */
static struct http_target *
add_target(struct http_targets *targets, struct arena *arena)
{
	struct arena_list list = { targets->items, targets->count,
		targets->capacity };
	struct http_target *added = arena_push(arena, &list, sizeof(*added));

	targets->items = list.items;
	targets->count = list.count;
	targets->capacity = list.capacity;
	return added;
}

bool
http_targets_parse(struct span bytes, struct http_targets *targets,
    struct arena *arena, struct err *err)
{
	struct span line;

	span_skip(&bytes, "\xef\xbb\xbf"); /* some editors begin UTF-8 so */
	for (unsigned number = 1; span_line(&bytes, &line); number++) {
		struct http_target target = { 0 }, *added;

		line = span_trim(line);
		if (line.len == 0 || line.at[0] == '#')
			continue;
		if (!parse_target(line, &target, arena, err))
			return err_context(err, "line %u", number);
		added = add_target(targets, arena);
		if (added == NULL)
			return err_set(err, ERR_SYSTEM, "no memory for URLs");
		*added = target;
	}
	return true;
}
