/* A conversation that is restricted to some of three members. */
#include "desk/circles.h"
#include "desk/restrict.h"
#include "desk/words.h"
#include "desk_many.h"

static const enum member_role editors[] = { MEMBER_EDITOR, MEMBER_EDITOR };

/* Among the desks given as bits. */
static enum err
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
static struct conv *
at(unsigned i, const struct writer *w)
{
	struct conv *c = desk_conv_known(many[i], w->s.sign_public);

	if (c != NULL)
		conv_settle(c);
	return c;
}

static void
answer(unsigned i, const struct writer *w, const char *text)
{
	const struct reply what = { .text = text, .n = strlen(text) };
	struct reply_report rep;

	OK(reply_send(many[i], reach, at(i, w), &what, &rep) == ERR_OK);
	OK(rep.stop == SYNC_GOES);
}

/* What the newest answer that the source can read says: where to seal. */
static bool
newest(struct letter *l, const struct writer *w)
{
	struct letter one;
	bool any = false;

	for (uint32_t on = day + 1; on-- > day - 100;)
		for (uint32_t slot = 0; slot < TAG_SLOTS; slot++)
			if (read_reply(&one, w, on, slot) == ERR_OK) {
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
static void
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

static void
restricted_letters_open_at_the_named_desks_only(void)
{
	struct letter l;
	struct writer w;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_READS);
	OK(restrict_todo(many[0], at(0, &w), day) == RESTRICT_TELL);
	answer(0, &w, "from now on");
	OK(restrict_todo(many[0], at(0, &w), day) == RESTRICT_FINE);
	OK(newest(&l, &w) && l.has_next && !l.next_is_door);
	letter_drop(&l);
	send_as_told(&w, &(struct what){ .text = "for two of you", .id = 2 });
	sync_many();
	OK(at(0, &w)->said_n == 3 && at(1, &w)->said_n == 3);
	OK(at(2, &w)->said_n == 1);
	OK(restrict_stand(many[1], at(1, &w)) == RESTRICT_READS);
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_OUT);
	OK(circles_count(many[2]) == 0);
	for (unsigned i = 0; i < 3; i++)
		open_one(i);
	OK(at(1, &w)->said_n == 3 && at(2, &w)->said_n == 1);
	OK(at(1, &w)->said[2]->by_circle && !at(1, &w)->said[0]->by_circle);
	/* Replies of one reach the other, and nobody else. */
	answer(1, &w, "from the second");
	sync_many();
	OK(at(0, &w)->said_n == 4 && at(2, &w)->said_n == 1);
	end_many();
}

/* How many notes are shown at a desk, and with their words. */
static void
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

static void
notes_on_a_restricted_conversation_are_read_by_its_members_only(void)
{
	unsigned all, here;
	struct writer w;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(desk_say_note(many[2], at(2, &w), "before", 6) == ERR_OK);
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
	answer(0, &w, "from now on");
	sync_many();
	OK(desk_say_note(many[1], at(1, &w), "among two", 9) == ERR_OK);
	sync_many();
	for (unsigned i = 0; i < 2; i++) {
		count_notes(i, &w, &all, &here);
		OK(all == 2 && here == 2);
	}
	count_notes(2, &w, &all, &here);
	OK(all == 2 && here == 1);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(restricted_letters_open_at_the_named_desks_only)
T(notes_on_a_restricted_conversation_are_read_by_its_members_only)
T_END
