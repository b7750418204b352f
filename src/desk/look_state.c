/* What is kept of the looks: one JSON object (doc/protocol/80-desk.md). */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/hash.h"
#include "note/json.h"

#include "desk/look.h"

#define FORM 1U
#define DAY_MAX 3000000U

static void
put_line(struct json_out *w, const char *key, const struct seen_line *l)
{
	json_put_object(w, key);
	json_put_str(w, "name", l->name, strlen(l->name));
	json_put_str(w, "title", l->title, strlen(l->title));
	json_put_str(w, "about", l->about, strlen(l->about));
	json_put_str(w, "readers", l->readers, strlen(l->readers));
	json_put_u64(w, "file-max", l->file_max);
	json_put_u64(w, "days", l->days);
	json_put_object_end(w);
}

static void
put_found(struct json_out *w, const struct look_state *s)
{
	json_put_list(w, "found");
	for (size_t i = 0; i < s->found.n; i++) {
		const struct seen_found *f = &s->found.at[i];

		json_put_object(w, NULL);
		json_put_u64(w, "what", f->what);
		json_put_u64(w, "page", f->page);
		json_put_hex(w, "id", f->id, sizeof f->id);
		json_put_u64(w, "since", f->since);
		json_put_u64(w, "gone", s->gone[i]);
		json_put_str(w, "sees", f->sees, strlen(f->sees));
		json_put_str(w, "ours", f->ours, strlen(f->ours));
		json_put_object_end(w);
	}
	json_put_list_end(w);
}

enum err
look_shown(char out[static LOOK_SHOWN_BYTES], const struct look_state *s)
{
	uint8_t hash[SHA256_BYTES];
	struct json_out w;
	struct buf all;
	enum err e;

	buf_init(&all, LOOK_STATE_MAX);
	json_begin(&w, &all);
	if (s->has_line)
		put_line(&w, "now", &s->now);
	put_found(&w, s);
	json_put_bool(&w, "more", s->found.more);
	if ((e = json_end(&w)) == ERR_OK) {
		sha256(hash, all.at, all.len);
		enc_hex(out, hash, LOOK_SHOWN_BYTES / 2);
	}
	buf_drop(&all);
	return e;
}

enum err
look_state_write(struct buf *out, const struct look_state *s)
{
	struct json_out w;

	json_begin(&w, out);
	json_put_u64(&w, "form", FORM);
	json_put_u64(&w, "next", s->next);
	json_put_u64(&w, "day", s->day);
	json_put_u64(&w, "failing", s->failing);
	if (s->has_line) {
		put_line(&w, "ours", &s->ours);
		put_line(&w, "now", &s->now);
	}
	put_found(&w, s);
	json_put_bool(&w, "more", s->found.more);
	json_put_list(&w, "wanted");
	for (size_t i = 0; i < s->wanted_n; i++)
		json_put_hex(&w, NULL, s->wanted[i], SEEN_ID_BYTES);
	json_put_list_end(&w);
	if (s->waits) {
		json_put_u64(&w, "serial", s->serial);
		json_put_hex(&w, "keys", s->keys, sizeof s->keys);
		json_put_hex(
		    &w, "questions", s->questions, sizeof s->questions);
	}
	return json_end(&w);
}

static enum err
get_text(char *out, size_t room, const struct json *o, const char *key)
{
	const char *s;
	size_t n;
	enum err e = json_get_str(o, key, room - 1, &s, &n);

	if (e != ERR_OK)
		return e;
	memcpy(out, s, n);
	out[n] = '\0';
	return ERR_OK;
}

static enum err
get_line(struct seen_line *l, const struct json *root, const char *key)
{
	const struct json *o;
	enum err e;

	if ((e = json_get_object(root, key, &o)) != ERR_OK ||
	    (e = get_text(l->name, sizeof l->name, o, "name")) != ERR_OK ||
	    (e = get_text(l->title, sizeof l->title, o, "title")) != ERR_OK ||
	    (e = get_text(l->about, sizeof l->about, o, "about")) != ERR_OK ||
	    (e = get_text(l->readers, sizeof l->readers, o, "readers")) !=
		ERR_OK ||
	    (e = json_get_u64(o, "file-max", UINT64_MAX, &l->file_max)) !=
		ERR_OK)
		return e;
	return json_get_u32(o, "days", UINT32_MAX, &l->days);
}

static enum err
get_one(struct seen_found *f, uint32_t *gone, const struct json *o)
{
	uint32_t what, page;
	enum err e;

	if ((e = json_get_u32(o, "what", SEEN_WHATS - 1, &what)) != ERR_OK ||
	    (e = json_get_u32(o, "page", SEEN_PAGES - 1, &page)) != ERR_OK ||
	    (e = json_get_hex(o, "id", f->id, sizeof f->id)) != ERR_OK ||
	    (e = json_get_u32(o, "since", DAY_MAX, &f->since)) != ERR_OK ||
	    (e = json_get_u32(o, "gone", DAY_MAX, gone)) != ERR_OK ||
	    (e = get_text(f->sees, sizeof f->sees, o, "sees")) != ERR_OK)
		return e;
	f->what = (enum seen_what)what;
	f->page = (enum seen_page)page;
	return get_text(f->ours, sizeof f->ours, o, "ours");
}

static enum err
get_lists(struct look_state *s, const struct json *root)
{
	const struct json *list, *o;
	enum err e;

	e = json_get_list(root, "found", SEEN_FOUND_MAX, &list);
	s->found.n = e == ERR_OK ? json_count(list) : 0;
	for (size_t i = 0; e == ERR_OK && i < s->found.n; i++)
		if ((e = json_at_object(list, i, &o)) == ERR_OK)
			e = get_one(&s->found.at[i], &s->gone[i], o);
	if (e == ERR_OK)
		e = json_get_bool(root, "more", &s->found.more);
	if (e == ERR_OK)
		e = json_get_list(root, "wanted", LOOK_WANTED_MAX, &list);
	s->wanted_n = e == ERR_OK ? json_count(list) : 0;
	for (size_t i = 0; e == ERR_OK && i < s->wanted_n; i++)
		e = json_at_hex(list, i, s->wanted[i], SEEN_ID_BYTES);
	return e;
}

/* What is there together or not at all. */
static enum err
get_rest(struct look_state *s, const struct json *root)
{
	enum err e = get_line(&s->ours, root, "ours");

	if (e == ERR_OK)
		e = get_line(&s->now, root, "now");
	s->has_line = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	e = json_get_u32(root, "serial", UINT32_MAX, &s->serial);
	if (e == ERR_NOTHING)
		return ERR_OK;
	s->waits = true;
	if (e == ERR_OK)
		e = json_get_hex(root, "keys", s->keys, sizeof s->keys);
	return e == ERR_OK
	    ? json_get_hex(root, "questions", s->questions, sizeof s->questions)
	    : e;
}

static enum err
get_all(struct look_state *s, const struct json *root)
{
	static const char *const keys[] = { "form", "next", "day", "failing",
		"ours", "now", "found", "more", "wanted", "serial", "keys",
		"questions" };
	uint32_t form;
	enum err e;

	if ((e = json_get_u32(root, "form", UINT32_MAX, &form)) != ERR_OK)
		return e;
	if (form != FORM)
		return ERR_VERSION;
	if ((e = json_only(root, keys, COUNT(keys))) != ERR_OK ||
	    (e = json_get_u64(root, "next", UINT64_MAX / 2, &s->next)) !=
		ERR_OK ||
	    (e = json_get_u32(root, "day", DAY_MAX, &s->day)) != ERR_OK ||
	    (e = json_get_u32(root, "failing", DAY_MAX, &s->failing)) !=
		ERR_OK ||
	    (e = get_lists(s, root)) != ERR_OK)
		return e;
	return get_rest(s, root);
}

enum err
look_state_read(struct look_state *s, const void *p, size_t n)
{
	struct look_state *got = calloc(1, sizeof *got);
	struct json *root = NULL;
	enum err e = ERR_NOMEM;

	if (got == NULL)
		goto out;
	if ((e = json_open(&root, p, n)) == ERR_OK &&
	    (e = get_all(got, root)) == ERR_OK)
		*s = *got;
out:
	json_close(root);
	look_free(got);
	return e == ERR_NOTHING || e == ERR_TOOBIG ? ERR_FORMAT : e;
}

void
look_free(struct look_state *s)
{
	if (s != NULL)
		wipe_free(s, sizeof *s);
}
