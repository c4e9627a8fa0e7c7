/* SPDX-License-Identifier: ISC */
#include "source/ownaddr.h"

#include <ifaddrs.h>
#include <string.h>
#include <unistd.h>

#include "source/sockaddr.h"

static bool
binds(const struct ip *address)
{
	const int domain = address->family == IP_V4 ? AF_INET : AF_INET6;
	const struct sockaddr_ip to = sockaddr_of(address, 0);
	const int fd = socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool bound;

	if (fd < 0)
		return false;
	bound = bind(fd, &to.any, to.len) == 0;
	close(fd);
	return bound;
}

/* Under net.ipv4.ip_nonlocal_bind, or that of IPv6, any address binds: also
 * 240.0.0.1 (RFC 1112 4) and 100::1 (RFC 6666), which nobody has. */
static bool
binds_any(enum ip_family family)
{
	static const uint8_t reserved[4] = { 240, 0, 0, 1 };
	static const uint8_t discarded[16] = { [0] = 1, [15] = 1 };
	const struct ip nobodys =
	    family == IP_V4 ? ip_from_v4(reserved) : ip_from_v6(discarded, 0);

	return binds(&nobodys);
}

static bool
is_loopback(const struct ip *address)
{
	return address->family == IP_V4 && address->bytes[0] == 127;
}

static bool
is_it(const struct sockaddr *name, const struct ip *address)
{
	const struct sockaddr_ip to = sockaddr_of(address, 0);

	if (name->sa_family != to.any.sa_family)
		return false;
	return name->sa_family == AF_INET
	    ? memcmp(&((const struct sockaddr_in *)name)->sin_addr,
		  &to.v4.sin_addr, sizeof(to.v4.sin_addr)) == 0
	    : memcmp(&((const struct sockaddr_in6 *)name)->sin6_addr,
		  &to.v6.sin6_addr, sizeof(to.v6.sin6_addr)) == 0;
}

/* Is it one of those that devices have?  What a route of table local makes ours
 * besides is not among them. */
static bool
is_listed(const struct ip *address)
{
	struct ifaddrs *list;
	bool found = is_loopback(address);

	if (found || getifaddrs(&list) != 0)
		return found;
	for (const struct ifaddrs *at = list; at != NULL && !found;
	     at = at->ifa_next)
		found = at->ifa_addr != NULL && is_it(at->ifa_addr, address);
	freeifaddrs(list);
	return found;
}

/* The kernel binds a socket to no address but its own, unless it is told to. */
bool
ownaddr_is(const struct ip *address)
{
	return address->family != IP_NONE && binds(address) &&
	    (!binds_any((enum ip_family)address->family) || is_listed(address));
}
