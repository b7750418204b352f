# The demonstration, as somebody who just cloned this would run it.
. tests/cli/lib.sh
export XDG_RUNTIME_DIR=$T/run
mkdir -m 700 "$XDG_RUNTIME_DIR"

test_is "the tour plays the whole road and leaves nothing"
"$sotto" demo --tour --port "$(free_port)" >"$T/tour" 2>"$T/err" || fail "$(cat "$T/err")"
for n in 1 2 3 4 5 6; do grep -q "^$n\. " "$T/tour" || fail "step $n is missing"; done
grep -q "age-encryption.org/v1" "$T/tour" || fail "the disk is not shown"
grep -q "Look again in two or three days" "$T/tour" || fail "the answer is not read"
[ "$(awk '{ if (length > 80) n++ } END { print n + 0 }' "$T/tour")" = 0 ] || fail "wider than 80"
[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ] || fail "left: $(ls -A "$XDG_RUNTIME_DIR")"

# Somebody listens at the usual port.
listens() {
	python3 -c 'import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(); time.sleep(120)' "$1" 2>/dev/null &
	pids="$pids $!"
	until_true 20 python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])))' "$1"
}

test_is "the demonstration shows two conversations at both addresses, at another port when its own is in use"
listens 8440
in_background "$sotto" demo --dir "$T/demo" >"$T/out" 2>"$T/err"
demo=$started
until_true 60 grep -q "localhost:.*/open?" "$T/out"
port=$(sed -n 's,^  http://127.0.0.1:\([0-9]*\)/$,\1,p' "$T/out")
[ "$port" != 8440 ] || fail "it says that it is where another listens"
curl -sf "http://127.0.0.1:$port/" | grep -q "Example Rights Group"
words=$(sed -n '/wearenotallsadists/{n;s/^ *//;p;}' "$T/out")
grep -qF "  $sotto tell http" "$T/out" || fail "it names a program that is not installed"
address=$(sed -n 's/^  .*sotto tell \(.*\) --new-phrase$/\1/p' "$T/out")
echo "$words" >"$T/words"
"$sotto" tell "$address" --phrase-file "$T/words" --read >"$T/read"
grep -q "Look again in two or three days" "$T/read" || fail "$(cat "$T/read")"
desk=$(sed -n 's/^  \(http:.*localhost:[0-9]*\)\(.*\)$/\1 \2/p' "$T/out")
host=${desk% *}
host=${host#http://}
curl -sf -c "$T/jar" --resolve "$host:127.0.0.1" "http://$host${desk#* }" >/dev/null
curl -sf -b "$T/jar" --resolve "$host:127.0.0.1" "http://$host/" >"$T/inbox"
grep -q wearenotallsadists "$T/inbox" || fail "the inbox does not show it"

test_is "Ctrl-C ends it and nothing is left"
kill -INT "$demo"
wait "$demo" || fail "status $?"
[ ! -e "$T/demo" ] || fail "its folder is there"
! curl -sf "http://127.0.0.1:$port/" >/dev/null 2>&1 || fail "the line still answers"

test_is "a port in use and a folder that is there are said in a sentence"
listens "$port"
refused 1 "another with --port" "$sotto" demo --port "$port"
refused 1 "folder that is not there" "$sotto" demo --dir "$T" --port "$(free_port)"
refused 2 "port is a number" "$sotto" demo --port 0
refused 2 "it takes" "$sotto" demo nonsense
test_end
