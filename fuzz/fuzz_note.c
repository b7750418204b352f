/* What is read as a note is written again from its pieces as the same bytes;
 * what can be signed is read and believed. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "note/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
put(struct buf *b, const char *p, size_t n)
{
	const enum err e = buf_put(b, p, n);

	assert(e == ERR_OK);
}

static void
written_again(const struct note *note, const uint8_t *p, size_t n)
{
	struct buf b;

	buf_init(&b, n + 1);
	put(&b, note->text, note->text_len);
	put(&b, "\n", 1);
	for (size_t i = 0; i < note->count; i++) {
		const struct note_signature *s = &note->signatures[i];

		put(&b, "\xe2\x80\x94 ", 4);
		put(&b, s->name, s->name_len);
		put(&b, " ", 1);
		put(&b, s->code, s->code_len);
		put(&b, "\n", 1);
	}
	assert(b.len == n && memcmp(b.at, p, n) == 0);
	buf_drop(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t seed[SIGN_SEED_BYTES] = { 1 };
	static uint8_t pub[SIGN_PUBLIC_BYTES];
	struct note note;
	struct buf b;
	enum err e;

	if (pub[0] == 0) {
		e = crypt_init();
		assert(e == ERR_OK);
		sign_public(pub, seed);
	}
	if (note_read(&note, (const char *)p, n) == ERR_OK) {
		written_again(&note, p, n);
		e = note_check(&note, "k", pub);
		assert(e != ERR_FORMAT);
	}
	buf_init(&b, n + 1024);
	if (note_sign(&b, (const char *)p, n, "k", seed) == ERR_OK) {
		e = note_read(&note, (const char *)b.at, b.len);
		assert(e == ERR_OK && note.text_len == n);
		e = note_check(&note, "k", pub);
		assert(e == ERR_OK);
	}
	buf_drop(&b);
	return 0;
}
