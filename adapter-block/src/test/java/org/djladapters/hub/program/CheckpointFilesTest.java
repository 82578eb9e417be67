/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.djladapters.ManagerFixture;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of checkpoints that fit together are read, others are refused in one sentence. */
class CheckpointFilesTest extends ManagerFixture {

    private static final String QUERY = "encoder.layer.0.attention.self.query.weight";

    @TempDir Path folder;

    private final JsonObject config = TinyCheckpoints.config("bert");
    private Map<String, NDArray> weights;

    @BeforeEach
    void makeWeights() throws IOException {
        weights = TinyCheckpoints.weights(config, manager);
    }

    @Test
    void findsEveryTensorByItsName() throws IOException {
        Map<String, NDArray> read = read(weights);

        assertThat(read.keySet()).isEqualTo(weights.keySet());
        assertThat(read.get(QUERY)).isEqualTo(weights.get(QUERY));
    }

    @Test
    void findsTensorsOfAModelWithAHead() throws IOException {
        Map<String, NDArray> others = new TreeMap<>();
        weights.forEach((name, array) -> others.put("bert." + name, array));
        others.put("bert.pooler.dense.weight", manager.ones(new Shape(8, 8)));
        others.put("cls.predictions.bias", manager.ones(new Shape(20)));

        assertThat(read(others).keySet()).isEqualTo(weights.keySet());
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, Integer.MAX_VALUE})
    void refusesMoreLayersThanThereAreTensors(int layers) throws IOException {
        JsonObject many = TinyCheckpoints.config("bert", "'num_hidden_layers': " + layers);
        Checkpoint checkpoint = TinyCheckpoints.write(folder, many, weights);

        assertThatThrownBy(checkpoint::program)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json: num_hidden_layers is " + layers);
    }

    @Test
    void saysThatTheDescriptionIsMissing() throws IOException {
        Checkpoint checkpoint = TinyCheckpoints.write(folder, new JsonObject(), weights);

        assertThatThrownBy(checkpoint::program)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json: is missing or has no entry model_type");
    }

    @Test
    void findsTensorsByTheirOldNames() throws IOException {
        Map<String, NDArray> others = new TreeMap<>();
        weights.forEach(
                (name, array) ->
                        others.put(
                                name.replace("LayerNorm.weight", "LayerNorm.gamma")
                                        .replace("LayerNorm.bias", "LayerNorm.beta"),
                                array));

        assertThat(read(others).keySet()).isEqualTo(weights.keySet());
    }

    @Test
    void takesNoNoticeOfCountersThatOldVersionsWrote() {
        weights.put("embeddings.position_ids", manager.arange(16));

        assertThatCode(() -> read(weights)).doesNotThrowAnyException();
    }

    @Test
    void namesATensorThatIsMissing() {
        weights.remove(QUERY);

        assertRefused(
                () -> read(weights),
                "model.safetensors",
                "holds no tensor '" + QUERY + "', which config.json asks for; check");
    }

    @Test
    void namesAPoolerThatIsMissing() {
        config.add("architectures", list("BertForSequenceClassification"));

        assertRefused(
                () -> read(weights), "model.safetensors", "holds no tensor 'bert.pooler.dense.");
    }

    @Test
    void namesATensorOfAnotherShape() {
        weights.put(QUERY, manager.ones(new Shape(8, 4)));

        assertRefused(
                () -> read(weights),
                "model.safetensors",
                "'" + QUERY + "' has the shape (8, 4) where config.json asks for (8, 8); check");
    }

    @Test
    void namesATensorThatTheProgramHasNoPlaceFor() {
        weights.put("encoder.layer.0.attention.gate.weight", manager.ones(new Shape(8)));

        assertRefused(
                () -> read(weights),
                "model.safetensors",
                "holds the tensor 'encoder.layer.0.attention.gate.weight'");
    }

    @Test
    void readsThePartsThatAnIndexNames() throws IOException {
        writeParts();
        writeIndex("'a': 'one.safetensors', 'b': 'two.safetensors', 'c': 'one.safetensors'");

        assertThat(Checkpoint.weightFiles(folder))
                .containsExactly(
                        folder.resolve("one.safetensors"), folder.resolve("two.safetensors"));
        Checkpoint checkpoint = Checkpoint.open(folder, config);
        assertThat(checkpoint.program().weights(manager, DataType.FLOAT32).get(QUERY))
                .isEqualTo(weights.get(QUERY));
    }

    @Test
    void namesATensorThatPartsLack() throws IOException {
        weights.remove(QUERY);
        writeParts();
        writeIndex("'a': 'one.safetensors', 'b': 'two.safetensors'");

        assertRefused(
                () -> Checkpoint.open(folder, config).program(),
                "model.safetensors.index.json",
                "holds no tensor '" + QUERY + "'");
    }

    @Test
    void namesATensorThatTwoPartsHold() throws IOException {
        writeParts();
        SafetensorsFile.write(
                folder.resolve("two.safetensors"), Map.of(QUERY, weights.get(QUERY)), Map.of());
        SafetensorsFile.write(folder.resolve("one.safetensors"), weights, Map.of());
        writeIndex("'a': 'one.safetensors', 'b': 'two.safetensors'");

        assertRefused(
                () -> Checkpoint.open(folder, config),
                "two.safetensors",
                "holds the tensor '"
                        + QUERY
                        + "' that another part holds too; get the model again");
    }

    @Test
    void namesAPartThatIsMissing() throws IOException {
        writeIndex("'a': 'one.safetensors'");

        assertRefused(
                () -> Checkpoint.open(folder, config),
                "model.safetensors.index.json",
                "names the file 'one.safetensors', which is missing; get the model again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'../one.safetensors'",
                "'/etc/one.safetensors'",
                "'a/one.safetensors'",
                "'one.bin'",
                "7",
                "['one.safetensors']"
            })
    void readsNoPartOutsideTheFolder(String part) throws IOException {
        writeIndex("'a': " + part);

        assertRefused(
                () -> Checkpoint.open(folder, config),
                "model.safetensors.index.json",
                "which is no file beside it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{'weight_map': []}", "{'weight_map': 3}"})
    void refusesAnIndexWithoutAMap(String index) throws IOException {
        Files.writeString(folder.resolve(Checkpoint.INDEX), index.replace('\'', '"'));

        assertRefused(
                () -> Checkpoint.open(folder, config),
                "model.safetensors.index.json",
                "has no weight_map");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'model_type': 'gru' | model_type is 'gru', for which there is no program here",
                "'model_type': 3 | model_type is 3 where a string is expected",
                "'architectures': ['BertForMultipleChoice'] | architectures is",
                "'architectures': ['BertForCausalLM'] | heads of BERT that are",
                "'quantization_config': {'bits': 4} | quantization_config is not computed here",
                "'auto_map': {'AutoModel': 'a.B'} | auto_map is not computed here"
            })
    void namesTheEntryOfAModelThatIsNotComputed(String entry, String message) throws IOException {
        JsonObject other = TinyCheckpoints.config("bert", entry);
        Checkpoint checkpoint = TinyCheckpoints.write(folder, other, weights);

        assertRefused(checkpoint::program, "config.json", message);
    }

    private Map<String, NDArray> read(Map<String, NDArray> stored) throws IOException {
        return TinyCheckpoints.write(folder, config, stored)
                .program()
                .weights(manager, DataType.FLOAT32);
    }

    /** Writes half of the tensors into each of two files. */
    private void writeParts() throws IOException {
        Map<String, NDArray> one = new TreeMap<>();
        Map<String, NDArray> two = new TreeMap<>();
        weights.forEach((name, array) -> (one.size() > two.size() ? two : one).put(name, array));
        SafetensorsFile.write(folder.resolve("one.safetensors"), one, Map.of());
        SafetensorsFile.write(folder.resolve("two.safetensors"), two, Map.of());
    }

    private void writeIndex(String entries) throws IOException {
        Files.writeString(
                folder.resolve(Checkpoint.INDEX),
                "{'weight_map': {%s}}".formatted(entries).replace('\'', '"'));
    }

    private static com.google.gson.JsonArray list(String text) {
        com.google.gson.JsonArray list = new com.google.gson.JsonArray();
        list.add(text);
        return list;
    }

    private static void assertRefused(ThrowingCallable call, String file, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(message);
    }
}
