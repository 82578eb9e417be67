/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.model.Passes.assertBitEqual;
import static org.djladapters.model.Passes.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.TorchArchive;
import org.djladapters.rotation.OrthogonalMap;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One table of models and options, and what holds for every row. */
class AdaptedModelTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    /** Sums of a few hundred products in float32 in another order, through two layers. */
    private static final double ROUNDING = 2e-5;

    private static final Map<String, String[]> ATTENTION =
            Map.of(
                    "tiny-bert", new String[] {"query", "value"},
                    "tiny-bert-classifier", new String[] {"query", "classifier"},
                    "tiny-roberta", new String[] {"key", "output.dense"},
                    "tiny-deberta-v3", new String[] {"query_proj", "value_proj"},
                    "tiny-vit", new String[] {"query", "projection"},
                    "tiny-dinov2", new String[] {"value", "fc1"},
                    "tiny-llama", new String[] {"q_proj", "v_proj"},
                    "tiny-gpt2", new String[] {"c_attn", "lm_head"},
                    "tiny-resnet", new String[] {"convolution", "classifier.1"});

    @TempDir Path folder;

    static Stream<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        for (String name : Models.names().toList()) {
            Targets all =
                    name.equals("tiny-resnet") ? Targets.of("convolution") : Targets.allLinear();
            Targets some = Targets.of(ATTENTION.get(name));
            // some weights are as narrow as 3 features, which hold nothing but order 1
            Targets wide =
                    Targets.builder()
                            .optSuffixes(List.of(ATTENTION.get(name)))
                            .optExcludedSuffixes(List.of("classifier", "classifier.1"))
                            .build();
            Map<String, CompoundConfig.Builder> options =
                    Map.of(
                            "orders 1, 2",
                            compound(1, 2).optBlockSize(16).optTargets(all),
                            "two blocks, scaled",
                            compound(1).optBlocks(1).optScaling(true).optTargets(some),
                            "chain, shared",
                            compound(2, 1)
                                    .optBlocks(2)
                                    .optChain(2)
                                    .optShared(true)
                                    .optTargets(wide),
                            "chain, offsets",
                            compound(1)
                                    .optBlockSize(6)
                                    .optChain(2)
                                    .optOffsets(true)
                                    .optTargets(wide),
                            "matrices",
                            compound(2).optBlocks(1).optMap(OrthogonalMap.MATRIX).optTargets(wide));
            options.forEach(
                    (option, builder) -> rows.add(Arguments.of(name, option, builder.build())));
        }
        return rows.stream();
    }

    private static CompoundConfig.Builder compound(int... orders) {
        return CompoundConfig.builder().optOrders(orders);
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.model.Models#names")
    void theBaseGivesWhatItGaveInPython(String name) throws Exception {
        AdaptedModel model = MODELS.open(name);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Path file = model.directory().orElseThrow().archive().orElseThrow();
            for (Models.Run run : Models.runs(model, manager)) {
                NDList outputs = model.predict(run.inputs());

                assertBitEqual(outputs, Passes.stock(file, run.inputs(), manager));
                for (NDArray output : outputs) {
                    NDArray expected = run.output(output.getName());
                    assertThat(Passes.difference(output, expected)).isLessThan(ROUNDING);
                }
                assertThat(model.block().getOutputShapes(run.inputs().getShapes()))
                        .containsExactly(outputs.getShapes());
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void trainsAndPredictsAndMergesTheSame(String name, String option, CompoundConfig config)
            throws Exception {
        AdaptedModel model = MODELS.open(name);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Models.runs(model, manager).get(0).inputs();
            NDList base = model.predict(inputs);
            Map<String, byte[]> bytes = Passes.baseBytes(model);

            model.add("a", config);

            assertClose(model.predict(inputs), base, ROUNDING);
            assertClose(Passes.training(model, inputs), base, ROUNDING);

            Passes.perturb(model, "a", 7);
            NDList adapted = model.predict(inputs);

            assertThat(Passes.difference(adapted.get(0), base.get(0))).isGreaterThan(1e-3);
            assertClose(Passes.training(model, inputs), adapted, ROUNDING);
            assertBitEqual(model.predict(inputs), adapted);
            assertClose(plain(model, config, inputs, manager), adapted, ROUNDING);

            model.merge();
            assertBitEqual(model.predict(inputs), adapted);
            Passes.whileDisabled(model, () -> assertBitEqual(model.predict(inputs), base));
            assertBitEqual(model.predict(inputs), adapted);
            model.unmerge();
            model.activate();
            assertBitEqual(model.predict(inputs), base);
            assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(bytes);
        }
    }

    /** Runs a stock model whose file has transformed weights. */
    private NDList plain(
            AdaptedModel model, CompoundConfig config, NDList inputs, NDManager manager)
            throws IOException, ai.djl.MalformedModelException {
        TorchArchive archive =
                TorchArchive.open(model.directory().orElseThrow().archive().orElseThrow());
        ArchiveEditor editor = archive.edit();
        boolean wrapped = archive.module("model").isPresent();
        for (Map.Entry<String, float[]> entry : weights(model, config, manager).entrySet()) {
            String path = (wrapped ? "model." : "") + entry.getKey();
            int dot = path.lastIndexOf('.');
            editor.replaceTensor(
                    path.substring(0, dot), path.substring(dot + 1), bytes(entry.getValue()));
        }
        if (model.directory().orElseThrow().name().equals("tiny-gpt2")) {
            untie(archive, editor);
        }
        Path file = folder.resolve("plain.pt");
        editor.write(file);
        return Passes.stock(file, inputs, manager);
    }

    /** In a traced GPT-2 the head is handed the embedding's weight; let it take its own. */
    private static void untie(TorchArchive archive, ArchiveEditor editor) {
        var head = archive.classOf(archive.module("model.lm_head").orElseThrow());
        var statement = head.methods().get(0).statements().get(0);
        editor.replaceStatement(
                head, statement, statement.text().replace("weight)", "self.weight)"));
    }

    private static Map<String, float[]> weights(
            AdaptedModel model, CompoundConfig config, NDManager manager) {
        if (!config.form(16).offsets()) {
            return PlainCompound.transformed(model, "a");
        }
        Map<String, float[]> weights = new java.util.LinkedHashMap<>();
        model.mergedWeights(manager)
                .forEach((name, array) -> weights.put(name, array.toFloatArray()));
        return weights;
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
