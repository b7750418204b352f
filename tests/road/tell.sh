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
in_background python3 tests/road/lib_cut.py "$port" "$$" "$T/cuts" >"$T/proxy"
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

test_is "the desk has every message once, and the video byte for byte"
desk() { "$sotto" desk "$T/ours/desk" --line "$url" --passphrase-file "$T/pw" "$@" 2>"$T/err"; }
desk sync >"$T/out"
desk inbox --json >"$T/inbox"
[ "$(node -p 'JSON.parse(fs.readFileSync(0)).length' <"$T/inbox")" = 2 ] || fail "not two conversations: $(cat "$T/inbox")"
for h in $(node -p 'JSON.parse(fs.readFileSync(0)).map(c => c.handle).join(" ")' <"$T/inbox"); do
	desk show "$h" --json >"$T/$h.json"
	if grep -q "with a video" "$T/$h.json"; then alice=$h; else carol=$h; fi
done
[ "$(grep -o "with a video" "$T/$alice.json" | wc -l)" = 1 ] || fail "the video came more than once"
[ "$(grep -o '"again' "$T/$carol.json" | wc -l)" = 1 ] || fail "it came more than once"
desk save "$carol" 1 --to "$T/saved" >"$T/out"
same "$T/video.mp4" "$(find "$T/saved" -type f)"

test_is "an answer and its file are read, the file byte for byte"
head -c 3000000 /dev/urandom >"$T/answer.pdf"
printf 'Thank you.\nWho else knows?\n' | desk reply "$alice" --attach "$T/answer.pdf" >"$T/out"
tell alice --read >"$T/out"
grep -q "Who else knows?" "$T/out" || fail "it said $(cat "$T/out")"
tell alice --read --json --to "$T/got" >"$T/out"
node -e 'const a = JSON.parse(fs.readFileSync(0))
	if (a.length != 1 || a[0].kind != "reply" || a[0].n != 1 || a[0].files[0].name != "answer.pdf" || a[0].files[0].size != 3000000)
		throw JSON.stringify(a)' <"$T/out"
same "$T/answer.pdf" "$T/got/answer.pdf"
[ "$(stat -c %a "$T/got")" = 700 ] || fail "others may read what was saved"

test_is "a file that was saved is not fetched again, and no name is written over"
echo mine >"$T/got/answer.pdf"
tell alice --read --to "$T/got" >"$T/out"
[ "$(cat "$T/got/answer.pdf")" = mine ] || fail "it was written over"
same "$T/answer.pdf" "$T/got/2-answer.pdf"
tell alice --read --to "$T/got" >"$T/out"
[ "$(ls -A "$T/got" | wc -l)" = 2 ] || fail "$(ls -A "$T/got")"

test_is "the team learns what was read last"
echo "I have read it." | tell alice >"$T/out"
desk sync >"$T/out"
desk show "$alice" --json >"$T/shown"
grep -q "I have read it." "$T/shown" || fail "it did not come"

test_is "another's words read nothing of it"
words eve
[ "$(tell eve --read --json | tr -d '\n')" = "[]" ] || fail "eve reads"

test_is "deleting says what it cannot do"
tell alice --delete >"$T/out"
grep -q "removed" "$T/out" || fail "it said $(cat "$T/out")"
grep -q "theirs to delete" "$T/out" || fail "it said $(cat "$T/out")"
[ "$(tell alice --read --json | tr -d '\n')" = "[]" ] || fail "something is left"

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
