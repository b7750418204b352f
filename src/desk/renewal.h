/*
 * renewal: another line key, and the certificate by which the team says so.
 *
 * Whoever signs a roster with which somebody who has the line key must not have
 * it any more (or `sotto team renew`) makes a line key, a purge key and a
 * certificate of the next serial.  The keys go to the other admins' devices in
 * a hand-out of the log's chain (desk/handing.h); then the line is given the
 * certificate, and the key note that its key signs, as one (desk/sync_keys.h);
 * and every desk takes over what the line then shows, if the team key signed it
 * and its serial is higher.  Keys wait in the vault until their certificate is
 * seen; those of the certificate before are wiped then.  All is read off the
 * folder: a run that was interrupted goes on.
 */
#ifndef DESK_RENEWAL_H
#define DESK_RENEWAL_H

#include "desk/sync.h"
#include "desk/team.h"
#include "desk/vault.h"

#define RENEWAL_SOON 60U /* days before its end, it is said */

/* The newest that was seen; the desk's. */
const struct certificate *renewal_certificate(const struct desk *d);

/* Does it take the line key from somebody when the roster `next` follows, or
 * does the certificate end soon? */
bool renewal_is_due(
    const struct desk *d, const struct roster *next, uint32_t today);

/* Does `next` make a device that is here already an admin's? */
bool renewal_gives(const struct desk *d, const struct roster *next);

/* Make keys and certificate.  Its serial is the next, and so many above that
 * (`ahead`): whoever was lost may have made some.  ERR_FULL: there is none
 * left. ERR_NOKEY: that is not the team's key; ERR_IO, ERR_FULL, ERR_NOMEM:
 * what waited before waits still. */
enum err renewal_make(struct desk *d,
    const uint8_t team_seed[static SIGN_SEED_BYTES], uint32_t today,
    uint32_t ahead) MUST_USE;

/* What waits to be put on the line. */
struct renewal {
	struct buf note; /* the certificate, */
	struct certificate certificate; /* as it reads, */
	const struct vault_line *keys; /* and its keys; the vault's */
};

void renewal_init(struct renewal *r);
void renewal_drop(struct renewal *r);

/* ERR_NOTHING: none does; ERR_NOMEM, ERR_IO, ERR_FORGED. */
enum err renewal_load(struct renewal *r, const struct desk *d) MUST_USE;
bool renewal_waits(const struct desk *d);

/* The keys to give to the other admins' devices: those that wait, else those in
 * use; `*has`: this desk has some.  ERR_NOMEM, ERR_IO, ERR_FORGED: which they
 * are cannot be said now, and none is given. */
enum err renewal_keys(const struct desk *d, bool *has,
    uint8_t key[static SIGN_SEED_BYTES],
    uint8_t purge[static SIGN_SEED_BYTES]) MUST_USE;
bool renewal_has_keys(const struct desk *d);

/* What the line shows beside what was seen before: SYNC_GOES, or why not.  A
 * certificate that takes over (`note`, of `n` bytes) is kept. */
enum err renewal_look(struct desk *d, const struct certificate *shown,
    const struct offer_pair *note, enum sync_stop *stop) MUST_USE;

/* This certificate counts from now on; its keys, if they are here, are in use
 * and those before wiped. */
enum err renewal_keep(struct desk *d, const struct certificate *c,
    const uint8_t *note, size_t n) MUST_USE;

/* The certificate of the folder was read: which keys are in use?  In memory. */
void renewal_settle(struct desk *d);

/* Keys came in a hand-out of an admin's; not saved. */
void renewal_take(struct desk *d, const uint8_t key[static SIGN_SEED_BYTES],
    const uint8_t purge[static SIGN_SEED_BYTES]);

/* Does this device lack what an admin's has? */
bool renewal_lacks(const struct desk *d);

/* Whose member is no admin any more forgets the line's keys. */
enum err renewal_forget(struct desk *d) MUST_USE;

/* What is to be said of it, with {1} for days; what to do stands in it. */
enum renewal_says { RENEWAL_ENDS, RENEWAL_REFUSED, RENEWAL_OUTRUN };
const char *renewal_text(enum renewal_says what);

/* Another admin's renewal came first, and this desk's was for nothing: it has
 * to be made once more. */
bool renewal_is_lost(struct desk *d);

#endif
