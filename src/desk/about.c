#include <string.h>

#include "note/json.h"

#include "desk/about.h"

#define FORM 1U

static const struct {
	const char *name;
	size_t at, n;
} keys[] = {
	{ "team", offsetof(struct about, team), SIGN_PUBLIC_BYTES },
	{ "line", offsetof(struct about, line), LINE_ID_BYTES },
	{ "door", offsetof(struct about, door), DOOR_ID_BYTES },
	{ "member", offsetof(struct about, member), MEMBER_ID_BYTES },
};

enum err
about_write(struct buf *out, const struct about *a)
{
	const uint8_t *base = (const uint8_t *)a;
	struct json_out w;

	json_begin(&w, out);
	json_put_u64(&w, "form", FORM);
	for (size_t i = 0; i < COUNT(keys); i++)
		json_put_hex(&w, keys[i].name, base + keys[i].at, keys[i].n);
	json_put_str(&w, "name", a->name, strlen(a->name));
	json_put_str(&w, "readers", a->readers, strlen(a->readers));
	json_put_u64(&w, "until", a->until);
	return json_end(&w);
}

static enum err
get_text(char *out, const struct json *o, const char *key, size_t max)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, key, max, &s, &n)) != ERR_OK)
		return e;
	memcpy(out, s, n);
	out[n] = '\0';
	return ERR_OK;
}

static enum err
get_all(struct about *a, const struct json *o)
{
	uint8_t *base = (uint8_t *)a;
	uint32_t form;
	enum err e;

	if ((e = json_get_u32(o, "form", UINT32_MAX, &form)) != ERR_OK)
		return e;
	if (form != FORM)
		return ERR_VERSION;
	for (size_t i = 0; i < COUNT(keys); i++)
		if ((e = json_get_hex(o, keys[i].name, base + keys[i].at,
			 keys[i].n)) != ERR_OK)
			return e;
	if ((e = get_text(a->name, o, "name", DOOR_NAME_MAX)) != ERR_OK ||
	    (e = get_text(a->readers, o, "readers", DOOR_READERS_MAX)) !=
		ERR_OK)
		return e;
	return json_get_u32(o, "until", UINT32_MAX, &a->until);
}

enum err
about_read(struct about *a, const void *p, size_t n)
{
	struct json *o = NULL;
	struct about got;
	enum err e;

	if ((e = json_open(&o, p, n)) == ERR_OK &&
	    (e = get_all(&got, o)) == ERR_OK)
		*a = got;
	json_close(o);
	return e == ERR_NOTHING ? ERR_FORMAT : e;
}
