/* multipart: see form_twice.h. */
#define FORM_TYPE "multipart/form-data; boundary=B"
#include "form_twice.h"

static void
tell(struct buf *out, const struct form_piece *piece)
{
	enum err e = ERR_OK;

	if (piece->event == FORM_BEGIN) {
		assert(strlen(piece->name) <= FORM_NAME_MAX);
		e = buf_put_str(
		    out, "--B\r\nContent-Disposition: form-data; name=\"");
		for (const char *c = piece->name; *c != '\0'; c++)
			e |= *c == '"'   ? buf_put_str(out, "%22")
			    : *c == '\r' ? buf_put_str(out, "%0D")
			    : *c == '\n' ? buf_put_str(out, "%0A")
					 : buf_put(out, c, 1);
		e |= buf_put_str(out, "\"\r\n\r\n");
	} else if (piece->event == FORM_BYTES) {
		assert(piece->len > 0);
		e = buf_put(out, piece->at, piece->len);
	} else if (piece->event == FORM_FIELD) {
		e = buf_put_str(out, "\r\n");
	} else if (piece->event == FORM_DONE) {
		e = buf_put_str(out, "--B--\r\n");
	}
	if (e != ERR_OK)
		abort();
}
