/* SPDX-License-Identifier: ISC */
#include "source/snmp_endpoint.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "source/resolve.h"
#include "source/sockaddr.h"

#define RESOLVE_ROOM (64u << 10)

/* Can packets leave for it at all?  Connecting a datagram socket sends none. */
static bool
has_route(const struct ip *ip, uint16_t port)
{
	const struct sockaddr_ip to = sockaddr_of(ip, port);
	const int fd = socket(to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const bool ok = fd >= 0 && connect(fd, &to.any, to.len) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* The first address that has a route, else the first. */
static struct ip
choose(const struct resolve_answer *answer, uint16_t port)
{
	for (size_t i = 0; i < answer->count; i++)
		if (has_route(&answer->addresses[i], port))
			return answer->addresses[i];
	return answer->addresses[0];
}

bool
snmp_endpoint_resolve(const struct snmp_options *options,
    const struct deadline *deadline, struct ip *ip, struct err *err)
{
	struct resolve_answer answer = { 0 };
	enum resolve_status status;
	struct arena arena;
	bool ok;

	*ip = options->host.address;
	if (ip->family != IP_NONE)
		return true;
	if (!arena_reserve(&arena, RESOLVE_ROOM, err))
		return false;
	ok = resolve_all(&options->host, 1, options->family, &answer, &arena,
	    deadline, err);
	status = resolve_overall(&answer);
	if (ok && status == RESOLVE_FOUND)
		*ip = choose(&answer, snmp_options_port(options));
	else if (ok)
		ok = err_set(err,
		    status == RESOLVE_SILENT ? ERR_TIMEOUT : ERR_SYSTEM,
		    "cannot resolve %s: %s", options->host.name,
		    resolve_status_text(status));
	arena_free(&arena);
	return ok;
}

/* The library waits for a TCP connection as long as the kernel does; so does a
 * connection of our own first, but not longer than the deadline. */
bool
snmp_endpoint_try_tcp(const struct snmp_options *options, const struct ip *ip,
    const char *name, const struct deadline *deadline, struct err *err)
{
	const struct sockaddr_ip to =
	    sockaddr_of(ip, snmp_options_port(options));
	struct pollfd wait = { .events = POLLOUT };
	socklen_t len = sizeof(int);
	int number = 0;

	wait.fd = socket(to.any.sa_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (wait.fd < 0)
		return err_sys(err, errno, "socket");
	if (connect(wait.fd, &to.any, to.len) != 0)
		number = errno;
	if (number == EINPROGRESS) {
		number = ETIMEDOUT;
		if (poll(&wait, 1, deadline_left_ms(deadline)) == 1)
			getsockopt(wait.fd, SOL_SOCKET, SO_ERROR, &number,
			    &len);
	}
	close(wait.fd);
	if (number == ETIMEDOUT)
		return err_set(err, ERR_TIMEOUT,
		    "no TCP connection to %s port %u", name,
		    snmp_options_port(options));
	return number == 0 ||
	    err_sys(err, number, "TCP connection to %s port %u", name,
		snmp_options_port(options));
}

/* "udp6:[fe80::1%eth0]:161": the library's own form of an address. */
void
snmp_endpoint_format(const struct snmp_options *options, const struct ip *ip,
    struct text *text)
{
	const bool v6 = ip->family == IP_V6;

	text_add(text, options->transport == SNMP_TCP ? "tcp" : "udp");
	text_add(text, v6 ? "6:[" : ":");
	ip_format(text, ip);
	text_addf(text, "%s:%u", v6 ? "]" : "", snmp_options_port(options));
}

void
snmp_endpoint_name(const struct snmp_options *options, const struct ip *ip,
    struct text *text)
{
	const bool named = options->host.address.family == IP_NONE;

	if (named)
		text_addf(text, "%s (", options->host.name);
	ip_format(text, ip);
	text_add(text, named ? ")" : "");
}
