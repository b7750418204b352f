/*
 * store_kit: a desk's folder, what is found in it, and all there is to do with
 * it.
 */
#ifndef STORE_KIT_H
#define STORE_KIT_H

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk/store.h"
#include "t.h"

#define PART(text) \
	((struct record_part){ (const uint8_t *)(text), sizeof(text) - 1 })
#define NO_TAIL ((struct record_part){ NULL, 0 })

static char dir[64];
static uint8_t *key;

/* What a folder was found to hold. */
struct found {
	char log[4096], days[4096], talk[4096];
	struct store_box box;
};

static inline void
fresh(void)
{
	(void)snprintf(dir, sizeof dir, "/tmp/sotto-store-XXXXXX");
	OK(mkdtemp(dir) != NULL);
	OK(store_make(dir) == ERR_OK);
}

static inline void
gone(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(1);
	}
	(void)waitpid(pid, NULL, 0);
}

static inline enum err
add_to(void *who, const uint8_t *p, size_t n)
{
	char *text = who;
	size_t at = strlen(text);

	OK(at + n + 2 < 4096);
	memcpy(text + at, p, n);
	text[at + n] = ' ';
	text[at + n + 1] = '\0';
	return ERR_OK;
}

static inline enum err
begin(void *who, const uint8_t owner[static SIGN_PUBLIC_BYTES],
    struct store_box **box, struct record_taker *taker)
{
	struct found *f = who;

	OK(owner[0] == 9);
	*box = &f->box;
	*taker = (struct record_taker){ add_to, f->talk };
	return ERR_OK;
}

static inline enum err
look(struct store **s, struct found *f)
{
	const struct store_boxes boxes = { begin, f };
	enum err e;

	memset(f, 0, sizeof *f);
	if ((e = store_open(s, dir, key)) != ERR_OK)
		return e;
	if ((e = store_load(*s, STORE_LOG,
		 (struct record_taker){ add_to, f->log })) != ERR_OK ||
	    (e = store_load(*s, STORE_DAYS,
		 (struct record_taker){ add_to, f->days })) != ERR_OK)
		return e;
	return store_load_boxes(*s, &boxes);
}

static inline void
leave(struct store *s, struct found *f)
{
	store_box_drop(&f->box);
	store_close(s);
}

static inline void
make_about(void)
{
	struct store *s;

	/* The first thing in a folder is put in by who makes it. */
	OK(store_open(&s, dir, key) == ERR_NOTHING);
	OK(store_begin(dir, key, "about us", 8) == ERR_OK);
	OK(store_open(&s, dir, key) == ERR_OK);
	store_close(s);
}

/* What is said to be done by whoever does all there is to do. */
struct done {
	unsigned log, talk, days;
};

static inline enum err
work(struct store *s, struct done *done)
{
	uint8_t owner[32] = { 9 };
	struct store_box box = { .key = NULL };
	enum err e;

	for (unsigned i = 0; i < 3; i++) {
		if ((e = store_add(s, STORE_LOG, "x", 1)) != ERR_OK)
			goto out;
		done->log++;
	}
	/* One of a batch, and another: theirs when the batch has ended. */
	store_batch_begin(s);
	if ((e = store_box_make_later(s, &box, owner, PART("x"), NO_TAIL)) !=
		ERR_OK ||
	    (e = store_box_add_later(&box, PART("x"), NO_TAIL)) != ERR_OK ||
	    (e = store_batch_end(s)) != ERR_OK)
		goto out;
	done->talk += 2;
	if ((e = store_box_add(&box, PART("x"), NO_TAIL)) != ERR_OK)
		goto out;
	done->talk++;
	/* What is to be durable at once is, and what was there before it. */
	store_batch_begin(s);
	if ((e = store_box_add_later(&box, PART("x"), PART("tail"))) !=
		ERR_OK ||
	    (e = store_box_add(&box, PART("x"), NO_TAIL)) != ERR_OK)
		goto out;
	done->talk += 2;
	if ((e = store_batch_end(s)) != ERR_OK)
		goto out;
	if ((e = store_add(s, STORE_DAYS, "x", 1)) != ERR_OK)
		goto out;
	e = store_replace(
	    s, STORE_DAYS, (const uint8_t *)"\0\0\0\1x\0\0\0\1x", 10);
	done->days = 1;
out:
	store_box_drop(&box);
	return e;
}

static inline unsigned
count(const char *text)
{
	unsigned n = 0;

	for (; *text != '\0'; text++)
		n += *text == 'x';
	return n;
}

#endif
