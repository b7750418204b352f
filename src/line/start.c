#include <string.h>

#include "base/log.h"
#include "line/child.h"
#include "line/start.h"
#include "team/offer.h"

static void
front_init(struct line_front *f, enum role role)
{
	memset(f, 0, sizeof(*f));
	f->role = role;
	f->listen = -1;
	buf_init(&f->certificate, TALK_FILE_MAX);
	buf_init(&f->key_note, TALK_NOTE_MAX);
	buf_init(&f->coming.buf, TALK_NOTE_MAX);
}

void
line_front_drop(struct line_front *f)
{
	child_parted();
	channel_close(f->warden);
	channel_close(f->keeper);
	channel_close(f->deriver);
	channel_close(f->before);
	channel_close(f->after);
	if (f->listen >= 0)
		(void)close(f->listen);
	buf_drop(&f->certificate);
	buf_drop(&f->key_note);
	buf_drop(&f->coming.buf);
	front_init(f, f->role);
}

/* Take a channel in the place of what was there. */
static enum err
take_channel(struct channel **at, int fd)
{
	channel_close(*at);
	*at = NULL;
	return channel_open(at, fd);
}

static enum err
take_note(struct line_front *f, const struct talk *t, unsigned *heard)
{
	struct offer_pair pair;
	bool done = false;
	enum err e = talk_piece(&f->coming, &done, t);

	if (e != ERR_OK || !done)
		return e;
	offer_pair(&pair, f->coming.buf.at, f->coming.buf.len);
	if (pair.certificate != NULL) {
		buf_clear(&f->certificate);
		e = buf_put(
		    &f->certificate, pair.certificate, pair.certificate_n);
	}
	buf_clear(&f->key_note);
	if (e == ERR_OK)
		e = buf_put(&f->key_note, pair.note, pair.note_n);
	buf_drop(&f->coming.buf);
	*heard |= LINE_HEARD_NOTE;
	return e;
}

static enum err
take_bytes(struct buf *to, const struct talk *t)
{
	buf_clear(to);
	return buf_put(to, t->bytes, t->n);
}

/* The old listening socket, if any, is let go. */
static void
take_listen(struct line_front *f, int fd)
{
	if (f->listen >= 0)
		(void)close(f->listen);
	f->listen = fd;
}

/* Do what the warden said. */
static enum err
take(struct line_front *f, const struct talk *t, unsigned *heard)
{
	switch ((int)t->kind) {
	case TALK_SETTINGS:
		return settings_read(&f->settings, t->bytes, t->n, NULL);
	case TALK_CERTIFICATE:
		return take_bytes(&f->certificate, t);
	case TALK_KEY_NOTE:
		return take_note(f, t, heard);
	case TALK_LISTEN:
		take_listen(f, t->fd);
		return ERR_OK;
	case TALK_KEEPER:
		*heard |= LINE_HEARD_KEEPER;
		return take_channel(&f->keeper, t->fd);
	case TALK_DERIVER:
		*heard |= LINE_HEARD_DERIVER;
		return take_channel(&f->deriver, t->fd);
	case TALK_TAKE_OVER:
		return take_channel(&f->before, t->fd);
	case TALK_RETIRE:
		*heard |= LINE_HEARD_RETIRE;
		f->retired = true;
		take_listen(f, -1);
		return take_channel(&f->after, t->fd);
	default:
		return ERR_FORMAT;
	}
}

/* Everything up to START. */
static enum err
take_all(struct line_front *f)
{
	unsigned heard = 0;
	struct talk t;
	enum err e;

	for (;;) {
		e = child_hear(f->warden, f->role, &t);
		if (e != ERR_OK || t.kind == TALK_START)
			return e;
		if ((e = take(f, &t, &heard)) != ERR_OK)
			return e;
	}
}

static bool
has_all(const struct line_front *f)
{
	return f->keeper != NULL && f->listen >= 0 && f->certificate.len > 0 &&
	    f->key_note.len > 0 &&
	    (f->role == ROLE_DESK_FRONT || f->deriver != NULL);
}

enum err
line_start_front(struct line_front *f, enum role role)
{
	struct child_sandbox sandbox = { .which = SANDBOX_FRONT };
	enum err e;

	front_init(f, role);
	if ((e = child_warden(&f->warden)) != ERR_OK)
		goto out;
	if ((e = take_all(f)) != ERR_OK)
		goto out;
	if (!has_all(f)) {
		e = ERR_MISSING;
		goto out;
	}
	sandbox.paths.listen = f->listen;
	e = child_ready(f->warden, role, &sandbox);
out:
	if (e != ERR_OK) {
		log_say(e, "cannot start");
		line_front_drop(f);
	}
	return e;
}

enum err
line_front_hear(struct line_front *f, unsigned *heard)
{
	struct talk t;
	enum err e;

	*heard = 0;
	if ((e = channel_flush(f->warden)) != ERR_OK)
		return e;
	for (;;) {
		e = talk_receive(f->warden, ROLE_WARDEN, f->role, &t);
		if (e == ERR_NOTHING)
			return ERR_OK;
		if (e != ERR_OK || (e = take(f, &t, heard)) != ERR_OK)
			return e;
	}
}

void
line_front_lost(struct line_front *f, struct channel *channel)
{
	if (channel == NULL)
		return;
	if (f->keeper == channel)
		f->keeper = NULL;
	if (f->deriver == channel)
		f->deriver = NULL;
	channel_close(channel);
}

void
line_front_gave(struct line_front *f)
{
	channel_close(f->after);
	f->after = NULL;
}
