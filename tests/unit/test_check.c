#include <string.h>

#include "letter/check.h"
#include "t.h"

static void
a_check_code_is_that_of_the_document(void)
{
	uint8_t k[SOURCE_K_BYTES], hash[SHA256_BYTES];
	char code[CHECK_BYTES];

	memset(k, 1, sizeof k);
	memset(hash, 2, sizeof hash);
	check_code(code, k, hash);
	OK(strcmp(code, "hgwi-idzp") == 0);
	hash[31] = 3;
	check_code(code, k, hash);
	OK(strcmp(code, "hgwi-idzp") != 0 && strlen(code) == 9 &&
	    code[4] == '-');
}

T_BEGIN
T(a_check_code_is_that_of_the_document)
T_END
