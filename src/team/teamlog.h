/*
 * teamlog: the team's log, a set of entries of many devices that all desks come
 * to see alike (doc/protocol/70-team.md, "The log").
 *
 * No input or output: bytes of notes and the newest roster go in, standings
 * come out.  Everything it says, but for what it counts as refused, is a
 * function of the set of notes and the roster alone, whatever the order they
 * came in and however often.
 *
 * An entry is *delivered* when its device's key signed it, everything it stands
 * on is delivered (the entry that it names as the one before, and each one that
 * its heads cite), and its lamport is 1 + the greatest of these.  What is
 * delivered has *effect* unless the table below says why not.  Effects are in
 * order by (lamport, device, number): the last one wins where two disagree.
 *
 * Nothing is dropped in silence.  What its device did not sign is refused and
 * counted; all else is kept and shown with its standing.
 */
#ifndef TEAM_TEAMLOG_H
#define TEAM_TEAMLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "team/effect.h"
#include "team/entry.h"
#include "team/roster.h"

#define TEAMLOG_NAME_BYTES ENTRY_HEAD_BYTES /* a hash, cut: an entry's name */
#define TEAMLOG_STRANGERS (4U << 20) /* bytes kept of devices unknown */
#define TEAMLOG_ENTRIES 4000000U

enum teamlog_standing {
	TEAMLOG_EFFECT,
	/* Delivered, and without effect because */
	TEAMLOG_FORKED, /* its device signed two entries of one number */
	TEAMLOG_GONE, /* its device had been struck off */
	TEAMLOG_ROLE, /* its author's role forbids it */
	TEAMLOG_TYPE, /* its type is of a later version */
	TEAMLOG_BODY, /* its body is not what its type says */
	/* Not delivered: it waits, `waits_for` says for which. */
	TEAMLOG_STRANGER, /* no roster has named its device yet */
	TEAMLOG_GAP, /* the entry before it is not delivered */
	TEAMLOG_CITES, /* one that it cites is not delivered */
	/* Never delivered, whatever comes. */
	TEAMLOG_CHAIN, /* what it names as the entry before is not that */
	TEAMLOG_LAMPORT, /* its lamport is not what it must be */
	TEAMLOG_STANDINGS
};

/* One entry as it stands.  Pointers are borrowed: the device's and the note's
 * bytes live until teamlog_roster() or teamlog_close(). */
struct teamlog_line {
	const uint8_t *hash; /* SHA256_BYTES, of the note */
	const uint8_t *device; /* DEVICE_ID_BYTES */
	const uint8_t *member; /* MEMBER_ID_BYTES; NULL: unknown or gone */
	enum member_role role; /* when `member` is */
	uint32_t number;
	uint64_t lamport;
	const char *type;
	enum effect_kind kind;
	const uint8_t *body, *note;
	size_t body_len, note_len;
	enum teamlog_standing standing;
	bool checked; /* its signature was seen to be right */
	bool twin; /* the device signed another entry of this number */
	bool lacks; /* what it waits for is not here at all */
	uint8_t waits_for[TEAMLOG_NAME_BYTES]; /* zero when it does not */
};

/* What was not kept, since teamlog_open(); how often, so the same bytes again
 * count again. */
struct teamlog_refused {
	uint64_t forged; /* not signed by the device they name */
	uint64_t format; /* no entries, or of another version */
	uint64_t strangers; /* more of unknown devices than are kept */
};

struct teamlog;

/* An empty log of a team without a roster: everybody is a stranger.  Needs
 * crypt_init().  NULL when memory cannot be had. */
struct teamlog *teamlog_open(void);
void teamlog_close(struct teamlog *l); /* NULL does nothing */

/* Judge by this roster (copied) from now on.  That it follows the one before
 * has been checked by roster_follows(); a desk never goes back.  Strangers that
 * it names are checked, and dropped and counted when forged.  ERR_NOMEM leaves
 * everything as it was. */
enum err teamlog_roster(
    struct teamlog *l, const struct roster *newest) MUST_USE;

/* Take in one note; the bytes are copied.  ERR_OK also when it is here already:
 * `*fresh` (may be NULL) says whether it is new.
 * ERR_FORGED, ERR_FORMAT, ERR_VERSION: refused and counted.  ERR_FULL: of a
 * stranger and no room for more of these; counted, worth another try after the
 * next roster.  ERR_TOOBIG: TEAMLOG_ENTRIES are here.  ERR_TAKEN: another
 * entry has the same name (2^64 work by its signer).  ERR_NOMEM.  The log is
 * unchanged on failure, but for what it counts. */
enum err teamlog_add(
    struct teamlog *l, const void *note, size_t n, bool *fresh) MUST_USE;

/* Is there room for one that is not here, whose note has n bytes?  ERR_FULL,
 * ERR_TOOBIG: as teamlog_add() would say, and count, of it; who writes down
 * what is kept asks before. */
enum err teamlog_room(
    struct teamlog *l, const struct entry *en, size_t n) MUST_USE;

/* The same without looking at the signature, for what this desk itself kept
 * sealed after a line of it was `checked`.  Nothing else. */
enum err teamlog_add_kept(
    struct teamlog *l, const void *note, size_t n) MUST_USE;

/* How many are here, and each, in order of (lamport, device, number, hash):
 * i < teamlog_count().  The order of the list is the order of effect; who
 * wants only effects passes over the rest. */
size_t teamlog_count(const struct teamlog *l);
void teamlog_at(struct teamlog *l, size_t i, struct teamlog_line *line);

/* The entry of this name.  ERR_NOTHING. */
enum err teamlog_find(struct teamlog *l, struct teamlog_line *line,
    const uint8_t name[static TEAMLOG_NAME_BYTES]) MUST_USE;
bool teamlog_has(
    const struct teamlog *l, const uint8_t name[static TEAMLOG_NAME_BYTES]);

void teamlog_refused(const struct teamlog *l, struct teamlog_refused *r);

/* SHA-256 over the hashes of all effects in order: two desks with equal ones
 * agree on everything that the log decides.  ERR_NOMEM. */
enum err teamlog_digest(
    struct teamlog *l, uint8_t out[static SHA256_BYTES]) MUST_USE;

/*
 * What is new, for a view.  A cursor of zeros has seen nothing.
 */
struct teamlog_cursor {
	uint64_t turn;
	size_t done;
};

enum teamlog_news {
	TEAMLOG_NONE, /* the view has everything */
	TEAMLOG_LATER, /* each new effect comes behind all that it has */
	TEAMLOG_AMONG, /* one belongs before some that it has: a view of order
			  is made again; one of sets may go on */
	TEAMLOG_AGAIN, /* one that it has holds no longer: it is made again */
};

/* What awaits the view.  For TEAMLOG_AGAIN (and whenever a view is made again)
 * the caller walks teamlog_at() from the first, and then
 * teamlog_cursor_now(). */
enum teamlog_news teamlog_news(
    struct teamlog *l, const struct teamlog_cursor *at);

/* The next effect that the view has not; false when there is none, or the view
 * must be made again.  What came between two calls of teamlog_news() is handed
 * out in order. */
bool teamlog_take(
    struct teamlog *l, struct teamlog_cursor *at, struct teamlog_line *line);
void teamlog_cursor_now(struct teamlog *l, struct teamlog_cursor *at);

/* Which comes first: <0, 0, >0. */
int teamlog_order(const struct teamlog_line *a, const struct teamlog_line *b);

/*
 * Devices: all that a roster or an entry names, i < teamlog_devices(), by id.
 */
struct teamlog_device {
	const uint8_t *id; /* DEVICE_ID_BYTES */
	bool named; /* by the roster */
	bool forked; /* not counting forks that the roster settles */
	uint32_t fork; /* from this number on nothing has effect */
	uint32_t next; /* its delivered chain is of this length */
	uint8_t tip[TEAMLOG_NAME_BYTES]; /* the last of it; zero: none */
	size_t kept; /* entries of it that are here, */
	size_t waiting; /* and of these, not delivered */
};

size_t teamlog_devices(const struct teamlog *l);
void teamlog_device_at(
    struct teamlog *l, size_t i, struct teamlog_device *device);
/* ERR_NOTHING.  `next` and `tip` are what a roster's row of `past` wants. */
enum err teamlog_device(struct teamlog *l, struct teamlog_device *device,
    const uint8_t id[static DEVICE_ID_BYTES]) MUST_USE;

/*
 * What is named and not here, without which an entry that could have effect
 * waits (what only void entries stand on is not asked for), and the last
 * entries of `past`.  The first of every device come before the second of any,
 * so none can bury what others lack.  `from` names it, and if it is honest, has
 * it.
 */
struct teamlog_lack {
	uint8_t name[TEAMLOG_NAME_BYTES];
	uint8_t from[DEVICE_ID_BYTES];
};

/* Write up to `max`; `*n` says how many there are in all.  ERR_NOMEM. */
enum err teamlog_lacks(struct teamlog *l, struct teamlog_lack *out, size_t max,
    size_t *n) MUST_USE;

/*
 * What the entry `of` stands on, and the entry `known` does not: what whoever
 * said `known`, and asks for `of`, may lack besides.  Write the names of up to
 * `max`, the newest first, and say how many; none when one of the two is not
 * delivered here.
 */
size_t teamlog_behind(struct teamlog *l,
    const uint8_t of[static TEAMLOG_NAME_BYTES],
    const uint8_t known[static TEAMLOG_NAME_BYTES],
    uint8_t (*out)[TEAMLOG_NAME_BYTES], size_t max);

/*
 * Begin the next entry of the device with this id, which is ours: everything
 * but type and body is filled in.  It stands on the newest delivered entries of
 * the other devices that its chain has not cited, 16 at most, greatest lamport
 * first; on none that is void by fork or because its device was struck off.
 * ERR_NOKEY: the roster does not name the device today.  ERR_DENIED: it has
 * forked, and needs a new key.  ERR_MISSING: entries of its own are here that
 * do not stand on its chain yet; another one now would fork it.
 */
enum err teamlog_next(struct teamlog *l, struct entry *e,
    const uint8_t id[static DEVICE_ID_BYTES]) MUST_USE;

#endif
