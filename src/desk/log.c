#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "note/json.h"

#include "desk/inside.h"

static enum err
keep_line(struct desk *d, const uint8_t *note, size_t n, struct entry *entry)
{
	void *list = d->log;
	struct log_line *l;
	enum err e;

	e = list_grow(&list, d->log_n, &d->log_room, sizeof *d->log);
	d->log = list;
	if (e != ERR_OK)
		return e;
	l = &d->log[d->log_n];
	buf_init(&l->note, ENTRY_MAX);
	if ((e = buf_put(&l->note, note, n)) != ERR_OK)
		return e;
	l->entry = *entry;
	entry_init(entry); /* now the log's */
	entry_hash(l->hash, note, n);
	d->log_n++;
	return ERR_OK;
}

/* Is it of this device, and does it stand where the chain has come to? */
static bool
is_next(const struct desk *d, const struct entry *e)
{
	static const uint8_t zero[SHA256_BYTES];
	const struct log_line *last =
	    d->log_n > 0 ? &d->log[d->log_n - 1] : NULL;
	uint8_t id[DEVICE_ID_BYTES];

	device_id(id, d->device);
	return memcmp(e->device, id, sizeof id) == 0 && e->number == d->log_n &&
	    memcmp(e->previous, last == NULL ? zero : last->hash,
		SHA256_BYTES) == 0 &&
	    e->lamport == (last == NULL ? 1 : last->entry.lamport + 1);
}

enum err
log_take(void *who, const uint8_t *p, size_t n)
{
	struct desk *d = who;
	struct entry entry;
	enum err e;

	if ((e = entry_form(&entry, p, n)) != ERR_OK)
		return e;
	e = is_next(d, &entry) ? keep_line(d, p, n, &entry) : ERR_FORGED;
	entry_drop(&entry);
	return e;
}

static enum err
fill(struct entry *entry, const struct desk *d, const char *type,
    const struct buf *body)
{
	const size_t n = strlen(type);
	const struct log_line *last =
	    d->log_n > 0 ? &d->log[d->log_n - 1] : NULL;

	device_id(entry->device, d->device);
	entry->number = (uint32_t)d->log_n;
	entry->lamport = last == NULL ? 1 : last->entry.lamport + 1;
	if (last != NULL)
		memcpy(entry->previous, last->hash, SHA256_BYTES);
	if (n > ENTRY_TYPE_MAX)
		return ERR_TOOBIG;
	memcpy(entry->type, type, n + 1);
	return buf_put(&entry->body, body->at, body->len);
}

enum err
log_put(struct desk *d, const char *type, const struct buf *body)
{
	struct entry entry;
	struct buf note;
	enum err e;

	entry_init(&entry);
	buf_init(&note, ENTRY_MAX);
	if ((e = fill(&entry, d, type, body)) != ERR_OK ||
	    (e = entry_write(&note, &entry, d->vault->device)) != ERR_OK ||
	    (e = store_add_log(d->store, note.at, note.len)) != ERR_OK)
		goto out;
	e = keep_line(d, note.at, note.len, &entry);
out:
	entry_drop(&entry);
	buf_drop(&note);
	return e;
}

void
log_drop(struct desk *d)
{
	for (size_t i = 0; i < d->log_n; i++) {
		entry_drop(&d->log[i].entry);
		buf_drop(&d->log[i].note);
	}
	wipe_free(d->log, d->log_room * sizeof *d->log);
	d->log = NULL;
	d->log_n = d->log_room = 0;
}

static struct conv *
conv_by_id(const struct desk *d, const struct json *body)
{
	uint8_t id[CONV_ID_BYTES];

	if (json_get_hex(body, "conversation", id, sizeof id) != ERR_OK)
		return NULL;
	return desk_conv_by_id(d, id);
}

static enum err
apply_read(struct desk *d, struct conv *c, const struct json *body)
{
	uint8_t id[LETTER_ID_BYTES], last[LETTER_ID_BYTES] = { 0 };
	uint32_t before = UINT32_MAX; /* entries of old say nothing */
	const struct json *list;

	(void)d;
	if (json_get_list(body, "letters", 256, &list) != ERR_OK)
		return ERR_OK;
	/* What came under the same id later nobody has read. */
	(void)!json_get_u32(body, "before", UINT32_MAX, &before);
	for (size_t i = 0; i < json_count(list); i++) {
		/* Versions stand side by side: one id is looked for once. */
		if (json_at_hex(list, i, id, sizeof id) != ERR_OK ||
		    (i > 0 && memcmp(id, last, sizeof id) == 0))
			continue;
		conv_was_read(c, id, before);
		memcpy(last, id, sizeof last);
	}
	return ERR_OK;
}

static enum err
apply_junk(struct desk *d, struct conv *c, const struct json *body)
{
	bool junk;

	(void)d;
	if (json_get_bool(body, "junk", &junk) == ERR_OK)
		c->junk = junk;
	return ERR_OK;
}

/* Only the file that was meant goes: the same source may have written again,
 * and what was decided before holds no more then. */
static enum err
apply_delete(struct desk *d, struct conv *c, const struct json *body)
{
	uint8_t name[STORE_NAME_BYTES];
	enum err e;

	if (json_get_hex(body, "file", name, sizeof name) != ERR_OK)
		return ERR_OK;
	c->junk = false;
	if (memcmp(name, c->box.name, sizeof name) != 0)
		return ERR_OK;
	if ((e = desk_hand_over(d, c)) == ERR_OK &&
	    (e = store_box_destroy(d->store, &c->box)) == ERR_OK)
		desk_conv_forget(d, c);
	return e;
}

static const struct {
	const char *type;
	enum err (*apply)(
	    struct desk *d, struct conv *c, const struct json *body);
} acts[] = {
	{ "read", apply_read },
	{ "junk", apply_junk },
	{ "delete", apply_delete },
};

static enum err
apply(struct desk *d, const struct entry *entry)
{
	struct json *body = NULL;
	struct conv *c;
	enum err e;

	e = json_open(&body, (const char *)entry->body.at, entry->body.len);
	if (e != ERR_OK)
		return e;
	if ((c = conv_by_id(d, body)) != NULL)
		for (size_t i = 0; i < COUNT(acts); i++)
			if (strcmp(acts[i].type, entry->type) == 0) {
				e = acts[i].apply(d, c, body);
				break;
			}
	json_close(body);
	return e;
}

enum err
log_apply(struct desk *d)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->log_n; i++)
		e = apply(d, &d->log[i].entry);
	return e;
}

size_t
desk_log_count(const struct desk *d)
{
	return d->log_n;
}

const struct entry *
desk_log_at(const struct desk *d, size_t i)
{
	return &d->log[i].entry;
}

const struct buf *
desk_log_note(const struct desk *d, size_t i)
{
	return &d->log[i].note;
}
