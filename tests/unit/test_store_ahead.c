/* Conversations' files that are read ahead say what files say that are not. */
#include <dirent.h>
#include <sys/stat.h>

#include "alloc.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/key.h"
#include "store_kit.h"

#define MANY 700U /* more than are read and not taken, twice */

/* What was taken of each conversation. */
struct taken {
	struct store_box box[MANY];
	size_t records[MANY], bytes[MANY];
	uint32_t at;
};

static struct taken got;

static enum err
take(void *who, const uint8_t *p, size_t n)
{
	struct taken *t = who;

	OK(n > 0 && p[0] == (uint8_t)t->at && p[n - 1] == (uint8_t)t->at);
	t->records[t->at]++;
	t->bytes[t->at] += n;
	return ERR_OK;
}

static enum err
begin_one(void *who, const uint8_t owner[static SIGN_PUBLIC_BYTES],
    struct store_box **box, struct record_taker *taker)
{
	struct taken *t = who;

	t->at = enc_get_u32(owner);
	OK(t->at < MANY && t->box[t->at].key == NULL);
	*box = &t->box[t->at];
	*taker = (struct record_taker){ take, t };
	return ERR_OK;
}

/* Open the folder and load all of it; `s` is the caller's to shut(). */
static enum err
load(struct store **s, bool ahead)
{
	const struct store_boxes boxes = { begin_one, &got };
	enum err e;

	memset(&got, 0, sizeof got);
	if ((e = store_open(s, dir, key)) != ERR_OK)
		return e;
	if (ahead)
		store_read_ahead(*s);
	return store_load_boxes(*s, &boxes);
}

static void
shut(struct store *s)
{
	for (uint32_t i = 0; i < MANY; i++)
		store_box_drop(&got.box[i]);
	store_close(s);
}

/* The i-th has i % 3 + 1 records; every hundredth is too long to be read
 * ahead. */
static size_t
bytes_of(uint32_t i)
{
	return i % 100 == 50 ? 40000 : 10 + i;
}

static void
make_many(uint32_t n)
{
	uint8_t owner[SIGN_PUBLIC_BYTES] = { 0 }, *text = malloc(40000);
	struct store *s;

	fresh();
	make_about();
	OK(text != NULL && load(&s, false) == ERR_OK);
	store_whole_begin(s);
	for (uint32_t i = 0; i < n; i++) {
		const struct record_part one = { text, bytes_of(i) };

		memset(text, (int)(i & 255), bytes_of(i));
		enc_put_u32(owner, i);
		OK(store_box_make(s, &got.box[i], owner, one, NO_TAIL) ==
		    ERR_OK);
		for (uint32_t j = 0; j < i % 3; j++)
			OK(store_box_add(&got.box[i], one, PART("tail")) ==
			    ERR_OK);
	}
	OK(store_batch_end(s) == ERR_OK);
	shut(s);
	wipe_free(text, 40000);
}

static void
are_there(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		OK(got.records[i] == i % 3 + 1);
		OK(got.bytes[i] == bytes_of(i) * (i % 3 + 1));
	}
}

static void
what_is_read_ahead_is_what_is_there(void)
{
	struct store *s;
	struct buf tail;

	make_many(MANY);
	for (unsigned round = 0; round < 2; round++) {
		OK(load(&s, round % 2 == 0) == ERR_OK);
		are_there(MANY);
		/* Nothing is read again, and records go on behind these. */
		OK(store_box_add(&got.box[50], PART("22"), NO_TAIL) == ERR_OK);
		buf_init(&tail, 100);
		OK(store_box_tail(&got.box[2], bytes_of(2) + 44, &tail) ==
		    ERR_OK);
		OK(tail.len == 4 && memcmp(tail.at, "tail", 4) == 0);
		buf_drop(&tail);
		OK(store_box_destroy(s, &got.box[50]) == ERR_OK);
		shut(s);
		if (round < 1) {
			gone();
			make_many(MANY);
		}
	}
	gone();
	OK(alloc_held() == 0);
}

static void
it_may_end_at_any_time(void)
{
	struct store *s;

	make_many(MANY);
	for (unsigned i = 0; i < 20; i++) {
		OK(store_open(&s, dir, key) == ERR_OK);
		store_read_ahead(s);
		store_read_ahead(s);
		if (i % 2 == 0)
			usleep(i * 200);
		store_close(s);
	}
	OK(load(&s, true) == ERR_OK);
	are_there(MANY);
	shut(s);
	gone();
	OK(alloc_held() == 0);
}

static void
without_memory_it_is_not_done(void)
{
	const struct store_boxes boxes = { begin_one, &got };
	struct store *s;

	make_many(70);
	for (unsigned n = 1; n < 8; n++) {
		memset(&got, 0, sizeof got);
		OK(store_open(&s, dir, key) == ERR_OK);
		alloc_refuse(n);
		store_read_ahead(s);
		alloc_refuse(0);
		OK(store_load_boxes(s, &boxes) == ERR_OK);
		are_there(70);
		shut(s);
	}
	gone();
	OK(alloc_held() == 0);
}

/* The path of the only conversation's file. */
static void
path_of(char path[static 128], const char *folder)
{
	struct dirent *d;
	char in[80];
	DIR *all;

	(void)snprintf(in, sizeof in, "%s/%s", dir, folder);
	OK((all = opendir(in)) != NULL);
	while ((d = readdir(all)) != NULL)
		if (d->d_name[0] != '.')
			(void)snprintf(path, 128, "%s/%.32s", in, d->d_name);
	(void)closedir(all);
}

/* Not synced: there are hundreds. */
static void
put(const char *path, const struct buf *bytes)
{
	OK(unlink(path) == 0);
	OK(file_make_later(path, bytes->at, bytes->len, 0600) == ERR_OK);
}

/* Both ways say the same of it and leave the same behind. */
static void
same(const char *path, const struct buf *bytes)
{
	struct buf left[2];
	size_t records[2];
	struct store *s;
	enum err e[2];

	for (unsigned way = 0; way < 2; way++) {
		buf_init(&left[way], 1 << 20);
		put(path, bytes);
		e[way] = load(&s, way == 1);
		records[way] = got.records[0] + got.records[1];
		shut(s);
		OK(file_read(&left[way], path) == ERR_OK);
	}
	OK(e[0] == e[1] && records[0] == records[1]);
	OK(left[0].len == left[1].len);
	OK(left[0].len == 0 ||
	    memcmp(left[0].at, left[1].at, left[0].len) == 0);
	buf_drop(&left[0]);
	buf_drop(&left[1]);
}

/* Torn at every length, zeros at the end, every byte changed. */
static void
damage_is_said_alike(void)
{
	uint8_t owner[SIGN_PUBLIC_BYTES] = { 0 };
	static const char *const folders[] = { "c", "k" };
	char path[128];
	struct store *s;
	struct buf was, b;

	fresh();
	make_about();
	OK(load(&s, false) == ERR_OK);
	owner[3] = 1;
	OK(store_box_make(s, &got.box[1], owner, PART("\1"), NO_TAIL) ==
	    ERR_OK);
	OK(store_box_add(&got.box[1], PART("\1"), PART("t")) == ERR_OK);
	shut(s);
	buf_init(&was, 4096);
	buf_init(&b, 4096);
	for (unsigned f = 0; f < COUNT(folders); f++) {
		path_of(path, folders[f]);
		buf_clear(&was);
		OK(file_read(&was, path) == ERR_OK);
		for (size_t n = 0; n <= was.len; n += 5) {
			buf_clear(&b);
			OK(buf_put(&b, was.at, n) == ERR_OK);
			same(path, &b);
			if (f == 1 && n == 0)
				continue;
			OK(buf_put_zero(&b, was.len - n + 3) == ERR_OK);
			same(path, &b);
		}
		for (size_t i = 0; i < was.len; i++) {
			was.at[i] ^= 1;
			same(path, &was);
			was.at[i] ^= 1;
		}
		put(path, &was);
	}
	buf_drop(&b);
	buf_drop(&was);
	gone();
	OK(alloc_held() == 0);
}

/* Not there, or no file at all. */
static void
what_cannot_be_read_is_said_alike(void)
{
	char path[128], aside[160];
	struct store *s;

	make_many(1);
	path_of(path, "c");
	(void)snprintf(aside, sizeof aside, "%s.aside", path);
	OK(rename(path, aside) == 0 && mkdir(path, 0700) == 0);
	for (unsigned way = 0; way < 2; way++) {
		OK(load(&s, way == 1) == ERR_FORMAT);
		shut(s);
	}
	for (unsigned way = 0; way < 2; way++) {
		(void)rmdir(path);
		(void)unlink(path);
		OK(load(&s, way == 1) == ERR_OK);
		OK(got.records[0] == 0 && file_is_there(path));
		shut(s);
	}
	gone();
	OK(alloc_held() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
key = key_memory(32);
crypt_random(key, 32);
T(what_is_read_ahead_is_what_is_there)
T(it_may_end_at_any_time)
T(without_memory_it_is_not_done)
T(damage_is_said_alike)
T(what_cannot_be_read_is_said_alike)
key_memory_free(key);
T_END
