/* teamlog_part: what the files of the team's log share; nobody else's. */
#ifndef TEAM_TEAMLOG_PART_H
#define TEAM_TEAMLOG_PART_H

#include "team/names.h"
#include "team/teamlog.h"

#define NO_FORK UINT64_MAX

/* That `who` waits for a name. */
struct edge {
	struct item *who;
	struct edge *next;
};

/* One entry.  Its edges, heads and note lie behind it in one piece. */
struct item {
	size_t size; /* of the piece */
	struct item *next; /* of a list that lives for one call */
	struct device *device;
	struct item *before; /* the entry before, once delivered */
	const uint64_t *span; /* see teamlog_judge.c */
	uint64_t lamport;
	uint32_t number;
	unsigned missing; /* names it waits for */
	unsigned mark; /* whoever walks the entries */
	enum effect_kind kind;
	enum teamlog_standing standing; /* once delivered */
	bool checked, forged, delivered, bad_chain, bad_lamport;
	bool twin, bad_body, anchored, listed;
	bool of_circle; /* a hand-out of a circle */
	uint8_t hash[SHA256_BYTES];
	uint8_t previous[SHA256_BYTES];
	char type[ENTRY_TYPE_MAX + 1];
	size_t heads_n, note_len, body_len;
	struct edge *edges; /* one for `previous`, one for each head */
	uint8_t (*heads)[ENTRY_HEAD_BYTES];
	uint8_t *note;
	const uint8_t *body;
};

struct device {
	uint8_t id[DEVICE_ID_BYTES];
	uint8_t key[SIGN_PUBLIC_BYTES];
	uint32_t place; /* in `devices` */
	bool named; /* by the roster, today or in the past; */
	bool today;
	bool hands_out;
	bool coming; /* a roster that is being taken names it */
	uint8_t member[MEMBER_ID_BYTES]; /* of today */
	enum member_role role;
	struct row *row; /* of the past: `rows` of them, in order */
	size_t rows;
	uint64_t fork; /* the first number signed twice; NO_FORK */
	uint64_t greatest; /* 1 + the greatest number that is here */
	struct item *tip; /* the last delivered one that no fork voids */
	struct item *spoken; /* the last of these before it was struck off */
	size_t kept, delivered;
	uint64_t cited; /* our chain has, up to before this number */
	size_t lacks;
};

/* A row of the roster's `past`. */
struct row {
	uint8_t member[MEMBER_ID_BYTES];
	enum member_role role;
	uint32_t number;
	uint8_t last[ROSTER_LAST_BYTES];
	uint64_t fork; /* the first number from `number` on signed twice */
};

/* An effect as views are told of it, and the last in order of it and all
 * before. */
struct told {
	struct item *item;
	struct item *last;
};

struct teamlog {
	struct names names;
	struct item **items, **spare; /* `sorted` of them are in order */
	size_t n, sorted, room;
	struct told *told; /* in runs that are in order */
	size_t told_n, settled;
	uint64_t turn;
	bool judge; /* what stands must be judged again */
	struct device **devices, **by_id;
	size_t devices_n, devices_room;
	struct row rows[ROSTER_PAST];
	size_t strangers; /* bytes of them */
	unsigned mark;
	struct item *ready;
	const struct device *ours; /* whose `cited` stand, */
	uint64_t ours_done; /* for its entries below this number */
	struct teamlog_refused refused;
};

/* teamlog.c */
struct item *teamlog_item(
    const struct teamlog *l, const uint8_t name[static TEAMLOG_NAME_BYTES]);
/* The name of its i-th edge: NULL when it is the first entry's previous. */
const uint8_t *teamlog_edge(const struct item *it, size_t i);
struct device *teamlog_device_known(
    const struct teamlog *l, const uint8_t id[static DEVICE_ID_BYTES]);
enum err teamlog_device_have(struct teamlog *l, struct device **d,
    const uint8_t id[static DEVICE_ID_BYTES]) MUST_USE;
/* Find out again who is delivered. */
void teamlog_link_all(struct teamlog *l);
void teamlog_item_free(struct item *it);

/* teamlog_judge.c */
/* What the roster says of an entry's author. */
enum roster_says teamlog_role_at(const struct device *d, uint32_t number,
    const uint8_t **member, enum member_role *role);
/* Judge one that has just been delivered, unless all are to be. */
void teamlog_judge_one(struct teamlog *l, struct item *it);
/* Sort, and judge what must be: before anything is read. */
void teamlog_refresh(struct teamlog *l);

/* teamlog_order.c */
int teamlog_compare(const struct item *a, const struct item *b);
void teamlog_sort(struct teamlog *l);
void teamlog_tell(struct teamlog *l, struct item *it);
void teamlog_settle(struct teamlog *l);

/* teamlog_show.c */
void teamlog_line_of(
    const struct teamlog *l, const struct item *it, struct teamlog_line *line);

#endif
