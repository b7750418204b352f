#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "line/talk.h"
#include "os/cursor.h"

/* The fields a message can have.  `bytes` takes the rest, so it is last. */
enum field {
	F_END,
	F_STATUS,
	F_DAY,
	F_COUNT,
	F_ROOM,
	F_ASKER,
	F_TAG,
	F_UPLOAD,
	F_SECRET,
	F_PHRASE,
	F_ROOT,
	F_ENVELOPE,
	F_BYTES,
};

#define FIELDS_MAX 6U

/* Whether a descriptor comes along. */
enum fd_rule {
	FD_NEVER,
	FD_ALWAYS,
	FD_OK, /* when the status is ok */
};

#define BIT(role) (1U << (role))
#define W BIT(ROLE_WARDEN)
#define F BIT(ROLE_FRONT)
#define D BIT(ROLE_DESK_FRONT)
#define V BIT(ROLE_DERIVER)
#define K BIT(ROLE_KEEPER)
#define FD (F | D)
#define ALL (F | D | V | K)
#define SELF BIT(ROLE_COUNT) /* another process of the same role */

/* Who may say what to whom; `unit`, `min` and `max` are of the bytes field: a
 * multiple of `unit`, from `min` to `max`. */
static const struct line {
	const char *name;
	unsigned from, to;
	enum fd_rule fd;
	enum field fields[FIELDS_MAX];
	uint32_t unit, min, max;
} table[TALK_COUNT] = {
#define ENVELOPES (TALK_LETTERS * TALK_ENVELOPE_BYTES)
	[TALK_SETTINGS] = { "settings", W, F | D | V | K, FD_NEVER, { F_BYTES },
	    1, 1, TALK_FILE_MAX },
	[TALK_CERTIFICATE] = { "certificate", W, FD | K, FD_NEVER, { F_BYTES },
	    1, 1, TALK_FILE_MAX },
	[TALK_KEY_NOTE] = { "key-note", W, FD | K, FD_NEVER,
	    { F_COUNT, F_BYTES }, 1, 1, TALK_PIECE_BYTES },
	[TALK_LISTEN] = { "listen", W, FD, FD_ALWAYS, { F_END }, 0, 0, 0 },
	[TALK_KEEPER] = { "keeper", W, FD, FD_ALWAYS, { F_END }, 0, 0, 0 },
	[TALK_DERIVER] = { "deriver", W, F, FD_ALWAYS, { F_END }, 0, 0, 0 },
	[TALK_CLIENT] = { "client", W, K | V, FD_ALWAYS, { F_ASKER, F_COUNT },
	    0, 0, 0 },
	[TALK_REFUSED] = { "refused", K | V, W, FD_NEVER, { F_COUNT }, 0, 0,
	    0 },
	[TALK_LOCK] = { "lock", W, K, FD_ALWAYS, { F_END }, 0, 0, 0 },
	[TALK_START] = { "start", W, ALL, FD_NEVER, { F_END }, 0, 0, 0 },
	[TALK_READY] = { "ready", ALL, W, FD_NEVER, { F_END }, 0, 0, 0 },
	[TALK_SAID] = { "said", ALL, W, FD_NEVER, { F_STATUS, F_COUNT }, 0, 0,
	    0 },
	[TALK_TAKE_OVER] = { "take-over", W, FD, FD_ALWAYS, { F_END }, 0, 0,
	    0 },
	[TALK_RETIRE] = { "retire", W, FD, FD_ALWAYS, { F_END }, 0, 0, 0 },
	[TALK_HEIRLOOM] = { "heirloom", FD, SELF, FD_NEVER, { F_BYTES }, 1, 1,
	    TALK_HEIRLOOM_MAX },
	[TALK_NEW_NOTE] = { "new-note", K, W, FD_NEVER, { F_COUNT, F_BYTES }, 1,
	    1, TALK_PIECE_BYTES },
	[TALK_NOTE_KEPT] = { "note-kept", W, K, FD_NEVER, { F_STATUS }, 0, 0,
	    0 },
	[TALK_DERIVE] = { "derive", F, V, FD_NEVER, { F_PHRASE }, 0, 0, 0 },
	[TALK_ROOT] = { "root", V, F, FD_NEVER, { F_STATUS, F_ROOT }, 0, 0, 0 },
	[TALK_LOOK] = { "look", FD, K, FD_NEVER, { F_BYTES }, TALK_TAG_BYTES,
	    TALK_TAG_BYTES, TALK_TAGS_MAX *TALK_TAG_BYTES },
	[TALK_LOOKED] = { "looked", K, FD, FD_NEVER, { F_STATUS, F_BYTES }, 1,
	    0, TALK_TAGS_MAX / 8 },
	[TALK_GET] = { "get", FD, K, FD_NEVER, { F_BYTES },
	    TALK_LETTERS *TALK_TAG_BYTES, TALK_LETTERS *TALK_TAG_BYTES,
	    TALK_LETTERS *TALK_TAG_BYTES },
	[TALK_GOT] = { "got", K, FD, FD_NEVER, { F_STATUS, F_BYTES }, ENVELOPES,
	    0, ENVELOPES },
	[TALK_PIECE] = { "piece", FD, K, FD_NEVER, { F_TAG, F_COUNT }, 0, 0,
	    0 },
	[TALK_PIECED] = { "pieced", K, FD, FD_NEVER, { F_STATUS, F_BYTES },
	    TALK_PIECE_BYTES, 0, TALK_PIECE_BYTES },
	[TALK_PUT] = { "put", FD, K, FD_NEVER, { F_TAG, F_ENVELOPE }, 0, 0, 0 },
	[TALK_UPLOAD] = { "upload", FD, K, FD_NEVER, { F_UPLOAD }, 0, 0, 0 },
	[TALK_UPLOADED] = { "uploaded", K, FD, FD_OK,
	    { F_STATUS, F_COUNT, F_ROOM }, 0, 0, 0 },
	[TALK_UPLOAD_END] = { "upload-end", FD, K, FD_NEVER, { F_UPLOAD }, 0, 0,
	    0 },
	[TALK_STATE] = { "state", FD, K, FD_NEVER, { F_UPLOAD }, 0, 0, 0 },
	[TALK_STATED] = { "stated", K, FD, FD_NEVER,
	    { F_STATUS, F_COUNT, F_ROOM }, 0, 0, 0 },
	[TALK_COMMIT] = { "commit", FD, K, FD_NEVER,
	    { F_UPLOAD, F_COUNT, F_SECRET, F_TAG, F_ENVELOPE }, 0, 0, 0 },
	[TALK_DELETE] = { "delete", FD, K, FD_NEVER, { F_BYTES },
	    TALK_OPENING_BYTES, TALK_OPENING_BYTES,
	    TALK_OPENINGS_MAX *TALK_OPENING_BYTES },
	[TALK_DONE] = { "done", K, FD, FD_NEVER, { F_STATUS }, 0, 0, 0 },
	[TALK_DAYS] = { "days", D, K, FD_NEVER, { F_END }, 0, 0, 0 },
	[TALK_DAYS_ARE] = { "days-are", K, D, FD_NEVER, { F_STATUS, F_BYTES },
	    TALK_DAY_BYTES, 0, TALK_DAYS_MAX *TALK_DAY_BYTES },
	[TALK_DAY] = { "day", D, K, FD_NEVER, { F_DAY, F_COUNT, F_TAG }, 0, 0,
	    0 },
	[TALK_DAY_IS] = { "day-is", K, D, FD_NEVER, { F_STATUS, F_BYTES },
	    TALK_TAG_BYTES, 0, TALK_DAY_TAGS *TALK_TAG_BYTES },
	[TALK_OFFERED] = { "offered", D, K, FD_NEVER, { F_DAY }, 0, 0, 0 },
	[TALK_OFFERED_ARE] = { "offered-are", K, D, FD_NEVER,
	    { F_STATUS, F_BYTES }, 4, 0, TALK_SERIALS_MAX * 4 },
	[TALK_FETCH] = { "fetch", D, K, FD_NEVER, { F_TAG }, 0, 0, 0 },
	[TALK_FETCHED] = { "fetched", K, D, FD_NEVER, { F_STATUS, F_BYTES }, 1,
	    0, TALK_ENVELOPE_BYTES },
	[TALK_PURGE] = { "purge", D, K, FD_NEVER, { F_BYTES }, 1, 1,
	    TALK_PURGE_MAX },
	[TALK_PUT_NOTE] = { "put-note", D, K, FD_NEVER, { F_COUNT, F_BYTES }, 1,
	    1, TALK_PIECE_BYTES },
};

const char *
talk_name(enum talk_kind kind)
{
	return (unsigned)kind < TALK_COUNT && table[kind].name != NULL
	    ? table[kind].name
	    : "none";
}

const char *
talk_role_name(enum role role)
{
	static const char *const names[ROLE_COUNT] = {
		[ROLE_WARDEN] = "warden",
		[ROLE_FRONT] = "front",
		[ROLE_DESK_FRONT] = "desk-front",
		[ROLE_DERIVER] = "deriver",
		[ROLE_KEEPER] = "keeper",
	};

	return (unsigned)role < ROLE_COUNT ? names[role] : "none";
}

struct talk
talk_of(enum talk_kind kind, uint32_t id)
{
	return (struct talk){ .kind = kind, .id = id, .fd = -1 };
}

/* The line of the table, or NULL when it does not allow this. */
static const struct line *
line_for(uint16_t kind, enum role from, enum role to)
{
	const struct line *l;

	if (kind >= TALK_COUNT)
		return NULL;
	l = &table[kind];
	if ((l->from & BIT(from)) == 0)
		return NULL;
	return (l->to & (from == to ? BIT(to) | SELF : BIT(to))) != 0 ? l
								      : NULL;
}

static size_t
field_bytes(enum field f)
{
	static const size_t bytes[] = {
		[F_STATUS] = 1,
		[F_DAY] = 4,
		[F_COUNT] = 4,
		[F_ROOM] = 4,
		[F_ASKER] = 1,
		[F_TAG] = TALK_TAG_BYTES,
		[F_UPLOAD] = TALK_UPLOAD_BYTES,
		[F_SECRET] = TALK_SECRET_BYTES,
		[F_PHRASE] = TALK_PHRASE_BYTES,
		[F_ROOT] = TALK_ROOT_BYTES,
		[F_ENVELOPE] = TALK_ENVELOPE_BYTES,
		[F_BYTES] = 0,
	};

	return bytes[f];
}

/* Where a field of fixed bytes stands in `talk`; NULL for the others. */
static const uint8_t **
field_at(struct talk *talk, enum field f)
{
	switch ((int)f) {
	case F_TAG:
		return &talk->tag;
	case F_UPLOAD:
		return &talk->upload;
	case F_SECRET:
		return &talk->secret;
	case F_PHRASE:
		return &talk->phrase;
	case F_ROOT:
		return &talk->root;
	case F_ENVELOPE:
		return &talk->envelope;
	default:
		return NULL;
	}
}

static bool
bytes_fit(const struct line *l, size_t n)
{
	return n >= l->min && n <= l->max && n % l->unit == 0;
}

static void
read_field(
    struct talk *talk, const struct line *l, enum field f, struct cursor *c)
{
	const uint8_t **at = field_at(talk, f);
	uint8_t v;

	if (at != NULL) {
		*at = cursor_bytes(c, field_bytes(f));
		return;
	}
	switch ((int)f) {
	case F_STATUS:
		v = cursor_u8(c);
		talk->status = (enum err)v;
		c->bad = c->bad || v >= ERR_COUNT;
		break;
	case F_ASKER:
		v = cursor_u8(c);
		talk->asker = (enum role)v;
		c->bad = c->bad || (v != ROLE_FRONT && v != ROLE_DESK_FRONT);
		break;
	case F_DAY:
		talk->day = cursor_u32(c);
		break;
	case F_COUNT:
		talk->count = cursor_u32(c);
		break;
	case F_ROOM:
		talk->room = cursor_u32(c);
		break;
	default:
		c->bad = c->bad || !bytes_fit(l, c->n);
		talk->n = c->n;
		talk->bytes = cursor_bytes(c, c->n);
		break;
	}
}

enum err
talk_read(
    struct talk *talk, enum role from, enum role to, const struct message *m)
{
	const struct line *l = line_for(m->type, from, to);
	struct talk got = talk_of((enum talk_kind)m->type, m->id);
	struct cursor c;
	bool fd;

	if (l == NULL)
		return ERR_FORMAT;
	cursor_init(&c, m->at, m->n);
	for (size_t i = 0; i < FIELDS_MAX && l->fields[i] != F_END; i++)
		read_field(&got, l, l->fields[i], &c);
	fd = l->fd == FD_ALWAYS || (l->fd == FD_OK && got.status == ERR_OK);
	if (cursor_end(&c) != ERR_OK || m->fds != (fd ? 1U : 0U))
		return ERR_FORMAT;
	if (fd)
		got.fd = m->fd[0];
	*talk = got;
	return ERR_OK;
}

static enum err
write_field(struct buf *out, const struct talk *talk, enum field f)
{
	struct talk t = *talk;
	const uint8_t **at = field_at(&t, f);

	if (at != NULL && *at == NULL)
		return buf_put_zero(out, field_bytes(f));
	if (at != NULL)
		return buf_put(out, *at, field_bytes(f));
	switch ((int)f) {
	case F_STATUS:
		return buf_put_u8(out, (uint8_t)t.status);
	case F_ASKER:
		return buf_put_u8(out, (uint8_t)t.asker);
	case F_DAY:
		return buf_put_u32(out, t.day);
	case F_COUNT:
		return buf_put_u32(out, t.count);
	case F_ROOM:
		return buf_put_u32(out, t.room);
	default:
		assert(bytes_fit(&table[t.kind], t.n));
		return buf_put(out, t.bytes, t.n);
	}
}

enum err
talk_write(struct buf *out, const struct talk *talk)
{
	const struct line *l = &table[talk->kind];
	size_t was = out->len;
	enum err e = ERR_OK;

	for (size_t i = 0; i < FIELDS_MAX && l->fields[i] != F_END; i++)
		if ((e = write_field(out, talk, l->fields[i])) != ERR_OK)
			break;
	if (e != ERR_OK)
		out->len = was;
	return e;
}

enum err
talk_send(struct channel *channel, enum role from, enum role to,
    const struct talk *talk)
{
	const struct line *l = line_for((uint16_t)talk->kind, from, to);
	struct message m = { .type = (uint16_t)talk->kind, .id = talk->id };
	struct buf payload;
	enum err e;

	assert(l != NULL);
	assert((talk->fd >= 0) ==
	    (l->fd == FD_ALWAYS || (l->fd == FD_OK && talk->status == ERR_OK)));
	if (talk->fd >= 0)
		m.fd[m.fds++] = talk->fd;
	buf_init(&payload, CHANNEL_MAX);
	if ((e = talk_write(&payload, talk)) != ERR_OK) {
		channel_drop_message(&m);
		goto out;
	}
	m.at = payload.at;
	m.n = payload.len;
	e = channel_send(channel, &m); /* the descriptor is now the channel's */
out:
	buf_drop(&payload);
	return e;
}

/* A message came: is it one that may be said? */
static enum err
heard(struct talk *talk, enum role from, enum role to, struct message *m)
{
	enum err e = talk_read(talk, from, to, m);

	if (e != ERR_OK)
		channel_drop_message(m);
	return e;
}

enum err
talk_receive(
    struct channel *channel, enum role from, enum role to, struct talk *talk)
{
	struct message m;
	enum err e = channel_receive(channel, &m);

	return e == ERR_OK ? heard(talk, from, to, &m) : e;
}

enum err
talk_receive_wait(struct channel *channel, enum role from, enum role to,
    struct talk *talk, unsigned ms)
{
	struct message m;
	enum err e = channel_receive_wait(channel, &m, ms);

	return e == ERR_OK ? heard(talk, from, to, &m) : e;
}

enum err
talk_pieces(struct channel *channel, enum role from, enum role to,
    struct talk of, const struct buf *whole)
{
	size_t done = 0;
	enum err e;

	assert(whole->len > 0 && whole->len <= UINT32_MAX);
	do {
		of.bytes = whole->at + done;
		of.n = whole->len - done < TALK_PIECE_BYTES ? whole->len - done
							    : TALK_PIECE_BYTES;
		done += of.n;
		of.count = (uint32_t)(whole->len - done);
		if ((e = talk_send(channel, from, to, &of)) != ERR_OK)
			return e;
	} while (done < whole->len);
	return ERR_OK;
}

static void
forget(struct talk_whole *w)
{
	buf_clear(&w->buf);
	w->rest = 0;
	w->skip = false;
}

void
talk_whole_from(struct talk_whole *w, uint64_t from)
{
	if (w->from != from)
		forget(w);
	w->from = from;
}

enum err
talk_piece(struct talk_whole *w, bool *done, const struct talk *piece)
{
	size_t all = piece->n + (size_t)piece->count;
	enum err e;

	*done = false;
	if (piece->id != w->id)
		forget(w);
	w->id = piece->id;
	if (w->skip) {
		w->skip = piece->count > 0;
		return ERR_OK;
	}
	if (w->rest == 0)
		buf_clear(&w->buf);
	if (w->rest != 0 && all != w->rest)
		e = ERR_FORMAT;
	else if (all > w->buf.limit - w->buf.len)
		e = ERR_TOOBIG;
	else
		e = buf_put(&w->buf, piece->bytes, piece->n);
	if (e != ERR_OK)
		forget(w);
	w->rest = e == ERR_OK ? piece->count : 0;
	w->skip = e != ERR_OK && piece->count > 0;
	*done = e == ERR_OK && w->rest == 0;
	return e;
}
