/*
 * age: the file format age v1 (C2SP age.md, age-encryption.org/v1), whole:
 * keys and their spelling, sealing and opening of streams of any length at
 * constant memory, armor, passphrases, opening at any place.
 *
 * Recipients are `age1...` (X25519) or `age1pq...` (MLKEM768-X25519, against
 * quantum computers as well).  A file is sealed to one kind or to a passphrase,
 * never to a mixture.  What is opened is released chunk by chunk (64 KiB), each
 * only when it is authentic; age_opener_end() alone says that nothing is
 * missing.
 */
#ifndef AGE_AGE_H
#define AGE_AGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/hybrid.h"

#define AGE_SEED_BYTES 32U
#define AGE_FILE_KEY_BYTES 16U
#define AGE_CHUNK_BYTES 65536U
#define AGE_RECIPIENT_TEXT 1959U /* the longest, without its NUL */
#define AGE_IDENTITY_TEXT 77U
#define AGE_HEADER_MAX 1048576U /* longer ones are refused */
#define AGE_RECIPIENTS_MAX 512U
#define AGE_WORK_DEFAULT 18U /* scrypt: 2^18, about a second */
#define AGE_WORK_MAX 22U /* more is refused when opening */

enum age_kind {
	AGE_X25519,
	AGE_HYBRID,
};

/* A public key, by value; of an AGE_X25519 one 32 bytes count. */
struct age_recipient {
	enum age_kind kind;
	uint8_t key[HYBRID_PUBLIC_BYTES];
};

/* Read `age1...` or `age1pq1...` (`n` characters, lower case).  ERR_FORMAT;
 * `*r` is set only on success. */
enum err age_recipient_read(
    struct age_recipient *r, const char *s, size_t n) MUST_USE;

/* Write it with a NUL behind. */
void age_recipient_write(
    const struct age_recipient *r, char out[static AGE_RECIPIENT_TEXT + 1]);

bool age_recipient_is_same(
    const struct age_recipient *a, const struct age_recipient *b);

/* A secret key, expanded, in guarded memory. */
struct age_identity;

/* Make one from 32 bytes, from the system's random bytes, or from its text
 * `AGE-SECRET-KEY-1...` or `AGE-SECRET-KEY-PQ-1...` (upper case).  `*id` is set
 * only on success and is then the caller's to close.  ERR_NOMEM, ERR_FORMAT. */
enum err age_identity_from_seed(struct age_identity **id, enum age_kind kind,
    const uint8_t seed[static AGE_SEED_BYTES]) MUST_USE;
enum err age_identity_random(
    struct age_identity **id, enum age_kind kind) MUST_USE;
enum err age_identity_read(
    struct age_identity **id, const char *s, size_t n) MUST_USE;
void age_identity_close(struct age_identity *id); /* NULL does nothing */

/* Write its text, a secret, with a NUL behind. */
void age_identity_write(
    const struct age_identity *id, char out[static AGE_IDENTITY_TEXT + 1]);

/* The recipient of an identity. */
void age_identity_recipient(
    const struct age_identity *id, struct age_recipient *r);

/* Where bytes go.  An error it returns ends the work and is handed on. */
struct age_sink {
	enum err (*put)(void *who, const void *p, size_t n);
	void *who;
};

/* A sink that appends to a buf. */
struct age_sink age_sink_buf(struct buf *b);

/* To whom to seal: recipients of one kind, or a passphrase. */
struct age_to {
	const struct age_recipient *recipients;
	size_t n;
	const char *words; /* a passphrase; then there are no recipients */
	size_t words_len;
	unsigned work; /* log2 of scrypt's N; 0 is AGE_WORK_DEFAULT */
	bool armor;
};

struct age_sealer;

/* Begin a file: its header goes to the sink.  ERR_FORMAT for no or mixed
 * recipients or for a recipient that is no key, ERR_TOOBIG for too many,
 * ERR_NOMEM, or what the sink said. */
enum err age_sealer_open(struct age_sealer **s, const struct age_to *to,
    struct age_sink sink) MUST_USE;
enum err age_sealer_add(struct age_sealer *s, const void *p, size_t n) MUST_USE;
/* Write the last chunk.  Without this the file is cut short. */
enum err age_sealer_end(struct age_sealer *s) MUST_USE;
void age_sealer_close(struct age_sealer *s); /* wipes; NULL does nothing */

/* With what to open. */
struct age_with {
	const struct age_identity *const *ids;
	size_t n;
	const char *words; /* NULL: no passphrase at hand */
	size_t words_len;
};

struct age_opener;

/* Begin to open a file, armored or not (it shows by itself).  Nothing of `with`
 * is copied: it must live as long as the opener. */
enum err age_opener_open(struct age_opener **o, const struct age_with *with,
    struct age_sink sink) MUST_USE;

/*
 * Give it the next bytes of the file; authentic chunks go to the sink.
 *	ERR_FORMAT   not an age file, or one with a mistake in it
 *	ERR_VERSION  a later version of age
 *	ERR_NOKEY    sealed to others (for a passphrase: to another one)
 *	ERR_FORGED   altered; what went to the sink before is authentic
 *	ERR_TOOBIG   header or work factor past our limits
 * After an error every call returns it again.
 */
enum err age_opener_add(struct age_opener *o, const void *p, size_t n) MUST_USE;
/* The file ends here: ERR_SHORT when that is too early. */
enum err age_opener_end(struct age_opener *o) MUST_USE;
void age_opener_close(struct age_opener *o); /* wipes; NULL does nothing */

/* The header asks for a passphrase (true once it was read). */
bool age_opener_is_scrypt(const struct age_opener *o);

/* Whole files: append to `out`, which on failure is as it was. */
enum err age_seal(
    struct buf *out, const struct age_to *to, const void *p, size_t n) MUST_USE;
enum err age_open(struct buf *out, const struct age_with *with, const void *p,
    size_t n) MUST_USE;

/*
 * Opening at any place of a file that is not armored.  `get` reads exactly `n`
 * bytes at `at` of the sealed file of `size` bytes.  The last chunk is checked
 * first, so the length is authentic.
 */
struct age_source {
	enum err (*get)(void *who, uint64_t at, uint8_t *p, size_t n);
	void *who;
	uint64_t size;
};

struct age_seeker;
enum err age_seeker_open(struct age_seeker **s, const struct age_with *with,
    struct age_source source) MUST_USE;
uint64_t age_seeker_size(const struct age_seeker *s); /* of the plaintext */
/* Read `n` bytes at `at`; ERR_SHORT past the end, ERR_FORGED; then nothing of
 * `out` is of use. */
enum err age_seeker_read(
    struct age_seeker *s, uint64_t at, uint8_t *out, size_t n) MUST_USE;
void age_seeker_close(struct age_seeker *s); /* NULL does nothing */

#endif
