#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The demo shows what it promises, leaves nothing behind, and does without root.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	bin=${BIN:-build/release}
	command -v python3 >/dev/null || skip 'needs python3'
	export TMPDIR=$BATS_TEST_TMPDIR
	chmod 755 "$BATS_RUN_TMPDIR" "${TMPDIR%/*}" "$TMPDIR"
}

@test "each fault is seen by who should, and mended" {
	[ "$(id -u)" = 0 ] || skip 'needs root for namespaces'
	run scripts/demo "$bin"
	echo "$output"
	[[ $output != *"Left out"* ]] || skip "$(grep 'Left out' <<<"$output")"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^  mended ' <<<"$output")" -eq 4 ]
	[[ $output != *"nothing yet"* && $output != *$'\n''  still '* ]]
	[[ $output != *$'\033'* ]]
	[[ $output == *"check_http_dual"*"WARNING"*"works over IPv4, IPv6 dead"* ]]
	# daemon, session, prefix, packets, service, users: a helper's death is seen by who
	# looks at the daemon, a null route from the prefix on.
	seconds='[0-9.]+ s +'
	grep -qE "^  helper dead +$seconds- +- +- +- +- *\$" <<<"$output"
	grep -qE "^  null route +- +- +$seconds$seconds$seconds- *\$" <<<"$output"
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "without root it shows what works without" {
	chmod 777 "$TMPDIR"
	[ "$(id -u)" != 0 ] || as="setpriv --reuid 65534 --regid 65534 --clear-groups"
	run ${as-} env HOME="$TMPDIR" scripts/demo "$bin"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"Left out: lab: needs root"* ]]
	[[ $output == *"(soft 1/3, held OK)"* ]]
	[ ! -x "$bin/check_http_dual" ] || [[ $output == *"HTTP OK - http://127.0.0.1:18080/: 1 of 1 address"* ]]
	[[ $output == *"ICMP OK - 127.0.0.1"* || $output == *"ICMP UNKNOWN"*"net.ipv4.ping_group_range"* ]]
	[ -z "$(ls -A "$TMPDIR")" ]
}

# What a newcomer types first, in a tree where nothing has been built.
@test "make demo begins in a fresh clone" {
	command -v git >/dev/null || skip 'needs git'
	git clone -q . "$TMPDIR/fresh" 2>/dev/null || skip 'this tree is no git repository'
	printf '#!/bin/sh\n' | tee "$TMPDIR/fresh/scripts/setup" >"$TMPDIR/fresh/scripts/demo"
	run make -C "$TMPDIR/fresh" demo CC=false
	echo "$output"
	[ -s "$TMPDIR/fresh/build/demo.log" ]
	[[ $output == *"CC"* ]]
}
