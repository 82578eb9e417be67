#if a
x
