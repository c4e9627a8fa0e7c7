/* SPDX-License-Identifier: ISC */
/* text_foreign: whatever comes in, what goes out may be printed anywhere. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
must_be_clean(const struct text *text)
{
	const unsigned char *bytes = (const unsigned char *)text->data;
	bool space = true;

	must(text->len < text->size && bytes[text->len] == '\0');
	must(strlen(text->data) == text->len);
	must(strpbrk(text->data, "|<>&\"'`$") == NULL);
	for (size_t i = 0; i < text->len;) {
		uint32_t code = 0;
		const size_t n = decode(bytes + i, text->len - i, &code);

		must(n > 0);
		must(code == ' ' ? !space : !blank(code));
		space = code == ' ';
		i += n;
	}
}

/* Byte 0: size of the buffer; byte 1: characters at most. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char room[256], again_room[256];
	struct text text, again = TEXT_OVER(again_room);
	size_t max_chars;

	if (size < 2)
		return 0;
	text_init(&text, room, 1 + data[0] % sizeof(room));
	max_chars = data[1];
	text_foreign(&text, data + 2, size - 2, max_chars);
	must_be_clean(&text);
	text_foreign(&again, text.data, text.len, sizeof(again_room));
	must(!again.cut && strcmp(text.data, again.data) == 0);
	if (!text.cut) {
		/* Nothing was lost: more room gives the same. */
		struct text more = TEXT_OVER(again_room);

		text_foreign(&more, data + 2, size - 2, max_chars + 1);
		must(!more.cut && strcmp(text.data, more.data) == 0);
	}
	return 0;
}
