#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "note/json.h"
#include "team/effect.h"

#include "evidence/item.h"
#include "evidence/text.h"

#define HOLD_MAX (4 * ITEM_MAX) /* all strings of one */

static const char *const judgements[ITEM_JUDGEMENTS] = {
	[ITEM_UNTESTED] = "untested",
	[ITEM_CONSISTENT] = "consistent",
	[ITEM_ATTESTED] = "attested",
	[ITEM_DOUBTFUL] = "doubtful",
	[ITEM_FABRICATED] = "fabricated",
};

void
item_init(struct item *it)
{
	memset(it, 0, sizeof *it);
	it->name = it->type = it->url = it->tool = it->version = it->report =
	    "";
	arena_init(&it->hold, HOLD_MAX);
}

void
item_drop(struct item *it)
{
	arena_drop(&it->hold);
	wipe(it, sizeof *it);
	item_init(it);
}

void
item_commitment(uint8_t out[static SHA256_BYTES],
    const uint8_t salt[static ITEM_SALT_BYTES],
    const uint8_t sha256[static SHA256_BYTES])
{
	hmac(out, salt, ITEM_SALT_BYTES, sha256, SHA256_BYTES);
}

static bool
is_line(const char *s, size_t max)
{
	const size_t n = strlen(s);

	return n <= max && text_is_line(s, n);
}

static bool
made_fits(const struct item *it)
{
	if (it->tool[0] == '\0' || !is_line(it->tool, ITEM_TOOL_MAX) ||
	    !is_line(it->version, ITEM_TOOL_MAX) ||
	    it->arguments_n > ITEM_ARGUMENTS)
		return false;
	for (size_t i = 0; i < it->arguments_n; i++)
		if (!is_line(it->arguments[i], ITEM_ARGUMENT_MAX))
			return false;
	return evidence_is_text(
	    it->report, strlen(it->report), ITEM_REPORT_MAX);
}

static bool
fits(const struct item *it)
{
	const size_t n = strlen(it->name);

	if (n == 0 || n > ITEM_NAME_MAX || !text_is_utf8(it->name, n) ||
	    !letter_is_type(it->type, strlen(it->type)) ||
	    it->size > ITEM_SIZE_MAX)
		return false;
	switch (it->from) {
	case ITEM_LETTER:
		return it->file < LETTER_FILES_MAX;
	case ITEM_BROUGHT:
		return is_line(it->url, ITEM_URL_MAX) &&
		    it->day <= EFFECT_DAY_MAX;
	case ITEM_MADE:
		return made_fits(it);
	}
	return false;
}

static void
put_str(struct json_out *w, const char *key, const char *s)
{
	json_put_str(w, key, s, strlen(s));
}

static void
put_from(struct json_out *w, const struct item *it)
{
	json_put_object(w, "from");
	switch (it->from) {
	case ITEM_LETTER:
		json_put_hex(w, "letter", it->letter, sizeof it->letter);
		json_put_u64(w, "file", it->file);
		break;
	case ITEM_BROUGHT:
		put_str(w, "url", it->url);
		json_put_u64(w, "day", it->day);
		json_put_hex(w, "by", it->by, sizeof it->by);
		break;
	case ITEM_MADE:
		json_put_hex(w, "parent", it->parent, sizeof it->parent);
		put_str(w, "tool", it->tool);
		put_str(w, "version", it->version);
		json_put_list(w, "arguments");
		for (size_t i = 0; i < it->arguments_n; i++)
			put_str(w, NULL, it->arguments[i]);
		json_put_list_end(w);
		put_str(w, "report", it->report);
		break;
	}
	json_put_object_end(w);
}

enum err
item_write(struct buf *out, const struct item *it)
{
	const size_t was = out->len;
	struct json_out w;
	enum err e;

	if (!fits(it))
		return ERR_FORMAT;
	json_begin(&w, out);
	put_str(&w, "name", it->name);
	put_str(&w, "type", it->type);
	json_put_u64(&w, "size", it->size);
	json_put_hex(&w, "sha256", it->sha256, sizeof it->sha256);
	json_put_hex(&w, "salt", it->salt, sizeof it->salt);
	put_from(&w, it);
	e = json_end(&w);
	if (e == ERR_OK && out->len - was > ITEM_MAX) {
		wipe(out->at + was, out->len - was);
		out->len = was;
		e = ERR_TOOBIG;
	}
	return e;
}

static enum err
read_arguments(struct item *it, const struct json *o)
{
	const struct json *list;
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_list(o, "arguments", ITEM_ARGUMENTS, &list)) !=
	    ERR_OK)
		return e;
	for (size_t i = 0; i < json_count(list); i++) {
		e = json_at_str(list, i, ITEM_ARGUMENT_MAX, &s, &n);
		if (e != ERR_OK)
			return e;
		it->arguments[i] = arena_copy(&it->hold, s, n);
		if (it->arguments[i] == NULL)
			return ERR_NOMEM;
		it->arguments_n++;
	}
	return ERR_OK;
}

static enum err
read_made(struct item *it, const struct json *o)
{
	enum err e;

	it->from = ITEM_MADE;
	if ((e = json_get_hex(o, "parent", it->parent, sizeof it->parent)) !=
		ERR_OK ||
	    (e = evidence_keep_str(
		 &it->hold, o, "tool", ITEM_TOOL_MAX, &it->tool)) != ERR_OK ||
	    (e = evidence_keep_str(&it->hold, o, "version", ITEM_TOOL_MAX,
		 &it->version)) != ERR_OK ||
	    (e = read_arguments(it, o)) != ERR_OK)
		return e;
	return evidence_keep_str(
	    &it->hold, o, "report", ITEM_REPORT_MAX, &it->report);
}

static enum err
read_brought(struct item *it, const struct json *o)
{
	enum err e;

	it->from = ITEM_BROUGHT;
	if ((e = evidence_keep_str(
		 &it->hold, o, "url", ITEM_URL_MAX, &it->url)) != ERR_OK ||
	    (e = json_get_u32(o, "day", EFFECT_DAY_MAX, &it->day)) != ERR_OK)
		return e;
	return json_get_hex(o, "by", it->by, sizeof it->by);
}

/* Its first key says which it is. */
static enum err
read_from(struct item *it, const struct json *o)
{
	const struct json *from;
	const char *first;
	enum err e;

	if ((e = json_get_object(o, "from", &from)) != ERR_OK)
		return e;
	if (json_keys(from) == 0)
		return ERR_FORMAT;
	first = json_key(from, 0);
	if (strcmp(first, "url") == 0)
		return read_brought(it, from);
	if (strcmp(first, "parent") == 0)
		return read_made(it, from);
	it->from = ITEM_LETTER;
	e = json_get_hex(from, "letter", it->letter, sizeof it->letter);
	return e != ERR_OK
	    ? e
	    : json_get_u32(from, "file", LETTER_FILES_MAX - 1, &it->file);
}

static enum err
fields(struct item *it, const struct json *o)
{
	enum err e;

	if ((e = evidence_keep_str(
		 &it->hold, o, "name", ITEM_NAME_MAX, &it->name)) != ERR_OK ||
	    (e = evidence_keep_str(
		 &it->hold, o, "type", LETTER_TYPE_MAX, &it->type)) != ERR_OK ||
	    (e = json_get_u64(o, "size", ITEM_SIZE_MAX, &it->size)) != ERR_OK ||
	    (e = json_get_hex(o, "sha256", it->sha256, sizeof it->sha256)) !=
		ERR_OK ||
	    (e = json_get_hex(o, "salt", it->salt, sizeof it->salt)) != ERR_OK)
		return e;
	return read_from(it, o);
}

enum err
item_read(struct item *it, const void *p, size_t n)
{
	struct json *o = NULL;
	struct item got;
	struct buf again;
	enum err e;

	item_init(&got);
	buf_init(&again, ITEM_MAX);
	e = ERR_TOOBIG;
	if (n > ITEM_MAX)
		goto out;
	if ((e = json_open(&o, p, n)) != ERR_OK)
		goto out;
	if ((e = fields(&got, o)) != ERR_OK) {
		e = e == ERR_NOTHING ? ERR_FORMAT : e;
		goto out;
	}
	if ((e = item_write(&again, &got)) != ERR_OK)
		goto out;
	e = ERR_FORMAT; /* it has one spelling */
	if (again.len != n || memcmp(again.at, p, n) != 0)
		goto out;
	*it = got;
	item_init(&got); /* now the caller's */
	e = ERR_OK;
out:
	buf_drop(&again);
	item_drop(&got);
	json_close(o);
	return e;
}

const char *
item_judged_word(enum item_judged j)
{
	assert(j < ITEM_JUDGEMENTS);
	return judgements[j];
}

enum err
item_judged_read(enum item_judged *j, size_t *why, const char *p, size_t n)
{
	for (unsigned i = 0; i < ITEM_JUDGEMENTS; i++) {
		const size_t len = strlen(judgements[i]);

		if (n <= len || p[len] != '\n' ||
		    memcmp(p, judgements[i], len) != 0)
			continue;
		*j = (enum item_judged)i;
		*why = len + 1;
		return ERR_OK;
	}
	return ERR_FORMAT;
}
