#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/work.h"
#include "line/child.h"
#include "line/said.h"
#include "line/sockets.h"
#include "line/ward.h"
#include "line/warden.h"
#include "os/channel.h"
#include "os/listen.h"
#include "os/loop.h"
#include "os/sandbox.h"

#define END_MS 5000U /* for the others to end in order */
#define WARDS (ROLE_COUNT + WARD_OLD)
#define FDS 4096U /* descriptors, where the system lets us */

/* A sentence for people, and what to do. */
static enum err
fail(struct warden_fault *f, enum err e, const char *what, const char *todo)
{
	if (e != ERR_OK)
		*f = (struct warden_fault){ what, todo, 0, e == ERR_BUSY };
	return e;
}

static void
warden_init(struct warden *w, const struct warden_opts *opts)
{
	memset(w, 0, sizeof(*w));
	w->opts = opts;
	w->lock = w->signals = w->listen[0] = w->listen[1] = -1;
	buf_init(&w->settings_file, SETTINGS_MAX);
	buf_init(&w->certificate, TALK_FILE_MAX);
	buf_init(&w->key_note, TALK_NOTE_MAX);
	buf_init(&w->coming.buf, TALK_NOTE_MAX);
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		ward_init(&w->now[i], (enum role)i);
	for (unsigned i = 0; i < WARD_OLD; i++)
		ward_init(&w->old[i], ROLE_FRONT);
}

static void
ward_drop(struct ward *c)
{
	channel_close(c->channel);
	c->channel = NULL;
	if (c->heirs >= 0)
		(void)close(c->heirs);
	c->heirs = -1;
	process_drop(&c->process);
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static void
warden_drop(struct warden *w)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		ward_drop(&w->now[i]);
	for (unsigned i = 0; i < WARD_OLD; i++)
		ward_drop(&w->old[i]);
	close_fd(&w->listen[0]);
	close_fd(&w->listen[1]);
	close_fd(&w->signals);
	close_fd(&w->lock);
	buf_drop(&w->settings_file);
	buf_drop(&w->certificate);
	buf_drop(&w->key_note);
	buf_drop(&w->coming.buf);
}

/* Read DIR/name in the place of what `into` holds; a file that is not there
 * leaves it empty. */
static enum err
read_file(struct warden *w, struct buf *into, const char *name)
{
	char path[FILE_PATH_MAX];
	struct buf got;
	enum err e;

	buf_init(&got, into->limit);
	e = file_path(path, sizeof(path), w->opts->dir, name);
	if (e == ERR_OK)
		e = file_read(&got, path);
	if (e == ERR_NOTHING)
		e = ERR_OK;
	if (e == ERR_OK) {
		buf_drop(into);
		*into = got;
		buf_init(&got, got.limit); /* now *into */
	}
	buf_drop(&got);
	return e;
}

static enum err
no_line(struct warden_fault *f)
{
	return fail(f, ERR_NOTHING, "the line's settings",
	    "Give the folder `line` that `sotto init` made.");
}

static enum err
read_files(struct warden *w, struct warden_fault *f)
{
	struct settings got;
	unsigned line = 0;
	enum err e;

	if ((e = read_file(w, &w->settings_file, "settings")) != ERR_OK)
		return fail(f, e, "the line's settings", NULL);
	if (w->settings_file.len == 0)
		return no_line(f);
	e = settings_read(
	    &got, w->settings_file.at, w->settings_file.len, &line);
	if (e != ERR_OK) {
		*f = (struct warden_fault){ "the line's settings",
			"Look at the file `settings` in the line's folder.",
			line, false };
		return e;
	}
	w->settings = got;
	if ((e = read_file(w, &w->certificate, "certificate")) != ERR_OK ||
	    (e = read_file(w, &w->key_note, "key-note")) != ERR_OK)
		return fail(f, e, "the line's certificate and key note", NULL);
	if (w->certificate.len == 0 || w->key_note.len == 0)
		return fail(f, ERR_MISSING, "the line's folder",
		    "It needs the files certificate and key-note.");
	return ERR_OK;
}

/* One warden a folder.  Nothing is left in a folder that is no line's, and a
 * desk that has its own open is not taken for a line. */
static enum err
lock_folder(struct warden *w, struct warden_fault *f)
{
	char path[FILE_PATH_MAX], settings[FILE_PATH_MAX];
	enum err e = file_path(path, sizeof(path), w->opts->dir, "lock");

	if (e == ERR_OK)
		e = file_path(
		    settings, sizeof(settings), w->opts->dir, "settings");
	if (e != ERR_OK)
		return fail(f, e, "the line's folder", NULL);
	if (access(settings, F_OK) != 0 && errno == ENOENT)
		return no_line(f);
	w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (w->lock < 0)
		return fail(f, file_err(), "the line's folder",
		    "Is it there, and may you write in it?");
	if (flock(w->lock, LOCK_EX | LOCK_NB) != 0)
		return fail(f, ERR_BUSY, "the line's folder",
		    "Another `sotto serve` runs on it; end it first.");
	return ERR_OK;
}

static enum err
enter_sandbox(struct warden *w, struct warden_fault *f)
{
	const struct sandbox_paths paths = {
		.folder = w->opts->dir,
		.also = { clock_file(), work_file() },
	};
	struct rlimit fds;
	enum err e;

	/* Connections cost descriptors; the fronts have the same limit. */
	if (getrlimit(RLIMIT_NOFILE, &fds) == 0 && fds.rlim_cur < FDS) {
		fds.rlim_cur = fds.rlim_max < FDS ? fds.rlim_max : FDS;
		(void)setrlimit(RLIMIT_NOFILE, &fds);
	}
	if ((e = process_init()) == ERR_OK && (e = sandbox_prepare()) == ERR_OK)
		e = sandbox_enter(SANDBOX_WARDEN, &paths);
	return fail(f, e, "the sandbox",
	    "sotto needs Linux 5.19 or later with Landlock and seccomp.");
}

static enum err
set_up(struct warden *w, struct warden_fault *f)
{
	enum err e;

	if ((e = lock_folder(w, f)) != ERR_OK ||
	    (e = read_files(w, f)) != ERR_OK)
		return e;
	if ((e = file_path(w->pool, sizeof(w->pool), w->opts->dir, "pool")) !=
		ERR_OK ||
	    (e = file_path(w->note_path, sizeof(w->note_path), w->opts->dir,
		 "key-note")) != ERR_OK)
		return fail(f, e, "the line's folder", NULL);
	if ((e = sockets_open(w->listen, w->opts, &w->settings, f)) != ERR_OK)
		return e;
	if ((e = loop_signals(&w->signals)) != ERR_OK)
		return fail(f, e, "signals", NULL);
	return enter_sandbox(w, f);
}

/* Give everybody what was read anew: fronts are replaced, the keeper ends in
 * order and is started again. */
static void
reread(struct warden *w)
{
	struct warden_fault ignored;
	enum err e;

	if ((e = read_files(w, &ignored)) != ERR_OK) {
		log_say(e, "the line's files are wrong; going on as before");
		return;
	}
	if (w->now[ROLE_KEEPER].channel != NULL) {
		ward_end(&w->now[ROLE_KEEPER], END_MS);
		w->now[ROLE_KEEPER].next_ms = 0;
	}
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (ward_is_front(&w->now[i]) && w->now[i].ready)
			ward_replace(w, &w->now[i]);
}

/* The keeper has checked a key note: keep it, then tell all fronts. */
static enum err
take_note(struct warden *w, struct ward *keeper, const struct talk *t)
{
	struct talk kept = talk_of(TALK_NOTE_KEPT, 0);
	bool done = false;
	enum err e;

	talk_whole_from(&w->coming, keeper->number);
	e = talk_piece(&w->coming, &done, t);
	if (e != ERR_OK || !done)
		return e;
	kept.status =
	    file_write(w->note_path, w->coming.buf.at, w->coming.buf.len, 0600);
	if (kept.status == ERR_OK) {
		buf_clear(&w->key_note);
		e = buf_put(&w->key_note, w->coming.buf.at, w->coming.buf.len);
	}
	buf_drop(&w->coming.buf);
	if (e != ERR_OK)
		return e;
	e = talk_send(keeper->channel, ROLE_WARDEN, ROLE_KEEPER, &kept);
	if (kept.status == ERR_OK)
		ward_tell_note(w);
	return e;
}

static struct ward *
ward_at(struct warden *w, unsigned i)
{
	return i < ROLE_COUNT ? &w->now[i] : &w->old[i - ROLE_COUNT];
}

/* A front said what no front may: it is not ours any more. */
static void
refused(struct warden *w, uint32_t number)
{
	for (unsigned i = 0; i < WARDS; i++) {
		struct ward *c = ward_at(w, i);

		if (c->channel == NULL || c->number != number)
			continue;
		log_say(ERR_OK, "a front misbehaved and was ended");
		ward_end(c, 0);
	}
}

/* A child's sentence for the log.  One that was taken over can choose among
 * them; it must not fill the disk with them. */
static enum err
say(struct ward *c, const struct talk *t)
{
	const char *sentence = said_sentence(t->count);

	if (sentence == NULL || (ward_is_front(c) && ++c->said > WARD_SAYS_MAX))
		return ERR_FORMAT;
	log_as(talk_role_name(c->role));
	log_say_(sentence, t->status);
	log_as("warden");
	return ERR_OK;
}

/* Do what a child said. */
static enum err
heard(struct warden *w, struct ward *c, const struct talk *t)
{
	if (t->kind == TALK_NEW_NOTE)
		return take_note(w, c, t);
	if (t->kind == TALK_SAID)
		return say(c, t);
	if (t->kind == TALK_REFUSED) {
		refused(w, t->count);
		return ERR_OK;
	}
	ward_is_ready(w, c);
	return ERR_OK;
}

/* Hear all that a child says. */
static enum err
hear(struct warden *w, struct ward *c)
{
	struct talk t;
	enum err e;

	while (
	    (e = talk_receive(c->channel, c->role, ROLE_WARDEN, &t)) == ERR_OK)
		if ((e = heard(w, c, &t)) != ERR_OK)
			return e;
	return e == ERR_NOTHING ? ERR_OK : e;
}

static bool
all_ready(const struct warden *w)
{
	for (unsigned i = ROLE_WARDEN + 1; i < ROLE_COUNT; i++)
		if (!w->now[i].ready)
			return false;
	return true;
}

static void
say_ready(struct warden *w)
{
	char address[2][LISTEN_ADDRESS_MAX];

	if (w->said_ready || !all_ready(w))
		return;
	w->said_ready = true;
	if (w->opts->ready != NULL &&
	    listen_address(address[0], w->listen[0]) == ERR_OK &&
	    listen_address(address[1], w->listen[1]) == ERR_OK)
		w->opts->ready(address[0], address[1]);
}

/* A child that has ended before it was ever ready is a fault of this machine
 * or folder, and not one that another start mends. */
static enum err
reap(struct ward *c, struct warden_fault *f)
{
	if (c->process.pid == 0 || !process_has_ended(&c->process))
		return ERR_OK;
	channel_close(c->channel);
	c->channel = NULL;
	c->ready = false;
	c->kill_ms = 0;
	if (c->process.status == CHILD_NO_SANDBOX)
		return fail(f, ERR_SANDBOX, "the sandbox",
		    "sotto needs Linux 5.19 or later with Landlock and "
		    "seccomp.");
	if (!c->was_ready)
		return fail(f, ERR_CLOSED, "a process of the line",
		    "What it said stands above.");
	if (!c->ending)
		log_say(ERR_OK, "a process has died; starting it again");
	return ERR_OK;
}

/* What time brings for a child that should run. */
static void
attend(struct warden *w, struct ward *c)
{
	if (c->process.pid == 0 && clock_ms() >= c->next_ms) {
		if (ward_start(w, c) != ERR_OK)
			log_say(ERR_OK, "a process could not be started");
	} else if (c->kill_ms != 0 && clock_ms() >= c->kill_ms) {
		process_kill(&c->process);
	} else if (ward_is_front(c) && c->ready &&
	    clock_now() >= c->began + WARD_DAY_S) {
		ward_replace(w, c);
	}
}

static void
watch(struct warden *w, struct loop_watch *watch)
{
	for (unsigned i = 0; i < WARDS; i++) {
		const struct ward *c = ward_at(w, i);
		const struct channel *ch = c->channel;

		watch[2 * i] = (struct loop_watch){
			.fd = ch == NULL ? -1 : channel_fd(ch),
			.want = LOOP_READ |
			    (ch != NULL && channel_is_waiting(ch) ? LOOP_WRITE
								  : 0),
		};
		watch[2 * i + 1] = (struct loop_watch){
			.fd = c->process.watch,
			.want = LOOP_READ,
		};
	}
	watch[2 * WARDS] = (struct loop_watch){
		.fd = w->signals,
		.want = LOOP_READ,
	};
}

/* Its channel is of no use any more: it ends, and that was not our wish. */
static void
ward_lost(struct ward *c, uint64_t ms)
{
	bool wished = c->ending;

	ward_end(c, ms);
	c->ending = wished;
}

/* One child: send, hear, reap, start. */
static enum err
turn(struct warden *w, unsigned i, const struct loop_watch *ready,
    struct warden_fault *f)
{
	struct ward *c = ward_at(w, i);
	enum err e;

	if (c->channel != NULL && (ready->got & LOOP_WRITE) &&
	    channel_flush(c->channel) != ERR_OK)
		ward_lost(c, 0);
	if (c->channel != NULL && (ready->got & LOOP_READ)) {
		e = hear(w, c);
		if (e != ERR_OK && e != ERR_CLOSED)
			log_say(e, "a process was ended");
		if (e != ERR_OK && c->channel != NULL)
			ward_lost(c, e == ERR_CLOSED ? END_MS : 0);
	}
	if ((e = reap(c, f)) != ERR_OK)
		return e;
	if (i != ROLE_WARDEN && i < ROLE_COUNT)
		attend(w, c);
	else if (c->kill_ms != 0 && clock_ms() >= c->kill_ms)
		process_kill(&c->process);
	return ERR_OK;
}

/* How long nothing needs to be looked at but what is waited for. */
static uint64_t
patience(const struct warden *w)
{
	for (unsigned i = ROLE_WARDEN + 1; i < ROLE_COUNT; i++)
		if (w->now[i].process.pid == 0)
			return 20;
	return 1000;
}

/* Until a signal says to end. */
static enum err
watch_over(struct warden *w, struct warden_fault *f)
{
	struct loop_watch ready[2 * WARDS + 1];
	bool any;
	enum err e;
	int s;

	for (;;) {
		watch(w, ready);
		e = loop_wait(ready, COUNT(ready), patience(w), &any);
		if (e != ERR_OK)
			return fail(f, e, "waiting", NULL);
		for (unsigned i = 0; i < WARDS; i++)
			if ((e = turn(w, i, &ready[2 * i], f)) != ERR_OK)
				return e;
		say_ready(w);
		while ((s = loop_signal(w->signals)) != 0) {
			if (s != SIGHUP)
				return ERR_OK;
			reread(w);
		}
	}
}

static bool
any_runs(struct warden *w)
{
	bool any = false;

	for (unsigned i = 0; i < WARDS; i++) {
		struct ward *c = ward_at(w, i);

		any = any ||
		    (c->process.pid != 0 && !process_has_ended(&c->process));
	}
	return any;
}

/* Let all end in order: closed channels tell them. */
static void
end_all(struct warden *w)
{
	uint64_t until = clock_ms() + END_MS;

	for (unsigned i = 0; i < WARDS; i++)
		ward_end(ward_at(w, i), END_MS);
	while (any_runs(w) && clock_ms() < until)
		clock_sleep(5);
}

enum err
warden_run(const struct warden_opts *opts, struct warden_fault *fault)
{
	static struct warden w;
	enum err e;

	log_as("warden");
	warden_init(&w, opts);
	if ((e = set_up(&w, fault)) != ERR_OK)
		goto out;
	for (unsigned i = ROLE_WARDEN + 1; i < ROLE_COUNT; i++)
		if ((e = ward_start(&w, &w.now[i])) != ERR_OK) {
			(void)fail(fault, e, "starting a process", NULL);
			goto out;
		}
	e = watch_over(&w, fault);
	end_all(&w);
out:
	warden_drop(&w);
	return e;
}
