#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# PLUGIN_VERSION in lib/frame/plugin.h is the version; whatever else names one
# agrees with it.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	bin=${BIN:-build/release}
	unset MAKEFLAGS MAKELEVEL
	version=$(sed -n 's/.*PLUGIN_VERSION "\(.*\)"/\1/p' lib/frame/plugin.h)
	[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
	shopt -s nullglob
	programs=("$bin"/check_* "$bin"/vigil-*)
	[ "${#programs[@]}" -gt 0 ]
}

@test "make, the programs and the man pages" {
	[ "$(make -s version)" = "$version" ]
	for program in "${programs[@]}"; do
		name=${program##*/}
		run -3 "$program" --version
		[ "$output" = "$name v$version (routevigil $version)" ]
	done
	for page in "$bin"/man/*; do
		grep -qx "\.Os routevigil $version" "$page"
	done
}

@test "the packages" {
	[[ $(head -n 1 debian/changelog) == "routevigil ($version) "* ]]
	[ "$(sed -n 's/^Version: //p' contrib/rpm/routevigil.spec)" = "$version" ]
	grep -q "image.version=\"$version\"" contrib/container/Containerfile
	grep -A 1 '^%changelog' contrib/rpm/routevigil.spec | grep -q -- " - $version-1$"
}

@test "the changelog" {
	# A release has its section; before it, everything is unreleased.
	newest=$(sed -n 's/^## \[\([0-9.]*\)\].*/\1/p' CHANGELOG.md | head -n 1)
	[ -z "$newest" ] || [ "$newest" = "$version" ]
}

@test "the SBOM and the archive" {
	command -v python3 >/dev/null || skip 'no python3'
	scripts/sbom "$version" "${programs[@]}" | grep -q "\"name\": \"routevigil-$version\""
	run make -n dist
	[[ $output == *"routevigil-$version.tar.gz"* ]]
	run make -n sbom
	[[ $output == *"scripts/sbom $version "*"routevigil-$version.spdx.json"* ]]
}

@test "the home of the project" {
	home=$(sed -n 's/.*PLUGIN_HOME "\(.*\)"/\1/p' lib/frame/plugin.h)
	[ -n "$home" ]
	grep -qx "Homepage: $home" debian/control
	grep -qx "URL: $home" contrib/rpm/routevigil.spec
	grep -q "$home/spdx/" scripts/sbom
}
