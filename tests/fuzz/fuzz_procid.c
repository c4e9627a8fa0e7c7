/* SPDX-License-Identifier: ISC */
/* What the watchdog reads of processes and of systemd: the first byte says
 * which parser the rest is for. */
#include "source/procid.c"

#include <stdlib.h>

#include "model/unit.h"
#include "source/pidfile.h"

static void
fuzz_stat(const char *bytes, size_t len)
{
	struct procid id;

	if (procid_parse_stat(bytes, len, &id) &&
	    (id.parent < 0 || ticks_ns(id.start_ticks) < 0))
		abort();
}

static void
fuzz_status(const char *bytes, size_t len)
{
	struct procid id;

	parse_status(bytes, len, &id);
}

static void
fuzz_cgroup(const char *bytes, size_t len)
{
	struct procid id;

	parse_cgroup(bytes, len, &id);
	if (strlen(id.cgroup) >= sizeof(id.cgroup))
		abort();
}

static void
fuzz_pidfile(const char *bytes, size_t len)
{
	struct err err;
	pid_t pid;

	if (pidfile_parse(bytes, len, &pid, &err) && pid <= 1)
		abort();
}

/* A struct from a process that a peer may have taken over. */
static void
fuzz_unit(const char *bytes, size_t len)
{
	char room[400];
	struct text words = TEXT_OVER(room);
	struct watch_look look;
	struct unit unit = { 0 };

	memcpy(&unit, bytes, len < sizeof(unit) ? len : sizeof(unit));
	unit_sanitize(&unit);
	unit_look(&unit, 1000 * CLOCK_SECOND, &look);
	unit_tell(&unit, &words);
	if (look.refused_ns < 0 ||
	    strlen(look.identity) >= sizeof(unit.invocation))
		abort();
}

static void (*const parsers[])(const char *bytes, size_t len) = {
	fuzz_stat,
	fuzz_status,
	fuzz_cgroup,
	fuzz_pidfile,
	fuzz_unit,
};

#define PARSERS (sizeof(parsers) / sizeof(parsers[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 0)
		parsers[data[0] % PARSERS]((const char *)data + 1, size - 1);
	return 0;
}
