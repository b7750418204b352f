#include <string.h>

#include "base/enc.h"
#include "base/err.h"

#include "evidence/media_inside.h"

#define BRANDS_MAX 64U

/* The brands of ISO/IEC 14496-12 files that are known, by their first three or
 * four letters. */
static const struct {
	const char *brand;
	size_t n;
	enum media is;
} brands[] = {
	{ "heic", 4, MEDIA_HEIC },
	{ "heix", 4, MEDIA_HEIC },
	{ "heim", 4, MEDIA_HEIC },
	{ "heis", 4, MEDIA_HEIC },
	{ "hevc", 4, MEDIA_HEIC },
	{ "hevx", 4, MEDIA_HEIC },
	{ "avif", 4, MEDIA_AVIF },
	{ "avis", 4, MEDIA_AVIF },
	{ "qt  ", 4, MEDIA_MOV },
	{ "M4A ", 4, MEDIA_M4A },
	{ "M4B ", 4, MEDIA_M4A },
	{ "3gp", 3, MEDIA_3GP },
	{ "3g2", 3, MEDIA_3GP },
	{ "3ge", 3, MEDIA_3GP },
	{ "iso", 3, MEDIA_MP4 },
	{ "mp4", 3, MEDIA_MP4 },
	{ "avc", 3, MEDIA_MP4 },
	{ "M4V", 3, MEDIA_MP4 },
	{ "dash", 4, MEDIA_MP4 },
	{ "MSNV", 4, MEDIA_MP4 },
	{ "XAVC", 4, MEDIA_MP4 },
	{ "f4v ", 4, MEDIA_MP4 },
};

static enum media
of_brand(const uint8_t *p)
{
	for (size_t i = 0; i < COUNT(brands); i++)
		if (memcmp(p, brands[i].brand, brands[i].n) == 0)
			return brands[i].is;
	return MEDIA_UNKNOWN;
}

/* QuickTime files of old have no box of brands. */
static enum media
of_first_box(const struct media_look *l, uint32_t size)
{
	static const char *const first[] = { "moov", "mdat", "wide" };

	for (size_t i = 0; i < COUNT(first); i++)
		if (media_has(l->head, l->head_n, 4, first[i], 4))
			return size <= l->size && size != 0 ? MEDIA_MOV
							    : MEDIA_UNKNOWN;
	return MEDIA_UNKNOWN;
}

enum media
media_of_boxes(const struct media_look *l)
{
	enum media m;
	uint32_t size;

	if (l->head_n < 16)
		return MEDIA_UNKNOWN;
	size = enc_get_u32(l->head);
	if (!media_has(l->head, l->head_n, 4, "ftyp", 4))
		return of_first_box(l, size);
	if (size < 16 || size % 4 != 0 || size > l->head_n ||
	    size > 16 + 4 * BRANDS_MAX)
		return MEDIA_UNKNOWN;
	/* The major brand, then those it is compatible with. */
	m = of_brand(l->head + 8);
	for (uint32_t at = 16; m == MEDIA_UNKNOWN && at < size; at += 4)
		m = of_brand(l->head + at);
	return m;
}
