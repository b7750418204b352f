#include <string.h>

#include "age/age.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/key.h"
#include "note/json.h"

#include "desk/record.h"
#include "desk/waiting.h"

#define NAME "waiting"
#define FILE_MAX 8192U
#define FORM 1U

struct waiting *
waiting_new(void)
{
	return key_memory(sizeof(struct waiting));
}

void
waiting_close(struct waiting *w)
{
	key_memory_free(w);
}

bool
waiting_is_there(const char *dir)
{
	char path[FILE_PATH_MAX];

	return file_path(path, sizeof path, dir, NAME) == ERR_OK &&
	    file_is_there(path);
}

static enum err
take_words(struct waiting *w, const char *words, size_t n)
{
	if (n >= sizeof w->words)
		return ERR_TOOBIG;
	if (memchr(words, '\0', n) != NULL)
		return ERR_FORMAT;
	memcpy(w->words, words, n);
	w->words[n] = '\0';
	return ERR_OK;
}

enum err
waiting_make(struct waiting *w, const char *name, const char *words, size_t n)
{
	struct buf note;
	enum err e;

	if (strlen(name) >= sizeof w->name)
		return ERR_FORMAT;
	memcpy(w->name, name, strlen(name) + 1);
	if ((e = take_words(w, words, n)) != ERR_OK)
		return e;
	crypt_random(w->storage, sizeof w->storage);
	crypt_random(w->device, sizeof w->device);
	crypt_random(w->recipient, sizeof w->recipient);
	buf_init(&note, JOIN_MAX);
	e = waiting_join(&note, w);
	buf_drop(&note);
	return e;
}

enum err
waiting_join(struct buf *note, const struct waiting *w)
{
	struct age_identity *id = NULL;
	struct join j;
	enum err e;

	e = age_identity_from_seed(&id, AGE_HYBRID, w->recipient);
	if (e != ERR_OK)
		return e;
	age_identity_recipient(id, &j.recipient);
	age_identity_close(id);
	memcpy(j.name, w->name, sizeof j.name);
	return join_write(note, &j, w->device);
}

static enum err
put_json(struct buf *out, const struct waiting *w)
{
	struct json_out j;

	json_begin(&j, out);
	json_put_u64(&j, "form", FORM);
	json_put_hex(&j, "storage", w->storage, sizeof w->storage);
	json_put_hex(&j, "device", w->device, sizeof w->device);
	json_put_hex(&j, "recipient", w->recipient, sizeof w->recipient);
	json_put_str(&j, "name", w->name, strlen(w->name));
	if (w->has_team)
		json_put_hex(&j, "team", w->team, sizeof w->team);
	return json_end(&j);
}

enum err
waiting_save(const struct waiting *w, const char *dir)
{
	const struct age_to to = {
		.words = w->words,
		.words_len = strlen(w->words),
		.work = vault_work(),
	};
	char path[FILE_PATH_MAX];
	struct buf file, text;
	enum err e;

	buf_init(&file, FILE_MAX);
	buf_init(&text, FILE_MAX);
	if ((e = file_path(path, sizeof path, dir, NAME)) == ERR_OK &&
	    (e = put_json(&text, w)) == ERR_OK &&
	    (e = age_seal(&file, &to, text.at, text.len)) == ERR_OK)
		e = file_make(path, file.at, file.len, 0600);
	buf_drop(&file);
	buf_drop(&text);
	return e;
}

static enum err
get_json(struct waiting *w, const struct json *o)
{
	const char *name;
	uint32_t form;
	enum err e;
	size_t n;

	if ((e = json_get_u32(o, "form", UINT32_MAX, &form)) != ERR_OK)
		return e;
	if (form != FORM)
		return ERR_VERSION;
	if ((e = json_get_hex(o, "storage", w->storage, sizeof w->storage)) !=
		ERR_OK ||
	    (e = json_get_hex(o, "device", w->device, sizeof w->device)) !=
		ERR_OK ||
	    (e = json_get_hex(o, "recipient", w->recipient,
		 sizeof w->recipient)) != ERR_OK ||
	    (e = json_get_str(o, "name", MEMBER_NAME_MAX, &name, &n)) != ERR_OK)
		return e;
	memcpy(w->name, name, n);
	w->name[n] = '\0';
	e = json_get_hex(o, "team", w->team, sizeof w->team);
	w->has_team = e == ERR_OK;
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
parse(struct waiting *w, const struct buf *text)
{
	struct json *o = NULL;
	enum err e;

	e = json_open(&o, (const char *)text->at, text->len);
	if (e == ERR_OK)
		e = get_json(w, o);
	json_close(o);
	return e == ERR_NOTHING ? ERR_FORMAT : e;
}

enum err
waiting_load(struct waiting *w, const char *dir, const char *words, size_t n)
{
	const struct age_with with = { .words = words, .words_len = n };
	struct waiting *got = waiting_new();
	char path[FILE_PATH_MAX];
	struct buf file, text;
	enum err e = ERR_NOMEM;

	buf_init(&file, FILE_MAX);
	buf_init(&text, FILE_MAX);
	if (got == NULL)
		goto out;
	if ((e = take_words(got, words, n)) != ERR_OK ||
	    (e = file_path(path, sizeof path, dir, NAME)) != ERR_OK ||
	    (e = file_read(&file, path)) != ERR_OK ||
	    (e = age_open(&text, &with, file.at, file.len)) != ERR_OK)
		goto out;
	if ((e = parse(got, &text)) == ERR_OK)
		*w = *got;
out:
	waiting_close(got);
	buf_drop(&file);
	buf_drop(&text);
	return e;
}

enum err
waiting_end(const char *dir)
{
	char path[FILE_PATH_MAX];
	enum err e;

	if ((e = file_path(path, sizeof path, dir, NAME)) != ERR_OK)
		return e;
	e = record_shred(path);
	if (e == ERR_NOTHING)
		return ERR_OK;
	return e == ERR_OK ? file_sync_dir(dir) : e;
}
