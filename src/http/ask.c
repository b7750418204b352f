#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/wipe.h"

#include "http/inside.h"

static struct conn *
conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
	    libmhd.get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info == NULL ? NULL : info->socket_context;
}

/* A request begins.  Its target is copied here because this is the only place
 * where it still is as it was sent. */
void *
ask_target(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct conn *c = conn_of(mhd);
	const size_t n = strlen(uri);

	(void)cls;
	if (c == NULL)
		return NULL;
	c->long_target = n > HTTP_TARGET_MAX;
	if (!c->long_target)
		memcpy(c->target, uri, n + 1);
	return c;
}

struct gather {
	struct head head;
	const struct http_server *server;
};

static enum MHD_Result
gather_one(void *with, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
	struct gather *g = with;

	(void)kind;
	head_add(&g->head, name, name_n, value == NULL ? "" : value,
	    value == NULL ? 0 : value_n,
	    (const char(*)[HTTP_NAME_MAX])g->server->names, g->server->names_n);
	return MHD_YES;
}

struct find {
	const char *name, *value;
	size_t name_n;
	unsigned count;
};

static enum MHD_Result
find_one(void *with, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
	struct find *f = with;

	(void)kind;
	(void)value_n;
	if (name_n != f->name_n || !text_same_nocase(name, f->name))
		return MHD_YES;
	f->count++;
	f->value = value;
	return MHD_YES;
}

const char *
http_header(const struct http_request *r, const char *name, bool *twice)
{
	struct find f = { .name = name, .name_n = strlen(name) };

	libmhd.get_connection_values_n(
	    r->conn->mhd, MHD_HEADER_KIND, find_one, &f);
	if (twice != NULL)
		*twice = f.count > 1;
	return f.count == 1 ? f.value : NULL;
}

void
http_take(struct http_request *r, uint64_t max)
{
	r->conn->take = max;
}

void
http_resume(struct http_request *r)
{
	struct conn *c = r->conn;

	if (c->inside)
		c->woken = true;
	else if (!c->ended || (c->answered && c->due == 0))
		conn_wake(c);
}

/* Is there anything wrong with the request before a handler sees it?  0 when
 * not. */
static unsigned
judge(struct conn *c, const char *method, const char *version,
    const char **sentence)
{
	struct gather g = { .server = c->server };
	unsigned status;

	if (c->long_target) {
		*sentence = "The address of this page is too long.\n";
		return 414;
	}
	if (strcmp(version, "HTTP/1.1") != 0 &&
	    strcmp(version, "HTTP/1.0") != 0) {
		*sentence = "This is not HTTP/1.1.\n";
		return 505;
	}
	if ((c->r.method = head_method(method)) == HTTP_METHODS) {
		*sentence = "This method is not used here.\n";
		return 405;
	}
	libmhd.get_connection_values_n(c->mhd, MHD_HEADER_KIND, gather_one, &g);
	if ((status = head_judge(&g.head, sentence)) != 0)
		return status;
	if (!head_is_target(c->target)) {
		*sentence = "This is not the address of a page.\n";
		return 400;
	}
	c->r.length = g.head.length;
	c->r.same_site = !g.head.foreign;
	if (c->r.length <= HTTP_SMALL_BYTES)
		return 0;
	if (c->server->uploads_n >= c->server->uploads_max &&
	    !conn_end_slowest(c->server, PLACE_UPLOAD)) {
		*sentence = "Too many send large things at once; try again.\n";
		return 503;
	}
	c->r.upload = true;
	c->server->uploads_n++;
	return 0;
}

static enum MHD_Result
send_answer(struct conn *c)
{
	c->phase = PHASE_ANSWER;
	conn_count(c);
	return libmhd.queue_response(c->mhd, c->status, c->response);
}

static enum MHD_Result
first(struct conn *c, const char *method, const char *version)
{
	struct http_server *s = c->server;
	const char *sentence = "", *type;
	unsigned status;
	char *query;

	c->seen = true;
	c->phase = PHASE_BODY;
	conn_count(c);
	c->r = (struct http_request){ .server = s, .conn = c };
	arena_init(&c->r.arena, s->arena);
	if ((status = judge(c, method, version, &sentence)) != 0) {
		c->r.length = 0; /* whatever it says: it ends here */
		c->close_after = true;
		http_say(&c->r, status, sentence);
		return c->response == NULL ? MHD_NO : send_answer(c);
	}
	c->r.path = c->target;
	c->r.query = "";
	if ((query = strchr(c->target, '?')) != NULL) {
		*query = '\0';
		c->r.query = query + 1;
	}
	type = http_header(&c->r, "Content-Type", NULL);
	c->r.type = type == NULL ? "" : type;
	c->begun = true;
	s->requests_n++;
	s->handler.begin(s->with, &c->r);
	if (!c->answered && c->r.length > c->take)
		http_say(&c->r, 413,
		    c->take == 0 ? "Nothing can be sent to this address.\n"
				 : "This is larger than what is taken here.\n");
	return c->cut ? MHD_NO : MHD_YES;
}

static enum MHD_Result
body(struct conn *c, const uint8_t *p, size_t *n)
{
	struct http_server *s = c->server;
	size_t took = 0;

	while (took < *n && !c->answered && !c->cut) {
		c->woken = false;
		const size_t k =
		    s->handler.body(s->with, &c->r, p + took, *n - took);

		assert(k <= *n - took);
		took += k;
		c->taken += k;
		c->moved += k;
		if (k == 0 && !c->woken)
			break;
	}
	if (c->answered) {
		c->taken += *n - took;
		c->moved += *n - took;
		*n = 0;
		return c->cut || (c->early && c->taken > CONN_LATE_MAX)
		    ? MHD_NO
		    : MHD_YES;
	}
	*n -= took;
	if (c->cut)
		return MHD_NO;
	if (*n > 0) {
		conn_wait(c);
	}
	conn_ended(c);
	return MHD_YES;
}

static enum MHD_Result
end(struct conn *c)
{
	struct http_server *s = c->server;

	if (!c->ended) {
		c->ended = true;
		c->phase = PHASE_WORK;
		if (!c->answered)
			s->handler.end(s->with, &c->r);
	}
	if (c->cut || c->early)
		return MHD_NO;
	if (c->answered && c->due == 0)
		return send_answer(c);
	conn_wait(c);
	return MHD_YES;
}

enum MHD_Result
ask_more(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **request)
{
	struct conn *c = *request;
	enum MHD_Result ok;

	(void)cls;
	(void)mhd;
	(void)url;
	if (c == NULL)
		return MHD_NO;
	c->inside = true;
	if (!c->seen)
		ok = first(c, method, version);
	else if (*n > 0)
		ok = body(c, (const uint8_t *)data, n);
	else
		ok = end(c);
	c->inside = false;
	c->server->words |= !c->shared;
	return ok;
}

/* Nothing of a request stays, and the connection is ready for the next. */
static void
forget(struct conn *c)
{
	if (c->response != NULL && !c->shared)
		libmhd.destroy_response(c->response);
	arena_drop(&c->r.arena);
	wipe(c->target, sizeof c->target); /* the query too */
	c->r = (struct http_request){ .conn = c };
	c->timer = (struct http_timer){ .with = c };
	c->response = NULL;
	c->give = NULL;
	c->take = c->taken = c->due = c->allowed = 0;
	c->headers_n = c->status = 0;
	c->seen = c->begun = c->ended = c->answered = c->early = false;
	c->waiting = c->woken = c->close_after = c->shared = false;
	c->long_target = false;
	c->phase = PHASE_HEAD;
	c->served = true;
}

void
ask_over(void *cls, struct MHD_Connection *mhd, void **request,
    enum MHD_RequestTerminationCode how)
{
	struct conn *c = *request;
	struct http_server *s;

	(void)cls;
	(void)mhd;
	if (c == NULL)
		return;
	s = c->server;
	s->words |= !c->shared;
	*request = NULL;
	loop_timer_stop(&s->loop, &c->timer);
	if (c->begun) {
		s->requests_n--;
		if (s->handler.gone != NULL)
			s->handler.gone(s->with, &c->r,
			    how == MHD_REQUEST_TERMINATED_COMPLETED_OK &&
				!c->early);
	}
	s->uploads_n -= c->r.upload;
	forget(c);
	conn_count(c);
}
