/* SPDX-License-Identifier: ISC */
/*
 * tcpfloor: the least that counting the connections to one local port costs.
 *
 * usage: tcpfloor diag|fork|proc PORT
 *
 * diag: one SOCK_DIAG_BY_FAMILY dump a family, the port compared by bytecode in
 * the kernel, as ss(8) does.  fork: the same, in a child that is waited for.
 * proc: /proc/net/tcp and tcp6 read whole, nothing parsed but port and state.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 query;
	struct nlattr attribute;
	struct inet_diag_bc_op code[4];
};

static struct request
request_of(int family, unsigned short port)
{
	struct request request = {
		.header = { sizeof(request), SOCK_DIAG_BY_FAMILY,
		    NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
		.query = { .sdiag_family = (unsigned char)family,
		    .sdiag_protocol = IPPROTO_TCP,
		    .idiag_states = 1u << TCP_ESTABLISHED },
		.attribute = { sizeof(request.attribute) + sizeof(request.code),
		    INET_DIAG_REQ_BYTECODE },
		.code = { { INET_DIAG_BC_S_GE, 8, 20 }, { .no = port },
		    { INET_DIAG_BC_S_LE, 8, 12 }, { .no = port } },
	};

	return request;
}

/* Adds the sockets of a datagram; false at the end of the dump. */
static int
add_sockets(const char *bytes, ssize_t len, long *count)
{
	const struct nlmsghdr *header = (const void *)bytes;

	for (; NLMSG_OK(header, len); header = NLMSG_NEXT(header, len)) {
		if (header->nlmsg_type == NLMSG_DONE)
			return 0;
		if (header->nlmsg_type == NLMSG_ERROR)
			exit(1);
		++*count;
	}
	return 1;
}

static long
count_by_netlink(unsigned short port)
{
	static _Alignas(struct nlmsghdr) char bytes[32768];
	const int fd =
	    socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	static const int families[] = { AF_INET, AF_INET6 };
	long count = 0;

	for (int i = 0; i < 2; i++) {
		const struct request request = request_of(families[i], port);

		if (send(fd, &request, sizeof(request), 0) < 0)
			exit(1);
		while (add_sockets(bytes, recv(fd, bytes, sizeof(bytes), 0),
		    &count))
			;
	}
	return count;
}

static long
count_lines(const char *path, unsigned short port)
{
	FILE *file = fopen(path, "re");
	char line[512], wanted[16];
	long count = 0;

	if (file == NULL)
		exit(1);
	snprintf(wanted, sizeof(wanted), ":%04X ", port);
	while (fgets(line, sizeof(line), file) != NULL) {
		const char *local = strchr(line, ':');
		const char *end = local ? strchr(local + 1, ':') : NULL;
		const char *remote = end ? strchr(end + 1, ':') : NULL;

		count += remote != NULL && strncmp(end, wanted, 6) == 0 &&
		    strncmp(remote + 5, " 01", 3) == 0;
	}
	fclose(file);
	return count;
}

int
main(int argc, char **argv)
{
	const unsigned short port =
	    argc == 3 ? (unsigned short)atoi(argv[2]) : 0;
	int status;

	if (port == 0)
		return 2;
	if (strcmp(argv[1], "proc") == 0) {
		printf("%ld\n",
		    count_lines("/proc/net/tcp", port) +
			count_lines("/proc/net/tcp6", port));
		return 0;
	}
	if (strcmp(argv[1], "fork") == 0 && fork() != 0)
		return wait(&status) < 0 || status != 0;
	printf("%ld\n", count_by_netlink(port));
	return 0;
}
