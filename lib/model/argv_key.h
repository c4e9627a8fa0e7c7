/* SPDX-License-Identifier: ISC */
/*
 * argv_key: what a command line is about, as one number.
 *
 * Two runs of a plugin with other thresholds, another time-out or a new
 * password look at the same thing.  So these are left out, by rules for the
 * options that the Monitoring Plugins have in common; everything else counts,
 * each argument with its length, so that `a bc` is not `ab c`.
 */
#ifndef MODEL_ARGV_KEY_H
#define MODEL_ARGV_KEY_H

#include <stddef.h>
#include <stdint.h>

/*
 * Left out, with their values:
 *
 *	-w, -c			if the value looks like a threshold; the -c of
 *				check_nrpe is a command
 *	--warning, --critical, --*-warning, --*-critical, --warning-*, ...
 *	-t, --timeout, -v, --verbose
 *	-C, --community		if -C has one word, not the command line of
 *				check_by_ssh
 *	-a			if its value holds a colon (user:password)
 *	-p			if its value is no port
 *	-A, -X			of a plugin with `snmp` in its name
 *	--password, --passwd, --authentication, --authpasswd, --privpasswd,
 *	--token, --secret, ...: see the table
 */
uint64_t argv_key(size_t count, const char *const argv[]);

#endif
