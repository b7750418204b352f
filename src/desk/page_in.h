/*
 * page_in: what a form of the desk's page brought, read piece by piece into
 * memory that is wiped.
 */
#ifndef DESK_PAGE_IN_H
#define DESK_PAGE_IN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "http/form.h"

#define PAGE_FIELDS 64U /* a box for each of 50 members */
#define PAGE_FIELD_NAME 16U
#define PAGE_FILES 32U
#define PAGE_FIELD_MAX 65536U
#define PAGE_TEXT_MAX (512U * 1024) /* the field `text` */
/* Files of one answer in all, bytes; they lie in memory until they are sealed,
 * so larger ones go by `sotto desk DIR reply --attach`. */
#define PAGE_FILES_MAX (256U << 20)

struct page_field {
	char name[PAGE_FIELD_NAME];
	struct buf value;
};

struct page_attached {
	char name[FORM_FILENAME_MAX + 1]; /* as the browser said */
	char type[FORM_TYPE_MAX + 1];
	int fd; /* a file in memory, without a name anywhere */
};

struct page_in {
	struct form *form;
	size_t fields_n;
	struct page_field fields[PAGE_FIELDS];
	size_t files_n;
	struct page_attached files[PAGE_FILES];
	size_t files_bytes;
	/* Where bytes of the field at hand go: one of the two, or nowhere. */
	struct buf *now;
	int now_fd;
};

/* Begin to read a body of this Content-Type; errors as of form_open(). */
enum err page_in_open(struct page_in **in, const char *type) MUST_USE;
void page_in_close(struct page_in *in); /* wipes; NULL does nothing */

/* Take `n` bytes of the body.  ERR_FORMAT, ERR_TOOBIG, ERR_NOMEM. */
enum err page_in_add(struct page_in *in, const uint8_t *p, size_t n) MUST_USE;

/* The body is over.  ERR_SHORT when it was cut. */
enum err page_in_end(struct page_in *in) MUST_USE;

/* Give all files of `from` to `to`.  ERR_TOOBIG: that would be too many or too
 * much; nothing has moved. */
enum err page_in_move_files(struct page_in *to, struct page_in *from) MUST_USE;

/* The `n`-th field of this name, from 0; NULL. */
const char *page_in_at(struct page_in *in, const char *name, size_t n);
/* A field as a C string; "" when there was none.  The form's. */
const char *page_in_get(struct page_in *in, const char *name);

#endif
