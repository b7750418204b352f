/*
 * conv: one conversation as the desk holds it in memory: what was said, in
 * order, in versions, with its files.
 *
 * A conversation is its source's signing key.  What stands where, what is said
 * again and what stands apart says letter/conversation.h; files of one letter
 * are united by SHA-256 and size; nothing is dropped.
 *
 * What is taken in only goes to the end, so that many letters cost little;
 * conv_settle() puts all in order.  desk_at() and desk_find() hand out settled
 * ones; what is said below of order holds for these.
 */
#ifndef DESK_CONV_H
#define DESK_CONV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/err.h"
#include "desk/conv_words.h"
#include "desk/said.h"
#include "desk/store.h"
#include "desk/tagmap.h"
#include "letter/handle.h"
#include "letter/letter.h"

#define CONV_ID_BYTES 16U
#define CONV_HANDLE_BYTES (HANDLE_TEXT_BYTES + 12U) /* "a-b-c-2" */
#define CONV_N_MAX 16777216U /* of letters to one source */

/* Something of ours on its way: written down before it is sent. */
struct conv_out {
	uint8_t id[LETTER_ID_BYTES]; /* also the upload's */
	uint8_t digest[SHA256_BYTES]; /* of text and files */
	uint32_t day, slot, parts;
	uint8_t tag[TAG_BYTES];
	uint8_t secret[TAG_PARTS_BYTES]; /* T */
	uint8_t *envelope; /* ENVELOPE_LETTER_BYTES; NULL: still on the disk */
	uint64_t where; /* in the conversation's file */
	struct said *said; /* what it will be when it is sent */
	uint8_t over[EFFECT_OVERS][EFFECT_ID_BYTES]; /* drafts that it was */
	size_t over_n;
};

/* One file of a message in versions, while they are united. */
struct conv_ref {
	struct said_file *file;
	size_t place; /* of its version */
};

struct conv {
	struct store_box box;
	uint8_t id[CONV_ID_BYTES]; /* in the log */
	char words[HANDLE_TEXT_BYTES]; /* the three */
	/* The same; with a number behind when older writers have them too, so
	 * that nothing meant for one is done to another. */
	char handle[CONV_HANDLE_BYTES];
	unsigned older_twins; /* writers who had these words before */
	char name[NAME_CHOSEN_BYTES]; /* shown; may be empty */
	uint8_t shape[NAME_SHAPE_BYTES]; /* of the name */
	unsigned name_marks;
	bool handle_twice; /* an older writer has the same three words */
	bool name_alike; /* looks like the name of another conversation */
	bool has_address;
	struct age_recipient reply;
	uint8_t k[SOURCE_K_BYTES];
	uint32_t n; /* the greatest number known */
	uint32_t since; /* order of arrival of its first letter */
	uint32_t first_row; /* the first day on which one of its letters lay */
	enum effect_outcome outcome; /* as the log says */
	bool junk; /* that outcome */
	bool hold;
	unsigned level; /* enum desk_level of view.h */
	char byline[CONV_BYLINE_MAX + 1];
	char label[CONV_LABEL_MAX + 1];
	bool terms_lack; /* what was agreed has not come here yet */
	struct conv_words inside; /* what the team says to each other */
	uint64_t where; /* in its file the record stands that was last added */
	struct said **said; /* in order, the misdated last */
	size_t said_n, said_room;
	size_t apart; /* from here on they are misdated */
	bool settled;
	struct said **all; /* as they came */
	struct conversation_item **order; /* room for two a said */
	struct conv_ref *refs; /* and for all files */
	size_t files_n, refs_room;
	unsigned numbered; /* files that have a number */
	struct tagmap known; /* ids, words and files that are here */
	struct conv_out **outs;
	size_t outs_n, outs_room;
};

/* What a log calls the conversation of a signing key. */
void conv_id_of(uint8_t id[static CONV_ID_BYTES],
    const uint8_t owner[static SIGN_PUBLIC_BYTES],
    const uint8_t salt[static 32]);

/* A new, empty one for this signing key; NULL when memory cannot be had. */
struct conv *conv_open(const uint8_t owner[static SIGN_PUBLIC_BYTES],
    const uint8_t salt[static 32]);
void conv_close(struct conv *c); /* wipes; NULL does nothing */

/* Is this letter of the source here already, with the same text and answers, no
 * file that is new and no earlier place? */
bool conv_has(const struct conv *c, const struct letter *l, uint32_t row);

/* What stands here with the id and the words of this letter; NULL. */
const struct said *conv_same(
    const struct conv *c, const struct letter *l, uint32_t row);

/* Take in what a source said; `s` is handed over, also on failure.  Its first
 * return address is kept with conv_take_address(), before.  ERR_NOMEM. */
enum err conv_take(struct conv *c, struct said *s) MUST_USE;

/* Keep the return address of a letter when it is the first; is it another? */
bool conv_take_address(struct conv *c, const struct age_recipient *reply,
    const uint8_t k[static SOURCE_K_BYTES]);

/* Put all in order. */
void conv_settle(struct conv *c);

/* Take in something of ours that was sent; `s` is handed over, also on
 * failure. */
enum err conv_took(struct conv *c, struct said *s) MUST_USE;

/* Something on its way: handed over, also on failure.  Found by id or by what
 * it says; NULL.  Forgotten when sent or given up; the said of it comes back
 * and is the caller's. */
enum err conv_out_add(struct conv *c, struct conv_out *o) MUST_USE;
struct conv_out *conv_out_find(
    const struct conv *c, const uint8_t id[static LETTER_ID_BYTES]);
struct said *conv_out_take(
    struct conv *c, const uint8_t id[static LETTER_ID_BYTES]);
void conv_out_close(struct conv_out *o);

/* File by its number from 1; NULL. */
const struct said_file *conv_file(const struct conv *c, unsigned number);

/* Letters that were not read. */
unsigned conv_unread(const struct conv *c);

/* Has the source asked to have it deleted? */
bool conv_asks_deletion(const struct conv *c);

/* Is the last word theirs? */
bool conv_waits(const struct conv *c);

/* The first and the last day, a misdated letter's being the one it came on; 0
 * when nothing was said. */
uint32_t conv_first_day(const struct conv *c);
uint32_t conv_last_day(const struct conv *c);

#endif
