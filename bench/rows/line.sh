# Rows that need a running line: its start, its memory, letters, pages.

# A line with fresh keys in $dir/line; $url, $line (its process).
line_up() {
	if [ ! -d "$dir/team" ]; then
		echo "correct horse battery staple" >"$dir/pw"
		"$B/sotto" init "$dir/team" --name Bench --passphrase-file "$dir/pw" >/dev/null
	fi
	"$B/sotto" serve "$dir/team/line" --listen 127.0.0.1:0 --listen-desk 127.0.0.1:0 >"$dir/said" &
	line=$!
	i=0
	while ! grep -qs "^desks:" "$dir/said"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { echo "bench: the line does not start" >&2; exit 1; }
		sleep 0.1
	done
	url=$(sed -n 's/^sources: \(.*\)\/$/\1/p' "$dir/said")
}
line_down() {
	kill "$line"
	wait "$line" || true
}
# All processes of the line.
line_all() { echo "$line"; ps -o pid= --ppid "$line"; }

row_start() {
	line_up # makes the keys
	line_down
	ms=$("$M" until desks: "$B/sotto" serve "$dir/team/line" --listen 127.0.0.1:0 --listen-desk 127.0.0.1:0)
	say "sotto serve until it takes requests, ms" "$ms" - "at most" 150
}
row_idle() {
	line_up
	sleep 2
	kib=0
	for p in $(line_all); do
		kib=$((kib + $(awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup")))
	done
	line_down
	say "idle line, all processes, PSS in MiB" "$(awk -v k=$kib 'BEGIN { printf "%.1f", k / 1024 }')" - "at most" 24
}
# answer_ms WORDS: the median of 9 times to the page of what lies under them, ms.
answer_ms() {
	for _ in 1 2 3 4 5 6 7 8 9; do
		curl -sf -o "$dir/answer" -w '%{time_total}\n' --data-urlencode "words@$1" "$url/read"
	done | sort -n | awk '{ t[NR] = $1 } END { printf "%.0f", t[5] * 1000 }'
}
at_desk() { "$B/sotto" desk "$dir/team/desk" --passphrase-file "$dir/pw" "$@"; }
# talk WHO N: a source writes and is answered N times.
talk() {
	"$B/sotto" tell "$url" --new-phrase >"$dir/$1" 2>"$dir/err"
	[ "$2" -gt 0 ] || return 0
	echo "A message." | "$B/sotto" tell "$url" --phrase-file "$dir/$1" >"$dir/sent" 2>&1
	at_desk --line "$url" --desk-line "$(sed -n 's/^desks: *\(.*\)\/$/\1/p' "$dir/said")" sync >"$dir/sent"
	handle=$(at_desk inbox --json | tr '{' '\n' | sed -n '/"waiting": *true/s/.*"handle": *"\([^"]*\)".*/\1/p')
	for _ in $(seq "$2"); do
		echo "An answer." | at_desk reply "$handle" >"$dir/sent"
	done
}
row_answers() {
	line_up
	talk none 0
	talk one 1
	talk many 8
	none=$(answer_ms "$dir/none")
	say "answer to words that nobody used, ms: one answer" "$none" "$(answer_ms "$dir/one")" - ""
	say "  the same: eight answers" "$none" "$(answer_ms "$dir/many")" - ""
	grep -q 'Your messages' "$dir/answer" ||
		{ echo "bench: the answers are not found" >&2; exit 1; }
	line_down
}
row_letters() {
	line_up
	n=$("$M" letters "$url")
	line_down
	say "letters acknowledged a second, 16 writers" "$n" - "at least" 1000
}
# The values of a page's hidden fields, each as -F NAME=VALUE for curl.
hidden() {
	grep -o '<input[^>]*type="hidden"[^>]*>' "$1" |
		sed 's/.*name="\([^"]*\)".*value="\([^"]*\)".*/-F \1=\2/'
}
# CPU seconds that front and keeper have used.
line_cpu() {
	for p in $(line_all); do
		case $(tr '\0' ' ' <"/proc/$p/cmdline") in
		*@front* | *@keeper*) cat "/proc/$p/stat" ;;
		esac
	done | awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); t += $12 + $13 } END { print t / hz }'
}
# As a browser sends it: the line seals and hashes.
row_upload() {
	truncate -s "${SIZE}M" "$dir/zeros"
	line_up
	curl -s "$url/" -o "$dir/page"
	curl -s $(hidden "$dir/page") "$url/new" -o "$dir/page"
	curl -s $(hidden "$dir/page" | grep ticket) "$url/write" -o "$dir/page"
	before=$(line_cpu)
	curl -s $(hidden "$dir/page") -F text=hello -F "files=@$dir/zeros" "$url/send" -o "$dir/page" -w '%{http_code}\n' >"$dir/status"
	after=$(line_cpu)
	line_down
	[ "$(cat "$dir/status")" = 200 ] || { echo "bench: the upload ended with $(cat "$dir/status")" >&2; exit 1; }
	bare=$(awk -v a="$("$M" chacha "$SIZE")" -v b="$("$M" sha256 "$SIZE")" 'BEGIN { print a + b }')
	say "upload $SIZE MiB, CPU s: bare cipher and hash" "$(awk -v a="$before" -v b="$after" 'BEGIN { printf "%.2f", b - a }')" "$bare" "at most" 2.4
	rm -rf "$dir/zeros" "$dir/team/line/pool"
}
# The process of the line that is called so.
line_process() {
	for p in $(line_all); do
		case $(tr '\0' ' ' <"/proc/$p/cmdline") in *"@$1 "*) echo "$p" ;; esac
	done
}
# Requests a second and processor time a request, ours and nginx's, with these
# lines more in its configuration.
pages() {
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	cat >"$dir/nginx.conf" <<N
daemon off; master_process off; pid $dir/nginx.pid; error_log /dev/null;
events { worker_connections 512; }
http {
	access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; $1
	types { text/html html; }
	client_body_temp_path $dir; proxy_temp_path $dir; fastcgi_temp_path $dir; uwsgi_temp_path $dir; scgi_temp_path $dir;
	server { listen 127.0.0.1:$port; root $dir; }
}
N
	nginx -c "$dir/nginx.conf" -p "$dir" 2>/dev/null &
	web=$!
	i=0
	while ! curl -s "http://127.0.0.1:$port/index.html" -o "$dir/same"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { echo "bench: nginx does not start" >&2; exit 1; }
		sleep 0.1
	done
	"$B/pages" "$dir/index.html" "$(line_process front)" "$url/" $web "http://127.0.0.1:$port/index.html"
	kill $web
	wait $web || true
}
row_page() {
	line_up
	curl -s "$url/" -o "$dir/index.html"
	pages "" >"$dir/plain"
	pages "open_file_cache max=16;" >"$dir/tuned"
	line_down
	read -r ours theirs our_us their_us <"$dir/plain"
	say "start page, requests a second: nginx" "$ours" "$theirs" "at least" 1.2
	say "  the same, processor time a request, us" "$our_us" "$their_us" - ""
	read -r ours theirs our_us their_us <"$dir/tuned"
	say "  requests: nginx that keeps the file open" "$ours" "$theirs" - ""
	say "  the same, processor time a request, us" "$our_us" "$their_us" - ""
	say "start page, bytes" "$(wc -c <"$dir/index.html")" - "at most" 49152
}
