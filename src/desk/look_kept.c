/* What the looks found, until a member has looked at it; and when the next one
 * is. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "crypt/crypt.h"

#include "desk/inside.h"
#include "desk/look.h"
#include "desk/sync.h"

#define NAME "look"
#define DAY_S 86400U
#define HOUR_S 3600U
#define FIRST_S 600U /* not before, after a desk was first opened */

enum err
look_load(struct desk *d, struct look_state **s)
{
	struct look_state *got = calloc(1, sizeof *got);
	struct buf raw;
	enum err e = ERR_NOMEM;

	buf_init(&raw, LOOK_STATE_MAX);
	if (got == NULL)
		goto out;
	if ((e = desk_recall(d, NAME, &raw)) == ERR_OK)
		e = look_state_read(got, raw.at, raw.len);
	/* Of a version that is gone, or to come: the looks begin anew. */
	if (e == ERR_NOTHING || e == ERR_VERSION)
		e = ERR_OK;
	if (e == ERR_OK) {
		*s = got;
		got = NULL; /* now the caller's */
	}
out:
	look_free(got);
	buf_drop(&raw);
	return e;
}

enum err
look_keep(struct desk *d, const struct look_state *s)
{
	struct buf raw;
	enum err e;

	buf_init(&raw, LOOK_STATE_MAX);
	e = look_state_write(&raw, s);
	if (e == ERR_OK)
		e = buf_put_u8(&raw, 0);
	if (e == ERR_OK)
		e = desk_remember(d, NAME, (const char *)raw.at);
	buf_drop(&raw);
	return e;
}

enum err
look_news(struct desk *d, struct look_news *news)
{
	struct look_news got = { .found = 0 };
	struct look_state *s;
	uint32_t synced = 0;
	enum err e;

	if ((e = look_load(d, &s)) != ERR_OK)
		return e;
	got.found = (unsigned)s->found.n;
	for (size_t i = 0; i < s->found.n; i++)
		if (got.since == 0 || s->found.at[i].since < got.since)
			got.since = s->found.at[i].since;
	e = sync_last(d, &synced);
	if (e == ERR_OK && s->failing != 0 && synced >= s->failing &&
	    clock_day() > s->failing)
		got.failing = s->failing;
	look_free(s);
	if (e == ERR_OK || e == ERR_NOTHING)
		*news = got;
	return e == ERR_NOTHING ? ERR_OK : e;
}

static void
want(struct look_state *s, const struct seen_found *f)
{
	if (s->wanted_n == LOOK_WANTED_MAX) {
		s->wanted_n--;
		memmove(s->wanted[0], s->wanted[1],
		    s->wanted_n * sizeof s->wanted[0]);
	}
	memcpy(s->wanted[s->wanted_n++], f->id, sizeof f->id);
}

enum err
look_accept(struct desk *d, const char *shown, unsigned *left)
{
	char now[LOOK_SHOWN_BYTES];
	struct look_state *s;
	size_t kept = 0;
	enum err e;

	if ((e = look_load(d, &s)) != ERR_OK)
		return e;
	if ((e = look_shown(now, s)) == ERR_OK && strcmp(now, shown) != 0)
		e = ERR_TAKEN;
	if (e != ERR_OK) {
		look_free(s);
		return e;
	}
	for (size_t i = 0; i < s->found.n; i++) {
		const struct seen_found *f = &s->found.at[i];

		if (s->gone[i] != 0)
			continue;
		if (!seen_may_be_wanted(f->what)) {
			s->found.at[kept] = *f;
			s->gone[kept++] = 0;
		} else if (f->what < SEEN_NAME || f->what >= SEEN_KEYS) {
			want(s, f);
		}
	}
	s->found.n = kept;
	s->found.more = false;
	if (s->has_line)
		s->ours = s->now;
	if ((e = look_keep(d, s)) == ERR_OK)
		*left = (unsigned)kept;
	look_free(s);
	return e;
}

enum err
look_plan(struct desk *d, bool failed)
{
	struct look_state *s;
	enum err e;

	if ((e = look_load(d, &s)) != ERR_OK)
		return e;
	s->next = failed
	    ? clock_now() + HOUR_S + crypt_random_below(2 * HOUR_S)
	    : ((uint64_t)clock_day() + 1) * DAY_S + crypt_random_below(DAY_S);
	e = look_keep(d, s);
	look_free(s);
	return e;
}

enum err
look_due(struct desk *d, uint64_t *at)
{
	struct look_state *s;
	enum err e;

	if ((e = look_load(d, &s)) != ERR_OK)
		return e;
	/* A clock that was set wrong may have put it far off. */
	if (s->next == 0 || s->next > clock_now() + 2 * DAY_S) {
		s->next = clock_now() + FIRST_S + crypt_random_below(DAY_S);
		e = look_keep(d, s);
	}
	if (e == ERR_OK)
		*at = s->next;
	look_free(s);
	return e;
}

enum err
look_failed(struct desk *d)
{
	struct look_state *s;
	enum err e;

	if ((e = look_load(d, &s)) != ERR_OK)
		return e;
	if (s->failing == 0) {
		s->failing = clock_day();
		e = look_keep(d, s);
	}
	look_free(s);
	return e == ERR_OK ? look_plan(d, true) : e;
}
