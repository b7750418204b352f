#include <assert.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "note/json.h"

/*
 * struct json is never defined: it is the library's json_t under a name that
 * hides it.
 */
static const json_t *
seen(const struct json *v)
{
	return (const json_t *)v;
}

static const struct json *
shown(const json_t *v)
{
	return (const struct json *)v;
}

/* The library frees without wiping and without saying how much, so the size
 * stands before every block. */
struct head {
	size_t n;
	/* Among the blocks of the reading that is on; `back` is NULL for one
	 * that is of none. */
	struct head *next, **back;
};
#define HEAD \
	((sizeof(struct head) + alignof(max_align_t) - 1) / \
	    alignof(max_align_t) * alignof(max_align_t))

/* What the library does when it is refused memory nobody can go on from: it
 * drops the character of a string that it was at, its end too, and then reads
 * and writes past it; or it hands out an object that lacks a value.  So a
 * reading that is refused some is left at once, and all of it given back. */
static _Thread_local struct {
	bool on;
	struct head *blocks;
	jmp_buf out;
} reading;

static void
link_block(struct head *h)
{
	h->next = reading.blocks;
	h->back = &reading.blocks;
	if (h->next != NULL)
		h->next->back = &h->next;
	reading.blocks = h;
}

static void
unlink_block(struct head *h)
{
	if (h->back == NULL)
		return;
	*h->back = h->next;
	if (h->next != NULL)
		h->next->back = h->back;
	h->back = NULL;
}

static void *
wiping_malloc(size_t n)
{
	struct head *h = n > SIZE_MAX - HEAD ? NULL : malloc(HEAD + n);

	if (h == NULL) {
		if (reading.on)
			longjmp(reading.out, 1);
		return NULL;
	}
	*h = (struct head){ .n = n };
	if (reading.on)
		link_block(h);
	return (unsigned char *)h + HEAD;
}

static void
free_block(struct head *h)
{
	unlink_block(h);
	wipe_free(h, HEAD + h->n);
}

static void
wiping_free(void *p)
{
	if (p != NULL)
		free_block((void *)((unsigned char *)p - HEAD));
}

void
json_init(void)
{
	static bool done;
	size_t seed = 0;

	if (done)
		return;
	while (seed == 0)
		crypt_random(&seed, sizeof seed);
	json_set_alloc_funcs(wiping_malloc, wiping_free);
	json_object_seed(seed);
	done = true;
}

/* The library would go down 2,048 levels; ours ends at JSON_DEPTH_MAX. */
static bool
is_shallow(const char *p, size_t n)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		if (quoted) {
			if (p[i] == '\\')
				i++;
			else if (p[i] == '"')
				quoted = false;
		} else if (p[i] == '"')
			quoted = true;
		else if (p[i] == '{' || p[i] == '[') {
			if (++depth > JSON_DEPTH_MAX)
				return false;
		} else if ((p[i] == '}' || p[i] == ']') && depth > 0)
			depth--;
	}
	return true;
}

/* Read; *v is NULL for what is no JSON.  ERR_NOMEM. */
static enum err
load(json_t **v, const char *p, size_t n)
{
	json_error_t why;

	reading.on = true;
	if (setjmp(reading.out) != 0) {
		reading.on = false;
		while (reading.blocks != NULL)
			free_block(reading.blocks);
		wipe(&why, sizeof why); /* it quotes what it read */
		return ERR_NOMEM;
	}
	*v = json_loadb(p, n, JSON_REJECT_DUPLICATES, &why);
	reading.on = false;
	while (reading.blocks != NULL)
		unlink_block(reading.blocks);
	wipe(&why, sizeof why);
	return ERR_OK;
}

enum err
json_open(struct json **root, const char *p, size_t n)
{
	json_t *v = NULL;
	enum err e;

	if (n > JSON_MAX)
		return ERR_TOOBIG;
	if (!is_shallow(p, n))
		return ERR_FORMAT;
	json_init();
	if ((e = load(&v, p, n)) != ERR_OK)
		return e;
	if (!json_is_object(v)) { /* nor is nothing */
		json_decref(v);
		return ERR_FORMAT;
	}
	*root = (struct json *)v; /* now the caller's */
	return ERR_OK;
}

void
json_close(struct json *root)
{
	json_decref((json_t *)root);
}

static enum err
take_str(const json_t *v, size_t max, const char **s, size_t *len)
{
	if (v == NULL)
		return ERR_NOTHING;
	if (!json_is_string(v))
		return ERR_FORMAT;
	if (json_string_length(v) > max)
		return ERR_TOOBIG;
	*s = json_string_value(v);
	*len = json_string_length(v);
	return ERR_OK;
}

static enum err
take_hex(const json_t *v, uint8_t *out, size_t n)
{
	const char *s;
	size_t len;
	enum err e;

	if ((e = take_str(v, SIZE_MAX, &s, &len)) != ERR_OK)
		return e;
	return enc_hex_read(out, n, s, len);
}

static enum err
take_u64(const json_t *v, uint64_t max, uint64_t *out)
{
	if (v == NULL)
		return ERR_NOTHING;
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return ERR_FORMAT;
	if ((uint64_t)json_integer_value(v) > max)
		return ERR_TOOBIG;
	*out = (uint64_t)json_integer_value(v);
	return ERR_OK;
}

static enum err
take_object(const json_t *v, const struct json **out)
{
	if (v == NULL)
		return ERR_NOTHING;
	if (!json_is_object(v))
		return ERR_FORMAT;
	*out = shown(v);
	return ERR_OK;
}

static const json_t *
by_key(const struct json *o, const char *key)
{
	assert(json_is_object(seen(o)));
	return json_object_get(seen(o), key);
}

static const json_t *
by_place(const struct json *list, size_t i)
{
	assert(json_is_array(seen(list)));
	return json_array_get(seen(list), i);
}

enum err
json_get_str(const struct json *o, const char *key, size_t max, const char **s,
    size_t *len)
{
	return take_str(by_key(o, key), max, s, len);
}

enum err
json_get_hex(const struct json *o, const char *key, uint8_t *out, size_t n)
{
	return take_hex(by_key(o, key), out, n);
}

enum err
json_get_u32(const struct json *o, const char *key, uint32_t max, uint32_t *v)
{
	uint64_t wide;
	enum err e;

	if ((e = take_u64(by_key(o, key), max, &wide)) == ERR_OK)
		*v = (uint32_t)wide;
	return e;
}

enum err
json_get_u64(const struct json *o, const char *key, uint64_t max, uint64_t *v)
{
	return take_u64(by_key(o, key), max, v);
}

enum err
json_get_bool(const struct json *o, const char *key, bool *v)
{
	const json_t *got = by_key(o, key);

	if (got == NULL)
		return ERR_NOTHING;
	if (!json_is_boolean(got))
		return ERR_FORMAT;
	*v = json_is_true(got);
	return ERR_OK;
}

enum err
json_get_object(const struct json *o, const char *key, const struct json **v)
{
	return take_object(by_key(o, key), v);
}

enum err
json_get_list(
    const struct json *o, const char *key, size_t max, const struct json **v)
{
	const json_t *got = by_key(o, key);

	if (got == NULL)
		return ERR_NOTHING;
	if (!json_is_array(got))
		return ERR_FORMAT;
	if (json_array_size(got) > max)
		return ERR_TOOBIG;
	*v = shown(got);
	return ERR_OK;
}

size_t
json_count(const struct json *list)
{
	return json_array_size(seen(list));
}

enum err
json_at_object(const struct json *list, size_t i, const struct json **v)
{
	return take_object(by_place(list, i), v);
}

enum err
json_at_str(
    const struct json *list, size_t i, size_t max, const char **s, size_t *len)
{
	return take_str(by_place(list, i), max, s, len);
}

enum err
json_at_hex(const struct json *list, size_t i, uint8_t *out, size_t n)
{
	return take_hex(by_place(list, i), out, n);
}

enum err
json_at_u64(const struct json *list, size_t i, uint64_t max, uint64_t *v)
{
	return take_u64(by_place(list, i), max, v);
}

size_t
json_keys(const struct json *o)
{
	return json_object_size(seen(o));
}

const char *
json_key(const struct json *o, size_t i)
{
	/* The library's iterators are not const, though nothing changes. */
	json_t *v = (json_t *)(uintptr_t)seen(o);
	void *it = json_object_iter(v);

	for (; i > 0 && it != NULL; i--)
		it = json_object_iter_next(v, it);
	return it == NULL ? NULL : json_object_iter_key(it);
}

enum err
json_only(const struct json *o, const char *const *keys, size_t count)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += by_key(o, keys[i]) != NULL;
	return found == json_keys(o) ? ERR_OK : ERR_FORMAT;
}
