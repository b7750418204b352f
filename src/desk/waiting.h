/*
 * waiting: a desk's folder before its team has taken it in.
 *
 * It holds one file, `waiting`: an age file (scrypt) of one JSON object with
 * the keys that the device made for itself.  When the welcome has come, all
 * else is put beside it, `key` (vault.h) last: by that it is a desk, and
 * `waiting` goes.
 */
#ifndef DESK_WAITING_H
#define DESK_WAITING_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/vault.h"
#include "team/join.h"

/* In guarded memory. */
struct waiting {
	char words[VAULT_WORDS_MAX + 1];
	/* What the file holds. */
	uint8_t storage[VAULT_KEY_BYTES]; /* will seal the folder */
	uint8_t device[SIGN_SEED_BYTES];
	uint8_t recipient[AGE_SEED_BYTES]; /* the first one-time one */
	char name[MEMBER_NAME_MAX + 1]; /* that the person gave it */
	/* A backup lies beside, of this team: no other's welcome fits. */
	bool has_team;
	uint8_t team[SIGN_PUBLIC_BYTES];
};

/* Zeroed; NULL when guarded memory cannot be had.  Wiped when closed. */
struct waiting *waiting_new(void);
void waiting_close(struct waiting *w); /* NULL does nothing */

/* Does one wait in the folder `dir`? */
bool waiting_is_there(const char *dir);

/* Make its keys.  ERR_FORMAT for a name that no join note has, ERR_TOOBIG
 * for the passphrase. */
enum err waiting_make(
    struct waiting *w, const char *name, const char *words, size_t n) MUST_USE;

/* Append its join note, every time the same. */
enum err waiting_join(struct buf *note, const struct waiting *w) MUST_USE;

/* Write the file into `dir`, which holds nothing yet.  Takes a second. */
enum err waiting_save(const struct waiting *w, const char *dir) MUST_USE;

/* Read it again.  ERR_NOTHING: none waits there; ERR_NOKEY: another passphrase;
 * ERR_FORMAT, ERR_VERSION, ERR_FORGED, ERR_TOOBIG, ERR_NOMEM; `w` only on
 * success. */
enum err waiting_load(
    struct waiting *w, const char *dir, const char *words, size_t n) MUST_USE;

/* It is a desk now: forget the file.  Nothing is said when it is not there. */
enum err waiting_end(const char *dir) MUST_USE;

#endif
