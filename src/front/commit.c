#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "front/commit.h"
#include "note/json.h"

/* A kept copy has room for this much text, as JSON spells it; of a longer one
 * the beginning is kept. */
#define COPY_MAX 13000U
#define COPY_CUT "\n[...]"

void
commit_init(struct commit *c, struct page *p)
{
	const struct certificate *cert = &p->r->line->certificate;

	*c = (struct commit){ .p = p };
	source_init(&c->source, p->who.root);
	tag_keys_init(&c->keys, &c->source);
	letter_init(&c->letter, LETTER_FROM);
	team_print(c->letter.team, cert->team);
	memcpy(c->letter.line, cert->line, sizeof c->letter.line);
	memcpy(c->letter.door, p->who.door, sizeof c->letter.door);
	crypt_random(c->letter.id, sizeof c->letter.id);
	c->letter.text = "";
}

static void try_slot(struct commit *c);

static void
next_slot(struct commit *c)
{
	if (++c->slot < TAG_SLOTS)
		try_slot(c);
	else
		c->next(c->p, ERR_TAKEN);
}

/* The letter is safe, whatever becomes of its copy, which lies in the same slot
 * of its own kind. */
static void
answered(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct commit *c = with;

	(void)r;
	if (c->kind == TAG_OWN) {
		c->next(c->p, ERR_OK);
	} else if (reply->e == ERR_TAKEN) {
		next_slot(c);
	} else if (reply->e == ERR_OK && c->keep) {
		c->kind = TAG_OWN;
		try_slot(c);
	} else {
		c->next(c->p, reply->e);
	}
}

/* Turn the letter into the copy that its writer keeps: the text alone. */
static enum err
make_copy(struct commit *c, struct letter *copy)
{
	const struct letter *l = &c->letter;
	size_t n;
	char *cut;

	letter_init(copy, LETTER_KEPT);
	memcpy(copy->team, l->team, sizeof copy->team);
	memcpy(copy->line, l->line, sizeof copy->line);
	memcpy(copy->id, l->id, sizeof copy->id);
	copy->seen = l->seen;
	copy->text = l->text;
	copy->text_len = l->text_len;
	if (json_str_bytes(l->text, l->text_len) <= COPY_MAX)
		return ERR_OK;
	n = json_str_cut(l->text, l->text_len, COPY_MAX);
	cut = arena_get(&c->p->r->arena, n + sizeof COPY_CUT);
	if (cut == NULL)
		return ERR_NOMEM;
	memcpy(cut, l->text, n);
	memcpy(cut + n, COPY_CUT, sizeof COPY_CUT);
	copy->text = cut;
	copy->text_len = n + sizeof COPY_CUT - 1;
	return ERR_OK;
}

/* Date the letter for its slot, sign it and seal it. */
static enum err
seal(struct commit *c, struct letter *l, const struct age_recipient *to)
{
	uint8_t opening[TAG_OPENING_BYTES];
	struct buf note;
	enum err e;

	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	tag_opening(opening, &c->keys, c->kind, c->day, c->slot);
	tag_of(l->tag, opening);
	tag_parts(l->parts, opening);
	l->day = c->day;
	l->slot = c->slot;
	e = letter_write(&note, l, c->source.sign_seed);
	if (e == ERR_OK)
		e = envelope_seal(
		    c->sealed, ENVELOPE_LETTER_BYTES, to, note.at, note.len);
	wipe(opening, sizeof opening);
	buf_drop(&note);
	return e;
}

static void
try_copy(struct commit *c)
{
	struct letter copy;

	if (make_copy(c, &copy) == ERR_OK &&
	    seal(c, &copy, &c->letter.reply) == ERR_OK)
		front_put(c->p->r, copy.tag, c->sealed, answered, c);
	else
		c->next(c->p, ERR_OK);
	letter_drop(&copy);
}

static void
try_slot(struct commit *c)
{
	struct front_commit parts = { .parts = c->parts, .letter = c->sealed };
	enum err e;

	if (c->kind == TAG_OWN) {
		try_copy(c);
		return;
	}
	if ((e = seal(c, &c->letter, &c->to)) != ERR_OK) {
		c->next(c->p, e == ERR_NOMEM ? e : ERR_IO);
		return;
	}
	if (c->parts == 0) {
		front_put(c->p->r, c->letter.tag, c->sealed, answered, c);
		return;
	}
	memcpy(parts.id, c->upload, sizeof parts.id);
	memcpy(parts.secret, c->letter.parts, sizeof parts.secret);
	memcpy(parts.tag, c->letter.tag, sizeof parts.tag);
	front_commit(c->p->r, &parts, answered, c);
	wipe(&parts, sizeof parts);
}

/* Where answers go, and to whom this is sealed. */
static enum err
address(struct commit *c)
{
	const struct key_note_door *door = page_door(c->p);
	const struct age_recipient *to = NULL;
	struct age_identity *identity = NULL;
	struct age_recipient reply;
	enum err e;

	e = age_identity_from_seed(&identity, AGE_HYBRID, c->source.reply_seed);
	if (e != ERR_OK)
		return e;
	age_identity_recipient(identity, &reply);
	age_identity_close(identity);
	letter_set_return(&c->letter, &c->source, &reply);
	if (c->restricted)
		return ERR_OK;
	if (door != NULL)
		to = key_note_recipient(door, c->day);
	if (to == NULL)
		return ERR_EXPIRED;
	c->to = *to;
	return ERR_OK;
}

void
commit_begin(struct commit *c, void (*next)(struct page *p, enum err e))
{
	enum err e;

	c->next = next;
	c->day = clock_day();
	c->slot = 0;
	c->kind = TAG_FROM;
	c->sealed = arena_get(&c->p->r->arena, ENVELOPE_LETTER_BYTES);
	e = c->sealed == NULL ? ERR_NOMEM : address(c);
	if (e == ERR_OK)
		try_slot(c);
	else
		next(c->p, e);
}

void
commit_drop(struct commit *c)
{
	letter_drop(&c->letter);
	tag_keys_drop(&c->keys);
	source_drop(&c->source);
	wipe(c, sizeof *c);
}
