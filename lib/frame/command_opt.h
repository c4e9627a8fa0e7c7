/* SPDX-License-Identifier: ISC */
/* command_opt: a command that a source runs, and what its exit status means. */
#ifndef FRAME_COMMAND_OPT_H
#define FRAME_COMMAND_OPT_H

#include "frame/opt.h"

#define COMMAND_OPT_WORDS 64 /* at most */

struct command_opt {
	size_t count;
	const char *items[COMMAND_OPT_WORDS + 1]; /* ends with NULL */
};

struct command_opt_exit {
	bool given;
	int status; /* 0 to 254: 255 is ssh(1) itself */
};

extern const struct opt_type command_opt_words;	 /* [struct command_opt] */
extern const struct opt_type command_opt_status; /* [struct command_opt_exit] */

#endif
