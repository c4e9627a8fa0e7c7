#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The SPDX document of `make sbom`: well formed by the rules of SPDX 2.3, true of
# what the programs link and load, and refuted when it is not.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	command -v python3 >/dev/null || skip 'no python3'
	bin=${BIN:-build/release}
	shopt -s nullglob
	programs=("$bin"/check_* "$bin"/vigil-*)
	document=$BATS_FILE_TMPDIR/sbom.json
	unset MAKEFLAGS MAKELEVEL
	version=$(make -s version)
	[ -e "$document" ] || scripts/sbom "$version" "${programs[@]}" >"$document"
}

valid() { python3 tests/project/spdx.py "$1" "$bin"; }

# refuted WHAT CODE: the document as the Python code changes it is not valid.
refuted() {
	python3 - "$document" "$BATS_TEST_TMPDIR/bad.json" "$2" <<-'EOT'
	import json, sys
	doc = json.load(open(sys.argv[1]))
	exec(sys.argv[3])
	json.dump(doc, open(sys.argv[2], "w"))
	EOT
	run ! valid "$BATS_TEST_TMPDIR/bad.json"
	echo "$output"
	[[ $output == *$1* ]]
}

@test "it is valid, and says what the programs link and load" {
	run valid "$document"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "it names every program and the libraries that somebody must watch" {
	for program in "${programs[@]}"; do
		grep -q "\"./${program##*/}\"" "$document"
	done
	grep -q '"name": "glibc"' "$document"
	for needed in $(scripts/needs "${programs[@]}" | grep -o 'lib[a-z]*' | sort -u); do
		grep -q "\"comment\": \"$needed" "$document"
	done
	grep -q "\"versionInfo\": \"$version\"" "$document"
}

@test "the same programs give the same document" {
	SOURCE_DATE_EPOCH=1700000000 scripts/sbom "$version" "${programs[@]}" >"$BATS_TEST_TMPDIR/1"
	SOURCE_DATE_EPOCH=1700000000 TZ=Asia/Kathmandu LC_ALL=C.UTF-8 scripts/sbom "$version" \
	    "${programs[@]}" >"$BATS_TEST_TMPDIR/2"
	cmp "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
	grep -q '"2023-11-14T22:13:20Z"' "$BATS_TEST_TMPDIR/1"
}

@test "what is missing, foreign or wrong in it is found" {
	refuted 'links' 'doc["relationships"] = [r for r in doc["relationships"]
	    if r["relationshipType"] != "DYNAMIC_LINK"]'
	refuted 'loads' 'doc["relationships"] = [r for r in doc["relationships"]
	    if not r["relationshipType"].endswith("DEPENDENCY_OF")]'
	! grep -q STATIC_LINK "$document" || refuted 'contains' 'doc["relationships"] = [r for r in doc["relationships"]
	    if r["relationshipType"] != "STATIC_LINK"]'
	refuted 'no such element' 'doc["relationships"][0]["relatedSpdxElement"] = "SPDXRef-x"'
	refuted 'another file' 'doc["files"][0]["checksums"][1]["checksumValue"] = "0" * 64'
	refuted 'packageVerificationCode' 'doc["packages"][0]["packageVerificationCode"] = {}'
	refuted 'no known licence' 'doc["packages"][1]["licenseDeclared"] = "LGPL"'
	refuted 'downloadLocation is missing' 'del doc["packages"][1]["downloadLocation"]'
	refuted 'spdxVersion' 'doc["spdxVersion"] = "SPDX-2.2"'
	refuted 'two elements' 'doc["files"][1]["SPDXID"] = doc["files"][0]["SPDXID"]'
	refuted 'is unknown' 'doc["files"][1]["size"] = 1'
}

@test "a library that nobody has looked at is an error, not a gap" {
	printf 'int main(void) { return 0; }\n' |
	    gcc -x c - -Wl,--no-as-needed -lresolv -o "$BATS_TEST_TMPDIR/check_other" || skip 'no libresolv'
	readelf -d "$BATS_TEST_TMPDIR/check_other" | grep -q libresolv || skip 'libresolv is in libc'
	run scripts/sbom 1 "$BATS_TEST_TMPDIR/check_other"
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *'libresolv.so.2 is not in the table'* ]]
}
