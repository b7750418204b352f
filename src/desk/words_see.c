/* What of the words is to be seen. */
#include <string.h>

#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/words.h"

static const struct register_chain *
chain_of(const struct desk *d, const struct conv *c)
{
	const struct registered *one = registers_of(&d->registers, c->id);

	return one == NULL ? NULL : &one->words;
}

static struct desk_words
words_at(const struct desk *d, const struct conv *c, uint32_t place)
{
	struct desk_words w = { .entry = register_words_at(
				    &d->registers.words, place) };

	if (w.entry != NULL)
		w.here = conv_words_find(
		    c, w.entry->kind, w.entry->device, w.entry->id);
	return w;
}

bool
desk_next_of(const struct desk *d, const struct conv *c, enum effect_kind kind,
    uint32_t *at, struct desk_words *w)
{
	const struct register_chain *chain = chain_of(d, c);
	uint32_t place = 0;

	if (chain == NULL)
		return false;
	place = *at == 0 ? chain->first
			 : register_words_at(&d->registers.words, *at)->next;
	while (place != 0) {
		*w = words_at(d, c, place);
		*at = place;
		if (w->entry->kind == kind)
			return true;
		place = w->entry->next;
	}
	return false;
}

bool
desk_next_note(const struct desk *d, const struct conv *c, uint32_t *at,
    struct desk_words *w)
{
	return desk_next_of(d, c, EFFECT_NOTE, at, w);
}

size_t
desk_drafts(const struct desk *d, const struct conv *c,
    struct desk_words list[static WORDS_DRAFTS])
{
	const struct register_chain *chain = chain_of(d, c);
	uint32_t place = chain == NULL ? 0 : chain->first;
	const struct registered_word *w;
	size_t n = 0;

	for (; place != 0; place = w->next) {
		w = register_words_at(&d->registers.words, place);
		if (w->kind != EFFECT_DRAFT || w->over)
			continue;
		if (n < WORDS_DRAFTS)
			n++;
		memmove(list + 1, list, (n - 1) * sizeof *list);
		list[0] = words_at(d, c, place);
	}
	return n;
}

enum err
desk_words_text(const struct desk *d, const struct conv *c,
    const struct desk_words *w, struct buf *out)
{
	uint8_t hash[SHA256_BYTES];
	const size_t was = out->len;
	enum err e;

	if (w->here == NULL)
		return ERR_MISSING;
	if ((e = store_box_tail(&c->box, w->here->where, out)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_MISSING : e;
	content_hash(
	    hash, d->vault->salt, (const char *)out->at + was, out->len - was);
	if (out->len - was == w->here->len &&
	    memcmp(hash, w->entry->hash, sizeof hash) == 0)
		return ERR_OK;
	wipe(out->at + was, out->len - was);
	out->len = was;
	return ERR_MISSING;
}

uint32_t
desk_words_day(const struct conv *c, const struct desk_words *w)
{
	for (size_t i = 0; w->here != NULL && i < c->said_n; i++)
		if (memcmp(c->said[i]->id, w->here->to, LETTER_ID_BYTES) == 0)
			return c->said[i]->day;
	return 0;
}

const char *
desk_member_name(const struct desk *d, const uint8_t id[static MEMBER_ID_BYTES])
{
	const struct roster_member *m = roster_member(d->roster, id);

	return m == NULL ? NULL : m->name;
}

/* The newest roster that has the device says whose it was. */
static const struct roster_member *
member_of(const struct desk *d, const uint8_t *device)
{
	const struct roster_device *at = NULL;
	const struct roster *r = NULL;

	for (size_t i = d->rosters_n; at == NULL && i-- > 0;) {
		r = d->rosters[i];
		at = roster_device(r, device);
	}
	return at == NULL ? NULL : roster_member(r, at->member);
}

const char *
desk_device_name(
    const struct desk *d, const uint8_t device[static DEVICE_ID_BYTES])
{
	const struct roster_member *m = member_of(d, device);

	return m == NULL ? NULL : m->name;
}

bool
desk_words_are_ours(const struct desk *d, const struct desk_words *w)
{
	const struct roster_member *m = member_of(d, w->entry->device);

	return m != NULL &&
	    memcmp(m->id, d->about.member, MEMBER_ID_BYTES) == 0;
}

size_t
desk_assigned(const struct desk *d, const struct conv *c,
    const uint8_t (**members)[MEMBER_ID_BYTES])
{
	const struct registered *one = registers_of(&d->registers, c->id);

	*members = NULL;
	if (one == NULL)
		return 0;
	*members = (const uint8_t(*)[MEMBER_ID_BYTES])one->members;
	return one->members_n;
}

bool
desk_is_mine(const struct desk *d, const struct conv *c)
{
	const uint8_t(*members)[MEMBER_ID_BYTES];
	const size_t n = desk_assigned(d, c, &members);

	for (size_t i = 0; i < n; i++)
		if (memcmp(members[i], d->about.member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

/* Parts that came count by the files that are whole. */
static uint64_t
files_here(const struct desk *d, const struct conv *c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->said_n; i++)
		for (size_t j = 0; j < c->said[i]->files_n; j++)
			n += !c->said[i]->ours &&
			    desk_has_file(d, &c->said[i]->files[j]);
	return n;
}

uint64_t
desk_changes(const struct desk *d, const struct conv *c)
{
	const struct registered *one;

	if (c == NULL)
		return ((uint64_t)d->arrived << 32) + teamlog_count(d->log) +
		    d->convs_n;
	one = registers_of(&d->registers, c->id);
	return ((uint64_t)(c->said_n + c->outs_n) << 40) +
	    (files_here(d, c) << 20) + c->inside.n + c->inside.terms_n +
	    (one == NULL ? 0 : one->changes);
}
