#include <string.h>

#include "base/enc.h"

#include "evidence/bare.h"

static const char signature[] = "\x89PNG\r\n\x1a\n";
#define SIGNATURE 8U

#define SOI 0xd8
#define EOI 0xd9
#define SOS 0xda
#define SOF0 0xc0 /* baseline */
#define SOF1 0xc1 /* extended */
#define SOF2 0xc2 /* progressive */
#define CHUNK 12U /* length, name and sum of a PNG's chunk */
#define IHDR 13U

void
bare_init(struct bare *b)
{
	memset(b, 0, sizeof *b);
	buf_init(&b->data, BARE_MAX);
}

void
bare_drop(struct bare *b)
{
	buf_drop(&b->data);
	bare_init(b);
}

static enum err
take_size(struct bare *b, uint32_t width, uint32_t height)
{
	if (width == 0 || height == 0)
		return ERR_FORMAT;
	if (width > BARE_SIDE_MAX || height > BARE_SIDE_MAX)
		return ERR_TOOBIG;
	b->width = width;
	b->height = height;
	return ERR_OK;
}

/* The frame's header: its bits, height, width and number of components. */
static enum err
read_frame(struct bare *b, const uint8_t *p, size_t n)
{
	if (b->width != 0 || n < 6 || p[0] != 8 || (p[5] != 1 && p[5] != 3) ||
	    n != 6 + 3U * p[5])
		return ERR_FORMAT;
	b->bits = 8;
	b->colors = p[5];
	return take_size(b, enc_get_u16(p + 3), enc_get_u16(p + 1));
}

/* May this segment stay?  Tables, frame, restart interval and scan draw the
 * picture; APPn and comments tell of it.  What is rare is refused. */
enum stays { STAYS, GOES, REFUSED };

static enum stays
judge(uint8_t marker)
{
	if (marker == 0xfe || (marker >= 0xe0 && marker <= 0xef))
		return GOES;
	if (marker == SOF0 || marker == SOF1 || marker == SOF2 ||
	    marker == 0xc4 || marker == SOS || marker == 0xdb || marker == 0xdd)
		return STAYS;
	return REFUSED;
}

/* Where the coded bytes that begin at `at` end: at a marker that is neither a
 * stuffed 0xff nor a restart. */
static size_t
behind_scan(const uint8_t *p, size_t n, size_t at)
{
	while (at + 1 < n &&
	    (p[at] != 0xff || p[at + 1] == 0 ||
		(p[at + 1] >= 0xd0 && p[at + 1] <= 0xd7)))
		at++;
	return at;
}

/* One segment from `*at` on, and what a scan has behind it. */
static enum err
read_segment(struct bare *b, const uint8_t *p, size_t n, size_t *at)
{
	const uint8_t marker = p[*at + 1];
	const enum stays stays = judge(marker);
	size_t len, end;
	enum err e = ERR_OK;

	if (p[*at] != 0xff || stays == REFUSED)
		return ERR_FORMAT;
	if (n - *at < 4)
		return ERR_SHORT;
	if ((len = enc_get_u16(p + *at + 2)) < 2)
		return ERR_FORMAT;
	if (len > n - *at - 2)
		return ERR_SHORT;
	if (marker == SOF0 || marker == SOF1 || marker == SOF2)
		e = read_frame(b, p + *at + 4, len - 2);
	else if (marker == SOS && b->width == 0)
		e = ERR_FORMAT;
	end = *at + 2 + len;
	if (marker == SOS)
		end = behind_scan(p, n, end);
	if (e == ERR_OK && stays == STAYS)
		e = buf_put(&b->data, p + *at, end - *at);
	*at = end;
	return e;
}

static enum err
read_jpeg(struct bare *b, const uint8_t *p, size_t n)
{
	size_t at = 2;
	enum err e;

	b->jpeg = true;
	if ((e = buf_put(&b->data, p, 2)) != ERR_OK)
		return e;
	while (n - at >= 2 && (p[at] != 0xff || p[at + 1] != EOI))
		if ((e = read_segment(b, p, n, &at)) != ERR_OK)
			return e;
	if (n - at < 2)
		return ERR_SHORT;
	if (b->width == 0)
		return ERR_FORMAT;
	return buf_put(&b->data, p + at, 2);
}

static enum err
read_header(struct bare *b, const uint8_t *p)
{
	b->bits = p[8];
	b->colors = p[9] == 0 ? 1 : 3;
	if ((p[8] != 1 && p[8] != 8) || (p[9] != 0 && p[9] != 2) ||
	    (p[9] == 2 && p[8] != 8) || p[10] != 0 || p[11] != 0 || p[12] != 0)
		return ERR_FORMAT;
	return take_size(b, enc_get_u32(p), enc_get_u32(p + 4));
}

/* Its chunks: the header first, then those of the pixels, which stand one
 * behind the other, among others. */
static enum err
read_png(struct bare *b, const uint8_t *p, size_t n)
{
	size_t at = 8, len;
	enum err e = ERR_OK;

	for (; e == ERR_OK && n - at >= CHUNK; at += CHUNK + len) {
		if ((len = enc_get_u32(p + at)) > n - at - CHUNK)
			return ERR_SHORT;
		if ((memcmp(p + at + 4, "IHDR", 4) == 0) != (at == 8))
			return ERR_FORMAT;
		if (memcmp(p + at + 4, "IEND", 4) == 0)
			return b->data.len == 0 ? ERR_FORMAT : ERR_OK;
		if (at == 8)
			e = len == IHDR ? read_header(b, p + at + 8)
					: ERR_FORMAT;
		else if (memcmp(p + at + 4, "IDAT", 4) == 0)
			e = buf_put(&b->data, p + at + 8, len);
	}
	return e != ERR_OK ? e : ERR_SHORT;
}

enum err
bare_read(struct bare *b, const uint8_t *p, size_t n)
{
	enum err e = ERR_FORMAT;

	bare_drop(b);
	if (n >= 4 && p[0] == 0xff && p[1] == SOI)
		e = read_jpeg(b, p, n);
	else if (n >= SIGNATURE && memcmp(p, signature, SIGNATURE) == 0)
		e = read_png(b, p, n);
	if (e != ERR_OK)
		bare_drop(b);
	return e;
}

static bool
draws(const uint8_t *name)
{
	static const char *const names[] = { "IHDR", "PLTE", "tRNS", "IDAT",
		"IEND" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (memcmp(name, names[i], 4) == 0)
			return true;
	return false;
}

static enum err
copy_png(struct buf *out, const uint8_t *p, size_t n)
{
	size_t at = SIGNATURE, len;
	enum err e = buf_put(out, p, SIGNATURE);

	for (; e == ERR_OK && n - at >= CHUNK; at += len) {
		if ((len = enc_get_u32(p + at)) > n - at - CHUNK)
			return ERR_SHORT;
		if ((memcmp(p + at + 4, "IHDR", 4) == 0) != (at == SIGNATURE))
			return ERR_FORMAT;
		len += CHUNK;
		if (draws(p + at + 4))
			e = buf_put(out, p + at, len);
		if (e == ERR_OK && memcmp(p + at + 4, "IEND", 4) == 0)
			return len == CHUNK ? ERR_OK : ERR_FORMAT;
	}
	return e != ERR_OK ? e : ERR_SHORT;
}

enum err
bare_file(struct buf *out, const uint8_t *p, size_t n)
{
	struct bare b;
	enum err e;

	if (n >= SIGNATURE && memcmp(p, signature, SIGNATURE) == 0)
		return copy_png(out, p, n);
	bare_init(&b);
	if ((e = bare_read(&b, p, n)) == ERR_OK)
		e = b.jpeg ? buf_put(out, b.data.at, b.data.len) : ERR_FORMAT;
	bare_drop(&b);
	return e;
}
