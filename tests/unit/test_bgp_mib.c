/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "source/bgp_mib.h"
#include "tests/suite.h"

START_TEST(tables_are_sound)
{
	size_t count = 0;

	for (const struct bgp_mib *mib = bgp_mibs; mib->name; mib++, count++) {
		struct snmp_oid oid;
		const char *with = mib->goes_with;

		ck_assert_ptr_eq(bgp_mib_find(mib->name), mib);
		ck_assert(mib->columns[0].oid != NULL);
		ck_assert(!with || bgp_mib_find(with));
		for (const struct bgp_column *c = mib->columns; c->oid; c++) {
			ck_assert_msg(bgp_mib_column(mib, c, &oid), "%s %s",
			    mib->name, c->oid);
			ck_assert_uint_lt(c->field, BGP_FIELDS);
		}
	}
	ck_assert_uint_le(count, 64); /* a set of them is one word */
	ck_assert_str_eq(bgp_mib_standard()->name, "bgpPeerTable");
}
END_TEST

/* What a reader must never ask of FRR is in none of its columns. */
START_TEST(frr_columns_are_safe)
{
	const struct bgp_mib *mib = bgp_mib_find("bgp4V2PeerTable");

	for (const struct bgp_column *c = mib->columns; c->oid; c++) {
		ck_assert_int_ne(c->oid[0], '9');
		ck_assert(strcmp(c->oid, "3.1.4") != 0);
		ck_assert(strcmp(c->oid, "3.1.5") != 0);
		ck_assert(strcmp(c->oid, "3.1.9") != 0);
		ck_assert(strcmp(c->oid, "3.1.10") != 0);
	}
	ck_assert(mib->flags & BGP_NO_BULK);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bgp_mib");
	TCase *tcase = tcase_create("bgp_mib");

	tcase_add_test(tcase, tables_are_sound);
	tcase_add_test(tcase, frr_columns_are_safe);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
