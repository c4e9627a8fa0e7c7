/* SPDX-License-Identifier: ISC */
/*
 * A system bus with a systemd on it that knows one unit: a child process that
 * speaks D-Bus by sd-bus's own server side, at DBUS_SYSTEM_BUS_ADDRESS.
 */
#ifndef TESTS_FAKEBUS_H
#define TESTS_FAKEBUS_H

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

enum fakebus_mood {
	FAKEBUS_WELL,
	FAKEBUS_SILENT,	 /* accepts, and says nothing */
	FAKEBUS_REFUSES, /* may not be asked for properties */
};

struct fakebus {
	enum fakebus_mood mood;
	const char *load, *active, *sub, *result, *cgroup;
	uint32_t main_pid, restarts;
	/* The rest is its own. */
	char path[64];
	pid_t pid;
};

static int
fakebus_word(const struct fakebus *bus, sd_bus_message *reply, const char *name)
{
	const struct {
		const char *name, *value;
	} words[] = {
		{ "LoadState", bus->load },
		{ "ActiveState", bus->active },
		{ "SubState", bus->sub },
		{ "Result", bus->result },
		{ "ControlGroup", bus->cgroup },
		{ "SystemState", "running" },
		{ "Restart", "on-failure" },
		{ "Id", "exabgp.service" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].name, name) == 0)
			return sd_bus_message_append(reply, "v", "s",
			    words[i].value);
	if (strcmp(name, "MainPID") == 0)
		return sd_bus_message_append(reply, "v", "u", bus->main_pid);
	if (strcmp(name, "NRestarts") == 0)
		return sd_bus_message_append(reply, "v", "u", bus->restarts);
	if (strcmp(name, "StartLimitBurst") == 0)
		return sd_bus_message_append(reply, "v", "u", 5);
	if (strstr(name, "Monotonic") != NULL ||
	    strcmp(name, "StartLimitIntervalUSec") == 0)
		return sd_bus_message_append(reply, "v", "t",
		    UINT64_C(1000000));
	return sd_bus_message_append(reply, "v", "ay", 0);
}

static int
fakebus_answer(sd_bus_message *call, void *context, sd_bus_error *error)
{
	const struct fakebus *bus = context;
	const char *interface, *name;
	sd_bus_message *reply = NULL;
	int got;

	(void)error;
	if (sd_bus_message_is_method_call(call, "org.freedesktop.DBus",
		"Hello"))
		return sd_bus_reply_method_return(call, "s", ":1.1");
	if (!sd_bus_message_is_method_call(call,
		"org.freedesktop.DBus.Properties", "Get"))
		return 0;
	if (bus->mood == FAKEBUS_REFUSES)
		return sd_bus_reply_method_errorf(call,
		    SD_BUS_ERROR_ACCESS_DENIED, "not for you");
	if (sd_bus_message_read(call, "ss", &interface, &name) < 0 ||
	    sd_bus_message_new_method_return(call, &reply) < 0)
		return -EINVAL;
	got = fakebus_word(bus, reply, name);
	if (got >= 0)
		got = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return got < 0 ? got : 1;
}

static void
fakebus_serve(struct fakebus *bus, int fd)
{
	sd_id128_t id = { { 1 } };
	sd_bus *peer = NULL;
	int got = 0;

	if (sd_bus_new(&peer) < 0 || sd_bus_set_fd(peer, fd, fd) < 0 ||
	    sd_bus_set_server(peer, 1, id) < 0 ||
	    sd_bus_set_anonymous(peer, 1) < 0 ||
	    sd_bus_add_filter(peer, NULL, fakebus_answer, bus) < 0 ||
	    sd_bus_start(peer) < 0)
		_exit(1);
	while (got >= 0) {
		got = sd_bus_process(peer, NULL);
		if (got == 0)
			got = sd_bus_wait(peer, UINT64_MAX);
	}
	sd_bus_close_unref(peer);
}

static void
fakebus_run(struct fakebus *bus, int listener)
{
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		if (bus->mood == FAKEBUS_SILENT)
			pause();
		fakebus_serve(bus, fd);
	}
	_exit(0);
}

/* Its address is where libsystemd looks for the system bus from now on. */
static inline void
fakebus_start(struct fakebus *bus)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char address[100];

	snprintf(bus->path, sizeof(bus->path), "/tmp/fakebus.%d",
	    (int)getpid());
	unlink(bus->path);
	memcpy(name.sun_path, bus->path, sizeof(bus->path));
	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof(name)) != 0 ||
	    listen(fd, 8) != 0)
		abort();
	bus->pid = fork();
	if (bus->pid == 0)
		fakebus_run(bus, fd);
	close(fd);
	snprintf(address, sizeof(address), "unix:path=%s", bus->path);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
}

static inline void
fakebus_stop(struct fakebus *bus)
{
	if (bus->pid > 0) {
		kill(bus->pid, SIGKILL);
		waitpid(bus->pid, NULL, 0);
	}
	unlink(bus->path);
	bus->pid = 0;
}

#endif
