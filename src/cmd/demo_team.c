#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "letter/phrase.h"
#include "letter/source.h"

#include "demo_gen.h"

#include "cmd/child.h"
#include "cmd/demo.h"

#define TEAM "Example Rights Group (demonstration)"
#define START_MS 20000U
#define OUT_MAX 65536U

const struct demo_talk demo_talks[] = {
	{ "wearenotallsadists", report, "notes.txt", report_notes,
	    report_answer },
	{ NULL, workplace, "inspection-book.txt", workplace_book,
	    workplace_answer },
};
const size_t demo_talks_n = COUNT(demo_talks);

static enum err
in_dir(const struct demo *d, char out[static DEMO_TEXT_MAX], const char *name)
{
	return file_path(out, DEMO_TEXT_MAX, d->dir, name);
}

/* Names of the files of conversation `i`, and of its words. */
static enum err
talk_path(const struct demo *d, char out[static DEMO_TEXT_MAX], size_t i,
    const char *what)
{
	int n = snprintf(
	    out, DEMO_TEXT_MAX, "%s/source-%zu%s", d->dir, i + 1, what);

	return n < 0 || (size_t)n >= DEMO_TEXT_MAX ? ERR_TOOBIG : ERR_OK;
}

static enum err
make_dir(struct demo *d, const char *dir)
{
	const char *tmp = getenv("XDG_RUNTIME_DIR");
	enum err e;
	int n;

	if (tmp == NULL || access(tmp, W_OK) != 0)
		tmp = "/tmp";
	n = dir != NULL
	    ? snprintf(d->dir, sizeof d->dir, "%s", dir)
	    : snprintf(d->dir, sizeof d->dir, "%s/sotto-demo-XXXXXX", tmp);
	if (n < 0 || (size_t)n >= sizeof d->dir)
		e = ERR_TOOBIG;
	else if (dir != NULL)
		e = file_make_dir(d->dir);
	else
		e = mkdtemp(d->dir) == NULL ? file_err() : ERR_OK;
	if (e != ERR_OK)
		d->dir[0] = '\0'; /* not ours to remove */
	return e;
}

static enum err
make_passphrase(struct demo *d)
{
	uint8_t raw[16];
	char words[ENC_HEX_LEN(sizeof raw) + 1];
	enum err e;

	crypt_random(raw, sizeof raw);
	enc_hex(words, raw, sizeof raw);
	if ((e = in_dir(d, d->passphrase, "passphrase")) == ERR_OK)
		e = file_make(d->passphrase, words, strlen(words), 0600);
	wipe(raw, sizeof raw);
	wipe(words, sizeof words);
	return e;
}

/* The line's id and the team's fingerprint, from what is public. */
static enum err
read_certificate(struct demo *d)
{
	char path[DEMO_TEXT_MAX], print[TEAM_PRINT_BYTES];
	struct certificate c;
	struct buf note;
	enum err e;

	buf_init(&note, CERTIFICATE_MAX);
	if ((e = in_dir(d, path, "line/certificate")) != ERR_OK ||
	    (e = file_read(&note, path)) != ERR_OK ||
	    (e = certificate_read(&c, note.at, note.len)) != ERR_OK)
		goto out;
	memcpy(d->id, c.line, sizeof d->id);
	team_print(print, c.team);
	(void)snprintf(d->url, sizeof d->url, "http://127.0.0.1:%u", d->port);
	(void)snprintf(d->address, sizeof d->address, "http://127.0.0.1:%u#%s",
	    d->port, print);
out:
	buf_drop(&note);
	return e;
}

static bool
answers(unsigned port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	bool yes;
	int fd;

	if ((fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return false;
	yes = connect(fd, (const struct sockaddr *)&at, sizeof at) == 0;
	(void)close(fd);
	return yes;
}

bool
demo_port_is_free(unsigned port)
{
	return !answers(port) && !answers(port + 1);
}

enum err
demo_make(struct demo *d, const char *dir, unsigned port)
{
	struct buf said;
	enum err e;

	*d = (struct demo){ .port = port, .serve_out = -1 };
	buf_init(&said, OUT_MAX);
	if ((e = make_dir(d, dir)) != ERR_OK ||
	    (e = make_passphrase(d)) != ERR_OK ||
	    (e = in_dir(d, d->desk, "desk")) != ERR_OK ||
	    (e = in_dir(d, d->line, "line")) != ERR_OK)
		goto out;
	{
		const char *const argv[] = { "init", d->dir, "--name", TEAM,
			"--passphrase-file", d->passphrase, NULL };

		if ((e = child_run(argv, NULL, 0, &said)) != ERR_OK)
			goto out;
	}
	e = read_certificate(d);
out:
	buf_drop(&said);
	return e;
}

enum err
demo_serve(struct demo *d)
{
	const uint64_t until = clock_ms() + START_MS;
	char listen[32], desks[32];
	const char *const argv[] = { "serve", d->line, "--listen", listen,
		"--listen-desk", desks, NULL };
	enum err e;

	/* Somebody else's server must not be taken for ours. */
	if (!demo_port_is_free(d->port))
		return ERR_TAKEN;
	(void)snprintf(listen, sizeof listen, "127.0.0.1:%u", d->port);
	(void)snprintf(desks, sizeof desks, "127.0.0.1:%u", d->port + 1);
	if ((e = child_start(argv, &d->serve, &d->serve_out)) != ERR_OK)
		return e;
	while (!answers(d->port) || !answers(d->port + 1)) {
		if (child_has_ended(&d->serve))
			return ERR_CLOSED;
		if (clock_ms() > until)
			return ERR_EXPIRED;
		clock_sleep(10);
	}
	return ERR_OK;
}

enum err
demo_words(struct demo *d, size_t i, struct buf *words)
{
	const char *const argv[] = { "tell", d->address, "--new-phrase", NULL };
	const size_t was = words->len;
	char path[DEMO_TEXT_MAX];
	enum err e;

	if ((e = talk_path(d, path, i, "-words")) != ERR_OK ||
	    (e = child_run(argv, NULL, 0, words)) != ERR_OK)
		return e;
	return file_make(path, words->at + was, words->len - was, 0600);
}

enum err
demo_write(struct demo *d, size_t i, struct buf *out)
{
	const struct demo_talk *t = &demo_talks[i];
	char words[DEMO_TEXT_MAX], file[DEMO_TEXT_MAX];
	const char *argv[] = { "tell", d->address, "--phrase-file", words,
		"--attach", file, t->name == NULL ? NULL : "--name", t->name,
		NULL };
	enum err e;

	/* A folder of its own, so that the file keeps its plain name. */
	if ((e = talk_path(d, words, i, "-words")) != ERR_OK ||
	    (e = talk_path(d, file, i, "")) != ERR_OK ||
	    (e = file_make_dir(file)) != ERR_OK ||
	    (e = talk_path(d, file, i, "/")) != ERR_OK)
		return e;
	if (strlen(file) + strlen(t->file) >= sizeof file)
		return ERR_TOOBIG;
	memcpy(file + strlen(file), t->file, strlen(t->file) + 1);
	if ((e = file_make(file, t->enclosure, strlen(t->enclosure), 0600)) !=
	    ERR_OK)
		return e;
	return child_run(argv, t->letter, strlen(t->letter), out);
}

enum err
demo_read(struct demo *d, size_t i, struct buf *out)
{
	char words[DEMO_TEXT_MAX];
	const char *const argv[] = { "tell", d->address, "--phrase-file", words,
		"--read", NULL };
	enum err e;

	if ((e = talk_path(d, words, i, "-words")) != ERR_OK)
		return e;
	return child_run(argv, NULL, 0, out);
}

enum err
demo_desk(struct demo *d, const char *act, const char *argument, const char *in,
    struct buf *out)
{
	/* What comes first says where the line is; the desk keeps it. */
	const bool first = strcmp(act, "sync") == 0;
	const char *const argv[] = { "desk", d->desk, "--passphrase-file",
		d->passphrase, act, first ? "--line" : argument,
		first ? d->url : NULL, NULL };

	return child_run(argv, in, in == NULL ? 0 : strlen(in), out);
}

enum err
demo_handle(struct demo *d, size_t i, char out[static HANDLE_TEXT_BYTES])
{
	uint8_t root[SOURCE_ROOT_BYTES];
	char path[DEMO_TEXT_MAX];
	struct phrase phrase;
	struct source source;
	struct buf words;
	enum err e;

	buf_init(&words, PHRASE_INPUT_MAX);
	if ((e = talk_path(d, path, i, "-words")) != ERR_OK ||
	    (e = file_read(&words, path)) != ERR_OK ||
	    (e = phrase_read(
		 &phrase, (const char *)words.at, words.len, NULL)) != ERR_OK)
		goto out;
	if ((e = source_root(root, &phrase, d->id)) == ERR_OK) {
		source_init(&source, root);
		handle_of(out, source.sign_public);
		source_drop(&source);
	}
	wipe(root, sizeof root);
	phrase_drop(&phrase);
out:
	buf_drop(&words);
	return e;
}

void
demo_drop(struct demo *d)
{
	child_stop(&d->serve);
	if (d->serve_out >= 0)
		(void)close(d->serve_out);
	d->serve_out = -1;
	if (d->dir[0] != '\0')
		(void)!file_remove_all(d->dir);
	d->dir[0] = '\0';
}
