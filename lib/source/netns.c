/* SPDX-License-Identifier: ISC */
#include "source/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN "/proc/thread-self/ns/net"

static bool
is_pid(const char *target)
{
	return target[0] != '\0' &&
	    strspn(target, "0123456789") == strlen(target) &&
	    strlen(target) <= 10;
}

/* The path of a target; `room` holds it where it must be made. */
static const char *
path_of(const char *target, char room[static 48])
{
	if (target == NULL)
		return OWN;
	if (!is_pid(target))
		return target;
	snprintf(room, 48, "/proc/%s/ns/net", target);
	return room;
}

static bool
cannot_open(const char *target, const char *path, int number, struct err *err)
{
	if (number == ENOENT && is_pid(target))
		return err_set(err, ERR_SYSTEM,
		    "network namespace: there is no process %s", target);
	if (number == ENOENT && strchr(target, '/') == NULL)
		return err_set(err, ERR_SYSTEM,
		    "network namespace %s: give a path such as /run/netns/%s, "
		    "or a process id",
		    target, target);
	if (number == EACCES || number == EPERM)
		return err_set(err, ERR_PERMISSION,
		    "network namespace %s: opening it needs CAP_SYS_PTRACE "
		    "and entering it CAP_SYS_ADMIN",
		    path);
	return err_sys(err, number, "network namespace %s", path);
}

static bool
cannot_enter(const char *path, int number, struct err *err)
{
	if (number == EPERM)
		return err_set(err, ERR_PERMISSION,
		    "network namespace %s: entering it needs CAP_SYS_ADMIN",
		    path);
	if (number == EINVAL)
		return err_set(err, ERR_SYSTEM, "%s is no network namespace",
		    path);
	return err_sys(err, number, "entering network namespace %s", path);
}

bool
netns_enter(struct netns *netns, const char *target, struct err *err)
{
	char room[48];
	const char *path;
	int fd;

	netns->home_fd = -1;
	if (target == NULL)
		return true;
	path = path_of(target, room);
	/* O_NONBLOCK: a path of the user's may be a FIFO. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return cannot_open(target, path, errno, err);
	netns->home_fd = open(OWN, O_RDONLY | O_CLOEXEC);
	if (netns->home_fd < 0) {
		err_sys(err, errno, "opening " OWN);
		goto out;
	}
	if (setns(fd, CLONE_NEWNET) < 0) {
		cannot_enter(path, errno, err);
		close(netns->home_fd);
		netns->home_fd = -1;
	}
out:
	close(fd);
	return netns->home_fd >= 0;
}

bool
netns_leave(struct netns *netns, struct err *err)
{
	const int fd = netns->home_fd;
	bool ok = true;

	if (fd < 0)
		return true;
	if (setns(fd, CLONE_NEWNET) < 0)
		ok = err_sys(err, errno,
		    "returning from another network namespace");
	close(fd);
	netns->home_fd = -1;
	return ok;
}

bool
netns_identity(const char *target, uint64_t *identity, struct err *err)
{
	char room[48];
	const char *path = path_of(target, room);
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(err, errno, "network namespace %s", path);
	*identity = st.st_ino;
	return true;
}
