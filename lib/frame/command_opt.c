/* SPDX-License-Identifier: ISC */
#include "frame/command_opt.h"

#include <string.h>

#include "base/num.h"

static bool
parse_word(const struct opt_value *value, void *field, struct err *err)
{
	struct command_opt *words = field;
	const char *word =
	    arena_string(value->arena, value->text, strlen(value->text));

	if (word == NULL)
		return opt_no_memory(err);
	if (words->count == COMMAND_OPT_WORDS)
		return err_set(err, ERR_USAGE, "more than %d words",
		    COMMAND_OPT_WORDS);
	words->items[words->count++] = word;
	return true;
}

static bool
parse_status(const struct opt_value *value, void *field, struct err *err)
{
	struct command_opt_exit *status = field;
	uint64_t number;

	if (!num_u64(value->text, &number, err))
		return false;
	/* 255 is that of ssh itself, and 0 ends what has found something. */
	if (number == 0 || number > 254)
		return err_set(err, ERR_USAGE, "must be 1 to 254");
	*status = (struct command_opt_exit){ true, (int)number };
	return true;
}

const struct opt_type command_opt_words = { .metavar = "WORD",
	.repeats = true,
	.parse = parse_word };
const struct opt_type command_opt_status = { .metavar = "STATUS",
	.parse = parse_status };
