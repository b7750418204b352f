#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "lang/lang.h"

#include "evidence/bare.h"
#include "evidence/job.h"

#define PICTURE_BYTES ((size_t)1 << 30)

const struct worker_limits job_picture_limits = {
	.seconds = 180,
	.cpu = 300,
	.memory = (uint64_t)4 << 30,
	.disk = (uint64_t)2 << 30,
	.out = 1U << 20,
	.processes = 1,
};

/* A number alone in a line. */
static void
take_number(void *arg, const char *line)
{
	uint64_t *v = arg;

	if (enc_decimal_read(v, UINT32_MAX, line, strlen(line)) != ERR_OK)
		*v = 0;
}

static enum err
ask_number(struct job *j, const char *field, uint64_t *v)
{
	const char *const argv[] = { "vipsheader", "-f", field, JOB_IN, NULL };
	const struct job_run run = { .argv = argv,
		.line = take_number,
		.arg = v,
		.why = LANG_N("It could not be read as the picture that it "
			      "says it is.") };

	*v = 0;
	return job_run(j, &run);
}

/* How large it says it is, before anything is decoded: a few bytes can stand
 * for more pixels than there is memory. */
static enum err
judge_size(struct job *j)
{
	uint64_t width, height, pages;
	enum err e;

	if ((e = ask_number(j, "width", &width)) != ERR_OK ||
	    (e = ask_number(j, "height", &height)) != ERR_OK)
		return e;
	if (width == 0 || height == 0 ||
	    height > CLEAN_PIXELS_MAX / (width == 0 ? 1 : width))
		return job_fail(j, ERR_TOOBIG,
		    LANG_N("It has more pixels than a picture may have."));
	if (j->recipe->is == MEDIA_GIF)
		return ERR_OK;
	/* Pictures that are one alone mostly do not say so. */
	if (ask_number(j, "n-pages", &pages) != ERR_OK) {
		j->c->why = NULL;
		j->c->said[0] = '\0';
		return ERR_OK;
	}
	if (pages > 1)
		return job_fail(j, ERR_DENIED,
		    LANG_N("It holds several pictures: take them apart and "
			   "clean each of them."));
	return ERR_OK;
}

/* Has it a profile of its colors?  Without one they are sRGB's, and vips would
 * change them if it was told to make them so. */
static bool
has_profile(struct job *j)
{
	const char *const argv[] = { "vipsheader", "-f", "icc-profile-data",
		JOB_IN, NULL };
	const struct job_run run = { .argv = argv };
	const enum err e = job_run(j, &run);

	j->c->why = NULL;
	j->c->said[0] = '\0';
	return e == ERR_OK || e == ERR_TOOBIG;
}

/* Decode it, apply its orientation and its colors' profile, and encode it anew.
 * (vips keeps in a WebP what it should take out, so none is made.) */
static enum err
encode(struct job *j, const char *made)
{
	char in[32], out[64];
	const char *argv[] = { "vips", "thumbnail", in, out, "100000", "--size",
		"down", "--fail-on", "truncated", NULL, NULL, NULL };
	const struct job_run run = { .argv = argv,
		.why = LANG_N("It could not be decoded as the picture that it "
			      "says it is.") };

	if (has_profile(j)) {
		argv[9] = "--export-profile";
		argv[10] = "srgb";
	}
	(void)snprintf(in, sizeof in, "%s%s", JOB_IN,
	    j->recipe->is == MEDIA_GIF ? "[n=-1]" : "");
	(void)snprintf(out, sizeof out, "%s[strip%s]", made,
	    j->recipe->to == MEDIA_JPEG ? ",Q=92" : "");
	return job_run(j, &run);
}

/* Has this PNG a channel that says which points are see-through (RFC 2083
 * 4.1.1)? */
static bool
is_see_through(const struct buf *png)
{
	return png->len > 25 && (png->at[25] & 4) != 0;
}

/* What lies under see-through points is there for whoever does not heed them,
 * so they become what they are on white. */
static enum err
flatten(struct job *j, struct buf *png)
{
	const char *const argv[] = { "vips", "flatten", "through.png",
		"flat.png[strip]", "--background",
		png->at[24] == 16 ? "65535" : "255", NULL };
	const struct job_run run = { .argv = argv,
		.why = LANG_N("What is see-through in it could not be made "
			      "white.") };
	enum err e;

	if ((e = worker_put(j->room, "through.png", png->at, png->len)) !=
		ERR_OK ||
	    (e = job_run(j, &run)) != ERR_OK)
		return job_fail(j, e, run.why);
	buf_clear(png);
	if ((e = job_take(j, "flat.png", png)) != ERR_OK)
		return e;
	job_note(j, LANG_N("What was see-through in it is white in the copy."));
	return is_see_through(png) ? job_fail(j, ERR_FORMAT, run.why) : ERR_OK;
}

enum err
job_picture(struct job *j)
{
	char made[16];
	struct buf raw, clean;
	enum err e;

	buf_init(&raw, PICTURE_BYTES);
	buf_init(&clean, PICTURE_BYTES);
	(void)snprintf(
	    made, sizeof made, "out.%s", media_row(j->recipe->to)->ending);
	if ((e = judge_size(j)) != ERR_OK || (e = encode(j, made)) != ERR_OK ||
	    (e = job_take(j, made, &raw)) != ERR_OK)
		goto out;
	if (j->recipe->to == MEDIA_PNG && is_see_through(&raw) &&
	    (e = flatten(j, &raw)) != ERR_OK)
		goto out;
	if (j->recipe->to == MEDIA_GIF)
		e = buf_put(&clean, raw.at, raw.len);
	else
		e = bare_file(&clean, raw.at, raw.len);
	if (e != ERR_OK) {
		(void)job_fail(
		    j, e, LANG_N("What a program made of it is no picture."));
		goto out;
	}
	if ((e = job_result(j)) == ERR_OK)
		e = job_put(j, clean.at, clean.len);
out:
	buf_drop(&raw);
	buf_drop(&clean);
	return e;
}
