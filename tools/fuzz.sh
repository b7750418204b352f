#!/bin/sh
# fuzz SECONDS [SEED] FUZZER...: run each for that long over its corpus; two at
# once.  With a seed they go the same way each time, so that a change is not
# refused for a fault that it did not bring; without one they go ever new ways.
set -u
seconds=$1 seed=0
shift
case $1 in *[!0-9]*) ;; *) seed=$1; shift ;; esac
one='
name=$(basename "$3"); corpus=fuzz/corpus/${name#fuzz_}
work=$(mktemp -d); mkdir -p "$corpus"
if "$3" -seed="$2" -max_total_time="$1" -timeout=10 -rss_limit_mb=1024 -print_final_stats=0 \
	-artifact_prefix="$work/" -verbosity=0 "$work" "$corpus" >"$work.log" 2>&1
then echo "ok $name finds nothing in $1 s"
else echo "not ok $name"; tail -n 60 "$work.log" >&2; mkdir -p build/crash
     cp "$work"/crash-* "$work"/timeout-* "$work"/oom-* build/crash/ 2>/dev/null
fi
rm -rf "$work" "$work.log"'
printf '%s\n' "$@" | xargs -P 2 -n 1 sh -c "$one" fuzz "$seconds" "$seed"
