#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/inside.h"
#include "desk/look.h"
#include "desk/look_told.h"

#define ADDRESS_MAX 1024U

struct look {
	struct desk *d;
	const struct seen_pages *pages;
	char address[ADDRESS_MAX]; /* lines: for sources, for desks, Tor's */
	const char *line, *socks; /* in it */
	struct look_visit tell, browser;
	struct offer offer;
	struct look_got said, questions, got[SEEN_PAGES];
	struct seen_own own; /* the newest of each, */
	struct seen_own of[SEEN_PAGES]; /* and what a page had */
	struct seen_list found;
	size_t step;
	uint32_t day;
	bool over;
};

static enum err get_line(struct look *l);
static enum err get_questions(struct look *l);
static enum err get_start(struct look *l);
static enum err get_style(struct look *l);
static enum err get_phrase(struct look *l);
static enum err get_asked(struct look *l);
static enum err get_write(struct look *l);
static enum err finish(struct look *l);

/* What is done, and how many seconds pass before the next: what people take to
 * read, to write nine words down, to type three.  A browser asks for the style
 * sheet of every page, because none may be kept. */
static const struct {
	enum err (*run)(struct look *l);
	unsigned least, most;
} steps[] = {
	{ get_line, 0, 0 },
	{ get_questions, 30, 300 },
	{ get_start, 0, 0 },
	{ get_style, 15, 90 },
	{ get_phrase, 0, 0 },
	{ get_style, 40, 200 },
	{ get_asked, 0, 0 },
	{ get_style, 15, 60 },
	{ get_write, 0, 0 },
	{ get_style, 0, 0 },
	{ finish, 0, 0 },
};

/* "LINE\nDESK-LINE\nSOCKS\n" */
static enum err
take_address(struct look *l)
{
	struct buf kept;
	char *end;
	enum err e;

	buf_init(&kept, sizeof l->address - 1);
	if ((e = desk_recall(l->d, "address", &kept)) != ERR_OK)
		goto out;
	memcpy(l->address, kept.at, kept.len);
	e = ERR_NOTHING;
	if ((end = strchr(l->address, '\n')) == NULL || end == l->address)
		goto out;
	*end = '\0';
	l->line = l->address;
	e = ERR_FORMAT;
	if ((end = strchr(end + 1, '\n')) == NULL)
		goto out;
	l->socks = end[1] == '\n' ? NULL : end + 1;
	if ((end = strchr(end + 1, '\n')) == NULL)
		goto out;
	*end = '\0';
	e = ERR_OK;
out:
	buf_drop(&kept);
	return e;
}

enum err
look_open(struct look **out, struct desk *d, const struct seen_pages *pages)
{
	struct look *l = calloc(1, sizeof *l);
	enum err e = ERR_NOMEM;

	if (l == NULL)
		return e;
	l->d = d;
	l->pages = pages;
	l->day = clock_day();
	offer_init(&l->offer);
	if ((e = take_address(l)) != ERR_OK)
		goto out;
	e = look_visit_open(&l->tell, l->line, l->socks);
	if (e == ERR_OK)
		e = look_visit_open(&l->browser, l->line, l->socks);
	if (e != ERR_OK)
		goto out;
	*out = l;
	l = NULL; /* now the caller's */
out:
	look_close(l);
	return e;
}

void
look_close(struct look *l)
{
	if (l == NULL)
		return;
	look_visit_close(&l->tell);
	look_visit_close(&l->browser);
	look_got_drop(&l->said);
	look_got_drop(&l->questions);
	for (size_t i = 0; i < SEEN_PAGES; i++)
		look_got_drop(&l->got[i]);
	offer_drop(&l->offer);
	wipe_free(l, sizeof *l);
}

bool
look_is_near(const struct look *l)
{
	return l->browser.host.loopback;
}

void
look_meanwhile(struct look *l, enum err (*meanwhile)(void *with), void *with)
{
	if (l->tell.http != NULL)
		http_client_meanwhile(l->tell.http, meanwhile, with);
	http_client_meanwhile(l->browser.http, meanwhile, with);
}

/* A line that is not well just now is looked at again later. */
static enum err
whole(enum err e, unsigned status)
{
	if (e == ERR_TOOBIG || e == ERR_FORMAT)
		return ERR_OK; /* named: it is no page of ours */
	return e == ERR_OK && (status == 503 || status == 429) ? ERR_BUSY : e;
}

/* Is it our line's, signed by the key that the team named? */
static enum err
get_line(struct look *l)
{
	struct desk *d = l->d;
	enum err e = look_visit_machine(&l->tell, "/v1/line", &l->said);

	if ((e = whole(e, l->said.status)) != ERR_OK)
		return e;
	if (l->said.status != 200)
		return ERR_CLOSED;
	e = offer_read(&l->offer, l->said.body.at, l->said.body.len, d->print,
	    TEAM_PRINT_CHARS);
	if (e == ERR_NOMEM)
		return e;
	/* A line key that this desk does not know yet is the team's all the
	 * same; one that the team has replaced is somebody else's. */
	if (e == ERR_OK)
		e = certificate_follows(&l->offer.certificate, &d->certificate);
	if (e == ERR_OK || e == ERR_NOTHING)
		return ERR_OK;
	/* There is nothing to compare its pages with, and no need to. */
	seen_put(
	    &l->found, SEEN_KEYS, SEEN_START, seen_text(""), seen_text(""));
	l->step = COUNT(steps) - 2;
	return ERR_OK;
}

static enum err
get_questions(struct look *l)
{
	enum err e =
	    look_visit_machine(&l->tell, "/v1/questions", &l->questions);

	/* That visitor goes. */
	look_visit_close(&l->tell);
	return whole(e, l->questions.status);
}

/* The rest of the visit makes no sense when this page is none. */
static enum err
get_page(struct look *l, enum seen_page page, const struct buf *form)
{
	struct look_got *got = &l->got[page];
	const enum err e =
	    whole(look_visit_page(&l->browser, page, form, got), got->status);

	if (e != ERR_OK)
		return e;
	if (got->status != 200)
		l->step = COUNT(steps) - 2;
	else
		seen_read_own(&l->own, page, &got->body);
	l->of[page] = l->own;
	return ERR_OK;
}

static enum err
get_start(struct look *l)
{
	return get_page(l, SEEN_START, NULL);
}

/* One that is as it should be is not kept; of those that are not, the first. */
static enum err
get_style(struct look *l)
{
	struct look_got got = { .status = 0 };
	struct seen_list odd = { .n = 0 };
	struct buf ours;
	enum err e;

	buf_init(&ours, SEEN_PAGE_MAX);
	e = whole(
	    look_visit_page(&l->browser, SEEN_STYLE, NULL, &got), got.status);
	if (e == ERR_OK)
		e = l->pages->draw(&ours, SEEN_STYLE, NULL, NULL);
	if (e == ERR_OK)
		e = seen_compare(&odd, SEEN_STYLE, &got.body, &ours, NULL);
	seen_head(&odd, SEEN_STYLE, &got.head, got.body.len);
	got.odd = got.odd || odd.n > 0 || got.status != 200;
	if (e == ERR_OK && !l->got[SEEN_STYLE].odd &&
	    (l->got[SEEN_STYLE].status == 0 || got.odd)) {
		look_got_drop(&l->got[SEEN_STYLE]);
		l->got[SEEN_STYLE] = got;
		got = (struct look_got){ .status = 0 }; /* now l's */
	}
	look_got_drop(&got);
	buf_drop(&ours);
	return e;
}

/* Which doors are open on the line's day; one of them is chosen. */
static bool
choose_door(struct look *l)
{
	const struct key_note *k = &l->offer.note;
	const struct key_note_door *open[KEY_NOTE_DOORS];
	uint32_t n = 0;

	for (size_t i = 0; i < k->doors_n; i++)
		if (key_note_recipient(&k->doors[i], l->offer.day) != NULL)
			open[n++] = &k->doors[i];
	if (n == 0)
		return false;
	enc_hex(l->own.door, open[crypt_random_below(n)]->id, DOOR_ID_BYTES);
	return true;
}

static enum err
get_phrase(struct look *l)
{
	struct buf form;
	enum err e;

	if (!choose_door(l)) {
		l->step = COUNT(steps) - 2; /* it is closed today */
		return ERR_OK;
	}
	buf_init(&form, 256);
	if ((e = look_field(&form, "door", l->own.door)) == ERR_OK)
		e = get_page(l, SEEN_PHRASE, &form);
	buf_drop(&form);
	return e;
}

static enum err
get_asked(struct look *l)
{
	struct buf form;
	enum err e;

	buf_init(&form, 1024);
	if ((e = look_field(&form, "ticket", l->own.ticket)) == ERR_OK)
		e = get_page(l, SEEN_ASKED, &form);
	buf_drop(&form);
	return e;
}

static enum err
get_write(struct look *l)
{
	const struct seen_own *o = &l->own;
	char name[] = "w1";
	struct buf form;
	enum err e;

	buf_init(&form, 2048);
	if ((e = look_field(&form, "ticket", o->ticket)) == ERR_OK)
		e = look_field(&form, "places", o->places);
	for (size_t i = 0; e == ERR_OK && i < SEEN_PLACES; i++) {
		const char *word =
		    o->places[i] == '\0' ? "" : o->word[o->places[i] - '1'];

		name[1] = (char)('1' + i);
		e = look_field(&form, name, word);
	}
	if (e == ERR_OK)
		e = get_page(l, SEEN_WRITE, &form);
	buf_drop(&form);
	return e;
}

void
look_merge(struct look_state *s, const struct seen_list *new, uint32_t today,
    bool all_came)
{
	struct seen_list all = { .more = new->more || s->found.more };
	uint32_t gone[SEEN_FOUND_MAX] = { 0 };

	for (size_t i = 0; i < new->n; i++) {
		struct seen_found f = new->at[i];

		f.since = today;
		for (size_t k = 0; k < s->found.n; k++)
			if (memcmp(s->found.at[k].id, f.id, sizeof f.id) == 0) {
				f.since = s->found.at[k].since;
				s->found.at[k].since = 0; /* taken over */
			}
		all.at[all.n++] = f;
	}
	for (size_t k = 0; k < s->found.n; k++) {
		if (s->found.at[k].since == 0)
			continue;
		if (all.n == SEEN_FOUND_MAX) {
			all.more = true;
			break;
		}
		gone[all.n] = s->gone[k] != 0 || !all_came ? s->gone[k] : today;
		all.at[all.n++] = s->found.at[k];
	}
	s->found = all;
	memcpy(s->gone, gone, sizeof s->gone);
}

/* What `tell` was given, against what this desk was at its last sync. */
static enum err
compare_told(struct look *l, struct look_state *s)
{
	struct look_heard told;
	enum err e = look_told_load(l->d, &told);

	if (e == ERR_NOTHING || e == ERR_FORMAT)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	look_told_keys(&l->found, &told, l->offer.note.serial, l->offer.hash);
	if (l->offer.note.serial < told.serial)
		seen_put(&l->found, SEEN_KEYS_OLD, SEEN_START, seen_text(""),
		    seen_text(""));
	s->waits = true;
	s->serial = l->offer.note.serial;
	memcpy(s->keys, l->offer.hash, sizeof s->keys);
	/* Whatever it said of questions, or did not: its keys are judged. */
	memcpy(s->questions, told.questions, sizeof s->questions);
	if (l->questions.status == 200 || l->questions.odd)
		sha256(
		    s->questions, l->questions.body.at, l->questions.body.len);
	else if (l->questions.status != 0)
		memset(s->questions, 0, sizeof s->questions);
	return ERR_OK;
}

static enum err
judge(struct look *l, struct look_state *s)
{
	const struct look_all all = { .d = l->d,
		.pages = l->pages,
		.offer = &l->offer,
		.questions = &l->questions,
		.got = l->got,
		.own = l->of,
		.onion = l->browser.host.onion };
	struct seen_line *now = calloc(1, sizeof *now);
	enum err e = ERR_NOMEM;

	if (now == NULL)
		return e;
	l->found.wanted = (const uint8_t(*)[SEEN_ID_BYTES])s->wanted;
	l->found.wanted_n = s->wanted_n;
	if ((e = compare_told(l, s)) == ERR_OK &&
	    (e = look_judge(&l->found, now, s, &all)) == ERR_OK &&
	    l->got[SEEN_START].status == 200) {
		s->now = *now;
		if (!s->has_line) {
			s->ours = *now;
			(void)snprintf(s->ours.name, sizeof s->ours.name, "%s",
			    l->d->about.name);
		}
		s->has_line = true;
	}
	l->found.wanted_n = 0;
	l->found.wanted = NULL;
	wipe_free(now, sizeof *now);
	return e;
}

static enum err
finish(struct look *l)
{
	struct look_state *s;
	enum err e;

	if ((e = look_load(l->d, &s)) != ERR_OK)
		return e;
	if (l->offer.day != 0)
		e = judge(l, s);
	if (e == ERR_OK) {
		look_merge(s, &l->found, l->day, true);
		s->day = l->day;
		s->failing = 0;
		e = look_keep(l->d, s);
	}
	look_free(s);
	if (e == ERR_OK)
		e = look_plan(l->d, false);
	l->over = e == ERR_OK;
	return e;
}

/* It broke off.  Whoever has the line may have done that when it had shown what
 * it wanted to. */
static enum err
keep_what_came(struct look *l)
{
	struct look_state *s;
	enum err e;

	if (l->offer.day == 0)
		return ERR_OK;
	if ((e = look_load(l->d, &s)) != ERR_OK)
		return e;
	if ((e = judge(l, s)) == ERR_OK) {
		look_merge(s, &l->found, l->day, false);
		e = look_keep(l->d, s);
	}
	look_free(s);
	return e;
}

/* Errors of this machine, or of whoever works at it. */
static bool
is_ours(enum err e)
{
	return err_is_machine(e) || e == ERR_FULL || e == ERR_SHORT;
}

/* People are not as quick as that; a line on this machine is one's own. */
static uint64_t
pause_after(const struct look *l, size_t step)
{
	const unsigned least = steps[step].least, most = steps[step].most;

	if (look_is_near(l) || most == 0)
		return 0;
	return 1000 * (uint64_t)least +
	    crypt_random_below(1000 * (most - least));
}

/* What a look had when a step began. */
struct had {
	bool line, questions, got[SEEN_PAGES];
};

static struct had
had(const struct look *l)
{
	struct had h = { .line = l->offer.day != 0,
		.questions = l->questions.status != 0 };

	for (size_t i = 0; i < SEEN_PAGES; i++)
		h.got[i] = l->got[i].status != 0;
	return h;
}

/* At midnight what stands on a page changes.  What a step brought meanwhile may
 * be of either day and goes; what came before it is judged, and the rest is
 * seen at another look (what_came_before_midnight_is_judged). */
static void
forget_since(struct look *l, const struct had *h)
{
	if (!h->line)
		offer_drop(&l->offer);
	if (!h->questions)
		look_got_drop(&l->questions);
	for (size_t i = 0; i < SEEN_PAGES; i++)
		if (!h->got[i])
			look_got_drop(&l->got[i]);
}

static enum err
run_step(struct look *l, size_t step)
{
	const struct had before = had(l);
	enum err e;

	if (steps[step].run == finish)
		return finish(l); /* all of it came before */
	if (l->day != clock_day())
		return ERR_BUSY;
	e = steps[step].run(l);
	if (l->day == clock_day())
		return e;
	forget_since(l, &before);
	return is_ours(e) ? e : ERR_BUSY;
}

enum err
look_step(struct look *l, uint64_t *wait, bool *over)
{
	const size_t step = l->step;
	const enum err e = run_step(l, step);
	enum err kept;

	if (e != ERR_OK) {
		kept = is_ours(e) ? ERR_OK : keep_what_came(l);
		return kept == ERR_OK ? e : kept;
	}
	l->step++; /* from where the step has put it */
	*over = l->over;
	*wait = l->over ? 0 : pause_after(l, step);
	return ERR_OK;
}
