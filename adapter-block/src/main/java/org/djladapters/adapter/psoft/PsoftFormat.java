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
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.rotation.OrthogonalMap;

/**
 * PSOFT adapters with the fields of PEFT. A probability of module dropout and trained biases are
 * fields of our own.
 */
final class PsoftFormat extends MethodFormat {

    private static final String ORTHOGONAL = "psoft_orth";
    private static final String SERIES = "use_cayley_neumann";
    private static final String TERMS = "num_cayley_neumann_terms";
    private static final String BOUND = "cayley_neumann_eps";
    private static final String DECOMPOSITION = "psoft_svd";
    private static final String FULL = "full";
    private static final int DEFAULT_ITERATIONS = 10;

    PsoftFormat() {
        super(
                "PSOFT",
                PsoftConfig.class,
                PsoftConfig::builder,
                Field.of(PsoftFormat::writeDecomposition, PsoftFormat::requireFull),
                Field.word(
                        "ab_svd_init",
                        PsoftConfig.SYMMETRIC,
                        List.of(false, true),
                        symmetric -> symmetric ? "pissa_init" : "psoft_init"),
                Field.bool("psoft_mag_b", PsoftConfig.OUTER_SCALE),
                Field.bool("psoft_mag_a", PsoftConfig.INNER_SCALE),
                Field.of(PsoftFormat::writeMap, PsoftFormat::readMap),
                Field.integer("r", CommonOptions.RANK),
                Field.plainNumber("psoft_alpha", PsoftConfig.ALPHA),
                Field.number("psoft_dropout", CommonOptions.DROPOUT),
                Field.bias("psoft_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.written("fan_in_fan_out", new JsonPrimitive(false)),
                Field.written("init_weights", new JsonPrimitive(true)),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    private static void writeDecomposition(MethodConfig config, Map<String, JsonElement> fields) {
        fields.put(DECOMPOSITION, new JsonPrimitive(FULL));
        fields.put("psoft_svd_lowrank_niter", new JsonPrimitive(DEFAULT_ITERATIONS));
        fields.put("random_seed", new JsonPrimitive(0));
    }

    /** Refuses a decomposition with random numbers of Python, which can't be drawn again here. */
    private static void requireFull(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        // how a layer lies in memory is seen from the layer; the others matter to a decomposition
        // that is refused
        fields.ignore("fan_in_fan_out", "psoft_svd_lowrank_niter", "random_seed");
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

    private static void writeMap(MethodConfig config, Map<String, JsonElement> fields) {
        OrthogonalMap map = config.get(PsoftConfig.MAP);
        double bound = config.get(PsoftConfig.BOUND);
        fields.put(ORTHOGONAL, new JsonPrimitive(map != OrthogonalMap.MATRIX));
        fields.put(SERIES, new JsonPrimitive(map == OrthogonalMap.NEUMANN));
        fields.put(TERMS, new JsonPrimitive(config.get(PsoftConfig.TERMS)));
        fields.put(BOUND, bound > 0 ? new JsonPrimitive(bound) : JsonNull.INSTANCE);
    }

    /** The number of terms and the bound mean nothing without a series. */
    private static void readMap(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        boolean orthogonal = fields.bool(ORTHOGONAL, true);
        boolean series = fields.bool(SERIES, false);
        int terms = fields.integer(TERMS, PsoftConfig.TERMS.standard().orElseThrow());
        double bound = fields.number(BOUND, 0);
        if (!orthogonal) {
            config.set(PsoftConfig.MAP, OrthogonalMap.MATRIX);
        } else if (series) {
            config.set(PsoftConfig.MAP, OrthogonalMap.NEUMANN);
            config.set(PsoftConfig.TERMS, terms);
            if (fields.has(BOUND)) {
                config.set(PsoftConfig.BOUND, bound);
            }
        }
    }

    /** Files of PEFT and of older versions have neither signs nor a check. */
    @Override
    public boolean mayLack(String fixed) {
        return true;
    }
}
