/* SPDX-License-Identifier: ISC */
#include "source/bgpctl.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "source/access.h"
#include "source/command.h"

/* Says which right is missing before bgpctl says that something is. */
static bool
may_use(const char *socket, struct err *err)
{
	if (!socket ||
	    faccessat(AT_FDCWD, socket, R_OK | W_OK, AT_EACCESS) == 0)
		return true;
	return access_failed(err, socket, errno, "is openbgpd running?");
}

bool
bgpctl_run(const char *socket, const char *const args[], struct reply *output,
    const struct deadline *deadline, struct err *err)
{
	const char *argv[4 + BGPCTL_ARGS + 1] = { "bgpctl", "-j" };
	struct command_result result = { 0 };
	size_t count = 2;

	if (socket != NULL) {
		argv[count++] = "-s";
		argv[count++] = socket;
	}
	for (size_t i = 0; i < BGPCTL_ARGS && args[i] != NULL; i++)
		argv[count++] = args[i];
	if (!may_use(socket, err) ||
	    !command_run(argv, output, &result, deadline, err))
		return false;
	if (result.status == 0 && result.signal == 0)
		return true;
	return err_set(err, ERR_SYSTEM, "bgpctl failed: %.200s",
	    *result.error ? result.error : "without a word");
}
