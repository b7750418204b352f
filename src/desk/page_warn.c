#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "desk/crowd.h"
#include "desk/keep.h"
#include "desk/look.h"
#include "desk/page_part.h"
#include "desk/renewal.h"
#include "desk/rosters.h"
#include "desk/sync_keys.h"
#include "desk/unentered.h"
#include "desk/withheld.h"

/* `sentence` with {1} as a number; there is always room for it. */
static void
add(struct page *p, struct page_warnings *w, const char *sentence, unsigned n)
{
	const char *text = lang_text(p->lang, sentence);
	const char *hole = strstr(text, "{1}");
	char *to;

	if (w->n == PAGE_WARNINGS)
		return;
	to = w->text[w->n];
	if (hole == NULL)
		(void)snprintf(to, PAGE_SAID_MAX, "%s", text);
	else
		(void)snprintf(to, PAGE_SAID_MAX, "%.*s%u%s",
		    (int)(hole - text), text, n, hole + 3);
	w->list[w->n++] = to;
}

static void
add_keys(struct page *p, struct page_warnings *w, uint32_t days)
{
	const char *text = sync_keys_text(days);

	if (text != NULL)
		add(p, w, text, days);
}

static void
add_going(struct page *p, struct page_warnings *w)
{
	const unsigned n = clocks_going(p->desk);

	if (n > 0)
		add(p, w,
		    LANG_N("Conversations that will be destroyed on every "
			   "desk: {1}. Each says on which day, and how to "
			   "keep it."),
		    n);
}

static void
warn_rest(struct page *p, struct page_warnings *w)
{
	const struct sync_report *r = &p->report;

	if (r->odd_questions)
		add(p, w,
		    LANG_N("The line's questions cannot be read; what sources "
			   "answer is shown with what they said before, or "
			   "their short names. Have the line looked at."),
		    0);
	if (r->files_full)
		add(p, w, keep_full_text, r->files_wait);
	if (r->files_gone > 0)
		add(p, w,
		    LANG_N("Files that this desk should keep never came, and "
			   "the line has them no more: {1}. Their sources took "
			   "them back, or the line keeps too short."),
		    r->files_gone);
	if (r->waiting > 0)
		add(p, w,
		    LANG_N("Answers that were cut off need their files again: "
			   "{1}. Each waits in its conversation: choose the "
			   "same files there, and send it."),
		    r->waiting);
}

/* What the team has to do about its own keys. */
static void
warn_team(struct page *p, struct page_warnings *w)
{
	const struct sync_report *r = &p->report;

	if (r->lacking > 0)
		add(p, w,
		    LANG_N("New keys of the team have not come to this desk: "
			   "{1}. It has asked for them; what needs them is "
			   "fetched when they are here. Let an admin's desk "
			   "fetch, and then this one."),
		    r->lacking);
	if (r->roster_days <= ROSTER_SOON)
		add(p, w,
		    LANG_N("What the team key signed of the team's members "
			   "holds for {1} more days. An admin signs it again: "
			   "sotto team renew."),
		    r->roster_days);
	if (r->certificate_days <= RENEWAL_SOON)
		add(p, w, renewal_text(RENEWAL_ENDS), r->certificate_days);
	if (r->uncertified)
		add(p, w, renewal_text(RENEWAL_REFUSED), 0);
	if (r->outrun)
		add(p, w, renewal_text(RENEWAL_OUTRUN), 0);
}

/* One that names somebody. */
static void
add_said(struct page_warnings *w, const struct buf *say, enum err e)
{
	char *to;

	if (e != ERR_OK || w->n == PAGE_WARNINGS)
		return;
	to = w->text[w->n];
	memcpy(to, say->at, say->len);
	to[say->len] = '\0';
	w->list[w->n++] = to;
}

/* What one of the team does to the others. */
static void
warn_others(struct page *p, struct page_warnings *w)
{
	struct rosters_two two;
	struct buf say;
	unsigned n;

	buf_init(&say, PAGE_SAID_MAX - 1);
	if (rosters_are_two(p->desk, &two))
		add_said(w, &say, rosters_say(&say, p->lang, &two));
	for (unsigned i = 0; i < CROWDS; i++) {
		const enum crowd_of what = (enum crowd_of)i;

		buf_clear(&say);
		if (crowd_is(p->desk, what))
			add_said(
			    w, &say, crowd_say(&say, p->lang, p->desk, what));
	}
	for (unsigned i = 0; i < WITHHELD_ALL; i++) {
		buf_clear(&say);
		add_said(w, &say,
		    withheld_say(&say, p->lang, p->desk,
			p->fetching || !p->reported ? NULL : &p->report,
			(enum withheld)i));
	}
	buf_drop(&say);
	n = unentered_count(p->desk);
	if (n > 0)
		add(p, w,
		    LANG_N("Conversations with answers on the line that nobody "
			   "of the team has entered: {1}. Their pages say "
			   "so."),
		    n);
}

void
page_warn_unentered(struct page *p, struct page_warnings *w,
    struct desk_frame *frame, const struct conv *c)
{
	struct unentered list[UNENTERED_SHOWN];
	const size_t n = unentered_of(p->desk, c, list);
	struct buf say;

	if (n == 0)
		return;
	buf_init(&say, PAGE_SAID_MAX - 1);
	add_said(w, &say, unentered_say(&say, p->lang, list, n));
	frame->warning_count = w->n;
	buf_drop(&say);
}

/* What the looks at the line found, until a member has settled it. */
static void
warn_look(struct page *p, struct page_warnings *w)
{
	struct look_news news;

	if (look_news(p->desk, &news) != ERR_OK)
		return;
	if (news.found > 0)
		add(p, w,
		    LANG_N("Sources do not see on the line what they should; "
			   "differences: {1}. See what they are, under What "
			   "sources see."),
		    news.found);
	if (news.failing != 0)
		add(p, w,
		    LANG_N("This desk cannot reach the line as sources do, "
			   "though it can as a desk, and not since today. Have "
			   "it looked at: nobody may be able to write."),
		    0);
}

static void
warn(struct page *p, struct page_warnings *w)
{
	const struct sync_report *r = &p->report;

	/* As the last fetch saw it, whenever that was. */
	if (!p->reported)
		add_keys(p, w, sync_keys_left(p->desk, clock_day()));
	warn_others(p, w);
	warn_look(p, w);
	add_going(p, w);
	if (keep_lacks(p->desk))
		add(p, w, keep_lacks_text, 0);
	if (p->fetching || !p->reported)
		return;
	if (r->stop != SYNC_GOES) {
		add(p, w, sync_stop_text(r->stop), 0);
		return;
	}
	add_keys(p, w, r->key_days);
	warn_team(p, w);
	if (p->refused == 1)
		add(p, w,
		    LANG_N(
			"One envelope opened but was not to be believed; it "
			"is not shown, and nothing is lost. Somebody may "
			"be trying things: if it happens again, tell whoever "
			"runs the line."),
		    1);
	if (p->refused > 1)
		add(p, w,
		    LANG_N("{1} envelopes opened but were not to be believed; "
			   "they are not shown, and nothing is lost. Somebody "
			   "may be trying things: if it goes on, tell whoever "
			   "runs the line."),
		    p->refused);
	if (r->unserved > 0)
		add(p, w,
		    LANG_N("The line names envelopes of days gone by that it "
			   "does not give: {1}. The keys of those days stay "
			   "here until it does. Have the server looked at; "
			   "the command sync --give-up lets them go."),
		    r->unserved);
	if (r->unclosed > 0)
		add(p, w,
		    LANG_N("The line keeps days open that are over: {1}. The "
			   "keys of those days stay here until it closes "
			   "them. Have the server looked at; the command sync "
			   "--give-up lets them go."),
		    r->unclosed);
	warn_rest(p, w);
}

struct desk_frame
page_frame(struct page *p, struct page_warnings *w)
{
	w->n = 0;
	memcpy(w->said, p->said, sizeof w->said);
	wipe(p->said, sizeof p->said);
	warn(p, w);
	return (struct desk_frame){
		.lang = p->lang,
		.team = desk_about(p->desk)->name,
		.said = w->said[0] == '\0' ? NULL : w->said,
		.warnings = w->list,
		.warning_count = w->n,
	};
}
