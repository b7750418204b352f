#include <limits.h>
#include <string.h>

#include "base/enc.h"
#include "lang/lang.h"

#include "evidence/job.h"
#include "evidence/scan.h"

#define SIDE_MAX 8192U /* pixels */
#define MICRO 1000000U
#define LONG_MAX_S 1e9
#define LOST_US (MICRO / 2) /* that may lack without a word, and 1 % */

/* As long as a long video takes; what is without end, the bytes it makes
 * stop. */
const struct worker_limits job_moving_limits = {
	.seconds = 4 * 3600,
	.cpu = 16 * 3600,
	.memory = (uint64_t)4 << 30,
	.disk = (uint64_t)2 << 30,
	.out = 64U << 20,
	.processes = 1,
};

struct moving {
	struct job *j;
	uint64_t at; /* the stream that is spoken of, one bit */
	uint64_t pictures, sounds; /* streams, a bit each */
	unsigned width, height; /* the largest */
	uint64_t long_us; /* how long it says it is */
};

static void
take_field(void *arg, const char *line)
{
	struct moving *m = arg;
	const char *at = line;
	double seconds;
	unsigned v;

	/* A stream of a programme is listed twice. */
	if (scan_word(&at, "index=") && scan_count(&at, 63, &v))
		m->at = (uint64_t)1 << v;
	else if (scan_word(&at, "codec_type=video"))
		m->pictures |= m->at;
	else if (scan_word(&at, "codec_type=audio"))
		m->sounds |= m->at;
	else if (scan_word(&at, "width=") && scan_count(&at, UINT_MAX, &v))
		m->width = v > m->width ? v : m->width;
	else if (scan_word(&at, "height=") && scan_count(&at, UINT_MAX, &v))
		m->height = v > m->height ? v : m->height;
	else if (scan_word(&at, "duration=") && scan_number(&at, &seconds) &&
	    seconds < LONG_MAX_S)
		m->long_us = (uint64_t)(seconds * MICRO);
}

static enum err
probe(struct moving *m, const char *decoder, const char *name)
{
	const char *const argv[] = { "ffprobe", "-v", "error", "-f", decoder,
		"-show_entries",
		"format=duration:stream=index,codec_type,width,height", "-of",
		"default=nw=1", name, NULL };
	const struct job_run run = { .argv = argv,
		.line = take_field,
		.arg = m,
		.why = LANG_N("It could not be read as what it says it is.") };

	return job_run(m->j, &run);
}

static enum err
probe_file(struct moving *m)
{
	enum err e;

	if ((e = probe(m, m->j->recipe->decoder, JOB_IN)) != ERR_OK)
		return e;
	if (m->width > SIDE_MAX || m->height > SIDE_MAX)
		return job_fail(m->j, ERR_TOOBIG,
		    LANG_N("It has more pixels than a video may have."));
	if ((m->sounds & (m->sounds - 1)) != 0)
		job_note(m->j,
		    LANG_N("Of several sound tracks the copy has the first "
			   "only."));
	return ERR_OK;
}

/* A decoder that stops half way says nothing of it. */
static enum err
probe_copy(const struct moving *m)
{
	struct moving copy = { .j = m->j };
	const enum media to = m->j->recipe->to;
	enum err e;

	if ((e = probe(&copy,
		 to == MEDIA_WAV        ? "wav"
		     : to == MEDIA_FLAC ? "flac"
					: "mov",
		 "out")) != ERR_OK)
		return e;
	if (m->long_us - m->long_us / 100 > copy.long_us + LOST_US)
		job_note(m->j,
		    LANG_N("The copy is shorter than the file says it is: not "
			   "all of it could be decoded."));
	return ERR_OK;
}

/* "out_time_us=1234567" says how far it is. */
static void
take_progress(void *arg, const char *line)
{
	struct moving *m = arg;
	const struct clean_ask *ask = m->j->ask;
	uint64_t us;

	if (ask->progress != NULL && m->long_us != 0 &&
	    strncmp(line, "out_time_us=", 12) == 0 &&
	    enc_decimal_read(&us, UINT64_MAX, line + 12, strlen(line + 12)) ==
		ERR_OK)
		ask->progress(
		    ask->arg, us < m->long_us ? us : m->long_us, m->long_us);
}

static enum err
encode(struct moving *m, const char *const *argv)
{
	const struct job_run run = { .argv = argv,
		.line = take_progress,
		.arg = m,
		.why = LANG_N("It could not be decoded to its end.") };
	struct job *j = m->j;
	enum err e;

	if ((e = job_run(j, &run)) != ERR_OK)
		return e;
	if ((e = probe_copy(m)) != ERR_OK)
		return e;
	return job_fail(j,
	    worker_take(j->room, "out", &j->c->fd, &j->c->result_size),
	    LANG_N("A program made nothing of it, though it said so."));
}

/* What every run of it begins with: one kind of file is read and no other, and
 * progress is said. */
#define BEGIN(j) \
	"ffmpeg", "-nostdin", "-v", "error", "-progress", "pipe:1", \
	    "-nostats", "-f", (j)->recipe->decoder, "-i", JOB_IN

/* No name, no date, no chapter, no version of a program. */
#define NOTHING \
	"-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", \
	    "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"

#define AAC "-c:a", "aac", "-b:a", "160k"

/*
 * Pictures and sound are decoded and encoded; turned as the camera said.  x264
 * writes its settings into the stream (SEI, type 6), and the writer of boxes
 * names handlers and the encoder: neither stays.
 */
enum err
job_moving(struct job *j)
{
	struct moving m = { .j = j };
	const char *const argv[] = { BEGIN(j), "-map", "0:v:0", "-map",
		"0:a:0?", NOTHING, "-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2",
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "21",
		"-pix_fmt", "yuv420p", "-bsf:v", "filter_units=remove_types=6",
		AAC, "-metadata:s:v:0", "encoder= ", "-movflags", "+faststart",
		"-empty_hdlr_name", "1", "-f", "mp4", "out", NULL };
	enum err e;

	if ((e = probe_file(&m)) != ERR_OK)
		return e;
	if (m.pictures == 0)
		return job_fail(
		    j, ERR_FORMAT, LANG_N("It has no moving pictures."));
	return encode(&m, argv);
}

enum err
job_sound(struct job *j)
{
	struct moving m = { .j = j };
	const char *const m4a[] = { BEGIN(j), "-map", "0:a:0", "-vn", NOTHING,
		AAC, "-empty_hdlr_name", "1", "-f", "ipod", "out", NULL };
	const char *const flac[] = { BEGIN(j), "-map", "0:a:0", "-vn", NOTHING,
		"-c:a", "flac", "-f", "flac", "out", NULL };
	const char *const wav[] = { BEGIN(j), "-map", "0:a:0", "-vn", NOTHING,
		"-c:a", "pcm_s16le", "-f", "wav", "out", NULL };
	enum err e;

	if ((e = probe_file(&m)) != ERR_OK)
		return e;
	if (m.sounds == 0)
		return job_fail(j, ERR_FORMAT, LANG_N("It has no sound."));
	return encode(&m,
	    j->recipe->to == MEDIA_WAV        ? wav
		: j->recipe->to == MEDIA_FLAC ? flac
					      : m4a);
}
