/* SPDX-License-Identifier: ISC */
/* lazy_needed: which libraries the bytes of an ELF file ask the dynamic loader
 * for.  System V ABI, "Dynamic Linking". */
#ifndef BASE_LAZY_NEEDED_H
#define BASE_LAZY_NEEDED_H

#include <stddef.h>

typedef void lazy_visit(void *context, const char *soname);

/* In their order; nothing for what is no ELF file of this machine's class, or
 * is damaged. */
void lazy_needed(const void *bytes, size_t size, lazy_visit *visit,
    void *context);

#endif
