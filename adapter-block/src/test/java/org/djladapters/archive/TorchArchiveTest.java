/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TorchArchiveTest {

    @TempDir Path folder;

    static final List<String> MODELS = TinyModels.NAMES;

    @ParameterizedTest
    @FieldSource("MODELS")
    void anUneditedCopyHasTheSameEntries(String name) throws IOException {
        Path copy = folder.resolve(name + ".pt");

        TinyModels.open(name).edit().write(copy);

        assertThat(entries(copy)).isEqualTo(entries(TinyModels.file(name)));
        assertThat(copy).satisfies(TorchArchiveTest::isStoredAndAligned);
    }

    /** Bit by bit, since both run the same program with the same weights in one process. */
    @ParameterizedTest
    @FieldSource("MODELS")
    void anUneditedCopyGivesTheSameOutputs(String name)
            throws IOException, MalformedModelException {
        Path copy = folder.resolve(name + ".pt");
        TinyModels.open(name).edit().write(copy);

        try (NDManager manager = NDManager.newBaseManager()) {
            NDList expected = TinyModels.run(TinyModels.file(name), name, manager);
            NDList actual = TinyModels.run(copy, name, manager);

            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i).toFloatArray())
                        .containsExactly(expected.get(i).toFloatArray());
            }
            Map<String, NDArray> recorded = TinyModels.expected(name, manager);
            for (NDArray array : actual) {
                NDArray other =
                        Optional.ofNullable(recorded.get("output." + array.getName()))
                                .orElse(recorded.get("output.logits"));
                assertThat(array.allClose(other, 1e-4, 1e-4, false)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @FieldSource("MODELS")
    void theTreeHoldsTheParametersThatTheEngineSees(String name)
            throws IOException, MalformedModelException {
        Map<String, TensorRecord> parameters = new HashMap<>();
        TorchArchive archive = TinyModels.open(name);
        archive.module().stream()
                .forEach(
                        node ->
                                node.tensors().stream()
                                        .filter(TensorAttribute::isParameter)
                                        .forEach(
                                                t ->
                                                        parameters.put(
                                                                node.path() + '.' + t.name(),
                                                                t.tensor())));

        try (Model model = TinyModels.load(TinyModels.file(name))) {
            for (var parameter : model.getBlock().getParameters()) {
                TensorRecord tensor = parameters.get(parameter.getKey());
                NDArray array = parameter.getValue().getArray();
                assertThat(tensor.shape()).isEqualTo(array.getShape());
                ByteBuffer bytes = archive.read(tensor);
                float[] values = new float[(int) array.size()];
                bytes.asFloatBuffer().get(values);
                assertThat(values).containsExactly(array.toFloatArray());
            }
        }
    }

    @Test
    void theInputsOfTheModelAreKnown() throws IOException {
        MethodText forward = TinyModels.open("tiny-bert").forward();

        assertThat(forward.arguments())
                .containsExactly(
                        new Variable("input_ids", "Tensor"),
                        new Variable("attention_mask", "Tensor"),
                        new Variable("token_type_ids", "Tensor"));
        assertThat(forward.returnType()).isEqualTo("Dict[str, Tensor]");
    }

    @Test
    void aModuleIsFoundByItsPath() throws IOException {
        TorchArchive archive = TinyModels.open("tiny-bert");

        ModuleNode query =
                archive.module("model.encoder.layer.0.attention.self.query").orElseThrow();

        assertThat(query.name()).isEqualTo("query");
        assertThat(query.tensors())
                .extracting(TensorAttribute::name)
                .containsExactlyInAnyOrder("weight", "bias");
        TensorRecord weight = query.tensor("weight").orElseThrow().tensor();
        assertThat(weight.shape()).isEqualTo(new Shape(32, 32));
        assertThat(weight.dataType()).isEqualTo(DataType.FLOAT32);
        ClassText type = archive.classOf(query);
        assertThat(type.simpleName()).isEqualTo("Linear");
        assertThat(type.parameters()).containsExactly("weight", "bias");
        Statement linear = type.method("forward").orElseThrow().statements().get(2);
        assertThat(linear.target()).isEqualTo("x");
        assertThat(Call.parse(linear.expression()))
                .contains(new Call("torch.linear", List.of("argument_1", "weight", "bias")));
    }

    @Test
    void buffersAreToldFromParameters() throws IOException {
        ModuleNode embeddings =
                TinyModels.open("tiny-bert").module("model.embeddings").orElseThrow();

        assertThat(embeddings.tensor("position_ids").orElseThrow().isParameter()).isFalse();
    }

    @Test
    void tiedWeightsShareAStorage() throws IOException {
        TorchArchive archive = TinyModels.open("tiny-gpt2");
        List<TensorRecord> weights =
                archive.module().stream()
                        .filter(n -> n.name().equals("wte") || n.name().equals("lm_head"))
                        .map(n -> n.tensor("weight").orElseThrow().tensor())
                        .toList();

        assertThat(weights).hasSize(2);
        assertThat(weights.get(0).storageKey()).isEqualTo(weights.get(1).storageKey());
    }

    @Test
    void aModuleThatIsCalledTwiceHasTwoMethods() throws IOException {
        assertThat(TinyModels.open("tiny-deberta-v3").classes().values())
                .anySatisfy(
                        type ->
                                assertThat(type.methods())
                                        .extracting(MethodText::name)
                                        .contains("forward", "forward1"));
    }

    private static Map<String, ByteBuffer> entries(Path file) throws IOException {
        Map<String, ByteBuffer> entries = new HashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), ByteBuffer.wrap(in.readAllBytes()));
                }
            }
        }
        return entries;
    }

    private static void isStoredAndAligned(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (bytes.getInt(at) == 0x04034b50) {
            assertThat(bytes.getShort(at + 8)).as("method").isZero();
            int start = at + 30 + bytes.getShort(at + 26) + bytes.getShort(at + 28);
            assertThat(start % 64).isZero();
            at = start + bytes.getInt(at + 18);
        }
        assertThat(bytes.getInt(at)).isEqualTo(0x02014b50);
    }
}
