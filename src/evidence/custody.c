#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"
#include "note/note.h"

#include "evidence/custody.h"
#include "evidence/custody_part.h"
#include "evidence/text.h"

#define HOLD_MAX (2 * (size_t)CUSTODY_MAX)

void
custody_init(struct custody *c)
{
	memset(c, 0, sizeof *c);
	c->type = "";
	arena_init(&c->hold, HOLD_MAX);
}

void
custody_drop(struct custody *c)
{
	arena_drop(&c->hold);
	wipe(c, sizeof *c);
	custody_init(c);
}

const char *
custody_word(unsigned did)
{
	static const char *const words[CUSTODY_ACTS] = {
		[CUSTODY_RECEIVED] = "received",
		[CUSTODY_MADE] = "made",
		[CUSTODY_DERIVED] = "derived",
		[CUSTODY_VIEWED] = "viewed",
	};

	assert(did < CUSTODY_DIDS);
	return did < CUSTODY_ACTS
	    ? words[did]
	    : effect_act_word((enum effect_act)(did - CUSTODY_ACTS));
}

void
custody_time(char out[static CUSTODY_TIME_BYTES], uint32_t second)
{
	(void)snprintf(out, CUSTODY_TIME_BYTES, "%02u:%02u:%02u",
	    second / 3600U % 24U, second / 60U % 60U, second % 60U);
}

bool
custody_head_fits(const struct custody *c)
{
	uint8_t commitment[SHA256_BYTES];

	if ((unsigned)c->kind >= VARIANTS || c->rows_n == 0 ||
	    c->rows_n > CUSTODY_ROWS || c->day > CLOCK_DAY_LAST)
		return false;
	if (!c->has_file)
		return true;
	item_commitment(commitment, c->salt, c->sha256);
	return c->has_commitment && c->size <= ITEM_SIZE_MAX &&
	    letter_is_type(c->type, strlen(c->type)) &&
	    memcmp(commitment, c->commitment, sizeof commitment) == 0;
}

/* Is its entry that of a row before as well?  One act is one row. */
static bool
was_before(const struct custody *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (memcmp(c->rows[k].entry, c->rows[i].entry, SHA256_BYTES) ==
		    0)
			return true;
	return false;
}

bool
custody_row_fits(const struct custody *c, size_t i)
{
	const struct custody_row *row = &c->rows[i];
	const size_t n = strlen(row->who), words = strlen(row->words);
	const bool original = c->kind == VARIANT_ORIGINAL;

	if (row->did >= CUSTODY_DIDS || row->day > CLOCK_DAY_LAST ||
	    row->second > EFFECT_SECONDS)
		return false;
	if (row->did < CUSTODY_ACTS && (row->second > 0 || words > 0))
		return false;
	if ((row->did == CUSTODY_RECEIVED && !original) ||
	    (row->did == CUSTODY_MADE && original))
		return false;
	return !was_before(c, i) && n > 0 && n <= CUSTODY_WHO_MAX &&
	    text_is_line(row->who, n) &&
	    evidence_is_text(row->words, words, CUSTODY_WORDS_MAX);
}

static void
put_str(struct json_out *w, const char *key, const char *s)
{
	json_put_str(w, key, s, strlen(s));
}

static void
put_date(struct json_out *w, uint32_t day)
{
	char date[CLOCK_DATE_BYTES];

	clock_date(date, day);
	put_str(w, "date", date);
}

/* End the line that begins at `start`: the object loses its end, and gets its
 * hash and the end again. */
static enum err
end_line(struct buf *out, size_t start, uint8_t hash[static SHA256_BYTES])
{
	char hex[SHA256_BYTES * 2 + 1];

	out->len--;
	sha256(hash, out->at + start, out->len - start);
	enc_hex(hex, hash, SHA256_BYTES);
	return buf_put_fmt(out, CUSTODY_HASH_KEY "%s\"}\n", hex);
}

enum err
custody_put_head(
    struct buf *out, uint8_t hash[static SHA256_BYTES], const struct custody *c)
{
	const char *kind = effect_variant_word(c->kind);
	const size_t start = out->len;
	struct json_out w;
	enum err e;

	json_begin(&w, out);
	json_put_hex(&w, "team", c->team, sizeof c->team);
	json_put_hex(&w, "item", c->item, sizeof c->item);
	put_str(&w, "kind", kind);
	if (c->kind != VARIANT_ORIGINAL)
		json_put_hex(&w, "parent", c->parent, sizeof c->parent);
	json_put_hex(&w, "device", c->device, sizeof c->device);
	put_date(&w, c->day);
	json_put_u64(&w, "rows", c->rows_n);
	json_put_bool(&w, "entries", c->entries);
	if (c->has_commitment)
		json_put_hex(
		    &w, "commitment", c->commitment, sizeof c->commitment);
	if (c->has_file) {
		json_put_u64(&w, "size", c->size);
		put_str(&w, "type", c->type);
		json_put_hex(&w, "sha256", c->sha256, sizeof c->sha256);
		json_put_hex(&w, "salt", c->salt, sizeof c->salt);
	}
	if ((e = json_end(&w)) == ERR_OK)
		e = end_line(out, start, hash);
	return e;
}

enum err
custody_put_row(struct buf *out, uint8_t hash[static SHA256_BYTES],
    const struct custody *c, size_t i)
{
	const struct custody_row *row = &c->rows[i];
	const size_t start = out->len;
	char time[CUSTODY_TIME_BYTES];
	struct json_out w;
	enum err e;

	json_begin(&w, out);
	json_put_u64(&w, "n", i + 1);
	put_date(&w, row->day);
	if (row->second > 0) {
		custody_time(time, row->second - 1);
		put_str(&w, "time", time);
	}
	put_str(&w, "act", custody_word(row->did));
	if (row->did == CUSTODY_DERIVED)
		json_put_hex(&w, "item", row->item, sizeof row->item);
	put_str(&w, "who", row->who);
	if (row->words[0] != '\0')
		put_str(&w, "words", row->words);
	if (c->entries)
		json_put_hex(&w, "key", row->key, sizeof row->key);
	json_put_hex(&w, "entry", row->entry, sizeof row->entry);
	json_put_hex(&w, "previous", hash, SHA256_BYTES);
	if ((e = json_end(&w)) == ERR_OK)
		e = end_line(out, start, hash);
	return e;
}

static enum err
put_text(struct buf *text, const struct custody *c)
{
	uint8_t hash[SHA256_BYTES];
	enum err e;

	if ((e = buf_put_str(text, CUSTODY_FIRST "\n")) != ERR_OK)
		return e;
	e = custody_put_head(text, hash, c);
	for (size_t i = 0; e == ERR_OK && i < c->rows_n; i++)
		e = custody_put_row(text, hash, c, i);
	return e;
}

static enum err
put_entries(struct buf *out, const struct custody *c)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < c->rows_n; i++) {
		e = buf_put_str(out, "--\n");
		if (e == ERR_OK)
			e = buf_put(out, c->rows[i].note, c->rows[i].note_len);
	}
	return e;
}

static enum err
check_row(const struct custody *c, size_t i)
{
	const struct custody_row *row = &c->rows[i];
	enum custody_wrong wrong = CUSTODY_RIGHT;
	enum err e;

	if (!custody_row_fits(c, i))
		return ERR_FORMAT;
	if (!c->entries)
		return ERR_OK;
	if ((e = custody_check_entry(&wrong, c, row)) != ERR_OK)
		return e;
	return wrong == CUSTODY_RIGHT ? ERR_OK : ERR_FORMAT;
}

enum err
custody_write(struct buf *out, const struct custody *c,
    const uint8_t device_seed[static SIGN_SEED_BYTES])
{
	const size_t was = out->len;
	struct custody mine = *c;
	struct buf text;
	enum err e;

	buf_init(&text, CUSTODY_MAX);
	sign_public(mine.device, device_seed);
	e = custody_head_fits(c) ? ERR_OK : ERR_FORMAT;
	for (size_t i = 0; e == ERR_OK && i < c->rows_n; i++)
		e = check_row(c, i);
	if (e == ERR_OK)
		e = put_text(&text, &mine);
	if (e == ERR_OK)
		e = note_sign(out, (const char *)text.at, text.len, "device",
		    device_seed);
	if (e == ERR_OK && c->entries)
		e = put_entries(out, c);
	if (e == ERR_OK && out->len - was > CUSTODY_MAX)
		e = ERR_TOOBIG;
	if (e != ERR_OK && out->len > was) {
		wipe(out->at + was, out->len - was);
		out->len = was;
	}
	wipe(&mine, sizeof mine);
	buf_drop(&text);
	return e;
}

/* How many bytes stand before the entries. */
static size_t
note_end(const struct buf *chain)
{
	static const char mark[] = "\n--\n";
	const uint8_t *at =
	    chain->len == 0 ? NULL : memmem(chain->at, chain->len, mark, 4);

	return at == NULL ? chain->len : (size_t)(at - chain->at) + 1;
}

enum err
custody_countersign(
    struct buf *chain, const uint8_t team_seed[static SIGN_SEED_BYTES])
{
	const size_t n = note_end(chain);
	struct custody_fault fault;
	struct custody c;
	struct buf note;
	enum err e;

	custody_init(&c);
	buf_init(&note, CUSTODY_MAX);
	if ((e = custody_read(&c, &fault, chain->at, chain->len)) != ERR_OK)
		goto out;
	e = ERR_FORMAT;
	if (c.by_team)
		goto out;
	if ((e = buf_put(&note, chain->at, n)) != ERR_OK ||
	    (e = note_add_signature(&note, "team", team_seed)) != ERR_OK)
		goto out;
	if ((e = buf_put(&note, chain->at + n, chain->len - n)) != ERR_OK)
		goto out;
	custody_drop(&c);
	if ((e = custody_read(&c, &fault, note.at, note.len)) != ERR_OK)
		goto out; /* it is another team's key */
	if ((e = buf_put(chain, note.at + n, note.len - chain->len)) != ERR_OK)
		goto out;
	memcpy(chain->at, note.at, note.len);
out:
	custody_drop(&c);
	buf_drop(&note);
	return e;
}
