/*
 * desk: how long a desk with many letters takes to open.
 *
 *	desk DIR LETTERS CONVERSATIONS
 *		make a desk's folder in DIR, which is there and empty: so many
 *		letters of 600 bytes in so many conversations, over 90 days, all
 *		but the newest tenth read and every tenth conversation junk
 *	desk DIR WORDS
 *		open it and look for the words: milliseconds of processor time
 *		to find all conversations that have them, and to rank them;
 *		how many they are
 *	desk DIR
 *		open it; prints milliseconds of processor time, how many of them
 *		the passphrase takes, the memory it has then, and the most it
 *		had, which the passphrase takes, in MiB
 *
 * Letters are made and kept as a sync does it after it has opened them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "desk/begin.h"
#include "desk/inside.h"
#include "desk/seek.h"
#include "note/json.h"

#define WORDS "correct horse battery staple"
#define TEXT_BYTES 600U
#define DAYS 90U

static void
stop(const char *why)
{
	fprintf(stderr, "desk: %s\n", why);
	exit(1);
}

static void
insist(enum err e, const char *what)
{
	if (e != ERR_OK)
		stop(what);
}

static double
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
make_folder(const char *dir)
{
	struct begin b;

	begin_init(&b);
	insist(begin_make(&b, "Bench", WORDS, clock_day()), "no team");
	insist(begin_desk(&b, dir), "no folder");
	begin_drop(&b);
}

/* Words of two to nine letters. */
static void
make_text(char *text)
{
	uint8_t any[TEXT_BYTES];
	size_t next = 0;

	crypt_random(any, sizeof any);
	for (size_t i = 0; i < TEXT_BYTES; i++) {
		text[i] = (char)('a' + any[i] % 26);
		if (i == next) {
			text[i] = ' ';
			next += 3 + any[i] % 8;
		}
	}
	text[TEXT_BYTES] = '\0';
}

struct writer {
	struct source source;
	struct tag_keys tags;
	struct age_recipient reply;
};

static void
make_writer(struct writer *w, uint32_t number)
{
	struct age_identity *id;
	uint8_t root[32] = { 0 };

	memcpy(root, &number, sizeof number);
	source_init(&w->source, root);
	tag_keys_init(&w->tags, &w->source);
	insist(age_identity_from_seed(&id, AGE_HYBRID, w->source.reply_seed),
	    "no identity");
	age_identity_recipient(id, &w->reply);
	age_identity_close(id);
}

/* The i-th letter of a writer, of `n`. */
static void
keep_one(struct desk *d, const struct writer *w, uint32_t i, uint32_t n)
{
	uint8_t opening[TAG_OPENING_BYTES];
	char text[TEXT_BYTES + 1];
	struct letter l;
	struct buf note;

	letter_init(&l, LETTER_FROM);
	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	memcpy(l.team, d->print, sizeof l.team);
	memcpy(l.line, d->about.line, sizeof l.line);
	memcpy(l.door, d->about.door, sizeof l.door);
	l.day = clock_day() - DAYS + (uint32_t)((uint64_t)i * DAYS / n);
	l.slot = i % TAG_SLOTS;
	/* No slot is used twice, however many letters there are. */
	tag_opening(opening, &w->tags, TAG_FROM, l.day + i * 1000, l.slot);
	tag_of(l.tag, opening);
	tag_parts(l.parts, opening);
	crypt_random(l.id, sizeof l.id);
	letter_set_return(&l, &w->source, &w->reply);
	make_text(text);
	l.text = text;
	l.text_len = TEXT_BYTES;
	insist(letter_write(&note, &l, w->source.sign_seed), "no letter");
	insist(desk_keep_letter(d, &l, l.day, &note, false), "it is not kept");
	letter_drop(&l);
	buf_drop(&note);
}

static void
fill(const char *dir, uint32_t letters, uint32_t convs)
{
	const uint32_t each = letters / convs;
	struct writer w;
	struct desk *d;

	make_folder(dir);
	insist(desk_open(&d, dir, WORDS, strlen(WORDS)), "it does not open");
	for (uint32_t c = 0; c < convs; c++) {
		make_writer(&w, c);
		store_batch_begin(d->store);
		for (uint32_t i = 0; i < each; i++) {
			if (i == each - each / 10)
				insist(desk_read(d, desk_at(d, c)), "unread");
			keep_one(d, &w, i, each);
		}
		insist(store_batch_end(d->store), "not synced");
		if (c % 10 == 9)
			insist(desk_set_junk(d, desk_at(d, c), true), "junk");
	}
	desk_close(d);
}

/* MiB: "VmRSS:" has now, "VmHWM:" had at most. */
static unsigned long
memory(const char *which)
{
	unsigned long kib = 0;
	char row[128];
	FILE *f = fopen("/proc/self/status", "r");

	if (f == NULL)
		return 0;
	while (fgets(row, sizeof row, f) != NULL)
		if (strncmp(row, which, strlen(which)) == 0)
			kib = strtoul(row + strlen(which), NULL, 10);
	(void)fclose(f);
	return kib / 1024;
}

static void
measure(const char *dir)
{
	struct vault *v = vault_new();
	char path[1024];
	struct desk *d;
	double before, words, all;

	(void)snprintf(path, sizeof path, "%s/key", dir);
	before = now_ms();
	insist(vault_words(v, WORDS, strlen(WORDS)), "no memory");
	insist(vault_load(v, path), "no key");
	words = now_ms() - before;
	vault_close(v);
	before = now_ms();
	insist(desk_open(&d, dir, WORDS, strlen(WORDS)), "it does not open");
	all = now_ms() - before;
	printf("%.0f %.0f %lu %lu\n", all, words, memory("VmRSS:"),
	    memory("VmHWM:"));
	desk_close(d);
}

/* The least of some rounds: others at work only add. */
static double
seek_ms(struct desk *d, const char *words, bool ranked, size_t *found)
{
	double least = 1e9, before;
	size_t *places = NULL;

	for (unsigned round = 0; round < 5; round++) {
		before = now_ms();
		*found = 0;
		for (size_t i = 0; !ranked && i < desk_count(d); i++)
			*found += seek_has(desk_at(d, i), words);
		if (ranked)
			insist(seek_ranked(d, words, &places, found), "rank");
		free(places);
		places = NULL;
		if (now_ms() - before < least)
			least = now_ms() - before;
	}
	return least;
}

static void
measure_search(const char *dir, const char *words)
{
	struct desk *d;
	size_t n, ranked;
	double walk, rank;

	insist(desk_open(&d, dir, WORDS, strlen(WORDS)), "it does not open");
	walk = seek_ms(d, words, false, &n);
	rank = seek_ms(d, words, true, &ranked);
	printf("%.1f %.1f %zu %zu\n", walk, rank, n, ranked);
	desk_close(d);
}

int
main(int argc, char **argv)
{
	clock_init();
	insist(crypt_init(), "no cryptography");
	json_init();
	if (argc == 4)
		fill(argv[1], (uint32_t)strtoul(argv[2], NULL, 10),
		    (uint32_t)strtoul(argv[3], NULL, 10));
	else if (argc == 3)
		measure_search(argv[1], argv[2]);
	else if (argc == 2)
		measure(argv[1]);
	else
		stop("see bench/desk.c");
	return 0;
}
