# lib: what the shell tests share.  A test sources it from the project's root,
# says `test_is "sentence"` before the steps that prove it, and ends with
# `test_end`.  Any step that fails ends the program with "not ok SENTENCE".
#
#	. tests/cli/lib.sh
#	test_is "a wrong passphrase is said in one sentence"
#	refused 1 "passphrase" "$sotto" desk "$T/desk" inbox
#	test_end
set -eu
B=${B:-build/cc}
sotto=$PWD/$B/sotto
sotto_sim=$PWD/$B/sotto-sim
export SOTTO_CLOCK=
T=$(mktemp -d "${TMPDIR:-/tmp}/sotto-test.XXXXXX")
sentence=
pids=

# The test build, whose passphrases cost nothing: for a program of many commands.
quickly() {
	sotto=$sotto_sim
	export SOTTO_CHEAP=1
}

finish() {
	status=$?
	for p in $pids; do kill "$p" 2>/dev/null || true; done
	for p in $pids; do wait "$p" 2>/dev/null || true; done
	rm -rf "$T"
	[ $status = 0 ] || echo "not ok ${sentence:-starting}"
	exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM

test_is() {
	[ -z "$sentence" ] || echo "ok $sentence"
	sentence=$1
}
test_end() {
	test_is ""
	sentence=
	exit 0
}
fail() {
	echo "$sentence: $*" >&2
	exit 1
}

# refused STATUS PATTERN COMMAND...: it exits so and says one line that matches.
refused() {
	want=$1 pattern=$2
	shift 2
	got=0
	"$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
	[ "$got" = "$want" ] || fail "status $got, not $want, of $*: $(cat "$T/err")"
	grep -Eqi -- "$pattern" "$T/err" || fail "it said: $(cat "$T/err")"
	[ "$(wc -l <"$T/err")" = 1 ] || fail "more than one line: $(cat "$T/err")"
}

same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }

# until_true SECONDS COMMAND...: poll until it succeeds.
until_true() {
	end=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$end" ] || fail "waited in vain for: $*"
		sleep 0.1
	done
}

# in_background COMMAND...: start it; its id is $started; ended with the test.
in_background() {
	"$@" &
	started=$!
	pids="$pids $started"
}

free_port() {
	python3 -c 'import socket
a, b = socket.socket(), socket.socket()
while True:
    a = socket.socket(); a.bind(("127.0.0.1", 0)); p = a.getsockname()[1]
    b = socket.socket()
    try: b.bind(("127.0.0.1", p + 1))
    except OSError: continue
    print(p); break'
}

# json EXPRESSION: what it is of the JSON on standard input, which is `d` in it.
json() { python3 -c 'import json,sys; d=json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }

# a_team: one in $T/a whose passphrase is in $T/pw.  $f is its fingerprint, and
# $url where its line will be: $port, and the next for desks.
a_team() {
	echo "correct horse battery staple" >"$T/pw"
	"$sotto" init "$T/a" --name "Example Group" --passphrase-file "$T/pw" >"$T/said"
	f=$(sed -n 's/^  #//p' "$T/said")
	port=$(free_port)
	url=http://127.0.0.1:$port
}

# a_line: that team's runs, as $started, until the test ends it or has ended.
a_line() {
	in_background "$sotto" serve "$T/a/line" --listen "127.0.0.1:$port" \
		--listen-desk "127.0.0.1:$((port + 1))" >"$T/serve" 2>&1
	until_true 20 grep -q desks "$T/serve"
}
