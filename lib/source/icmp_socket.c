/* SPDX-License-Identifier: ISC */
/* The sockets of icmp.h: how they are had, and what they are told. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source/icmp.h"
#include "source/sockaddr.h"

#ifndef SOL_RAW
#define SOL_RAW 255 /* linux/socket.h */
#endif

/* Thousands of answers, should we be kept from reading for a while. */
#define RECEIVE_BYTES (4 << 20)

static const struct {
	int domain, protocol;
} kinds[] = {
	[IP_V4] = { AF_INET, IPPROTO_ICMP },
	[IP_V6] = { AF_INET6, IPPROTO_ICMPV6 },
};

/* One setsockopt of an int. */
struct setting {
	int level, name, value;
	const char *what; /* NULL: may fail */
};

static bool
apply(int fd, const struct setting *setting, struct err *err)
{
	if (setsockopt(fd, setting->level, setting->name, &setting->value,
		sizeof(setting->value)) == 0 ||
	    setting->what == NULL)
		return true;
	return err_sys(err, errno, "%s", setting->what);
}

static bool
apply_all(int fd, const struct setting *settings, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (!apply(fd, &settings[i], err))
			return false;
	return true;
}

/* DSCP is the upper six bits of the traffic class, RFC 2474 3.  A raw message
 * has its time to live in its header.  The kernel by itself forbids routers to
 * fragment, and would lose the first packet to each narrow link. */
static bool
set_v4(const struct icmp_socket *socket, const struct icmp_setup *setup,
    struct err *err)
{
	const int fd = socket->fd;
	const struct setting settings[] = {
		{ IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR" },
		{ IPPROTO_IP, IP_RECVTTL, !socket->raw, NULL },
		{ IPPROTO_IP, IP_TOS, (int)setup->dscp << 2, "--dscp" },
		{ IPPROTO_IP, IP_TTL, (int)setup->ttl, "--ttl" },
		{ IPPROTO_IP, IP_MTU_DISCOVER,
		    setup->dont_fragment ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT,
		    "--dont-fragment" },
	};

	return apply_all(fd, settings, setup->dscp > 0 ? 3 : 2, err) &&
	    (setup->ttl == 0 || apply(fd, &settings[3], err)) &&
	    apply(fd, &settings[4], err);
}

static bool
set_v6(int fd, const struct icmp_setup *setup, struct err *err)
{
	const struct setting settings[] = {
		{ IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR" },
		{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, NULL },
		{ IPPROTO_IPV6, IPV6_TCLASS, (int)setup->dscp << 2, "--dscp" },
		{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, (int)setup->ttl, "--ttl" },
		{ IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE,
		    "--dont-fragment" },
		{ IPPROTO_IPV6, IPV6_DONTFRAG, 1, "--dont-fragment" },
	};

	return apply_all(fd, settings, setup->dscp > 0 ? 3 : 2, err) &&
	    (setup->ttl == 0 || apply(fd, &settings[3], err)) &&
	    (!setup->dont_fragment || apply_all(fd, settings + 4, 2, err));
}

/* SO_RCVBUFFORCE needs CAP_NET_ADMIN; without, net.core.rmem_max is the most
 * there is. */
static bool
set_common(int fd, struct err *err)
{
	static const struct setting force = { SOL_SOCKET, SO_RCVBUFFORCE,
		RECEIVE_BYTES, "SO_RCVBUFFORCE" };
	static const struct setting settings[] = {
		{ SOL_SOCKET, SO_TIMESTAMPNS, 1, "SO_TIMESTAMPNS" },
		{ SOL_SOCKET, SO_RCVBUF, RECEIVE_BYTES, NULL },
	};
	struct err refused;

	return apply_all(fd, settings, apply(fd, &force, &refused) ? 1 : 2,
	    err);
}

/* --- raw sockets ---------------------------------------------------------- */

/* A raw socket sees all ICMP of the host: of that, echo replies are enough. */
static bool
block_types(const struct icmp_socket *socket, enum ip_family family,
    struct err *err)
{
	const uint32_t blocked = ~(UINT32_C(1) << ICMP_ECHOREPLY);
	struct icmp6_filter blocked6;

	if (family == IP_V4) {
		if (setsockopt(socket->fd, SOL_RAW, ICMP_FILTER, &blocked,
			sizeof(blocked)) != 0)
			return err_sys(err, errno, "ICMP_FILTER");
		return true;
	}
	/* RFC 3542 3.2: a set bit blocks its type. */
	memset(&blocked6, 0xff, sizeof(blocked6));
	blocked6.data[ICMPV6_ECHO_REPLY >> 5] &=
	    ~(UINT32_C(1) << (ICMPV6_ECHO_REPLY & 31));
	if (setsockopt(socket->fd, IPPROTO_ICMPV6, ICMPV6_FILTER, &blocked6,
		sizeof(blocked6)) != 0)
		return err_sys(err, errno, "ICMP6_FILTER");
	return true;
}

static bool
prepare_raw(struct icmp_socket *socket, enum ip_family family, struct err *err)
{
	if (getrandom(&socket->id, sizeof(socket->id), 0) !=
	    (ssize_t)sizeof(socket->id))
		return err_sys(err, errno, "getrandom");
	return block_types(socket, family, err);
}

static void
attach(const struct icmp_socket *socket, struct sock_filter *code,
    unsigned short count)
{
	const struct sock_fprog program = { count, code };

	setsockopt(socket->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
	    sizeof(program));
}

#define PLAIN_HEADER 0x45 /* version 4, five words: no options */
#define PLAIN_BYTES 20

/* The kernel compiles a load from a fixed place into one instruction, and any
 * other into a call: headers without options come first. */
static void
filter_v4(const struct icmp_socket *socket)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PLAIN_HEADER, 0, 2),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, PLAIN_BYTES + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, socket->id, 3, 4),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, socket->id, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	attach(socket, code, sizeof(code) / sizeof(code[0]));
}

/* The packet begins with the ICMPv6 header. */
static void
filter_v6(const struct icmp_socket *socket)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, socket->id, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	attach(socket, code, sizeof(code) / sizeof(code[0]));
}

/* Failing is no loss: whoever reads looks at the number, too. */
void
icmp_filter(struct icmp_socket *socket, enum ip_family family)
{
	if (!socket->raw || socket->filtered)
		return;
	socket->filtered = true;
	if (family == IP_V4)
		filter_v4(socket);
	else
		filter_v6(socket);
}

/* --- opening -------------------------------------------------------------- */

static bool
bind_source(int fd, const struct ip *source, struct err *err)
{
	char room[64];
	struct text text = TEXT_OVER(room);
	struct sockaddr_ip from;

	if (source->family == IP_NONE)
		return true;
	from = sockaddr_of(source, 0);
	if (bind(fd, &from.any, from.len) == 0)
		return true;
	ip_format(&text, source);
	return err_sys(err, errno, "source address %s", text.data);
}

static bool
bind_device(int fd, const char *device, struct err *err)
{
	if (device == NULL ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
		(socklen_t)strlen(device)) == 0)
		return true;
	return err_sys(err, errno, "interface %s", device);
}

static bool
set_up(struct icmp_socket *socket, enum ip_family family,
    const struct icmp_setup *setup, struct err *err)
{
	return (!socket->raw || prepare_raw(socket, family, err)) &&
	    set_common(socket->fd, err) &&
	    (family == IP_V4 ? set_v4(socket, setup, err)
			     : set_v6(socket->fd, setup, err)) &&
	    bind_device(socket->fd, setup->device, err) &&
	    bind_source(socket->fd, &setup->source[family], err);
}

/* The ping socket first, then the raw one. */
static bool
open_either(struct icmp_socket *out, enum ip_family family)
{
	const int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;

	out->fd = socket(kinds[family].domain, SOCK_DGRAM | flags,
	    kinds[family].protocol);
	if (out->fd >= 0)
		return true;
	if (errno == EAFNOSUPPORT)
		return err_set(&out->refused, ERR_UNSUPPORTED,
		    "this host has no %s", ip_family_name(family));
	out->fd = socket(kinds[family].domain, SOCK_RAW | flags,
	    kinds[family].protocol);
	out->raw = out->fd >= 0;
	if (out->raw)
		return true;
	if (errno != EPERM && errno != EACCES)
		return err_sys(&out->refused, errno, "%s ICMP socket",
		    ip_family_name(family));
	return err_set(&out->refused, ERR_PERMISSION,
	    "no %s ICMP socket: group %u is not in net.ipv4.ping_group_range, "
	    "and a raw socket needs CAP_NET_RAW (make install-caps, or setcap "
	    "cap_net_raw=p)",
	    ip_family_name(family), (unsigned)getegid());
}

bool
icmp_open(struct icmp_sockets *sockets, const struct icmp_setup *setup,
    struct err *err)
{
	bool any = false;

	for (int family = IP_V4; family <= IP_V6; family++)
		sockets->of[family] = (struct icmp_socket){ .fd = -1 };
	for (int family = IP_V4; family <= IP_V6; family++) {
		struct icmp_socket *socket = &sockets->of[family];

		if (setup->only != IP_NONE &&
		    setup->only != (enum ip_family)family)
			continue;
		if (!open_either(socket, (enum ip_family)family)) {
			*err = socket->refused;
			continue;
		}
		if (!set_up(socket, (enum ip_family)family, setup, err)) {
			icmp_close(sockets);
			return false;
		}
		any = true;
	}
	return any;
}

void
icmp_close(struct icmp_sockets *sockets)
{
	for (int family = IP_V4; family <= IP_V6; family++) {
		if (sockets->of[family].fd >= 0)
			close(sockets->of[family].fd);
		sockets->of[family].fd = -1;
	}
}
