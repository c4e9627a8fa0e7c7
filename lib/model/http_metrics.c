/* SPDX-License-Identifier: ISC */
#include "model/http_metrics.h"

#define PLAIN .limits = METRIC_NO_LIMITS
#define PHASE(phase, word, text)                                               \
	[HTTP_M_PHASE + (phase)] = { word, "probe_http_duration_seconds",      \
		text, .unit = METRIC_SECONDS, PLAIN, .label = "phase",         \
		.label_value = word }

const struct metric_def http_metrics[] = {
	[HTTP_M_SUCCESS] = { "success", "probe_success",
	    "1 when the address answers as it should, else 0", PLAIN,
	    .max = "1" },
	[HTTP_M_DURATION] = { "duration", "probe_duration_seconds",
	    "time from the name to the last byte", .unit = METRIC_SECONDS,
	    PLAIN },
	[HTTP_M_STATUS] = { "status", "probe_http_status_code",
	    "status code of the last response", PLAIN },
	[HTTP_M_VERSION] = { "http_version", "probe_http_version",
	    "version of HTTP of the last response", PLAIN },
	PHASE(HTTP_RESOLVE, "resolve",
	    "duration of a phase of the request: name resolution"),
	PHASE(HTTP_CONNECT, "connect", "time of connecting"),
	PHASE(HTTP_TLS, "tls", "time of the TLS handshake"),
	PHASE(HTTP_PROCESSING, "processing",
	    "time from the request to the first byte"),
	PHASE(HTTP_TRANSFER, "transfer",
	    "time from the first byte to the last"),
	[HTTP_M_SIZE] = { "size", "probe_http_uncompressed_body_length",
	    "size of the body, as far as it was read", .unit = METRIC_BYTES,
	    PLAIN },
	[HTTP_M_REDIRECTS] = { "redirects", "probe_http_redirects",
	    "redirects that were followed", PLAIN },
	[HTTP_M_CERTIFICATE] = { "certificate", NULL,
	    "days until the first certificate of the chain ends", PLAIN,
	    .signed_ = true },
	[HTTP_M_EXPIRY] = { "expiry", "probe_ssl_earliest_cert_expiry",
	    "end of the first certificate of the chain, since 1970 in seconds",
	    PLAIN },
	[HTTP_M_TLS_VERSION] = { "tls_version", "probe_tls_version",
	    "TLS version in use", .kind = METRIC_INFO, PLAIN,
	    .label = "version" },
	[HTTP_M_WELL] = { "well", "http_addresses_well",
	    "addresses that answer as they should", PLAIN },
	[HTTP_M_ADDRESSES] = { "addresses", "http_addresses",
	    "addresses that were asked", PLAIN },
	{ .name = NULL },
};
