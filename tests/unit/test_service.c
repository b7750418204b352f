/*
 * Keeper and deriver, each alone, with the test in the place of the warden and
 * of the fronts.
 */
#include "line_folder.h"
#include "os/loop.h"
#include "os/process.h"

/* A service run by the test in the warden's place: its child, our end of the
 * warden's channel, and a client's channel. */
struct alone {
	struct process process;
	struct channel *warden, *client;
};

static void
tell_alone(struct alone *a, enum role to, struct talk t)
{
	OK(talk_send(a->warden, ROLE_WARDEN, to, &t) == ERR_OK);
}

static void
begin_alone(struct alone *a, enum role to, const char *dir)
{
	struct talk t = talk_of(TALK_SETTINGS, 0);
	struct buf b;
	int fd[2];

	OK(process_init() == ERR_OK);
	OK(process_start(&a->process, talk_role_name(to), dir) == ERR_OK);
	OK(channel_open(&a->warden, a->process.channel) == ERR_OK);
	a->process.channel = -1;
	buf_init(&b, TALK_FILE_MAX);
	OK(file_read(&b, in_folder("settings")) == ERR_OK);
	t.bytes = b.at;
	t.n = b.len;
	tell_alone(a, to, t);
	buf_drop(&b);
	tell_alone(a, to, talk_of(TALK_START, 0));
	OK(talk_receive_wait(a->warden, to, ROLE_WARDEN, &t, 10000) == ERR_OK);
	OK(t.kind == TALK_READY);
	OK(channel_pair(fd) == ERR_OK);
	t = talk_of(TALK_CLIENT, 0);
	t.fd = fd[1];
	t.asker = ROLE_FRONT;
	t.count = 5;
	tell_alone(a, to, t);
	OK(channel_open(&a->client, fd[0]) == ERR_OK);
}

static void
end_alone(struct alone *a)
{
	struct loop_watch w = { .fd = a->process.watch, .want = LOOP_READ };
	bool ended;

	channel_close(a->client);
	channel_close(a->warden);
	OK(loop_wait(&w, 1, 10000, &ended) == ERR_OK && ended);
	OK(process_has_ended(&a->process));
#ifndef SOTTO_SANITIZED
	OK(a->process.status == 0);
#endif
}

static void
beyond_its_queue_the_deriver_says_busy_at_once(void)
{
	struct alone a = { .process = PROCESS_NONE };
	uint8_t phrase[TALK_PHRASE_BYTES] = { 0 }, first[32] = { 0 };
	unsigned ok = 0, busy = 0, last_ok = 0;
	struct talk t;

	begin_alone(&a, ROLE_DERIVER, NULL);
	for (unsigned i = 1; i <= 80; i++) {
		t = talk_of(TALK_DERIVE, i);
		phrase[12] = (uint8_t)(i > 1);
		t.phrase = phrase;
		OK(talk_send(a.client, ROLE_FRONT, ROLE_DERIVER, &t) == ERR_OK);
	}
	for (unsigned i = 1; i <= 80; i++) {
		OK(talk_receive_wait(a.client, ROLE_DERIVER, ROLE_FRONT, &t,
		       30000) == ERR_OK);
		if (t.status == ERR_BUSY) {
			busy++;
			continue;
		}
		/* In the order of asking, each its own root. */
		OK(t.status == ERR_OK && t.id > last_ok);
		last_ok = t.id;
		ok++;
		if (t.id == 1)
			memcpy(first, t.root, sizeof(first));
		else
			OK(memcmp(first, t.root, sizeof(first)) != 0);
	}
	OK(ok >= DERIVER_QUEUE && busy > 0 && ok + busy == 80);
	/* After all that it derives as before. */
	t = talk_of(TALK_DERIVE, 99);
	phrase[12] = 0;
	t.phrase = phrase;
	OK(talk_send(a.client, ROLE_FRONT, ROLE_DERIVER, &t) == ERR_OK);
	OK(talk_receive_wait(a.client, ROLE_DERIVER, ROLE_FRONT, &t, 30000) ==
	    ERR_OK);
	OK(t.id == 99 && memcmp(first, t.root, sizeof(first)) == 0);
	end_alone(&a);
}

static void
letters_that_come_at_once_share_a_sync(void)
{
	const unsigned letters = 400;
	struct alone a = { .process = PROCESS_NONE };
	uint8_t at[TALK_TAG_BYTES];
	unsigned got = 0;
	uint64_t began;
	struct talk t;

	begin_alone(&a, ROLE_KEEPER, in_folder("other-pool"));
	began = clock_ms();
	for (unsigned i = 0; i < letters; i++) {
		crypt_random(at, sizeof(at));
		t = put_of(at, letter);
		t.id = i;
		OK(talk_send(a.client, ROLE_FRONT, ROLE_KEEPER, &t) == ERR_OK);
		OK(channel_flush(a.client) == ERR_OK);
		/* Sixteen writers wait for their answers. */
		while (
		    i + 1 - got >= 16 || (i == letters - 1 && got < letters)) {
			OK(channel_flush(a.client) == ERR_OK);
			OK(talk_receive_wait(a.client, ROLE_KEEPER, ROLE_FRONT,
			       &t, 30000) == ERR_OK);
			OK(t.kind == TALK_DONE && t.status == ERR_OK);
			got++;
		}
	}
	fprintf(stderr, "%u letters in %u ms\n", letters,
	    (unsigned)(clock_ms() - began));
	end_alone(&a);
}

/* Another client of the same service. */
static struct channel *
one_more(struct alone *a, enum role to, enum role asker)
{
	struct talk t = talk_of(TALK_CLIENT, 0);
	struct channel *c;
	int fd[2];

	OK(channel_pair(fd) == ERR_OK);
	t.fd = fd[1];
	t.asker = asker;
	t.count = 6;
	tell_alone(a, to, t);
	OK(channel_open(&c, fd[0]) == ERR_OK);
	return c;
}

static enum err
answer_of(struct channel *c, enum role role, const struct talk *ask_it,
    struct talk *t)
{
	OK(talk_send(c, role, ROLE_KEEPER, ask_it) == ERR_OK);
	OK(talk_receive_wait(c, ROLE_KEEPER, role, t, 30000) == ERR_OK);
	OK(t->id == ask_it->id);
	return t->status;
}

static void
who_does_not_take_its_answers_waits_and_nobody_else(void)
{
	struct alone a = { .process = PROCESS_NONE };
	uint8_t tags[TALK_LETTERS * TALK_TAG_BYTES];
	struct talk get = talk_of(TALK_GET, 0), days = talk_of(TALK_DAYS, 7);
	struct talk t;
	struct channel *other;
	unsigned asked = 0, got = 0;

	begin_alone(&a, ROLE_KEEPER, in_folder("other-pool"));
	other = one_more(&a, ROLE_KEEPER, ROLE_DESK_FRONT);
	crypt_random(tags, sizeof(tags));
	get.bytes = tags;
	get.n = sizeof(tags);
	/* A hundred megabytes of answers, none taken. */
	for (asked = 0; asked < 1000; asked++) {
		get.id = asked;
		OK(talk_send(a.client, ROLE_FRONT, ROLE_KEEPER, &get) ==
		    ERR_OK);
	}
	OK(answer_of(other, ROLE_DESK_FRONT, &days, &t) == ERR_OK);
#ifndef SOTTO_SANITIZED
	OK(peak(a.process.pid) < 16 * 1024);
#endif
	while (got < asked) {
		OK(channel_flush(a.client) == ERR_OK);
		OK(talk_receive_wait(
		       a.client, ROLE_KEEPER, ROLE_FRONT, &t, 30000) == ERR_OK);
		OK(t.kind == TALK_GOT && t.id == got);
		got++;
	}
	channel_close(other);
	end_alone(&a);
}

static void
the_right_to_append_ends_with_its_holder(void)
{
	struct alone a = { .process = PROCESS_NONE };
	struct talk ask_it = talk_of(TALK_UPLOAD, 3), t;
	struct channel *other;
	uint64_t until = clock_ms() + 10000;

	begin_alone(&a, ROLE_KEEPER, in_folder("other-pool"));
	other = one_more(&a, ROLE_KEEPER, ROLE_FRONT);
	ask_it.upload = (const uint8_t *)"held by somebody";
	OK(answer_of(other, ROLE_FRONT, &ask_it, &t) == ERR_OK);
	OK(t.fd >= 0 && close(t.fd) == 0);
	OK(answer_of(a.client, ROLE_FRONT, &ask_it, &t) == ERR_BUSY);
	channel_close(other);
	while (answer_of(a.client, ROLE_FRONT, &ask_it, &t) == ERR_BUSY)
		OK(clock_ms() < until);
	OK(t.status == ERR_OK && close(t.fd) == 0);
	/* Or when it is given back. */
	OK(answer_of(a.client, ROLE_FRONT, &ask_it, &t) == ERR_BUSY);
	ask_it.kind = TALK_UPLOAD_END;
	OK(talk_send(a.client, ROLE_FRONT, ROLE_KEEPER, &ask_it) == ERR_OK);
	ask_it.kind = TALK_UPLOAD;
	OK(answer_of(a.client, ROLE_FRONT, &ask_it, &t) == ERR_OK);
	OK(close(t.fd) == 0);
	end_alone(&a);
}

#ifndef SOTTO_SANITIZED
/* Do these bytes lie anywhere in what the process may write to? */
static bool
holds(pid_t pid, const void *p, size_t n)
{
	char path[64], *line, *save = NULL;
	struct buf maps, memory;
	bool found = false;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	buf_init(&maps, 1U << 20);
	OK(file_read(&maps, path) == ERR_OK && buf_str(&maps) != NULL);
	(void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	OK((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	for (line = strtok_r((char *)maps.at, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		char *end;
		off_t from = (off_t)strtoull(line, &end, 16);
		off_t to = (off_t)strtoull(end + 1, &end, 16);
		ssize_t got;

		if (strncmp(end, " rw", 3) != 0)
			continue;
		buf_init(&memory, (size_t)(to - from));
		OK(buf_put_zero(&memory, (size_t)(to - from)) == ERR_OK);
		got = pread(fd, memory.at, memory.len, from);
		found = found ||
		    (got > 0 && memmem(memory.at, (size_t)got, p, n) != NULL);
		buf_drop(&memory);
	}
	(void)close(fd);
	buf_drop(&maps);
	return found;
}
#endif

static void
nothing_of_a_phrase_is_left_in_the_deriver(void)
{
#ifndef SOTTO_SANITIZED
	static const uint8_t phrase[TALK_PHRASE_BYTES] = "PhrasePhrase";
	struct alone a = { .process = PROCESS_NONE };
	struct talk t = talk_of(TALK_DERIVE, 1);
	uint8_t root[32];

	if (geteuid() != 0)
		return; /* nobody else may look */
	begin_alone(&a, ROLE_DERIVER, NULL);
	t.phrase = phrase;
	OK(talk_send(a.client, ROLE_FRONT, ROLE_DERIVER, &t) == ERR_OK);
	OK(talk_receive_wait(a.client, ROLE_DERIVER, ROLE_FRONT, &t, 30000) ==
	    ERR_OK);
	memcpy(root, t.root, sizeof(root));
	/* It waits again; the line's id shows that the search finds things. */
	clock_sleep(50);
	OK(holds(a.process.pid, line_id, sizeof(line_id)));
	OK(!holds(a.process.pid, phrase, 12));
	OK(!holds(a.process.pid, root, sizeof(root)));
	end_alone(&a);
#endif
}

static void
a_service_that_loses_its_warden_ends(void)
{
	struct alone a = { .process = PROCESS_NONE };

	begin_alone(&a, ROLE_KEEPER, in_folder("other-pool"));
	end_alone(&a);
}

static void
tests(void)
{
	T(beyond_its_queue_the_deriver_says_busy_at_once)
	T(letters_that_come_at_once_share_a_sync)
	T(who_does_not_take_its_answers_waits_and_nobody_else)
	T(the_right_to_append_ends_with_its_holder)
	T(nothing_of_a_phrase_is_left_in_the_deriver)
	T(a_service_that_loses_its_warden_ends)
}

int
main(int argc, char **argv)
{
	return role_or(argc, argv, tests);
}
