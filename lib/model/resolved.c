/* SPDX-License-Identifier: ISC */
#include "model/resolved.h"

enum resolve_status
resolve_overall(const struct resolve_answer *answer)
{
	static const enum resolve_status order[] = {
		RESOLVE_FOUND,
		RESOLVE_SILENT,
		RESOLVE_BROKEN,
		RESOLVE_NO_ADDRESS,
		RESOLVE_NO_NAME,
		RESOLVE_NOT_FOUND,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (answer->status[IP_V4] == order[i] ||
		    answer->status[IP_V6] == order[i])
			return order[i];
	return RESOLVE_UNASKED;
}

const char *
resolve_status_text(enum resolve_status status)
{
	switch (status) {
	case RESOLVE_UNASKED:
		return "not looked up";
	case RESOLVE_FOUND:
		return "found";
	case RESOLVE_NO_ADDRESS:
		return "no address";
	case RESOLVE_NO_NAME:
		return "no such name";
	case RESOLVE_NOT_FOUND:
		return "no such name, or no address of the family that is "
		       "asked";
	case RESOLVE_SILENT:
		return "no resolver answered";
	case RESOLVE_BROKEN:
		return "the resolver failed";
	}
	return "not known";
}
