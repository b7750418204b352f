#include <assert.h>

#include "base/wipe.h"

#define SQL_QUERIES
#include "store/engine.h"
#include "store/sql.h"

struct sql {
	const struct engine *engine;
	void *state;
};

enum err
sql_open(struct sql **sql, enum sql_book book, const char *path, bool *fresh)
{
	const struct engine_book want = {
		.text = query_text,
		.first = book_list[book].first,
		.last = book_list[book].last,
		.application = book_list[book].application,
		.version = book_list[book].version,
	};
	struct sql *s;
	bool made;
	enum err e;

	if ((s = calloc(1, sizeof *s)) == NULL)
		return ERR_NOMEM;
	s->engine = &engine_sqlite;
	if ((e = s->engine->open(&s->state, &want, path, &made)) != ERR_OK) {
		wipe_free(s, sizeof *s);
		return e;
	}
	if (fresh != NULL)
		*fresh = made;
	*sql = s;
	return ERR_OK;
}

void
sql_close(struct sql *sql)
{
	if (sql == NULL)
		return;
	sql->engine->close(sql->state);
	wipe_free(sql, sizeof *sql);
}

enum err
sql_begin(struct sql *sql)
{
	return sql->engine->begin(sql->state);
}

enum err
sql_commit(struct sql *sql)
{
	return sql->engine->commit(sql->state);
}

void
sql_rollback(struct sql *sql)
{
	sql->engine->rollback(sql->state);
}

enum err
sql_ask(struct sql *sql, enum sql_query query, const struct sql_value *values,
    size_t n)
{
	return sql->engine->ask(sql->state, (int)query, values, n);
}

enum err
sql_next(struct sql *sql, enum sql_query query)
{
	return sql->engine->next(sql->state, (int)query);
}

void
sql_done(struct sql *sql, enum sql_query query)
{
	sql->engine->done(sql->state, (int)query);
}

int64_t
sql_number(struct sql *sql, enum sql_query query, int column)
{
	return sql->engine->number(sql->state, (int)query, column);
}

enum err
sql_bytes(
    struct sql *sql, enum sql_query query, int column, void *out, size_t n)
{
	return sql->engine->bytes(sql->state, (int)query, column, out, n);
}

bool
sql_is_null(struct sql *sql, enum sql_query query, int column)
{
	return sql->engine->is_null(sql->state, (int)query, column);
}

enum err
sql_do(struct sql *sql, enum sql_query query, const struct sql_value *values,
    size_t n)
{
	enum err e;

	if ((e = sql_ask(sql, query, values, n)) != ERR_OK)
		return e;
	while ((e = sql_next(sql, query)) == ERR_OK)
		;
	return e == ERR_NOTHING ? ERR_OK : e;
}

enum err
sql_one(struct sql *sql, enum sql_query query, const struct sql_value *values,
    size_t n, int64_t *number)
{
	enum err e;

	if ((e = sql_ask(sql, query, values, n)) != ERR_OK ||
	    (e = sql_next(sql, query)) != ERR_OK)
		return e;
	*number = sql_number(sql, query, 0);
	sql_done(sql, query);
	return ERR_OK;
}

enum err
sql_trim(struct sql *sql)
{
	return sql->engine->trim(sql->state);
}
