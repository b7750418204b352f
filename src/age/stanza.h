/*
 * stanza: how each kind of recipient wraps the file key (C2SP age.md, "Native
 * recipient types"): X25519, mlkem768x25519, scrypt.
 */
#ifndef AGE_STANZA_H
#define AGE_STANZA_H

#include <stdbool.h>

#include "age/age.h"
#include "age/header.h"

#define STANZA_BODY_BYTES 32U /* a wrapped file key, with its tag */

/* Append the stanza of a recipient.  ERR_FORMAT when it is no key. */
enum err stanza_put(struct buf *out, const struct age_recipient *to,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES]) MUST_USE;

/* Append the stanza of a passphrase. */
enum err stanza_put_words(struct buf *out, const struct age_to *to,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES]) MUST_USE;

/*
 * The file key of a whole header of `n` bytes.  All stanzas of a known kind
 * must have its exact form, whoever they are for, and a passphrase must stand
 * alone; unknown kinds are let pass.  `*is_scrypt` is set once that is known.
 * ERR_FORMAT, ERR_VERSION; ERR_TOOBIG for too much work; ERR_NOKEY when no
 * stanza is for us; ERR_FORGED when the MAC is wrong.
 */
enum err stanza_file_key(uint8_t file_key[static AGE_FILE_KEY_BYTES],
    const uint8_t *p, size_t n, const struct age_with *with,
    bool *is_scrypt) MUST_USE;

#endif
