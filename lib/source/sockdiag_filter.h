/* SPDX-License-Identifier: ISC */
/*
 * sockdiag_filter: which TCP sockets are meant, said twice with one meaning:
 * as a function, and as inet_diag bytecode that the kernel runs while it walks
 * its table, so that what is not meant is never copied out.
 *
 * Bytecode: struct inet_diag_bc_op of <linux/inet_diag.h>; the rules that a
 * program must obey are those of inet_diag_bc_audit in net/ipv4/inet_diag.c.
 */
#ifndef SOURCE_SOCKDIAG_FILTER_H
#define SOURCE_SOCKDIAG_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "model/tcp.h"

struct sockdiag_port_range {
	uint16_t first, last; /* host order, first <= last */
};

struct sockdiag_ports {
	const struct sockdiag_port_range *items;
	size_t count;
};

struct sockdiag_nets {
	const struct ip_net *items;
	size_t count;
};

/* One end of a connection.  Matches when its port is in one of `ports`, its
 * address in one of `nets` (an empty list: any) and neither is excluded. */
struct sockdiag_side {
	struct sockdiag_ports ports, not_ports;
	struct sockdiag_nets nets, not_nets;
};

/* All lists are borrowed. */
struct sockdiag_query {
	uint32_t states;       /* TCP_STATE_BIT(TCP_*) | ..., never 0 */
	enum ip_family family; /* IP_NONE: both */
	struct sockdiag_side local, remote;
	bool by_uid;
	uint32_t uid;
	bool by_cgroup;
	const uint64_t *cgroups; /* ids, ascending */
	size_t cgroup_count;
};

bool sockdiag_filter_match(const struct sockdiag_query *query,
    const struct tcp_socket *socket);

/* Programs are kept below this: beyond about a hundred comparisons a socket,
 * copying the socket to user space is cheaper than testing it in the kernel. */
#define SOCKDIAG_CODE_SIZE 2048

struct sockdiag_filter {
	/* A single port needs no code: the request has a field for it, which
	 * the kernel compares before anything else.  0: any. */
	uint16_t local_port, remote_port;
	size_t len; /* bytes; 0: no code needed */
	_Alignas(4) unsigned char code[SOCKDIAG_CODE_SIZE];
};

/*
 * Compiles what the kernel can test: ports, networks, family (states stand in
 * the request; uid and cgroup are left to the matcher).  A list too long for
 * the code is left out as a whole, so the kernel's choice may be wider than
 * the query but never narrower: apply the matcher to what comes back.
 */
void sockdiag_filter_compile(const struct sockdiag_query *query,
    struct sockdiag_filter *filter);

#endif
