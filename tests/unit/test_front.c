#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "alloc.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/sign.h"
#include "front/inside.h"
#include "front/machine.h"
#include "front/part.h"
#include "t.h"

#define HOST "Host: line.onion\r\n"

static struct front *front;
static struct channel *keeper; /* the other end: this test */
static int listener = -1;
static struct sockaddr_in at;
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

static enum err
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

static void
page_end(struct front_request *r, enum err how)
{
	page.ends++;
	page.how = how;
	page.lost = r->http == NULL;
	front_say(r, how == ERR_OK ? 200 : 400, "page");
}

static void
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

/*
 * The keeper.
 */
static void
answer(struct talk *a)
{
	OK(talk_send(keeper, ROLE_KEEPER, front->line.role, a) == ERR_OK);
	OK(channel_flush(keeper) == ERR_OK);
}

static void
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

static void
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
static void
give_keeper(void)
{
	int fd[2];

	OK(channel_pair(fd) == ERR_OK);
	OK(channel_open(&front->line.keeper, fd[0]) == ERR_OK);
	OK(channel_open(&keeper, fd[1]) == ERR_OK);
	front->keepers++;
	front_watch(front);
}

static void
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

static void
begin(enum role role)
{
	const struct front_route *routes;
	socklen_t len = sizeof at;
	size_t n;

	OK((front = calloc(1, sizeof *front)) != NULL);
	memset(&says, 0, sizeof says);
	memset(&page, 0, sizeof page);
	buf_init(&page.told, 1 << 24);
	says.room = 4;
	OK((says.fd = memfd_create("upload", 0)) >= 0);
	front->line.role = role;
	front->line.listen = -1;
	at = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	OK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0);
	OK(listen(listener, 100) == 0);
	OK(getsockname(listener, (struct sockaddr *)&at, &len) == 0);
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

static void
finish(void)
{
	for (int i = 0; i < 20; i++)
		turn();
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

/*
 * The client.
 */
static int
dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	OK(fd >= 0);
	OK(connect(fd, (struct sockaddr *)&at, sizeof at) == 0 ||
	    errno == EINPROGRESS);
	return fd;
}

static void
put(int fd, const void *p, size_t n)
{
	const char *c = p;
	ssize_t k;

	while (n > 0) {
		k = send(fd, c, n, MSG_NOSIGNAL);
		if (k < 0 && errno != EAGAIN)
			return;
		if (k > 0) {
			c += k;
			n -= (size_t)k;
		}
		turn();
	}
}

static unsigned
get(int fd, struct buf *b)
{
	static uint8_t piece[65536];
	const uint64_t until = clock_ms() + 5000;
	const char *body, *len;
	ssize_t n;

	buf_clear(b);
	for (;;) {
		OK(clock_ms() < until);
		turn();
		n = recv(fd, piece, sizeof piece, 0);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			break;
		if (n < 0)
			continue;
		OK(buf_put(b, piece, (size_t)n) == ERR_OK);
		OK(buf_str(b) != NULL);
		body = memmem(b->at, b->len, "\r\n\r\n", 4);
		len = memmem(b->at, b->len, "Content-Length: ", 16);
		if (body != NULL && len != NULL &&
		    b->len - (size_t)(body + 4 - (char *)b->at) >=
			strtoul(len + 16, NULL, 10))
			break;
	}
	if (b->len < 12)
		return 0;
	body = memmem(b->at, b->len, "\r\n\r\n", 4);
	n = (ssize_t)strtoul((char *)b->at + 9, NULL, 10);
	buf_eat(b, (size_t)(body + 4 - (char *)b->at));
	OK(buf_str(b) != NULL);
	return (unsigned)n;
}

/* One header more for every request of a desk. */
static char signature[2048];

static void
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

static unsigned
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
	status = get(fd, b);
	close(fd);
	turn();
	return status;
}

static bool
said(const struct buf *b, const char *words)
{
	return b->len == strlen(words) && memcmp(b->at, words, b->len) == 0;
}

/*
 * Tests.
 */

static void
every_machine_request_is_answered(void)
{
	static uint8_t body[20000];
	struct buf b;
	char day[32];

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	OK(ask("GET", "/v1/line", "", 0, &b) == 200);
	snprintf(day, sizeof day, "day %u\n", clock_day());
	OK(strncmp((char *)b.at, "certificate\n--\nkeys\n--\n", 23) == 0);
	OK(strcmp((char *)b.at + 23, day) == 0);
	OK(ask("POST", "/v1/look", body, 17 * 16, &b) == 200 && b.len == 3);
	OK(ask("POST", "/v1/get", body, 96, &b) == 200 && b.len == 98304);
	OK(ask("POST", "/v1/part-get", body, 16, &b) == 200);
	OK(b.len == ENVELOPE_PART_BYTES);
	for (size_t i = 0; i < b.len; i++)
		OK(b.at[i] == i / TALK_PIECE_BYTES);
	OK(ask("POST", "/v1/delete", body, 64, &b) == 200 && said(&b, "done"));
	OK(envelope_nobody(body + 16, ENVELOPE_LETTER_BYTES) == ERR_OK);
	OK(ask("PUT", "/v1/letter", body, 16 + 16384, &b) == 200);
	OK(said(&b, "done") && says.heard[TALK_PUT] == 1);
	memmove(body + 68, body + 16, ENVELOPE_LETTER_BYTES);
	OK(ask("POST", "/v1/commit", body, 68 + 16384, &b) == 200);
	OK(said(&b, "done") && says.heard[TALK_COMMIT] == 1);
	says.parts = 3;
	OK(ask("POST", "/v1/state", body, 16, &b) == 200 &&
	    said(&b, "parts 3"));
	says.status = ERR_TAKEN;
	OK(ask("POST", "/v1/state", body, 16, &b) == 200 &&
	    said(&b, "committed"));
	OK(ask("POST", "/v1/commit", body, 68 + 16384, &b) == 409 &&
	    said(&b, "taken"));
	says.status = ERR_NOTHING;
	OK(ask("POST", "/v1/state", body, 16, &b) == 200 &&
	    said(&b, "unknown"));
	OK(ask("POST", "/v1/part-get", body, 16, &b) == 404);
	says.status = ERR_MISSING;
	OK(ask("POST", "/v1/commit", body, 68 + 16384, &b) == 409 &&
	    said(&b, "missing"));
	says.status = ERR_FULL;
	OK(ask("POST", "/v1/commit", body, 68 + 16384, &b) == 507 &&
	    said(&b, "full"));
	buf_drop(&b);
	finish();
}

static void
bodies_of_another_length_and_shape_are_refused(void)
{
	static const struct {
		const char *method, *path;
		size_t n;
		unsigned status;
	} rows[] = {
		{ "POST", "/v1/look", 0, 400 },
		{ "POST", "/v1/look", 17, 400 },
		{ "POST", "/v1/look", 8193 * 16, 413 },
		{ "POST", "/v1/get", 16, 400 },
		{ "POST", "/v1/get", 97, 413 },
		{ "POST", "/v1/part-get", 15, 400 },
		{ "POST", "/v1/delete", 33, 400 },
		{ "POST", "/v1/delete", 65 * 32, 413 },
		{ "PUT", "/v1/letter", 16399, 400 },
		{ "PUT", "/v1/letter", 16400, 400 }, /* no envelope */
		{ "POST", "/v1/commit", 16452, 400 },
		{ "POST", "/v1/state", 15, 400 },
		{ "PUT", "/v1/part", PART_BODY - 1, 400 },
		{ "PUT", "/v1/part", PART_BODY + 1, 413 },
		{ "PUT", "/v1/part", PART_BODY, 400 }, /* no envelope */
		{ "GET", "/v1/look", 0, 405 },
		{ "GET", "/v1/lin", 0, 404 },
		{ "GET", "/v1/days", 0, 404 },
		{ "POST", "/v1/fetch", 16, 404 },
	};
	static uint8_t body[PART_BODY + 1];
	struct buf b;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const unsigned status =
		    ask(rows[i].method, rows[i].path, body, rows[i].n, &b);

		if (status != rows[i].status)
			fprintf(stderr, "%s %zu: %u\n", rows[i].path, rows[i].n,
			    status);
		OK(status == rows[i].status);
	}
	for (int i = 0; i < TALK_COUNT; i++)
		OK(says.heard[i] == 0);
	buf_drop(&b);
	finish();
}

static uint8_t part_request[PART_BODY];

static void
make_part(uint32_t number)
{
	if (part[0] == 0)
		OK(envelope_nobody(part, sizeof part) == ERR_OK);
	memset(part_request, 'u', FRONT_UPLOAD_ID_BYTES);
	enc_put_u32(part_request + FRONT_UPLOAD_ID_BYTES, number);
	memcpy(part_request + PART_HEAD, part, sizeof part);
}

static bool
upload_is_part(void)
{
	static uint8_t got[ENVELOPE_PART_BYTES + 1];

	return pread(says.fd, got, sizeof got, 0) == sizeof part &&
	    memcmp(got, part, sizeof part) == 0;
}

static void
a_part_is_appended_whole_or_lacks_its_last_byte(void)
{
	struct buf b;
	char head[256];
	int fd;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	make_part(0);
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 200);
	OK(said(&b, "done") && upload_is_part());
	OK(says.heard[TALK_UPLOAD] == 1 && says.heard[TALK_UPLOAD_END] == 1);
	/* What is there already is done; what is too early is told. */
	says.parts = 1;
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 200);
	OK(said(&b, "done") && upload_is_part());
	make_part(2);
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 409);
	OK(said(&b, "missing") && upload_is_part());
	says.room = 0;
	make_part(1);
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 507);
	says.status = ERR_TAKEN;
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 200);
	says.status = ERR_BUSY;
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 503);
	/* Cut before the end. */
	says.status = ERR_OK;
	says.parts = 0;
	says.room = 1;
	OK(ftruncate(says.fd, 0) == 0 && lseek(says.fd, 0, SEEK_SET) == 0);
	make_part(0);
	fd = dial();
	snprintf(head, sizeof head,
	    "PUT /v1/part HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n",
	    PART_BODY);
	put(fd, head, strlen(head));
	put(fd, part_request, PART_BODY - 1);
	close(fd);
	turn();
	for (uint64_t until = clock_ms() + 5000;
	     front->requests > 0 && clock_ms() < until;)
		turn();
	OK(lseek(says.fd, 0, SEEK_END) == ENVELOPE_PART_BYTES - 1);
	OK(says.heard[TALK_UPLOAD] == says.heard[TALK_UPLOAD_END] + 1 ||
	    says.heard[TALK_UPLOAD_END] >= 2);
	buf_drop(&b);
	finish();
}

static void
a_desk_must_sign_each_request_and_its_body(void)
{
	static uint8_t body[64];
	struct buf b;

	begin(ROLE_DESK_FRONT);
	buf_init(&b, 1 << 22);
	signature[0] = '\0';
	OK(ask("GET", "/v1/days", "", 0, &b) == 403);
	OK(ask("GET", "/v1/line", "", 0, &b) == 403);
	sign("GET", "/v1/line", "", 0);
	OK(ask("GET", "/v1/days", "", 0, &b) == 403);
	OK(ask("GET", "/v1/line", "", 0, &b) == 200);
	sign("POST", "/v1/look", body, 32);
	body[0] = 1;
	OK(ask("POST", "/v1/look", body, 32, &b) == 403);
	OK(says.heard[TALK_LOOK] == 0);
	body[0] = 0;
	OK(ask("POST", "/v1/look", body, 32, &b) == 200);
	access_seed[0]++;
	sign("POST", "/v1/look", body, 32);
	access_seed[0]--;
	OK(ask("POST", "/v1/look", body, 32, &b) == 403);
	make_part(0);
	sign("PUT", "/v1/part", part_request, PART_BODY);
	part_request[PART_BODY - 5]++;
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 403);
	OK(lseek(says.fd, 0, SEEK_END) == ENVELOPE_PART_BYTES - 1);
	signature[0] = '\0';
	buf_drop(&b);
	finish();
}

static void
desks_see_days_and_fetch(void)
{
	static const uint8_t day[4] = { 0, 0, 0, 7 };
	static uint8_t tags[48] = { [0] = 1, [32] = 1 };
	static uint8_t note[300000];
	struct buf b;

	begin(ROLE_DESK_FRONT);
	buf_init(&b, 1 << 22);
	sign("GET", "/v1/days", "", 0);
	OK(ask("GET", "/v1/days", "", 0, &b) == 200);
	OK(strncmp((char *)b.at, "7 0 0000", 8) == 0);
	OK(strstr((char *)b.at, " closed\n8 0 ") != NULL);
	OK(strcmp((char *)b.at + b.len - 5, "open\n") == 0);
	says.days = 10000;
	sign("POST", "/v1/day", day, 4);
	OK(ask("POST", "/v1/day", day, 4, &b) == 200 && b.len == 160000);
	OK(says.heard[TALK_DAY] == 3);
	sign("POST", "/v1/offered", day, 4);
	OK(ask("POST", "/v1/offered", day, 4, &b) == 200 && b.len == 8);
	sign("POST", "/v1/fetch", tags, 48);
	OK(ask("POST", "/v1/fetch", tags, 48, &b) == 200);
	OK(b.len == 3 * 4 + 2 * 16384 && enc_get_u32(b.at) == 16384);
	OK(enc_get_u32(b.at + 4 + 16384) == 0);
	sign("PUT", "/v1/key-note", note, sizeof note);
	OK(ask("PUT", "/v1/key-note", note, sizeof note, &b) == 200);
	OK(says.heard[TALK_PUT_NOTE] >= 3);
	says.status = ERR_FORGED;
	sign("POST", "/v1/purge", note, 100);
	OK(ask("POST", "/v1/purge", note, 100, &b) == 403 &&
	    said(&b, "refused"));
	signature[0] = '\0';
	buf_drop(&b);
	finish();
}

static void
a_dead_keeper_is_told_and_a_new_one_serves(void)
{
	static const char q[] =
	    "POST /v1/state HTTP/1.1\r\n" HOST "Content-Length: 16\r\n\r\n";
	static uint8_t body[16];
	struct buf b;
	int fd;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	says.mute = true;
	fd = dial();
	put(fd, q, sizeof q - 1);
	put(fd, body, 16);
	for (int i = 0; i < 5; i++)
		turn();
	channel_close(keeper);
	keeper = NULL;
	OK(get(fd, &b) == 503);
	OK(ask("POST", "/v1/state", body, 16, &b) == 503);
	says.mute = false;
	give_keeper();
	OK(ask("POST", "/v1/state", body, 16, &b) == 200);
	/* A client that goes while the keeper thinks. */
	says.mute = true;
	close(fd);
	fd = dial();
	put(fd, q, sizeof q - 1);
	put(fd, body, 16);
	close(fd);
	for (int i = 0; i < 5; i++)
		turn();
	says.mute = false;
	for (int i = 0; i < 5; i++)
		turn();
	OK(front->requests <= 1);
	buf_drop(&b);
	finish();
}

static void
forms_reach_pages_and_tell_how_they_ended(void)
{
	static const struct {
		const char *body;
		unsigned status;
		enum err how;
		const char *told;
	} rows[] = {
		{ "a=1&b=2", 200, ERR_OK, "a=1;b=2;" },
		{ "a=1&b", 400, ERR_FORMAT, "a=1;" },
		{ "a=1&b=!2", 400, ERR_DENIED, "a=1;b=!2" },
	};
	struct buf b;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_clear(&page.told);
		OK(ask("POST", "/form", rows[i].body, strlen(rows[i].body),
		       &b) == rows[i].status);
		OK(page.how == rows[i].how && said(&page.told, rows[i].told));
		OK(page.ends == i + 1);
	}
	snprintf(signature, sizeof signature, "Sec-Fetch-Site: cross-site\r\n");
	OK(ask("POST", "/form", "a=1", 3, &b) == 403 && page.ends == 3);
	signature[0] = '\0';
	buf_drop(&b);
	finish();
}

static void
an_event_that_waits_comes_again(void)
{
	static const char head[] =
	    "POST /form HTTP/1.1\r\n" HOST
	    "Content-Type: multipart/form-data; boundary=B\r\n"
	    "Content-Length: %zu\r\n\r\n";
	static const char field[] =
	    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
	char text[512];
	struct buf body, b;
	int fd;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	buf_init(&body, 1 << 21);
	OK(buf_put_str(&body, field) == ERR_OK);
	for (int i = 0; i < 50000; i++)
		OK(buf_put_fmt(&body, "%d\r\n-", i) == ERR_OK);
	OK(buf_put_str(&body, "\r\n--B--\r\n") == ERR_OK);
	page.stall = true;
	fd = dial();
	snprintf(text, sizeof text, head, body.len);
	put(fd, text, strlen(text));
	for (size_t i = 0, n; i < body.len; i += n) {
		n = body.len - i < 3001 ? body.len - i : 3001;
		put(fd, body.at + i, n);
		if (page.r != NULL && page.stall) {
			page.stall = false;
			front_resume(page.r);
		}
	}
	for (unsigned i = 0; i < 1000 && page.ends == 0; i++) {
		turn();
		page.stall = false;
		if (page.r != NULL && page.ends == 0)
			front_resume(page.r);
	}
	OK(get(fd, &b) == 200 && page.how == ERR_OK);
	OK(page.stalls > 10);
	OK(page.told.len == body.len - strlen(field) - 9 + 3);
	OK(memcmp(page.told.at + 2, body.at + strlen(field),
	       page.told.len - 3) == 0);
	close(fd);
	buf_drop(&body);
	buf_drop(&b);
	finish();
}

static void
a_form_whose_client_goes_is_ended_once(void)
{
	static const char q[] =
	    "POST /form HTTP/1.1\r\n" HOST "Content-Type: application/"
	    "x-www-form-urlencoded\r\n"
	    "Content-Length: 100\r\n\r\na=1&b=2";
	int fd;

	begin(ROLE_FRONT);
	fd = dial();
	put(fd, q, sizeof q - 1);
	for (int i = 0; i < 5; i++)
		turn();
	close(fd);
	for (int i = 0; i < 10; i++)
		turn();
	OK(page.ends == 1 && page.lost && page.how == ERR_SHORT);
	OK(page.drops == 1 && said(&page.told, "a=1;b=2"));
	/* The same while an event waits. */
	page.stall = true;
	fd = dial();
	put(fd, q, sizeof q - 1);
	while (page.stalls == 0)
		turn();
	close(fd);
	for (int i = 0; i < 10; i++)
		turn();
	OK(page.ends == 1 && page.drops == 1);
	for (int i = 0; i < 100; i++) {
		page.stall = false;
		if (page.r != NULL)
			front_resume(page.r);
		turn();
	}
	OK(page.ends == 2 && page.drops == 2);
	finish();
}

static void
nothing_is_held_and_nothing_given_back_unwiped(void)
{
	OK(alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
memset(access_seed, 3, sizeof access_seed);
T(every_machine_request_is_answered)
T(bodies_of_another_length_and_shape_are_refused)
T(a_part_is_appended_whole_or_lacks_its_last_byte)
T(a_desk_must_sign_each_request_and_its_body)
T(desks_see_days_and_fetch)
T(a_dead_keeper_is_told_and_a_new_one_serves)
T(forms_reach_pages_and_tell_how_they_ended)
T(an_event_that_waits_comes_again)
T(a_form_whose_client_goes_is_ended_once)
T(nothing_is_held_and_nothing_given_back_unwiped)
T_END
