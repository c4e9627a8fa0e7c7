/* SPDX-License-Identifier: ISC */
#include "source/ownaddr.h"

#include <unistd.h>

#include "source/sockaddr.h"

/* The kernel binds a socket to no address but its own. */
static bool
is_bound(int fd, const struct ip *address)
{
	const struct sockaddr_ip to = sockaddr_of(address, 0);

	return bind(fd, &to.any, to.len) == 0;
}

bool
ownaddr_is(const struct ip *address)
{
	const int domain = address->family == IP_V4 ? AF_INET : AF_INET6;
	bool own;
	int fd;

	if (address->family == IP_NONE)
		return false;
	fd = socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	own = is_bound(fd, address);
	close(fd);
	return own;
}
