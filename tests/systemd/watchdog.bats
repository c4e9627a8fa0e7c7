#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# vigil-watchdog as it is installed, under a systemd that is process 1, with
# ExaBGP as Debian packages it as the service.

machine=$BATS_TEST_DIRNAME/machine

setup_file() {
	why=$("$machine" check) || skip "$why"
	[ -x /usr/sbin/exabgp ] || skip "no exabgp"
	[ -e /lib/systemd/system/polkit.service ] || skip "no polkitd"
	M=$BATS_FILE_TMPDIR/machine
	export M
	make -s O="${BIN:-build/release}" install PREFIX=/usr DESTDIR="$M/layer" >/dev/null
	local etc=$M/layer/etc
	install -D -m 644 "$BATS_TEST_DIRNAME/exabgp.conf" "$etc/exabgp/exabgp.conf"
	# as contrib/systemd and contrib/polkit say
	install -D -m 644 contrib/systemd/exabgp-restart.conf \
	    "$etc/systemd/system/exabgp.service.d/restart.conf"
	install -D -m 644 contrib/polkit/50-vigil-watchdog.rules \
	    "$etc/polkit-1/rules.d/50-vigil-watchdog.rules"
	# nobody waits ten minutes
	cat >"$etc/systemd/system/exabgp.service.d/test.conf" <<-'EOT'
	[Unit]
	StartLimitIntervalSec=12
	[Service]
	RestartSec=100ms
	ExecStartPre=+/bin/sh -c 'echo start >>/var/tmp/starts'
	EOT
	mkdir -p "$etc/systemd/system/vigil-watchdog@exabgp.service.d"
	cat >"$etc/systemd/system/vigil-watchdog@exabgp.service.d/test.conf" <<-'EOT'
	[Service]
	Environment="WATCHDOG_OPTIONS=--boot-grace 0 --proof 1s"
	EOT
	"$machine" start "$M"
	guest systemd-sysusers
	guest id -u routevigil >/dev/null 2>&1 || guest useradd --system routevigil
}

teardown_file() {
	if [ -e "${M-}/supervisor" ]; then "$machine" stop "$M"; fi
}

# Each test begins with a service that runs, and with a whole budget.
setup() {
	quick=(--state-dir /var/lib/private-watchdog --boot-grace 0 --proof 1s)
	guest systemctl unmask -q exabgp.service
	guest systemctl reset-failed
	guest systemctl stop exabgp.service
	guest cp /etc/exabgp/exabgp.conf.good /etc/exabgp/exabgp.conf 2>/dev/null ||
	    guest cp /etc/exabgp/exabgp.conf /etc/exabgp/exabgp.conf.good
	guest systemctl reset-failed
	guest systemctl start exabgp.service
	guest rm -rf /var/lib/routevigil /var/lib/private-watchdog /var/tmp/starts
	guest mkdir -m 700 /var/lib/private-watchdog
}

guest() { "$machine" run "$M" "$@"; }
none() { if "$@"; then return 1; fi; }

property() { guest systemctl show exabgp.service -P "$1"; }
await() { # PROPERTY VALUE
	for _ in {1..900}; do
		[ "$(property "$1")" != "$2" ] || return 0
		sleep 0.1
	done
	guest systemctl status exabgp.service --no-pager
	return 1
}

# await_start OLD: another start than that one, and it runs.
await_start() {
	for _ in {1..900}; do
		[ "$(property InvocationID)" = "$1" ] || break
		sleep 0.1
	done
	await ActiveState active
}

watchdog() { # [OPTION]...: by hand, as root
	run guest vigil-watchdog --unit exabgp.service --act "${quick[@]}" "$@"
	echo "$status: $output"
}
# The unit as it is shipped: another user, no privileges, a rule of polkit.  The
# journal may lag behind, and then not know of which unit a line was.
service() { # [UNIT]
	local since
	since=$(guest date +%s.%N)
	guest systemctl start "vigil-watchdog@${1:-exabgp}.service"
	for _ in {1..600}; do
		output=$(guest journalctl -o cat -t vigil-watchdog --since "@$since")
		[[ $output != *'"decision":'*'WATCHDOG '* && $output != *'WATCHDOG '*'"decision":'* ]] || break
		sleep 0.1
	done
	echo "$output"
}
starts() { guest sh -c 'cat /var/tmp/starts 2>/dev/null | wc -l'; }
attempts() {
	guest sh -c 'cat /var/lib/private-watchdog/vigil-watchdog-*[0-9a-f] 2>/dev/null' |
	    sed -n 's/^attempts//p' | wc -w
}
break_exabgp() { guest sh -c 'echo nonsense >/etc/exabgp/exabgp.conf'; }
mend_exabgp() { guest cp /etc/exabgp/exabgp.conf.good /etc/exabgp/exabgp.conf; }

fall_behind_the_start_limit() {
	break_exabgp
	guest systemctl kill -s KILL --kill-who=main exabgp.service
	await ActiveState failed
	[ "$(property NRestarts)" -ge 5 ]
	guest rm -f /var/tmp/starts
}

@test "the systemd of these tests is process 1, and has what is needed" {
	[ "$(guest cat /proc/1/comm)" = systemd ]
	[ "$(guest systemctl is-system-running)" = running ]
	[ "$(guest cat /proc/sys/kernel/random/boot_id)" != "$(cat /proc/sys/kernel/random/boot_id)" ]
	guest id routevigil
	guest systemctl cat exabgp.service | grep -q StartLimitBurst=5
}

@test "the shipped unit: a service that is well" {
	service
	[[ $output == *'WATCHDOG OK - exabgp.service: unit is active (running)'* ]]
	[[ $output == *'"decision":"fine"'* ]]
	[ "$(guest stat -c %U /var/lib/routevigil)" = routevigil ]
	[ "$(starts)" = 0 ]
}

@test "the shipped unit: a plugin as the test reaches the service over the network" {
	[ -e /lib/systemd/system/nginx.service ] || skip "no nginx"
	guest mkdir -p /run/systemd/system/vigil-watchdog@nginx.service.d
	guest sh -c 'printf "[Service]\nEnvironment=\"WATCHDOG_OPTIONS=-- %s\"\n" \
	    "/usr/lib/nagios/plugins/check_http_dual -4 -u http://127.0.0.1/" \
	    >/run/systemd/system/vigil-watchdog@nginx.service.d/plugin.conf'
	guest systemctl daemon-reload
	guest systemctl start nginx.service
	service nginx
	guest systemctl stop nginx.service
	guest rm -r /run/systemd/system/vigil-watchdog@nginx.service.d
	guest systemctl daemon-reload
	[[ $output == *'WATCHDOG OK - nginx.service: HTTP OK'* ]]
}

@test "the shipped timer runs it, again and again" {
	guest mkdir -p /run/systemd/system/vigil-watchdog@exabgp.timer.d
	guest sh -c 'printf "[Timer]\nOnBootSec=\nOnBootSec=1s\nOnUnitInactiveSec=1s\nRandomizedDelaySec=0\n" \
	    >/run/systemd/system/vigil-watchdog@exabgp.timer.d/quick.conf'
	guest systemctl daemon-reload
	since=$(guest date +%s.%N)
	guest systemctl start vigil-watchdog@exabgp.timer
	for _ in {1..600}; do
		runs=$(guest journalctl -o cat -u vigil-watchdog@exabgp.service --since "@$since" |
		    grep -c 'WATCHDOG OK' || true)
		[ "$runs" -lt 2 ] || break
		sleep 0.2
	done
	guest systemctl stop vigil-watchdog@exabgp.timer
	guest rm -r /run/systemd/system/vigil-watchdog@exabgp.timer.d
	guest systemctl daemon-reload
	[ "$runs" -ge 2 ]
}

@test "a process that dies is restarted by systemd, and not by the watchdog" {
	guest mkdir -p /run/systemd/system/exabgp.service.d
	guest sh -c 'printf "[Service]\nRestartSec=4\n" >/run/systemd/system/exabgp.service.d/z.conf'
	guest systemctl daemon-reload
	guest systemctl kill -s KILL --kill-who=main exabgp.service
	await SubState auto-restart
	service
	guest rm /run/systemd/system/exabgp.service.d/z.conf
	guest systemctl daemon-reload
	[[ $output == *'WATCHDOG WARNING'*'unit is activating (auto-restart)'*'restarts=0;'* ]]
	await ActiveState active
	[ "$(property NRestarts)" -eq 1 ]
	service
	[[ $output == *'WATCHDOG OK'*'1 restart by systemd'* ]]
	[ "$(starts)" = 1 ]
}

@test "behind the start limit: waits for it, then restarts through D-Bus as an ordinary user" {
	fall_behind_the_start_limit
	# An attempt now would be refused: by systemd itself ...
	none guest systemctl start exabgp.service
	[ "$(starts)" = 0 ]
	# ... and costs no budget.
	service
	[[ $output == *'systemd refuses to start it, by its start limit, next restart in '* ]]
	[[ $output == *'budget_left=3'* ]]
	mend_exabgp
	for _ in {1..120}; do
		service
		[[ $output == *'refuses to start it'* ]] || break
		sleep 0.5
	done
	[[ $output == *'WATCHDOG WARNING - restarted, not settled yet'*'done: RestartUnit exabgp.service'* ]]
	[[ $output == *'"decision":"restart"'* ]]
	[ "$(property ActiveState)" = active ]
	[ "$(starts)" = 1 ]
}

@test "a start limit that was reached by hand costs no budget either" {
	guest systemctl restart exabgp.service
	guest systemctl restart exabgp.service
	break_exabgp
	guest systemctl kill -s KILL --kill-who=main exabgp.service
	await ActiveState failed
	# the starts by hand are not in it, and Result says how the last one died
	[ "$(property NRestarts)" -lt 5 ]
	[ "$(property Result)" = exit-code ]
	none guest systemctl start exabgp.service
	guest rm -f /var/tmp/starts
	watchdog
	[[ $output == *'systemd refuses to start it, by its start limit, next restart in '* ]]
	[[ $output == *'budget_left=3'* ]]
	[ "$(starts)" = 0 ]
}

@test "an attempt after which nothing was started is not made again before the limit is over" {
	guest sh -c 'printf "[Unit]\nStartLimitIntervalSec=36000\nStartLimitBurst=3\n[Service]\nRestart=no\n" \
	    >/etc/systemd/system/exabgp.service.d/z.conf'
	guest systemctl daemon-reload
	guest systemctl reset-failed
	break_exabgp
	for _ in 1 2 3; do
		guest systemctl restart exabgp.service || true
		await ActiveState failed
	done
	guest rm -f /var/tmp/starts
	# nothing tells it before, and after it the unit has not begun
	watchdog -t 5s
	[[ $output == *'restart failed: RestartUnit exabgp.service'* ]]
	[ "$(starts)" = 0 ]
	guest sleep 3
	watchdog -t 5s
	guest rm /etc/systemd/system/exabgp.service.d/z.conf
	guest systemctl daemon-reload
	[[ $output == *'systemd refuses to start it, by its start limit, next restart in 9h '* ]]
	[[ $output == *'budget_left=2'* ]]
	[ "$(starts)" = 0 ]
}

@test "two names of one unit have one budget" {
	guest ln -s /lib/systemd/system/exabgp.service /etc/systemd/system/speaker.service
	guest sh -c 'printf "[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestart=no\n" \
	    >/etc/systemd/system/exabgp.service.d/z.conf'
	guest systemctl daemon-reload
	[ "$(guest systemctl show speaker.service -P Id)" = exabgp.service ]
	guest systemctl kill -s KILL exabgp.service
	await ActiveState failed
	guest rm -f /var/tmp/starts
	run guest vigil-watchdog --unit speaker.service --act "${quick[@]}" --per-hour 1
	echo "$output"
	[[ $output == *'done: RestartUnit speaker.service'* ]]
	await ActiveState active
	guest systemctl kill -s KILL exabgp.service
	await ActiveState failed
	watchdog --per-hour 1
	guest rm /etc/systemd/system/exabgp.service.d/z.conf /etc/systemd/system/speaker.service
	guest systemctl daemon-reload
	[[ $output == *'gave up after 1 restart'* ]]
	[ "$(guest sh -c 'ls /var/lib/private-watchdog | grep -c "[0-9a-f]$"')" = 1 ]
	[ "$(starts)" = 1 ]
}

@test "a restart that does not help is told, and the next one waits" {
	guest sh -c 'printf "[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestart=no\n" \
	    >/etc/systemd/system/exabgp.service.d/z.conf'
	guest systemctl daemon-reload
	break_exabgp
	guest systemctl kill -s KILL --kill-who=main exabgp.service
	await ActiveState failed
	guest rm -f /var/tmp/starts
	watchdog
	guest rm /etc/systemd/system/exabgp.service.d/z.conf
	[ "$status" -eq 2 ]
	[[ $output == *'restart failed: RestartUnit exabgp.service'* ]]
	watchdog
	guest systemctl daemon-reload
	[[ $output == *'may still be under way'* || $output == *'too early for the next restart'* ]]
	[ "$(starts)" = 1 ]
}

@test "W4: what an operator has stopped, or masked, stays stopped" {
	guest systemctl stop exabgp.service
	guest rm -f /var/tmp/starts
	for _ in 1 2 3; do service; done
	[[ $output == *'WATCHDOG WARNING - left alone'*'unit is inactive (dead), result success'* ]]
	guest systemctl mask -q --runtime exabgp.service
	service
	guest systemctl unmask -q --runtime exabgp.service
	[[ $output == *'left alone'*'unit is masked'* ]]
	[ "$(property ActiveState)" = inactive ]
	[ "$(starts)" = 0 ]
}

# traps UNIT: its main process has set a trap for SIGTERM, which is bit 14.
traps() {
	local caught
	for _ in {1..600}; do
		# shellcheck disable=SC2016 # of the inner shell
		caught=$(guest sh -c 'sed -n "s/^SigCgt:[[:space:]]*//p" "/proc/$1/status"' - \
		    "$(guest systemctl show "$1" -P MainPID)") || caught=0
		(((0x$caught & 0x4000) == 0)) || return 0
		sleep 0.1
	done
	return 1
}

@test "W4: a service that answers a stop with a code of its own is stopped, too" {
	guest sh -c 'cat >/etc/systemd/system/own-code.service' <<-'EOT'
	[Service]
	ExecStart=/bin/bash -c 'trap "exit 143" TERM; while :; do sleep 0.1; done'
	EOT
	guest systemctl daemon-reload
	local own=(guest vigil-watchdog --unit own-code.service --act "${quick[@]}")
	guest systemctl start own-code.service
	traps own-code.service
	guest systemctl stop own-code.service
	[ "$(guest systemctl show own-code.service -P ActiveState)" = failed ]
	run "${own[@]}"
	[[ $output == *'left alone'*'unit is failed (failed), result exit-code'* ]]
	[ "$(guest systemctl show own-code.service -P ActiveState)" = failed ]
	# The same code without a stop is a death.
	guest systemctl start own-code.service
	traps own-code.service
	guest systemctl kill -s TERM own-code.service
	for _ in {1..600}; do
		[ "$(guest systemctl show own-code.service -P ActiveState)" != failed ] || break
		sleep 0.1
	done
	run "${own[@]}"
	[[ $output == *'done: RestartUnit own-code.service'* ]]
	guest systemctl stop own-code.service
	guest rm /etc/systemd/system/own-code.service
	guest systemctl daemon-reload
}

@test "W4: while the system goes down, nothing is started; the budget survives a reboot" {
	guest sh -c 'cat >/etc/systemd/system/late.service' <<-'EOT'
	[Service]
	Type=oneshot
	RemainAfterExit=yes
	ExecStart=/bin/true
	ExecStop=/bin/sh -c 'systemctl kill -s KILL exabgp.service; sleep 1; vigil-watchdog --unit exabgp.service --act --boot-grace 0 --state-dir /var/lib/private-watchdog >/var/tmp/late 2>&1 || :'
	[Unit]
	After=exabgp.service dbus.socket dbus.service
	EOT
	guest systemctl daemon-reload
	guest systemctl start late.service
	# a budget that is spent
	old=$(property InvocationID)
	guest systemctl kill -s STOP exabgp.service
	watchdog --per-hour 1 --failures 1 --failing 0 --process-grace 0 -- \
	    /usr/lib/nagios/plugins/vigil-dampen --bogus
	[ "$status" -eq 3 ] # doubt
	guest sh -c 'printf "#!/bin/sh\necho hangs\nexit 2\n" >/usr/local/bin/says-critical; chmod 755 /usr/local/bin/says-critical'
	watchdog --per-hour 1 --failures 1 --failing 0 --process-grace 0 --proof 30s -- /usr/local/bin/says-critical
	[[ $output == *'done: RestartUnit'* ]]
	[ "$(attempts)" = 1 ]
	await_start "$old"
	guest cat /proc/sys/kernel/random/boot_id >"$M/before"
	guest rm -f /var/tmp/starts
	guest systemctl reboot
	for _ in {1..900}; do
		[ "$(cat "$M/boot_id")" = "$(cat "$M/before")" ] || break
		sleep 0.1
	done
	"$machine" up "$M"
	[ "$(guest cat /proc/sys/kernel/random/boot_id)" != "$(cat "$M/before")" ]
	guest cat /var/tmp/late
	guest grep -q 'left alone.*the system is going down' /var/tmp/late
	[ "$(starts)" = 0 ]
	# stopped: nobody has enabled it
	watchdog --per-hour 1
	[[ $output == *'left alone'* ]]
	# dead: in the grace of the boot, and then without budget
	guest systemctl start exabgp.service
	guest sh -c 'printf "[Service]\nRestart=no\n" >/run/systemd/system/exabgp.service.d/z.conf' 2>/dev/null ||
	    guest sh -c 'mkdir -p /run/systemd/system/exabgp.service.d; printf "[Service]\nRestart=no\n" >/run/systemd/system/exabgp.service.d/z.conf'
	guest systemctl daemon-reload
	guest systemctl kill -s KILL exabgp.service
	await ActiveState failed
	guest rm -f /var/tmp/starts
	watchdog --per-hour 1 --boot-grace 2m
	[[ $output == *'too early to judge'* ]]
	watchdog --per-hour 1
	guest rm /run/systemd/system/exabgp.service.d/z.conf /etc/systemd/system/late.service
	guest systemctl daemon-reload
	[ "$status" -eq 2 ]
	[[ $output == *'gave up after 1 restart, needs a human'* ]]
	[ "$(starts)" = 0 ]
}

@test "a service that hangs is restarted, and holds nothing of the watchdog" {
	old=$(property InvocationID)
	guest sh -c 'printf "[Service]\nTimeoutStopSec=1\n" >/etc/systemd/system/exabgp.service.d/z.conf'
	guest systemctl daemon-reload
	guest systemctl kill -s STOP exabgp.service
	# a plugin runs without privileges, so not at the pipes of another user
	plugin=(/usr/lib/nagios/plugins/check_exabgp --skip 'answers,sessions,routes' -t 2s)
	options=(--failing 0 --process-grace 0 -t 30s)
	watchdog "${options[@]}" -- "${plugin[@]}"
	[[ $output == *'fails, not long enough yet (1 failed test)'*'stopped by a signal'* ]]
	watchdog "${options[@]}" -- "${plugin[@]}"
	[ "$(property InvocationID)" = "$old" ]
	watchdog "${options[@]}" --proof 3s -- "${plugin[@]}"
	guest rm /etc/systemd/system/exabgp.service.d/z.conf
	guest systemctl daemon-reload
	[ "$status" -eq 1 ]
	[[ $output == *'restarted, not settled yet'*'done: RestartUnit exabgp.service'* ]]
	[ "$(property InvocationID)" != "$old" ]
	[ "$(starts)" = 1 ]
	pid=$(property MainPID)
	none guest sh -c "readlink /proc/$pid/fd/* | grep -E 'watchdog|routevigil'"
	guest grep -q 'exabgp.service$' "/proc/$pid/cgroup"
}

# examples: the commands of the manual that change something, one a line.
examples() {
	awk '/^\.\\" example: none/ { wanted = 1 }
		wanted && /^[#$] / { command = substr($0, 3); getting = 1 }
		getting && !/^[#$] / && !/^\./ { command = command " " $0 }
		getting && /^\.Ed/ { gsub(/\\e/, "", command); print command; wanted = getting = 0; command = "" }' \
	    man/vigil-watchdog.8.in
}

# dies UNIT: and systemd leaves it at that.
dies() {
	guest mkdir -p "/run/systemd/system/$1.d"
	guest sh -c "printf '[Service]\nRestart=no\n' >/run/systemd/system/$1.d/no.conf"
	guest systemctl daemon-reload
	guest systemctl start "$1"
	guest systemctl kill -s KILL "$1"
	for _ in {1..600}; do
		[ "$(guest systemctl show "$1" -P ActiveState)" != failed ] || break
		sleep 0.1
	done
	[ "$(guest systemctl show "$1" -P Result)" = signal ]
}

@test "the examples of the manual that restart what is dead" {
	local name command said=
	service # so that the directory of the timer's user is there
	guest sh -c 'echo "::1 localhost" >>/etc/hosts' # as Debian's installer writes it
	guest sh -c 'echo "router id 192.0.2.1;" >>/etc/bird/bird.conf' # there is no address
	for name in nginx bird; do
		[ -e "/lib/systemd/system/$name.service" ] || skip "no $name"
		dies "$name.service"
	done
	while read -r command; do
		# not in two minutes, and proven in one second
		# shellcheck disable=SC2086 # words
		run guest env HOME=/root ${command/vigil-watchdog --/vigil-watchdog --boot-grace 0 --proof 1s --} </dev/null
		echo "$command: $status: $output"
		said+=$output$'\n'
	done < <(examples)
	[[ $said == *"WATCHDOG OK - exabgp.service: unit is active (running)"* ]]
	[[ $said == *"WATCHDOG WARNING - restarted, not settled yet"*"done: RestartUnit nginx.service; nginx.service: HTTP OK"* ]]
	[[ $said == *"done: restart by /usr/sbin/service; /usr/sbin/bird: process "*" of user "*" runs"* ]]
	[[ $said == *"exabgp.service: the budget is whole again"* ]]
	# what root has is root's
	[ "$(guest sh -c 'ls /var/lib/routevigil/vigil-watchdog-*[0-9a-f] | wc -l')" = 1 ]
	guest systemctl stop nginx.service bird.service
	guest sh -c 'rm -rf ~root/.local/state/routevigil'
}

@test "polkit: this verb for this unit, and nothing else" {
	as=(setpriv --reuid=routevigil --regid=routevigil --clear-groups)
	call=(busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1
	    org.freedesktop.systemd1.Manager)
	guest "${as[@]}" "${call[@]}" RestartUnit ss exabgp.service replace
	for other in 'RestartUnit ss dbus.service replace' 'StopUnit ss exabgp.service replace' \
	    'StartUnit ss exabgp.service replace' 'ResetFailedUnit s exabgp.service' Reload Reboot; do
		# shellcheck disable=SC2086 # words
		run guest "${as[@]}" "${call[@]}" $other
		echo "$other: $output"
		[ "$status" -ne 0 ]
		[[ $output == *[Aa]uthenti* || $output == *denied* ]]
	done
}

@test "without the rule of polkit: CRITICAL, and what is missing" {
	guest sh -c 'printf "[Service]\nRestart=no\n" >/etc/systemd/system/exabgp.service.d/z.conf'
	guest systemctl daemon-reload
	guest systemctl kill -s KILL exabgp.service
	await ActiveState failed
	guest rm -f /var/tmp/starts
	guest mv /etc/polkit-1/rules.d/50-vigil-watchdog.rules /var/tmp/
	guest systemctl restart polkit.service
	service
	guest mv /var/tmp/50-vigil-watchdog.rules /etc/polkit-1/rules.d/
	guest systemctl restart polkit.service
	guest rm /etc/systemd/system/exabgp.service.d/z.conf
	guest systemctl daemon-reload
	[[ $output == *'WATCHDOG CRITICAL - dead; restart failed: exabgp.service: RestartUnit: '* ]]
	[[ $output == *[Aa]uthenti* ]]
	[ "$(starts)" = 0 ]
}

# The acting process: it waits a second between two looks, time to attach.
acting() { # [INJECTION]...; its trace is in /var/tmp/trace
	guest rm -rf /var/lib/private-watchdog /var/tmp/starts
	guest mkdir -m 700 /var/lib/private-watchdog
	guest systemctl kill -s KILL exabgp.service 2>/dev/null || true
	await ActiveState failed
	# shellcheck disable=SC2016 # of the inner shell
	guest sh -c '
		vigil-watchdog --unit exabgp.service --act --state-dir /var/lib/private-watchdog \
		    --boot-grace 0 --proof 100ms -t 8s >/var/tmp/said 2>&1 &
		until grep -q nanosleep "/proc/${aide:-self}/wchan"; do
			kill -0 $! || break
			aide=$(ps -o pid=,sid= --ppid $! | awk "\$1 == \$2 { print \$1 }")
		done
		strace -qq -o /var/tmp/trace "$@" -p "$aide"
		wait' - "$@" || true
	[ "$(property ActiveState)" != activating ] || await ActiveState active
}

@test "W2: killed at any step of a RestartUnit, no restart is without an attempt on disk" {
	command -v strace >/dev/null || skip "no strace"
	guest sh -c 'printf "[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestart=no\n" \
	    >/etc/systemd/system/exabgp.service.d/z.conf'
	guest systemctl daemon-reload
	acting
	[ "$(starts)" = 1 ]
	# call and how often before: a step.  What reads is no step.
	mapfile -t steps < <(guest sed -nE 's/^([a-z0-9_]+)\(.*/\1/p' /var/tmp/trace |
	    awk '$1 !~ /^(read|poll|ppoll|getpid|lseek|fstat|newfstatat|mmap|munmap|brk|fcntl)$/ {
	        print $1, ++seen[$1] }')
	echo "${#steps[@]} steps"
	[ "${#steps[@]}" -ge 30 ]
	total=0 before=0
	for ((i = 0; i < ${#steps[@]}; i += ${TORTURE:+-4}+5)); do
		read -r call when <<<"${steps[i]}"
		acting -e "inject=$call:signal=KILL:when=$when"
		echo "killed at $call, time $when: $(starts) starts, $(attempts) attempts"
		[ "$(starts)" -le "$(attempts)" ]
		[ "$(starts)" -le 1 ]
		if [ "$(starts)" = 1 ]; then total=$((total + 1)); else before=$((before + 1)); fi
		# what follows does not make it up
		watchdog --proof 100ms -t 3s
		[ "$(starts)" -le "$(attempts)" ]
	done
	guest rm /etc/systemd/system/exabgp.service.d/z.conf
	guest systemctl daemon-reload
	echo "$total killed after a restart, $before before"
	[ "$total" -ge 2 ] # or it proves nothing
	[ "$before" -ge 2 ]
}
