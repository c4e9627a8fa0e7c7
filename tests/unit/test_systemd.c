/* SPDX-License-Identifier: ISC */
/* pkg-config: libsystemd */
#include "source/systemd.h"
#include "tests/suite.h"
#include "tests/tools/fakebus.h"

static struct fakebus bus;
static struct unit unit;
static struct err err;

static void
setup(void)
{
	bus = (struct fakebus){ .load = "loaded",
		.active = "active",
		.sub = "running",
		.result = "success",
		.cgroup = "/system.slice/exabgp.service",
		.main_pid = 4711,
		.restarts = 3 };
	unit = (struct unit){ .main_pid = 1 };
}

static void
teardown(void)
{
	fakebus_stop(&bus);
}

static bool
look(int64_t within_ns)
{
	const struct deadline deadline = deadline_in(within_ns);

	return systemd_look("exabgp.service", &unit, &deadline, &err);
}

START_TEST(a_unit)
{
	fakebus_start(&bus);
	ck_assert_msg(look(60 * CLOCK_SECOND), "%s", err.text);
	ck_assert_str_eq(unit.load_state, "loaded");
	ck_assert_str_eq(unit.active_state, "active");
	ck_assert_str_eq(unit.sub_state, "running");
	ck_assert_str_eq(unit.result, "success");
	ck_assert_str_eq(unit.cgroup, "/system.slice/exabgp.service");
	ck_assert_uint_eq(unit.main_pid, 4711);
	ck_assert_uint_eq(unit.restarts, 3);
	ck_assert(!unit.stopping);
	ck_assert_int_gt(unit.since_ns, 0);
}
END_TEST

START_TEST(refused)
{
	bus.mood = FAKEBUS_REFUSES;
	fakebus_start(&bus);
	ck_assert(!look(60 * CLOCK_SECOND));
	ck_assert_int_eq(err.kind, ERR_PERMISSION);
	ck_assert_ptr_nonnull(strstr(err.text, "not for you"));
}
END_TEST

START_TEST(silent)
{
	const int64_t start_ns = clock_monotonic_ns();

	bus.mood = FAKEBUS_SILENT;
	fakebus_start(&bus);
	ck_assert(!look(CLOCK_SECOND / 5));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert_int_lt(clock_monotonic_ns() - start_ns, 20 * CLOCK_SECOND);
}
END_TEST

START_TEST(no_bus)
{
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus", 1);
	ck_assert(!look(60 * CLOCK_SECOND));
	ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(err.text, "no system bus"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("systemd");
	TCase *tcase = tcase_create("systemd");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, a_unit);
	tcase_add_test(tcase, refused);
	tcase_add_test(tcase, silent);
	tcase_add_test(tcase, no_bus);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
