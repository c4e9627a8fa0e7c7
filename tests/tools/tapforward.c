/* SPDX-License-Identifier: ISC */
/*
 * tapforward: a bad network between two network namespaces, made of two TAP
 * devices, with a log of the truth.
 *
 *	tapforward NS-A NS-B SEED LOSS DUPLICATE CORRUPT DELAY-MS SPREAD-MS
 *
 * Makes the device "bad0" in both namespaces.  LOSS, DUPLICATE and CORRUPT are
 * parts of a thousand, of echo requests and of replies; other frames pass
 * untouched.  Each echo packet is delayed by DELAY-MS and up to SPREAD-MS more,
 * so that a spread reorders.  On SIGTERM it prints for each family how many
 * echo requests entered in A, for how many no sound reply was delivered to A,
 * how many sound replies were delivered once more, how many first ones came
 * after that to a later request, and how long it took from the request to the
 * first sound reply, on average and at most, in microseconds.
 */
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define FRAME_BYTES 2048
#define HEAP_FRAMES 16384
#define ETHERNET 14

struct frame {
	int64_t due_ns;
	uint64_t order; /* of arrival, among equals */
	int to;
	bool sound;
	size_t len;
	uint8_t bytes[FRAME_BYTES];
};

/* What an echo packet is; family 0: it is none. */
struct echo {
	int family; /* 4 or 6 */
	bool request;
	uint16_t sequence;
	size_t data; /* offset of the echoed data */
};

/* By family: index 0 is IPv4. */
struct truth {
	unsigned char asked[65536], delivered[65536];
	unsigned duplicates, reordered;
	int highest;
	int64_t asked_ns[65536], took_ns /* in all */, longest_ns;
};

static struct frame *heap[HEAP_FRAMES];
static size_t heaped;
static struct truth truths[2];
static uint64_t random_state;
static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
	stop = number;
}

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* xorshift64*: Vigna 2016. */
static uint32_t
draw(uint32_t below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)((random_state * UINT64_C(0x2545f4914f6cdd1d)) >> 32) %
	    below;
}

/* --- heap by time --------------------------------------------------------- */

static bool
before(const struct frame *a, const struct frame *b)
{
	return a->due_ns != b->due_ns ? a->due_ns < b->due_ns
				      : a->order < b->order;
}

static void
push(struct frame *frame)
{
	size_t at = heaped++;

	while (at > 0 && before(frame, heap[(at - 1) / 2])) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = frame;
}

static struct frame *
pop(void)
{
	struct frame *top = heap[0], *last = heap[--heaped];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < heaped) {
		if (child + 1 < heaped && before(heap[child + 1], heap[child]))
			child++;
		if (!before(heap[child], last))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return top;
}

/* --- frames --------------------------------------------------------------- */

static struct echo
look(const uint8_t *bytes, size_t len)
{
	struct echo echo = { 0 };
	size_t icmp = 0;
	uint8_t type;

	if (len < ETHERNET + 48)
		return echo;
	if (bytes[12] == 0x08 && bytes[13] == 0x00 && bytes[ETHERNET + 9] == 1)
		icmp = ETHERNET + (size_t)(bytes[ETHERNET] & 15) * 4;
	else if (bytes[12] == 0x86 && bytes[13] == 0xdd &&
	    bytes[ETHERNET + 6] == 58)
		icmp = ETHERNET + 40;
	if (icmp == 0 || icmp + 8 > len)
		return echo;
	type = bytes[icmp];
	if (bytes[12] == 0x08 ? type != 8 && type != 0
			      : type != 128 && type != 129)
		return echo;
	echo.family = bytes[12] == 0x08 ? 4 : 6;
	echo.request = type == 8 || type == 128;
	echo.sequence = (uint16_t)(bytes[icmp + 6] << 8 | bytes[icmp + 7]);
	echo.data = icmp + 8;
	return echo;
}

static struct truth *
truth_of(const struct echo *echo)
{
	return &truths[echo->family == 6];
}

static void
note_delivery(const struct frame *frame)
{
	const struct echo echo = look(frame->bytes, frame->len);
	struct truth *truth = truth_of(&echo);
	int64_t took_ns;

	if (echo.family == 0 || echo.request || frame->to != 0 || !frame->sound)
		return;
	if (truth->delivered[echo.sequence]++ > 0) {
		truth->duplicates++;
		return;
	}
	took_ns = now_ns() - truth->asked_ns[echo.sequence];
	truth->took_ns += took_ns;
	if (took_ns > truth->longest_ns)
		truth->longest_ns = took_ns;
	if (echo.sequence < truth->highest)
		truth->reordered++;
	else
		truth->highest = echo.sequence;
}

struct weather {
	uint32_t loss, duplicate, corrupt; /* of 1000 */
	int64_t delay_ns, spread_ns;
};

static void
schedule(const struct frame *arrived, const struct weather *weather)
{
	static uint64_t order;
	struct frame *frame = malloc(sizeof(*frame));

	if (frame == NULL || heaped == HEAP_FRAMES)
		abort();
	*frame = *arrived;
	frame->order = order++;
	frame->due_ns = now_ns() + weather->delay_ns;
	if (weather->spread_ns > 0)
		frame->due_ns +=
		    (int64_t)draw(1000) * weather->spread_ns / 1000;
	push(frame);
}

/* What becomes of a frame that came in on device `from`. */
static void
take(struct frame *frame, int from, const struct weather *weather)
{
	static const struct weather fair = { 0 };
	const struct echo echo = look(frame->bytes, frame->len);

	frame->to = !from;
	frame->sound = true;
	if (echo.family == 0) {
		schedule(frame, &fair);
		return;
	}
	if (echo.request && from == 0) {
		truth_of(&echo)->asked[echo.sequence] = 1;
		truth_of(&echo)->asked_ns[echo.sequence] = now_ns();
	}
	if (draw(1000) < weather->loss)
		return;
	if (draw(1000) < weather->corrupt) {
		/* Past the mark: only the checksum can notice. */
		frame->bytes[echo.data + 20] ^= 0x10;
		frame->sound = false;
	}
	schedule(frame, weather);
	if (draw(1000) < weather->duplicate)
		schedule(frame, weather);
}

/* --- devices -------------------------------------------------------------- */

static int
open_tap(const char *namespace)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	char path[256];
	int space, fd;

	snprintf(path, sizeof(path), "/run/netns/%s", namespace);
	space = open(path, O_RDONLY | O_CLOEXEC);
	if (space < 0 || setns(space, CLONE_NEWNET) != 0) {
		perror(path);
		exit(1);
	}
	close(space);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	strcpy(request.ifr_name, "bad0");
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
		perror("/dev/net/tun");
		exit(1);
	}
	return fd;
}

static void
forward(const int fds[2], const struct weather *weather)
{
	struct pollfd ready[2] = { { fds[0], POLLIN, 0 },
		{ fds[1], POLLIN, 0 } };
	static struct frame frame;

	while (stop == 0) {
		const int64_t left_ns =
		    heaped > 0 ? heap[0]->due_ns - now_ns() : 1000000000;
		const struct timespec wait = { .tv_nsec = left_ns < 0 ? 0
			    : left_ns > 999999999 ? 999999999
						  : left_ns };

		ppoll(ready, 2, &wait, NULL);
		for (int from = 0; from < 2; from++) {
			ssize_t len;

			while ((len = read(fds[from], frame.bytes,
				    FRAME_BYTES)) > 0) {
				frame.len = (size_t)len;
				take(&frame, from, weather);
			}
		}
		while (heaped > 0 && heap[0]->due_ns <= now_ns()) {
			struct frame *due = pop();

			note_delivery(due);
			if (write(fds[due->to], due->bytes, due->len) < 0)
				perror("write");
			free(due);
		}
	}
}

static void
tell(const char *family, const struct truth *truth)
{
	unsigned asked = 0, lost = 0, answered;

	for (size_t i = 0; i < 65536; i++) {
		asked += truth->asked[i];
		lost += truth->asked[i] && truth->delivered[i] == 0;
	}
	answered = asked > lost ? asked - lost : 1;
	printf("%s asked=%u lost=%u duplicates=%u reordered=%u took=%lld "
	       "longest=%lld\n",
	    family, asked, lost, truth->duplicates, truth->reordered,
	    (long long)truth->took_ns / answered / 1000,
	    (long long)truth->longest_ns / 1000);
}

int
main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct weather weather;
	int fds[2];

	if (argc != 9) {
		fputs("usage: tapforward NS-A NS-B SEED LOSS DUPLICATE CORRUPT "
		      "DELAY-MS SPREAD-MS\n",
		    stderr);
		return 2;
	}
	random_state = strtoull(argv[3], NULL, 10) * 2 + 1;
	weather = (struct weather){
		.loss = (uint32_t)atoi(argv[4]),
		.duplicate = (uint32_t)atoi(argv[5]),
		.corrupt = (uint32_t)atoi(argv[6]),
		.delay_ns = atoi(argv[7]) * INT64_C(1000000),
		.spread_ns = atoi(argv[8]) * INT64_C(1000000),
	};
	sigaction(SIGTERM, &action, NULL);
	fds[0] = open_tap(argv[1]);
	fds[1] = open_tap(argv[2]);
	puts("ready");
	fflush(stdout);
	forward(fds, &weather);
	tell("ipv4", &truths[0]);
	tell("ipv6", &truths[1]);
	return 0;
}
