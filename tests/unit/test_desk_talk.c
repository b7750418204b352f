/* The page of a conversation, however much its source wrote: asked for as the
 * browser does. */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "desk/page_part.h"

#define send team_send /* not that of sockets */
#include "desk_team.h"

#define LONG_LETTERS 200U
#define LONG_BYTES 12000U /* of `&`, which take five bytes each on a page */
#define WHOLE_BYTES 30000U

static struct page *page;

static bool
is_over(void *with)
{
	(void)with;
	return false;
}

static void
begin_page(void)
{
	const struct page_opts opts = {
		.desk = desk, .reach = reach, .is_over = is_over
	};

	OK(page_open(&page, &opts) == ERR_OK);
}

static void
end_page(void)
{
	page_close(page);
	page = NULL;
	end_all();
}

/* The answer to a GET, head and all. */
static const char *
get(struct buf *got, const char *path)
{
	struct sockaddr_in at;
	socklen_t at_n = sizeof at;
	char text[512], some[65536];
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	ssize_t n;

	OK(getsockname(page->listen, (struct sockaddr *)&at, &at_n) == 0);
	OK(connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
	n = snprintf(text, sizeof text,
	    "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: " GUARD_COOKIE
	    "=%s\r\nConnection: close\r\n\r\n",
	    path, page->guard.host, page->guard.cookie);
	OK(write(fd, text, (size_t)n) == n);
	buf_clear(got);
	do {
		OK(page_turn(page, 1) == ERR_OK);
		n = recv(fd, some, sizeof some, MSG_DONTWAIT);
		if (n > 0)
			OK(buf_put(got, some, (size_t)n) == ERR_OK);
	} while (n != 0);
	(void)close(fd);
	return buf_str(got);
}

static bool
is_ok(const char *answer)
{
	return strncmp(answer, "HTTP/1.1 200 ", 13) == 0;
}

/* Where "Older messages" leads to. */
static bool
older(char path[static 256], const char *html)
{
	const char *end = strstr(html, "\">Older messages<"), *at;

	if (end == NULL)
		return false;
	for (at = end; at[-1] != '"'; at--)
		;
	(void)snprintf(path, 256, "%.*s", (int)(end - at), at);
	return true;
}

/* How often each of the long letters stands on a page. */
static void
count(unsigned seen[static LONG_LETTERS], const char *html)
{
	for (const char *p = html; (p = strstr(p, "letter number ")) != NULL;
	     p++)
		seen[strtoul(p + 14, NULL, 10)]++;
}

/* Put a letter of this writer's anywhere, as one may who wrote a client. */
static void
put(struct writer *w, const struct what *what, unsigned id, bool cut)
{
	static uint8_t envelope[ENVELOPE_LETTER_BYTES];
	const struct age_recipient *to;
	struct offer o;
	struct letter l;
	struct buf note;

	offer_init(&o);
	to = key_of(&o, day);
	w->slot = 0;
	fill(&l, w, what, day);
	l.id[0] = (uint8_t)(id >> 8);
	l.id[1] = (uint8_t)id;
	l.more = cut;
	crypt_random(l.tag, sizeof l.tag);
	crypt_random(l.parts, sizeof l.parts);
	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	OK(letter_write(&note, &l, w->s.sign_seed) == ERR_OK);
	OK(envelope_seal(envelope, sizeof envelope, to, note.at, note.len) ==
	    ERR_OK);
	fake_put(day, l.tag, envelope, sizeof envelope);
	if (what->file != NULL)
		send_parts(&l, what, day, to);
	letter_drop(&l);
	buf_drop(&note);
	offer_drop(&o);
}

/* Is `first` above `second` in the inbox? */
static bool
above(const char *first, const char *second)
{
	struct buf got;
	const char *html, *one, *two;
	bool is;

	buf_init(&got, 1U << 20);
	html = get(&got, "/");
	OK(is_ok(html));
	one = strstr(html, first);
	two = strstr(html, second);
	OK(one != NULL && two != NULL);
	is = one < two;
	buf_drop(&got);
	return is;
}

static void
of_one_day_the_inbox_shows_first_what_is_unread_and_came_last(void)
{
	struct writer early, late;

	begin_all();
	writer_make(&early, 1);
	writer_make(&late, 2);
	send(&early, &(struct what){ .text = "the early one" });
	sync_all();
	send(&late, &(struct what){ .text = "the late one" });
	sync_all();
	begin_page();
	OK(above("the late one", "the early one"));
	OK(desk_read(desk, desk_at(desk, 1)) == ERR_OK);
	OK(above("the early one", "the late one"));
	end_page();
}

/* Whoever wrote last has an answer already, and nothing is unread. */
static void
of_one_day_the_inbox_shows_first_what_waits_for_us(void)
{
	const struct reply what = { .text = "read", .n = 4 };
	struct reply_report rep;
	struct writer early, late;

	begin_all();
	writer_make(&early, 1);
	writer_make(&late, 2);
	send(&early, &(struct what){ .text = "the early one" });
	sync_all();
	send(&late, &(struct what){ .text = "the late one" });
	sync_all();
	for (size_t i = 0; i < 2; i++)
		OK(desk_read(desk, desk_at(desk, i)) == ERR_OK);
	begin_page();
	OK(above(desk_at(desk, 1)->handle, desk_at(desk, 0)->handle));
	OK(reply_send(desk, reach, desk_at(desk, 1), &what, &rep) == ERR_OK);
	OK(above(desk_at(desk, 0)->handle, desk_at(desk, 1)->handle));
	end_page();
}

static void
a_conversation_longer_than_a_page_is_shown_in_pages(void)
{
	unsigned seen[LONG_LETTERS] = { 0 }, pages = 0;
	static char text[LONG_BYTES];
	const struct conv *c;
	char path[256];
	struct writer w;
	struct buf got;
	bool more = true;

	begin_all();
	buf_init(&got, DESK_PAGE_MAX + 65536);
	writer_make(&w, 1);
	for (unsigned i = 0; i < LONG_LETTERS; i++) {
		memset(text, '&', sizeof text - 1);
		(void)snprintf(text, 19, "letter number %03u ", i);
		text[18] = '&';
		put(&w, &(struct what){ .text = text }, i, false);
	}
	sync_all();
	c = desk_at(desk, 0);
	OK(c->said_n == LONG_LETTERS && conv_unread(c) == LONG_LETTERS);
	begin_page();
	page->sync_at = UINT64_MAX;
	(void)snprintf(path, sizeof path, "/talk?%s", c->handle);
	for (; more; pages++) {
		const char *html = get(&got, path);

		OK(is_ok(html) && strstr(html, "action=\"/junk\"") != NULL);
		count(seen, html);
		more = older(path, html);
		/* What was not shown is not read. */
		OK((conv_unread(c) == 0) == !more);
	}
	OK(pages > 1 && pages < 10);
	for (unsigned i = 0; i < LONG_LETTERS; i++)
		OK(seen[i] == 1);
	(void)snprintf(
	    path, sizeof path, "/talk?%s.%u", c->handle, LONG_LETTERS);
	OK(strncmp(get(&got, path), "HTTP/1.1 404 ", 13) == 0);
	buf_drop(&got);
	end_page();
}

/* What a source writes at length comes as a file besides. */
static void
a_long_message_is_shown_whole_or_said_to_be_cut(void)
{
	static char text[WHOLE_BYTES];
	char path[256];
	struct writer w;
	struct buf got;
	const struct what what = { .text = text,
		.file = (const uint8_t *)text,
		.file_n = sizeof text - 1,
		.file_name = LETTER_WHOLE_NAME };

	begin_all();
	buf_init(&got, DESK_PAGE_MAX);
	memset(text, 'a', sizeof text - 1);
	memcpy(text + sizeof text - 9, " the end", 8);
	writer_make(&w, 1);
	put(&w, &what, 1, true);
	fake.rows_n--; /* its part is not there yet */
	sync_all();
	begin_page();
	page->sync_at = UINT64_MAX;
	(void)snprintf(path, sizeof path, "/talk?%s", desk_at(desk, 0)->handle);
	OK(is_ok(get(&got, path)));
	OK(strstr(buf_str(&got), "Only its beginning stands here") != NULL);
	fake.rows_n++;
	sync_all();
	OK(is_ok(get(&got, path)) &&
	    strstr(buf_str(&got), " the end<") != NULL);
	OK(strstr(buf_str(&got), "Only its beginning stands here") == NULL);
	OK(strstr(buf_str(&got), "/save?") == NULL);
	buf_drop(&got);
	end_page();
}

/* One message that names more files than a page holds. */
static void
a_message_of_thousands_of_files_is_shown(void)
{
	const struct conv *c;
	char path[256];
	struct writer w;
	struct letter l;
	struct buf got;

	begin_all();
	buf_init(&got, DESK_PAGE_MAX);
	writer_make(&w, 1);
	put(&w, &(struct what){ .text = "hello" }, 1, false);
	sync_all();
	c = desk_at(desk, 0);
	fill(&l, &w, &(struct what){ .text = "hello" }, day);
	l.file_count = LETTER_FILES_MAX;
	for (uint32_t i = 0; i < 1000; i++) {
		struct said *s;

		for (uint32_t j = 0; j < l.file_count; j++) {
			l.files[j].name =
			    "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"";
			l.files[j].type = LETTER_ANY_TYPE;
			enc_put_u32(l.files[j].sha256, i * 100 + j);
		}
		memcpy(l.id, "one id of all...", sizeof l.id);
		OK((s = said_of(&l, day)) != NULL);
		OK(conv_take(desk->convs[0], s) == ERR_OK);
	}
	letter_drop(&l);
	begin_page();
	page->sync_at = UINT64_MAX;
	(void)snprintf(path, sizeof path, "/talk?%s", c->handle);
	OK(is_ok(get(&got, path)));
	OK(strstr(buf_str(&got), "It names more files than a page") != NULL);
	buf_drop(&got);
	end_page();
}

T_BEGIN
desk_tests_begin();
T(of_one_day_the_inbox_shows_first_what_is_unread_and_came_last)
T(of_one_day_the_inbox_shows_first_what_waits_for_us)
T(a_conversation_longer_than_a_page_is_shown_in_pages)
T(a_long_message_is_shown_whole_or_said_to_be_cut)
T(a_message_of_thousands_of_files_is_shown)
T_END
