/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "lib/source/icmp_packet.c"
#include "tests/suite.h"

#define DATA 56

static const struct icmp_mark mark = {
	.cookie = UINT64_C(0x0123456789abcdef),
	.target = 7,
	.number = 3,
};

/* An echo reply to our request, as a socket would deliver it. */
static size_t
reply(uint8_t *out, enum ip_family family, enum icmp_form form)
{
	const size_t header =
	    form == ICMP_FORM_RAW && family == IP_V4 ? V4_HEADER : 0;
	uint16_t sum;

	memset(out, 0, header + ICMP_PACKET_HEADER + DATA);
	out[header + 1] = out[header + 2] = 0xff; /* left by the last one */
	if (header > 0)
		out[0] = 0x45;
	icmp_packet_build(out + header, family, 0x1234, 0xfffe, &mark);
	if (form == ICMP_FORM_QUOTE)
		return ICMP_PACKET_HEADER + DATA;
	out[header] = echo[family].reply;
	memset(out + header + 2, 0, 2);
	if (family == IP_V4) {
		sum = checksum(out + header, ICMP_PACKET_HEADER + DATA);
		memcpy(out + header + 2, &sum, sizeof(sum));
	}
	return header + ICMP_PACKET_HEADER + DATA;
}

static const struct {
	enum ip_family family;
	enum icmp_form form;
} forms[] = {
	{ IP_V4, ICMP_FORM_PING },
	{ IP_V4, ICMP_FORM_RAW },
	{ IP_V4, ICMP_FORM_QUOTE },
	{ IP_V6, ICMP_FORM_PING },
	{ IP_V6, ICMP_FORM_RAW },
	{ IP_V6, ICMP_FORM_QUOTE },
};

START_TEST(reads_what_it_wrote)
{
	uint8_t bytes[256];
	struct icmp_seen seen;
	const size_t len = reply(bytes, forms[_i].family, forms[_i].form);

	ck_assert(icmp_packet_parse(bytes, len, forms[_i].family,
	    forms[_i].form, true, &seen));
	ck_assert_uint_eq(seen.id, 0x1234);
	ck_assert_uint_eq(seen.sequence, 0xfffe);
	ck_assert(seen.marked);
	ck_assert(seen.mark.cookie == mark.cookie);
	ck_assert_uint_eq(seen.mark.target, 7);
	ck_assert_uint_eq(seen.mark.number, 3);
}
END_TEST

START_TEST(never_reads_beyond_a_short_packet)
{
	uint8_t bytes[256];
	struct icmp_seen seen;
	const size_t len = reply(bytes, forms[_i].family, forms[_i].form);
	const bool quote = forms[_i].form == ICMP_FORM_QUOTE;
	const size_t header =
	    forms[_i].family == IP_V4 && forms[_i].form == ICMP_FORM_RAW
	    ? V4_HEADER
	    : 0;

	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *exact = malloc(cut + 1);
		bool good;

		memcpy(exact, bytes, cut);
		good = icmp_packet_parse(exact, cut, forms[_i].family,
		    forms[_i].form, false, &seen);
		/* A quote of 8 bytes is all that RFC 792 promises. */
		ck_assert_int_eq(good,
		    cut >= header + ICMP_PACKET_HEADER +
			    (quote ? 0 : ICMP_PACKET_MARK));
		free(exact);
	}
}
END_TEST

START_TEST(every_flipped_bit_of_a_raw_reply_is_noticed)
{
	uint8_t bytes[256];
	struct icmp_seen seen;
	const size_t len = reply(bytes, IP_V4, ICMP_FORM_RAW);

	for (size_t bit = 8 * V4_HEADER; bit < 8 * len; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_msg(!icmp_packet_parse(bytes, len, IP_V4,
				  ICMP_FORM_RAW, true, &seen),
		    "bit %zu", bit);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	ck_assert(
	    icmp_packet_parse(bytes, len, IP_V4, ICMP_FORM_RAW, true, &seen));
}
END_TEST

START_TEST(takes_no_other_message)
{
	uint8_t bytes[256];
	struct icmp_seen seen;
	const size_t len = reply(bytes, IP_V4, ICMP_FORM_PING);

	for (unsigned type = 0; type < 256; type++) {
		bytes[0] = (uint8_t)type;
		ck_assert_int_eq(icmp_packet_parse(bytes, len, IP_V4,
				     ICMP_FORM_PING, true, &seen),
		    type == ICMP_ECHOREPLY);
		ck_assert_int_eq(icmp_packet_parse(bytes, len, IP_V6,
				     ICMP_FORM_PING, true, &seen),
		    type == ICMPV6_ECHO_REPLY);
	}
	bytes[0] = ICMP_ECHOREPLY;
	bytes[1] = 1; /* a code that no reply has */
	ck_assert(
	    !icmp_packet_parse(bytes, len, IP_V4, ICMP_FORM_PING, true, &seen));
}
END_TEST

START_TEST(takes_no_broken_ip_header)
{
	uint8_t bytes[256];
	struct icmp_seen seen;
	const size_t len = reply(bytes, IP_V4, ICMP_FORM_RAW);
	const uint8_t bad[] = { 0x44, 0x65, 0x00, 0x4f, 0x40 };

	for (size_t i = 0; i < sizeof(bad); i++) {
		bytes[0] = bad[i];
		ck_assert(!icmp_packet_parse(bytes, len, IP_V4, ICMP_FORM_RAW,
		    true, &seen));
	}
}
END_TEST

START_TEST(checksums_as_the_rfc_does)
{
	/* RFC 1071 3: the sum is ddf2, in network order. */
	const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6,
		0xf7 };
	const uint16_t sum = checksum(bytes, sizeof(bytes));
	uint8_t in_order[2];

	memcpy(in_order, &sum, sizeof(sum));
	ck_assert_uint_eq(get16(in_order), (uint16_t)~0xddf2);
	/* An odd byte counts as if a zero followed. */
	const uint8_t odd[] = { 0xab };
	const uint16_t odd_sum = checksum(odd, sizeof(odd));

	memcpy(in_order, &odd_sum, sizeof(odd_sum));
	ck_assert_uint_eq(get16(in_order), (uint16_t)~0xab00);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("icmp_packet");
	TCase *tcase = tcase_create("icmp_packet");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, reads_what_it_wrote, 0, COUNT(forms));
	tcase_add_loop_test(tcase, never_reads_beyond_a_short_packet, 0,
	    COUNT(forms));
	tcase_add_test(tcase, every_flipped_bit_of_a_raw_reply_is_noticed);
	tcase_add_test(tcase, takes_no_other_message);
	tcase_add_test(tcase, takes_no_broken_ip_header);
	tcase_add_test(tcase, checksums_as_the_rfc_does);
	return suite_run(suite);
}
