/* SPDX-License-Identifier: ISC */
/* Secrets in files: who else could have read or written one is asked before it
 * is trusted. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame/opt.h"
#include "frame/opt_file.h"

#define SECRET_MAX 4096 /* bytes */

static bool
acceptable(int fd, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(err, errno, "looking at it");
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_USAGE, "is no regular file");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return err_set(err, ERR_PERMISSION,
		    "belongs to user %u: a secret file must belong to root or "
		    "to user %u, who runs this",
		    (unsigned)st.st_uid, (unsigned)geteuid());
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return err_set(err, ERR_PERMISSION,
		    "is open to others (mode %04o): chmod 600 it",
		    (unsigned)(st.st_mode & 07777));
	return true;
}

static bool
read_secret(int fd, char *bytes, size_t *len, struct err *err)
{
	if (!opt_file_read(fd, bytes, SECRET_MAX, len, err))
		return false;
	if (*len && bytes[*len - 1] == '\n')
		--*len;
	if (*len == 0)
		return err_set(err, ERR_USAGE, "is empty");
	return true;
}

bool
opt_secret_read(const char *path, struct arena *arena,
    struct opt_secret *secret, struct err *err)
{
	char bytes[SECRET_MAX];
	bool ok = false;
	size_t len = 0;
	/* Not blocking: a FIFO in its place must not hold us up. */
	const int fd =
	    open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ELOOP)
		return err_set(err, ERR_USAGE, "is a symbolic link");
	if (fd < 0)
		return err_sys(err, errno, "opening it");
	if (!acceptable(fd, err) || !read_secret(fd, bytes, &len, err))
		goto out;
	*secret = (struct opt_secret){ .len = len,
		.bytes = arena_string(arena, bytes, len) };
	ok = secret->bytes;
	if (!ok)
		err_set(err, ERR_SYSTEM, "no memory left for a secret");
out:
	explicit_bzero(bytes, sizeof(bytes));
	close(fd);
	return ok;
}
