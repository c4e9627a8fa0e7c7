/* SPDX-License-Identifier: ISC */
/*
 * netdev: network devices by their number, netdevice(7).  Linux, no privilege
 * needed.
 *
 * Any socket will do: the devices are those of the network namespace that it
 * was opened in.  One call each, where rtnetlink takes two, a kilobyte, and the
 * lock that every change of a device holds.
 */
#ifndef SOURCE_NETDEV_H
#define SOURCE_NETDEV_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

/* False when there is none of that number (any more). */
bool netdev_name(int fd, uint32_t index, char name[static IF_NAMESIZE]);
/* Is it up, but without a carrier?  False, too, where there is no such
 * device. */
bool netdev_lacks_carrier(int fd, uint32_t index);

#endif
