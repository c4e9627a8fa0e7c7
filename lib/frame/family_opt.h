/* SPDX-License-Identifier: ISC */
/* family_opt: the options of every check that looks at both families. */
#ifndef FRAME_FAMILY_OPT_H
#define FRAME_FAMILY_OPT_H

#include "frame/opt.h"
#include "model/family.h"

extern const struct opt_word family_opt_policies[];
extern const struct opt_word family_opt_missing[];

/* For validate: -4 and --family ipv6 contradict each other. */
bool family_opt_check(const struct family_rules *rules, int only,
    struct err *err);

/* Rows for a struct with the fields `rules` (struct family_rules) and `only`
 * (int, enum ip_family; IP_NONE: both). */
#define FAMILY_OPT_ROWS(struct_, rules_, only_)                                \
	OPT_SET('4', "ipv4", struct_, only_,                                   \
	    "IPv4 only: no IPv6 address is looked up or used", .value = IP_V4, \
	    .flags = OPT_IDENTITY),                                            \
	    OPT_SET('6', "ipv6", struct_, only_,                               \
		"IPv6 only: no IPv4 address is looked up or used",             \
		.value = IP_V6, .flags = OPT_IDENTITY),                        \
	    OPT_WORD(0, "family", struct_, rules_.policy,                      \
		"which address family must work", .preset = "auto",            \
		.words = family_opt_policies, .flags = OPT_IDENTITY),          \
	    OPT_VERDICT(0, "one-dead-state", struct_, rules_.one_dead,         \
		"state when one family is dead and the other works",           \
		.preset = "warning"),                                          \
	    OPT_VERDICT(0, "all-dead-state", struct_, rules_.all_dead,         \
		"state when no family works that must", .preset = "critical"), \
	    OPT_WORD(0, "missing-family-state", struct_, rules_.missing,       \
		"state when a name has no address of a family",                \
		.preset = "auto", .words = family_opt_missing)

#endif
