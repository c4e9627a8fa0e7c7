#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Every format, over fabricated reports of every kind, given to readers that
# are not ours or that know nothing of the writer.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	BIN=${BIN:-build/release}
	export TOOLS=tests/tools SCHEMA=contrib/schema/result-1.json
	"$BIN/tests/unit/test_render_samples" "$BATS_FILE_TMPDIR"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	samples=$BATS_FILE_TMPDIR
}

@test "there are samples of each kind in each format" {
	for format in nagios json openmetrics prometheus; do
		for kind in verdict-3 partial-0 deep-4 many-0 many-1 many-1000 \
		    hostile-59; do
			[ -s "$samples/$kind.$format" ]
		done
	done
}

@test "json: every sample keeps the schema" {
	run python3 "$TOOLS/schema_check.py" "$SCHEMA" "$samples"/*.json
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "json: the schema refuses what it should" {
	bad=$BATS_TEST_TMPDIR/bad.json
	good=$samples/verdict-2.json
	for change in 's/"schema":1/"schema":2/' 's/"partial":false,//' \
	    's/"exit_code":2/"exit_code":1/' 's/"value":2/"value":"2"/' \
	    's/"partial":false/"partial":true/' 's/"error"/"fault"/' \
	    's/"state":"CRITICAL"/"state":"BAD"/' 's/"min":0,//' \
	    's/"labels":{}/"labels":{"A b":"c"}/' 's/"time":"2/"time":"/' \
	    's/as it is/as\\u0007it is/' 's/"notes":\[\]/"notes":[1]/' \
	    's/"warning":null/"warning":"abc"/' 's/}$/},/' \
	    's/"partial":false/&,"partial":false/' 's/"value":2/"value":NaN/'; do
		sed "$change" "$good" >"$bad"
		run cmp -s "$good" "$bad"
		[ "$status" -eq 1 ]
		run python3 "$TOOLS/schema_check.py" "$SCHEMA" "$bad"
		echo "$change: $output"
		[ "$status" -eq 1 ]
	done
}

@test "json: every key of the schema is documented" {
	run python3 - "$SCHEMA" <<-'END'
	import json, sys
	def walk(node, path):
	    for key, value in node.get("properties", {}).items():
	        if path != "#/allOf" and "description" not in value:
	            print(f"{path}/{key}")
	        walk(value, f"{path}/{key}")
	    for name, value in node.get("$defs", {}).items():
	        if "description" not in value:
	            print(f"{path}/$defs/{name}")
	        walk(value, f"{path}/$defs/{name}")
	    if isinstance(node.get("items"), dict):
	        walk(node["items"], f"{path}/items")
	walk(json.load(open(sys.argv[1])), "#")
	END
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "openmetrics: the strict reader's own test" {
	run python3 "$TOOLS/test_openmetrics_reader.py"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "openmetrics: every sample passes the strict reader" {
	run python3 "$TOOLS/openmetrics_reader.py" "$samples"/*.openmetrics
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "prometheus: every sample passes promtool" {
	for sample in "$samples"/*.prometheus; do
		run promtool check metrics <"$sample"
		echo "$sample: $output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "prometheus: promtool refuses what it should" {
	run promtool check metrics <"$samples/verdict-0.openmetrics"
	[ "$status" -ne 0 ]
}

@test "prometheus: no line has a timestamp" {
	run grep -hvE '^#|^[a-z_:]+(\{.*\})? -?[0-9.]+$' "$samples"/*.prometheus
	echo "$output"
	[ "$status" -eq 1 ]
}
