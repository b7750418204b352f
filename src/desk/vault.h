/*
 * vault: the secrets of a desk, in one file sealed by a passphrase.
 *
 * The file is an age file (scrypt), so `age -d` opens it; inside is one JSON
 * object (doc/protocol/80-desk.md).  It is replaced as a whole, and what it
 * replaces is overwritten first, because it holds day seeds that must be
 * forgotten.  While open, everything lies in guarded memory.
 */
#ifndef DESK_VAULT_H
#define DESK_VAULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/sign.h"
#include "team/chain.h"
#include "team/keynote.h"

#define VAULT_CHAINS 8U
#define VAULT_VOICES 8U
#define VAULT_KEY_BYTES 32U
#define VAULT_WORDS_MAX 1023U /* bytes of a passphrase */

/* A chain of day keys; the log's has the door id 00000000. */
struct vault_chain {
	uint8_t door[DOOR_ID_BYTES];
	struct chain chain;
};

struct vault_voice {
	uint8_t seed[SIGN_SEED_BYTES];
	uint32_t first, last; /* days, both included */
};

struct vault {
	char words[VAULT_WORDS_MAX + 1];
	/* What the file holds. */
	uint8_t storage[VAULT_KEY_BYTES]; /* seals the folder */
	uint8_t salt[VAULT_KEY_BYTES]; /* for ids and hashes in the log */
	uint8_t device[SIGN_SEED_BYTES];
	uint8_t access[SIGN_SEED_BYTES];
	uint8_t line_key[SIGN_SEED_BYTES];
	uint8_t purge[SIGN_SEED_BYTES];
	size_t voices_n; /* 1 to VAULT_VOICES */
	struct vault_voice voices[VAULT_VOICES];
	size_t chains_n; /* 1 to VAULT_CHAINS */
	struct vault_chain chains[VAULT_CHAINS];
};

/* Zeroed guarded memory; NULL when it cannot be had. */
struct vault *vault_new(void);

/* Seal with scrypt's N = 2^log_n from now on; tests call it, so that they need
 * not wait.  0: the usual. */
void vault_cheaper(unsigned log_n);
unsigned vault_work(void);
void vault_close(struct vault *v); /* wipes; NULL does nothing */

/* Keep the passphrase (at most VAULT_WORDS_MAX bytes, without NUL). */
enum err vault_words(struct vault *v, const char *words, size_t n) MUST_USE;

/* Open the file with the passphrase in `v`.  ERR_NOKEY: another passphrase;
 * ERR_FORMAT, ERR_VERSION: not such a file; ERR_FORGED: damaged; ERR_NOTHING;
 * `v` is filled only on success. */
enum err vault_load(struct vault *v, const char *path) MUST_USE;

/* Seal everything into the file, new or in place of the old one.  About a
 * second.  On failure the old one stands. */
enum err vault_save(const struct vault *v, const char *path) MUST_USE;

/* The chain of a door; NULL. */
struct vault_chain *vault_chain(
    struct vault *v, const uint8_t door[static DOOR_ID_BYTES]);

/* The voice that holds on `day`; NULL. */
const struct vault_voice *vault_voice(const struct vault *v, uint32_t day);

#endif
