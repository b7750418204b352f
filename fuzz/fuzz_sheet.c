/* A sheet as somebody typed or scanned it, and the file `about`.  The first
 * byte says which; what is accepted is written again and must read the same. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "crypt/crypt.h"
#include "team/safe.h"
#include "team/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
sheets(const char *text, size_t n)
{
	char again[SHEET_LINES * (SHEET_LINE_BYTES + 4)];
	struct sheet s, two;
	struct sheet_fault f;
	size_t at = 0;

	if (sheet_read(&s, text, n, &f) != ERR_OK) {
		assert(f.wrong != SHEET_RIGHT || n > SHEET_TEXT_MAX);
		assert(f.line <= SHEET_LINES && f.word <= SHEET_LINE_WORDS);
		sheet_fault_drop(&f);
		return;
	}
	for (unsigned i = 1; i <= SHEET_LINES; i++) {
		char line[SHEET_LINE_BYTES];

		sheet_line(line, &s, i);
		at += (size_t)snprintf(
		    again + at, sizeof again - at, "%u %s\n", i, line);
	}
	assert(sheet_read(&two, again, at, &f) == ERR_OK);
	assert(memcmp(&s, &two, sizeof s) == 0);
	sheet_drop(&s);
	sheet_drop(&two);
}

static void
about(const uint8_t *p, size_t n)
{
	struct safe_about a;
	struct buf out;

	buf_init(&out, SAFE_ABOUT_MAX);
	if (safe_about_read(&a, p, n) == ERR_OK) {
		assert(safe_about_write(&out, &a) == ERR_OK);
		assert(out.len == n && memcmp(out.at, p, n) == 0);
	}
	buf_drop(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	assert(crypt_init() == ERR_OK);
	if (n == 0)
		return 0;
	if (p[0] == 'a')
		about(p + 1, n - 1);
	else
		sheets((const char *)p + 1, n - 1);
	return 0;
}
