#!/bin/sh
# Splitting and joining a key takes as long whatever the key is: valgrind
# follows the secret bytes, with gcc and with clang.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0

say() { # say STATUS SENTENCE
	if [ "$1" = 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2"
		bad=1
	fi
}
watched() { # watched STATUS ARGUMENT...: it ends so
	want=$1
	shift
	valgrind --quiet --error-exitcode=9 "$dir/ct" "$@" >"$dir/out" 2>&1
	[ $? = "$want" ] || { cat "$dir/out" >&2; return 1; }
}

for cc in gcc clang; do
	for level in -O2 -O3; do
		$cc -std=c17 -D_GNU_SOURCE -Isrc -gdwarf-4 $level -include src/base/ban.h \
			-o "$dir/ct" src/crypt/share.c src/base/wipe.c tests/judges/ct_share.c || exit 1
		watched 0
		say $? "no branch or index of share knows a secret ($cc $level)"
	done
	for how in branch index; do
		watched 9 $how
		say $? "a leak by $how of a share is reported ($cc)"
	done
done
exit $bad
