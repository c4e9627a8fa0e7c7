/* SPDX-License-Identifier: ISC */
#include "source/proctcp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"

#define READ_SIZE 16384

/* --- a line --------------------------------------------------------------- */

/* What is left of a line. */
struct cursor {
	const char *at, *end;
};

static bool
take_char(struct cursor *cursor, char c)
{
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static void
skip_blanks(struct cursor *cursor)
{
	while (take_char(cursor, ' '))
		;
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* At most max_digits digits of base 10 or 16; at least one. */
static bool
take_number(struct cursor *cursor, unsigned base, unsigned max_digits,
    uint64_t *value)
{
	unsigned digits = 0;

	*value = 0;
	while (cursor->at < cursor->end && digits < max_digits) {
		const int digit = digit_of(*cursor->at);

		if (digit < 0 || digit >= (int)base)
			break;
		*value = *value * base + (unsigned)digit;
		cursor->at++;
		digits++;
	}
	return digits > 0;
}

/* An address is printed in words of 32 bits as the machine reads them. */
static bool
take_words(struct cursor *cursor, uint8_t *bytes, size_t words)
{
	for (size_t i = 0; i < words; i++) {
		const char *start = cursor->at;
		uint64_t value;
		uint32_t word;

		if (!take_number(cursor, 16, 8, &value) ||
		    cursor->at - start != 8)
			return false;
		word = (uint32_t)value;
		memcpy(bytes + 4 * i, &word, sizeof(word));
	}
	return true;
}

/* ADDRESS:PORT, 8 or 32 hexadecimal digits and 4. */
static bool
take_end(struct cursor *cursor, struct ip *address, uint16_t *port)
{
	const char *colon =
	    memchr(cursor->at, ':', (size_t)(cursor->end - cursor->at));
	const bool v6 = colon != NULL && colon - cursor->at == 32;
	uint8_t bytes[16];
	uint64_t value;

	if (!take_words(cursor, bytes, v6 ? 4 : 1) || !take_char(cursor, ':') ||
	    !take_number(cursor, 16, 4, &value))
		return false;
	*address = v6 ? ip_from_v6(bytes, 0) : ip_from_v4(bytes);
	*port = (uint16_t)value;
	return true;
}

/* A number with a blank before and something after it. */
static bool
take_field(struct cursor *cursor, unsigned base, unsigned max_digits,
    uint64_t *value)
{
	skip_blanks(cursor);
	return take_number(cursor, base, max_digits, value) &&
	    cursor->at < cursor->end;
}

/* Inode numbers come round again only with another tuple, or much later. */
static uint64_t
cookie_of(const struct tcp_socket *socket)
{
	uint64_t hash = HASH_START;

	if (socket->inode == 0)
		return 0;
	hash =
	    hash_add(hash, &socket->local.bytes, sizeof(socket->local.bytes));
	hash =
	    hash_add(hash, &socket->remote.bytes, sizeof(socket->remote.bytes));
	hash = hash_add(hash, &socket->local_port, sizeof(socket->local_port));
	hash =
	    hash_add(hash, &socket->remote_port, sizeof(socket->remote_port));
	hash = hash_add(hash, &socket->inode, sizeof(socket->inode));
	return hash == 0 ? 1 : hash;
}

/* sl local rem st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode */
static bool
read_line(struct cursor line, struct tcp_socket *socket)
{
	uint64_t slot, state, tx, rx, timer, when, retransmits, uid, timeout,
	    inode;

	skip_blanks(&line);
	if (!take_number(&line, 10, 10, &slot) || !take_char(&line, ':'))
		return false;
	skip_blanks(&line);
	if (!take_end(&line, &socket->local, &socket->local_port))
		return false;
	skip_blanks(&line);
	if (!take_end(&line, &socket->remote, &socket->remote_port))
		return false;
	if (!take_field(&line, 16, 2, &state) || state == 0 ||
	    !take_field(&line, 16, 8, &tx) || !take_char(&line, ':') ||
	    !take_number(&line, 16, 8, &rx) ||
	    !take_field(&line, 16, 2, &timer) || !take_char(&line, ':') ||
	    !take_number(&line, 16, 16, &when) ||
	    !take_field(&line, 16, 8, &retransmits) ||
	    !take_field(&line, 10, 10, &uid) ||
	    !take_field(&line, 10, 20, &timeout))
		return false;
	skip_blanks(&line);
	if (!take_number(&line, 10, 10, &inode))
		return false;
	/* 12 is TCP_NEW_SYN_RECV, which the kernel shows as 3. */
	socket->state = state == 12 ? TCP_SYN_RECV : (uint8_t)state;
	socket->uid = (uint32_t)uid;
	socket->inode = (uint32_t)inode;
	socket->receive_queue = (uint32_t)rx;
	socket->send_queue = (uint32_t)tx;
	socket->cookie = cookie_of(socket);
	return socket->state < TCP_STATES;
}

static bool
take_line(struct proctcp_reader *reader, const char *bytes, size_t len,
    struct err *err)
{
	const struct cursor line = { bytes, bytes + len };
	struct tcp_socket socket = { 0 };

	if (reader->lines++ == 0) /* the heading */
		return true;
	if (!read_line(line, &socket))
		return err_set(err, ERR_PROTOCOL, "line %llu is no TCP socket",
		    (unsigned long long)reader->lines);
	if (sockdiag_filter_match(reader->query, &socket))
		reader->sink(&socket, reader->context);
	return true;
}

/* --- a file --------------------------------------------------------------- */

static bool
keep_beginning(struct proctcp_reader *reader, const char *bytes, size_t len,
    struct err *err)
{
	if (len > sizeof(reader->line) - reader->len)
		return err_set(err, ERR_PROTOCOL,
		    "line %llu has more than %d characters",
		    (unsigned long long)reader->lines + 1, PROCTCP_LINE);
	memcpy(reader->line + reader->len, bytes, len);
	reader->len += len;
	return true;
}

/* The line that began in the last piece ends in this one. */
static bool
finish_line(struct proctcp_reader *reader, const char *bytes, size_t len,
    struct err *err)
{
	const size_t kept = reader->len;

	if (kept == 0)
		return take_line(reader, bytes, len, err);
	if (!keep_beginning(reader, bytes, len, err))
		return false;
	reader->len = 0;
	return take_line(reader, reader->line, kept + len, err);
}

bool
proctcp_parse(struct proctcp_reader *reader, const char *bytes, size_t len,
    struct err *err)
{
	const char *at = bytes, *const end = bytes + len;
	const char *newline;

	while (at < end &&
	    (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!finish_line(reader, at, (size_t)(newline - at), err))
			return false;
		at = newline + 1;
	}
	return keep_beginning(reader, at, (size_t)(end - at), err);
}

bool
proctcp_parse_end(const struct proctcp_reader *reader, struct err *err)
{
	if (reader->lines == 0)
		return err_set(err, ERR_PROTOCOL, "is empty");
	if (reader->len > 0)
		return err_set(err, ERR_PROTOCOL, "ends within a line");
	return true;
}

static bool
read_file(int fd, const struct sockdiag_query *query, tcp_sink *sink,
    void *context, const struct deadline *deadline, struct err *err)
{
	struct proctcp_reader reader = {
		.query = query,
		.sink = sink,
		.context = context,
	};
	char bytes[READ_SIZE];
	off_t at = 0;
	ssize_t len;

	while ((len = pread(fd, bytes, sizeof(bytes), at)) != 0) {
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return err_sys(err, errno, "reading");
		if (!proctcp_parse(&reader, bytes, (size_t)len, err))
			return false;
		if (deadline_past(deadline))
			return err_set(err, ERR_TIMEOUT,
			    "not at the end after %llu lines",
			    (unsigned long long)reader.lines);
		at += len;
	}
	return proctcp_parse_end(&reader, err);
}

bool
proctcp_read(const struct proctcp *files, const struct sockdiag_query *query,
    tcp_sink *sink, void *context, const struct deadline *deadline,
    struct err *err)
{
	if (query->by_cgroup)
		return err_set(err, ERR_UNSUPPORTED,
		    "/proc/net/tcp does not tell the cgroup");
	if (!read_file(files->tcp_fd, query, sink, context, deadline, err))
		return err_context(err, "/proc/net/tcp");
	if (files->tcp6_fd >= 0 &&
	    !read_file(files->tcp6_fd, query, sink, context, deadline, err))
		return err_context(err, "/proc/net/tcp6");
	return true;
}

/* --- the kernel's own count ----------------------------------------------- */

/* The next word of the line, blanks before it skipped; false at its end. */
static bool
take_word(struct cursor *line, struct cursor *word)
{
	skip_blanks(line);
	word->at = line->at;
	while (line->at < line->end && *line->at != ' ')
		line->at++;
	word->end = line->at;
	return word->at < word->end;
}

static bool
word_is(struct cursor word, const char *expected)
{
	const size_t len = (size_t)(word.end - word.at);

	return len == strlen(expected) && memcmp(word.at, expected, len) == 0;
}

static bool
next_line(struct cursor *text, struct cursor *line)
{
	const char *newline;

	if (text->at == text->end)
		return false;
	newline = memchr(text->at, '\n', (size_t)(text->end - text->at));
	line->at = text->at;
	line->end = newline != NULL ? newline : text->end;
	text->at = newline != NULL ? newline + 1 : text->end;
	return true;
}

/* The next line that begins with "Tcp:"; *line is what follows that. */
static bool
next_tcp_line(struct cursor *text, struct cursor *line)
{
	struct cursor word;

	while (next_line(text, line)) {
		if (take_word(line, &word) && word_is(word, "Tcp:"))
			return true;
	}
	return false;
}

bool
proctcp_parse_snmp(const char *bytes, size_t len, uint64_t *current,
    struct err *err)
{
	struct cursor text = { bytes, bytes + len };
	struct cursor names, values, name, value;

	/* One line of names, then one of values in the same order. */
	if (!next_tcp_line(&text, &names) || !next_tcp_line(&text, &values))
		return err_set(err, ERR_PROTOCOL, "no two lines for Tcp");
	while (take_word(&names, &name) && take_word(&values, &value)) {
		if (!word_is(name, "CurrEstab"))
			continue;
		if (take_number(&value, 10, 19, current) &&
		    value.at == value.end)
			return true;
		break;
	}
	return err_set(err, ERR_PROTOCOL, "no number for CurrEstab");
}

bool
proctcp_current(const struct proctcp *files, uint64_t *current, struct err *err)
{
	char bytes[READ_SIZE];
	const ssize_t len = pread(files->snmp_fd, bytes, sizeof(bytes), 0);

	if (len < 0)
		return err_sys(err, errno, "reading /proc/net/snmp");
	if (!proctcp_parse_snmp(bytes, (size_t)len, current, err))
		return err_context(err, "/proc/net/snmp");
	return true;
}

/* --- opening -------------------------------------------------------------- */

static int
open_below(const char *root, const char *name)
{
	char path[256];
	const int len =
	    snprintf(path, sizeof(path), "%s/thread-self/net/%s", root, name);

	if (len < 0 || (size_t)len >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, O_RDONLY | O_CLOEXEC);
}

static bool
open_files(struct proctcp *files, enum proctcp_what what, const char *root,
    struct err *err)
{
	if (what == PROCTCP_CURRENT) {
		files->snmp_fd = open_below(root, "snmp");
		return files->snmp_fd >= 0 ||
		    err_sys(err, errno, "opening %s/net/snmp", root);
	}
	files->tcp_fd = open_below(root, "tcp");
	if (files->tcp_fd < 0)
		return err_sys(err, errno, "opening %s/net/tcp", root);
	files->tcp6_fd = open_below(root, "tcp6");
	if (files->tcp6_fd < 0 && errno != ENOENT)
		return err_sys(err, errno, "opening %s/net/tcp6", root);
	return true;
}

bool
proctcp_open(struct proctcp *files, enum proctcp_what what, const char *root,
    struct err *err)
{
	*files = (struct proctcp){ -1, -1, -1 };
	if (open_files(files, what, root, err))
		return true;
	proctcp_close(files);
	return false;
}

void
proctcp_close(struct proctcp *files)
{
	if (files->tcp_fd >= 0)
		close(files->tcp_fd);
	if (files->tcp6_fd >= 0)
		close(files->tcp6_fd);
	if (files->snmp_fd >= 0)
		close(files->snmp_fd);
	*files = (struct proctcp){ -1, -1, -1 };
}
