#include <assert.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "fake_front.h"
#include "front/pages.h"
#include "letter/source.h"
#include "letter/tag.h"

#define ASKS 16

struct fake_letter fake_letters[FAKE_LETTERS];
size_t fake_letter_count;
struct fake_part fake_parts[FAKE_PARTS];
size_t fake_part_count;
struct fake_work fake_work;
enum err fake_refuse = ERR_OK;
uint32_t fake_room = 2;

/* One answer that is due. */
static struct ask {
	struct front_request *r;
	front_then *then;
	void *with;
	struct front_reply reply;
	uint8_t *bytes; /* of the reply, freed afterwards */
} asks[ASKS];
static size_t ask_count;
static int upload_fd = -1;
static uint32_t upload_parts;
static struct fake_answer *now;
static size_t (*stream)(struct front_request *r, uint8_t *out, size_t room);
static uint64_t stream_left;

static struct ask *
ask(struct front_request *r, front_then *then, void *with)
{
	struct ask *a = &asks[ask_count++];

	assert(ask_count <= ASKS);
	*a = (struct ask){ r, then, with, { .fd = -1 }, NULL };
	return a;
}

static void
give_bytes(struct ask *a, size_t n)
{
	a->bytes = calloc(1, n);
	assert(a->bytes != NULL);
	a->reply.p = a->bytes;
	a->reply.n = n;
}

static bool
turn(void)
{
	struct ask a;

	if (ask_count == 0)
		return false;
	a = asks[0];
	memmove(asks, asks + 1, --ask_count * sizeof *asks);
	a.then(a.r, a.with, &a.reply);
	if (a.bytes != NULL)
		wipe_free(a.bytes, a.reply.n);
	return true;
}

static struct fake_letter *
find(const uint8_t *tag)
{
	for (size_t i = 0; i < fake_letter_count; i++)
		if (memcmp(fake_letters[i].tag, tag, FRONT_TAG_BYTES) == 0)
			return &fake_letters[i];
	return NULL;
}

void
fake_put(const uint8_t *tag, const uint8_t *envelope)
{
	struct fake_letter *l = &fake_letters[fake_letter_count++];

	assert(fake_letter_count <= FAKE_LETTERS);
	memcpy(l->tag, tag, sizeof l->tag);
	memcpy(l->envelope, envelope, sizeof l->envelope);
	l->deleted = false;
}

void
fake_put_part(const uint8_t *tag, const uint8_t *envelope)
{
	struct fake_part *p = &fake_parts[fake_part_count++];

	assert(fake_part_count <= FAKE_PARTS);
	memcpy(p->tag, tag, sizeof p->tag);
	p->envelope = malloc(ENVELOPE_PART_BYTES);
	assert(p->envelope != NULL);
	memcpy(p->envelope, envelope, ENVELOPE_PART_BYTES);
}

void
fake_empty(void)
{
	for (size_t i = 0; i < fake_part_count; i++)
		wipe_free(fake_parts[i].envelope, ENVELOPE_PART_BYTES);
	fake_part_count = 0;
	fake_letter_count = 0;
	fake_work = (struct fake_work){ 0 };
	fake_refuse = ERR_OK;
}

void
front_derive(struct front_request *r,
    const uint8_t phrase[static FRONT_PHRASE_BYTES], front_then *then,
    void *with)
{
	struct ask *a = ask(r, then, with);
	struct phrase words;

	fake_work.derived++;
	give_bytes(a, FRONT_ROOT_BYTES);
	memcpy(words.bits, phrase, sizeof words.bits);
	a->reply.e = source_root(a->bytes, &words, r->line->certificate.line);
	phrase_drop(&words);
}

void
front_look(struct front_request *r, const uint8_t *tags, size_t n,
    front_then *then, void *with)
{
	struct ask *a = ask(r, then, with);

	fake_work.looked++;
	fake_work.tags += (unsigned)n;
	give_bytes(a, (n + 7) / 8);
	for (size_t i = 0; i < n; i++)
		if (find(tags + i * FRONT_TAG_BYTES) != NULL)
			a->bytes[i / 8] |= (uint8_t)(1U << i % 8);
}

/* The tags asked for must not say how many of them there are. */
static unsigned
alike(const uint8_t *tags, size_t i)
{
	static const uint8_t none[FRONT_TAG_BYTES];
	const uint8_t *tag = tags + i * FRONT_TAG_BYTES;

	for (size_t k = 0; k < i; k++)
		if (memcmp(tags + k * FRONT_TAG_BYTES, tag, sizeof none) == 0)
			return 1;
	return memcmp(tag, none, sizeof none) == 0;
}

void
front_get(struct front_request *r,
    const uint8_t tags[static FRONT_GET * FRONT_TAG_BYTES], front_then *then,
    void *with)
{
	struct ask *a = ask(r, then, with);
	const struct fake_letter *l;
	uint8_t *at;

	give_bytes(a, (size_t)FRONT_GET * ENVELOPE_LETTER_BYTES);
	for (size_t i = 0; i < FRONT_GET; i++) {
		fake_work.got++;
		fake_work.alike += alike(tags, i);
		at = a->bytes + i * ENVELOPE_LETTER_BYTES;
		l = find(tags + i * FRONT_TAG_BYTES);
		if (l != NULL && !l->deleted)
			memcpy(at, l->envelope, ENVELOPE_LETTER_BYTES);
		else
			assert(envelope_nobody(at, ENVELOPE_LETTER_BYTES) ==
			    ERR_OK);
	}
}

void
front_part_get(struct front_request *r,
    const uint8_t tag[static FRONT_TAG_BYTES], unsigned piece, front_then *then,
    void *with)
{
	struct ask *a = ask(r, then, with);

	a->reply.e = ERR_NOTHING;
	for (size_t i = 0; i < fake_part_count; i++) {
		if (memcmp(fake_parts[i].tag, tag, FRONT_TAG_BYTES) != 0)
			continue;
		give_bytes(a, FRONT_PIECE_BYTES);
		memcpy(a->bytes,
		    fake_parts[i].envelope + piece * FRONT_PIECE_BYTES,
		    FRONT_PIECE_BYTES);
		a->reply.e = ERR_OK;
	}
}

static enum err
put(const uint8_t *tag, const uint8_t *letter)
{
	if (fake_refuse != ERR_OK)
		return fake_refuse;
	if (find(tag) != NULL)
		return ERR_TAKEN;
	assert(envelope_check(letter, ENVELOPE_LETTER_BYTES) == ERR_OK);
	fake_put(tag, letter);
	return ERR_OK;
}

void
front_put(struct front_request *r, const uint8_t tag[static FRONT_TAG_BYTES],
    const uint8_t letter[static ENVELOPE_LETTER_BYTES], front_then *then,
    void *with)
{
	fake_work.put++;
	ask(r, then, with)->reply.e = put(tag, letter);
}

static void
upload_end(void)
{
	if (upload_fd >= 0)
		(void)close(upload_fd);
	upload_fd = -1;
	upload_parts = 0;
}

void
front_upload(struct front_request *r,
    const uint8_t id[static FRONT_UPLOAD_ID_BYTES], front_then *then,
    void *with)
{
	struct ask *a = ask(r, then, with);
	off_t size;

	(void)id;
	fake_work.uploads++;
	if ((a->reply.e = fake_refuse) != ERR_OK)
		return;
	if (upload_fd < 0)
		upload_fd = memfd_create("upload", MFD_CLOEXEC);
	size = lseek(upload_fd, 0, SEEK_END);
	a->reply.parts = (uint32_t)(size / ENVELOPE_PART_BYTES);
	size = (off_t)a->reply.parts * ENVELOPE_PART_BYTES;
	assert(ftruncate(upload_fd, size) == 0);
	(void)lseek(upload_fd, 0, SEEK_END);
	a->reply.room = fake_room;
	a->reply.fd = upload_fd;
}

void
front_commit(struct front_request *r, const struct front_commit *c,
    front_then *then, void *with)
{
	struct ask *a = ask(r, then, with);
	uint8_t tag[TAG_BYTES];
	uint8_t *part;

	fake_work.commits++;
	if ((a->reply.e = put(c->tag, c->letter)) != ERR_OK)
		return;
	part = malloc(ENVELOPE_PART_BYTES);
	assert(part != NULL);
	for (uint32_t j = 0; j < c->parts; j++) {
		assert(
		    pread(upload_fd, part, ENVELOPE_PART_BYTES,
			(off_t)j * ENVELOPE_PART_BYTES) == ENVELOPE_PART_BYTES);
		assert(envelope_check(part, ENVELOPE_PART_BYTES) == ERR_OK);
		tag_part(tag, c->secret, j);
		fake_put_part(tag, part);
	}
	wipe_free(part, ENVELOPE_PART_BYTES);
}

void
front_delete(struct front_request *r, const uint8_t *openings, size_t n,
    front_then *then, void *with)
{
	uint8_t tag[TAG_BYTES];

	assert(n <= FRONT_DELETE_MAX);
	for (size_t i = 0; i < n; i++) {
		tag_of(tag, openings + i * FRONT_OPENING_BYTES);
		assert(find(tag) != NULL);
		find(tag)->deleted = true;
		fake_work.deleted++;
	}
	(void)ask(r, then, with);
}

void
front_resume(struct front_request *r)
{
	(void)r;
}

void
front_beat(struct front_request *r)
{
	(void)r;
	now->beat = true;
}

void
front_answer(struct front_request *r, unsigned status, const char *type,
    const void *p, size_t n)
{
	(void)r;
	assert(now->status == 0 && type != NULL);
	now->status = status;
	assert(buf_put(&now->body, p, n) == ERR_OK);
}

void
front_answer_fixed(struct front_request *r, unsigned status, const char *type,
    const void *p, size_t n)
{
	front_answer(r, status, type, p, n);
}

void
front_answer_buf(struct front_request *r, unsigned status, const char *type,
    struct buf *body)
{
	front_answer(r, status, type, body->at, body->len);
	buf_drop(body);
}

void
front_say(struct front_request *r, unsigned status, const char *sentence)
{
	front_answer(r, status, "text/plain", sentence, strlen(sentence));
}

enum err
front_add(struct front_request *r, const char *name, const char *value)
{
	(void)r;
	assert(strcmp(name, "Content-Disposition") == 0);
	(void)snprintf(now->disposition, sizeof now->disposition, "%s", value);
	return ERR_OK;
}

void
front_answer_stream(struct front_request *r, unsigned status, const char *type,
    uint64_t n,
    size_t (*give)(struct front_request *r, uint8_t *out, size_t room))
{
	front_answer(r, status, type, "", 0);
	stream = give;
	stream_left = n;
}

/* Run what is due, and send what is to be streamed. */
static void
run(struct front_request *r)
{
	uint8_t out[5000];
	size_t n;

	while (turn())
		;
	while (stream != NULL && stream_left > 0) {
		n = stream(r, out, sizeof out);
		if (n == HTTP_BROKEN) {
			now->status = 0;
			break;
		}
		assert(n <= stream_left);
		assert(buf_put(&now->body, out, n) == ERR_OK);
		stream_left -= n;
		if (n == 0 && !turn())
			break;
	}
	stream = NULL;
}

static const struct front_route *
route_of(enum http_method method, const char *path)
{
	const struct front_route *all;
	size_t n;

	all = pages_routes(&n);
	for (size_t i = 0; i < n; i++)
		if (all[i].method == method && strcmp(all[i].path, path) == 0)
			return &all[i];
	assert(!"no such path");
	return NULL;
}

static void
begin(struct fake_answer *answer, struct front_request *r,
    const struct front_line *line, const struct front_route *route)
{
	*answer = (struct fake_answer){ 0 };
	buf_init(&answer->body, 64U << 20);
	now = answer;
	*r = (struct front_request){ .line = line, .route = route };
	arena_init(&r->arena, HTTP_ARENA_MAX);
	upload_end();
	route->begin(r);
}

static void
end(struct front_request *r)
{
	if (r->route->drop != NULL)
		r->route->drop(r);
	arena_drop(&r->arena);
	upload_end();
}

void
fake_get(
    struct fake_answer *answer, const struct front_line *line, const char *path)
{
	struct front_request r;

	begin(answer, &r, line, route_of(HTTP_GET, path));
	run(&r);
	end(&r);
}

/* One event, again until it is taken. */
static enum err
event(struct front_request *r, const struct form_piece *piece)
{
	enum err e;

	while ((e = r->route->form(r, piece)) == ERR_BUSY)
		assert(turn());
	return e;
}

static enum err
feed(struct front_request *r, struct form *f, const struct fake_form *form)
{
	struct form_piece piece;
	const uint8_t *p = form->body;
	size_t left = form->n - form->cut, n;
	enum err e;

	while (left > 0) {
		const uint8_t *at = p;

		n = left < form->step ? left : form->step;
		left -= n;
		p += n;
		do {
			if ((e = form_next(f, &at, &n, &piece)) != ERR_OK)
				return e;
			if (piece.event == FORM_MORE ||
			    piece.event == FORM_DONE)
				break;
			if ((e = event(r, &piece)) != ERR_OK)
				return e;
		} while (true);
	}
	for (;;) {
		if ((e = form_end(f, &piece)) != ERR_OK)
			return e;
		if (piece.event == FORM_DONE)
			return ERR_OK;
		if ((e = event(r, &piece)) != ERR_OK)
			return e;
	}
}

void
fake_post(struct fake_answer *answer, const struct front_line *line,
    const struct fake_form *form)
{
	struct front_request r;
	struct form *f;

	begin(answer, &r, line, route_of(HTTP_POST, form->path));
	assert(form_open(&f, form->type) == ERR_OK);
	r.route->end(&r, feed(&r, f, form));
	form_close(f);
	run(&r);
	end(&r);
}

void
fake_answer_drop(struct fake_answer *answer)
{
	buf_drop(&answer->body);
}
