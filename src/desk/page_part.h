/* page_part: what the files of the desk's page share; nobody else's. */
#ifndef DESK_PAGE_PART_H
#define DESK_PAGE_PART_H

#include "desk/page.h"
#include "desk/page_in.h"
#include "desk/view.h"
#include "http/server.h"

#define PAGE_SAID_MAX 300U
#define PAGE_WARNINGS 8U

struct page {
	struct desk *desk;
	struct reach *reach;
	struct http_server *http;
	int listen;
	struct guard guard;
	const struct lang *lang;
	char said[PAGE_SAID_MAX]; /* shown once, on the next page */
	char synced[PAGE_SAID_MAX];
	uint64_t sync_at; /* when it is time to fetch again, clock_ms() */
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
void page_stream_close(struct page_stream *s); /* NULL does nothing */

/* The frame of a page: what the last act said is taken out of it, into `said`
 * (PAGE_SAID_MAX bytes). */
struct desk_frame page_frame(struct page *p, char said[static PAGE_SAID_MAX]);

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

/* Fetch what is new; says in p->synced how that went. */
void page_sync(struct page *p);

/* The acts. */
void page_inbox(struct page *p, struct http_request *r, struct page_in *in);
void page_find(struct page *p, struct http_request *r, struct page_in *in);
void page_talk(struct page *p, struct http_request *r, struct page_in *in);
void page_fetch(struct page *p, struct http_request *r, struct page_in *in);
void page_reply(struct page *p, struct http_request *r, struct page_in *in);
void page_terms(struct page *p, struct http_request *r, struct page_in *in);
void page_junk(struct page *p, struct http_request *r, struct page_in *in);
void page_delete(struct page *p, struct http_request *r, struct page_in *in);
void page_save(struct page *p, struct http_request *r, struct page_in *in);
void page_file(struct page *p, struct http_request *r, struct page_in *in);

/* The conversation again, with an answer that was not sent and why. */
void page_show_talk(struct page *p, struct http_request *r, struct conv *c,
    const char *draft, const char *trouble);

#endif
