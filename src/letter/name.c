#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "crypt/hash.h"

#include "letter/name.h"
#include "letter/script.h"

#define ENDING_MAX 16U /* longer ones are part of the name */
#define SKELETON_MAX (NAME_CHOSEN_CHARS * 4U * 2 + 1)

/* Characters that some file system or shell takes for something else. */
static bool
is_unsafe(uint32_t c)
{
	return c < 0x80 && strchr("\"'`<>|:*?$;&", (int)c) != NULL;
}

/* Where the last path component begins. */
static size_t
base_of(const char *p, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		if (p[i] == '/' || p[i] == '\\')
			at = i + 1;
	return at;
}

/* Append characters of `p` fit for a name to `out` until `max` bytes. */
static size_t
put_fit(char *out, size_t len, size_t max, const char *p, size_t n)
{
	char spelled[4];
	size_t took, bytes;
	uint32_t c;

	for (size_t i = 0; i < n; i += took) {
		if ((took = text_char(&c, p + i, n - i)) == 0) {
			took = 1;
			c = '_';
		}
		if (c == '\n' || c == '\t' || text_is_control(c))
			continue;
		if (is_unsafe(c))
			c = '_';
		if (script_is_space(c))
			c = ' ';
		if (len == 0 && (c == '.' || c == ' ' || c == '-'))
			c = '_';
		bytes = text_put_char(spelled, c);
		if (len + bytes > max)
			break;
		memcpy(out + len, spelled, bytes);
		len += bytes;
	}
	return len;
}

/* Windows keeps these for itself, with any ending. */
static bool
is_reserved(const char *s)
{
	static const char *const names[] = { "con", "prn", "aux", "nul", "com",
		"lpt" };
	size_t stem = strcspn(s, ".");

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const bool numbered = i >= 4;

		if (stem != (numbered ? 4U : 3U))
			continue;
		if (text_lower(s[0]) == names[i][0] &&
		    text_lower(s[1]) == names[i][1] &&
		    text_lower(s[2]) == names[i][2] &&
		    (!numbered || (s[3] >= '0' && s[3] <= '9')))
			return true;
	}
	return false;
}

/* Where the ending begins that is kept when a name is cut; n for none. */
static size_t
ending_of(const char *p, size_t n)
{
	for (size_t i = n; i > 1 && n - i < ENDING_MAX; i--)
		if (p[i - 1] == '.')
			return i - 1;
	return n;
}

void
name_file(char out[static NAME_FILE_MAX + 1], const char *p, size_t n)
{
	const size_t from = n == 0 ? 0 : base_of(p, n);
	char ending[NAME_FILE_MAX + 1];
	size_t dot, len, tail;

	if (n == 0)
		p = "";
	p += from;
	n -= from;
	dot = ending_of(p, n);
	/* The point in front keeps put_fit() from taking it for a beginning. */
	ending[0] = 'x';
	tail = put_fit(ending, 1, NAME_FILE_MAX, p + dot, n - dot) - 1;
	len = put_fit(out, 0, NAME_FILE_MAX - tail, p, dot);
	if (len == 0 && tail > 0)
		out[len++] = '_';
	memcpy(out + len, ending + 1, tail);
	len += tail;
	while (len > 0 && (out[len - 1] == '.' || out[len - 1] == ' '))
		len--;
	out[len] = '\0';
	if (len == 0)
		memcpy(out, "file", 5);
	if (is_reserved(out))
		out[0] = '_';
}

unsigned
name_chosen(char out[static NAME_CHOSEN_BYTES], const char *p, size_t n)
{
	enum script first = SCRIPT_COMMON, s;
	unsigned marks = NAME_AS_IS, chars = 0;
	size_t len = 0, took;
	uint32_t c;

	for (size_t i = 0; i < n; i += took) {
		if ((took = text_char(&c, p + i, n - i)) == 0) {
			took = 1;
			c = 0;
		}
		if (c == '\n' || c == '\t' || text_is_control(c)) {
			marks |= NAME_CLEANED;
			continue;
		}
		if (script_is_space(c))
			c = ' ';
		if (c == ' ' && (len == 0 || out[len - 1] == ' '))
			continue;
		s = script_of(c);
		if (first == SCRIPT_COMMON)
			first = s;
		if (!script_goes_with(first, s)) {
			marks |= NAME_MIXED;
			break;
		}
		if (chars == NAME_CHOSEN_CHARS) {
			marks |= NAME_CUT;
			break;
		}
		len += text_put_char(out + len, c);
		chars++;
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	return marks;
}

/* A name as a hurried eye takes it. */
static void
skeleton(char out[static SKELETON_MAX], const char *s)
{
	const size_t n = strlen(s);
	size_t len = 0, took;
	uint32_t c;

	for (size_t i = 0; i < n && len + 4 < SKELETON_MAX; i += took) {
		if ((took = text_char(&c, s + i, n - i)) == 0) {
			took = 1;
			c = (unsigned char)s[i];
		}
		if ((c = script_shape(c)) == 0)
			continue;
		len += text_put_char(out + len, c);
		if (len >= 2 && out[len - 2] == 'r' && out[len - 1] == 'n') {
			len -= 2;
			out[len++] = 'm';
		}
		if (len >= 2 && out[len - 2] == 'v' && out[len - 1] == 'v') {
			len -= 2;
			out[len++] = 'w';
		}
	}
	out[len] = '\0';
}

void
name_shape(uint8_t shape[static NAME_SHAPE_BYTES], const char *name)
{
	char text[SKELETON_MAX];
	uint8_t hash[SHA256_BYTES];

	skeleton(text, name);
	sha256(hash, text, strlen(text));
	memcpy(shape, hash, NAME_SHAPE_BYTES);
}

bool
name_looks_like(const char *a, const char *b)
{
	char shape_a[SKELETON_MAX], shape_b[SKELETON_MAX];

	skeleton(shape_a, a);
	skeleton(shape_b, b);
	return strcmp(shape_a, shape_b) == 0;
}
