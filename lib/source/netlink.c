/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: libmnl
 */
#include "source/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ERRNO_MAX 4095 /* MAX_ERRNO of the kernel */

bool
netlink_open(struct netlink *link, int protocol, const char *name,
    struct err *err)
{
	link->name = name;
	link->sequence = 0;
	link->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    protocol);
	if (link->fd >= 0)
		return true;
	if (errno == EPROTONOSUPPORT || errno == EAFNOSUPPORT)
		return err_set(err, ERR_UNSUPPORTED, "this kernel has no %s",
		    name);
	return err_sys(err, errno, "opening a %s socket", name);
}

void
netlink_close(struct netlink *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
}

/* --- asking --------------------------------------------------------------- */

struct nlmsghdr *
netlink_request(struct netlink *link, void *buffer, uint16_t type,
    uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlmsg_seq = ++link->sequence;
	return request;
}

void *
netlink_put_body(struct nlmsghdr *request, size_t size)
{
	return mnl_nlmsg_put_extra_header(request, size);
}

void
netlink_put(struct nlmsghdr *request, uint16_t type, const void *data,
    size_t len)
{
	mnl_attr_put(request, type, len, data);
}

bool
netlink_send(const struct netlink *link, const struct nlmsghdr *request,
    struct err *err)
{
	if (send(link->fd, request, request->nlmsg_len, 0) < 0)
		return err_sys(err, errno, "asking %s", link->name);
	return true;
}

bool
netlink_watch(const struct netlink *link, unsigned group, bool on)
{
	const bool done =
	    setsockopt(link->fd, SOL_NETLINK,
		on ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP, &group,
		sizeof(group)) == 0;

	while (done && !on &&
	    (recv(link->fd, NULL, 0, MSG_TRUNC) >= 0 || errno == ENOBUFS))
		;
	return done;
}

static bool
wait_readable(const struct netlink *link, const struct deadline *deadline,
    struct err *err)
{
	struct pollfd pollfd = { .fd = link->fd, .events = POLLIN };

	if (poll(&pollfd, 1, deadline_left_ms(deadline)) < 0 && errno != EINTR)
		return err_sys(err, errno, "waiting for %s", link->name);
	return true;
}

ssize_t
netlink_receive(const struct netlink *link, void *buffer, size_t size,
    struct netlink_arrival *arrival, const struct deadline *deadline,
    struct err *err)
{
	struct sockaddr_nl from = { .nl_pid = 0 };
	socklen_t from_len = sizeof(from);
	const ssize_t len = recvfrom(link->fd, buffer, size, MSG_TRUNC,
	    (struct sockaddr *)&from, &from_len);

	arrival->news = len > 0 && from.nl_groups != 0;
	if (len > (ssize_t)size) {
		err_set(err, ERR_PROTOCOL, "%s: a message of %zd bytes",
		    link->name, len);
		return -1;
	}
	if (len > 0)
		return from.nl_pid == 0 ? len : 0;
	if (len == 0 || errno == EAGAIN || errno == EINTR)
		return wait_readable(link, deadline, err) ? 0 : -1;
	if (errno == ENOBUFS) {
		arrival->lost = true;
		return 0;
	}
	err_sys(err, errno, "reading from %s", link->name);
	return -1;
}

/* --- reading -------------------------------------------------------------- */

struct netlink_messages
netlink_messages_of(const void *bytes, size_t len)
{
	return (struct netlink_messages){ .at = bytes, .left = (int)len };
}

const void *
netlink_body(const struct nlmsghdr *message, size_t size)
{
	return mnl_nlmsg_get_payload_len(message) >= size
	    ? mnl_nlmsg_get_payload(message)
	    : NULL;
}

bool
netlink_error(const struct nlmsghdr *message, int *number)
{
	const int *error = netlink_body(message, sizeof(*error));

	if (error == NULL || *error > 0 || *error < -ERRNO_MAX)
		return false;
	*number = -*error;
	return true;
}

struct netlink_attrs
netlink_attrs_of(const struct nlmsghdr *message, size_t body)
{
	const size_t len = mnl_nlmsg_get_payload_len(message);
	const size_t start = MNL_ALIGN(body);

	if (len < start)
		return netlink_attrs_in(NULL, 0);
	return netlink_attrs_in(mnl_nlmsg_get_payload_offset(message, body),
	    len - start);
}

struct netlink_attrs
netlink_attrs_in(const void *bytes, size_t len)
{
	return (struct netlink_attrs){ .at = bytes, .left = (int)len };
}

bool
netlink_attr_next(struct netlink_attrs *attrs, struct netlink_attr *attr)
{
	const struct nlattr *at = attrs->at;

	if (attrs->left < (int)sizeof(*at) || !mnl_attr_ok(at, attrs->left))
		return false;
	attr->type = mnl_attr_get_type(at);
	attr->len = mnl_attr_get_payload_len(at);
	attr->data = mnl_attr_get_payload(at);
	attrs->left -= MNL_ALIGN(at->nla_len);
	attrs->at = mnl_attr_next(at);
	return true;
}

bool
netlink_attr_u32(const struct netlink_attr *attr, uint32_t *value)
{
	if (attr->len < sizeof(*value))
		return false;
	memcpy(value, attr->data, sizeof(*value));
	return true;
}

bool
netlink_attr_u16(const struct netlink_attr *attr, uint16_t *value)
{
	if (attr->len < sizeof(*value))
		return false;
	memcpy(value, attr->data, sizeof(*value));
	return true;
}
