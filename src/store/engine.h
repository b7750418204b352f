/*
 * engine: what stands behind a store.  Each function does what the one of the
 * same name in sql.h promises; `state` is the engine's own.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "store/sql.h"

/* The statements first to last of a book, by their numbers; the first makes
 * the tables, the second writes without changing anything. */
struct engine_book {
	const char *const *text;
	int first, last;
	int application, version;
};

struct engine {
	const char *name;
	enum err (*open)(void **state, const struct engine_book *book,
	    const char *path, bool *fresh);
	void (*close)(void *state);
	enum err (*begin)(void *state);
	enum err (*commit)(void *state);
	void (*rollback)(void *state);
	enum err (*ask)(
	    void *state, int query, const struct sql_value *values, size_t n);
	enum err (*next)(void *state, int query);
	void (*done)(void *state, int query);
	int64_t (*number)(void *state, int query, int column);
	enum err (*bytes)(
	    void *state, int query, int column, void *out, size_t n);
	bool (*is_null)(void *state, int query, int column);
	enum err (*trim)(void *state);
};

extern const struct engine engine_sqlite;

#endif
