/* SPDX-License-Identifier: ISC */
#include "frame/family_opt.h"

const struct opt_word family_opt_policies[] = {
	{ "auto", FAMILY_AUTO, "every family that the name has an address of" },
	{ "both", FAMILY_BOTH, "both, and a name without one is a fault" },
	{ "any", FAMILY_ANY, "one of them is enough" },
	{ "ipv4", FAMILY_ONLY_V4, "IPv4; IPv6 is shown and not judged" },
	{ "ipv6", FAMILY_ONLY_V6, "IPv6; IPv4 is shown and not judged" },
	{ NULL, 0, NULL },
};

const struct opt_word family_opt_missing[] = {
	{ "auto", FAMILY_MISSING_AUTO,
	    "ok, but a fault where --family asks for that family" },
	{ "ok", VERDICT_OK, NULL },
	{ "warning", VERDICT_WARNING, NULL },
	{ "critical", VERDICT_CRITICAL, NULL },
	{ "unknown", VERDICT_UNKNOWN, NULL },
	{ NULL, 0, NULL },
};

bool
family_opt_check(const struct family_rules *rules, int only, struct err *err)
{
	if ((only == IP_V4 && rules->policy == FAMILY_ONLY_V6) ||
	    (only == IP_V6 && rules->policy == FAMILY_ONLY_V4))
		return err_set(err, ERR_USAGE, "-%c contradicts --family %s",
		    only == IP_V4 ? '4' : '6',
		    ip_family_name(only == IP_V4 ? IP_V6 : IP_V4));
	return true;
}
