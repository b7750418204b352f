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

# run NAME COMMAND...: one test program.  What it took of processor time is
# noted.
slot=
run() {
	name=$1
	shift
	times >"$out/before$slot"
	timeout "${LIMIT:-300}" "$@" >"$out/one$slot" 2>"$out/err$slot" </dev/null
	status=$?
	times >"$out/after$slot"
	cat "$out/before$slot" "$out/after$slot" | awk -v name="$name" '
		function s(t) { split(t, at, "[ms]"); return 60 * at[1] + at[2] }
		NR == 2 { was = s($1) + s($2) }
		NR == 4 { printf "%.1f %s\n", s($1) + s($2) - was, name }' >>"$out/took$slot"
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
# at once as there are processors; whoever is free takes the next.
side_by_side() {
	mkdir "$out/taken"
	at=0
	while [ "$at" -lt "$(nproc)" ]; do
		(
			slot=.$at
			: >"$out/all$slot"
			for t; do
				mkdir "$out/taken/$(echo "$t" | tr / :)" 2>/dev/null && start "$t"
			done
		) &
		at=$((at + 1))
	done
	wait
	cat "$out"/all.* >>"$out/all"
	cat "$out"/took.* >>"$out/took" 2>/dev/null
	rm -rf "$out"/all.* "$out"/took.* "$out/taken"
}

# The dearest test programs of a part, in seconds of processor time.
dearest() {
	sort -rn "$out/took" | head -n 10 | awk '$1 >= 2 { printf "%9s %6.1f s of processor  %s\n", "", $1, $2 }'
	awk '{ n += $1 } END { printf "%9s %6.1f s of processor in all\n", "", n }' "$out/took"
}

# start PROGRAM: by what its name ends with.
start() {
	case $1 in
	*.sh) run "$1" sh "$1" ;;
	*.py) run "$1" python3 "$1" ;;
	*.mjs) run "$1" node "$1" ;;
	*) run "$1" "$1" ;;
	esac
}

# programs FOLDER: the test programs that were built there.
programs() {
	for t in "$1"/unit/test_*; do
		case $t in *.o | *.d) continue ;; esac
		echo "$t"
	done
}

# those FOLDER: its test programs.
those() {
	for t in "tests/$1"/*.sh "tests/$1"/*.py "tests/$1"/*.mjs; do
		case $t in */lib.* | */lib-* | */lib_* | *'*'*) continue ;; esac
		echo "$t"
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

# folder NAME [PROGRAM...]: its test programs side by side, but those that are
# named one by one behind the others: they measure.
folder() {
	what=$1
	shift
	case $(those "$what") in *.mjs*)
		node_ready || { echo "not ok npm could not install what tests/$what needs" | tee -a "$out/all"; return; }
		# Debian 12's node has the crypto that the judges use behind a flag.
		case $(node --version) in v18.*) NODE_OPTIONS=--experimental-global-webcrypto; export NODE_OPTIONS ;; esac
		;;
	esac
	beside=
	for t in $(those "$what"); do
		case " $* " in *" ${t##*/} "*) ;; *) beside="$beside $t" ;; esac
	done
	side_by_side $beside
	for t; do start "tests/$what/$t"; done
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
	# Long rows run in the build that is used; here they would take hours.
	(LONG= && side_by_side $built)
}
cli() { make --no-print-directory -s CC="$CC" "$B/sotto" "$B/sotto-sim" && folder cli; }
judges() { folder judges; }
road() {
	make --no-print-directory -s CC="$CC" "$B/sotto" "$B/sotto-sim" &&
		folder road same.py slow.mjs pages-memory.sh
}
browser() { folder browser; }
evidence() {
	make --no-print-directory -s CC="$CC" "$B/sotto" "$B/sotto-sim" && folder evidence
}
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
[ $# -gt 0 ] || set -- unit sanitize cli judges evidence road browser fuzz
for part; do
	began=$(date +%s)
	: >"$out/took"
	$part
	took=$(($(date +%s) - began))
	printf '%-9s %4d s (of %d)\n' "$part" $took "$(budget "$part")"
	dearest
done
passed=$(grep -c '^ok ' "$out/all")
failed=$(grep -c '^not ok ' "$out/all")
grep '^not ok ' "$out/all"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
