/* view_part: what the desk's pages share among themselves; see desk/view.h. */
#ifndef DESK_VIEW_PART_H
#define DESK_VIEW_PART_H

#include "desk/view.h"
#include "html/html.h"

/* A whole element with a sentence of ours, in the reader's language. */
void view_text(const struct desk_frame *f, struct html *h, enum html_element e,
    const char *class, const char *sentence);

/* The same with something put in for {1}: a day, or a number. */
void view_text_day(const struct desk_frame *f, struct html *h,
    const char *class, const char *sentence, uint32_t day);
void view_text_num(const struct desk_frame *f, struct html *h,
    const char *class, const char *sentence, uint64_t n);

/* From the doctype to the opened body; to the opened main with its notices. */
void view_head(struct html *h, const struct lang *lang, const char *title);
void view_begin(struct html *h, struct buf *out, const struct desk_frame *f,
    const char *title);

/* Close main, body and page. */
enum err view_end(struct html *h) MUST_USE;

/* Open a form that posts to `action`; `files`: as multipart. */
void view_form(struct html *h, const char *action, bool files);

/* The name of a conversation's door. */
void view_door(struct html *h, const struct desk_frame *f, const char *name);

void view_button(struct html *h, const char *class, const char *text);
void view_day(struct html *h, uint32_t day);
void view_size(struct html *h, uint64_t size);

/* The team's questions that a letter answers, each with what it said. */
void view_answers(
    struct html *h, const struct desk_frame *f, const struct desk_letter *l);

/* Who reads it, and a form to change it. */
void view_readers(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t);
/* How long it is kept: what must be seen; and the section to change it. */
void view_kept_marks(
    struct html *h, const struct desk_frame *f, const struct desk_kept *k);
void view_kept_notice(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t);
void view_kept(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t);

/* An outcome in a sentence: a word of the catalogue. */
const char *view_outcome(enum effect_outcome outcome);

/* That this page may have something new, and the way to it; nothing without
 * a path. */
void view_watch(
    struct html *h, const struct desk_frame *f, const struct desk_watch *watch);

/* view_answer.c: the box for it, or why there is none. */
void view_answer(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t);

/* view_words.c: to whom it is assigned; notes; the newest draft's head above
 * the answer, and the others, with the hidden fields that say which they are.
 */
void view_assigned(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t);
void view_notes(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t);
const struct desk_note *view_draft(const struct desk_talk *t);
void view_draft_head(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t);
void view_drafts(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t);

/* A part of the page that the script shows anew when something has changed. */
void view_part_open(struct html *h, const char *id);

/* A way on: to a conversation, or (NULL) the inbox. */
void view_way(struct html *h, const struct desk_frame *f, const char *handle,
    const char *sentence);

#endif
