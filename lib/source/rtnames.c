/* SPDX-License-Identifier: ISC */
#include "source/rtnames.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/span.h"

#define FILE_BYTES 65536
#define NAME_BYTES 64
#define FILES_MAX 64 /* of one directory */

const char *const rtnames_roots[] = { "/etc/iproute2", "/usr/share/iproute2",
	NULL };

struct entry {
	uint32_t number;
	const char *name;
};

static const struct entry tables[] = {
	{ RT_TABLE_DEFAULT, "default" },
	{ RT_TABLE_MAIN, "main" },
	{ RT_TABLE_LOCAL, "local" },
	{ 0, NULL },
};

/* linux/rtnetlink.h */
static const struct entry protocols[] = {
	{ RTPROT_REDIRECT, "redirect" },
	{ RTPROT_KERNEL, "kernel" },
	{ RTPROT_BOOT, "boot" },
	{ RTPROT_STATIC, "static" },
	{ RTPROT_GATED, "gated" },
	{ RTPROT_RA, "ra" },
	{ RTPROT_MRT, "mrt" },
	{ RTPROT_ZEBRA, "zebra" },
	{ RTPROT_BIRD, "bird" },
	{ RTPROT_DNROUTED, "dnrouted" },
	{ RTPROT_XORP, "xorp" },
	{ RTPROT_NTK, "ntk" },
	{ RTPROT_DHCP, "dhcp" },
	{ RTPROT_MROUTED, "mrouted" },
	{ RTPROT_KEEPALIVED, "keepalived" },
	{ RTPROT_BABEL, "babel" },
	{ RTPROT_OPENR, "openr" },
	{ RTPROT_BGP, "bgp" },
	{ RTPROT_ISIS, "isis" },
	{ RTPROT_OSPF, "ospf" },
	{ RTPROT_RIP, "rip" },
	{ RTPROT_EIGRP, "eigrp" },
	{ 0, NULL },
};

static const struct kind {
	const char *file;
	const char *what;
	const struct entry *known;
} kinds[] = {
	[RTNAMES_TABLES] = { "rt_tables", "routing table", tables },
	[RTNAMES_PROTOCOLS] = { "rt_protos", "routing protocol", protocols },
};

/* --- files ---------------------------------------------------------------- */

/* What is looked for: by name when it is not NULL, else by number. */
struct search {
	const char *name;
	uint32_t number;
	char found[NAME_BYTES];
};

static bool
take_number(const char *word, uint32_t *number)
{
	char *end;
	unsigned long value;

	if (word[0] < '0' || word[0] > '9')
		return false;
	errno = 0;
	value = strtoul(word, &end, 0); /* 0x10, too */
	if (*end != '\0' || errno != 0 || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

/* One line of such a file; false when it holds no entry. */
static bool
parse_line(const char *line, size_t len, uint32_t *number, char *name,
    size_t name_size)
{
	struct span rest = { line, len }, comment, word;
	char digits[16];

	span_cut(rest, '#', &rest, &comment);
	return span_word(&rest, &word) &&
	    span_copy(word, digits, sizeof(digits)) &&
	    take_number(digits, number) && span_word(&rest, &word) &&
	    word.len > 0 && span_copy(word, name, name_size);
}

static bool
search_bytes(const char *bytes, size_t len, struct search *search)
{
	struct span rest = { bytes, len }, line;

	while (span_line(&rest, &line)) {
		char name[NAME_BYTES];
		uint32_t number;

		if (!parse_line(line.at, line.len, &number, name, sizeof(name)))
			continue;
		if (search->name != NULL ? strcmp(name, search->name) == 0
					 : number == search->number) {
			search->number = number;
			memcpy(search->found, name, sizeof(name));
			return true;
		}
	}
	return false;
}

/* A file that cannot be read names nothing. */
static bool
search_file(const char *path, struct search *search)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *bytes = fd < 0 ? NULL : malloc(FILE_BYTES);
	size_t len = 0;
	ssize_t got;
	bool found = false;

	if (bytes == NULL)
		goto out;
	while (len < FILE_BYTES &&
	    (got = read(fd, bytes + len, FILE_BYTES - len)) > 0)
		len += (size_t)got;
	found = search_bytes(bytes, len, search);
out:
	free(bytes);
	if (fd >= 0)
		close(fd);
	return found;
}

static bool
is_conf(const char *name)
{
	const size_t len = strlen(name);

	return name[0] != '.' && len > 5 &&
	    strcmp(name + len - 5, ".conf") == 0;
}

static bool
search_directory(const char *path, struct search *search)
{
	DIR *dir = opendir(path);
	bool found = false;

	if (dir == NULL)
		return false;
	for (int i = 0; i < FILES_MAX && !found; i++) {
		const struct dirent *item = readdir(dir);
		char file[512];

		if (item == NULL)
			break;
		if (!is_conf(item->d_name))
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, item->d_name);
		found = search_file(file, search);
	}
	closedir(dir);
	return found;
}

static bool
search_roots(const struct kind *kind, const char *const *roots,
    struct search *search)
{
	for (; *roots != NULL; roots++) {
		char path[256];

		snprintf(path, sizeof(path), "%s/%s", *roots, kind->file);
		if (search_file(path, search))
			return true;
		snprintf(path, sizeof(path), "%s/%s.d", *roots, kind->file);
		if (search_directory(path, search))
			return true;
	}
	return false;
}

/* --- both ways ------------------------------------------------------------ */

bool
rtnames_number(enum rtnames_kind kind, const char *const *roots,
    const char *name, uint32_t *number, struct err *err)
{
	struct search search = { .name = name };

	if (take_number(name, number))
		return true;
	for (const struct entry *known = kinds[kind].known; known->name != NULL;
	     known++)
		if (strcmp(known->name, name) == 0) {
			*number = known->number;
			return true;
		}
	if (!search_roots(&kinds[kind], roots, &search))
		return err_set(err, ERR_USAGE,
		    "there is no %s called %.60s: neither a number nor named "
		    "in %s/%s",
		    kinds[kind].what, name, roots[0], kinds[kind].file);
	*number = search.number;
	return true;
}

void
rtnames_name(enum rtnames_kind kind, const char *const *roots, uint32_t number,
    struct text *out)
{
	struct search search = { .number = number };

	for (const struct entry *known = kinds[kind].known; known->name != NULL;
	     known++)
		if (known->number == number) {
			text_add(out, known->name);
			return;
		}
	if (search_roots(&kinds[kind], roots, &search))
		text_add(out, search.found);
	else
		text_addf(out, "%u", number);
}
