/* SPDX-License-Identifier: ISC */
/*
 * tcp: one TCP socket as the kernel tells it, and the names of its states.
 *
 * Plain data between the sources (sockdiag, proctcp) and whoever counts.
 * States are the kernel's TCP_ESTABLISHED (1) to TCP_CLOSING (11) of
 * <netinet/tcp.h>; names are those of RFC 9293 3.3.2 with '-' between words.
 */
#ifndef MODEL_TCP_H
#define MODEL_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

#define TCP_STATES 12 /* 1 to 11; 0 is no state */
#define TCP_STATE_BIT(state) (UINT32_C(1) << (state))

struct tcp_socket {
	struct ip local, remote;	  /* IPv4-mapped IPv6 is IPv4 here */
	uint16_t local_port, remote_port; /* host order */
	uint8_t state;
	uint32_t uid;
	uint32_t inode;		/* 0: no process holds it any more */
	uint32_t receive_queue; /* bytes; LISTEN: connections not accepted */
	uint32_t send_queue;	/* bytes; LISTEN: how many may wait, or 0 when
				   the source cannot tell */
	uint64_t cookie; /* the same as long as the connection lives, never
			    used again until the next boot; 0: none */
	uint64_t cgroup; /* cgroup v2 id; 0: not told */
};

/* Receives each socket; *socket lives only as long as the call. */
typedef void tcp_sink(const struct tcp_socket *socket, void *context);

/* "ESTABLISHED", "TIME-WAIT", ...; "?" for what is no state. */
const char *tcp_state_name(unsigned state);
/* Any case, '-' or '_' between words; also the kernel's SYN_RECV, FIN_WAIT1,
 * FIN_WAIT2 and CLOSE.  Returns 0 for what is no state. */
unsigned tcp_state_parse(const char *name);

#endif
