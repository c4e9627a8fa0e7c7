/* SPDX-License-Identifier: ISC */
/*
 * render: a report as bytes.  A format is a row of the table; renderers are
 * pure and know nothing of files and exits.
 */
#ifndef FRAME_RENDER_H
#define FRAME_RENDER_H

#include "base/text.h"
#include "frame/opt.h"
#include "frame/report.h"

struct render {
	const char *name; /* of --format */
	const char *help;
	void (*print)(const struct report *report, struct text *out);
	bool brief;   /* shows what is wrong, unless more is asked for */
	bool passive; /* names the host and the service of the result */
};

/* Indexed by the value of --format; ends with a NULL name. */
extern const struct render renders[];
/* The same names as words for the option; ends with a NULL word. */
extern const struct opt_word render_words[];

/* One line of text, perfdata behind its only '|'; with --detail or -v more
 * lines of text before it.  conventions: the Monitoring Plugins guideline. */
void render_nagios(const struct report *report, struct text *out);
/* One object on one line, contrib/schema/result-1.json. */
void render_json(const struct report *report, struct text *out);
/* OpenMetrics 1.0 text. */
void render_openmetrics(const struct report *report, struct text *out);
/* Prometheus text format 0.0.4, as node_exporter's textfile collector reads. */
void render_prometheus(const struct report *report, struct text *out);

/* What submits the result of --host-name and --service-name, or of the host
 * alone: a line for the command file of Nagios and Naemon (at most PIPE_BUF
 * bytes: text and numbers that do not fit are left out), the JSON of NRDP, the
 * body for the API of Icinga 2. */
void render_nagios_passive(const struct report *report, struct text *out);
void render_nrdp(const struct report *report, struct text *out);
void render_icinga2(const struct report *report, struct text *out);

/* The usage error or other failure before there is a report: one line, for a
 * person or an engine, whatever the format. */
void render_failure(const struct plugin *plugin, const struct err *err,
    struct text *out);

#endif
