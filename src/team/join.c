#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "crypt/hybrid.h"
#include "crypt/slow.h"
#include "team/join.h"
#include "team/paper.h"

#define CODE_SALT "sotto/1 join\0\0\0" /* and the string's own NUL */
#define JOIN_LABEL "sotto/1 join"
#define WELCOME_LABEL "sotto/1 welcome"

static_assert(sizeof CODE_SALT == SLOW_SALT_BYTES, "the salt has its length");

static const struct paper_kind kind = {
	.kind = "join",
	.signer = "device",
	.max = JOIN_MAX,
};

/* It is shown to an admin, who decides by it. */
bool
join_is_name(const char *name)
{
	const size_t n = strlen(name);

	return n > 0 && n <= MEMBER_NAME_MAX && text_is_line(name, n);
}

static bool
fits(const struct join *j)
{
	/* One that is no key would keep everybody from their hand-out. */
	return j->recipient.kind == AGE_HYBRID &&
	    hybrid_is_public(j->recipient.key) && join_is_name(j->name);
}

static enum err
put_json(struct buf *json, const struct join *j)
{
	char text[AGE_RECIPIENT_TEXT + 1];
	struct json_out w;

	age_recipient_write(&j->recipient, text);
	json_begin(&w, json);
	json_put_hex(&w, "key", j->key, sizeof j->key);
	json_put_str(&w, "recipient", text, strlen(text));
	json_put_str(&w, "name", j->name, strlen(j->name));
	return json_end(&w);
}

enum err
join_write(struct buf *out, struct join *j,
    const uint8_t device_seed[static SIGN_SEED_BYTES])
{
	struct buf json;
	enum err e;

	if (!fits(j))
		return ERR_FORMAT;
	buf_init(&json, JOIN_MAX);
	sign_public(j->key, device_seed);
	if ((e = put_json(&json, j)) == ERR_OK)
		e = paper_sign(out, &kind, &json, device_seed);
	buf_drop(&json);
	return e;
}

static enum err
fields(struct join *j, const struct json *o)
{
	const char *text;
	enum err e;
	size_t n;

	if ((e = json_get_hex(o, "key", j->key, sizeof j->key)) != ERR_OK ||
	    (e = json_get_str(o, "recipient", AGE_RECIPIENT_TEXT, &text, &n)) !=
		ERR_OK)
		return paper_need(e);
	if ((e = age_recipient_read(&j->recipient, text, n)) != ERR_OK)
		return e;
	if ((e = paper_str(j->name, o, "name", MEMBER_NAME_MAX)) != ERR_OK)
		return e;
	return fits(j) ? ERR_OK : ERR_FORMAT;
}

enum err
join_read(struct join *j, const void *p, size_t n)
{
	struct paper paper = { .json = NULL };
	struct join got;
	struct buf json;
	enum err e;

	buf_init(&json, JOIN_MAX);
	if ((e = paper_read(&paper, &kind, p, n)) != ERR_OK)
		goto out;
	if ((e = fields(&got, paper.json)) != ERR_OK)
		goto out;
	if ((e = paper_check(&paper, &kind, got.key)) != ERR_OK)
		goto out;
	if ((e = put_json(&json, &got)) != ERR_OK)
		goto out;
	if ((e = paper_exact(&paper, &json)) == ERR_OK)
		*j = got;
out:
	buf_drop(&json);
	paper_drop(&paper);
	return e;
}

/* The first 55 bits as five words. */
static void
to_words(struct join_code *c, const uint8_t bytes[static 32])
{
	const struct words *list = words_default();
	uint64_t bits = 0;
	size_t at = 0, n;

	for (unsigned i = 0; i < 7; i++)
		bits = bits << 8 | bytes[i];
	bits >>= 56 - JOIN_CODE_WORDS * WORDS_BITS;
	for (unsigned i = 0; i < JOIN_CODE_WORDS; i++) {
		const char *word =
		    list->rows[bits >> WORDS_BITS * (JOIN_CODE_WORDS - 1 - i) &
			(WORDS_COUNT - 1)];

		if (i > 0)
			c->words[at++] = ' ';
		n = strlen(word);
		memcpy(c->words + at, word, n);
		at += n;
	}
	c->words[at] = '\0';
}

static enum err
make_code(struct join_code *c, const char *label, const void *what, size_t n)
{
	uint8_t hash[SHA256_BYTES], slow[32];
	enum err e;

	sha256_two(hash, label, strlen(label), what, n);
	e = slow_argon2id(slow, hash, sizeof hash, (const uint8_t *)CODE_SALT);
	if (e == ERR_OK)
		to_words(c, slow);
	wipe(slow, sizeof slow);
	return e;
}

enum err
join_code(struct join_code *c, const void *note, size_t n)
{
	return make_code(c, JOIN_LABEL, note, n);
}

enum err
join_welcome_code(struct join_code *c,
    const uint8_t team[static SIGN_PUBLIC_BYTES],
    const uint8_t plaintext[static SHA256_BYTES])
{
	uint8_t both[SIGN_PUBLIC_BYTES + SHA256_BYTES];

	memcpy(both, team, SIGN_PUBLIC_BYTES);
	memcpy(both + SIGN_PUBLIC_BYTES, plaintext, SHA256_BYTES);
	return make_code(c, WELCOME_LABEL, both, sizeof both);
}

/* What is no ASCII makes a word wrong. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* The number of the next word at `*at`; WORDS_COUNT for none, or an unknown
 * one. */
static uint32_t
next_number(const char *p, size_t n, size_t *at)
{
	char word[WORDS_WIDTH + 1];
	size_t len = 0;

	while (*at < n && !is_letter(text_lower(p[*at])))
		(*at)++;
	for (; *at < n && is_letter(text_lower(p[*at])); (*at)++)
		if (len < WORDS_WIDTH)
			word[len++] = text_lower(p[*at]);
	return words_number(words_default(), word, len);
}

bool
join_code_is(const struct join_code *c, const char *typed, size_t n)
{
	const size_t code_n = strlen(c->words);
	size_t at = 0, code_at = 0;

	if (n > JOIN_TYPED_MAX)
		return false;
	for (unsigned i = 0; i < JOIN_CODE_WORDS; i++)
		if (next_number(typed, n, &at) !=
		    next_number(c->words, code_n, &code_at))
			return false;
	while (at < n && !is_letter(text_lower(typed[at])))
		at++;
	return at == n;
}
