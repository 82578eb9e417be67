/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.c3a.C3aConfig;
import org.djladapters.adapter.c3a.C3aInit;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.road.RoadConfig;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.checkpoint.merged.OnnxGraphs.Names;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MergedOnnxTest {

    private static final long[][] TOKENS = {{3, 1, 4, 1, 5}, {9, 2, 6, 5, 3}};

    /** Outputs are of size 1, float32 has 24 bits: two sums in other orders differ by 1e-6. */
    private static final float TOLERANCE = 1e-5f;

    private static final String[] ALL = {"words", "query", "value", "conv", "classifier"};

    @TempDir Path folder;

    static Stream<AdapterConfig> methods() {
        return Stream.of(
                compound(ALL),
                lora().build(),
                lora().optDora(true).optTargets("query", "value", "classifier").build(),
                lora().optLoraBias(true).optBias(Bias.ADAPTED).optTargets("query", "value").build(),
                Ia3Config.builder().optTargets("query", "classifier").build(),
                C3aConfig.builder().optInit(C3aInit.GAUSSIAN).optTargets("query").build(),
                RoadConfig.builder().optGroupSize(2).optTargets("query", "value").build(),
                BaselineConfig.full(),
                BaselineConfig.bitfit());
    }

    private static CompoundConfig compound(String... targets) {
        return CompoundConfig.builder().optOrders(1).optBlocks(1).optTargets(targets).build();
    }

    private static LoraConfig.Builder lora() {
        return LoraConfig.builder().optRank(2).optTargets(ALL);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void onnxRuntimeGivesTheOutputsOfTheAdaptedModel(AdapterConfig config) throws Exception {
        requireEqual(new OnnxGraphs(), Names.OF_NODES, config, onnx -> {});
    }

    @ParameterizedTest
    @EnumSource(Names.class)
    void weightsAreFoundHoweverExportersNameThem(Names names) throws Exception {
        requireEqual(new OnnxGraphs(), names, lora().build(), onnx -> {});
    }

    @Test
    void namesMayHaveAnotherPrefix() throws Exception {
        requireEqual(
                new OnnxGraphs(),
                Names.OF_NODES,
                lora().build(),
                onnx -> rename(onnx, name -> "0.auto_model." + name));
    }

    @Test
    void namesMayTellNothingAtAll() throws Exception {
        requireEqual(
                new OnnxGraphs(),
                Names.NONE,
                lora().build(),
                onnx -> rename(onnx, name -> "x" + Integer.toHexString(name.hashCode())));
    }

    @Test
    void weightsMayBeStoredAsFloats() throws Exception {
        requireEqual(
                new OnnxGraphs(),
                Names.OF_NODES,
                lora().build(),
                onnx ->
                        onnx.getGraphBuilder().getInitializerBuilderList().stream()
                                .filter(t -> t.getDataType() == TensorProto.DataType.FLOAT_VALUE)
                                .forEach(MergedOnnxTest::storeAsFloats));
    }

    private static void storeAsFloats(TensorProto.Builder tensor) {
        FloatBuffer values =
                tensor.getRawData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        while (values.hasRemaining()) {
            tensor.addFloatData(values.get());
        }
        tensor.clearRawData();
    }

    /** Two weights of the same values are told apart by the nodes that use them. */
    @Test
    void equalWeightsAreToldApartByNames() throws Exception {
        requireEqual(
                new OnnxGraphs().tie("value.weight", "query.weight"),
                Names.OF_NODES,
                compound("query"),
                onnx -> {});
    }

    @Test
    void aWeightThatEqualsItsTransposeIsWrittenAsItsNodeUsesIt() throws Exception {
        requireEqual(
                new OnnxGraphs().fill("query.weight", 0.5f),
                Names.OF_NODES,
                lora().build(),
                onnx -> {});
    }

    @Test
    void nothingIsGuessedWhereEqualWeightsHaveNoNames() throws Exception {
        refused(
                new OnnxGraphs().tie("value.weight", "query.weight"),
                Names.NONE,
                compound("query"),
                onnx -> {},
                "the initializer 'onnx::MatMul_5q' can be any of query.weight and value.weight,"
                        + " which differ after merging");
        refused(
                new OnnxGraphs().fill("query.weight", 0.5f),
                Names.NONE,
                compound("query"),
                onnx -> {},
                "has no initializer with the values that the base model has for query.weight");
    }

    /** As exporters do: the second bias of equal values is an alias of the first. */
    @Test
    void aBiasThatStandsForAnotherOneTooIsNotReplaced() throws Exception {
        OnnxGraphs tied = new OnnxGraphs().tie("value.bias", "query.bias");
        Consumer<ModelProto.Builder> alias =
                onnx -> {
                    GraphProto.Builder graph = onnx.getGraphBuilder();
                    removeInitializer(graph, "value.bias");
                    graph.addNode(
                            0,
                            OnnxGraphs.node("Identity", "Identity_1", "value.bias", "query.bias"));
                };
        AdapterConfig one =
                lora().optLoraBias(true).optBias(Bias.ADAPTED).optTargets("query").build();
        refused(
                tied,
                Names.OF_NODES,
                one,
                alias,
                "the initializer 'query.bias' can be any of query.bias and value.bias, which"
                        + " differ after merging");
        AdapterConfig weights = compound("query", "value");
        requireEqual(tied, Names.OF_NODES, weights, alias);
    }

    @Test
    void everythingElseStaysByteForByte() throws Exception {
        OnnxGraphs graphs = new OnnxGraphs();
        Path base = OnnxGraphs.write(graphs.onnx(Names.OF_NODES), folder.resolve("base.onnx"));
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = adapted(graphs, compound("value"))) {
            task(model).exportOnnx(base, merged);
        }
        byte[] before = Files.readAllBytes(base);
        byte[] after = Files.readAllBytes(merged.resolve("model.onnx"));
        byte[] weight = graphs.tensor("", "value.weight", true).getRawData().toByteArray();
        int at = indexOf(before, weight);
        assertThat(after).hasSameSizeAs(before);
        assertThat(Arrays.copyOf(after, at)).isEqualTo(Arrays.copyOf(before, at));
        int end = at + weight.length;
        assertThat(Arrays.copyOfRange(after, end, after.length))
                .isEqualTo(Arrays.copyOfRange(before, end, before.length));
        assertThat(Arrays.copyOfRange(after, at, end)).isNotEqualTo(weight);
        assertThat(merged.toFile().list()).containsExactlyInAnyOrder("model.onnx", "config.json");
    }

    private static int indexOf(byte[] in, byte[] part) {
        int at = 0;
        while (!Arrays.equals(in, at, at + part.length, part, 0, part.length)) {
            at++;
        }
        return at;
    }

    /** The bytes are those of the TorchScript model that is written of the same adapter. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void weightsOfSixteenBitsStaySo(DataType type) throws Exception {
        OnnxGraphs graphs = new OnnxGraphs(type);
        Path base = OnnxGraphs.write(graphs.onnx(Names.OF_PARAMETERS), folder.resolve("base.onnx"));
        try (AdaptedModel model = adapted(graphs, lora().build())) {
            TaskModel<NDList, NDList> task = task(model);
            task.exportOnnx(base, folder.resolve("onnx"));
            task.export(folder.resolve("torchscript"));
        }
        TorchArchive archive = TorchArchive.open(folder.resolve("torchscript/net.pt"));
        ModelProto.Builder merged =
                ModelProto.parseFrom(Files.readAllBytes(folder.resolve("onnx/model.onnx")))
                        .toBuilder();
        for (String module : ALL) {
            TensorRecord weight =
                    archive.module(module).orElseThrow().tensor("weight").orElseThrow().tensor();
            TensorProto.Builder initializer = initializer(merged, module + ".weight");
            assertThat(initializer.getRawData().asReadOnlyByteBuffer())
                    .isEqualTo(archive.read(weight))
                    .isNotEqualTo(
                            graphs.tensor("", module + ".weight", false)
                                    .getRawData()
                                    .asReadOnlyByteBuffer());
        }
    }

    @Test
    void aWeightThatTheAdapterLeavesAsItIsNeedsNoInitializer() throws Exception {
        OnnxGraphs graphs = new OnnxGraphs();
        ModelProto.Builder onnx = graphs.onnx(Names.OF_NODES);
        removeInitializer(onnx.getGraphBuilder(), "conv.weight");
        Path base = OnnxGraphs.write(onnx, folder.resolve("base.onnx"));
        try (AdaptedModel model = AdaptedModel.open(graphs.torchScript(folder.resolve("net")))) {
            model.add("a", lora().build()); // changes nothing yet
            Path merged = folder.resolve("merged");
            task(model).exportOnnx(base, merged);
            assertThat(merged.resolve("model.onnx")).hasSameBinaryContentAs(base);
        }
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                new Refusal(
                        "has no initializer with the values that the base model has for"
                                + " conv.weight, which the adapter changes: 'conv.weight' has other"
                                + " values, those of another checkpoint",
                        onnx -> initializer(onnx, "conv.weight").setRawData(zeros(144))),
                new Refusal(
                        "'conv.weight' has the type float16 instead of float32",
                        onnx ->
                                initializer(onnx, "conv.weight")
                                        .setDataType(TensorProto.DataType.FLOAT16_VALUE)
                                        .setRawData(zeros(72))),
                new Refusal(
                        "'conv.weight' does not hold floating-point numbers as bytes",
                        onnx ->
                                initializer(onnx, "conv.weight")
                                        .setDataType(TensorProto.DataType.INT8_VALUE)
                                        .setRawData(zeros(36))),
                new Refusal(
                        "for conv.weight, which the adapter changes: it has none of this name",
                        onnx -> removeInitializer(onnx.getGraphBuilder(), "conv.weight")),
                new Refusal(
                        "for conv.weight, which the adapter changes: no node uses 'conv.weight'",
                        onnx -> replaceInput(onnx, "conv.weight", "fused")),
                new Refusal(
                        "is quantized (it has the operator 'DynamicQuantizeLinear')",
                        onnx ->
                                onnx.getGraphBuilder()
                                        .addNode(
                                                OnnxGraphs.node(
                                                        "DynamicQuantizeLinear", "q", "y", "x"))),
                new Refusal(
                        "is quantized (it has the operator 'MatMulInteger')",
                        onnx -> onnx.getGraphBuilder().addNode(branch("MatMulInteger"))),
                new Refusal(
                        "keeps the initializer 'conv.weight' in another file (external data)",
                        onnx ->
                                initializer(onnx, "conv.weight")
                                        .clearRawData()
                                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)));
    }

    /** What is done to a file, and what is said of it. */
    record Refusal(String message, Consumer<ModelProto.Builder> change) {

        @Override
        public String toString() {
            return message;
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void filesThatCannotBeMergedAreRefused(Refusal refusal) throws Exception {
        refused(
                new OnnxGraphs(),
                Names.OF_NODES,
                lora().build(),
                refusal.change(),
                refusal.message());
    }

    @Test
    void aHeadOfItsOwnHasNoPlaceInTheFile() throws Exception {
        OnnxGraphs graphs = new OnnxGraphs();
        Path base = OnnxGraphs.write(graphs.onnx(Names.OF_NODES), folder.resolve("base.onnx"));
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            HeadConfig head = new HeadConfig(2, HeadConfig.Pooling.CLS);
            model.add("a", compound("query"), head);
            assertThatThrownBy(() -> task(model).exportOnnx(base, folder.resolve("merged")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Adapter 'a' brings a head of its own, for which");
        }
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    @Test
    void whatACheckRefusesDoesNotAppear() throws Exception {
        OnnxGraphs graphs = new OnnxGraphs();
        Path base = OnnxGraphs.write(graphs.onnx(Names.OF_NODES), folder.resolve("base.onnx"));
        Path merged = folder.resolve("merged");
        AtomicReference<Path> checked = new AtomicReference<>();
        try (AdaptedModel model = adapted(graphs, compound("query"))) {
            TaskModel<NDList, NDList> task = task(model);
            assertThatThrownBy(
                            () ->
                                    task.exportOnnx(
                                            base,
                                            merged,
                                            file -> {
                                                checked.set(file);
                                                throw new IllegalStateException("no");
                                            }))
                    .hasMessage("no");
            assertThat(merged).doesNotExist();
            assertThat(checked.get()).hasFileName("model.onnx").doesNotExist();

            task.exportOnnx(base, merged);
            assertThatThrownBy(() -> task.exportOnnx(base, merged))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
    }

    private AdaptedModel adapted(OnnxGraphs graphs, AdapterConfig config) throws IOException {
        Path directory = folder.resolve("net");
        AdaptedModel model = AdaptedModel.open(graphs.torchScript(directory));
        TinyAdapters.disturb(model, model.add("a", config), 7);
        model.activate("a");
        return model;
    }

    private static TaskModel<NDList, NDList> task(AdaptedModel model) throws IOException {
        return TaskModel.of(model, NDList.class, NDList.class, "a");
    }

    private void requireEqual(
            OnnxGraphs graphs,
            Names names,
            AdapterConfig config,
            Consumer<ModelProto.Builder> change)
            throws Exception {
        ModelProto.Builder onnx = graphs.onnx(names);
        change.accept(onnx);
        Path base = OnnxGraphs.write(onnx, folder.resolve("base.onnx"));
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = adapted(graphs, config);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            float[] adapted = predict(model, manager);
            task(model).exportOnnx(base, merged);

            assertThat(predict(model, manager)).isEqualTo(adapted);
            assertThat(run(merged.resolve("model.onnx")))
                    .containsExactly(adapted, within(TOLERANCE));
            AdaptedModel.Scope baseOnly = model.disable();
            try (baseOnly) {
                float[] frozen = predict(model, manager);
                assertThat(run(base)).containsExactly(frozen, within(TOLERANCE));
                assertThat(largestDifference(adapted, frozen)).isGreaterThan(100 * TOLERANCE);
            }
        }
    }

    private static float largestDifference(float[] a, float[] b) {
        float largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    private void refused(
            OnnxGraphs graphs,
            Names names,
            AdapterConfig config,
            Consumer<ModelProto.Builder> change,
            String message)
            throws Exception {
        ModelProto.Builder onnx = graphs.onnx(names);
        change.accept(onnx);
        Path base = OnnxGraphs.write(onnx, folder.resolve("base.onnx"));
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = adapted(graphs, config)) {
            assertThatThrownBy(() -> task(model).exportOnnx(base, merged))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageStartingWith(base + ": ")
                    .hasMessageContaining(message);
        }
        assertThat(merged).doesNotExist();
    }

    private static float[] predict(AdaptedModel model, NDManager manager) {
        NDArray tokens = manager.create(Stream.of(TOKENS).flatMapToLong(Arrays::stream).toArray());
        NDList inputs = new NDList(tokens.reshape(new Shape(TOKENS.length, -1)));
        return model.predict(inputs).singletonOrThrow().toFloatArray();
    }

    private static float[] run(Path onnx) throws Exception {
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        try (OrtSession session = runtime.createSession(onnx.toString());
                OnnxTensor tokens = OnnxTensor.createTensor(runtime, TOKENS);
                OrtSession.Result results = session.run(Map.of("input_ids", tokens))) {
            FloatBuffer logits = ((OnnxTensor) results.get(0)).getFloatBuffer();
            float[] values = new float[logits.remaining()];
            logits.get(values);
            return values;
        }
    }

    private static TensorProto.Builder initializer(ModelProto.Builder onnx, String name) {
        return onnx.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(tensor -> tensor.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void removeInitializer(GraphProto.Builder graph, String name) {
        List<TensorProto> kept =
                graph.getInitializerList().stream()
                        .filter(tensor -> !tensor.getName().equals(name))
                        .toList();
        graph.clearInitializer().addAllInitializer(kept);
    }

    private static void rename(ModelProto.Builder onnx, Function<String, String> renaming) {
        for (TensorProto.Builder tensor : onnx.getGraphBuilder().getInitializerBuilderList()) {
            String name = tensor.getName();
            tensor.setName(renaming.apply(name));
            replaceInput(onnx, name, tensor.getName());
        }
    }

    private static void replaceInput(ModelProto.Builder onnx, String from, String to) {
        for (NodeProto.Builder node : onnx.getGraphBuilder().getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                if (node.getInput(i).equals(from)) {
                    node.setInput(i, to);
                }
            }
        }
    }

    private static NodeProto branch(String operator) {
        GraphProto inner =
                GraphProto.newBuilder()
                        .addNode(OnnxGraphs.node(operator, "q", "y", "x", "w"))
                        .build();
        return OnnxGraphs.node("If", "if", "z", "condition").toBuilder()
                .addAttribute(AttributeProto.newBuilder().setName("then_branch").setG(inner))
                .build();
    }

    private static ByteString zeros(int count) {
        return ByteString.copyFrom(ByteBuffer.allocate(count));
    }
}
