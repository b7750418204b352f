/*
 * request: a desk says that it may ask (HTTP header Sotto-Request).
 *
 * A signed note of kind `request`, signed by the access key (named `access`),
 * in base64 with padding, on one line.  It binds method, path and body to one
 * line and one hour; nothing is gained by replaying it in that time, because
 * every request changes nothing the second time.
 */
#ifndef TEAM_REQUEST_H
#define TEAM_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "team/certificate.h"

#define REQUEST_HEADER "Sotto-Request"
#define REQUEST_MAX 1024U /* characters of base64 */
#define REQUEST_METHOD_MAX 7U
#define REQUEST_PATH_MAX 63U
#define REQUEST_SKEW 1U /* hours */

struct request {
	char method[REQUEST_METHOD_MAX + 1]; /* GET, POST, PUT */
	char path[REQUEST_PATH_MAX + 1]; /* as on the request line */
	uint8_t body[SHA256_BYTES]; /* SHA-256 of the body, empty for GET */
	uint8_t line[LINE_ID_BYTES];
	uint32_t hour; /* hours since 1970 */
};

/* Append the header's value. */
enum err request_write(struct buf *out, const struct request *r,
    const uint8_t access_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read a header's value and check its signature by the access key.  ERR_FORMAT,
 * ERR_VERSION, ERR_FORGED, ERR_TOOBIG, ERR_NOMEM; `*r` only on success. */
enum err request_read(struct request *r, const char *value, size_t n,
    const uint8_t access[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* Does it fit the request at hand?  Method, path and line must be known before
 * the body comes; the body's hash is compared by the caller when it is whole
 * (crypt_same on r->body).  ERR_DENIED, ERR_EXPIRED (hour more than
 * REQUEST_SKEW away). */
enum err request_fits(const struct request *r, const char *method,
    const char *path, const uint8_t line[static LINE_ID_BYTES],
    uint32_t hour) MUST_USE;

#endif
