/*
 * desk: a member's workbench in memory: everything that is kept in its folder,
 * opened, checked and ordered, and the acts a member can do.
 *
 * One log of signed entries is the truth about what was done; what was said
 * lies beside it.  An act is an entry first and takes effect then, so that
 * opening the folder again gives the same.
 */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/about.h"
#include "desk/asked.h"
#include "desk/conv.h"
#include "team/teamlog.h"

struct desk;

/* Can a desk be opened in the folder `dir`, given its passphrase?  ERR_NOTHING,
 * ERR_BUSY, ERR_DENIED, ERR_TOOBIG, ERR_NOMEM, ERR_IO. */
enum err desk_check(const char *dir) MUST_USE;

/* Open the folder `dir` with a passphrase of `n` bytes; takes a second.
 *	ERR_NOTHING  no desk's folder        ERR_BUSY     another desk has it
 *	ERR_NOKEY    another passphrase      ERR_FORGED   damaged, or the key
 *	ERR_VERSION  made by a later version              file is another desk's
 * ERR_NOMEM, ERR_IO, ERR_FULL. */
enum err desk_open(
    struct desk **d, const char *dir, const char *words, size_t n) MUST_USE;
void desk_close(struct desk *d); /* wipes; NULL does nothing */

/* Give the key file another passphrase of `n` bytes; the old file is
 * overwritten.  On failure the old one holds.  ERR_TOOBIG, ERR_FORMAT,
 * ERR_NOMEM, ERR_IO, ERR_FULL. */
enum err desk_passphrase(struct desk *d, const char *words, size_t n) MUST_USE;

const struct about *desk_about(const struct desk *d);

/* The seed of the access key, for reach_open(); the desk's. */
const uint8_t *desk_access_seed(const struct desk *d);

/* Conversations that have something said, in the order in which they began;
 * those that were deleted are gone. */
size_t desk_count(const struct desk *d);
struct conv *desk_at(const struct desk *d, size_t i);

/* By what a member typed: the three words in any spelling.  The oldest writer
 * with these words; NULL. */
struct conv *desk_find(const struct desk *d, const char *typed, size_t n);

/* Are all parts of this file on this desk? */
bool desk_has_file(const struct desk *d, const struct said_file *f);

/* Hand the file's bytes to `put`, piece by piece, checked part by part.  Only
 * ERR_OK says that they were the file (length and SHA-256): until then they
 * must not be shown to be it.  ERR_MISSING when parts lack, ERR_FORGED. */
struct desk_taker {
	enum err (*put)(void *who, const uint8_t *p, size_t n);
	void *who;
};
enum err desk_read_file(struct desk *d, const struct said_file *f,
    const struct desk_taker *to) MUST_USE;

/* Open part `j` of it: `*n` bytes.  Authentic by itself; that all of them are
 * the file only desk_read_file() says.  ERR_MISSING, ERR_FORGED, ERR_NOMEM,
 * ERR_NOTHING past the last. */
enum err desk_file_part(struct desk *d, const struct said_file *f, uint32_t j,
    uint8_t plain[static ENVELOPE_PART_PLAIN], size_t *n) MUST_USE;

/* Say on the log that a copy of it leaves the desk; before it does. */
enum err desk_saved(
    struct desk *d, const struct conv *c, const struct said_file *f) MUST_USE;
/* Append the text of what was said, whole: one that was cut is put together
 * from its file, as far as that is here.  *cut says that it is not. */
enum err desk_text(
    struct desk *d, const struct said *s, struct buf *out, bool *cut) MUST_USE;

/* What the question said that `s` answered under this id. */
void desk_question(const struct desk *d, const struct said *s, const char *id,
    struct asked_question *q);

/* Save it in a folder (made when it is not there) under its own name, or with
 * a number before its ending when that is taken; it appears whole or not at
 * all.  `name` takes what it is called then. */
#define DESK_NAME_BYTES (NAME_FILE_MAX + 16U)
enum err desk_save_file(struct desk *d, struct conv *c,
    const struct said_file *f, const char *dir,
    char name[static DESK_NAME_BYTES]) MUST_USE;

/*
 * Acts.  Each is an entry of the log.
 */

/* All letters of it were read. */
enum err desk_read(struct desk *d, struct conv *c) MUST_USE;
/* The same of said[from] to said[to] alone. */
enum err desk_read_some(
    struct desk *d, struct conv *c, size_t from, size_t to) MUST_USE;
enum err desk_set_junk(struct desk *d, struct conv *c, bool junk) MUST_USE;
/* Destroy it at once, for good: letters, files and their keys, here, and on the
 * other desks with their next sync.  An admin's alone; desk/clocks.h has what
 * others may.  `c` is gone on ERR_OK.  ERR_DENIED, also when it is kept from
 * this desk's member; ERR_TAKEN: it is held. */
enum err desk_delete(struct desk *d, struct conv *c) MUST_USE;
/* Whoever holds on to conversations is told which one goes, before it does;
 * a sync may destroy some.  NULL: nobody. */
void desk_watch(
    struct desk *d, void (*gone)(void *with, const struct conv *c), void *with);

/* The team's log: how many entries are here, and each as it stands, in order.
 */
size_t desk_log_count(const struct desk *d);
void desk_log_at(const struct desk *d, size_t i, struct teamlog_line *line);

/* Small things that the desk remembers (the line's address); sealed. */
enum err desk_remember(
    struct desk *d, const char *what, const char *text) MUST_USE;
enum err desk_recall(
    struct desk *d, const char *what, struct buf *out) MUST_USE;
/* The same with a number; `*n` stays when there is none (ERR_NOTHING). */
enum err desk_remember_num(
    struct desk *d, const char *what, uint32_t n) MUST_USE;
enum err desk_recall_num(
    struct desk *d, const char *what, uint32_t *n) MUST_USE;

#endif
