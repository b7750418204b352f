#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hybrid.h"
#include "lang/lang.h"
#include "letter/part.h"

#include "desk/doors.h"
#include "desk/give.h"
#include "desk/reply_part.h"
#include "desk/restrict.h"

const char reply_elsewhere[] = LANG_N(
    "This source wrote to a door at which you do not read: who reads there "
    "answers. An admin can let you in with sotto team door.");

/* The letter as it would be for the slot at `opening`. */
static void
fill_letter(struct letter *l, const struct way *w, const struct conv_out *o,
    const uint8_t opening[static TAG_OPENING_BYTES])
{
	letter_init(l, LETTER_REPLY);
	memcpy(l->team, w->desk->print, sizeof l->team);
	memcpy(l->line, w->desk->about.line, sizeof l->line);
	memcpy(l->id, o->id, sizeof l->id);
	tag_of(l->tag, opening);
	tag_parts(l->parts, opening);
	l->day = o->day;
	l->n = w->conv->n + 1;
	l->has_next = w->has_next;
	l->next_is_door = w->next_is_door;
	l->next = w->next;
	l->text = w->what->text;
	l->text_len = w->what->n;
	l->more = w->more;
	l->file_count = w->files_n;
	for (size_t i = 0; i < w->files_n; i++) {
		l->files[i].name = w->files[i].name;
		l->files[i].type = w->files[i].bytes != NULL ? LETTER_WHOLE_TYPE
							     : LETTER_ANY_TYPE;
		l->files[i].size = w->files[i].size;
		memcpy(l->files[i].sha256, w->files[i].sha256, SHA256_BYTES);
	}
}

/* A text that does not fit becomes file 0. */
static void
put_text_first(struct way *w)
{
	static const uint8_t nowhere[TAG_OPENING_BYTES];
	const struct conv_out o = { .day = w->today };
	struct reply_file *f = w->files;
	struct letter l;

	fill_letter(&l, w, &o, nowhere);
	w->more = !letter_text_fits(&l, w->files_n);
	letter_drop(&l);
	if (!w->more)
		return;
	memmove(f + 1, f, w->files_n * sizeof *f);
	w->files_n++;
	*f = (struct reply_file){
		.fd = -1, .bytes = w->what->text, .size = w->what->n
	};
	memcpy(f->name, LETTER_WHOLE_NAME, sizeof LETTER_WHOLE_NAME);
	sha256(f->sha256, w->what->text, w->what->n);
}

/* Where its source shall seal from now on.  Nobody is told to seal to a key
 * that was not handed out. */
static enum err
way_next(struct way *w)
{
	struct letter l;
	enum err e;

	letter_init(&l, LETTER_REPLY);
	e = restrict_next(w->desk, w->conv, w->today, &l);
	if (e == ERR_OK && !give_is_handed_out(w->desk))
		e = ERR_MISSING;
	w->has_next = e == ERR_OK;
	w->next_is_door = l.next_is_door;
	w->next = l.next;
	letter_drop(&l);
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
way_open(struct way *w, struct reply_report *rep)
{
	uint8_t hashes[LETTER_FILES_MAX + 1][SHA256_BYTES];
	enum err e;

	for (size_t i = 0; i < w->what->paths_n; i++) {
		rep->bad_path = i;
		w->files_n = i + 1;
		e = reply_file_open(&w->files[i], w->what->paths[i],
		    w->what->names == NULL ? NULL : w->what->names[i]);
		if (e != ERR_OK)
			return e;
	}
	rep->bad_path = w->what->paths_n;
	put_text_first(w);
	sha256(hashes[0], w->what->text, w->what->n);
	for (size_t i = 0; i < w->files_n; i++) {
		memcpy(hashes[i + 1], w->files[i].sha256, SHA256_BYTES);
		w->parts += part_count(w->files[i].size);
	}
	rep->parts = w->parts;
	sha256(w->digest, hashes, (w->files_n + 1) * SHA256_BYTES);
	return ERR_OK;
}

static void
way_drop(struct way *w)
{
	for (size_t i = 0; i < w->files_n; i++)
		if (w->files[i].bytes == NULL && w->files[i].fd >= 0)
			(void)close(w->files[i].fd);
	tag_keys_drop(&w->keys);
	wipe(w, sizeof *w);
}

/* The slot above the highest that is taken. */
static enum err
free_slot(struct way *w, uint32_t *slot)
{
	uint8_t tags[TAG_SLOTS][TAG_BYTES];
	struct buf bits;
	enum err e;

	for (uint32_t s = 0; s < TAG_SLOTS; s++)
		tag_at(tags[s], &w->keys, TAG_TO, w->today, s);
	buf_init(&bits, 16);
	e = reach_look(
	    w->reach, (const uint8_t(*)[TAG_BYTES])tags, TAG_SLOTS, &bits);
	if (e == ERR_OK) {
		*slot = 0;
		for (uint32_t s = 0; s < TAG_SLOTS; s++)
			if (bits.at[s / 8] >> (s % 8) & 1)
				*slot = s + 1;
	}
	buf_drop(&bits);
	return e;
}

/* Write down what is about to be sent. */
static enum err
keep_way(struct way *w, const struct conv_out *o, const struct letter *l,
    const struct buf *tail)
{
	struct said *said = said_of(l, l->day);
	struct buf items;
	enum err e;

	if (said == NULL)
		return ERR_NOMEM;
	buf_init(&items, RECORD_MAX);
	if ((e = reply_put_way(&items, o, said)) == ERR_OK &&
	    (e = reply_put_over(&items, o)) == ERR_OK &&
	    (e = desk_keep(w->desk, w->conv, &items, tail)) == ERR_OK)
		e = conv_take_record(w->desk, w->conv, items.at, items.len);
	buf_drop(&items);
	said_close(said);
	return e;
}

/* Write the letter for its slot, seal it, and write it down. */
static enum err
seal_out(struct way *w, struct conv_out *o)
{
	const struct roster_door *door = doors_of(w->desk, w->conv);
	const struct ring_voice *voice =
	    ring_voice_on(&w->desk->vault->ring, door->id, o->day);
	uint8_t opening[TAG_OPENING_BYTES];
	struct buf note, tail;
	struct letter l;
	enum err e;

	if (voice == NULL)
		return ERR_EXPIRED;
	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	buf_init(&tail, ENVELOPE_LETTER_BYTES + ENVELOPE_LETTER_PLAIN);
	tag_opening(opening, &w->keys, TAG_TO, o->day, o->slot);
	fill_letter(&l, w, o, opening);
	memcpy(o->tag, l.tag, sizeof o->tag);
	memcpy(o->secret, l.parts, sizeof o->secret);
	if ((e = letter_write(&note, &l, voice->seed)) == ERR_OK &&
	    (e = envelope_seal(o->envelope, ENVELOPE_LETTER_BYTES,
		 &w->conv->reply, note.at, note.len)) == ERR_OK &&
	    (e = buf_put(&tail, o->envelope, ENVELOPE_LETTER_BYTES)) ==
		ERR_OK &&
	    (e = buf_put(&tail, note.at, note.len)) == ERR_OK)
		e = keep_way(w, o, &l, &tail);
	letter_drop(&l);
	wipe(opening, sizeof opening);
	buf_drop(&tail);
	buf_drop(&note);
	return e;
}

/* Choose a slot and make the letter for it; `id` stays the same. */
static enum err
prepare(struct way *w, const uint8_t id[static LETTER_ID_BYTES], uint32_t least)
{
	struct conv_out o = { .day = w->today, .parts = w->parts };
	enum err e;

	memcpy(o.id, id, sizeof o.id);
	memcpy(o.digest, w->digest, sizeof o.digest);
	o.over_n = w->what->over_n;
	if (o.over_n > 0)
		memcpy(o.over, w->what->over, o.over_n * sizeof o.over[0]);
	if ((e = free_slot(w, &o.slot)) != ERR_OK)
		return e;
	if (o.slot < least)
		o.slot = least;
	if (o.slot >= TAG_SLOTS)
		return ERR_FULL;
	if ((o.envelope = malloc(ENVELOPE_LETTER_BYTES)) == NULL)
		return ERR_NOMEM;
	e = seal_out(w, &o);
	wipe_free(o.envelope, ENVELOPE_LETTER_BYTES);
	if (e == ERR_OK)
		w->out = conv_out_find(w->conv, id);
	return e;
}

/* Hand out first what it will speak of. */
static enum err
give_keys(struct desk *d, struct reach *r, uint32_t today)
{
	uint32_t given = 0;

	return give_is_handed_out(d) ? ERR_OK : give_run(d, r, today, &given);
}

/* Send what is prepared; a slot that was taken meanwhile costs another. */
static enum err
send_prepared(struct way *w, struct reply_report *rep)
{
	uint8_t id[LETTER_ID_BYTES];
	enum err e;

	rep->day = w->out->day;
	if (reply_was_entered(w->desk, w->out))
		return reply_note_sent(w->desk, w->conv, w->out);
	memcpy(id, w->out->id, sizeof id);
	if (w->parts > 0 && (e = reply_send_parts(w, rep)) != ERR_OK)
		return e;
	if ((e = reply_load_envelope(w->conv, w->out)) != ERR_OK)
		return e;
	while ((e = reply_commit(w->reach, w->out)) == ERR_TAKEN)
		if ((e = prepare(w, id, w->out->slot + 1)) != ERR_OK ||
		    (e = reply_load_envelope(w->conv, w->out)) != ERR_OK)
			return e;
	if (e != ERR_OK)
		return e;
	rep->day = w->out->day;
	return reply_note_sent(w->desk, w->conv, w->out);
}

/* The same answer that was cut off before, of today or yesterday; an older one
 * is made anew under its id. */
static enum err
begin(struct way *w)
{
	uint8_t id[LETTER_ID_BYTES];
	struct conv_out *o = NULL;
	bool committed = false;
	uint32_t there;
	enum err e;

	for (size_t i = 0; i < w->conv->outs_n; i++)
		if (memcmp(w->conv->outs[i]->digest, w->digest, SHA256_BYTES) ==
		    0)
			o = w->conv->outs[i];
	if (o == NULL) {
		crypt_random(id, sizeof id);
		return prepare(w, id, 0);
	}
	w->out = o;
	if (reply_was_entered(w->desk, o))
		return ERR_OK;
	/* Its source may have to be told another key by now. */
	if (w->has_next && o->parts > 0 &&
	    (e = reach_state(w->reach, o->id, &there, &committed)) != ERR_OK)
		return e;
	if (o->day + 1 < w->today || (w->has_next && !committed)) {
		memcpy(id, o->id, sizeof id);
		return prepare(w, id, 0);
	}
	return ERR_OK;
}

/* Does this answer stand among those that wait, of this try or of one before?
 * Until its files were read only one without any can be known again. */
static bool
is_kept(const struct way *w, const struct conv *c, const struct reply *what)
{
	for (size_t i = 0; i < c->outs_n; i++) {
		const struct conv_out *o = c->outs[i];

		if (memcmp(o->digest, w->digest, SHA256_BYTES) == 0 ||
		    (what->paths_n == 0 && o->parts == 0 &&
			o->said->text_len == what->n &&
			memcmp(o->said->text, what->text, what->n) == 0))
			return true;
	}
	return false;
}

enum err
reply_send(struct desk *d, struct reach *r, struct conv *c,
    const struct reply *what, struct reply_report *rep)
{
	struct way *w = calloc(1, sizeof *w);
	const struct offer *o = NULL;
	enum err e;

	*rep = (struct reply_report){ .bad_path = what->paths_n };
	e = w == NULL ? ERR_NOMEM : ERR_TOOBIG;
	if (w == NULL || what->n > REPLY_TEXT_MAX ||
	    what->paths_n > REPLY_FILES_MAX || what->over_n > EFFECT_OVERS)
		goto out;
	e = ERR_FORMAT;
	if (text_is_blank(what->text, what->n) ||
	    !text_is_utf8(what->text, what->n))
		goto out;
	e = ERR_DENIED;
	rep->elsewhere = !doors_reads(d, doors_of(d, c));
	if (rep->elsewhere)
		goto out;
	/* Until now it was taken as the source gave it. */
	e = ERR_NOKEY;
	if (!hybrid_is_public(c->reply.key))
		goto out;
	/* What could not be said on the log is not sent; who reads it was said
	 * there. */
	if ((e = log_may(d, "reply")) != ERR_OK || (e = log_show(d)) != ERR_OK)
		goto out;
	e = ERR_DENIED;
	if (restrict_stand(d, c) == RESTRICT_OUT)
		goto out;
	e = sync_check(d, r, &o, &rep->stop);
	if (e != ERR_OK || rep->stop != SYNC_GOES)
		goto out;
	w->desk = d;
	w->reach = r;
	w->conv = c;
	w->what = what;
	w->today = o->day;
	tag_keys_init_to(&w->keys, c->k);
	if ((e = give_keys(d, r, o->day)) != ERR_OK ||
	    (e = way_next(w)) != ERR_OK || (e = way_open(w, rep)) != ERR_OK ||
	    (e = begin(w)) != ERR_OK)
		goto out;
	e = send_prepared(w, rep);
out:
	if (w != NULL) {
		rep->kept = is_kept(w, c, what);
		way_drop(w);
	}
	wipe_free(w, sizeof *w);
	return e;
}

/* Without files an answer can go again as it is, as long as its day lasts; in
 * a slot that somebody took, or later, it must be written anew. */
static enum err
resume_one(
    struct desk *d, struct reach *r, struct conv *c, size_t i, uint32_t today)
{
	const struct conv_out *o = c->outs[i];
	/* Copies: what it was goes when it is sealed anew. */
	char *text = calloc(1, o->said->text_len + 1);
	uint8_t over[EFFECT_OVERS][EFFECT_ID_BYTES];
	struct reply again = { .text = text,
		.n = o->said->text_len,
		.over = (const uint8_t(*)[EFFECT_ID_BYTES])over,
		.over_n = o->over_n };
	struct way w = {
		.desk = d, .reach = r, .conv = c, .what = &again, .today = today
	};
	struct reply_report rep = { .day = 0 };
	enum err e;

	if (text == NULL)
		return ERR_NOMEM;
	memcpy(text, o->said->text, again.n);
	memcpy(over, o->over, sizeof over);
	tag_keys_init_to(&w.keys, c->k);
	memcpy(w.digest, o->digest, sizeof w.digest);
	if ((e = way_next(&w)) == ERR_OK && (e = begin(&w)) == ERR_OK)
		e = send_prepared(&w, &rep);
	tag_keys_drop(&w.keys);
	wipe_free(text, again.n + 1);
	return e;
}

/* Does it concern this one answer only?  Whoever takes all the slots of its own
 * conversation must not hold up what is for others. */
static bool
is_of_one(enum err e)
{
	return e == ERR_FULL || e == ERR_TAKEN || e == ERR_MISSING ||
	    e == ERR_FORMAT || e == ERR_TOOBIG;
}

enum err
reply_resume(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep)
{
	enum err e;

	for (size_t i = 0; i < d->convs_n; i++) {
		struct conv *c = d->convs[i];

		for (size_t j = c->outs_n; j-- > 0;) {
			if (c->outs[j]->parts > 0 ||
			    !doors_reads(d, doors_of(d, c))) {
				rep->waiting++;
				continue;
			}
			e = resume_one(d, r, c, j, o->day);
			if (e != ERR_OK && !is_of_one(e))
				return e;
			rep->sent += e == ERR_OK;
			rep->waiting += e != ERR_OK;
		}
	}
	return ERR_OK;
}
