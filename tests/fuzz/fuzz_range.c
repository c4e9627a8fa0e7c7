/* SPDX-License-Identifier: ISC */
/* range_parse: what is accepted is ordered and comes back from its own text. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "model/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* A second time through text changes nothing any more. */
static void
check_text(const struct range *range)
{
	char room[160];
	struct text text = TEXT_OVER(room);
	struct range once, twice;
	struct err err;

	range_format(&text, range);
	must(text.len > 0 && !text.cut);
	must(strspn(room, "@~:.-0123456789") == text.len);
	if (text.len > NUM_DECIMAL_MAX)
		return;
	must(range_parse(room, &once, &err));
	must(once.inside == range->inside);
	if (range_is_plain(range))
		must(once.start == 0 && strpbrk(room, "@~:") == NULL);
	else
		must(isinf(once.start) == isinf(range->start));
	must(isinf(once.end) == isinf(range->end));
	text_clear(&text);
	range_format(&text, &once);
	must(range_parse(room, &twice, &err));
	must(once.end == twice.end && once.inside == twice.inside);
	must(twice.start == (range_is_plain(&once) ? 0 : once.start));
}

static void
check_meaning(const struct range *range)
{
	const double values[] = { range->start, range->end, 0, -1e300, 1e300,
		nextafter(range->start, -INFINITY),
		nextafter(range->end, INFINITY) };
	struct range other = *range;
	char room[200];
	struct text text = TEXT_OVER(room);

	other.inside = !range->inside;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const bool within =
		    values[i] >= range->start && values[i] <= range->end;

		if (!isfinite(values[i]))
			continue;
		must(range_alerts(range, values[i]) ==
		    (within == range->inside));
		must(range_alerts(&other, values[i]) !=
		    range_alerts(range, values[i]));
		if (!range_alerts(range, values[i]))
			continue;
		text_clear(&text);
		range_explain(&text, range, values[i], num_format);
		must(text.len > 0 && !strstr(room, "inf"));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char string[160] = "";
	struct range range = { 0 };
	struct err err = { 0 };

	memcpy(string, data, size < sizeof(string) ? size : sizeof(string) - 1);
	if (!range_parse(string, &range, &err)) {
		must(err.kind == ERR_USAGE && err.text[0] != '\0');
		must(!range.set);
		return 0;
	}
	must(range.set && range.start <= range.end);
	must(range.start < INFINITY && range.end > -INFINITY);
	must(strspn(string, "@~:.+-0123456789") == strlen(string));
	check_text(&range);
	check_meaning(&range);
	return 0;
}
