/*
 * armor: age files as text (C2SP age.md, "ASCII armor"; strict PEM of RFC 7468
 * figure 3).  Both ways push what they make into a sink.  The reader takes
 * lines ended by LF or CRLF and, outside the two marks alone, up to 1,024
 * characters of white space before and as many behind.
 */
#ifndef AGE_ARMOR_H
#define AGE_ARMOR_H

#include "age/age.h"

struct armor_writer;
enum err armor_writer_open(
    struct armor_writer **w, struct age_sink to) MUST_USE;
enum err armor_writer_add(
    struct armor_writer *w, const void *p, size_t n) MUST_USE;
enum err armor_writer_end(struct armor_writer *w) MUST_USE;
void armor_writer_close(struct armor_writer *w); /* NULL does nothing */

/* ERR_FORMAT for what is not armor, ERR_SHORT when the last mark is missing,
 * or what the sink said. */
struct armor_reader;
enum err armor_reader_open(
    struct armor_reader **r, struct age_sink to) MUST_USE;
enum err armor_reader_add(
    struct armor_reader *r, const void *p, size_t n) MUST_USE;
enum err armor_reader_end(struct armor_reader *r) MUST_USE;
void armor_reader_close(struct armor_reader *r); /* NULL does nothing */

#endif
