#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Echo requests to 1, 254, 1,000 and 10,000 targets behind a veth, five packets
# each, beside check_icmp, fping and the floor; false losses; and what is
# reported of a network whose loss and delay are known.  usage: icmp_dual.sh
# [ROUNDS]; needs root, for network namespaces.  SIZES="1 254" are the targets.
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" = 0 ] || { skip "icmp_dual: network namespaces need root"; exit 0; }
OURS=$(realpath "$BIN")/check_icmp_dual
A=rvbencha$$ B=rvbenchb$$
build icmpfloor "$BENCH/icmpfloor.c"
build tapforward "$BENCH/../tests/tools/tapforward.c"
cd "$WORK"

ip netns add "$A"
at_exit "ip netns del $A"
ip netns add "$B"
at_exit "ip netns del $B"
within() { ip netns exec "$A" "$@"; }
ip link add veth0 netns "$A" type veth peer name veth1 netns "$B"
for n in "$A" "$B"; do ip -n "$n" link set lo up; done
ip -n "$A" addr add 10.65.0.1/24 dev veth0
ip -n "$A" addr add fd00:65::1/64 dev veth0 nodad
ip -n "$A" link set veth0 up
ip -n "$B" addr add 10.65.0.2/24 dev veth1
ip -n "$B" addr add fd00:65::2/64 dev veth1 nodad
ip -n "$B" link set veth1 up
ip -n "$B" route add local 10.67.0.0/16 dev lo
ip -n "$B" -6 route add local fd00:67::/64 dev lo
ip -n "$A" route add 10.67.0.0/16 via 10.65.0.2
ip -n "$A" -6 route add fd00:67::/64 via fd00:65::2
until within "$OURS" fd00:67::1 10.67.0.1 -n 1 >/dev/null; do :; done

# lists N: the files v4.N, v6.N and both.N
lists() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "10.67.$((i / 250)).$((1 + i % 250))"
	done >"v4.$1"
	for ((i = 1; i <= $1; i++)); do printf 'fd00:67::%x\n' "$i"; done >"v6.$1"
	cat "v4.$1" "v6.$1" >"both.$1"
}

of() { awk -v a="$(column "$1" cpu-ms)" -v b="$(column "$2" cpu-ms)" 'BEGIN { printf "%.2f", a / b }'; }
# counted PROCESSES COMMAND...: user instructions of all of them.  A worker may
# write no file, so callgrind cannot tell of it; and one that is done is ended by
# its guard, sometimes before it has told: then once more.
counted() {
	local processes=$1 try told
	shift
	for ((try = 0; try < 50; try++)); do
		told=$(within valgrind --tool=lackey --trace-children=yes "$@" 2>&1 </dev/null |
			tr -d , | awk '/guest instrs:/ { n += $NF; k++ } END { printf "%d %d", k, n }')
		[ "${told% *}" != "$processes" ] || break
	done
	echo "${told#* }"
}
# lost FILE: addresses without a single answer, among all those asked
lost() {
	within "$OURS" --targets "$1" --each 100000 --format openmetrics |
		awk '/^icmp_packets_sent / { s = $2 } /^icmp_packets_received / { r = $2 } END { print s - r }'
}

for n in ${SIZES:-1 254 1000 10000}; do
	lists "$n"
	rounds=$ROUNDS
	((n < 1000)) || rounds=$((ROUNDS / 5 + 3))
	((n < 10000)) || rounds=$((ROUNDS / 10 + 2))
	# Both peers take their targets as arguments, or from a file.
	commands=(floor+fork "$WORK/icmpfloor" -f 5 "v4.$n"
	    vs ours "$OURS" --targets "v4.$n"
	    vs floor "$WORK/icmpfloor" 5 "v4.$n"
	    vs floor-v6 "$WORK/icmpfloor" 5 "v6.$n"
	    vs ours-v6 "$OURS" --targets "v6.$n"
	    vs floor-both "$WORK/icmpfloor" 5 "both.$n"
	    vs ours-both "$OURS" --targets "both.$n")
	if [ -x "$PEERS/check_icmp" ]; then
		mapfile -t addresses <"v4.$n"
		commands+=(vs check_icmp "$PEERS/check_icmp" -I 1 "${addresses[@]}")
	else
		skip "check_icmp is not installed"
	fi
	if have fping; then
		commands+=(vs fping fping -q -c5 -p20 -t500 -i0 -f "v4.$n")
	else
		skip "fping is not installed"
	fi
	echo "$n targets, $rounds rounds"
	within "$WORK/run" -n "$rounds" "${commands[@]}" | tee "$WORK/table"
	echo
	if ((n == 1)) && [ -x "$PEERS/check_icmp" ]; then
		budget=$(awk -v c="$(column check_icmp cpu-ms)" \
			-v f="$(column floor+fork cpu-ms)" -v g="$(column floor cpu-ms)" \
			'BEGIN { printf "%.3f", 1.05 * c + (f > g ? f - g : 0) }')
		target "1: CPU ms, to 1.05 check_icmp and one fork" "$(column ours cpu-ms)" "$budget"
	fi
	((n == 1)) || target "$n: CPU, to the floor" "$(of ours floor)" "$([ "$n" = 10000 ] && echo 1.2 || echo 1.15)"
	((n == 1)) || target "$n: CPU, both families in one run" "$(of ours-both floor-both)" 1.15
	if ((n > 1)) && [ -x "$PEERS/check_icmp" ]; then
		target "$n: CPU, to check_icmp -I 1" "$(of ours check_icmp)" "$([ "$n" = 10000 ] && echo 0.75 || echo 1.0)"
	fi
	target "$n: KiB" "$(column ours KiB)" "$([ "$n" = 10000 ] && echo 6144 || echo 3072)"
	((n < 1000)) || target "$n: false losses, both families, default options" "$(lost "both.$n")" 0
	if ((n == 254)) && have valgrind && [ -x "$PEERS/check_icmp" ]; then
		peer=$(without_capabilities "$PEERS/check_icmp")
		ours=$(counted 2 "$OURS" --targets "v4.$n") theirs=$(counted 1 "$peer" -I 1 "${addresses[@]}")
		echo "user instructions: ours $ours, check_icmp $theirs, floor $(counted 1 "$WORK/icmpfloor" 5 "v4.$n")"
		target "$n: user instructions, to check_icmp" "$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.2f", a / b }')" 0.5
	fi
	echo
done

# --- the truth ----------------------------------------------------------------
# truth SEED LOSS DELAY-MS: 100 packets through a network that logs what it did.
truth() {
	local pid n family address asked missing reported rta
	: >truth.out
	"$WORK/tapforward" "$A" "$B" "$1" "$2" 0 0 "$3" 0 >truth.out &
	pid=$!
	until grep -q ready truth.out; do kill -0 "$pid" || exit 1; done
	for n in 1 2; do
		local space=$A
		((n == 1)) || space=$B
		ip -n "$space" addr add "10.66.0.$n/24" dev bad0
		ip -n "$space" addr add "fd00:66::$n/64" dev bad0 nodad
		ip -n "$space" link set bad0 up
	done
	within "$OURS" 10.66.0.2 fd00:66::2 -n 100 --interval 10ms -w 9000,100% \
		--format openmetrics >truth.seen || :
	kill "$pid"
	wait "$pid" || :
	while read -r family asked missing _ _ took; do
		address=10.66.0.2
		[ "$family" = ipv4 ] || address=fd00:66::2
		[ "${asked#asked=}" = 100 ] || continue
		reported=$(awk -v a="\"$address\"" '/^icmp_loss_ratio/ && index($0, a) { printf "%.0f", 100 * $NF }' truth.seen)
		rta=$(awk -v a="\"$address\"" '/^probe_icmp_duration_seconds/ && index($0, a) { print 1000 * $NF }' truth.seen)
		target "truth: $family, loss reported - true, of 100" "$((reported - ${missing#lost=}))" 0
		target "truth: $family, true loss - reported" "$((${missing#lost=} - reported))" 0
		# The forwarder knows when it took and gave back; its own
		# wake-ups are no error of the check's.
		target "truth: $family, round trip of $((2 * $3)) ms, error in ms" \
			"$(awk -v r="$rta" -v t="${took#took=}" 'BEGIN { e = r - t / 1000; print e < 0 ? -e : e }')" 0.3
	done < <(grep asked= truth.out)
}
truth 1 51 10
truth 2 0 2
truth 3 134 75
verdict
