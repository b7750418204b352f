/* The source's pages from form to letter and back, over a pool in memory. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "fake_front.c"
#include "front/view.h"
#include "letter/check.h"
#include "letter/letter.h"
#include "letter/part.h"
#include "letter/ticket.h"
#include "note/json.h"
#include "t.h"

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data; boundary=x"

static struct settings settings;
static struct front_line line;
static struct age_identity *desk;
static struct age_recipient desk_recipient;
static uint8_t voice_seed[32] = "the seed of the voice of the do";

static void
make_line(void)
{
	static uint8_t team_seed[32] = "the seed of the team's own key.";
	struct key_note_door *door = &line.keys.doors[0];
	uint32_t today = clock_day();

	settings_init(&settings);
	memcpy(settings.line, "a line's id.....", 16);
	(void)snprintf(settings.name, sizeof settings.name, "Harbour Watch");
	sign_public(line.certificate.team, team_seed);
	memcpy(line.certificate.line, settings.line, LINE_ID_BYTES);
	OK(age_identity_random(&desk, AGE_HYBRID) == ERR_OK);
	age_identity_recipient(desk, &desk_recipient);
	key_note_init(&line.keys);
	line.keys.serial = 1;
	line.keys.doors_n = 1;
	memcpy(door->id, "door", DOOR_ID_BYTES);
	door->first = today - 1;
	door->recipients_n = 5;
	door->recipients = calloc(5, sizeof *door->recipients);
	OK(door->recipients != NULL);
	for (size_t i = 0; i < 5; i++)
		door->recipients[i] = desk_recipient;
	door->voices_n = 1;
	sign_public(door->voices[0].key, voice_seed);
	door->voices[0].first = today - 300;
	door->voices[0].last = today + 60;
	line.settings = &settings;
	OK(pages_warm() == ERR_OK && pages_open(&settings) == ERR_OK);
}

/* The value of the first field of this name on a page, as a C string. */
static const char *
field(const struct fake_answer *a, const char *name)
{
	static char value[4][1100];
	static unsigned at;
	char want[64];
	const char *p, *end;

	(void)snprintf(want, sizeof want, "name=\"%s\" value=\"", name);
	p = memmem(a->body.at, a->body.len, want, strlen(want));
	OK(p != NULL);
	p += strlen(want);
	end = strchr(p, '"');
	OK(end != NULL && (size_t)(end - p) < sizeof value[0]);
	at = (at + 1) % 4;
	memcpy(value[at], p, (size_t)(end - p));
	value[at][end - p] = '\0';
	return value[at];
}

static bool
has(const struct fake_answer *a, const char *text)
{
	return memmem(a->body.at, a->body.len, text, strlen(text)) != NULL;
}

/* Percent-encode what is not plain. */
static void
encode(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
			OK(buf_put(b, s, 1) == ERR_OK);
		else
			OK(buf_put_fmt(b, "%%%02X", (unsigned char)*s) ==
			    ERR_OK);
}

/* Post name, value, name, value, ..., NULL. */
static void
post(struct fake_answer *a, const char *path, const char *const *fields)
{
	struct fake_form form = { .path = path, .type = URLENCODED, .step = 7 };
	struct buf b;

	buf_init(&b, 100000);
	for (size_t i = 0; fields[i] != NULL; i += 2) {
		OK(buf_put_fmt(&b, "%s%s=", i == 0 ? "" : "&", fields[i]) ==
		    ERR_OK);
		encode(&b, fields[i + 1]);
	}
	form.body = b.at == NULL ? (const uint8_t *)"" : b.at;
	form.n = b.len;
	fake_post(a, &line, &form);
	buf_drop(&b);
	OK(a->beat && a->status != 0);
}

/* A multipart body: fields, then files. */
static void
put_field(
    struct buf *b, const char *name, const char *file, const void *p, size_t n)
{
	OK(buf_put_fmt(b,
	       "--x\r\nContent-Disposition: form-data; name=\"%s\"%s%s%s\r\n"
	       "%s\r\n",
	       name, file == NULL ? "" : "; filename=\"",
	       file == NULL ? "" : file, file == NULL ? "" : "\"",
	       file == NULL ? "" : "Content-Type: image/jpeg\r\n") == ERR_OK);
	OK(buf_put(b, p, n) == ERR_OK);
	OK(buf_put(b, "\r\n", 2) == ERR_OK);
}

static void
put_text(struct buf *b, const char *name, const char *value)
{
	put_field(b, name, NULL, value, strlen(value));
}

/* Words as they stand on the page Your words. */
static void
words_of(const struct fake_answer *a, char *out, size_t room)
{
	const char *p =
	    memmem(a->body.at, a->body.len, "<ol class=\"words\"", 17);
	const char *end;
	size_t n = 0;

	OK(p != NULL);
	for (int i = 0; i < 9; i++) {
		p = strstr(p, "<li>");
		OK(p != NULL);
		p += 4;
		end = strchr(p, '<');
		OK(n + (size_t)(end - p) + 2 < room);
		memcpy(out + n, p, (size_t)(end - p));
		n += (size_t)(end - p);
		out[n++] = ' ';
	}
	out[n - 1] = '\0';
}

/* Somebody who has got words, and stands before the page Write. */
struct writer {
	char words[200];
	char ticket[TICKET_CHARS + 1];
	char id[33];
};

static void
new_writer(struct writer *w)
{
	struct fake_answer a;

	post(&a, "/new", (const char *const[]){ "door", "646f6f72", NULL });
	OK(a.status == 200 && a.body.len == 32768);
	words_of(&a, w->words, sizeof w->words);
	(void)snprintf(w->ticket, sizeof w->ticket, "%s", field(&a, "ticket"));
	fake_answer_drop(&a);
	post(&a, "/write", (const char *const[]){ "ticket", w->ticket, NULL });
	OK(a.status == 200 && has(&a, "action=\"/send\""));
	(void)snprintf(w->id, sizeof w->id, "%s", field(&a, "id"));
	OK(strlen(w->id) == 32);
	fake_answer_drop(&a);
}

static void
begin_form(struct buf *b, const struct writer *w, const char *text)
{
	buf_init(b, 16U << 20);
	put_text(b, "id", w->id);
	put_text(b, "door", "646f6f72");
	put_text(b, "seen", "0");
	put_text(b, "ticket", w->ticket);
	put_text(b, "text", text);
}

/* Send and drop the form; `cut` bytes of its end never come. */
static void
send_form_of(struct fake_answer *a, struct buf *b, size_t step, size_t cut)
{
	OK(buf_put_str(b, "--x--\r\n") == ERR_OK);
	fake_post(a, &line,
	    &(struct fake_form){
		"/send", MULTIPART, b->at, b->len, step, cut });
	OK(a->status != 0 && a->beat);
	buf_drop(b);
}

/* Open the i-th letter of the pool as the team would. */
static void
open_letter(struct letter *l, size_t i)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	char team[TEAM_PRINT_BYTES];
	const struct letter_place place = { .kind = LETTER_FROM,
		.team = team,
		.line = settings.line,
		.tag = fake_letters[i].tag };

	team_print(team, line.certificate.team);
	OK(i < fake_letter_count);
	OK(envelope_open(plain, desk, fake_letters[i].envelope,
	       ENVELOPE_LETTER_BYTES) == ERR_OK);
	OK(letter_read(l, plain, sizeof plain, &place) == ERR_OK);
}

/* Is file i of the letter these bytes? */
static bool
is_file(const struct letter *l, size_t i, const void *p, size_t n)
{
	static uint8_t plain[ENVELOPE_PART_PLAIN];
	uint32_t first, count;
	uint8_t tag[TAG_BYTES];
	bool same = l->files[i].size == n;

	letter_file_parts(l, i, &first, &count);
	for (uint32_t j = 0; j < count && same; j++) {
		size_t k;

		tag_part(tag, l->parts, first + j);
		for (k = 0; memcmp(fake_parts[k].tag, tag, sizeof tag) != 0;)
			OK(++k < fake_part_count);
		OK(envelope_open(plain, desk, fake_parts[k].envelope,
		       ENVELOPE_PART_BYTES) == ERR_OK);
		same = memcmp(plain, (const uint8_t *)p + j * PART_PLAIN,
			   part_bytes(n, j)) == 0;
	}
	return same;
}

static void
three_words_are_asked_back_and_may_be_skipped(void)
{
	struct fake_answer a, b;
	struct writer w;
	char word[9][20], *at;
	const char *places;

	new_writer(&w);
	at = w.words;
	for (int i = 0; i < 9; i++) {
		size_t n = strcspn(at, " ");

		(void)snprintf(word[i], sizeof word[i], "%.*s", (int)n, at);
		at += n + 1;
	}
	post(&a, "/check", (const char *const[]){ "ticket", w.ticket, NULL });
	places = field(&a, "places");
	OK(strlen(places) == 3 && places[0] < places[1] &&
	    places[1] < places[2]);
	post(&b, "/write",
	    (const char *const[]){ "ticket", w.ticket, "places", places, "w1",
		word[places[0] - '1'], "w2", word[places[1] - '1'], "w3",
		word[places[2] - '1'], NULL });
	OK(has(&b, "action=\"/send\""));
	fake_answer_drop(&b);
	/* Four letters and capitals do. */
	for (int i = 0; i < 9; i++)
		word[i][4] = '\0', word[i][0] = (char)(word[i][0] - 32);
	post(&b, "/write",
	    (const char *const[]){ "ticket", w.ticket, "places", places, "w1",
		word[places[0] - '1'], "w2", word[places[1] - '1'], "w3",
		word[places[2] - '1'], NULL });
	OK(has(&b, "action=\"/send\""));
	fake_answer_drop(&b);
	post(&b, "/write",
	    (const char *const[]){ "ticket", w.ticket, "places", places, "w1",
		word[places[0] - '1'], "w2", "nonsense", NULL });
	OK(has(&b, "aria-invalid") && !has(&b, "action=\"/send\""));
	fake_answer_drop(&b);
	fake_answer_drop(&a);
	fake_empty();
}

static void
page_never_contains_phrase(void)
{
	static const char *const paths[] = { "/check", "/write", "/read",
		"/delete" };
	struct fake_answer a;
	struct writer w;
	char again[200];

	new_writer(&w);
	for (size_t i = 0; i < COUNT(paths); i++) {
		post(&a, paths[i],
		    (const char *const[]){ "ticket", w.ticket, NULL });
		OK(a.status == 200 && !has(&a, "class=\"words\""));
		OK(!has(&a, w.words));
		fake_answer_drop(&a);
	}
	/* With the ticket the words can be shown again. */
	post(&a, "/new", (const char *const[]){ "ticket", w.ticket, NULL });
	words_of(&a, again, sizeof again);
	OK(strcmp(again, w.words) == 0);
	fake_answer_drop(&a);
	fake_empty();
}

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

/* Bytes that are easy to tell apart. */
static uint8_t *
some_bytes(size_t n, uint8_t seed)
{
	uint8_t *p = malloc(n + 1);

	OK(p != NULL);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 31 + i / 251 + seed);
	return p;
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
		OK(a.status == 503 && has(&a, "twice does no harm"));
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

/* A reply of the team, with a file of `n` bytes, into slot `slot` of `day`. */
static void
reply_to(const struct letter *from, uint32_t day, uint32_t slot,
    const char *text, size_t n)
{
	static uint8_t envelope[ENVELOPE_PART_BYTES];
	uint8_t opening[TAG_OPENING_BYTES], tag[TAG_BYTES];
	uint8_t *file = some_bytes(n, 9);
	struct tag_keys keys;
	struct letter l;
	struct buf note;

	letter_init(&l, LETTER_REPLY);
	memcpy(l.team, from->team, sizeof l.team);
	memcpy(l.line, from->line, sizeof l.line);
	tag_keys_init_to(&keys, from->k);
	tag_opening(opening, &keys, TAG_TO, day, slot);
	tag_of(l.tag, opening);
	tag_parts(l.parts, opening);
	l.day = day;
	l.n = slot + 1;
	l.text = text;
	l.text_len = strlen(text);
	if (n > 0) {
		l.file_count = 1;
		l.files[0] =
		    (struct letter_file){ .name = "answer \xc3\xa9.pdf",
			    .type = "application/pdf",
			    .size = n };
		sha256(l.files[0].sha256, file, n);
	}
	for (uint32_t j = 0; j < part_count(n); j++) {
		OK(envelope_seal(envelope, ENVELOPE_PART_BYTES, &from->reply,
		       file + j * PART_PLAIN, part_bytes(n, j)) == ERR_OK);
		tag_part(tag, l.parts, j);
		fake_put_part(tag, envelope);
	}
	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	OK(letter_write(&note, &l, voice_seed) == ERR_OK);
	OK(envelope_seal(envelope, ENVELOPE_LETTER_BYTES, &from->reply, note.at,
	       note.len) == ERR_OK);
	fake_put(l.tag, envelope);
	buf_drop(&note);
	letter_drop(&l);
	tag_keys_drop(&keys);
	free(file);
}

/* A writer who has sent one letter, which `l` becomes. */
static void
writer_with_letter(struct writer *w, struct letter *l)
{
	struct fake_answer a;
	struct buf b;

	new_writer(w);
	begin_form(&b, w, "hello");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 200);
	fake_answer_drop(&a);
	open_letter(l, fake_letter_count - 1);
}

static void
answers_are_read_and_their_files_downloaded(void)
{
	uint8_t *file = some_bytes(2500000, 9);
	const uint32_t today = clock_day();
	struct fake_answer a, d;
	struct writer w;
	struct letter l;

	writer_with_letter(&w, &l);
	reply_to(&l, today - 40, 0, "an old answer", 0);
	reply_to(&l, today, 0, "a new <answer>", 2500000);
	post(&a, "/read", (const char *const[]){ "words", w.words, NULL });
	OK(a.status == 200 && a.body.len == 32768);
	OK(has(&a, "a new &lt;answer&gt;") && has(&a, "an old answer"));
	OK(strstr(buf_str(&a.body), "a new") <
	    strstr(buf_str(&a.body), "an old"));
	OK(strcmp(field(&a, "seen"), "1") == 0);
	OK(strstr(strstr(buf_str(&a.body), "class=\"new\"") + 1,
	       "class=\"new\"") == NULL);
	post(&d, "/file",
	    (const char *const[]){ "ticket", field(&a, "ticket"), "tag",
		field(&a, "tag"), "file", "0", NULL });
	OK(d.status == 200 && d.body.len == 2500000);
	OK(memcmp(d.body.at, file, 2500000) == 0);
	OK(strcmp(d.disposition,
	       "attachment; filename*=UTF-8''answer%20%C3%A9.pdf") == 0);
	fake_answer_drop(&d);

	/* A part that was changed: cut before the last byte. */
	fake_parts[1].envelope[900000] ^= 1;
	post(&d, "/file",
	    (const char *const[]){ "ticket", field(&a, "ticket"), "tag",
		field(&a, "tag"), "file", "1", NULL });
	OK(d.status == 404);
	fake_answer_drop(&d);
	fake_answer_drop(&a);
	letter_drop(&l);
	fake_empty();
	free(file);
}

static void
a_changed_file_never_ends_well(void)
{
	struct fake_answer a, d;
	struct writer w;
	struct letter l;
	struct fake_form form = {
		.path = "/file", .type = URLENCODED, .step = 100
	};
	struct buf b;

	writer_with_letter(&w, &l);
	reply_to(&l, clock_day(), 0, "x", 2500000);
	fake_parts[2].envelope[900000] ^= 1;
	post(&a, "/read", (const char *const[]){ "ticket", w.ticket, NULL });
	buf_init(&b, 4096);
	OK(buf_put_fmt(&b, "tag=%s&file=0&ticket=", field(&a, "tag")) ==
	    ERR_OK);
	encode(&b, w.ticket);
	form.body = b.at;
	form.n = b.len;
	fake_post(&d, &line, &form);
	OK(d.status == 0 && d.body.len < 2500000);
	buf_drop(&b);
	fake_answer_drop(&d);
	fake_answer_drop(&a);
	letter_drop(&l);
	fake_empty();
}

static bool
same_work(const struct fake_work *a, const struct fake_work *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static void
nobody_and_somebody_cannot_be_told_apart(void)
{
	struct fake_answer a;
	struct fake_work none, one, many;
	struct writer w;
	struct letter l;

	new_writer(&w);
	fake_work = (struct fake_work){ 0 };
	post(&a, "/read", (const char *const[]){ "words", w.words, NULL });
	OK(a.status == 200 && has(&a, "No messages for these words"));
	OK(a.body.len == 32768);
	none = fake_work;
	OK(none.derived == 1 && none.looked == 1 && none.tags == 4416 &&
	    none.got == 6);
	fake_answer_drop(&a);

	writer_with_letter(&w, &l);
	fake_work = (struct fake_work){ 0 };
	post(&a, "/read", (const char *const[]){ "words", w.words, NULL });
	one = fake_work;
	OK(a.status == 200 && a.body.len == 32768);
	fake_answer_drop(&a);
	for (uint32_t i = 0; i < 40; i++)
		reply_to(&l, clock_day() - i, i % 16, "an answer", 0);
	fake_work = (struct fake_work){ 0 };
	post(&a, "/read", (const char *const[]){ "words", w.words, NULL });
	many = fake_work;
	OK(a.status == 200 && a.body.len == 32768);
	OK(has(&a, "Older messages"));
	fake_answer_drop(&a);
	OK(same_work(&none, &one) && same_work(&one, &many));
	letter_drop(&l);
	fake_empty();
}

static void
older_messages_are_shown_on_request_and_none_is_missed(void)
{
	struct fake_answer a;
	struct writer w;
	struct letter l;
	char from[8], text[32];
	bool seen[20] = { false };

	writer_with_letter(&w, &l);
	for (uint32_t i = 0; i < 20; i++) {
		(void)snprintf(text, sizeof text, "answer %u.", i);
		reply_to(&l, clock_day() - i * 4, i % 16, text, 0);
	}
	for (unsigned at = 0; at < 20; at += 6) {
		(void)snprintf(from, sizeof from, "%u", at);
		post(&a, "/read",
		    (const char *const[]){
			"ticket", w.ticket, "from", from, NULL });
		for (unsigned i = 0; i < 20; i++) {
			(void)snprintf(text, sizeof text, "answer %u.", i);
			if (has(&a, text)) {
				OK(!seen[i] && i >= at && i < at + 6);
				seen[i] = true;
			}
		}
		OK(has(&a, "Older messages") == (at + 6 < 20));
		OK(has(&a, "Newer messages") == (at > 0));
		fake_answer_drop(&a);
	}
	for (unsigned i = 0; i < 20; i++)
		OK(seen[i]);
	letter_drop(&l);
	fake_empty();
}

static void
a_kept_copy_can_be_read_and_only_when_wanted(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b;

	for (int keep = 0; keep < 2; keep++) {
		new_writer(&w);
		begin_form(&b, &w, "my own words");
		if (keep)
			put_text(&b, "keep", "yes");
		send_form_of(&a, &b, 512, 0);
		OK(a.status == 200);
		OK(fake_letter_count == (keep ? 2 : 1));
		fake_answer_drop(&a);
		post(&a, "/read",
		    (const char *const[]){ "ticket", w.ticket, NULL });
		OK(has(&a, "my own words") == (keep == 1));
		fake_answer_drop(&a);
		fake_empty();
	}
}

static void
source_deletes_own_letter(void)
{
	struct fake_answer a;
	struct writer w;
	struct letter l;

	writer_with_letter(&w, &l);
	reply_to(&l, clock_day(), 0, "an answer", 0);
	letter_drop(&l);
	post(&a, "/delete", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(has(&a, "cannot be undone") && fake_work.deleted == 0);
	fake_answer_drop(&a);
	post(&a, "/delete",
	    (const char *const[]){ "ticket", w.ticket, "sure", "yes", NULL });
	OK(has(&a, "is removed now") && fake_work.deleted == 2);
	OK(fake_letters[0].deleted && fake_letters[1].deleted);
	fake_answer_drop(&a);
	/* The team is told that it was asked. */
	OK(fake_letter_count == 3);
	open_letter(&l, 2);
	OK(l.answer_count == 1 &&
	    strcmp(l.answers[0].question, "deletion") == 0);
	letter_drop(&l);
	post(&a, "/read", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(has(&a, "No messages for these words"));
	fake_answer_drop(&a);
	fake_empty();
}

static void
mistyped_words_are_named_with_their_neighbours(void)
{
	struct fake_answer a;
	struct writer w;
	char typed[220];

	new_writer(&w);
	(void)snprintf(typed, sizeof typed, "%s", w.words);
	memmove(typed + 9, typed, strlen(typed) + 1);
	memcpy(typed, "museumxx ", 9);
	*strrchr(typed, ' ') = '\0';
	post(&a, "/read", (const char *const[]){ "words", typed, NULL });
	OK(a.status == 400);
	OK(has(&a, "museumxx") && fake_work.derived == 1);
	fake_answer_drop(&a);
	post(&a, "/read", (const char *const[]){ "words", "two words", NULL });
	OK(a.status == 400 && has(&a, "nine words; this has"));
	fake_answer_drop(&a);
	fake_empty();
}

static void
bad_forms_are_refused_and_leave_nothing(void)
{
	static const char *const bad[] = { "ticket=%zz", "ticket=a&ticket=b",
		"ticket=a%00", "=" };
	static const char *const paths[] = { "/new", "/check", "/write",
		"/read", "/file", "/delete" };
	struct fake_answer a;

	for (size_t i = 0; i < COUNT(paths); i++)
		for (size_t k = 0; k < COUNT(bad); k++) {
			fake_post(&a, &line,
			    &(struct fake_form){ paths[i], URLENCODED, bad[k],
				strlen(bad[k]), 3, 0 });
			OK((a.status >= 400 && a.status < 500) ||
			    (a.status == 200 && strcmp(paths[i], "/new") == 0));
			OK(a.body.len == 32768);
			fake_answer_drop(&a);
		}
	OK(fake_letter_count == 0);
	fake_empty();
}

static void
the_next_front_takes_over_tickets_and_memory(void)
{
	struct fake_answer a;
	struct writer w;
	struct buf b, heirloom;

	new_writer(&w);
	begin_form(&b, &w, "once");
	send_form_of(&a, &b, 512, 0);
	fake_answer_drop(&a);
	buf_init(&heirloom, 65536);
	OK(pages_hand_over(&heirloom) == ERR_OK);
	OK(pages_open(&settings) == ERR_OK);
	OK(pages_take_over(heirloom.at, heirloom.len - 1) == ERR_FORMAT);
	OK(pages_take_over(heirloom.at, heirloom.len) == ERR_OK);
	pages_tick();
	begin_form(&b, &w, "once");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 200 && has(&a, "not sent twice"));
	fake_answer_drop(&a);
	buf_drop(&heirloom);
	fake_empty();
}

static void
the_start_page_is_drawn_once(void)
{
	struct fake_answer a, b;

	fake_get(&a, &line, "/");
	fake_get(&b, &line, "/");
	OK(a.status == 200 && a.body.len == 32768);
	OK(memcmp(a.body.at, b.body.at, a.body.len) == 0);
	OK(has(&a, "Harbour Watch"));
	fake_answer_drop(&a);
	fake_answer_drop(&b);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
clock_init();
make_line();
T(the_start_page_is_drawn_once)
T(three_words_are_asked_back_and_may_be_skipped)
T(page_never_contains_phrase)
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
T(answers_are_read_and_their_files_downloaded)
T(a_changed_file_never_ends_well)
T(nobody_and_somebody_cannot_be_told_apart)
T(older_messages_are_shown_on_request_and_none_is_missed)
T(a_kept_copy_can_be_read_and_only_when_wanted)
T(source_deletes_own_letter)
T(mistyped_words_are_named_with_their_neighbours)
T(bad_forms_are_refused_and_leave_nothing)
T(the_next_front_takes_over_tickets_and_memory)
T_END
