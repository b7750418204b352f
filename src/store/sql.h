/*
 * sql: rows in a database, through a closed list of statements.
 *
 * The statements stand in queries.sql and nowhere else; a caller names one and
 * gives its parameters by name, so no code ever builds SQL.  A book is one
 * database file with its tables.  Behind this header stands an engine, a struct
 * of functions (engine.h); SQLite is the one there is.
 *
 * A store belongs to one thread.  Of each statement one use can be under way at
 * a time.  All files are opened by sql_open(); nothing is opened later, so a
 * sandbox may be entered after it.
 *
 * What a failed call means: ERR_IO, the disk refused and the store is to be
 * closed; ERR_FULL, ERR_NOMEM: nothing was changed by this statement, and the
 * transaction is to be rolled back; ERR_TAKEN, a row with this key is there;
 * ERR_FORMAT, the file or a row is not what it should be.
 */
#ifndef SQL_STORE_H
#define SQL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "queries.h"

struct sql;

/* A parameter: a name as in queries.sql without its colon, and a number or
 * bytes (borrowed for the call).  NULL bytes stand for NULL. */
struct sql_value {
	const char *name;
	bool is_bytes;
	int64_t number;
	const void *bytes;
	size_t len;
};

#define SQL_NUMBER(name, v) \
	{ \
		name, false, (int64_t)(v), NULL, 0 \
	}
#define SQL_BYTES(name, p, n) \
	{ \
		name, true, 0, p, n \
	}

/* Open (or make) the database of `book` in the file `path`; NULL for one in
 * memory.  ERR_BUSY when another process has it, ERR_VERSION when it is of
 * another version, ERR_FORMAT when it is something else; *fresh (may be NULL)
 * says whether it was made. */
enum err sql_open(struct sql **sql, enum sql_book book, const char *path,
    bool *fresh) MUST_USE;
void sql_close(struct sql *sql); /* NULL does nothing */

/* A transaction.  When sql_commit() returns ERR_OK it is on the disk; when it
 * fails, or after sql_rollback(), nothing of it is there.  Rolling back
 * outside a transaction does nothing. */
enum err sql_begin(struct sql *sql) MUST_USE;
enum err sql_commit(struct sql *sql) MUST_USE;
void sql_rollback(struct sql *sql);

/* Begin a statement: every parameter of it must be among the `n` values, and
 * no other.  Rows follow with sql_next(). */
enum err sql_ask(struct sql *sql, enum sql_query query,
    const struct sql_value *values, size_t n) MUST_USE;

/* ERR_OK: there is a row.  ERR_NOTHING: there is none left, and the statement
 * has ended; so it has after any other failure. */
enum err sql_next(struct sql *sql, enum sql_query query) MUST_USE;

/* End a statement before its last row; may be called twice. */
void sql_done(struct sql *sql, enum sql_query query);

/* Columns of the row, from 0.  A number; exactly `n` bytes, ERR_FORMAT when
 * there are others; is it NULL? */
int64_t sql_number(struct sql *sql, enum sql_query query, int column);
enum err sql_bytes(struct sql *sql, enum sql_query query, int column, void *out,
    size_t n) MUST_USE;
bool sql_is_null(struct sql *sql, enum sql_query query, int column);

/* A whole statement whose rows, if any, are of no interest. */
enum err sql_do(struct sql *sql, enum sql_query query,
    const struct sql_value *values, size_t n) MUST_USE;

/* The first row's first column; ERR_NOTHING when there is no row. */
enum err sql_one(struct sql *sql, enum sql_query query,
    const struct sql_value *values, size_t n, int64_t *number) MUST_USE;

/* Give the space of what was deleted back to the disk.  Outside a transaction.
 */
enum err sql_trim(struct sql *sql) MUST_USE;

#endif
