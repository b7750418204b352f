#include "evidence/media_inside.h"

#define TS_PACKET 188U
#define TS_PACKETS 5U
#define ZEROS_MAX 4096U

/* The length of the MPEG audio frame of layer III whose header stands there, 0
 * for none (ISO/IEC 11172-3 2.4.1.3, 13818-3). */
static size_t
frame_of_mp3(const uint8_t *p, size_t n)
{
	static const uint16_t rates[2][16] = {
		{ 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160,
		    0 },
		{ 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256,
		    320, 0 },
	};
	static const uint16_t hertz[] = { 11025, 12000, 8000 };
	unsigned version, rate, speed;

	if (n < 4 || p[0] != 0xff || (p[1] & 0xe6) != 0xe2)
		return 0;
	version = p[1] >> 3 & 3; /* 0: 2.5, 2: 2, 3: 1 */
	speed = p[2] >> 2 & 3;
	rate = rates[version == 3][p[2] >> 4];
	if (version == 1 || speed == 3 || rate == 0)
		return 0;
	return (version == 3 ? 144000U : 72000U) * rate /
	    (hertz[speed] *
		(version == 0          ? 1U
			: version == 2 ? 2U
				       : 4U)) +
	    (p[2] >> 1 & 1);
}

/* The same of an ADTS frame (ISO/IEC 13818-7 6.2). */
static size_t
frame_of_aac(const uint8_t *p, size_t n)
{
	size_t len;

	if (n < 7 || p[0] != 0xff || (p[1] & 0xf6) != 0xf0 ||
	    (p[2] >> 2 & 15) > 12)
		return 0;
	len = (size_t)(p[3] & 3) << 11 | (size_t)p[4] << 3 | p[5] >> 5;
	return len < 8 ? 0 : len;
}

/* Three frames one behind the other, or as many as there are. */
static bool
are_frames(size_t (*frame)(const uint8_t *, size_t), const uint8_t *p, size_t n)
{
	size_t at = 0, len, i;

	for (i = 0; i < 3 && at < n; i++) {
		if ((len = frame(p + at, n - at)) == 0)
			return false;
		at += len;
	}
	return i > 1;
}

/* Behind a tag of ID3v2 (and zeros) comes what it is a tag of. */
static enum media
of_id3(const struct media_look *l)
{
	const uint8_t *p = l->head;
	size_t at, end;

	if (l->head_n < 10 || p[3] == 0xff || (p[6] | p[7] | p[8] | p[9]) > 127)
		return MEDIA_UNKNOWN;
	at = 10 +
	    ((size_t)p[6] << 21 | (size_t)p[7] << 14 | (size_t)p[8] << 7 |
		p[9]);
	if (at >= l->head_n)
		return at < l->size ? MEDIA_MP3 : MEDIA_UNKNOWN;
	end = at + ZEROS_MAX;
	while (at < end && at < l->head_n && p[at] == 0)
		at++;
	if (media_has(p, l->head_n, at, "fLaC", 4))
		return MEDIA_FLAC;
	if (are_frames(frame_of_aac, p + at, l->head_n - at))
		return MEDIA_AAC;
	return frame_of_mp3(p + at, l->head_n - at) != 0 ? MEDIA_MP3
							 : MEDIA_UNKNOWN;
}

/* Packets of 188 bytes; cameras put a time of four bytes before each. */
static bool
is_transport(const struct media_look *l, size_t before)
{
	size_t at = before, i;

	for (i = 0; i < TS_PACKETS && at < l->head_n; i++) {
		if (l->head[at] != 0x47)
			return false;
		at += before + TS_PACKET;
	}
	return i == TS_PACKETS;
}

enum media
media_of_sound(const struct media_look *l)
{
	if (media_has(l->head, l->head_n, 0, "ID3", 3))
		return of_id3(l);
	if (is_transport(l, 0) || is_transport(l, 4))
		return MEDIA_TS;
	if (are_frames(frame_of_mp3, l->head, l->head_n))
		return MEDIA_MP3;
	if (are_frames(frame_of_aac, l->head, l->head_n))
		return MEDIA_AAC;
	return MEDIA_UNKNOWN;
}
