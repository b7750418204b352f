/* What a source is shown, judged: every page of this program as it draws it is
 * fine, whatever a line is set to, and what is changed in one is named. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "base/wipe.h"
#include "desk/look.h"
#include "http/server.h"
#include "t.h"

#include "cmd/look_pages.c"

static struct seen_line line;
static struct seen_own own;
static struct seen_list found;

static void
set_line(void)
{
	static const char *const questions = "since text Since when?\n"
					     "call choice Call? | Yes | No\n"
					     "day date When?\n";

	line = (struct seen_line){ .name = "Harbour <Watch> & \"Co\"",
		.file_max = (uint64_t)3 << 30,
		.days = 90,
		.onion = true,
		.doors_n = 2 };
	line.doors[0] = (struct seen_door){ "00010203", "Night desk", "Two." };
	line.doors[1] = (struct seen_door){ "04050607", "Front", "" };
	OK(question_read_all(line.questions, &line.questions_n, questions,
	       strlen(questions)) == ERR_OK);
	own = (struct seen_own){ .ticket = "AAec+/M5XA==",
		.id = "00112233445566778899aabbccddeeff",
		.door = "00010203",
		.places = "259" };
	for (size_t i = 0; i < SEEN_WORDS_N; i++)
		memcpy(own.word[i], "lantern", 8);
}

static void
draw_page(struct buf *out, enum seen_page page)
{
	buf_init(out, 2 * SEEN_PAGE_MAX);
	OK(look_pages.draw(out, page, &line, &own) == ERR_OK);
}

/* Judge a page as the look does, with what can be read out of it. */
static void
judge(enum seen_page page, const struct buf *got)
{
	struct seen_line *read = calloc(1, sizeof *read);
	struct seen_own of = { .door = "00010203" };
	struct buf ours;

	buf_init(&ours, 2 * SEEN_PAGE_MAX);
	OK(read != NULL);
	*read = line;
	if (page == SEEN_START)
		OK(seen_read_line(read, &line, got, &look_pages) == ERR_OK);
	seen_read_own(&of, page, got);
	OK(look_pages.draw(&ours, page, read, &of) == ERR_OK);
	found = (struct seen_list){ .n = 0 };
	if (page == SEEN_START)
		seen_settings(&found, read, &line);
	OK(seen_compare(&found, page, got, &ours, read) == ERR_OK);
	buf_drop(&ours);
	wipe_free(read, sizeof *read);
}

static void
what_this_program_draws_is_fine_whatever_a_line_is_set_to(void)
{
	static const char *const abouts[] = {
		"", "Us.", "a < b & c > \"d\" 'e'",
		"\xd8\xa7\xd9\x84\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85\n\nline two"
	};
	static const uint64_t sizes[] = { 1, 512, 1023, 1024, 1536, 1331,
		1000000, (uint64_t)2 << 30, ((uint64_t)2 << 30) + 12345,
		(uint64_t)64 << 30 };
	struct buf page;

	set_line();
	for (size_t a = 0; a < COUNT(abouts); a++)
		for (size_t s = 0; s < COUNT(sizes); s++) {
			line.doors_n = a % 4 == 3 ? 1 : a;
			line.onion = s % 2 == 0;
			line.file_max = sizes[s];
			(void)snprintf(
			    line.about, sizeof line.about, "%s", abouts[a]);
			(void)snprintf(line.title, sizeof line.title, "%s",
			    s % 3 == 0 ? "" : abouts[3 - a]);
			(void)snprintf(line.readers, sizeof line.readers, "%s",
			    line.doors_n == 1 ? abouts[2] : "");
			line.doors[0].readers[0] = '\0';
			draw_page(&page, SEEN_START);
			found.n = 0;
			judge(SEEN_START, &page);
			/* A title that is not set reads as the usual one, and
			 * a size as what the page says of it. */
			for (size_t i = 0; i < found.n; i++)
				OK(found.at[i].what == SEEN_TITLE ||
				    found.at[i].what == SEEN_FILE_MAX);
			buf_drop(&page);
		}
	set_line();
	for (unsigned p = SEEN_PHRASE; p < SEEN_PAGES; p++) {
		draw_page(&page, (enum seen_page)p);
		judge((enum seen_page)p, &page);
		OK(found.n == 0);
		buf_drop(&page);
	}
}

/* The drawing of a page with the first `old` in it replaced. */
static void
changed(struct buf *out, enum seen_page page, const char *old, const char *new)
{
	struct buf drawn;
	uint8_t *at;

	draw_page(&drawn, page);
	buf_init(out, drawn.limit);
	at = memmem(drawn.at, drawn.len, old, strlen(old));
	OK(at != NULL);
	OK(buf_put(out, drawn.at, (size_t)(at - drawn.at)) == ERR_OK);
	OK(buf_put_str(out, new) == ERR_OK);
	at += strlen(old);
	OK(buf_put(out, at, (size_t)(drawn.at + drawn.len - at)) == ERR_OK);
	buf_drop(&drawn);
}

static bool
names(enum seen_what what, const char *sees)
{
	for (size_t i = 0; i < found.n; i++)
		if (found.at[i].what == what &&
		    strstr(found.at[i].sees, sees) != NULL)
			return true;
	return false;
}

static void
what_is_changed_in_a_page_is_named(void)
{
	static const struct {
		enum seen_page page;
		const char *old, *new;
		enum seen_what what;
		const char *sees;
	} rows[] = {
		{ SEEN_START, "No account,", "An account,", SEEN_WORDS,
		    "An account" },
		{ SEEN_START, "<h2>Stay safe</h2>", "", SEEN_WORDS, "" },
		{ SEEN_START, ">Night desk<", ">Day desk<", SEEN_DOOR,
		    "Day desk" },
		{ SEEN_START, "value=\"04050607\"", "value=\"00010203\"",
		    SEEN_DOOR, "" },
		{ SEEN_START, "<main", "<script>x</script><main", SEEN_ALIEN,
		    "<script>" },
		{ SEEN_START, "<main", "<main onclick=\"x\"", SEEN_ALIEN,
		    "onclick" },
		{ SEEN_START, "<main", "<MAIN ONLOAD = x", SEEN_ALIEN, "LOAD" },
		{ SEEN_START, "<main", "<IMG SRC=x><main", SEEN_ALIEN, "IMG" },
		{ SEEN_START, "<main", "<a href=\"//x\">y</a><main", SEEN_ALIEN,
		    "//x" },
		{ SEEN_START, "<main", "<meta http-equiv=refresh><main",
		    SEEN_ALIEN, "refresh" },
		{ SEEN_START, "<main", "<!--> <script> --><main", SEEN_ALIEN,
		    "<!-->" },
		{ SEEN_START, "action=\"/new\"", "action=\"/read\"", SEEN_FORM,
		    "/read" },
		{ SEEN_START, ". . .", ".  . .", SEEN_BUILT, "" },
		{ SEEN_PHRASE, "<li>lantern</li>", "<li>Lantern</li>",
		    SEEN_WORDS, "Lantern" },
		{ SEEN_PHRASE, "on paper", "in a file", SEEN_WORDS, "a file" },
		{ SEEN_ASKED, "value=\"259\"", "value=\"952\"", SEEN_FORM,
		    "952" },
		{ SEEN_WRITE, "Since when?", "Who told you?", SEEN_QUESTION,
		    "Who told you?" },
		{ SEEN_WRITE, ">Yes<", ">Print it<", SEEN_QUESTION,
		    "Print it" },
		{ SEEN_WRITE, "name=\"q-since\"", "name=\"q-when\"",
		    SEEN_QUESTION, "q-when" },
		{ SEEN_WRITE, "</form>", "<input name=\"q-mail\"></form>",
		    SEEN_QUESTION, "q-mail" },
		{ SEEN_WRITE, "</form>", "<input name=\"mail\"></form>",
		    SEEN_FORM, "mail" },
		{ SEEN_WRITE, "Our server sees", "Nobody sees", SEEN_WORDS,
		    "Nobody sees" },
	};
	struct buf page;

	for (size_t i = 0; i < COUNT(rows); i++) {
		set_line();
		changed(&page, rows[i].page, rows[i].old, rows[i].new);
		judge(rows[i].page, &page);
		if (!names(rows[i].what, rows[i].sees))
			fprintf(stderr, "row %zu: %s\n", i, rows[i].new);
		OK(names(rows[i].what, rows[i].sees));
		buf_drop(&page);
	}
}

/* In `page`, which has both. */
static void
swap(struct buf *page, const char *one, const char *other)
{
	uint8_t *a = memmem(page->at, page->len, one, strlen(one));
	uint8_t *b = memmem(page->at, page->len, other, strlen(other));

	OK(a != NULL && b != NULL && strlen(one) == strlen(other));
	memcpy(a, other, strlen(other));
	memcpy(b, one, strlen(one));
}

/* Whoever accepted another version's sentence is told all the same. */
static void
names_in_each_others_place_are_named_beside_other_differences(void)
{
	struct buf page;

	set_line();
	memcpy(line.doors[1].name, "Front desk", 11);
	changed(&page, SEEN_START, "No account,", "An account,");
	judge(SEEN_START, &page);
	OK(names(SEEN_WORDS, "An account") && !names(SEEN_BUILT, ""));
	swap(&page, "Night desk", "Front desk");
	judge(SEEN_START, &page);
	OK(names(SEEN_WORDS, "An account") && names(SEEN_BUILT, ""));
	buf_drop(&page);
}

static void
what_a_line_is_set_to_is_read_and_compared(void)
{
	struct seen_line *was = calloc(1, sizeof *was);
	struct buf page;

	OK(was != NULL);
	set_line();
	(void)snprintf(line.about, sizeof line.about, "We are.");
	*was = line;
	(void)snprintf(line.name, sizeof line.name, "Other");
	(void)snprintf(line.title, sizeof line.title, "Title");
	(void)snprintf(line.about, sizeof line.about, "We were.");
	line.days = 9;
	line.file_max = (uint64_t)1 << 20;
	draw_page(&page, SEEN_START);
	found = (struct seen_list){ .n = 0 };
	OK(seen_read_line(&line, was, &page, &look_pages) == ERR_OK);
	seen_settings(&found, &line, was);
	OK(found.n == 5);
	OK(names(SEEN_NAME, "Other") && names(SEEN_TITLE, "Title") &&
	    names(SEEN_ABOUT, "We were.") && names(SEEN_DAYS, "9") &&
	    names(SEEN_FILE_MAX, "1.0 MiB"));
	OK(strcmp(found.at[2].ours, "We are.") == 0);
	buf_drop(&page);
	/* What is no text could not be kept, nor anything with it. */
	changed(&page, SEEN_START, "We were.",
	    "We w\xff"
	    "re.");
	OK(seen_read_line(&line, was, &page, &look_pages) == ERR_OK);
	OK(line.about[0] == '\0');
	buf_drop(&page);
	wipe_free(was, sizeof *was);
}

static void
put_head(struct buf *head, size_t n, const char *more)
{
	const char *const(*rows)[2];
	size_t count;

	rows = http_page_headers(&count);
	buf_init(head, 65536);
	OK(buf_put_fmt(head,
	       "HTTP/1.1 200 OK\r\nContent-Type: text/html; "
	       "charset=utf-8\r\ncontent-length: %zu\r\n",
	       n) == ERR_OK);
	for (size_t i = 0; i < count; i++)
		OK(buf_put_fmt(head, "%s: %s\r\n", rows[i][0], rows[i][1]) ==
		    ERR_OK);
	OK(buf_put_fmt(head, "%s\r\n", more) == ERR_OK);
}

static void
what_is_said_beside_a_page_is_judged(void)
{
	static const struct {
		const char *more;
		size_t found;
		enum seen_what what;
	} rows[] = {
		{ "", 0, 0 },
		{ "Connection: Keep-Alive\r\n", 0, 0 },
		{ "Server: x\r\n", 1, SEEN_HEAD },
		{ "Set-Cookie: a=b\r\n", 1, SEEN_ALIEN },
		{ "REFRESH: 0; url=//x\r\n", 1, SEEN_ALIEN },
		{ "no line of a head\r\n", 1, SEEN_HEAD },
		{ "Content-Security-Policy: default-src *\r\n", 1, SEEN_HEAD },
		{ "X-Frame-Options: DENY\r\n", 1, SEEN_HEAD },
		{ "Content-Length: 5\r\n", 1, SEEN_HEAD },
	};
	struct buf head;

	for (size_t i = 0; i < COUNT(rows); i++) {
		put_head(&head, 7, rows[i].more);
		found = (struct seen_list){ .n = 0 };
		seen_head(&found, SEEN_START, &head, 7);
		OK(found.n == rows[i].found);
		OK(found.n == 0 || found.at[0].what == rows[i].what);
		buf_drop(&head);
	}
	buf_init(&head, 64);
	OK(buf_put_str(&head, "HTTP/1.1 200 OK") == ERR_OK);
	found = (struct seen_list){ .n = 0 };
	seen_head(&found, SEEN_START, &head, 7);
	OK(found.n == 7 && found.at[0].what == SEEN_HEAD);
	buf_drop(&head);
}

/* Bytes that whoever has the line chose never make us say what steers a
 * terminal or a page, nor more than there is room for. */
static void
what_is_said_of_a_difference_is_short_and_shows(void)
{
	char text[2000];

	memset(text, 'x', sizeof text);
	memcpy(text, "a\x1b[31m\nb\xe2\x80\xae\xff", 12);
	found = (struct seen_list){ .n = 0 };
	seen_put(&found, SEEN_WORDS, SEEN_START,
	    (struct seen_text){ text, sizeof text }, seen_text(""));
	OK(strncmp(found.at[0].sees, "a?[31m b??x", 11) == 0);
	OK(strlen(found.at[0].sees) <= SEEN_TEXT);
	seen_put(&found, SEEN_WORDS, SEEN_START,
	    (struct seen_text){ text, sizeof text }, seen_text(""));
	OK(found.n == 1);
	/* The same for the eye, and another to us. */
	text[sizeof text - 1] = 'y';
	seen_put(&found, SEEN_WORDS, SEEN_START,
	    (struct seen_text){ text, sizeof text }, seen_text(""));
	OK(found.n == 2);
	for (unsigned i = 0; i < 2 * SEEN_FOUND_MAX; i++) {
		(void)snprintf(text, sizeof text, "%u", i);
		seen_put(&found, SEEN_WORDS, SEEN_START, seen_text(text),
		    seen_text(""));
	}
	OK(found.n == SEEN_FOUND_MAX && found.more);
}

static void
differences_that_can_be_wanted_hide_none_that_cannot(void)
{
	static uint8_t wanted[SEEN_FOUND_MAX][SEEN_ID_BYTES];
	char text[16];

	found = (struct seen_list){ .n = 0 };
	for (unsigned i = 0; i < SEEN_FOUND_MAX; i++) {
		(void)snprintf(text, sizeof text, "%u", i);
		seen_put(&found, SEEN_WORDS, SEEN_START, seen_text(text),
		    seen_text(""));
		memcpy(wanted[i], found.at[i].id, SEEN_ID_BYTES);
	}
	seen_put(&found, SEEN_ALIEN, SEEN_WRITE, seen_text("<script>"),
	    seen_text(""));
	OK(found.n == SEEN_FOUND_MAX && found.more);
	OK(names(SEEN_ALIEN, "<script>"));
	/* What a member has accepted takes no room either. */
	found = (struct seen_list){ .wanted =
					(const uint8_t(*)[SEEN_ID_BYTES])wanted,
		.wanted_n = SEEN_FOUND_MAX };
	for (unsigned i = 0; i < SEEN_FOUND_MAX; i++) {
		(void)snprintf(text, sizeof text, "%u", i);
		seen_put(&found, SEEN_WORDS, SEEN_START, seen_text(text),
		    seen_text(""));
	}
	OK(found.n == 0 && !found.more && found.put == SEEN_FOUND_MAX);
	seen_put(&found, SEEN_WORDS, SEEN_WRITE, seen_text("x"), seen_text(""));
	OK(found.n == 1);
}

static void
what_is_kept_of_the_looks_reads_as_it_was_written(void)
{
	struct look_state *s = calloc(1, sizeof *s), *t = calloc(1, sizeof *t);
	struct buf a, b;

	OK(s != NULL && t != NULL);
	buf_init(&a, LOOK_STATE_MAX);
	buf_init(&b, LOOK_STATE_MAX);
	set_line();
	*s = (struct look_state){ .next = 5, .day = 6, .failing = 7 };
	OK(look_state_write(&a, s) == ERR_OK);
	OK(look_state_read(t, a.at, a.len) == ERR_OK && !t->has_line);
	s->has_line = true;
	memcpy(s->ours.name, "A", 2);
	memcpy(s->now.about, "B", 2);
	s->found.n = 1;
	s->found.at[0] = (struct seen_found){ .what = SEEN_DOOR,
		.page = SEEN_WRITE,
		.since = 9,
		.sees = "x",
		.ours = "y" };
	s->gone[0] = 10;
	s->wanted_n = 2;
	s->waits = true;
	s->serial = 11;
	buf_clear(&a);
	OK(look_state_write(&a, s) == ERR_OK);
	OK(look_state_read(t, a.at, a.len) == ERR_OK);
	OK(look_state_write(&b, t) == ERR_OK);
	OK(a.len == b.len && memcmp(a.at, b.at, a.len) == 0);
	for (size_t n = 0; n < a.len; n++)
		OK(look_state_read(t, a.at, n) != ERR_OK);
	OK(t->serial == 11); /* unchanged by what failed */
	buf_drop(&a);
	buf_drop(&b);
	look_free(s);
	look_free(t);
}

static void
without_memory_nothing_is_held_and_nothing_said(void)
{
	struct buf page, ours;
	struct seen_line *read = calloc(1, sizeof *read);
	enum err e = ERR_NOMEM;
	unsigned held;

	OK(read != NULL);
	set_line();
	draw_page(&ours, SEEN_START);
	changed(&page, SEEN_START, "No account,", "An account,");
	held = alloc_held();
	for (unsigned n = 1; e != ERR_OK; n++) {
		found = (struct seen_list){ .n = 0 };
		alloc_refuse(n);
		e = seen_compare(&found, SEEN_START, &page, &ours, &line);
		if (e == ERR_OK)
			e = seen_read_line(read, &line, &page, &look_pages);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_held() == held && alloc_dirty() == 0);
	}
	OK(found.n == 1);
	buf_drop(&page);
	buf_drop(&ours);
	wipe_free(read, sizeof *read);
}

T_BEGIN
T(what_this_program_draws_is_fine_whatever_a_line_is_set_to)
T(what_is_changed_in_a_page_is_named)
T(names_in_each_others_place_are_named_beside_other_differences)
T(what_a_line_is_set_to_is_read_and_compared)
T(what_is_said_beside_a_page_is_judged)
T(what_is_said_of_a_difference_is_short_and_shows)
T(differences_that_can_be_wanted_hide_none_that_cannot)
T(what_is_kept_of_the_looks_reads_as_it_was_written)
T(without_memory_nothing_is_held_and_nothing_said)
T_END
