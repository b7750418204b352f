#include <string.h>

#include "base/text.h"
#include "crypt/crypt.h"
#include "letter/name.h"
#include "letter/script.h"
#include "note/json.h"
#include "t.h"

static void
a_strangers_file_name_is_made_safe(void)
{
	static const struct {
		const char *given, *shown;
	} rows[] = {
		{ "photo.jpg", "photo.jpg" },
		{ "", "file" },
		{ ".", "_" },
		{ "..", "_" },
		{ "/", "file" },
		{ "../../etc/passwd", "passwd" },
		{ "C:\\Users\\me\\secret report.docx", "secret report.docx" },
		{ "a/..", "_" },
		{ ".bashrc", "_bashrc" },
		{ "-rf", "_rf" },
		{ "  x", "_ x" },
		{ "name. . ", "name" },
		{ "con", "_on" },
		{ "Aux.txt", "_ux.txt" },
		{ "LPT1.doc", "_PT1.doc" },
		{ "COMA.doc", "COMA.doc" },
		{ "a\nb\tc\x01.txt", "abc.txt" },
		/* shown as annexe.exe otherwise */
		{ "ann\xe2\x80\xae"
		  "gpj.exe",
		    "anngpj.exe" },
		{ "x\xef\xbb\xbf.txt", "x.txt" },
		{ "\"; rm <a>|b*?.sh", "__ rm _a__b__.sh" },
		{ "\xff\xfe.txt", "__.txt" },
		{ "\xd1\x84\xd0\xbe\xd1\x82\xd0\xbe.jpg",
		    "\xd1\x84\xd0\xbe\xd1\x82\xd0\xbe.jpg" },
		{ "a\xc2\xa0"
		  "b.txt",
		    "a b.txt" },
	};
	char out[NAME_FILE_MAX + 1];

	for (size_t i = 0; i < COUNT(rows); i++) {
		name_file(out, rows[i].given, strlen(rows[i].given));
		if (strcmp(out, rows[i].shown) != 0)
			fprintf(stderr, "%s: %s\n", rows[i].given, out);
		OK(strcmp(out, rows[i].shown) == 0);
	}
	name_file(out, NULL, 0);
	OK(strcmp(out, "file") == 0);
	name_file(out, "a\0b", 3);
	OK(strcmp(out, "ab") == 0);
}

static void
a_long_file_name_is_cut_and_keeps_its_ending(void)
{
	char given[400], out[NAME_FILE_MAX + 1];

	memset(given, 'x', sizeof given);
	memcpy(given + 395, ".jpeg", 5);
	name_file(out, given, sizeof given);
	OK(strlen(out) == NAME_FILE_MAX);
	OK(strcmp(out + NAME_FILE_MAX - 5, ".jpeg") == 0);
	for (size_t i = 0; i + 1 < sizeof given; i += 2)
		memcpy(given + i, "\xd1\x84", 2);
	name_file(out, given, sizeof given);
	OK(strlen(out) == NAME_FILE_MAX && text_is_utf8(out, 100));
	name_file(out, given, 395);
	OK(text_is_utf8(out, strlen(out)));
}

static void
whatever_was_given_a_safe_name_stays_as_it_is(void)
{
	static const char pieces[] =
	    "./\\ -_aZ9\"'*\x01\n.\xe2\x80\xae\xd1\x84";
	char given[160], once[NAME_FILE_MAX + 1], twice[NAME_FILE_MAX + 1];
	size_t n;

	for (int i = 0; i < 20000; i++) {
		n = crypt_random_below(sizeof given + 1);
		for (size_t j = 0; j < n; j++)
			given[j] = i % 2 == 0
			    ? pieces[crypt_random_below(sizeof pieces)]
			    : (char)crypt_random_below(256);
		name_file(once, given, n);
		n = strlen(once);
		OK(n > 0 && n <= NAME_FILE_MAX && text_is_utf8(once, n));
		OK(strpbrk(once, "/\\\"'`<>|:*?$;&\n\t") == NULL);
		OK(once[0] != '.' && once[0] != '-' && once[0] != ' ');
		OK(once[n - 1] != '.' && once[n - 1] != ' ');
		OK(json_str_bytes(once, n) == n);
		name_file(twice, once, n);
		if (strcmp(once, twice) != 0)
			fprintf(stderr, "%s: %s\n", once, twice);
		OK(strcmp(once, twice) == 0);
	}
}

static void
a_chosen_name_is_cut_to_forty_characters_of_one_script(void)
{
	static const struct {
		const char *given, *shown;
		unsigned marks;
	} rows[] = {
		{ "", "", NAME_AS_IS },
		{ "Blue Heron", "Blue Heron", NAME_AS_IS },
		{ "  Blue \n  Heron ", "Blue Heron", NAME_CLEANED },
		{ "Jos\xc3\xa9 7", "Jos\xc3\xa9 7", NAME_AS_IS },
		{ "7 \xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd",
		    "7 \xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd", NAME_AS_IS },
		/* a Cyrillic o in a Latin name */
		{ "bl\xd0\xbe"
		  "b",
		    "bl", NAME_MIXED },
		{ "a\xe2\x80\xaez", "az", NAME_CLEANED },
		/* Japanese and Korean write with two scripts */
		{ "\xe7\x94\xb0\xe4\xb8\xad\xe3\x81\x95\xe3\x82\x93",
		    "\xe7\x94\xb0\xe4\xb8\xad\xe3\x81\x95\xe3\x82\x93",
		    NAME_AS_IS },
		{ "\xed\x95\x9c\xe6\xbc\xa2", "\xed\x95\x9c\xe6\xbc\xa2",
		    NAME_AS_IS },
		{ "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde",
		    "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd", NAME_CUT },
		{ "\xff", "", NAME_CLEANED },
	};
	char out[NAME_CHOSEN_BYTES];

	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(name_chosen(out, rows[i].given, strlen(rows[i].given)) ==
		    rows[i].marks);
		OK(strcmp(out, rows[i].shown) == 0);
	}
}

static void
names_that_look_alike_are_told(void)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "Blue Heron", "blueheron", true },
		{ "Ivan", "lvan", true },
		{ "modern", "modem", true },
		{ "S0S", "SOS", true },
		/* the same word in Cyrillic letters */
		{ "cope", "\xd1\x81\xd0\xbe\xd1\x80\xd0\xb5", true },
		{ "COPE", "\xd0\xa1\xd0\x9e\xd0\xa0\xd0\x95", true },
		{ "Jos\xc3\xa9", "Jose", true },
		{ "\xef\xbd\x81"
		  "b",
		    "ab", true },
		{ "\xd0\x96\xd0\x98", "\xd0\xb6\xd0\xb8", true },
		{ "Blue Heron", "Blue Herring", false },
		{ "anna", "hanna", false },
		{ "\xd0\xb6", "\xd0\xb7", false },
		{ "a", "", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(name_looks_like(rows[i].a, rows[i].b) == rows[i].same);
		OK(name_looks_like(rows[i].b, rows[i].a) == rows[i].same);
	}
}

static void
every_script_has_its_place(void)
{
	for (uint32_t c = 0; c < 0x110000; c++) {
		const enum script s = script_of(c);

		OK(s <= SCRIPT_OTHER && script_goes_with(s, s));
		if (script_is_space(c))
			OK(s == SCRIPT_COMMON || c == 0x1680);
	}
	OK(script_of('a') == SCRIPT_LATIN && script_of('5') == SCRIPT_COMMON);
	OK(script_of(0x0e01) == SCRIPT_THAI &&
	    script_of(0x5d0) == SCRIPT_HEBREW);
	OK(!script_goes_with(SCRIPT_LATIN, SCRIPT_GREEK));
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(a_strangers_file_name_is_made_safe)
T(a_long_file_name_is_cut_and_keeps_its_ending)
T(whatever_was_given_a_safe_name_stays_as_it_is)
T(a_chosen_name_is_cut_to_forty_characters_of_one_script)
T(names_that_look_alike_are_told)
T(every_script_has_its_place)
T_END
