#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "crypt/crypt.h"

#include "cmd/cmd.h"
#include "cmd/passphrase.h"

#define LEAST_CHARS 12U /* of a new passphrase */
#define LEAST_KINDS 5U /* different bytes in it */

enum key {
	KEY_INTERRUPT = 3,
	KEY_END = 4,
	KEY_BACK = 8,
	KEY_CLEAR = 21,
	KEY_DELETE = 127,
};

/* Take back the last character, all its bytes. */
static void
take_back(struct buf *out)
{
	while (out->len > 0 && (out->at[out->len - 1] & 0xc0) == 0x80)
		out->at[--out->len] = 0;
	if (out->len > 0)
		out->at[--out->len] = 0;
}

/* What is typed is written again, when it is to be seen. */
static void
echo(int tty, bool seen, const void *p, size_t n)
{
	if (seen)
		(void)!file_write_fd(tty, p, n);
}

/* One key after the other, because the terminal's own line editing would keep
 * the words in its buffer and leave echo off after an interrupt. */
static enum err
read_keys(struct buf *out, int tty, bool seen)
{
	unsigned char c;
	ssize_t n;
	enum err e = ERR_OK;

	while (e == ERR_OK) {
		n = read(tty, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == KEY_INTERRUPT ||
		    (c == KEY_END && out->len == 0))
			return ERR_CLOSED;
		if (c == '\n' || c == '\r' || c == KEY_END)
			return ERR_OK;
		if ((c == KEY_BACK || c == KEY_DELETE) && out->len > 0) {
			take_back(out);
			echo(tty, seen, "\b \b", 3);
		} else if (c == KEY_CLEAR) {
			for (size_t i = 0; i < out->len; i++)
				echo(tty, seen, "\b \b", 3);
			buf_clear(out);
		} else if (c >= ' ' && c != KEY_DELETE) {
			if ((e = buf_put(out, &c, 1)) == ERR_OK)
				echo(tty, seen, &c, 1);
		}
	}
	return e;
}

static enum err
ask(struct buf *out, const char *prompt, bool seen)
{
	struct termios was, quiet;
	enum err e = ERR_IO;
	int tty;

	if ((tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return ERR_MISSING;
	if (tcgetattr(tty, &was) != 0)
		goto out;
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	if (tcsetattr(tty, TCSAFLUSH, &quiet) != 0)
		goto out;
	e = file_write_fd(tty, prompt, strlen(prompt));
	if (e == ERR_OK)
		e = read_keys(out, tty, seen);
	(void)tcsetattr(tty, TCSAFLUSH, &was);
	/* What was seen goes from the screen again. */
	echo(tty, seen, "\r\033[K", 4);
	echo(tty, !seen, "\n", 1);
out:
	(void)close(tty);
	return e;
}

static enum err
from_terminal(struct buf *out, const char *prompt, bool twice)
{
	struct buf again;
	enum err e;

	buf_init(&again, PASSPHRASE_MAX);
	if ((e = ask(out, prompt, false)) == ERR_MISSING)
		fputs("sotto: there is no terminal to ask at. Use "
		      "--passphrase-file F.\n",
		    stderr);
	else if (e == ERR_OK && twice)
		e = ask(&again, "The same again: ", false);
	if (e == ERR_CLOSED)
		fputs("sotto: nothing was done.\n", stderr);
	else if (e != ERR_OK && e != ERR_MISSING)
		(void)cmd_fail(e, "the passphrase cannot be read", NULL);
	else if (e == ERR_OK && twice &&
	    (again.len != out->len ||
		!crypt_same(again.at, out->at, out->len))) {
		fputs(
		    "sotto: the two passphrases differ. Try again.\n", stderr);
		e = ERR_FORMAT;
	}
	buf_drop(&again);
	return e;
}

static enum err
from_file(struct buf *out, const char *path)
{
	const uint8_t *end;
	struct buf all;
	enum err e;

	buf_init(&all, PASSPHRASE_MAX);
	if ((e = file_read(&all, path)) != ERR_OK) {
		(void)cmd_fail(
		    e, path, "Name a file whose first line is the passphrase.");
		goto out;
	}
	end = all.len == 0 ? NULL : memchr(all.at, '\n', all.len);
	e = buf_put(
	    out, all.at, end == NULL ? all.len : (size_t)(end - all.at));
	if (e != ERR_OK)
		(void)cmd_fail(
		    e, path, "Its first line is too long for a passphrase.");
out:
	buf_drop(&all);
	return e;
}

enum err
passphrase_read(
    struct buf *out, const char *path, const char *prompt, bool twice)
{
	enum err e;

	e = path != NULL ? from_file(out, path)
			 : from_terminal(out, prompt, twice);
	if (e != ERR_OK || out->len > 0)
		return e;
	fputs("sotto: an empty passphrase protects nothing. Choose some "
	      "words.\n",
	    stderr);
	return ERR_FORMAT;
}

/* Too short, or one key pressed again and again. */
static bool
is_weak(const char *words, size_t n)
{
	bool seen[256] = { false };
	size_t kinds = 0;

	for (size_t i = 0; i < n; i++) {
		kinds += !seen[(unsigned char)words[i]];
		seen[(unsigned char)words[i]] = true;
	}
	return !text_is_utf8(words, n) || text_chars(words, n) < LEAST_CHARS ||
	    kinds < LEAST_KINDS;
}

enum err
passphrase_new(struct buf *out, const char *path)
{
	const char *words;
	enum err e;

	if ((e = passphrase_read(out, path, "New passphrase: ", true)) !=
	    ERR_OK)
		return e;
	if ((words = buf_str(out)) != NULL && !is_weak(words, out->len))
		return ERR_OK;
	fputs("sotto: that passphrase is too easy to guess. Take 12 "
	      "characters or more, best six words that nobody put together "
	      "before.\n",
	    stderr);
	return ERR_FORMAT;
}

enum err
passphrase_line(struct buf *out, const char *prompt)
{
	enum err e;

	if ((e = ask(out, prompt, true)) == ERR_MISSING)
		fputs("sotto: there is no terminal to type at: give it as an "
		      "option, or in a file (--help says how).\n",
		    stderr);
	else if (e == ERR_CLOSED)
		fputs("sotto: nothing was done.\n", stderr);
	else if (e != ERR_OK && e != ERR_TOOBIG)
		(void)cmd_fail(e, "the terminal cannot be read", NULL);
	return e;
}
