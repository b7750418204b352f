#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "team/content.h"
#include "team/piece.h"

#include "desk/days.h"
#include "desk/doors.h"
#include "desk/give.h"
#include "desk/giving.h"
#include "desk/inside.h"
#include "desk/restrict.h"
#include "desk/words.h"

enum err
give_note(struct giving *g, const struct age_recipient *to, const void *note,
    size_t n)
{
	static uint8_t envelope[ENVELOPE_LETTER_BYTES];
	uint8_t opening[TAG_OPENING_BYTES], tag[TAG_BYTES];
	enum err e;

	crypt_random(opening, sizeof opening);
	tag_of(tag, opening);
	wipe(opening, sizeof opening);
	e = envelope_seal(envelope, sizeof envelope, to, note, n);
	if (e == ERR_OK)
		e = reach_put_letter(g->r, tag, envelope);
	g->envelopes += e == ERR_OK;
	return e == ERR_OK ? days_put_tried(&g->tags, tag) : e;
}

enum err
give_pieces(struct giving *g, const struct age_recipient *to,
    enum piece_what what, const struct buf *whole)
{
	const uint32_t n = piece_count(whole->len);
	struct buf note;
	enum err e = n == 0 ? ERR_TOOBIG : ERR_OK;

	buf_init(&note, PIECE_MAX);
	for (uint32_t i = 0; e == ERR_OK && i < n; i++) {
		const struct piece_of of = { .what = what,
			.whole = whole->at,
			.n = whole->len,
			.index = i };

		buf_clear(&note);
		e = piece_write(&note, &of, g->d->vault->device);
		if (e == ERR_OK)
			e = give_note(g, to, note.at, note.len);
	}
	buf_drop(&note);
	return e;
}

/*
 * What belongs to a reply: its words.
 */

static void
fill_content(struct content *c, const struct desk *d, const struct conv *conv,
    const struct said *s)
{
	content_init(c);
	c->what = CONTENT_REPLY;
	memcpy(c->team, d->print, sizeof c->team);
	memcpy(c->line, d->about.line, sizeof c->line);
	memcpy(c->id, s->id, sizeof c->id);
	memcpy(c->conversation, conv->box.owner, sizeof c->conversation);
	c->text = s->text;
	c->text_len = s->text_len;
	c->file_count = s->files_all;
	for (size_t i = 0; i < s->files_all; i++) {
		const struct said_file *f = &s->files[i];

		memcpy(c->parts, f->parts, sizeof c->parts);
		c->files[f->index].name = f->name;
		c->files[f->index].type = f->type;
		c->files[f->index].size = f->size;
		memcpy(c->files[f->index].sha256, f->sha256, sizeof f->sha256);
	}
}

enum err
give_to(const struct desk *d, const struct conv *c, uint32_t today,
    struct age_recipient *to)
{
	const struct ring_chain *chain =
	    ring_chain_on(&d->vault->ring, doors_of(d, c)->id, today);
	enum err e;

	if ((e = restrict_recipient(d, c, today, to)) != ERR_NOTHING)
		return e;
	return chain == NULL ? ERR_MISSING
			     : chain_recipients(to, today, 1, &chain->chain);
}

static const struct said *
find_ours(const struct conv *c, const uint8_t *id)
{
	for (size_t i = 0; i < c->said_n; i++)
		if (c->all[i]->ours &&
		    memcmp(c->all[i]->id, id, LETTER_ID_BYTES) == 0)
			return c->all[i];
	return NULL;
}

/* Never to the log's key.  What is too long for any note, or has no key of
 * today, goes without its words; its entry must not stay for that. */
static enum err
give_content(
    struct giving *g, const struct conv *c, const struct content *content)
{
	struct age_recipient to;
	struct buf note;
	enum err e;

	if (give_holds(g, c))
		return ERR_OK;
	if ((e = give_to(g->d, c, g->today, &to)) != ERR_OK)
		return e == ERR_MISSING || e == ERR_EXPIRED || e == ERR_TOOBIG
		    ? ERR_OK
		    : e;
	buf_init(&note, CONTENT_MAX);
	if ((e = content_write(&note, content, g->d->vault->device)) == ERR_OK)
		e = content_fits(note.len)
		    ? give_note(g, &to, note.at, note.len)
		    : give_pieces(g, &to, PIECE_CONTENT, &note);
	buf_drop(&note);
	return e == ERR_TOOBIG ? ERR_OK : e;
}

/* What was deleted here meanwhile is given to nobody. */
static enum err
give_reply(struct giving *g)
{
	struct desk *d = g->d;
	const struct conv *c = desk_conv_by_id(d, g->effect->conversation);
	const struct said *s = c == NULL ? NULL : find_ours(c, g->effect->id);
	struct content content;
	enum err e;

	if (s == NULL)
		return ERR_OK;
	fill_content(&content, d, c, s);
	e = give_content(g, c, &content);
	content_drop(&content);
	return e;
}

/* Of words about the conversation: likewise. */
static enum err
give_words(struct giving *g)
{
	struct desk *d = g->d;
	const struct conv *c = desk_conv_by_id(d, g->effect->conversation);
	struct content content;
	struct buf text;
	enum err e;

	content_init(&content);
	buf_init(&text, CONTENT_TEXT_MAX);
	e = words_content(&content, &text, d, g->effect);
	if (e == ERR_OK)
		e = give_content(g, c, &content);
	content_drop(&content);
	buf_drop(&text);
	return e == ERR_NOTHING ? ERR_OK : e;
}

/*
 * What belongs to a roster's entry: its note.  All of them go before the first
 * entry: a hand-out is made under the newest, and what comes behind that of the
 * log's chain only those can open who have taken it
 * (a_roster_behind_a_hand_out_comes_before_it).
 */

struct looking {
	const struct desk *d;
	const uint8_t *hash;
	struct buf note;
};

static enum err
look(void *who, const uint8_t *p, size_t n)
{
	struct looking *l = who;
	uint8_t hash[SHA256_BYTES];

	sha256(hash, p, n);
	return memcmp(hash, l->hash, sizeof hash) == 0 ? buf_put(&l->note, p, n)
						       : ERR_OK;
}

enum err
give_roster(struct giving *g, const struct teamlog_line *line)
{
	struct looking l = { .d = g->d, .hash = g->effect->hash };
	enum err e =
	    effect_read(g->effect, line->kind, line->body, line->body_len);

	if (e != ERR_OK)
		return e;
	buf_init(&l.note, ROSTER_MAX);
	e = desk_each_roster(g->d, (struct record_taker){ look, &l });
	if (e == ERR_OK && l.note.len > 0)
		e = give_pieces(g, &g->log, PIECE_ROSTER, &l.note);
	buf_drop(&l.note);
	return e;
}

static const struct {
	enum effect_kind kind;
	enum err (*give)(struct giving *g);
} beside[] = {
	{ EFFECT_REPLY, give_reply },
	{ EFFECT_NOTE, give_words },
	{ EFFECT_DRAFT, give_words },
	{ EFFECT_ATTRIBUTION, give_words },
	{ EFFECT_EVIDENCE, give_words },
	{ EFFECT_CUSTODY, give_words },
	{ EFFECT_CASE, give_words },
	{ EFFECT_HAND_OUT, give_handout },
};

enum err
give_beside(struct giving *g, const struct teamlog_line *line)
{
	enum err e = ERR_OK;

	g->number = line->number;
	for (size_t i = 0; e == ERR_OK && i < COUNT(beside); i++)
		if (line->standing == TEAMLOG_EFFECT &&
		    line->kind == beside[i].kind &&
		    (e = effect_read(g->effect, line->kind, line->body,
			 line->body_len)) == ERR_OK)
			e = beside[i].give(g);
	return e;
}

enum err
give_entry(struct giving *g, const struct teamlog_line *line)
{
	const enum err e = give_beside(g, line);

	return e == ERR_OK ? give_note(g, &g->log, line->note, line->note_len)
			   : e;
}

/* To whom our entries are sealed that are still to be given: to the newest
 * chain of the log that the others have.  A hand-out of the log's own goes to
 * the one before; where each of ours is still to be given, to the oldest, for
 * one that is handed out again most others have. */
static enum err
choose_log(struct giving *g)
{
	const struct ring *r = &g->d->vault->ring;
	const struct ring_chain *best = NULL, *oldest = NULL;

	for (size_t i = 0; i < r->chains_n; i++) {
		const struct ring_chain *c = &r->chains[i];

		if (memcmp(c->door, ring_log, DOOR_ID_BYTES) != 0 ||
		    c->first > g->today || g->today > c->last ||
		    c->chain.day > g->today)
			continue;
		if (oldest == NULL || c->first < oldest->first)
			oldest = c;
		if ((best == NULL || c->first >= best->first) &&
		    !give_is_to_come(g->d, ring_log, c->first))
			best = c;
	}
	if (best == NULL)
		best = oldest;
	return best == NULL
	    ? ring_log_recipient(r, g->today, &g->log)
	    : chain_recipients(&g->log, g->today, 1, &best->chain);
}

/* The notes of the rosters that our entries from `put` on speak of. */
static enum err
give_rosters(struct giving *g, uint32_t put)
{
	struct desk *d = g->d;
	struct teamlog_line line;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (line.number < put || line.kind != EFFECT_ROSTER ||
		    memcmp(line.device, d->id, DEVICE_ID_BYTES) != 0 ||
		    line.standing != TEAMLOG_EFFECT)
			continue;
		e = give_roster(g, &line);
	}
	return e;
}

/* Our entries stand in the log's order by their numbers. */
static enum err
give_all(struct giving *g, uint32_t put, uint32_t *given)
{
	struct desk *d = g->d;
	struct teamlog_line line;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (line.number != put ||
		    memcmp(line.device, d->id, DEVICE_ID_BYTES) != 0 ||
		    line.standing > TEAMLOG_BODY)
			continue;
		/* Words that stay here are remembered first. */
		if ((e = give_entry(g, &line)) == ERR_OK &&
		    (g->owed >= g->owed_kept ||
			(e = give_keep_owed(g, g->owed)) == ERR_OK))
			e = desk_remember_num(d, "put", ++put);
		*given += e == ERR_OK;
		if (e == ERR_OK && line.kind == EFFECT_HAND_OUT)
			e = choose_log(g);
	}
	return e;
}

enum err
give_run(struct desk *d, struct reach *r, uint32_t today, uint32_t *given)
{
	struct giving g = { .d = d, .r = r, .today = today };
	uint32_t put, all;
	enum err e, noted;

	if (!give_is_on(d))
		return ERR_OK;
	/* An answer gives what waits without a sync before it. */
	if ((e = give_keep_log(d, today)) != ERR_OK ||
	    (e = give_where(d, &put, &all)) != ERR_OK)
		return e;
	if ((g.effect = calloc(1, sizeof *g.effect)) == NULL)
		return ERR_NOMEM;
	days_batch_init(&g.tags, today, NULL);
	if ((e = choose_log(&g)) == ERR_OK &&
	    (e = give_begin_owed(&g)) == ERR_OK &&
	    (e = give_owed(&g, put)) == ERR_OK &&
	    (e = give_rosters(&g, put)) == ERR_OK)
		e = give_all(&g, put, given);
	if (e == ERR_OK && (e = give_again(&g)) == ERR_OK)
		e = give_keep_owed(&g, g.owed);
	noted = days_end_batch(d, &g.tags);
	days_batch_drop(&g.tags);
	wipe_free(g.effect, sizeof *g.effect);
	return e == ERR_OK ? noted : e;
}
