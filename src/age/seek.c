#include <stdlib.h>
#include <string.h>

#include "age/header.h"
#include "age/stanza.h"
#include "age/stream.h"
#include "base/wipe.h"

#define STEP 4096U

struct age_seeker {
	struct age_source source;
	struct aead *aead;
	uint64_t begin; /* of the chunks in the sealed file */
	uint64_t size; /* of the plaintext */
	uint64_t chunks;
	uint64_t opened; /* which chunk `plain` holds */
	size_t held; /* how much of it; 0 is none */
	uint8_t sealed[STREAM_SEALED_BYTES];
	uint8_t plain[AGE_CHUNK_BYTES];
};

/* Where the line behind `from` that begins with "---" ends; 0 for not yet. */
static size_t
header_len(const struct buf *b, size_t *from)
{
	const uint8_t *end;
	size_t line;

	while (*from < b->len &&
	    (end = memchr(b->at + *from, '\n', b->len - *from)) != NULL) {
		line = *from;
		*from = (size_t)(end - b->at) + 1;
		if (*from - line > 3 && memcmp(b->at + line, "---", 3) == 0)
			return *from;
	}
	return 0;
}

static enum err
read_header(struct buf *b, const struct age_source *source, size_t *len)
{
	size_t from = 0, take;
	uint8_t *at;
	enum err e;

	for (*len = 0; *len == 0; *len = header_len(b, &from)) {
		if (b->len >= source->size)
			return ERR_SHORT;
		take = source->size - b->len < STEP
		    ? (size_t)(source->size - b->len)
		    : STEP;
		if ((e = buf_room(b, take, &at)) != ERR_OK ||
		    (e = source->get(source->who, b->len, at, take)) != ERR_OK)
			return e;
		b->len += take;
	}
	return ERR_OK;
}

static enum err
open_chunk(struct age_seeker *s, uint64_t i)
{
	bool last = i + 1 == s->chunks;
	size_t n = AGE_CHUNK_BYTES;
	enum err e;

	if (s->held > 0 && s->opened == i)
		return ERR_OK;
	s->held = 0;
	if (last)
		n = (size_t)(s->size - i * AGE_CHUNK_BYTES);
	if ((e = s->source.get(s->source.who,
		 s->begin + i * STREAM_SEALED_BYTES, s->sealed,
		 n + AEAD_TAG_BYTES)) != ERR_OK)
		return e;
	if ((e = stream_unseal(s->aead, s->plain, i, last, s->sealed,
		 n + AEAD_TAG_BYTES)) != ERR_OK)
		return e;
	s->opened = i;
	s->held = n;
	return ERR_OK;
}

/* What the sealed length says; the last chunk then proves it. */
static enum err
measure(struct age_seeker *s)
{
	uint64_t sealed = s->source.size - s->begin, rest;

	s->chunks = (sealed + STREAM_SEALED_BYTES - 1) / STREAM_SEALED_BYTES;
	if (s->chunks == 0)
		return ERR_SHORT;
	rest = sealed - (s->chunks - 1) * STREAM_SEALED_BYTES;
	if (rest < AEAD_TAG_BYTES)
		return ERR_SHORT;
	if (rest == AEAD_TAG_BYTES && s->chunks > 1)
		return ERR_FORMAT;
	s->size = sealed - s->chunks * AEAD_TAG_BYTES;
	return open_chunk(s, s->chunks - 1);
}

enum err
age_seeker_open(struct age_seeker **s, const struct age_with *with,
    struct age_source source)
{
	uint8_t key[AGE_FILE_KEY_BYTES] = { 0 }, nonce[STREAM_NONCE_BYTES];
	struct age_seeker *got;
	struct buf header;
	bool is_scrypt;
	size_t len;
	enum err e = ERR_NOMEM;

	buf_init(&header, AGE_HEADER_MAX + STEP);
	if ((got = calloc(1, sizeof *got)) == NULL)
		goto out;
	got->source = source;
	if ((e = read_header(&header, &source, &len)) != ERR_OK)
		goto out;
	if ((e = stanza_file_key(key, header.at, len, with, &is_scrypt)) !=
	    ERR_OK)
		goto out;
	e = ERR_SHORT;
	if (source.size - len < sizeof nonce)
		goto out;
	if ((e = source.get(source.who, len, nonce, sizeof nonce)) != ERR_OK)
		goto out;
	e = ERR_NOMEM;
	if ((got->aead = stream_open(key, nonce)) == NULL)
		goto out;
	got->begin = len + sizeof nonce;
	if ((e = measure(got)) != ERR_OK)
		goto out;
	*s = got;
	got = NULL; /* now the caller's */
out:
	age_seeker_close(got);
	buf_drop(&header);
	wipe(key, sizeof key);
	return e;
}

uint64_t
age_seeker_size(const struct age_seeker *s)
{
	return s->size;
}

enum err
age_seeker_read(struct age_seeker *s, uint64_t at, uint8_t *out, size_t n)
{
	size_t from, take;
	enum err e;

	if (at > s->size || n > s->size - at)
		return ERR_SHORT;
	for (; n > 0; n -= take, at += take, out += take) {
		if ((e = open_chunk(s, at / AGE_CHUNK_BYTES)) != ERR_OK)
			return e;
		from = (size_t)(at % AGE_CHUNK_BYTES);
		take = s->held - from < n ? s->held - from : n;
		memcpy(out, s->plain + from, take);
	}
	return ERR_OK;
}

void
age_seeker_close(struct age_seeker *s)
{
	if (s == NULL)
		return;
	aead_close(s->aead);
	wipe_free(s, sizeof *s);
}
