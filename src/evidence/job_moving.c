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
	double rate; /* pictures a second, of the first that says one */
	unsigned hertz; /* of sound, the same */
	uint64_t long_us; /* how long it says it is */
};

/* "30000/1001" */
static void
take_rate(struct moving *m, const char *at)
{
	double of, by;

	if (m->rate == 0 && scan_number(&at, &of) && scan_word(&at, "/") &&
	    scan_number(&at, &by) && by > 0)
		m->rate = of / by;
}

/* The usual rate that is nearest.  A file may say any number, and another one
 * in each copy of it. */
static const char *
usual_rate(const struct moving *m)
{
	static const struct {
		double below;
		const char *rate;
	} rates[] = { { 7.5, "5" }, { 11, "10" }, { 13.5, "12" },
		{ 17.5, "15" }, { 22, "20" }, { 24.5, "24" }, { 27.5, "25" },
		{ 37.5, "30" }, { 49, "48" }, { 55, "50" }, { 90, "60" },
		{ 180, "120" } };

	for (size_t i = 0; m->rate > 0 && i < COUNT(rates); i++)
		if (m->rate < rates[i].below)
			return rates[i].rate;
	return m->rate > 0 ? "240" : "30";
}

/* The same of sound: what is usual stays as it is. */
static const char *
usual_hertz(const struct moving *m)
{
	static const struct {
		unsigned hertz;
		const char *rate;
	} rates[] = { { 8000, "8000" }, { 11025, "11025" }, { 16000, "16000" },
		{ 22050, "22050" }, { 24000, "24000" }, { 32000, "32000" },
		{ 44100, "44100" } };

	for (size_t i = 0; i < COUNT(rates); i++)
		if (m->hertz == rates[i].hertz)
			return rates[i].rate;
	return "48000";
}

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
	else if (scan_word(&at, "sample_rate=") &&
	    scan_count(&at, UINT_MAX, &v))
		m->hertz = m->hertz == 0 ? v : m->hertz;
	else if (scan_word(&at, "avg_frame_rate="))
		take_rate(m, at);
	else if (scan_word(&at, "duration=") && scan_number(&at, &seconds) &&
	    seconds < LONG_MAX_S)
		m->long_us = (uint64_t)(seconds * MICRO);
}

static enum err
probe(struct moving *m, const char *decoder, const char *name)
{
	static const char asked[] =
	    "format=duration:stream=index,codec_type,width,height,"
	    "avg_frame_rate,sample_rate";
	const char *const argv[] = { "ffprobe", "-v", "error", "-f", decoder,
		"-show_entries", asked, "-of", "default=nw=1", name, NULL };
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

#define SOUND_OF(j, rate) BEGIN(j), "-map", "0:a:0", "-vn", NOTHING, "-ar", rate

#define AAC "-c:a", "aac", "-b:a", "160k"

/* Even sides, and points that are square: what shape a file says that they have
 * may be any number too. */
static const char square[] =
    "crop=trunc(iw/2)*2:trunc(ih/2)*2,"
    "scale='trunc(iw*clip(sar,0.5,2)/2)*2':ih,setsar=1";

/*
 * Pictures and sound are decoded and encoded; turned as the camera said.  x264
 * writes its settings into the stream (SEI, type 6), and the writer of boxes
 * names handlers and the encoder: neither stays.
 */
enum err
job_moving(struct job *j)
{
	struct moving m = { .j = j };
	enum err e;

	if ((e = probe_file(&m)) != ERR_OK)
		return e;
	if (m.pictures == 0)
		return job_fail(
		    j, ERR_FORMAT, LANG_N("It has no moving pictures."));
	return encode(&m,
	    (const char *const[]){ BEGIN(j), "-map", "0:v:0", "-map", "0:a:0?",
		NOTHING, "-vf", square, "-r", usual_rate(&m), "-c:v", "libx264",
		"-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p",
		"-bsf:v", "filter_units=remove_types=6", "-ar", usual_hertz(&m),
		AAC, "-metadata:s:v:0", "encoder= ", "-movflags", "+faststart",
		"-empty_hdlr_name", "1", "-f", "mp4", "out", NULL });
}

enum err
job_sound(struct job *j)
{
	struct moving m = { .j = j };
	const char *rate;
	enum err e;

	if ((e = probe_file(&m)) != ERR_OK)
		return e;
	if (m.sounds == 0)
		return job_fail(j, ERR_FORMAT, LANG_N("It has no sound."));
	rate = usual_hertz(&m);
	if (j->recipe->to == MEDIA_WAV)
		return encode(&m,
		    (const char *const[]){ SOUND_OF(j, rate), "-c:a",
			"pcm_s16le", "-f", "wav", "out", NULL });
	if (j->recipe->to == MEDIA_FLAC)
		return encode(&m,
		    (const char *const[]){ SOUND_OF(j, rate), "-c:a", "flac",
			"-f", "flac", "out", NULL });
	return encode(&m,
	    (const char *const[]){ SOUND_OF(j, rate), AAC, "-empty_hdlr_name",
		"1", "-f", "ipod", "out", NULL });
}
