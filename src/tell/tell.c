#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "tell/wire.h"

#include "tell/tell.h"

#define CIRCUIT_BYTES 16

void
tell_init(struct tell *t)
{
	memset(t, 0, sizeof(*t));
	offer_init(&t->offer);
}

void
tell_drop(struct tell *t)
{
	http_client_close(t->http);
	offer_drop(&t->offer);
	source_drop(&t->source);
	tag_keys_drop(&t->tags);
	age_identity_close(t->reply);
	tell_init(t);
}

enum err
tell_fail(struct tell *t, enum err e, const char *why)
{
	t->why = why;
	return e;
}

const char *
tell_wire_why(enum err e)
{
	switch ((unsigned)e) {
	case ERR_CLOSED:
		return "The line cannot be reached. Is Tor running, and is the "
		       "address right? If it was sending, the same command goes "
		       "on where it stopped.";
	case ERR_EXPIRED:
		return "The line answers too slowly. If it was sending, the "
		       "same command goes on where it stopped.";
	case ERR_BUSY:
		return "The line has too much to do just now. Try again in a "
		       "few minutes; the same command goes on where it stopped.";
	case ERR_FULL:
		return "The line is full and takes no more for now. Nothing "
		       "that was sent before is lost; try again tomorrow.";
	case ERR_TOOBIG:
		return "A file is larger than this line takes.";
	case ERR_DENIED:
		return "The line refused the request. Is this program as new "
		       "as the line?";
	case ERR_NOMEM:
		return "There is not enough memory.";
	case ERR_VERSION:
		return "This machine lacks libcurl; install the package "
		       "libcurl4.";
	default:
		return "What answered does not speak as a line does. Is the "
		       "address right?";
	}
}

/* Why an offer was refused. */
static const char *
offer_why(enum err e)
{
	switch ((unsigned)e) {
	case ERR_FORGED:
		return "This line does not belong to the team of your address, "
		       "or its keys were exchanged. Send nothing, and get the "
		       "address again from where the team publishes it.";
	case ERR_DENIED:
		return "The keys that this line shows are those of another "
		       "line. Send nothing, and tell the team in another way.";
	case ERR_EXPIRED:
		return "The team's word for this line has ended. Send nothing, "
		       "and look where the team publishes its address.";
	case ERR_VERSION:
		return "This line is newer than this program. Get a newer one.";
	case ERR_NOMEM:
		return "There is not enough memory.";
	default:
		return "What answered does not speak as a line does. Is the "
		       "address right?";
	}
}

enum err
tell_renew(struct tell *t)
{
	const char *f = t->address.f[0] == '\0' ? NULL : t->address.f;
	struct offer got;
	struct buf raw;
	enum err e;

	offer_init(&got);
	buf_init(&raw, OFFER_MAX);
	if ((e = wire_line(t->http, &raw)) != ERR_OK) {
		t->why = tell_wire_why(e);
		goto out;
	}
	e = offer_read(&got, raw.at, raw.len, f, f == NULL ? 0 : strlen(f));
	if (e != ERR_OK) {
		t->why = offer_why(e);
		goto out;
	}
	if (!offer_agrees(&got, clock_day())) {
		e = tell_fail(t, ERR_EXPIRED,
		    "The clock of this computer and that of the line are more "
		    "than a day apart. Set yours right and try again.");
		goto out;
	}
	/* The line cannot become another one while we talk to it, nor go back
	 * to a line key of before. */
	if (t->offer.day != 0) {
		e = certificate_follows(
		    &got.certificate, &t->offer.certificate);
		if (e != ERR_OK && e != ERR_NOTHING) {
			e = tell_fail(t, ERR_DENIED, offer_why(ERR_DENIED));
			goto out;
		}
		e = ERR_OK;
	}
	offer_drop(&t->offer);
	t->offer = got;
	offer_init(&got); /* now t's */
out:
	offer_drop(&got);
	buf_drop(&raw);
	return e;
}

enum err
tell_open(struct tell *t, const struct address *a, const char *socks)
{
	uint8_t random[CIRCUIT_BYTES];
	char circuit[ENC_HEX_LEN(CIRCUIT_BYTES) + 1];
	const struct http_client_opts opts = {
		.base = a->base, .socks = socks, .circuit = circuit
	};
	enum err e;

	/* Another circuit each time: this visit hangs together with no other.
	 */
	crypt_random(random, sizeof(random));
	enc_hex(circuit, random, sizeof(random));
	t->address = *a;
	if ((e = http_client_open(&t->http, &opts)) != ERR_OK)
		return tell_fail(t, e,
		    e == ERR_FORMAT
			? "The address, or that of --socks, is no address."
			: tell_wire_why(e));
	return tell_renew(t);
}

enum err
tell_questions(struct tell *t, struct tell_questions *q)
{
	struct buf raw;
	enum err e;

	buf_init(&raw, QUESTIONS_TEXT_MAX);
	e = wire_questions(t->http, &raw);
	if (e == ERR_NOTHING)
		(void)tell_fail(t, e,
		    "This line is older than this program and cannot say its "
		    "questions. Its page shows them.");
	else if (e != ERR_OK)
		t->why = tell_wire_why(e);
	else if ((e = question_read_all(
		      q->at, &q->n, (const char *)raw.at, raw.len)) != ERR_OK)
		t->why = tell_wire_why(ERR_FORMAT);
	buf_drop(&raw);
	return e;
}

enum err
tell_enter(struct tell *t, const struct phrase *phrase)
{
	uint8_t root[SOURCE_ROOT_BYTES];
	enum err e;

	e = source_root(root, phrase, t->offer.certificate.line);
	if (e == ERR_OK) {
		source_init(&t->source, root);
		tag_keys_init(&t->tags, &t->source);
		e = age_identity_from_seed(
		    &t->reply, AGE_HYBRID, t->source.reply_seed);
	}
	wipe(root, sizeof(root));
	return e == ERR_OK ? ERR_OK : tell_fail(t, e, tell_wire_why(ERR_NOMEM));
}
