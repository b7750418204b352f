/* desk_circle: what the tests of restricted conversations share. */
#ifndef UNIT_DESK_CIRCLE_H
#define UNIT_DESK_CIRCLE_H

#include "desk/circles.h"
#include "desk/restrict.h"
#include "desk/words.h"
#include "desk_many.h"
#include "team/roster_edit.h"

static const enum member_role editors[] = { MEMBER_EDITOR, MEMBER_EDITOR };

/* Among the desks given as bits. */
static inline enum err
restrict_to(unsigned by, struct conv *c, unsigned bits)
{
	uint8_t members[MANY][MEMBER_ID_BYTES];
	size_t n = 0;

	for (unsigned i = 0; i < many_n; i++)
		if (bits >> i & 1)
			memcpy(members[n++], member_of(i), MEMBER_ID_BYTES);
	return desk_restrict(
	    many[by], c, (const uint8_t(*)[MEMBER_ID_BYTES])members, n, day);
}

/* The conversation of this writer at a desk. */
static inline struct conv *
at(unsigned i, const struct writer *w)
{
	struct conv *c = desk_conv_known(many[i], w->s.sign_public);

	if (c != NULL)
		conv_settle(c);
	return c;
}

/* A team that has a letter; the desks after the first have these roles. */
static inline void
begin_hello(struct writer *w, unsigned n, const enum member_role *roles)
{
	begin_many(n, roles);
	writer_make(w, 1);
	send(w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
}

/* Of three it is restricted to the first two; the others have not heard. */
static inline void
begin_circle(struct writer *w)
{
	begin_hello(w, 2, editors);
	OK(restrict_to(0, at(0, w), 3) == ERR_OK);
}

static inline void
answer(unsigned i, const struct writer *w, const char *text)
{
	const struct reply what = { .text = text, .n = strlen(text) };
	struct reply_report rep;

	OK(reply_send(many[i], reach, at(i, w), &what, &rep) == ERR_OK);
	OK(rep.stop == SYNC_GOES);
}

/* What the newest answer that the source can read says: where to seal. */
static inline bool
newest(struct letter *l, const struct writer *w)
{
	struct letter one;
	bool any = false;

	for (uint32_t i = 0; i < 100 * TAG_SLOTS; i++) {
		if (read_reply(&one, w, day - i / TAG_SLOTS, i % TAG_SLOTS) !=
		    ERR_OK)
			continue;
		if (any && one.n < l->n) {
			letter_drop(&one);
			continue;
		}
		if (any)
			letter_drop(l);
		*l = one;
		any = true;
	}
	return any;
}

/* Send as a source does that reads its answers first. */
static inline void
send_as_told(struct writer *w, struct what *what)
{
	struct letter l;

	if (newest(&l, w)) {
		what->seen = l.n;
		if (l.has_next && !l.next_is_door)
			what->to = &l.next;
		send(w, what);
		letter_drop(&l);
	} else {
		send(w, what);
	}
}

/* How many notes are shown at a desk, and with their words. */
static inline void
count_notes(unsigned i, const struct writer *w, unsigned *all, unsigned *here)
{
	struct desk_words note;
	struct buf text;
	uint32_t place = 0;

	*all = *here = 0;
	buf_init(&text, 4096);
	while (desk_next_note(many[i], at(i, w), &place, &note)) {
		(*all)++;
		*here +=
		    desk_words_text(many[i], at(i, w), &note, &text) == ERR_OK;
	}
	buf_drop(&text);
}

/* Everything that ever lay on the line, and all that is in the folder. */
static inline bool
opens_any(unsigned who, const struct writer *w, const char *words)
{
	struct desk *d = many[who];
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	struct circles_key of;
	bool any = false;

	for (size_t i = 0; i < fake.rows_n; i++) {
		const struct fake_row *row = &fake.rows[i];
		struct age_identity *id;
		struct ring_key key;
		size_t at = 0;
		bool open = false;

		if (row->n != ENVELOPE_LETTER_BYTES)
			continue;
		while (!open && ring_next(&d->vault->ring, row->day, &at, &key))
			if (ring_identity(&id, &d->vault->ring, &key) ==
			    ERR_OK) {
				open = envelope_open(plain, id, row->bytes,
					   row->n) == ERR_OK;
				age_identity_close(id);
			}
		for (size_t j = 0; !open && j < d->vault->ring.once_n; j++)
			if (age_identity_from_seed(&id, AGE_HYBRID,
				d->vault->ring.once[j]) == ERR_OK) {
				open = envelope_open(plain, id, row->bytes,
					   row->n) == ERR_OK;
				age_identity_close(id);
			}
		if (!open)
			open = circles_open(plain, d, row->day, row->bytes,
				   &of) == ERR_OK;
		any |= open &&
		    memmem(plain, sizeof plain, words, strlen(words)) != NULL;
	}
	if (at(who, w) != NULL)
		for (size_t i = 0; i < at(who, w)->said_n; i++)
			any |= strstr(at(who, w)->said[i]->text, words) != NULL;
	return any;
}

static inline enum err
try_answer(unsigned i, const struct writer *w)
{
	const struct reply what = { .text = "no", .n = 2 };
	struct reply_report rep;

	return reply_send(many[i], reach, at(i, w), &what, &rep);
}

static inline void
come_many(void *who, const uint8_t key[static SIGN_PUBLIC_BYTES],
    uint32_t *number, uint8_t last[static ROSTER_LAST_BYTES])
{
	struct teamlog_device device;
	uint8_t id[DEVICE_ID_BYTES];

	(void)who;
	device_id(id, key);
	OK(teamlog_device(desk->log, &device, id) == ERR_OK);
	*number = device.next;
	memcpy(last, device.tip, ROSTER_LAST_BYTES);
}

#endif
