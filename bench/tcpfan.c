/* SPDX-License-Identifier: ISC */
/*
 * tcpfan: holds established loopback connections open, both ends of each.
 *
 * usage: tcpfan COUNT PORT
 *
 * Opens COUNT of them to PORT, in as many processes as the limit of open files
 * demands: process k connects from 127.1.k.1 to 127.2.k.1.  Prints "ready",
 * then waits to be killed; its children end with it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 20000 /* connections of one process: less than the ports */

static void
must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		_exit(1);
	}
}

static struct sockaddr_in
address(unsigned net, unsigned process, unsigned port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr =
		    htonl(127u << 24 | net << 16 | process << 8 | 1),
	};
}

static void
connect_one(int server, const struct sockaddr_in *from,
    const struct sockaddr_in *to)
{
	const int client = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	must(client, "socket");
	/* The port is chosen at connect, when the whole tuple is known. */
	setsockopt(client, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
	    sizeof(on));
	must(bind(client, (const void *)from, sizeof(*from)), "bind");
	must(connect(client, (const void *)to, sizeof(*to)), "connect");
	must(accept(server, NULL, NULL), "accept");
}

static void
hold(unsigned process, unsigned count, unsigned port)
{
	const struct sockaddr_in from = address(1, process, 0);
	const struct sockaddr_in to = address(2, process, port);
	const int server = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	must(server, "socket");
	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	must(bind(server, (const void *)&to, sizeof(to)), "bind");
	must(listen(server, 128), "listen");
	while (count-- > 0)
		connect_one(server, &from, &to);
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	unsigned left, port, most;

	if (argc != 3)
		return 2;
	left = (unsigned)atoi(argv[1]);
	port = (unsigned)atoi(argv[2]);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	most = (unsigned)(files.rlim_cur - 16) / 2;
	if (most > MOST)
		most = MOST;
	for (unsigned process = 0; left > 0; process++) {
		const unsigned count = left < most ? left : most;
		char ready;
		int pair[2];

		must(pipe(pair), "pipe");
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			hold(process, count, port);
			must((int)write(pair[1], "", 1), "write");
			pause();
			_exit(0);
		}
		close(pair[1]);
		if (read(pair[0], &ready, 1) != 1)
			return 1;
		close(pair[0]);
		left -= count;
	}
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
