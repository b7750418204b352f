#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "age/armor.h"
#include "age/header.h"
#include "age/stanza.h"
#include "age/stream.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

struct age_sealer {
	struct age_sink sink;
	struct armor_writer *armor;
	struct aead *aead;
	uint64_t number;
	size_t held;
	uint8_t chunk[AGE_CHUNK_BYTES];
	uint8_t sealed[STREAM_SEALED_BYTES];
};

static enum err
append(void *who, const void *p, size_t n)
{
	return buf_put(who, p, n);
}

struct age_sink
age_sink_buf(struct buf *b)
{
	return (struct age_sink){ append, b };
}

static enum err
emit(struct age_sealer *s, const void *p, size_t n)
{
	return s->armor != NULL ? armor_writer_add(s->armor, p, n)
				: s->sink.put(s->sink.who, p, n);
}

static enum err
is_sealable(const struct age_to *to)
{
	if ((to->words != NULL) == (to->n > 0) || to->work > AGE_WORK_MAX)
		return ERR_FORMAT;
	if (to->n > AGE_RECIPIENTS_MAX)
		return ERR_TOOBIG;
	/* One old recipient would undo what the hybrid ones protect. */
	for (size_t i = 1; i < to->n; i++)
		if (to->recipients[i].kind != to->recipients[0].kind)
			return ERR_FORMAT;
	return ERR_OK;
}

static enum err
put_header(struct buf *out, const struct age_to *to,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES])
{
	enum err e;

	e = buf_put_str(out, HEADER_VERSION);
	if (e == ERR_OK && to->words != NULL)
		e = stanza_put_words(out, to, file_key);
	for (size_t i = 0; i < to->n && e == ERR_OK; i++)
		e = stanza_put(out, &to->recipients[i], file_key);
	return e != ERR_OK ? e : header_put_mac(out, file_key);
}

enum err
age_sealer_open(
    struct age_sealer **s, const struct age_to *to, struct age_sink sink)
{
	uint8_t file_key[AGE_FILE_KEY_BYTES], nonce[STREAM_NONCE_BYTES];
	struct age_sealer *got = NULL;
	struct buf header;
	enum err e;

	buf_init(&header, AGE_HEADER_MAX);
	crypt_random(file_key, sizeof file_key);
	crypt_random(nonce, sizeof nonce);
	if ((e = is_sealable(to)) != ERR_OK)
		goto out;
	e = ERR_NOMEM;
	if ((got = calloc(1, sizeof *got)) == NULL)
		goto out;
	got->sink = sink;
	if ((got->aead = stream_open(file_key, nonce)) == NULL)
		goto out;
	if ((e = put_header(&header, to, file_key)) != ERR_OK)
		goto out;
	if (to->armor && (e = armor_writer_open(&got->armor, sink)) != ERR_OK)
		goto out;
	if ((e = emit(got, header.at, header.len)) != ERR_OK ||
	    (e = emit(got, nonce, sizeof nonce)) != ERR_OK)
		goto out;
	*s = got;
	got = NULL; /* now the caller's */
out:
	age_sealer_close(got);
	buf_drop(&header);
	wipe(file_key, sizeof file_key);
	return e;
}

void
age_sealer_close(struct age_sealer *s)
{
	if (s == NULL)
		return;
	armor_writer_close(s->armor);
	aead_close(s->aead);
	wipe_free(s, sizeof *s);
}

static enum err
seal_chunk(struct age_sealer *s, bool last, const uint8_t *p, size_t n)
{
	enum err e;

	if ((e = stream_seal(s->aead, s->sealed, s->number++, last, p, n)) !=
	    ERR_OK)
		return e;
	return emit(s, s->sealed, n + AEAD_TAG_BYTES);
}

/* A full chunk waits until more comes: only then it is not the last. */
enum err
age_sealer_add(struct age_sealer *s, const void *p, size_t n)
{
	const uint8_t *at = p;
	size_t take;
	enum err e;

	while (n > 0) {
		if (s->held == AGE_CHUNK_BYTES) {
			e = seal_chunk(s, false, s->chunk, s->held);
			s->held = 0;
			if (e != ERR_OK)
				return e;
		}
		take = AGE_CHUNK_BYTES;
		if (s->held == 0 && n > take) {
			if ((e = seal_chunk(s, false, at, take)) != ERR_OK)
				return e;
		} else {
			take -= s->held;
			take = take < n ? take : n;
			memcpy(s->chunk + s->held, at, take);
			s->held += take;
		}
		at += take;
		n -= take;
	}
	return ERR_OK;
}

enum err
age_sealer_end(struct age_sealer *s)
{
	enum err e;

	if ((e = seal_chunk(s, true, s->chunk, s->held)) != ERR_OK)
		return e;
	return s->armor != NULL ? armor_writer_end(s->armor) : ERR_OK;
}

enum err
age_seal(struct buf *out, const struct age_to *to, const void *p, size_t n)
{
	struct age_sealer *s = NULL;
	size_t was = out->len;
	enum err e;

	if ((e = age_sealer_open(&s, to, age_sink_buf(out))) != ERR_OK ||
	    (e = age_sealer_add(s, p, n)) != ERR_OK ||
	    (e = age_sealer_end(s)) != ERR_OK)
		out->len = was;
	age_sealer_close(s);
	return e;
}
