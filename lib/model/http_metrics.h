/* SPDX-License-Identifier: ISC */
/* http_metrics: the numbers that are told of an address and of all of them; the
 * names are those of blackbox_exporter where the meaning is the same. */
#ifndef MODEL_HTTP_METRICS_H
#define MODEL_HTTP_METRICS_H

#include "model/http.h"
#include "model/metric.h"

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

#endif
