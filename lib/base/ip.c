/* SPDX-License-Identifier: ISC */
#include "base/ip.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

#define HOST_NAME_MAX_LEN 253 /* RFC 1035 2.3.4, without the final dot */
#define HOST_LABEL_MAX_LEN 63

static const struct {
	const char *name;
	unsigned bits;
} families[] = {
	[IP_NONE] = { "none", 0 },
	[IP_V4] = { "ipv4", 32 },
	[IP_V6] = { "ipv6", 128 },
};

const char *
ip_family_name(enum ip_family family)
{
	return families[family].name;
}

unsigned
ip_bits(enum ip_family family)
{
	return families[family].bits;
}

/* --- from bytes ----------------------------------------------------------- */

struct ip
ip_from_v4(const uint8_t bytes[4])
{
	struct ip ip = { .family = IP_V4 };

	memcpy(ip.bytes, bytes, 4);
	return ip;
}

/* fe80::/10 and ff02::/16: only there does a zone tell two hosts apart. */
static bool
is_link_local(const uint8_t bytes[16])
{
	return (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) ||
	    (bytes[0] == 0xff && (bytes[1] & 0x0f) == 0x02);
}

bool
ip_lacks_zone(const struct ip *ip)
{
	return ip->family == IP_V6 && ip->zone == 0 && is_link_local(ip->bytes);
}

struct ip
ip_from_v6(const uint8_t bytes[16], uint32_t zone)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct ip ip = { .family = IP_V6 };

	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		return ip_from_v4(bytes + sizeof(mapped));
	memcpy(ip.bytes, bytes, 16);
	ip.zone = is_link_local(bytes) ? zone : 0;
	return ip;
}

/* --- from text ------------------------------------------------------------ */

/* An interface's name, or its index. */
static bool
parse_zone(const char *string, uint32_t *zone, struct err *err)
{
	struct err ignored;
	uint64_t index;

	if (string[0] == '\0')
		return err_set(err, ERR_USAGE,
		    "no network interface is named behind the %%");
	*zone = if_nametoindex(string);
	if (*zone != 0)
		return true;
	if (num_u64(string, &index, &ignored) && index > 0 &&
	    index <= UINT32_MAX) {
		*zone = (uint32_t)index;
		return true;
	}
	return err_set(err, ERR_USAGE, "no network interface named %s", string);
}

static bool
parse_v6(const char *string, struct ip *ip, struct err *err)
{
	const size_t len = strcspn(string, "%");
	const bool has_zone = string[len] == '%';
	char address[INET6_ADDRSTRLEN] = "";
	uint8_t bytes[16];
	uint32_t zone = 0;

	if (len < sizeof(address))
		memcpy(address, string, len);
	if (inet_pton(AF_INET6, address, bytes) != 1)
		return err_set(err, ERR_USAGE, "%s is no IPv6 address", string);
	if (has_zone && !is_link_local(bytes))
		return err_set(err, ERR_USAGE,
		    "%s is no link-local address and takes no zone: use %s",
		    address, address);
	if (has_zone && !parse_zone(string + len + 1, &zone, err))
		return false;
	*ip = ip_from_v6(bytes, zone);
	return true;
}

/* [ADDRESS] for IPv6 only, as in a URL (RFC 3986 3.2.2). */
static bool
parse_bracketed(const char *string, struct ip *ip, struct err *err)
{
	const size_t len = strlen(string);
	/* Address, '%', interface name. */
	char inner[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE] = "";

	if (len < 2 || string[len - 1] != ']')
		return err_set(err, ERR_USAGE,
		    "%s: the closing bracket is missing or not the last "
		    "character",
		    string);
	if (len == 2 || len - 2 >= sizeof(inner))
		return err_set(err, ERR_USAGE, "%s is no IPv6 address", string);
	memcpy(inner, string + 1, len - 2);
	return parse_v6(inner, ip, err);
}

/* "10" of 10/8 and "192.0.2": who writes so means the zeros behind it. */
static bool
complete_v4(const char *string, char whole[static INET_ADDRSTRLEN])
{
	static const char zeros[] = ".0.0.0";
	uint8_t bytes[4];
	size_t dots = 0;
	int len;

	for (const char *c = string; *c != '\0'; c++)
		dots += *c == '.';
	if (dots > 2)
		return false;
	len =
	    snprintf(whole, INET_ADDRSTRLEN, "%s%s", string, zeros + 2 * dots);
	return len < INET_ADDRSTRLEN && inet_pton(AF_INET, whole, bytes) == 1;
}

bool
ip_parse(const char *string, struct ip *ip, struct err *err)
{
	char whole[INET_ADDRSTRLEN];
	uint8_t bytes[4];

	if (string[0] == '[')
		return parse_bracketed(string, ip, err);
	if (strchr(string, ':'))
		return parse_v6(string, ip, err);
	if (string[0] == '\0')
		return err_set(err, ERR_USAGE, "empty, expected an address");
	if (complete_v4(string, whole))
		return err_set(err, ERR_USAGE,
		    "%s is a part of an IPv4 address: write all of it, as %s",
		    string, whole);
	if (inet_pton(AF_INET, string, bytes) != 1)
		return err_set(err, ERR_USAGE,
		    "%s is neither an IPv4 nor an IPv6 address", string);
	*ip = ip_from_v4(bytes);
	return true;
}

/* --- networks ------------------------------------------------------------- */

/* Does string[0..len) hold an IPv6 address?  (A mapped one is IPv4 by now, and
 * its prefix length still counts from the left of 128 bits.) */
static bool
written_as_v6(const char *string, size_t len)
{
	return memchr(string, ':', len) != NULL;
}

static struct ip
masked(struct ip ip, unsigned length)
{
	const unsigned bytes = ip_bits(ip.family) / 8;

	for (unsigned i = 0; i < bytes; i++) {
		const unsigned before = 8 * i;
		const unsigned kept = length <= before ? 0
		    : length >= before + 8	       ? 8
						       : length - before;

		ip.bytes[i] &= (uint8_t)(0xff00u >> kept);
	}
	return ip;
}

static bool
parse_length(const char *string, const struct ip *ip, bool as_v6,
    uint8_t *length, struct err *err)
{
	const unsigned bits = ip_bits(ip->family);
	const unsigned written = as_v6 ? 128 : bits;
	uint64_t read;

	if (!num_u64(string, &read, err))
		return err_context(err, "prefix length");
	if (read > written)
		return err_set(err, ERR_USAGE, "prefix length %s is above %u",
		    string, written);
	if (read < written - bits)
		return err_set(err, ERR_USAGE,
		    "prefix length %s of an IPv4-mapped network is below 96",
		    string);
	*length = (uint8_t)(read - (written - bits));
	return true;
}

static bool
refuse_host_bits(const char *string, const struct ip_net *net, struct err *err)
{
	const struct ip_net meant = {
		.address = masked(net->address, net->length),
		.length = net->length,
	};
	char room[128];
	struct text text = TEXT_OVER(room);

	ip_net_format(&text, &meant);
	return err_set(err, ERR_USAGE, "%s has host bits set: use %s", string,
	    text.data);
}

bool
ip_net_parse(const char *string, struct ip_net *net, struct err *err)
{
	const char *slash = strrchr(string, '/');
	const size_t len = slash ? (size_t)(slash - string) : strlen(string);
	/* Brackets, address, '%', interface name. */
	char address[2 + INET6_ADDRSTRLEN + 1 + IF_NAMESIZE] = "";
	struct ip_net read;
	struct ip network;

	if (len >= sizeof(address))
		return err_set(err, ERR_USAGE, "%s is no network", string);
	memcpy(address, string, len);
	if (!ip_parse(address, &read.address, err))
		return false;
	read.length = (uint8_t)ip_bits(read.address.family);
	if (slash &&
	    !parse_length(slash + 1, &read.address, written_as_v6(string, len),
		&read.length, err))
		return false;
	network = masked(read.address, read.length);
	if (ip_compare(&network, &read.address) != 0)
		return refuse_host_bits(string, &read, err);
	*net = read;
	return true;
}

bool
ip_net_equal(const struct ip_net *a, const struct ip_net *b)
{
	return a->length == b->length &&
	    ip_compare(&a->address, &b->address) == 0;
}

bool
ip_in_net(const struct ip *ip, const struct ip_net *net)
{
	const struct ip network = masked(*ip, net->length);

	return ip->family == net->address.family && ip->family != IP_NONE &&
	    memcmp(network.bytes, net->address.bytes, sizeof(network.bytes)) ==
	    0 &&
	    (net->address.zone == 0 || net->address.zone == ip->zone);
}

int
ip_compare(const struct ip *a, const struct ip *b)
{
	const int bytes = memcmp(a->bytes, b->bytes, sizeof(a->bytes));

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (bytes != 0)
		return bytes;
	return (a->zone > b->zone) - (a->zone < b->zone);
}

/* --- to text -------------------------------------------------------------- */

static unsigned
group(const struct ip *ip, size_t i)
{
	return (unsigned)ip->bytes[2 * i] << 8 | ip->bytes[2 * i + 1];
}

static void
add_v4(struct text *text, const struct ip *ip)
{
	text_addf(text, "%u.%u.%u.%u", ip->bytes[0], ip->bytes[1], ip->bytes[2],
	    ip->bytes[3]);
}

/* The groups from..to-1 with colons between them. */
static void
add_groups(struct text *text, const struct ip *ip, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		text_addf(text, i > from ? ":%x" : "%x", group(ip, i));
}

struct run {
	size_t from, len; /* in groups */
};

/* RFC 5952 4.2: the longest run of two or more zero groups, the first one when
 * there are several; len is 0 when there is none. */
static struct run
longest_zero_run(const struct ip *ip)
{
	struct run best = { 0 };

	for (size_t i = 0; i < 8; i++) {
		size_t len = 0;

		while (i + len < 8 && group(ip, i + len) == 0)
			len++;
		if (len > 1 && len > best.len)
			best = (struct run){ .from = i, .len = len };
	}
	return best;
}

/* The name, unless the interface is gone or is called something that could not
 * stand in a line of text; then the index. */
static void
add_zone(struct text *text, char mark, uint32_t zone)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_.-";
	char name[IF_NAMESIZE] = "";

	if (zone == 0)
		return;
	text_add_char(text, mark);
	if (if_indextoname(zone, name) && name[strspn(name, plain)] == '\0')
		text_add(text, name);
	else
		text_addf(text, "%u", zone);
}

/*
 * Not inet_ntop(3): it writes ::192.0.2.1 for ::c000:201, which RFC 5952 5
 * keeps for well-known prefixes; the one of them that is met on hosts, the
 * mapped addresses, is IPv4 here.
 */
void
ip_format(struct text *text, const struct ip *ip)
{
	const struct run zeros = longest_zero_run(ip);

	if (ip->family == IP_NONE) {
		text_add(text, families[IP_NONE].name);
	} else if (ip->family == IP_V4) {
		add_v4(text, ip);
	} else if (zeros.len == 0) {
		add_groups(text, ip, 0, 8);
	} else {
		add_groups(text, ip, 0, zeros.from);
		text_add(text, "::");
		add_groups(text, ip, zeros.from + zeros.len, 8);
	}
	add_zone(text, '%', ip->zone);
}

void
ip_format_label(struct text *text, const struct ip *ip)
{
	if (ip->family != IP_V6) {
		ip_format(text, ip);
		return;
	}
	add_groups(text, ip, 0, 8);
	add_zone(text, '_', ip->zone);
}

void
ip_net_format(struct text *text, const struct ip_net *net)
{
	ip_format(text, &net->address);
	text_addf(text, "/%u", net->length);
}

/* --- hosts ---------------------------------------------------------------- */

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* What people put where a host belongs. */
static const char *
expected_in_name(char c)
{
	if (c == ':')
		return "a host name without port, or an IPv6 address";
	if (c == '/')
		return "a host name, not a URL or a network";
	if ((unsigned char)c >= 0x80)
		return "an internationalised name in its xn-- form";
	return "letters, digits, hyphens and dots";
}

static bool
check_label(const char *string, size_t from, size_t len, struct err *err)
{
	if (len == 0)
		return num_unexpected(err, string, from, "a letter or a digit");
	if (len > HOST_LABEL_MAX_LEN)
		return err_set(err, ERR_USAGE,
		    "the part at character %zu is longer than %d characters",
		    from + 1, HOST_LABEL_MAX_LEN);
	if (string[from] == '-')
		return num_unexpected(err, string, from, "a letter or a digit");
	if (string[from + len - 1] == '-')
		return num_unexpected(err, string, from + len - 1,
		    "a letter or a digit");
	return true;
}

/* A last label of digits would be a number to inet_aton(3): 10.1 is 10.0.0.1
 * there.  RFC 1123 2.1 keeps names and addresses apart by it. */
static bool
check_last_label(const char *string, size_t from, size_t len, struct err *err)
{
	if (strspn(string + from, "0123456789") < len)
		return true;
	return err_set(err, ERR_USAGE,
	    "%s is no IPv4 address, and no name ends in a number", string);
}

static bool
check_name(const char *string, struct err *err)
{
	size_t len = strlen(string), from = 0, last = 0;

	if (len > 1 && string[len - 1] == '.')
		len--;
	if (len > HOST_NAME_MAX_LEN)
		return err_set(err, ERR_USAGE,
		    "a host name has at most %d characters", HOST_NAME_MAX_LEN);
	for (size_t i = 0; i < len; i++)
		if (!is_alphanumeric(string[i]) && !strchr("-_.", string[i]))
			return num_unexpected(err, string, i,
			    expected_in_name(string[i]));
	while (from <= len) {
		const char *dot = memchr(string + from, '.', len - from);
		const size_t end = dot ? (size_t)(dot - string) : len;

		if (!check_label(string, from, end - from, err))
			return false;
		last = from;
		from = end + 1;
	}
	return check_last_label(string, last, len - last, err);
}

bool
ip_host_parse(const char *string, struct ip_host *host, struct err *err)
{
	struct ip_host read = { .name = string };
	const char *colon = strchr(string, ':');
	struct err ignored;

	if (string[0] == '[' || (colon && strchr(colon + 1, ':'))) {
		if (!ip_parse(string, &read.address, err))
			return false;
	} else if (!ip_parse(string, &read.address, &ignored)) {
		read.address = (struct ip){ .family = IP_NONE };
		if (!check_name(string, err))
			return false;
	}
	*host = read;
	return true;
}
