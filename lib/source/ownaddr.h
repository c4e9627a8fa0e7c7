/* SPDX-License-Identifier: ISC */
/* ownaddr: does an address belong to this machine, ip(7)? */
#ifndef SOURCE_OWNADDR_H
#define SOURCE_OWNADDR_H

#include <stdbool.h>

#include "base/ip.h"

/* In the network namespace of the caller.  Sends nothing; also false when the
 * kernel cannot be asked. */
bool ownaddr_is(const struct ip *address);

#endif
