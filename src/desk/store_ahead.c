#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/store_ahead.h"

#define FILES 256U /* that are read and not taken yet, at most */
#define FRONT 65536U /* a file of records that is longer is left alone */

struct store_ahead {
	pthread_t thread;
	pthread_mutex_t lock; /* of the four behind it */
	pthread_cond_t room;
	size_t next; /* the first that nobody has begun to read */
	size_t taken; /* those before it are not wanted any more */
	size_t ready[FILES]; /* 1 + the place of the name that is here */
	bool stop;
	char dir[RECORD_PATH_MAX];
	const struct buf *names;
	uint8_t (*fronts)[FRONT];
	struct store_ahead_file files[FILES];
};

/* As much of a file as there is room for; 0: it cannot be read. */
static size_t
read_front(const char *path, uint8_t *to, size_t room)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t n = 0;
	ssize_t did = 1;

	if (fd < 0)
		return 0;
	while (n < room && did != 0) {
		did = read(fd, to + n, room - n);
		if (did < 0 && errno != EINTR)
			break;
		n += did > 0 ? (size_t)did : 0;
	}
	(void)close(fd);
	return did < 0 ? 0 : n;
}

static size_t
read_in(const struct store_ahead *a, const char *folder, size_t i, uint8_t *to,
    size_t room)
{
	char hex[STORE_HEX_BYTES], path[RECORD_PATH_MAX];
	int n;

	enc_hex(hex, a->names->at + i * STORE_NAME_BYTES, STORE_NAME_BYTES);
	n = snprintf(path, sizeof path, "%s/%s/%s", a->dir, folder, hex);
	return n < 0 || (size_t)n >= sizeof path ? 0
						 : read_front(path, to, room);
}

static void
read_one(struct store_ahead *a, size_t i)
{
	struct store_ahead_file *f = &a->files[i % FILES];
	uint8_t *front = a->fronts[i % FILES];

	f->key_n = read_in(a, "k", i, f->key, sizeof f->key);
	f->front =
	    (struct record_front){ front, read_in(a, "c", i, front, FRONT) };
	/* There may be more of it. */
	if (f->front.n == FRONT)
		f->front.n = 0;
}

/* Which comes next; false: none.  When there is no room it waits until there is
 * much, so that it is not woken for every file. */
static bool
get_next(struct store_ahead *a, size_t *i)
{
	bool go_on;

	(void)pthread_mutex_lock(&a->lock);
	if (a->next - a->taken >= FILES)
		while (!a->stop && a->next - a->taken > FILES / 2)
			(void)pthread_cond_wait(&a->room, &a->lock);
	go_on = !a->stop && a->next < a->names->len / STORE_NAME_BYTES;
	if (go_on)
		*i = a->next++;
	(void)pthread_mutex_unlock(&a->lock);
	return go_on;
}

static void *
read_all(void *with)
{
	struct store_ahead *a = with;
	size_t i;

	while (get_next(a, &i)) {
		read_one(a, i);
		(void)pthread_mutex_lock(&a->lock);
		a->ready[i % FILES] = i + 1;
		(void)pthread_mutex_unlock(&a->lock);
	}
	return NULL;
}

/* Signals are for who began it. */
static bool
begin_thread(struct store_ahead *a)
{
	sigset_t all, was;
	int bad;

	(void)sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &was) != 0)
		return false;
	bad = pthread_create(&a->thread, NULL, read_all, a);
	(void)pthread_sigmask(SIG_SETMASK, &was, NULL);
	return bad == 0;
}

static void
drop(struct store_ahead *a)
{
	if (a->fronts != NULL)
		(void)munmap(a->fronts, sizeof *a->fronts * FILES);
	(void)pthread_cond_destroy(&a->room);
	(void)pthread_mutex_destroy(&a->lock);
	wipe_free(a, sizeof *a);
}

struct store_ahead *
store_ahead_begin(const char *dir, const struct buf *names)
{
	struct store_ahead *a;
	void *room;

	if (names->len == 0 || strlen(dir) >= sizeof a->dir ||
	    (a = calloc(1, sizeof *a)) == NULL)
		return NULL;
	memcpy(a->dir, dir, strlen(dir) + 1);
	a->names = names;
	(void)pthread_mutex_init(&a->lock, NULL);
	(void)pthread_cond_init(&a->room, NULL);
	room = mmap(NULL, sizeof *a->fronts * FILES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	a->fronts = room == MAP_FAILED ? NULL : room;
	if (a->fronts == NULL || !begin_thread(a)) {
		drop(a);
		return NULL;
	}
	return a;
}

/* It does not wait: on a busy machine the other may be long in coming. */
const struct store_ahead_file *
store_ahead_take(struct store_ahead *a, size_t i)
{
	static const struct store_ahead_file none;
	bool is_here;

	(void)pthread_mutex_lock(&a->lock);
	a->taken = i;
	if (a->next <= i)
		a->next = i + 1;
	is_here = a->ready[i % FILES] == i + 1;
	if (a->next - i <= FILES / 2)
		(void)pthread_cond_signal(&a->room);
	(void)pthread_mutex_unlock(&a->lock);
	return is_here ? &a->files[i % FILES] : &none;
}

void
store_ahead_end(struct store_ahead *a)
{
	if (a == NULL)
		return;
	(void)pthread_mutex_lock(&a->lock);
	a->stop = true;
	(void)pthread_cond_signal(&a->room);
	(void)pthread_mutex_unlock(&a->lock);
	(void)pthread_join(a->thread, NULL);
	drop(a);
}
