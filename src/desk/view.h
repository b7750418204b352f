/*
 * view: the desk's pages, from plain structs to bytes.
 *
 * Every page is a pure function that appends one whole page to `out`.  Strings
 * are borrowed, UTF-8, and may be hostile; NULL stands for "none" where a
 * string is said to be optional.  Everything works without script.  A handle
 * is `a-b-c`, so it may stand in an address; nothing else of a conversation
 * ever does.
 */
#ifndef DESK_VIEW_H
#define DESK_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/asked.h"
#include "desk/seen.h"
#include "lang/lang.h"
#include "team/effect.h"

#define DESK_PAGE_MAX (8U << 20)
#define DESK_SEARCH_MAX 200U /* bytes of a search */
#define DESK_BYLINE_MAX 100U /* bytes */
#define DESK_LABEL_MAX 300U

/* How words of a source may be used (AP, Reuters).  The strictest first. */
enum desk_level {
	DESK_LEVEL_NONE, /* nothing is agreed: nothing may be used */
	DESK_LEVEL_OFF_RECORD,
	DESK_LEVEL_DEEP_BACKGROUND,
	DESK_LEVEL_BACKGROUND,
	DESK_LEVEL_ON_RECORD,
	DESK_LEVEL_COUNT
};

/* Its word in the log, in forms and in --json: "off_record". */
const char *desk_level_name(enum desk_level level);

/* DESK_LEVEL_COUNT when it is none. */
enum desk_level desk_level_find(const char *name, size_t n);

enum desk_filter {
	DESK_ALL,
	DESK_UNREAD,
	DESK_WAITING, /* the last word is theirs */
	DESK_MINE, /* assigned to this desk's member */
	DESK_JUNK,
	DESK_FILTER_COUNT
};

/* What every page knows. */
struct desk_frame {
	const struct lang *lang;
	const char *team;
	const char *const *warnings; /* what must be done, already sentences */
	size_t warning_count;
	const char *said; /* optional: what the last act did */
};

/* How long a conversation is kept: desk/clocks.h. */
struct desk_kept {
	enum effect_outcome outcome;
	bool hold;
	uint32_t ends; /* the day its period ends; 0: it has none */
	uint32_t goes; /* the day it is destroyed; 0: none is announced */
	bool asked; /* by this member; else its period ends */
	const char *by;
	bool stays; /* destroyed elsewhere; here its source wrote since */
	bool several; /* the team has several desks */
	bool editor, admin; /* this desk's member; an admin is both */
};

struct desk_row {
	const char *handle;
	const char *name; /* optional: chosen by the source */
	const char *excerpt; /* of the last letter */
	size_t excerpt_len;
	uint32_t day; /* of the last letter */
	uint32_t arrived; /* of theirs, in the order of arrival */
	const char *door; /* optional: in a team of several, its name */
	unsigned unread;
	unsigned files;
	bool waiting;
	bool asks_deletion; /* the source wants it deleted */
	struct desk_kept kept;
	const void *of; /* the page's own */
	const char *assigned; /* optional: to whom, names with commas */
	bool has_draft;
};

/* A page that says when there is something new to be seen on it: by a script
 * that hears of it, or else a link. */
struct desk_watch {
	const char *path; /* that tells; NULL: this page does not */
	const char *again; /* the page itself */
	uint64_t now; /* what that would tell now */
};

/* A way in, by which conversations can be chosen. */
struct desk_door {
	char id[9]; /* 8 hex digits */
	const char *name;
	unsigned count; /* of conversations that are no junk */
};

/* The inbox: GET /?FILTER, GET /?door.ID, GET /?find=WORDS.  Form: POST /sync
 * {}. */
struct desk_inbox {
	enum desk_filter filter;
	const struct desk_door *doors; /* of a team that has several */
	size_t door_count;
	const struct desk_door *door; /* that was chosen; NULL */
	const char *search; /* optional */
	bool best; /* what was found, the best first */
	unsigned count[DESK_FILTER_COUNT];
	const struct desk_row *rows; /* newest first */
	size_t row_count;
	bool cut; /* there are more, older ones */
	uint32_t fetched; /* the day of the last good fetch; 0: never */
	uint32_t today;
	const char *synced; /* optional, a sentence: how the last one went */
	bool fetching; /* one goes just now */
	struct desk_watch watch;
};
enum err desk_view_inbox(struct buf *out, const struct desk_frame *frame,
    const struct desk_inbox *inbox) MUST_USE;

/* What sources see on the line: GET /look.  Form: POST /look {}: the team wants
 * it so. */
struct desk_look {
	uint32_t day; /* of the last look; 0: there was none */
	const struct seen_found *found;
	const uint32_t *gone; /* for each: since when not any more, or 0 */
	size_t n;
	bool more; /* than is named */
	const struct seen_line *line; /* what it is set to; NULL: not known */
	const char *shown; /* look_shown(); NULL: nothing can be accepted */
};
enum err desk_view_look(struct buf *out, const struct desk_frame *frame,
    const struct desk_look *look) MUST_USE;

struct desk_file {
	unsigned number; /* from 1 in the order they came; never changes */
	const char *name;
	uint64_t size;
	bool here; /* all its parts are on this desk */
	/* On its own page, while it is not: */
	bool coming; /* a member asked for it */
	unsigned parts_here, parts;
};

struct desk_answer {
	const char *question; /* its id */
	const char *answer;
	struct asked_question asked; /* what it said */
};

struct desk_letter {
	bool ours;
	uint32_t day;
	const char *text;
	size_t text_len;
	bool cut; /* that is its beginning only */
	const struct desk_file *files;
	size_t file_count;
	size_t more_files; /* that are not shown */
	const struct desk_answer *answers; /* to the team's questions */
	size_t answer_count;
	bool asks_deletion; /* the source wants the conversation deleted */
	bool unread;
	bool misdated; /* its day does not fit the one on which it came, ... */
	uint32_t came; /* ... this one */
	uint32_t missing; /* letters that lack here; see desk/stand.h */
	bool other_version; /* same letter, sent again with other words */
	bool other_address; /* asks for answers to another key than before */
	const char *reach; /* optional: who else can read it, a sentence */
};

/* What members say to each other: a note, or a draft that stands. */
struct desk_note {
	const char *id; /* hex */
	const char *by; /* optional: the member's name */
	uint32_t after; /* the day of the last letter then; 0: unknown */
	const char *text;
	size_t text_len;
	bool lacks; /* its words have not come */
};

struct desk_member {
	const char *id; /* hex */
	const char *name; /* optional: has left */
	bool assigned;
};

/*
 * A conversation: GET /talk?HANDLE, older pages /talk?HANDLE.NEWER; a file of
 * it: GET /save?HANDLE.NUMBER.  Forms, all with the field `handle`:
 *
 *	POST /reply        multipart {text, keep=yes, over, files...}
 *	POST /draft        {text, draft}: the draft whose place it takes
 *	POST /note         {text}
 *	POST /assign       {member, any number of times}
 *	POST /attribution  {level, byline, label}
 *	POST /junk         {junk=yes|no}
 *	POST /restrict     {m followed by a member's id in hex, for each}, or
 *	                   {all=yes}
 *	POST /delete       {} asks; {sure=yes} does, or announces it;
 *	                   {now=yes}; {undo=yes} takes that back
 *	POST /outcome      {outcome}
 *	POST /hold         {hold=yes|no}
 */
struct desk_talk {
	const char *handle;
	const char *name; /* optional */
	bool name_alike; /* looks like the name of another conversation */
	bool handle_twice; /* another writer has the same three words */
	const char *door; /* optional: in a team of several, its name */
	const char *elsewhere; /* optional: why it cannot be answered here */
	bool junk;
	enum desk_level level;
	const char *byline; /* optional */
	const char *label; /* optional: "a person who ..." */
	const struct desk_letter *letters; /* oldest first, misdated last */
	size_t letter_count;
	size_t older, newer; /* not on this page */
	const char *draft; /* optional: an answer that was not sent */
	const char *trouble; /* optional: why not, a sentence */
	unsigned kept_files; /* chosen with the draft and kept */
	bool cut_off; /* the draft was cut off; it wants its files again */
	const struct readers *readers; /* optional: readers.h */
	const char *sending; /* optional: an answer that is on its way */
	struct desk_kept kept;
	bool terms_lack; /* the words of what was agreed have not come */
	bool reads_only; /* this member is a viewer */
	const struct desk_note *notes; /* the oldest first */
	size_t note_count, more_notes; /* older ones that are not shown */
	const struct desk_note *drafts; /* the newest first */
	size_t draft_count;
	/* Of the team and, assigned too, of who left; none: a team of one. */
	const struct desk_member *members;
	size_t member_count;
	struct desk_watch watch;
};
enum err desk_view_talk(struct buf *out, const struct desk_frame *frame,
    const struct desk_talk *talk) MUST_USE;

/* While the line is waited for: GET /wait fetching, GET /wait?HANDLE sending.
 * Asks for itself again every second (a header) until it leads on. */
struct desk_wait {
	const char *handle; /* NULL: fetching */
	const char *text; /* that is sent */
	unsigned files; /* with it */
	unsigned letters; /* new ones so far */
	unsigned looked, all; /* envelopes looked at, of so many; 0: unknown */
	unsigned files_here; /* files that came whole */
};
enum err desk_view_wait(struct buf *out, const struct desk_frame *frame,
    const struct desk_wait *wait) MUST_USE;

/* Before a file is saved.  Form: POST /file {handle, number}, which answers
 * with the file.  One that is not here: POST /bring {handle, number} fetches
 * it. */
enum err desk_view_save(struct buf *out, const struct desk_frame *frame,
    const char *handle, const struct desk_file *file) MUST_USE;

/* Before a conversation is deleted; what that means. */
enum err desk_view_delete(struct buf *out, const struct desk_frame *frame,
    const char *handle, const struct desk_kept *kept) MUST_USE;

/* What was destroyed, the newest last: GET /register. */
struct desk_dead {
	char id[9]; /* the first of what the log calls it */
	enum effect_outcome outcome;
	uint32_t first, last, letters, files, day;
};
enum err desk_view_register(struct buf *out, const struct desk_frame *frame,
    const struct desk_dead *dead, size_t n) MUST_USE;

/* How long the team keeps what is over: GET /periods.  Form: POST /periods
 * {template}. */
struct desk_template {
	const char *name, *means; /* `means`: a sentence of the catalogue */
};
struct desk_periods {
	uint32_t junk, irrelevant, closed; /* days; 0: for ever */
	const struct desk_template *templates;
	size_t template_count;
	size_t now; /* which of them; template_count: none */
	bool admin; /* may choose */
};
enum err desk_view_periods(struct buf *out, const struct desk_frame *frame,
    const struct desk_periods *periods) MUST_USE;

/* The page that brings the cookie's browser to the inbox. */
enum err desk_view_enter(struct buf *out, const struct lang *lang) MUST_USE;

/* One sentence and the way back.  `frame` may be NULL for somebody who may not
 * see anything. */
enum err desk_view_error(struct buf *out, const struct desk_frame *frame,
    const char *sentence) MUST_USE;

/* /style.css, /desk.js */
const void *desk_view_style(size_t *n);
const void *desk_view_script(size_t *n);

#endif
