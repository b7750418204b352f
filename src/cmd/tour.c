#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#include "cmd/cmd.h"
#include "cmd/demo.h"

#define SAID_MAX 65536U
#define READ_MS 2500U
#define WIDTH 72
#define PEEK 192U

/* Time to read, for people only. */
static void
rest(void)
{
	(void)fflush(stdout);
	if (isatty(1))
		clock_sleep(READ_MS);
}

static void
step(unsigned n, const char *title)
{
	printf("\n%u. %s\n\n", n, title);
	(void)fflush(stdout);
}

/* Print `n` bytes behind a margin, broken at spaces so that they fit a
 * terminal of 80. */
static void
quote_text(const char *at, size_t n)
{
	const char *end = at + n, *line, *stop;
	size_t len;

	while (at < end) {
		line = memchr(at, '\n', (size_t)(end - at));
		len = (size_t)((line == NULL ? end : line) - at);
		while (len > WIDTH) {
			for (stop = at + WIDTH; stop > at && *stop != ' ';)
				stop--;
			if (stop == at)
				break; /* one long word */
			printf("   | %.*s\n", (int)(stop - at), at);
			len -= (size_t)(stop + 1 - at);
			at = stop + 1;
		}
		printf("   | %.*s\n", (int)len, at);
		at += len + 1;
	}
	rest();
}

static void
quote(const struct buf *said)
{
	quote_text((const char *)said->at, said->len);
}

/* The first bytes of a file, as whoever seizes the disk sees them. */
static void
peek(const char *path)
{
	unsigned char some[PEEK];
	size_t n;
	FILE *f;

	if ((f = fopen(path, "rbe")) == NULL)
		return;
	n = fread(some, 1, sizeof some, f);
	(void)fclose(f);
	for (size_t i = 0; i < n; i++) {
		if (i % 64 == 0)
			printf("%s   |        ", i == 0 ? "" : "\n");
		(void)fputc(
		    some[i] > ' ' && some[i] < 127 ? some[i] : '.', stdout);
	}
	printf("\n");
}

/* What one folder of the pool has, envelope by envelope. */
static void
list(const char *dir)
{
	char path[FILE_PATH_MAX];
	struct dirent *entry;
	struct stat st;
	DIR *d;

	if ((d = opendir(dir)) == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		if (file_path(path, sizeof path, dir, entry->d_name) !=
			ERR_OK ||
		    lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		printf("   | %8lld bytes  %s\n", (long long)st.st_size,
		    entry->d_name);
		peek(path);
	}
	(void)closedir(d);
}

static enum err
source_writes(struct demo *d, struct buf *said)
{
	char days[FILE_PATH_MAX];
	enum err e;

	step(1, "A source gets nine words. They are all there is to keep.");
	if ((e = demo_words(d, 0, said)) != ERR_OK)
		return e;
	quote(said);
	buf_clear(said);
	step(2, "They write, with a page enclosed.");
	quote_text(demo_talks[0].letter, strlen(demo_talks[0].letter));
	if ((e = demo_write(d, 0, said)) != ERR_OK)
		return e;
	quote(said);
	buf_clear(said);
	step(3,
	    "What lies on the line's disk now: a letter and a part of a "
	    "file, sealed.");
	if ((e = file_path(days, sizeof days, d->line, "pool/days")) != ERR_OK)
		return e;
	list(days);
	rest();
	return ERR_OK;
}

static enum err
team_answers(struct demo *d, struct buf *said)
{
	char handle[HANDLE_TEXT_BYTES];
	enum err e;

	step(4, "A member's desk fetches and opens it.");
	if ((e = demo_desk(d, "sync", NULL, NULL, said)) != ERR_OK ||
	    (e = demo_desk(d, "inbox", NULL, NULL, said)) != ERR_OK)
		return e;
	quote(said);
	buf_clear(said);
	step(5, "The team answers.");
	quote_text(demo_talks[0].answer, strlen(demo_talks[0].answer));
	if ((e = demo_handle(d, 0, handle)) != ERR_OK ||
	    (e = demo_desk(d, "reply", handle, demo_talks[0].answer, said)) !=
		ERR_OK)
		return e;
	quote(said);
	buf_clear(said);
	return ERR_OK;
}

int
demo_tour(struct demo *d)
{
	struct buf said;
	enum err e;

	buf_init(&said, SAID_MAX);
	if ((e = source_writes(d, &said)) != ERR_OK ||
	    (e = team_answers(d, &said)) != ERR_OK)
		goto out;
	step(6, "The source comes back with the nine words and reads.");
	if ((e = demo_read(d, 0, &said)) != ERR_OK)
		goto out;
	quote(&said);
	printf("\nThat was the road. `make demo` leaves it open to walk.\n");
out:
	buf_drop(&said);
	if (e != ERR_OK)
		return cmd_fail(e, "the tour broke off", NULL);
	return CMD_DONE;
}
