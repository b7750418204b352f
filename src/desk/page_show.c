#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/wipe.h"

#include "desk/page_part.h"

#define EXCERPT_BYTES 160U
/* Strangers choose what a row says, so many must fit DESK_PAGE_MAX as they are
 * at their longest. */
#define ROWS_MAX 2000U
#define LETTERS_MAX 5000U
#define FILES_MAX 20000U

/* Is every word of `words` somewhere in what was said, whatever the case of A
 * to Z?  Searched as it stands: a desk's conversations fit its memory. */
static bool
text_has(const char *text, size_t n, const char *word, size_t len)
{
	for (size_t i = 0; len <= n && i <= n - len; i++) {
		size_t k = 0;

		while (
		    k < len && text_lower(text[i + k]) == text_lower(word[k]))
			k++;
		if (k == len)
			return true;
	}
	return false;
}

static bool
conv_has_word(const struct conv *c, const char *word, size_t len)
{
	if (text_has(c->handle, strlen(c->handle), word, len) ||
	    text_has(c->name, strlen(c->name), word, len))
		return true;
	for (size_t i = 0; i < c->said_n; i++) {
		const struct said *s = c->said[i];

		if (text_has(s->text, s->text_len, word, len))
			return true;
		if (s->answers_len > 0 &&
		    text_has(s->answers, s->answers_len, word, len))
			return true;
		for (size_t k = 0; k < s->files_n; k++)
			if (text_has(s->files[k].name, strlen(s->files[k].name),
				word, len))
				return true;
	}
	return false;
}

static bool
is_found(const struct conv *c, const char *words)
{
	size_t len;

	for (words += strspn(words, " "); *words != '\0';
	     words += strspn(words, " ")) {
		len = strcspn(words, " ");
		if (!conv_has_word(c, words, len))
			return false;
		words += len;
	}
	return true;
}

static bool
is_in(const struct conv *c, enum desk_filter filter)
{
	if (filter == DESK_JUNK)
		return c->junk;
	if (c->junk)
		return false;
	return filter == DESK_ALL ||
	    (filter == DESK_UNREAD && conv_unread(c) > 0) ||
	    (filter == DESK_WAITING && conv_waits(c));
}

/* What the last letter of theirs begins with; of ours if there is none. */
static void
excerpt(struct desk_row *row, const struct conv *c)
{
	for (size_t i = c->said_n; i > 0; i--) {
		const struct said *s = c->said[i - 1];

		if (row->excerpt != NULL && s->ours)
			continue;
		row->excerpt = s->text;
		row->excerpt_len =
		    text_cut(s->text, s->text_len, EXCERPT_BYTES);
		if (!s->ours)
			break;
	}
	if (row->excerpt == NULL)
		row->excerpt = "";
}

static struct desk_row
row_of(const struct conv *c)
{
	struct desk_row row = {
		.handle = c->handle,
		.name = c->name[0] == '\0' ? NULL : c->name,
		.day = conv_last_day(c),
		.unread = conv_unread(c),
		.waiting = conv_waits(c),
		.asks_deletion = conv_asks_deletion(c),
	};

	for (size_t i = 0; i < c->said_n; i++)
		row.files += (unsigned)c->said[i]->files_n;
	excerpt(&row, c);
	return row;
}

/* Newest first; of one day the unread first. */
static int
row_order(const void *a, const void *b)
{
	const struct desk_row *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? 1 : -1;
	return (x->unread < y->unread) - (x->unread > y->unread);
}

static void
show_inbox(struct page *p, struct http_request *r, enum desk_filter filter,
    const char *search)
{
	const size_t all = desk_count(p->desk);
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	struct desk_inbox inbox = {
		.filter = filter,
		.search = search,
		.synced = p->synced[0] == '\0' ? NULL : p->synced,
		.fetching = p->fetching || p->sync_at == 0,
		.today = clock_day(),
	};
	struct desk_row *rows = calloc(all + 1, sizeof *rows);
	struct buf out;

	buf_init(&out, DESK_PAGE_MAX);
	if (rows == NULL) {
		page_answer(r, 500, &out, ERR_NOMEM);
		return;
	}
	/* Not known and never are told alike: either way, fetch. */
	if (sync_last(p->desk, &inbox.fetched) != ERR_OK)
		inbox.fetched = 0;
	for (size_t i = 0; i < all; i++) {
		const struct conv *c = desk_at(p->desk, i);

		for (unsigned f = 0; f < DESK_FILTER_COUNT; f++)
			inbox.count[f] += is_in(c, f);
		if (search != NULL ? is_found(c, search) : is_in(c, filter))
			rows[inbox.row_count++] = row_of(c);
	}
	qsort(rows, inbox.row_count, sizeof *rows, row_order);
	inbox.rows = rows;
	inbox.cut = inbox.row_count > ROWS_MAX;
	if (inbox.cut)
		inbox.row_count = ROWS_MAX;
	page_answer(r, 200, &out, desk_view_inbox(&out, &frame, &inbox));
	wipe_free(rows, (all + 1) * sizeof *rows);
}

void
page_inbox(struct page *p, struct http_request *r, struct page_in *in)
{
	static const char *const names[DESK_FILTER_COUNT] = {
		[DESK_ALL] = "",
		[DESK_UNREAD] = "unread",
		[DESK_WAITING] = "waiting",
		[DESK_JUNK] = "junk",
	};

	(void)in;
	for (unsigned f = 0; f < DESK_FILTER_COUNT; f++)
		if (strcmp(r->query, names[f]) == 0) {
			show_inbox(p, r, f, NULL);
			return;
		}
	page_sorry(p, r, 404, "There is no such page.");
}

void
page_find(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *words = page_in_get(in, "find");

	show_inbox(
	    p, r, DESK_ALL, words[strspn(words, " ")] == '\0' ? NULL : words);
}

/* What a conversation's page is drawn from; filled by talk_fill(). */
struct drawing {
	struct desk_letter *letters;
	struct desk_file *files;
	struct desk_answer *answers;
	size_t letters_n, files_n, answers_n;
};

static void
drawing_drop(struct drawing *d)
{
	wipe_free(d->letters, d->letters_n * sizeof *d->letters);
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

static void
draw_letter(struct page *p, struct drawing *d, const struct said *s)
{
	struct desk_letter *l = &d->letters[d->letters_n++];
	struct desk_answer *a = d->answers + d->answers_n;
	size_t at = 0;

	*l = (struct desk_letter){
		.ours = s->ours,
		.day = s->day,
		.text = s->text,
		.text_len = s->text_len,
		.files = d->files + d->files_n,
		.file_count = s->files_n,
		.answers = a,
		.answer_count = count_answers(s),
		.asks_deletion = s->asks_deletion,
		.unread = s->unread,
		.misdated = s->misdated,
		.other_version = s->other_version,
		.other_address = s->other_address,
	};
	for (; said_answer(s, &at, &a->question, &a->answer); a++) {
		desk_question(p->desk, s, a->question, &a->asked);
		d->answers_n++;
	}
	for (size_t i = 0; i < s->files_n; i++)
		d->files[d->files_n++] = (struct desk_file){
			.number = s->files[i].number,
			.name = s->files[i].name,
			.size = s->files[i].size,
			.here =
			    !s->ours && desk_has_file(p->desk, &s->files[i]),
		};
}

static enum err
draw(struct page *p, struct drawing *d, const struct conv *c)
{
	size_t files = 0, answers = 0;

	for (size_t i = 0; i < c->said_n; i++) {
		files += c->said[i]->files_n;
		answers += count_answers(c->said[i]);
	}
	if (c->said_n > LETTERS_MAX || files > FILES_MAX)
		return ERR_TOOBIG;
	d->letters = calloc(c->said_n + 1, sizeof *d->letters);
	d->files = calloc(files + 1, sizeof *d->files);
	d->answers = calloc(answers + 1, sizeof *d->answers);
	if (d->letters == NULL || d->files == NULL || d->answers == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->said_n; i++)
		draw_letter(p, d, c->said[i]);
	return ERR_OK;
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

void
page_show_talk(struct page *p, struct http_request *r, struct conv *c,
    const char *draft, const char *trouble)
{
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	struct drawing d = { .letters_n = 0 };
	struct desk_talk talk = {
		.handle = c->handle,
		.name = c->name[0] == '\0' ? NULL : c->name,
		.name_alike = c->name_alike,
		.handle_twice = c->handle_twice,
		.junk = c->junk,
		.level = c->level,
		.byline = c->byline,
		.label = c->label,
		.draft = draft,
		.trouble = trouble == NULL ? NULL : lang_text(p->lang, trouble),
	};
	struct page_out *o = page_out_find(p, c);
	struct buf out;
	enum err e;

	if (o != NULL && draft == NULL && o->trouble != NULL) {
		talk.draft = page_in_get(o->in, "text");
		talk.trouble = lang_text(p->lang, o->trouble);
	}
	if (o != NULL && o->trouble != NULL)
		talk.kept_files = (unsigned)o->in->files_n;
	else if (o != NULL)
		talk.sending = page_in_get(o->in, "text");
	else if (draft == NULL)
		cut_off(&talk, c);
	buf_init(&out, DESK_PAGE_MAX);
	if ((e = draw(p, &d, c)) == ERR_OK) {
		talk.letters = d.letters;
		talk.letter_count = d.letters_n;
		e = desk_view_talk(&out, &frame, &talk);
	}
	page_answer(r, trouble == NULL ? 200 : 409, &out, e);
	drawing_drop(&d);
}

void
page_talk(struct page *p, struct http_request *r, struct page_in *in)
{
	struct conv *c = page_conv(p, r, r->query, strlen(r->query));

	(void)in;
	if (c == NULL)
		return;
	page_show_talk(p, r, c, NULL, NULL);
	if (conv_unread(c) == 0)
		return;
	/* Shown is read; if that cannot be kept, it stays unread. */
	if (desk_read(p->desk, c) != ERR_OK)
		page_say(p, "That these messages were read could not be kept.");
}

void
page_wait(struct page *p, struct http_request *r, struct page_in *in)
{
	const size_t n = strlen(r->query);
	const struct page_out *o = NULL;
	struct page_warnings w;
	struct desk_wait wait = {
		.letters = p->came + p->report.letters,
		.looked = p->report.looked,
		.all = p->report.all,
		.files_here = p->report.files,
	};
	struct desk_frame frame;
	struct conv *c = NULL;
	struct buf out;

	(void)in;
	if (n > 0) {
		if ((c = page_conv(p, r, r->query, n)) == NULL)
			return;
		o = page_out_find(p, c);
		wait.handle = c->handle;
	}
	if (n > 0 && (o == NULL || o->trouble != NULL)) {
		page_go_talk(r, c);
		return;
	}
	if (n == 0 && !p->fetching && p->sync_at != 0) {
		page_go(r, "/");
		return;
	}
	if (o != NULL) {
		wait.text = page_in_get(o->in, "text");
		wait.files = (unsigned)o->in->files_n;
	}
	if (http_add(r, "Refresh", "1") != ERR_OK) {
		http_say(r, 500, "There is not enough memory.");
		return;
	}
	frame = page_frame(p, &w);
	buf_init(&out, DESK_PAGE_MAX);
	page_answer(r, 200, &out, desk_view_wait(&out, &frame, &wait));
}
