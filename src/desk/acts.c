#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/hash.h"
#include "note/json.h"

#include "desk/clear.h"
#include "desk/inside.h"

#define BODY_MAX ENTRY_BODY_MAX
#define READ_AT_ONCE 200U

/* Begin an entry's body: it names the conversation. */
static void
body_begin(struct json_out *w, struct buf *body, const struct conv *c)
{
	buf_init(body, BODY_MAX);
	json_begin(w, body);
	json_put_hex(w, "conversation", c->id, sizeof c->id);
}

/* End it and put it on the log. */
static enum err
body_end(struct json_out *w, struct desk *d, const char *type, struct buf *body)
{
	enum err e;

	if ((e = json_end(w)) == ERR_OK)
		e = log_put(d, type, body);
	buf_drop(body);
	return e;
}

/* One entry for up to READ_AT_ONCE letters; *left says whether there are more.
 */
static enum err
read_some(struct desk *d, struct conv *c, bool *left)
{
	struct json_out w;
	struct buf body;
	unsigned n = 0;
	enum err e;

	body_begin(&w, &body, c);
	json_put_list(&w, "letters");
	for (size_t i = 0; i < c->said_n && n < READ_AT_ONCE; i++)
		if (c->said[i]->unread) {
			json_put_hex(&w, NULL, c->said[i]->id, LETTER_ID_BYTES);
			n++;
		}
	json_put_list_end(&w);
	json_put_u64(&w, "before", d->arrived);
	*left = n == READ_AT_ONCE;
	if ((e = body_end(&w, d, "read", &body)) != ERR_OK)
		return e;
	for (size_t i = 0; i < c->said_n && n > 0; i++)
		if (c->said[i]->unread) {
			c->said[i]->unread = false;
			n--;
		}
	return ERR_OK;
}

enum err
desk_read(struct desk *d, struct conv *c)
{
	bool left = conv_unread(c) > 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && left)
		e = read_some(d, c, &left);
	return e;
}

enum err
desk_set_junk(struct desk *d, struct conv *c, bool junk)
{
	struct json_out w;
	struct buf body;
	enum err e;

	if (c->junk == junk)
		return ERR_OK;
	body_begin(&w, &body, c);
	json_put_bool(&w, "junk", junk);
	if ((e = body_end(&w, d, "junk", &body)) == ERR_OK)
		c->junk = junk;
	return e;
}

static enum err
put_terms(struct buf *b, unsigned level, const char *byline, const char *label)
{
	const size_t n = strlen(byline), m = strlen(label);
	enum err e;

	if ((e = item_put(b, ITEM_TERMS, 2 + n + m)) != ERR_OK ||
	    (e = buf_put_u8(b, (uint8_t)level)) != ERR_OK ||
	    (e = buf_put_u8(b, (uint8_t)n)) != ERR_OK ||
	    (e = buf_put(b, byline, n)) != ERR_OK)
		return e;
	return buf_put(b, label, m);
}

/* The words go beside the log; the log has the level, and a hash of the words
 * that says nothing without the salt. */
enum err
desk_set_terms(struct desk *d, struct conv *c, unsigned level,
    const char *byline, const char *label)
{
	uint8_t mac[SHA256_BYTES];
	struct json_out w;
	struct buf items, body;
	enum err e;

	if (strlen(byline) > CONV_BYLINE_MAX || strlen(label) > CONV_LABEL_MAX)
		return ERR_TOOBIG;
	buf_init(&items, 1024);
	if ((e = put_terms(&items, level, byline, label)) != ERR_OK)
		goto out;
	hmac(mac, d->vault->salt, sizeof d->vault->salt, items.at, items.len);
	body_begin(&w, &body, c);
	json_put_u64(&w, "level", level);
	json_put_hex(&w, "words", mac, sizeof mac);
	if ((e = body_end(&w, d, "attribution", &body)) != ERR_OK)
		goto out;
	if ((e = desk_keep(d, c, &items)) != ERR_OK)
		goto out;
	c->level = level;
	memcpy(c->byline, byline, strlen(byline) + 1);
	memcpy(c->label, label, strlen(label) + 1);
out:
	buf_drop(&items);
	return e;
}

static enum err
delete_parts(struct desk *d, const struct conv *c)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->part_n; i++)
		if (d->part[i].of == c && !d->part[i].gone)
			e = store_part_del(d->store, d->part[i].name);
	return e;
}

enum err
desk_delete(struct desk *d, struct conv *c)
{
	struct json_out w;
	struct buf body;
	enum err e;

	if ((e = clear_note(d, c)) != ERR_OK)
		return e;
	body_begin(&w, &body, c);
	json_put_hex(&w, "file", c->box.name, sizeof c->box.name);
	if ((e = body_end(&w, d, "delete", &body)) != ERR_OK)
		return e;
	/* From here on opening the folder again would finish it. */
	if ((e = store_box_destroy(d->store, &c->box)) != ERR_OK ||
	    (e = delete_parts(d, c)) != ERR_OK)
		return e;
	desk_conv_forget(d, c);
	return ERR_OK;
}

static enum err
take_letter(struct desk *d, struct conv *c, const struct item_at *i)
{
	const size_t head = 8 + TAG_BYTES;
	struct letter l;
	uint32_t arrived;
	enum err e;

	if (i->n < head)
		return ERR_FORMAT;
	arrived = enc_get_u32(i->p + 4);
	e = letter_again(&l, d, i->p + 8, i->p + head, i->n - head);
	if (e != ERR_OK)
		return e;
	if (memcmp(l.sign, c->box.owner, SIGN_PUBLIC_BYTES) != 0)
		e = ERR_FORMAT;
	else
		e = conv_take(c, &l, enc_get_u32(i->p), arrived);
	if (arrived >= d->arrived)
		d->arrived = arrived + 1;
	letter_drop(&l);
	return e;
}

static enum err
take_part(struct desk *d, const struct conv *c, const struct item_at *i)
{
	struct part_here p = { .of = c };

	if (i->n != sizeof p.tag + sizeof p.key + sizeof p.name)
		return ERR_FORMAT;
	memcpy(p.tag, i->p, sizeof p.tag);
	memcpy(p.key, i->p + sizeof p.tag, sizeof p.key);
	memcpy(p.name, i->p + sizeof p.tag + sizeof p.key, sizeof p.name);
	return part_add(d, &p);
}

static enum err
take_terms(struct conv *c, const struct item_at *i)
{
	size_t n, m;

	if (i->n < 2 || i->n - 2 < i->p[1])
		return ERR_FORMAT;
	n = i->p[1];
	m = i->n - 2 - n;
	if (n > CONV_BYLINE_MAX || m > CONV_LABEL_MAX)
		return ERR_FORMAT;
	c->level = i->p[0];
	memcpy(c->byline, i->p + 2, n);
	c->byline[n] = '\0';
	memcpy(c->label, i->p + 2 + n, m);
	c->label[m] = '\0';
	return ERR_OK;
}

static enum err
take_end(struct conv *c, const struct item_at *i, bool sent)
{
	struct said *s;

	if (i->n != LETTER_ID_BYTES)
		return ERR_FORMAT;
	if ((s = conv_out_take(c, i->p)) == NULL)
		return ERR_FORMAT;
	if (sent)
		return conv_took(c, s);
	said_close(s);
	return ERR_OK;
}

enum err
conv_take_record(struct desk *d, struct conv *c, const uint8_t *p, size_t n)
{
	struct item_at i;
	size_t at = 0;
	enum err e;

	while ((e = item_next(&i, p, n, &at)) == ERR_OK) {
		switch ((int)i.kind) {
		case ITEM_LETTER:
			e = take_letter(d, c, &i);
			break;
		case ITEM_PART:
			e = take_part(d, c, &i);
			break;
		case ITEM_OUT:
			e = reply_take(d, c, i.p, i.n);
			break;
		case ITEM_SENT:
		case ITEM_DROPPED:
			e = take_end(c, &i, i.kind == ITEM_SENT);
			break;
		case ITEM_TERMS:
			e = take_terms(c, &i);
			break;
		default:
			e = ERR_VERSION;
		}
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
take_tried(struct desk *d, const struct item_at *i)
{
	enum err e = ERR_OK;

	if (i->n < 4 || (i->n - 4) % TAG_BYTES != 0)
		return ERR_FORMAT;
	for (size_t at = 4; e == ERR_OK && at < i->n; at += TAG_BYTES)
		e = tagmap_put(&d->tried, i->p + at, enc_get_u32(i->p));
	return e;
}

static enum err
take_whole(struct desk *d, const struct item_at *i)
{
	void *list = d->whole;
	struct day_whole *w;
	enum err e;

	if (i->n != 8 + SHA256_BYTES)
		return ERR_FORMAT;
	e = list_grow(&list, d->whole_n, &d->whole_room, sizeof *d->whole);
	d->whole = list;
	if (e != ERR_OK)
		return e;
	w = &d->whole[d->whole_n++];
	w->day = enc_get_u32(i->p);
	w->count = enc_get_u32(i->p + 4);
	memcpy(w->digest, i->p + 8, SHA256_BYTES);
	return ERR_OK;
}

enum err
desk_take_days(void *who, const uint8_t *p, size_t n)
{
	struct desk *d = who;
	struct item_at i;
	size_t at = 0;
	enum err e;

	while ((e = item_next(&i, p, n, &at)) == ERR_OK) {
		switch ((int)i.kind) {
		case ITEM_TRIED:
			e = take_tried(d, &i);
			break;
		case ITEM_WHOLE:
			e = take_whole(d, &i);
			break;
		case ITEM_REFUSED:
			d->refused++;
			break;
		case ITEM_CLEAR:
		case ITEM_CLEARED:
			e = clear_take(d, &i);
			break;
		default:
			e = ERR_VERSION;
		}
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}
