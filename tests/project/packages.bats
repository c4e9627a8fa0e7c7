#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# From the archive of a release to Debian packages in use: built without a
# network, looked at by lintian, installed in a clean system of their own.
# What is released is what is here, committed or not.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/routevigil-packages.XXXXXX")
	export WORK CHROOT=$WORK/chroot
	unset MAKEFLAGS MAKELEVEL MFLAGS VARIANT CI WERROR
	VERSION=$(make -s version)
	export VERSION TREE=$WORK/build/routevigil-$VERSION
	mkdir "$WORK/build"
	[ -e .git ] || return 0
	snapshot >"$WORK/commit"
	make -s dist DIST="$(cat "$WORK/commit")" DISTDIR="$WORK/build"
	tar -x -C "$WORK/build" -f "$WORK/build/routevigil-$VERSION.tar.gz"
}

teardown_file() {
	rm -rf --one-file-system "$WORK"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	[ -d "$TREE" ] || skip 'no git clone: what is to be released is unknown'
}

needs() {
	local command
	for command; do
		command -v "$command" >/dev/null || skip "no $command"
	done
}

# snapshot: a commit of all files here; the repository itself is only read.
snapshot() {
	local objects
	objects=$(git rev-parse --path-format=absolute --git-path objects)
	export GIT_INDEX_FILE=$WORK/index GIT_OBJECT_DIRECTORY=$WORK/objects \
	    GIT_ALTERNATE_OBJECT_DIRECTORIES=$objects
	export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.org GIT_COMMITTER_NAME=x \
	    GIT_COMMITTER_EMAIL=x@example.org GIT_AUTHOR_DATE='@1700000000 +0000' \
	    GIT_COMMITTER_DATE='@1700000000 +0000'
	mkdir -p "$WORK/objects"
	git read-tree HEAD
	git add -A
	git commit-tree -m snapshot "$(git write-tree)"
}

# offline COMMAND...: a loopback interface is all the network there is.
offline() {
	local map=
	[ "$(id -u)" = 0 ] || map=-r
	unshare -n $map true 2>/dev/null || skip 'no network namespaces here'
	# shellcheck disable=SC2016 # for the inner shell
	unshare -n $map sh -c 'ip link set lo up; exec "$@"' - "$@"
}

packages() { find "$WORK/build" -maxdepth 1 -name 'routevigil*.deb' | sort; }
package() { echo "$WORK/build/routevigil-$1_${VERSION}_"*.deb; }

# files PACKAGE: what is in it, without a leading dot; directories end in "/".
files() { dpkg-deb --fsys-tarfile "$(package "$1")" | tar -t | sed 's/^\.//'; }

@test "the archive has the same bits again, whoever makes it" {
	needs git
	first=$WORK/build/routevigil-$VERSION.tar.gz
	mkdir "$WORK/again"
	export GIT_OBJECT_DIRECTORY=$WORK/objects
	GIT_ALTERNATE_OBJECT_DIRECTORIES=$(git rev-parse --path-format=absolute --git-common-dir)/objects
	export GIT_ALTERNATE_OBJECT_DIRECTORIES
	(umask 077 && TZ=Asia/Kathmandu GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=tar.umask \
	    GIT_CONFIG_VALUE_0=0077 make -s dist DIST="$(cat "$WORK/commit")" DISTDIR="$WORK/again")
	cmp "$first" "$WORK/again/${first##*/}"
	# Everything is in it, and nothing that was built.
	run ! grep -E '/build/|\.o$|\.git/' <(tar -tf "$first")
	[ "$(tar -tf "$first" | grep -vc '/$')" = "$(git ls-files --cached --others \
	    --exclude-standard | while read -r f; do [ ! -e "$f" ] || echo "$f"; done | wc -l)" ]
}

@test "packages are built from the archive, without a network" {
	needs dpkg-buildpackage dh ip unshare
	cd "$TREE"
	DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=$(nproc)" \
	    offline dpkg-buildpackage -us -uc >"$WORK/build.log" 2>&1 || {
		tail -n 50 "$WORK/build.log"
		return 1
	}
	run ! grep -E 'warning:|dpkg-[a-z]*: warning' "$WORK/build.log"
	[ "$(packages | wc -l)" -eq "$(grep -c '^Package:' debian/control)" ]
}

@test "the archive checks itself, without a network" {
	needs dpkg-buildflags ip unshare
	cd "$TREE"
	# The flags of the packages, so that nothing is compiled twice.
	eval "$(DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --export=sh)"
	tests=(build/release/tests/unit/test_{range,result,opt}
		build/release/tests/plugins/test_check_tcp_established)
	run offline make -s -j2 WERROR= PREFIX=/usr all "${tests[@]}"
	echo "$output"
	[ "$status" -eq 0 ]
	# Nothing of the bats around it: it has changed PATH.
	# An ordinary user would look like root in a network namespace.
	isolated=offline
	[ "$(id -u)" = 0 ] || isolated=
	run $isolated env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin tests/run \
	    "${tests[@]}" tests/project/{layers,docs,hardening}.bats
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == *' 0 failed, '* ]]
}

@test "lintian has neither errors nor warnings" {
	needs lintian
	[ -n "$(packages)" ] || skip 'no packages were built'
	run lintian --allow-root --fail-on error,warning "$WORK"/build/*.changes
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *E:\ * && $output != *W:\ * ]]
}

@test "every program is in one package, with all that belongs to it" {
	[ -n "$(packages)" ] || skip 'no packages were built'
	for source in plugins/check_*.c tools/vigil-*.c; do
		name=$(basename "$source" .c) homes=
		for part in core snmp http tools; do
			list=$(files $part)
			! grep -q "^/usr/lib/nagios/plugins/$name\( \|$\)" <<<"$list" || homes+=" $part"
			# shellcheck disable=SC2086 # words
			[ "${homes##* }" = $part ] || continue
			grep -q "^/usr/share/man/man[18]/$name\.[18]\.gz$" <<<"$list"
			grep -q "^/usr/share/bash-completion/completions/$name$" <<<"$list"
			grep -q "^/etc/nagios-plugins/config/$name\.cfg$" <<<"$list"
			[ ! -e "contrib/systemd/$name@.service" ] ||
			    grep -q "^/usr/lib/systemd/system/$name@\.service$" <<<"$list"
		done
		echo "$name:$homes"
		[ "$(wc -w <<<"$homes")" -eq 1 ]
	done
	files core | grep -qx /usr/share/icinga2/include/plugins-contrib.d/routevigil.conf
	files doc | grep -q '/examples/polkit/'
}

depends() { dpkg-deb -f "$(package "$1")" Pre-Depends Depends; }

@test "who installs one package need not have the libraries of another" {
	[ -n "$(packages)" ] || skip 'no packages were built'
	local part heavy='libcurl|libsnmp|libssl|libjansson|libsystemd'
	depends core | grep -q libmnl0
	for part in core: snmp:libsnmp\|libjansson http:libcurl tools:libsystemd; do
		others=$(tr '|' '\n' <<<"$heavy" | grep -vxE "${part#*:}" | paste -sd'|')
		echo "$part, and none of $others: $(depends "${part%%:*}")"
		run ! grep -qE "($others)[0-9]" <<<"$(depends "${part%%:*}")"
	done
	# What is loaded at run time is a dependency as well.
	depends snmp | grep -q libsnmp
	depends http | grep -q libcurl4
	dpkg-deb -f "$(package http)" Recommends | grep -q libssl
	dpkg-deb -f "$(package core)" Recommends | grep -q libjansson
}

@test "no package has a privileged file, or a path of its build" {
	[ -n "$(packages)" ] || skip 'no packages were built'
	for file in $(packages); do
		mkdir -p "$WORK/all"
		dpkg-deb -x "$file" "$WORK/all"
	done
	[ -z "$(find "$WORK/all" -perm /6000)" ]
	run ! grep -rlF "$WORK" "$WORK/all"
}

@test "unpacked, the programs run" {
	[ -d "$WORK/all" ] || skip 'no packages were built'
	run -3 "$WORK/all/usr/bin/vigil-dampen" --version
	[[ $output == "vigil-dampen v$VERSION "* ]]
	run "$WORK/all/usr/lib/nagios/plugins/check_tcp_established"
	[[ $output == 'TCP OK - '* ]]
}

@test "Icinga 2 takes the CheckCommands beside those of its own library" {
	needs icinga2
	[ "$(id -u)" = 0 ] || skip 'Icinga 2 changes its user'
	[ -d "$WORK/all" ] || skip 'no packages were built'
	itl=$WORK/icinga/include
	mkdir -p "$WORK/icinga"/{data,cache,log,run}
	cp -r /usr/share/icinga2/include "$itl"
	cp "$WORK/all/usr/share/icinga2/include/plugins-contrib.d/routevigil.conf" \
	    "$itl/plugins-contrib.d"
	cat >"$WORK/icinga/icinga2.conf" <<-EOT
	const PluginDir = "/usr/lib/nagios/plugins"
	const PluginContribDir = "/usr/lib/nagios/plugins"
	const ManubulonPluginDir = "/usr/lib/nagios/plugins"
	include "$itl/itl"
	include "$itl/plugins"
	include "$itl/plugins-contrib"
	EOT
	chmod 755 "$WORK"
	chmod -R a+rwX "$WORK/icinga"
	run icinga2 daemon -C -c "$WORK/icinga/icinga2.conf" -DDataDir="$WORK/icinga/data" \
	    -DCacheDir="$WORK/icinga/cache" -DLogDir="$WORK/icinga/log" \
	    -DInitRunDir="$WORK/icinga/run"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ Instantiated\ ([0-9]+)\ CheckCommands ]]
	with=${BASH_REMATCH[1]}
	rm "$itl/plugins-contrib.d/routevigil.conf"
	run icinga2 daemon -C -c "$WORK/icinga/icinga2.conf" -DDataDir="$WORK/icinga/data" \
	    -DCacheDir="$WORK/icinga/cache" -DLogDir="$WORK/icinga/log" \
	    -DInitRunDir="$WORK/icinga/run"
	[[ $output =~ Instantiated\ ([0-9]+)\ CheckCommands ]]
	[ "$((with - BASH_REMATCH[1]))" -eq "$(grep -c '^object CheckCommand' \
	    contrib/icinga2/routevigil.conf)" ]
}

# --- rpm ---------------------------------------------------------------------

# What systemd-rpm-macros say elsewhere.
RPM_PLACES=(--define '_unitdir /usr/lib/systemd/system' --define '_sysusersdir /usr/lib/sysusers.d')
rpm_of() { echo "$WORK"/rpm/RPMS/*/"routevigil$1-$VERSION-"*.rpm; }

@test "the spec is well formed, and of this version" {
	needs rpmspec
	[ "$(rpmspec -q --qf '%{VERSION}\n' "${RPM_PLACES[@]}" contrib/rpm/routevigil.spec | sort -u)" = "$VERSION" ]
	run rpmspec -P "${RPM_PLACES[@]}" contrib/rpm/routevigil.spec
	[ "$status" -eq 0 ]
	# Every macro was known.
	run ! grep -F '%{' <<<"$output"
	needs rpmlint
	run rpmlint -c contrib/rpm/rpmlint.toml contrib/rpm/routevigil.spec
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *' 0 errors, 0 warnings'* ]]
}

@test "rpm packages are built from the archive, split in the same way" {
	needs rpmbuild
	# Debian's rpm knows none of the packages that are installed.
	run rpmbuild -tb --nodeps --nocheck --define "_topdir $WORK/rpm" \
	    --define '_smp_mflags -j2' "${RPM_PLACES[@]}" "$WORK/build/routevigil-$VERSION.tar.gz"
	[ "$status" -eq 0 ] || { tail -n 30 <<<"$output" && false; }
	[ "$(find "$WORK/rpm" -name '*.rpm' | wc -l)" -eq 6 ]
	for source in plugins/check_*.c tools/vigil-*.c; do
		name=$(basename "$source" .c) homes=
		for part in core snmp http tools; do
			! rpm -qpl "$(rpm_of -$part)" | grep -q "/nagios/plugins/$name$" || homes+=" $part"
		done
		echo "$name:$homes"
		[ "$(wc -w <<<"$homes")" -eq 1 ]
	done
}

@test "rpm gives the capabilities, and asks for what is loaded at run time" {
	[ -d "$WORK/rpm/RPMS" ] || skip 'no rpm packages were built'
	[ "$(rpm -qp --filecaps "$(rpm_of -core)" | grep cap_ | sed 's|.*/||')" = \
	    "$(make -s capabilities | sed 's/ /\t/; s/$/=p/')" ]
	for part in core snmp http tools; do
		mkdir -p "$WORK/rpm/$part"
		rpm2cpio "$(rpm_of -$part)" | (cd "$WORK/rpm/$part" && cpio -idm --quiet)
		asked=$(rpm -qp --requires --recommends --suggests "$(rpm_of -$part)")
		find "$WORK/rpm/$part" -type f \( -path '*/bin/*' -o \
		    -path '*/nagios/plugins/*' \) >"$WORK/rpm/found"
		while read -r program; do
			while read -r _ soname _; do
				echo "$part: $program: $soname"
				grep -qF "$soname" <<<"$asked"
			done < <(scripts/needs "$program")
		done <"$WORK/rpm/found"
	done
	rpm -qp --requires "$(rpm_of -http)" | grep -F libcurl.so.4
	rpm -qp --requires "$(rpm_of -snmp)" | grep -F libnetsnmp.so.40
}

# --- a clean system ----------------------------------------------------------

# inside COMMAND...: in the clean system, which sees its own processes only.
inside() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -mpf sh -c 'mount -t proc proc "$CHROOT/proc" && exec chroot "$CHROOT" env -i \
	    PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"' - "$@"
}

has_chroot() { [ -e "$WORK/installed" ] || skip 'no clean system'; }
capability() { inside getcap /usr/lib/nagios/plugins/check_icmp_dual; }

@test "installed in a clean system; without setcap it warns and goes on" {
	needs debootstrap unshare ip
	[ "$(id -u)" = 0 ] || skip 'needs root'
	[ -n "$(packages)" ] || skip 'no packages were built'
	suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	debootstrap --variant=minbase "$suite" "$CHROOT" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" \
	    >"$WORK/debootstrap.log" 2>&1 || {
		tail -n 5 "$WORK/debootstrap.log"
		skip 'debootstrap has no mirror, or may not make a system here'
	}
	cp --dereference /etc/resolv.conf "$CHROOT/etc"
	mkdir "$CHROOT/packages"
	packages | xargs cp -t "$CHROOT/packages"
	run inside sh -c 'apt-get -q install -y --no-install-recommends /packages/*.deb'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *'check_icmp_dual could not be given cap_net_raw'* ]]
	touch "$WORK/installed"
	inside getent passwd routevigil
}

@test "with setcap it gives capabilities, save where the administrator decided" {
	has_chroot
	run inside sh -c 'apt-get -q install -y --no-install-recommends libcap2-bin iproute2 &&
	    dpkg-reconfigure routevigil-core'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *Warning* ]]
	[[ $(capability) == *' cap_net_raw=p' ]]
	inside dpkg-statoverride --update --add root root 755 /usr/lib/nagios/plugins/check_icmp_dual
	inside dpkg -i "/packages/$(basename "$(package core)")"
	[ -z "$(capability)" ]
	inside dpkg-statoverride --remove /usr/lib/nagios/plugins/check_icmp_dual
	inside dpkg-reconfigure routevigil-core
	[[ $(capability) == *' cap_net_raw=p' ]]
}

@test "every installed program does something real, as an ordinary user" {
	has_chroot
	cp debian/tests/smoke "$CHROOT/smoke"
	run inside /smoke
	echo "$output"
	[ "$status" -eq 0 ]
	for source in plugins/check_*.c tools/vigil-*.c; do
		grep -qE "^ok: user [^ ]*$(basename "$source" .c)( .*)?: [A-Z]+ [A-Z]+ - " <<<"$output"
	done
}

@test "removed and purged, it leaves nothing but its user" {
	has_chroot
	mkdir "$CHROOT/var/lib/routevigil"
	run inside sh -c 'apt-get -q purge -y "routevigil*"'
	echo "$output"
	[ "$status" -eq 0 ]
	run inside find / -xdev -name '*vigil*' ! -path '/packages/*' ! -path '/proc/*' ! -path '/var/log/*'
	echo "$output"
	[ -z "$output" ]
}
