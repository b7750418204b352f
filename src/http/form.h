/*
 * form: what browsers send when a form is sent, read exactly and piece by
 * piece: multipart/form-data (RFC 7578, RFC 2046 5.1, WHATWG HTML 4.10.21.8)
 * and application/x-www-form-urlencoded (WHATWG URL 5).
 *
 * A pull parser: feed it any split of the body and ask for one event after the
 * other.  Memory is constant (under 8 KiB) whatever comes.  Names, file names
 * and types are valid only until the next call.
 *
 * Refused (ERR_FORMAT): NUL in a name, parameters twice, headers twice,
 * a part that is not form-data or has no name, bytes that no browser sends
 * where they stand, a broken percent escape, text behind the end.  ERR_TOOBIG:
 * more than FORM_FIELDS_MAX fields, a name longer than FORM_NAME_MAX bytes,
 * headers of a part longer than FORM_HEAD_MAX.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define FORM_FIELDS_MAX 200U
#define FORM_NAME_MAX 100U
#define FORM_FILENAME_MAX 500U /* longer ones are cut at a character */
#define FORM_TYPE_MAX 100U /* longer ones become application/octet-stream */
#define FORM_HEAD_MAX 4096U
#define FORM_BOUNDARY_MAX 70U

enum form_event {
	FORM_MORE, /* all input is used; feed more or form_end() */
	FORM_BEGIN, /* a field begins */
	FORM_BYTES, /* some of its value; never empty */
	FORM_FIELD, /* the field is whole */
	FORM_DONE /* the closing boundary was seen (multipart only) */
};

struct form; /* hidden */

struct form_piece {
	enum form_event event;
	/* Of the field that begins, goes on, or ends. */
	const char *name;
	const char *filename; /* NULL: not a file; "": no file was chosen */
	const char *type; /* as sent, "" when absent */
	/* FORM_BYTES: borrowed from the input or from the form. */
	const uint8_t *at;
	size_t len;
};

/* Begin to read a body of this Content-Type.  ERR_VERSION when it is neither of
 * the two, ERR_FORMAT when its boundary is not one (RFC 2046), ERR_NOMEM. */
enum err form_open(struct form **f, const char *content_type) MUST_USE;
void form_close(struct form *f);

/* Take from `*p` (`*n` bytes; both move on) up to the next event.  After an
 * error every further call returns the same one. */
enum err form_next(struct form *f, const uint8_t **p, size_t *n,
    struct form_piece *piece) MUST_USE;

/* The body is over and all of it was fed.  ERR_OK: it was whole.  An urlencoded
 * body ends its last field by this: call until FORM_DONE.  ERR_SHORT: it was
 * cut; what was not followed by FORM_FIELD is not whole. */
enum err form_end(struct form *f, struct form_piece *piece) MUST_USE;

/* Is this a multipart form (which may carry files)? */
bool form_has_files(const struct form *f);

#endif
