#include <assert.h>
#include <string.h>

#include "base/wipe.h"

#include "letter/upload.h"

#define LABEL "sotto/1 upload"

void
upload_id(uint8_t id[static UPLOAD_BYTES], const struct source *s,
    const uint8_t text_hash[static SHA256_BYTES],
    const uint8_t (*files)[SHA256_BYTES], size_t count)
{
	uint8_t info[sizeof LABEL - 1 + SHA256_BYTES * (1 + UPLOAD_FILES_MAX)];
	size_t len = sizeof LABEL - 1;
	struct hkdf h;

	assert(count <= UPLOAD_FILES_MAX);
	memcpy(info, LABEL, len);
	memcpy(info + len, text_hash, SHA256_BYTES);
	len += SHA256_BYTES;
	for (size_t i = 0; i < count; i++, len += SHA256_BYTES)
		memcpy(info + len, files[i], SHA256_BYTES);
	hkdf_init(&h, NULL, 0, s->root, sizeof s->root);
	hkdf_expand(&h, info, len, id, UPLOAD_BYTES);
	hkdf_drop(&h);
	wipe(info, sizeof info);
}
