/* What desks ask of theirs. */
#include "front_peer.h"

static void
a_desk_must_sign_each_request_and_its_body(void)
{
	static uint8_t body[64];
	struct buf b;

	begin(ROLE_DESK_FRONT);
	buf_init(&b, 1 << 22);
	signature[0] = '\0';
	OK(ask("GET", "/v1/days", "", 0, &b) == 403);
	OK(ask("GET", "/v1/line", "", 0, &b) == 403);
	sign("GET", "/v1/line", "", 0);
	OK(ask("GET", "/v1/days", "", 0, &b) == 403);
	OK(ask("GET", "/v1/line", "", 0, &b) == 200);
	sign("POST", "/v1/look", body, 32);
	body[0] = 1;
	OK(ask("POST", "/v1/look", body, 32, &b) == 403);
	OK(says.heard[TALK_LOOK] == 0);
	body[0] = 0;
	OK(ask("POST", "/v1/look", body, 32, &b) == 200);
	access_seed[0]++;
	sign("POST", "/v1/look", body, 32);
	access_seed[0]--;
	OK(ask("POST", "/v1/look", body, 32, &b) == 403);
	make_part(0);
	sign("PUT", "/v1/part", part_request, PART_BODY);
	part_request[PART_BODY - 5]++;
	OK(ask("PUT", "/v1/part", part_request, PART_BODY, &b) == 403);
	OK(lseek(says.fd, 0, SEEK_END) == ENVELOPE_PART_BYTES - 1);
	signature[0] = '\0';
	buf_drop(&b);
	finish();
}

static void
desks_see_days_and_fetch(void)
{
	static const uint8_t day[4] = { 0, 0, 0, 7 };
	static uint8_t tags[48] = { [0] = 1, [32] = 1 };
	static uint8_t note[300000];
	struct buf b;

	begin(ROLE_DESK_FRONT);
	buf_init(&b, 1 << 22);
	sign("GET", "/v1/days", "", 0);
	OK(ask("GET", "/v1/days", "", 0, &b) == 200);
	OK(strncmp((char *)b.at, "7 0 0000", 8) == 0);
	OK(strstr((char *)b.at, " closed\n8 0 ") != NULL);
	OK(strcmp((char *)b.at + b.len - 5, "open\n") == 0);
	says.days = 10000;
	sign("POST", "/v1/day", day, 4);
	OK(ask("POST", "/v1/day", day, 4, &b) == 200 && b.len == 160000);
	OK(says.heard[TALK_DAY] == 3);
	sign("POST", "/v1/offered", day, 4);
	OK(ask("POST", "/v1/offered", day, 4, &b) == 200 && b.len == 8);
	sign("POST", "/v1/fetch", tags, 48);
	OK(ask("POST", "/v1/fetch", tags, 48, &b) == 200);
	OK(b.len == 3 * 4 + 2 * 16384 && enc_get_u32(b.at) == 16384);
	OK(enc_get_u32(b.at + 4 + 16384) == 0);
	sign("PUT", "/v1/key-note", note, sizeof note);
	OK(ask("PUT", "/v1/key-note", note, sizeof note, &b) == 200);
	OK(says.heard[TALK_PUT_NOTE] >= 3);
	says.status = ERR_FORGED;
	sign("POST", "/v1/purge", note, 100);
	OK(ask("POST", "/v1/purge", note, 100, &b) == 403 &&
	    said(&b, "refused"));
	signature[0] = '\0';
	buf_drop(&b);
	finish();
}

static void
nothing_is_held_and_nothing_given_back_unwiped(void)
{
	OK(alloc_dirty() == 0);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
memset(access_seed, 3, sizeof access_seed);
T(a_desk_must_sign_each_request_and_its_body)
T(desks_see_days_and_fetch)
T(nothing_is_held_and_nothing_given_back_unwiped)
T_END
