/*
 * talk: all that the processes of a line may say to each other.
 *
 * talk_table in talk.c is the whole conversation: who may say what to whom,
 * and which fields a message has, in order.  What is not in the table cannot
 * be said; a message with a wrong length, a value out of range or anything
 * left over ends its sender.
 *
 * An answer bears the id of its request.  Who asks chooses ids and may have
 * many requests under way; answers may come in another order.
 */
#ifndef LINE_TALK_H
#define LINE_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "os/channel.h"

#define TALK_TAG_BYTES 16U
#define TALK_UPLOAD_BYTES 16U
#define TALK_OPENING_BYTES 32U
#define TALK_SECRET_BYTES 32U /* T of a letter's parts */
#define TALK_PHRASE_BYTES 13U
#define TALK_ROOT_BYTES 32U
#define TALK_LINE_BYTES 16U
#define TALK_ENVELOPE_BYTES 16384U
#define TALK_LETTERS 6U /* in one GET */
#define TALK_PIECE_BYTES 65536U /* of a part */
#define TALK_PIECES 16U /* 16 * 65,536 = one part */
#define TALK_HEADER_BYTES 1627U
#define TALK_TAGS_MAX 8192U /* in a LOOK */
#define TALK_OPENINGS_MAX 64U /* in a DELETE */
#define TALK_DAY_TAGS 4096U /* in an answer to DAY */
/* day u32, letters u32, parts u32, closed u8 (1 or 0), digest 32 */
#define TALK_DAY_BYTES 45U
#define TALK_SERIALS_MAX 64U
#define TALK_DAYS_MAX 1500U /* 400 days are kept at most */
#define TALK_NOTE_MAX \
	526339U /* a key note, or a pair (team/offer.h): travels in pieces */
#define TALK_PURGE_MAX 65536U
#define TALK_FILE_MAX 65536U /* settings, certificate */
#define TALK_HEIRLOOM_MAX 65536U

enum role {
	ROLE_WARDEN,
	ROLE_FRONT, /* sources */
	ROLE_DESK_FRONT, /* desks */
	ROLE_DERIVER,
	ROLE_KEEPER,
	ROLE_COUNT
};

enum talk_kind {
	TALK_NONE,
	/* warden to those it started; they enter their sandbox when they have
	 * what they need, and then say READY */
	TALK_SETTINGS, /* bytes: the file line/settings */
	TALK_CERTIFICATE, /* bytes: a signed note */
	TALK_KEY_NOTE, /* count, bytes: a piece of the key note, as
			* talk_pieces() sends it; again when there is a new one
			*/
	TALK_LISTEN, /* fd: the listening socket */
	TALK_KEEPER, /* fd: a channel to the keeper; again when it is new */
	TALK_DERIVER, /* fd: a channel to the deriver; again when it is new */
	TALK_CLIENT, /* fd, asker, count: somebody to serve (to keeper, deriver)
		      * and the number the warden knows him by */
	TALK_REFUSED, /* count: that client said what nobody may; end it */
	TALK_LOCK, /* fd: the lock on the folder; held as long as keeping lasts
		    */
	TALK_START, /* that was all: go into the sandbox and begin */
	TALK_READY, /* to the warden */
	TALK_TAKE_OVER, /* fd: the heirlooms of the front before come there */
	TALK_RETIRE, /* fd: give heirlooms there, accept no more, end in time */
	TALK_HEIRLOOM, /* front to front: bytes that fronts understand */
	TALK_NEW_NOTE, /* keeper to warden, pieces: keep this key note, tell all
			*/
	TALK_NOTE_KEPT, /* status: it is on the disk, or not */
	/* front to deriver */
	TALK_DERIVE, /* phrase */
	TALK_ROOT, /* status (ok, busy, nomem), root (zero unless ok) */
	/* fronts to keeper, each with its answer */
	TALK_LOOK, /* tags: 1 to TALK_TAGS_MAX */
	TALK_LOOKED, /* status, bytes: a bit a tag, bit 0 of byte 0 first */
	TALK_GET, /* bytes: TALK_LETTERS tags */
	TALK_GOT, /* status, bytes: TALK_LETTERS envelopes; absent ones to
		     nobody */
	TALK_PIECE, /* tag of a part, count: which piece, from 0 */
	TALK_PIECED, /* status (ok, nothing), bytes: TALK_PIECE_BYTES or none */
	TALK_PUT, /* tag, envelope */
	TALK_UPLOAD, /* upload; asks for the right to append */
	TALK_UPLOADED, /* status, count: whole parts, room; fd when ok */
	TALK_UPLOAD_END, /* upload; the descriptor was closed.  No answer */
	TALK_STATE, /* upload */
	TALK_STATED, /* status, count: whole parts, room */
	TALK_COMMIT, /* upload, count, secret, tag, envelope */
	TALK_DELETE, /* bytes: 1 to TALK_OPENINGS_MAX openings */
	TALK_DONE, /* status: the answer to PUT, COMMIT, DELETE, PURGE, ... */
	/* second front only */
	TALK_DAYS, /* nothing */
	TALK_DAYS_ARE, /* status, bytes: TALK_DAY_BYTES a day, rising */
	TALK_DAY, /* day, count (0 letters, 1 parts), tag: those behind it;
		   * all zero: from the first */
	TALK_DAY_IS, /* status, bytes: up to TALK_DAY_TAGS sorted tags; fewer:
		      * those were the last */
	TALK_OFFERED, /* day */
	TALK_OFFERED_ARE, /* status, bytes: serials of the key notes offered
			   * that day, u32 each, rising */
	TALK_FETCH, /* tag */
	TALK_FETCHED, /* status, bytes: a letter, or the header of a part */
	TALK_PURGE, /* bytes: a signed note */
	TALK_PUT_NOTE, /* count, bytes: a piece of a key note, signed; DONE
			* answers the last piece */
	/* to the warden */
	TALK_SAID, /* status, count: a sentence for the log (said.h) */
	TALK_COUNT
};

/*
 * One message.  A kind uses the fields that its line in the table names; the
 * others are empty and are ignored when sending.  Pointers are borrowed: from
 * the sender for talk_send(), from the channel until its next message after
 * talk_receive().
 *
 * Status in UPLOADED and STATED:
 *	ok       `count` whole parts are there; `room` more may be appended
 *	         before asking again with STATE
 *	nothing  not known (STATED only)
 *	taken    committed
 *	busy     somebody else holds the right to append
 *	full
 * in DONE:
 *	ok
 *	taken    the tag is; the parts stay
 *	missing  parts lack; nothing changed
 *	full
 *	format   no envelope, or no note of the right kind
 *	forged   the note's signature
 *	busy     somebody is appending, or another note is being taken
 *	denied, expired, nothing
 * in the others: ok, nothing, or io when the keeper cannot read.
 */
struct talk {
	enum talk_kind kind;
	uint32_t id;
	enum err status;
	uint32_t day;
	uint32_t count;
	uint32_t room;
	enum role asker;
	const uint8_t *tag;
	const uint8_t *upload;
	const uint8_t *secret;
	const uint8_t *phrase;
	const uint8_t *root;
	const uint8_t *envelope;
	const uint8_t *bytes; /* always the last field of a message */
	size_t n; /* of bytes */
	int fd; /* -1 for none */
};

/* Send `talk` as `from` to `to`; asserts that the table allows it and that the
 * fields are right.  fd, if the kind has one, is closed here in every case.
 * Errors as of channel_send(). */
enum err talk_send(struct channel *channel, enum role from, enum role to,
    const struct talk *talk) MUST_USE;

/* The next message that `from` says to `to`.  fd, if the kind has one, is the
 * caller's.  Errors as of channel_receive(); ERR_FORMAT also when the table
 * does not allow it: close the channel then. */
enum err talk_receive(struct channel *channel, enum role from, enum role to,
    struct talk *talk) MUST_USE;
enum err talk_receive_wait(struct channel *channel, enum role from,
    enum role to, struct talk *talk, unsigned ms) MUST_USE;

/*
 * What is longer than a message travels in pieces of one kind and id: `count`
 * is how many bytes come after the piece, so the last has 0.
 *
 * talk_pieces() sends the bytes of `whole` (not empty) as messages like `of`.
 * talk_piece() puts a piece that came behind the ones before it, and sets
 * `*done` with the last; `buf` is then whole, until the next piece begins
 * another.  ERR_FORMAT for a piece out of turn, ERR_TOOBIG past the limit of
 * `buf`, ERR_NOMEM; all is forgotten then, and what else comes of the same
 * whole is passed over.
 *
 * Whoever sends may break off: pieces of another id begin another whole, and
 * so do those of another sender, whom talk_whole_from() tells apart by a number
 * that is never given twice.
 */
struct talk_whole {
	struct buf buf;
	uint32_t rest; /* 0: the next piece begins */
	uint32_t id; /* of the piece before */
	uint64_t from;
	bool skip; /* the rest of this one is passed over */
};

void talk_whole_from(struct talk_whole *whole, uint64_t from);

enum err talk_pieces(struct channel *channel, enum role from, enum role to,
    struct talk of, const struct buf *whole) MUST_USE;
enum err talk_piece(
    struct talk_whole *whole, bool *done, const struct talk *piece) MUST_USE;

/* Read a message: the same without a channel, for tests and fuzzing.  `talk`
 * is written only on success. */
enum err talk_read(struct talk *talk, enum role from, enum role to,
    const struct message *message) MUST_USE;

/* Append the payload of `talk`. */
enum err talk_write(struct buf *out, const struct talk *talk) MUST_USE;

/* An empty message of a kind: fd is -1. */
struct talk talk_of(enum talk_kind kind, uint32_t id);

const char *talk_name(enum talk_kind kind); /* "put"; never NULL */
const char *talk_role_name(enum role role); /* "keeper" */

#endif
