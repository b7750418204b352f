#!/bin/sh
# lint: format, floors, and what a search can find.  `make lint` goes on with
# the analyzers, file by file.
set -u
bad=0
fail() {
	bad=1
	echo "lint: $1" >&2
}
all=$(find src tests fuzz bench -name '*.[ch]' -not -path '*/node_modules/*' 2>/dev/null | sort)

sh tools/layers.sh || fail "a floor includes what it may not"
clang-format --dry-run --Werror $all || fail "run make format"
grep -nE '^[[:space:]]*//|;[[:space:]]*//' $all && fail "comments are /* */"
grep -nwE 'TODO|FIXME|XXX|HACK' $all && fail "open an issue instead"
grep -nE '^	* \*[A-Za-z]+ [A-Za-z]' $all && fail "clang-format broke a table in a comment: a line of it is too long"
grep -n 'raw: ' $(find src -name '*.c') | wc -l | grep -qx 0 || fail "HTML is written unescaped somewhere"

# What a process says behind its sandbox goes by number.
sed -n 's/.*log_say([^"]*"\([^"]*\)");*.*/\1/p' src/front/*.c src/line/keep*.c src/line/deriver.c src/line/service.c src/line/start.c |
	while IFS= read -r s; do grep -qF "\"$s\"" src/line/said.c || echo "said.c lacks: $s"; done |
	grep . && fail "a sentence has no number"

# A promise without a test is a wish.
sh tools/promises.sh || fail "a test that is promised is not there"

sh tools/unused.sh || fail "something is defined that nothing uses"

# What is too long, too wide or too deep is split, not excused.
sh tools/shape.sh || fail "a file or a function has outgrown its shape"

cppcheck --quiet --error-exitcode=1 --std=c11 -Isrc -j "$(nproc)" \
	--enable=warning,performance,portability --inline-suppr \
	--suppress=unknownMacro --suppress=missingIncludeSystem src ||
	fail "cppcheck found something"
exit $bad
