/* SPDX-License-Identifier: ISC */
#include "model/snmp.h"

#include <string.h>

#define PASSWORD_LEAST 8 /* RFC 3414 11.2 */

static bool
check_password(const struct snmp_secret *secret, const char *what,
    struct err *err)
{
	if (!secret->bytes)
		return err_set(err, ERR_USAGE,
		    "SNMPv3 at this security level needs the %s password "
		    "(--auth-pass-file, --priv-pass-file)",
		    what);
	return secret->len >= PASSWORD_LEAST ||
	    err_set(err, ERR_USAGE,
		"the %s password is shorter than %d characters (RFC 3414)",
		what, PASSWORD_LEAST);
}

static bool
check_user(const struct snmp_options *options, struct err *err)
{
	if (!options->user || !*options->user)
		return err_set(err, ERR_USAGE, "SNMPv3 needs a --user");
	if (strlen(options->user) > 32) /* RFC 3414 5, usmUserName */
		return err_set(err, ERR_USAGE,
		    "the SNMPv3 user is longer than 32 characters");
	if (options->level >= SNMP_AUTH_NO_PRIV &&
	    !check_password(&options->auth_pass, "authentication", err))
		return false;
	return options->level < SNMP_AUTH_PRIV ||
	    check_password(&options->priv_pass, "privacy", err);
}

bool
snmp_options_check(const struct snmp_options *options, struct err *err)
{
	if (options->version == SNMP_VERSION_V3)
		return check_user(options, err);
	return options->community.bytes ||
	    err_set(err, ERR_USAGE, "SNMPv1 and v2c need a community");
}

uint16_t
snmp_options_port(const struct snmp_options *options)
{
	return options->port != 0 ? options->port : SNMP_PORT;
}
