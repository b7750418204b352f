#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/hash.h"

#include "desk/days.h"
#include "desk/inside.h"
#include "desk/lists.h"

#define FIRST "absent-from" /* the last run of days without a file */
#define LAST "absent-to"
#define DONE "absent-done" /* a pack came after this one */

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, TAG_BYTES);
}

enum err
lists_fit(bool *fit, const struct reach_day *day, const struct buf *tags)
{
	uint8_t(*all)[TAG_BYTES], digest[SHA256_BYTES];
	const size_t n = tags->len / TAG_BYTES;
	size_t once = 0;

	*fit = false;
	if ((all = calloc(n + 1, sizeof *all)) == NULL)
		return ERR_NOMEM;
	if (n > 0) {
		memcpy(all, tags->at, tags->len);
		qsort(all, n, sizeof *all, compare);
	}
	for (size_t i = 0; i < n; i++)
		if (i == 0 || compare(all[i], all[once - 1]) != 0)
			memmove(all[once++], all[i], sizeof *all);
	sha256(digest, all, once * TAG_BYTES);
	*fit = once == day->count &&
	    memcmp(digest, day->digest, sizeof digest) == 0;
	wipe_free(all, (n + 1) * sizeof *all);
	return ERR_OK;
}

/* What this desk saw of it when it was whole; NULL: it was not. */
static const struct day_whole *
whole(const struct desk *d, uint32_t day)
{
	for (size_t i = 0; i < d->whole_n; i++)
		if (d->whole[i].day == day)
			return &d->whole[i];
	return NULL;
}

uint32_t
lists_changed(const struct desk *d, const struct reach_day *days, size_t n)
{
	uint32_t changed = 0;

	for (size_t i = 0; i < n; i++)
		changed += days[i].day >= days_first(d) &&
		    whole(d, days[i].day) != NULL &&
		    !days_is_whole(d, &days[i]);
	return changed;
}

static bool
is_listed(const struct reach_day *days, size_t n, uint32_t day)
{
	for (size_t i = 0; i < n; i++)
		if (days[i].day == day)
			return true;
	return false;
}

/* Before a key was offered there was nothing to come; a team's first is of the
 * day before that on which it begins. */
static uint32_t
first_day(const struct desk *d)
{
	const struct ring *r = &d->vault->ring;
	uint32_t first = UINT32_MAX;

	for (size_t i = 0; i < r->chains_n; i++)
		if (r->chains[i].first < first)
			first = r->chains[i].first;
	return first != UINT32_MAX && first >= days_first(d) ? first + 1
							     : days_first(d);
}

enum err
lists_look(
    struct desk *d, const struct reach_day *days, size_t n, uint32_t today)
{
	uint32_t first = 0, last = 0, was = 0, to;
	enum err e = sync_last(d, &to);

	if (e != ERR_OK || today < 2)
		return e == ERR_NOTHING ? ERR_OK : e;
	for (uint32_t day = first_day(d); day <= today - 2; day++) {
		if (is_listed(days, n, day) || whole(d, day) != NULL)
			continue;
		first = first == 0 ? day : first;
		last = day;
	}
	e = first == 0 ? ERR_NOTHING : desk_recall_num(d, LAST, &was);
	if (first == 0 || (e == ERR_OK && was >= last))
		return e == ERR_NOTHING ? ERR_OK : e;
	if ((e == ERR_OK || e == ERR_NOTHING) &&
	    (e = desk_remember_num(d, FIRST, first)) == ERR_OK)
		e = desk_remember_num(d, LAST, last);
	return e;
}

/* Did it ever list a day before this one?  A line that is younger than the
 * desk's last fetch has forgotten nothing. */
static bool
listed_before(const struct desk *d, uint32_t day)
{
	for (size_t i = 0; i < d->whole_n; i++)
		if (d->whole[i].day < day)
			return true;
	return tagmap_least(&d->tried) < day || tagmap_least(&d->nokey) < day;
}

bool
lists_forgot(struct desk *d, const struct reach_day *days, size_t n)
{
	uint32_t last;

	return n > 0 && sync_last(d, &last) == ERR_OK &&
	    last + 1 < days[0].day && listed_before(d, days[0].day);
}

enum err
lists_settle(struct desk *d)
{
	uint32_t last;
	const enum err e = desk_recall_num(d, LAST, &last);

	if (e != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	return desk_remember_num(d, DONE, last);
}

bool
lists_absent(struct desk *d, uint32_t today, uint32_t *first, uint32_t *last)
{
	uint32_t done = 0;

	return desk_recall_num(d, FIRST, first) == ERR_OK &&
	    desk_recall_num(d, LAST, last) == ERR_OK &&
	    *last + LISTS_SHOWN >= today &&
	    (desk_recall_num(d, DONE, &done) != ERR_OK || done < *last);
}
