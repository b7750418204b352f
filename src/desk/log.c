#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"

#include "desk/circles.h"
#include "desk/clocks.h"
#include "desk/inside.h"
#include "desk/restrict.h"

/* A record of the log: was the signature seen to be right, does a day follow
 * (u8); the day on which it came (u32); the note. */
#define CHECKED 1U
#define HAS_DAY 2U
#define DAY_BYTES 4U

/* Remember on which day an entry came here. */
static enum err
came(struct desk *d, const uint8_t *note, size_t n, uint32_t day)
{
	uint8_t hash[SHA256_BYTES];

	entry_hash(hash, note, n);
	return tagmap_put(&d->came, hash, day);
}

uint32_t
log_came(const struct desk *d, const uint8_t name[static TEAMLOG_NAME_BYTES])
{
	uint32_t day;

	return tagmap_get(&d->came, name, &day) ? day : 0;
}

enum err
log_keep(struct desk *d, const uint8_t *note, size_t n, bool checked)
{
	const uint32_t day = d->row;
	struct buf b;
	enum err e;

	buf_init(&b, ENTRY_MAX + 1 + DAY_BYTES);
	if ((e = buf_put_u8(
		 &b, (checked ? CHECKED : 0U) | (day > 0 ? HAS_DAY : 0U))) ==
		ERR_OK &&
	    (day == 0 || (e = buf_put_u32(&b, day)) == ERR_OK) &&
	    (e = buf_put(&b, note, n)) == ERR_OK &&
	    (day == 0 || (e = came(d, note, n, day)) == ERR_OK))
		e = store_add(d->store, STORE_LOG, b.at, b.len);
	buf_drop(&b);
	return e;
}

/* What was signed and kept needs no second look: it lies sealed under a key
 * that lies with the device's own. */
enum err
log_take(void *who, const uint8_t *p, size_t n)
{
	const size_t head =
	    1 + (n > 0 && (p[0] & HAS_DAY) != 0 ? DAY_BYTES : 0);
	struct desk *d = who;
	enum err e;

	if (n < head || p[0] > (CHECKED | HAS_DAY))
		return ERR_FORMAT;
	if (head > 1 &&
	    (e = came(d, p + head, n - head, enc_get_u32(p + 1))) != ERR_OK)
		return e;
	if ((p[0] & CHECKED) != 0)
		return teamlog_add_kept(d->log, p + head, n - head);
	/* A stranger's: it may be shown to be forged by now. */
	e = teamlog_add(d->log, p + head, n - head, NULL);
	return e == ERR_FORGED || e == ERR_FULL ? ERR_OK : e;
}

/* On the disk first: what were in memory alone would not be kept when it came
 * once more, and be gone when the desk is opened again.  But nothing that is
 * not kept: strangers would fill the disk. */
enum err
desk_take_entry(struct desk *d, const void *note, size_t n, bool *fresh)
{
	uint8_t hash[SHA256_BYTES];
	struct entry entry;
	const uint8_t *key;
	enum err e;

	*fresh = false;
	entry_hash(hash, note, n);
	if (teamlog_has(d->log, hash))
		return ERR_OK;
	entry_init(&entry);
	if ((e = entry_form(&entry, note, n)) != ERR_OK)
		goto out;
	key = roster_key(d->roster, entry.device);
	if (key != NULL && (e = entry_check(note, n, key)) != ERR_OK)
		goto out;
	e = ERR_TOOBIG; /* strangers' room is ours, not the disk's */
	if (teamlog_room(d->log, &entry, n) != ERR_OK)
		goto out;
	if ((e = log_keep(d, note, n, key != NULL)) == ERR_OK)
		e = teamlog_add(d->log, note, n, fresh);
out:
	entry_drop(&entry);
	return e;
}

/* Would an entry of ours have effect?  What would not is not written. */
static enum err
may(const struct desk *d, const char *type)
{
	if (roster_device(d->roster, d->id) == NULL)
		return ERR_DENIED;
	if (effect_allowed(effect_kind(type), desk_role(d), desk_hands_out(d)))
		return ERR_OK;
	/* Of chains, desk_renew_chain() asks the roster. */
	return effect_kind(type) == EFFECT_HAND_OUT &&
		effect_allowed_circle(desk_role(d))
	    ? ERR_OK
	    : ERR_DENIED;
}

/* Take in what was written down and not taken in. */
static enum err
settle_owed(struct desk *d)
{
	enum err e;

	if (d->owed.len == 0)
		return ERR_OK;
	if ((e = teamlog_add_kept(d->log, d->owed.at, d->owed.len)) == ERR_OK)
		buf_drop(&d->owed);
	return e;
}

/* Write an entry of ours down, then take it in.  On failure before it was
 * written nothing has changed. */
static enum err
put(struct desk *d, const struct buf *note)
{
	enum err e;

	buf_init(&d->owed, ENTRY_MAX);
	if ((e = buf_put(&d->owed, note->at, note->len)) == ERR_OK &&
	    (e = log_keep(d, note->at, note->len, true)) == ERR_OK)
		return settle_owed(d);
	buf_drop(&d->owed);
	return e;
}

enum err
log_may(struct desk *d, const char *type)
{
	struct entry next;
	enum err e;

	entry_init(&next);
	if ((e = settle_owed(d)) == ERR_OK && (e = may(d, type)) == ERR_OK)
		e = teamlog_next(d->log, &next, d->id);
	entry_drop(&next);
	return e;
}

enum err
log_put(struct desk *d, const char *type, const struct buf *body)
{
	const uint32_t row = d->row;
	const size_t n = strlen(type);
	struct entry entry;
	struct buf note;
	enum err e;

	entry_init(&entry);
	buf_init(&note, ENTRY_MAX);
	d->row = clock_day();
	e = ERR_TOOBIG;
	if (n > ENTRY_TYPE_MAX)
		goto out;
	if ((e = settle_owed(d)) != ERR_OK || (e = may(d, type)) != ERR_OK ||
	    (e = teamlog_next(d->log, &entry, d->id)) != ERR_OK)
		goto out;
	memcpy(entry.type, type, n + 1);
	if ((e = buf_put(&entry.body, body->at, body->len)) != ERR_OK ||
	    (e = entry_write(&note, &entry, d->vault->device)) != ERR_OK ||
	    (e = put(d, &note)) != ERR_OK)
		goto out;
	e = log_show(d);
out:
	d->row = row;
	entry_drop(&entry);
	buf_drop(&note);
	return e;
}

enum err
log_put_effect(struct desk *d, const struct effect *f)
{
	struct buf body;
	enum err e;

	buf_init(&body, ENTRY_BODY_MAX);
	if ((e = effect_write(&body, f)) == ERR_OK)
		e = log_put(d, effect_type(f->kind), &body);
	buf_drop(&body);
	return e;
}

void
log_begin(struct json_out *w, struct buf *body)
{
	buf_init(body, ENTRY_BODY_MAX);
	json_begin(w, body);
}

enum err
log_end(struct json_out *w, struct desk *d, const char *type, struct buf *body)
{
	enum err e;

	if ((e = json_end(w)) == ERR_OK)
		e = log_put(d, type, body);
	buf_drop(body);
	return e;
}

/* Show the conversations that an effect speaks of. */
static void
show_one(struct desk *d, const struct teamlog_line *line, struct effect *f)
{
	struct conv *c;

	if (line->kind != EFFECT_READ && line->kind != EFFECT_JUNK &&
	    line->kind != EFFECT_ATTRIBUTION && line->kind != EFFECT_OUTCOME &&
	    line->kind != EFFECT_HOLD && line->kind != EFFECT_DESTROYED)
		return;
	if (effect_read(f, line->kind, line->body, line->body_len) != ERR_OK)
		return; /* it had none, or there is no memory: shown later */
	if ((c = desk_conv_by_id(d, f->conversation)) == NULL)
		return;
	if (line->kind == EFFECT_READ)
		registers_show_unread(&d->registers, c, d->vault->salt);
	else
		registers_show_fields(&d->registers, c);
}

/* Behind all that is shown: only these conversations change. */
static enum err
show_later(struct desk *d)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	enum err e = ERR_OK;

	if (f == NULL)
		return ERR_NOMEM;
	while (e == ERR_OK && teamlog_take(d->log, &d->shown, &line))
		if ((e = registers_take(&d->registers, &line)) == ERR_OK)
			show_one(d, &line, f);
	wipe_free(f, sizeof *f);
	return e;
}

static enum err
show_again(struct desk *d)
{
	struct teamlog_line line;
	enum err e = ERR_OK;

	registers_clear(&d->registers);
	memcpy(d->registers.member, d->about.member, MEMBER_ID_BYTES);
	d->registers.roster = d->roster;
	d->registers.today = clock_day();
	d->registers.doors = (struct register_doors){ restrict_reads_at, d };
	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (line.standing == TEAMLOG_EFFECT)
			e = registers_take(&d->registers, &line);
	}
	if (e != ERR_OK)
		return e;
	teamlog_cursor_now(d->log, &d->shown);
	for (size_t i = 0; i < d->convs_n; i++)
		registers_show(&d->registers, d->convs[i], d->vault->salt);
	return ERR_OK;
}

enum err
log_show(struct desk *d)
{
	const bool roster = d->registers.roster != d->roster;
	const enum teamlog_news news = teamlog_news(d->log, &d->shown);

	const bool again = roster || d->shown_short;
	enum err e;

	d->registers.today = clock_day();
	if (news == TEAMLOG_NONE && !again)
		return ERR_OK;
	e = news == TEAMLOG_LATER && !again ? show_later(d) : show_again(d);
	d->shown_short = e != ERR_OK;
	return e;
}

/* Only the file that was meant goes: the same source may have written again,
 * and what was decided before holds no more then. */
static enum err
finish_delete(struct desk *d, const struct effect *f)
{
	struct conv *c = desk_conv_by_id(d, f->conversation);
	enum err e;

	if (c == NULL || memcmp(f->id, c->box.name, sizeof f->id) != 0)
		return ERR_OK;
	if ((e = desk_hand_over(d, c)) == ERR_OK &&
	    (e = circles_forget(d, c)) == ERR_OK &&
	    (e = store_box_destroy(d->store, &c->box)) == ERR_OK)
		desk_conv_forget(d, c);
	return e;
}

static enum err
finish_deletes(struct desk *d)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	enum err e = ERR_OK;

	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT ||
		    line.kind != EFFECT_DELETE ||
		    memcmp(line.device, d->id, DEVICE_ID_BYTES) != 0)
			continue;
		e = effect_read(f, line.kind, line.body, line.body_len);
		if (e == ERR_OK)
			e = finish_delete(d, f);
	}
	wipe_free(f, sizeof *f);
	return e;
}

enum err
log_apply(struct desk *d)
{
	enum err e;

	if ((e = finish_deletes(d)) != ERR_OK || (e = show_again(d)) != ERR_OK)
		return e;
	return clocks_finish(d);
}

size_t
desk_log_count(const struct desk *d)
{
	return teamlog_count(d->log);
}

void
desk_log_at(const struct desk *d, size_t i, struct teamlog_line *line)
{
	teamlog_at(d->log, i, line);
}
