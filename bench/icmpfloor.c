/* SPDX-License-Identifier: ISC */
/*
 * icmpfloor: the least that a sweep of echo requests can cost.
 *
 *	icmpfloor [-f] COUNT FILE-OF-ADDRESSES
 *
 * One raw socket a family, 32 packets a system call, the kernel's receive
 * stamps, no options, no checks beyond finding the target, no pace.  With -f it
 * also starts and awaits a process, once, as a program of two processes must.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SOL_RAW
#define SOL_RAW 255
#endif
#define BATCH 32
#define DATA 56
#define PATIENCE_MS 500

struct packet {
	uint8_t type, code;
	uint16_t sum, id, sequence;
	uint32_t target;
	uint8_t rest[DATA - 4];
};

struct target {
	struct sockaddr_in6 address; /* or a sockaddr_in */
	socklen_t len;
	int v6;
	unsigned received;
	int64_t sent_ns, sum_ns;
};

static struct target *targets;
static size_t count;
static long sent, received;

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static uint16_t
checksum(const void *bytes, size_t len)
{
	const uint16_t *word = bytes;
	uint32_t sum = 0;

	for (; len > 1; len -= 2)
		sum += *word++;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
read_targets(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t room = 0;
	char line[128];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		struct target target = { .address.sin6_family = AF_INET6,
			.len = sizeof(target.address) };
		struct target *grown;

		line[strcspn(line, "\n ")] = '\0';
		target.v6 = strchr(line, ':') != NULL;
		if (target.v6) {
			inet_pton(AF_INET6, line, &target.address.sin6_addr);
		} else {
			inet_pton(AF_INET, line, &v4.sin_addr);
			memcpy(&target.address, &v4, sizeof(v4));
			target.len = sizeof(v4);
		}
		if (count == room) {
			room = room ? 2 * room : 64;
			grown = realloc(targets, room * sizeof(*targets));
			if (!grown)
				exit(3);
			targets = grown;
		}
		targets[count++] = target;
	}
}

static int
open_socket(int v6)
{
	const int fd = v6 ? socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)
			  : socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	const int on = 1, room = 4 << 20;
	const uint32_t block4 = ~(1u << ICMP_ECHOREPLY);
	uint32_t block6[8];

	memset(block6, 0xff, sizeof(block6));
	block6[ICMPV6_ECHO_REPLY >> 5] &= ~(1u << (ICMPV6_ECHO_REPLY & 31));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (v6)
		setsockopt(fd, IPPROTO_ICMPV6, ICMPV6_FILTER, block6,
		    sizeof(block6));
	else
		setsockopt(fd, SOL_RAW, ICMP_FILTER, &block4, sizeof(block4));
	return fd;
}

static int64_t
stamp_of(struct msghdr *message)
{
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL;
	     at = CMSG_NXTHDR(message, at))
		if (at->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec stamp;

			memcpy(&stamp, CMSG_DATA(at), sizeof(stamp));
			return stamp.tv_sec * INT64_C(1000000000) +
			    stamp.tv_nsec;
		}
	return now_ns();
}

static void
drain(int fd, int v6, uint16_t id)
{
	static char bytes[BATCH][256], control[BATCH][64];
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	int n;

	do {
		memset(messages, 0, sizeof(messages));
		for (int i = 0; i < BATCH; i++) {
			parts[i] = (struct iovec){ bytes[i], sizeof(bytes[i]) };
			messages[i].msg_hdr.msg_iov = &parts[i];
			messages[i].msg_hdr.msg_iovlen = 1;
			messages[i].msg_hdr.msg_control = control[i];
			messages[i].msg_hdr.msg_controllen = sizeof(control[i]);
		}
		n = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < n; i++) {
			const size_t header =
			    v6 ? 0 : (size_t)(bytes[i][0] & 15) * 4;
			struct packet packet;

			memcpy(&packet, bytes[i] + header, sizeof(packet));
			if (packet.id != id || packet.target >= count)
				continue;
			targets[packet.target].received++;
			targets[packet.target].sum_ns +=
			    stamp_of(&messages[i].msg_hdr) -
			    targets[packet.target].sent_ns;
			received++;
		}
	} while (n == BATCH);
}

static size_t
send_some(int fd, size_t from, uint16_t id, uint16_t sequence)
{
	static struct packet packets[BATCH];
	struct mmsghdr messages[BATCH] = { 0 };
	struct iovec parts[BATCH];
	const int v6 = targets[from].v6;
	const int64_t start_ns = now_ns();
	size_t n = 0;
	int done;

	for (; n < BATCH && from + n < count && targets[from + n].v6 == v6;
	     n++) {
		struct target *target = &targets[from + n];

		packets[n] = (struct packet){
			.type = v6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO,
			.id = id,
			.sequence = sequence,
			.target = (uint32_t)(from + n),
		};
		if (!v6)
			packets[n].sum =
			    checksum(&packets[n], sizeof(packets[n]));
		target->sent_ns = start_ns;
		parts[n] = (struct iovec){ &packets[n], sizeof(packets[n]) };
		messages[n].msg_hdr.msg_iov = &parts[n];
		messages[n].msg_hdr.msg_iovlen = 1;
		messages[n].msg_hdr.msg_name = &target->address;
		messages[n].msg_hdr.msg_namelen = target->len;
	}
	done = sendmmsg(fd, messages, (unsigned)n, 0);
	sent += done > 0 ? done : 0;
	return done > 0 ? (size_t)done : 1;
}

int
main(int argc, char **argv)
{
	const int forks = argc == 4;
	const int packets = atoi(argv[1 + forks]);
	const uint16_t id = (uint16_t)getpid();
	struct pollfd ready[2] = { { -1, POLLIN, 0 }, { -1, POLLIN, 0 } };
	int64_t sum_ns = 0;

	if (forks) {
		const pid_t child = fork();

		if (child == 0)
			_exit(0);
		waitpid(child, NULL, 0);
	}
	read_targets(argv[2 + forks]);
	for (size_t i = 0; i < count; i++)
		if (ready[targets[i].v6].fd < 0)
			ready[targets[i].v6].fd = open_socket(targets[i].v6);
	for (int round = 0; round < packets; round++)
		for (size_t at = 0; at < count;) {
			const int v6 = targets[at].v6;

			at += send_some(ready[v6].fd, at, id, (uint16_t)round);
			drain(ready[v6].fd, v6, id);
		}
	while (received < sent && poll(ready, 2, PATIENCE_MS) > 0)
		for (int v6 = 0; v6 < 2; v6++)
			if (ready[v6].fd >= 0)
				drain(ready[v6].fd, v6, id);
	for (size_t i = 0; i < count; i++)
		sum_ns += targets[i].sum_ns;
	printf("%zu targets, %ld sent, %ld received, %.6f ms\n", count, sent,
	    received,
	    received > 0 ? (double)sum_ns / (double)received / 1e6 : 0);
	return received == sent ? 0 : 2;
}
