#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/wipe.h"

#include "front/inside.h"

/*
 * Questions under way.
 */

static struct asked *
new_asked(
    struct front_request *r, enum talk_kind kind, front_then *then, void *with)
{
	struct front *f = r->front;
	struct asked *a = calloc(1, sizeof *a);

	if (a == NULL) {
		log_say(ERR_NOMEM, "the front ends");
		abort();
	}
	if (++f->next_id == 0)
		f->next_id = 1;
	*a = (struct asked){ .id = f->next_id,
		.kind = kind,
		.since = clock_ms(),
		.r = r,
		.then = then,
		.with = with };
	a->next = f->asked[a->id % FRONT_PENDING];
	f->asked[a->id % FRONT_PENDING] = a;
	r->hidden->pending++;
	return a;
}

static struct asked *
take_asked(struct front *f, uint32_t id)
{
	struct asked **at = &f->asked[id % FRONT_PENDING], *a;

	while (*at != NULL && (*at)->id != id)
		at = &(*at)->next;
	if ((a = *at) != NULL)
		*at = a->next;
	return a;
}

/* Tell the answer; the request may end by it. */
static void
tell(struct asked *a, const struct front_reply *reply)
{
	struct front_request *r = a->r;

	if (a->then != NULL)
		a->then(r, a->with, reply);
	r->hidden->pending--; /* only now may it go */
	wipe_free(a, sizeof *a);
	front_settle(r);
}

static void
soon_due(void *with)
{
	struct front *f = with;
	struct asked *a;

	while ((a = f->failed) != NULL) {
		f->failed = a->next;
		tell(a, &(struct front_reply){ .e = a->already, .fd = -1 });
	}
}

/* What could not be asked is told soon, never at once. */
static void
fail_soon(struct front *f, struct asked *a, enum err e)
{
	struct asked *same = take_asked(f, a->id);

	assert(same == a);
	a->already = e;
	a->next = f->failed;
	f->failed = a;
	f->soon.due = soon_due;
	f->soon.with = f;
	if (!f->soon.on)
		http_timer_start(f->http, &f->soon, 0);
}

/* All questions to one side fail: it is gone. */
void
front_channel_lost(struct front *f, bool deriver)
{
	for (unsigned i = 0; i < FRONT_PENDING; i++) {
		struct asked *a = f->asked[i], *next;

		for (; a != NULL; a = next) {
			next = a->next;
			if ((a->kind == TALK_DERIVE) == deriver)
				fail_soon(f, a, ERR_CLOSED);
		}
	}
}

/* Nobody waits longer than this for a derivation; what comes later is
 * forgotten. */
void
front_ask_tick(struct front *f)
{
	const uint64_t now = clock_ms();

	for (unsigned i = 0; i < FRONT_PENDING; i++) {
		struct asked *a = f->asked[i], *next;

		for (; a != NULL; a = next) {
			next = a->next;
			if (a->kind == TALK_DERIVE &&
			    now - a->since > FRONT_DERIVE_MS)
				fail_soon(f, a, ERR_BUSY);
		}
	}
}

/*
 * Channels.
 */

static void keeper_ready(void *with, int fd);
static void deriver_ready(void *with, int fd);

static void
lose(struct front *f, struct channel *channel, bool deriver)
{
	http_unwatch(f->http, channel_fd(channel));
	line_front_lost(&f->line, channel);
	front_channel_lost(f, deriver);
}

static void
watch(struct front *f, struct channel *channel, bool deriver)
{
	if (channel == NULL)
		return;
	if (http_watch(f->http, channel_fd(channel),
		channel_is_waiting(channel),
		deriver ? deriver_ready : keeper_ready, f) != ERR_OK)
		lose(f, channel, deriver);
}

void
front_watch(struct front *f)
{
	watch(f, f->line.keeper, false);
	watch(f, f->line.deriver, true);
}

static void
send_talk(struct front *f, struct asked *a, struct talk *t)
{
	const bool deriver = t->kind == TALK_DERIVE;
	struct channel *c = deriver ? f->line.deriver : f->line.keeper;
	enum err e = ERR_CLOSED;

	if (c != NULL)
		e = talk_send(
		    c, f->line.role, deriver ? ROLE_DERIVER : ROLE_KEEPER, t);
	if (e == ERR_OK) {
		if (channel_is_waiting(c))
			watch(f, c, deriver);
		return;
	}
	fail_soon(f, a, e == ERR_TOOBIG ? ERR_BUSY : e);
	if (c != NULL && e != ERR_TOOBIG && e != ERR_NOMEM)
		lose(f, c, deriver);
}

/* A question of this kind, ready to be filled and sent. */
static struct talk
question(struct front_request *r, enum talk_kind kind, front_then *then,
    void *with, struct asked **a)
{
	*a = new_asked(r, kind, then, with);
	return talk_of(kind, (*a)->id);
}

/*
 * Answers.
 */

/* The right to append came. */
static void
take_upload(struct asked *a, const struct talk *t, struct front_reply *reply)
{
	struct front_hidden *h = a->r->hidden;

	reply->parts = t->count;
	reply->room = t->room;
	reply->committed = t->status == ERR_TAKEN;
	if (reply->committed)
		reply->e = ERR_OK;
	if (t->kind == TALK_UPLOADED && t->status == ERR_OK) {
		assert(h->fd < 0);
		h->fd = t->fd; /* now the request's */
		h->has_upload = true;
	}
	if (t->status == ERR_OK && h->has_upload && a->kind == TALK_UPLOAD)
		reply->fd = h->fd;
}

static void
take_answer(struct front *f, const struct talk *t)
{
	struct asked *a = take_asked(f, t->id);
	struct front_reply reply = {
		.e = t->status, .p = t->bytes, .n = t->n, .fd = -1
	};

	if (a == NULL) {
		if (t->fd >= 0)
			close(t->fd);
		return;
	}
	if (t->kind == TALK_ROOT) {
		reply.p = t->root;
		reply.n = FRONT_ROOT_BYTES;
	}
	if (t->kind == TALK_UPLOADED || t->kind == TALK_STATED)
		take_upload(a, t, &reply);
	tell(a, &reply);
}

static void
hear(struct front *f, struct channel **channel, bool deriver)
{
	struct talk t;
	enum err e;

	if (*channel == NULL)
		return;
	e = channel_flush(*channel);
	/* One answer may lead to a question that ends the channel. */
	while (e == ERR_OK && *channel != NULL) {
		e = talk_receive(*channel, deriver ? ROLE_DERIVER : ROLE_KEEPER,
		    f->line.role, &t);
		if (e == ERR_OK)
			take_answer(f, &t);
	}
	if (*channel == NULL)
		return;
	if (e == ERR_NOTHING)
		watch(f, *channel, deriver);
	else
		lose(f, *channel, deriver);
}

static void
keeper_ready(void *with, int fd)
{
	struct front *f = with;

	(void)fd;
	hear(f, &f->line.keeper, false);
}

static void
deriver_ready(void *with, int fd)
{
	struct front *f = with;

	(void)fd;
	hear(f, &f->line.deriver, true);
}

/*
 * The questions.
 */

void
front_derive(struct front_request *r,
    const uint8_t phrase[static FRONT_PHRASE_BYTES], front_then *then,
    void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_DERIVE, then, with, &a);

	t.phrase = phrase;
	send_talk(r->front, a, &t);
}

void
front_look(struct front_request *r, const uint8_t *tags, size_t n,
    front_then *then, void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_LOOK, then, with, &a);

	assert(n > 0 && n <= FRONT_LOOK_MAX);
	t.bytes = tags;
	t.n = n * FRONT_TAG_BYTES;
	send_talk(r->front, a, &t);
}

void
front_get(struct front_request *r,
    const uint8_t tags[static FRONT_GET * FRONT_TAG_BYTES], front_then *then,
    void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_GET, then, with, &a);

	t.bytes = tags;
	t.n = FRONT_GET * FRONT_TAG_BYTES;
	send_talk(r->front, a, &t);
}

void
front_part_get(struct front_request *r,
    const uint8_t tag[static FRONT_TAG_BYTES], unsigned piece, front_then *then,
    void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_PIECE, then, with, &a);

	t.tag = tag;
	t.count = piece;
	send_talk(r->front, a, &t);
}

void
front_put(struct front_request *r, const uint8_t tag[static FRONT_TAG_BYTES],
    const uint8_t letter[static ENVELOPE_LETTER_BYTES], front_then *then,
    void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_PUT, then, with, &a);

	t.tag = tag;
	t.envelope = letter;
	send_talk(r->front, a, &t);
}

static void
close_fd(struct front_hidden *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}

void
front_upload_close(struct front_request *r)
{
	struct front_hidden *h = r->hidden;
	struct channel *c = r->front->line.keeper;
	struct talk t = talk_of(TALK_UPLOAD_END, 0);

	close_fd(h);
	if (!h->has_upload)
		return;
	h->has_upload = false;
	t.upload = h->upload;
	if (c == NULL)
		return;
	if (talk_send(c, r->front->line.role, ROLE_KEEPER, &t) == ERR_OK &&
	    channel_is_waiting(c))
		watch(r->front, c, false);
}

/* A new keeper knows of no right that the one before gave. */
static void
forget_lost(struct front_request *r)
{
	struct front_hidden *h = r->hidden;

	if (h->has_upload && h->keeper != r->front->keepers) {
		close_fd(h);
		h->has_upload = false;
	}
}

void
front_upload(struct front_request *r,
    const uint8_t id[static FRONT_UPLOAD_ID_BYTES], front_then *then,
    void *with)
{
	struct front_hidden *h = r->hidden;
	struct asked *a;
	struct talk t;

	forget_lost(r);
	t = question(r, TALK_UPLOAD, then, with, &a);
	/* Whoever has the right already asks only for more room. */
	if (h->has_upload)
		t.kind = TALK_STATE;
	memcpy(h->upload, id, sizeof h->upload);
	h->keeper = r->front->keepers;
	t.upload = id;
	send_talk(r->front, a, &t);
}

void
front_state(struct front_request *r,
    const uint8_t id[static FRONT_UPLOAD_ID_BYTES], front_then *then,
    void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_STATE, then, with, &a);

	t.upload = id;
	send_talk(r->front, a, &t);
}

void
front_commit(struct front_request *r, const struct front_commit *c,
    front_then *then, void *with)
{
	struct asked *a;
	struct talk t;

	close_fd(r->hidden);
	t = question(r, TALK_COMMIT, then, with, &a);
	t.upload = c->id;
	t.count = c->parts;
	t.secret = c->secret;
	t.tag = c->tag;
	t.envelope = c->letter;
	send_talk(r->front, a, &t);
}

void
front_delete(struct front_request *r, const uint8_t *openings, size_t n,
    front_then *then, void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_DELETE, then, with, &a);

	assert(n > 0 && n <= FRONT_DELETE_MAX);
	t.bytes = openings;
	t.n = n * FRONT_OPENING_BYTES;
	send_talk(r->front, a, &t);
}

/*
 * Those of the second front.
 */

void
front_days(struct front_request *r, front_then *then, void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_DAYS, then, with, &a);

	send_talk(r->front, a, &t);
}

void
front_day(struct front_request *r, uint32_t day, const uint8_t *after,
    front_then *then, void *with)
{
	static const uint8_t zero[FRONT_TAG_BYTES];
	struct asked *a;
	struct talk t = question(r, TALK_DAY, then, with, &a);

	t.day = day;
	t.count = 0; /* letters; parts are found through them */
	t.tag = after == NULL ? zero : after;
	send_talk(r->front, a, &t);
}

void
front_offered(
    struct front_request *r, uint32_t day, front_then *then, void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_OFFERED, then, with, &a);

	t.day = day;
	send_talk(r->front, a, &t);
}

void
front_fetch(struct front_request *r, const uint8_t tag[static FRONT_TAG_BYTES],
    front_then *then, void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_FETCH, then, with, &a);

	t.tag = tag;
	send_talk(r->front, a, &t);
}

void
front_purge(struct front_request *r, const uint8_t *note, size_t n,
    front_then *then, void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_PURGE, then, with, &a);

	t.bytes = note;
	t.n = n;
	send_talk(r->front, a, &t);
}

void
front_put_note(struct front_request *r, const struct buf *note,
    front_then *then, void *with)
{
	struct asked *a;
	struct talk t = question(r, TALK_PUT_NOTE, then, with, &a);
	struct channel *c = r->front->line.keeper;
	enum err e = ERR_CLOSED;

	if (c != NULL)
		e = talk_pieces(c, r->front->line.role, ROLE_KEEPER, t, note);
	if (e != ERR_OK)
		fail_soon(r->front, a, e == ERR_TOOBIG ? ERR_BUSY : e);
	else if (channel_is_waiting(c))
		watch(r->front, c, false);
}
