/* Forms on their way to the pages. */
#include "front_peer.h"

static void
forms_reach_pages_and_tell_how_they_ended(void)
{
	static const struct {
		const char *body;
		unsigned status;
		enum err how;
		const char *told;
	} rows[] = {
		{ "a=1&b=2", 200, ERR_OK, "a=1;b=2;" },
		{ "a=1&b", 400, ERR_FORMAT, "a=1;" },
		{ "a=1&b=!2", 400, ERR_DENIED, "a=1;b=!2" },
	};
	struct buf b;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_clear(&page.told);
		OK(ask("POST", "/form", rows[i].body, strlen(rows[i].body),
		       &b) == rows[i].status);
		OK(page.how == rows[i].how && said(&page.told, rows[i].told));
		OK(page.ends == i + 1);
	}
	snprintf(signature, sizeof signature, "Sec-Fetch-Site: cross-site\r\n");
	OK(ask("POST", "/form", "a=1", 3, &b) == 403 && page.ends == 3);
	signature[0] = '\0';
	buf_drop(&b);
	finish();
}

static void
an_event_that_waits_comes_again(void)
{
	static const char head[] =
	    "POST /form HTTP/1.1\r\n" HOST
	    "Content-Type: multipart/form-data; boundary=B\r\n"
	    "Content-Length: %zu\r\n\r\n";
	static const char field[] =
	    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
	char text[512];
	struct buf body, b;
	int fd;

	begin(ROLE_FRONT);
	buf_init(&b, 1 << 21);
	buf_init(&body, 1 << 21);
	OK(buf_put_str(&body, field) == ERR_OK);
	for (int i = 0; i < 50000; i++)
		OK(buf_put_fmt(&body, "%d\r\n-", i) == ERR_OK);
	OK(buf_put_str(&body, "\r\n--B--\r\n") == ERR_OK);
	page.stall = true;
	fd = dial();
	snprintf(text, sizeof text, head, body.len);
	put(fd, text, strlen(text));
	for (size_t i = 0, n; i < body.len; i += n) {
		n = body.len - i < 3001 ? body.len - i : 3001;
		put(fd, body.at + i, n);
		if (page.r != NULL && page.stall) {
			page.stall = false;
			front_resume(page.r);
		}
	}
	for (unsigned i = 0; i < 1000 && page.ends == 0; i++) {
		turn();
		page.stall = false;
		if (page.r != NULL && page.ends == 0)
			front_resume(page.r);
	}
	OK(get_body(fd, &b) == 200 && page.how == ERR_OK);
	OK(page.stalls > 10);
	OK(page.told.len == body.len - strlen(field) - 9 + 3);
	OK(memcmp(page.told.at + 2, body.at + strlen(field),
	       page.told.len - 3) == 0);
	close(fd);
	buf_drop(&body);
	buf_drop(&b);
	finish();
}

static void
a_form_whose_client_goes_is_ended_once(void)
{
	static const char q[] =
	    "POST /form HTTP/1.1\r\n" HOST "Content-Type: application/"
	    "x-www-form-urlencoded\r\n"
	    "Content-Length: 100\r\n\r\na=1&b=2";
	int fd;

	begin(ROLE_FRONT);
	fd = dial();
	put(fd, q, sizeof q - 1);
	turns(5);
	close(fd);
	turns(10);
	OK(page.ends == 1 && page.lost && page.how == ERR_SHORT);
	OK(page.drops == 1 && said(&page.told, "a=1;b=2"));
	/* The same while an event waits. */
	page.stall = true;
	fd = dial();
	put(fd, q, sizeof q - 1);
	while (page.stalls == 0)
		turn();
	close(fd);
	turns(10);
	OK(page.ends == 1 && page.drops == 1);
	for (int i = 0; i < 100; i++) {
		page.stall = false;
		if (page.r != NULL)
			front_resume(page.r);
		turn();
	}
	OK(page.ends == 2 && page.drops == 2);
	finish();
}

static void
nothing_is_held_and_nothing_given_back_unwiped(void)
{
	OK(alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
memset(access_seed, 3, sizeof access_seed);
T(forms_reach_pages_and_tell_how_they_ended)
T(an_event_that_waits_comes_again)
T(a_form_whose_client_goes_is_ended_once)
T(nothing_is_held_and_nothing_given_back_unwiped)
T_END
