#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "crypt/crypt.h"
#include "t.h"
#include "team/safe.h"
#include "team/sheet.h"
#include "vectors.h"

static struct sheet sheets[SHARE_COUNT];
static uint8_t seed[SIGN_SEED_BYTES];

static void
make(void)
{
	crypt_random(seed, sizeof seed);
	sheet_split(sheets, seed);
}

/* The lines as they are printed. */
static void
text_of(char out[static 2048], const struct sheet *s)
{
	char line[SHEET_LINE_BYTES];
	size_t at = 0;

	for (unsigned i = 1; i <= SHEET_LINES; i++) {
		sheet_line(line, s, i);
		at += (size_t)snprintf(
		    out + at, 2048 - at, "    %u  %s\n", i, line);
	}
}

static enum err
read_text(struct sheet *s, const char *text, struct sheet_fault *f)
{
	return sheet_read(s, text, strlen(text), f);
}

static void
any_two_sheets_that_were_typed_back_give_the_key(void)
{
	struct sheet back[SHARE_COUNT];
	struct sheet_fault f;
	uint8_t got[SIGN_SEED_BYTES];
	char text[2048];

	for (unsigned run = 0; run < 50; run++) {
		make();
		for (unsigned i = 0; i < SHARE_COUNT; i++) {
			text_of(text, &sheets[i]);
			OK(read_text(&back[i], text, &f) == ERR_OK);
			OK(memcmp(&back[i], &sheets[i], sizeof back[i]) == 0);
		}
		for (unsigned i = 0; i < SHARE_COUNT; i++)
			for (unsigned j = 0; j < SHARE_COUNT; j++) {
				memset(got, 0, sizeof got);
				OK(sheet_join(got, &back[i], &back[j]) ==
				    (i == j ? ERR_TAKEN : ERR_OK));
				OK(i == j || memcmp(got, seed, 32) == 0);
			}
	}
}

/* The sheets of the vectors, made from their bytes. */
static void
sheets_are_what_the_vectors_say(void)
{
	uint8_t r[SHARE_BYTES], team[SHEET_TEAM_BYTES], got[32];
	struct share shares[SHARE_COUNT];
	char line[SHEET_LINE_BYTES], name[32], text[2048];
	struct sheet_fault f;
	struct sheet back;
	struct vectors v;
	unsigned blocks = 0;

	for (vectors_open(&v, "doc/vectors/sheets.txt"); vectors_next(&v);
	     blocks++) {
		vectors_hex(&v, "seed", seed, sizeof seed);
		vectors_hex(&v, "r", r, sizeof r);
		vectors_hex(&v, "team", team, sizeof team);
		share_split_with(shares, seed, r);
		for (unsigned i = 0; i < SHARE_COUNT; i++) {
			vectors_hex(&v, "split", sheets[i].split, 4);
			memcpy(sheets[i].team, team, sizeof team);
			sheets[i].share = shares[i];
			for (unsigned j = 1; j <= SHEET_LINES; j++) {
				(void)snprintf(
				    name, sizeof name, "sheet %u %u", i + 1, j);
				sheet_line(line, &sheets[i], j);
				OK(strcmp(line, vectors_str(&v, name)) == 0);
			}
			text_of(text, &sheets[i]);
			OK(read_text(&back, text, &f) == ERR_OK);
		}
		OK(sheet_join(got, &sheets[2], &sheets[0]) == ERR_OK);
		OK(memcmp(got, seed, sizeof got) == 0);
	}
	OK(blocks == 2);
	vectors_close(&v);
}

static void
sheets_of_two_splits_or_teams_do_not_go_together(void)
{
	struct sheet before[SHARE_COUNT];
	uint8_t got[SIGN_SEED_BYTES] = { 9 }, other[SIGN_SEED_BYTES];

	make();
	memcpy(before, sheets, sizeof before);
	sheet_split(sheets, seed);
	OK(sheet_join(got, &before[0], &sheets[1]) == ERR_EXPIRED);
	crypt_random(other, sizeof other);
	sheet_split(sheets, other);
	OK(sheet_join(got, &before[0], &sheets[1]) == ERR_DENIED);
	/* Of one split by name, but altered: seen by what comes out. */
	before[1].share.at[31] ^= 1;
	OK(sheet_join(got, &before[0], &before[1]) == ERR_FORGED);
	OK(got[0] == 9 && got[1] == 0);
}

static void
a_sheet_is_read_in_any_case_spacing_and_by_four_letters(void)
{
	char line[SHEET_LINE_BYTES], text[2048], typed[4096] = "";
	struct sheet_fault f;
	struct sheet back;
	size_t at;

	make();
	for (unsigned i = SHEET_LINES; i >= 1; i--) {
		sheet_line(line, &sheets[1], i);
		at = strlen(typed);
		at += (size_t)snprintf(typed + at, 64, "%u) ", i);
		for (const char *w = line; *w != '\0'; w += *w == ' ') {
			typed[at++] = (char)(w[0] - 32);
			at += (size_t)snprintf(typed + at, 64, "%.*s,\t- ",
			    (int)(strcspn(w, " ") < 4 ? strcspn(w, " ") - 1
						      : 3),
			    w + 1);
			w += strcspn(w, " ");
		}
		(void)snprintf(typed + at, 64, "\r\n# a remark 1 2\n\n");
	}
	OK(read_text(&back, typed, &f) == ERR_OK);
	text_of(text, &sheets[1]);
	text_of(typed, &back);
	OK(strcmp(text, typed) == 0);
}

/* The line with its word `n` exchanged for one of the list; false when that is
 * the same. */
static bool
exchange(char out[static SHEET_LINE_BYTES * 2], const char *line, unsigned n)
{
	const char *put =
	    words_default()->rows[crypt_random_below(WORDS_COUNT)];
	const char *from = line, *to;

	while (n-- > 0)
		from = strchr(from, ' ') + 1;
	to = from + strcspn(from, " ");
	(void)snprintf(out, SHEET_LINE_BYTES * 2, "%.*s%s%s",
	    (int)(from - line), line, put, to);
	return strlen(put) != (size_t)(to - from) ||
	    memcmp(put, from, (size_t)(to - from)) != 0;
}

/* Does a line with one other word pass?  If not, it is named. */
static bool
is_missed(const struct sheet_typed *t, const char *changed)
{
	struct sheet_typed typed = *t;
	struct sheet_fault f;

	if (sheet_type(&typed, changed, strlen(changed), &f) == ERR_OK)
		return true;
	OK(f.wrong == SHEET_CHECK_WRONG && f.line == t->have + 1);
	OK(memcmp(&typed, t, sizeof typed) == 0);
	return false;
}

/* Every single word exchanged for some others: its line is named, but for one
 * in 2,048 by chance, which the sum or the key then sees. */
static void
a_wrong_word_is_named_by_its_line(void)
{
	char line[SHEET_LINE_BYTES], changed[SHEET_LINE_BYTES * 2];
	unsigned tries = 0, missed = 0;
	struct sheet_typed t = { .have = 0 };
	struct sheet_fault f;

	make();
	while (t.have < SHEET_LINES) {
		sheet_line(line, &sheets[0], t.have + 1);
		for (unsigned k = 0; k < 40 * SHEET_LINE_WORDS; k++) {
			if (!exchange(changed, line, k % SHEET_LINE_WORDS))
				continue;
			tries++;
			missed += is_missed(&t, changed);
		}
		OK(sheet_type(&t, line, strlen(line), &f) == ERR_OK);
	}
	OK(tries > 1500 && missed < 20);
}

static void
what_is_wrong_with_a_text_is_said(void)
{
	static const struct {
		unsigned line; /* which is replaced */
		const char *by;
		enum sheet_wrong wrong;
		unsigned at;
	} rows[] = {
		{ 3, "", SHEET_LINE_LACKS, 3 },
		{ 8, "eight words\n", SHEET_LINE_LACKS, 8 },
		{ 5, "5 zoo zoo zoo zoo\n", SHEET_WORDS_WRONG, 5 },
		{ 5, "5 zoo zoo zoo zoo zoo zoo\n", SHEET_WORDS_WRONG, 5 },
		{ 5, "5 zoo zoo abandno zoo zoo\n", SHEET_WORD_WRONG, 5 },
		{ 5, "5 zoo zoo \xff\xfe zoo zoo\n", SHEET_WORD_WRONG, 5 },
		{ 4, "4 zoo zoo zoo zoo zoo\n", SHEET_CHECK_WRONG, 4 },
		{ 2, "3 zoo zoo zoo zoo zoo\n", SHEET_LINE_TWICE, 3 },
	};
	char line[SHEET_LINE_BYTES], text[2048];
	struct sheet_fault f;
	struct sheet back = { .split = { 1, 2, 3, 4 } };
	size_t at;

	for (size_t r = 0; r < COUNT(rows); r++) {
		make();
		at = 0;
		for (unsigned i = 1; i <= SHEET_LINES; i++) {
			sheet_line(line, &sheets[2], i);
			at += (size_t)(i == rows[r].line
				? snprintf(text + at, sizeof text - at, "%s",
				      rows[r].by)
				: snprintf(text + at, sizeof text - at,
				      "%u. %s\n", i, line));
		}
		OK(read_text(&back, text, &f) == ERR_FORMAT);
		OK(f.wrong == rows[r].wrong && f.line == rows[r].at);
		OK(back.split[3] == 4 && back.share.index == 0);
		if (rows[r].wrong == SHEET_WORD_WRONG) {
			OK(f.word == 3);
			OK(f.typed[0] == '\0' ||
			    (strcmp(f.typed, "abandno") == 0 &&
				strcmp(f.nearest[0], "abandon") == 0));
		}
	}
	OK(read_text(&back, "9 zoo zoo zoo zoo zoo\nzoo\n", &f) == ERR_FORMAT);
	OK(f.wrong == SHEET_NO_LINES && f.line == 0);
	OK(sheet_read(&back, text, SHEET_TEXT_MAX + 1, &f) == ERR_TOOBIG);
	sheet_fault_drop(&f);
	OK(f.line == 0);
}

/* Lines from 3 on are bound to the sheet's head. */
static void
a_line_of_another_sheet_is_named(void)
{
	char line[SHEET_LINE_BYTES], text[2048];
	unsigned named = 0;
	struct sheet_fault f;
	struct sheet back;
	size_t at;

	for (unsigned run = 0; run < 20; run++) {
		make();
		at = 0;
		for (unsigned i = 1; i <= SHEET_LINES; i++) {
			sheet_line(line, &sheets[i == 6 ? 1 : 0], i);
			at += (size_t)snprintf(
			    text + at, sizeof text - at, "%u %s\n", i, line);
		}
		OK(read_text(&back, text, &f) == ERR_FORMAT);
		named += f.wrong == SHEET_CHECK_WRONG && f.line == 6;
	}
	OK(named >= 19);
}

static void
a_key_file_opens_with_its_passphrase_alone(void)
{
	struct key *key = key_open(), *got = key_open();
	struct buf file;

	OK(key != NULL && got != NULL);
	buf_init(&file, SAFE_KEY_MAX);
	crypt_random(key_at(key), KEY_BYTES);
	OK(safe_seal(&file, key_see(key), "six words", 4) == ERR_OK);
	OK(safe_open(got, file.at, file.len, "six word") == ERR_NOKEY);
	OK(key_see(got)[0] == 0 && key_see(got)[31] == 0);
	OK(safe_open(got, file.at, file.len, "six words") == ERR_OK);
	OK(memcmp(key_see(got), key_see(key), KEY_BYTES) == 0);
	for (size_t n = 0; n < file.len - 1; n += 7)
		OK(safe_open(got, file.at, n, "six words") != ERR_OK);
	buf_drop(&file);
	key_close(key);
	key_close(got);
}

static void
about_is_read_exactly(void)
{
	static const char key[] = "key 010203040506070801020304050607080102"
				  "030405060708010203040506070a\n";
	static const struct {
		const char *rest;
		enum err e;
	} rows[] = {
		{ "", ERR_OK },
		{ "name A & B\n", ERR_OK },
		{ "name A & B\nsplit 01020304 20780\n", ERR_OK },
		{ "split 01020304 0\n", ERR_OK },
		{ "split 01020304 20780\nname A\n", ERR_FORMAT },
		{ "name \n", ERR_FORMAT },
		{ "name  A\n", ERR_FORMAT },
		{ "name A\tB\n", ERR_FORMAT },
		{ "name A", ERR_FORMAT },
		{ "split 0102030 20780\n", ERR_FORMAT },
		{ "split 01020304 020780\n", ERR_FORMAT },
		{ "split 01020304 4294967296\n", ERR_FORMAT },
		{ "split 01020304 1\n\n", ERR_FORMAT },
		{ "more\n", ERR_FORMAT },
	};
	struct safe_about a;
	struct buf in, out;

	buf_init(&in, 2 * SAFE_ABOUT_MAX);
	buf_init(&out, SAFE_ABOUT_MAX);
	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(buf_put_str(&in, "sotto team folder 1\n") == ERR_OK);
		OK(buf_put_str(&in, key) == ERR_OK);
		OK(buf_put_str(&in, rows[i].rest) == ERR_OK);
		OK(safe_about_read(&a, in.at, in.len) == rows[i].e);
		if (rows[i].e == ERR_OK) {
			OK(safe_about_write(&out, &a) == ERR_OK);
			OK(out.len == in.len &&
			    memcmp(out.at, in.at, in.len) == 0);
		}
		buf_clear(&in);
		buf_clear(&out);
	}
	OK(safe_about_read(&a, "sotto team folder 2\n", 20) == ERR_VERSION);
	OK(safe_about_read(&a, "key", 3) == ERR_FORMAT);
	OK(buf_put_zero(&in, SAFE_ABOUT_MAX + 1) == ERR_OK);
	OK(safe_about_read(&a, in.at, in.len) == ERR_TOOBIG);
	memcpy(a.name, "two\nlines", 10);
	OK(safe_about_write(&out, &a) == ERR_FORMAT && out.len == 0);
	buf_drop(&in);
	buf_drop(&out);
}

static void
a_key_file_lets_nothing_lie_when_memory_is_refused(void)
{
	struct key *key = key_open(), *got = key_open();
	struct buf file;
	enum err e = ERR_NOMEM;
	unsigned n;

	OK(key != NULL && got != NULL);
	buf_init(&file, SAFE_KEY_MAX);
	for (n = 1; e != ERR_OK; n++) {
		buf_drop(&file);
		alloc_refuse(n);
		e = safe_seal(&file, key_see(key), "six words", 4);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && file.len == 0));
	}
	OK(n > 3);
	for (n = 1, e = ERR_NOMEM; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = safe_open(got, file.at, file.len, "six words");
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	buf_drop(&file);
	key_close(key);
	key_close(got);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(any_two_sheets_that_were_typed_back_give_the_key)
T(sheets_are_what_the_vectors_say)
T(sheets_of_two_splits_or_teams_do_not_go_together)
T(a_sheet_is_read_in_any_case_spacing_and_by_four_letters)
T(a_wrong_word_is_named_by_its_line)
T(what_is_wrong_with_a_text_is_said)
T(a_line_of_another_sheet_is_named)
T(a_key_file_opens_with_its_passphrase_alone)
T(about_is_read_exactly)
T(a_key_file_lets_nothing_lie_when_memory_is_refused)
T_END
