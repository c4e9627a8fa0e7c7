#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What check_exabgp costs: usage: exabgp.sh [ROUNDS].
#
# Finding ExaBGP among PROCESSES=2000 processes and by its pid file, following
# its log of MIB=1024, and the whole of it against a live daemon.
. "$(dirname "$0")/lib.sh"

OURS=$BIN/check_exabgp
build exabgp_floor "$BENCH/exabgp_floor.c" -I"$BENCH/../lib" "$BIN/libroutevigil.a"
FLOOR=$WORK/exabgp_floor
STATE=$WORK/state
LOG=$WORK/log
mkdir -m 0700 "$STATE"

to() { awk -v a="$(ratio "$1")" -v b="$(ratio "$2")" 'BEGIN { printf "%.3f", a / b }'; }
# What is measured is to be a healthy answer.
healthy() { target "$1, its exit code" "$(column ours exit)" 0; }
per() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

# --- the process: known, and among many ---
config=3600.$$ # which only this one is called with
(exec -a exabgp sleep "$config") >/dev/null &
daemon=$!
crowd=("$daemon")
# shellcheck disable=SC2016 # expanded at the end
at_exit 'kill "${crowd[@]}" 2>/dev/null; wait "${crowd[@]}" 2>/dev/null'
echo "$daemon" >"$WORK/pid"
process=(--config "$config" --skip 'answers,sessions,routes' --state-dir "$STATE")
known=("$OURS" --pid-file "$WORK/pid" "${process[@]}")
run floor "$FLOOR" pid "$WORK/pid" vs ours "${known[@]}" vs empty "$EMPTY"
healthy "pid file"
target "pid file, to reading that cmdline and one fork" "$(ratio ours)" 1.15
target "pid file, KiB" "$(column ours KiB)" 2048
if have valgrind; then
	ours=$(counted 2 "${known[@]}") floor=$(counted 2 "$FLOOR" pid "$WORK/pid")
	echo "        user instructions: ours $ours, floor $floor, $(per "$ours" "$floor") x"
fi
echo

# --- the same by its unit, in a machine with a systemd of its own ---
machine=$BENCH/../tests/systemd/machine
if why=$("$machine" check); then
	M=$WORK/machine
	install -D "$OURS" "$M/layer/usr/local/bin/check_exabgp"
	install -D -t "$M/layer/usr/local/bin" "$WORK/run" "$FLOOR"
	install -d -m 700 "$M/layer/var/lib/bench"
	mkdir -p "$M/layer/etc/systemd/system"
	printf '[Service]\nExecStart=@/bin/sleep exabgp %s\n' "$config" \
	    >"$M/layer/etc/systemd/system/exabgp.service"
	"$machine" start "$M"
	# shellcheck disable=SC2016 # expanded at the end
	at_exit '[ ! -e "$M/supervisor" ] || "$machine" stop "$M"'
	"$machine" run "$M" systemctl start exabgp.service
	# shellcheck disable=SC2016 # $1 in there
	"$machine" run "$M" sh -c 'PATH=/usr/local/bin:$PATH
		systemctl show exabgp.service -P MainPID >/run/pid
		exec run -n "$1" floor exabgp_floor pid /run/pid vs ours check_exabgp --unit exabgp \
		    --skip answers,sessions,routes --state-dir /var/lib/bench \
		    vs systemctl systemctl show exabgp.service -P MainPID' - "$ROUNDS" | tee "$WORK/table"
	"$machine" stop "$M" # a second daemon to whoever looks among all processes
	healthy unit
	target "unit, to reading that cmdline and one fork" "$(ratio ours)" 1.15
	target "unit, to one systemctl show" "$(to ours systemctl)" 1
	target "unit, KiB" "$(column ours KiB)" 2048
else
	skip "the unit: $why"
fi
echo

for ((i = 0; i < ${PROCESSES:-2000}; i++)); do
	sleep 3600 >/dev/null &
	crowd+=("$!")
done
commands=(floor "$FLOOR" scan vs ours "$OURS" "${process[@]}"
    vs pgrep pgrep -f 'no such exabgp')
if [ -x "$PEERS/check_procs" ]; then
	commands+=(vs check_procs "$PEERS/check_procs" -a 'no such exabgp')
else
	skip "check_procs is not installed"
fi
run "${commands[@]}"
healthy scan
target "scan, to reading every cmdline and one fork" "$(ratio ours)" 1.15
target "scan, to pgrep -f" "$(to ours pgrep)" 0.25
[ ! -x "$PEERS/check_procs" ] ||
	target "scan, to check_procs" "$(to ours check_procs)" 0.25
target "scan, KiB" "$(column ours KiB)" 2048
if have valgrind; then
	ours=$(counted 2 "$OURS" "${process[@]}") floor=$(counted 2 "$FLOOR" scan)
	echo "        user instructions: ours $ours, floor $floor, $(per "$ours" "$floor") x"
fi
kill "${crowd[@]:1}"
wait "${crowd[@]:1}" 2>/dev/null || :
crowd=("$daemon")
echo

# --- the log: nothing new, 1 MiB more ---
line='Sat, 21 Nov 2026 07:24:13 29427  reactor       connected to peer-1 with outgoing-2 192.0.2.1-192.0.2.2'
more() { { yes "$line" || :; } | head -c "$1" >>"$LOG"; }
: >"$LOG"
mkdir -m 0700 "$STATE/log"
follow=("$OURS" --skip 'process,answers,sessions,routes' --log "$LOG" --state-dir "$STATE/log")
more 4194304
"${follow[@]}" >/dev/null || :
"${follow[@]}" >/dev/null
for state in "$STATE"/log/check_exabgp-*[!k]; do :; done # the other is its lock
run floor "$FLOOR" fork vs ours "${follow[@]}"
healthy "nothing new"
target "nothing new, to an empty program and one fork" "$(ratio ours)" 1.6
if have valgrind; then
	ours=$(counted 2 "${follow[@]}") floor=$(counted 2 "$FLOOR" fork)
	echo "        user instructions: ours $ours, floor $floor, $(per "$ours" "$floor") x"
fi
cp "$state" "$WORK/before"
stat -c %s "$LOG" >"$WORK/before.floor"
more 1048576
run floor "$FLOOR" with "$WORK/before.floor" "$WORK/floor" "$FLOOR" since "$WORK/floor" "$LOG" 'Too many death' \
    vs ours "$FLOOR" with "$WORK/before" "$state" "${follow[@]}"
target "1 MiB more, to memmem, a state and one fork" "$(ratio ours)" 1.3
target "1 MiB more, KiB" "$(column ours KiB)" 3072
echo

# --- the log: 1 GiB in which one line is of interest ---
more "$((${MIB:-1024} << 20))"
echo 'Too many death for x (5) terminating program' >>"$LOG"
((ROUNDS = ROUNDS / 5 + 3))
run floor "$FLOOR" memmem "$LOG" 'Too many death' \
    vs follow "$FLOOR" follow "$LOG" 'Too many death' \
    vs ours "$FLOOR" with "$WORK/before" "$state" "${follow[@]}" -t 60 \
    vs grep sh -c "grep -cF 'Too many death' '$LOG' | cat" \
    vs grepE sh -c "grep -cE 'Too many death|internal issue|not understood|lost the helper' '$LOG' | cat"
target "one rare literal, to memmem" "$(ratio follow)" 1.2
target "one rare literal, to grep -cF" "$(to follow grep)" 0.5
target "one rare literal, KiB" "$(column follow KiB)" 3072
target "the check and its 13 literals, to grep -cE of 4" "$(to ours grepE)" 0.6
target "the check and its 13 literals, KiB" "$(column ours KiB)" 3072
target "the check and its 13 literals, CPU ms per GiB" \
    "$(awk -v ms="$(column ours cpu-ms)" -v mib="${MIB:-1024}" 'BEGIN { print ms * 1024 / mib }')" 1000
kill "$daemon"
wait "$daemon" 2>/dev/null || :
crowd=()
echo

# --- the whole check against a live daemon: four sessions, four routes ---
if ! have exabgp || ! have exabgpcli || ! have bird; then
	skip "exabgp or bird is not installed"
	verdict
	exit
fi
mkdir -p "$WORK/exabgp/run"
mkfifo -m 600 "$WORK/exabgp/run/exabgp.in" "$WORK/exabgp/run/exabgp.out"
echo 'router id 10.0.0.4; protocol device { }' >"$WORK/bird.conf"
for ((i = 1; i <= 4; i++)); do
	echo "protocol bgp p$i { local 127.0.1.$i port 17998 as 65001; neighbor 127.0.2.$i as 65000;
	    passive on; multihop; strict bind on; ipv4 { import all; export none; }; }" >>"$WORK/bird.conf"
	echo "neighbor 127.0.1.$i { router-id 10.0.0.3; local-address 127.0.2.$i; local-as 65000; peer-as 65001;
	    connect 17998; static { route 10.3.$i.0/24 next-hop self; } }" >>"$WORK/exabgp.conf"
done
bird -f -c "$WORK/bird.conf" -s "$WORK/bird.ctl" >/dev/null 2>&1 </dev/null &
crowd=("$!")
for ((i = 0; i < 100; i++)); do
	[ ! -S "$WORK/bird.ctl" ] || break # from then on it listens
	sleep 0.1
done
env exabgp_daemon_user="$(id -un)" exabgp_api_cli=true exabgp_tcp_port=17999 \
    exabgp --root "$WORK/exabgp" "$WORK/exabgp.conf" >/dev/null 2>&1 </dev/null &
crowd+=("$!")
whole=("$OURS" --pipe "$WORK/exabgp/run" --config "$WORK/exabgp.conf" --state-dir "$STATE")
for ((i = 0; i < 200; i++)); do
	! grep -q '4 of 4 sessions.*4 routes' <<<"$("${whole[@]}" || :)" || break
	sleep 0.1
done
rm -rf "${STATE:?}"/check_exabgp-* # what was seen until now is nobody's flap
run exabgpcli exabgpcli --root "$WORK/exabgp" version vs ours "${whole[@]}"
healthy "the whole check"
target "the whole check, to one exabgpcli call" "$(ratio ours)" 0.3
verdict
