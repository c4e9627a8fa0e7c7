/* SPDX-License-Identifier: ISC */
/*
 * snmp_agent: an SNMPv1 and v2c agent that is never the bottleneck, with any
 * number of BGP4-MIB peers.  Rows are computed, not stored.
 *
 *	snmp_agent [-n PEERS] [-d MICROSECONDS] [-m BYTES]
 *
 * Prints its port.  -d answers that much later, which is a round trip time:
 * requests in flight wait together.  -m is the size of an answer at which a
 * GETBULK is cut.  SIGUSR1 prints how many requests and bindings it answered
 * since the last time.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "../tests/tools/snmp_ber.h"

#define PENDING 4096 /* answers that wait for their time */
#define OVERHEAD 60  /* bytes of a message beside its bindings */

static const uint32_t columns[] = { 2, 3, 9, 14, 15, 16 };
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

struct pending {
	int64_t due_ns;
	struct sockaddr_in to;
	size_t len;
	uint8_t *bytes;
};

static volatile sig_atomic_t asked_for_counts, ended;

struct server {
	int fd;
	size_t peers, most_bytes;
	int64_t delay_ns;
	uint64_t requests, bindings;
	struct pending pending[PENDING];
	size_t first, last;
	struct ber out;
	struct ber_request request;
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* --- the table ------------------------------------------------------------ */

static size_t
rows(const struct server *server)
{
	return COLUMNS * server->peers + 2;
}

/* Row 0 is bgpLocalAs.0, the last one something behind the table. */
static void
row_oid(const struct server *server, size_t row, struct snmp_oid *oid)
{
	static const uint32_t local_as[] = { 1, 3, 6, 1, 2, 1, 15, 2, 0 };
	static const uint32_t base[] = { 1, 3, 6, 1, 2, 1, 15, 3, 1 };
	static const uint32_t behind[] = { 1, 3, 6, 1, 2, 1, 15, 4, 0 };
	size_t peer;

	oid->len = 0;
	if (row == 0 || row == rows(server) - 1) {
		snmp_oid_append(oid, row ? behind : local_as, 9);
		return;
	}
	peer = (row - 1) % server->peers;
	snmp_oid_append(oid, base, 9);
	snmp_oid_append(oid,
	    (const uint32_t[]){ columns[(row - 1) / server->peers], 10,
		(uint32_t)(peer / 62500 + 1), (uint32_t)(peer / 250 % 250),
		(uint32_t)(peer % 250 + 1) },
	    5);
}

static void
put_value(struct server *server, size_t row)
{
	static const uint8_t none[2];
	const size_t column = (row - 1) / server->peers;
	const int64_t peer = (int64_t)((row - 1) % server->peers);

	if (row == 0 || row == rows(server) - 1)
		ber_integer(&server->out, 0x02, 64500);
	else if (columns[column] == 2)
		ber_integer(&server->out, 0x02, 6);
	else if (columns[column] == 3)
		ber_integer(&server->out, 0x02, 2);
	else if (columns[column] == 9)
		ber_integer(&server->out, 0x02, 64512 + peer % 1000);
	else if (columns[column] == 14)
		ber_octets(&server->out, 0x04, none, 2);
	else
		ber_integer(&server->out, 0x42, 86400 + peer);
}

/* The first row at or behind the OID. */
static size_t
lower_bound(const struct server *server, const struct snmp_oid *oid)
{
	size_t low = 0, high = rows(server);

	while (low < high) {
		const size_t middle = (low + high) / 2;
		struct snmp_oid at;

		row_oid(server, middle, &at);
		if (snmp_oid_order(&at, oid) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- an answer ------------------------------------------------------------ */

/* The row that a binding asks for; rows() for none. */
static size_t
find_row(const struct server *server, const struct snmp_oid *oid, bool next)
{
	size_t row = lower_bound(server, oid);
	struct snmp_oid at;
	bool same = false;

	if (row < rows(server)) {
		row_oid(server, row, &at);
		same = snmp_oid_order(&at, oid) == 0;
	}
	if (next)
		return row + same;
	return same ? row : rows(server);
}

static size_t
put_binding(struct server *server, const struct snmp_oid *asked, size_t row)
{
	const size_t end = server->out.at;
	struct snmp_oid oid;

	if (row < rows(server)) {
		put_value(server, row);
		row_oid(server, row, &oid);
	} else {
		ber_octets(&server->out,
		    server->request.pdu == 0xa0 ? 0x81 : 0x82, "", 0);
		snmp_oid_copy(&oid, asked);
	}
	ber_oid(&server->out, &oid);
	ber_wrap(&server->out, 0x30, end);
	server->bindings++;
	return end - server->out.at;
}

/* How many rows of the last OID fit, found by writing them once. */
static size_t
fitting_rows(struct server *server, size_t row, size_t used)
{
	const size_t end = server->out.at;
	const uint64_t bindings = server->bindings;
	size_t count = 0;

	while (count < (size_t)server->request.second) {
		used +=
		    put_binding(server, &server->request.oids[0], row + count);
		if (used + OVERHEAD > server->most_bytes)
			break;
		count++;
	}
	server->out.at = end;
	server->bindings = bindings;
	return count;
}

static void
put_bulk(struct server *server)
{
	const struct ber_request *request = &server->request;
	const size_t fixed = (size_t)request->first;
	const size_t row =
	    find_row(server, &request->oids[request->count - 1], true);

	for (size_t i = fitting_rows(server, row, fixed * 24); i-- > 0;)
		put_binding(server, &request->oids[request->count - 1],
		    row + i);
	for (size_t i = fixed; i-- > 0;)
		put_binding(server, &request->oids[i],
		    find_row(server, &request->oids[i], true));
}

static void
put_message(struct server *server)
{
	const struct ber_request *request = &server->request;
	struct ber *out = &server->out;

	ber_start(out);
	if (request->pdu == 0xa5)
		put_bulk(server);
	else
		for (size_t i = request->count; i-- > 0;)
			put_binding(server, &request->oids[i],
			    find_row(server, &request->oids[i],
				request->pdu == 0xa1));
	ber_wrap(out, 0x30, BER_SIZE);
	ber_integer(out, 0x02, 0);
	ber_integer(out, 0x02, 0);
	ber_integer(out, 0x02, request->id);
	ber_wrap(out, 0xa2, BER_SIZE);
	ber_octets(out, 0x04, request->community.at, request->community.left);
	ber_integer(out, 0x02, request->version);
	ber_wrap(out, 0x30, BER_SIZE);
	server->requests++;
}

/* --- the loop ------------------------------------------------------------- */

static void
send_or_keep(struct server *server, const struct sockaddr_in *to)
{
	const uint8_t *bytes = server->out.bytes + server->out.at;
	const size_t len = BER_SIZE - server->out.at;
	struct pending *pending = &server->pending[server->last % PENDING];

	if (server->delay_ns == 0) {
		sendto(server->fd, bytes, len, 0, (const struct sockaddr *)to,
		    sizeof(*to));
		return;
	}
	if (server->last - server->first == PENDING)
		return;
	*pending = (struct pending){
		.due_ns = now_ns() + server->delay_ns,
		.to = *to,
		.len = len,
		.bytes = malloc(len),
	};
	if (pending->bytes) {
		memcpy(pending->bytes, bytes, len);
		server->last++;
	}
}

static void
send_due(struct server *server)
{
	while (server->first < server->last &&
	    server->pending[server->first % PENDING].due_ns <= now_ns()) {
		struct pending *pending =
		    &server->pending[server->first++ % PENDING];

		sendto(server->fd, pending->bytes, pending->len, 0,
		    (struct sockaddr *)&pending->to, sizeof(pending->to));
		free(pending->bytes);
	}
}

static void
wait_for_packet(const struct server *server)
{
	struct pollfd wait = { .fd = server->fd, .events = POLLIN };
	struct timespec most = { .tv_sec = 1 };
	int64_t left;

	if (server->first < server->last) {
		left =
		    server->pending[server->first % PENDING].due_ns - now_ns();
		most.tv_sec = 0;
		most.tv_nsec = left > 0 ? left : 0;
	}
	ppoll(&wait, 1, &most, NULL);
}

static void
serve(struct server *server)
{
	static uint8_t bytes[BER_SIZE];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	ssize_t len;

	if (server->delay_ns)
		wait_for_packet(server);
	len = recvfrom(server->fd, bytes, sizeof(bytes),
	    server->delay_ns ? MSG_DONTWAIT : 0, (struct sockaddr *)&from,
	    &from_len);
	if (len > 0 && ber_read_request(bytes, (size_t)len, &server->request) &&
	    server->request.count > 0) {
		put_message(server);
		send_or_keep(server, &from);
	}
	send_due(server);
}

static void
on_signal(int number)
{
	if (number == SIGUSR1)
		asked_for_counts = 1;
	else
		ended = 1;
}

static bool
bind_socket(struct server *server)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	const int room = 4 << 20;

	server->fd = socket(AF_INET, SOCK_DGRAM, 0);
	setsockopt(server->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(server->fd, (struct sockaddr *)&address, len) != 0 ||
	    getsockname(server->fd, (struct sockaddr *)&address, &len) != 0)
		return false;
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	return true;
}

int
main(int argc, char **argv)
{
	static struct server server = { .peers = 10, .most_bytes = 1472 };
	const struct sigaction action = { .sa_handler = on_signal };
	int option;

	while ((option = getopt(argc, argv, "n:d:m:")) != -1) {
		if (option == 'n')
			server.peers = strtoul(optarg, NULL, 10);
		else if (option == 'd')
			server.delay_ns = strtol(optarg, NULL, 10) * 1000;
		else if (option == 'm')
			server.most_bytes = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	prctl(PR_SET_TIMERSLACK, 1);
	if (server.peers == 0 || !bind_socket(&server))
		return 1;
	while (!ended) {
		serve(&server);
		if (!asked_for_counts)
			continue;
		asked_for_counts = 0;
		printf("%lu %lu\n", (unsigned long)server.requests,
		    (unsigned long)server.bindings);
		fflush(stdout);
		server.requests = server.bindings = 0;
	}
	return 0;
}
