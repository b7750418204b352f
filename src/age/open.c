#include <stdlib.h>
#include <string.h>

#include "age/armor.h"
#include "age/header.h"
#include "age/stanza.h"
#include "age/stream.h"
#include "base/wipe.h"

#define VERSION_BYTES (sizeof HEADER_VERSION - 1)

enum place {
	HEADER,
	NONCE,
	CHUNKS,
};

struct age_opener {
	const struct age_with *with;
	struct age_sink sink;
	bool begun, is_scrypt;
	struct armor_reader *armor;
	enum err failed;
	enum place place;
	struct buf header;
	size_t line; /* where the header's unfinished line begins */
	uint8_t file_key[AGE_FILE_KEY_BYTES];
	struct aead *aead;
	uint64_t number;
	size_t held;
	uint8_t chunk[STREAM_SEALED_BYTES];
	uint8_t plain[AGE_CHUNK_BYTES];
};

enum err
age_opener_open(
    struct age_opener **o, const struct age_with *with, struct age_sink sink)
{
	struct age_opener *got;

	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	got->with = with;
	got->sink = sink;
	buf_init(&got->header, AGE_HEADER_MAX);
	*o = got; /* now the caller's */
	return ERR_OK;
}

void
age_opener_close(struct age_opener *o)
{
	if (o == NULL)
		return;
	armor_reader_close(o->armor);
	aead_close(o->aead);
	buf_drop(&o->header);
	wipe_free(o, sizeof *o);
}

bool
age_opener_is_scrypt(const struct age_opener *o)
{
	return o->is_scrypt;
}

/* Something else than age is refused before it fills the header's room, and a
 * later version before we look for what it may not have. */
static enum err
see_beginning(const struct buf *b, bool whole)
{
	size_t n = b->len < VERSION_BYTES - 3 ? b->len : VERSION_BYTES - 3;

	if (memcmp(b->at, HEADER_VERSION, n) != 0)
		return ERR_FORMAT;
	return whole ? header_check_version(b->at, b->len) : ERR_OK;
}

/* Take from `*p` up to the end of a line, or of the header. */
static enum err
add_header(struct age_opener *o, const uint8_t **p, size_t *n)
{
	const uint8_t *end = memchr(*p, '\n', *n), *at;
	size_t take = end == NULL ? *n : (size_t)(end - *p) + 1;
	bool first = o->line == 0;
	enum err e;

	if ((e = buf_put(&o->header, *p, take)) != ERR_OK)
		return e;
	*p += take;
	*n -= take;
	if (first && (e = see_beginning(&o->header, end != NULL)) != ERR_OK)
		return e;
	if (end == NULL)
		return ERR_OK;
	at = o->header.at + o->line;
	o->line = o->header.len;
	if (o->line - (size_t)(at - o->header.at) < 3 ||
	    memcmp(at, "---", 3) != 0)
		return ERR_OK;
	e = stanza_file_key(
	    o->file_key, o->header.at, o->header.len, o->with, &o->is_scrypt);
	o->place = NONCE;
	return e;
}

static enum err
add_nonce(struct age_opener *o, const uint8_t **p, size_t *n)
{
	size_t take = STREAM_NONCE_BYTES - o->held;

	take = take < *n ? take : *n;
	memcpy(o->chunk + o->held, *p, take);
	o->held += take;
	*p += take;
	*n -= take;
	if (o->held < STREAM_NONCE_BYTES)
		return ERR_OK;
	if ((o->aead = stream_open(o->file_key, o->chunk)) == NULL)
		return ERR_NOMEM;
	wipe(o->file_key, sizeof o->file_key);
	o->held = 0;
	o->place = CHUNKS;
	return ERR_OK;
}

/*
 * A full chunk that is authentic, but the last where more follows or not the
 * last where nothing does, is released like any other and the fault is named:
 * so it makes no difference in what pieces the file came.
 */
static enum err
open_chunk(struct age_opener *o, bool last, const uint8_t *p, size_t n)
{
	enum err e, fault = ERR_OK;

	e = stream_unseal(o->aead, o->plain, o->number, last, p, n);
	if (e == ERR_FORGED && n == STREAM_SEALED_BYTES) {
		fault = last ? ERR_SHORT : ERR_FORMAT;
		e = stream_unseal(o->aead, o->plain, o->number, !last, p, n);
	}
	o->number++;
	if (e == ERR_OK)
		e = o->sink.put(o->sink.who, o->plain, n - AEAD_TAG_BYTES);
	return e != ERR_OK ? e : fault;
}

/* A full chunk waits until more comes: only then it is not the last. */
static enum err
add_chunks(struct age_opener *o, const uint8_t **p, size_t *n)
{
	size_t take = STREAM_SEALED_BYTES;
	enum err e;

	if (o->held == STREAM_SEALED_BYTES) {
		e = open_chunk(o, false, o->chunk, o->held);
		o->held = 0;
		if (e != ERR_OK)
			return e;
	}
	if (o->held == 0 && *n > take) {
		if ((e = open_chunk(o, false, *p, take)) != ERR_OK)
			return e;
	} else {
		take -= o->held;
		take = take < *n ? take : *n;
		memcpy(o->chunk + o->held, *p, take);
		o->held += take;
	}
	*p += take;
	*n -= take;
	return ERR_OK;
}

static enum err
add_binary(void *who, const void *p, size_t n)
{
	struct age_opener *o = who;
	const uint8_t *at = p;
	enum err e = ERR_OK;

	while (n > 0 && e == ERR_OK)
		switch (o->place) {
		case HEADER:
			e = add_header(o, &at, &n);
			break;
		case NONCE:
			e = add_nonce(o, &at, &n);
			break;
		case CHUNKS:
			e = add_chunks(o, &at, &n);
			break;
		}
	return e;
}

/* No age file begins with a dash or with white space, unless it is armored. */
static enum err
begin(struct age_opener *o, uint8_t first)
{
	o->begun = true;
	if (memchr("- \t\r\n", first, 5) == NULL)
		return ERR_OK;
	return armor_reader_open(&o->armor, (struct age_sink){ add_binary, o });
}

enum err
age_opener_add(struct age_opener *o, const void *p, size_t n)
{
	if (o->failed != ERR_OK || n == 0)
		return o->failed;
	if (!o->begun)
		o->failed = begin(o, *(const uint8_t *)p);
	if (o->failed == ERR_OK)
		o->failed = o->armor != NULL ? armor_reader_add(o->armor, p, n)
					     : add_binary(o, p, n);
	return o->failed;
}

static enum err
end_binary(struct age_opener *o)
{
	if (o->place != CHUNKS || o->held < AEAD_TAG_BYTES)
		return ERR_SHORT;
	/* Only a file without any plaintext ends with an empty chunk. */
	if (o->held == AEAD_TAG_BYTES && o->number > 0)
		return ERR_FORMAT;
	return open_chunk(o, true, o->chunk, o->held);
}

enum err
age_opener_end(struct age_opener *o)
{
	if (o->failed == ERR_OK && o->armor != NULL)
		o->failed = armor_reader_end(o->armor);
	if (o->failed == ERR_OK)
		o->failed = end_binary(o);
	return o->failed;
}

enum err
age_open(struct buf *out, const struct age_with *with, const void *p, size_t n)
{
	struct age_opener *o = NULL;
	size_t was = out->len;
	enum err e;

	if ((e = age_opener_open(&o, with, age_sink_buf(out))) != ERR_OK ||
	    (e = age_opener_add(o, p, n)) != ERR_OK ||
	    (e = age_opener_end(o)) != ERR_OK) {
		if (out->len > was)
			wipe(out->at + was, out->len - was);
		out->len = was;
	}
	age_opener_close(o);
	return e;
}
