/*
 * page: what the handlers of the source's pages share: the fields of a form,
 * who is writing, and how a page leaves.
 */
#ifndef FRONT_PAGE_H
#define FRONT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "front/answers.h"
#include "front/request.h"
#include "front/view.h"
#include "letter/letter.h"
#include "letter/phrase.h"
#include "letter/ticket.h"

/* Every field that is kept whole.  Text and files are not among them. */
enum page_field {
	PAGE_TICKET,
	PAGE_DOOR,
	PAGE_WORDS,
	PAGE_FROM, /* the first letter to show */
	PAGE_SEEN, /* greatest n shown */
	PAGE_PLACES,
	PAGE_W1,
	PAGE_W2,
	PAGE_W3,
	PAGE_TAG,
	PAGE_FILE,
	PAGE_SURE,
	PAGE_ID,
	PAGE_NAME,
	PAGE_KEEP,
	PAGE_FIELDS
};

struct page_value {
	char *at; /* with a NUL behind; NULL: did not come */
	size_t len;
	bool whole;
};

struct lookup;

struct page {
	struct front_request *r;
	struct view_line view;
	struct view_door doors[KEY_NOTE_DOORS];
	char door_ids[KEY_NOTE_DOORS][DOOR_ID_BYTES * 2 + 1];
	struct answers_asked asked;
	struct page_value fields[PAGE_FIELDS];
	int field; /* the one that is coming, -1 for one that is not kept */

	/* Who it is, once page_who() has said so.  Secret. */
	struct ticket who;
	char ticket[TICKET_CHARS + 1];
	void (*next)(struct page *p, enum err e);
	struct lookup *lookup; /* see lookup.h */

	void *mine; /* the route's */
	void (*drop)(struct page *p); /* releases what is behind `mine` */
};

/* For the tables of routes: `begin`, `form` of urlencoded forms, `drop`. */
void page_begin(struct front_request *r);
enum err page_form(struct front_request *r, const struct form_piece *piece);
void page_drop(struct front_request *r);

/* One event of a field that is kept whole.  Says whether it was one. */
enum err page_take(
    struct page *p, const struct form_piece *piece, bool *mine) MUST_USE;

/* Was the form whole?  If not, an error page was answered. */
bool page_is_whole(struct page *p, enum err how);

/* The value of a field, "" when it did not come. */
const char *page_value(const struct page *p, enum page_field f);

/* A field that is a number of at most `max`; 0 for anything else. */
uint32_t page_number(const struct page *p, enum page_field f, uint32_t max);

/*
 * Who is it?  From the ticket or else from the words in the form; `next` is
 * called exactly once, at once or later:
 *	ERR_OK       p->who is known, p->ticket a fresh ticket
 *	ERR_MISSING  neither came
 *	ERR_EXPIRED  the ticket is dead (and no words came)
 *	ERR_FORMAT   the words cannot be; see page_mistyped()
 *	ERR_BUSY     too many at once
 *	ERR_NOMEM, ERR_CLOSED
 */
void page_who(struct page *p, void (*next)(struct page *p, enum err e));

/* The root of these words for p->who, which has its door; next as above. */
void page_derive(struct page *p, const struct phrase *phrase,
    void (*next)(struct page *p, enum err e));

/* Make the ticket anew, after p->who has changed. */
void page_ticket(struct page *p);

/* The door of p->who, NULL when none is chosen or the line does not offer it
 * (any more). */
const struct key_note_door *page_door(const struct page *p);

/* Choose the open door of this id (8 hex); when there is none such the only one
 * that is open, or none. */
void page_choose_door(struct page *p, const char *id);

/* Answers.  All leave with the beat.  page_show() takes over `out`, and says
 * that something is wrong when `e` is not ERR_OK. */
void page_show(struct page *p, unsigned status, struct buf *out, enum err e);
void page_error(struct page *p, enum view_error why);
void page_mistyped(struct page *p);

/* An error page for what page_who() or the keeper said. */
void page_fail(struct page *p, enum err e);

struct remember;

/* The tickets' keys, and what was committed; one of each a process. */
struct ticket_ring *page_ring(void);
struct remember *page_memory(void);

#endif
