#include <string.h>

#include "age/envelope.h"
#include "alloc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "letter/letter.h"
#include "letter/name.h"
#include "note/json.h"
#include "note/note.h"
#include "t.h"
#include "vectors.h"

#define TEAM "abcdefghijklmnopqrstuvwxyz234567"

/* A source, a stranger, and a voice, from fixed roots. */
static struct source source, stranger;
static struct age_recipient source_reply, next_reply;
static uint8_t voices[2][SIGN_PUBLIC_BYTES];
static const uint8_t voice_seed[SIGN_SEED_BYTES] = { 7 };
static const uint8_t line[SOURCE_LINE_BYTES] = { 1, 2, 3 };
static const uint8_t tag[TAG_BYTES] = { 4, 5, 6 };

static void
recipient_of(struct age_recipient *r, const uint8_t seed[static 32])
{
	struct age_identity *id = NULL;

	OK(age_identity_from_seed(&id, AGE_HYBRID, seed) == ERR_OK);
	age_identity_recipient(id, r);
	age_identity_close(id);
}

static void
people(void)
{
	const uint8_t root[SOURCE_ROOT_BYTES] = { 1 };
	const uint8_t other[SOURCE_ROOT_BYTES] = { 2 };
	const uint8_t old_voice[SIGN_SEED_BYTES] = { 8 };

	source_init(&source, root);
	source_init(&stranger, other);
	recipient_of(&source_reply, source.reply_seed);
	recipient_of(&next_reply, stranger.reply_seed);
	sign_public(voices[0], old_voice);
	sign_public(voices[1], voice_seed);
}

static void
fill(struct letter *l, enum letter_kind kind, const char *text)
{
	letter_init(l, kind);
	memcpy(l->team, TEAM, sizeof TEAM);
	memcpy(l->line, line, sizeof line);
	memcpy(l->tag, tag, sizeof tag);
	memset(l->id, 0x1d, sizeof l->id);
	l->day = 19074;
	l->text = text;
	l->text_len = strlen(text);
	l->n = 3;
	l->seen = 2;
	l->door[0] = 0xd0;
	letter_set_return(l, &source, &source_reply);
}

static void
add_file(struct letter *l, const char *name, uint64_t size)
{
	struct letter_file *f = &l->files[l->file_count++];

	*f = (struct letter_file){
		.name = name, .type = "image/jpeg", .size = size
	};
	memset(f->sha256, (int)l->file_count, sizeof f->sha256);
	memset(l->parts, 0x77, sizeof l->parts);
}

static struct letter_place
place_of(enum letter_kind kind)
{
	static uint8_t own[1][SIGN_PUBLIC_BYTES];

	memcpy(own[0], source.sign_public, SIGN_PUBLIC_BYTES);
	return (struct letter_place){ .kind = kind,
		.team = TEAM,
		.line = line,
		.tag = tag,
		.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])(
		    kind == LETTER_KEPT ? own : voices),
		.key_count = kind == LETTER_KEPT ? 1 : 2 };
}

static const uint8_t *
seed_of(enum letter_kind kind)
{
	return kind == LETTER_REPLY ? voice_seed : source.sign_seed;
}

/* Fill the note to a whole plaintext and read it. */
static enum err
read_filled(struct letter *l, const struct buf *note, enum letter_kind kind)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	const struct letter_place place = place_of(kind);
	enum err e;

	OK(note->len <= sizeof plain);
	memset(plain, 0, sizeof plain);
	memcpy(plain, note->at, note->len);
	e = letter_read(l, plain, sizeof plain, &place);
	wipe(plain, sizeof plain);
	return e;
}

/* Write `l`, read it into `back`. */
static enum err
round_trip(struct letter *back, const struct letter *l)
{
	struct buf note;
	enum err e;

	buf_init(&note, 65536);
	if ((e = letter_write(&note, l, seed_of(l->kind))) == ERR_OK)
		e = read_filled(back, &note, l->kind);
	buf_drop(&note);
	return e;
}

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
	OK(got.seen == 2 && memcmp(got.door, l.door, 4) == 0);
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
	OK(got.file_count == 1);
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

/* A note of any JSON, signed by whom you like. */
static void
note_of(struct buf *note, enum letter_kind kind, const char *json,
    const uint8_t seed[static 32])
{
	struct buf text;

	buf_init(&text, 65536);
	buf_clear(note);
	OK(note_put_text(&text, letter_note_kind(kind), json, strlen(json)) ==
	    ERR_OK);
	OK(note_sign(note, (const char *)text.at, text.len, letter_signer(kind),
	       seed) == ERR_OK);
	buf_drop(&text);
}

/* The JSON of `l` with one piece of it exchanged. */
static char *
changed(const struct letter *l, const char *what, const char *by)
{
	static char json[40000];
	struct buf note;
	struct note n;
	const char *body, *at;
	size_t len, k;

	buf_init(&note, 65536);
	OK(letter_write(&note, l, seed_of(l->kind)) == ERR_OK);
	OK(note_read(&n, (const char *)note.at, note.len) == ERR_OK);
	OK(note_body(&n, letter_note_kind(l->kind), &body, &len) == ERR_OK);
	OK((at = memmem(body, len, what, strlen(what))) != NULL);
	k = (size_t)(at - body);
	snprintf(json, sizeof json, "%.*s%s%.*s", (int)k, body, by,
	    (int)(len - k - strlen(what)), at + strlen(what));
	buf_drop(&note);
	return json;
}

static void
a_field_that_lacks_or_is_of_another_form_is_refused(void)
{
	static const struct {
		enum letter_kind kind;
		const char *what, *by;
		enum err want;
	} rows[] = {
		{ LETTER_FROM, "\"team\"", "\"taem\"", ERR_FORMAT },
		{ LETTER_FROM, TEAM, "abc", ERR_FORMAT },
		{ LETTER_FROM, TEAM, TEAM "a", ERR_TOOBIG },
		{ LETTER_FROM, TEAM, "Abcdefghijklmnopqrstuvwxyz234567",
		    ERR_FORMAT },
		{ LETTER_FROM, "\"line\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "\"line\":\"0102", "\"line\":\"01020",
		    ERR_FORMAT },
		{ LETTER_FROM, "\"tag\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "\"id\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "\"day\":19074", "\"day\":-1", ERR_FORMAT },
		{ LETTER_FROM, "\"day\":19074", "\"day\":4294967296",
		    ERR_TOOBIG },
		{ LETTER_FROM, "\"day\":19074", "\"day\":\"19074\"",
		    ERR_FORMAT },
		{ LETTER_FROM, "\"seen\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "\"door\":\"d0", "\"door\":\"D0", ERR_FORMAT },
		{ LETTER_FROM, "\"reply\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "age1pq1", "age1pq2", ERR_FORMAT },
		{ LETTER_FROM, "\"sign\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "\"k\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "\"text\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "\"more\":false", "\"more\":0", ERR_FORMAT },
		{ LETTER_FROM, "\"more\":false", "\"x\":false", ERR_FORMAT },
		{ LETTER_FROM, "\"more\":false,", "\"more\":true,",
		    ERR_OK /* with a file */ },
		{ LETTER_FROM, "\"more\":false,", "\"more\":false,\"new\":[1],",
		    ERR_OK /* unknown keys are passed over */ },
		{ LETTER_FROM, "\"more\":false,", "\"more\":false,\"name\":1,",
		    ERR_FORMAT },
		{ LETTER_FROM, "\"more\":false,",
		    "\"more\":false,\"name\":\"\",", ERR_FORMAT },
		{ LETTER_FROM, "\"more\":false,",
		    "\"more\":false,\"answers\":{\"a\":1},", ERR_FORMAT },
		{ LETTER_FROM, "\"more\":false,",
		    "\"more\":false,\"answers\":[],", ERR_FORMAT },
		{ LETTER_FROM, "\"more\":false,",
		    "\"more\":false,\"answers\":{\"a\":\"b\"},", ERR_OK },
		{ LETTER_FROM, "\"parts\"", "\"x\"", ERR_FORMAT },
		{ LETTER_FROM, "\"files\":[", "\"files\":[1,", ERR_FORMAT },
		{ LETTER_FROM, "\"files\":[", "\"files\":[{},", ERR_FORMAT },
		{ LETTER_FROM, "image/jpeg", "Image/JPEG", ERR_FORMAT },
		{ LETTER_FROM, "image/jpeg", "image", ERR_FORMAT },
		{ LETTER_FROM, "\"size\":9", "\"size\":-9", ERR_FORMAT },
		{ LETTER_FROM, "\"size\":9", "\"size\":1099511627777",
		    ERR_TOOBIG },
		{ LETTER_FROM, "\"size\":9", "\"size\":1099511627776", ERR_OK },
		{ LETTER_FROM, "\"sha256\":\"01", "\"sha256\":\"", ERR_FORMAT },
		{ LETTER_FROM, "a.jpg", "", ERR_FORMAT },
		{ LETTER_FROM, "\"text\":\"", "\"text\":\"\\u0000",
		    ERR_FORMAT },
		{ LETTER_FROM, "\"text\"", "\"day\":1,\"text\"", ERR_FORMAT },
		{ LETTER_REPLY, "\"n\":3", "\"n\":0", ERR_FORMAT },
		{ LETTER_REPLY, "\"n\":3", "\"x\":3", ERR_FORMAT },
		{ LETTER_REPLY, "\"more\":false", "\"more\":false,\"next\":1",
		    ERR_FORMAT },
		{ LETTER_REPLY, "\"more\":false",
		    "\"more\":false,\"next\":\"age1\"", ERR_FORMAT },
		{ LETTER_KEPT, "\"text\":", "\"files\":[],\"text\":", ERR_OK },
	};
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	for (size_t i = 0; i < COUNT(rows); i++) {
		fill(&l, rows[i].kind, "words");
		if (rows[i].kind == LETTER_FROM)
			add_file(&l, "a.jpg", 9);
		note_of(&note, rows[i].kind,
		    changed(&l, rows[i].what, rows[i].by),
		    seed_of(rows[i].kind));
		const enum err e = read_filled(&got, &note, rows[i].kind);

		if (e != rows[i].want)
			fprintf(stderr, "%s: %s\n", rows[i].by, err_name(e));
		OK(e == rows[i].want);
		if (e == ERR_OK)
			letter_drop(&got);
	}
	buf_drop(&note);
}

static void
a_cut_text_must_have_its_whole(void)
{
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	fill(&l, LETTER_FROM, "words");
	note_of(&note, LETTER_FROM,
	    changed(&l, "\"more\":false", "\"more\":true"), source.sign_seed);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_FORMAT);
	buf_drop(&note);
}

static void
only_nuls_may_follow_the_note(void)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN + 1];
	const struct letter_place place = place_of(LETTER_FROM);
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	fill(&l, LETTER_FROM, "words");
	OK(letter_write(&note, &l, source.sign_seed) == ERR_OK);
	memcpy(plain, note.at, note.len);
	OK(letter_read(&got, plain, note.len, &place) == ERR_OK);
	letter_drop(&got);
	OK(letter_read(&got, plain, note.len - 1, &place) == ERR_FORMAT);
	OK(letter_read(&got, plain, 0, &place) == ERR_FORMAT);
	OK(letter_read(&got, plain, sizeof plain, &place) == ERR_TOOBIG);
	for (size_t i = note.len + 1; i < ENVELOPE_LETTER_PLAIN;
	     i += 1 + i / 8) {
		plain[i] = 1;
		OK(letter_read(&got, plain, ENVELOPE_LETTER_PLAIN, &place) ==
		    ERR_FORMAT);
		plain[i] = 0;
	}
	plain[ENVELOPE_LETTER_PLAIN - 1] = 1;
	OK(letter_read(&got, plain, ENVELOPE_LETTER_PLAIN, &place) ==
	    ERR_FORMAT);
	/* Cut, flipped: every byte of the note counts. */
	memset(plain + note.len, 0, sizeof plain - note.len);
	for (size_t i = 0; i < note.len; i += 7) {
		plain[i] ^= 0x01;
		OK(letter_read(&got, plain, ENVELOPE_LETTER_PLAIN, &place) !=
		    ERR_OK);
		plain[i] ^= 0x01;
	}
	buf_drop(&note);
}

/* A client of somebody else's can say any key but not sign for it. */
static void
foreign_client_cannot_claim_handle(void)
{
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	fill(&l, LETTER_FROM, "I am who you know.");
	OK(letter_write(&note, &l, stranger.sign_seed) == ERR_OK);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_NOKEY);
	/* Nor with the victim's signature line of another letter. */
	buf_clear(&note);
	note_of(&note, LETTER_FROM, changed(&l, "who you", "not who you"),
	    source.sign_seed);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_OK);
	letter_drop(&got);
	char *at = memmem(note.at, note.len, "not who", 7);
	OK(at != NULL);
	memcpy(at, "yes", 3);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_FORGED);
	/* Nor under another key's name. */
	note_of(&note, LETTER_FROM, changed(&l, "\"more\"", "\"more\""),
	    voice_seed);
	OK(read_filled(&got, &note, LETTER_FROM) == ERR_NOKEY);
	buf_drop(&note);
}

static void
letter_for_other_team_refused(void)
{
	struct letter l, got;
	struct letter_place place;
	struct buf note;
	const uint8_t other[16] = { 9 };

	buf_init(&note, 65536);
	for (unsigned kind = 0; kind < LETTER_KIND_COUNT; kind++) {
		buf_clear(&note);
		fill(&l, kind, "words");
		OK(letter_write(&note, &l, seed_of(kind)) == ERR_OK);
		place = place_of(kind);
		place.team = "zbcdefghijklmnopqrstuvwxyz234567";
		OK(letter_read(&got, note.at, note.len, &place) == ERR_DENIED);
		place = place_of(kind);
		place.line = other;
		OK(letter_read(&got, note.at, note.len, &place) == ERR_DENIED);
		place = place_of(kind);
		place.tag = other;
		OK(letter_read(&got, note.at, note.len, &place) == ERR_DENIED);
		/* Another kind of note is none of ours. */
		place = place_of((kind + 1) % LETTER_KIND_COUNT);
		OK(letter_read(&got, note.at, note.len, &place) == ERR_VERSION);
	}
	buf_drop(&note);
}

static void
old_voice_refused(void)
{
	struct letter_place place = place_of(LETTER_REPLY);
	struct letter l, got;
	struct buf note;

	buf_init(&note, 65536);
	fill(&l, LETTER_REPLY, "words");
	OK(letter_write(&note, &l, voice_seed) == ERR_OK);
	place.key_count = 1; /* the one of the other days */
	OK(letter_read(&got, note.at, note.len, &place) == ERR_NOKEY);
	place.key_count = 0;
	OK(letter_read(&got, note.at, note.len, &place) == ERR_NOKEY);
	place.key_count = 2;
	OK(letter_read(&got, note.at, note.len, &place) == ERR_OK);
	letter_drop(&got);
	buf_drop(&note);
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
T(a_field_that_lacks_or_is_of_another_form_is_refused)
T(a_cut_text_must_have_its_whole)
T(only_nuls_may_follow_the_note)
T(foreign_client_cannot_claim_handle)
T(letter_for_other_team_refused)
T(old_voice_refused)
T(a_letter_of_another_day_is_misdated)
T(media_types_have_one_spelling)
T(letters_are_what_the_vectors_say)
T(refused_memory_leaves_nothing_half_read)
T_END
