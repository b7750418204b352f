#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "note/json.h"
#include "note/note.h"

#include "letter/letter.h"

/* What stands around the JSON: "sotto/1 ", the kind, newline; newline, newline,
 * the dash and its space, the name, a space, base64 of 68 bytes, newline. */
#define AROUND (8U + 1 + 2 + 4 + 1 + ENC_BASE64_LEN(4U + SIGN_BYTES) + 1)
#define MEASURE_MAX (1U << 20)

static void
put_str(struct json_out *w, const char *key, const char *s)
{
	json_put_str(w, key, s, strlen(s));
}

static void
put_recipient(
    struct json_out *w, const char *key, const struct age_recipient *r)
{
	char text[AGE_RECIPIENT_TEXT + 1];

	age_recipient_write(r, text);
	put_str(w, key, text);
}

static void
put_from(struct json_out *w, const struct letter *l)
{
	json_put_u64(w, "slot", l->slot);
	json_put_u64(w, "seen", l->seen);
	json_put_hex(w, "door", l->door, sizeof l->door);
	put_recipient(w, "reply", &l->reply);
	json_put_hex(w, "sign", l->sign, sizeof l->sign);
	json_put_hex(w, "k", l->k, sizeof l->k);
	if (l->name != NULL)
		put_str(w, "name", l->name);
	if (l->answer_count == 0)
		return;
	json_put_object(w, "answers");
	for (size_t i = 0; i < l->answer_count; i++)
		put_str(w, l->answers[i].question, l->answers[i].answer);
	json_put_object_end(w);
}

static void
put_files(struct json_out *w, const struct letter *l)
{
	json_put_bool(w, "more", l->more);
	if (l->file_count == 0)
		return;
	json_put_hex(w, "parts", l->parts, sizeof l->parts);
	json_put_list(w, "files");
	for (size_t i = 0; i < l->file_count; i++) {
		const struct letter_file *f = &l->files[i];

		json_put_object(w, NULL);
		put_str(w, "name", f->name);
		put_str(w, "type", f->type);
		json_put_u64(w, "size", f->size);
		json_put_hex(w, "sha256", f->sha256, sizeof f->sha256);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

/* The JSON, with the first `text_len` bytes of the text. */
static enum err
put_json(struct buf *out, const struct letter *l, size_t text_len)
{
	struct json_out w;

	json_begin(&w, out);
	put_str(&w, "team", l->team);
	json_put_hex(&w, "line", l->line, sizeof l->line);
	json_put_hex(&w, "tag", l->tag, sizeof l->tag);
	json_put_hex(&w, "id", l->id, sizeof l->id);
	json_put_u64(&w, "day", l->day);
	if (l->kind == LETTER_FROM)
		put_from(&w, l);
	if (l->kind == LETTER_KEPT)
		json_put_u64(&w, "seen", l->seen);
	if (l->kind == LETTER_REPLY)
		json_put_u64(&w, "n", l->n);
	json_put_str(&w, "text", l->text, text_len);
	if (l->kind != LETTER_KEPT)
		put_files(&w, l);
	if (l->kind == LETTER_REPLY && l->has_next && l->next_is_door)
		json_put_str(
		    &w, "next", LETTER_NEXT_DOOR, sizeof LETTER_NEXT_DOOR - 1);
	else if (l->kind == LETTER_REPLY && l->has_next)
		put_recipient(&w, "next", &l->next);
	return json_end(&w);
}

/* How many bytes are left for the text, as the JSON has it. */
static enum err
measure(const struct letter *l, size_t *room)
{
	struct buf json;
	size_t used;
	enum err e;

	buf_init(&json, MEASURE_MAX);
	if ((e = put_json(&json, l, 0)) == ERR_OK) {
		used = json.len + AROUND + strlen(letter_note_kind(l->kind)) +
		    strlen(letter_signer(l->kind));
		/* What fits must fit in every slot. */
		used += l->kind == LETTER_FROM && l->slot < 10;
		e = used > ENVELOPE_LETTER_PLAIN ? ERR_TOOBIG : ERR_OK;
		*room = ENVELOPE_LETTER_PLAIN - used;
	}
	buf_drop(&json);
	return e;
}

bool
letter_text_fits(const struct letter *l, size_t files)
{
	static const char name[] = /* 100 of them */
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	struct letter longest = *l;
	size_t room;
	bool fits;

	longest.file_count =
	    files < LETTER_FILES_MAX ? files : LETTER_FILES_MAX;
	for (size_t i = 0; i < longest.file_count; i++)
		longest.files[i] = (struct letter_file){ .name = name,
			.type = name + sizeof name - 1 - LETTER_TYPE_MAX,
			.size = LETTER_FILE_BYTES_MAX };
	fits = measure(&longest, &room) == ERR_OK &&
	    json_str_bytes(l->text, l->text_len) <= room;
	wipe(&longest, sizeof longest);
	return fits;
}

/* How much of the text is written. */
static enum err
shown(const struct letter *l, size_t *text_len)
{
	size_t room;
	enum err e;

	if ((e = measure(l, &room)) != ERR_OK)
		return e;
	*text_len = l->text_len;
	if (l->more)
		*text_len = json_str_cut(l->text, l->text_len,
		    room < LETTER_CUT_BYTES ? room : LETTER_CUT_BYTES);
	else if (json_str_bytes(l->text, l->text_len) > room)
		return ERR_TOOBIG;
	return ERR_OK;
}

enum err
letter_write(struct buf *out, const struct letter *l,
    const uint8_t seed[static SIGN_SEED_BYTES])
{
	struct buf json, text;
	size_t text_len;
	enum err e;

	buf_init(&json, ENVELOPE_LETTER_PLAIN);
	buf_init(&text, ENVELOPE_LETTER_PLAIN);
	e = ERR_FORMAT;
	if (!letter_is_sound(l))
		goto out;
	if ((e = shown(l, &text_len)) != ERR_OK ||
	    (e = put_json(&json, l, text_len)) != ERR_OK)
		goto out;
	if ((e = note_put_text(&text, letter_note_kind(l->kind),
		 (const char *)json.at, json.len)) != ERR_OK)
		goto out;
	e = note_sign(
	    out, (const char *)text.at, text.len, letter_signer(l->kind), seed);
out:
	buf_drop(&text);
	buf_drop(&json);
	return e;
}
