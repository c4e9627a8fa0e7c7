/* SPDX-License-Identifier: ISC */
#include "frame/damped_record.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"

int64_t
damped_passed_ns(const struct damped_time *then, const struct damped_time *now)
{
	const bool same_boot = strcmp(then->boot_id, now->boot_id) == 0 &&
	    strcmp(now->boot_id, "-") != 0;
	const int64_t passed = same_boot ? now->boot_ns - then->boot_ns
					 : now->wall_ns - then->wall_ns;

	return passed > 0 ? passed : 0;
}

void
damped_record_change(struct damped_record *record,
    const struct dampen_outcome *outcome, int64_t wall_ns)
{
	struct damped_change *changes = record->changes;

	if (record->change_count > 0 && changes[0].raw == outcome->raw &&
	    changes[0].reported == outcome->reported)
		return;
	if (record->change_count < DAMPED_CHANGES)
		record->change_count++;
	memmove(changes + 1, changes,
	    (record->change_count - 1) * sizeof(*changes));
	changes[0] = (struct damped_change){
		.wall_s = wall_ns / CLOCK_SECOND,
		.raw = outcome->raw,
		.reported = outcome->reported,
	};
}

void
damped_record_encode(struct text *out, const struct damped_record *record)
{
	text_addf(out, "at %s %" PRId64 " %" PRId64 "\n", record->at.boot_id,
	    record->at.boot_ns, record->at.wall_ns);
	dampen_encode(out, &record->dampen);
	text_add_char(out, '\n');
	for (size_t i = 0; i < record->recover.count; i++) {
		recover_encode(out, &record->recover.holds[i]);
		text_add_char(out, '\n');
	}
	for (size_t i = 0; i < record->change_count; i++)
		text_addf(out, "%" PRId64 " %d %d\n", record->changes[i].wall_s,
		    (int)record->changes[i].raw,
		    (int)record->changes[i].reported);
}

/* --- reading -------------------------------------------------------------- */

struct line {
	char bytes[DAMPEN_STATE_MAX];
	size_t len;
};

/* The next line without its end; false: there is none that could be ours. */
static bool
take_line(const char **at, size_t *left, struct line *line)
{
	const char *end = *left ? memchr(*at, '\n', *left) : NULL;

	if (!end || (size_t)(end - *at) >= sizeof(line->bytes) ||
	    memchr(*at, '\0', (size_t)(end - *at)))
		return false;
	line->len = (size_t)(end - *at);
	memcpy(line->bytes, *at, line->len);
	line->bytes[line->len] = '\0';
	*left -= line->len + 1;
	*at = end + 1;
	return true;
}

/* Cuts the line into exactly `count` words at single blanks. */
static bool
cut(struct line *line, char *words[], size_t count)
{
	char *at = line->bytes;

	for (size_t i = 0; i < count; i++) {
		char *blank = strchr(at, ' ');

		if ((blank != NULL) != (i + 1 < count))
			return false;
		words[i] = at;
		if (!blank)
			break;
		*blank = '\0';
		at = blank + 1;
	}
	return true;
}

static bool
take_time(const char *word, int64_t *value)
{
	uint64_t number;
	struct err err;

	if (!num_u64(word, &number, &err) || number > INT64_MAX)
		return false;
	*value = (int64_t)number;
	return true;
}

static bool
take_verdict(const char *word, enum verdict *verdict)
{
	return word[0] >= '0' && word[0] <= '3' && word[1] == '\0' &&
	    verdict_parse(word, verdict);
}

static bool
take_at(struct line *line, struct damped_time *at)
{
	char *words[4];
	struct text id;

	if (!cut(line, words, 4) || strcmp(words[0], "at") != 0 ||
	    !take_time(words[2], &at->boot_ns) ||
	    !take_time(words[3], &at->wall_ns))
		return false;
	text_init(&id, at->boot_id, sizeof(at->boot_id));
	text_add(&id, words[1]);
	return !id.cut && strspn(words[1], "0123456789abcdef-") == id.len;
}

static bool
take_change(struct line *line, struct damped_record *record)
{
	struct damped_change *change = &record->changes[record->change_count];
	char *words[3];

	if (record->change_count == DAMPED_CHANGES || !cut(line, words, 3) ||
	    !take_time(words[0], &change->wall_s) ||
	    !take_verdict(words[1], &change->raw) ||
	    !take_verdict(words[2], &change->reported))
		return false;
	record->change_count++;
	return true;
}

/* Holds come before changes. */
static bool
take_rest(struct line *line, struct damped_record *record)
{
	if (line->bytes[0] == 'h')
		return record->change_count == 0 &&
		    recover_decode(&record->recover, line->bytes);
	return take_change(line, record);
}

/* Not the rooms of holds and changes that are not there: they are most of it,
 * and every run of every plugin pays for them. */
void
damped_record_clear(struct damped_record *record)
{
	record->at = (struct damped_time){ 0 };
	record->dampen = (struct dampen){ 0 };
	record->recover.count = 0;
	record->change_count = 0;
}

bool
damped_record_decode(struct damped_record *record, const char *bytes,
    size_t len, struct err *err)
{
	struct line line;
	bool ok;

	damped_record_clear(record);
	ok = take_line(&bytes, &len, &line) && take_at(&line, &record->at) &&
	    take_line(&bytes, &len, &line) &&
	    dampen_decode(&record->dampen, line.bytes, line.len, err);
	while (ok && len > 0)
		ok = take_line(&bytes, &len, &line) && take_rest(&line, record);
	if (ok)
		return true;
	damped_record_clear(record);
	return err_set(err, ERR_PROTOCOL, "its text makes no sense");
}
