# Rows of a desk with many letters.

row_desk() {
	mkdir "$dir/desk"
	"$B/desk" "$dir/desk" 100000 10000
	# The least of three: others at work only add.
	set -- $(for _ in 1 2 3; do "$B/desk" "$dir/desk"; done | sort -n | head -n 1)
	rm -rf "$dir/desk"
	say "100,000 letters unlocked, CPU ms: passphrase" "$1" "$2" "at most" 2.2
	say "  MiB it has then, of so many at most" "$3" "$4" "at most" 0.75
}
