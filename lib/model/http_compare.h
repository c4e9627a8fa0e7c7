/* SPDX-License-Identifier: ISC */
/* http_compare: do all addresses of a URL give the same? */
#ifndef MODEL_HTTP_COMPARE_H
#define MODEL_HTTP_COMPARE_H

#include "model/http_rules.h"
#include "model/result.h"

/* Says at `node` what differs, and what cannot be known to be the same; nothing
 * where nothing is to be compared.  False when something was to be, and a
 * single answer had no other beside it. */
bool http_compare_answers(const struct http_look *look, struct result *node);

#endif
