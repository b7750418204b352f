/* The JSON of a letter of any kind (the first byte says which), signed here so
 * that the fuzzer gets past the signature.  What is read is written again, and
 * reads as the same; the raw bytes are read as a plaintext too. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "letter/letter.h"
#include "note/json.h"
#include "note/note.h"

#define TEAM "abcdefghijklmnopqrstuvwxyz234567"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const uint8_t seed[SIGN_SEED_BYTES] = { 1 };
static uint8_t pub[1][SIGN_PUBLIC_BYTES];

static struct letter_place
place_of(enum letter_kind kind, const uint8_t zeros[static 16])
{
	return (struct letter_place){ .kind = kind,
		.team = TEAM,
		.line = zeros,
		.tag = zeros,
		.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])pub,
		.key_count = 1 };
}

static void
same(const struct letter *a, const struct letter *b)
{
	assert(memcmp(a->id, b->id, sizeof a->id) == 0 && a->day == b->day);
	assert(a->seen == b->seen && a->n == b->n && a->more == b->more);
	assert(a->answer_count == b->answer_count);
	assert(a->file_count == b->file_count && a->has_next == b->has_next);
	assert((a->name == NULL) == (b->name == NULL));
	assert(a->name == NULL || strcmp(a->name, b->name) == 0);
	for (size_t i = 0; i < a->file_count; i++) {
		assert(strcmp(a->files[i].name, b->files[i].name) == 0);
		assert(a->files[i].size == b->files[i].size);
	}
	assert(a->more ||
	    (a->text_len == b->text_len &&
		memcmp(a->text, b->text, a->text_len) == 0));
}

static void
sign_and_read(const struct letter_place *place, const uint8_t *p, size_t n)
{
	const char *kind = letter_note_kind(place->kind);
	struct letter l, again;
	struct buf text, note;
	enum err e;

	buf_init(&text, n + 100);
	buf_init(&note, n + 65536);
	if (note_put_text(&text, kind, (const char *)p, n) == ERR_OK &&
	    note_sign(&note, (const char *)text.at, text.len,
		letter_signer(place->kind), seed) == ERR_OK &&
	    letter_read(&l, note.at, note.len, place) == ERR_OK) {
		assert(letter_is_sound(&l));
		buf_clear(&note);
		if ((e = letter_write(&note, &l, seed)) == ERR_OK) {
			assert(note.len <= ENVELOPE_LETTER_PLAIN);
			e = letter_read(&again, note.at, note.len, place);
			assert(e == ERR_OK);
			same(&l, &again);
			letter_drop(&again);
		}
		letter_drop(&l);
	}
	buf_drop(&note);
	buf_drop(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t zeros[16];
	struct letter_place place;
	struct letter l;
	enum err e;

	if (n == 0)
		return 0;
	if (pub[0][0] == 0) {
		e = crypt_init();
		assert(e == ERR_OK);
		sign_public(pub[0], seed);
	}
	place = place_of(p[0] % LETTER_KIND_COUNT, zeros);
	sign_and_read(&place, p + 1, n - 1);
	if (letter_read(&l, p, n, &place) == ERR_OK)
		letter_drop(&l);
	return 0;
}
