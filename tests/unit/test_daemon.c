/* SPDX-License-Identifier: ISC */
/* The table of daemons.  Conversations are test_bgp_local.c. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "source/daemon.h"
#include "tests/suite.h"

static const struct {
	const char *name;
	bool runs_command;
} rows[] = {
	{ "bird", false },
	{ "frr", false },
	{ "exabgp", false },
	{ "gobgp", true },
	{ "openbgpd", true },
};

START_TEST(each_has_its_row)
{
	const struct daemon *row = daemon_find(rows[_i].name);

	ck_assert_ptr_nonnull(row);
	ck_assert_str_eq(row->name, rows[_i].name);
	ck_assert_int_eq(row->id, (enum daemon_id)_i);
	ck_assert_int_eq(row->runs_command, rows[_i].runs_command);
	ck_assert_int_gt(strlen(row->paths[DAEMON_SESSIONS]), 0);
	ck_assert_int_gt(strlen(row->paths[DAEMON_ROUTES]), 0);
}
END_TEST

START_TEST(there_is_no_other)
{
	ck_assert_int_eq(COUNT(rows), DAEMONS);
	ck_assert_ptr_null(daemon_find("quagga"));
	ck_assert_ptr_null(daemon_find(""));
}
END_TEST

START_TEST(a_command_connects_by_itself)
{
	const struct deadline deadline = deadline_in(CLOCK_SECOND);
	struct daemon_link link;
	struct err err;

	ck_assert(daemon_open(&link, daemon_find("gobgp"), DAEMON_ROUTES, "x",
	    &deadline, &err));
	ck_assert_int_eq(link.fd, -1);
	ck_assert_int_eq(link.second, -1);
	ck_assert_str_eq(link.path, "x");
	daemon_close(&link);
}
END_TEST

/* --- the sockets of FRR --------------------------------------------------- */

static char directory[64];

static void
setup(void)
{
	strcpy(directory, "/tmp/routevigil-test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void
teardown(void)
{
	static const char *const names[] = { "zebra.vty", "bgpd.vty", "other" };
	char path[128];

	for (int i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
}

static void
listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", directory,
	    name);
	ck_assert_int_eq(
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 4), 0);
}

static const struct {
	const char *listens[2]; /* who is there */
	enum daemon_topic topic;
	const char *path; /* below the directory */
	bool zebra, bgpd; /* who is reached */
	bool lacks;
} sockets[] = {
	{ { "zebra.vty", "bgpd.vty" }, DAEMON_ROUTES, "", true, true },
	{ { "zebra.vty" }, DAEMON_ROUTES, "", true, false, true },
	{ { "bgpd.vty" }, DAEMON_ROUTES, "", false, true, true },
	{ { NULL }, DAEMON_ROUTES, "", false, false, true },
	{ { "zebra.vty", "bgpd.vty" }, DAEMON_ROUTES, "/bgpd.vty", false,
	    true },
	{ { "zebra.vty", "bgpd.vty" }, DAEMON_ROUTES, "/zebra.vty", true,
	    false },
	/* Of sessions only bgpd knows, whatever its socket is called. */
	{ { "other" }, DAEMON_SESSIONS, "/other", false, true },
	{ { "zebra.vty" }, DAEMON_SESSIONS, "/bgpd.vty", false, false },
};

START_TEST(frr_has_two)
{
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	struct err err = { 0 };
	struct daemon_link link;
	char path[128];

	for (int i = 0; i < 2 && sockets[_i].listens[i] != NULL; i++)
		listen_at(sockets[_i].listens[i]);
	snprintf(path, sizeof(path), "%s%s", directory, sockets[_i].path);
	ck_assert_int_eq(daemon_open(&link, daemon_find("frr"),
			     sockets[_i].topic, path, &deadline, &err),
	    sockets[_i].zebra || sockets[_i].bgpd);
	ck_assert_int_eq(link.fd >= 0, sockets[_i].zebra);
	ck_assert_int_eq(link.second >= 0, sockets[_i].bgpd);
	ck_assert_int_eq(link.lack.kind != ERR_NONE, sockets[_i].lacks);
	if (!sockets[_i].zebra && !sockets[_i].bgpd)
		ck_assert_int_ne(err.kind, ERR_NONE);
	daemon_close(&link);
	ck_assert_int_eq(link.fd, -1);
	ck_assert_int_eq(link.second, -1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("daemon");
	TCase *tcase = tcase_create("rows"), *frr = tcase_create("frr");

	tcase_add_loop_test(tcase, each_has_its_row, 0, COUNT(rows));
	tcase_add_test(tcase, there_is_no_other);
	tcase_add_test(tcase, a_command_connects_by_itself);
	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(frr, setup, teardown);
	tcase_add_loop_test(frr, frr_has_two, 0, COUNT(sockets));
	suite_add_tcase(suite, frr);
	return suite_run(suite);
}
