/* The suite that every engine of the store has to pass; sql_open() gives the
 * one that is built in, or, later, the one that its path names. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "base/file.h"
#include "store/sql.h"
#include "t.h"

#define V(...) \
	(const struct sql_value[]){ __VA_ARGS__ }, \
	    COUNT(((const struct sql_value[]){ __VA_ARGS__ }))

static char dir[64], path[96], journal[128];

static void
fresh_folder(void)
{
	(void)snprintf(dir, sizeof dir, "/tmp/sotto-store-XXXXXX");
	OK(mkdtemp(dir) != NULL);
	(void)snprintf(path, sizeof path, "%s/pool.db", dir);
	(void)snprintf(journal, sizeof journal, "%s-journal", path);
}

static void
remove_folder(void)
{
	(void)unlink(path);
	(void)unlink(journal);
	OK(rmdir(dir) == 0);
}

static struct sql *
opened(void)
{
	struct sql *s = NULL;

	OK(sql_open(&s, SQL_BOOK_POOL, path, NULL) == ERR_OK);
	return s;
}

static enum err
add(struct sql *s, uint8_t tag, int64_t slot)
{
	const uint8_t t[16] = { tag };

	return sql_do(s, SQL_LETTER_ADD,
	    V(SQL_BYTES("tag", t, 16), SQL_NUMBER("day", 7),
		SQL_NUMBER("slot", slot)));
}

static int64_t
count(struct sql *s)
{
	int64_t n = -1;

	OK(sql_one(s, SQL_LETTERS_COUNT, V(SQL_NUMBER("day", 7)), &n) ==
	    ERR_OK);
	return n;
}

static void
rows_outlive_the_store(void)
{
	struct sql *s;
	uint8_t tag[16];
	bool fresh;

	fresh_folder();
	OK(sql_open(&s, SQL_BOOK_POOL, path, &fresh) == ERR_OK && fresh);
	OK(add(s, 2, 1) == ERR_OK && add(s, 1, 2) == ERR_OK);
	sql_close(s);
	OK(sql_open(&s, SQL_BOOK_POOL, path, &fresh) == ERR_OK && !fresh);
	OK(sql_ask(s, SQL_LETTERS, NULL, 0) == ERR_OK);
	OK(sql_next(s, SQL_LETTERS) == ERR_OK);
	OK(sql_bytes(s, SQL_LETTERS, 0, tag, 15) == ERR_FORMAT);
	OK(sql_bytes(s, SQL_LETTERS, 0, tag, 16) == ERR_OK && tag[0] == 1);
	OK(sql_next(s, SQL_LETTERS) == ERR_OK);
	OK(sql_next(s, SQL_LETTERS) == ERR_NOTHING);
	sql_close(s);
	remove_folder();
}

static void
a_transaction_is_all_or_nothing(void)
{
	struct sql *s;

	fresh_folder();
	s = opened();
	OK(sql_begin(s) == ERR_OK && add(s, 1, 1) == ERR_OK);
	sql_rollback(s);
	OK(count(s) == 0);
	OK(sql_begin(s) == ERR_OK && add(s, 1, 1) == ERR_OK);
	OK(add(s, 2, 1) == ERR_OK && sql_commit(s) == ERR_OK);
	OK(count(s) == 2);
	OK(sql_begin(s) == ERR_OK && add(s, 3, 1) == ERR_OK);
	sql_close(s);
	s = opened();
	OK(count(s) == 2);
	sql_rollback(s);
	sql_close(s);
	remove_folder();
}

static void
a_key_is_given_once(void)
{
	struct sql *s;

	fresh_folder();
	s = opened();
	OK(sql_begin(s) == ERR_OK && add(s, 1, 1) == ERR_OK);
	OK(add(s, 1, 2) == ERR_TAKEN && add(s, 2, 2) == ERR_OK);
	OK(sql_commit(s) == ERR_OK && count(s) == 2);
	sql_close(s);
	remove_folder();
}

static void
a_second_process_is_refused(void)
{
	struct sql *s, *second;

	fresh_folder();
	s = opened();
	OK(sql_open(&second, SQL_BOOK_POOL, path, NULL) == ERR_BUSY);
	sql_close(s);
	s = opened();
	sql_close(s);
	remove_folder();
}

static void
write_at(off_t at, const void *p, size_t n)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	OK(fd >= 0 && pwrite(fd, p, n, at) == (ssize_t)n && close(fd) == 0);
}

static void
what_is_not_ours_is_refused(void)
{
	static const char text[] = "This is a letter to my mother, not a "
				   "database, and must stay what it is.";
	const uint8_t later[4] = { 0, 0, 0, 2 }, other[4] = { 1, 2, 3, 4 };
	char back[sizeof text];
	struct sql *s;
	int fd;

	fresh_folder();
	write_at(0, text, sizeof text);
	OK(sql_open(&s, SQL_BOOK_POOL, path, NULL) == ERR_FORMAT);
	OK((fd = open(path, O_RDONLY)) >= 0);
	OK(read(fd, back, sizeof back) == (ssize_t)sizeof back);
	OK(close(fd) == 0 && memcmp(back, text, sizeof text) == 0);
	OK(unlink(path) == 0);
	sql_close(opened());
	write_at(60, later, 4); /* user_version */
	OK(sql_open(&s, SQL_BOOK_POOL, path, NULL) == ERR_VERSION);
	write_at(68, other, 4); /* application_id */
	OK(sql_open(&s, SQL_BOOK_POOL, path, NULL) == ERR_FORMAT);
	remove_folder();
}

static void
only_the_owner_may_read_it(void)
{
	struct stat st;

	fresh_folder();
	sql_close(opened());
	OK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	OK(stat(journal, &st) != 0 || (st.st_mode & 0777) == 0600);
	remove_folder();
}

static void
what_is_deleted_leaves_the_file(void)
{
	static const uint8_t secret[16] = "written in water";
	uint8_t all[1U << 18U];
	struct sql *s;
	ssize_t n;
	int fd;

	fresh_folder();
	s = opened();
	for (unsigned i = 0; i < 2000; i++) {
		uint8_t tag[16];

		memcpy(tag, secret, sizeof tag);
		tag[14] = (uint8_t)i;
		tag[15] = (uint8_t)(i >> 8U);
		OK(sql_do(s, SQL_ERASURE_ADD, V(SQL_BYTES("tag", tag, 16))) ==
		    ERR_OK);
		if (i % 500 != 0)
			continue;
		OK(sql_do(s, SQL_ERASURE_DROP, V(SQL_BYTES("tag", tag, 16))) ==
		    ERR_OK);
	}
	sql_close(s);
	s = opened();
	OK(sql_begin(s) == ERR_OK);
	for (unsigned i = 0; i < 2000; i++) {
		uint8_t tag[16];

		memcpy(tag, secret, sizeof tag);
		tag[14] = (uint8_t)i;
		tag[15] = (uint8_t)(i >> 8U);
		OK(sql_do(s, SQL_ERASURE_DROP, V(SQL_BYTES("tag", tag, 16))) ==
		    ERR_OK);
	}
	OK(sql_commit(s) == ERR_OK && sql_trim(s) == ERR_OK);
	sql_close(s);
	OK((fd = open(path, O_RDONLY)) >= 0);
	n = read(fd, all, sizeof all);
	OK(n > 0 && n < (ssize_t)(100 * 1024) && close(fd) == 0);
	OK(memmem(all, (size_t)n, secret, 14) == NULL);
	remove_folder();
}

static void
nothing_is_opened_after_store_open(void)
{
	struct sql *s;
	int before, after;

	fresh_folder();
	sql_close(opened());
	s = opened();
	/* The next free descriptor stays the next. */
	OK((before = dup(0)) >= 0 && close(before) == 0);
	OK(sql_begin(s) == ERR_OK && add(s, 1, 1) == ERR_OK);
	OK((after = dup(0)) == before && close(after) == 0);
	OK(sql_commit(s) == ERR_OK);
	OK((after = dup(0)) == before && close(after) == 0);
	sql_close(s);
	remove_folder();
}

static void
every_refused_allocation_leaves_nothing(void)
{
	struct sql *s = NULL;
	const unsigned held = alloc_held();
	enum err e = ERR_NOMEM;

	fresh_folder();
	for (unsigned n = 1; e == ERR_NOMEM; n++) {
		alloc_refuse(n);
		e = sql_open(&s, SQL_BOOK_POOL, path, NULL);
		OK(e == ERR_OK || alloc_held() == held);
		if (e == ERR_OK)
			OK(n > 1);
	}
	alloc_refuse(0);
	sql_close(s);
	OK(alloc_held() == held && alloc_dirty() == 0);
	remove_folder();
}

T_BEGIN
T(rows_outlive_the_store)
T(a_transaction_is_all_or_nothing)
T(a_key_is_given_once)
T(a_second_process_is_refused)
T(what_is_not_ours_is_refused)
T(only_the_owner_may_read_it)
T(what_is_deleted_leaves_the_file)
T(nothing_is_opened_after_store_open)
T(every_refused_allocation_leaves_nothing)
T_END
