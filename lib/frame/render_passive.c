/* SPDX-License-Identifier: ISC */
/*
 * A result for an engine that did not ask for it: what is to be written into
 * its command file, or posted to its API, for one host or service.
 *
 * Nagios and Naemon: external commands, one line each.  Their manual wants
 * newlines as \n and backslashes as \\.  NRDP: the JSON of its submitcheck.
 * Icinga 2: the body of /v1/actions/process-check-result; the names stand in
 * filter_vars, so that none of them can become a part of the filter.
 */
#include <string.h>

#include "base/clock.h"
#include "frame/json.h"
#include "frame/render.h"
#include "frame/render_parts.h"

/* PIPE_BUF of Linux: so many bytes of one write arrive whole, whoever else
 * writes at the same time.  (Nagios itself reads lines of up to 8 KiB.) */
#define COMMAND_BYTES 4096

/* JSON may write one byte as \u00XX. */
#define ESCAPED_MAX 6

/* Up or down, as both engines take what a plugin says of a host. */
static int
host_state(enum verdict verdict)
{
	return verdict == VERDICT_CRITICAL || verdict == VERDICT_UNKNOWN;
}

static int
submitted_state(const struct report *report)
{
	return report->common->service_name != NULL
	    ? (int)report->verdict
	    : host_state(report->verdict);
}

static int64_t
ended_wall_ns(const struct report *report)
{
	return report->started_wall_ns + report->took_ns;
}

/* What the nagios format prints, without the last newline, in the last `size`
 * bytes of the output's own buffer: a renderer has no other memory. */
static struct text
print_plain(const struct report *report, const struct text *out, size_t size)
{
	struct text plain;

	text_init(&plain, out->data + out->size - size, size);
	render_nagios(report, &plain);
	if (plain.len > 0 && plain.data[plain.len - 1] == '\n')
		render_rewind(&plain, plain.len - 1);
	return plain;
}

/* The part of the buffer before that place. */
static struct text
before_plain(const struct text *out, size_t size)
{
	struct text front = *out;

	front.size -= size;
	return front;
}

/* --- Nagios and Naemon ---------------------------------------------------- */

static bool
is_escaped(char c)
{
	return c == '\n' || c == '\\';
}

static bool
is_inside(char c) /* of a character of more than one byte */
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Leaves what takes at most `room` bytes with its escapes: whole characters,
 * and whole numbers, because one that was cut is another number. */
static void
shorten(struct text *plain, size_t room)
{
	const char *bar;
	size_t len = 0, kept;

	for (kept = 0; kept < plain->len && len <= room; kept++)
		len += is_escaped(plain->data[kept]) ? 2 : 1;
	if (len <= room)
		return;
	kept--;
	while (kept > 0 && is_inside(plain->data[kept]))
		kept--;
	bar = memchr(plain->data, '|', kept);
	while (
	    bar != NULL && plain->data[kept] != ' ' && plain->data[kept] != '|')
		kept--;
	render_rewind(plain, kept);
}

static void
add_escaped(struct text *out, const struct text *plain)
{
	for (size_t i = 0; i < plain->len; i++) {
		const char c = plain->data[i];

		if (is_escaped(c))
			text_add_char(out, '\\');
		text_add_char(out, c == '\n' ? 'n' : c);
	}
}

static void
add_command(const struct report *report, struct text *out)
{
	const struct common_opts *common = report->common;
	const long long at = (long long)(ended_wall_ns(report) / CLOCK_SECOND);

	if (common->service_name != NULL)
		text_addf(out, "[%lld] PROCESS_SERVICE_CHECK_RESULT;%s;%s;", at,
		    common->host_name, common->service_name);
	else
		text_addf(out, "[%lld] PROCESS_HOST_CHECK_RESULT;%s;", at,
		    common->host_name);
	text_addf(out, "%d;", submitted_state(report));
}

void
render_nagios_passive(const struct report *report, struct text *out)
{
	const size_t size = out->size / 2;
	struct text front = before_plain(out, size);
	struct text plain;
	size_t head;

	add_command(report, &front);
	head = front.len - out->len + 1; /* the newline */
	plain = print_plain(report, out, size);
	shorten(&plain, COMMAND_BYTES - head);
	add_escaped(&front, &plain);
	text_add_char(&front, '\n');
	out->len = front.len;
	out->cut = front.cut || plain.cut;
}

/* --- JSON ----------------------------------------------------------------- */

/* NRDP hands the text to Nagios as a line of a result file, where it escapes
 * the newlines and leaves the backslashes to us. */
static void
double_backslashes(struct text *plain)
{
	size_t more = 0, to;

	for (size_t i = 0; i < plain->len; i++)
		more += plain->data[i] == '\\';
	if (plain->len + more >= plain->size) {
		plain->cut = true;
		return;
	}
	to = plain->len + more;
	plain->data[to] = '\0';
	for (size_t i = plain->len; i-- > 0;) {
		plain->data[--to] = plain->data[i];
		if (plain->data[i] == '\\')
			plain->data[--to] = '\\';
	}
	plain->len += more;
}

void
render_nrdp(const struct report *report, struct text *out)
{
	const struct common_opts *common = report->common;
	const size_t size = out->size / (ESCAPED_MAX + 2);
	const char state[] = { (char)('0' + submitted_state(report)), '\0' };
	struct text front = before_plain(out, size);
	struct text plain = print_plain(report, out, size);
	struct json json;

	double_backslashes(&plain);
	json_init(&json, &front);
	json_object(&json, NULL);
	json_array(&json, "checkresults");
	json_object(&json, NULL);
	json_object(&json, "checkresult");
	json_string(&json, "type",
	    common->service_name != NULL ? "service" : "host");
	json_string(&json, "checktype", "1"); /* passive */
	json_close(&json);
	json_string(&json, "hostname", common->host_name);
	if (common->service_name != NULL)
		json_string(&json, "servicename", common->service_name);
	json_string(&json, "state", state);
	json_bytes(&json, "output", plain.data, plain.len);
	json_close(&json);
	json_close(&json);
	json_close(&json);
	text_add_char(&front, '\n');
	out->len = front.len;
	out->cut = front.cut || plain.cut;
}

/* From behind a '|' to the end of its line, number by number; a label in
 * quotes may hold spaces. */
static void
add_line_data(struct json *json, const char *data, const char *end)
{
	while (data < end) {
		const char *start = data;
		bool quoted = false;

		for (; data < end && (quoted || *data != ' '); data++)
			quoted ^= *data == '\'';
		if (data > start)
			json_bytes(json, NULL, start, (size_t)(data - start));
		data += data < end;
	}
}

static void
add_performance_data(struct json *json, const struct text *plain)
{
	const char *line = plain->data;

	json_array(json, "performance_data");
	while (*line != '\0') {
		const char *end = line + strcspn(line, "\n");
		const char *bar = line + strcspn(line, "|\n");

		if (bar < end)
			add_line_data(json, bar + 1, end);
		line = end + (*end != '\0');
	}
	json_close(json);
}

/* Leaves of each line what stands before its '|', as Icinga itself does. */
static void
drop_performance_data(struct text *plain)
{
	size_t kept = 0;
	bool data = false;

	for (size_t i = 0; i < plain->len; i++) {
		const char c = plain->data[i];

		data = c != '\n' && (data || c == '|');
		if (!data)
			plain->data[kept++] = c;
	}
	render_rewind(plain, kept);
}

/* Which object; the filter is always the same text. */
static void
add_target(struct json *json, const struct common_opts *common)
{
	const bool service = common->service_name != NULL;

	json_string(json, "type", service ? "Service" : "Host");
	json_string(json, "filter",
	    service ? "host.name==host_name && service.name==service_name"
		    : "host.name==host_name");
	json_object(json, "filter_vars");
	json_string(json, "host_name", common->host_name);
	if (service)
		json_string(json, "service_name", common->service_name);
	json_close(json);
}

static void
add_seconds(struct json *json, const char *key, int64_t wall_ns)
{
	json_number(json, key, (double)wall_ns / (double)CLOCK_SECOND);
}

void
render_icinga2(const struct report *report, struct text *out)
{
	const size_t size = out->size / (ESCAPED_MAX + 2);
	struct text front = before_plain(out, size);
	struct text plain = print_plain(report, out, size);
	struct json json;

	json_init(&json, &front);
	json_object(&json, NULL);
	add_target(&json, report->common);
	json_integer(&json, "exit_status", submitted_state(report));
	add_performance_data(&json, &plain);
	drop_performance_data(&plain);
	json_bytes(&json, "plugin_output", plain.data, plain.len);
	add_seconds(&json, "execution_start", report->started_wall_ns);
	add_seconds(&json, "execution_end", ended_wall_ns(report));
	json_close(&json);
	text_add_char(&front, '\n');
	out->len = front.len;
	out->cut = front.cut || plain.cut;
}
