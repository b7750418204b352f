#include <string.h>

#include "base/enc.h"

#include "desk/heard.h"
#include "desk/inside.h"

#define NAME "heard"
#define TEXT_MAX 65536U

/* "ID NUMBER DAY" and a line feed: how far the device had come on that day. */
struct row {
	uint32_t number, day;
};

static bool
read_row(struct row *r, const char *line, const char *end)
{
	const char *gap = memchr(line, ' ', (size_t)(end - line));
	uint64_t number, day;

	if (gap == NULL ||
	    enc_decimal_read(&number, UINT32_MAX, line, (size_t)(gap - line)) !=
		ERR_OK ||
	    enc_decimal_read(
		&day, UINT32_MAX, gap + 1, (size_t)(end - gap - 1)) != ERR_OK)
		return false;
	*r = (struct row){ (uint32_t)number, (uint32_t)day };
	return true;
}

/* What is kept of a device; zeros for nothing. */
static struct row
find(const char *text, const uint8_t *device)
{
	char hex[ENC_HEX_LEN(DEVICE_ID_BYTES) + 1];
	struct row r = { 0, 0 };
	const char *end;

	enc_hex(hex, device, DEVICE_ID_BYTES);
	for (; (end = strchr(text, '\n')) != NULL; text = end + 1)
		if (strncmp(text, hex, sizeof hex - 1) == 0 &&
		    text[sizeof hex - 1] == ' ' &&
		    read_row(&r, text + sizeof hex, end))
			break;
	return r;
}

static enum err
load(struct buf *text, struct desk *d, const char **at)
{
	enum err e = desk_recall(d, NAME, text);

	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	*at = buf_str(text);
	return *at == NULL ? ERR_NOMEM : ERR_OK;
}

/* What was kept, and what is to be. */
struct keeping {
	struct desk *d;
	const char *was;
	struct buf next;
	uint32_t today;
	bool news;
};

/* The row of one device of today's roster as it is now. */
static enum err
put(struct keeping *k, const uint8_t *key)
{
	char hex[ENC_HEX_LEN(DEVICE_ID_BYTES) + 1];
	struct teamlog_device device;
	uint8_t id[DEVICE_ID_BYTES];
	struct row r;

	device_id(id, key);
	enc_hex(hex, id, sizeof id);
	r = find(k->was, id);
	if (teamlog_device(k->d->log, &device, id) == ERR_OK &&
	    device.next > r.number) {
		r = (struct row){ device.next, k->today };
		k->news = true;
	}
	return r.day == 0
	    ? ERR_OK
	    : buf_put_fmt(&k->next, "%s %u %u\n", hex, r.number, r.day);
}

enum err
heard_keep(struct desk *d, uint32_t today)
{
	const struct roster *r = d->roster;
	struct keeping k = { .d = d, .today = today };
	struct buf text;
	const char *now;
	enum err e;

	buf_init(&text, TEXT_MAX);
	buf_init(&k.next, TEXT_MAX);
	e = load(&text, d, &k.was);
	for (size_t i = 0; e == ERR_OK && i < r->devices_n; i++)
		e = put(&k, r->devices[i].key);
	if (e == ERR_OK && k.news) {
		now = buf_str(&k.next);
		e = now == NULL ? ERR_NOMEM : desk_remember(d, NAME, now);
	}
	buf_drop(&text);
	buf_drop(&k.next);
	return e;
}

enum err
heard_last(
    uint32_t *day, struct desk *d, const uint8_t device[static DEVICE_ID_BYTES])
{
	struct buf text;
	const char *at;
	enum err e;

	buf_init(&text, TEXT_MAX);
	if ((e = load(&text, d, &at)) == ERR_OK)
		*day = find(at, device).day;
	buf_drop(&text);
	return e;
}
