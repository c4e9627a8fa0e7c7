/* SPDX-License-Identifier: ISC */
/* bgp_words: a BGP peer in a sentence, for whoever is woken by it. */
#ifndef MODEL_BGP_WORDS_H
#define MODEL_BGP_WORDS_H

#include "base/text.h"
#include "model/bgp.h"

/* bgp_peer_name without the VRF. */
void bgp_words_whom(struct text *text, const struct bgp_peer *peer);
/* "192.0.2.1 vrf red AS65001 (transit)" */
void bgp_words_peer(struct text *text, const struct bgp_peer *peer);
/* "Established", "Idle (PfxCt)", "administratively down", "unknown" */
void bgp_words_state(struct text *text, const struct bgp_peer *peer);
/* "Idle for 2h 5m, last error received: Cease: Administrative Shutdown";
 * "Established for 3d 4h, ipv4-unicast 3 of 100 prefixes" */
void bgp_words_condition(struct text *text, const struct bgp_peer *peer);

#endif
