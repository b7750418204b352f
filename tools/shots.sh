#!/bin/sh
# shots: pictures of every page of a source and of the desk in build/shots.
set -eu
B=${B:-build/cc}
rm -rf build/shots
mkdir -p build/shots/pages build/shots/desk/pages
awk -f tests/lang/pseudo.awk lang/sotto.pot >build/shots/rtl.po
msgfmt --no-hash --endianness=little -o build/shots/rtl.mo build/shots/rtl.po
export SHOTS_MO=build/shots/rtl.mo
SHOTS=build/shots/pages "$B"/unit/test_view >/dev/null
SHOTS=build/shots/desk/pages "$B"/unit/test_desk_pages >/dev/null
[ -d tests/node_modules ] ||
	(cd tests && npm ci --silent --no-audit --no-fund --ignore-scripts)
node tests/lang/shots.mjs build/shots/pages build/shots
node tests/lang/shots.mjs build/shots/desk/pages build/shots/desk
