#!/bin/sh
# lint SOURCE...: format, floors, analyzers.  Nothing said means nothing found.
set -u
bad=0
fail() { bad=1; echo "lint: $1" >&2; }

sh tools/layers.sh || fail "a floor includes what it may not"
clang-format --dry-run --Werror "$@" $(find src tests fuzz -name '*.[ch]' -not -path '*/node_modules/*' | sort -u) ||
	fail "run make format"
grep -nE '(^|[^:])//' $(find src -name '*.[ch]') | grep -vE '"[^"]*//|/\*.*//|^\S+ \*.*//' &&
	fail "comments are /* */"
grep -nwE 'TODO|FIXME|XXX|HACK' $(find src tests fuzz -name '*.[ch]') && fail "open an issue instead"

# An object compiled before and unchanged since was analysed before.
cache=build/lint
mkdir -p "$cache"
flags="$CHECK_FLAGS"
stamp=$(echo "$flags" | cat - tools/lint.sh .clang-tidy $(find src -name '*.h') | sha256sum | cut -c1-16)
one() {
	src=$1
	key=$cache/$(cat "$src" | sha256sum | cut -c1-16)-$stamp
	[ -e "$key" ] && return 0
	gcc $flags -O1 -fanalyzer -Werror -c -o /dev/null "$src" &&
		clang-tidy --quiet --warnings-as-errors='*' "$src" -- $flags 2>"$key.err" &&
		: >"$key" && rm -f "$key.err" && return 0
	grep -vE 'warnings? generated|Suppressed|Use -header-filter' "$key.err" >&2
	return 1
}
export -f one 2>/dev/null || true
jobs=$(nproc)
list=$(mktemp)
run=$(mktemp)
{
	echo "cache=$cache flags='$flags' stamp=$stamp"
	sed -n '/^one() {/,/^}/p' "$0"
	echo 'one "$1"'
} >"$run"
printf '%s\n' "$@" >"$list"
xargs -P "$jobs" -n 1 sh "$run" <"$list" || fail "an analyzer found something"
rm -f "$list" "$run"
cppcheck --quiet --error-exitcode=1 --std=c11 -Isrc -j "$jobs" --enable=warning,performance,portability \
	--inline-suppr --suppress=unknownMacro --suppress=missingIncludeSystem src || fail "cppcheck found something"
[ $bad = 0 ] && echo "lint: nothing found"
exit $bad
