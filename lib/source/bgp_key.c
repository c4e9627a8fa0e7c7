/* SPDX-License-Identifier: ISC */
#include "source/bgp_key.h"

#include <string.h>

struct key {
	struct ip address;
	char interface[64]; /* IFNAMSIZ would do on Linux */
};

static bool
parse_address(struct span span, struct ip *address)
{
	char text[64];
	struct err err;

	return span_copy(span, text, sizeof(text)) &&
	    ip_parse(text, address, &err);
}

static bool
parse(struct span name, bool interfaces, struct key *key)
{
	struct span address, zone;

	*key = (struct key){ 0 };
	if (span_cut(name, '%', &address, &zone))
		return parse_address(address, &key->address) && zone.len &&
		    span_copy(zone, key->interface, sizeof(key->interface));
	if (parse_address(name, &key->address))
		return true;
	key->address = (struct ip){ .family = IP_NONE };
	return interfaces && name.len &&
	    span_copy(name, key->interface, sizeof(key->interface));
}

struct bgp_peer *
bgp_key_peer(struct bgp_table *table, const char *vrf, struct span name,
    bool interfaces, const char *otherwise)
{
	struct key key;

	if (!parse(name, interfaces, &key))
		return NULL;
	if (otherwise &&
	    bgp_table_find(table, vrf, &key.address, key.interface))
		vrf = otherwise;
	return bgp_table_peer(table, vrf, &key.address, key.interface);
}
