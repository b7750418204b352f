#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/key.h"
#include "team/safe.h"

#include "desk/begin.h"
#include "desk/store.h"

void
begin_init(struct begin *b)
{
	*b = (struct begin){ .vault = NULL };
	buf_init(&b->team, SAFE_KEY_MAX);
	buf_init(&b->certificate, CERTIFICATE_MAX);
	buf_init(&b->roster, ROSTER_MAX);
	buf_init(&b->key_note, KEY_NOTE_MAX);
}

void
begin_drop(struct begin *b)
{
	vault_close(b->vault);
	buf_drop(&b->team);
	buf_drop(&b->certificate);
	buf_drop(&b->roster);
	buf_drop(&b->key_note);
	begin_init(b);
}

static enum err
make_secrets(struct vault *v, const struct about *about, uint32_t today)
{
	enum err e;

	crypt_random(v->storage, sizeof v->storage);
	crypt_random(v->salt, sizeof v->salt);
	crypt_random(v->device, sizeof v->device);
	crypt_random(v->access, sizeof v->access);
	crypt_random(v->line_key, sizeof v->line_key);
	crypt_random(v->purge, sizeof v->purge);
	v->has_line = true;
	ring_make_once(&v->ring);
	ring_make_voice(
	    &v->ring, about->door, today - 1, today + BEGIN_VOICE_DAYS);
	if ((e = ring_make_chain(&v->ring, about->door, today - 1)) != ERR_OK)
		return e;
	return ring_make_chain(&v->ring, ring_log, today - 1);
}

static enum err
make_team_file(struct buf *out, const uint8_t seed[static SIGN_SEED_BYTES],
    const struct vault *v)
{
	return safe_seal(out, seed, v->words, vault_work());
}

static enum err
make_certificate(struct begin *b, const uint8_t seed[static SIGN_SEED_BYTES])
{
	struct certificate c = { .serial = 1, .until = b->about.until };

	memcpy(c.line, b->about.line, sizeof c.line);
	sign_public(c.key, b->vault->line_key);
	return certificate_write(&b->certificate, &c, seed);
}

static enum err
make_roster(
    struct begin *b, const uint8_t seed[static SIGN_SEED_BYTES], uint32_t today)
{
	struct roster *r = calloc(1, sizeof *r);
	enum err e;

	if (r == NULL)
		return ERR_NOMEM;
	r->serial = 1;
	r->until = today + ROSTER_DAYS;
	r->members_n = r->devices_n = r->doors_n = 1;
	memcpy(r->members[0].id, b->about.member, MEMBER_ID_BYTES);
	memcpy(r->members[0].name, "first member", 13);
	r->members[0].role = MEMBER_ADMIN;
	sign_public(r->devices[0].key, b->vault->device);
	memcpy(r->devices[0].member, b->about.member, MEMBER_ID_BYTES);
	r->devices[0].keeper = true;
	memcpy(r->doors[0].id, b->about.door, DOOR_ID_BYTES);
	memcpy(r->doors[0].name, b->about.name, sizeof r->doors[0].name);
	r->doors[0].readers_n = 1;
	memcpy(r->doors[0].readers[0], b->about.member, MEMBER_ID_BYTES);
	device_id(r->hands_out, r->devices[0].key);
	device_id(r->then, r->devices[0].key);
	e = roster_write(&b->roster, r, seed);
	wipe_free(r, sizeof *r);
	return e;
}

/* A door id of zeros is the log's. */
static void
random_id(uint8_t id[static 4])
{
	do
		crypt_random(id, 4);
	while (id[0] == 0);
}

static void
make_about(struct about *a, const char *name, uint32_t today)
{
	size_t n = text_cut(name, strlen(name), DOOR_NAME_MAX);

	*a = (struct about){ .until = today + BEGIN_CERTIFICATE_DAYS };
	crypt_random(a->line, sizeof a->line);
	random_id(a->door);
	random_id(a->member);
	memcpy(a->name, name, n);
}

enum err
begin_make(struct begin *b, const char *name, const char *words, uint32_t today)
{
	uint8_t *seed = key_memory(SIGN_SEED_BYTES);
	enum err e;

	e = ERR_NOMEM;
	b->vault = vault_new();
	if (seed == NULL || b->vault == NULL)
		goto out;
	if ((e = vault_words(b->vault, words, strlen(words))) != ERR_OK)
		goto out;
	crypt_random(seed, SIGN_SEED_BYTES);
	make_about(&b->about, name, today);
	sign_public(b->about.team, seed);
	if ((e = make_secrets(b->vault, &b->about, today)) != ERR_OK ||
	    (e = make_team_file(&b->team, seed, b->vault)) != ERR_OK ||
	    (e = make_certificate(b, seed)) != ERR_OK ||
	    (e = make_roster(b, seed, today)) != ERR_OK)
		goto out;
	e = begin_key_note(&b->key_note, b->vault, &b->about, 1, today);
out:
	key_memory_free(seed);
	return e;
}

/* It is new: there is nothing to take. */
static enum err
none(void *who, const uint8_t *p, size_t n)
{
	(void)who;
	(void)p;
	(void)n;
	return ERR_FORMAT;
}

enum err
begin_desk(const struct begin *b, const char *dir)
{
	char path[FILE_PATH_MAX];
	struct store *s = NULL;
	struct buf about;
	enum err e;

	buf_init(&about, 4096);
	if ((e = store_make(dir)) != ERR_OK ||
	    (e = about_write(&about, &b->about)) != ERR_OK ||
	    (e = store_begin(dir, b->vault->storage, about.at, about.len)) !=
		ERR_OK ||
	    (e = store_open(&s, dir, b->vault->storage)) != ERR_OK)
		goto out;
	if ((e = store_load(s, STORE_TEAM,
		 (struct record_taker){ none, NULL })) != ERR_OK ||
	    (e = store_add(s, STORE_TEAM, b->roster.at, b->roster.len)) !=
		ERR_OK ||
	    (e = store_put(s, "certificate", b->certificate.at,
		 b->certificate.len)) != ERR_OK ||
	    (e = file_path(path, sizeof path, dir, "key")) != ERR_OK)
		goto out;
	e = vault_save(b->vault, path);
out:
	store_close(s);
	buf_drop(&about);
	return e;
}

static void
fill_door(
    struct key_note_door *d, const struct ring *r, const struct about *about)
{
	memcpy(d->id, about->door, DOOR_ID_BYTES);
	memcpy(d->name, about->name, sizeof d->name);
	memcpy(d->readers, about->readers, sizeof d->readers);
	for (size_t i = 0; i < r->voices_n; i++) {
		const struct ring_voice *from = &r->voices[i];
		struct key_note_voice *to = &d->voices[d->voices_n];

		if (memcmp(from->door, d->id, sizeof d->id) != 0)
			continue;
		if (d->voices_n == KEY_NOTE_VOICES) {
			/* The oldest go. */
			to--;
			memmove(d->voices, d->voices + 1,
			    (KEY_NOTE_VOICES - 1) * sizeof d->voices[0]);
			d->voices_n--;
		}
		sign_public(to->key, from->seed);
		to->first = from->first;
		to->last = from->last;
		d->voices_n++;
	}
}

static enum err
fill_recipients(
    struct key_note_door *d, const struct chain *chain, uint32_t today)
{
	d->first = chain->day > today - 1 ? chain->day : today - 1;
	d->recipients = calloc(KEY_NOTE_DAYS, sizeof *d->recipients);
	if (d->recipients == NULL)
		return ERR_NOMEM;
	d->recipients_n = KEY_NOTE_DAYS;
	return chain_recipients(d->recipients, d->first, KEY_NOTE_DAYS, chain);
}

enum err
begin_key_note(struct buf *out, struct vault *v, const struct about *about,
    uint32_t serial, uint32_t today)
{
	const struct ring_chain *chain =
	    ring_chain_on(&v->ring, about->door, today);
	struct key_note *k = calloc(1, sizeof *k);
	enum err e;

	e = k == NULL ? ERR_NOMEM : ERR_MISSING;
	if (k == NULL || chain == NULL || !v->has_line)
		goto out;
	k->serial = serial;
	k->issued = today;
	memcpy(k->line, about->line, sizeof k->line);
	sign_public(k->access, v->turns ? v->next_access : v->access);
	k->purges_n = 1;
	sign_public(k->purges[0], v->purge);
	k->doors_n = 1;
	fill_door(&k->doors[0], &v->ring, about);
	e = fill_recipients(&k->doors[0], &chain->chain, today);
	if (e == ERR_OK)
		e = key_note_write(out, k, v->line_key);
	key_note_drop(k);
out:
	wipe_free(k, sizeof *k);
	return e;
}
