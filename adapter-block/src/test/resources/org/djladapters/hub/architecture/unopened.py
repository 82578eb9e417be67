#if a
x
#end
#end
