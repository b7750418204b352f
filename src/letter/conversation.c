#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#include "letter/conversation.h"

/* One thing of a message that may be there more than once. */
struct ref {
	const struct conversation_found *found;
	size_t file; /* of files: which */
	size_t order;
};

static int
by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static bool
misdated(const struct conversation_found *f)
{
	return letter_is_misdated(f->letter, f->row);
}

/* Versions of one message side by side, the earliest first. */
static int
by_message(const void *a, const void *b)
{
	const struct ref *x = a, *y = b;
	const struct letter *l = x->found->letter, *m = y->found->letter;
	int d;

	if ((d = by_number(misdated(x->found), misdated(y->found))) != 0 ||
	    (d = by_number(l->kind, m->kind)) != 0 ||
	    (d = memcmp(l->id, m->id, sizeof l->id)) != 0 ||
	    (d = by_number(l->day, m->day)) != 0 ||
	    (d = by_number(x->found->slot, y->found->slot)) != 0 ||
	    (d = memcmp(l->tag, m->tag, sizeof l->tag)) != 0)
		return d;
	return by_number(x->order, y->order);
}

static bool
is_same_message(const struct ref *a, const struct ref *b)
{
	return misdated(a->found) == misdated(b->found) &&
	    a->found->letter->kind == b->found->letter->kind &&
	    memcmp(a->found->letter->id, b->found->letter->id,
		LETTER_ID_BYTES) == 0;
}

static int
compare_text(const struct ref *a, const struct ref *b)
{
	const struct letter *l = a->found->letter, *m = b->found->letter;
	int d;

	if ((d = by_number(l->text_len, m->text_len)) != 0 ||
	    (d = memcmp(l->text, m->text, l->text_len)) != 0 ||
	    (d = by_number(l->more, m->more)) != 0)
		return d;
	return l->more
	    ? memcmp(l->files[0].sha256, m->files[0].sha256, SHA256_BYTES)
	    : 0;
}

static int
compare_file(const struct ref *a, const struct ref *b)
{
	const struct letter_file *f = &a->found->letter->files[a->file];
	const struct letter_file *g = &b->found->letter->files[b->file];
	int d;

	if ((d = memcmp(f->sha256, g->sha256, SHA256_BYTES)) != 0)
		return d;
	return by_number(f->size, g->size);
}

static int
by_order(const void *a, const void *b)
{
	return by_number(
	    ((const struct ref *)a)->order, ((const struct ref *)b)->order);
}

static int
by_text(const void *a, const void *b)
{
	const int d = compare_text(a, b);

	return d != 0 ? d : by_order(a, b);
}

static int
by_file(const void *a, const void *b)
{
	const int d = compare_file(a, b);

	return d != 0 ? d : by_order(a, b);
}

/* Keep the first of those that are equal, in their order; returns how many.
 * Sorting makes this cheap for a stranger's thousand versions too. */
static size_t
keep_firsts(struct ref *refs, size_t n, int (*sort)(const void *, const void *),
    int (*compare)(const struct ref *, const struct ref *))
{
	size_t kept = 0;

	if (n == 0)
		return 0;
	qsort(refs, n, sizeof *refs, sort);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || compare(&refs[i], &refs[kept - 1]) != 0)
			refs[kept++] = refs[i];
	qsort(refs, kept, sizeof *refs, by_order);
	return kept;
}

static enum err
unite_texts(
    struct conversation *c, struct conversation_message *m, struct ref *refs)
{
	for (size_t i = 0; i < m->version_count; i++)
		refs[i] = (struct ref){ .found = m->versions[i], .order = i };
	m->text_count =
	    keep_firsts(refs, m->version_count, by_text, compare_text);
	m->texts = arena_get(&c->hold, m->text_count * sizeof *m->texts);
	if (m->texts == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < m->text_count; i++) {
		const struct letter *l = refs[i].found->letter;

		m->texts[i] = (struct conversation_text){ .text = l->text,
			.len = l->text_len,
			.more = l->more,
			.found = refs[i].found };
	}
	return ERR_OK;
}

static enum err
unite_files(
    struct conversation *c, struct conversation_message *m, struct ref *refs)
{
	size_t n = 0;

	for (size_t i = 0; i < m->version_count; i++)
		for (size_t j = 0; j < m->versions[i]->letter->file_count;
		     j++, n++)
			refs[n] = (struct ref){
				.found = m->versions[i], .file = j, .order = n
			};
	m->file_count = keep_firsts(refs, n, by_file, compare_file);
	m->files = arena_get(&c->hold, m->file_count * sizeof *m->files);
	if (m->files == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < m->file_count; i++) {
		const struct letter *l = refs[i].found->letter;

		m->files[i] =
		    (struct conversation_file){ .file = &l->files[refs[i].file],
			    .is_text = l->more && refs[i].file == 0,
			    .found = refs[i].found,
			    .index = refs[i].file };
	}
	return ERR_OK;
}

/* What one version adds to its message. */
static void
add_version(struct conversation_message *m, const struct conversation_found *f)
{
	m->versions[m->version_count++] = f;
	if (f->letter->day > m->last_day)
		m->last_day = f->letter->day;
	if (f->letter->n < m->n)
		m->n = f->letter->n;
	if (f->letter->seen > m->seen)
		m->seen = f->letter->seen;
}

/* A message out of the `n` sorted versions at `from`; `refs` is room for all
 * of their files. */
static enum err
make_message(struct conversation *c, struct conversation_message *m,
    const struct ref *from, size_t n, struct ref *refs)
{
	const struct conversation_found *first = from[0].found;
	enum err e;

	*m = (struct conversation_message){ .kind = first->letter->kind,
		.day = first->letter->day,
		.slot = first->slot,
		.n = first->letter->n,
		.misdated = misdated(first) };
	memcpy(m->id, first->letter->id, sizeof m->id);
	m->versions = arena_get(&c->hold, n * sizeof(void *));
	if (m->versions == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		add_version(m, from[i].found);
	if ((e = unite_texts(c, m, refs)) != ERR_OK)
		return e;
	return unite_files(c, m, refs);
}

/* The order of messages that do not answer each other. */
static int
by_place(const void *a, const void *b)
{
	const struct conversation_message *x = a, *y = b;
	int d;

	if ((d = by_number(x->kind == LETTER_REPLY, y->kind == LETTER_REPLY)) !=
	    0)
		return d;
	if (x->kind == LETTER_REPLY && (d = by_number(x->n, y->n)) != 0)
		return d;
	if ((d = by_number(x->day, y->day)) != 0 ||
	    (d = by_number(x->slot, y->slot)) != 0 ||
	    (d = by_number(x->kind, y->kind)) != 0)
		return d;
	return memcmp(x->id, y->id, sizeof x->id);
}

/* Does this reply stand before this letter? */
static bool
is_before(const struct conversation_message *reply,
    const struct conversation_message *letter)
{
	return reply->n <= letter->seen || reply->day < letter->day;
}

/* The sorted messages at `all`, letters first, then replies, as one run. */
static void
interleave(struct conversation_message *out,
    const struct conversation_message *all, size_t n)
{
	size_t letter = 0, replies = 0, reply;

	while (replies < n && all[replies].kind != LETTER_REPLY)
		replies++;
	reply = replies;
	for (size_t i = 0; i < n; i++)
		if (letter == replies ||
		    (reply < n && is_before(&all[reply], &all[letter])))
			out[i] = all[reply++];
		else
			out[i] = all[letter++];
}

static void
take_address(struct conversation *c, const struct conversation_found *f)
{
	c->address.reply = f->letter->reply;
	memcpy(c->address.k, f->letter->k, sizeof c->address.k);
	c->has_address = true;
}

static void
mark_addresses(struct conversation *c, struct conversation_message *m)
{
	if (m->kind != LETTER_FROM)
		return;
	for (size_t i = 0; i < m->version_count; i++) {
		const struct letter *l = m->versions[i]->letter;

		if (!c->has_address)
			take_address(c, m->versions[i]);
		if (!age_recipient_is_same(&l->reply, &c->address.reply) ||
		    memcmp(l->k, c->address.k, sizeof l->k) != 0)
			m->address_differs = true;
	}
}

/* What is true of the whole. */
static void
sum_up(struct conversation *c, const struct conversation_found *found, size_t n)
{
	uint32_t of_next = 0;

	for (size_t i = 0; i < c->count; i++)
		mark_addresses(c, &c->messages[i]);
	for (size_t i = 0; i < c->misdated_count; i++)
		mark_addresses(c, &c->misdated[i]);
	for (size_t i = 0; i < n; i++) {
		const struct letter *l = found[i].letter;

		if (l->kind == LETTER_FROM && l->seen > c->greatest_seen)
			c->greatest_seen = l->seen;
		if (l->kind != LETTER_REPLY)
			continue;
		if (l->n > c->greatest_n)
			c->greatest_n = l->n;
		if (l->has_next && l->n > of_next) {
			of_next = l->n;
			c->next = &l->next;
		}
	}
}

/* Sort the letters, make the messages at `all`; the misdated come last. */
static enum err
make_all(struct conversation *c, struct conversation_message *all,
    struct ref *refs, size_t n, struct ref *scratch)
{
	size_t versions;
	enum err e;

	if (n > 0)
		qsort(refs, n, sizeof *refs, by_message);
	for (size_t i = 0; i < n; i += versions) {
		for (versions = 1; i + versions < n; versions++)
			if (!is_same_message(&refs[i], &refs[i + versions]))
				break;
		if ((e = make_message(c, &all[c->count + c->misdated_count],
			 &refs[i], versions, scratch)) != ERR_OK)
			return e;
		if (misdated(refs[i].found))
			c->misdated_count++;
		else
			c->count++;
	}
	return ERR_OK;
}

static enum err
build(struct conversation *c, const struct conversation_found *found, size_t n)
{
	struct conversation_message *all;
	struct ref *refs, *scratch;
	size_t files = n;
	enum err e;

	for (size_t i = 0; i < n; i++)
		files += found[i].letter->file_count;
	refs = arena_get(&c->hold, n * sizeof *refs);
	scratch = arena_get(&c->hold, files * sizeof *scratch);
	all = arena_get(&c->hold, n * sizeof *all);
	c->messages = arena_get(&c->hold, n * sizeof *c->messages);
	if (refs == NULL || scratch == NULL || all == NULL ||
	    c->messages == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		refs[i] = (struct ref){ .found = &found[i], .order = i };
	if ((e = make_all(c, all, refs, n, scratch)) != ERR_OK)
		return e;
	c->misdated = all + c->count;
	if (c->count > 0)
		qsort(all, c->count, sizeof *all, by_place);
	if (c->misdated_count > 0)
		qsort(c->misdated, c->misdated_count, sizeof *all, by_place);
	interleave(c->messages, all, c->count);
	sum_up(c, found, n);
	return ERR_OK;
}

/* A broken invariant: letters of two sources are no conversation. */
static void
insist_on_one_key(const struct conversation_found *found, size_t n)
{
	const struct letter *first = NULL;

	for (size_t i = 0; i < n; i++) {
		if (found[i].letter->kind != LETTER_FROM)
			continue;
		if (first == NULL)
			first = found[i].letter;
		assert(memcmp(first->sign, found[i].letter->sign,
			   SIGN_PUBLIC_BYTES) == 0);
	}
}

enum err
conversation_build(struct conversation *c,
    const struct conversation_found *found, size_t n,
    const struct conversation_address *known)
{
	struct conversation got = { 0 };
	enum err e;

	insist_on_one_key(found, n);
	arena_init(&got.hold, SIZE_MAX / 2); /* grows with what was read */
	if (known != NULL) {
		got.address = *known;
		got.has_address = true;
	}
	if ((e = build(&got, found, n)) != ERR_OK) {
		conversation_drop(&got);
		return e;
	}
	*c = got; /* now the caller's */
	return ERR_OK;
}

void
conversation_drop(struct conversation *c)
{
	arena_drop(&c->hold);
	wipe(c, sizeof *c);
}
