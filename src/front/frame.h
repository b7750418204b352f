/*
 * frame: what all source pages have in common: the head, the warnings, the
 * foot, and the few shapes that the pages are made of.
 *
 * Sentences are given in English and looked up in the page's language.  In a
 * sentence, {1} and {2} stand for the arguments, which may be hostile: each is
 * set apart (bdi), so that it cannot turn the writing around it.
 */
#ifndef FRONT_FRAME_H
#define FRONT_FRAME_H

#include <stdint.h>

#include "front/view.h"
#include "html/html.h"

#define FRAME_SIZE_BYTES 24 /* "1023.9 MiB" and a NUL */

struct frame {
	struct html h;
	const struct view_line *line;
};

/* The page up to its heading; `title` is both. */
void frame_begin(struct frame *f, struct buf *out, const struct view_line *line,
    const char *title);

/* The foot; fills the page.  Returns the first failure. */
enum err frame_end(struct frame *f) MUST_USE;

/* An element with a sentence; `class` may be NULL.  `frame_say1` has
 * an argument. */
void frame_say(struct frame *f, enum html_element e, const char *class,
    const char *english);
void frame_say1(struct frame *f, enum html_element e, const char *class,
    const char *english, const char *arg);

/* The sentence alone, in the element that is open; arguments may be NULL. */
void frame_put(
    struct frame *f, const char *english, const char *arg1, const char *arg2);

/* The sentence in the page's language. */
const char *frame_text(const struct frame *f, const char *english);

/* A stranger's text, or the team's, in its own direction; line feeds show. */
void frame_own(struct frame *f, enum html_element e, const char *class,
    const char *text, size_t n);

/* A box that the eye finds: "note" (calm), "warn", "good". */
void frame_box_begin(struct frame *f, const char *class, const char *english);
void frame_box_end(struct frame *f);

/* A form that is sent by POST; with `ticket` not NULL, it is its first field;
 * without, further attributes may follow. */
void frame_form_begin(struct frame *f, const char *path, const char *ticket);
void frame_form_end(struct frame *f);

/* The button that sends a form; `class` "main" for the one that goes on. */
void frame_button(struct frame *f, const char *class, const char *english);

/* The box in which the nine words are typed, with its label and its hint. */
void frame_words_field(struct frame *f, const char *typed);

/* The choice of a door; the one with the id `chosen` is (NULL: none, and one
 * must be). */
void frame_doors(struct frame *f, const char *chosen);

/* A hidden field that is a number. */
void frame_hidden_num(struct frame *f, const char *name, uint64_t v);

/* A list of files with sizes and, where they have one, check codes. */
void frame_files(struct frame *f, const struct view_file *files, size_t count);

/* A size for people: "512 bytes", "1.5 MiB". */
void frame_size(char out[static FRAME_SIZE_BYTES], uint64_t bytes);

#endif
