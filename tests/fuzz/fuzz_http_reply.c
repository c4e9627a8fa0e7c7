/* SPDX-License-Identifier: ISC */
/* What a server sends, through libcurl: a listener on the loopback answers each
 * request with the input.  The first byte says how we ask.  Redirects are not
 * followed: they would lead to whatever listens here. */
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source/http.h"
#include "source/http_intake.h"

#define BODY_MAX 4096
#define REPLY_MAX 65536

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A connection may outlive its request, so each is answered from a copy. */
static struct {
	int fd;
	pthread_mutex_t lock;
	uint8_t reply[REPLY_MAX];
	size_t size;
	char url[64];
	struct http_client *client;
} server = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
answer(int fd)
{
	static uint8_t reply[REPLY_MAX];
	char request[4096];
	size_t size, sent = 0;

	if (recv(fd, request, sizeof(request), 0) <= 0)
		return;
	pthread_mutex_lock(&server.lock);
	size = server.size;
	memcpy(reply, server.reply, size);
	pthread_mutex_unlock(&server.lock);
	while (sent < size) {
		const ssize_t n =
		    send(fd, reply + sent, size - sent, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		sent += (size_t)n;
	}
}

static void
set_reply(const uint8_t *data, size_t size)
{
	pthread_mutex_lock(&server.lock);
	server.size = size < REPLY_MAX ? size : REPLY_MAX;
	if (server.size > 0)
		memcpy(server.reply, data, server.size);
	pthread_mutex_unlock(&server.lock);
}

static void *
serve(void *unused)
{
	(void)unused;
	for (;;) {
		const int fd = accept(server.fd, NULL, NULL);

		if (fd < 0)
			continue;
		answer(fd);
		close(fd);
	}
	return NULL;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct text url = TEXT_OVER(server.url);
	socklen_t len = sizeof(address);
	pthread_t thread;
	struct err err;

	(void)argc;
	(void)argv;
	server.fd = socket(AF_INET, SOCK_STREAM, 0);
	must(bind(server.fd, (struct sockaddr *)&address, len) == 0);
	must(listen(server.fd, 16) == 0);
	must(getsockname(server.fd, (struct sockaddr *)&address, &len) == 0);
	text_addf(&url, "http://host.invalid:%u/", ntohs(address.sin_port));
	must(pthread_create(&thread, NULL, serve, NULL) == 0);
	server.client = http_open(&err);
	must(server.client != NULL);
	return 0;
}

static void
is_clean(const char *text)
{
	for (; *text != '\0'; text++)
		must((unsigned char)*text >= ' ' && *text != '|' &&
		    *text != 0x7f);
}

static void
finished(void *context, struct http_probe *probe, struct span header,
    struct span body)
{
	const struct http_response *response = &probe->response;
	bool *any = context;

	*any = true;
	must(header.len <= HTTP_HEADER_MAX + 65536);
	must(body.len <= BODY_MAX && response->body_bytes <= BODY_MAX);
	must(body.len == response->body_bytes || !probe->request->keep_body);
	must(!response->body_cut || response->body_bytes == BODY_MAX);
	must(response->end == HTTP_ANSWERED || response->end == HTTP_FAILED);
	must((response->reason[0] == '\0') == (response->end == HTTP_ANSWERED));
	must(response->end != HTTP_ANSWERED ||
	    (response->status >= 100 && response->status <= 999));
	must(response->redirects == 0);
	is_clean(response->reason);
	is_clean(response->location);
	is_clean(response->etag);
	is_clean(response->version);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = { NULL, "HEAD", "OPTIONS", NULL };
	const uint8_t how = size > 0 ? data[0] : 0;
	const struct http_request request = {
		.method = methods[how & 3],
		.compressed = (how & 4) != 0,
		.keep_body = (how & 8) != 0,
		.version =
		    (how & 16) != 0 ? HTTP_VERSION_2_PRIOR : HTTP_VERSION_AUTO,
		.body_max = BODY_MAX,
	};
	const struct ip loopback = { .family = IP_V4,
		.bytes = { 127, 0, 0, 1 } };
	struct http_probe probe = { .request = &request,
		.url = server.url,
		.addresses = &loopback,
		.count = 1 };
	const struct deadline deadline = deadline_in(5 * CLOCK_SECOND);
	bool any = false;
	struct err err;

	set_reply(size > 0 ? data + 1 : data, size > 0 ? size - 1 : 0);
	must(http_run(server.client, &probe, 1, 1, 0, &deadline, finished, &any,
	    &err));
	must(any);
	return 0;
}
