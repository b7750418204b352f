/* `sotto desk DIR look`: the line as a source sees it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypt/crypt.h"
#include "desk/look.h"
#include "lang/lang.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/end.h"
#include "cmd/look_pages.h"

#define OUT_MAX (1U << 20)
#define SLICE_MS 200U
/* Between a fetch and a look, so that the line does not see who looks. */
#define APART_LEAST_S 120U
#define APART_MOST_S 600U

static enum err
is_told_to_end(void *with)
{
	(void)with;
	return end_is_here() ? ERR_SHORT : ERR_OK;
}

static bool
wait_for(uint64_t ms)
{
	const uint64_t until = clock_ms() + ms;

	while (!end_is_here() && clock_ms() < until)
		clock_sleep(SLICE_MS);
	return !end_is_here();
}

static enum err
walk(struct look *l)
{
	bool over = false;
	uint64_t wait;
	enum err e;

	look_meanwhile(l, is_told_to_end, NULL);
	while ((e = look_step(l, &wait, &over)) == ERR_OK && !over)
		if (wait > 0 && !wait_for(wait))
			return ERR_SHORT;
	return e;
}

/* Not at the time of a fetch. */
static bool
wait_apart(void)
{
	fputs("sotto: It is time to look at the line as a source does, some "
	      "minutes from now; Ctrl-C leaves that for later.\n",
	    stderr);
	return wait_for(1000 *
	    (uint64_t)(APART_LEAST_S +
		crypt_random_below(APART_MOST_S - APART_LEAST_S)));
}

/* ERR_SHORT: it was told to end. */
static enum err
look_once(struct desk_cmd *c, bool fetched)
{
	struct look *l;
	enum err e;

	if ((e = look_open(&l, c->desk, &look_pages)) != ERR_OK)
		return e;
	e = ERR_SHORT;
	if (!fetched || look_is_near(l) || wait_apart())
		e = walk(l);
	look_close(l);
	if (end_is_here())
		return ERR_SHORT;
	if (e != ERR_OK && e != ERR_NOMEM && e != ERR_IO && e != ERR_FULL &&
	    look_failed(c->desk) != ERR_OK)
		return ERR_IO;
	return e;
}

static enum err
put_one(struct buf *out, const struct look_state *s, size_t i)
{
	const struct seen_found *f = &s->found.at[i];
	char since[CLOCK_DATE_BYTES], gone[CLOCK_DATE_BYTES];
	enum err e;

	clock_date(since, f->since);
	clock_date(gone, s->gone[i]);
	e = buf_put_fmt(out, "\n%zu. On %s, since %s%s%s:\n   %s\n", i + 1,
	    seen_page_name(f->page), since, s->gone[i] != 0 ? ", until " : "",
	    s->gone[i] != 0 ? gone : "", seen_sentence(f->what));
	if (e == ERR_OK && f->sees[0] != '\0')
		e = buf_put_fmt(out, "   sources see:   %s\n", f->sees);
	if (e == ERR_OK && f->ours[0] != '\0')
		e = buf_put_fmt(out, "   it should be:  %s\n", f->ours);
	return e;
}

/* What a member can do, by what kinds there are. */
static enum err
put_advice(struct buf *out, const struct look_state *s)
{
	char shown[LOOK_SHOWN_BYTES];
	bool version = true, wanted = false;
	enum err e = ERR_OK;

	for (size_t i = 0; i < s->found.n; i++) {
		version = version && seen_may_be_version(s->found.at[i].what);
		wanted = wanted || s->gone[i] != 0 ||
		    seen_may_be_wanted(s->found.at[i].what);
	}
	if (s->found.more)
		e = buf_put_str(out, "\nThere is more that differs.\n");
	if (e == ERR_OK && version)
		e = buf_put_str(out,
		    "\nAll of it may come of the line running another version "
		    "of sotto than this\ndesk: ask whoever runs it.\n");
	if (e == ERR_OK && wanted && (e = look_shown(shown, s)) == ERR_OK)
		e = buf_put_fmt(out,
		    "\nIf the team wants sources to see what can be wanted of "
		    "this:\nlook --accept %s\n",
		    shown);
	return e;
}

static enum err
put_text(struct buf *out, const struct look_state *s)
{
	char day[CLOCK_DATE_BYTES];
	enum err e = ERR_OK;

	clock_date(day, s->day);
	if (s->day == 0)
		e = buf_put_str(out,
		    "This desk has not looked at the line as "
		    "a source does yet.\n");
	else if (s->found.n == 0)
		e = buf_put_fmt(out,
		    "%s: sources see on the line what they should.\n", day);
	else
		e = buf_put_fmt(out,
		    "%s: sources do not see on the line what they should.\n",
		    day);
	for (size_t i = 0; e == ERR_OK && i < s->found.n; i++)
		e = put_one(out, s, i);
	if (e == ERR_OK && s->found.n > 0)
		e = put_advice(out, s);
	return e;
}

static void
json_found(struct json_out *w, const struct look_state *s)
{
	json_put_list(w, "found");
	for (size_t i = 0; i < s->found.n; i++) {
		const struct seen_found *f = &s->found.at[i];
		const char *word = seen_word(f->what);
		const char *page = seen_page_word(f->page);

		json_put_object(w, NULL);
		json_put_str(w, "what", word, strlen(word));
		json_put_str(w, "page", page, strlen(page));
		desk_cmd_json_day(w, "since", f->since);
		if (s->gone[i] != 0)
			desk_cmd_json_day(w, "until", s->gone[i]);
		json_put_str(w, "sees", f->sees, strlen(f->sees));
		json_put_str(w, "ours", f->ours, strlen(f->ours));
		json_put_bool(w, "can_be_wanted", seen_may_be_wanted(f->what));
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static enum err
put_json(struct buf *out, const struct look_state *s)
{
	char shown[LOOK_SHOWN_BYTES];
	struct json_out w;
	enum err e;

	if ((e = look_shown(shown, s)) != ERR_OK)
		return e;
	json_begin(&w, out);
	json_put_str(&w, "shown", shown, strlen(shown));
	if (s->day != 0)
		desk_cmd_json_day(&w, "day", s->day);
	if (s->failing != 0)
		desk_cmd_json_day(&w, "failing", s->failing);
	json_found(&w, s);
	json_put_bool(&w, "more", s->found.more);
	if (s->has_line) {
		const struct seen_line *l = &s->now;

		json_put_str(&w, "name", l->name, strlen(l->name));
		json_put_str(&w, "title", l->title, strlen(l->title));
		json_put_str(&w, "about", l->about, strlen(l->about));
		json_put_str(&w, "readers", l->readers, strlen(l->readers));
		json_put_u64(&w, "file_max", l->file_max);
		json_put_u64(&w, "retention", l->days);
	}
	e = json_end(&w);
	return e == ERR_OK ? buf_put_str(out, "\n") : e;
}

/* Nothing differs: done; else failed. */
static int
show(struct desk_cmd *c)
{
	struct look_state *s;
	struct buf out;
	bool good;
	int status;
	enum err e;

	if ((e = look_load(c->desk, &s)) != ERR_OK)
		return desk_cmd_failed(e, "what was seen cannot be read");
	good = s->found.n == 0;
	buf_init(&out, OUT_MAX);
	e = c->json ? put_json(&out, s) : put_text(&out, s);
	look_free(s);
	status = desk_cmd_print(&out, e);
	return status == CMD_DONE && !good ? CMD_FAILED : status;
}

static int
accept_all(struct desk_cmd *c)
{
	unsigned left;
	const enum err e = look_accept(c->desk, c->accept, &left);

	if (e == ERR_TAKEN)
		return desk_cmd_say(
		    "That is not what stands now: nothing was accepted. See "
		    "it with look --last, which names it.");
	if (e != ERR_OK)
		return desk_cmd_failed(e, "that cannot be kept");
	if (left > 0)
		desk_cmd_say("What no team can want stays, until a look does "
			     "not find it any more.");
	return show(c);
}

int
desk_cmd_look(struct desk_cmd *c)
{
	enum err e;

	if (c->accept != NULL)
		return accept_all(c);
	if (c->last)
		return show(c);
	if (!desk_cmd_reach(c))
		return CMD_FAILED;
	end_hear();
	if (isatty(2))
		fputs("sotto: This takes some minutes: it goes through the "
		      "pages as people do.\n",
		    stderr);
	if ((e = look_once(c, false)) == ERR_SHORT)
		return desk_cmd_say("Stopped; nothing was compared.");
	if (e != ERR_OK)
		return desk_cmd_failed(e, "the line cannot be looked at");
	return show(c);
}

/* Say what stands, however it came there. */
static int
say_news(struct desk_cmd *c)
{
	char day[CLOCK_DATE_BYTES];
	struct look_news news;

	if (look_news(c->desk, &news) != ERR_OK)
		return desk_cmd_say("What was seen of the line cannot be "
				    "read.");
	if (news.found > 0) {
		clock_date(day, news.since);
		fprintf(stderr,
		    "sotto: Since %s sources do not see on the line what they "
		    "should (%u difference%s): see look --last.\n",
		    day, news.found, news.found == 1 ? "" : "s");
	}
	if (news.failing != 0) {
		clock_date(day, news.failing);
		fprintf(stderr,
		    "sotto: Since %s this desk cannot reach the line as "
		    "sources do, though it can as a desk. Have it looked at: "
		    "nobody may be able to write.\n",
		    day);
	}
	return CMD_DONE;
}

int
desk_cmd_look_after_sync(struct desk_cmd *c)
{
	uint64_t at;
	enum err e = look_due(c->desk, &at);

	if (e != ERR_OK)
		return desk_cmd_failed(e, "that cannot be kept");
	if (!c->no_look && clock_now() >= at) {
		(void)fflush(stdout);
		e = look_once(c, true);
	}
	/* A line that does not answer is said when it goes on so. */
	if (e == ERR_NOMEM || e == ERR_IO || e == ERR_FULL)
		return desk_cmd_failed(e, "the line cannot be looked at");
	return say_news(c);
}
