/* SPDX-License-Identifier: ISC */
/* The least that a wrapper could do: fork, exec, wait, and the exit code. */
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	const pid_t pid = argc > 1 ? fork() : -1;
	int status = 0;

	if (pid == 0) {
		execv(argv[1], argv + 1);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)
	    ? 3
	    : WEXITSTATUS(status);
}
