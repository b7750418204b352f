/* Every page of the desk in every state, drawn from plain structs.  With
 * SHOTS=DIR in the environment they are also written to DIR, in English and,
 * with SHOTS_MO=FILE, in that catalogue from right to left: what `make shots`
 * takes pictures of and what axe reads. */
#include <string.h>

#include "alloc.h"
#include "base/file.h"
#include "desk/renewal.h"
#include "desk/reply.h"
#include "desk/view.h"
#include "desk/view_members.h"
#include "t.h"

#define TODAY 19075U
#define ROWS 14U

static struct desk_frame frame = { .team = "Harbour Watch" };

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
enter(struct buf *b)
{
	return desk_view_enter(b, frame.lang);
}

static const char *
say(const char *sentence)
{
	return lang_text(frame.lang, sentence);
}

#include "desk_inbox_pages.h"
#include "desk_kept_pages.h"
#include "desk_look_pages.h"

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
dead(struct buf *b)
{
	static const struct desk_dead rows[] = {
		{ "9f3a1b2c", OUTCOME_CLOSED, 20000, 20100, 12, 3, 20860 },
		{ "00d1c2b3", OUTCOME_JUNK, 20700, 20700, 1, 0, 20731 },
	};

	return desk_view_register(b, &frame, rows, COUNT(rows));
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

static enum err
save(struct buf *b)
{
	return desk_view_save(b, &frame, base.handle, &files[2]);
}

static enum err
del(struct buf *b)
{
	const struct desk_kept kept = {
		.by = "", .several = true, .editor = true, .admin = true
	};

	return desk_view_delete(b, &frame, base.handle, &kept);
}

static enum err
wait_begin(struct buf *b)
{
	const struct desk_wait v = { .letters = 0 };

	return desk_view_wait(b, &frame, &v);
}

static enum err
wait_many(struct buf *b)
{
	const struct desk_wait v = {
		.letters = 214, .looked = 1264, .all = 5120, .files_here = 3
	};

	return desk_view_wait(b, &frame, &v);
}

static enum err
wait_sending(struct buf *b)
{
	const struct desk_wait v = {
		.handle = base.handle, .text = REPLY, .files = 2
	};

	return desk_view_wait(b, &frame, &v);
}

static enum err
members(struct buf *b)
{
	static const char *const doors[] = { "Front", "Works council" };
	static const struct desk_device devices[] = {
		{ .id = "1a2b3c4d",
		    .own = true,
		    .keeper = true,
		    .hands_out = true },
		{ .id = "22aa0c1d", .heard = TODAY - 1, .keeper = true },
		{ .id = "9e8d7c6b", .heard = TODAY - 40, .lacks = true },
		{ .id = "00ff00ff" },
	};
	const struct desk_person list[] = {
		{ "Night desk", "admin", true, doors, 2, devices, 1,
		    "01020304" },
		{ "No\xc4\x8dn\xc3\xad sm\xc4\x9bna", "editor", false, doors, 1,
		    devices + 1, 2, "02020304" },
		{ "Example Group with a name as long as it may be, which is a "
		  "hundred bytes of text and not one of them more",
		    "viewer", false, NULL, 0, devices + 3, 1, NULL },
	};
	const struct desk_members v = { list, 3, 7, TODAY + 300, TODAY + 59,
		TODAY };

	return desk_view_members(b, &frame, &v);
}

#include "desk_log_pages.h"

static enum err
how_backup(struct buf *b)
{
	return desk_view_how(
	    b, &frame, "backup", "'/home/front/our desk/sotto/desk'");
}

static enum err
how_lost(struct buf *b)
{
	return desk_view_how(b, &frame, "lost", "/home/front/sotto/desk");
}

static enum err
error(struct buf *b)
{
	return desk_view_error(
	    b, &frame, say("There is no such conversation here."));
}

static enum err
error_stranger(struct buf *b)
{
	return desk_view_error(b, NULL,
	    say("This address worked once and does no more. End the desk and "
		"start it again for a new one."));
}

/* `open`: as it is when its <details> are open. */
static const struct {
	const char *name;
	enum err (*page)(struct buf *b);
	bool open;
} pages[] = {
	{ "1-enter", enter, false },
	{ "2-inbox", inbox, false },
	{ "2-inbox-empty", inbox_empty, false },
	{ "2-inbox-first", inbox_first, false },
	{ "2-inbox-fetching", inbox_fetching, false },
	{ "2-inbox-junk", inbox_junk, false },
	{ "2-inbox-doors", inbox_doors, false },
	{ "2-inbox-not-found", inbox_not_found, false },
	{ "2-inbox-warned", inbox_warned, false },
	{ "3-talk", talk, false },
	{ "3-talk-elsewhere", talk_elsewhere, false },
	{ "3-talk-cut-off", talk_cut_off, false },
	{ "3-talk-files", talk_files, false },
	{ "3-talk-not-sent", talk_not_sent, false },
	{ "3-talk-odd", talk_odd, false },
	{ "3-talk-goes", talk_goes, false },
	{ "3-register", dead, false },
	{ "3-talk-held", talk_held, false },
	{ "3-talk-restricted", talk_restricted, true },
	{ "3-talk-promised", talk_promised, false },
	{ "3-talk-promising", talk_promised, true },
	{ "3-talk-sending", talk_sending, false },
	{ "3-talk-team", talk_team, false },
	{ "3-talk-team-open", talk_team, true },
	{ "3-talk-viewer", talk_viewer, false },
	{ "4-save", save, false },
	{ "5-delete", del, false },
	{ "5-delete-alone", delete_alone, false },
	{ "5-delete-held", delete_held, false },
	{ "6-wait", wait_begin, false },
	{ "6-wait-many", wait_many, false },
	{ "6-wait-sending", wait_sending, false },
	{ "8-members", members, false },
	{ "8-how-backup", how_backup, false },
	{ "8-how-lost", how_lost, false },
	{ "9-log", log_page, false },
	{ "9-log-of-one", log_of_one, false },
	{ "9-log-odd", log_odd, false },
	{ "9-log-empty", log_empty, false },
	{ "9-verify", verify_well, false },
	{ "9-verify-odd", verify_odd, false },
	{ "9-verify-going", verify_going, false },
	{ "9-periods", periods_admin, false },
	{ "9-periods-viewer", periods_viewer, false },
	{ "9-look", look_well, false },
	{ "9-look-first", look_first, false },
	{ "9-look-odd", look_odd, false },
	{ "7-error", error, false },
	{ "7-error-stranger", error_stranger, false },
};

/* One, in the head, and from a file. */
static bool
scripts_are_ours(const char *html)
{
	const char *at = strstr(html, "<script");

	return at != NULL && strstr(at + 1, "<script") == NULL &&
	    at < strstr(html, "</head>") &&
	    strstr(at, "<script src=\"/desk.js\" defer></script>") == at;
}

static void
every_page_is_drawn_whole_and_says_what_it_is(void)
{
	struct buf b;

	for (size_t i = 0; i < COUNT(pages); i++) {
		buf_init(&b, DESK_PAGE_MAX);
		OK(pages[i].page(&b) == ERR_OK);
		OK(strstr(buf_str(&b), "<title>") != NULL);
		OK(strstr(buf_str(&b), "<main") != NULL);
		OK(strstr(buf_str(&b), "</html>") != NULL);
		OK(scripts_are_ours(buf_str(&b)));
		buf_drop(&b);
	}
}

/* The title of a tab stands in lists of windows, which others may see. */
static void
no_title_holds_a_word_of_a_source(void)
{
	struct buf b;

	for (size_t i = 0; i < COUNT(pages); i++) {
		const char *title, *end;

		buf_init(&b, DESK_PAGE_MAX);
		OK(pages[i].page(&b) == ERR_OK);
		title = strstr(buf_str(&b), "<title>");
		end = strstr(buf_str(&b), "</title>");
		OK(title != NULL && end > title);
		OK(memmem(title, (size_t)(end - title), "crane", 5) == NULL);
		buf_drop(&b);
	}
}

static void
a_page_that_cannot_be_had_leaves_nothing(void)
{
	struct buf b;

	for (size_t i = 0; i < COUNT(pages); i++) {
		enum err e = ERR_NOMEM;

		for (unsigned n = 1; e == ERR_NOMEM; n++) {
			buf_init(&b, DESK_PAGE_MAX);
			alloc_refuse(n);
			e = pages[i].page(&b);
			alloc_refuse(0);
			OK(n < 100 && (e == ERR_OK || e == ERR_NOMEM));
			buf_drop(&b);
		}
	}
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* Put `open` into the first <details>. */
static enum err
opened(struct buf *to, struct buf *from)
{
	const char *page = buf_str(from);
	const char *at = page == NULL ? NULL : strstr(page, "<details>");
	enum err e;

	if (at == NULL)
		return ERR_MISSING;
	at += strlen("<details");
	if ((e = buf_put(to, page, (size_t)(at - page))) != ERR_OK ||
	    (e = buf_put_str(to, " open")) != ERR_OK)
		return e;
	return buf_put_str(to, at);
}

static void
write_page(const char *path, size_t i)
{
	struct buf b, b2;

	buf_init(&b, DESK_PAGE_MAX);
	buf_init(&b2, DESK_PAGE_MAX);
	OK(pages[i].page(&b) == ERR_OK);
	if (pages[i].open)
		OK(opened(&b2, &b) == ERR_OK);
	else
		OK(buf_put(&b2, b.at, b.len) == ERR_OK);
	OK(file_write(path, b2.at, b2.len, 0644) == ERR_OK);
	buf_drop(&b);
	buf_drop(&b2);
}

static void
write_pages(const char *dir, const char *suffix)
{
	char path[512];

	for (size_t i = 0; i < COUNT(pages); i++) {
		(void)snprintf(path, sizeof path, "%s/%s%s.html", dir,
		    pages[i].name, suffix);
		write_page(path, i);
	}
}

static void
pages_are_written_for_pictures(void)
{
	const char *dir = getenv("SHOTS"), *catalogue = getenv("SHOTS_MO");
	const struct lang *english = frame.lang;
	struct lang rtl = { "he", "pseudo", true, NULL, 0 };
	char path[512];
	const void *css;
	struct buf mo;
	size_t n;

	if (dir == NULL)
		return;
	css = desk_view_style(&n);
	(void)snprintf(path, sizeof path, "%s/style.css", dir);
	OK(file_write(path, css, n, 0644) == ERR_OK);
	write_pages(dir, "");
	if (catalogue == NULL)
		return;
	buf_init(&mo, 1U << 20);
	OK(file_read(&mo, catalogue) == ERR_OK);
	rtl.mo = mo.at;
	rtl.mo_len = mo.len;
	frame.lang = &rtl;
	write_pages(dir, "-rtl");
	frame.lang = english;
	buf_drop(&mo);
}

T_BEGIN
frame.lang = lang_find("en");
T(every_page_is_drawn_whole_and_says_what_it_is)
T(no_title_holds_a_word_of_a_source)
T(a_page_that_cannot_be_had_leaves_nothing)
pages_are_written_for_pictures();
T_END
