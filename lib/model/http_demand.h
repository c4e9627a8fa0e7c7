/* SPDX-License-Identifier: ISC */
/* http_demand: does an answer do what is demanded of it?  Limits are another
 * matter: an address that is too slow works. */
#ifndef MODEL_HTTP_DEMAND_H
#define MODEL_HTTP_DEMAND_H

#include "base/text.h"
#include "model/http_rules.h"

#define HTTP_REASON_SIZE 400 /* bytes that hold any reason */

/* FAMILY_WORKS, FAMILY_DEAD, or FAMILY_UNSEEN where nobody could look; unless
 * it works, *reason says why. */
enum family_status http_demands_met(const struct http_look *look,
    const struct http_seen *seen, struct text *reason);

#endif
