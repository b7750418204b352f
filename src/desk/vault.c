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
#define FORM 1U

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
} secrets[] = {
	{ "storage", offsetof(struct vault, storage) },
	{ "salt", offsetof(struct vault, salt) },
	{ "device", offsetof(struct vault, device) },
	{ "access", offsetof(struct vault, access) },
	{ "line-key", offsetof(struct vault, line_key) },
	{ "purge", offsetof(struct vault, purge) },
};

static void
put_voices(struct json_out *w, const struct vault *v)
{
	json_put_list(w, "voices");
	for (size_t i = 0; i < v->voices_n; i++) {
		json_put_object(w, NULL);
		json_put_hex(w, "seed", v->voices[i].seed, SIGN_SEED_BYTES);
		json_put_u64(w, "first", v->voices[i].first);
		json_put_u64(w, "last", v->voices[i].last);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static void
put_chains(struct json_out *w, const struct vault *v)
{
	json_put_list(w, "chains");
	for (size_t i = 0; i < v->chains_n; i++) {
		const struct vault_chain *c = &v->chains[i];

		json_put_object(w, NULL);
		json_put_hex(w, "door", c->door, sizeof c->door);
		json_put_u64(w, "day", c->chain.day);
		json_put_hex(w, "seed", c->chain.seed, CHAIN_SEED_BYTES);
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
		json_put_hex(
		    &w, secrets[i].name, base + secrets[i].at, VAULT_KEY_BYTES);
	put_voices(&w, v);
	put_chains(&w, v);
	return json_end(&w);
}

static enum err
get_voices(struct vault *v, const struct json *o)
{
	const struct json *list, *one;
	enum err e;

	e = json_get_list(o, "voices", VAULT_VOICES, &list);
	if (e != ERR_OK)
		return e;
	v->voices_n = json_count(list);
	for (size_t i = 0; i < v->voices_n; i++) {
		struct vault_voice *to = &v->voices[i];

		if ((e = json_at_object(list, i, &one)) != ERR_OK ||
		    (e = json_get_hex(
			 one, "seed", to->seed, SIGN_SEED_BYTES)) != ERR_OK ||
		    (e = json_get_u32(one, "first", UINT32_MAX, &to->first)) !=
			ERR_OK ||
		    (e = json_get_u32(one, "last", UINT32_MAX, &to->last)) !=
			ERR_OK)
			return e;
	}
	return v->voices_n > 0 ? ERR_OK : ERR_FORMAT;
}

static enum err
get_chains(struct vault *v, const struct json *o)
{
	const struct json *list, *one;
	enum err e;

	e = json_get_list(o, "chains", VAULT_CHAINS, &list);
	if (e != ERR_OK)
		return e;
	v->chains_n = json_count(list);
	for (size_t i = 0; i < v->chains_n; i++) {
		struct vault_chain *to = &v->chains[i];

		if ((e = json_at_object(list, i, &one)) != ERR_OK ||
		    (e = json_get_hex(
			 one, "door", to->door, sizeof to->door)) != ERR_OK ||
		    (e = json_get_u32(
			 one, "day", UINT32_MAX, &to->chain.day)) != ERR_OK ||
		    (e = json_get_hex(one, "seed", to->chain.seed,
			 CHAIN_SEED_BYTES)) != ERR_OK)
			return e;
	}
	return v->chains_n > 0 ? ERR_OK : ERR_FORMAT;
}

static enum err
get_all(struct vault *v, const struct json *o)
{
	uint8_t *base = (uint8_t *)v;
	uint32_t form;
	enum err e;

	if ((e = json_get_u32(o, "form", UINT32_MAX, &form)) != ERR_OK)
		return e;
	if (form != FORM)
		return ERR_VERSION;
	for (size_t i = 0; i < COUNT(secrets); i++) {
		e = json_get_hex(
		    o, secrets[i].name, base + secrets[i].at, VAULT_KEY_BYTES);
		if (e != ERR_OK)
			return e;
	}
	if ((e = get_voices(v, o)) != ERR_OK)
		return e;
	return get_chains(v, o);
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

struct vault_chain *
vault_chain(struct vault *v, const uint8_t door[static DOOR_ID_BYTES])
{
	for (size_t i = 0; i < v->chains_n; i++)
		if (memcmp(v->chains[i].door, door, DOOR_ID_BYTES) == 0)
			return &v->chains[i];
	return NULL;
}

const struct vault_voice *
vault_voice(const struct vault *v, uint32_t day)
{
	for (size_t i = 0; i < v->voices_n; i++)
		if (v->voices[i].first <= day && day <= v->voices[i].last)
			return &v->voices[i];
	return NULL;
}
