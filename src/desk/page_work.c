#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/page_part.h"
#include "desk/reply.h"
#include "desk/words.h"

#define SOON_MS 5000U
#define MINUTE_MS (60U * 1000)
#define AGAIN_MS (3U * 60 * 1000) /* after a failure */

/* What an error means for the member, with what to do. */
const char *
page_trouble(enum err e)
{
	static const char *const texts[ERR_COUNT] = {
		[ERR_CLOSED] = LANG_N(
		    "The line could not be reached. Is it running, and is Tor? "
		    "Nothing is lost; this desk tries again by itself."),
		[ERR_EXPIRED] = LANG_N(
		    "The line took too long. Nothing is lost; this desk tries "
		    "again by itself."),
		[ERR_BUSY] = LANG_N("The line has too much to do just now. "
				    "This desk tries again by itself."),
		[ERR_FULL] = LANG_N("There is no room left, on the line or on "
				    "this machine. Make some, then fetch."),
		[ERR_DENIED] = LANG_N(
		    "The line does not take this desk's key. If both clocks "
		    "are right, the team has changed its keys while this desk "
		    "was away, or struck it off: begin in a new folder with "
		    "sotto join, and ask an admin for a welcome."),
		[ERR_IO] = LANG_N(
		    "The desk's folder could not be read or written. Look at "
		    "its disk before you go on."),
	};

	return texts[e] != NULL
	    ? texts[e]
	    : LANG_N("Something is wrong between this desk and the line; "
		     "`sotto desk DIR sync` says more.");
}

/* Why an answer did not go, for the page that keeps it. */
static const char *
reply_trouble(enum err e, const struct reply_report *rep)
{
	/* No answer goes again by itself: it may have been thought better of
	 * meanwhile. */
	static const char *const texts[ERR_COUNT] = {
		[ERR_CLOSED] =
		    LANG_N("The line could not be reached. Is it running, and "
			   "is Tor? Send it again when they are."),
		[ERR_EXPIRED] =
		    LANG_N("The line took too long. Send it again."),
		[ERR_BUSY] = LANG_N("The line has too much to do just now. "
				    "Send it again in some minutes."),
		[ERR_FULL] =
		    LANG_N("Today's sixteen places for answers to this source "
			   "are taken, or the line is full. Send it again "
			   "tomorrow."),
		[ERR_TOOBIG] = LANG_N("That is longer than a message may be. "
				      "Send it in two."),
		[ERR_FORMAT] = LANG_N("A message needs words, also when it "
				      "brings files."),
		[ERR_NOKEY] =
		    LANG_N("This source cannot be answered: what its messages "
			   "give to seal answers to is no key."),
	};

	if (e == ERR_OK)
		return sync_stop_text(rep->stop);
	if (rep->elsewhere)
		return reply_elsewhere;
	return texts[e] != NULL ? texts[e] : page_trouble(e);
}

/* Called while the line is waited for, and between two letters: the page is
 * served, and files that are to be saved are looked through.  Anything that
 * ends a call of reach at once and is no fault of the line's will do to break
 * it off. */
enum err
page_meanwhile(void *with)
{
	struct page *p = with;
	enum err e = http_server_turn(p->http, 0);

	(void)page_streams_turn(p);
	(void)page_log_turn(p);
	page_watch_turn(p);
	if (e == ERR_OK && (p->yield || p->stop || p->is_over(p->with)))
		e = ERR_SHORT;
	return e;
}

/* When to fetch by itself.  At random, so that whoever sees this machine's
 * traffic or the line's does not know one desk by its beat. */
static uint64_t
next_fetch(const struct page *p)
{
	const uint32_t every = p->every * MINUTE_MS;

	return every == 0 ? UINT64_MAX
			  : clock_ms() + every / 2 + crypt_random_below(every);
}

static const char *
how_it_went(const struct page *p, enum err e)
{
	if (e != ERR_OK && p->stop)
		return LANG_N("Stopped. What has come is here; fetching goes "
			      "on from there.");
	if (e != ERR_OK)
		return page_trouble(e);
	if (p->report.stop != SYNC_GOES)
		return LANG_N("It was stopped: see above.");
	if (p->came == 0)
		return LANG_N("Nothing was new.");
	return p->came == 1 ? LANG_N("One message was new.")
			    : LANG_N("There were new messages.");
}

static void
fetch(struct page *p)
{
	enum err e;

	page_look_keep_off(p);
	p->fetching = true;
	p->stop = false;
	reach_meanwhile(p->reach, page_meanwhile, p);
	e = sync_run(p->desk, p->reach, &p->report);
	reach_meanwhile(p->reach, NULL, NULL);
	p->fetching = false;
	page_look_keep_off(p);
	p->refused += p->report.refused;
	p->came += p->report.letters;
	p->report.letters = 0;
	if (p->yield || p->is_over(p->with))
		return; /* it goes on after what came between */
	p->reported = p->report.stop != SYNC_GOES || p->report.key_days > 0;
	(void)snprintf(p->synced, sizeof p->synced, "%s",
	    lang_text(p->lang, how_it_went(p, e)));
	if (p->came > 0 && p->by_itself && p->news != NULL)
		p->news(p->with);
	p->came = 0;
	p->by_itself = true;
	p->sync_at = next_fetch(p);
	if (e != ERR_OK && !p->stop && p->every > 0)
		p->sync_at = clock_ms() + AGAIN_MS;
	/* Files are not all here: what is new comes first, then more. */
	if (e == ERR_OK && p->report.files_wait > 0 && !p->report.files_full)
		p->sync_at = clock_ms() + SOON_MS;
}

static enum err
send_out(struct page *p, struct page_out *o, struct reply_report *rep)
{
	char at[PAGE_FILES][32];
	const char *paths[PAGE_FILES], *names[PAGE_FILES];
	const char *text = page_in_get(o->in, "text");
	struct words_ids over = { .n = 0 };
	const struct reply what = { .text = text,
		.n = strlen(text),
		.over = (const uint8_t(*)[EFFECT_ID_BYTES])over.id,
		.over_n = (page_words_over(o->in, "over", &over), over.n),
		.paths = paths,
		.names = names,
		.paths_n = o->in->files_n };

	for (size_t i = 0; i < o->in->files_n; i++) {
		(void)snprintf(at[i], sizeof at[i], "/proc/self/fd/%d",
		    o->in->files[i].fd);
		paths[i] = at[i];
		names[i] = o->in->files[i].name;
	}
	return reply_send(p->desk, p->reach, o->conv, &what, rep);
}

static void
send_next(struct page *p, struct page_out *o)
{
	struct reply_report rep = { .stop = SYNC_GOES };
	enum err e;

	page_look_keep_off(p);
	p->sending = true;
	reach_meanwhile(p->reach, page_meanwhile, p);
	e = send_out(p, o, &rep);
	reach_meanwhile(p->reach, NULL, NULL);
	p->sending = false;
	if (e != ERR_OK && (p->yield || p->is_over(p->with)))
		return; /* it goes on where it broke off */
	if (e != ERR_OK || rep.stop != SYNC_GOES) {
		o->trouble = reply_trouble(e, &rep);
		return;
	}
	page_out_drop(p, o->conv);
	page_say(p, "Sent. It lies sealed on the line until they look.");
}

static void
delete_now(struct page *p)
{
	struct http_request *r = p->doomed_by;
	struct conv *c = p->doomed;
	enum err e;

	p->doomed = NULL;
	p->doomed_by = NULL;
	e = desk_delete(p->desk, c);
	if (e == ERR_OK)
		page_say(p, "Destroyed. The log keeps that it was there.");
	if (r == NULL)
		return;
	if (e != ERR_OK)
		page_sorry(p, r, 500,
		    "It could not be destroyed whole. Look at the disk, then "
		    "start the desk again: it goes on with it.");
	else
		page_go(r, "/");
}

void
page_work_conv_gone(void *with, const struct conv *c)
{
	struct page *p = with;

	page_out_drop(p, c);
	if (p->doomed != c)
		return;
	/* A fetch came first. */
	if (p->doomed_by != NULL)
		page_go(p->doomed_by, "/");
	p->doomed = NULL;
	p->doomed_by = NULL;
}

void
page_work(struct page *p)
{
	struct page_out *o = p->outs;

	p->yield = false;
	while (o != NULL && o->trouble != NULL)
		o = o->next;
	if (p->doomed != NULL)
		delete_now(p);
	else if (o != NULL)
		send_next(p, o);
	else if (p->wish.number > 0)
		page_bring_next(p);
	else if (clock_ms() >= p->sync_at && !page_look_holds(p))
		fetch(p);
	else
		page_look_turn(p);
}

/* Several acts in a row go together. */
void
page_work_soon(struct page *p)
{
	const uint64_t at = clock_ms() + SOON_MS;

	if (p->sync_at > at)
		p->sync_at = at;
}

void
page_work_fetch(struct page *p)
{
	p->sync_at = 0;
	p->by_itself = false;
}

void
page_work_stop(struct page *p)
{
	/* One that was asked for may not have begun. */
	if (p->fetching || p->wish.goes)
		p->stop = true;
	else if (p->wish.number > 0)
		p->wish.number = 0;
	else if (p->sync_at == 0)
		p->sync_at = next_fetch(p);
}

void
page_work_delete(struct page *p, struct conv *c, struct http_request *r)
{
	p->doomed = c;
	p->doomed_by = r;
	p->yield = true;
}

void
page_work_gone(struct page *p, const struct http_request *r)
{
	if (p->doomed_by == r)
		p->doomed_by = NULL;
}

struct page_out *
page_out_find(const struct page *p, const struct conv *c)
{
	struct page_out *o = p->outs;

	while (o != NULL && o->conv != c)
		o = o->next;
	return o;
}

enum err
page_out_add(struct page *p, struct conv *c, struct page_in *in)
{
	struct page_out **at = &p->outs, *o;
	size_t n = 0;

	for (; *at != NULL; at = &(*at)->next)
		n++;
	if (n == PAGE_OUTS_MAX)
		return ERR_BUSY;
	if ((o = calloc(1, sizeof *o)) == NULL)
		return ERR_NOMEM;
	o->conv = c;
	o->in = in; /* now ours */
	*at = o;
	/* Somebody waits for this; fetching goes on after it. */
	p->yield = p->yield || p->fetching;
	return ERR_OK;
}

void
page_out_drop(struct page *p, const struct conv *c)
{
	struct page_out **at = &p->outs, *o;

	while ((o = *at) != NULL) {
		if (o->conv != c) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		page_in_close(o->in);
		wipe_free(o, sizeof *o);
	}
}

void
page_out_drop_unsent(struct page *p, const struct conv *c)
{
	const struct page_out *o = page_out_find(p, c);

	if (o != NULL && o->trouble != NULL)
		page_out_drop(p, c);
}

void
page_work_drop(struct page *p)
{
	while (p->outs != NULL)
		page_out_drop(p, p->outs->conv);
}
