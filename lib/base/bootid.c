/* SPDX-License-Identifier: ISC */
#include "base/bootid.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PATH "/proc/sys/kernel/random/boot_id"
#define LENGTH 36 /* of a UUID in text, RFC 9562 4 */

bool
bootid_read(char id[static BOOTID_SIZE], struct err *err)
{
	const int fd = open(PATH, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return err_sys(err, errno, "opening " PATH);
	len = read(fd, id, BOOTID_SIZE - 1);
	close(fd);
	if (len < LENGTH)
		return err_set(err, ERR_PROTOCOL, PATH " is too short");
	id[LENGTH] = '\0';
	if (strspn(id, "0123456789abcdef-") != LENGTH)
		return err_set(err, ERR_PROTOCOL, PATH " holds no UUID");
	return true;
}
