#include <stddef.h>
#include <string.h>

#include "note/json.h"
#include "note/note.h"

#include "letter/letter.h"

#define FROM (1U << LETTER_FROM)
#define REPLY (1U << LETTER_REPLY)
#define KEPT (1U << LETTER_KEPT)
#define ALL (FROM | REPLY | KEPT)

/* Fields that are bytes, and numbers, each required in its kinds. */
#define AT(field) offsetof(struct letter, field)
#define SIZE(field) sizeof(((struct letter *)NULL)->field)
static const struct {
	const char *key;
	unsigned kinds;
	size_t at, n;
} bytes[] = {
	{ "line", ALL, AT(line), SIZE(line) },
	{ "tag", ALL, AT(tag), SIZE(tag) },
	{ "id", ALL, AT(id), SIZE(id) },
	{ "door", FROM, AT(door), SIZE(door) },
	{ "sign", FROM, AT(sign), SIZE(sign) },
	{ "k", FROM, AT(k), SIZE(k) },
};
static const struct {
	const char *key;
	unsigned kinds;
	size_t at;
} numbers[] = {
	{ "day", ALL, AT(day) },
	{ "slot", FROM, AT(slot) },
	{ "seen", FROM | KEPT, AT(seen) },
	{ "n", REPLY, AT(n) },
};

/* A field that must be there. */
static enum err
needed(enum err e)
{
	return e == ERR_NOTHING ? ERR_FORMAT : e;
}

/* A field that may lack. */
static enum err
wanted(enum err e)
{
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* A string by key, kept by the letter. */
static enum err
keep_str(struct letter *l, const struct json *o, const char *key,
    const char **out, size_t *len)
{
	const char *s;
	enum err e;

	if ((e = json_get_str(o, key, ENVELOPE_LETTER_PLAIN, &s, len)) !=
	    ERR_OK)
		return e;
	*out = arena_copy(&l->hold, s, *len);
	return *out == NULL ? ERR_NOMEM : ERR_OK;
}

static enum err
read_recipient(struct age_recipient *r, const struct json *o, const char *key)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, key, AGE_RECIPIENT_TEXT, &s, &n)) != ERR_OK)
		return e;
	return age_recipient_read(r, s, n);
}

/* Where to seal from now on. */
static enum err
read_next(struct letter *l, const struct json *o)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, "next", AGE_RECIPIENT_TEXT, &s, &n)) != ERR_OK)
		return e;
	l->has_next = true;
	l->next_is_door = strcmp(s, LETTER_NEXT_DOOR) == 0;
	return l->next_is_door ? ERR_OK : age_recipient_read(&l->next, s, n);
}

static enum err
read_plain(struct letter *l, const struct json *o)
{
	uint8_t *base = (uint8_t *)l;
	const char *team;
	uint32_t v;
	size_t n;
	enum err e;

	if ((e = needed(json_get_str(
		 o, "team", LETTER_TEAM_CHARS, &team, &n))) != ERR_OK)
		return e;
	memcpy(l->team, team, n);
	for (size_t i = 0; i < COUNT(bytes); i++)
		if ((bytes[i].kinds & 1U << l->kind) != 0 &&
		    (e = needed(json_get_hex(o, bytes[i].key,
			 base + bytes[i].at, bytes[i].n))) != ERR_OK)
			return e;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		if ((numbers[i].kinds & 1U << l->kind) == 0)
			continue;
		if ((e = needed(json_get_u32(
			 o, numbers[i].key, UINT32_MAX, &v))) != ERR_OK)
			return e;
		memcpy(base + numbers[i].at, &v, sizeof v);
	}
	return needed(keep_str(l, o, "text", &l->text, &l->text_len));
}

static enum err
read_answers(struct letter *l, const struct json *o)
{
	const struct json *answers;
	const char *key;
	size_t n;
	enum err e;

	if ((e = json_get_object(o, "answers", &answers)) != ERR_OK)
		return wanted(e);
	if (json_keys(answers) > LETTER_ANSWERS_MAX)
		return ERR_TOOBIG;
	for (; l->answer_count < json_keys(answers); l->answer_count++) {
		struct letter_answer *a = &l->answers[l->answer_count];

		key = json_key(answers, l->answer_count);
		a->question = arena_copy(&l->hold, key, strlen(key));
		if (a->question == NULL)
			return ERR_NOMEM;
		if ((e = keep_str(l, answers, key, &a->answer, &n)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
read_file(struct letter *l, const struct json *o)
{
	struct letter_file *f = &l->files[l->file_count];
	size_t n;
	enum err e;

	if ((e = needed(keep_str(l, o, "name", &f->name, &n))) != ERR_OK ||
	    (e = needed(keep_str(l, o, "type", &f->type, &n))) != ERR_OK ||
	    (e = needed(json_get_u64(
		 o, "size", LETTER_FILE_BYTES_MAX, &f->size))) != ERR_OK ||
	    (e = needed(json_get_hex(
		 o, "sha256", f->sha256, sizeof f->sha256))) != ERR_OK)
		return e;
	l->file_count++;
	return ERR_OK;
}

static enum err
read_files(struct letter *l, const struct json *o)
{
	const struct json *list, *file;
	size_t count;
	enum err e;

	if ((e = needed(json_get_bool(o, "more", &l->more))) != ERR_OK)
		return e;
	if ((e = json_get_list(o, "files", LETTER_FILES_MAX, &list)) != ERR_OK)
		return wanted(e);
	count = json_count(list);
	if (count > 0 &&
	    (e = needed(json_get_hex(o, "parts", l->parts, sizeof l->parts))) !=
		ERR_OK)
		return e;
	for (size_t i = 0; i < count; i++)
		if ((e = json_at_object(list, i, &file)) != ERR_OK ||
		    (e = read_file(l, file)) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
read_kind(struct letter *l, const struct json *o)
{
	size_t n;
	enum err e;

	switch (l->kind) {
	case LETTER_FROM:
		if ((e = needed(read_recipient(&l->reply, o, "reply"))) !=
			ERR_OK ||
		    (e = wanted(keep_str(l, o, "name", &l->name, &n))) !=
			ERR_OK ||
		    (e = read_answers(l, o)) != ERR_OK)
			return e;
		return read_files(l, o);
	case LETTER_REPLY:
		e = wanted(read_next(l, o));
		return e != ERR_OK ? e : read_files(l, o);
	case LETTER_KEPT:
		return ERR_OK;
	case LETTER_KIND_COUNT:
		break;
	}
	return ERR_FORMAT;
}

/* One of the keys it may be signed by must have signed it. */
static enum err
check_signer(const struct note *note, const struct letter *l,
    const struct letter_place *place)
{
	const char *signer = letter_signer(l->kind);
	enum err e, worst = ERR_NOKEY;

	if (l->kind == LETTER_FROM)
		return note_check(note, signer, l->sign);
	for (size_t i = 0; i < place->key_count; i++) {
		if ((e = note_check(note, signer, place->keys[i])) == ERR_OK)
			return ERR_OK;
		if (e == ERR_FORGED)
			worst = e;
	}
	return worst;
}

/* The length of the note in front of the NULs. */
static enum err
note_len(const uint8_t *p, size_t n, size_t *len)
{
	const uint8_t *nul = memchr(p, 0, n);

	if (n > ENVELOPE_LETTER_PLAIN)
		return ERR_TOOBIG;
	*len = nul == NULL ? n : (size_t)(nul - p);
	for (size_t i = *len; i < n; i++)
		if (p[i] != 0)
			return ERR_FORMAT;
	return ERR_OK;
}

/* A letter that was copied from another place is not one of here. */
static bool
is_from_here(const struct letter *l, const struct letter_place *place)
{
	return strcmp(l->team, place->team) == 0 &&
	    memcmp(l->line, place->line, sizeof l->line) == 0 &&
	    memcmp(l->tag, place->tag, sizeof l->tag) == 0;
}

enum err
letter_read(struct letter *l, const uint8_t *p, size_t n,
    const struct letter_place *place)
{
	struct json *root = NULL;
	struct letter got;
	struct note note;
	const char *json;
	size_t len;
	enum err e;

	letter_init(&got, place->kind);
	if ((e = note_len(p, n, &len)) != ERR_OK ||
	    (e = note_read(&note, (const char *)p, len)) != ERR_OK ||
	    (e = note_body(&note, letter_note_kind(place->kind), &json,
		 &len)) != ERR_OK ||
	    (e = json_open(&root, json, len)) != ERR_OK)
		goto out;
	if ((e = read_plain(&got, root)) != ERR_OK ||
	    (e = check_signer(&note, &got, place)) != ERR_OK ||
	    (e = read_kind(&got, root)) != ERR_OK)
		goto out;
	e = ERR_FORMAT;
	if (!letter_is_sound(&got))
		goto out;
	e = ERR_DENIED;
	if (!is_from_here(&got, place))
		goto out;
	e = ERR_OK;
	*l = got; /* now the caller's */
	letter_init(&got, place->kind);
out:
	json_close(root);
	letter_drop(&got);
	return e;
}
