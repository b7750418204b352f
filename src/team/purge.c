#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/paper.h"
#include "team/purge.h"

static const struct paper_kind kind = {
	.kind = "purge",
	.signer = "purge",
	.max = PURGE_MAX,
};

void
purge_init(struct purge *p)
{
	*p = (struct purge){ .tags_n = 0 };
}

void
purge_drop(struct purge *p)
{
	wipe_free(p->tags, p->tags_n * sizeof *p->tags);
	purge_init(p);
}

/* Ascending, so that a set of tags has one spelling. */
static bool
is_sorted(const struct purge *p)
{
	for (size_t i = 1; i < p->tags_n; i++)
		if (memcmp(p->tags[i - 1], p->tags[i], PURGE_TAG_BYTES) >= 0)
			return false;
	return p->tags_n > 0 && p->tags_n <= PURGE_TAGS;
}

enum err
purge_write(struct buf *out, const struct purge *p,
    const uint8_t purge_seed[static SIGN_SEED_BYTES])
{
	struct buf json;
	struct json_out w;
	enum err e;

	if (!is_sorted(p))
		return ERR_FORMAT;
	buf_init(&json, PURGE_MAX);
	json_begin(&w, &json);
	json_put_hex(&w, "line", p->line, sizeof p->line);
	json_put_u64(&w, "day", p->day);
	json_put_list(&w, "tags");
	for (size_t i = 0; i < p->tags_n; i++)
		json_put_hex(&w, NULL, p->tags[i], PURGE_TAG_BYTES);
	json_put_list_end(&w);
	if ((e = json_end(&w)) == ERR_OK)
		e = paper_sign(out, &kind, &json, purge_seed);
	buf_drop(&json);
	return e;
}

static enum err
read_tags(struct purge *p, const struct json *o)
{
	const struct json *list;
	enum err e;
	size_t n;

	e = json_get_list(o, "tags", PURGE_TAGS, &list);
	if (e != ERR_OK)
		return paper_need(e);
	if ((n = json_count(list)) == 0)
		return ERR_FORMAT;
	if ((p->tags = calloc(n, sizeof *p->tags)) == NULL)
		return ERR_NOMEM;
	p->tags_n = n;
	for (size_t i = 0; i < n; i++) {
		e = json_at_hex(list, i, p->tags[i], PURGE_TAG_BYTES);
		if (e != ERR_OK)
			return e;
	}
	return is_sorted(p) ? ERR_OK : ERR_FORMAT;
}

static enum err
fields(struct purge *p, const struct json *o)
{
	static const char *const keys[] = { "line", "day", "tags" };
	enum err e;

	if ((e = json_only(o, keys, COUNT(keys))) != ERR_OK)
		return e;
	if ((e = json_get_hex(o, "line", p->line, sizeof p->line)) != ERR_OK ||
	    (e = json_get_u32(o, "day", UINT32_MAX, &p->day)) != ERR_OK)
		return paper_need(e);
	return read_tags(p, o);
}

static enum err
check_any(const struct paper *paper, const struct key_note *keys)
{
	for (size_t i = 0; i < keys->purges_n; i++)
		if (paper_check(paper, &kind, keys->purges[i]) == ERR_OK)
			return ERR_OK;
	return ERR_FORGED;
}

enum err
purge_read(
    struct purge *p, const void *at, size_t n, const struct key_note *keys)
{
	struct paper paper = { .json = NULL };
	struct purge got;
	enum err e;

	purge_init(&got);
	if ((e = paper_read(&paper, &kind, at, n)) != ERR_OK)
		goto out;
	if ((e = check_any(&paper, keys)) != ERR_OK)
		goto out;
	if ((e = fields(&got, paper.json)) != ERR_OK)
		goto out;
	e = ERR_DENIED;
	if (memcmp(got.line, keys->line, LINE_ID_BYTES) != 0)
		goto out;
	*p = got;
	purge_init(&got); /* now the caller's */
	e = ERR_OK;
out:
	purge_drop(&got);
	paper_drop(&paper);
	return e;
}
