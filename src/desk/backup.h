/*
 * backup: what a desk wrote for itself (desk/pack.h, pack_keep()), looked
 * through, and made a desk again.
 *
 * A restored desk is another device.  In a team it waits for its welcome
 * (desk/waiting.h) with the backup beside it, sealed to its own one-time
 * recipient; the first opening of the desk takes that in (desk/unpack.h).  A
 * team's only device, whose backup holds its seeds, is made anew with the team
 * key, which takes the old one off the roster.
 */
#ifndef DESK_BACKUP_H
#define DESK_BACKUP_H

#include "desk/waiting.h"
#include "team/roster.h"

/* What a backup says, once all of it was checked. */
struct backup_said {
	char team[TEAM_PRINT_BYTES]; /* F */
	char name[DOOR_NAME_MAX + 1]; /* the team's */
	char member[MEMBER_NAME_MAX + 1]; /* whose desk it was */
	uint32_t day; /* when it was made */
	bool alone; /* it holds the seeds of the only device of a team */
	uint32_t conversations, entries;
	uint64_t parts;
};

/*
 * Read the age file behind `fd` whole.
 *	ERR_NOKEY	another passphrase, or sealed to others
 *	ERR_FORMAT, ERR_VERSION, ERR_SHORT, ERR_FORGED, ERR_DENIED, ERR_TOOBIG
 *			it is damaged, or no backup
 * ERR_NOMEM, ERR_IO; `*said` only on success.
 */
enum err backup_look(
    struct backup_said *said, int fd, const struct age_with *with) MUST_USE;

/* Make in the folder `dir`, which is there and empty, a desk that waits as
 * `own`, whose team is set then, with this backup.  Errors as above; ERR_FULL.
 */
enum err backup_wait(struct backup_said *said, const char *dir,
    struct waiting *own, int fd, const struct age_with *with) MUST_USE;

/* As what the only device of a team is made anew. */
struct backup_alone {
	const char *words; /* its passphrase */
	const uint8_t *team_seed; /* SIGN_SEED_BYTES */
	uint32_t today;
};

/* Make in the folder `dir`, which is there and empty, the desk itself; on an
 * error what is in it is of no use.  Also
 *	ERR_MISSING	the backup holds no seeds
 *	ERR_TAKEN	the key is another team's
 */
enum err backup_alone(struct backup_said *said, const char *dir,
    const struct backup_alone *as, int fd,
    const struct age_with *with) MUST_USE;

#endif
