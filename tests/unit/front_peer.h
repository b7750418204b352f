/*
 * front_peer: a front in this process, between a client (http_peer) and a
 * keeper, which is this test too and answers what it is told to; and a page
 * that notes what form it was sent.
 */
#ifndef FRONT_PEER_H
#define FRONT_PEER_H

#include <fcntl.h>
#include <sys/mman.h>

#include "alloc.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/sign.h"
#include "front/inside.h"
#include "front/machine.h"
#include "front/part.h"
#include "http_peer.h"

static struct front *front;
static struct channel *keeper; /* the other end: this test */
static uint8_t access_seed[SIGN_SEED_BYTES];
static uint8_t part[ENVELOPE_PART_BYTES];

/* What the keeper is to say, and what it heard. */
static struct {
	enum err status;
	uint32_t parts, room;
	int fd; /* where an upload goes */
	unsigned heard[TALK_COUNT];
	bool mute;
	uint32_t days;
} says;

/*
 * A route that reads forms, as a page would.
 */
static struct {
	struct buf told;
	unsigned ends, drops, stalls;
	enum err how;
	bool lost; /* `end` came without a client */
	bool stall; /* take nothing at first */
	struct front_request *r;
} page;

static inline enum err
page_form(struct front_request *r, const struct form_piece *p)
{
	page.r = r;
	if (page.stall) {
		page.stalls++;
		return ERR_BUSY;
	}
	if (p->event == FORM_BEGIN)
		OK(buf_put_fmt(&page.told, "%s=", p->name) == ERR_OK);
	if (p->event == FORM_BYTES)
		OK(buf_put(&page.told, p->at, p->len) == ERR_OK);
	if (p->event == FORM_FIELD)
		OK(buf_put_str(&page.told, ";") == ERR_OK);
	if (p->event == FORM_BYTES && p->at[0] == '!')
		return ERR_DENIED;
	page.stall = page.stalls > 0; /* every event waits */
	return ERR_OK;
}

static inline void
page_end(struct front_request *r, enum err how)
{
	page.ends++;
	page.how = how;
	page.lost = r->http == NULL;
	front_say(r, how == ERR_OK ? 200 : 400, "page");
}

static inline void
page_drop(struct front_request *r)
{
	(void)r;
	page.r = NULL;
	page.drops++;
}

static const struct front_route page_route[] = {
	{ .method = HTTP_POST,
	    .path = "/form",
	    .max = 1 << 24,
	    .page = true,
	    .form = page_form,
	    .end = page_end,
	    .drop = page_drop },
};

static inline void
answer(struct talk *a)
{
	OK(talk_send(keeper, ROLE_KEEPER, front->line.role, a) == ERR_OK);
	OK(channel_flush(keeper) == ERR_OK);
}

static inline void
keep(const struct talk *t)
{
	static uint8_t bytes[TALK_LETTERS * TALK_ENVELOPE_BYTES];
	struct talk a = talk_of(TALK_DONE, t->id);
	struct talk end;

	a.status = says.status;
	memset(bytes, 'k', sizeof bytes);
	a.bytes = bytes;
	switch ((int)t->kind) {
	case TALK_LOOK:
		a.kind = TALK_LOOKED;
		a.n = (t->n / TALK_TAG_BYTES + 7) / 8;
		break;
	case TALK_GET:
		a.kind = TALK_GOT;
		a.n = sizeof bytes;
		break;
	case TALK_PIECE:
		a.kind = TALK_PIECED;
		memset(bytes, (int)t->count, TALK_PIECE_BYTES);
		a.n = TALK_PIECE_BYTES;
		break;
	case TALK_FETCH:
		a.kind = TALK_FETCHED;
		a.n = TALK_ENVELOPE_BYTES;
		if (t->tag[0] == 0)
			a.status = ERR_NOTHING;
		break;
	case TALK_DAYS:
		a.kind = TALK_DAYS_ARE;
		memset(bytes, 0, 2 * (size_t)TALK_DAY_BYTES);
		bytes[3] = 7;
		bytes[12] = 1;
		bytes[TALK_DAY_BYTES + 3] = 8;
		a.n = 2 * (size_t)TALK_DAY_BYTES;
		break;
	case TALK_DAY:
		a.kind = TALK_DAY_IS;
		a.n = (size_t)(says.days > TALK_DAY_TAGS ? TALK_DAY_TAGS
							 : says.days) *
		    TALK_TAG_BYTES;
		says.days -= (uint32_t)(a.n / TALK_TAG_BYTES);
		break;
	case TALK_OFFERED:
		a.kind = TALK_OFFERED_ARE;
		a.n = 8;
		break;
	case TALK_STATE:
		a.kind = TALK_STATED;
		a.count = says.parts;
		a.room = says.room;
		break;
	case TALK_UPLOAD:
		a.kind = TALK_UPLOADED;
		a.count = says.status == ERR_OK ? says.parts : 0;
		a.room = says.status == ERR_OK ? says.room : 0;
		if (says.status == ERR_OK)
			OK((a.fd = dup(says.fd)) >= 0);
		break;
	default:
		break;
	}
	if (t->kind == TALK_PUT_NOTE && t->count > 0)
		return;
	if (a.status != ERR_OK)
		a.n = 0;
	end = a;
	answer(&end);
}

static inline void
turn(void)
{
	struct talk t;

	OK(http_server_turn(front->http, 2) == ERR_OK);
	while (keeper != NULL && !says.mute &&
	    talk_receive(keeper, front->line.role, ROLE_KEEPER, &t) == ERR_OK) {
		says.heard[t.kind]++;
		if (t.kind != TALK_UPLOAD_END)
			keep(&t);
	}
}

/*
 * Begin and end.
 */
static inline void
give_keeper(void)
{
	int fd[2];

	OK(channel_pair(fd) == ERR_OK);
	OK(channel_open(&front->line.keeper, fd[0]) == ERR_OK);
	OK(channel_open(&keeper, fd[1]) == ERR_OK);
	front->keepers++;
	front_watch(front);
}

static inline void
make_line(void)
{
	struct front_line *l = calloc(1, sizeof *l);

	OK(l != NULL);
	l->held = 1;
	key_note_init(&l->keys);
	sign_public(l->keys.access, access_seed);
	memset(l->certificate.line, 9, LINE_ID_BYTES);
	buf_init(&l->certificate_note, 100);
	buf_init(&l->key_note, 100);
	OK(buf_put_str(&l->certificate_note, "certificate\n") == ERR_OK);
	OK(buf_put_str(&l->key_note, "keys\n") == ERR_OK);
	front->current = l;
}

static inline void
begin(enum role role)
{
	const struct front_route *routes;
	size_t n;

	OK((front = calloc(1, sizeof *front)) != NULL);
	memset(&says, 0, sizeof says);
	memset(&page, 0, sizeof page);
	buf_init(&page.told, 1 << 24);
	says.room = 4;
	OK((says.fd = memfd_create("upload", 0)) >= 0);
	front->line.role = role;
	front->line.listen = -1;
	peer_listen();
	OK(http_server_open(&front->http,
	       &(struct http_server_opts){ .handler = &front_handler,
		   .with = front,
		   .machine = "/v1/" }) == ERR_OK);
	OK(http_server_name(front->http, "line.onion") == ERR_OK);
	OK(http_server_listen(front->http, listener) == ERR_OK);
	make_line();
	give_keeper();
	routes = machine_routes(&n);
	front_add_routes(front, routes, n);
	routes = machine_desk_routes(&n);
	if (role == ROLE_DESK_FRONT)
		front_add_routes(front, routes, n);
	else
		front_add_routes(front, page_route, COUNT(page_route));
}

static inline void
finish(void)
{
	turns(20);
	http_server_close(front->http);
	OK(front->requests == 0);
	front_line_release(front->current);
	channel_close(front->line.keeper);
	channel_close(keeper);
	keeper = NULL;
	close(listener);
	close(says.fd);
	buf_drop(&page.told);
	wipe_free(front, sizeof *front);
}

/* get(), and of the answer only the body is left. */
static inline unsigned
get_body(int fd, struct buf *b)
{
	const unsigned status = get(fd, b);
	const char *head;

	if (status == 0)
		return 0;
	OK((head = strstr(buf_str(b), "\r\n\r\n")) != NULL);
	buf_eat(b, (size_t)(head + 4 - (char *)b->at));
	OK(buf_str(b) != NULL);
	return status;
}

/* One header more for every request of a desk. */
static char signature[2048];

static inline void
sign(const char *method, const char *path, const void *body, size_t n)
{
	struct request r = { .hour = clock_hour() };
	struct buf b;

	snprintf(r.method, sizeof r.method, "%s", method);
	snprintf(r.path, sizeof r.path, "%s", path);
	memset(r.line, 9, sizeof r.line);
	sha256(r.body, body, n);
	buf_init(&b, REQUEST_MAX);
	OK(request_write(&b, &r, access_seed) == ERR_OK);
	snprintf(signature, sizeof signature, "%s: %s\r\n", REQUEST_HEADER,
	    buf_str(&b));
	buf_drop(&b);
}

static inline unsigned
ask(const char *method, const char *path, const void *body, size_t n,
    struct buf *b)
{
	char head[4096];
	unsigned status;
	int fd = dial();

	snprintf(head, sizeof head,
	    "%s %s HTTP/1.1\r\n" HOST "%sContent-Length: %zu\r\n"
	    "Content-Type: application/x-www-form-urlencoded\r\n\r\n",
	    method, path, signature, n);
	put(fd, head, strlen(head));
	put(fd, body, n);
	status = get_body(fd, b);
	close(fd);
	turn();
	return status;
}

static inline bool
said(const struct buf *b, const char *words)
{
	return b->len == strlen(words) && memcmp(b->at, words, b->len) == 0;
}

static uint8_t part_request[PART_BODY];

static inline void
make_part(uint32_t number)
{
	if (part[0] == 0)
		OK(envelope_nobody(part, sizeof part) == ERR_OK);
	memset(part_request, 'u', FRONT_UPLOAD_ID_BYTES);
	enc_put_u32(part_request + FRONT_UPLOAD_ID_BYTES, number);
	memcpy(part_request + PART_HEAD, part, sizeof part);
}

#endif
