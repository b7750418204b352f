/* inside: what the files of desk/ share of an open desk; nobody else's. */
#ifndef DESK_INSIDE_H
#define DESK_INSIDE_H

#include "desk/asked.h"
#include "desk/desk.h"
#include "desk/record.h"
#include "desk/register.h"
#include "desk/store.h"
#include "desk/tagmap.h"
#include "desk/team.h"
#include "desk/vault.h"
#include "note/json.h"
#include "team/certificate.h"
#include "team/roster.h"

/* A part that was seen on the line, with the key that opens it. */
struct part_here {
	uint8_t tag[TAG_BYTES];
	uint8_t key[AGE_FILE_KEY_BYTES];
	uint8_t name[STORE_NAME_BYTES]; /* zeros: its body is not here */
	const struct conv *of;
	bool gone;
};

/* A day's file that needs no listing again. */
struct day_whole {
	uint32_t day;
	uint32_t count;
	uint8_t digest[SHA256_BYTES];
};

/* An envelope of something deleted, that still lies on the line. */
struct clear {
	uint32_t row; /* the day in whose file it lies */
	uint8_t tag[TAG_BYTES];
};

/* The identity of a chain's day, while it is in use. */
struct day_key {
	struct ring_key of;
	struct age_identity *id;
};

/* For what missed.h has counted. */
struct missed_at {
	size_t entries, convs;
	uint32_t arrived, serial, today, none;
};

struct told;
struct pieces;
struct circles;

struct desk {
	char dir[RECORD_PATH_MAX];
	struct vault *vault;
	struct store *store;
	struct about about;
	char print[TEAM_PRINT_BYTES]; /* F */
	uint8_t device[SIGN_PUBLIC_BYTES];
	struct certificate certificate; /* the newest that was seen */
	uint8_t id[DEVICE_ID_BYTES]; /* this device */
	struct roster **rosters; /* all, the first first */
	size_t rosters_n, rosters_room;
	const struct roster *roster; /* the newest */
	uint8_t roster_hash[SHA256_BYTES];
	struct teamlog *log;
	/* An entry of ours that was written down while there was no memory to
	 * take it in: nothing else may get its number. */
	struct buf owed;
	struct registers registers; /* what its effects come to, */
	struct teamlog_cursor shown; /* as far as they were taken in */
	bool shown_short; /* there was no memory for one of them: all again */
	struct tagmap came; /* name of an entry -> the day it came here */
	uint32_t row; /* day of the row that is being taken in; 0: none is */
	struct told *told; /* told.h: what came and waits */
	size_t told_n, told_room;
	bool told_unkept; /* some of it is not on the disk yet */
	bool crowded; /* some went, for there was too much of one device */
	uint8_t crowd[DEVICE_ID_BYTES]; /* of this one */
	struct pieces *pieces;
	struct conv **convs;
	size_t convs_n, convs_room;
	struct tagmap by_id; /* of a conversation -> its place in convs[] */
	struct tagmap tried; /* tags of unfinished days; value: the day */
	/* Those of unfinished days that no key of ours opened: tried too, until
	 * another key comes.  Value: the day. */
	struct tagmap nokey;
	/* Those that no key of ours opened in this run: a hand-out that came
	 * with it may bring one.  Value: the day. */
	struct tagmap later;
	uint32_t turn; /* how often a hand-out was taken in */
	struct tagmap parts; /* tag -> place in part[] */
	struct part_here *part;
	size_t part_n, part_room;
	struct day_whole *whole;
	size_t whole_n, whole_room;
	struct clear *clears;
	size_t clears_n, clears_room;
	struct day_key keys[16];
	struct circles *circles; /* circles.h */
	struct offer *offer; /* what the line said last; NULL: nothing yet */
	uint32_t refused; /* letters that opened and are not to be believed */
	uint32_t arrived; /* how many letters have come */
	uint32_t missed; /* missed.h: how many */
	struct missed_at missed_at;
	struct asked asked;
	/* Whoever else holds on to conversations is told that one goes. */
	void (*gone)(void *with, const struct conv *c);
	void *gone_with;
};

/* Items of records: kind u8, length u32, bytes. */
enum item {
	ITEM_LETTER = 1, /* row u32, order of arrival u32, tag, note */
	ITEM_PART, /* tag, file key, name */
	ITEM_OUT, /* see reply.c */
	ITEM_SENT, /* id */
	ITEM_DROPPED, /* id */
	ITEM_TERMS, /* level u8, byline length u8, byline, label */
	/* what stands before u8: 1 recipient and k of the first letter, 2 the
	 * circle it came sealed to; these; said; the note is the record's tail
	 */
	ITEM_SAID,
	ITEM_WAY, /* see reply.c; the tail is the envelope and the note */
	ITEM_TOLD, /* what another desk of the team sent */
	ITEM_WORDS, /* with a text, the tail: see conv_words.h */
	ITEM_OVER, /* id of an answer on its way, then of the drafts it was */
	ITEM_TRIED = 32, /* day u32, tags */
	ITEM_WHOLE, /* day u32, count u32, digest */
	ITEM_REFUSED, /* day u32, tag, error u8 */
	ITEM_CLEAR, /* row u32, tag, any number of times: see clear.h */
	ITEM_CLEARED, /* the same */
	ITEM_NOKEY = 47, /* as ITEM_TRIED: no key of ours opened them */
	/* day u32: of rows from this one on all of these are tried again */
	ITEM_AGAIN,
};

struct item_at {
	enum item kind;
	const uint8_t *p;
	size_t n;
};

/* Append an item's head; its `n` bytes follow. */
enum err item_put(struct buf *b, enum item kind, size_t n) MUST_USE;

/* The next item of a record; `*at` moves behind it.  ERR_NOTHING at the end,
 * ERR_FORMAT. */
enum err item_next(
    struct item_at *item, const uint8_t *p, size_t n, size_t *at) MUST_USE;

/* Double a list when it is full. */
enum err list_grow(void **list, size_t n, size_t *room, size_t each) MUST_USE;

/* Rosters, certificate and log of the folder; and away with them. */
enum err team_load(struct desk *d) MUST_USE;
void team_drop(struct desk *d);

/* Is it this one?  Is this one of the two that hand out the team's keys? */
bool desk_is_own(
    const struct desk *d, const uint8_t device[static DEVICE_ID_BYTES]);
bool desk_hands_out(const struct desk *d);

/* The conversation of a signing key, made in memory when there is none. */
struct conv *desk_conv_of(
    struct desk *d, const uint8_t owner[static SIGN_PUBLIC_BYTES]);
struct conv *desk_conv_known(
    const struct desk *d, const uint8_t owner[static SIGN_PUBLIC_BYTES]);

/* Take one away (it is closed). */
void desk_conv_forget(struct desk *d, struct conv *c);

struct conv *desk_conv_by_id(
    const struct desk *d, const uint8_t id[static CONV_ID_BYTES]);

/* Put all in order, and mark who has the words or looks like another.
 * ERR_NOMEM. */
enum err desk_mark_alike(struct desk *d) MUST_USE;

/* Keep items for a conversation, which has its file made when it has none, with
 * a tail that is not read again by itself, NULL for none.  c->where says then
 * where the record stands. */
enum err desk_keep(struct desk *d, struct conv *c, const struct buf *items,
    const struct buf *tail) MUST_USE;

/* The same, durable with the end of the store's batch when one is under way. */
enum err desk_keep_later(struct desk *d, struct conv *c,
    const struct buf *items, const struct buf *tail) MUST_USE;

/* What an ITEM_LETTER or ITEM_SAID says; the caller's. */
enum err kept_letter(
    struct said **s, const struct desk *d, const struct item_at *i) MUST_USE;

/* Is an ITEM_SAID what would be kept of this letter, but for how and when it
 * came?  ERR_FORGED. */
enum err kept_is_of(const struct item_at *i, const struct letter *l) MUST_USE;

/* Keep a letter of the source that is to be believed, if it says anything new;
 * `note` is its note.  It came sealed to the circle with this id
 * (EFFECT_ID_BYTES); NULL: to a door. */
enum err desk_keep_letter(struct desk *d, const struct letter *l, uint32_t row,
    const struct buf *note, const uint8_t *circle) MUST_USE;

/* Append the signed note of what was said by a source.  ERR_NOTHING when it was
 * kept by an earlier version, which did not keep it so. */
enum err desk_note(
    const struct conv *c, const struct said *s, struct buf *out) MUST_USE;

/* Take in what a record of a conversation, or of days, says. */
enum err conv_take_record(
    struct desk *d, struct conv *c, const uint8_t *p, size_t n) MUST_USE;
enum err desk_take_days(void *who, const uint8_t *p, size_t n) MUST_USE;

/* Take in an answer that was written down before it was sent. */
enum err reply_take(
    struct desk *d, struct conv *c, const uint8_t *p, size_t n) MUST_USE;
enum err reply_take_way(struct conv *c, const uint8_t *p, size_t n) MUST_USE;

/* The drafts in whose place an answer on its way comes: append the item (with
 * none, nothing); take it in. */
enum err reply_put_over(struct buf *items, const struct conv_out *o) MUST_USE;
enum err reply_take_over(struct conv *c, const uint8_t *p, size_t n) MUST_USE;

/* Append the item of an answer on its way that says `said`.  Its record's tail
 * is the envelope, then the note; the envelope is loaded when it is sent. */
enum err reply_put_way(struct buf *items, const struct conv_out *o,
    const struct said *said) MUST_USE;
enum err reply_load_envelope(const struct conv *c, struct conv_out *o) MUST_USE;

/* Put an entry on the log.  `body` is one JSON object.  ERR_DENIED when our
 * role forbids it or this device is struck off or has forked; ERR_MISSING when
 * entries of its own are here that do not stand on its chain. */
enum err log_put(
    struct desk *d, const char *type, const struct buf *body) MUST_USE;
/* The same of what an effect says; and of what is written between log_begin(),
 * which makes `body`, and log_end(), which drops it. */
enum err log_put_effect(struct desk *d, const struct effect *f) MUST_USE;
void log_begin(struct json_out *w, struct buf *body);
enum err log_end(struct json_out *w, struct desk *d, const char *type,
    struct buf *body) MUST_USE;
/* Would it be taken?  For acts that cannot be taken back. */
enum err log_may(struct desk *d, const char *type) MUST_USE;
/* The day on which an entry came here: that of the row it lay in, or on which
 * it was made here; 0: not known (it came in a pack). */
uint32_t log_came(
    const struct desk *d, const uint8_t name[static TEAMLOG_NAME_BYTES]);
/* Keep a note in the folder; was its signature seen to be right? */
enum err log_keep(
    struct desk *d, const uint8_t *note, size_t n, bool checked) MUST_USE;
/* Take one in while loading. */
enum err log_take(void *who, const uint8_t *p, size_t n) MUST_USE;
/* Let the conversations be as the log says: when all is loaded, which also
 * finishes what was being deleted; and when something new came. */
enum err log_apply(struct desk *d) MUST_USE;
enum err log_show(struct desk *d) MUST_USE;

/* Before `c` is destroyed: parts that a letter of another conversation names
 * too become that one's.  Who knows what one letter says of its parts can say
 * the same in a letter under another name. */
enum err desk_hand_over(struct desk *d, const struct conv *c) MUST_USE;

/* Drop what the line said of itself. */
void sync_forget_offer(struct desk *d);

/* Append the item of a part. */
enum err part_put(struct buf *items, const struct part_here *p) MUST_USE;

/* Is its body on this disk? */
bool part_has_body(const struct part_here *p);

/* A part's header or body was fetched, or it is read from a record. */
enum err part_add(struct desk *d, const struct part_here *p) MUST_USE;
struct part_here *part_find(
    const struct desk *d, const uint8_t tag[static TAG_BYTES]);
/* Part `j` of a file, with whichever letter it came, whose body is here; NULL.
 */
const struct part_here *part_of(
    const struct desk *d, const struct said_file *f, uint32_t j);

/* The team's questions: read what is kept (when everything else was); keep what
 * the line asks on its `day` if it is new.  On failure nothing has changed. */
enum err asked_load(struct desk *d) MUST_USE;
enum err asked_keep(struct desk *d, const struct question *q, unsigned n,
    uint32_t day) MUST_USE;

/* How a letter of the source is read again from what was kept. */
enum err letter_again(struct letter *l, const struct desk *d,
    const uint8_t tag[static TAG_BYTES], const uint8_t *note,
    size_t n) MUST_USE;
enum err reply_again(struct letter *l, const struct desk *d,
    const uint8_t tag[static TAG_BYTES], const uint8_t *note,
    size_t n) MUST_USE;

#endif
