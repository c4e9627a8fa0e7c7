/* SPDX-License-Identifier: ISC */
#include "source/sockaddr.h"

#include <string.h>

struct sockaddr_ip
sockaddr_of(const struct ip *ip, uint16_t port)
{
	struct sockaddr_ip to;

	memset(&to, 0, sizeof(to));
	if (ip->family == IP_V4) {
		to.v4.sin_family = AF_INET;
		to.v4.sin_port = htons(port);
		memcpy(&to.v4.sin_addr, ip->bytes, sizeof(to.v4.sin_addr));
		to.len = sizeof(to.v4);
		return to;
	}
	to.v6.sin6_family = AF_INET6;
	to.v6.sin6_port = htons(port);
	to.v6.sin6_scope_id = ip->zone;
	memcpy(&to.v6.sin6_addr, ip->bytes, sizeof(to.v6.sin6_addr));
	to.len = sizeof(to.v6);
	return to;
}
