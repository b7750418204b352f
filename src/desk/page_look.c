/* The desk's daily look at its line, between other work; and its page.
 *
 * A look and a fetch keep apart: whoever has the line sees that a desk fetches,
 * and should not see by the hour which visitor was one.  What a member asks for
 * comes first, and breaks a look off: it is begun anew later. */
#include "base/clock.h"
#include "crypt/crypt.h"

#include "desk/look.h"
#include "desk/page_part.h"

#define MINUTE_MS (60U * 1000)
#define APART_LEAST (5U * MINUTE_MS)
#define APART_MOST (20U * MINUTE_MS)
#define NEVER UINT64_MAX
#define OFF_MOST 12U /* so often it is put off, then fetches wait for it */

static uint64_t
apart(void)
{
	return APART_LEAST + crypt_random_below(APART_MOST - APART_LEAST);
}

/* A second of the clock in that of the loop. */
static uint64_t
in_ms(uint64_t at)
{
	const uint64_t now = clock_now();

	return clock_ms() + (at > now ? (at - now) * 1000 : 0);
}

static void
plan(struct page *p)
{
	struct look *l;
	uint64_t at;

	if (look_open(&l, p->desk, p->pages) == ERR_OK) {
		p->look_near = look_is_near(l);
		look_close(l);
	}
	p->look_at = look_due(p->desk, &at) == ERR_OK ? in_ms(at) : NEVER;
	p->look_off = 0;
}

static void
leave(struct page *p)
{
	look_close(p->look);
	p->look = NULL;
}

void
page_look_keep_off(struct page *p)
{
	const uint64_t at = clock_ms() + apart();

	if (p->pages == NULL)
		return;
	leave(p);
	if (p->look_at == 0)
		plan(p);
	if (p->look_at < at && !p->look_near) {
		p->look_at = at;
		p->look_off++;
	}
}

bool
page_look_holds(struct page *p)
{
	if (p->look != NULL && !p->by_itself)
		page_look_keep_off(p);
	/* A line can make fetches follow one another for ever. */
	return p->look != NULL || (p->by_itself && p->look_off >= OFF_MOST);
}

void
page_look_drop(struct page *p)
{
	leave(p);
}

/* Does a member wait for something that only the line can give? */
static bool
is_wanted(const struct page *p)
{
	const struct page_out *o = p->outs;

	while (o != NULL && o->trouble != NULL)
		o = o->next;
	return o != NULL || p->doomed != NULL || p->wish.number > 0 ||
	    p->sync_at == 0;
}

/* The page goes on being served; whatever a member wants ends it. */
static enum err
meanwhile(void *with)
{
	struct page *p = with;
	const enum err e = http_server_turn(p->http, 0);

	(void)page_streams_turn(p);
	page_watch_turn(p);
	if (e != ERR_OK)
		return e;
	return is_wanted(p) || p->is_over(p->with) ? ERR_SHORT : ERR_OK;
}

static void
step(struct page *p)
{
	bool over = false;
	uint64_t wait = 0;
	enum err e;

	look_meanwhile(p->look, meanwhile, p);
	e = look_step(p->look, &wait, &over);
	if (e == ERR_OK && !over) {
		p->look_at = clock_ms() + wait;
		return;
	}
	leave(p);
	if (e == ERR_SHORT) {
		p->look_at = clock_ms() + apart();
		return;
	}
	if (e != ERR_OK)
		e = look_failed(p->desk);
	p->look_at = clock_ms() + apart();
	p->look_off = 0;
	if (e == ERR_OK)
		plan(p);
	/* The two do not follow one another. */
	if (!p->look_near && p->sync_at < clock_ms() + APART_LEAST &&
	    p->by_itself)
		p->sync_at = clock_ms() + apart();
}

void
page_look_turn(struct page *p)
{
	if (p->pages == NULL)
		return;
	if (p->look_at == 0) {
		plan(p); /* the desk was opened just now */
		return;
	}
	if (clock_ms() < p->look_at)
		return;
	if (p->look != NULL) {
		step(p);
		return;
	}
	if (look_open(&p->look, p->desk, p->pages) != ERR_OK) {
		p->look_at = clock_ms() + apart();
		p->look_off = 0; /* nothing waits for what cannot be */
	}
}

void
page_look(struct page *p, struct http_request *r, struct page_in *in)
{
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	char shown[LOOK_SHOWN_BYTES];
	struct look_state *s = NULL;
	struct buf out;
	enum err e;

	(void)in;
	buf_init(&out, DESK_PAGE_MAX);
	if ((e = look_load(p->desk, &s)) == ERR_OK &&
	    (e = look_shown(shown, s)) == ERR_OK)
		e = desk_view_look(&out, &frame,
		    &(struct desk_look){ .day = s->day,
			.found = s->found.at,
			.gone = s->gone,
			.n = s->found.n,
			.more = s->found.more,
			.shown = shown,
			.line = s->has_line ? &s->now : NULL });
	page_answer(r, e == ERR_OK ? 200 : 500, &out, e);
	look_free(s);
}

void
page_look_accept(struct page *p, struct http_request *r, struct page_in *in)
{
	unsigned left = 0;
	const enum err e =
	    look_accept(p->desk, page_in_get(in, "shown"), &left);

	if (e == ERR_TAKEN)
		page_say(p,
		    LANG_N("Something else was found since this page was "
			   "shown, and nothing was accepted. Read it again."));
	else if (e != ERR_OK)
		page_say(p, "It could not be kept. Look at the disk.");
	else
		page_say(p,
		    left == 0
			? LANG_N("That is what sources should see from now on.")
			: LANG_N("What no team can want stays, until a look "
				 "does not find it any more."));
	page_go(r, "/look");
}
