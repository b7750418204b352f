/*
 * A form that comes to the desk's page, and the headers it comes with: fields
 * are found by name in their order, files lie in memory as they came, however
 * the body is cut; nobody gets in without the cookie.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypt/crypt.h"
#include "desk/guard.h"
#include "desk/page_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define NO_NAME "none-of-these" /* yet the fuzzer may find it */

static struct page_in *
take(const char *type, const uint8_t *p, size_t n, size_t cut)
{
	struct page_in *in;
	enum err e;

	assert(page_in_open(&in, type) == ERR_OK);
	if ((e = page_in_add(in, p, cut)) != ERR_OK ||
	    (e = page_in_add(in, p + cut, n - cut)) != ERR_OK ||
	    (e = page_in_end(in)) != ERR_OK) {
		page_in_close(in);
		return NULL;
	}
	return in;
}

static void
same(struct page_in *a, struct page_in *b)
{
	size_t bytes = 0;

	assert(a->fields_n == b->fields_n && a->files_n == b->files_n);
	assert(a->fields_n <= PAGE_FIELDS && a->files_n <= PAGE_FILES);
	for (size_t i = 0; i < a->fields_n; i++) {
		const char *name = a->fields[i].name;
		const char *first = page_in_get(a, name);

		assert(page_in_at(a, name, 0) == first);
		assert(strcmp(first, page_in_get(b, name)) == 0);
		assert(a->fields[i].value.len == b->fields[i].value.len);
	}
	for (size_t i = 0; i < a->files_n; i++) {
		const off_t n = lseek(a->files[i].fd, 0, SEEK_END);

		assert(n >= 0 && n == lseek(b->files[i].fd, 0, SEEK_END));
		assert(strcmp(a->files[i].name, b->files[i].name) == 0);
		bytes += (size_t)n;
	}
	assert(a->files_bytes == bytes && bytes <= PAGE_FILES_MAX);
	assert(page_in_at(a, NO_NAME, a->fields_n) == NULL);
}

static void
form(const char *type, const uint8_t *p, size_t n, size_t cut)
{
	struct page_in *a = take(type, p, n, n), *b = take(type, p, n, cut);

	assert((a == NULL) == (b == NULL));
	if (a != NULL)
		same(a, b);
	if (a != NULL && a->files_n * 2 <= PAGE_FILES) {
		const size_t files = a->files_n + b->files_n;

		assert(page_in_move_files(a, b) == ERR_OK);
		assert(a->files_n == files && b->files_n == 0);
	}
	page_in_close(a);
	page_in_close(b);
}

/* Headers that do not hold the cookie, which nobody guesses. */
static void
headers(const uint8_t *p, size_t n)
{
	static struct guard g;
	char *text = calloc(1, n + 1);

	if (g.host[0] == '\0')
		guard_init(&g, 4242);
	assert(text != NULL);
	memcpy(text, p, n);
	assert(guard_check(&g, false, text, NULL) == ERR_DENIED);
	assert(guard_check(&g, true, text, text) == ERR_DENIED);
	assert(!guard_redeem(&g, text, strlen(text)));
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	assert(crypt_init() == ERR_OK);
	if (n < 2)
		return 0;
	headers(p, n);
	form(p[0] % 2 == 0 ? "application/x-www-form-urlencoded"
			   : "multipart/form-data; boundary=x",
	    p + 2, n - 2, p[1] % (n - 1));
	return 0;
}
