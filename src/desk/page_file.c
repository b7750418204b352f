#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "letter/part.h"

#include "desk/page_part.h"

#define NAME_HEADER_MAX (64U + 3 * NAME_FILE_MAX)

#define LOOK_MS 10U /* at a time, before others have their turn */

/* A file on its way to the browser, one opened part at a time: looked through
 * first, then given. */
struct page_stream {
	struct page_stream *after;
	struct page *page;
	struct http_request *r;
	char handle[CONV_HANDLE_BYTES];
	struct said_file file; /* a copy: the conversation may go meanwhile */
	struct part_join join; /* what was looked through */
	uint32_t looked; /* parts */
	bool done; /* with looking */
	bool given; /* all are right: bytes leave */
	uint32_t next; /* the part that comes next */
	size_t len, sent; /* of the part at hand */
	uint8_t plain[ENVELOPE_PART_PLAIN];
};

static void
stream_unlink(struct page_stream *s)
{
	struct page_stream **at = &s->page->streams;

	while (*at != s)
		at = &(*at)->after;
	*at = s->after;
	s->page->streams_n--;
}

void
page_stream_close(struct page_stream *s, bool whole)
{
	if (s == NULL)
		return;
	if (s->given && !whole)
		page_say(s->page,
		    "A file that was being saved broke off before its end. If "
		    "a part of it lies in your folder, delete that, and save "
		    "the file again.");
	stream_unlink(s);
	part_join_close(&s->join);
	wipe_free(s, sizeof *s);
}

static size_t
give(void *with, struct http_request *r, uint8_t *out, size_t room)
{
	struct page_request *q = r->mine;
	struct page_stream *s = q->stream;
	size_t n;

	(void)with;
	if (s->sent == s->len) {
		if (desk_file_part(s->page->desk, &s->file, s->next, s->plain,
			&s->len) != ERR_OK)
			return HTTP_BROKEN;
		s->next++;
		s->sent = 0;
	}
	n = s->len - s->sent < room ? s->len - s->sent : room;
	memcpy(out, s->plain + s->sent, n);
	s->sent += n;
	return n;
}

/* Content-Disposition with the name in the one spelling that every browser
 * reads alike (RFC 6266, RFC 8187). */
static void
disposition(char out[static NAME_HEADER_MAX], const char *name)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n;

	n = (size_t)snprintf(
	    out, NAME_HEADER_MAX, "attachment; filename*=UTF-8''");
	for (; *name != '\0' && n + 4 < NAME_HEADER_MAX; name++) {
		const unsigned char c = (unsigned char)*name;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_')
			out[n++] = (char)c;
		else {
			out[n++] = '%';
			out[n++] = hex[c >> 4];
			out[n++] = hex[c & 15];
		}
	}
	out[n] = '\0';
}

/* The file that is meant; answered when there is none. */
static const struct said_file *
find_file(struct page *p, struct http_request *r, struct conv *c,
    const char *number, size_t n)
{
	const struct said_file *f = NULL;
	uint64_t v;

	if (enc_decimal_read(&v, UINT32_MAX, number, n) == ERR_OK && v > 0)
		f = conv_file(c, (unsigned)v);
	if (f == NULL)
		page_sorry(p, r, 404, "There is no such file here.");
	return f;
}

void
page_save(struct page *p, struct http_request *r, struct page_in *in)
{
	const size_t n = strcspn(r->query, ".");
	struct page_warnings w;
	struct desk_frame frame;
	const struct said_file *f;
	struct desk_file shown;
	struct conv *c;
	struct buf out;

	(void)in;
	if ((c = page_conv(p, r, r->query, n)) == NULL)
		return;
	if (r->query[n] == '\0') {
		page_sorry(p, r, 404, "There is no such file here.");
		return;
	}
	f = find_file(p, r, c, r->query + n + 1, strlen(r->query + n + 1));
	if (f == NULL)
		return;
	shown = (struct desk_file){ .number = f->number,
		.name = f->name,
		.size = f->size,
		.here = desk_has_file(p->desk, f) };
	if (!shown.here)
		page_bring_stands(p, c, f, &shown);
	if (shown.coming && http_add(r, "Refresh", "1") != ERR_OK) {
		http_say(r, 500, "There is not enough memory.");
		return;
	}
	frame = page_frame(p, &w);
	buf_init(&out, DESK_PAGE_MAX);
	page_answer(
	    r, 200, &out, desk_view_save(&out, &frame, c->handle, &shown));
}

/* All of it is the file: say so in the log, and let it go. */
static void
give_all(struct page_stream *s)
{
	struct page *p = s->page;
	char name[NAME_HEADER_MAX];
	struct conv *c;

	c = page_conv(p, s->r, s->handle, strlen(s->handle));
	if (c == NULL)
		return; /* it was destroyed meanwhile, and that is said */
	if (desk_saved(p->desk, c, &s->file) != ERR_OK) {
		page_sorry(p, s->r, 500,
		    "That it was saved could not be kept in the log, so it is "
		    "not given out. Is the disk full?");
		return;
	}
	s->given = true;
	disposition(name, s->file.name);
	page_headers(s->r);
	if (http_add(s->r, "Content-Disposition", name) != ERR_OK)
		http_say(s->r, 500, "There is not enough memory.");
	else
		http_answer_stream(
		    s->r, 200, "application/octet-stream", s->file.size, give);
}

/* Look at the next part.  ERR_NOTHING: there is none, and all were right. */
static enum err
look_on(struct page_stream *s)
{
	enum err e;
	size_t n;

	if (s->looked == s->file.count)
		return (e = part_join_end(&s->join)) == ERR_OK ? ERR_NOTHING
							       : e;
	if ((e = desk_file_part(
		 s->page->desk, &s->file, s->looked, s->plain, &n)) != ERR_OK)
		return e;
	s->looked++;
	return part_join_add(&s->join, s->plain, &n);
}

/* Look through as much of it as fits into its turn. */
static void
look_through(struct page_stream *s)
{
	const uint64_t until = clock_ms() + LOOK_MS;
	enum err e;

	do
		e = look_on(s);
	while (e == ERR_OK && clock_ms() < until);
	if (e == ERR_OK)
		return;
	s->done = true;
	if (e == ERR_NOTHING)
		give_all(s);
	else
		page_sorry(s->page, s->r, 409,
		    "This file did not arrive as it was sent. It is not "
		    "given out.");
}

static void
stream_add(struct page *p, struct page_stream *s)
{
	struct page_stream **last = &p->streams;

	while (*last != NULL)
		last = &(*last)->after;
	s->after = NULL;
	*last = s;
	p->streams_n++;
}

bool
page_streams_turn(struct page *p)
{
	struct page_stream *s = p->streams;

	while (s != NULL && s->done)
		s = s->after;
	if (s == NULL)
		return false;
	look_through(s);
	/* A small one does not wait for the large ones before it. */
	stream_unlink(s);
	stream_add(p, s);
	return true;
}

void
page_file(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *handle = page_in_get(in, "handle");
	const char *number = page_in_get(in, "number");
	struct page_request *q = r->mine;
	const struct said_file *f;
	struct page_stream *s;
	struct conv *c;

	if ((c = page_conv(p, r, handle, strlen(handle))) == NULL ||
	    (f = find_file(p, r, c, number, strlen(number))) == NULL)
		return;
	if (!desk_has_file(p->desk, f)) {
		page_sorry(p, r, 409,
		    "This file is not on this desk. Fetch it, then save it.");
		return;
	}
	if (p->streams_n == PAGE_STREAMS_MAX) {
		page_sorry(p, r, 409,
		    "Eight files are being saved. Press again when one of "
		    "them is there.");
		return;
	}
	if ((s = calloc(1, sizeof *s)) == NULL ||
	    part_join_open(&s->join, f->size, f->sha256) != ERR_OK) {
		free(s);
		http_say(r, 500, "There is not enough memory.");
		return;
	}
	s->page = p;
	s->r = r;
	s->file = *f;
	(void)snprintf(s->handle, sizeof s->handle, "%s", c->handle);
	/* Read once through before a byte leaves: only the whole of it is
	 * known to be the file. */
	stream_add(p, s);
	q->stream = s;
}
