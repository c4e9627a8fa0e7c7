/* SPDX-License-Identifier: ISC */
#include "frame/damped_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame/state_dir.h"
#include "frame/state_format.h"

#define FILE_MAX ((size_t)64 << 10)
#define HASH_DIGITS 16

/* PROGRAM-HASH, not its lock, its temporary or its damaged twin. */
static bool
is_state_file(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash && strlen(dash + 1) == HASH_DIGITS &&
	    strspn(dash + 1, "0123456789abcdef") == HASH_DIGITS;
}

/* The bytes of a regular file of ours; -1 with errno when it is anything else.
 */
static ssize_t
read_file(int dir, const char *name, char *bytes, size_t size)
{
	const int fd = openat(dir, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	int number = EIO;
	ssize_t len = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != geteuid())
		number = EPERM;
	else if (st.st_size > (off_t)size)
		number = EFBIG;
	else
		len = read(fd, bytes, size);
	close(fd);
	errno = number;
	return len;
}

/* "PROGRAM\ndampen\n...". */
static bool
is_ours(const struct state_parts *parts)
{
	static const char mark[] = "\ndampen\n";

	return memmem(parts->key, parts->key_len, mark, sizeof(mark) - 1) !=
	    NULL;
}

static bool
add(struct arena *arena, struct arena_list *entries, const char *file,
    const struct state_parts *parts)
{
	struct damped_entry *entry = arena_push(arena, entries, sizeof(*entry));
	struct err err;

	if (!entry)
		return false;
	entry->file = arena_string(arena, file, strlen(file));
	entry->key = arena_string(arena, parts->key, parts->key_len);
	if (!damped_record_decode(&entry->record, parts->body, parts->body_len,
		&err))
		entry->fault = arena_string(arena, err.text, strlen(err.text));
	return entry->file && entry->key;
}

static bool
add_damaged(struct arena *arena, struct arena_list *entries, const char *file,
    const char *fault)
{
	struct damped_entry *entry = arena_push(arena, entries, sizeof(*entry));

	if (!entry)
		return false;
	entry->file = arena_string(arena, file, strlen(file));
	entry->key = "";
	entry->fault = arena_string(arena, fault, strlen(fault));
	return entry->file && entry->fault;
}

/* What is too large is of another kind.  False: no memory. */
static bool
look_at(int dir, const char *name, char *bytes, struct arena *arena,
    struct arena_list *entries)
{
	const ssize_t len = read_file(dir, name, bytes, FILE_MAX);
	struct state_parts parts;
	struct err err;

	if (len < 0)
		return errno == ENOENT || errno == EFBIG ||
		    add_damaged(arena, entries, name,
			"is no regular file of ours");
	if (!state_decode_any(bytes, (size_t)len, &parts, &err))
		return add_damaged(arena, entries, name, err.text);
	return !is_ours(&parts) || add(arena, entries, name, &parts);
}

bool
damped_list(const char *directory, struct arena *arena,
    struct arena_list *entries, struct text *path, struct err *err)
{
	char *bytes = arena_alloc(arena, FILE_MAX);
	const int fd = bytes ? state_dir_open(directory, path, err) : -1;
	const struct dirent *found;
	DIR *dir;
	bool ok = true;

	if (!bytes)
		return err_set(err, ERR_SYSTEM, "no memory for a list");
	if (fd < 0)
		return false;
	dir = fdopendir(fd);
	if (!dir) {
		err_sys(err, errno, "state directory %s", path->data);
		close(fd);
		return false;
	}
	while (ok && entries->count < DAMPED_LIST_MAX &&
	    (found = readdir(dir)) != NULL)
		if (is_state_file(found->d_name))
			ok = look_at(fd, found->d_name, bytes, arena, entries);
	closedir(dir);
	return ok || err_set(err, ERR_SYSTEM, "no memory for a list");
}
