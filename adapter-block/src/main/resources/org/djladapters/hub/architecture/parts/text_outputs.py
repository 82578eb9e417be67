# The outputs of an encoder of texts, the results padded to the length of its inputs.

#if sequence
    return {"logits": results}
#else
    padded = __torch__.attention.padded(results, torch.size(input_ids, 1))
#end
#if answer
    return {"start_logits": torch.select(padded, 2, 0), "end_logits": torch.select(padded, 2, 1)}
#end
#if token
    return {"logits": padded}
#end
#if not head
    return {"last_hidden_state": padded}
#end
