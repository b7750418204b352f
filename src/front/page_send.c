#include <string.h>

#include "base/wipe.h"
#include "front/page_routes.h"
#include "front/send.h"

static void
send_drop(struct page *p)
{
	struct send *s = p->mine;

	commit_drop(&s->commit);
	outlet_drop(&s->outlet);
	sha256_close(s->all);
	buf_drop(&s->text);
	wipe(s, sizeof *s);
}

static void
go_on(void *with)
{
	struct send *s = with;

	/* A text that is file 0 is sealed while settling. */
	if (s->stage == SEND_SETTLING)
		send_settle(s);
	else
		front_resume(s->p->r);
}

void
send_begin(struct front_request *r)
{
	struct page *p;
	struct send *s;

	page_begin(r);
	if ((p = r->mine) == NULL)
		return;
	if ((s = arena_get(&r->arena, sizeof *s)) == NULL) {
		page_error(p, VIEW_ERR_BUSY);
		return;
	}
	s->p = p;
	s->answers.settings = r->line->settings;
	buf_init(&s->text, SEND_TEXT_MAX);
	outlet_init(&s->outlet, r, &s->commit.to);
	s->outlet.ready = go_on;
	s->outlet.with = s;
	p->mine = s;
	p->drop = send_drop;
}

static enum err
text_event(struct send *s, const struct form_piece *piece)
{
	enum err e = ERR_OK;

	if (piece->event == FORM_BEGIN) {
		if (s->text_begun || s->stage != SEND_TYPING)
			return ERR_FORMAT;
		s->text_begun = true;
	} else if (piece->event == FORM_FIELD) {
		s->text_whole = true;
	} else if (!s->text_over) {
		e = buf_put(&s->text, piece->at, piece->len);
		s->text_over = e == ERR_TOOBIG;
	}
	return e == ERR_TOOBIG ? ERR_OK : e;
}

/* Take a file's name and type, made fit to be shown. */
static void
file_names(struct send *s, const struct form_piece *piece, size_t i)
{
	const char *type = piece->type;

	name_file(s->names[i], piece->filename, strlen(piece->filename));
	if (!letter_is_type(type, strlen(type)))
		type = LETTER_ANY_TYPE;
	memcpy(s->types[i], type, strlen(type) + 1);
}

static enum err
file_begins(struct send *s, const struct form_piece *piece)
{
	struct letter *l = &s->commit.letter;

	s->in_file = false;
	if (piece->filename[0] == '\0')
		return ERR_OK; /* no file was chosen */
	if (s->stage == SEND_TYPING)
		send_settle(s);
	if (s->stage == SEND_SETTLING)
		return ERR_BUSY;
	if (s->stage == SEND_SKIPPING)
		return ERR_OK;
	if (s->stopped || l->file_count == LETTER_FILES_MAX) {
		s->refused++;
		return ERR_OK;
	}
	file_names(s, piece, l->file_count);
	s->size = 0;
	s->in_file = true;
	return outlet_file(&s->outlet);
}

/* What was appended of a file that cannot be kept lies where the next would
 * begin, so nothing follows it; the commit leaves it behind. */
static void
refuse_file(struct send *s)
{
	s->in_file = false;
	s->stopped = true;
	s->refused++;
}

static enum err
file_bytes(struct send *s, const struct form_piece *piece)
{
	enum err e;

	if (!s->in_file)
		return ERR_OK;
	if (piece->len > s->p->view.file_max - s->size) {
		refuse_file(s);
		return ERR_OK;
	}
	e = outlet_add(&s->outlet, piece->at, piece->len);
	if (e == ERR_BUSY)
		return e;
	if (e == ERR_OK)
		s->size += piece->len;
	else
		refuse_file(s);
	return ERR_OK;
}

static void
file_is_whole(struct send *s)
{
	struct letter *l = &s->commit.letter;
	struct letter_file *f = &l->files[l->file_count];

	if (!s->in_file)
		return;
	if (outlet_end(&s->outlet, f->sha256) != ERR_OK) {
		refuse_file(s);
		return;
	}
	f->name = s->names[l->file_count];
	f->type = s->types[l->file_count];
	f->size = s->size;
	sha256_add(s->all, f->sha256, sizeof f->sha256);
	s->commit.parts = s->outlet.parts;
	s->in_file = false;
	l->file_count++;
}

static enum err
file_event(struct send *s, const struct form_piece *piece)
{
	if (piece->event == FORM_BEGIN)
		return file_begins(s, piece);
	if (piece->event == FORM_BYTES)
		return file_bytes(s, piece);
	file_is_whole(s);
	return ERR_OK;
}

enum err
send_form(struct front_request *r, const struct form_piece *piece)
{
	struct page *p = r->mine;
	struct send *s = p->mine;
	bool mine;
	enum err e;

	if (piece->filename != NULL)
		return file_event(s, piece);
	if (strcmp(piece->name, "text") == 0)
		return text_event(s, piece);
	/* Whatever says who writes, and what, comes before the files. */
	if (s->stage != SEND_TYPING)
		return ERR_FORMAT;
	if ((e = answers_take(&s->answers, piece, &mine)) != ERR_OK || mine)
		return e;
	return page_take(p, piece, &mine);
}

void
send_end(struct front_request *r, enum err how)
{
	struct page *p = r->mine;
	struct send *s = p->mine;
	struct letter *l = &s->commit.letter;

	s->ended = true;
	s->how = how;
	if (how != ERR_OK && how != ERR_SHORT) {
		(void)page_is_whole(p, how);
		return;
	}
	if (how == ERR_SHORT && !s->text_whole) {
		page_error(p, VIEW_ERR_FORM);
		return;
	}
	if (s->in_file)
		memcpy(s->broken, s->names[l->file_count], sizeof s->broken);
	s->in_file = false;
	if (s->stage == SEND_TYPING)
		send_settle(s);
	else if (s->stage != SEND_SETTLING)
		send_finish(s);
}
