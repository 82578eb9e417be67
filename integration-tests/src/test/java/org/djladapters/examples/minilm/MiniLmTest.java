/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.minilm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MiniLmTest {

    private static final Path EXPECTED =
            Path.of("src/test/resources/models/all-MiniLM-L6-v2/expected.safetensors");

    /**
     * Kernels of other processors add up in another order: the expected states differ from those of
     * double precision by up to 2e-6 where attention goes, and by 5e-5 at padding, which is not
     * compared.
     */
    private static final float TOLERANCE = 1e-5f;

    @TempDir private static Path cache;

    private static Path directory;

    @BeforeAll
    static void makeDirectory() throws IOException {
        directory = MiniLm.directory(cache);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2"})
    void hiddenStatesAreThoseOfTheOriginal(String shape) throws Exception {
        try (ZooModel<NDList, NDList> model = criteria().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager();
                SafetensorsFile file = SafetensorsFile.open(EXPECTED)) {
            Map<String, NDArray> tensors = file.readAll(manager);
            NDList output =
                    predictor.predict(
                            new NDList(
                                    tensors.get("input" + shape + ".input_ids"),
                                    tensors.get("input" + shape + ".attention_mask"),
                                    tensors.get("input" + shape + ".token_type_ids")));
            NDArray expected = tensors.get("output" + shape + ".last_hidden_state");

            assertThat(output).hasSize(1);
            NDArray states = output.get(0);
            assertThat(states.getName()).isEqualTo("last_hidden_state");
            assertThat(states.getShape()).isEqualTo(expected.getShape());
            NDArray attended =
                    tensors.get("input" + shape + ".attention_mask")
                            .toType(DataType.FLOAT32, false)
                            .expandDims(-1);
            NDArray error = states.sub(expected).abs().mul(attended);
            assertThat(error.max().getFloat()).isCloseTo(0, within(TOLERANCE));
        }
    }

    @Test
    void theDirectoryIsMadeOnlyOnce() throws IOException {
        FileTime before = Files.getLastModifiedTime(program(directory));

        assertThat(MiniLm.directory(cache)).isEqualTo(directory);
        assertThat(Files.getLastModifiedTime(program(directory))).isEqualTo(before);
    }

    @Test
    void aDamagedFileIsMadeAgain(@TempDir Path other) throws IOException {
        Path copy = copyTo(other);
        try (RandomAccessFile file = new RandomAccessFile(program(copy).toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 1);
        }

        MiniLm.directory(other);

        assertThat(program(copy)).hasSameBinaryContentAs(program(directory));
    }

    @Test
    void aMissingFileIsMadeAgain(@TempDir Path other) throws IOException {
        Path copy = copyTo(other);
        Files.delete(copy.resolve("config.json"));

        MiniLm.directory(other);

        assertThat(copy.resolve("config.json"))
                .hasSameBinaryContentAs(directory.resolve("config.json"));
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamedWithItsVariables(@TempDir Path other) throws IOException {
        Path file = Files.writeString(other.resolve("file"), "no folder");
        assertThatThrownBy(() -> MiniLm.directory(file))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        file.resolve("all-MiniLM-L6-v2")
                                + " can't be written to, but the model is kept there; name"
                                + " another cache"
                                + " folder in the environment variable DJL_CACHE_DIR (or, for this"
                                + " model alone, DJL_ADAPTERS_CACHE)");
    }

    @Test
    void nothingTemporaryStaysBehind() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            ".lock",
                            "all-MiniLM-L6-v2.pt",
                            "checksums.txt",
                            "config.json",
                            "serving.properties",
                            "tokenizer.json",
                            "tokenizer_config.json");
        }
    }

    private static Criteria<NDList, NDList> criteria() {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(directory)
                .optEngine("PyTorch")
                .optTranslator(new NoopTranslator())
                .build();
    }

    private static Path program(Path directory) {
        return directory.resolve("all-MiniLM-L6-v2.pt");
    }

    private static Path copyTo(Path other) throws IOException {
        Path copy = Files.createDirectory(other.resolve("all-MiniLM-L6-v2"));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
