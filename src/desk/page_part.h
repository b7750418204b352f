/* page_part: what the files of the desk's page share; nobody else's. */
#ifndef DESK_PAGE_PART_H
#define DESK_PAGE_PART_H

#include "desk/logbook.h"
#include "desk/page.h"
#include "desk/page_in.h"
#include "desk/sync.h"
#include "desk/view.h"
#include "http/server.h"
#include "team/roster.h"

#define PAGE_SAID_MAX 1024U /* in any script */
#define PAGE_WARNINGS 16U
#define PAGE_OUTS_MAX 16U
#define PAGE_STREAMS_MAX 8U /* a part of a file each */

/* An answer on its way to a source, or one that did not go. */
struct page_out {
	struct page_out *next;
	struct conv *conv;
	struct page_in *in; /* its text and files */
	const char *trouble; /* why it did not go; NULL: on its way */
};

/* What one page says that must be done, as sentences. */
struct page_warnings {
	char text[PAGE_WARNINGS][PAGE_SAID_MAX];
	const char *list[PAGE_WARNINGS];
	size_t n;
	char said[PAGE_SAID_MAX];
};

/* A page in the browser that hears when it has changed. */
#define PAGE_WATCHES 3U /* a browser has six connections to us */
struct page_watch {
	struct http_request *r; /* NULL: a free place */
	char handle[CONV_HANDLE_BYTES]; /* empty: the inbox */
	uint64_t told, now;
	bool first;
	uint64_t since, beat; /* when it came, and was written to last */
};

/* A file that a member wants here. */
struct page_wish {
	char handle[CONV_HANDLE_BYTES];
	unsigned number; /* 0: there is none */
	bool goes; /* the line is asked for it */
};

struct page {
	struct desk *desk;
	struct reach *reach;
	bool (*is_over)(void *with);
	void *with;
	struct http_server *http;
	int listen;
	struct guard guard;
	const struct lang *lang;
	char said[PAGE_SAID_MAX]; /* shown once, on the next page */
	char synced[PAGE_SAID_MAX];
	uint64_t sync_at; /* when it is time to fetch again, clock_ms() */
	bool fetching; /* the line is being asked for what is new */
	bool sending; /* an answer goes to the line */
	bool yield; /* something else goes first: break off */
	bool stop; /* the member does not want to fetch now */
	bool by_itself; /* nobody asked for the fetch that is next, or goes */
	uint32_t every; /* minutes, about; 0: only when asked */
	void (*news)(void *with);
	struct sync_report report; /* of the last fetch, or the one that goes */
	bool reported;
	unsigned refused; /* since this desk was opened */
	unsigned came; /* new messages before a fetch was broken off */
	struct page_out *outs; /* first come, first sent */
	struct page_stream *streams; /* files on their way to the browser */
	size_t streams_n;
	struct page_wish wish;
	struct conv *doomed; /* to be deleted when nothing is under way */
	struct http_request *doomed_by; /* who waits for that; NULL: gone */
	struct page_watch watch[PAGE_WATCHES]; /* pages that are looked at */
	const struct seen_pages *pages; /* NULL: no looks */
	struct look *look; /* one that goes; NULL */
	uint64_t look_at; /* when it goes on, clock_ms(); 0: not known yet */
	bool look_near; /* the line is on this machine */
	unsigned look_off; /* how often it was put off for a fetch */
	uint64_t watch_at; /* when to look for news again, clock_ms() */
	struct logbook_check check; /* of the log */
};

/* One path.  `act` answers; `in` is NULL but for a POST. */
struct page_route {
	enum http_method method;
	const char *path;
	bool open; /* answered without the cookie */
	void (*act)(struct page *p, struct http_request *r, struct page_in *in);
};

/* One request under way: r->mine. */
struct page_stream;
struct page_request {
	const struct page_route *route;
	struct page_in *in;
	struct page_stream *stream;
	enum err e;
};
/* The request is over; an answer that was not `whole` is said to the member.
 * NULL does nothing. */
void page_stream_close(struct page_stream *s, bool whole);

/* Look for some milliseconds through a file that is to be saved, in turns when
 * they are several.  Was there one? */
bool page_streams_turn(struct page *p);

/* The frame of a page, with what must be done, kept in `w`; what the last act
 * said is taken out of the page. */
struct desk_frame page_frame(struct page *p, struct page_warnings *w);

/* And on a conversation's page that it has answers which nobody entered. */
void page_warn_unentered(struct page *p, struct page_warnings *w,
    struct desk_frame *frame, const struct conv *c);

/* Answer with the page in `out` (taken over), or, when `e` is not ERR_OK, with
 * what is wrong. */
void page_answer(
    struct http_request *r, unsigned status, struct buf *out, enum err e);

/* Answer with one sentence and the way back. */
void page_sorry(struct page *p, struct http_request *r, unsigned status,
    const char *sentence);

/* Answer: go to that page. */
void page_go(struct http_request *r, const char *path);
void page_go_talk(struct http_request *r, const struct conv *c);

/* The headers of every answer. */
void page_headers(struct http_request *r);

/* The conversation that a form or an address names; answers and returns NULL
 * when there is none. */
struct conv *page_conv(
    struct page *p, struct http_request *r, const char *handle, size_t n);

/* The one that a form names. */
struct conv *page_conv_in(
    struct page *p, struct http_request *r, struct page_in *in);

/* How long it is kept, for its page; lives until the log changes. */
struct desk_kept page_kept(struct page *p, const struct conv *c);

/*
 * Work with the line, which takes its time: done between requests, and while it
 * waits for the line the page goes on answering.
 */

/* Do what is next: a deletion, an answer, a file, a fetch that is due. */
void page_work(struct page *p);

/* Have it done soon. */
void page_work_fetch(struct page *p);
/* Break off a fetch; what has come stays. */
void page_work_stop(struct page *p);
void page_work_delete(struct page *p, struct conv *c, struct http_request *r);

/* page_bring.c: fetch the file that is wished for; how that stands, for its
 * page. */
void page_bring_next(struct page *p);
void page_bring_stands(const struct page *p, const struct conv *c,
    const struct said_file *f, struct desk_file *shown);
/* What an error means for the member, with what to do; English. */
const char *page_trouble(enum err e);
/* For reach_meanwhile(): the page goes on meanwhile. */
enum err page_meanwhile(void *with) MUST_USE;

/* The answer of this conversation that goes or did not go; NULL. */
struct page_out *page_out_find(const struct page *p, const struct conv *c);
/* Queue one; `in` is handed over on ERR_OK. */
enum err page_out_add(
    struct page *p, struct conv *c, struct page_in *in) MUST_USE;
void page_out_drop(struct page *p, const struct conv *c);
/* The same of one that did not go: its words are a draft now. */
void page_out_drop_unsent(struct page *p, const struct conv *c);

/* A conversation goes, by whatever came to destroy it: for desk_watch(). */
void page_work_conv_gone(void *with, const struct conv *c);

/* A deletion was asked for by this request, which is over. */
void page_work_gone(struct page *p, const struct http_request *r);
void page_work_drop(struct page *p);

/* What was done here should reach the others soon. */
void page_work_soon(struct page *p);

/* page_log.c: go on with the check of the log.  Is there more to do? */
bool page_log_turn(struct page *p);

/* page_watch.c: look for news for those who watch; one is gone. */
void page_watch_turn(struct page *p);
void page_watch_gone(struct page *p, const struct http_request *r);

/* page_look.c: begin or go on with the daily look when it is time; and so that
 * it and a fetch keep apart: is there one that a fetch should wait for; a
 * desk's request was made just now; away with it. */
void page_look_turn(struct page *p);
bool page_look_holds(struct page *p);
void page_look_keep_off(struct page *p);
void page_look_drop(struct page *p);

/* page_words.c: fill in what members say to each other; `*w` keeps the strings.
 * ERR_NOMEM and errors of the disk. */
struct page_words {
	struct desk_note *notes, *drafts;
	size_t notes_n, drafts_n;
	struct desk_member members[2 * ROSTER_MEMBERS];
	char ids[2 * ROSTER_MEMBERS][2 * MEMBER_ID_BYTES + 1];
	char watch[CONV_HANDLE_BYTES + 16], again[CONV_HANDLE_BYTES + 16];
	struct arena hold; /* texts and ids */
};
enum err page_words_draw(struct page *p, const struct conv *c,
    struct desk_talk *talk, struct page_words *w) MUST_USE;
void page_words_drop(struct page_words *w);
/* The ids that a field of a form has, hex one behind the other. */
struct words_ids;
void page_words_over(
    struct page_in *in, const char *name, struct words_ids *ids);
/* To whom it is assigned, as the inbox says it; "" for nobody. */
void page_words_assigned(
    const struct desk *d, const struct conv *c, char *out, size_t room);

/* The acts. */
void page_changes(struct page *p, struct http_request *r, struct page_in *in);
void page_note(struct page *p, struct http_request *r, struct page_in *in);
void page_draft(struct page *p, struct http_request *r, struct page_in *in);
void page_assign(struct page *p, struct http_request *r, struct page_in *in);
void page_inbox(struct page *p, struct http_request *r, struct page_in *in);
void page_find(struct page *p, struct http_request *r, struct page_in *in);
void page_talk(struct page *p, struct http_request *r, struct page_in *in);
void page_members(struct page *p, struct http_request *r, struct page_in *in);
void page_how(struct page *p, struct http_request *r, struct page_in *in);
void page_wait(struct page *p, struct http_request *r, struct page_in *in);
void page_fetch(struct page *p, struct http_request *r, struct page_in *in);
void page_stop(struct page *p, struct http_request *r, struct page_in *in);
void page_reply(struct page *p, struct http_request *r, struct page_in *in);
void page_reply_too_big(
    struct page *p, struct http_request *r, struct page_in *in);
void page_terms(struct page *p, struct http_request *r, struct page_in *in);
void page_junk(struct page *p, struct http_request *r, struct page_in *in);
void page_restrict(struct page *p, struct http_request *r, struct page_in *in);
void page_delete(struct page *p, struct http_request *r, struct page_in *in);
void page_outcome(struct page *p, struct http_request *r, struct page_in *in);
void page_hold(struct page *p, struct http_request *r, struct page_in *in);
void page_look(struct page *p, struct http_request *r, struct page_in *in);
void page_look_accept(
    struct page *p, struct http_request *r, struct page_in *in);
void page_register(struct page *p, struct http_request *r, struct page_in *in);
void page_periods(struct page *p, struct http_request *r, struct page_in *in);
void page_periods_act(
    struct page *p, struct http_request *r, struct page_in *in);
void page_log(struct page *p, struct http_request *r, struct page_in *in);
void page_verify(struct page *p, struct http_request *r, struct page_in *in);
void page_verify_act(
    struct page *p, struct http_request *r, struct page_in *in);
void page_save(struct page *p, struct http_request *r, struct page_in *in);
void page_file(struct page *p, struct http_request *r, struct page_in *in);
void page_bring(struct page *p, struct http_request *r, struct page_in *in);

/* The conversation again, with an answer that was not sent and why. */
void page_show_talk(struct page *p, struct http_request *r, struct conv *c,
    const char *draft, const char *trouble);

/* What a viewer is told who would do what an editor does. */
extern const char page_no_editor[];

/* Say it on the next page. */
void page_say(struct page *p, const char *sentence);

#endif
