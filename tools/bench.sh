#!/bin/sh
# bench [ROW...]: how fast it is, beside what others do in the same run.
#
# A row is a function row_NAME in bench/rows/*.sh (or below) that ends with
#	say "what was measured" OURS OTHER "at most|at least" LIMIT
# and the ratio OURS / OTHER is held against the limit ("-" for OTHER: there is
# none, and OURS itself is held against it).  The script fails when a row does.
set -eu
B=${B:-build/cc}
M=$B/measure
SIZE=${SIZE:-1024} # MiB to seal
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0

say() {
	awk -v name="$1" -v ours="$2" -v other="$3" -v how="$4" -v limit="$5" 'BEGIN {
		ratio = other == "-" ? "-" : sprintf("%.2f", ours / other)
		held = other == "-" ? ours + 0 : ours / other
		good = how == "-" || (how == "at most" ? held <= limit : held >= limit)
		printf "%-46s %12s %12s %7s  %s %s%s\n", name, ours, other, ratio, how, limit, good ? "" : "  MISSED"
		exit !good
	}' || bad=1
}

row_seal() {
	truncate -s "${SIZE}M" "$dir/zeros"
	"$B/sotto" seal --keygen -o "$dir/key" >"$dir/to"
	to=$(grep -o 'age1[0-9a-z]*' "$dir/key" | head -n 1)
	ours=$("$M" cpu sh -c '"$1" seal -r "$2" <"$3" >/dev/null' sh "$B/sotto" "$to" "$dir/zeros")
	theirs=$("$M" cpu sh -c 'age -r "$1" <"$2" >/dev/null' sh "$to" "$dir/zeros")
	bare=$("$M" chacha "$SIZE")
	say "seal $SIZE MiB, CPU s: age" "$ours" "$theirs" "at most" 0.8
	say "seal $SIZE MiB, CPU s: bare ChaCha20-Poly1305" "$ours" "$bare" "at most" 1.4
	rm -f "$dir/zeros"
}
row_mlkem() {
	own=$("$M" decaps own)
	theirs=$("$M" decaps libcrypto)
	say "ML-KEM-768 decapsulation, cycles: libcrypto" "$own" "$theirs" - ""
	say "  the same: our portable code" "$own" "$("$M" decaps portable)" - ""
}
row_open() {
	say "letters opened a second, one thread" "$("$M" open)" - "at least" 8000
}
row_version() {
	say "sotto --version, ms" "$("$M" wall "$B/sotto" --version)" - "at most" 5
}

for f in bench/rows/*.sh; do
	[ ! -f "$f" ] || . "./$f"
done
[ $# -gt 0 ] || set -- $(sed -n 's/^row_\([a-z_0-9]*\)().*/\1/p' tools/bench.sh bench/rows/*.sh 2>/dev/null)
printf '%-46s %12s %12s %7s\n' name ours other ratio
for row; do "row_$row"; done
exit $bad
