#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/hash.h"

#include "desk/merge_talk.h"
#include "desk/packed.h"
#include "desk/replied.h"

#define OLD_HEAD (8U + TAG_BYTES)

void
merge_talk_init(
    struct merge_talk *t, struct desk *d, bool keep, struct merge_said *said)
{
	*t = (struct merge_talk){ .d = d, .keep = keep, .said = said };
}

/* The next conversation, or the end. */
static void
leave(struct merge_talk *t)
{
	conv_close(t->way);
	t->way = NULL;
	tagmap_drop(&t->items);
	t->items = (struct tagmap){ .slots = NULL };
	t->known = false;
}

void
merge_talk_drop(struct merge_talk *t)
{
	leave(t);
	tagmap_drop(&t->gone);
	replied_drop(&t->answers);
	wipe(t, sizeof *t);
}

/* Who made this entry, is he this desk's member? */
static bool
is_our_members(const struct desk *d, const struct teamlog_line *line)
{
	return memcmp(line->device, d->id, DEVICE_ID_BYTES) == 0 ||
	    (line->member != NULL &&
		memcmp(line->member, d->about.member, MEMBER_ID_BYTES) == 0);
}

static enum err
ask_entry(
    struct merge_talk *t, const struct teamlog_line *line, struct effect *f)
{
	const bool goes = line->kind == EFFECT_DESTROYED ||
	    (line->kind == EFFECT_DELETE && is_our_members(t->d, line));

	if (!goes || line->standing != TEAMLOG_EFFECT ||
	    effect_read(f, line->kind, line->body, line->body_len) != ERR_OK)
		return ERR_OK;
	/* Some who say so may not. */
	if (line->kind == EFFECT_DESTROYED &&
	    registers_dead(&t->d->registers, f->conversation) == NULL)
		return ERR_OK;
	return tagmap_put(&t->gone, f->conversation, 0);
}

/* What the team destroyed, or this member deleted, is not brought back by what
 * comes in from elsewhere. */
static enum err
ask_log(struct merge_talk *t)
{
	struct teamlog *l = t->d->log;
	struct effect *f;
	struct teamlog_line line;
	enum err e = ERR_OK;

	if (t->asked)
		return ERR_OK;
	if ((f = calloc(1, sizeof *f)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; e == ERR_OK && i < teamlog_count(l); i++) {
		teamlog_at(l, i, &line);
		e = ask_entry(t, &line, f);
	}
	wipe_free(f, sizeof *f);
	t->asked = e == ERR_OK;
	return e;
}

static enum err
take_conversation(struct merge_talk *t, const uint8_t *p)
{
	uint8_t id[CONV_ID_BYTES];
	enum err e;

	leave(t);
	memcpy(t->owner, p, sizeof t->owner);
	if ((e = ask_log(t)) != ERR_OK)
		return e;
	conv_id_of(id, p, t->d->vault->salt);
	t->skip = tagmap_get(&t->gone, id, NULL);
	t->said->conversations += !t->skip;
	t->said->left_out += t->skip;
	t->way = conv_open(t->owner, t->d->vault->salt);
	return t->way == NULL ? ERR_NOMEM : ERR_OK;
}

/* As if it came from the line. */
static enum err
keep_letter(
    struct merge_talk *t, const struct item_at *i, struct record_part tail)
{
	struct said *s = NULL;
	struct letter l;
	struct buf note;
	enum err e;

	if (i->kind == ITEM_LETTER)
		tail = (struct record_part){ i->p + OLD_HEAD, i->n - OLD_HEAD };
	if ((e = kept_letter(&s, t->d, i)) != ERR_OK)
		return e;
	buf_init(&note, RECORD_MAX);
	if ((e = buf_put(&note, tail.p, tail.n)) == ERR_OK &&
	    (e = letter_again(&l, t->d, s->at.tag, note.at, note.len)) ==
		ERR_OK) {
		e = desk_keep_letter(
		    t->d, &l, s->row, &note, s->by_circle ? s->circle : NULL);
		letter_drop(&l);
	}
	buf_drop(&note);
	said_close(s);
	return e;
}

/* The entry that says these words. */
static const struct replied_one *
answer_of(const struct merge_talk *t, const struct said *s)
{
	uint8_t id[CONV_ID_BYTES];

	conv_id_of(id, t->owner, t->d->vault->salt);
	return replied_find(&t->answers, id, s, t->d->vault->salt);
}

/* Keep items that are new, and take them in; not what is not understood. */
static enum err
keep_items(
    struct merge_talk *t, const struct buf *items, struct record_part tail)
{
	struct conv *c = desk_conv_of(t->d, t->owner);
	struct buf rest;
	enum err e;

	if (c == NULL)
		return ERR_NOMEM;
	buf_init(&rest, RECORD_MAX);
	if ((e = conv_take_record(t->d, t->way, items->at, items->len)) ==
		ERR_OK &&
	    (e = buf_put(&rest, tail.p, tail.n)) == ERR_OK &&
	    (e = desk_keep(t->d, c, items, &rest)) == ERR_OK)
		e = conv_take_record(t->d, c, items->at, items->len);
	buf_drop(&rest);
	return e;
}

static enum err
keep_made(struct merge_talk *t, const struct said *s)
{
	struct buf said, items;
	enum err e;

	buf_init(&said, RECORD_MAX);
	buf_init(&items, RECORD_MAX);
	if ((e = said_write(&said, s)) == ERR_OK &&
	    (e = item_put(&items, ITEM_TOLD, said.len)) == ERR_OK &&
	    (e = buf_put(&items, said.at, said.len)) == ERR_OK)
		e = keep_items(t, &items, (struct record_part){ NULL, 0 });
	buf_drop(&said);
	buf_drop(&items);
	return e;
}

/* An answer that the team sent, unless it is here.  Of what an entry without
 * effect says, each desk has what came to it before it heard of that: a backup
 * is this desk's own. */
static enum err
keep_ours(struct merge_talk *t, const struct said *s)
{
	const struct conv *c = desk_conv_known(t->d, t->owner);
	const struct replied_one *by = answer_of(t, s);
	struct said *made;
	enum err e = ERR_OK;

	if (by == NULL)
		return ERR_FORGED;
	if (!t->keep || (!by->effect && !t->own) || c == NULL ||
	    !c->has_address)
		return ERR_OK;
	if ((made = replied_make_again(t->d, c, &by->at, s)) == NULL)
		return ERR_NOMEM;
	if (!replied_has(c, made))
		e = keep_made(t, made);
	said_close(made);
	return e;
}

static enum err
keep_told(struct merge_talk *t, const struct item_at *i)
{
	struct said *s = NULL;
	size_t used;
	enum err e;

	if ((e = said_read(&s, i->p, i->n, &used)) != ERR_OK)
		return e;
	e = used == i->n && s->ours ? keep_ours(t, s) : ERR_FORMAT;
	said_close(s);
	return e;
}

/* One that the maker of the pack sent itself: it has two records there. */
static enum err
keep_sent(struct merge_talk *t, const struct item_at *i)
{
	struct said *s;
	enum err e = ERR_OK;

	if (i->n != LETTER_ID_BYTES)
		return ERR_FORMAT;
	if ((s = conv_out_take(t->way, i->p)) == NULL)
		return ERR_OK;
	if (i->kind == ITEM_SENT)
		e = keep_ours(t, s);
	said_close(s);
	return e;
}

static bool
is_own_kind(enum item kind)
{
	switch ((int)kind) {
	case ITEM_LETTER:
	case ITEM_SAID:
	case ITEM_PART:
	case ITEM_OUT:
	case ITEM_SENT:
	case ITEM_DROPPED:
	case ITEM_OVER:
	case ITEM_WAY:
	case ITEM_TOLD:
		return true;
	default:
		return false;
	}
}

static void
name_of(uint8_t name[static TAG_BYTES], const struct item_at *i)
{
	uint8_t hash[SHA256_BYTES];

	sha256(hash, i->p, i->n);
	memcpy(name, hash, TAG_BYTES);
	name[0] ^= (uint8_t)i->kind;
}

static enum err
know_record(void *who, struct record_part head, struct record_part tail)
{
	struct merge_talk *t = who;
	uint8_t name[TAG_BYTES];
	struct item_at i;
	size_t at = 0;
	enum err e;

	(void)tail;
	while ((e = item_next(&i, head.p, head.n, &at)) == ERR_OK) {
		if (is_own_kind(i.kind))
			continue;
		name_of(name, &i);
		if ((e = tagmap_put(&t->items, name, 0)) != ERR_OK)
			return e;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* What is kept of other things, said once each. */
static enum err
know_items(struct merge_talk *t)
{
	struct conv *c = desk_conv_known(t->d, t->owner);
	enum err e = ERR_OK;

	if (!t->known && c != NULL && c->box.key != NULL)
		e = record_walk(
		    &c->box.record, (struct record_walker){ know_record, t });
	t->known = e == ERR_OK;
	return e;
}

static enum err
keep_other(struct merge_talk *t, const struct item_at *i,
    const struct buf *item, struct record_part tail)
{
	uint8_t name[TAG_BYTES];
	enum err e;

	if ((e = know_items(t)) != ERR_OK)
		return e;
	name_of(name, i);
	if (tagmap_get(&t->items, name, NULL))
		return ERR_OK;
	if ((e = keep_items(t, item, tail)) == ERR_OK)
		e = tagmap_put(&t->items, name, 0);
	return e;
}

/* An item with its head, as its record has it. */
static enum err
whole_item(struct buf *out, const struct item_at *i)
{
	const enum err e = item_put(out, i->kind, i->n);

	return e == ERR_OK ? buf_put(out, i->p, i->n) : e;
}

/* Before anything is kept: answers that were sent, with the words that their
 * entries say. */
static enum err
look_at_item(struct merge_talk *t, const struct item_at *i)
{
	switch ((int)i->kind) {
	case ITEM_TOLD:
		return keep_told(t, i);
	case ITEM_WAY:
		return reply_take_way(t->way, i->p, i->n);
	case ITEM_OUT:
		return reply_take(t->d, t->way, i->p, i->n);
	case ITEM_SENT:
	case ITEM_DROPPED:
		return keep_sent(t, i);
	default:
		return ERR_OK;
	}
}

static enum err
keep_item(
    struct merge_talk *t, const struct item_at *i, struct record_part tail)
{
	struct buf item;
	enum err e;

	switch ((int)i->kind) {
	case ITEM_LETTER:
	case ITEM_SAID:
		return keep_letter(t, i, tail);
	case ITEM_TOLD:
	case ITEM_WAY:
	case ITEM_OUT:
	case ITEM_SENT:
	case ITEM_DROPPED:
		return look_at_item(t, i);
	case ITEM_OVER: /* the entry of the answer says it too */
		return ERR_OK;
	default:
		break;
	}
	buf_init(&item, RECORD_MAX);
	if ((e = whole_item(&item, i)) == ERR_OK)
		e = keep_other(t, i, &item, tail);
	buf_drop(&item);
	return e;
}

static bool
is_ours(enum err e)
{
	return err_is_machine(e) || e == ERR_FULL;
}

/* What this version makes nothing of is passed over: it stays with who gave
 * it. */
static enum err
take_said(struct merge_talk *t, const uint8_t *p, size_t n)
{
	struct pack_said s;
	struct item_at i;
	size_t at = 0;
	enum err e;

	e = packed_said(&s, t->d, t->owner, p, n);
	while (e == ERR_OK && !t->keep &&
	    item_next(&i, s.head, s.head_n, &at) == ERR_OK)
		e = look_at_item(t, &i);
	if (e != ERR_OK || !t->keep || t->skip)
		return e;
	while (item_next(&i, s.head, s.head_n, &at) == ERR_OK) {
		e = keep_item(t, &i, (struct record_part){ s.tail, s.tail_n });
		if (is_ours(e))
			return e;
	}
	return ERR_OK;
}

static enum err
take_part(struct merge_talk *t, const uint8_t *p, size_t n)
{
	const struct part_here *here;
	struct pack_part part;
	struct conv *c;
	enum err e;

	if ((e = packed_part(&part, p, n)) != ERR_OK || t->skip)
		return e;
	here = part_find(t->d, part.tag);
	if (part_has_body(here) || (here != NULL && part.envelope == NULL))
		return ERR_OK;
	t->said->parts += part.envelope != NULL;
	if (!t->keep || (c = desk_conv_known(t->d, t->owner)) == NULL)
		return ERR_OK;
	return packed_keep_part(t->d, c, &part);
}

enum err
merge_talk_take(
    struct merge_talk *t, enum pack_kind kind, const uint8_t *p, size_t n)
{
	if (kind == PACK_CONVERSATION)
		return take_conversation(t, p);
	return kind == PACK_SAID ? take_said(t, p, n) : take_part(t, p, n);
}

enum err
merge_talk_end(struct merge_talk *t)
{
	leave(t);
	for (size_t i = 0; i < t->d->convs_n; i++)
		registers_show(
		    &t->d->registers, t->d->convs[i], t->d->vault->salt);
	return ERR_OK;
}
