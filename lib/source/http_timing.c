/* SPDX-License-Identifier: ISC */
#include "source/http_timing.h"

static double
between(int64_t from_us, int64_t to_us)
{
	return to_us > from_us ? (double)(to_us - from_us) / 1e6 : 0;
}

void
http_timing_add(const struct http_timers *t, struct http_response *response)
{
	const int64_t ready =
	    t->secured > t->connected ? t->secured : t->connected;
	double *phase = response->phase_s;

	response->total_s += between(0, t->total);
	phase[HTTP_RESOLVE] += between(0, t->looked_up);
	phase[HTTP_CONNECT] +=
	    between(t->looked_up, t->connected > 0 ? t->connected : t->total);
	if (response->tls.used && t->connected > 0)
		phase[HTTP_TLS] += between(t->connected,
		    t->secured > 0 ? t->secured : t->total);
	if (t->sending > 0)
		phase[HTTP_PROCESSING] += between(ready,
		    t->first_byte > 0 ? t->first_byte : t->total);
	if (t->first_byte > 0)
		phase[HTTP_TRANSFER] += between(t->first_byte, t->total);
}

const char *
http_timing_cut(const struct http_timers *t, bool tls)
{
	if (t->looked_up == 0)
		return "while resolving a name";
	if (t->connected == 0)
		return "while connecting";
	if (tls && t->secured == 0)
		return "in the TLS handshake";
	if (t->first_byte == 0)
		return "before the first byte of the response";
	return "while the response was read";
}
