/* Acts and pages about how long a conversation is kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#include "desk/page_part.h"
#include "desk/restrict.h"
#include "desk/team.h"

#define ROWS_MAX 5000U /* of the register on one page, the newest */

struct desk_kept
page_kept(struct page *p, const struct conv *c)
{
	const enum member_role role = desk_role(p->desk);
	struct clocks_state s;

	clocks_state(p->desk, c, &s);
	return (struct desk_kept){
		.outcome = s.outcome,
		.hold = s.hold,
		.ends = s.ends,
		.goes = s.goes,
		.asked = s.asked,
		.by = s.by,
		.stays = s.stays,
		.several = desk_roster(p->desk)->devices_n > 1,
		.editor = role <= MEMBER_EDITOR,
		.admin = role == MEMBER_ADMIN,
	};
}

/* Was it kept?  Else what is wrong is answered. */
static bool
was_kept(struct page *p, struct http_request *r, enum err e)
{
	if (e == ERR_OK)
		return true;
	if (e == ERR_DENIED)
		page_sorry(p, r, 403,
		    "Your role in the team does not allow that. Nothing was "
		    "changed.");
	else if (e == ERR_TAKEN)
		page_sorry(
		    p, r, 409, "It is held by an admin. Nothing was changed.");
	else if (e == ERR_NOTHING)
		page_sorry(p, r, 409, "Nothing is announced for it any more.");
	else
		page_sorry(
		    p, r, 500, "It could not be kept. Is the disk full?");
	return false;
}

void
page_junk(struct page *p, struct http_request *r, struct page_in *in)
{
	const bool junk = strcmp(page_in_get(in, "junk"), "yes") == 0;
	struct conv *c = page_conv_in(p, r, in);

	if (c == NULL || !was_kept(p, r, desk_set_junk(p->desk, c, junk)))
		return;
	page_say(p,
	    junk ? LANG_N("Marked as junk. It lies under Junk now.")
		 : LANG_N("Not junk any more."));
	page_go(r, "/");
}

void
page_outcome(struct page *p, struct http_request *r, struct page_in *in)
{
	struct conv *c = page_conv_in(p, r, in);
	enum effect_outcome outcome;

	if (c == NULL)
		return;
	if (!effect_outcome_find(&outcome, page_in_get(in, "outcome"))) {
		page_sorry(p, r, 400, "That form is not one of this desk.");
		return;
	}
	if (!was_kept(p, r, clocks_set_outcome(p->desk, c, outcome)))
		return;
	page_say(p, "Kept. The other desks hear of it with the next fetch.");
	page_go_talk(r, c);
}

void
page_hold(struct page *p, struct http_request *r, struct page_in *in)
{
	const bool hold = strcmp(page_in_get(in, "hold"), "yes") == 0;
	struct conv *c = page_conv_in(p, r, in);

	if (c == NULL || !was_kept(p, r, clocks_hold(p->desk, c, hold)))
		return;
	page_say(p,
	    hold ? LANG_N("Held: nothing of it is destroyed.")
		 : LANG_N("Held no longer."));
	page_go_talk(r, c);
}

static void
ask(struct page *p, struct http_request *r, const struct conv *c)
{
	const struct desk_kept kept = page_kept(p, c);
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	struct buf out;

	buf_init(&out, DESK_PAGE_MAX);
	page_answer(
	    r, 200, &out, desk_view_delete(&out, &frame, c->handle, &kept));
}

static void
destroy(struct page *p, struct http_request *r, struct conv *c)
{
	if (c->hold)
		(void)was_kept(p, r, ERR_TAKEN);
	else if (desk_role(p->desk) != MEMBER_ADMIN)
		(void)was_kept(p, r, ERR_DENIED);
	else if (p->doomed != NULL)
		page_sorry(p, r, 409,
		    "Another conversation is being destroyed. Press again in "
		    "a moment.");
	else
		page_work_delete(p, c, r);
}

void
page_delete(struct page *p, struct http_request *r, struct page_in *in)
{
	const bool sure = strcmp(page_in_get(in, "sure"), "yes") == 0;
	const bool now = strcmp(page_in_get(in, "now"), "yes") == 0;
	const bool undo = strcmp(page_in_get(in, "undo"), "yes") == 0;
	struct conv *c = page_conv_in(p, r, in);
	uint32_t day;

	if (c == NULL)
		return;
	if (!undo && restrict_is_kept(p->desk, c)) {
		page_sorry(p, r, 403,
		    "Only those who read it can delete it. Nothing was "
		    "changed.");
	} else if (undo) {
		if (was_kept(p, r, clocks_take_back(p->desk, c))) {
			page_say(p,
			    "It stays. The other desks hear of it with the "
			    "next fetch.");
			page_go_talk(r, c);
		}
	} else if (now || (sure && desk_roster(p->desk)->devices_n == 1)) {
		destroy(p, r, c);
	} else if (!sure) {
		ask(p, r, c);
	} else if (was_kept(p, r, clocks_delete(p->desk, c, &day))) {
		page_say(p,
		    "Announced. The other desks hear of it with the next "
		    "fetch.");
		page_go_talk(r, c);
	}
}

void
page_register(struct page *p, struct http_request *r, struct page_in *in)
{
	const size_t all = clocks_register(p->desk);
	const size_t n = all < ROWS_MAX ? all : ROWS_MAX;
	struct desk_dead *rows = calloc(n + 1, sizeof *rows);
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	struct buf out;
	enum err e = ERR_NOMEM;

	(void)in;
	buf_init(&out, DESK_PAGE_MAX);
	for (size_t i = 0; rows != NULL && i < n; i++) {
		const struct registered_dead *d =
		    clocks_register_at(p->desk, all - n + i);

		(void)snprintf(rows[i].id, sizeof rows[i].id,
		    "%02x%02x%02x%02x", d->id[0], d->id[1], d->id[2], d->id[3]);
		rows[i].outcome = d->outcome;
		rows[i].first = d->first;
		rows[i].last = d->last;
		rows[i].letters = d->letters;
		rows[i].files = d->files;
		rows[i].day = d->day;
	}
	if (rows != NULL)
		e = desk_view_register(&out, &frame, rows, n);
	page_answer(r, e == ERR_OK ? 200 : 500, &out, e);
	wipe_free(rows, (n + 1) * sizeof *rows);
}

void
page_periods(struct page *p, struct http_request *r, struct page_in *in)
{
	struct desk_template *list = calloc(periods_count() + 1, sizeof *list);
	struct desk_periods page = {
		.templates = list,
		.template_count = periods_count(),
		.admin = desk_role(p->desk) == MEMBER_ADMIN,
	};
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	struct periods days;
	struct buf out;
	enum err e = ERR_NOMEM;

	(void)in;
	clocks_periods(p->desk, &days);
	page.junk = days.junk;
	page.irrelevant = days.irrelevant;
	page.closed = days.closed;
	page.now = page.template_count;
	for (size_t i = 0; list != NULL && i < page.template_count; i++) {
		const struct periods_template *t = periods_at(i);

		list[i] = (struct desk_template){ t->name, t->means };
		if (t == periods_same(&days))
			page.now = i;
	}
	buf_init(&out, DESK_PAGE_MAX);
	if (list != NULL)
		e = desk_view_periods(&out, &frame, &page);
	page_answer(r, e == ERR_OK ? 200 : 500, &out, e);
	free(list);
}

void
page_periods_act(struct page *p, struct http_request *r, struct page_in *in)
{
	const struct periods_template *t =
	    periods_find(page_in_get(in, "template"));

	if (t == NULL)
		page_sorry(p, r, 400, "Choose one of the periods first.");
	else if (was_kept(p, r, clocks_set_periods(p->desk, &t->days))) {
		page_say(
		    p, "Kept. The other desks hear of it with the next fetch.");
		page_go(r, "/periods");
	}
}
