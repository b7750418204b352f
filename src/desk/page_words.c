/* What members say to each other, on the page of a conversation: drawn, and
 * taken from its forms. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/page_part.h"
#include "desk/team.h"
#include "desk/words.h"

#define NOTES_MAX 200U /* the newest; a member may write any number */
#define TEXTS_MAX (1U << 20) /* bytes of all of them on one page */
#define HOLD_MAX (2 * TEXTS_MAX)

const char page_no_editor[] =
    LANG_N("Your role is viewer: you read and note here; who answers, assigns "
	   "and agrees terms is an editor. Nothing was changed.");

void
page_words_drop(struct page_words *w)
{
	wipe_free(w->notes, NOTES_MAX * sizeof *w->notes);
	wipe_free(w->drafts, WORDS_DRAFTS * sizeof *w->drafts);
	arena_drop(&w->hold);
	w->notes = w->drafts = NULL;
}

/* A text that would be too much for the page lacks there. */
static enum err
draw_one(struct page *p, const struct conv *c, struct desk_note *out,
    const struct desk_words *of, struct page_words *w)
{
	char id[2 * EFFECT_ID_BYTES + 1];
	struct buf text;
	enum err e;

	enc_hex(id, of->entry->id, EFFECT_ID_BYTES);
	*out = (struct desk_note){
		.id = arena_copy(&w->hold, id, strlen(id)),
		.by = desk_device_name(p->desk, of->entry->device),
		.after = desk_words_day(c, of),
	};
	if (out->id == NULL)
		return ERR_NOMEM;
	buf_init(&text, WORDS_DRAFT_MAX);
	e = desk_words_text(p->desk, c, of, &text);
	if (e == ERR_OK) {
		out->text =
		    arena_copy(&w->hold, (const char *)text.at, text.len);
		out->text_len = text.len;
	}
	out->lacks = e != ERR_OK || out->text == NULL;
	buf_drop(&text);
	return e == ERR_NOMEM ? e : ERR_OK;
}

/* The newest, the oldest of these first. */
static enum err
draw_notes(struct page *p, const struct conv *c, struct desk_talk *talk,
    struct page_words *w)
{
	struct desk_words one;
	size_t all = 0, skip;
	uint32_t at = 0;
	enum err e = ERR_OK;

	while (desk_next_note(p->desk, c, &at, &one))
		all++;
	skip = all > NOTES_MAX ? all - NOTES_MAX : 0;
	talk->more_notes = skip;
	at = 0;
	while (e == ERR_OK && desk_next_note(p->desk, c, &at, &one)) {
		if (skip > 0)
			skip--;
		else
			e = draw_one(p, c, &w->notes[w->notes_n++], &one, w);
	}
	talk->notes = w->notes;
	talk->note_count = w->notes_n;
	return e;
}

static enum err
draw_drafts(struct page *p, const struct conv *c, struct desk_talk *talk,
    struct page_words *w)
{
	struct desk_words list[WORDS_DRAFTS];
	const size_t n = desk_drafts(p->desk, c, list);
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = draw_one(p, c, &w->drafts[w->drafts_n++], &list[i], w);
	talk->drafts = w->drafts;
	talk->draft_count = w->drafts_n;
	return e;
}

static void
add_member(struct page_words *w, size_t *n, const uint8_t *id, const char *name,
    bool assigned)
{
	enc_hex(w->ids[*n], id, MEMBER_ID_BYTES);
	w->members[*n] = (struct desk_member){
		.id = w->ids[*n], .name = name, .assigned = assigned
	};
	(*n)++;
}

static bool
is_among(const uint8_t (*ids)[MEMBER_ID_BYTES], size_t n, const uint8_t *id)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(ids[i], id, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

static void
draw_members(struct page *p, const struct conv *c, struct desk_talk *talk,
    struct page_words *w)
{
	const struct roster *r = desk_roster(p->desk);
	const uint8_t(*ids)[MEMBER_ID_BYTES];
	const size_t assigned = desk_assigned(p->desk, c, &ids);
	size_t n = 0;

	if (r->members_n < 2 && assigned == 0)
		return;
	for (size_t i = 0; i < r->members_n; i++)
		add_member(w, &n, r->members[i].id, r->members[i].name,
		    is_among(ids, assigned, r->members[i].id));
	for (size_t i = 0; i < assigned; i++)
		if (desk_member_name(p->desk, ids[i]) == NULL)
			add_member(w, &n, ids[i], NULL, true);
	talk->members = w->members;
	talk->member_count = n;
}

enum err
page_words_draw(struct page *p, const struct conv *c, struct desk_talk *talk,
    struct page_words *w)
{
	enum err e;

	memset(w, 0, sizeof *w);
	arena_init(&w->hold, HOLD_MAX);
	talk->terms_lack = c->terms_lack;
	talk->reads_only = desk_role(p->desk) == MEMBER_VIEWER;
	draw_members(p, c, talk, w);
	if (talk->newer == 0) {
		(void)snprintf(
		    w->watch, sizeof w->watch, "/changes?%s", c->handle);
		(void)snprintf(
		    w->again, sizeof w->again, "/talk?%s", c->handle);
		talk->watch = (struct desk_watch){ w->watch, w->again,
			desk_changes(p->desk, c) };
	}
	w->notes = calloc(NOTES_MAX, sizeof *w->notes);
	w->drafts = calloc(WORDS_DRAFTS, sizeof *w->drafts);
	if (w->notes == NULL || w->drafts == NULL)
		return ERR_NOMEM;
	/* Drafts first: an answer goes on with one. */
	e = draw_drafts(p, c, talk, w);
	return e == ERR_OK ? draw_notes(p, c, talk, w) : e;
}

void
page_words_assigned(
    const struct desk *d, const struct conv *c, char *out, size_t room)
{
	const uint8_t(*ids)[MEMBER_ID_BYTES];
	const size_t n = desk_assigned(d, c, &ids);
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n && at < room; i++) {
		const char *name = desk_member_name(d, ids[i]);

		if (name != NULL)
			at += (size_t)snprintf(out + at, room - at, "%s%s",
			    at == 0 ? "" : ", ", name);
	}
}

void
page_words_over(struct page_in *in, const char *name, struct words_ids *ids)
{
	const char *s = page_in_get(in, name);
	const size_t each = 2 * EFFECT_ID_BYTES;

	ids->n = 0;
	for (; strlen(s) >= each && ids->n < WORDS_DRAFTS; s += each) {
		if (enc_hex_read(ids->id[ids->n], EFFECT_ID_BYTES, s, each) !=
		    ERR_OK)
			break;
		ids->n++;
	}
}

static struct conv *
conv_in(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *handle = page_in_get(in, "handle");

	return page_conv(p, r, handle, strlen(handle));
}

/* It is kept, or why not. */
static void
kept(struct page *p, struct http_request *r, const struct conv *c, enum err e)
{
	if (e == ERR_OK) {
		page_work_soon(p);
		page_go_talk(r, c);
	} else if (e == ERR_DENIED) {
		page_sorry(p, r, 403, page_no_editor);
	} else if (e == ERR_TOOBIG) {
		page_sorry(p, r, 413,
		    "That is more than this page takes. Nothing was changed.");
	} else if (e == ERR_FORMAT) {
		page_sorry(
		    p, r, 400, "There are no words in it. Nothing was kept.");
	} else {
		page_sorry(
		    p, r, 500, "It could not be kept. Is the disk full?");
	}
}

void
page_note(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *text = page_in_get(in, "text");
	struct conv *c = conv_in(p, r, in);
	enum err e;

	if (c == NULL)
		return;
	e = desk_say_note(p->desk, c, text, strlen(text));
	if (e == ERR_OK)
		page_say(p,
		    "The note is kept. The team sees it soon, the source "
		    "never.");
	kept(p, r, c, e);
}

void
page_draft(struct page *p, struct http_request *r, struct page_in *in)
{
	const bool thrown = strcmp(page_in_get(in, "throw"), "yes") == 0;
	const char *text = thrown ? "" : page_in_get(in, "text");
	struct conv *c = conv_in(p, r, in);
	struct words_ids over;
	enum err e;

	if (c == NULL)
		return;
	if (in->files_n > 0) {
		page_show_talk(p, r, c, text,
		    LANG_N("A draft keeps words, no files. Choose them when "
			   "you send the answer."));
		return;
	}
	page_words_over(in, "draft", &over);
	e = text[0] == '\0' && !thrown
	    ? ERR_FORMAT
	    : desk_draft(p->desk, c, text, strlen(text), &over);
	if (e == ERR_OK) {
		page_out_drop_unsent(p, c);
		page_say(p,
		    thrown ? LANG_N("The draft is thrown away.")
			   : LANG_N("Kept as a draft. The team sees it soon; "
				    "nothing was sent."));
	}
	kept(p, r, c, e);
}

void
page_assign(struct page *p, struct http_request *r, struct page_in *in)
{
	uint8_t ids[ROSTER_MEMBERS][MEMBER_ID_BYTES];
	struct conv *c = conv_in(p, r, in);
	const char *id;
	size_t n = 0;

	if (c == NULL)
		return;
	for (; n < ROSTER_MEMBERS && (id = page_in_at(in, "member", n)) != NULL;
	     n++)
		if (enc_hex_read(ids[n], sizeof ids[n], id, strlen(id)) !=
		    ERR_OK) {
			page_sorry(
			    p, r, 400, "That form is not one of this desk.");
			return;
		}
	kept(p, r, c,
	    desk_assign(p->desk, c, (const uint8_t(*)[MEMBER_ID_BYTES])ids, n));
}
