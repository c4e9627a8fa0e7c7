/* SPDX-License-Identifier: ISC */
#include "source/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A silent resolver holds a thread for many seconds: enough of them that other
 * names get their turn, and few enough for a small address space. */
#define THREADS 32
#define STACK_BYTES ((size_t)512 << 10) /* nss modules want some */

/* One name, one family. */
struct question {
	char *name;
	enum ip_family family;
	enum resolve_status status; /* SILENT until it is answered */
	struct ip *addresses;	    /* owned */
	size_t count;
	int64_t took_ns; /* until the answer */
};

/* Shared with the threads; outlives resolve_all when one of them hangs. */
struct pool {
	pthread_mutex_t lock;
	pthread_cond_t progress;
	struct question *questions;
	size_t count;
	size_t taken;	 /* questions that a thread has begun */
	size_t answered; /* ... and finished */
	size_t threads;	 /* that still run */
	bool abandoned;	 /* the last thread frees the pool */
};

/* --- one question --------------------------------------------------------- */

/* EAI_NODATA and EAI_ADDRFAMILY: the name exists.  What remains is the
 * resolver's fault or ours. */
static enum resolve_status
status_of(int code)
{
	static const struct {
		int code;
		enum resolve_status status;
	} table[] = {
		{ 0, RESOLVE_FOUND },
		{ EAI_NONAME, RESOLVE_NO_NAME },
		{ EAI_NODATA, RESOLVE_NO_ADDRESS },
		{ EAI_ADDRFAMILY, RESOLVE_NO_ADDRESS },
		{ EAI_AGAIN, RESOLVE_SILENT },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].code == code)
			return table[i].status;
	return RESOLVE_BROKEN;
}

static struct ip
from_sockaddr(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		return ip_from_v4((const uint8_t *)&v4.sin_addr);
	}
	memcpy(&v6, address, sizeof(v6));
	return ip_from_v6(v6.sin6_addr.s6_addr, v6.sin6_scope_id);
}

static bool
is_known(const struct question *question, const struct ip *ip)
{
	for (size_t i = 0; i < question->count; i++)
		if (ip_compare(&question->addresses[i], ip) == 0)
			return true;
	return false;
}

/* An IPv4-mapped address from an AAAA record is IPv4, and so not of the family
 * that was asked for. */
static void
keep_addresses(struct question *question, const struct addrinfo *list)
{
	question->addresses =
	    calloc(RESOLVE_ADDRESSES, sizeof(*question->addresses));
	if (question->addresses == NULL) {
		question->status = RESOLVE_BROKEN;
		return;
	}
	for (; list != NULL && question->count < RESOLVE_ADDRESSES;
	     list = list->ai_next) {
		const struct ip ip = from_sockaddr(list->ai_addr);

		if (ip.family == question->family && !is_known(question, &ip))
			question->addresses[question->count++] = ip;
	}
	question->status =
	    question->count > 0 ? RESOLVE_FOUND : RESOLVE_NO_ADDRESS;
}

static void
ask(struct question *question)
{
	const struct addrinfo hints = {
		.ai_family = question->family == IP_V4 ? AF_INET : AF_INET6,
		.ai_socktype = SOCK_STREAM, /* one entry an address */
	};
	struct addrinfo *list = NULL;
	const int64_t begun = clock_monotonic_ns();
	const int code = getaddrinfo(question->name, NULL, &hints, &list);

	question->took_ns = clock_monotonic_ns() - begun;
	question->status = status_of(code);
	if (code == 0) {
		keep_addresses(question, list);
		freeaddrinfo(list);
	}
}

/* --- the threads ---------------------------------------------------------- */

static void
pool_free(struct pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		free(pool->questions[i].name);
		free(pool->questions[i].addresses);
	}
	free(pool->questions);
	pthread_cond_destroy(&pool->progress);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

/* Asks on a copy of its own, so that nobody reads what is being written. */
static void *
work(void *context)
{
	struct pool *pool = context;
	bool last;

	pthread_mutex_lock(&pool->lock);
	while (pool->taken < pool->count && !pool->abandoned) {
		struct question *question = &pool->questions[pool->taken++];
		struct question mine = *question;

		pthread_mutex_unlock(&pool->lock);
		ask(&mine);
		pthread_mutex_lock(&pool->lock);
		*question = mine;
		pool->answered++;
		pthread_cond_signal(&pool->progress);
	}
	last = --pool->threads == 0 && pool->abandoned;
	pthread_mutex_unlock(&pool->lock);
	if (last)
		pool_free(pool);
	return NULL;
}

static bool
start_threads(struct pool *pool, struct err *err)
{
	const size_t wanted = pool->count < THREADS ? pool->count : THREADS;
	pthread_attr_t attributes;
	bool started;
	int failed = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_mutex_lock(&pool->lock);
	while (pool->threads < wanted && failed == 0) {
		pthread_t thread;

		failed = pthread_create(&thread, &attributes, work, pool);
		pool->threads += failed == 0;
	}
	/* A few will do.  Once unlocked they may be done, and so fewer. */
	started = pool->threads > 0;
	pthread_mutex_unlock(&pool->lock);
	pthread_attr_destroy(&attributes);
	return started ||
	    err_sys(err, failed, "starting a thread that resolves names");
}

static void
await(struct pool *pool, const struct deadline *deadline)
{
	const struct timespec until = {
		.tv_sec = deadline->at_ns / CLOCK_SECOND,
		.tv_nsec = deadline->at_ns % CLOCK_SECOND,
	};

	while (pool->answered < pool->count &&
	    pthread_cond_timedwait(&pool->progress, &pool->lock, &until) !=
		ETIMEDOUT)
		;
}

static struct pool *
pool_new(size_t questions)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	pthread_condattr_t attributes;

	if (pool == NULL)
		return NULL;
	pool->questions = calloc(questions, sizeof(*pool->questions));
	if (pool->questions == NULL) {
		free(pool);
		return NULL;
	}
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->progress, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&pool->lock, NULL);
	return pool;
}

/* --- many names ----------------------------------------------------------- */

static bool
wanted(enum ip_family only, enum ip_family family)
{
	return only == IP_NONE || only == family;
}

/* The pool's questions are in the order of the hosts, IPv4 first. */
static bool
add_questions(struct pool *pool, const struct ip_host *hosts, size_t count,
    enum ip_family only)
{
	for (size_t i = 0; i < count; i++) {
		if (hosts[i].address.family != IP_NONE)
			continue;
		for (int family = IP_V4; family <= IP_V6; family++) {
			struct question *question =
			    &pool->questions[pool->count];

			if (!wanted(only, family))
				continue;
			question->name = strdup(hosts[i].name);
			question->family = family;
			question->status = RESOLVE_SILENT;
			pool->count++;
			if (question->name == NULL)
				return false;
		}
	}
	return true;
}

static bool
take_answer(struct resolve_answer *answer, const struct question *asked,
    size_t count, struct arena *arena)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += asked[i].count;
	answer->addresses =
	    arena_alloc(arena, (total + 1) * sizeof(*answer->addresses));
	if (answer->addresses == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		answer->status[asked[i].family] = asked[i].status;
		if (asked[i].took_ns > answer->took_ns)
			answer->took_ns = asked[i].took_ns;
		for (size_t j = 0; j < asked[i].count; j++)
			answer->addresses[answer->count++] =
			    asked[i].addresses[j];
	}
	return true;
}

/* "files" may know one family of a name and "dns" not know the name at all: a
 * name that has an address exists, and one that was asked for in one family may
 * exist. */
static void
reconcile(struct resolve_answer *answer, enum ip_family only)
{
	if (only != IP_NONE && answer->status[only] == RESOLVE_NO_NAME)
		answer->status[only] = RESOLVE_NOT_FOUND;
	if (answer->count == 0 && answer->status[IP_V4] != RESOLVE_NO_ADDRESS &&
	    answer->status[IP_V6] != RESOLVE_NO_ADDRESS)
		return;
	for (int family = IP_V4; family <= IP_V6; family++)
		if (answer->status[family] == RESOLVE_NO_NAME)
			answer->status[family] = RESOLVE_NO_ADDRESS;
}

static bool
take_literal(struct resolve_answer *answer, const struct ip *address,
    struct arena *arena)
{
	answer->addresses = arena_copy(arena, address, sizeof(*address));
	answer->count = answer->addresses != NULL;
	answer->status[address->family] = RESOLVE_FOUND;
	return answer->addresses != NULL;
}

/* The pool is locked, or there is none. */
static bool
take_answers(const struct ip_host *hosts, size_t count, enum ip_family only,
    const struct pool *pool, struct resolve_answer *answers,
    struct arena *arena)
{
	const size_t each = only == IP_NONE ? 2 : 1;
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		answers[i] = (struct resolve_answer){ 0 };
		if (hosts[i].address.family != IP_NONE) {
			if (!take_literal(&answers[i], &hosts[i].address,
				arena))
				return false;
			continue;
		}
		if (pool == NULL ||
		    !take_answer(&answers[i], &pool->questions[at], each,
			arena))
			return false;
		reconcile(&answers[i], only);
		at += each;
	}
	return true;
}

static size_t
count_names(const struct ip_host *hosts, size_t count)
{
	size_t names = 0;

	for (size_t i = 0; i < count; i++)
		names += hosts[i].address.family == IP_NONE;
	return names;
}

bool
resolve_all(const struct ip_host *hosts, size_t count, enum ip_family only,
    struct resolve_answer *answers, struct arena *arena,
    const struct deadline *deadline, struct err *err)
{
	const size_t names = count_names(hosts, count);
	struct pool *pool = NULL;
	bool ok = false, idle = true;

	if (names == 0)
		return take_answers(hosts, count, only, NULL, answers, arena) ||
		    err_set(err, ERR_SYSTEM, "no memory for addresses");
	pool = pool_new(2 * names);
	if (pool == NULL || !add_questions(pool, hosts, count, only)) {
		err_set(err, ERR_SYSTEM, "no memory for names to resolve");
		goto out;
	}
	if (!start_threads(pool, err))
		goto out;
	pthread_mutex_lock(&pool->lock);
	await(pool, deadline);
	ok = take_answers(hosts, count, only, pool, answers, arena) ||
	    err_set(err, ERR_SYSTEM, "no memory for addresses");
	idle = pool->threads == 0;
	pool->abandoned = true;
	pthread_mutex_unlock(&pool->lock);
out:
	if (pool != NULL && idle)
		pool_free(pool);
	return ok;
}
