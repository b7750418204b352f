#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "letter/conversation.h"

static int
by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* What a letter says, as one hash.  Each string with the NUL behind it, so that
 * the same bytes elsewhere are other words. */
static void
hash_words(uint8_t out[static SHA256_BYTES], const struct letter *l)
{
	sha256(out, l->text, l->text_len);
	if (l->more)
		sha256_two(out, out, SHA256_BYTES, l->files[0].sha256,
		    sizeof l->files[0].sha256);
	for (size_t i = 0; i < l->answer_count; i++) {
		const struct letter_answer *a = &l->answers[i];

		sha256_two(out, out, SHA256_BYTES, a->question,
		    strlen(a->question) + 1);
		sha256_two(
		    out, out, SHA256_BYTES, a->answer, strlen(a->answer) + 1);
	}
}

static void
fill(struct conversation_item *item, const struct letter *l)
{
	*item = (struct conversation_item){
		.kind = l->kind,
		.has_next = l->kind == LETTER_REPLY && l->has_next,
		.day = l->day,
		.n = l->kind == LETTER_REPLY ? l->n : l->seen,
	};
	memcpy(item->id, l->id, sizeof item->id);
	memcpy(item->tag, l->tag, sizeof item->tag);
	hash_words(item->words, l);
}

void
conversation_in_row(
    struct conversation_item *item, const struct letter *l, uint32_t row)
{
	fill(item, l);
	item->found = row;
	item->misdated = letter_is_misdated(l, row);
	item->slot = l->kind == LETTER_FROM ? l->slot : 0;
}

void
conversation_at(struct conversation_item *item, const struct letter *l,
    uint32_t day, uint32_t slot)
{
	fill(item, l);
	item->found = day;
	item->misdated = l->day != day;
	item->slot = slot;
}

/* Who is earlier of two of one kind, as far as they say it themselves; the tag
 * is of one letter alone, so that no two are equal. */
static int
by_place(const struct conversation_item *a, const struct conversation_item *b)
{
	int d;

	if (a->kind == LETTER_REPLY && (d = by_number(a->n, b->n)) != 0)
		return d;
	if ((d = by_number(a->day, b->day)) != 0 ||
	    (d = by_number(a->slot, b->slot)) != 0 ||
	    (d = by_number(a->found, b->found)) != 0 ||
	    (d = memcmp(a->id, b->id, sizeof a->id)) != 0 ||
	    (d = memcmp(a->words, b->words, sizeof a->words)) != 0)
		return d;
	return memcmp(a->tag, b->tag, sizeof a->tag);
}

static int
by_message(const struct conversation_item *a, const struct conversation_item *b)
{
	int d;

	if ((d = by_number(a->misdated, b->misdated)) != 0 ||
	    (d = by_number(a->kind, b->kind)) != 0)
		return d;
	return memcmp(a->id, b->id, sizeof a->id);
}

bool
conversation_is_one(
    const struct conversation_item *a, const struct conversation_item *b)
{
	return by_message(a, b) == 0;
}

bool
conversation_unite(
    struct conversation_item *item, const struct conversation_item *more)
{
	const uint32_t n = item->kind == LETTER_REPLY
	    ? (item->n < more->n ? item->n : more->n)
	    : (item->n > more->n ? item->n : more->n);
	const bool earlier = by_place(more, item) < 0;
	const bool changed = earlier || n != item->n;

	assert(conversation_is_one(item, more));
	if (earlier)
		*item = *more;
	item->n = n;
	return changed;
}

/* Versions side by side, equal words too, the earliest first. */
static int
sort_words(const void *p, const void *q)
{
	const struct conversation_item *a =
	    *(const struct conversation_item *const *)p;
	const struct conversation_item *b =
	    *(const struct conversation_item *const *)q;
	int d;

	if ((d = by_message(a, b)) != 0 ||
	    (d = memcmp(a->words, b->words, sizeof a->words)) != 0)
		return d;
	return by_place(a, b);
}

/* Versions side by side, the earliest first. */
static int
sort_messages(const void *p, const void *q)
{
	const struct conversation_item *a =
	    *(const struct conversation_item *const *)p;
	const struct conversation_item *b =
	    *(const struct conversation_item *const *)q;
	const int d = by_message(a, b);

	return d != 0 ? d : by_place(a, b);
}

/* Letters, then answers, then the misdated; each message where its earliest
 * version stands. */
static int
sort_places(const void *p, const void *q)
{
	const struct conversation_item *a =
	    *(const struct conversation_item *const *)p;
	const struct conversation_item *b =
	    *(const struct conversation_item *const *)q;
	const bool replies = a->kind == LETTER_REPLY;
	int d;

	if ((d = by_number(a->misdated, b->misdated)) != 0)
		return d;
	if (a->misdated && (d = by_number(a->first->found, b->first->found)))
		return d;
	if ((d = by_number(replies, b->kind == LETTER_REPLY)) != 0)
		return d;
	if (a->first == b->first)
		return by_place(a, b);
	if (replies && (d = by_number(a->first->reach, b->first->reach)) != 0)
		return d;
	/* Two kinds have one place when a copy lies beside its letter. */
	return (d = by_place(a->first, b->first)) != 0
	    ? d
	    : by_number(a->kind, b->kind);
}

/* One said again has an earlier one with its id and words. */
static void
mark_again(struct conversation_item **items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct conversation_item *it = items[i];

		it->again = i > 0 && by_message(items[i - 1], it) == 0 &&
		    memcmp(items[i - 1]->words, it->words, sizeof it->words) ==
			0;
		it->missing = 0;
	}
}

/* What the versions of one message say together: of an answer the least n, of a
 * letter the greatest that it has read. */
static void
mark_versions(struct conversation_item **items, size_t n)
{
	struct conversation_item *first = NULL;

	for (size_t i = 0; i < n; i++) {
		struct conversation_item *it = items[i];

		if (first == NULL || by_message(first, it) != 0) {
			first = it;
			first->reach = it->n;
		}
		it->first = first;
		it->version = it != first && !it->again;
		if (it->kind == LETTER_REPLY ? it->n < first->reach
					     : it->n > first->reach)
			first->reach = it->n;
	}
}

/* Does this answer stand before this letter? */
static bool
is_before(const struct conversation_item *reply,
    const struct conversation_item *letter)
{
	const struct conversation_item *a = reply->first, *b = letter->first;

	return a->reach <= b->reach || a->day < b->day;
}

/* Letters, then answers, at `items`: as one run.  A version goes with its
 * message. */
static void
interleave(
    struct conversation_item **items, struct conversation_item **room, size_t n)
{
	size_t letter = 0, replies = 0, reply;

	while (replies < n && items[replies]->kind != LETTER_REPLY)
		replies++;
	reply = replies;
	for (size_t i = 0; i < n; i++)
		if (letter == replies ||
		    (reply < n && is_before(items[reply], items[letter])))
			room[i] = items[reply++];
		else
			room[i] = items[letter++];
	if (n > 0)
		memcpy(items, room, n * sizeof *items);
}

static void
mark_missing(struct conversation_item **items, size_t n)
{
	uint32_t last = 0, known = conversation_greatest(items, n);

	for (size_t i = 0; i < n; i++) {
		struct conversation_item *it = items[i];

		if (it->kind != LETTER_REPLY && it->n > known) {
			it->missing = it->n - known;
			known = it->n;
		}
		if (it->kind != LETTER_REPLY || it->misdated)
			continue;
		if (last > 0 && it->n > last + 1)
			it->missing = it->n - last - 1;
		if (it->n > last)
			last = it->n;
	}
}

size_t
conversation_order(
    struct conversation_item **items, struct conversation_item **room, size_t n)
{
	size_t dated = 0;

	if (n == 0)
		return 0;
	qsort(items, n, sizeof *items, sort_words);
	mark_again(items, n);
	qsort(items, n, sizeof *items, sort_messages);
	mark_versions(items, n);
	qsort(items, n, sizeof *items, sort_places);
	while (dated < n && !items[dated]->misdated)
		dated++;
	interleave(items, room, dated);
	mark_missing(items, n);
	return dated;
}

uint32_t
conversation_greatest(struct conversation_item *const *items, size_t n)
{
	uint32_t greatest = 0;

	for (size_t i = 0; i < n; i++)
		if (items[i]->kind == LETTER_REPLY && items[i]->n > greatest)
			greatest = items[i]->n;
	return greatest;
}

const struct conversation_item *
conversation_next(struct conversation_item *const *items, size_t n)
{
	const struct conversation_item *next = NULL;

	for (size_t i = 0; i < n; i++)
		if (items[i]->has_next &&
		    (next == NULL || items[i]->n >= next->n))
			next = items[i];
	return next;
}
