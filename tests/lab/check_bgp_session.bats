#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_bgp_session against the live lab: through SNMP and through the socket of
# each daemon, in every state and through every event, the verdicts agreeing.

# shellcheck source=tests/lab/lab.bash
source "$BATS_TEST_DIRNAME/lab.bash"

setup_file() {
	lab_begin
	[ -n "$LAB" ] || return 0
	for secret in public blind wrong signed-password sealed-password wrong-password; do
		(umask 077 && echo $secret >"$BATS_FILE_TMPDIR/$secret")
	done
}

teardown_file() { lab_end; }

setup() {
	lab_needed
	check=$(realpath "${BIN:-build/release}")/check_bgp_session
	STATE=$BATS_FILE_TMPDIR/state
	[ -d "$STATE" ] || mkdir -m 0700 "$STATE"
}

# One source each.  Programs run inside of a namespace need a whole path.
snmp() { "$lab" ns frr "$check" -H 127.0.0.1 -p 1161 --state-dir "$STATE" "$@"; }
frr() { "$check" --source frr --socket "$LAB/frr/bgpd.vty" "$@"; }
bird() { "$check" --source bird --socket "$LAB/bird/bird.ctl" "$@"; }
exabgp() { "$check" --source exabgp --socket "$LAB/exa/run/exabgp" "$@"; }
gobgp() { "$lab" ns gobgp "$check" --source gobgp "$@"; }
openbgpd() { "$check" --source openbgpd --socket "$LAB/open/restricted.sock" "$@"; }

# within CODE TEXT COMMAND...: in 90 s the command ends so, with that text.
within() {
	local code=$1 text=$2 end=$((SECONDS + 90)) status output

	shift 2
	while :; do
		status=0
		output=$("$@") || status=$?
		# shellcheck disable=SC2053 # a pattern
		[ "$status" = "$code" ] && [[ $output == $text ]] && return
		[ "$SECONDS" -lt "$end" ] || break
		sleep 0.2
	done
	echo "wanted $code, $text; got $status, $output"
	return 1
}

# The session between FRR and the others, from both of its ends.
up_v4() {
	within 0 'BGP OK - 192.0.2.2 AS65002*' snmp --peer 192.0.2.2,as=65002
	within 0 'BGP OK - 192.0.2.2 AS65002 (bird v4) Established*' frr --peer 192.0.2.2,as=65002
	within 0 'BGP OK - 192.0.2.1 AS65001 (FRR over IPv4) Established*' bird --peer 192.0.2.1,as=65001
}

@test "every session as the lab has it, from every source" {
	run snmp
	echo "$output"
	[ "$status" = 2 ]
	[[ $output == *'; 3 of 7 peers established, 1 administratively down|peers=7;;;0 established=3;;;0 admin_down=1;;;0 requests='* ]]
	run frr
	echo "$output"
	[ "$status" = 2 ]
	[[ $output == *'; 5 of 11 peers established, 2 administratively down|'* ]]
	run bird
	[ "$status" = 2 ]
	[[ $output == *'3 of 6 peers established, 1 administratively down|'* ]]
	run exabgp
	[ "$status" = 2 ]
	[[ $output == *'1 of 2 peers established|'* ]]
	run gobgp
	[ "$status" = 2 ]
	[[ $output == *'203.0.113.77 AS65077 (no answer) Active'*'2 of 3 peers established|'* ]]
	run openbgpd
	[ "$status" = 2 ]
	[[ $output == *'1 of 3 peers established, 1 administratively down|'* ]]
	up_v4
}

@test "SNMP and FRR agree about every peer that both show" {
	local verdict peer as state

	snmp --format json >"$BATS_TEST_TMPDIR/snmp" || :
	frr --format json >"$BATS_TEST_TMPDIR/frr" || :
	for from in snmp frr; do
		python3 tests/tools/bgp_peers.py <"$BATS_TEST_TMPDIR/$from" |
			while read -r verdict _ peer as state _; do
				# Who has no answer goes to and fro; a view is no VRF by SNMP.
				[[ $peer != 192.0.2.9[79] ]] || continue
				echo "$verdict $peer $as $state"
			done | sort >"$BATS_TEST_TMPDIR/$from.peers"
	done
	cat "$BATS_TEST_TMPDIR/snmp.peers"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/snmp.peers")" = 5 ]
	[ -z "$(comm -23 "$BATS_TEST_TMPDIR/snmp.peers" "$BATS_TEST_TMPDIR/frr.peers")" ]
}

@test "admin down, wrong AS, prefix limit, unnumbered, a second instance" {
	within 1 'BGP WARNING - 192.0.2.98 AS65098 administratively down|*' snmp --peer 192.0.2.98
	within 1 'BGP WARNING - 192.0.2.98 AS65098 (admin down) administratively down|*' frr --peer 192.0.2.98
	within 0 'BGP OK*' frr --peer 192.0.2.98 --admin-down-state ok
	within 1 'BGP WARNING - 192.0.2.78*' bird --peer switchedoff
	within 2 'BGP CRITICAL - 192.0.2.3 AS65002 Idle*last error: OPEN Message Error: Bad Peer AS|*' snmp --peer 192.0.2.3
	within 2 'BGP CRITICAL - 192.0.2.3 AS65002 (bird wrong AS) Idle*last error received: OPEN Message Error: Bad Peer AS|*' frr --peer 192.0.2.3
	within 2 '*has the wrong AS: 65002 instead of 65009*' snmp --peer 192.0.2.2,as=65009
	within 2 '*has the wrong AS: 65002 instead of 65009*' frr --peer 192.0.2.2,as=65009
	within 2 '*Idle (PfxCt)*stopped by its prefix limit, last error sent: Cease: Maximum Number of Prefixes Reached|*' frr --peer 2001:db8:13::2
	within 0 'BGP OK - ll0 AS65002 (bird link-local) Established*' frr --peer ll0
	within 0 'BGP OK - fe80::*%ll0 AS65001*' bird --peer ll0
	within 2 '*192.0.2.97 vrf cust1 AS65097*' frr --vrf cust1
	within 2 'BGP CRITICAL - 192.0.2.55 is absent*' frr --peer 192.0.2.55
	within 2 'BGP CRITICAL - 192.0.2.55 is absent*' snmp --peer 192.0.2.55
}

@test "prefixes and limits of a live session" {
	within 0 '*ipv4-unicast 3 of 100 prefixes (8 sent)*limit_used_192.0.2.2_ipv4-unicast=3%*' frr --peer 192.0.2.2 --prefixes-critical 3:3
	within 2 '*accepted 3 (critical: above 2)*' frr --peer 192.0.2.2 --prefixes-critical 2
	within 1 '*limit_used 3 % (warning: above 2 %)*' frr --peer 192.0.2.2 --limit-warning 2
	within 2 '*has 3 prefixes (critical: below 4)*' frr --peer 192.0.2.2,prefixes=4
	within 2 '*advertised 3 (critical: below 4)*' bird --peer 192.0.2.1 --advertised-critical 4:
}

@test "a named session is one request once the table is known" {
	snmp --peer 198.51.100.2,as=4200000003
	run snmp --peer 198.51.100.2,as=4200000003
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *' requests=1;;;0 '* ]]
	run snmp --peer 198.51.100.2,as=4200000003 -v
	[[ $output == *'SNMP: 1 requests, '*' varbinds'* ]]
	# What was remembered is no more than a hint.
	for file in "$STATE"/check_bgp_session-*; do
		[[ $file == *.lock ]] || echo damaged >"$file"
	done
	run snmp --peer 198.51.100.2,as=4200000003
	[ "$status" = 0 ]
}

@test "a session that is shut down, and comes back" {
	up_v4
	"$lab" event shutdown 192.0.2.2
	within 1 'BGP WARNING - 192.0.2.2 AS65002 administratively down*' snmp --peer 192.0.2.2
	within 1 'BGP WARNING - 192.0.2.2 AS65002 (bird v4) administratively down*' frr --peer 192.0.2.2
	within 2 'BGP CRITICAL - 192.0.2.1 AS65001 (FRR over IPv4) *error received: Cease: *' bird --peer 192.0.2.1
	"$lab" event no-shutdown 192.0.2.2
	up_v4
}

@test "a session that is cleared is young, and a flap" {
	within 0 'BGP OK*' snmp --peer 192.0.2.2 --flaps-warning 0
	"$lab" event clear 192.0.2.2
	within 1 'BGP WARNING - 192.0.2.2: flaps 1 (warning: not 0); Established for *, earlier error: Cease: Administrative Reset|*' \
	    snmp --peer 192.0.2.2 --flaps-warning 0
	within 1 'BGP WARNING - 192.0.2.2 AS65002 up for only *(warning: below 1h)*' snmp --peer 192.0.2.2 --uptime 1h
	within 1 'BGP WARNING - 192.0.2.2 AS65002 (bird v4) up for only *' frr --peer 192.0.2.2 --uptime 1h
	within 1 'BGP WARNING - 192.0.2.1 AS65001 (FRR over IPv4) up for only *' bird --peer 192.0.2.1 --uptime 1h
	up_v4
}

@test "a daemon that is killed" {
	within 0 'BGP OK*' frr --peer 198.51.100.2
	"$lab" event kill exabgp
	within 2 'BGP CRITICAL - 198.51.100.2 AS4200000003 *' snmp --peer 198.51.100.2
	within 2 'BGP CRITICAL - 198.51.100.2 AS4200000003 (exabgp v4) *' frr --peer 198.51.100.2
	within 3 'BGP UNKNOWN - *' exabgp
	"$lab" event launch exabgp
	within 0 'BGP OK*' snmp --peer 198.51.100.2
	within 0 'BGP OK - 198.51.100.1 AS65001*' exabgp --peer 198.51.100.1
}

@test "a peer that is disabled on its side" {
	"$lab" event gobgp-disable 203.0.113.1
	within 2 'BGP CRITICAL - 203.0.113.2 AS65001 *' snmp --peer 203.0.113.2
	within 2 'BGP CRITICAL - 203.0.113.2 AS65001 (gobgp ibgp) *' frr --peer 203.0.113.2
	within 1 'BGP WARNING - 203.0.113.1 AS65001 (FRR iBGP) administratively down*' gobgp --peer 203.0.113.1
	"$lab" event gobgp-enable 203.0.113.1
	within 0 'BGP OK*' snmp --peer 203.0.113.2
	within 0 'BGP OK*' gobgp --peer 203.0.113.1
	"$lab" event bird-disable frr6
	within 2 'BGP CRITICAL - 2001:db8:12::2 AS65002 (bird v6) *' frr --peer 2001:DB8:12:0::2
	within 1 'BGP WARNING - 2001:db8:12::1 AS65001 (FRR over IPv6) administratively down*' bird --peer 2001:db8:12::1
	"$lab" event bird-enable frr6
	within 0 'BGP OK*' frr --peer 2001:db8:12::2
}

@test "an AS that becomes wrong, and a limit that is hit" {
	"$lab" event remote-as 192.0.2.2 65009
	within 2 'BGP CRITICAL - 192.0.2.2 AS65009 *Bad Peer AS*' snmp --peer 192.0.2.2
	within 2 'BGP CRITICAL - 192.0.2.2 AS65009 (bird v4) *Bad Peer AS*' frr --peer 192.0.2.2
	within 2 'BGP CRITICAL - 192.0.2.1 AS65001 (FRR over IPv4) *error received: OPEN Message Error: Bad Peer AS*' bird --peer 192.0.2.1
	"$lab" event remote-as 192.0.2.2 65002
	up_v4
	"$lab" event limit 192.0.2.2 1
	within 2 'BGP CRITICAL - 192.0.2.2 AS65002 (bird v4) Idle (PfxCt)*stopped by its prefix limit*' frr --peer 192.0.2.2
	within 2 'BGP CRITICAL - 192.0.2.2 AS65002 Idle*Cease: Maximum Number of Prefixes Reached*' snmp --peer 192.0.2.2
	"$lab" event limit 192.0.2.2 100
	"$lab" event clear 192.0.2.2
	up_v4
}

@test "agents and daemons that do not answer end in time" {
	local start

	for daemon in snmpd bgpd; do
		"$lab" event freeze $daemon
	done
	start=$SECONDS
	run snmp -t 60s --snmp-timeout 300ms --retries 2
	echo "$output"
	[ "$status" = 3 ]
	[[ $output == 'BGP UNKNOWN - '*'127.0.0.1'* ]]
	run frr -t 1s --timeout-state critical
	echo "$output"
	[ "$status" = 2 ]
	[ $((SECONDS - start)) -le 30 ]
	for daemon in snmpd bgpd; do
		"$lab" event thaw $daemon
	done
	"$lab" event freeze bird
	run bird -t 1s
	"$lab" event thaw bird
	echo "$output"
	[ "$status" = 3 ]
	up_v4
}

@test "a wrong community, a community without a view" {
	run snmp --community-file "$BATS_FILE_TMPDIR/wrong" --snmp-timeout 200ms --retries 1
	echo "$output"
	[ "$status" = 3 ]
	[[ $output == *community* ]]
	run snmp --community-file "$BATS_FILE_TMPDIR/blind"
	echo "$output"
	[ "$status" = 3 ]
	[[ $output == *'no BGP peer found'*'may this community or user see them'* ]]
}

@test "SNMPv3: each level, and what may be wrong with it" {
	local ok='BGP OK - 192.0.2.2 AS65002*' dir=$BATS_FILE_TMPDIR

	v3() { snmp --peer 192.0.2.2 "$@"; }
	within 0 "$ok" v3 -u open
	within 0 "$ok" v3 -u signed --auth-pass-file "$dir/signed-password"
	within 0 "$ok" v3 -u sealed --auth-pass-file "$dir/signed-password" --priv-pass-file "$dir/sealed-password"
	within 0 "$ok" v3 -u sealed --transport tcp --auth-pass-file "$dir/signed-password" --priv-pass-file "$dir/sealed-password"
	run v3 -u nobody
	echo "$output"
	[ "$status" = 3 ]
	[[ $output == *user* ]]
	run v3 -u signed --auth-pass-file "$dir/wrong-password"
	echo "$output"
	[ "$status" = 3 ]
	[[ $output == *password* ]]
	run v3 -u sealed --auth-pass-file "$dir/signed-password" --priv-pass-file "$dir/wrong-password"
	echo "$output"
	[ "$status" = 3 ]
	run v3 -u open --context nowhere
	echo "$output"
	[ "$status" != 0 ]
	[[ $output == BGP\ * ]]
}

@test "what is recorded replays to the same verdict" {
	rm -f "$BATS_TEST_TMPDIR/r"
	run snmp --record "$BATS_TEST_TMPDIR/r" --detail
	local first=$status
	[ "$(stat -c %a "$BATS_TEST_TMPDIR/r")" = 600 ]
	run grep -q public "$BATS_TEST_TMPDIR/r"
	[ "$status" = 1 ]
	run "$check" --replay "$BATS_TEST_TMPDIR/r" --state-dir "$STATE" --detail
	[ "$status" = "$first" ]
	[ "$(grep -c '^\[' <<<"$output")" = 7 ]
}

@test "permission is explained, and no privilege is needed that is not named" {
	[ -x /usr/sbin/runuser ] || skip 'no runuser'
	run runuser -u nobody -- "$check" --source frr --socket "$LAB/frr/bgpd.vty"
	echo "$output"
	[ "$status" = 3 ]
	[[ $output == 'BGP UNKNOWN - '* ]]
	run "$check" --source bird --socket /nowhere/bird.ctl
	[ "$status" = 3 ]
	[[ $output == *'/nowhere/bird.ctl'* ]]
}
