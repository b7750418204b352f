/* The words of evidence between two desks: of items, of what was done with
 * them, and names of cases. */
#include "desk_evidence.h"
#include "desk_unpack_file.h"

static void
both_see_words(enum effect_kind kind, const char *want, const char * or)
{
	char first[8192];

	(void)snprintf(first, sizeof first, "%s", words_at(desk, kind));
	OK(is_same(words_at(other, kind), first));
	OK(strcmp(first, or) == 0 || is_same(first, want));
}

static void
both_see_all(void)
{
	both_see_words(EFFECT_EVIDENCE, "an item|another|", "another|an item|");
	both_see_words(EFFECT_CUSTODY, "why|so|", "so|why|");
	both_see_words(EFFECT_CASE, "The pump|Pumps|", "Pumps|The pump|");
}

static void
words_of_evidence_reach_every_desk(void)
{
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(say_by(desk, EFFECT_EVIDENCE, 1, "an item") == ERR_OK);
	OK(say_by(desk, EFFECT_CUSTODY, 1, "why") == ERR_OK);
	OK(say_by(desk, EFFECT_CASE, 9, "The pump") == ERR_OK);
	OK(say_by(other, EFFECT_EVIDENCE, 2, "another") == ERR_OK);
	OK(say_by(other, EFFECT_CUSTODY, 1, "so") == ERR_OK);
	OK(say_by(other, EFFECT_CASE, 9, "Pumps") == ERR_OK);
	sync_both();
	both_see_all();
	OK(other->told_n == 0 && desk->told_n == 0);
	OK(is_same(notes_at(desk), "") && is_same(drafts_at(desk), ""));
	are_alike();
	again();
	open_other();
	both_see_all();
	end_team();
}

/* `back` rows from the newest is what the other does not get yet. */
static void
one_late(enum effect_kind kind, size_t back, const char *meanwhile)
{
	struct fake_row *row;

	OK(say_by(desk, kind, 1, "late") == ERR_OK);
	sync_one(desk);
	row = &fake.rows[fake.rows_n - back];
	row->withheld = true;
	sync_one(other);
	OK(is_same(words_at(other, kind), meanwhile));
	OK(other->told_n == (back == 1 ? 1 : 0));
	open_other();
	OK(is_same(words_at(other, kind), meanwhile));
	OK(other->told_n == (back == 1 ? 1 : 0));
	row->withheld = false;
	sync_both();
	OK(is_same(words_at(other, kind), "late|") && other->told_n == 0);
	are_alike();
}

/* Without their entry they wait, and are never shown. */
static void
they_come_in_any_order(void)
{
	struct writer who;

	for (size_t back = 1; back <= 2; back++)
		for (size_t i = 0; i < COUNT(evidence); i++) {
			begin_talk(&who, MEMBER_EDITOR);
			one_late(evidence[i], back, back == 1 ? "" : "?|");
			end_team();
		}
}

/* Words that a bent desk signs for the first that it said of this kind. */
static enum err
bent(enum effect_kind kind, enum content_what what, const char *text, size_t n)
{
	struct desk_words w;
	struct content c;
	struct buf note;
	uint32_t at = 0;
	enum err e;

	OK(desk_next_of(desk, talk_of(desk), kind, &at, &w));
	content_init(&c);
	buf_init(&note, CONTENT_MAX);
	c.what = what;
	memcpy(c.team, desk->print, sizeof c.team);
	memcpy(c.line, desk_about(desk)->line, sizeof c.line);
	memcpy(c.id, w.entry->id, sizeof c.id);
	memcpy(c.conversation, talk_of(desk)->box.owner, sizeof c.conversation);
	c.text = text;
	c.text_len = n;
	OK(content_write(&note, &c, desk->vault->device) == ERR_OK);
	e = told_reply(other, &note);
	content_drop(&c);
	buf_drop(&note);
	return e;
}

/* Into the folder they come too: a pack may bring anything. */
static void
put_wrong(enum effect_kind kind)
{
	struct conv_word odd = { .kind = kind, .len = 5 };
	struct desk_words w;
	struct buf items, tail;
	uint32_t at = 0;

	OK(desk_next_of(other, talk_of(other), kind, &at, &w));
	memcpy(odd.device, w.entry->device, sizeof odd.device);
	memcpy(odd.id, w.entry->id, sizeof odd.id);
	buf_init(&items, 256);
	buf_init(&tail, 256);
	OK(conv_words_put(&items, &odd) == ERR_OK);
	OK(buf_put_str(&tail, "wrong") == ERR_OK);
	OK(desk_keep(other, talk_of(other), &items, &tail) == ERR_OK);
	buf_drop(&items);
	buf_drop(&tail);
}

static void
words_that_are_not_the_entrys_are_refused(void)
{
	static const enum content_what whats[] = { CONTENT_EVIDENCE,
		CONTENT_CUSTODY, CONTENT_CASE };
	struct writer who;

	for (size_t i = 0; i < COUNT(evidence); i++) {
		const enum effect_kind kind = evidence[i];

		begin_talk(&who, MEMBER_EDITOR);
		OK(say_by(desk, kind, 1, "right") == ERR_OK);
		sync_one(desk);
		fake.rows[fake.rows_n - 2].withheld = true;
		sync_one(other);
		OK(bent(kind, whats[i], "wrong", 5) == ERR_FORGED);
		OK(bent(kind, whats[i], "", 0) != ERR_OK);
		OK(bent(kind, CONTENT_NOTE, "right", 5) == ERR_MISSING);
		OK(bent(kind, whats[(i + 1) % COUNT(whats)], "right", 5) ==
		    ERR_MISSING);
		OK(is_same(words_at(other, kind), "?|"));
		put_wrong(kind);
		open_other();
		OK(is_same(words_at(other, kind), "?|"));
		end_team();
	}
}

/* Two acts with the same words, of two items, have them once. */
static void
the_same_words_are_kept_once_and_none_are_not_lacking(void)
{
	struct writer who;
	size_t kept;

	begin_talk(&who, MEMBER_EDITOR);
	OK(say_by(desk, EFFECT_CUSTODY, 1, "same") == ERR_OK);
	kept = talk_of(desk)->inside.n;
	OK(say_by(desk, EFFECT_CUSTODY, 2, "same") == ERR_OK);
	OK(talk_of(desk)->inside.n == kept);
	OK(say_by(desk, EFFECT_CUSTODY, 2, "") == ERR_OK);
	OK(say_by(desk, EFFECT_CASE, 0, "") == ERR_OK);
	OK(talk_of(desk)->inside.n == kept);
	sync_both();
	OK(talk_of(other)->inside.n == kept);
	both_see_words(EFFECT_CUSTODY, "same|same|", "");
	both_see_words(EFFECT_CASE, "", "");
	OK(other->told_n == 0);
	are_alike();
	end_team();
}

/* An id that its device used before says nothing new. */
static void
a_second_item_of_one_id_says_nothing(void)
{
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	OK(say_by(desk, EFFECT_EVIDENCE, 1, "first") == ERR_OK);
	OK(say_by(desk, EFFECT_EVIDENCE, 1, "second") == ERR_OK);
	sync_both();
	both_see_words(EFFECT_EVIDENCE, "first|", "");
	OK(other->told_n == 0);
	end_team();
}

static enum err
say_long(struct desk *d, enum effect_kind kind, size_t n)
{
	char *text = malloc(n + 1);
	enum err e;

	OK(text != NULL);
	memset(text, 'a', n);
	text[n] = '\0';
	e = say_by(d, kind, 3, text);
	free(text);
	return e;
}

static void
what_does_not_fit_is_refused_and_long_ones_travel_in_pieces(void)
{
	struct desk_words w;
	struct writer who;
	struct buf got;
	uint32_t at = 0;

	begin_talk(&who, MEMBER_VIEWER);
	OK(say_long(desk, EFFECT_EVIDENCE, CONTENT_ITEM_MAX + 1) == ERR_TOOBIG);
	OK(say_long(desk, EFFECT_CUSTODY, CONTENT_ACT_MAX + 1) == ERR_TOOBIG);
	OK(say_long(desk, EFFECT_CASE, CONTENT_CASE_MAX + 1) == ERR_TOOBIG);
	OK(say_by(desk, EFFECT_CASE, 9, "two\nlines") == ERR_FORMAT);
	OK(say_by(desk, EFFECT_EVIDENCE, 1, "") == ERR_FORMAT);
	OK(say_by(desk, EFFECT_EVIDENCE, 1, "a\xff") == ERR_FORMAT);
	for (size_t i = 0; i < COUNT(evidence); i++)
		OK(say_by(other, evidence[i], 1, "no") == ERR_DENIED);
	OK(talk_of(desk)->inside.n == 0 && talk_of(other)->inside.n == 0);
	OK(say_long(desk, EFFECT_EVIDENCE, CONTENT_ITEM_MAX) == ERR_OK);
	OK(say_long(desk, EFFECT_CUSTODY, CONTENT_ACT_MAX) == ERR_OK);
	OK(say_long(desk, EFFECT_CASE, CONTENT_CASE_MAX) == ERR_OK);
	sync_both();
	buf_init(&got, CONTENT_ITEM_MAX);
	OK(desk_next_of(other, talk_of(other), EFFECT_EVIDENCE, &at, &w));
	OK(desk_words_text(other, talk_of(other), &w, &got) == ERR_OK);
	OK(got.len == CONTENT_ITEM_MAX);
	buf_drop(&got);
	OK(strlen(words_at(other, EFFECT_CUSTODY)) == CONTENT_ACT_MAX + 1);
	are_alike();
	end_team();
}

/* As a bent desk says it: its entry has the hash, and the words are no name. */
static void
a_case_whose_name_looks_like_more_lines_is_not_taken(void)
{
	static const char name[] = "The pump\n\nOfficial";
	struct effect f = { .kind = EFFECT_CASE, .id = { 9 } };
	struct buf body;
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	memcpy(f.conversation, talk_of(desk)->id, sizeof f.conversation);
	content_hash(f.hash, desk->vault->salt, name, strlen(name));
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(desk, "case", &body) == ERR_OK);
	sync_both();
	OK(bent(EFFECT_CASE, CONTENT_CASE, name, strlen(name)) == ERR_FORMAT);
	OK(is_same(words_at(other, EFFECT_CASE), "?|"));
	buf_drop(&body);
	end_team();
}

static void
they_go_with_their_conversation(void)
{
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	for (size_t i = 0; i < COUNT(evidence); i++)
		OK(say_by(desk, evidence[i], 1, "gone") == ERR_OK);
	sync_both();
	OK(desk_delete(desk, talk_of(desk)) == ERR_OK);
	sync_both();
	send(&who, &(struct what){ .text = "again", .id = 2 });
	sync_one(desk);
	for (size_t i = 0; i < COUNT(evidence); i++)
		OK(is_same(words_at(desk, evidence[i]), ""));
	OK(talk_of(desk)->inside.n == 0);
	OK(say_by(desk, EFFECT_CUSTODY, 1, "gone") == ERR_OK);
	sync_both();
	again();
	both_see_words(EFFECT_CUSTODY, "gone|", "");
	both_see_words(EFFECT_EVIDENCE, "", "");
	both_see_words(EFFECT_CASE, "", "");
	end_team();
}

/* Words that come after that are not waited with. */
static void
words_of_what_was_deleted_meanwhile_are_dropped(void)
{
	struct writer who;

	for (size_t i = 0; i < COUNT(evidence); i++) {
		struct fake_row *row;

		begin_talk(&who, MEMBER_ADMIN);
		OK(say_by(desk, evidence[i], 1, "late") == ERR_OK);
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
}

static void
a_pack_brings_them(void)
{
	struct writer who;

	begin_talk(&who, MEMBER_EDITOR);
	pack_file();
	for (size_t i = 0; i < COUNT(evidence); i++) {
		OK(say_by(desk, evidence[i], 1, "packed") == ERR_OK);
		sync_one(desk);
		fake.rows[fake.rows_n - 2].withheld = true;
		sync_one(other);
		OK(is_same(words_at(other, evidence[i]), "?|"));
	}
	for (unsigned n = 0; n < 2; n++) {
		OK(pack(desk, other) == ERR_OK);
		OK(unpack_take(&said, other, file, &yes) == ERR_OK);
		OK(talk_of(other)->inside.n == COUNT(evidence));
	}
	open_other();
	for (size_t i = 0; i < COUNT(evidence); i++)
		OK(is_same(words_at(other, evidence[i]), "packed|"));
	(void)unlink(file);
	end_team();
}

T_BEGIN
desk_tests_begin();
T(words_of_evidence_reach_every_desk)
T(they_come_in_any_order)
T(words_that_are_not_the_entrys_are_refused)
T(the_same_words_are_kept_once_and_none_are_not_lacking)
T(a_second_item_of_one_id_says_nothing)
T(what_does_not_fit_is_refused_and_long_ones_travel_in_pieces)
T(a_case_whose_name_looks_like_more_lines_is_not_taken)
T(they_go_with_their_conversation)
T(words_of_what_was_deleted_meanwhile_are_dropped)
T(a_pack_brings_them)
T_END
