layer $i is $kind[i]
