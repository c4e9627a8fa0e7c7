/* SPDX-License-Identifier: ISC */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#undef err_set
#undef err_sys
#undef err_context

bool
err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
	struct text text;
	va_list args;

	err->kind = kind;
	text_init(&text, err->text, sizeof(err->text));
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	return false;
}

bool
err_sys(struct err *err, int number, const char *format, ...)
{
	struct text text;
	va_list args;

	err->kind =
	    number == EACCES || number == EPERM ? ERR_PERMISSION : ERR_SYSTEM;
	text_init(&text, err->text, sizeof(err->text));
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	/* strerrordesc_np: never translated, needs no buffer. */
	text_addf(&text, ": %s",
	    strerrordesc_np(number) ? strerrordesc_np(number)
				    : "unknown error");
	return false;
}

bool
err_context(struct err *err, const char *format, ...)
{
	struct text text;
	struct err old = *err;
	va_list args;

	text_init(&text, err->text, sizeof(err->text));
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	text_addf(&text, ": %s", old.text);
	return false;
}

const char *
err_kind_name(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return "none";
	case ERR_USAGE:
		return "usage";
	case ERR_SYSTEM:
		return "system";
	case ERR_PERMISSION:
		return "permission";
	case ERR_TIMEOUT:
		return "timeout";
	case ERR_PROTOCOL:
		return "protocol";
	case ERR_UNSUPPORTED:
		return "unsupported";
	}
	return "unknown";
}
