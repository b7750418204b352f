/* The n-th allocation refused, for every n, in what is used by all others:
 * what was there stays, nothing is held, nothing half written. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "letter/ticket.h"
#include "line/service.h"
#include "line/settings.h"
#include "t.h"

static char path[] = "/tmp/sotto-refused-XXXXXX";
static struct settings settings;
static struct ticket_ring *ring;

static enum err
put_words(struct buf *b)
{
	return buf_put(b,
	    "of words that are longer than any block at first; "
	    "they are longer than any block at first.",
	    90);
}

static enum err
put_string(struct buf *b)
{
	return buf_put_str(b,
	    "a string that is longer than any block at "
	    "first is put into another block");
}

static enum err
put_format(struct buf *b)
{
	return buf_put_fmt(b, "%0100u", 7U);
}

static enum err
put_zero(struct buf *b)
{
	return buf_put_zero(b, 100);
}

static enum err
put_room(struct buf *b)
{
	uint8_t *at;

	return buf_room(b, 100, &at);
}

static enum err
put_base64(struct buf *b)
{
	char text[401];

	memset(text, 'A', 400);
	return enc_base64_append(b, text, 400);
}

static enum err
put_file(struct buf *b)
{
	return file_read(b, path);
}

static enum err
put_settings(struct buf *b)
{
	return settings_write(b, &settings);
}

static enum err
put_ring(struct buf *b)
{
	return ticket_ring_export(ring, b);
}

static void
what_is_appended_is_there_whole_or_not_at_all(void)
{
	static enum err (*const puts[])(struct buf * b) = { put_words,
		put_string, put_format, put_zero, put_room, put_base64,
		put_file, put_settings, put_ring };
	const unsigned held = alloc_held();
	struct buf b;
	enum err e;

	for (size_t i = 0; i < COUNT(puts); i++) {
		e = ERR_NOMEM;
		for (unsigned n = 1; e != ERR_OK; n++) {
			buf_init(&b, 1 << 20);
			OK(buf_put_str(&b, "before") == ERR_OK);
			alloc_refuse(n);
			e = puts[i](&b);
			alloc_refuse(0);
			OK(e == ERR_OK || e == ERR_NOMEM);
			OK(n > 1 || e == ERR_NOMEM);
			OK(b.len >= 6 && memcmp(b.at, "before", 6) == 0);
			/* Settings go line by line, and their writer drops
			 * the whole. */
			OK(e == ERR_OK || b.len == 6 ||
			    puts[i] == put_settings);
			buf_drop(&b);
			OK(alloc_held() == held && alloc_dirty() == 0);
			OK(n < 50);
		}
	}
}

static void
an_arena_says_that_there_is_nothing(void)
{
	const unsigned held = alloc_held();
	struct arena a;
	void *got[3] = { NULL };
	unsigned n;

	for (n = 1; got[2] == NULL; n++) {
		arena_init(&a, 1 << 20);
		alloc_refuse(n);
		got[0] = arena_copy(&a, "words", 5);
		got[1] = arena_get(&a, 10000);
		got[2] = got[0] && got[1] ? arena_get(&a, 100000) : NULL;
		alloc_refuse(0);
		/* After a refusal it serves as before. */
		OK(arena_get(&a, 5000) != NULL);
		arena_drop(&a);
		OK(alloc_held() == held && alloc_dirty() == 0);
	}
	OK(n > 3);
}

/* A client that cannot be taken in costs a descriptor or a place no more than
 * a client that can. */
static void
a_client_that_finds_no_memory_is_let_go(void)
{
	const unsigned held = alloc_held();
	struct talk t = talk_of(TALK_CLIENT, 0), got;
	struct channel *warden;
	struct service s;
	int fd[2], pair[2];

	service_init(&s, ROLE_KEEPER);
	OK(channel_pair(fd) == ERR_OK);
	OK(channel_open(&warden, fd[0]) == ERR_OK);
	OK(channel_open(&s.warden, fd[1]) == ERR_OK);
	t.asker = ROLE_FRONT;
	for (unsigned i = 0; i < 2 * SERVICE_CLIENTS; i++) {
		OK(channel_pair(pair) == ERR_OK);
		t.fd = pair[1];
		t.count = i;
		OK(talk_send(warden, ROLE_WARDEN, ROLE_KEEPER, &t) == ERR_OK);
		OK(channel_flush(warden) == ERR_OK);
		alloc_refuse(1);
		OK(service_warden(&s, &got) == ERR_NOTHING ||
		    i >= SERVICE_CLIENTS);
		alloc_refuse(0);
		while (service_warden(&s, &got) == ERR_OK)
			continue;
		for (unsigned c = 0; c < SERVICE_CLIENTS; c++)
			OK(s.client[c].channel == NULL);
		/* Its other end is closed: nobody holds it. */
		OK(read(pair[0], &got, 1) == 0);
		OK(close(pair[0]) == 0);
	}
	service_drop(&s);
	channel_close(warden);
	OK(alloc_held() == held && alloc_dirty() == 0);
}

static void
make_settings(void)
{
	settings_init(&settings);
	settings.line[0] = 1;
	(void)snprintf(settings.name, sizeof settings.name, "A team");
	(void)snprintf(settings.host[0], sizeof settings.host[0], "a.onion");
	settings.hosts = 1;
	memset(settings.about, 'a', 1000);
	settings.questions = 1;
	OK(question_read(&settings.question[0],
	       "since choice Since when? | Yes | No", 34) == ERR_OK);
}

static void
make_file(void)
{
	static uint8_t bytes[300000];
	int fd = mkstemp(path);

	OK(fd >= 0 && file_write_fd(fd, bytes, sizeof bytes) == ERR_OK);
	OK(close(fd) == 0);
}

T_BEGIN
const uint8_t line[TICKET_LINE_BYTES] = { 1 };
OK(crypt_init() == ERR_OK);
make_settings();
make_file();
OK((ring = ticket_ring_open(line)) != NULL);
for (uint32_t h = 1; h <= TICKET_HOURS; h++)
	ticket_ring_turn(ring, h);
T(what_is_appended_is_there_whole_or_not_at_all)
T(an_arena_says_that_there_is_nothing)
T(a_client_that_finds_no_memory_is_let_go)
ticket_ring_close(ring);
OK(unlink(path) == 0);
T_END
