#!/bin/sh
# shots: pictures of every source page in build/shots.
set -eu
B=${B:-build/cc}
rm -rf build/shots
mkdir -p build/shots/pages
awk -f tests/lang/pseudo.awk lang/sotto.pot >build/shots/rtl.po
msgfmt --no-hash --endianness=little -o build/shots/rtl.mo build/shots/rtl.po
SHOTS=build/shots/pages SHOTS_MO=build/shots/rtl.mo "$B"/unit/test_view >/dev/null
[ -d tests/node_modules ] ||
	(cd tests && npm ci --silent --no-audit --no-fund --ignore-scripts)
node tests/lang/shots.mjs build/shots/pages build/shots
