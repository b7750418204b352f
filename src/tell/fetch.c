#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "letter/name.h"
#include "letter/part.h"
#include "tell/send_file.h"
#include "tell/wire.h"

#include "tell/fetch.h"

#define NAMES_TRIED 100U

/* Where the pieces of a file go. */
struct pieces {
	struct buf *out; /* or, when NULL, */
	int fd;
};

static enum err
put_piece(const struct pieces *to, const uint8_t *p, size_t n)
{
	return to->out != NULL ? buf_put(to->out, p, n)
			       : file_write_fd(to->fd, p, n);
}

/* Fetch and open one part; its plaintext goes to `plain`. */
static enum err
fetch_part(struct tell *t, const struct letter *l, uint32_t j, uint8_t *plain)
{
	uint8_t tag[TAG_BYTES];
	struct buf part;
	enum err e;

	buf_init(&part, ENVELOPE_PART_BYTES);
	tag_part(tag, l->parts, j);
	e = wire_part_get(t->http, tag, &part);
	if (e == ERR_OK)
		e = envelope_open(
		    plain, t->reply, part.at, ENVELOPE_PART_BYTES);
	if (e == ERR_NOKEY)
		e = ERR_NOTHING; /* sealed to nobody: it was deleted */
	buf_drop(&part);
	return e;
}

/* All parts of file i in order. */
static enum err
fetch_parts(
    struct tell *t, const struct letter *l, size_t i, const struct pieces *to)
{
	const struct letter_file *f = l->files + i;
	struct part_join join = { .hash = NULL };
	uint8_t *plain = malloc(PART_PLAIN);
	uint32_t first, count;
	enum err e = ERR_NOMEM;

	if (plain == NULL)
		goto out;
	letter_file_parts(l, i, &first, &count);
	if ((e = part_join_open(&join, f->size, f->sha256)) != ERR_OK)
		goto out;
	for (uint32_t j = first; e == ERR_OK && j < first + count; j++) {
		size_t take;

		if ((e = fetch_part(t, l, j, plain)) == ERR_OK &&
		    (e = part_join_add(&join, plain, &take)) == ERR_OK)
			e = put_piece(to, plain, take);
	}
	if (e == ERR_OK)
		e = part_join_end(&join);
out:
	part_join_close(&join);
	wipe_free(plain, PART_PLAIN);
	return e;
}

static enum err
fetch_fail(struct tell *t, enum err e)
{
	switch ((unsigned)e) {
	case ERR_NOTHING:
		return tell_fail(t, e,
		    "A file is no longer on the line; ask the team to send it "
		    "again.");
	case ERR_FORGED:
	case ERR_FORMAT:
	case ERR_SHORT:
		return tell_fail(t, e,
		    "A file is not what the team's message says, and was not "
		    "kept. Ask the team to send it again.");
	case ERR_IO:
	case ERR_FULL:
		return tell_fail(t, e,
		    "A file could not be written. Is there room on the disk?");
	default:
		return tell_fail(t, e, tell_wire_why(e));
	}
}

enum err
fetch_text(struct buf *out, struct tell *t, const struct letter *l)
{
	const size_t was = out->len;
	const struct pieces to = { out, -1 };
	enum err e = ERR_FORMAT;

	if (l->file_count > 0)
		e = fetch_parts(t, l, 0, &to);
	if (e != ERR_OK)
		out->len = was;
	return e == ERR_OK ? e : fetch_fail(t, e);
}

/* Is the file at `path` this one already? */
static bool
is_same(const char *path, const struct letter_file *f)
{
	struct send_file there;
	bool same;

	if (send_file_open(&there, path) != ERR_OK)
		return false;
	same = there.size == f->size &&
	    memcmp(there.sha256, f->sha256, SHA256_BYTES) == 0;
	send_file_close(&there);
	return same;
}

/* Write the path of a name that is free, or of the same file (ERR_TAKEN). */
static enum err
choose_name(char path[static FILE_PATH_MAX], const char *dir,
    const struct letter_file *f, char name[static FETCH_NAME_BYTES])
{
	char clean[NAME_FILE_MAX + 1];
	enum err e;

	name_file(clean, f->name, strlen(f->name));
	for (unsigned i = 1; i < NAMES_TRIED; i++) {
		if (i == 1)
			(void)snprintf(name, FETCH_NAME_BYTES, "%s", clean);
		else
			(void)snprintf(
			    name, FETCH_NAME_BYTES, "%u-%s", i, clean);
		e = file_path(path, FILE_PATH_MAX, dir, name);
		if (e != ERR_OK || !file_is_there(path))
			return e;
		if (is_same(path, f))
			return ERR_TAKEN;
	}
	return ERR_IO;
}

/* A file of random name beside the one it becomes. */
static enum err
make_beside(char path[static FILE_PATH_MAX], const char *dir, int *fd)
{
	uint8_t random[8];
	char name[2 + ENC_HEX_LEN(sizeof(random))] = ".";
	enum err e;

	crypt_random(random, sizeof(random));
	enc_hex(name + 1, random, sizeof(random));
	if ((e = file_path(path, FILE_PATH_MAX, dir, name)) != ERR_OK)
		return e;
	*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return *fd < 0 ? file_err() : ERR_OK;
}

enum err
fetch_file(struct tell *t, const struct letter *l, size_t i, const char *dir,
    char name[static FETCH_NAME_BYTES])
{
	char path[FILE_PATH_MAX], beside[FILE_PATH_MAX];
	struct pieces to = { NULL, -1 };
	enum err e;

	e = choose_name(path, dir, l->files + i, name);
	if (e == ERR_TAKEN)
		return ERR_OK;
	if (e != ERR_OK || (e = make_beside(beside, dir, &to.fd)) != ERR_OK)
		return fetch_fail(t, e);
	e = fetch_parts(t, l, i, &to);
	if (e == ERR_OK && fsync(to.fd) != 0)
		e = file_err();
	/* link, because rename would replace what took the name meanwhile */
	if (e == ERR_OK && link(beside, path) != 0)
		e = file_err();
	(void)unlink(beside);
	(void)close(to.fd);
	return e == ERR_OK ? ERR_OK : fetch_fail(t, e);
}
