#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What it costs to start a check that does nothing: usage: startup.sh [ROUNDS]
. "$(dirname "$0")/lib.sh"

OURS=$BIN/check_tcp_established

commands=(empty "$EMPTY" vs check_tcp_established "$OURS" -V)
add_peer() { # NAME COMMAND [ARG]...
	if [ -x "$2" ]; then commands+=(vs "$@"); else skip "$2 is not installed"; fi
}
add_peer true /bin/true
add_peer check_dummy "$PEERS/check_dummy" 0
add_peer check_icmp "$PEERS/check_icmp" -V
add_peer check_tcp "$PEERS/check_tcp" -V
add_peer perl /usr/bin/perl -e 1
add_peer python3 /usr/bin/python3 -I -S -c 1

echo "start-up, $ROUNDS rounds"
run "${commands[@]}"

plain=$(without_capabilities "$OURS")
echo
echo "user instructions and system calls"
for name in empty check_tcp_established; do
	case $name in
	empty) set -- "$EMPTY" ;;
	*) set -- "$plain" -V ;;
	esac
	counted=$(instructions "$@")
	printf '%-26s %9s instructions %5s calls\n' "$name" "$counted" "$(syscalls "$@")"
done

echo
target "check_tcp_established -V, wall to an empty program" "$(ratio check_tcp_established)" 1.35
target "check_tcp_established -V, user instructions" "$counted" 350000
target "check_tcp_established -V, resident KiB" "$(column check_tcp_established KiB)" 2048
verdict
