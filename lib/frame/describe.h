/* SPDX-License-Identifier: ISC */
/* describe: a program's tables as help, man page section, completion, Icinga
 * CheckCommand or JSON. */
#ifndef FRAME_DESCRIBE_H
#define FRAME_DESCRIBE_H

#include "base/text.h"
#include "frame/plugin.h"

/* --help: at most 80 columns. */
void describe_help(const struct plugin *plugin, struct text *out);
/* --version: "check_x v0.1.0 (routevigil 0.1.0)". */
void describe_version(const struct plugin *plugin, struct text *out);
/* --describe=mdoc|mdoc-metrics|bash|icinga2|json; false and *err for any other
 * word. */
bool describe_as(const struct plugin *plugin, const char *format,
    struct text *out, struct err *err);

#endif
