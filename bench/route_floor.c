/* SPDX-License-Identifier: ISC */
/*
 * route_floor: the least that it costs to ask the kernel for a prefix.
 *
 * usage: route_floor exact|fork|dump ADDRESS/LENGTH
 *
 * exact: one lookup with RTM_F_FIB_MATCH, whose answer must have that length.
 * fork: the same, in a child that is waited for.  dump: a strict dump of the
 * main table, each route compared.  Exit code 0 when the prefix is there.
 */
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct prefix {
	unsigned char address[16];
	int family, size, length;
};

struct request {
	struct nlmsghdr header;
	struct rtmsg route;
	unsigned char attrs[64];
};

static void
put(struct request *request, unsigned short type, const void *data, size_t len)
{
	struct rtattr *attr =
	    (void *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));

	attr->rta_type = type;
	attr->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(attr), data, len);
	request->header.nlmsg_len =
	    NLMSG_ALIGN(request->header.nlmsg_len) + attr->rta_len;
}

static struct request
request_of(const struct prefix *prefix, int dump)
{
	const unsigned table = RT_TABLE_MAIN;
	struct request request = {
		.header = { NLMSG_LENGTH(sizeof(struct rtmsg)), RTM_GETROUTE,
		    (unsigned short)(NLM_F_REQUEST | (dump ? NLM_F_DUMP : 0)),
		    1, 0 },
		.route.rtm_family = (unsigned char)prefix->family,
	};

	if (dump) {
		put(&request, RTA_TABLE, &table, sizeof(table));
		return request;
	}
	request.route.rtm_dst_len = (unsigned char)(prefix->size * 8);
	request.route.rtm_flags = RTM_F_FIB_MATCH;
	put(&request, RTA_DST, prefix->address, (size_t)prefix->size);
	return request;
}

static int
is_prefix(struct nlmsghdr *header, const struct prefix *prefix)
{
	struct rtmsg *route = NLMSG_DATA(header);
	int len = (int)RTM_PAYLOAD(header);

	if (route->rtm_dst_len != prefix->length)
		return 0;
	for (struct rtattr *attr = RTM_RTA(route); RTA_OK(attr, len);
	     attr = RTA_NEXT(attr, len))
		if (attr->rta_type == RTA_DST)
			return memcmp(RTA_DATA(attr), prefix->address,
				   (size_t)prefix->size) == 0;
	return 0;
}

static int
look(const struct prefix *prefix, int dump)
{
	static _Alignas(struct nlmsghdr) char bytes[32768];
	const int fd =
	    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	const struct request request = request_of(prefix, dump);
	const int on = 1;
	int found = 0;

	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (send(fd, &request, request.header.nlmsg_len, 0) < 0)
		exit(2);
	for (;;) {
		ssize_t len = recv(fd, bytes, sizeof(bytes), 0);
		struct nlmsghdr *header = (void *)bytes;

		if (len <= 0)
			exit(2);
		for (; NLMSG_OK(header, len);
		     header = NLMSG_NEXT(header, len)) {
			if (header->nlmsg_type == NLMSG_DONE)
				return found;
			if (header->nlmsg_type == NLMSG_ERROR)
				return 0;
			found += is_prefix(header, prefix);
		}
		if (!dump)
			return found;
	}
}

static int
parse(const char *text, struct prefix *prefix)
{
	char copy[64];
	char *slash;

	snprintf(copy, sizeof(copy), "%s", text);
	slash = strchr(copy, '/');
	if (slash == NULL)
		return 0;
	*slash = '\0';
	prefix->family = strchr(copy, ':') ? AF_INET6 : AF_INET;
	prefix->size = prefix->family == AF_INET ? 4 : 16;
	prefix->length = atoi(slash + 1);
	return inet_pton(prefix->family, copy, prefix->address) == 1;
}

int
main(int argc, char **argv)
{
	struct prefix prefix = { .family = 0 };
	int found, status;

	if (argc != 3 || !parse(argv[2], &prefix))
		return 2;
	if (strcmp(argv[1], "fork") == 0 && fork() != 0)
		return wait(&status) < 0 || status != 0;
	found = look(&prefix, strcmp(argv[1], "dump") == 0);
	printf("%s %s\n", argv[2], found ? "present" : "absent");
	return !found;
}
