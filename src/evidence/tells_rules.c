#include <string.h>

#include "evidence/tells_rules.h"

#define NO_DATE "0000:00:00 00:00:00" /* what stands where none was set */

/* Is it this word?  A star at its beginning, its end or both stands for
 * anything, NULL for every word. */
static bool
is_like(const char *s, const char *like)
{
	const size_t n = strlen(s);
	size_t len;

	if (like == NULL)
		return true;
	len = strlen(like);
	if (len > 1 && like[0] == '*' && like[len - 1] == '*')
		return memmem(s, n, like + 1, len - 2) != NULL;
	if (len > 0 && like[0] == '*')
		return n >= len - 1 && strcmp(s + n - (len - 1), like + 1) == 0;
	if (len > 0 && like[len - 1] == '*')
		return strncmp(s, like, len - 1) == 0;
	return strcmp(s, like) == 0;
}

bool
tell_is_of_system(const char *group, size_t n)
{
	return n == 6 && memcmp(group, "System", 6) == 0;
}

/* The first that fits decides. */
static const struct {
	const char *group;
	const char *tag;
	enum tell_kind kind;
} rules[] = {
	{ "ExifTool", "ExifToolVersion", TELL_FORM },
	{ "ExifTool", NULL, TELL_OTHER }, /* what it could not read */
	{ NULL, "GPSVersionID", TELL_OTHER },
	{ "MPEG", "*Flag", TELL_FORM },
	{ "ICC*", "ProfileCreator", TELL_SOFTWARE },
	{ "ICC*", "ProfileCopyright", TELL_OTHER },
	{ "ICC*", "ProfileDateTime", TELL_OTHER },
	/* The place itself comes first; Composite says it whole. */
	{ "GPS", "GPSTimeStamp", TELL_TIME },
	{ "GPS", "GPSDateStamp", TELL_TIME },
	{ "GPS", "*Ref", TELL_OTHER },
	{ "GPS", NULL, TELL_PLACE },
	{ NULL, "GPS*", TELL_PLACE },
	{ NULL, "Location*", TELL_PLACE },
	{ NULL, "*City*", TELL_PLACE },
	{ NULL, "*Country*", TELL_PLACE },
	{ NULL, "*State", TELL_PLACE },
	{ NULL, "*location", TELL_PLACE },
	{ NULL, "*Geo*", TELL_PLACE },
	{ NULL, "*Latitude*", TELL_PLACE },
	{ NULL, "*Longitude*", TELL_PLACE },
	{ NULL, "TimeZone*", TELL_PLACE },
	{ NULL, "*Language*", TELL_OTHER },
	{ NULL, "*ThumbnailImage", TELL_PICTURE },
	{ NULL, "*Thumbnail*", TELL_PICTURE },
	{ NULL, "*PreviewImage*", TELL_PICTURE },
	{ NULL, "PreviewTime", TELL_FORM },
	{ NULL, "PreviewDuration", TELL_FORM },
	{ NULL, "Preview*", TELL_PICTURE },
	{ NULL, "JpgFromRaw*", TELL_PICTURE },
	{ NULL, "OtherImage*", TELL_PICTURE },
	{ NULL, "MPImage*", TELL_PICTURE },
	{ NULL, "*CoverArt*", TELL_PICTURE },
	{ NULL, "Picture*", TELL_PICTURE },
	{ "IFD1", NULL, TELL_PICTURE },
	{ NULL, "*Trailer*", TELL_HIDDEN },
	{ NULL, "*Attach*", TELL_HIDDEN },
	{ NULL, "*Embedded*", TELL_HIDDEN },
	{ NULL, "*JavaScript*", TELL_HIDDEN },
	{ NULL, "HasXFA", TELL_HIDDEN },
	{ NULL, "*Artist*", TELL_PERSON },
	{ NULL, "*Author*", TELL_PERSON },
	{ NULL, "CreatorTool", TELL_SOFTWARE },
	{ "PDF", "Creator", TELL_SOFTWARE },
	{ NULL, "*CreatorId", TELL_SOFTWARE },
	{ NULL, "*Creator*", TELL_PERSON },
	{ NULL, "*By-line*", TELL_PERSON },
	{ NULL, "*Owner*", TELL_PERSON },
	{ NULL, "*Copyright*", TELL_PERSON },
	{ NULL, "*Credit*", TELL_PERSON },
	{ NULL, "*Company*", TELL_PERSON },
	{ NULL, "*Manager*", TELL_PERSON },
	{ NULL, "*LastModifiedBy*", TELL_PERSON },
	{ NULL, "*Publisher*", TELL_PERSON },
	{ NULL, "*Contact*", TELL_PERSON },
	{ NULL, "*Person*", TELL_PERSON },
	{ NULL, "RegionName", TELL_PERSON },
	{ NULL, "*Email*", TELL_PERSON },
	{ NULL, "*UserName*", TELL_PERSON },
	{ NULL, "*Writer*", TELL_PERSON },
	{ NULL, "*Rights*", TELL_PERSON },
	{ NULL, "Source", TELL_PERSON },
	{ NULL, "*Make", TELL_DEVICE },
	{ NULL, "*Model*", TELL_DEVICE },
	{ NULL, "*SerialNumber*", TELL_DEVICE },
	{ NULL, "*Lens*", TELL_DEVICE },
	{ NULL, "*Firmware*", TELL_DEVICE },
	{ NULL, "*Android*", TELL_DEVICE },
	{ NULL, "Device*", TELL_DEVICE },
	{ NULL, "*CameraID", TELL_DEVICE },
	{ NULL, "HostComputer", TELL_DEVICE },
	{ NULL, "*TimeScale", TELL_FORM },
	{ NULL, "SampleGroupDescription", TELL_FORM },
	{ NULL, "TimeToSample*", TELL_FORM },
	{ NULL, "*CompositionTime*", TELL_FORM },
	{ NULL, "PosterTime", TELL_FORM },
	{ NULL, "SelectionTime", TELL_FORM },
	{ NULL, "CurrentTime", TELL_FORM },
	{ NULL, "*ExposureTime", TELL_OTHER },
	{ NULL, "*Date*", TELL_TIME },
	{ NULL, "*Time*", TELL_TIME },
	{ NULL, "*Year*", TELL_TIME },
	{ NULL, "*History*", TELL_HISTORY },
	{ NULL, "*DerivedFrom*", TELL_HISTORY },
	{ NULL, "*DocumentID", TELL_HISTORY },
	{ NULL, "*InstanceID", TELL_HISTORY },
	{ NULL, "*UniqueID", TELL_HISTORY },
	{ NULL, "*ContentIdentifier", TELL_HISTORY },
	{ NULL, "*UUID*", TELL_HISTORY },
	{ NULL, "*Revision*", TELL_HISTORY },
	{ NULL, "*TrackChanges*", TELL_HISTORY },
	{ NULL, "OriginalFileName", TELL_HISTORY },
	{ NULL, "*Ingredients*", TELL_HISTORY },
	{ NULL, "*Software*", TELL_SOFTWARE },
	{ NULL, "*Producer*", TELL_SOFTWARE },
	{ NULL, "*Encoder*", TELL_SOFTWARE },
	{ NULL, "*Application*", TELL_SOFTWARE },
	{ NULL, "AppVersion", TELL_SOFTWARE },
	{ NULL, "*XMPToolkit", TELL_SOFTWARE },
	{ NULL, "HandlerDescription", TELL_SOFTWARE },
	{ NULL, "HandlerVendorID", TELL_SOFTWARE },
	{ NULL, "CompressorName", TELL_SOFTWARE },
	{ NULL, "*WritingApp", TELL_SOFTWARE },
	{ NULL, "*MuxingApp", TELL_SOFTWARE },
	{ NULL, "*Vendor", TELL_SOFTWARE },
	{ NULL, "*Comment*", TELL_WORDS },
	{ NULL, "*Description*", TELL_WORDS },
	{ NULL, "*Title*", TELL_WORDS },
	{ NULL, "*Subject*", TELL_WORDS },
	{ NULL, "*Keyword*", TELL_WORDS },
	{ NULL, "*Caption*", TELL_WORDS },
	{ NULL, "*Headline*", TELL_WORDS },
	{ NULL, "*Category", TELL_WORDS },
	{ NULL, "*Lyrics*", TELL_WORDS },
	{ NULL, "ObjectName", TELL_WORDS },
	{ "File", NULL, TELL_FORM },
	{ "JFIF", NULL, TELL_FORM },
	{ "PNG", "Image*", TELL_FORM },
	{ "PNG", "BitDepth", TELL_FORM },
	{ "PNG", "ColorType", TELL_FORM },
	{ "PNG", "Compression", TELL_FORM },
	{ "PNG", "Filter", TELL_FORM },
	{ "PNG", "Interlace", TELL_FORM },
	{ "PNG", "Palette", TELL_FORM },
	{ "PNG-pHYs", NULL, TELL_FORM },
	{ "GIF", NULL, TELL_FORM },
	{ "RIFF", NULL, TELL_FORM },
	{ "PDF", "PDFVersion", TELL_FORM },
	{ "PDF", "Linearized", TELL_FORM },
	{ "PDF", "PageCount", TELL_FORM },
	{ "QuickTime", NULL, TELL_FORM },
	{ "Track*", NULL, TELL_FORM },
	{ "MPEG", NULL, TELL_FORM },
	{ "FLAC", NULL, TELL_FORM },
	{ "Composite", NULL, TELL_FORM },
};

enum tell_kind
tell_kind_of(const struct tell *row)
{
	if (strcmp(row->value, NO_DATE) == 0)
		return TELL_FORM;
	for (size_t i = 0; i < COUNT(rules); i++)
		if (is_like(row->group, rules[i].group) &&
		    is_like(row->tag, rules[i].tag))
			return rules[i].kind;
	return TELL_OTHER;
}

#define BOXES "QuickTime"

/* What a clean file may have.  A tag whose value is free is one that our own
 * programs write from pixels and sound; the others must be as they stand
 * here. */
static const struct {
	enum media is; /* MEDIA_UNKNOWN: of every kind */
	const char *group;
	const char *tag;
	const char *value; /* NULL: free */
} may[] = {
	{ MEDIA_UNKNOWN, "ExifTool", "ExifToolVersion", NULL },
	{ MEDIA_UNKNOWN, "File", "FileType", NULL },
	{ MEDIA_UNKNOWN, "File", "FileTypeExtension", NULL },
	{ MEDIA_UNKNOWN, "File", "MIMEType", NULL },
	{ MEDIA_UNKNOWN, "Composite", "ImageSize", NULL },
	{ MEDIA_UNKNOWN, "Composite", "Megapixels", NULL },
	{ MEDIA_JPEG, "File", "ImageWidth", NULL },
	{ MEDIA_JPEG, "File", "ImageHeight", NULL },
	{ MEDIA_JPEG, "File", "EncodingProcess", NULL },
	{ MEDIA_JPEG, "File", "BitsPerSample", NULL },
	{ MEDIA_JPEG, "File", "ColorComponents", NULL },
	{ MEDIA_JPEG, "File", "YCbCrSubSampling", NULL },
	{ MEDIA_PNG, "PNG", "ImageWidth", NULL },
	{ MEDIA_PNG, "PNG", "ImageHeight", NULL },
	{ MEDIA_PNG, "PNG", "BitDepth", NULL },
	{ MEDIA_PNG, "PNG", "ColorType", NULL },
	{ MEDIA_PNG, "PNG", "Compression", NULL },
	{ MEDIA_PNG, "PNG", "Filter", NULL },
	{ MEDIA_PNG, "PNG", "Interlace", NULL },
	{ MEDIA_GIF, "GIF", "GIFVersion", NULL },
	{ MEDIA_GIF, "GIF", "ImageWidth", NULL },
	{ MEDIA_GIF, "GIF", "ImageHeight", NULL },
	{ MEDIA_GIF, "GIF", "HasColorMap", NULL },
	{ MEDIA_GIF, "GIF", "ColorResolutionDepth", NULL },
	{ MEDIA_GIF, "GIF", "BitsPerPixel", NULL },
	{ MEDIA_GIF, "GIF", "BackgroundColor", NULL },
	{ MEDIA_GIF, "GIF", "PixelAspectRatio", NULL },
	{ MEDIA_GIF, "GIF", "AnimationIterations", NULL },
	{ MEDIA_GIF, "GIF", "TransparentColor", NULL },
	{ MEDIA_GIF, "GIF", "FrameCount", NULL },
	{ MEDIA_GIF, "GIF", "Duration", NULL },
	{ MEDIA_PDF, "PDF", "PDFVersion", "1.4" },
	{ MEDIA_PDF, "PDF", "Linearized", "No" },
	{ MEDIA_PDF, "PDF", "PageCount", NULL },
	{ MEDIA_TEXT, "File", "MIMEEncoding", NULL },
	{ MEDIA_TEXT, "File", "ByteOrderMark", "No" },
	{ MEDIA_TEXT, "File", "Newlines", NULL },
	{ MEDIA_TEXT, "File", "LineCount", NULL },
	{ MEDIA_TEXT, "File", "WordCount", NULL },
	{ MEDIA_WAV, "RIFF", "Encoding", NULL },
	{ MEDIA_WAV, "RIFF", "NumChannels", NULL },
	{ MEDIA_WAV, "RIFF", "SampleRate", NULL },
	{ MEDIA_WAV, "RIFF", "AvgBytesPerSec", NULL },
	{ MEDIA_WAV, "RIFF", "BitsPerSample", NULL },
	{ MEDIA_WAV, "Composite", "Duration", NULL },
	{ MEDIA_FLAC, "FLAC", "BlockSizeMin", NULL },
	{ MEDIA_FLAC, "FLAC", "BlockSizeMax", NULL },
	{ MEDIA_FLAC, "FLAC", "FrameSizeMin", NULL },
	{ MEDIA_FLAC, "FLAC", "FrameSizeMax", NULL },
	{ MEDIA_FLAC, "FLAC", "SampleRate", NULL },
	{ MEDIA_FLAC, "FLAC", "Channels", NULL },
	{ MEDIA_FLAC, "FLAC", "BitsPerSample", NULL },
	{ MEDIA_FLAC, "FLAC", "TotalSamples", NULL },
	{ MEDIA_FLAC, "FLAC", "MD5Signature", NULL }, /* of its samples */
	{ MEDIA_FLAC, "FLAC", "Padding",
	    "(Binary data 8192 bytes, use -b option to extract)" },
	{ MEDIA_FLAC, "Vorbis", "Vendor", "ffmpeg" },
	{ MEDIA_FLAC, "Composite", "Duration", NULL },
	{ MEDIA_MP4, "Composite", "AvgBitrate", NULL },
	{ MEDIA_MP4, "Composite", "Rotation", "0" },
	{ MEDIA_MP4, BOXES, "MajorBrand", NULL },
	{ MEDIA_MP4, BOXES, "MinorVersion", NULL },
	{ MEDIA_MP4, BOXES, "CompatibleBrands", NULL },
	{ MEDIA_MP4, BOXES, "MovieHeaderVersion", NULL },
	{ MEDIA_MP4, BOXES, "CreateDate", NO_DATE },
	{ MEDIA_MP4, BOXES, "ModifyDate", NO_DATE },
	{ MEDIA_MP4, BOXES, "TimeScale", NULL },
	{ MEDIA_MP4, BOXES, "Duration", NULL },
	{ MEDIA_MP4, BOXES, "PreferredRate", "1" },
	{ MEDIA_MP4, BOXES, "PreferredVolume", "100.00%" },
	{ MEDIA_MP4, BOXES, "PreviewTime", "0 s" },
	{ MEDIA_MP4, BOXES, "PreviewDuration", "0 s" },
	{ MEDIA_MP4, BOXES, "PosterTime", "0 s" },
	{ MEDIA_MP4, BOXES, "SelectionTime", "0 s" },
	{ MEDIA_MP4, BOXES, "SelectionDuration", "0 s" },
	{ MEDIA_MP4, BOXES, "CurrentTime", "0 s" },
	{ MEDIA_MP4, BOXES, "NextTrackID", NULL },
	{ MEDIA_MP4, BOXES, "HandlerType", NULL },
	{ MEDIA_MP4, BOXES, "HandlerVendorID", "Apple" },
	{ MEDIA_MP4, BOXES, "Free",
	    "(Binary data 0 bytes, use -b option to extract)" },
	{ MEDIA_MP4, BOXES, "MediaDataSize", NULL },
	{ MEDIA_MP4, BOXES, "MediaDataOffset", NULL },
	{ MEDIA_MP4, BOXES, "MediaData", NULL },
	{ MEDIA_MP4, BOXES, "MatrixStructure", "1 0 0 0 1 0 0 0 1" },
	{ MEDIA_MP4, "Track*", "TrackHeaderVersion", NULL },
	{ MEDIA_MP4, "Track*", "TrackCreateDate", NO_DATE },
	{ MEDIA_MP4, "Track*", "TrackModifyDate", NO_DATE },
	{ MEDIA_MP4, "Track*", "TrackID", NULL },
	{ MEDIA_MP4, "Track*", "TrackDuration", NULL },
	{ MEDIA_MP4, "Track*", "TrackLayer", "0" },
	{ MEDIA_MP4, "Track*", "TrackVolume", NULL },
	{ MEDIA_MP4, "Track*", "ImageWidth", NULL },
	{ MEDIA_MP4, "Track*", "ImageHeight", NULL },
	{ MEDIA_MP4, "Track*", "GraphicsMode", "srcCopy" },
	{ MEDIA_MP4, "Track*", "OpColor", "0 0 0" },
	{ MEDIA_MP4, "Track*", "CompressorID", "avc1" },
	{ MEDIA_MP4, "Track*", "CompressorName", " " },
	{ MEDIA_MP4, "Track*", "SourceImageWidth", NULL },
	{ MEDIA_MP4, "Track*", "SourceImageHeight", NULL },
	{ MEDIA_MP4, "Track*", "XResolution", "72" },
	{ MEDIA_MP4, "Track*", "YResolution", "72" },
	{ MEDIA_MP4, "Track*", "BitDepth", NULL },
	{ MEDIA_MP4, "Track*", "AVCConfiguration", NULL },
	{ MEDIA_MP4, "Track*", "ColorProfiles", NULL },
	{ MEDIA_MP4, "Track*", "ColorPrimaries", NULL },
	{ MEDIA_MP4, "Track*", "TransferCharacteristics", NULL },
	{ MEDIA_MP4, "Track*", "MatrixCoefficients", NULL },
	{ MEDIA_MP4, "Track*", "VideoFullRangeFlag", NULL },
	{ MEDIA_MP4, "Track*", "PixelAspectRatio", NULL },
	{ MEDIA_MP4, "Track*", "BufferSize", NULL },
	{ MEDIA_MP4, "Track*", "MaxBitrate", NULL },
	{ MEDIA_MP4, "Track*", "AverageBitrate", NULL },
	{ MEDIA_MP4, "Track*", "VideoFrameRate", NULL },
	{ MEDIA_MP4, "Track*", "SyncSampleTable", NULL },
	{ MEDIA_MP4, "Track*", "CompositionTimeToSample", NULL },
	{ MEDIA_MP4, "Track*", "MatrixStructure", "1 0 0 0 1 0 0 0 1" },
	{ MEDIA_MP4, "Track*", "Unknown_edts", NULL },
	{ MEDIA_MP4, "Track*", "Unknown_esds", NULL },
	{ MEDIA_MP4, "Track*", "Unknown_btrt", NULL },
	{ MEDIA_MP4, "Track*", "MediaHeaderVersion", NULL },
	{ MEDIA_MP4, "Track*", "MediaCreateDate", NO_DATE },
	{ MEDIA_MP4, "Track*", "MediaModifyDate", NO_DATE },
	{ MEDIA_MP4, "Track*", "MediaTimeScale", NULL },
	{ MEDIA_MP4, "Track*", "MediaDuration", NULL },
	{ MEDIA_MP4, "Track*", "MediaLanguageCode", "und" },
	{ MEDIA_MP4, "Track*", "HandlerType", NULL },
	{ MEDIA_MP4, "Track*", "TimeToSampleTable", NULL },
	{ MEDIA_MP4, "Track*", "SampleToChunk", NULL },
	{ MEDIA_MP4, "Track*", "SampleSizes", NULL },
	{ MEDIA_MP4, "Track*", "ChunkOffset", NULL },
	{ MEDIA_MP4, "Track*", "ChunkOffset64", NULL },
	{ MEDIA_MP4, "Track*", "Balance", "0" },
	{ MEDIA_MP4, "Track*", "AudioFormat", "mp4a" },
	{ MEDIA_MP4, "Track*", "AudioChannels", NULL },
	{ MEDIA_MP4, "Track*", "AudioBitsPerSample", NULL },
	{ MEDIA_MP4, "Track*", "AudioSampleRate", NULL },
	{ MEDIA_MP4, "Track*", "SampleGroupDescription", NULL },
	{ MEDIA_MP4, "Track*", "SampleToGroup", NULL },
};

static bool
may_stay(const struct tell *row, enum media m)
{
	/* Sound alone lies in the same boxes. */
	if (m == MEDIA_M4A)
		m = MEDIA_MP4;
	for (size_t i = 0; i < COUNT(may); i++)
		if ((may[i].is == m || may[i].is == MEDIA_UNKNOWN) &&
		    is_like(row->group, may[i].group) &&
		    strcmp(row->tag, may[i].tag) == 0)
			return may[i].value == NULL ||
			    strcmp(row->value, may[i].value) == 0;
	return false;
}

const struct tell *
tells_left(const struct tells *t, enum media m)
{
	for (size_t i = 0; i < t->n; i++)
		if (!may_stay(&t->rows[i], m))
			return &t->rows[i];
	return NULL;
}
