# Rows of a size.
# This comment is left out.

class ${name}:
  $i: $factor$size
#if not factor
  plain
#end
