/*
 * upload: the id of a letter that is sent by `tell`, which is also the id of
 * its upload, so that the same command again goes on where it broke.
 *
 *	U = HKDF(root, "sotto/1 upload" || SHA-256(text) || SHA-256 of each
 *	file in order), first 16 bytes
 */
#ifndef LETTER_UPLOAD_H
#define LETTER_UPLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "crypt/hash.h"
#include "letter/source.h"

#define UPLOAD_BYTES 16U
#define UPLOAD_FILES_MAX 32U

/* `count` (at most UPLOAD_FILES_MAX) hashes of files. */
void upload_id(uint8_t id[static UPLOAD_BYTES], const struct source *s,
    const uint8_t text_hash[static SHA256_BYTES],
    const uint8_t (*files)[SHA256_BYTES], size_t count);

#endif
