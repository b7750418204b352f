/* desk_talk_pages: a conversation as it may look, and what is said in it, for
 * test_desk_pages.c and its other headers. */
#ifndef UNIT_DESK_TALK_PAGES_H
#define UNIT_DESK_TALK_PAGES_H

static const struct desk_file files[] = {
	{ .number = 1,
	    .name = "inspection report 2021.pdf",
	    .size = 1843200,
	    .here = true },
	{ .number = 2, .name = "IMG_4410.jpg", .size = 48213, .here = true },
	{ .number = 3,
	    .name = "site-walk-north-crane-and-hall-b-in-the-rain-part-2.mp4",
	    .size = 734003200 },
};
static const struct desk_file ours[] = {
	{ .number = 1, .name = "questions for you.txt", .size = 812 },
};
static const struct desk_answer answers[] = {
	{ .question = "kind",
	    .answer = "Health and safety",
	    .asked = { .text = "What is it about?", .day = 19000 } },
	{ .question = "since",
	    .answer = "2019-05-02",
	    .asked = { .text = "Since when has it been so?",
		.day = 19070,
		.earlier = "When did it happen?" } },
	{ .question = "told-anybody-inside",
	    .answer = "Told the foreman in March. He laughed." },
};

#define FIRST \
	"The north crane has not been inspected since 2019.\n\nThe stickers " \
	"are new every year, the inspections are not. I can photograph the " \
	"book when the office is empty."
#define ARABIC \
	"\xd8\xb1\xd8\xb3\xd8\xa7\xd9\x84\xd8\xa9 \xd9\x85\xd9\x86 \xd8\xa7\xd9\x84\xd9\x85\xd9\x8a\xd9\x86\xd8\xa7\xd8\xa1"
#define REPLY "Thank you. Which volume of the book is it, and who signs there?"

static const struct desk_letter letters[] = {
	{ .day = TODAY - 3, .text = FIRST, .text_len = sizeof FIRST - 1 },
	{ .ours = true,
	    .day = TODAY - 2,
	    .text = REPLY,
	    .text_len = sizeof REPLY - 1,
	    .files = ours,
	    .file_count = 1 },
	{ .day = TODAY,
	    .text = ARABIC,
	    .text_len = sizeof ARABIC - 1,
	    .unread = true },
};
static const struct desk_letter with_files = { .day = TODAY,
	.text = FIRST,
	.text_len = sizeof FIRST - 1,
	.files = files,
	.file_count = 3,
	.answers = answers,
	.answer_count = 3,
	.unread = true };
static const struct desk_letter odd = { .day = TODAY,
	.text = FIRST,
	.text_len = sizeof FIRST - 1,
	.misdated = true,
	.other_version = true,
	.other_address = true,
	.asks_deletion = true };

static const struct desk_talk base = {
	.handle = "orbit-velvet-canyon",
	.name = "north crane",
	.letters = letters,
	.letter_count = 3,
};

static enum err
talk(struct buf *b)
{
	return desk_view_talk(b, &frame, &base);
}

static enum err
talk_elsewhere(struct buf *b)
{
	struct desk_talk v = base;

	v.door = "Front";
	v.elsewhere = reply_elsewhere;
	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_promised(struct buf *b)
{
	struct desk_talk v = base;

	v.level = DESK_LEVEL_ON_RECORD;
	v.byline = "A. Source";
	v.label = "a person who works at the port";
	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_files(struct buf *b)
{
	struct desk_talk v = base;

	v.letters = &with_files;
	v.letter_count = 1;
	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_odd(struct buf *b)
{
	struct desk_talk v = base;

	v.letters = &odd;
	v.letter_count = 1;
	v.handle_twice = true;
	v.name_alike = true;
	v.junk = true;
	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_goes(struct buf *b)
{
	struct desk_talk v = base;

	v.kept = (struct desk_kept){ .outcome = OUTCOME_CLOSED,
		.goes = 20700,
		.asked = true,
		.by = "Night desk",
		.several = true,
		.editor = true,
		.admin = true };
	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_not_sent(struct buf *b)
{
	struct desk_talk v = base;

	v.draft = REPLY;
	v.trouble = say("The line could not be reached. Is it running, and is "
			"Tor? Send it again when they are.");
	v.kept_files = 2;
	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_cut_off(struct buf *b)
{
	struct desk_talk v = base;

	v.draft = REPLY;
	v.cut_off = true;
	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_sending(struct buf *b)
{
	struct desk_talk v = base;

	v.sending = REPLY;
	return desk_view_talk(b, &frame, &v);
}

static const struct desk_member team[] = {
	{ "01020304", "Night desk", true },
	{ "02020304", "Front", false },
	{ "03020304", "Noční směna", false },
	{ "04020304", NULL, true },
};
static const char hard[] = "They said the plan has two pages.\nAsk for both.";
static const struct desk_note notes[] = {
	{ .id = "000102030405060708090a0b0c0d0e0f",
	    .by = "Night desk",
	    .after = TODAY,
	    .text = hard,
	    .text_len = sizeof hard - 1 },
	{ .id = "100102030405060708090a0b0c0d0e0f",
	    .by = "Noční směna",
	    .lacks = true },
	{ .id = "200102030405060708090a0b0c0d0e0f",
	    .text = ARABIC,
	    .text_len = sizeof ARABIC - 1 },
};
static const struct desk_note drafts[] = {
	{ .id = "300102030405060708090a0b0c0d0e0f",
	    .by = "Front",
	    .after = TODAY,
	    .text = REPLY,
	    .text_len = sizeof REPLY - 1 },
	{ .id = "400102030405060708090a0b0c0d0e0f",
	    .by = "Night desk",
	    .after = TODAY,
	    .text = hard,
	    .text_len = sizeof hard - 1 },
};

static struct desk_talk
of_several(void)
{
	struct desk_talk v = base;

	v.members = team;
	v.member_count = COUNT(team);
	v.notes = notes;
	v.note_count = COUNT(notes);
	v.more_notes = 3;
	v.drafts = drafts;
	v.draft_count = COUNT(drafts);
	v.watch = (struct desk_watch){ "/changes?orbit-velvet-canyon",
		"/talk?orbit-velvet-canyon", 7 };
	return v;
}

static enum err
talk_team(struct buf *b)
{
	const struct desk_talk v = of_several();

	return desk_view_talk(b, &frame, &v);
}

static enum err
talk_viewer(struct buf *b)
{
	struct desk_talk v = of_several();

	v.reads_only = true;
	v.terms_lack = true;
	v.level = DESK_LEVEL_BACKGROUND;
	return desk_view_talk(b, &frame, &v);
}

#endif
