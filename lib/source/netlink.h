/* SPDX-License-Identifier: ISC */
/*
 * netlink: messages to and from the kernel, netlink(7), without their meaning.
 *
 * Written with libmnl.  Messages are built in, and read from, buffers of the
 * caller that are aligned for a struct nlmsghdr; reading does no I/O and trusts
 * no length.
 */
#ifndef SOURCE_NETLINK_H
#define SOURCE_NETLINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"

/* The kernel never fills more in one message of a dump (netlink_dump). */
#define NETLINK_RECEIVE_SIZE 32768

struct netlink {
	int fd;		  /* -1: not open */
	const char *name; /* "rtnetlink", for messages */
	uint32_t sequence;
};

/* A socket in the network namespace that the thread is in, where it stays.  On
 * false *err is ERR_PERMISSION, ERR_UNSUPPORTED or ERR_SYSTEM. */
bool netlink_open(struct netlink *link, int protocol, const char *name,
    struct err *err);
void netlink_close(struct netlink *link);

/* --- asking --------------------------------------------------------------- */

/* Begins a request with the next sequence number. */
struct nlmsghdr *netlink_request(struct netlink *link, void *buffer,
    uint16_t type, uint16_t flags);
/* Room for the fixed part behind the header, zeroed. */
void *netlink_put_body(struct nlmsghdr *request, size_t size);
void netlink_put(struct nlmsghdr *request, uint16_t type, const void *data,
    size_t len);
bool netlink_send(const struct netlink *link, const struct nlmsghdr *request,
    struct err *err);

/*
 * Is told, from now on or no more, what the kernel tells everybody of this
 * group (RTNLGRP_*).  At the end what was not read of it is dropped, and so is
 * the rest of any answer.
 */
bool netlink_watch(const struct netlink *link, unsigned group, bool on);

/* What netlink_receive has to say beside the bytes. */
struct netlink_arrival {
	bool lost; /* messages were, since it was last set to false */
	bool news; /* these are of a watched group, and no answer */
};

/*
 * Reads what is there into the buffer; 0 when there is nothing yet, after
 * having waited for it until the deadline at most; <0 with *err.  What did not
 * come from the kernel is not read.
 */
ssize_t netlink_receive(const struct netlink *link, void *buffer, size_t size,
    struct netlink_arrival *arrival, const struct deadline *deadline,
    struct err *err);

/* --- reading -------------------------------------------------------------- */

/* What is left of received messages. */
struct netlink_messages {
	const struct nlmsghdr *at;
	int left;
};

struct netlink_messages netlink_messages_of(const void *bytes, size_t len);
/* The next whole message, or NULL; `left` then tells whether there are bytes
 * that are none.  Inline, and not by libmnl: a full table is a million of them,
 * and mnl_nlmsg_ok (1.0.4) takes a length of 2 GiB or more for negative, and
 * good. */
static inline const struct nlmsghdr *
netlink_next(struct netlink_messages *messages)
{
	const struct nlmsghdr *message = messages->at;
	uint32_t size;

	if (messages->left < (int)sizeof(*message) ||
	    message->nlmsg_len < sizeof(*message) ||
	    message->nlmsg_len > (uint32_t)messages->left)
		return NULL;
	size = NLMSG_ALIGN(message->nlmsg_len);
	messages->at = (const void *)((const char *)message + size);
	messages->left -= (int)size;
	return message;
}
/* The fixed part, or NULL when the message is shorter than that. */
const void *netlink_body(const struct nlmsghdr *message, size_t size);
/* NLMSG_DONE and NLMSG_ERROR begin with 0 or a negative errno: made positive.
 * False when there is none. */
bool netlink_error(const struct nlmsghdr *message, int *number);

struct netlink_attr {
	uint16_t type; /* without its flags */
	uint16_t len;
	const void *data;
};

/* What is left of attributes. */
struct netlink_attrs {
	const struct nlattr *at;
	int left;
};

/* Those behind the fixed part, those in `len` bytes, those in another one. */
struct netlink_attrs netlink_attrs_of(const struct nlmsghdr *message,
    size_t body);
struct netlink_attrs netlink_attrs_in(const void *bytes, size_t len);
/* False at the end, and at what is no attribute. */
bool netlink_attr_next(struct netlink_attrs *attrs, struct netlink_attr *attr);
/* False when it is shorter. */
bool netlink_attr_u32(const struct netlink_attr *attr, uint32_t *value);
bool netlink_attr_u16(const struct netlink_attr *attr, uint16_t *value);

#endif
