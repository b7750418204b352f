#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "base/err.h"
#include "lang/lang.h"

#include "evidence/media.h"
#include "evidence/media_inside.h"

#define PDF_SEARCH 1024U /* how far readers look for a PDF's header */

static const struct media_row rows[MEDIA_COUNT] = {
	[MEDIA_UNKNOWN] = { "application/octet-stream", "",
	    LANG_N("a file of a kind that is not known here"), MEDIA_IS_OTHER },
	[MEDIA_EMPTY] = { "application/octet-stream", "",
	    LANG_N("an empty file"), MEDIA_IS_OTHER },
	[MEDIA_PDF] = { "application/pdf", "pdf", LANG_N("a PDF document"),
	    MEDIA_IS_DOCUMENT },
	[MEDIA_JPEG] = { "image/jpeg", "jpg", LANG_N("a JPEG picture"),
	    MEDIA_IS_PICTURE },
	[MEDIA_PNG] = { "image/png", "png", LANG_N("a PNG picture"),
	    MEDIA_IS_PICTURE },
	[MEDIA_GIF] = { "image/gif", "gif", LANG_N("a GIF picture"),
	    MEDIA_IS_PICTURE },
	[MEDIA_WEBP] = { "image/webp", "webp", LANG_N("a WebP picture"),
	    MEDIA_IS_PICTURE },
	[MEDIA_TIFF] = { "image/tiff", "tif", LANG_N("a TIFF picture"),
	    MEDIA_IS_PICTURE },
	[MEDIA_HEIC] = { "image/heic", "heic", LANG_N("a HEIC picture"),
	    MEDIA_IS_PICTURE },
	[MEDIA_AVIF] = { "image/avif", "avif", LANG_N("an AVIF picture"),
	    MEDIA_IS_PICTURE },
	[MEDIA_BMP] = { "image/bmp", "bmp", LANG_N("a BMP picture"),
	    MEDIA_IS_PICTURE },
	[MEDIA_SVG] = { "image/svg+xml", "svg", LANG_N("an SVG drawing"),
	    MEDIA_IS_PICTURE },
	[MEDIA_MP4] = { "video/mp4", "mp4", LANG_N("an MP4 video"),
	    MEDIA_IS_MOVING },
	[MEDIA_MOV] = { "video/quicktime", "mov", LANG_N("a QuickTime video"),
	    MEDIA_IS_MOVING },
	[MEDIA_3GP] = { "video/3gpp", "3gp", LANG_N("a 3GP video"),
	    MEDIA_IS_MOVING },
	[MEDIA_MATROSKA] = { "video/matroska", "mkv",
	    LANG_N("a Matroska video"), MEDIA_IS_MOVING },
	[MEDIA_WEBM] = { "video/webm", "webm", LANG_N("a WebM video"),
	    MEDIA_IS_MOVING },
	[MEDIA_AVI] = { "video/vnd.avi", "avi", LANG_N("an AVI video"),
	    MEDIA_IS_MOVING },
	[MEDIA_TS] = { "video/mp2t", "ts", LANG_N("an MPEG transport stream"),
	    MEDIA_IS_MOVING },
	[MEDIA_MPEG] = { "video/mpeg", "mpg", LANG_N("an MPEG video"),
	    MEDIA_IS_MOVING },
	[MEDIA_ASF] = { "video/x-ms-asf", "wmv",
	    LANG_N("a Windows Media video"), MEDIA_IS_MOVING },
	[MEDIA_OGV] = { "video/ogg", "ogv", LANG_N("an Ogg video"),
	    MEDIA_IS_MOVING },
	[MEDIA_MP3] = { "audio/mpeg", "mp3", LANG_N("an MP3 recording"),
	    MEDIA_IS_SOUND },
	[MEDIA_AAC] = { "audio/aac", "aac", LANG_N("an AAC recording"),
	    MEDIA_IS_SOUND },
	[MEDIA_M4A] = { "audio/mp4", "m4a", LANG_N("an M4A recording"),
	    MEDIA_IS_SOUND },
	[MEDIA_OGG] = { "audio/ogg", "ogg", LANG_N("an Ogg recording"),
	    MEDIA_IS_SOUND },
	[MEDIA_FLAC] = { "audio/flac", "flac", LANG_N("a FLAC recording"),
	    MEDIA_IS_SOUND },
	[MEDIA_WAV] = { "audio/vnd.wave", "wav", LANG_N("a WAV recording"),
	    MEDIA_IS_SOUND },
	[MEDIA_AMR] = { "audio/AMR", "amr", LANG_N("an AMR recording"),
	    MEDIA_IS_SOUND },
	[MEDIA_DOCX] = { "application/"
			 "vnd.openxmlformats-officedocument."
			 "wordprocessingml.document",
	    "docx", LANG_N("a Word document"), MEDIA_IS_OFFICE },
	[MEDIA_XLSX] = { "application/"
			 "vnd.openxmlformats-officedocument."
			 "spreadsheetml.sheet",
	    "xlsx", LANG_N("an Excel workbook"), MEDIA_IS_OFFICE },
	[MEDIA_PPTX] = { "application/"
			 "vnd.openxmlformats-officedocument."
			 "presentationml.presentation",
	    "pptx", LANG_N("a PowerPoint presentation"), MEDIA_IS_OFFICE },
	[MEDIA_ODT] = { "application/vnd.oasis.opendocument.text", "odt",
	    LANG_N("an OpenDocument text"), MEDIA_IS_OFFICE },
	[MEDIA_ODS] = { "application/vnd.oasis.opendocument.spreadsheet", "ods",
	    LANG_N("an OpenDocument spreadsheet"), MEDIA_IS_OFFICE },
	[MEDIA_ODP] = { "application/vnd.oasis.opendocument.presentation",
	    "odp", LANG_N("an OpenDocument presentation"), MEDIA_IS_OFFICE },
	[MEDIA_DOC] = { "application/msword", "doc",
	    LANG_N("an old Word document"), MEDIA_IS_OFFICE },
	[MEDIA_XLS] = { "application/vnd.ms-excel", "xls",
	    LANG_N("an old Excel workbook"), MEDIA_IS_OFFICE },
	[MEDIA_PPT] = { "application/vnd.ms-powerpoint", "ppt",
	    LANG_N("an old PowerPoint presentation"), MEDIA_IS_OFFICE },
	[MEDIA_OLE] = { "application/x-ole-storage", "",
	    LANG_N("an old Office file"), MEDIA_IS_OFFICE },
	[MEDIA_RTF] = { "application/rtf", "rtf", LANG_N("an RTF document"),
	    MEDIA_IS_OFFICE },
	[MEDIA_HTML] = { "text/html", "html", LANG_N("a web page"),
	    MEDIA_IS_TEXT },
	[MEDIA_TEXT] = { "text/plain", "txt", LANG_N("plain text"),
	    MEDIA_IS_TEXT },
	[MEDIA_EML] = { "message/rfc822", "eml", LANG_N("an e-mail"),
	    MEDIA_IS_MAIL },
	[MEDIA_MSG] = { "application/vnd.ms-outlook", "msg",
	    LANG_N("an Outlook e-mail"), MEDIA_IS_MAIL },
	[MEDIA_ZIP] = { "application/zip", "zip", LANG_N("a zip archive"),
	    MEDIA_IS_ARCHIVE },
	[MEDIA_7Z] = { "application/x-7z-compressed", "7z",
	    LANG_N("a 7z archive"), MEDIA_IS_ARCHIVE },
	[MEDIA_RAR] = { "application/vnd.rar", "rar", LANG_N("a RAR archive"),
	    MEDIA_IS_ARCHIVE },
	[MEDIA_TAR] = { "application/x-tar", "tar", LANG_N("a tar archive"),
	    MEDIA_IS_ARCHIVE },
	[MEDIA_GZIP] = { "application/gzip", "gz", LANG_N("a gzip file"),
	    MEDIA_IS_ARCHIVE },
	[MEDIA_XZ] = { "application/x-xz", "xz", LANG_N("an xz file"),
	    MEDIA_IS_ARCHIVE },
	[MEDIA_BZIP2] = { "application/x-bzip2", "bz2", LANG_N("a bzip2 file"),
	    MEDIA_IS_ARCHIVE },
	[MEDIA_ZSTD] = { "application/zstd", "zst", LANG_N("a Zstandard file"),
	    MEDIA_IS_ARCHIVE },
};

#define BYTES(s) s, sizeof s - 1

/* What stands first, and, where `then` is not empty, eight bytes on. */
static const struct {
	const char *first;
	size_t first_len;
	const char *then;
	size_t then_len;
	enum media is;
} magics[] = {
	{ BYTES("%PDF-"), BYTES(""), MEDIA_PDF },
	{ BYTES("\xff\xd8\xff"), BYTES(""), MEDIA_JPEG },
	{ BYTES("\x89PNG\r\n\x1a\n"), BYTES("\0\0\0\rIHDR"), MEDIA_PNG },
	{ BYTES("GIF87a"), BYTES(""), MEDIA_GIF },
	{ BYTES("GIF89a"), BYTES(""), MEDIA_GIF },
	{ BYTES("RIFF"), BYTES("WEBP"), MEDIA_WEBP },
	{ BYTES("RIFF"), BYTES("AVI "), MEDIA_AVI },
	{ BYTES("RIFF"), BYTES("WAVE"), MEDIA_WAV },
	{ BYTES("RF64"), BYTES("WAVE"), MEDIA_WAV },
	{ BYTES("II*\0"), BYTES(""), MEDIA_TIFF },
	{ BYTES("MM\0*"), BYTES(""), MEDIA_TIFF },
	{ BYTES("\0\0\1\xba"), BYTES(""), MEDIA_MPEG },
	{ BYTES("\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
	    BYTES("\xa6\xd9\x00\xaa\x00\x62\xce\x6c"), MEDIA_ASF },
	{ BYTES("fLaC"), BYTES(""), MEDIA_FLAC },
	{ BYTES("#!AMR\n"), BYTES(""), MEDIA_AMR },
	{ BYTES("#!AMR-WB\n"), BYTES(""), MEDIA_AMR },
	{ BYTES("{\\rtf"), BYTES(""), MEDIA_RTF },
	{ BYTES("7z\xbc\xaf\x27\x1c"), BYTES(""), MEDIA_7Z },
	{ BYTES("Rar!\x1a\x07"), BYTES(""), MEDIA_RAR },
	{ BYTES("\x1f\x8b\x08"), BYTES(""), MEDIA_GZIP },
	{ BYTES("\xfd"
		"7zXZ\0"),
	    BYTES(""), MEDIA_XZ },
	{ BYTES("\x28\xb5\x2f\xfd"), BYTES(""), MEDIA_ZSTD },
};

const struct media_row *
media_row(enum media m)
{
	assert((unsigned)m < MEDIA_COUNT);
	return &rows[m];
}

static enum media
of_magic(const struct media_look *l)
{
	for (size_t i = 0; i < COUNT(magics); i++)
		if (media_has(l->head, l->head_n, 0, magics[i].first,
			magics[i].first_len) &&
		    (magics[i].then_len == 0 ||
			media_has(l->head, l->head_n, 8, magics[i].then,
			    magics[i].then_len)))
			return magics[i].is;
	return MEDIA_UNKNOWN;
}

/* Two letters are little, so what follows them must be right: the length of
 * the header behind is one of those that there are. */
static enum media
of_few_letters(const struct media_look *l)
{
	static const uint8_t headers[] = { 12, 16, 40, 52, 56, 64, 108, 124 };
	const uint8_t *p = l->head;

	if (media_has(p, l->head_n, 0, "BM", 2) && l->head_n >= 18 &&
	    p[15] == 0 && p[16] == 0 && p[17] == 0)
		for (size_t i = 0; i < sizeof headers; i++)
			if (p[14] == headers[i])
				return MEDIA_BMP;
	if (media_has(p, l->head_n, 0, "BZh", 3) && l->head_n >= 10 &&
	    p[3] >= '1' && p[3] <= '9' &&
	    (media_has(p, l->head_n, 4, "\x31\x41\x59\x26\x53\x59", 6) ||
		media_has(p, l->head_n, 4, "\x17\x72\x45\x38\x50\x90", 6)))
		return MEDIA_BZIP2;
	return MEDIA_UNKNOWN;
}

/* The type of document stands among the first elements, with its length. */
static enum media
of_matroska(const struct media_look *l)
{
	const size_t n = l->head_n < 256 ? l->head_n : 256;

	if (!media_has(l->head, n, 0, "\x1a\x45\xdf\xa3", 4))
		return MEDIA_UNKNOWN;
	for (size_t i = 4; i < n; i++) {
		if (media_has(l->head, n, i, "\x42\x82\x84webm", 7))
			return MEDIA_WEBM;
		if (media_has(l->head, n, i, "\x42\x82\x88matroska", 11))
			return MEDIA_MATROSKA;
	}
	return MEDIA_UNKNOWN;
}

/* Of its first page: what its one stream holds.  A stream of pictures makes it
 * a video, and comes first then (RFC 5334 section 4). */
static enum media
of_ogg(const struct media_look *l)
{
	size_t at;

	if (!media_has(l->head, l->head_n, 0, "OggS\0", 5) || l->head_n < 28)
		return MEDIA_UNKNOWN;
	at = 27U + l->head[26];
	if (media_has(l->head, l->head_n, at, "\x80theora", 7) ||
	    media_has(l->head, l->head_n, at, "fishead", 7) ||
	    media_has(l->head, l->head_n, at, "\x01video", 6))
		return MEDIA_OGV;
	return MEDIA_OGG;
}

/* A tar archive's first header sums up its own bytes. */
static enum media
of_tar(const struct media_look *l)
{
	uint32_t sum = 0, said = 0;
	size_t i;

	if (l->head_n < 512 || l->head[0] == 0)
		return MEDIA_UNKNOWN;
	for (i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : l->head[i];
	for (i = 148; i < 155 && l->head[i] == ' '; i++)
		;
	for (; i < 155 && l->head[i] >= '0' && l->head[i] <= '7'; i++)
		said = said * 8 + (uint32_t)(l->head[i] - '0');
	return said == sum ? MEDIA_TAR : MEDIA_UNKNOWN;
}

static bool
has_pdf_inside(const struct media_look *l)
{
	const size_t n = l->head_n < PDF_SEARCH ? l->head_n : PDF_SEARCH;

	for (size_t i = 1; i < n; i++)
		if (media_has(l->head, n, i, "%PDF-", 5))
			return true;
	return false;
}

void
media_sniff(struct media_found *found, const struct media_look *look)
{
	static enum media (*const of[])(const struct media_look *) = {
		of_magic,
		media_of_zip,
		media_of_ole,
		media_of_boxes,
		of_matroska,
		of_ogg,
		of_few_letters,
		of_tar,
		media_of_sound,
		media_of_text,
	};

	found->is = found->also = MEDIA_UNKNOWN;
	if (look->size == 0) {
		found->is = MEDIA_EMPTY;
		return;
	}
	for (size_t i = 0; i < COUNT(of) && found->is == MEDIA_UNKNOWN; i++)
		found->is = of[i](look);
	if (found->is != MEDIA_PDF && found->is != MEDIA_TEXT &&
	    has_pdf_inside(look))
		found->also = MEDIA_PDF;
	else if (media_row(found->is)->class != MEDIA_IS_ARCHIVE &&
	    media_row(found->is)->class != MEDIA_IS_OFFICE &&
	    media_zip_ends(look))
		found->also = MEDIA_ZIP;
}
