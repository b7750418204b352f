/* The order of entries, and what views are told. */
#include <stdlib.h>
#include <string.h>

#include "team/teamlog_part.h"

static int
compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int
teamlog_compare(const struct item *a, const struct item *b)
{
	int c;

	if ((c = compare_u64(a->lamport, b->lamport)) != 0)
		return c;
	if ((c = memcmp(a->device->id, b->device->id, DEVICE_ID_BYTES)) != 0)
		return c;
	if ((c = compare_u64(a->number, b->number)) != 0)
		return c;
	return memcmp(a->hash, b->hash, SHA256_BYTES);
}

static int
compare_places(const void *a, const void *b)
{
	struct item *const *x = a, *const *y = b;

	return teamlog_compare(*x, *y);
}

static int
compare_told(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	return teamlog_compare(x->item, y->item);
}

/* Sort what has come and merge it with the rest, from the end. */
void
teamlog_sort(struct teamlog *l)
{
	size_t old = l->sorted, more = l->n - l->sorted, to = l->n;

	if (more == 0)
		return;
	memcpy(l->spare, l->items + old, more * sizeof *l->spare);
	qsort(l->spare, more, sizeof *l->spare, compare_places);
	while (more > 0)
		if (old > 0 &&
		    teamlog_compare(l->items[old - 1], l->spare[more - 1]) > 0)
			l->items[--to] = l->items[--old];
		else
			l->items[--to] = l->spare[--more];
	l->sorted = l->n;
}

void
teamlog_tell(struct teamlog *l, struct item *it)
{
	if (it->listed)
		return;
	it->listed = true;
	l->told[l->told_n++] = (struct told){ .item = it };
}

void
teamlog_settle(struct teamlog *l)
{
	if (l->told_n == l->settled)
		return;
	qsort(l->told + l->settled, l->told_n - l->settled, sizeof *l->told,
	    compare_told);
	for (size_t i = l->settled; i < l->told_n; i++) {
		struct item *before = i == 0 ? NULL : l->told[i - 1].last;
		struct item *it = l->told[i].item;

		l->told[i].last =
		    before != NULL && teamlog_compare(before, it) > 0 ? before
								      : it;
	}
	l->settled = l->told_n;
}

enum teamlog_news
teamlog_news(struct teamlog *l, const struct teamlog_cursor *at)
{
	teamlog_refresh(l);
	if (at->done > 0 && at->turn != l->turn)
		return TEAMLOG_AGAIN;
	if (at->done == l->told_n)
		return TEAMLOG_NONE;
	for (size_t i = at->done; i < l->told_n; i++)
		if (l->told[i].last != l->told[i].item)
			return TEAMLOG_AMONG;
	return TEAMLOG_LATER;
}

bool
teamlog_take(
    struct teamlog *l, struct teamlog_cursor *at, struct teamlog_line *line)
{
	teamlog_refresh(l);
	if (at->done == 0)
		at->turn = l->turn;
	if (at->turn != l->turn || at->done == l->told_n)
		return false;
	teamlog_line_of(l, l->told[at->done++].item, line);
	return true;
}

void
teamlog_cursor_now(struct teamlog *l, struct teamlog_cursor *at)
{
	teamlog_refresh(l);
	*at = (struct teamlog_cursor){ .turn = l->turn, .done = l->told_n };
}

int
teamlog_order(const struct teamlog_line *a, const struct teamlog_line *b)
{
	int c;

	if ((c = compare_u64(a->lamport, b->lamport)) != 0)
		return c;
	if ((c = memcmp(a->device, b->device, DEVICE_ID_BYTES)) != 0)
		return c;
	if ((c = compare_u64(a->number, b->number)) != 0)
		return c;
	return memcmp(a->hash, b->hash, SHA256_BYTES);
}
