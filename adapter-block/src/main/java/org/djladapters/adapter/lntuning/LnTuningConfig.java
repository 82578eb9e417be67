/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lntuning;

import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The configuration of LN tuning: the layers that normalize train, their weights and biases, as
 * they are.
 *
 * <p>Source: Zhao et al., "Tuning LayerNorm in Attention: Towards Efficient Multi-Modal LLM
 * Finetuning", arXiv 2312.11420.
 *
 * @param layers the layers that train
 * @param modulesToSave name suffixes of further modules that are trained in full, empty for none
 * @param targets {@link Targets#none()}, which may reach a pooler: no weight is transformed
 */
public record LnTuningConfig(Targets layers, List<String> modulesToSave, Targets targets)
        implements AdapterConfig {

    /** Layers whose own name has "norm" in it, or begins as GPT-2's do. */
    static final Targets NORMS =
            Targets.builder().optRegex("(.*\\.)?([^.]*[Nn]orm[^.]*|ln_[^.]*)").build();

    /** Copies the names and checks that nothing is a target. */
    public LnTuningConfig {
        modulesToSave = List.copyOf(modulesToSave);
        if (!targets.isNone()) {
            throw new IllegalArgumentException(
                    "The method 'lntuning' trains layers that normalize, and has no targets");
        }
    }

    /** {@return the configuration that trains all layers that normalize} */
    public static LnTuningConfig all() {
        return of(NORMS);
    }

    /** {@return the configuration that trains some layers, whatever they are} */
    public static LnTuningConfig of(Targets layers) {
        return new LnTuningConfig(layers, List.of(), Targets.none());
    }

    @Override
    public String method() {
        return "lntuning";
    }

    @Override
    public LnTuningConfig withTargets(Targets targets) {
        return new LnTuningConfig(layers, modulesToSave, targets);
    }

    @Override
    public LnTuningConfig withModulesToSave(List<String> suffixes) {
        return new LnTuningConfig(layers, suffixes, targets);
    }

    @Override
    public Bias bias() {
        return Bias.NONE;
    }

    @Override
    public boolean trains(String parameter) {
        int dot = parameter.lastIndexOf('.');
        return dot > 0 && layers.selects(parameter.substring(0, dot));
    }

    @Override
    public double moduleDropout() {
        return 0;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        throw new IllegalArgumentException(
                "The method 'lntuning' adapts no weights; it trains layers as they are");
    }

    @Override
    public String toString() {
        return "lntuning("
                + (layers.equals(NORMS) ? "all" : "layers " + layers)
                + (modulesToSave.isEmpty() ? ")" : ", modules to save " + modulesToSave + ")");
    }
}
