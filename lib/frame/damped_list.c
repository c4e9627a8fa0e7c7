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

/* The bytes of a regular file of ours; -1 when it is anything else. */
static ssize_t
read_file(int dir, const char *name, char *bytes, size_t size)
{
	const int fd = openat(dir, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	ssize_t len = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid())
		len = read(fd, bytes, size);
	close(fd);
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

bool
damped_list(const char *directory, struct arena *arena,
    struct arena_list *entries, struct err *err)
{
	char room[512];
	struct text path = TEXT_OVER(room);
	char *bytes = arena_alloc(arena, FILE_MAX);
	const int fd = bytes ? state_dir_open(directory, &path, err) : -1;
	const struct dirent *found;
	DIR *dir;
	bool ok = true;

	if (!bytes)
		return err_set(err, ERR_SYSTEM, "no memory for a list");
	if (fd < 0)
		return false;
	dir = fdopendir(fd);
	if (!dir) {
		err_sys(err, errno, "state directory %s", room);
		close(fd);
		return false;
	}
	while (ok && entries->count < DAMPED_LIST_MAX &&
	    (found = readdir(dir)) != NULL) {
		struct state_parts parts;
		struct err ignored;
		ssize_t len;

		if (!is_state_file(found->d_name))
			continue;
		len = read_file(fd, found->d_name, bytes, FILE_MAX);
		if (len > 0 &&
		    state_decode_any(bytes, (size_t)len, &parts, &ignored) &&
		    is_ours(&parts))
			ok = add(arena, entries, found->d_name, &parts);
	}
	closedir(dir);
	return ok || err_set(err, ERR_SYSTEM, "no memory for a list");
}
