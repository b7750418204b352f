/* The page of a conversation that is looked at hears when something is new, and
 * its forms keep notes and drafts. */
#include "desk_page.h"

#include "desk/words.h"

static void
begin_watching(void)
{
	struct writer who;

	begin_all();
	writer_make(&who, 1);
	team_send(&who, &(struct what){ .text = "hello", .id = 1 });
	sync_all();
	begin_page();
	page->sync_at = UINT64_MAX;
}

static char got[65536];
static size_t got_n;

/* What has come on this socket until `want` is in it; turns of the page go on
 * meanwhile. */
static bool
hears(int fd, const char *want, unsigned ms)
{
	const uint64_t end = clock_ms() + ms;
	ssize_t n;

	while (clock_ms() < end) {
		page->watch_at = 0;
		OK(page_turn(page, 5) == ERR_OK);
		n = recv(fd, got + got_n, sizeof got - got_n - 1, MSG_DONTWAIT);
		if (n > 0)
			got_n += (size_t)n;
		got[got_n] = '\0';
		if (want[0] == '\0' ? n == 0 : strstr(got, want) != NULL)
			return true;
	}
	return false;
}

static int
begin_request(const char *method, const char *path, const char *body)
{
	const int fd = begin_asking(page_port(), method, path, body);

	OK(fd >= 0);
	got_n = 0;
	return fd;
}

/* The answer's head and all that follows until it is over. */
static const char *
answer_to(const char *method, const char *path, const char *body)
{
	const int fd = begin_request(method, path, body);

	OK(hears(fd, "", 60000));
	(void)close(fd);
	return got;
}

static const char *
talk_path(const char *path)
{
	static char all[128];

	(void)snprintf(
	    all, sizeof all, "%s?%s", path, desk_at(desk, 0)->handle);
	return all;
}

static const char *
number_now(const struct conv *c)
{
	static char all[64];

	(void)snprintf(all, sizeof all, "data: %llu\n\n",
	    (unsigned long long)desk_changes(desk, c));
	return all;
}

static void
a_page_hears_of_news_by_a_number_and_no_words(void)
{
	int fd;

	begin_watching();
	fd = begin_request("GET", talk_path("/changes"), "");
	OK(hears(fd, number_now(desk_at(desk, 0)), 60000));
	OK(strstr(got, "text/event-stream") != NULL);
	OK(desk_say_note(desk, desk_at(desk, 0), "secret", 6) == ERR_OK);
	OK(hears(fd, number_now(desk_at(desk, 0)), 60000));
	OK(strstr(got, "secret") == NULL && strstr(got, "hello") == NULL);
	/* Reading is no news. */
	got_n = 0;
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	OK(!hears(fd, "data", 300));
	(void)close(fd);
	end_page();
}

static void
the_inbox_hears_of_every_conversation(void)
{
	struct writer who;
	int fd;

	begin_watching();
	fd = begin_request("GET", "/changes", "");
	OK(hears(fd, number_now(NULL), 60000));
	writer_make(&who, 2);
	team_send(&who, &(struct what){ .text = "another", .id = 1 });
	sync_all();
	OK(hears(fd, number_now(NULL), 60000));
	(void)close(fd);
	end_page();
}

/* However many tabs there are, others are answered, and no stream is waited
 * for when the desk ends. */
static void
many_who_watch_keep_nobody_from_the_page(void)
{
	const char *path;
	int fd[8];

	begin_watching();
	path = talk_path("/changes");
	for (size_t i = 0; i < COUNT(fd); i++) {
		fd[i] = begin_request("GET", path, "");
		OK(hears(fd[i], "data: ", 60000));
	}
	OK(strstr(answer_to("GET", "/", ""), "200 OK") != NULL);
	/* The first of them gave way. */
	got_n = 0;
	OK(hears(fd[0], "", 60000));
	for (size_t i = 0; i < COUNT(fd); i++)
		(void)close(fd[i]);
	end_page();
}

static void
scripts_are_ours_alone_and_strangers_hear_nothing(void)
{
	int fd;

	begin_watching();
	OK(strstr(answer_to("GET", "/", ""),
	       "default-src 'none'; script-src 'self'; connect-src 'self'; "
	       "style-src 'self'; img-src 'self'; form-action 'self'") != NULL);
	OK(strstr(answer_to("GET", "/desk.js", ""), "text/javascript") != NULL);
	OK(strstr(got, "EventSource") != NULL);
	page->guard.cookie[0] ^= 1; /* what we send is another */
	fd = begin_request("GET", "/", "");
	page->guard.cookie[0] ^= 1;
	OK(hears(fd, "403", 60000));
	(void)close(fd);
	page->guard.cookie[0] ^= 1;
	fd = begin_request("GET", talk_path("/changes"), "");
	page->guard.cookie[0] ^= 1;
	OK(hears(fd, "403", 60000) && strstr(got, "event-stream") == NULL);
	(void)close(fd);
	end_page();
}

static void
forms_keep_notes_and_drafts(void)
{
	struct desk_words list[WORDS_DRAFTS];
	struct conv *c;
	char body[300], id[2 * EFFECT_ID_BYTES + 1];

	begin_watching();
	c = desk_at(desk, 0);
	(void)snprintf(
	    body, sizeof body, "handle=%s&text=call+them", c->handle);
	OK(strstr(answer_to("POST", "/note", body), "303") != NULL);
	OK(strstr(answer_to("GET", talk_path("/talk"), ""), "call them"));
	OK(strstr(got, "They never go to the source.") != NULL);
	(void)snprintf(body, sizeof body, "handle=%s&text=+", c->handle);
	OK(strstr(answer_to("POST", "/note", body), "400") != NULL);
	(void)snprintf(body, sizeof body, "handle=%s&text=Dear", c->handle);
	OK(strstr(answer_to("POST", "/draft", body), "303") != NULL);
	OK(desk_drafts(desk, c, list) == 1);
	enc_hex(id, list[0].entry->id, EFFECT_ID_BYTES);
	OK(strstr(answer_to("GET", talk_path("/talk"), ""), id) != NULL);
	OK(strstr(got, "A draft, not sent yet.") != NULL);
	OK(strstr(answer_to("GET", "/", ""), "a draft") != NULL);
	/* Another tab went on with nothing: both stand. */
	OK(strstr(answer_to("POST", "/draft", body), "303") != NULL);
	OK(desk_drafts(desk, c, list) == 2);
	(void)snprintf(body, sizeof body, "handle=%s&text=Dear+you&draft=%s",
	    c->handle, id);
	OK(strstr(answer_to("POST", "/draft", body), "303") != NULL);
	OK(desk_drafts(desk, c, list) == 2);
	enc_hex(id, list[0].entry->id, EFFECT_ID_BYTES);
	(void)snprintf(
	    body, sizeof body, "handle=%s&throw=yes&draft=%s", c->handle, id);
	OK(strstr(answer_to("POST", "/draft", body), "303") != NULL);
	OK(desk_drafts(desk, c, list) == 1);
	end_page();
}

static void
a_conversation_that_is_assigned_is_found_under_mine(void)
{
	struct conv *c;
	char body[300], id[2 * MEMBER_ID_BYTES + 1];

	begin_watching();
	c = desk_at(desk, 0);
	OK(strstr(
	    answer_to("GET", "/?mine", ""), "Nothing is assigned to you"));
	enc_hex(id, desk_about(desk)->member, MEMBER_ID_BYTES);
	(void)snprintf(body, sizeof body, "handle=%s&member=%s", c->handle, id);
	OK(strstr(answer_to("POST", "/assign", body), "303") != NULL);
	OK(desk_is_mine(desk, c));
	OK(strstr(answer_to("GET", "/?mine", ""), c->handle) != NULL);
	(void)snprintf(body, sizeof body, "handle=%s&member=zz", c->handle);
	OK(strstr(answer_to("POST", "/assign", body), "400") != NULL);
	(void)snprintf(body, sizeof body, "handle=%s", c->handle);
	OK(strstr(answer_to("POST", "/assign", body), "303") != NULL);
	OK(!desk_is_mine(desk, c));
	end_page();
}

T_BEGIN
desk_tests_begin();
T(a_page_hears_of_news_by_a_number_and_no_words)
T(the_inbox_hears_of_every_conversation)
T(many_who_watch_keep_nobody_from_the_page)
T(scripts_are_ours_alone_and_strangers_hear_nothing)
T(forms_keep_notes_and_drafts)
T(a_conversation_that_is_assigned_is_found_under_mine)
T_END
