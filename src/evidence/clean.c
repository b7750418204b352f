#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "lang/lang.h"
#include "note/json.h"

#include "evidence/clean.h"
#include "evidence/job.h"

static const struct worker_limits look_limits = {
	.seconds = 60,
	.cpu = 60,
	.memory = (uint64_t)2 << 30,
	.disk = 16U << 20,
	.out = JSON_MAX,
	.processes = 1,
};

#define PICTURE(is, to) \
	{ \
		is, to, &job_picture_limits, job_picture, NULL \
	}
#define MOVING(is, decoder) \
	{ \
		is, MEDIA_MP4, &job_moving_limits, job_moving, decoder \
	}
#define SOUND(is, to, decoder) \
	{ \
		is, to, &job_moving_limits, job_sound, decoder \
	}

static const struct recipe recipes[] = {
	PICTURE(MEDIA_JPEG, MEDIA_JPEG),
	PICTURE(MEDIA_PNG, MEDIA_PNG),
	PICTURE(MEDIA_GIF, MEDIA_GIF),
	PICTURE(MEDIA_WEBP, MEDIA_PNG),
	PICTURE(MEDIA_TIFF, MEDIA_PNG),
	PICTURE(MEDIA_BMP, MEDIA_PNG),
	PICTURE(MEDIA_SVG, MEDIA_PNG),
	PICTURE(MEDIA_HEIC, MEDIA_JPEG),
	PICTURE(MEDIA_AVIF, MEDIA_JPEG),
	{ MEDIA_PDF, MEDIA_PDF, &job_pages_limits, job_pages, NULL },
	MOVING(MEDIA_MP4, "mov"),
	MOVING(MEDIA_MOV, "mov"),
	MOVING(MEDIA_3GP, "mov"),
	MOVING(MEDIA_MATROSKA, "matroska"),
	MOVING(MEDIA_WEBM, "matroska"),
	MOVING(MEDIA_AVI, "avi"),
	MOVING(MEDIA_TS, "mpegts"),
	MOVING(MEDIA_MPEG, "mpeg"),
	MOVING(MEDIA_ASF, "asf"),
	MOVING(MEDIA_OGV, "ogg"),
	SOUND(MEDIA_MP3, MEDIA_M4A, "mp3"),
	SOUND(MEDIA_AAC, MEDIA_M4A, "aac"),
	SOUND(MEDIA_M4A, MEDIA_M4A, "mov"),
	SOUND(MEDIA_OGG, MEDIA_M4A, "ogg"),
	SOUND(MEDIA_AMR, MEDIA_M4A, "amr"),
	SOUND(MEDIA_FLAC, MEDIA_FLAC, "flac"),
	SOUND(MEDIA_WAV, MEDIA_WAV, "wav"),
	{ MEDIA_TEXT, MEDIA_TEXT, NULL, job_text, NULL },
};

static const char *const refusals[] = {
	[MEDIA_IS_OTHER] = LANG_N("Nothing here can read a file of its kind, "
				  "so nothing was made of it."),
	[MEDIA_IS_DOCUMENT] = LANG_N("Documents of its kind are not cleaned."),
	[MEDIA_IS_PICTURE] = LANG_N("Pictures of its kind are not cleaned."),
	[MEDIA_IS_MOVING] = LANG_N("Videos of its kind are not cleaned."),
	[MEDIA_IS_SOUND] = LANG_N("Recordings of its kind are not cleaned."),
	[MEDIA_IS_OFFICE] = LANG_N(
	    "Office files are not cleaned here: take out comments and tracked "
	    "changes, make a PDF of it and clean that."),
	[MEDIA_IS_TEXT] = LANG_N("A web page is not cleaned: print it to a "
				 "PDF file and clean that."),
	[MEDIA_IS_MAIL] = LANG_N(
	    "An e-mail is not cleaned: copy its words to a text file, save "
	    "what is attached, and clean those."),
	[MEDIA_IS_ARCHIVE] = LANG_N("An archive is not cleaned: take the files "
				    "out of it and clean each of them."),
};

#define SEEN LANG_N("what it shows: faces, places, screens, reflections")
#define MARKS \
	LANG_N("hidden marks in the pixels, and the noise of the sensor by " \
	       "which a camera can be told")
#define HEARD LANG_N("voices, and what is heard in the background")
#define WORDING \
	LANG_N("the wording, which may be that of one copy or of one person")

static const struct {
	size_t n;
	const char *what[3];
} cannot[] = {
	[MEDIA_IS_OTHER] = { 0, { NULL } },
	[MEDIA_IS_DOCUMENT] = { 3,
	    { WORDING,
		LANG_N("spaces, layout and hidden marks by which copies "
		       "differ; faint dots of a printer unless --gray"),
		SEEN } },
	[MEDIA_IS_PICTURE] = { 2, { SEEN, MARKS } },
	[MEDIA_IS_MOVING] = { 3, { SEEN, MARKS, HEARD } },
	[MEDIA_IS_SOUND] = { 2,
	    { HEARD,
		LANG_N("hidden marks in the sound, and the hum of the mains by "
		       "which a time can be told") } },
	[MEDIA_IS_OFFICE] = { 0, { NULL } },
	[MEDIA_IS_TEXT] = { 2,
	    { WORDING,
		LANG_N("letters of other scripts that look alike, and how "
		       "many spaces and lines stand between words") } },
	[MEDIA_IS_MAIL] = { 0, { NULL } },
	[MEDIA_IS_ARCHIVE] = { 0, { NULL } },
};

const char *const *
clean_cannot(enum media_class class, size_t *n)
{
	*n = cannot[class].n;
	return cannot[class].what;
}

void
clean_init(struct clean *c)
{
	memset(c, 0, sizeof *c);
	tells_init(&c->before);
	tells_init(&c->after);
	c->fd = -1;
}

static void
drop_result(struct clean *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = -1;
	c->result_size = 0;
}

void
clean_drop(struct clean *c)
{
	drop_result(c);
	tells_drop(&c->before);
	tells_drop(&c->after);
	clean_init(c);
}

/* Read `n` bytes from there; fewer are an error. */
static enum err
read_at(int fd, uint8_t *p, size_t n, uint64_t at)
{
	size_t got = 0;
	ssize_t r;

	while (got < n) {
		r = pread(fd, p + got, n - got, (off_t)(at + got));
		if (r == 0)
			return ERR_SHORT;
		if (r < 0 && errno != EINTR)
			return file_err();
		if (r > 0)
			got += (size_t)r;
	}
	return ERR_OK;
}

/* What a file is, and its size. */
static enum err
sniff(struct media_found *found, uint64_t *size, int fd)
{
	struct media_look look = { .size = 0 };
	struct buf head, tail;
	struct stat s;
	uint8_t *p;
	enum err e;

	found->is = found->also = MEDIA_UNKNOWN;
	if (fstat(fd, &s) != 0)
		return file_err();
	if (!S_ISREG(s.st_mode))
		return ERR_FORMAT;
	*size = look.size = (uint64_t)s.st_size;
	buf_init(&head, MEDIA_HEAD);
	buf_init(&tail, MEDIA_TAIL);
	look.head_n = look.size < MEDIA_HEAD ? (size_t)look.size : MEDIA_HEAD;
	look.tail_n = look.size < MEDIA_TAIL ? (size_t)look.size : MEDIA_TAIL;
	if ((e = buf_room(&head, look.head_n, &p)) != ERR_OK ||
	    (e = read_at(fd, p, look.head_n, 0)) != ERR_OK)
		goto out;
	look.head = p;
	if ((e = buf_room(&tail, look.tail_n, &p)) != ERR_OK ||
	    (e = read_at(fd, p, look.tail_n, look.size - look.tail_n)) !=
		ERR_OK)
		goto out;
	look.tail = p;
	media_sniff(found, &look);
out:
	buf_drop(&head);
	buf_drop(&tail);
	return e;
}

/* Ask ExifTool, in a room of its own. */
static enum err
list(struct job *j, struct tells *tells, const char *within)
{
	const char *const argv[] = { "exiftool", "-j", "-G1:4", "-a", "-u",
		within, JOB_IN, NULL };
	const struct job_run run = { .argv = argv,
		.why = LANG_N("What is written in it could not be listed.") };
	struct buf json;
	enum err e;

	buf_init(&json, JSON_MAX);
	if ((e = job_room(j, &look_limits)) == ERR_OK &&
	    (e = job_read(j, &run, &json)) == ERR_OK)
		e = tells_read(tells, (const char *)json.at, json.len);
	buf_drop(&json);
	worker_close(j->room);
	j->room = NULL;
	return job_fail(j, e, run.why);
}

/* What the file tells.  A file of which too much can be said, or nothing, may
 * be cleaned all the same. */
static enum err
look_before(struct job *j)
{
	struct clean *c = j->c;
	enum err e;

	if ((e = list(j, &c->before, "-ee")) == ERR_TOOBIG) {
		c->why = NULL;
		e = list(j, &c->before, "-a");
	}
	c->listed = e == ERR_OK;
	if (e == ERR_FORMAT || e == ERR_TOOBIG || e == ERR_EXPIRED) {
		c->why = NULL;
		c->said[0] = '\0';
		job_note(j,
		    LANG_N("What is written in it could not be listed, or not "
			   "all of it."));
		e = ERR_OK;
	}
	if (c->from.also != MEDIA_UNKNOWN)
		job_note(j,
		    LANG_N("It hides another file, which the copy does not "
			   "have."));
	return e;
}

/* The result is what it should be, and tells no more than how it is built. */
static enum err
look_after(struct job *j)
{
	struct media_found found;
	struct clean *c = j->c;
	const int original = j->fd;
	const uint64_t size = c->size;
	const struct tell *left;
	enum err e;

	if ((e = sniff(&found, &c->result_size, c->fd)) != ERR_OK)
		return job_fail(j, e, LANG_N("The result could not be read."));
	if (found.is != c->to || found.also != MEDIA_UNKNOWN)
		return job_fail(j, ERR_FORGED,
		    LANG_N("A program made another kind of file of it than it "
			   "should, so it was thrown away."));
	j->fd = c->fd;
	c->size = c->result_size;
	e = list(j, &c->after, "-ee");
	j->fd = original;
	c->size = size;
	if (e != ERR_OK)
		return e;
	if ((left = tells_left(&c->after, c->to)) == NULL)
		return ERR_OK;
	(void)snprintf(
	    c->said, sizeof c->said, "%.80s %.80s", left->group, left->tag);
	return job_fail(j, ERR_FORGED,
	    LANG_N("The copy still tells more than how it is built, so it was "
		   "thrown away."));
}

static const struct recipe *
find_recipe(enum media m)
{
	for (size_t i = 0; i < COUNT(recipes); i++)
		if (recipes[i].is == m)
			return &recipes[i];
	return NULL;
}

static enum err
begin(struct job *j)
{
	struct clean *c = j->c;
	enum err e;

	if ((e = sniff(&c->from, &c->size, j->fd)) != ERR_OK)
		return job_fail(
		    j, e, LANG_N("It could not be read as a plain file."));
	if (c->size > CLEAN_MAX)
		return job_fail(
		    j, ERR_TOOBIG, LANG_N("It is larger than 4 GiB."));
	if (c->from.is == MEDIA_EMPTY)
		return job_fail(j, ERR_DENIED, LANG_N("It is empty."));
	return look_before(j);
}

static enum err
make(struct job *j)
{
	struct clean *c = j->c;
	enum err e = ERR_OK;

	j->recipe = find_recipe(c->from.is);
	if (j->recipe == NULL)
		return job_fail(
		    j, ERR_DENIED, refusals[media_row(c->from.is)->class]);
	c->to = j->recipe->to;
	if (j->recipe->limits != NULL)
		e = job_room(j, j->recipe->limits);
	if (e == ERR_OK)
		e = j->recipe->make(j);
	return e == ERR_OK ? look_after(j) : e;
}

enum err
clean_file(struct clean *c, int fd, const struct clean_ask *ask)
{
	struct job j = { .c = c, .ask = ask, .fd = fd };
	enum err e;

	clean_drop(c);
	if ((e = begin(&j)) == ERR_OK && !ask->look)
		e = make(&j);
	worker_close(j.room);
	if (e != ERR_OK)
		drop_result(c);
	return job_fail(&j, e, LANG_N("It could not be cleaned."));
}
