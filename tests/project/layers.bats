#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The sources keep to their layers, and layers.sh notices when they do not.

layers=$BATS_TEST_DIRNAME/../layers.sh

# breach FILE LINE: a tree with this line in this file, and one good file.
breach() {
	local root=$BATS_TEST_TMPDIR
	mkdir -p "$root/lib/base" "$root/$(dirname "$1")"
	printf '#include "base/err.h"\n' >"$root/lib/base/err.c"
	printf '%b\n' "$2" >"$root/$1"
	run sh "$layers" "$root"
}

refused() {
	breach "$@"
	echo "$2: $output"
	[ "$status" -ne 0 ]
	[[ $output == *"$1:"* ]]
}

accepted() {
	breach "$@"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "every source keeps to its layer" {
	run sh "$layers" "$BATS_TEST_DIRNAME/../.."
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a layer may not include one above it" {
	refused lib/base/x.c '#include "model/range.h"'
	refused lib/model/x.c '#include "frame/opt.h"'
	refused lib/model/y.h '#include "source/sockdiag.h"'
	refused lib/source/x.c '#include "frame/plugin.h"'
	refused lib/frame/x.c '#include "source/sockdiag.h"'
}

@test "a source does not judge, a model does no input or output" {
	refused lib/source/x.c '#include "model/result.h"'
	refused lib/model/x.c '#include <stdio.h>'
	refused lib/model/y.c '\tnow = clock_monotonic_ns();'
	refused lib/frame/x.c '#include <sys/socket.h>'
}

@test "a check does not print or exit and has no changing static" {
	refused plugins/check_x.c '\tprintf("hello");'
	refused plugins/check_y.c '\texit(1);'
	refused plugins/check_z.c 'static int calls;'
	rm "$BATS_TEST_TMPDIR"/plugins/*
	accepted plugins/check_x.c '/* printf(), as in exit() */\nstatic const int n = 1;\n\tsnprintf(a, b, "exit(");'
}

@test "a third party has one source, which names its package" {
	refused lib/source/a.c '#include <curl/curl.h>'
	refused lib/source/a.h '/*\n * pkg-config: libcurl\n */\n#include <curl/curl.h>'
	rm "$BATS_TEST_TMPDIR/lib/source/a.h"
	accepted lib/source/a.c '/*\n * pkg-config: libcurl\n */\n#include <curl/curl.h>'
	refused lib/source/b.c '/*\n * pkg-config: libcurl\n */\n#include <curl/curl.h>'
	rm "$BATS_TEST_TMPDIR/lib/source/b.c"
	refused plugins/check_x.c '#include <curl/curl.h>'
}

@test "a private header has it for the sources of its module" {
	refused lib/source/a_lib.h '/*\n * private: a\n */\n#include <curl/curl.h>'
	accepted lib/source/a_lib.c '/*\n * pkg-config: libcurl\n */\n#include "source/a_lib.h"'
	accepted lib/source/a.c '#include "source/a_lib.h"'
	accepted lib/source/a_x.h '#include "source/a_lib.h"'
	refused lib/source/ab.c '#include "source/a_lib.h"'
	rm "$BATS_TEST_TMPDIR/lib/source/ab.c"
	refused plugins/check_a.c '#include "source/a_lib.h"'
	rm "$BATS_TEST_TMPDIR/plugins/check_a.c"
	refused lib/source/a.c '#include <curl/curl.h>'
}

@test "an include of ours names its layer" {
	refused lib/base/x.c '#include "err.h"'
	refused lib/base/x.c '#include "../base/err.h"'
}
