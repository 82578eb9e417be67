/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.psoft;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;
import org.djladapters.rotation.OrthogonalMap;

/** PSOFT adapters with the fields of PEFT. A probability of module dropout is one of our own. */
final class PsoftFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "psoft_only";
    private static final String FACTORS = "ab_svd_init";
    private static final String ONE_SIDE = "psoft_init";
    private static final String BOTH_SIDES = "pissa_init";
    private static final String DECOMPOSITION = "psoft_svd";
    private static final String FULL = "full";
    private static final String BOUND = "cayley_neumann_eps";
    private static final String MODULE_DROPOUT = "module_dropout";
    private static final int DEFAULT_ITERATIONS = 10;

    @Override
    public String peftType() {
        return "PSOFT";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof PsoftConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        PsoftConfig psoft = (PsoftConfig) config;
        fields.put("r", new JsonPrimitive(psoft.rank()));
        fields.put("psoft_alpha", ConfigFields.primitive(psoft.alpha()));
        fields.put("psoft_dropout", new JsonPrimitive(psoft.dropout()));
        fields.put(FACTORS, new JsonPrimitive(psoft.symmetric() ? BOTH_SIDES : ONE_SIDE));
        fields.put(DECOMPOSITION, new JsonPrimitive(FULL));
        fields.put("psoft_svd_lowrank_niter", new JsonPrimitive(DEFAULT_ITERATIONS));
        fields.put("random_seed", new JsonPrimitive(0));
        fields.put("psoft_orth", new JsonPrimitive(psoft.map() != OrthogonalMap.MATRIX));
        fields.put("psoft_mag_b", new JsonPrimitive(psoft.outerScale()));
        fields.put("psoft_mag_a", new JsonPrimitive(psoft.innerScale()));
        boolean series = psoft.map() == OrthogonalMap.NEUMANN;
        fields.put("use_cayley_neumann", new JsonPrimitive(series));
        fields.put("num_cayley_neumann_terms", new JsonPrimitive(psoft.terms()));
        fields.put(BOUND, psoft.bound() > 0 ? new JsonPrimitive(psoft.bound()) : JsonNull.INSTANCE);
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
        fields.put("init_weights", new JsonPrimitive(true));
        if (psoft.bias() != Bias.NONE) {
            // a field that PEFT's PSOFT does not have
            BiasField.write(psoft.bias(), ADAPTED_BIAS, fields);
        }
        TargetFields.write(psoft.targets(), fields);
        fields.putIfAbsent("exclude_modules", JsonNull.INSTANCE);
        if (psoft.moduleDropout() > 0) {
            fields.put(MODULE_DROPOUT, new JsonPrimitive(psoft.moduleDropout()));
        }
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        // how a layer lies in memory is seen from the layer; the others matter to a decomposition
        // that is refused
        fields.ignore("fan_in_fan_out", "psoft_svd_lowrank_niter", "random_seed");
        requireFull(fields);
        PsoftConfig.Builder config =
                PsoftConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optSymmetric(isSymmetric(fields))
                        .optOuterScale(fields.bool("psoft_mag_b", true))
                        .optInnerScale(fields.bool("psoft_mag_a", true));
        boolean orthogonal = fields.bool("psoft_orth", true);
        boolean series = fields.bool("use_cayley_neumann", false);
        int rank = fields.integer("r", PsoftConfig.DEFAULT_RANK);
        int terms = fields.integer("num_cayley_neumann_terms", PsoftConfig.DEFAULT_TERMS);
        double alpha = fields.number("psoft_alpha", PsoftConfig.DEFAULT_ALPHA);
        double dropout = fields.number("psoft_dropout", 0);
        double moduleDropout = fields.number(MODULE_DROPOUT, 0);
        double bound = fields.number(BOUND, 0);
        try {
            if (!orthogonal) {
                config.optMap(OrthogonalMap.MATRIX);
            } else if (series) {
                config.optMap(OrthogonalMap.NEUMANN).optTerms(terms);
                if (fields.has(BOUND)) {
                    config.optConstrained(bound);
                }
            }
            return config.optRank(rank)
                    .optAlpha(alpha)
                    .optDropout(dropout)
                    .optModuleDropout(moduleDropout)
                    .build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    /** Files that PEFT wrote tell nothing of the singular vectors. */
    @Override
    public boolean mayLack(String fixed) {
        return true;
    }

    /** What is drawn at random from a seed by the engine's own means can't be had again here. */
    private static void requireFull(ConfigFields fields) throws IOException {
        String word = fields.string(DECOMPOSITION, FULL);
        if (!word.equals(FULL)) {
            throw fields.invalid(
                    "the field '"
                            + DECOMPOSITION
                            + "' is "
                            + quote(word)
                            + ", but only the singular vectors of the full decomposition can be"
                            + " computed here; train the adapter with psoft_svd='full'",
                    null);
        }
    }

    private static boolean isSymmetric(ConfigFields fields) throws IOException {
        String word = fields.string(FACTORS, ONE_SIDE);
        if (!word.equals(ONE_SIDE) && !word.equals(BOTH_SIDES)) {
            throw fields.invalid(
                    "the field '"
                            + FACTORS
                            + "' is "
                            + quote(word)
                            + " where "
                            + ONE_SIDE
                            + " or "
                            + BOTH_SIDES
                            + " is expected; get or save the file again",
                    null);
        }
        return word.equals(BOTH_SIDES);
    }
}
