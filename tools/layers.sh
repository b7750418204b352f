#!/bin/sh
# Fail if a source file includes what its folder has no right to: a floor above
# it, or a library that belongs to another floor.
awk '
FNR == NR {
	sub(/#.*/, ""); if (NF == 0) next
	sub(/:$/, "", $1); may[$1, $1] = 1
	for (i = 2; i <= NF; i++) {
		if (!(($i, $i) in may)) { print FILENAME ": " $1 " before " $i; bad = 1 }
		may[$1, $i] = 1
	}
	next
}
function only(pattern, floor) {
	if ($0 ~ "^#[ \t]*include <" pattern && f[2] != floor) {
		printf "%s:%d: only %s/ may include this\n", FILENAME, FNR, floor
		bad = 1
	}
}
{ split(FILENAME, f, "/") }
/^#[ \t]*include "/ {
	split($0, q, "\""); split(q[2], t, "/")
	if (t[2] != "" && !((f[2], t[1]) in may)) {
		printf "%s:%d: %s may not include %s\n", FILENAME, FNR, f[2], q[2]
		bad = 1
	}
}
/^#[ \t]*include </ {
	only("(sodium|openssl/)", "crypt")
	only("(sqlite3|libpq|postgres)", "store")
	only("(microhttpd|curl/)", "http")
	only("(seccomp|linux/|sys/prctl)", "os")
}
/^#[ \t]*if.*__(linux|APPLE|FreeBSD|OpenBSD)/ && f[2] != "os" {
	printf "%s:%d: only os/ may ask which system this is\n", FILENAME, FNR
	bad = 1
}
END { exit bad }' tools/layers $(find src -name '*.[ch]' | sort)
