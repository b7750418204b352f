#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "team/keynote.h"
#include "team/paper.h"

#define JSON_LIMIT KEY_NOTE_MAX

static const struct paper_kind kind = {
	.kind = "key-note",
	.signer = "line",
	.max = KEY_NOTE_MAX,
};

void
key_note_init(struct key_note *k)
{
	*k = (struct key_note){ .doors_n = 0 };
}

void
key_note_drop(struct key_note *k)
{
	for (size_t i = 0; i < k->doors_n; i++)
		wipe_free(k->doors[i].recipients,
		    k->doors[i].recipients_n * sizeof *k->doors[i].recipients);
	wipe(k, sizeof *k);
}

static void
put_recipients(struct json_out *w, const struct key_note_door *d)
{
	char text[AGE_RECIPIENT_TEXT + 1];

	json_put_list(w, "recipients");
	for (size_t i = 0; i < d->recipients_n; i++) {
		age_recipient_write(&d->recipients[i], text);
		json_put_str(w, NULL, text, strlen(text));
	}
	json_put_list_end(w);
}

static void
put_voices(struct json_out *w, const struct key_note_door *d)
{
	json_put_list(w, "voices");
	for (size_t i = 0; i < d->voices_n; i++) {
		const struct key_note_voice *v = &d->voices[i];

		json_put_object(w, NULL);
		json_put_hex(w, "key", v->key, sizeof v->key);
		json_put_u64(w, "first", v->first);
		json_put_u64(w, "last", v->last);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static void
put_door(struct json_out *w, const struct key_note_door *d)
{
	json_put_object(w, NULL);
	json_put_hex(w, "id", d->id, sizeof d->id);
	json_put_str(w, "name", d->name, strlen(d->name));
	json_put_str(w, "readers", d->readers, strlen(d->readers));
	json_put_u64(w, "first", d->first);
	put_recipients(w, d);
	put_voices(w, d);
	json_put_object_end(w);
}

static enum err
put_note(struct buf *json, const struct key_note *k)
{
	struct json_out w;

	json_begin(&w, json);
	json_put_hex(&w, "line", k->line, sizeof k->line);
	json_put_u64(&w, "serial", k->serial);
	json_put_u64(&w, "issued", k->issued);
	json_put_list(&w, "doors");
	for (size_t i = 0; i < k->doors_n; i++)
		put_door(&w, &k->doors[i]);
	json_put_list_end(&w);
	json_put_hex(&w, "access", k->access, sizeof k->access);
	json_put_list(&w, "purges");
	for (size_t i = 0; i < k->purges_n; i++)
		json_put_hex(&w, NULL, k->purges[i], SIGN_PUBLIC_BYTES);
	json_put_list_end(&w);
	return json_end(&w);
}

static bool
voices_fit(const struct key_note_door *d)
{
	for (size_t i = 0; i < d->voices_n; i++)
		if (d->voices[i].first > d->voices[i].last)
			return false;
	return d->voices_n > 0 && d->voices_n <= KEY_NOTE_VOICES;
}

static bool
door_fits(const struct key_note_door *d)
{
	if (d->recipients_n == 0 || d->recipients_n > KEY_NOTE_DAYS ||
	    d->first > UINT32_MAX - KEY_NOTE_DAYS || d->name[0] == '\0')
		return false;
	/* Both are shown on pages and in terminals, by sources who trust
	 * whoever answers too. */
	if (!text_is_line(d->name, strlen(d->name)) ||
	    !text_is_line(d->readers, strlen(d->readers)))
		return false;
	for (size_t i = 0; i < d->recipients_n; i++)
		if (d->recipients[i].kind != AGE_HYBRID)
			return false;
	return voices_fit(d);
}

/* All that must hold of the values, whether they come or go. */
static bool
fits(const struct key_note *k)
{
	if (k->doors_n == 0 || k->doors_n > KEY_NOTE_DOORS ||
	    k->purges_n == 0 || k->purges_n > KEY_NOTE_PURGES)
		return false;
	for (size_t i = 0; i < k->doors_n; i++) {
		if (!door_fits(&k->doors[i]))
			return false;
		if (key_note_door(k, k->doors[i].id) != &k->doors[i])
			return false;
	}
	return true;
}

enum err
key_note_write(struct buf *out, const struct key_note *k,
    const uint8_t line_seed[static SIGN_SEED_BYTES])
{
	struct buf json;
	enum err e;

	if (!fits(k))
		return ERR_FORMAT;
	buf_init(&json, JSON_LIMIT);
	if ((e = put_note(&json, k)) == ERR_OK)
		e = paper_sign(out, &kind, &json, line_seed);
	buf_drop(&json);
	return e;
}

static enum err
read_recipients(struct key_note_door *d, const struct json *o)
{
	const struct json *list;
	const char *s;
	enum err e;
	size_t n, len;

	e = json_get_list(o, "recipients", KEY_NOTE_DAYS, &list);
	if (e != ERR_OK)
		return paper_need(e);
	if ((n = json_count(list)) == 0)
		return ERR_FORMAT;
	if ((d->recipients = calloc(n, sizeof *d->recipients)) == NULL)
		return ERR_NOMEM;
	d->recipients_n = n;
	for (size_t i = 0; i < n; i++) {
		e = json_at_str(list, i, AGE_RECIPIENT_TEXT, &s, &len);
		if (e != ERR_OK)
			return e;
		e = age_recipient_read(&d->recipients[i], s, len);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
read_voice(struct key_note_voice *v, const struct json *o)
{
	static const char *const keys[] = { "key", "first", "last" };
	enum err e;

	if ((e = json_only(o, keys, COUNT(keys))) != ERR_OK)
		return e;
	if ((e = json_get_hex(o, "key", v->key, sizeof v->key)) != ERR_OK ||
	    (e = json_get_u32(o, "first", UINT32_MAX, &v->first)) != ERR_OK)
		return paper_need(e);
	return paper_need(json_get_u32(o, "last", UINT32_MAX, &v->last));
}

static enum err
read_voices(struct key_note_door *d, const struct json *o)
{
	const struct json *list, *one;
	enum err e;

	e = json_get_list(o, "voices", KEY_NOTE_VOICES, &list);
	if (e != ERR_OK)
		return paper_need(e);
	d->voices_n = json_count(list);
	for (size_t i = 0; i < d->voices_n; i++) {
		if ((e = json_at_object(list, i, &one)) != ERR_OK)
			return e;
		if ((e = read_voice(&d->voices[i], one)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
read_door(struct key_note_door *d, const struct json *o)
{
	static const char *const keys[] = { "id", "name", "readers", "first",
		"recipients", "voices" };
	enum err e;

	if ((e = json_only(o, keys, COUNT(keys))) != ERR_OK)
		return e;
	if ((e = json_get_hex(o, "id", d->id, sizeof d->id)) != ERR_OK ||
	    (e = paper_str(d->name, o, "name", DOOR_NAME_MAX)) != ERR_OK ||
	    (e = paper_str(d->readers, o, "readers", DOOR_READERS_MAX)) !=
		ERR_OK ||
	    (e = json_get_u32(o, "first", UINT32_MAX, &d->first)) != ERR_OK)
		return paper_need(e);
	if ((e = read_recipients(d, o)) != ERR_OK)
		return e;
	return read_voices(d, o);
}

static enum err
read_doors(struct key_note *k, const struct json *o)
{
	const struct json *list, *one;
	enum err e;
	size_t n;

	e = json_get_list(o, "doors", KEY_NOTE_DOORS, &list);
	if (e != ERR_OK)
		return paper_need(e);
	n = json_count(list);
	for (size_t i = 0; i < n; i++) {
		if ((e = json_at_object(list, i, &one)) != ERR_OK)
			return e;
		k->doors_n = i + 1; /* what it holds goes with the note */
		if ((e = read_door(&k->doors[i], one)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
read_purges(struct key_note *k, const struct json *o)
{
	const struct json *list;
	enum err e;

	e = json_get_list(o, "purges", KEY_NOTE_PURGES, &list);
	if (e != ERR_OK)
		return paper_need(e);
	k->purges_n = json_count(list);
	for (size_t i = 0; i < k->purges_n; i++) {
		e = json_at_hex(list, i, k->purges[i], SIGN_PUBLIC_BYTES);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
fields(struct key_note *k, const struct json *o)
{
	static const char *const keys[] = { "line", "serial", "issued", "doors",
		"access", "purges" };
	enum err e;

	if ((e = json_only(o, keys, COUNT(keys))) != ERR_OK)
		return e;
	if ((e = json_get_hex(o, "line", k->line, sizeof k->line)) != ERR_OK ||
	    (e = json_get_u32(o, "serial", UINT32_MAX, &k->serial)) != ERR_OK ||
	    (e = json_get_u32(o, "issued", UINT32_MAX, &k->issued)) != ERR_OK ||
	    (e = json_get_hex(o, "access", k->access, sizeof k->access)) !=
		ERR_OK)
		return paper_need(e);
	if ((e = read_purges(k, o)) != ERR_OK ||
	    (e = read_doors(k, o)) != ERR_OK)
		return e;
	return fits(k) ? ERR_OK : ERR_FORMAT;
}

enum err
key_note_read(
    struct key_note *k, const void *p, size_t n, const struct certificate *by)
{
	struct paper paper = { .json = NULL };
	struct key_note *got;
	enum err e;

	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	if ((e = paper_read_by(&paper, &kind, p, n, by->key)) != ERR_OK)
		goto out;
	if ((e = fields(got, paper.json)) != ERR_OK)
		goto out;
	e = ERR_DENIED;
	if (memcmp(got->line, by->line, LINE_ID_BYTES) != 0)
		goto out;
	*k = *got;
	key_note_init(got); /* now the caller's */
	e = ERR_OK;
out:
	paper_drop(&paper);
	key_note_drop(got);
	wipe_free(got, sizeof *got);
	return e;
}

const struct key_note_door *
key_note_door(const struct key_note *k, const uint8_t id[static DOOR_ID_BYTES])
{
	for (size_t i = 0; i < k->doors_n; i++)
		if (memcmp(k->doors[i].id, id, DOOR_ID_BYTES) == 0)
			return &k->doors[i];
	return NULL;
}

const struct age_recipient *
key_note_recipient(const struct key_note_door *door, uint32_t day)
{
	if (day < door->first || day - door->first >= door->recipients_n)
		return NULL;
	return &door->recipients[day - door->first];
}

const uint8_t *
key_note_voice(const struct key_note *k, size_t *at, uint32_t day)
{
	for (; *at < k->doors_n * KEY_NOTE_VOICES; ++*at) {
		const struct key_note_door *d =
		    &k->doors[*at / KEY_NOTE_VOICES];
		const struct key_note_voice *v =
		    &d->voices[*at % KEY_NOTE_VOICES];

		if (*at % KEY_NOTE_VOICES < d->voices_n && v->first <= day &&
		    day <= v->last) {
			++*at;
			return v->key;
		}
	}
	return NULL;
}
