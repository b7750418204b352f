#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "note/json.h"
#include "tell/fetch.h"

#include "cmd/tell_show.h"

#define TEXT_MAX ((size_t)TELL_TEXT_CHARS * 4)
#define OUT_MAX (2 * TEXT_MAX + 65536)

/* Append text that cannot steer the terminal it is shown on. */
static enum err
put_plain(struct buf *out, const char *p, size_t n)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && n > 0) {
		uint32_t c;
		size_t len = text_char(&c, p, n);

		if (len == 0 || text_is_control(c))
			e = buf_put_str(out, "\xef\xbf\xbd"); /* U+FFFD */
		else
			e = buf_put(out, p, len);
		len = len == 0 ? 1 : len;
		p += len;
		n -= len;
	}
	return e;
}

/* What has to be said of where it stands. */
static enum err
put_standing(struct buf *out, const struct found *m)
{
	char date[CLOCK_DATE_BYTES];
	enum err e = ERR_OK;

	clock_date(date, m->letter.day);
	if (m->at.misdated)
		e = buf_put_fmt(out,
		    "\n[The day above is the one under which it lay. Written "
		    "on it is %s.]",
		    date);
	if (e == ERR_OK && m->at.missing > 0)
		e = buf_put_fmt(out,
		    "\n[Answers of the team that are missing before this one: "
		    "%u. Ask the team about them.]",
		    m->at.missing);
	return e;
}

static enum err
put_message(struct buf *out, const struct found *m, const struct buf *text)
{
	const struct letter *l = &m->letter;
	char date[CLOCK_DATE_BYTES];
	enum err e;

	clock_date(date, m->at.misdated ? m->at.found : l->day);
	if (l->kind == LETTER_REPLY)
		e = buf_put_fmt(out, "Message %u, %s", l->n, date);
	else
		e = buf_put_fmt(out, "Your own message, %s", date);
	if (e == ERR_OK && (e = put_standing(out, m)) == ERR_OK &&
	    (e = buf_put_str(out, "\n\n")) == ERR_OK)
		e = put_plain(out, (const char *)text->at, text->len);
	for (size_t i = l->more; e == ERR_OK && i < l->file_count; i++) {
		const struct letter_file *f = l->files + i;

		if ((e = buf_put_str(out, "\n  File: ")) == ERR_OK &&
		    (e = put_plain(out, f->name, strlen(f->name))) == ERR_OK)
			e = buf_put_fmt(
			    out, ", %llu bytes", (unsigned long long)f->size);
	}
	return e == ERR_OK ? buf_put_str(out, "\n\n") : e;
}

static void
json_files(struct json_out *w, const struct letter *l)
{
	json_put_list(w, "files");
	for (size_t i = l->more; i < l->file_count; i++) {
		const struct letter_file *f = l->files + i;

		json_put_object(w, NULL);
		json_put_str(w, "name", f->name, strlen(f->name));
		json_put_str(w, "type", f->type, strlen(f->type));
		json_put_u64(w, "size", f->size);
		json_put_hex(w, "sha256", f->sha256, SHA256_BYTES);
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static enum err
put_json(struct buf *out, const struct found *m, const struct buf *text)
{
	const struct letter *l = &m->letter;
	const char *kind = l->kind == LETTER_REPLY ? "reply" : "kept";
	char date[CLOCK_DATE_BYTES];
	struct json_out w;

	clock_date(date, l->day);
	json_begin(&w, out);
	json_put_str(&w, "kind", kind, strlen(kind));
	if (l->kind == LETTER_REPLY)
		json_put_u64(&w, "n", l->n);
	json_put_str(&w, "day", date, strlen(date));
	clock_date(date, m->at.found);
	json_put_bool(&w, "misdated", m->at.misdated);
	json_put_str(&w, "came", date, strlen(date));
	json_put_u64(&w, "missing", m->at.missing);
	json_put_str(&w, "text", (const char *)text->at, text->len);
	json_files(&w, l);
	return json_end(&w);
}

/* One letter, its whole text fetched if it was cut. */
static enum err
show_one(struct tell *t, const struct found *m, const struct tell_show *how)
{
	const struct letter *l = &m->letter;
	struct buf out, text;
	enum err e;

	buf_init(&out, OUT_MAX);
	buf_init(&text, TEXT_MAX);
	if (l->more)
		e = fetch_text(&text, t, l);
	else if ((e = buf_put(&text, l->text, l->text_len)) != ERR_OK)
		(void)tell_fail(t, e, tell_wire_why(e));
	if (e != ERR_OK)
		goto out;
	e = how->json ? put_json(&out, m, &text) : put_message(&out, m, &text);
	if (e != ERR_OK)
		(void)tell_fail(t, e, "A message cannot be shown.");
	else if (fflush(stdout) != 0 ||
	    (e = json_show(1, out.at, out.len)) != ERR_OK)
		(void)tell_fail(t, ERR_IO, "A message cannot be shown.");
out:
	buf_drop(&text);
	buf_drop(&out);
	return e;
}

static enum err
save_all(struct tell *t, const struct letter *l, const char *dir)
{
	char name[FETCH_NAME_BYTES];
	enum err e = ERR_OK;

	for (size_t i = l->more; e == ERR_OK && i < l->file_count; i++) {
		e = fetch_file(t, l, i, dir, name);
		if (e == ERR_OK)
			fprintf(stderr, "saved %s\n", name);
	}
	return e;
}

static enum err
save_every(struct tell *t, const struct inbox *in, const char *dir)
{
	struct stat st;
	enum err e = file_make_dir(dir);

	if (e == ERR_TAKEN && stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
		e = ERR_OK;
	if (e != ERR_OK)
		return tell_fail(t, e,
		    "The files cannot be saved there: name a folder with "
		    "--to, or one that can be made.");
	for (size_t i = 0; e == ERR_OK && i < in->said.shown; i++)
		e = save_all(t, &in->letters[i]->letter, dir);
	return e;
}

/* What is not in the letters themselves. */
static void
say_rest(const struct inbox *in, bool json)
{
	if (in->said.shown == 0 && !json)
		puts("There are no messages for these words. Check each word; "
		     "or the team has not answered yet.");
	if (in->older > 0)
		fprintf(stderr,
		    "%zu older lie on the line; --all asks for "
		    "them, six after six.\n",
		    in->older);
	if (in->strange > 0)
		fprintf(stderr,
		    "%zu were not signed by the team for this line "
		    "and are not shown.\n",
		    in->strange);
}

static const char apart[] =
    "Messages with another day\n\n"
    "The day written on these messages is not the one under which they lay\n"
    "on the line, so that their place among the others is not known. Ask the\n"
    "team about them.\n";

enum err
tell_show(struct tell *t, const struct inbox *in, const struct tell_show *how)
{
	enum err e = ERR_OK;

	if (how->to != NULL && (e = save_every(t, in, how->to)) != ERR_OK)
		return e;
	if (how->json)
		puts("[");
	for (size_t i = 0; e == ERR_OK && i < in->said.shown; i++) {
		if (how->json && i > 0)
			puts(",");
		if (!how->json && i == in->said.apart)
			puts(apart);
		e = show_one(t, in->letters[i], how);
	}
	if (how->json)
		puts("\n]");
	if (e == ERR_OK)
		say_rest(in, how->json);
	if (e == ERR_OK && fflush(stdout) != 0)
		e = tell_fail(t, ERR_IO,
		    "The messages could not be written out whole: check where "
		    "the output goes.");
	return e;
}

/*
 * Questions.
 */

static enum err
put_question(struct buf *out, const struct question *q)
{
	enum err e;

	e = buf_put_fmt(out, "  %s\n      %s\n", q->id, q->text);
	if (e == ERR_OK && q->kind == QUESTION_DATE)
		e = buf_put_str(out, "      a date, as 2026-03-04\n");
	for (unsigned i = 0; e == ERR_OK && i < q->choices; i++)
		e = buf_put_fmt(out, "%s%s%s",
		    i == 0 ? "      one of: " : " | ", q->choice[i],
		    i + 1 == q->choices ? "\n" : "");
	return e;
}

static enum err
put_questions(struct buf *out, const struct tell_questions *q)
{
	enum err e = ERR_OK;

	if (q->n == 0)
		return buf_put_str(
		    out, "The team asks nothing besides your message.\n");
	for (unsigned i = 0; e == ERR_OK && i < q->n; i++)
		e = put_question(out, &q->at[i]);
	if (e != ERR_OK)
		return e;
	return buf_put_fmt(out,
	    "\nNobody has to answer. With your message, for each that you do "
	    "answer:\n\n  --answer '%s=what you answer'\n",
	    q->at[0].id);
}

static void
json_question(struct json_out *w, const struct question *q)
{
	static const char *const kinds[QUESTION_KINDS] = {
		[QUESTION_TEXT] = "text",
		[QUESTION_CHOICE] = "choice",
		[QUESTION_DATE] = "date",
	};

	json_put_str(w, "id", q->id, strlen(q->id));
	json_put_str(w, "kind", kinds[q->kind], strlen(kinds[q->kind]));
	json_put_str(w, "text", q->text, strlen(q->text));
	json_put_list(w, "choices");
	for (unsigned i = 0; i < q->choices; i++)
		json_put_str(w, NULL, q->choice[i], strlen(q->choice[i]));
	json_put_list_end(w);
}

static enum err
put_questions_json(struct buf *out, const struct tell_questions *q)
{
	struct json_out w;
	enum err e;

	e = buf_put_str(out, "[");
	for (unsigned i = 0; e == ERR_OK && i < q->n; i++) {
		if ((e = buf_put_str(out, i == 0 ? "\n" : ",\n")) != ERR_OK)
			return e;
		json_begin(&w, out);
		json_question(&w, &q->at[i]);
		e = json_end(&w);
	}
	return e == ERR_OK ? buf_put_str(out, "\n]\n") : e;
}

enum err
tell_show_questions(struct tell *t, const struct tell_questions *q, bool json)
{
	struct buf out;
	enum err e;

	buf_init(&out, 4 * (size_t)QUESTIONS_TEXT_MAX);
	e = json ? put_questions_json(&out, q) : put_questions(&out, q);
	if (e == ERR_OK)
		e = file_write_fd(1, out.at, out.len);
	if (e != ERR_OK)
		(void)tell_fail(t, e, "The questions cannot be written.");
	buf_drop(&out);
	return e;
}
