/* SPDX-License-Identifier: ISC */
/*
 * sanitized: 1 in a program that was built with ASan, else 0: it reserves
 * terabytes, writes reports, needs its stderr, ends with a code where others
 * die of a signal, and must come first.  gcc and clang say it in different
 * ways.
 */
#ifndef BASE_SANITIZED_H
#define BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
