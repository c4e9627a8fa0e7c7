/* SPDX-License-Identifier: ISC */
/*
 * err: why something could not be looked at, as a kind and one sentence.
 *
 * A measured fault ("refused", "peer is Idle") is no err: it is a result.  An
 * err means that the truth is unknown.  Only lib/frame turns it into a verdict.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err_kind {
	ERR_NONE,
	ERR_USAGE,	 /* the caller's or the user's input is wrong */
	ERR_SYSTEM,	 /* a system call or a resource failed */
	ERR_PERMISSION,	 /* it exists, and we may not look at it */
	ERR_TIMEOUT,	 /* the deadline passed, or the peer stayed silent */
	ERR_PROTOCOL,	 /* an answer came and could not be understood */
	ERR_UNSUPPORTED, /* this kernel, library or device cannot tell */
};

struct err {
	enum err_kind kind;
	char text[480]; /* one line, no full stop; cut when longer */
};

/*
 * Overwrites *err with the sentence: what was tried, on what, why it failed.
 * Always false, so that a failing function can end with `return err_set(...)`.
 */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: appends ": strerror(number)", and the
 * kind is ERR_PERMISSION for EACCES and EPERM, else ERR_SYSTEM. */
bool err_sys(struct err *err, int number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "CONTEXT: " before the sentence and keeps the kind.  Always false. */
bool err_context(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Functions too, but like this compilers and analysers see that the value is
 * false, and hence which paths a caller cannot take. */
static inline bool
err_false(bool always_false)
{
	(void)always_false;
	return false;
}
#define err_set(...) err_false(err_set(__VA_ARGS__))
#define err_sys(...) err_false(err_sys(__VA_ARGS__))
#define err_context(...) err_false(err_context(__VA_ARGS__))

/* "system", "permission", ...: the word of the JSON output. */
const char *err_kind_name(enum err_kind kind);

#endif
