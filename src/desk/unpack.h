/*
 * unpack: a pack taken in by a desk that is there already: one that was away
 * for longer than the line keeps, whose member became an admin, that lost
 * chains; or one that was made new from a backup (desk/backup.h).
 *
 * It is checked whole, then two people compare its code, then the sealed file
 * is put into the folder, as `unpack`, and what it holds is taken in from there
 * (desk/merge.h).  Whenever this ends before it is done, the file is there, and
 * opening the desk goes on with it; before the file is there nothing was kept.
 */
#ifndef DESK_UNPACK_H
#define DESK_UNPACK_H

#include "desk/desk.h"
#include "desk/welcome.h"

#define UNPACK_FILE "unpack"
#define UNPACK_BACKUP "restore" /* a backup, put there by desk/backup.h */

/* Append the join note of this desk, for whoever packs for it: its key, a
 * one-time recipient, its member's name.  ERR_NOMEM, ERR_IO, ERR_FULL. */
enum err unpack_request(struct desk *d, struct buf *note) MUST_USE;

/*
 * Take in the file at `path`.
 *	ERR_NOKEY	it is for another device, or was asked for long ago
 *	ERR_TAKEN	it is of another team or line
 *	ERR_NOTHING	there is no such file, or its roster does not name us
 *	ERR_FORMAT, ERR_VERSION, ERR_SHORT, ERR_FORGED, ERR_DENIED, ERR_TOOBIG
 *			it is damaged, not what it should be, or of somebody
 *			who may not
 * ERR_NOMEM, ERR_IO, ERR_FULL, or what `ask` said.  `*w` is set once it was
 * asked; conversations, entries and parts in it are those that are new here,
 * but for conversations, which are all that it takes in.  Nothing is kept on an
 * error, unless unpack_is_begun(): then opening the desk goes on with it.
 */
enum err unpack_take(struct welcome *w, struct desk *d, const char *path,
    const struct welcome_ask *ask) MUST_USE;
bool unpack_is_begun(const char *dir);

/* For opening a desk, when all is loaded: go on with what was begun.  A full
 * disk leaves it for the next time. */
enum err unpack_resume(struct desk *d) MUST_USE;

#endif
