/* SPDX-License-Identifier: ISC */
#include "source/netdev.h"

#include <string.h>
#include <sys/ioctl.h>

static bool
ask_name(int fd, uint32_t index, struct ifreq *request)
{
	*request = (struct ifreq){ .ifr_ifindex = (int)index };
	return ioctl(fd, SIOCGIFNAME, request) == 0;
}

bool
netdev_name(int fd, uint32_t index, char name[static IF_NAMESIZE])
{
	struct ifreq request;

	if (!ask_name(fd, index, &request))
		return false;
	memcpy(name, request.ifr_name, IF_NAMESIZE);
	name[IF_NAMESIZE - 1] = '\0';
	return true;
}

/* IFF_RUNNING follows the operational state (RFC 2863), which is down without
 * a carrier. */
bool
netdev_lacks_carrier(int fd, uint32_t index)
{
	struct ifreq request;

	return ask_name(fd, index, &request) &&
	    ioctl(fd, SIOCGIFFLAGS, &request) == 0 &&
	    (request.ifr_flags & IFF_UP) != 0 &&
	    (request.ifr_flags & IFF_RUNNING) == 0;
}
