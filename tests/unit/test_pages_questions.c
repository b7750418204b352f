/* The team's own questions, from the settings to the letter. */
#include "source_pages.h"

static void
add_question(const char *text)
{
	struct question *q = &settings.question[settings.questions++];

	OK(question_read(q, text, strlen(text)) == ERR_OK);
}

static void
the_questions_stand_on_the_page(void)
{
	struct fake_answer a;
	struct writer w;

	new_writer(&w);
	post(&a, "/write", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(has(&a, ">When did &lt;it&gt; happen?</label>"));
	OK(has(&a, "name=\"q-happened\"") && has(&a, "type=\"date\""));
	OK(has(&a, "<select id=\"q-inside\" name=\"q-inside\""));
	OK(has(&a, "<option value=\"Not yet\">Not yet</option>"));
	fake_answer_drop(&a);
	fake_empty();
}

static void
what_is_typed_goes_into_the_letter(void)
{
	struct fake_answer a;
	struct letter l;
	struct writer w;
	struct buf b;

	new_writer(&w);
	begin_form(&b, &w, "hello");
	put_text(&b, "q-inside", "Not yet");
	put_text(&b, "q-happened", "2021-11-23");
	put_text(&b, "q-nobody-asked", "this");
	put_text(&b, "q-how", "");
	put_field(&b, "files", "a.jpg", "abc", 3);
	send_form_of(&a, &b, 3, 0);
	OK(a.status == 200 && has(&a, "Your answers."));
	open_letter(&l, 0);
	OK(l.answer_count == 2 && l.file_count == 1);
	OK(strcmp(l.answers[0].question, "happened") == 0);
	OK(strcmp(l.answers[0].answer, "2021-11-23") == 0);
	OK(strcmp(l.answers[1].question, "inside") == 0);
	OK(strcmp(l.answers[1].answer, "Not yet") == 0);
	letter_drop(&l);
	fake_answer_drop(&a);
	fake_empty();
}

static void
answers_alone_are_a_message(void)
{
	struct fake_answer a;
	struct letter l;
	struct writer w;
	struct buf b;

	new_writer(&w);
	begin_form(&b, &w, "");
	put_text(&b, "q-how", "I was \xe2\x82\xac there");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 200 && has(&a, "Your answers."));
	OK(!has(&a, "Your text."));
	open_letter(&l, 0);
	OK(l.answer_count == 1 && l.text_len == 0);
	OK(strcmp(l.answers[0].answer, "I was \xe2\x82\xac there") == 0);
	letter_drop(&l);
	fake_answer_drop(&a);
	fake_empty();
}

static void
a_choice_that_was_not_offered_is_no_answer(void)
{
	struct fake_answer a;
	struct letter l;
	struct writer w;
	struct buf b;

	new_writer(&w);
	begin_form(&b, &w, "hello");
	put_text(&b, "q-inside", "not yet");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 200 && !has(&a, "Your answers."));
	open_letter(&l, 0);
	OK(l.answer_count == 0);
	letter_drop(&l);
	fake_answer_drop(&a);
	fake_empty();
}

static void
other_answers_are_another_message(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b;

	new_writer(&w);
	for (int i = 0; i < 4; i++) {
		begin_form(&b, &w, "hello");
		put_text(&b, "q-inside", i < 2 ? "Yes" : "Not yet");
		send_form_of(&a, &b, 512, 0);
		OK(a.status == 200);
		OK(has(&a, "not sent twice") == (i % 2 == 1));
		OK(fake_letter_count == (size_t)i / 2 + 1);
		fake_answer_drop(&a);
	}
	fake_empty();
}

static void
what_was_typed_is_kept_when_it_cannot_be_sent(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b;

	new_writer(&w);
	fake_refuse = ERR_FULL;
	begin_form(&b, &w, "hello");
	put_text(&b, "q-inside", "Not yet");
	put_text(&b, "q-how", "\"I\" <was> there");
	put_text(&b, "q-happened", "in spring");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 507 && fake_letter_count == 0);
	OK(has(&a, "<option value=\"Not yet\" selected>"));
	OK(has(&a, "value=\"&quot;I&quot; &lt;was&gt; there\"") ||
	    has(&a, "value=\"&#34;I&#34; &lt;was&gt; there\""));
	fake_answer_drop(&a);
	fake_empty();
}

static void
more_than_a_letter_holds_is_said_and_kept(void)
{
	char typed[LETTER_ANSWERS_BYTES + 300];
	struct fake_answer a;
	struct writer w;
	struct buf b;

	new_writer(&w);
	memset(typed, 'x', sizeof typed);
	for (int i = 0; i < 3; i++) {
		/* One too long; one as long as all; two together. */
		const size_t n = i == 0 ? sizeof typed - 1
		    : i == 1            ? LETTER_ANSWERS_BYTES
					: LETTER_ANSWERS_BYTES / 2;

		typed[n] = '\0';
		begin_form(&b, &w, "a text to be kept");
		put_text(&b, "q-how", typed);
		put_text(&b, "q-happened", i == 2 ? typed : "");
		send_form_of(&a, &b, 512, 0);
		OK(a.status == 413 && has(&a, "Your answers are too long"));
		OK(has(&a, ">a text to be kept</textarea>"));
		OK(has(&a, "value=\"xxxxx") && fake_letter_count == 0);
		fake_answer_drop(&a);
		typed[n] = 'x';
	}
	fake_empty();
}

static void
an_answer_twice_or_behind_the_files_is_refused(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b;

	new_writer(&w);
	begin_form(&b, &w, "hello");
	put_text(&b, "q-how", "once");
	put_text(&b, "q-how", "twice");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 400);
	fake_answer_drop(&a);
	begin_form(&b, &w, "hello");
	put_field(&b, "files", "a.jpg", "abc", 3);
	put_text(&b, "q-how", "once");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 400);
	fake_answer_drop(&a);
	begin_form(&b, &w, "hello");
	put_text(&b, "q-how", "\xff");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 400 && has(&a, ">hello</textarea>"));
	fake_answer_drop(&a);
	begin_form(&b, &w, "hello");
	put_field(&b, "q-how", NULL, "a\0b", 3);
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 400);
	fake_answer_drop(&a);
	OK(fake_letter_count == 0);
	fake_empty();
}

/* Spaces of every kind, a line end as forms have it, and what has no width. */
#define BLANKS " \t\r\n\302\240\342\200\213\343\200\200"

static void
blanks_alone_are_refused_and_what_else_was_typed_is_kept(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b;

	new_writer(&w);
	begin_form(&b, &w, BLANKS);
	put_text(&b, "name", "Kestrel");
	put_text(&b, "q-how", BLANKS);
	put_text(&b, "q-inside", "none of these");
	put_field(&b, "files", "", "", 0);
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 400 && fake_letter_count == 0);
	OK(has(&a, "Spaces and empty lines alone are no message."));
	OK(has(&a, "value=\"Kestrel\""));
	OK(strcmp(field(&a, "id"), w.id) == 0);
	fake_answer_drop(&a);
	fake_empty();
}

static void
beside_blanks_an_answer_or_a_file_is_a_message(void)
{
	struct fake_answer a;
	struct writer w;
	struct letter l;
	struct buf b;

	for (int file = 0; file < 2; file++) {
		new_writer(&w);
		begin_form(&b, &w, BLANKS);
		put_text(&b, "name", BLANKS);
		put_text(&b, "q-how", BLANKS);
		put_text(&b, "q-inside", file ? "" : "Not yet");
		if (file)
			put_field(&b, "files", "a.jpg", "abc", 3);
		send_form_of(&a, &b, 512, 0);
		OK(a.status == 200 && fake_letter_count == 1);
		fake_answer_drop(&a);
		open_letter(&l, 0);
		OK(l.text_len == 0 && l.name == NULL);
		OK(l.file_count == (size_t)file);
		OK(l.answer_count == (size_t)!file);
		letter_drop(&l);
		fake_empty();
	}
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
clock_init();
make_line();
add_question("happened date When did <it> happen?");
add_question("inside choice Have you reported it inside? | Yes | Not yet");
add_question("how text How do you know?");
T(the_questions_stand_on_the_page)
T(what_is_typed_goes_into_the_letter)
T(answers_alone_are_a_message)
T(a_choice_that_was_not_offered_is_no_answer)
T(other_answers_are_another_message)
T(what_was_typed_is_kept_when_it_cannot_be_sent)
T(more_than_a_letter_holds_is_said_and_kept)
T(an_answer_twice_or_behind_the_files_is_refused)
T(blanks_alone_are_refused_and_what_else_was_typed_is_kept)
T(beside_blanks_an_answer_or_a_file_is_a_message)
T_END
