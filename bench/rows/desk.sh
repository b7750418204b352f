# Rows of a desk with many letters.

row_desk() {
	mkdir "$dir/desk"
	"$B/desk" "$dir/desk" 100000 10000
	# The least of three: others at work only add.
	set -- $(for _ in 1 2 3; do "$B/desk" "$dir/desk"; done | sort -n | head -n 1)
	# The dearest: a word that nothing has, so that all is read.
	found=$("$B/desk" "$dir/desk" zzzzq)
	rm -rf "$dir/desk"
	say "search in 100,000 letters, newest first, CPU ms" "${found%% *}" - "at most" 50
	found=${found#* }
	say "  the best first" "${found%% *}" - "at most" 250
	say "100,000 letters unlocked, ms by the clock" "$1" - "at most" 2000
	say "  CPU ms: passphrase" "$2" "$3" "at most" 2.2
	say "  MiB it has then, of so many at most" "$4" "$5" "at most" 0.75
}
# The first sync of a desk whose line has 100,000 letters of 41 days.  Others at
# work add to the seconds, hardly to the processor time.
row_first() {
	mkdir "$dir/full"
	echo "correct horse battery staple" >"$dir/full/pw"
	"$B/fill" "$dir/full" 100000 10000 40
	"$B/sotto" serve "$dir/full/line" --listen 127.0.0.1:0 --listen-desk 127.0.0.1:0 >"$dir/said" &
	line=$!
	i=0
	while ! grep -qs "^desks:" "$dir/said"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { echo "bench: the line does not start" >&2; exit 1; }
		sleep 0.1
	done
	set -- $("$M" once "$B/sotto" desk "$dir/full/desk" --passphrase-file "$dir/full/pw" \
		--line "$(sed -n 's/^sources: \(.*\)\/$/\1/p' "$dir/said")" \
		--desk-line "$(sed -n 's/^desks: *\(.*\)\/$/\1/p' "$dir/said")" sync)
	kill "$line"
	wait "$line" || true
	rm -rf "$dir/full"
	say "first sync of 100,000 letters, s" "$1" - "at most" 60
	say "  processor time of the desk, s" "$2" - "at most" 60
	say "  MiB that it had at most" "$3" - "at most" 512
}
