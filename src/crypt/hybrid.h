/*
 * hybrid: HPKE base mode (RFC 9180) with the KEM MLKEM768-X25519 (X-Wing,
 * draft-connolly-cfrg-xwing-kem; HPKE KEM id 0x647a), HKDF-SHA256 and
 * ChaCha20-Poly1305, for a message of 16 bytes: all that the age recipient
 * type mlkem768x25519 asks for (C2SP age.md).
 */
#ifndef CRYPT_HYBRID_H
#define CRYPT_HYBRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define HYBRID_SEED_BYTES 32U /* the identity */
#define HYBRID_PUBLIC_BYTES 1216U /* the recipient */
#define HYBRID_ENC_BYTES 1120U
#define HYBRID_FILE_KEY_BYTES 16U
#define HYBRID_SEALED_BYTES 32U

/* An identity expanded, ready to open many messages; in guarded memory.  NULL
 * when that cannot be had. */
struct hybrid;
struct hybrid *hybrid_open(const uint8_t seed[static HYBRID_SEED_BYTES]);
void hybrid_close(struct hybrid *h); /* NULL does nothing */

/* The recipient of an opened identity. */
const uint8_t *hybrid_public(const struct hybrid *h);

/* Seal a file key to a recipient under `info`: `enc` and `sealed` are the two
 * things a stanza carries.  ERR_FORMAT for a recipient that is no key: a
 * coefficient out of range, or a point of small order. */
enum err hybrid_seal(uint8_t enc[static HYBRID_ENC_BYTES],
    uint8_t sealed[static HYBRID_SEALED_BYTES],
    const uint8_t pub[static HYBRID_PUBLIC_BYTES], const char *info,
    const uint8_t file_key[static HYBRID_FILE_KEY_BYTES]) MUST_USE;

/* Can anything be sealed to it? */
bool hybrid_is_public(const uint8_t pub[static HYBRID_PUBLIC_BYTES]);

/* Open it again.  ERR_FORGED when it was not sealed to this identity,
 * ERR_FORMAT when `enc` has a point of small order. */
enum err hybrid_unseal(uint8_t file_key[static HYBRID_FILE_KEY_BYTES],
    const struct hybrid *h, const char *info,
    const uint8_t enc[static HYBRID_ENC_BYTES],
    const uint8_t sealed[static HYBRID_SEALED_BYTES]) MUST_USE;

#endif
