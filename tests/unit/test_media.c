#include <string.h>

#include "base/enc.h"
#include "evidence/media.h"
#include "t.h"

static enum media also;

static enum media
sniff(const void *p, size_t n)
{
	struct media_found found;
	struct media_look look = { .head = p, .tail = p, .size = n };

	look.head_n = n < MEDIA_HEAD ? n : MEDIA_HEAD;
	look.tail_n = n < MEDIA_TAIL ? n : MEDIA_TAIL;
	look.tail += n - look.tail_n;
	media_sniff(&found, &look);
	also = found.also;
	return found.is;
}

#define BYTES(s) s, sizeof s - 1
#define ODF "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const struct {
	const char *bytes;
	size_t n;
	enum media is;
} rows[] = {
	{ BYTES(""), MEDIA_EMPTY },
	{ BYTES("%PDF-1.4\n"), MEDIA_PDF },
	{ BYTES("\xff\xd8\xff\xe0"), MEDIA_JPEG },
	{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), MEDIA_PNG },
	{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\rJHDR"), MEDIA_UNKNOWN },
	{ BYTES("\x89PNG\r\n\x1a"), MEDIA_UNKNOWN },
	{ BYTES("GIF89a"), MEDIA_GIF },
	{ BYTES("RIFF\4\0\0\0WEBP"), MEDIA_WEBP },
	{ BYTES("RIFF\4\0\0\0AVI "), MEDIA_AVI },
	{ BYTES("RIFF\4\0\0\0WAVE"), MEDIA_WAV },
	{ BYTES("RIFF\4\0\0\0\1\2\3\4"), MEDIA_UNKNOWN },
	{ BYTES("II*\0"), MEDIA_TIFF },
	{ BYTES("MM\0*"), MEDIA_TIFF },
	{ BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), MEDIA_BMP },
	{ BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x29\0\0\0"), MEDIA_UNKNOWN },
	{ BYTES("BM was not my idea"), MEDIA_TEXT },
	{ BYTES("\0\0\0\x18"
		"ftypheic\0\0\0\0mif1heic"),
	    MEDIA_HEIC },
	{ BYTES("\0\0\0\x18"
		"ftypmif1\0\0\0\0mif1avif"),
	    MEDIA_AVIF },
	{ BYTES("\0\0\0\x14"
		"ftypqt  \0\0\0\0qt  "),
	    MEDIA_MOV },
	{ BYTES("\0\0\0\x14"
		"ftypisom\0\0\0\0mp41"),
	    MEDIA_MP4 },
	{ BYTES("\0\0\0\x14"
		"ftyp3gp4\0\0\0\0isom"),
	    MEDIA_3GP },
	{ BYTES("\0\0\0\x14"
		"ftypM4A \0\0\0\0isom"),
	    MEDIA_M4A },
	{ BYTES("\0\0\0\x14"
		"ftypcrx \0\0\0\0zzzz"),
	    MEDIA_UNKNOWN },
	{ BYTES("\0\0\0\x10moov\0\0\0\0\0\0\0\0"), MEDIA_MOV },
	{ BYTES("\0\0\1\0moov\0\0\0\0\0\0\0\0"), MEDIA_UNKNOWN },
	{ BYTES("\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"), MEDIA_WEBM },
	{ BYTES("\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska"), MEDIA_MATROSKA },
	{ BYTES("\x1a\x45\xdf\xa3\x9f\x42\x82\x84wxyz"), MEDIA_UNKNOWN },
	{ BYTES("\0\0\1\xba\x44"), MEDIA_MPEG },
	{ BYTES("OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x13OpusHe"
		"ad"),
	    MEDIA_OGG },
	{ BYTES("OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x2a\x80th"
		"eora"),
	    MEDIA_OGV },
	{ BYTES("fLaC\0\0\0\x22"), MEDIA_FLAC },
	{ BYTES("#!AMR\n\x3c"), MEDIA_AMR },
	{ BYTES("#!AMR-WB\n\x3c"), MEDIA_AMR },
	{ BYTES("ID3\4\0\0\0\0\0\0fLaC"), MEDIA_FLAC },
	{ BYTES("ID3\4\0\0\0\0\0\0\xff\xfb\x90\x64"), MEDIA_MP3 },
	{ BYTES("ID3\4\0\0\0\0\0\0\0\0\0\xff\xfb\x90\x64"), MEDIA_MP3 },
	{ BYTES("ID3\4\0\0\0\0\0\0\1\2\3\4"), MEDIA_UNKNOWN },
	{ BYTES("ID3\4\0\0\0\0\0\x7f"), MEDIA_UNKNOWN },
	{ BYTES("\xff\xfb\x90\x64\0"), MEDIA_UNKNOWN }, /* one frame alone */
	{ BYTES(ODF "\x27\0\0\0\x27\0\0\0\x08\0\0\0"
		    "mimetypeapplication/vnd.oasis.opendocument.text"),
	    MEDIA_ODT },
	{ BYTES(ODF "\x2e\0\0\0\x2e\0\0\0\x08\0\0\0"
		    "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
	    MEDIA_ODS },
	{ BYTES(ODF "\x28\0\0\0\x28\0\0\0\x08\0\0\0"
		    "mimetypeapplication/vnd.oasis.opendocument.texts"),
	    MEDIA_ZIP },
	{ BYTES(ODF "\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml" ODF
		    "\0\0\0\0\0\0\0\0\x09\0\0\0xl/a.xml"),
	    MEDIA_ZIP }, /* eight bytes of a name of nine */
	{ BYTES(ODF "\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml" ODF
		    "\0\0\0\0\0\0\0\0\x08\0\0\0xl/a.xml"),
	    MEDIA_XLSX },
	{ BYTES(ODF "\0\0\0\0\0\0\0\0\x05\0\0\0a.txt"), MEDIA_ZIP },
	{ BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0d\0D\0o\0c\0u\0m\0e"
		"\0n\0t\0"),
	    MEDIA_DOC },
	{ BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0b\0o\0o\0k\0"),
	    MEDIA_XLS },
	{ BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), MEDIA_OLE },
	{ BYTES("{\\rtf1\\ansi"), MEDIA_RTF },
	{ BYTES("\xef\xbb\xbf <!DOCTYPE html>"), MEDIA_HTML },
	{ BYTES("<!-- a > b --><HTML>"), MEDIA_HTML },
	{ BYTES("<?xml version='1.0'?><!DOCTYPE svg><svg/>"), MEDIA_SVG },
	{ BYTES("<?xml version='1.0'?><other/>"), MEDIA_TEXT },
	{ BYTES("From: a@example\r\nDate: today\r\n\r\nwords"), MEDIA_EML },
	{ BYTES("Received: from a\n\tby b\nSubject: c\n\n"), MEDIA_EML },
	{ BYTES("Date: today\nDate: today\n"), MEDIA_TEXT },
	{ BYTES("From: a@example\n\nDate: today\n"), MEDIA_TEXT },
	{ BYTES("plain words\n"), MEDIA_TEXT },
	{ BYTES("pr\xe9lude, in Latin-1"), MEDIA_TEXT },
	{ BYTES("\xff\xfe"
		"a\0b\0"),
	    MEDIA_TEXT },
	{ BYTES("\xfe\xff\0a\0b"), MEDIA_TEXT },
	{ BYTES("\xff\xfe"
		"a\0b"),
	    MEDIA_UNKNOWN },
	{ BYTES("words with a \0 in them"), MEDIA_UNKNOWN },
	{ BYTES("7z\xbc\xaf\x27\x1c\0\4"), MEDIA_7Z },
	{ BYTES("Rar!\x1a\x07\1\0"), MEDIA_RAR },
	{ BYTES("\x1f\x8b\x08\0"), MEDIA_GZIP },
	{ BYTES("\xfd"
		"7zXZ\0"),
	    MEDIA_XZ },
	{ BYTES("BZh91AY&SY"), MEDIA_BZIP2 },
	{ BYTES("BZh9 is no song"), MEDIA_TEXT },
	{ BYTES("\x28\xb5\x2f\xfd\0"), MEDIA_ZSTD },
};

static void
every_kind_is_told_by_its_bytes(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (sniff(rows[i].bytes, rows[i].n) != rows[i].is)
			fprintf(stderr, "row %zu\n", i);
		OK(sniff(rows[i].bytes, rows[i].n) == rows[i].is);
		OK(also == MEDIA_UNKNOWN);
	}
}

static void
a_cut_file_is_never_read_past_its_end(void)
{
	/* The sanitizers watch: each length has its own block. */
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t n = 1; n <= rows[i].n; n++) {
			char *p = malloc(n);

			OK(p != NULL);
			memcpy(p, rows[i].bytes, n);
			OK(sniff(p, n) < MEDIA_COUNT);
			free(p);
		}
}

static void
frames_of_sound_are_told_by_more_than_one(void)
{
	static uint8_t p[2048];

	for (size_t at = 0; at < 3 * 417; at += 417) /* 128 kbit/s, 44.1 kHz */
		memcpy(p + at, "\xff\xfb\x90\x64", 4);
	OK(sniff(p, 3 * 417) == MEDIA_MP3);
	p[417] = 0;
	OK(sniff(p, 3 * 417) == MEDIA_UNKNOWN);
	memset(p, 0, sizeof p);
	for (size_t at = 0; at < 48; at += 16)
		memcpy(p + at, "\xff\xf1\x50\x80\x02\x00\xfc", 7);
	OK(sniff(p, 48) == MEDIA_AAC);
	memset(p, 0, sizeof p);
	for (size_t at = 0; at < 5 * 188; at += 188)
		p[at] = 0x47;
	OK(sniff(p, 5 * 188) == MEDIA_TS);
	p[188] = 0;
	OK(sniff(p, 5 * 188) == MEDIA_UNKNOWN);
}

static void
a_tar_archive_is_told_by_its_sum(void)
{
	static char p[1024] = "a.txt";
	unsigned sum = 8 * ' ';

	memcpy(p + 257, "ustar", 5);
	for (size_t i = 0; i < 512; i++)
		sum += (uint8_t)p[i];
	(void)snprintf(p + 148, 8, "%06o", sum);
	OK(sniff(p, sizeof p) == MEDIA_TAR);
	p[0] = 'b';
	OK(sniff(p, sizeof p) == MEDIA_UNKNOWN);
}

/* An archive with these names in its directory only. */
static size_t
make_zip(uint8_t *p, const char *const *names, size_t n)
{
	size_t at = 0, len = 0;

	memcpy(p, "PK\3\4\24\0\x08\0\0\0", 10); /* sizes stand behind */
	memset(p + 10, 0, 20);
	at = 30;
	for (size_t i = 0; i < n; i++) {
		memset(p + at + len, 0, 46);
		memcpy(p + at + len, "PK\1\2", 4);
		p[at + len + 28] = (uint8_t)strlen(names[i]);
		memcpy(p + at + len + 46, names[i], strlen(names[i]));
		len += 46 + strlen(names[i]);
	}
	memset(p + at + len, 0, 22);
	memcpy(p + at + len, "PK\5\6", 4);
	p[at + len + 12] = (uint8_t)len;
	p[at + len + 13] = (uint8_t)(len >> 8);
	return at + len + 22;
}

static void
an_office_file_is_told_by_the_names_in_it(void)
{
	static const char *const word[] = { "word/document.xml", "docProps/a",
		"[Content_Types].xml" };
	static const char *const slides[] = { "[Content_Types].xml", "ppt/a" };
	static const char *const plain[] = { "word/document.xml", "xl/a" };
	uint8_t p[512];

	OK(sniff(p, make_zip(p, word, 3)) == MEDIA_DOCX);
	OK(sniff(p, make_zip(p, slides, 2)) == MEDIA_PPTX);
	OK(sniff(p, make_zip(p, plain, 2)) == MEDIA_ZIP);
}

static void
a_second_file_that_hides_is_said(void)
{
	static const char *const names[] = { "a" };
	static uint8_t p[2048];
	size_t n;

	memcpy(p, "\xff\xd8\xff\xe0", 4);
	n = 4 + make_zip(p + 4, names, 1);
	OK(sniff(p, n) == MEDIA_JPEG && also == MEDIA_ZIP);
	p[n] = 0; /* what is behind the end is its comment, or it is none */
	OK(sniff(p, n + 1) == MEDIA_JPEG && also == MEDIA_UNKNOWN);
	memset(p, 0, sizeof p);
	memcpy(p + 1, "%PDF-1.4", 8);
	OK(sniff(p, 64) == MEDIA_UNKNOWN && also == MEDIA_PDF);
	memset(p, 0, sizeof p);
	memcpy(p, "GIF89a", 6);
	memcpy(p + 1000, "%PDF-1.4", 8);
	OK(sniff(p, sizeof p) == MEDIA_GIF && also == MEDIA_PDF);
	memset(p, ' ', sizeof p);
	memcpy(p + 900, "%PDF-1.4", 8);
	OK(sniff(p, 64) == MEDIA_TEXT && also == MEDIA_UNKNOWN);
}

static void
every_kind_has_a_row_with_all_its_words(void)
{
	for (int m = 0; m < MEDIA_COUNT; m++) {
		const struct media_row *row = media_row((enum media)m);

		OK(strchr(row->type, '/') != NULL);
		OK(row->words != NULL && row->ending != NULL);
		OK(row->class <= MEDIA_IS_ARCHIVE);
	}
}

T_BEGIN
T(every_kind_is_told_by_its_bytes)
T(a_cut_file_is_never_read_past_its_end)
T(frames_of_sound_are_told_by_more_than_one)
T(a_tar_archive_is_told_by_its_sum)
T(an_office_file_is_told_by_the_names_in_it)
T(a_second_file_that_hides_is_said)
T(every_kind_has_a_row_with_all_its_words)
T_END
