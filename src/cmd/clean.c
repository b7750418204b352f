#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "evidence/clean.h"
#include "os/process.h"

#include "cmd/clean_say.h"
#include "cmd/cmd.h"
#include "cmd/end.h"
#include "cmd/option.h"
#include "cmd/place.h"

#define SAY_MS 250U

struct run {
	const char *to;
	bool gray, look, json;
	const char *file; /* the one that is at work */
	uint64_t said_at; /* when its progress was last said */
	bool said;
};

static bool
cancelled(void *arg)
{
	(void)arg;
	return end_is_here();
}

static void
show_progress(void *arg, uint64_t done, uint64_t of)
{
	struct run *r = arg;

	if (!isatty(2) || of == 0 || clock_ms() - r->said_at < SAY_MS)
		return;
	r->said_at = clock_ms();
	r->said = true;
	fprintf(stderr, "\r%u %%", (unsigned)(done * 100 / of));
}

static void
end_progress(struct run *r)
{
	if (r->said)
		fputs("\r\33[K", stderr);
	r->said = false;
}

/* One file; nothing of it stays that is not whole. */
static int
one(struct run *r, const char *file)
{
	const struct clean_ask ask = { .gray = r->gray,
		.look = r->look,
		.cancelled = cancelled,
		.progress = show_progress,
		.arg = r };
	char path[FILE_PATH_MAX] = "";
	struct clean c;
	const int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum err e;

	clean_init(&c);
	r->said_at = clock_ms();
	if (fd < 0) {
		e = file_err();
		c.why = "It could not be opened.";
	} else
		e = clean_file(&c, fd, &ask);
	end_progress(r);
	if (e == ERR_OK && !r->look) {
		e = place_file(path, r->to, media_row(c.to)->ending, c.fd);
		if (e != ERR_OK)
			c.why = "The clean copy could not be written.";
	}
	if (!clean_say(&c,
		&(struct clean_told){
		    .file = file, .path = path, .e = e, .json = r->json }) &&
	    e == ERR_OK)
		e = ERR_IO;
	clean_drop(&c);
	if (fd >= 0)
		(void)close(fd);
	return e == ERR_OK ? CMD_DONE : CMD_FAILED;
}

static bool
is_dir(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static int
run(int argc, char **argv)
{
	struct run r = { .to = NULL };
	const struct option_row rows[] = {
		{ "to", &r.to, NULL },
		{ "gray", NULL, &r.gray },
		{ "look", NULL, &r.look },
		{ "json", NULL, &r.json },
	};
	const char *wrong = option_read(argc, argv, rows, COUNT(rows));
	int status = CMD_DONE, first = optind;

	if (wrong != NULL)
		return cmd_misuse(&cmd_clean, wrong);
	if (first >= argc)
		return cmd_misuse(&cmd_clean, "name a file");
	if (r.to == NULL)
		r.to = ".";
	if (!r.look && !is_dir(r.to))
		return cmd_fail(ERR_NOTHING, r.to, "Name a folder with --to.");
	if (cmd_begin() != CMD_DONE)
		return CMD_FAILED;
	if (process_init() != ERR_OK)
		return cmd_fail(
		    ERR_IO, "this program does not find itself", NULL);
	end_hear();
	for (int i = first; i < argc && !end_is_here(); i++)
		if (one(&r, argv[i]) != CMD_DONE)
			status = CMD_FAILED;
	return end_is_here() ? CMD_FAILED : status;
}

const struct cmd cmd_clean = {
	.name = "clean",
	.what = "make a copy of a file that tells less about its maker",
	.usage =
	    "usage: sotto clean [--to DIR] [--gray] [--json] FILE...\n"
	    "       sotto clean --look [--json] FILE...\n"
	    "\n"
	    "Says what each FILE tells about its maker (place, names, device, "
	    "times) and\n"
	    "writes a copy without it: a picture is decoded and encoded anew, "
	    "turned as the\n"
	    "camera said; the pages of a PDF become pictures; video and sound "
	    "are encoded\n"
	    "anew; a text is spelled anew.  What no program takes away is said "
	    "as well.\n"
	    "Nobody is asked and nothing leaves this machine.\n"
	    "\n"
	    "The copies are named clean-1.jpg, clean-2.pdf and so on; no file "
	    "is replaced.\n"
	    "Each is looked at again before it is written.\n"
	    "\n"
	    "  --to DIR   write the copies there (the folder you are in)\n"
	    "  --gray     pages in gray, and white where they are nearly "
	    "white: takes the\n"
	    "             yellow dots of printers away, and faint pencil "
	    "too\n"
	    "  --look     only say what each file tells, all of it\n"
	    "  --json     for programs: an object a line\n"
	    "\n"
	    "It takes programs of Debian: exiftool, vips, pdftoppm, mutool, "
	    "ffmpeg; one that\n"
	    "is missing is said with its package.\n"
	    "\n"
	    "  sotto clean --to /media/stick photo.jpg minutes.pdf\n",
	.run = run,
};
