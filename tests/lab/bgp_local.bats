#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The five sources of local sessions, asked of real daemons through the same
# calls that a check makes.

# shellcheck source=tests/lab/lab.bash
source "$BATS_TEST_DIRNAME/lab.bash"

setup_file() {
	lab_begin
	[ -z "$LAB" ] || lab_tool tests/tools/bgp_peers
}

setup() { lab_needed; }

teardown_file() { lab_end; }

peers() {
	case $1 in
	bird) "$TOOL_DIR/bgp_peers" bird "$LAB/bird/bird.ctl" ;;
	frr) "$TOOL_DIR/bgp_peers" frr "$LAB/frr/bgpd.vty" ;;
	exabgp) "$TOOL_DIR/bgp_peers" exabgp "$LAB/exa/run/exabgp" ;;
	gobgp) "$lab" ns gobgp "$TOOL_DIR/bgp_peers" gobgp ;;
	openbgpd) "$TOOL_DIR/bgp_peers" openbgpd "$LAB/open/restricted.sock" ;;
	esac
}

# As somebody in no group that matters.
stranger() { setpriv --reuid=65534 --regid=65534 --clear-groups "$TOOL_DIR/bgp_peers" "$@"; }

# shows SOURCE PATTERN: a line of its peers matches, within 120 s, since a daemon
# may rest 30 s before it calls again
shows() {
	local end=$((SECONDS + 120))

	until output=$(peers "$1") && grep -qE -- "$2" <<<"$output"; do
		[ "$SECONDS" -lt "$end" ] || { echo "$output"; return 1; }
		sleep 0.1
	done
}

@test 'FRR tells of all eleven peers' {
	run peers frr
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 12 ]
	[[ ${lines[0]} == '# FRRouting '* ]]
	shows frr '^192\.0\.2\.2 Established running as=65002/65001 time=[0-9]+ .* ipv4-unicast:up accepted=3 advertised=[0-9]+ limit=100 threshold=80% descr="bird v4"'
	shows frr '^198\.51\.100\.2 Established .* as=4200000003/65001 .* accepted=2 '
	shows frr '^ll0 Established '
	shows frr '^192\.0\.2\.3 .* error=2/2 received '
	shows frr '^192\.0\.2\.98 Idle \(Idle \(Admin\)\) down '
	shows frr '^2001:db8:13::2 Idle \(Idle \(PfxCt\)\) running .* error=6/1 sent .* limit-hit ipv6-unicast limit=3 '
	shows frr '^192\.0\.2\.97 vrf cust1 (Active|Connect|Idle) running '
}

@test 'BIRD tells of its six peers, and not of the listener' {
	run peers bird
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 7 ]
	[[ ${lines[0]} == '# BIRD '* ]]
	shows bird '^192\.0\.2\.1 Established running as=65001/65002 time=[0-9]+ ipv4-unicast:up accepted=[0-9]+ advertised=3 limit=1000 name=frr4 '
	shows bird '^192\.0\.2\.11 .* error=2/2 sent '
	shows bird '^192\.0\.2\.78 Idle \(Down\) down '
	shows bird '^fe80::[0-9a-f:]+%ll0 Established .* name=llpeer1 '
}

@test 'ExaBGP tells of both peers, the one that is down included' {
	run peers exabgp
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 3 ]
	[[ ${lines[0]} == '# exabgp '* ]]
	shows exabgp '^198\.51\.100\.1 Established unknown as=65001/4200000003 time=[0-9]+ ipv4-unicast:up'
	shows exabgp '^2001:db8:13::1 (Idle|Active|Connect) '
}

@test 'GoBGP and OpenBGPD tell of three peers each' {
	run peers gobgp
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 4 ]
	shows gobgp '^203\.0\.113\.1 Established running as=65001/65001 time=[0-9]+ ipv4-unicast:up received=[0-9]+ .* ipv6-unicast:up received=2 '
	run peers openbgpd
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 4 ]
	shows openbgpd '^198\.18\.5\.1 Established running as=65001/ time=[0-9]+ ipv4-unicast:up received=[0-9]+ .* limit=200 '
	shows openbgpd '^198\.18\.5\.78 Idle down '
	shows openbgpd '^2001:db8:15::77 (Active|Connect|Idle) running as=4200000077/'
}

@test 'a session shut down in FRR is seen from both sides' {
	"$lab" event shutdown 203.0.113.2
	shows frr '^203\.0\.113\.2 Idle \(Idle \(Admin\)\) down '
	shows gobgp '^203\.0\.113\.1 (Idle|Active) running '
	"$lab" event no-shutdown 203.0.113.2
	shows frr '^203\.0\.113\.2 Established .* transitions=2 '
	shows gobgp '^203\.0\.113\.1 Established '
}

@test 'a session switched off in BIRD or GoBGP is down on purpose there only' {
	"$lab" event bird-disable frr4
	shows bird '^192\.0\.2\.1 Idle \(Down\) down .* time=[0-9]+ '
	shows frr '^192\.0\.2\.2 (Idle|Active|Connect) running .* error=6/[0-9]+ received '
	"$lab" event bird-enable frr4
	"$lab" event gobgp-disable 198.18.5.2
	shows gobgp '^198\.18\.5\.2 Idle down '
	shows openbgpd '^198\.18\.5\.1 (Idle|Active|Connect) running .* error=6/2 received '
	"$lab" event gobgp-enable 198.18.5.2
	shows bird '^192\.0\.2\.1 Established '
}

@test 'a wrong AS and a prefix limit are named' {
	"$lab" event remote-as 192.0.2.2 64999
	shows frr '^192\.0\.2\.2 (Idle|Active|Connect|OpenSent) .*as=64999/65001 .*error=2/2 sent '
	"$lab" event remote-as 192.0.2.2 65002
	"$lab" event limit 198.51.100.2 1
	shows frr '^198\.51\.100\.2 Idle \(Idle \(PfxCt\)\) .* limit-hit '
	shows exabgp '^198\.51\.100\.1 (Idle|Active|Connect) '
	"$lab" event limit 198.51.100.2 0
	"$lab" event clear 198.51.100.2
	shows frr '^198\.51\.100\.2 Established '
	shows frr '^192\.0\.2\.2 Established '
}

@test 'a stranger is told which group or mode is missing' {
	run stranger bird "$LAB/bird/bird.ctl"
	[ "$status" = 2 ]
	[[ $output == *'add user nobody to group bird' ]]
	run stranger frr "$LAB/frr/bgpd.vty"
	[[ $output == *'add user nobody to group frrvty' ]]
	run stranger exabgp "$LAB/exa/run"
	[[ $output == *'(mode 0600, user exabgp, group exabgp): run as user exabgp, or give group exabgp mode rw' ]]
	run stranger openbgpd "$LAB/open/control.sock"
	[[ $output == permission:* ]]
}

@test 'eight clients of the pipes at once each get their answer' {
	local i

	for i in 1 2 3 4 5 6 7 8; do
		peers exabgp >"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	for i in 1 2 3 4 5 6 7 8; do
		grep -q '^198.51.100.1 Established' "$BATS_TEST_TMPDIR/$i"
	done
}

@test 'what an impatient client left behind is not taken for an answer' {
	local i

	"$lab" event freeze exabgp
	timeout 0.5 "$TOOL_DIR/bgp_peers" exabgp "$LAB/exa/run" || :
	"$lab" event thaw exabgp
	for i in 1 2 3; do
		run peers exabgp
		[ "$status" = 0 ]
		[[ $output == *'198.51.100.1 Established'* ]]
	done
}

@test 'a daemon that is frozen or gone is an error in time, not an empty table' {
	"$lab" event freeze exabgp
	"$lab" event freeze bird
	run peers exabgp
	[[ $output == 'timeout: exabgp runs, but does not answer' ]]
	run peers bird
	[[ $output == 'timeout: no answer from bird' ]]
	"$lab" event thaw exabgp
	"$lab" event thaw bird
	"$lab" event kill exabgp
	run peers exabgp
	[ "$status" = 2 ]
	[[ $output == *'nobody reads it: exabgp is not running'* ]]
	"$lab" event kill bgpd
	run peers frr
	[ "$status" = 2 ]
	[[ $output == *'is bgpd running?' ]]
	"$lab" event kill gobgpd
	run peers gobgp
	[ "$status" = 2 ]
	[[ $output == 'system: gobgpd at 127.0.0.1 port 50051: '* ]]
}
