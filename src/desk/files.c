#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/wipe.h"
#include "letter/part.h"
#include "note/json.h"

#include "desk/inside.h"

#define NAMES_MAX 1000U

bool
desk_has_file(const struct desk *d, const struct said_file *f)
{
	for (uint32_t j = 0; j < f->count; j++)
		if (part_of(d, f, j) == NULL)
			return false;
	return true;
}

/* Read and open part j of a file. */
static enum err
open_part(struct desk *d, const struct said_file *f, uint32_t j, uint8_t *plain,
    uint8_t *sealed)
{
	const struct part_here *p;
	enum err e;

	if ((p = part_of(d, f, j)) == NULL)
		return ERR_MISSING;
	if ((e = store_part_get(d->store, p->name, sealed)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_MISSING : e;
	return envelope_open_keyed(plain, p->key, sealed, ENVELOPE_PART_BYTES);
}

enum err
desk_file_part(struct desk *d, const struct said_file *f, uint32_t j,
    uint8_t plain[static ENVELOPE_PART_PLAIN], size_t *n)
{
	uint8_t *sealed;
	enum err e;

	if (j >= f->count)
		return ERR_NOTHING;
	if ((sealed = malloc(ENVELOPE_PART_BYTES)) == NULL)
		return ERR_NOMEM;
	if ((e = open_part(d, f, j, plain, sealed)) == ERR_OK)
		*n = part_bytes(f->size, j);
	wipe_free(sealed, ENVELOPE_PART_BYTES);
	return e;
}

enum err
desk_read_file(
    struct desk *d, const struct said_file *f, const struct desk_taker *to)
{
	uint8_t *sealed = malloc(ENVELOPE_PART_BYTES);
	uint8_t *plain = calloc(1, ENVELOPE_PART_PLAIN);
	struct part_join join = { .hash = NULL };
	enum err e = ERR_NOMEM;
	size_t n;

	if (sealed == NULL || plain == NULL)
		goto out;
	if ((e = part_join_open(&join, f->size, f->sha256)) != ERR_OK)
		goto out;
	for (uint32_t j = 0; j < f->count; j++) {
		if ((e = open_part(d, f, j, plain, sealed)) != ERR_OK ||
		    (e = part_join_add(&join, plain, &n)) != ERR_OK ||
		    (e = to->put(to->who, plain, n)) != ERR_OK)
			goto out;
	}
	e = part_join_end(&join);
out:
	part_join_close(&join);
	wipe_free(plain, ENVELOPE_PART_PLAIN);
	wipe_free(sealed, ENVELOPE_PART_BYTES);
	return e;
}

static enum err
put_to_buf(void *who, const uint8_t *p, size_t n)
{
	return buf_put(who, p, n);
}

enum err
desk_text(struct desk *d, const struct said *s, struct buf *out, bool *cut)
{
	const struct desk_taker to = { put_to_buf, out };
	const size_t was = out->len;
	enum err e;

	*cut = s->more;
	for (size_t i = 0; i < s->files_n; i++) {
		if (!s->files[i].is_text || s->ours)
			continue;
		e = desk_read_file(d, &s->files[i], &to);
		if (e == ERR_OK &&
		    (out->len == was ||
			text_is_utf8(
			    (const char *)out->at + was, out->len - was))) {
			*cut = false;
			return ERR_OK;
		}
		if (out->len > was)
			wipe(out->at + was, out->len - was);
		out->len = was;
		if (e == ERR_NOMEM)
			return e;
	}
	return buf_put(out, s->text, s->text_len);
}

static enum err
put_to_fd(void *who, const uint8_t *p, size_t n)
{
	return file_write_fd(*(const int *)who, p, n);
}

/* `name`, or for k > 0 with "-k" before its ending. */
static void
name_try(char out[static DESK_NAME_BYTES], const char *name, unsigned k)
{
	const char *dot = strrchr(name, '.');
	size_t stem =
	    dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name);

	if (k == 0)
		(void)snprintf(out, DESK_NAME_BYTES, "%s", name);
	else
		(void)snprintf(out, DESK_NAME_BYTES, "%.*s-%u%s", (int)stem,
		    name, k, name + stem);
}

/* Give the finished file its name, but never in place of another. */
static enum err
name_it(const char *from, const char *dir, const char *wanted,
    char name[static DESK_NAME_BYTES])
{
	char to[FILE_PATH_MAX];
	enum err e;

	for (unsigned k = 0; k < NAMES_MAX; k++) {
		name_try(name, wanted, k);
		if ((e = file_path(to, sizeof to, dir, name)) != ERR_OK)
			return e;
		if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) ==
		    0)
			return file_sync_dir(dir);
		if (errno != EEXIST)
			return file_err();
	}
	return ERR_TAKEN;
}

static enum err
make_folder(const char *dir)
{
	struct stat st;
	enum err e = file_make_dir(dir);

	if (e != ERR_TAKEN)
		return e;
	return stat(dir, &st) == 0 && S_ISDIR(st.st_mode) ? ERR_OK : ERR_TAKEN;
}

static enum err
save_to(struct desk *d, const struct said_file *f, const char *dir,
    char name[static DESK_NAME_BYTES])
{
	char path[FILE_PATH_MAX];
	struct desk_taker to;
	enum err e;
	int fd;

	if ((e = file_path(path, sizeof path, dir, ".saving-XXXXXX")) != ERR_OK)
		return e;
	if ((fd = mkostemp(path, O_CLOEXEC)) < 0)
		return file_err();
	to = (struct desk_taker){ put_to_fd, &fd };
	e = desk_read_file(d, f, &to);
	if (e == ERR_OK && fsync(fd) != 0)
		e = ERR_IO;
	(void)close(fd);
	if (e == ERR_OK)
		e = name_it(path, dir, f->name, name);
	(void)unlink(path);
	return e;
}

enum err
desk_saved(struct desk *d, const struct conv *c, const struct said_file *f)
{
	uint8_t mac[SHA256_BYTES];
	struct json_out w;
	struct buf body;

	hmac(mac, d->vault->salt, sizeof d->vault->salt, f->sha256,
	    sizeof f->sha256);
	log_begin(&w, &body);
	json_put_hex(&w, "conversation", c->id, sizeof c->id);
	json_put_u64(&w, "number", f->number);
	json_put_hex(&w, "file", mac, sizeof mac);
	return log_end(&w, d, "saved", &body);
}

enum err
desk_save_file(struct desk *d, struct conv *c, const struct said_file *f,
    const char *dir, char name[static DESK_NAME_BYTES])
{
	enum err e;

	if (!desk_has_file(d, f))
		return ERR_MISSING;
	if ((e = make_folder(dir)) != ERR_OK ||
	    (e = desk_saved(d, c, f)) != ERR_OK)
		return e;
	return save_to(d, f, dir, name);
}
