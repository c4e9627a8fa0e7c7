#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
#
# The container recipe, built by buildah and used.  The base image is that of the
# registry, or where none can be reached one that debootstrap makes; no daemon and
# no container engine is needed.  `make check-container`; not part of make check.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/routevigil-container.XXXXXX")
	export WORK BASE=docker.io/library/debian:bookworm-slim
	unset MAKEFLAGS MAKELEVEL MFLAGS VARIANT CI WERROR
	command -v buildah >/dev/null && [ "$(id -u)" = 0 ] || return 0
	mkdir "$WORK/context"
	git ls-files --cached --others --exclude-standard | while read -r file; do
		[ ! -e "$file" ] || echo "$file"
	done | tar -c -T - | tar -x -C "$WORK/context"
	storage pull -q "$BASE" >/dev/null 2>&1 || own_base
	storage bud --isolation chroot --pull-never -t routevigil \
	    -f contrib/container/Containerfile "$WORK/context" >"$WORK/log" 2>&1 || tail -n 20 "$WORK/log"
}

teardown_file() {
	! command -v buildah >/dev/null || storage rm -a >/dev/null 2>&1 || :
	rm -rf --one-file-system "$WORK"
}

setup() {
	command -v buildah >/dev/null || skip 'no buildah'
	[ "$(id -u)" = 0 ] || skip 'needs root'
}

# Nothing of this machine's own images is touched.
storage() { buildah --storage-driver vfs --root "$WORK/storage" --runroot "$WORK/run" "$@"; }

own_base() {
	local container
	debootstrap --variant=minbase bookworm "$WORK/base" \
	    "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$WORK/debootstrap.log" 2>&1
	container=$(storage from scratch)
	storage add -q "$container" "$WORK/base" /
	storage commit -q "$container" "$BASE"
	storage rm "$container"
	rm -rf "$WORK/base"
}

@test "it is built" {
	storage inspect --type image routevigil >/dev/null
}

@test "the image says who runs what, and of which version" {
	config=$(storage inspect --type image --format '{{.OCIv1.Config}}' routevigil)
	echo "$config"
	[[ $config == *990:990* && $config == *check_icmp_dual* && $config == */var/lib/routevigil* ]]
	[[ $config == *"image.version:$(make -s version)"* ]]
}

@test "the programs work in it, as its user" {
	container=$(storage from --pull-never routevigil)
	inside() { storage run --isolation chroot "$container" -- "$@"; }
	for program in plugins/check_*.c tools/vigil-*.c; do
		run inside "$(basename "$program" .c)" --version
		echo "$output"
		[ "$status" -eq 3 ]
	done
	run inside check_tcp_established
	[[ $output == 'TCP OK - '* ]]
	run inside check_http_dual --url http://127.0.0.1:9/
	[[ $output == *'connection refused'* ]]
	[ "$(inside id -u)" = 990 ]
	run inside sh -c 'touch /var/lib/routevigil/x && stat -c %a /var/lib/routevigil'
	[ "$output" = 700 ]
}

@test "capabilities have come through the layers" {
	command -v getcap >/dev/null || skip 'no getcap'
	container=$(storage from --pull-never routevigil)
	root=$(storage mount "$container")
	while read -r program capability; do
		[[ $(getcap "$root/usr/lib/nagios/plugins/$program") == *" $capability=p" ]]
	done < <(make -s capabilities)
	[ -z "$(find "$root/usr" -name '*vigil*' -perm /6000)" ]
}
