#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wipe.h"

#include "desk/page_part.h"

#define BODY_MAX (PAGE_FILES_MAX + (1U << 20))
/* Of a form that is too large the files are dropped, and the text is kept. */
#define DROP_MAX (UINT64_C(1) << 40)

static void enter(struct page *p, struct http_request *r, struct page_in *in);
static void style(struct page *p, struct http_request *r, struct page_in *in);
static void script(struct page *p, struct http_request *r, struct page_in *in);

static const struct page_route routes[] = {
	{ HTTP_GET, "/", false, page_inbox },
	{ HTTP_GET, "/talk", false, page_talk },
	{ HTTP_GET, "/save", false, page_save },
	{ HTTP_GET, "/wait", false, page_wait },
	{ HTTP_GET, "/changes", false, page_changes },
	{ HTTP_POST, "/note", false, page_note },
	{ HTTP_POST, "/draft", false, page_draft },
	{ HTTP_POST, "/assign", false, page_assign },
	{ HTTP_GET, "/members", false, page_members },
	{ HTTP_GET, "/how", false, page_how },
	{ HTTP_POST, "/sync", false, page_fetch },
	{ HTTP_POST, "/stop", false, page_stop },
	{ HTTP_POST, "/find", false, page_find },
	{ HTTP_POST, "/reply", false, page_reply },
	{ HTTP_POST, "/attribution", false, page_terms },
	{ HTTP_POST, "/junk", false, page_junk },
	{ HTTP_POST, "/restrict", false, page_restrict },
	{ HTTP_POST, "/delete", false, page_delete },
	{ HTTP_POST, "/outcome", false, page_outcome },
	{ HTTP_POST, "/hold", false, page_hold },
	{ HTTP_GET, "/register", false, page_register },
	{ HTTP_GET, "/look", false, page_look },
	{ HTTP_POST, "/look", false, page_look_accept },
	{ HTTP_GET, "/periods", false, page_periods },
	{ HTTP_POST, "/periods", false, page_periods_act },
	{ HTTP_GET, "/log", false, page_log },
	{ HTTP_GET, "/verify", false, page_verify },
	{ HTTP_POST, "/verify", false, page_verify_act },
	{ HTTP_POST, "/file", false, page_file },
	{ HTTP_POST, "/bring", false, page_bring },
	{ HTTP_GET, "/open", true, enter },
	{ HTTP_GET, "/style.css", true, style },
	{ HTTP_GET, "/desk.js", true, script },
};

void
page_headers(struct http_request *r)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
		{ "Cache-Control", "no-store" },
		{ "Content-Security-Policy",
		    "default-src 'none'; script-src 'self'; connect-src "
		    "'self'; style-src 'self'; img-src 'self'; "
		    "form-action 'self'; frame-ancestors 'none'; base-uri "
		    "'none'" },
		{ "Referrer-Policy", "same-origin" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (http_add(r, rows[i].name, rows[i].value) != ERR_OK)
			return;
}

void
page_answer(
    struct http_request *r, unsigned status, struct buf *out, enum err e)
{
	page_headers(r);
	if (e == ERR_OK)
		http_answer_buf(r, status, "text/html; charset=utf-8", out);
	else
		http_say(r, 500, "There is not enough memory for this page.");
	buf_drop(out);
}

void
page_sorry(struct page *p, struct http_request *r, unsigned status,
    const char *sentence)
{
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	struct buf out;

	buf_init(&out, DESK_PAGE_MAX);
	page_answer(r, status, &out,
	    desk_view_error(&out, &frame, lang_text(p->lang, sentence)));
}

void
page_go(struct http_request *r, const char *path)
{
	page_headers(r);
	if (http_add(r, "Location", path) == ERR_OK)
		http_answer_fixed(r, 303, "text/plain", "", 0);
	else
		http_say(r, 500, "There is not enough memory.");
}

void
page_go_talk(struct http_request *r, const struct conv *c)
{
	char path[CONV_HANDLE_BYTES + 8];

	(void)snprintf(path, sizeof path, "/talk?%s", c->handle);
	page_go(r, path);
}

struct conv *
page_conv(struct page *p, struct http_request *r, const char *handle, size_t n)
{
	struct conv *c = desk_find(p->desk, handle, n);

	if (c == NULL)
		page_sorry(p, r, 404, "There is no such conversation here.");
	return c;
}

/* The browser brings the code and gets the cookie; the page it then gets leads
 * on by itself, because a redirect from a foreign start would come without the
 * cookie (SameSite=Strict). */
static void
enter(struct page *p, struct http_request *r, struct page_in *in)
{
	char cookie[GUARD_LINE_BYTES];
	struct buf out;

	(void)in;
	buf_init(&out, DESK_PAGE_MAX);
	if (!guard_redeem(&p->guard, r->query, strlen(r->query))) {
		page_answer(r, 403, &out,
		    desk_view_error(&out, NULL,
			lang_text(p->lang,
			    "This address worked once and does no more. End "
			    "the desk and start it again for a new one.")));
		return;
	}
	guard_cookie(&p->guard, cookie);
	if (http_add(r, "Set-Cookie", cookie) != ERR_OK ||
	    http_add(r, "Refresh", "0; url=/wait") != ERR_OK)
		http_say(r, 500, "There is not enough memory.");
	else
		page_answer(r, 200, &out, desk_view_enter(&out, p->lang));
	wipe(cookie, sizeof cookie);
}

static void
style(struct page *p, struct http_request *r, struct page_in *in)
{
	const void *css;
	size_t n;

	(void)p;
	(void)in;
	css = desk_view_style(&n);
	page_headers(r);
	http_answer_fixed(r, 200, "text/css; charset=utf-8", css, n);
}

static void
script(struct page *p, struct http_request *r, struct page_in *in)
{
	const void *js;
	size_t n;

	(void)p;
	(void)in;
	js = desk_view_script(&n);
	page_headers(r);
	http_answer_fixed(r, 200, "text/javascript; charset=utf-8", js, n);
}

static const struct page_route *
find_route(const struct http_request *r)
{
	for (size_t i = 0; i < COUNT(routes); i++)
		if (routes[i].method == r->method &&
		    strcmp(routes[i].path, r->path) == 0)
			return &routes[i];
	return NULL;
}

static void
deny(const struct page *p, struct http_request *r)
{
	struct buf out;

	buf_init(&out, DESK_PAGE_MAX);
	page_answer(r, 403, &out,
	    desk_view_error(&out, NULL,
		lang_text(p->lang,
		    "This desk belongs to the window that it opened "
		    "itself.")));
}

static void
begin(void *with, struct http_request *r)
{
	struct page *p = with;
	const bool post = r->method == HTTP_POST;
	struct page_request *t;
	enum err e;

	if ((t = arena_get(&r->arena, sizeof *t)) == NULL) {
		http_say(r, 500, "There is not enough memory.");
		return;
	}
	r->mine = t;
	t->route = find_route(r);
	e = t->route != NULL && t->route->open
	    ? ERR_OK
	    : guard_check(&p->guard, post, http_header(r, "Cookie", NULL),
		  http_header(r, "Origin", NULL));
	if (e != ERR_OK)
		deny(p, r);
	else if (t->route == NULL)
		page_sorry(p, r, 404, "There is no such page.");
	else if (post && page_in_open(&t->in, r->type) != ERR_OK)
		page_sorry(p, r, 400, "That form is not one of this desk.");
	else if (post)
		http_take(r, t->route->act == page_reply ? DROP_MAX : BODY_MAX);
}

static size_t
body(void *with, struct http_request *r, const uint8_t *at, size_t n)
{
	struct page_request *t = r->mine;

	(void)with;
	/* After an error the rest is taken and dropped. */
	if (t->e == ERR_OK && t->in != NULL)
		t->e = page_in_add(t->in, at, n);
	return n;
}

static void
end(void *with, struct http_request *r)
{
	struct page_request *t = r->mine;
	struct page *p = with;

	if (t->e == ERR_OK && t->in != NULL)
		t->e = page_in_end(t->in);
	if (t->e == ERR_TOOBIG && t->route->act == page_reply)
		page_reply_too_big(p, r, t->in);
	else if (t->e == ERR_TOOBIG)
		page_sorry(p, r, 413,
		    "That is more than this page takes. Nothing was changed.");
	else if (t->e != ERR_OK)
		page_sorry(p, r, 400, "The form did not arrive whole.");
	else
		t->route->act(p, r, t->in);
}

static void
gone(void *with, struct http_request *r, bool whole)
{
	struct page_request *t = r->mine;

	page_work_gone(with, r);
	page_watch_gone(with, r);
	if (t != NULL) {
		page_in_close(t->in);
		page_stream_close(t->stream, whole);
	}
}

static const struct http_handler handler = {
	.begin = begin,
	.body = body,
	.end = end,
	.gone = gone,
};

static enum err
listen_on(struct page *p, unsigned port, unsigned *got)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t n = sizeof at;

	p->listen =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->listen < 0)
		return file_err();
	if (bind(p->listen, (const struct sockaddr *)&at, sizeof at) != 0)
		return errno == EADDRINUSE ? ERR_TAKEN : file_err();
	if (listen(p->listen, 16) != 0 ||
	    getsockname(p->listen, (struct sockaddr *)&at, &n) != 0)
		return file_err();
	*got = ntohs(at.sin_port);
	return ERR_OK;
}

enum err
page_open(struct page **out, const struct page_opts *want)
{
	struct http_server_opts opts = {
		.handler = &handler,
		.connections = 32,
		.uploads = 4,
		.bare = true,
	};
	unsigned port = want->port;
	struct page *p;
	enum err e;

	if ((p = calloc(1, sizeof *p)) == NULL)
		return ERR_NOMEM;
	p->desk = want->desk;
	p->reach = want->reach;
	p->is_over = want->is_over;
	p->with = want->with;
	p->every = want->every;
	p->news = want->news;
	p->pages = want->asked_only ? NULL : want->pages;
	p->lang = lang_find("en");
	p->listen = -1;
	desk_watch(p->desk, page_work_conv_gone, p);
	p->sync_at = UINT64_MAX;
	if (!want->asked_only)
		page_work_fetch(p);
	if ((e = listen_on(p, port, &port)) != ERR_OK)
		goto out;
	guard_init(&p->guard, port);
	opts.with = p;
	if ((e = http_server_open(&p->http, &opts)) != ERR_OK ||
	    (e = http_server_name(p->http, p->guard.host)) != ERR_OK ||
	    (e = http_server_listen(p->http, p->listen)) != ERR_OK)
		goto out;
	*out = p;
	p = NULL; /* now the caller's */
out:
	page_close(p);
	return e;
}

void
page_close(struct page *p)
{
	if (p == NULL)
		return;
	http_server_close(p->http);
	desk_watch(p->desk, NULL, NULL);
	logbook_check_drop(&p->check);
	page_look_drop(p);
	page_work_drop(p);
	if (p->listen >= 0)
		(void)close(p->listen);
	guard_drop(&p->guard);
	wipe_free(p, sizeof *p);
}

void
page_address(const struct page *p, char out[static GUARD_LINE_BYTES])
{
	guard_address(&p->guard, out);
}

bool
page_is_entered(const struct page *p)
{
	return p->guard.code[0] == '\0';
}

enum err
page_turn(struct page *p, unsigned ms)
{
	bool checks, streams;

	page_work(p);
	page_watch_turn(p);
	checks = page_log_turn(p);
	streams = page_streams_turn(p);
	return http_server_turn(p->http, checks || streams ? 0 : ms);
}
