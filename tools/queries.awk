# Make gen/queries.h of src/store/queries.sql: the statements' names as an enum,
# and, where SQL_QUERIES is defined, their text and the list of books.
function fail(why) {
	print FILENAME ":" FNR ": " why > "/dev/stderr"
	failed = 1
	exit 1
}
function text(line) {
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	gsub(/[ \t]+/, " ", line)
	return line
}
/^-- book / {
	if (NF != 5) fail("a book has a name, an application id and a version")
	books++
	book[books] = $3; id[books] = $4; version[books] = $5; first[books] = n + 1
	next
}
/^-- [0-9]+ / {
	if (NF != 3 || $3 !~ /^[a-z_]+$/) fail("a statement has a number and a name")
	if (!books) fail("a statement stands in a book")
	if ($2 != n + 1) fail("statements are numbered one by one")
	if ($3 in seen) fail("two statements have one name")
	seen[$3] = 1
	n++
	name[n] = $3; last[books] = n
	next
}
/^--/ || /^[ \t]*$/ { next }
{
	if (!n) fail("text outside a statement")
	sql[n] = sql[n] "\n\t\"" text($0) "\\n\""
}
END {
	if (failed) exit 1
	print "/* Made from src/store/queries.sql. */"
	print "#ifndef GEN_QUERIES_H\n#define GEN_QUERIES_H\n"
	print "enum sql_query {"
	for (i = 1; i <= n; i++) print "\tSQL_" toupper(name[i]) ","
	print "\tSQL_QUERIES_COUNT\n};\n\nenum sql_book {"
	for (i = 1; i <= books; i++) print "\tSQL_BOOK_" toupper(book[i]) ","
	print "\tSQL_BOOKS_COUNT\n};\n\n#ifdef SQL_QUERIES"
	print "static const char *const query_text[] = {"
	for (i = 1; i <= n; i++) print "\t/* " name[i] " */" sql[i] ","
	print "};\n\nstatic const struct {"
	print "\tint application, version, first, last;\n} book_list[] = {"
	for (i = 1; i <= books; i++)
		print "\t{ " id[i] ", " version[i] ", " first[i] - 1 ", " last[i] - 1 " },"
	print "};\n#endif\n\n#endif"
}
