/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tokens;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * Trainable tokens with the fields of PEFT. Trained biases and module dropout are fields of our
 * own.
 */
final class TokensFormat extends MethodFormat {

    TokensFormat() {
        super(
                "TRAINABLE_TOKENS",
                TokensConfig.class,
                TokensConfig::builder,
                Field.of(
                        "token_indices",
                        TokensConfig.TOKENS,
                        TargetFields::list,
                        ConfigFields::integers),
                Field.bias("tokens_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        AdapterConfig config = super.read(fields, modulesToSave);
        return config.targets().isByModelType()
                ? config.withTargets(TokensConfig.EMBEDDINGS)
                : config;
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.CHOICES;
    }

    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        super.writeLayers(weights, fields);
        fields.computeIfPresent(
                "modules_to_save", (name, saved) -> saved.isJsonNull() ? null : saved);
    }
}
