/* SPDX-License-Identifier: ISC */
#include "source/route_part.h"

#include <string.h>

bool
route_part_ip(struct span word, struct ip *ip)
{
	char text[80];
	struct err err;

	return span_copy(word, text, sizeof(text)) && ip_parse(text, ip, &err);
}

static void
drop_host_bits(struct ip_net *net)
{
	const unsigned bits = ip_bits(net->address.family);

	for (unsigned i = net->length; i < bits; i++)
		net->address.bytes[i / 8] &= (uint8_t) ~(0x80U >> i % 8);
}

bool
route_part_net(struct span word, struct ip_net *net)
{
	struct span address, length;
	struct ip_net read = { 0 };
	uint32_t number;

	if (!span_cut(word, '/', &address, &length) ||
	    !route_part_ip(address, &read.address) ||
	    !span_u32(length, &number) || number > ip_bits(read.address.family))
		return false;
	read.address.zone = 0;
	read.length = (uint8_t)number;
	drop_host_bits(&read);
	*net = read;
	return true;
}

void
route_part_shorten(struct ip_net *net)
{
	if (net->length > 0)
		net->length--;
	drop_host_bits(net);
}

void
route_part_hop(struct route_view *view, struct route_path *path,
    const char *address)
{
	struct ip gateway;

	if (address != NULL && strcmp(address, "0.0.0.0") != 0 &&
	    strcmp(address, "::") != 0 &&
	    route_part_ip(span_of(address), &gateway) &&
	    route_hop(view, path, &gateway) != NULL)
		path->has |= ROUTE_HAS_HOPS;
}

const char *
route_part_mpls(struct route_view *view, struct span labels)
{
	char bytes[ROUTE_TEXT + 1];
	struct text text = TEXT_OVER(bytes);

	text_add(&text, "mpls ");
	text_add_bytes(&text, labels.at, labels.len);
	return route_string(view, text.data, text.len);
}

void
route_part_as_path(struct route_view *view, struct route_path *path,
    struct span text)
{
	text = span_trim(text);
	if (text.len > ROUTE_AS_PATH_MAX)
		return;
	path->as_path = arena_string(view->arena, text.at, text.len);
	if (path->as_path != NULL &&
	    route_origin_as(path->as_path, &path->origin_as))
		path->has |= ROUTE_HAS_ORIGIN_AS;
}

void
route_part_cover(struct route_view *view, struct route_answer *answer,
    const struct route_path *path)
{
	struct route_path *copy;

	if (path == NULL) {
		answer->cover_known = true;
		return;
	}
	copy = route_cover(view, answer, &path->prefix);
	if (copy == NULL)
		return;
	*copy = *path;
	copy->next = NULL;
}

void
route_part_unseen(struct route_view *view, struct route_answer *answer,
    const struct err *err)
{
	answer->presence = ROUTE_UNSEEN;
	answer->paths = NULL;
	answer->why = arena_string(view->arena, err->text, strlen(err->text));
}

void
route_part_best_first(struct route_answer *answer)
{
	for (struct route_path **at = &answer->paths; *at != NULL;
	     at = &(*at)->next) {
		struct route_path *path = *at;

		if (!(path->reached & ROUTE_BEST))
			continue;
		*at = path->next;
		path->next = answer->paths;
		answer->paths = path;
		return;
	}
}

void
route_part_settle(struct route_view *view, struct route_answer *answer,
    const struct route_answer *found, bool cover)
{
	struct route_path **last = &answer->paths, *longest = NULL, *next;

	for (struct route_path *path = found->paths; path != NULL;
	     path = next) {
		next = path->next;
		if ((path->reached & ROUTE_BEST) &&
		    (longest == NULL ||
			path->prefix.length > longest->prefix.length))
			longest = path;
		if (!ip_net_equal(&path->prefix, &answer->prefix))
			continue;
		*last = path;
		path->next = NULL;
		last = &path->next;
	}
	answer->presence = answer->paths != NULL ? ROUTE_PRESENT : ROUTE_ABSENT;
	route_part_best_first(answer);
	if (cover)
		route_part_cover(view, answer, longest);
}
