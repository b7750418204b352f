/*
 * enc: integers and text encodings.  Every decoder takes exact lengths, knows
 * one spelling for each value, and writes nothing unless it succeeds.
 *
 *	hex      lower case, RFC 4648 section 8
 *	base64   RFC 4648 section 4, with padding or (the _raw calls) without;
 *	         trailing bits must be zero
 *	base32   RFC 4648 section 6, lower case, no padding; trailing bits zero
 */
#ifndef BASE_ENC_H
#define BASE_ENC_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define ENC_HEX_LEN(n) ((n)*2)
#define ENC_BASE64_LEN(n) (((n) + 2) / 3 * 4)
#define ENC_BASE64_RAW_LEN(n) (((n)*8 + 5) / 6)
#define ENC_BASE32_LEN(n) (((n)*8 + 4) / 5)

/* Integers, big end first. */
void enc_put_u16(uint8_t out[static 2], uint16_t v);
void enc_put_u32(uint8_t out[static 4], uint32_t v);
void enc_put_u64(uint8_t out[static 8], uint64_t v);
uint16_t enc_get_u16(const uint8_t in[static 2]);
uint32_t enc_get_u32(const uint8_t in[static 4]);
uint64_t enc_get_u64(const uint8_t in[static 8]);

/* Write the encoding of `n` bytes and a NUL: `out` holds ENC_*_LEN(n) + 1. */
void enc_hex(char *out, const uint8_t *p, size_t n);
void enc_base64(char *out, const uint8_t *p, size_t n);
void enc_base64_raw(char *out, const uint8_t *p, size_t n);
void enc_base32(char *out, const uint8_t *p, size_t n);

/* Decode exactly `len` characters into exactly `n` bytes.  ERR_FORMAT for
 * another length or spelling; `out` is then unchanged. */
enum err enc_hex_read(
    uint8_t *out, size_t n, const char *s, size_t len) MUST_USE;
enum err enc_base64_read(
    uint8_t *out, size_t n, const char *s, size_t len) MUST_USE;
enum err enc_base64_raw_read(
    uint8_t *out, size_t n, const char *s, size_t len) MUST_USE;
enum err enc_base32_read(
    uint8_t *out, size_t n, const char *s, size_t len) MUST_USE;

/* Append the bytes that `len` characters of base64 (padded) stand for.  On
 * failure `out` is unchanged. */
enum err enc_base64_append(struct buf *out, const char *s, size_t len) MUST_USE;

/* Read a decimal number: digits only, no leading zero, at most `max`. */
enum err enc_decimal_read(
    uint64_t *out, uint64_t max, const char *s, size_t len) MUST_USE;

#endif
