/*
 * phrase: the source's nine secret words.
 *
 * 91 random bits, then the first 8 bits of SHA-256("sotto/1 phrase" || the 91
 * bits left-aligned in 12 bytes): 99 bits, nine words of 11.  The canonical
 * form is the 99 bits left-aligned in 13 bytes; the 5 last bits are zero.
 */
#ifndef LETTER_PHRASE_H
#define LETTER_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "letter/words.h"

#define PHRASE_WORDS 9U
#define PHRASE_BYTES 13U
#define PHRASE_TEXT_BYTES (PHRASE_WORDS * WORDS_WIDTH) /* with NUL */
#define PHRASE_INPUT_MAX 4096U /* longer input is refused unread */
#define PHRASE_TYPED_BYTES 48U
#define PHRASE_TYPED_MAX 16U

/* Secret.  Held for as long as a request. */
struct phrase {
	uint8_t bits[PHRASE_BYTES];
};

enum phrase_wrong {
	PHRASE_RIGHT,
	PHRASE_COUNT_WRONG, /* not nine words */
	PHRASE_WORD_WRONG, /* nine, but one is not on the list */
	PHRASE_CHECK_WRONG, /* nine words, but never given out like this */
};

/* One word as it was typed.  Secret. */
struct phrase_typed {
	char text[PHRASE_TYPED_BYTES]; /* in lower case, cut */
	bool known;
	size_t nearest_count; /* 0 for a known word */
	const char *nearest[WORDS_NEAREST];
};

/* What is wrong with typed words, for the page that says so.  Secret;
 * phrase_fault_drop() wipes. */
struct phrase_fault {
	enum phrase_wrong wrong;
	unsigned count; /* words found */
	unsigned kept; /* of them in `words`, at most PHRASE_TYPED_MAX */
	unsigned first; /* PHRASE_WORD_WRONG: the first unknown one, from 0 */
	struct phrase_typed words[PHRASE_TYPED_MAX];
};

/* New words from the system's randomness. */
void phrase_new(struct phrase *p);

/* Read what somebody typed: any case, spacing, punctuation, numbering; a word
 * may be cut to its first four letters or more.  ERR_FORMAT (`*p` unchanged)
 * with `*fault` saying why; ERR_TOOBIG past PHRASE_INPUT_MAX.  Valid input
 * costs the same work whatever the words are.  `fault` may be NULL. */
enum err phrase_read(struct phrase *p, const char *typed, size_t n,
    struct phrase_fault *fault) MUST_USE;

/* Take the canonical form; ERR_FORMAT when its check or last bits are wrong. */
enum err phrase_from_bits(
    struct phrase *p, const uint8_t bits[static PHRASE_BYTES]) MUST_USE;

/* Word i < PHRASE_WORDS. */
const char *phrase_word(const struct phrase *p, unsigned i);

/* The nine words with a space between, and a NUL.  The caller wipes. */
void phrase_write(const struct phrase *p, char out[static PHRASE_TEXT_BYTES]);

/* Wipe. */
void phrase_drop(struct phrase *p);
void phrase_fault_drop(struct phrase_fault *f);

#endif
