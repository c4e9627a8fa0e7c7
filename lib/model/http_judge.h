/* SPDX-License-Identifier: ISC */
/*
 * http_judge: do the answers of URLs satisfy the operator, as a result tree?
 *
 * Pure.  A URL is a child of the root, each of its addresses a child of that.
 */
#ifndef MODEL_HTTP_JUDGE_H
#define MODEL_HTTP_JUDGE_H

#include "model/family.h"
#include "model/http_seen.h"
#include "model/limits.h"
#include "model/metric.h"
#include "model/result.h"

enum http_metric {
	HTTP_M_SUCCESS,
	HTTP_M_DURATION,
	HTTP_M_STATUS,
	HTTP_M_VERSION,
	HTTP_M_PHASE, /* the first of them, in the order of enum http_phase */
	HTTP_M_SIZE = HTTP_M_PHASE + HTTP_PHASES,
	HTTP_M_REDIRECTS,
	HTTP_M_CERTIFICATE,
	HTTP_M_EXPIRY,
	HTTP_M_TLS_VERSION,
	HTTP_M_WELL,
	HTTP_M_ADDRESSES,
};

extern const struct metric_def http_metrics[];

/* What must be the same from all addresses. */
enum http_compare {
	HTTP_COMPARE_NOTHING,
	HTTP_COMPARE_STATUS,
	HTTP_COMPARE_BODY,
	HTTP_COMPARE_ETAG,
};

struct http_rules {
	struct family_rules families;
	struct http_statuses status; /* unless the target has its own */
	int min_tls;		     /* 10 to 13; 0: any, or none at all */
	const char *version;	     /* "2": no other will do; NULL: any */
	bool follows;		     /* redirects were to be followed */
	int compare;		     /* enum http_compare */
	enum verdict compare_state;
	struct limits duration;		   /* seconds */
	struct limits phases[HTTP_PHASES]; /* seconds */
	struct limits size;		   /* bytes */
	struct limits certificate;	   /* days */
};

/* The root must have http_metrics. */
void http_judge(const struct http_rules *rules,
    const struct http_survey *survey, struct result *root);

#endif
