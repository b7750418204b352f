#include <string.h>

#include "crypt/crypt.h"
#include "desk/guard.h"
#include "t.h"

static struct guard g;

static void
the_code_is_right_once_only(void)
{
	char code[GUARD_SECRET_CHARS + 1], address[GUARD_LINE_BYTES];

	guard_init(&g, 8442);
	memcpy(code, g.code, sizeof code);
	guard_address(&g, address);
	OK(strstr(address, ".localhost:8442/open?") != NULL);
	OK(strstr(address, code) != NULL);
	OK(!guard_redeem(&g, "0", 1));
	OK(!guard_redeem(&g, "00000000000000000000000000000000", 32));
	OK(guard_redeem(&g, code, 32));
	OK(!guard_redeem(&g, code, 32));
	OK(!guard_redeem(&g, "", 0));
}

static void
only_the_browser_with_the_cookie_is_answered(void)
{
	char line[GUARD_LINE_BYTES], many[300], wrong[GUARD_LINE_BYTES];

	guard_init(&g, 1);
	guard_cookie(&g, line);
	OK(strstr(line, "; HttpOnly; SameSite=Strict") != NULL);
	line[strcspn(line, ";")] = '\0';
	OK(guard_check(&g, false, line, NULL) == ERR_OK);
	(void)snprintf(many, sizeof many, "a=b; %s; c=d", line);
	OK(guard_check(&g, false, many, NULL) == ERR_OK);
	OK(guard_check(&g, false, NULL, NULL) == ERR_DENIED);
	OK(guard_check(&g, false, "", NULL) == ERR_DENIED);
	for (size_t i = 0; line[i] != '\0'; i++) {
		memcpy(wrong, line, sizeof wrong);
		wrong[i] ^= 1;
		OK(guard_check(&g, false, wrong, NULL) == ERR_DENIED);
	}
	(void)snprintf(many, sizeof many, "x%s", line);
	OK(guard_check(&g, false, many, NULL) == ERR_DENIED);
	(void)snprintf(many, sizeof many, "%s0", line);
	OK(guard_check(&g, false, many, NULL) == ERR_DENIED);
}

static void
a_form_is_taken_from_its_own_page_only(void)
{
	char line[GUARD_LINE_BYTES], own[GUARD_LINE_BYTES], other[200];

	guard_init(&g, 9);
	guard_cookie(&g, line);
	line[strcspn(line, ";")] = '\0';
	(void)snprintf(own, sizeof own, "http://%s", g.host);
	OK(guard_check(&g, true, line, own) == ERR_OK);
	OK(guard_check(&g, true, line, NULL) == ERR_FORGED);
	OK(guard_check(&g, true, line, "null") == ERR_FORGED);
	OK(guard_check(&g, true, line, "http://localhost:9") == ERR_FORGED);
	(void)snprintf(other, sizeof other, "https://%s", g.host);
	OK(guard_check(&g, true, line, other) == ERR_FORGED);
	(void)snprintf(other, sizeof other, "http://%s0", g.host);
	OK(guard_check(&g, true, line, other) == ERR_FORGED);
	OK(guard_check(&g, true, NULL, own) == ERR_DENIED);
	guard_drop(&g);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(the_code_is_right_once_only)
T(only_the_browser_with_the_cookie_is_answered)
T(a_form_is_taken_from_its_own_page_only)
T_END
