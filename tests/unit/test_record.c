/* Files of sealed records with tails, torn and damaged at each byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/log.h"
#include "crypt/crypt.h"
#include "desk/inside.h"
#include "desk/record.h"
#include "t.h"

#define OVERHEAD 40U /* nonce and what the cipher adds */

static const uint8_t key[RECORD_KEY_BYTES] = { 7 };
static char path[64];

/* What was handed out: each record, and where it stood. */
static struct heard {
	struct record r;
	char text[8][64];
	uint64_t at[8];
	size_t n;
} heard;

static enum err
take(void *who, const uint8_t *p, size_t n)
{
	struct heard *h = who;

	OK(h->n < COUNT(h->text) && n < sizeof h->text[0]);
	memcpy(h->text[h->n], p, n);
	h->text[h->n][n] = '\0';
	h->at[h->n++] = h->r.len;
	return ERR_OK;
}

static enum err
load(void)
{
	memset(&heard, 0, sizeof heard);
	return record_load(
	    &heard.r, path, key, (struct record_taker){ take, &heard });
}

static void
add(const char *head, const char *tail)
{
	OK(record_add_two(&heard.r,
	       (struct record_part){ (const uint8_t *)head, strlen(head) },
	       (struct record_part){ (const uint8_t *)tail, strlen(tail) }) ==
	    ERR_OK);
}

static bool
tail_is(size_t i, const char *want)
{
	struct buf b;
	bool same;

	buf_init(&b, RECORD_MAX);
	same = record_tail(&heard.r, heard.at[i], &b) == ERR_OK &&
	    b.len == strlen(want) && memcmp(b.at, want, b.len) == 0;
	buf_drop(&b);
	return same;
}

static enum err
tail_err(uint64_t at)
{
	struct buf b;
	enum err e;

	buf_init(&b, RECORD_MAX);
	e = record_tail(&heard.r, at, &b);
	OK(e == ERR_OK || b.len == 0);
	buf_drop(&b);
	return e;
}

/* A new file of three records: with a tail, without, with; its bytes, and
 * where each begins and the last ends. */
static void
three(struct buf *all, size_t at[static 4])
{
	(void)unlink(path);
	OK(load() == ERR_OK && heard.n == 0);
	at[0] = 0;
	add("one", "the tail of one");
	at[1] = (size_t)heard.r.len;
	add("two", "");
	at[2] = (size_t)heard.r.len;
	add("three", "the tail of three");
	at[3] = (size_t)heard.r.len;
	buf_init(all, 4096);
	OK(file_read(all, path) == ERR_OK && all->len == at[3]);
}

static void
write_all(const struct buf *all, size_t n)
{
	OK(file_write(path, all->at, n, 0600) == ERR_OK);
}

static void
heads_are_handed_out_and_tails_read_by_their_place(void)
{
	struct buf all;
	size_t at[4];

	three(&all, at);
	OK(load() == ERR_OK && heard.n == 3);
	OK(strcmp(heard.text[0], "one") == 0 && heard.at[0] == at[0]);
	OK(strcmp(heard.text[1], "two") == 0 && heard.at[1] == at[1]);
	OK(strcmp(heard.text[2], "three") == 0 && heard.at[2] == at[2]);
	OK(tail_is(0, "the tail of one") && tail_is(2, "the tail of three"));
	OK(tail_err(at[1]) == ERR_NOTHING && tail_err(at[3]) == ERR_NOTHING);
	OK(tail_err(at[3] + 1000) == ERR_NOTHING);
	buf_drop(&all);
}

/* Torn anywhere, also where what is left happens to be zeros: what was there
 * before stands, and the next one takes its place. */
static void
a_record_with_a_tail_is_torn_at_each_byte(void)
{
	struct buf all, torn;
	size_t at[4];

	three(&all, at);
	buf_init(&torn, 4096);
	for (size_t cut = at[2]; cut < at[3]; cut++)
		for (unsigned zeros = 0; zeros < 2; zeros++) {
			buf_clear(&torn);
			OK(buf_put(&torn, all.at, all.len) == ERR_OK);
			memset(torn.at + cut, 0, torn.len - cut);
			write_all(&torn, zeros ? torn.len : cut);
			OK(load() == ERR_OK && heard.n == 2);
			OK(heard.r.len == at[2]);
			add("new", "the tail of new");
			OK(load() == ERR_OK && heard.n == 3);
			OK(strcmp(heard.text[2], "new") == 0);
			OK(tail_is(2, "the tail of new"));
			OK(tail_is(0, "the tail of one"));
		}
	buf_drop(&torn);
	buf_drop(&all);
}

/* In the middle of the file nothing is cut for a byte that is wrong, but where
 * a length says more than there is, which is what a torn end looks like. */
static unsigned logged;

static void
hear(const char *sentence, enum err e)
{
	logged += e == ERR_SHORT && strstr(sentence, "cut") != NULL;
}

/* A crash leaves such an end, and a disk that is damaged. */
static void
that_an_end_was_cut_is_said(void)
{
	struct buf all;
	size_t at[4];

	three(&all, at);
	log_through(hear);
	logged = 0;
	write_all(&all, all.len);
	OK(load() == ERR_OK && heard.n == 3 && logged == 0);
	all.at[all.len - 1] ^= 1;
	write_all(&all, all.len);
	OK(load() == ERR_OK && heard.n == 2 && logged == 1);
	OK(load() == ERR_OK && heard.n == 2 && logged == 1);
	log_through(NULL);
	buf_drop(&all);
}

static void
a_damaged_byte_hands_out_nothing_that_was_not_written(void)
{
	struct buf all;
	size_t at[4], tail;
	enum err e;

	three(&all, at);
	tail = at[1] - OVERHEAD - strlen("the tail of one");
	for (size_t i = 0; i < at[1]; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			all.at[i] ^= (uint8_t)(1U << bit);
			write_all(&all, all.len);
			e = load();
			all.at[i] ^= (uint8_t)(1U << bit);
			if (i >= tail) {
				/* Found when it is read. */
				OK(e == ERR_OK && heard.n == 3);
				OK(tail_err(0) == ERR_FORGED);
				OK(tail_is(2, "the tail of three"));
			} else {
				OK(heard.n == 0);
				OK(e == ERR_FORGED || (i < 4 && e == ERR_OK));
			}
		}
	buf_drop(&all);
}

/* A tail is bound to its place and to its head. */
static void
halves_of_other_records_are_refused(void)
{
	const size_t half = OVERHEAD + 3;
	uint8_t *first, *second;
	struct buf all;
	size_t n;

	(void)unlink(path);
	OK(load() == ERR_OK);
	add("one", "eno");
	n = (size_t)heard.r.len;
	add("two", "owt");
	add("end", "");
	buf_init(&all, 4096);
	OK(file_read(&all, path) == ERR_OK);
	first = all.at + n - half; /* the tails */
	second = first + n;
	memcpy(first, second, half);
	write_all(&all, all.len);
	OK(load() == ERR_OK && heard.n == 3);
	OK(tail_err(0) == ERR_FORGED && tail_is(1, "owt"));
	/* The head in the place of its tail. */
	memcpy(second, second - half, half);
	write_all(&all, all.len);
	OK(load() == ERR_OK && tail_err(n) == ERR_FORGED);
	/* A whole record in another place. */
	memcpy(all.at, all.at + n, n);
	write_all(&all, all.len);
	OK(load() == ERR_FORGED && heard.n == 0);
	buf_drop(&all);
}

/* What a record holds: items, each behind its kind and length. */
static void
items_are_cut_at_each_byte(void)
{
	static const char *const text[] = { "first", "", "the third" };
	const uint8_t *p;
	struct item_at item;
	struct buf b;
	size_t ends[4] = { 0 }, at, n;
	enum err e;

	buf_init(&b, 4096);
	for (size_t i = 0; i < COUNT(text); i++) {
		OK(item_put(&b, ITEM_SENT, strlen(text[i])) == ERR_OK);
		OK(buf_put_str(&b, text[i]) == ERR_OK);
		ends[i + 1] = b.len;
	}
	for (size_t cut = 0; cut <= b.len; cut++) {
		/* Exactly so long, so that reading past the end is seen. */
		p = memcpy(malloc(cut + 1), b.at, cut);
		for (at = n = 0; (e = item_next(&item, p, cut, &at)) == ERR_OK;
		     n++) {
			OK(n < COUNT(text) && item.kind == ITEM_SENT);
			OK(item.n == strlen(text[n]) && at == ends[n + 1]);
			OK(memcmp(item.p, text[n], item.n) == 0);
		}
		OK(at == ends[n] && (n == 3 || cut < ends[n + 1]));
		OK(e == (cut == ends[n] ? ERR_NOTHING : ERR_FORMAT));
		free((void *)(uintptr_t)p);
	}
	buf_drop(&b);
}

T_BEGIN
/* In memory: there are a thousand syncs. */
char dir[] = "/dev/shm/sotto-record-XXXXXX";

OK(crypt_init() == ERR_OK && mkdtemp(dir) != NULL);
(void)snprintf(path, sizeof path, "%s/file", dir);
T(heads_are_handed_out_and_tails_read_by_their_place)
T(a_record_with_a_tail_is_torn_at_each_byte)
T(that_an_end_was_cut_is_said)
T(a_damaged_byte_hands_out_nothing_that_was_not_written)
T(halves_of_other_records_are_refused)
T(items_are_cut_at_each_byte)
OK(unlink(path) == 0 && rmdir(dir) == 0);
OK(alloc_held() == 0);
T_END
