/* The heads are those of Firefox 153 as it was recorded with scripts off,
 * resisting fingerprinting, in private windows, which is what Tor Browser is,
 * with the name under which Tor Browser goes (tests/road/look.py holds the list
 * that is sent to the list that is documented). */
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "crypt/crypt.h"
#include "team/offer.h"

#include "desk/look_walk.h"

#define CIRCUIT_BYTES 16U
#define LINES_MAX 20U
#define HEAD_ROOM (64U << 10)

#define AGENT \
	"User-Agent: Mozilla/5.0 (Windows NT 10.0; rv:153.0) " \
	"Gecko/20100101 Firefox/153.0"
#define LANGUAGE "Accept-Language: en-US,en;q=0.9"

/* When a line of the head is said. */
enum { ALWAYS = 0, TO_POST = 1, TRUSTED = 2, TO_GET = 4, UNTRUSTED = 8 };
struct head_line {
	const char *text;
	unsigned when;
};

static const struct head_line of_page[] = {
	{ AGENT, ALWAYS },
	{ "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,"
	  "*/*;q=0.8",
	    ALWAYS },
	{ LANGUAGE, ALWAYS },
	{ "Accept-Encoding: gzip, deflate, br, zstd", TRUSTED },
	{ "Accept-Encoding: gzip, deflate", UNTRUSTED },
	{ "Content-Type: application/x-www-form-urlencoded", TO_POST },
	{ NULL, TO_POST }, /* Content-Length */
	{ "Origin: null", TO_POST },
	{ "Sec-GPC: 1", ALWAYS },
	{ "Connection: keep-alive", ALWAYS },
	{ "Upgrade-Insecure-Requests: 1", ALWAYS },
	{ "Sec-Fetch-Dest: document", TRUSTED },
	{ "Sec-Fetch-Mode: navigate", TRUSTED },
	{ "Sec-Fetch-Site: none", TRUSTED | TO_GET },
	{ "Sec-Fetch-Site: same-origin", TRUSTED | TO_POST },
	{ "Sec-Fetch-User: ?1", TRUSTED },
	{ "Priority: u=0, i", ALWAYS },
};
static const struct head_line of_style[] = {
	{ AGENT, ALWAYS },
	{ "Accept: text/css,*/*;q=0.1", ALWAYS },
	{ LANGUAGE, ALWAYS },
	{ "Accept-Encoding: gzip, deflate, br, zstd", TRUSTED },
	{ "Accept-Encoding: gzip, deflate", UNTRUSTED },
	{ "Sec-GPC: 1", ALWAYS },
	{ "Connection: keep-alive", ALWAYS },
	{ "Sec-Fetch-Dest: style", TRUSTED },
	{ "Sec-Fetch-Mode: no-cors", TRUSTED },
	{ "Sec-Fetch-Site: same-origin", TRUSTED },
	{ "Priority: u=2", ALWAYS },
};

static const char *const paths[SEEN_PAGES] = {
	[SEEN_START] = "/",
	[SEEN_STYLE] = "/style.css",
	[SEEN_PHRASE] = "/new",
	[SEEN_ASKED] = "/check",
	[SEEN_WRITE] = "/write",
};

enum err
look_visit_open(struct look_visit *v, const char *line, const char *socks)
{
	uint8_t random[CIRCUIT_BYTES];
	char circuit[ENC_HEX_LEN(CIRCUIT_BYTES) + 1];
	const struct http_client_opts opts = {
		.base = line, .socks = socks, .circuit = circuit
	};
	struct look_visit got = { .http = NULL };
	enum err e;

	crypt_random(random, sizeof random);
	enc_hex(circuit, random, sizeof random);
	if ((e = host_read(&got.host, line)) != ERR_OK ||
	    (e = http_client_open(&got.http, &opts)) != ERR_OK)
		return e;
	got.trusted = got.host.onion || got.host.loopback ||
	    strncmp(got.host.base, "https:", 6) == 0;
	*v = got;
	return ERR_OK;
}

void
look_visit_close(struct look_visit *v)
{
	http_client_close(v->http);
	v->http = NULL;
}

void
look_got_drop(struct look_got *got)
{
	buf_drop(&got->head);
	buf_drop(&got->body);
	got->status = 0;
	got->odd = false;
}

static bool
is_said(unsigned when, bool post, bool trusted)
{
	return !((when & TO_POST) && !post) && !((when & TO_GET) && post) &&
	    !((when & TRUSTED) && !trusted) && !((when & UNTRUSTED) && trusted);
}

static enum err
ask(struct look_visit *v, struct http_call *call, struct look_got *got,
    size_t room)
{
	struct http_reply reply = { .body = &got->body, .head = &got->head };
	enum err e;

	look_got_drop(got);
	buf_init(&got->head, HEAD_ROOM);
	buf_init(&got->body, room);
	got->status = 0;
	if ((e = http_client_do(v->http, call, &reply)) == ERR_OK)
		got->status = reply.status;
	got->odd = e == ERR_TOOBIG || e == ERR_FORMAT;
	return e;
}

enum err
look_visit_page(struct look_visit *v, enum seen_page page,
    const struct buf *form, struct look_got *got)
{
	const struct head_line *rows = page == SEEN_STYLE ? of_style : of_page;
	const size_t n = page == SEEN_STYLE ? COUNT(of_style) : COUNT(of_page);
	const char *lines[LINES_MAX];
	char length[64];
	struct http_call call = { .method = form == NULL ? "GET" : "POST",
		.path = paths[page],
		.lines = lines };

	if (form != NULL) {
		call.body = form->at;
		call.n = form->len;
		(void)snprintf(
		    length, sizeof length, "Content-Length: %zu", form->len);
	}
	for (size_t i = 0; i < n; i++)
		if (is_said(rows[i].when, form != NULL, v->trusted))
			lines[call.lines_n++] =
			    rows[i].text == NULL ? length : rows[i].text;
	return ask(v, &call, got, SEEN_PAGE_MAX);
}

/* As tell/wire.c asks: with nothing of its own in the head. */
enum err
look_visit_machine(struct look_visit *v, const char *path, struct look_got *got)
{
	struct http_call call = { .method = "GET", .path = path };

	return ask(v, &call, got, OFFER_MAX);
}

enum err
look_field(struct buf *form, const char *name, const char *value)
{
	enum err e = ERR_OK;

	if (form->len > 0)
		e = buf_put_str(form, "&");
	if (e == ERR_OK)
		e = buf_put_fmt(form, "%s=", name);
	for (const char *p = value; e == ERR_OK && *p != '\0'; p++) {
		const bool plain = (*p >= 'a' && *p <= 'z') ||
		    (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
		    *p == '*' || *p == '-' || *p == '.' || *p == '_';

		e = plain ? buf_put_u8(form, (uint8_t)*p)
			  : buf_put_fmt(form, "%%%02X", (unsigned char)*p);
	}
	return e;
}
