/*
 * seen: what a line shows a source, judged by what it should.
 *
 * Every page of a source is a pure function of what the line is set to and of a
 * few things that are one visitor's own (a ticket, nine words).  So both are
 * read out of the page that came, the page is drawn again with them, and the
 * two must be the same bytes: nothing can be hidden from a comparison that
 * reads nothing else.  Only when they differ both are taken apart, to say in
 * what.  What it is set to is then compared with what it was before, and with
 * what the line tells desks (look.h).
 *
 * The bytes come from whoever has the line.  Nothing here keeps anything, and
 * the pages are drawn by those who have them (struct seen_pages).
 */
#ifndef DESK_SEEN_H
#define DESK_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "letter/question.h"
#include "team/keynote.h"

#define SEEN_NAME_MAX 128U /* with their NUL, as in a line's settings */
#define SEEN_OWN_MAX 4096U
#define SEEN_PAGE_MAX (512U << 10) /* bytes of one page */
#define SEEN_TEXT 300U /* bytes of what is said of one difference */
#define SEEN_FOUND_MAX 24U
#define SEEN_ID_BYTES 16U
#define SEEN_WORDS_N 9U
#define SEEN_PLACES 3U

/* In the order in which a browser gets them. */
enum seen_page {
	SEEN_START,
	SEEN_STYLE,
	SEEN_PHRASE, /* new words */
	SEEN_ASKED, /* three of them asked back */
	SEEN_WRITE,
	SEEN_PAGES
};

enum seen_what {
	SEEN_ALIEN, /* what no page of ours has: a script, an address elsewhere
		     */
	SEEN_HEAD, /* the answer's head */
	SEEN_STATUS, /* it was not answered as a page is */
	SEEN_FORM, /* other fields, or elements of another kind */
	SEEN_DOOR, /* a door lacks, or is another */
	SEEN_QUESTION, /* a question of the team's is another */
	SEEN_WORDS, /* a sentence is another */
	SEEN_LOOKS, /* the style sheet is another */
	SEEN_BUILT, /* the same in another order, or of another size */
	SEEN_NAME, /* from here on: what a line's settings say */
	SEEN_TITLE,
	SEEN_ABOUT,
	SEEN_READERS,
	SEEN_FILE_MAX,
	SEEN_DAYS,
	SEEN_KEYS, /* from here on: what `sotto tell` is given */
	SEEN_KEYS_OLD,
	SEEN_TELL_QUESTIONS,
	SEEN_WHATS
};

/* What a line is set to, as far as a source sees it. */
struct seen_door {
	char id[2 * DOOR_ID_BYTES + 1];
	char name[DOOR_NAME_MAX + 1];
	char readers[DOOR_READERS_MAX + 1];
};
struct seen_line {
	char name[SEEN_NAME_MAX];
	char title[SEEN_OWN_MAX]; /* empty: the usual one */
	char about[SEEN_OWN_MAX]; /* may be empty; */
	char readers[SEEN_OWN_MAX]; /* so may this */
	uint64_t file_max;
	uint32_t days; /* it keeps what lies there */
	bool onion; /* it is reached as an onion service */
	struct seen_door doors[KEY_NOTE_DOORS];
	size_t doors_n;
	struct question questions[QUESTIONS_MAX];
	unsigned questions_n;
};

/* What is one visitor's own. */
struct seen_own {
	char ticket[160];
	char id[33];
	char door[2 * DOOR_ID_BYTES + 1]; /* the one that was chosen */
	char word[SEEN_WORDS_N][24];
	char places[SEEN_PLACES + 1]; /* digits */
};

/* Who can draw a source's pages, in English: append one whole page, or the
 * style sheet.  ERR_FORMAT for what no such page can have. */
struct seen_pages {
	enum err (*draw)(struct buf *out, enum seen_page page,
	    const struct seen_line *line, const struct seen_own *own);
};

struct seen_found {
	enum seen_what what;
	enum seen_page page;
	uint8_t id[SEEN_ID_BYTES]; /* of the whole difference */
	uint32_t since; /* the day; 0: not known yet */
	char sees[SEEN_TEXT + 1]; /* what a source sees; lines, may be "" */
	char ours[SEEN_TEXT + 1]; /* what should be there; may be "" */
};
/* Zeroes are an empty one. */
struct seen_list {
	struct seen_found at[SEEN_FOUND_MAX];
	size_t n;
	bool more; /* than there is room for */
	size_t put; /* how many were, also those that are not in it */
	/* What is wanted so takes no room; borrowed, may be NULL. */
	const uint8_t (*wanted)[SEEN_ID_BYTES];
	size_t wanted_n;
};

/* Put one, unless it is there or wanted; texts are cut and cleaned of what
 * steers.  When there is no room what no team can want takes the place of what
 * one can. */
struct seen_text {
	const char *at;
	size_t n;
};
void seen_put(struct seen_list *l, enum seen_what what, enum seen_page page,
    struct seen_text sees, struct seen_text ours);
struct seen_text seen_text(const char *s); /* of a C string */
void seen_put_same(
    struct seen_list *l, const struct seen_found *f); /* copied */

/* Read what the line is set to out of its start page; doors, questions and
 * `onion` are those of `base`, and so is what cannot be read.  ERR_NOMEM and
 * what `pages` fails with. */
enum err seen_read_line(struct seen_line *got, const struct seen_line *base,
    const struct buf *page, const struct seen_pages *pages) MUST_USE;

/* Read a visitor's own out of a page; what is not there stays. */
void seen_read_own(
    struct seen_own *own, enum seen_page page, const struct buf *at);

/* In what do two lines differ?  Settings alone, not doors and questions. */
void seen_settings(struct seen_list *l, const struct seen_line *got,
    const struct seen_line *ours);

/* In what does the page that came differ from `ours`?  ERR_NOMEM. */
enum err seen_compare(struct seen_list *l, enum seen_page page,
    const struct buf *got, const struct buf *ours,
    const struct seen_line *line) MUST_USE;

/* The same of the head of its answer: every line as it came.  What differs is
 * said of the first page, for it is the same of all as a rule. */
void seen_head(struct seen_list *l, enum seen_page page, const struct buf *head,
    size_t body_n);

/* Can a team want it so?  Not a script, another key, or a door that lacks. */
bool seen_may_be_wanted(enum seen_what what);

/* May it come of the line's program being of another version alone? */
bool seen_may_be_version(enum seen_what what);

/* A sentence for lang_text() that says what differs and what to do; the name
 * of a page; the word of a difference in --json. */
const char *seen_sentence(enum seen_what what);
const char *seen_page_name(enum seen_page page);
const char *seen_word(enum seen_what what);
const char *seen_page_word(enum seen_page page);

#endif
