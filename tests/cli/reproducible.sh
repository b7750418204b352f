# Whoever builds it gets the same bytes.
. tests/cli/lib.sh

test_is "two builds in two folders are equal"
if [ -e .git ]; then list="git ls-files -co --exclude-standard"; else list="find . -type f -not -path ./build/*"; fi
mkdir "$T/elsewhere"
$list | tar -cf - -T - | tar -xf - -C "$T/elsewhere"
make --no-print-directory -s -j"$(nproc)" -C "$T/elsewhere" CC="${CC:-cc}" B="$B" all >"$T/make" 2>&1 || fail "$(tail -n 5 "$T/make")"
same "$sotto" "$T/elsewhere/$B/sotto"

test_is "a compiler that comes with the first build is given every flag it takes"
mkdir "$T/late" "$T/first"
tar -C "$T/elsewhere" --exclude=./build -cf - . | tar -xf - -C "$T/first"
printf 'ln -sf "%s" "%s"\n' "$(command -v "${CC:-cc}")" "$T/late/${CC:-cc}" >"$T/first/tools/deps"
make --no-print-directory -s -C "$T/first" CC="$T/late/${CC:-cc}" B="$B" "$B/probed.mk" >"$T/make" 2>&1 || fail "$(cat "$T/make")"
same "$T/first/$B/probed.mk" "$B/probed.mk"
grep -q "PROBED := .*-fstack-clash-protection" "$B/probed.mk" || fail "$(cat "$B/probed.mk")"

test_is "without a compiler the build says so and keeps nothing"
rm "$T/late/${CC:-cc}" "$T/first/$B/probed.mk"
: >"$T/first/tools/deps"
! make --no-print-directory -s -C "$T/first" CC="$T/late/${CC:-cc}" B="$B" "$B/probed.mk" >"$T/make" 2>&1 || fail "it built"
grep -q "does not run here" "$T/make" || fail "$(cat "$T/make")"
[ ! -e "$T/first/$B/probed.mk" ] || fail "it kept something"

test_is "the binary names no folder of the machine it was built on"
! strings -a "$sotto" | grep -F "$PWD" || fail "it names $PWD"
! strings -a "$T/elsewhere/$B/sotto" | grep -F "$T" || fail "it names $T"
test_end
