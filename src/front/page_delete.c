#include <string.h>

#include "base/wipe.h"
#include "front/commit.h"
#include "front/lookup.h"
#include "front/page_routes.h"

struct deletion {
	size_t at; /* see lookup_openings() */
	struct commit commit;
};

static void
deleted_show(struct page *p, bool done)
{
	const struct view_delete v = { .ticket = p->ticket, .done = done };
	struct buf out;

	buf_init(&out, VIEW_PAGE_MAX);
	page_show(p, 200, &out, view_delete(&out, &p->view, &v));
}

/* Whether or not the team could be told, everything is removed. */
static void
told(struct page *p, enum err e)
{
	(void)e;
	deleted_show(p, true);
}

static void
tell_team(struct page *p)
{
	struct deletion *d = p->mine;
	struct letter *letter = &d->commit.letter;

	if (page_door(p) == NULL && p->view.door_count > 0)
		page_choose_door(p, p->view.doors[0].id);
	commit_init(&d->commit, p);
	d->commit.restricted = p->lookup->said.next != NULL;
	if (d->commit.restricted)
		d->commit.to = *p->lookup->said.next;
	letter->text = LETTER_DELETION_TEXT;
	letter->text_len = sizeof LETTER_DELETION_TEXT - 1;
	letter->answers[0] =
	    (struct letter_answer){ LETTER_DELETION, LETTER_DELETION_ASKED };
	letter->answer_count = 1;
	commit_begin(&d->commit, told);
}

static void delete_more(struct page *p);

static void
deleted(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct page *p = with;

	(void)r;
	if (reply->e != ERR_OK)
		page_fail(p, reply->e);
	else
		delete_more(p);
}

static void
delete_more(struct page *p)
{
	uint8_t openings[FRONT_DELETE_MAX][TAG_OPENING_BYTES];
	struct deletion *d = p->mine;
	size_t n;

	n = lookup_openings(p->lookup, &d->at, openings, FRONT_DELETE_MAX);
	if (n > 0)
		front_delete(p->r, openings[0], n, deleted, p);
	else if (d->at > 0 && !p->view.closed)
		tell_team(p);
	else
		deleted_show(p, true);
	wipe(openings, sizeof openings);
}

static void
delete_drop(struct page *p)
{
	struct deletion *d = p->mine;

	commit_drop(&d->commit);
}

static void
delete_looked(struct page *p, enum err e)
{
	if (e != ERR_OK) {
		page_fail(p, e);
		return;
	}
	if ((p->mine = arena_get(&p->r->arena, sizeof(struct deletion))) ==
	    NULL) {
		page_fail(p, ERR_NOMEM);
		return;
	}
	p->drop = delete_drop;
	delete_more(p);
}

static void
delete_known(struct page *p, enum err e)
{
	if (e != ERR_OK)
		page_fail(p, e);
	else if (strcmp(page_value(p, PAGE_SURE), "yes") != 0)
		deleted_show(p, false);
	else
		lookup_answers(p, delete_looked);
}

void
delete_end(struct front_request *r, enum err how)
{
	if (page_is_whole(r->mine, how))
		page_who(r->mine, delete_known);
}
