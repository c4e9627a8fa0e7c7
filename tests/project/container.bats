#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The container recipe, read as its builder would read it: nothing that it names
# is missing.  `make check-container` builds it, which takes minutes.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	recipe=contrib/container/Containerfile
	# One instruction a line, without comments.
	sed -e '/^[[:blank:]]*#/d' "$recipe" | sed -e ':again; /\\$/ { N; s/\\\n/ /; b again; }' \
	    >"$BATS_TEST_TMPDIR/recipe"
	recipe=$BATS_TEST_TMPDIR/recipe
}

@test "every instruction is one, and in an order that works" {
	while read -r word _; do
		[[ $word =~ ^(ARG|FROM|ENV|COPY|WORKDIR|RUN|LABEL|USER|VOLUME|CMD)$ ]]
	done < <(grep . "$recipe")
	[ "$(grep -c '^FROM ' "$recipe")" -eq 2 ]
	# Nothing is run as root when it is used; the user is a number for Kubernetes.
	[[ $(grep '^USER ' "$recipe" | tail -n 1) =~ ^USER\ [0-9]+:[0-9]+$ ]]
	run ! grep '^RUN ' <(sed -n '/^USER/,$p' "$recipe")
	sed -n 's/^RUN \(--mount=[^ ]* \)\?//p' "$recipe" | while read -r line; do
		sh -n -c "$line"
	done
}

@test "what is copied is there, and not ignored" {
	while read -r _ source _; do
		[ "$source" = . ] || [ -e "$source" ]
		run ! grep -qx "$source" .dockerignore
	done < <(grep '^COPY ' "$recipe" | grep -v -- --from)
	# What must not go into an image is left out.
	grep -qx .git .dockerignore
	grep -qx build .dockerignore
}

@test "the packages that it takes are packages that there are" {
	ours=$(grep -oE '/build/routevigil-[a-z]+_' "$recipe" | sed 's|/build/||; s/_$//')
	[ "$(wc -l <<<"$ours")" -eq 4 ]
	for package in $ours; do
		grep -qx "Package: $package" debian/control
	done
	command -v apt-cache >/dev/null || skip 'no apt-cache'
	apt-cache show libmnl-dev >/dev/null 2>&1 || skip 'apt has no lists'
	{
		grep -oE 'no-install-recommends +[^&]*' "$recipe" | sed 's/-P [a-z]*//' | tr ' ' '\n' |
		    grep -E '^[a-z]' | grep -v '^no-install'
		sed -n '/^Build-Depends:/,/^Standards/p' debian/control |
		    sed '$d; s/^Build-Depends://; s/[<(][^>)]*[>)]//g; s/[, ]//g' |
		    grep -vx debhelper-compat # is virtual
	} | sort -u >"$BATS_TEST_TMPDIR/wanted"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/wanted")" -gt 8 ]
	# shellcheck disable=SC2094 # both only read
	xargs apt-cache show --no-all-versions <"$BATS_TEST_TMPDIR/wanted" |
	    sed -n 's/^Package: //p' | sort -u | diff "$BATS_TEST_TMPDIR/wanted" -
}

@test "the programs are on its PATH, and the command is one of them" {
	path=$(sed -n 's/^ENV PATH=//p' "$recipe" | tail -n 1)
	[[ :$path: == *:/usr/lib/nagios/plugins:* && :$path: == *:/usr/bin:* ]]
	command=$(sed -n 's/^CMD \["\([^"]*\)".*/\1/p' "$recipe")
	[ -x "${BIN:-build/release}/$command" ]
}

@test "whoever needs a capability is named in it" {
	unset MAKEFLAGS MAKELEVEL
	while read -r program capability; do
		grep -q "$program" contrib/container/Containerfile
		grep -qi -- "${capability#cap_}" contrib/container/Containerfile
	done < <(make -s capabilities)
}
