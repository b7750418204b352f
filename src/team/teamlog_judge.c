/*
 * What has effect, and why not.
 *
 * A fork voids from its number on.  A row of the roster's `past` anchors: the
 * entry that it names as the last and all before it stand whatever else the
 * device signed, and what comes behind them is voided by forks from the row's
 * number on only.  So every delivered entry lies in a *span*, which says the
 * first number that was signed twice: the device's from number 0, a row's from
 * its number, or none (NULL) behind a branch that a roster did not take.
 */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "team/teamlog_part.h"

enum roster_says
teamlog_role_at(const struct device *d, uint32_t number, const uint8_t **member,
    enum member_role *role)
{
	for (size_t i = 0; i < d->rows; i++)
		if (d->row[i].number > number) {
			*member = d->row[i].member;
			*role = d->row[i].role;
			return ROSTER_ROLE;
		}
	if (!d->today)
		return d->named ? ROSTER_GONE : ROSTER_UNKNOWN;
	*member = d->member;
	*role = d->role;
	return ROSTER_ROLE;
}

/* Is it the very entry that a row names as the last? */
static bool
ends(const struct row *row, const struct item *it)
{
	return row->number > 0 && it->number == row->number - 1 &&
	    memcmp(it->hash, row->last, ROSTER_LAST_BYTES) == 0;
}

/* The span of what comes behind an anchored entry. */
static const uint64_t *
span_behind(const struct item *it)
{
	const struct device *d = it->device;

	for (size_t i = 0; i < d->rows; i++)
		if (ends(&d->row[i], it))
			return &d->row[i].fork;
	return NULL;
}

static bool
is_forked(struct item *it)
{
	if (it->anchored) {
		it->span = span_behind(it);
		return false;
	}
	it->span = it->number == 0 ? &it->device->fork : it->before->span;
	return it->span == NULL || *it->span <= it->number;
}

static enum teamlog_standing
standing_of(struct item *it)
{
	const struct device *d = it->device;
	const uint8_t *member;
	enum member_role role = MEMBER_VIEWER;

	if (is_forked(it))
		return TEAMLOG_FORKED;
	if (teamlog_role_at(d, it->number, &member, &role) != ROSTER_ROLE)
		return TEAMLOG_GONE;
	if (it->kind == EFFECT_UNKNOWN)
		return TEAMLOG_TYPE;
	if (!effect_allowed(it->kind, role, d->hands_out) &&
	    !(it->of_circle && effect_allowed_circle(role)))
		return TEAMLOG_ROLE;
	return it->bad_body ? TEAMLOG_BODY : TEAMLOG_EFFECT;
}

static bool
is_further(const struct item *it, const struct item *than)
{
	return than == NULL || it->number > than->number;
}

static void
judge(struct item *it)
{
	struct device *d = it->device;

	it->standing = standing_of(it);
	if (it->standing == TEAMLOG_FORKED)
		return;
	if (is_further(it, d->tip))
		d->tip = it;
	if (it->standing != TEAMLOG_GONE && is_further(it, d->spoken))
		d->spoken = it;
}

void
teamlog_judge_one(struct teamlog *l, struct item *it)
{
	if (l->judge)
		return;
	judge(it);
	if (it->standing == TEAMLOG_EFFECT)
		teamlog_tell(l, it);
}

/* Whatever a row names as the last, and all before it. */
static void
anchor(const struct teamlog *l, const struct device *d, const struct row *row)
{
	struct item *it = teamlog_item(l, row->last);

	if (it == NULL || !it->delivered || it->device != d || !ends(row, it))
		return;
	for (; it != NULL && !it->anchored; it = it->before)
		it->anchored = true;
}

static void
forget_judged(struct teamlog *l)
{
	for (size_t i = 0; i < l->n; i++)
		l->items[i]->anchored = false;
	for (size_t i = 0; i < l->devices_n; i++) {
		struct device *d = l->devices[i];

		d->tip = d->spoken = NULL;
		for (size_t j = 0; j < d->rows; j++)
			anchor(l, d, &d->row[j]);
	}
}

/* Every entry stands behind the one before it, so one walk is enough. */
static void
judge_all(struct teamlog *l)
{
	bool again = false;

	l->judge = false;
	forget_judged(l);
	for (size_t i = 0; i < l->n; i++) {
		struct item *it = l->items[i];

		if (it->delivered)
			judge(it);
		if (it->listed &&
		    (!it->delivered || it->standing != TEAMLOG_EFFECT))
			again = true;
	}
	if (again) {
		l->turn++;
		l->told_n = l->settled = 0;
		for (size_t i = 0; i < l->n; i++)
			l->items[i]->listed = false;
	}
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i]->delivered &&
		    l->items[i]->standing == TEAMLOG_EFFECT)
			teamlog_tell(l, l->items[i]);
}

void
teamlog_refresh(struct teamlog *l)
{
	teamlog_sort(l);
	if (l->judge)
		judge_all(l);
	teamlog_settle(l);
}

/* Know all devices that the roster names, and check what they signed while
 * they were strangers. */
static enum err
meet(struct teamlog *l, const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	uint8_t id[DEVICE_ID_BYTES];
	struct device *d;
	enum err e;

	device_id(id, key);
	if ((e = teamlog_device_have(l, &d, id)) != ERR_OK)
		return e;
	memcpy(d->key, key, SIGN_PUBLIC_BYTES);
	d->coming = true;
	return ERR_OK;
}

static enum err
meet_all(struct teamlog *l, const struct roster *r)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < l->devices_n; i++)
		l->devices[i]->coming = false;
	for (size_t i = 0; e == ERR_OK && i < r->devices_n; i++)
		e = meet(l, r->devices[i].key);
	for (size_t i = 0; e == ERR_OK && i < r->past_n; i++)
		e = meet(l, r->past[i].key);
	if (e != ERR_OK)
		return e;
	/* Each entry's place, and what the rows name. */
	return names_room(&l->names, l->n + ROSTER_PAST);
}

/* Check the strangers' that have come to be known; forged ones go. */
static void
check_strangers(struct teamlog *l)
{
	size_t to = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct item *it = l->items[i];

		if (!it->checked && it->device->coming) {
			if (entry_check(it->note, it->note_len,
				it->device->key) != ERR_OK) {
				l->refused.forged++;
				teamlog_item_free(it);
				continue;
			}
			it->checked = true;
		}
		l->items[to++] = it;
	}
	l->n = l->sorted = to;
}

static void
take_today(struct device *d, const struct roster *r)
{
	const struct roster_device *now = roster_device(r, d->id);

	d->named = d->coming;
	d->today = now != NULL;
	d->hands_out = memcmp(d->id, r->hands_out, sizeof d->id) == 0 ||
	    memcmp(d->id, r->then, sizeof d->id) == 0;
	d->row = NULL;
	d->rows = 0;
	if (now == NULL)
		return;
	memcpy(d->member, now->member, MEMBER_ID_BYTES);
	d->role = roster_member(r, now->member)->role;
}

/* Its rows of `past`, side by side and in the roster's order. */
static void
take_rows(
    struct teamlog *l, size_t *used, struct device *d, const struct roster *r)
{
	d->row = &l->rows[*used];
	for (size_t i = 0; i < r->past_n; i++) {
		const struct roster_past *p = &r->past[i];
		struct row *row = &l->rows[*used];

		if (memcmp(p->key, d->key, SIGN_PUBLIC_BYTES) != 0)
			continue;
		*row = (struct row){ .role = p->role, .number = p->number };
		memcpy(row->member, p->member, MEMBER_ID_BYTES);
		memcpy(row->last, p->last, ROSTER_LAST_BYTES);
		d->rows++;
		(*used)++;
	}
}

enum err
teamlog_roster(struct teamlog *l, const struct roster *newest)
{
	size_t used = 0;
	enum err e;

	teamlog_refresh(l);
	if ((e = meet_all(l, newest)) != ERR_OK)
		return e;
	check_strangers(l);
	for (size_t i = 0; i < l->devices_n; i++) {
		take_today(l->devices[i], newest);
		if (l->devices[i]->coming)
			take_rows(l, &used, l->devices[i], newest);
	}
	teamlog_link_all(l);
	return ERR_OK;
}
