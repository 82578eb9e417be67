/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tokens;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;

/**
 * The adapter of an embedding some of whose vectors train: what they have changed, times rows that
 * choose the tokens, is a product of low rank.
 *
 * <p>Parameter: {@code trainable_tokens_delta} of shape (tokens, features), the vectors as they are
 * at the start.
 */
final class TokensAdapter extends LowRankAdapter {

    private final List<Integer> tokens;
    private final Parameter vectors;
    private NDArray chosen;
    private NDArray original;

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    TokensAdapter(TokensConfig config, WeightSpec weight) {
        super(weight, config.tokens().size(), 0);
        tokens = config.tokens();
        vectors =
                addParameter(
                        "trainable_tokens_delta",
                        new Shape(tokens.size(), weight.features()),
                        Initializer.ZEROS);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        if (chosen == null) {
            int[] rows = tokens.stream().mapToInt(Integer::intValue).toArray();
            try (NDManager scope = manager.newSubManager()) {
                chosen = scope.create(rows).oneHot(weight().inputs(), dataType);
                chosen.attach(manager);
            }
            original = manager.zeros(new Shape(rows.length, weight().features()), dataType);
        }
    }

    /** Starts with the vectors of the weight. */
    @Override
    public void initializeFrom(NDArray base) {
        try (NDManager scope = chosen.getManager().newSubManager()) {
            NDArray typed = detached(base, scope).toType(chosen.getDataType(), false);
            NDArray rows = detached(chosen, scope).matMul(typed);
            set(original, rows);
            set(vectors.getArray(), rows);
        }
    }

    /** PEFT changes the head, too, where it has the same weight. */
    @Override
    public boolean needsOwnWeight() {
        return true;
    }

    @Override
    protected Object groupKey() {
        return tokens;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            TokensAdapter adapter = (TokensAdapter) member;
            NDArray change =
                    value(adapter.vectors, store, manager, training)
                            .sub(detached(adapter.original, manager))
                            .transpose();
            change.attach(manager);
            LowRank sum = new LowRank(detached(adapter.chosen, manager), change, null);
            transforms.add(WeightTransform.IDENTITY.withLowRank(sum));
        }
        return transforms;
    }

    /** The choice of tokens does not train, which custom backward passes take for granted. */
    @Override
    public boolean allowsCustomBackward() {
        return false;
    }

    /** Releases the parameter and what it starts from. */
    @Override
    public void close() {
        super.close();
        if (chosen != null) {
            chosen.close();
            original.close();
        }
    }

    @Override
    public String toString() {
        return "TokensAdapter(" + tokens.size() + " tokens)";
    }
}
