#!/bin/sh
# ML-KEM takes as long whatever its secrets are: no branch and no address
# depends on one (valgrind follows them), and no division is left in the object
# code, with gcc and with clang, portable and with AVX2.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sources="src/crypt/keccak.c src/crypt/keccak_avx2.c src/crypt/poly.c
	src/crypt/poly_avx2.c src/crypt/mlkem.c src/crypt/wide.c"
bad=0

say() { # say STATUS SENTENCE
	if [ "$1" = 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2"
		bad=1
	fi
}
build() { # build COMPILER LEVEL
	objects=
	for s in $sources src/base/wipe.c tests/judges/ct_mlkem.c; do
		o=$dir/$(basename "$s" .c).o
		$1 -std=c17 -D_GNU_SOURCE -Isrc -gdwarf-4 "$2" -DSOTTO_CT_CHECK -fPIE -fno-strict-aliasing \
			-fstack-protector-strong -include src/base/ban.h -c -o "$o" "$s" || return 1
		objects="$objects $o"
	done
	$1 -pie -o "$dir/ct" $objects
}
clean() {
	valgrind --quiet --error-exitcode=9 "$@" >"$dir/out" 2>&1 && return 0
	cat "$dir/out" >&2
	return 1
}
reported() {
	valgrind --quiet --error-exitcode=9 "$@" >"$dir/out" 2>&1
	[ $? = 9 ]
}
divides() { objdump -d --no-show-raw-insn "$@" | grep -qE '[[:space:]](v?div[spbwlq]*[sd]?|idiv[bwlq]?|[su]div)[[:space:]]'; }

for cc in gcc clang; do
	for level in -O2 -O3; do
		build $cc $level || exit 1
		for way in portable wide; do
			clean "$dir/ct" $way
			say $? "no branch or index of mlkem knows a secret ($cc $level, $way)"
		done
		! divides "$dir/poly.o" "$dir/poly_avx2.o" "$dir/mlkem.o"
		say $? "mlkem divides nothing ($cc $level)"
	done
	for how in branch index; do
		reported "$dir/ct" $how
		say $? "a leak by $how is reported ($cc)"
	done
	echo 'unsigned f(unsigned a, unsigned b) { return a / b; }' >"$dir/div.c"
	$cc -O2 -c -o "$dir/div.o" "$dir/div.c" && divides "$dir/div.o"
	say $? "a division is seen ($cc)"
done
exit $bad
