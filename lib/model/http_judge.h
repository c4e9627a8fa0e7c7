/* SPDX-License-Identifier: ISC */
/*
 * http_judge: do the answers of URLs satisfy the operator, as a result tree?
 *
 * Pure.  A URL is a child of the root, each of its addresses a child of that.
 */
#ifndef MODEL_HTTP_JUDGE_H
#define MODEL_HTTP_JUDGE_H

#include "model/http_metrics.h"
#include "model/http_rules.h"
#include "model/result.h"

/* The root must have http_metrics. */
void http_judge(const struct http_rules *rules,
    const struct http_survey *survey, struct result *root);

#endif
