/* The source's pages.  With SHOTS=DIR in the environment they are also written
 * to DIR, in English and, with SHOTS_MO=FILE, in that catalogue from right to
 * left: what `make shots` takes pictures of. */
#include <string.h>

#include "alloc.h"
#include "base/file.h"
#include "front/view.h"
#include "t.h"

#define HOSTILE "</textarea><script>alert(1)</script>\"'&\xe2\x80\xae"

static const struct lang english = { "en", "English", false, NULL, 0 };
static const struct view_door doors[] = {
	{ "00000001", "Newsroom", "Two reporters and the editor on duty" },
	{ "00000002", "Legal desk", "Two lawyers outside the newsroom" },
};
static const char *const kinds[] = { "Health and safety", "Money",
	"Something else" };
static const struct view_question questions[] = {
	{ "kind", "What is it about?", VIEW_ANSWER_CHOICE, kinds, 3 },
	{ "since", "Since when?", VIEW_ANSWER_DATE, NULL, 0 },
};
static const struct view_file files[] = {
	{ "inspection report 2021.pdf", 1843200, "k7mq-2xnf" },
	{ "IMG_4410.jpg", 48213, "3hza-w5te" },
	{ "site-walk.mp4", 734003200, "qd4c-6rpy" },
};
static struct view_line line = {
	.lang = &english,
	.team = "Harbour Watch",
	.about = "We are eleven reporters and two engineers. Since 2009 we "
		 "have looked into how ports and ships are kept safe.",
	.doors = doors,
	.door_count = 1,
	.file_max = 2147483648U,
	.keep_days = 90,
	.onion = true,
};

static enum err
start(struct buf *b)
{
	return view_start(b, &line);
}

static enum err
two_doors(struct buf *b)
{
	struct view_line l = line;

	l.door_count = 2;
	l.onion = false;
	return view_start(b, &l);
}

static enum err
closed(struct buf *b)
{
	struct view_line l = line;

	l.closed = true;
	return view_start(b, &l);
}

static enum err
words(struct buf *b)
{
	const struct view_words v = { "TICKET",
		{ "orbit", "velvet", "canyon", "pistol", "museum", "gadget",
		    "rhythm", "umbrella", "thunder" } };

	return view_words(b, &line, &v);
}

static enum err
check(struct buf *b)
{
	const struct view_check v = { "TICKET", { 2, 5, 9 },
		{ false, false, false } };

	return view_check(b, &line, &v);
}

static enum err
check_wrong(struct buf *b)
{
	const struct view_check v = { "TICKET", { 2, 5, 9 },
		{ false, true, false } };

	return view_check(b, &line, &v);
}

static enum err
write_new(struct buf *b)
{
	const struct view_write v = { .ticket = "TICKET",
		.id = "00112233445566778899aabbccddeeff",
		.door = "00000001" };

	return view_write(b, &line, &v);
}

static enum err
write_again(struct buf *b)
{
	static const char text[] =
	    "The north crane has not been inspected since 2019.\n\nThe stickers "
	    "are new every year, the inspections are not.";
	static const char *const answers[] = { "Health and safety", "" };
	const struct view_write v = { .id = "00112233445566778899aabbccddeeff",
		.door = "00000001",
		.trouble = VIEW_EXPIRED,
		.name = "north crane",
		.text = text,
		.text_len = sizeof text - 1,
		.keep = true,
		.answers = answers };
	struct view_line l = line;

	l.questions = questions;
	l.question_count = COUNT(questions);
	return view_write(b, &l, &v);
}

/* What was chosen stays chosen. */
static enum err
write_two_doors(struct buf *b)
{
	const struct view_write v = { .ticket = "TICKET",
		.id = "00112233445566778899aabbccddeeff",
		.door = doors[1].id };
	struct view_line l = line;

	l.door_count = 2;
	return view_write(b, &l, &v);
}

static enum err
write_choose(struct buf *b)
{
	static const char text[] = "Not yet said to whom.";
	const struct view_write v = { .ticket = "TICKET",
		.id = "00112233445566778899aabbccddeeff",
		.door = "00000000",
		.trouble = VIEW_CHOOSE,
		.text = text,
		.text_len = sizeof text - 1 };
	struct view_line l = line;

	l.door_count = 2;
	return view_write(b, &l, &v);
}

static enum err
sent(struct buf *b)
{
	const struct view_sent v = { .ticket = "TICKET",
		.text = true,
		.files = files,
		.file_count = 3 };

	return view_sent(b, &line, &v);
}

static enum err
sent_in_part(struct buf *b)
{
	const struct view_sent v = { .ticket = "TICKET",
		.text = true,
		.files = files,
		.file_count = 1,
		.broken = "site-walk.mp4",
		.refused = 1 };

	return view_sent(b, &line, &v);
}

static enum err
talk(struct buf *b)
{
	static const char answer[] =
	    "Thank you. We have read your report, and two people who know the "
	    "port are looking at it.\n\nTwo questions:\n1. Who signs the "
	    "stickers?\n2. May we say that the report comes from inside?";
	static const char mine[] = "The harbour master's office signs them.";
	const struct view_letter letters[] = {
		{ .day = 19062,
		    .is_new = true,
		    .tag = "00",
		    .text = answer,
		    .text_len = sizeof answer - 1,
		    .files = files,
		    .file_count = 1 },
		{ .day = 19060,
		    .mine = true,
		    .tag = "00",
		    .text = mine,
		    .text_len = sizeof mine - 1 },
		{ .day = 19055,
		    .tag = "00",
		    .text = "We are reading. Please "
			    "look again on Friday.",
		    .text_len = 43,
		    .misdated = true },
	};
	const struct view_talk v = { .ticket = "TICKET",
		.handle = "amber-lantern-drift",
		.letters = letters,
		.letter_count = 3,
		.from = 0,
		.all = 9 };

	return view_talk(b, &line, &v);
}

static enum err
none(struct buf *b)
{
	const struct view_none v = { "TICKET" };

	return view_none(b, &line, &v);
}

static enum err
mistyped(struct buf *b)
{
	static const struct view_word wrong = { 5, "musuem",
		{ "museum", "music", "must" }, 3 };
	const struct view_mistyped v = { "orbit velvet canyon pistol musuem", 5,
		&wrong, 1 };

	return view_mistyped(b, &line, &v);
}

static enum err
too_few_words(struct buf *b)
{
	const struct view_mistyped v = { .typed = "orbit velvet", .count = 2 };

	return view_mistyped(b, &line, &v);
}

static enum err
delete_sure(struct buf *b)
{
	const struct view_delete v = { "TICKET", false };

	return view_delete(b, &line, &v);
}

static enum err
deleted(struct buf *b)
{
	const struct view_delete v = { "TICKET", true };

	return view_delete(b, &line, &v);
}

static enum err
busy(struct buf *b)
{
	return view_error(b, &line, VIEW_ERR_BUSY);
}

static const struct {
	const char *name;
	enum err (*page)(struct buf *b);
} pages[] = {
	{ "1-start", start },
	{ "1-start-two-doors", two_doors },
	{ "1-start-closed", closed },
	{ "2-words", words },
	{ "2-check", check },
	{ "2-check-wrong", check_wrong },
	{ "3-write", write_new },
	{ "3-write-again", write_again },
	{ "3-write-two-doors", write_two_doors },
	{ "3-write-choose", write_choose },
	{ "4-sent", sent },
	{ "4-sent-in-part", sent_in_part },
	{ "5-talk", talk },
	{ "5-delete", delete_sure },
	{ "5-deleted", deleted },
	{ "6-none", none },
	{ "6-mistyped", mistyped },
	{ "6-too-few", too_few_words },
	{ "7-busy", busy },
};

static void
every_page_is_filled_to_32_kib(void)
{
	struct buf b;

	for (size_t i = 0; i < COUNT(pages); i++) {
		buf_init(&b, VIEW_PAGE_MAX);
		OK(pages[i].page(&b) == ERR_OK);
		OK(b.len == 32768);
		OK(strstr(buf_str(&b), "{1}") == NULL);
		OK(strstr(buf_str(&b), "{2}") == NULL);
		buf_drop(&b);
	}
	for (unsigned e = 0; e < VIEW_ERR_COUNT; e++) {
		buf_init(&b, VIEW_PAGE_MAX);
		OK(view_error(&b, &line, (enum view_error)e) == ERR_OK);
		OK(b.len == 32768 && view_error_status(e) >= 400);
		buf_drop(&b);
	}
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
a_first_visit_is_two_requests_and_48_kb(void)
{
	struct buf b;
	size_t n;

	buf_init(&b, VIEW_PAGE_MAX);
	OK(view_start(&b, &line) == ERR_OK);
	OK(view_style(&n) != NULL && n <= 8192);
	OK(b.len + n <= 48000);
	OK(strstr(buf_str(&b), "/style.css") != NULL);
	OK(strstr(buf_str(&b), "rel=\"icon\" href=\"data:,\"") != NULL);
	OK(strstr(buf_str(&b), "src=") == NULL);
	OK(memmem(view_style(&n), n, "url(", 4) == NULL);
	OK(memmem(view_style(&n), n, "@import", 7) == NULL);
	buf_drop(&b);
}

static void
files_are_sent_as_files_and_behind_the_text(void)
{
	const char *page, *ticket, *text, *chosen;
	struct buf b;

	buf_init(&b, VIEW_PAGE_MAX);
	OK(write_new(&b) == ERR_OK);
	page = buf_str(&b);
	OK(strstr(page, "enctype=\"multipart/form-data\"") != NULL);
	ticket = strstr(page, "name=\"ticket\"");
	text = strstr(page, "name=\"text\"");
	chosen = strstr(page, "name=\"files\"");
	OK(ticket != NULL && ticket < text && text < chosen);
	OK(strstr(chosen + 1, " name=\"") == NULL);
	buf_drop(&b);
}

/* Hostile words in every place that takes words. */
static void
nothing_hostile_gets_through_a_page(void)
{
	const struct view_door door = { "00000001", HOSTILE, HOSTILE };
	const struct view_file file = { HOSTILE, UINT64_MAX, HOSTILE };
	const struct view_letter letter = { .tag = HOSTILE,
		.text = HOSTILE,
		.text_len = strlen(HOSTILE),
		.files = &file,
		.file_count = 1 };
	const struct view_write w = { .ticket = HOSTILE,
		.id = HOSTILE,
		.door = "00000001",
		.name = HOSTILE,
		.text = HOSTILE,
		.text_len = strlen(HOSTILE) };
	const struct view_talk t = { .ticket = HOSTILE,
		.handle = HOSTILE,
		.letters = &letter,
		.letter_count = 1,
		.all = 1 };
	const struct view_word word = { 1, HOSTILE, { HOSTILE }, 1 };
	const struct view_mistyped m = { HOSTILE, 1, &word, 1 };
	struct view_line l = { .lang = &english,
		.team = HOSTILE,
		.about = HOSTILE,
		.doors = &door,
		.door_count = 1 };
	struct buf b;

	buf_init(&b, VIEW_PAGE_MAX);
	OK(view_start(&b, &l) == ERR_OK);
	OK(view_write(&b, &l, &w) == ERR_OK);
	OK(view_talk(&b, &l, &t) == ERR_OK);
	OK(view_mistyped(&b, &l, &m) == ERR_OK);
	OK(strstr(buf_str(&b), "<script") == NULL);
	OK(strstr(buf_str(&b), "\xe2\x80\xae") == NULL);
	OK(strstr(buf_str(&b), "&lt;script&gt;") != NULL);
	buf_drop(&b);
}

/* A text of the greatest length, given back in a form. */
static void
a_long_text_is_kept_whole_in_a_larger_page(void)
{
	static char text[400001];
	struct view_write w = { .ticket = "T",
		.id = "0",
		.door = "00000001",
		.text = text,
		.text_len = 400000 };
	struct buf b;

	memset(text, 'x', 400000);
	buf_init(&b, VIEW_PAGE_MAX);
	OK(view_write(&b, &line, &w) == ERR_OK);
	OK(b.len == 524288 && strstr(buf_str(&b), text) != NULL);
	buf_drop(&b);
	memset(text, '"', 400000);
	buf_init(&b, VIEW_PAGE_MAX * 2);
	OK(view_write(&b, &line, &w) == ERR_OK);
	OK(b.len == 4194304);
	buf_drop(&b);
}

static void
a_page_that_cannot_be_had_leaves_nothing(void)
{
	enum err e = ERR_NOMEM;
	struct buf b;

	for (unsigned n = 1; e == ERR_NOMEM; n++) {
		buf_init(&b, VIEW_PAGE_MAX);
		alloc_refuse(n);
		e = view_start(&b, &line);
		alloc_refuse(0);
		OK(n < 100 && (e == ERR_OK || e == ERR_NOMEM));
		buf_drop(&b);
	}
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
write_pages(const char *dir, const char *suffix)
{
	char path[512];
	struct buf b;

	for (size_t i = 0; i < COUNT(pages); i++) {
		buf_init(&b, VIEW_PAGE_MAX);
		OK(pages[i].page(&b) == ERR_OK);
		(void)snprintf(path, sizeof path, "%s/%s%s.html", dir,
		    pages[i].name, suffix);
		OK(file_write(path, b.at, b.len, 0644) == ERR_OK);
		buf_drop(&b);
	}
}

static void
pages_are_written_for_pictures(void)
{
	const char *dir = getenv("SHOTS"), *catalogue = getenv("SHOTS_MO");
	struct lang rtl = { "he", "pseudo", true, NULL, 0 };
	char path[512];
	const void *css;
	struct buf mo;
	size_t n;

	if (dir == NULL)
		return;
	css = view_style(&n);
	(void)snprintf(path, sizeof path, "%s/style.css", dir);
	OK(file_write(path, css, n, 0644) == ERR_OK);
	write_pages(dir, "");
	if (catalogue == NULL)
		return;
	buf_init(&mo, 1U << 20);
	OK(file_read(&mo, catalogue) == ERR_OK);
	rtl.mo = mo.at;
	rtl.mo_len = mo.len;
	line.lang = &rtl;
	write_pages(dir, "-rtl");
	line.lang = &english;
	buf_drop(&mo);
}

T_BEGIN
T(every_page_is_filled_to_32_kib)
T(a_first_visit_is_two_requests_and_48_kb)
T(files_are_sent_as_files_and_behind_the_text)
T(nothing_hostile_gets_through_a_page)
T(a_long_text_is_kept_whole_in_a_larger_page)
T(a_page_that_cannot_be_had_leaves_nothing)
pages_are_written_for_pictures();
T_END
