#!/bin/sh
# fuzz SECONDS FUZZER...: run each for that long over its corpus; two at once.
set -u
seconds=$1
shift
one='
name=$(basename "$2"); corpus=fuzz/corpus/${name#fuzz_}
work=$(mktemp -d); mkdir -p "$corpus"
if "$2" -max_total_time="$1" -timeout=10 -rss_limit_mb=1024 -print_final_stats=0 \
	-artifact_prefix="$work/" -verbosity=0 "$work" "$corpus" >"$work.log" 2>&1
then echo "ok $name finds nothing in $1 s"
else echo "not ok $name"; tail -n 60 "$work.log" >&2; mkdir -p build/crash
     cp "$work"/crash-* "$work"/timeout-* "$work"/oom-* build/crash/ 2>/dev/null
fi
rm -rf "$work" "$work.log"'
printf '%s\n' "$@" | xargs -P 2 -n 1 sh -c "$one" fuzz "$seconds"
