#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "letter/upload.h"

#define LABEL "sotto/1 upload"

void
upload_id(uint8_t id[static UPLOAD_BYTES], const struct source *s,
    const struct upload_of *of)
{
	uint8_t info[sizeof LABEL + 3 + SHA256_BYTES * (1 + UPLOAD_FILES_MAX)];
	size_t len = sizeof LABEL - 1;
	struct hkdf h;

	assert(of->count <= UPLOAD_FILES_MAX);
	memcpy(info, LABEL, len);
	enc_put_u32(info + len, of->seen);
	len += 4;
	memcpy(info + len, of->text, SHA256_BYTES);
	len += SHA256_BYTES;
	for (size_t i = 0; i < of->count; i++, len += SHA256_BYTES)
		memcpy(info + len, of->files[i], SHA256_BYTES);
	hkdf_init(&h, NULL, 0, s->root, sizeof s->root);
	hkdf_expand(&h, info, len, id, UPLOAD_BYTES);
	hkdf_drop(&h);
	wipe(info, sizeof info);
}

enum err
upload_state_read(uint32_t *parts, bool *committed, const char *s, size_t n)
{
	static const char head[] = "parts ";
	const size_t skip = sizeof head - 1;
	const bool done = n == 9 && memcmp(s, "committed", n) == 0;
	uint64_t count = 0;
	enum err e = ERR_OK;

	if (!done && (n != 7 || memcmp(s, "unknown", n) != 0)) {
		e = n > skip && memcmp(s, head, skip) == 0
		    ? enc_decimal_read(&count, UINT32_MAX, s + skip, n - skip)
		    : ERR_FORMAT;
	}
	if (e == ERR_OK) {
		*parts = (uint32_t)count;
		*committed = done;
	}
	return e;
}
