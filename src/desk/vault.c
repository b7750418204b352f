#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/wipe.h"
#include "crypt/key.h"
#include "note/json.h"

#include "desk/record.h"
#include "desk/vault.h"

#define FILE_MAX 65536U
#define FORM 2U

static unsigned work;

void
vault_cheaper(unsigned log_n)
{
	work = log_n;
}

unsigned
vault_work(void)
{
	return work;
}

struct vault *
vault_new(void)
{
	return key_memory(sizeof(struct vault));
}

void
vault_close(struct vault *v)
{
	key_memory_free(v);
}

enum err
vault_words(struct vault *v, const char *words, size_t n)
{
	if (n > VAULT_WORDS_MAX)
		return ERR_TOOBIG;
	if (memchr(words, '\0', n) != NULL)
		return ERR_FORMAT;
	memcpy(v->words, words, n);
	v->words[n] = '\0';
	return ERR_OK;
}

/* The fields of 32 bytes, in the order of the table. */
static const struct {
	const char *name;
	size_t at;
	bool line; /* admins' desks alone have it */
} secrets[] = {
	{ "storage", offsetof(struct vault, storage), false },
	{ "salt", offsetof(struct vault, salt), false },
	{ "device", offsetof(struct vault, device), false },
	{ "access", offsetof(struct vault, access), false },
	{ "line-key", offsetof(struct vault, line_key), true },
	{ "purge", offsetof(struct vault, purge), true },
};

static void
put_once(struct json_out *w, const struct ring *r)
{
	json_put_list(w, "once");
	for (size_t i = 0; i < r->once_n; i++)
		json_put_hex(w, NULL, r->once[i], AGE_SEED_BYTES);
	json_put_list_end(w);
}

static void
put_voices(struct json_out *w, const struct ring *r)
{
	json_put_list(w, "voices");
	for (size_t i = 0; i < r->voices_n; i++) {
		const struct ring_voice *v = &r->voices[i];

		json_put_object(w, NULL);
		json_put_hex(w, "door", v->door, sizeof v->door);
		json_put_hex(w, "seed", v->seed, sizeof v->seed);
		json_put_u64(w, "first", v->first);
		json_put_u64(w, "last", v->last);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static void
put_chains(struct json_out *w, const struct ring *r)
{
	json_put_list(w, "chains");
	for (size_t i = 0; i < r->chains_n; i++) {
		const struct ring_chain *c = &r->chains[i];

		json_put_object(w, NULL);
		json_put_hex(w, "door", c->door, sizeof c->door);
		json_put_u64(w, "first", c->first);
		if (c->last != RING_OFFERED)
			json_put_u64(w, "last", c->last);
		json_put_u64(w, "day", c->chain.day);
		json_put_hex(w, "seed", c->chain.seed, CHAIN_SEED_BYTES);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static void
put_lines(struct json_out *w, const struct vault *v)
{
	json_put_list(w, "lines");
	for (size_t i = 0; i < v->lines_n; i++) {
		json_put_object(w, NULL);
		json_put_hex(
		    w, "line-key", v->lines[i].key, sizeof v->lines[i].key);
		json_put_hex(
		    w, "purge", v->lines[i].purge, sizeof v->lines[i].purge);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static enum err
put_all(struct buf *json, const struct vault *v)
{
	const uint8_t *base = (const uint8_t *)v;
	struct json_out w;

	json_begin(&w, json);
	json_put_u64(&w, "form", FORM);
	for (size_t i = 0; i < COUNT(secrets); i++)
		if (v->has_line || !secrets[i].line)
			json_put_hex(&w, secrets[i].name, base + secrets[i].at,
			    VAULT_KEY_BYTES);
	if (v->has_next)
		json_put_hex(
		    &w, "next-access", v->next_access, sizeof v->next_access);
	if (v->lines_n > 0)
		put_lines(&w, v);
	put_once(&w, &v->ring);
	put_voices(&w, &v->ring);
	put_chains(&w, &v->ring);
	return json_end(&w);
}

static enum err
get_lines(struct vault *v, const struct json *o)
{
	const struct json *list, *one;
	enum err e;

	e = json_get_list(o, "lines", VAULT_LINES, &list);
	if (e != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	v->lines_n = json_count(list);
	for (size_t i = 0; e == ERR_OK && i < v->lines_n; i++)
		if ((e = json_at_object(list, i, &one)) == ERR_OK &&
		    (e = json_get_hex(one, "line-key", v->lines[i].key,
			 sizeof v->lines[i].key)) == ERR_OK)
			e = json_get_hex(one, "purge", v->lines[i].purge,
			    sizeof v->lines[i].purge);
	return e;
}

static enum err
get_once(struct ring *r, const struct json *o)
{
	const struct json *list;
	enum err e;

	if ((e = json_get_list(o, "once", RING_ONCE, &list)) != ERR_OK)
		return e;
	r->once_n = json_count(list);
	for (size_t i = 0; e == ERR_OK && i < r->once_n; i++)
		e = json_at_hex(list, i, r->once[i], AGE_SEED_BYTES);
	return e;
}

static enum err
get_voice(struct ring_voice *v, const struct json *o)
{
	enum err e;

	if ((e = json_get_hex(o, "door", v->door, sizeof v->door)) != ERR_OK ||
	    (e = json_get_hex(o, "seed", v->seed, sizeof v->seed)) != ERR_OK ||
	    (e = json_get_u32(o, "first", UINT32_MAX, &v->first)) != ERR_OK)
		return e;
	return json_get_u32(o, "last", UINT32_MAX, &v->last);
}

static enum err
get_voices(struct ring *r, const struct json *o)
{
	const struct json *list, *one;
	enum err e;

	if ((e = json_get_list(o, "voices", RING_VOICES, &list)) != ERR_OK)
		return e;
	r->voices_n = json_count(list);
	for (size_t i = 0; e == ERR_OK && i < r->voices_n; i++)
		if ((e = json_at_object(list, i, &one)) == ERR_OK)
			e = get_voice(&r->voices[i], one);
	return e;
}

static enum err
get_chain(struct ring_chain *c, const struct json *o)
{
	enum err e;

	if ((e = json_get_hex(o, "door", c->door, sizeof c->door)) != ERR_OK ||
	    (e = json_get_u32(o, "first", UINT32_MAX, &c->first)) != ERR_OK)
		return e;
	e = json_get_u32(o, "last", UINT32_MAX, &c->last);
	if (e == ERR_NOTHING)
		c->last = RING_OFFERED;
	else if (e != ERR_OK)
		return e;
	if ((e = json_get_u32(o, "day", UINT32_MAX, &c->chain.day)) != ERR_OK)
		return e;
	return json_get_hex(o, "seed", c->chain.seed, CHAIN_SEED_BYTES);
}

static enum err
get_chains(struct ring *r, const struct json *o)
{
	const struct json *list, *one;
	enum err e;

	if ((e = json_get_list(o, "chains", RING_CHAINS, &list)) != ERR_OK)
		return e;
	r->chains_n = json_count(list);
	for (size_t i = 0; e == ERR_OK && i < r->chains_n; i++)
		if ((e = json_at_object(list, i, &one)) == ERR_OK)
			e = get_chain(&r->chains[i], one);
	return e;
}

/* Line key and purge key: both or none. */
static enum err
get_secrets(struct vault *v, const struct json *o)
{
	uint8_t *base = (uint8_t *)v;
	unsigned line = 0;
	enum err e;

	for (size_t i = 0; i < COUNT(secrets); i++) {
		e = json_get_hex(
		    o, secrets[i].name, base + secrets[i].at, VAULT_KEY_BYTES);
		if (e == ERR_NOTHING && secrets[i].line)
			continue;
		if (e != ERR_OK)
			return e;
		line += secrets[i].line;
	}
	v->has_line = line == 2;
	e = json_get_hex(
	    o, "next-access", v->next_access, sizeof v->next_access);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	v->has_next = e == ERR_OK;
	return line == 1 ? ERR_FORMAT : ERR_OK;
}

static enum err
get_all(struct vault *v, const struct json *o)
{
	uint32_t form;
	enum err e;

	if ((e = json_get_u32(o, "form", UINT32_MAX, &form)) != ERR_OK)
		return e;
	if (form != FORM)
		return ERR_VERSION;
	if ((e = get_secrets(v, o)) != ERR_OK ||
	    (e = get_lines(v, o)) != ERR_OK ||
	    (e = get_once(&v->ring, o)) != ERR_OK ||
	    (e = get_voices(&v->ring, o)) != ERR_OK)
		return e;
	return get_chains(&v->ring, o);
}

static enum err
parse(struct vault *v, const struct buf *text)
{
	struct json *o = NULL;
	struct vault *got = vault_new();
	enum err e;

	e = ERR_NOMEM;
	if (got == NULL)
		goto out;
	e = json_open(&o, (const char *)text->at, text->len);
	if (e != ERR_OK || (e = get_all(got, o)) != ERR_OK)
		goto out;
	memcpy(got->words, v->words, sizeof got->words);
	*v = *got;
out:
	json_close(o);
	vault_close(got);
	return e == ERR_NOTHING ? ERR_FORMAT : e;
}

enum err
vault_load(struct vault *v, const char *path)
{
	struct age_with with = {
		.words = v->words,
		.words_len = strlen(v->words),
	};
	struct buf file, text;
	enum err e;

	buf_init(&file, FILE_MAX);
	buf_init(&text, FILE_MAX);
	if ((e = file_read(&file, path)) != ERR_OK)
		goto out;
	if ((e = age_open(&text, &with, file.at, file.len)) != ERR_OK)
		goto out;
	e = parse(v, &text);
out:
	buf_drop(&file);
	buf_drop(&text);
	return e;
}

enum err
vault_save(const struct vault *v, const char *path)
{
	const struct age_to to = {
		.words = v->words,
		.words_len = strlen(v->words),
		.work = work,
	};
	struct buf file, text;
	enum err e;
	int old = -1;

	buf_init(&file, FILE_MAX);
	buf_init(&text, FILE_MAX);
	if ((e = put_all(&text, v)) != ERR_OK)
		goto out;
	if ((e = age_seal(&file, &to, text.at, text.len)) != ERR_OK)
		goto out;
	old = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	e = file_write(path, file.at, file.len, 0600);
	/* The new one stands, so failing to reach the old one is no failure of
	 * the whole. */
	if (e == ERR_OK && old >= 0 && record_overwrite(old) != ERR_OK)
		log_say(ERR_IO, "an old key file was not overwritten");
out:
	if (old >= 0)
		(void)close(old);
	buf_drop(&file);
	buf_drop(&text);
	return e;
}
