/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.lowrank.LoraFields;

/** LoRA, with the fields of PEFT 0.17.1 and their defaults. */
final class LoraFormat extends MethodFormat {

    private static final String INIT = "init_lora_weights";
    private static final String RANKS = "rank_pattern";
    private static final String ALPHAS = "alpha_pattern";

    /**
     * Ways to start that take something out of the base model's weights, which B A then stands for.
     */
    private static final List<String> CHANGES_BASE = List.of("corda", "loftq", "lora_ga");

    /** The start of PiSSA from singular vectors that are drawn at random and near the true ones. */
    private static final String DRAWN = "pissa_niter_";

    /** Ways to start that matter to training alone. */
    private static final List<String> KEEPS_BASE = List.of("eva", "orthogonal");

    LoraFormat() {
        super(
                "LORA",
                LoraConfig.class,
                LoraConfig::builder,
                LoraFields.others(),
                Field.bool("use_rslora", LoraConfig.RS_LORA),
                Field.bool("use_dora", LoraConfig.DORA),
                Field.bool("lora_bias", LoraConfig.LORA_BIAS),
                Field.of(INIT, LoraConfig.INIT, LoraFormat::written, LoraFormat::init),
                Field.integer("r", CommonOptions.RANK),
                Field.plainNumber("lora_alpha", CommonOptions.ALPHA),
                Field.number("lora_dropout", CommonOptions.DROPOUT),
                Field.rankPattern(RANKS),
                Field.alphaPattern(ALPHAS),
                Field.bias("lora_only"));
    }

    @Override
    public List<String> patternFields() {
        return List.of(RANKS, ALPHAS);
    }

    private static JsonPrimitive written(LoraInit init) {
        return switch (init) {
            case DEFAULT -> new JsonPrimitive(true);
            case RANDOM -> new JsonPrimitive(false);
            case GAUSSIAN, PISSA, OLORA -> new JsonPrimitive(init.toString());
        };
    }

    private static LoraInit init(ConfigFields fields, String key) throws IOException {
        if (!fields.isString(key)) {
            return fields.bool(key, true) ? LoraInit.DEFAULT : LoraInit.RANDOM;
        }
        String word = fields.string(key, "");
        if (word.equals(LoraInit.GAUSSIAN.toString())) {
            return LoraInit.GAUSSIAN;
        }
        if (word.equals(LoraInit.PISSA.toString())) {
            return LoraInit.PISSA;
        }
        if (word.equalsIgnoreCase(LoraInit.OLORA.toString())) {
            return LoraInit.OLORA;
        }
        if (KEEPS_BASE.contains(word)) {
            return LoraInit.DEFAULT;
        }
        if (word.startsWith(DRAWN)) {
            throw fields.invalid(
                    "the field '"
                            + INIT
                            + "' is "
                            + quote(word)
                            + ": what such an adapter took out of the weights was drawn at random"
                            + " and is not known any more, also to PEFT; convert it to plain LoRA"
                            + " in PEFT where it was trained (save_pretrained with"
                            + " path_initial_model_for_weight_conversion)",
                    null);
        }
        if (CHANGES_BASE.stream().anyMatch(word::startsWith)) {
            throw fields.invalid(
                    "the field '"
                            + INIT
                            + "' is "
                            + quote(word)
                            + ": such an adapter fits only a base model whose weights were"
                            + " changed when it was created; convert it to plain LoRA in PEFT"
                            + " (save_pretrained with"
                            + " path_initial_model_for_weight_conversion)",
                    null);
        }
        throw fields.unexpected(key, word, "true, false, gaussian, pissa or olora");
    }

    @Override
    public boolean mayLackLayers() {
        return true;
    }
}
