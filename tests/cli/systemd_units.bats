#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The units of contrib/systemd: correct, and hardened to an exposure of 1.5 of 10.

setup() {
	command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
	BIN=$(realpath "${BIN:-build/release}")
	# The programs are not installed here.
	for unit in contrib/systemd/*.service contrib/systemd/*.timer; do
		sed -e "s|=/usr/bin/vigil-watchdog|=$BIN/vigil-watchdog|" \
		    -e "s|/usr/lib/nagios/plugins/|$BIN/|" \
		    "$unit" >"$BATS_TEST_TMPDIR/${unit##*/}"
	done
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "every unit passes systemd-analyze verify" {
	for unit in *.service *.timer; do
		run systemd-analyze verify --man=no "./$unit"
		echo "$unit: $output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "the drop-in for ExaBGP is a valid part of a unit" {
	{
		cat "$BATS_TEST_DIRNAME/../../contrib/systemd/exabgp-restart.conf"
		echo 'ExecStart=/bin/true'
	} >exabgp.service
	run systemd-analyze verify --man=no ./exabgp.service
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	sed -i 's/^Restart=.*/Restart=perhaps/' exabgp.service
	run systemd-analyze verify --man=no ./exabgp.service
	[[ $output == *perhaps* ]]
}

@test "every service is exposed by at most 1.5" {
	for unit in *.service; do
		run systemd-analyze security --offline=true --threshold=15 "./$unit"
		echo "${lines[-1]}"
		[ "$status" -eq 0 ]
	done
}
