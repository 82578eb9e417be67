/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.djladapters.adapter.TargetModule;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.examples.bench.ModelShape;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.MatmulTrial;
import org.djladapters.matmul.MergedProgram;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.model.SharedModels;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How linear layers of exported models compute their products. */
class MergedProductsTest {

    /** What is exported from them has other weights than they have. */
    @RegisterExtension
    static final SharedModels MODELS =
            new SharedModels(OpenOptions.builder().optAnyBase(true).build());

    private static final String LINEAR = MergedProgram.PORTABLE.prefix() + "linear(";

    /** Roundings of float32 through a model of some layers. */
    private static final double CLOSE = 5e-5;

    @TempDir Path folder;

    /** The small models, with every program that this engine runs. */
    private static Stream<Arguments> modelsAndPrograms() {
        return Models.names()
                .flatMap(name -> programs().map(program -> Arguments.of(name, program)));
    }

    private static Stream<MergedProgram> programs() {
        return Stream.of(MergedProgram.values())
                .filter(p -> p == MergedProgram.PORTABLE || MatmulTrial.hasOneDnn());
    }

    @ParameterizedTest
    @MethodSource("modelsAndPrograms")
    void onlyTheStatementsOfLinearLayersChange(String name, MergedProgram program)
            throws Exception {
        Path fast = folder.resolve("fast");
        Path original = folder.resolve("original");
        try (AdaptedModel model = TinyAdapters.open(name)) {
            try (TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
                if (program == MergedProgram.PORTABLE) {
                    task.export(fast);
                } else {
                    task.export(fast, Matmul.ONEDNN);
                }
                task.export(original, Matmul.MKL);
            }
        }
        Map<String, String> base = program(Models.directory(name));
        assertThat(program(original)).isEqualTo(base);

        Map<String, String> changed = program(fast);
        assertThat(changed.remove(program.entry())).isEqualTo(program.source());
        assertThat(changed.toString()).contains(program.prefix());
        assertThat(changed.toString()).doesNotContain("torch.linear(", "torch.addmm(");
        changed.replaceAll((file, text) -> turnedBack(program, text));
        base.replaceAll((file, text) -> text.replace("torch.mm(", "torch.matmul("));
        assertThat(changed).isEqualTo(base);
    }

    /** Text with operators in the place of the functions; an argument that is None is left out. */
    private static String turnedBack(MergedProgram program, String text) {
        return text.replaceAll(
                "(?m)" + program.prefix().replace(".", "\\.") + "(.*?)(, None)?, \\d+\\)$",
                "torch.$1)");
    }

    /** The small models have nothing large; here all their products take the other way. */
    @ParameterizedTest
    @MethodSource("modelsAndPrograms")
    void theOtherWayGivesTheSame(String name, MergedProgram program) throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open(name);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TinyAdapters.disturb(model, model.add("a", TinyAdapters.config(name).build()), 7);
            export(model, exported, "a", program);
            rewrite(
                    exported,
                    program.entry(),
                    text -> text.replaceFirst("def fast\\(.*\n", "$0  return True\n"));
            NDList inputs = TinyAdapters.inputs(model, manager);
            assertClose(TinyAdapters.stock(exported, inputs, manager), model.predict(inputs));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"encoder:layers=2,width=384", "encoder:width=256"})
    void modelsOfUsualSizesGiveTheSameForOneRowAndForMany(String shape) throws Exception {
        Path base = folder.resolve("base");
        ModelShape.of(shape).write(base);
        for (MergedProgram program : programs().toList()) {
            Path exported = folder.resolve(program.toString());
            try (AdaptedModel model = AdaptedModel.open(base);
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                TinyAdapters.disturb(model, model.add("a", TinyAdapters.config(shape).build()), 7);
                export(model, exported, "a", program);
                for (int length : new int[] {1, 24, 110}) {
                    for (int rows : new int[] {1, 9}) {
                        NDList inputs = words(model, manager, rows, length);
                        assertClose(
                                TinyAdapters.stock(exported, inputs, manager),
                                model.predict(inputs));
                    }
                }
                NDList inputs = words(model, manager, 4, 40);
                assertThat(TinyAdapters.exactly(TinyAdapters.stock(exported, inputs, manager)))
                        .isEqualTo(
                                TinyAdapters.exactly(
                                        TinyAdapters.stock(exported, inputs, manager)));
            }
        }
    }

    @Test
    void weightsLieInTheFileAsOneDnnReadsThem() throws Exception {
        Path base = folder.resolve("base");
        Path exported = folder.resolve("exported");
        Path portable = folder.resolve("portable");
        ModelShape.of("encoder:layers=1,width=384").write(base);
        try (AdaptedModel model = AdaptedModel.open(base)) {
            // query and value change, the others are written too
            model.add("a", TinyAdapters.config("encoder").optTargets("query", "value").build());
            export(model, exported, "a", MergedProgram.ONEDNN);
            export(model, portable, "a", MergedProgram.PORTABLE);
            Set<String> layers =
                    model.targetModules().stream()
                            .filter(TargetModule::isLinear)
                            .map(TargetModule::path)
                            .collect(Collectors.toSet());
            assertThat(layers).hasSize(6);
            TorchArchive archive =
                    TorchArchive.open(ModelDirectory.open(exported).archive().orElseThrow());
            for (ModuleNode node : archive.module().stream().toList()) {
                if (layers.stream().anyMatch(node.path()::endsWith)) {
                    TensorRecord weight = node.tensor("weight").orElseThrow().tensor();
                    assertThat(weight.strides()).containsExactly(1L, weight.shape().get(0));
                }
            }
        }
        long size = Files.size(ModelDirectory.open(portable).archive().orElseThrow());
        assertThat(Files.size(ModelDirectory.open(exported).archive().orElseThrow()))
                .isBetween(size - 4096, size + 4096);
    }

    @Test
    void anExportAsItIsKeepsTheOrderOfTheBase() throws Exception {
        assumeThat(MatmulTrial.hasOneDnn()).isTrue();
        Path base = folder.resolve("base");
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        ModelShape.of("encoder:layers=1,width=384").write(base);
        try (AdaptedModel model = AdaptedModel.open(base)) {
            TinyAdapters.disturb(model, model.add("a", TinyAdapters.config("encoder").build()), 7);
            export(model, first, "a", MergedProgram.ONEDNN);
        }
        try (AdaptedModel model = AdaptedModel.open(first);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TinyAdapters.disturb(model, model.add("b", TinyAdapters.config("encoder").build()), 8);
            try (TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
                task.export(second, Matmul.MKL);
            }
            NDList inputs = words(model, manager, 9, 24);
            assertClose(TinyAdapters.stock(second, inputs, manager), model.predict(inputs));
        }
        assertThat(program(second)).isEqualTo(program(first));
        assertThat(weightsByColumns(second)).isEqualTo(weightsByColumns(first)).hasSize(6);
    }

    private static List<String> weightsByColumns(Path export) throws IOException {
        TorchArchive archive =
                TorchArchive.open(ModelDirectory.open(export).archive().orElseThrow());
        return archive.module().stream()
                .filter(
                        node ->
                                node.tensor("weight")
                                        .filter(weight -> !weight.tensor().isContiguous())
                                        .isPresent())
                .map(ModuleNode::path)
                .toList();
    }

    @Test
    void productsOfSoManyRowsAreOneDnns() {
        assertThat(LinearProducts.of(Matmul.MKL)).isEqualTo(LinearProducts.ORIGINAL);
        assertThat(LinearProducts.of(Matmul.parse("onednn:48")))
                .isEqualTo(
                        new LinearProducts(
                                Optional.of(MergedProgram.ONEDNN), 48, Optional.empty()));
    }

    /** The small models with the portable program, some with oneDNN's too. */
    private static Stream<Arguments> modelsThatAreExportedAgain() {
        return modelsAndPrograms()
                .filter(
                        row ->
                                row.get()[1] == MergedProgram.PORTABLE
                                        || List.of("tiny-bert", "tiny-gpt2", "tiny-vit")
                                                .contains(row.get()[0]));
    }

    @ParameterizedTest
    @MethodSource("modelsThatAreExportedAgain")
    void whatWasExportedIsAdaptedAndExportedAgain(String name, MergedProgram program)
            throws Exception {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Path adapter = folder.resolve("adapter");
        AdaptedModel model = MODELS.open(name);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TinyAdapters.disturb(model, model.add("a", TinyAdapters.config(name).build()), 7);
            export(model, first, "a", program);
            try (AdaptedModel again = AdaptedModel.open(first)) {
                assertThat(again.targetModules()).isEqualTo(model.targetModules());
                NDList inputs = TinyAdapters.inputs(model, manager);
                assertClose(again.predict(inputs), model.predict(inputs));

                TinyAdapters.disturb(again, again.add("b", TinyAdapters.config(name).build()), 8);
                NDList adapted = again.predict(inputs);
                AdapterDirectory.save(again, "b", adapter);
                export(again, second, "b", program);
                assertClose(TinyAdapters.stock(second, inputs, manager), adapted);
                assertThat(program(second)).isEqualTo(program(first));

                // the same adapter after the first, on the base
                AdapterDirectory.load(model, "b", adapter);
                model.activate("a", "b");
                assertClose(model.predict(inputs), adapted);
            }
        }
    }

    @Test
    void anExportOfOneKindBecomesOneOfAnother() throws Exception {
        assumeThat(MatmulTrial.hasOneDnn()).isTrue();
        Path base = folder.resolve("base");
        ModelShape.of("encoder:layers=1,width=384").write(base);
        Path source = base;
        for (MergedProgram program :
                List.of(MergedProgram.PORTABLE, MergedProgram.ONEDNN, MergedProgram.PORTABLE)) {
            Path target = source.resolveSibling(source.getFileName() + "-" + program);
            try (AdaptedModel model = AdaptedModel.open(source);
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                TinyAdapters.disturb(
                        model, model.add("a", TinyAdapters.config("encoder").build()), 7);
                export(model, target, "a", program);
                NDList inputs = words(model, manager, 9, 24);
                assertClose(TinyAdapters.stock(target, inputs, manager), model.predict(inputs));
            }
            // no weight is there twice
            assertThat(Files.size(ModelDirectory.open(target).archive().orElseThrow()))
                    .isLessThan(largest(base));
            Map<String, String> texts = program(target);
            programs().forEach(p -> texts.remove(p.entry()));
            for (MergedProgram each : programs().toList()) {
                String prefix = each.prefix();
                assertThat(texts.toString().contains(prefix))
                        .as("%s calls %s", target, each)
                        .isEqualTo(each == program);
            }
            source = target;
        }
    }

    @Test
    void aTiedHeadHasAWeightOfItsOwn() throws Exception {
        Path exported = folder.resolve("exported");
        try (AdaptedModel model = TinyAdapters.open("tiny-gpt2")) {
            TinyAdapters.disturb(
                    model,
                    model.add("a", TinyAdapters.config("tiny-gpt2").optTargets("lm_head").build()),
                    7);
            MergedModel.export(
                    Export.of(model, List.of("a")), exported, Map.of(), LinearProducts.PORTABLE);
        }
        assertThat(program(exported).toString())
                .containsPattern(
                        LINEAR.replace(".", "\\.").replace("(", "\\(")
                                + "\\w+, self\\.weight, None, 64\\)");
    }

    /** The size of a checkpoint with some room for a program. */
    private static long largest(Path checkpoint) throws IOException {
        return Files.size(ModelDirectory.open(checkpoint).weightFiles().get(0)) + (1 << 17);
    }

    private static void export(
            AdaptedModel model, Path target, String adapter, MergedProgram program)
            throws IOException {
        MergedModel.export(
                Export.of(model, List.of(adapter)),
                target,
                Map.of(),
                program == MergedProgram.PORTABLE
                        ? LinearProducts.PORTABLE
                        : LinearProducts.of(Matmul.ONEDNN));
    }

    private static NDList words(AdaptedModel model, NDManager manager, int rows, int length) {
        NDList inputs = new NDList();
        for (String name : model.inputNames()) {
            Shape shape = new Shape(rows, length);
            inputs.add(
                    switch (name) {
                        case "input_ids" ->
                                manager.arange(rows * length)
                                        .toType(DataType.INT64, false)
                                        .reshape(shape);
                        case "attention_mask" -> manager.ones(shape, DataType.INT64);
                        default -> manager.zeros(shape, DataType.INT64);
                    });
        }
        return inputs;
    }

    private static void assertClose(NDList found, NDList expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (NDArray array : expected) {
            NDArray other = TinyAdapters.named(found, array.getName());
            double difference = other.sub(array).abs().max().getFloat();
            assertThat(difference).isLessThan(CLOSE * array.abs().max().getFloat());
        }
    }

    private static Map<String, String> program(Path directory) throws IOException {
        return entries(directory).entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".py"))
                .collect(
                        Collectors.toMap(
                                entry -> entry.getKey().substring(entry.getKey().indexOf('/') + 1),
                                entry -> new String(entry.getValue(), StandardCharsets.UTF_8)));
    }

    private static Map<String, byte[]> entries(Path directory) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip =
                new ZipFile(ModelDirectory.open(directory).archive().orElseThrow().toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    private static void rewrite(Path directory, String name, UnaryOperator<String> change)
            throws IOException {
        Path archive = ModelDirectory.open(directory).archive().orElseThrow();
        Map<String, byte[]> entries = entries(directory);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                byte[] bytes = entry.getValue();
                if (entry.getKey().endsWith(name)) {
                    String text = new String(bytes, StandardCharsets.UTF_8);
                    bytes = change.apply(text).getBytes(StandardCharsets.UTF_8);
                    assertThat(bytes).isNotEqualTo(entry.getValue());
                }
                ZipEntry header = new ZipEntry(entry.getKey());
                CRC32 crc = new CRC32();
                crc.update(bytes);
                header.setMethod(ZipEntry.STORED);
                header.setSize(bytes.length);
                header.setCrc(crc.getValue());
                zip.putNextEntry(header);
                zip.write(bytes);
            }
        }
    }
}
