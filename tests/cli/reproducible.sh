# Whoever builds it gets the same bytes.
. tests/cli/lib.sh

test_is "two builds in two folders are equal"
if [ -e .git ]; then list="git ls-files -co --exclude-standard"; else list="find . -type f -not -path ./build/*"; fi
mkdir "$T/elsewhere"
$list | tar -cf - -T - | tar -xf - -C "$T/elsewhere"
make --no-print-directory -s -j"$(nproc)" -C "$T/elsewhere" CC="${CC:-cc}" B="$B" all >"$T/make" 2>&1 || fail "$(tail -n 5 "$T/make")"
same "$sotto" "$T/elsewhere/$B/sotto"

test_is "the binary names no folder of the machine it was built on"
! strings -a "$sotto" | grep -F "$PWD" || fail "it names $PWD"
! strings -a "$T/elsewhere/$B/sotto" | grep -F "$T" || fail "it names $T"
test_end
