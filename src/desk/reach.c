#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/hash.h"
#include "http/client.h"
#include "http/host.h"
#include "letter/upload.h"
#include "team/offer.h"
#include "team/request.h"

#include "desk/reach.h"

#define PAUSE_MS 200U
#define PAUSE_MAX_MS 5000U
#define MEANWHILE_MS 10U
#define DAYS_MAX REACH_DAYS_MAX
#define DAY_LINE 128U
#define WORD_MAX 4096U

struct reach {
	struct http_client *http;
	uint8_t line_id[LINE_ID_BYTES];
	const uint8_t *access_seed;
	enum err (*meanwhile)(void *with);
	void *with;
	/* What was asked for ahead; its answer goes to `out`. */
	struct {
		uint8_t tags[REACH_FETCH_MAX][TAG_BYTES];
		struct http_call call;
		struct http_reply reply;
		struct buf *out; /* the caller's; NULL: nothing was */
		size_t was;
		enum err begun;
	} ahead;
};

/* "http://HOST:PORT" of the next port of `line`. */
static enum err
next_port(char out[static REACH_URL_MAX], const char *line)
{
	struct host host;
	size_t n;
	enum err e;
	int did;

	if ((e = host_read(&host, line)) != ERR_OK)
		return e;
	if (host.port == UINT16_MAX)
		return ERR_FORMAT;
	n = host.port == 0 ? strlen(host.base)
			   : (size_t)(strrchr(host.base, ':') - host.base);
	if (host.port == 0)
		host.port = strncmp(host.base, "https:", 6) == 0 ? 443 : 80;
	did = snprintf(
	    out, REACH_URL_MAX, "%.*s:%u", (int)n, host.base, host.port + 1U);
	return did < 0 || (size_t)did >= REACH_URL_MAX ? ERR_TOOBIG : ERR_OK;
}

enum err
reach_open(struct reach **r, const struct reach_opts *opts)
{
	char next[REACH_URL_MAX];
	struct http_client_opts to = {
		.base = opts->desk_line,
		.socks = opts->socks,
		.circuit = "desk",
	};
	struct reach *got;
	enum err e;

	if (to.base == NULL) {
		if ((e = next_port(next, opts->line)) != ERR_OK)
			return e;
		to.base = next;
	}
	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	memcpy(got->line_id, opts->line_id, LINE_ID_BYTES);
	got->access_seed = opts->access_seed;
	if ((e = http_client_open(&got->http, &to)) == ERR_OK) {
		*r = got;
		got = NULL; /* now the caller's */
	}
	reach_close(got);
	return e;
}

void
reach_close(struct reach *r)
{
	if (r == NULL)
		return;
	http_client_close(r->http);
	wipe_free(r, sizeof *r);
}

void
reach_sign_with(struct reach *r, const uint8_t *access_seed)
{
	r->access_seed = access_seed;
}

void
reach_meanwhile(struct reach *r, enum err (*meanwhile)(void *with), void *with)
{
	r->meanwhile = meanwhile;
	r->with = with;
	http_client_meanwhile(r->http, meanwhile, with);
}

enum err
reach_breathe(struct reach *r)
{
	if (r->ahead.out != NULL)
		http_client_go_on(r->http);
	return r->meanwhile == NULL ? ERR_OK : r->meanwhile(r->with);
}

static enum err
status_err(unsigned status)
{
	static const struct {
		unsigned status;
		enum err e;
	} says[] = {
		{ 200, ERR_OK },
		{ 401, ERR_DENIED },
		{ 403, ERR_DENIED },
		{ 404, ERR_NOTHING },
		{ 408, ERR_EXPIRED },
		{ 409, ERR_TAKEN },
		{ 413, ERR_TOOBIG },
		{ 503, ERR_BUSY },
		{ 507, ERR_FULL },
	};

	for (size_t i = 0; i < COUNT(says); i++)
		if (says[i].status == status)
			return says[i].e;
	return ERR_FORMAT;
}

/* "Sotto-Request: ..." for this call, at this hour. */
static enum err
put_header(struct buf *out, const struct reach *r, const struct http_call *call)
{
	struct request q = { .hour = clock_hour() };
	enum err e;

	(void)snprintf(q.method, sizeof q.method, "%s", call->method);
	(void)snprintf(q.path, sizeof q.path, "%s", call->path);
	sha256(q.body, call->body == NULL ? "" : call->body, (size_t)call->n);
	memcpy(q.line, r->line_id, LINE_ID_BYTES);
	if ((e = buf_put_str(out, REQUEST_HEADER ": ")) != ERR_OK)
		return e;
	return request_write(out, &q, r->access_seed);
}

static bool
worth_another_try(enum err e)
{
	return e == ERR_CLOSED || e == ERR_EXPIRED || e == ERR_BUSY;
}

/* What a conflict says: `missing` is told apart from `taken`. */
static enum err
conflict(struct buf *said, size_t was)
{
	const size_t n = said->len - was;

	return n >= 7 && memcmp(said->at + was, "missing", 7) == 0 ? ERR_MISSING
								   : ERR_TAKEN;
}

/* The header's line, which is the caller's to drop. */
static enum err
sign_call(struct reach *r, struct http_call *call, struct buf *header)
{
	enum err e;

	if ((e = put_header(header, r, call)) != ERR_OK)
		return e;
	call->header = buf_str(header);
	return call->header == NULL ? ERR_NOMEM : ERR_OK;
}

/* What came with it, which is no part of `out` unless it is good. */
static enum err
judge(enum err e, unsigned status, struct buf *out, size_t was)
{
	if (e == ERR_OK && (e = status_err(status)) == ERR_TAKEN)
		e = conflict(out, was);
	if (e != ERR_OK)
		out->len = was;
	return e;
}

static enum err
try_once(struct reach *r, struct http_call *call, struct buf *out)
{
	struct http_reply reply = { .body = out };
	const size_t was = out->len;
	struct buf header;
	enum err e;

	buf_init(&header, REQUEST_MAX + 64);
	if ((e = sign_call(r, call, &header)) == ERR_OK)
		e = http_client_do(r->http, call, &reply);
	e = judge(e, reply.status, out, was);
	buf_drop(&header);
	return e;
}

static enum err
wait_for(struct reach *r, unsigned ms)
{
	const uint64_t until = clock_ms() + ms;
	enum err e = ERR_OK;

	if (r->meanwhile == NULL)
		clock_sleep(ms);
	else
		while (e == ERR_OK && clock_ms() < until) {
			e = r->meanwhile(r->with);
			clock_sleep(MEANWHILE_MS);
		}
	return e;
}

static enum err
ask(struct reach *r, struct http_call call, struct buf *out)
{
	unsigned pause = PAUSE_MS, slow = 0;
	enum err e = ERR_CLOSED, broken;

	for (unsigned i = 0; i < REACH_TRIES && slow < REACH_SLOW; i++) {
		if (i > 0) {
			if ((broken = wait_for(r, pause)) != ERR_OK)
				return broken;
			pause = pause < PAUSE_MAX_MS ? 2 * pause : pause;
		}
		if (!worth_another_try(e = try_once(r, &call, out)))
			break;
		slow += e == ERR_EXPIRED;
	}
	return e;
}

/* A body out, exactly `want` bytes in. */
static enum err
ask_exact(
    struct reach *r, const struct http_call *call, struct buf *out, size_t want)
{
	const size_t was = out->len;
	enum err e;

	if ((e = ask(r, *call, out)) == ERR_OK && out->len - was != want) {
		out->len = was;
		e = ERR_FORMAT;
	}
	return e;
}

/* A request whose good answer is the word `done`. */
static enum err
ask_done(struct reach *r, const struct http_call *call)
{
	struct buf said;
	enum err e;

	buf_init(&said, WORD_MAX);
	e = ask(r, *call, &said);
	if (e == ERR_OK && (said.len < 4 || memcmp(said.at, "done", 4) != 0))
		e = ERR_FORMAT;
	buf_drop(&said);
	return e;
}

enum err
reach_line(struct reach *r, struct buf *out)
{
	return ask(
	    r, (struct http_call){ .method = "GET", .path = "/v1/line" }, out);
}

enum err
reach_questions(struct reach *r, struct buf *out)
{
	return ask(r,
	    (struct http_call){ .method = "GET", .path = "/v1/questions" },
	    out);
}

/* DAY COUNT DIGESTHEX closed|open */
static enum err
read_day(struct reach_day *d, const char *line, size_t n)
{
	const char *a = memchr(line, ' ', n), *b, *c;
	uint64_t day, count;
	enum err e;

	if (a == NULL)
		return ERR_FORMAT;
	n -= (size_t)(a - line) + 1;
	if ((b = memchr(a + 1, ' ', n)) == NULL)
		return ERR_FORMAT;
	n -= (size_t)(b - a);
	if ((c = memchr(b + 1, ' ', n)) == NULL)
		return ERR_FORMAT;
	n -= (size_t)(c - b);
	if ((e = enc_decimal_read(
		 &day, UINT32_MAX, line, (size_t)(a - line))) != ERR_OK ||
	    (e = enc_decimal_read(
		 &count, UINT32_MAX, a + 1, (size_t)(b - a) - 1)) != ERR_OK ||
	    (e = enc_hex_read(d->digest, sizeof d->digest, b + 1,
		 (size_t)(c - b) - 1)) != ERR_OK)
		return e;
	d->day = (uint32_t)day;
	d->count = (uint32_t)count;
	d->closed = n == 6 && memcmp(c + 1, "closed", 6) == 0;
	return d->closed || (n == 4 && memcmp(c + 1, "open", 4) == 0)
	    ? ERR_OK
	    : ERR_FORMAT;
}

static enum err
read_days(struct reach_day *days, size_t *n, const struct buf *text)
{
	const char *at = (const char *)text->at, *end;
	size_t left = text->len;
	enum err e;

	for (*n = 0; left > 0; ++*n) {
		if (*n == DAYS_MAX || (end = memchr(at, '\n', left)) == NULL)
			return ERR_FORMAT;
		if ((e = read_day(&days[*n], at, (size_t)(end - at))) != ERR_OK)
			return e;
		if (*n > 0 && days[*n - 1].day >= days[*n].day)
			return ERR_FORMAT;
		left -= (size_t)(end - at) + 1;
		at = end + 1;
	}
	return ERR_OK;
}

enum err
reach_days(struct reach *r, struct reach_day *days, size_t *n)
{
	struct buf text;
	enum err e;

	buf_init(&text, (size_t)DAYS_MAX * DAY_LINE);
	e = ask(r, (struct http_call){ .method = "GET", .path = "/v1/days" },
	    &text);
	if (e == ERR_OK)
		e = read_days(days, n, &text);
	buf_drop(&text);
	return e;
}

enum err
reach_tags(struct reach *r, uint32_t day, struct buf *tags)
{
	const size_t was = tags->len;
	uint8_t body[4];
	enum err e;

	enc_put_u32(body, day);
	e = ask(r,
	    (struct http_call){ .method = "POST",
		.path = "/v1/day",
		.body = body,
		.n = sizeof body },
	    tags);
	if (e == ERR_OK && (tags->len - was) % TAG_BYTES != 0) {
		tags->len = was;
		e = ERR_FORMAT;
	}
	return e;
}

/* Is it `n` times a length that may be, and so many bytes? */
static bool
is_fetched(const uint8_t *p, size_t len, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t one;

		if (len < 4)
			return false;
		one = enc_get_u32(p);
		if ((one != 0 && one != ENVELOPE_LETTER_BYTES &&
			one != ENVELOPE_HEADER_BYTES) ||
		    one > len - 4)
			return false;
		p += 4 + one;
		len -= 4 + one;
	}
	return len == 0;
}

static struct http_call
fetch_call(const uint8_t (*tags)[TAG_BYTES], size_t n)
{
	return (struct http_call){ .method = "POST",
		.path = "/v1/fetch",
		.body = tags,
		.n = n * TAG_BYTES };
}

static enum err
check_fetched(enum err e, struct buf *out, size_t was, size_t n)
{
	if (e == ERR_OK && !is_fetched(out->at + was, out->len - was, n)) {
		out->len = was;
		e = ERR_FORMAT;
	}
	return e;
}

enum err
reach_fetch(struct reach *r, const uint8_t (*tags)[TAG_BYTES], size_t n,
    struct buf *out)
{
	const size_t was = out->len;
	const enum err e = ask(r, fetch_call(tags, n), out);

	return check_fetched(e, out, was, n);
}

void
reach_fetch_begin(struct reach *r, const uint8_t (*tags)[TAG_BYTES], size_t n,
    struct buf *out)
{
	struct buf header;

	assert(n <= REACH_FETCH_MAX && r->ahead.out == NULL);
	memcpy(r->ahead.tags, tags, n * TAG_BYTES);
	r->ahead.call =
	    fetch_call((const uint8_t(*)[TAG_BYTES])r->ahead.tags, n);
	r->ahead.reply = (struct http_reply){ .body = out };
	r->ahead.out = out;
	r->ahead.was = out->len;
	buf_init(&header, REQUEST_MAX + 64);
	if ((r->ahead.begun = sign_call(r, &r->ahead.call, &header)) == ERR_OK)
		r->ahead.begun =
		    http_client_begin(r->http, &r->ahead.call, &r->ahead.reply);
	buf_drop(&header);
}

enum err
reach_fetch_end(struct reach *r)
{
	const size_t n = (size_t)r->ahead.call.n / TAG_BYTES;
	struct buf *out = r->ahead.out;
	enum err e = r->ahead.begun;

	if (e == ERR_OK)
		e = http_client_end(r->http);
	r->ahead.out = NULL;
	e = judge(e, r->ahead.reply.status, out, r->ahead.was);
	/* It was the first try of those that any request has. */
	if (worth_another_try(e))
		return reach_fetch(
		    r, (const uint8_t(*)[TAG_BYTES])r->ahead.tags, n, out);
	return check_fetched(e, out, r->ahead.was, n);
}

void
reach_fetch_break(struct reach *r)
{
	if (r->ahead.out == NULL)
		return;
	if (r->ahead.begun == ERR_OK)
		http_client_break(r->http);
	r->ahead.out = NULL;
}

enum err
reach_part(
    struct reach *r, const uint8_t tag[static TAG_BYTES], struct buf *out)
{
	const struct http_call call = { .method = "POST",
		.path = "/v1/part-get",
		.body = tag,
		.n = TAG_BYTES };

	return ask_exact(r, &call, out, ENVELOPE_PART_BYTES);
}

enum err
reach_look(struct reach *r, const uint8_t (*tags)[TAG_BYTES], size_t n,
    struct buf *bits)
{
	const struct http_call call = { .method = "POST",
		.path = "/v1/look",
		.body = tags,
		.n = n * TAG_BYTES };

	return ask_exact(r, &call, bits, (n + 7) / 8);
}

enum err
reach_put_letter(struct reach *r, const uint8_t tag[static TAG_BYTES],
    const uint8_t letter[static ENVELOPE_LETTER_BYTES])
{
	uint8_t body[TAG_BYTES + ENVELOPE_LETTER_BYTES];
	const struct http_call call = { .method = "PUT",
		.path = "/v1/letter",
		.body = body,
		.n = sizeof body };

	memcpy(body, tag, TAG_BYTES);
	memcpy(body + TAG_BYTES, letter, ENVELOPE_LETTER_BYTES);
	return ask_done(r, &call);
}

enum err
reach_state(struct reach *r, const uint8_t u[static 16], uint32_t *parts,
    bool *committed)
{
	struct buf said;
	enum err e;

	buf_init(&said, WORD_MAX);
	e = ask(r,
	    (struct http_call){
		.method = "POST", .path = "/v1/state", .body = u, .n = 16 },
	    &said);
	while (said.len > 0 && said.at[said.len - 1] == '\n')
		said.len--;
	if (e == ERR_OK)
		e = upload_state_read(
		    parts, committed, (const char *)said.at, said.len);
	buf_drop(&said);
	return e;
}

enum err
reach_put_part(struct reach *r,
    const uint8_t body[static REACH_PART_HEAD + ENVELOPE_PART_BYTES])
{
	const struct http_call call = { .method = "PUT",
		.path = "/v1/part",
		.body = body,
		.n = REACH_PART_HEAD + ENVELOPE_PART_BYTES };

	return ask_done(r, &call);
}

enum err
reach_commit(struct reach *r, const uint8_t body[static REACH_COMMIT_BYTES])
{
	const struct http_call call = { .method = "POST",
		.path = "/v1/commit",
		.body = body,
		.n = REACH_COMMIT_BYTES };

	return ask_done(r, &call);
}

enum err
reach_put_note(struct reach *r, const struct buf *note)
{
	const struct http_call call = { .method = "PUT",
		.path = "/v1/key-note",
		.body = note->at,
		.n = note->len };

	return ask_done(r, &call);
}

enum err
reach_purge(struct reach *r, const struct buf *note)
{
	const struct http_call call = { .method = "POST",
		.path = "/v1/purge",
		.body = note->at,
		.n = note->len };

	return ask_done(r, &call);
}
