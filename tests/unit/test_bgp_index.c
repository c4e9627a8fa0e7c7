/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "source/bgp_index.h"
#include "source/snmp_oid.h"
#include "tests/suite.h"

struct index_case {
	bgp_decode *decode;
	const char *index;
	const char *means; /* NULL: refused */
};

#define V6 "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"

static const struct index_case indexes[] = {
	{ bgp_index_v4, "192.0.2.1", "192.0.2.1" },
	{ bgp_index_v4, "192.0.2.1.3", "192.0.2.1 in 3" }, /* FortiOS */
	{ bgp_index_v4, "255.255.255.255", "255.255.255.255" },
	{ bgp_index_v4, "192.0.2.256", NULL },
	{ bgp_index_v4, "192.0.2", NULL },
	{ bgp_index_v4, "192.0.2.1.3.4", NULL },
	{ bgp_index_v4_family, "192.0.2.1.1.128", "192.0.2.1 1/128" },
	{ bgp_index_v4_family, "192.0.2.1.1", NULL },
	{ bgp_index_v4_family, "192.0.2.1.65536.1", NULL },
	{ bgp_index_v4_family, "192.0.2.1.1.256", NULL },
	{ bgp_index_v4_family, "192.0.2.1.0.1", NULL },
	{ bgp_index_v4_family, "192.0.2.1.1.1.1", NULL },
	{ bgp_index_type, "1.4.192.0.2.1", "192.0.2.1" },
	{ bgp_index_type, "2.16." V6, "2001:db8::1" },
	{ bgp_index_type, "3.8.192.0.2.1.0.0.0.7", "192.0.2.1 zone 7" },
	{ bgp_index_type, "4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.1.2",
	    "fe80::1 zone 258" },
	/* IPv4-mapped is IPv4 */
	{ bgp_index_type, "2.16.0.0.0.0.0.0.0.0.0.0.255.255.192.0.2.1",
	    "192.0.2.1" },
	{ bgp_index_type, "0.0", NULL },
	{ bgp_index_type, "16.4.97.98.99.100", NULL }, /* dns */
	{ bgp_index_type, "1.5.192.0.2.1.0", NULL },
	{ bgp_index_type, "1.4.192.0.2", NULL },
	{ bgp_index_type, "1.4.192.0.2.1.0", NULL },
	{ bgp_index_type, "2.16.32.1", NULL },
	{ bgp_index_type, "2.4.192.0.2.1", NULL },
	{ bgp_index_type, "1.4.4294967295.0.2.1", NULL },
	{ bgp_index_type_family, "2.16." V6 ".2.1", "2001:db8::1 2/1" },
	{ bgp_index_type_family, "2.16." V6 ".2", NULL },
	{ bgp_index_instance, "7.1.4.192.0.2.1", "192.0.2.1 in 7" },
	{ bgp_index_instance, "4294967295.2.16." V6,
	    "2001:db8::1 in 4294967295" },
	{ bgp_index_instance, "7", NULL },
	{ bgp_index_instance_family, "1.1.4.192.0.2.1.1.1",
	    "192.0.2.1 in 1 1/1" },
	/* FRR: three forms */
	{ bgp_index_frr, "1.4.192.0.2.1", "192.0.2.1" },
	{ bgp_index_frr, "2.16." V6, "2001:db8::1" },
	{ bgp_index_frr, "1.1.192.0.2.1", "192.0.2.1 in 1" },
	{ bgp_index_frr, "1.2." V6, "2001:db8::1 in 1" },
	{ bgp_index_frr, "1.1.4.192.0.2.1", "192.0.2.1 in 1" },
	{ bgp_index_frr, "1.2.16." V6, "2001:db8::1 in 1" },
	{ bgp_index_frr, "1.3.192.0.2.1", NULL },
	{ bgp_index_frr, "1.4.192.0.2", NULL },
	{ bgp_index_frr, "1", NULL },
	/* Junos, without lengths and with them */
	{ bgp_index_pair, "0.1.192.0.2.9.1.192.0.2.1", "192.0.2.1 in 0" },
	{ bgp_index_pair, "0.1.0.0.0.0.2." V6, "2001:db8::1 in 0" },
	{ bgp_index_pair, "9.2." V6 ".2." V6, "2001:db8::1 in 9" },
	{ bgp_index_pair, "0.1.4.192.0.2.9.1.4.192.0.2.1", "192.0.2.1 in 0" },
	{ bgp_index_pair, "0.1.192.0.2.9.1.192.0.2", NULL },
	{ bgp_index_pair, "0.1.192.0.2.9.1.192.0.2.1.1", NULL },
	{ bgp_index_pair, "0.25.192.0.2.9.1.192.0.2.1", NULL },
	{ bgp_index_number_family, "17.25.65", "none number 17 25/65" },
	{ bgp_index_number_family, "17.25", NULL },
	{ bgp_index_huawei, "2.1.128.1.4.192.0.2.1", "192.0.2.1 in 2 1/128" },
	{ bgp_index_huawei, "2.196.65.2.16." V6, "2001:db8::1 in 2 196/65" },
	{ bgp_index_huawei, "2.1.1.1.4.192.0.2", NULL },
	{ bgp_index_h3c, "0.5.1.1.1.4.192.0.2.1", "192.0.2.1 in 5 1/1" },
	{ bgp_index_h3c, "0.5.1.1.1.4.192.0.2.1.0", NULL },
	{ bgp_index_v6, V6, "2001:db8::1" },
	{ bgp_index_v6, "16." V6, "2001:db8::1" },
	{ bgp_index_v6, "2.16." V6, "2001:db8::1" },
	{ bgp_index_v6, "32.1", NULL },
	{ bgp_index_cumulus, "254.0.0.0.0.60", "none in 254" },
	{ bgp_index_cumulus, "254.1.192.0.2.1", "192.0.2.1 in 254" },
	{ bgp_index_cumulus, "254.1.4.192.0.2.1", "192.0.2.1 in 254" },
	{ bgp_index_cumulus, "254.2." V6, "2001:db8::1 in 254" },
	{ bgp_index_cumulus, "254.0", NULL },
	{ bgp_index_cumulus, "254.9.192.0.2.1", NULL },
	{ bgp_index_number, "4093", "none in 4093" },
	{ bgp_index_number, "1.2", NULL },
	{ bgp_index_vpn_v4, "512.192.0.2.1", "192.0.2.1 in 512" },
	{ bgp_index_vpn_v4, "512.192.0.2", NULL },
	{ bgp_index_versa, "1.1.4.10.0.0.1.179.1.4.192.0.2.1.33000.0",
	    "192.0.2.1 in 1" },
	{ bgp_index_versa, "1.1.4.10.0.0.1.179.1.4.192.0.2.1.33000", NULL },
	{ bgp_index_name_v4, "3.114.101.100.192.0.2.1", "192.0.2.1 vrf red" },
	{ bgp_index_name_v4, "114.101.100.192.0.2.1", "192.0.2.1 vrf red" },
	{ bgp_index_name_v4, "192.0.2.1", "192.0.2.1" },
	{ bgp_index_name_v4, "0.192.0.2.1", "192.0.2.1" },
	{ bgp_index_name_v4, "2.114.300.192.0.2.1", NULL },
	{ bgp_index_name_v4, "192.0.2", NULL },
};

static void
describe(struct text *text, const struct bgp_key *key)
{
	ip_format(text, &key->address);
	if (key->zone)
		text_addf(text, " zone %u", key->zone);
	if (key->has_instance)
		text_addf(text, " in %u", key->instance);
	if (key->has_number)
		text_addf(text, " number %u", key->number);
	if (key->vrf_len)
		text_add(text, " vrf ");
	for (size_t i = 0; i < key->vrf_len; i++)
		text_add_char(text, (char)key->vrf[i]);
	if (key->has_family)
		text_addf(text, " %u/%u", key->afi, key->safi);
}

START_TEST(index_means)
{
	const struct index_case *c = &indexes[_i];
	struct bgp_key key = { 0 };
	struct snmp_oid oid;
	char bytes[128];
	struct text text = TEXT_OVER(bytes);

	ck_assert(snmp_oid_parse(c->index, strlen(c->index), &oid));
	ck_assert_msg(c->decode(oid.sub, oid.len, &key) == (c->means != NULL),
	    "%s", c->index);
	if (!c->means)
		return;
	describe(&text, &key);
	ck_assert_str_eq(bytes, c->means);
}
END_TEST

/* Cut anywhere, or empty: never read beyond the end (the sanitizers watch a
 * copy of the exact size). */
START_TEST(index_is_cut)
{
	const struct index_case *c = &indexes[_i];
	struct snmp_oid oid;

	ck_assert(snmp_oid_parse(c->index, strlen(c->index), &oid));
	for (size_t len = 0; len < oid.len; len++) {
		uint32_t *copy = malloc(len * sizeof(*copy) + 1);
		struct bgp_key key = { 0 };

		ck_assert(copy != NULL);
		memcpy(copy, oid.sub, len * sizeof(*copy));
		c->decode(copy, len, &key);
		free(copy);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_index");
	TCase *tcase = tcase_create("bgp_index");

	tcase_add_loop_test(tcase, index_means, 0, COUNT(indexes));
	tcase_add_loop_test(tcase, index_is_cut, 0, COUNT(indexes));
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
