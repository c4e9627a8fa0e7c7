/* SPDX-License-Identifier: ISC */
#include "frame/opt_snmp.h"

enum { /* 0 is "not given" */
	VERSION_1 = 1,
	VERSION_2C,
	VERSION_3,
};

enum {
	LEVEL_NONE = 1,
	LEVEL_AUTH,
	LEVEL_PRIV,
};

const struct opt_word opt_snmp_versions[] = {
	{ "1", VERSION_1, NULL },
	{ "2c", VERSION_2C, NULL },
	{ "3", VERSION_3, NULL },
	{ NULL, 0, NULL },
};

const struct opt_word opt_snmp_transports[] = {
	{ "udp", SNMP_UDP, NULL },
	{ "tcp", SNMP_TCP, NULL },
	{ NULL, 0, NULL },
};

const struct opt_word opt_snmp_levels[] = {
	{ "noAuthNoPriv", LEVEL_NONE, NULL },
	{ "authNoPriv", LEVEL_AUTH, NULL },
	{ "authPriv", LEVEL_PRIV, NULL },
	{ NULL, 0, NULL },
};

const struct opt_word opt_snmp_auths[] = {
	{ "MD5", SNMP_AUTH_MD5, NULL },
	{ "SHA", SNMP_AUTH_SHA, NULL },
	{ "SHA-224", SNMP_AUTH_SHA224, NULL },
	{ "SHA-256", SNMP_AUTH_SHA256, NULL },
	{ "SHA-384", SNMP_AUTH_SHA384, NULL },
	{ "SHA-512", SNMP_AUTH_SHA512, NULL },
	{ NULL, 0, NULL },
};

const struct opt_word opt_snmp_privs[] = {
	{ "DES", SNMP_PRIV_DES, NULL },
	{ "AES", SNMP_PRIV_AES, NULL },
	{ "AES-192", SNMP_PRIV_AES192, NULL },
	{ "AES-256", SNMP_PRIV_AES256, NULL },
	{ NULL, 0, NULL },
};

/* The option whose secret was to be seen on the command line, or NULL. */
static const char *
exposed_option(const struct opt_snmp *snmp)
{
	if (snmp->community.from_argv)
		return "community";
	if (snmp->auth_pass.from_argv)
		return "auth-pass";
	return snmp->priv_pass.from_argv ? "priv-pass" : NULL;
}

void
opt_snmp_tell_exposed(const struct opt_snmp *snmp, struct run *run)
{
	const char *exposed = exposed_option(snmp);

	if (exposed != NULL)
		run_note(run, 1,
		    "--%s on a command line can be seen by every user of this "
		    "host: use --%s-file",
		    exposed, exposed);
}

void
opt_snmp_tell_waiting(const struct opt_snmp *snmp, struct run *run)
{
	if (snmp->replay == NULL)
		run_waiting(run, "asking the SNMP agent of %s",
		    snmp->host.name);
}

static enum snmp_version
version_of(const struct opt_snmp *snmp)
{
	if (snmp->version == VERSION_1)
		return SNMP_VERSION_V1;
	if (snmp->version == VERSION_3 ||
	    (snmp->version == 0 && snmp->user != NULL))
		return SNMP_VERSION_V3;
	return SNMP_VERSION_V2C;
}

static enum snmp_level
level_of(const struct opt_snmp *snmp)
{
	if (snmp->level == LEVEL_PRIV ||
	    (snmp->level == 0 && snmp->priv_pass.bytes != NULL))
		return SNMP_AUTH_PRIV;
	if (snmp->level == LEVEL_AUTH ||
	    (snmp->level == 0 && snmp->auth_pass.bytes != NULL))
		return SNMP_AUTH_NO_PRIV;
	return SNMP_NO_AUTH_NO_PRIV;
}

static struct snmp_secret
secret(const struct opt_secret *from)
{
	return (struct snmp_secret){ from->bytes, from->len };
}

void
opt_snmp_options(const struct opt_snmp *snmp, struct snmp_options *options)
{
	*options = (struct snmp_options){
		.host = snmp->host,
		.family = (enum ip_family)snmp->family,
		.port = snmp->port,
		.transport = (enum snmp_transport)snmp->transport,
		.version = version_of(snmp),
		.community = secret(&snmp->community),
		.level = level_of(snmp),
		.user = snmp->user,
		.auth = (enum snmp_auth)snmp->auth,
		.auth_pass = secret(&snmp->auth_pass),
		.priv = (enum snmp_priv)snmp->priv,
		.priv_pass = secret(&snmp->priv_pass),
		.retries = (unsigned)snmp->retries,
		.timeout_ns = snmp->timeout,
		.config = snmp->config,
	};
	/* What agents are shipped with, and what check_snmp asks with. */
	if (options->version != SNMP_VERSION_V3 &&
	    options->community.bytes == NULL)
		options->community = (struct snmp_secret){ "public", 6 };
}

bool
opt_snmp_check(const struct opt_snmp *snmp, struct err *err)
{
	if (snmp->replay != NULL && snmp->record != NULL)
		return err_set(err, ERR_USAGE,
		    "--record and --replay exclude each other");
	if (snmp->replay == NULL && snmp->host.name == NULL)
		return err_set(err, ERR_USAGE, "-H or --hostname is required");
	if (version_of(snmp) != SNMP_VERSION_V3 && snmp->contexts.count > 0)
		return err_set(err, ERR_USAGE,
		    "--context needs SNMP version 3");
	return true;
}
