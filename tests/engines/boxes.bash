# SPDX-License-Identifier: ISC
#
# Boxes: machines for engines, made of the lab's namespaces.  Sourced by the tests.
#
# A box is a mount namespace in the network of one of the lab's nodes.  Its /etc,
# /run, /var/lib, /var/log and /var/cache are copies that the test may change, and
# its plugin directory holds the programs under test: an engine runs there from the
# very files and places that its package has, and nothing outside is touched.
#
# shellcheck shell=bash

lab=$BATS_TEST_DIRNAME/../lab/lab
plugins=/usr/lib/nagios/plugins

# boxes_start: the lab, and a directory $BOXES that every user may enter.  False
# where there can be none; LAB is empty then, and the tests skip themselves.
boxes_start() {
	local status=0

	LAB=$("$lab" start) || status=$?
	export LAB BOXES
	[ "$status" != 77 ] || return 1
	BOXES=$(mktemp -d "${TMPDIR:-/tmp}/routevigil-boxes.XXXXXX")
	chmod 755 "$BOXES"
	: >"$BOXES/pids"
	"$lab" wait
}

# Whoever wrote its number into $BOXES/pids was started by us.
boxes_stop() {
	local pid

	[ -n "${LAB:-}" ] || return 0
	tac "$BOXES/pids" | while read -r pid; do
		kill "$pid" 2>/dev/null || :
	done
	until_true 10 boxes_ended || tac "$BOXES/pids" | xargs -r kill -KILL 2>/dev/null || :
	"$lab" stop
	rm -rf "$BOXES"
}

boxes_ended() {
	local pid

	while read -r pid; do
		! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status" || return 1
	done <"$BOXES/pids"
}

# until_true SECONDS COMMAND...
until_true() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# box_make NAME NODE: a machine in the network of NODE.  Own state directories
# exist below $BOXES/NAME; `box` runs what is to run in it.
box_make() {
	local dir=$BOXES/$1 program

	mkdir -p "$dir"/{run,lib/routevigil,log,cache,plugins}
	cp -a /etc "$dir/etc"
	cp -a $plugins/. "$dir/plugins" 2>/dev/null || :
	for program in "${BIN:-build/release}"/check_* "${BIN:-build/release}"/vigil-*; do
		rm -f "$dir/plugins/${program##*/}"
		install -m 755 "$program" "$dir/plugins"
	done
	mkdir -p "$dir/etc/routevigil"
	chown nagios: "$dir/lib/routevigil"
	# shellcheck disable=SC2016 # the inner shell expands it
	"$lab" ns "$2" unshare --mount --propagation private sh -c '
		for pair in etc:/etc run:/run lib:/var/lib log:/var/log cache:/var/cache \
		    "plugins:'$plugins'"; do
			mount --bind "$1/${pair%%:*}" "${pair#*:}" || exit 1
		done
		# As any Debian with systemd 254 and most others have it.
		echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range
		echo $$ >"$1/pid"
		exec sleep infinity' sh "$dir" >"$dir/box.log" 2>&1 3>&- 4>&- &
	until_true 90 test -s "$dir/pid"
	cat "$dir/pid" >>"$BOXES/pids"
}

# box NAME COMMAND...: in its mounts and network.
box() {
	local pid

	pid=$(cat "$BOXES/$1/pid")
	shift
	nsenter --target "$pid" --mount --net -- "$@"
}

# box_daemon NAME LOG COMMAND...: in the background; its number joins the others,
# and is $box_pid.
box_daemon() {
	local pid log=$2

	pid=$(cat "$BOXES/$1/pid")
	shift 2
	nsenter --target "$pid" --mount --net -- "$@" >"$log" 2>&1 </dev/null 3>&- 4>&- &
	box_pid=$!
	echo $box_pid >>"$BOXES/pids"
}

# box_secret NAME FILE TEXT: a file that the engine alone may read.
box_secret() {
	(umask 077 && printf '%s\n' "$3" >"$BOXES/$1/etc/routevigil/$2")
	chown -R nagios: "$BOXES/$1/etc/routevigil"
}

# What the checks find at the nodes: a page under the name of the service, the
# sockets of the daemons at their usual places, and NRPE.
box_node() { # NAME NODE ADDRESS ENGINE
	box_make "$1" "$2"
	mkdir "$BOXES/$1/page"
	echo 'served by '"$1" >"$BOXES/$1/page/index.html"
	box_daemon "$1" "$BOXES/$1/http.log" python3 -m http.server \
	    --directory "$BOXES/$1/page" --bind "$3" 80
	cp contrib/nrpe/routevigil.cfg "$BOXES/$1/etc/nagios/nrpe.d/"
	sed -i "s|/etc/exabgp/exabgp.conf|$LAB/conf/exabgp.conf|" \
	    "$BOXES/$1/etc/nagios/nrpe.d/routevigil.cfg"
	sed -i "s/^allowed_hosts=.*/&,$4/" "$BOXES/$1/etc/nagios/nrpe.cfg"
	mkdir -p "$BOXES/$1/run/"{nagios,bird,exabgp}
	chown nagios: "$BOXES/$1/run/nagios"
	box "$1" mount --bind "$LAB/bird" /run/bird
	box "$1" mount --bind "$LAB/exa/run" /run/exabgp
}

box_nrpe() { # NAME: may be started again after box_nrpe_stop
	box_daemon "$1" "$BOXES/$1/nrpe.log" nrpe -c /etc/nagios/nrpe.cfg -f
	echo "$box_pid" >"$BOXES/$1/nrpe.pid"
}

# The monitoring user asks the daemons as their groups may.
lab_admits_nagios() {
	chgrp nagios "$LAB/bird/bird.ctl" "$LAB"/exa/run/exabgp.*
	chmod g+rw "$LAB/bird/bird.ctl" "$LAB"/exa/run/exabgp.*
}

# In the lab one session of ExaBGP is held down by a prefix limit.
lab_mends_exabgp() {
	vtysh --vty_socket "$LAB/frr" -c 'configure terminal' -c 'router bgp 65001' \
	    -c 'address-family ipv6 unicast' -c 'no neighbor 2001:db8:13::2 maximum-prefix' \
	    -c end -c 'clear bgp 2001:db8:13::2'
}
