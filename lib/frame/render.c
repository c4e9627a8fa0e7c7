/* SPDX-License-Identifier: ISC */
#include "frame/render.h"

#include <string.h>

enum {
	FORMAT_NAGIOS,
	FORMAT_JSON,
	FORMAT_OPENMETRICS,
	FORMAT_PROMETHEUS,
	FORMAT_NAGIOS_PASSIVE,
	FORMAT_NRDP,
	FORMAT_ICINGA2,
};

#define HELP_NAGIOS "text and perfdata for an engine"
#define HELP_JSON "one object on one line"
#define HELP_OPENMETRICS "OpenMetrics 1.0 text"
#define HELP_PROMETHEUS "Prometheus 0.0.4 text, for the textfile collector"
#define HELP_NAGIOS_PASSIVE "a line for the command file of Nagios or Naemon"
#define HELP_NRDP "JSON for the submitcheck of NRDP"
#define HELP_ICINGA2 "JSON for the process-check-result of Icinga 2"

const struct render renders[] = {
	[FORMAT_NAGIOS] = { "nagios", HELP_NAGIOS, render_nagios,
	    .brief = true },
	[FORMAT_JSON] = { "json", HELP_JSON, render_json },
	[FORMAT_OPENMETRICS] = { "openmetrics", HELP_OPENMETRICS,
	    render_openmetrics },
	[FORMAT_PROMETHEUS] = { "prometheus", HELP_PROMETHEUS,
	    render_prometheus },
	[FORMAT_NAGIOS_PASSIVE] = { "nagios-passive", HELP_NAGIOS_PASSIVE,
	    render_nagios_passive, .brief = true, .passive = true },
	[FORMAT_NRDP] = { "nrdp", HELP_NRDP, render_nrdp, .brief = true,
	    .passive = true },
	[FORMAT_ICINGA2] = { "icinga2", HELP_ICINGA2, render_icinga2,
	    .brief = true, .passive = true },
	{ NULL, NULL, NULL, false, false },
};

const struct opt_word render_words[] = {
	{ "nagios", FORMAT_NAGIOS, HELP_NAGIOS },
	{ "json", FORMAT_JSON, HELP_JSON },
	{ "openmetrics", FORMAT_OPENMETRICS, HELP_OPENMETRICS },
	{ "prometheus", FORMAT_PROMETHEUS, HELP_PROMETHEUS },
	{ "nagios-passive", FORMAT_NAGIOS_PASSIVE, HELP_NAGIOS_PASSIVE },
	{ "nrdp", FORMAT_NRDP, HELP_NRDP },
	{ "icinga2", FORMAT_ICINGA2, HELP_ICINGA2 },
	{ NULL, 0, NULL },
};

void
render_failure(const struct plugin *plugin, const struct err *err,
    struct text *out)
{
	text_addf(out, "%s UNKNOWN - ", plugin->title);
	/* The sentence quotes what the user typed. */
	text_foreign(out, err->text, strlen(err->text), sizeof(err->text));
	if (err->kind == ERR_USAGE)
		text_addf(out, "; see %s --help", plugin->name);
	text_add_char(out, '\n');
}
