#include <string.h>

#include "alloc.h"
#include "crypt/crypt.h"
#include "letter/conversation.h"
#include "t.h"

#define LETTERS 64

static struct letter letters[LETTERS];
static struct conversation_item items[LETTERS], *order[LETTERS], *room[LETTERS];
static size_t count, dated;

/* A letter of this kind and id on a day and slot, in the row of its day. */
static struct letter *
add(enum letter_kind kind, uint8_t id, uint32_t day, uint32_t slot,
    const char *text)
{
	struct letter *l = &letters[count];

	OK(count < LETTERS);
	letter_init(l, kind);
	l->id[0] = id;
	l->tag[0] = (uint8_t)(count + 1);
	l->day = day;
	l->slot = slot;
	l->text = text;
	l->text_len = strlen(text);
	items[count++].found = day;
	return l;
}

static struct letter *
reply(uint8_t id, uint32_t day, uint32_t n)
{
	struct letter *l = add(LETTER_REPLY, id, day, 0, "r");

	l->n = n;
	return l;
}

/* Put in order what was added, given in the order it came or turned round. */
static void
put_in_order(bool turned)
{
	for (size_t i = 0; i < count; i++) {
		conversation_in_row(&items[i], &letters[i], items[i].found);
		order[turned ? count - 1 - i : i] = &items[i];
	}
	dated = conversation_order(order, room, count);
}

/* Have the items, those said again left out, these first bytes of ids? */
static bool
are(const char *ids)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		if (order[i]->again)
			continue;
		if (ids[at] == '\0' || order[i]->id[0] != (uint8_t)ids[at])
			return false;
		at++;
	}
	return ids[at] == '\0';
}

static void
nothing_is_a_conversation_too(void)
{
	count = 0;
	put_in_order(false);
	OK(dated == 0 && conversation_greatest(order, 0) == 0);
	OK(conversation_next(order, 0) == NULL);
}

static void
edited_form_same_id_keeps_both(void)
{
	count = 0;
	add(LETTER_FROM, 'a', 10, 0, "one");
	add(LETTER_FROM, 'a', 10, 1, "one"); /* sent twice */
	add(LETTER_FROM, 'b', 10, 2, "one"); /* another message */
	add(LETTER_FROM, 'a', 11, 0, "one, and more");
	for (int i = 0; i < 2; i++) {
		put_in_order(i == 1);
		OK(dated == 4 && are("aab"));
		OK(order[0]->first == order[0] && !order[0]->version);
		OK(order[1]->again && !order[1]->version);
		OK(order[2]->version && !order[2]->again);
		OK(order[2]->first == order[0]);
		OK(!order[3]->again && !order[3]->version);
		OK(conversation_is_one(order[0], order[2]));
		OK(!conversation_is_one(order[0], order[3]));
	}
}

static void
cut_texts_are_the_same_when_their_wholes_are(void)
{
	count = 0;
	for (uint8_t i = 0; i < 4; i++) {
		struct letter *l = add(LETTER_FROM, 'a', 10, i, "beginning");

		l->more = i < 3;
		l->file_count = l->more;
		l->files[0] =
		    (struct letter_file){ .name = "a", .type = "a/b" };
		l->files[0].sha256[0] = i == 1;
	}
	put_in_order(false);
	OK(!order[0]->again && order[1]->version && order[2]->again);
	OK(order[3]->version && !order[3]->again);
}

static void
other_answers_to_the_questions_are_other_words(void)
{
	count = 0;
	add(LETTER_FROM, 'a', 10, 0, "same");
	for (uint32_t i = 1; i < 4; i++) {
		struct letter *l = add(LETTER_FROM, 'a', 10, i, "same");

		l->answer_count = 1;
		l->answers[0] = (struct letter_answer){ "where",
			i == 2 ? "pit 4" : "pit 3" };
	}
	put_in_order(false);
	OK(order[1]->version && order[2]->version && order[3]->again);
}

static void
answers_stand_by_n_and_before_the_letter_that_read_them(void)
{
	count = 0;
	add(LETTER_FROM, 'a', 10, 3, "first");
	reply('2', 11, 2);
	reply('1', 11, 1);
	reply('3', 12, 3);
	add(LETTER_FROM, 'b', 12, 0, "read them")->seen = 3;
	add(LETTER_FROM, 'c', 12, 1, "still")->seen = 3;
	reply('4', 12, 4);
	reply('5', 14, 5);
	add(LETTER_FROM, 'd', 15, 0, "not read")->seen = 3;
	reply('6', 15, 6);
	for (int i = 0; i < 2; i++) {
		put_in_order(i == 1);
		OK(are("a123bc45d6"));
	}
}

static void
a_sources_own_view_has_kept_copies_and_answers(void)
{
	count = 0;
	add(LETTER_KEPT, 'a', 10, 0, "mine");
	reply('1', 10, 1);
	reply('2', 11, 2);
	add(LETTER_KEPT, 'b', 12, 0, "mine too");
	put_in_order(true);
	OK(are("a12b"));
	/* A copy stands where its letter stands at the desk. */
	add(LETTER_KEPT, 'c', 11, 0, "before the answer of that day");
	add(LETTER_KEPT, 'd', 11, 1, "after it")->seen = 2;
	put_in_order(false);
	OK(are("a1c2db"));
	/* Its slots are where it looked. */
	conversation_at(&items[0], &letters[0], 10, 5);
	OK(items[0].slot == 5 && !items[0].misdated);
	conversation_at(&items[0], &letters[0], 11, 5);
	OK(items[0].misdated);
}

static void
misdated_ones_stand_apart_and_are_not_dropped(void)
{
	count = 0;
	add(LETTER_FROM, 'd', 10, 2, "too late");
	items[0].found = 13;
	add(LETTER_FROM, 'c', 10, 0, "from tomorrow");
	items[1].found = 9;
	add(LETTER_FROM, 'a', 10, 1, "right");
	add(LETTER_FROM, 'b', 10, 1, "after midnight");
	items[3].found = 11;
	/* A misdated one with the words and the id of another takes no place
	 * of its own from it. */
	add(LETTER_FROM, 'a', 10, 1, "right");
	items[4].found = 12;
	for (int i = 0; i < 2; i++) {
		put_in_order(i == 1);
		OK(dated == 2 && are("abcad"));
		OK(!order[1]->misdated && order[2]->misdated);
		OK(order[3]->misdated && !order[3]->again);
		OK(order[3]->first == order[3]);
	}
}

static void
what_lacks_is_counted(void)
{
	count = 0;
	add(LETTER_FROM, 'a', 10, 0, "x");
	reply('2', 10, 2);
	reply('5', 11, 5);
	add(LETTER_FROM, 'b', 11, 0, "x")->seen = 5;
	add(LETTER_FROM, 'c', 12, 0, "x")->seen = 7;
	/* Said once, and what lacks besides. */
	add(LETTER_FROM, 'd', 13, 0, "x")->seen = 7;
	add(LETTER_FROM, 'e', 14, 0, "x")->seen = 8;
	put_in_order(true);
	OK(are("a25bcde"));
	OK(order[0]->missing == 0 && order[1]->missing == 0);
	OK(order[2]->missing == 2 && order[3]->missing == 0);
	OK(order[4]->missing == 2 && order[5]->missing == 0);
	OK(order[6]->missing == 1);
	OK(conversation_greatest(order, count) == 5);
}

static void
the_newest_next_is_the_one_of_greatest_n(void)
{
	count = 0;
	reply('1', 12, 1)->has_next = true;
	reply('3', 10, 3)->has_next = true;
	reply('4', 13, 4);
	reply('2', 14, 2)->has_next = true;
	put_in_order(false);
	OK(conversation_next(order, count)->n == 3);
	OK(conversation_greatest(order, count) == 4);
}

/* A number below `below`. */
static uint32_t
any(uint32_t below)
{
	uint32_t v;

	crypt_random(&v, sizeof v);
	return v % below;
}

/* Letters as nobody would write them: few ids, words, days and numbers, so that
 * they meet in every way. */
static void
add_any(void)
{
	static const char *const texts[] = { "", "x", "y", "a long one" };
	static const enum letter_kind kinds[] = { LETTER_FROM, LETTER_FROM,
		LETTER_REPLY, LETTER_KEPT };
	const enum letter_kind kind = kinds[any(4)];
	struct letter *l = add(
	    kind, (uint8_t)('a' + any(5)), 10 + any(4), any(3), texts[any(4)]);

	items[count - 1].found = l->day + any(6) / 2;
	if (kind == LETTER_REPLY) {
		l->n = 1 + any(5);
		l->has_next = any(2) == 0;
	} else if (kind == LETTER_FROM) {
		l->seen = any(6);
	}
}

static void
shuffle(size_t n)
{
	for (size_t i = n; i > 1; i--) {
		const size_t j = any((uint32_t)i);
		struct conversation_item *swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
}

/* What is shown of a conversation: all but what is said again. */
struct shown {
	size_t n;
	struct {
		uint8_t tag;
		bool misdated, version;
		uint32_t missing;
	} of[LETTERS];
};

static void
show(struct shown *s, size_t n)
{
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < n; i++) {
		const struct conversation_item *it = order[i];

		if (it->again)
			continue;
		s->of[s->n].tag = it->tag[0];
		s->of[s->n].misdated = it->misdated;
		s->of[s->n].version = it->version;
		s->of[s->n++].missing = it->missing;
	}
}

/* Is what this letter says shown, under its own id? */
static bool
is_shown(const struct conversation_item *it, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!order[i]->again && conversation_is_one(order[i], it) &&
		    memcmp(order[i]->words, it->words, sizeof it->words) == 0)
			return true;
	return false;
}

static void
whatever_order_they_come_in_the_same_conversation_comes_out(void)
{
	static struct conversation_item more[LETTERS];
	struct shown want, got;
	uint32_t doubled;

	for (unsigned run = 0; run < 5000; run++) {
		const uint32_t n = 1 + any(LETTERS / 2);

		for (count = 0; count < n;)
			add_any();
		put_in_order(false);
		show(&want, n);
		for (size_t i = 0; i < n; i++)
			OK(is_shown(&items[i], n));
		/* Some of them twice. */
		doubled = any(n + 1);
		for (size_t i = 0; i < n; i++)
			order[i] = &items[i];
		for (size_t i = 0; i < doubled; i++) {
			more[i] = items[any(n)];
			order[n + i] = &more[i];
		}
		shuffle(n + doubled);
		OK(conversation_order(order, room, n + doubled) >= dated);
		show(&got, n + doubled);
		OK(memcmp(&want, &got, sizeof want) == 0);
	}
}

static void
those_united_stand_as_they_would_apart(void)
{
	struct shown want, got;
	size_t kept;

	for (unsigned run = 0; run < 2000; run++) {
		const uint32_t n = 1 + any(LETTERS / 2);

		for (count = 0; count < n;)
			add_any();
		put_in_order(false);
		show(&want, n);
		kept = 0;
		shuffle(n);
		for (size_t i = 0; i < n; i++) {
			size_t j = 0;

			while (j < kept &&
			    (!conversation_is_one(order[j], order[i]) ||
				memcmp(order[j]->words, order[i]->words,
				    SHA256_BYTES) != 0))
				j++;
			if (j == kept)
				order[kept++] = order[i];
			else
				(void)conversation_unite(order[j], order[i]);
		}
		(void)conversation_order(order, room, kept);
		show(&got, kept);
		OK(got.n == want.n && got.n == kept);
		for (size_t i = 0; i < kept; i++)
			OK(got.of[i].tag == want.of[i].tag);
	}
}

/* Whatever else there is: under a new id nothing that was shown goes, and what
 * the new one says is shown, be its words another's. */
static void
equal_words_under_two_ids_are_both_shown(void)
{
	struct shown want, got;

	for (unsigned run = 0; run < 2000; run++) {
		const uint32_t n = 1 + any(LETTERS / 2);
		const struct letter *like;

		for (count = 0; count < n;)
			add_any();
		put_in_order(false);
		show(&want, n);
		like = &letters[any(n)];
		add(like->kind, 'z', like->day, like->slot, like->text);
		letters[n].n = like->n;
		letters[n].seen = like->seen;
		items[n].found = items[like - letters].found;
		put_in_order(any(2) == 0);
		show(&got, count);
		OK(got.n == want.n + 1 && is_shown(&items[n], count));
		for (size_t i = 0; i < n; i++)
			OK(is_shown(&items[i], count));
		/* An answer can come to stand between others that were one
		 * run; a letter moves nothing. */
		for (size_t i = 0, j = 0;
		     like->kind != LETTER_REPLY && i < got.n; i++)
			if (got.of[i].tag != n + 1)
				OK(got.of[i].tag == want.of[j++].tag);
	}
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(nothing_is_a_conversation_too)
T(edited_form_same_id_keeps_both)
T(cut_texts_are_the_same_when_their_wholes_are)
T(other_answers_to_the_questions_are_other_words)
T(answers_stand_by_n_and_before_the_letter_that_read_them)
T(a_sources_own_view_has_kept_copies_and_answers)
T(misdated_ones_stand_apart_and_are_not_dropped)
T(what_lacks_is_counted)
T(the_newest_next_is_the_one_of_greatest_n)
T(whatever_order_they_come_in_the_same_conversation_comes_out)
T(those_united_stand_as_they_would_apart)
T(equal_words_under_two_ids_are_both_shown)
T_END
