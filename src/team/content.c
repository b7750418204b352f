#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "team/content.h"
#include "team/paper.h"

/* All strings of one came out of one note. */
#define HOLD_MAX (2 * CONTENT_MAX)

static const struct paper_kind kind = {
	.kind = "content",
	.signer = "device",
	.max = CONTENT_MAX,
};

static const struct {
	const char *name;
	uint32_t most; /* bytes of the text */
} whats[CONTENT_WHATS] = {
	[CONTENT_REPLY] = { "reply", CONTENT_TEXT_MAX },
	[CONTENT_NOTE] = { "note", CONTENT_TEXT_MAX },
	[CONTENT_DRAFT] = { "draft", CONTENT_TEXT_MAX },
	[CONTENT_TERMS] = { "terms", CONTENT_TEXT_MAX },
	[CONTENT_EVIDENCE] = { "evidence", CONTENT_ITEM_MAX },
	[CONTENT_CUSTODY] = { "custody", CONTENT_ACT_MAX },
	[CONTENT_CASE] = { "case", CONTENT_CASE_MAX },
};

size_t
content_text_max(enum content_what what)
{
	assert(what < CONTENT_WHATS);
	return whats[what].most;
}

void
content_init(struct content *c)
{
	memset(c, 0, sizeof *c);
	c->text = "";
	arena_init(&c->hold, HOLD_MAX);
}

void
content_drop(struct content *c)
{
	arena_drop(&c->hold);
	wipe(c, sizeof *c);
	content_init(c);
}

bool
content_fits(size_t n)
{
	return n <= ENVELOPE_LETTER_PLAIN;
}

void
content_hash(uint8_t out[static SHA256_BYTES],
    const uint8_t salt[static CONTENT_SALT_BYTES], const char *text, size_t n)
{
	uint8_t hash[SHA256_BYTES];

	sha256(hash, text, n);
	hmac(out, salt, CONTENT_SALT_BYTES, hash, sizeof hash);
	wipe(hash, sizeof hash);
}

/* As letter_is_sound() has it. */
static bool
is_file(const struct letter_file *f)
{
	const size_t n = f->name == NULL ? 0 : strlen(f->name);

	return n > 0 && json_str_bytes(f->name, n) <= LETTER_NAME_MAX &&
	    text_is_utf8(f->name, n) && f->type != NULL &&
	    letter_is_type(f->type, strlen(f->type)) &&
	    f->size <= LETTER_FILE_BYTES_MAX;
}

static bool
fits(const struct content *c)
{
	if (!letter_is_team(c->team) || c->what >= CONTENT_WHATS ||
	    c->text_len > content_text_max(c->what) ||
	    !text_is_utf8(c->text, c->text_len) ||
	    c->file_count > LETTER_FILES_MAX)
		return false;
	for (size_t i = 0; i < c->file_count; i++)
		if (!is_file(&c->files[i]))
			return false;
	return true;
}

static void
put_files(struct json_out *w, const struct content *c)
{
	json_put_hex(w, "parts", c->parts, sizeof c->parts);
	json_put_list(w, "files");
	for (size_t i = 0; i < c->file_count; i++) {
		const struct letter_file *f = &c->files[i];

		json_put_object(w, NULL);
		json_put_str(w, "name", f->name, strlen(f->name));
		json_put_str(w, "type", f->type, strlen(f->type));
		json_put_u64(w, "size", f->size);
		json_put_hex(w, "sha256", f->sha256, sizeof f->sha256);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static enum err
put_json(struct buf *json, const struct content *c)
{
	const char *what = whats[c->what].name;
	struct json_out w;

	json_begin(&w, json);
	json_put_hex(&w, "device", c->device, sizeof c->device);
	json_put_str(&w, "team", c->team, strlen(c->team));
	json_put_hex(&w, "line", c->line, sizeof c->line);
	json_put_hex(&w, "id", c->id, sizeof c->id);
	json_put_hex(
	    &w, "conversation", c->conversation, sizeof c->conversation);
	json_put_str(&w, "what", what, strlen(what));
	if (c->has_to)
		json_put_hex(&w, "to", c->to, sizeof c->to);
	json_put_str(&w, "text", c->text, c->text_len);
	if (c->file_count > 0)
		put_files(&w, c);
	return json_end(&w);
}

enum err
content_write(struct buf *out, const struct content *c,
    const uint8_t device_seed[static SIGN_SEED_BYTES])
{
	uint8_t pub[SIGN_PUBLIC_BYTES];
	struct content mine;
	struct buf json;
	enum err e;

	if (!fits(c))
		return ERR_FORMAT;
	mine = *c;
	buf_init(&json, CONTENT_MAX);
	sign_public(pub, device_seed);
	device_id(mine.device, pub);
	if ((e = put_json(&json, &mine)) == ERR_OK)
		e = paper_sign(out, &kind, &json, device_seed);
	buf_drop(&json);
	wipe(&mine, sizeof mine);
	return e;
}

enum err
content_by(uint8_t device[static DEVICE_ID_BYTES], const void *p, size_t n)
{
	return paper_by(device, &kind, p, n);
}

static enum err
read_what(enum content_what *what, const struct json *o)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, "what", 16, &s, &n)) != ERR_OK)
		return paper_need(e);
	for (unsigned i = 0; i < COUNT(whats); i++)
		if (strcmp(s, whats[i].name) == 0) {
			*what = (enum content_what)i;
			return ERR_OK;
		}
	return ERR_VERSION;
}

/* A string by key, kept by the content. */
static enum err
keep_str(struct content *c, const struct json *o, const char *key, size_t max,
    const char **out)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, key, max, &s, &n)) != ERR_OK)
		return paper_need(e);
	*out = arena_copy(&c->hold, s, n);
	return *out == NULL ? ERR_NOMEM : ERR_OK;
}

static enum err
read_file(struct content *c, const struct json *o)
{
	struct letter_file *f = &c->files[c->file_count];
	enum err e;

	if ((e = keep_str(c, o, "name", LETTER_NAME_MAX, &f->name)) != ERR_OK ||
	    (e = keep_str(c, o, "type", LETTER_TYPE_MAX, &f->type)) != ERR_OK)
		return e;
	if ((e = json_get_u64(o, "size", LETTER_FILE_BYTES_MAX, &f->size)) !=
		ERR_OK ||
	    (e = json_get_hex(o, "sha256", f->sha256, sizeof f->sha256)) !=
		ERR_OK)
		return paper_need(e);
	c->file_count++;
	return ERR_OK;
}

static enum err
read_files(struct content *c, const struct json *o)
{
	const struct json *list, *file;
	size_t n;
	enum err e;

	if ((e = json_get_list(o, "files", LETTER_FILES_MAX, &list)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	if ((e = json_get_hex(o, "parts", c->parts, sizeof c->parts)) != ERR_OK)
		return paper_need(e);
	if ((n = json_count(list)) == 0)
		return ERR_FORMAT; /* then it is left out */
	for (size_t i = 0; i < n; i++)
		if ((e = json_at_object(list, i, &file)) != ERR_OK ||
		    (e = read_file(c, file)) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
fields(struct content *c, const struct json *o)
{
	const char *text;
	enum err e;

	if ((e = paper_str(c->team, o, "team", LETTER_TEAM_CHARS)) != ERR_OK)
		return e;
	if ((e = json_get_hex(o, "device", c->device, sizeof c->device)) !=
		ERR_OK ||
	    (e = json_get_hex(o, "line", c->line, sizeof c->line)) != ERR_OK ||
	    (e = json_get_hex(o, "id", c->id, sizeof c->id)) != ERR_OK ||
	    (e = json_get_hex(o, "conversation", c->conversation,
		 sizeof c->conversation)) != ERR_OK ||
	    (e = json_get_str(
		 o, "text", CONTENT_TEXT_MAX, &text, &c->text_len)) != ERR_OK)
		return paper_need(e);
	if ((e = read_what(&c->what, o)) != ERR_OK)
		return e;
	c->text = arena_copy(&c->hold, text, c->text_len);
	if (c->text == NULL)
		return ERR_NOMEM;
	e = json_get_hex(o, "to", c->to, sizeof c->to);
	c->has_to = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	if ((e = read_files(c, o)) != ERR_OK)
		return e;
	return fits(c) ? ERR_OK : ERR_FORMAT;
}

enum err
content_read(struct content *c, const void *p, size_t n,
    const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	struct paper paper = { .json = NULL };
	uint8_t id[DEVICE_ID_BYTES];
	struct content got;
	struct buf json;
	enum err e;

	content_init(&got);
	buf_init(&json, CONTENT_MAX);
	if ((e = paper_read_by(&paper, &kind, p, n, key)) != ERR_OK)
		goto out;
	if ((e = fields(&got, paper.json)) != ERR_OK)
		goto out;
	if ((e = put_json(&json, &got)) != ERR_OK)
		goto out;
	if ((e = paper_exact(&paper, &json)) != ERR_OK)
		goto out;
	e = ERR_FORGED;
	device_id(id, key);
	if (memcmp(got.device, id, sizeof id) != 0)
		goto out;
	*c = got;
	content_init(&got); /* now the caller's */
	e = ERR_OK;
out:
	buf_drop(&json);
	content_drop(&got);
	paper_drop(&paper);
	return e;
}
