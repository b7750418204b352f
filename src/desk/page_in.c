#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/wipe.h"

#include "desk/page_in.h"

enum err
page_in_open(struct page_in **in, const char *type)
{
	struct page_in *made;
	enum err e;

	if ((made = calloc(1, sizeof *made)) == NULL)
		return ERR_NOMEM;
	made->now_fd = -1;
	if ((e = form_open(&made->form, type)) != ERR_OK) {
		page_in_close(made);
		return e;
	}
	*in = made;
	return ERR_OK;
}

void
page_in_close(struct page_in *in)
{
	if (in == NULL)
		return;
	form_close(in->form);
	for (size_t i = 0; i < in->fields_n; i++)
		buf_drop(&in->fields[i].value);
	for (size_t i = 0; i < in->files_n; i++)
		(void)close(in->files[i].fd);
	wipe_free(in, sizeof *in);
}

static enum err
begin_file(struct page_in *in, const struct form_piece *piece)
{
	struct page_attached *file;

	in->now = NULL;
	in->now_fd = -1;
	if (piece->filename[0] == '\0')
		return ERR_OK; /* none was chosen */
	if (in->files_n == PAGE_FILES)
		return ERR_TOOBIG;
	file = &in->files[in->files_n];
	if ((file->fd = memfd_create("answer", MFD_CLOEXEC)) < 0)
		return file_err();
	in->files_n++;
	(void)snprintf(file->name, sizeof file->name, "%s", piece->filename);
	(void)snprintf(file->type, sizeof file->type, "%s", piece->type);
	in->now_fd = file->fd;
	return ERR_OK;
}

static enum err
begin_field(struct page_in *in, const struct form_piece *piece)
{
	struct page_field *field;

	in->now = NULL;
	in->now_fd = -1;
	if (in->fields_n == PAGE_FIELDS ||
	    strlen(piece->name) >= sizeof field->name)
		return ERR_TOOBIG;
	field = &in->fields[in->fields_n++];
	(void)snprintf(field->name, sizeof field->name, "%s", piece->name);
	buf_init(&field->value,
	    strcmp(piece->name, "text") == 0 ? PAGE_TEXT_MAX : PAGE_FIELD_MAX);
	in->now = &field->value;
	return ERR_OK;
}

static enum err
take(struct page_in *in, const struct form_piece *piece)
{
	if (piece->event == FORM_BEGIN)
		return piece->filename != NULL ? begin_file(in, piece)
					       : begin_field(in, piece);
	if (piece->event != FORM_BYTES)
		return ERR_OK;
	if (in->now != NULL)
		return buf_put(in->now, piece->at, piece->len);
	if (in->now_fd < 0)
		return ERR_OK;
	if (piece->len > PAGE_FILES_MAX - in->files_bytes)
		return ERR_TOOBIG;
	in->files_bytes += piece->len;
	return file_write_fd(in->now_fd, piece->at, piece->len);
}

enum err
page_in_add(struct page_in *in, const uint8_t *p, size_t n)
{
	struct form_piece piece;
	enum err e;

	do {
		if ((e = form_next(in->form, &p, &n, &piece)) != ERR_OK ||
		    (e = take(in, &piece)) != ERR_OK)
			return e;
	} while (piece.event != FORM_MORE);
	return ERR_OK;
}

/* Forms end their lines with two bytes (HTML, "form data set"); we with one. */
static void
one_line_feed(struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		if (b->at[i] != '\r' || i + 1 == b->len || b->at[i + 1] != '\n')
			b->at[n++] = b->at[i];
	b->len = n;
}

enum err
page_in_end(struct page_in *in)
{
	struct form_piece piece;
	enum err e;

	do {
		if ((e = form_end(in->form, &piece)) != ERR_OK ||
		    (e = take(in, &piece)) != ERR_OK)
			return e;
	} while (piece.event != FORM_DONE);
	for (size_t i = 0; i < in->fields_n; i++) {
		if (!text_is_utf8((const char *)in->fields[i].value.at,
			in->fields[i].value.len))
			return ERR_FORMAT;
		one_line_feed(&in->fields[i].value);
	}
	return ERR_OK;
}

enum err
page_in_move_files(struct page_in *to, struct page_in *from)
{
	if (from->files_n > PAGE_FILES - to->files_n ||
	    from->files_bytes > PAGE_FILES_MAX - to->files_bytes)
		return ERR_TOOBIG;
	memcpy(to->files + to->files_n, from->files,
	    from->files_n * sizeof *from->files);
	to->files_n += from->files_n;
	to->files_bytes += from->files_bytes;
	from->files_n = from->files_bytes = 0;
	return ERR_OK;
}

const char *
page_in_at(struct page_in *in, const char *name, size_t n)
{
	for (size_t i = 0; i < in->fields_n; i++)
		if (strcmp(in->fields[i].name, name) == 0 && n-- == 0)
			return buf_str(&in->fields[i].value);
	return NULL;
}

const char *
page_in_get(struct page_in *in, const char *name)
{
	const char *s = page_in_at(in, name, 0);

	return s == NULL ? "" : s;
}
