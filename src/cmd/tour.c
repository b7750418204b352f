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

/* Print what a command said, set off by a margin. */
static void
quote(const struct buf *said)
{
	const char *at = (const char *)said->at;
	bool begins = true;

	for (size_t i = 0; i < said->len; i++) {
		if (begins)
			fputs("   | ", stdout);
		(void)fputc(at[i], stdout);
		begins = at[i] == '\n';
	}
	if (!begins)
		(void)fputc('\n', stdout);
	rest();
}

/* The first bytes of a file, as a seized disk would show them. */
static void
peek(const char *path)
{
	unsigned char some[64];
	size_t n;
	FILE *f;

	if ((f = fopen(path, "rbe")) == NULL)
		return;
	n = fread(some, 1, sizeof some, f);
	(void)fclose(f);
	for (size_t i = 0; i < n; i++)
		printf("%s%02x", i % 32 == 0 ? "\n   |     " : "", some[i]);
	printf("\n");
}

/* Everything under `dir`, at most two folders deep, with the sizes. */
static void
list(const char *dir, const char *below, unsigned depth)
{
	char path[FILE_PATH_MAX], name[FILE_PATH_MAX];
	struct dirent *entry;
	struct stat st;
	DIR *d;

	if ((d = opendir(dir)) == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    file_path(path, sizeof path, dir, entry->d_name) !=
			ERR_OK ||
		    file_path(name, sizeof name, below, entry->d_name) !=
			ERR_OK ||
		    lstat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth > 0)
			list(path, name, depth - 1);
		else if (S_ISREG(st.st_mode)) {
			printf("   | %9lld  %s\n", (long long)st.st_size, name);
			if (strstr(name, "letters") != NULL)
				peek(path);
		}
	}
	(void)closedir(d);
}

static enum err
source_writes(struct demo *d, struct buf *said)
{
	enum err e;

	step(1, "A source gets nine words. They are all there is to keep.");
	if ((e = demo_words(d, 0, said)) != ERR_OK)
		return e;
	quote(said);
	buf_clear(said);
	step(2, "They write, with a page enclosed.");
	printf("%s", demo_talks[0].letter);
	rest();
	if ((e = demo_write(d, 0, said)) != ERR_OK)
		return e;
	quote(said);
	buf_clear(said);
	step(3,
	    "What lies on the line's disk now: sealed envelopes of two "
	    "sizes.");
	list(d->line, "line", 2);
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
	printf("%s", demo_talks[0].answer);
	rest();
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
