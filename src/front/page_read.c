#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "front/lookup.h"
#include "front/page_routes.h"
#include "letter/handle.h"

#define FROM_MAX 100000U

/* The files of a letter, as the page names them. */
static enum err
fill_files(struct page *p, struct view_letter *v, const struct letter *letter)
{
	struct view_file *files;

	v->file_count = letter->file_count;
	if (letter->file_count == 0)
		return ERR_OK;
	files = arena_get(&p->r->arena, letter->file_count * sizeof *files);
	if (files == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < letter->file_count; i++) {
		files[i].name = letter->files[i].name;
		files[i].size = letter->files[i].size;
	}
	v->files = files;
	return ERR_OK;
}

/* A letter for the page.  It is new when it is of the day of the source's last
 * letter or later. */
static enum err
fill_letter(struct page *p, struct view_letter *v, const struct found *got)
{
	const struct lookup *l = p->lookup;
	const struct letter *letter = &got->letter;
	char *tag = arena_get(&p->r->arena, TAG_BYTES * 2 + 1);

	if (tag == NULL)
		return ERR_NOMEM;
	enc_hex(tag, got->at.tag, TAG_BYTES);
	v->day = letter->day;
	v->mine = letter->kind == LETTER_KEPT;
	v->is_new = !v->mine && (!l->wrote || letter->day >= l->wrote_day);
	v->misdated = got->at.misdated;
	v->came = got->at.found;
	v->missing = got->at.missing;
	v->tag = tag;
	v->text = letter->text;
	v->text_len = letter->text_len;
	v->more = letter->more;
	return fill_files(p, v, letter);
}

/* Answers go to the door that spoke last. */
static void
follow_door(struct page *p)
{
	const struct key_note_door *doors = p->r->line->keys.doors;
	const struct lookup *l = p->lookup;

	for (size_t i = l->said.apart; i > 0; i--) {
		const struct found *f = l->letters[i - 1];

		if (f->letter.kind != LETTER_REPLY)
			continue;
		if (key_note_recipient(&doors[f->door], clock_day()) == NULL)
			return; /* closed by now */
		memcpy(p->who.door, doors[f->door].id, sizeof p->who.door);
		page_ticket(p);
		return;
	}
}

static uint32_t
greatest_n(const struct page *p)
{
	const uint32_t n = page_number(p, PAGE_SEEN, UINT32_MAX);
	const uint32_t here = p->lookup->said.seen;

	return here > n ? here : n;
}

/* The place of the i-th from the newest on, the misdated behind the others. */
static size_t
newest(const struct lookup *l, size_t i)
{
	const struct found_said *said = &l->said;

	return i < said->apart ? said->apart - 1 - i
			       : said->shown - 1 - (i - said->apart);
}

static enum err
draw_talk(struct page *p, struct buf *out)
{
	struct view_letter letters[FRONT_GET] = { 0 };
	const struct lookup *l = p->lookup;
	char handle[HANDLE_TEXT_BYTES];
	struct view_talk v = { .ticket = p->ticket,
		.handle = handle,
		.letters = letters,
		.from = l->from,
		.all = l->count };
	enum err e;

	handle_of(handle, l->source.sign_public);
	v.seen = greatest_n(p);
	v.letter_count = l->said.shown;
	for (size_t i = 0; i < v.letter_count; i++)
		if ((e = fill_letter(
			 p, &letters[i], l->letters[newest(l, i)])) != ERR_OK)
			return e;
	return view_talk(out, &p->view, &v);
}

static void
read_show(struct page *p, enum err e)
{
	const struct lookup *l = p->lookup;
	const struct view_none none = { .ticket = p->ticket };
	struct buf out;

	if (e != ERR_OK) {
		page_fail(p, e);
		return;
	}
	follow_door(p);
	buf_init(&out, VIEW_PAGE_MAX);
	if (l->letter_count == 0 && l->count <= FRONT_GET)
		e = view_none(&out, &p->view, &none);
	else
		e = draw_talk(p, &out);
	page_show(p, 200, &out, e);
}

static void
read_known(struct page *p, enum err e)
{
	if (e != ERR_OK)
		page_fail(p, e);
	else
		lookup_open(p, page_number(p, PAGE_FROM, FROM_MAX), read_show);
}

void
read_end(struct front_request *r, enum err how)
{
	if (page_is_whole(r->mine, how))
		page_who(r->mine, read_known);
}
