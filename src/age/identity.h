/* identity: what an age identity holds, for age/ alone. */
#ifndef AGE_IDENTITY_H
#define AGE_IDENTITY_H

#include "age/age.h"

struct age_identity {
	enum age_kind kind;
	uint8_t seed[AGE_SEED_BYTES];
	struct age_recipient recipient;
	struct hybrid *hybrid; /* of AGE_HYBRID alone */
};

#endif
