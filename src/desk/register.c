#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/hash.h"

#include "desk/inside.h"
#include "desk/register.h"
#include "desk/register_part.h"

#define FILE_BYTES (8U + SHA256_BYTES)
#define HEAD_BYTES (CONV_ID_BYTES + 1U + LETTER_ID_BYTES + SHA256_BYTES)

void
registers_clear(struct registers *r)
{
	tagmap_clear(&r->by_id);
	tagmap_clear(&r->read);
	tagmap_clear(&r->by_reply);
	register_words_clear(&r->words);
	if (r->n > 0)
		wipe(r->list, r->n * sizeof *r->list);
	if (r->dead_n > 0)
		wipe(r->dead, r->dead_n * sizeof *r->dead);
	register_circles_clear(r);
	r->n = r->replies_n = r->dead_n = 0;
	r->named = 1;
	r->has_periods = false;
}

void
registers_drop(struct registers *r)
{
	wipe_free(r->list, r->room * sizeof *r->list);
	tagmap_drop(&r->by_id);
	tagmap_drop(&r->read);
	wipe_free(r->replies, r->replies_room * sizeof *r->replies);
	tagmap_drop(&r->by_reply);
	register_words_drop(&r->words);
	register_circles_drop(r);
	wipe_free(r->dead, r->dead_room * sizeof *r->dead);
	*r = (struct registers){ .list = NULL };
}

const struct registered *
registers_of(const struct registers *r, const uint8_t id[static CONV_ID_BYTES])
{
	uint32_t at;

	return tagmap_get(&r->by_id, id, &at) ? &r->list[at] : NULL;
}

/* The same, begun when there is none. */
static enum err
have(struct registers *r, const uint8_t *id, struct registered **one)
{
	void *list = r->list;
	uint32_t at;
	enum err e;

	if (tagmap_get(&r->by_id, id, &at)) {
		*one = &r->list[at];
		return ERR_OK;
	}
	e = list_grow(&list, r->n, &r->room, sizeof *r->list);
	r->list = list;
	if (e != ERR_OK ||
	    (e = tagmap_put(&r->by_id, id, (uint32_t)r->n)) != ERR_OK)
		return e;
	*one = &r->list[r->n++];
	**one = (struct registered){ .hold = false };
	memcpy((*one)->id, id, CONV_ID_BYTES);
	return ERR_OK;
}

const struct registered_dead *
registers_dead(
    const struct registers *r, const uint8_t id[static CONV_ID_BYTES])
{
	for (size_t i = r->dead_n; i-- > 0;)
		if (memcmp(r->dead[i].id, id, CONV_ID_BYTES) == 0)
			return &r->dead[i];
	return NULL;
}

static enum err
take_read(struct registers *r, const struct effect *f)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < f->ids_n; i++)
		e = tagmap_put(&r->read, f->ids[i], 0);
	return e;
}

static void
reply_tag(
    uint8_t tag[static TAG_BYTES], const uint8_t *device, const uint8_t *id)
{
	uint8_t b[DEVICE_ID_BYTES + LETTER_ID_BYTES], hash[SHA256_BYTES];

	memcpy(b, device, DEVICE_ID_BYTES);
	memcpy(b + DEVICE_ID_BYTES, id, LETTER_ID_BYTES);
	sha256(hash, b, sizeof b);
	memcpy(tag, hash, TAG_BYTES);
}

const struct registered_reply *
registers_reply(const struct registers *r,
    const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static LETTER_ID_BYTES])
{
	uint8_t tag[TAG_BYTES];
	uint32_t at;

	reply_tag(tag, device, id);
	return tagmap_get(&r->by_reply, tag, &at) ? &r->replies[at] : NULL;
}

static enum err
take_reply(struct registers *r, const struct teamlog_line *line,
    const struct effect *f)
{
	void *list = r->replies;
	uint8_t tag[TAG_BYTES];
	enum err e;

	/* An id that its device used before says nothing new. */
	if (registers_reply(r, line->device, f->id) != NULL)
		return ERR_OK;
	e = list_grow(
	    &list, r->replies_n, &r->replies_room, sizeof *r->replies);
	r->replies = list;
	reply_tag(tag, line->device, f->id);
	if (e != ERR_OK ||
	    (e = tagmap_put(&r->by_reply, tag, (uint32_t)r->replies_n)) !=
		ERR_OK)
		return e;
	r->replies[r->replies_n] = (struct registered_reply){ .day = f->day,
		.slot = f->number,
		.n = f->count,
		.outside = register_told(r, line, f) };
	memcpy(r->replies[r->replies_n].id, f->id, LETTER_ID_BYTES);
	memcpy(r->replies[r->replies_n].hash, f->hash, SHA256_BYTES);
	if (line->member != NULL)
		memcpy(r->replies[r->replies_n].member, line->member,
		    MEMBER_ID_BYTES);
	memcpy(r->replies[r->replies_n++].conversation, f->conversation,
	    CONV_ID_BYTES);
	register_words_over(&r->words, f);
	return ERR_OK;
}

static const struct registered_notice no_notice;

static void
take_outcome(struct registered *one, enum effect_outcome outcome, uint32_t day)
{
	one->outcome = outcome;
	one->outcome_day = day;
	one->announced = no_notice;
}

/* What belongs to it is no more, unless that is stopped. */
static void
end(struct registers *r, struct registered *one)
{
	one->outcome_was = one->outcome;
	one->outcome_day_was = one->outcome_day;
	one->words_was = one->words;
	take_outcome(one, OUTCOME_OPEN, 0);
	one->members_n = 0;
	register_words_end(&r->words, &one->words);
}

/* Whoever takes back an announcement, or holds, stops what is said to be done
 * too: it is done only where its day has come (desk/clocks.h). */
static void
stop(struct registers *r, struct registered *one)
{
	if (registered_has(&one->doomed) && one->words.first == 0) {
		if (one->outcome == OUTCOME_OPEN)
			take_outcome(
			    one, one->outcome_was, one->outcome_day_was);
		one->words = one->words_was;
		register_words_back(&r->words, &one->words);
	}
	one->announced = one->doomed = no_notice;
}

/* Is its author this desk's member? */
static bool
is_our_members(const struct registers *r, const struct teamlog_line *line)
{
	return line->member != NULL &&
	    memcmp(line->member, r->member, MEMBER_ID_BYTES) == 0;
}

/* For each desk it is known when another one did so last. */
static void
take_back(struct registered *one, const struct effect *f,
    const struct teamlog_line *line)
{
	if (memcmp(one->stopped_by, line->device, sizeof one->stopped_by) != 0)
		one->stopped_other = one->stopped;
	one->stopped = f->last;
	memcpy(one->stopped_by, line->device, sizeof one->stopped_by);
}

static void
take_announce(struct registers *r, struct registered *one,
    const struct effect *f, const struct teamlog_line *line)
{
	if (f->day == 0) {
		stop(r, one);
		take_back(one, f, line);
		return;
	}
	if (one->hold ||
	    (f->outcome != OUTCOME_OPEN && f->outcome != one->outcome))
		return;
	one->announced = (struct registered_notice){
		.day = f->day, .said = f->last, .why = f->outcome
	};
	memcpy(one->announced.name, line->hash, TEAMLOG_NAME_BYTES);
}

/* Which letters an entry means, in short. */
static void
meant_of(uint8_t out[static TEAMLOG_NAME_BYTES], const struct effect *f)
{
	uint8_t hash[2 * SHA256_BYTES] = { 0 };

	enc_put_u32(hash, f->before);
	sha256(hash + SHA256_BYTES, f->ids, f->ids_n * sizeof f->ids[0]);
	sha256(hash, hash, sizeof hash);
	memcpy(out, hash, TEAMLOG_NAME_BYTES);
}

static bool
is_dead(const struct registers *r, const uint8_t *id, const uint8_t *meant)
{
	for (size_t i = r->dead_n; i-- > 0;)
		if (memcmp(r->dead[i].id, id, CONV_ID_BYTES) == 0 &&
		    memcmp(r->dead[i].meant, meant, TEAMLOG_NAME_BYTES) == 0)
			return true;
	return false;
}

/* A line of the register, if it is not the same destruction by another desk. */
static enum err
put_dead(struct registers *r, const struct effect *f,
    const struct teamlog_line *line)
{
	uint8_t meant[TEAMLOG_NAME_BYTES];
	struct registered_dead *one;
	void *list = r->dead;
	enum err e;

	meant_of(meant, f);
	if (is_dead(r, f->conversation, meant))
		return ERR_OK;
	e = list_grow(&list, r->dead_n, &r->dead_room, sizeof *r->dead);
	r->dead = list;
	if (e != ERR_OK)
		return e;
	one = &r->dead[r->dead_n++];
	*one = (struct registered_dead){
		.outcome = f->outcome,
		.first = f->day,
		.last = f->last,
		.letters = f->number,
		.files = f->files,
		.day = f->count,
	};
	memcpy(one->id, f->conversation, sizeof one->id);
	memcpy(one->meant, meant, sizeof one->meant);
	memcpy(one->name, line->hash, sizeof one->name);
	return ERR_OK;
}

/* By an admin, or announced before and its day come: else it is words only.
 * What was decided of it before holds no more for what the same source writes
 * then. */
static enum err
take_destroyed(struct registers *r, struct registered *one,
    const struct effect *f, const struct teamlog_line *line)
{
	const bool admin = line->member != NULL && line->role == MEMBER_ADMIN;
	const bool due =
	    registered_has(&one->announced) && f->count >= one->announced.day;
	enum err e;

	if (one->hold || (!admin && !due))
		return ERR_OK;
	if ((e = put_dead(r, f, line)) != ERR_OK)
		return e;
	/* An admin's desk does by itself what is announced, like any other:
	 * each has its week. */
	if (due) {
		one->doomed = one->announced;
	} else {
		one->doomed = (struct registered_notice){
			.said = f->count, .why = f->outcome, .now = true
		};
		memcpy(one->doomed.name, line->hash, TEAMLOG_NAME_BYTES);
	}
	memcpy(one->doomed_by, line->hash, TEAMLOG_NAME_BYTES);
	end(r, one);
	return ERR_OK;
}

/* Whoever a conversation is kept from does not have it destroyed: it may be
 * about him.  When nobody who is there reads it, there is nobody else. */
static bool
reads(const struct registers *r, const struct registered *one,
    const struct teamlog_line *line)
{
	return !one->restricted.is || one->restricted.members_n == 0 ||
	    (line->member != NULL &&
		registers_reads(r, &one->restricted, line->member));
}

static enum err
take_field(struct registers *r, struct registered *one, const struct effect *f,
    const struct teamlog_line *line)
{
	one->changes++;
	switch ((int)f->kind) {
	case EFFECT_JUNK: /* earlier versions */
		if (f->on || one->outcome == OUTCOME_JUNK)
			take_outcome(
			    one, f->on ? OUTCOME_JUNK : OUTCOME_OPEN, 0);
		break;
	case EFFECT_HOLD:
		one->hold = f->on;
		if (f->on)
			stop(r, one);
		break;
	case EFFECT_OUTCOME:
		take_outcome(one, f->outcome, f->day);
		break;
	case EFFECT_ANNOUNCE:
		if (f->day == 0 || reads(r, one, line))
			take_announce(r, one, f, line);
		break;
	case EFFECT_ASSIGN:
		one->members_n = f->members_n;
		memcpy(one->members, f->members, sizeof one->members);
		break;
	case EFFECT_DESTROYED:
		return reads(r, one, line) ? take_destroyed(r, one, f, line)
					   : ERR_OK;
	default: /* deleted on one desk, by earlier versions */
		take_outcome(one, OUTCOME_OPEN, 0);
		if (is_our_members(r, line))
			end(r, one);
	}
	return ERR_OK;
}

static bool
is_field(enum effect_kind kind)
{
	return kind == EFFECT_JUNK || kind == EFFECT_HOLD ||
	    kind == EFFECT_OUTCOME || kind == EFFECT_ANNOUNCE ||
	    kind == EFFECT_ASSIGN || kind == EFFECT_DELETE ||
	    kind == EFFECT_DESTROYED;
}

static enum err
take_effect(struct registers *r, const struct effect *f,
    const struct teamlog_line *line)
{
	struct registered *one;
	enum err e;

	switch ((int)f->kind) {
	case EFFECT_READ:
		return take_read(r, f);
	case EFFECT_REPLY:
		return take_reply(r, line, f);
	case EFFECT_ROSTER:
		register_roster(r, f);
		return ERR_OK;
	case EFFECT_PERIODS:
		r->has_periods = true;
		r->junk = f->number;
		r->irrelevant = f->count;
		r->closed = f->last;
		return ERR_OK;
	default:
		if ((e = have(r, f->conversation, &one)) != ERR_OK)
			return e;
		if (f->kind == EFFECT_RESTRICT)
			return register_restrict(r, &one->restricted, line, f);
		if (!register_words_has(f->kind))
			return take_field(r, one, f, line);
		e = register_words_take(
		    &r->words, &one->words, line->device, f);
		one->changes += e == ERR_OK;
		return e;
	}
}

enum err
registers_take(struct registers *r, const struct teamlog_line *line)
{
	struct effect *f;
	enum err e;

	if (line->kind != EFFECT_READ && line->kind != EFFECT_REPLY &&
	    line->kind != EFFECT_ROSTER && line->kind != EFFECT_RESTRICT &&
	    line->kind != EFFECT_PERIODS && !is_field(line->kind) &&
	    !register_words_has(line->kind))
		return ERR_OK;
	if ((f = calloc(1, sizeof *f)) == NULL)
		return ERR_NOMEM;
	e = effect_read(f, line->kind, line->body, line->body_len);
	if (e == ERR_OK)
		e = take_effect(r, f, line);
	wipe_free(f, sizeof *f);
	return e;
}

static void
file_bytes(uint8_t out[static FILE_BYTES], const struct said_file *f)
{
	enc_put_u64(out, f->size);
	memcpy(out + 8, f->sha256, SHA256_BYTES);
}

static int
sort_bytes(const void *a, const void *b)
{
	return memcmp(a, b, FILE_BYTES);
}

/* Its files in one hash: one by one in the order of their bytes, each once.  A
 * source may have sent thousands under one message. */
static enum err
hash_files(uint8_t hash[static SHA256_BYTES], const struct said *s)
{
	uint8_t chain[SHA256_BYTES + FILE_BYTES] = { 0 };
	uint8_t(*all)[FILE_BYTES] = NULL;
	const size_t n = s->files_all;

	if (n > 0 && (all = calloc(n, sizeof *all)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		file_bytes(all[i], &s->files[i]);
	if (n > 1)
		qsort(all, n, sizeof *all, sort_bytes);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && memcmp(all[i], all[i - 1], sizeof *all) == 0)
			continue;
		memcpy(chain + SHA256_BYTES, all[i], sizeof *all);
		sha256(chain, chain, sizeof chain);
	}
	memcpy(hash, chain, SHA256_BYTES);
	wipe(chain, sizeof chain);
	wipe_free(all, n * sizeof *all);
	return ERR_OK;
}

enum err
register_mark(uint8_t mark[static REGISTER_MARK_BYTES], const struct conv *c,
    struct said *s, const uint8_t salt[static REGISTER_SALT_BYTES])
{
	uint8_t head[HEAD_BYTES + SHA256_BYTES] = { 0 }, mac[SHA256_BYTES];
	/* What can change of a letter that is here; never 0. */
	const uint64_t made_of =
	    (uint64_t)s->files_all << 2 | (s->misdated ? 2U : 0) | 1U;
	uint8_t *p = head;
	enum err e;

	if (s->marked != made_of) {
		memcpy(p, c->id, CONV_ID_BYTES);
		p += CONV_ID_BYTES;
		*p++ = s->misdated;
		memcpy(p, s->at.id, LETTER_ID_BYTES);
		p += LETTER_ID_BYTES;
		memcpy(p, s->at.words, SHA256_BYTES);
		p += SHA256_BYTES;
		if ((e = hash_files(p, s)) != ERR_OK)
			return e;
		hmac(mac, salt, REGISTER_SALT_BYTES, head, sizeof head);
		memcpy(s->mark, mac, sizeof s->mark);
		s->marked = made_of;
		wipe(head, sizeof head);
	}
	memcpy(mark, s->mark, REGISTER_MARK_BYTES);
	return ERR_OK;
}

void
registers_show_said(const struct registers *r, const struct conv *c,
    struct said *s, const uint8_t salt[static REGISTER_SALT_BYTES])
{
	uint8_t mark[REGISTER_MARK_BYTES];

	if (s->ours)
		return;
	s->unread = true;
	if (r->read.n == 0)
		return;
	if (register_mark(mark, c, s, salt) == ERR_OK)
		s->unread = !tagmap_get(&r->read, mark, NULL);
}

void
registers_show_unread(const struct registers *r, struct conv *c,
    const uint8_t salt[static REGISTER_SALT_BYTES])
{
	for (size_t i = 0; i < c->said_n; i++)
		if (c->all[i]->unread)
			registers_show_said(r, c, c->all[i], salt);
}

void
registers_show_fields(const struct registers *r, struct conv *c)
{
	const struct registered *one = registers_of(r, c->id);
	const struct registered_word *terms =
	    one == NULL ? NULL : register_words_at(&r->words, one->words.terms);

	c->outcome = one == NULL ? OUTCOME_OPEN : one->outcome;
	c->junk = c->outcome == OUTCOME_JUNK;
	c->hold = one != NULL && one->hold;
	conv_words_agree(c, terms == NULL ? NULL : terms->hash,
	    terms == NULL ? 0 : terms->level);
}

void
registers_show(const struct registers *r, struct conv *c,
    const uint8_t salt[static REGISTER_SALT_BYTES])
{
	registers_show_fields(r, c);
	for (size_t i = 0; i < c->said_n; i++)
		registers_show_said(r, c, c->all[i], salt);
}
