/* `sotto desk inbox`, and what a conversation begins with wherever it is
 * shown. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "desk/doors.h"
#include "desk/sync_keys.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/plain.h"

#define OUT_MAX ((size_t)1 << 30)

int
desk_cmd_print(struct buf *out, enum err e)
{
	if (e == ERR_OK && out->len > 0)
		e = json_show(1, out->at, out->len);
	buf_drop(out);
	return e == ERR_OK ? CMD_DONE
			   : cmd_fail(e, "it could not be written out", NULL);
}

int
desk_cmd_list(const struct desk_cmd *c, const struct desk_list *l)
{
	struct buf out;
	enum err e = ERR_OK;

	buf_init(&out, OUT_MAX);
	if (c->json)
		e = buf_put_str(&out, "[");
	for (size_t i = 0; e == ERR_OK && i < l->n; i++)
		if (!c->json)
			e = l->line(&out, c->desk, i);
		else if ((e = buf_put_str(&out, i == 0 ? "" : ",\n")) == ERR_OK)
			e = l->json(&out, c->desk, i);
	if (e == ERR_OK && c->json)
		e = buf_put_str(&out, "]\n");
	if (e == ERR_OK && !c->json && l->n == 0 && l->none != NULL)
		e = buf_put_str(&out, l->none);
	return desk_cmd_print(&out, e);
}

enum err
desk_cmd_put_name(struct buf *out, const struct conv *c)
{
	enum err e;

	if (c->name[0] == '\0')
		return ERR_OK;
	if ((e = buf_put_str(out, "  \"")) == ERR_OK &&
	    (e = plain_put(out, c->name, strlen(c->name))) == ERR_OK)
		e = buf_put_str(out, "\"");
	return e;
}

static unsigned
count_files(const struct conv *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < c->said_n; i++)
		for (size_t j = 0; j < c->said[i]->files_n; j++)
			n += c->said[i]->files[j].number > 0;
	return n;
}

void
desk_cmd_json_day(struct json_out *w, const char *key, uint32_t day)
{
	char date[CLOCK_DATE_BYTES];

	clock_date(date, day);
	json_put_str(w, key, date, strlen(date));
}

void
desk_cmd_json_head(
    struct json_out *w, const struct desk *d, const struct conv *c)
{
	const struct roster_door *door = doors_of(d, c);

	json_put_str(w, "handle", c->handle, strlen(c->handle));
	json_put_str(w, "name", c->name, strlen(c->name));
	json_put_bool(w, "handle_twice", c->handle_twice);
	json_put_bool(w, "name_alike", c->name_alike);
	json_put_u64(w, "unread", conv_unread(c));
	json_put_bool(w, "waiting", conv_waits(c));
	json_put_bool(w, "junk", c->junk);
	json_put_str(w, "door", door->name, strlen(door->name));
	json_put_hex(w, "door_id", door->id, sizeof door->id);
	json_put_bool(w, "asks_deletion", conv_asks_deletion(c));
	json_put_u64(w, "files", count_files(c));
	desk_cmd_json_day(w, "first_day", conv_first_day(c));
	desk_cmd_json_day(w, "last_day", conv_last_day(c));
	json_put_u64(w, "unsent", c->outs_n);
	desk_cmd_json_clocks(w, d, c);
}

enum err
desk_cmd_put_door(struct buf *out, const struct desk *d, const struct conv *c)
{
	const struct roster_door *door = doors_shown(d, c);
	enum err e;

	if (door == NULL)
		return ERR_OK;
	if ((e = buf_put_str(out, "  at ")) != ERR_OK)
		return e;
	return plain_put(out, door->name, strlen(door->name));
}

/* Newest first. */
static int
newer(const void *a, const void *b)
{
	const struct conv *const *x = a, *const *y = b;
	const uint32_t m = conv_last_day(*x), n = conv_last_day(*y);

	if (m != n)
		return m < n ? 1 : -1;
	return ((*x)->since < (*y)->since) - ((*x)->since > (*y)->since);
}

static const struct conv **
sorted(const struct desk *d)
{
	const size_t n = desk_count(d);
	const struct conv **list = calloc(n + 1, sizeof *list);

	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		list[i] = desk_at(d, i);
	if (n > 1)
		qsort(list, n, sizeof *list, newer);
	return list;
}

/* The writer keeps objects; a list is what stands inside one. */
static enum err
inbox_json(
    struct buf *out, const struct desk *d, const struct conv **list, size_t n)
{
	struct json_out w;
	enum err e = buf_put_str(out, "[");

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		if (i > 0 && (e = buf_put_str(out, ",\n")) != ERR_OK)
			break;
		assert(list[i] != NULL);
		json_begin(&w, out);
		desk_cmd_json_head(&w, d, list[i]);
		desk_cmd_json_work(&w, d, list[i]);
		json_put_u64(&w, "letters", list[i]->said_n);
		e = json_end(&w);
	}
	return e == ERR_OK ? buf_put_str(out, "]\n") : e;
}

static enum err
inbox_row(struct buf *out, const struct desk *d, const struct conv *c)
{
	char date[CLOCK_DATE_BYTES];
	const unsigned files = count_files(c);
	enum err e;

	clock_date(date, conv_last_day(c));
	if ((e = buf_put_fmt(out, "%s  %-36s %3u new  %2u file%s  %s", date,
		 c->handle, conv_unread(c), files, files == 1 ? " " : "s",
		 c->outcome != OUTCOME_OPEN ? effect_outcome_word(c->outcome)
		     : conv_waits(c)        ? "waits for us"
					    : "answered")) != ERR_OK ||
	    (e = desk_cmd_put_going(out, d, c)) != ERR_OK ||
	    (e = desk_cmd_put_name(out, c)) != ERR_OK ||
	    (e = desk_cmd_put_door(out, d, c)) != ERR_OK)
		return e;
	if (conv_asks_deletion(c) &&
	    (e = buf_put_str(out, "  (asks you to delete it)")) != ERR_OK)
		return e;
	if (c->handle_twice &&
	    (e = buf_put_str(out, "  (not the older writer of these words)")) !=
		ERR_OK)
		return e;
	if ((e = desk_cmd_put_work(out, d, c)) != ERR_OK)
		return e;
	return buf_put_str(out, "\n");
}

/* Only what is of the door that --door names; false: there is none. */
static bool
keep_door(const struct desk_cmd *c, const struct conv **list, size_t *n)
{
	const struct roster_door *door =
	    doors_named(desk_roster(c->desk), c->door);
	size_t kept = 0;

	for (size_t i = 0; door != NULL && i < *n; i++)
		if (doors_of(c->desk, list[i]) == door)
			list[kept++] = list[i];
	*n = kept;
	return door != NULL;
}

int
desk_cmd_inbox(struct desk_cmd *c)
{
	size_t n = desk_count(c->desk);
	const struct conv **list = sorted(c->desk);
	struct buf out;
	enum err e = ERR_OK;

	buf_init(&out, OUT_MAX);
	if (list == NULL)
		return desk_cmd_print(&out, ERR_NOMEM);
	desk_cmd_warn_keys(sync_keys_left(c->desk, clock_day()));
	if (c->door != NULL && !keep_door(c, list, &n)) {
		free(list);
		return desk_cmd_say("There is no such door: see sotto team "
				    "members.");
	}
	if (c->json)
		e = inbox_json(&out, c->desk, list, n);
	for (size_t i = 0; e == ERR_OK && !c->json && i < n; i++) {
		assert(list[i] != NULL);
		e = inbox_row(&out, c->desk, list[i]);
	}
	if (e == ERR_OK && !c->json && n == 0)
		e = buf_put_str(&out,
		    "No messages yet: sync fetches what lies on the line.\n");
	free(list);
	return desk_cmd_print(&out, e);
}
