#include <string.h>

#include "alloc.h"
#include "base/text.h"
#include "crypt/crypt.h"
#include "evidence/tells.h"
#include "note/json.h"
#include "t.h"

static enum err
read_str(struct tells *t, const char *s)
{
	return tells_read(t, s, strlen(s));
}

static const char photo[] =
    "[{\n"
    "  \"SourceFile\": \"in\",\n"
    "  \"ExifTool:ExifToolVersion\": 12.57,\n"
    "  \"System:FileName\": \"in\",\n"
    "  \"File:FileType\": \"JPEG\",\n"
    "  \"File:ImageWidth\": 1280,\n"
    "  \"File:Copy1:Comment\": \"a \\\"b\\\" \\u001b[31m\\nc\",\n"
    "  \"IFD0:Make\": \"Canon\",\n"
    "  \"IFD0:Copy1:Model\": 1e999,\n"
    "  \"IFD1:ThumbnailImage\": \"(Binary data 9 bytes)\",\n"
    "  \"ExifIFD:CreateDate\": \"2020:09:12 11:49:38\",\n"
    "  \"ExifIFD:ExposureTime\": \"1/800\",\n"
    "  \"GPS:GPSLatitudeRef\": \"South\",\n"
    "  \"GPS:GPSDateStamp\": \"2020:09:12\",\n"
    "  \"GPS:GPSLatitude\": -48.5,\n"
    "  \"IPTC:Keywords\": [\"one\",2,true],\n"
    "  \"IPTC:By-line\": \"Front\",\n"
    "  \"MPEG:CopyrightFlag\": false,\n"
    "  \"XMP-xmpMM:DocumentID\": \"xmp.did:1\",\n"
    "  \"XMP-xmp:CreatorTool\": \"GIMP\"\n"
    "}]\n";

static void
what_a_file_tells_is_sorted_by_what_matters(void)
{
	static const struct {
		enum tell_kind kind;
		const char *group, *tag, *value;
	} want[] = {
		{ TELL_PLACE, "GPS", "GPSLatitude", "-48.5" },
		{ TELL_PERSON, "IPTC", "By-line", "Front" },
		{ TELL_DEVICE, "IFD0", "Make", "Canon" },
		{ TELL_DEVICE, "IFD0", "Model", "1e999" },
		{ TELL_TIME, "ExifIFD", "CreateDate", "2020:09:12 11:49:38" },
		{ TELL_TIME, "GPS", "GPSDateStamp", "2020:09:12" },
		{ TELL_PICTURE, "IFD1", "ThumbnailImage",
		    "(Binary data 9 bytes)" },
		{ TELL_HISTORY, "XMP-xmpMM", "DocumentID", "xmp.did:1" },
		{ TELL_WORDS, "File", "Comment", "a \"b\" \xef\xbf\xbd[31m c" },
		{ TELL_WORDS, "IPTC", "Keywords", "one; 2; " },
		{ TELL_SOFTWARE, "XMP-xmp", "CreatorTool", "GIMP" },
		{ TELL_OTHER, "ExifIFD", "ExposureTime", "1/800" },
		{ TELL_OTHER, "GPS", "GPSLatitudeRef", "South" },
		{ TELL_FORM, "ExifTool", "ExifToolVersion", "12.57" },
		{ TELL_FORM, "File", "FileType", "JPEG" },
		{ TELL_FORM, "File", "ImageWidth", "1280" },
		{ TELL_FORM, "MPEG", "CopyrightFlag", "no" },
	};
	struct tells t;

	tells_init(&t);
	OK(read_str(&t, photo) == ERR_OK);
	OK(t.n == COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		OK(t.rows[i].kind == want[i].kind);
		OK(strcmp(t.rows[i].group, want[i].group) == 0);
		OK(strcmp(t.rows[i].tag, want[i].tag) == 0);
		OK(strcmp(t.rows[i].value, want[i].value) == 0);
	}
	OK(tells_count(&t, TELL_DEVICE) == 2);
	tells_drop(&t);
	tells_drop(&t);
}

static void
what_is_not_one_file_of_that_form_is_refused(void)
{
	static const char *const rows[] = {
		"",
		"[",
		"[]",
		"{}",
		"[{}",
		"[{}]x",
		"[{},{}]",
		"[{\"a:b\":\"\\u0000\"}]",
		"[{\"a:b\":1,\"a:b\":2}]",
		"[{\"a:b\":\"\xff\"}]",
		"[{\"a:b\":1-}\"]",
	};
	struct tells t;

	tells_init(&t);
	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(read_str(&t, rows[i]) != ERR_OK);
		OK(t.n == 0 && t.rows == NULL);
	}
	OK(tells_read(&t, "[{}\0]", 5) != ERR_OK);
	OK(read_str(&t, "[{}]\r\n") == ERR_OK && t.n == 0);
	tells_drop(&t);
}

static void
what_is_too_long_or_too_much_has_an_end(void)
{
	static char big[1U << 20];
	struct tells t;
	size_t n;
	int len = 0;

	tells_init(&t);
	n = (size_t)snprintf(big, sizeof big, "[{\"a:b\":\"");
	memset(big + n, 'x', 5000);
	memcpy(big + n + 5000, "\"}]", 4);
	OK(read_str(&t, big) == ERR_OK && t.n == 1);
	OK(strlen(t.rows[0].value) == TELL_VALUE_MAX);
	n = (size_t)snprintf(big, sizeof big, "[{");
	for (unsigned i = 0; i <= TELLS_MAX; i++, n += (size_t)len)
		len = snprintf(
		    big + n, sizeof big - n, "%s\"a:%u\":1", i ? "," : "", i);
	memcpy(big + n, "}]", 3);
	OK(read_str(&t, big) == ERR_TOOBIG && t.n == 0);
	tells_drop(&t);
}

static void
a_clean_file_may_only_have_what_is_listed(void)
{
	static const struct {
		const char *json;
		enum media is;
		const char *left; /* NULL: nothing */
	} rows[] = {
		{ "[{\"File:ImageWidth\":1,\"Composite:ImageSize\":\"1x1\"}]",
		    MEDIA_JPEG, NULL },
		{ "[{\"File:ImageWidth\":1}]", MEDIA_PNG, "ImageWidth" },
		{ "[{\"File:Comment\":1}]", MEDIA_JPEG, "Comment" },
		{ "[{\"JFIF:JFIFVersion\":1.01}]", MEDIA_JPEG, "JFIFVersion" },
		{ "[{\"Unheard:Of\":1}]", MEDIA_JPEG, "Of" },
		{ "[{\"ExifTool:Warning\":\"bytes behind its end\"}]",
		    MEDIA_JPEG, "Warning" },
		{ "[{\"PDF:PageCount\":2}]", MEDIA_PDF, NULL },
		{ "[{\"PDF:Producer\":2}]", MEDIA_PDF, "Producer" },
		{ "[{\"QuickTime:CreateDate\":\"0000:00:00 00:00:00\"}]",
		    MEDIA_MP4, NULL },
		{ "[{\"QuickTime:CreateDate\":\"0000:00:00 00:00:01\"}]",
		    MEDIA_MP4, "CreateDate" },
		{ "[{\"Track2:Copy1:AudioFormat\":\"mp4a\"}]", MEDIA_M4A,
		    NULL },
		{ "[{\"Track1:HandlerDescription\":\"x\"}]", MEDIA_MP4,
		    "HandlerDescription" },
	};
	const struct tell *left;
	struct tells t;

	tells_init(&t);
	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(read_str(&t, rows[i].json) == ERR_OK);
		left = tells_left(&t, rows[i].is);
		OK((left == NULL) == (rows[i].left == NULL));
		OK(left == NULL || strcmp(left->tag, rows[i].left) == 0);
	}
	tells_drop(&t);
}

static void
what_was_before_is_found_again_by_group_tag_and_value(void)
{
	struct tells one, two;

	tells_init(&one);
	tells_init(&two);
	OK(read_str(&one, "[{\"a:b\":1,\"a:c\":1,\"b:b\":1}]") == ERR_OK);
	OK(read_str(&two, "[{\"a:b\":1,\"a:c\":2}]") == ERR_OK);
	OK(tells_hold(&two, &one.rows[0]));
	OK(!tells_hold(&two, &one.rows[1]));
	OK(!tells_hold(&two, &one.rows[2]));
	tells_drop(&one);
	tells_drop(&two);
}

static void
memory_that_is_refused_is_an_error_and_nothing_is_kept(void)
{
	const unsigned held = alloc_held();
	struct tells t;
	enum err e;
	unsigned n = 0;

	tells_init(&t);
	do {
		alloc_refuse(++n);
		e = read_str(&t, photo);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && t.n == 0));
		tells_drop(&t);
		OK(alloc_held() == held && alloc_dirty() == 0);
	} while (e != ERR_OK);
	OK(n > 20);
}

static void
the_libraries_start(void)
{
	OK(crypt_init() == ERR_OK);
	json_init();
}

T_BEGIN
T(the_libraries_start)
T(what_a_file_tells_is_sorted_by_what_matters)
T(what_is_not_one_file_of_that_form_is_refused)
T(what_is_too_long_or_too_much_has_an_end)
T(a_clean_file_may_only_have_what_is_listed)
T(what_was_before_is_found_again_by_group_tag_and_value)
T(memory_that_is_refused_is_an_error_and_nothing_is_kept)
T_END
