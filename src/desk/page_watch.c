/* A page that is looked at hears when it has changed: server-sent events (HTML,
 * section 9.2) of a number and nothing else, so that no word of anything stands
 * in a stream that nobody bounded.  What is new is shown when it is asked for.
 */
#include <string.h>

#include "base/clock.h"

#include "desk/page_part.h"
#include "desk/words.h"

#define LOOK_MS 500U
#define BEAT_MS 15000U /* so that one whose tab was closed is found out */
#define LINE_BYTES 64U

static uint64_t
number_of(const struct page *p, const char *handle)
{
	const struct conv *c = NULL;

	if (handle[0] != '\0' &&
	    (c = desk_find(p->desk, handle, strlen(handle))) == NULL)
		return 0; /* destroyed: that too is news */
	return desk_changes(p->desk, c);
}

static struct page_watch *
watch_of(struct page *p, const struct http_request *r)
{
	for (size_t i = 0; i < PAGE_WATCHES; i++)
		if (p->watch[i].r == r)
			return &p->watch[i];
	return NULL;
}

static size_t
give(void *with, struct http_request *r, uint8_t *out, size_t room)
{
	struct page_watch *w = watch_of(with, r);
	const uint64_t now = clock_ms();
	char line[LINE_BYTES];
	int n;

	if (w == NULL || room < sizeof line)
		return HTTP_BROKEN;
	if (w->first || w->told != w->now)
		n = snprintf(line, sizeof line, "%sdata: %llu\n\n",
		    w->first ? "retry: 10000\n" : "",
		    (unsigned long long)w->now);
	else if (now - w->beat >= BEAT_MS)
		n = snprintf(line, sizeof line, ":\n\n");
	else
		return 0;
	w->told = w->now;
	w->first = false;
	w->beat = now;
	memcpy(out, line, (size_t)n);
	return (size_t)n;
}

/* A free place; or that of the one that has it longest, which comes again by
 * itself when it is still looked at. */
static struct page_watch *
place(struct page *p)
{
	struct page_watch *oldest = &p->watch[0];

	for (size_t i = 0; i < PAGE_WATCHES; i++) {
		if (p->watch[i].r == NULL)
			return &p->watch[i];
		if (p->watch[i].since < oldest->since)
			oldest = &p->watch[i];
	}
	return oldest;
}

void
page_changes(struct page *p, struct http_request *r, struct page_in *in)
{
	const size_t n = strlen(r->query);
	struct page_watch *w;
	struct http_request *before;

	(void)in;
	if (n > 0 && page_conv(p, r, r->query, n) == NULL)
		return;
	if (n >= sizeof w->handle) {
		page_sorry(p, r, 404, "There is no such page.");
		return;
	}
	w = place(p);
	before = w->r;
	*w = (struct page_watch){
		.r = r, .first = true, .since = clock_ms(), .beat = clock_ms()
	};
	memcpy(w->handle, r->query, n + 1);
	w->now = number_of(p, w->handle);
	if (before != NULL)
		http_resume(before); /* finds itself without a place */
	page_headers(r);
	http_answer_stream(r, 200, "text/event-stream", HTTP_ENDLESS, give);
}

void
page_watch_turn(struct page *p)
{
	const uint64_t now = clock_ms();

	if (now < p->watch_at)
		return;
	p->watch_at = now + LOOK_MS;
	for (size_t i = 0; i < PAGE_WATCHES; i++) {
		struct page_watch *w = &p->watch[i];

		if (w->r == NULL)
			continue;
		w->now = number_of(p, w->handle);
		if (w->now != w->told || now - w->beat >= BEAT_MS)
			http_resume(w->r);
	}
}

void
page_watch_gone(struct page *p, const struct http_request *r)
{
	struct page_watch *w = watch_of(p, r);

	if (w != NULL)
		*w = (struct page_watch){ .r = NULL };
}
