/* SPDX-License-Identifier: ISC */
#include "source/http_ca.h"

#include <ctype.h>
#include <dirent.h>
#include <stddef.h>

/* Names of a hashed directory are eight digits and a number. */
static bool
is_hash(const char *name)
{
	size_t i = 0;

	while (i < 8 && isxdigit((unsigned char)name[i]))
		i++;
	return i == 8 && name[8] == '.' && isdigit((unsigned char)name[9]);
}

bool
http_ca_is_hashed(const char *path)
{
	const struct dirent *entry;
	DIR *dir = opendir(path);
	bool found = false;

	if (dir == NULL)
		return false;
	while (!found && (entry = readdir(dir)) != NULL)
		found = is_hash(entry->d_name);
	closedir(dir);
	return found;
}

const char *
http_ca_find(void)
{
	static const char *const places[] = {
		"/etc/ssl/certs",
		"/etc/pki/tls/certs",
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (http_ca_is_hashed(places[i]))
			return places[i];
	return NULL;
}
