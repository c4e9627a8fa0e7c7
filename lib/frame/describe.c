/* SPDX-License-Identifier: ISC */
#include "frame/describe.h"

#include <string.h>

#include "frame/describe_parts.h"

static const struct {
	const char *name;
	void (*print)(const struct plugin *plugin, struct text *out);
} formats[] = {
	{ "mdoc", describe_mdoc },
	{ "mdoc-metrics", describe_mdoc_metrics },
	{ "bash", describe_bash },
	{ "icinga2", describe_icinga2 },
	{ "json", describe_json },
};

bool
describe_as(const struct plugin *plugin, const char *format, struct text *out,
    struct err *err)
{
	char buffer[80], shown_buffer[80];
	struct text names = TEXT_OVER(buffer), shown = TEXT_OVER(shown_buffer);

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(format, formats[i].name) == 0) {
			formats[i].print(plugin, out);
			return true;
		}
		text_addf(&names, "%s%s", i ? ", " : "", formats[i].name);
	}
	text_foreign(&shown, format, strlen(format), 40);
	return err_set(err, ERR_USAGE, "--describe=%s: must be one of %s",
	    shown.data, names.data);
}
