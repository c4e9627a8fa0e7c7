#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What a state update costs beside the bare system calls, on the disk below
# TMPDIR and on tmpfs: usage: state.sh [ROUNDS]
. "$(dirname "$0")/lib.sh"

ROOT=$BENCH/..
build state_cost "$BENCH/state_cost.c" -I"$ROOT/lib" "$BIN/libroutevigil.a"

SHM=
if [ -w /dev/shm ]; then
	SHM=$(mktemp -d /dev/shm/routevigil-bench.XXXXXX)
	# shellcheck disable=SC2016 # expanded at the end
	at_exit 'rm -rf "$SHM"'
fi
mkdir -m 700 "$WORK/disk"

# cost WHERE DIRECTORY JOB BYTES ROUNDS: one line of the table; sets $ratio.
cost() {
	local line
	line=$("$WORK/state_cost" "$2" "$5" "$4" "$3") || { echo "$line"; exit 1; }
	ratio=${line##* }
	printf '%-8s %-10s %8s %s\n' "$1" "$3" "$4" "$line"
	rm -rf "${2:?}"/*
}

# The target is for disks, where states live: on tmpfs the floor is five
# microseconds of system calls, and the checks of ours are three calls more.
judge=()
table() { # WHERE DIRECTORY
	cost "$1" "$2" update 512 $((ROUNDS * 40))
	judge+=("update of 512 bytes, $1" "$ratio" 1.2)
	cost "$1" "$2" update 65536 $((ROUNDS * 10))
	judge+=("update of 64 KiB, $1" "$ratio" 1.2)
	cost "$1" "$2" update 1048576 $((ROUNDS * 2))
	judge+=("update of 1 MiB, $1" "$ratio" 1.2)
	cost "$1" "$2" durable 512 $((ROUNDS * 10))
	judge+=("durable update of 512 bytes, $1" "$ratio" 1.2)
	cost "$1" "$2" run 512 $((ROUNDS * 40))
	cost "$1" "$2" unchanged 512 $((ROUNDS * 40))
}

echo "a state update, microseconds; the floor: flock, read, write, rename"
echo "where    job           bytes     floor      ours  ratio"
table "$(df --output=fstype "$WORK/disk" | tail -n 1)" "$WORK/disk"
if [ -n "$SHM" ]; then table tmpfs "$SHM"; fi

echo
for ((i = 0; i < ${#judge[@]}; i += 3)); do
	case ${judge[i]} in
	*tmpfs) ;;
	*) target "${judge[@]:i:3}" ;;
	esac
done
verdict
