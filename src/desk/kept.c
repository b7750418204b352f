#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/hybrid.h"

#include "desk/clear.h"
#include "desk/inside.h"
#include "desk/restrict.h"

/* Files of one message, all times that it came: whoever sends it more often is
 * not helped by one more. */
#define RESENT_FILES 512U

/* What was read from a file: the order of arrival goes on behind it. */
static enum err
take_said(struct desk *d, struct conv *c, struct said *s)
{
	if (s->arrived >= d->arrived)
		d->arrived = s->arrived + 1;
	s->where = c->where;
	return conv_take(c, s);
}

/* A letter with the first return address, when it brought one. */
struct kept {
	struct said *said;
	bool has_address;
	struct age_recipient reply;
	uint8_t k[SOURCE_K_BYTES];
	uint8_t sign[SIGN_PUBLIC_BYTES]; /* of an earlier version's */
};

/* As earlier versions kept it: the note alone. */
static enum err
read_letter(struct kept *k, const struct desk *d, const struct item_at *i)
{
	const size_t head = 8 + TAG_BYTES;
	struct letter l;
	enum err e;

	if (i->n < head)
		return ERR_FORMAT;
	e = letter_again(&l, d, i->p + 8, i->p + head, i->n - head);
	if (e != ERR_OK)
		return e;
	k->said = said_of(&l, enc_get_u32(i->p));
	e = k->said == NULL ? ERR_NOMEM : ERR_OK;
	if (e == ERR_OK) {
		k->said->arrived = k->said->newest = enc_get_u32(i->p + 4);
		k->has_address = true;
		k->reply = l.reply;
		memcpy(k->k, l.k, sizeof k->k);
		memcpy(k->sign, l.sign, sizeof k->sign);
	}
	letter_drop(&l);
	return e;
}

#define ADDRESS_BYTES (HYBRID_PUBLIC_BYTES + SOURCE_K_BYTES)

/* What stands before what was said. */
#define HAS_ADDRESS 1U
#define HAS_CIRCLE 2U

static size_t
head_bytes(unsigned has)
{
	return 1 + (has & HAS_ADDRESS ? ADDRESS_BYTES : 0) +
	    (has & HAS_CIRCLE ? EFFECT_ID_BYTES : 0);
}

static void
read_address(struct kept *k, const uint8_t *p)
{
	k->has_address = true;
	k->reply.kind = AGE_HYBRID;
	memcpy(k->reply.key, p, HYBRID_PUBLIC_BYTES);
	memcpy(k->k, p + HYBRID_PUBLIC_BYTES, sizeof k->k);
}

static enum err
read_said(struct kept *k, const struct item_at *i)
{
	const unsigned has = i->n > 0 ? i->p[0] : UINT8_MAX;
	const size_t head = head_bytes(has);
	size_t used;
	enum err e;

	if (has > (HAS_ADDRESS | HAS_CIRCLE) || i->n < head)
		return ERR_FORMAT;
	e = said_read(&k->said, i->p + head, i->n - head, &used);
	if (e != ERR_OK)
		return e;
	if (used != i->n - head || k->said->ours ||
	    (has & HAS_CIRCLE && !k->said->by_circle)) {
		said_close(k->said);
		return ERR_FORMAT;
	}
	if (has & HAS_ADDRESS)
		read_address(k, i->p + 1);
	if (has & HAS_CIRCLE)
		memcpy(k->said->circle, i->p + head - EFFECT_ID_BYTES,
		    EFFECT_ID_BYTES);
	return ERR_OK;
}

enum err
kept_letter(struct said **s, const struct desk *d, const struct item_at *i)
{
	struct kept k = { .said = NULL };
	const enum err e =
	    i->kind == ITEM_LETTER ? read_letter(&k, d, i) : read_said(&k, i);

	if (e == ERR_OK)
		*s = k.said;
	wipe(&k, sizeof k);
	return e;
}

static enum err
take_letter(struct desk *d, struct conv *c, const struct item_at *i)
{
	struct kept k = { .said = NULL };
	const bool old = i->kind == ITEM_LETTER;
	bool other = false;
	enum err e = old ? read_letter(&k, d, i) : read_said(&k, i);

	if (e != ERR_OK)
		return e;
	if (k.has_address)
		other = conv_take_address(c, &k.reply, k.k);
	if (old)
		k.said->other_address = other;
	if (old && memcmp(k.sign, c->box.owner, sizeof k.sign) != 0) {
		said_close(k.said);
		e = ERR_FORMAT;
	} else {
		e = take_said(d, c, k.said);
	}
	wipe(&k, sizeof k);
	return e;
}

/* Earlier versions did not keep it. */
static bool
has_circle(const struct said *s)
{
	static const uint8_t none[EFFECT_ID_BYTES];

	return s->by_circle && memcmp(s->circle, none, sizeof none) != 0;
}

/* The item of a letter; `first` when its return address is the first. */
static enum err
put_said(
    struct buf *items, const struct said *s, const struct letter *l, bool first)
{
	const bool circle = has_circle(s);
	struct buf said;
	enum err e;

	buf_init(&said, RECORD_MAX);
	if ((e = buf_put_u8(&said,
		 (uint8_t)((first ? HAS_ADDRESS : 0) |
		     (circle ? HAS_CIRCLE : 0)))) != ERR_OK)
		goto out;
	if (first &&
	    ((e = buf_put(&said, l->reply.key, HYBRID_PUBLIC_BYTES)) !=
		    ERR_OK ||
		(e = buf_put(&said, l->k, sizeof l->k)) != ERR_OK))
		goto out;
	if (circle &&
	    (e = buf_put(&said, s->circle, sizeof s->circle)) != ERR_OK)
		goto out;
	if ((e = said_write(&said, s)) == ERR_OK &&
	    (e = item_put(items, ITEM_SAID, said.len)) == ERR_OK)
		e = buf_put(items, said.at, said.len);
out:
	buf_drop(&said);
	return e;
}

/* What only who kept it knows: the order in which it came, and how. */
static void
take_circumstances(struct said *to, const struct said *from)
{
	static const uint8_t none[LETTER_DOOR_BYTES];

	to->arrived = from->arrived;
	to->other_address = from->other_address;
	to->by_circle = from->by_circle;
	memcpy(to->circle, from->circle, sizeof to->circle);
	/* Earlier versions did not keep the door. */
	if (memcmp(from->door, none, sizeof none) == 0)
		memset(to->door, 0, sizeof to->door);
}

enum err
kept_is_of(const struct item_at *i, const struct letter *l)
{
	struct kept k = { .said = NULL };
	struct item_at again;
	struct said *s = NULL;
	struct buf items;
	size_t at = 0;
	enum err e;

	buf_init(&items, RECORD_MAX);
	if ((e = read_said(&k, i)) != ERR_OK) {
		k.said = NULL;
		goto out;
	}
	e = ERR_NOMEM;
	if ((s = said_of(l, k.said->at.found)) == NULL)
		goto out;
	take_circumstances(s, k.said);
	if ((e = put_said(&items, s, l, k.has_address)) != ERR_OK ||
	    (e = item_next(&again, items.at, items.len, &at)) != ERR_OK)
		goto out;
	e = again.n == i->n && memcmp(again.p, i->p, i->n) == 0 ? ERR_OK
								: ERR_FORGED;
out:
	said_close(s);
	said_close(k.said);
	wipe(&k, sizeof k);
	buf_drop(&items);
	return e;
}

/* Are all parts of this file here, as it came with this letter? */
static bool
has_parts(const struct desk *d, const struct said_file *f)
{
	uint8_t tag[TAG_BYTES];

	for (uint32_t j = 0; j < f->count; j++) {
		tag_part(tag, f->parts, f->first + j);
		if (!part_has_body(part_find(d, tag)))
			return false;
	}
	return true;
}

static bool
has_whole(
    const struct desk *d, const struct said *s, const struct letter_file *f)
{
	for (size_t i = 0; i < s->files_all; i++)
		if (s->files[i].size == f->size &&
		    memcmp(s->files[i].sha256, f->sha256, sizeof f->sha256) ==
			0 &&
		    has_parts(d, &s->files[i]))
			return true;
	return false;
}

/* Does a letter that says nothing new bring parts in the place of some that
 * are not here? */
static bool
brings_parts(const struct desk *d, const struct conv *c, const struct letter *l,
    uint32_t row)
{
	const struct said *same = conv_same(c, l, row);

	if (same == NULL || same->files_all > RESENT_FILES)
		return false;
	for (size_t i = 0; i < same->files_all; i++)
		if (memcmp(same->files[i].parts, l->parts, sizeof l->parts) ==
		    0)
			return false;
	for (size_t i = 0; i < l->file_count; i++)
		if (!has_whole(d, same, &l->files[i]))
			return true;
	return false;
}

/* Another desk may have read it, or judged its source, before it came here. */
static void
show_letter(
    struct desk *d, struct conv *c, const struct letter *l, uint32_t row)
{
	const struct said *same = conv_same(c, l, row);

	registers_show_fields(&d->registers, c);
	for (size_t i = c->said_n; i-- > 0;)
		if (c->all[i] == same) {
			restrict_came(d, c, same);
			registers_show_said(
			    &d->registers, c, c->all[i], d->vault->salt);
			break;
		}
}

enum err
desk_keep_letter(struct desk *d, const struct letter *l, uint32_t row,
    const struct buf *note, const uint8_t *circle)
{
	struct conv *c = desk_conv_of(d, l->sign);
	struct said *s = NULL;
	struct buf items;
	bool first;
	enum err e = ERR_OK;

	buf_init(&items, RECORD_MAX);
	if (c == NULL)
		return ERR_NOMEM;
	if (conv_has(c, l, row) && !brings_parts(d, c, l, row))
		goto out;
	e = ERR_NOMEM;
	if ((s = said_of(l, row)) == NULL)
		goto out;
	first = !c->has_address;
	s->other_address = conv_take_address(c, &l->reply, l->k);
	s->arrived = s->newest = d->arrived;
	if ((s->by_circle = circle != NULL))
		memcpy(s->circle, circle, sizeof s->circle);
	if ((e = put_said(&items, s, l, first)) != ERR_OK ||
	    (e = desk_keep_later(d, c, &items, note)) != ERR_OK)
		goto out;
	e = take_said(d, c, s);
	s = NULL; /* now the conversation's */
	if (e == ERR_OK)
		show_letter(d, c, l, row);
out:
	said_close(s);
	buf_drop(&items);
	if (c->said_n == 0) {
		/* Kept and not taken in: it comes again, into a new file. */
		if (c->box.key != NULL)
			(void)!store_box_destroy(d->store, &c->box);
		desk_conv_forget(d, c);
	}
	return e;
}

enum err
desk_note(const struct conv *c, const struct said *s, struct buf *out)
{
	return s->ours ? ERR_NOTHING : store_box_tail(&c->box, s->where, out);
}

static enum err
take_part(struct desk *d, const struct conv *c, const struct item_at *i)
{
	struct part_here p = { .of = c };

	if (i->n != sizeof p.tag + sizeof p.key + sizeof p.name)
		return ERR_FORMAT;
	memcpy(p.tag, i->p, sizeof p.tag);
	memcpy(p.key, i->p + sizeof p.tag, sizeof p.key);
	memcpy(p.name, i->p + sizeof p.tag + sizeof p.key, sizeof p.name);
	return part_add(d, &p);
}

static enum err
take_end(struct conv *c, const struct item_at *i, bool sent)
{
	struct said *s;

	if (i->n != LETTER_ID_BYTES)
		return ERR_FORMAT;
	if ((s = conv_out_take(c, i->p)) == NULL)
		return ERR_FORMAT;
	if (sent)
		return conv_took(c, s);
	said_close(s);
	return ERR_OK;
}

static enum err
take_told(struct conv *c, const struct item_at *i)
{
	struct said *s;
	size_t used;
	enum err e;

	if ((e = said_read(&s, i->p, i->n, &used)) != ERR_OK)
		return e;
	if (used == i->n && s->ours)
		return conv_took(c, s);
	said_close(s);
	return ERR_FORMAT;
}

enum err
conv_take_record(struct desk *d, struct conv *c, const uint8_t *p, size_t n)
{
	struct item_at i;
	size_t at = 0;
	enum err e;

	while ((e = item_next(&i, p, n, &at)) == ERR_OK) {
		switch ((int)i.kind) {
		case ITEM_LETTER:
		case ITEM_SAID:
			e = take_letter(d, c, &i);
			break;
		case ITEM_PART:
			e = take_part(d, c, &i);
			break;
		case ITEM_OUT:
			e = reply_take(d, c, i.p, i.n);
			break;
		case ITEM_SENT:
		case ITEM_DROPPED:
			e = take_end(c, &i, i.kind == ITEM_SENT);
			break;
		case ITEM_TERMS:
			e = conv_words_take_terms(c, i.p, i.n, d->vault->salt);
			break;
		case ITEM_WORDS:
			e = conv_words_take(c, i.p, i.n);
			break;
		case ITEM_OVER:
			e = reply_take_over(c, i.p, i.n);
			break;
		case ITEM_TOLD:
			e = take_told(c, &i);
			break;
		case ITEM_WAY:
			e = reply_take_way(c, i.p, i.n);
			break;
		default:
			e = ERR_VERSION;
		}
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
take_tried(struct desk *d, const struct item_at *i)
{
	struct tagmap *to = i->kind == ITEM_NOKEY ? &d->nokey : &d->tried;
	enum err e = ERR_OK;

	if (i->n < 4 || (i->n - 4) % TAG_BYTES != 0)
		return ERR_FORMAT;
	for (size_t at = 4; e == ERR_OK && at < i->n; at += TAG_BYTES)
		e = tagmap_put(to, i->p + at, enc_get_u32(i->p));
	return e;
}

/* A day of which some are tried again needs a look again. */
static enum err
take_again(struct desk *d, const struct item_at *i)
{
	size_t kept = 0;
	uint32_t from;

	if (i->n != 4)
		return ERR_FORMAT;
	from = enc_get_u32(i->p);
	tagmap_forget(&d->nokey, from);
	for (size_t j = 0; j < d->whole_n; j++)
		if (d->whole[j].day < from)
			d->whole[kept++] = d->whole[j];
	d->whole_n = kept;
	return ERR_OK;
}

static enum err
take_whole(struct desk *d, const struct item_at *i)
{
	void *list = d->whole;
	struct day_whole *w;
	enum err e;

	if (i->n != 8 + SHA256_BYTES)
		return ERR_FORMAT;
	e = list_grow(&list, d->whole_n, &d->whole_room, sizeof *d->whole);
	d->whole = list;
	if (e != ERR_OK)
		return e;
	w = &d->whole[d->whole_n++];
	w->day = enc_get_u32(i->p);
	w->count = enc_get_u32(i->p + 4);
	memcpy(w->digest, i->p + 8, SHA256_BYTES);
	return ERR_OK;
}

enum err
desk_take_days(void *who, const uint8_t *p, size_t n)
{
	struct desk *d = who;
	struct item_at i;
	size_t at = 0;
	enum err e;

	while ((e = item_next(&i, p, n, &at)) == ERR_OK) {
		switch ((int)i.kind) {
		case ITEM_TRIED:
		case ITEM_NOKEY:
			e = take_tried(d, &i);
			break;
		case ITEM_AGAIN:
			e = take_again(d, &i);
			break;
		case ITEM_WHOLE:
			e = take_whole(d, &i);
			break;
		case ITEM_REFUSED:
			d->refused++;
			break;
		case ITEM_CLEAR:
		case ITEM_CLEARED:
			e = clear_take(d, &i);
			break;
		default:
			e = ERR_VERSION;
		}
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}
