#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"

#include "desk/doors.h"
#include "desk/page_part.h"
#include "desk/seek.h"
#include "desk/words.h"

#define EXCERPT_BYTES 160U
/* Strangers choose what a row says, so many must fit DESK_PAGE_MAX as they are
 * at their longest. */
#define ROWS_MAX 2000U

/* What the inbox is asked for. */
struct asked_rows {
	enum desk_filter filter;
	const char *search; /* NULL */
	bool best; /* the best first, not the newest */
	const struct roster_door *door; /* NULL: any */
};

static bool
is_in(const struct desk *d, const struct conv *c, enum desk_filter filter)
{
	if (filter == DESK_JUNK)
		return c->junk;
	if (c->junk)
		return false;
	return filter == DESK_ALL ||
	    (filter == DESK_UNREAD && conv_unread(c) > 0) ||
	    (filter == DESK_WAITING && conv_waits(c)) ||
	    (filter == DESK_MINE && desk_is_mine(d, c));
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

#define ASSIGNED_BYTES 160U

/* What the team does about each; the names live as long as the page. */
static void
draw_work(struct page *p, struct desk_row *rows, size_t n,
    char (*names)[ASSIGNED_BYTES])
{
	struct desk_words list[WORDS_DRAFTS];

	for (size_t i = 0; i < n; i++) {
		const struct conv *c = rows[i].of;

		page_words_assigned(p->desk, c, names[i], ASSIGNED_BYTES);
		rows[i].assigned = names[i][0] == '\0' ? NULL : names[i];
		rows[i].has_draft = desk_drafts(p->desk, c, list) > 0;
	}
}

static struct desk_row
row_of(struct page *p, const struct conv *c)
{
	const struct roster_door *door = doors_shown(p->desk, c);
	struct desk_row row = {
		.handle = c->handle,
		.name = c->name[0] == '\0' ? NULL : c->name,
		.day = conv_last_day(c),
		.unread = conv_unread(c),
		.waiting = conv_waits(c),
		.asks_deletion = conv_asks_deletion(c),
		.door = door == NULL ? NULL : door->name,
		.kept = page_kept(p, c),
		.of = c,
	};

	for (size_t i = 0; i < c->said_n; i++) {
		const struct said *s = c->said[i];

		row.files += (unsigned)s->files_n;
		if (!s->ours && s->newest > row.arrived)
			row.arrived = s->newest;
	}
	excerpt(&row, c);
	return row;
}

/* Newest first; of one day what waits for us, then what is unread, then what
 * came last. */
static int
row_order(const void *a, const void *b)
{
	const struct desk_row *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? 1 : -1;
	if (x->waiting != y->waiting)
		return x->waiting ? -1 : 1;
	if ((x->unread > 0) != (y->unread > 0))
		return x->unread > 0 ? -1 : 1;
	return (x->arrived < y->arrived) - (x->arrived > y->arrived);
}

/* The team's, in the roster's order. */
static void
put_doors(struct desk_door *doors, struct desk_inbox *inbox,
    const struct roster *r, const struct roster_door *chosen)
{
	inbox->doors = doors;
	inbox->door_count = r->doors_n;
	for (size_t i = 0; i < r->doors_n; i++) {
		const struct roster_door *d = &r->doors[i];

		enc_hex(doors[i].id, d->id, sizeof d->id);
		doors[i].name = d->name;
		if (d == chosen)
			inbox->door = &doors[i];
	}
}

/* Count a conversation, and is it one of those that were asked for? */
static bool
count(struct desk_inbox *inbox, struct desk_door *doors,
    const struct desk *desk, const struct conv *c,
    const struct asked_rows *asked)
{
	const struct roster *r = desk_roster(desk);
	const struct roster_door *door = doors_of(desk, c);

	for (unsigned f = 0; f < DESK_FILTER_COUNT; f++)
		inbox->count[f] += is_in(desk, c, f);
	for (size_t i = 0; i < r->doors_n; i++)
		doors[i].count += door == &r->doors[i] && !c->junk;
	if (asked->search != NULL && asked->best)
		return false; /* put_best() */
	if (asked->search != NULL)
		return seek_has(c, asked->search);
	return is_in(desk, c, asked->filter) &&
	    (asked->door == NULL || asked->door == door);
}

/* All that were found, in the order of seek_ranked(). */
static enum err
put_best(struct page *p, struct desk_row *rows, struct desk_inbox *inbox)
{
	size_t *places = NULL, n = 0;
	enum err e;

	if ((e = seek_ranked(p->desk, inbox->search, &places, &n)) != ERR_OK)
		return e;
	for (size_t i = 0; i < n; i++)
		rows[i] = row_of(p, desk_at(p->desk, places[i]));
	inbox->row_count = n;
	free(places);
	return ERR_OK;
}

static void
show_inbox(
    struct page *p, struct http_request *r, const struct asked_rows *asked)
{
	const size_t all = desk_count(p->desk);
	struct page_warnings w;
	struct desk_frame frame = page_frame(p, &w);
	struct desk_inbox inbox = {
		.filter = asked->filter,
		.search = asked->search,
		.best = asked->best && asked->search != NULL,
		.synced = p->synced[0] == '\0' ? NULL : p->synced,
		.fetching = p->fetching || p->sync_at == 0,
		.today = clock_day(),
	};
	struct desk_row *rows = calloc(all + 1, sizeof *rows);
	struct desk_door doors[KEY_NOTE_DOORS] = { { .count = 0 } };
	char again[HTTP_TARGET_MAX + 2];
	char(*names)[ASSIGNED_BYTES] = calloc(ROWS_MAX, sizeof *names);
	struct buf out;

	buf_init(&out, DESK_PAGE_MAX);
	if (rows == NULL || names == NULL) {
		free(rows);
		free(names);
		page_answer(r, 500, &out, ERR_NOMEM);
		return;
	}
	/* Found words stand in no address, so such a page cannot come again. */
	(void)snprintf(again, sizeof again, "/%s%s",
	    r->query[0] == '\0' ? "" : "?", r->query);
	if (asked->search == NULL)
		inbox.watch = (struct desk_watch){ "/changes", again,
			desk_changes(p->desk, NULL) };
	/* Not known and never are told alike: either way, fetch. */
	if (sync_last(p->desk, &inbox.fetched) != ERR_OK)
		inbox.fetched = 0;
	put_doors(doors, &inbox, desk_roster(p->desk), asked->door);
	for (size_t i = 0; i < all; i++) {
		const struct conv *c = desk_at(p->desk, i);

		if (count(&inbox, doors, p->desk, c, asked))
			rows[inbox.row_count++] = row_of(p, c);
	}
	qsort(rows, inbox.row_count, sizeof *rows, row_order);
	if (inbox.best && put_best(p, rows, &inbox) != ERR_OK)
		inbox.row_count = 0;
	inbox.rows = rows;
	inbox.cut = inbox.row_count > ROWS_MAX;
	if (inbox.cut)
		inbox.row_count = ROWS_MAX;
	draw_work(p, rows, inbox.row_count, names);
	page_answer(r, 200, &out, desk_view_inbox(&out, &frame, &inbox));
	wipe_free(rows, (all + 1) * sizeof *rows);
	wipe_free(names, ROWS_MAX * sizeof *names);
}

void
page_inbox(struct page *p, struct http_request *r, struct page_in *in)
{
	static const char *const names[DESK_FILTER_COUNT] = {
		[DESK_ALL] = "",
		[DESK_UNREAD] = "unread",
		[DESK_WAITING] = "waiting",
		[DESK_MINE] = "mine",
		[DESK_JUNK] = "junk",
	};
	struct asked_rows asked = { .filter = DESK_ALL };

	(void)in;
	for (unsigned f = 0; f < DESK_FILTER_COUNT; f++)
		if (strcmp(r->query, names[f]) == 0) {
			asked.filter = f;
			show_inbox(p, r, &asked);
			return;
		}
	if (strncmp(r->query, "door.", 5) == 0)
		asked.door = doors_named(desk_roster(p->desk), r->query + 5);
	if (asked.door != NULL) {
		show_inbox(p, r, &asked);
		return;
	}
	page_sorry(p, r, 404, "There is no such page.");
}

void
page_find(struct page *p, struct http_request *r, struct page_in *in)
{
	const char *words = page_in_get(in, "find");

	const struct asked_rows asked = { .filter = DESK_ALL,
		.search = words[strspn(words, " ")] == '\0' ? NULL : words,
		.best = page_in_get(in, "best")[0] != '\0' };

	show_inbox(p, r, &asked);
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
