#!/bin/sh
# probe OUT PKGS FLAG...: write to the makefile OUT which of the flags $CC
# takes, and where the libraries are.
#
# A script, because make expands a whole recipe before it runs the first line
# of it: asked from there, the compiler that tools/deps is about to install
# would take no flag, and the first build on a machine would lack its hardening.
set -eu
out=$1
pkgs=$2
shift 2

takes() {
	echo 'int x;' | $CC -Werror "$@" -c -xc -o /dev/null - 2>/dev/null
}

takes || {
	echo "The compiler $CC does not run here: install it, or name another with CC=." >&2
	exit 1
}
flags=
for f; do ! takes "$f" || flags="$flags $f"; done
c=$(pkg-config --cflags $pkgs)
l=$(pkg-config --libs $pkgs)
cat >"$out.new" <<END
PROBED :=$flags
PKG_C := $c
PKG_L := $l -ldl
END
mv "$out.new" "$out"
