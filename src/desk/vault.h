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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/sign.h"
#include "team/ring.h"

#define VAULT_KEY_BYTES 32U
#define VAULT_WORDS_MAX 1023U /* bytes of a passphrase */
#define VAULT_LINES 4U

/* A line key, and the purge key that goes with it. */
struct vault_line {
	uint8_t key[SIGN_SEED_BYTES];
	uint8_t purge[SIGN_SEED_BYTES];
};

struct vault {
	char words[VAULT_WORDS_MAX + 1];
	/* What the file holds. */
	uint8_t storage[VAULT_KEY_BYTES]; /* seals the folder */
	uint8_t
	    salt[VAULT_KEY_BYTES]; /* the team's: ids and hashes in the log */
	uint8_t device[SIGN_SEED_BYTES];
	uint8_t access[SIGN_SEED_BYTES]; /* the team's */
	/* The access key that comes next, once the line takes no other: made
	 * when a device is struck off. */
	bool has_next;
	uint8_t next_access[SIGN_SEED_BYTES];
	bool turns; /* not kept: the next key note says it */
	bool has_line; /* an admin's desk: it has the next two */
	uint8_t line_key[SIGN_SEED_BYTES];
	uint8_t purge[SIGN_SEED_BYTES];
	/* Those whose certificate the line has not shown here, the newest last
	 * (desk/renewal.h). */
	size_t lines_n;
	struct vault_line lines[VAULT_LINES];
	/* Day keys, voices, one-time keys.  A desk that waits to be taken in
	 * has only the last; a viewer's has no voice. */
	struct ring ring;
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

#endif
