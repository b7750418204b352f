#!/bin/sh
# check [PART...]: run the tests and end with "N passed, N failed".
#
# A test program prints "ok SENTENCE" or "not ok SENTENCE" a test; one that ends
# with another status than 0 has failed in the test it was at.  Each part is a
# shell function below; it has a time budget that is said when it is passed.
set -u
B=${B:-build/cc}
CC=${CC:-cc}
export B CC LONG=${LONG:-}
LIMIT=${LIMIT:-${LONG:+3600}}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
: >"$out/all"

# run NAME COMMAND...: one test program.
slot=
run() {
	name=$1
	shift
	timeout "${LIMIT:-300}" "$@" >"$out/one$slot" 2>"$out/err$slot" </dev/null
	status=$?
	grep -E '^(not )?ok ' "$out/one$slot" >>"$out/all$slot"
	if [ $status != 0 ] || grep -q '^not ok ' "$out/one$slot"; then
		[ $status = 0 ] || grep -q '^not ok ' "$out/one$slot" ||
			echo "not ok $name ended with $status" >>"$out/all$slot"
		echo "--- $name"
		grep -v '^ok ' "$out/one$slot" | tail -n 40
		tail -n 40 "$out/err$slot"
	elif ! grep -q '^ok ' "$out/one$slot"; then
		echo "not ok $name ran no test" | tee -a "$out/all$slot"
	fi
}

# side_by_side PROGRAM...: test programs that need nothing of each other, as many
# at once as there are processors.
side_by_side() {
	procs=$(nproc)
	at=0
	while [ "$at" -lt "$procs" ]; do
		(
			slot=.$at
			: >"$out/all$slot"
			place=0
			for t; do
				[ $((place % procs)) != "$at" ] || run "$t" "$t"
				place=$((place + 1))
			done
		) &
		at=$((at + 1))
	done
	wait
	cat "$out"/all.* >>"$out/all"
	rm -f "$out"/all.*
}

# programs FOLDER: the test programs that were built there.
programs() {
	for t in "$1"/unit/test_*; do
		case $t in *.o | *.d) continue ;; esac
		echo "$t"
	done
}

scripts() {
	for t in "tests/$1"/*.sh; do
		case $t in */lib.sh | *'*'*) continue ;; esac
		run "$t" sh "$t"
	done
}

pythons() {
	for t in "tests/$1"/*.py; do
		case $t in */lib*.py | *'*'*) continue ;; esac
		run "$t" python3 "$t"
	done
}

node_ready() {
	[ -f tests/package.json ] || return 1
	[ tests/node_modules/.ready -nt tests/package-lock.json ] && return 0
	(cd tests && npm ci --no-audit --no-fund --no-update-notifier --ignore-scripts) >"$out/npm" 2>&1 || {
		tail -n 10 "$out/npm"
		return 1
	}
	touch tests/node_modules/.ready
}

nodes() {
	ls "tests/$1"/*.mjs >/dev/null 2>&1 || return 0
	node_ready || { echo "not ok npm could not install what tests/$1 needs" | tee -a "$out/all"; return; }
	# Debian 12's node has the crypto that the judges use behind a flag.
	case $(node --version) in v18.*) NODE_OPTIONS=--experimental-global-webcrypto; export NODE_OPTIONS ;; esac
	for t in "tests/$1"/*.mjs; do
		case $t in */lib.mjs | */lib-*.mjs) continue ;; esac
		run "$t" node "$t"
	done
}

unit() {
	make --no-print-directory -s -j"$(nproc)" CC="$CC" tests benches >"$out/make" 2>&1 || {
		tail -n 30 "$out/make"
		echo "not ok the unit tests and the bench compile" >>"$out/all"
		return
	}
	side_by_side $(programs "$B")
}
sanitize() {
	built=
	for cc in gcc clang; do
		make --no-print-directory -s -j"$(nproc)" CC=$cc SAN=address,undefined tests >"$out/make" 2>&1 || {
			tail -n 30 "$out/make"
			echo "not ok the unit tests compile with $cc and its sanitizers" >>"$out/all"
			continue
		}
		built="$built $(programs "build/$cc-address-undefined")"
	done
	side_by_side $built
}
cli() { make --no-print-directory -s CC="$CC" "$B/sotto" "$B/sotto-sim" && scripts cli; }
judges() { scripts judges; nodes judges; }
road() {
	make --no-print-directory -s CC="$CC" "$B/sotto" "$B/sotto-sim" && scripts road && pythons road && nodes road
}
browser() { nodes browser; }
fuzz() {
	make --no-print-directory -s -j"$(nproc)" fuzzers >"$out/make" 2>&1 || {
		tail -n 30 "$out/make"
		echo "not ok the fuzzers compile" >>"$out/all"
		return
	}
	if [ -n "$LONG" ]; then
		run fuzz sh tools/fuzz.sh 60 build/fuzz/fuzz_*
	else
		run fuzz sh tools/fuzz.sh 3 1 build/fuzz/fuzz_*
	fi
}

budget() {
	case $1 in unit | cli) echo 180 ;; browser) echo 360 ;; fuzz) echo 180 ;; *) echo 300 ;; esac
}
[ $# -gt 0 ] || set -- unit sanitize cli judges road browser fuzz
for part; do
	began=$(date +%s)
	$part
	took=$(($(date +%s) - began))
	printf '%-9s %4d s (of %d)\n' "$part" $took "$(budget "$part")"
done
passed=$(grep -c '^ok ' "$out/all")
failed=$(grep -c '^not ok ' "$out/all")
grep '^not ok ' "$out/all"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
