/* Whatever is typed where words, a handle or a name belong: what is taken
 * reads the same when it is written again, what is refused is explained within
 * bounds. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "crypt/crypt.h"
#include "letter/handle.h"
#include "letter/name.h"
#include "letter/phrase.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
phrase(const char *p, size_t n)
{
	char text[PHRASE_TEXT_BYTES];
	struct phrase_fault f;
	struct phrase got, again;
	enum err e;

	if ((e = phrase_read(&got, p, n, &f)) == ERR_OK) {
		phrase_write(&got, text);
		e = phrase_read(&again, text, strlen(text), NULL);
		assert(e == ERR_OK && memcmp(&got, &again, sizeof got) == 0);
	} else if (e == ERR_FORMAT) {
		assert(f.wrong != PHRASE_RIGHT && f.kept <= PHRASE_TYPED_MAX);
		assert(f.kept <= f.count);
		for (unsigned i = 0; i < f.kept; i++) {
			assert(strlen(f.words[i].text) > 0);
			assert(f.words[i].nearest_count <= WORDS_NEAREST);
			for (size_t j = 0; j < f.words[i].nearest_count; j++)
				assert(f.words[i].nearest[j] != NULL);
		}
	}
}

static void
names(const char *p, size_t n)
{
	char once[NAME_FILE_MAX + 1], twice[NAME_FILE_MAX + 1];
	char name[NAME_CHOSEN_BYTES], again[NAME_CHOSEN_BYTES];

	name_file(once, p, n);
	name_file(twice, once, strlen(once));
	assert(strcmp(once, twice) == 0 && once[0] != '\0');
	assert(text_is_utf8(once, strlen(once)) && strchr(once, '/') == NULL);
	name_chosen(name, p, n);
	assert(text_chars(name, strlen(name)) <= NAME_CHOSEN_CHARS);
	assert(name_chosen(again, name, strlen(name)) == NAME_AS_IS);
	assert(strcmp(name, again) == 0 && name_looks_like(name, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char handle[HANDLE_TEXT_BYTES], again[HANDLE_TEXT_BYTES];
	enum err e = crypt_init();

	assert(e == ERR_OK);
	phrase((const char *)p, n);
	names((const char *)p, n);
	if (handle_read(handle, (const char *)p, n) == ERR_OK) {
		e = handle_read(again, handle, strlen(handle));
		assert(e == ERR_OK && strcmp(handle, again) == 0);
	}
	return 0;
}
