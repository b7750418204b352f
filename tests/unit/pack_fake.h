/* A small pack of a made-up team, always the same bytes. */
#ifndef PACK_FAKE_H
#define PACK_FAKE_H

#include "base/wipe.h"
#include "hands_fake.h"
#include "team/pack.h"
#include <stdlib.h>

#define PACK_FAKE_MAX (3U << 20)

static const uint8_t pack_team_seed[SIGN_SEED_BYTES] = { 0x77 };

/* What of it is to be otherwise. */
struct pack_fake {
	unsigned by, to; /* of hands[] */
	const uint8_t *chain_door; /* NULL: the roster's */
	const uint8_t *to_key; /* NULL: that of hands[to] */
	bool admin, voice, no_second, other_hash, parts;
	uint32_t serial; /* 0: the newest roster's */
	const char *team; /* NULL: the right F */
};

/* The second roster makes the fourth member an editor. */
static void
pack_fake_rosters(struct buf one[static 2], const struct pack_fake *f)
{
	struct roster *r = calloc(1, sizeof *r);
	enum err e;

	fake_roster(r);
	r->doors[0].readers_n = 2;
	r->doors[0].readers[1][0] = 3;
	r->doors[0].id[0] = 9;
	e = roster_write(&one[0], r, pack_team_seed);
	r->serial = 2;
	sha256(r->previous, one[0].at, one[0].len);
	r->previous[0] ^= f->other_hash;
	r->members[3].role = MEMBER_EDITOR;
	r->past_n = 1;
	memcpy(r->past[0].key, hands[5].key, 32);
	r->past[0].member[0] = 4;
	r->past[0].role = MEMBER_VIEWER;
	if (e != ERR_OK || roster_write(&one[1], r, pack_team_seed) != ERR_OK)
		abort();
	wipe_free(r, sizeof *r);
}

static enum err
pack_fake_desk(struct buf *b)
{
	struct pack_desk d = { .serial = 7,
		.name = "Zwei & Söhne",
		.line = "http://line.example",
		.desk_line = "http://desk.example" };

	memset(d.salt, 0x31, sizeof d.salt);
	memset(d.access, 0x32, sizeof d.access);
	return pack_desk_write(b, &d);
}

static enum err
pack_fake_chain(struct buf *b, const uint8_t *door, uint32_t last)
{
	struct pack_chain c = { .of.n = DOOR_ID_BYTES,
		.first = 20000,
		.last = last,
		.seed.day = 20003 };

	memcpy(c.of.id, door, DOOR_ID_BYTES);
	memset(c.seed.seed, 0x33, sizeof c.seed.seed);
	return pack_chain_write(b, &c);
}

static enum err
pack_fake_voice(struct buf *b, const uint8_t *door)
{
	struct pack_voice v = { .first = 20000, .last = 20400 };

	memcpy(v.door, door, DOOR_ID_BYTES);
	memset(v.seed, 0x34, sizeof v.seed);
	return pack_voice_write(b, &v);
}

static enum err
pack_fake_keys(struct pack_writer *w, const struct pack_fake *f, struct buf *b)
{
	static const uint8_t door[] = { 9, 0, 0, 0 }, log[4];
	const struct pack_admin a = { .line_key = { 1 }, .purge = { 2 } };
	const uint8_t *of = f->chain_door == NULL ? door : f->chain_door;
	enum err e;

	if ((e = pack_fake_desk(b)) != ERR_OK ||
	    (e = pack_writer_put(w, PACK_DESK, b->at, b->len)) != ERR_OK)
		return e;
	buf_clear(b);
	if (f->admin &&
	    ((e = pack_admin_write(b, &a)) != ERR_OK ||
		(e = pack_writer_put(w, PACK_ADMIN, b->at, b->len)) != ERR_OK))
		return e;
	buf_clear(b);
	if ((e = pack_fake_chain(b, of, 20010)) != ERR_OK ||
	    (e = pack_writer_put(w, PACK_CHAIN, b->at, b->len)) != ERR_OK)
		return e;
	buf_clear(b);
	if ((e = pack_fake_chain(b, log, PACK_CHAIN_LAST)) != ERR_OK ||
	    (e = pack_writer_put(w, PACK_CHAIN, b->at, b->len)) != ERR_OK)
		return e;
	buf_clear(b);
	if (f->voice &&
	    ((e = pack_fake_voice(b, of)) != ERR_OK ||
		(e = pack_writer_put(w, PACK_VOICE, b->at, b->len)) != ERR_OK))
		return e;
	buf_clear(b);
	return ERR_OK;
}

static enum err
pack_fake_said(struct pack_writer *w, const struct pack_fake *f, struct buf *b)
{
	const struct pack_said one = { (const uint8_t *)"head",
		(const uint8_t *)"and a tail", 4, 10 };
	const struct pack_said two = { (const uint8_t *)"head", NULL, 4, 0 };
	uint8_t *part;
	struct pack_part p;
	enum err e;

	if ((e = pack_writer_put(w, PACK_ENTRY, "an entry", 8)) != ERR_OK ||
	    (e = pack_writer_put(w, PACK_CONVERSATION, hands[6].key, 32)) !=
		ERR_OK ||
	    (e = pack_said_write(b, &one)) != ERR_OK ||
	    (e = pack_writer_put(w, PACK_SAID, b->at, b->len)) != ERR_OK)
		return e;
	buf_clear(b);
	if ((e = pack_said_write(b, &two)) != ERR_OK ||
	    (e = pack_writer_put(w, PACK_SAID, b->at, b->len)) != ERR_OK)
		return e;
	buf_clear(b);
	if (!f->parts)
		return ERR_OK;
	if ((part = calloc(1, ENVELOPE_PART_BYTES)) == NULL)
		return ERR_NOMEM;
	p = (struct pack_part){ hands[0].key, hands[1].key, part };
	if ((e = pack_part_write(b, &p)) == ERR_OK)
		e = pack_writer_put(w, PACK_PART, b->at, b->len);
	free(part);
	return e;
}

static enum err
pack_fake_rest(
    struct pack_writer *w, const struct pack_fake *f, uint8_t hash[static 32])
{
	char team[TEAM_PRINT_BYTES];
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct pack_maker by = {
		.device_seed = hands[f->by].seed,
		.team = f->team == NULL ? team : f->team,
		.to = f->to_key == NULL ? hands[f->to].key : f->to_key,
		.roster = f->serial != 0 ? f->serial : 2U - f->no_second,
		.day = 20005,
	};
	struct buf b;
	enum err e;

	sign_public(key, pack_team_seed);
	team_print(team, key);
	buf_init(&b, PACK_RECORD_MAX);
	if ((e = pack_fake_keys(w, f, &b)) == ERR_OK &&
	    (e = pack_fake_said(w, f, &b)) == ERR_OK)
		e = pack_writer_end(w, &by, hash);
	buf_drop(&b);
	return e;
}

/* Append the plaintext; `notes` are the certificate and the two rosters. */
static enum err
pack_fake_write(struct buf *out, const struct pack_fake *f,
    const struct buf notes[static 3], uint8_t hash[static 32])
{
	struct pack_writer *w = NULL;
	enum err e;

	if ((e = pack_writer_open(&w, age_sink_buf(out))) != ERR_OK ||
	    (e = pack_writer_put(
		 w, PACK_CERTIFICATE, notes[0].at, notes[0].len)) != ERR_OK ||
	    (e = pack_writer_put(w, PACK_ROSTER, notes[1].at, notes[1].len)) !=
		ERR_OK ||
	    (!f->no_second &&
		(e = pack_writer_put(
		     w, PACK_ROSTER, notes[2].at, notes[2].len)) != ERR_OK))
		goto out;
	e = pack_fake_rest(w, f, hash);
out:
	pack_writer_close(w);
	return e;
}

static void
pack_fake_notes(struct buf notes[static 3], const struct pack_fake *f)
{
	struct certificate c = { .serial = 1, .until = 21000 };

	for (unsigned i = 0; i < 3; i++)
		buf_init(&notes[i], ROSTER_MAX);
	memset(c.line, 0x44, sizeof c.line);
	memset(c.key, 0x45, sizeof c.key);
	if (certificate_write(&notes[0], &c, pack_team_seed) != ERR_OK)
		abort();
	pack_fake_rosters(notes + 1, f);
}

#endif
