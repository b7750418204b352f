#include <stdio.h>
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
#include "desk/doors.h"
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
make_secrets(struct vault *v, const struct roster *r, uint32_t today)
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
	for (size_t i = 0; i < r->doors_n; i++) {
		const uint8_t *door = r->doors[i].id;

		ring_make_voice(
		    &v->ring, door, today - 1, today + BEGIN_VOICE_DAYS);
		e = ring_make_chain(&v->ring, door, today - 1);
		if (e != ERR_OK)
			return e;
	}
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

/* A door id of zeros is the log's. */
static void
random_id(uint8_t id[static 4])
{
	do
		crypt_random(id, 4);
	while (id[0] == 0);
}

static bool
has_id(const struct roster *r, const uint8_t *id)
{
	for (size_t i = 0; i < r->doors_n; i++)
		if (memcmp(r->doors[i].id, id, DOOR_ID_BYTES) == 0)
			return true;
	return false;
}

static void
add_door(struct roster *r, const uint8_t *reader, const struct begin_door *is)
{
	struct roster_door *door = &r->doors[r->doors_n];

	do
		random_id(door->id);
	while (has_id(r, door->id));
	r->doors_n++;
	(void)snprintf(door->name, sizeof door->name, "%s", is->name);
	(void)snprintf(door->says, sizeof door->says, "%s",
	    is->readers == NULL ? "" : is->readers);
	door->readers_n = 1;
	memcpy(door->readers[0], reader, MEMBER_ID_BYTES);
}

/* A team of one, who reads at every door. */
static void
fill_roster(struct roster *r, struct begin *b, uint32_t today)
{
	const struct begin_door only = { b->about.name, NULL };

	r->serial = 1;
	r->until = today + ROSTER_DAYS;
	r->members_n = r->devices_n = 1;
	memcpy(r->members[0].id, b->about.member, MEMBER_ID_BYTES);
	(void)snprintf(r->members[0].name, sizeof r->members[0].name, "%s",
	    b->member == NULL ? "first member" : b->member);
	r->members[0].role = MEMBER_ADMIN;
	memcpy(r->devices[0].member, b->about.member, MEMBER_ID_BYTES);
	r->devices[0].keeper = true;
	if (b->doors_n == 0)
		add_door(r, b->about.member, &only);
	for (size_t i = 0; i < b->doors_n; i++)
		add_door(r, b->about.member, &b->doors[i]);
	memcpy(b->about.door, r->doors[0].id, DOOR_ID_BYTES);
}

static enum err
sign_roster(struct begin *b, struct roster *r,
    const uint8_t seed[static SIGN_SEED_BYTES])
{
	sign_public(r->devices[0].key, b->vault->device);
	device_id(r->hands_out, r->devices[0].key);
	device_id(r->then, r->devices[0].key);
	return roster_write(&b->roster, r, seed);
}

static enum err
make_key_note(struct begin *b, const struct roster *r, uint32_t today)
{
	const struct doors_note n = { .vault = b->vault,
		.about = &b->about,
		.roster = r,
		.serial = 1,
		.today = today };

	return doors_key_note(&b->key_note, &n);
}

static void
make_about(struct about *a, const char *name, uint32_t today)
{
	size_t n = text_cut(name, strlen(name), DOOR_NAME_MAX);

	*a = (struct about){ .until = today + BEGIN_CERTIFICATE_DAYS };
	crypt_random(a->line, sizeof a->line);
	random_id(a->member);
	memcpy(a->name, name, n);
}

enum err
begin_make(struct begin *b, const char *name, const char *words, uint32_t today)
{
	uint8_t *seed = key_memory(SIGN_SEED_BYTES);
	struct roster *r = calloc(1, sizeof *r);
	enum err e;

	e = ERR_NOMEM;
	b->vault = vault_new();
	if (seed == NULL || r == NULL || b->vault == NULL)
		goto out;
	if ((e = vault_words(b->vault, words, strlen(words))) != ERR_OK)
		goto out;
	crypt_random(seed, SIGN_SEED_BYTES);
	make_about(&b->about, name, today);
	fill_roster(r, b, today);
	sign_public(b->about.team, seed);
	if ((e = make_secrets(b->vault, r, today)) != ERR_OK ||
	    (e = make_team_file(&b->team, seed, b->vault)) != ERR_OK ||
	    (e = make_certificate(b, seed)) != ERR_OK ||
	    (e = sign_roster(b, r, seed)) != ERR_OK)
		goto out;
	e = make_key_note(b, r, today);
out:
	wipe_free(r, sizeof *r);
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
begin_store(struct store **s, const char *dir, const uint8_t *key,
    const struct about *about)
{
	const struct record_taker new = { none, NULL };
	struct buf text;
	enum err e;

	buf_init(&text, 4096);
	if ((e = store_make(dir)) == ERR_OK &&
	    (e = about_write(&text, about)) == ERR_OK &&
	    (e = store_begin(dir, key, text.at, text.len)) == ERR_OK &&
	    (e = store_open(s, dir, key)) == ERR_OK &&
	    (e = store_load(*s, STORE_LOG, new)) == ERR_OK)
		e = store_load(*s, STORE_TEAM, new);
	buf_drop(&text);
	return e;
}

enum err
begin_desk(const struct begin *b, const char *dir)
{
	char path[FILE_PATH_MAX];
	struct store *s = NULL;
	enum err e;

	if ((e = begin_store(&s, dir, b->vault->storage, &b->about)) !=
		ERR_OK ||
	    (e = store_add(s, STORE_TEAM, b->roster.at, b->roster.len)) !=
		ERR_OK ||
	    (e = store_put(s, "certificate", b->certificate.at,
		 b->certificate.len)) != ERR_OK ||
	    (e = file_path(path, sizeof path, dir, "key")) != ERR_OK)
		goto out;
	e = vault_save(b->vault, path);
out:
	store_close(s);
	return e;
}
