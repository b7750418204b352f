#include <string.h>

#include "desk/page_part.h"
#include "desk/reply.h"
#include "desk/sync.h"

static void
say(struct page *p, const char *sentence)
{
	(void)snprintf(
	    p->said, sizeof p->said, "%s", lang_text(p->lang, sentence));
}

/* What an error means for the member, with what to do. */
static const char *
trouble(enum err e)
{
	static const char *const texts[ERR_COUNT] = {
		[ERR_CLOSED] = LANG_N(
		    "The line could not be reached. Is it running, and is Tor? "
		    "Nothing is lost; fetch again later."),
		[ERR_EXPIRED] = LANG_N(
		    "The line took too long. Nothing is lost; fetch again "
		    "later."),
		[ERR_BUSY] = LANG_N("The line has too much to do just now. "
				    "Fetch again in a minute."),
		[ERR_FULL] = LANG_N("There is no room left, on the line or on "
				    "this machine. Nothing is lost."),
		[ERR_DENIED] = LANG_N(
		    "The line does not take this desk's key, or its clock is "
		    "more than an hour from this one."),
	};

	return texts[e] != NULL
	    ? texts[e]
	    : LANG_N("Something is wrong between this desk and the line; "
		     "`sotto desk DIR sync` says more.");
}

void
page_sync(struct page *p)
{
	struct sync_report rep = { .stop = SYNC_GOES };
	const char *text = NULL;
	enum err e = sync_run(p->desk, p->reach, &rep);

	if (e != ERR_OK)
		text = trouble(e);
	else if (rep.stop != SYNC_GOES)
		text = sync_stop_text(rep.stop);
	else if (rep.letters == 0)
		text = LANG_N("Fetched; nothing is new.");
	else
		text = rep.letters == 1
		    ? LANG_N("Fetched; one message is new.")
		    : LANG_N("Fetched; there are new messages.");
	(void)snprintf(
	    p->synced, sizeof p->synced, "%s", lang_text(p->lang, text));
}

void
page_fetch(struct page *p, struct http_request *r, struct page_in *in)
{
	(void)in;
	page_sync(p);
	page_go(r, "/");
}

/* The conversation that a form names; answered when there is none. */
static struct conv *
conv_in(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *handle = page_in_get(in, "handle");

	return page_conv(p, r, handle, strlen(handle));
}

void
page_terms(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *level = page_in_get(in, "level");
	const enum desk_level wanted = desk_level_find(level, strlen(level));
	struct conv *c = conv_in(p, r, in);
	enum err e;

	if (c == NULL)
		return;
	if (wanted == DESK_LEVEL_COUNT) {
		page_sorry(p, r, 400, "That form is not one of this desk.");
		return;
	}
	e = desk_set_terms(p->desk, c, wanted, page_in_get(in, "byline"),
	    page_in_get(in, "label"));
	if (e == ERR_TOOBIG)
		page_sorry(p, r, 400,
		    "The byline or the description is too long. Nothing was "
		    "changed.");
	else if (e != ERR_OK)
		page_sorry(
		    p, r, 500, "It could not be kept. Is the disk full?");
	else {
		say(p, "Kept. It is in sight wherever this source is quoted.");
		page_go_talk(r, c);
	}
}

void
page_junk(struct page *p, struct http_request *r, struct page_in *in)
{
	const bool junk = strcmp(page_in_get(in, "junk"), "yes") == 0;
	struct conv *c = conv_in(p, r, in);

	if (c == NULL)
		return;
	if (desk_set_junk(p->desk, c, junk) != ERR_OK) {
		page_sorry(
		    p, r, 500, "It could not be kept. Is the disk full?");
		return;
	}
	say(p,
	    junk ? LANG_N("Marked as junk. It lies under Junk now.")
		 : LANG_N("Not junk any more."));
	page_go(r, "/");
}

void
page_delete(struct page *p, struct http_request *r, struct page_in *in)
{
	const bool sure = strcmp(page_in_get(in, "sure"), "yes") == 0;
	struct conv *c = conv_in(p, r, in);
	char said[PAGE_SAID_MAX];
	struct desk_frame frame;
	struct buf out;

	if (c == NULL)
		return;
	if (!sure) {
		frame = page_frame(p, said);
		buf_init(&out, DESK_PAGE_MAX);
		page_answer(
		    r, 200, &out, desk_view_delete(&out, &frame, c->handle));
		return;
	}
	if (desk_delete(p->desk, c) != ERR_OK) {
		page_sorry(p, r, 500,
		    "It could not be destroyed. Nothing else was changed; try "
		    "again.");
		return;
	}
	say(p, "Destroyed. The log keeps that it was there.");
	page_go(r, "/");
}

/* Why an answer did not go, for the page that keeps it. */
static const char *
reply_trouble(enum err e)
{
	if (e == ERR_FULL)
		return "Today's sixteen places for answers to this source are "
		       "taken, or the line is full. It was not sent.";
	if (e == ERR_TOOBIG)
		return "That is longer than a message may be. It was not sent.";
	if (e == ERR_FORMAT)
		return "That is empty. It was not sent.";
	return "The line could not be reached. What you wrote is kept here; "
	       "press again.";
}

void
page_reply(struct page *p, struct http_request *r, struct page_in *in)
{
	char at[PAGE_FILES][32];
	const char *paths[PAGE_FILES], *names[PAGE_FILES];
	const char *text = page_in_get(in, "text");
	struct reply_report rep = { .stop = SYNC_GOES };
	struct conv *c = conv_in(p, r, in);
	struct reply what = { .text = text,
		.n = strlen(text),
		.paths = paths,
		.names = names,
		.paths_n = in->files_n };
	enum err e;

	if (c == NULL)
		return;
	for (size_t i = 0; i < in->files_n; i++) {
		(void)snprintf(
		    at[i], sizeof at[i], "/proc/self/fd/%d", in->files[i].fd);
		paths[i] = at[i];
		names[i] = in->files[i].name;
	}
	if (text[strspn(text, " \t\r\n")] == '\0' && in->files_n == 0)
		e = ERR_FORMAT;
	else
		e = reply_send(p->desk, p->reach, c, &what, &rep);
	if (e != ERR_OK || rep.stop != SYNC_GOES)
		page_show_talk(p, r, c, text,
		    lang_text(p->lang,
			e != ERR_OK ? reply_trouble(e)
				    : sync_stop_text(rep.stop)));
	else {
		say(p, "Sent. It lies sealed on the line until they look.");
		page_go_talk(r, c);
	}
}
