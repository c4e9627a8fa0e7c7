#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# Real Prometheus and node_exporter: checks in the lab write textfiles by the very
# command of their systemd unit, the shipped rules fire, and every query of the
# dashboard has an answer.

# shellcheck source=tests/engines/boxes.bash
source "$BATS_TEST_DIRNAME/boxes.bash"
rules=contrib/prometheus/routevigil.rules.yml
dashboard=contrib/grafana/routevigil.json

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LAB='' BOXES=''
	for tool in prometheus prometheus-node-exporter nsenter unshare python3 openssl; do
		command -v $tool >/dev/null || return 0 # bats 1.8 cannot skip from here
	done
	boxes_start || return 0
	lab_mends_exabgp
	box_node node1 bird 192.0.2.2 192.0.2.1
	box_node node2 exa 198.51.100.2 198.51.100.1
	box_make engine frr
	serve_https node1 192.0.2.2
	mkdir "$BOXES/engine/lib/routevigil/textfile" "$BOXES/engine/lib/prometheus"
}

teardown_file() { boxes_stop; }

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	case $BATS_TEST_DESCRIPTION in
	live:*) [ -n "$LAB" ] || skip 'needs root, the lab, prometheus and prometheus-node-exporter' ;;
	*) command -v promtool >/dev/null || skip 'no promtool' ;;
	esac
}

serve_https() { # BOX ADDRESS
	local dir=$BOXES/$1

	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=www.example.net \
	    -keyout "$dir/key.pem" -out "$dir/crt.pem" 2>/dev/null
	cat >"$dir/https.py" <<-'END'
		import http.server, ssl, sys
		server = http.server.ThreadingHTTPServer((sys.argv[1], 443), http.server.SimpleHTTPRequestHandler)
		context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
		context.load_cert_chain(sys.argv[2] + "/crt.pem", sys.argv[2] + "/key.pem")
		server.socket = context.wrap_socket(server.socket, server_side=True)
		server.serve_forever()
	END
	box_daemon "$1" "$dir/https.log" python3 "$dir/https.py" "$2" "$dir"
}

# check BOX NAME PROGRAM OPTION...: as vigil-check@NAME.service does it.
check() {
	local in=$1 name=$2 program=$3 line

	shift 3
	line=$(sed -n 's/^ExecStart=//p' contrib/systemd/vigil-check@.service |
	    sed "s|%i|$name|g; s|/var/lib/routevigil/textfile|$BOXES/engine/lib/routevigil/textfile|")
	box "$in" env CHECK="$program" CHECK_OPTIONS="$*" sh -c "$line" || [ $? -le 3 ]
}

check_all() {
	check engine edge1 check_bgp_session -H 192.0.2.1 --peer 192.0.2.2 --peer 198.51.100.2 --per-peer
	check node1 bird check_bgp_session --source bird --peer 192.0.2.1
	check node2 exabgp check_exabgp --config "$LAB/conf/exabgp.conf"
	check engine ping check_icmp_dual -H 192.0.2.2 -H 2001:db8:12::2
	check engine www check_http_dual --url http://www.example.net/ --resolve 192.0.2.2
	check engine secure check_http_dual --url https://www.example.net/ --resolve 192.0.2.2 --verify none
	check node1 clients check_tcp_established --listening --backlog-warning 80 --by family
	check engine routes check_route 10.2.0.0/24
	check engine watchdog vigil-watchdog --exe "$(command -v snmpd)"
	check engine wrapped vigil-dampen --dampen=off -- "$plugins/check_tcp_established"
}

api() { box engine python3 "$PWD/tests/tools/prometheus_api.py" "$@"; }

@test "the rules are valid, and behave as their tests say" {
	run promtool check rules $rules
	echo "$output"
	[ "$status" -eq 0 ]
	run promtool test rules contrib/prometheus/routevigil.test.yml
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "every alert has a test" {
	alerts=$(sed -n 's/.*- alert: //p' $rules | sort)
	[ "$(wc -l <<<"$alerts")" -ge 15 ]
	diff <(echo "$alerts") <(grep -B1 'exp_alerts:' contrib/prometheus/routevigil.test.yml |
	    sed -n 's/.*alertname: //p' | sort -u)
}

@test "rules and dashboard name only metrics that a program exports" {
	known=$(for program in "${BIN:-build/release}"/check_* "${BIN:-build/release}"/vigil-*; do
		"$program" --describe=json
	done | grep -oE '"openmetrics_(family|parts)":"[a-z_0-9]+"|"kind":"[a-z]+"' |
	    sed -E 's/.*:"(.*)"/\1/' | awk '/^(gauge|counter|info)$/ { kind = $0; next }
		{ print $0 (kind == "counter" ? "_total" : kind == "info" ? "_info" : "") }')
	own=$(printf 'routevigil_%s\n' state raw_state child_state duration_seconds build_info)
	node=$(printf 'node_textfile_%s\n' mtime_seconds scrape_error)
	for file in $rules $dashboard; do
		named=$(python3 tests/tools/prometheus_api.py names "$file")
		[ "$(wc -l <<<"$named")" -gt 10 ]
		more=$(comm -23 <(echo "$named") <(sort -u <<<"$known"$'\n'"$own"$'\n'"$node"))
		echo "$file: $more"
		[ -z "$more" ]
	done
}

# What Grafana makes of a file that breaks these is not said, but seen: panels on
# top of each other, panels of the wrong source, a dashboard that is not found again.
@test "the dashboard is one that can be imported" {
	python3 - $dashboard <<-'END'
		import json, sys
		board = json.load(open(sys.argv[1]))
		panels = [inner for panel in board["panels"] for inner in [panel, *panel.get("panels", [])]]
		assert board["id"] is None and board["uid"] and board["schemaVersion"] >= 36
		assert len({panel["id"] for panel in panels}) == len(panels) > 20
		names = [variable["name"] for variable in board["templating"]["list"]]
		assert names[0] == "datasource" and board["templating"]["list"][0]["query"] == "prometheus"
		for panel in panels:
		    place = panel["gridPos"]
		    assert place["x"] + place["w"] <= 24, panel["title"]
		    if panel["type"] != "row":
		        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
		        assert all(target["expr"] for target in panel["targets"]), panel["title"]
		        assert panel["type"] in {needed["id"] for needed in board["__requires"]}, panel["title"]
		    for other in panels[panels.index(panel) + 1:]:
		        there = other["gridPos"]
		        assert (there["x"] >= place["x"] + place["w"] or place["x"] >= there["x"] + there["w"] or
		                there["y"] >= place["y"] + place["h"] or place["y"] >= there["y"] + there["h"]), \
		            (panel["title"], other["title"])
	END
}

@test "live: node_exporter reads the files of all checks" {
	sed 's/for: .*/for: 1s/' $rules >"$BOXES/engine/etc/prometheus/routevigil.rules.yml"
	cat >"$BOXES/engine/etc/prometheus/prometheus.yml" <<-END
		global: {scrape_interval: 1s, evaluation_interval: 1s}
		rule_files: [routevigil.rules.yml]
		scrape_configs:
		  - job_name: node
		    static_configs: [{targets: ['127.0.0.1:9100']}]
	END
	check_all
	[ "$(find "$BOXES/engine/lib/routevigil/textfile" -name '*.prom' | wc -l)" = 10 ]
	box_daemon engine "$BOXES/engine/node.log" prometheus-node-exporter \
	    --web.listen-address=127.0.0.1:9100 --collector.disable-defaults --collector.textfile \
	    --collector.textfile.directory=/var/lib/routevigil/textfile
	box_daemon engine "$BOXES/engine/prometheus.log" prometheus --web.listen-address=127.0.0.1:9090 \
	    --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/var/lib/prometheus
	until_true 180 has_series 10 routevigil_state || {
		cat "$BOXES/engine/node.log"
		api query routevigil_state
		false
	}
	has_series 1 'node_textfile_scrape_error == 0'
	has_series 10 'node_textfile_mtime_seconds{file=~".*/routevigil/textfile/.*"}'
}

has_series() { [ "$(api query "$2" 2>/dev/null | wc -l)" -eq "$1" ]; }

@test "live: every query of the dashboard has an answer" {
	check_all # rates need two looks
	until_true 90 api dashboard "$PWD/$dashboard" >/dev/null || {
		api dashboard "$PWD/$dashboard"
		false
	}
}

fires() { api firing | grep -q "^$1 .*$2"; }
quiet() { ! api firing | grep -q "^$1 .*$2"; }

@test "live: a session falls, the alert fires, and ends" {
	quiet BgpSessionDown 192.0.2.2
	"$lab" event bird-disable frr4
	check_again_until fires BgpSessionDown '"peer": "192.0.2.2"'
	check_again_until fires RoutevigilCritical '"service_name": "edge1"'
	quiet BgpSessionDown 198.51.100.2
	quiet RoutevigilStale .
	"$lab" event bird-enable frr4
	check_again_until quiet BgpSessionDown 192.0.2.2
}

# What the timer does each minute.
check_again_until() {
	local end=$((SECONDS + 180))

	until check engine edge1 check_bgp_session -H 192.0.2.1 --peer 192.0.2.2 \
	    --peer 198.51.100.2 --per-peer && "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.5
	done
}

@test "live: a file that nobody writes is told" {
	touch -d '20 minutes ago' "$BOXES/engine/lib/routevigil/textfile/ping.prom"
	until_true 90 fires RoutevigilStale 'ping.prom'
}
