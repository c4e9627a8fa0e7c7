/* SPDX-License-Identifier: ISC */
#include "source/snmprec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKET 1400 /* bytes of bindings in one answer */
#define BINDING_OVERHEAD 8

/* --- replay --------------------------------------------------------------- */

/* The value's bytes lie in the copy of the file, the OID in the pool. */
struct entry {
	size_t oid;
	struct snmp_value value;
	uint8_t oid_len;
};

struct replay {
	struct snmp_agent agent;
	char *copy;
	uint32_t *pool;
	size_t pool_count, pool_size;
	struct entry *entries;
	size_t count, size;
	size_t limit; /* bytes of an answer */
};

static struct replay *
replay_of(struct snmp_agent *agent)
{
	return (struct replay *)(void *)agent; /* its first member */
}

static bool
grow(void **items, size_t *size, size_t wanted, size_t item)
{
	size_t more = *size ? *size : 256;
	void *larger;

	if (wanted <= *size)
		return true;
	while (more < wanted)
		more *= 2;
	larger = realloc(*items, more * item);
	if (!larger)
		return false;
	*items = larger;
	*size = more;
	return true;
}

static void
entry_oid(const struct replay *replay, const struct entry *entry,
    struct snmp_oid *oid)
{
	oid->len = entry->oid_len;
	memcpy(oid->sub, replay->pool + entry->oid,
	    entry->oid_len * sizeof(oid->sub[0]));
}

/* Entries below it come first: the index of the first that is not. */
static size_t
lower_bound(const struct replay *replay, const struct snmp_oid *oid)
{
	size_t low = 0, high = replay->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		struct snmp_oid at;

		entry_oid(replay, &replay->entries[middle], &at);
		if (snmp_oid_order(&at, oid) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
add_entry(struct replay *replay, const struct snmp_varbind *varbind,
    struct err *err)
{
	const size_t len = varbind->oid.len;
	void *pool = replay->pool, *entries = replay->entries;
	bool ok = grow(&pool, &replay->pool_size, replay->pool_count + len,
	    sizeof(*replay->pool));

	replay->pool = pool;
	ok = ok &&
	    grow(&entries, &replay->size, replay->count + 1,
		sizeof(*replay->entries));
	replay->entries = entries;
	if (!ok)
		return err_set(err, ERR_SYSTEM, "out of memory");
	memcpy(replay->pool + replay->pool_count, varbind->oid.sub,
	    len * sizeof(*replay->pool));
	replay->entries[replay->count++] = (struct entry){
		.oid = replay->pool_count,
		.oid_len = varbind->oid.len,
		.value = varbind->value,
	};
	replay->pool_count += len;
	return true;
}

static bool
check_order(const struct replay *replay, const struct snmp_varbind *varbind,
    struct err *err)
{
	struct snmp_oid last;

	if (replay->count == 0)
		return true;
	entry_oid(replay, &replay->entries[replay->count - 1], &last);
	return snmp_oid_order(&last, &varbind->oid) < 0 ||
	    err_set(err, ERR_USAGE,
		"its OID does not come after that of the line before");
}

/* Decoded in place: no value is longer than its text (0.0.0.0 has 7 bytes). */
static unsigned char *
value_place(char *line, size_t len)
{
	char *const end = line + len;
	char *tag = memchr(line, '|', len);
	char *value =
	    tag ? memchr(tag + 1, '|', (size_t)(end - tag - 1)) : NULL;

	return (unsigned char *)(value ? value + 1 : line);
}

static bool
load(struct replay *replay, char *bytes, size_t len, struct err *err)
{
	size_t line = 1;

	for (char *at = bytes, *end = bytes + len; at < end; line++) {
		char *stop = memchr(at, '\n', (size_t)(end - at));
		struct snmp_varbind varbind;
		size_t size;

		stop = stop ? stop : end;
		size = (size_t)(stop - at);
		if (size && at[size - 1] == '\r')
			size--;
		if (size &&
		    (!snmprec_parse_line(at, size, &varbind,
			 value_place(at, size), err) ||
			!check_order(replay, &varbind, err) ||
			!add_entry(replay, &varbind, err)))
			return err_context(err, "%s line %zu",
			    replay->agent.name, line);
		at = stop + 1;
	}
	return true;
}

static void
put_varbind(const struct replay *replay, const struct entry *entry,
    struct snmp_varbind *varbind)
{
	entry_oid(replay, entry, &varbind->oid);
	varbind->value = entry->value;
}

static void
put_absent(const struct snmp_oid *oid, uint8_t type,
    struct snmp_varbind *varbind)
{
	snmp_oid_copy(&varbind->oid, oid);
	varbind->value = (struct snmp_value){ .type = type };
}

static void
answer_one(const struct replay *replay, enum snmp_op op,
    const struct snmp_oid *oid, struct snmp_varbind *varbind)
{
	struct snmp_oid found;
	size_t at = lower_bound(replay, oid);
	bool same = false;

	if (at < replay->count) {
		entry_oid(replay, &replay->entries[at], &found);
		same = snmp_oid_order(&found, oid) == 0;
	}
	if (op == SNMP_GET && !same) {
		put_absent(oid, SNMP_NO_INSTANCE, varbind);
		return;
	}
	at += op != SNMP_GET && same;
	if (at == replay->count)
		put_absent(oid, SNMP_END_OF_MIB, varbind);
	else
		put_varbind(replay, &replay->entries[at], varbind);
}

static size_t
size_of(const struct snmp_varbind *varbind)
{
	return snmp_oid_size(&varbind->oid) + varbind->value.len +
	    BINDING_OVERHEAD;
}

/* GETBULK row by row, each from the binding one row up. */
static size_t
answer_bulk(const struct replay *replay, const struct snmp_slot *slot,
    struct snmp_varbind *varbinds, size_t room)
{
	const size_t columns = slot->count - slot->non_repeaters;
	size_t count = slot->count, size = 0;

	for (size_t i = 0; i < slot->count; i++) {
		answer_one(replay, SNMP_GETNEXT, &slot->oids[i], &varbinds[i]);
		size += size_of(&varbinds[i]);
	}
	while (columns && count < room) {
		const struct snmp_varbind *above = &varbinds[count - columns];

		answer_one(replay, SNMP_GETNEXT, &above->oid, &varbinds[count]);
		size += size_of(&varbinds[count]);
		if (replay->limit && size > replay->limit)
			break;
		count++;
	}
	return count;
}

static bool
replay_send(struct snmp_agent *agent, size_t slot, struct err *err)
{
	(void)agent, (void)slot, (void)err;
	return true;
}

static size_t
room_for(const struct snmp_slot *slot)
{
	size_t room = slot->count;

	if (slot->op == SNMP_GETBULK)
		room += (slot->count - slot->non_repeaters) *
		    (slot->max_repetitions - 1);
	return room < SNMP_REPLY_MAX ? room : SNMP_REPLY_MAX;
}

static bool
replay_answer(struct snmp_agent *agent, size_t index, struct err *err)
{
	const struct replay *replay = replay_of(agent);
	const struct snmp_slot *slot = &agent->slots[index];
	const size_t room = room_for(slot);
	struct snmp_varbind *varbinds = snmp_agent_varbinds(agent, room);
	struct snmp_reply reply = {
		.count = slot->count,
		.varbinds = varbinds,
	};

	if (!varbinds)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (slot->op == SNMP_GETBULK)
		reply.count = answer_bulk(replay, slot, varbinds, room);
	for (size_t i = 0; slot->op != SNMP_GETBULK && i < slot->count; i++)
		answer_one(replay, slot->op, &slot->oids[i], &varbinds[i]);
	return snmp_agent_answer(agent, index, &reply, err);
}

static bool
replay_poll(struct snmp_agent *agent, const struct deadline *deadline,
    struct err *err)
{
	if (deadline_past(deadline))
		return err_set(err, ERR_TIMEOUT, "no time left to read %s",
		    agent->name);
	for (size_t i = 0; i < SNMP_IN_FLIGHT; i++)
		if (agent->slots[i].busy)
			return replay_answer(agent, i, err);
	return true;
}

static void
replay_close(struct snmp_agent *agent)
{
	struct replay *replay = replay_of(agent);

	snmp_agent_done(agent);
	free(replay->copy);
	free(replay->pool);
	free(replay->entries);
	free(replay);
}

static const struct snmp_backend backend = {
	.send = replay_send,
	.poll = replay_poll,
	.close = replay_close,
};

/* Takes the bytes, which came from malloc, also on failure. */
static struct snmp_agent *
replay_own(const char *name, char *bytes, size_t len, struct err *err)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	if (!replay) {
		free(bytes);
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	snmp_agent_init(&replay->agent, &backend, name);
	replay->copy = bytes;
	replay->limit = PACKET;
	if (!load(replay, bytes, len, err)) {
		replay_close(&replay->agent);
		return NULL;
	}
	return &replay->agent;
}

struct snmp_agent *
snmprec_replay(const char *name, const char *bytes, size_t len, struct err *err)
{
	char *copy = malloc(len + 1);

	if (!copy) {
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	memcpy(copy, bytes, len);
	return replay_own(name, copy, len, err);
}

void
snmprec_limit(struct snmp_agent *agent, size_t bytes)
{
	replay_of(agent)->limit = bytes;
}

/* --- files ---------------------------------------------------------------- */

static bool
check_file(int fd, const char *path, size_t *size, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_USAGE, "%s is no regular file", path);
	if (st.st_size > SNMPREC_BYTES)
		return err_set(err, ERR_USAGE, "%s is larger than %u MiB", path,
		    SNMPREC_BYTES >> 20);
	*size = (size_t)st.st_size;
	return true;
}

static bool
read_all(int fd, const char *path, char *bytes, size_t size, size_t *len,
    struct err *err)
{
	for (*len = 0; *len < size;) {
		const ssize_t n = read(fd, bytes + *len, size - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "read %s", path);
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	return true;
}

struct snmp_agent *
snmprec_open(const char *path, struct err *err)
{
	struct snmp_agent *agent = NULL;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *bytes = NULL;
	size_t size, len;

	if (fd < 0) {
		err_sys(err, errno, "open %s", path);
		return NULL;
	}
	if (!check_file(fd, path, &size, err))
		goto out;
	bytes = malloc(size + 1);
	if (!bytes) {
		err_set(err, ERR_SYSTEM, "out of memory");
		goto out;
	}
	if (!read_all(fd, path, bytes, size, &len, err))
		goto out;
	agent = replay_own(path, bytes, len, err);
	bytes = NULL;
out:
	free(bytes);
	close(fd);
	return agent;
}

/* --- recording ------------------------------------------------------------ */

struct line {
	struct snmp_oid *oid;
	char *text;
};

struct snmprec_writer {
	struct line *lines;
	size_t count, size;
	bool lost; /* there was no memory for some */
};

static char *
line_text(const struct snmp_varbind *varbind)
{
	/* Ten digits and a dot a number; two digits a byte. */
	const size_t size = 11u * SNMP_OID_MAX + 2 * varbind->value.len + 64;
	char *bytes = malloc(size);
	struct text text;

	if (!bytes)
		return NULL;
	text_init(&text, bytes, size);
	snmprec_format_line(&text, varbind);
	return bytes;
}

static void
observe(void *observer, const struct snmp_varbind *varbind)
{
	struct snmprec_writer *writer = observer;
	void *lines = writer->lines;
	struct line line = { 0 };

	if (snmp_is_absent(&varbind->value))
		return;
	line.oid = malloc(sizeof(*line.oid));
	line.text = line_text(varbind);
	if (!line.oid || !line.text ||
	    !grow(&lines, &writer->size, writer->count + 1, sizeof(line))) {
		free(line.oid);
		free(line.text);
		writer->lost = true;
		return;
	}
	writer->lines = lines;
	snmp_oid_copy(line.oid, &varbind->oid);
	writer->lines[writer->count++] = line;
}

struct snmprec_writer *
snmprec_record(struct snmp_agent *agent, struct err *err)
{
	struct snmprec_writer *writer = calloc(1, sizeof(*writer));

	if (!writer) {
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	agent->observe = observe;
	agent->observer = writer;
	return writer;
}

static int
compare_lines(const void *a, const void *b)
{
	const struct line *const *left = a, *const *right = b;
	const int order = snmp_oid_order((*left)->oid, (*right)->oid);

	/* What came first stays first: addresses in one array. */
	return order ? order : (*left > *right) - (*left < *right);
}

static bool
write_all(int fd, const char *path, const char *bytes, size_t len,
    struct err *err)
{
	while (len > 0) {
		const ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "write %s", path);
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool
write_lines(const struct line *const *sorted, size_t count, int fd,
    const char *path, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		if (i && !snmp_oid_order(sorted[i]->oid, sorted[i - 1]->oid))
			continue;
		if (!write_all(fd, path, sorted[i]->text,
			strlen(sorted[i]->text), err) ||
		    !write_all(fd, path, "\n", 1, err))
			return false;
	}
	return true;
}

bool
snmprec_write(const struct snmprec_writer *writer, const char *path,
    struct err *err)
{
	const struct line **sorted =
	    malloc((writer->count + 1) * sizeof(*sorted));
	int fd = -1;
	bool ok = false;

	if (!sorted || writer->lost) {
		err_set(err, ERR_SYSTEM, "out of memory for the recording");
		goto out;
	}
	for (size_t i = 0; i < writer->count; i++)
		sorted[i] = &writer->lines[i];
	qsort(sorted, writer->count, sizeof(*sorted), compare_lines);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd < 0) {
		err_sys(err, errno, "open %s", path);
		goto out;
	}
	ok = write_lines(sorted, writer->count, fd, path, err);
	if (close(fd) != 0 && ok)
		ok = err_sys(err, errno, "close %s", path);
out:
	free(sorted);
	return ok;
}

void
snmprec_free(struct snmprec_writer *writer)
{
	if (!writer)
		return;
	for (size_t i = 0; i < writer->count; i++) {
		free(writer->lines[i].oid);
		free(writer->lines[i].text);
	}
	free(writer->lines);
	free(writer);
}
