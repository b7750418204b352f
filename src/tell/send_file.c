#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/wipe.h"
#include "tell/send_file.h"

#define READ_BYTES 65536U

/* What an ending says; the team's desk looks at the bytes itself. */
static const char *
type_of(const char *name)
{
	static const struct {
		const char *end;
		const char *type;
	} types[] = {
		{ ".avi", "video/x-msvideo" },
		{ ".csv", "text/csv" },
		{ ".docx",
		    "application/vnd.openxmlformats-officedocument"
		    ".wordprocessingml.document" },
		{ ".eml", "message/rfc822" },
		{ ".gif", "image/gif" },
		{ ".heic", "image/heic" },
		{ ".jpeg", "image/jpeg" },
		{ ".jpg", "image/jpeg" },
		{ ".mkv", "video/x-matroska" },
		{ ".mov", "video/quicktime" },
		{ ".mp3", "audio/mpeg" },
		{ ".mp4", "video/mp4" },
		{ ".odt", "application/vnd.oasis.opendocument.text" },
		{ ".ogg", "audio/ogg" },
		{ ".pdf", "application/pdf" },
		{ ".png", "image/png" },
		{ ".txt", "text/plain" },
		{ ".wav", "audio/wav" },
		{ ".webm", "video/webm" },
		{ ".webp", "image/webp" },
		{ ".zip", "application/zip" },
	};
	const char *end = strrchr(name, '.');

	for (size_t i = 0; end != NULL && i < COUNT(types); i++)
		if (text_same_nocase(types[i].end, end))
			return types[i].type;
	return LETTER_ANY_TYPE;
}

enum err
send_file_hash(struct send_file *f)
{
	uint8_t piece[READ_BYTES];
	struct sha256 *h = sha256_open();
	uint64_t at = 0;
	enum err e = h == NULL ? ERR_NOMEM : ERR_OK;

	while (e == ERR_OK && at < f->size) {
		size_t n = f->size - at < sizeof(piece) ? (size_t)(f->size - at)
							: sizeof(piece);

		e = send_file_read(f, at, piece, n);
		if (e == ERR_OK)
			sha256_add(h, piece, n);
		at += n;
	}
	if (e == ERR_OK)
		sha256_end(h, f->sha256);
	sha256_close(h);
	wipe(piece, sizeof(piece));
	return e;
}

enum err
send_file_open(struct send_file *f, const char *path)
{
	const char *name = strrchr(path, '/');
	struct send_file got = { .fd = -1 };
	struct stat st;
	enum err e;

	/* Not blocked by a pipe that somebody put under this name. */
	got.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (got.fd < 0)
		return file_err();
	if (fstat(got.fd, &st) != 0) {
		e = file_err();
		goto out;
	}
	e = ERR_FORMAT;
	if (!S_ISREG(st.st_mode))
		goto out;
	got.size = (uint64_t)st.st_size;
	e = ERR_TOOBIG;
	if (got.size > LETTER_FILE_BYTES_MAX)
		goto out;
	name = name == NULL ? path : name + 1;
	name_file(got.name, name, strlen(name));
	got.type = type_of(got.name);
	if ((e = send_file_hash(&got)) != ERR_OK)
		goto out;
	*f = got;
	got.fd = -1; /* now f's */
out:
	send_file_close(&got);
	return e;
}

void
send_file_close(struct send_file *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	wipe(f, sizeof(*f));
	f->fd = -1;
}

enum err
send_file_read(const struct send_file *f, uint64_t at, uint8_t *out, size_t n)
{
	size_t have = 0;

	if (f->fd < 0) {
		memcpy(out, f->bytes + at, n);
		return ERR_OK;
	}
	while (have < n) {
		ssize_t got =
		    pread(f->fd, out + have, n - have, (off_t)(at + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return file_err();
		if (got == 0)
			return ERR_DENIED; /* it became shorter */
		have += (size_t)got;
	}
	return ERR_OK;
}
