/*
 * words: what members say to each other about a conversation: notes, drafts of
 * an answer, to whom it is assigned, what was agreed with the source, and the
 * words of evidence.
 *
 * Each is an entry of the log that names words by a hash; the words are kept
 * with the conversation, under its key, and go to the other desks as `content`
 * (team/content.h) under the conversation's door's key, never to the source.
 * They are on the disk before their entry is: what a crash leaves without one
 * is never shown.
 *
 * Acts return ERR_DENIED when the member's role is not enough or the device
 * has been struck off, ERR_TOOBIG, ERR_FORMAT (no text in UTF-8), ERR_NOMEM,
 * ERR_FULL, ERR_IO.
 */
#ifndef DESK_WORDS_H
#define DESK_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/desk.h"
#include "desk/register_words.h"
#include "desk/words.h"
#include "team/content.h"
#include "team/effect.h"
#include "team/roster.h"

#define WORDS_NOTE_MAX 20000U /* bytes */
#define WORDS_DRAFT_MAX CONTENT_TEXT_MAX
#define WORDS_DRAFTS EFFECT_OVERS /* that are shown */

struct words_ids {
	uint8_t id[WORDS_DRAFTS][EFFECT_ID_BYTES];
	size_t n;
};

/* A note, a draft that stands, or words of evidence. */
struct desk_words {
	const struct registered_word *entry;
	const struct conv_word *here; /* NULL: its words have not come */
};

/* Say a note.  Viewers may. */
enum err desk_say_note(
    struct desk *d, struct conv *c, const char *text, size_t n) MUST_USE;

/* Keep a draft in the place of those with these ids; no text (`n` 0) throws
 * them away. */
enum err desk_draft(struct desk *d, struct conv *c, const char *text, size_t n,
    const struct words_ids *over) MUST_USE;

/* Make an entry of evidence (EFFECT_EVIDENCE, _CUSTODY or _CASE; all but its
 * conversation and hash stand in `of`) and say its words, which are checked for
 * their size and for being UTF-8 alone; a case's name is one line.  An act and
 * a case may have none (`n` 0); an item's id is drawn at random by whoever
 * asks. */
enum err desk_say_evidence(struct desk *d, struct conv *c,
    const struct effect *of, const char *text, size_t n) MUST_USE;

/* Assign it to these members of today's roster, nobody for none.  ERR_NOTHING:
 * one is no member. */
enum err desk_assign(struct desk *d, struct conv *c,
    const uint8_t (*members)[MEMBER_ID_BYTES], size_t n) MUST_USE;

/* Is it one line of UTF-8, fit to be a byline or a label? */
bool words_is_line(const char *s);

/* How words may be used (`level` of enum desk_level), the byline that may be
 * printed and how the source may be described; both may be empty and are one
 * line. */
enum err desk_set_terms(struct desk *d, struct conv *c, unsigned level,
    const char *byline, const char *label) MUST_USE;

/* Go through the notes in the log's order, with `*at` from 0; false: no more.
 */
bool desk_next_note(const struct desk *d, const struct conv *c, uint32_t *at,
    struct desk_words *w);

/* The drafts that stand, the newest in the log's order first. */
size_t desk_drafts(const struct desk *d, const struct conv *c,
    struct desk_words list[static WORDS_DRAFTS]);

/* Go through the words of evidence of one kind of entry likewise. */
bool desk_next_of(const struct desk *d, const struct conv *c,
    enum effect_kind kind, uint32_t *at, struct desk_words *w);

/* Append the text.  ERR_MISSING: it has not come, or is not what the entry
 * says. */
enum err desk_words_text(const struct desk *d, const struct conv *c,
    const struct desk_words *w, struct buf *out) MUST_USE;

/* What was said last when they were written: the day of that letter; 0. */
uint32_t desk_words_day(const struct conv *c, const struct desk_words *w);

/* The name of the member whose device this is or was; NULL: unknown.  The
 * desk's until the next roster. */
const char *desk_device_name(
    const struct desk *d, const uint8_t device[static DEVICE_ID_BYTES]);

/* Did this desk's member write it, at whatever desk? */
bool desk_words_are_ours(const struct desk *d, const struct desk_words *w);

/* To whom it is assigned: ids of members, some of whom may have left. */
size_t desk_assigned(const struct desk *d, const struct conv *c,
    const uint8_t (**members)[MEMBER_ID_BYTES]);
/* NULL: has left, or never was. */
const char *desk_member_name(
    const struct desk *d, const uint8_t id[static MEMBER_ID_BYTES]);
/* Is it assigned to this desk's member? */
bool desk_is_mine(const struct desk *d, const struct conv *c);

/* A number that changes when what is to be seen of the conversation does, but
 * for what was read; the same of all conversations for NULL. */
uint64_t desk_changes(const struct desk *d, const struct conv *c);

/*
 * Between desks.
 */

/* Fill `*c` with the words of an entry of ours (team/effect.h) to be given;
 * they lie in `text`, which is appended to.  ERR_NOTHING when they are not
 * here. */
enum err words_content(struct content *c, struct buf *text,
    const struct desk *d, const struct effect *f) MUST_USE;

/* told_words.c: take in words of another device that signed them.  ERR_MISSING:
 * their entry or their conversation is not here.  ERR_FORGED: they are not what
 * the entry says. */
enum err told_words(struct desk *d, const struct content *c) MUST_USE;

#endif
