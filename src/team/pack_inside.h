/* pack_inside: what the writer and the reader of packs share. */
#ifndef TEAM_PACK_INSIDE_H
#define TEAM_PACK_INSIDE_H

#include "team/pack.h"
#include "team/paper.h"

#define PACK_FIRST "sotto/1 pack\n"
#define PACK_FIRST_N (sizeof PACK_FIRST - 1)
#define PACK_BACKUP_FIRST "sotto/1 backup\n"
#define PACK_BACKUP_FIRST_N (sizeof PACK_BACKUP_FIRST - 1)
#define PACK_HEAD 5U /* kind and length */

/* May a record of this kind stand behind one of that (0: behind the first
 * line), and have so many bytes?  PACK_BARE is for backups alone.  ERR_FORMAT,
 * ERR_TOOBIG. */
enum err pack_order(
    bool backup, unsigned before, unsigned kind, size_t n) MUST_USE;

/* The last record. */
struct pack_end {
	uint8_t device[DEVICE_ID_BYTES];
	char team[TEAM_PRINT_BYTES];
	uint8_t to[SIGN_PUBLIC_BYTES];
	uint32_t roster, day;
	uint64_t records; /* before it */
	uint8_t hash[SHA256_BYTES]; /* of all before it */
};

extern const struct paper_kind pack_end_kind;
enum err pack_end_put(struct buf *json, const struct pack_end *end) MUST_USE;

#endif
