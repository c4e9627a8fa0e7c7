/* SPDX-License-Identifier: ISC */
#include "frame/watch_audit.h"

#include "base/clock.h"
#include "frame/json.h"

#define SERVICE_MAX 255 /* bytes of a path that leave room for the rest */

void
watch_audit_line(struct text *out, const struct watch_audit *audit,
    const struct watch_report *report)
{
	const struct watch_decision *decision = &report->decision;
	struct json json;

	json_init(&json, out);
	json_object(&json, NULL);
	json_integer(&json, "time_ms", audit->wall_ns / CLOCK_MILLI);
	json_string(&json, "boot_id", audit->boot_id);
	json_bytes(&json, "service", audit->service,
	    strnlen(audit->service, SERVICE_MAX));
	json_string(&json, "decision", audit->decision);
	json_string(&json, "sight", watch_sight_name(report->look.sight));
	json_string(&json, "evidence", report->words);
	json_string(&json, "identity", report->look.identity);
	json_string(&json, "identity_before", audit->before);
	json_string(&json, "action", report->action);
	json_bool(&json, "failed", report->failed);
	json_integer(&json, "restarts_hour", (int64_t)decision->in_hour);
	json_integer(&json, "restarts_day", (int64_t)decision->in_day);
	json_integer(&json, "budget_left", (int64_t)decision->left);
	json_close(&json);
}
