# Make a catalogue of lang/sotto.pot in which every sentence is spelled with
# Hebrew letters: for pictures of pages that are written from right to left.
BEGIN {
	n = split("a b c d e f g h i j k l m n o p q r s t u v w x y z", from, " ")
	split("א ב ק ד ה פ ג ח י ז כ ל מ נ ו ף ץ ר ס ת ט ם ש ן ע צ", to, " ")
	for (i = 1; i <= n; i++) {
		map[from[i]] = to[i]
		map[toupper(from[i])] = to[i]
	}
}
function spell(s,   out, i, c) {
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\\") { out = out c substr(s, ++i, 1); continue }
		out = out (c in map ? map[c] : c)
	}
	return out
}
/^msgid/ { id = $0; text = ""; in_id = 1 }
in_id && /"/ && !/^msgstr/ {
	s = $0; sub(/^[^"]*"/, "", s); sub(/"$/, "", s); text = text s
	print; next
}
/^msgstr/ {
	in_id = 0
	if (text == "") { header = 1; print; next }
	header = 0
	print "msgstr \"" spell(text) "\""
	next
}
{ print }
