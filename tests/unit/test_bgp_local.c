/* SPDX-License-Identifier: ISC */
/* The conversations with daemons, the other side played by a child. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/access.h"
#include "source/bgp_local.h"
#include "source/bird.h"
#include "source/exabgp_pipe.h"
#include "source/frr.h"
#include "tests/suite.h"

#define UNPRIVILEGED 65534 /* nobody */

static char directory[64], path[128];
static pid_t daemon_pid;
static struct err err;
static struct arena arena;
static struct bgp_table table;

static void
setup(void)
{
	err = (struct err){ 0 };
	strcpy(directory, "/tmp/routevigil-test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	chmod(directory, 0755);
	snprintf(path, sizeof(path), "%s/socket", directory);
	ck_assert(arena_reserve(&arena, 1 << 20, &err));
	bgp_table_init(&table, &arena, 0);
	daemon_pid = 0;
}

static void
teardown(void)
{
	static const char *const files[] = { "socket", "p.in", "p.out" };
	char name[160];

	if (daemon_pid) {
		kill(daemon_pid, SIGKILL);
		waitpid(daemon_pid, NULL, 0);
	}
	for (int i = 0; i < COUNT(files); i++) {
		snprintf(name, sizeof(name), "%s/%s", directory, files[i]);
		unlink(name);
	}
	rmdir(directory);
	arena_free(&arena);
}

static struct deadline
within_ms(int ms)
{
	return deadline_in(ms * CLOCK_MILLI);
}

/* --- a daemon behind a Unix socket -------------------------------------- */

struct said {
	const char *bytes;
	size_t len;
	const char *to; /* the command it answers; NULL: any */
};
#define SAY_TO(command, literal)                                               \
	{                                                                      \
		literal, sizeof(literal) - 1, command                          \
	}
#define SAY(literal) SAY_TO(NULL, literal)

static int
listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, name);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)),
	    0);
	ck_assert_int_eq(listen(fd, 1), 0);
	return fd;
}

/* Says the first line unasked (when it is not empty), each further one after
 * a command, byte by byte at first, and hangs up in the end. */
static void
play(int listener, const struct said *lines, size_t count)
{
	const int fd = accept(listener, NULL, NULL);
	char command[512];

	for (size_t i = 0; i < count; i++) {
		const ssize_t n =
		    i > 0 ? read(fd, command, sizeof(command)) : 1;

		/* A command ends with a newline or, FRR's, a NUL. */
		if (n <= 0 ||
		    (lines[i].to &&
			(strlen(lines[i].to) + 1 != (size_t)n ||
			    memcmp(command, lines[i].to, (size_t)n - 1))))
			break;
		for (size_t k = 0; k < lines[i].len; k++) {
			const size_t part = k < 8 ? 1 : lines[i].len - k;

			if (write(fd, lines[i].bytes + k, part) < 0)
				_exit(1);
			k += part - 1;
		}
	}
	_exit(0);
}

static void
start(const struct said *lines, size_t count)
{
	const int listener = listen_at(path);

	daemon_pid = fork();
	if (daemon_pid == 0)
		play(listener, lines, count);
	close(listener);
}

static bool
ask(const char *source, int ms)
{
	const struct deadline deadline = within_ms(ms);
	struct daemon_link link;
	bool ok;

	if (!daemon_open(&link, daemon_find(source), DAEMON_SESSIONS, path,
		&deadline, &err))
		return false;
	ok = bgp_local_read(&link, &table, &deadline, &err);
	daemon_close(&link);
	return ok;
}

#define GREETING SAY("0001 BIRD 2.0.12 ready.\n")
#define RESTRICTED SAY_TO("restrict", "0016 Access restricted\n")
#define STATUS SAY_TO("show status", "1000-BIRD 2.0.12\n0013 up\n")

START_TEST(test_bird)
{
	static const struct said lines[] = { GREETING, RESTRICTED, STATUS,
		SAY_TO("show protocols all",
		    "1002-a BGP --- up x\n1006-  BGP state: Established\n"
		    "     Neighbor address: 192.0.2.1\n \n0000 \n") };

	start(lines, COUNT(lines));
	ck_assert_msg(ask("bird", 60000), "%s", err.text);
	ck_assert_uint_eq(bgp_table_count(&table), 1);
	ck_assert(bgp_peer_is_up(bgp_table_at(&table, 0)));
	ck_assert_str_eq(table.daemon, "BIRD 2.0.12");
}
END_TEST

static const struct {
	struct said lines[4];
	size_t count;
	const char *text;
	enum err_kind kind;
} bad_birds[] = {
	{ { SAY("") }, 1, "hung up", ERR_PROTOCOL },
	{ { GREETING }, 1, "hung up before", ERR_PROTOCOL },
	{ { SAY("8000 go away\n") }, 1, "not the control socket",
	    ERR_PROTOCOL },
	{ { GREETING, SAY("9001 syntax error\n") }, 2, "refused",
	    ERR_PROTOCOL },
	{ { GREETING, RESTRICTED, STATUS, SAY("1002-half an ans") }, 4,
	    "hung up", ERR_PROTOCOL },
	{ { GREETING, RESTRICTED, STATUS, SAY("8007 Access denied\n") }, 4,
	    "Access denied", ERR_PROTOCOL },
};

START_TEST(test_bad_bird)
{
	start(bad_birds[_i].lines, bad_birds[_i].count);
	ck_assert(!ask("bird", 60000));
	ck_assert_int_eq(err.kind, bad_birds[_i].kind);
	ck_assert_msg(strstr(err.text, bad_birds[_i].text) != NULL, "%s",
	    err.text);
}
END_TEST

START_TEST(test_frr)
{
	static const struct said lines[] = { SAY(""),
		SAY_TO("show version",
		    "FRRouting 8.4.4 (frr) on Linux.\n\0\0\0\0"),
		SAY_TO("show bgp vrf all neighbors json",
		    "{\"default\":{\"192.0.2.1\":{\"bgpState\":\"Active\"}}}"
		    "\n\0\0\0\0"),
		SAY_TO("show bgp vrf all summary json", "{}\n\0\0\0\0") };

	start(lines, COUNT(lines));
	ck_assert_msg(ask("frr", 60000), "%s", err.text);
	ck_assert_uint_eq(bgp_table_count(&table), 1);
	ck_assert_str_eq(table.daemon, "FRRouting 8.4.4");
}
END_TEST

START_TEST(test_frr_refuses)
{
	static const struct said lines[] = { SAY(""),
		SAY("% Unknown command: show version\nmore\n\0\0\0\2") };

	start(lines, COUNT(lines));
	ck_assert(!ask("frr", 60000));
	ck_assert_str_eq(err.text,
	    "bgpd refused \"show version\": % Unknown command: show version");
}
END_TEST

/* It accepts and says nothing more, until the deadline. */
START_TEST(test_silent)
{
	static const char *const sources[] = { "bird", "frr" };
	const int listener = listen_at(path);
	const int64_t begin = clock_monotonic_ns();

	ck_assert(!ask(sources[_i], 150));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert_int_lt(clock_monotonic_ns() - begin, 30 * CLOCK_SECOND);
	close(listener);
}
END_TEST

START_TEST(test_full_backlog)
{
	const int listener = listen_at(path);
	const struct deadline deadline = within_ms(100);
	int fds[8], n = 0;

	while (
	    n < COUNT(fds) && (fds[n] = bird_open(path, &deadline, &err)) >= 0)
		n++;
	ck_assert_int_lt(n, COUNT(fds));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert_ptr_nonnull(strstr(err.text, "accepts no connection"));
	while (n > 0)
		close(fds[--n]);
	close(listener);
}
END_TEST

START_TEST(test_absent)
{
	static const char *const sources[] = { "bird", "frr" };

	ck_assert(!ask(sources[_i], 60000));
	ck_assert_int_eq(err.kind, ERR_SYSTEM);
	ck_assert_ptr_nonnull(strstr(err.text, "running?"));
	close(listen_at(path)); /* the socket of a daemon that is gone */
	ck_assert(!ask(sources[_i], 60000));
	ck_assert_ptr_nonnull(strstr(err.text, "nobody listens"));
}
END_TEST

START_TEST(test_long_path)
{
	char name[300];
	const struct deadline deadline = within_ms(100);

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_lt(bird_open(name, &deadline, &err), 0);
	ck_assert_int_eq(err.kind, ERR_USAGE);
}
END_TEST

/* --- refused
 * ------------------------------------------------------------------ */

static void
be_nobody(void)
{
	ck_assert_int_eq(setgroups(0, NULL), 0);
	ck_assert_int_eq(setegid(UNPRIVILEGED), 0);
	ck_assert_int_eq(seteuid(UNPRIVILEGED), 0);
}

static void
be_root(void)
{
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(setegid(0), 0);
}

static const struct {
	mode_t directory, socket;
	gid_t group;
	const char *text;
} refusals[] = {
	{ 0755, 0660, 1,
	    "(mode 0660, user root, group daemon): add user "
	    "nobody to group daemon" },
	{ 0755, 0600, 1, "run as user root, or give group daemon mode rw" },
	{ 0755, 0660, 0, "only root may" },
	{ 0710, 0660, 1, "add user nobody to group daemon" },
	{ 0700, 0666, 1, "or give group daemon mode x" },
};

START_TEST(test_refused)
{
	const struct deadline deadline = within_ms(60000);
	const int listener = listen_at(path);
	int fd;

	ck_assert_int_eq(chmod(path, refusals[_i].socket), 0);
	ck_assert_int_eq(chmod(directory, refusals[_i].directory), 0);
	ck_assert_int_eq(chown(path, 0, refusals[_i].group), 0);
	ck_assert_int_eq(chown(directory, 0, refusals[_i].group), 0);
	be_nobody();
	fd = bird_open(path, &deadline, &err);
	be_root();
	ck_assert_int_lt(fd, 0);
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	ck_assert_msg(strstr(err.text, refusals[_i].text) != NULL, "%s",
	    err.text);
	ck_assert_int_eq(strstr(err.text, "directory") != NULL,
	    refusals[_i].directory != 0755);
	close(listener);
}
END_TEST

/* --- a daemon behind two pipes
 * ------------------------------------------------ */

static char pipe_path[160], in_path[176], out_path[176];

static void
make_pipes(void)
{
	snprintf(pipe_path, sizeof(pipe_path), "%s/p", directory);
	snprintf(in_path, sizeof(in_path), "%s.in", pipe_path);
	snprintf(out_path, sizeof(out_path), "%s.out", pipe_path);
	ck_assert_int_eq(mkfifo(in_path, 0600), 0);
	ck_assert_int_eq(mkfifo(out_path, 0600), 0);
}

/* As ExaBGP does: opens the answering pipe anew for each line. */
static void
say_line(const char *line, size_t len)
{
	const int fd = open(out_path, O_WRONLY);

	if (fd < 0 || write(fd, line, len) < 0)
		_exit(1);
	close(fd);
}

static void
say_lines(const char *text)
{
	while (*text) {
		const char *end = strchr(text, '\n');
		const size_t len =
		    end ? (size_t)(end - text) + 1 : strlen(text);

		say_line(text, len);
		usleep(2000);
		text += len;
	}
}

static void
start_pipes(const char *const answers[], size_t count)
{
	const int ready = open(in_path, O_RDWR); /* never end of file */

	ck_assert_int_ge(ready, 0);
	daemon_pid = fork();
	if (daemon_pid == 0) {
		char command[512];

		for (size_t i = 0; i < count; i++) {
			if (read(ready, command, sizeof(command)) <= 0)
				_exit(1);
			say_lines(answers[i]);
		}
		pause();
	}
	close(ready);
}

static bool
ask_pipes(int ms)
{
	const struct deadline deadline = within_ms(ms);
	struct daemon_link link;
	bool ok;

	if (!daemon_open(&link, daemon_find("exabgp"), DAEMON_SESSIONS,
		pipe_path, &deadline, &err))
		return false;
	ok = bgp_local_read(&link, &table, &deadline, &err);
	daemon_close(&link);
	return ok;
}

#define PEER "Neighbor 192.0.2.1\n\n  state IDLE\n\n"
#define SEAL "Peer            AS        up/down\ndone\n"

START_TEST(test_pipes)
{
	static const char *const answers[] = { "exabgp 4.2.21\ndone\n",
		PEER "done\n", SEAL };

	make_pipes();
	start_pipes(answers, COUNT(answers));
	ck_assert_msg(ask_pipes(60000), "%s", err.text);
	ck_assert_uint_eq(bgp_table_count(&table), 1);
	ck_assert_str_eq(table.daemon, "exabgp 4.2.21");
}
END_TEST

/* What others had asked for comes first. */
START_TEST(test_stale_answers)
{
	static const char *const answers[] = {
		"10.0.0.0/8 next-hop 192.0.2.9\ndone\nexabgp 5.0.13\n"
		"{ \"answer\": \"done\", \"message\": \"\" }\n",
		"exabgp 5.0.13\ndone\n" PEER "done\n",
		SEAL,
	};

	make_pipes();
	start_pipes(answers, COUNT(answers));
	ck_assert_msg(ask_pipes(60000), "%s", err.text);
	ck_assert_uint_eq(bgp_table_count(&table), 1);
}
END_TEST

static const struct {
	const char *answer, *text;
	enum err_kind kind;
	int ms; /* to see what comes, if anything does */
} bad_answers[] = {
	{ "error\n", "refused \"version\"", ERR_PROTOCOL, 60000 },
	{ "shutdown\n", "shutting down", ERR_PROTOCOL, 60000 },
	{ "", "runs, but does not answer", ERR_TIMEOUT, 300 },
	{ "exabgp 4.2.21\n", "does not end", ERR_TIMEOUT, 2000 },
	{ "exabgp 4.2.21\ndone", "does not end", ERR_TIMEOUT, 2000 },
	{ "stale\ndone\n", "does not answer", ERR_TIMEOUT, 300 },
};

START_TEST(test_bad_answers)
{
	const char *const answers[] = { bad_answers[_i].answer };
	const int64_t begin = clock_monotonic_ns();

	make_pipes();
	start_pipes(answers, 1);
	ck_assert(!ask_pipes(bad_answers[_i].ms));
	ck_assert_int_eq(err.kind, bad_answers[_i].kind);
	ck_assert_msg(strstr(err.text, bad_answers[_i].text) != NULL, "%s",
	    err.text);
	ck_assert_int_lt(clock_monotonic_ns() - begin, 30 * CLOCK_SECOND);
}
END_TEST

START_TEST(test_no_pipes)
{
	snprintf(pipe_path, sizeof(pipe_path), "%s/p", directory);
	ck_assert(!ask_pipes(60000));
	ck_assert_ptr_nonnull(strstr(err.text, "does not exist"));
	make_pipes();
	ck_assert(!ask_pipes(60000));
	ck_assert_ptr_nonnull(strstr(err.text, "nobody reads it"));
	unlink(in_path);
	close(open(in_path, O_CREAT | O_WRONLY, 0600));
	ck_assert(!ask_pipes(60000));
	ck_assert_ptr_nonnull(strstr(err.text, "is no pipe"));
}
END_TEST

START_TEST(test_lock)
{
	const struct deadline soon = within_ms(100);
	struct exabgp_pipe first, second;
	int reader;

	make_pipes();
	reader = open(in_path, O_RDWR);
	ck_assert(exabgp_pipe_open(&first, pipe_path, &soon, &err));
	ck_assert(!exabgp_pipe_open(&second, pipe_path, &soon, &err));
	ck_assert_str_eq(err.text, "another check holds the pipe");
	ck_assert_int_eq(second.in, -1);
	ck_assert_int_eq(second.out, -1);
	exabgp_pipe_close(&first);
	ck_assert(exabgp_pipe_open(&second, pipe_path, &soon, &err));
	exabgp_pipe_close(&second);
	close(reader);
}
END_TEST

static const struct {
	const char *bytes;
	enum exabgp_end end;
	size_t len;
} marks[] = {
	{ "done\n", EXABGP_DONE, 0 },
	{ "a\ndone\nb\n", EXABGP_DONE, 2 },
	{ "done \n", EXABGP_UNFINISHED, 6 },
	{ "a done\n", EXABGP_UNFINISHED, 7 },
	{ "\nerror\n", EXABGP_ERROR, 1 },
	{ "{\"answer\":\"error\"}\n", EXABGP_ERROR, 0 },
	{ "{ \"answer\" : \"done\" }\n", EXABGP_DONE, 0 },
	{ "{ \"answer\": \"maybe\" }\n", EXABGP_UNFINISHED, 22 },
	{ "shutdown\n", EXABGP_SHUTDOWN, 0 },
	{ "", EXABGP_UNFINISHED, 0 },
};

START_TEST(test_marks)
{
	size_t len = 99;

	ck_assert_int_eq(
	    exabgp_whole(marks[_i].bytes, strlen(marks[_i].bytes), &len),
	    marks[_i].end);
	ck_assert_uint_eq(len, marks[_i].len);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_local");
	TCase *tcase = tcase_create("bgp_local");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_bird);
	tcase_add_loop_test(tcase, test_bad_bird, 0, COUNT(bad_birds));
	tcase_add_test(tcase, test_frr);
	tcase_add_test(tcase, test_frr_refuses);
	tcase_add_loop_test(tcase, test_silent, 0, 2);
	tcase_add_test(tcase, test_full_backlog);
	tcase_add_loop_test(tcase, test_absent, 0, 2);
	tcase_add_test(tcase, test_long_path);
	if (geteuid() == 0)
		tcase_add_loop_test(tcase, test_refused, 0, COUNT(refusals));
	else
		puts("skipped: refused sockets need root to make them");
	tcase_add_test(tcase, test_pipes);
	tcase_add_test(tcase, test_stale_answers);
	tcase_add_loop_test(tcase, test_bad_answers, 0, COUNT(bad_answers));
	tcase_add_test(tcase, test_no_pipes);
	tcase_add_test(tcase, test_lock);
	tcase_add_loop_test(tcase, test_marks, 0, COUNT(marks));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
