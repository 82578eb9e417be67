/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lycoris;

import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LycorisConfig;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;

/**
 * The format of LoHa or LoKr with the fields of PEFT. What PEFT drops of an update in training
 * ({@code rank_dropout}) is not dropped here; trained biases are a field of our own.
 */
public abstract class LycorisFormat extends MethodFormat {

    private static final String RANKS = "rank_pattern";
    private static final String ALPHAS = "alpha_pattern";

    /** Describes the format of a method by its name and its own fields. */
    protected LycorisFormat(
            String peftType,
            Class<? extends LycorisConfig> type,
            Supplier<? extends MethodConfig.Builder<?>> builder,
            Field... own) {
        super(peftType, type, builder, withCommon(peftType, own));
    }

    private static Field[] withCommon(String peftType, Field... own) {
        Stream<Field> common =
                Stream.of(
                        Field.integer("r", CommonOptions.RANK),
                        Field.plainNumber("alpha", CommonOptions.ALPHA),
                        Field.rankPattern(RANKS),
                        Field.alphaPattern(ALPHAS),
                        Field.bool("use_effective_conv2d", CommonOptions.EFFECTIVE),
                        Field.moduleDropout(),
                        Field.bias(peftType.toLowerCase(Locale.ROOT) + "_only").ifSet(),
                        Field.of(
                                (config, fields) ->
                                        fields.put("rank_dropout", new JsonPrimitive(0.0)),
                                (fields, config) -> fields.ignore("rank_dropout")),
                        Field.written("init_weights", new JsonPrimitive(true)),
                        Field.written("exclude_modules", JsonNull.INSTANCE));
        return Stream.concat(common, Stream.of(own)).toArray(Field[]::new);
    }

    @Override
    public final List<String> patternFields() {
        return List.of(RANKS, ALPHAS);
    }
}
