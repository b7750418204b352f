#include <string.h>

#include "alloc.h"
#include "base/buf.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "t.h"

static enum err
open_str(struct json **root, const char *s)
{
	return json_open(root, s, strlen(s));
}

static void
what_is_not_exactly_one_object_is_refused(void)
{
	static const char *const rows[] = {
		"",
		"1",
		"[]",
		"\"a\"",
		"null",
		"{",
		"{}x",
		"{}{}",
		"{\"a\":1,}",
		"{\"a\":1,\"a\":2}",
		"{\"a\":{\"b\":1,\"b\":1}}",
		"{'a':1}",
		"{a:1}",
		"{\"a\":01}",
		"{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\ud800\"}",
		"{\"a\":\"\xff\"}",
		"{\"a\":\"\xc0\xaf\"}",
		"{\"a\":\"\n\"}",
		"{\"a\":\"\\x\"}",
		"{\"a\":nan}",
		"{\"a\":9223372036854775808}",
		"{\"a\":1e999}",
		"\xef\xbb\xbf{}",
		/* nine deep */
		"{\"a\":[[[[[[[[1]]]]]]]]}",
	};
	struct json *root = NULL;

	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(open_str(&root, rows[i]) == ERR_FORMAT);
		OK(root == NULL);
	}
	OK(json_open(&root, "{}\0", 3) == ERR_FORMAT);
	OK(json_open(&root, "{\"a\0\":1}", 8) == ERR_FORMAT);
}

static void
depth_and_size_have_ends(void)
{
	static char big[JSON_MAX + 1];
	struct json *root = NULL;

	OK(open_str(&root, "{\"a\":[[[[[[[1]]]]]]]}") == ERR_OK);
	json_close(root);
	/* Brackets between quotes are no depth. */
	OK(open_str(&root, "{\"a\":\"[[[[[[[[[[\\\"[[[\",\"b\":[]}") == ERR_OK);
	json_close(root);
	memset(big, ' ', sizeof big);
	big[0] = '{';
	big[1] = '}';
	OK(json_open(&root, big, JSON_MAX) == ERR_OK);
	json_close(root);
	OK(json_open(&root, big, JSON_MAX + 1) == ERR_TOOBIG);
	memset(big, '[', sizeof big);
	OK(json_open(&root, big, JSON_MAX) == ERR_FORMAT);
}

static void
getters_take_their_type_and_no_other(void)
{
	struct json *root = NULL;
	const struct json *list, *o;
	const char *s = NULL;
	uint8_t hex[2] = { 7, 7 };
	uint64_t big = 7;
	uint32_t small = 7;
	size_t n = 7;
	bool yes = false;

	OK(open_str(&root,
	       "{\"s\":\"a\\u00e9\",\"h\":\"00ff\",\"H\":\"00FF\",\"n\":5,"
	       "\"m\":-1,\"r\":1.0,\"b\":true,\"l\":[\"x\",{\"k\":1},\"0102\","
	       "9],\"z\":null,\"big\":9223372036854775807}") == ERR_OK);
	OK(json_get_str(root, "s", 3, &s, &n) == ERR_OK);
	OK(n == 3 && strcmp(s, "a\xc3\xa9") == 0);
	OK(json_get_str(root, "s", 2, &s, &n) == ERR_TOOBIG);
	OK(json_get_str(root, "none", 2, &s, &n) == ERR_NOTHING);
	OK(json_get_str(root, "n", 2, &s, &n) == ERR_FORMAT);
	OK(json_get_str(root, "z", 2, &s, &n) == ERR_FORMAT);
	OK(n == 3);
	OK(json_get_hex(root, "H", hex, 2) == ERR_FORMAT);
	OK(json_get_hex(root, "h", hex, 1) == ERR_FORMAT);
	OK(json_get_hex(root, "n", hex, 1) == ERR_FORMAT && hex[0] == 7);
	OK(json_get_hex(root, "h", hex, 2) == ERR_OK && hex[1] == 0xff);
	OK(json_get_u32(root, "n", 4, &small) == ERR_TOOBIG && small == 7);
	OK(json_get_u32(root, "m", 9, &small) == ERR_FORMAT);
	OK(json_get_u32(root, "r", 9, &small) == ERR_FORMAT);
	OK(json_get_u32(root, "b", 9, &small) == ERR_FORMAT);
	OK(json_get_u32(root, "n", 5, &small) == ERR_OK && small == 5);
	OK(json_get_u64(root, "big", UINT64_MAX, &big) == ERR_OK);
	OK(big == INT64_MAX);
	OK(json_get_bool(root, "n", &yes) == ERR_FORMAT);
	OK(json_get_bool(root, "b", &yes) == ERR_OK && yes);
	OK(json_get_object(root, "l", &o) == ERR_FORMAT);
	OK(json_get_list(root, "l", 3, &list) == ERR_TOOBIG);
	OK(json_get_list(root, "s", 3, &list) == ERR_FORMAT);
	OK(json_get_list(root, "l", 4, &list) == ERR_OK);
	OK(json_count(list) == 4);
	OK(json_at_str(list, 0, 1, &s, &n) == ERR_OK && s[0] == 'x');
	OK(json_at_object(list, 0, &o) == ERR_FORMAT);
	OK(json_at_object(list, 1, &o) == ERR_OK);
	OK(json_get_u32(o, "k", 1, &small) == ERR_OK && small == 1);
	OK(json_at_hex(list, 2, hex, 2) == ERR_OK && hex[0] == 1);
	OK(json_at_u64(list, 3, 9, &big) == ERR_OK && big == 9);
	OK(json_at_u64(list, 4, 9, &big) == ERR_NOTHING);
	json_close(root);
}

static void
unknown_keys_are_seen(void)
{
	static const char *const keys[] = { "a", "b", "c" };
	struct json *root = NULL;

	OK(open_str(&root, "{\"b\":1,\"a\":2}") == ERR_OK);
	OK(json_only(root, keys, 3) == ERR_OK);
	OK(json_only(root, keys, 1) == ERR_FORMAT);
	OK(json_keys(root) == 2);
	OK(strcmp(json_key(root, 0), "b") == 0);
	OK(strcmp(json_key(root, 1), "a") == 0);
	OK(json_key(root, 2) == NULL);
	json_close(root);
	json_close(NULL);
}

static void
put_all(struct json_out *w, struct buf *b)
{
	static const uint8_t bytes[] = { 0, 0xff };
	static const char hard[] =
	    "\"\\/\b\f\n\r\t\x01\x1f\x7f \xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80";

	json_begin(w, b);
	json_put_str(w, "s", hard, strlen(hard));
	json_put_str(w, "e", "", 0);
	json_put_hex(w, "h", bytes, 2);
	json_put_u64(w, "n", 0);
	json_put_u64(w, "m", INT64_MAX);
	json_put_bool(w, "t", true);
	json_put_list(w, "l");
	json_put_object(w, NULL);
	json_put_bool(w, "f", false);
	json_put_object_end(w);
	json_put_object(w, NULL);
	json_put_object_end(w);
	json_put_u64(w, NULL, 1);
	json_put_list_end(w);
	json_put_list(w, "k");
	json_put_list_end(w);
}

static void
the_writer_has_one_spelling(void)
{
	static const char want[] =
	    "{\"s\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f "
	    "\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\",\"e\":\"\","
	    "\"h\":\"00ff\",\"n\":0,\"m\":9223372036854775807,\"t\":true,"
	    "\"l\":[{\"f\":false},{},1],\"k\":[]}";
	struct json_out w;
	struct json *root;
	struct buf b;

	buf_init(&b, 4096);
	put_all(&w, &b);
	OK(json_end(&w) == ERR_OK);
	OK(b.len == strlen(want) && memcmp(b.at, want, b.len) == 0);
	OK(json_open(&root, (const char *)b.at, b.len) == ERR_OK);
	json_close(root);
	buf_drop(&b);
}

static void
a_failed_writer_takes_back_what_it_wrote(void)
{
	struct json_out w;
	struct buf b;

	for (size_t limit = 3; limit < 150; limit++) {
		buf_init(&b, limit);
		OK(buf_put_str(&b, "abc") == ERR_OK);
		put_all(&w, &b);
		if (json_end(&w) == ERR_OK)
			OK(limit > 100);
		else
			OK(b.len == 3);
		buf_drop(&b);
	}
	buf_init(&b, 100);
	json_begin(&w, &b);
	json_put_str(&w, "a", "\xff", 1);
	OK(json_end(&w) == ERR_FORMAT && b.len == 0);
	json_begin(&w, &b);
	json_put_u64(&w, "a", UINT64_MAX);
	OK(json_end(&w) == ERR_TOOBIG && b.len == 0);
	buf_drop(&b);
	OK(alloc_dirty() == 0);
}

static void
a_string_is_cut_by_what_it_takes(void)
{
	OK(json_str_bytes("a\n\x01\xc3\xa9", 5) == 1 + 2 + 6 + 2);
	OK(json_str_cut("a\n\x01\xc3\xa9", 5, 11) == 5);
	OK(json_str_cut("a\n\x01\xc3\xa9", 5, 10) == 3);
	OK(json_str_cut("a\n\x01\xc3\xa9", 5, 8) == 2);
	OK(json_str_cut("a\n", 2, 0) == 0);
}

/* Only the n-th request is refused, and then all is given back wiped. */
static void
refused_memory_leaves_nothing_held_or_unwiped(void)
{
	static const char text[] = "{\"words\":\"a source's words, which are "
				   "longer than a small string\",\"l\":[1,{}]}";
	struct json *root = NULL;
	enum err e = ERR_NOMEM;
	unsigned held, dirty = alloc_dirty(), n;

	held = alloc_held();
	for (n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = open_str(&root, text);
		alloc_refuse(0);
		if (e == ERR_OK)
			json_close(root);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_held() == held && alloc_dirty() == dirty);
		OK(n < 1000);
	}
	OK(n > 5);
}

/* The library drops the character at which it was refused memory: the end of a
 * string, say, or what stands behind a backslash. */
static void
memory_refused_at_any_character_of_a_string_is_that_and_no_more(void)
{
	const unsigned held = alloc_held(), dirty = alloc_dirty();
	struct json *root = NULL;
	char text[160];
	enum err e;

	for (unsigned len = 0; len < 132; len++)
		for (unsigned escape = 0; escape < 2; escape++) {
			(void)snprintf(text, sizeof text, "{\"a\":\"%.*s%s\"}",
			    (int)len,
			    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			    escape ? "\\u00e9\\n" : "");
			e = ERR_NOMEM;
			for (unsigned n = 1; e != ERR_OK; n++) {
				alloc_refuse(n);
				e = open_str(&root, text);
				alloc_refuse(0);
				OK(e == ERR_OK || e == ERR_NOMEM);
				OK(e == ERR_OK || alloc_held() == held);
				OK(n < 1000);
			}
			json_close(root);
			OK(alloc_held() == held && alloc_dirty() == dirty);
		}
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
T(what_is_not_exactly_one_object_is_refused)
T(depth_and_size_have_ends)
T(getters_take_their_type_and_no_other)
T(unknown_keys_are_seen)
T(the_writer_has_one_spelling)
T(a_failed_writer_takes_back_what_it_wrote)
T(a_string_is_cut_by_what_it_takes)
T(refused_memory_leaves_nothing_held_or_unwiped)
T(memory_refused_at_any_character_of_a_string_is_that_and_no_more)
T_END
