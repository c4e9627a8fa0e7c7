/* SPDX-License-Identifier: ISC */
/*
 * icmp_opt: values of options as check_icmp and check_ping take them, and lists
 * of thousands of targets.
 */
#ifndef FRAME_ICMP_OPT_H
#define FRAME_ICMP_OPT_H

#include "frame/opt.h"
#include "model/icmp.h"
#include "model/icmp_judge.h"

/* In brackets: the field. */
extern const struct opt_type icmp_opt_target;	    /* [struct icmp_targets] */
extern const struct opt_type icmp_opt_targets_file; /* likewise */
extern const struct opt_type icmp_opt_sources;	    /* [struct icmp_sources] */
extern const struct opt_type icmp_opt_usual;	/* [struct icmp_usual] -w, -c */
extern const struct opt_type icmp_opt_interval; /* [int64_t] ns, min..max; a
						   number is milliseconds */

struct icmp_targets {
	size_t count;
	struct icmp_named *items;
	size_t capacity;
};

struct icmp_sources {
	struct ip of[IP_V6 + 1]; /* by family */
};

/* False for what is not the address of one host, not of the family that is
 * asked for (IP_NONE: both), or of a link that nothing names. */
bool icmp_opt_check_addresses(const struct icmp_targets *targets,
    const struct icmp_sources *sources, enum ip_family family, bool on_device,
    struct err *err);

/* 200 ms or 40 % and 500 ms or 80 % where no limits are set, and for the half
 * that is missing beside an RTA,LOSS pair: check_icmp does so, too. */
void icmp_opt_usual_complete(struct icmp_usual *usual);

/* Would it be an interval? */
bool icmp_opt_is_interval(const char *string);

#endif
