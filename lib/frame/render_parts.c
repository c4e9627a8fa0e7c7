/* SPDX-License-Identifier: ISC */
#include "frame/render_parts.h"

#include <ctype.h>
#include <string.h>

#include "base/ip.h"

void
render_rewind(struct text *out, size_t mark)
{
	out->len = mark;
	out->data[mark] = '\0';
}

/* --- labels --------------------------------------------------------------- */

static void
set_label(struct render_labels *labels, const struct result_label *label)
{
	size_t i = 0;

	if (label->value[0] == '\0')
		return;
	while (i < labels->count &&
	    strcmp(labels->items[i]->name, label->name) != 0)
		i++;
	if (i == sizeof(labels->items) / sizeof(labels->items[0]))
		return;
	labels->items[i] = label;
	if (i == labels->count)
		labels->count++;
}

void
render_labels(struct render_labels *labels, const struct result *node,
    enum result_reach reach)
{
	const struct result *path[RESULT_DEPTH + 1];
	size_t depth = 0;

	for (; node != NULL && depth <= RESULT_DEPTH; node = node->parent)
		path[depth++] = node;
	labels->count = 0;
	while (depth-- > 0)
		for (size_t i = 0; i < path[depth]->label_count; i++)
			if (path[depth]->labels[i].reach <= reach)
				set_label(labels, &path[depth]->labels[i]);
}

/* --- perfdata labels ------------------------------------------------------ */

static bool
fits_label(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("_.:-", c));
}

/* What no label may hold becomes '_', one for a character; so does a second
 * colon, because Icinga takes "::" for a separator. */
static void
add_safe(struct text *label, const char *string)
{
	char last = '\0';

	for (; *string != '\0'; string++) {
		if (((unsigned char)*string & 0xc0) == 0x80)
			continue;
		last = fits_label(*string) && !(*string == ':' && last == ':')
		    ? *string
		    : '_';
		text_add_char(label, last);
	}
}

/* An IPv6 address, alone or before /LENGTH or %zone, with all its groups. */
static void
add_label_value(struct text *label, const char *value)
{
	char word[64];
	const size_t len = strcspn(value, "/%");
	struct ip ip;
	struct err err;

	text_add_char(label, '_');
	if (strchr(value, ':') != NULL && len < sizeof(word)) {
		memcpy(word, value, len);
		word[len] = '\0';
		if (ip_parse(word, &ip, &err)) {
			ip_format_label(label, &ip);
			value += len;
		}
	}
	add_safe(label, value);
}

void
render_label_of(struct text *out, const struct render_labels *labels,
    const char *metric)
{
	add_safe(out, metric);
	for (size_t i = 0; i < labels->count; i++)
		add_label_value(out, labels->items[i]->value);
}

void
render_label(struct text *out, const struct result *node,
    const struct result_metric *metric)
{
	struct render_labels labels;

	if (metric->name) {
		text_add(out, metric->name);
		return;
	}
	render_labels(&labels, node, RESULT_IDENTIFIES);
	render_label_of(out, &labels, metric->def->name);
}

/* --- what was seen -------------------------------------------------------- */

/*
 * A slot is 48 bits of the hash above a count of 16 bits; 0 is free.  Two names
 * of 100,000 share 48 bits in one run of 50,000, and then one of them gets a
 * number more or is left out.
 */
#define COUNT_BITS 16
#define COUNT_MAX ((UINT64_C(1) << COUNT_BITS) - 1)

/* The table is not aligned. */
static uint64_t
slot_get(const struct render_seen *seen, size_t i)
{
	uint64_t slot;

	memcpy(&slot, seen->table + i * sizeof(slot), sizeof(slot));
	return slot;
}

static void
slot_set(struct render_seen *seen, size_t i, uint64_t slot)
{
	memcpy(seen->table + i * sizeof(slot), &slot, sizeof(slot));
}

bool
render_seen_begin(struct render_seen *seen, struct text *out, size_t count)
{
	/* A third stays free, so that searches end soon. */
	const size_t slots = count + count / 2 + 1;
	const size_t bytes = slots * sizeof(uint64_t);

	*seen = (struct render_seen){ .out = out };
	if (bytes >= out->size - out->len) {
		out->cut = true;
		return false;
	}
	seen->slots = slots;
	seen->taken = bytes;
	out->size -= bytes;
	seen->table = (unsigned char *)out->data + out->size;
	memset(seen->table, 0, bytes);
	return true;
}

unsigned
render_seen_add(struct render_seen *seen, uint64_t hash)
{
	const uint64_t key = hash >> COUNT_BITS << COUNT_BITS;
	size_t i = (size_t)(hash % seen->slots);
	uint64_t slot;

	while ((slot = slot_get(seen, i)) != 0 && (slot & ~COUNT_MAX) != key)
		i = (i + 1) % seen->slots;

	const uint64_t before = slot & COUNT_MAX;

	slot_set(seen, i, key | (before < COUNT_MAX ? before + 1 : before));
	return (unsigned)before;
}

void
render_seen_end(struct render_seen *seen)
{
	seen->out->size += seen->taken;
	seen->taken = 0;
}
