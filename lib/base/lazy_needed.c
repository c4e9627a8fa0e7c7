/* SPDX-License-Identifier: ISC */
#include "base/lazy_needed.h"

#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct image {
	const char *bytes;
	size_t size;
};

/* A part of the image: `len` bytes at `at`. */
struct part {
	uint64_t at, len;
};

static bool
is_inside(const struct image *image, const struct part *part)
{
	return part->at <= image->size && part->len <= image->size - part->at;
}

/* Copied: nothing says that it is aligned. */
static bool
take(const struct image *image, uint64_t at, void *into, size_t len)
{
	const struct part part = { at, len };

	if (!is_inside(image, &part))
		return false;
	memcpy(into, image->bytes + at, len);
	return true;
}

static bool
take_head(const struct image *image, ElfW(Ehdr) * head)
{
	const unsigned char class =
	    sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;

	return take(image, 0, head, sizeof(*head)) &&
	    memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 &&
	    head->e_ident[EI_CLASS] == class &&
	    head->e_phentsize == sizeof(ElfW(Phdr));
}

/* The first segment of this type that holds the address (0: wherever it is). */
static bool
find_segment(const struct image *image, const ElfW(Ehdr) * head, uint32_t type,
    uint64_t address, ElfW(Phdr) * segment)
{
	for (unsigned i = 0; i < head->e_phnum; i++) {
		if (!take(image, head->e_phoff + i * sizeof(*segment), segment,
			sizeof(*segment)))
			return false;
		if (segment->p_type == type &&
		    (address == 0 ||
			(address >= segment->p_vaddr &&
			    address - segment->p_vaddr < segment->p_filesz)))
			return true;
	}
	return false;
}

/* The first entry of this tag, from number *i on. */
static bool
find_entry(const struct image *image, const ElfW(Phdr) * dynamic, int64_t tag,
    size_t *i, uint64_t *value)
{
	ElfW(Dyn) entry;

	for (; *i < dynamic->p_filesz / sizeof(entry); ++*i) {
		if (!take(image, dynamic->p_offset + *i * sizeof(entry), &entry,
			sizeof(entry)) ||
		    entry.d_tag == DT_NULL)
			return false;
		if (entry.d_tag == tag) {
			*value = entry.d_un.d_val;
			return true;
		}
	}
	return false;
}

static bool
find_strings(const struct image *image, const ElfW(Ehdr) * head,
    const ElfW(Phdr) * dynamic, struct part *strings)
{
	ElfW(Phdr) load;
	uint64_t address;
	size_t i = 0, j = 0;

	if (!find_entry(image, dynamic, DT_STRTAB, &i, &address) ||
	    !find_entry(image, dynamic, DT_STRSZ, &j, &strings->len) ||
	    !find_segment(image, head, PT_LOAD, address, &load))
		return false;
	strings->at = load.p_offset + (address - load.p_vaddr);
	return is_inside(image, strings);
}

void
lazy_needed(const void *bytes, size_t size, lazy_visit *visit, void *context)
{
	const struct image image = { bytes, size };
	ElfW(Ehdr) head;
	ElfW(Phdr) dynamic;
	struct part strings;
	uint64_t name;

	if (!take_head(&image, &head) ||
	    !find_segment(&image, &head, PT_DYNAMIC, 0, &dynamic) ||
	    !find_strings(&image, &head, &dynamic, &strings))
		return;
	for (size_t i = 0; find_entry(&image, &dynamic, DT_NEEDED, &i, &name);
	     i++) {
		const char *soname = image.bytes + strings.at + name;

		if (name < strings.len &&
		    memchr(soname, '\0', strings.len - name) != NULL)
			visit(context, soname);
	}
}
