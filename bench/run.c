/* SPDX-License-Identifier: ISC */
/*
 * run: commands side by side, as a scheduler runs them.
 *
 *	run [-n ROUNDS] [-w WARM-UPS] NAME COMMAND [ARG]... [vs NAME ...]
 *
 * The commands run in turn, one at a time, and each round begins with another
 * one, so that a machine that gets slower or warmer does so for all of them.
 * Each reads from /dev/null and writes to a pipe that is read to its end, as an
 * engine does.  What counts is the median, over the rounds, of the ratio to the
 * first command in the same round: it survives a noisy machine, a median of
 * times alone does not.  The word "vs" separates commands; no shell takes part.
 *
 * Columns: name; wall time, median; ratio to the first, median and quartiles;
 * CPU time, median; peak resident memory of the largest process, KiB; bytes on
 * stdout; exit code (-SIGNAL when killed by one).
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS 64 /* in one comparison, at most */
#define ROUNDS_MAX 10000
#define SEPARATOR "vs"

struct command {
	const char *name;
	char **argv;
	double *wall_ms; /* by round */
	double *cpu_ms;
	double *ratio; /* to the first command of the same round */
	long rss_kib;
	size_t bytes; /* of the last run */
	int code;
};

struct plan {
	int rounds;
	int warm_ups;
	size_t count;
	struct command commands[COMMANDS];
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "run: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
cpu_ms(const struct rusage *usage)
{
	const struct timeval *user = &usage->ru_utime;
	const struct timeval *kernel = &usage->ru_stime;

	return (double)(user->tv_sec + kernel->tv_sec) * 1e3 +
	    (double)(user->tv_usec + kernel->tv_usec) / 1e3;
}

/* Starts the command with its output in *pipe_end.  posix_spawn shares our
 * memory until the exec: a fork would cost more the larger we are. */
static pid_t
start(const struct command *command, int *pipe_end)
{
	posix_spawn_file_actions_t actions;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		die("pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	errno = posix_spawnp(&pid, command->argv[0], &actions, NULL,
	    command->argv, environ);
	if (errno != 0)
		die(command->argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*pipe_end = ends[0];
	return pid;
}

static size_t
drain(int fd)
{
	char buffer[65536];
	size_t total = 0;
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) != 0) {
		if (n > 0)
			total += (size_t)n;
		else if (errno != EINTR)
			die("read");
	}
	close(fd);
	return total;
}

static void
run_once(struct command *command, double *wall, double *cpu)
{
	const double began = now_ms();
	struct rusage usage;
	int status, fd;
	const pid_t pid = start(command, &fd);

	command->bytes = drain(fd);
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			die("wait4");
	*wall = now_ms() - began;
	*cpu = cpu_ms(&usage);
	if (usage.ru_maxrss > command->rss_kib)
		command->rss_kib = usage.ru_maxrss;
	command->code =
	    WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void
run_round(struct plan *plan, int round)
{
	const size_t count = plan->count;

	for (size_t i = 0; i < count; i++) {
		struct command *command =
		    &plan->commands[(i + (size_t)round) % count];

		run_once(command, &command->wall_ms[round],
		    &command->cpu_ms[round]);
	}
	for (size_t i = 0; i < count; i++)
		plan->commands[i].ratio[round] =
		    plan->commands[i].wall_ms[round] /
		    plan->commands[0].wall_ms[round];
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The quantile `q`, 0 to 1, of values that it sorts in place. */
static double
quantile(double *values, int n, double q)
{
	const double at = q * (n - 1);
	const int below = (int)at;
	const int above = below + 1 < n ? below + 1 : below;

	qsort(values, (size_t)n, sizeof(*values), compare);
	return values[below] + (at - below) * (values[above] - values[below]);
}

static void
report(struct plan *plan)
{
	const int n = plan->rounds;

	printf("%-26s %9s %7s %7s %7s %9s %7s %8s %4s\n", "name", "wall-ms",
	    "ratio", "q25", "q75", "cpu-ms", "KiB", "bytes", "exit");
	for (size_t i = 0; i < plan->count; i++) {
		struct command *c = &plan->commands[i];

		printf("%-26s %9.3f %7.3f %7.3f %7.3f %9.3f %7ld %8zu %4d\n",
		    c->name, quantile(c->wall_ms, n, 0.5),
		    quantile(c->ratio, n, 0.5), quantile(c->ratio, n, 0.25),
		    quantile(c->ratio, n, 0.75), quantile(c->cpu_ms, n, 0.5),
		    c->rss_kib, c->bytes, c->code);
	}
}

static double *
samples(int n)
{
	double *values = calloc((size_t)n, sizeof(*values));

	if (values == NULL)
		die("memory");
	return values;
}

/* Cuts "NAME COMMAND ARG... vs NAME ..." into commands; false when it is not
 * that. */
static bool
read_commands(struct plan *plan, char **words)
{
	while (*words != NULL) {
		struct command *command = &plan->commands[plan->count];

		if (plan->count == COMMANDS || words[1] == NULL ||
		    strcmp(words[1], SEPARATOR) == 0)
			return false;
		*command = (struct command){ .name = words[0],
			.argv = words + 1,
			.wall_ms = samples(plan->rounds),
			.cpu_ms = samples(plan->rounds),
			.ratio = samples(plan->rounds) };
		plan->count++;
		while (*words != NULL && strcmp(*words, SEPARATOR) != 0)
			words++;
		if (*words != NULL)
			*words++ = NULL;
	}
	return plan->count > 0;
}

static int
small_number(const char *string, int least)
{
	char *end;
	const long value = strtol(string, &end, 10);

	if (*end != '\0' || value < least || value > ROUNDS_MAX) {
		fprintf(stderr, "run: '%s' is not a number from %d to %d\n",
		    string, least, ROUNDS_MAX);
		exit(1);
	}
	return (int)value;
}

static void
read_options(struct plan *plan, int argc, char **argv)
{
	int letter;

	while ((letter = getopt(argc, argv, "+n:w:")) != -1) {
		switch (letter) {
		case 'n':
			plan->rounds = small_number(optarg, 1);
			break;
		case 'w':
			plan->warm_ups = small_number(optarg, 0);
			break;
		default:
			exit(1);
		}
	}
}

static void
free_samples(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		free(plan->commands[i].wall_ms);
		free(plan->commands[i].cpu_ms);
		free(plan->commands[i].ratio);
	}
}

int
main(int argc, char **argv)
{
	static struct plan plan = { .rounds = 51, .warm_ups = 3 };

	read_options(&plan, argc, argv);
	if (!read_commands(&plan, argv + optind)) {
		fputs("usage: run [-n ROUNDS] [-w WARM-UPS] "
		      "NAME COMMAND [ARG]... [vs NAME ...]\n",
		    stderr);
		return 1;
	}
	for (int i = 0; i < plan.warm_ups; i++)
		run_round(&plan, 0);
	for (int i = 0; i < plan.rounds; i++)
		run_round(&plan, i);
	report(&plan);
	free_samples(&plan);
	return 0;
}
