/*
 * SQLite as an engine: one file, one connection that keeps its lock and its
 * journal open for as long as it lives.
 */
#include <assert.h>
#include <fcntl.h>
#include <sqlite3.h>

#include "base/file.h"
#include "base/wipe.h"

#include "store/engine.h"

struct sqlite {
	sqlite3 *db;
	int first, count;
	sqlite3_stmt **made; /* one a statement, NULL for the first two */
};

/* Said at every opening.  auto_vacuum holds for a new file only; a locking mode
 * of EXCLUSIVE keeps the journal's descriptor, so that nothing is opened inside
 * the sandbox.  Tables and journals that only live for a moment stay in memory,
 * and nothing is mapped, so that deleted rows do not outlive their page. */
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA auto_vacuum = INCREMENTAL;"
			       "PRAGMA journal_mode = TRUNCATE;"
			       "PRAGMA synchronous = EXTRA;"
			       "PRAGMA secure_delete = ON;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA mmap_size = 0;"
			       "PRAGMA cache_size = -1024;"
			       "PRAGMA cell_size_check = ON;"
			       "PRAGMA trusted_schema = OFF;";

/* What must be true afterwards, or the store does not open. */
static const struct {
	const char *ask;
	const char *want, *want_in_memory;
} promises[] = {
	{ "PRAGMA locking_mode", "exclusive", "exclusive" },
	{ "PRAGMA journal_mode", "truncate", "memory" },
	{ "PRAGMA synchronous", "3", "3" },
	{ "PRAGMA secure_delete", "1", "1" },
	{ "PRAGMA temp_store", "2", "2" },
};

static enum err
said(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
		return ERR_OK;
	case SQLITE_DONE:
		return ERR_NOTHING;
	case SQLITE_NOMEM:
		return ERR_NOMEM;
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_CONSTRAINT:
		return ERR_TAKEN;
	case SQLITE_TOOBIG:
		return ERR_TOOBIG;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_FORMAT;
	case SQLITE_IOERR:
		return rc == SQLITE_IOERR_NOMEM ? ERR_NOMEM : ERR_IO;
	default:
		return ERR_IO;
	}
}

static enum err
run(struct sqlite *s, const char *sql)
{
	return said(sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

/* The first column of the one row of `sql`, as a number and as text. */
static enum err
first_of(struct sqlite *s, const char *sql, int *number, const char *text)
{
	sqlite3_stmt *q = NULL;
	const char *is;
	enum err e;

	if ((e = said(sqlite3_prepare_v2(s->db, sql, -1, &q, NULL))) != ERR_OK)
		goto out;
	if ((e = said(sqlite3_step(q))) != ERR_OK)
		goto out;
	if (number != NULL)
		*number = sqlite3_column_int(q, 0);
	is = (const char *)sqlite3_column_text(q, 0);
	if (text != NULL && (is == NULL || strcmp(is, text) != 0))
		e = ERR_FORMAT;
out:
	(void)sqlite3_finalize(q);
	return e;
}

static enum err
is_ours(struct sqlite *s, const struct engine_book *book)
{
	int application, version;
	enum err e;

	if ((e = first_of(s, "PRAGMA application_id", &application, NULL)) !=
		ERR_OK ||
	    (e = first_of(s, "PRAGMA user_version", &version, NULL)) != ERR_OK)
		return e;
	if (application != book->application)
		return ERR_FORMAT;
	return version == book->version ? ERR_OK : ERR_VERSION;
}

/* A file without any table is new, whatever was told about it. */
static enum err
make_or_check(struct sqlite *s, const struct engine_book *book, bool *fresh)
{
	int tables, application;
	enum err e;

	if ((e = first_of(s, "SELECT count(*) FROM sqlite_schema", &tables,
		 NULL)) != ERR_OK ||
	    (e = first_of(s, "PRAGMA application_id", &application, NULL)) !=
		ERR_OK)
		return e;
	*fresh = tables == 0 && application == 0;
	if (!*fresh && (e = is_ours(s, book)) != ERR_OK)
		return e;
	if ((e = run(s, settings)) != ERR_OK)
		return e;
	/* Taken at once, so that the lock and the journal are there. */
	if ((e = run(s, "BEGIN EXCLUSIVE")) != ERR_OK)
		return e;
	e = run(s, book->text[*fresh ? book->first : book->first + 1]);
	if (e == ERR_OK)
		e = run(s, "COMMIT");
	if (e == ERR_OK)
		e = is_ours(s, book);
	return e;
}

static enum err
keeps_promises(struct sqlite *s, bool in_memory)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < COUNT(promises); i++)
		e = first_of(s, promises[i].ask, NULL,
		    in_memory ? promises[i].want_in_memory : promises[i].want);
	return e;
}

static enum err
prepare(struct sqlite *s, const struct engine_book *book)
{
	enum err e = ERR_OK;

	for (int i = 2; e == ERR_OK && i < s->count; i++)
		e = said(sqlite3_prepare_v3(s->db, book->text[s->first + i], -1,
		    SQLITE_PREPARE_PERSISTENT, &s->made[i], NULL));
	return e;
}

static void
sqlite_close(void *state)
{
	struct sqlite *s = state;

	if (s == NULL)
		return;
	for (int i = 0; s->made != NULL && i < s->count; i++)
		(void)sqlite3_finalize(s->made[i]);
	wipe_free(s->made, (size_t)s->count * sizeof(void *));
	(void)sqlite3_close(s->db);
	wipe_free(s, sizeof *s);
}

/* SQLite would make the file readable for others, as the umask has it. */
static enum err
make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return file_err();
	return close(fd) == 0 ? ERR_OK : ERR_IO;
}

static enum err
sqlite_open(
    void **state, const struct engine_book *book, const char *path, bool *fresh)
{
	const int how = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE;
	struct sqlite *s;
	enum err e;

	if (path != NULL && (e = make_file(path)) != ERR_OK)
		return e;
	if ((s = calloc(1, sizeof *s)) == NULL)
		return ERR_NOMEM;
	s->first = book->first;
	s->count = book->last - book->first + 1;
	e = ERR_NOMEM;
	s->made = calloc((size_t)s->count, sizeof(sqlite3_stmt *));
	if (s->made == NULL)
		goto out;
	e = said(sqlite3_open_v2(
	    path == NULL ? ":memory:" : path, &s->db, how, NULL));
	if (e != ERR_OK)
		goto out;
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if ((e = make_or_check(s, book, fresh)) != ERR_OK ||
	    (e = keeps_promises(s, path == NULL)) != ERR_OK ||
	    (e = prepare(s, book)) != ERR_OK)
		goto out;
	*state = s;
	s = NULL; /* now the caller's */
out:
	sqlite_close(s);
	return e;
}

static enum err
sqlite_begin(void *state)
{
	return run(state, "BEGIN IMMEDIATE");
}

static void
sqlite_rollback(void *state)
{
	struct sqlite *s = state;

	if (sqlite3_get_autocommit(s->db) == 0)
		(void)run(s, "ROLLBACK");
}

static enum err
sqlite_commit(void *state)
{
	enum err e = run(state, "COMMIT");

	if (e != ERR_OK)
		sqlite_rollback(state);
	return e;
}

static sqlite3_stmt *
statement(struct sqlite *s, int query)
{
	assert(query > s->first + 1 && query < s->first + s->count);
	return s->made[query - s->first];
}

static enum err
bind_one(sqlite3_stmt *q, const struct sql_value *v)
{
	char name[32];
	int at, rc, len;

	len = snprintf(name, sizeof name, ":%s", v->name);
	assert(len > 0 && (size_t)len < sizeof name && v->len <= INT32_MAX);
	at = sqlite3_bind_parameter_index(q, name);
	assert(at > 0);
	if (!v->is_bytes)
		rc = sqlite3_bind_int64(q, at, v->number);
	else
		rc = sqlite3_bind_blob(
		    q, at, v->bytes, (int)v->len, SQLITE_TRANSIENT);
	return said(rc);
}

static void
sqlite_done(void *state, int query)
{
	sqlite3_stmt *q = statement(state, query);

	(void)sqlite3_reset(q);
	(void)sqlite3_clear_bindings(q);
}

static enum err
sqlite_ask(void *state, int query, const struct sql_value *values, size_t n)
{
	sqlite3_stmt *q = statement(state, query);
	enum err e = ERR_OK;

	assert(sqlite3_stmt_busy(q) == 0);
	assert((size_t)sqlite3_bind_parameter_count(q) == n);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = bind_one(q, &values[i]);
	if (e != ERR_OK)
		sqlite_done(state, query);
	return e;
}

static enum err
sqlite_next(void *state, int query)
{
	enum err e = said(sqlite3_step(statement(state, query)));

	if (e != ERR_OK)
		sqlite_done(state, query);
	return e;
}

static int64_t
sqlite_number(void *state, int query, int column)
{
	return sqlite3_column_int64(statement(state, query), column);
}

static enum err
sqlite_bytes(void *state, int query, int column, void *out, size_t n)
{
	sqlite3_stmt *q = statement(state, query);
	const void *p = sqlite3_column_blob(q, column);

	if (p == NULL || (size_t)sqlite3_column_bytes(q, column) != n)
		return ERR_FORMAT;
	memcpy(out, p, n);
	return ERR_OK;
}

static bool
sqlite_is_null(void *state, int query, int column)
{
	return sqlite3_column_type(statement(state, query), column) ==
	    SQLITE_NULL;
}

static enum err
sqlite_trim(void *state)
{
	return run(state, "PRAGMA incremental_vacuum");
}

const struct engine engine_sqlite = {
	.name = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.ask = sqlite_ask,
	.next = sqlite_next,
	.done = sqlite_done,
	.number = sqlite_number,
	.bytes = sqlite_bytes,
	.is_null = sqlite_is_null,
	.trim = sqlite_trim,
};
