#include <string.h>

#include "base/err.h"

#include "evidence/media_inside.h"

#define LOCAL 30U /* bytes before the name (APPNOTE.TXT 4.3.7) */
#define CENTRAL 46U /* the same in the central directory (4.3.12) */
#define END 22U /* of the directory (4.3.16) */
#define COMMENT_MAX 65535U

static uint32_t
le16(const uint8_t *p)
{
	return (uint32_t)(p[0] | p[1] << 8);
}

static uint32_t
le32(const uint8_t *p)
{
	return le16(p) | le16(p + 2) << 16;
}

/* What the names in it say. */
struct names {
	bool types, word, excel, slides;
};

static void
heed(struct names *s, const uint8_t *p, size_t n)
{
	if (n == 19 && memcmp(p, "[Content_Types].xml", 19) == 0)
		s->types = true;
	s->word |= n > 5 && memcmp(p, "word/", 5) == 0;
	s->excel |= n > 3 && memcmp(p, "xl/", 3) == 0;
	s->slides |= n > 4 && memcmp(p, "ppt/", 4) == 0;
}

static enum media
by_names(const struct names *s)
{
	if (!s->types)
		return MEDIA_ZIP;
	if (s->word)
		return MEDIA_DOCX;
	if (s->excel)
		return MEDIA_XLSX;
	return s->slides ? MEDIA_PPTX : MEDIA_ZIP;
}

/* Where in the tail the end record stands, whose comment ends the file; or
 * tail_n. */
static size_t
find_end(const struct media_look *l)
{
	const uint8_t *p = l->tail;
	const size_t n = l->tail_n;

	for (size_t back = END; back <= n && back <= END + COMMENT_MAX; back++)
		if (media_has(p, n, n - back, "PK\5\6", 4) &&
		    le16(p + n - back + 20) == back - END)
			return n - back;
	return n;
}

bool
media_zip_ends(const struct media_look *l)
{
	return find_end(l) < l->tail_n;
}

/* The names of the directory, as far as the tail holds it. */
static bool
names_of_directory(struct names *s, const struct media_look *l)
{
	const size_t end = find_end(l);
	size_t at, len;

	if (end == l->tail_n || le32(l->tail + end + 12) > end)
		return false;
	at = end - le32(l->tail + end + 12);
	while (
	    end - at >= CENTRAL && media_has(l->tail, end, at, "PK\1\2", 4)) {
		len = le16(l->tail + at + 28);
		if (len > end - at - CENTRAL)
			return false;
		heed(s, l->tail + at + CENTRAL, len);
		len +=
		    CENTRAL + le16(l->tail + at + 30) + le16(l->tail + at + 32);
		if (len > end - at)
			return false;
		at += len;
	}
	return true;
}

/* Without a directory: the names that stand before the files themselves, as
 * far as their sizes are said there. */
static void
names_of_files(struct names *s, const struct media_look *l)
{
	uint64_t at = 0;
	size_t len;

	while (l->head_n >= LOCAL && at <= l->head_n - LOCAL &&
	    media_has(l->head, l->head_n, (size_t)at, "PK\3\4", 4)) {
		const uint8_t *p = l->head + at;

		len = le16(p + 26);
		if (len > l->head_n - LOCAL - at)
			return;
		heed(s, p + LOCAL, len);
		if ((p[6] & 8) != 0) /* the size stands behind */
			return;
		at += (uint64_t)LOCAL + len + le16(p + 28) + le32(p + 18);
	}
}

/* OpenDocument says what it is in its first file, which is not compressed
 * (OpenDocument 1.2 part 3, 3.3). */
static enum media
by_mimetype(const struct media_look *l)
{
	static const struct {
		const char *type;
		enum media is;
	} kinds[] = {
		{ "text", MEDIA_ODT },
		{ "spreadsheet", MEDIA_ODS },
		{ "presentation", MEDIA_ODP },
	};
	static const char begin[] = "application/vnd.oasis.opendocument.";
	const size_t at = LOCAL + 8 + sizeof begin - 1;

	if (l->head_n < LOCAL || le16(l->head + 8) != 0 ||
	    le16(l->head + 26) != 8 || le16(l->head + 28) != 0 ||
	    !media_has(l->head, l->head_n, LOCAL, "mimetype", 8) ||
	    !media_has(l->head, l->head_n, LOCAL + 8, begin, sizeof begin - 1))
		return MEDIA_UNKNOWN;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (le32(l->head + 18) ==
			sizeof begin - 1 + strlen(kinds[i].type) &&
		    media_has(l->head, l->head_n, at, kinds[i].type,
			strlen(kinds[i].type)))
			return kinds[i].is;
	return MEDIA_UNKNOWN;
}

enum media
media_of_zip(const struct media_look *l)
{
	struct names s = { false, false, false, false };
	enum media m;

	if (media_has(l->head, l->head_n, 0, "PK\5\6", 4))
		return l->size >= END ? MEDIA_ZIP : MEDIA_UNKNOWN;
	if (!media_has(l->head, l->head_n, 0, "PK\3\4", 4))
		return MEDIA_UNKNOWN;
	if ((m = by_mimetype(l)) != MEDIA_UNKNOWN)
		return m;
	if (!names_of_directory(&s, l))
		names_of_files(&s, l);
	return by_names(&s);
}

/* The names of the streams of a compound file stand in UTF-16 (MS-CFB 2.6). */
static bool
has_wide(const uint8_t *p, size_t n, const char *name)
{
	const size_t len = strlen(name);
	size_t k;

	for (size_t i = 0; 2 * len <= n && i <= n - 2 * len; i++) {
		for (k = 0; k < len; k++)
			if (p[i + 2 * k] != (uint8_t)name[k] ||
			    p[i + 2 * k + 1] != 0)
				break;
		if (k == len)
			return true;
	}
	return false;
}

enum media
media_of_ole(const struct media_look *l)
{
	static const struct {
		const char *stream;
		enum media is;
	} kinds[] = {
		{ "__properties_version1.0", MEDIA_MSG },
		{ "WordDocument", MEDIA_DOC },
		{ "PowerPoint Document", MEDIA_PPT },
		{ "Workbook", MEDIA_XLS },
	};

	if (!media_has(
		l->head, l->head_n, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
		return MEDIA_UNKNOWN;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (has_wide(l->head, l->head_n, kinds[i].stream) ||
		    has_wide(l->tail, l->tail_n, kinds[i].stream))
			return kinds[i].is;
	return MEDIA_OLE;
}
