/* SPDX-License-Identifier: ISC */
/*
 * httpfloor: the least that a program with libcurl needs.
 *
 *	httpfloor init            start the library, make a handle, end
 *	httpfloor MODE URL...     ask for each in turn; exit code 2 unless all
 *	                          are 200
 *
 * MODE: plain, in one process; fork, in a child that is waited for; verify, in
 * one process with the certificate checked against the file $CA.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>

static size_t
count(char *data, size_t size, size_t n, void *total)
{
	(void)data;
	*(size_t *)total += size * n;
	return size * n;
}

static CURL *
handle(size_t *total)
{
	CURL *easy;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	easy = curl_easy_init();
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, total);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, 10L);
	return easy;
}

static int
ask(char **urls, const char *ca)
{
	size_t total = 0;
	CURL *easy = handle(&total);
	int failed = 0;

	if (ca != NULL) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca);
	} else {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	for (; *urls != NULL; urls++) {
		long status = 0;
		CURLcode code;

		curl_easy_setopt(easy, CURLOPT_URL, *urls);
		code = curl_easy_perform(easy);
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		printf("%s %ld %zu\n", curl_easy_strerror(code), status, total);
		failed |= code != CURLE_OK || status != 200;
	}
	curl_easy_cleanup(easy);
	return failed ? 2 : 0;
}

static int
ask_in_child(char **urls)
{
	const pid_t child = fork();
	int status = 0;

	if (child == 0) {
		const int code = ask(urls, NULL);

		fflush(stdout);
		_exit(code);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status)
	    ? WEXITSTATUS(status)
	    : 3;
}

int
main(int argc, char **argv)
{
	size_t total;

	if (argc > 1 && strcmp(argv[1], "init") == 0) {
		curl_easy_cleanup(handle(&total));
		return 0;
	}
	if (argc < 3)
		return 3;
	if (strcmp(argv[1], "fork") == 0)
		return ask_in_child(argv + 2);
	return ask(argv + 2,
	    strcmp(argv[1], "verify") == 0 ? getenv("CA") : NULL);
}
