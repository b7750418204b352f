#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "letter/part.h"
#include "tell/wire.h"

#include "tell/send.h"

/* How often parts that the line lost are sent once more. */
#define ROUNDS 3U

/* What a part travels in: its head, the envelope, and the plaintext beside. */
struct cargo {
	uint8_t body[WIRE_PART_HEAD + ENVELOPE_PART_BYTES];
	uint8_t plain[PART_PLAIN];
};

void
send_init(struct send *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < COUNT(s->files); i++)
		s->files[i].fd = -1;
	s->first = s->count = 1; /* file 0 is kept for the text */
}

void
send_drop(struct send *s)
{
	for (size_t i = 0; i < COUNT(s->files); i++)
		send_file_close(s->files + i);
	wipe(s, sizeof(*s));
	send_init(s);
}

enum err
send_attach(struct send *s, const char *path)
{
	enum err e;

	if (s->count == LETTER_FILES_MAX)
		return ERR_TOOBIG;
	if ((e = send_file_open(s->files + s->count, path)) == ERR_OK)
		s->count++;
	return e;
}

bool
send_door_is_open(const struct tell *t, const struct key_note_door *door)
{
	return key_note_recipient(door, t->offer.day) != NULL;
}

static bool
is_named(const struct key_note_door *door, const char *what)
{
	char id[ENC_HEX_LEN(DOOR_ID_BYTES) + 1];

	enc_hex(id, door->id, DOOR_ID_BYTES);
	return strcmp(id, what) == 0 || text_same_nocase(door->name, what);
}

enum err
send_door(struct send *s, const struct tell *t, const char *what)
{
	const struct key_note *note = &t->offer.note;
	const struct key_note_door *found = NULL;
	size_t open = 0;

	for (size_t i = 0; i < note->doors_n; i++) {
		const struct key_note_door *door = note->doors + i;

		if (!send_door_is_open(t, door))
			continue;
		open++;
		if (found == NULL && (what == NULL || is_named(door, what)))
			found = door;
	}
	/* One that is closed for today is said as such later. */
	if (open == 0)
		found = note->doors;
	if (found == NULL || (what == NULL && open > 1))
		return what == NULL ? ERR_MISSING : ERR_NOTHING;
	memcpy(s->door, found->id, DOOR_ID_BYTES);
	return ERR_OK;
}

/* To whom letters and parts are sealed today; NULL when the line is closed. */
static const struct age_recipient *
recipient(const struct send *s, const struct tell *t, const struct inbox *in)
{
	const struct key_note_door *door =
	    key_note_door(&t->offer.note, s->door);

	if (in->said.next != NULL)
		return in->said.next;
	return door == NULL ? NULL : key_note_recipient(door, t->offer.day);
}

static enum err
closed_today(struct tell *t)
{
	return tell_fail(t, ERR_EXPIRED,
	    "The line is closed: the team has not renewed its keys. Try again "
	    "in some days, or look where the team publishes its address.");
}

static bool
is_answered(const struct send *s, const char *question)
{
	for (size_t i = 0; i < s->answer_count; i++)
		if (strcmp(s->answers[i].question, question) == 0)
			return true;
	return false;
}

enum err
send_answer(struct send *s, char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const size_t n = strspn(text, allowed);
	struct letter l;
	enum err e;

	if (n == 0 || n > LETTER_QUESTION_MAX || text[n] != '=' ||
	    text_is_blank(text + n + 1, strlen(text + n + 1)) ||
	    !text_is_utf8(text + n + 1, strlen(text + n + 1)))
		return ERR_FORMAT;
	text[n] = '\0';
	if (is_answered(s, text))
		return ERR_FORMAT;
	if (s->answer_count == LETTER_ANSWERS_MAX)
		return ERR_TOOBIG;
	letter_init(&l, LETTER_FROM);
	memcpy(l.answers, s->answers, sizeof(l.answers));
	l.answer_count = s->answer_count;
	l.answers[l.answer_count++] =
	    (struct letter_answer){ text, text + n + 1 };
	e = letter_answers_fit(&l) ? ERR_OK : ERR_TOOBIG;
	if (e == ERR_OK)
		s->answers[s->answer_count++] =
		    (struct letter_answer){ text, text + n + 1 };
	letter_drop(&l);
	return e;
}

/* Everything of the letter but where it will lie. */
static void
write_letter(struct letter *l, const struct send *s, const struct tell *t,
    const struct inbox *in)
{
	struct age_recipient reply;

	letter_init(l, LETTER_FROM);
	team_print(l->team, t->offer.certificate.team);
	memcpy(l->line, t->offer.certificate.line, sizeof(l->line));
	memcpy(l->id, s->u, sizeof(l->id));
	memcpy(l->door, s->door, sizeof(l->door));
	l->seen = in->said.seen;
	l->name = s->name;
	memcpy(l->answers, s->answers, sizeof(l->answers));
	l->answer_count = s->answer_count;
	l->text = s->text;
	l->text_len = s->text_len;
	age_identity_recipient(t->reply, &reply);
	letter_set_return(l, &t->source, &reply);
	l->more = s->first == 0;
	l->file_count = s->count - s->first;
	for (size_t i = 0; i < l->file_count; i++) {
		const struct send_file *f = s->files + s->first + i;
		struct letter_file *to = l->files + i;

		to->name = f->name;
		to->type = f->type;
		to->size = f->size;
		memcpy(to->sha256, f->sha256, sizeof(to->sha256));
	}
}

/* Does the text go into the letter, or before the files as file 0? */
static enum err
place_text(struct send *s, const struct tell *t, const struct inbox *in)
{
	struct send_file *f = s->files;
	struct letter l;
	bool fits;

	write_letter(&l, s, t, in);
	fits = letter_text_fits(&l, s->count - s->first);
	letter_drop(&l);
	if (fits)
		return ERR_OK;
	s->first = 0;
	f->bytes = (const uint8_t *)s->text;
	f->size = s->text_len;
	f->type = LETTER_WHOLE_TYPE;
	memcpy(f->name, LETTER_WHOLE_NAME, sizeof(LETTER_WHOLE_NAME));
	return send_file_hash(f);
}

/* Other answers to the same text are another letter. */
static void
hash_words(uint8_t out[static SHA256_BYTES], const struct send *s)
{
	sha256(out, s->text, s->text_len);
	for (size_t i = 0; i < s->answer_count; i++) {
		const struct letter_answer *a = &s->answers[i];

		sha256_two(out, out, SHA256_BYTES, a->question,
		    strlen(a->question) + 1);
		sha256_two(
		    out, out, SHA256_BYTES, a->answer, strlen(a->answer) + 1);
	}
}

/* U, and how many parts there will be. */
static void
count_parts(struct send *s, const struct tell *t, const struct inbox *in)
{
	uint8_t text[SHA256_BYTES], files[LETTER_FILES_MAX][SHA256_BYTES];
	const struct upload_of of = { .seen = in->said.seen,
		.text = text,
		.files = (const uint8_t(*)[SHA256_BYTES])files,
		.count = s->count - 1 };

	hash_words(text, s);
	for (size_t i = 1; i < s->count; i++)
		memcpy(files[i - 1], s->files[i].sha256, SHA256_BYTES);
	upload_id(s->u, &t->source, &of);
	s->parts = 0;
	for (size_t i = s->first; i < s->count; i++)
		s->parts += part_count(s->files[i].size);
	wipe(text, sizeof(text));
	wipe(files, sizeof(files));
}

/* An upload that goes on. */
struct run {
	struct send *s;
	struct tell *t;
	const struct inbox *in;
	struct cargo *cargo;
	uint32_t j; /* the next part, counted through all files */
	uint32_t have; /* parts that the line has */
};

/* Seal and send the `n` bytes of plaintext in the cargo as part j. */
static enum err
send_part(const struct run *r, size_t n)
{
	const struct age_recipient *to = recipient(r->s, r->t, r->in);
	struct cargo *c = r->cargo;
	enum err e;

	if (to == NULL)
		return closed_today(r->t);
	memcpy(c->body, r->s->u, UPLOAD_BYTES);
	enc_put_u32(c->body + UPLOAD_BYTES, r->j);
	e = envelope_seal(
	    c->body + WIRE_PART_HEAD, ENVELOPE_PART_BYTES, to, c->plain, n);
	if (e == ERR_OK)
		e = wire_put_part(r->t->http, c->body);
	if (e != ERR_OK)
		r->t->why = tell_wire_why(e);
	return e;
}

/* Those parts of a file that the line lacks.  What it has is read all the
 * same, so that a file that changes meanwhile is noticed. */
static enum err
send_parts_of(struct run *r, const struct send_file *f)
{
	uint8_t hash[SHA256_BYTES];
	struct sha256 *h = sha256_open();
	enum err e = ERR_OK;

	if (h == NULL)
		return tell_fail(r->t, ERR_NOMEM, tell_wire_why(ERR_NOMEM));
	for (uint32_t i = 0; e == ERR_OK && i < part_count(f->size); i++) {
		size_t n = part_bytes(f->size, i);

		e = send_file_read(
		    f, (uint64_t)i * PART_PLAIN, r->cargo->plain, n);
		if (e != ERR_OK)
			break;
		sha256_add(h, r->cargo->plain, n);
		if (r->j >= r->have)
			e = send_part(r, n);
		r->j++;
		if (e == ERR_OK && r->t->progress != NULL)
			r->t->progress(r->t->with, r->j, r->s->parts);
	}
	sha256_end(h, hash);
	sha256_close(h);
	if (e == ERR_OK && memcmp(hash, f->sha256, sizeof(hash)) != 0)
		e = ERR_DENIED;
	if (e == ERR_DENIED && r->t->why == NULL)
		r->t->why = "A file changed while it was being sent. Nothing "
			    "was sent; copy the file and send the copy.";
	else if (e != ERR_OK && r->t->why == NULL)
		r->t->why = "A file could not be read to its end.";
	return e;
}

static enum err
send_parts(struct run *r)
{
	enum err e = ERR_OK;

	r->cargo = calloc(1, sizeof(*r->cargo));
	if (r->cargo == NULL)
		return tell_fail(r->t, ERR_NOMEM, tell_wire_why(ERR_NOMEM));
	r->j = 0;
	for (size_t i = r->s->first; e == ERR_OK && i < r->s->count; i++)
		e = send_parts_of(r, r->s->files + i);
	wipe_free(r->cargo, sizeof(*r->cargo));
	r->cargo = NULL;
	return e;
}

/* Seal the letter for one place of today and put it there, with its parts if
 * it has any. */
static enum err
put_at(const struct run *r, uint32_t slot)
{
	uint8_t opening[TAG_OPENING_BYTES], sealed[ENVELOPE_LETTER_BYTES];
	const struct age_recipient *to = recipient(r->s, r->t, r->in);
	struct letter l;
	struct buf note;
	enum err e;

	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	write_letter(&l, r->s, r->t, r->in);
	l.day = r->t->offer.day;
	l.slot = slot;
	tag_opening(opening, &r->t->tags, TAG_FROM, l.day, slot);
	tag_of(l.tag, opening);
	tag_parts(l.parts, opening);
	if (to == NULL) {
		e = closed_today(r->t);
		goto out;
	}
	if ((e = letter_write(&note, &l, r->t->source.sign_seed)) != ERR_OK ||
	    (e = envelope_seal(
		 sealed, sizeof(sealed), to, note.at, note.len)) != ERR_OK)
		goto out;
	if (r->s->parts == 0)
		e = wire_put_letter(r->t->http, l.tag, sealed);
	else
		e = wire_commit(r->t->http,
		    &(struct wire_commit){ .u = r->s->u,
			.n = r->s->parts,
			.parts = l.parts,
			.tag = l.tag,
			.letter = sealed });
out:
	if (e != ERR_OK && e != ERR_TAKEN && e != ERR_MISSING &&
	    r->t->why == NULL)
		r->t->why = tell_wire_why(e);
	wipe(opening, sizeof(opening));
	buf_drop(&note);
	letter_drop(&l);
	return e;
}

/* Places are taken upwards. */
static enum err
put_letter(const struct run *r)
{
	const uint32_t day = r->t->offer.day;

	for (uint32_t slot = 0; slot < TAG_SLOTS; slot++) {
		enum err e;

		if (inbox_is_there(r->in, TAG_FROM, day, slot))
			continue;
		if ((e = put_at(r, slot)) != ERR_TAKEN)
			return e;
	}
	return tell_fail(r->t, ERR_TAKEN,
	    "Sixteen messages were sent today, and no more fit in a day. Send "
	    "this one tomorrow.");
}

/* The parts that lack, then the letter.  The day may have changed while they
 * went. */
static enum err
upload(struct run *r)
{
	const uint32_t began = clock_day();
	enum err e;

	r->t->why = NULL;
	e = wire_state(r->t->http, r->s->u, &r->have, &r->s->known);
	if (e != ERR_OK)
		return tell_fail(r->t, e, tell_wire_why(e));
	if (r->s->known)
		return ERR_OK;
	if (r->s->resumed == 0)
		r->s->resumed = r->have;
	if ((e = send_parts(r)) != ERR_OK)
		return e;
	if (clock_day() != began && (e = tell_renew(r->t)) != ERR_OK)
		return e;
	r->t->why = NULL;
	return put_letter(r);
}

enum err
send_letter(struct send *s, struct tell *t, const struct inbox *in)
{
	struct run r = { .s = s, .t = t, .in = in };
	enum err e;

	t->why = NULL;
	if (recipient(s, t, in) == NULL)
		return closed_today(t);
	if ((e = place_text(s, t, in)) != ERR_OK)
		return tell_fail(t, e, tell_wire_why(e));
	count_parts(s, t, in);
	if (s->parts == 0)
		return put_letter(&r);
	e = ERR_MISSING;
	for (unsigned i = 0; e == ERR_MISSING && i < ROUNDS; i++)
		e = upload(&r);
	if (e == ERR_MISSING)
		t->why = "The line lost a part of the files again and again. "
			 "Nothing was sent; tell the team in another way.";
	return e;
}

enum err
send_deletion(struct send *s, struct tell *t, const struct inbox *in)
{
	const struct run r = { .s = s, .t = t, .in = in };

	t->why = NULL;
	s->text = LETTER_DELETION_TEXT;
	s->text_len = sizeof(LETTER_DELETION_TEXT) - 1;
	s->answers[0] =
	    (struct letter_answer){ LETTER_DELETION, LETTER_DELETION_ASKED };
	s->answer_count = 1;
	/* Asked anew later it is another letter, though the words are the same.
	 */
	crypt_random(s->u, sizeof(s->u));
	return recipient(s, t, in) == NULL ? closed_today(t) : put_letter(&r);
}
