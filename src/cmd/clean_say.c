#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "note/json.h"

#include "cmd/clean_say.h"
#include "cmd/plain.h"

#define OUT_MAX (32U << 20)
#define SHOWN_MAX 4U /* values of one kind, unless all are asked for */

/* A name is no more than a line, whatever its bytes are. */
static enum err
put_name(struct buf *out, const char *name)
{
	size_t n;
	enum err e = ERR_OK;

	for (; e == ERR_OK && *name != '\0'; name += n) {
		n = strcspn(name, "\t\n");
		e = n > 0 ? plain_put(out, name, n) : buf_put_str(out, "?");
		n += n == 0;
	}
	return e;
}

/* Is it said of a copy, so that only what matters is? */
static bool
is_short(const struct clean_told *t)
{
	return t->path[0] != '\0';
}

/* Of a copy only that is told which it has no more. */
static bool
is_told(const struct clean *c, const struct tell *row, enum tell_kind kind,
    bool brief)
{
	return row->kind == kind &&
	    (!brief || (kind != TELL_FORM && !tells_hold(&c->after, row)));
}

/* "  where it was made:", each value in a line, "and 4 more". */
static enum err
put_kind(
    struct buf *out, const struct clean *c, enum tell_kind kind, bool brief)
{
	size_t all = 0, shown = 0;
	enum err e;

	for (size_t i = 0; i < c->before.n; i++)
		all += is_told(c, &c->before.rows[i], kind, brief);
	if (all == 0)
		return ERR_OK;
	if ((e = buf_put_fmt(out, "  %s:\n", tell_words(kind))) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < c->before.n; i++) {
		const struct tell *row = &c->before.rows[i];

		if (!is_told(c, row, kind, brief) ||
		    (brief && shown == SHOWN_MAX))
			continue;
		shown++;
		if ((e = buf_put_fmt(out, "    %.100s %.100s: ", row->group,
			 row->tag)) == ERR_OK &&
		    (e = plain_put(out, row->value, strlen(row->value))) ==
			ERR_OK)
			e = buf_put_str(out, "\n");
	}
	if (e == ERR_OK && shown < all)
		e = buf_put_fmt(out, "    and %zu more\n", all - shown);
	return e;
}

static enum err
put_tells(struct buf *out, const struct clean *c, bool brief)
{
	enum err e = ERR_OK;
	bool any = false;

	for (size_t i = 0; i < c->before.n; i++)
		any |= c->before.rows[i].kind != TELL_FORM &&
		    is_told(
			c, &c->before.rows[i], c->before.rows[i].kind, brief);
	if (c->listed)
		e = buf_put_str(out,
		    !any        ? "It tells nothing of its maker that is known "
				  "here.\n"
			: brief ? "It tells, and the copy does not:\n"
				: "It tells:\n");
	for (unsigned k = 0; e == ERR_OK && k < TELL_KINDS; k++)
		e = put_kind(out, c, (enum tell_kind)k, brief);
	return e;
}

static enum err
put_list(struct buf *out, const char *head, const char *const *what, size_t n)
{
	enum err e = ERR_OK;

	if (n > 0)
		e = buf_put_str(out, head);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		if ((e = buf_put_str(out, "  ")) == ERR_OK &&
		    (e = buf_put_str(out, what[i])) == ERR_OK)
			e = buf_put_str(out, "\n");
	return e;
}

static enum err
put_text(struct buf *out, const struct clean *c, const struct clean_told *t)
{
	const struct media_row *row = media_row(c->from.is);
	const char *const *cannot;
	size_t n;
	enum err e;

	cannot = clean_cannot(row->class, &n);
	if ((e = put_name(out, t->file)) != ERR_OK ||
	    (e = buf_put_fmt(out, ": %s.\n", row->words)) != ERR_OK ||
	    (e = put_tells(out, c, is_short(t))) != ERR_OK ||
	    (e = put_list(out, "Note:\n", c->notes, c->notes_n)) != ERR_OK)
		return e;
	if (!is_short(t))
		return ERR_OK;
	if ((e = put_list(out, "No cleaning takes away:\n", cannot, n)) !=
		ERR_OK ||
	    (e = buf_put_str(out, "The clean copy is ")) != ERR_OK ||
	    (e = put_name(out, t->path)) != ERR_OK)
		return e;
	return buf_put_str(out, "\n");
}

/* A name may be of any bytes; JSON takes UTF-8. */
static void
json_name(struct json_out *w, const char *key, const char *name)
{
	struct buf clean;

	buf_init(&clean, OUT_MAX);
	if (put_name(&clean, name) == ERR_OK)
		json_put_str(w, key, (const char *)clean.at, clean.len);
	else if (w->e == ERR_OK)
		w->e = ERR_NOMEM;
	buf_drop(&clean);
}

static void
json_text(struct json_out *w, const char *key, const char *s)
{
	json_put_str(w, key, s, strlen(s));
}

static void
json_tells(struct json_out *w, const struct clean *c, bool made)
{
	json_put_list(w, "tells");
	for (size_t i = 0; i < c->before.n; i++) {
		const struct tell *row = &c->before.rows[i];

		json_put_object(w, NULL);
		json_text(w, "kind", tell_name(row->kind));
		json_text(w, "group", row->group);
		json_text(w, "tag", row->tag);
		json_text(w, "value", row->value);
		if (made)
			json_put_bool(w, "gone", !tells_hold(&c->after, row));
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

static void
json_words(
    struct json_out *w, const char *key, const char *const *what, size_t n)
{
	json_put_list(w, key);
	for (size_t i = 0; i < n; i++)
		json_text(w, NULL, what[i]);
	json_put_list_end(w);
}

static void
json_copy(struct json_out *w, const struct clean *c, const char *path)
{
	const char *const *cannot;
	size_t n;

	cannot = clean_cannot(media_row(c->from.is)->class, &n);
	json_name(w, "copy", path);
	json_text(w, "copy_type", media_row(c->to)->type);
	json_put_u64(w, "copy_size", c->result_size);
	if (c->pages > 0)
		json_put_u64(w, "pages", c->pages);
	json_words(w, "stays", cannot, n);
}

static enum err
put_json(struct buf *out, const struct clean *c, const struct clean_told *t)
{
	const bool made = t->path[0] != '\0';
	struct json_out w;
	enum err e;

	json_begin(&w, out);
	json_name(&w, "file", t->file);
	json_text(&w, "type", media_row(c->from.is)->type);
	if (c->from.also != MEDIA_UNKNOWN)
		json_text(&w, "hides", media_row(c->from.also)->type);
	json_put_u64(&w, "size", c->size);
	json_put_bool(&w, "listed", c->listed);
	json_tells(&w, c, made);
	json_words(&w, "notes", c->notes, c->notes_n);
	if (made)
		json_copy(&w, c, t->path);
	if (t->e != ERR_OK) {
		json_text(&w, "failed", err_name(t->e));
		json_text(&w, "why", c->why == NULL ? "" : c->why);
		if (c->package != NULL)
			json_text(&w, "package", c->package);
	}
	if ((e = json_end(&w)) == ERR_OK)
		e = buf_put(out, "\n", 1);
	return e;
}

/* One line: which file, why, and what a program said or lacks. */
static enum err
put_failed(struct buf *out, const struct clean *c, const struct clean_told *t)
{
	enum err e;

	if ((e = buf_put_str(out, "sotto: ")) != ERR_OK ||
	    (e = put_name(out, t->file)) != ERR_OK ||
	    (e = buf_put_str(out, ": ")) != ERR_OK ||
	    (e = buf_put_str(out, c->why)) != ERR_OK)
		return e;
	if (c->package != NULL)
		e = buf_put_fmt(out, " %s is in the package %s: apt install %s",
		    c->program, c->package, c->package);
	else if (c->said[0] != '\0')
		e = buf_put_fmt(out, " (%s)", c->said);
	return e != ERR_OK ? e : buf_put_str(out, "\n");
}

bool
clean_say(const struct clean *c, const struct clean_told *t)
{
	struct buf out;
	bool written = false;
	enum err e;

	buf_init(&out, OUT_MAX);
	if (t->json)
		e = put_json(&out, c, t);
	else if (t->e != ERR_OK)
		e = put_failed(&out, c, t);
	else
		e = put_text(&out, c, t);
	if (e == ERR_OK && t->json)
		written = fflush(stdout) == 0 &&
		    json_show(1, out.at, out.len) == ERR_OK;
	else if (e == ERR_OK)
		written = fwrite(out.at, 1, out.len,
			      t->e != ERR_OK ? stderr : stdout) == out.len;
	buf_drop(&out);
	return written;
}
