#include <assert.h>
#include <string.h>

#include "age/age.h"
#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"

#include "team/safe.h"

#define KEY_HEAD "sotto team key 1\n"
#define KEY_HEAD_N (sizeof KEY_HEAD - 1)
#define KEY_TEXT_N (KEY_HEAD_N + ENC_HEX_LEN(SIGN_SEED_BYTES) + 1)
#define ABOUT_HEAD "sotto team folder 1\n"
#define HEX_BYTES (ENC_HEX_LEN(SIGN_PUBLIC_BYTES) + 1)

static_assert(KEY_BYTES == SIGN_SEED_BYTES, "a key holds a seed");

enum err
safe_seal(struct buf *out, const uint8_t seed[static SIGN_SEED_BYTES],
    const char *words, unsigned work)
{
	const struct age_to to = {
		.words = words,
		.words_len = strlen(words),
		.work = work,
		.armor = true,
	};
	char text[KEY_TEXT_N + 1] = KEY_HEAD;
	enum err e;

	enc_hex(text + KEY_HEAD_N, seed, SIGN_SEED_BYTES);
	text[KEY_TEXT_N - 1] = '\n';
	e = age_seal(out, &to, text, KEY_TEXT_N);
	wipe(text, sizeof text);
	return e;
}

/* Its two lines, exactly. */
static enum err
read_key(struct key *seed, const struct buf *text)
{
	const char *p = (const char *)text->at;

	if (text->len < KEY_HEAD_N || memcmp(p, "sotto team key ", 15) != 0)
		return ERR_FORMAT;
	if (memcmp(p, KEY_HEAD, KEY_HEAD_N) != 0)
		return ERR_VERSION;
	if (text->len != KEY_TEXT_N || p[KEY_TEXT_N - 1] != '\n')
		return ERR_FORMAT;
	return enc_hex_read(key_at(seed), SIGN_SEED_BYTES, p + KEY_HEAD_N,
	    ENC_HEX_LEN(SIGN_SEED_BYTES));
}

enum err
safe_open(struct key *seed, const void *p, size_t n, const char *words)
{
	const struct age_with with = {
		.words = words,
		.words_len = strlen(words),
	};
	struct buf text;
	enum err e;

	buf_init(&text, SAFE_KEY_MAX);
	if ((e = age_open(&text, &with, p, n)) == ERR_OK)
		e = read_key(seed, &text);
	buf_drop(&text);
	return e;
}

bool
safe_is_name(const char *name)
{
	const size_t n = strlen(name);

	return text_is_line(name, n) &&
	    (n == 0 || (name[0] != ' ' && name[n - 1] != ' '));
}

static enum err
put_hex(struct buf *out, const char *key, const uint8_t *p, size_t n)
{
	char hex[HEX_BYTES];
	enum err e;

	enc_hex(hex, p, n);
	if ((e = buf_put_str(out, key)) != ERR_OK)
		return e;
	return buf_put_str(out, hex);
}

static enum err
put_about(struct buf *out, const struct safe_about *a)
{
	enum err e;

	if ((e = buf_put_str(out, ABOUT_HEAD)) != ERR_OK ||
	    (e = put_hex(out, "key ", a->key, sizeof a->key)) != ERR_OK ||
	    (e = buf_put_str(out, "\n")) != ERR_OK)
		return e;
	if (a->name[0] != '\0' &&
	    ((e = buf_put_str(out, "name ")) != ERR_OK ||
		(e = buf_put_str(out, a->name)) != ERR_OK ||
		(e = buf_put_str(out, "\n")) != ERR_OK))
		return e;
	if (!a->is_split)
		return ERR_OK;
	if ((e = put_hex(out, "split ", a->split, sizeof a->split)) != ERR_OK)
		return e;
	return buf_put_fmt(out, " %u\n", a->split_day);
}

enum err
safe_about_write(struct buf *out, const struct safe_about *a)
{
	const size_t was = out->len;
	enum err e;

	if (!safe_is_name(a->name))
		return ERR_FORMAT;
	if ((e = put_about(out, a)) != ERR_OK)
		out->len = was;
	return e;
}

/* The next line of what is left, without its newline. */
struct lines {
	const char *p, *end;
};

static bool
next_line(struct lines *l, const char **at, size_t *n)
{
	const char *stop;

	if (l->p == l->end)
		return false;
	stop = memchr(l->p, '\n', (size_t)(l->end - l->p));
	if (stop == NULL)
		return false;
	*at = l->p;
	*n = (size_t)(stop - l->p);
	l->p = stop + 1;
	return true;
}

/* The value of a line that begins with this word; NULL. */
static const char *
value(const char *word, const char *at, size_t n, size_t *len)
{
	const size_t w = strlen(word);

	if (n < w || memcmp(at, word, w) != 0)
		return NULL;
	*len = n - w;
	return at + w;
}

static enum err
read_split(struct safe_about *a, const char *v, size_t n)
{
	const size_t hex = ENC_HEX_LEN(SHEET_SPLIT_BYTES);
	uint64_t day;

	if (n < hex + 2 || v[hex] != ' ')
		return ERR_FORMAT;
	if (enc_hex_read(a->split, sizeof a->split, v, hex) != ERR_OK ||
	    enc_decimal_read(&day, UINT32_MAX, v + hex + 1, n - hex - 1) !=
		ERR_OK)
		return ERR_FORMAT;
	a->split_day = (uint32_t)day;
	a->is_split = true;
	return ERR_OK;
}

static enum err
read_rest(struct safe_about *a, struct lines *l)
{
	const char *at, *v;
	size_t n, len;

	if (!next_line(l, &at, &n) ||
	    (v = value("key ", at, n, &len)) == NULL ||
	    enc_hex_read(a->key, sizeof a->key, v, len) != ERR_OK)
		return ERR_FORMAT;
	if (!next_line(l, &at, &n))
		return ERR_OK;
	if ((v = value("name ", at, n, &len)) != NULL) {
		if (len == 0 || len > MEMBER_NAME_MAX ||
		    memchr(v, '\0', len) != NULL)
			return ERR_FORMAT;
		memcpy(a->name, v, len);
		if (!safe_is_name(a->name))
			return ERR_FORMAT;
		if (!next_line(l, &at, &n))
			return ERR_OK;
	}
	if ((v = value("split ", at, n, &len)) == NULL)
		return ERR_FORMAT;
	return read_split(a, v, len);
}

enum err
safe_about_read(struct safe_about *a, const void *p, size_t n)
{
	struct safe_about got = { .is_split = false };
	struct lines l = { p, (const char *)p + n };
	const size_t head = sizeof ABOUT_HEAD - 1;
	enum err e;

	if (n > SAFE_ABOUT_MAX)
		return ERR_TOOBIG;
	if (n < head || memcmp(p, "sotto team folder ", 18) != 0)
		return ERR_FORMAT;
	if (memcmp(p, ABOUT_HEAD, head) != 0)
		return ERR_VERSION;
	l.p += head;
	if ((e = read_rest(&got, &l)) != ERR_OK)
		return e;
	if (l.p != l.end)
		return ERR_FORMAT;
	*a = got;
	return ERR_OK;
}
