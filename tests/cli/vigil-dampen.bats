#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# vigil-dampen around real plugins and around such that misbehave.
# shellcheck disable=SC2016 # what stands in quotes is for the inner shell

setup() {
	BIN=${BIN:-build/release}
	PLUGINS=/usr/lib/nagios/plugins
	STATE=$BATS_TEST_TMPDIR/state
	mkdir -m 0700 "$STATE"
}

# dampen [OPTION]... -- PLUGIN [ARG]...; its standard error must stay empty.
dampen() {
	run "$BIN/vigil-dampen" --state-dir "$STATE" "$@" 2>"$BATS_TEST_TMPDIR/stderr"
	echo "$status: $output"
	[ ! -s "$BATS_TEST_TMPDIR/stderr" ]
}
# stub 'SHELL SCRIPT' [OPTION]...: the same, with a plugin made of it.
stub() {
	local script=$1
	shift
	dampen --confirm 1 "$@" -- sh -c "$script"
}
# none_of PROCESS-WORDS: they have ended, or end now.
none_of() {
	for _ in {1..400}; do
		pgrep -fx "$1" >/dev/null || return 0
		sleep 0.05
	done
	return 1
}
real() {
	[ -x "$PLUGINS/$1" ] || skip "$1 is not installed"
}
known() {
	local first
	first=$("$BIN/vigil-dampen" --state-dir "$STATE" --confirm 1 "$@") || :
	[[ $first == *"no history: first run"* ]]
}

@test "the words of a plugin stay as they are" {
	real check_dummy
	known -- "$PLUGINS/check_dummy" 0 x
	for code in 0 1 2 3; do
		text="it's <b>\"so\"</b> & \$so | 'a b'=5%;;;0;100 c=7"
		expected=$("$PLUGINS/check_dummy" "$code" "$text") || :
		dampen --dampen off -- "$PLUGINS/check_dummy" "$code" "$text"
		[ "$status" -eq "$code" ]
		[ "$output" = "$expected" ]
	done
}

@test "many lines stay as they are, the note behind the first line's text" {
	script='printf "OK - fine  |a=1\nline two\nline three|b=2\n c=3\n"'
	stub "$script"
	[ "${lines[0]}" = "OK - fine (dampening has no history: first run)  |a=1" ]
	stub "$script"
	[ "$output" = "$(sh -c "$script")" ]
}

@test "a third failure in a row is believed, a first and second are held" {
	fail() { dampen -k svc -- sh -c 'echo "SVC CRITICAL - down|up=0"; exit 2'; }
	dampen -k svc -- sh -c 'echo "SVC OK - up|up=1"'
	[ "$status" -eq 0 ]
	fail
	[ "$status" -eq 0 ]
	[ "$output" = "SVC CRITICAL - down (soft 1/3, held OK)|up=0" ]
	fail
	[ "$output" = "SVC CRITICAL - down (soft 2/3, held OK)|up=0" ]
	fail
	[ "$status" -eq 2 ]
	[ "$output" = "SVC CRITICAL - down|up=0" ]
	dampen -k svc -- sh -c 'echo "SVC OK - up|up=1"'
	[ "$status" -eq 0 ]
	[ "$output" = "SVC OK - up|up=1" ]
}

@test "what flaps is held, though it is up" {
	for state in 0 2 0 2 0 2 0; do
		dampen --confirm 1 -k svc -- sh -c "echo state; exit $state"
	done
	[ "$status" -eq 2 ]
	[[ $output =~ ^"state (flapping: 3 failures in "[0-9]+" s, held CRITICAL, clears "([0-2][0-9]:[0-5][0-9]|in 1 day at 00:[0-5][0-9])" if it stays up)"$ ]]
	dampen --confirm 1 -k svc --format json -- sh -c "echo state; exit 0"
	python3 -c 'import json, sys
o = json.load(sys.stdin)
assert o["state"] == "CRITICAL" and o["raw_state"] == "OK", o
assert o["dampening"]["flapping"] and o["dampening"]["clears"], o' <<<"$output"
}

@test "observing changes nothing" {
	dampen --dampen observe -k svc -- sh -c 'echo up'
	dampen --dampen observe -k svc -- sh -c 'echo down; exit 2'
	[ "$status" -eq 2 ]
	[ "$output" = "down (soft 1/3, would be held OK)" ]
}

# load VALUE [OPTION]...: a plugin with limits above 4 and 8; KEY in the
# environment.
load() {
	local value=$1
	shift
	dampen -k "${KEY:-load}" --confirm 1 --recover-at load1=2 "$@" -- sh -c "
		echo 'load is $value|load1=$value;4;8;0;'
		if [ $value -gt 8 ]; then exit 2; elif [ $value -gt 4 ]; then exit 1; fi"
}

@test "a limit that was violated clears inside the range of --recover-at only" {
	local reported=
	for value in 3 5 4 3 9 5 3 2 3; do
		load "$value"
		reported+=$status
	done
	[ "$reported" = 011122200 ]
}

@test "what --recover-at holds is said everywhere" {
	local begun
	KEY=said
	begun=$(date +%s)
	load 5
	load 4
	[ "$status" -eq 1 ]
	[[ $output =~ ^"load is 4 (not recovered: load1 above 2, held WARNING, clears "([0-9][0-9]:[0-9][0-9]|"in 1 day at 00:"[0-9][0-9])" at the latest)|load1=4;4;8;0;"$ ]]
	dampen -k said --show
	[[ $output =~ "held WARNING for load1, until --max-hold after "([0-9-]+" "[0-9:]+" "[+-][0-9]+) ]]
	# a WARNING of the run before the last one
	[ "$(date -d "${BASH_REMATCH[1]}" +%s)" -le "$(date +%s)" ]
	[ "$(date -d "${BASH_REMATCH[1]}" +%s)" -ge "$begun" ]
	load 4 --format json
	python3 -c 'import json, sys
o = json.load(sys.stdin)
assert o["state"] == "WARNING" and o["raw_state"] == "OK", o
d = o["dampening"]
assert d["not_recovered"] == ["load1"] and d["clears"], d' <<<"$output"
	echo "$output" >"$BATS_TEST_TMPDIR/held.json"
	python3 tests/tools/schema_check.py contrib/schema/result-1.json \
		"$BATS_TEST_TMPDIR/held.json"
	load 4 --dampen observe
	[ "$status" -eq 0 ]
	[[ $output == *"load1 above 2, would be held WARNING, clears"* ]]
}

@test "a glitch is not held by --recover-at" {
	local reported=
	for value in 3 9 3 9 9 9 3; do
		load "$value" --confirm 3
		reported+=$status
	done
	[ "$reported" = 0000022 ]
}

@test "--recover-at says what it cannot do" {
	load 3 --recover-at lode1=2
	[[ $output == *"--recover-at: there is no lode1"* ]]
	for wrong in load1 =4 load1= load1=x load1=4:2; do
		load 3 --recover-at "$wrong"
		[ "$status" -eq 3 ]
		[[ $output == *"--recover-at"* ]]
	done
	load 3 --dampen off
	[ "$status" -eq 3 ]
	[[ $output == *"--recover-at needs --dampen=on"* ]]
}

@test "other thresholds are the same plugin, other targets are not" {
	plugin() { dampen -- "$BIN/check_tcp_established" "$@"; }
	plugin -p 9 -w 0: -c 0:
	plugin -p 9 -w 7: -c 9:
	[[ $output == *"(soft 1/3, held OK)"* ]]
	plugin -p 10 -w 7: -c 9:
	[[ $output == *"no history: first run"* ]]
}

@test "an ending that no plugin has is UNKNOWN, and said" {
	known -- sh -c :
	stub 'echo "OK - half a line"; kill -9 $$'
	[ "$status" -eq 3 ]
	[[ $output == "OK - half a line ("*"ended by signal 9 (Killed)"*")" ]]
	for code in 4 77 126 127 255; do
		stub "echo 'OK - fine'; exit $code"
		[ "$status" -eq 3 ]
		[[ $output == *"exit code $code is none of a plugin"* ]]
	done
}

@test "silence is no evidence" {
	stub 'exit 0'
	[ "$status" -eq 3 ]
	[[ $output == "DAMPEN UNKNOWN - sh printed nothing"* ]]
	stub 'echo " "; echo; exit 0'
	[ "$status" -eq 3 ]
	stub 'echo "no such <host>" >&2; exit 2'
	[ "$status" -eq 2 ]
	[[ $output == "DAMPEN CRITICAL - sh printed nothing; stderr: no such (host)"* ]]
}

@test "standard error is nobody's first line" {
	stub 'echo noise >&2; echo "OK - fine"; echo more >&2' --dampen off
	[ "$output" = "OK - fine" ]
}

@test "what hangs is killed with all that it started" {
	mark=4242.$$
	SECONDS=0
	stub "sleep $mark & trap '' TERM; sleep $mark" -t 500ms
	[ "$status" -eq 3 ]
	[[ $output == "DAMPEN UNKNOWN - "*"did not end in time"* ]]
	[ "$SECONDS" -lt 20 ]
	none_of "sleep $mark"
}

@test "what is late is told with what it has said" {
	stub 'echo; echo "asking <gw> | x"; echo more; sleep 60' -t 3s
	[ "$status" -eq 3 ]
	[[ $output == "DAMPEN UNKNOWN - sh did not end in time; so far it said: asking (gw) / x"* ]]
	stub 'echo "waiting for a lock" >&2; sleep 60' -t 3s --timeout-state critical
	[ "$status" -eq 2 ]
	[[ $output == *"sh did not end in time; so far it said: waiting for a lock"* ]]
}

@test "what is left behind is not waited for, and killed" {
	mark=4243.$$
	SECONDS=0
	stub "sleep $mark & echo 'OK - done'" -t 60s
	[ "$status" -eq 0 ]
	[ "$SECONDS" -lt 20 ]
	none_of "sleep $mark"
}

# It has its own group alone where an engine starts it, and signals that.
@test "a plugin that tidies up with kill 0 keeps its words" {
	local signal
	for signal in TERM INT HUP QUIT; do
		stub "trap '' $signal; kill -$signal 0; echo OK - fine" --dampen off
		[ "$output" = "OK - fine" ]
		[ "$status" -eq 0 ]
	done
	stub 'echo OK - fine; kill 0' --dampen off
	[ "$output" = "OK - fine (ended by signal 15 (Terminated))" ]
	[ "$status" -eq 3 ]
}

@test "an engine that gives up takes the plugin with it" {
	mark=4244.$$
	"$BIN/vigil-dampen" --state-dir "$STATE" -t 60s -- sh -c "sleep $mark; :" \
	    >"$BATS_TEST_TMPDIR/out" &
	pid=$!
	for _ in {1..400}; do
		! pgrep -fx "sleep $mark" >/dev/null || break
		sleep 0.05
	done
	kill "$pid"
	code=0
	wait "$pid" || code=$?
	[ "$code" -eq 3 ]
	grep -q 'stopped from outside by signal 15' "$BATS_TEST_TMPDIR/out"
	none_of "sleep $mark"
}

@test "a flood is cut" {
	stub 'yes "OK - flood" | head -c 1000000' --dampen off
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "OK - flood (output cut after 65536 bytes)" ]]
	[ "${#output}" -lt 66000 ]
	stub 'while :; do echo y; done' --dampen off -t 300ms
	[ "$status" -eq 3 ]
}

@test "a file that cannot be written is UNKNOWN beside the words" {
	stub 'echo "OK - fine|a=1"' --dampen off --format prometheus --output /no/such/dir/x.prom
	[ "$status" -eq 3 ]
	[ "$output" = "OK - fine (open directory /no/such/dir: No such file or directory)|a=1" ]
	stub 'echo "down|a=1"; exit 2' --dampen off --format prometheus --output /no/such/dir/x.prom
	[ "$status" -eq 2 ]
	[[ $output == "down (open directory /no/such/dir: "* ]]
}

@test "what no output may hold is replaced, and nothing else" {
	printf 'OK \033[31mred\007 caf\303\251 \342\200\256bidi \377\n\ttab|a=1\000' \
	    >"$BATS_TEST_TMPDIR/raw"
	dampen --dampen off -- cat "$BATS_TEST_TMPDIR/raw"
	[ "${lines[0]}" = "OK ?[31mred? café ?bidi ?" ]
	[ "${lines[1]}" = "	tab|a=1?" ]
}

@test "what cannot be run is UNKNOWN" {
	dampen -- /no/such/plugin
	[ "$status" -eq 3 ]
	[[ $output == *"/no/such/plugin"* ]]
	dampen -- /etc/passwd
	[ "$status" -eq 3 ]
	[[ $output == *"running /etc/passwd: Permission denied"* ]]
	printf '#!/no/such/shell\n' >"$BATS_TEST_TMPDIR/plugin"
	chmod +x "$BATS_TEST_TMPDIR/plugin"
	dampen -- "$BATS_TEST_TMPDIR/plugin"
	[ "$status" -eq 3 ]
	[[ $output == *"$BATS_TEST_TMPDIR/plugin is there, its interpreter or loader is not"* ]]
	dampen
	[ "$status" -eq 3 ]
	[[ $output == *"a plugin is required, behind --"* ]]
	dampen -- ''
	[ "$status" -eq 3 ]
	[[ $output == *"the plugin has no name"* ]]
}

@test "the plugin has our environment, our PATH, and no input" {
	VAR=value stub 'cat; echo "$VAR $#"' --dampen off
	[ "$output" = "value 0" ]
	printf '#!/bin/sh\necho "OK - mine"\n' >"$BATS_TEST_TMPDIR/check_mine"
	chmod +x "$BATS_TEST_TMPDIR/check_mine"
	PATH=$BATS_TEST_TMPDIR:$PATH dampen --dampen off -- check_mine
	[ "$output" = "OK - mine" ]
}

@test "arguments arrive as they are" {
	dampen --dampen off -- printf '%s.' '' 'a b' --help -- '$HOME'
	[ "$output" = ".a b.--help.--.\$HOME." ]
}

@test "its numbers as JSON fit the schema" {
	python3 -c 'import jsonschema' 2>/dev/null || skip "no jsonschema"
	stub "printf \"OK - t|'a b'=5ms;1:2;~:9;0;10 x=U c=7c junk m=1KiB\nlong\n\"" \
	    -k svc --format json
	printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/json"
	python3 tests/tools/schema_check.py contrib/schema/result-1.json "$BATS_TEST_TMPDIR/json"
	python3 - "$BATS_TEST_TMPDIR/json" <<-'EOT'
		import json, sys
		o = json.load(open(sys.argv[1]))
		m = {x["name"]: x for x in o["metrics"]}
		assert m["a b"]["value"] == 0.005 and m["a b"]["unit"] == "seconds"
		assert m["a b"]["warning"] == "0.001:0.002" and m["a b"]["max"] == 0.01
		assert m["c"]["type"] == "counter" and m["m"]["value"] == 1024
		assert set(m) == {"a b", "c", "m"}, m
		assert "long" in o["notes"] and o["labels"]["key"] == "svc"
	EOT
}

@test "its numbers as metrics are valid" {
	script="echo \"OK|'a\\\"b\\\\'=5ms /=20% /=30% c=-1c d=7c m=1KB\""
	stub "$script" --format openmetrics
	printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/metrics"
	python3 tests/tools/openmetrics_reader.py "$BATS_TEST_TMPDIR/metrics"
	grep -qF 'plugin_ratio{plugin="sh",perfdata="/"} 0.2' "$BATS_TEST_TMPDIR/metrics"
	grep -qF 'plugin_events_total{plugin="sh",perfdata="d"} 7' "$BATS_TEST_TMPDIR/metrics"
	command -v promtool >/dev/null || skip "no promtool"
	stub "$script" --format prometheus
	promtool check metrics <<<"$output"
}

@test "what is remembered can be shown, listed and forgotten" {
	for state in 0 2; do
		dampen -k 'my svc' -- sh -c "echo x; exit $state"
	done
	dampen --history -k 'my svc'
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == *"measured CRITICAL reported OK" ]]
	[[ ${lines[1]} == *"measured OK reported OK" ]]
	dampen --show -k 'my svc'
	[[ $output == *"samples CO (newest first)"* ]]
	"$BIN/check_tcp_established" --dampen on --state-dir "$STATE" >/dev/null || :
	dampen --list
	[ "${#lines[@]}" -eq 2 ]
	[[ $output == *"key=my svc"* && $output == *"check_tcp_established"* ]]
	dampen --reset -k 'my svc'
	[ "$status" -eq 0 ]
	dampen --show -k 'my svc'
	[ "$output" = "nothing is remembered of it in $STATE" ]
	# a name that was mistyped, or another user's memory
	dampen --reset -k 'your svc'
	[ "$output" = "nothing is remembered of it in $STATE" ]
	rm "$STATE"/*
	dampen --list
	[ "$output" = "nothing is remembered in $STATE" ]
}

@test "what is remembered is JSON where JSON is asked for" {
	local action state words
	for state in 0 1; do
		dampen -k 'my svc' -- sh -c "echo x; exit $state"
	done
	for action in --list '--show -k my\x20svc' '--history -k my\x20svc'; do
		IFS=' ' read -ra words <<<"$action"
		dampen "${words[@]//\\x20/ }" --format json
		[ "$status" -eq 0 ]
		echo "$output" >"$BATS_TEST_TMPDIR/list.json"
		python3 tests/tools/schema_check.py contrib/schema/result-1.json \
			"$BATS_TEST_TMPDIR/list.json"
		python3 -c 'import json, sys
o = json.load(sys.stdin)
assert o["state"] == "OK", o
assert any("WARNING" in c["summary"] for c in o["children"]), o' <<<"$output"
	done
	dampen --list --format json
	python3 -c 'import json, sys
[c] = json.load(sys.stdin)["children"]
assert c["labels"]["measured"] == "WARNING", c
assert c["labels"]["reported"] == "OK", c
assert c["labels"]["key"].endswith("key=my svc"), c' <<<"$output"
}

@test "what no run can read is in the list" {
	dampen -k one -- sh -c 'echo up'
	file=$(find "$STATE" -type f ! -name '*.lock')
	: >"$file"
	dampen --list
	[ "$status" -eq 0 ]
	[[ $output == "unusable ${file##*/} is empty"* ]]
	dampen --reset -k one
	[[ $output == "forgotten: $file" ]]
	[ ! -e "$file" ]
}

@test "no secret is remembered" {
	dampen -- sh -c 'echo fine' check -C canary1 --password=canary2 -a u:canary3
	run grep -r canary "$STATE"
	[ "$status" -ne 0 ]
}

@test "damaged, foreign and unwritable memory: as measured, with a note" {
	fail() { dampen -k svc -- sh -c 'echo down; exit 2'; }
	dampen -k svc -- sh -c 'echo up'
	fail
	[ "$status" -eq 0 ]
	file=$(find "$STATE" -type f ! -name '*.lock')
	echo rubbish >"$file"
	fail
	[ "$status" -eq 2 ]
	[[ $output == *"(dampening has no history: "*"is no state file)" ]]
	mkdir "$file.tmp"
	fail
	[ "$status" -eq 2 ]
	[[ $output == *"(dampening has no history: "* ]]
	STATE=/dev/null/none fail
	[ "$status" -eq 2 ]
	[[ $output == *"(dampening has no history: "* ]]
}

@test "a locked memory costs a moment and a note" {
	command -v flock >/dev/null || skip "no flock"
	dampen -k svc -- sh -c 'echo up'
	lock=$(find "$STATE" -name '*.lock')
	SECONDS=0
	run flock "$lock" "$BIN/vigil-dampen" --state-dir "$STATE" -k svc -t 60s -- \
	    sh -c 'echo down; exit 2'
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"another run holds it"* ]]
	[ "$SECONDS" -lt 20 ]
}

@test "runs at the same time count once each, or say that they do not" {
	pids=()
	for i in $(seq 8); do
		(for _ in 1 2 3 4 5; do
			"$BIN/vigil-dampen" --state-dir "$STATE" -k svc -- sh -c 'echo up'
		done >"$BATS_TEST_TMPDIR/said.$i") &
		pids+=($!)
	done
	wait "${pids[@]}"
	# A busy machine may stop the one that has the lock.
	left_out=$(cat "$BATS_TEST_TMPDIR"/said.* | grep -c 'another run holds it') || :
	dampen --show -k svc
	samples=$(sed -n 's/^samples \([OWCU]*\).*/\1/p' <<<"$output")
	[ "$((${#samples} + left_out))" -eq 40 ]
	[ "$left_out" -lt 20 ]
}

@test "real plugins keep their words and their state" {
	for plugin in "check_load -w 1000 -c 2000" "check_tcp -H 127.0.0.1 -p 9 -t 2" \
	    "check_users -w 1000 -c 2000" "check_disk -w 0% -c 0% -p /"; do
		read -ra words <<<"$plugin"
		[ -x "$PLUGINS/${words[0]}" ] || continue
		"$BIN/vigil-dampen" --state-dir "$STATE" --confirm 1 -- "$PLUGINS/${words[0]}" \
		    "${words[@]:1}" >/dev/null || :
		expected=0
		text=$("$PLUGINS/${words[0]}" "${words[@]:1}" 2>/dev/null) || expected=$?
		dampen --confirm 1 -- "$PLUGINS/${words[0]}" "${words[@]:1}"
		[ "$status" -eq "$expected" ]
		[ "$(cut -c1-12 <<<"$output")" = "$(cut -c1-12 <<<"$text")" ]
	done
}
