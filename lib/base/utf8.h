/* SPDX-License-Identifier: ISC */
/* utf8: characters among bytes from outside: RFC 3629, so no overlong forms, no
 * surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at `at`, of which `left` (at least 1) are there; 0:
 * it is no UTF-8. */
size_t utf8_len(const uint8_t *at, size_t left);
/* The same, and which one it is; *code is untouched when it is none. */
size_t utf8_decode(const uint8_t *at, size_t left, uint32_t *code);

#endif
