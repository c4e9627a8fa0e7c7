/* SPDX-License-Identifier: ISC */
/* dampen: words for people, and the history as a line of text, there and back.
 */
#include <inttypes.h>

#include "model/dampen.h"

#define VERSION "1"
#define VERDICTS 4

/* --- words ---------------------------------------------------------------- */

/* "50 min": whole units, of which there are two at least. */
static void
add_span(struct text *out, int64_t span_ns)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = {
		{ 86400, "d" },
		{ 3600, "h" },
		{ 60, "min" },
		{ 1, "s" },
	};
	const int64_t seconds = span_ns / INT64_C(1000000000);
	size_t i = 0;

	while (units[i].seconds > 1 && seconds < 2 * units[i].seconds)
		i++;
	text_addf(out, "%" PRId64 " %s",
	    (seconds + units[i].seconds / 2) / units[i].seconds, units[i].unit);
}

static void
add_flapping(struct text *out, const struct dampen_outcome *outcome)
{
	text_addf(out, "flapping: %" PRIu64 " failure%s", outcome->failures,
	    outcome->failures == 1 ? "" : "s");
	if (outcome->failures > 1) {
		text_add(out, " in ");
		add_span(out, outcome->series_ns);
	}
}

void
dampen_explain(struct text *out, const struct dampen_outcome *outcome,
    const char *clears, bool held)
{
	switch (outcome->why) {
	case DAMPEN_PLAIN:
	case DAMPEN_FIRST:
		return;
	case DAMPEN_SOFT:
		text_addf(out, "soft %u/%u", outcome->seen, outcome->needed);
		break;
	case DAMPEN_RECOVERING:
		text_addf(out, "recovering %u/%u", outcome->seen,
		    outcome->needed);
		break;
	case DAMPEN_FLAPPING:
		add_flapping(out, outcome);
		break;
	}
	if (outcome->reported != outcome->counted)
		text_addf(out, ", %s %s", held ? "held" : "would be held",
		    verdict_name(outcome->reported));
	if (outcome->why == DAMPEN_FLAPPING)
		text_addf(out, ", clears %s if it %s", clears,
		    outcome->raw == VERDICT_OK ? "stays up"
					       : "is up from now on");
}

/* --- as text -------------------------------------------------------------- */

/*
 *	VERSION STATES PENALTY FAILURE BAD FAILURES FIRST SAMPLES
 *
 * STATES are the digits of confirmed, known, worst and flapping; the spans are
 * in ns; SAMPLES are exit codes, newest first.
 */
void
dampen_encode(struct text *out, const struct dampen *dampen)
{
	text_addf(out,
	    VERSION " %d%d%d%d %" PRIu64 " %" PRId64 " %" PRId64 " %" PRIu64
		    " %" PRId64 " ",
	    (int)dampen->confirmed, (int)dampen->known, (int)dampen->worst,
	    dampen->flapping, dampen->penalty, dampen->since_failure_ns,
	    dampen->since_bad_ns, dampen->failures, dampen->since_first_ns);
	for (size_t i = 0; i < dampen->count; i++)
		text_add_char(out, (char)('0' + dampen->samples[i]));
}

/* A cursor that can only fail once: after that it takes nothing. */
struct cursor {
	const char *at, *end;
	bool broken;
};

static char
take(struct cursor *in)
{
	if (in->broken || in->at == in->end) {
		in->broken = true;
		return '\0';
	}
	return *in->at++;
}

static void
expect(struct cursor *in, const char *word)
{
	for (; *word; word++)
		if (take(in) != *word)
			in->broken = true;
}

static unsigned
take_digit(struct cursor *in, unsigned least_not)
{
	const unsigned digit = (unsigned)take(in) - '0';

	if (digit >= least_not)
		in->broken = true;
	return in->broken ? 0 : digit;
}

/* A number without leading zeros, and the blank behind it. */
static uint64_t
take_number(struct cursor *in, uint64_t max)
{
	const char *const start = in->at;
	uint64_t value = 0;

	while (in->at != in->end && *in->at != ' ' && !in->broken) {
		value = value * 10 + take_digit(in, 10);
		if (value > max || (*start == '0' && in->at - start > 1))
			in->broken = true;
	}
	if (in->at == start)
		in->broken = true;
	expect(in, " ");
	return in->broken ? 0 : value;
}

static int64_t
take_span(struct cursor *in)
{
	return (int64_t)take_number(in, DAMPEN_SPAN_MAX);
}

static void
take_samples(struct cursor *in, struct dampen *dampen)
{
	do {
		if (dampen->count == DAMPEN_SAMPLES)
			in->broken = true;
		else
			dampen->samples[dampen->count++] =
			    (enum verdict)take_digit(in, VERDICTS);
	} while (!in->broken && in->at != in->end);
}

bool
dampen_decode(struct dampen *dampen, const char *bytes, size_t len,
    struct err *err)
{
	struct cursor in = { .at = bytes, .end = bytes + len };

	*dampen = (struct dampen){ .started = true };
	expect(&in, VERSION " ");
	dampen->confirmed = (enum verdict)take_digit(&in, VERDICTS);
	dampen->known = (enum verdict)take_digit(&in, VERDICTS);
	dampen->worst = (enum verdict)take_digit(&in, VERDICTS);
	dampen->flapping = take_digit(&in, 2) == 1;
	expect(&in, " ");
	dampen->penalty = take_number(&in, DAMPEN_CEILING_MAX);
	dampen->since_failure_ns = take_span(&in);
	dampen->since_bad_ns = take_span(&in);
	dampen->failures = take_number(&in, UINT32_MAX);
	dampen->since_first_ns = take_span(&in);
	take_samples(&in, dampen);
	if (!in.broken)
		return true;
	*dampen = (struct dampen){ 0 };
	return err_set(err, ERR_PROTOCOL, "its text makes no sense");
}
