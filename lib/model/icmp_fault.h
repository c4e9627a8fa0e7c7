/* SPDX-License-Identifier: ISC */
/* icmp_fault: a router or host that says why a packet did not arrive, or our
 * own system that would not send it. */
#ifndef MODEL_ICMP_FAULT_H
#define MODEL_ICMP_FAULT_H

#include <stdint.h>

#include "base/ip.h"
#include "base/text.h"

struct icmp_fault {
	uint8_t
	    family; /* enum ip_family: IP_NONE when it is our own system's */
	uint8_t type, code;
	uint32_t info;	/* MTU, where the message has one, else 0 */
	int error;	/* not 0: our own system refused to send, errno;
			   EDESTADDRREQ: for want of a zone */
	struct ip from; /* IP_NONE: not known */
};

/* "host unreachable from 10.0.0.1", "too big, MTU 1400 from 192.0.2.1",
 * "this host has no route to it". */
void icmp_fault_tell(struct text *text, const struct icmp_fault *fault);

#endif
