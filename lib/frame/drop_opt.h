/* SPDX-License-Identifier: ISC */
/* drop_opt: by how many percent a number may fall, as a pair of options. */
#ifndef FRAME_DROP_OPT_H
#define FRAME_DROP_OPT_H

#include "frame/opt.h"
#include "model/drop.h"

extern const struct opt_type drop_opt; /* [struct drop_rule] "5%", "5" */

#endif
