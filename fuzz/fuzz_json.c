/* What is read is written again by what the getters show, and that is read
 * and written as the same bytes once more. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "note/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void put_object(struct json_out *w, const struct json *o);

static void
put_list(struct json_out *w, const struct json *list)
{
	const struct json *o;
	const char *s;
	uint64_t v;
	size_t n;

	for (size_t i = 0; i < json_count(list); i++)
		if (json_at_str(list, i, SIZE_MAX, &s, &n) == ERR_OK)
			json_put_str(w, NULL, s, n);
		else if (json_at_u64(list, i, UINT64_MAX, &v) == ERR_OK)
			json_put_u64(w, NULL, v);
		else if (json_at_object(list, i, &o) == ERR_OK) {
			json_put_object(w, NULL);
			put_object(w, o);
			json_put_object_end(w);
		}
}

static void
put_value(struct json_out *w, const struct json *o, const char *key)
{
	const struct json *inner;
	const char *s;
	uint64_t v;
	size_t n;
	bool yes;

	if (json_get_str(o, key, SIZE_MAX, &s, &n) == ERR_OK)
		json_put_str(w, key, s, n);
	else if (json_get_u64(o, key, UINT64_MAX, &v) == ERR_OK)
		json_put_u64(w, key, v);
	else if (json_get_bool(o, key, &yes) == ERR_OK)
		json_put_bool(w, key, yes);
	else if (json_get_object(o, key, &inner) == ERR_OK) {
		json_put_object(w, key);
		put_object(w, inner);
		json_put_object_end(w);
	} else if (json_get_list(o, key, SIZE_MAX, &inner) == ERR_OK) {
		json_put_list(w, key);
		put_list(w, inner);
		json_put_list_end(w);
	}
}

static void
put_object(struct json_out *w, const struct json *o)
{
	for (size_t i = 0; i < json_keys(o); i++)
		put_value(w, o, json_key(o, i));
}

/* Write what `root` holds and close it. */
static void
write_and_close(struct buf *out, struct json *root)
{
	struct json_out w;
	enum err e;

	buf_init(out, 8U << 20);
	json_begin(&w, out);
	put_object(&w, root);
	e = json_end(&w);
	assert(e == ERR_OK);
	json_close(root);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct json *root;
	struct buf once, twice;
	enum err e;

	if (n > 20000) /* json_key() walks */
		return 0;
	e = crypt_init();
	assert(e == ERR_OK);
	if (json_open(&root, (const char *)p, n) != ERR_OK)
		return 0;
	write_and_close(&once, root);
	e = json_open(&root, (const char *)once.at, once.len);
	assert(e == ERR_OK);
	write_and_close(&twice, root);
	assert(
	    once.len == twice.len && memcmp(once.at, twice.at, once.len) == 0);
	buf_drop(&once);
	buf_drop(&twice);
	return 0;
}
