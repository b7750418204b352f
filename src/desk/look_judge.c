#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/look.h"

/* The doors at which somebody can write on the line's day. */
static void
take_doors(struct seen_line *l, const struct offer *o)
{
	for (size_t i = 0; i < o->note.doors_n; i++) {
		const struct key_note_door *from = &o->note.doors[i];
		struct seen_door *to = &l->doors[l->doors_n];

		if (key_note_recipient(from, o->day) == NULL)
			continue;
		enc_hex(to->id, from->id, DOOR_ID_BYTES);
		memcpy(to->name, from->name, sizeof to->name);
		memcpy(to->readers, from->readers, sizeof to->readers);
		l->doors_n++;
	}
}

/* What `tell` is asked; none from a line that does not know the request. */
static void
take_questions(
    struct seen_line *l, struct seen_list *found, const struct look_got *got)
{
	const char *p = (const char *)got->body.at;

	if (got->status != 200 ||
	    question_read_all(
		l->questions, &l->questions_n, p, got->body.len) == ERR_OK)
		return;
	seen_put(found, SEEN_TELL_QUESTIONS, SEEN_START,
	    (struct seen_text){ p, got->body.len }, seen_text(""));
}

/* The request broke off, and a browser shows what had come: that it ends too
 * early says nothing, but what can run in it has run. */
static enum err
judge_cut(struct seen_list *found, enum seen_page page,
    const struct look_got *got, const struct buf *drawn,
    const struct seen_line *line)
{
	struct seen_list *all = calloc(1, sizeof *all);
	const size_t n = got->body.len;
	enum err e;

	if (all == NULL)
		return ERR_NOMEM;
	e = n <= drawn->len && memcmp(got->body.at, drawn->at, n) == 0
	    ? ERR_OK
	    : seen_compare(all, page, &got->body, drawn, line);
	for (size_t i = 0; e == ERR_OK && i < all->n; i++)
		if (all->at[i].what == SEEN_ALIEN)
			seen_put_same(found, &all->at[i]);
	wipe_free(all, sizeof *all);
	return e;
}

/* A page against its drawing, and the rules that came with it. */
static enum err
judge_page(struct seen_list *found, enum seen_page page,
    const struct seen_line *line, const struct look_all *all)
{
	const struct look_got *got = &all->got[page];
	const bool is_cut = got->status == 0 && !got->odd;
	char status[64];
	struct buf drawn;
	enum err e;

	if (is_cut && got->body.len == 0)
		return ERR_OK;
	if (got->status != 200 && got->status != 0) {
		(void)snprintf(status, sizeof status, "%u", got->status);
		seen_put(found, SEEN_STATUS, page, seen_text(status),
		    seen_text("200"));
		return ERR_OK;
	}
	buf_init(&drawn, 2 * SEEN_PAGE_MAX);
	e = all->pages->draw(&drawn, page, line, &all->own[page]);
	if (e == ERR_OK)
		e = is_cut
		    ? judge_cut(found, page, got, &drawn, line)
		    : seen_compare(found, page, &got->body, &drawn, line);
	if (e == ERR_OK && !is_cut)
		seen_head(found, page, &got->head, got->body.len);
	buf_drop(&drawn);
	return e;
}

enum err
look_judge(struct seen_list *found, struct seen_line *now,
    const struct look_state *s, const struct look_all *all)
{
	const bool read = all->got[SEEN_START].status == 200;
	struct seen_line *base = calloc(1, sizeof *base);
	enum err e = ERR_NOMEM;

	if (base == NULL)
		return e;
	base->onion = all->onion;
	(void)snprintf(base->name, sizeof base->name, "%s", all->d->about.name);
	take_doors(base, all->offer);
	take_questions(base, found, all->questions);
	e = seen_read_line(now, base, &all->got[SEEN_START].body, all->pages);
	/* The first time, what stands there is what is wanted, but for the
	 * team's name. */
	if (e == ERR_OK && read && !s->has_line &&
	    strcmp(now->name, base->name) != 0)
		seen_put(found, SEEN_NAME, SEEN_START, seen_text(now->name),
		    seen_text(base->name));
	if (e == ERR_OK && read && s->has_line)
		seen_settings(found, now, &s->ours);
	for (unsigned i = 0; e == ERR_OK && i < SEEN_PAGES; i++)
		e = judge_page(found, (enum seen_page)i, now, all);
	wipe_free(base, sizeof *base);
	return e;
}
