/* SPDX-License-Identifier: ISC */
/*
 * http_address: what one address answered, as a node of the result tree: does
 * it do what is demanded, its numbers against their limits, and a line about
 * it.
 */
#ifndef MODEL_HTTP_ADDRESS_H
#define MODEL_HTTP_ADDRESS_H

#include "model/http_rules.h"
#include "model/result.h"

/* What an address counts for. */
struct http_weight {
	bool counts;	     /* false: it is only shown */
	enum verdict dead;   /* when it does not work */
	enum verdict unseen; /* when nobody could look */
};

/* A child of `parent` for it, named and labelled. */
struct result *http_address_child(const struct http_seen *seen,
    struct result *parent);

void http_address_judge(const struct http_look *look,
    const struct http_seen *seen, const struct http_weight *weight,
    struct result *child);
/* The same for what a browser would get, and whether it had to fall back. */
void http_address_race(const struct http_look *look,
    const struct http_seen *seen, struct result *child);

/* Seconds: a part of the duration of each address. */
double http_resolved_s(const struct http_look *look);

#endif
