/* From the page Write to a letter and its files. */
#include "source_pages.h"

static void
a_text_becomes_a_letter_that_the_team_opens(void)
{
	struct fake_answer a;
	struct letter l;
	struct writer w;
	struct buf b;

	new_writer(&w);
	begin_form(&b, &w, "line one\r\nline \xe2\x82\xac two");
	put_text(&b, "name", "north crane");
	put_field(&b, "files", "", "", 0);
	send_form_of(&a, &b, 1, 0);
	OK(a.status == 200 && has(&a, "has arrived") && a.body.len == 32768);
	OK(fake_letter_count == 1 && fake_work.uploads == 0);
	open_letter(&l, 0);
	OK(strcmp(l.text, "line one\nline \xe2\x82\xac two") == 0);
	OK(strcmp(l.name, "north crane") == 0);
	OK(memcmp(l.door, "door", 4) == 0 && l.day == clock_day());
	OK(l.file_count == 0 && !l.more);
	letter_drop(&l);
	fake_answer_drop(&a);
	fake_empty();
}

static void
files_arrive_byte_for_byte_whatever_their_pieces(void)
{
	static const size_t steps[] = { 100, 16384, 131072, 1U << 30 };
	static const size_t sizes[] = { 0, 1, 70000, PART_PLAIN,
		2 * PART_PLAIN + 5 };
	uint8_t *files[COUNT(sizes)];
	struct fake_answer a;
	char code[CHECK_BYTES];
	struct letter l;
	struct writer w;
	struct buf b;

	for (size_t i = 0; i < COUNT(sizes); i++)
		files[i] = some_bytes(sizes[i], (uint8_t)i);
	for (size_t s = 0; s < COUNT(steps); s++) {
		new_writer(&w);
		begin_form(&b, &w, "with files");
		for (size_t i = 0; i < COUNT(sizes); i++)
			put_field(
			    &b, "files", "/tmp/../a b.jpg", files[i], sizes[i]);
		send_form_of(&a, &b, steps[s], 0);
		OK(a.status == 200 && has(&a, "has arrived"));
		OK(fake_letter_count == 1 && fake_part_count == 6);
		open_letter(&l, 0);
		OK(l.file_count == COUNT(sizes));
		for (size_t i = 0; i < COUNT(sizes); i++) {
			OK(is_file(&l, i, files[i], sizes[i]));
			OK(strcmp(l.files[i].name, "a b.jpg") == 0);
			check_code(code, l.k, l.files[i].sha256);
			OK(has(&a, code));
		}
		OK(strcmp(l.files[0].type, "image/jpeg") == 0);
		letter_drop(&l);
		fake_answer_drop(&a);
		fake_empty();
	}
	for (size_t i = 0; i < COUNT(sizes); i++)
		free(files[i]);
}

static void
a_form_that_breaks_in_a_file_keeps_text_and_whole_files(void)
{
	uint8_t *file = some_bytes(3000000, 1);
	struct fake_answer a;
	struct letter l;
	struct writer w;
	struct buf b;

	new_writer(&w);
	begin_form(&b, &w, "the text");
	put_field(&b, "files", "whole.jpg", file, 1000);
	put_field(&b, "files", "broken.jpg", file, 3000000);
	send_form_of(&a, &b, 16384, 500000);
	OK(a.status == 200 && has(&a, "whole.jpg") && has(&a, "broken.jpg"));
	OK(has(&a, "Not everything arrived"));
	OK(fake_letter_count == 1 && fake_part_count == 1);
	open_letter(&l, 0);
	OK(strcmp(l.text, "the text") == 0 && l.file_count == 1);
	OK(is_file(&l, 0, file, 1000));
	letter_drop(&l);
	fake_answer_drop(&a);
	fake_empty();

	/* Broken between the text and the files, or behind them. */
	for (size_t cut = 1; cut < 60; cut += 7) {
		new_writer(&w);
		begin_form(&b, &w, "the text");
		put_field(&b, "files", "whole.jpg", file, 10);
		send_form_of(&a, &b, 64, cut);
		OK(a.status == 200 && fake_letter_count == 1);
		fake_answer_drop(&a);
		fake_empty();
	}
	free(file);
}

static void
a_form_that_breaks_in_the_text_keeps_nothing(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b;

	new_writer(&w);
	for (size_t cut = 10; cut < 400; cut += 13) {
		begin_form(&b, &w, "the text that is cut somewhere");
		send_form_of(&a, &b, 50, cut);
		OK(a.status == 400 && has(&a, "Nothing was kept"));
		OK(fake_letter_count == 0);
		fake_answer_drop(&a);
	}
	fake_empty();
}

static void
the_same_form_again_is_not_sent_twice(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b;

	new_writer(&w);
	for (int i = 0; i < 3; i++) {
		begin_form(&b, &w, "once");
		put_field(&b, "files", "a.jpg", "abc", 3);
		send_form_of(&a, &b, 512, 0);
		OK(a.status == 200 && has(&a, "a.jpg"));
		OK(has(&a, "not sent twice") == (i > 0));
		OK(fake_letter_count == 1);
		fake_answer_drop(&a);
	}
	fake_empty();
}

static void
edited_form_same_id_keeps_both(void)
{
	struct fake_answer a;
	struct letter l[2];
	struct writer w;
	struct buf b;

	new_writer(&w);
	for (size_t i = 0; i < 2; i++) {
		begin_form(&b, &w, i == 0 ? "first" : "second");
		send_form_of(&a, &b, 512, 0);
		OK(a.status == 200 && !has(&a, "not sent twice"));
		fake_answer_drop(&a);
		open_letter(&l[i], i);
	}
	OK(memcmp(l[0].id, l[1].id, sizeof l[0].id) == 0);
	OK(memcmp(l[0].sign, l[1].sign, sizeof l[0].sign) == 0);
	OK(strcmp(l[1].text, "second") == 0);
	letter_drop(&l[0]);
	letter_drop(&l[1]);
	fake_empty();
}

static void
what_cannot_be_sent_keeps_the_text(void)
{
	static const struct {
		enum err refuse;
		unsigned status;
	} rows[] = { { ERR_FULL, 507 }, { ERR_CLOSED, 503 }, { ERR_BUSY, 503 },
		{ ERR_TAKEN, 507 }, { ERR_MISSING, 503 } };
	struct fake_answer a;
	struct writer w;
	struct buf b;

	for (size_t i = 0; i < COUNT(rows); i++) {
		new_writer(&w);
		fake_refuse = rows[i].refuse;
		begin_form(&b, &w, "a text to be kept");
		put_field(&b, "files", "a.jpg", "abc", 3);
		send_form_of(&a, &b, 512, 0);
		OK(a.status == rows[i].status);
		OK(has(&a, ">a text to be kept</textarea>"));
		OK(strcmp(field(&a, "id"), w.id) == 0);
		OK(fake_letter_count == 0);
		fake_answer_drop(&a);
		fake_empty();
	}
}

static void
a_dead_ticket_asks_for_the_words_and_keeps_the_text(void)
{
	struct fake_answer a;
	struct letter l;
	struct writer w;
	struct buf b;

	new_writer(&w);
	w.ticket[40] ^= 1;
	begin_form(&b, &w, "a text to be kept");
	put_field(&b, "files", "a.jpg", "abc", 3);
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 403 && has(&a, ">a text to be kept</textarea>"));
	OK(has(&a, "name=\"words\"") && fake_letter_count == 0);
	fake_answer_drop(&a);

	buf_init(&b, 1U << 20);
	put_text(&b, "id", w.id);
	put_text(&b, "words", w.words);
	put_text(&b, "text", "a text to be kept");
	put_field(&b, "files", "a.jpg", "abc", 3);
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 200 && fake_letter_count == 1);
	open_letter(&l, 0);
	OK(is_file(&l, 0, "abc", 3));
	letter_drop(&l);
	fake_answer_drop(&a);

	buf_init(&b, 1U << 20);
	put_text(&b, "id", w.id);
	put_text(&b, "words", "these are no words of ours at all or so");
	put_text(&b, "text", "a text to be kept");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 400 && has(&a, ">a text to be kept</textarea>"));
	fake_answer_drop(&a);
	fake_empty();
}

static void
a_day_holds_sixteen_messages(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b;
	char text[20];

	new_writer(&w);
	for (int i = 0; i < 17; i++) {
		(void)snprintf(text, sizeof text, "number %d", i);
		begin_form(&b, &w, text);
		send_form_of(&a, &b, 512, 0);
		OK(a.status == (i < 16 ? 200 : 507));
		OK(i < 16 || has(&a, "number 16</textarea>"));
		fake_answer_drop(&a);
	}
	OK(fake_letter_count == 16);
	fake_empty();
}

static void
a_long_text_travels_as_the_first_file(void)
{
	static const struct {
		size_t n;
		unsigned status;
		bool more;
	} rows[] = { { 9000, 200, false }, { 20000, 200, true },
		{ 100000, 200, true }, { 100001, 413, false } };
	char *text = (char *)some_bytes(100001, 0);
	struct fake_answer a;
	struct letter l;
	struct writer w;
	struct buf b;

	for (size_t i = 0; i < 100001; i++)
		text[i] = (char)('a' + i % 26);
	for (size_t i = 0; i < COUNT(rows); i++) {
		new_writer(&w);
		text[rows[i].n] = '\0';
		begin_form(&b, &w, text);
		send_form_of(&a, &b, 16384, 0);
		OK(a.status == rows[i].status);
		OK(fake_letter_count == (a.status == 200 ? 1 : 0));
		if (a.status == 200) {
			open_letter(&l, 0);
			OK(l.more == rows[i].more);
			OK(!l.more || is_file(&l, 0, text, rows[i].n));
			OK(l.more || l.text_len == rows[i].n);
			OK(!has(&a, LETTER_WHOLE_NAME));
			letter_drop(&l);
		}
		fake_answer_drop(&a);
		fake_empty();
		text[rows[i].n] = 'z';
	}
	free(text);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
clock_init();
make_line();
T(a_text_becomes_a_letter_that_the_team_opens)
T(files_arrive_byte_for_byte_whatever_their_pieces)
T(a_form_that_breaks_in_a_file_keeps_text_and_whole_files)
T(a_form_that_breaks_in_the_text_keeps_nothing)
T(the_same_form_again_is_not_sent_twice)
T(edited_form_same_id_keeps_both)
T(what_cannot_be_sent_keeps_the_text)
T(a_dead_ticket_asks_for_the_words_and_keeps_the_text)
T(a_day_holds_sixteen_messages)
T(a_long_text_travels_as_the_first_file)
T_END
