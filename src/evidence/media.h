/*
 * media: what kind of file it is, told by its bytes and never by its name.
 *
 * Who looks takes the beginning and the end of a file; the words of media types
 * are those of the IANA registry where it has one.  Strict where a reader of
 * the kind is lax: a PDF whose header does not stand first is no PDF here, so
 * that a file is never handed to a program that others would not choose.  What
 * hides a second file (a zip behind a picture, a PDF behind some bytes) is
 * said.
 *
 * Sources: the formats' own documents (ISO 32000-2 7.5.2, ISO/IEC 14496-12 4.3,
 * RFC 2083, RFC 9649, RFC 3533, RFC 9043, RFC 5322, APPNOTE.TXT 4.3, MS-CFB).
 */
#ifndef EVIDENCE_MEDIA_H
#define EVIDENCE_MEDIA_H

#include <stddef.h>
#include <stdint.h>

/* What of a file's beginning and end is worth reading. */
#define MEDIA_HEAD 65536U
#define MEDIA_TAIL 131072U

enum media {
	MEDIA_UNKNOWN, /* nothing that is known here */
	MEDIA_EMPTY,
	MEDIA_PDF,
	MEDIA_JPEG,
	MEDIA_PNG,
	MEDIA_GIF,
	MEDIA_WEBP,
	MEDIA_TIFF,
	MEDIA_HEIC,
	MEDIA_AVIF,
	MEDIA_BMP,
	MEDIA_SVG,
	MEDIA_MP4,
	MEDIA_MOV,
	MEDIA_3GP,
	MEDIA_MATROSKA,
	MEDIA_WEBM,
	MEDIA_AVI,
	MEDIA_TS,
	MEDIA_MPEG,
	MEDIA_ASF,
	MEDIA_OGV,
	MEDIA_MP3,
	MEDIA_AAC,
	MEDIA_M4A,
	MEDIA_OGG,
	MEDIA_FLAC,
	MEDIA_WAV,
	MEDIA_AMR,
	MEDIA_DOCX,
	MEDIA_XLSX,
	MEDIA_PPTX,
	MEDIA_ODT,
	MEDIA_ODS,
	MEDIA_ODP,
	MEDIA_DOC,
	MEDIA_XLS,
	MEDIA_PPT,
	MEDIA_OLE, /* of that old form, but none of the three */
	MEDIA_RTF,
	MEDIA_HTML,
	MEDIA_TEXT,
	MEDIA_EML,
	MEDIA_MSG,
	MEDIA_ZIP,
	MEDIA_7Z,
	MEDIA_RAR,
	MEDIA_TAR,
	MEDIA_GZIP,
	MEDIA_XZ,
	MEDIA_BZIP2,
	MEDIA_ZSTD,
	MEDIA_COUNT
};

enum media_class {
	MEDIA_IS_OTHER,
	MEDIA_IS_DOCUMENT,
	MEDIA_IS_PICTURE,
	MEDIA_IS_MOVING,
	MEDIA_IS_SOUND,
	MEDIA_IS_OFFICE,
	MEDIA_IS_TEXT,
	MEDIA_IS_MAIL,
	MEDIA_IS_ARCHIVE,
};

/* One row a kind. */
struct media_row {
	const char *type; /* image/jpeg */
	const char *ending; /* jpg; "" when there is none */
	const char *words; /* "a JPEG picture", a sentence of the catalogue */
	enum media_class class;
};

/* Never NULL; `m` is below MEDIA_COUNT. */
const struct media_row *media_row(enum media m);

/* A file's first and last bytes; of a file that fits both are all of it, or
 * overlap. */
struct media_look {
	const uint8_t *head, *tail;
	size_t head_n, tail_n;
	uint64_t size; /* of the file; head_n and tail_n are at most that */
};

struct media_found {
	enum media is;
	enum media also; /* MEDIA_UNKNOWN: it is nothing besides */
};

/* Tell what it is.  Cannot fail; reads nothing outside of what it was given. */
void media_sniff(struct media_found *found, const struct media_look *look);

#endif
