/* SPDX-License-Identifier: ISC */
/*
 * pkg-config: libsystemd
 */
#include "source/systemd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "base/lazy.h"
#include "base/text.h"

#define SERVICE "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER SERVICE ".Manager"
#define UNIT SERVICE ".Unit"
#define SERVICE_UNIT SERVICE ".Service"
#define MICRO 1000 /* ns */

/* Who does not ask for a unit does not load the library (1 ms). */
struct api {
	LAZY_FIELD(sd_bus_call);
	LAZY_FIELD(sd_bus_close_unref);
	LAZY_FIELD(sd_bus_error_free);
	LAZY_FIELD(sd_bus_error_has_name);
	LAZY_FIELD(sd_bus_error_is_set);
	LAZY_FIELD(sd_bus_is_ready);
	LAZY_FIELD(sd_bus_message_append);
	LAZY_FIELD(sd_bus_message_enter_container);
	LAZY_FIELD(sd_bus_message_new_method_call);
	LAZY_FIELD(sd_bus_message_read_array);
	LAZY_FIELD(sd_bus_message_read_basic);
	LAZY_FIELD(sd_bus_message_unref);
	LAZY_FIELD(sd_bus_open_system);
	LAZY_FIELD(sd_bus_path_encode);
	LAZY_FIELD(sd_bus_process);
	LAZY_FIELD(sd_bus_wait);
};

static const struct lazy_symbol symbols[] = {
	LAZY_SYMBOL(struct api, sd_bus_call),
	LAZY_SYMBOL(struct api, sd_bus_close_unref),
	LAZY_SYMBOL(struct api, sd_bus_error_free),
	LAZY_SYMBOL(struct api, sd_bus_error_has_name),
	LAZY_SYMBOL(struct api, sd_bus_error_is_set),
	LAZY_SYMBOL(struct api, sd_bus_is_ready),
	LAZY_SYMBOL(struct api, sd_bus_message_append),
	LAZY_SYMBOL(struct api, sd_bus_message_enter_container),
	LAZY_SYMBOL(struct api, sd_bus_message_new_method_call),
	LAZY_SYMBOL(struct api, sd_bus_message_read_array),
	LAZY_SYMBOL(struct api, sd_bus_message_read_basic),
	LAZY_SYMBOL(struct api, sd_bus_message_unref),
	LAZY_SYMBOL(struct api, sd_bus_open_system),
	LAZY_SYMBOL(struct api, sd_bus_path_encode),
	LAZY_SYMBOL(struct api, sd_bus_process),
	LAZY_SYMBOL(struct api, sd_bus_wait),
	{ NULL, 0 },
};

/* The watchdog is for it; others have another way to a process. */
LAZY_LIBRARY(library, "libsystemd.so.0", "libsystemd0", "systemd",
    LAZY_RECOMMENDED, symbols);

/* --- the bus -------------------------------------------------------------- */

static uint64_t
left_us(const struct deadline *deadline)
{
	/* 0 would mean the library's own 25 s. */
	return (uint64_t)(deadline_left_ns(deadline) / MICRO) + 1;
}

static bool
fail(struct err *err, int number, const char *what)
{
	switch (number) {
	case ENOENT:
	case ECONNREFUSED:
		return err_set(err, ERR_UNSUPPORTED,
		    "%s: no system bus: is this system run by systemd, and is "
		    "dbus there?",
		    what);
	case ETIMEDOUT:
		return err_set(err, ERR_TIMEOUT,
		    "%s: the system bus did not answer in time", what);
	default:
		return err_sys(err, number, "%s", what);
	}
}

/* A failed call: the manager's own words. */
static bool
fail_call(const struct api *api, struct err *err, int number, const char *what,
    const sd_bus_error *error)
{
	char room[300];
	struct text words = TEXT_OVER(room);

	if (!api->sd_bus_error_is_set(error) || number == ETIMEDOUT)
		return fail(err, number, what);
	if (error->message)
		text_foreign(&words, error->message, strlen(error->message),
		    200);
	if (api->sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
	    api->sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER))
		return err_set(err, ERR_UNSUPPORTED,
		    "%s: systemd is not on the bus: %s", what, words.data);
	return err_set(err,
	    api->sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED) ||
		    api->sd_bus_error_has_name(error,
			SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED) ||
		    number == EACCES || number == EPERM
		? ERR_PERMISSION
		: ERR_SYSTEM,
	    "%s: %s", what, words.data);
}

/* Hello, until the bus has answered it. */
static int
become_ready(const struct api *api, sd_bus *bus,
    const struct deadline *deadline)
{
	int got;

	while ((got = api->sd_bus_is_ready(bus)) == 0) {
		if (deadline_past(deadline))
			return -ETIMEDOUT;
		got = api->sd_bus_process(bus, NULL);
		if (got < 0)
			return got;
		if (got == 0)
			got = api->sd_bus_wait(bus, left_us(deadline));
		if (got < 0 && got != -EINTR)
			return got;
	}
	return got < 0 ? got : 0;
}

static bool
connect_bus(struct api *api, sd_bus **bus, const struct deadline *deadline,
    struct err *err)
{
	int got;

	if (!lazy_load(&library, api, err))
		return false;
	got = api->sd_bus_open_system(bus);

	if (got >= 0)
		got = become_ready(api, *bus, deadline);
	if (got >= 0)
		return true;
	*bus = api->sd_bus_close_unref(*bus);
	return fail(err, -got, "connecting to the system bus");
}

/* --- properties ----------------------------------------------------------- */

struct look {
	struct api api;
	sd_bus *bus;
	const char *path; /* of the object */
	const struct deadline *deadline;
	struct err *err;
};

/* Properties.Get, with the value entered: the caller reads it and unrefs. */
static sd_bus_message *
get(const struct look *look, const char *interface, const char *property,
    const char *type)
{
	const struct api *api = &look->api;
	sd_bus_message *call = NULL, *reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int got = api->sd_bus_message_new_method_call(look->bus, &call, SERVICE,
	    look->path, "org.freedesktop.DBus.Properties", "Get");

	if (got >= 0)
		got =
		    api->sd_bus_message_append(call, "ss", interface, property);
	if (got >= 0)
		got = api->sd_bus_call(look->bus, call, left_us(look->deadline),
		    &error, &reply);
	if (got >= 0)
		got = api->sd_bus_message_enter_container(reply, 'v', type);
	if (got < 0) {
		fail_call(api, look->err, -got, property, &error);
		reply = api->sd_bus_message_unref(reply);
	}
	api->sd_bus_error_free(&error);
	api->sd_bus_message_unref(call);
	return reply;
}

static bool
get_word(const struct look *look, const char *interface, const char *property,
    char *to, size_t size)
{
	const struct api *api = &look->api;
	sd_bus_message *reply = get(look, interface, property, "s");
	const char *word = NULL;
	struct text text;
	bool good;

	if (!reply)
		return false;
	good = api->sd_bus_message_read_basic(reply, 's', &word) > 0;
	text_init(&text, to, size);
	if (good)
		text_foreign(&text, word, strlen(word), size - 1);
	api->sd_bus_message_unref(reply);
	return good ||
	    err_set(look->err, ERR_PROTOCOL, "%s: no answer of its type",
		property);
}

static bool
get_number(const struct look *look, const char *interface, const char *property,
    char type, void *value)
{
	const struct api *api = &look->api;
	const char types[] = { type, '\0' };
	sd_bus_message *reply = get(look, interface, property, types);
	bool good;

	if (!reply)
		return false;
	good = api->sd_bus_message_read_basic(reply, type, value) > 0;
	api->sd_bus_message_unref(reply);
	return good ||
	    err_set(look->err, ERR_PROTOCOL, "%s: no answer of its type",
		property);
}

static bool
get_invocation(const struct look *look, char to[static 33])
{
	const struct api *api = &look->api;
	sd_bus_message *reply = get(look, UNIT, "InvocationID", "ay");
	const void *bytes = NULL;
	const unsigned char *id;
	size_t size = 0;
	struct text text;

	text_init(&text, to, 33);
	if (!reply)
		return false;
	if (api->sd_bus_message_read_array(reply, 'y', &bytes, &size) >= 0 &&
	    size == 16)
		for (id = bytes; id < (const unsigned char *)bytes + 16; id++)
			text_addf(&text, "%02x", *id);
	api->sd_bus_message_unref(reply);
	return true;
}

/* systemd counts CLOCK_MONOTONIC; a suspended machine has no restarts. */
static bool
get_time(const struct look *look, const char *property, int64_t *boot_ns)
{
	uint64_t us;

	if (!get_number(look, UNIT, property, 't', &us))
		return false;
	*boot_ns = us == 0 || us > INT64_MAX / MICRO / 2
	    ? -1
	    : (int64_t)us * MICRO + clock_boottime_ns() - clock_monotonic_ns();
	return true;
}

/* "infinity" is as long as any time that nobody lives to see. */
static bool
get_interval(const struct look *look, const char *property, int64_t *ns)
{
	const uint64_t most = (uint64_t)(INT64_MAX / MICRO / 2);
	uint64_t us;

	if (!get_number(look, UNIT, property, 't', &us))
		return false;
	*ns = (int64_t)(us < most ? us : most) * MICRO;
	return true;
}

/* The three in their order, of one clock; 0: never. */
static bool
get_asked(const struct look *look, bool *asked)
{
	uint64_t began_us, exit_us, ended_us;

	if (!get_number(look, UNIT, "InactiveExitTimestampMonotonic", 't',
		&began_us) ||
	    !get_number(look, UNIT, "ActiveExitTimestampMonotonic", 't',
		&exit_us) ||
	    !get_number(look, SERVICE_UNIT, "ExecMainExitTimestampMonotonic",
		't', &ended_us))
		return false;
	*asked = began_us < exit_us && exit_us < ended_us;
	return true;
}

static bool
get_manager(const struct look *unit, struct unit *found)
{
	struct look look = *unit;
	char state[24];

	look.path = MANAGER_PATH;
	if (!get_word(&look, MANAGER, "SystemState", state, sizeof(state)))
		return false;
	found->stopping = strcmp(state, "stopping") == 0;
	return true;
}

static bool
get_all(const struct look *look, struct unit *found)
{
	return get_manager(look, found) &&
	    get_word(look, UNIT, "LoadState", found->load_state,
		sizeof(found->load_state)) &&
	    get_word(look, UNIT, "ActiveState", found->active_state,
		sizeof(found->active_state)) &&
	    get_word(look, UNIT, "SubState", found->sub_state,
		sizeof(found->sub_state)) &&
	    get_word(look, SERVICE_UNIT, "Result", found->result,
		sizeof(found->result)) &&
	    get_word(look, SERVICE_UNIT, "Restart", found->restart,
		sizeof(found->restart)) &&
	    get_number(look, SERVICE_UNIT, "MainPID", 'u', &found->main_pid) &&
	    get_number(look, SERVICE_UNIT, "NRestarts", 'u',
		&found->restarts) &&
	    get_word(look, SERVICE_UNIT, "ControlGroup", found->cgroup,
		sizeof(found->cgroup)) &&
	    get_number(look, UNIT, "StartLimitBurst", 'u',
		&found->limit_burst) &&
	    get_interval(look, "StartLimitIntervalUSec",
		&found->limit_interval_ns) &&
	    get_time(look, "InactiveExitTimestampMonotonic",
		&found->began_ns) &&
	    get_time(look, "StateChangeTimestampMonotonic", &found->since_ns) &&
	    get_time(look, "InactiveEnterTimestampMonotonic",
		&found->ended_ns) &&
	    get_asked(look, &found->asked) &&
	    get_invocation(look, found->invocation);
}

static bool
open_look(struct look *look, const char *unit, char **path)
{
	if (!connect_bus(&look->api, &look->bus, look->deadline, look->err))
		return false;
	/* The path of an object is made of the name: no call for it. */
	if (look->api.sd_bus_path_encode(MANAGER_PATH "/unit", unit, path) < 0)
		return err_set(look->err, ERR_SYSTEM, "no memory for a path");
	look->path = *path;
	return true;
}

static void
close_look(struct look *look, char *path)
{
	free(path);
	if (look->bus)
		look->api.sd_bus_close_unref(look->bus);
}

bool
systemd_look(const char *unit, struct unit *found,
    const struct deadline *deadline, struct err *err)
{
	struct look look = { .deadline = deadline, .err = err };
	char *path = NULL;
	bool good;

	*found = (struct unit){ 0 };
	good = open_look(&look, unit, &path) &&
	    (get_all(&look, found) || err_context(err, "%s", unit));
	close_look(&look, path);
	return good;
}

bool
systemd_id(const char *unit, char id[static UNIT_NAME_MAX + 1],
    const struct deadline *deadline, struct err *err)
{
	struct look look = { .deadline = deadline, .err = err };
	char *path = NULL;
	bool good;

	id[0] = '\0';
	good = open_look(&look, unit, &path) &&
	    (get_word(&look, UNIT, "Id", id, UNIT_NAME_MAX + 1) ||
		err_context(err, "%s", unit));
	close_look(&look, path);
	return good;
}

/* --- the verb ------------------------------------------------------------- */

bool
systemd_restart(const char *unit, const struct deadline *deadline,
    struct err *err)
{
	struct api api;
	sd_bus *bus = NULL;
	sd_bus_message *call = NULL, *reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int got;

	if (!connect_bus(&api, &bus, deadline, err))
		return false;
	got = api.sd_bus_message_new_method_call(bus, &call, SERVICE,
	    MANAGER_PATH, MANAGER, "RestartUnit");
	if (got >= 0)
		got = api.sd_bus_message_append(call, "ss", unit, "replace");
	if (got >= 0)
		got = api.sd_bus_call(bus, call, left_us(deadline), &error,
		    &reply);
	if (got < 0) {
		fail_call(&api, err, -got, "RestartUnit", &error);
		err_context(err, "%s", unit);
	}
	api.sd_bus_error_free(&error);
	api.sd_bus_message_unref(call);
	api.sd_bus_message_unref(reply);
	api.sd_bus_close_unref(bus);
	return got >= 0;
}
