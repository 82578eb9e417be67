/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapter directories that are damaged or for something else; the model stays as it was. */
class WrongAdapterTest {

    private static final String QUERY =
            "base_model.model.bert.encoder.layer.0.attention.self.query.compound";

    private static AdaptedModel model;
    private static Map<String, String> base;

    @TempDir Path directory;

    @BeforeAll
    static void openModel() throws IOException {
        model = TinyAdapters.open("tiny-bert-classifier");
        base = TinyAdapters.predictions(model);
    }

    @AfterAll
    static void closeModel() {
        model.close();
    }

    @BeforeEach
    void copyAdapter() throws IOException {
        Path original = TinyAdapters.resource("checkpoints/compound-tiny-bert-classifier");
        for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
            Files.copy(original.resolve(file), directory.resolve(file));
        }
    }

    /** Returns what the model predicts with the adapter in the directory. */
    private Map<String, String> predictions() throws IOException {
        AdapterDirectory.load(model, "a", directory);
        try {
            Map<String, String> predictions = TinyAdapters.predictions(model);
            assertThat(predictions).isNotEqualTo(base);
            return predictions;
        } finally {
            model.delete("a");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "COMPOUND"             | "QUIC"               | 'peft_type' is 'QUIC'
                    "COMPOUND"             | 7                    | 'peft_type' is '7' where a string
                    "peft_type"            | "other"              | 'peft_type' is missing
                    "r": 2                 | "r": 2.5             | 'r' is '2.5' where a whole number
                    "r": 2                 | "r": 1e999999999     | where a whole number is expected
                    "r": 2                 | "r": "two"           | where a whole number is expected
                    "r": 2                 | "r": 0               | number of blocks must be at least 1
                    "r": 2                 | "r": 99              | can't be added to the model
                    "r": 2                 | "r": 2, "block_size": 4 | gives both 'r' and 'block_size'
                    "r": 2                 | "r": 4               | has the shape
                    "num_adapters": 1      | "num_adapters": 2    | has the shape
                    "num_adapters": 1      | "num_adapters": -1   | must be at least 1
                    "num_adapters": 1      | "num_adapters": 2147483647 | must be at most 1000
                    "r": 2                 | "r": 2147483647      | there may be 1 to
                    "r": 2                 | "r": -2147483648     | number of blocks must be at least 1
                    "r": 2                 | "r": 2147483648      | where a whole number
                    "r": 2                 | "r": null, "block_size": 2147483647 | has the shape
                    "comp_2"               | "comp_999"           | rder 999
                    "comp_2"               | "comp_2147483647"    | where names such as comp_1
                    "revision": null       | "map": "neumann", "neumann_terms": 2147483647 | at most 1000
                    "block_share": false   | "block_share": true  | has the shape
                    "block_share": false   | "block_share": "no"  | where true or false is expected
                    "use_scaling": false   | "use_scaling": true  | has no tensor
                    "module_dropout": 0.0  | "module_dropout": 1.5 | module dropout must be
                    "comp_2"               | "comp_x"             | where names such as comp_1
                    "comp_2"               | "comp_1"             | orders must be one or more different
                    "compound_pattern"     | "pattern"            | 'compound_pattern' is missing
                    "compound_type": "comp" | "compound_type": "sum" | There is no entry rule 'sum'
                    "use_orthogonal": true | "use_orthogonal": [] | 'use_orthogonal'
                    "value",               | "nonsense",          | has the tensor
                    "value",               | "[0",                | has the tensor
                    "target_modules"       | "modules"            | 'modules'
                    "revision": null       | "use_tilt": true     | 'use_tilt' is 'true', an option
                    "revision": null       | "basis": "polar"     | where standard or singular
                    "revision": null       | "singular_directions": 3 | set the basis to singular
                    "revision": null       | "basis": "singular", "singular_directions": 99 | fewer than 99
                    "revision": null       | "basis": "singular", "singular_directions": 0 | at least 1
                    "revision": null       | "orders_pattern": {"query": "1+x"} | where orders such as 1+2
                    "revision": null       | "orders_pattern": {"query": 1} | an object with string values
                    "revision": null       | "orders_pattern": {"query": "1+1"} | must be one or more different
                    "revision": null       | "block_size_pattern": {"query": 0} | must be at least 1
                    "revision": null       | "block_size_pattern": {"query": 8} | has the shape
                    "revision": null       | "map": "polar"       | There is no orthogonal map 'polar'
                    "task_type": null      | "task_type": null,   | is not JSON ('line 28
                    """)
    void aWrongConfigurationIsRefused(String text, String replacement, String message)
            throws IOException {
        Path file = directory.resolve("adapter_config.json");
        String config = Files.readString(file);
        assertThat(config).contains(text);
        Files.writeString(file, config.replace(text, replacement));

        assertRefused(message);
    }

    /** What a configuration asks for is compared with the file before there is memory for it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    lora-plain | 2147483647 | of module 'bert.encoder.layer.0.attention.self.query'
                    lora-plain | 1000000    | values in all, but adapter_config.json needs
                    lora-plain | -1         | rank must be at least 1
                    lora-plain | 9          | has the shape
                    vera       | 2147483647 | choose a smaller rank
                    vera       | 30000000   | values in all, but adapter_config.json needs
                    unilora    | 2147483647 | choose a smaller rank or fewer targets
                    """)
    void moreThanTheFileHoldsIsRefused(String name, String rank, String message)
            throws IOException {
        Path original = TinyAdapters.resource("checkpoints/" + name + "-tiny-bert-classifier");
        for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
            Files.delete(directory.resolve(file));
            Files.copy(original.resolve(file), directory.resolve(file));
        }
        Path file = directory.resolve("adapter_config.json");
        String config = Files.readString(file);
        Files.writeString(file, config.replaceFirst("\"r\": \\d+", "\"r\": " + rank));

        assertRefused(message);
    }

    @Test
    void aHeadOfMoreOutputsThanTheFileHoldsIsRefused() throws IOException {
        Files.writeString(
                directory.resolve("head_config.json"),
                "{\"outputs\": 2147483647, \"pooling\": \"mean\"}");

        assertRefused("needs 2147483647 as outputs of the head");
    }

    @Test
    void fieldsThatSayNothingAreIgnored() throws IOException {
        Map<String, String> whole = predictions();
        Path file = directory.resolve("adapter_config.json");
        String more =
                """
                {"use_tilt": false, "corda_config": null, "alpha_pattern": {}, "peft_version": "1",
                """;
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", more));

        assertThat(predictions()).isEqualTo(whole);
    }

    @Test
    void fieldsThatAreMissingHaveTheDefaultsOfTheFork() throws IOException {
        Map<String, String> whole = predictions();
        Files.writeString(
                directory.resolve("adapter_config.json"),
                """
                {"peft_type": "COMPOUND", "r": 2, "compound_pattern": ["comp_1", "comp_2"],
                 "target_modules": ["query", "value"]}
                """);

        assertThat(predictions()).isEqualTo(whole);
    }

    static Stream<Arguments> wrongTensors() {
        return Stream.of(
                wrong(t -> t.remove(QUERY), "has no tensor '" + QUERY + "'"),
                wrong(t -> rename(t, QUERY + "_s"), "has the tensor '" + QUERY + "_s'"),
                wrong(
                        t -> t.put(QUERY.replace("query", "key"), t.get(QUERY)),
                        "for which this model and adapter_config.json have no place"),
                wrong(t -> t.put(QUERY + ".default", t.get(QUERY)), "for the same parameter"),
                wrong(
                        t -> t.replace(QUERY, t.get(QUERY).reshape(1, 2, 25)),
                        "has the shape (1, 2, 25) where (1, 2, 10) or (1, 2, 5, 5) is needed"),
                wrong(
                        t -> t.replace(QUERY, t.get(QUERY).toType(DataType.INT64, true)),
                        "is of type int64"),
                wrong(t -> t.replace(QUERY, t.get(QUERY).mul(Float.NaN)), "infinite or undefined"),
                wrong(t -> t.replace(QUERY, t.get(QUERY).div(0)), "infinite or undefined"),
                wrong(Map::clear, "holds no tensors"),
                wrong(
                        t -> {
                            NDArray values = t.get(QUERY);
                            t.clear();
                            t.put("base_model.model.transformer.h.0.attn.compound", values);
                        },
                        "is an adapter for another architecture: it has modules such as"
                                + " 'transformer.h.0.attn', but the model has"
                                + " 'bert.encoder.layer.0"));
    }

    private static Arguments wrong(Consumer<Map<String, NDArray>> change, String message) {
        return Arguments.of(change, message);
    }

    private static void rename(Map<String, NDArray> tensors, String name) {
        tensors.put(name, tensors.remove(QUERY));
    }

    @ParameterizedTest
    @MethodSource("wrongTensors")
    void wrongTensorsAreRefused(Consumer<Map<String, NDArray>> change, String message)
            throws IOException {
        change(change);

        assertRefused(message);
    }

    @Test
    void namesThatCarryTheAdaptersNameAreUnderstood() throws IOException {
        Map<String, String> whole = predictions();
        change(tensors -> rename(tensors, QUERY + ".default"));

        assertThat(predictions()).isEqualTo(whole);
    }

    @Test
    void halfPrecisionIsWidened() throws IOException {
        change(tensors -> tensors.replaceAll((k, v) -> v.toType(DataType.FLOAT16, true)));

        assertThat(AdapterDirectory.load(model, "a", directory).parameters().values())
                .allMatch(p -> p.getArray().getDataType() == DataType.FLOAT32);
        model.delete("a");
    }

    private void change(Consumer<Map<String, NDArray>> change) throws IOException {
        Path file = directory.resolve("adapter_model.safetensors");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> tensors;
            try (SafetensorsFile original = SafetensorsFile.open(file)) {
                tensors = new LinkedHashMap<>(original.readAll(manager));
            }
            change.accept(tensors);
            SafetensorsFile.write(file, tensors, Map.of());
        }
    }

    @Test
    void damagedAndMissingFilesAreRefused() throws IOException {
        Path tensors = directory.resolve("adapter_model.safetensors");
        Files.write(tensors, new byte[] {1, 2, 3});
        assertRefused("is damaged or not a safetensors file");

        Files.delete(tensors);
        assertThatThrownBy(() -> AdapterDirectory.load(model, "a", directory))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("adapter_model.safetensors: is missing");

        Files.write(directory.resolve("adapter_model.bin"), new byte[] {(byte) 0x80, 2});
        assertRefused("pickle files are not read");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"outputs": 0, "pooling": "mean"}  | a head of 0 outputs
                    {"outputs": 3, "pooling": "max"}   | 'max' pooling does not exist
                    {"outputs": 3, "layers": 2}        | 'layers' is '2', an option
                    {"outputs": 3, "pooling": "mean"}  | has no tensor 'base_model.model.head.weight'
                    []                                 | is not a JSON object
                    """)
    void aWrongHeadIsRefused(String head, String message) throws IOException {
        Files.writeString(directory.resolve("head_config.json"), head);

        assertRefused(message);
    }

    @Test
    void aHeadWithoutItsConfigurationIsRefused() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray weight = manager.zeros(new Shape(3, 32));
            change(tensors -> tensors.put("base_model.model.head.weight", weight));
        }

        assertRefused("has the tensor 'base_model.model.head.weight'");
    }

    @Test
    void anAdapterForAModelOfAnotherSizeIsRefused() throws IOException {
        Path saved = directory.resolve("saved");
        try (AdaptedModel other = TinyAdapters.open("tiny-bert")) {
            other.add(
                    "a",
                    TinyAdapters.config("tiny-bert").build(),
                    new HeadConfig(2, HeadConfig.Pooling.MEAN));
            AdapterDirectory.save(other, "a", saved);
        }
        assertThatThrownBy(() -> AdapterDirectory.load(model, "a", saved))
                .isInstanceOf(MalformedFileException.class);
        assertUnchanged();
    }

    @Test
    void labelsMustBeTexts() throws IOException {
        for (String text : new String[] {"{}", "[1, 2]", "[[\"a\"]]", "[null]"}) {
            Files.writeString(directory.resolve("labels.json"), text);
            assertThatThrownBy(() -> AdapterDirectory.labels(directory))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("is not a list of strings");
        }
    }

    @Test
    void aNameThatIsTakenIsRefused() throws IOException {
        AdapterDirectory.load(model, "a", directory);

        assertThatThrownBy(() -> AdapterDirectory.load(model, "a", directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is an adapter 'a' already");
        model.delete("a");
    }

    private void assertRefused(String message) throws IOException {
        assertThatThrownBy(() -> AdapterDirectory.load(model, "a", directory))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith(directory.toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
        assertUnchanged();
    }

    private static void assertUnchanged() throws IOException {
        assertThat(model.names()).isEmpty();
        assertThat(TinyAdapters.predictions(model)).isEqualTo(base);
    }
}
