/* The page of a desk that keeps no files: a member has one fetched. */
#include "desk/keep.h"
#include "desk_page.h"

#include "desk_many.h"

#define FILE_BYTES (2 * PART_PLAIN + 5)

static const enum member_role roles[] = { MEMBER_EDITOR, MEMBER_EDITOR };
static struct desk *third;
static char path[96], form[96];
static char got[1 << 18]; /* the answer */

/* What the page answers, while it goes on. */
static const char *
asks(const char *method, const char *where, const char *body)
{
	const int fd = begin_asking(page_port(), method, where, body);
	const uint64_t until = clock_ms() + 20000;
	size_t have = 0;
	ssize_t n = -1;

	OK(fd >= 0);
	while (n != 0) {
		turn();
		n = recv(fd, got + have, sizeof got - 1 - have, MSG_DONTWAIT);
		have += n > 0 ? (size_t)n : 0;
		OK(clock_ms() < until);
	}
	(void)close(fd);
	got[have] = '\0';
	return got;
}

static bool
says(const char *what)
{
	return strstr(got, what) != NULL;
}

static void
begin_bring(void)
{
	uint8_t *file = a_file(FILE_BYTES);
	struct page_opts opts = { .asked_only = true, .is_over = is_over };
	struct writer writer;

	begin_many(2, roles);
	writer_make(&writer, 1);
	team_send(&writer,
	    &(struct what){ .text = "a film",
		.file = file,
		.file_n = FILE_BYTES,
		.file_name = "film.mp4" });
	wipe_free(file, FILE_BYTES);
	sync_many();
	third = many[2];
	OK(!desk_has_file(third, conv_file(desk_at(third, 0), 1)));
	opts.desk = third;
	opts.reach = reach;
	OK(page_open(&page, &opts) == ERR_OK);
	(void)snprintf(
	    path, sizeof path, "/save?%s.1", desk_at(third, 0)->handle);
	(void)snprintf(
	    form, sizeof form, "handle=%s&number=1", desk_at(third, 0)->handle);
}

static void
end_bring(void)
{
	page_close(page);
	page = NULL;
	end_many();
}

static void
a_member_has_a_file_fetched_that_is_not_here(void)
{
	begin_bring();
	(void)asks("GET", path, "");
	OK(says("This file is not on this desk"));
	OK(says("action=\"/bring\"") && !says("action=\"/file\""));
	/* It is not given out, and not taken for another's fault. */
	(void)asks("POST", "/file", form);
	OK(says("HTTP/1.1 409"));
	(void)asks("POST", "/bring", form);
	OK(says("HTTP/1.1 303") && says(path));
	while (page->wish.number > 0)
		turn();
	OK(desk_has_file(third, conv_file(desk_at(third, 0), 1)));
	(void)asks("GET", path, "");
	OK(says("The file is on this desk now.") && says("action=\"/file\""));
	(void)asks("GET", "/members", "");
	OK(says("Files take here: "));
	end_bring();
}

static void
what_was_cut_off_says_how_far_it_came_and_goes_on(void)
{
	const struct said_file *f;
	struct desk_file shown = { .number = 1, .name = "film.mp4" };
	struct desk_frame frame;
	struct buf out;

	begin_bring();
	f = conv_file(desk_at(third, 0), 1);
	fake.lose = 2; /* at the second of three parts */
	(void)asks("POST", "/bring", form);
	while (page->wish.number > 0)
		turn();
	OK(fake.lose == 0 && keep_bytes(third) == ENVELOPE_PART_BYTES);
	(void)asks("GET", path, "");
	OK(says("The line could not be reached, or") && says("\"/bring\""));
	/* As its page is while it comes. */
	(void)snprintf(page->wish.handle, sizeof page->wish.handle, "%s",
	    desk_at(third, 0)->handle);
	page->wish.number = 1;
	page_bring_stands(page, desk_at(third, 0), f, &shown);
	OK(shown.coming && shown.parts_here == 1 && shown.parts == 3);
	frame = page_frame(page, &w);
	buf_init(&out, DESK_PAGE_MAX);
	OK(desk_view_save(&out, &frame, "a-b-c", &shown) == ERR_OK);
	OK(strstr(buf_str(&out), "<progress") != NULL);
	OK(strstr(buf_str(&out), "1 / 3") != NULL);
	buf_drop(&out);
	/* And then it comes. */
	while (page->wish.number > 0)
		turn();
	OK(desk_has_file(third, f));
	end_bring();
}

static void
a_fetch_of_a_file_can_be_stopped(void)
{
	begin_bring();
	(void)snprintf(page->wish.handle, sizeof page->wish.handle, "%s",
	    desk_at(third, 0)->handle);
	page->wish.number = 1;
	page_work_stop(page);
	OK(page->wish.number == 0);
	page->wish.number = 1;
	page->wish.goes = true;
	page_work_stop(page);
	OK(page->stop && page_meanwhile(page) == ERR_SHORT);
	page->wish.goes = false;
	end_bring();
}

static void
what_the_line_has_no_more_is_said_with_who_keeps_it(void)
{
	begin_bring();
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].n == ENVELOPE_PART_BYTES)
			fake.rows[i].tag[0] ^= 1;
	(void)asks("POST", "/bring", form);
	while (page->wish.number > 0)
		turn();
	(void)asks("GET", path, "");
	OK(says("The line has that file no more.") && says("member 1"));
	OK(says("action=\"/bring\""));
	(void)asks("POST", "/bring", "handle=a-b-c&number=1");
	OK(says("HTTP/1.1 404"));
	(void)asks("POST", "/bring", "number=9");
	OK(says("HTTP/1.1 404"));
	end_bring();
}

T_BEGIN
desk_tests_begin();
T(a_member_has_a_file_fetched_that_is_not_here)
T(what_was_cut_off_says_how_far_it_came_and_goes_on)
T(a_fetch_of_a_file_can_be_stopped)
T(what_the_line_has_no_more_is_said_with_who_keeps_it)
T_END
