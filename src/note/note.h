/*
 * note: signed notes (C2SP signed-note.md) with Ed25519 signatures.
 *
 *	TEXT, ending in a newline
 *	(an empty line)
 *	— NAME base64(key id || signature)        at most 16 of these
 *
 * key id = first 4 bytes of SHA-256(NAME || 0x0a || 0x01 || public key).
 * Reading is strict: UTF-8 throughout, no control character below U+0020 but
 * the newline, every signature line of exactly this form, nothing behind it.
 * Names have no space of any script and no plus sign.
 *
 * Every text of ours is `sotto/1 KIND`, newline, one line of JSON, newline.
 */
#ifndef NOTE_NOTE_H
#define NOTE_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/sign.h"

#define NOTE_SIGNATURES_MAX 16U
#define NOTE_NAME_MAX 100U /* bytes of a key's name that we make */

struct note_signature {
	const char *name;
	size_t name_len;
	const char *code; /* base64 of key id and signature */
	size_t code_len;
};

/* Borrows from the bytes it was read from. */
struct note {
	const char *text; /* the signed bytes, final newline included */
	size_t text_len;
	struct note_signature signatures[NOTE_SIGNATURES_MAX];
	size_t count;
};

/* Append a note of `n` bytes of text with one signature to `out`.  ERR_FORMAT
 * for a text or name that no note can have; `out` is unchanged on failure. */
enum err note_sign(struct buf *out, const char *text, size_t n,
    const char *name, const uint8_t seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Sign the note that `note` holds (and nothing else) once more. */
enum err note_add_signature(struct buf *note, const char *name,
    const uint8_t seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read exactly `n` bytes.  Checks form only: the text must not be believed
 * before note_check().  `*note` is set only on success and lives as long as
 * the bytes at `p`.  ERR_FORMAT. */
enum err note_read(struct note *note, const char *p, size_t n) MUST_USE;

/* ERR_OK when the key of this name signed the note; ERR_FORGED when a line
 * with its name and id does not verify; ERR_NOKEY when there is none.  Lines
 * of other keys are ignored. */
enum err note_check(const struct note *note, const char *name,
    const uint8_t pub[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* Append the first line and the JSON that follows it: what note_sign() wants
 * for a note of ours. */
enum err note_put_text(
    struct buf *out, const char *kind, const char *json, size_t n) MUST_USE;

/* The JSON of a note of this kind, borrowed, without its newline.  ERR_VERSION
 * when it is of another kind or version, ERR_FORMAT when it is not one line. */
enum err note_body(const struct note *note, const char *kind, const char **json,
    size_t *n) MUST_USE;

#endif
