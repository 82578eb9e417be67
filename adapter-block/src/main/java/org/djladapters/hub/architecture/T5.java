/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.hub.architecture.Traits.Positions;

/**
 * T5 (Raffel et al., arXiv 1910.10683), Flan-T5 and mT5 (2010.11934): with the decoder, which
 * answers texts with texts, or the encoder alone, which gives vectors of texts in sentence-t5 and
 * GTR.
 */
final class T5 {

    private static final String MULTILINGUAL = "mt5";
    private static final String BUCKETS = "relative_attention_num_buckets";
    private static final String DISTANCE = "relative_attention_max_distance";
    private static final String CLASSES = "architectures";
    private static final String GATED = "gated";
    private static final List<String> LAYERS = List.of("num_hidden_layers", "num_layers");
    private static final String DECODER_LAYERS = "num_decoder_layers";
    private static final String SCALED = "scale_decoder_outputs";
    private static final String VERSION = "transformers_version";

    /** Copies of the embedding of tokens, and a table that old checkpoints have in vain. */
    private static final String UNUSED =
            "(en|de)coder\\.embed_tokens\\.weight|lm_head\\.weight"
                    + "|decoder\\.block\\.0\\.layer\\.1\\.EncDecAttention"
                    + "\\.relative_attention_bias\\.weight";

    static final Architecture ARCHITECTURE =
            new Architecture(
                    "T5",
                    List.of("t5", MULTILINGUAL),
                    List.of(ModelHead.SEQ2SEQ_LM, ModelHead.TOKEN),
                    Stream.concat(LAYERS.stream(), Stream.of(DECODER_LAYERS)).toList(),
                    Traits.adapting("q", "v").withPositions(Positions.NONE).withScaledTie(),
                    T5::describe);

    private T5() {}

    private static ProgramSpec describe(ConfigReader given, ModelHead head) throws IOException {
        boolean multilingual = given.string("model_type", "").equals(MULTILINGUAL);
        ConfigReader config =
                given.withDefaults(
                        Map.of(
                                "vocab_size",
                                multilingual ? 250112 : 32128,
                                "d_model",
                                512,
                                "d_kv",
                                64,
                                "d_ff",
                                multilingual ? 1024 : 2048,
                                "num_layers",
                                multilingual ? 8 : 6,
                                "num_heads",
                                multilingual ? 6 : 8,
                                BUCKETS,
                                32,
                                DISTANCE,
                                128));
        if (config.strings(CLASSES).stream().anyMatch(name -> name.matches("M?T5Model"))) {
            throw config.refused(
                    CLASSES, "T5ForConditionalGeneration and the encoder alone, T5EncoderModel");
        }
        config.require("is_decoder", false);
        config.requireAbsent("pruned_heads", "layers that have all their heads are");
        int layers = config.size(config.either(LAYERS));
        ProgramSpec.Builder spec =
                ProgramSpec.builder("t5", "transformer", config, head)
                        .put(ProgramSpec.LAYERS, layers)
                        .put("block", blocks(layers, "Block"))
                        .put("vocab_size", config.size("vocab_size"))
                        .put("hidden_size", either(config, "hidden_size", "d_model"))
                        .put("intermediate_size", config.size("d_ff"))
                        .put("heads", either(config, "num_attention_heads", "num_heads"))
                        .put("head_size", either(config, "head_dim", "d_kv"))
                        .put("eps", config.number("layer_norm_epsilon", 1e-6));
        putBuckets(config, spec, head);
        putFeedforward(config, spec, multilingual ? "gated-gelu" : "relu");
        if (head == ModelHead.SEQ2SEQ_LM) {
            putDecoder(config, spec, layers, multilingual);
        }
        return spec.pools(false).unused(UNUSED).build();
    }

    private static int either(ConfigReader config, String first, String second) throws IOException {
        return config.size(config.either(List.of(first, second)));
    }

    /** The first layer holds the embedding of distances for all. */
    private static List<String> blocks(int layers, String name) {
        return IntStream.range(0, layers).mapToObj(i -> i == 0 ? "First" + name : name).toList();
    }

    /**
     * A head that is the embedding of tokens gets smaller features. Since version 5 transformers
     * calls every head tied, means only one that is not stored, and says by an entry of its own
     * that features get smaller; those of mT5 never do.
     */
    private static void putDecoder(
            ConfigReader config, ProgramSpec.Builder spec, int encoderLayers, boolean multilingual)
            throws IOException {
        int layers = config.size(DECODER_LAYERS, encoderLayers);
        boolean ties = config.bool("tie_word_embeddings", !multilingual);
        if (ties) {
            spec.tie("lm_head.weight", "shared.weight");
        }
        boolean later = multilingual && config.string(VERSION, "").matches("([5-9]|\\d{2,})\\..*");
        if (later || config.has(SCALED)) {
            spec.tieOnlyMissing();
        }
        spec.put("decoder_layers", layers)
                .put("decoder_block", blocks(layers, "DecoderBlock"))
                .put("scaled", !later && config.bool(SCALED, ties));
    }

    private static void putBuckets(ConfigReader config, ProgramSpec.Builder spec, ModelHead head)
            throws IOException {
        int buckets = config.size(BUCKETS);
        int exact = buckets / 2 / 2;
        if (exact < 1) {
            throw config.wrong(BUCKETS, "a whole number of at least 4");
        }
        // a decoder looks one way only, with all buckets for it
        int exactBefore = head == ModelHead.SEQ2SEQ_LM ? buckets / 2 : exact;
        int longest = config.size(DISTANCE);
        if (longest <= exactBefore) {
            throw config.wrong(DISTANCE, "a whole number greater than " + exactBefore);
        }
        spec.put("buckets", buckets)
                .put("half", buckets / 2)
                .put("exact", exact)
                .put("log", Math.log((double) longest / exact))
                .put("log_before", Math.log((double) longest / exactBefore));
    }

    /** A function's name with "gated-" before it or not; newer files have both in own entries. */
    private static void putFeedforward(ConfigReader config, ProgramSpec.Builder spec, String absent)
            throws IOException {
        String key = "feed_forward_proj";
        String[] parts = config.string(key, absent).split("-", -1);
        boolean gated = parts[0].equals(GATED);
        if (parts.length > 2 || (parts.length == 2 && !gated)) {
            throw config.wrong(key, "the name of a function, or of one after gated-,");
        }
        String function = parts[parts.length - 1];
        // the first implementation of gated-gelu took the approximation by tanh
        String name = gated && function.equals("gelu") ? "gelu_new" : function;
        spec.put("gated", config.bool("is_gated_act", gated))
                .put("activation", Activations.of(config, "dense_act_fn", name));
    }
}
