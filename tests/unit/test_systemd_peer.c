/* SPDX-License-Identifier: ISC */
/*
 * systemd's answers, and such as it would never give: a peer of our own at the
 * other end of a socket, which sd_bus_open_system takes for the system bus.
 * The real one is asked by tests/systemd.
 *
 * pkg-config: libsystemd
 */
#include "source/systemd.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "tests/suite.h"

#define UNIT "exabgp.service"

/* What the peer is to do at a property or a method of this name. */
enum trick {
	HONEST,
	REFUSE,
	WRONG_TYPE,
	HANG,
	LEAVE,
	LIE, /* a text that is hostile, a number that is extreme */
};

static struct {
	const char *at;
	enum trick trick;
} script;

static char directory[64], path[100];
static pid_t peer;
static struct err err;
static struct unit unit;

/* --- the peer ------------------------------------------------------------- */

static const struct property {
	const char *name, *type, *word;
	uint64_t number;
} properties[] = {
	{ "SystemState", "s", "running", 0 },
	{ "LoadState", "s", "loaded", 0 },
	{ "ActiveState", "s", "failed", 0 },
	{ "SubState", "s", "failed", 0 },
	{ "Result", "s", "exit-code", 0 },
	{ "Restart", "s", "on-failure", 0 },
	{ "Id", "s", "exabgp.service", 0 },
	{ "ControlGroup", "s", "/system.slice/exabgp.service", 0 },
	{ "MainPID", "u", NULL, 77 },
	{ "NRestarts", "u", NULL, 5 },
	{ "StartLimitBurst", "u", NULL, 4 },
	{ "StartLimitIntervalUSec", "t", NULL, 20000000 },
	{ "StateChangeTimestampMonotonic", "t", NULL, 3000000 },
	{ "InactiveEnterTimestampMonotonic", "t", NULL, 2000000 },
	{ "InactiveExitTimestampMonotonic", "t", NULL, 1000000 },
	{ "ActiveExitTimestampMonotonic", "t", NULL, 1900000 },
	{ "ExecMainExitTimestampMonotonic", "t", NULL, 1900001 },
	{ "InvocationID", "ay", NULL, 0 },
};

static const char hostile[] = "a|b\nc\033[31md";

static int
add_value(sd_bus_message *reply, const struct property *property)
{
	const bool lies = script.trick == LIE && script.at &&
	    strcmp(script.at, property->name) == 0;
	uint8_t id[16] = { 0x01, 0x23, 0xff };

	switch (property->type[0]) {
	case 's':
		return sd_bus_message_append(reply, "v", "s",
		    lies ? hostile : property->word);
	case 'u':
		return sd_bus_message_append(reply, "v", "u",
		    lies ? UINT32_MAX : (uint32_t)property->number);
	case 't':
		return sd_bus_message_append(reply, "v", "t",
		    lies ? UINT64_MAX : property->number);
	default:
		sd_bus_message_open_container(reply, 'v', "ay");
		sd_bus_message_append_array(reply, 'y', id,
		    lies ? 7 : sizeof(id));
		return sd_bus_message_close_container(reply);
	}
}

static void
answer_get(sd_bus_message *call)
{
	const char *interface, *name;
	sd_bus_message *reply = NULL;

	if (sd_bus_message_read(call, "ss", &interface, &name) < 0 ||
	    sd_bus_message_new_method_return(call, &reply) < 0)
		_exit(2);
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (strcmp(properties[i].name, name) == 0)
			add_value(reply, &properties[i]);
	sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
}

static const char *
subject(sd_bus_message *call)
{
	const char *member = sd_bus_message_get_member(call);
	const char *interface, *name = member;

	if (strcmp(member, "Get") == 0 &&
	    sd_bus_message_read(call, "ss", &interface, &name) >= 0)
		sd_bus_message_rewind(call, true);
	return name;
}

/* True when the trick was all there is to do. */
static bool
play(sd_bus_message *call)
{
	if (!script.at || strcmp(script.at, subject(call)) != 0)
		return false;
	switch (script.trick) {
	case REFUSE:
		sd_bus_reply_method_errorf(call, SD_BUS_ERROR_ACCESS_DENIED,
		    "Not today\n|");
		return true;
	case WRONG_TYPE:
		sd_bus_reply_method_return(call, "v", "b", 1);
		return true;
	case HANG:
		pause();
		return true;
	case LEAVE:
		_exit(0);
	case HONEST:
	case LIE:
		break;
	}
	return false;
}

static void
answer(sd_bus_message *call)
{
	uint8_t type;

	sd_bus_message_get_type(call, &type);
	if (type != SD_BUS_MESSAGE_METHOD_CALL || play(call))
		return;
	if (strcmp(sd_bus_message_get_member(call), "Hello") == 0)
		sd_bus_reply_method_return(call, "s", ":1.7");
	else if (strcmp(sd_bus_message_get_member(call), "Get") == 0)
		answer_get(call);
	else if (strcmp(sd_bus_message_get_member(call), "RestartUnit") == 0)
		sd_bus_reply_method_return(call, "o",
		    "/org/freedesktop/systemd1/job/1");
	else
		sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_METHOD,
		    "no such method");
}

static _Noreturn void
serve(int listener)
{
	const int fd = accept(listener, NULL, NULL);
	sd_bus_message *call;
	sd_id128_t id = { 0 };
	sd_bus *bus;

	if (sd_bus_new(&bus) < 0 || sd_bus_set_fd(bus, fd, fd) < 0 ||
	    sd_bus_set_server(bus, 1, id) < 0 ||
	    sd_bus_set_anonymous(bus, 1) < 0 || sd_bus_start(bus) < 0)
		_exit(2);
	for (;;) {
		call = NULL;
		if (sd_bus_process(bus, &call) < 0)
			_exit(0);
		if (call)
			answer(call);
		else if (sd_bus_flush(bus) < 0 ||
		    sd_bus_wait(bus, UINT64_MAX) < 0)
			_exit(0);
		sd_bus_message_unref(call);
	}
}

static void
start(const char *at, enum trick trick)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path) + 1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)),
	    0);
	ck_assert_int_eq(listen(fd, 1), 0);
	script.at = at;
	script.trick = trick;
	peer = fork();
	if (peer == 0)
		serve(fd);
	close(fd);
}

/* --- the tests ------------------------------------------------------------ */

static void
setup(void)
{
	const char *base = getenv("TMPDIR");
	char address[160];

	snprintf(directory, sizeof(directory), "%s/rv-systemd-XXXXXX",
	    base && strlen(base) < 40 ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/bus", directory);
	snprintf(address, sizeof(address), "unix:path=%s", path);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	err = (struct err){ 0 };
	peer = 0;
}

static void
teardown(void)
{
	if (peer > 0) {
		kill(peer, SIGKILL);
		waitpid(peer, NULL, 0);
	}
	unlink(path);
	rmdir(directory);
}

static bool
look(int64_t ms)
{
	const struct deadline deadline = deadline_in(ms * CLOCK_MILLI);

	return systemd_look(UNIT, &unit, &deadline, &err);
}

static bool
restart(int64_t ms)
{
	const struct deadline deadline = deadline_in(ms * CLOCK_MILLI);

	return systemd_restart(UNIT, &deadline, &err);
}

START_TEST(a_unit_is_read)
{
	const int64_t slept = clock_boottime_ns() - clock_monotonic_ns();

	start(NULL, HONEST);
	ck_assert_msg(look(20000), "%s", err.text);
	ck_assert_str_eq(unit.load_state, "loaded");
	ck_assert_str_eq(unit.active_state, "failed");
	ck_assert_str_eq(unit.sub_state, "failed");
	ck_assert_str_eq(unit.result, "exit-code");
	ck_assert_str_eq(unit.invocation, "0123ff00000000000000000000000000");
	ck_assert_uint_eq(unit.main_pid, 77);
	ck_assert_uint_eq(unit.restarts, 5);
	ck_assert_uint_eq(unit.limit_burst, 4);
	ck_assert_int_eq(unit.limit_interval_ns, 20 * CLOCK_SECOND);
	ck_assert_str_eq(unit.restart, "on-failure");
	ck_assert_int_le(llabs(unit.began_ns - slept - CLOCK_SECOND),
	    CLOCK_SECOND / 2);
	ck_assert(!unit.stopping);
	/* within what two readings of clocks are apart */
	ck_assert_int_le(llabs(unit.since_ns - slept - 3 * CLOCK_SECOND),
	    CLOCK_SECOND / 2);
	ck_assert_int_le(llabs(unit.ended_ns - slept - 2 * CLOCK_SECOND),
	    CLOCK_SECOND / 2);
}
END_TEST

START_TEST(a_restart_is_asked_for)
{
	start(NULL, HONEST);
	ck_assert_msg(restart(20000), "%s", err.text);
}
END_TEST

static const char *const names[] = { "SystemState", "LoadState", "Result",
	"MainPID", "StartLimitIntervalUSec", "InvocationID" };

START_TEST(a_refusal_is_told)
{
	start(names[_i], REFUSE);
	ck_assert(!look(20000));
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	ck_assert_ptr_nonnull(strstr(err.text, names[_i]));
	ck_assert_ptr_nonnull(strstr(err.text, "Not today"));
	ck_assert_ptr_null(strpbrk(err.text, "\n|"));
}
END_TEST

START_TEST(another_type_is_no_value)
{
	start(names[_i], WRONG_TYPE);
	ck_assert(!look(20000));
	ck_assert_ptr_nonnull(strstr(err.text, UNIT));
}
END_TEST

START_TEST(a_peer_that_leaves_is_told)
{
	start(names[_i], LEAVE);
	ck_assert(!look(20000));
	ck_assert_int_ne(err.kind, ERR_NONE);
}
END_TEST

START_TEST(a_peer_that_hangs_is_not_waited_for)
{
	start(names[_i], HANG);
	ck_assert(!look(300));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
}
END_TEST

START_TEST(a_restart_fails_in_each_way)
{
	static const struct {
		enum trick trick;
		enum err_kind kind;
	} ways[] = { { REFUSE, ERR_PERMISSION }, { HANG, ERR_TIMEOUT },
		{ LEAVE, ERR_SYSTEM } };

	start("RestartUnit", ways[_i].trick);
	ck_assert(!restart(300 + 19700 * (ways[_i].trick != HANG)));
	ck_assert_int_eq(err.kind, ways[_i].kind);
	ck_assert_ptr_nonnull(strstr(err.text, UNIT));
}
END_TEST

START_TEST(hostile_words_are_cleaned)
{
	start("ActiveState", LIE);
	ck_assert(look(20000));
	ck_assert_ptr_null(strpbrk(unit.active_state, "|\n\033"));
}
END_TEST

START_TEST(extreme_numbers_are_no_times)
{
	static const char *const times[] = { "StateChangeTimestampMonotonic",
		"InactiveEnterTimestampMonotonic", "StartLimitIntervalUSec" };

	start(times[_i], LIE);
	ck_assert_msg(look(20000), "%s", err.text);
	if (_i == 2)
		ck_assert_int_gt(unit.limit_interval_ns, 0);
	else
		ck_assert_int_eq(_i == 0 ? unit.since_ns : unit.ended_ns, -1);
}
END_TEST

/* Of a start after it, and of a process that ended first, it is not. */
START_TEST(an_end_that_was_asked_for)
{
	static const char *const later[] = { NULL,
		"InactiveExitTimestampMonotonic",
		"ActiveExitTimestampMonotonic" };

	start(later[_i], later[_i] ? LIE : HONEST);
	ck_assert_msg(look(20000), "%s", err.text);
	ck_assert_int_eq(unit.asked, later[_i] == NULL);
}
END_TEST

START_TEST(an_odd_invocation_is_none)
{
	start("InvocationID", LIE);
	ck_assert(look(20000));
	ck_assert_str_eq(unit.invocation, "");
}
END_TEST

START_TEST(without_a_bus_it_says_what_is_missing)
{
	ck_assert(!look(20000));
	ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
	ck_assert(!restart(20000));
	ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
}
END_TEST

/* What an alias is another name of. */
START_TEST(the_name_of_its_own)
{
	const struct deadline deadline = deadline_in(20 * CLOCK_SECOND);
	char id[UNIT_NAME_MAX + 1];

	start(NULL, HONEST);
	ck_assert_msg(systemd_id("alias.service", id, &deadline, &err), "%s",
	    err.text);
	ck_assert_str_eq(id, UNIT);
}
END_TEST

START_TEST(a_name_that_is_not_told)
{
	static const enum trick tricks[] = { REFUSE, WRONG_TYPE, HANG, LEAVE };
	const struct deadline deadline = deadline_in(
	    tricks[_i] == HANG ? 300 * CLOCK_MILLI : 20 * CLOCK_SECOND);
	char id[UNIT_NAME_MAX + 1];

	start("Id", tricks[_i]);
	ck_assert(!systemd_id("alias.service", id, &deadline, &err));
	ck_assert_int_ne(err.kind, ERR_NONE);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("systemd_peer");
	TCase *tcase = tcase_create("systemd_peer");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_unit_is_read);
	tcase_add_test(tcase, a_restart_is_asked_for);
	tcase_add_loop_test(tcase, a_refusal_is_told, 0, COUNT(names));
	tcase_add_loop_test(tcase, another_type_is_no_value, 0, COUNT(names));
	tcase_add_loop_test(tcase, a_peer_that_leaves_is_told, 0, COUNT(names));
	tcase_add_loop_test(tcase, a_peer_that_hangs_is_not_waited_for, 0,
	    COUNT(names));
	tcase_add_loop_test(tcase, a_restart_fails_in_each_way, 0, 3);
	tcase_add_test(tcase, hostile_words_are_cleaned);
	tcase_add_loop_test(tcase, extreme_numbers_are_no_times, 0, 3);
	tcase_add_loop_test(tcase, an_end_that_was_asked_for, 0, 3);
	tcase_add_test(tcase, an_odd_invocation_is_none);
	tcase_add_test(tcase, without_a_bus_it_says_what_is_missing);
	tcase_add_test(tcase, the_name_of_its_own);
	tcase_add_loop_test(tcase, a_name_that_is_not_told, 0, 4);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
