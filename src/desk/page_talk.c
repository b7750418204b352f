/* The page of one conversation. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"

#include "desk/doors.h"
#include "desk/page_part.h"
#include "desk/readers.h"
#include "desk/reply.h"

/* A source chooses how much it writes: what does not fit one page of
 * DESK_PAGE_MAX, with an answer that was not sent, stands on older ones. */
#define ROOM (5U << 20)
#define LETTERS_MAX 1000U
#define FILES_MAX 1000U /* of one message */
#define TEXT_MAX (512U << 10) /* bytes of a text that came as a file */
/* What a page has of each, as long as a source can make it. */
#define ESCAPED 6U /* `"` becomes `&quot;` */
#define LETTER_ROOM 2000U
#define FILE_ROOM 1500U
#define ANSWER_ROOM 6000U /* with what its question said */
#define READ_ROOM 65536U /* so that few files are read for one page */

/* What a conversation's page is drawn from: said[from] to said[to]. */
struct drawing {
	size_t from, to;
	struct desk_letter *letters;
	struct buf *texts; /* of letters whose text is a file */
	struct desk_file *files;
	struct desk_answer *answers;
	size_t letters_n, files_n, answers_n;
	struct readers readers;
};

static void
drawing_drop(struct drawing *d)
{
	for (size_t i = 0; d->texts != NULL && i < d->to - d->from; i++)
		buf_drop(&d->texts[i]);
	wipe_free(d->letters, d->letters_n * sizeof *d->letters);
	wipe_free(d->texts, (d->to - d->from) * sizeof *d->texts);
	wipe_free(d->files, d->files_n * sizeof *d->files);
	wipe_free(d->answers, d->answers_n * sizeof *d->answers);
}

static size_t
count_answers(const struct said *s)
{
	const char *question, *answer;
	size_t at = 0, n = 0;

	while (said_answer(s, &at, &question, &answer))
		n++;
	return n;
}

static size_t
count_files(const struct said *s)
{
	return s->files_n < FILES_MAX ? s->files_n : FILES_MAX;
}

/* The size of its text, when that is a file that this page shows; 0. */
static size_t
text_file(const struct said *s)
{
	for (size_t i = 0; !s->ours && i < count_files(s); i++)
		if (s->files[i].is_text && s->files[i].size <= TEXT_MAX)
			return (size_t)s->files[i].size;
	return 0;
}

/* What it takes of a page, at most. */
static size_t
room_for(const struct said *s)
{
	const size_t file = text_file(s);
	const size_t text = file > s->text_len ? file : s->text_len;

	return LETTER_ROOM + ESCAPED * (text + s->answers_len) +
	    count_answers(s) * ANSWER_ROOM + count_files(s) * FILE_ROOM +
	    (s->more ? READ_ROOM : 0);
}

/* The latest before the `newer` last that fit; one always does. */
static void
choose(struct drawing *d, const struct conv *c, size_t newer)
{
	size_t room = 0;

	d->to = d->from = newer < c->said_n ? c->said_n - newer : 0;
	while (d->from > 0 && d->to - d->from < LETTERS_MAX) {
		room += room_for(c->said[d->from - 1]);
		if (room > ROOM && d->from < d->to)
			break;
		d->from--;
	}
}

static void
draw_files(struct page *p, struct drawing *d, struct desk_letter *l,
    const struct said *s)
{
	l->files = d->files + d->files_n;
	l->more_files = s->files_n - count_files(s);
	for (size_t i = 0; i < count_files(s); i++) {
		const struct said_file *f = &s->files[i];

		if (f->is_text)
			continue;
		d->files[d->files_n++] = (struct desk_file){
			.number = f->number,
			.name = f->name,
			.size = f->size,
			.here = !s->ours && desk_has_file(p->desk, f),
		};
		l->file_count++;
	}
}

static enum err
draw_text(struct page *p, struct buf *whole, struct desk_letter *l,
    const struct said *s)
{
	enum err e;

	l->text = s->text;
	l->text_len = s->text_len;
	l->cut = s->more && !s->ours;
	if (text_file(s) == 0)
		return ERR_OK;
	buf_init(whole, TEXT_MAX);
	if ((e = desk_text(p->desk, s, whole, &l->cut)) != ERR_OK)
		return e;
	l->text = whole->len == 0 ? "" : (const char *)whole->at;
	l->text_len = whole->len;
	return ERR_OK;
}

static enum err
draw_letter(struct page *p, struct drawing *d, const struct conv *c,
    const struct said *s)
{
	struct buf *whole = &d->texts[d->letters_n];
	struct desk_letter *l = &d->letters[d->letters_n++];
	struct desk_answer *a = d->answers + d->answers_n;
	size_t at = 0;

	*l = (struct desk_letter){
		.ours = s->ours,
		.day = s->day,
		.answers = a,
		.answer_count = count_answers(s),
		.asks_deletion = s->asks_deletion,
		.unread = s->unread,
		.misdated = s->misdated,
		.came = s->at.found,
		.missing = s->missing,
		.other_version = s->other_version,
		.other_address = s->other_address,
		.reach = readers_mark(p->desk, c, s),
	};
	for (; said_answer(s, &at, &a->question, &a->answer); a++) {
		desk_question(p->desk, s, a->question, &a->asked);
		d->answers_n++;
	}
	draw_files(p, d, l, s);
	return draw_text(p, whole, l, s);
}

static enum err
draw(struct page *p, struct drawing *d, const struct conv *c)
{
	size_t files = 0, answers = 0;
	enum err e = ERR_OK;

	for (size_t i = d->from; i < d->to; i++) {
		files += count_files(c->said[i]);
		answers += count_answers(c->said[i]);
	}
	d->letters = calloc(d->to - d->from + 1, sizeof *d->letters);
	d->texts = calloc(d->to - d->from + 1, sizeof *d->texts);
	d->files = calloc(files + 1, sizeof *d->files);
	d->answers = calloc(answers + 1, sizeof *d->answers);
	if (d->letters == NULL || d->texts == NULL || d->files == NULL ||
	    d->answers == NULL)
		return ERR_NOMEM;
	for (size_t i = d->from; e == ERR_OK && i < d->to; i++)
		e = draw_letter(p, d, c, c->said[i]);
	return e;
}

/* An answer of an earlier day at this desk that was cut off before its files
 * were all on the line. */
static void
cut_off(struct desk_talk *talk, const struct conv *c)
{
	for (size_t i = 0; i < c->outs_n; i++)
		if (c->outs[i]->parts > 0) {
			talk->draft = c->outs[i]->said->text;
			talk->cut_off = true;
			return;
		}
}

/* What is said of the answer that is being written, or on its way. */
static void
take_answer(struct page *p, struct desk_talk *talk, const struct conv *c)
{
	struct page_out *o = page_out_find(p, c);

	if (o != NULL && talk->draft == NULL && o->trouble != NULL) {
		talk->draft = page_in_get(o->in, "text");
		talk->trouble = lang_text(p->lang, o->trouble);
	}
	if (o != NULL && o->trouble != NULL)
		talk->kept_files = (unsigned)o->in->files_n;
	else if (o != NULL)
		talk->sending = page_in_get(o->in, "text");
	else if (talk->draft == NULL)
		cut_off(talk, c);
	if (o == NULL && talk->draft == NULL &&
	    restrict_todo(p->desk, c, clock_day()) != RESTRICT_FINE)
		talk->draft = lang_text(p->lang, restrict_proposal());
}

/* Through which door it came, and whether it can be answered here. */
static void
take_door(const struct page *p, struct desk_talk *talk, const struct conv *c)
{
	const struct roster_door *door = doors_of(p->desk, c);

	talk->door = doors_shown(p->desk, c) == NULL ? NULL : door->name;
	if (!doors_reads(p->desk, door))
		talk->elsewhere = reply_elsewhere;
}

/* Draw the letters that `d` names into `out`. */
static enum err
show(struct page *p, const struct conv *c, struct drawing *d,
    struct desk_talk *talk, struct buf *out)
{
	struct page_warnings w;
	struct page_words words;
	struct desk_frame frame = page_frame(p, &w);
	enum err e;

	page_warn_unentered(p, &w, &frame, c);
	readers_of(&d->readers, p->desk, c, clock_day());
	talk->readers = &d->readers;
	talk->handle = c->handle;
	talk->name = c->name[0] == '\0' ? NULL : c->name;
	talk->name_alike = c->name_alike;
	talk->handle_twice = c->handle_twice;
	talk->junk = c->junk;
	take_door(p, talk, c);
	talk->kept = page_kept(p, c);
	talk->level = c->level;
	talk->byline = c->byline;
	talk->label = c->label;
	talk->older = d->from;
	talk->newer = c->said_n - d->to;
	take_answer(p, talk, c);
	e = page_words_draw(p, c, talk, &words);
	if (e == ERR_OK && (e = draw(p, d, c)) == ERR_OK) {
		talk->letters = d->letters;
		talk->letter_count = d->letters_n;
		e = desk_view_talk(out, &frame, talk);
	}
	drawing_drop(d);
	page_words_drop(&words);
	return e;
}

void
page_show_talk(struct page *p, struct http_request *r, struct conv *c,
    const char *draft, const char *trouble)
{
	struct desk_talk talk = {
		.draft = draft,
		.trouble = trouble == NULL ? NULL : lang_text(p->lang, trouble),
	};
	struct drawing d = { .from = 0 };
	struct buf out;
	enum err e;

	buf_init(&out, DESK_PAGE_MAX);
	choose(&d, c, 0);
	e = show(p, c, &d, &talk, &out);
	page_answer(r, trouble == NULL ? 200 : 409, &out, e);
}

/* "HANDLE", or "HANDLE.NEWER" for a page of older ones. */
void
page_talk(struct page *p, struct http_request *r, struct page_in *in)
{
	const size_t n = strcspn(r->query, ".");
	struct desk_talk talk = { .draft = NULL };
	struct drawing d = { .from = 0 };
	uint64_t newer = 0;
	struct conv *c;
	struct buf out;
	enum err e;

	(void)in;
	if ((c = page_conv(p, r, r->query, n)) == NULL)
		return;
	if (r->query[n] == '.' &&
	    (enc_decimal_read(&newer, UINT32_MAX, r->query + n + 1,
		 strlen(r->query + n + 1)) != ERR_OK ||
		newer >= c->said_n)) {
		page_sorry(p, r, 404, "There is no such page.");
		return;
	}
	buf_init(&out, DESK_PAGE_MAX);
	choose(&d, c, (size_t)newer);
	e = show(p, c, &d, &talk, &out);
	page_answer(r, 200, &out, e);
	/* Shown is read; if that cannot be kept, it stays unread. */
	if (e == ERR_OK && desk_read_some(p->desk, c, d.from, d.to) != ERR_OK)
		page_say(p, "That these messages were read could not be kept.");
}
