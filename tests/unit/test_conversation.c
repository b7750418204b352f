#include <string.h>

#include "alloc.h"
#include "crypt/crypt.h"
#include "letter/conversation.h"
#include "t.h"

#define LETTERS 64

static struct letter letters[LETTERS];
static struct conversation_found found[LETTERS];
static size_t count;

/* A letter of this kind and id on a day and slot, in the row of its day. */
static struct letter *
add(enum letter_kind kind, uint8_t id, uint32_t day, uint32_t slot,
    const char *text)
{
	struct letter *l = &letters[count];

	OK(count < LETTERS);
	letter_init(l, kind);
	l->id[0] = id;
	l->day = day;
	l->text = text;
	l->text_len = strlen(text);
	l->reply.kind = AGE_HYBRID;
	found[count++] = (struct conversation_found){
		.letter = l, .row = day, .slot = slot
	};
	return l;
}

static void
add_file(struct letter *l, uint8_t hash, uint64_t size)
{
	struct letter_file *f = &l->files[l->file_count++];

	*f = (struct letter_file){ .name = "a", .type = "a/b", .size = size };
	f->sha256[0] = hash;
}

static struct letter *
reply(uint8_t id, uint32_t day, uint32_t slot, uint32_t n)
{
	struct letter *l = add(LETTER_REPLY, id, day, slot, "r");

	l->n = n;
	return l;
}

static struct conversation
built(void)
{
	struct conversation c;

	OK(conversation_build(&c, found, count, NULL) == ERR_OK);
	return c;
}

/* Do the messages have these first bytes of their ids, in this order? */
static bool
in_order(const struct conversation_message *m, size_t n, const char *ids)
{
	if (n != strlen(ids))
		return false;
	for (size_t i = 0; i < n; i++)
		if (m[i].id[0] != (uint8_t)ids[i])
			return false;
	return true;
}

/* Reverse what was found: the order it comes in says nothing. */
static void
turn_round(void)
{
	struct conversation_found f;

	for (size_t i = 0; i < count / 2; i++) {
		f = found[i];
		found[i] = found[count - 1 - i];
		found[count - 1 - i] = f;
	}
}

static void
nothing_is_a_conversation_too(void)
{
	struct conversation c;

	OK(conversation_build(&c, NULL, 0, NULL) == ERR_OK);
	OK(c.count == 0 && c.misdated_count == 0 && c.greatest_n == 0);
	OK(!c.has_address && c.next == NULL);
	conversation_drop(&c);
	conversation_drop(&c);
	OK(alloc_held() == 0);
}

static void
edited_form_same_id_keeps_both(void)
{
	struct conversation c;

	count = 0;
	add(LETTER_FROM, 'a', 10, 0, "one");
	add(LETTER_FROM, 'a', 10, 1, "one"); /* sent twice */
	add(LETTER_FROM, 'a', 11, 0, "one, and more");
	add(LETTER_FROM, 'b', 10, 2, "one"); /* another message */
	for (int i = 0; i < 2; i++, turn_round()) {
		c = built();
		OK(in_order(c.messages, c.count, "ab"));
		OK(c.messages[0].version_count == 3);
		OK(c.messages[0].text_count == 2);
		OK(strcmp(c.messages[0].texts[0].text, "one") == 0);
		OK(strcmp(c.messages[0].texts[1].text, "one, and more") == 0);
		OK(c.messages[0].day == 10 && c.messages[0].slot == 0);
		OK(c.messages[0].last_day == 11);
		OK(c.messages[1].text_count == 1);
		conversation_drop(&c);
	}
}

static void
files_of_all_versions_are_united_by_their_hash(void)
{
	struct conversation c;
	struct letter *l;

	count = 0;
	l = add(LETTER_FROM, 'a', 10, 0, "t");
	add_file(l, 3, 30);
	add_file(l, 1, 10);
	l = add(LETTER_FROM, 'a', 10, 1, "t");
	add_file(l, 1, 10);
	add_file(l, 2, 20);
	add_file(l, 1, 11); /* the same hash and another size: shown */
	c = built();
	OK(c.count == 1 && c.messages[0].file_count == 4);
	OK(c.messages[0].files[0].file->sha256[0] == 3);
	OK(c.messages[0].files[1].file->sha256[0] == 1);
	OK(c.messages[0].files[1].found == &found[0]);
	OK(c.messages[0].files[1].index == 1);
	OK(c.messages[0].files[2].file->sha256[0] == 2);
	OK(c.messages[0].files[2].found == &found[1]);
	OK(c.messages[0].files[3].file->size == 11);
	conversation_drop(&c);
}

static void
cut_texts_are_the_same_when_their_wholes_are(void)
{
	struct conversation c;
	struct letter *l;

	count = 0;
	l = add(LETTER_FROM, 'a', 10, 0, "beginning");
	l->more = true;
	add_file(l, 1, 10);
	l = add(LETTER_FROM, 'a', 10, 1, "beginning");
	l->more = true;
	add_file(l, 1, 10);
	l = add(LETTER_FROM, 'a', 10, 2, "beginning");
	l->more = true;
	add_file(l, 2, 10);
	add(LETTER_FROM, 'a', 10, 3, "beginning");
	c = built();
	OK(c.messages[0].text_count == 3);
	OK(c.messages[0].texts[0].more && c.messages[0].texts[1].more);
	OK(!c.messages[0].texts[2].more);
	OK(c.messages[0].texts[1].found == &found[2]);
	OK(c.messages[0].file_count == 2 && c.messages[0].files[0].is_text);
	conversation_drop(&c);
}

static void
replies_stand_by_n_and_before_the_letter_that_read_them(void)
{
	struct conversation c;

	count = 0;
	add(LETTER_FROM, 'a', 10, 3, "first");
	reply('1', 10, 0, 1); /* of the same day: behind what it answers */
	reply('3', 11, 0, 3);
	reply('2', 12, 0, 2); /* a clock was wrong: n orders */
	add(LETTER_FROM, 'b', 12, 0, "read them")->seen = 3;
	add(LETTER_FROM, 'c', 12, 1, "still")->seen = 3;
	reply('4', 12, 1, 4);
	reply('5', 14, 0, 5);
	add(LETTER_FROM, 'd', 15, 0, "not read")->seen = 3;
	for (int i = 0; i < 2; i++, turn_round()) {
		c = built();
		OK(in_order(c.messages, c.count, "a123bc45d"));
		OK(c.greatest_n == 5 && c.greatest_seen == 3);
		conversation_drop(&c);
	}
}

static void
a_sources_own_view_has_kept_copies_and_replies(void)
{
	struct conversation c;

	count = 0;
	add(LETTER_KEPT, 'a', 10, 0, "mine");
	reply('1', 11, 0, 1);
	add(LETTER_KEPT, 'b', 12, 0, "mine too");
	c = built();
	OK(in_order(c.messages, c.count, "a1b"));
	OK(!c.has_address);
	conversation_drop(&c);
}

static void
misdated_ones_stand_apart_and_are_not_dropped(void)
{
	struct conversation c;

	count = 0;
	add(LETTER_FROM, 'a', 10, 0, "right");
	found[0].row = 11; /* committed after midnight */
	add(LETTER_FROM, 'b', 10, 0, "too late");
	found[1].row = 12;
	add(LETTER_FROM, 'c', 10, 0, "from tomorrow");
	found[2].row = 9;
	add(LETTER_FROM, 'a', 10, 1, "a version too late");
	found[3].row = 30;
	c = built();
	OK(in_order(c.messages, c.count, "a"));
	OK(in_order(c.misdated, c.misdated_count, "bca"));
	OK(c.messages[0].text_count == 1 && !c.messages[0].misdated);
	OK(c.misdated[2].misdated && c.misdated[2].slot == 1);
	conversation_drop(&c);
}

static void
another_address_is_marked_and_not_used(void)
{
	struct conversation_address known = { 0 };
	struct conversation c;

	count = 0;
	add(LETTER_FROM, 'a', 10, 0, "first");
	add(LETTER_FROM, 'b', 11, 0, "other recipient")->reply.key[0] = 1;
	add(LETTER_FROM, 'c', 12, 0, "other k")->k[31] = 1;
	add(LETTER_FROM, 'd', 13, 0, "first again");
	c = built();
	OK(in_order(c.messages, c.count, "abcd") && c.has_address);
	OK(!c.messages[0].address_differs && c.messages[1].address_differs);
	OK(c.messages[2].address_differs && !c.messages[3].address_differs);
	OK(c.address.reply.key[0] == 0 && c.address.k[31] == 0);
	conversation_drop(&c);
	/* A member decided. */
	known.reply = letters[1].reply;
	OK(conversation_build(&c, found, count, &known) == ERR_OK);
	OK(c.messages[0].address_differs && !c.messages[1].address_differs);
	OK(c.address.reply.key[0] == 1);
	conversation_drop(&c);
}

static void
the_newest_next_is_the_one_of_greatest_n(void)
{
	struct conversation c;
	struct letter *newest;

	count = 0;
	reply('1', 10, 0, 1)->has_next = true;
	newest = reply('2', 9, 0, 2);
	newest->has_next = true;
	reply('3', 11, 0, 3);
	c = built();
	OK(c.next == &newest->next && c.greatest_n == 3);
	conversation_drop(&c);
}

static void
any_order_gives_the_same_view(void)
{
	struct conversation c;
	char first[LETTERS + 1] = "", ids[LETTERS + 1];

	count = 0;
	for (uint8_t i = 0; i < 20; i++) {
		add(LETTER_FROM, (uint8_t)('A' + i % 15), 10 + i / 4, i % 4,
		    i % 2 == 0 ? "x" : "y")
		    ->seen = i / 3;
		reply((uint8_t)('a' + i % 18), 10 + i / 5, i % 5, 1U + i % 18);
	}
	for (int round = 0; round < 200; round++) {
		for (size_t i = count; i > 1; i--) {
			const uint32_t j = crypt_random_below((uint32_t)i);
			const struct conversation_found f = found[i - 1];

			found[i - 1] = found[j];
			found[j] = f;
		}
		c = built();
		OK(c.count + c.misdated_count == 33);
		for (size_t i = 0; i < c.count; i++)
			ids[i] = (char)c.messages[i].id[0];
		ids[c.count] = '\0';
		if (round == 0)
			memcpy(first, ids, sizeof ids);
		OK(strcmp(first, ids) == 0);
		conversation_drop(&c);
	}
}

static void
refused_memory_leaves_no_half_view(void)
{
	struct conversation c;
	enum err e = ERR_NOMEM;

	for (unsigned n = 1; e != ERR_OK; n++) {
		memset(&c, 7, sizeof c);
		alloc_refuse(n);
		e = conversation_build(&c, found, count, NULL);
		alloc_refuse(0);
		OK(e == ERR_OK ||
		    (e == ERR_NOMEM && c.count == (size_t)-1 / 255 * 7));
		OK(n < 1000);
	}
	conversation_drop(&c);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(nothing_is_a_conversation_too)
T(edited_form_same_id_keeps_both)
T(files_of_all_versions_are_united_by_their_hash)
T(cut_texts_are_the_same_when_their_wholes_are)
T(replies_stand_by_n_and_before_the_letter_that_read_them)
T(a_sources_own_view_has_kept_copies_and_replies)
T(misdated_ones_stand_apart_and_are_not_dropped)
T(another_address_is_marked_and_not_used)
T(the_newest_next_is_the_one_of_greatest_n)
T(any_order_gives_the_same_view)
T(refused_memory_leaves_no_half_view)
T_END
