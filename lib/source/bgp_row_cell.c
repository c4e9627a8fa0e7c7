/* SPDX-License-Identifier: ISC */
#include "source/bgp_row.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* AFI and SAFI of IANA: of an address that has none beside it. */
#define IPV4 1
#define IPV6 2
#define UNICAST 1

/* --- numbers -------------------------------------------------------------- */

/* Any of the number types: agents do not agree on them. */
static bool
number_of(const struct snmp_value *value, int64_t *number)
{
	*number = value->number;
	return value->type == SNMP_INTEGER || value->type == SNMP_GAUGE32 ||
	    value->type == SNMP_COUNTER32 || value->type == SNMP_TIMETICKS ||
	    value->type == SNMP_COUNTER64;
}

static bool
uint32_of(const struct snmp_value *value, uint32_t *number)
{
	int64_t wide;

	if (!number_of(value, &wide) || wide < 0 || wide > UINT32_MAX)
		return false;
	*number = (uint32_t)wide;
	return true;
}

/* --- values of fields ----------------------------------------------------- */

static bool
count_of(const struct snmp_value *value, void *field, struct bgp_table *table)
{
	uint32_t *count = field;

	(void)table;
	return uint32_of(value, count);
}

static bool
centis_of(const struct snmp_value *value, void *field, struct bgp_table *table)
{
	uint32_t *seconds = field;

	(void)table;
	if (!uint32_of(value, seconds))
		return false;
	*seconds /= 100;
	return true;
}

static bool
octet_of(const struct snmp_value *value, void *field, struct bgp_table *table)
{
	uint8_t *octet = field;
	uint32_t wide;

	(void)table;
	if (!uint32_of(value, &wide) || wide > UINT8_MAX)
		return false;
	*octet = (uint8_t)wide;
	return true;
}

/* FRR and others send AS numbers above 2^31 as negative INTEGERs.  0 and
 * Junos' 2^32 - 2 stand for "not set". */
static bool
as_of(const struct snmp_value *value, void *field, struct bgp_table *table)
{
	uint32_t *as = field;
	int64_t number;

	(void)table;
	if (!number_of(value, &number) || number < INT32_MIN ||
	    number > UINT32_MAX)
		return false;
	*as = (uint32_t)number;
	return *as != 0 && *as < UINT32_MAX - 1;
}

static bool
admin_of(const struct snmp_value *value, void *field, struct bgp_table *table)
{
	uint8_t *admin = field;
	uint32_t number;

	(void)table;
	if (!uint32_of(value, &number) || number < 1 || number > 2)
		return false;
	*admin = number == 1 ? BGP_ADMIN_DOWN : BGP_ADMIN_RUNNING;
	return true;
}

/* Two octets, which may well be letters: 06 0a is no text. */
static bool
error_of(const struct snmp_value *value, void *field, struct bgp_table *table)
{
	(void)table;
	if (value->type != SNMP_OCTETS || value->len != 2)
		return false;
	memcpy(field, value->bytes, 2);
	return true;
}

static bool
text_of(const struct snmp_value *value, void *field, struct bgp_table *table)
{
	const char **text = field;

	if (value->type != SNMP_OCTETS)
		return false;
	*text = bgp_table_string(table, value->bytes, value->len);
	return *text != NULL;
}

static bool
address_text(const uint8_t *bytes, size_t len, struct ip *address)
{
	const uint8_t *zone = memchr(bytes, '%', len);
	struct err ignored;
	char text[48];

	if (zone)
		len = (size_t)(zone - bytes);
	if (len >= sizeof(text) || memchr(bytes, '\0', len))
		return false;
	memcpy(text, bytes, len);
	text[len] = '\0';
	return ip_parse(text, address, &ignored);
}

/* As text (Cumulus), or as the octets themselves. */
static bool
address_of(const struct snmp_value *value, void *field, struct bgp_table *table)
{
	struct ip *address = field;

	(void)table;
	if (value->type != SNMP_OCTETS && value->type != SNMP_IPADDRESS)
		return false;
	if (value->type == SNMP_OCTETS && value->len > 4 &&
	    address_text(value->bytes, value->len, address))
		return true;
	if (value->len != 4 && value->len != 16)
		return false;
	*address = value->len == 4 ? ip_from_v4(value->bytes)
				   : ip_from_v6(value->bytes, 0);
	return true;
}

/* --- prefixes ------------------------------------------------------------- */

/* The family of the cell: of the index, of the column, or of the address. */
static struct bgp_family *
family_of(const struct bgp_column *column, struct bgp_row *row,
    struct bgp_table *table)
{
	struct bgp_peer peer = {
		.families = row->families,
		.families_count = row->families_count,
	};
	uint16_t afi = column->afi;
	uint8_t safi = column->safi;
	struct bgp_family *family;

	if (row->key.has_family) {
		afi = row->key.afi;
		safi = row->key.safi;
	} else if (afi == 0) {
		afi = row->key.address.family == IP_V6 ? IPV6 : IPV4;
		safi = UNICAST;
	}
	family = bgp_peer_family(table, &peer, afi, safi);
	row->families = peer.families;
	row->families_count = peer.families_count;
	return family;
}

static bool
prefixes_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row, struct bgp_table *table)
{
	struct bgp_family *family;
	uint32_t number;

	if (!uint32_of(value, &number))
		return false;
	/* "No limit", said in three ways; the third is an absent cell. */
	if (column->field == BGP_F_LIMIT &&
	    (number == 0 || number >= INT32_MAX))
		return false;
	if (column->field == BGP_F_THRESHOLD && (number == 0 || number > 100))
		return false;
	family = family_of(column, row, table);
	if (!family)
		return false;
	switch (column->field) {
	case BGP_F_RECEIVED:
		family->received = number;
		family->has |= BGP_HAS_RECEIVED;
		break;
	case BGP_F_ACCEPTED:
		family->accepted = number;
		family->has |= BGP_HAS_ACCEPTED;
		break;
	case BGP_F_ADVERTISED:
		family->advertised = number;
		family->has |= BGP_HAS_ADVERTISED;
		break;
	case BGP_F_LIMIT:
		family->limit = number;
		family->has |= BGP_HAS_LIMIT;
		break;
	default:
		family->threshold = (uint8_t)number;
		family->has |= BGP_HAS_THRESHOLD;
		break;
	}
	return true;
}

/*
 * Advertised now is what was ever advertised less what was withdrawn; both
 * counters are of 32 bits and wrap together.  IOS XR counts what it advertises
 * again a second time, so the difference grows for ever: what no router
 * advertises is no value.
 */
#define PLAUSIBLE_PREFIXES 4000000 /* three times the global tables */

static bool
total_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row, struct bgp_table *table)
{
	const bool sent = column->field == BGP_F_ADVERTISED_TOTAL;
	struct bgp_family *family = family_of(column, row, table);

	if (!family ||
	    !uint32_of(value, sent ? &row->advertised : &row->withdrawn))
		return false;
	if (sent)
		row->has_advertised = true;
	else
		row->has_withdrawn = true;
	if (row->has_advertised && row->has_withdrawn &&
	    row->advertised - row->withdrawn <= PLAUSIBLE_PREFIXES) {
		family->advertised = row->advertised - row->withdrawn;
		family->has |= BGP_HAS_ADVERTISED;
	}
	return true;
}

/* --- cells ---------------------------------------------------------------- */

static const uint8_t firebrick_states[] = {
	BGP_IDLE, BGP_ACTIVE, BGP_CONNECT, /* "openWait" */
	BGP_OPENSENT, BGP_OPENCONFIRM, BGP_ESTABLISHED, BGP_IDLE, /* closed */
	BGP_CLEARING, BGP_DELETED, /* preshutdown, shutdown */
};

static const uint8_t junose_states[] = {
	BGP_IDLE, /* stop */
	BGP_IDLE, BGP_CONNECT, BGP_ACTIVE, BGP_OPENSENT, BGP_OPENCONFIRM,
	BGP_ESTABLISHED, BGP_DELETED, /* being removed */
};

static bool
state_of(const struct snmp_value *value, enum bgp_field field, uint8_t *state)
{
	uint32_t number;

	if (!uint32_of(value, &number))
		return false;
	if (field == BGP_F_STATE_FIREBRICK || field == BGP_F_STATE_JUNOSE) {
		const bool firebrick = field == BGP_F_STATE_FIREBRICK;

		if (number >= (firebrick ? COUNT(firebrick_states)
					 : COUNT(junose_states)))
			return false;
		*state = firebrick ? firebrick_states[number]
				   : junose_states[number];
		return true;
	}
	if (field == BGP_F_STATE_ZERO_BASED)
		number++;
	if (number < BGP_IDLE || number > BGP_DELETED)
		return false;
	*state = (uint8_t)number;
	return true;
}

static bool
state_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row, struct bgp_table *table)
{
	(void)table;
	row->has_state = state_of(value, column->field, &row->state);
	if (column->field == BGP_F_STATE_FIREBRICK &&
	    row->state == BGP_DELETED) /* shutdown */
		row->admin = BGP_ADMIN_DOWN;
	if (column->field == BGP_F_STATE_JUNOSE && value->number == 0)
		row->admin = BGP_ADMIN_DOWN;
	return row->has_state;
}

static bool
number_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row, struct bgp_table *table)
{
	(void)column;
	(void)table;
	row->has_number = uint32_of(value, &row->number);
	return row->has_number;
}

/* What a cell is read by: one value into a field of the row, which is marked as
 * there if that has a mark; or all that it means for the row. */
struct cell {
	bool (*value)(const struct snmp_value *value, void *field,
	    struct bgp_table *table);
	size_t offset; /* of the field in struct bgp_row */
	uint16_t has;  /* enum bgp_has, or 0 */
	bool (*row)(const struct bgp_column *column,
	    const struct snmp_value *value, struct bgp_row *row,
	    struct bgp_table *table);
};

#define INTO(field) offsetof(struct bgp_row, field)

static const struct cell cells[BGP_FIELDS] = {
	[BGP_F_STATE] = { .row = state_cell },
	[BGP_F_STATE_ZERO_BASED] = { .row = state_cell },
	[BGP_F_STATE_FIREBRICK] = { .row = state_cell },
	[BGP_F_STATE_JUNOSE] = { .row = state_cell },
	[BGP_F_ADMIN] = { admin_of, INTO(admin), 0 },
	[BGP_F_REMOTE_AS] = { as_of, INTO(remote_as), BGP_HAS_REMOTE_AS },
	[BGP_F_LOCAL_AS] = { as_of, INTO(local_as), BGP_HAS_LOCAL_AS },
	[BGP_F_TIME] = { count_of, INTO(time_s), BGP_HAS_TIME },
	[BGP_F_TIME_CENTIS] = { centis_of, INTO(time_s), BGP_HAS_TIME },
	[BGP_F_TRANSITIONS] = { count_of, INTO(transitions),
	    BGP_HAS_TRANSITIONS },
	[BGP_F_ERROR] = { error_of, INTO(errors[BGP_ROW_ERROR]),
	    BGP_HAS_ERROR },
	[BGP_F_ERROR_RECEIVED] = { error_of, INTO(errors[BGP_ROW_RECEIVED]),
	    BGP_HAS_ERROR },
	[BGP_F_ERROR_SENT] = { error_of, INTO(errors[BGP_ROW_SENT]),
	    BGP_HAS_ERROR },
	[BGP_F_CODE_RECEIVED] = { octet_of, INTO(errors[BGP_ROW_RECEIVED][0]),
	    BGP_HAS_ERROR },
	[BGP_F_SUBCODE_RECEIVED] = { octet_of,
	    INTO(errors[BGP_ROW_RECEIVED][1]), 0 },
	[BGP_F_CODE_SENT] = { octet_of, INTO(errors[BGP_ROW_SENT][0]),
	    BGP_HAS_ERROR },
	[BGP_F_SUBCODE_SENT] = { octet_of, INTO(errors[BGP_ROW_SENT][1]), 0 },
	[BGP_F_ERROR_TEXT] = { text_of, INTO(error_text), 0 },
	[BGP_F_DESCRIPTION] = { text_of, INTO(description), 0 },
	[BGP_F_VRF] = { text_of, INTO(vrf), 0 },
	[BGP_F_INTERFACE] = { text_of, INTO(interface), 0 },
	[BGP_F_ADDRESS] = { address_of, INTO(address), 0 },
	[BGP_F_NUMBER] = { .row = number_cell },
	[BGP_F_RECEIVED] = { .row = prefixes_cell },
	[BGP_F_ACCEPTED] = { .row = prefixes_cell },
	[BGP_F_ADVERTISED] = { .row = prefixes_cell },
	[BGP_F_ADVERTISED_TOTAL] = { .row = total_cell },
	[BGP_F_WITHDRAWN_TOTAL] = { .row = total_cell },
	[BGP_F_LIMIT] = { .row = prefixes_cell },
	[BGP_F_THRESHOLD] = { .row = prefixes_cell },
};

bool
bgp_row_cell(const struct bgp_column *column, const struct snmp_value *value,
    struct bgp_row *row, struct bgp_table *table)
{
	const struct cell *cell = &cells[column->field];

	if (cell->row)
		return cell->row(column, value, row, table);
	if (!cell->value(value, (char *)row + cell->offset, table))
		return false;
	row->has |= cell->has;
	return true;
}
