#include <string.h>

#include "base/enc.h"
#include "crypt/hash.h"
#include "team/certificate.h"
#include "team/paper.h"

#define PRINT_BYTES 20U

static const struct paper_kind kind = {
	.kind = "certificate",
	.signer = "team",
	.max = CERTIFICATE_MAX,
};

void
team_print(char out[static TEAM_PRINT_BYTES],
    const uint8_t team[static SIGN_PUBLIC_BYTES])
{
	uint8_t hash[SHA256_BYTES];

	sha256(hash, team, SIGN_PUBLIC_BYTES);
	enc_base32(out, hash, PRINT_BYTES);
}

bool
team_print_is(
    const char *f, size_t n, const uint8_t team[static SIGN_PUBLIC_BYTES])
{
	char print[TEAM_PRINT_BYTES];

	team_print(print, team);
	return n == TEAM_PRINT_CHARS && memcmp(f, print, n) == 0;
}

enum err
certificate_write(struct buf *out, struct certificate *c,
    const uint8_t team_seed[static SIGN_SEED_BYTES])
{
	struct buf json;
	struct json_out w;
	enum err e;

	buf_init(&json, CERTIFICATE_MAX);
	sign_public(c->team, team_seed);
	json_begin(&w, &json);
	json_put_hex(&w, "team", c->team, sizeof c->team);
	json_put_hex(&w, "line", c->line, sizeof c->line);
	json_put_hex(&w, "key", c->key, sizeof c->key);
	json_put_u64(&w, "serial", c->serial);
	json_put_u64(&w, "until", c->until);
	if ((e = json_end(&w)) == ERR_OK)
		e = paper_sign(out, &kind, &json, team_seed);
	buf_drop(&json);
	return e;
}

static enum err
fields(struct certificate *c, const struct json *o)
{
	static const char *const keys[] = { "team", "line", "key", "serial",
		"until" };
	enum err e;

	if ((e = json_only(o, keys, COUNT(keys))) != ERR_OK)
		return e;
	if ((e = json_get_hex(o, "team", c->team, sizeof c->team)) != ERR_OK ||
	    (e = json_get_hex(o, "line", c->line, sizeof c->line)) != ERR_OK ||
	    (e = json_get_hex(o, "key", c->key, sizeof c->key)) != ERR_OK ||
	    (e = json_get_u32(o, "serial", UINT32_MAX, &c->serial)) != ERR_OK)
		return paper_need(e);
	return paper_need(json_get_u32(o, "until", UINT32_MAX, &c->until));
}

enum err
certificate_read(struct certificate *c, const void *p, size_t n)
{
	struct paper paper = { .json = NULL };
	struct certificate got;
	enum err e;

	if ((e = paper_read(&paper, &kind, p, n)) != ERR_OK)
		goto out;
	if ((e = fields(&got, paper.json)) != ERR_OK)
		goto out;
	if ((e = paper_check(&paper, &kind, got.team)) != ERR_OK)
		goto out;
	*c = got;
out:
	paper_drop(&paper);
	return e;
}

enum err
certificate_follows(
    const struct certificate *next, const struct certificate *now)
{
	if (memcmp(next->team, now->team, sizeof now->team) != 0 ||
	    memcmp(next->line, now->line, sizeof now->line) != 0)
		return ERR_DENIED;
	if (next->serial != now->serial)
		return next->serial > now->serial ? ERR_OK : ERR_EXPIRED;
	return memcmp(next->key, now->key, sizeof now->key) == 0 &&
		next->until == now->until
	    ? ERR_NOTHING
	    : ERR_TAKEN;
}
