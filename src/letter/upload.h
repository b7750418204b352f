/*
 * upload: the id of a letter that is sent by `tell`, which is also the id of
 * its upload, so that the same command again goes on where it broke.
 *
 *	U = HKDF(root, "sotto/1 upload" || seen u32 || SHA-256(text) || SHA-256
 *	of each file in order), first 16 bytes
 *
 * With answers the text's hash is hashed on, SHA-256(hash || question, NUL) and
 * SHA-256(hash || answer, NUL) for each: another answer is another letter.
 *
 * `seen` is the greatest number of an answer that the writer has read.  Without
 * it a second "yes", to another question, would be the same letter as the first
 * and would not be shown.
 */
#ifndef LETTER_UPLOAD_H
#define LETTER_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/hash.h"
#include "letter/source.h"

#define UPLOAD_BYTES 16U
#define UPLOAD_FILES_MAX 32U

/* What is sent. */
struct upload_of {
	uint32_t seen;
	const uint8_t *text; /* its hash, SHA256_BYTES */
	const uint8_t (*files)[SHA256_BYTES]; /* their hashes */
	size_t count; /* of files, at most UPLOAD_FILES_MAX */
};

/* Read what a line says it has of an upload: "parts N", N whole ones;
 * "committed"; or "unknown", so none.  ERR_FORMAT, ERR_TOOBIG; set only on
 * success. */
enum err upload_state_read(
    uint32_t *parts, bool *committed, const char *s, size_t n) MUST_USE;

void upload_id(uint8_t id[static UPLOAD_BYTES], const struct source *s,
    const struct upload_of *of);

#endif
