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
 *		open it; prints milliseconds by the clock and of processor time,
 *		how many of these the passphrase takes, the memory it has then,
 *		and the most it had, which the passphrase takes, in MiB
 *
 * Letters are made and kept as a sync does it after it has opened them.
 */
#include <time.h>

#include "base/clock.h"
#include "desk/begin.h"
#include "desk/inside.h"
#include "desk/seek.h"
#include "note/json.h"

#include "writer.h"

#define DAYS 90U

static double
ms_of(clockid_t which)
{
	struct timespec t;

	(void)clock_gettime(which, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
now_ms(void)
{
	return ms_of(CLOCK_PROCESS_CPUTIME_ID);
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

/* The i-th letter of a writer, of `n`. */
static void
keep_one(struct desk *d, const struct writer *w, uint32_t i, uint32_t n)
{
	const uint32_t day =
	    clock_day() - DAYS + (uint32_t)((uint64_t)i * DAYS / n);
	/* No tag is used twice, however many letters there are. */
	const struct written_to to = {
		.about = &d->about,
		.print = d->print,
		.day = day,
		.slot = i % TAG_SLOTS,
		.tag_day = day + i * 1000,
	};
	struct written o;

	writer_write(&o, w, &to);
	insist(desk_keep_letter(d, &o.letter, day, &o.note, false),
	    "it is not kept");
	written_drop(&o);
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
		writer_make(&w, c);
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
	double before, words, all, wall;

	(void)snprintf(path, sizeof path, "%s/key", dir);
	before = now_ms();
	insist(vault_words(v, WORDS, strlen(WORDS)), "no memory");
	insist(vault_load(v, path), "no key");
	words = now_ms() - before;
	vault_close(v);
	before = now_ms();
	wall = ms_of(CLOCK_MONOTONIC);
	insist(desk_open(&d, dir, WORDS, strlen(WORDS)), "it does not open");
	all = now_ms() - before;
	wall = ms_of(CLOCK_MONOTONIC) - wall;
	printf("%.0f %.0f %.0f %lu %lu\n", wall, all, words, memory("VmRSS:"),
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
		insist(ERR_FORMAT, "see bench/desk.c");
	return 0;
}
