/* A file that is not on this desk is fetched when a member wants it. */
#include <stdio.h>
#include <string.h>

#include "base/enc.h"

#include "desk/inside.h"
#include "desk/keep.h"
#include "desk/page_part.h"
#include "desk/sync_files.h"

/* The line has it no more; does another desk of the team? */
static void
say_who_keeps(struct page *p, const struct conv *c)
{
	char names[KEEP_NAMES_BYTES], said[PAGE_SAID_MAX];
	const char *text = lang_text(p->lang,
	    LANG_N("The line has that file no more. Desks that keep files of "
		   "this conversation: {1}. Ask there."));
	const char *hole = strstr(text, "{1}");

	keep_names(p->desk, c, names);
	if (names[0] == '\0' || hole == NULL) {
		page_say(p,
		    "The line has that file no more, and no other desk of the "
		    "team keeps it.");
		return;
	}
	(void)snprintf(said, sizeof said, "%.*s%.*s%s", (int)(hole - text),
	    text, (int)(sizeof said - strlen(text) - 1), names, hole + 3);
	page_say(p, said);
}

static void
say_how(struct page *p, const struct conv *c, enum err e)
{
	if (e == ERR_OK)
		page_say(p, "The file is on this desk now.");
	else if (p->stop)
		page_say(p,
		    "Stopped. What came of the file stays; fetching it again "
		    "goes on from there.");
	else if (e == ERR_NOTHING)
		say_who_keeps(p, c);
	else if (e == ERR_FORGED)
		page_say(p,
		    "What lies on the line in place of that file does not "
		    "open.");
	else if (e == ERR_FULL)
		page_say(p,
		    "This machine's disk is nearly full: make room for the "
		    "file, then fetch it.");
	else if (e == ERR_CLOSED || e == ERR_EXPIRED || e == ERR_BUSY)
		page_say(p,
		    "The line could not be reached, or has too much to do. "
		    "What came of the file stays; fetch it again, and it goes "
		    "on from there.");
	else
		page_say(p, page_trouble(e));
}

void
page_bring_next(struct page *p)
{
	struct page_wish *w = &p->wish;
	struct conv *c = desk_find(p->desk, w->handle, strlen(w->handle));
	const struct said_file *f = c == NULL ? NULL : conv_file(c, w->number);
	enum err e = ERR_OK;

	p->stop = false;
	if (f != NULL) {
		w->goes = true;
		page_look_keep_off(p);
		reach_meanwhile(p->reach, page_meanwhile, p);
		e = sync_fetch_file(p->desk, p->reach, c, f);
		reach_meanwhile(p->reach, NULL, NULL);
		w->goes = false;
		if (e != ERR_OK && (p->yield || p->is_over(p->with)))
			return; /* it goes on after what came between */
		say_how(p, c, e);
	}
	w->number = 0;
}

void
page_bring_stands(const struct page *p, const struct conv *c,
    const struct said_file *f, struct desk_file *shown)
{
	shown->coming = p->wish.number == f->number &&
	    strcmp(p->wish.handle, c->handle) == 0;
	shown->parts = f->count;
	for (uint32_t j = 0; j < f->count; j++)
		shown->parts_here += part_of(p->desk, f, j) != NULL;
}

void
page_bring(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *number = page_in_get(in, "number");
	struct conv *c = page_conv_in(p, r, in);
	char path[CONV_HANDLE_BYTES + 32];
	uint64_t v;

	if (c == NULL)
		return;
	if (enc_decimal_read(&v, UINT32_MAX, number, strlen(number)) !=
		ERR_OK ||
	    v == 0 || conv_file(c, (unsigned)v) == NULL) {
		page_sorry(p, r, 404, "There is no such file here.");
		return;
	}
	if (p->wish.number > 0 &&
	    (p->wish.number != v || strcmp(p->wish.handle, c->handle) != 0)) {
		page_sorry(p, r, 409,
		    "Another file is being fetched. Press again when it is "
		    "here, or stop that.");
		return;
	}
	(void)snprintf(p->wish.handle, sizeof p->wish.handle, "%s", c->handle);
	p->wish.number = (unsigned)v;
	/* Somebody waits for this; fetching goes on after it. */
	p->yield = p->yield || p->fetching;
	(void)snprintf(
	    path, sizeof path, "/save?%s.%u", c->handle, p->wish.number);
	page_go(r, path);
}
