#include <assert.h>

#include "base/clock.h"
#include "base/enc.h"
#include "front/page_routes.h"
#include "front/pages.h"
#include "front/remember.h"

#define FORM_MAX 16384U
/* What a letter's files may come to, and the form around them: as many parts
 * as an upload can have. */
#define SEND_MAX ((uint64_t)65536 * ENVELOPE_PART_BYTES)

/* Urlencoded forms whose fields are kept whole. */
#define FORM_ROUTE(where, what) \
	{ \
		.method = HTTP_POST, .path = where, .max = FORM_MAX, \
		.page = true, .begin = page_begin, .form = page_form, \
		.end = what, .drop = page_drop \
	}

static void
refuse(struct front_request *r, enum view_error why)
{
	page_begin(r);
	if (r->mine != NULL)
		page_error(r->mine, why);
}

static void
nowhere_begin(struct front_request *r)
{
	refuse(r, VIEW_ERR_NOWHERE);
}

static void
otherwise_begin(struct front_request *r)
{
	refuse(r, VIEW_ERR_OTHERWISE);
}

static void
foreign_begin(struct front_request *r)
{
	refuse(r, VIEW_ERR_FOREIGN);
}

static void
too_large_begin(struct front_request *r)
{
	refuse(r, VIEW_ERR_TOO_LARGE);
}

static const struct front_route routes[] = {
	{ .method = HTTP_GET,
	    .path = "/",
	    .begin = start_begin,
	    .drop = page_drop },
	{ .method = HTTP_GET, .path = "/style.css", .begin = style_begin },
	FORM_ROUTE("/new", new_end),
	FORM_ROUTE("/check", check_end),
	FORM_ROUTE("/write", write_end),
	FORM_ROUTE("/read", read_end),
	FORM_ROUTE("/file", file_end),
	FORM_ROUTE("/delete", delete_end),
	{ .method = HTTP_POST,
	    .path = "/send",
	    .max = SEND_MAX,
	    .page = true,
	    .begin = send_begin,
	    .form = send_form,
	    .end = send_end,
	    .drop = page_drop },
};

#define REFUSAL(why) \
	{ \
		.page = true, .begin = why##_begin, .drop = page_drop \
	}

static const struct front_route refusals[FRONT_REFUSALS] = {
	[FRONT_NOWHERE] = REFUSAL(nowhere),
	[FRONT_OTHERWISE] = REFUSAL(otherwise),
	[FRONT_FOREIGN] = REFUSAL(foreign),
	[FRONT_TOO_LARGE] = REFUSAL(too_large),
};

static struct ticket_ring *ring;
static struct remember *memory;

const struct front_route *
pages_routes(size_t *n)
{
	*n = COUNT(routes);
	return routes;
}

const struct front_route *
pages_refusals(void)
{
	return refusals;
}

enum err
pages_warm(void)
{
	(void)lang_choose(NULL);
	return ERR_OK;
}

enum err
pages_open(const struct settings *settings)
{
	ring = ticket_ring_open(settings->line);
	memory = remember_open();
	return ring == NULL || memory == NULL ? ERR_NOMEM : ERR_OK;
}

struct ticket_ring *
page_ring(void)
{
	assert(ring != NULL);
	return ring;
}

struct remember *
page_memory(void)
{
	assert(memory != NULL);
	return memory;
}

/* u32 length of the ring's bytes, those, then what is remembered. */
enum err
pages_hand_over(struct buf *out)
{
	const size_t was = out->len;
	enum err e;

	/* The key of this hour is the last that both of us have. */
	ticket_ring_turn(ring, clock_hour());
	if ((e = buf_put_u32(out, 0)) != ERR_OK ||
	    (e = ticket_ring_export(ring, out)) != ERR_OK)
		goto out;
	enc_put_u32(out->at + was, (uint32_t)(out->len - was - 4));
	e = remember_export(memory, out);
out:
	return e;
}

enum err
pages_take_over(const uint8_t *p, size_t n)
{
	uint32_t keys;
	enum err e;

	if (n < 4 || (keys = enc_get_u32(p)) > n - 4)
		return ERR_FORMAT;
	if ((e = ticket_ring_import(ring, p + 4, keys)) != ERR_OK)
		return e;
	return remember_import(memory, p + 4 + keys, n - 4 - keys);
}

void
pages_tick(void)
{
	ticket_ring_turn(ring, clock_hour());
	remember_tick(memory, clock_now());
}
