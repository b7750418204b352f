/* What does not show, and would tell one copy of a file from another, is not in
 * a clean copy. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/enc.h"
#include "evidence/clean.h"
#include "worker_kit.h"

static int
file_of(const void *p, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	OK(fd >= 0 && file_write_fd(fd, p, n) == ERR_OK);
	return fd;
}

/* The copy's bytes; the caller's to drop. */
static void
clean(struct buf *copy, struct clean *c, int fd)
{
	const struct clean_ask ask = { .gray = false };
	const enum err e = clean_file(c, fd, &ask);

	if (e != ERR_OK)
		fprintf(stderr, "%s: %s (%s)\n", err_name(e),
		    c->why == NULL ? "" : c->why, c->said);
	OK(e == ERR_OK);
	(void)close(fd);
	buf_init(copy, 16U << 20);
	OK(lseek(c->fd, 0, SEEK_SET) == 0);
	OK(file_read_fd(copy, c->fd) == ERR_OK);
}

static void
put(struct buf *b, const void *p, size_t n)
{
	OK(buf_put(b, p, n) == ERR_OK);
}

static void
put_chunk(struct buf *png, const char *name, const uint8_t *p, size_t n)
{
	uint32_t sum = 0xffffffff;
	uint8_t len[4];
	size_t from;

	enc_put_u32(len, (uint32_t)n);
	put(png, len, 4);
	from = png->len;
	put(png, name, 4);
	put(png, p, n);
	for (size_t i = from; i < png->len; i++) {
		sum ^= png->at[i];
		for (unsigned bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ ((sum & 1) != 0 ? 0xedb88320U : 0);
	}
	enc_put_u32(len, ~sum);
	put(png, len, 4);
}

/* Its rows in a zlib stream of one stored block (RFC 1950, RFC 1951 3.2.4). */
static void
put_rows(struct buf *png, const uint8_t *rows, uint16_t n)
{
	uint8_t stream[1200] = { 0x78, 0x01, 0x01, (uint8_t)n,
		(uint8_t)(n >> 8), (uint8_t)~n, (uint8_t)(~n >> 8) };
	uint32_t a = 1, b = 0;

	memcpy(stream + 7, rows, n);
	for (size_t i = 0; i < n; i++) {
		a = (a + rows[i]) % 65521;
		b = (b + a) % 65521;
	}
	enc_put_u32(stream + 7 + n, b << 16 | a);
	put_chunk(png, "IDAT", stream, 7U + n + 4);
}

/* 16 by 16 points that all are see-through, and red and blue squares. */
static void
put_see_through(struct buf *png)
{
	uint8_t head[13] = { 0, 0, 0, 16, 0, 0, 0, 16, 8, 6, 0, 0, 0 };
	uint8_t rows[16 * 65] = { 0 };

	for (size_t y = 0; y < 16; y++)
		for (size_t x = 0; x < 16; x++)
			rows[65 * y + 1 + 4 * x + ((x / 4 + y / 4) % 2) * 2] =
			    0xff;
	put(png, "\x89PNG\r\n\x1a\n", 8);
	put_chunk(png, "IHDR", head, sizeof head);
	put_rows(png, rows, sizeof rows);
	put_chunk(png, "IEND", head, 0);
}

/* Whoever opens the copy in an editor can make all of it show. */
static void
what_lies_under_see_through_points_is_gone(void)
{
	struct buf png, copy;
	struct clean c;

	clean_init(&c);
	buf_init(&png, 4096);
	put_see_through(&png);
	clean(&copy, &c, file_of(png.at, png.len));
	OK(copy.len > 26 && memcmp(copy.at + 1, "PNG", 3) == 0);
	OK((copy.at[25] & 4) == 0); /* no channel of it (RFC 2083 4.1.1) */
	OK(memmem(copy.at, copy.len, "tRNS", 4) == NULL);
	buf_drop(&copy);
	buf_drop(&png);
	clean_drop(&c);
}

/* Any number may stand there, another one in each copy that is given out. */
static void
the_rate_of_a_recording_is_a_usual_one(void)
{
	static const uint8_t head[44] = "RIFF\x24\x40\0\0WAVEfmt \x10\0\0\0"
					"\1\0\1\0\x45\xac\0\0\x8a\x58\1\0"
					"\2\0\x10\0data\0\x40\0";
	static uint8_t wav[44 + 16384];
	struct buf copy;
	struct clean c;

	clean_init(&c);
	memcpy(wav, head, sizeof head);
	for (size_t i = sizeof head; i < sizeof wav; i++)
		wav[i] = (uint8_t)(i % 2 == 0 ? i * 7 : i / 256);
	clean(&copy, &c, file_of(wav, sizeof wav));
	OK(copy.len > 44 && memcmp(copy.at + 24, "\x80\xbb\0\0", 4) == 0);
	buf_drop(&copy);
	clean_drop(&c);
}

static void
rate_and_shape_of_a_videos_points_are_usual_ones(void)
{
	struct worker *w = room();
	struct clean c;
	struct buf copy;
	uint64_t size;
	int fd;

	clean_init(&c);
	OK(RUN(w, "ffmpeg", "-v", "error", "-f", "lavfi", "-i",
	       "testsrc=s=64x64:r=30011/1001:d=1", "-vf", "setsar=251/241",
	       "-c:v", "mpeg4", "in.mkv") == ERR_OK);
	OK(worker_take(w, "in.mkv", &fd, &size) == ERR_OK);
	clean(&copy, &c, fd);
	OK(worker_put(w, "copy", copy.at, copy.len) == ERR_OK);
	OK(RUN(w, "ffprobe", "-v", "error", "-show_entries",
	       "stream=r_frame_rate,sample_aspect_ratio", "-of", "csv=p=0",
	       "copy") == ERR_OK);
	OK(said_is("1:1,30/1\n"));
	buf_drop(&copy);
	clean_drop(&c);
	worker_close(w);
}

/* A page that shows a part of what is drawn on it. */
static const char cropped[] =
    "%PDF-1.4\n"
    "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    "2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n"
    "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]"
    "/CropBox[0 0 200 400]/Contents 4 0 R/Resources<<>>>>\nendobj\n"
    "4 0 obj\n<</Length 18>>\nstream\n300 0 50 400 re f\n\nendstream\nendobj\n"
    "trailer\n<</Size 5/Root 1 0 R>>\n%%EOF\n";

static void
of_a_cropped_page_the_copy_has_what_shows(void)
{
	struct buf copy;
	struct clean c;

	clean_init(&c);
	clean(&copy, &c, file_of(cropped, sizeof cropped - 1));
	OK(memmem(copy.at, copy.len, "/MediaBox[0 0 200.", 18) != NULL ||
	    memmem(copy.at, copy.len, "/MediaBox[0 0 199.", 18) != NULL);
	buf_drop(&copy);
	clean_drop(&c);
}

int
main(int argc, char **argv)
{
	static const struct worker_part parts[] = { { NULL, NULL } };
	int status;

	if (worker_is_part(argc, argv, parts, &status))
		return status;
	clock_init();
	T(what_lies_under_see_through_points_is_gone)
	T(the_rate_of_a_recording_is_a_usual_one)
	T(rate_and_shape_of_a_videos_points_are_usual_ones)
	T(of_a_cropped_page_the_copy_has_what_shows)
	buf_drop(&worker_said);
	return 0;
}
