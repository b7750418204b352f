/*
 * json: a strict reader and an exact writer of JSON (RFC 8259) in UTF-8.
 *
 * The reader takes one object of at most JSON_MAX bytes, at most JSON_DEPTH_MAX
 * deep, without repeated keys and without U+0000; getters say ERR_NOTHING when
 * a key is absent, ERR_FORMAT when its value is of another type or spelling,
 * ERR_TOOBIG past the given limit, and set their output only on success.  What
 * they hand out is borrowed from the root.  All memory is wiped when freed.
 *
 * The writer is compact, keeps the order it is called in, leaves everything
 * from U+0020 on as it is but for " and \, and writes the controls below as
 * \b \f \n \r \t or \u00xx.
 */
#ifndef NOTE_JSON_H
#define NOTE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define JSON_MAX (1U << 20) /* bytes of one object */
#define JSON_DEPTH_MAX 8U

struct json; /* a value; the root of a tree owns it all */

/* Give the library its memory and its random seed, so that it never opens a
 * file for one.  json_open() does it too, inside a sandbox as well.  May be
 * called twice; needs crypt_init(). */
void json_init(void);

/* Read exactly `n` bytes as one object.  ERR_FORMAT, ERR_TOOBIG, ERR_NOMEM. */
enum err json_open(struct json **root, const char *p, size_t n) MUST_USE;
void json_close(struct json *root); /* NULL does nothing */

/* Values of an object by key.  Strings are at most `max` bytes, end with NUL
 * and hold none; hex is exactly 2n lower-case characters. */
enum err json_get_str(const struct json *o, const char *key, size_t max,
    const char **s, size_t *len) MUST_USE;
enum err json_get_hex(
    const struct json *o, const char *key, uint8_t *out, size_t n) MUST_USE;
enum err json_get_u32(
    const struct json *o, const char *key, uint32_t max, uint32_t *v) MUST_USE;
enum err json_get_u64(
    const struct json *o, const char *key, uint64_t max, uint64_t *v) MUST_USE;
enum err json_get_bool(const struct json *o, const char *key, bool *v) MUST_USE;
enum err json_get_object(
    const struct json *o, const char *key, const struct json **v) MUST_USE;
/* A list of at most `max` values. */
enum err json_get_list(const struct json *o, const char *key, size_t max,
    const struct json **v) MUST_USE;

/* A list's values, i < json_count().  Each is an object, a string or hex. */
size_t json_count(const struct json *list);
enum err json_at_object(
    const struct json *list, size_t i, const struct json **v) MUST_USE;
enum err json_at_str(const struct json *list, size_t i, size_t max,
    const char **s, size_t *len) MUST_USE;
enum err json_at_hex(
    const struct json *list, size_t i, uint8_t *out, size_t n) MUST_USE;
enum err json_at_u64(
    const struct json *list, size_t i, uint64_t max, uint64_t *v) MUST_USE;

/* An object's keys, in the order they were written, i < json_keys(). */
size_t json_keys(const struct json *o);
const char *json_key(const struct json *o, size_t i);

/* ERR_FORMAT when the object has a key that is none of these. */
enum err json_only(
    const struct json *o, const char *const *keys, size_t count) MUST_USE;

/*
 * Writing.  The first thing that fails is remembered and the rest does
 * nothing; json_end() says it and takes back what was written.  `key` is NULL
 * inside a list.  Every begin has its end.
 */
struct json_out {
	struct buf *out;
	size_t start;
	enum err e;
	unsigned depth;
	bool more; /* a value precedes: a comma is due */
};

/* Begin the object; json_end() ends it. */
void json_begin(struct json_out *w, struct buf *out);
enum err json_end(struct json_out *w) MUST_USE;

/* `s` must be UTF-8 without NUL (else ERR_FORMAT). */
void json_put_str(struct json_out *w, const char *key, const char *s, size_t n);
void json_put_hex(
    struct json_out *w, const char *key, const uint8_t *p, size_t n);
void json_put_u64(struct json_out *w, const char *key, uint64_t v);
void json_put_bool(struct json_out *w, const char *key, bool v);
void json_put_object(struct json_out *w, const char *key);
void json_put_object_end(struct json_out *w);
void json_put_list(struct json_out *w, const char *key);
void json_put_list_end(struct json_out *w);

/* How many bytes a string takes between its quotes, and the greatest length of
 * `s` that splits no character and takes at most `max`. */
size_t json_str_bytes(const char *s, size_t n);
size_t json_str_cut(const char *s, size_t n, size_t max);

/* Write JSON to a descriptor that may be a terminal's: what one obeys above
 * U+007F, and JSON lets through, is spelled out.  Errors of file_write_fd(). */
enum err json_show(int fd, const void *p, size_t n) MUST_USE;

#endif
