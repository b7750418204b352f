#include <string.h>

#include "base/file.h"
#include "desk/view.h"
#include "letter/name.h"
#include "t.h"

static const char hostile[] = "<script>\"'&\xe2\x80\xae";
static const struct desk_file files[] = {
	{ .number = 1,
	    .name = "inspection book.txt",
	    .size = 999,
	    .here = true },
	{ .number = 2, .name = hostile, .size = 2147483648U },
};
static const struct desk_answer answers[] = {
	{ .question = "inside", .answer = "told the foreman <b>in March</b>" },
	{ .question = hostile, .answer = hostile },
};
static const struct desk_letter letters[] = {
	{ .day = 19074,
	    .text = "The alarm in hall B has been switched off since spring.",
	    .text_len = 55,
	    .files = files,
	    .file_count = 2,
	    .answers = answers,
	    .answer_count = 2,
	    .asks_deletion = true,
	    .unread = true,
	    .misdated = true },
	{ .ours = true,
	    .day = 19075,
	    .text = hostile,
	    .text_len = sizeof hostile - 1 },
};
static const char *const warnings[] = { "The keys end in 7 days. Fetch." };
static struct desk_frame frame = {
	.team = "Example Rights Group",
	.warnings = warnings,
	.warning_count = 1,
	.said = "Sent.",
};

/* Pages also go where SOTTO_SHOTS says, to be looked at. */
static void
show(const char *name, const struct buf *page)
{
	const char *dir = getenv("SOTTO_SHOTS");
	char path[FILE_PATH_MAX];

	/* Ours is the first, and there is no other. */
	OK(strstr(strstr((const char *)page->at, "<script") + 1, "<script") ==
	    NULL);
	OK(strstr((const char *)page->at, "\xe2\x80\xae") == NULL);
	if (dir == NULL)
		return;
	OK(file_path(path, sizeof path, dir, name) == ERR_OK);
	OK(file_write(path, page->at, page->len, 0600) == ERR_OK);
}

static void
begin(struct buf *page)
{
	frame.lang = lang_find("en");
	buf_init(page, DESK_PAGE_MAX);
}

/* Strangers may fill the inbox with the longest there is. */
static void
an_inbox_full_of_the_longest_rows_fits_its_page(void)
{
	static struct desk_row rows[2000];
	char name[NAME_CHOSEN_BYTES], words[161];
	struct desk_inbox inbox = {
		.rows = rows,
		.row_count = COUNT(rows),
		.cut = true,
		.synced = "Fetched.",
	};
	struct buf page;

	memset(words, '"', sizeof words - 1);
	words[160] = '\0';
	memset(name, '"', NAME_CHOSEN_CHARS);
	name[NAME_CHOSEN_CHARS] = '\0';
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i] =
		    (struct desk_row){ .handle = "spectacular-spectacular-"
						 "spectacular",
			    .name = name,
			    .day = 20000,
			    .unread = 4000000000U,
			    .files = 1,
			    .waiting = true,
			    .excerpt = words,
			    .excerpt_len = 160 };
	begin(&page);
	OK(desk_view_inbox(&page, &frame, &inbox) == ERR_OK);
	OK(strstr(buf_str(&page), "Older conversations") != NULL);
	buf_drop(&page);
}

static void
the_inbox_says_who_waits_and_escapes_what_strangers_wrote(void)
{
	const struct desk_row rows[] = {
		{ .handle = "abandon-ability-able",
		    .name = "wearenotallsadists",
		    .excerpt = "I write again because you published the videos",
		    .excerpt_len = 46,
		    .day = 19075,
		    .unread = 2,
		    .files = 1,
		    .waiting = true,
		    .asks_deletion = true },
		{ .handle = "zoo-zone-zero",
		    .name = hostile,
		    .excerpt = hostile,
		    .excerpt_len = sizeof hostile - 1,
		    .day = 19074 },
	};
	const struct desk_inbox inbox = {
		.count = { 2, 1, 1, 0 },
		.rows = rows,
		.row_count = 2,
		.synced = "Fetched today.",
	};
	const struct desk_inbox empty = {
		.filter = DESK_JUNK,
		.search = hostile,
		.synced = "Never fetched.",
	};
	struct buf page;

	begin(&page);
	OK(desk_view_inbox(&page, &frame, &inbox) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "href=\"/talk?abandon-ability-able\""));
	OK(strstr((char *)page.at, "waiting for us"));
	OK(strstr((char *)page.at, "asks us to delete"));
	OK(strstr((char *)page.at, "&lt;script&gt;"));
	show("desk-inbox.html", &page);
	buf_clear(&page);
	OK(desk_view_inbox(&page, &frame, &empty) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "No message has that in it."));
	show("desk-inbox-empty.html", &page);
	buf_drop(&page);
}

static void
a_conversation_keeps_its_rule_its_words_and_a_draft(void)
{
	const struct desk_talk talk = {
		.handle = "abandon-ability-able",
		.name = "wearenotallsadists",
		.name_alike = true,
		.handle_twice = true,
		.junk = true,
		.level = DESK_LEVEL_BACKGROUND,
		.byline = hostile,
		.label = "a person who works there",
		.letters = letters,
		.letter_count = 2,
		.draft = "kept </textarea> words",
		.trouble = "The line could not be reached. Nothing was sent.",
	};
	struct buf page;

	begin(&page);
	OK(desk_view_talk(&page, &frame, &talk) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "value=\"background\" checked"));
	OK(strstr((char *)page.at, "kept &lt;/textarea&gt; words"));
	OK(strstr((char *)page.at, "/save?abandon-ability-able.1\""));
	OK(strstr((char *)page.at, "not on this desk"));
	OK(strstr((char *)page.at, "Not the same writer"));
	OK(strstr((char *)page.at, "Questions answered"));
	OK(strstr((char *)page.at, ">inside</dt>"));
	OK(strstr((char *)page.at, "told the foreman &lt;b&gt;in March"));
	OK(strstr((char *)page.at,
	    "The source asked you to delete this conversation."));
	show("desk-talk.html", &page);
	buf_drop(&page);
}

/* Does `one` stand before `other`, each once? */
static bool
in_turn(const struct buf *page, const char *one, const char *other)
{
	const char *text = (const char *)page->at;
	const char *a = strstr(text, one), *b = strstr(text, other);

	return a != NULL && b != NULL && a < b && strstr(a + 1, one) == NULL &&
	    strstr(b + 1, other) == NULL;
}

static void
misdated_messages_and_those_that_lack_are_said_where_they_stand(void)
{
	static const struct desk_letter odd[] = {
		{ .day = 19074, .text = "one", .text_len = 3 },
		{ .ours = true,
		    .day = 19075,
		    .text = "two",
		    .text_len = 3,
		    .missing = 3 },
		{ .day = 19076, .text = "three", .text_len = 5, .missing = 7 },
		{ .day = 17000,
		    .came = 19077,
		    .misdated = true,
		    .text = "four",
		    .text_len = 4 },
	};
	struct desk_talk talk = {
		.handle = "a-b-c", .letters = odd, .letter_count = 4
	};
	struct buf page;

	begin(&page);
	OK(desk_view_talk(&page, &frame, &talk) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(in_turn(&page, "lack on this desk before this one: 3.", ">two<"));
	OK(in_turn(
	    &page, "had read and that lack on this desk: 7.", ">three<"));
	OK(in_turn(&page, ">three<", ">Dated otherwise than they came</h2>"));
	OK(in_turn(&page, "Dated otherwise than they came", ">four<"));
	OK(in_turn(&page, "<h3>Source, <time datetime=\"2022-03-26\">",
	    "Written on it is <time datetime=\"2016-07-18\">"));
	show("desk-apart.html", &page);
	buf_clear(&page);
	talk.letter_count = 3;
	OK(desk_view_talk(&page, &frame, &talk) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "Dated otherwise") == NULL);
	buf_drop(&page);
}

static void
how_long_it_is_kept_is_in_sight(void)
{
	static const struct desk_dead dead[] = {
		{ "9f3a1b2c", OUTCOME_CLOSED, 20000, 20100, 12, 3, 20860 },
		{ "00d1c2b3", OUTCOME_JUNK, 20700, 20700, 1, 0, 20731 },
	};
	struct desk_talk talk = { .handle = "able-copper-lantern" };
	struct desk_row row = { .handle = "a-b-c", .excerpt = "" };
	const struct desk_inbox inbox = { .rows = &row, .row_count = 1 };
	struct buf page;

	begin(&page);
	talk.kept = (struct desk_kept){ .outcome = OUTCOME_CLOSED,
		.goes = 20700,
		.asked = true,
		.by = "Night desk <b>",
		.several = true,
		.editor = true };
	row.kept = talk.kept;
	OK(desk_view_talk(&page, &frame, &talk) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "It will be destroyed"));
	OK(strstr((char *)page.at, "Night desk &lt;b&gt;"));
	OK(strstr((char *)page.at, "name=\"undo\" value=\"yes\""));
	OK(strstr((char *)page.at, "action=\"/hold\"") == NULL);
	OK(strstr((char *)page.at, "action=\"/outcome\""));
	show("desk-talk-goes.html", &page);
	buf_clear(&page);
	OK(desk_view_inbox(&page, &frame, &inbox) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "to be destroyed on"));
	buf_clear(&page);
	talk.kept = (struct desk_kept){ .hold = true, .by = "", .admin = true };
	OK(desk_view_talk(&page, &frame, &talk) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "Held by an admin"));
	OK(strstr((char *)page.at, "It will be destroyed") == NULL);
	/* A viewer's. */
	OK(strstr((char *)page.at, "action=\"/outcome\"") == NULL);
	buf_clear(&page);
	OK(desk_view_register(&page, &frame, dead, 2) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "9f3a1b2c"));
	show("desk-register.html", &page);
	buf_clear(&page);
	OK(desk_view_register(&page, &frame, NULL, 0) == ERR_OK);
	buf_drop(&page);
}

static void
saving_and_deleting_say_first_what_they_mean(void)
{
	struct desk_kept kept = { .by = "", .editor = true, .admin = true };
	struct buf page;

	begin(&page);
	OK(desk_view_save(&page, &frame, "a-b-c", &files[0]) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "A stranger made this file."));
	show("desk-save.html", &page);
	buf_clear(&page);
	OK(desk_view_delete(&page, &frame, "a-b-c", &kept) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "name=\"sure\" value=\"yes\""));
	OK(strstr((char *)page.at, "in seven days") == NULL);
	show("desk-delete.html", &page);
	buf_clear(&page);
	kept.several = true;
	OK(desk_view_delete(&page, &frame, "a-b-c", &kept) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "Destroy it in seven days"));
	OK(strstr((char *)page.at, "name=\"now\" value=\"yes\""));
	show("desk-delete-team.html", &page);
	buf_clear(&page);
	kept.admin = false;
	OK(desk_view_delete(&page, &frame, "a-b-c", &kept) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "name=\"now\"") == NULL);
	buf_clear(&page);
	kept.hold = true;
	OK(desk_view_delete(&page, &frame, "a-b-c", &kept) == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, "It is held by an admin"));
	OK(strstr((char *)page.at, "name=\"sure\"") == NULL);
	buf_clear(&page);
	OK(desk_view_error(&page, NULL, "Not for you.") == ERR_OK);
	OK(buf_str(&page) != NULL);
	OK(strstr((char *)page.at, frame.team) == NULL);
	show("desk-error.html", &page);
	buf_clear(&page);
	OK(desk_view_enter(&page, frame.lang) == ERR_OK);
	buf_drop(&page);
}

static void
levels_have_one_name_each(void)
{
	for (unsigned i = 0; i < DESK_LEVEL_COUNT; i++) {
		const char *name = desk_level_name(i);

		OK(desk_level_find(name, strlen(name)) == i);
	}
	OK(desk_level_find("Background", 10) == DESK_LEVEL_COUNT);
	OK(desk_level_find("", 0) == DESK_LEVEL_COUNT);
}

T_BEGIN
T(an_inbox_full_of_the_longest_rows_fits_its_page)
T(the_inbox_says_who_waits_and_escapes_what_strangers_wrote)
T(a_conversation_keeps_its_rule_its_words_and_a_draft)
T(misdated_messages_and_those_that_lack_are_said_where_they_stand)
T(how_long_it_is_kept_is_in_sight)
T(saving_and_deleting_say_first_what_they_mean)
T(levels_have_one_name_each)
T_END
