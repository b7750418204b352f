#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"

#include "letter/phrase.h"

#define LABEL "sotto/1 phrase"
#define RANDOM_BYTES 12U /* 91 bits, left-aligned */
#define RANDOM_LAST 0xe0U /* of the twelfth byte, three bits count */
#define COUNT_MAX 100U /* words are counted no farther */

static uint8_t
check_of(const uint8_t bits[static RANDOM_BYTES])
{
	uint8_t random[RANDOM_BYTES], hash[SHA256_BYTES], check;

	memcpy(random, bits, sizeof random);
	random[RANDOM_BYTES - 1] &= RANDOM_LAST;
	sha256_two(hash, LABEL, sizeof LABEL - 1, random, sizeof random);
	check = hash[0];
	wipe(random, sizeof random);
	wipe(hash, sizeof hash);
	return check;
}

/* The check stands at bits 91 to 98: five bits of one byte, three of the
 * next. */
static void
put_check(uint8_t bits[static PHRASE_BYTES])
{
	const uint8_t check = check_of(bits);

	bits[RANDOM_BYTES - 1] =
	    (uint8_t)((bits[RANDOM_BYTES - 1] & RANDOM_LAST) | check >> 3);
	bits[RANDOM_BYTES] = (uint8_t)(check << 5);
}

void
phrase_new(struct phrase *p)
{
	crypt_random(p->bits, RANDOM_BYTES);
	put_check(p->bits);
}

enum err
phrase_from_bits(struct phrase *p, const uint8_t bits[static PHRASE_BYTES])
{
	struct phrase want;
	enum err e = ERR_FORMAT;

	memcpy(want.bits, bits, PHRASE_BYTES);
	put_check(want.bits);
	if (crypt_same(want.bits, bits, PHRASE_BYTES)) {
		*p = want;
		e = ERR_OK;
	}
	phrase_drop(&want);
	return e;
}

/* Word i's eleven bits begin at bit 11 i. */
static uint32_t
number_at(const uint8_t bits[static PHRASE_BYTES], unsigned i)
{
	const unsigned at = i * WORDS_BITS;
	uint32_t v = 0;

	for (unsigned j = 0; j < 3; j++)
		v = v << 8 |
		    (at / 8 + j < PHRASE_BYTES ? bits[at / 8 + j] : 0U);
	return v >> (24 - WORDS_BITS - at % 8) & (WORDS_COUNT - 1);
}

static void
put_number(uint8_t bits[static PHRASE_BYTES], unsigned i, uint32_t number)
{
	const unsigned at = i * WORDS_BITS;
	const uint32_t v = number << (24 - WORDS_BITS - at % 8);

	for (unsigned j = 0; j < 3 && at / 8 + j < PHRASE_BYTES; j++)
		bits[at / 8 + j] |= (uint8_t)(v >> (16 - 8 * j));
}

const char *
phrase_word(const struct phrase *p, unsigned i)
{
	assert(i < PHRASE_WORDS);
	return words_default()->rows[number_at(p->bits, i)];
}

void
phrase_write(const struct phrase *p, char out[static PHRASE_TEXT_BYTES])
{
	size_t at = 0, len;

	for (unsigned i = 0; i < PHRASE_WORDS; i++) {
		const char *word = phrase_word(p, i);

		if (i > 0)
			out[at++] = ' ';
		len = strlen(word);
		memcpy(out + at, word, len);
		at += len;
	}
	out[at] = '\0';
}

/* Letters make words; everything that people put between words does not.  A
 * byte that is no UTF-8 counts as a letter, so that it makes its word wrong
 * and is not passed over. */
static bool
is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	return !(c >= 0x80 && c <= 0xbf) && c != 0xd7 && c != 0xf7 &&
	    c != 0x1680 && !(c >= 0x2000 && c <= 0x206f) &&
	    !(c >= 0x3000 && c <= 0x303f) && c != 0xfeff &&
	    !(c >= 0xff00 && c <= 0xff20);
}

/* The character at `p`, of `n > 0` bytes, or U+FFFD for a byte that is none;
 * returns its bytes. */
static size_t
next_char(uint32_t *c, const char *p, size_t n)
{
	const size_t took = text_char(c, p, n);

	if (took > 0)
		return took;
	*c = 0xfffd;
	return 1;
}

/* The next word at or behind `*at`; `*len` is 0 when there is none. */
static void
next_word(const char *p, size_t n, size_t *at, size_t *len)
{
	uint32_t c;
	size_t i = *at, took;
	bool in = false;

	for (; i < n; i += took) {
		took = next_char(&c, p + i, n - i);
		if (is_letter(c) && !in) {
			in = true;
			*at = i;
		} else if (!is_letter(c) && in)
			break;
	}
	*len = in ? i - *at : 0;
}

/* One typed word in lower case, and its number. */
struct typed_word {
	char text[PHRASE_TYPED_BYTES];
	size_t len;
	uint32_t number;
};

/* What is kept is UTF-8 whatever was typed: the page says it again. */
static void
take_word(struct typed_word *w, const char *p, size_t n)
{
	char one[4];
	size_t took, wide;
	uint32_t c;

	w->len = 0;
	for (size_t i = 0; i < n; i += took) {
		took = next_char(&c, p + i, n - i);
		wide = text_put_char(one, c);
		if (w->len + wide >= sizeof w->text)
			break; /* already longer than any word */
		memcpy(w->text + w->len, one, wide);
		w->len += wide;
	}
	for (size_t i = 0; i < w->len; i++)
		w->text[i] = text_lower(w->text[i]);
	w->text[w->len] = '\0';
	w->number = words_number(words_default(), w->text, w->len);
}

static void
keep_typed(struct phrase_fault *f, const struct typed_word *w)
{
	const struct words *list = words_default();
	struct phrase_typed *t;
	uint32_t near[WORDS_NEAREST];

	if (f->kept == PHRASE_TYPED_MAX)
		return;
	t = &f->words[f->kept++];
	memcpy(t->text, w->text, w->len + 1);
	t->known = w->number < WORDS_COUNT;
	if (t->known)
		return;
	t->nearest_count = words_nearest(list, w->text, w->len, near);
	for (size_t i = 0; i < t->nearest_count; i++)
		t->nearest[i] = list->rows[near[i]];
	wipe(near, sizeof near);
}

/* The typed words once more, to say what is wrong with each. */
static void
explain(struct phrase_fault *f, const char *typed, size_t n)
{
	struct typed_word w;
	size_t at = 0, len;

	for (next_word(typed, n, &at, &len); len > 0 && f->kept < f->count;
	     at += len, next_word(typed, n, &at, &len)) {
		take_word(&w, typed + at, len);
		keep_typed(f, &w);
		if (f->kept == PHRASE_TYPED_MAX)
			break;
	}
	wipe(&w, sizeof w);
}

/* Read the words into `bits`; returns what is wrong with them, the check not
 * looked at. */
static enum phrase_wrong
read_words(uint8_t bits[static PHRASE_BYTES], const char *typed, size_t n,
    unsigned *count, unsigned *first)
{
	enum phrase_wrong wrong = PHRASE_RIGHT;
	struct typed_word w;
	size_t at = 0, len;

	*count = 0;
	*first = 0;
	for (next_word(typed, n, &at, &len); len > 0 && *count < COUNT_MAX;
	     at += len, next_word(typed, n, &at, &len)) {
		take_word(&w, typed + at, len);
		if (w.number == WORDS_COUNT && wrong == PHRASE_RIGHT) {
			wrong = PHRASE_WORD_WRONG;
			*first = *count;
		}
		if (w.number < WORDS_COUNT && *count < PHRASE_WORDS)
			put_number(bits, *count, w.number);
		(*count)++;
	}
	wipe(&w, sizeof w);
	return *count == PHRASE_WORDS ? wrong : PHRASE_COUNT_WRONG;
}

enum err
phrase_read(
    struct phrase *p, const char *typed, size_t n, struct phrase_fault *fault)
{
	uint8_t bits[PHRASE_BYTES] = { 0 };
	struct phrase_fault f = { 0 };
	enum err e = ERR_OK;

	if (n > PHRASE_INPUT_MAX)
		return ERR_TOOBIG;
	f.wrong = read_words(bits, typed, n, &f.count, &f.first);
	if (f.wrong == PHRASE_RIGHT && phrase_from_bits(p, bits) != ERR_OK)
		f.wrong = PHRASE_CHECK_WRONG;
	if (f.wrong != PHRASE_RIGHT) {
		e = ERR_FORMAT;
		if (fault != NULL)
			explain(&f, typed, n);
	}
	if (fault != NULL)
		*fault = f;
	phrase_fault_drop(&f);
	wipe(bits, sizeof bits);
	return e;
}

void
phrase_drop(struct phrase *p)
{
	wipe(p, sizeof *p);
}

void
phrase_fault_drop(struct phrase_fault *f)
{
	wipe(f, sizeof *f);
}
