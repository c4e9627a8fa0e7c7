/* SPDX-License-Identifier: ISC */
#include "frame/opt_extra.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "frame/opt_file.h"

/* Names and places of the Monitoring Plugins (lib/parse_ini.c), the old ones
 * included: the users' files are there. */
static const char *const directory_files[] = { "monitoring-plugins.ini",
	"plugins.ini", "nagios-plugins.ini", NULL };
static const char *const files[] = {
	"/usr/local/etc/monitoring-plugins/monitoring-plugins.ini",
	"/usr/local/etc/monitoring-plugins.ini",
	"/etc/monitoring-plugins/monitoring-plugins.ini",
	"/etc/monitoring-plugins.ini",
	"/etc/nagios/plugins.ini",
	"/usr/local/nagios/etc/plugins.ini",
	"/usr/local/etc/nagios/plugins.ini",
	"/etc/opt/nagios/plugins.ini",
	"/etc/nagios-plugins.ini",
	"/usr/local/etc/nagios-plugins.ini",
	"/etc/opt/nagios-plugins.ini",
	NULL,
};
const struct opt_extra_places opt_extra_places = {
	.file_variable = "MP_CONFIG_FILE",
	.path_variable = "NAGIOS_CONFIG_PATH",
	.directory_files = directory_files,
	.files = files,
};

/* --- the file's text ------------------------------------------------------ */

struct piece { /* of the file's bytes */
	const char *at;
	size_t len;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static struct piece
trim(struct piece piece)
{
	while (piece.len && is_blank(piece.at[0])) {
		piece.at++;
		piece.len--;
	}
	while (piece.len && is_blank(piece.at[piece.len - 1]))
		piece.len--;
	return piece;
}

/* Cuts the first line, without its end, off the rest. */
static struct piece
cut_line(struct piece *rest)
{
	const char *end = memchr(rest->at, '\n', rest->len);
	const size_t len = end ? (size_t)(end - rest->at) : rest->len;
	const struct piece line = { rest->at, len };

	rest->at += len + (end != NULL);
	rest->len -= len + (end != NULL);
	return line;
}

static bool
section_named(struct piece line, const char *section, bool *inside,
    struct err *err)
{
	struct piece name;

	if (line.at[line.len - 1] != ']')
		return err_set(err, ERR_USAGE, "a section without its ]");
	name = trim((struct piece){ line.at + 1, line.len - 2 });
	*inside = name.len == strlen(section) &&
	    memcmp(name.at, section, name.len) == 0;
	return true;
}

static bool
add_setting(struct arena_list *list, struct piece line, unsigned number,
    struct arena *arena, struct err *err)
{
	const char *equals = memchr(line.at, '=', line.len);
	const size_t key_len = equals ? (size_t)(equals - line.at) : 0;
	const struct piece key = trim((struct piece){ line.at, key_len });
	struct opt_extra_setting *setting;
	struct piece value;

	if (!key.len)
		return err_set(err, ERR_USAGE, "must be key=value");
	value = trim((struct piece){ equals + 1, line.len - key_len - 1 });
	setting = arena_push(arena, list, sizeof(*setting));
	if (!setting)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	setting->line = number;
	setting->key = arena_string(arena, key.at, key.len);
	setting->value = arena_string(arena, value.at, value.len);
	if (!setting->key || !setting->value)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	return true;
}

static bool
take_line(struct arena_list *list, struct piece line, unsigned number,
    const char *section, bool *inside, bool *found, struct arena *arena,
    struct err *err)
{
	if (!line.len || *line.at == '#' || *line.at == ';')
		return true;
	if (*line.at == '[') {
		if (!section_named(line, section, inside, err))
			return false;
		*found |= *inside;
		return true;
	}
	return !*inside || add_setting(list, line, number, arena, err);
}

bool
opt_extra_parse(struct opt_extra *extra, const char *bytes, size_t len,
    const char *section, struct arena *arena, struct err *err)
{
	struct piece rest = { bytes, len };
	struct arena_list list = { 0 };
	bool inside = false, found = false;
	unsigned number = 0;

	if (memchr(bytes, '\0', len))
		return err_set(err, ERR_USAGE, "%s is no text file",
		    extra->path);
	while (rest.len)
		if (!take_line(&list, trim(cut_line(&rest)), ++number, section,
			&inside, &found, arena, err))
			return err_context(err, "%s line %u", extra->path,
			    number);
	if (!found)
		return err_set(err, ERR_USAGE, "%s has no section [%s]",
		    extra->path, section);
	extra->items = list.items;
	extra->count = list.count;
	return true;
}

/* --- where it is ---------------------------------------------------------- */

/* Looks through the directories of a path variable. */
static bool
in_path(const char *path, const char *const *names, struct text *found)
{
	while (*path) {
		const size_t len = strcspn(path, ":");

		for (const char *const *name = names; len && *name; name++) {
			text_clear(found);
			text_add_bytes(found, path, len);
			text_addf(found, "/%s", *name);
			if (!found->cut && access(found->data, F_OK) == 0)
				return true;
		}
		path += len + (path[len] == ':');
	}
	return false;
}

static bool
find_file(const struct opt_extra_places *places, struct text *found,
    struct err *err)
{
	const char *file = getenv(places->file_variable);
	const char *path = getenv(places->path_variable);

	if (file && *file) {
		text_add(found, file);
		return true;
	}
	if (path && in_path(path, places->directory_files, found))
		return true;
	for (const char *const *f = places->files; *f; f++) {
		text_clear(found);
		text_add(found, *f);
		if (access(*f, F_OK) == 0)
			return true;
	}
	return err_set(err, ERR_USAGE,
	    "no monitoring-plugins.ini found: name the file after an @");
}

static int
open_file(const char *path, bool *for_anyone, struct err *err)
{
	/* Not blocking: a FIFO in its place must not hold us up. */
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0) {
		err_sys(err, errno, "opening it");
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*for_anyone = st.st_mode & S_IROTH;
		return fd;
	}
	err_set(err, ERR_USAGE, "is no regular file");
	close(fd);
	return -1;
}

static bool
read_file(struct opt_extra *extra, const char *path, const char *section,
    struct arena *arena, struct err *err)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	struct text shown;
	char *bytes = arena_alloc(arena, OPT_EXTRA_MAX);
	size_t len = 0;
	bool ok = false;
	int fd;

	if (!bytes)
		return err_set(err, ERR_SYSTEM, "no memory left for a file");
	text_init(&shown, extra->path, sizeof(extra->path));
	text_foreign(&shown, is_stdin ? "standard input" : path,
	    is_stdin ? 14 : strlen(path), 200);
	fd = is_stdin ? STDIN_FILENO : open_file(path, &extra->for_anyone, err);
	if (fd < 0)
		return err_context(err, "%s", extra->path);
	if (!opt_file_read(fd, bytes, OPT_EXTRA_MAX, &len, err))
		err_context(err, "%s", extra->path);
	else
		ok = opt_extra_parse(extra, bytes, len, section, arena, err);
	/* Other sections may hold other programs' secrets. */
	explicit_bzero(bytes, len);
	if (!is_stdin)
		close(fd);
	return ok;
}

bool
opt_extra_load(struct opt_extra *extra, const char *program, const char *spec,
    const struct opt_extra_places *places, struct arena *arena, struct err *err)
{
	const char *at = strchr(spec, '@');
	const size_t section_len = at ? (size_t)(at - spec) : strlen(spec);
	const char *section =
	    section_len ? arena_string(arena, spec, section_len) : program;
	char buffer[4096];
	struct text path = TEXT_OVER(buffer);

	*extra = (struct opt_extra){ 0 };
	if (!section)
		return err_set(err, ERR_SYSTEM, "no memory left for options");
	if (at && at[1])
		text_add(&path, at + 1);
	else if (!find_file(places, &path, err))
		return false;
	if (path.cut)
		return err_set(err, ERR_USAGE, "the path is too long");
	return read_file(extra, path.data, section, arena, err);
}
