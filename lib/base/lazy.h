/* SPDX-License-Identifier: ISC */
/*
 * lazy: a shared library that is loaded when it is needed, and only then.
 *
 * A library costs its start-up wherever it is linked (libnetsnmp 1.6 ms), so a
 * program that may not need it does not link it: the module that uses it
 * declares a struct of typed function pointers and has it filled here.
 */
#ifndef BASE_LAZY_H
#define BASE_LAZY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct lazy_symbol {
	const char *name; /* NULL ends the list */
	size_t offset;	  /* of its pointer in the struct */
};

struct lazy_library {
	const char *file;    /* "libnetsnmp.so.40" */
	const char *package; /* who has it: "libsnmp40" */
	const char *purpose; /* what it is needed for: "SNMP" */
	const struct lazy_symbol *symbols;
};

/* LAZY_FIELD(snmp_sess_open) declares the pointer, LAZY_SYMBOL(struct api,
 * snmp_sess_open) is its row; the header of the library gives the type. */
#define LAZY_FIELD(name_) __typeof__(name_) *name_
#define LAZY_SYMBOL(struct_, name_)                                            \
	{                                                                      \
		.name = #name_, .offset = offsetof(struct_, name_)             \
	}

/*
 * Loads the library, which stays until the process ends, and stores the address
 * of every symbol in *api.  On false *err is ERR_UNSUPPORTED and names the
 * library, its package, and what is missing.
 */
bool lazy_load(const struct lazy_library *library, void *api, struct err *err);

#endif
