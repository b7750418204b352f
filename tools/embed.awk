# embed: text files as C strings, one `static const char NAME[]` a file, where
# NAME is the file's name with '-' made '_' and its ending left out.
function done() { if (name != "") print "    \"\";" }
FNR == 1 {
	done()
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.[a-z]*$/, "", name)
	gsub(/-/, "_", name)
	print "static const char " name "[] ="
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	print "    \"" $0 "\\n\""
}
END { done() }
