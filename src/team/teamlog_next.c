/* What lacks, and the next entry of our own. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#include "team/teamlog_part.h"

/* Could it have effect once everything is here? */
static bool
is_hopeful(const struct item *it)
{
	const struct device *d = it->device;
	const uint8_t *member;
	enum member_role role;

	if (it->delivered || it->bad_chain || it->bad_lamport || !it->checked)
		return false;
	if (teamlog_role_at(d, it->number, &member, &role) != ROSTER_ROLE)
		return false;
	return it->number < d->fork || d->rows > 0;
}

static void
push(struct item **list, struct item *it, unsigned mark)
{
	if (it->mark == mark)
		return;
	it->mark = mark;
	it->next = *list;
	*list = it;
}

/* Mark all undelivered entries that hopeful ones stand on, themselves too. */
static void
mark_needed(struct teamlog *l, unsigned mark)
{
	struct item *list = NULL, *it;

	for (size_t i = 0; i < l->n; i++)
		if (is_hopeful(l->items[i]))
			push(&list, l->items[i], mark);
	while ((it = list) != NULL) {
		list = it->next;
		for (size_t i = 0; i <= it->heads_n; i++) {
			const uint8_t *name = teamlog_edge(it, i);
			struct item *on =
			    name == NULL ? NULL : teamlog_item(l, name);

			if (on != NULL && !on->delivered)
				push(&list, on, mark);
		}
	}
}

/* One that lacks, with how many the same device had named before. */
struct lack {
	struct teamlog_lack lack;
	size_t nth;
};

struct lacks {
	struct lack *at;
	size_t n;
	unsigned mark;
};

static void
add_lack(struct teamlog *l, struct lacks *to, const uint8_t *name,
    struct device *from)
{
	struct names_slot *s = names_find(&l->names, NAME_ENTRY, name);

	if (s->what != NULL || s->mark == to->mark)
		return;
	s->mark = to->mark;
	to->at[to->n].nth = from->lacks++;
	memcpy(to->at[to->n].lack.name, name, TEAMLOG_NAME_BYTES);
	memcpy(to->at[to->n].lack.from, from->id, DEVICE_ID_BYTES);
	to->n++;
}

/* Every name in the table that has nothing here, at most. */
static size_t
count_absent(const struct names *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->room; i++)
		n += t->slots[i].of == NAME_ENTRY && t->slots[i].what == NULL;
	return n;
}

static void
collect(struct teamlog *l, struct lacks *to)
{
	static const uint8_t none[ROSTER_LAST_BYTES];

	for (size_t i = 0; i < l->devices_n; i++) {
		struct device *d = l->devices[i];

		d->lacks = 0;
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct item *it = l->items[i];

		for (size_t j = 0; it->mark == to->mark && j <= it->heads_n;
		     j++)
			if (teamlog_edge(it, j) != NULL)
				add_lack(
				    l, to, teamlog_edge(it, j), it->device);
	}
	for (size_t i = 0; i < l->devices_n; i++) {
		struct device *d = l->by_id[i];

		for (size_t j = 0; j < d->rows; j++)
			if (memcmp(d->row[j].last, none, sizeof none) != 0)
				add_lack(l, to, d->row[j].last, d);
	}
}

static int
compare_lacks(const void *a, const void *b)
{
	const struct lack *x = a, *y = b;

	if (x->nth != y->nth)
		return x->nth < y->nth ? -1 : 1;
	return memcmp(x->lack.name, y->lack.name, TEAMLOG_NAME_BYTES);
}

enum err
teamlog_lacks(
    struct teamlog *l, struct teamlog_lack *out, size_t max, size_t *n)
{
	struct lacks to = { .mark = ++l->mark };
	size_t room;

	teamlog_refresh(l);
	*n = 0;
	if ((room = count_absent(&l->names)) == 0)
		return ERR_OK;
	if ((to.at = calloc(room, sizeof *to.at)) == NULL)
		return ERR_NOMEM;
	mark_needed(l, to.mark);
	collect(l, &to);
	if (to.n > 0)
		qsort(to.at, to.n, sizeof *to.at, compare_lacks);
	for (size_t i = 0; i < to.n && i < max; i++)
		out[i] = to.at[i].lack;
	*n = to.n;
	wipe_free(to.at, room * sizeof *to.at);
	return ERR_OK;
}

/* Mark a delivered entry and all that it stands on, but for what has the mark
 * `without`. */
static void
mark_behind(struct teamlog *l, struct item *it, unsigned mark, unsigned without)
{
	struct item *list = NULL;

	push(&list, it, mark);
	while ((it = list) != NULL) {
		list = it->next;
		for (size_t i = 0; i <= it->heads_n; i++) {
			const uint8_t *name = teamlog_edge(it, i);
			struct item *on =
			    name == NULL ? NULL : teamlog_item(l, name);

			if (on != NULL && on->mark != without)
				push(&list, on, mark);
		}
	}
}

size_t
teamlog_behind(struct teamlog *l, const uint8_t of[static TEAMLOG_NAME_BYTES],
    const uint8_t known[static TEAMLOG_NAME_BYTES],
    uint8_t (*out)[TEAMLOG_NAME_BYTES], size_t max)
{
	struct item *it = teamlog_item(l, of), *has = teamlog_item(l, known);
	unsigned without, mark;
	size_t n = 0;

	if (it == NULL || has == NULL || !it->delivered || !has->delivered)
		return 0;
	teamlog_refresh(l); /* in order, then */
	without = ++l->mark;
	mark = ++l->mark;
	mark_behind(l, has, without, mark);
	if (it->mark == without)
		return 0;
	mark_behind(l, it, mark, without);
	for (size_t i = l->n; n < max && i-- > 0;)
		if (l->items[i]->mark == mark && l->items[i] != it)
			memcpy(out[n++], l->items[i]->hash, TEAMLOG_NAME_BYTES);
	return n;
}

/* What our own chain has cited since we looked last. */
static void
note_cited(struct teamlog *l, const struct device *ours)
{
	if (l->ours != ours) {
		for (size_t i = 0; i < l->devices_n; i++)
			l->devices[i]->cited = 0;
		l->ours = ours;
		l->ours_done = 0;
	}
	for (const struct item *it = ours->tip;
	     it != NULL && it->number >= l->ours_done; it = it->before)
		for (size_t i = 0; i < it->heads_n; i++) {
			const struct item *on = teamlog_item(l, it->heads[i]);

			if (on->number >= on->device->cited)
				on->device->cited = (uint64_t)on->number + 1;
		}
	if (ours->tip != NULL)
		l->ours_done = (uint64_t)ours->tip->number + 1;
}

/* The greatest lamport first, then the device. */
static bool
is_before(const struct item *a, const struct item *b)
{
	if (a->lamport != b->lamport)
		return a->lamport > b->lamport;
	return memcmp(a->device->id, b->device->id, DEVICE_ID_BYTES) < 0;
}

struct heads {
	const struct item *at[ENTRY_HEADS];
	size_t n;
};

/* Put one where it belongs; the least one falls out when all are taken. */
static void
add_head(struct heads *h, const struct item *it)
{
	size_t i;

	if (h->n == ENTRY_HEADS) {
		if (is_before(h->at[ENTRY_HEADS - 1], it))
			return;
		h->n--;
	}
	for (i = h->n; i > 0 && is_before(it, h->at[i - 1]); i--)
		h->at[i] = h->at[i - 1];
	h->at[i] = it;
	h->n++;
}

static void
choose_heads(
    struct heads *h, const struct teamlog *l, const struct device *ours)
{
	for (size_t i = 0; i < l->devices_n; i++) {
		const struct device *d = l->devices[i];

		if (d != ours && d->named && d->spoken != NULL &&
		    d->spoken->number >= d->cited)
			add_head(h, d->spoken);
	}
}

/* May it go on from where its chain has come to? */
static enum err
may_go_on(const struct device *d)
{
	const struct item *tip = d->tip;
	const uint64_t *span = tip == NULL ? &d->fork : tip->span;
	const uint64_t next = tip == NULL ? 0 : (uint64_t)tip->number + 1;

	if (!d->today)
		return ERR_NOKEY;
	if (span == NULL || *span != NO_FORK)
		return ERR_DENIED;
	if (next > UINT32_MAX)
		return ERR_TOOBIG;
	return d->greatest > next ? ERR_MISSING : ERR_OK;
}

enum err
teamlog_next(struct teamlog *l, struct entry *e,
    const uint8_t id[static DEVICE_ID_BYTES])
{
	const struct device *ours = teamlog_device_known(l, id);
	struct heads heads = { .n = 0 };
	enum err er;

	if (ours == NULL)
		return ERR_NOKEY;
	teamlog_refresh(l);
	if ((er = may_go_on(ours)) != ERR_OK)
		return er;
	note_cited(l, ours);
	choose_heads(&heads, l, ours);
	memcpy(e->device, id, DEVICE_ID_BYTES);
	e->number = ours->tip == NULL ? 0 : ours->tip->number + 1;
	memset(e->previous, 0, sizeof e->previous);
	if (ours->tip != NULL)
		memcpy(e->previous, ours->tip->hash, sizeof e->previous);
	e->lamport = ours->tip == NULL ? 0 : ours->tip->lamport;
	e->heads_n = heads.n;
	for (size_t i = 0; i < heads.n; i++) {
		memcpy(e->heads[i], heads.at[i]->hash, ENTRY_HEAD_BYTES);
		if (heads.at[i]->lamport > e->lamport)
			e->lamport = heads.at[i]->lamport;
	}
	e->lamport++;
	return ERR_OK;
}
