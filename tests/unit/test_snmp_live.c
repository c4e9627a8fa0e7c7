/* SPDX-License-Identifier: ISC */
/*
 * The session against Debian's snmpd, on loopback, with a configuration and a
 * persistent directory of its own: every protocol, every way to be refused.
 */
#include <arpa/inet.h>
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/lazy.h"
#include "source/snmp.h"
#include "tests/suite.h"

static const char *snmpd; /* NULL: not installed */
static char folder[] = "/tmp/test_snmp_live.XXXXXX";
static uint16_t port;
static pid_t daemon_pid;

static const char config[] =
    "rocommunity public 127.0.0.1\n"
    "rocommunity6 public ::1\n"
    "createUser plain\n"
    "createUser md5des MD5 \"a-Secret-1\" DES \"p-Secret-2\"\n"
    "createUser shaaes SHA \"a-Secret-1\" AES \"p-Secret-2\"\n"
    "createUser sha224 SHA-224 \"a-Secret-1\"\n"
    "createUser sha256aes192 SHA-256 \"a-Secret-1\" AES-192 \"p-Secret-2\"\n"
    "createUser sha384 SHA-384 \"a-Secret-1\"\n"
    "createUser sha512aes256 SHA-512 \"a-Secret-1\" AES-256 \"p-Secret-2\"\n"
    "rouser plain noauth\n"
    "rouser md5des priv\n"
    "rouser shaaes priv\n"
    "rouser sha224 auth\n"
    "rouser sha256aes192 priv\n"
    "rouser sha384 auth\n"
    "rouser sha512aes256 priv\n";

static void
find_snmpd(void)
{
	static const char *const paths[] = { "/usr/sbin/snmpd",
		"/usr/local/sbin/snmpd" };

	for (int i = 0; i < COUNT(paths) && !snmpd; i++)
		if (access(paths[i], X_OK) == 0)
			snmpd = paths[i];
}

static uint16_t
free_port(void)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	socklen_t len = sizeof(address);
	const int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	close(fd);
	return ntohs(address.sin6_port);
}

static void
write_config(void)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/snmpd.conf", folder);
	file = fopen(path, "w");
	ck_assert(file != NULL);
	fprintf(file,
	    "agentAddress udp:127.0.0.1:%u,tcp:127.0.0.1:%u,udp6:[::1]:%u\n%s",
	    port, port, port, config);
	fclose(file);
}

static _Noreturn void
exec_snmpd(void)
{
	char conf[64];

	snprintf(conf, sizeof(conf), "%s/snmpd.conf", folder);
	setenv("SNMP_PERSISTENT_DIR", folder, 1);
	setenv("MIBS", "", 1);
	alarm(600);
	execl(snmpd, snmpd, "-f", "-LF", "0", "/dev/null", "-C", "-c", conf,
	    (char *)NULL);
	_exit(127);
}

static struct snmp_options
options_for(const char *host)
{
	struct snmp_options options = {
		.port = port,
		.community = { "public", 6 },
		.auth_pass = { "a-Secret-1", 10 },
		.priv_pass = { "p-Secret-2", 10 },
		.retries = 2,
		.timeout_ns = 5 * CLOCK_SECOND,
	};
	struct err err;

	ck_assert_msg(ip_host_parse(host, &options.host, &err), "%s", err.text);
	return options;
}

static bool
take_one(void *user, const struct snmp_reply *reply, struct err *err)
{
	enum snmp_status *status = user;

	(void)err;
	*status = reply->status;
	return reply->status != SNMP_NO_ERROR ||
	    reply->varbinds[0].value.type == SNMP_TIMETICKS;
}

/* sysUpTime.0, over the network. */
static bool
ask_uptime(const struct snmp_options *options, enum snmp_status *status,
    struct err *err)
{
	static const char name[] = "1.3.6.1.2.1.1.3.0";
	const struct deadline deadline = deadline_in(60 * CLOCK_SECOND);
	struct snmp_oid oid;
	const struct snmp_request request = {
		.op = SNMP_GET,
		.count = 1,
		.oids = &oid,
		.done = take_one,
		.user = status,
	};
	struct snmp_agent *agent = snmp_agent_open(options, &deadline, err);
	bool ok;

	snmp_oid_parse(name, strlen(name), &oid);
	ok = agent && snmp_ask_wait(agent, &request, &deadline, err);
	snmp_agent_close(agent);
	return ok;
}

static void
start(void)
{
	const struct timespec moment = { .tv_nsec = 20000000 };
	const struct snmp_options options = options_for("127.0.0.1");
	enum snmp_status status;
	struct err err;

	if (!snmpd)
		return;
	ck_assert(mkdtemp(folder) != NULL);
	port = free_port();
	write_config();
	daemon_pid = fork();
	if (daemon_pid == 0)
		exec_snmpd();
	for (int i = 0; i < 200; i++) {
		struct snmp_options now = options;

		now.port = port;
		if (ask_uptime(&now, &status, &err))
			return;
		nanosleep(&moment, NULL);
	}
	ck_abort_msg("snmpd does not answer: %s", err.text);
}

static void
stop(void)
{
	char command[80];

	if (!snmpd)
		return;
	kill(daemon_pid, SIGKILL);
	waitpid(daemon_pid, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

/* --- who is let in -------------------------------------------------------- */

static const struct {
	const char *user;
	enum snmp_level level;
	enum snmp_auth auth;
	enum snmp_priv priv;
} users[] = {
	{ "plain", SNMP_NO_AUTH_NO_PRIV, SNMP_AUTH_SHA, SNMP_PRIV_AES },
	{ "md5des", SNMP_AUTH_PRIV, SNMP_AUTH_MD5, SNMP_PRIV_DES },
	{ "shaaes", SNMP_AUTH_PRIV, SNMP_AUTH_SHA, SNMP_PRIV_AES },
	{ "sha224", SNMP_AUTH_NO_PRIV, SNMP_AUTH_SHA224, SNMP_PRIV_AES },
	{ "sha256aes192", SNMP_AUTH_PRIV, SNMP_AUTH_SHA256, SNMP_PRIV_AES192 },
	{ "sha384", SNMP_AUTH_NO_PRIV, SNMP_AUTH_SHA384, SNMP_PRIV_AES },
	{ "sha512aes256", SNMP_AUTH_PRIV, SNMP_AUTH_SHA512, SNMP_PRIV_AES256 },
};

START_TEST(each_user)
{
	struct snmp_options options = options_for("127.0.0.1");
	enum snmp_status status;
	struct err err;

	if (!snmpd)
		return;
	options.version = SNMP_VERSION_V3;
	options.user = users[_i].user;
	options.level = users[_i].level;
	options.auth = users[_i].auth;
	options.priv = users[_i].priv;
	ck_assert_msg(ask_uptime(&options, &status, &err), "%s", err.text);
	ck_assert_int_eq(status, SNMP_NO_ERROR);
}
END_TEST

START_TEST(each_way)
{
	static const struct {
		const char *host;
		enum snmp_version version;
		enum snmp_transport transport;
	} ways[] = {
		{ "127.0.0.1", SNMP_VERSION_V1, SNMP_UDP },
		{ "127.0.0.1", SNMP_VERSION_V2C, SNMP_UDP },
		{ "127.0.0.1", SNMP_VERSION_V2C, SNMP_TCP },
		{ "127.0.0.1", SNMP_VERSION_V1, SNMP_TCP },
		{ "::1", SNMP_VERSION_V2C, SNMP_UDP },
		{ "[::1]", SNMP_VERSION_V1, SNMP_UDP },
		{ "::ffff:127.0.0.1", SNMP_VERSION_V2C, SNMP_UDP },
		{ "localhost", SNMP_VERSION_V2C, SNMP_UDP },
	};
	struct snmp_options options;
	enum snmp_status status;
	struct err err;

	for (int i = 0; snmpd && i < COUNT(ways); i++) {
		options = options_for(ways[i].host);
		options.version = ways[i].version;
		options.transport = ways[i].transport;
		options.family = IP_NONE;
		ck_assert_msg(ask_uptime(&options, &status, &err), "%s: %s",
		    ways[i].host, err.text);
	}
}
END_TEST

/* --- who is not ----------------------------------------------------------- */

static const struct {
	const char *user;
	enum snmp_level level;
	enum snmp_auth auth;
	enum snmp_priv priv;
	const char *auth_pass, *priv_pass;
	enum err_kind kind; /* ERR_NONE: an answer, authorizationError */
	const char *says;
} refusals[] = {
	{ "mallory", SNMP_AUTH_PRIV, SNMP_AUTH_SHA, SNMP_PRIV_AES, "a-Secret-1",
	    "p-Secret-2", ERR_PERMISSION, "does not know the" },
	{ "shaaes", SNMP_AUTH_PRIV, SNMP_AUTH_SHA, SNMP_PRIV_AES,
	    "wrong-password", "p-Secret-2", ERR_PERMISSION, "digest" },
	{ "shaaes", SNMP_AUTH_PRIV, SNMP_AUTH_MD5, SNMP_PRIV_AES, "a-Secret-1",
	    "p-Secret-2", ERR_PERMISSION, "digest" },
	{ "shaaes", SNMP_AUTH_PRIV, SNMP_AUTH_SHA, SNMP_PRIV_AES, "a-Secret-1",
	    "wrong-password", ERR_TIMEOUT, "privacy password" },
	{ "sha224", SNMP_AUTH_PRIV, SNMP_AUTH_SHA224, SNMP_PRIV_AES,
	    "a-Secret-1", "p-Secret-2", ERR_PERMISSION, "security level" },
	{ "shaaes", SNMP_NO_AUTH_NO_PRIV, SNMP_AUTH_SHA, SNMP_PRIV_AES, NULL,
	    NULL, ERR_NONE, NULL },
};

START_TEST(each_refusal)
{
	struct snmp_options options = options_for("127.0.0.1");
	const char *auth = refusals[_i].auth_pass;
	const char *priv = refusals[_i].priv_pass;
	enum snmp_status status = SNMP_NO_ERROR;
	struct err err = { 0 };
	bool ok;

	if (!snmpd)
		return;
	options.version = SNMP_VERSION_V3;
	options.user = refusals[_i].user;
	options.level = refusals[_i].level;
	options.auth = refusals[_i].auth;
	options.priv = refusals[_i].priv;
	options.auth_pass =
	    (struct snmp_secret){ auth, auth ? strlen(auth) : 0 };
	options.priv_pass =
	    (struct snmp_secret){ priv, priv ? strlen(priv) : 0 };
	/* Then it has to be asked, and to be silent. */
	if (refusals[_i].kind == ERR_TIMEOUT)
		options.timeout_ns = 500 * CLOCK_MILLI;
	ok = ask_uptime(&options, &status, &err);
	if (refusals[_i].kind == ERR_NONE) {
		ck_assert(ok);
		ck_assert_int_eq(status, SNMP_AUTHORIZATION_ERROR);
		return;
	}
	ck_assert(!ok);
	ck_assert_msg(err.kind == refusals[_i].kind, "%s", err.text);
	ck_assert_msg(strstr(err.text, refusals[_i].says) != NULL, "%s",
	    err.text);
	ck_assert(!auth || !strstr(err.text, auth));
	ck_assert(!priv || !strstr(err.text, priv));
}
END_TEST

START_TEST(wrong_community)
{
	struct snmp_options options = options_for("127.0.0.1");
	enum snmp_status status;
	struct err err;

	if (!snmpd)
		return;
	options.community = (struct snmp_secret){ "hush-hush", 9 };
	options.timeout_ns = 300 * CLOCK_MILLI;
	ck_assert(!ask_uptime(&options, &status, &err));
	ck_assert_int_eq(err.kind, ERR_TIMEOUT);
	ck_assert_msg(strstr(err.text, "wrong community") != NULL, "%s",
	    err.text);
	ck_assert(!strstr(err.text, "hush"));
}
END_TEST

START_TEST(tcp_refused)
{
	struct snmp_options options = options_for("127.0.0.1");
	enum snmp_status status;
	struct err err;

	options.port = 1;
	options.transport = SNMP_TCP;
	ck_assert(!ask_uptime(&options, &status, &err));
	ck_assert_msg(strstr(err.text, "refused") != NULL, "%s", err.text);
}
END_TEST

/* --- the library that is loaded ------------------------------------------- */

struct nothing {
	void *there;
};

START_TEST(missing_libraries)
{
	static const struct lazy_symbol none[] = { { .name = NULL } };
	static const struct lazy_symbol absent[] = {
		{ "no_such_function", offsetof(struct nothing, there) },
		{ .name = NULL },
	};
	const struct lazy_library missing = { "libnosuch.so.1", "nosuch1",
		"A test", none };
	const struct lazy_library other = { "libc.so.6", "libc6", "A test",
		absent };
	struct nothing api;
	struct err err;

	ck_assert(!lazy_load(&missing, &api, &err));
	ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
	ck_assert(strstr(err.text, "libnosuch.so.1") != NULL);
	ck_assert(strstr(err.text, "nosuch1") != NULL);
	ck_assert(!lazy_load(&other, &api, &err));
	ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
	ck_assert(strstr(err.text, "no_such_function") != NULL);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("snmp_live");
	TCase *t = tcase_create("snmpd");

	tcase_add_unchecked_fixture(t, start, stop);
	tcase_set_timeout(t, 300);
	tcase_add_loop_test(t, each_user, 0, COUNT(users));
	tcase_add_test(t, each_way);
	tcase_add_loop_test(t, each_refusal, 0, COUNT(refusals));
	tcase_add_test(t, wrong_community);
	tcase_add_test(t, tcp_refused);
	tcase_add_test(t, missing_libraries);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	find_snmpd();
	if (!snmpd)
		printf("skipped: snmpd is not installed (package snmpd)\n");
	return suite_run(suite());
}
