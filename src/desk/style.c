#include "desk_css.h" /* made from style.css by tools/bytes.sh */

#include "desk/view.h"

const void *
desk_view_style(size_t *n)
{
	*n = sizeof desk_css;
	return desk_css;
}
