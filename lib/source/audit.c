/* SPDX-License-Identifier: ISC */
#include "source/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static bool
cannot(struct err *err, int number, const char *path)
{
	return err_sys(err, number, "audit line to %s", path);
}

bool
audit_journal(const char *socket_path, const char *program, int priority,
    const char *line, size_t len, struct err *err)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char datagram[AUDIT_MAX + 200];
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int size, number = 0;

	if (fd < 0)
		return cannot(err, errno, socket_path);
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", socket_path);
	size = snprintf(datagram, sizeof(datagram),
	    "PRIORITY=%d\nSYSLOG_IDENTIFIER=%s\nMESSAGE=%.*s\n", priority,
	    program, (int)len, line);
	if (size < 0 || (size_t)size >= sizeof(datagram))
		number = EMSGSIZE;
	else if (sendto(fd, datagram, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL,
		     (const struct sockaddr *)&to, sizeof(to)) != size)
		number = errno;
	close(fd);
	return number == 0 || cannot(err, number, socket_path);
}

bool
audit_file(const char *path, const char *line, size_t len, struct err *err)
{
	static char newline[] = "\n";
	union {
		const char *borrowed;
		void *taken; /* writev(2) does not write to it */
	} bytes = { .borrowed = line };
	const struct iovec parts[] = { { bytes.taken, len }, { newline, 1 } };
	struct stat st;
	int number = 0;
	const int fd = open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	    0640);

	if (fd < 0)
		return cannot(err, errno, path);
	if (fstat(fd, &st) != 0)
		number = errno;
	else if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		number = EINVAL;
	else if (writev(fd, parts, 2) != (ssize_t)len + 1)
		number = errno ? errno : EIO;
	close(fd);
	return number == 0 || cannot(err, number, path);
}
