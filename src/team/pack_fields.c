/* What stands in the records of a pack. */
#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"

#include "team/pack_inside.h"

#define DESK_MAX 4096U
#define CHAIN_REST (1U + 12U + CHAIN_SEED_BYTES)
#define VOICE_BYTES (DOOR_ID_BYTES + SIGN_SEED_BYTES + 8U)
#define SAID_HEAD 4U

void
pack_desk_drop(struct pack_desk *d)
{
	wipe(d, sizeof *d);
}

void
pack_admin_drop(struct pack_admin *a)
{
	wipe(a, sizeof *a);
}

void
pack_chain_drop(struct pack_chain *c)
{
	wipe(c, sizeof *c);
}

void
pack_voice_drop(struct pack_voice *v)
{
	wipe(v, sizeof *v);
}

/* They are shown, and an address stands in a line. */
static bool
desk_fits(const struct pack_desk *d)
{
	return d->name[0] != '\0' && text_is_line(d->name, strlen(d->name)) &&
	    text_is_line(d->readers, strlen(d->readers)) &&
	    text_is_line(d->line, strlen(d->line)) &&
	    text_is_line(d->desk_line, strlen(d->desk_line));
}

static enum err
desk_write(struct buf *out, const struct pack_desk *d, bool bare)
{
	struct json_out w;

	if (!desk_fits(d))
		return ERR_FORMAT;
	json_begin(&w, out);
	json_put_hex(&w, "salt", d->salt, sizeof d->salt);
	if (!bare)
		json_put_hex(&w, "access", d->access, sizeof d->access);
	if (!bare && d->has_next)
		json_put_hex(&w, "next-access", d->next, sizeof d->next);
	json_put_u64(&w, "serial", d->serial);
	json_put_str(&w, "name", d->name, strlen(d->name));
	json_put_str(&w, "readers", d->readers, strlen(d->readers));
	json_put_str(&w, "line", d->line, strlen(d->line));
	json_put_str(&w, "desk-line", d->desk_line, strlen(d->desk_line));
	return json_end(&w);
}

enum err
pack_desk_write(struct buf *out, const struct pack_desk *d)
{
	return desk_write(out, d, false);
}

enum err
pack_bare_write(struct buf *out, const struct pack_desk *d)
{
	return desk_write(out, d, true);
}

static enum err
desk_keys(struct pack_desk *d, const struct json *o)
{
	enum err e;

	e = json_get_hex(o, "access", d->access, sizeof d->access);
	if (e != ERR_OK)
		return paper_need(e);
	e = json_get_hex(o, "next-access", d->next, sizeof d->next);
	d->has_next = e == ERR_OK;
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
desk_fields(struct pack_desk *d, const struct json *o, bool bare)
{
	const struct {
		const char *name;
		char *to;
		size_t max;
	} texts[] = {
		{ "name", d->name, sizeof d->name - 1 },
		{ "readers", d->readers, sizeof d->readers - 1 },
		{ "line", d->line, sizeof d->line - 1 },
		{ "desk-line", d->desk_line, sizeof d->desk_line - 1 },
	};
	enum err e;

	if ((e = json_get_hex(o, "salt", d->salt, sizeof d->salt)) != ERR_OK ||
	    (e = json_get_u32(o, "serial", UINT32_MAX, &d->serial)) != ERR_OK)
		return paper_need(e);
	if (!bare && (e = desk_keys(d, o)) != ERR_OK)
		return e;
	for (size_t i = 0; i < COUNT(texts); i++) {
		e = paper_str(texts[i].to, o, texts[i].name, texts[i].max);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
desk_read(struct pack_desk *d, const uint8_t *p, size_t n, bool bare)
{
	struct pack_desk got = { .serial = 0 };
	struct json *o = NULL;
	struct buf again;
	enum err e;

	buf_init(&again, DESK_MAX);
	if ((e = json_open(&o, (const char *)p, n)) != ERR_OK ||
	    (e = desk_fields(&got, o, bare)) != ERR_OK ||
	    (e = desk_write(&again, &got, bare)) != ERR_OK)
		goto out;
	if (again.len == n && memcmp(again.at, p, n) == 0)
		*d = got;
	else
		e = ERR_FORMAT;
out:
	json_close(o);
	pack_desk_drop(&got);
	buf_drop(&again);
	return e;
}

enum err
pack_desk_read(struct pack_desk *d, const uint8_t *p, size_t n)
{
	return desk_read(d, p, n, false);
}

enum err
pack_bare_read(struct pack_desk *d, const uint8_t *p, size_t n)
{
	return desk_read(d, p, n, true);
}

static_assert(sizeof(struct pack_admin) == 2 * SIGN_SEED_BYTES,
    "its two keys and nothing between");

enum err
pack_admin_write(struct buf *out, const struct pack_admin *a)
{
	return buf_put(out, a, sizeof *a);
}

enum err
pack_admin_read(struct pack_admin *a, const uint8_t *p, size_t n)
{
	if (n != sizeof *a)
		return ERR_FORMAT;
	memcpy(a->line_key, p, sizeof a->line_key);
	memcpy(a->purge, p + sizeof a->line_key, sizeof a->purge);
	return ERR_OK;
}

static bool
chain_fits(const struct pack_chain *c)
{
	return (c->of.n == DOOR_ID_BYTES || c->of.n == HANDOUT_CIRCLE_BYTES) &&
	    c->first <= c->last && c->first <= c->seed.day;
}

enum err
pack_chain_write(struct buf *out, const struct pack_chain *c)
{
	uint8_t *to;
	enum err e;

	if (!chain_fits(c))
		return ERR_FORMAT;
	if ((e = buf_room(out, c->of.n + CHAIN_REST, &to)) != ERR_OK)
		return e;
	*to++ = (uint8_t)c->of.n;
	memcpy(to, c->of.id, c->of.n);
	to += c->of.n;
	enc_put_u32(to, c->first);
	enc_put_u32(to + 4, c->last);
	enc_put_u32(to + 8, c->seed.day);
	memcpy(to + 12, c->seed.seed, CHAIN_SEED_BYTES);
	out->len += c->of.n + CHAIN_REST;
	return ERR_OK;
}

enum err
pack_chain_read(struct pack_chain *c, const uint8_t *p, size_t n)
{
	struct pack_chain got = { .first = 0 };
	enum err e = ERR_FORMAT;

	if (n < 1 || n != p[0] + CHAIN_REST || p[0] > sizeof got.of.id)
		return ERR_FORMAT;
	got.of.n = *p++;
	memcpy(got.of.id, p, got.of.n);
	p += got.of.n;
	got.first = enc_get_u32(p);
	got.last = enc_get_u32(p + 4);
	got.seed.day = enc_get_u32(p + 8);
	memcpy(got.seed.seed, p + 12, CHAIN_SEED_BYTES);
	if (chain_fits(&got)) {
		*c = got;
		e = ERR_OK;
	}
	pack_chain_drop(&got);
	return e;
}

enum err
pack_voice_write(struct buf *out, const struct pack_voice *v)
{
	uint8_t *to;
	enum err e;

	if (v->first > v->last)
		return ERR_FORMAT;
	if ((e = buf_room(out, VOICE_BYTES, &to)) != ERR_OK)
		return e;
	memcpy(to, v->door, DOOR_ID_BYTES);
	memcpy(to + DOOR_ID_BYTES, v->seed, SIGN_SEED_BYTES);
	enc_put_u32(to + DOOR_ID_BYTES + SIGN_SEED_BYTES, v->first);
	enc_put_u32(to + DOOR_ID_BYTES + SIGN_SEED_BYTES + 4, v->last);
	out->len += VOICE_BYTES;
	return ERR_OK;
}

enum err
pack_voice_read(struct pack_voice *v, const uint8_t *p, size_t n)
{
	const uint8_t *days = p + DOOR_ID_BYTES + SIGN_SEED_BYTES;

	if (n != VOICE_BYTES || enc_get_u32(days) > enc_get_u32(days + 4))
		return ERR_FORMAT;
	memcpy(v->door, p, DOOR_ID_BYTES);
	memcpy(v->seed, p + DOOR_ID_BYTES, SIGN_SEED_BYTES);
	v->first = enc_get_u32(days);
	v->last = enc_get_u32(days + 4);
	return ERR_OK;
}

enum err
pack_said_write(struct buf *out, const struct pack_said *s)
{
	const size_t n = SAID_HEAD + s->head_n + s->tail_n;
	uint8_t *to;
	enum err e;

	if (s->head_n == 0)
		return ERR_FORMAT;
	if (n > PACK_SAID_MAX)
		return ERR_TOOBIG;
	if ((e = buf_room(out, n, &to)) != ERR_OK)
		return e;
	enc_put_u32(to, (uint32_t)s->head_n);
	memcpy(to + SAID_HEAD, s->head, s->head_n);
	if (s->tail_n > 0)
		memcpy(to + SAID_HEAD + s->head_n, s->tail, s->tail_n);
	out->len += n;
	return ERR_OK;
}

enum err
pack_said_read(struct pack_said *s, const uint8_t *p, size_t n)
{
	size_t head;

	if (n <= SAID_HEAD)
		return ERR_FORMAT;
	head = enc_get_u32(p);
	if (head == 0 || head > n - SAID_HEAD)
		return ERR_FORMAT;
	*s = (struct pack_said){
		.head = p + SAID_HEAD,
		.head_n = head,
		.tail = p + SAID_HEAD + head,
		.tail_n = n - SAID_HEAD - head,
	};
	return ERR_OK;
}

enum err
pack_part_write(struct buf *out, const struct pack_part *p)
{
	const size_t n = p->envelope == NULL ? PACK_PART_HEAD : PACK_RECORD_MAX;
	uint8_t *to;
	enum err e;

	if ((e = buf_room(out, n, &to)) != ERR_OK)
		return e;
	memcpy(to, p->tag, TAG_BYTES);
	memcpy(to + TAG_BYTES, p->key, AGE_FILE_KEY_BYTES);
	if (p->envelope != NULL)
		memcpy(to + PACK_PART_HEAD, p->envelope, ENVELOPE_PART_BYTES);
	out->len += n;
	return ERR_OK;
}

enum err
pack_part_read(struct pack_part *r, const uint8_t *p, size_t n)
{
	if (n != PACK_RECORD_MAX && n != PACK_PART_HEAD)
		return ERR_FORMAT;
	*r = (struct pack_part){
		.tag = p,
		.key = p + TAG_BYTES,
		.envelope = n == PACK_PART_HEAD ? NULL : p + PACK_PART_HEAD,
	};
	return ERR_OK;
}

bool
pack_may_read(const struct roster *r,
    const uint8_t key[static SIGN_PUBLIC_BYTES],
    const struct handout_chain *chain)
{
	uint8_t id[DEVICE_ID_BYTES];
	const struct roster_device *d;

	device_id(id, key);
	if ((d = roster_device(r, id)) == NULL)
		return false;
	if (chain->n != DOOR_ID_BYTES || handout_chain_is_log(chain))
		return true;
	for (size_t i = 0; i < r->doors_n; i++) {
		const struct roster_door *door = &r->doors[i];

		if (memcmp(door->id, chain->id, DOOR_ID_BYTES) != 0)
			continue;
		for (size_t j = 0; j < door->readers_n; j++)
			if (memcmp(door->readers[j], d->member,
				MEMBER_ID_BYTES) == 0)
				return true;
	}
	return false;
}
