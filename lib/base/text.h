/* SPDX-License-Identifier: ISC */
/*
 * text: append-only text in a buffer that the caller owns.
 *
 * Never allocates and never fails: what does not fit is left out at a UTF-8
 * character border and `cut` is set, so a writer checks once, at the end.
 * data[len] is always NUL.  Formatting ignores the locale.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct text {
	char *data;
	size_t len;
	size_t size; /* of the buffer, the final NUL included; at least 1 */
	bool cut;
};

/* A struct text over a local array: struct text t = TEXT_OVER(array). */
#define TEXT_OVER(array)                                                       \
	{                                                                      \
		.data = memset((array), 0, 1), .size = sizeof(array)           \
	}

void text_init(struct text *text, char *buffer, size_t size);
void text_clear(struct text *text);

void text_add(struct text *text, const char *string);
void text_add_char(struct text *text, char c);
/* Raw bytes, NUL included: all of them, or none and `cut`. */
void text_add_bytes(struct text *text, const void *bytes, size_t len);
void text_addf(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_addv(struct text *text, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/*
 * The one way in for bytes from outside (a peer's description, an HTTP title,
 * a log line, a file name).  What is appended is valid UTF-8 without control
 * characters (C0, DEL, C1), line or paragraph separators and bidirectional
 * overrides (U+202A-202E, U+2066-2069, U+200E-200F), and without the characters
 * that engines, perfdata parsers, shells and web pages give a meaning:
 * | becomes /, < > become ( ), & becomes +, " ' ` $ become _.  Runs of white
 * space and control characters become one space; bytes that are no UTF-8 become
 * '?'.  At most max_chars characters, or fewer when the buffer is full; "..."
 * follows what was cut.
 */
void text_foreign(struct text *text, const void *input, size_t len,
    size_t max_chars);

/*
 * For text that another program wrote for the same reader: its bytes as they
 * are, line feeds and tabs too, but for what no output may hold.  Other control
 * characters, bidirectional overrides and bytes that are no UTF-8 become '?';
 * a carriage return is left out.  What does not fit is cut at a character.
 */
void text_relay(struct text *text, const void *input, size_t len);

#endif
