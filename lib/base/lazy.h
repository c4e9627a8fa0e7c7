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
#include <stdint.h>

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
 * Packagers see with readelf what a program links, and not what it loads: so
 * the definition of a library also leaves a note in the program.
 * Source: "dlopen() Metadata for ELF Files", UAPI Group.
 */
#define LAZY_NOTE_TYPE 0x407c0c0a
#if defined(__clang__)
/* Sanitizers must not put a red zone between notes. */
#define LAZY_NOTE_ATTRIBUTES                                                   \
	__attribute__((used, aligned(4), section(".note.dlopen"),              \
	    no_sanitize("address")))
#else
#define LAZY_NOTE_ATTRIBUTES                                                   \
	__attribute__((used, aligned(4), section(".note.dlopen")))
#endif
#define LAZY_NOTE(note_, json_)                                                \
	static const struct {                                                  \
		uint32_t vendor_size, json_size, type;                         \
		char vendor[4];                                                \
		char json[(sizeof(json_) + 3) / 4 * 4];                        \
	} note_ LAZY_NOTE_ATTRIBUTES = { 4, sizeof(json_), LAZY_NOTE_TYPE,     \
		"FDO", json_ }

/*
 * Defines the struct lazy_library `name_`, of literals.  The priority says what
 * the programs are without it: LAZY_REQUIRED, of no use; LAZY_RECOMMENDED, less
 * than most people want.
 */
#define LAZY_REQUIRED "required"
#define LAZY_RECOMMENDED "recommended"
#define LAZY_LIBRARY(name_, file_, package_, purpose_, priority_, symbols_)    \
	LAZY_NOTE(name_##_note,                                                \
	    "[{\"feature\":\"" purpose_ "\",\"priority\":\"" priority_         \
	    "\",\"soname\":[\"" file_ "\"]}]");                                \
	static const struct lazy_library name_ = {                             \
		.file = file_,                                                 \
		.package = package_,                                           \
		.purpose = purpose_,                                           \
		.symbols = symbols_,                                           \
	}

/*
 * Loads the library, which stays until the process ends, and stores the address
 * of every symbol in *api.  On false *err is ERR_UNSUPPORTED and names the
 * library, its package, and what is missing.
 */
bool lazy_load(const struct lazy_library *library, void *api, struct err *err);

/*
 * Loads what the library needs, one by one, where the library lies beside the C
 * library; it is loaded by lazy_load then.  What a big library needs is cheaper
 * to load before it: each then looks for its symbols among the few that it
 * needs itself, and not among all that the big one needs.  For libcurl that is
 * a quarter of what loading it costs.
 */
void lazy_preload(const struct lazy_library *library);

#endif
