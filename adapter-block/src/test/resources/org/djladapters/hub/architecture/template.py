first = $i
#if outer
#if inner
both
#else
outer alone
#end
#else
#if not outer
neither
#end
#end
size = [2 * $width, $yes]
