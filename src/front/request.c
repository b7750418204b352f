#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "front/inside.h"

#define PLAIN "text/plain; charset=utf-8"

void
front_add_routes(struct front *f, const struct front_route *routes, size_t n)
{
	assert(f->tables_used < FRONT_TABLES);
	f->tables[f->tables_used] = routes;
	f->tables_n[f->tables_used++] = n;
}

static const struct front_route *
find_route(const struct front *f, const struct http_request *h, bool *other)
{
	const enum http_method method =
	    h->method == HTTP_HEAD ? HTTP_GET : h->method;

	*other = false;
	for (unsigned t = 0; t < f->tables_used; t++)
		for (size_t i = 0; i < f->tables_n[t]; i++) {
			const struct front_route *r = &f->tables[t][i];

			if (strcmp(r->path, h->path) != 0)
				continue;
			if (r->method == method)
				return r;
			*other = true;
		}
	return NULL;
}

/*
 * The end of a request.
 */

static void
free_request(struct front_request *r)
{
	struct front_hidden *h = r->hidden;

	if (r->route->drop != NULL)
		r->route->drop(r);
	front_upload_close(r);
	form_close(h->form);
	sha256_close(h->hash);
	wipe_free(h, sizeof *h);
	front_line_release((struct front_line *)(uintptr_t)r->line);
	arena_drop(&r->arena);
	r->front->requests--;
	wipe_free(r, sizeof *r);
}

/* Say `end` once nothing more comes and nothing waits to be taken. */
static void
say_end(struct front_request *r)
{
	struct front_hidden *h = r->hidden;

	if (!h->over || h->stalled || h->ended || !h->began || h->answered)
		return;
	h->ended = true;
	if (r->route->end != NULL)
		r->route->end(r, h->how);
}

void
front_settle(struct front_request *r)
{
	struct front_hidden *h = r->hidden;

	if (r->http == NULL && h->pending == 0 && !h->stalled)
		free_request(r);
}

static void
over(struct front_request *r, enum err how)
{
	struct front_hidden *h = r->hidden;

	if (h->over)
		return;
	h->over = true;
	h->how = how;
	say_end(r);
}

/*
 * The beginning.
 */

static struct front_request *
new_request(
    struct front *f, struct http_request *http, const struct front_route *route)
{
	struct front_request *r = calloc(1, sizeof *r);
	struct front_hidden *h = calloc(1, sizeof *h);

	if (r == NULL || h == NULL) {
		free(r);
		free(h);
		return NULL;
	}
	h->fd = -1;
	*r = (struct front_request){ .http = http,
		.line = f->current,
		.front = f,
		.route = route,
		.hidden = h };
	f->current->held++;
	f->requests++;
	arena_init(&r->arena, HTTP_ARENA_MAX);
	http->mine = r;
	return r;
}

/* Does a desk ask, as it says?  What it signed is kept, to be compared with the
 * body. */
static bool
desk_may(struct front_request *r)
{
	static const char *const names[] = { "GET", "GET", "POST", "PUT" };
	const struct front_line *l = r->line;
	struct front_hidden *h = r->hidden;
	const char *value = http_header(r->http, REQUEST_HEADER, NULL);
	enum err e;

	if ((h->hash = sha256_open()) == NULL) {
		front_say(r, 503, "There is no memory for this now.\n");
		return false;
	}
	if (value == NULL) {
		front_say(r, 403, "Only a desk may ask this.\n");
		return false;
	}
	e = request_read(&h->signed_for, value, strlen(value), l->keys.access);
	if (e == ERR_OK)
		e = request_fits(&h->signed_for, names[r->http->method],
		    r->http->path, l->certificate.line, clock_hour());
	if (e == ERR_OK)
		return true;
	front_say(r, 403,
	    e == ERR_EXPIRED ? "The clock of this desk is more than an hour "
			       "away from the line's.\n"
			     : "This is not signed by a desk of this line.\n");
	return false;
}

/* Open the reader of the form that comes. */
static bool
begin_form(struct front_request *r)
{
	enum err e;

	if (r->route->form == NULL)
		return true;
	e = form_open(&r->hidden->form, r->http->type);
	if (e == ERR_OK)
		return true;
	over(r, e);
	return false;
}

static const struct {
	unsigned status;
	const char *sentence;
} plain[] = {
	[FRONT_NOWHERE] = { 404, "There is no such page here.\n" },
	[FRONT_OTHERWISE] = { 405, "This address is not used in this way.\n" },
	[FRONT_FOREIGN] = { 403, "This came from another site.\n" },
	/* Of what is too large the server says it. */
};

/* Can it be given to this route?  FRONT_REFUSALS when it can. */
static enum front_refusal
judge(const struct http_request *http, const struct front_route *route,
    bool other)
{
	if (route == NULL)
		return other ? FRONT_OTHERWISE : FRONT_NOWHERE;
	if (route->page && http->method == HTTP_POST && !http->same_site)
		return FRONT_FOREIGN;
	return http->length > route->max ? FRONT_TOO_LARGE : FRONT_REFUSALS;
}

/* A person with a browser: not a machine, and not what a browser asks for by
 * itself, as icons, which would cost 32 KiB each. */
static bool
wants_page(const struct front *f, const struct http_request *http)
{
	const char *accept = http_header(http, "Accept", NULL);

	return f->refusals != NULL && strncmp(http->path, "/v1/", 4) != 0 &&
	    accept != NULL && strstr(accept, "text/html") != NULL;
}

static void
on_begin(void *with, struct http_request *http)
{
	struct front *f = with;
	struct front_request *r;
	const struct front_route *route;
	enum front_refusal why;
	bool other, refused;

	route = find_route(f, http, &other);
	why = judge(http, route, other);
	if ((refused = why < FRONT_REFUSALS && wants_page(f, http))) {
		route = &f->refusals[why];
	} else if (why < FRONT_TOO_LARGE) {
		http_say(http, plain[why].status, plain[why].sentence);
		return;
	}
	assert(route != NULL); /* what has none was refused */
	if ((r = new_request(f, http, route)) == NULL) {
		http_say(http, 503, "There is no memory for this now.\n");
		return;
	}
	http_take(http, route->max);
	if (f->line.role == ROLE_DESK_FRONT && !desk_may(r))
		return;
	if (why == FRONT_TOO_LARGE && !refused)
		return; /* the server says so */
	r->hidden->began = true;
	if (route->begin != NULL)
		route->begin(r);
	if (!r->hidden->answered)
		(void)begin_form(r);
}

/*
 * The body.
 */

/* Give one event to the route.  False when it is to wait. */
static bool
tell_event(struct front_request *r)
{
	struct front_hidden *h = r->hidden;
	enum err e = r->route->form(r, &h->piece);

	h->stalled = e == ERR_BUSY;
	if (e != ERR_OK && e != ERR_BUSY)
		over(r, e);
	return !h->stalled;
}

/* An event was not taken.  Bytes of the input stay there, from its first on;
 * what the form has read behind them is skipped the next time.  Returns how
 * many bytes were taken. */
static size_t
stall(struct front_hidden *h, const uint8_t *from, const uint8_t *p)
{
	const uint8_t *at = h->piece.at;

	h->piece_is_input =
	    h->piece.event == FORM_BYTES && at >= from && at < p;
	if (!h->piece_is_input)
		return (size_t)(p - from);
	h->skip = (size_t)(p - at);
	return (size_t)(at - from);
}

static size_t
form_body(struct front_request *r, const uint8_t *p, size_t n)
{
	struct front_hidden *h = r->hidden;
	const uint8_t *from = p, *end = p + n;
	enum err e;

	if (h->stalled)
		return 0;
	if (h->piece_is_input) {
		/* The piece that was not taken, at its new place. */
		assert(n >= h->skip);
		h->piece.at = p;
		if (!tell_event(r))
			return 0;
		h->piece_is_input = false;
		p += h->skip;
	}
	while (!h->over && !h->answered) {
		size_t rest = (size_t)(end - p);

		if ((e = form_next(h->form, &p, &rest, &h->piece)) != ERR_OK) {
			over(r, e);
			break;
		}
		if (h->piece.event == FORM_MORE)
			break;
		if (h->piece.event != FORM_DONE && !tell_event(r))
			return stall(h, from, p);
	}
	return n;
}

static size_t
on_body(void *with, struct http_request *http, const uint8_t *p, size_t n)
{
	struct front_request *r = http->mine;
	struct front_hidden *h;
	size_t took = n;

	(void)with;
	if (r == NULL)
		return n;
	h = r->hidden;
	if (h->over || h->answered)
		return n;
	if (h->form != NULL)
		took = form_body(r, p, n);
	else if (r->route->body != NULL)
		took = r->route->body(r, p, n);
	assert(took <= n);
	if (h->hash != NULL && took > 0)
		sha256_add(h->hash, p, took);
	return took;
}

/* The input is whole: the form's last events. */
static enum err
end_form(struct front_request *r)
{
	struct front_hidden *h = r->hidden;
	enum err e;

	do {
		if ((e = form_end(h->form, &h->piece)) != ERR_OK)
			return e;
		if (h->piece.event != FORM_DONE && !tell_event(r))
			return ERR_BUSY;
	} while (h->piece.event != FORM_DONE && !h->over);
	return ERR_OK;
}

static void
end_input(struct front_request *r)
{
	uint8_t hash[SHA256_BYTES];
	struct front_hidden *h = r->hidden;
	enum err e = ERR_OK;

	h->input_over = true;
	if (h->over || h->stalled)
		return; /* front_resume() goes on */
	if (h->form != NULL && (e = end_form(r)) == ERR_BUSY)
		return;
	if (h->hash != NULL) {
		sha256_end(h->hash, hash);
		if (!crypt_same(hash, h->signed_for.body, sizeof hash))
			e = ERR_FORGED;
	}
	over(r, e);
}

static void
on_end(void *with, struct http_request *http)
{
	struct front_request *r = http->mine;

	(void)with;
	if (r != NULL && !r->hidden->answered)
		end_input(r);
}

static void
on_gone(void *with, struct http_request *http, bool whole)
{
	struct front_request *r = http->mine;

	(void)with;
	(void)whole;
	if (r == NULL)
		return;
	http->mine = NULL;
	r->http = NULL;
	over(r, ERR_SHORT);
	front_settle(r);
}

const struct http_handler front_handler = { on_begin, on_body, on_end,
	on_gone };

void
front_resume(struct front_request *r)
{
	struct front_hidden *h = r->hidden;

	if (h->give != NULL) {
		if (r->http != NULL)
			http_resume(r->http);
		return;
	}
	if (h->stalled) {
		h->stalled = false;
		/* An event without bytes of the input is given again here. */
		if (!h->over && !h->piece_is_input && r->http != NULL &&
		    !tell_event(r))
			return;
	}
	if (h->over)
		say_end(r);
	else if (h->input_over)
		end_input(r);
	else if (r->http != NULL)
		http_resume(r->http);
	front_settle(r);
}

/*
 * Answers.
 */

static bool
may_answer(struct front_request *r)
{
	if (r->http == NULL || r->hidden->answered)
		return false;
	r->hidden->answered = true;
	/* What follows a page may be an upload, and gets a big pool only on a
	 * fresh connection. */
	if (r->route->page)
		http_close_after(r->http);
	return true;
}

void
front_answer(struct front_request *r, unsigned status, const char *type,
    const void *p, size_t n)
{
	if (may_answer(r))
		http_answer(r->http, status, type, p, n);
}

void
front_answer_fixed(struct front_request *r, unsigned status, const char *type,
    const void *p, size_t n)
{
	if (may_answer(r))
		http_answer_fixed(r->http, status, type, p, n);
}

void
front_answer_buf(struct front_request *r, unsigned status, const char *type,
    struct buf *body)
{
	if (may_answer(r))
		http_answer_buf(r->http, status, type, body);
	else
		buf_drop(body);
}

static size_t
on_give(void *with, struct http_request *http, uint8_t *out, size_t room)
{
	struct front_request *r = http->mine;

	(void)with;
	return r == NULL ? HTTP_BROKEN : r->hidden->give(r, out, room);
}

void
front_answer_stream(struct front_request *r, unsigned status, const char *type,
    uint64_t n,
    size_t (*give)(struct front_request *r, uint8_t *out, size_t room))
{
	if (!may_answer(r))
		return;
	r->hidden->give = give;
	http_answer_stream(r->http, status, type, n, on_give);
}

enum err
front_add(struct front_request *r, const char *name, const char *value)
{
	return r->http == NULL ? ERR_OK : http_add(r->http, name, value);
}

void
front_say(struct front_request *r, unsigned status, const char *sentence)
{
	front_answer(r, status, PLAIN, sentence, strlen(sentence));
}

void
front_beat(struct front_request *r)
{
	if (r->http != NULL)
		http_beat(r->http);
}

/*
 * The line's notes.
 */

void
front_line_release(struct front_line *l)
{
	if (l == NULL || --l->held > 0)
		return;
	key_note_drop(&l->keys);
	buf_drop(&l->certificate_note);
	buf_drop(&l->key_note);
	wipe_free(l, sizeof *l);
}

static enum err
copy(struct buf *to, const struct buf *from)
{
	buf_init(to, from->len);
	return buf_put(to, from->at, from->len);
}

enum err
front_line_new(struct front *f)
{
	struct front_line *l = calloc(1, sizeof *l);
	enum err e = ERR_NOMEM;

	if (l == NULL)
		return ERR_NOMEM;
	l->held = 1;
	l->settings = &f->line.settings;
	key_note_init(&l->keys);
	if ((e = copy(&l->certificate_note, &f->line.certificate)) != ERR_OK ||
	    (e = copy(&l->key_note, &f->line.key_note)) != ERR_OK)
		goto out;
	if ((e = certificate_read(&l->certificate, l->certificate_note.at,
		 l->certificate_note.len)) != ERR_OK)
		goto out;
	if ((e = key_note_read(&l->keys, l->key_note.at, l->key_note.len,
		 &l->certificate)) != ERR_OK)
		goto out;
	front_line_release(f->current);
	f->current = l; /* now the front's */
	l = NULL;
out:
	front_line_release(l);
	return e;
}
