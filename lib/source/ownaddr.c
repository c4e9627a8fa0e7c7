/* SPDX-License-Identifier: ISC */
#include "source/ownaddr.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel binds a socket to no address but its own. */
static bool
is_bound(int fd, const struct ip *address)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_scope_id = address->zone };

	memcpy(&v4.sin_addr, address->bytes, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, address->bytes, sizeof(v6.sin6_addr));
	return (address->family == IP_V4
		       ? bind(fd, (const struct sockaddr *)&v4, sizeof(v4))
		       : bind(fd, (const struct sockaddr *)&v6, sizeof(v6))) ==
	    0;
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
