#include "alloc.h"
#include "base/file.h"
#include "letter/name.h"
#include "letter_kit.h"

static void
a_letter_comes_back_as_it_was_written(void)
{
	static const char text[] =
	    "\"The pump was off\", they said.\n\tTwice. \\o/ \x1b "
	    "\xd0\x9d\xd0\xb0\xd1\x81\xd0\xbe\xd1\x81 \xf0\x9f\x98\x80";
	static const uint32_t counts[] = { 3, 0, 1 };
	struct letter l, got;

	fill(&l, LETTER_FROM, text);
	l.name = "Blue Heron";
	l.answers[0] = (struct letter_answer){ "where", "in the \"pit\"\n" };
	l.answers[1] = (struct letter_answer){ "when", "" };
	l.answer_count = 2;
	add_file(&l, "one.jpg", 3000000);
	add_file(&l, "two.jpg", 0);
	add_file(&l, "three.jpg", 5);
	OK(round_trip(&got, &l) == ERR_OK);
	OK(got.kind == LETTER_FROM && strcmp(got.team, TEAM) == 0);
	OK(memcmp(got.line, l.line, 16) == 0 && memcmp(got.id, l.id, 16) == 0);
	OK(memcmp(got.tag, l.tag, 16) == 0 && got.day == 19074);
	OK(got.slot == 11 && got.seen == 2 && memcmp(got.door, l.door, 4) == 0);
	OK(age_recipient_is_same(&got.reply, &l.reply));
	OK(memcmp(got.sign, source.sign_public, 32) == 0);
	OK(memcmp(got.k, source.k, 32) == 0);
	OK(strcmp(got.name, "Blue Heron") == 0 && got.answer_count == 2);
	OK(strcmp(got.answers[0].question, "where") == 0);
	OK(strcmp(got.answers[0].answer, "in the \"pit\"\n") == 0);
	OK(strcmp(got.answers[1].answer, "") == 0);
	OK(got.text_len == strlen(text) && strcmp(got.text, text) == 0);
	OK(!got.more && got.file_count == 3);
	OK(memcmp(got.parts, l.parts, 32) == 0);
	for (size_t i = 0; i < 3; i++) {
		uint32_t first, count;

		OK(strcmp(got.files[i].name, l.files[i].name) == 0);
		OK(strcmp(got.files[i].type, "image/jpeg") == 0);
		OK(got.files[i].size == l.files[i].size);
		OK(memcmp(got.files[i].sha256, l.files[i].sha256, 32) == 0);
		letter_file_parts(&got, i, &first, &count);
		OK(first == (i == 0 ? 0 : 3) && count == counts[i]);
	}
	letter_drop(&got);
	letter_drop(&got);
	OK(alloc_dirty() == 0);
}

static void
a_reply_and_a_kept_copy_come_back_too(void)
{
	struct letter l, got;

	fill(&l, LETTER_REPLY, "Which pump?");
	OK(round_trip(&got, &l) == ERR_OK);
	OK(got.n == 3 && !got.has_next && strcmp(got.text, "Which pump?") == 0);
	letter_drop(&got);
	l.has_next = true;
	l.next = next_reply;
	add_file(&l, "map.png", 1);
	OK(round_trip(&got, &l) == ERR_OK);
	OK(got.has_next && age_recipient_is_same(&got.next, &next_reply));
	OK(!got.next_is_door);
	OK(got.file_count == 1);
	letter_drop(&got);
	l.next_is_door = true;
	OK(round_trip(&got, &l) == ERR_OK);
	OK(got.has_next && got.next_is_door && got.next.kind != AGE_HYBRID);
	letter_drop(&got);

	fill(&l, LETTER_KEPT, "The third.");
	OK(round_trip(&got, &l) == ERR_OK);
	OK(strcmp(got.text, "The third.") == 0 && got.file_count == 0);
	letter_drop(&got);
}

static void
text_that_does_not_fit_is_cut_and_nothing_else_is_lost(void)
{
	static char text[400000];
	char name[NAME_FILE_MAX + 1];
	struct letter l, got;
	struct buf note;

	memset(text, 'x', sizeof text - 1);
	memset(name, 'n', sizeof name - 1);
	name[NAME_FILE_MAX] = '\0';
	fill(&l, LETTER_FROM, text);
	buf_init(&note, 65536);
	OK(!letter_text_fits(&l, 0));
	OK(letter_write(&note, &l, source.sign_seed) == ERR_TOOBIG);
	OK(note.len == 0);
	l.more = true;
	OK(letter_write(&note, &l, source.sign_seed) == ERR_FORMAT);
	/* Everything as long as it may be. */
	l.name = name;
	for (size_t i = 0; i < LETTER_FILES_MAX; i++) {
		add_file(&l, name, LETTER_FILE_BYTES_MAX);
		l.files[i].type = name + NAME_FILE_MAX - LETTER_TYPE_MAX;
	}
	l.files[0].type = LETTER_WHOLE_TYPE;
	char type[LETTER_TYPE_MAX + 1];
	memset(type, 't', sizeof type - 1);
	type[4] = '/';
	type[LETTER_TYPE_MAX] = '\0';
	for (size_t i = 0; i < LETTER_FILES_MAX; i++)
		l.files[i].type = type;
	char answer[LETTER_ANSWERS_BYTES];
	memset(answer, 'a', sizeof answer);
	answer[LETTER_ANSWERS_BYTES - 7] = '\0';
	l.answers[0] = (struct letter_answer){ "q", answer };
	l.answer_count = 1;
	l.day = l.seen = UINT32_MAX;
	l.slot = 3; /* the shortest; what fits does so in slot 15 */
	OK(letter_write(&note, &l, source.sign_seed) == ERR_OK);
	OK(note.len <= ENVELOPE_LETTER_PLAIN);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_OK);
	OK(got.more && got.file_count == 32);
	OK(got.text_len > 100 && got.text_len <= LETTER_CUT_BYTES);
	letter_drop(&got);
	buf_clear(&note);
	l.answer_count = 0;
	OK(letter_write(&note, &l, source.sign_seed) == ERR_OK);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_OK);
	fprintf(stderr, "cut text: %zu\n", got.text_len);
	OK(got.text_len == LETTER_CUT_BYTES);
	letter_drop(&got);
	buf_drop(&note);
}

static void
what_is_said_to_fit_fits(void)
{
	static char text[20000];
	static const char *const pieces[] = { "x", "\n", "\"", "\xd1\x84",
		"\x01" };
	struct letter l, got;
	size_t low, high, mid, len;

	for (size_t p = 0; p < COUNT(pieces); p++) {
		const size_t unit = strlen(pieces[p]);

		for (len = 0; len + unit < sizeof text; len += unit)
			memcpy(text + len, pieces[p], unit);
		fill(&l, LETTER_FROM, text);
		for (low = 0, high = len / unit; low < high;) {
			mid = (low + high + 1) / 2;
			l.text_len = mid * unit;
			if (letter_text_fits(&l, 0))
				low = mid;
			else
				high = mid - 1;
		}
		l.text_len = low * unit;
		OK(round_trip(&got, &l) == ERR_OK);
		OK(got.text_len == l.text_len);
		if (p == 0) {
			/* 12.6 KB of text without a file */
			fprintf(stderr, "room: %zu\n", low);
			OK(low > 12000);
		}
		letter_drop(&got);
		l.text_len += unit;
		OK(round_trip(&got, &l) == ERR_TOOBIG);
		l.text_len -= unit;
		OK(!letter_text_fits(&l, 1));
	}
	fill(&l, LETTER_FROM, "short");
	OK(letter_text_fits(&l, 32));
	OK(letter_text_fits(&l, 99));
}

static void
a_letter_of_another_day_is_misdated(void)
{
	struct letter l;

	fill(&l, LETTER_FROM, "words");
	OK(!letter_is_misdated(&l, 19074) && !letter_is_misdated(&l, 19075));
	OK(letter_is_misdated(&l, 19073) && letter_is_misdated(&l, 19076));
	l.day = UINT32_MAX;
	OK(letter_is_misdated(&l, 0));
}

static void
media_types_have_one_spelling(void)
{
	static const struct {
		const char *type;
		bool yes;
	} rows[] = {
		{ "image/jpeg", true },
		{ "application/vnd.openxmlformats-officedocument."
		  "wordprocessingml.document",
		    true },
		{ "a/b", true },
		{ "image/svg+xml", true },
		{ "image", false },
		{ "/jpeg", false },
		{ "image/", false },
		{ "a/b/c", false },
		{ "a//b", false },
		{ "text/plain; charset=utf-8", false },
		{ "Text/plain", false },
		{ "a/.b", false },
		{ "", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		OK(letter_is_type(rows[i].type, strlen(rows[i].type)) ==
		    rows[i].yes);
	OK(letter_is_type(LETTER_WHOLE_TYPE, strlen(LETTER_WHOLE_TYPE)));
	OK(letter_is_type(LETTER_ANY_TYPE, strlen(LETTER_ANY_TYPE)));
	OK(!letter_is_type("a\0/b", 4));
}

static void
letters_are_what_the_vectors_say(void)
{
	static const struct {
		enum letter_kind kind;
		const char *path;
	} rows[] = {
		{ LETTER_FROM, "doc/vectors/letter.note" },
		{ LETTER_REPLY, "doc/vectors/reply.note" },
		{ LETTER_KEPT, "doc/vectors/kept.note" },
	};
	struct letter l, got;
	struct buf want, note;

	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_init(&want, 65536);
		buf_init(&note, 65536);
		fill(&l, rows[i].kind,
		    "The pump \"was off\".\n\xd0\x9d\xd0\xb0\xd1\x81\xd0\xbe"
		    "\xd1\x81.");
		l.name = "Blue Heron";
		l.answers[0] = (struct letter_answer){ "where", "pit 3" };
		l.answer_count = 1;
		if (rows[i].kind != LETTER_KEPT)
			add_file(&l, "pump.jpg", 3000000);
		l.has_next = rows[i].kind == LETTER_REPLY;
		l.next = next_reply;
		OK(letter_write(&note, &l, seed_of(rows[i].kind)) == ERR_OK);
		if (getenv("SOTTO_MAKE_VECTORS") != NULL)
			OK(file_write(rows[i].path, note.at, note.len, 0644) ==
			    ERR_OK);
		OK(file_read(&want, rows[i].path) == ERR_OK);
		OK(note.len == want.len &&
		    memcmp(note.at, want.at, want.len) == 0);
		OK(read_filled(&got, &want, rows[i].kind) == ERR_OK);
		letter_drop(&got);
		buf_drop(&want);
		buf_drop(&note);
	}
}

static void
refused_memory_leaves_nothing_half_read(void)
{
	struct letter l, got;
	enum err e = ERR_NOMEM;
	const unsigned held = alloc_held(), dirty = alloc_dirty();
	unsigned n;

	fill(&l, LETTER_FROM, "words");
	l.name = "Blue Heron";
	l.answers[0] = (struct letter_answer){ "where", "pit 3" };
	l.answer_count = 1;
	add_file(&l, "a.jpg", 9);
	for (n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = round_trip(&got, &l);
		alloc_refuse(0);
		if (e == ERR_OK)
			letter_drop(&got);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_held() == held && alloc_dirty() == dirty);
		OK(n < 2000);
	}
	OK(n > 20);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
people();
T(a_letter_comes_back_as_it_was_written)
T(a_reply_and_a_kept_copy_come_back_too)
T(text_that_does_not_fit_is_cut_and_nothing_else_is_lost)
T(what_is_said_to_fit_fits)
T(a_letter_of_another_day_is_misdated)
T(media_types_have_one_spelling)
T(letters_are_what_the_vectors_say)
T(refused_memory_leaves_nothing_half_read)
T_END
