/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vblora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;

/**
 * A VB-LoRA adapter of one layer, see {@link VbLoraConfig}.
 *
 * <p>Parameters: {@code vblora_logits_A} of shape (r, in / b, h) and {@code vblora_logits_B} of
 * shape (out / b, r, h), normal of deviation 0.1 at the start; the shared {@code
 * vblora_vector_bank} of shape (h, b). Where vectors are chosen for good, {@code
 * vblora_logits_A_topk_weights} of shape (r, in / b, k - 1) train instead, of k weights whose sum
 * is one, and files have {@code vblora_logits_A_topk_indices} of shape (r, in / b, k); so for B.
 * The adapter of a weight that stands alone has the bank as its own parameter.
 */
final class VbLoraAdapter extends LowRankAdapter {

    private static final String DOWN = "vblora_logits_A";
    private static final String UP = "vblora_logits_B";

    /** What follows the name of logits in that of the weights and the vectors chosen by them. */
    static final String WEIGHTS = "_topk_weights";

    static final String INDICES = "_topk_indices";

    private static final float DEVIATION = 0.1f;

    private final VbLoraConfig config;
    private final VectorBank bank;
    private final boolean alone;
    private final Form form;
    private final Parameter down;
    private final Parameter up;
    private NDArray downIndices;
    private NDArray upIndices;

    private record Form(boolean chosen, int top) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    VbLoraAdapter(VbLoraConfig config, VectorBank bank, WeightSpec weight, boolean alone) {
        super(weight, config.rank(), config.dropout());
        this.config = config;
        this.bank = bank;
        this.alone = alone;
        form = new Form(config.isChosen(), config.top());
        String end = form.chosen() ? WEIGHTS : "";
        int numbers = form.chosen() ? config.top() - 1 : config.vectors();
        Initializer start = form.chosen() ? Initializer.ZEROS : new NormalInitializer(DEVIATION);
        down = addParameter(DOWN + end, downShape(numbers), start);
        up = addParameter(UP + end, upShape(numbers), start);
        if (alone) {
            addParameter(bank.vectors());
        }
    }

    private Shape downShape(int numbers) {
        return new Shape(config.rank(), weight().inputs() / bank.length(), numbers);
    }

    private Shape upShape(int numbers) {
        return new Shape(weight().features() / bank.length(), config.rank(), numbers);
    }

    @Override
    public void initialize(NDManager manager, DataType dataType, Shape... inputShapes) {
        super.initialize(manager, dataType, inputShapes);
        bank.initialize(manager);
        if (form.chosen() && downIndices == null) {
            downIndices = manager.zeros(downShape(config.top()), DataType.INT64);
            upIndices = manager.zeros(upShape(config.top()), DataType.INT64);
        }
    }

    @Override
    public Map<String, Parameter> sharedParameters() {
        return alone ? Map.of() : Map.of(VectorBank.NAME, bank.vectors());
    }

    /** Which vectors are mixed, where they are chosen for good. */
    @Override
    public Map<String, NDArray> fixed() {
        return form.chosen()
                ? Map.of(DOWN + INDICES, downIndices, UP + INDICES, upIndices)
                : Map.of();
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> weights = new ArrayList<>();
        List<NDArray> indices = new ArrayList<>();
        List<NDArray> banks = new ArrayList<>();
        for (WeightAdapter member : group) {
            VbLoraAdapter adapter = (VbLoraAdapter) member;
            weights.add(value(adapter.down, store, manager, training));
            weights.add(value(adapter.up, store, manager, training));
            banks.add(value(adapter.bank.vectors(), store, manager, training));
            if (form.chosen()) {
                indices.add(adapter.downIndices);
                indices.add(adapter.upIndices);
            }
        }
        List<LowRank> sums =
                form.chosen()
                        ? LowRankKernel.mixed(weights, indices, banks, manager)
                        : LowRankKernel.mixed(weights, form.top(), banks, manager);
        return sums.stream()
                .map(sum -> withDropout(sum, manager, training))
                .map(WeightTransform.IDENTITY::withLowRank)
                .toList();
    }

    /** Weights mean the same only of the same vectors. */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = super.valuesOf(other, scope);
        VbLoraAdapter theirs = (VbLoraAdapter) other;
        if (form.chosen()
                && !(downIndices.contentEquals(theirs.downIndices)
                        && upIndices.contentEquals(theirs.upIndices))) {
            throw new IllegalArgumentException(
                    "The other adapter mixes other vectors of its bank; load it as a separate"
                            + " adapter");
        }
        return values;
    }

    /** Releases the parameters, and the bank of all adapters that share it. */
    @Override
    public void close() {
        super.close();
        bank.close();
        if (downIndices != null) {
            downIndices.close();
            upIndices.close();
        }
    }

    @Override
    public String toString() {
        return "VbLoraAdapter(rank %d of %d vectors)".formatted(config.rank(), config.vectors());
    }
}
