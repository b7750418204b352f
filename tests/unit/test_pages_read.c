/* What a source is shown of its conversation, and how it is deleted. */
#include <sys/mman.h>

#include "base/work.h"
#include "source_pages.h"

/* Where it is counted how many openings the pages tried. */
static int counts = -1;

static void
count_work(void)
{
	char path[32];

	OK((counts = memfd_create("work", 0)) >= 0);
	OK(ftruncate(counts, 8L * WORK_COUNT) == 0);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", counts);
	OK(setenv("SOTTO_WORK", path, 1) == 0);
	work_init();
}

static unsigned
opened(void)
{
	uint8_t n[8];

	OK(pread(counts, n, sizeof n, 8L * WORK_OPEN) == sizeof n);
	return (unsigned)enc_get_u64(n);
}

static uint32_t back; /* days that a reply is dated before its place */
static const struct age_recipient *next; /* that a reply names */

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
	l.day = day - back;
	if ((l.has_next = next != NULL))
		l.next = *next;
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

/* A voice holds from its first to its last day, and no voice but the door's. */
static void
old_voice_refused(void)
{
	struct key_note_voice *voice = &line.keys.doors[0].voices[0];
	const struct key_note_voice was = *voice;
	const uint32_t today = clock_day();
	struct fake_answer a;
	struct writer w;
	struct letter l;

	writer_with_letter(&w, &l);
	reply_to(&l, today - 9, 0, "before its time", 0);
	reply_to(&l, today - 8, 1, "on its first day", 0);
	reply_to(&l, today - 4, 2, "on its last day", 0);
	reply_to(&l, today - 3, 3, "after its time", 0);
	voice->first = today - 8;
	voice->last = today - 4;
	post(&a, "/read", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(has(&a, "on its first day") && has(&a, "on its last day"));
	OK(!has(&a, "before its time") && !has(&a, "after its time"));
	fake_answer_drop(&a);
	voice->key[0] ^= 1;
	post(&a, "/read", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(has(&a, "No messages for these words"));
	fake_answer_drop(&a);
	*voice = was;
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
	unsigned was, of_none, of_one;
	struct writer w;
	struct letter l;

	new_writer(&w);
	was = opened();
	fake_work = (struct fake_work){ 0 };
	post(&a, "/read", (const char *const[]){ "words", w.words, NULL });
	OK(a.status == 200 && has(&a, "No messages for these words"));
	OK(a.body.len == 32768);
	none = fake_work;
	of_none = opened() - was;
	OK(none.derived == 1 && none.looked == 1 && none.tags == 4416 &&
	    none.got == 6 && none.alike == 0);
	fake_answer_drop(&a);

	writer_with_letter(&w, &l);
	fake_work = (struct fake_work){ 0 };
	was = opened();
	post(&a, "/read", (const char *const[]){ "words", w.words, NULL });
	one = fake_work;
	of_one = opened() - was;
	OK(a.status == 200 && a.body.len == 32768);
	fake_answer_drop(&a);
	for (uint32_t i = 0; i < 40; i++)
		reply_to(&l, clock_day() - i, i % 16, "an answer", 0);
	fake_work = (struct fake_work){ 0 };
	was = opened();
	post(&a, "/read", (const char *const[]){ "words", w.words, NULL });
	many = fake_work;
	OK(of_none == 6 && of_one == 6 && opened() - was == 6);
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

/* What was deleted keeps its place, and whoever knows k can delete any one
 * answer; the living ones are still shown, each once, on the way that the
 * buttons go. */
static void
deleted_answers_hide_no_older_one(void)
{
	struct fake_answer a;
	struct writer w;
	struct letter l;
	char from[8] = "0", text[32];
	unsigned seen[20] = { 0 }, pages = 0;
	const char *older;

	writer_with_letter(&w, &l);
	for (uint32_t i = 0; i < 20; i++) {
		(void)snprintf(text, sizeof text, "answer %u.", i);
		reply_to(&l, clock_day() - i * 4, i % 16, text, 0);
		/* All of the newest six, some of the next. */
		fake_letters[fake_letter_count - 1].deleted =
		    i < 6 || i % 4 == 0;
	}
	do {
		post(&a, "/read",
		    (const char *const[]){
			"ticket", w.ticket, "from", from, NULL });
		for (unsigned i = 0; i < 20; i++) {
			(void)snprintf(text, sizeof text, "answer %u.", i);
			seen[i] += has(&a, text);
		}
		/* The last form but that for deleting has the button. */
		older = strstr(buf_str(&a.body), "Older messages");
		if (older != NULL) {
			while (memcmp(older, "name=\"from\"", 11) != 0)
				older--;
			OK(sscanf(older, "name=\"from\" value=\"%7[0-9]",
			       from) == 1);
		}
		fake_answer_drop(&a);
		OK(++pages <= 4);
	} while (older != NULL);
	for (unsigned i = 0; i < 20; i++)
		OK(seen[i] == !(i < 6 || i % 4 == 0));
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

/* Where on the page; NULL when it stands there not once. */
static const char *
at(const struct fake_answer *a, const char *text)
{
	const char *p = memmem(a->body.at, a->body.len, text, strlen(text));

	return p == NULL || strstr(p + 1, text) != NULL ? NULL : p;
}

static void
misdated_answers_and_those_that_lack_are_said_where_they_stand(void)
{
	const uint32_t today = clock_day();
	char written[CLOCK_DATE_BYTES];
	struct fake_answer a;
	struct writer w;
	struct letter l;

	writer_with_letter(&w, &l);
	reply_to(&l, today - 3, 0, "answer one.", 0);
	reply_to(&l, today - 1, 4, "answer five.", 0);
	back = 9;
	reply_to(&l, today, 6, "answer of another day.", 0);
	back = 0;
	clock_date(written, today - 9);
	post(&a, "/read", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(buf_str(&a.body) != NULL);
	OK(at(&a, "missing before this one: <bdi>3</bdi>.") <
	    at(&a, "answer five."));
	OK(at(&a, "missing before this one: <bdi>3</bdi>.") != NULL);
	OK(at(&a, "answer five.") < at(&a, "answer one."));
	OK(at(&a, "answer one.") < at(&a, "Messages with another day"));
	OK(at(&a, "Messages with another day") < at(&a, "Written on it is"));
	OK(at(&a, "Written on it is") < at(&a, "answer of another day."));
	OK(at(&a, written) != NULL);
	/* What it has read is what is known of the misdated one too. */
	OK(has(&a, "name=\"seen\" value=\"7\""));
	fake_answer_drop(&a);
	/* Of seven it is not known which lie on the other page. */
	for (uint32_t i = 10; i < 14; i++)
		reply_to(&l, today - 20, i, "old", 0);
	post(&a, "/read", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(has(&a, "answer five.") && !has(&a, "missing before"));
	fake_answer_drop(&a);
	letter_drop(&l);
	fake_empty();
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

static uint8_t plain_part[ENVELOPE_PART_PLAIN];

static bool
last_opens(const struct age_identity *id)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];

	return envelope_open(plain, id,
		   fake_letters[fake_letter_count - 1].envelope,
		   ENVELOPE_LETTER_BYTES) == ERR_OK;
}

/* One more of this writer, who keeps copies. */
static void
writes_again(const struct writer *w, const char *text, bool keep)
{
	struct fake_answer a;
	struct buf b;

	begin_form(&b, w, text);
	if (keep)
		put_text(&b, "keep", "yes");
	send_form_of(&a, &b, 512, 0);
	OK(a.status == 200);
	fake_answer_drop(&a);
}

/* Whoever once could read it knows where answers lie, and puts there what is
 * none: into the slots of a day from this one on. */
static void
fill_slots(const struct letter *from, uint32_t day, uint32_t slot)
{
	static uint8_t envelope[ENVELOPE_LETTER_BYTES];
	uint8_t opening[TAG_OPENING_BYTES], tag[TAG_BYTES];
	struct tag_keys keys;

	tag_keys_init_to(&keys, from->k);
	for (; slot < TAG_SLOTS; slot++) {
		tag_opening(opening, &keys, TAG_TO, day, slot);
		tag_of(tag, opening);
		OK(envelope_seal(envelope, sizeof envelope, &from->reply,
		       (const uint8_t *)"x", 1) == ERR_OK);
		fake_put(tag, envelope);
	}
	tag_keys_drop(&keys);
}

/* A page to write on says who will read it, and that is true. */
static void
restricted_reply_expired_says_who_reads(void)
{
	static char text[20000];
	struct age_recipient to;
	struct age_identity *few;
	struct fake_answer a;
	struct writer w;
	struct letter l;

	OK(age_identity_random(&few, AGE_HYBRID) == ERR_OK);
	age_identity_recipient(few, &to);
	writer_with_letter(&w, &l);
	post(&a, "/write", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(has(&a, "Read by: ") && !has(&a, "Only those who answer you"));
	fake_answer_drop(&a);
	next = &to;
	reply_to(&l, clock_day(), 0, "between us", 0);
	next = NULL;
	reply_to(&l, clock_day(), 1, "of one who knows nothing of it", 0);
	post(&a, "/write", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(!has(&a, "Read by: ") && has(&a, "Only those who answer you"));
	fake_answer_drop(&a);
	writes_again(&w, "for you alone", false);
	OK(last_opens(few) && !last_opens(desk));
	/* Seven copies of its own hide no answer. */
	for (unsigned i = 0; i < 7; i++)
		writes_again(&w, "and more", true);
	writes_again(&w, "for you alone too", false);
	OK(last_opens(few));
	/* Nor does what somebody puts into the slots of answers. */
	fill_slots(&l, clock_day(), 2);
	writes_again(&w, "for you alone still", false);
	OK(last_opens(few));
	/* A text that is a file, and its file. */
	memset(text, 'x', sizeof text - 1);
	writes_again(&w, text, false);
	OK(last_opens(few) && fake_part_count == 1);
	OK(envelope_open(plain_part, few, fake_parts[0].envelope,
	       ENVELOPE_PART_BYTES) == ERR_OK);
	/* What was to be read has gone. */
	fake_empty();
	post(&a, "/write", (const char *const[]){ "ticket", w.ticket, NULL });
	OK(has(&a, "Read by: ") && !has(&a, "Only those who answer you"));
	fake_answer_drop(&a);
	writes_again(&w, "as at first", false);
	OK(!last_opens(few) && last_opens(desk));
	letter_drop(&l);
	age_identity_close(few);
	fake_empty();
}

/* That everything shall be deleted is for them too. */
static void
a_deletion_is_told_to_those_who_read(void)
{
	struct age_recipient to;
	struct age_identity *few;
	struct fake_answer a;
	struct writer w;
	struct letter l;

	OK(age_identity_random(&few, AGE_HYBRID) == ERR_OK);
	age_identity_recipient(few, &to);
	writer_with_letter(&w, &l);
	next = &to;
	reply_to(&l, clock_day(), 0, "between us", 0);
	next = NULL;
	post(&a, "/delete",
	    (const char *const[]){ "ticket", w.ticket, "sure", "yes", NULL });
	OK(a.status == 200 && last_opens(few));
	fake_answer_drop(&a);
	letter_drop(&l);
	age_identity_close(few);
	fake_empty();
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
clock_init();
count_work();
make_line();
T(answers_are_read_and_their_files_downloaded)
T(a_changed_file_never_ends_well)
T(old_voice_refused)
T(nobody_and_somebody_cannot_be_told_apart)
T(older_messages_are_shown_on_request_and_none_is_missed)
T(deleted_answers_hide_no_older_one)
T(a_kept_copy_can_be_read_and_only_when_wanted)
T(misdated_answers_and_those_that_lack_are_said_where_they_stand)
T(source_deletes_own_letter)
T(restricted_reply_expired_says_who_reads)
T(a_deletion_is_told_to_those_who_read)
T(mistyped_words_are_named_with_their_neighbours)
T_END
