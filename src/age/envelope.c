#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "age/envelope.h"
#include "age/header.h"
#include "age/stanza.h"
#include "age/stream.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#define FIRST_LINES HEADER_VERSION "-> mlkem768x25519 "
#define ENC_CHARS ENC_BASE64_RAW_LEN(HYBRID_ENC_BYTES)
#define BODY_CHARS ENC_BASE64_RAW_LEN(STANZA_BODY_BYTES)
#define MAC_CHARS ENC_BASE64_RAW_LEN(SHA256_BYTES)
#define BEFORE_CHUNKS (ENVELOPE_HEADER_BYTES + STREAM_NONCE_BYTES)

static_assert(sizeof FIRST_LINES - 1 + ENC_CHARS + 1 + BODY_CHARS + 1 + 4 +
	    MAC_CHARS + 1 ==
	ENVELOPE_HEADER_BYTES,
    "a header has one length");

size_t
envelope_plain(size_t size)
{
	assert(size == ENVELOPE_LETTER_BYTES || size == ENVELOPE_PART_BYTES);
	return size == ENVELOPE_LETTER_BYTES ? ENVELOPE_LETTER_PLAIN
					     : ENVELOPE_PART_PLAIN;
}

enum err
envelope_check_header(const uint8_t header[static ENVELOPE_HEADER_BYTES])
{
	const size_t first = sizeof FIRST_LINES - 1;
	uint8_t bytes[HYBRID_ENC_BYTES];
	const char *at = (const char *)header;

	if (memcmp(at, FIRST_LINES, first) != 0 ||
	    enc_base64_raw_read(
		bytes, HYBRID_ENC_BYTES, at + first, ENC_CHARS) != ERR_OK)
		return ERR_FORMAT;
	at += first + ENC_CHARS;
	if (*at++ != '\n' ||
	    enc_base64_raw_read(bytes, STANZA_BODY_BYTES, at, BODY_CHARS) !=
		ERR_OK)
		return ERR_FORMAT;
	at += BODY_CHARS;
	if (memcmp(at, "\n--- ", 5) != 0 ||
	    enc_base64_raw_read(bytes, SHA256_BYTES, at + 5, MAC_CHARS) !=
		ERR_OK)
		return ERR_FORMAT;
	return at[5 + MAC_CHARS] == '\n' ? ERR_OK : ERR_FORMAT;
}

enum err
envelope_check(const uint8_t *p, size_t n)
{
	if (n != ENVELOPE_LETTER_BYTES && n != ENVELOPE_PART_BYTES)
		return ERR_FORMAT;
	return envelope_check_header(p);
}

struct envelope_sealer {
	struct aead *aead;
	size_t room; /* of plaintext, in all chunks to come */
	size_t plain; /* of the whole envelope */
	bool begun; /* the header was given out */
	uint8_t first[BEFORE_CHUNKS];
};

static enum err
make_first(struct envelope_sealer *s, const struct age_recipient *to)
{
	uint8_t file_key[AGE_FILE_KEY_BYTES];
	uint8_t *nonce = s->first + ENVELOPE_HEADER_BYTES;
	struct buf header;
	enum err e;

	buf_init(&header, ENVELOPE_HEADER_BYTES);
	crypt_random(file_key, sizeof file_key);
	crypt_random(nonce, STREAM_NONCE_BYTES);
	if ((e = buf_put_str(&header, HEADER_VERSION)) != ERR_OK ||
	    (e = stanza_put(&header, to, file_key)) != ERR_OK ||
	    (e = header_put_mac(&header, file_key)) != ERR_OK)
		goto out;
	assert(header.len == ENVELOPE_HEADER_BYTES);
	memcpy(s->first, header.at, header.len);
	if ((s->aead = stream_open(file_key, nonce)) == NULL)
		e = ERR_NOMEM;
out:
	buf_drop(&header);
	wipe(file_key, sizeof file_key);
	return e;
}

enum err
envelope_sealer_open(
    struct envelope_sealer **s, const struct age_recipient *to, size_t size)
{
	struct envelope_sealer *got;
	enum err e = ERR_FORMAT;

	if (to->kind != AGE_HYBRID)
		return ERR_FORMAT;
	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	got->room = got->plain = envelope_plain(size);
	if ((e = make_first(got, to)) != ERR_OK) {
		envelope_sealer_close(got);
		return e;
	}
	*s = got; /* now the caller's */
	return ERR_OK;
}

void
envelope_sealer_close(struct envelope_sealer *s)
{
	if (s == NULL)
		return;
	aead_close(s->aead);
	wipe_free(s, sizeof *s);
}

size_t
envelope_sealer_room(const struct envelope_sealer *s)
{
	return s->room;
}

/* Seal `n` bytes that fit (NULs when `p` is NULL) to `out`; every size is
 * known beforehand, so a chunk's nonce is known at its first byte. */
static enum err
seal(struct envelope_sealer *s, uint8_t *out, const uint8_t *p, size_t n,
    size_t *made)
{
	uint8_t nonce[AEAD_NONCE_BYTES];
	size_t done, number, left, take;
	uint8_t *at = out;
	enum err e;

	for (; n > 0; n -= take, at += take) {
		done = s->plain - s->room;
		number = done / AGE_CHUNK_BYTES;
		left = AGE_CHUNK_BYTES - done % AGE_CHUNK_BYTES;
		left = left < s->room ? left : s->room;
		take = left < n ? left : n;
		stream_nonce(nonce, number, left == s->room);
		if (done % AGE_CHUNK_BYTES == 0 &&
		    (e = aead_begin(s->aead, nonce)) != ERR_OK)
			return e;
		if (p == NULL)
			memset(at, 0, take);
		if ((e = aead_add(s->aead, at, p == NULL ? at : p, take)) !=
		    ERR_OK)
			return e;
		p = p == NULL ? NULL : p + take;
		s->room -= take;
		if (take < left)
			continue;
		if ((e = aead_end(s->aead, at + take)) != ERR_OK)
			return e;
		at += AEAD_TAG_BYTES;
	}
	*made = (size_t)(at - out);
	return ERR_OK;
}

/* How many bytes come out for `n` more bytes of plaintext. */
static size_t
will_make(const struct envelope_sealer *s, size_t n)
{
	size_t done = s->plain - s->room, ends;

	ends = (done + n) / AGE_CHUNK_BYTES - done / AGE_CHUNK_BYTES;
	if (n > 0 && n == s->room)
		ends++;
	return n + ends * AEAD_TAG_BYTES + (s->begun ? 0 : BEFORE_CHUNKS);
}

static enum err
add(struct envelope_sealer *s, struct buf *out, const uint8_t *p, size_t n)
{
	size_t made = 0;
	uint8_t *at;
	enum err e;

	if (n > s->room)
		return ERR_TOOBIG;
	if ((e = buf_room(out, will_make(s, n), &at)) != ERR_OK)
		return e;
	if (!s->begun) {
		memcpy(at, s->first, BEFORE_CHUNKS);
		at += BEFORE_CHUNKS;
	}
	if ((e = seal(s, at, p, n, &made)) != ERR_OK)
		return e;
	out->len += made + (s->begun ? 0 : BEFORE_CHUNKS);
	s->begun = true;
	return ERR_OK;
}

enum err
envelope_sealer_add(
    struct envelope_sealer *s, struct buf *out, const void *p, size_t n)
{
	return n == 0 ? ERR_OK : add(s, out, p, n);
}

enum err
envelope_sealer_end(struct envelope_sealer *s, struct buf *out)
{
	return add(s, out, NULL, s->room);
}

enum err
envelope_seal(uint8_t *out, size_t size, const struct age_recipient *to,
    const uint8_t *plain, size_t n)
{
	struct envelope_sealer *s = NULL;
	size_t made = 0, filled = 0;
	enum err e;

	if (n > envelope_plain(size))
		return ERR_TOOBIG;
	if ((e = envelope_sealer_open(&s, to, size)) != ERR_OK)
		return e;
	memcpy(out, s->first, BEFORE_CHUNKS);
	e = seal(s, out + BEFORE_CHUNKS, plain, n, &made);
	if (e == ERR_OK)
		e = seal(s, out + BEFORE_CHUNKS + made, NULL, s->room, &filled);
	assert(e != ERR_OK || BEFORE_CHUNKS + made + filled == size);
	envelope_sealer_close(s);
	return e;
}

enum err
envelope_nobody(uint8_t *out, size_t size)
{
	static struct age_recipient nobody;
	static bool made;
	struct age_identity *forgotten = NULL;
	enum err e;

	if (!made) {
		if ((e = age_identity_random(&forgotten, AGE_HYBRID)) != ERR_OK)
			return e;
		age_identity_recipient(forgotten, &nobody);
		age_identity_close(forgotten);
		made = true;
	}
	return envelope_seal(out, size, &nobody, NULL, 0);
}

enum err
envelope_file_key(uint8_t file_key[static AGE_FILE_KEY_BYTES],
    const struct age_identity *id,
    const uint8_t header[static ENVELOPE_HEADER_BYTES])
{
	const struct age_with with = { .ids = &id, .n = 1 };
	bool is_scrypt;
	enum err e;

	if ((e = envelope_check_header(header)) != ERR_OK)
		return e;
	return stanza_file_key(
	    file_key, header, ENVELOPE_HEADER_BYTES, &with, &is_scrypt);
}

static enum err
open_chunks(
    uint8_t *plain, const uint8_t *file_key, const uint8_t *in, size_t size)
{
	size_t room = envelope_plain(size), take, number = 0;
	struct aead *a;
	enum err e = ERR_OK;

	if ((a = stream_open(file_key, in + ENVELOPE_HEADER_BYTES)) == NULL)
		return ERR_NOMEM;
	in += BEFORE_CHUNKS;
	for (; room > 0 && e == ERR_OK; room -= take, number++) {
		take = room < AGE_CHUNK_BYTES ? room : AGE_CHUNK_BYTES;
		e = stream_unseal(
		    a, plain, number, take == room, in, take + AEAD_TAG_BYTES);
		in += take + AEAD_TAG_BYTES;
		plain += take;
	}
	aead_close(a);
	return e;
}

enum err
envelope_open_keyed(uint8_t *plain,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES], const uint8_t *in,
    size_t size)
{
	struct header h;
	enum err e;

	if ((e = envelope_check(in, size)) == ERR_OK &&
	    (e = header_read(&h, in, ENVELOPE_HEADER_BYTES)) == ERR_OK &&
	    (e = header_check_mac(&h, file_key)) == ERR_OK)
		e = open_chunks(plain, file_key, in, size);
	if (e != ERR_OK)
		wipe(plain, envelope_plain(size));
	return e;
}

enum err
envelope_open(uint8_t *plain, const struct age_identity *id, const uint8_t *in,
    size_t size)
{
	uint8_t file_key[AGE_FILE_KEY_BYTES];
	enum err e;

	if ((e = envelope_file_key(file_key, id, in)) == ERR_OK)
		e = open_chunks(plain, file_key, in, size);
	if (e != ERR_OK)
		wipe(plain, envelope_plain(size));
	wipe(file_key, sizeof file_key);
	return e;
}
