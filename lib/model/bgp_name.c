/* SPDX-License-Identifier: ISC */
/* The words of bgp.h: states, errors, address families, AS numbers. */
#include "model/bgp.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* RFC 4271 8.2.2; the last two are not in any RFC. */
static const char *const states[] = {
	[BGP_STATE_UNKNOWN] = "unknown",
	[BGP_IDLE] = "Idle",
	[BGP_CONNECT] = "Connect",
	[BGP_ACTIVE] = "Active",
	[BGP_OPENSENT] = "OpenSent",
	[BGP_OPENCONFIRM] = "OpenConfirm",
	[BGP_ESTABLISHED] = "Established",
	[BGP_CLEARING] = "Clearing",
	[BGP_DELETED] = "Deleted",
};

const char *
bgp_state_name(enum bgp_state state)
{
	return states[(size_t)state < COUNT(states) ? state : 0];
}

enum bgp_state
bgp_state_parse(const char *name, size_t len)
{
	for (size_t i = 1; i < COUNT(states); i++)
		if (strlen(states[i]) == len &&
		    !strncasecmp(states[i], name, len))
			return (enum bgp_state)i;
	return BGP_STATE_UNKNOWN;
}

const char *
bgp_admin_name(enum bgp_admin admin)
{
	static const char *const names[] = { "unknown", "running", "down" };

	return names[(size_t)admin < COUNT(names) ? admin : 0];
}

struct error {
	uint8_t code, subcode; /* subcode 0 is the code's own name */
	const char *name;
};

static const struct error errors[] = {
	/* RFC 4271 4.5 and 6; 2/5 and 3/7 are RFC 1771's, deprecated */
	{ 1, 0, "Message Header Error" },
	{ 1, 1, "Connection Not Synchronized" }, { 1, 2, "Bad Message Length" },
	{ 1, 3, "Bad Message Type" }, { 2, 0, "OPEN Message Error" },
	{ 2, 1, "Unsupported Version Number" }, { 2, 2, "Bad Peer AS" },
	{ 2, 3, "Bad BGP Identifier" },
	{ 2, 4, "Unsupported Optional Parameter" },
	{ 2, 5, "Authentication Failure" }, { 2, 6, "Unacceptable Hold Time" },
	{ 2, 7, "Unsupported Capability" }, /* RFC 5492 */
	{ 2, 11, "Role Mismatch" },	    /* RFC 9234 */
	{ 3, 0, "UPDATE Message Error" }, { 3, 1, "Malformed Attribute List" },
	{ 3, 2, "Unrecognized Well-known Attribute" },
	{ 3, 3, "Missing Well-known Attribute" },
	{ 3, 4, "Attribute Flags Error" }, { 3, 5, "Attribute Length Error" },
	{ 3, 6, "Invalid ORIGIN Attribute" }, { 3, 7, "AS Routing Loop" },
	{ 3, 8, "Invalid NEXT_HOP Attribute" },
	{ 3, 9, "Optional Attribute Error" },
	{ 3, 10, "Invalid Network Field" }, { 3, 11, "Malformed AS_PATH" },
	{ 4, 0, "Hold Timer Expired" }, { 5, 0, "Finite State Machine Error" },
	/* RFC 6608 */
	{ 5, 1, "Receive Unexpected Message in OpenSent State" },
	{ 5, 2, "Receive Unexpected Message in OpenConfirm State" },
	{ 5, 3, "Receive Unexpected Message in Established State" },
	/* RFC 4486 */
	{ 6, 0, "Cease" }, { 6, 1, "Maximum Number of Prefixes Reached" },
	{ 6, 2, "Administrative Shutdown" }, { 6, 3, "Peer De-configured" },
	{ 6, 4, "Administrative Reset" }, { 6, 5, "Connection Rejected" },
	{ 6, 6, "Other Configuration Change" },
	{ 6, 7, "Connection Collision Resolution" },
	{ 6, 8, "Out of Resources" }, { 6, 9, "Hard Reset" }, /* RFC 8538 */
	{ 6, 10, "BFD Down" },				      /* RFC 9384 */
	{ 7, 0, "ROUTE-REFRESH Message Error" },	      /* RFC 7313 */
	{ 7, 1, "Invalid Message Length" },
	{ 8, 0, "Send Hold Timer Expired" }, /* RFC 9687 */
};

static const char *
error_word(uint8_t code, uint8_t subcode)
{
	for (size_t i = 0; i < COUNT(errors); i++)
		if (errors[i].code == code && errors[i].subcode == subcode)
			return errors[i].name;
	return NULL;
}

void
bgp_error_name(struct text *text, uint8_t code, uint8_t subcode)
{
	const char *general = error_word(code, 0);
	const char *exact = subcode ? error_word(code, subcode) : NULL;

	if (!general)
		text_addf(text, "error %u/%u", code, subcode);
	else if (exact)
		text_addf(text, "%s: %s", general, exact);
	else if (subcode)
		text_addf(text, "%s (subcode %u)", general, subcode);
	else
		text_add(text, general);
}

/* In any case, also of len bytes without NUL. */
static bool
same_words(const char *name, const char *words, size_t len)
{
	return strlen(name) == len && !strncasecmp(name, words, len);
}

bool
bgp_error_parse(const char *words, size_t len, uint8_t *code, uint8_t *subcode)
{
	for (size_t i = 0; i < COUNT(errors); i++)
		if (same_words(errors[i].name, words, len)) {
			*code = errors[i].code;
			*subcode = errors[i].subcode;
			return true;
		}
	return false;
}

struct family_name {
	uint16_t afi;
	uint8_t safi;
	const char *name;
};

/* The first name of a family is ours, the others are what daemons say.
 * IANA: Address Family Numbers; SAFI Values. */
static const struct family_name families[] = {
	{ BGP_AFI_ALL, BGP_SAFI_ALL, "all" },
	{ 1, 1, "ipv4-unicast" },
	{ 1, 1, "ipv4" },
	{ 1, 2, "ipv4-multicast" },
	{ 1, 2, "ipv4-mc" },
	{ 1, 3, "ipv4-unicast-multicast" }, /* RFC 2858, Cisco of old */
	{ 1, 4, "ipv4-labeled-unicast" },
	{ 1, 4, "ipv4-labelled-unicast" },
	{ 1, 4, "ipv4-mpls" },
	{ 1, 4, "ipv4-nlri-mpls" },
	{ 1, 7, "ipv4-encap" },
	{ 1, 66, "ipv4-mdt" },
	{ 1, 73, "ipv4-sr-policy" },
	{ 1, 73, "ipv4-srpolicy" },
	{ 1, 85, "ipv4-mup" },
	{ 1, 128, "ipv4-vpn" },
	{ 1, 128, "vpnv4" },
	{ 1, 128, "vpn4-mpls" },
	{ 1, 128, "ipv4-mpls-vpn" },
	{ 1, 128, "l3vpn-ipv4-unicast" },
	{ 1, 129, "ipv4-multicast-vpn" },
	{ 1, 129, "l3vpn-ipv4-multicast" },
	{ 1, 129, "vpn4-mc" },
	{ 1, 132, "ipv4-rt-constraint" },
	{ 1, 132, "rtc" },
	{ 1, 133, "ipv4-flowspec" },
	{ 1, 133, "ipv4-flow" },
	{ 1, 133, "flow4" },
	{ 1, 134, "ipv4-flowspec-vpn" },
	{ 1, 134, "ipv4-flow-vpn" },
	{ 1, 134, "l3vpn-ipv4-flowspec" },
	{ 2, 1, "ipv6-unicast" },
	{ 2, 1, "ipv6" },
	{ 2, 2, "ipv6-multicast" },
	{ 2, 2, "ipv6-mc" },
	{ 2, 4, "ipv6-labeled-unicast" },
	{ 2, 4, "ipv6-labelled-unicast" },
	{ 2, 4, "ipv6-mpls" },
	{ 2, 4, "ipv6-nlri-mpls" },
	{ 2, 7, "ipv6-encap" },
	{ 2, 73, "ipv6-sr-policy" },
	{ 2, 73, "ipv6-srpolicy" },
	{ 2, 85, "ipv6-mup" },
	{ 2, 128, "ipv6-vpn" },
	{ 2, 128, "vpnv6" },
	{ 2, 128, "vpn6-mpls" },
	{ 2, 128, "ipv6-mpls-vpn" },
	{ 2, 128, "l3vpn-ipv6-unicast" },
	{ 2, 129, "ipv6-multicast-vpn" },
	{ 2, 129, "l3vpn-ipv6-multicast" },
	{ 2, 129, "vpn6-mc" },
	{ 2, 132, "ipv6-rt-constraint" },
	{ 2, 133, "ipv6-flowspec" },
	{ 2, 133, "ipv6-flow" },
	{ 2, 133, "flow6" },
	{ 2, 134, "ipv6-flowspec-vpn" },
	{ 2, 134, "ipv6-flow-vpn" },
	{ 2, 134, "l3vpn-ipv6-flowspec" },
	{ 25, 65, "l2vpn-vpls" },
	{ 25, 70, "l2vpn-evpn" },
	{ 25, 70, "evpn" },
	{ 25, 133, "l2vpn-flowspec" },
	{ 25, 134, "l2vpn-flowspec-vpn" },
	{ 16388, 71, "bgp-ls" },
	{ 16388, 71, "ls" },
	{ 16388, 71, "bgp-ls-bgp-ls" },
	{ 16388, 72, "bgp-ls-vpn" },
	{ 16388, 72, "bgp-ls-bgp-ls-vpn" },
};

void
bgp_family_name(struct text *text, uint16_t afi, uint8_t safi)
{
	for (size_t i = 0; i < COUNT(families); i++)
		if (families[i].afi == afi && families[i].safi == safi) {
			text_add(text, families[i].name);
			return;
		}
	text_addf(text, "afi%u-safi%u", afi, safi);
}

/* The next letter or digit in lower case, 0 at the end. */
static int
next_sign(const char *bytes, size_t len, size_t *i)
{
	while (*i < len) {
		const unsigned char c = (unsigned char)bytes[(*i)++];

		if (isalnum(c))
			return tolower(c);
	}
	return 0;
}

/* Alike when nothing but letters and digits counts. */
static bool
alike(const char *a, const char *b, size_t b_len)
{
	const size_t a_len = strlen(a);
	size_t i = 0, k = 0;
	int sign;

	do {
		sign = next_sign(a, a_len, &i);
		if (sign != next_sign(b, b_len, &k))
			return false;
	} while (sign);
	return true;
}

/* After `word`, a number of at most `max`; *at moves behind it. */
static bool
numbered(const char *name, size_t len, size_t *at, const char *word,
    unsigned max, unsigned *number)
{
	const size_t word_len = strlen(word);
	size_t i = *at + word_len;
	unsigned value = 0;

	if (i >= len || strncasecmp(name + *at, word, word_len) ||
	    !isdigit((unsigned char)name[i]))
		return false;
	for (; i < len && isdigit((unsigned char)name[i]); i++) {
		value = 10 * value + (unsigned)(name[i] - '0');
		if (value > max)
			return false;
	}
	*at = i;
	*number = value;
	return true;
}

bool
bgp_family_parse(const char *name, size_t len, uint16_t *afi, uint8_t *safi)
{
	unsigned a, s;
	size_t at = 0;

	for (size_t i = 0; i < COUNT(families); i++)
		if (alike(families[i].name, name, len)) {
			*afi = families[i].afi;
			*safi = families[i].safi;
			return true;
		}
	if (!numbered(name, len, &at, "afi", UINT16_MAX, &a) ||
	    !numbered(name, len, &at, "-safi", UINT8_MAX, &s) || at != len)
		return false;
	*afi = (uint16_t)a;
	*safi = (uint8_t)s;
	return true;
}

/* HIGH.LOW, both 16 bits. */
static bool
parse_dot(const char *string, const char *dot, uint64_t *value, struct err *err)
{
	char high_text[8] = "";
	uint64_t high, low;

	if ((size_t)(dot - string) >= sizeof(high_text))
		return err_set(err, ERR_USAGE, "out of range");
	memcpy(high_text, string, (size_t)(dot - string));
	if (!num_u64(high_text, &high, err) || !num_u64(dot + 1, &low, err))
		return false;
	if (high > UINT16_MAX || low > UINT16_MAX)
		return err_set(err, ERR_USAGE,
		    "both parts must be at most 65535");
	*value = high << 16 | low;
	return true;
}

bool
bgp_as_parse(const char *string, uint32_t *as, struct err *err)
{
	const char *number = strncasecmp(string, "AS", 2) ? string : string + 2;
	const char *dot = strchr(number, '.');
	uint64_t value = 0;
	const bool parsed = dot ? parse_dot(number, dot, &value, err)
				: num_u64(number, &value, err);

	if (!parsed)
		return err_context(err, "AS number %.40s", string);
	/* RFC 7607: AS 0 is nobody's. */
	if (!value || value > UINT32_MAX)
		return err_set(err, ERR_USAGE,
		    "AS number %.40s: must be 1 to 4294967295", string);
	*as = (uint32_t)value;
	return true;
}

void
bgp_as_format(struct text *text, uint32_t as)
{
	text_addf(text, "%u", as);
}
