/* SPDX-License-Identifier: ISC */
/*
 * bgp_key: from what a daemon calls a peer to the peer's key.
 */
#ifndef SOURCE_BGP_KEY_H
#define SOURCE_BGP_KEY_H

#include <stdbool.h>

#include "base/span.h"
#include "model/bgp.h"

/*
 * "192.0.2.1", "fe80::1%eth0" (the interface may be another namespace's, so it
 * stays text), or, where `interfaces`, an interface alone: "swp1".  The peer
 * is made.  A second session with the same peer (from another local address,
 * say) is told apart by `otherwise` in the place of the VRF; when that is
 * taken, too, it is merged.  NULL when it is no peer, or there is no room.
 */
struct bgp_peer *bgp_key_peer(struct bgp_table *table, const char *vrf,
    struct span name, bool interfaces, const char *otherwise);

#endif
