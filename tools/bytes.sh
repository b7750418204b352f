#!/bin/sh
# bytes NAME FILE: write FILE as the constant bytes of a C array NAME.
set -eu
printf '/* Made by tools/bytes.sh from %s. */\nstatic const unsigned char %s[] = {\n' "$2" "$1"
od -An -v -tu1 "$2" | sed 's/\([0-9][0-9]*\)/\1,/g'
echo '};'
