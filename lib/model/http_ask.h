/* SPDX-License-Identifier: ISC */
/* http_ask: how URLs are asked for, in the words of the options. */
#ifndef MODEL_HTTP_ASK_H
#define MODEL_HTTP_ASK_H

enum http_version {
	HTTP_VERSION_AUTO, /* HTTP/2 where TLS agrees on it, else 1.1 */
	HTTP_VERSION_1_0,
	HTTP_VERSION_1_1,
	HTTP_VERSION_2,	      /* also without TLS, by Upgrade */
	HTTP_VERSION_2_PRIOR, /* without asking */
	HTTP_VERSION_3,
};

enum http_follow {
	HTTP_FOLLOW_NONE, /* a redirect is the answer */
	HTTP_FOLLOW_HOST, /* one to another host is a fault */
	HTTP_FOLLOW_ANY,
};

enum http_verify {
	HTTP_VERIFY_FULL,
	HTTP_VERIFY_SELF_SIGNED, /* ... but a server may vouch for itself */
	HTTP_VERIFY_NONE,
};

enum http_addresses {
	HTTP_ADDRESSES_ALL,
	HTTP_ADDRESSES_FIRST, /* of each family */
	HTTP_ADDRESSES_RACE,  /* FIRST, and what a browser would take */
};

#endif
