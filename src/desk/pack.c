#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "letter/letter.h"
#include "team/pack.h"

#include "desk/circles.h"
#include "desk/give.h"
#include "desk/inside.h"
#include "desk/pack.h"
#include "desk/restrict.h"
#include "desk/team.h"

/* What is being given. */
struct giving {
	struct desk *d;
	const struct roster *roster;
	bool is_admin, is_viewer; /* the one who gets it */
	bool backup, bare; /* for this desk itself; without any seed */
	const uint8_t *key; /* of the device that gets it */
	struct pack_writer *w;
	struct conv *conv; /* that is gone through */
	bool may; /* its reader may have it */
	struct buf b; /* one record */
	struct buf tags; /* of the conversation's parts */
	struct pack_said_of *said;
};

static enum err
put(struct giving *g, enum pack_kind kind, enum err written)
{
	enum err e = written;

	if (e == ERR_OK)
		e = pack_writer_put(g->w, kind, g->b.at, g->b.len);
	buf_clear(&g->b);
	return e;
}

static enum err
put_roster(void *who, const uint8_t *p, size_t n)
{
	struct giving *g = who;

	return pack_writer_put(g->w, PACK_ROSTER, p, n);
}

/* Certificate and rosters. */
static enum err
give_notes(struct giving *g)
{
	const struct record_taker taker = { put_roster, g };
	enum err e;

	e = put(
	    g, PACK_CERTIFICATE, store_get(g->d->store, "certificate", &g->b));
	return e == ERR_OK ? desk_each_roster(g->d, taker) : e;
}

/* The first two lines of what the desk remembers: those of the line. */
static void
take_address(struct pack_desk *to, struct desk *d)
{
	struct buf text;
	const char *at, *end;
	char *lines[] = { to->line, to->desk_line };

	buf_init(&text, 4096);
	if (desk_recall(d, "address", &text) != ERR_OK ||
	    (at = buf_str(&text)) == NULL)
		goto out;
	for (size_t i = 0; i < COUNT(lines); i++) {
		end = strchr(at, '\n');
		if (end == NULL || end - at > (ptrdiff_t)PACK_ADDRESS_MAX)
			break;
		memcpy(lines[i], at, (size_t)(end - at));
		at = end + 1;
	}
out:
	buf_drop(&text);
}

/* Is a chain of the log kept back until it is handed out? */
static bool
waits_with_log(struct giving *g)
{
	const struct ring *r = &g->d->vault->ring;
	bool is = false;

	for (size_t i = 0; !g->backup && !is && i < r->chains_n; i++)
		is = memcmp(r->chains[i].door, ring_log, DOOR_ID_BYTES) == 0 &&
		    give_is_kept_back(
			g->d, ring_log, r->chains[i].first, clock_day());
	return is;
}

static enum err
give_desk(struct giving *g)
{
	const struct vault *v = g->d->vault;
	struct pack_desk desk = { .serial = 0 };
	struct pack_admin admin;
	enum err e;

	memcpy(desk.salt, v->salt, sizeof desk.salt);
	memcpy(desk.access, v->access, sizeof desk.access);
	/* It goes with the log's hand-out: who had it before would have the
	 * line take it while the others have only the old one. */
	desk.has_next = v->has_next && !waits_with_log(g);
	if (desk.has_next)
		memcpy(desk.next, v->next_access, sizeof desk.next);
	memcpy(desk.name, g->d->about.name, sizeof desk.name);
	memcpy(desk.readers, g->d->about.readers, sizeof desk.readers);
	take_address(&desk, g->d);
	e = desk_recall_num(g->d, "serial", &desk.serial);
	if (e == ERR_OK || e == ERR_NOTHING)
		e = g->bare ? put(g, PACK_BARE, pack_bare_write(&g->b, &desk))
			    : put(g, PACK_DESK, pack_desk_write(&g->b, &desk));
	pack_desk_drop(&desk);
	if (e != ERR_OK || g->bare || !g->is_admin || !v->has_line)
		return e;
	memcpy(admin.line_key, v->line_key, sizeof admin.line_key);
	memcpy(admin.purge, v->purge, sizeof admin.purge);
	e = put(g, PACK_ADMIN, pack_admin_write(&g->b, &admin));
	pack_admin_drop(&admin);
	return e;
}

/* May who gets it have what is here of this conversation? */
static bool
reads(const struct giving *g, const uint8_t *conversation)
{
	const struct roster_device *to;
	uint8_t id[DEVICE_ID_BYTES];

	device_id(id, g->key);
	to = roster_device(g->roster, id);
	return g->backup ||
	    (to != NULL && restrict_may_have(g->d, conversation, to->member));
}

static bool
reads_at(const struct giving *g, const uint8_t *door)
{
	struct handout_chain of = { .n = DOOR_ID_BYTES };

	memcpy(of.id, door, DOOR_ID_BYTES);
	return pack_may_read(g->roster, g->key, &of);
}

/* Does this circle name who gets it?  Who was let in since has what was said
 * before from the pack, and no key that opens what still comes by it: by whom
 * that can be read says who is named. */
static bool
is_named(const struct giving *g, const struct circle *c)
{
	const struct registered_circle *is =
	    registers_circle(&g->d->registers, c->id, NULL);
	const struct roster_device *to;
	uint8_t id[DEVICE_ID_BYTES];

	device_id(id, g->key);
	to = roster_device(g->roster, id);
	return g->backup ||
	    (is != NULL && to != NULL && registers_names(is, to->member));
}

/* Of conversations that its reader may have, those that name him. */
static enum err
give_circles(struct giving *g)
{
	struct pack_chain c = { .of.n = HANDOUT_CIRCLE_BYTES,
		.last = RING_OFFERED };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < circles_count(g->d); i++) {
		const struct circle *is = circles_at(g->d, i);
		const uint8_t *of = circles_of(g->d, i);

		if (of == NULL || !reads(g, of) || !is_named(g, is))
			continue;
		memcpy(c.of.id, is->id, sizeof is->id);
		c.first = is->chain.day;
		c.seed = is->chain;
		e = put(g, PACK_CHAIN, pack_chain_write(&g->b, &c));
	}
	pack_chain_drop(&c);
	return e;
}

/* Who got a chain that is still to be handed out would have the line offer it
 * to sources before the others have it, and these would take it for a thief's.
 * It comes with the hand-out. */
static bool
is_kept_back(struct giving *g, const uint8_t *door, uint32_t first)
{
	return !g->backup && give_is_kept_back(g->d, door, first, clock_day());
}

/* One of the log that ends because of such a chain is in use, for the others
 * too. */
static uint32_t
last_of(struct giving *g, const struct ring_chain *c)
{
	const struct ring *r = &g->d->vault->ring;

	if (memcmp(c->door, ring_log, DOOR_ID_BYTES) != 0)
		return c->last;
	for (size_t i = 0; i < r->chains_n; i++)
		if (memcmp(r->chains[i].door, ring_log, DOOR_ID_BYTES) == 0 &&
		    r->chains[i].first + RING_LOG_DAYS <= c->last &&
		    is_kept_back(g, ring_log, r->chains[i].first))
			return RING_OFFERED;
	return c->last;
}

static enum err
give_chains(struct giving *g)
{
	const struct ring *r = &g->d->vault->ring;
	struct pack_chain c = { .of.n = DOOR_ID_BYTES };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->chains_n; i++) {
		if (!reads_at(g, r->chains[i].door) ||
		    is_kept_back(g, r->chains[i].door, r->chains[i].first))
			continue;
		memcpy(c.of.id, r->chains[i].door, DOOR_ID_BYTES);
		c.first = r->chains[i].first;
		c.last = last_of(g, &r->chains[i]);
		c.seed = r->chains[i].chain;
		e = put(g, PACK_CHAIN, pack_chain_write(&g->b, &c));
	}
	pack_chain_drop(&c);
	return e == ERR_OK ? give_circles(g) : e;
}

static enum err
give_voices(struct giving *g)
{
	const struct ring *r = &g->d->vault->ring;
	struct pack_voice v;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->voices_n; i++) {
		if (g->is_viewer || !reads_at(g, r->voices[i].door) ||
		    is_kept_back(g, r->voices[i].door, r->voices[i].first))
			continue;
		memcpy(v.door, r->voices[i].door, sizeof v.door);
		memcpy(v.seed, r->voices[i].seed, sizeof v.seed);
		v.first = r->voices[i].first;
		v.last = r->voices[i].last;
		e = put(g, PACK_VOICE, pack_voice_write(&g->b, &v));
	}
	pack_voice_drop(&v);
	return e;
}

/* Those of which a roster names the device, whatever they come to. */
static enum err
give_entries(struct giving *g)
{
	struct teamlog *l = desk_log(g->d);
	struct teamlog_line line;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(l); i++) {
		teamlog_at(l, i, &line);
		if (!line.checked)
			continue;
		g->said->entries++;
		e = pack_writer_put(g->w, PACK_ENTRY, line.note, line.note_len);
	}
	return e;
}

/* Is it an answer that has not been sent? */
static bool
is_on_its_way(const struct giving *g, const struct item_at *i)
{
	return (i->kind == ITEM_WAY || i->kind == ITEM_OUT) &&
	    i->n >= LETTER_ID_BYTES && conv_out_find(g->conv, i->p) != NULL;
}

/* May the reader have the letter with this note? */
static enum err
judge(struct giving *g, const uint8_t *tag, struct record_part note)
{
	struct letter l;
	enum err e;

	if ((e = letter_again(&l, g->d, tag, note.p, note.n)) != ERR_OK)
		return e;
	g->may = g->may && reads_at(g, l.door);
	letter_drop(&l);
	return ERR_OK;
}

static enum err
judge_item(struct giving *g, const struct item_at *i, struct record_part tail)
{
	const size_t old_head = 8 + TAG_BYTES;
	struct said *s = NULL;
	enum err e;

	if (i->kind == ITEM_LETTER && i->n > old_head)
		return judge(g, i->p + 8,
		    (struct record_part){ i->p + old_head, i->n - old_head });
	if (i->kind != ITEM_SAID)
		return ERR_OK;
	if ((e = kept_letter(&s, g->d, i)) != ERR_OK)
		return e;
	e = judge(g, s->at.tag, tail);
	said_close(s);
	return e;
}

static enum err
judge_record(void *who, struct record_part head, struct record_part tail)
{
	struct giving *g = who;
	struct item_at i;
	size_t at = 0;
	enum err e;

	while ((e = item_next(&i, head.p, head.n, &at)) == ERR_OK)
		if ((e = judge_item(g, &i, tail)) != ERR_OK)
			break;
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* A part has one item for its header and one for its body. */
static bool
is_newest(const struct giving *g, const struct item_at *i)
{
	const struct part_here *p;

	if (i->n != sizeof p->tag + sizeof p->key + sizeof p->name)
		return false;
	p = part_find(g->d, i->p);
	return p != NULL &&
	    memcmp(p->name, i->p + sizeof p->tag + sizeof p->key,
		sizeof p->name) == 0;
}

/* What of a record is given; its parts' tags are kept for later. */
static enum err
take_items(
    struct giving *g, struct buf *items, struct record_part head, bool *tail)
{
	struct item_at i;
	size_t at = 0;
	enum err e;

	while ((e = item_next(&i, head.p, head.n, &at)) == ERR_OK) {
		if (i.kind == ITEM_PART) {
			if (is_newest(g, &i))
				e = buf_put(&g->tags, i.p, TAG_BYTES);
		} else if (is_on_its_way(g, &i)) {
			*tail = false;
		} else if ((e = item_put(items, i.kind, i.n)) == ERR_OK) {
			e = buf_put(items, i.p, i.n);
		}
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
give_record(void *who, struct record_part head, struct record_part tail)
{
	struct giving *g = who;
	struct pack_said s = { .tail = tail.p, .tail_n = tail.n };
	struct buf items;
	bool has_tail = true;
	enum err e;

	buf_init(&items, RECORD_MAX);
	if ((e = take_items(g, &items, head, &has_tail)) != ERR_OK ||
	    items.len == 0)
		goto out;
	s.head = items.at;
	s.head_n = items.len;
	s.tail_n = has_tail ? tail.n : 0;
	e = put(g, PACK_SAID, pack_said_write(&g->b, &s));
out:
	buf_drop(&items);
	return e;
}

static enum err
give_part(struct giving *g, const uint8_t *tag)
{
	const struct part_here *p = part_find(g->d, tag);
	uint8_t *envelope;
	struct pack_part part;
	enum err e;

	if (p == NULL)
		return ERR_OK;
	if ((envelope = malloc(ENVELOPE_PART_BYTES)) == NULL)
		return ERR_NOMEM;
	part = (struct pack_part){ p->tag, p->key, NULL };
	e = ERR_OK;
	if (part_has_body(p)) {
		part.envelope = envelope;
		e = store_part_get(g->d->store, p->name, envelope);
	}
	if (e == ERR_OK) {
		e = put(g, PACK_PART, pack_part_write(&g->b, &part));
		g->said->parts += part.envelope != NULL;
	}
	free(envelope); /* as it came from the line */
	return e;
}

static enum err
give_conv(struct giving *g, struct conv *c)
{
	enum err e;

	g->conv = c;
	g->may = reads(g, c->id);
	buf_clear(&g->tags);
	e = g->backup ? ERR_OK
		      : record_walk(&c->box.record,
			    (struct record_walker){ judge_record, g });
	if (e != ERR_OK || !g->may) {
		g->said->left_out += e == ERR_OK;
		return e;
	}
	g->said->conversations++;
	e = pack_writer_put(
	    g->w, PACK_CONVERSATION, c->box.owner, sizeof c->box.owner);
	if (e == ERR_OK)
		e = record_walk(
		    &c->box.record, (struct record_walker){ give_record, g });
	for (size_t i = 0; e == ERR_OK && i < g->tags.len; i += TAG_BYTES)
		e = give_part(g, g->tags.at + i);
	return e;
}

static enum err
give_all(struct giving *g)
{
	enum err e;

	if ((e = give_notes(g)) != ERR_OK || (e = give_desk(g)) != ERR_OK)
		return e;
	if (!g->bare &&
	    ((e = give_chains(g)) != ERR_OK || (e = give_voices(g)) != ERR_OK))
		return e;
	if ((e = give_entries(g)) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < g->d->convs_n; i++)
		e = give_conv(g, g->d->convs[i]);
	return e;
}

static enum err
add_sealed(void *who, const void *p, size_t n)
{
	return age_sealer_add(who, p, n);
}

static enum err
give(struct giving *g, struct age_sealer *sealer)
{
	const struct pack_maker by = {
		.device_seed = g->d->vault->device,
		.team = g->d->print,
		.to = g->key,
		.roster = g->roster->serial,
		.day = clock_day(),
	};
	const struct age_sink out = { add_sealed, sealer };
	uint8_t hash[SHA256_BYTES];
	enum err e;

	e = g->backup ? pack_backup_open(&g->w, out)
		      : pack_writer_open(&g->w, out);
	if (e == ERR_OK)
		e = give_all(g);
	if (e == ERR_OK)
		e = pack_writer_end(g->w, &by, hash);
	if (e == ERR_OK)
		e = age_sealer_end(sealer);
	if (e == ERR_OK)
		e = join_welcome_code(&g->said->code, g->d->about.team, hash);
	pack_writer_close(g->w);
	return e;
}

/* May it be given, and to whom? */
static enum err
look_at_both(struct giving *g)
{
	uint8_t id[DEVICE_ID_BYTES];
	const struct roster_device *theirs, *ours;
	enum member_role role;

	device_id(id, g->d->device);
	ours = roster_device(g->roster, id);
	if (ours == NULL ||
	    roster_member(g->roster, ours->member)->role == MEMBER_VIEWER)
		return ERR_DENIED;
	device_id(id, g->key);
	if ((theirs = roster_device(g->roster, id)) == NULL)
		return ERR_NOTHING;
	if (theirs == ours)
		return ERR_TAKEN;
	role = roster_member(g->roster, theirs->member)->role;
	g->is_admin = role == MEMBER_ADMIN;
	g->is_viewer = role == MEMBER_VIEWER;
	return ERR_OK;
}

static enum err
give_sealed(struct giving *g, const struct age_to *to, struct age_sink out)
{
	struct age_sealer *sealer = NULL;
	enum err e;

	*g->said = (struct pack_said_of){ .entries = 0 };
	buf_init(&g->b, PACK_RECORD_MAX);
	buf_init(&g->tags, SIZE_MAX / 4);
	e = age_sealer_open(&sealer, to, out);
	if (e == ERR_OK)
		e = give(g, sealer);
	age_sealer_close(sealer);
	buf_drop(&g->b);
	buf_drop(&g->tags);
	return e;
}

enum err
pack_give(struct desk *d, const struct join *to, struct age_sink out,
    struct pack_said_of *said)
{
	const struct age_to sealed_to = { .recipients = &to->recipient,
		.n = 1 };
	struct giving g = {
		.d = d,
		.key = to->key,
		.roster = desk_roster(d),
		.said = said,
	};
	uint8_t id[DEVICE_ID_BYTES];
	enum err e;

	device_id(id, to->key);
	/* The chain of the log before one that is still to be given is in use.
	 */
	if ((e = look_at_both(&g)) != ERR_OK ||
	    (e = give_joined(d, id, &to->recipient)) != ERR_OK ||
	    (e = give_keep_log(d, clock_day())) != ERR_OK)
		return e;
	return give_sealed(&g, &sealed_to, out);
}

enum err
pack_keep(struct desk *d, bool alone, const struct age_to *to,
    struct age_sink out, struct pack_said_of *said)
{
	struct giving g = {
		.d = d,
		.key = d->device,
		.roster = desk_roster(d),
		.backup = true,
		.bare = !alone,
		.is_admin = true,
		.said = said,
	};

	if (roster_device(g.roster, d->id) == NULL)
		return ERR_NOTHING;
	if (alone && (g.roster->members_n > 1 || g.roster->devices_n > 1))
		return ERR_DENIED;
	return give_sealed(&g, to, out);
}
