/* SPDX-License-Identifier: ISC */
/* bootid: which boot this is, random(4); for what must not survive it. */
#ifndef BASE_BOOTID_H
#define BASE_BOOTID_H

#include <stdbool.h>

#include "base/err.h"

#define BOOTID_SIZE 40 /* 36 characters, the final NUL, and room */

bool bootid_read(char id[static BOOTID_SIZE], struct err *err);

#endif
