#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"

#include "desk/packed.h"
#include "desk/words.h"

#define PIECE 65536U
#define OLD_HEAD (8U + TAG_BYTES)
/* Orders of arrival go on behind the greatest: no maker of a pack may leave
 * none. */
#define ARRIVED_MAX (UINT32_MAX / 2)

static enum err
add_plain(void *who, const void *p, size_t n)
{
	return pack_reader_add(who, p, n);
}

static enum err
feed(struct age_opener *o, int fd)
{
	uint8_t *piece = malloc(PIECE);
	enum err e = piece == NULL ? ERR_NOMEM : ERR_OK;
	ssize_t n = 1;

	while (e == ERR_OK && n > 0) {
		n = read(fd, piece, PIECE);
		if (n < 0)
			e = file_err();
		else
			e = age_opener_add(o, piece, (size_t)n);
	}
	free(piece); /* sealed bytes */
	return e == ERR_OK ? age_opener_end(o) : e;
}

enum err
packed_open(int fd, const struct age_with *with, struct age_sink out)
{
	struct age_opener *o = NULL;
	enum err e;

	if (lseek(fd, 0, SEEK_SET) != 0)
		return ERR_IO;
	if ((e = age_opener_open(&o, with, out)) == ERR_OK)
		e = feed(o, fd);
	age_opener_close(o);
	return e;
}

enum err
packed_feed_once(struct pack_reader *r, int fd,
    const uint8_t (*seeds)[AGE_SEED_BYTES], size_t n, size_t *once)
{
	struct age_identity *id = NULL;
	const struct age_identity *ids[1];
	const struct age_with with = { .ids = ids, .n = 1 };
	enum err e = ERR_NOKEY;

	for (size_t i = n; e == ERR_NOKEY && i-- > 0;) {
		e = age_identity_from_seed(&id, AGE_HYBRID, seeds[i]);
		if (e != ERR_OK)
			return e;
		ids[0] = id;
		*once = i;
		e = packed_open(fd, &with, (struct age_sink){ add_plain, r });
		age_identity_close(id);
		id = NULL;
	}
	return e == ERR_OK ? pack_reader_end(r) : e;
}

/* Somebody of the team signed it, whether it has effect or not. */
enum err
packed_entry(const struct pack_reader *r, const uint8_t *p, size_t n)
{
	uint8_t id[DEVICE_ID_BYTES];
	const uint8_t *key;
	enum err e;

	if ((e = entry_device(id, p, n)) != ERR_OK)
		return e;
	key = roster_key(pack_reader_roster(r), id);
	return key != NULL && entry_check(p, n, key) == ERR_OK ? ERR_OK
							       : ERR_FORGED;
}

enum err
packed_log(struct teamlog **log, const struct pack_reader *r, const uint8_t *p,
    size_t n)
{
	struct teamlog *made;
	enum err e;

	if (*log == NULL) {
		if ((made = teamlog_open()) == NULL)
			return ERR_NOMEM;
		e = teamlog_roster(made, pack_reader_roster(r));
		if (e != ERR_OK) {
			teamlog_close(made);
			return e;
		}
		*log = made;
	}
	return teamlog_add_kept(*log, p, n);
}

/* The letter must be its source's, and what is kept of it must be what it says:
 * where answers go, too, which a desk takes from there. */
static enum err
check_letter(const struct desk *d, const uint8_t *owner,
    const struct item_at *i, const uint8_t *tag, struct record_part note)
{
	struct letter l;
	enum err e;

	e = letter_again(&l, d, tag, note.p, note.n);
	if (e != ERR_OK)
		return e;
	if (memcmp(l.sign, owner, sizeof l.sign) != 0)
		e = ERR_FORGED;
	else if (i->kind == ITEM_SAID)
		e = kept_is_of(i, &l);
	letter_drop(&l);
	return e;
}

/* Whoever packed it may not make it look like lines of ours. */
static bool
is_terms(const struct item_at *i)
{
	char byline[CONV_BYLINE_MAX + 1] = { 0 };
	char label[CONV_LABEL_MAX + 1] = { 0 };
	size_t n, m;

	if (i->n < 2 || i->p[1] > CONV_BYLINE_MAX || i->n - 2 < i->p[1])
		return false;
	n = i->p[1];
	m = i->n - 2 - n;
	if (m > CONV_LABEL_MAX || memchr(i->p + 2, 0, n + m) != NULL)
		return false;
	memcpy(byline, i->p + 2, n);
	memcpy(label, i->p + 2 + n, m);
	return words_is_line(byline) && words_is_line(label);
}

static enum err
check_item(const struct desk *d, const uint8_t *owner, const struct item_at *i,
    struct record_part tail)
{
	struct said *s = NULL;
	enum err e;

	/* Parts come by themselves, days not at all. */
	if (i->kind == ITEM_PART || i->kind >= ITEM_TRIED)
		return ERR_FORMAT;
	if (i->kind == ITEM_WORDS && !conv_words_is_fit(i->p, i->n))
		return ERR_FORMAT;
	if (i->kind == ITEM_TERMS && !is_terms(i))
		return ERR_FORMAT;
	if (i->kind != ITEM_LETTER && i->kind != ITEM_SAID)
		return ERR_OK;
	if ((e = kept_letter(&s, d, i)) != ERR_OK)
		return e;
	if (i->kind == ITEM_LETTER) /* longer than its head: it was read */
		tail = (struct record_part){ i->p + OLD_HEAD, i->n - OLD_HEAD };
	e = s->arrived <= ARRIVED_MAX
	    ? check_letter(d, owner, i, s->at.tag, tail)
	    : ERR_FORMAT;
	said_close(s);
	return e;
}

enum err
packed_said(struct pack_said *s, const struct desk *d,
    const uint8_t owner[static SIGN_PUBLIC_BYTES], const uint8_t *p, size_t n)
{
	struct record_part tail;
	struct item_at i;
	size_t at = 0;
	enum err e;

	if ((e = pack_said_read(s, p, n)) != ERR_OK)
		return e;
	tail = (struct record_part){ s->tail, s->tail_n };
	while ((e = item_next(&i, s->head, s->head_n, &at)) == ERR_OK)
		if ((e = check_item(d, owner, &i, tail)) != ERR_OK)
			return e;
	return e == ERR_NOTHING ? ERR_OK : e;
}

enum err
packed_part(struct pack_part *part, const uint8_t *p, size_t n)
{
	uint8_t *plain = malloc(ENVELOPE_PART_PLAIN);
	enum err e;

	e = plain == NULL ? ERR_NOMEM : pack_part_read(part, p, n);
	/* One without its body is looked at when that is fetched. */
	if (e == ERR_OK && part->envelope != NULL)
		e = envelope_open_keyed(
		    plain, part->key, part->envelope, ENVELOPE_PART_BYTES);
	wipe_free(plain, ENVELOPE_PART_PLAIN);
	return e;
}

enum err
packed_keep_part(struct desk *d, struct conv *c, const struct pack_part *part)
{
	struct part_here here = { .of = c };
	struct buf items;
	enum err e;

	memcpy(here.tag, part->tag, sizeof here.tag);
	memcpy(here.key, part->key, sizeof here.key);
	buf_init(&items, 128);
	e = part->envelope == NULL
	    ? ERR_OK
	    : store_part_put(d->store, here.name, part->envelope);
	if (e == ERR_OK && (e = part_put(&items, &here)) == ERR_OK &&
	    (e = desk_keep(d, c, &items, NULL)) == ERR_OK)
		e = part_add(d, &here);
	buf_drop(&items);
	wipe(&here, sizeof here);
	return e;
}

enum err
packed_circle(struct circle *to, const uint8_t *p, size_t n)
{
	struct pack_chain c;
	enum err e;

	if ((e = pack_chain_read(&c, p, n)) != ERR_OK)
		return e;
	if (c.of.n != HANDOUT_CIRCLE_BYTES)
		e = ERR_NOTHING;
	else if (c.seed.day % CIRCLE_DAYS != 0)
		e = ERR_FORMAT;
	if (e == ERR_OK) {
		memcpy(to->id, c.of.id, sizeof to->id);
		to->chain = c.seed;
	}
	pack_chain_drop(&c);
	return e;
}

enum err
packed_chain(struct ring_chain *to, const uint8_t *p, size_t n)
{
	struct pack_chain c;
	enum err e;

	if ((e = pack_chain_read(&c, p, n)) != ERR_OK)
		return e;
	if (c.of.n != DOOR_ID_BYTES) {
		e = ERR_FORMAT;
	} else {
		memcpy(to->door, c.of.id, sizeof to->door);
		to->first = c.first;
		to->last = c.last;
		to->chain = c.seed;
	}
	pack_chain_drop(&c);
	return e;
}

enum err
packed_voice(struct ring_voice *to, const uint8_t *p, size_t n)
{
	struct pack_voice v;
	enum err e;

	if ((e = pack_voice_read(&v, p, n)) != ERR_OK)
		return e;
	memcpy(to->door, v.door, sizeof to->door);
	memcpy(to->seed, v.seed, sizeof to->seed);
	to->first = v.first;
	to->last = v.last;
	pack_voice_drop(&v);
	return ERR_OK;
}

void
packed_put_access(struct vault *v, const struct pack_desk *desk)
{
	memcpy(v->access, desk->access, sizeof v->access);
	v->has_next = desk->has_next;
	memcpy(v->next_access, desk->next, sizeof v->next_access);
}

enum err
packed_keep_address(struct store *s, const struct pack_desk *desk)
{
	struct buf text;
	enum err e;

	if (desk->line[0] == '\0')
		return ERR_OK;
	buf_init(&text, 4096);
	if ((e = buf_put_fmt(
		 &text, "%s\n%s\n\n", desk->line, desk->desk_line)) == ERR_OK)
		e = store_put(s, "address", text.at, text.len);
	buf_drop(&text);
	return e;
}

enum err
packed_take_desk(
    struct vault *v, struct pack_desk *desk, const uint8_t *p, size_t n)
{
	enum err e;

	if ((e = pack_desk_read(desk, p, n)) != ERR_OK)
		return e;
	memcpy(v->salt, desk->salt, sizeof v->salt);
	packed_put_access(v, desk);
	return ERR_OK;
}

enum err
packed_take_admin(struct vault *v, const uint8_t *p, size_t n)
{
	struct pack_admin a;
	enum err e;

	if ((e = pack_admin_read(&a, p, n)) != ERR_OK)
		return e;
	memcpy(v->line_key, a.line_key, sizeof v->line_key);
	memcpy(v->purge, a.purge, sizeof v->purge);
	v->has_line = true;
	pack_admin_drop(&a);
	return ERR_OK;
}

enum err
packed_take_chain(struct vault *v, const uint8_t *p, size_t n)
{
	struct ring_chain to = { .first = 0 };
	enum err e = packed_chain(&to, p, n);

	if (e == ERR_OK)
		e = ring_add_chain(&v->ring, &to);
	wipe(&to, sizeof to);
	return e;
}

enum err
packed_take_voice(struct vault *v, const uint8_t *p, size_t n)
{
	struct ring_voice to = { .first = 0 };
	enum err e = packed_voice(&to, p, n);

	if (e == ERR_OK)
		e = ring_add_voice(&v->ring, &to);
	wipe(&to, sizeof to);
	return e;
}
