/* Notes, drafts, assigning and what was agreed with a source: two members at
 * once, each at a desk, on one line. */
#include "desk_words.h"

static void
notes_of_both_at_once_unite_in_one_order(void)
{
	struct desk_words w;
	uint32_t at = 0;
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(note_by(desk, "call them first") == ERR_OK);
	OK(note_by(other, "I know the street") == ERR_OK);
	OK(is_same(notes_at(desk), "call them first|"));
	sync_both();
	both_see_notes("call them first|I know the street|",
	    "I know the street|call them first|");
	OK(note_by(other, "then it is settled") == ERR_OK);
	sync_both();
	both_see_notes("call them first|I know the street|then it is settled|",
	    "I know the street|call them first|then it is settled|");
	while (desk_next_note(desk, talk_of(desk), &at, &w))
		OK(desk_words_day(talk_of(desk), &w) == day);
	OK(is_same(desk_device_name(desk, w.entry->device), "second"));
	are_alike();
	again();
	open_other();
	both_see_notes("call them first|I know the street|then it is settled|",
	    "I know the street|call them first|then it is settled|");
	end_team();
}

static void
drafts_of_both_at_once_stand_both_until_one_is_sent(void)
{
	struct desk_words list[WORDS_DRAFTS];
	struct reply what = { .text = "the first", .n = 9 };
	struct reply_report rep;
	struct words_ids ids = { .n = 0 };
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(draft_by(desk, "the first", -1) == ERR_OK);
	OK(draft_by(other, "the second", -1) == ERR_OK);
	sync_both();
	both_see_drafts("the first|the second|", "the second|the first|");
	again();
	open_other();
	both_see_drafts("the first|the second|", "the second|the first|");
	ids.n = desk_drafts(other, talk_of(other), list);
	OK(ids.n == 2);
	for (size_t i = 0; i < ids.n; i++)
		memcpy(ids.id[i], list[i].entry->id, sizeof ids.id[i]);
	what.over = (const uint8_t(*)[EFFECT_ID_BYTES])ids.id;
	what.over_n = ids.n;
	OK(reply_send(other, reach, talk_of(other), &what, &rep) == ERR_OK);
	OK(is_same(drafts_at(other), ""));
	sync_both();
	both_see_drafts("", "");
	OK(talk_of(desk)->said_n == 2);
	are_alike();
	end_team();
}

static void
going_on_with_a_draft_hides_no_other_that_was_not_seen(void)
{
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(draft_by(desk, "one", -1) == ERR_OK);
	sync_both();
	/* Both go on with it, neither knowing of the other. */
	OK(draft_by(desk, "one by us", 0) == ERR_OK);
	OK(draft_by(other, "one by them", 0) == ERR_OK);
	OK(is_same(drafts_at(desk), "one by us|"));
	sync_both();
	both_see_drafts("one by us|one by them|", "one by them|one by us|");
	/* The one on top is gone on with, the other stays below. */
	OK(draft_by(desk, "two", 0) == ERR_OK);
	sync_both();
	both_see_drafts("two|one by them|", "two|one by us|");
	OK(draft_by(other, "", 1) == ERR_OK);
	sync_both();
	both_see_drafts("two|", "two|");
	OK(draft_by(other, "", 0) == ERR_OK);
	sync_both();
	both_see_drafts("", "");
	/* What is thrown away twice, and nothing thrown away, do no harm. */
	OK(draft_by(desk, "", -1) == ERR_OK);
	are_alike();
	end_team();
}

/* The answer that was cut off still knows what it was made of. */
static void
an_answer_that_goes_later_takes_the_drafts_place_then(void)
{
	struct desk_words list[WORDS_DRAFTS];
	struct reply what = { .text = "sent", .n = 4 };
	struct reply_report rep;
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(draft_by(desk, "sent", -1) == ERR_OK);
	OK(desk_drafts(desk, talk_of(desk), list) == 1);
	what.over = &list[0].entry->id;
	what.over_n = 1;
	fake.full = true;
	OK(reply_send(desk, reach, talk_of(desk), &what, &rep) == ERR_FULL);
	OK(rep.kept && is_same(drafts_at(desk), "sent|"));
	fake.full = false;
	again();
	OK(is_same(drafts_at(desk), "sent|"));
	/* On the next day it is sealed anew. */
	set_day(day + 2);
	sync_one(desk);
	OK(talk_of(desk)->said_n == 2 && is_same(drafts_at(desk), ""));
	sync_both();
	both_see_drafts("", "");
	end_team();
}

static void
who_assigns_last_is_right_at_both_desks(void)
{
	const uint8_t(*at)[MEMBER_ID_BYTES], (*too)[MEMBER_ID_BYTES];
	const uint8_t nobody[1][MEMBER_ID_BYTES] = { { 1, 2, 3, 4 } };
	uint8_t both[2][MEMBER_ID_BYTES];
	struct writer who;
	size_t n;

	begin_talk(&who, MEMBER_EDITOR);
	memcpy(both[0], desk_about(desk)->member, sizeof both[0]);
	memcpy(both[1], desk_about(other)->member, sizeof both[1]);
	OK(desk_assign(desk, talk_of(desk), nobody, 1) == ERR_NOTHING);
	OK(!desk_is_mine(desk, talk_of(desk)));
	OK(desk_assign(desk, talk_of(desk),
	       (const uint8_t(*)[MEMBER_ID_BYTES])both, 2) == ERR_OK);
	OK(desk_assign(other, talk_of(other),
	       (const uint8_t(*)[MEMBER_ID_BYTES])both + 1, 1) == ERR_OK);
	OK(desk_is_mine(desk, talk_of(desk)));
	sync_both();
	n = desk_assigned(desk, talk_of(desk), &at);
	OK(desk_assigned(other, talk_of(other), &too) == n);
	OK((n == 1 || n == 2) && memcmp(at, too, n * sizeof at[0]) == 0);
	OK(desk_is_mine(other, talk_of(other)));
	OK(desk_assign(desk, talk_of(desk), NULL, 0) == ERR_OK);
	sync_both();
	OK(desk_assigned(other, talk_of(other), &at) == 0);
	OK(!desk_is_mine(other, talk_of(other)));
	again();
	OK(desk_assigned(desk, talk_of(desk), &at) == 0);
	end_team();
}

/* The level stands in the entry, so nobody takes it for free while they wait
 * for the words. */
static void
what_was_agreed_reaches_the_others_and_late_words_are_shown_late(void)
{
	struct fake_row *row;
	struct conv *c;
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(desk_set_terms(desk, talk_of(desk), 3, "", "one who was there") ==
	    ERR_OK);
	sync_one(desk);
	row = &fake.rows[fake.rows_n - 2];
	row->withheld = true;
	sync_one(other);
	c = talk_of(other);
	OK(c->level == 3 && c->terms_lack && c->label[0] == '\0');
	open_other();
	c = talk_of(other);
	OK(c->level == 3 && c->terms_lack);
	row->withheld = false;
	sync_both();
	OK(c->level == 3 && !c->terms_lack);
	OK(is_same(c->label, "one who was there") && c->byline[0] == '\0');
	/* The same once more, and what was before, are no new words. */
	OK(desk_set_terms(other, c, 4, "A. Finch", "x") == ERR_OK);
	OK(desk_set_terms(other, c, 3, "", "one who was there") == ERR_OK);
	OK(c->inside.terms_n == 2);
	sync_both();
	OK(is_same(talk_of(desk)->label, "one who was there"));
	again();
	OK(is_same(talk_of(desk)->label, "one who was there"));
	OK(talk_of(desk)->level == 3 && !talk_of(desk)->terms_lack);
	OK(desk_set_terms(desk, talk_of(desk), 4, "two\nlines", "") ==
	    ERR_FORMAT);
	/* It would turn what stands beside it around. */
	OK(desk_set_terms(desk, talk_of(desk), 4, "A\xe2\x80\xae", "") ==
	    ERR_FORMAT);
	end_team();
}

/* A level that this version has no words for promises nothing. */
static void
a_level_of_another_version_is_the_strictest(void)
{
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(desk_set_terms(desk, talk_of(desk), 200, "B", "") == ERR_OK);
	sync_both();
	OK(talk_of(desk)->level == 0 && talk_of(other)->level == 0);
	end_team();
}

/* A note whose words lie on the line for a while, or never come. */
static void
words_that_lack_are_said_to_lack(void)
{
	struct fake_row *row;
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(note_by(desk, "late") == ERR_OK);
	sync_one(desk);
	row = &fake.rows[fake.rows_n - 2];
	row->withheld = true;
	sync_one(other);
	OK(is_same(notes_at(other), "?|"));
	row->withheld = false;
	sync_both();
	OK(is_same(notes_at(other), "late|"));
	OK(other->told_n == 0);
	end_team();
}

/* The words come first: they wait for their entry, also in the folder. */
static void
words_wait_for_their_entry(void)
{
	struct fake_row *row;
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(note_by(desk, "early") == ERR_OK);
	sync_one(desk);
	row = &fake.rows[fake.rows_n - 1];
	row->withheld = true;
	sync_one(other);
	OK(is_same(notes_at(other), "") && other->told_n == 1);
	open_other();
	OK(is_same(notes_at(other), "") && other->told_n == 1);
	row->withheld = false;
	sync_both();
	OK(is_same(notes_at(other), "early|") && other->told_n == 0);
	end_team();
}

/* Other words under the id of a note, signed by the one who wrote it. */
static void
said_by_other(const char *text, const struct desk_words *of, enum err want)
{
	struct content c;
	struct buf note;

	content_init(&c);
	buf_init(&note, CONTENT_MAX);
	c.what = CONTENT_NOTE;
	memcpy(c.team, desk->print, sizeof c.team);
	memcpy(c.line, desk_about(desk)->line, sizeof c.line);
	memcpy(c.id, of->entry->id, sizeof c.id);
	memcpy(c.conversation, talk_of(desk)->box.owner, sizeof c.conversation);
	c.text = text;
	c.text_len = strlen(text);
	OK(content_write(&note, &c, desk->vault->device) == ERR_OK);
	OK(told_reply(other, &note) == want);
	content_drop(&c);
	buf_drop(&note);
}

static void
words_that_are_not_the_entrys_are_refused(void)
{
	struct desk_words w;
	struct fake_row *row;
	struct conv_word odd = { .kind = EFFECT_NOTE, .len = 5 };
	struct buf items, tail;
	struct writer who;
	uint32_t at = 0;

	begin_talk(&who, MEMBER_EDITOR);
	OK(note_by(desk, "right") == ERR_OK);
	OK(desk_next_note(desk, talk_of(desk), &at, &w));
	sync_one(desk);
	row = &fake.rows[fake.rows_n - 2];
	row->withheld = true;
	sync_one(other);
	said_by_other("wrong", &w, ERR_FORGED);
	said_by_other("", &w, ERR_FORGED);
	OK(is_same(notes_at(other), "?|"));
	/* Even when they got into the folder: a pack may bring anything. */
	memcpy(odd.device, w.entry->device, sizeof odd.device);
	memcpy(odd.id, w.entry->id, sizeof odd.id);
	buf_init(&items, 256);
	buf_init(&tail, 256);
	OK(conv_words_put(&items, &odd) == ERR_OK);
	OK(buf_put_str(&tail, "wrong") == ERR_OK);
	OK(desk_keep(other, talk_of(other), &items, &tail) == ERR_OK);
	open_other();
	OK(is_same(notes_at(other), "?|"));
	buf_drop(&items);
	buf_drop(&tail);
	end_team();
}

static void
a_viewer_notes_and_does_no_more(void)
{
	const uint8_t(*none)[MEMBER_ID_BYTES];
	struct words_ids ids = { .n = 0 };
	struct conv *c;
	struct writer who;
	uint64_t len;

	begin_talk(&who, MEMBER_VIEWER);
	c = talk_of(other);
	OK(draft_by(desk, "a draft", -1) == ERR_OK);
	OK(desk_set_terms(desk, talk_of(desk), 2, "", "x") == ERR_OK);
	sync_both();
	OK(note_by(other, "seen that street") == ERR_OK);
	len = c->box.record.len;
	OK(desk_draft(other, c, "no", 2, &ids) == ERR_DENIED);
	OK(desk_assign(other, c, NULL, 0) == ERR_DENIED);
	OK(desk_set_terms(other, c, 4, "no", "no") == ERR_DENIED);
	OK(c->box.record.len == len);
	sync_both();
	both_see_notes("seen that street|", "");
	both_see_drafts("a draft|", "");
	OK(talk_of(other)->level == 2);
	OK(desk_assigned(other, c, &none) == 0);
	end_team();
}

static void
odd_texts_are_refused_and_long_ones_travel_in_pieces(void)
{
	struct words_ids ids = { .n = 0 };
	struct desk_words list[WORDS_DRAFTS];
	struct conv *c;
	struct buf got;
	struct writer who;
	char *text = malloc(WORDS_DRAFT_MAX + 1);

	OK(text != NULL);
	begin_talk(&who, MEMBER_EDITOR);
	c = talk_of(desk);
	memset(text, 'a', WORDS_DRAFT_MAX + 1);
	OK(desk_say_note(desk, c, text, WORDS_NOTE_MAX + 1) == ERR_TOOBIG);
	OK(desk_draft(desk, c, text, WORDS_DRAFT_MAX + 1, &ids) == ERR_TOOBIG);
	OK(desk_say_note(desk, c, "", 0) == ERR_FORMAT);
	OK(desk_say_note(desk, c, " \n", 2) == ERR_FORMAT);
	OK(desk_say_note(desk, c, "a\xff", 2) == ERR_FORMAT);
	OK(desk_say_note(desk, c, "a\0b", 3) == ERR_FORMAT);
	memset(text + 1, '\n', WORDS_DRAFT_MAX - 1);
	OK(desk_draft(desk, c, text, WORDS_DRAFT_MAX, &ids) == ERR_TOOBIG);
	memset(text, 'a', WORDS_DRAFT_MAX);
	OK(desk_draft(desk, c, text, WORDS_DRAFT_MAX, &ids) == ERR_OK);
	sync_both();
	OK(desk_drafts(other, talk_of(other), list) == 1);
	buf_init(&got, WORDS_DRAFT_MAX);
	OK(desk_words_text(other, talk_of(other), &list[0], &got) == ERR_OK);
	OK(got.len == WORDS_DRAFT_MAX);
	OK(memcmp(got.at, text, got.len) == 0);
	buf_drop(&got);
	are_alike();
	free(text);
	end_team();
}

/* Destroyed on both desks: nothing of before is left, when the same source
 * writes again. */
static void
words_go_with_their_conversation(void)
{
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(note_by(desk, "gone") == ERR_OK);
	OK(draft_by(desk, "gone", -1) == ERR_OK);
	OK(desk_set_terms(desk, talk_of(desk), 4, "B", "") == ERR_OK);
	sync_both();
	OK(desk_delete(desk, talk_of(desk)) == ERR_OK);
	sync_both();
	send(&who, &(struct what){ .text = "again", .id = 2 });
	sync_one(desk);
	OK(is_same(notes_at(desk), "") && is_same(drafts_at(desk), ""));
	OK(talk_of(desk)->level == 0 && !talk_of(desk)->terms_lack);
	again();
	OK(is_same(notes_at(desk), "") && talk_of(desk)->level == 0);
	OK(note_by(desk, "new") == ERR_OK);
	sync_both();
	OK(is_same(notes_at(desk), "new|"));
	OK(is_same(notes_at(other), "new|"));
	OK(is_same(drafts_at(other), "") && talk_of(other)->level == 0);
	end_team();
}

/* Words that come after that are not waited with. */
static void
words_of_what_was_deleted_meanwhile_are_dropped(void)
{
	struct fake_row *row;
	struct writer who;

	begin_talk(&who, MEMBER_ADMIN);
	OK(note_by(desk, "late") == ERR_OK);
	sync_one(desk);
	row = &fake.rows[fake.rows_n - 2];
	row->withheld = true;
	sync_one(other);
	OK(desk_delete(other, talk_of(other)) == ERR_OK);
	row->withheld = false;
	sync_one(other);
	OK(other->told_n == 0);
	end_team();
}

static void
say_all(struct desk *d)
{
	OK(note_by(d, "a note") == ERR_OK);
	OK(draft_by(d, "a draft", -1) == ERR_OK);
	OK(desk_set_terms(d, talk_of(d), 3, "", "label") == ERR_OK);
}

static void
refused_memory_loses_no_words(void)
{
	const bool all = t_long();
	struct writer who;
	enum err e = ERR_NOMEM;
	unsigned n;

	begin_talk(&who, MEMBER_EDITOR);
	for (n = 1; e != ERR_OK; n += all ? 1 : 1 + n / 9) {
		alloc_refuse(n);
		e = note_by(desk, "a note");
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		if (e != ERR_OK)
			again(); /* the entry may be kept and not shown */
		if (notes_at(desk)[0] != '\0')
			break;
	}
	OK(n > 5 && is_same(notes_at(desk), "a note|"));
	OK(draft_by(desk, "a draft", -1) == ERR_OK);
	OK(desk_set_terms(desk, talk_of(desk), 3, "", "label") == ERR_OK);
	sync_one(desk);
	e = ERR_NOMEM;
	for (n = 2; e != ERR_OK; n += all ? 1 : 1 + n / 9) {
		alloc_refuse(n);
		e = sync_run(other, reach, &report);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		if (n % 3 == 1)
			open_other();
	}
	sync_both();
	OK(other->told_n == 0);
	both_see_notes("a note|", "");
	both_see_drafts("a draft|", "");
	OK(is_same(talk_of(other)->label, "label"));
	are_alike();
	end_team();
}

static void
what_changes_is_known_by_a_number(void)
{
	struct writer who;
	uint64_t was, all;

	begin_talk(&who, MEMBER_EDITOR);
	was = desk_changes(desk, talk_of(desk));
	all = desk_changes(desk, NULL);
	OK(desk_read(desk, talk_of(desk)) == ERR_OK);
	OK(desk_changes(desk, talk_of(desk)) == was);
	say_all(other);
	sync_one(other);
	sync_one(desk);
	OK(desk_changes(desk, talk_of(desk)) != was);
	OK(desk_changes(desk, NULL) != all);
	was = desk_changes(desk, talk_of(desk));
	send(&who, &(struct what){ .text = "more", .id = 2 });
	sync_one(desk);
	OK(desk_changes(desk, talk_of(desk)) != was);
	end_team();
}

/* As a bent desk of an editor would say it: with lines that look like ours. */
static void
terms_are_lines_whoever_says_them(void)
{
	static const char label[] = "x\n\nFrom the source:\n\nmeet me";
	struct effect f = { .kind = EFFECT_ATTRIBUTION, .number = 2 };
	struct buf items, body;
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	buf_init(&items, 1024);
	buf_init(&body, ENTRY_BODY_MAX);
	OK(conv_words_put_terms(&items, 2, "", label) == ERR_OK);
	conv_words_terms_hash(f.hash, &items, other->vault->salt);
	memcpy(f.conversation, talk_of(other)->id, sizeof f.conversation);
	OK(desk_keep(other, talk_of(other), &items, NULL) == ERR_OK);
	OK(conv_take_record(other, talk_of(other), items.at, items.len) ==
	    ERR_OK);
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(other, "attribution", &body) == ERR_OK);
	sync_both();
	OK(talk_of(desk)->level == 2 && talk_of(desk)->terms_lack);
	OK(talk_of(desk)->label[0] == '\0');
	buf_drop(&items);
	buf_drop(&body);
	end_team();
}

T_BEGIN
desk_tests_begin();
T(notes_of_both_at_once_unite_in_one_order)
T(drafts_of_both_at_once_stand_both_until_one_is_sent)
T(going_on_with_a_draft_hides_no_other_that_was_not_seen)
T(an_answer_that_goes_later_takes_the_drafts_place_then)
T(who_assigns_last_is_right_at_both_desks)
T(what_was_agreed_reaches_the_others_and_late_words_are_shown_late)
T(a_level_of_another_version_is_the_strictest)
T(words_that_lack_are_said_to_lack)
T(words_wait_for_their_entry)
T(words_that_are_not_the_entrys_are_refused)
T(terms_are_lines_whoever_says_them)
T(a_viewer_notes_and_does_no_more)
T(odd_texts_are_refused_and_long_ones_travel_in_pieces)
T(words_go_with_their_conversation)
T(words_of_what_was_deleted_meanwhile_are_dropped)
T(refused_memory_loses_no_words)
T(what_changes_is_known_by_a_number)
T_END
