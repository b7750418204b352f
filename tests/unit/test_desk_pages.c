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

/* First, because the others show what stands in it. */
#include "desk_talk_pages.h"

#include "desk_inbox_pages.h"
#include "desk_kept_pages.h"
#include "desk_look_pages.h"

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
