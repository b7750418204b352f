#include "desk_js.h" /* made from desk.js by tools/bytes.sh */

#include "desk/view.h"

const void *
desk_view_script(size_t *n)
{
	*n = sizeof desk_js;
	return desk_js;
}
