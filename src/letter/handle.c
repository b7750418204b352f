#include <string.h>

#include "base/text.h"
#include "base/wipe.h"
#include "crypt/hash.h"

#include "letter/handle.h"

#define LABEL "sotto/1 handle"

static void
write_words(
    char out[static HANDLE_TEXT_BYTES], const uint32_t number[HANDLE_WORDS])
{
	size_t at = 0, len;

	for (unsigned i = 0; i < HANDLE_WORDS; i++) {
		const char *word = words_default()->rows[number[i]];

		if (i > 0)
			out[at++] = '-';
		len = strlen(word);
		memcpy(out + at, word, len);
		at += len;
	}
	out[at] = '\0';
}

void
handle_of(char out[static HANDLE_TEXT_BYTES],
    const uint8_t sign_public[static SIGN_PUBLIC_BYTES])
{
	uint8_t hash[SHA256_BYTES];
	uint32_t number[HANDLE_WORDS];
	uint64_t first = 0;

	sha256_two(
	    hash, LABEL, sizeof LABEL - 1, sign_public, SIGN_PUBLIC_BYTES);
	for (unsigned i = 0; i < 5; i++)
		first = first << 8 | hash[i];
	first >>= 40 - HANDLE_WORDS * WORDS_BITS;
	for (unsigned i = HANDLE_WORDS; i-- > 0; first >>= WORDS_BITS)
		number[i] = (uint32_t)(first & (WORDS_COUNT - 1));
	write_words(out, number);
}

enum err
handle_read(char out[static HANDLE_TEXT_BYTES], const char *typed, size_t n)
{
	uint32_t number[HANDLE_WORDS];
	char word[WORDS_WIDTH];
	unsigned count = 0;
	size_t len = 0;

	for (size_t i = 0; i <= n; i++) {
		const char c = i < n ? text_lower(typed[i]) : ' ';

		if (c >= 'a' && c <= 'z') {
			if (len == sizeof word)
				return ERR_FORMAT;
			word[len++] = c;
			continue;
		}
		if (c != ' ' && c != '-' && c != '\n' && c != '\t')
			return ERR_FORMAT;
		if (len == 0)
			continue;
		if (count == HANDLE_WORDS)
			return ERR_FORMAT;
		number[count] = words_number(words_default(), word, len);
		if (number[count++] == WORDS_COUNT)
			return ERR_FORMAT;
		len = 0;
	}
	if (count != HANDLE_WORDS)
		return ERR_FORMAT;
	write_words(out, number);
	return ERR_OK;
}
