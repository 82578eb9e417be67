/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;

/** LoRA, with the fields of PEFT 0.17.1 and their defaults. */
final class LoraFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "lora_only";
    private static final String INIT = "init_lora_weights";
    private static final String RANKS = "rank_pattern";
    private static final String ALPHAS = "alpha_pattern";
    private static final int DEFAULT_GROUP = 16;
    private static final String DEFAULT_CORE = "megatron.core";

    /**
     * Ways to start that take something out of the base model's weights, which B A then stands for.
     */
    private static final List<String> CHANGES_BASE = List.of("corda", "loftq", "lora_ga");

    /** The start of PiSSA from singular vectors that are drawn at random and near the true ones. */
    private static final String DRAWN = "pissa_niter_";

    /** Ways to start that matter to training alone. */
    private static final List<String> KEEPS_BASE = List.of("eva", "orthogonal");

    @Override
    public String peftType() {
        return "LORA";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof LoraConfig;
    }

    @Override
    public List<String> patternFields() {
        return List.of(RANKS, ALPHAS);
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        LoraConfig lora = (LoraConfig) config;
        for (String option :
                List.of(
                        "corda_config",
                        "eva_config",
                        "exclude_modules",
                        "layer_replication",
                        "megatron_config",
                        "target_parameters",
                        "trainable_token_indices")) {
            fields.put(option, JsonNull.INSTANCE);
        }
        fields.put("loftq_config", new JsonObject());
        fields.put("megatron_core", new JsonPrimitive(DEFAULT_CORE));
        fields.put("qalora_group_size", new JsonPrimitive(DEFAULT_GROUP));
        fields.put("use_qalora", new JsonPrimitive(false));
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
        TargetFields.write(lora.targets(), fields);
        BiasField.write(lora.bias(), ADAPTED_BIAS, fields);
        fields.put("r", new JsonPrimitive(lora.rank()));
        fields.put("lora_alpha", ConfigFields.primitive(lora.alpha()));
        fields.put(RANKS, object(lora.rankPatterns().values()));
        fields.put(ALPHAS, object(lora.alphaPatterns().values()));
        fields.put("use_rslora", new JsonPrimitive(lora.rsLora()));
        fields.put("use_dora", new JsonPrimitive(lora.dora()));
        fields.put("lora_bias", new JsonPrimitive(lora.loraBias()));
        fields.put("lora_dropout", new JsonPrimitive(lora.loraDropout()));
        fields.put(INIT, init(lora.init()));
    }

    private static JsonObject object(Map<String, ? extends Number> values) {
        JsonObject object = new JsonObject();
        values.forEach(
                (pattern, value) ->
                        object.add(pattern, ConfigFields.primitive(value.doubleValue())));
        return object;
    }

    private static JsonPrimitive init(LoraInit init) {
        return switch (init) {
            case DEFAULT -> new JsonPrimitive(true);
            case RANDOM -> new JsonPrimitive(false);
            case GAUSSIAN, PISSA, OLORA -> new JsonPrimitive(init.toString());
        };
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        fields.ignore(
                "corda_config",
                "eva_config",
                "fan_in_fan_out", // the model tells how it stores its weights
                "loftq_config",
                "megatron_core",
                "qalora_group_size");
        LoraConfig.Builder config =
                LoraConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optRsLora(fields.bool("use_rslora", false))
                        .optDora(fields.bool("use_dora", false))
                        .optLoraBias(fields.bool("lora_bias", false))
                        .optInit(init(fields));
        int rank = fields.integer("r", LoraConfig.DEFAULT_RANK);
        double alpha = fields.number("lora_alpha", LoraConfig.DEFAULT_ALPHA);
        double dropout = fields.number("lora_dropout", 0);
        Map<String, Integer> ranks = fields.integerMap(RANKS);
        Map<String, Double> alphas = fields.numberMap(ALPHAS);
        try {
            return config.setRank(rank)
                    .optAlpha(alpha)
                    .optLoraDropout(dropout)
                    .optRankPattern(ranks)
                    .optAlphaPattern(alphas)
                    .build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    private static LoraInit init(ConfigFields fields) throws IOException {
        if (!fields.isString(INIT)) {
            return fields.bool(INIT, true) ? LoraInit.DEFAULT : LoraInit.RANDOM;
        }
        String word = fields.string(INIT, "");
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
        throw fields.invalid(
                "the field '"
                        + INIT
                        + "' is "
                        + quote(word)
                        + " where true, false, gaussian, pissa or olora is expected; get or save"
                        + " the file again",
                null);
    }

    @Override
    public boolean mayLackLayers() {
        return true;
    }

    @Override
    public List<WeightAdapter> newAdapters(AdapterConfig config, List<WeightSpec> weights) {
        return ((LoraConfig) config).adaptersForCheckpoint(weights);
    }
}
