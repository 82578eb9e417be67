#include rows name="Small" factor="4 * " \
#   size="$width"
#include rows name="Plain" factor="" size="$width"
