/*
 * view: the source's pages, from plain structs to bytes.
 *
 * Every page is a pure function: it reads what is in its struct and appends one
 * whole page of 32, 64, 128 ... KiB to `out` (limit VIEW_PAGE_MAX or more).
 * Nothing is kept; strings are borrowed, UTF-8, and may be hostile.  NULL
 * stands for "none" wherever a string is said to be optional.
 *
 * What the forms send is in the comment of each page, fields in this order.
 * Urlencoded, except `/send`, which is multipart.
 */
#ifndef FRONT_VIEW_H
#define FRONT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "lang/lang.h"

#define VIEW_PAGE_MAX (2U << 20)
#define VIEW_WORDS 9
#define VIEW_ASKED 3 /* words asked back */
#define VIEW_NEAR 3 /* neighbours named for a mistyped word */
#define VIEW_LETTERS 6 /* shown at once */
#define VIEW_ANSWER_CHARS 500U /* of one answer */

struct view_door {
	const char *id; /* 8 hex */
	const char *name; /* optional when it is the only one */
	const char *readers; /* optional: who reads there, by name or role */
};

/* One question of the team's own (optional ones only). */
enum view_answer { VIEW_ANSWER_TEXT, VIEW_ANSWER_CHOICE, VIEW_ANSWER_DATE };
struct view_question {
	const char *id; /* name of the field is "q-" and this */
	const char *text;
	enum view_answer kind;
	const char *const *choices;
	size_t choice_count;
};

/* What every page knows of the line. */
struct view_line {
	const struct lang *lang;
	const char *team; /* the team's name */
	const char *title; /* optional: the heading of the start page */
	const char *about; /* optional: who reads this, the team's own words */
	const struct view_door *doors;
	size_t door_count;
	const struct view_question *questions;
	size_t question_count;
	uint64_t file_max; /* bytes of one file */
	uint32_t keep_days;
	bool onion; /* this request came to an onion address */
	bool closed; /* no key for today: nothing can be sent */
};

/* A file as the pages name it. */
struct view_file {
	const char *name;
	uint64_t size;
	const char *code; /* optional: check code, 4 + 4 characters */
};

/* Start.  Forms: POST /new {door}; POST /read {words, door?}. */
enum err view_start(struct buf *out, const struct view_line *line) MUST_USE;

/* Your words.  Forms: POST /check {ticket}; */
struct view_words {
	const char *ticket;
	const char *words[VIEW_WORDS];
};
enum err view_words(struct buf *out, const struct view_line *line,
    const struct view_words *v) MUST_USE;

/* Three of them asked back.  Forms: POST /write {ticket, places (three digits
 * 1 to 9, as "259"), w1, w2, w3}; {ticket} alone skips; POST /new {ticket}
 * shows the words again. */
struct view_check {
	const char *ticket;
	uint8_t place[VIEW_ASKED]; /* 1 to 9, rising */
	bool wrong[VIEW_ASKED]; /* did not match */
};
enum err view_check(struct buf *out, const struct view_line *line,
    const struct view_check *v) MUST_USE;

/* Write.  Form: POST /send, multipart {id, door (chosen, when there are
 * several), seen, ticket, text, name,
 * q-..., keep, files...}; without a ticket a field `words` stands in its place.
 */
enum view_trouble {
	VIEW_FINE,
	VIEW_BUSY, /* press again */
	VIEW_EXPIRED, /* ticket is dead: words again, text kept */
	VIEW_FULL, /* no room on the line */
	VIEW_TOMORROW, /* all sixteen slots of the day are taken */
	VIEW_TOO_LONG, /* text longer than the settings allow */
	VIEW_EMPTY, /* neither words nor file nor answer */
	VIEW_WORDS_WRONG, /* words typed with a kept text are mistyped */
	VIEW_UNREADABLE, /* text is not UTF-8 */
	VIEW_ANSWERS_LONG, /* more than a letter holds */
	VIEW_SHUT, /* no key for today */
	VIEW_CHOOSE, /* no door was chosen, or it is closed by now */
	VIEW_AGAIN, /* not known whether it arrived */
	VIEW_TROUBLES
};
struct view_write {
	const char *ticket; /* NULL: ask for the words */
	const char *id; /* 32 hex, the page's id */
	/* Id of the door it goes to; with several none or another leaves the
	 * choice open. */
	const char *door;
	uint32_t seen; /* greatest n shown */
	bool restricted; /* goes to the members who answer, not to the door */
	enum view_trouble trouble;
	const char *name; /* optional, what was typed */
	const char *text; /* optional, what was typed */
	size_t text_len;
	bool keep;
	const char *const
	    *answers; /* optional, one a question, what was typed */
};
enum err view_write(struct buf *out, const struct view_line *line,
    const struct view_write *v) MUST_USE;

/* The HTTP status that goes with it. */
unsigned view_trouble_status(enum view_trouble why);

/* Sent.  Forms: POST /read {ticket}; POST /write {ticket}. */
struct view_sent {
	const char *ticket;
	bool text; /* a text came with it */
	bool answers; /* to questions of the team */
	const struct view_file *files; /* what arrived whole */
	size_t file_count;
	const char *broken; /* optional: name of the file that did not */
	size_t refused; /* files that were not taken for lack of room or size */
	bool again; /* this is the page for trying again: it had been sent */
};
enum err view_sent(struct buf *out, const struct view_line *line,
    const struct view_sent *v) MUST_USE;

/* Conversation.  Forms: POST /read {ticket, from}; POST /write {ticket, seen};
 * POST /file {ticket, tag, file}; POST /delete {ticket}. */
struct view_letter {
	uint32_t day;
	bool mine; /* a kept copy of the source's own */
	bool is_new;
	bool misdated; /* its day does not fit the one it lies under, ... */
	uint32_t came; /* ... this one */
	uint32_t missing; /* answers that lack before it; see view_talk.c */
	const char *tag; /* 32 hex */
	const char *text;
	size_t text_len;
	bool more; /* text is cut; file 0 holds the whole */
	const struct view_file *files;
	size_t file_count;
};
struct view_talk {
	const char *ticket;
	const char *handle; /* a-b-c */
	uint32_t seen; /* greatest n shown */
	const struct view_letter *letters; /* newest first, misdated last */
	size_t letter_count;
	size_t from; /* place of the first one shown, 0 is the newest */
	size_t all; /* places, those of deleted letters too */
};
enum err view_talk(struct buf *out, const struct view_line *line,
    const struct view_talk *v) MUST_USE;

/* No messages for these words.  Forms: POST /read {words}; POST /write
 * {ticket, door?}: they may be right, and nothing be answered yet. */
struct view_none {
	const char *ticket;
};
enum err view_none(struct buf *out, const struct view_line *line,
    const struct view_none *v) MUST_USE;

/* Words that cannot be, and why: some are not on the list, or there are not
 * nine, or they do not fit together.  Form: POST /read {words}. */
struct view_word {
	unsigned place; /* from 1 */
	const char *typed;
	const char *near[VIEW_NEAR]; /* what it may have been */
	size_t near_count;
};
struct view_mistyped {
	const char *typed; /* all of it, as it was typed */
	unsigned count; /* of words */
	const struct view_word *wrong; /* those that are not on the list */
	size_t wrong_count;
};
enum err view_mistyped(struct buf *out, const struct view_line *line,
    const struct view_mistyped *v) MUST_USE;

/* Delete: asked before, said after.  Form: POST /delete {ticket, sure=yes}. */
struct view_delete {
	const char *ticket;
	bool done;
};
enum err view_delete(struct buf *out, const struct view_line *line,
    const struct view_delete *v) MUST_USE;

/* Everything else: one title, one or two sentences, the way back. */
enum view_error {
	VIEW_ERR_OURS, /* something is broken here */
	VIEW_ERR_BUSY,
	VIEW_ERR_CLOSED, /* no key for today */
	VIEW_ERR_EXPIRED, /* ticket is dead and there is no text */
	VIEW_ERR_FULL,
	VIEW_ERR_GONE, /* the file is no longer there */
	VIEW_ERR_FORM, /* the form is not one of ours */
	VIEW_ERR_TOO_LARGE,
	VIEW_ERR_NOWHERE, /* no such page */
	VIEW_ERR_OTHERWISE, /* the page is asked in another way */
	VIEW_ERR_FOREIGN, /* from another site */
	VIEW_ERR_COUNT
};
enum err view_error(struct buf *out, const struct view_line *line,
    enum view_error why) MUST_USE;

/* The HTTP status that goes with it. */
unsigned view_error_status(enum view_error why);

/* /style.css, the same bytes for as long as the program runs. */
const void *view_style(size_t *n);

#endif
