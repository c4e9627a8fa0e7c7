/* SPDX-License-Identifier: ISC */
/* sockaddr: an address as the kernel takes it. */
#ifndef SOURCE_SOCKADDR_H
#define SOURCE_SOCKADDR_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/ip.h"

struct sockaddr_ip {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t len;
};

/* `ip` is no IP_NONE; its zone is the scope.  `port` is in host order. */
struct sockaddr_ip sockaddr_of(const struct ip *ip, uint16_t port);

#endif
