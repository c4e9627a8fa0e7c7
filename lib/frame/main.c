/* SPDX-License-Identifier: ISC */
/*
 * main: the entry point of every check.
 *
 * It lies in the archive, so a program that brings its own main (a unit test
 * that includes a check's source) never pulls this one.
 */
#include "frame/plugin.h"

extern const struct plugin plugin; /* of the program that links us */

int
main(int argc, char **argv)
{
	return plugin_run(&plugin, argc, argv);
}
