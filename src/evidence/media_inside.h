/* media_inside: the parts of media.c, one a family of files.  Each says
 * MEDIA_UNKNOWN for what is not of its family. */
#ifndef EVIDENCE_MEDIA_INSIDE_H
#define EVIDENCE_MEDIA_INSIDE_H

#include <stdbool.h>

#include "evidence/media.h"

/* Do these bytes stand at `at`? */
static inline bool
media_has(
    const uint8_t *p, size_t n, size_t at, const char *what, size_t what_len)
{
	if (at > n || what_len > n - at)
		return false;
	for (size_t i = 0; i < what_len; i++)
		if (p[at + i] != (uint8_t)what[i])
			return false;
	return true;
}

enum media media_of_boxes(const struct media_look *look); /* MP4 and its kin */
enum media media_of_sound(const struct media_look *look); /* frames alone */
enum media media_of_zip(const struct media_look *look);
enum media media_of_ole(const struct media_look *look);
enum media media_of_text(const struct media_look *look);

/* Does a zip archive end this file? */
bool media_zip_ends(const struct media_look *look);

#endif
