#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# check_bgp_session on recordings of routers, and on agents that do not answer.
# The recordings of real devices lie beside the project, when they do at all;
# what each must show was read off the raw data.

setup() {
	BIN=${BIN:-build/release}
	RECORDINGS=../shared/snmprec
	STATE=$BATS_TEST_TMPDIR/state
	mkdir -m 0700 "$STATE"
}

recordings() {
	[ -d "$RECORDINGS" ] || skip "no recordings in $RECORDINGS"
}

bgp() { "$BIN/check_bgp_session" --state-dir "$STATE" "$@"; }
replay() { # replay NAME ARGS...
	local name=$1
	shift
	bgp --replay "$RECORDINGS/$name.snmprec" "$@"
}

# reports NAME CODE TEXT: exit code and first line, without numbers.
reports() {
	run replay "$1"
	echo "$1: $output"
	[ "$status" = "$2" ]
	[ "${output%%|*}" = "$3" ]
}

# peers NAME ARGS...: a line a peer, see tests/tools/bgp_peers.py.
peers() { replay "$@" --format json | python3 tests/tools/bgp_peers.py; }

# shows NAME LINES...: each of them is a peer's.
shows() {
	local name=$1 line all
	all=$(peers "$name" || :)
	shift
	for line in "$@"; do
		grep -qxF -- "$line" <<<"$all" || {
			echo "$name: no line: $line"
			echo "$all"
			return 1
		}
	done
}

# A table of FRR's own, small enough to be made here.
bgp4() { # bgp4 ADDRESS STATE ADMIN AS ERROR TRANSITIONS SECONDS
	local a=$1 column
	set -- "$@"
	for column in "2|2|$2" "3|2|$3" "9|2|$4" "14|4x|$5" "15|65|$6" "16|66|$7"; do
		echo "1.3.6.1.2.1.15.3.1.${column%%|*}.$a|${column#*|}"
	done
}

# made FILE: sorts by OID what is on stdin.
made() {
	{ echo '1.3.6.1.2.1.15.1.0|4x|10' && echo '1.3.6.1.2.1.15.2.0|2|65001' && cat; } |
		sort -t '|' -k 1,1V >"$1"
}

@test "each recording has its verdict on the first line" {
	recordings
	reports ios_3560g 0 'BGP OK - 2 of 2 peers established'
	reports iosxr_asr9k 1 'BGP WARNING - 192.168.13.214 AS65550 administratively down; 33 of 34 peers established, 1 administratively down'
	reports iosxr_asr9001 2 'BGP CRITICAL - 10.246.0.4 AS65056 Idle; 1 of 2 peers established'
	reports junos_mx80 2 'BGP CRITICAL - fd00:28:1:1::1:5 AS64513 Active for 7d 8h; 2 of 3 peers established'
	reports junos_vmx_instance 0 'BGP OK - 2 of 2 peers established'
	reports arista_7050 0 'BGP OK - 2 of 2 peers established'
	reports dell_os10 0 'BGP OK - 169.254.247.1 Established'
	reports dell_os9_bgp4 0 'BGP OK - 2 of 2 peers established'
	reports huawei_ne8000 0 'BGP OK - 23 of 23 peers established'
	reports nokia_7250ixr 0 'BGP OK - 5 of 5 peers established'
	reports comware_5700 0 'BGP OK - 2 of 2 peers established'
	reports extreme_slx9150 0 'BGP OK - 192.168.20.2 Established'
	reports edgeos_usg 0 'BGP OK - 172.16.200.1 Established'
	reports pfsense_frr 0 'BGP OK - 2 of 2 peers established'
	reports cumulus59_bgpvrf 0 'BGP OK - 5 of 5 peers established'
	reports flexbng_bgp_rib 0 'BGP OK - 96.43.223.194 Established'
	reports lab_frr844 2 'BGP CRITICAL - 192.0.2.3 AS65002 Idle, never up so far, last error: OPEN Message Error: Bad Peer AS; 192.0.2.97 AS65097 Connect, never up so far; 192.0.2.99 AS65099 Connect, never up so far (+1 more); 3 of 7 peers established, 1 administratively down'
	for form in 90 91; do
		reports synth_frr${form}_bgp4v2 2 'BGP CRITICAL - 2001:db8:12::2 AS4200000003 (bird v6) Active for 2m; 192.0.2.98 AS65098 (admin down) administratively down; 1 of 3 peers established, 1 administratively down'
	done
	reports synth_cisco_peer3_vrf 2 'BGP CRITICAL - 192.0.2.1 vrf RED AS65002 Active for 1m; 2 of 3 peers established'
}

@test "a recording without BGP tables is UNKNOWN, and the state can be chosen" {
	recordings
	for name in arista_7150_routes fortigate_60f_routes huawei_s5720_routes; do
		reports $name 3 'BGP UNKNOWN - no BGP peer found: the recording has no table of them'
	done
	run replay fortigate_60f_routes --no-peers-state ok
	[ "$status" = 0 ]
	[[ $output == 'BGP OK - no BGP peer found|'* ]]
}

@test "each field of each recorded peer is right" {
	recordings
	shows ios_3560g 'OK - 192.168.99.20 64513 Established 893 ipv4-unicast:-/15/6/- ipv4-multicast:-/2/4/-' \
	    'OK - 192.168.99.25 64513 Established 467 ipv4-unicast:-/17/6/- ipv4-multicast:-/2/4/-'
	shows iosxr_asr9001 'OK - 10.246.0.3 65056 Established 5399820 ipv4-vpn:-/5/18/2097152'
	shows junos_vmx_instance 'OK 9 10.1.1.1 62371 Established 12859 ipv4-unicast:1/1/2/-' \
	    'OK 9 10.1.1.5 62371 Established 12855 ipv4-unicast:1/1/2/-'
	shows dell_os10 'OK - 169.254.247.1 64513 Established 280630 ipv4-unicast:27/27/69/-'
	shows dell_os9_bgp4 'OK - 10.255.0.49 7714 Established 10310435' \
	    'OK - 99.99.132.50 65506 Established 5088195'
	shows huawei_ne8000 'OK - 198.18.202.5 263237 Established 916512 ipv4-unicast:861217/576788/18/-'
	shows comware_5700 'OK - 95.43.23.53 65503 Established 259280' \
	    'OK - 192.168.1.57 65503 Established 22497219'
	shows extreme_slx9150 "$(peers extreme_slx9150 | grep -E '^OK - 192.168.20.2 23456 Established')"
	shows pfsense_frr "$(peers pfsense_frr | grep -E '^OK - 169.254.1.1 4200000000 Established')" \
	    "$(peers pfsense_frr | grep -E '^OK - 169.254.1.9 4200000004 Established')"
	shows flexbng_bgp_rib 'OK - 96.43.223.194 15081 Established 4188886'
	shows synth_cisco_peer3_vrf 'OK - 192.0.2.1 65001 Established 86400' \
	    'CRITICAL RED 192.0.2.1 65002 Active 60' 'OK RED 2001:db8::1 4200000001 Established 3600'
	[ "$(peers iosxr_asr9k | wc -l)" = 34 ]
	[ "$(peers huawei_ne8000 | wc -l)" = 23 ]
	[ "$(peers iosxr_asr9k | grep -c ' Established ')" = 33 ]
	peers iosxr_asr9k | grep -q '^OK - 192.168.13.254 [0-9]* Established 59350337'
	peers iosxr_asr9k | grep -q ' 192.168.27.145 .*ipv4-unicast:-/297986/.*/1048576'
	run peers cumulus59_bgpvrf
	[[ $output == *' swp57 64651 Established'* || $output == *'%swp57 64651 Established'* ]]
	run peers nokia_7250ixr
	[[ $output == *'OK vprn50002376 172.16.69.41 64515 Established'* ]]
	[[ $output == *' 10.4.1.30 14224 Established'* ]]
}

@test "a router's peers are selected in every way" {
	recordings
	count() { replay iosxr_asr9k --admin-down-state ok "$@" | sed -E 's/.*\|peers=([0-9]*).*/\1/'; }
	[ "$(count --family ipv6)" = 5 ]
	[ "$(count --exclude-family ipv6)" = 29 ]
	[ "$(count --address 192.168.13.0/24)" = "$(peers iosxr_asr9k | grep -c ' 192\.168\.13\.')" ]
	[ "$(count --exclude-address 192.168.0.0/16,fd00::/8)" = "$(peers iosxr_asr9k | grep -vcE ' (192\.168|fd)')" ]
	[ "$(count --as 65787)" = "$(peers iosxr_asr9k | grep -c ' 65787 ')" ]
	[ "$(count --address fde2:8b5a:dc45:e267:0:0:0:3)" = 1 ]
	run replay nokia_7250ixr --vrf vprn50002376
	[[ $output == *'2 of 2 peers'* ]]
	run replay nokia_7250ixr --description '_SR_' --exclude-description '^HOUW'
	[[ $output == *'peers=1;'* ]]
	run replay nokia_7250ixr --description '('
	[ "$status" = 3 ]
	[[ $output == *'--description=(: missing'* ]]
}

@test "what must be there: --peer, --expect, --unexpected-state" {
	recordings
	run replay ios_3560g --peer 192.168.99.20,as=64513,prefixes=15
	[ "$status" = 0 ]
	[[ $output == 'BGP OK - 192.168.99.20 AS64513 Established for 14m 53s'* ]]
	[[ $output == *' up_192.168.99.20=1'* ]]
	run replay ios_3560g --peer 192.168.99.20,as=64514
	[ "$status" = 2 ]
	[[ $output == *'has the wrong AS: 64513 instead of 64514'* ]]
	run replay ios_3560g --peer 192.168.99.21
	[ "$status" = 2 ]
	[[ $output == *'192.168.99.21 is absent'* ]]
	printf '%s\n' '# transit' '192.168.99.20 as=64513 # one' >"$BATS_TEST_TMPDIR/expected"
	run replay ios_3560g --expect "$BATS_TEST_TMPDIR/expected"
	[ "$status" = 0 ]
	run replay ios_3560g --expect "$BATS_TEST_TMPDIR/expected" --unexpected-state warning
	[ "$status" = 1 ]
	[[ $output == *'192.168.99.25 AS64513 is not among the expected peers'* ]]
	echo 'ipv9' >>"$BATS_TEST_TMPDIR/expected"
	echo '192.0.2.1 as=0' >>"$BATS_TEST_TMPDIR/expected"
	run replay ios_3560g --expect "$BATS_TEST_TMPDIR/expected"
	[ "$status" = 3 ]
	[[ $output == *'line 4: '*'AS number'* ]]
	run replay ios_3560g --expect /no/such/file
	[ "$status" = 3 ]
	[[ $output == *'No such file'* ]]
}

@test "rules of groups, prefixes and limits" {
	recordings
	run replay lab_frr844 --up-critical 3 --admin-down-state ok
	[ "$status" = 0 ]
	run replay lab_frr844 --up-warning 50% --admin-down-state ok
	[ "$status" = 1 ]
	[[ $output == *'only 3 of 7 established (warning: below 50 %)'* ]]
	run replay iosxr_asr9k --by as --up-critical 1 --admin-down-state ok
	[ "$status" = 2 ]
	[[ $output == *'AS65550: none of 1 established (critical: below 1)'* ]]
	[[ $output == *' group_peers_65550=1;;;0'* ]]
	run replay iosxr_asr9k --admin-down-state ok --prefixes-critical ipv4-multicast=~:2333
	[ "$status" = 2 ]
	[[ $output == *'192.168.5.149 ipv4-multicast: accepted 2334 (critical: above 2333)'* ]]
	run replay iosxr_asr9k --admin-down-state ok --limit-warning 20
	[ "$status" = 1 ]
	[[ $output == *'192.168.27.145 ipv4-unicast: limit_used 28.4 % (warning: above 20 %)'* ]]
	run replay lab_frr844 --peer 192.0.2.2 --prefixes-warning 1:
	[ "$status" = 3 ]
	[[ $output == *'does not tell its prefixes'* ]]
}

@test "flaps and drops are seen from one run to the next" {
	now=$BATS_TEST_TMPDIR/now
	look() { run bgp --replay "$now" --flaps-warning 1 --flap-window 1h; echo "$output"; }
	bgp4 192.0.2.1 6 2 65002 0000 5 9000 | made "$now"
	look
	[ "$status" = 0 ]
	[[ $output == *'(no history: first run)'* ]]
	bgp4 192.0.2.1 6 2 65002 0604 7 10 | made "$now"
	look
	[ "$status" = 1 ]
	[[ $output == *'192.0.2.1: flaps 2 (warning: above 1)'*'earlier error: Cease: Administrative Reset'* ]]
	[[ $output != *history* ]]
	look
	[ "$status" = 1 ]
	run bgp --replay "$now" --uptime 1m
	[ "$status" = 1 ]
	[[ $output == *'192.0.2.1 up for only 10 s (warning: below 1m)'* ]]
	recordings
	cp "$RECORDINGS/huawei_ne8000.snmprec" "$now"
	run bgp --replay "$now" --prefix-drop-critical 50%
	[ "$status" = 0 ]
	sed -i -E 's/^(1.3.6.1.4.1.2011.5.25.177.1.1.3.1.[12].0.1.1.1.4.198.18.202.5\|[0-9]+)\|.*/\1|1000/' "$now"
	run bgp --replay "$now" --prefix-drop-critical 50%
	[ "$status" = 2 ]
	[[ $output == *'198.18.202.5 ipv4-unicast: fell from 576788 to 1000 prefixes, by 99 % (critical: 50 %)'* ]]
	run bgp --replay "$now" --prefix-drop-critical 50%
	[ "$status" = 0 ]
}

@test "the state of what is down can be chosen" {
	now=$BATS_TEST_TMPDIR/now
	bgp4 192.0.2.1 3 2 65002 0000 0 60 | made "$now"
	run bgp --replay "$now"
	[ "$status" = 2 ]
	[ "${output%%|*}" = 'BGP CRITICAL - 192.0.2.1 AS65002 Active for 1m, never up so far' ]
	run bgp --replay "$now" --down-state warning
	[ "$status" = 1 ]
	bgp4 192.0.2.1 1 1 65002 0000 0 60 | made "$now"
	for state in ok warning critical unknown; do
		run bgp --replay "$now" --admin-down-state $state
		[[ $output == "BGP ${state^^}"* ]]
	done
}

@test "a hostile description stays in its line" {
	now=$BATS_TEST_TMPDIR/now
	# <script>alert(1)</script> | x=1 \n ESC [31m RED and a right-to-left mark
	text=3c7363726970743e616c6572742831293c2f7363726970743e207c20783d310a1b5b33316d524544e280ae
	root=1.3.6.1.4.1.30065.4.1.1.2.1
	for column in "10|66|65001" "12|2|2" "13|2|1" "14|4x|$text"; do
		echo "$root.${column%%|*}.1.1.4.192.0.2.1|${column#*|}"
	done | sort -t '|' -k 1,1V >"$now"
	run bgp --replay "$now" --detail
	echo "$output"
	[ "$status" = 2 ]
	[ "${#lines[@]}" = 2 ]
	[ "$(tr -cd '|' <<<"$output" | wc -c)" = 1 ]
	[[ $output == *'(script)alert(1)(/script) / x=1'* ]]
	[[ $output != *'<'* && $output != *$'\033'* ]]
	bgp --replay "$now" --format json >"$BATS_TEST_TMPDIR/json" || [ $? = 2 ]
	python3 -c 'import json, sys; json.load(sys.stdin)' <"$BATS_TEST_TMPDIR/json"
	for format in table icinga2 nagios json; do
		run bgp --replay "$now" --list=$format
		[ "$status" = 0 ]
		[[ $output != *$'\033'* && $output != *'<script'* ]]
	done
}

@test "peers are listed for people and as definitions" {
	recordings
	run replay synth_cisco_peer3_vrf --list
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 4 ]
	[[ ${lines[0]} == 'VRF  PEER '*'AS '*'STATE '* ]]
	[[ ${lines[2]} == 'RED  192.0.2.1 '*'65002 '*'Active '*'1m '* ]]
	# What was never up is not so for no time at all.
	run replay lab_frr844 --list
	grep -Eq '^192\.0\.2\.3 +65002 +Idle +- ' <<<"$output"
	[[ $output != *' 0 s '* ]]
	run replay synth_cisco_peer3_vrf --list=icinga2
	[[ $output == *'object Service "BGP 192.0.2.1 vrf RED" {'*'vars.bgp_session_peer = "192.0.2.1,as=65002,vrf=RED"'* ]]
	run replay synth_cisco_peer3_vrf --list=json
	# What is listed can be asked for, word for word.
	python3 -c '
import json, subprocess, sys
codes = []
for service in json.loads(sys.argv[3])["services"]:
    codes.append(subprocess.run([sys.argv[1], "--replay", sys.argv[2]]
        + service["arguments"], stdout=subprocess.DEVNULL).returncode)
assert codes == [0, 2, 0], codes' "$BIN/check_bgp_session" "$RECORDINGS/synth_cisco_peer3_vrf.snmprec" "$output"
	# A table is no verdict; an error is.
	run bgp --replay /no/such/recording --list
	[ "$status" = 3 ]
	[[ $output == 'BGP UNKNOWN - '* ]]
	run replay fortigate_60f_routes --list
	[ "$status" = 3 ]
	[[ $output == 'BGP UNKNOWN - no BGP peer found'* ]]
}

@test "definitions hold files of secrets and no secrets" {
	recordings
	echo hush >"$BATS_TEST_TMPDIR/c" && chmod 600 "$BATS_TEST_TMPDIR/c"
	run replay ios_3560g -H r1 -p 1161 --community-file "$BATS_TEST_TMPDIR/c" --list=nagios
	[[ $output == *"--port 1161 --community-file $BATS_TEST_TMPDIR/c"* ]]
	[[ $output != *hush* ]]
	run replay ios_3560g -H r1 -C hush --list=icinga2
	[[ $output != *hush* ]]
	run replay ios_3560g -H r1 -C hush -v
	[[ $output == *'--community on a command line can be seen by every user'* ]]
	[[ $output != *hush* ]]
	chmod 644 "$BATS_TEST_TMPDIR/c"
	run bgp -H r1 --community-file "$BATS_TEST_TMPDIR/c"
	[ "$status" = 3 ]
	[[ $output == *'chmod 600 it'* ]]
}

@test "all formats are well formed" {
	recordings
	for name in iosxr_asr9k synth_cisco_peer3_vrf lab_frr844 nokia_7250ixr; do
		replay $name --format openmetrics >"$BATS_TEST_TMPDIR/om" || :
		python3 tests/tools/openmetrics_reader.py <"$BATS_TEST_TMPDIR/om"
		replay $name --format json >"$BATS_TEST_TMPDIR/json" || :
		python3 tests/tools/schema_check.py contrib/schema/result-1.json "$BATS_TEST_TMPDIR/json"
		if command -v promtool >/dev/null; then
			replay $name --format prometheus | promtool check metrics
		fi
	done
	grep -q '^bgp_peer_prefixes_advertised{vrf="vprn50002376",peer="172.16.69.41",as="64515",family="ipv4-unicast"} 1$' "$BATS_TEST_TMPDIR/om"
	run grep -q HOUF "$BATS_TEST_TMPDIR/om"
	[ "$status" = 1 ]
}

@test "perfdata of each peer on request, by VRF and address" {
	recordings
	run replay nokia_7250ixr
	[[ $output != *up_* ]]
	run replay nokia_7250ixr --per-peer
	[[ $output == *' up_vprn50002376_172.16.69.41=1;;;0'* ]]
	[[ $output != *HOUF*=* ]]
}

@test "options that contradict each other are refused" {
	for words in '' '--by as -H r' '--source bird --replay x' '-H r --socket x' '-H r --context red' \
	    '-H r --unexpected-state warning' '-H r --prefix-drop-hold 1h' '--record x --replay y' \
	    '-H r -P 3 -u u -l authPriv' '-H r -u u -a SHA -A short' '-H r --up-warning 5x' \
	    '-H r --prefixes-warning ipv9=1:' '-H r --peer 1.2.3.4,as=x' '-H r --list=html'; do
		# shellcheck disable=SC2086 # words
		run bgp $words
		echo "$words: $output"
		[ "$status" = 3 ]
		[[ $output == 'BGP UNKNOWN - '* ]]
	done
}

@test "an agent that is silent costs its time, and no more" {
	# Bound, and never read.
	python3 -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
time.sleep(600)' >"$BATS_TEST_TMPDIR/port" 3>&- &
	silent=$!
	until [ -s "$BATS_TEST_TMPDIR/port" ]; do sleep 0.1; done
	port=$(cat "$BATS_TEST_TMPDIR/port")
	SECONDS=0
	run bgp -H 127.0.0.1 -p "$port" --snmp-timeout 200ms --retries 1 -t 60s
	echo "$output"
	[ "$status" = 3 ]
	[[ $output == *community* ]]
	[ "$SECONDS" -lt 20 ]
	run bgp -H 127.0.0.1 -p "$port" --snmp-timeout 60s -t 1s --timeout-state critical
	echo "$output"
	[ "$status" = 2 ]
	[ "$SECONDS" -lt 40 ]
	kill "$silent"
}
