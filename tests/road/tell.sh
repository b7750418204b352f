# sotto tell against a real line: sending, files, resuming, foreign keys,
# deleting.
. tests/cli/lib.sh

echo "correct horse battery staple" >"$T/pw"
made() { # made NAME: a team; its fingerprint in $f
	"$sotto" init "$T/$1" --name "$1" --passphrase-file "$T/pw" >"$T/said"
	f=$(sed -n 's/^  #\([a-z2-7]\{32\}\)$/\1/p' "$T/said")
	[ "${#f}" = 32 ] || fail "no fingerprint"
}
serve() { # serve NAME: its line runs, at $url
	url=http://127.0.0.1:$port
	in_background "$sotto" serve "$T/$1/line" --listen "127.0.0.1:$port" \
		--listen-desk "127.0.0.1:$((port + 1))" >"$T/$1.said" 2>"$T/$1.err"
	line=$started
	until_true 10 grep -q '^desks:' "$T/$1.said"
}
words() { "$sotto" tell "$address" --new-phrase >"$T/$1"; }
tell() { # tell WORDS [ARGUMENT...]
	w=$1
	shift
	"$sotto" tell "$address" --phrase-file "$T/$w" "$@" 2>"$T/err"
}

made theirs
theirs=$f
made ours
port=$(free_port)
in_background python3 tests/road/cut.py "$port" "$$" "$T/cuts" >"$T/proxy"
until_true 5 test -s "$T/proxy"
through=127.0.0.1:$(cat "$T/proxy")
echo "host $through" >>"$T/ours/line/settings"
serve ours
address=$url#$f
words alice

test_is "a message is acknowledged from the line's disk"
echo "Something is wrong here." | tell alice --name Alice >"$T/out"
grep -q '^Sent' "$T/out" || fail "it said $(cat "$T/out")"
! grep -rq "Something is wrong" "$T/ours/line" || fail "the words lie there"

test_is "who has no answer yet is told how to check the words"
tell alice --read >"$T/out"
grep -q "no messages" "$T/out" || fail "it said $(cat "$T/out")"
[ "$(tell alice --read --json | tr -d '\n')" = "[]" ] || fail "not an empty array"

test_is "texts of 100,000 characters go, longer ones are refused before sending"
head -c 100000 /dev/zero | tr '\0' x >"$T/long"
tell alice <"$T/long" >"$T/out"
grep -q '^Sent' "$T/out" || fail "it said $(cat "$T/out")"
echo x >>"$T/long"
! tell alice <"$T/long" || fail "it sent"
grep -q "longer than 100,000" "$T/err" || fail "it said $(cat "$T/err")"
! printf 'a\377b' | tell alice || fail "it sent what is no text"
! tell alice </dev/null || fail "it sent nothing"
! echo x | tell alice --attach "$T" || fail "it sent a folder"

test_is "tell_refuses_foreign_key_note"
words bob
! echo x | "$sotto" tell "$url#$theirs" --phrase-file "$T/bob" 2>"$T/err" || fail "it sent"
grep -q "does not belong to the team" "$T/err" || fail "it said $(cat "$T/err")"
# A line with our certificate and another line's key note says so itself.
mkdir "$T/mixed"
cp -r "$T/ours/line" "$T/mixed/line"
rm -rf "$T/mixed/line/pool"
cp "$T/theirs/line/key-note" "$T/mixed/line/key-note"
! "$sotto" serve "$T/mixed/line" --listen 127.0.0.1:0 --listen-desk 127.0.0.1:0 >"$T/out" 2>"$T/err" </dev/null ||
	fail "a line of mixed keys runs"

test_is "a file of 64 MiB arrives though it is cut 20 times at random"
head -c 67108864 /dev/urandom >"$T/video.mp4"
direct=$address
address=http://$through#$f
echo "with a video" | tell alice --attach "$T/video.mp4" >"$T/out"
[ "$(cat "$T/cuts")" = 20 ] || fail "it was cut $(cat "$T/cuts") times"
grep -q '^Sent' "$T/out" || fail "it said $(cat "$T/out")"
address=$direct

test_is "the same command again sends nothing twice"
echo "with a video" | tell alice --attach "$T/video.mp4" >"$T/out"
grep -q 'Sent before' "$T/out" || fail "it said $(cat "$T/out")"

test_is "killed 20 times at random, the same command goes on and ends"
words carol
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	echo "again" | "$sotto" tell "$address" --phrase-file "$T/carol" --attach "$T/video.mp4" >/dev/null 2>&1 &
	p=$!
	sleep "0.$(awk -v s="$$$i" 'BEGIN { srand(s); printf "%02d", 8 + rand() * 25 }')"
	kill -9 $p 2>/dev/null || true
	wait $p 2>/dev/null || true
done
echo "again" | tell carol --attach "$T/video.mp4" >"$T/out"
grep -q '^Sent' "$T/out" || fail "it said $(cat "$T/out")"

test_is "deleting says what it cannot do"
tell alice --delete >"$T/out"
grep -q "removed" "$T/out" || fail "it said $(cat "$T/out")"
grep -q "theirs to delete" "$T/out" || fail "it said $(cat "$T/out")"

test_is "sixteen messages fit a day, the seventeenth is kept for tomorrow"
words dave
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	echo "message $i" | tell dave >"$T/out" || fail "number $i: $(cat "$T/err")"
done
! echo "message 17" | tell dave || fail "it sent"
grep -q "tomorrow" "$T/err" || fail "it said $(cat "$T/err")"

test_is "a line that goes away is said so"
kill $line
wait $line 2>/dev/null || true
! tell alice --read || fail "it read"
grep -q "cannot be reached" "$T/err" || fail "it said $(cat "$T/err")"
test_end
