#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/page_part.h"

#define NAME_HEADER_MAX (64U + 3 * NAME_FILE_MAX)

/* A file on its way to the browser: one opened part at a time. */
struct page_stream {
	struct desk *desk;
	struct said_file file; /* a copy: the conversation may go meanwhile */
	uint32_t next; /* the part that comes next */
	size_t len, sent; /* of the part at hand */
	uint8_t plain[ENVELOPE_PART_PLAIN];
};

void
page_stream_close(struct page_stream *s)
{
	wipe_free(s, s == NULL ? 0 : sizeof *s);
}

static size_t
give(void *with, struct http_request *r, uint8_t *out, size_t room)
{
	struct page_request *q = r->mine;
	struct page_stream *s = q->stream;
	size_t n;

	(void)with;
	if (s->sent == s->len) {
		if (desk_file_part(s->desk, &s->file, s->next, s->plain,
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
	else if (!desk_has_file(p->desk, f)) {
		page_sorry(p, r, 409,
		    "This file is still being fetched. Fetch again, then "
		    "save it.");
		return NULL;
	}
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
		.here = true };
	frame = page_frame(p, &w);
	buf_init(&out, DESK_PAGE_MAX);
	page_answer(
	    r, 200, &out, desk_view_save(&out, &frame, c->handle, &shown));
}

static enum err
drop_bytes(void *who, const uint8_t *p, size_t n)
{
	(void)who;
	(void)p;
	(void)n;
	return ERR_OK;
}

void
page_file(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *handle = page_in_get(in, "handle");
	const char *number = page_in_get(in, "number");
	const struct desk_taker nowhere = { drop_bytes, NULL };
	struct page_request *q = r->mine;
	char name[NAME_HEADER_MAX];
	const struct said_file *f;
	struct conv *c;

	if ((c = page_conv(p, r, handle, strlen(handle))) == NULL ||
	    (f = find_file(p, r, c, number, strlen(number))) == NULL)
		return;
	/* Read once through before a byte leaves: only the whole of it is
	 * known to be the file. */
	if (desk_read_file(p->desk, f, &nowhere) != ERR_OK) {
		page_sorry(p, r, 409,
		    "This file did not arrive as it was sent. It is not "
		    "given out.");
		return;
	}
	if ((q->stream = calloc(1, sizeof *q->stream)) == NULL ||
	    desk_saved(p->desk, c, f) != ERR_OK) {
		page_sorry(p, r, 500,
		    "That it was saved could not be kept in the log, so it is "
		    "not given out. Is the disk full?");
		return;
	}
	q->stream->desk = p->desk;
	q->stream->file = *f;
	disposition(name, f->name);
	page_headers(r);
	if (http_add(r, "Content-Disposition", name) != ERR_OK)
		http_say(r, 500, "There is not enough memory.");
	else
		http_answer_stream(
		    r, 200, "application/octet-stream", f->size, give);
}
