/* The daily look from the desk's page: when it goes, what makes way for what,
 * and what the pages say of it.  The line is one that this program's own pages
 * are drawn for, behind a real server in a process of its own. */
#include "cmd/look_pages.c"

#include "desk/look.h"
#include "desk_page.h"

enum { HONEST, SCRIPT, AWAY, LARGE, LEAVES, MUTE, MIDNIGHT };
static struct {
	int does;
	unsigned pages, machine;
} * source; /* shared with the line */
static pid_t child;
static struct seen_line shown;

static void
answer_page(struct http_request *r, enum seen_page which)
{
	struct seen_own own = { .ticket = "AAAA",
		.id = "00112233445566778899aabbccddeeff",
		.places = "147" };
	struct buf out;

	memcpy(own.door, shown.doors[0].id, sizeof own.door);
	for (size_t i = 0; i < SEEN_WORDS_N; i++)
		memcpy(own.word[i], "lantern", 8);
	buf_init(&out, SEEN_PAGE_MAX);
	OK(look_pages.draw(&out, which, &shown, &own) == ERR_OK);
	if (source->does == SCRIPT || source->does == LARGE ||
	    source->does == LEAVES || source->does == MIDNIGHT)
		OK(buf_put_str(&out, "<script>x</script>") == ERR_OK);
	out.limit = 2 * SEEN_PAGE_MAX;
	while (source->does == LARGE && out.len <= SEEN_PAGE_MAX)
		OK(buf_put_str(&out, ". . . . . . . . . . . . . . .") ==
		    ERR_OK);
	http_answer_buf(r, 200,
	    which == SEEN_STYLE ? "text/css; charset=utf-8"
				: "text/html; charset=utf-8",
	    &out);
}

static void
answer_machine(struct http_request *r)
{
	struct buf out;

	buf_init(&out, OFFER_MAX);
	if (strcmp(r->path, "/v1/line") == 0)
		OK(offer_write(&out, &fake.certificate, &fake.key_note,
		       fake.day) == ERR_OK);
	http_answer_buf(r,
	    source->does == MUTE && strcmp(r->path, "/v1/line") != 0 ? 404
								     : 200,
	    "text/plain", &out);
}

static void
on_begin(void *with, struct http_request *r)
{
	(void)with;
	if (r->method == HTTP_POST)
		http_take(r, 10000);
}

static size_t
on_body(void *with, struct http_request *r, const uint8_t *p, size_t n)
{
	(void)with;
	(void)r;
	(void)p;
	return n;
}

static void
on_end(void *with, struct http_request *r)
{
	static const char *const paths[SEEN_PAGES] = { "/", "/style.css",
		"/new", "/check", "/write" };

	(void)with;
	if (source->does == AWAY ||
	    (source->does == LEAVES && strcmp(r->path, "/style.css") == 0))
		_exit(0);
	if (strncmp(r->path, "/v1/", 4) == 0) {
		source->machine++;
		answer_machine(r);
	}
	for (unsigned i = 0; i < SEEN_PAGES; i++)
		if (strcmp(r->path, paths[i]) == 0) {
			source->pages++;
			if (source->does == MIDNIGHT && i == SEEN_PHRASE)
				set_day(day + 1);
			answer_page(r, (enum seen_page)i);
		}
}

static void
serve_sources(int fd, unsigned port)
{
	static const struct http_handler handler = { on_begin, on_body, on_end,
		NULL };
	struct http_server *s;
	char name[32];

	(void)snprintf(name, sizeof name, "127.0.0.1:%u", port);
	OK(http_server_open(&s,
	       &(struct http_server_opts){ .handler = &handler }) == ERR_OK);
	OK(http_server_name(s, name) == ERR_OK);
	OK(http_server_listen(s, fd) == ERR_OK);
	_exit(http_server_run(s) == ERR_OK ? 0 : 1);
}

/* What this line shows: what the key note says. */
static void
set_shown(void)
{
	struct offer o;
	struct buf body;

	offer_init(&o);
	buf_init(&body, OFFER_MAX);
	OK(offer_write(&body, &fake.certificate, &fake.key_note, fake.day) ==
	    ERR_OK);
	OK(offer_read(&o, body.at, body.len, NULL, 0) == ERR_OK);
	shown = (struct seen_line){ .name = "Example Group",
		.about = "We are.",
		.file_max = 1 << 30,
		.days = 90,
		.doors_n = 1 };
	enc_hex(shown.doors[0].id, o.note.doors[0].id, DOOR_ID_BYTES);
	memcpy(shown.doors[0].name, o.note.doors[0].name,
	    sizeof shown.doors[0].name);
	memcpy(shown.doors[0].readers, o.note.doors[0].readers,
	    sizeof shown.doors[0].readers);
	buf_drop(&body);
	offer_drop(&o);
}

static void
begin_looks(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	char address[64];
	const int fd =
	    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	begin_all();
	fake.questions = "";
	set_shown();
	source->does = HONEST;
	source->pages = source->machine = 0;
	OK(bind(fd, (struct sockaddr *)&a, sizeof a) == 0 &&
	    listen(fd, 10) == 0 &&
	    getsockname(fd, (struct sockaddr *)&a, &n) == 0);
	(void)fflush(stdout);
	OK((child = fork()) >= 0);
	if (child == 0)
		serve_sources(fd, ntohs(a.sin_port));
	(void)close(fd);
	(void)snprintf(address, sizeof address, "http://127.0.0.1:%u\n\n\n",
	    ntohs(a.sin_port));
	OK(desk_remember(desk, "address", address) == ERR_OK);
}

static void
open_page(void)
{
	const struct page_opts opts = { .desk = desk,
		.reach = reach,
		.every = PAGE_EVERY,
		.pages = &look_pages,
		.is_over = is_over };

	over = false;
	OK(page_open(&page, &opts) == ERR_OK);
}

static void
end_looks(void)
{
	if (page != NULL)
		page_close(page);
	page = NULL;
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	end_all();
}

/* It is time. */
static void
due(void)
{
	struct look_state *s;

	OK(look_load(desk, &s) == ERR_OK);
	s->next = 1;
	OK(look_keep(desk, s) == ERR_OK);
	look_free(s);
}

static void
turn_until_looked(void)
{
	struct look_state *s = NULL;
	uint64_t next = 1;

	for (unsigned i = 0; next == 1; i++) {
		OK(i < 1000);
		turn();
		OK(look_load(desk, &s) == ERR_OK);
		next = s->next;
		look_free(s);
	}
}

static unsigned
differences(void)
{
	struct look_news news;

	OK(look_news(desk, &news) == ERR_OK);
	return news.found;
}

static bool
is_warned(const char *part)
{
	const struct desk_frame f = page_frame(page, &w);

	for (size_t i = 0; i < f.warning_count; i++)
		if (strstr(f.warnings[i], part) != NULL)
			return true;
	return false;
}

static void
a_desk_that_runs_looks_by_itself_once_a_day(void)
{
	struct look_state *s;

	begin_looks();
	due();
	open_page();
	turn_until_looked();
	OK(source->machine == 2 && source->pages == 8);
	OK(differences() == 0 && !is_warned("Sources"));
	OK(look_load(desk, &s) == ERR_OK);
	OK(s->day == day && s->has_line && s->next > clock_now() &&
	    s->next / 86400 == day + 1U);
	OK(strcmp(s->ours.about, "We are.") == 0 && s->ours.days == 90);
	look_free(s);
	for (unsigned i = 0; i < 20; i++)
		turn();
	OK(source->pages == 8);
	end_looks();
}

static enum err
accept_shown(unsigned *left)
{
	char is[LOOK_SHOWN_BYTES];
	struct look_state *s;

	OK(look_load(desk, &s) == ERR_OK);
	OK(look_shown(is, s) == ERR_OK);
	look_free(s);
	return look_accept(desk, is, left);
}

static void
what_differs_is_a_warning_until_a_member_has_settled_it(void)
{
	unsigned left;

	begin_looks();
	due();
	source->does = SCRIPT;
	open_page();
	turn_until_looked();
	OK(differences() > 0 && is_warned("Sources do not see"));
	OK(accept_shown(&left) == ERR_OK && left > 0);
	OK(is_warned("Sources do not see"));
	/* Once it is gone it can be put away, and not before it was seen. */
	source->does = HONEST;
	due();
	page->look_at = 0;
	turn_until_looked();
	OK(is_warned("Sources do not see"));
	OK(accept_shown(&left) == ERR_OK && left == 0);
	OK(!is_warned("Sources do not see"));
	end_looks();
}

static void
a_line_that_sources_cannot_reach_is_a_warning_the_next_day(void)
{
	begin_looks();
	due();
	source->does = AWAY;
	open_page();
	turn_until_looked();
	OK(!is_warned("as sources do"));
	set_day(day + 1);
	page_work_fetch(page);
	turn();
	OK(is_warned("as sources do"));
	end_looks();
}

static bool
is_named(enum seen_what what)
{
	struct look_state *s;
	bool is = false;

	OK(look_load(desk, &s) == ERR_OK);
	for (size_t i = 0; i < s->found.n; i++)
		is |= s->found.at[i].what == what && s->gone[i] == 0;
	look_free(s);
	return is;
}

/* A line that answers slowly at midnight hides nothing that it showed. */
static void
what_came_before_midnight_is_judged(void)
{
	struct look_state *s;

	begin_looks();
	due();
	source->does = MIDNIGHT;
	open_page();
	turn_until_looked();
	source->does = HONEST;
	fake.day = day = clock_day();
	OK(is_named(SEEN_ALIEN));
	OK(look_load(desk, &s) == ERR_OK);
	OK(s->day == 0 && s->next > 0 && s->next <= clock_now() + 4 * 3600);
	for (size_t i = 0; i < s->found.n; i++)
		OK(s->found.at[i].page == SEEN_START ||
		    s->found.at[i].page == SEEN_STYLE);
	look_free(s);
	end_looks();
}

/* What came between showing it and pressing is not accepted with it. */
static void
what_was_not_shown_is_not_accepted(void)
{
	char was[LOOK_SHOWN_BYTES], now[LOOK_SHOWN_BYTES];
	struct seen_found another = { .what = SEEN_WORDS, .since = 1 };
	struct look_state *s;
	unsigned left = 9;

	begin_looks();
	OK(look_load(desk, &s) == ERR_OK);
	s->found.at[s->found.n++] = another;
	OK(look_keep(desk, s) == ERR_OK && look_shown(was, s) == ERR_OK);
	another.id[0] = 1;
	s->found.at[s->found.n++] = another;
	OK(look_keep(desk, s) == ERR_OK && look_shown(now, s) == ERR_OK);
	OK(strcmp(was, now) != 0);
	look_free(s);
	OK(look_accept(desk, was, &left) == ERR_TAKEN && left == 9);
	OK(look_accept(desk, "", &left) == ERR_TAKEN);
	OK(look_load(desk, &s) == ERR_OK);
	OK(s->found.n == 2 && s->wanted_n == 0);
	/* Another sentence of the same length, or the settings, count too. */
	s->found.at[0].sees[0] = 'x';
	OK(look_shown(was, s) == ERR_OK && strcmp(was, now) != 0);
	s->found.at[0].sees[0] = '\0';
	s->has_line = true;
	OK(look_shown(was, s) == ERR_OK && strcmp(was, now) != 0);
	look_free(s);
	OK(look_accept(desk, now, &left) == ERR_OK && left == 0);
	end_looks();
}

/* Whoever has the line chooses what comes whole. */
static void
neither_a_page_too_large_nor_one_after_which_it_breaks_off_is_passed_over(void)
{
	static const int does[] = { LARGE, LEAVES };
	struct look_state *s;

	for (size_t i = 0; i < COUNT(does); i++) {
		begin_looks();
		due();
		open_page();
		turn_until_looked();
		OK(differences() == 0);
		due();
		page->look_at = 0;
		source->does = does[i];
		turn_until_looked();
		OK(is_named(SEEN_ALIEN));
		OK(is_warned("Sources do not see"));
		OK(look_load(desk, &s) == ERR_OK);
		OK(strcmp(s->ours.about, "We are.") == 0);
		OK((s->failing != 0) == (does[i] == LEAVES));
		look_free(s);
		end_looks();
	}
}

static void
a_look_and_a_fetch_keep_apart(void)
{
	begin_looks();
	due();
	open_page();
	turn();
	OK(page->look_near && page->look_at <= clock_ms());
	/* As if it were on another machine. */
	page->look_near = false;
	page_look_keep_off(page);
	OK(page->look_at >= clock_ms() + 4U * 60 * 1000);
	for (unsigned i = 0; i < 20; i++)
		turn();
	OK(source->pages == 0);
	/* One that goes is left when a member wants to fetch. */
	page->look_at = clock_ms();
	turn();
	turn();
	OK(page->look != NULL);
	page_work_fetch(page);
	turn();
	OK(page->look == NULL && page->look_at >= clock_ms() + 4U * 60 * 1000);
	end_looks();
}

/* A line can make one fetch follow another, by files that never are all here.
 */
static void
fetches_that_follow_one_another_keep_no_look_off_for_ever(void)
{
	begin_looks();
	due();
	open_page();
	turn();
	page->by_itself = true;
	page->look_near = false; /* as if it were on another machine */
	page->sync_at = UINT64_MAX;
	for (unsigned i = 0; i < 20; i++) {
		page->look_at = clock_ms();
		page_look_keep_off(page);
	}
	OK(page->look == NULL && page_look_holds(page));
	page->look_near = true;
	page->look_at = clock_ms();
	page->sync_at = 1;
	turn_until_looked();
	OK(source->pages == 8 && !page_look_holds(page));
	/* What a member asks for waits for nothing. */
	page->look_off = 20;
	page->by_itself = false;
	OK(!page_look_holds(page));
	end_looks();
}

static void
the_page_says_what_sources_see(void)
{
	struct look_state *s;
	struct desk_frame f;
	struct buf out;

	begin_looks();
	due();
	source->does = SCRIPT;
	open_page();
	turn_until_looked();
	OK(look_load(desk, &s) == ERR_OK);
	f = page_frame(page, &w);
	buf_init(&out, DESK_PAGE_MAX);
	OK(desk_view_look(&out, &f,
	       &(struct desk_look){ .day = s->day,
		   .found = s->found.at,
		   .gone = s->gone,
		   .n = s->found.n,
		   .line = &s->now }) == ERR_OK);
	OK(memmem(out.at, out.len, "&lt;script&gt;", 14) != NULL);
	OK(memmem(out.at, out.len, "<script>x", 9) == NULL);
	OK(memmem(out.at, out.len, "We are.", 7) != NULL);
	buf_drop(&out);
	look_free(s);
	end_looks();
}

/* In another order of days: what desks were told before and after alike is held
 * against what a source was told between. */
static void
other_questions_for_sources_alone_are_found_out_and_a_change_is_none(void)
{
	struct look_state *s;

	begin_looks();
	sync_all();
	OK(look_load(desk, &s) == ERR_OK);
	s->waits = true;
	s->serial = 1;
	sha256(s->questions, "other", 5);
	OK(look_keep(desk, s) == ERR_OK);
	/* The settings were changed meanwhile: who can say. */
	fake.questions = "a text New?\n";
	sync_all();
	look_free(s);
	OK(look_load(desk, &s) == ERR_OK);
	OK(!s->waits);
	for (size_t i = 0; i < s->found.n; i++)
		OK(s->found.at[i].what != SEEN_TELL_QUESTIONS);
	s->found.n = 0;
	s->waits = true;
	OK(look_keep(desk, s) == ERR_OK);
	look_free(s);
	sync_all();
	OK(look_load(desk, &s) == ERR_OK);
	OK(s->found.n > 0 &&
	    s->found.at[s->found.n - 1].what == SEEN_TELL_QUESTIONS);
	look_free(s);
	end_looks();
}

/* A line that tells nobody of questions does not keep its keys from being
 * compared. */
static void
keys_are_judged_whatever_a_line_says_of_questions(void)
{
	struct look_state *s;

	begin_looks();
	sync_all();
	due();
	source->does = MUTE;
	open_page();
	turn_until_looked();
	OK(!is_named(SEEN_KEYS));
	OK(look_load(desk, &s) == ERR_OK);
	OK(s->waits && s->serial == 1);
	s->serial = 99;
	OK(look_keep(desk, s) == ERR_OK);
	look_free(s);
	fake.questions = NULL;
	sync_all();
	OK(is_named(SEEN_KEYS));
	/* And once more, when it had gone. */
	OK(look_load(desk, &s) == ERR_OK);
	s->waits = true;
	s->serial = 99;
	s->gone[0] = day;
	OK(look_keep(desk, s) == ERR_OK);
	look_free(s);
	OK(!is_named(SEEN_KEYS));
	sync_all();
	OK(is_named(SEEN_KEYS));
	end_looks();
}

static void
a_certificate_that_was_replaced_is_named_at_once(void)
{
	begin_looks();
	sync_all();
	desk->certificate.serial++;
	due();
	open_page();
	turn_until_looked();
	OK(is_named(SEEN_KEYS));
	end_looks();
}

T_BEGIN
desk_tests_begin();
source =
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
OK(source != MAP_FAILED);
T(a_desk_that_runs_looks_by_itself_once_a_day)
T(what_differs_is_a_warning_until_a_member_has_settled_it)
T(a_line_that_sources_cannot_reach_is_a_warning_the_next_day)
T(what_came_before_midnight_is_judged)
T(what_was_not_shown_is_not_accepted)
T(neither_a_page_too_large_nor_one_after_which_it_breaks_off_is_passed_over)
T(a_look_and_a_fetch_keep_apart)
T(fetches_that_follow_one_another_keep_no_look_off_for_ever)
T(the_page_says_what_sources_see)
T(other_questions_for_sources_alone_are_found_out_and_a_change_is_none)
T(keys_are_judged_whatever_a_line_says_of_questions)
T(a_certificate_that_was_replaced_is_named_at_once)
T_END
